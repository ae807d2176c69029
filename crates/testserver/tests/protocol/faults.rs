//! What goes wrong when it is told to go wrong, and that it is counted.

use std::time::Duration;

use eventstore::{Client, Error, ExpectedRevision, SubscribeToAllOptions, Subscription, SubscriptionEvent};
use spoor_testserver::{Fault, TestServer};

use crate::asking::{about, append, client, event, original, read};

#[tokio::test]
async fn a_lost_request_stores_nothing_and_a_lost_reply_stores_everything() {
    for (fault, stored) in [(Fault::LostRequest, 0), (Fault::LostReply, 1), (Fault::Silence, 1)] {
        let server = TestServer::start().await;
        server.faults().once(fault);
        let error = first(&client(&server)).await.unwrap_err();
        assert!(!matches!(error, Error::WrongExpectedVersion { .. } | Error::ResourceNotFound), "{fault:?}: {error}");
        assert_eq!(server.events().len(), stored, "{fault:?}");
        assert_eq!(server.faults().counted(fault), 1);
        first(&client(&server)).await.unwrap();
        assert_eq!(server.events().len(), 1, "the same append again after {fault:?}");
    }
}

#[tokio::test]
async fn a_broken_connection_breaks_every_call_on_it_and_the_next_call_makes_another() {
    let server = TestServer::start().await;
    let client = client(&server);
    let mut subscription = client.subscribe_to_all(&SubscribeToAllOptions::default()).await;
    caught_up(&mut subscription).await;
    server.faults().once(Fault::LostReply);
    assert!(first(&client).await.is_err());
    while subscription.next_subscription_event().await.is_ok() {}
    assert_eq!(about(&read(&client, "note-1").await.unwrap()), ["first"]);
}

#[tokio::test]
async fn a_slow_append_is_stored_all_the_same() {
    let server = TestServer::start().await;
    server.faults().once(Fault::Slow);
    first(&client(&server)).await.unwrap();
    assert_eq!(server.faults().counted(Fault::Slow), 1);
}

#[tokio::test]
async fn a_node_that_does_not_lead_says_who_does() {
    let server = TestServer::start().await;
    server.faults().once(Fault::NotLeader);
    let Err(Error::NotLeaderException(leader)) = first(&client(&server)).await else { panic!("it led") };
    assert!(server.url().contains(&leader.port.to_string()));
    assert!(server.events().is_empty());
}

#[tokio::test]
async fn a_reading_breaks_off_in_the_middle() {
    let server = TestServer::start().await;
    let client = client(&server);
    first(&client).await.unwrap();
    server.faults().once(Fault::LostReading);
    assert!(read(&client, "note-1").await.is_err());
    assert_eq!(read(&client, "note-1").await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_subscription_repeats_breaks_and_runs_ahead() {
    let server = TestServer::start().await;
    let client = client(&server);
    first(&client).await.unwrap();

    server.faults().once(Fault::TwiceDelivered);
    let mut subscription = client.subscribe_to_all(&SubscribeToAllOptions::default()).await;
    let twice = [subscription.next().await.unwrap(), subscription.next().await.unwrap()].map(original);
    assert_eq!(twice[0].id, twice[1].id);

    server.faults().once(Fault::EarlyCheckpoint);
    let mut subscription = client.subscribe_to_all(&SubscribeToAllOptions::default()).await;
    let mut ahead = None;
    let behind = loop {
        match subscription.next_subscription_event().await.unwrap() {
            SubscriptionEvent::Checkpoint(position) => ahead = Some(position),
            SubscriptionEvent::EventAppeared(event) => break original(event).position,
            _ => {}
        }
    };
    assert!(ahead.is_some_and(|ahead| ahead.commit > behind.commit));

    server.faults().once(Fault::SubscriptionCut);
    let mut subscription = client.subscribe_to_all(&SubscribeToAllOptions::default()).await;
    assert!(tokio::time::timeout(Duration::from_secs(20), subscription.next()).await.unwrap().is_err());
}

#[tokio::test]
async fn the_same_seed_gives_the_same_lot_and_another_seed_another() {
    let mut lots = Vec::new();
    for seed in [7, 7, 8] {
        let server = TestServer::start().await;
        let client = client(&server);
        server.faults().by_lot(seed, &[(Fault::NotLeader, 300)]);
        let mut lot = Vec::new();
        for n in 0..40 {
            lot.push(
                append(&client, &format!("note-{n}"), ExpectedRevision::NoStream, vec![event(n, "x")]).await.is_ok(),
            );
        }
        assert_eq!(server.faults().counted(Fault::NotLeader), lot.iter().filter(|stored| !**stored).count() as u64);
        server.faults().none();
        assert!(append(&client, "note-40", ExpectedRevision::NoStream, vec![event(40, "x")]).await.is_ok());
        lots.push(lot);
    }
    assert_eq!(lots[0], lots[1]);
    assert_ne!(lots[0], lots[2]);
    assert!(lots[0].contains(&true) && lots[0].contains(&false));
}

async fn first(client: &Client) -> Result<(), Error> {
    append(client, "note-1", ExpectedRevision::NoStream, vec![event(1, "first")]).await.map(drop)
}

async fn caught_up(subscription: &mut Subscription) {
    while !matches!(subscription.next_subscription_event().await.unwrap(), SubscriptionEvent::CaughtUp) {}
}
