//! The collection round: opened, moved, and whom it reminds.

use super::*;
use crate::action::event::{Competence, PolicyDomainCode};

fn collect(due: CollectionDue) -> EditionCommand {
    EditionCommand::OpenCollectionRound { due }
}

fn round_opened() -> EditionEvent {
    EditionEvent::CollectionRoundOpened { occurred_on: day(9, 3), due: due() }
}

#[test]
fn a_round_is_opened_once_and_then_moved() {
    when(vec![opened()], collect(due()), coordinator("first", (9, 3))).then_expect_events(vec![round_opened()]);
    when(vec![opened(), round_opened()], collect(due()), coordinator("first", (9, 3))).then_expect_events(vec![]);
    let later = CollectionDue { due_on: day(10, 8), exceptions: vec![] };
    let moved = EditionEvent::CollectionRoundRescheduled { occurred_on: day(9, 25), due: later.clone() };
    when(vec![opened(), round_opened()], collect(later), coordinator("first", (9, 25))).then_expect_events(vec![moved]);
}

#[test]
fn nobody_is_asked_for_yesterday_or_for_an_edition_that_is_frozen() {
    when(vec![opened()], collect(due()), coordinator("first", (9, 21)))
        .then_expect_error(No::DueInPast { on: day(9, 20), today: day(9, 21) });
    when(vec![opened(), frozen(1)], collect(due()), coordinator("first", (9, 3)))
        .then_expect_error(No::NotDrafting { number: 1, status: EditionStatus::Frozen });
}

#[test]
fn nobody_is_given_two_days() {
    let (domain, competence) = (DueFor::PolicyDomain(PolicyDomainCode("OV".into())), DueFor::Competence("OV".into()));
    let with = |given: &[(&DueFor, u32)]| {
        let given = given.iter().map(|(who, on)| DueException { who: (*who).clone(), due_on: day(10, *on) });
        CollectionDue { due_on: day(10, 1), exceptions: given.collect() }
    };
    for who in [&domain, &competence] {
        for again in [6, 5] {
            let twice = with(&[(who, 5), (who, again)]);
            let refused = No::DueTwice { who: who.clone() };
            when(vec![opened()], collect(twice.clone()), coordinator("first", (9, 3)))
                .then_expect_error(refused.clone());
            when(vec![opened(), round_opened()], collect(twice), coordinator("first", (9, 3)))
                .then_expect_error(refused);
        }
    }
    let each = with(&[(&domain, 5), (&competence, 6)]);
    let round = EditionEvent::CollectionRoundOpened { occurred_on: day(9, 3), due: each.clone() };
    when(vec![opened()], collect(each), coordinator("first", (9, 3))).then_expect_events(vec![round]);
}

#[test]
fn a_competence_is_due_on_its_own_day_or_its_domains_or_the_general_one() {
    let of =
        |code: &str, domain: &str| Competence { code: code.into(), policy_domain: PolicyDomainCode(domain.into()) };
    let due = due();
    assert_eq!(due.due_for(&[of("Jeugd", "CJM")]), day(9, 20));
    assert_eq!(due.due_for(&[of("Welzijn", "WVG")]), day(10, 5));
    assert_eq!(due.due_for(&[of("Onderwijs", "OV")]), day(10, 1));
    assert_eq!(
        due.due_for(&[of("Onderwijs", "OV"), of("Jeugd", "CJM")]),
        day(9, 20),
        "a shared row is due with the first"
    );
    assert_eq!(due.due_for(&[]), day(10, 1));
}

#[test]
fn contacts_are_reminded_by_name_of_their_competence_while_a_round_is_open() {
    let remind = |codes: &[&str]| EditionCommand::RemindContacts {
        competences: codes.iter().map(|code| (*code).to_owned()).collect(),
    };
    let reminded = EditionEvent::ContactsReminded { occurred_on: day(9, 28), competences: vec!["Jeugd".into()] };
    let given = vec![opened(), round_opened()];
    when(given.clone(), remind(&["Jeugd"]), coordinator("first", (9, 28))).then_expect_events(vec![reminded.clone()]);
    when(given.clone(), remind(&[]), coordinator("first", (9, 28))).then_expect_error(No::NobodyToRemind);
    when(vec![opened()], remind(&["Jeugd"]), coordinator("first", (9, 28))).then_expect_error(No::RoundNotOpen);
    let editions = folded(&[given, vec![reminded]].concat());
    let round = editions.round().expect("a round");
    assert_eq!(round.reminded.get("Jeugd"), Some(&day(9, 28)));
}
