//! Consent to take part, consent to share, and their evidence.

use chrono::NaiveDate;

use super::{given, scenarios, when};
use crate::kernel::{OrganisationId, Role};
use crate::trajectory::TrajectoryRejection as No;
use crate::trajectory::command::{TrajectoryCommand as Command, TrajectoryCommandKind as Kind};
use crate::trajectory::event::{DocumentReference, TrajectoryEvent};
use crate::trajectory::samples::*;
use crate::trajectory::vocabulary::{ConsentGiver, TrajectoryStatus::*};

fn statements(facts: bool, will: bool) -> impl FnOnce(&mut Command) {
    move |command| {
        if let Command::GiveConsent { facts_not_disputed, willing, .. } = command {
            (*facts_not_disputed, *willing) = (facts, will);
        }
    }
}

fn giver(giver: ConsentGiver) -> impl FnOnce(&mut Command) {
    move |command| {
        if let Command::GiveConsent { given_by, .. } = command {
            *given_by = giver;
        }
    }
}

fn declared(on: NaiveDate) -> impl FnOnce(&mut Command) {
    move |command| match command {
        Command::GiveConsent { declared_on, .. }
        | Command::RefuseConsent { declared_on, .. }
        | Command::WithdrawConsent { declared_on }
        | Command::GiveSharingConsent { declared_on, .. }
        | Command::WithdrawSharingConsent { declared_on } => *declared_on = on,
        other => panic!("{other:?} declares nothing"),
    }
}

fn recipients(to: Vec<OrganisationId>) -> impl FnOnce(&mut Command) {
    move |command| {
        if let Command::GiveSharingConsent { recipients, .. } = command {
            *recipients = to;
        }
    }
}

fn evidence(change: impl FnOnce(&mut DocumentReference)) -> impl FnOnce(&mut Command) {
    |command| {
        if let Command::AttachConsentEvidence { document, .. } = command {
            change(document);
        }
    }
}

fn of_a_minor() -> Vec<TrajectoryEvent> {
    let mut request = request();
    request.consent_by = ConsentGiver::Guardians;
    vec![TrajectoryEvent::TrajectoryRequested { occurred_on: day(3, 3), request }, assessed()]
}

fn consented_by_guardians() -> TrajectoryEvent {
    let TrajectoryEvent::ParticipationConsentGiven { occurred_on, text_version, recorded_by, .. } = consented() else {
        unreachable!("the sample of a consent is one")
    };
    TrajectoryEvent::ParticipationConsentGiven {
        occurred_on,
        text_version,
        given_by: ConsentGiver::Guardians,
        facts_not_disputed: true,
        willing: true,
        recorded_by,
    }
}

scenarios! {
    consent_is_recorded_by_the_parket: when(Kind::GiveConsent).then([consented()]);
    consent_needs_undisputed_facts:
        when(Kind::GiveConsent).but(statements(false, true)).refused(No::ConsentStatementsMissing);
    consent_needs_the_will: when(Kind::GiveConsent).but(statements(true, false)).refused(No::ConsentStatementsMissing);
    consent_needs_eligibility: given(Requested)
        .when_sample(Kind::GiveConsent)
        .refused(No::wrong_state(Kind::GiveConsent, Requested));
    consent_is_given_once: given(Consented)
        .when_sample(Kind::GiveConsent)
        .refused(No::already_done(Kind::GiveConsent));
    consent_does_not_precede_eligibility: when(Kind::GiveConsent)
        .but(declared(day(3, 4)))
        .refused(No::DayBeforeStep { path: "declaredOn", earliest: day(3, 5) });
    consent_is_not_declared_tomorrow: when(Kind::GiveConsent)
        .but(declared(day(3, 11)))
        .refused(No::DayInFuture { path: "declaredOn", today: day(3, 10) });
    a_participant_of_age_consents_in_person: when(Kind::GiveConsent)
        .but(giver(ConsentGiver::Guardians))
        .refused(No::ConsentByAnother { expected: ConsentGiver::Participant });
    for_a_minor_the_participants_word_is_not_enough: super::given_nothing().and(of_a_minor())
        .when_sample(Kind::GiveConsent)
        .refused(No::ConsentByAnother { expected: ConsentGiver::Guardians });
    for_a_minor_the_guardians_consent: super::given_nothing().and(of_a_minor())
        .when_sample(Kind::GiveConsent)
        .but(giver(ConsentGiver::Guardians))
        .on(3, 10)
        .then([consented_by_guardians()]);
    the_text_that_was_read_is_named: when(Kind::GiveConsent)
        .but(|command| if let Command::GiveConsent { text_version, .. } = command { text_version.clear() })
        .refused(No::CodeInvalid { path: "textVersion" });
    refusal_is_recorded: when(Kind::RefuseConsent).then([refused()]);

    withdrawal_is_one_step: when(Kind::WithdrawConsent).then([withdrawn()]);
    withdrawal_is_possible_in_a_restricted_dossier:
        when(Kind::WithdrawConsent).and([restricted()]).then([withdrawn()]);
    withdrawal_takes_effect_on_the_day_it_was_declared: when(Kind::WithdrawConsent)
        .but(declared(day(3, 15)))
        .then([TrajectoryEvent::ParticipationConsentWithdrawn {
            occurred_on: day(3, 15), recorded_by: OrganisationId::kazerne_dossin()
        }]);
    withdrawal_does_not_precede_consent: when(Kind::WithdrawConsent)
        .but(declared(day(3, 9)))
        .refused(No::DayBeforeStep { path: "declaredOn", earliest: day(3, 10) });
    nothing_is_withdrawn_before_consent: given(Eligible)
        .when_sample(Kind::WithdrawConsent)
        .refused(No::wrong_state(Kind::WithdrawConsent, Eligible));
    withdrawal_happens_once: given(Withdrawn)
        .when_sample(Kind::WithdrawConsent)
        .refused(No::wrong_state(Kind::WithdrawConsent, Withdrawn));

    consent_to_share_is_a_consent_of_its_own: when(Kind::GiveSharingConsent).then([sharing_given()]);
    the_same_consent_to_share_is_recorded_once: when(Kind::GiveSharingConsent)
        .and([sharing_given()])
        .refused(No::already_done(Kind::GiveSharingConsent));
    consent_to_share_names_somebody:
        when(Kind::GiveSharingConsent).but(recipients(vec![])).refused(No::RecipientsInvalid);
    consent_to_share_names_everybody_once: when(Kind::GiveSharingConsent)
        .but(recipients(vec![parket(), parket()]))
        .refused(No::RecipientsInvalid);
    the_museum_shares_with_others: when(Kind::GiveSharingConsent)
        .but(recipients(vec![OrganisationId::kazerne_dossin()]))
        .refused(No::RecipientsInvalid);
    consent_to_share_does_not_expire_before_it_is_given: when(Kind::GiveSharingConsent)
        .but(|command| if let Command::GiveSharingConsent { expires_on, .. } = command { *expires_on = Some(day(3, 9)) })
        .refused(No::ExpiryBeforeConsent);
    consent_to_share_is_withdrawn: when(Kind::WithdrawSharingConsent).then([sharing_withdrawn()]);
    only_a_consent_that_stands_is_withdrawn: given(Consented)
        .when_sample(Kind::WithdrawSharingConsent)
        .refused(No::NoSharingConsent);

    evidence_may_follow_later: when(Kind::AttachConsentEvidence).then([evidence_attached()]);
    evidence_belongs_to_a_declaration:
        given(Eligible).when_sample(Kind::AttachConsentEvidence).refused(No::NothingToEvidence);
    the_same_paper_is_attached_once: when(Kind::AttachConsentEvidence)
        .and([evidence_attached()])
        .refused(No::already_done(Kind::AttachConsentEvidence));
    evidence_has_a_hash: when(Kind::AttachConsentEvidence)
        .but(evidence(|document| document.sha256 = hash('A')))
        .refused(No::DocumentInvalid { path: "document" });
    evidence_is_at_most_20_mib: when(Kind::AttachConsentEvidence)
        .but(evidence(|document| document.bytes = 20 * 1024 * 1024 + 1))
        .refused(No::DocumentInvalid { path: "document" });
    the_coordinator_may_record_consent_before_the_museum_knows_the_dossier:
        when(Kind::RefuseConsent).by(Role::MuseumCoordinator).then([TrajectoryEvent::ParticipationConsentRefused {
            occurred_on: day(3, 10), text_version: "2026-1".into(), recorded_by: OrganisationId::kazerne_dossin()
        }]);
}
