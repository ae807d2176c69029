//! What happens when something is asked of a rights request: by the controller's compliance officer, in time.

use chrono::{Months, NaiveDate};

use super::command::{RightsCommand, Text};
use super::event::{Asked, RightsEvent, Term};
use super::rejection::RightsRejection as No;
use super::state::{Received, RightsRequest};
use super::vocabulary::{RightsAnswer, RightsRefusalGround};
use crate::kernel::{CommandContext, Decider, LegalReference, Personal, Role, SubjectId, is_blank};

/// Months from receipt within which an answer is due (GDPR art. 12(3)).
const TERM_MONTHS: u32 = 1;
/// Further months by which the term may be extended, once (GDPR art. 12(3)).
const EXTENSION_MONTHS: u32 = 2;
/// Longest text, in bytes.
const TEXT_BYTES: usize = 32 * 1024;

impl Decider for RightsRequest {
    const TYPE: &'static str = crate::catalogue::aggregate_type::RIGHTS_REQUEST;
    type Command = RightsCommand;
    type Event = RightsEvent;
    type Rejection = No;

    fn decide(&self, command: &RightsCommand, context: &CommandContext) -> Result<Vec<RightsEvent>, No> {
        let role = context.actor.role;
        if role != Role::ComplianceOfficer {
            return Err(No::NotYourRole { role });
        }
        let event = match command {
            RightsCommand::RegisterRightsRequest { .. } => self.register(command, context),
            RightsCommand::ExtendRightsRequest { told_on, reason, reference } => {
                extend(self, self.open(context)?, *told_on, reason, reference.as_ref(), context)
            }
            RightsCommand::AnswerRightsRequest { answered_on, answer, ground, reference, explanation } => {
                let received = self.open(context)?;
                check_day("answeredOn", *answered_on, received.on, context)?;
                check_ground(*answer, *ground, explanation.as_ref())?;
                reference.iter().try_for_each(check_reference)?;
                Ok(RightsEvent::RightsRequestAnswered {
                    occurred_on: *answered_on,
                    answer: *answer,
                    ground: *ground,
                    reference: reference.clone(),
                    explanation: optional(received.subject, "explanation", explanation.as_ref())?,
                })
            }
        };
        event.map(|event| vec![event])
    }

    fn about_the_erased(command: &RightsCommand) -> Option<No> {
        match command {
            RightsCommand::RegisterRightsRequest { wording, .. } => {
                wording.is_some().then_some(No::TextAboutTheErased { path: "wording" })
            }
            RightsCommand::ExtendRightsRequest { .. } => Some(No::ReasonAboutTheErased),
            RightsCommand::AnswerRightsRequest { explanation, .. } => {
                explanation.is_some().then_some(No::TextAboutTheErased { path: "explanation" })
            }
        }
    }

    fn evolve(&mut self, event: &RightsEvent) {
        self.apply(event);
    }
}

impl RightsRequest {
    fn register(&self, command: &RightsCommand, context: &CommandContext) -> Result<RightsEvent, No> {
        let RightsCommand::RegisterRightsRequest {
            kind,
            dossier,
            subject,
            controller,
            received_on,
            wording,
            reference,
        } = command
        else {
            return Err(No::NotRegistered);
        };
        if self.received().is_some() {
            return Err(No::AlreadyRegistered);
        }
        if controller != &context.actor.organisation {
            return Err(No::AnotherController { controller: controller.clone() });
        }
        if *received_on > context.today {
            return Err(No::DayInFuture { path: "receivedOn", today: context.today });
        }
        let reference = given_or_usual(reference.as_ref())?;
        let due_on = months_after(*received_on, TERM_MONTHS);
        let wording = optional(*subject, "wording", wording.as_ref())?;
        let asked =
            Asked { kind: *kind, dossier: *dossier, subject: *subject, controller: controller.clone(), wording };
        Ok(RightsEvent::RightsRequestReceived { occurred_on: *received_on, asked, term: Term { due_on, reference } })
    }

    /// The request, when this officer may still work on it.
    fn open(&self, context: &CommandContext) -> Result<&Received, No> {
        let received = self.received().ok_or(No::NotRegistered)?;
        if received.controller != context.actor.organisation {
            return Err(No::AnotherController { controller: received.controller.clone() });
        }
        match self.answered() {
            Some(answered) => Err(No::AlreadyAnswered { on: answered.on }),
            None => Ok(received),
        }
    }
}

/// Once, and only as long as the first term runs: within it the person concerned has to be told.
fn extend(
    request: &RightsRequest,
    received: &Received,
    told_on: NaiveDate,
    reason: &Text,
    reference: Option<&LegalReference>,
    context: &CommandContext,
) -> Result<RightsEvent, No> {
    if let Some(on) = request.extended_on() {
        return Err(No::AlreadyExtended { on });
    }
    check_day("toldOn", told_on, received.on, context)?;
    let first_term = received.term.due_on;
    if told_on > first_term {
        return Err(No::ExtendedTooLate { due_on: first_term });
    }
    let reason = optional(received.subject, "reason", Some(reason))?.ok_or(No::TextMissing { path: "reason" })?;
    let due_on = months_after(received.on, TERM_MONTHS + EXTENSION_MONTHS);
    let reference = given_or_usual(reference)?;
    Ok(RightsEvent::RightsRequestExtended { occurred_on: told_on, term: Term { due_on, reference }, reason })
}

/// The article the term usually follows from. Which one holds for a controller is for its officers to say.
fn usual_reference() -> LegalReference {
    LegalReference {
        act: "Verordening (EU) 2016/679 (AVG)".into(),
        article: "art. 12, lid 3".into(),
        valid_from: NaiveDate::from_ymd_opt(2018, 5, 25),
    }
}

fn given_or_usual(reference: Option<&LegalReference>) -> Result<LegalReference, No> {
    reference.iter().try_for_each(|reference| check_reference(reference))?;
    Ok(reference.cloned().unwrap_or_else(usual_reference))
}

/// The same day so many months later; the last day of a month that is shorter.
fn months_after(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(day)
}

fn check_day(path: &'static str, day: NaiveDate, earliest: NaiveDate, context: &CommandContext) -> Result<(), No> {
    if day > context.today {
        return Err(No::DayInFuture { path, today: context.today });
    }
    if day < earliest { Err(No::BeforeReceipt { path, earliest }) } else { Ok(()) }
}

/// Whoever does not get everything is told on which ground; the ground "other" needs words.
fn check_ground(answer: RightsAnswer, ground: Option<RightsRefusalGround>, words: Option<&Text>) -> Result<(), No> {
    let said = words.is_some_and(|words| !is_blank(&words.0));
    match (answer, ground) {
        (RightsAnswer::Granted, Some(_)) => Err(No::GroundWithoutRefusal),
        (RightsAnswer::GrantedInPart | RightsAnswer::Refused, None) => Err(No::GroundMissing),
        (_, Some(RightsRefusalGround::Other)) if !said => Err(No::TextMissing { path: "explanation" }),
        (RightsAnswer::Granted, None) | (RightsAnswer::GrantedInPart | RightsAnswer::Refused, Some(_)) => Ok(()),
    }
}

/// It names law by its shape: it stands unsealed, so no other text fits.
fn check_reference(reference: &LegalReference) -> Result<(), No> {
    match reference.misshapen() {
        Some(field) => Err(No::ReferenceInvalid { field }),
        None => Ok(()),
    }
}

/// A text about the person concerned: trimmed, nothing when empty, at most 32 KiB.
fn optional(subject: SubjectId, path: &'static str, text: Option<&Text>) -> Result<Option<Personal<String>>, No> {
    match text.map(|text| text.0.trim()) {
        None => Ok(None),
        Some(text) if is_blank(text) => Ok(None),
        Some(text) if text.len() > TEXT_BYTES => Err(No::TextTooLong { path }),
        Some(text) => Ok(Some(Personal::clear(subject, text.to_owned()))),
    }
}
