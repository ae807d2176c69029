//! The bundle: put together, handed over, received.

use super::scenario::Asking;
use super::{given, scenarios, when};
use crate::kernel::{OrganisationId, Role};
use crate::trajectory::TrajectoryRejection as No;
use crate::trajectory::command::{TrajectoryCommand as Command, TrajectoryCommandKind as Kind};
use crate::trajectory::event::{Piece, TrajectoryEvent};
use crate::trajectory::samples::*;
use crate::trajectory::vocabulary::{EndReason, PieceKind, SharingScope, TrajectoryStatus::*};

fn pieces(chosen: &[(PieceKind, u64)]) -> impl FnOnce(&mut Command) {
    let chosen = chosen.iter().map(|(kind, sequence)| Piece { kind: *kind, sequence: *sequence }).collect();
    move |command| {
        if let Command::AssembleBundle { pieces, .. } = command {
            *pieces = chosen;
        }
    }
}

fn hashed(digits: &'static str) -> impl FnOnce(&mut Command) {
    move |command| {
        if let Command::AssembleBundle { document, .. } = command {
            document.sha256 = digits.into();
        }
    }
}

fn to(whom: OrganisationId) -> impl FnOnce(&mut Command) {
    move |command| {
        if let Command::DeliverBundle { recipient, .. } = command {
            *recipient = whom;
        }
    }
}

fn numbered(wanted: u32) -> impl FnOnce(&mut Command) {
    move |command| match command {
        Command::DeliverBundle { number, .. } | Command::ReceiveBundle { number, .. } => *number = wanted,
        other => panic!("{other:?} has no number"),
    }
}

fn sharing(scope: SharingScope, until: (u32, u32)) -> TrajectoryEvent {
    TrajectoryEvent::SharingConsentGiven {
        occurred_on: day(3, 10),
        text_version: "2026-1".into(),
        recipients: vec![parket()],
        scope,
        expires_on: Some(day(until.0, until.1)),
        recorded_by: parket(),
    }
}

fn bundle(number: u32, chosen: &[(PieceKind, u64)], digit: char) -> TrajectoryEvent {
    let pieces = chosen.iter().map(|(kind, sequence)| Piece { kind: *kind, sequence: *sequence }).collect();
    let document = Some(bundle_document(digit));
    TrajectoryEvent::BundleAssembled { occurred_on: day(5, 4), number, pieces, sha256: hash(digit), document }
}

fn refused_piece(kind: PieceKind, sequence: u64) -> super::Scenario {
    when(Kind::AssembleBundle).but(pieces(&[(kind, sequence)])).refused(No::PieceInvalid { sequence, kind })
}

fn assembling_after(status: crate::trajectory::vocabulary::TrajectoryStatus) -> Asking {
    given(status).when_sample(Kind::AssembleBundle).by(Role::MuseumCoordinator)
}

/// Consented, withdrawn, taken up again, and stopped before a new consent.
fn stopped_before_a_second_consent() -> Asking {
    let stopped = TrajectoryEvent::TrajectoryDiscontinued {
        occurred_on: day(4, 25),
        reason: EndReason::Capacity,
        remark: None,
        recorded_by: parket(),
    };
    assembling_after(Withdrawn).and([reopened(), stopped])
}

scenarios! {
    a_bundle_holds_reports_and_advice: when(Kind::AssembleBundle).then([bundled()]);
    a_bundle_holds_something: when(Kind::AssembleBundle).but(pieces(&[])).refused(No::PiecesMissing);
    the_notes_of_a_call_are_never_a_piece: refused_piece(PieceKind::Attendance, 8);
    the_notes_of_a_talk_are_never_a_piece: refused_piece(PieceKind::Attendance, 10);
    the_notes_of_a_talk_are_no_report_either: refused_piece(PieceKind::GuideReflection, 10);
    a_guides_report_is_not_the_participants: refused_piece(PieceKind::ParticipantReflection, 11);
    a_draft_is_not_the_request: refused_piece(PieceKind::Request, 1);
    a_piece_exists: refused_piece(PieceKind::Request, 99);
    sequences_count_from_one: refused_piece(PieceKind::Request, 0);
    every_kind_of_piece_has_its_event: when(Kind::AssembleBundle)
        .but(pieces(&[(PieceKind::Request, 2), (PieceKind::Consent, 4), (PieceKind::Attendance, 9)]))
        .on(5, 4)
        .then([bundle(1, &[(PieceKind::Request, 2), (PieceKind::Consent, 4), (PieceKind::Attendance, 9)], 'b')]);
    no_piece_is_in_it_twice: when(Kind::AssembleBundle)
        .but(pieces(&[(PieceKind::Advice, 13), (PieceKind::Advice, 13)]))
        .refused(No::PieceTwice { sequence: 13 });
    a_revised_advice_replaces_the_first: when(Kind::AssembleBundle)
        .and([advice_revised()])
        .refused(No::PieceInvalid { sequence: 13, kind: PieceKind::Advice });
    a_bundle_has_a_hash: when(Kind::AssembleBundle)
        .but(hashed("beef"))
        .refused(No::DocumentInvalid { path: "document" });
    after_a_correction_the_same_pieces_make_another_bundle: given(Advised)
        .and([bundled(), corrected()])
        .when_sample(Kind::AssembleBundle)
        .by(Role::MuseumCoordinator)
        .then([bundle(2, &[(PieceKind::GuideReflection, 11), (PieceKind::Advice, 13)], 'b')]);
    the_same_bundle_is_assembled_once: when(Kind::AssembleBundle)
        .and([bundled()])
        .refused(No::already_done(Kind::AssembleBundle));
    there_is_no_bundle_before_the_advice: given(Reflected)
        .when_sample(Kind::AssembleBundle)
        .by(Role::MuseumCoordinator)
        .refused(No::wrong_state(Kind::AssembleBundle, Reflected));
    after_an_end_the_bundle_goes_without_advice: assembling_after(Withdrawn)
        .but(pieces(&[(PieceKind::Consent, 4)]))
        .then([bundle(1, &[(PieceKind::Consent, 4)], 'b')]);
    after_an_end_the_advice_stays_behind: assembling_after(Advised)
        .and([discontinued()])
        .refused(No::AdviceAfterEnd);
    after_a_regular_close_the_advice_still_goes: assembling_after(Closed)
        .but(hashed("cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"))
        .then([bundle(2, &[(PieceKind::GuideReflection, 11), (PieceKind::Advice, 13)], 'c')]);
    after_an_end_without_consent_there_is_no_bundle:
        stopped_before_a_second_consent().refused(No::wrong_state(Kind::AssembleBundle, Discontinued));

    a_bundle_goes_to_whom_the_participant_agreed: when(Kind::DeliverBundle).then([delivered()]);
    a_bundle_goes_to_nobody_else: when(Kind::DeliverBundle)
        .but(to(other_parket()))
        .refused(No::SharingConsentMissing { recipient: other_parket() });
    without_consent_to_share_no_bundle_goes: when(Kind::DeliverBundle)
        .and([sharing_withdrawn()])
        .refused(No::SharingConsentMissing { recipient: parket() });
    consent_to_share_holds_until_its_last_day: when(Kind::DeliverBundle)
        .and([sharing(SharingScope::Bundle, (4, 1))])
        .then([delivered()]);
    after_its_last_day_consent_to_share_is_gone: when(Kind::DeliverBundle)
        .and([sharing(SharingScope::Bundle, (3, 31))])
        .refused(No::SharingConsentExpired { expired_on: day(3, 31) });
    a_delivery_in_the_future_is_told_as_such_also_when_consent_ends_before: when(Kind::DeliverBundle)
        .and([sharing(SharingScope::Bundle, (5, 4))])
        .but(|command| if let Command::DeliverBundle { delivered_on, .. } = command { *delivered_on = day(12, 24) })
        .on(5, 4)
        .refused(No::DayInFuture { path: "deliveredOn", today: day(5, 4) });
    consent_to_share_the_advice_covers_no_report: when(Kind::DeliverBundle)
        .and([sharing(SharingScope::Advice, (12, 31))])
        .refused(No::SharingScopeTooNarrow);
    consent_to_share_the_advice_covers_the_advice: given(Advised)
        .and([sharing(SharingScope::Advice, (12, 31)), bundle(1, &[(PieceKind::Advice, 13)], 'b')])
        .when(Command::DeliverBundle { number: 1, recipient: parket(), delivered_on: day(5, 5) })
        .by(Role::MuseumCoordinator)
        .on(5, 5)
        .then([TrajectoryEvent::BundleDelivered { occurred_on: day(5, 5), number: 1, recipient: parket() }]);
    there_is_something_to_deliver: given(Advised)
        .when_sample(Kind::DeliverBundle)
        .by(Role::MuseumCoordinator)
        .refused(No::NoBundle);
    a_delivered_bundle_exists: when(Kind::DeliverBundle).but(numbered(2)).refused(No::BundleNotFound { number: 2 });
    a_bundle_is_delivered_once: when(Kind::DeliverBundle)
        .and([delivered()])
        .refused(No::already_done(Kind::DeliverBundle));
    a_bundle_is_not_delivered_before_it_is_made: when(Kind::DeliverBundle)
        .but(|command| if let Command::DeliverBundle { delivered_on, .. } = command { *delivered_on = day(3, 30) })
        .refused(No::DayBeforeStep { path: "deliveredOn", earliest: day(3, 31) });
    an_overtaken_bundle_is_not_delivered: when(Kind::DeliverBundle)
        .and([advice_revised(), bundle(2, &[(PieceKind::Advice, 15)], 'c')])
        .refused(No::BundleOutdated { number: 1 });
    advice_does_not_leave_after_a_withdrawal:
        when(Kind::DeliverBundle).and([withdrawn()]).refused(No::AdviceAfterEnd);
    a_revision_after_delivery_makes_bundle_two: given(Delivered)
        .and([advice_revised()])
        .when_sample(Kind::AssembleBundle)
        .but(pieces(&[(PieceKind::Advice, 16)]))
        .by(Role::MuseumCoordinator)
        .then([bundle(2, &[(PieceKind::Advice, 16)], 'b')]);

    the_parket_confirms_receipt: when(Kind::ReceiveBundle).then([received()]);
    receipt_is_confirmed_by_the_recipient: when(Kind::ReceiveBundle)
        .of(other_parket())
        .refused(No::NothingDelivered { organisation: other_parket() });
    receipt_is_confirmed_once: when(Kind::ReceiveBundle)
        .and([received()])
        .refused(No::NothingDelivered { organisation: parket() });
    receipt_of_one_bundle_is_confirmed_once: when(Kind::ReceiveBundle)
        .and([received(), bundle(2, &[(PieceKind::Advice, 13)], 'c'), TrajectoryEvent::BundleDelivered {
            occurred_on: day(5, 4), number: 2, recipient: parket()
        }])
        .on(5, 4)
        .refused(No::already_done(Kind::ReceiveBundle));
    a_bundle_is_not_received_before_it_is_delivered: when(Kind::ReceiveBundle)
        .but(|command| if let Command::ReceiveBundle { received_on, .. } = command { *received_on = day(3, 31) })
        .refused(No::DayBeforeStep { path: "receivedOn", earliest: day(4, 1) });
}
