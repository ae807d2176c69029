//! A dossier step by step: what each event changed of what the dossier said before it, read from the log itself.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Map, Value, json};
use spoor_domain::kernel::{Decider, EventPayload, Label};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::criteria::CriteriaBook;
use spoor_domain::trajectory::event::{Request, TrajectoryEvent};
use spoor_domain::trajectory::explain::{Explanation, explain};
use spoor_eventlog::clock::brussels_day;

use super::then::of_dossier;
use crate::audit::{Change, ChangeValue, Earlier, Told, flatten, tell_dossier};
use crate::projector::Event;

/// One event of a dossier and what it changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The event as recorded: who, when, for which purpose.
    pub recorded: Event,
    /// The day it happened, as it was recorded.
    pub occurred_on: NaiveDate,
    /// What the event recorded, told as the audit trail tells it, and then what else the dossier says differently since: only
    /// what differs. Personal values are sealed as in the log.
    pub changes: Vec<Change>,
    /// Why, where the event gives a reason.
    pub reason: Option<ChangeValue>,
    /// Of an eligibility decision or a refusal by the participant: the rule, and what was known.
    pub explanation: Option<Explanation>,
}

impl Step {
    /// The event itself.
    pub fn event(&self) -> Option<&TrajectoryEvent> {
        of_dossier(&self.recorded)
    }

    /// How many days after it happened it was recorded, in Brussels.
    pub fn recorded_days_later(&self) -> i64 {
        (brussels_day(self.recorded.recorded_at) - self.occurred_on).num_days()
    }
}

/// A stream that does not hold what it should. A replay of it would be silently short, so there is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this dossier has {head} events and {count} of them are in the log; missing: {}. Nothing is told of it as if it were whole: \
     `spoor audit check` names the records that are gone; restore the log from a backup that has them",
    numbers(missing)
)]
pub struct Incomplete {
    /// The sequence of its last event, by whoever knows the highest one.
    pub head: u64,
    /// How many events were read.
    pub count: u64,
    /// The sequences that are not there, the first ten of them.
    pub missing: Vec<u64>,
}

/// Every step of a dossier, from its events from the first on.
pub fn replay(known: Vec<Event>, book: &CriteriaBook) -> Vec<Step> {
    let mut telling = Telling::default();
    known.into_iter().filter_map(|recorded| telling.step(recorded, book)).collect()
}

/// Whether these events are all of a stream whose last event has the sequence `head`.
///
/// # Errors
/// `Incomplete`, naming what is missing.
pub fn check_complete(known: &[Event], head: u64) -> Result<(), Incomplete> {
    /// As many as a person can look up.
    const NAMED: usize = 10;
    let there = known.iter().map(|recorded| recorded.sequence).collect::<std::collections::BTreeSet<_>>();
    let head = there.last().map_or(head, |last| head.max(*last));
    let missing = (1..=head).filter(|sequence| !there.contains(sequence)).take(NAMED).collect::<Vec<_>>();
    if missing.is_empty() { Ok(()) } else { Err(Incomplete { head, count: there.len() as u64, missing }) }
}

/// What was said so far.
#[derive(Default)]
struct Telling {
    state: LearningTrajectory,
    request: Option<Request>,
    earlier: Vec<Earlier>,
    said: BTreeMap<String, ChangeValue>,
}

impl Telling {
    fn step(&mut self, recorded: Event, book: &CriteriaBook) -> Option<Step> {
        let event = of_dossier(&recorded)?;
        let explanation = explain(event, &self.state, self.request.as_ref(), book);
        if let TrajectoryEvent::RequestDrafted { request, .. } | TrajectoryEvent::TrajectoryRequested { request, .. } =
            event
        {
            self.request = Some(request.clone());
        }
        let before = self.state.clone();
        self.state.evolve(event);
        let told = tell_dossier(event, &before, &self.state, &self.earlier);
        self.earlier.push(Earlier::of(&recorded, &told));
        let Told { mut changes, reason } = told;
        let now = said(&self.state);
        let mut follows = differences(&self.said, &now);
        follows.extend(corrected_steps(&before, &self.state));
        follows.retain(|change| changes.iter().all(|told| told.path != change.path));
        changes.extend(follows);
        self.said = now;
        Some(Step { occurred_on: event.occurred_on(), changes, reason, explanation, recorded })
    }
}

/// What differs, in the order of the paths.
fn differences(before: &BTreeMap<String, ChangeValue>, after: &BTreeMap<String, ChangeValue>) -> Vec<Change> {
    let gone = before.keys().filter(|path| !after.contains_key(*path));
    let mut paths = after.keys().chain(gone).collect::<Vec<_>>();
    paths.sort_unstable();
    let change = |path: &String| {
        let (from, to) = (before.get(path).cloned(), after.get(path).cloned());
        (from != to).then(|| Change { path: path.clone(), from, to })
    };
    paths.into_iter().filter_map(change).collect()
}

/// Steps that got another day or were annulled by a later event.
fn corrected_steps(before: &LearningTrajectory, after: &LearningTrajectory) -> Vec<Change> {
    let plain = |value: Value| Some(ChangeValue::Plain(value));
    let mut changes = Vec::new();
    for sequence in 1..=before.version() {
        let (Some(was), Some(is)) = (before.entry(sequence), after.entry(sequence)) else { continue };
        if was.on != is.on {
            let path = format!("steps.{sequence}.on");
            changes.push(Change { path, from: plain(json!(was.on)), to: plain(json!(is.on)) });
        }
        if was.annulled != is.annulled {
            let path = format!("steps.{sequence}.annulled");
            changes.push(Change { path, from: plain(json!(was.annulled)), to: plain(json!(is.annulled)) });
        }
    }
    changes
}

/// What a dossier says of itself as the rules fold it, by path: what follows from an event without standing in it.
fn said(state: &LearningTrajectory) -> BTreeMap<String, ChangeValue> {
    let mut values = Vec::new();
    flatten(String::new(), facts(state), &mut values);
    values.into_iter().filter_map(|change| Some((change.path, change.to?))).collect()
}

/// Nothing personal. What is absent or false is not said.
fn facts(state: &LearningTrajectory) -> Value {
    let keyed = |items: Vec<(String, Value)>| Value::Object(items.into_iter().collect::<Map<_, _>>());
    let appointments = state.appointments().into_iter().map(|own| {
        let facts = json!({ "kind": own.kind, "channel": own.channel, "starts_at": own.starts_at, "state": own.state });
        (own.id.to_string(), facts)
    });
    let bundles = state.bundles().iter().map(|bundle| {
        let facts = json!({ "assembled_on": bundle.assembled_on, "sha256": bundle.sha256, "outdated": bundle.outdated,
            "deliveries": bundle.deliveries });
        (bundle.number.to_string(), facts)
    });
    json!({
        "number": state.number(),
        "status": state.status().map(Label::code),
        "status_since": state.status_since(),
        "waiting_for": state.status().map(|_| state.waiting_for().code()),
        "parket": state.parket(),
        "subject": state.subject(),
        "requested_on": state.requested_on(),
        "last_step_on": state.last_step_on(),
        "agreement": state.standing(),
        "consent_by": state.consent_by(),
        "museum_involved": state.museum_involved().then_some(true),
        "guide": state.guide(),
        "prosecutor": state.prosecutor(),
        "coordinator": state.coordinator(),
        "offered_to": state.pending_transfer(),
        "outcome": state.outcome(),
        "sharing_consent": state.sharing_consent(),
        "restricted": state.restricted().then_some(true),
        "on_hold": state.on_hold().then_some(true),
        "linked_subjects": Some(state.linked_subjects()).filter(|linked| !linked.is_empty()),
        "appointments": keyed(appointments.collect()),
        "bundles": keyed(bundles.collect()),
    })
}

fn numbers(missing: &[u64]) -> String {
    missing.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_missing_from_a_stream_without_events() {
        assert_eq!(check_complete(&[], 0), Ok(()));
        let missing = check_complete(&[], 12).unwrap_err();
        assert_eq!((missing.head, missing.count, missing.missing.len()), (12, 0, 10));
        assert!(missing.to_string().contains("missing: 1, 2, 3"), "{missing}");
    }
}
