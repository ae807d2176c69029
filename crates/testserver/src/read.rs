//! Reading a stream or `$all`, once or for as long as somebody listens.

use std::collections::VecDeque;
use std::future::pending;
use std::pin::Pin;

use futures_util::{Stream, stream};
use tokio::sync::watch;
use tonic::{Request, Response, Status};

use crate::append::deleted;
use crate::connection::Cut;
use crate::faults::Fault;
use crate::node::Node;
use crate::selection::{Selection, Subscribed};
use crate::store::StoredEvent;
use crate::wire;
use crate::wire::streams::read_req::Options;
use crate::wire::streams::read_req::options::CountOption;
use crate::wire::streams::read_resp::{CaughtUp, Checkpoint, Content, StreamNotFound, SubscriptionConfirmation};
use crate::wire::streams::{ReadReq, ReadResp};

/// What a reader gets, one answer after another.
pub(crate) type Answers = Pin<Box<dyn Stream<Item = Result<ReadResp, Status>> + Send>>;

/// As many events are looked up at once; between two looks others may append.
const PAGE: usize = 256;

impl Node {
    pub(crate) fn take_read(&self, request: Request<ReadReq>) -> Result<Response<Answers>, Status> {
        self.answers_as_asked(request.metadata())?;
        if self.cluster.faults.strikes(Fault::NotLeader) {
            return Err(self.cluster.not_leader());
        }
        let cut = request.extensions().get::<Cut>().cloned().unwrap_or_default();
        let options = request.into_inner().options.ok_or(Status::invalid_argument("a reading has options"))?;
        let reading = Reading::new(self.clone(), cut, options)?;
        let answers = stream::unfold(reading, |mut reading| async {
            let answer = reading.next().await?;
            Some((Ok(answer), reading))
        });
        Ok(Response::new(Box::pin(answers)))
    }
}

/// How far somebody has read.
struct Reading {
    node: Node,
    cut: Cut,
    selection: Selection,
    ready: VecDeque<ReadResp>,
    end: End,
}

/// When a reading ends.
enum End {
    /// After so many more events, or where there are no more.
    After(u64),
    /// Not by itself.
    Never { grown: watch::Receiver<usize>, has_caught_up: bool },
}

impl Reading {
    fn new(node: Node, cut: Cut, options: Options) -> Result<Self, Status> {
        let grown = node.cluster.grown.subscribe();
        let (store, until) = (node.cluster.store(), node.cluster.seen_by(node.number));
        let count = options.count_option;
        if matches!(count, Some(CountOption::Subscription(_))) {
            node.cluster.subscribed(Subscribed::to(&options));
        }
        let selection = Selection::new(options, &store, until)?;
        if let Some(name) = selection.deleted(&store, until) {
            return Err(deleted(name));
        }
        let (first, end) = match (count, selection.missing(&store, until)) {
            (Some(CountOption::Count(_)), Some(name)) => {
                let missing = StreamNotFound { stream_identifier: Some(wire::identifier(name)) };
                (Some(Content::StreamNotFound(missing)), End::After(0))
            }
            (Some(CountOption::Count(left)), None) => (None, End::After(left)),
            (Some(CountOption::Subscription(_)), _) => {
                let confirmed = SubscriptionConfirmation { subscription_id: "a subscription".to_owned() };
                (Some(Content::Confirmation(confirmed)), End::Never { grown, has_caught_up: false })
            }
            (None, _) => return Err(Status::invalid_argument("a reading ends, or is a subscription")),
        };
        let ready = first.map(wire::said).into_iter().collect();
        drop(store);
        Ok(Self { node, cut, selection, ready, end })
    }

    async fn next(&mut self) -> Option<ReadResp> {
        loop {
            if let Some(answer) = self.ready.pop_front() {
                return self.delivered(answer).await;
            }
            let page = match self.end {
                End::After(left) => usize::try_from(left).unwrap_or(PAGE).min(PAGE),
                End::Never { .. } => PAGE,
            };
            let (cluster, until) = (&self.node.cluster, self.node.cluster.seen_by(self.node.number));
            let events = self.selection.take(&cluster.store(), until, page);
            match &mut self.end {
                End::After(left) => {
                    if events.is_empty() {
                        return None;
                    }
                    *left -= events.len() as u64;
                    self.ready.extend(events.iter().map(wire::read));
                }
                End::Never { grown, has_caught_up } if events.is_empty() => {
                    if !*has_caught_up {
                        *has_caught_up = true;
                        return Some(wire::said(Content::CaughtUp(CaughtUp {})));
                    }
                    grown.changed().await.ok()?;
                }
                End::Never { .. } => self.announce(&events),
            }
        }
    }

    /// Events of a subscription, some perhaps twice, perhaps after a checkpoint that is ahead of them.
    fn announce(&mut self, events: &[StoredEvent]) {
        let faults = self.node.cluster.faults.clone();
        for event in events {
            if faults.strikes(Fault::EarlyCheckpoint) {
                let last = events.last().unwrap_or(event);
                let ahead = Checkpoint { commit_position: last.commit + 1, prepare_position: last.commit + 1 };
                self.ready.push_back(wire::said(Content::Checkpoint(ahead)));
            }
            self.ready.push_back(wire::read(event));
            if faults.strikes(Fault::TwiceDelivered) {
                self.ready.push_back(wire::read(event));
            }
        }
    }

    async fn delivered(&self, answer: ReadResp) -> Option<ReadResp> {
        let faults = &self.node.cluster.faults;
        let cut = match self.end {
            End::After(_) => Fault::LostReading,
            End::Never { .. } if faults.strikes(Fault::SubscriptionEnded) => return None,
            End::Never { .. } => Fault::SubscriptionCut,
        };
        if faults.strikes(cut) {
            self.cut.now();
            return pending().await;
        }
        Some(answer)
    }
}
