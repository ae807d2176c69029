//! Personal data: sealed in everything stored, opened for readers, gone after erasure.

use serde::Deserialize;
use spoor_domain::kernel::{Confidential, Personal, PersonalContent, SubjectId, WithheldReason};
use spoor_eventlog::{AppendError, EventLog, ExecuteError, LogError, Recorded, clock};

use crate::ledger::{Ledger, LedgerCommand, LedgerEvent, context, note};
use crate::on_every_engine;
use crate::place::Place;

on_every_engine!(
    a_reader_opens_what_was_sealed,
    a_sealed_value_moved_elsewhere_is_unreadable,
    after_erasure_everything_about_the_subject_is_withheld,
    nothing_more_is_recorded_about_an_erased_subject,
    after_erasure_any_repeat_has_the_first_result,
    equal_texts_have_equal_blind_indexes_within_one_kind_only;
    past_the_log:
    no_personal_text_is_in_anything_stored,
);

const CANARIES: [&str; 3] = ["canary-name-6f1d", "canary-note-93ab", "canary-last-07ce"];

fn opening(subject: SubjectId) -> LedgerCommand {
    LedgerCommand::Open { subject, name: Confidential(CANARIES[0].into()) }
}

async fn filled(place: &Place, subject: SubjectId) -> EventLog {
    let log = place.open().await;
    log.execute::<Ledger>("l", &opening(subject), &context()).await.unwrap();
    log.execute::<Ledger>("l", &note(CANARIES[1]), &context()).await.unwrap();
    log.execute::<Ledger>("l", &note(CANARIES[2]), &context()).await.unwrap();
    log
}

async fn events(log: &EventLog, stream: &str) -> Vec<Recorded<LedgerEvent>> {
    let records = log.read_stream("ledger", stream).await.unwrap();
    records
        .iter()
        .map(|record| record.decode_with(|_, _, _, json| Ok(LedgerEvent::deserialize(json)?)).unwrap())
        .collect()
}

/// Every text of a stream, opened.
pub async fn texts(log: &EventLog, stream: &str) -> Vec<PersonalContent<String>> {
    let mut texts = Vec::new();
    for recorded in events(log, stream).await {
        let (LedgerEvent::Opened { name: text, .. } | LedgerEvent::Noted { text, .. }) = recorded.event;
        texts.push(log.vault().open(&text).await.unwrap().content);
    }
    texts
}

async fn no_personal_text_is_in_anything_stored(place: Place) {
    let log = filled(&place, SubjectId(clock::new_id())).await;
    // While open: the write-ahead logs are there too. Something stored must be found, or the search proves nothing.
    for _ in 0..2 {
        let stored = place.stored_bytes().await;
        let holds = |text: &str| stored.windows(text.len()).any(|bytes| bytes == text.as_bytes());
        assert!(holds("Opened") && holds("$personal"));
        for canary in CANARIES {
            assert!(!holds(canary), "{canary} is stored in clear");
        }
        log.close().await;
    }
}

async fn a_reader_opens_what_was_sealed(place: Place) {
    let log = filled(&place, SubjectId(clock::new_id())).await;
    let clear = CANARIES.map(|text| PersonalContent::Clear(text.to_owned()));
    assert!(texts(&log, "l").await == clear);
    // Another process with the same keys, too.
    assert!(texts(&place.open().await, "l").await == clear);
}

async fn a_sealed_value_moved_elsewhere_is_unreadable(place: Place) {
    let log = filled(&place, SubjectId(clock::new_id())).await;
    let LedgerEvent::Noted { text: mut moved, .. } = events(&log, "l").await.remove(1).event else { panic!("a note") };
    let PersonalContent::Sealed { at: Some(at), .. } = &mut moved.content else { panic!("sealed, with its place") };
    at.sequence += 1;
    let opened = log.vault().open(&moved).await.unwrap();
    assert!(opened.content == PersonalContent::Withheld(WithheldReason::Unreadable));
}

async fn after_erasure_everything_about_the_subject_is_withheld(place: Place) {
    let subject = SubjectId(clock::new_id());
    let log = filled(&place, subject).await;
    let head = log.head().await.unwrap();
    assert!(texts(&log, "l").await.iter().all(|text| matches!(text, PersonalContent::Clear(_))));
    log.keys().destroy(subject).await.unwrap();
    log.keys().destroy(subject).await.unwrap();
    assert!(log.keys().is_destroyed(subject).await.unwrap());
    assert!(texts(&log, "l").await.iter().all(|text| *text == PersonalContent::Withheld(WithheldReason::Erased)));
    // The state still folds, the proof still holds.
    assert_eq!(place.open().await.load::<Ledger>("l").await.unwrap().state.notes, 2);
    assert_eq!(log.head().await.unwrap(), head);
}

async fn nothing_more_is_recorded_about_an_erased_subject(place: Place) {
    let subject = SubjectId(clock::new_id());
    let log = filled(&place, subject).await;
    // Erased through another process: this one still has the key in memory.
    place.keys().await.destroy(subject).await.unwrap();
    let refused = log.execute::<Ledger>("l", &note("more"), &context()).await;
    let Err(ExecuteError::Log(LogError::Append(reason))) = &refused else { panic!("{refused:?}") };
    assert!(matches!(**reason, AppendError::SubjectErased { subject: erased } if erased == subject));
    assert_eq!(log.head().await.unwrap().index, 3);
}

async fn after_erasure_any_repeat_has_the_first_result(place: Place) {
    let subject = SubjectId(clock::new_id());
    let log = place.open().await;
    let asked = context();
    let first = log.execute::<Ledger>("l", &opening(subject), &asked).await.unwrap();
    let (noting, noted) = (note("a text"), context());
    let second = log.execute::<Ledger>("l", &noting, &noted).await.unwrap();
    let guess = note("a guess at the text");
    assert!(matches!(log.execute::<Ledger>("l", &guess, &noted).await, Err(ExecuteError::CommandIdReused)));
    log.keys().destroy(subject).await.unwrap();
    for (command, context, version) in [
        (&opening(subject), &asked, first.version),
        (&noting, &noted, second.version),
        (&guess, &noted, second.version),
    ] {
        let repeat = log.execute::<Ledger>("l", command, context).await.unwrap();
        assert_eq!((repeat.repeated, repeat.version), (true, version));
    }
}

async fn equal_texts_have_equal_blind_indexes_within_one_kind_only(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    let blind = one.vault().blind("name", "jan janssens").await.unwrap();
    assert_eq!(blind, other.vault().blind("name", "jan janssens").await.unwrap());
    assert_ne!(blind, one.vault().blind("case", "jan janssens").await.unwrap());
    assert_ne!(blind, one.vault().blind("name", "jan jansens").await.unwrap());
    let personal = Personal::<String>::clear(SubjectId(clock::new_id()), "clear".into());
    assert!(one.vault().open(&personal).await.unwrap() == personal);
}

#[tokio::test]
async fn a_key_file_or_log_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::sqlite().await;
    filled(&place, SubjectId(clock::new_id())).await.close().await;
    for file in ["keys.sqlite", "master.key"] {
        let path = place.directory.path().join(file);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let refused = spoor_eventlog::KeyStore::in_directory(place.directory.path()).await.err().unwrap();
        assert!(refused.to_string().contains("chmod 600"), "{refused}");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}

#[tokio::test]
async fn keys_kept_in_postgresql_behave_like_those_in_a_file() {
    let database = spoor_testkit::TestDatabase::fresh().await;
    let directory = tempfile::tempdir().unwrap();
    let url = spoor_eventlog::KeyStoreUrl::Postgres(database.url);
    let master = directory.path().join("master.key");
    let keys = spoor_eventlog::KeyStore::open(&url, &master).await.unwrap();
    let place = Place::sqlite().await;
    let options = spoor_eventlog::LogOptions::default();
    let log = EventLog::open(&place.url, keys, clock::Clock::System, options).await.unwrap();
    let subject = SubjectId(clock::new_id());
    log.execute::<Ledger>("l", &opening(subject), &context()).await.unwrap();
    assert!(texts(&log, "l").await == [PersonalContent::Clear(CANARIES[0].to_owned())]);
    spoor_eventlog::KeyStore::open(&url, &master).await.unwrap().destroy(subject).await.unwrap();
    assert!(log.execute::<Ledger>("l", &note("more"), &context()).await.is_err());
    assert!(texts(&log, "l").await == [PersonalContent::Withheld(WithheldReason::Erased)]);
    let other_master = directory.path().join("other.key");
    assert!(spoor_eventlog::KeyStore::open(&url, &other_master).await.is_err());
}
