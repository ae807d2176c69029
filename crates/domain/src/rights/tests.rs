//! A rights request: given what happened, when something is asked, then what happens or why not.

use cqrs_es::test::{AggregateResultValidator, TestFramework};
use proptest::prelude::*;

use super::command::RightsCommand;
use super::event::RightsEvent;
use super::rejection::RightsRejection as No;
use super::samples::*;
use super::state::RightsRequest;
use super::vocabulary::*;
use crate::kernel::testing::as_role;
use crate::kernel::{
    Addressed, CommandContext, Decider, Label, LegalField, LegalReference, OrganisationId, Refusal, Role,
};

fn officer(today: &str) -> CommandContext {
    as_role(Role::ComplianceOfficer, OrganisationId::KAZERNE_DOSSIN, today)
}

fn register() -> RightsCommand {
    RightsCommand::RegisterRightsRequest {
        kind: RightsKind::Erasure,
        dossier: dossier(),
        subject: subject(),
        controller: OrganisationId::kazerne_dossin(),
        received_on: day(1, 31),
        wording: Some("Wil dat alles verdwijnt.".into()),
        reference: None,
    }
}

fn extend(told_on: (u32, u32), reason: &str) -> RightsCommand {
    RightsCommand::ExtendRightsRequest { told_on: day(told_on.0, told_on.1), reason: reason.into(), reference: None }
}

fn answer(answer: RightsAnswer, ground: Option<RightsRefusalGround>) -> RightsCommand {
    RightsCommand::AnswerRightsRequest { answered_on: day(2, 20), answer, ground, reference: None, explanation: None }
}

fn when(
    given: Vec<RightsEvent>,
    command: RightsCommand,
    context: CommandContext,
) -> AggregateResultValidator<RightsRequest> {
    TestFramework::<RightsRequest>::with(()).given(given).when(Addressed { command, context })
}

fn folded(events: &[RightsEvent]) -> RightsRequest {
    events.iter().fold(RightsRequest::default(), |mut request, event| {
        request.evolve(event);
        request
    })
}

#[test]
fn an_answer_is_due_a_month_after_receipt_or_on_the_last_day_of_a_shorter_month() {
    when(vec![], register(), officer("2026-02-02")).then_expect_events(vec![received()]);
}

#[test]
fn the_term_is_extended_once_to_three_months_from_receipt() {
    let reason = "Het dossier ligt bij twee parketten.";
    when(vec![received()], extend((2, 20), reason), officer("2026-02-20")).then_expect_events(vec![extended()]);
    when(vec![received(), extended()], extend((2, 20), reason), officer("2026-02-20"))
        .then_expect_error(No::AlreadyExtended { on: day(2, 20) });
}

#[test]
fn an_extension_after_the_first_term_is_too_late() {
    when(vec![received()], extend((3, 1), "Druk."), officer("2026-03-01"))
        .then_expect_error(No::ExtendedTooLate { due_on: day(2, 28) });
}

#[test]
fn an_extension_needs_its_reason() {
    when(vec![received()], extend((2, 20), "  "), officer("2026-02-20"))
        .then_expect_error(No::TextMissing { path: "reason" });
}

#[test]
fn what_is_granted_needs_no_ground_and_what_is_not_does() {
    use RightsAnswer::{Granted, GrantedInPart, Refused};
    let claims = Some(RightsRefusalGround::LegalClaims);
    for (given, ground, refused) in [
        (Granted, None, None),
        (Granted, claims, Some(No::GroundWithoutRefusal)),
        (GrantedInPart, None, Some(No::GroundMissing)),
        (Refused, None, Some(No::GroundMissing)),
        (Refused, claims, None),
        (Refused, Some(RightsRefusalGround::Other), Some(No::TextMissing { path: "explanation" })),
    ] {
        let decided = folded(&[received()]).decide(&answer(given, ground), &officer("2026-02-20"));
        assert_eq!(decided.err(), refused, "{given:?} {ground:?}");
    }
}

#[test]
fn an_answer_is_given_once() {
    when(vec![received(), answered()], answer(RightsAnswer::Granted, None), officer("2026-04-03"))
        .then_expect_error(No::AlreadyAnswered { on: day(4, 2) });
}

#[test]
fn nothing_is_answered_before_it_was_received_or_in_the_future() {
    when(vec![], answer(RightsAnswer::Granted, None), officer("2026-02-20")).then_expect_error(No::NotRegistered);
    let early = RightsCommand::AnswerRightsRequest {
        answered_on: day(1, 30),
        answer: RightsAnswer::Granted,
        ground: None,
        reference: None,
        explanation: None,
    };
    when(vec![received()], early, officer("2026-02-20"))
        .then_expect_error(No::BeforeReceipt { path: "answeredOn", earliest: day(1, 31) });
    when(vec![received()], answer(RightsAnswer::Granted, None), officer("2026-02-19"))
        .then_expect_error(No::DayInFuture { path: "answeredOn", today: "2026-02-19".parse().expect("a day") });
}

#[test]
fn each_controller_registers_and_answers_its_own() {
    let elsewhere = as_role(Role::ComplianceOfficer, "parket-antwerpen", "2026-02-20");
    let controller = OrganisationId::kazerne_dossin();
    when(vec![], register(), elsewhere.clone())
        .then_expect_error(No::AnotherController { controller: controller.clone() });
    when(vec![received()], answer(RightsAnswer::Granted, None), elsewhere)
        .then_expect_error(No::AnotherController { controller });
}

#[test]
fn a_reference_names_law_and_no_person() {
    let named =
        |act: &str, article: &str| Some(LegalReference { act: act.into(), article: article.into(), valid_from: None });
    for (given, field) in [
        (named("Verzoek van Jan Peeters", "art. 17"), LegalField::Act),
        (named("AVG", "brief van Jan Peeters"), LegalField::Article),
    ] {
        let mut commands = [register(), extend((2, 20), "Druk."), answer(RightsAnswer::Granted, None)];
        for command in &mut commands {
            let (RightsCommand::RegisterRightsRequest { reference, .. }
            | RightsCommand::ExtendRightsRequest { reference, .. }
            | RightsCommand::AnswerRightsRequest { reference, .. }) = command;
            reference.clone_from(&given);
        }
        for (history, command) in [vec![], vec![received()], vec![received()]].into_iter().zip(commands) {
            when(history, command, officer("2026-02-20")).then_expect_error(No::ReferenceInvalid { field });
        }
    }
}

#[test]
fn only_compliance_keeps_requests() {
    for role in Role::ALL.iter().copied().filter(|role| *role != Role::ComplianceOfficer) {
        let context = as_role(role, OrganisationId::KAZERNE_DOSSIN, "2026-02-20");
        for command in [register(), extend((2, 20), "Druk."), answer(RightsAnswer::Granted, None)] {
            assert_eq!(folded(&[received()]).decide(&command, &context), Err(No::NotYourRole { role }));
        }
    }
}

#[test]
fn overdue_is_a_question_about_the_day_or_about_the_answer() {
    let open = folded(&[received()]);
    assert!(!open.overdue(day(2, 28)) && open.overdue(day(3, 1)));
    assert!(!folded(&[received(), extended()]).overdue(day(4, 30)));
    assert!(!folded(&[received(), extended(), answered()]).overdue(day(12, 31)), "answered in time, for ever");
    assert!(folded(&[received(), answered()]).overdue(day(4, 2)), "answered too late, for ever");
}

#[test]
fn every_refusal_says_in_two_languages_what_to_do() {
    let controller = OrganisationId::kazerne_dossin();
    let refusals = [
        No::NotYourRole { role: Role::Guide },
        No::AnotherController { controller },
        No::NotRegistered,
        No::AlreadyRegistered,
        No::AlreadyExtended { on: day(2, 20) },
        No::ExtendedTooLate { due_on: day(2, 28) },
        No::AlreadyAnswered { on: day(4, 2) },
        No::GroundMissing,
        No::GroundWithoutRefusal,
        No::TextMissing { path: "reason" },
        No::TextTooLong { path: "wording" },
        No::ReferenceInvalid { field: LegalField::Act },
        No::ReferenceInvalid { field: LegalField::Article },
        No::BeforeDossier { earliest: day(2, 2) },
        No::TextAboutTheErased { path: "wording" },
        No::ReasonAboutTheErased,
        No::DayInFuture { path: "toldOn", today: day(2, 2) },
        No::BeforeReceipt { path: "toldOn", earliest: day(2, 2) },
    ];
    for refusal in refusals {
        let (english, dutch) = (refusal.message(), refusal.message_nl());
        assert!(english.ends_with('.') && dutch.ends_with('.') && english != dutch, "{english} / {dutch}");
    }
}

proptest! {
    #[test]
    fn a_term_never_ends_before_a_month_of_the_calendar_and_never_after_it(days in 0u64..3000) {
        let received_on = day(1, 1) - chrono::Days::new(days);
        let mut command = register();
        if let RightsCommand::RegisterRightsRequest { received_on: on, .. } = &mut command {
            *on = received_on;
        }
        let decided = RightsRequest::default().decide(&command, &officer("2026-01-01")).expect("registered");
        let [RightsEvent::RightsRequestReceived { term, .. }] = &decided[..] else { panic!("received") };
        let length = (term.due_on - received_on).num_days();
        prop_assert!((28..=31).contains(&length), "{received_on}: {length}");
    }
}
