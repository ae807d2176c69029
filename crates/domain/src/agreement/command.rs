//! What can be asked of a cooperation agreement.

use chrono::NaiveDate;
use serde::Serialize;

use super::event::{AgreementTerms, MultiYearPlan, Signatory, Validity};
use super::vocabulary::*;
use crate::kernel::{DossierId, OrganisationId, labelled};

/// A command to a cooperation agreement.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs, reason = "each variant has its sentence; the fields' names and types say the rest")]
pub enum AgreementCommand {
    /// Make a draft.
    DraftAgreement { drafted_on: NaiveDate, terms: AgreementTerms },
    /// Send the draft out for signature.
    SendForSignature { sent_on: NaiveDate },
    /// Record the signatures.
    SignAgreement { signed_on: NaiveDate, signatories: Vec<Signatory>, validity: Validity },
    /// Begin to renew.
    StartRenewal { started_on: NaiveDate },
    /// Record the signatures for a further period.
    RenewAgreement { signed_on: NaiveDate, signatories: Vec<Signatory>, validity: Validity },
    /// End the agreement from a day on.
    TerminateAgreement { decided_on: NaiveDate, effective_on: NaiveDate, reason: TerminationReason },
    /// Record the yearly structural consultation.
    HoldStructuralConsultation { held_on: NaiveDate, attended_by: Vec<OrganisationId> },
    /// Attach a multi-year plan.
    AttachMultiYearPlan { plan: MultiYearPlan },
    /// Take the parket's first-request slot for a dossier, before the request itself is stored.
    ReserveFirstRequest { dossier: DossierId, parket: OrganisationId },
    /// Record that the request has been stored.
    ConfirmFirstRequest { dossier: DossierId, parket: OrganisationId },
    /// Free the slot: the request never came, or it named the wrong person.
    ReleaseFirstRequest { dossier: DossierId, parket: OrganisationId, reason: ReleaseReason },
}

labelled! {
    /// The kinds of command to an agreement, for forms and for "what may I do next".
    pub enum AgreementCommandKind {
        DraftAgreement = "Overeenkomst ontwerpen", "Draft the agreement";
        SendForSignature = "Ter ondertekening voorleggen", "Send for signature";
        SignAgreement = "Ondertekening noteren", "Record the signatures";
        StartRenewal = "Hernieuwing starten", "Start the renewal";
        RenewAgreement = "Hernieuwing noteren", "Record the renewal";
        TerminateAgreement = "Overeenkomst beëindigen", "Terminate the agreement";
        HoldStructuralConsultation = "Structureel overleg noteren", "Record the structural consultation";
        AttachMultiYearPlan = "Meerjarenplan toevoegen", "Attach a multi-year plan";
        ReserveFirstRequest = "Eerste aanvraag voorbehouden", "Reserve the first request";
        ConfirmFirstRequest = "Eerste aanvraag bevestigen", "Confirm the first request";
        ReleaseFirstRequest = "Eerste aanvraag vrijgeven", "Release the first request";
    }
}
