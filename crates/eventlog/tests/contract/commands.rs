//! The command path: load, decide, append, once per command id.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use spoor_domain::kernel::CommandContext;
use spoor_eventlog::{ExecuteError, LogError, LogOptions, LogUrl, Position, TreeError};

use crate::ledger::{Ledger, LedgerCommand, LedgerRejection, context, note, open};
use crate::on_every_engine;
use crate::place::{Alteration, Place};

on_every_engine!(
    a_command_changes_the_aggregate,
    a_rejected_command_stores_nothing,
    a_command_that_needs_nothing_stores_nothing,
    a_retried_command_has_its_first_result_though_the_dossier_moved_on,
    a_command_id_reused_for_another_command_is_refused,
    an_expected_version_that_is_past_is_a_conflict_with_the_current_one,
    commands_on_one_stream_at_once_all_succeed,
    another_process_moving_the_dossier_on_is_noticed,
    nobody_is_refused_for_what_another_process_has_changed,
    what_became_of_a_command_whose_client_went_away_is_known_to_the_next,
    without_a_cache_the_result_is_the_same;
    only_on_sql:
    a_command_id_reused_on_another_aggregate_is_refused,
    nothing_is_decided_on_a_stream_whose_end_may_be_gone,
    a_stream_that_is_read_from_the_log_is_held_against_a_count_made_after_its_end_went,
    a_stream_that_was_only_looked_at_is_held_against_a_count_before_anything_is_decided_on_it,
    nothing_is_decided_on_a_stream_that_an_altered_record_may_have_been_of,
    an_event_that_cannot_be_read_is_named_and_keeps_nobody_from_other_streams,
    a_record_behind_the_end_of_the_log_is_not_followed_and_named_where_it_is_in_the_way,
    what_is_found_by_a_command_id_that_was_put_there_is_no_answer,
);

async fn a_command_changes_the_aggregate(place: Place) {
    let log = place.open().await;
    let opened = log.execute::<Ledger>("l", &open(), &context()).await.unwrap();
    assert_eq!((opened.version, opened.events, opened.repeated), (1, 1, false));
    let noted = LedgerCommand::Note { text: "twice".into(), times: 2 };
    let noted = log.execute::<Ledger>("l", &noted, &context()).await.unwrap();
    assert_eq!((noted.version, noted.events, noted.index), (3, 2, Some(3)));
    let loaded = log.load::<Ledger>("l").await.unwrap();
    assert_eq!((loaded.version, loaded.state.notes), (3, 2));
}

async fn a_rejected_command_stores_nothing(place: Place) {
    let log = place.open().await;
    let rejected = log.execute::<Ledger>("l", &note("too early"), &context()).await;
    assert!(matches!(rejected, Err(ExecuteError::Rejected(LedgerRejection::NotOpen))));
    assert_eq!(log.load::<Ledger>("l").await.unwrap().version, 0);
}

async fn a_command_that_needs_nothing_stores_nothing(place: Place) {
    let log = place.open().await;
    let rested = log.execute::<Ledger>("l", &LedgerCommand::Rest, &context()).await.unwrap();
    assert_eq!((rested.version, rested.events, rested.position), (0, 0, None));
}

async fn a_retried_command_has_its_first_result_though_the_dossier_moved_on(place: Place) {
    let log = place.open().await;
    let (opening, asked) = (open(), context());
    let first = log.execute::<Ledger>("l", &opening, &asked).await.unwrap();
    log.execute::<Ledger>("l", &note("moved on"), &context()).await.unwrap();
    // Decided anew it would be refused: the ledger is open. The first result is what counts, here and after a restart.
    let again = log.execute::<Ledger>("l", &opening, &asked).await.unwrap();
    let restarted = place.open().await.execute::<Ledger>("l", &opening, &asked).await.unwrap();
    for repeat in [again, restarted] {
        assert!(repeat.repeated);
        assert_eq!((repeat.version, repeat.position, repeat.events), (first.version, first.position, first.events));
    }
    let insisting = CommandContext { expected_version: Some(0), ..asked.clone() };
    assert!(log.execute::<Ledger>("l", &opening, &insisting).await.unwrap().repeated);
    assert_eq!(log.find_command("ledger", "l", asked.command_id).await.unwrap().unwrap().version, 1);
    assert_eq!(log.find_command("ledger", "m", asked.command_id).await.unwrap(), None);
    assert_eq!(log.load::<Ledger>("l").await.unwrap().version, 2);
}

async fn a_command_id_reused_for_another_command_is_refused(place: Place) {
    let log = place.open().await;
    let asked = context();
    log.execute::<Ledger>("l", &open(), &asked).await.unwrap();
    let other = log.execute::<Ledger>("l", &note("something else"), &asked).await;
    assert!(matches!(other, Err(ExecuteError::CommandIdReused)), "{other:?}");
}

/// On KurrentDB a command id belongs to its stream.
async fn a_command_id_reused_on_another_aggregate_is_refused(place: Place) {
    let log = place.open().await;
    let asked = context();
    log.execute::<Ledger>("l", &open(), &asked).await.unwrap();
    let elsewhere = log.execute::<Ledger>("m", &open(), &asked).await;
    assert!(matches!(elsewhere, Err(ExecuteError::CommandIdReused)), "{elsewhere:?}");
}

async fn an_expected_version_that_is_past_is_a_conflict_with_the_current_one(place: Place) {
    let log = place.open().await;
    log.execute::<Ledger>("l", &open(), &context()).await.unwrap();
    log.execute::<Ledger>("l", &note("one"), &context()).await.unwrap();
    let insisting = |version| CommandContext { expected_version: Some(version), ..context() };
    let late = log.execute::<Ledger>("l", &note("late"), &insisting(1)).await;
    assert!(matches!(late, Err(ExecuteError::VersionConflict { current: 2 })), "{late:?}");
    log.execute::<Ledger>("l", &note("in time"), &insisting(2)).await.unwrap();
}

async fn commands_on_one_stream_at_once_all_succeed(place: Place) {
    let log = place.open().await;
    log.execute::<Ledger>("l", &open(), &context()).await.unwrap();
    let (text, contexts) = (note("at once"), (0..50).map(|_| context()).collect::<Vec<_>>());
    for answer in join_all(contexts.iter().map(|context| log.execute::<Ledger>("l", &text, context))).await {
        answer.unwrap();
    }
    assert_eq!(log.load::<Ledger>("l").await.unwrap().state.notes, 50);
}

async fn an_event_that_cannot_be_read_is_named_and_keeps_nobody_from_other_streams(place: Place) {
    let log = place.open().await;
    for stream in ["l1", "l2"] {
        log.execute::<Ledger>(stream, &open(), &context()).await.unwrap();
    }
    log.close().await;
    place.alter("update events set event_version = '9.9' where position = 1").await;
    let log = place.open().await;
    // Many at once: on PostgreSQL they are loaded together.
    let loads = (0..100).map(|load| log.load::<Ledger>(if load % 2 == 0 { "l1" } else { "l2" }));
    for (load, loaded) in (0..).zip(join_all(loads).await) {
        match loaded {
            Ok(loaded) => assert!(load % 2 == 1 && loaded.version == 1),
            Err(failed) => {
                assert!(load % 2 == 0 && matches!(failed, LogError::Unreadable { index: 1, .. }), "{failed}")
            }
        }
    }
}

async fn another_process_moving_the_dossier_on_is_noticed(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    here.execute::<Ledger>("l", &open(), &context()).await.unwrap();
    there.execute::<Ledger>("l", &note("there"), &context()).await.unwrap();
    assert_eq!(here.load::<Ledger>("l").await.unwrap().version, 2);
    // The state that `there` remembers is now behind.
    here.execute::<Ledger>("l", &note("here"), &context()).await.unwrap();
    let insisting = CommandContext { expected_version: Some(3), ..context() };
    assert_eq!(there.execute::<Ledger>("l", &note("there again"), &insisting).await.unwrap().version, 4);
    assert_eq!(there.execute::<Ledger>("l", &note("once more"), &context()).await.unwrap().version, 5);
}

async fn nobody_is_refused_for_what_another_process_has_changed(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let refused = here.execute::<Ledger>("l", &note("too early"), &context()).await;
    assert!(matches!(refused, Err(ExecuteError::Rejected(LedgerRejection::NotOpen))), "and remembered as not open");
    there.execute::<Ledger>("l", &open(), &context()).await.unwrap();
    assert_eq!(here.execute::<Ledger>("l", &note("now"), &context()).await.unwrap().version, 2);
}

async fn what_became_of_a_command_whose_client_went_away_is_known_to_the_next(place: Place) {
    let log = place.open().await;
    let refused = log.execute::<Ledger>("l", &note("too early"), &context()).await;
    assert!(refused.is_err());
    let (opening, context_of_it) = (open(), context());
    // Sent, and then nobody waits any more.
    let mut wakeup = log.wakeup();
    tokio::select! {
        biased;
        done = log.execute::<Ledger>("l", &opening, &context_of_it) => drop(done.unwrap()),
        heard = wakeup.changed() => heard.unwrap(),
    }
    assert_eq!(log.execute::<Ledger>("l", &note("now"), &context()).await.unwrap().version, 2);
}

async fn without_a_cache_the_result_is_the_same(place: Place) {
    let log = place.open_with(LogOptions { state_cache: 0, ..LogOptions::default() }).await;
    log.execute::<Ledger>("l", &open(), &context()).await.unwrap();
    let noted = log.execute::<Ledger>("l", &note("one"), &context()).await.unwrap();
    assert_eq!(noted.version, 2);
}

/// On KurrentDB a log that lost its end does not open.
async fn nothing_is_decided_on_a_stream_whose_end_may_be_gone(place: Place) {
    let log = place.open().await;
    for (id, command) in [("l", open()), ("l", note("its end")), ("m", open()), ("m", note("between")), ("n", open())] {
        log.execute::<Ledger>(id, &command, &context()).await.unwrap();
    }
    log.execute::<Ledger>("m", &note("behind it"), &context()).await.unwrap();
    place.alter_record(4, Alteration::Removal).await;
    log.check_end("ledger", "l").await.expect("the ledger with an event behind it has lost the one that is gone");
    place.alter_record(2, Alteration::Removal).await;
    let anew = place.open().await;
    log.check_end("ledger", "n").await.expect("what was recorded before it cannot have been its end");
    // As the keeper of the checkpoints does before it signs.
    assert_eq!(*log.count_records().await.unwrap(), [2..=2, 4..=4]);
    for log in [&log, &anew] {
        let refused = log.execute::<Ledger>("l", &note("in its place"), &context()).await;
        let Err(ExecuteError::Log(error @ LogError::EndMissing { index: 2, .. })) = &refused else {
            panic!("{refused:?}")
        };
        assert!(error.to_string().contains("ledger-l") && error.to_string().contains("audit check"), "{error}");
    }
    assert_eq!(log.read_stream("ledger", "l").await.unwrap().len(), 1);
    anew.execute::<Ledger>("n", &note("goes on"), &context()).await.unwrap();
    anew.execute::<Ledger>("o", &open(), &context()).await.unwrap();
}

/// Nothing is in memory here, and every count is too old.
async fn a_stream_that_is_read_from_the_log_is_held_against_a_count_made_after_its_end_went(place: Place) {
    let options = LogOptions { state_cache: 0, count_again_after: Duration::ZERO, ..LogOptions::default() };
    let log = place.open_with(options).await;
    for command in [open(), note("between"), note("its end")] {
        log.execute::<Ledger>("l", &command, &context()).await.unwrap();
    }
    place.alter_record(3, Alteration::Removal).await;
    let refused = log.execute::<Ledger>("l", &note("in its place"), &context()).await;
    assert!(matches!(refused, Err(ExecuteError::Log(LogError::EndMissing { index: 3, .. }))), "{refused:?}");
    assert_eq!(log.read_stream("ledger", "l").await.unwrap().len(), 2);
    log.execute::<Ledger>("m", &open(), &context()).await.unwrap();
}

/// As whoever gives a command is looked up on the dossier first.
async fn a_stream_that_was_only_looked_at_is_held_against_a_count_before_anything_is_decided_on_it(place: Place) {
    let options = LogOptions { count_again_after: Duration::ZERO, ..LogOptions::default() };
    let (log, elsewhere) = (place.open_with(options).await, place.open().await);
    for command in [open(), note("between"), note("its end")] {
        elsewhere.execute::<Ledger>("l", &command, &context()).await.unwrap();
    }
    assert!(log.count_records().await.unwrap().is_empty());
    place.alter_record(3, Alteration::Removal).await;
    assert_eq!(log.load::<Ledger>("l").await.unwrap().version, 2);
    for _ in 0..2 {
        let refused = log.execute::<Ledger>("l", &note("in its place"), &context()).await;
        assert!(matches!(refused, Err(ExecuteError::Log(LogError::EndMissing { index: 3, .. }))), "{refused:?}");
    }
    assert_eq!(log.read_stream("ledger", "l").await.unwrap().len(), 2);
}

async fn nothing_is_decided_on_a_stream_that_an_altered_record_may_have_been_of(place: Place) {
    let log = place.open().await;
    for (id, command) in [("l", open()), ("l", note("its end")), ("m", open())] {
        log.execute::<Ledger>(id, &command, &context()).await.unwrap();
    }
    let tree = log.tile().await.unwrap();
    place.alter("update events set aggregate_id = 'n', sequence = 1 where position = 2").await;
    assert_eq!(*log.reread(&tree, Duration::ZERO).await.unwrap().altered, [2..=2]);
    let refused = log.execute::<Ledger>("l", &note("in its place"), &context()).await;
    assert!(matches!(refused, Err(ExecuteError::Log(LogError::EndAltered { index: 2, .. }))), "{refused:?}");
    let its_own = log.execute::<Ledger>("n", &note("behind it"), &context()).await;
    assert!(matches!(its_own, Err(ExecuteError::Log(LogError::Altered { index: 2, .. }))), "{its_own:?}");
    assert_eq!(log.head().await.unwrap().index, 3);
    log.execute::<Ledger>("m", &note("goes on"), &context()).await.expect("it was recorded later");
    log.execute::<Ledger>("o", &open(), &context()).await.unwrap();
}

async fn a_record_behind_the_end_of_the_log_is_not_followed_and_named_where_it_is_in_the_way(place: Place) {
    let log = place.open().await;
    log.execute::<Ledger>("l", &open(), &context()).await.unwrap();
    let put_in = "insert into events select aggregate_type, 'z', 1, event_type, event_version, payload, metadata, 2, recorded_at, command_id
        from events where position = 1";
    place.alter(put_in).await;
    assert_eq!(log.read_after(Position::START, 10).await.unwrap().len(), 1);
    let refused = log.execute::<Ledger>("l", &note("next"), &context()).await;
    assert!(matches!(refused, Err(ExecuteError::Log(LogError::BeyondEnd { index: 2 }))), "{refused:?}");
    assert!(log.check_records().unwrap_err().to_string().contains("not as it was committed: record 2"));
    let its_own = log.execute::<Ledger>("z", &note("behind it"), &context()).await;
    assert!(matches!(its_own, Err(ExecuteError::Log(LogError::EndAltered { index: 2, .. }))), "{its_own:?}");
    let said = log.check_tree(&BTreeMap::new()).await.unwrap_err();
    assert!(matches!(&said, TreeError::BeyondEnd { size: 1, .. }) && said.to_string().contains("place 2"), "{said}");
    place.alter("delete from events where position = 2").await;
    log.check_tree(&BTreeMap::new()).await.unwrap();
    assert_eq!(log.execute::<Ledger>("l", &note("next"), &context()).await.unwrap().index, Some(2));
}

async fn what_is_found_by_a_command_id_that_was_put_there_is_no_answer(place: Place) {
    let log = place.open().await;
    log.execute::<Ledger>("l", &open(), &context()).await.unwrap();
    log.execute::<Ledger>("l", &note("one"), &context()).await.unwrap();
    let next = context();
    let id = next.command_id.simple();
    let put_there = match &place.url {
        LogUrl::Sqlite(_) => format!("x'{id}'"),
        LogUrl::Postgres(_) | LogUrl::Kurrent(_) => format!("'{id}'"),
    };
    place.alter(&format!("update events set command_id = {put_there} where position = 2")).await;
    let refused = log.execute::<Ledger>("m", &open(), &next).await;
    assert!(matches!(refused, Err(ExecuteError::Log(LogError::Altered { index: 2, .. }))), "{refused:?}");
    let found = log.find_command("ledger", "l", next.command_id).await;
    assert!(matches!(found, Err(LogError::Altered { index: 2, .. })), "{found:?}");
    log.execute::<Ledger>("m", &open(), &context()).await.unwrap();
}

/// What this process has in memory is not believed against a log that was restored beneath it: neither a version that
/// is gone nor one after it is ever stored on.
#[tokio::test]
async fn a_log_restored_from_a_backup_beneath_a_running_process_gets_no_gaps_on_postgres() {
    let place = Place::postgres().await;
    let log = place.open().await;
    for id in ["l", "m"] {
        log.execute::<Ledger>(id, &open(), &context()).await.unwrap();
    }
    place.sql("create table backup as select * from log_head").await.unwrap();
    for id in ["l", "m"] {
        for _ in 0..3 {
            log.execute::<Ledger>(id, &note("lost with the disk"), &context()).await.unwrap();
        }
    }
    let restore = "alter table events disable trigger all; delete from events where position > 2;
        alter table events enable trigger all;
        update log_head h set position = b.position, recorded_at = b.recorded_at, frontier = b.frontier from backup b";
    place.sql(restore).await.unwrap();
    for id in ["l", "m"] {
        let noted = log.execute::<Ledger>(id, &note("after"), &context()).await.unwrap();
        assert_eq!((noted.version, noted.repeated), (2, false));
        let sequences: Vec<_> = log.read_stream("ledger", id).await.unwrap().iter().map(|r| r.sequence).collect();
        assert_eq!(sequences, [1, 2]);
    }
    assert_eq!(log.head().await.unwrap().index, 4);
}
