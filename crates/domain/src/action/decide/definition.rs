//! Deciding on what an action is, how far it is and who answers for it.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::super::command::ResponsibilityGiven;
use super::super::event::*;
use super::super::rejection::ActionRejection;
use super::super::state::PlanAction;
use super::{begun, happened, said};
use crate::edition::finding::found_in;
use crate::edition::mentions_trajectories;
use crate::kernel::{CommandContext, HalfYear, Spans, composed};

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
            Some(before) if *before == definition && self.definitions().is_so_since(on) => Ok(Vec::new()),
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
                let before = named(self.ministers_ever(), title);
                if before.is_some_and(|(_, spans)| spans.is_so_since(on)) {
                    return Ok(Vec::new());
                }
                let title = before.map_or_else(|| composed(title), |(held, _)| held.clone());
                Responsibility::Minister { offices: MinisterOffice::of_title(&title), title }
            }
            ResponsibilityGiven::PolicyDomain { code, coordinator } => {
                said(&code.0, "code")?;
                let same = |spans: &Spans<bool>| spans.now() == Some(coordinator) && spans.is_so_since(on);
                if self.domains_ever().get(code).is_some_and(same) {
                    return Ok(Vec::new());
                }
                if *coordinator {
                    self.nobody_else_coordinates(code, on)?;
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
            ResponsibilityGiven::Minister { title } => named(self.ministers_ever(), title)
                .and_then(|(title, spans)| Some((title, still(spans, on)?)))
                .map(|(title, offices)| Responsibility::Minister { title: title.clone(), offices: offices.clone() }),
            ResponsibilityGiven::PolicyDomain { code, .. } => self
                .domains_ever()
                .get(code)
                .and_then(|spans| still(spans, on))
                .map(|coordinator| Responsibility::PolicyDomain { code: code.clone(), coordinator: *coordinator }),
        };
        let responsibility = held.ok_or(ActionRejection::NotResponsible)?;
        Ok(vec![ActionEvent::ResponsibilityEnded { occurred_on: on, responsibility }])
    }

    pub(super) fn add_partner(&self, on: NaiveDate, partner: &str, context: &CommandContext) -> Decision {
        happened(on, context)?;
        said(partner, "partner")?;
        let before = named(self.partners_ever(), partner);
        if before.is_some_and(|(_, spans)| spans.is_so_since(on)) {
            return Ok(Vec::new());
        }
        let partner = before.map_or_else(|| composed(partner), |(held, _)| held.clone());
        Ok(vec![ActionEvent::PartnerAdded { occurred_on: on, partner }])
    }

    pub(super) fn remove_partner(&self, on: NaiveDate, partner: &str, context: &CommandContext) -> Decision {
        happened(on, context)?;
        let held = named(self.partners_ever(), partner).filter(|(_, spans)| spans.lasts_after(on));
        let (partner, _) = held.ok_or(ActionRejection::NotAPartner)?;
        Ok(vec![ActionEvent::PartnerRemoved { occurred_on: on, partner: partner.clone() }])
    }

    /// One policy domain coordinates at a time: also on the days of before, which reports still tell.
    fn nobody_else_coordinates(&self, code: &PolicyDomainCode, on: NaiveDate) -> Result<(), ActionRejection> {
        if let Some(other) = self.coordinator().filter(|other| *other != code) {
            return Err(ActionRejection::CoordinatorTaken { code: other.clone() });
        }
        let others = self.domains_ever().iter().filter(|(other, _)| *other != code);
        let coordinated = others.flat_map(|(other, spans)| {
            let ended = spans.ended_after(on).filter(|(_, coordinates)| **coordinates);
            ended.map(move |(until, _)| (until, other))
        });
        match coordinated.max() {
            Some((until, other)) => Err(ActionRejection::CoordinatorThen { code: other.clone(), until }),
            None => Ok(()),
        }
    }
}

/// What is or was so under this name, as it was written at first: names of before may have been typed otherwise.
fn named<'a, T>(all: &'a BTreeMap<String, Spans<T>>, name: &str) -> Option<(&'a String, &'a Spans<T>)> {
    let name = composed(name);
    all.iter().filter(|(held, _)| composed(held) == name).max_by_key(|(_, spans)| spans.now().is_some())
}

/// What would be otherwise, had it ended on this day: an end that is no earlier than the one there is changes nothing.
fn still<T>(spans: &Spans<T>, on: NaiveDate) -> Option<&T> {
    spans.last().filter(|_| spans.lasts_after(on))
}

fn sound(definition: &ActionDefinition) -> Result<(), ActionRejection> {
    said(&definition.title, "title")?;
    fit_to_be_read(&definition.title)?;
    let itself = |before: &Continues| before.plan == definition.plan && before.number == definition.number;
    if definition.continues.iter().any(itself) {
        return Err(ActionRejection::ContinuesItself);
    }
    for list in &definition.initiatives {
        said(&list.heading, "heading")?;
    }
    Ok(())
}

/// Everybody who reads the plan reads its titles, and no edition is frozen with one that tells of few persons or of figures on
/// learning trajectories.
fn fit_to_be_read(title: &str) -> Result<(), ActionRejection> {
    match found_in(title, mentions_trajectories(title)).into_iter().next() {
        Some((_, quote)) => Err(ActionRejection::TitleTellsTooMuch { quote }),
        None => Ok(()),
    }
}

/// Whether a change of status is a step back: to an earlier step, or away from an end.
fn steps_back(from: ActionStatus, to: ActionStatus) -> bool {
    let ended = |status| matches!(status, ActionStatus::Completed | ActionStatus::Discontinued);
    ended(from) || (!ended(to) && to < from)
}
