//! Who is counted in the figures that leave the house, as known at any index.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use spoor_disclosure::Cube;
use spoor_domain::kernel::{HalfYear, Label, OrganisationId, SubjectId};
use spoor_domain::trajectory::event::{Offence, TrajectoryEvent};
use spoor_domain::trajectory::publication::{Province, PublishedFamily, PublishedOutcome};
use spoor_domain::trajectory::samples::{self, history};
use spoor_domain::trajectory::vocabulary::{OffenceFamily, SubjectReason, TrajectoryStatus};
use spoor_projections::ViewError;
use spoor_projections::publication::{Counted, catalogue, counted_at, truth_at};
use spoor_projections::runner::{catch_up, rebuild, verify};

use crate::lives::{append, dossier, id, later, subject};
use crate::support::{World, on_both_engines};

const PARKETTEN: [&str; 6] = [
    "parket-antwerpen",
    "parket-limburg",
    "parket-oost-vlaanderen",
    "parket-leuven",
    "parket-west-vlaanderen",
    "parket-brussel",
];

/// Where lives stand: under way, with advice, ended before and after a consent, and one that counts for nothing.
const STATUSES: [TrajectoryStatus; 8] = {
    use TrajectoryStatus::*;
    [Requested, Advised, Requested, Ineligible, Withdrawn, Consented, Advised, OpenedInError]
};

/// The life of a dossier: half-year, parket, families, status; each by its place in its list.
pub type Life = (i32, usize, usize, usize);

/// What is found out later: what, about which dossier, and which other one.
pub type Change = (u8, usize, usize);

on_both_engines! {
    async fn a_person_is_counted_once_with_the_first_request(world: World) {
        tell(&world, 1, (0, 0, 0, 0)).await;
        tell(&world, 2, (1, 1, 4, 1)).await;
        tell(&world, 3, (1, 1, 1, 7)).await;
        dossier(&world, 4, &history(TrajectoryStatus::Drafted)).await;
        let apart = counted(&world).await;
        let linked = [linked(2, 1)];
        append(&world, 2, &linked).await;
        let together = counted(&world).await;
        append(&world, 2, &[unlinked(2, 1)]).await;
        assert_eq!(counted(&world).await, Seen { known: apart.known.clone(), ..counted(&world).await });
        assert_eq!((apart.known.len(), together.known.len()), (2, 1));
        let only = &together.known[0];
        assert_eq!((only.half_year(), only.first.dossier, only.later.len()), (half(0), id(1), 1));
        assert_eq!(only.categories(), ["Antwerpen", "Antiracism", "InProgress"]);
        assert_eq!(apart.known[1].categories(), ["Limburg", "Several", "AdviceGiven"]);
        // Whatever was found out since, then is then.
        for seen in [apart, together] {
            assert_eq!(counted_at(&world.views, seen.index).await.unwrap(), seen.known);
        }
    }

    async fn who_was_registered_by_mistake_takes_the_links_along(world: World) {
        tell(&world, 1, (0, 0, 0, 0)).await;
        tell(&world, 2, (0, 0, 0, 0)).await;
        append(&world, 1, &[linked(1, 2)]).await;
        assert_eq!(counted(&world).await.known.len(), 1);
        append(&world, 2, &[samples::participant_replaced()]).await;
        assert_eq!(counted(&world).await.known.len(), 2, "the link was about the wrong person");
    }

    async fn an_erasure_changes_nobody_and_a_rebuild_says_the_same(world: World) {
        for n in 1..=6 {
            tell(&world, n, (0, n as usize % 6, n as usize % 5, n as usize % 7)).await;
        }
        append(&world, 1, &[linked(1, 2)]).await;
        let before = counted(&world).await;
        append(&world, 3, &[samples::erasure_requested(), samples::erasure_confirmed()]).await;
        world.log.keys().destroy(subject(3)).await.unwrap();
        append(&world, 3, &[samples::key_destroyed()]).await;
        assert_eq!(categories(&counted(&world).await.known), categories(&before.known));
        assert_eq!(counted_at(&world.views, before.index).await.unwrap(), before.known);
        rebuild(&world.logs(), &world.views, "trajectories").await.unwrap();
        assert_eq!(counted_at(&world.views, before.index).await.unwrap(), before.known);
        let ahead = counted_at(&world.views, 10_000).await;
        assert!(matches!(ahead, Err(ViewError::NotReached { asked: 10_000, .. })));
    }
}

/// Random histories: lives, links made and undone, wrong persons replaced, dossiers moved, subjects erased. The oracle
/// reads the same events and knows nothing of spans.
#[test]
fn the_cubes_hold_every_person_of_any_history_once() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(lives in lives(5..14), changes in changes(12))| {
        runtime.block_on(async {
            let world = World::sqlite().await;
            let mut oracle = Oracle::default();
            for (n, life) in (1..).zip(&lives) {
                oracle.requested(n, *life);
                tell(&world, n, *life).await;
            }
            let mut seen = vec![(counted(&world).await, oracle.persons())];
            for change in &changes {
                let (n, events) = found_out(*change, lives.len(), &mut oracle);
                append(&world, n, &events).await;
                seen.push((counted(&world).await, oracle.persons()));
            }
            for (seen, persons) in seen {
                let known = counted_at(&world.views, seen.index).await.unwrap();
                assert_eq!(known, seen.known);
                let truth = truth_at(&world.views, seen.index).await.unwrap();
                let total: u32 = truth.values().map(Cube::total).sum();
                assert_eq!(total as usize, persons, "{known:#?}");
                // Every request stands behind one person, so half-years count nobody twice.
                let requests = known.iter().flat_map(|person| std::iter::once(&person.first).chain(&person.later));
                let dossiers: Vec<_> = requests.map(|request| request.dossier).collect();
                assert_eq!(dossiers.iter().collect::<BTreeSet<_>>().len(), dossiers.len());
            }
            for found in verify(&world.logs(), &world.views, Some("trajectories")).await.unwrap() {
                assert!(found.clean(), "{found:#?}");
            }
        });
    });
}

/// What was counted, and at which index.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub index: u64,
    pub known: Vec<Counted>,
}

/// Who is who by plain reachability, over what was last said of every dossier.
#[derive(Default)]
pub struct Oracle {
    subjects: BTreeMap<u64, SubjectId>,
    uncounted: BTreeSet<u64>,
    links: BTreeSet<(u64, SubjectId, SubjectId)>,
}

impl Oracle {
    fn requested(&mut self, n: u64, life: Life) {
        self.subjects.insert(n, subject(n));
        if STATUSES[life.3 % STATUSES.len()] == TrajectoryStatus::OpenedInError {
            self.uncounted.insert(n);
        }
    }

    /// How many persons have a request that counts.
    fn persons(&self) -> usize {
        let counted = self.subjects.iter().filter(|(n, _)| !self.uncounted.contains(n));
        let mut waiting: BTreeSet<SubjectId> = counted.map(|(_, subject)| *subject).collect();
        let mut persons = 0;
        while let Some(first) = waiting.pop_first() {
            persons += 1;
            let (mut reached, mut open) = (BTreeSet::from([first]), vec![first]);
            while let Some(one) = open.pop() {
                for (_, from, to) in &self.links {
                    let other = if *from == one {
                        *to
                    } else if *to == one {
                        *from
                    } else {
                        continue;
                    };
                    if reached.insert(other) {
                        open.push(other);
                    }
                }
            }
            waiting.retain(|subject| !reached.contains(subject));
        }
        persons
    }
}

/// The events of a change, and the oracle told of it.
pub fn found_out((what, one, other): Change, lives: usize, oracle: &mut Oracle) -> (u64, Vec<TrajectoryEvent>) {
    let (n, m) = ((one % lives) as u64 + 1, (other % lives) as u64 + 1);
    let events = match what {
        0..4 => {
            let from = oracle.subjects.get(&n).copied().unwrap_or_else(|| subject(n));
            let TrajectoryEvent::SubjectsLinked { occurred_on, .. } = samples::linked() else { panic!("a link") };
            oracle.links.insert((n, from, subject(m)));
            vec![TrajectoryEvent::SubjectsLinked {
                occurred_on,
                subject: from,
                other_subject: subject(m),
                other_dossier: id(m),
                reason: SubjectReason::SamePerson,
            }]
        }
        4 => {
            oracle.links.retain(|(dossier, _, to)| !(*dossier == n && *to == subject(m)));
            vec![unlinked(n, m)]
        }
        5 => {
            // Who is registered anew is requested anew.
            oracle.uncounted.remove(&n);
            oracle.subjects.insert(n, subject(n + 500));
            vec![samples::participant_replaced()]
        }
        6 => vec![samples::transfer_offered(), samples::transferred()],
        _ => vec![samples::erasure_requested(), samples::erasure_confirmed(), samples::key_destroyed()],
    };
    (n, events)
}

pub fn lives(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Life>> {
    prop::collection::vec((0..3_i32, 0..6_usize, 0..5_usize, 0..8_usize), count)
}

pub fn changes(count: usize) -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec((0..8_u8, any::<usize>(), any::<usize>()), count)
}

/// Records the life of a dossier.
pub async fn tell(world: &World, n: u64, life: Life) {
    dossier(world, n, &events_of(n, life)).await;
}

fn events_of(n: u64, (half_year, parket, family, status): Life) -> Vec<TrajectoryEvent> {
    let families: Vec<OffenceFamily> = match family % 5 {
        4 => vec![OffenceFamily::Antiracism, OffenceFamily::Negationism],
        one => vec![OffenceFamily::ALL[one]],
    };
    let own = |event| match event {
        TrajectoryEvent::TrajectoryRequested { mut request, .. } => {
            request.parket = OrganisationId(PARKETTEN[parket % 6].into());
            let reference = request.offences[0].reference.clone();
            let offence = |family: &OffenceFamily| Offence { family: *family, reference: reference.clone() };
            request.offences = families.iter().map(offence).collect();
            let occurred_on = half(half_year).first_day() + chrono::Days::new(n % 180);
            TrajectoryEvent::TrajectoryRequested { occurred_on, request }
        }
        other => other,
    };
    history(STATUSES[status % STATUSES.len()]).into_iter().map(own).collect()
}

fn linked(n: u64, m: u64) -> TrajectoryEvent {
    TrajectoryEvent::SubjectsLinked {
        occurred_on: later(),
        subject: subject(n),
        other_subject: subject(m),
        other_dossier: id(m),
        reason: SubjectReason::SamePerson,
    }
}

fn unlinked(n: u64, m: u64) -> TrajectoryEvent {
    TrajectoryEvent::SubjectsUnlinked {
        occurred_on: later(),
        subject: subject(n),
        other_subject: subject(m),
        reason: SubjectReason::SamePerson,
    }
}

pub async fn counted(world: &World) -> Seen {
    catch_up(&world.logs(), &world.views).await.unwrap();
    let index = world.log.head().await.unwrap().index;
    Seen { index, known: counted_at(&world.views, index).await.unwrap() }
}

fn categories(counted: &[Counted]) -> Vec<(HalfYear, [&'static str; 3])> {
    counted.iter().map(|person| (person.half_year(), person.categories())).collect()
}

pub fn half(number: i32) -> HalfYear {
    HalfYear::new(2026 + number / 2, if number % 2 == 0 { 1 } else { 2 }).unwrap()
}

#[test]
fn every_category_that_can_occur_is_in_the_catalogue() {
    let shape = catalogue(half(0)).shape;
    let cells = Province::ALL.len() * PublishedFamily::ALL.len() * PublishedOutcome::ALL.len();
    assert_eq!(shape.cells(), cells);
}
