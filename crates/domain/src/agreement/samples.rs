//! Made-up events of a cooperation agreement, for fixtures and tests.

use chrono::{DateTime, NaiveDate};
use uuid::Uuid;

use super::event::{AgreementEvent, AgreementTerms, MultiYearPlan, Signatory, Validity};
use super::vocabulary::*;
use crate::kernel::{DossierId, OrganisationId};
use crate::trajectory::event::DocumentReference;

/// The parket of the samples.
pub fn parket() -> OrganisationId {
    OrganisationId("parket-antwerpen".into())
}

/// An agreement on learning trajectories with that parket.
pub fn terms() -> AgreementTerms {
    AgreementTerms { kind: AgreementKind::LearningTrajectory, parties: vec![parket()], names_article_216ter: true }
}

/// Both sides, each in a capacity.
pub fn signatories() -> Vec<Signatory> {
    vec![
        Signatory { organisation: parket(), capacity: "procureur des Konings".into() },
        Signatory { organisation: OrganisationId::kazerne_dossin(), capacity: "algemeen directeur".into() },
    ]
}

/// One of each event, in the order of `AgreementEvent::TYPES`, with every optional field filled.
pub fn one_of_each() -> Vec<AgreementEvent> {
    let dossier = DossierId(Uuid::from_u128(0xd0551e4));
    let reserved_at = DateTime::from_timestamp(1_737_806_400, 0).unwrap_or_default();
    let document =
        DocumentReference { sha256: "ab".repeat(32), media_type: "application/pdf".into(), bytes: 52_113, blob: None };
    vec![
        AgreementEvent::AgreementDrafted { occurred_on: day(2025, 1, 10), terms: terms() },
        AgreementEvent::AgreementSentForSignature { occurred_on: day(2025, 1, 20) },
        AgreementEvent::AgreementSigned {
            occurred_on: day(2025, 2, 1),
            signatories: signatories(),
            validity: Validity { from: day(2025, 2, 1), until: Some(day(2026, 1, 31)) },
        },
        AgreementEvent::RenewalStarted { occurred_on: day(2026, 1, 15) },
        AgreementEvent::AgreementRenewed {
            occurred_on: day(2026, 1, 20),
            signatories: signatories(),
            validity: Validity { from: day(2026, 2, 1), until: None },
        },
        AgreementEvent::AgreementTerminated {
            occurred_on: day(2026, 6, 1),
            effective_on: day(2026, 9, 1),
            reason: TerminationReason::ByMutualConsent,
        },
        AgreementEvent::StructuralConsultationHeld {
            occurred_on: day(2025, 9, 1),
            attended_by: vec![parket(), OrganisationId::kazerne_dossin()],
        },
        AgreementEvent::MultiYearPlanAttached {
            occurred_on: day(2025, 9, 1),
            plan: MultiYearPlan {
                title: "Meerjarenplan".into(),
                from_year: 2025,
                until_year: 2027,
                document: Some(document),
            },
        },
        AgreementEvent::FirstRequestReserved { occurred_on: day(2025, 1, 25), dossier, parket: parket(), reserved_at },
        AgreementEvent::FirstRequestConfirmed { occurred_on: day(2025, 1, 25), dossier, parket: parket() },
        AgreementEvent::FirstRequestReleased {
            occurred_on: day(2025, 1, 25),
            dossier,
            parket: parket(),
            reason: ReleaseReason::WrongPerson,
        },
    ]
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}
