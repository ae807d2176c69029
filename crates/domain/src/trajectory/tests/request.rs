//! Drafting and submitting a request.

use super::{given, given_nothing, scenarios, when};
use crate::kernel::{Confidential, LegalField, OrganisationId, Role};
use crate::trajectory::TrajectoryRejection as No;
use crate::trajectory::command::{RequestGiven, Text, TrajectoryCommand as Command, TrajectoryCommandKind as Kind};
use crate::trajectory::event::TrajectoryEvent;
use crate::trajectory::rejection::{NextStep, Roles};
use crate::trajectory::samples::*;
use crate::trajectory::vocabulary::{ConsentGiver, RequestBasis, TrajectoryStatus::*};

fn request(change: impl FnOnce(&mut RequestGiven)) -> impl FnOnce(&mut Command) {
    |command| match command {
        Command::DraftRequest { request } | Command::RequestTrajectory { request } => change(request),
        other => panic!("{other:?} is no request"),
    }
}

fn with(change: impl FnOnce(&mut crate::trajectory::event::Request)) -> TrajectoryEvent {
    let mut request = crate::trajectory::samples::request();
    change(&mut request);
    TrajectoryEvent::TrajectoryRequested { occurred_on: day(3, 3), request }
}

scenarios! {
    a_jurist_drafts_a_request: when(Kind::DraftRequest).then([drafted()]);
    a_prosecutor_may_draft_too: when(Kind::DraftRequest).by(Role::Prosecutor).then([drafted()]);
    a_prosecutor_submits_the_draft: when(Kind::RequestTrajectory).then([requested()]);
    a_prosecutor_submits_without_a_draft:
        given_nothing().when_sample(Kind::RequestTrajectory).on(3, 3).then([requested()]);
    a_jurist_does_not_submit: when(Kind::RequestTrajectory).by(Role::ProsecutionJurist).refused(No::NotYourRole {
        command: Kind::RequestTrajectory, role: Role::ProsecutionJurist, allowed: Roles(&[Role::Prosecutor])
    });
    a_dossier_is_drafted_once:
        given(Drafted).when_sample(Kind::DraftRequest).refused(No::already_done(Kind::DraftRequest));
    a_dossier_is_requested_once: given(Requested)
        .when_sample(Kind::RequestTrajectory)
        .refused(No::already_done(Kind::RequestTrajectory));
    an_ended_dossier_is_reopened_instead: given(Retracted).when_sample(Kind::RequestTrajectory).refused(No::WrongState {
        command: Kind::RequestTrajectory, status: Retracted, next: NextStep(Retracted)
    });
    a_draft_is_submitted_with_its_own_number: when(Kind::RequestTrajectory)
        .but(request(|request| request.number.0 = "LT-2026-0043".into()))
        .refused(No::DraftDiffers { path: "number" });
    a_draft_is_submitted_for_its_own_subject: when(Kind::RequestTrajectory)
        .but(request(|request| request.subject = other_subject()))
        .refused(No::DraftDiffers { path: "subject" });
    a_parket_requests_for_itself: when(Kind::DraftRequest)
        .but(request(|request| request.parket = other_parket()))
        .refused(No::RequestForAnotherParket { parket: other_parket() });
    another_parket_does_not_submit_the_draft: when(Kind::RequestTrajectory)
        .of(other_parket())
        .refused(No::NotYourOrganisation { organisation: other_parket() });
    kazerne_dossin_makes_no_request: when(Kind::DraftRequest)
        .of(OrganisationId::kazerne_dossin())
        .refused(No::NotYourOrganisation { organisation: OrganisationId::kazerne_dossin() });
    a_request_names_an_offence:
        when(Kind::DraftRequest).but(request(|request| request.offences.clear())).refused(No::OffenceMissing);
    a_request_does_not_name_a_whole_code: when(Kind::DraftRequest)
        .but(request(|request| request.offences = vec![request.offences[0].clone(); 33]))
        .refused(No::TooMany { path: "offences", most: 32 });
    an_offence_refers_to_an_article: when(Kind::DraftRequest)
        .but(request(|request| request.offences[0].reference.article = " ".into()))
        .refused(No::ReferenceInvalid { path: "article", takes: LegalField::Article });
    an_offence_names_law_and_no_person: when(Kind::RequestTrajectory)
        .but(request(|request| request.offences[0].reference.act = "Jan Peeters".into()))
        .refused(No::ReferenceInvalid { path: "act", takes: LegalField::Act });
    facts_do_not_lie_in_the_future: when(Kind::DraftRequest)
        .but(request(|request| request.offence_on = Confidential(day(3, 3))))
        .refused(No::DayInFuture { path: "offenceOn", today: day(3, 2) });
    nobody_is_born_in_the_future: when(Kind::DraftRequest)
        .but(request(|request| request.participant.birth_on = Confidential(day(3, 3))))
        .refused(No::DayInFuture { path: "birthOn", today: day(3, 2) });
    nobody_offends_before_birth: when(Kind::DraftRequest)
        .but(request(|request| request.participant.birth_on = Confidential(day(1, 20))))
        .refused(No::BornAfterOffence);
    a_minor_is_refused: when(Kind::DraftRequest)
        .but(request(|request| request.participant.birth_on = Confidential("2008-01-21".parse().unwrap())))
        .refused(No::ParticipantTooYoung { criteria: "kd-leaflet".into() });
    somebody_who_turns_18_on_the_offence_date_is_of_age: when(Kind::RequestTrajectory)
        .but(request(|request| request.participant.birth_on = Confidential("2008-01-20".parse().unwrap())))
        .then([with(|request| {
            request.participant.birth_on =
                crate::kernel::Personal::clear(subject(), "2008-01-20".parse().unwrap());
        })]);
    where_minors_are_allowed_the_guardians_consent: when(Kind::RequestTrajectory)
        .but(request(|request| {
            request.participant.birth_on = Confidential("2008-01-21".parse().unwrap());
            request.minors_allowed.allowed = true;
        }))
        .then([with(|request| {
            request.consent_by = ConsentGiver::Guardians;
            request.participant.birth_on =
                crate::kernel::Personal::clear(subject(), "2008-01-21".parse().unwrap());
        })]);
    mediation_needs_an_agreement_that_names_it: when(Kind::RequestTrajectory)
        .but(request(|request| request.basis = RequestBasis::Article216ter))
        .refused(No::BasisNotAgreed);
    mediation_is_possible_where_agreed: when(Kind::RequestTrajectory)
        .but(request(|request| {
            request.basis = RequestBasis::Article216ter;
            request.agreement_names_216ter = true;
        }))
        .then([with(|request| request.basis = RequestBasis::Article216ter)]);
    an_empty_name_is_refused: when(Kind::DraftRequest)
        .but(request(|request| request.participant.name = Text::from("  ")))
        .refused(No::TextMissing { path: "name" });
    facts_longer_than_32_kib_are_refused: when(Kind::DraftRequest)
        .but(request(|request| request.facts = Confidential("é".repeat(16 * 1024 + 1))))
        .refused(No::TextTooLong { path: "facts" });
    facts_of_exactly_32_kib_fit: when(Kind::RequestTrajectory)
        .but(request(|request| request.facts = Confidential("é".repeat(16 * 1024))))
        .then([with(|request| request.facts = about(&"é".repeat(16 * 1024)))]);
    texts_are_trimmed: when(Kind::RequestTrajectory)
        .but(request(|request| request.facts = Text::from(" kort \n")))
        .then([with(|request| request.facts = about("kort"))]);
    a_number_is_not_empty: when(Kind::DraftRequest)
        .but(request(|request| request.number.0.clear()))
        .refused(No::CodeInvalid { path: "number" });
}
