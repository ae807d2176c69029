//! Tells an event as changes: which value, from what, to what, and why. Pure.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Map, Value, json};
use spoor_domain::agreement::event::AgreementEvent;
use spoor_domain::catalogue::DomainEvent;
use spoor_domain::kernel::{DossierId, EventPayload, Label};
use spoor_domain::register::event::RegisterEvent;
use spoor_domain::rights::event::RightsEvent;
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::event::{CorrectedValue, TrajectoryEvent};
use spoor_domain::trajectory::vocabulary::CorrectableField;

use super::line::{Change, ChangeValue};
use crate::projector::Event;
use crate::trajectories::personal::untyped;

/// An earlier line of the same aggregate, as far as a later one refers to it.
#[derive(Clone, Debug)]
pub(crate) struct Earlier {
    pub sequence: u64,
    pub event_type: String,
    pub occurred_on: String,
    pub changes: Vec<Change>,
}

impl Earlier {
    /// This event as a later one refers to it.
    pub fn of(recorded: &Event, told: &Told) -> Self {
        Self {
            sequence: recorded.sequence,
            event_type: recorded.event_type.clone(),
            occurred_on: happened_on(recorded).to_string(),
            changes: told.changes.clone(),
        }
    }
}

/// What is told of an event.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Told {
    pub changes: Vec<Change>,
    pub reason: Option<ChangeValue>,
}

/// The path under which a correction names the event it corrects.
const CORRECTS: &str = "corrects";

/// Tells any event by its own fields.
pub(super) fn tell(event: &DomainEvent) -> Told {
    match event {
        DomainEvent::Trajectory(event) => by_fields(event),
        DomainEvent::Agreement(event) => by_fields(event),
        DomainEvent::Register(event) => by_fields(event),
        DomainEvent::Plan(event) => by_fields(event),
        DomainEvent::Action(event) => by_fields(event),
        DomainEvent::Rights(event) => by_fields(event),
        DomainEvent::Edition(event) => by_fields(event),
        DomainEvent::Publication(event) => by_fields(event),
        DomainEvent::Training(event) => by_fields(event),
        // Of the other log: its entries are told by the view of accesses.
        DomainEvent::Access(_) => Told::default(),
    }
}

/// Tells an event of a dossier against the dossier before and after it, and against its earlier lines: the one account of
/// what it changed, in the audit trail and in a replay alike.
pub(crate) fn tell_dossier(
    event: &TrajectoryEvent,
    before: &LearningTrajectory,
    after: &LearningTrajectory,
    earlier: &[Earlier],
) -> Told {
    let mut told = match event {
        TrajectoryEvent::FactCorrected { sequence, field, value, reason, consent_by, reason_not_same_day, .. } => {
            let mut changes =
                vec![correction(*sequence, *field, value, earlier), plain(CORRECTS, None, Some(json!(sequence)))];
            if let Some(consent_by) = consent_by {
                changes.push(plain("consent_by", None, Some(json!(consent_by))));
            }
            if let Some(why) = reason_not_same_day {
                let to = Some(ChangeValue::Personal(untyped(why)));
                changes.push(Change { path: "reason_not_same_day".to_owned(), from: None, to });
            }
            Told { changes, reason: Some(ChangeValue::Personal(untyped(reason))) }
        }
        other => by_fields(other),
    };
    told.against_state(event, before);
    if let Some(kinds) = revises(event.event_type()) {
        told.against_earlier(kinds, earlier);
    }
    if before.status() != after.status() {
        let code = |state: &LearningTrajectory| state.status().map(|status| json!(status.code()));
        told.changes.insert(0, plain("status", code(before), code(after)));
    }
    told
}

/// The day the event names; the day of recording where it names none.
pub(super) fn happened_on(recorded: &Event) -> NaiveDate {
    recorded.event.occurred_on().unwrap_or_else(|| recorded.recorded_at.date_naive())
}

/// The kinds of earlier event whose values this kind of event puts others in the place of.
pub(super) fn revises(event_type: &str) -> Option<&'static [&'static str]> {
    Some(match event_type {
        "FactCorrected" => &[],
        "TrajectoryRequested" => &["RequestDrafted"],
        "EligibilityReassessed" => &["EligibilityAssessed", "EligibilityReassessed"],
        "ReasonedAdviceRevised" => &["ReasonedAdviceIssued", "ReasonedAdviceRevised"],
        "ParticipantReplaced" => &["RequestDrafted", "TrajectoryRequested", "ParticipantReplaced"],
        "BudgetCorrected" => &["BudgetReported", "BudgetCorrected"],
        "MeansCorrected" => &["MeansReported", "MeansCorrected"],
        "FundingMentionCorrected" => &["FundingMentioned", "FundingMentionCorrected"],
        "ActionRevised" => &["ActionDefined", "ActionRevised"],
        "AgreementRenewed" => &["AgreementSigned", "AgreementRenewed"],
        "EditionHeadRevised" => &["EditionOpened", "CorrectionOpened", "EditionHeadRevised"],
        "TrainingSessionCorrected" => &["TrainingSessionHeld", "TrainingSessionCorrected"],
        _first_of_its_kind => return None,
    })
}

/// The paths under which an event says which entry of its aggregate it is about: told by each of its lines, never as a change.
const NAMES_ENTRY: [&str; 4] = ["entry.id", "means.id", "mention.id", "session"];

/// Tells an event of another aggregate against its earlier lines.
pub(super) fn tell_revision(event: &DomainEvent, earlier: &[Earlier]) -> Told {
    let mut told = tell(event);
    if let Some(kinds) = revises(event.event_type()) {
        let names = |path: &&str| value_at(&told.changes, path);
        let same_entry =
            earlier.iter().filter(|line| NAMES_ENTRY.iter().all(|path| value_at(&line.changes, path) == names(path)));
        let same_entry = same_entry.cloned().collect::<Vec<_>>();
        told.against_earlier(kinds, &same_entry);
    }
    told
}

/// The dossier an event belongs to: its own stream's, or the one it names.
pub fn dossier_of(event: &DomainEvent, aggregate_id: &str) -> Option<DossierId> {
    match event {
        DomainEvent::Trajectory(_) => aggregate_id.parse().ok(),
        DomainEvent::Rights(RightsEvent::RightsRequestReceived { asked, .. }) => Some(asked.dossier),
        DomainEvent::Register(RegisterEvent::DossierNumberTaken { dossier, .. }) => Some(*dossier),
        DomainEvent::Agreement(
            AgreementEvent::FirstRequestReserved { dossier, .. }
            | AgreementEvent::FirstRequestConfirmed { dossier, .. }
            | AgreementEvent::FirstRequestReleased { dossier, .. },
        ) => Some(*dossier),
        DomainEvent::Agreement(
            AgreementEvent::AgreementDrafted { .. }
            | AgreementEvent::AgreementSentForSignature { .. }
            | AgreementEvent::AgreementSigned { .. }
            | AgreementEvent::RenewalStarted { .. }
            | AgreementEvent::AgreementRenewed { .. }
            | AgreementEvent::AgreementTerminated { .. }
            | AgreementEvent::StructuralConsultationHeld { .. }
            | AgreementEvent::MultiYearPlanAttached { .. },
        )
        | DomainEvent::Plan(_)
        | DomainEvent::Rights(RightsEvent::RightsRequestExtended { .. } | RightsEvent::RightsRequestAnswered { .. })
        | DomainEvent::Action(_)
        | DomainEvent::Edition(_)
        | DomainEvent::Publication(_)
        | DomainEvent::Training(_)
        | DomainEvent::Access(_) => None,
    }
}

impl Told {
    /// Fills in what the folded state knows of the values before. Every other event says all of it itself, or is told
    /// against an earlier line.
    fn against_state(&mut self, event: &TrajectoryEvent, before: &LearningTrajectory) {
        if let TrajectoryEvent::GuideAssigned { .. } | TrajectoryEvent::GuideReplaced { .. } = event {
            self.set_from("guide", before.guide().map(|guide| json!(guide)));
        }
        if let TrajectoryEvent::AppointmentMoved { appointment, .. } = event {
            let known = before.appointments().into_iter().find(|known| known.id == *appointment);
            self.set_from("starts_at", known.map(|known| json!(known.starts_at)));
        }
        if let TrajectoryEvent::ProsecutionOutcomeRevised { .. } = event {
            self.set_from("outcome", before.outcome().map(|outcome| json!(outcome.outcome.code())));
        }
        if let TrajectoryEvent::TrajectoryTransferred { from, to, .. } = event {
            self.changes = vec![plain("parket", Some(json!(from)), Some(json!(to)))];
        }
        if let TrajectoryEvent::TrajectoryReassigned { organisation, from, to, .. } = event {
            let assignee = plain("assignee", from.as_ref().map(|from| json!(from)), Some(json!(to)));
            self.changes = vec![assignee, plain("organisation", None, Some(json!(organisation)))];
        }
    }

    fn set_from(&mut self, path: &str, from: Option<Value>) {
        if let Some(change) = self.changes.iter_mut().find(|change| change.path == path) {
            change.from = from.map(ChangeValue::Plain);
        }
    }

    /// Fills in the values of the latest earlier line of these kinds, as corrected since, and tells which of them are left out.
    fn against_earlier(&mut self, kinds: &[&str], earlier: &[Earlier]) {
        let Some(line) = earlier.iter().rev().find(|line| kinds.contains(&line.event_type.as_str())) else { return };
        let left_out = self.left_out(line.sequence, earlier);
        let changing = |change: &&mut Change| change.from.is_none() && !NAMES_ENTRY.contains(&change.path.as_str());
        for change in self.changes.iter_mut().filter(changing) {
            change.from = standing(line.sequence, &change.path, earlier);
        }
        self.changes.extend(left_out);
        // A plain value that was given again unchanged is not a change.
        self.changes.retain(|change| change.from.is_none() || change.from != change.to);
    }

    /// What stood in the event with this sequence and stands no more: of the parts (`definition`, `entry`) of which this one
    /// tells anything, it tells everything.
    fn left_out(&self, sequence: u64, earlier: &[Earlier]) -> Vec<Change> {
        let part = |path: &str| path.split_once('.').map(|(part, _)| part.to_owned());
        let parts = self.changes.iter().filter_map(|change| part(&change.path)).collect::<BTreeSet<_>>();
        let known = earlier.iter().flat_map(|line| &line.changes).map(|change| change.path.as_str());
        let of_parts = known.filter(|path| part(path).is_some_and(|part| parts.contains(&part)));
        let gone = of_parts.collect::<BTreeSet<_>>().into_iter().filter(|path| !tells(&self.changes, path));
        let from = |path: &str| standing(sequence, path, earlier);
        gone.filter_map(|path| Some(Change { path: path.to_owned(), from: Some(from(path)?), to: None })).collect()
    }
}

/// The value at this path of the event with this sequence, as corrected since.
fn standing(sequence: u64, path: &str, earlier: &[Earlier]) -> Option<ChangeValue> {
    let corrects = |line: &&Earlier| {
        line.event_type == "FactCorrected"
            && value_at(&line.changes, CORRECTS) == Some(&ChangeValue::Plain(json!(sequence)))
    };
    if let Some(corrected) = earlier.iter().rev().filter(corrects).find_map(|line| value_at(&line.changes, path)) {
        return Some(corrected.clone());
    }
    let line = earlier.iter().find(|line| line.sequence == sequence)?;
    if path == OCCURRED_ON {
        return Some(ChangeValue::Plain(json!(line.occurred_on)));
    }
    match line.changes.iter().find(|change| change.path == path) {
        // None where it was left out.
        Some(change) => change.to.clone(),
        None => given_again(line, path, earlier),
    }
}

/// The value that a line does not tell because it gave it again unchanged: the line that it revises has it.
fn given_again(line: &Earlier, path: &str, earlier: &[Earlier]) -> Option<ChangeValue> {
    let kinds = revises(&line.event_type)?;
    let is_revised = |one: &&Earlier| one.sequence < line.sequence && kinds.contains(&one.event_type.as_str());
    standing(earlier.iter().rev().find(is_revised)?.sequence, path, earlier)
}

fn tells(changes: &[Change], path: &str) -> bool {
    changes.iter().any(|change| change.path == path)
}

fn value_at<'a>(changes: &'a [Change], path: &str) -> Option<&'a ChangeValue> {
    changes.iter().find(|change| change.path == path)?.to.as_ref()
}

fn correction(sequence: u64, field: CorrectableField, value: &CorrectedValue, earlier: &[Earlier]) -> Change {
    let path = match field {
        CorrectableField::ParticipantName => "participant.name",
        CorrectableField::ParticipantBirthOn => "participant.birth_on",
        CorrectableField::ParticipantContact => "participant.contact",
        CorrectableField::ParticipantLanguage => "participant.language",
        CorrectableField::CaseReference => "case_reference",
        CorrectableField::OffenceOn => "offence_on",
        CorrectableField::Facts => "facts",
        CorrectableField::HeldOn => OCCURRED_ON,
        CorrectableField::Notes => "notes",
        CorrectableField::ReportText => "text",
        CorrectableField::Motivation => "advice.motivation",
    };
    let to = match value {
        CorrectedValue::Text(text) => ChangeValue::Personal(untyped(text)),
        CorrectedValue::Day(day) => ChangeValue::Personal(untyped(day)),
        CorrectedValue::StepDay(day) => ChangeValue::Plain(json!(day)),
    };
    Change { path: path.to_owned(), from: standing(sequence, path, earlier), to: Some(to) }
}

/// Every event has it, so it is told as a column of its own and never as a change.
const OCCURRED_ON: &str = "occurred_on";
/// What an event gives as its reason, in the order of preference.
const REASONS: &[&str] = &["reason", "assessment.reason", "reason_not_same_day"];

fn by_fields<E: Serialize + EventPayload>(event: &E) -> Told {
    let mut told = Told::default();
    let Ok(Value::Object(mut variants)) = serde_json::to_value(event) else { return told };
    if let Some(Value::Object(fields)) = variants.remove(event.event_type()) {
        // What a request says is told like any other value, not one level deeper.
        for (name, value) in fields {
            let path = if name == "request" { String::new() } else { name };
            flatten(path, value, &mut told.changes);
        }
    }
    told.changes.retain(|change| change.path != OCCURRED_ON);
    if let Some(at) = REASONS.iter().find_map(|path| told.changes.iter().position(|change| change.path == *path)) {
        told.reason = told.changes.remove(at).to;
    }
    told
}

/// Every value of a JSON tree under its dotted path, as something that came to be.
pub(crate) fn flatten(path: String, value: Value, changes: &mut Vec<Change>) {
    match value {
        Value::Null => {}
        Value::Object(fields) if is_personal(&fields) => {
            let value = serde_json::from_value(Value::Object(fields)).map(ChangeValue::Personal);
            changes.push(Change { path, from: None, to: value.ok() });
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                let deeper = if path.is_empty() { name } else { format!("{path}.{name}") };
                flatten(deeper, value, changes);
            }
        }
        Value::Array(items) if items.iter().any(holds_personal) => {
            for (n, item) in items.into_iter().enumerate() {
                flatten(format!("{path}.{n}"), item, changes);
            }
        }
        other => changes.push(plain(&path, None, Some(other))),
    }
}

fn holds_personal(value: &Value) -> bool {
    match value {
        Value::Object(fields) => is_personal(fields) || fields.values().any(holds_personal),
        Value::Array(items) => items.iter().any(holds_personal),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn is_personal(fields: &Map<String, Value>) -> bool {
    fields.contains_key("$personal")
}

fn plain(path: &str, from: Option<Value>, to: Option<Value>) -> Change {
    Change { path: path.to_owned(), from: from.map(ChangeValue::Plain), to: to.map(ChangeValue::Plain) }
}
