//! What a bundle says, piece by piece. It is about a person: it is printed and sealed, and never logged.

use chrono::NaiveDate;
use serde::Serialize;
use spoor_domain::kernel::WithheldReason;
use spoor_domain::trajectory::vocabulary::PieceKind;

use crate::dutch;

/// A bundle before it is printed.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct BundleContent {
    /// The dossier's number, for instance `LT-2026-0042`.
    pub number: String,
    /// The parket that made the request.
    pub parket: String,
    /// The day of the latest piece. Not the day of printing: the same pieces are the same bundle.
    pub as_of: NaiveDate,
    /// The pieces, in the order of the bundle.
    pub pieces: Vec<PieceContent>,
}

/// A piece before it is printed.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct PieceContent {
    /// What it is.
    pub kind: PieceKind,
    /// Sequence of its event in the dossier.
    pub sequence: u64,
    /// SHA-256 of the leaf of its event in the log, lower-case hex: by it the piece can be found in an export and proven.
    pub leaf: String,
    /// What it says.
    pub lines: Vec<Line>,
}

/// One line of the form.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What is filled in here.
    pub label: &'static str,
    /// What was filled in.
    pub value: Filled,
}

/// What was filled in, or why it cannot be shown.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub enum Filled {
    /// These words.
    Said(String),
    /// It was there and cannot be shown.
    Withheld {
        /// Why not.
        reason: WithheldReason,
        /// The day it was erased, where it was.
        since: Option<NaiveDate>,
    },
}

impl Line {
    /// A line with these words.
    pub fn said(label: &'static str, words: impl Into<String>) -> Self {
        Self { label, value: Filled::Said(words.into()) }
    }

    /// A line with this day, in words.
    pub fn on(label: &'static str, day: NaiveDate) -> Self {
        Self::said(label, dutch::day(day))
    }
}
