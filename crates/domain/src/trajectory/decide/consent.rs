//! Consent to take part, consent to share, and their evidence.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::super::command::TrajectoryCommandKind;
use super::super::event::{DocumentReference, TrajectoryEvent, TrajectoryEventKind};
use super::super::record::SharingConsent;
use super::super::rejection::TrajectoryRejection as No;
use super::super::vocabulary::{ConsentGiver, EvidenceKind, SharingScope};
use super::case::{Case, Decision, check_code, check_document, check_length};
use crate::kernel::OrganisationId;

impl Case<'_> {
    /// Both statements, *facts not disputed* and *willing*, by the person who has to make them.
    pub(super) fn give_consent(
        &self,
        declared_on: NaiveDate,
        text_version: &str,
        given_by: ConsentGiver,
        (facts_not_disputed, willing): (bool, bool),
    ) -> Decision {
        if !(facts_not_disputed && willing) {
            return Err(No::ConsentStatementsMissing);
        }
        if given_by != self.dossier.consent_by {
            return Err(No::ConsentByAnother { expected: self.dossier.consent_by });
        }
        check_code("textVersion", text_version)?;
        Ok(TrajectoryEvent::ParticipationConsentGiven {
            occurred_on: self.declared(declared_on)?,
            text_version: text_version.to_owned(),
            given_by,
            facts_not_disputed,
            willing,
            recorded_by: self.organisation(),
        })
    }

    pub(super) fn refuse_consent(&self, declared_on: NaiveDate, text_version: &str) -> Decision {
        check_code("textVersion", text_version)?;
        Ok(TrajectoryEvent::ParticipationConsentRefused {
            occurred_on: self.declared(declared_on)?,
            text_version: text_version.to_owned(),
            recorded_by: self.organisation(),
        })
    }

    /// Effective the day it was declared, even when later steps were recorded in ignorance of it.
    pub(super) fn withdraw_consent(&self, declared_on: NaiveDate) -> Decision {
        let consented_on = self.dossier.stage.consent().and_then(|consent| self.day_of(consent));
        Ok(TrajectoryEvent::ParticipationConsentWithdrawn {
            occurred_on: self.day("declaredOn", declared_on, consented_on)?,
            recorded_by: self.organisation(),
        })
    }

    pub(super) fn give_sharing_consent(
        &self,
        declared_on: NaiveDate,
        text_version: &str,
        recipients: &[OrganisationId],
        scope: SharingScope,
        expires_on: Option<NaiveDate>,
    ) -> Decision {
        check_code("textVersion", text_version)?;
        check_recipients(recipients)?;
        let given_on = self.declared(declared_on)?;
        if expires_on.is_some_and(|expires_on| expires_on < given_on) {
            return Err(No::ExpiryBeforeConsent);
        }
        let (text_version, recipients) = (text_version.to_owned(), recipients.to_vec());
        let consent = SharingConsent { given_on, text_version, recipients, scope, expires_on };
        if self.dossier.sharing.as_ref() == Some(&consent) {
            return self.already_done(TrajectoryCommandKind::GiveSharingConsent);
        }
        Ok(TrajectoryEvent::SharingConsentGiven {
            occurred_on: given_on,
            text_version: consent.text_version,
            recipients: consent.recipients,
            scope,
            expires_on,
            recorded_by: self.organisation(),
        })
    }

    pub(super) fn withdraw_sharing_consent(&self, declared_on: NaiveDate) -> Decision {
        let given_on = self.dossier.sharing.as_ref().map(|consent| consent.given_on);
        Ok(TrajectoryEvent::SharingConsentWithdrawn {
            occurred_on: self.day("declaredOn", declared_on, given_on)?,
            recorded_by: self.organisation(),
        })
    }

    pub(super) fn attach_consent_evidence(&self, kind: EvidenceKind, document: &DocumentReference) -> Decision {
        check_document("document", document)?;
        if self.dossier.evidence.contains(&document.sha256) {
            return self.already_done(TrajectoryCommandKind::AttachConsentEvidence);
        }
        Ok(TrajectoryEvent::ConsentEvidenceAttached {
            occurred_on: self.today(),
            kind,
            document: document.clone(),
            recorded_by: self.organisation(),
        })
    }

    /// A declaration follows the decision on eligibility.
    fn declared(&self, declared_on: NaiveDate) -> Result<NaiveDate, No> {
        self.step_day("declaredOn", declared_on, TrajectoryEventKind::ParticipationConsentGiven)
    }
}

fn check_recipients(recipients: &[OrganisationId]) -> Result<(), No> {
    check_length("recipients", recipients)?;
    recipients.iter().try_for_each(|recipient| check_code("recipients", &recipient.0))?;
    let each_once = recipients.iter().collect::<BTreeSet<_>>().len() == recipients.len();
    if recipients.is_empty() || !each_once || recipients.iter().any(OrganisationId::is_museum) {
        return Err(No::RecipientsInvalid);
    }
    Ok(())
}
