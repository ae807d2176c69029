//! Who may do what to an edition, as one table; and what every refusal says.

use super::*;
use crate::kernel::{Label, Language, Refusal};

fn commands() -> Vec<EditionCommand> {
    vec![
        open(),
        EditionCommand::ReviseEdition { number: 1, head: head() },
        EditionCommand::OpenCollectionRound { due: due() },
        EditionCommand::RemindContacts { competences: vec!["Jeugd".into()] },
        waive(finding(), &[]),
        freeze(vec![]),
        EditionCommand::ApproveEdition { number: 1 },
        EditionCommand::SubmitEdition { number: 1, submitted_on: day(10, 24) },
        withdraw(),
        correct(),
    ]
}

#[test]
fn editions_are_the_plan_coordinators_and_nobody_elses() {
    for command in commands() {
        for role in Role::ALL.iter().copied() {
            let context = as_role(role, "abb", "2025-10-24");
            let decided = folded(&[opened()]).decide(&command, &context);
            let refused_for_role = matches!(decided, Err(No::NotYourRole { .. }));
            assert_eq!(!refused_for_role, role == Role::PlanCoordinator, "{role:?}: {:?}", command.kind());
        }
    }
}

#[test]
fn a_refusal_writes_names_as_they_are_written_also_in_the_middle_of_a_sentence() {
    let (number, status) = (1, EditionStatus::Submitted);
    for refusal in [
        No::NotDrafting { number, status },
        No::NotFrozen { number, status },
        No::NotApproved { number, status },
        No::NothingToWithdraw { number, status },
        No::NotOutYet { number, status },
    ] {
        let (english, dutch) = (refusal.message(), refusal.message_nl());
        assert!(english.starts_with("Edition 1 is submitted to the Flemish Parliament"), "{english}");
        assert!(dutch.starts_with("Editie 1 is ingediend bij het Vlaams Parlement"), "{dutch}");
    }
}

#[test]
fn every_refusal_says_in_two_languages_what_to_do() {
    let (place, status) = (finding().place, EditionStatus::Frozen);
    let refusals = [
        No::NotYourRole { role: Role::DomainContact, kind: open().kind() },
        No::NotOpened,
        No::AlreadyOpened,
        No::HalfYearAhead { half_year: half_year() },
        No::TextMissing { path: "label" },
        No::TextTooLong { path: "label", most: 200 },
        No::WindowReversed,
        No::CutOffBeforeWindow { from: day(8, 1) },
        No::CutOffBeforeHalfYear { from: day(7, 1) },
        No::NoSuchEdition { number: 2 },
        No::NotDrafting { number: 1, status },
        No::DueInPast { on: day(9, 1), today: day(9, 2) },
        No::DueForNobody { who: DueFor::Competence("Onzin".into()), known: "Jeugd, Welzijn".into() },
        No::DueForWritten { given: "jeugd".into(), known: "Jeugd".into() },
        No::DueTwice { who: DueFor::Competence("Jeugd".into()) },
        No::RoundNotOpen,
        No::NobodyToRemind,
        No::OwesNothing { competence: "Onzin".into() },
        No::CannotBeWaived { place: place.clone() },
        No::SamePersonWaives,
        No::BeforeCutOff { cut_off: day(10, 15), today: day(10, 1) },
        No::TrajectoryFigures { count: 2, place: place.clone() },
        No::SmallCountsUnwaived { count: 3, place: place.clone() },
        No::NumbersNearTrajectoriesUnwaived { count: 3, place },
        No::ContentNotStored,
        No::NotFrozen { number: 1, status },
        No::SamePersonApproves,
        No::NotApproved { number: 1, status },
        No::InFuture { on: day(9, 2), today: day(9, 1) },
        No::BeforeApproval { on: day(9, 1), approved_on: day(9, 2) },
        No::NothingToWithdraw { number: 1, status },
        No::NotOutYet { number: 1, status },
    ];
    for refusal in refusals {
        let (english, dutch) = (refusal.message(), refusal.message_nl());
        assert!(english.ends_with('.') && dutch.ends_with('.') && english != dutch, "{english} / {dutch}");
        let names = |language| refusal.facts(language).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names(Language::En), names(Language::Nl), "{english}");
    }
}
