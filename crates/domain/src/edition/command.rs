//! What can be asked of the editions of a half-year.

use chrono::NaiveDate;
use serde::Serialize;

use super::event::*;
use super::finding::Finding;
use crate::kernel::{ActorId, HalfYear, PlanId, labelled};

/// A command to the editions of a half-year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "each variant has its sentence; the fields' names and types say the rest")]
pub enum EditionCommand {
    /// Open the first edition. That the plan is there is the desk's to check.
    OpenEdition { plan: PlanId, half_year: HalfYear, head: EditionHead },
    /// Revise the head of an edition that is being drafted.
    ReviseEdition { number: u32, head: EditionHead },
    /// Ask the contacts for their rows, or give them other days. That the plan has whom another day is given is the desk's to check.
    OpenCollectionRound { due: CollectionDue },
    /// Remind the contacts of these competences.
    RemindContacts { competences: Vec<String> },
    /// Let a small count of persons stand. What was found, and who reported it, are the desk's to find out.
    WaiveSmallCount { number: u32, finding: Finding, reported_by: Vec<ActorId>, reason: String },
    /// Freeze an edition. The desk has stored the forms, and looked for what keeps it from being frozen.
    FreezeEdition { number: u32, pinned: Pinned, findings: Vec<Finding> },
    /// Approve a frozen edition.
    ApproveEdition { number: u32 },
    /// Record that an approved edition was submitted to the Vlaams Parlement.
    SubmitEdition { number: u32, submitted_on: NaiveDate },
    /// Stop serving an edition.
    WithdrawEdition { number: u32, reason: String },
    /// Open the next edition.
    OpenCorrection { head: EditionHead, reason: String },
}

labelled! {
    /// The kinds of command to an edition, for forms and for "what may I do next".
    pub enum EditionCommandKind {
        OpenEdition = "Editie openen", "Open the edition";
        ReviseEdition = "Kop van de editie herzien", "Revise the head of the edition";
        OpenCollectionRound = "Inzamelronde openen", "Open the collection round";
        RemindContacts = "Aanspreekpunten herinneren", "Remind the contacts";
        WaiveSmallCount = "Klein aantal laten staan", "Waive a small count";
        FreezeEdition = "Editie vastleggen", "Freeze the edition";
        ApproveEdition = "Editie goedkeuren", "Approve the edition";
        SubmitEdition = "Indiening noteren", "Record the submission";
        WithdrawEdition = "Editie intrekken", "Withdraw the edition";
        OpenCorrection = "Verbeterde editie openen", "Open a correction";
    }
}

impl EditionCommand {
    /// Which kind of command this is.
    pub fn kind(&self) -> EditionCommandKind {
        match self {
            Self::OpenEdition { .. } => EditionCommandKind::OpenEdition,
            Self::ReviseEdition { .. } => EditionCommandKind::ReviseEdition,
            Self::OpenCollectionRound { .. } => EditionCommandKind::OpenCollectionRound,
            Self::RemindContacts { .. } => EditionCommandKind::RemindContacts,
            Self::WaiveSmallCount { .. } => EditionCommandKind::WaiveSmallCount,
            Self::FreezeEdition { .. } => EditionCommandKind::FreezeEdition,
            Self::ApproveEdition { .. } => EditionCommandKind::ApproveEdition,
            Self::SubmitEdition { .. } => EditionCommandKind::SubmitEdition,
            Self::WithdrawEdition { .. } => EditionCommandKind::WithdrawEdition,
            Self::OpenCorrection { .. } => EditionCommandKind::OpenCorrection,
        }
    }
}
