//! The invented dossiers reach every status, once, however often they are loaded.

use std::collections::BTreeSet;

use spoor_domain::kernel::Label;
use spoor_domain::trajectory::vocabulary::TrajectoryStatus;
use spoor_eventlog::{BlobUrl, KeyStore, KeyStoreUrl, LogOptions, LogUrl};

use super::*;

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
