//! Another key takes over: signed by both at one size, then by the new one only, and by no other.

use std::fs;
use std::path::{Path, PathBuf};

use spoor_domain::access::event::{AccessEvent, Question};
use spoor_domain::kernel::{Actor, ActorId, OrganisationId, Purpose, Role};
use spoor_eventlog::Clock;
use spoor_notary::{KeyKind, SignedCheckpoint, SigningKey, VerifyingKey};

use super::{load_and_sign, migrated, open, settings};
use crate::access_book::{AccessBook, Reader};
use crate::proof::{HandOver, KeeperError, LogName, ProofPlaces, rotate};
use crate::state::{AppState, StateError};

/// An installation in which both logs were signed.
async fn signed_once(data: &Path) -> AppState {
    migrated(data).await.close().await;
    load_and_sign(data, 1).await;
    let state = open(data).await.unwrap();
    let actor = Actor {
        id: ActorId("admin-1".into()),
        role: Role::Administrator,
        organisation: OrganisationId("operator".into()),
    };
    let reader = Reader::at_the_terminal(actor, Purpose::Administration, None, &state.clock);
    let looked = AccessEvent::OverviewShown { question: Question::of_program("test"), checkpoints: Default::default() };
    AccessBook::new(state.access.clone(), state.clock.clone()).record(&reader, vec![looked]).await.unwrap();
    state.keeper.of(LogName::Access).sign().await.unwrap().unwrap();
    state
}

async fn to_another_key(state: &AppState, data: &Path, new: &Path) -> Result<Vec<HandOver>, KeeperError> {
    let places = ProofPlaces::of(&settings(data)).unwrap();
    let logs = [(LogName::Events, &state.log), (LogName::Access, &state.access)];
    rotate(&places, "", logs, &state.clock, new).await
}

fn put_in_place(data: &Path, key: &Path) -> PathBuf {
    let former = data.join("former.key");
    fs::rename(data.join("signing.key"), &former).unwrap();
    fs::copy(key, data.join("signing.key")).unwrap();
    former
}

fn refused(opened: Result<AppState, StateError>) -> KeeperError {
    match opened.map(|_| ()) {
        Err(StateError::Proof(error)) => error,
        other => panic!("not refused as expected: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_checkpoint_of_the_old_key_is_signed_by_both_and_the_next_by_the_new_one_only() {
    let directory = tempfile::tempdir().unwrap();
    let (data, new) = (directory.path(), directory.path().join("next.key"));
    let state = signed_once(data).await;
    let old = state.keeper.of(LogName::Events).verifying_key().clone();
    let handed_over = to_another_key(&state, data, &new).await.unwrap();
    let HandOver { key, checkpoint, .. } = &handed_over[0];
    let both = SignedCheckpoint::parse(&checkpoint.as_ref().unwrap().note).unwrap();
    for signer in [&old, key] {
        assert_eq!(both.signer(std::slice::from_ref(signer)), Some(signer));
    }
    assert!(handed_over.iter().all(|log| log.checkpoint.is_some()), "{handed_over:#?}");

    // A program that still holds the old key signs nothing any more.
    let running = state.keeper.of(LogName::Events).sign().await;
    assert!(matches!(running, Err(KeeperError::KeyReplaced { .. })), "{running:?}");
    state.close().await;
    let restarted = refused(open(data).await);
    assert!(matches!(restarted, KeeperError::KeyReplaced { .. }), "{restarted}");
    assert!(restarted.to_string().contains("took over"), "{restarted}");

    let former = put_in_place(data, &new);
    let size = load_and_sign(data, 3).await;
    let events = data.join("checkpoints/events");
    let keys = VerifyingKey::all_from_file(&events.join("vkey")).unwrap();
    assert_eq!(keys, [key.clone(), old.clone()]);
    let latest = SignedCheckpoint::parse(&fs::read_to_string(events.join(size.to_string())).unwrap()).unwrap();
    assert_eq!(latest.signer(std::slice::from_ref(&old)), None);
    assert_eq!(latest.signer(&keys), Some(key));
    // Everything that was ever published opens with the keys in `vkey`.
    for entry in fs::read_dir(&events).unwrap().map(Result::unwrap).filter(|entry| entry.file_name() != "vkey") {
        SignedCheckpoint::open(&fs::read_to_string(entry.path()).unwrap(), &keys).unwrap();
    }
    // And the key before cannot come back, not by a restore and not by a rotation.
    let state = open(data).await.unwrap();
    let back = to_another_key(&state, data, &former).await.unwrap_err();
    assert!(matches!(back, KeeperError::KeyReplaced { .. }), "{back}");
    assert_eq!(state.keeper.of(LogName::Events).keys().await.unwrap(), keys);
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_nobody_handed_over_to_opens_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    let state = signed_once(data).await;
    let name = state.keeper.of(LogName::Events).origin().trim_end_matches("/events").to_owned();
    state.close().await;
    let strange = data.join("strange.key");
    SigningKey::generate(&name, KeyKind::Log).unwrap().create_file(&strange).unwrap();
    let former = put_in_place(data, &strange);
    let error = refused(open(data).await);
    assert!(matches!(error, KeeperError::StrangeKey { .. }), "{error}");
    let keys = fs::read_to_string(data.join("checkpoints/events/vkey")).unwrap();
    assert_eq!(keys.lines().count(), 1, "a strange key is not published: {keys}");
    fs::copy(former, data.join("signing.key")).unwrap();
    open(data).await.unwrap().close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_that_was_broken_off_between_the_logs_is_run_again_to_its_end() {
    let directory = tempfile::tempdir().unwrap();
    let (data, new) = (directory.path(), directory.path().join("next.key"));
    let state = signed_once(data).await;
    let places = ProofPlaces::of(&settings(data)).unwrap();
    let events_only = [(LogName::Events, &state.log), (LogName::Events, &state.log)];
    rotate(&places, "", events_only, &Clock::System, &new).await.unwrap();
    state.close().await;
    // Neither key opens both logs now.
    assert!(matches!(refused(open(data).await), KeeperError::KeyReplaced { log: LogName::Events, .. }));
    let former = put_in_place(data, &new);
    let error = refused(open(data).await);
    assert!(matches!(error, KeeperError::StrangeKey { log: LogName::Access, .. }), "{error}");
    assert!(error.to_string().contains("rotate-log-key"), "{error}");
    fs::copy(former, data.join("signing.key")).unwrap();

    // The command does not need both: it finds what is left to do.
    let stores = crate::state::Places::of(&settings(data).stores).unwrap();
    let keys = spoor_eventlog::KeyStore::open(&stores.keys, &stores.master_key).await.unwrap();
    let log = async |url| {
        let options = spoor_eventlog::LogOptions::default();
        spoor_eventlog::EventLog::open(url, keys.clone(), Clock::System, options).await.unwrap()
    };
    let (events, access) = (log(&stores.log).await, log(&stores.access).await);
    let logs = [(LogName::Events, &events), (LogName::Access, &access)];
    rotate(&places, "", logs, &Clock::System, &new).await.unwrap();
    for log in [events, access] {
        log.close().await;
    }
    fs::copy(&new, data.join("signing.key")).unwrap();
    open(data).await.unwrap().close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_another_key_of_the_same_installation_can_take_over() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    let state = signed_once(data).await;
    let name = state.keeper.of(LogName::Events).origin().trim_end_matches("/events").to_owned();
    let key = |file: &str, name: &str, kind| {
        SigningKey::generate(name, kind).unwrap().create_file(&data.join(file)).unwrap();
        data.join(file)
    };
    let same = data.join("signing.key");
    for wrong in [same, key("renamed.key", "other.example", KeyKind::Log), key("witness.key", &name, KeyKind::Witness)]
    {
        let error = to_another_key(&state, data, &wrong).await.unwrap_err();
        assert!(matches!(error, KeeperError::NoNextKey { .. }), "{}: {error}", wrong.display());
    }
    state.keeper.of(LogName::Events).sign().await.unwrap();
    state.close().await;
}
