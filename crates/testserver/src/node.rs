//! One node: a listener on a port, and the calls it answers.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;

use futures_util::stream;
use tokio::runtime::{Builder, Runtime};
use tonic::metadata::MetadataMap;
use tonic::transport::Server;
use tonic::{Request, Response, Status, Streaming, async_trait};

use crate::cluster::{Cluster, Talk};
use crate::connection::Connection;
use crate::read::Answers;
use crate::wire::gossip::gossip_server::GossipServer;
use crate::wire::server_features::server_features_server::ServerFeaturesServer;
use crate::wire::streams::streams_server::{Streams, StreamsServer};
use crate::wire::streams::{
    AppendReq, AppendResp, DeleteReq, DeleteResp, ReadReq, TombstoneReq, TombstoneResp, delete_resp, tombstone_resp,
};

/// A node as its own calls see it.
#[derive(Clone)]
pub(crate) struct Node {
    pub cluster: Arc<Cluster>,
    pub number: usize,
}

impl Node {
    /// A client may ask for the leader and no other node.
    pub(crate) fn answers_as_asked(&self, asked: &MetadataMap) -> Result<(), Status> {
        let wants_leader = asked.get("requires-leader").is_some_and(|wants| wants == "true");
        match wants_leader && !self.cluster.is_leader(self.number) {
            true => Err(self.cluster.not_leader()),
            false => Ok(()),
        }
    }

    /// Serves on the listener with threads of its own, until what it returns is dropped; every connection breaks then.
    pub(crate) fn serve(self, listener: TcpListener) -> io::Result<Runtime> {
        listener.set_nonblocking(true)?;
        let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("test-server").enable_all().build()?;
        let entered = runtime.enter();
        let listener = tokio::net::TcpListener::from_std(listener)?;
        drop(entered);
        let incoming = stream::unfold(listener, |listener| async move {
            let connection = listener.accept().await.and_then(|(stream, _)| {
                stream.set_nodelay(true)?;
                Ok(Connection::new(stream))
            });
            Some((connection, listener))
        });
        let talk = Talk(self.cluster.clone());
        let server = Server::builder()
            .add_service(StreamsServer::new(self))
            .add_service(ServerFeaturesServer::new(talk.clone()))
            .add_service(GossipServer::new(talk));
        runtime.spawn(server.serve_with_incoming(incoming));
        Ok(runtime)
    }
}

/// A listener on the port of 127.0.0.1; 0 is any that is free.
pub(crate) fn listener(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
}

#[async_trait]
impl Streams for Node {
    type ReadStream = Answers;

    async fn read(&self, request: Request<ReadReq>) -> Result<Response<Answers>, Status> {
        self.take_read(request)
    }

    async fn append(&self, request: Request<Streaming<AppendReq>>) -> Result<Response<AppendResp>, Status> {
        self.take_append(request).await
    }

    async fn delete(&self, request: Request<DeleteReq>) -> Result<Response<DeleteResp>, Status> {
        let name = request.get_ref().options.as_ref().and_then(|options| options.stream_identifier.clone());
        let commit = self.take_deletion(request.metadata(), name, false)?;
        let position = delete_resp::Position { commit_position: commit, prepare_position: commit };
        Ok(Response::new(DeleteResp { position_option: Some(delete_resp::PositionOption::Position(position)) }))
    }

    async fn tombstone(&self, request: Request<TombstoneReq>) -> Result<Response<TombstoneResp>, Status> {
        let name = request.get_ref().options.as_ref().and_then(|options| options.stream_identifier.clone());
        let commit = self.take_deletion(request.metadata(), name, true)?;
        let position = tombstone_resp::Position { commit_position: commit, prepare_position: commit };
        Ok(Response::new(TombstoneResp { position_option: Some(tombstone_resp::PositionOption::Position(position)) }))
    }
}
