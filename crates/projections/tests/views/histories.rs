//! The views made anew are the live ones, whatever happened in whatever order; and what was altered by hand is named.

use std::collections::VecDeque;

use proptest::prelude::*;
use spoor_domain::kernel::{EventPayload, Label};
use spoor_domain::trajectory::command::TrajectoryCommandKind;
use spoor_domain::trajectory::samples::sample;
use spoor_domain::{action, agreement, edition, plan, publication, register, rights, training};
use spoor_eventlog::NewEvent;
use spoor_projections::runner::{catch_up, verify};
use spoor_projections::{DifferenceKind, Scope};

use crate::dossiers::board;
use crate::lives::{dossier, id, one_dossier_per_status, own};
use crate::support::{World, all_clean, new_event, on_both_engines};

/// A stream under way: its kind, its id, what is still to happen in it, and how far it is.
struct Stream {
    kind: &'static str,
    id: String,
    events: VecDeque<NewEvent>,
    version: u64,
}

on_both_engines! {
    async fn one_of_every_event_can_be_told_and_projected(world: World) {
        for (n, kind) in (1..).zip(TrajectoryCommandKind::ALL) {
            let sample = sample(*kind);
            dossier(&world, n, &[sample.given, vec![sample.happens]].concat()).await;
        }
        catch_up(&world.logs(), &world.views).await.unwrap();
        let board = board(&world, &Scope::All).await;
        assert_eq!(board.total, TrajectoryCommandKind::ALL.len() as u64);
        all_clean(&world).await;
    }

    async fn a_hand_altered_dossier_is_named(world: World) {
        one_dossier_per_status(&world).await;
        world.tamper("trajectories", "update trajectory set status = 'Closed' where number = 'LT-2026-0003'").await;
        world.tamper("trajectories", "delete from dossier_count where status = 'Advised'").await;
        let found = verify(&world.logs(), &world.views, Some("trajectories")).await.unwrap().remove(0);
        assert_eq!(found.different, 2);
        assert_eq!(found.differences[0].key, format!("dossier={}", id(3)));
        assert_eq!(found.differences[0].kind, DifferenceKind::Columns(vec!["status"]));
        assert_eq!((found.differences[1].table, &found.differences[1].kind), ("dossier_count", &DifferenceKind::Missing));
    }
}

#[test]
fn a_rebuild_equals_the_live_views_after_any_history_in_any_batches_on_sqlite() {
    any_history(12, World::sqlite);
}

#[test]
fn a_rebuild_equals_the_live_views_after_any_history_in_any_batches_on_postgres() {
    any_history(4, World::postgres);
}

/// Random histories: dossiers by the command whose sample they are, streams of every other kind as far as a cut,
/// interleaved and projected in batches of any size.
fn any_history(cases: u32, world: impl AsyncFn() -> World) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let kinds = prop::collection::vec(prop::sample::select(TrajectoryCommandKind::ALL), 1..8);
    let others = prop::collection::vec((0..OTHERS, any::<prop::sample::Index>()), 1..8);
    let turns = prop::collection::vec(any::<prop::sample::Index>(), 1..200);
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(kinds in kinds, others in others, turns in turns)| {
        runtime.block_on(async {
            let world = world().await;
            let mut waiting: Vec<Stream> = (1..).zip(&kinds).map(|(n, kind)| life(n, *kind)).collect();
            waiting.extend((1..).zip(&others).filter_map(|(n, (kind, cut))| other(n, *kind, cut)));
            let mut turns = turns.iter().cycle();
            while !waiting.is_empty() {
                // One turn more than there are streams: there the views catch up, and the first stream goes on.
                let mut turn = turns.next().unwrap().index(waiting.len() + 1);
                if turn == waiting.len() {
                    catch_up(&world.logs(), &world.views).await.unwrap();
                    turn = 0;
                }
                let stream = &mut waiting[turn];
                let event = stream.events.pop_front().unwrap();
                world.append_new(stream.kind, &stream.id, stream.version, vec![event]).await;
                stream.version += 1;
                if stream.events.is_empty() {
                    waiting.remove(turn);
                }
            }
            catch_up(&world.logs(), &world.views).await.unwrap();
            assert_eq!(board(&world, &Scope::All).await.total, kinds.len() as u64);
            all_clean(&world).await;
        });
    });
}

fn life(n: u64, kind: TrajectoryCommandKind) -> Stream {
    let sample = sample(kind);
    let events = own(n, &[sample.given, vec![sample.happens]].concat());
    stream("learning_trajectory", id(n).to_string(), &events)
}

/// How many other kinds of stream there are.
const OTHERS: usize = 8;

/// A stream of another kind up to some event; None when it has none.
fn other(n: u64, kind: usize, cut: &prop::sample::Index) -> Option<Stream> {
    let own_id = uuid::Uuid::from_u128(0xb000 + u128::from(n)).to_string();
    let mut stream = match kind {
        0 => stream("cooperation_agreement", own_id, &agreement::samples::one_of_each()),
        1 => stream("plan_action", own_id, &action::samples::one_of_each()),
        2 => stream("action_plan", own_id, &plan::samples::one_of_each()),
        3 => stream("report_edition", own_id, &edition::samples::one_of_each()),
        4 => stream("rights_request", own_id, &rights::samples::one_of_each()),
        5 => stream("police_training", own_id, &training::samples::one_of_each()),
        6 => stream("publication_register", own_id, &publication::samples::one_of_each()),
        _ => stream("dossier_register", own_id, &register::samples::one_of_each()),
    };
    stream.events.truncate(cut.index(stream.events.len() + 1));
    (!stream.events.is_empty()).then_some(stream)
}

fn stream<E: EventPayload>(kind: &'static str, id: String, events: &[E]) -> Stream {
    Stream { kind, id, events: events.iter().map(new_event).collect(), version: 0 }
}
