//! What went outside, who has to know when it turns out wrong or is erased, and the documents a dossier keeps.

use chrono::NaiveDate;

use super::event::DocumentReference;
use super::record::{Disclosure, Erasure, KeptDocument, Settled, Telling};
use super::state::{Dossier, LearningTrajectory};
use super::vocabulary::{CorrectableField, DocumentKind, TellingCause};
use crate::kernel::{OrganisationId, Side, SubjectId};

impl LearningTrajectory {
    /// The documents kept sealed beside the log, in the order they were recorded.
    pub fn documents(&self) -> &[KeptDocument] {
        self.dossier.as_ref().map(|dossier| dossier.documents.as_slice()).unwrap_or_default()
    }

    /// Whether what is known of this subject of the dossier was erased, or is about to be.
    pub fn gone(&self, subject: SubjectId) -> bool {
        matches!(self.erasure(subject), Some(Erasure::Confirmed { .. } | Erasure::Destroyed { .. }))
    }

    /// Who had to be told of a correction, an erasure or a restriction, told or not, in the order it came up.
    pub fn tellings(&self) -> &[Telling] {
        self.dossier.as_ref().map(|dossier| dossier.tellings.as_slice()).unwrap_or_default()
    }

    /// Who is still to be told.
    pub fn still_to_tell(&self) -> impl Iterator<Item = &Telling> {
        self.tellings().iter().filter(|telling| telling.settled.is_none())
    }

    /// Everybody to whom something of the subject went has to know of this correction of an earlier event, but the parket that
    /// made it: a side corrects what it recorded itself.
    pub(super) fn have_correction_told(&mut self, corrected: u64, sequence: u64, since: NaiveDate) {
        let by_the_parket = self.entry(corrected).is_some_and(|entry| entry.by == Some(Side::Parket));
        let Some(dossier) = &mut self.dossier else { return };
        let made_by = by_the_parket.then(|| dossier.parket.clone());
        dossier.have_others_told(made_by.as_ref(), dossier.subject, TellingCause::Rectification, sequence, since);
    }
}

impl CorrectableField {
    /// Whether it is ever handed over: notes of calls and talks are in no bundle.
    pub(super) fn goes_out(self) -> bool {
        self != Self::Notes
    }
}

impl Dossier {
    pub(super) fn keep(
        &mut self,
        sequence: u64,
        kind: DocumentKind,
        recorded_by: &OrganisationId,
        reference: &DocumentReference,
    ) {
        self.documents.push(KeptDocument {
            sequence,
            kind,
            subject: self.subject,
            recorded_by: recorded_by.clone(),
            bundle: None,
            reference: reference.clone(),
        });
    }

    pub(super) fn keep_bundle(&mut self, sequence: u64, number: u32, reference: &DocumentReference) {
        self.keep(sequence, DocumentKind::Bundle, &OrganisationId::kazerne_dossin(), reference);
        self.documents.iter_mut().rev().take(1).for_each(|kept| kept.bundle = Some(number));
    }

    /// A bundle went to this recipient; it says everything that was corrected before it was put together.
    pub(super) fn hand_over(&mut self, recipient: &OrganisationId, number: u32, on: NaiveDate) {
        self.disclose(recipient);
        let open = self.tellings.iter_mut().filter(|telling| {
            telling.settled.is_none() && telling.cause == TellingCause::Rectification && &telling.recipient == recipient
        });
        open.for_each(|telling| telling.settled = Some(Settled::NextBundle { on, number }));
    }

    /// What the dossier says of its subject is known to this organisation from here on.
    pub(super) fn disclose(&mut self, recipient: &OrganisationId) {
        let disclosure = Disclosure { subject: self.subject, recipient: recipient.clone() };
        if !self.disclosures.contains(&disclosure) {
            self.disclosures.push(disclosure);
        }
    }

    /// Everybody to whom something about this subject went has to know of this event.
    pub(super) fn have_told(&mut self, subject: SubjectId, cause: TellingCause, sequence: u64, since: NaiveDate) {
        self.have_others_told(None, subject, cause, sequence, since);
    }

    /// The same, but for who knows of the event because it is their own.
    fn have_others_told(
        &mut self,
        but: Option<&OrganisationId>,
        subject: SubjectId,
        cause: TellingCause,
        sequence: u64,
        since: NaiveDate,
    ) {
        let concerned = self.disclosures.iter().filter(|disclosure| disclosure.subject == subject);
        let recipients = concerned.map(|disclosure| &disclosure.recipient).filter(|recipient| Some(*recipient) != but);
        for recipient in recipients.cloned() {
            self.tellings.push(Telling { recipient, cause, sequence, since, settled: None });
        }
    }

    pub(super) fn settle_telling(&mut self, recipient: &OrganisationId, sequence: u64, settled: &Settled) {
        let asked = |telling: &&mut Telling| &telling.recipient == recipient && telling.sequence == sequence;
        self.tellings.iter_mut().filter(asked).for_each(|telling| telling.settled = Some(settled.clone()));
    }
}
