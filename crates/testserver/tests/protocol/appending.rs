//! What an append is answered.

use eventstore::{CurrentRevision, Error, EventData, ExpectedRevision};
use spoor_testserver::TestServer;

use crate::asking::{about, append, client, event, read};

#[tokio::test]
async fn what_was_appended_is_read_byte_for_byte() {
    let server = TestServer::start().await;
    let client = client(&server);
    let written =
        append(&client, "note-1", ExpectedRevision::NoStream, vec![event(1, "a"), event(2, "b")]).await.unwrap();
    assert_eq!(written.next_expected_version, 1);

    let events = read(&client, "note-1").await.unwrap();
    assert_eq!(about(&events), ["a", "b"]);
    assert_eq!(events.iter().map(|event| event.revision).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(events[1].id.as_u128(), 2);
    assert_eq!(events[1].event_type, "Noted");
    assert_eq!(&events[1].custom_metadata[..], b"whoever wrote it");
    assert!(events[1].position.commit >= written.position.commit);
}

#[tokio::test]
async fn an_append_that_expects_another_revision_stores_nothing_and_hears_which_it_is() {
    let server = TestServer::start().await;
    let client = client(&server);
    append(&client, "note-1", ExpectedRevision::NoStream, vec![event(1, "a")]).await.unwrap();

    for wrong in [ExpectedRevision::NoStream, ExpectedRevision::Exact(1), ExpectedRevision::Exact(7)] {
        let refused = append(&client, "note-1", wrong, vec![event(2, "b")]).await.unwrap_err();
        let Error::WrongExpectedVersion { expected, current } = refused else { panic!("{refused}") };
        assert_eq!((expected, current), (wrong, CurrentRevision::Current(0)));
    }
    let refused = append(&client, "note-2", ExpectedRevision::Exact(0), vec![event(2, "b")]).await.unwrap_err();
    let Error::WrongExpectedVersion { current, .. } = refused else { panic!("{refused}") };
    assert_eq!(current, CurrentRevision::NoStream);
    assert_eq!(read(&client, "note-1").await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_same_events_at_the_same_place_are_stored_once() {
    let server = TestServer::start().await;
    let client = client(&server);
    let both = || vec![event(1, "a"), event(2, "b")];
    let first = append(&client, "note-1", ExpectedRevision::NoStream, both()).await.unwrap();
    append(&client, "note-1", ExpectedRevision::Exact(1), vec![event(3, "c")]).await.unwrap();
    let again = append(&client, "note-1", ExpectedRevision::NoStream, both()).await.unwrap();
    assert_eq!((first.next_expected_version, first.position), (again.next_expected_version, again.position));
    assert_eq!(read(&client, "note-1").await.unwrap().len(), 3);

    let other = vec![event(1, "a"), event(4, "d")];
    assert!(append(&client, "note-1", ExpectedRevision::NoStream, other).await.is_err());
}

#[tokio::test]
async fn the_same_id_at_the_next_place_is_stored_again() {
    let server = TestServer::start().await;
    let client = client(&server);
    append(&client, "note-1", ExpectedRevision::NoStream, vec![event(1, "a")]).await.unwrap();
    append(&client, "note-1", ExpectedRevision::Exact(0), vec![event(1, "a")]).await.unwrap();
    assert_eq!(about(&read(&client, "note-1").await.unwrap()), ["a", "a"]);
}

#[tokio::test]
async fn an_append_of_too_many_bytes_is_refused_and_stores_nothing() {
    let server = TestServer::start().await;
    let client = client(&server);
    let half = || EventData::binary("Noted", vec![b'x'; 600 * 1024].into());
    let refused = append(&client, "note-1", ExpectedRevision::NoStream, vec![half(), half()]).await.unwrap_err();
    let Error::Grpc { code, message } = refused else { panic!("{refused}") };
    assert_eq!(format!("{code:?}"), "InvalidArgument");
    assert!(message.contains("Maximum Append Size"), "{message}");
    assert!(server.events().is_empty());
    append(&client, "note-1", ExpectedRevision::NoStream, vec![half()]).await.unwrap();
    server.take_at_most(100);
    let refused = append(&client, "note-2", ExpectedRevision::NoStream, vec![event(1, &"x".repeat(90))]).await;
    let Err(Error::Grpc { message, .. }) = refused else { panic!("it was taken") };
    assert!(message.contains("Maximum Append Size of 100 "), "{message}");
}
