//! A command at an existing dossier, and the checks that many decisions share: texts, codes, days.

use chrono::NaiveDate;

use super::super::command::{Text, TrajectoryCommandKind};
use super::super::event::{DocumentReference, TrajectoryEvent, TrajectoryEventKind};
use super::super::rejection::TrajectoryRejection as No;
use super::super::state::{Dossier, LearningTrajectory};
use crate::kernel::{CommandContext, LegalReference, OrganisationId, Personal, SubjectId, is_blank};

/// What a decision comes to: the event that happens, or the refusal.
pub(super) type Decision = Result<TrajectoryEvent, No>;

/// Longest personal text, in bytes (architecture page, section 3).
pub(in super::super) const TEXT_BYTES: usize = 32 * 1024;
/// Longest code, version or name of a thing, in bytes.
const CODE_BYTES: usize = 200;
/// Longest code of a language, in bytes (RFC 5646, section 4.4.1).
const LANGUAGE_BYTES: usize = 35;
/// Largest document, in bytes (domain page, section 9).
const DOCUMENT_BYTES: u64 = 20 * 1024 * 1024;
/// Most items in a list of offences, recipients or pieces: an event stays far below the cap of the log.
const ITEMS: usize = 32;

/// A command at an existing dossier.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    pub state: &'a LearningTrajectory,
    pub dossier: &'a Dossier,
    pub context: &'a CommandContext,
}

impl Case<'_> {
    pub fn today(&self) -> NaiveDate {
        self.context.today
    }

    pub fn organisation(&self) -> OrganisationId {
        self.context.actor.organisation.clone()
    }

    pub fn already_done<T>(&self, command: TrajectoryCommandKind) -> Result<T, No> {
        Err(No::already_done(command))
    }

    /// A text about the person concerned that must be there.
    pub fn text(&self, path: &'static str, text: &Text) -> Result<Personal<String>, No> {
        text_about(self.dossier.subject, path, text)
    }

    /// A text about the person concerned that may be left out.
    pub fn optional(&self, path: &'static str, text: Option<&Text>) -> Result<Option<Personal<String>>, No> {
        text.filter(|text| !is_blank(&text.0)).map(|text| self.text(path, text)).transpose()
    }

    /// A day in the world: not in the future, not before what it follows.
    pub fn day(&self, path: &'static str, day: NaiveDate, follows: Option<NaiveDate>) -> Result<NaiveDate, No> {
        day_until(path, day, self.today())?;
        match follows {
            Some(earliest) if day < earliest => Err(No::DayBeforeStep { path, earliest }),
            _no_earlier_than_that => Ok(day),
        }
    }

    /// The day of a new step of this kind.
    pub fn step_day(&self, path: &'static str, day: NaiveDate, kind: TrajectoryEventKind) -> Result<NaiveDate, No> {
        self.day(path, day, self.state.not_before(kind))
    }

    /// The day of an earlier event, as corrected.
    pub fn day_of(&self, sequence: u64) -> Option<NaiveDate> {
        self.state.entry(sequence).map(|entry| entry.on)
    }

    /// Whether, under the current consent, an event of this kind that still stands took place on this day.
    pub fn happened_on(&self, kind: TrajectoryEventKind, day: NaiveDate) -> bool {
        let consent = self.dossier.stage.consent();
        let mut steps = self.state.steps().filter(|(sequence, _)| Some(*sequence) > consent);
        steps.any(|(_, entry)| entry.kind == kind && entry.on == day)
    }
}

/// A text about a person: trimmed, with something to read in it, at most 32 KiB.
pub(super) fn text_about(subject: SubjectId, path: &'static str, text: &Text) -> Result<Personal<String>, No> {
    let text = text.0.trim();
    if is_blank(text) {
        return Err(No::TextMissing { path });
    }
    if text.len() > TEXT_BYTES {
        return Err(No::TextTooLong { path });
    }
    Ok(Personal::clear(subject, text.to_owned()))
}

pub(super) fn day_until(path: &'static str, day: NaiveDate, today: NaiveDate) -> Result<(), No> {
    if day > today { Err(No::DayInFuture { path, today }) } else { Ok(()) }
}

/// A code or name that is not about a person: filled in, and short.
pub(super) fn check_code(path: &'static str, code: &str) -> Result<(), No> {
    if is_blank(code) || code.len() > CODE_BYTES { Err(No::CodeInvalid { path }) } else { Ok(()) }
}

/// The code of a language as in BCP 47 (`nl`, `fr-BE`): it stands unsealed, so no other text fits.
pub(super) fn check_language(path: &'static str, code: &str) -> Result<(), No> {
    let mut parts = code.split('-');
    let language = parts
        .next()
        .is_some_and(|part| (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase()));
    let subtag = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if language && code.len() <= LANGUAGE_BYTES && parts.all(subtag) {
        Ok(())
    } else {
        Err(No::LanguageInvalid { path })
    }
}

/// A legal reference names law by its shape: it stands unsealed, so no other text fits.
pub(super) fn check_reference(reference: &LegalReference) -> Result<(), No> {
    match reference.misshapen() {
        Some(field) => Err(No::ReferenceInvalid { path: field.path(), takes: field }),
        None => Ok(()),
    }
}

pub(super) fn check_length<T>(path: &'static str, items: &[T]) -> Result<(), No> {
    if items.len() > ITEMS { Err(No::TooMany { path, most: ITEMS as u32 }) } else { Ok(()) }
}

pub(super) fn check_document(path: &'static str, document: &DocumentReference) -> Result<(), No> {
    let fits = (1..=DOCUMENT_BYTES).contains(&document.bytes);
    let typed = document.media_type.contains('/') && document.media_type.len() <= CODE_BYTES;
    let kept = document.blob.as_deref().is_some_and(is_sha256);
    if fits && typed && kept && is_sha256(&document.sha256) { Ok(()) } else { Err(No::DocumentInvalid { path }) }
}

/// SHA-256 in lower-case hex.
fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
