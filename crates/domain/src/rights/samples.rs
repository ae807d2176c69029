//! Made-up events of a rights request, for fixtures and tests.

use chrono::NaiveDate;
use uuid::Uuid;

use super::event::{Asked, RightsEvent, Term};
use super::vocabulary::*;
use crate::kernel::{DossierId, LegalReference, OrganisationId, Personal, SubjectId};

/// The person concerned.
pub fn subject() -> SubjectId {
    SubjectId(Uuid::from_u128(0x5001))
}

/// The dossier that holds the data.
pub fn dossier() -> DossierId {
    DossierId(Uuid::from_u128(0xd001))
}

/// The article the term follows from.
pub fn reference() -> LegalReference {
    LegalReference {
        act: "Verordening (EU) 2016/679 (AVG)".into(),
        article: "art. 12, lid 3".into(),
        valid_from: NaiveDate::from_ymd_opt(2018, 5, 25),
    }
}

/// A term that ends on this day.
pub fn term(due_on: NaiveDate) -> Term {
    Term { due_on, reference: reference() }
}

/// A day of 2026.
pub fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap_or_default()
}

/// Received on 31 January, due on the last day of February.
pub fn received() -> RightsEvent {
    RightsEvent::RightsRequestReceived {
        occurred_on: day(1, 31),
        asked: Asked {
            kind: RightsKind::Erasure,
            dossier: dossier(),
            subject: subject(),
            controller: OrganisationId::kazerne_dossin(),
            wording: Some(Personal::clear(subject(), "Wil dat alles verdwijnt.".into())),
        },
        term: term(day(2, 28)),
    }
}

/// Extended on 20 February until 30 April.
pub fn extended() -> RightsEvent {
    RightsEvent::RightsRequestExtended {
        occurred_on: day(2, 20),
        term: term(day(4, 30)),
        reason: Personal::clear(subject(), "Het dossier ligt bij twee parketten.".into()),
    }
}

/// Answered on 2 April.
pub fn answered() -> RightsEvent {
    RightsEvent::RightsRequestAnswered {
        occurred_on: day(4, 2),
        answer: RightsAnswer::GrantedInPart,
        ground: Some(RightsRefusalGround::LegalClaims),
        reference: Some(LegalReference { article: "art. 17, lid 3".into(), ..reference() }),
        explanation: Some(Personal::clear(subject(), "Het advies blijft tot de zaak beslist is.".into())),
    }
}

/// One of each event, in the order of `RightsEvent::TYPES`, with every optional field filled.
pub fn one_of_each() -> Vec<RightsEvent> {
    vec![received(), extended(), answered()]
}
