//! What readers saw, and what follows from it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use spoor_eventlog::{EventLog, Position, Record};
use spoor_notary::Frontier;

/// Everything a reader gets who follows the log as a projection does, until nothing more will come and it has read all.
pub async fn seen_by_a_reader(log: EventLog, done: Arc<AtomicBool>) -> Vec<Record> {
    let (mut wakeup, mut after, mut seen) = (log.wakeup(), Position::START, Vec::<Record>::new());
    loop {
        let nothing_more = done.load(Ordering::SeqCst);
        // A reading that breaks off is asked again, from where the reader is.
        let Ok(records) = log.read_after(after, 100).await else { continue };
        if let Some(last) = records.last() {
            after = last.position;
            seen.extend(records);
        } else if nothing_more && log.head().await.is_ok_and(|head| head.index == seen.len() as u64) {
            return seen;
        } else {
            let _ = tokio::time::timeout(Duration::from_millis(200), wakeup.changed()).await;
        }
    }
}

/// The root over these records.
pub fn recomputed(records: &[Record]) -> [u8; 32] {
    let mut frontier = Frontier::default();
    for record in records {
        frontier.push_line(record.line().as_bytes());
    }
    frontier.root()
}

pub fn command_id(record: &Record) -> String {
    let metadata: serde_json::Value = serde_json::from_str(&record.metadata).unwrap();
    metadata["command_id"].as_str().unwrap().to_owned()
}

/// What is there more than once.
pub fn doubled(stored: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    stored.into_iter().filter(|one| !known.insert(one.clone())).collect()
}
