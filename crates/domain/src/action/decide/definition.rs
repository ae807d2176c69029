//! Deciding on what an action is, how far it is and who answers for it.

use chrono::NaiveDate;

use super::super::command::ResponsibilityGiven;
use super::super::event::*;
use super::super::rejection::ActionRejection;
use super::super::state::PlanAction;
use super::{begun, happened, said};
use crate::kernel::{CommandContext, HalfYear, composed};

type Decision = Result<Vec<ActionEvent>, ActionRejection>;

impl PlanAction {
    pub(super) fn define(&self, on: NaiveDate, definition: &ActionDefinition, context: &CommandContext) -> Decision {
        if self.definition().is_some() {
            return Err(ActionRejection::AlreadyDefined);
        }
        happened(on, context)?;
        sound(definition)?;
        Ok(vec![ActionEvent::ActionDefined { occurred_on: on, definition: definition.clone() }])
    }

    pub(super) fn revise(
        &self,
        on: NaiveDate,
        definition: &ActionDefinition,
        keeps_continues: bool,
        context: &CommandContext,
    ) -> Decision {
        happened(on, context)?;
        let mut definition = definition.clone();
        if let Some(before) = self.definition().filter(|_| keeps_continues) {
            definition.continues.clone_from(&before.continues);
        }
        sound(&definition)?;
        match self.definition() {
            Some(before) if *before == definition => Ok(Vec::new()),
            Some(before) if before.plan != definition.plan || before.number != definition.number => {
                Err(ActionRejection::PlaceInPlanChanged { number: before.number })
            }
            Some(_) | None => Ok(vec![ActionEvent::ActionRevised { occurred_on: on, definition }]),
        }
    }

    pub(super) fn change_status(
        &self,
        on: NaiveDate,
        half_year: HalfYear,
        to: ActionStatus,
        reason: Option<&str>,
        context: &CommandContext,
    ) -> Decision {
        happened(on, context)?;
        begun(half_year, context)?;
        let before = self.status_held();
        if let Some(before) = before {
            if before.status == to {
                return Ok(Vec::new());
            }
            if on < before.since || half_year < before.half_year {
                return Err(ActionRejection::StatusOutOfOrder { since: before.since, half_year: before.half_year });
            }
        }
        let backwards = before.is_some_and(|before| steps_back(before.status, to));
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        if backwards && reason.is_none() {
            return Err(ActionRejection::BackwardsWithoutReason);
        }
        Ok(vec![ActionEvent::ActionStatusChanged {
            occurred_on: on,
            half_year,
            from: before.map(|before| before.status),
            to,
            backwards,
            reason: reason.map(str::to_owned),
        }])
    }

    pub(super) fn assign_responsibility(
        &self,
        on: NaiveDate,
        given: &ResponsibilityGiven,
        context: &CommandContext,
    ) -> Decision {
        happened(on, context)?;
        let responsibility = match given {
            ResponsibilityGiven::Minister { title } => {
                said(title, "title")?;
                if self.minister(title).is_some() {
                    return Ok(Vec::new());
                }
                let title = composed(title);
                Responsibility::Minister { offices: MinisterOffice::of_title(&title), title }
            }
            ResponsibilityGiven::PolicyDomain { code, coordinator } => {
                said(&code.0, "code")?;
                if self.policy_domains().get(code) == Some(coordinator) {
                    return Ok(Vec::new());
                }
                match self.coordinator() {
                    Some(other) if *coordinator && other != code => {
                        return Err(ActionRejection::CoordinatorTaken { code: other.clone() });
                    }
                    Some(_) | None => {}
                }
                Responsibility::PolicyDomain { code: code.clone(), coordinator: *coordinator }
            }
        };
        Ok(vec![ActionEvent::ResponsibilityAssigned { occurred_on: on, responsibility }])
    }

    pub(super) fn end_responsibility(
        &self,
        on: NaiveDate,
        given: &ResponsibilityGiven,
        context: &CommandContext,
    ) -> Decision {
        happened(on, context)?;
        let held = match given {
            ResponsibilityGiven::Minister { title } => self
                .minister(title)
                .map(|(title, offices)| Responsibility::Minister { title: title.clone(), offices: offices.clone() }),
            ResponsibilityGiven::PolicyDomain { code, .. } => self
                .policy_domains()
                .get(code)
                .map(|coordinator| Responsibility::PolicyDomain { code: code.clone(), coordinator: *coordinator }),
        };
        let responsibility = held.ok_or(ActionRejection::NotResponsible)?;
        Ok(vec![ActionEvent::ResponsibilityEnded { occurred_on: on, responsibility }])
    }

    pub(super) fn add_partner(&self, on: NaiveDate, partner: &str, context: &CommandContext) -> Decision {
        happened(on, context)?;
        said(partner, "partner")?;
        if self.partner(partner).is_some() {
            return Ok(Vec::new());
        }
        Ok(vec![ActionEvent::PartnerAdded { occurred_on: on, partner: composed(partner) }])
    }

    pub(super) fn remove_partner(&self, on: NaiveDate, partner: &str, context: &CommandContext) -> Decision {
        happened(on, context)?;
        let partner = self.partner(partner).ok_or(ActionRejection::NotAPartner)?.clone();
        Ok(vec![ActionEvent::PartnerRemoved { occurred_on: on, partner }])
    }

    /// The minister with this title, as it was written when made responsible: names of before may have been typed otherwise.
    fn minister(&self, title: &str) -> Option<(&String, &Vec<MinisterOffice>)> {
        let title = composed(title);
        self.ministers().iter().find(|(held, _)| composed(held) == title)
    }

    /// The party with this name, likewise.
    fn partner(&self, name: &str) -> Option<&String> {
        let name = composed(name);
        self.partners().iter().find(|held| composed(held) == name)
    }
}

fn sound(definition: &ActionDefinition) -> Result<(), ActionRejection> {
    said(&definition.title, "title")?;
    let itself = |before: &Continues| before.plan == definition.plan && before.number == definition.number;
    if definition.continues.iter().any(itself) {
        return Err(ActionRejection::ContinuesItself);
    }
    for list in &definition.initiatives {
        said(&list.heading, "heading")?;
    }
    Ok(())
}

/// Whether a change of status is a step back: to an earlier step, or away from an end.
fn steps_back(from: ActionStatus, to: ActionStatus) -> bool {
    let ended = |status| matches!(status, ActionStatus::Completed | ActionStatus::Discontinued);
    ended(from) || (!ended(to) && to < from)
}
