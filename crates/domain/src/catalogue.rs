//! Every event of the domain by its stored name and version: decoding, and the upcasts that keep old shapes readable.

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::access::event::AccessEvent;
use crate::access::upcast as access_upcast;
use crate::action::event::ActionEvent;
use crate::agreement::event::AgreementEvent;
use crate::edition::event::EditionEvent;
use crate::kernel::EventPayload;
use crate::plan::event::PlanEvent;
use crate::publication::event::PublicationEvent;
use crate::register::event::RegisterEvent;
use crate::rights::event::RightsEvent;
use crate::training::event::TrainingEvent;
use crate::trajectory::event::TrajectoryEvent;

/// An event of any aggregate.
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every event is of a dossier; a box would cost each an allocation"
)]
#[derive(Clone, Debug, PartialEq)]
pub enum DomainEvent {
    /// Of a learning trajectory.
    Trajectory(TrajectoryEvent),
    /// Of a cooperation agreement.
    Agreement(AgreementEvent),
    /// Of the dossier register.
    Register(RegisterEvent),
    /// Of an action plan.
    Plan(PlanEvent),
    /// Of a plan action.
    Action(ActionEvent),
    /// Of the access log.
    Access(AccessEvent),
    /// Of a request by a person concerned.
    Rights(RightsEvent),
    /// Of the editions of a half-yearly report.
    Edition(EditionEvent),
    /// Of the register of publications.
    Publication(PublicationEvent),
    /// Of a line of police training.
    Training(TrainingEvent),
}

/// The stored names of the aggregates.
pub mod aggregate_type {
    /// A learning trajectory.
    pub const TRAJECTORY: &str = "learning_trajectory";
    /// A cooperation agreement.
    pub const AGREEMENT: &str = "cooperation_agreement";
    /// The dossier register of a year.
    pub const REGISTER: &str = "dossier_register";
    /// An action plan.
    pub const PLAN: &str = "action_plan";
    /// A plan action.
    pub const ACTION: &str = "plan_action";
    /// One answer, or one refusal, in the access log.
    pub const ACCESS: &str = "access";
    /// A request by a person concerned.
    pub const RIGHTS_REQUEST: &str = "rights_request";
    /// The editions of a half-yearly report.
    pub const EDITION: &str = "report_edition";
    /// The register of publications.
    pub const PUBLICATION: &str = "publication_register";
    /// The record of a line of police training.
    pub const TRAINING: &str = "police_training";
}

/// Every event type ever stored, per aggregate. A type is never removed from this list.
pub const ALL_EVENT_TYPES: &[(&str, &[&str])] = &[
    (aggregate_type::TRAJECTORY, TrajectoryEvent::TYPES),
    (aggregate_type::AGREEMENT, AgreementEvent::TYPES),
    (aggregate_type::REGISTER, RegisterEvent::TYPES),
    (aggregate_type::PLAN, PlanEvent::TYPES),
    (aggregate_type::ACTION, ActionEvent::TYPES),
    (aggregate_type::ACCESS, AccessEvent::TYPES),
    (aggregate_type::RIGHTS_REQUEST, RightsEvent::TYPES),
    (aggregate_type::EDITION, EditionEvent::TYPES),
    (aggregate_type::PUBLICATION, PublicationEvent::TYPES),
    (aggregate_type::TRAINING, TrainingEvent::TYPES),
];

/// Turns the payload of one version of an event into the payload of the next version. Personal fields are still sealed
/// objects here, opened or withheld later: an upcast moves them, it never looks into them.
pub struct Upcast {
    /// The aggregate.
    pub aggregate_type: &'static str,
    /// The event.
    pub event_type: &'static str,
    /// The version it reads; it writes the next one.
    pub from_version: u16,
    /// The change.
    pub apply: fn(Value) -> Result<Value, String>,
}

/// The upcasts in force. Stored events are never rewritten, they are read through these.
const UPCASTS: &[Upcast] = &[
    Upcast {
        aggregate_type: aggregate_type::ACCESS,
        event_type: "DossiersShown",
        from_version: 1,
        apply: access_upcast::dossiers_shown_v1,
    },
    Upcast {
        aggregate_type: aggregate_type::ACCESS,
        event_type: "QuestionRefused",
        from_version: 1,
        apply: access_upcast::question_refused_v1,
    },
];

/// Why a stored event cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// The aggregate is not one of ours.
    #[error("no aggregate is called '{0}': the log holds events of a newer program, upgrade this one")]
    UnknownAggregate(String),
    /// The event is not one of ours.
    #[error("{aggregate_type} has no event '{event_type}': the log holds events of a newer program, upgrade this one")]
    UnknownEvent {
        /// The aggregate.
        aggregate_type: String,
        /// The name found.
        event_type: String,
    },
    /// The version is not one of ours.
    #[error("{event_type} has no version {version} (known up to {known}): upgrade this program")]
    UnknownVersion {
        /// The event.
        event_type: String,
        /// The version found.
        version: u16,
        /// The version this program writes.
        known: u16,
    },
    /// An upcast failed.
    #[error("{event_type} version {version} cannot be read as the next version: {reason}")]
    Upcast {
        /// The event.
        event_type: String,
        /// The version it was read from.
        version: u16,
        /// Why.
        reason: String,
    },
    /// The payload does not have the shape of its type.
    #[error("the payload of {event_type} does not have its shape: {source}")]
    Malformed {
        /// The event.
        event_type: String,
        /// What serde says; it names fields and types, never values of ours.
        source: serde_json::Error,
    },
    /// The payload is of another event than the header says.
    #[error("the header says {event_type}, the payload says {found}")]
    Mismatch {
        /// In the header.
        event_type: String,
        /// In the payload.
        found: &'static str,
    },
}

impl DomainEvent {
    /// The event stored under these names, read through the upcasts of its version.
    ///
    /// # Errors
    /// When name or version is unknown to this program, or the payload does not have its shape. Nothing is skipped.
    pub fn decode(
        aggregate_type: &str,
        event_type: &str,
        version: u16,
        payload: Value,
    ) -> Result<Self, CatalogueError> {
        Self::decode_through(UPCASTS, aggregate_type, event_type, version, payload)
    }

    fn decode_through(
        upcasts: &[Upcast],
        aggregate_type: &str,
        event_type: &str,
        version: u16,
        payload: Value,
    ) -> Result<Self, CatalogueError> {
        known(aggregate_type, event_type)?;
        let payload = upcast(upcasts, aggregate_type, event_type, version, payload)?;
        match aggregate_type {
            aggregate_type::TRAJECTORY => parse(event_type, payload, EventPayload::event_type).map(Self::Trajectory),
            aggregate_type::AGREEMENT => parse(event_type, payload, EventPayload::event_type).map(Self::Agreement),
            aggregate_type::REGISTER => parse(event_type, payload, EventPayload::event_type).map(Self::Register),
            aggregate_type::PLAN => parse(event_type, payload, EventPayload::event_type).map(Self::Plan),
            aggregate_type::ACTION => parse(event_type, payload, EventPayload::event_type).map(Self::Action),
            aggregate_type::ACCESS => parse(event_type, payload, AccessEvent::event_type).map(Self::Access),
            aggregate_type::RIGHTS_REQUEST => parse(event_type, payload, EventPayload::event_type).map(Self::Rights),
            aggregate_type::EDITION => parse(event_type, payload, EventPayload::event_type).map(Self::Edition),
            aggregate_type::PUBLICATION => parse(event_type, payload, EventPayload::event_type).map(Self::Publication),
            aggregate_type::TRAINING => parse(event_type, payload, EventPayload::event_type).map(Self::Training),
            unknown => Err(CatalogueError::UnknownAggregate(unknown.to_owned())),
        }
    }

    /// The stored name of the aggregate.
    pub fn aggregate_type(&self) -> &'static str {
        match self {
            Self::Trajectory(_) => aggregate_type::TRAJECTORY,
            Self::Agreement(_) => aggregate_type::AGREEMENT,
            Self::Register(_) => aggregate_type::REGISTER,
            Self::Plan(_) => aggregate_type::PLAN,
            Self::Action(_) => aggregate_type::ACTION,
            Self::Access(_) => aggregate_type::ACCESS,
            Self::Rights(_) => aggregate_type::RIGHTS_REQUEST,
            Self::Edition(_) => aggregate_type::EDITION,
            Self::Publication(_) => aggregate_type::PUBLICATION,
            Self::Training(_) => aggregate_type::TRAINING,
        }
    }

    /// The stored name of the event.
    pub fn event_type(&self) -> &'static str {
        match self {
            Self::Trajectory(event) => event.event_type(),
            Self::Agreement(event) => event.event_type(),
            Self::Register(event) => event.event_type(),
            Self::Plan(event) => event.event_type(),
            Self::Action(event) => event.event_type(),
            Self::Access(event) => event.event_type(),
            Self::Rights(event) => event.event_type(),
            Self::Edition(event) => event.event_type(),
            Self::Publication(event) => event.event_type(),
            Self::Training(event) => event.event_type(),
        }
    }

    /// The version of the stored shape that this program writes.
    pub fn event_version(&self) -> u16 {
        match self {
            Self::Trajectory(event) => event.event_version(),
            Self::Agreement(event) => event.event_version(),
            Self::Register(event) => event.event_version(),
            Self::Plan(event) => event.event_version(),
            Self::Action(event) => event.event_version(),
            Self::Access(event) => event.event_version(),
            Self::Rights(event) => event.event_version(),
            Self::Edition(event) => event.event_version(),
            Self::Publication(event) => event.event_version(),
            Self::Training(event) => event.event_version(),
        }
    }

    /// The day on which it happened in the world; none for a reading, which happens when it is recorded.
    pub fn occurred_on(&self) -> Option<NaiveDate> {
        Some(match self {
            Self::Trajectory(event) => event.occurred_on(),
            Self::Agreement(event) => event.occurred_on(),
            Self::Register(event) => event.occurred_on(),
            Self::Plan(event) => event.occurred_on(),
            Self::Action(event) => event.occurred_on(),
            Self::Rights(event) => event.occurred_on(),
            Self::Edition(event) => event.occurred_on(),
            Self::Publication(event) => event.occurred_on(),
            Self::Training(event) => event.occurred_on(),
            Self::Access(_) => return None,
        })
    }
}

/// The version of an event's shape that this program writes: one more than the versions it can upcast from.
pub fn current_version(aggregate_type: &str, event_type: &str) -> u16 {
    version_after(UPCASTS, aggregate_type, event_type)
}

/// A stored payload in the shape of the current version, for readers that know the event's type already.
///
/// # Errors
/// When the version is unknown to this program, or an upcast fails.
pub fn upcast_to_current(
    aggregate_type: &str,
    event_type: &str,
    version: u16,
    payload: Value,
) -> Result<Value, CatalogueError> {
    upcast(UPCASTS, aggregate_type, event_type, version, payload)
}

fn version_after(upcasts: &[Upcast], aggregate_type: &str, event_type: &str) -> u16 {
    let steps = upcasts.iter().filter(|step| step.aggregate_type == aggregate_type && step.event_type == event_type);
    steps.map(|step| step.from_version + 1).max().unwrap_or(1)
}

fn known(aggregate_type: &str, event_type: &str) -> Result<(), CatalogueError> {
    let (_, types) = ALL_EVENT_TYPES
        .iter()
        .find(|(known, _)| *known == aggregate_type)
        .ok_or_else(|| CatalogueError::UnknownAggregate(aggregate_type.to_owned()))?;
    if types.contains(&event_type) {
        return Ok(());
    }
    Err(CatalogueError::UnknownEvent { aggregate_type: aggregate_type.to_owned(), event_type: event_type.to_owned() })
}

fn upcast(
    upcasts: &[Upcast],
    aggregate_type: &str,
    event_type: &str,
    stored: u16,
    mut payload: Value,
) -> Result<Value, CatalogueError> {
    let current = version_after(upcasts, aggregate_type, event_type);
    let unknown =
        |version| CatalogueError::UnknownVersion { event_type: event_type.to_owned(), version, known: current };
    if stored == 0 || stored > current {
        return Err(unknown(stored));
    }
    for version in stored..current {
        let step = upcasts
            .iter()
            .find(|step| {
                step.aggregate_type == aggregate_type && step.event_type == event_type && step.from_version == version
            })
            .ok_or_else(|| unknown(version))?;
        payload = (step.apply)(payload).map_err(|reason| CatalogueError::Upcast {
            event_type: event_type.to_owned(),
            version,
            reason,
        })?;
    }
    Ok(payload)
}

fn parse<E: DeserializeOwned>(
    event_type: &str,
    payload: Value,
    name: fn(&E) -> &'static str,
) -> Result<E, CatalogueError> {
    let event: E = serde_json::from_value(payload)
        .map_err(|source| CatalogueError::Malformed { event_type: event_type.to_owned(), source })?;
    match name(&event) {
        found if found == event_type => Ok(event),
        found => Err(CatalogueError::Mismatch { event_type: event_type.to_owned(), found }),
    }
}

#[cfg(test)]
mod tests;
