//! Deciding on what an action is, how far it is and who answers for it.

use std::cmp::Ordering;
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
        let then = self.definitions().on(on).or_else(|| self.definitions().first());
        if let Some(then) = then.filter(|_| keeps_continues) {
            definition.continues.clone_from(&then.continues);
        }
        sound(&definition)?;
        let moved = |now: &&ActionDefinition| now.plan != definition.plan || now.number != definition.number;
        if let Some(now) = self.definition().filter(moved) {
            return Err(ActionRejection::PlaceInPlanChanged { number: now.number });
        }
        if is_so(self.definitions(), &definition, on)? {
            return Ok(Vec::new());
        }
        Ok(vec![ActionEvent::ActionRevised { occurred_on: on, definition }])
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
        let before = match self.statuses_held() {
            // The present status again: from an earlier day, or in an earlier report, it follows what it followed. It takes the
            // place of the present one: neither its day nor its half-year is a later one.
            [earlier @ .., present] if present.status == to => {
                match (on.cmp(&present.since), half_year.cmp(&present.half_year)) {
                    (Ordering::Equal | Ordering::Greater, Ordering::Equal | Ordering::Greater) => return Ok(Vec::new()),
                    (Ordering::Less, Ordering::Greater) => {
                        return Err(ActionRejection::StatusInReport { half_year: present.half_year });
                    }
                    (Ordering::Greater, Ordering::Less) => {
                        return Err(ActionRejection::StatusSince { since: present.since });
                    }
                    (Ordering::Less, Ordering::Less | Ordering::Equal) | (Ordering::Equal, Ordering::Less) => {
                        earlier.last()
                    }
                }
            }
            held => held.last(),
        };
        if let Some(before) = before.filter(|before| on < before.since || half_year < before.half_year) {
            return Err(ActionRejection::StatusOutOfOrder { since: before.since, half_year: before.half_year });
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
                if let Some((_, spans)) = before
                    && let Some(offices) = spans.on(on)
                    && is_so(spans, offices, on)?
                {
                    return Ok(Vec::new());
                }
                let title = before.map_or_else(|| composed(title), |(held, _)| held.clone());
                Responsibility::Minister { offices: MinisterOffice::of_title(&title), title }
            }
            ResponsibilityGiven::PolicyDomain { code, coordinator } => {
                said(&code.0, "code")?;
                if let Some(spans) = self.domains_ever().get(code)
                    && is_so(spans, coordinator, on)?
                {
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
        let none = || ActionRejection::NotResponsible;
        let responsibility = match given {
            ResponsibilityGiven::Minister { title } => {
                let (title, spans) = named(self.ministers_ever(), title).ok_or_else(none)?;
                Responsibility::Minister { title: title.clone(), offices: ending(spans, on, none())?.clone() }
            }
            ResponsibilityGiven::PolicyDomain { code, .. } => {
                let spans = self.domains_ever().get(code).ok_or_else(none)?;
                Responsibility::PolicyDomain { code: code.clone(), coordinator: *ending(spans, on, none())? }
            }
        };
        Ok(vec![ActionEvent::ResponsibilityEnded { occurred_on: on, responsibility }])
    }

    pub(super) fn add_partner(&self, on: NaiveDate, partner: &str, context: &CommandContext) -> Decision {
        happened(on, context)?;
        said(partner, "partner")?;
        let before = named(self.partners_ever(), partner);
        if let Some((_, spans)) = before
            && is_so(spans, &(), on)?
        {
            return Ok(Vec::new());
        }
        let partner = before.map_or_else(|| composed(partner), |(held, _)| held.clone());
        Ok(vec![ActionEvent::PartnerAdded { occurred_on: on, partner }])
    }

    pub(super) fn remove_partner(&self, on: NaiveDate, partner: &str, context: &CommandContext) -> Decision {
        happened(on, context)?;
        let (partner, spans) = named(self.partners_ever(), partner).ok_or(ActionRejection::NotAPartner)?;
        ending(spans, on, ActionRejection::NotAPartner)?;
        Ok(vec![ActionEvent::PartnerRemoved { occurred_on: on, partner: partner.clone() }])
    }

    /// One policy domain coordinates at a time: also on the days of before, which reports still tell. It would coordinate up to
    /// the next day on which something else is recorded of it.
    fn nobody_else_coordinates(&self, code: &PolicyDomainCode, on: NaiveDate) -> Result<(), ActionRejection> {
        let until = self.domains_ever().get(code).and_then(|own| own.other_after(on, &true));
        let others = self.domains_ever().iter().filter(|(other, _)| *other != code);
        let coordinated = others.flat_map(|(other, spans)| {
            let all = spans.during(on, until).filter(|(coordinates, _)| **coordinates);
            all.map(move |(_, end)| (end, other))
        });
        // Who coordinates still does so for longest.
        match coordinated.max_by_key(|(end, _)| (end.is_none(), *end)) {
            Some((None, other)) => Err(ActionRejection::CoordinatorTaken { code: other.clone() }),
            Some((Some(until), other)) => Err(ActionRejection::CoordinatorThen { code: other.clone(), until }),
            None => Ok(()),
        }
    }
}

/// What is or was so under this name, as it was written at first: names of before may have been typed otherwise.
fn named<'a, T>(all: &'a BTreeMap<String, Spans<T>>, name: &str) -> Option<(&'a String, &'a Spans<T>)> {
    let name = composed(name);
    all.iter().filter(|(held, _)| composed(held) == name).max_by_key(|(_, spans)| spans.now().is_some())
}

/// Whether it was so on this day already: to say so again is nothing new. Where it is otherwise by now, it can only be so
/// again from the day on which that began.
fn is_so<T: PartialEq>(spans: &Spans<T>, given: &T, on: NaiveDate) -> Result<bool, ActionRejection> {
    if spans.on(on) != Some(given) {
        return Ok(false);
    }
    match spans.otherwise_after(on).filter(|_| spans.now() != Some(given)) {
        Some(until) => Err(ActionRejection::WasSoUntil { until }),
        None => Ok(true),
    }
}

/// What ends on this day: what was so on it. Nothing ends before it began.
fn ending<T>(spans: &Spans<T>, on: NaiveDate, nothing: ActionRejection) -> Result<&T, ActionRejection> {
    spans.on(on).ok_or_else(|| spans.begins_after(on).map_or(nothing, |since| ActionRejection::BeginsLater { since }))
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
    from.is_ended() || (!to.is_ended() && to < from)
}
