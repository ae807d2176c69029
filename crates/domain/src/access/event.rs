//! What happened when somebody read, or tried to. Stored shapes are a contract. References only: never a value, never the
//! text of a question or its variables.
//!
//! These events name no day of their own: a reading happens when it is recorded, before its answer leaves.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::vocabulary::{AccessKind, AuthenticationFailure, QuestionRefusal};
use crate::edition::event::EditionForm;
use crate::kernel::{DossierId, OrganisationId, RefusalCode, ReportEditionId};
use crate::trajectory::event::DossierNumber;

/// An event of the access log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs, reason = "each variant has its sentence; the fields' names and types say the rest")]
pub enum AccessEvent {
    /// Dossiers were shown, each with the kinds of its personal fields that were opened.
    DossiersShown { dossiers: Vec<DossierShown>, question: Question, checkpoints: Checkpoints },
    /// Figures or lists were shown that are about dossiers without naming one.
    OverviewShown { question: Question, checkpoints: Checkpoints },
    /// Parts of a question were refused.
    QuestionRefused { refusals: Vec<RefusedPart>, question: Question },
    /// A command was refused; nothing of what it would have recorded is kept.
    CommandRefused { command: String, code: RefusalCode, dossier: Option<DossierId>, question: Question },
    /// Tokens did not count: so many of them for the same reason between these two moments.
    AuthenticationFailed { reason: AuthenticationFailure, count: u64, first_at: DateTime<Utc>, last_at: DateTime<Utc> },
    /// A document of a dossier left, on behalf of a recipient where it was delivered to one. `document` is the hash of the
    /// bytes that left: those that were recorded, or, where it was `withheld`, those of a bundle printed so after an erasure.
    PieceDownloaded {
        dossier: DossierId,
        document: String,
        recipient: Option<OrganisationId>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        withheld: bool,
        question: Question,
    },
    /// A document was brought in for a dossier. `document` is its hash.
    DocumentBroughtIn { dossier: DossierId, document: String, bytes: u64, question: Question },
    /// A link by which this person may download a document once, until this moment. The stream is named after the link.
    DocumentLinkMade { dossier: DossierId, document: String, valid_until: DateTime<Utc>, question: Question },
    /// An export of a log was made: of one dossier, or of everything the selection describes. `opened` tells whether
    /// personal values were written in clear beside it, `personal` of which kinds; older events do not say which.
    ExportMade {
        log: String,
        selection: String,
        dossier: Option<DossierId>,
        tree_size: u64,
        opened: bool,
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        personal: BTreeSet<String>,
        question: Question,
    },
    /// A dossier was replayed step by step, up to the event with this index of the log.
    ReplayShown { dossier: DossierId, personal: BTreeSet<String>, through: u64, question: Question },
    /// A form of a report edition left: one that was frozen, or, where the question is `report --draft`, the edition that was
    /// being drafted, of which nothing is kept. `document` is the hash of the bytes that left. An edition is about no dossier.
    EditionDownloaded {
        editions: ReportEditionId,
        number: u32,
        form: EditionForm,
        document: String,
        question: Question,
    },
}

/// A dossier that was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DossierShown {
    /// The dossier.
    pub id: DossierId,
    /// The kinds of personal fields of it that were opened. Never a value.
    pub personal: BTreeSet<String>,
}

/// What was asked, without its text and its variables: those may hold personal data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Question {
    /// The name the client gave the operation, in older events: it is the client's own text, and not kept any more.
    pub operation: Option<String>,
    /// The fields of the schema that were asked at its root, or the name of the program's own command.
    pub fields: Vec<String>,
    /// The dossier the reader stated to work on.
    pub case: Option<DossierNumber>,
}

/// How far in the log each view was from which the answer was read: its name and the index of its last event.
pub type Checkpoints = BTreeMap<String, u64>;

/// A part of a question that was refused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct RefusedPart {
    /// Why.
    pub reason: QuestionRefusal,
    /// The field at the root of the question.
    pub field: String,
    /// The dossier that was asked for by id, whether there is one or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dossier: Option<DossierId>,
    /// The dossier that was asked for by number, whether there is one or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<DossierNumber>,
}

impl Question {
    /// The command of the program by which an edition leaves that is being drafted.
    pub const DRAFT: &'static str = "report --draft";

    /// Whether it was that command.
    pub fn is_of_draft(&self) -> bool {
        self.fields == [Self::DRAFT]
    }

    /// A question that a command of the program itself puts, such as `audit export`.
    pub fn of_program(command: &str) -> Self {
        Self { operation: None, fields: vec![command.to_owned()], case: None }
    }
}

impl AccessEvent {
    /// Every event type, in the order of the list above.
    pub const TYPES: &'static [&'static str] = &[
        "DossiersShown",
        "OverviewShown",
        "QuestionRefused",
        "CommandRefused",
        "AuthenticationFailed",
        "PieceDownloaded",
        "DocumentBroughtIn",
        "DocumentLinkMade",
        "ExportMade",
        "ReplayShown",
        "EditionDownloaded",
    ];

    /// The stored name.
    pub fn event_type(&self) -> &'static str {
        match self {
            Self::DossiersShown { .. } => "DossiersShown",
            Self::OverviewShown { .. } => "OverviewShown",
            Self::QuestionRefused { .. } => "QuestionRefused",
            Self::CommandRefused { .. } => "CommandRefused",
            Self::AuthenticationFailed { .. } => "AuthenticationFailed",
            Self::PieceDownloaded { .. } => "PieceDownloaded",
            Self::DocumentBroughtIn { .. } => "DocumentBroughtIn",
            Self::DocumentLinkMade { .. } => "DocumentLinkMade",
            Self::ExportMade { .. } => "ExportMade",
            Self::ReplayShown { .. } => "ReplayShown",
            Self::EditionDownloaded { .. } => "EditionDownloaded",
        }
    }

    /// The version of the stored shape.
    pub fn event_version(&self) -> u16 {
        match self {
            Self::DossiersShown { .. } | Self::QuestionRefused { .. } => 2,
            Self::OverviewShown { .. }
            | Self::CommandRefused { .. }
            | Self::AuthenticationFailed { .. }
            | Self::PieceDownloaded { .. }
            | Self::DocumentBroughtIn { .. }
            | Self::DocumentLinkMade { .. }
            | Self::ExportMade { .. }
            | Self::ReplayShown { .. }
            | Self::EditionDownloaded { .. } => 1,
        }
    }

    /// What kind of access it is.
    pub fn kind(&self) -> AccessKind {
        match self {
            Self::DossiersShown { .. } => AccessKind::Shown,
            Self::OverviewShown { .. } => AccessKind::Overview,
            Self::QuestionRefused { .. } => AccessKind::Refused,
            Self::CommandRefused { .. } => AccessKind::CommandRefused,
            Self::AuthenticationFailed { .. } => AccessKind::NotAuthenticated,
            Self::PieceDownloaded { .. } => AccessKind::Downloaded,
            Self::DocumentBroughtIn { .. } => AccessKind::BroughtIn,
            Self::DocumentLinkMade { .. } => AccessKind::Linked,
            Self::ExportMade { .. } => AccessKind::Exported,
            Self::ReplayShown { .. } => AccessKind::Replayed,
            Self::EditionDownloaded { .. } => AccessKind::EditionTaken,
        }
    }

    /// What was asked; none where nobody was known to ask.
    pub fn question(&self) -> Option<&Question> {
        match self {
            Self::DossiersShown { question, .. }
            | Self::OverviewShown { question, .. }
            | Self::QuestionRefused { question, .. }
            | Self::CommandRefused { question, .. }
            | Self::PieceDownloaded { question, .. }
            | Self::DocumentBroughtIn { question, .. }
            | Self::DocumentLinkMade { question, .. }
            | Self::ExportMade { question, .. }
            | Self::ReplayShown { question, .. }
            | Self::EditionDownloaded { question, .. } => Some(question),
            Self::AuthenticationFailed { .. } => None,
        }
    }

    /// The same event, in the case the reader stated.
    pub fn in_case(mut self, case: Option<&DossierNumber>) -> Self {
        match &mut self {
            Self::DossiersShown { question, .. }
            | Self::OverviewShown { question, .. }
            | Self::QuestionRefused { question, .. }
            | Self::CommandRefused { question, .. }
            | Self::PieceDownloaded { question, .. }
            | Self::DocumentBroughtIn { question, .. }
            | Self::DocumentLinkMade { question, .. }
            | Self::ExportMade { question, .. }
            | Self::ReplayShown { question, .. }
            | Self::EditionDownloaded { question, .. } => question.case = case.cloned(),
            Self::AuthenticationFailed { .. } => {}
        }
        self
    }
}
