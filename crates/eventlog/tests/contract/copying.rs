//! A log moves to another place, on the same engine or another, and is the same log there.

use std::ops::ControlFlow;

use spoor_eventlog::{
    Clock, Copied, CopyError, CopyProgress, CopyStep, EventLog, KeptCheckpoint, KeptKey, LogError, LogOptions, LogUrl,
    Record, copy,
};

use crate::ledger::{Ledger, append, context, note, open};
use crate::on_every_engine;
use crate::place::{Alteration, Place};

on_every_engine!(
    a_copy_on_any_engine_has_the_same_records_promises_and_root,
    a_copy_that_was_cut_goes_on_where_it_stopped,
    a_copy_takes_over_what_was_added_since,
    nothing_is_copied_onto_another_log,
    nothing_is_copied_onto_a_log_that_is_longer,
    work_goes_on_in_the_copy_with_the_same_keys;
    past_the_log: a_record_altered_at_the_source_is_found_before_the_copy_is_whole, an_altered_record_of_the_copy_is_found_when_it_is_read_back,
);

/// More than two pages of a copy.
const MANY: usize = 2_500;

async fn grow(place: &Place, stream: &str, records: usize) {
    let log = place.open().await;
    for (n, events) in vec!["One"; records].chunks(100).enumerate() {
        log.append(append(&format!("{stream}{n}"), 0, events)).await.unwrap();
    }
    log.close().await;
}

/// The records without the engine's own place.
async fn records(place: &Place) -> Vec<(u64, String)> {
    let log = place.open().await;
    let found = log.read_after_index(0, 1_000_000).await.unwrap();
    found.iter().map(|record: &Record| (record.index, record.line())).collect()
}

async fn whole(from: &Place, to: &LogUrl) -> Result<Copied, CopyError> {
    copy(&from.url, to, |_| ControlFlow::Continue(())).await
}

/// Empty places on all engines.
async fn targets() -> [Place; 3] {
    [Place::sqlite().await, Place::postgres().await, Place::kurrent().await]
}

async fn a_copy_on_any_engine_has_the_same_records_promises_and_root(place: Place) {
    grow(&place, "a", MANY).await;
    let log = place.open().await;
    let key = KeptKey { vkey: "log+1+a".into(), since_size: 0, taken_at: Clock::System.now() };
    log.take_key(key.clone(), None).await.unwrap();
    let later = KeptKey { vkey: "log+2+b".into(), since_size: 9, ..key.clone() };
    log.take_key(later.clone(), Some("log+1+a")).await.unwrap();
    for size in [5, 900] {
        let (origin, note) = ("log.test.invalid".into(), format!("signed at {size}"));
        let promise = KeptCheckpoint { origin, size, root: [7; 32], note, signed_at: Clock::System.now() };
        log.keep_checkpoint(promise).await.unwrap();
    }
    let root = log.tree_of(MANY as u64).await.unwrap().root;
    for target in targets().await {
        let copied = whole(&place, &target.url).await.unwrap();
        assert_eq!(copied, Copied { size: MANY as u64, found: 0, root });
        assert_eq!(records(&target).await, records(&place).await);
        let there = target.open().await;
        assert_eq!(there.checkpoints_until(9_999, 9).await.unwrap(), log.checkpoints_until(9_999, 9).await.unwrap());
        assert_eq!(there.signing_keys().await.unwrap(), [key.clone(), later.clone()]);
        assert_eq!(there.tile().await.unwrap().root, root);
    }
}

async fn a_copy_that_was_cut_goes_on_where_it_stopped(place: Place) {
    grow(&place, "a", MANY).await;
    for target in targets().await {
        let mut seen = Vec::new();
        let cut = copy(&place.url, &target.url, |progress| {
            seen.push(progress);
            ControlFlow::Break(())
        });
        let stopped = cut.await.unwrap_err();
        assert!(matches!(stopped, CopyError::Stopped { done: 1_000, all: 2_500 }), "{stopped}");
        assert_eq!(seen, [CopyProgress { step: CopyStep::Copying, done: 1_000, all: 2_500 }]);
        assert_eq!(records(&target).await.len(), 1_000);

        assert_eq!(whole(&place, &target.url).await.unwrap().found, 1_000);
        assert_eq!(records(&target).await, records(&place).await);
    }
}

async fn a_copy_takes_over_what_was_added_since(place: Place) {
    grow(&place, "a", 150).await;
    let target = Place::sqlite().await;
    whole(&place, &target.url).await.unwrap();
    grow(&place, "b", 40).await;
    let copied = whole(&place, &target.url).await.unwrap();
    assert_eq!((copied.size, copied.found), (190, 150));
    assert_eq!(records(&target).await, records(&place).await);
    // Once more there is nothing to do.
    assert_eq!(whole(&place, &target.url).await.unwrap(), Copied { found: 190, ..copied });
}

async fn nothing_is_copied_onto_another_log(place: Place) {
    grow(&place, "a", 150).await;
    for target in targets().await {
        grow(&target, "other", 120).await;
        let refused = whole(&place, &target.url).await.unwrap_err();
        assert!(matches!(refused, CopyError::AnotherLog { size: 120 }), "{refused}");
        assert_eq!(records(&target).await.len(), 120);
    }
}

async fn nothing_is_copied_onto_a_log_that_is_longer(place: Place) {
    grow(&place, "a", 20).await;
    let target = Place::sqlite().await;
    grow(&target, "a", 30).await;
    let refused = whole(&place, &target.url).await.unwrap_err();
    assert!(matches!(refused, CopyError::Longer { target: 30, source_size: 20 }), "{refused}");
}

async fn a_record_altered_at_the_source_is_found_before_the_copy_is_whole(place: Place) {
    grow(&place, "a", 150).await;
    place.alter_record(77, Alteration::EventType("Two")).await;
    let target = Place::sqlite().await;
    let refused = whole(&place, &target.url).await.unwrap_err();
    assert!(names_what_was_committed(&place, &refused, "the log to copy"), "{refused}");
    assert_eq!(records(&target).await.len(), 0);
}

async fn an_altered_record_of_the_copy_is_found_when_it_is_read_back(place: Place) {
    grow(&place, "a", 150).await;
    for target in [Place::sqlite().await, Place::postgres().await, Place::kurrent_in_memory().await] {
        whole(&place, &target.url).await.unwrap();
        target.alter_record(77, Alteration::EventType("Two")).await;
        let refused = whole(&place, &target.url).await.unwrap_err();
        assert!(names_what_was_committed(&target, &refused, "the copy"), "{refused}");
    }
}

/// The root as it was committed; on KurrentDB the index, which has the root in it and is looked at before anything is copied.
fn names_what_was_committed(altered: &Place, refused: &CopyError, log: &str) -> bool {
    match refused {
        CopyError::RootDiffers { which, size: 150, .. } => altered.keeps_its_head() && *which == log,
        CopyError::Log(LogError::IndexDiffers { index: 1, .. }) => !altered.keeps_its_head(),
        _ => false,
    }
}

async fn work_goes_on_in_the_copy_with_the_same_keys(place: Place) {
    let log = place.open().await;
    let (opening, asked) = (open(), context());
    let first = log.execute::<Ledger>("l1", &opening, &asked).await.unwrap();
    log.close().await;
    for target in targets().await {
        whole(&place, &target.url).await.unwrap();
        let there =
            EventLog::open(&target.url, place.keys().await, Clock::System, LogOptions::default()).await.unwrap();
        let repeated = there.execute::<Ledger>("l1", &opening, &asked).await.unwrap();
        assert_eq!((repeated.version, repeated.index), (first.version, first.index));
        let next = there.execute::<Ledger>("l1", &note("one more"), &context()).await.unwrap();
        assert_eq!(next.version, first.version + 1);
        there.close().await;
    }
}
