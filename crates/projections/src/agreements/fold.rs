//! What the events of an agreement make of it, beside the state the domain decides by: who signed, when it was
//! discussed, who used the first request. Pure.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use spoor_domain::agreement::CooperationAgreement;
use spoor_domain::agreement::event::{AgreementEvent, Signatory};
use spoor_domain::kernel::Decider;

use super::row::FirstRequest;

/// What is kept of an agreement.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Facts {
    pub version: u64,
    pub signatories: Vec<Signatory>,
    pub consultations: Vec<NaiveDate>,
    pub first_requests: Vec<FirstRequest>,
    pub state: CooperationAgreement,
}

impl Facts {
    /// Folds one event in.
    pub fn fold(&mut self, event: &AgreementEvent) {
        self.version += 1;
        self.state.evolve(event);
        match event {
            AgreementEvent::AgreementSigned { signatories, .. }
            | AgreementEvent::AgreementRenewed { signatories, .. } => self.signatories.clone_from(signatories),
            AgreementEvent::StructuralConsultationHeld { occurred_on, .. } => {
                self.consultations.push(*occurred_on);
                self.consultations.sort_unstable();
            }
            AgreementEvent::FirstRequestReserved { dossier, parket, .. } => {
                self.first_requests.retain(|slot| slot.parket != *parket);
                let (dossier, parket) = (*dossier, parket.clone());
                self.first_requests.push(FirstRequest { dossier, parket, confirmed: false });
            }
            AgreementEvent::FirstRequestConfirmed { parket, .. } => {
                let slot = self.first_requests.iter_mut().find(|slot| slot.parket == *parket);
                slot.into_iter().for_each(|slot| slot.confirmed = true);
            }
            AgreementEvent::FirstRequestReleased { parket, .. } => {
                self.first_requests.retain(|slot| slot.parket != *parket);
            }
            AgreementEvent::AgreementDrafted { .. }
            | AgreementEvent::AgreementSentForSignature { .. }
            | AgreementEvent::RenewalStarted { .. }
            | AgreementEvent::AgreementTerminated { .. }
            | AgreementEvent::MultiYearPlanAttached { .. } => {}
        }
    }
}
