//! Appending, and what can go wrong with it.

use std::future::pending;

use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::{Code, Request, Response, Status, Streaming};

use crate::connection::Cut;
use crate::faults::{Fault, SLOW};
use crate::node::Node;
use crate::store::{Appended, Expected, MOST_BYTES, Proposed};
use crate::wire;
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
            Appended::TooLarge => Err(too_large()),
        }
    }

    fn stored(&self, stream: &str, expected: Expected, events: Vec<Proposed>) -> Appended {
        let mut store = self.cluster.store();
        let appended = store.append(stream, expected, events);
        self.cluster.grown.send_replace(store.events().len());
        appended
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

fn too_large() -> Status {
    let mut trailers = MetadataMap::new();
    trailers.insert("exception", MetadataValue::from_static("maximum-append-size-exceeded"));
    trailers.insert("maximum-append-size", MetadataValue::from(MOST_BYTES as u64));
    let message = format!("Maximum Append Size of {MOST_BYTES} Exceeded.");
    Status::with_metadata(Code::InvalidArgument, message, trailers)
}
