//! From opening to submitting, withdrawing and correcting.

use super::*;
use crate::edition::state::EditionStage;
use crate::kernel::HalfYear;

#[test]
fn a_half_year_has_one_first_edition() {
    when(vec![], open(), coordinator("first", (9, 1))).then_expect_events(vec![opened()]);
    when(vec![opened()], open(), coordinator("second", (9, 1))).then_expect_error(No::AlreadyOpened);
}

#[test]
fn an_edition_of_a_half_year_that_has_not_begun_is_refused() {
    let ahead = HalfYear::new(2026, 1).expect("a half-year");
    let command = EditionCommand::OpenEdition { plan: plan(), half_year: ahead, head: head() };
    when(vec![], command, coordinator("first", (12, 31))).then_expect_error(No::HalfYearAhead { half_year: ahead });
}

#[test]
fn a_head_has_a_label_and_days_in_order_and_fits_the_log() {
    let long = EditionHead { preface: Some("a".repeat(32 * 1024 + 1)), ..head() };
    let reversed = ReportingWindow { from: day(10, 1), until: day(9, 30) };
    let late = Some(ReportingWindow { from: day(8, 1), until: day(10, 1) });
    for (head, refused) in [
        (EditionHead { label: " ".into(), ..head() }, No::TextMissing { path: "label" }),
        (EditionHead { label: "a".repeat(201), ..head() }, No::TextTooLong { path: "label", most: 200 }),
        (long, No::TextTooLong { path: "preface", most: 32 * 1024 }),
        (EditionHead { window: Some(reversed), ..head() }, No::WindowReversed),
        (EditionHead { cut_off: day(7, 31), window: late, ..head() }, No::CutOffBeforeWindow { from: day(8, 1) }),
        (EditionHead { cut_off: day(6, 30), ..head() }, No::CutOffBeforeHalfYear { from: day(7, 1) }),
        (EditionHead { cut_off: day(1, 1), window: None, ..head() }, No::CutOffBeforeHalfYear { from: day(7, 1) }),
    ] {
        let command = EditionCommand::OpenEdition { plan: plan(), half_year: half_year(), head: head.clone() };
        when(vec![], command, coordinator("first", (9, 1))).then_expect_error(refused.clone());
        let revised = EditionCommand::ReviseEdition { number: 1, head };
        when(vec![opened()], revised, coordinator("first", (9, 1))).then_expect_error(refused);
    }
    let earliest = EditionHead { cut_off: half_year().first_day(), window: None, ..head() };
    let command = EditionCommand::OpenEdition { plan: plan(), half_year: half_year(), head: earliest };
    assert!(ReportEdition::default().decide(&command, &coordinator("first", (9, 1))).is_ok());
}

#[test]
fn the_head_is_revised_while_drafting_and_not_afterwards() {
    let revised = EditionHead { label: "Verslag najaar 2025".into(), ..head() };
    let command = || EditionCommand::ReviseEdition { number: 1, head: revised.clone() };
    let event = EditionEvent::EditionHeadRevised {
        occurred_on: day(9, 2),
        number: 1,
        head: revised.clone(),
        by: person("second"),
    };
    when(vec![opened()], command(), coordinator("second", (9, 2))).then_expect_events(vec![event.clone()]);
    when(vec![opened(), event], command(), coordinator("second", (9, 2))).then_expect_events(vec![]);
    when(vec![opened(), frozen(1)], command(), coordinator("second", (10, 21)))
        .then_expect_error(No::NotDrafting { number: 1, status: EditionStatus::Frozen });
}

#[test]
fn nothing_is_asked_of_an_edition_that_is_not_there() {
    for command in [freeze(vec![]), correct(), withdraw(), EditionCommand::ApproveEdition { number: 1 }] {
        when(vec![], command, coordinator("first", (10, 20))).then_expect_error(No::NotOpened);
    }
    when(vec![opened()], EditionCommand::ApproveEdition { number: 2 }, coordinator("second", (10, 20)))
        .then_expect_error(No::NoSuchEdition { number: 2 });
}

#[test]
fn an_edition_is_frozen_once_its_cut_off_has_come() {
    when(vec![opened()], freeze(vec![]), coordinator("first", (10, 14)))
        .then_expect_error(No::BeforeCutOff { cut_off: day(10, 15), today: day(10, 14) });
    when(vec![opened()], freeze(vec![]), coordinator("first", (10, 20))).then_expect_events(vec![frozen(1)]);
    when(vec![opened(), frozen(1)], freeze(vec![]), coordinator("first", (10, 20)))
        .then_expect_error(No::NotDrafting { number: 1, status: EditionStatus::Frozen });
}

#[test]
fn an_edition_whose_content_is_not_stored_is_not_frozen() {
    let mut without = pinned();
    without.forms.remove(0);
    let of_another = Pinned { content: "dd".repeat(32), ..pinned() };
    for pinned in [without, of_another] {
        let command = EditionCommand::FreezeEdition { number: 1, pinned, findings: vec![] };
        when(vec![opened()], command, coordinator("first", (10, 20))).then_expect_error(No::ContentNotStored);
    }
}

#[test]
fn whoever_froze_an_edition_cannot_approve_it() {
    let approve = || EditionCommand::ApproveEdition { number: 1 };
    let given = vec![opened(), frozen(1)];
    when(given.clone(), approve(), coordinator("first", (10, 22))).then_expect_error(No::SamePersonApproves);
    when(given, approve(), coordinator("second", (10, 22))).then_expect_events(vec![approved(1)]);
    when(vec![opened()], approve(), coordinator("second", (10, 22)))
        .then_expect_error(No::NotFrozen { number: 1, status: EditionStatus::Drafting });
    when(vec![opened(), frozen(1), approved(1)], approve(), coordinator("third", (10, 22)))
        .then_expect_error(No::NotFrozen { number: 1, status: EditionStatus::Approved });
}

#[test]
fn an_edition_is_submitted_once_after_it_was_approved_and_not_in_the_future() {
    let submit = |on: (u32, u32)| EditionCommand::SubmitEdition { number: 1, submitted_on: day(on.0, on.1) };
    let given = vec![opened(), frozen(1), approved(1)];
    let context = || coordinator("first", (10, 24));
    when(given.clone(), submit((10, 24)), context()).then_expect_events(vec![submitted((10, 24))]);
    when(given.clone(), submit((10, 25)), context())
        .then_expect_error(No::InFuture { on: day(10, 25), today: day(10, 24) });
    when(given.clone(), submit((10, 21)), context())
        .then_expect_error(No::BeforeApproval { on: day(10, 21), approved_on: day(10, 22) });
    when(given[..2].to_vec(), submit((10, 24)), context())
        .then_expect_error(No::NotApproved { number: 1, status: EditionStatus::Frozen });
    when([given, vec![submitted((10, 24))]].concat(), submit((10, 24)), context())
        .then_expect_error(No::NotApproved { number: 1, status: EditionStatus::Submitted });
}

#[test]
fn what_is_withdrawn_says_why_and_keeps_what_it_was() {
    let withdrawn = EditionEvent::EditionWithdrawn {
        occurred_on: day(11, 3),
        number: 1,
        by: person("first"),
        reason: "Een bedrag was verkeerd overgenomen.".into(),
    };
    let given = vec![opened(), frozen(1), approved(1), submitted((10, 24))];
    when(given.clone(), withdraw(), coordinator("first", (11, 3))).then_expect_events(vec![withdrawn.clone()]);
    let silent = EditionCommand::WithdrawEdition { number: 1, reason: " ".into() };
    when(given.clone(), silent, coordinator("first", (11, 3))).then_expect_error(No::TextMissing { path: "reason" });
    when(vec![opened()], withdraw(), coordinator("first", (11, 3)))
        .then_expect_error(No::NothingToWithdraw { number: 1, status: EditionStatus::Drafting });
    assert_eq!(folded(&given).standing().map(|edition| edition.number), Some(1));
    let editions = folded(&[given, vec![withdrawn]].concat());
    assert_eq!(editions.standing(), None);
    let edition = editions.edition(1).expect("an edition");
    assert!(matches!(edition.stage, EditionStage::Withdrawn { .. }));
    assert_eq!(edition.frozen().map(|frozen| &frozen.pinned), Some(&pinned()));
    assert_eq!(edition.submitted_on(), Some(day(10, 24)));
    assert_eq!(
        editions.decide(&withdraw(), &coordinator("first", (11, 4))),
        Err(No::NothingToWithdraw { number: 1, status: EditionStatus::Withdrawn })
    );
}

#[test]
fn a_correction_follows_an_edition_that_is_out_and_names_what_it_corrects() {
    let correction = |number, corrects| EditionEvent::CorrectionOpened {
        occurred_on: day(11, 3),
        number,
        corrects,
        head: head(),
        by: person("first"),
        reason: "Het bedrag van actie 6.2 is verbeterd.".into(),
    };
    let context = || coordinator("first", (11, 3));
    let out = vec![opened(), frozen(1), approved(1)];
    when(out.clone(), correct(), context()).then_expect_events(vec![correction(2, Some(1))]);
    for (given, status) in
        [(vec![opened()], EditionStatus::Drafting), (vec![opened(), frozen(1)], EditionStatus::Frozen)]
    {
        when(given, correct(), context()).then_expect_error(No::NotOutYet { number: 1, status });
    }
    let twice = [out, vec![correction(2, Some(1))]].concat();
    when(twice.clone(), correct(), context())
        .then_expect_error(No::NotOutYet { number: 2, status: EditionStatus::Drafting });
    // Frozen and withdrawn before anybody approved it: the public still knows the first.
    let withdrawn = EditionEvent::EditionWithdrawn {
        occurred_on: day(11, 3),
        number: 2,
        by: person("first"),
        reason: "Toch niet.".into(),
    };
    when([twice, vec![frozen(2), withdrawn]].concat(), correct(), context())
        .then_expect_events(vec![correction(3, Some(1))]);
}

#[test]
fn after_an_edition_that_was_withdrawn_unapproved_the_next_corrects_nothing() {
    let withdrawn = EditionEvent::EditionWithdrawn {
        occurred_on: day(11, 3),
        number: 1,
        by: person("first"),
        reason: "Verkeerde cut-off.".into(),
    };
    let decided = folded(&[opened(), frozen(1), withdrawn]).decide(&correct(), &coordinator("first", (11, 3)));
    assert!(matches!(decided.as_deref(), Ok([EditionEvent::CorrectionOpened { number: 2, corrects: None, .. }])));
}

#[test]
fn the_reason_of_a_correction_tells_no_more_than_a_text_of_the_edition_may() {
    let editions = folded(&[opened(), frozen(1), approved(1)]);
    let correction = |reason: &str| {
        let command = EditionCommand::OpenCorrection { head: head(), reason: reason.into() };
        editions.decide(&command, &coordinator("first", (11, 3)))
    };
    for reason in
        ["Er waren drie jongeren te veel geteld.", "Er lopen 48 leertrajecten.", "Leertrajecten. Het zijn er 48."]
    {
        assert!(matches!(correction(reason), Err(No::ReasonTellsTooMuch { .. })), "{reason}");
    }
    assert!(correction("Het bedrag van de leertrajecten was verkeerd overgenomen.").is_ok());
}
