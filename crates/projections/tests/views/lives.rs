//! The dossiers of these tests: who is who, and how what happened to them gets into the log.

use chrono::NaiveDate;
use spoor_domain::kernel::{DossierId, Label, SubjectId};
use spoor_domain::trajectory::event::{CorrectedValue, TrajectoryEvent};
use spoor_domain::trajectory::samples::{self, history};
use spoor_domain::trajectory::vocabulary::{CorrectableField, TrajectoryStatus};
use spoor_projections::runner::catch_up;
use uuid::Uuid;

use crate::support::{World, replaced};

pub async fn one_dossier_per_status(world: &World) {
    for (n, status) in (1..).zip(TrajectoryStatus::ALL) {
        dossier(world, n, &history(*status)).await;
    }
    catch_up(&world.logs(), &world.views).await.unwrap();
}

pub fn later() -> NaiveDate {
    NaiveDate::from_ymd_opt(2027, 6, 1).unwrap()
}

pub fn id(n: u64) -> DossierId {
    DossierId(Uuid::from_u128(0xd000_0000 + u128::from(n)))
}

pub fn subject(n: u64) -> SubjectId {
    SubjectId(Uuid::from_u128(0x5000_0000 + u128::from(n)))
}

/// A new dossier with this history, made its own by its number.
pub async fn dossier(world: &World, n: u64, events: &[TrajectoryEvent]) {
    world.append("learning_trajectory", &id(n).to_string(), 0, &own(n, events)).await;
}

/// More events of a dossier.
pub async fn append(world: &World, n: u64, events: &[TrajectoryEvent]) {
    let version = world.log.read_stream("learning_trajectory", &id(n).to_string()).await.unwrap().len() as u64;
    world.append("learning_trajectory", &id(n).to_string(), version, &own(n, events)).await;
}

pub async fn correct(world: &World, n: u64, field: CorrectableField, text: &str) {
    let requested = history(TrajectoryStatus::Requested).len() as u64;
    let value = CorrectedValue::Text(samples::about(text));
    append(world, n, &[samples::corrected_to(requested, field, value)]).await;
}

/// The events as this dossier's own, by its number.
pub fn own(n: u64, events: &[TrajectoryEvent]) -> Vec<TrajectoryEvent> {
    let texts = [
        ("LT-2026-0042".to_owned(), format!("LT-2026-{n:04}")),
        ("ME.56.L1.000123/26".to_owned(), format!("ME.56.L1.{n:06}/26")),
        (samples::subject().to_string(), subject(n).to_string()),
        (samples::other_subject().to_string(), subject(n + 500).to_string()),
        (samples::appointment().to_string(), Uuid::from_u128(0xa000_0000 + u128::from(n)).to_string()),
    ];
    let own = |event| serde_json::from_value(replaced(&serde_json::to_value(event).unwrap(), &texts)).unwrap();
    events.iter().map(own).collect()
}
