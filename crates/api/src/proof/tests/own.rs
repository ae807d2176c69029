//! An export for one controller: of its own dossiers and people whatever was chosen, and proven like any other.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;
use spoor_domain::access::event::{AccessEvent, Question};
use spoor_domain::catalogue::DomainEvent;
use spoor_domain::kernel::{
    Actor, ActorId, CommandContext, Decider, DossierId, LegalReference, OrganisationId, Provenance, Purpose, Role,
};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::command::{TrajectoryCommand, TrajectoryCommandKind as Kind};
use spoor_domain::trajectory::event::{DossierNumber, TrajectoryEvent};
use spoor_domain::trajectory::samples;
use spoor_domain::trajectory::vocabulary::RestrictionGround;
use spoor_notary::export::{Expected, OPENED, Outcome, RECORDS, verify};
use spoor_projections::audit::dossier_of;
use spoor_projections::{Scope, runner, trajectories};

use super::*;
use crate::access_book::{AccessBook, Reader};
use crate::proof::Period;
use crate::proof::opening::Opening;

fn of(organisation: &OrganisationId, account: &str) -> Actor {
    Actor { id: ActorId(account.into()), role: Role::ComplianceOfficer, organisation: organisation.clone() }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_an_officer_chooses_only_the_own_controllers_records_leave_and_they_are_proven() {
    let directory = tempfile::tempdir().unwrap();
    let state = migrated(directory.path()).await;
    dossiers::load(&state.log, &state.blobs, &state.clock, 12, |_| {}).await.unwrap();
    runner::catch_up(&state.logs(), &state.views).await.unwrap();
    let museum = OrganisationId::kazerne_dossin();
    let records = state.log.read_after_index(0, 10_000).await.unwrap();
    let of_dossier = |index: u64| {
        let recorded = records[usize::try_from(index).unwrap() - 1].decode().unwrap();
        dossier_of(&recorded.event, &recorded.aggregate_id)
    };
    let all: BTreeSet<DossierId> = (1..=records.len() as u64).filter_map(of_dossier).collect();
    let (scope, ids) = (Scope::Controller(museum.clone()), Vec::from_iter(all.clone()));
    let within = trajectories::by_ids(&state.views, &scope, &ids).await.unwrap();
    let own: BTreeSet<DossierId> = within.into_iter().map(|row| row.id).collect();
    assert!(
        !own.is_empty() && own.len() < all.len(),
        "dossiers of the museum and others: {} of {}",
        own.len(),
        all.len()
    );

    let reader = Reader::at_the_terminal(of(&museum, "dpo-1"), Purpose::Supervision, None, &state.clock);
    let today = state.clock.now().date_naive();
    let period = Period { from: today - chrono::Days::new(1), to: today + chrono::Days::new(1) };
    let half = records.len() as u64 / 2;
    for (n, wanted) in [Wanted::All, Wanted::Range(1..=half), Wanted::Period(period)].into_iter().enumerate() {
        let out = directory.path().join(format!("export-{n}"));
        let controller = Some(museum.clone());
        let order =
            Order { log: LogName::Events, wanted, size: None, out: out.clone(), zip: false, open: false, controller };
        export(&state, &order, &reader).await.unwrap();
        let report = verify(&out, &Expected::default(), 1);
        assert!(matches!(report.outcome, Outcome::Proven), "{:?}", report.outcome);
        let shown: Vec<u64> =
            report.shown.unwrap().manifest.ranges.iter().flat_map(|(first, last)| *first..=*last).collect();
        let upto = if n == 1 { half } else { records.len() as u64 };
        let expected: Vec<u64> =
            (1..=upto).filter(|index| of_dossier(*index).is_none_or(|dossier| own.contains(&dossier))).collect();
        assert_eq!(shown, expected, "{:?}", order.wanted);
        let text = fs::read_to_string(out.join(RECORDS)).unwrap();
        assert!(all.difference(&own).all(|other| !text.contains(&other.to_string())), "{:?}", order.wanted);
    }
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officers_export_of_the_access_log_holds_no_account_of_another_controllers_people() {
    let directory = tempfile::tempdir().unwrap();
    let state = migrated(directory.path()).await;
    let (museum, parket) = (OrganisationId::kazerne_dossin(), OrganisationId("parket-limburg".into()));
    let program = OrganisationId(crate::policy::PROGRAM.into());
    let book = AccessBook::new(state.access.clone(), state.clock.clone());
    for actor in [of(&museum, "own-1"), of(&parket, "theirs-1"), of(&program, "operator-1")] {
        let reader = Reader::at_the_terminal(actor, Purpose::Supervision, None, &state.clock);
        let seen =
            AccessEvent::OverviewShown { checkpoints: Default::default(), question: Question::of_program("test") };
        book.record(&reader, vec![seen]).await.unwrap();
    }
    let reader = Reader::at_the_terminal(of(&museum, "dpo-1"), Purpose::Supervision, None, &state.clock);
    let text = async |controller: Option<OrganisationId>, name: &str| {
        let out = directory.path().join(name);
        let wanted = Wanted::All;
        let order =
            Order { log: LogName::Access, wanted, size: None, out: out.clone(), zip: false, open: false, controller };
        export(&state, &order, &reader).await.unwrap();
        assert!(matches!(verify(&out, &Expected::default(), 1).outcome, Outcome::Proven));
        fs::read_to_string(out.join(RECORDS)).unwrap()
    };
    let own = text(Some(museum.clone()), "own").await;
    assert!(own.contains("own-1") && own.contains("operator-1") && !own.contains("theirs-1"), "{own}");
    assert!(text(None, "all").await.contains("theirs-1"), "who acts for the program takes everything");
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opened_export_holds_in_clear_what_the_takers_organisation_holds_and_not_the_notes_of_the_other_side() {
    let directory = tempfile::tempdir().unwrap();
    let state = migrated(directory.path()).await;
    dossiers::load(&state.log, &state.blobs, &state.clock, 12, |_| {}).await.unwrap();
    runner::catch_up(&state.logs(), &state.views).await.unwrap();
    let records = state.log.read_after_index(0, 10_000).await.unwrap();
    let events = records.iter().map(|record| record.decode().unwrap());
    let with_notes = |event: &DomainEvent| {
        let DomainEvent::Trajectory(event) = event else { return false };
        matches!(event, TrajectoryEvent::PreparatoryCallHeld { notes: Some(_), .. })
    };
    let calls = events.filter(|recorded| with_notes(&recorded.event)).collect::<Vec<_>>();
    let called = calls.iter().map(|call| call.aggregate_id.parse().unwrap()).collect::<Vec<DossierId>>();
    let rows = trajectories::by_ids(&state.views, &Scope::All, &called).await.unwrap();
    let row = rows.into_iter().find(|row| !row.state.erased()).unwrap();
    let call = calls.iter().find(|call| call.aggregate_id == row.id.to_string()).unwrap();
    let opened = async |organisation: &OrganisationId| {
        opened_by(&state, organisation, &row.number, directory.path().join(&organisation.0)).await
    };
    let is_at = |line: &&Value, end: &str| line["path"].as_str().unwrap().ends_with(end);
    let notes = |lines: &[Value]| {
        let mut of_call = lines.iter().filter(|line| line["index"] == call.index);
        of_call.find(|line| is_at(line, "/notes")).unwrap().clone()
    };
    let name = |lines: &[Value]| lines.iter().find(|line| is_at(line, "/name")).unwrap().clone();

    let parket = opened(&row.parket).await;
    assert_eq!((&notes(&parket)["withheld"], &notes(&parket)["value"]), (&Value::from("NotAuthorised"), &Value::Null));
    assert!(name(&parket)["value"].is_string(), "what the parket wrote is the parket's to take");
    let museum = opened(&OrganisationId::kazerne_dossin()).await;
    assert!(notes(&museum)["value"].is_string() && name(&museum)["value"].is_string(), "{museum:?}");
    // The access log says which kinds left in clear, for the person concerned to be told.
    let kinds = kinds_taken(&state).await;
    let left = |export: usize, kind: &str| kinds[export].0 && kinds[export].1.contains(kind);
    assert!(left(0, "name") && !left(0, "notes") && left(1, "notes"), "{kinds:?}");
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_registered_by_mistake_leaves_in_clear_with_the_parket_and_never_with_the_museum() {
    let directory = tempfile::tempdir().unwrap();
    let state = migrated(directory.path()).await;
    let dossier = DossierId(state.clock.new_id());
    let kinds = [Kind::RequestTrajectory, Kind::ReplaceParticipant, Kind::AssessEligibility, Kind::GiveConsent];
    for sample in kinds.map(samples::sample) {
        let context =
            CommandContext { today: samples::day(3, 10), command_id: state.clock.new_id(), ..sample.context() };
        let executed = state.log.execute::<LearningTrajectory>(&dossier.to_string(), &sample.command, &context).await;
        assert_eq!(executed.unwrap().events, 1, "{sample:?}");
    }
    let records = state.log.read_stream(LearningTrajectory::TYPE, &dossier.to_string()).await.unwrap();
    let opened = async |taker: OrganisationId| {
        let opening = Opening::of(&state.log, Some(dossier), &taker).await.unwrap();
        let (wrong, right) = (opening.lines(&records[0]).await.unwrap(), opening.lines(&records[1]).await.unwrap());
        let clear = |lines: &[Value]| lines.iter().filter(|line| !line["value"].is_null()).count();
        assert!(wrong.iter().all(|line| line["value"].is_null() == (line["withheld"] == "NotAuthorised")), "{wrong:?}");
        (clear(&wrong), clear(&right))
    };
    assert_eq!(opened(samples::parket()).await, (8, 8));
    assert_eq!(opened(OrganisationId::kazerne_dossin()).await, (0, 8));
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opened_export_of_a_dossier_whose_person_was_erased_holds_nothing_of_the_person() {
    let directory = tempfile::tempdir().unwrap();
    let state = migrated(directory.path()).await;
    dossiers::load(&state.log, &state.blobs, &state.clock, 12, |_| {}).await.unwrap();
    runner::catch_up(&state.logs(), &state.views).await.unwrap();
    let records = state.log.read_after_index(0, 10_000).await.unwrap();
    let is_of_dossier = |record: &&spoor_eventlog::Record| record.aggregate_type == LearningTrajectory::TYPE;
    let ids: BTreeSet<DossierId> =
        records.iter().filter(is_of_dossier).map(|record| record.aggregate_id.parse().unwrap()).collect();
    let rows = trajectories::by_ids(&state.views, &Scope::All, &Vec::from_iter(ids)).await.unwrap();
    let free = |state: &LearningTrajectory| !state.restricted() && !state.on_hold() && state.subjects().len() == 1;
    let row = rows.into_iter().find(|row| free(&row.state)).unwrap();
    let opened = async |name: &str| opened_by(&state, &row.parket, &row.number, directory.path().join(name)).await;
    let before = opened("before").await;
    assert!(before.iter().any(|line| line["value"].is_string()), "{before:?}");

    let subject = row.state.subject().unwrap();
    let reference = LegalReference { act: "AVG".into(), article: "art. 17".into(), valid_from: None };
    let ground = RestrictionGround::PendingErasure;
    let officer = of(&row.parket, "dpo-1");
    let prosecutor = Actor { id: ActorId("prosecutor-1".into()), role: Role::Prosecutor, ..officer.clone() };
    for (actor, command) in [
        (&officer, TrajectoryCommand::RestrictProcessing { ground, reference: reference.clone() }),
        (&officer, TrajectoryCommand::RequestErasure { subject, reference }),
        (&prosecutor, TrajectoryCommand::ConfirmErasure { subject }),
    ] {
        let context = CommandContext {
            purpose: Purpose::Supervision,
            actor: actor.clone(),
            at: state.clock.now(),
            today: state.clock.today_brussels(),
            command_id: state.clock.new_id(),
            expected_version: None,
            provenance: Provenance::default(),
        };
        state.log.execute::<LearningTrajectory>(&row.id.to_string(), &command, &context).await.unwrap();
    }
    runner::catch_up(&state.logs(), &state.views).await.unwrap();
    assert_eq!(crate::graphql::desk(&state).finish_erasures().await.unwrap(), 1);

    let after = opened("after").await;
    assert_eq!(after.len(), before.len(), "what was erased stands there as withheld");
    assert!(after.iter().all(|line| line["withheld"] == "Erased" && line["value"].is_null()), "{after:?}");
    let (opened, personal) = kinds_taken(&state).await.pop().unwrap();
    assert!(!opened && personal.is_empty(), "{personal:?}");
    state.close().await;
}

/// What an officer of this organisation takes out of a dossier in clear: a line for each personal value.
async fn opened_by(
    state: &AppState,
    organisation: &OrganisationId,
    number: &DossierNumber,
    out: PathBuf,
) -> Vec<Value> {
    let reader = Reader::at_the_terminal(of(organisation, "dpo-1"), Purpose::Supervision, None, &state.clock);
    let (wanted, controller) = (Wanted::Dossier(number.clone()), Some(organisation.clone()));
    let order =
        Order { log: LogName::Events, wanted, size: None, out: out.clone(), zip: false, open: true, controller };
    export(state, &order, &reader).await.unwrap();
    let lines = fs::read_to_string(out.join(OPENED)).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Of every export that was made, whether personal values left in clear, and of which kinds.
async fn kinds_taken(state: &AppState) -> Vec<(bool, BTreeSet<String>)> {
    let taken = state.access.read_after_index(0, 10_000).await.unwrap();
    let kinds = taken.iter().filter_map(|record| match record.decode().unwrap().event {
        DomainEvent::Access(AccessEvent::ExportMade { opened, personal, .. }) => Some((opened, personal)),
        _ => None,
    });
    kinds.collect()
}
