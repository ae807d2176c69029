//! Small counts of persons: waived by a second person, as they were found, or the edition is not frozen.

use super::*;
use crate::kernel::ReportEditionId;

fn waived() -> EditionEvent {
    let Finding { id, kind, place, .. } = finding();
    EditionEvent::SmallCountWaived {
        occurred_on: day(10, 18),
        number: 1,
        finding: id,
        kind,
        place,
        by: person("second"),
        reason: "Het gaat om personeel, en staat in de vacatures.".into(),
    }
}

#[test]
fn a_small_count_keeps_an_edition_from_being_frozen_until_a_second_person_waives_it() {
    let place = finding().place;
    when(vec![opened()], freeze(vec![finding()]), coordinator("first", (10, 20)))
        .then_expect_error(No::SmallCountsUnwaived { count: 1, place });
    when(vec![opened()], waive(finding(), &["first"]), coordinator("second", (10, 18)))
        .then_expect_events(vec![waived()]);
    when(vec![opened(), waived()], freeze(vec![finding()]), coordinator("first", (10, 20)))
        .then_expect_events(vec![frozen(1)]);
}

#[test]
fn whoever_reported_a_count_cannot_waive_it() {
    when(vec![opened()], waive(finding(), &["first", "second"]), coordinator("second", (10, 18)))
        .then_expect_error(No::SamePersonWaives);
}

#[test]
fn whoever_drafted_the_head_cannot_waive_what_stands_in_it() {
    let place = Place { action: None, part: "preface".into() };
    let in_preface = || {
        let editions = ReportEditionId::of(plan(), half_year());
        Finding::new(editions, BlockerKind::SmallCountInText, place.clone(), "drie jongeren".into())
    };
    when(vec![opened()], waive(in_preface(), &[]), coordinator("first", (10, 18)))
        .then_expect_error(No::SamePersonWaives);
    let decided = folded(&[opened()]).decide(&waive(in_preface(), &[]), &coordinator("second", (10, 18)));
    assert_eq!(decided.map(|events| events.len()), Ok(1));
}

#[test]
fn a_waiver_does_not_cover_another_number_at_the_same_place() {
    let Finding { place, .. } = finding();
    let editions = ReportEditionId::of(plan(), half_year());
    let other = Finding::new(editions, BlockerKind::SmallCountInText, place.clone(), "twee consulenten".into());
    when(vec![opened(), waived()], freeze(vec![finding(), other]), coordinator("first", (10, 20)))
        .then_expect_error(No::SmallCountsUnwaived { count: 1, place });
}

#[test]
fn a_waiver_needs_a_reason_and_is_given_once() {
    let mut silent = waive(finding(), &[]);
    if let EditionCommand::WaiveSmallCount { reason, .. } = &mut silent {
        reason.clear();
    }
    when(vec![opened()], silent, coordinator("second", (10, 18))).then_expect_error(No::TextMissing { path: "reason" });
    when(vec![opened(), waived()], waive(finding(), &[]), coordinator("second", (10, 18))).then_expect_events(vec![]);
    when(vec![opened(), frozen(1)], waive(finding(), &[]), coordinator("second", (10, 21)))
        .then_expect_error(No::NotDrafting { number: 1, status: EditionStatus::Frozen });
}

#[test]
fn figures_on_learning_trajectories_block_freezing_and_cannot_be_waived() {
    let place = Place { action: "5.2".parse().ok(), part: "description".into() };
    let editions = ReportEditionId::of(plan(), half_year());
    let found =
        || Finding::new(editions, BlockerKind::TrajectoryFigure, place.clone(), "Er liepen 48 leertrajecten.".into());
    when(vec![opened()], waive(found(), &[]), coordinator("second", (10, 18)))
        .then_expect_error(No::CannotBeWaived { place: place.clone() });
    when(vec![opened()], freeze(vec![finding(), found()]), coordinator("first", (10, 20)))
        .then_expect_error(No::TrajectoryFigures { count: 1, place: place.clone() });
}

#[test]
fn a_number_near_learning_trajectories_keeps_an_edition_from_being_frozen_until_a_second_person_waives_it() {
    let place = Place { action: "5.2".parse().ok(), part: "description".into() };
    let editions = ReportEditionId::of(plan(), half_year());
    let kind = BlockerKind::NumberNearTrajectories;
    let found = || Finding::in_passage(editions, kind, place.clone(), "Er waren 12 sessies.".into(), &["Met Dossin."]);
    when(vec![opened()], freeze(vec![found()]), coordinator("first", (10, 20)))
        .then_expect_error(No::NumbersNearTrajectoriesUnwaived { count: 1, place: place.clone() });
    when(vec![opened()], waive(found(), &["second"]), coordinator("second", (10, 18)))
        .then_expect_error(No::SamePersonWaives);
    let given = folded(&[opened()]);
    let waived = given.decide(&waive(found(), &["first"]), &coordinator("second", (10, 18))).unwrap();
    when([vec![opened()], waived].concat(), freeze(vec![found()]), coordinator("first", (10, 20)))
        .then_expect_events(vec![frozen(1)]);
}

#[test]
fn a_waiver_holds_for_the_corrections_of_the_edition_too() {
    let correction = EditionEvent::CorrectionOpened {
        occurred_on: day(11, 3),
        number: 2,
        corrects: Some(1),
        head: head(),
        by: person("first"),
        reason: "Een bedrag.".into(),
    };
    let again = EditionCommand::FreezeEdition { number: 2, pinned: pinned(), findings: vec![finding()] };
    let given = folded(&[opened(), waived(), frozen(1), approved(1), correction]);
    assert!(given.decide(&again, &coordinator("first", (11, 4))).is_ok());
}
