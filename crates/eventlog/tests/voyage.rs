//! A log of a hundred thousand events goes round the engines and comes back as the same log: the same records byte for byte
//! and the same root.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[allow(dead_code, reason = "the contract uses all of it")]
#[path = "contract/ledger.rs"]
mod ledger;
#[allow(dead_code, reason = "the contract uses all of it")]
#[path = "contract/place.rs"]
mod place;

use std::ops::ControlFlow;

use futures_util::future::join_all;
use spoor_eventlog::{Copied, copy};

use ledger::append;
use place::Place;

const EVENTS: u64 = 100_000;
/// Events of one dossier.
const EACH: usize = 20;
/// Records compared at once.
const PAGE: usize = 10_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_events_go_round_the_engines_and_come_back_as_the_same_log() {
    let home = Place::sqlite().await;
    fill(&home).await;
    let way = [home, Place::postgres().await, Place::kurrent().await, Place::sqlite().await];
    let mut root = None;
    for leg in way.windows(2) {
        let copied = copy(&leg[0].url, &leg[1].url, |_| ControlFlow::Continue(())).await.unwrap();
        let expected = *root.get_or_insert(copied.root);
        assert_eq!(copied, Copied { size: EVENTS, found: 0, root: expected });
    }
    // The copies say so; here are the records themselves.
    let (home, back) = (way[0].open().await, way[3].open().await);
    assert_eq!(home.tree_of(EVENTS).await.unwrap().root, back.tree_of(EVENTS).await.unwrap().root);
    for after in (0..EVENTS).step_by(PAGE) {
        let (left, came) =
            (home.read_after_index(after, PAGE).await.unwrap(), back.read_after_index(after, PAGE).await.unwrap());
        assert_eq!(left.len(), PAGE);
        for (left, came) in left.iter().zip(&came) {
            assert_eq!((left.index, left.line()), (came.index, came.line()));
        }
    }
}

/// Dossiers of many writers, so that the streams lie through each other.
async fn fill(place: &Place) {
    let log = place.open().await;
    let dossiers = EVENTS / EACH as u64;
    for begin in (0..dossiers).step_by(500) {
        let appends = (begin..dossiers.min(begin + 500)).map(|dossier| {
            let log = log.clone();
            async move {
                for part in 0..2u64 {
                    let half = EACH / 2;
                    log.append(append(&format!("dossier-{dossier}"), part * half as u64, &vec!["One"; half]))
                        .await
                        .unwrap();
                }
            }
        });
        join_all(appends).await;
    }
    assert_eq!(log.head().await.unwrap().index, EVENTS);
    log.close().await;
}
