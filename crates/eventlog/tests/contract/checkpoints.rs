//! Signed checkpoints, and the keys they are signed with, are kept beside their log and never changed.

use spoor_eventlog::{Clock, KeptCheckpoint, KeptKey, LogUrl};

use crate::on_every_engine;
use crate::place::Place;

on_every_engine!(
    the_greatest_checkpoint_is_the_latest_and_a_cosigned_one_comes_after_its_own,
    a_key_takes_over_from_the_present_one_only_and_only_once;
    past_the_log: the_same_note_is_kept_once;
    only_on_sql: the_database_refuses_to_change_or_remove_a_checkpoint, the_database_refuses_to_change_or_remove_a_key,
);

fn checkpoint(size: u64, note: &str) -> KeptCheckpoint {
    let signed_at = Clock::System.now();
    KeptCheckpoint { origin: "log.test.invalid".into(), size, root: [7; 32], note: note.into(), signed_at }
}

async fn the_greatest_checkpoint_is_the_latest_and_a_cosigned_one_comes_after_its_own(place: Place) {
    let log = place.open().await;
    assert_eq!(log.latest_checkpoint().await.unwrap(), None);
    let (small, great, cosigned) = (checkpoint(5, "five"), checkpoint(9, "nine"), checkpoint(5, "five, cosigned"));
    for kept in [&small, &great, &cosigned] {
        log.keep_checkpoint(kept.clone()).await.unwrap();
    }
    assert_eq!(log.latest_checkpoint().await.unwrap().as_ref(), Some(&great));
    assert_eq!(log.checkpoint_of(5).await.unwrap().as_ref(), Some(&cosigned));
    assert_eq!(log.checkpoint_of(6).await.unwrap(), None);
    assert_eq!(place.open().await.checkpoints_until(100, 10).await.unwrap(), [great, cosigned.clone()]);
    assert_eq!(log.checkpoints_until(8, 10).await.unwrap(), [cosigned]);
}

async fn the_same_note_is_kept_once(place: Place) {
    let log = place.open().await;
    for _ in 0..3 {
        log.keep_checkpoint(checkpoint(5, "five")).await.unwrap();
    }
    assert_eq!(place.checkpoints_kept().await, 1);
}

async fn the_database_refuses_to_change_or_remove_a_checkpoint(place: Place) {
    let log = place.open().await;
    log.keep_checkpoint(checkpoint(5, "five")).await.unwrap();
    let mut attempts = vec!["update log_checkpoints set size = 4", "delete from log_checkpoints"];
    attempts.push(match &place.url {
        LogUrl::Postgres(_) => "truncate log_checkpoints",
        LogUrl::Kurrent(_) => panic!("only SQL engines have tables"),
        LogUrl::Sqlite(_) => {
            "insert or replace into log_checkpoints select number, origin, 4, root, note, signed_at from log_checkpoints"
        }
    });
    for attempt in attempts {
        let refusal = place.sql(attempt).await.expect_err(attempt);
        assert!(refusal.contains("append-only"), "{attempt}: {refusal}");
    }
    assert_eq!(log.latest_checkpoint().await.unwrap().map(|kept| kept.size), Some(5));
}

fn key(vkey: &str, since_size: u64) -> KeptKey {
    KeptKey { vkey: vkey.into(), since_size, taken_at: "2026-03-02T10:00:00Z".parse().unwrap() }
}

async fn a_key_takes_over_from_the_present_one_only_and_only_once(place: Place) {
    let log = place.open().await;
    assert_eq!(log.signing_keys().await.unwrap(), []);
    log.take_key(key("first", 0), Some("another")).await.unwrap();
    assert_eq!(log.signing_keys().await.unwrap(), [], "there is no key to take over from");
    // Two processes at their first start.
    let other = place.open().await;
    let (one, two) = tokio::join!(log.take_key(key("first", 0), None), other.take_key(key("first", 0), None));
    one.and(two).unwrap();
    log.take_key(key("second", 9), Some("first")).await.unwrap();
    log.take_key(key("late", 9), Some("first")).await.unwrap();
    log.take_key(key("late", 9), None).await.unwrap();
    log.take_key(key("first", 12), Some("second")).await.unwrap();
    assert_eq!(other.signing_keys().await.unwrap(), [key("first", 0), key("second", 9)]);
}

async fn the_database_refuses_to_change_or_remove_a_key(place: Place) {
    let log = place.open().await;
    log.take_key(key("first", 0), None).await.unwrap();
    let mut attempts = vec!["update log_keys set vkey = 'forged'", "delete from log_keys"];
    attempts.push(match &place.url {
        LogUrl::Postgres(_) => "truncate log_keys",
        LogUrl::Kurrent(_) => panic!("only SQL engines have tables"),
        LogUrl::Sqlite(_) => {
            "insert or replace into log_keys select number, 'forged', since_size, taken_at from log_keys"
        }
    });
    for attempt in attempts {
        let refusal = place.sql(attempt).await.expect_err(attempt);
        assert!(refusal.contains("append-only"), "{attempt}: {refusal}");
    }
    assert_eq!(log.signing_keys().await.unwrap(), [key("first", 0)]);
}
