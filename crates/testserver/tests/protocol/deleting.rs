//! What becomes of a stream that is deleted or cut.

use eventstore::{
    Client, DeleteStreamOptions, Error, EventData, ExpectedRevision, ReadStreamOptions, StreamPosition,
    TombstoneStreamOptions,
};
use spoor_testserver::TestServer;

use crate::asking::{about, append, client, event, read, read_all};

#[tokio::test]
async fn a_deleted_stream_is_not_there_and_goes_on_with_its_numbers() {
    let server = TestServer::start().await;
    let client = client(&server);
    three(&client).await;
    client.delete_stream("note-1", &DeleteStreamOptions::default()).await.unwrap();
    assert!(matches!(read(&client, "note-1").await, Err(Error::ResourceNotFound)));
    assert_eq!(events_of(&client, "note-1").await, 3, "in the order of all it still stands");

    let written = append(&client, "note-1", ExpectedRevision::NoStream, vec![event(9, "d")]).await.unwrap();
    assert_eq!(written.next_expected_version, 3);
    let events = read(&client, "note-1").await.unwrap();
    assert_eq!((about(&events), events[0].revision), (vec!["d".to_owned()], 3));
}

#[tokio::test]
async fn a_stream_deleted_for_ever_is_neither_read_nor_written() {
    let server = TestServer::start().await;
    let client = client(&server);
    three(&client).await;
    client.tombstone_stream("note-1", &TombstoneStreamOptions::default()).await.unwrap();
    let mut reading = client.read_stream("note-1", &ReadStreamOptions::default()).await;
    let refused = match &mut reading {
        Ok(reading) => reading.next().await.map(|_| ()),
        Err(_) => reading.map(|_| ()),
    };
    assert!(matches!(refused, Err(Error::ResourceDeleted)));
    let refused = append(&client, "note-1", ExpectedRevision::NoStream, vec![event(9, "d")]).await;
    assert!(matches!(refused, Err(Error::ResourceDeleted)));
    let all = read_all(&client, StreamPosition::Start).await;
    let last = all.iter().rfind(|event| event.stream_id == "note-1").unwrap();
    assert_eq!((last.event_type.as_str(), last.revision), ("$streamDeleted", i64::MAX as u64));
}

#[tokio::test]
async fn a_cut_stream_is_read_from_where_it_is_cut() {
    let server = TestServer::start().await;
    let client = client(&server);
    three(&client).await;
    for (metadata, seen) in
        [(r#"{"$maxCount":1}"#, vec!["2"]), (r#"{"$tb":1}"#, vec!["1", "2"]), ("{}", vec!["0", "1", "2"])]
    {
        let event = EventData::binary("$metadata", metadata.into());
        append(&client, "$$note-1", ExpectedRevision::Any, vec![event]).await.unwrap();
        assert_eq!(about(&read(&client, "note-1").await.unwrap()), seen);
    }
}

async fn three(client: &Client) {
    let events = (0..3).map(|n| event(n + 1, &n.to_string())).collect();
    append(client, "note-1", ExpectedRevision::NoStream, events).await.unwrap();
}

async fn events_of(client: &Client, stream: &str) -> usize {
    read_all(client, StreamPosition::Start).await.iter().filter(|event| event.stream_id == stream).count()
}
