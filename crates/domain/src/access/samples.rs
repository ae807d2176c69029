//! Made-up events of the access log, for fixtures and tests.

use std::collections::BTreeSet;

use chrono::DateTime;
use uuid::Uuid;

use super::event::{AccessEvent, Checkpoints, DossierShown, Question, RefusedPart};
use super::vocabulary::{AuthenticationFailure, QuestionRefusal};
use crate::edition::event::EditionForm;
use crate::kernel::{DossierId, OrganisationId, RefusalCode};
use crate::register::dossier_number;

/// One of each event.
pub fn one_of_each() -> Vec<AccessEvent> {
    let dossier = DossierId(Uuid::from_u128(0xd0551e4));
    let personal = BTreeSet::from(["participant".to_owned(), "Notes".to_owned()]);
    vec![
        AccessEvent::DossiersShown {
            dossiers: vec![DossierShown { id: dossier, personal: personal.clone() }],
            question: question("trajectories"),
            checkpoints: checkpoints(),
        },
        AccessEvent::OverviewShown { question: question("dashboard"), checkpoints: checkpoints() },
        AccessEvent::QuestionRefused {
            refusals: vec![RefusedPart {
                reason: QuestionRefusal::NotFound,
                field: "trajectory".into(),
                dossier: Some(dossier),
                number: None,
            }],
            question: question("trajectory"),
        },
        AccessEvent::CommandRefused {
            command: "issueAdvice".into(),
            code: RefusalCode::SeparationOfDuties,
            dossier: Some(dossier),
            question: question("issueAdvice"),
        },
        AccessEvent::AuthenticationFailed {
            reason: AuthenticationFailure::Expired,
            count: 3,
            first_at: DateTime::from_timestamp(1_772_445_600, 0).unwrap_or_default(),
            last_at: DateTime::from_timestamp(1_772_445_609, 0).unwrap_or_default(),
        },
        AccessEvent::PieceDownloaded {
            dossier,
            document: "5f2f0c2e8f5f4b9b9a380d3a7e8f1a015f2f0c2e8f5f4b9b9a380d3a7e8f1a01".into(),
            recipient: Some(OrganisationId("parket-antwerpen".into())),
            withheld: false,
            question: Question::of_program("documents"),
        },
        AccessEvent::DocumentBroughtIn {
            dossier,
            document: "5f2f0c2e8f5f4b9b9a380d3a7e8f1a015f2f0c2e8f5f4b9b9a380d3a7e8f1a01".into(),
            bytes: 48_213,
            question: Question::of_program("documents"),
        },
        AccessEvent::DocumentLinkMade {
            dossier,
            document: "5f2f0c2e8f5f4b9b9a380d3a7e8f1a015f2f0c2e8f5f4b9b9a380d3a7e8f1a01".into(),
            valid_until: DateTime::from_timestamp(1_772_445_660, 0).unwrap_or_default(),
            question: question("makeDocumentLink"),
        },
        AccessEvent::ExportMade {
            log: "events".into(),
            selection: "dossier".into(),
            dossier: Some(dossier),
            tree_size: 1_204,
            opened: false,
            personal: BTreeSet::new(),
            question: Question::of_program("audit export"),
        },
        AccessEvent::ReplayShown { dossier, personal, through: 1_204, question: Question::of_program("replay") },
        AccessEvent::EditionDownloaded {
            editions: crate::publication::samples::editions(),
            number: 1,
            form: EditionForm::Pdf,
            document: "f0".repeat(32),
            question: Question::of_program("GET /editions"),
        },
    ]
}

fn question(field: &str) -> Question {
    Question { operation: Some("Werklijst".into()), fields: vec![field.into()], case: Some(dossier_number(2026, 42)) }
}

fn checkpoints() -> Checkpoints {
    Checkpoints::from([("audit".to_owned(), 1_204), ("trajectories".to_owned(), 1_203)])
}
