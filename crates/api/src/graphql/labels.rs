//! Every closed list of the schema, for the forms that show them.

use spoor_domain::access::vocabulary::{AccessKind, AuthenticationFailure, QuestionRefusal};
use spoor_domain::action::event::MinisterOffice;
use spoor_domain::action::vocabulary::*;
use spoor_domain::agreement::vocabulary::*;
use spoor_domain::edition::vocabulary::*;
use spoor_domain::kernel::{Purpose, RefusalCode, Role, RuleSource, Side, WithheldReason};
use spoor_domain::training::vocabulary::*;
use spoor_domain::trajectory::command::TrajectoryCommandKind;
use spoor_domain::trajectory::explain::ExplainedOutcome;
use spoor_domain::trajectory::record::AppointmentState;
use spoor_domain::trajectory::vocabulary::*;

use super::reference::ListOfLabels;

macro_rules! lists {
    ($($list:ty),+ $(,)?) => {
        /// The lists.
        pub const LISTS: &[ListOfLabels] = &[$(ListOfLabels::of::<$list>(),)+];
    };
}

lists![
    TrajectoryStatus,
    WaitingFor,
    TrajectoryCommandKind,
    RequestBasis,
    OffenceFamily,
    CriterionAnswer,
    EligibilityOutcome,
    ExplainedOutcome,
    RuleSource,
    ConsentGiver,
    SharingScope,
    EvidenceKind,
    AppointmentKind,
    AppointmentState,
    Channel,
    AppointmentReason,
    TalkTheme,
    ReflectionAuthor,
    StatementKind,
    WaiverReason,
    AdviceConclusion,
    PieceKind,
    ProsecutionOutcome,
    RetractionReason,
    EndReason,
    CorrectableField,
    AnnulmentReason,
    SubjectReason,
    RestrictionGround,
    ErasureRemainder,
    TrainingProgramme,
    TrainingLine,
    TrainingAudience,
    TrainingCorrection,
    TrainingAnnulment,
    AgreementKind,
    AgreementStatus,
    TerminationReason,
    ActionStatus,
    RowState,
    BudgetSource,
    RelationKind,
    PeriodKind,
    DuplicateCertainty,
    IndicatorMeasure,
    IndicatorValueKind,
    MinisterOffice,
    EditionStatus,
    EditionForm,
    BlockerKind,
    Role,
    Side,
    Purpose,
    WithheldReason,
    RefusalCode,
    AccessKind,
    AuthenticationFailure,
    QuestionRefusal,
];
