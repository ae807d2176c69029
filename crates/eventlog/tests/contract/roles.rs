//! The role `serve` runs under on PostgreSQL: what docs/operations.md grants it is enough, needed, and no more than it says.

use std::collections::BTreeSet;

use spoor_domain::kernel::{DossierId, OrganisationId, SubjectId};
use spoor_eventlog::blobs::BlobHeader;
use spoor_eventlog::keys::KeyStoreUrl;
use spoor_eventlog::{
    BlobStore, BlobUrl, Clock, EventLog, KeptCheckpoint, KeptKey, KeyStore, LogOptions, LogUrl, Position, Reconciled,
    clock,
};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use crate::ledger::{Ledger, append, context, note, open};
use crate::place::Place;

const PAGE: &str = include_str!("../../../../docs/operations.md");
/// What the page calls the role.
const ROLE: &str = "spoor_app";

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// A log with everything beside it, made by its owner, and the address of a role that has been granted something.
struct Served {
    place: Place,
    role: String,
    url: String,
}

impl Served {
    /// Makes a role and grants it this.
    async fn with(grants: &[&str]) -> Self {
        let place = Place::postgres().await;
        let LogUrl::Postgres(owner) = &place.url else { panic!("on PostgreSQL") };
        let keys = KeyStore::open(&KeyStoreUrl::Postgres(owner.clone()), &master_key(&place)).await.unwrap();
        BlobStore::open(&BlobUrl::Postgres(owner.clone()), keys).await.unwrap();
        // Roles are the cluster's, and tests share it.
        let role = format!("{ROLE}_{}", clock::new_id().simple());
        place.sql(&format!("create role {role} login")).await.unwrap();
        for grant in grants {
            place.sql(&grant.replace(ROLE, &role)).await.unwrap();
        }
        let url = owner.replace("postgres@", &format!("{role}@"));
        assert_ne!(&url, owner);
        Self { place, role, url }
    }

    /// What `serve` does with its stores, from the first start on.
    async fn serve(&self) -> Result<(), Failed> {
        let keys = KeyStore::open(&KeyStoreUrl::Postgres(self.url.clone()), &master_key(&self.place)).await?;
        let url = LogUrl::Postgres(self.url.clone());
        let log = EventLog::open(&url, keys.clone(), Clock::System, LogOptions::default()).await?;
        log.execute::<Ledger>("l", &open(), &context()).await?;
        log.execute::<Ledger>("l", &note("What was said."), &context()).await?;
        log.append(append("a", 0, &["One", "Two"])).await?;
        assert_eq!(log.read_after(Position::START, 10).await?.len(), 4);
        assert_eq!(log.load::<Ledger>("l").await?.state.notes, 1);

        let first = log.tile().await?;
        log.append(append("a", 2, &["Three"])).await?;
        let tiled = log.tile().await?;
        assert_eq!((first.size, tiled.size), (4, 5));
        log.rebuild_tiles(&std::collections::BTreeMap::new()).await?;
        log.take_key(KeptKey { vkey: "log+1+key".into(), since_size: 0, taken_at: Clock::System.now() }, None).await?;
        let signed_at = Clock::System.now();
        let (origin, root) = ("log.test.invalid".to_owned(), tiled.root);
        let signed = KeptCheckpoint { origin, size: tiled.size, root, note: "signed".into(), signed_at };
        log.keep_checkpoint(signed.clone()).await?;
        assert_eq!((log.latest_checkpoint().await?, log.signing_keys().await?.len()), (Some(signed), 1));

        let blobs = BlobStore::open(&BlobUrl::Postgres(self.url.clone()), keys.clone()).await?;
        let subject = SubjectId(clock::new_id());
        let header = BlobHeader {
            document: clock::new_id(),
            subject,
            dossier: DossierId(Uuid::nil()),
            organisation: OrganisationId("test".into()),
            media_type: "text/plain".into(),
            kept_at: Clock::System.now(),
        };
        let kept = blobs.put(&header, b"A document".to_vec()).await?;
        blobs.get(subject, &kept).await?;
        let published = blobs.published().put(b"An edition".to_vec()).await?;
        assert_eq!(blobs.published().get(&published).await?, b"An edition");
        keys.destroy(subject).await?;
        assert_eq!(blobs.remove_of(subject).await?, 1);
        let searched = Reconciled { index: 5, leaf: "leaf".into(), erased: Some(BTreeSet::from([subject])) };
        keys.set_reconciled("events", searched.clone()).await?;
        assert_eq!(keys.reconciled("events").await?, Some(searched));
        assert!(keys.not_destroyed(&BTreeSet::from([subject])).await?.is_empty());
        log.close().await;
        Ok(())
    }

    /// The refusal of a statement by this role.
    async fn refusal(&self, statement: &str) -> String {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        sqlx::raw_sql(statement).execute(&mut connection).await.expect_err(statement).to_string()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gets_no_connection_is_told_how_to_get_one() {
    let served = Served::with(&grants()).await;
    let LogUrl::Postgres(owner) = &served.place.url else { panic!("on PostgreSQL") };
    let keys = KeyStore::open(&KeyStoreUrl::Postgres(owner.clone()), &master_key(&served.place)).await.unwrap();
    served.place.sql(&format!("alter role {} connection limit 0", served.role)).await.unwrap();
    let url = LogUrl::Postgres(served.url.clone());
    let Err(refused) = EventLog::open(&url, keys, Clock::System, LogOptions::default()).await else {
        panic!("a role without connections opened a log")
    };
    let told = refused.to_string();
    assert!(told.contains("max_connections") && told.contains("docs/operations.md"), "{told}");
}

fn master_key(place: &Place) -> std::path::PathBuf {
    place.directory.path().join("master.key")
}

/// The grants on the page, one by one.
fn grants() -> Vec<&'static str> {
    let (_, block) = PAGE.split_once("```sql\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let grants: Vec<_> = block.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert!(grants.len() >= 10 && grants.iter().all(|line| line.starts_with("grant ")), "{grants:#?}");
    grants
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_with_what_the_page_grants_serves_and_cannot_change_what_happened() {
    let served = Served::with(&grants()).await;
    served.serve().await.unwrap();
    for table in ["events", "log_checkpoints", "log_keys", "spoor_published.content"] {
        let column = match table {
            "events" => "event_type",
            "log_checkpoints" => "note",
            "log_keys" => "vkey",
            _ => "sha256",
        };
        for attempt in [
            format!("update {table} set {column} = 'forged'"),
            format!("delete from {table}"),
            format!("truncate {table} cascade"),
            format!("alter table {table} disable trigger all"),
            format!("drop table {table} cascade"),
        ] {
            let refusal = served.refusal(&attempt).await;
            let refused = ["permission denied", "must be owner"].iter().any(|why| refusal.contains(why));
            assert!(refused, "{attempt}: {refusal}");
        }
    }
    for attempt in [
        "delete from log_head",
        "insert into log_head values (1, 0, 0, '')",
        "update log_migrations set version = 0",
        "delete from spoor_keys.subject_keys",
        "update spoor_blobs.blob set sealed = ''",
        "create table mine (n int)",
    ] {
        let refusal = served.refusal(attempt).await;
        assert!(refusal.contains("permission denied"), "{attempt}: {refusal}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_grant_on_the_page_is_needed() {
    let grants = grants();
    for left_out in 0..grants.len() {
        let others: Vec<_> =
            grants.iter().enumerate().filter(|(n, _)| *n != left_out).map(|(_, grant)| *grant).collect();
        let served = Served::with(&others).await;
        let refused = served.serve().await.expect_err(grants[left_out]).to_string();
        assert!(refused.contains("permission denied"), "without {} as {}: {refused}", grants[left_out], served.role);
    }
}
