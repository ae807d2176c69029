//! Erasure: asked for by compliance, decided by another person for the controller, recorded once the key is gone.

use super::super::certificate::{ErasureCertificate, Unreadable};
use super::super::command::TrajectoryCommandKind;
use super::super::event::TrajectoryEvent;
use super::super::record::{AskedErasure, Erasure};
use super::super::rejection::TrajectoryRejection as No;
use super::case::{Case, Decision, check_reference};
use crate::kernel::{LegalReference, SubjectId};

impl Case<'_> {
    /// Restriction comes before erasure, and nothing is erased under a legal hold.
    pub(super) fn request_erasure(&self, subject: SubjectId, reference: &LegalReference) -> Decision {
        check_reference(reference)?;
        match self.erasure_of(subject)? {
            None | Some(Erasure::Refused) => {}
            Some(Erasure::Requested(_) | Erasure::Confirmed(_) | Erasure::Destroyed { .. }) => {
                return self.already_done(TrajectoryCommandKind::RequestErasure);
            }
        }
        self.check_restricted(subject)?;
        Ok(TrajectoryEvent::ErasureRequested {
            occurred_on: self.today(),
            subject,
            reference: reference.clone(),
            requested_by: self.context.actor.id.clone(),
        })
    }

    pub(super) fn refuse_erasure(&self, subject: SubjectId, reference: &LegalReference) -> Decision {
        check_reference(reference)?;
        self.asked(subject)?;
        Ok(TrajectoryEvent::ErasureRefused {
            occurred_on: self.today(),
            subject,
            reference: reference.clone(),
            refused_by: self.context.actor.id.clone(),
        })
    }

    pub(super) fn confirm_erasure(&self, subject: SubjectId) -> Decision {
        let asked = self.asked(subject)?;
        self.check_restricted(subject)?;
        Ok(TrajectoryEvent::ErasureConfirmed {
            occurred_on: self.today(),
            subject,
            reference: asked.reference.clone(),
            requested_by: asked.by.clone(),
            confirmed_by: self.context.actor.id.clone(),
        })
    }

    /// The key is gone already when this is asked: what remains is to say so, with the certificate, in one go.
    pub(super) fn record_key_destroyed(
        &self,
        subject: SubjectId,
        key_backups_kept_days: u32,
        unreadable: Unreadable,
    ) -> Result<Vec<TrajectoryEvent>, No> {
        let confirmed = match self.erasure_of(subject)? {
            Some(Erasure::Confirmed(confirmed)) => confirmed,
            Some(Erasure::Destroyed { .. }) => {
                return self.already_done(TrajectoryCommandKind::RecordKeyDestroyed);
            }
            None | Some(Erasure::Requested(_) | Erasure::Refused) => return Err(No::ErasureNotConfirmed),
        };
        let occurred_on = self.today();
        let certificate = ErasureCertificate::of(confirmed, occurred_on, key_backups_kept_days, unreadable);
        Ok(vec![
            TrajectoryEvent::SubjectKeyDestroyed { occurred_on, subject },
            TrajectoryEvent::ErasureCertified { occurred_on, subject, certificate },
        ])
    }

    /// How far it is, of a subject of this dossier.
    fn erasure_of(&self, subject: SubjectId) -> Result<Option<&Erasure>, No> {
        if !self.state.subjects().contains(&subject) {
            return Err(No::SubjectNotHere);
        }
        Ok(self.state.erasure(subject))
    }

    /// What another person asked.
    fn asked(&self, subject: SubjectId) -> Result<&AskedErasure, No> {
        match self.erasure_of(subject)? {
            Some(Erasure::Requested(asked)) if asked.by == self.context.actor.id => Err(No::AskedBySamePerson),
            Some(Erasure::Requested(asked)) => Ok(asked),
            None | Some(Erasure::Refused | Erasure::Confirmed(_) | Erasure::Destroyed { .. }) => {
                Err(No::ErasureNotRequested)
            }
        }
    }

    /// Work on the right person goes on while the wrong one, of whom nothing is used any more, is erased.
    fn check_restricted(&self, subject: SubjectId) -> Result<(), No> {
        let current = subject == self.dossier.subject;
        if current && self.dossier.restrictions.is_empty() { Err(No::RestrictionFirst) } else { Ok(()) }
    }
}
