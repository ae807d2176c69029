//! The invented dossiers reach every status, once, however often they are loaded.

use std::collections::BTreeSet;
use std::sync::Arc;

use spoor_domain::kernel::{Label, SubjectId};
use spoor_domain::trajectory::vocabulary::TrajectoryStatus;
use spoor_eventlog::{BlobUrl, KeyStore, KeyStoreUrl, LogOptions, LogUrl};
use spoor_projections::{Views, ViewsUrl};

use super::*;
use crate::desk::Desk;

async fn empty_log(directory: &std::path::Path) -> (EventLog, BlobStore) {
    let url = LogUrl::Sqlite(directory.join("log.sqlite"));
    EventLog::migrate(&url).await.unwrap();
    let (keys, master_key) = (KeyStoreUrl::Sqlite(directory.join("keys.sqlite")), directory.join("master.key"));
    let keys = KeyStore::open(&keys, &master_key).await.unwrap();
    let blobs = BlobStore::open(&BlobUrl::Directory(directory.join("blobs")), keys.clone()).await.unwrap();
    (EventLog::open(&url, keys, Clock::System, LogOptions::default()).await.unwrap(), blobs)
}

async fn statuses(log: &EventLog, count: usize) -> Vec<TrajectoryStatus> {
    let mut statuses = Vec::new();
    for ordinal in 0..count {
        let dossier = derived_id(DEMO, &format!("dossier/{ordinal}"));
        let loaded = log.load::<LearningTrajectory>(&dossier.to_string()).await.unwrap();
        statuses.extend(loaded.state.status());
    }
    statuses
}

#[tokio::test]
async fn forty_invented_dossiers_reach_every_status() {
    let directory = tempfile::tempdir().unwrap();
    let (log, blobs) = empty_log(directory.path()).await;
    load(&log, &blobs, &Clock::System, 40, |_| {}).await.unwrap();
    let statuses = statuses(&log, 40).await;
    assert_eq!(statuses.len(), 40);
    let reached: BTreeSet<_> = statuses.into_iter().collect();
    assert_eq!(reached, TrajectoryStatus::ALL.iter().copied().collect());
    log.close().await;
}

#[tokio::test]
async fn a_second_load_stores_nothing_and_a_larger_one_adds_the_rest() {
    let directory = tempfile::tempdir().unwrap();
    let (log, blobs) = empty_log(directory.path()).await;
    load(&log, &blobs, &Clock::System, 20, |_| {}).await.unwrap();
    let head = log.head().await.unwrap();
    load(&log, &blobs, &Clock::System, 20, |_| {}).await.unwrap();
    assert_eq!(log.head().await.unwrap(), head);
    load(&log, &blobs, &Clock::System, 30, |_| {}).await.unwrap();
    assert_eq!(statuses(&log, 31).await.len(), 30);
    log.close().await;
}

/// The bundles of the demo are documents that dossiers refer to; beside them stands one that none refers to.
#[tokio::test]
async fn a_sweep_removes_what_nobody_attached_and_nothing_a_dossier_refers_to() {
    let directory = tempfile::tempdir().unwrap();
    let (log, blobs) = empty_log(directory.path()).await;
    let clock = Clock::fixed("2026-03-02T10:00:00Z".parse().unwrap());
    load(&log, &blobs, &clock, 30, |_| {}).await.unwrap();
    let views = ViewsUrl::Sqlite(directory.path().join("views.sqlite"));
    Views::migrate(&views).await.unwrap();
    let views = Views::open(&views).await.unwrap();
    let desk = Desk::new(log.clone(), views, blobs.clone(), Arc::default(), clock.clone());
    let documents = async || {
        let mut names = BTreeSet::new();
        for subject in blobs.subjects().await.unwrap() {
            names.extend(blobs.list(subject).await.unwrap().into_iter().map(|kept| kept.name));
        }
        names
    };
    let bundles = documents().await;
    assert!(!bundles.is_empty());

    let actor = people::coordinator();
    let dossier = DossierId(derived_id(DEMO, "dossier/0"));
    let person = log.load::<LearningTrajectory>(&dossier.to_string()).await.unwrap().state.subject().unwrap();
    desk.keep_document(dossier, person, "text/plain", b"nobody attaches this".to_vec(), &actor).await.unwrap();
    let erased = SubjectId(clock.new_id());
    desk.keep_document(dossier, erased, "text/plain", b"about somebody erased".to_vec(), &actor).await.unwrap();
    blobs.keys().destroy(erased).await.unwrap();

    assert_eq!(desk.sweep_documents().await.unwrap(), 1, "what is left of an erased subject goes at once");
    let Clock::Fixed(hands) = &clock else { panic!("made as fixed") };
    hands.set("2026-03-03T10:59:00Z".parse().unwrap());
    assert_eq!(desk.sweep_documents().await.unwrap(), 0, "it may still be on its way into a dossier");
    hands.set("2026-03-03T11:01:00Z".parse().unwrap());
    assert_eq!(desk.sweep_documents().await.unwrap(), 1);
    assert_eq!(documents().await, bundles);
    log.close().await;
}
