//! Two programs over one log, each with a desk of its own: of two first requests at once exactly one is accepted.

use spoor_domain::agreement::CooperationAgreement;
use spoor_domain::agreement::command::AgreementCommand;
use spoor_domain::agreement::event::AgreementTerms;
use spoor_domain::agreement::samples::terms;
use spoor_domain::agreement::vocabulary::AgreementKind;
use spoor_domain::kernel::{
    Actor, ActorId, AgreementId, CommandContext, DossierId, OrganisationId, Provenance, Purpose, RefusalCode, Role,
};
use spoor_domain::trajectory::samples::request_given;
use spoor_eventlog::{Clock, Position, clock};
use spoor_projections::{Runner, agreements};

use crate::config::{Config, Stores};
use crate::desk::{DeskError, NewRequest};
use crate::graphql;
use crate::state::{AppState, Places};

/// How often two race; each time for another parket.
const ROUNDS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn of_two_first_requests_at_two_desks_at_once_exactly_one_is_accepted_on_embedded_stores() {
    let directory = tempfile::tempdir().unwrap();
    let stores = Stores::in_files(directory.path());
    exactly_one_is_accepted(stores).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_first_requests_at_two_desks_at_once_exactly_one_is_accepted_on_postgresql() {
    let directory = tempfile::tempdir().unwrap();
    let stores = Stores::on_postgres(directory.path()).await;
    exactly_one_is_accepted(stores).await;
}

async fn exactly_one_is_accepted(stores: Stores) {
    let config = || Config { stores: stores.clone(), ..Config::default() };
    Places::migrate(&config()).await.unwrap();
    let (one, other) = (open(config()).await, open(config()).await);
    let runner = Runner::start(one.logs(), one.views.clone()).await.unwrap();
    let desks = [graphql::desk(&one), graphql::desk(&other)];

    for round in 0..ROUNDS {
        let parket = OrganisationId(format!("parket-{round}"));
        let agreement = waits_for_signatures(&one, &parket).await;
        let contexts = [prosecutor("prosecutor-1", &parket), prosecutor("prosecutor-2", &parket)];
        let ask = |n: usize| desks[n].request_trajectory(None, request(), &contexts[n]);
        let (first, second) = tokio::join!(ask(0), ask(1));

        let (won, winner, lost) = match (first, second) {
            (Ok(won), Err(lost)) => (won, 0, lost),
            (Err(lost), Ok(won)) => (won, 1, lost),
            (first, second) => panic!("in round {round}: {first:?}, {second:?}"),
        };
        assert_taken(&lost);
        let slot = desks[0].agreement(agreement).await.unwrap().state.first_request_of(&parket);
        assert_eq!(
            slot.map(|(holder, confirmed)| (holder.to_string(), confirmed)),
            Some((won.aggregate_id.clone(), true))
        );

        // Asked again, each has the same answer, at either desk.
        let again = desks[1 - winner].request_trajectory(None, request(), &contexts[winner]).await.unwrap();
        assert_eq!((again.repeated, again.aggregate_id), (true, won.aggregate_id));
        let again = desks[winner].request_trajectory(None, request(), &contexts[1 - winner]).await;
        assert_taken(&again.unwrap_err());
    }
    let records = one.log.read_of_types(&["TrajectoryRequested"], Position::START, head(&one).await).await.unwrap();
    assert_eq!(records.len(), ROUNDS, "one request in each round");

    runner.stop().await;
    one.close().await;
    other.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_first_request_is_told_so_also_where_an_agreement_about_something_else_names_the_parket() {
    let directory = tempfile::tempdir().unwrap();
    let config = Config { stores: Stores::in_files(directory.path()), ..Config::default() };
    Places::migrate(&config).await.unwrap();
    let state = open(config).await;
    let runner = Runner::start(state.logs(), state.views.clone()).await.unwrap();
    let parket = OrganisationId("parket-hoei".into());
    let police = AgreementTerms { kind: AgreementKind::PoliceTraining, names_article_216ter: false, ..terms() };
    sent_for_signature(&state, AgreementTerms { parties: vec![parket.clone()], ..police.clone() }).await;
    waits_for_signatures(&state, &parket).await;
    sent_for_signature(&state, AgreementTerms { parties: vec![parket.clone()], ..police }).await;

    let desk = graphql::desk(&state);
    let ask = async || desk.request_trajectory(None, request(), &prosecutor("prosecutor-1", &parket)).await;
    ask().await.unwrap();
    assert_taken(&ask().await.unwrap_err());

    runner.stop().await;
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parket_in_two_agreements_that_await_signature_makes_one_first_request() {
    let directory = tempfile::tempdir().unwrap();
    let config = Config { stores: Stores::in_files(directory.path()), ..Config::default() };
    Places::migrate(&config).await.unwrap();
    let state = open(config).await;
    let runner = Runner::start(state.logs(), state.views.clone()).await.unwrap();
    let parket = OrganisationId("parket-aarlen".into());
    let agreements = [waits_for_signatures(&state, &parket).await, waits_for_signatures(&state, &parket).await];

    let desk = graphql::desk(&state);
    let context = prosecutor("prosecutor-1", &parket);
    let made = desk.request_trajectory(None, request(), &context).await.unwrap();
    let again = desk.request_trajectory(None, request(), &prosecutor("prosecutor-1", &parket)).await;
    assert_taken(&again.unwrap_err());
    let repeated = desk.request_trajectory(None, request(), &context).await.unwrap();
    assert_eq!((repeated.repeated, repeated.aggregate_id), (true, made.aggregate_id));
    let slots = [desk.agreement(agreements[0]).await.unwrap(), desk.agreement(agreements[1]).await.unwrap()];
    let held = slots.map(|agreement| agreement.state.first_request_of(&parket).is_some());
    assert_eq!(held, [true, false], "it belongs to the first agreement");

    runner.stop().await;
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reserved_in_one_agreement_sees_who_reserved_in_another_before_also_where_no_view_shows_it() {
    let directory = tempfile::tempdir().unwrap();
    let config = Config { stores: Stores::in_files(directory.path()), ..Config::default() };
    Places::migrate(&config).await.unwrap();
    let state = open(config).await;
    let runner = Runner::start(state.logs(), state.views.clone()).await.unwrap();
    let parket = OrganisationId("parket-virton".into());
    let shown = waits_for_signatures(&state, &parket).await;
    runner.stop().await;
    let unseen = in_the_log(&state, AgreementTerms { parties: vec![parket.clone()], ..terms() }).await;

    // One takes the slot of the agreement that no view shows; the other looked before that, and takes the other slot.
    let (one, other) = (DossierId(clock::new_id()), DossierId(clock::new_id()));
    let context = prosecutor("prosecutor-1", &parket);
    let reserve = AgreementCommand::ReserveFirstRequest { dossier: one, parket: parket.clone() };
    state.log.execute::<CooperationAgreement>(&unseen.to_string(), &reserve, &context).await.unwrap();
    let desk = graphql::desk(&state);
    let late = desk.reserve_first_request(shown, other, &prosecutor("prosecutor-2", &parket)).await;
    assert_taken(&late.err().expect("the slot of the parket was taken"));
    state.close().await;
}

async fn open(config: Config) -> AppState {
    AppState::open(config, Clock::System).await.unwrap()
}

async fn head(state: &AppState) -> Position {
    state.log.head().await.unwrap().position
}

/// An agreement with this parket that was sent for signature, shown in the views.
async fn waits_for_signatures(state: &AppState, parket: &OrganisationId) -> AgreementId {
    sent_for_signature(state, AgreementTerms { parties: vec![parket.clone()], ..terms() }).await
}

/// An agreement with these terms that was sent for signature, shown in the views.
async fn sent_for_signature(state: &AppState, terms: AgreementTerms) -> AgreementId {
    let id = in_the_log(state, terms).await;
    let shown = state.views.wait_for(&[agreements::PROJECTION], head(state).await, std::time::Duration::from_secs(60));
    assert!(shown.await);
    id
}

/// The same, whether the views show it or not.
async fn in_the_log(state: &AppState, terms: AgreementTerms) -> AgreementId {
    let id = AgreementId(clock::new_id());
    let context = || context("coordinator-1", Role::MuseumCoordinator, OrganisationId::kazerne_dossin());
    let today = context().today;
    for command in [
        AgreementCommand::DraftAgreement { drafted_on: today, terms },
        AgreementCommand::SendForSignature { sent_on: today },
    ] {
        state.log.execute::<CooperationAgreement>(&id.to_string(), &command, &context()).await.unwrap();
    }
    id
}

fn prosecutor(person: &str, parket: &OrganisationId) -> CommandContext {
    context(person, Role::Prosecutor, parket.clone())
}

fn context(person: &str, role: Role, organisation: OrganisationId) -> CommandContext {
    let at = Clock::System.now();
    CommandContext {
        actor: Actor { id: ActorId(person.into()), role, organisation },
        purpose: Purpose::CaseHandling,
        at,
        today: clock::brussels_day(at),
        command_id: clock::new_id(),
        expected_version: None,
        provenance: Provenance::default(),
    }
}

fn request() -> NewRequest {
    let given = request_given();
    NewRequest {
        case_reference: given.case_reference,
        basis: given.basis,
        offences: given.offences,
        offence_on: given.offence_on,
        participant: given.participant,
        facts: given.facts,
    }
}

fn assert_taken(error: &DeskError) {
    let DeskError::Refused(refusal) = error else { panic!("{error:?}") };
    assert_eq!(refusal.code(), RefusalCode::FirstRequestTaken, "{refusal}");
}
