//! What every aggregate shares: identities, moments, people and their roles, personal data, the shape of a decision.

mod actor;
mod addressed;
mod confidential;
mod decider;
mod event_list;
mod half_year;
mod ids;
mod labels;
mod law;
mod letters;
mod money;
mod personal;
mod refusal;
mod spans;
#[cfg(test)]
pub(crate) mod testing;

pub use actor::{Actor, ActorId, NotACode, OrganisationId, Purpose, Role, Side};
pub use addressed::Addressed;
pub(crate) use addressed::cqrs_aggregate;
pub use confidential::Confidential;
pub use decider::{CommandContext, Decider, EventPayload, Provenance};
pub(crate) use event_list::event_list;
pub use half_year::{HalfYear, HalfYearError};
pub use ids::{
    ActionId, AgreementId, AppointmentId, DossierId, PlanId, ReportEditionId, RightsRequestId, SubjectId,
    TrainingSessionId, derived_id,
};
pub(crate) use labels::labelled;
pub use labels::{DUTCH_MONTHS, Label, Language};
pub use law::{LegalField, LegalReference};
pub use letters::{as_read, composed, is_blank, is_unseen, name_key};
pub use money::{Cents, hundredths, whole};
pub use personal::{Personal, PersonalContent, SealedAt, WithheldReason};
pub use refusal::{Refusal, RefusalCode, RuleSource};
pub use spans::Spans;
