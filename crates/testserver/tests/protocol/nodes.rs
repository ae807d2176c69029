//! Nodes that lead, follow, stop and come back.

use std::time::Duration;

use eventstore::{Client, Error, ExpectedRevision};
use spoor_testserver::TestServer;

use crate::asking::{append, client, event, read};

#[tokio::test]
async fn a_client_finds_the_leader_by_asking_any_node() {
    let server = TestServer::start_cluster(3).await;
    server.elect(2);
    for n in 0..5 {
        note(&client(&server), n).await.unwrap();
    }
}

#[tokio::test]
async fn a_client_that_is_sent_on_comes_to_the_new_leader() {
    let server = TestServer::start_cluster(2).await;
    let client = client(&server);
    note(&client, 0).await.unwrap();
    server.elect(1);
    assert!(matches!(note(&client, 1).await, Err(Error::NotLeaderException(_))));
    until_it_works(&client, 1).await;
    assert_eq!(read(&client, "note-0").await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_cluster_without_one_node_is_found_by_a_new_client() {
    let mut server = TestServer::start_cluster(2).await;
    note(&client(&server), 0).await.unwrap();
    server.stop_node(0);
    server.elect(1);
    note(&client(&server), 1).await.unwrap();
    server.start_node(0).await;
    server.elect(0);
    assert_eq!(read(&client(&server), "note-1").await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_server_that_is_stopped_answers_nobody_and_keeps_what_it_has() {
    let mut server = TestServer::start().await;
    note(&client(&server), 0).await.unwrap();
    server.stop();
    assert!(note(&client(&server), 1).await.is_err());
    server.restart().await;
    assert_eq!(read(&client(&server), "note-0").await.unwrap().len(), 1);
    note(&client(&server), 1).await.unwrap();
}

async fn note(client: &Client, n: u128) -> Result<(), Error> {
    append(client, &format!("note-{n}"), ExpectedRevision::NoStream, vec![event(n, "x")]).await.map(drop)
}

async fn until_it_works(client: &Client, n: u128) {
    for _ in 0..100 {
        if note(client, n).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the client never came to the leader");
}
