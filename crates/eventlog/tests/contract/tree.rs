//! The tree over the log: tiles follow the events, every record can be proven, and what was altered is named.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt};
use spoor_eventlog::{EventLog, LogError, LogUrl, TreeError, TreeHead, leaves_of};
use spoor_notary::{Frontier, leaf_hash};

use crate::ledger::append;
use crate::on_every_engine;
use crate::place::{Alteration, Place};

on_every_engine!(
    every_record_is_proven_at_every_size_that_holds_it,
    every_tree_is_the_beginning_of_every_later_one,
    any_choice_of_records_is_proven_by_one_proof,
    handles_that_tile_at_the_same_time_agree,
    a_restart_between_commit_and_tiling_loses_nothing,
    a_signed_root_that_does_not_fit_is_named,
    what_lies_past_the_end_is_refused;
    past_the_log:
    the_tiler_follows_the_appends,
    an_altered_record_is_named,
    a_record_altered_before_it_was_tiled_stops_the_tiling,
    a_removed_record_is_named,
    reading_the_log_again_goes_past_what_it_finds_and_what_was_altered_is_remembered,
    an_end_that_is_missed_when_the_log_is_read_again_is_remembered,
    an_altered_tile_is_named_and_made_anew_from_the_records,
    beside_an_altered_tile_an_altered_record_lies_between_what_was_signed_and_no_other_is_named,
    a_tile_of_a_shorter_tree_never_replaces_a_longer_one;
    only_on_sql:
    a_check_names_every_record_that_is_gone,
    a_record_moved_past_the_head_is_missing_where_it_was_and_wrong_where_it_is,
    a_record_that_cannot_be_read_counts_as_altered_and_hides_no_other,
    a_check_names_every_record_that_cannot_be_read_or_differs,
    a_version_that_is_written_otherwise_is_an_altered_record,
    a_head_with_another_root_than_its_records_is_named_and_neither_a_record_nor_a_tile,
    a_head_that_keeps_the_tree_of_another_size_was_altered,
    a_head_that_says_another_moment_than_its_last_record_is_a_fault,
    a_record_that_is_found_by_another_command_than_it_has_is_named,
);

/// More than a tile of leaves, so that two levels of tiles and a growing edge take part.
const RECORDS: u64 = 520;

/// A log of so many records, a few streams of many events.
async fn grown(place: &Place, records: u64) -> EventLog {
    let log = place.open().await;
    grow(&log, "a", records).await;
    log
}

async fn grow(log: &EventLog, stream: &str, records: u64) {
    let mut left = records as usize;
    for n in 0.. {
        let now = left.min(100);
        if now == 0 {
            return;
        }
        log.append(append(&format!("{stream}{n}"), 0, &vec!["One"; now])).await.unwrap();
        left -= now;
    }
}

async fn every_record_is_proven_at_every_size_that_holds_it(place: Place) {
    let log = grown(&place, RECORDS).await;
    let lines: Vec<_> = log.read_after_index(0, 1_000).await.unwrap().iter().map(|record| record.line()).collect();
    for size in [1, 2, 3, 255, 256, 257, 300, 512, 513, RECORDS] {
        let root = log.tree_of(size).await.unwrap().root;
        let proofs = stream::iter(1..=size).map(|index| log.leaf_proof(index, size)).buffered(32);
        for (index, proven) in (1..=size).zip(proofs.collect::<Vec<_>>().await) {
            let proven = proven.unwrap();
            let leaf = leaf_hash(lines[index as usize - 1].as_bytes());
            assert_eq!((proven.leaf, proven.tree.root), (leaf, root), "record {index} of {size}");
            proven.proof.check(&leaf, index - 1, size, &root).unwrap();
        }
    }
    assert_eq!(log.tree_of(RECORDS).await.unwrap().root, log.head().await.unwrap().root);
}

async fn every_tree_is_the_beginning_of_every_later_one(place: Place) {
    let log = grown(&place, RECORDS).await;
    let sizes = [1, 2, 7, 255, 256, 257, 511, 512, RECORDS];
    for (at, old) in sizes.into_iter().enumerate() {
        for new in &sizes[at..] {
            let grown = log.growth_proof(old, *new).await.unwrap();
            assert_eq!((grown.old, grown.new), (log.tree_of(old).await.unwrap(), log.tree_of(*new).await.unwrap()));
            grown.proof.check(old, &grown.old.root, *new, &grown.new.root).unwrap();
        }
    }
}

async fn any_choice_of_records_is_proven_by_one_proof(place: Place) {
    let log = grown(&place, RECORDS).await;
    let leaves: Vec<_> =
        log.read_after_index(0, 1_000).await.unwrap().iter().map(|r| leaf_hash(r.line().as_bytes())).collect();
    for ranges in [vec![], vec![1..=RECORDS], vec![3..=3, 200..=260, RECORDS..=RECORDS], vec![257..=400]] {
        let proof = log.range_proof(&ranges, RECORDS).await.unwrap();
        let places: Vec<_> = ranges.iter().map(|range| range.start() - 1..*range.end()).collect();
        let chosen: Vec<_> =
            places.iter().flat_map(|place| leaves[place.start as usize..place.end as usize].to_vec()).collect();
        proof.check(&places, &chosen, RECORDS, &log.head().await.unwrap().root).unwrap();
    }
}

async fn handles_that_tile_at_the_same_time_agree(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    let (writing, tilers) = (place.open().await, [one.start_tiler(), other.start_tiler()]);
    for n in 0..20 {
        let appends = (0..4).map(|m| writing.append(append(&format!("{n}-{m}"), 0, &["One"; 10])));
        assert!(join_all(appends).await.iter().all(Result::is_ok));
        let (first, second) = tokio::join!(one.tile(), other.tile());
        assert!(first.unwrap().size >= 40 * n && second.unwrap().size >= 40 * n);
    }
    for tiler in tilers {
        assert_eq!(*tiler.failure().borrow(), None);
        tiler.stop().await;
    }
    let head = writing.check_tree(&BTreeMap::new()).await.unwrap();
    assert_eq!(head.size, 800);
    for log in [one, other] {
        assert_eq!(log.tile().await.unwrap(), head);
        log.leaf_proof(777, 800).await.unwrap();
    }
}

async fn a_restart_between_commit_and_tiling_loses_nothing(place: Place) {
    let log = grown(&place, 300).await;
    assert_eq!(log.tile().await.unwrap().size, 300);
    grow(&log, "b", 100).await;
    log.close().await;
    let log = place.open().await;
    assert_eq!(log.leaf_proof(390, 400).await.unwrap().tree.root, log.head().await.unwrap().root);
    log.check_tree(&BTreeMap::new()).await.unwrap();
}

async fn the_tiler_follows_the_appends(place: Place) {
    let log = place.open().await;
    let tiler = log.start_tiler();
    grow(&log, "a", 30).await;
    let until = tokio::time::Instant::now() + std::time::Duration::from_secs(30);
    let mut ticks = tokio::time::interval(std::time::Duration::from_millis(10));
    while place.leaves_tiled().await != 30 {
        assert!(tokio::time::Instant::now() < until, "nothing was tiled");
        ticks.tick().await;
    }
    tiler.stop().await;
}

async fn an_altered_record_is_named(place: Place) {
    let log = grown(&place, RECORDS).await;
    log.tile().await.unwrap();
    place.alter_record(42, Alteration::Payload(r#"{"One":{"a":[],"z":2}}"#)).await;
    assert!(matches!(log.leaf_proof(42, RECORDS).await, Err(TreeError::RecordDiffers { index: 42 })));
    log.leaf_proof(43, RECORDS).await.unwrap();
    assert!(matches!(log.check_tree(&BTreeMap::new()).await, Err(TreeError::RecordDiffers { index: 42 })));
    let rebuilt = log.rebuild_tiles(&BTreeMap::new()).await;
    assert!(matches!(rebuilt, Err(TreeError::RootDiffers { .. })), "a false record is not made true");
    // Asked for some of them, it is that one which is named, under every tree that holds it.
    let asked = log.read_indexes(&BTreeSet::from([3, 42, 43, 300, RECORDS])).await.unwrap();
    assert_eq!(asked.iter().map(|record| record.index).collect::<Vec<_>>(), [3, 42, 43, 300, RECORDS]);
    assert!(matches!(log.as_committed(&asked).await, Err(TreeError::RecordDiffers { index: 42 })));
    for size in [42, 300] {
        let tree = log.tree_of(size).await.unwrap();
        let leaves = leaves_of(&asked).into_iter().filter(|(index, _)| *index <= size).collect();
        assert_eq!(log.altered(&leaves, &tree).await.unwrap(), BTreeSet::from([42]));
    }
    let right: Vec<_> = asked.into_iter().filter(|record| record.index != 42).collect();
    log.as_committed(&right).await.unwrap();
    log.as_committed(&[]).await.unwrap();
    // Nothing is proven under a root that is none of this log.
    let tree = TreeHead { root: [7; 32], ..log.tree_of(RECORDS).await.unwrap() };
    assert_eq!(log.altered(&leaves_of(&right), &tree).await.unwrap().len(), right.len());
}

async fn a_record_altered_before_it_was_tiled_stops_the_tiling(place: Place) {
    let log = grown(&place, 300).await;
    log.tile().await.unwrap();
    grow(&log, "b", 50).await;
    // Forwards: on KurrentDB a moment before that of the record before it would count for nothing.
    place.alter_record(310, Alteration::RecordedAt(1)).await;
    let said = log.tile().await.unwrap_err();
    assert!(matches!(said, TreeError::RootDiffers { first: 301, size: 350, .. }), "{said}");
    assert_eq!(place.leaves_tiled().await, 300, "nothing of what does not fit was stored");
    if place.keeps_its_head() {
        assert!(place.open().await.tree_of(300).await.is_err(), "nothing is proven over a log that does not fit");
    }
    let tiler = log.start_tiler();
    let mut failure = tiler.failure();
    let failed = failure.wait_for(Option::is_some).await.unwrap().clone();
    assert!(failed.unwrap().contains("301 to 350"));
    tiler.stop().await;
    // Put right again, everything goes on.
    place.alter_record(310, Alteration::RecordedAt(-1)).await;
    assert_eq!(log.tile().await.unwrap().size, 350);
}

async fn a_removed_record_is_named(place: Place) {
    let log = grown(&place, 300).await;
    log.tile().await.unwrap();
    place.alter_record(17, Alteration::Removal).await;
    assert!(matches!(log.leaf_proof(17, 300).await, Err(TreeError::RecordMissing { index: 17 })));
    assert!(matches!(log.check_tree(&BTreeMap::new()).await, Err(TreeError::RecordMissing { index: 17 })));
}

async fn reading_the_log_again_goes_past_what_it_finds_and_what_was_altered_is_remembered(place: Place) {
    let log = grown(&place, RECORDS).await;
    let tree = log.tile().await.unwrap();
    let found = log.reread(&tree, Duration::ZERO).await.unwrap();
    assert_eq!((found.size, found.altered.len(), found.missing.len()), (RECORDS, 0, 0));
    log.check_end("thing", "a0").await.unwrap();
    log.check_records().unwrap();

    place.alter_record(400, Alteration::Payload(r#"{"One":{"a":[],"z":2}}"#)).await;
    place.alter_record(42, Alteration::Payload(r#"{"One":{"a":[],"z":3}}"#)).await;
    place.alter_record(300, Alteration::Removal).await;
    log.check_records().expect("nobody has read it again since");
    let found = log.reread(&tree, Duration::ZERO).await.unwrap();
    assert_eq!((&*found.altered, &*found.missing), (&[42..=42, 400..=400][..], &[300..=300][..]));
    let short = log.check_records().unwrap_err().to_string();
    assert!(short.contains("record 42, 400") && short.contains("audit check"), "{short}");
    assert!(short.contains("missing from the log: record 300"), "{short}");
    // The first hundred records are the stream, and another of its own may have stood where one is gone or altered.
    let end = log.check_end_once("thing", "a0").await;
    let of_stream = matches!(&end, Err(LogError::EndAltered { stream, index: 400 } | LogError::EndMissing { stream, index: 300 }) if stream == "thing-a0");
    assert!(of_stream, "{end:?}");
    log.check_end_once("thing", "a4").await.expect("what was recorded later cannot have lost its end");
}

async fn an_end_that_is_missed_when_the_log_is_read_again_is_remembered(place: Place) {
    let log = grown(&place, 300).await;
    let tree = log.tile().await.unwrap();
    // Later events of its stream tell of this one.
    place.alter_record(150, Alteration::Removal).await;
    let found = log.reread(&tree, Duration::ZERO).await.unwrap();
    assert_eq!((&*found.missing, found.ends), (&[150..=150][..], false));
    log.check_end("thing", "a0").await.expect("it was between others of its stream");
    log.check_end_by_reading("thing", "a0").await.expect("nor does reading what lies behind say otherwise");
    assert!(log.check_records().unwrap_err().to_string().contains("record 150"));

    // The last of its stream. On KurrentDB those behind the first have moved up by one.
    place.alter_record(if place.keeps_its_head() { 200 } else { 199 }, Alteration::Removal).await;
    let by_reading = log.check_end_by_reading("thing", "a0").await.unwrap_err().to_string();
    assert!(by_reading.contains("record 150 is missing"), "{by_reading}");
    log.reread(&tree, Duration::ZERO).await.unwrap();
    assert_eq!(*log.known_missing(), [150..=150, 200..=200]);
    for end in [log.check_end("thing", "a0").await, log.check_end_once("thing", "a0").await] {
        assert!(matches!(&end, Err(LogError::EndMissing { stream, index: 150 }) if stream == "thing-a0"), "{end:?}");
    }
    log.check_end("thing", "a2").await.expect("what was recorded later cannot have lost its end");
}

async fn a_record_moved_past_the_head_is_missing_where_it_was_and_wrong_where_it_is(place: Place) {
    let log = grown(&place, 300).await;
    let tree = log.tile().await.unwrap();
    place.alter("update events set position = 1000000 where position = 200").await;
    assert_eq!(*log.count_records().await.unwrap(), [200..=200]);
    let faults = log.check_records().unwrap_err().to_string();
    assert!(faults.contains("missing from the log: record 200;"), "{faults}");
    assert!(faults.contains("not as it was committed: record 1000000"), "{faults}");
    let end = log.check_end("thing", "a0").await;
    assert!(matches!(end, Err(LogError::EndMissing { index: 200, .. })), "{end:?}");
    let its_own = log.check_end("thing", "a1").await;
    assert!(matches!(its_own, Err(LogError::EndAltered { index: 1_000_000, .. })), "{its_own:?}");
    assert_eq!(*log.reread(&tree, Duration::ZERO).await.unwrap().missing, [200..=200]);

    // Put back, and one more beyond the head: nothing is missing, and still it is not what was committed.
    place.alter("update events set position = 200 where position = 1000000").await;
    let copied =
        "insert into events select aggregate_type, 'z', 1, event_type, event_version, payload, metadata, 1000000,
        recorded_at, command_id from events where position = 1";
    place.alter(copied).await;
    log.reread(&tree, Duration::ZERO).await.unwrap();
    assert!(log.count_records().await.unwrap().is_empty());
    assert_eq!((log.known_missing().len(), &*log.known_altered()), (0, &[1_000_000..=1_000_000][..]));
    log.check_end("thing", "a0").await.unwrap();
}

async fn a_record_that_cannot_be_read_counts_as_altered_and_hides_no_other(place: Place) {
    let log = grown(&place, RECORDS).await;
    let tree = log.tile().await.unwrap();
    place.alter("update events set event_version = 'x' where position = 42").await;
    place.alter_record(44, Alteration::Removal).await;
    place.alter_record(400, Alteration::Payload(r#"{"One":{"a":[],"z":2}}"#)).await;
    assert!(log.read_after_index(0, 100).await.is_err());
    let found = log.reread(&tree, Duration::ZERO).await.unwrap();
    assert_eq!((&*found.altered, &*found.missing), (&[42..=42, 400..=400][..], &[44..=44][..]));
    assert_eq!(*log.known_altered(), *found.altered);
}

async fn a_check_names_every_record_that_cannot_be_read_or_differs(place: Place) {
    let log = grown(&place, RECORDS).await;
    log.tile().await.unwrap();
    let signed = BTreeMap::from([(RECORDS, log.head().await.unwrap().root)]);
    place.alter("update events set event_version = '9.9' where position = 42").await;
    for failed in [
        log.read_after_index(0, 100).await.map(drop).unwrap_err(),
        log.read_stream("thing", "a0").await.map(drop).unwrap_err(),
    ] {
        assert!(matches!(failed, LogError::Unreadable { index: 42, .. }), "{failed}");
        assert!(!failed.to_string().contains("9.9"), "{failed}");
    }
    for roots in [&BTreeMap::new(), &signed] {
        let said = log.check_tree(roots).await.unwrap_err();
        assert!(matches!(said, TreeError::RecordUnreadable { index: 42 }), "{said}");
    }
    let said = log.rebuild_tiles(&signed).await.unwrap_err();
    assert!(matches!(said, TreeError::RecordUnreadable { index: 42 }), "{said}");

    // On the same page before it, on the next, and one more that cannot be read.
    place.alter_record(7, Alteration::Payload(r#"{"One":{"a":[],"z":2}}"#)).await;
    place.alter_record(400, Alteration::Payload(r#"{"One":{"a":[],"z":3}}"#)).await;
    place.alter("update events set event_version = 'x' where position = 401").await;
    let said = log.check_tree(&signed).await.unwrap_err();
    let TreeError::RecordsDiffer { unreadable, altered, missing } = &said else { panic!("{said}") };
    assert_eq!((&**unreadable, &**altered), (&[42..=42, 401..=401][..], &[7..=7, 400..=400][..]));
    assert!(missing.is_empty(), "{said}");
    for part in ["record 42, 401 cannot be read", "record 7, 400 not as it was committed"] {
        assert!(said.to_string().contains(part), "{part}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_a_text_that_is_no_utf_8_is_a_record_that_cannot_be_read() {
    let place = Place::sqlite().await;
    let log = grown(&place, 300).await;
    log.tile().await.unwrap();
    for index in [95, 100] {
        place.alter(&format!("update events set payload = cast(x'7b80ff7d' as text) where position = {index}")).await;
    }
    let failed = log.read_stream("thing", "a0").await.unwrap_err();
    assert!(matches!(failed, LogError::Unreadable { index: 95, .. }), "{failed}");
    let said = log.check_tree(&BTreeMap::new()).await.unwrap_err();
    assert!(said.to_string().contains("record 95, 100 cannot be read: altered"), "{said}");
}

async fn a_version_that_is_written_otherwise_is_an_altered_record(place: Place) {
    let log = grown(&place, 300).await;
    log.tile().await.unwrap();
    for otherwise in ["01", "+1"] {
        place.alter(&format!("update events set event_version = '{otherwise}' where position = 42")).await;
        let said = log.check_tree(&BTreeMap::new()).await.unwrap_err();
        assert!(matches!(said, TreeError::RecordUnreadable { index: 42 }), "{otherwise}: {said}");
    }
    place.alter("update events set event_version = '1' where position = 42").await;
    log.check_tree(&BTreeMap::new()).await.unwrap();
}

/// Gives the head the frontier of a tree of other leaves.
async fn set_frontier(place: &Place, size: u64) {
    let mut other = Frontier::default();
    (0..size).for_each(|_| other.push([7; 32]));
    let bytes = hex::encode(other.to_bytes());
    let literal = match &place.url {
        LogUrl::Sqlite(_) => format!("x'{bytes}'"),
        LogUrl::Postgres(_) | LogUrl::Kurrent(_) => format!("decode('{bytes}', 'hex')"),
    };
    place.sql(&format!("update log_head set frontier = {literal}")).await.unwrap();
}

async fn a_head_with_another_root_than_its_records_is_named_and_neither_a_record_nor_a_tile(place: Place) {
    let log = grown(&place, 300).await;
    log.tile().await.unwrap();
    grow(&log, "b", 50).await;
    let root = log.head().await.unwrap().root;
    let signed = BTreeMap::from([(350, root)]);
    set_frontier(&place, 350).await;
    // Behind the tiles nothing but what was signed tells a record from the head.
    let said = log.check_tree(&BTreeMap::new()).await.unwrap_err();
    assert!(matches!(said, TreeError::RootDiffers { first: 301, size: 350, .. }), "{said}");
    assert!(said.to_string().contains("the head of the log"), "{said}");
    for said in [log.check_tree(&signed).await.unwrap_err(), log.rebuild_tiles(&signed).await.unwrap_err()] {
        assert!(matches!(said, TreeError::HeadRootDiffers { size: 350, .. }), "{said}");
        assert!(said.to_string().contains("the head was altered"), "{said}");
    }
    log.close().await;

    // Nor do the tiles, when they reach the end.
    let place = match &place.url {
        LogUrl::Sqlite(_) => Place::sqlite().await,
        LogUrl::Postgres(_) | LogUrl::Kurrent(_) => Place::postgres().await,
    };
    let log = grown(&place, 350).await;
    let tree = log.tile().await.unwrap();
    set_frontier(&place, 350).await;
    let nothing = BTreeMap::new();
    // A tile is kept beside the records: it does not vouch for them.
    for said in [log.check_tree(&nothing).await.unwrap_err(), log.rebuild_tiles(&nothing).await.unwrap_err()] {
        assert!(matches!(said, TreeError::RootDiffers { first: 1, size: 350, .. }), "{said}");
    }
    // Nobody reads the records at a start: whoever knows what was signed knows that it is the head.
    let said = place.open().await.tile().await.unwrap_err();
    assert!(said.to_string().contains("a stored tile or the head of the log was altered"), "{said}");
    let said = said.knowing(350, &tree.root);
    assert!(matches!(said, TreeError::HeadRootDiffers { size: 350, .. }), "{said}");
    // A tile besides hides nothing of what was signed.
    place.zero_tile(0, 0).await;
    let said = log.rebuild_tiles(&BTreeMap::from([(350, tree.root)])).await.unwrap_err();
    assert!(matches!(said, TreeError::HeadRootDiffers { size: 350, .. }), "{said}");
}

async fn a_head_that_keeps_the_tree_of_another_size_was_altered(place: Place) {
    // The tree of 301 leaves has one perfect subtree more than that of 300.
    let log = grown(&place, 301).await;
    place.sql("update log_head set position = position - 1").await.unwrap();
    let said = log.head().await.unwrap_err();
    assert!(matches!(said, LogError::HeadAltered { size: 300, .. }), "{said}");
    assert!(said.to_string().contains("the head was altered"), "{said}");
    let said = log.check_tree(&BTreeMap::new()).await.unwrap_err();
    assert!(matches!(said, TreeError::Log(LogError::HeadAltered { .. })), "{said}");
}

async fn a_head_that_says_another_moment_than_its_last_record_is_a_fault(place: Place) {
    let log = grown(&place, 300).await;
    log.check_tree(&BTreeMap::new()).await.unwrap();
    assert_eq!(log.known_head_fault(), None);
    for change in ["recorded_at = 0", "recorded_at = recorded_at + 1"] {
        place
            .sql(&format!("create table kept as select recorded_at from log_head; update log_head set {change}"))
            .await
            .unwrap();
        let said = log.check_tree(&BTreeMap::new()).await.unwrap_err();
        assert!(matches!(said, TreeError::HeadDiffers { size: 300, .. }), "{change}: {said}");
        assert!(matches!(log.check_head().await, Err(TreeError::HeadDiffers { .. })), "{change}");
        log.count_records().await.unwrap();
        assert!(log.known_head_fault().is_some_and(|said| said.contains("record 300, its last")), "{change}");
        let put_back = "update log_head set recorded_at = (select k.recorded_at from kept k); drop table kept";
        place.sql(put_back).await.unwrap();
        log.count_records().await.unwrap();
        assert_eq!(log.known_head_fault(), None);
        log.check_tree(&BTreeMap::new()).await.unwrap();
    }
}

async fn a_record_that_is_found_by_another_command_than_it_has_is_named(place: Place) {
    let log = grown(&place, 300).await;
    let tree = log.tile().await.unwrap();
    let first = "(select e.command_id from events e where e.position = 1)";
    place.alter(&format!("update events set command_id = {first} where position = 250")).await;
    let said = log.check_tree(&BTreeMap::new()).await.unwrap_err();
    assert!(matches!(said, TreeError::CommandDiffers { index: 250 }), "{said}");
    assert_eq!(*log.reread(&tree, Duration::ZERO).await.unwrap().altered, [250..=250]);
    assert!(log.check_records().unwrap_err().to_string().contains("record 250"));
}

async fn a_check_names_every_record_that_is_gone(place: Place) {
    let log = grown(&place, 300).await;
    log.tile().await.unwrap();
    for index in [17, 40, 41, 300] {
        place.alter_record(index, Alteration::Removal).await;
    }
    let said = log.check_tree(&BTreeMap::new()).await.unwrap_err();
    assert!(matches!(&said, TreeError::RecordsMissing { missing } if missing.len() == 3), "{said}");
    assert!(said.to_string().contains("17, 40 to 41, 300"), "{said}");
}

async fn an_altered_tile_is_named_and_made_anew_from_the_records(place: Place) {
    let log = grown(&place, RECORDS).await;
    log.tile().await.unwrap();
    place.zero_tile(0, 1).await;
    assert!(log.leaf_proof(300, RECORDS).await.is_err(), "the leaf is in the altered tile");
    log.leaf_proof(5, RECORDS).await.expect("the roots of both tiles stand one level higher");
    assert!(log.leaf_proof(5, 300).await.is_err(), "an older size needs the tile");
    assert!(matches!(log.check_tree(&BTreeMap::new()).await, Err(TreeError::RecordDiffers { index: 257 })));
    // What was signed tells the tile from the record.
    let signed = BTreeMap::from([(RECORDS, log.head().await.unwrap().root)]);
    let said = log.check_tree(&signed).await;
    assert!(matches!(said, Err(TreeError::TileDiffers(id)) if (id.level, id.number) == (0, 1)), "{said:?}");
    log.rebuild_tiles(&BTreeMap::new()).await.unwrap();
    log.check_tree(&BTreeMap::new()).await.unwrap();
    log.leaf_proof(300, RECORDS).await.unwrap();

    place.zero_tile(1, 0).await;
    let said = log.check_tree(&BTreeMap::new()).await.unwrap_err();
    assert!(matches!(&said, TreeError::TileDiffers(id) if id.level == 1), "{said}");
    place.remove_tiles(1).await;
    assert!(matches!(log.check_tree(&BTreeMap::new()).await, Err(TreeError::TileDiffers(_))));
    assert!(place.open().await.tile().await.is_err(), "a growing tile is missing");
}

async fn beside_an_altered_tile_an_altered_record_lies_between_what_was_signed_and_no_other_is_named(place: Place) {
    let log = grown(&place, RECORDS).await;
    log.tile().await.unwrap();
    let early = log.tree_of(300).await.unwrap();
    let signed = BTreeMap::from([(early.size, early.root), (RECORDS, log.head().await.unwrap().root)]);
    place.alter_record(400, Alteration::Payload(r#"{"One":{"a":[],"z":2}}"#)).await;
    assert!(matches!(log.check_tree(&signed).await, Err(TreeError::RecordDiffers { index: 400 })));
    for (level, number) in [(0, 0), (0, 1), (1, 0)] {
        place.zero_tile(level, number).await;
        let said = log.check_tree(&signed).await.unwrap_err();
        assert!(matches!(said, TreeError::RootDiffers { size: RECORDS, .. }), "{level} {number}: {said}");
        assert!(said.to_string().contains("301"), "it begins behind what is as it was signed: {said}");
    }
}

async fn a_tile_of_a_shorter_tree_never_replaces_a_longer_one(place: Place) {
    let behind = grown(&place, 10).await;
    behind.tile().await.unwrap();
    let ahead = place.open().await;
    grow(&ahead, "b", 300).await;
    ahead.tile().await.unwrap();
    let before = place.bytes_tiled().await;
    // This handle still believes in ten leaves and tiles the rest again.
    behind.tile().await.unwrap();
    assert_eq!(place.bytes_tiled().await, before);
    behind.check_tree(&BTreeMap::new()).await.unwrap();
}

async fn a_signed_root_that_does_not_fit_is_named(place: Place) {
    let log = grown(&place, 300).await;
    let right = log.tree_of(100).await.unwrap().root;
    log.check_tree(&BTreeMap::from([(100, right)])).await.unwrap();
    let said = log.check_tree(&BTreeMap::from([(100, right), (200, right)])).await.unwrap_err();
    assert!(matches!(said, TreeError::RootDiffers { size: 200, .. }), "{said}");
    let said = log.rebuild_tiles(&BTreeMap::from([(200, right)])).await.unwrap_err();
    assert!(matches!(said, TreeError::RootDiffers { size: 200, .. }), "{said}");
    let said = log.check_tree(&BTreeMap::from([(301, right)])).await.unwrap_err();
    assert!(matches!(said, TreeError::OutOfTree { asked: 301, size: 300 }), "{said}");
}

async fn what_lies_past_the_end_is_refused(place: Place) {
    let log = grown(&place, 5).await;
    for (index, size) in [(0, 5), (6, 5), (6, 6), (1, 0)] {
        let said = log.leaf_proof(index, size).await.unwrap_err();
        assert!(matches!(said, TreeError::OutOfTree { .. }), "record {index} of {size}: {said}");
    }
    assert!(log.growth_proof(5, 6).await.is_err());
    assert!(log.growth_proof(5, 4).await.is_err());
    assert_eq!(place.open().await.tree_of(0).await.unwrap().root, spoor_notary::empty_root());
}
