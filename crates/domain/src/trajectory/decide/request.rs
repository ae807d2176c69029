//! Drafting and submitting a request.

use chrono::NaiveDate;

use super::super::command::{Minors, ParticipantGiven, RequestGiven};
use super::super::event::{Participant, Request, TrajectoryEvent};
use super::super::rejection::TrajectoryRejection as No;
use super::super::state::{Dossier, LearningTrajectory};
use super::super::vocabulary::{ConsentGiver, RequestBasis};
use super::case::{Decision, check_code, check_length, check_reference, day_until, text_about};
use crate::kernel::{CommandContext, Confidential, Personal, SubjectId};

/// Age from which a person consents for themselves.
const FULL_AGE_YEARS: u32 = 18;

impl LearningTrajectory {
    pub(super) fn draft_request(&self, given: &RequestGiven, context: &CommandContext) -> Decision {
        Ok(TrajectoryEvent::RequestDrafted { occurred_on: context.today, request: request(given, context)? })
    }

    /// A new request, or the final text of the draft.
    pub(super) fn request_trajectory(&self, given: &RequestGiven, context: &CommandContext) -> Decision {
        if let Some(draft) = &self.dossier {
            check_same(given, draft)?;
        }
        Ok(TrajectoryEvent::TrajectoryRequested { occurred_on: context.today, request: request(given, context)? })
    }
}

/// The dates of a participant, checked: who has to declare consent follows from them.
///
/// # Errors
/// A day in the future, a birth after the facts, or a minor where the criteria allow none.
pub(super) fn consent_by(
    birth_on: NaiveDate,
    offence_on: NaiveDate,
    minors: &Minors,
    today: NaiveDate,
) -> Result<ConsentGiver, No> {
    day_until("offenceOn", offence_on, today)?;
    day_until("birthOn", birth_on, today)?;
    if birth_on >= offence_on {
        return Err(No::BornAfterOffence);
    }
    let of_age = offence_on.years_since(birth_on).is_some_and(|age| age >= FULL_AGE_YEARS);
    match (of_age, minors.allowed) {
        (true, _) => Ok(ConsentGiver::Participant),
        (false, true) => Ok(ConsentGiver::Guardians),
        (false, false) => {
            Err(No::ParticipantTooYoung { criteria: minors.criteria.clone().unwrap_or_else(|| "-".to_owned()) })
        }
    }
}

pub(super) fn participant(subject: SubjectId, given: &ParticipantGiven) -> Result<Participant, No> {
    Ok(Participant {
        name: text_about(subject, "name", &given.name)?,
        birth_on: sealed(subject, &given.birth_on),
        contact: text_about(subject, "contact", &given.contact)?,
        language: text_about(subject, "language", &given.language)?,
        interpreter_needed: sealed(subject, &given.interpreter_needed),
    })
}

/// A value that needs no check of its own, bound to the subject's key.
pub(super) fn sealed<T: Clone>(subject: SubjectId, given: &Confidential<T>) -> Personal<T> {
    Personal::clear(subject, given.0.clone())
}

fn request(given: &RequestGiven, context: &CommandContext) -> Result<Request, No> {
    if given.parket != context.actor.organisation {
        return Err(No::RequestForAnotherParket { parket: given.parket.clone() });
    }
    check_code("number", &given.number.0)?;
    if given.offences.is_empty() {
        return Err(No::OffenceMissing);
    }
    check_length("offences", &given.offences)?;
    given.offences.iter().try_for_each(|offence| check_reference(&offence.reference))?;
    if given.basis == RequestBasis::Article216ter && !given.agreement_names_216ter {
        return Err(No::BasisNotAgreed);
    }
    let subject = given.subject;
    let (birth_on, offence_on) = (given.participant.birth_on.0, given.offence_on.0);
    Ok(Request {
        number: given.number.clone(),
        parket: given.parket.clone(),
        subject,
        case_reference: text_about(subject, "caseReference", &given.case_reference)?,
        basis: given.basis,
        offences: given.offences.clone(),
        offence_on: sealed(subject, &given.offence_on),
        participant: participant(subject, &given.participant)?,
        facts: text_about(subject, "facts", &given.facts)?,
        standing: given.standing.clone(),
        consent_by: consent_by(birth_on, offence_on, &given.minors_allowed, context.today)?,
    })
}

fn check_same(given: &RequestGiven, draft: &Dossier) -> Result<(), No> {
    let path = if given.number != draft.number {
        "number"
    } else if given.subject != draft.subject {
        "subject"
    } else if given.parket != draft.parket {
        "parket"
    } else {
        return Ok(());
    };
    Err(No::DraftDiffers { path })
}
