//! What was published: kept whole under its own hash, given back for ever, refused when altered, untouched by an erasure.

use spoor_eventlog::blobs::{BlobName, sha256};
use spoor_eventlog::{BlobUrl, PublishedError, PublishedStore};
use sqlx::Executor;

use crate::on_sql_engines;
use crate::place::Place;

on_sql_engines!(
    what_was_published_comes_back_under_its_own_hash,
    publishing_the_same_again_is_the_same,
    what_is_not_there_or_was_altered_is_not_given_out,
    what_has_no_bytes_is_not_published,
);

impl Place {
    async fn published(&self) -> PublishedStore {
        PublishedStore::open(&self.blob_url()).await.unwrap()
    }
}

async fn what_was_published_comes_back_under_its_own_hash(place: Place) {
    let bytes: Vec<u8> = (0..1_500_000u32).map(|n| (n % 251) as u8).collect();
    let name = place.published().await.put(bytes.clone()).await.unwrap();
    assert_eq!(name.to_string(), sha256(&bytes));
    assert!(place.published().await.get(&name).await.unwrap() == bytes, "another process reads the same bytes");
}

async fn publishing_the_same_again_is_the_same(place: Place) {
    let store = place.published().await;
    let twice = tokio::join!(store.put(b"once".to_vec()), store.put(b"once".to_vec()));
    assert_eq!(twice.0.unwrap(), twice.1.unwrap());
    assert_eq!(store.put(b"once".to_vec()).await.unwrap().to_string(), sha256(b"once"));
}

async fn what_is_not_there_or_was_altered_is_not_given_out(place: Place) {
    let store = place.published().await;
    let name = store.put(b"as published".to_vec()).await.unwrap();
    let nothing = BlobName::parse(&"0".repeat(64)).unwrap();
    assert!(matches!(store.get(&nothing).await, Err(PublishedError::Missing(_))));
    alter(&place, &name, b"as altered").await;
    assert!(matches!(store.get(&name).await, Err(PublishedError::Altered(_))));
    assert!(matches!(store.put(b"as published".to_vec()).await, Err(PublishedError::Altered(_))), "nor taken for kept");
}

async fn what_has_no_bytes_is_not_published(place: Place) {
    let store = place.published().await;
    assert!(matches!(store.put(Vec::new()).await, Err(PublishedError::Size(0))));
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_what_was_published() {
    let place = Place::postgres().await;
    place.published().await.put(b"as published".to_vec()).await.unwrap();
    for statement in [
        "update spoor_published.content set bytes = ''",
        "delete from spoor_published.content",
        "truncate spoor_published.content",
    ] {
        let refused = place.sql(statement).await.unwrap_err();
        assert!(refused.contains("what was published stays"), "{statement}: {refused}");
    }
}

/// Puts other bytes in a content's place, as somebody with access to the store could.
async fn alter(place: &Place, name: &BlobName, bytes: &[u8]) {
    match place.blob_url() {
        BlobUrl::Directory(root) => std::fs::write(root.join("published").join(name.to_string()), bytes).unwrap(),
        BlobUrl::Postgres(_) => {
            let alter = sqlx::query("update spoor_published.content set bytes = $2 where sha256 = $1");
            let (off, on) = ("disable", "enable");
            let guard = |state: &str| format!("alter table spoor_published.content {state} trigger user");
            place.sql(&guard(off)).await.unwrap();
            place.connect().await.execute(alter.bind(name.to_string()).bind(bytes)).await.unwrap();
            place.sql(&guard(on)).await.unwrap();
        }
    }
}
