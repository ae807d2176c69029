//! A dossier with an event missing, or with another record in the place of one, is not told or exported as if it were all of it.

use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::kernel::{DossierId, EventPayload, OrganisationId};
use spoor_domain::register::event::RegisterEvent;
use spoor_domain::trajectory::event::{DossierNumber, TrajectoryEvent};
use spoor_eventlog::clock::brussels_day;
use spoor_eventlog::{Append, EventLog, NewEvent, Position};

use super::*;

/// A dossier of three events or more, its number, and the index of its last event.
async fn a_dossier(state: &AppState) -> (DossierId, DossierNumber, u64) {
    let mut taken = None;
    for record in state.log.read_after_index(0, 10_000).await.unwrap() {
        if let DomainEvent::Register(RegisterEvent::DossierNumberTaken { dossier, number, .. }) =
            record.decode().unwrap().event
        {
            let stream = state.log.read_stream(aggregate_type::TRAJECTORY, &dossier.to_string()).await.unwrap();
            if let [_, _, .., last] = stream.as_slice() {
                taken = Some((dossier, number, last.index));
            }
        }
    }
    taken.expect("a dossier of three events or more")
}

/// Goes on with a dossier, with so many events, each alone.
async fn go_on(log: EventLog, clock: Clock, dossier: DossierId, events: u64) {
    let stream = log.read_stream(aggregate_type::TRAJECTORY, &dossier.to_string()).await.unwrap();
    let mut metadata = stream.last().unwrap().decode().unwrap().metadata;
    let to = OrganisationId("parket-limburg".into());
    let offered = TrajectoryEvent::TransferOffered { occurred_on: brussels_day(clock.now()), to };
    let version = stream.len() as u64;
    for expected_version in version..version + events {
        metadata.command_id = clock.new_id();
        let event = NewEvent {
            event_type: offered.event_type().to_owned(),
            event_version: offered.event_version(),
            payload: serde_json::to_value(&offered).unwrap(),
        };
        let append = Append {
            aggregate_type: aggregate_type::TRAJECTORY.to_owned(),
            aggregate_id: dossier.to_string(),
            expected_version,
            events: vec![event],
            metadata: metadata.clone(),
        };
        log.append(append).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_that_is_gone_on_with_while_it_is_told_misses_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let state = migrated(directory.path()).await;
    dossiers::load(&state.log, &state.blobs, &state.clock, 12, |_| {}).await.unwrap();
    let (dossier, ..) = a_dossier(&state).await;
    let before = Whole::of(&state.log, dossier, 0).await.unwrap().events.len();
    let going_on = tokio::spawn(go_on(state.log.clone(), state.clock.clone(), dossier, 200));
    while !going_on.is_finished() {
        let whole = Whole::of(&state.log, dossier, 0).await.unwrap();
        assert_eq!(whole.events.last().unwrap().sequence, whole.events.len() as u64);
        Whole::until(&state.log, dossier, 0, u64::MAX).await.unwrap();
    }
    going_on.await.unwrap();
    assert_eq!(Whole::of(&state.log, dossier, 0).await.unwrap().events.len(), before + 200);
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_with_an_event_missing_is_not_exported_and_the_event_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let state = migrated(directory.path()).await;
    dossiers::load(&state.log, &state.blobs, &state.clock, 12, |_| {}).await.unwrap();
    let size = state.log.head().await.unwrap().index;
    let (dossier, number, _) = a_dossier(&state).await;
    let chosen = async || Wanted::Dossier(number.clone()).choose(LogName::Events, &state.log, &state.log, size).await;
    chosen().await.unwrap();
    for missing in [2, 1] {
        alter(
            directory.path(),
            &format!("delete from events where aggregate_id = '{dossier}' and sequence = {missing}"),
        );
        let refused = chosen().await.unwrap_err().to_string();
        assert!(refused.contains(&format!("{dossier} has not its event {missing}")), "{refused}");
    }
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_whose_last_event_is_gone_is_neither_exported_nor_told_though_no_view_remembers_it() {
    let directory = tempfile::tempdir().unwrap();
    let state = migrated(directory.path()).await;
    dossiers::load(&state.log, &state.blobs, &state.clock, 12, |_| {}).await.unwrap();
    let size = state.log.head().await.unwrap().index;
    // Signed as it was, so that the tree is there; records are all that is gone.
    state.keeper.of(LogName::Events).sign().await.unwrap();
    let (dossier, number, last) = a_dossier(&state).await;
    let chosen = async || Wanted::Dossier(number.clone()).choose(LogName::Events, &state.log, &state.log, size).await;
    chosen().await.unwrap();
    Whole::of(&state.log, dossier, 0).await.unwrap();
    alter(directory.path(), &format!("delete from events where position = {last}"));
    let named = format!("record {last} is missing from the log");
    let refused = chosen().await.unwrap_err().to_string();
    assert!(refused.contains(&named), "{refused}");
    state.close().await;
    // Started anew nothing remembers the version, and views made anew show one less.
    let state = open(directory.path()).await.unwrap();
    for refused in [
        Whole::of(&state.log, dossier, 0).await.unwrap_err().to_string(),
        Whole::until(&state.log, dossier, 0, 1).await.unwrap_err().to_string(),
        Whole::seen(&state.log, dossier, 0).await.unwrap_err().to_string(),
    ] {
        assert!(refused.contains(&named), "{refused}");
    }
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_with_an_event_that_cannot_be_read_is_not_told_and_the_event_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let state = migrated(directory.path()).await;
    dossiers::load(&state.log, &state.blobs, &state.clock, 12, |_| {}).await.unwrap();
    let size = state.keeper.of(LogName::Events).sign().await.unwrap().unwrap().size;
    let (dossier, number, last) = a_dossier(&state).await;
    let names_it = |refused: &NotWhole| match refused {
        NotWhole::Log(cause) => cause.unreadable() == Some(Position::number(last)),
        NotWhole::Incomplete(_) | NotWhole::Tree(_) => false,
    };
    alter(directory.path(), &format!("update events set event_version = '9.9' where position = {last}"));
    for refused in [
        Whole::of(&state.log, dossier, 0).await.unwrap_err(),
        Whole::until(&state.log, dossier, 0, size).await.unwrap_err(),
        Whole::seen(&state.log, dossier, 0).await.unwrap_err(),
    ] {
        assert!(names_it(&refused), "{refused}");
    }
    let refused = Wanted::Dossier(number).choose(LogName::Events, &state.log, &state.log, size).await.unwrap_err();
    assert!(refused.to_string().contains(&format!("record {last} cannot be read")), "{refused}");
    // Text, and of the version it had, but not of its shape.
    alter(
        directory.path(),
        &format!("update events set event_version = '1', payload = '{{}}' where position = {last}"),
    );
    let refused = Whole::seen(&state.log, dossier, 0).await.unwrap_err();
    assert!(names_it(&refused), "{refused}");
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_was_replaced_is_noticed_while_the_program_runs_and_what_it_may_have_been_of_is_not_told() {
    let directory = tempfile::tempdir().unwrap();
    let state = migrated(directory.path()).await;
    dossiers::load(&state.log, &state.blobs, &state.clock, 12, |_| {}).await.unwrap();
    let size = state.keeper.of(LogName::Events).sign().await.unwrap().unwrap().size;
    let known = state.keeper.of(LogName::Events).read_again(Duration::ZERO).await.unwrap();
    assert_eq!((known.altered.len(), known.missing.len()), (0, 0));
    assert_eq!(known.read_again.unwrap().records, size);
    let (dossier, number, last) = a_dossier(&state).await;
    state.close().await;
    // Its last event becomes one of another stream: a record stands there, and is counted.
    alter(
        directory.path(),
        &format!("update events set aggregate_id = '{}', sequence = 1 where position = {last}", Clock::System.new_id()),
    );
    let state = open(directory.path()).await.unwrap();
    Whole::of(&state.log, dossier, 0).await.expect("nothing in memory, in a view or in the count tells");
    let named = format!("record {last} is not the one that was committed");
    // What is given away is held against the tree first.
    let exported = Wanted::Dossier(number).choose(LogName::Events, &state.log, &state.log, size).await;
    let refused = exported.unwrap_err().to_string();
    assert!(refused.contains(&named), "{refused}");
    assert_eq!(state.readiness(Look::OnlyReading).await.faults, Vec::<String>::new());

    let known = state.keeper.of(LogName::Events).read_again(Duration::ZERO).await.unwrap();
    assert_eq!(*known.altered, [last..=last]);
    for refused in [
        Whole::of(&state.log, dossier, 0).await.unwrap_err().to_string(),
        Whole::until(&state.log, dossier, 0, 1).await.unwrap_err().to_string(),
        Whole::seen(&state.log, dossier, 0).await.unwrap_err().to_string(),
    ] {
        assert!(refused.contains(&named), "{refused}");
    }
    let list = state.log.check_records().unwrap_err().to_string();
    assert!(list.contains(&format!("not as it was committed: record {last}")), "{list}");
    let report = state.readiness(Look::OnlyReading).await;
    assert_eq!(report.faults, ["records of the event log are not what was committed"]);
    let told = state.metrics.text(None, &report.logs, &[]);
    assert!(told.contains("spoor_log_records_altered{log=\"events\"} 1\n"), "{told}");
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_is_served_a_log_is_read_again_at_the_start() {
    let directory = tempfile::tempdir().unwrap();
    migrated(directory.path()).await.close().await;
    let size = load_and_sign(directory.path(), 2).await;
    let state = open(directory.path()).await.unwrap();
    let keeping = state.keeper.start();
    let read = || state.keeper.of(LogName::Events).wholeness().read_again.map_or(0, |read| read.records);
    let in_time = tokio::time::timeout(Duration::from_secs(60), async {
        while read() != size {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(in_time.await.is_ok(), "{} of {size} records were read again", read());
    keeping.stop().await;
    state.close().await;
}
