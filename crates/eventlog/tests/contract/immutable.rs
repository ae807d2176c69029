//! The database itself refuses to change what was stored.

use spoor_eventlog::LogUrl;

use crate::ledger::append;
use crate::on_sql_engines;
use crate::place::Place;

on_sql_engines!(the_database_refuses_to_change_or_remove_an_event, an_append_past_the_log_is_refused);

async fn the_database_refuses_to_change_or_remove_an_event(place: Place) {
    let log = place.open().await;
    log.append(append("a", 0, &["One"])).await.unwrap();
    let before = log.read_stream("thing", "a").await.unwrap();
    let mut attempts = vec![
        "update events set event_type = 'Forged'",
        "update events set position = position + 1 where position = 1",
        "delete from events",
        "delete from events where position = 1",
        "delete from log_head",
    ];
    match &place.url {
        LogUrl::Kurrent(_) => panic!("only SQL engines have tables"),
        LogUrl::Postgres(_) => attempts.extend(["truncate events", "truncate log_head", "truncate events cascade"]),
        LogUrl::Sqlite(_) => attempts.push(
            "insert or replace into events select aggregate_type, aggregate_id, sequence, 'Forged', event_version, payload,
             metadata, 2, recorded_at, command_id from events",
        ),
    }
    for attempt in attempts {
        let refusal = place.sql(attempt).await.expect_err(attempt);
        assert!(refusal.contains("append-only"), "{attempt}: {refusal}");
    }
    assert_eq!(log.read_stream("thing", "a").await.unwrap(), before);
}

async fn an_append_past_the_log_is_refused(place: Place) {
    // What plain postgres-es and sqlite-es would send: it has no position, so it cannot get into the log unseen.
    let past =
        "insert into events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata)
                values ('thing', 'a', 1, 'One', '1', '{}', '{}')";
    assert!(place.sql(past).await.unwrap_err().to_lowercase().contains("null"));
}
