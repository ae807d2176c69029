//! What can be asked of a plan action.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Serialize;

use super::event::*;
use crate::kernel::{HalfYear, labelled};

/// A responsibility as given; the office of a minister follows from the title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum ResponsibilityGiven {
    /// A minister, by title as printed.
    Minister {
        /// The title.
        title: String,
    },
    /// A policy domain.
    PolicyDomain {
        /// The code.
        code: PolicyDomainCode,
        /// Whether it coordinates the action.
        coordinator: bool,
    },
}

/// A field of an amount that may be missing, and that a correction may therefore leave out. Means and mentions of funding
/// have some of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[allow(missing_docs, reason = "each variant is the field of its name")]
pub enum EntryField {
    Row,
    Competence,
    Beneficiary,
    Note,
    Funder,
    Period,
    Verbatim,
    Relation,
    Breakdown,
    PossibleDuplicateOf,
}

impl EntryField {
    /// Every one of them.
    pub const ALL: [Self; 10] = [
        Self::Row,
        Self::Competence,
        Self::Beneficiary,
        Self::Note,
        Self::Funder,
        Self::Period,
        Self::Verbatim,
        Self::Relation,
        Self::Breakdown,
        Self::PossibleDuplicateOf,
    ];
}

/// A command to a plan action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "each variant has its sentence; the fields' names and types say the rest")]
pub enum ActionCommand {
    /// Define the action.
    DefineAction { defined_on: NaiveDate, definition: ActionDefinition },
    /// Revise its definition; plan and number stay. With `keeps_continues`, so does what it continues.
    ReviseAction {
        revised_on: NaiveDate,
        definition: ActionDefinition,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        keeps_continues: bool,
    },
    /// Change its status; a step back needs a reason.
    ChangeStatus { changed_on: NaiveDate, half_year: HalfYear, status: ActionStatus, reason: Option<String> },
    /// Make a minister or policy domain responsible.
    AssignResponsibility { assigned_on: NaiveDate, responsibility: ResponsibilityGiven },
    /// End a responsibility.
    EndResponsibility { ended_on: NaiveDate, responsibility: ResponsibilityGiven },
    /// Involve another party.
    AddPartner { added_on: NaiveDate, partner: String },
    /// Record that a party left.
    RemovePartner { removed_on: NaiveDate, partner: String },
    /// Write a report row, or write it again.
    ReportProgress { reported_on: NaiveDate, row: ReportRow },
    /// Start a row from the text of an earlier half-year's row.
    CarryForward { reported_on: NaiveDate, from: RowId, to: RowId, half_year: HalfYear },
    /// Declare that there is nothing to report.
    DeclareNothingToReport { declared_on: NaiveDate, row: RowHead },
    /// Record a row of a printed report without its text.
    RecordRowWithoutText { reported_on: NaiveDate, row: RowHead },
    /// Submit a row to the coordinator.
    SubmitRow { row: RowId },
    /// Send a row back, an accepted one too: it is written, submitted and accepted again.
    ReturnRow { row: RowId, reason: String },
    /// Accept a row.
    AcceptRow { row: RowId },
    /// Report an amount.
    ReportBudget { reported_on: NaiveDate, entry: BudgetEntry },
    /// Correct an amount. The fields in `keeps` stay as reported, whatever the entry says there. Where it was read in the
    /// source stays unless another place is given, and how it was ascribed to its competence as long as that is the same.
    CorrectBudget {
        corrected_on: NaiveDate,
        entry: BudgetEntry,
        #[serde(skip_serializing_if = "BTreeSet::is_empty")]
        keeps: BTreeSet<EntryField>,
        reason: String,
    },
    /// Report people or other means.
    ReportMeans { reported_on: NaiveDate, means: Means },
    /// Correct means. The fields in `keeps` stay as reported, whatever the means say there.
    CorrectMeans {
        corrected_on: NaiveDate,
        means: Means,
        #[serde(skip_serializing_if = "BTreeSet::is_empty")]
        keeps: BTreeSet<EntryField>,
        reason: String,
    },
    /// Mention funding without an amount.
    MentionFunding { reported_on: NaiveDate, mention: FundingMention },
    /// Correct a mention of funding. The fields in `keeps` stay as reported, whatever the mention says there.
    CorrectFundingMention {
        corrected_on: NaiveDate,
        mention: FundingMention,
        #[serde(skip_serializing_if = "BTreeSet::is_empty")]
        keeps: BTreeSet<EntryField>,
        reason: String,
    },
    /// Report a figure.
    ReportIndicator { reported_on: NaiveDate, indicator: Indicator },
    /// Do all of these in this order, or none: how a printed report is taken over in one step.
    Together { commands: Vec<ActionCommand> },
}

labelled! {
    /// The kinds of command to an action, for forms and for "what may I do next".
    pub enum ActionCommandKind {
        DefineAction = "Actie bepalen", "Define the action";
        ReviseAction = "Actie herzien", "Revise the action";
        ChangeStatus = "Status wijzigen", "Change the status";
        AssignResponsibility = "Verantwoordelijke aanduiden", "Assign a responsibility";
        EndResponsibility = "Verantwoordelijkheid beëindigen", "End a responsibility";
        AddPartner = "Betrokkene toevoegen", "Add a partner";
        RemovePartner = "Betrokkene verwijderen", "Remove a partner";
        ReportProgress = "Voortgang rapporteren", "Report progress";
        CarryForward = "Vorige rapportering overnemen", "Carry the previous report forward";
        DeclareNothingToReport = "Niets te melden", "Declare nothing to report";
        RecordRowWithoutText = "Rij zonder tekst overnemen", "Record a row without its text";
        SubmitRow = "Rij indienen", "Submit a row";
        ReturnRow = "Rij terugsturen", "Return a row";
        AcceptRow = "Rij aanvaarden", "Accept a row";
        ReportBudget = "Budget rapporteren", "Report a budget";
        CorrectBudget = "Budget verbeteren", "Correct a budget";
        ReportMeans = "Middelen rapporteren", "Report means";
        CorrectMeans = "Middelen verbeteren", "Correct means";
        MentionFunding = "Financiering vermelden", "Mention funding";
        CorrectFundingMention = "Vermelding van financiering verbeteren", "Correct a mention of funding";
        ReportIndicator = "Indicator rapporteren", "Report an indicator";
        Together = "Samen uitvoeren", "Do together";
    }
}
