//! Who may do what to an agreement, as one table.

use super::super::rejection::AgreementRejection;
use super::*;
use crate::agreement::event::MultiYearPlan;
use crate::kernel::{Decider, Label};

fn commands() -> Vec<AgreementCommand> {
    let parket = antwerpen();
    vec![
        AgreementCommand::DraftAgreement { drafted_on: day("2025-01-10"), terms: terms() },
        AgreementCommand::SendForSignature { sent_on: day("2025-01-20") },
        AgreementCommand::SignAgreement {
            signed_on: day("2025-02-01"),
            signatories: signatories(),
            validity: until("2025-02-01", "2026-01-31"),
        },
        AgreementCommand::StartRenewal { started_on: day("2025-02-01") },
        AgreementCommand::RenewAgreement {
            signed_on: day("2025-02-01"),
            signatories: signatories(),
            validity: until("2026-02-01", "2027-01-31"),
        },
        AgreementCommand::TerminateAgreement {
            decided_on: day("2025-02-01"),
            effective_on: day("2025-02-01"),
            reason: TerminationReason::Other,
        },
        AgreementCommand::HoldStructuralConsultation { held_on: day("2025-02-01"), attended_by: vec![antwerpen()] },
        AgreementCommand::AttachMultiYearPlan {
            plan: MultiYearPlan { title: "Plan".into(), from_year: 2025, until_year: 2026, document: None },
        },
        AgreementCommand::ReserveFirstRequest { dossier: dossier(1), parket: parket.clone() },
        AgreementCommand::ConfirmFirstRequest { dossier: dossier(1), parket: parket.clone() },
        AgreementCommand::ReleaseFirstRequest { dossier: dossier(1), parket, reason: ReleaseReason::WrongPerson },
    ]
}

/// The table: the agreement is kept by coordinator and prosecutors, the slot by the parket, freed by either side.
fn may(role: Role, command: &AgreementCommand) -> bool {
    match command {
        AgreementCommand::ReserveFirstRequest { .. } | AgreementCommand::ConfirmFirstRequest { .. } => {
            matches!(role, Role::Prosecutor | Role::ProsecutionJurist)
        }
        AgreementCommand::ReleaseFirstRequest { .. } => {
            matches!(role, Role::Prosecutor | Role::ProsecutionJurist | Role::MuseumCoordinator)
        }
        _kept_by_both_sides => matches!(role, Role::Prosecutor | Role::MuseumCoordinator),
    }
}

#[test]
fn every_role_may_do_what_the_table_says_and_nothing_else() {
    for command in commands() {
        let given = if matches!(command, AgreementCommand::DraftAgreement { .. }) { vec![] } else { awaiting() };
        for role in Role::ALL.iter().copied() {
            let organisation =
                if role.side() == Some(crate::kernel::Side::Museum) { "kazerne-dossin" } else { "parket-antwerpen" };
            let decided = folded(&given).decide(&command, &as_role(role, organisation, "2025-03-01"));
            let refused_for_role = matches!(decided, Err(AgreementRejection::NotYourRole { .. }));
            assert_eq!(!refused_for_role, may(role, &command), "{role:?}: {:?}", command.kind());
        }
    }
}

#[test]
fn a_prosecutor_keeps_only_agreements_that_name_the_own_parket() {
    let elsewhere = as_role(Role::Prosecutor, "parket-elders", "2025-03-01");
    for command in commands() {
        let given = if matches!(command, AgreementCommand::DraftAgreement { .. }) { vec![] } else { in_force() };
        let expected = match &command {
            AgreementCommand::ReserveFirstRequest { parket, .. }
            | AgreementCommand::ConfirmFirstRequest { parket, .. }
            | AgreementCommand::ReleaseFirstRequest { parket, .. } => {
                AgreementRejection::NotYourParket { parket: parket.clone() }
            }
            _kept_by_both_sides => {
                AgreementRejection::NotAParty { organisation: OrganisationId("parket-elders".into()) }
            }
        };
        assert_eq!(folded(&given).decide(&command, &elsewhere), Err(expected), "{:?}", command.kind());
    }
}
