//! One mutation per command to an agreement. First-request slots are the desk's own affair and have none.

use async_graphql::{Context, ID, InputObject, Object};
use spoor_domain::agreement::CooperationAgreement;
use spoor_domain::agreement::command::AgreementCommand;
use spoor_domain::agreement::event::{AgreementTerms, MultiYearPlan, Signatory, Validity};
use spoor_domain::agreement::vocabulary::{AgreementKind, TerminationReason};
use spoor_domain::kernel::{AgreementId, OrganisationId, derived_id};
use spoor_projections::agreements;

use super::Agreement;
use crate::graphql::coded::Coded;
use crate::graphql::global_id::Kind;
use crate::graphql::scalars::Date;
use crate::graphql::session::{command_context, desk};
use crate::graphql::stream_commands::{stream_commands, stream_payload};
use crate::graphql::trajectory::commands::given::parket;
use crate::graphql::user_error::{UserError, command_id};
use crate::policy::Action;

stream_payload! {
    /// What a mutation on an agreement did.
    AgreementPayload { agreement: Agreement, agreement_id: Kind::Agreement } in agreements::PROJECTION, "agreement";
    |ctx, id: AgreementId| Agreement::find(ctx, id)
}

/// What the parties agree on.
#[derive(InputObject)]
pub struct AgreementTermsInput {
    /// What it is about.
    kind: Coded<AgreementKind>,
    /// The parties beside Kazerne Dossin, by their ids or their codes.
    parties: Vec<ID>,
    /// Whether mediation and measures (art. 216ter) are named as a ground of a request.
    #[graphql(name = "namesArticle216ter")]
    names_article_216ter: bool,
}

/// Who signed: for which organisation, in which capacity; never a name.
#[derive(InputObject)]
pub struct SignatoryInput {
    /// The organisation, by its id or its code.
    organisation: ID,
    /// The capacity, such as `procureur des Konings`.
    capacity: String,
}

/// From when until when an agreement holds, both days included.
#[derive(InputObject)]
pub struct ValidityInput {
    /// The first day.
    from: Date,
    /// The last day; open when absent.
    until: Option<Date>,
}

impl AgreementTermsInput {
    /// The terms as the domain holds them.
    fn resolve(self) -> Result<AgreementTerms, UserError> {
        Ok(AgreementTerms {
            kind: self.kind.0,
            parties: organisations(&self.parties, "parties")?,
            names_article_216ter: self.names_article_216ter,
        })
    }
}

impl SignatoryInput {
    /// The signatory as the domain holds it.
    fn resolve(self) -> Result<Signatory, UserError> {
        Ok(Signatory { organisation: parket(&self.organisation, "organisation")?, capacity: self.capacity })
    }
}

impl From<ValidityInput> for Validity {
    fn from(given: ValidityInput) -> Self {
        Self { from: given.from.0, until: given.until.map(|day| day.0) }
    }
}

fn organisations(given: &[ID], field: &str) -> Result<Vec<OrganisationId>, UserError> {
    given.iter().map(|id| parket(id, field)).collect()
}

fn signatories(given: Vec<SignatoryInput>) -> Result<Vec<Signatory>, UserError> {
    given.into_iter().map(SignatoryInput::resolve).collect()
}

/// Make a draft of an agreement.
#[derive(InputObject)]
pub struct DraftAgreementInput {
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The version the client has seen, when it insists on it; 0 for what is not there yet.
    expected_version: Option<u64>,
    /// The day of the draft.
    drafted_on: Date,
    /// What the parties agree on.
    terms: AgreementTermsInput,
}

/// The drafting of agreements: its parties are held against those of the others.
#[derive(Default)]
pub struct AgreementDrafting;

#[Object]
impl AgreementDrafting {
    /// Make a draft of an agreement.
    async fn draft_agreement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to record.")] input: DraftAgreementInput,
    ) -> async_graphql::Result<AgreementPayload> {
        let DraftAgreementInput { command_id: id, expected_version, drafted_on, terms } = input;
        let done = async {
            let command_id = command_id(&id)?;
            let order = command_context(ctx, command_id, expected_version)?;
            let stream = derived_id(command_id, "agreement");
            Ok(desk(ctx)?.draft_agreement(stream, drafted_on.0, terms.resolve()?, &order).await?)
        };
        let done = done.await;
        AgreementPayload::answer(ctx, id, done).await
    }
}

stream_commands! {
    /// The life of cooperation agreements.
    AgreementMutations: CooperationAgreement, AgreementPayload, may Action::ChangeAgreement, Kind::Agreement, agreement_id, "agreement";

    /// Send the draft out for signature; from here each parket in it may make one first request.
    send_for_signature(SendForSignatureInput) {
        /// The day it was sent.
        sent_on: Date,
    } => AgreementCommand::SendForSignature { sent_on: sent_on.0 };

    /// Record the signatures of all parties.
    sign_agreement(SignAgreementInput) {
        /// The day of the last signature.
        signed_on: Date,
        /// Who signed.
        signatories: Vec<SignatoryInput>,
        /// From when until when it holds.
        validity: ValidityInput,
    } => AgreementCommand::SignAgreement {
        signed_on: signed_on.0, signatories: self::signatories(signatories)?, validity: validity.into(),
    };

    /// Begin to renew an agreement; requests continue when it lapses meanwhile.
    start_renewal(StartRenewalInput) {
        /// The day the renewal began.
        started_on: Date,
    } => AgreementCommand::StartRenewal { started_on: started_on.0 };

    /// Record the signatures for a further period.
    renew_agreement(RenewAgreementInput) {
        /// The day of the last signature.
        signed_on: Date,
        /// Who signed.
        signatories: Vec<SignatoryInput>,
        /// From when until when it holds further.
        validity: ValidityInput,
    } => AgreementCommand::RenewAgreement {
        signed_on: signed_on.0, signatories: self::signatories(signatories)?, validity: validity.into(),
    };

    /// End an agreement from a day on; open dossiers always finish.
    terminate_agreement(TerminateAgreementInput) {
        /// The day it was decided.
        decided_on: Date,
        /// The first day without force.
        effective_on: Date,
        /// Why.
        reason: Coded<TerminationReason>,
    } => AgreementCommand::TerminateAgreement {
        decided_on: decided_on.0, effective_on: effective_on.0, reason: reason.0,
    };

    /// Record the yearly structural consultation.
    hold_structural_consultation(HoldStructuralConsultationInput) {
        /// The day it was held.
        held_on: Date,
        /// The organisations that took part, by their ids or their codes.
        attended_by: Vec<ID>,
    } => AgreementCommand::HoldStructuralConsultation {
        held_on: held_on.0, attended_by: organisations(&attended_by, "attendedBy")?,
    };

    /// Attach a multi-year plan.
    attach_multi_year_plan(AttachMultiYearPlanInput) {
        /// Its title.
        title: String,
        /// Its first year.
        from_year: i32,
        /// Its last year.
        until_year: i32,
    } => AgreementCommand::AttachMultiYearPlan {
        plan: MultiYearPlan { title, from_year, until_year, document: None },
    };
}
