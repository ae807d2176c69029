//! From draft to signature, renewal and end.

use super::super::event::MultiYearPlan;
use super::super::rejection::AgreementRejection;
use super::*;

fn sign(on: &str, validity: Validity) -> AgreementCommand {
    AgreementCommand::SignAgreement { signed_on: day(on), signatories: signatories(), validity }
}

fn renew(on: &str, validity: Validity) -> AgreementCommand {
    AgreementCommand::RenewAgreement { signed_on: day(on), signatories: signatories(), validity }
}

fn draft(terms: AgreementTerms) -> AgreementCommand {
    AgreementCommand::DraftAgreement { drafted_on: day("2025-01-10"), terms }
}

fn terminate(decided: &str, effective: &str) -> AgreementCommand {
    AgreementCommand::TerminateAgreement {
        decided_on: day(decided),
        effective_on: day(effective),
        reason: TerminationReason::NoticeGiven,
    }
}

fn consult(on: &str, attended_by: Vec<OrganisationId>) -> AgreementCommand {
    AgreementCommand::HoldStructuralConsultation { held_on: day(on), attended_by }
}

fn attach(title: &str, from_year: i32, until_year: i32) -> AgreementCommand {
    AgreementCommand::AttachMultiYearPlan {
        plan: MultiYearPlan { title: title.into(), from_year, until_year, document: None },
    }
}

#[test]
fn an_agreement_is_drafted_sent_and_signed() {
    when(vec![], draft(terms()), coordinator("2025-01-10")).then_expect_events(vec![drafted()]);
    let send = AgreementCommand::SendForSignature { sent_on: day("2025-01-20") };
    when(vec![drafted()], send, coordinator("2025-01-20")).then_expect_events(vec![sent()]);
    when(awaiting(), sign("2025-02-01", until("2025-02-01", "2026-01-31")), coordinator("2025-02-01"))
        .then_expect_events(vec![signed()]);
}

#[test]
fn a_draft_that_names_its_parties_wrongly_is_refused() {
    let with = |parties: Vec<OrganisationId>| draft(AgreementTerms { parties, ..terms() });
    when(vec![], with(vec![]), coordinator("2025-01-10")).then_expect_error(AgreementRejection::NoParties);
    when(vec![], with(vec![OrganisationId::kazerne_dossin()]), coordinator("2025-01-10"))
        .then_expect_error(AgreementRejection::MuseumAmongParties);
    when(vec![], with(vec![limburg(), limburg()]), coordinator("2025-01-10"))
        .then_expect_error(AgreementRejection::PartyTwice);
    let shouted = |code: &OrganisationId| OrganisationId(code.0.to_uppercase());
    when(vec![], with(vec![limburg(), shouted(&limburg())]), coordinator("2025-01-10"))
        .then_expect_error(AgreementRejection::PartyTwice);
    when(vec![], with(vec![limburg(), shouted(&OrganisationId::kazerne_dossin())]), coordinator("2025-01-10"))
        .then_expect_error(AgreementRejection::MuseumAmongParties);
}

#[test]
fn police_training_knows_no_ground_of_request() {
    let police = AgreementTerms {
        kind: AgreementKind::PoliceTraining,
        parties: vec![OrganisationId("geintegreerde-politie".into())],
        names_article_216ter: true,
    };
    when(vec![], draft(police.clone()), coordinator("2025-01-10"))
        .then_expect_error(AgreementRejection::ArticleOutOfPlace);
    let police = AgreementTerms { names_article_216ter: false, ..police };
    when(vec![], draft(police.clone()), coordinator("2025-01-10"))
        .then_expect_events(vec![AgreementEvent::AgreementDrafted { occurred_on: day("2025-01-10"), terms: police }]);
}

#[test]
fn an_agreement_is_drafted_once() {
    when(vec![drafted()], draft(terms()), coordinator("2025-01-10"))
        .then_expect_error(AgreementRejection::AlreadyDrafted);
}

#[test]
fn what_is_recorded_has_happened_and_follows_the_step_before_it() {
    when(vec![], draft(terms()), coordinator("2025-01-09"))
        .then_expect_error(AgreementRejection::InFuture { on: day("2025-01-10"), today: day("2025-01-09") });
    let send = AgreementCommand::SendForSignature { sent_on: day("2025-01-09") };
    when(vec![drafted()], send, coordinator("2025-01-20"))
        .then_expect_error(AgreementRejection::TooEarly { on: day("2025-01-09"), earliest: day("2025-01-10") });
    when(in_force(), consult("2025-09-02", vec![antwerpen()]), coordinator("2025-09-01"))
        .then_expect_error(AgreementRejection::InFuture { on: day("2025-09-02"), today: day("2025-09-01") });
}

#[test]
fn every_party_and_the_museum_sign_in_a_named_capacity() {
    let signed_by = |signatories| AgreementCommand::SignAgreement {
        signed_on: day("2025-02-01"),
        signatories,
        validity: until("2025-02-01", "2026-01-31"),
    };
    let without_museum = signatories().into_iter().filter(|signatory| !signatory.organisation.is_museum()).collect();
    when(awaiting(), signed_by(without_museum), coordinator("2025-02-01"))
        .then_expect_error(AgreementRejection::SignatureMissing { organisation: OrganisationId::kazerne_dossin() });
    let mut nameless = signatories();
    nameless[0].capacity = " ".into();
    when(awaiting(), signed_by(nameless), coordinator("2025-02-01"))
        .then_expect_error(AgreementRejection::CapacityMissing { organisation: antwerpen() });
    let mut stranger = signatories();
    stranger[1].organisation = OrganisationId("parket-elders".into());
    when(awaiting(), signed_by(stranger), coordinator("2025-02-01"))
        .then_expect_error(AgreementRejection::NotAParty { organisation: OrganisationId("parket-elders".into()) });
}

#[test]
fn an_agreement_that_ends_before_it_begins_is_refused() {
    when(awaiting(), sign("2025-02-01", until("2025-02-01", "2025-01-31")), coordinator("2025-02-01"))
        .then_expect_error(AgreementRejection::ValidityReversed);
}

#[test]
fn each_step_asks_for_the_status_before_it() {
    let wrong = |status| AgreementRejection::WrongStatus { status };
    let send = AgreementCommand::SendForSignature { sent_on: day("2025-01-20") };
    when(vec![], send.clone(), coordinator("2025-03-01")).then_expect_error(AgreementRejection::NotDrafted);
    when(awaiting(), send, coordinator("2025-03-01")).then_expect_error(wrong(AgreementStatus::AwaitingSignature));
    let too_soon = sign("2025-02-01", until("2025-02-01", "2026-01-31"));
    when(vec![drafted()], too_soon.clone(), coordinator("2025-03-01")).then_expect_error(wrong(AgreementStatus::Draft));
    when(in_force(), too_soon, coordinator("2025-03-01")).then_expect_error(wrong(AgreementStatus::Signed));
    when(vec![drafted()], terminate("2025-02-01", "2025-02-01"), coordinator("2025-03-01"))
        .then_expect_error(wrong(AgreementStatus::Draft));
    let start = AgreementCommand::StartRenewal { started_on: day("2025-02-01") };
    when(awaiting(), start, coordinator("2025-03-01")).then_expect_error(wrong(AgreementStatus::AwaitingSignature));
}

#[test]
fn a_signed_agreement_is_renewed_for_a_later_period() {
    let start = AgreementCommand::StartRenewal { started_on: day("2026-01-15") };
    when(in_force(), start.clone(), coordinator("2026-01-15")).then_expect_events(vec![renewal_started()]);
    let mut renewing = in_force();
    renewing.push(renewal_started());
    when(renewing.clone(), start, coordinator("2026-01-15"))
        .then_expect_error(AgreementRejection::RenewalUnderWay { since: day("2026-01-15") });
    when(renewing.clone(), renew("2026-01-20", until("2026-02-01", "2027-01-31")), coordinator("2026-01-20"))
        .then_expect_events(vec![renewed()]);
    when(renewing, renew("2026-01-20", until("2025-02-01", "2027-01-31")), coordinator("2026-01-20"))
        .then_expect_error(AgreementRejection::RenewalNotLater { latest: day("2025-02-01") });
}

#[test]
fn an_agreement_ends_from_a_day_on() {
    when(in_force(), terminate("2025-06-01", "2025-07-01"), coordinator("2025-06-01"))
        .then_expect_events(vec![terminated()]);
    when(in_force(), terminate("2025-06-01", "2025-05-31"), coordinator("2025-06-01"))
        .then_expect_error(AgreementRejection::TerminatedBackwards { decided_on: day("2025-06-01") });
    let ending = folded(&[drafted(), sent(), signed(), terminated()]);
    assert_eq!(ending.status_on(day("2025-06-30")), Some(AgreementStatus::Signed));
    assert_eq!(ending.status_on(day("2025-07-01")), Some(AgreementStatus::Terminated));
}

#[test]
fn the_status_follows_from_the_events_and_the_day() {
    use AgreementStatus::*;
    let histories: [(&[AgreementEvent], &str, Option<AgreementStatus>); 9] = [
        (&[], "2025-01-01", None),
        (&[drafted()], "2025-01-10", Some(Draft)),
        (&[drafted(), sent()], "2025-01-20", Some(AwaitingSignature)),
        (&[drafted(), sent(), signed()], "2026-01-31", Some(Signed)),
        (&[drafted(), sent(), signed()], "2026-02-01", Some(Expired)),
        (&[drafted(), sent(), signed(), renewal_started()], "2026-01-31", Some(Signed)),
        (&[drafted(), sent(), signed(), renewal_started()], "2026-02-01", Some(UnderRenewal)),
        (&[drafted(), sent(), signed(), renewal_started(), renewed()], "2026-02-01", Some(Renewed)),
        (&[drafted(), sent(), signed(), renewal_started(), renewed()], "2027-02-01", Some(Expired)),
    ];
    for (events, today, status) in histories {
        assert_eq!(folded(events).status_on(day(today)), status, "{} events on {today}", events.len());
    }
}

#[test]
fn the_structural_consultation_is_due_every_twelve_months() {
    let held = AgreementEvent::StructuralConsultationHeld {
        occurred_on: day("2025-09-01"),
        attended_by: vec![antwerpen(), OrganisationId::kazerne_dossin()],
    };
    let command = consult("2025-09-01", vec![antwerpen(), OrganisationId::kazerne_dossin()]);
    when(in_force(), command.clone(), coordinator("2025-09-01")).then_expect_events(vec![held.clone()]);
    let mut consulted = in_force();
    consulted.push(held);
    when(consulted.clone(), command, coordinator("2025-09-01")).then_expect_events(vec![]);

    let before = folded(&in_force());
    assert!(!before.consultation_overdue(day("2026-02-01")), "the first is due a year after the first day");
    assert!(before.consultation_overdue(day("2026-02-02")));
    let after = folded(&consulted);
    assert_eq!(after.consultation_due_on(), Some(day("2026-09-01")));
    assert!(!after.consultation_overdue(day("2026-09-01")));
    assert!(after.consultation_overdue(day("2026-09-02")));
    assert!(!folded(&awaiting()).consultation_overdue(day("2030-01-01")), "nothing is due before the signature");
}

#[test]
fn a_consultation_is_attended_by_parties() {
    when(in_force(), consult("2025-09-01", vec![]), coordinator("2025-09-01"))
        .then_expect_error(AgreementRejection::NobodyAttended);
    let stranger = OrganisationId("parket-elders".into());
    when(in_force(), consult("2025-09-01", vec![stranger.clone()]), coordinator("2025-09-01"))
        .then_expect_error(AgreementRejection::NotAParty { organisation: stranger });
    let otherwise = OrganisationId("Parket-Antwerpen".into());
    when(in_force(), consult("2025-09-01", vec![otherwise]), coordinator("2025-09-01"))
        .then_expect_error(AgreementRejection::SpelledOtherwise { path: "attendedBy", known: antwerpen() });
    when(vec![], consult("2025-09-01", vec![antwerpen()]), coordinator("2025-09-01"))
        .then_expect_error(AgreementRejection::NotDrafted);
}

#[test]
fn a_multi_year_plan_is_attached_once() {
    let plan = MultiYearPlan { title: "Meerjarenplan".into(), from_year: 2025, until_year: 2027, document: None };
    let attached = AgreementEvent::MultiYearPlanAttached { occurred_on: day("2025-09-01"), plan };
    when(in_force(), attach("Meerjarenplan", 2025, 2027), coordinator("2025-09-01"))
        .then_expect_events(vec![attached.clone()]);
    let mut given = in_force();
    given.push(attached);
    when(given, attach("Meerjarenplan", 2025, 2027), coordinator("2025-09-01")).then_expect_events(vec![]);
    when(in_force(), attach(" ", 2025, 2027), coordinator("2025-09-01"))
        .then_expect_error(AgreementRejection::PlanWithoutTitle);
    when(in_force(), attach("Meerjarenplan", 2027, 2025), coordinator("2025-09-01"))
        .then_expect_error(AgreementRejection::PlanYearsReversed);
    when(vec![], attach("Meerjarenplan", 2025, 2027), coordinator("2025-09-01"))
        .then_expect_error(AgreementRejection::NotDrafted);
}
