//! The outcome, transfer to another parket, and the ends of a dossier.

use chrono::NaiveDate;

use super::{given, scenarios, when};
use crate::kernel::{OrganisationId, Role};
use crate::trajectory::TrajectoryRejection as No;
use crate::trajectory::command::{Text, TrajectoryCommand as Command, TrajectoryCommandKind as Kind};
use crate::trajectory::event::TrajectoryEvent;
use crate::trajectory::rejection::Roles;
use crate::trajectory::samples::*;
use crate::trajectory::vocabulary::{EndReason, ProsecutionOutcome, RetractionReason, TrajectoryStatus::*};

fn outcome(what: ProsecutionOutcome, on: NaiveDate, why: Option<&'static str>) -> impl FnOnce(&mut Command) {
    move |command| {
        if let Command::RecordOutcome { outcome, decided_on, revision_reason, .. } = command {
            (*outcome, *decided_on, *revision_reason) = (what, on, why.map(Text::from));
        }
    }
}

fn reason(why: EndReason, said: Option<&'static str>) -> impl FnOnce(&mut Command) {
    move |command| match command {
        Command::CloseTrajectory { reason, remark }
        | Command::DiscontinueTrajectory { reason, remark }
        | Command::ReopenTrajectory { reason, remark } => (*reason, *remark) = (why, said.map(Text::from)),
        other => panic!("{other:?} has no such reason"),
    }
}

fn dismissed(on: NaiveDate) -> TrajectoryEvent {
    TrajectoryEvent::ProsecutionOutcomeRecorded {
        occurred_on: on,
        outcome: ProsecutionOutcome::ProvisionallyDismissed,
        remark: Some(about("Mits geen nieuwe feiten.")),
    }
}

scenarios! {
    the_prosecutor_records_the_outcome: when(Kind::RecordOutcome).then([outcome_recorded()]);
    the_outcome_follows_the_delivery: when(Kind::RecordOutcome)
        .but(outcome(ProsecutionOutcome::Prosecuted, day(3, 31), None))
        .refused(No::DayBeforeStep { path: "decidedOn", earliest: day(4, 1) });
    the_outcome_waits_for_the_delivery: given(Advised)
        .when_sample(Kind::RecordOutcome)
        .refused(No::wrong_state(Kind::RecordOutcome, Advised));
    a_correction_after_delivery_does_not_hold_the_outcome_back:
        when(Kind::RecordOutcome).and([corrected()]).then([outcome_recorded()]);
    after_a_refusal_there_is_an_outcome_too: given(Refused).when_sample(Kind::RecordOutcome).then([dismissed(day(4, 10))]);
    after_ineligibility_there_is_an_outcome_too:
        given(Ineligible).when_sample(Kind::RecordOutcome).then([dismissed(day(4, 10))]);
    the_museum_records_no_outcome: when(Kind::RecordOutcome)
        .by(Role::MuseumCoordinator)
        .refused(No::SeparationOfDuties { command: Kind::RecordOutcome });
    the_same_outcome_is_recorded_once: when(Kind::RecordOutcome)
        .and([outcome_recorded()])
        .refused(No::already_done(Kind::RecordOutcome));
    another_outcome_revises_with_a_reason: when(Kind::RecordOutcome)
        .and([outcome_recorded()])
        .but(outcome(ProsecutionOutcome::Prosecuted, day(4, 20), Some("Nieuwe feiten.")))
        .on(4, 20)
        .then([outcome_revised()]);
    another_outcome_needs_a_reason: when(Kind::RecordOutcome)
        .and([outcome_recorded()])
        .but(outcome(ProsecutionOutcome::Prosecuted, day(4, 20), None))
        .on(4, 20)
        .refused(No::RevisionReasonMissing);
    the_first_outcome_revises_nothing: when(Kind::RecordOutcome)
        .but(outcome(ProsecutionOutcome::Prosecuted, day(4, 10), Some("Nieuwe feiten.")))
        .refused(No::NothingToRevise);

    the_parket_takes_its_request_back: when(Kind::RetractRequest).then([retracted()]);
    what_was_opened_in_error_is_taken_back_as_such: given(Requested)
        .when(Command::RetractRequest { reason: RetractionReason::OpenedInError, remark: None })
        .on(3, 4)
        .then([opened_in_error()]);
    an_ended_dossier_is_not_taken_back: given(Closed)
        .when_sample(Kind::RetractRequest)
        .refused(No::wrong_state(Kind::RetractRequest, Closed));

    a_dossier_is_offered_to_another_parket: when(Kind::OfferTransfer).then([transfer_offered()]);
    a_dossier_is_offered_once: when(Kind::OfferTransfer)
        .and([transfer_offered()])
        .refused(No::already_done(Kind::OfferTransfer));
    a_dossier_is_not_offered_to_its_own_parket: when(Kind::OfferTransfer)
        .but(|command| if let Command::OfferTransfer { to } = command { *to = parket() })
        .refused(No::TransferToUnfit);
    a_dossier_is_not_offered_to_the_museum: when(Kind::OfferTransfer)
        .but(|command| if let Command::OfferTransfer { to } = command { *to = OrganisationId::kazerne_dossin() })
        .refused(No::TransferToUnfit);
    the_receiving_parket_accepts: when(Kind::TransferTrajectory).then([transferred()]);
    the_offering_parket_does_not_accept_for_it:
        when(Kind::TransferTrajectory).of(parket()).refused(No::TransferNotOffered);
    nothing_is_accepted_before_it_is_offered: given(Eligible)
        .when_sample(Kind::TransferTrajectory)
        .of(other_parket())
        .refused(No::TransferNotOffered);
    a_transfer_is_not_accepted_before_the_offer: when(Kind::TransferTrajectory)
        .but(|command| if let Command::TransferTrajectory { accepted_on } = command { *accepted_on = day(3, 5) })
        .refused(No::DayBeforeStep { path: "acceptedOn", earliest: day(3, 6) });
    before_it_accepts_the_receiving_parket_does_nothing: given(Eligible)
        .and([transfer_offered()])
        .when_sample(Kind::GiveConsent)
        .of(other_parket())
        .refused(No::NotYourOrganisation { organisation: other_parket() });
    after_the_transfer_the_old_parket_does_nothing: given(Eligible)
        .and([transfer_offered(), transferred()])
        .when_sample(Kind::RetractRequest)
        .refused(No::NotYourOrganisation { organisation: parket() });

    a_delivered_dossier_is_closed: when(Kind::CloseTrajectory).then([closed()]);
    only_a_delivered_dossier_is_closed: given(Advised)
        .when_sample(Kind::CloseTrajectory)
        .refused(No::wrong_state(Kind::CloseTrajectory, Advised));
    a_dossier_is_closed_as_completed: when(Kind::CloseTrajectory)
        .but(reason(EndReason::NoShow, None))
        .refused(No::ReasonDoesNotFit { reason: EndReason::NoShow });
    an_open_dossier_is_stopped: when(Kind::DiscontinueTrajectory).then([discontinued()]);
    a_stopped_dossier_was_not_completed: when(Kind::DiscontinueTrajectory)
        .but(reason(EndReason::Completed, None))
        .refused(No::ReasonDoesNotFit { reason: EndReason::Completed });
    another_reason_says_which: when(Kind::DiscontinueTrajectory)
        .but(reason(EndReason::Other, Some(" ")))
        .refused(No::RemarkMissing);
    an_ended_dossier_is_taken_up_again: when(Kind::ReopenTrajectory).then([reopened()]);
    an_open_dossier_is_not_reopened: given(Toured)
        .when_sample(Kind::ReopenTrajectory)
        .refused(No::TooLate { command: Kind::ReopenTrajectory, status: Toured });
    what_was_opened_in_error_stays_closed: given(OpenedInError)
        .when_sample(Kind::ReopenTrajectory)
        .refused(No::wrong_state(Kind::ReopenTrajectory, OpenedInError));
    the_museum_does_not_undo_a_retraction: given(Retracted)
        .when_sample(Kind::ReopenTrajectory)
        .by(Role::MuseumCoordinator)
        .refused(No::NotYourRole {
            command: Kind::ReopenTrajectory,
            role: Role::MuseumCoordinator,
            allowed: Roles(&[Role::Prosecutor]),
        });
    a_step_after_reopening_does_not_precede_it: given(Refused)
        .and([reopened()])
        .when_sample(Kind::GiveConsent)
        .refused(No::DayBeforeStep { path: "declaredOn", earliest: day(4, 20) });
}
