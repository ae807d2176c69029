//! Appending, and what can go wrong with it; and deleting.

use std::future::pending;

use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::{Code, Request, Response, Status, Streaming};

use crate::connection::Cut;
use crate::faults::{Fault, SLOW};
use crate::node::Node;
use crate::store::{Appended, Expected, Found, Proposed};
use crate::wire;
use crate::wire::StreamIdentifier;
use crate::wire::streams::append_req::Content;
use crate::wire::streams::{AppendReq, AppendResp};

impl Node {
    pub(crate) async fn take_append(
        &self,
        request: Request<Streaming<AppendReq>>,
    ) -> Result<Response<AppendResp>, Status> {
        self.answers_as_asked(request.metadata())?;
        let cut = request.extensions().get::<Cut>().cloned().unwrap_or_default();
        let (stream, expected, events) = whole(request.into_inner()).await?;
        let faults = &self.cluster.faults;
        if faults.strikes(Fault::NotLeader) {
            return Err(self.cluster.not_leader());
        }
        if faults.strikes(Fault::LostRequest) {
            cut.now();
            return pending().await;
        }
        let is_slow = faults.strikes(Fault::Slow);
        if is_slow {
            tokio::time::sleep(SLOW).await;
        }
        let appended = self.stored(&stream, expected, events);
        if is_slow {
            tokio::time::sleep(SLOW).await;
        }
        if faults.strikes(Fault::LostReply) {
            cut.now();
            return pending().await;
        }
        if faults.strikes(Fault::Silence) {
            return pending().await;
        }
        match appended {
            Appended::Stored { revision, commit } => Ok(Response::new(wire::stored(revision, commit))),
            Appended::WrongRevision { current } => Ok(Response::new(wire::wrong_revision(expected, current))),
            Appended::TooLarge { most } => Err(too_large(most)),
            Appended::Deleted => Err(deleted(&stream)),
        }
    }

    fn stored(&self, stream: &str, expected: Expected, events: Vec<Proposed>) -> Appended {
        let mut store = self.cluster.store();
        let appended = store.append(stream, expected, events);
        self.cluster.grown.send_replace(store.events().len());
        appended
    }
}

impl Node {
    /// Deletes a stream, for ever or until somebody writes to it again; gives the position of what says so.
    pub(crate) fn take_deletion(
        &self,
        asked: &MetadataMap,
        name: Option<StreamIdentifier>,
        ever: bool,
    ) -> Result<u64, Status> {
        self.answers_as_asked(asked)?;
        let name = wire::name(name)?;
        let mut store = self.cluster.store();
        match store.found(&name, usize::MAX) {
            Found::Tombstone => return Err(deleted(&name)),
            Found::Nothing | Found::Events(_) => {}
        }
        let commit = if ever { store.tombstone(&name) } else { store.delete(&name) };
        self.cluster.grown.send_replace(store.events().len());
        Ok(commit)
    }
}

async fn whole(mut parts: Streaming<AppendReq>) -> Result<(String, Expected, Vec<Proposed>), Status> {
    let mut header = None;
    let mut events = Vec::new();
    while let Some(part) = parts.message().await? {
        match part.content {
            Some(Content::Options(options)) => {
                header =
                    Some((wire::name(options.stream_identifier)?, wire::expected(options.expected_stream_revision)?));
            }
            Some(Content::ProposedMessage(message)) => events.push(wire::proposed(message)?),
            None => return Err(Status::invalid_argument("a part of an append says something")),
        }
    }
    let (stream, expected) = header.ok_or(Status::invalid_argument("an append begins with its options"))?;
    if events.is_empty() {
        return Err(Status::invalid_argument("an append has events"));
    }
    Ok((stream, expected, events))
}

/// What is said of a stream that was deleted for ever.
pub(crate) fn deleted(stream: &str) -> Status {
    let mut trailers = MetadataMap::new();
    trailers.insert("exception", MetadataValue::from_static("stream-deleted"));
    Status::with_metadata(Code::FailedPrecondition, format!("Event stream '{stream}' is deleted."), trailers)
}

fn too_large(most: usize) -> Status {
    let mut trailers = MetadataMap::new();
    trailers.insert("exception", MetadataValue::from_static("maximum-append-size-exceeded"));
    trailers.insert("maximum-append-size", MetadataValue::from(most as u64));
    let message = format!("Maximum Append Size of {most} Exceeded.");
    Status::with_metadata(Code::InvalidArgument, message, trailers)
}
