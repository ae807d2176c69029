//! What the list and the detail show of a dossier, and what they can be asked.
//!
//! Rows are made from the folded state in one place, whoever needs them: the projector that writes them, and whoever
//! asks how a dossier stood at another moment.

use chrono::{DateTime, NaiveDate, Utc};
use spoor_domain::kernel::{ActorId, AgreementId, DossierId, OrganisationId, Personal, SubjectId};
use spoor_domain::trajectory::event::{AgreementStanding, DossierNumber};
use spoor_domain::trajectory::vocabulary::{TrajectoryStatus, WaitingFor};
use spoor_domain::trajectory::{Deadlines, LearningTrajectory};
use spoor_eventlog::Position;

/// One dossier. Nothing personal stands here; that is asked separately, by [`personal`](super::personal).
#[derive(Clone, Debug, PartialEq)]
pub struct TrajectoryRow {
    /// Id of the dossier.
    pub id: DossierId,
    /// Its number.
    pub number: DossierNumber,
    /// Where it stands.
    pub status: TrajectoryStatus,
    /// The parket it is with.
    pub parket: OrganisationId,
    /// The assigned guide.
    pub guide: Option<ActorId>,
    /// Whose move it is.
    pub waiting_for: WaitingFor,
    /// The day of the request; none while it is a draft.
    pub requested_on: Option<NaiveDate>,
    /// The day it came to its status.
    pub status_since: NaiveDate,
    /// The day from which its deadline runs; none when it has ended, is restricted or erased.
    pub due_since: Option<NaiveDate>,
    /// The latest day on which a step was taken.
    pub last_step_on: NaiveDate,
    /// Whether Kazerne Dossin may see it: from the consent on.
    pub visible_to_museum: bool,
    /// The agreement under which it was requested.
    pub agreement: AgreementId,
    /// The person concerned.
    pub subject: SubjectId,
    /// Number of events of the dossier.
    pub version: u64,
    /// Position of its last event.
    pub position: Position,
    /// Leaf index of its last event.
    pub index: u64,
    /// When its last event was recorded.
    pub updated_at: DateTime<Utc>,
    /// The folded dossier.
    pub state: LearningTrajectory,
}

impl TrajectoryRow {
    /// The row of this state; none for a stream that does not begin with a request.
    pub(super) fn of(id: DossierId, state: &LearningTrajectory, last: Last) -> Option<Self> {
        let status = state.status()?;
        let status_since = state.status_since()?;
        let agreement = match state.standing()? {
            AgreementStanding::InForce { agreement }
            | AgreementStanding::UnderRenewal { agreement }
            | AgreementStanding::FirstRequest { agreement } => *agreement,
        };
        Some(Self {
            id,
            number: state.number()?.clone(),
            status,
            parket: state.parket()?.clone(),
            guide: state.guide().cloned(),
            waiting_for: state.waiting_for(),
            requested_on: state.requested_on(),
            status_since,
            due_since: due_since(state),
            last_step_on: state.last_step_on().unwrap_or(status_since),
            visible_to_museum: state.museum_involved(),
            agreement,
            subject: state.subject()?,
            version: state.version(),
            position: last.position,
            index: last.index,
            updated_at: last.recorded_at,
            state: state.clone(),
        })
    }

    /// The day it ended, from which keeping it counts; none while it is open and once it is erased.
    pub fn ended_since(&self) -> Option<NaiveDate> {
        (!self.status.is_open() && !self.state.erased()).then_some(self.status_since)
    }
}

/// The last event of a dossier.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Last {
    pub position: Position,
    pub index: u64,
    pub recorded_at: DateTime<Utc>,
}

/// The day from which the deadline of a dossier runs; none when it has ended, is restricted or erased.
pub(super) fn due_since(state: &LearningTrajectory) -> Option<NaiveDate> {
    let counts = state.status()?.is_open() && !state.restricted() && !state.erased();
    state.status_since().filter(|_| counts)
}

/// How to name one dossier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DossierKey {
    /// By id.
    Id(DossierId),
    /// By number.
    Number(DossierNumber),
}

/// What the list can be narrowed to. An empty list means any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrajectoryFilter {
    /// In one of these statuses.
    pub statuses: Vec<TrajectoryStatus>,
    /// With one of these parketten.
    pub parketten: Vec<OrganisationId>,
    /// Assigned to one of these guides.
    pub guides: Vec<ActorId>,
    /// Waiting for one of these.
    pub waiting_for: Vec<WaitingFor>,
    /// Past its deadline, or not.
    pub overdue: Option<Overdue>,
    /// Ended in one of these statuses, on its day or before, and not erased.
    pub ended: Option<Vec<(TrajectoryStatus, NaiveDate)>>,
    /// Requested on this day or later.
    pub requested_from: Option<NaiveDate>,
    /// Requested on this day or earlier.
    pub requested_until: Option<NaiveDate>,
    /// Whose number begins with this.
    pub number_prefix: Option<String>,
    /// Whose case reference is this one, as given; see [`super::blind`] for what counts as the same.
    pub case_reference: Option<String>,
    /// Whose participant has this name and was born on this day.
    pub name_and_birth: Option<(String, NaiveDate)>,
}

/// Whether dossiers are past their deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// Those that are, or those that are not.
    pub overdue: bool,
    /// On this day.
    pub on: NaiveDate,
    /// By these deadlines.
    pub deadlines: Deadlines,
}

/// By what the list is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TrajectorySort {
    /// The day of the request; drafts come first.
    #[default]
    RequestedOn,
    /// The status, in the order of a dossier's life.
    Status,
    /// The number.
    Number,
    /// The moment of the last change.
    Updated,
}

/// The order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrajectoryOrder {
    /// By what.
    pub sort: TrajectorySort,
    /// Whether from high to low.
    pub descending: bool,
}

/// Newest request first.
impl Default for TrajectoryOrder {
    fn default() -> Self {
        Self { sort: TrajectorySort::RequestedOn, descending: true }
    }
}

/// A personal value that stands now, sealed as in the log; open it with the vault for who is entitled to it.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonalValue {
    /// What it is.
    pub field: PersonalField,
    /// The event of the dossier it belongs to; 0 for the fields of which a dossier has one.
    pub sequence: u64,
    /// Which one of several within that: the code of a criterion, the id of an appointment; else empty.
    pub part: String,
    /// The value. Opened it is the JSON of a text, a day or a truth.
    pub value: Personal<serde_json::Value>,
}

/// A personal field of a dossier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names are those of the events' fields")]
pub enum PersonalField {
    ParticipantName,
    ParticipantBirthOn,
    ParticipantContact,
    ParticipantLanguage,
    InterpreterNeeded,
    CaseReference,
    OffenceOn,
    Facts,
    EligibilityNote,
    EligibilityReason,
    GuideReason,
    AppointmentInterpreter,
    AppointmentCompanions,
    AppointmentRemark,
    Notes,
    AdaptedTo,
    InterruptionReason,
    ReasonNotSameDay,
    ReportText,
    WaiverRemark,
    Motivation,
    RevisionReason,
    OutcomeRemark,
    EndRemark,
    CorrectionReason,
}

impl PersonalField {
    /// Every field.
    pub const ALL: &'static [Self] = &[
        Self::ParticipantName,
        Self::ParticipantBirthOn,
        Self::ParticipantContact,
        Self::ParticipantLanguage,
        Self::InterpreterNeeded,
        Self::CaseReference,
        Self::OffenceOn,
        Self::Facts,
        Self::EligibilityNote,
        Self::EligibilityReason,
        Self::GuideReason,
        Self::AppointmentInterpreter,
        Self::AppointmentCompanions,
        Self::AppointmentRemark,
        Self::Notes,
        Self::AdaptedTo,
        Self::InterruptionReason,
        Self::ReasonNotSameDay,
        Self::ReportText,
        Self::WaiverRemark,
        Self::Motivation,
        Self::RevisionReason,
        Self::OutcomeRemark,
        Self::EndRemark,
        Self::CorrectionReason,
    ];

    /// As stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::ParticipantName => "name",
            Self::ParticipantBirthOn => "birth_on",
            Self::ParticipantContact => "contact",
            Self::ParticipantLanguage => "language",
            Self::InterpreterNeeded => "interpreter_needed",
            Self::CaseReference => "case_reference",
            Self::OffenceOn => "offence_on",
            Self::Facts => "facts",
            Self::EligibilityNote => "eligibility_note",
            Self::EligibilityReason => "eligibility_reason",
            Self::GuideReason => "guide_reason",
            Self::AppointmentInterpreter => "appointment_interpreter",
            Self::AppointmentCompanions => "appointment_companions",
            Self::AppointmentRemark => "appointment_remark",
            Self::Notes => "notes",
            Self::AdaptedTo => "adapted_to",
            Self::InterruptionReason => "interruption_reason",
            Self::ReasonNotSameDay => "reason_not_same_day",
            Self::ReportText => "report_text",
            Self::WaiverRemark => "waiver_remark",
            Self::Motivation => "motivation",
            Self::RevisionReason => "revision_reason",
            Self::OutcomeRemark => "outcome_remark",
            Self::EndRemark => "end_remark",
            Self::CorrectionReason => "correction_reason",
        }
    }

    /// The field with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.code() == code)
    }
}
