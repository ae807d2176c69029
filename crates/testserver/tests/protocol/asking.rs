//! A client, and the few things these tests ask of it.

use std::time::Duration;

use eventstore::{
    AppendToStreamOptions, Client, Error, EventData, ExpectedRevision, ReadAllOptions, ReadStreamOptions,
    RecordedEvent, ResolvedEvent, StreamPosition, WriteResult,
};
use spoor_testserver::TestServer;
use uuid::Uuid;

/// A client of the leader.
pub fn client(server: &TestServer) -> Client {
    let address = format!("{}&nodePreference=leader", server.url());
    Client::new(address.parse().unwrap()).unwrap()
}

/// An event with this id, about this.
pub fn event(id: u128, about: &str) -> EventData {
    let data = format!("{{\"about\":\"{about}\"}}").into_bytes().into();
    EventData::binary("Noted", data).id(Uuid::from_u128(id)).metadata(b"whoever wrote it".to_vec().into())
}

/// Appends, and waits no more than a second for the answer.
pub async fn append(
    client: &Client,
    stream: &str,
    expected: ExpectedRevision,
    events: Vec<EventData>,
) -> Result<WriteResult, Error> {
    let options = AppendToStreamOptions::default().expected_revision(expected).deadline(Duration::from_secs(1));
    client.append_to_stream(stream, &options, events).await
}

/// A stream's events from the beginning.
pub async fn read(client: &Client, stream: &str) -> Result<Vec<RecordedEvent>, Error> {
    read_as(client, stream, &ReadStreamOptions::default()).await
}

/// A stream's events as the options say.
pub async fn read_as(client: &Client, stream: &str, options: &ReadStreamOptions) -> Result<Vec<RecordedEvent>, Error> {
    let mut reading = client.read_stream(stream, options).await?;
    let mut events = Vec::new();
    while let Some(event) = reading.next().await? {
        events.push(original(event));
    }
    Ok(events)
}

/// All events from the place on, others' too.
pub async fn read_all(client: &Client, from: StreamPosition<eventstore::Position>) -> Vec<RecordedEvent> {
    let options = ReadAllOptions::default().position(from);
    let mut reading = client.read_all(&options).await.unwrap();
    let mut events = Vec::new();
    while let Some(event) = reading.next().await.unwrap() {
        events.push(original(event));
    }
    events
}

pub fn original(event: ResolvedEvent) -> RecordedEvent {
    event.event.unwrap()
}

/// What the events are about.
pub fn about(events: &[RecordedEvent]) -> Vec<String> {
    let about = |event: &RecordedEvent| {
        let text = String::from_utf8(event.data.to_vec()).unwrap();
        text.trim_start_matches("{\"about\":\"").trim_end_matches("\"}").to_owned()
    };
    events.iter().map(about).collect()
}
