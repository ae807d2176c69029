//! One first request per parket while the agreement awaits signature, and what standing a request has.

use super::super::rejection::AgreementRejection;
use super::*;
use crate::kernel::AgreementId;
use crate::trajectory::event::AgreementStanding;

const AGREEMENT: AgreementId = AgreementId(Uuid::from_u128(0xa9));

fn reserve(n: u128) -> AgreementCommand {
    AgreementCommand::ReserveFirstRequest { dossier: dossier(n), parket: antwerpen() }
}

fn confirm(n: u128) -> AgreementCommand {
    AgreementCommand::ConfirmFirstRequest { dossier: dossier(n), parket: antwerpen() }
}

fn release(n: u128, reason: ReleaseReason) -> AgreementCommand {
    AgreementCommand::ReleaseFirstRequest { dossier: dossier(n), parket: antwerpen(), reason }
}

fn confirmed(n: u128) -> AgreementEvent {
    AgreementEvent::FirstRequestConfirmed { occurred_on: day("2025-01-25"), dossier: dossier(n), parket: antwerpen() }
}

fn released(n: u128, reason: ReleaseReason) -> AgreementEvent {
    AgreementEvent::FirstRequestReleased {
        occurred_on: day("2025-01-25"),
        dossier: dossier(n),
        parket: antwerpen(),
        reason,
    }
}

fn at(moment_of_day: &str) -> CommandContext {
    CommandContext { at: moment(&format!("2025-01-25T{moment_of_day}Z")), ..prosecutor("2025-01-25") }
}

fn awaiting_and(more: impl IntoIterator<Item = AgreementEvent>) -> Vec<AgreementEvent> {
    awaiting().into_iter().chain(more).collect()
}

#[test]
fn the_slot_is_taken_by_one_dossier_of_a_parket() {
    when(awaiting(), reserve(1), at("12:00:00")).then_expect_events(vec![reserved(1, "2025-01-25T12:00:00Z")]);
    when(awaiting_and([reserved(1, "2025-01-25T12:00:00Z")]), reserve(2), at("12:00:01"))
        .then_expect_error(AgreementRejection::FirstRequestTaken { parket: antwerpen() });
    let of_limburg = AgreementCommand::ReserveFirstRequest { dossier: dossier(2), parket: limburg() };
    let context = CommandContext {
        at: moment("2025-01-25T12:00:01Z"),
        ..as_role(Role::Prosecutor, "parket-limburg", "2025-01-25")
    };
    when(awaiting_and([reserved(1, "2025-01-25T12:00:00Z")]), of_limburg, context).then_expect_events(vec![
        AgreementEvent::FirstRequestReserved {
            occurred_on: day("2025-01-25"),
            dossier: dossier(2),
            parket: limburg(),
            reserved_at: moment("2025-01-25T12:00:01Z"),
        },
    ]);
}

#[test]
fn a_retry_keeps_the_slot_and_a_late_one_starts_its_time_anew() {
    let given = awaiting_and([reserved(1, "2025-01-25T12:00:00Z")]);
    when(given.clone(), reserve(1), at("12:04:59")).then_expect_events(vec![]);
    when(given, reserve(1), at("12:05:00")).then_expect_events(vec![reserved(1, "2025-01-25T12:05:00Z")]);
    let given = awaiting_and([reserved(1, "2025-01-25T12:00:00Z"), confirmed(1)]);
    when(given, reserve(1), at("18:00:00")).then_expect_events(vec![]);
}

#[test]
fn a_reservation_is_confirmed_once_by_its_own_dossier() {
    let given = awaiting_and([reserved(1, "2025-01-25T12:00:00Z")]);
    when(given.clone(), confirm(1), at("12:00:01")).then_expect_events(vec![confirmed(1)]);
    when(given.clone(), confirm(2), at("12:00:01"))
        .then_expect_error(AgreementRejection::SlotNotHeld { parket: antwerpen() });
    when(awaiting_and([reserved(1, "2025-01-25T12:00:00Z"), confirmed(1)]), confirm(1), at("12:00:02"))
        .then_expect_events(vec![]);
}

#[test]
fn a_request_that_never_came_frees_the_slot_once_it_cannot_come_any_more() {
    let given = awaiting_and([reserved(1, "2025-01-25T12:00:00Z")]);
    when(given.clone(), release(1, ReleaseReason::RequestNeverCame), at("12:14:59"))
        .then_expect_error(AgreementRejection::StillReserved { until: moment("2025-01-25T12:15:00Z") });
    when(given, release(1, ReleaseReason::RequestNeverCame), at("12:15:00"))
        .then_expect_events(vec![released(1, ReleaseReason::RequestNeverCame)]);
    let came = awaiting_and([reserved(1, "2025-01-25T12:00:00Z"), confirmed(1)]);
    when(came, release(1, ReleaseReason::RequestNeverCame), at("18:00:00"))
        .then_expect_error(AgreementRejection::RequestCame);
}

#[test]
fn the_wrong_person_frees_the_slot_at_once() {
    let came = awaiting_and([reserved(1, "2025-01-25T12:00:00Z"), confirmed(1)]);
    when(came.clone(), release(1, ReleaseReason::WrongPerson), at("12:00:02"))
        .then_expect_events(vec![released(1, ReleaseReason::WrongPerson)]);
    when(came.clone(), release(2, ReleaseReason::WrongPerson), at("12:00:02"))
        .then_expect_error(AgreementRejection::SlotNotHeld { parket: antwerpen() });
    let freed =
        awaiting_and([reserved(1, "2025-01-25T12:00:00Z"), confirmed(1), released(1, ReleaseReason::WrongPerson)]);
    when(freed, reserve(2), at("13:00:00")).then_expect_events(vec![reserved(2, "2025-01-25T13:00:00Z")]);
}

#[test]
fn a_slot_is_reserved_only_where_it_is_needed() {
    let context = CommandContext { at: moment("2025-03-01T12:00:00Z"), ..prosecutor("2025-03-01") };
    when(in_force(), reserve(1), context).then_expect_error(AgreementRejection::ReservationNotNeeded);
    when(vec![drafted()], reserve(1), at("12:00:00")).then_expect_error(AgreementRejection::NotSentYet);
}

#[test]
fn the_standing_of_a_request_follows_from_agreement_slot_and_day() {
    let standing = |events: &[AgreementEvent], n: u128, today: &str| {
        folded(events).standing_for(AGREEMENT, &antwerpen(), dossier(n), day(today))
    };
    let slot = reserved(1, "2025-01-25T12:00:00Z");
    let first = [drafted(), sent(), slot.clone()];
    let signed_meanwhile = [drafted(), sent(), slot, signed()];
    let renewing = [drafted(), sent(), signed(), renewal_started()];

    assert_eq!(standing(&first, 1, "2025-01-25"), Ok(AgreementStanding::FirstRequest { agreement: AGREEMENT }));
    assert_eq!(standing(&first, 2, "2025-01-25"), Err(AgreementRejection::FirstRequestTaken { parket: antwerpen() }));
    assert_eq!(
        standing(&awaiting(), 1, "2025-01-25"),
        Err(AgreementRejection::FirstRequestNotReserved { parket: antwerpen() })
    );
    assert_eq!(standing(&signed_meanwhile, 2, "2025-03-01"), Ok(AgreementStanding::InForce { agreement: AGREEMENT }));
    assert_eq!(standing(&renewing, 1, "2026-02-01"), Ok(AgreementStanding::UnderRenewal { agreement: AGREEMENT }));
    assert_eq!(standing(&in_force(), 1, "2026-02-01"), Err(AgreementRejection::Expired { until: day("2026-01-31") }));
    assert_eq!(standing(&[drafted()], 1, "2025-01-25"), Err(AgreementRejection::NotSentYet));
    assert_eq!(standing(&[], 1, "2025-01-25"), Err(AgreementRejection::NotDrafted));
}

#[test]
fn a_termination_ends_requests_from_its_day_on() {
    let events = [drafted(), sent(), signed(), terminated()];
    let standing = |today| folded(&events).standing_for(AGREEMENT, &antwerpen(), dossier(1), day(today));
    assert_eq!(standing("2025-06-30"), Ok(AgreementStanding::InForce { agreement: AGREEMENT }));
    assert_eq!(standing("2025-07-01"), Err(AgreementRejection::Terminated { since: day("2025-07-01") }));
}

#[test]
fn an_agreement_signed_for_a_later_day_still_allows_only_the_first_request() {
    let signed_ahead = AgreementEvent::AgreementSigned {
        occurred_on: day("2025-01-22"),
        signatories: signatories(),
        validity: Validity { from: day("2025-03-01"), until: None },
    };
    let events = [drafted(), sent(), signed_ahead, reserved(1, "2025-01-25T12:00:00Z")];
    let standing = |n, today| folded(&events).standing_for(AGREEMENT, &antwerpen(), dossier(n), day(today));
    assert_eq!(standing(1, "2025-01-25"), Ok(AgreementStanding::FirstRequest { agreement: AGREEMENT }));
    assert_eq!(standing(2, "2025-01-25"), Err(AgreementRejection::FirstRequestTaken { parket: antwerpen() }));
    assert_eq!(standing(2, "2025-03-01"), Ok(AgreementStanding::InForce { agreement: AGREEMENT }));
}

#[test]
fn another_parket_and_another_kind_of_agreement_give_no_standing() {
    let elsewhere = OrganisationId("parket-elders".into());
    assert_eq!(
        folded(&in_force()).standing_for(AGREEMENT, &elsewhere, dossier(1), day("2025-03-01")),
        Err(AgreementRejection::NotAParty { organisation: elsewhere })
    );
    let police = AgreementEvent::AgreementDrafted {
        occurred_on: day("2025-01-10"),
        terms: AgreementTerms { kind: AgreementKind::PoliceTraining, ..terms() },
    };
    assert_eq!(
        folded(&[police, sent()]).standing_for(AGREEMENT, &antwerpen(), dossier(1), day("2025-01-25")),
        Err(AgreementRejection::NotAboutTrajectories)
    );
}
