//! Appending: all or none, at the expected version, once.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use spoor_eventlog::{AppendError, LogError, LogUrl, MAX_LINE_BYTES, Position};

use crate::ledger::append;
use crate::on_every_engine;
use crate::place::Place;

on_every_engine!(
    an_append_at_the_expected_version_is_stored_in_order,
    an_append_at_another_version_is_refused_and_stores_nothing,
    the_same_append_again_has_the_first_result,
    a_command_id_with_other_content_is_refused,
    two_appends_to_one_stream_at_once_succeed_once,
    an_event_over_the_size_cap_is_refused_and_stores_nothing,
    a_number_that_its_text_would_round_is_refused_and_stores_nothing,
    an_append_without_events_is_refused,
    closing_finishes_what_was_accepted_and_takes_no_more,
    the_stored_text_is_canonical_json;
    only_on_sql:
    a_command_id_of_another_stream_is_refused,
    the_whole_batch_survives_one_bad_append,
    nothing_is_stored_in_a_log_that_is_dated_ahead_of_the_clock,
    an_append_whose_rows_the_database_keeps_out_is_not_answered_as_stored,
);

async fn an_append_at_the_expected_version_is_stored_in_order(place: Place) {
    let log = place.open().await;
    let first = log.append(append("a", 0, &["One", "Two"])).await.unwrap();
    assert_eq!((first.version, first.events, first.index, first.repeated), (2, 2, 2, false));
    let second = log.append(append("a", 2, &["Three"])).await.unwrap();
    assert_eq!((second.version, second.index), (3, 3));
    assert!(second.position > first.position);
    assert_eq!(log.position_of(3).await.unwrap(), second.position);
    let stream = log.read_stream("thing", "a").await.unwrap();
    let types: Vec<_> = stream.iter().map(|record| (record.sequence, record.event_type.as_str())).collect();
    assert_eq!(types, [(1, "One"), (2, "Two"), (3, "Three")]);
    assert!(stream.is_sorted_by_key(|record| record.recorded_at));
}

async fn nothing_is_stored_in_a_log_that_is_dated_ahead_of_the_clock(place: Place) {
    let log = place.open().await;
    let first = append("a", 0, &["One"]);
    log.append(first.clone()).await.unwrap();
    log.close().await;
    let ahead = |micros: i64| format!("recorded_at = recorded_at + ({micros})");
    let both = async |change: String| {
        place.alter(&format!("update events set {change}; update log_head set {change}")).await;
    };
    // As if the clock had been an hour ahead once.
    both(ahead(3_600_000_000)).await;
    let log = place.open().await;
    let head = log.head().await.unwrap();
    assert!(head.is_ahead_of(log.now().await.unwrap()));
    let refused = log.append(append("a", 1, &["Two"])).await;
    let dated =
        matches!(&refused, Err(AppendError::Log(LogError::ClockBehind { last, .. })) if *last == head.recorded_at);
    assert!(dated, "{refused:?}");
    assert!(log.append(first).await.is_ok(), "what was stored has its first result");
    assert_eq!(log.head().await.unwrap(), head);
    log.close().await;

    // Half a minute is what clocks may be apart: it is dated as the last one, and no earlier.
    both(ahead(-3_570_000_000)).await;
    let log = place.open().await;
    let head = log.head().await.unwrap();
    assert!(!head.is_ahead_of(log.now().await.unwrap()));
    assert_eq!(log.append(append("a", 1, &["Two"])).await.unwrap().recorded_at, head.recorded_at);
}

async fn an_append_whose_rows_the_database_keeps_out_is_not_answered_as_stored(place: Place) {
    let log = place.open().await;
    let keep_out = match &place.url {
        LogUrl::Sqlite(_) => {
            "create trigger keep_out before insert on events when new.event_type = 'Two' begin select raise(ignore); end"
        }
        LogUrl::Postgres(_) => {
            "create function keep_out() returns trigger language plpgsql as
                $$ begin if new.event_type = 'Two' then return null; end if; return new; end $$;
             create trigger keep_out before insert on events for each row execute function keep_out()"
        }
        LogUrl::Kurrent(_) => panic!("only SQL engines have triggers"),
    };
    place.sql(keep_out).await.unwrap();
    for (id, events) in [("some", &["One", "Two"][..]), ("all", &["Two"][..])] {
        let refused = log.append(append(id, 0, events)).await;
        assert!(matches!(refused, Err(AppendError::Log(LogError::Database(_)))), "{id}: {refused:?}");
        assert!(log.read_stream("thing", id).await.unwrap().is_empty(), "{id}");
    }
    let drop_it = match &place.url {
        LogUrl::Postgres(_) => "drop trigger keep_out on events",
        LogUrl::Sqlite(_) | LogUrl::Kurrent(_) => "drop trigger keep_out",
    };
    place.sql(drop_it).await.unwrap();
    let stored = log.append(append("all", 0, &["Two"])).await.unwrap();
    assert_eq!(log.position_of(1).await.unwrap(), stored.position, "the head did not move on without a record");
}

async fn an_append_at_another_version_is_refused_and_stores_nothing(place: Place) {
    let log = place.open().await;
    log.append(append("a", 0, &["One"])).await.unwrap();
    for wrong in [0, 2, 7] {
        let refused = log.append(append("a", wrong, &["Other", "Another"])).await;
        assert!(matches!(refused, Err(AppendError::Conflict { current: 1 })), "{refused:?}");
    }
    assert_eq!(log.head().await.unwrap().index, 1);
}

async fn the_same_append_again_has_the_first_result(place: Place) {
    let log = place.open().await;
    let asked = append("a", 0, &["One", "Two"]);
    let first = log.append(asked.clone()).await.unwrap();
    log.append(append("a", 2, &["Three"])).await.unwrap();
    let again = log.append(asked).await.unwrap();
    assert!(again.repeated);
    assert_eq!((again.version, again.position, again.events), (first.version, first.position, first.events));
    assert_eq!(again.recorded_at, first.recorded_at);
    assert_eq!(log.head().await.unwrap().index, 3);
}

async fn a_command_id_with_other_content_is_refused(place: Place) {
    with_a_command_id_that_was_used(&place, append("a", 1, &["Other"])).await;
}

/// On KurrentDB an append cannot know of other streams. Whoever makes something gives it an id derived from the command's.
async fn a_command_id_of_another_stream_is_refused(place: Place) {
    with_a_command_id_that_was_used(&place, append("b", 0, &["Other"])).await;
}

async fn with_a_command_id_that_was_used(place: &Place, mut other: spoor_eventlog::Append) {
    let log = place.open().await;
    let asked = append("a", 0, &["One"]);
    log.append(asked.clone()).await.unwrap();
    other.metadata.command_id = asked.metadata.command_id;
    other.metadata.command_digest = "another digest".into();
    assert!(matches!(log.append(other).await, Err(AppendError::CommandIdReused)));
    assert_eq!(log.head().await.unwrap().index, 1);
}

async fn two_appends_to_one_stream_at_once_succeed_once(place: Place) {
    let log = place.open().await;
    let answers = join_all((0..20).map(|_| log.append(append("a", 0, &["One"])))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert_eq!(answers.iter().filter(|answer| matches!(answer, Err(AppendError::Conflict { current: 1 }))).count(), 19);
}

async fn an_event_over_the_size_cap_is_refused_and_stores_nothing(place: Place) {
    let log = place.open().await;
    let sized = |bytes: usize| {
        let mut asked = append("a", 0, &["Small", "Large"]);
        asked.events[1].payload = serde_json::json!({ "Large": "x".repeat(bytes) });
        asked
    };
    let refused = log.append(sized(MAX_LINE_BYTES)).await;
    let Err(AppendError::TooLarge { event_type, bytes, limit }) = refused else { panic!("{refused:?}") };
    assert_eq!((event_type.as_str(), limit), ("Large", MAX_LINE_BYTES));
    assert_eq!(log.head().await.unwrap().index, 0);
    let too_many = bytes - limit;
    assert!(log.append(sized(MAX_LINE_BYTES - too_many + 1)).await.is_err());
    log.append(sized(MAX_LINE_BYTES - too_many)).await.unwrap();
    assert_eq!(log.read_stream("thing", "a").await.unwrap()[1].line().len(), MAX_LINE_BYTES);
}

async fn a_number_that_its_text_would_round_is_refused_and_stores_nothing(place: Place) {
    let log = place.open().await;
    let counted = |number: i64| {
        let mut asked = append("a", 0, &["Small", "Large"]);
        asked.events[1].payload = serde_json::json!({ "Large": { "parts": [1, number] } });
        asked
    };
    for number in [i64::MAX, i64::MIN, 9_007_199_254_740_993] {
        let refused = log.append(counted(number)).await;
        let Err(AppendError::Rounded { event_type, number: named }) = refused else { panic!("{refused:?}") };
        assert_eq!((event_type.as_str(), named), ("Large", number.to_string()));
    }
    assert_eq!(log.head().await.unwrap().index, 0);
    log.append(counted(9_007_199_254_740_991)).await.unwrap();
    let stored = log.read_stream("thing", "a").await.unwrap();
    assert_eq!(stored[1].payload, r#"{"Large":{"parts":[1,9007199254740991]}}"#);
}

async fn an_append_without_events_is_refused(place: Place) {
    let log = place.open().await;
    assert!(matches!(log.append(append("a", 0, &[])).await, Err(AppendError::Empty)));
}

async fn the_whole_batch_survives_one_bad_append(place: Place) {
    let sqlite = matches!(place.url, spoor_eventlog::LogUrl::Sqlite(_));
    let poison = if sqlite {
        "create trigger poison before insert on events when new.event_type = 'Poison' begin select raise(abort, 'no'); end"
    } else {
        "create function poison() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
         create trigger poison before insert on events for each row when (new.event_type = 'Poison') execute function poison()"
    };
    place.sql(poison).await.unwrap();
    let log = place.open().await;
    let names: Vec<String> = (0..60).map(|n| format!("s{n}")).collect();
    let answers = join_all(
        names
            .iter()
            .enumerate()
            .map(|(n, id)| log.append(append(id, 0, &["Fine", if n % 20 == 7 { "Poison" } else { "Fine" }]))),
    )
    .await;
    for (n, answer) in answers.iter().enumerate() {
        match answer {
            Ok(_) => assert_ne!(n % 20, 7),
            Err(AppendError::Log(LogError::Database(_))) => assert_eq!(n % 20, 7),
            Err(other) => panic!("{other}"),
        }
    }
    let mut last: Vec<_> = answers.iter().flatten().map(|appended| appended.index).collect();
    last.sort_unstable();
    assert_eq!(last, (1..=57).map(|n| 2 * n).collect::<Vec<_>>());
    let mut stored = BTreeMap::new();
    for record in log.read_after(Position::START, 1_000).await.unwrap() {
        *stored.entry(record.aggregate_id).or_insert(0) += 1;
    }
    let good = names.iter().enumerate().filter(|(n, _)| n % 20 != 7).map(|(_, id)| (id.clone(), 2));
    assert_eq!(stored, good.collect(), "both events of each good append, and nothing of a bad one");
}

async fn closing_finishes_what_was_accepted_and_takes_no_more(place: Place) {
    let log = place.open().await;
    let names: Vec<String> = (0..100).map(|n| format!("s{n}")).collect();
    let (answers, ()) = tokio::join!(join_all(names.iter().map(|id| log.append(append(id, 0, &["One"])))), log.close());
    let accepted = answers.iter().filter(|answer| answer.is_ok()).count() as u64;
    assert!(accepted > 0);
    assert!(matches!(log.append(append("late", 0, &["One"])).await, Err(AppendError::Log(LogError::Closing))));
    assert_eq!(place.open().await.head().await.unwrap().index, accepted);
}

async fn the_stored_text_is_canonical_json(place: Place) {
    let log = place.open().await;
    log.append(append("a", 0, &["One"])).await.unwrap();
    let record = log.read_stream("thing", "a").await.unwrap().remove(0);
    assert_eq!(record.payload, r#"{"One":{"a":[1.5,"é"],"z":1}}"#);
    let metadata: std::collections::BTreeMap<String, String> = serde_json::from_str(&record.metadata).unwrap();
    assert_eq!(metadata["actor_role"], "Prosecutor");
}
