//! Laws over any history of an action.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::*;
use crate::action::command::{ActionCommandKind, EntryField};
use crate::kernel::{Decider, Label};

fn any_status() -> impl Strategy<Value = ActionStatus> {
    use ActionStatus::*;
    prop::sample::select(vec![NotStarted, Started, Ongoing, Completed, Discontinued])
}

/// Any command; those that bring a row further, or correct what another one reported, are asked more often.
fn any_command() -> impl Strategy<Value = ActionCommand> {
    use ActionCommandKind::*;
    let rows = prop::sample::select(vec![
        ReportProgress,
        CarryForward,
        SubmitRow,
        ReturnRow,
        AcceptRow,
        CorrectBudget,
        ReportMeans,
        CorrectMeans,
        MentionFunding,
        CorrectFundingMention,
    ]);
    prop_oneof![2 => prop::sample::select(ActionCommandKind::ALL), 1 => rows].prop_flat_map(command)
}

/// What is asked of an action, which is mostly defined first.
fn any_commands() -> impl Strategy<Value = Vec<ActionCommand>> {
    let first = prop_oneof![9 => command(ActionCommandKind::DefineAction), 1 => any_command()];
    (first, prop::collection::vec(any_command(), 0..40)).prop_map(|(first, rest)| [vec![first], rest].concat())
}

/// A command of this kind: a new kind does not compile before it stands here.
fn command(kind: ActionCommandKind) -> BoxedStrategy<ActionCommand> {
    let on = day("2018-10-01");
    let (n, entry_number) = (1u128..3, 1u128..4);
    let domain = |code: &str, coordinator| ResponsibilityGiven::PolicyDomain {
        code: PolicyDomainCode(code.into()),
        coordinator,
    };
    let responsibility = prop::sample::select(vec![domain("KB", true), domain("OV", true), domain("KB", false)]);
    let any_day = prop::sample::select(vec![day("2018-06-01"), on, day("2018-11-01")]);
    let any_entry = (entry_number.clone(), 1i64..3).prop_map(|(n, cents)| BudgetEntry {
        amount: Cents(cents),
        competence: Some(education()),
        ..entry(n)
    });
    match kind {
        ActionCommandKind::DefineAction => {
            Just(ActionCommand::DefineAction { defined_on: on, definition: definition() }).boxed()
        }
        ActionCommandKind::ReviseAction => (any_day, prop::sample::select(vec!["Anders", "Nog anders"]), any::<bool>())
            .prop_map(|(revised_on, title, keeps_continues)| ActionCommand::ReviseAction {
                revised_on,
                definition: ActionDefinition { title: title.into(), ..definition() },
                keeps_continues,
            })
            .boxed(),
        ActionCommandKind::ChangeStatus => (any_status(), any::<bool>())
            .prop_map(move |(status, with_reason)| ActionCommand::ChangeStatus {
                changed_on: on,
                half_year: autumn(),
                status,
                reason: with_reason.then(|| "herbekeken".to_owned()),
            })
            .boxed(),
        ActionCommandKind::AssignResponsibility => (any_day, responsibility)
            .prop_map(|(assigned_on, responsibility)| ActionCommand::AssignResponsibility {
                assigned_on,
                responsibility,
            })
            .boxed(),
        ActionCommandKind::EndResponsibility => (any_day, responsibility)
            .prop_map(|(ended_on, responsibility)| ActionCommand::EndResponsibility { ended_on, responsibility })
            .boxed(),
        ActionCommandKind::AddPartner => {
            any_day.prop_map(|added_on| ActionCommand::AddPartner { added_on, partner: "VVSG".into() }).boxed()
        }
        ActionCommandKind::RemovePartner => {
            any_day.prop_map(|removed_on| ActionCommand::RemovePartner { removed_on, partner: "VVSG".into() }).boxed()
        }
        ActionCommandKind::ReportProgress => (n, prop::sample::select(vec![spring(), autumn()]))
            .prop_map(move |(n, half_year)| {
                let row = row(n, vec![education()]);
                let row = ReportRow { head: RowHead { half_year, ..row.head }, ..row };
                ActionCommand::ReportProgress { reported_on: on, row }
            })
            .boxed(),
        ActionCommandKind::CarryForward => (n, 3u128..5)
            .prop_map(move |(from, to)| ActionCommand::CarryForward {
                reported_on: on,
                from: row_id(from),
                to: row_id(to),
                half_year: autumn(),
            })
            .boxed(),
        ActionCommandKind::DeclareNothingToReport => n
            .prop_map(move |n| ActionCommand::DeclareNothingToReport {
                declared_on: on,
                row: head(n, vec![education()]),
            })
            .boxed(),
        ActionCommandKind::RecordRowWithoutText => n
            .prop_map(move |n| ActionCommand::RecordRowWithoutText { reported_on: on, row: head(n, vec![education()]) })
            .boxed(),
        ActionCommandKind::SubmitRow => n.prop_map(|n| ActionCommand::SubmitRow { row: row_id(n) }).boxed(),
        ActionCommandKind::ReturnRow => {
            n.prop_map(|n| ActionCommand::ReturnRow { row: row_id(n), reason: "cijfers".into() }).boxed()
        }
        ActionCommandKind::AcceptRow => n.prop_map(|n| ActionCommand::AcceptRow { row: row_id(n) }).boxed(),
        ActionCommandKind::ReportBudget => {
            any_entry.prop_map(move |entry| ActionCommand::ReportBudget { reported_on: on, entry }).boxed()
        }
        ActionCommandKind::CorrectBudget => {
            (any_entry, prop::sample::subsequence(EntryField::ALL.to_vec(), 0..=EntryField::ALL.len()))
                .prop_map(|(entry, keeps)| ActionCommand::CorrectBudget {
                    corrected_on: day(TODAY),
                    entry,
                    keeps: keeps.into_iter().collect(),
                    reason: "zetfout".into(),
                })
                .boxed()
        }
        ActionCommandKind::ReportMeans => (entry_number, 1u32..3)
            .prop_map(move |(n, fte_hundredths)| ActionCommand::ReportMeans {
                reported_on: on,
                means: Means { fte_hundredths, ..means(n) },
            })
            .boxed(),
        ActionCommandKind::CorrectMeans => (entry_number, 1u32..3)
            .prop_map(move |(n, fte_hundredths)| ActionCommand::CorrectMeans {
                corrected_on: day(TODAY),
                means: Means { fte_hundredths, ..means(n) },
                keeps: BTreeSet::new(),
                reason: "zetfout".into(),
            })
            .boxed(),
        ActionCommandKind::MentionFunding => (entry_number, prop::sample::select(vec!["projectoproep", "subsidie"]))
            .prop_map(move |(n, text)| ActionCommand::MentionFunding { reported_on: on, mention: mention(n, text) })
            .boxed(),
        ActionCommandKind::CorrectFundingMention => {
            (entry_number, prop::sample::select(vec!["projectoproep", "subsidie"]))
                .prop_map(move |(n, text)| ActionCommand::CorrectFundingMention {
                    corrected_on: day(TODAY),
                    mention: mention(n, text),
                    keeps: BTreeSet::new(),
                    reason: "zetfout".into(),
                })
                .boxed()
        }
        ActionCommandKind::ReportIndicator => (entry_number, 0i64..2)
            .prop_map(move |(n, value)| ActionCommand::ReportIndicator {
                reported_on: on,
                indicator: indicator(n, IndicatorValue::Exact(value)),
            })
            .boxed(),
        ActionCommandKind::Together => n
            .prop_map(|n| ActionCommand::Together {
                commands: vec![
                    ActionCommand::SubmitRow { row: row_id(n) },
                    ActionCommand::AcceptRow { row: row_id(n) },
                ],
            })
            .boxed(),
    }
}

#[test]
fn every_kind_of_command_is_carried_out_in_some_history() {
    let (mut runner, mut carried_out) = (TestRunner::deterministic(), BTreeSet::new());
    for _ in 0..200 {
        let mut action = PlanAction::default();
        for command in any_commands().new_tree(&mut runner).unwrap().current() {
            let events = action.decide(&command, &coordinator()).unwrap_or_default();
            events.iter().for_each(|event| action.apply(event));
            if !events.is_empty() {
                carried_out.insert(format!("{:?}", command.kind()));
            }
        }
    }
    assert_eq!(carried_out, ActionCommandKind::ALL.iter().map(|kind| format!("{kind:?}")).collect());
}

proptest! {
    #[test]
    fn whatever_is_decided_folds_and_comes_back_from_json_and_a_repeat_changes_nothing(
        commands in any_commands(),
    ) {
        let (mut action, mut history) = (PlanAction::default(), Vec::new());
        for command in &commands {
            for event in action.decide(command, &coordinator()).unwrap_or_default() {
                action.apply(&event);
                history.push(event);
            }
            let again = action.decide(command, &coordinator());
            prop_assert!(again.as_ref().is_ok_and(Vec::is_empty) || again.is_err(), "{:?} -> {:?}", command, again);
            let coordinators = action.policy_domains().filter(|(_, coordinates)| *coordinates).count();
            prop_assert!(coordinators <= 1);
            for on in ["2018-06-01", "2018-10-01", "2018-11-01", TODAY].map(day) {
                let then = action.domains_ever().values().filter(|spans| spans.on(on) == Some(&true)).count();
                prop_assert!(then <= 1, "{} coordinate on {}", then, on);
            }
        }
        for event in &history {
            let json = serde_json::to_string(event).expect("serialises");
            prop_assert_eq!(&serde_json::from_str::<ActionEvent>(&json).expect("comes back"), event);
        }
        prop_assert_eq!(&folded(&history), &action);
        let json = serde_json::to_string(&action).expect("serialises");
        prop_assert_eq!(serde_json::from_str::<PlanAction>(&json).expect("comes back"), action);
        history.reverse();
        let _whatever = folded(&history);
    }
}
