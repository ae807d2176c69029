//! Laws over any history of an action.

use proptest::prelude::*;

use super::*;
use crate::kernel::Decider;

fn any_status() -> impl Strategy<Value = ActionStatus> {
    use ActionStatus::*;
    prop::sample::select(vec![NotStarted, Started, Ongoing, Completed, Discontinued])
}

fn any_command() -> impl Strategy<Value = ActionCommand> {
    let on = day("2018-10-01");
    let domain = |code: &str, coordinator| ResponsibilityGiven::PolicyDomain {
        code: PolicyDomainCode(code.into()),
        coordinator,
    };
    let fixed = vec![
        ActionCommand::DefineAction { defined_on: on, definition: definition() },
        ActionCommand::ReviseAction {
            revised_on: on,
            definition: ActionDefinition { title: "Anders".into(), ..definition() },
            keeps_continues: true,
        },
        ActionCommand::AddPartner { added_on: on, partner: "VVSG".into() },
        ActionCommand::RemovePartner { removed_on: on, partner: "VVSG".into() },
        ActionCommand::AssignResponsibility { assigned_on: on, responsibility: domain("KB", true) },
        ActionCommand::AssignResponsibility { assigned_on: on, responsibility: domain("OV", true) },
        ActionCommand::EndResponsibility { ended_on: on, responsibility: domain("KB", true) },
    ];
    prop_oneof![
        3 => prop::sample::select(fixed),
        2 => (any_status(), any::<bool>()).prop_map(|(status, with_reason)| ActionCommand::ChangeStatus {
            changed_on: day("2018-10-01"),
            half_year: autumn(),
            status,
            reason: with_reason.then(|| "herbekeken".to_owned()),
        }),
        4 => (1u128..3, 0u8..7).prop_map(|(n, what)| row_command(n, what)),
        2 => (1u128..4, 1i64..3, any::<bool>()).prop_map(|(n, cents, correcting)| {
            let entry = BudgetEntry { amount: Cents(cents), ..entry(n) };
            match correcting {
                true => ActionCommand::CorrectBudget { corrected_on: day(TODAY), entry, keeps_breakdown: true, reason: "zetfout".into() },
                false => ActionCommand::ReportBudget { reported_on: day("2018-10-01"), entry },
            }
        }),
    ]
}

fn row_command(n: u128, what: u8) -> ActionCommand {
    let on = day("2018-10-01");
    match what {
        0 => ActionCommand::ReportProgress { reported_on: on, row: row(n, vec![education()]) },
        1 => ActionCommand::DeclareNothingToReport { declared_on: on, row: head(n, vec![education()]) },
        2 => ActionCommand::RecordRowWithoutText { reported_on: on, row: head(n, vec![education()]) },
        3 => ActionCommand::SubmitRow { row: row_id(n) },
        4 => ActionCommand::ReturnRow { row: row_id(n), reason: "cijfers".into() },
        5 => ActionCommand::AcceptRow { row: row_id(n) },
        _rest => ActionCommand::Together {
            commands: vec![ActionCommand::SubmitRow { row: row_id(n) }, ActionCommand::AcceptRow { row: row_id(n) }],
        },
    }
}

proptest! {
    #[test]
    fn whatever_is_decided_folds_and_comes_back_from_json_and_a_repeat_changes_nothing(
        commands in prop::collection::vec(any_command(), 0..25),
    ) {
        let (mut action, mut history) = (PlanAction::default(), Vec::new());
        for command in &commands {
            for event in action.decide(command, &coordinator()).unwrap_or_default() {
                action.apply(&event);
                history.push(event);
            }
            let again = action.decide(command, &coordinator());
            prop_assert!(again.as_ref().is_ok_and(Vec::is_empty) || again.is_err(), "{:?} -> {:?}", command, again);
            let coordinators = action.policy_domains().values().filter(|coordinates| **coordinates).count();
            prop_assert!(coordinators <= 1);
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
