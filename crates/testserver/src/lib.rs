//! For tests: a server in memory that speaks KurrentDB's protocol. It proves how the protocol is used, not what KurrentDB does.
#![allow(clippy::expect_used, clippy::panic, reason = "for tests: what cannot go on has failed")]
#![allow(clippy::result_large_err, reason = "a refusal over gRPC is as large as tonic makes it")]

mod append;
mod cluster;
mod connection;
mod faults;
mod node;
mod read;
mod selection;
mod store;
mod wire;

use std::fmt::{self, Debug, Formatter};
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::watch;

use cluster::Cluster;
use node::Node;

pub use faults::{Fault, Faults};
pub use selection::Subscribed;
pub use store::StoredEvent;

/// A server of one node, or a cluster of several over one data set. It ends when it is dropped; what it held is gone then.
pub struct TestServer {
    cluster: Arc<Cluster>,
    nodes: Vec<Served>,
}

/// A node's place, and what it runs on while it runs.
struct Served {
    port: u16,
    runtime: Option<Runtime>,
}

impl TestServer {
    /// A server of one node, on a free port of 127.0.0.1.
    ///
    /// # Panics
    /// When no port can be listened on.
    pub async fn start() -> Self {
        Self::start_cluster(1).await
    }

    /// A cluster of so many nodes; the first leads.
    ///
    /// # Panics
    /// When no port can be listened on.
    pub async fn start_cluster(nodes: usize) -> Self {
        let listeners: Vec<_> = (0..nodes).map(|_| node::listener(0).expect("a port is free")).collect();
        let port = |listener: &std::net::TcpListener| listener.local_addr().expect("a listener has a port").port();
        let ports: Vec<u16> = listeners.iter().map(port).collect();
        let mut server = Self {
            cluster: Arc::new(Cluster::new(&ports)),
            nodes: ports.iter().map(|port| Served { port: *port, runtime: None }).collect(),
        };
        for (number, listener) in listeners.into_iter().enumerate() {
            server.serve(number, listener);
        }
        server
    }

    /// `esdb://127.0.0.1:PORT?tls=false`, with every node; clients that have lost it ask again soon.
    #[must_use]
    pub fn url(&self) -> String {
        let hosts: Vec<String> = self.nodes.iter().map(|node| format!("127.0.0.1:{}", node.port)).collect();
        format!("esdb://{}?tls=false&discoveryInterval=20", hosts.join(","))
    }

    /// What goes wrong, and how often it did.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.cluster.faults.clone()
    }

    /// Every event as stored, others' too, in the order of `$all`.
    #[must_use]
    pub fn events(&self) -> Vec<StoredEvent> {
        self.cluster.store().events().to_vec()
    }

    /// How many events there are, for who waits for more.
    #[must_use]
    pub fn grown(&self) -> watch::Receiver<usize> {
        self.cluster.grown.subscribe()
    }

    /// How often a client asked the nodes who of them leads, for who waits until one does.
    #[must_use]
    pub fn asked_who_leads(&self) -> watch::Receiver<u64> {
        self.cluster.asked.subscribe()
    }

    /// Every subscription that was ever made, in order.
    #[must_use]
    pub fn subscriptions(&self) -> Vec<Subscribed> {
        self.cluster.subscriptions()
    }

    /// Lets a hand change what is stored behind the server's back: alter, drop or swap events.
    pub fn tamper(&self, hand: impl FnOnce(&mut Vec<StoredEvent>)) {
        self.cluster.store().tamper(hand);
    }

    /// Lets a node give readers the first so many events of `$all` only, as one that is behind; all of them with `None`.
    pub fn hold_back(&self, node: usize, events: Option<usize>) {
        self.cluster.hold_back(node, events.unwrap_or(usize::MAX));
    }

    /// Sets the server's clock ahead of the machine's, by which it says when events were stored.
    pub fn set_ahead(&self, by: Duration) {
        self.cluster.store().ahead = by;
    }

    /// Takes appends of so many bytes at most, as a server whose settings say so.
    pub fn take_at_most(&self, bytes: usize) {
        self.cluster.store().most_bytes = bytes;
    }

    /// From now on the events of one append have the commit that ends it in common, and differ in what comes before.
    pub fn share_commits(&self) {
        self.cluster.store().shares_commits = true;
    }

    /// Lets this node lead from now on; the others refuse what asks for the leader, and say who it is.
    pub fn elect(&self, node: usize) {
        self.cluster.elect(node);
    }

    /// Stops every node as a power cut would: whatever is under way breaks off. What is stored stays.
    pub fn stop(&mut self) {
        (0..self.nodes.len()).for_each(|node| self.stop_node(node));
    }

    /// Stops one node as a power cut would.
    pub fn stop_node(&mut self, node: usize) {
        self.cluster.note(node, false);
        if let Some(runtime) = self.nodes[node].runtime.take() {
            runtime.shutdown_background();
        }
    }

    /// Breaks every connection and serves again, on the same ports and with what is stored.
    ///
    /// # Panics
    /// When somebody else has taken a port meanwhile.
    pub async fn restart(&mut self) {
        self.stop();
        for node in 0..self.nodes.len() {
            self.start_node(node).await;
        }
    }

    /// Lets a stopped node serve again, on its port.
    ///
    /// # Panics
    /// When somebody else has taken the port meanwhile.
    pub async fn start_node(&mut self, node: usize) {
        // The node that was stopped lets go of its port when its threads have ended.
        for _ in 0..500 {
            match node::listener(self.nodes[node].port) {
                Ok(listener) => return self.serve(node, listener),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                Err(error) => panic!("port {} cannot be listened on again: {error}", self.nodes[node].port),
            }
        }
        panic!("port {} stays in use", self.nodes[node].port);
    }

    fn serve(&mut self, number: usize, listener: std::net::TcpListener) {
        let node = Node { cluster: self.cluster.clone(), number };
        self.nodes[number].runtime = Some(node.serve(listener).expect("a thread can be started"));
        self.cluster.note(number, true);
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Debug for TestServer {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestServer").field("url", &self.url()).finish_non_exhaustive()
    }
}
