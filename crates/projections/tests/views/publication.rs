//! Figures that leave the house, from events to editions: who is counted, as known at any index; and what an attacker who
//! keeps every edition finds out.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use proptest::prelude::*;
use spoor_disclosure::{
    BASE, Cube, DrawKey, Edition, Interval, Knowledge, LEAST_TOTAL, PublishedPeriod, Publisher, Sum, System, attack,
};
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
type Life = (i32, usize, usize, usize);

/// What is found out later: what, about which dossier, and which other one.
type Change = (u8, usize, usize);

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

#[test]
fn from_events_to_editions_nothing_small_is_found_out() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() };
    let told = std::cell::Cell::new((0, 0));
    proptest!(config, |(lives in lives(70..110), late in lives(1..12), changes in changes(10), secret in any::<[u8; 32]>())| {
        runtime.block_on(async {
            let world = World::sqlite().await;
            let (catalogue, key) = (catalogue(half(0)), DrawKey::new(&secret));
            let publisher = Publisher { catalogue: &catalogue, key: &key };
            join_all((1..).zip(&lives).map(|(n, life)| tell(&world, n, *life))).await;
            let mut edition = Edition::default();
            for number in 0..3_usize {
                if number == 1 {
                    join_all((1..).zip(&late).map(|(n, life)| tell(&world, 200 + n, *life))).await;
                }
                let mut oracle = Oracle::default();
                for change in changes.iter().skip(number * 4).take(4) {
                    let (n, events) = found_out(*change, lives.len(), &mut oracle);
                    append(&world, n, &events).await;
                }
                let index = counted(&world).await.index;
                let truth = truth_at(&world.views, index).await.unwrap();
                let (next, report) = publisher.publish(&edition, &truth, half(1 + number as i32)).unwrap();
                for safety in &report.periods {
                    let period = next.periods.iter().find(|period| period.half_years == safety.half_years).unwrap();
                    let cube = cube_of(period, &truth);
                    assert!(cube.total() >= LEAST_TOTAL);
                    withstands(period, &cube);
                    told.set((told.get().0 + 1, told.get().1 + safety.rounded));
                }
                for (old, new) in edition.periods.iter().zip(&next.periods) {
                    assert_eq!(old.first, new.first, "what was told stays told");
                    assert!(old.current().iter().zip(new.current()).all(|(was, is)| *was == is || was.abs_diff(is) >= BASE));
                }
                edition = next;
            }
        });
    });
    let (periods, rounded) = told.get();
    assert!(periods >= 6 && rounded > 50, "only {periods} periods with {rounded} rounded counts were told");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_more_shows_nowhere_as_one_more() {
    let world = World::sqlite().await;
    let lives: Vec<Life> = (0..60).map(|n| (n % 2, n as usize % 5, n as usize % 4, n as usize % 7)).collect();
    join_all((1..).zip(&lives).map(|(n, life)| tell(&world, n, *life))).await;
    let (catalogue, key) = (catalogue(half(0)), DrawKey::new(&[7; 32]));
    let publisher = Publisher { catalogue: &catalogue, key: &key };
    let before = truth_at(&world.views, counted(&world).await.index).await.unwrap();
    let (first, _) = publisher.publish(&Edition::default(), &before, half(1)).unwrap();
    assert!(!first.periods.is_empty());
    for n in 0..12 {
        tell(&world, 300 + n, (n as i32 % 2, n as usize % 5, n as usize % 4, n as usize % 7)).await;
        let after = truth_at(&world.views, counted(&world).await.index).await.unwrap();
        let (second, _) = publisher.publish(&first, &after, half(1)).unwrap();
        for spec in &catalogue.tables {
            for half_year in [half(0), half(1)] {
                let [one, two] = [&first, &second].map(|edition| catalogue.table(spec, half_year, edition).unwrap());
                let told = |table: &spoor_disclosure::Table| {
                    table.cells.iter().map(|cell| number(cell.value)).collect::<Vec<_>>()
                };
                for (one, two) in told(&one).into_iter().zip(told(&two)) {
                    assert!(one == two || one.abs_diff(two) >= BASE, "{one} became {two} in {}", spec.code);
                }
            }
        }
    }
}

/// Negative control, on what the projector counted: leaving the small counts out while their sums are told.
#[tokio::test(flavor = "multi_thread")]
async fn leaving_small_counts_out_gives_them_away() {
    let world = World::sqlite().await;
    // Each family in two provinces, each province with two families, one of them rarely.
    let place = |n: usize| match n % 10 {
        0 => (n / 10 % 5, (n / 10 + 1) % 5),
        _ => (n % 5, n % 5),
    };
    let lives: Vec<Life> = (0..80).map(|n| (0, place(n).0, place(n).1, n % 2)).collect();
    join_all((1..).zip(&lives).map(|(n, life)| tell(&world, n, *life))).await;
    let cube = truth_at(&world.views, counted(&world).await.index).await.unwrap()[&half(0)].keeping(&[0, 1]);
    let bound = |count: &u32| {
        if (1..BASE).contains(count) { Interval { low: 1, high: BASE - 1 } } else { Interval::exactly(*count) }
    };
    let margins = [cube.shape().groups(&[0]), cube.shape().groups(&[1])].concat();
    let sums = margins.into_iter().map(|group| {
        let sum = group.iter().map(|cell| i64::from(cube.counts()[*cell])).sum();
        Sum { of: group, low: sum, high: sum }
    });
    let hidden: Vec<usize> =
        (0..cube.counts().len()).filter(|cell| (1..BASE).contains(&cube.counts()[*cell])).collect();
    assert!(hidden.len() > 3, "{:?}", cube.counts());
    let system = System { bounds: cube.counts().iter().map(bound).collect(), sums: sums.collect() };
    let found = system.intervals(&hidden).unwrap();
    assert!(found.iter().any(|found| found.width() == 0), "{found:?}");
}

/// What was counted, and at which index.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    index: u64,
    known: Vec<Counted>,
}

/// Who is who by plain reachability, over what was last said of every dossier.
#[derive(Default)]
struct Oracle {
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
fn found_out((what, one, other): Change, lives: usize, oracle: &mut Oracle) -> (u64, Vec<TrajectoryEvent>) {
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

fn lives(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Life>> {
    prop::collection::vec((0..3_i32, 0..6_usize, 0..5_usize, 0..8_usize), count)
}

fn changes(count: usize) -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec((0..8_u8, any::<usize>(), any::<usize>()), count)
}

/// Records the life of a dossier.
async fn tell(world: &World, n: u64, life: Life) {
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

async fn counted(world: &World) -> Seen {
    catch_up(&world.logs(), &world.views).await.unwrap();
    let index = world.log.head().await.unwrap().index;
    Seen { index, known: counted_at(&world.views, index).await.unwrap() }
}

fn categories(counted: &[Counted]) -> Vec<(HalfYear, [&'static str; 3])> {
    counted.iter().map(|person| (person.half_year(), person.categories())).collect()
}

fn half(number: i32) -> HalfYear {
    HalfYear::new(2026 + number / 2, if number % 2 == 0 { 1 } else { 2 }).unwrap()
}

/// The true counts of a period in the detail in which it is told.
fn cube_of(period: &PublishedPeriod, truth: &BTreeMap<HalfYear, Cube>) -> Cube {
    let shape = catalogue(half(0)).shape;
    let known = period.half_years.iter().filter_map(|half_year| truth.get(&half_year));
    let sum = known.fold(Cube::empty(shape.clone()), |sum, cube| sum.plus(cube).unwrap());
    let codes: Vec<String> = period.shape.dimensions.iter().map(|dimension| dimension.code.clone()).collect();
    sum.keeping(&shape.places(&codes).unwrap())
}

/// The attack finds the truth, and never too closely.
fn withstands(period: &PublishedPeriod, cube: &Cube) {
    let everybody = i64::from(cube.total());
    let total = Sum { of: (0..cube.counts().len()).collect(), low: everybody, high: everybody };
    for (knowledge, sums) in [(Knowledge::Published, vec![]), (Knowledge::Total, vec![total])] {
        for finding in attack(period, &sums).unwrap() {
            let (found, is) = (finding.interval, cube.counts()[finding.cell]);
            assert!((found.low..=found.high).contains(&is), "{found:?} holds {is}");
            assert!(knowledge.tolerates(found), "{knowledge:?} finds {found:?} for {is}");
        }
    }
}

fn number(value: spoor_disclosure::Value) -> u32 {
    match value {
        spoor_disclosure::Value::Number(count) | spoor_disclosure::Value::Rounded(count) => count,
        spoor_disclosure::Value::NotRegistered
        | spoor_disclosure::Value::NotYetDelivered
        | spoor_disclosure::Value::NotInThisDetail => 0,
    }
}

#[test]
fn every_category_that_can_occur_is_in_the_catalogue() {
    let shape = catalogue(half(0)).shape;
    let cells = Province::ALL.len() * PublishedFamily::ALL.len() * PublishedOutcome::ALL.len();
    assert_eq!(shape.cells(), cells);
}
