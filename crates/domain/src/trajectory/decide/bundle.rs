//! The bundle: put together, handed over under a consent to share, received.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::super::command::TrajectoryCommandKind;
use super::super::event::{DocumentReference, Piece, TrajectoryEvent, TrajectoryEventKind};
use super::super::record::Bundle;
use super::super::rejection::TrajectoryRejection as No;
use super::super::vocabulary::{PieceKind, ReflectionAuthor, SharingScope};
use super::case::{Case, Decision, check_document, check_length, day_until};
use crate::kernel::OrganisationId;

impl Case<'_> {
    /// The bundle is a document that is kept: what is handed over later is what was put together, to the byte.
    pub(super) fn assemble_bundle(&self, pieces: &[Piece], document: &DocumentReference) -> Decision {
        if pieces.is_empty() {
            return Err(No::PiecesMissing);
        }
        check_length("pieces", pieces)?;
        let mut chosen = BTreeSet::new();
        for piece in pieces {
            self.check_piece(piece)?;
            if !chosen.insert((piece.kind, piece.sequence)) {
                return Err(No::PieceTwice { sequence: piece.sequence });
            }
        }
        check_document("document", document)?;
        let last = self.dossier.bundles.last();
        let same = |bundle: &&Bundle| bundle.sha256 == document.sha256 && bundle.pieces == pieces && !bundle.outdated;
        if last.filter(same).is_some() {
            return self.already_done(TrajectoryCommandKind::AssembleBundle);
        }
        Ok(TrajectoryEvent::BundleAssembled {
            occurred_on: self.today(),
            number: last.map_or(1, |bundle| bundle.number.saturating_add(1)),
            pieces: pieces.to_vec(),
            sha256: document.sha256.clone(),
            document: Some(document.clone()),
        })
    }

    /// To whom the participant agreed, as long as that holds, and no more than agreed.
    pub(super) fn deliver_bundle(&self, number: u32, recipient: &OrganisationId, delivered_on: NaiveDate) -> Decision {
        let bundle = self.bundle(number)?;
        if bundle.deliveries.iter().any(|delivery| &delivery.recipient == recipient) {
            return self.already_done(TrajectoryCommandKind::DeliverBundle);
        }
        if bundle.outdated {
            return Err(No::BundleOutdated { number });
        }
        let has_advice = bundle.pieces.iter().any(|piece| piece.kind == PieceKind::Advice);
        if has_advice && self.dossier.stage.advice().is_none() {
            return Err(No::AdviceAfterEnd);
        }
        // Told as what it is: by then a consent that holds today may have expired.
        day_until("deliveredOn", delivered_on, self.today())?;
        let consented_on = self.check_sharing(bundle, recipient, delivered_on)?;
        let occurred_on = self.day("deliveredOn", delivered_on, Some(bundle.assembled_on.max(consented_on)))?;
        Ok(TrajectoryEvent::BundleDelivered { occurred_on, number, recipient: recipient.clone() })
    }

    pub(super) fn receive_bundle(&self, number: u32, received_on: NaiveDate) -> Decision {
        let recipient = self.organisation();
        let mut deliveries = self.bundle(number)?.deliveries.iter();
        let Some(delivery) = deliveries.find(|delivery| delivery.recipient == recipient) else {
            return Err(No::NothingDelivered { organisation: recipient });
        };
        if delivery.received_on.is_some() {
            return self.already_done(TrajectoryCommandKind::ReceiveBundle);
        }
        let occurred_on = self.day("receivedOn", received_on, Some(delivery.delivered_on))?;
        Ok(TrajectoryEvent::BundleReceived { occurred_on, number, recipient })
    }

    fn bundle(&self, number: u32) -> Result<&Bundle, No> {
        self.dossier.bundles.iter().find(|bundle| bundle.number == number).ok_or(No::BundleNotFound { number })
    }

    /// A piece points at an event that still stands and holds it. Calls and talks hold notes, which are never pieces.
    fn check_piece(&self, piece: &Piece) -> Result<(), No> {
        use ReflectionAuthor::{Both, Guide, Participant};
        use TrajectoryEventKind::*;
        let Piece { kind, sequence } = *piece;
        let invalid = No::PieceInvalid { sequence, kind };
        let Some(entry) = self.state.entry(sequence).filter(|entry| !entry.annulled) else { return Err(invalid) };
        let report_by = |one: ReflectionAuthor| {
            entry.kind == ReflectionReportFiled && (entry.author == Some(one) || entry.author == Some(Both))
        };
        let fits = match kind {
            // After a replaced participant the first request is about somebody else.
            PieceKind::Request => sequence == self.dossier.participant_named,
            PieceKind::Consent => {
                matches!(entry.kind, ParticipationConsentGiven | SharingConsentGiven | ConsentEvidenceAttached)
            }
            PieceKind::Attendance => entry.kind == IndividualTourHeld,
            PieceKind::GuideReflection => report_by(Guide),
            PieceKind::ParticipantReflection => report_by(Participant),
            PieceKind::Advice => match self.dossier.stage.advice() {
                None => return Err(No::AdviceAfterEnd),
                Some(standing) => standing == sequence,
            },
        };
        if fits { Ok(()) } else { Err(invalid) }
    }

    /// The day of the consent under which this bundle may go to this recipient on that day.
    fn check_sharing(&self, bundle: &Bundle, recipient: &OrganisationId, on: NaiveDate) -> Result<NaiveDate, No> {
        let naming = self.dossier.sharing.as_ref().filter(|consent| consent.recipients.contains(recipient));
        let Some(consent) = naming else { return Err(No::SharingConsentMissing { recipient: recipient.clone() }) };
        if let Some(expired_on) = consent.expires_on.filter(|expires_on| *expires_on < on) {
            return Err(No::SharingConsentExpired { expired_on });
        }
        let beyond_advice = bundle.pieces.iter().any(|piece| piece.kind != PieceKind::Advice);
        if consent.scope == SharingScope::Advice && beyond_advice {
            return Err(No::SharingScopeTooNarrow);
        }
        Ok(consent.given_on)
    }
}
