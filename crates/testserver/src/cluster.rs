//! What the nodes of one cluster share, and what each says of all.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use tokio::sync::watch;
use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::{Code, Request, Response, Status, async_trait};
use uuid::Uuid;

use crate::faults::Faults;
use crate::selection::Subscribed;
use crate::store::Store;
use crate::wire::gossip::gossip_server::Gossip;
use crate::wire::gossip::member_info::NodeState;
use crate::wire::gossip::{ClusterInfo, EndPoint, MemberInfo};
use crate::wire::server_features::SupportedMethods;
use crate::wire::server_features::server_features_server::ServerFeatures;
use crate::wire::{self, Empty};

/// One data set, and who serves it.
pub(crate) struct Cluster {
    store: Mutex<Store>,
    /// How many events there are: who waits for more watches this.
    pub grown: watch::Sender<usize>,
    /// How often a client asked who leads.
    pub asked: watch::Sender<u64>,
    pub faults: Faults,
    subscriptions: Mutex<Vec<Subscribed>>,
    leader: AtomicUsize,
    members: RwLock<Vec<Member>>,
}

/// A node as the others know it.
#[derive(Clone, Copy)]
struct Member {
    port: u16,
    is_alive: bool,
    /// How many events it has heard of.
    seen: usize,
}

impl Cluster {
    /// Nodes at these ports of 127.0.0.1; the first leads.
    pub fn new(ports: &[u16]) -> Self {
        Self {
            store: Mutex::default(),
            grown: watch::Sender::new(0),
            asked: watch::Sender::new(0),
            faults: Faults::default(),
            subscriptions: Mutex::default(),
            leader: AtomicUsize::new(0),
            members: RwLock::new(
                ports.iter().map(|port| Member { port: *port, is_alive: false, seen: usize::MAX }).collect(),
            ),
        }
    }

    pub fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a subscription.
    pub fn subscribed(&self, subscribed: Subscribed) {
        self.subscriptions.lock().unwrap_or_else(PoisonError::into_inner).push(subscribed);
    }

    pub fn subscriptions(&self) -> Vec<Subscribed> {
        self.subscriptions.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn is_leader(&self, node: usize) -> bool {
        self.leader.load(Ordering::SeqCst) == node
    }

    pub fn elect(&self, node: usize) {
        self.leader.store(node, Ordering::SeqCst);
    }

    pub fn note(&self, node: usize, is_alive: bool) {
        let mut members = self.members.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(member) = members.get_mut(node) {
            member.is_alive = is_alive;
        }
    }

    /// Lets a node know of the first so many events only.
    pub fn hold_back(&self, node: usize, seen: usize) {
        let mut members = self.members.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(member) = members.get_mut(node) {
            member.seen = seen;
        }
    }

    /// How many events a node knows of.
    pub fn seen_by(&self, node: usize) -> usize {
        let members = self.members.read().unwrap_or_else(PoisonError::into_inner);
        members.get(node).map_or(usize::MAX, |member| member.seen)
    }

    /// The refusal of a node that does not lead, with who does.
    pub fn not_leader(&self) -> Status {
        let leader = self.leader.load(Ordering::SeqCst);
        let port = self.members().get(leader).map_or(0, |member| member.port);
        let mut trailers = MetadataMap::new();
        trailers.insert("exception", MetadataValue::from_static("not-leader"));
        trailers.insert("leader-endpoint-host", MetadataValue::from_static("127.0.0.1"));
        trailers.insert("leader-endpoint-port", MetadataValue::from(port));
        Status::with_metadata(Code::NotFound, "Leader info available", trailers)
    }

    fn members(&self) -> Vec<Member> {
        self.members.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// One node's part in the talk of the cluster.
#[derive(Clone)]
pub(crate) struct Talk(pub std::sync::Arc<Cluster>);

#[async_trait]
impl Gossip for Talk {
    async fn read(&self, _: Request<Empty>) -> Result<Response<ClusterInfo>, Status> {
        let state = |node: usize, member: &Member| match (member.is_alive, self.0.is_leader(node)) {
            (false, _) => NodeState::Shutdown,
            (true, true) => NodeState::Leader,
            (true, false) => NodeState::Follower,
        };
        let members = self.0.members();
        let members = members.iter().enumerate().map(|(node, member)| MemberInfo {
            instance_id: Some(wire::from_uuid(Uuid::from_u128(node as u128 + 1))),
            time_stamp: 0,
            state: state(node, member).into(),
            is_alive: member.is_alive,
            http_end_point: Some(EndPoint { address: "127.0.0.1".to_owned(), port: u32::from(member.port) }),
        });
        self.0.asked.send_modify(|times| *times += 1);
        Ok(Response::new(ClusterInfo { members: members.collect() }))
    }
}

#[async_trait]
impl ServerFeatures for Talk {
    async fn get_supported_methods(&self, _: Request<Empty>) -> Result<Response<SupportedMethods>, Status> {
        Ok(Response::new(SupportedMethods { methods: vec![], event_store_server_version: "24.10.0".to_owned() }))
    }
}
