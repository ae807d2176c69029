//! The table of appointments, kept together with the dossiers they belong to.

use spoor_domain::kernel::Label;
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::record::AppointmentState;

use crate::db::{Table, Tx, args};
use crate::error::ViewError;

/// One row per appointment. Its personal parts stand among the personal values of the dossier.
pub(crate) const APPOINTMENT: Table =
    Table { name: "appointment", key: &["appointment"], values: &["dossier", "kind", "channel", "starts_at", "state"] };

pub(crate) const SCHEMA: &[&str] = &[
    "create table if not exists appointment (
        appointment text primary key, dossier text not null, kind text not null, channel text not null,
        starts_at bigint not null, state text not null)",
    // The agenda of a period.
    "create index if not exists appointment_starts on appointment (starts_at, appointment)",
    // The appointments of a dossier.
    "create index if not exists appointment_dossier on appointment (dossier, starts_at, appointment)",
];

/// Writes the appointments of these dossiers as they stand.
pub(crate) async fn write<'a>(
    tx: &mut Tx,
    dossiers: impl Iterator<Item = (&'a str, &'a LearningTrajectory)>,
) -> Result<(), ViewError> {
    let mut rows = Vec::new();
    for (dossier, state) in dossiers {
        for appointment in state.appointments() {
            rows.push(args![
                appointment.id.to_string(),
                dossier,
                appointment.kind.code(),
                appointment.channel.code(),
                appointment.starts_at,
                state_code(appointment.state)
            ]);
        }
    }
    Ok(tx.upsert(&APPOINTMENT, rows).await?)
}

/// As stored.
pub(super) fn state_code(state: AppointmentState) -> &'static str {
    match state {
        AppointmentState::Planned => "Planned",
        AppointmentState::Cancelled => "Cancelled",
        AppointmentState::Missed => "Missed",
        AppointmentState::Held => "Held",
    }
}

/// The state with this code.
pub(super) fn state_from(code: &str) -> Option<AppointmentState> {
    use AppointmentState::{Cancelled, Held, Missed, Planned};
    [Planned, Cancelled, Missed, Held].into_iter().find(|state| state_code(*state) == code)
}
