//! Figures that leave the house, from events to editions: what an attacker who keeps every edition finds out.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use proptest::prelude::*;
use spoor_disclosure::{
    BASE, Cube, DrawKey, Edition, Interval, Knowledge, LEAST_TOTAL, PublishedPeriod, Publisher, Sum, System, attack,
};
use spoor_domain::kernel::HalfYear;
use spoor_projections::publication::{catalogue, truth_at};

use crate::lives::append;
use crate::publication::{Life, Oracle, changes, counted, found_out, half, lives, tell};
use crate::support::World;

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
    let system =
        System { bounds: cube.counts().iter().map(bound).collect(), sums: sums.collect(), ..System::default() };
    let found = system.intervals(&hidden).unwrap();
    assert!(found.iter().any(|found| found.width() == 0), "{found:?}");
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
