//! Erasure: restricted first, asked by one and confirmed by another, never under a hold; the certificate; the wrong person alone.

use super::scenario::Asking;
use super::state::folded;
use super::{given, scenarios, when};
use crate::kernel::{Actor, ActorId, Label, LegalField, OrganisationId, Role};
use crate::trajectory::TrajectoryRejection as No;
use crate::trajectory::certificate::ErasureCertificate;
use crate::trajectory::command::{TrajectoryCommand as Command, TrajectoryCommandKind as Kind};
use crate::trajectory::event::TrajectoryEvent;
use crate::trajectory::record::Erasure;
use crate::trajectory::samples::*;
use crate::trajectory::vocabulary::{ErasureRemainder, SubjectReason, TrajectoryStatus::*};

/// A dossier in which the wrong person was replaced, and somebody asks this.
fn about_the_wrong_person(command: Command, role: Role) -> Asking {
    given(Eligible).and([participant_replaced()]).when(command).by(role)
}

fn request() -> Command {
    Command::RequestErasure { subject: subject(), reference: reference() }
}

fn confirm() -> Command {
    Command::ConfirmErasure { subject: subject() }
}

fn of_somebody_else(command: &mut Command) {
    if let Command::RequestErasure { subject, .. }
    | Command::RefuseErasure { subject, .. }
    | Command::ConfirmErasure { subject }
    | Command::RecordKeyDestroyed { subject, .. } = command
    {
        *subject = other_subject();
    }
}

scenarios! {
    compliance_asks_for_erasure: when(Kind::RequestErasure).then([erasure_requested()]);
    restriction_comes_before_erasure:
        given(Closed).when(request()).by(Role::ComplianceOfficer).refused(No::RestrictionFirst);
    nothing_is_erased_under_a_legal_hold: when(Kind::RequestErasure).and([hold_placed()]).refused(No::OnHold);
    a_hold_placed_after_the_request_stops_the_confirmation:
        when(Kind::ConfirmErasure).and([hold_placed()]).refused(No::OnHold);
    after_the_hold_the_request_still_stands:
        when(Kind::ConfirmErasure).and([hold_placed(), hold_lifted()]).then([erasure_confirmed()]);
    erasure_is_asked_of_somebody_in_the_dossier:
        when(Kind::RequestErasure).but(of_somebody_else).refused(No::SubjectNotHere);
    erasure_refers_to_the_law: when(Kind::RequestErasure)
        .but(|command| if let Command::RequestErasure { reference, .. } = command { reference.article.clear() })
        .refused(No::ReferenceInvalid { path: "article", takes: LegalField::Article });
    a_request_for_erasure_names_no_person: when(Kind::RequestErasure)
        .but(|command| if let Command::RequestErasure { reference, .. } = command {
            reference.act = "Brief van Jan Peeters".into();
        })
        .refused(No::ReferenceInvalid { path: "act", takes: LegalField::Act });
    a_link_is_undone_after_the_erasure: given(Closed)
        .and([linked(), restricted(), erasure_requested(), erasure_confirmed(), key_destroyed(), erasure_certified()])
        .when_sample(Kind::UnlinkSubjects)
        .then([TrajectoryEvent::SubjectsUnlinked {
            occurred_on: day(5, 4),
            subject: subject(),
            other_subject: other_subject(),
            reason: SubjectReason::NotTheSamePerson,
        }]);
    after_the_erasure_nobody_is_linked: given(Closed)
        .and([restricted(), erasure_requested(), erasure_confirmed(), key_destroyed(), erasure_certified()])
        .when_sample(Kind::LinkSubjects)
        .refused(No::SubjectErased);
    erasure_is_asked_once: when(Kind::RequestErasure)
        .and([erasure_requested()])
        .refused(No::already_done(Kind::RequestErasure));
    what_was_refused_can_be_asked_again: when(Kind::RequestErasure)
        .and([erasure_requested(), erasure_refused()])
        .then([erasure_requested()]);
    what_is_gone_is_not_asked_again: when(Kind::RequestErasure)
        .and([erasure_requested(), erasure_confirmed(), key_destroyed(), erasure_certified()])
        .refused(No::SubjectErased);

    another_person_confirms: when(Kind::ConfirmErasure).then([erasure_confirmed()]);
    who_asked_does_not_confirm_in_another_role: when(Kind::ConfirmErasure)
        .named(ActorId("officer-1".into()))
        .refused(No::AskedBySamePerson);
    what_nobody_asked_is_not_confirmed: given(Closed)
        .and([restricted()])
        .when(confirm())
        .refused(No::ErasureNotRequested);
    what_was_refused_is_not_confirmed:
        when(Kind::ConfirmErasure).and([erasure_refused()]).refused(No::ErasureNotRequested);
    a_lifted_restriction_stops_the_confirmation:
        when(Kind::ConfirmErasure).and([restriction_lifted()]).refused(No::RestrictionFirst);
    another_parket_does_not_confirm: when(Kind::ConfirmErasure)
        .of(other_parket())
        .refused(No::NotYourOrganisation { organisation: other_parket() });
    the_controller_refuses_with_the_law: when(Kind::RefuseErasure).then([erasure_refused()]);
    who_asked_does_not_refuse_either: when(Kind::RefuseErasure)
        .named(ActorId("officer-1".into()))
        .refused(No::AskedBySamePerson);

    the_key_is_gone_and_the_certificate_says_so:
        when(Kind::RecordKeyDestroyed).then([key_destroyed(), erasure_certified()]);
    nothing_is_certified_before_the_confirmation: given(Closed)
        .and([restricted(), erasure_requested()])
        .when_sample(Kind::RecordKeyDestroyed)
        .by(Role::Administrator)
        .refused(No::ErasureNotConfirmed);
    of_somebody_else_nothing_is_certified:
        when(Kind::RecordKeyDestroyed).but(of_somebody_else).refused(No::SubjectNotHere);
    an_erasure_is_certified_once: when(Kind::RecordKeyDestroyed)
        .and([key_destroyed(), erasure_certified()])
        .refused(No::ErasureNotConfirmed);

    the_wrong_person_is_erased_while_work_on_the_right_one_goes_on:
        about_the_wrong_person(request(), Role::ComplianceOfficer)
            .named(ActorId("officer-1".into()))
            .then([erasure_requested()]);
    the_wrong_person_is_confirmed_without_a_restriction: about_the_wrong_person(confirm(), Role::Prosecutor)
        .and([erasure_requested()])
        .named(ActorId("officer-2".into()))
        .on(5, 5)
        .then([erasure_confirmed()]);
    after_the_wrong_person_is_erased_the_dossier_goes_on: given(Eligible)
        .and([participant_replaced(), erasure_requested(), erasure_confirmed(), key_destroyed(), erasure_certified()])
        .when_sample(Kind::OfferTransfer)
        .then([TrajectoryEvent::TransferOffered { occurred_on: day(5, 4), to: other_parket() }]);
    the_right_person_is_not_erased_without_a_restriction: about_the_wrong_person(
        Command::RequestErasure { subject: other_subject(), reference: reference() }, Role::ComplianceOfficer
    ).refused(No::RestrictionFirst);

    no_bundle_is_put_together_of_a_withheld_subject: given(Advised)
        .and([restricted(), erasure_requested(), erasure_confirmed()])
        .when_sample(Kind::AssembleBundle)
        .by(Role::MuseumCoordinator)
        .refused(No::SubjectErased);
    no_bundle_of_a_withheld_subject_is_handed_over: given(Advised)
        .and([bundled(), restricted(), erasure_requested(), erasure_confirmed(), key_destroyed(), erasure_certified()])
        .when_sample(Kind::DeliverBundle)
        .by(Role::MuseumCoordinator)
        .refused(No::SubjectErased);
    a_hold_comes_too_late_for_what_is_gone: given(Closed)
        .and([restricted(), erasure_requested(), erasure_confirmed()])
        .when_sample(Kind::PlaceLegalHold)
        .by(Role::ComplianceOfficer)
        .refused(No::SubjectErased);
}

#[test]
fn a_certificate_counts_the_time_that_backups_are_kept() {
    let TrajectoryEvent::ErasureCertified { certificate, .. } = erasure_certified() else { panic!("a certificate") };
    let ErasureCertificate { destroyed_on, effective_on, key_backups_kept_days, .. } = &certificate;
    assert_eq!((*destroyed_on, *effective_on, *key_backups_kept_days), (day(5, 5), day(6, 9), 35));
    assert_eq!(certificate.remains, ErasureRemainder::ALL);
    assert_ne!(certificate.requested_by, certificate.confirmed_by);
}

#[test]
fn a_certificate_stays_with_the_dossier() {
    let events = [restricted(), erasure_requested(), erasure_confirmed(), key_destroyed(), erasure_certified()];
    let state = folded(&[history(Closed), events.to_vec()].concat());
    let Some(Erasure::Destroyed { certificate: Some(certificate) }) = state.erasure(subject()) else {
        panic!("{:?}", state.erasure(subject()))
    };
    assert_eq!(certificate.confirmed_by, ActorId("officer-2".into()));
    assert!(state.erased() && state.status() == Some(Closed), "figures keep counting it where it ended");
}

#[test]
fn in_an_erased_dossier_nobody_may_do_what_would_need_the_person() {
    let gone = [restricted(), erasure_requested(), erasure_confirmed(), key_destroyed(), erasure_certified()];
    let state = folded(&[history(Advised), gone.to_vec()].concat());
    for kind in Kind::ALL {
        for role in Role::ALL {
            let mut context = context(*role, day(5, 6));
            if *role == Role::ComplianceOfficer {
                context.actor = Actor { organisation: OrganisationId::kazerne_dossin(), ..context.actor };
            }
            if state.permitted(*kind, &context).is_ok() {
                let of_compliance = [Kind::RestrictProcessing, Kind::LiftRestriction, Kind::LiftLegalHold];
                assert!(of_compliance.contains(kind), "{kind:?} by {role:?}");
            }
        }
    }
}
