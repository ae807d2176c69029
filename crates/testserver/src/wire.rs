//! The protocol as compiled, and what its messages are to us.

use std::collections::HashMap;

use bytes::Bytes;
use tonic::Status;
use uuid::Uuid;

use crate::store::{Expected, Proposed, StoredEvent};
use streams::append_req::options::ExpectedStreamRevision;
use streams::append_resp::wrong_expected_version::{CurrentRevisionOption, ExpectedRevisionOption};
use streams::append_resp::{self, Success, WrongExpectedVersion, success};
use streams::read_resp::{Content, ReadEvent, RecordedEvent, read_event};
use streams::{AppendResp, ReadResp};

pub(crate) use compiled::event_store::client::StreamIdentifier;
pub(crate) use compiled::event_store::client::{Empty, gossip, server_features, streams};
use compiled::event_store::client::{Uuid as WireUuid, uuid as wire_uuid};

#[allow(missing_docs, clippy::all, clippy::pedantic)]
mod compiled {
    pub mod event_store {
        pub mod client {
            tonic::include_proto!("event_store.client");
            pub mod streams {
                tonic::include_proto!("event_store.client.streams");
            }
            pub mod gossip {
                tonic::include_proto!("event_store.client.gossip");
            }
            pub mod server_features {
                tonic::include_proto!("event_store.client.server_features");
            }
        }
    }
}

/// A name of a stream; a request without one is refused.
pub(crate) fn name(identifier: Option<StreamIdentifier>) -> Result<String, Status> {
    let bytes = identifier.map(|identifier| identifier.stream_name).unwrap_or_default();
    match String::from_utf8(bytes.to_vec()) {
        Ok(name) if !name.is_empty() => Ok(name),
        Ok(_) | Err(_) => Err(Status::invalid_argument("a stream has a name in UTF-8")),
    }
}

pub(crate) fn identifier(name: &str) -> StreamIdentifier {
    StreamIdentifier { stream_name: Bytes::copy_from_slice(name.as_bytes()) }
}

pub(crate) fn from_uuid(id: Uuid) -> WireUuid {
    WireUuid { value: Some(wire_uuid::Value::String(id.to_string())) }
}

fn to_uuid(id: Option<WireUuid>) -> Result<Uuid, Status> {
    match id.and_then(|id| id.value) {
        Some(wire_uuid::Value::Structured(halves)) => Ok(Uuid::from_u64_pair(
            halves.most_significant_bits.cast_unsigned(),
            halves.least_significant_bits.cast_unsigned(),
        )),
        Some(wire_uuid::Value::String(text)) => {
            text.parse().map_err(|_| Status::invalid_argument("an event's id is a UUID"))
        }
        None => Err(Status::invalid_argument("an event has an id")),
    }
}

pub(crate) fn expected(revision: Option<ExpectedStreamRevision>) -> Result<Expected, Status> {
    match revision {
        Some(ExpectedStreamRevision::Any(_)) => Ok(Expected::Any),
        Some(ExpectedStreamRevision::StreamExists(_)) => Ok(Expected::StreamExists),
        Some(ExpectedStreamRevision::NoStream(_)) => Ok(Expected::NoStream),
        Some(ExpectedStreamRevision::Revision(revision)) => Ok(Expected::Revision(revision)),
        None => Err(Status::invalid_argument("an append expects a revision")),
    }
}

pub(crate) fn proposed(message: streams::append_req::ProposedMessage) -> Result<Proposed, Status> {
    let mut metadata = message.metadata;
    let mut taken =
        |key: &str| metadata.remove(key).ok_or(Status::invalid_argument("an event has type and content-type"));
    Ok(Proposed {
        id: to_uuid(message.id)?,
        event_type: taken("type")?,
        content_type: taken("content-type")?,
        metadata: message.custom_metadata,
        data: message.data,
    })
}

pub(crate) fn stored(revision: u64, commit: u64) -> AppendResp {
    let position = append_resp::Position { commit_position: commit, prepare_position: commit };
    let success = Success {
        current_revision_option: Some(success::CurrentRevisionOption::CurrentRevision(revision)),
        position_option: Some(success::PositionOption::Position(position)),
    };
    AppendResp { result: Some(append_resp::Result::Success(success)) }
}

pub(crate) fn wrong_revision(expected: Expected, current: Option<u64>) -> AppendResp {
    let wrong = WrongExpectedVersion {
        current_revision_option: Some(match current {
            Some(revision) => CurrentRevisionOption::CurrentRevision(revision),
            None => CurrentRevisionOption::CurrentNoStream(Empty {}),
        }),
        expected_revision_option: Some(match expected {
            Expected::Any => ExpectedRevisionOption::ExpectedAny(Empty {}),
            Expected::StreamExists => ExpectedRevisionOption::ExpectedStreamExists(Empty {}),
            Expected::NoStream => ExpectedRevisionOption::ExpectedNoStream(Empty {}),
            Expected::Revision(revision) => ExpectedRevisionOption::ExpectedRevision(revision),
        }),
    };
    AppendResp { result: Some(append_resp::Result::WrongExpectedVersion(wrong)) }
}

/// An event as it is read.
pub(crate) fn read(event: &StoredEvent) -> ReadResp {
    let metadata = HashMap::from([
        ("type".to_owned(), event.event_type.clone()),
        ("content-type".to_owned(), event.content_type.clone()),
        ("created".to_owned(), event.created.to_string()),
    ]);
    let recorded = RecordedEvent {
        id: Some(from_uuid(event.id)),
        stream_identifier: Some(identifier(&event.stream)),
        stream_revision: event.revision,
        prepare_position: event.prepare,
        commit_position: event.commit,
        metadata,
        custom_metadata: event.metadata.clone(),
        data: event.data.clone(),
    };
    said(Content::Event(ReadEvent {
        event: Some(recorded),
        position: Some(read_event::Position::CommitPosition(event.commit)),
    }))
}

pub(crate) fn said(content: Content) -> ReadResp {
    ReadResp { content: Some(content) }
}
