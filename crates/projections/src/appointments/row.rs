//! What the agenda shows of an appointment.

use chrono::{DateTime, Utc};
use spoor_domain::kernel::{ActorId, AppointmentId, DossierId, OrganisationId, Personal};
use spoor_domain::trajectory::event::DossierNumber;
use spoor_domain::trajectory::record::AppointmentState;
use spoor_domain::trajectory::vocabulary::{AppointmentKind, Channel};

/// One appointment. Its personal parts are sealed as in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct AppointmentRow {
    /// Its id.
    pub id: AppointmentId,
    /// The dossier.
    pub dossier: DossierId,
    /// The dossier's number.
    pub number: DossierNumber,
    /// The dossier's parket.
    pub parket: OrganisationId,
    /// The dossier's guide.
    pub guide: Option<ActorId>,
    /// What for.
    pub kind: AppointmentKind,
    /// How people meet.
    pub channel: Channel,
    /// When, UTC.
    pub starts_at: DateTime<Utc>,
    /// What became of it.
    pub state: AppointmentState,
    /// The interpreter.
    pub interpreter: Option<Personal<serde_json::Value>>,
    /// Who comes along.
    pub companions: Option<Personal<serde_json::Value>>,
    /// The remark of its last change.
    pub remark: Option<Personal<serde_json::Value>>,
}

/// Which part of the agenda.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgendaFilter {
    /// From this moment, included.
    pub from: DateTime<Utc>,
    /// Until this moment, excluded.
    pub until: DateTime<Utc>,
    /// Of this guide only.
    pub guide: Option<ActorId>,
    /// Of this dossier only.
    pub dossier: Option<DossierId>,
    /// Whether cancelled ones are shown as well.
    pub with_cancelled: bool,
}
