//! Made-up events of report editions, for fixtures and tests.

use chrono::NaiveDate;
use uuid::Uuid;

use super::event::*;
use super::finding::Finding;
use crate::action::event::PolicyDomainCode;
use crate::kernel::{ActorId, HalfYear, PlanId, ReportEditionId};

/// The plan.
pub fn plan() -> PlanId {
    PlanId(Uuid::from_u128(0x91a1))
}

/// The half-year: the second of 2025.
pub fn half_year() -> HalfYear {
    HalfYear::of(day(12, 1))
}

/// A day of 2025.
pub fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, month, day).unwrap_or_default()
}

/// Somebody.
pub fn person(name: &str) -> ActorId {
    ActorId(name.into())
}

/// A head.
pub fn head() -> EditionHead {
    EditionHead {
        label: "Najaar 2025".into(),
        window: Some(ReportingWindow { from: day(4, 1), until: day(10, 1) }),
        cut_off: day(10, 15),
        preface: Some("Dit is de eerste editie.".into()),
    }
}

/// Opened by the first coordinator.
pub fn opened() -> EditionEvent {
    EditionEvent::EditionOpened {
        occurred_on: day(9, 1),
        plan: plan(),
        half_year: half_year(),
        head: head(),
        by: person("first"),
    }
}

/// Rows are due on 1 October; those of welfare and of youth on other days.
pub fn due() -> CollectionDue {
    let exception = |who, due_on| DueException { who, due_on };
    CollectionDue {
        due_on: day(10, 1),
        exceptions: vec![
            exception(DueFor::PolicyDomain(PolicyDomainCode("WVG".into())), day(10, 5)),
            exception(DueFor::Competence("Jeugd".into()), day(9, 20)),
        ],
    }
}

/// Three counsellors in a text of an action.
pub fn finding() -> Finding {
    let place = Place { action: "6.2".parse().ok(), part: "description".into() };
    let editions = ReportEditionId::of(plan(), half_year());
    Finding::new(editions, BlockerKind::SmallCountInText, place, "drie consulenten".into())
}

/// What freezing pins.
pub fn pinned() -> Pinned {
    let (content, pdf) = ("c0".repeat(32), "f0".repeat(32));
    Pinned {
        index: 4_711,
        content: content.clone(),
        format: "spoor-edition/1".into(),
        rules: "2025-09".into(),
        forms: vec![
            StoredForm {
                form: EditionForm::Json,
                media_type: "application/json".into(),
                sha256: content,
                bytes: 96_000,
            },
            StoredForm { form: EditionForm::Pdf, media_type: "application/pdf".into(), sha256: pdf, bytes: 412_000 },
        ],
        publication: Some(crate::publication::samples::told(3)),
    }
}

/// Frozen by the first coordinator.
pub fn frozen(number: u32) -> EditionEvent {
    EditionEvent::EditionFrozen { occurred_on: day(10, 20), number, pinned: pinned(), by: person("first") }
}

/// Approved by the second.
pub fn approved(number: u32) -> EditionEvent {
    EditionEvent::EditionApproved { occurred_on: day(10, 22), number, by: person("second") }
}

/// One of each event, in the order of `EditionEvent::TYPES`, with every optional field filled.
pub fn one_of_each() -> Vec<EditionEvent> {
    let Finding { id, kind, place, .. } = finding();
    vec![
        opened(),
        EditionEvent::EditionHeadRevised { occurred_on: day(9, 2), number: 1, head: head(), by: person("second") },
        EditionEvent::CollectionRoundOpened { occurred_on: day(9, 3), due: due() },
        EditionEvent::CollectionRoundRescheduled { occurred_on: day(9, 25), due: due() },
        EditionEvent::ContactsReminded { occurred_on: day(9, 28), competences: vec!["Jeugd".into()] },
        EditionEvent::SmallCountWaived {
            occurred_on: day(10, 18),
            number: 1,
            finding: id,
            kind,
            place,
            by: person("second"),
            reason: "Het gaat om personeel, en staat in de vacatures.".into(),
        },
        frozen(1),
        approved(1),
        EditionEvent::EditionSubmitted { occurred_on: day(10, 24), number: 1 },
        EditionEvent::EditionWithdrawn {
            occurred_on: day(11, 3),
            number: 1,
            by: person("first"),
            reason: "Een bedrag was verkeerd overgenomen.".into(),
        },
        EditionEvent::CorrectionOpened {
            occurred_on: day(11, 3),
            number: 2,
            corrects: Some(1),
            head: head(),
            by: person("first"),
            reason: "Het bedrag van actie 6.2 is verbeterd.".into(),
        },
    ]
}
