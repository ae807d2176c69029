//! A client as one writes it first: on any failure the event again, at what is the end of the stream then, under a new id.

use std::time::Duration;

use eventstore::{
    AppendToStreamOptions, Client, Error, EventData, ExpectedRevision, ReadStreamOptions, StreamPosition,
};
use spoor_testserver::TestServer;

/// Appends so many events, each until the server says that it is stored; gives what is stored.
pub async fn append_until_told(server: &TestServer, events: u64) -> Vec<String> {
    let connect = || Client::new(format!("{}&nodePreference=leader", server.url()).parse().unwrap()).unwrap();
    let mut client = connect();
    for n in 0..events {
        for attempt in 0.. {
            match append(&client, n).await {
                Ok(()) => break,
                Err(error) => assert!(attempt < 100, "event {n} is never stored: {error}"),
            }
            client = connect();
        }
    }
    let ours = server.events().into_iter().filter(|event| event.stream == STREAM);
    ours.map(|event| String::from_utf8(event.data.to_vec()).unwrap()).collect()
}

const STREAM: &str = "naive-1";

async fn append(client: &Client, n: u64) -> Result<(), Error> {
    let expected = match last_revision(client).await? {
        Some(revision) => ExpectedRevision::Exact(revision),
        None => ExpectedRevision::NoStream,
    };
    let options = AppendToStreamOptions::default().expected_revision(expected).deadline(Duration::from_millis(500));
    let event = EventData::binary("Noted", format!("event {n}").into_bytes().into());
    client.append_to_stream(STREAM, &options, event).await.map(drop)
}

async fn last_revision(client: &Client) -> Result<Option<u64>, Error> {
    let last = ReadStreamOptions::default().position(StreamPosition::End).max_count(1);
    let mut reading = client.read_stream(STREAM, &last).await?;
    match reading.next().await {
        Ok(event) => Ok(event.map(|event| event.get_original_event().revision)),
        Err(Error::ResourceNotFound) => Ok(None),
        Err(error) => Err(error),
    }
}
