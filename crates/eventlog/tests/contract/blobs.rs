//! Documents beside the log: sealed, whole or not at all, refused when altered, gone after erasure.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use spoor_domain::kernel::{DossierId, OrganisationId, SubjectId, WithheldReason};
use spoor_eventlog::blobs::{Blob, BlobError, BlobHeader, BlobName, MAX_DOCUMENT_BYTES, sha256};
use spoor_eventlog::{BlobStore, BlobUrl, KeyStore, LogUrl, clock};
use spoor_testkit::TestDatabase;
use sqlx::Executor;

use crate::on_sql_engines;
use crate::place::Place;

on_sql_engines!(
    a_document_comes_back_as_it_was_brought_in,
    a_document_in_clear_is_in_nothing_stored,
    a_flipped_byte_anywhere_is_noticed,
    a_document_of_another_subject_is_refused,
    an_erased_subject_has_no_documents_and_gets_none,
    a_document_has_a_size,
    what_is_removed_is_gone,
    everything_kept_is_listed_with_its_header,
);

/// Tells a test that it runs as the process that will be killed or run out of room, and where it is to write.
const CHILD_WRITES_TO: &str = "SPOOR_TEST_BLOBS";
const CHILD_KEYS_IN: &str = "SPOOR_TEST_KEYS";
const CHILD_SUBJECT: &str = "SPOOR_TEST_SUBJECT";

impl Place {
    pub fn blob_url(&self) -> BlobUrl {
        match &self.url {
            LogUrl::Sqlite(_) | LogUrl::Kurrent(_) => BlobUrl::Directory(self.directory.path().join("blobs")),
            LogUrl::Postgres(url) => BlobUrl::Postgres(url.clone()),
        }
    }

    async fn blobs(&self) -> BlobStore {
        BlobStore::open(&self.blob_url(), self.keys().await).await.unwrap()
    }

    /// Everything that is stored of a blob, as bytes.
    async fn sealed(&self, subject: SubjectId, name: &BlobName) -> Vec<u8> {
        match self.blob_url() {
            BlobUrl::Directory(root) => std::fs::read(root.join(subject.to_string()).join(name.to_string())).unwrap(),
            BlobUrl::Postgres(_) => {
                let query = sqlx::query_scalar("select sealed from spoor_blobs.blob where name = $1");
                query.bind(name.to_string()).fetch_one(&mut self.connect().await).await.unwrap()
            }
        }
    }

    /// Puts these bytes in a blob's place, as somebody with access to the store could.
    async fn put_past_the_store(&self, subject: SubjectId, name: &BlobName, sealed: &[u8]) {
        match self.blob_url() {
            BlobUrl::Directory(root) => {
                let directory = root.join(subject.to_string());
                std::fs::create_dir_all(&directory).unwrap();
                std::fs::write(directory.join(name.to_string()), sealed).unwrap();
            }
            BlobUrl::Postgres(_) => {
                let query = sqlx::query(
                    "insert into spoor_blobs.blob (subject, name, sealed) values ($1, $2, $3)
                     on conflict (subject, name) do update set sealed = excluded.sealed",
                );
                let query = query.bind(subject.0).bind(name.to_string()).bind(sealed);
                self.connect().await.execute(query).await.unwrap();
            }
        }
    }
}

fn somebody() -> SubjectId {
    SubjectId(clock::new_id())
}

fn about(subject: SubjectId) -> BlobHeader {
    BlobHeader {
        document: clock::new_id(),
        subject,
        dossier: DossierId(clock::new_id()),
        organisation: OrganisationId("parket-antwerpen".into()),
        media_type: "text/plain".into(),
        kept_at: clock::Clock::System.now(),
    }
}

async fn clear(store: &BlobStore, subject: SubjectId, name: &BlobName) -> Option<Vec<u8>> {
    match store.get(subject, name).await.unwrap() {
        Blob::Clear(document) => Some(document.bytes),
        Blob::Withheld(_) => None,
    }
}

async fn withheld(store: &BlobStore, subject: SubjectId, name: &BlobName) -> Option<WithheldReason> {
    match store.get(subject, name).await.unwrap() {
        Blob::Clear(_) => None,
        Blob::Withheld(reason) => Some(reason),
    }
}

async fn a_document_comes_back_as_it_was_brought_in(place: Place) {
    let store = place.blobs().await;
    let header = about(somebody());
    let bytes: Vec<u8> = (0..3_000_000u32).map(|n| (n % 251) as u8).collect();
    let name = store.put(&header, bytes.clone()).await.unwrap();
    assert_eq!(name.to_string(), sha256(&place.sealed(header.subject, &name).await), "named by its sealed bytes");
    // Another process with the same keys, too.
    let Blob::Clear(document) = place.blobs().await.get(header.subject, &name).await.unwrap() else { panic!("clear") };
    assert_eq!(document.sha256(), sha256(&bytes));
    assert_eq!((document.header, document.bytes == bytes), (header.clone(), true));
    let again = store.put(&header, bytes).await.unwrap();
    assert_ne!(name, again, "the name says nothing about the document, so equal documents have different names");
}

async fn a_document_in_clear_is_in_nothing_stored(place: Place) {
    let canary = "canary-document-5b1e";
    let header = about(somebody());
    let name = place.blobs().await.put(&header, canary.repeat(50).into_bytes()).await.unwrap();
    let mut stored = place.sealed(header.subject, &name).await;
    for entry in std::fs::read_dir(place.directory.path()).unwrap() {
        stored.extend(std::fs::read(entry.unwrap().path()).unwrap_or_default());
    }
    let holds = |text: &str| stored.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    assert!(holds("spoor-blob/1") && !holds(canary));
}

async fn a_flipped_byte_anywhere_is_noticed(place: Place) {
    let store = place.blobs().await;
    let header = about(somebody());
    let name = store.put(&header, b"a short document".to_vec()).await.unwrap();
    let sealed = place.sealed(header.subject, &name).await;
    for at in 0..sealed.len() {
        let mut altered = sealed.clone();
        altered[at] ^= 1;
        place.put_past_the_store(header.subject, &name, &altered).await;
        let seen = withheld(&store, header.subject, &name).await;
        assert_eq!(seen, Some(WithheldReason::Unreadable), "under its old name, byte {at}");
        // Whoever alters the bytes can also give them the name that goes with them: then the seal does not hold.
        let renamed = BlobName::parse(&sha256(&altered)).unwrap();
        place.put_past_the_store(header.subject, &renamed, &altered).await;
        let seen = withheld(&store, header.subject, &renamed).await;
        assert_eq!(seen, Some(WithheldReason::Unreadable), "under its own name, byte {at}");
    }
    place.put_past_the_store(header.subject, &name, &sealed).await;
    assert!(clear(&store, header.subject, &name).await.is_some());
}

async fn a_document_of_another_subject_is_refused(place: Place) {
    let store = place.blobs().await;
    let (one, other) = (about(somebody()), about(somebody()));
    let name = store.put(&one, b"about one".to_vec()).await.unwrap();
    store.put(&other, b"about another".to_vec()).await.unwrap();
    assert!(matches!(store.get(other.subject, &name).await, Err(BlobError::Missing(_))));
    // Even when somebody carries it over.
    let sealed = place.sealed(one.subject, &name).await;
    if let BlobUrl::Directory(_) = place.blob_url() {
        place.put_past_the_store(other.subject, &name, &sealed).await;
    } else {
        let moved = sqlx::query("update spoor_blobs.blob set subject = $1 where name = $2");
        place.connect().await.execute(moved.bind(other.subject.0).bind(name.to_string())).await.unwrap();
    }
    assert_eq!(withheld(&store, other.subject, &name).await, Some(WithheldReason::Unreadable));
}

async fn an_erased_subject_has_no_documents_and_gets_none(place: Place) {
    let store = place.blobs().await;
    let (header, bystander) = (about(somebody()), about(somebody()));
    let name = store.put(&header, b"one".to_vec()).await.unwrap();
    store.put(&header, b"two".to_vec()).await.unwrap();
    let stays = store.put(&bystander, b"three".to_vec()).await.unwrap();
    // Erased through another process: this one still has the key in memory for a moment, but never seals with it.
    place.keys().await.destroy(header.subject).await.unwrap();
    store.keys().destroy(header.subject).await.unwrap();
    assert_eq!(withheld(&store, header.subject, &name).await, Some(WithheldReason::Erased));
    assert_eq!(store.remove_of(header.subject).await.unwrap(), 2);
    assert_eq!(store.remove_of(header.subject).await.unwrap(), 0);
    assert!(store.list(header.subject).await.unwrap().is_empty());
    assert_eq!(
        withheld(&store, header.subject, &name).await,
        Some(WithheldReason::Erased),
        "the same answer as before"
    );
    let refused = store.put(&header, b"more".to_vec()).await;
    assert!(matches!(refused, Err(BlobError::SubjectErased(subject)) if subject == header.subject));
    assert!(clear(&store, bystander.subject, &stays).await.is_some());
}

async fn a_document_has_a_size(place: Place) {
    let store = place.blobs().await;
    let header = about(somebody());
    assert!(matches!(store.put(&header, Vec::new()).await, Err(BlobError::Size(0))));
    let refused = store.put(&header, vec![7; MAX_DOCUMENT_BYTES + 1]).await;
    assert!(matches!(refused, Err(BlobError::Size(_))));
    let largest = store.put(&header, vec![7; MAX_DOCUMENT_BYTES]).await.unwrap();
    assert_eq!(clear(&store, header.subject, &largest).await.unwrap().len(), MAX_DOCUMENT_BYTES);
}

async fn what_is_removed_is_gone(place: Place) {
    let store = place.blobs().await;
    let header = about(somebody());
    let name = store.put(&header, b"one".to_vec()).await.unwrap();
    store.remove(header.subject, &name).await.unwrap();
    store.remove(header.subject, &name).await.unwrap();
    assert!(matches!(store.get(header.subject, &name).await, Err(BlobError::Missing(_))));
}

async fn everything_kept_is_listed_with_its_header(place: Place) {
    let store = place.blobs().await;
    let (one, other) = (about(somebody()), about(somebody()));
    let first = store.put(&one, b"one".to_vec()).await.unwrap();
    let second = store.put(&one, b"two".to_vec()).await.unwrap();
    store.put(&other, b"three".to_vec()).await.unwrap();
    let mut subjects = store.subjects().await.unwrap();
    subjects.sort();
    let mut expected = vec![one.subject, other.subject];
    expected.sort();
    assert_eq!(subjects, expected);
    let kept = store.list(one.subject).await.unwrap();
    let mut names = vec![first, second];
    names.sort();
    assert_eq!(kept.iter().map(|kept| kept.name.clone()).collect::<Vec<_>>(), names);
    assert!(kept.iter().all(|kept| kept.header.as_ref() == Some(&one)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_killed_in_the_middle_leaves_whole_documents_only_in_a_directory() {
    writes_until_killed(Place::sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_killed_in_the_middle_leaves_whole_documents_only_on_a_server() {
    writes_until_killed(Place::postgres).await;
}

/// The same test again as a process of its own, which is killed while it writes: it makes no place, for it could not clean up.
async fn writes_until_killed<P: Future<Output = Place>>(place: impl FnOnce() -> P) {
    if let Some((store, subject)) = as_child().await {
        for n in 0.. {
            let name = store.put(&about(subject), vec![n as u8; 4_000_000]).await.unwrap();
            println!("kept {name}");
            std::io::stdout().flush().unwrap();
        }
    }
    let (place, subject) = (place().await, somebody());
    place.keys().await;
    let mut child = myself(&place, subject).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let kept = lines.filter_map(|line| BlobName::parse(line.unwrap().split("kept ").nth(1)?));
    let kept: Vec<BlobName> = kept.take(7).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(kept.len(), 7);

    let store = place.blobs().await;
    let listed = store.list(subject).await.unwrap();
    for name in &kept {
        assert!(listed.iter().any(|there| there.name == *name), "{name} was acknowledged");
    }
    for there in &listed {
        let bytes = clear(&store, subject, &there.name).await.expect("what has a name is whole");
        assert_eq!(bytes.len(), 4_000_000);
    }
    assert_eq!(store.remove_drafts(subject).await.unwrap(), 0, "a draft this young may have a writer");
}

/// Under a limit on the size of a file, which a full disk looks like to a writer; the same test again as a process.
#[tokio::test]
async fn a_full_disk_keeps_nothing_and_leaves_nothing() {
    if let Some((store, subject)) = as_child().await {
        let refused = store.put(&about(subject), vec![7; 4_000_000]).await;
        assert!(matches!(refused, Err(BlobError::Store(_))), "no room for this one");
        store.put(&about(subject), vec![7; 1000]).await.expect("room for a small one");
        return;
    }
    let (place, subject) = (Place::sqlite().await, somebody());
    place.keys().await;
    let child = myself(&place, subject);
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 1024; exec \"$@\"", "sh"]).arg(child.get_program());
    limited.args(child.get_args());
    limited.envs(child.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = limited.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let BlobUrl::Directory(root) = place.blob_url() else { panic!("a directory") };
    let files = std::fs::read_dir(root.join(subject.to_string())).unwrap().count();
    assert_eq!(files, 1, "the small one, and nothing of the other");
}

/// The same on a server that runs out of room: its files may not grow beyond what holds a part of the document only.
#[tokio::test]
async fn a_server_without_room_keeps_nothing_and_leaves_nothing() {
    let (place, header) = (Place::postgres().await, about(somebody()));
    let LogUrl::Postgres(url) = &place.url else { panic!("on a server") };
    let database = TestDatabase { url: url.clone() };
    let store = place.blobs().await;
    database.limit_files(Some(17 << 20)).await;
    let refused = store.put(&header, vec![7; MAX_DOCUMENT_BYTES]).await.expect_err("no room for this one");
    assert!(matches!(refused, BlobError::Store(_)), "{refused}");
    assert!(refused.to_string().contains("could not extend file"), "{refused}");
    let small = store.put(&header, vec![7; 1000]).await.expect("room for a small one");
    let kept = store.list(header.subject).await.unwrap();
    assert_eq!(kept.into_iter().map(|kept| kept.name).collect::<Vec<_>>(), [small], "and nothing of the other");
    database.limit_files(None).await;
    let large = store.put(&header, vec![7; MAX_DOCUMENT_BYTES]).await.expect("room again");
    assert_eq!(clear(&store, header.subject, &large).await.unwrap().len(), MAX_DOCUMENT_BYTES);
}

#[tokio::test]
async fn a_directory_that_others_can_enter_is_refused_with_the_remedy() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::sqlite().await;
    place.blobs().await;
    let BlobUrl::Directory(root) = place.blob_url() else { panic!("a directory") };
    std::fs::set_permissions(&root, std::fs::Permissions::from_mode(0o750)).unwrap();
    let refusal = BlobStore::open(&place.blob_url(), place.keys().await).await.err().unwrap().to_string();
    assert!(refusal.contains("chmod 700"), "{refusal}");
}

/// This very test as another process, told to write.
fn myself(place: &Place, subject: SubjectId) -> Command {
    let name = std::thread::current().name().unwrap().to_owned();
    let mut command = Command::new(std::env::current_exe().unwrap());
    let url = match place.blob_url() {
        BlobUrl::Directory(path) => format!("directory:{}", path.display()),
        BlobUrl::Postgres(url) => url,
    };
    command.args(["--exact", &name, "--nocapture"]);
    command.env(CHILD_WRITES_TO, url).env(CHILD_KEYS_IN, place.directory.path());
    command.env(CHILD_SUBJECT, subject.to_string());
    command
}

/// The store and the subject this process was told to write to, when it was.
#[expect(clippy::disallowed_methods, reason = "a test tells its own child what to do")]
async fn as_child() -> Option<(BlobStore, SubjectId)> {
    let url: BlobUrl = std::env::var(CHILD_WRITES_TO).ok()?.parse().unwrap();
    let keys = KeyStore::in_directory(std::env::var(CHILD_KEYS_IN).unwrap().as_ref()).await.unwrap();
    let subject = std::env::var(CHILD_SUBJECT).unwrap().parse().unwrap();
    Some((BlobStore::open(&url, keys).await.unwrap(), subject))
}
