//! Laws over any history of editions.

use proptest::prelude::*;

use super::*;
use crate::edition::command::EditionCommandKind;
use crate::kernel::Label;

fn any_command() -> impl Strategy<Value = EditionCommand> {
    prop::sample::select(EditionCommandKind::ALL).prop_flat_map(command)
}

/// A command of this kind: a new kind does not compile before it stands here.
fn command(kind: EditionCommandKind) -> BoxedStrategy<EditionCommand> {
    let number = 1u32..4;
    match kind {
        EditionCommandKind::OpenEdition => Just(open()).boxed(),
        EditionCommandKind::OpenCollectionRound => Just(EditionCommand::OpenCollectionRound { due: due() }).boxed(),
        EditionCommandKind::RemindContacts => {
            Just(EditionCommand::RemindContacts { competences: vec!["Jeugd".into()] }).boxed()
        }
        EditionCommandKind::OpenCorrection => Just(correct()).boxed(),
        EditionCommandKind::ReviseEdition => number
            .prop_map(|number| EditionCommand::ReviseEdition {
                number,
                head: EditionHead { label: format!("Editie {number}"), ..head() },
            })
            .boxed(),
        EditionCommandKind::WaiveSmallCount => number
            .prop_map(|number| EditionCommand::WaiveSmallCount {
                number,
                finding: finding(),
                reported_by: vec![person("first")],
                reason: "Personeel.".into(),
            })
            .boxed(),
        EditionCommandKind::FreezeEdition => (number, any::<bool>())
            .prop_map(|(number, small)| EditionCommand::FreezeEdition {
                number,
                pinned: pinned(),
                findings: if small { vec![finding()] } else { vec![] },
            })
            .boxed(),
        EditionCommandKind::ApproveEdition => {
            number.prop_map(|number| EditionCommand::ApproveEdition { number }).boxed()
        }
        EditionCommandKind::SubmitEdition => {
            number.prop_map(|number| EditionCommand::SubmitEdition { number, submitted_on: day(10, 24) }).boxed()
        }
        EditionCommandKind::WithdrawEdition => {
            number.prop_map(|number| EditionCommand::WithdrawEdition { number, reason: "Fout.".into() }).boxed()
        }
    }
}

/// What comes of these commands, each given by the first or the second coordinator.
fn history(commands: &[(EditionCommand, bool)]) -> Vec<EditionEvent> {
    let (mut editions, mut events) = (ReportEdition::default(), Vec::new());
    for (command, first) in commands {
        // The round comes before its days, freezing after the cut-off.
        let today = if matches!(command, EditionCommand::OpenCollectionRound { .. }) { (9, 3) } else { (10, 24) };
        let context = coordinator(if *first { "first" } else { "second" }, today);
        for event in editions.decide(command, &context).unwrap_or_default() {
            editions.evolve(&event);
            events.push(event);
        }
    }
    events
}

proptest! {
    #[test]
    fn any_history_folds_and_every_event_comes_back_from_json(
        events in prop::collection::vec(prop::sample::select(one_of_each()), 0..20),
    ) {
        let editions = folded(&events);
        for event in &events {
            let json = serde_json::to_string(event).expect("serialises");
            prop_assert_eq!(&serde_json::from_str::<EditionEvent>(&json).expect("comes back"), event);
        }
        let json = serde_json::to_string(&editions).expect("serialises");
        prop_assert_eq!(serde_json::from_str::<ReportEdition>(&json).expect("comes back"), editions);
    }

    #[test]
    fn what_was_frozen_never_changes_and_was_never_approved_by_who_froze_it(
        commands in prop::collection::vec((any_command(), any::<bool>()), 0..60),
    ) {
        let events = history(&commands);
        let mut editions = ReportEdition::default();
        for event in &events {
            let before: Vec<_> = editions.editions().iter().map(|edition| edition.frozen().cloned()).collect();
            editions.evolve(event);
            for (before, after) in before.iter().zip(editions.editions()) {
                prop_assert!(before.is_none() || before.as_ref() == after.frozen());
            }
        }
        for edition in editions.editions() {
            if let (Some(frozen), Some(approved)) = (edition.frozen(), edition.approved()) {
                prop_assert_ne!(&frozen.act.by, &approved.by);
            }
        }
    }

    #[test]
    fn editions_are_numbered_without_gaps_and_only_the_last_can_be_a_draft(
        commands in prop::collection::vec((any_command(), any::<bool>()), 0..60),
    ) {
        let editions = folded(&history(&commands));
        for (place, edition) in editions.editions().iter().enumerate() {
            prop_assert_eq!(edition.number as usize, place + 1);
            let last = place + 1 == editions.editions().len();
            prop_assert!(last || edition.frozen().is_some());
            prop_assert!(edition.corrects.is_none_or(|corrects| corrects < edition.number));
        }
    }

    #[test]
    fn deciding_the_same_command_twice_gives_a_refusal_or_nothing(
        commands in prop::collection::vec((any_command(), any::<bool>()), 0..40),
        command in any_command().prop_filter("a reminder may be repeated", |command| {
            !matches!(command, EditionCommand::RemindContacts { .. })
        }),
    ) {
        let mut editions = folded(&history(&commands));
        let context = coordinator("third", (9, 3));
        for event in editions.decide(&command, &context).unwrap_or_default() {
            editions.evolve(&event);
        }
        let again = editions.decide(&command, &context);
        prop_assert!(again.as_ref().is_ok_and(Vec::is_empty) || again.is_err(), "{:?}", again);
    }
}
