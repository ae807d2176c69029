//! What a reader gets.

use std::time::Duration;

use eventstore::{
    Client, Error, ExpectedRevision, ReadStreamOptions, StreamPosition, SubscribeToAllOptions, SubscriptionFilter,
};
use spoor_testserver::TestServer;

use crate::asking::{about, append, client, event, original, read, read_all, read_as};

#[tokio::test]
async fn a_stream_is_read_from_any_place_in_both_directions() {
    let server = TestServer::start().await;
    let client = client(&server);
    notes(&client, 4).await;
    let from = |place| ReadStreamOptions::default().position(place);
    for (options, expected) in [
        (from(StreamPosition::Position(1)), vec!["1", "2", "3"]),
        (from(StreamPosition::Position(1)).max_count(2), vec!["1", "2"]),
        (from(StreamPosition::Position(2)).backwards(), vec!["2", "1", "0"]),
        (from(StreamPosition::End).backwards().max_count(1), vec!["3"]),
        (from(StreamPosition::Position(4)), vec![]),
    ] {
        assert_eq!(about(&read_as(&client, "note-1", &options).await.unwrap()), expected);
    }
}

#[tokio::test]
async fn a_stream_that_is_not_there_is_missing_at_the_first_event() {
    let server = TestServer::start().await;
    let client = client(&server);
    let mut reading = client.read_stream("note-9", &ReadStreamOptions::default()).await.unwrap();
    assert!(matches!(reading.next().await, Err(Error::ResourceNotFound)));
}

#[tokio::test]
async fn all_events_stand_in_one_order_with_those_of_others_among_them() {
    let server = TestServer::start().await;
    let client = client(&server);
    notes(&client, 9).await;
    append(&client, "note-2", ExpectedRevision::NoStream, vec![event(20, "x"), event(21, "y")]).await.unwrap();

    let all = read_all(&client, StreamPosition::Start).await;
    assert!(all.is_sorted_by(|a, b| (a.position.commit, a.position.prepare) < (b.position.commit, b.position.prepare)));
    assert_eq!(all.iter().filter(|event| event.stream_id.starts_with("note-")).count(), 11);
    assert!(all.iter().any(|event| event.stream_id.starts_with('$')));
    assert!(all.iter().any(|event| !event.stream_id.starts_with('$') && !event.stream_id.starts_with("note-")));

    let last = all.iter().rfind(|event| event.stream_id == "note-2").unwrap();
    assert_eq!(last.position.prepare, last.position.commit);
    let place = all.iter().position(|event| event.id == last.id).unwrap();
    let rest = read_all(&client, StreamPosition::Position(last.position)).await;
    assert_eq!(about(&rest), about(&all[place..]));
}

#[tokio::test]
async fn the_events_of_one_append_may_have_their_commit_in_common() {
    let server = TestServer::start().await;
    server.share_commits();
    let client = client(&server);
    append(&client, "note-2", ExpectedRevision::NoStream, vec![event(20, "x"), event(21, "y")]).await.unwrap();
    let all = read_all(&client, StreamPosition::Start).await;
    let [x, y] = [all[0].position, all[1].position];
    assert!(x.commit == y.commit && x.prepare < y.prepare && y.prepare < y.commit, "{x:?}, {y:?}");
    let rest = read_all(&client, StreamPosition::Position(y)).await;
    assert_eq!(about(&rest), ["y"]);
}

#[tokio::test]
async fn a_node_that_is_behind_gives_what_it_has_heard_of() {
    let server = TestServer::start().await;
    let client = client(&server);
    notes(&client, 2).await;
    server.hold_back(0, Some(1));
    assert_eq!(about(&read(&client, "note-1").await.unwrap()), ["0"]);
    assert_eq!(read_all(&client, StreamPosition::Start).await.len(), 1);
    server.hold_back(0, None);
    assert_eq!(about(&read(&client, "note-1").await.unwrap()), ["0", "1"]);
}

#[tokio::test]
async fn an_event_says_when_the_server_stored_it() {
    let server = TestServer::start().await;
    let client = client(&server);
    notes(&client, 1).await;
    server.set_ahead(Duration::from_secs(3_600));
    append(&client, "note-1", ExpectedRevision::Exact(0), vec![event(9, "1")]).await.unwrap();
    let events = read(&client, "note-1").await.unwrap();
    let apart = events[1].created - events[0].created;
    assert!((3_600..3_700).contains(&apart.num_seconds()), "{apart}");
}

#[tokio::test]
async fn a_subscription_gives_what_was_and_what_comes_of_the_streams_it_names() {
    let server = TestServer::start().await;
    let client = client(&server);
    notes(&client, 7).await;
    let filter = SubscriptionFilter::on_stream_name().add_prefix("note-");
    let mut subscription = client.subscribe_to_all(&SubscribeToAllOptions::default().filter(filter)).await;
    let mut seen = Vec::new();
    for n in 7..12 {
        append(&client, "note-1", ExpectedRevision::Exact(n - 1), vec![event(100 + u128::from(n), &n.to_string())])
            .await
            .unwrap();
        while seen.len() as u64 <= n {
            seen.push(original(subscription.next().await.unwrap()));
        }
    }
    assert_eq!(about(&seen), (0..12).map(|n| n.to_string()).collect::<Vec<_>>());

    let from = StreamPosition::Position(seen[9].position);
    let filter = SubscriptionFilter::on_event_type().add_prefix("Noted");
    let options = SubscribeToAllOptions::default().position(from).filter(filter);
    let next = client.subscribe_to_all(&options).await.next().await.unwrap();
    assert_eq!(about(&[original(next)]), ["10"]);
}

#[tokio::test]
async fn what_somebody_changed_in_the_files_is_what_is_read() {
    let server = TestServer::start().await;
    let client = client(&server);
    notes(&client, 3).await;
    server.tamper(|events| {
        let altered = events.iter_mut().find(|event| event.stream == "note-1" && event.revision == 1).unwrap();
        altered.data = b"{\"about\":\"forged\"}".to_vec().into();
        events.retain(|event| event.stream != "note-1" || event.revision != 2);
    });
    assert_eq!(about(&read(&client, "note-1").await.unwrap()), ["0", "forged"]);
}

/// So many notes in one stream, about their own revisions.
async fn notes(client: &Client, count: u64) {
    for n in 0..count {
        let expected = n.checked_sub(1).map_or(ExpectedRevision::NoStream, ExpectedRevision::Exact);
        append(client, "note-1", expected, vec![event(u128::from(n) + 1, &n.to_string())]).await.unwrap();
    }
}
