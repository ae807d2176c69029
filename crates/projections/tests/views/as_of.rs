//! What was known then is what the views said then: at every index of any history, corrections recorded late included.

use std::collections::{BTreeMap, VecDeque};

use chrono::NaiveDate;
use proptest::prelude::*;
use spoor_domain::kernel::{DossierId, Label, Personal, PersonalContent, SubjectId, WithheldReason};
use spoor_domain::trajectory::Deadlines;
use spoor_domain::trajectory::command::TrajectoryCommandKind;
use spoor_domain::trajectory::criteria::CriteriaBook;
use spoor_domain::trajectory::event::{CorrectedValue, TrajectoryEvent};
use spoor_domain::trajectory::samples::{self, history, sample};
use spoor_domain::trajectory::vocabulary::{CorrectableField, TrajectoryStatus};
use spoor_projections::dashboard::{self, Dashboard, DashboardFilter};
use spoor_projections::runner::{catch_up, verify};
use spoor_projections::trajectories::{
    DossierKey, PersonalValue, TrajectoryRow, check_complete, detail, personal, replay, then,
};
use spoor_projections::{Event, Scope, Seen};

use crate::lives::{append, dossier, id, later, subject};
use crate::support::{World, on_both_engines};
use crate::trail::trail;

/// What the views said at one index of the log.
struct Said {
    seen: Seen,
    dossiers: BTreeMap<DossierId, (TrajectoryRow, Vec<PersonalValue>)>,
    boards: Vec<Dashboard>,
}

on_both_engines! {
    async fn a_history_with_late_corrections_is_known_at_every_index_as_it_was_shown(world: World) {
        let tour = history(TrajectoryStatus::Toured);
        let events = [tour, vec![moved(9, 17), named("Ymke Verbeterd"), samples::talk_held(), samples::annulled(),
            named("Ymke Tweemaal"), samples::restricted()]].concat();
        let other = sample(TrajectoryCommandKind::ReplaceParticipant);
        let other = [other.given, vec![other.happens]].concat();
        known_as_shown(&world, vec![(1, events), (2, other)], &[0, 1, 0, 0, 1]).await;
    }

    async fn what_corrections_say_counts_from_the_day_they_are_about(world: World) {
        let events = [history(TrajectoryStatus::Toured), vec![moved(9, 17), named("Ymke Verbeterd")]].concat();
        dossier(&world, 1, &events).await;
        let known = known(&world, 1, u64::MAX).await;
        let was = then(id(1), &known, Some(samples::day(3, 17))).unwrap();
        assert_eq!((was.row.status, was.row.status_since), (TrajectoryStatus::Toured, samples::day(3, 17)));
        assert_eq!(opened(&world, &was.personal, "name").await, "Ymke Verbeterd");
        let before = then(id(1), &known, Some(samples::day(3, 16))).unwrap();
        assert_eq!(before.row.status, TrajectoryStatus::Prepared);
        assert_eq!(then(id(1), &known, Some(samples::day(3, 1))), None);
        assert_eq!(then(id(1), &known, Some(later())), then(id(1), &known, None));
        // Known then, the tour was still on the 20th and the name the first one.
        let then_known = then(id(1), &known[..known.len() - 2], None).unwrap();
        assert_eq!(then_known.row.status_since, samples::day(3, 20));
        assert_eq!(opened(&world, &then_known.personal, "name").await, "Ymke Voorbeeldsen");
    }

    async fn a_replay_tells_every_step_with_what_it_changed(world: World) {
        let events = [history(TrajectoryStatus::Toured), vec![moved(9, 17), named("Ymke Verbeterd")]].concat();
        dossier(&world, 1, &events).await;
        let steps = replay(known(&world, 1, u64::MAX).await, &CriteriaBook::default());
        assert_eq!(steps.len(), events.len());
        let paths = |step: usize| steps[step].changes.iter().map(|change| change.path.as_str()).collect::<Vec<_>>();
        let (consent, correction, name) = (3, events.len() - 2, events.len() - 1);
        assert_eq!(steps[consent].recorded.event_type, "ParticipationConsentGiven");
        for path in ["status", "given_by", "willing", "text_version", "status_since", "waiting_for", "museum_involved"] {
            assert!(paths(consent).contains(&path), "{path} is not among {:?}", paths(consent));
        }
        assert!(paths(correction).contains(&"steps.9.on") && paths(correction).contains(&"status_since"));
        assert!(paths(name).contains(&"participant.name"));
        assert!(steps[name].reason.is_some());
        let explained = steps.iter().filter_map(|step| step.explanation.as_ref()).collect::<Vec<_>>();
        assert_eq!((explained.len(), explained[0].version.as_str()), (1, "kd-leaflet"));
        assert_eq!(explained[0].criteria.len(), CriteriaBook::default().versions[0].criteria.len());
        assert!(explained[0].facts.iter().any(|fact| fact.name == "offence"));
    }

    async fn a_replay_says_of_every_kind_of_event_what_the_audit_trail_says_of_it(world: World) {
        let late = vec![moved(9, 17), named("Ymke Verbeterd"), named("Ymke Tweemaal")];
        let events = [samples::one_of_each(), late, samples::one_of_each()].concat();
        dossier(&world, 1, &events).await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        let steps = replay(known(&world, 1, u64::MAX).await, &CriteriaBook::default());
        let lines = trail(&world, &Scope::All).await;
        assert_eq!((steps.len(), lines.len()), (events.len(), events.len()));
        for (step, line) in steps.iter().zip(&lines) {
            for change in &line.changes {
                assert!(step.changes.contains(change), "{}: {change:?}", line.event_type);
            }
            let mut paths = step.changes.iter().map(|change| &change.path).collect::<Vec<_>>();
            paths.sort_unstable();
            paths.dedup();
            assert_eq!(paths.len(), step.changes.len(), "{} tells a value twice", line.event_type);
            assert_eq!(step.reason, line.reason, "{}", line.event_type);
        }
        let revised = steps.iter().rfind(|step| step.recorded.event_type == "ReasonedAdviceRevised").unwrap();
        assert!(revised.changes.iter().any(|change| change.path.starts_with("advice.")), "{:?}", revised.changes);
    }

    async fn a_stream_that_lost_an_event_is_not_replayed_as_if_it_were_whole(world: World) {
        dossier(&world, 1, &history(TrajectoryStatus::Consented)).await;
        let known = known(&world, 1, u64::MAX).await;
        assert_eq!(check_complete(&known, 4), Ok(()));
        let without = |gone: usize| [&known[..gone], &known[gone + 1..]].concat();
        assert_eq!(check_complete(&without(1), 4).unwrap_err().missing, [2]);
        assert_eq!(check_complete(&without(3), 4).unwrap_err().missing, [4]);
    }

    async fn what_was_erased_is_withheld_at_every_moment(world: World) {
        dossier(&world, 1, &history(TrajectoryStatus::Consented)).await;
        append(&world, 1, &[samples::erasure_requested(), samples::erasure_confirmed()]).await;
        world.log.keys().destroy(subject(1)).await.unwrap();
        append(&world, 1, &[samples::key_destroyed()]).await;
        let known = known(&world, 1, u64::MAX).await;
        for events in 1..=known.len() {
            let then = then(id(1), &known[..events], None).unwrap();
            for value in then.personal {
                let opened = world.log.vault().open(&value.value).await.unwrap();
                assert!(opened.content == PersonalContent::Withheld(WithheldReason::Erased), "{:?}", value.field);
            }
        }
    }

    async fn a_dashboard_is_not_told_of_an_index_the_view_has_not_reached(world: World) {
        dossier(&world, 1, &history(TrajectoryStatus::Consented)).await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        let ahead = Seen { index: 99, position: world.log.position_of(99).await.unwrap() };
        let (scope, filter, deadlines) = (Scope::All, DashboardFilter::default(), Deadlines::default());
        let refused = dashboard::read_known_at(&world.views, &scope, &filter, ahead, later(), &deadlines, 9).await;
        assert!(refused.unwrap_err().to_string().contains("up to event 4"));
    }
}

#[test]
fn what_was_known_at_any_index_of_any_history_is_what_was_shown() {
    known_as_shown_after_any_history(10, World::sqlite);
}

#[test]
fn what_was_known_at_any_index_of_any_history_is_what_was_shown_on_postgresql() {
    known_as_shown_after_any_history(4, World::postgres);
}

/// Random histories: dossiers by the command whose sample they are, interleaved, with corrections and annulments thrown
/// in wherever they fall. The projector does not judge; what it showed is what has to be answered for.
fn known_as_shown_after_any_history(cases: u32, open: impl AsyncFn() -> World) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let kinds = proptest::collection::vec(proptest::sample::select(TrajectoryCommandKind::ALL), 1..4);
    let late = proptest::collection::vec((0_u8..4, 0_u64..20, 1_u32..30, 0_usize..20), 0..8);
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(kinds in kinds, late in late, turns in proptest::collection::vec(0_usize..4, 1..60))| {
        runtime.block_on(async {
            let world = open().await;
            let dossiers = (1..).zip(kinds).map(|(n, kind)| {
                let sample = sample(kind);
                let mut events = [sample.given, vec![sample.happens]].concat();
                for (what, step, day, at) in late.iter().flat_map(|late| [late, late]) {
                    let at = (*at).clamp(1, events.len());
                    let about = person_after(&events[..at]);
                    events.insert(at, correction(*what, *step, *day, about));
                }
                (n, events)
            });
            known_as_shown(&world, dossiers.collect(), &turns).await;
        });
    });
}

/// Records these dossiers event by event, in turns, with what the views say after each; then asks all of it again.
async fn known_as_shown(world: &World, dossiers: Vec<(u64, Vec<TrajectoryEvent>)>, turns: &[usize]) {
    let numbers = dossiers.iter().map(|(n, _)| *n).collect::<Vec<_>>();
    let mut waiting = dossiers.into_iter().map(|(n, events)| (n, VecDeque::from(events))).collect::<Vec<_>>();
    let (mut shown, mut turns) = (Vec::new(), turns.iter().cycle());
    while !waiting.is_empty() {
        let turn = turns.next().unwrap_or(&0) % waiting.len();
        let (n, events) = &mut waiting[turn];
        if let Some(event) = events.pop_front() {
            append(world, *n, &[event]).await;
        }
        if events.is_empty() {
            waiting.remove(turn);
        }
        catch_up(&world.logs(), &world.views).await.unwrap();
        shown.push(said(world, &numbers).await);
    }
    for said in &shown {
        for n in &numbers {
            let known = known(world, *n, said.seen.index).await;
            let answer = then(id(*n), &known, None).map(|then| (then.row, then.personal));
            assert_eq!(answer.as_ref(), said.dossiers.get(&id(*n)), "dossier {n} at {:?}", said.seen);
        }
        for (scope, board) in scopes().iter().zip(&said.boards) {
            let (filter, deadlines) = (DashboardFilter::default(), Deadlines::default());
            let mut known = dashboard::read_known_at(&world.views, scope, &filter, said.seen, today(), &deadlines, 50)
                .await
                .unwrap();
            let mut board = board.clone();
            if *scope != Scope::All {
                // What has left the scope since is counted and no longer named.
                assert!(known.overdue.iter().all(|item| board.overdue.contains(item)));
                (known.overdue, board.overdue) = (Vec::new(), Vec::new());
            }
            assert_eq!(known, board, "{scope:?} at {:?}", said.seen);
        }
    }
    for found in verify(&world.logs(), &world.views, Some("trajectories")).await.unwrap() {
        assert!(found.clean(), "{found:#?}");
    }
}

async fn said(world: &World, numbers: &[u64]) -> Said {
    let mut dossiers = BTreeMap::new();
    let mut values = personal(&world.views, &numbers.iter().map(|n| id(*n)).collect::<Vec<_>>()).await.unwrap();
    for n in numbers {
        if let Some(row) = detail(&world.views, &Scope::All, &DossierKey::Id(id(*n))).await.unwrap().value {
            dossiers.insert(row.id, (row, values.remove(&id(*n)).unwrap_or_default()));
        }
    }
    let mut boards = Vec::new();
    for scope in scopes() {
        let (filter, deadlines) = (DashboardFilter::default(), Deadlines::default());
        boards.push(dashboard::read(&world.views, &scope, &filter, today(), &deadlines, 50).await.unwrap());
    }
    Said { seen: boards[0].seen, dossiers, boards }
}

fn scopes() -> Vec<Scope> {
    vec![Scope::All, Scope::Museum, Scope::Parket(samples::parket()), Scope::Guide(samples::guide()), Scope::Nothing]
}

/// In the middle of the histories' deadlines, so that some dossiers are overdue and some are not.
fn today() -> NaiveDate {
    samples::day(4, 6)
}

/// The events of a dossier that had been recorded at an index.
async fn known(world: &World, n: u64, index: u64) -> Vec<Event> {
    let records = world.log.read_stream_until("learning_trajectory", &id(n).to_string(), index).await.unwrap();
    records.iter().map(|record| record.decode().unwrap()).collect()
}

async fn opened(world: &World, values: &[PersonalValue], field: &str) -> serde_json::Value {
    let value = values.iter().find(|value| value.field.code() == field).unwrap();
    world.log.vault().open(&value.value).await.unwrap().value().cloned().unwrap()
}

/// Whom a dossier is about after these events: a correction of the name is of that person's.
fn person_after(events: &[TrajectoryEvent]) -> SubjectId {
    let replaced = events.iter().rev().find_map(|event| match event {
        TrajectoryEvent::ParticipantReplaced { subject, .. } => Some(*subject),
        _ => None,
    });
    replaced.unwrap_or_else(samples::subject)
}

fn correction(what: u8, step: u64, day: u32, about: SubjectId) -> TrajectoryEvent {
    match what {
        0 => moved(step, day),
        1 => named_of(about, "Ymke Verbeterd"),
        2 => annulled(step, day),
        _ => samples::restricted(),
    }
}

/// The step with this sequence turns out to have been on that day of March.
fn moved(step: u64, to: u32) -> TrajectoryEvent {
    samples::corrected_to(step, CorrectableField::HeldOn, CorrectedValue::StepDay(samples::day(3, to)))
}

fn named(name: &str) -> TrajectoryEvent {
    named_of(samples::subject(), name)
}

fn named_of(subject: SubjectId, name: &str) -> TrajectoryEvent {
    let name = Personal::clear(subject, name.into());
    samples::corrected_to(2, CorrectableField::ParticipantName, CorrectedValue::Text(name))
}

fn annulled(step: u64, on: u32) -> TrajectoryEvent {
    let TrajectoryEvent::StepAnnulled { reason, .. } = samples::annulled() else { panic!("an annulment") };
    TrajectoryEvent::StepAnnulled { occurred_on: samples::day(3, on), sequence: step, reason }
}
