//! The cooperation agreement: given what happened, when something is asked, then what happens or why not.

mod first_request;
mod laws;
mod life;
mod who;

use cqrs_es::test::{AggregateResultValidator, TestFramework};
use uuid::Uuid;

use super::command::AgreementCommand;
use super::event::{AgreementEvent, AgreementTerms, Signatory, Validity};
use super::state::CooperationAgreement;
use super::vocabulary::*;
use crate::kernel::testing::{as_role, day, moment};
use crate::kernel::{Addressed, CommandContext, DossierId, OrganisationId, Role};

fn antwerpen() -> OrganisationId {
    OrganisationId("parket-antwerpen".into())
}

fn limburg() -> OrganisationId {
    OrganisationId("parket-limburg".into())
}

fn dossier(n: u128) -> DossierId {
    DossierId(Uuid::from_u128(n))
}

fn terms() -> AgreementTerms {
    AgreementTerms {
        kind: AgreementKind::LearningTrajectory,
        parties: vec![antwerpen(), limburg()],
        names_article_216ter: false,
    }
}

fn signatories() -> Vec<Signatory> {
    [antwerpen(), limburg(), OrganisationId::kazerne_dossin()]
        .map(|organisation| Signatory { organisation, capacity: "gemachtigde".into() })
        .to_vec()
}

fn until(from: &str, until: &str) -> Validity {
    Validity { from: day(from), until: Some(day(until)) }
}

fn drafted() -> AgreementEvent {
    AgreementEvent::AgreementDrafted { occurred_on: day("2025-01-10"), terms: terms() }
}

fn sent() -> AgreementEvent {
    AgreementEvent::AgreementSentForSignature { occurred_on: day("2025-01-20") }
}

fn signed() -> AgreementEvent {
    AgreementEvent::AgreementSigned {
        occurred_on: day("2025-02-01"),
        signatories: signatories(),
        validity: until("2025-02-01", "2026-01-31"),
    }
}

fn renewal_started() -> AgreementEvent {
    AgreementEvent::RenewalStarted { occurred_on: day("2026-01-15") }
}

fn renewed() -> AgreementEvent {
    AgreementEvent::AgreementRenewed {
        occurred_on: day("2026-01-20"),
        signatories: signatories(),
        validity: until("2026-02-01", "2027-01-31"),
    }
}

fn terminated() -> AgreementEvent {
    AgreementEvent::AgreementTerminated {
        occurred_on: day("2025-06-01"),
        effective_on: day("2025-07-01"),
        reason: TerminationReason::NoticeGiven,
    }
}

fn awaiting() -> Vec<AgreementEvent> {
    vec![drafted(), sent()]
}

fn in_force() -> Vec<AgreementEvent> {
    vec![drafted(), sent(), signed()]
}

fn reserved(n: u128, at: &str) -> AgreementEvent {
    AgreementEvent::FirstRequestReserved {
        occurred_on: moment(at).date_naive(),
        dossier: dossier(n),
        parket: antwerpen(),
        reserved_at: moment(at),
    }
}

fn folded(events: &[AgreementEvent]) -> CooperationAgreement {
    events.iter().fold(CooperationAgreement::default(), |mut agreement, event| {
        agreement.apply(event);
        agreement
    })
}

fn coordinator(today: &str) -> CommandContext {
    as_role(Role::MuseumCoordinator, OrganisationId::KAZERNE_DOSSIN, today)
}

fn prosecutor(today: &str) -> CommandContext {
    as_role(Role::Prosecutor, "parket-antwerpen", today)
}

fn when(
    given: Vec<AgreementEvent>,
    command: AgreementCommand,
    context: CommandContext,
) -> AggregateResultValidator<CooperationAgreement> {
    TestFramework::<CooperationAgreement>::with(()).given(given).when(Addressed { command, context })
}
