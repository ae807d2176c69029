//! Consent: to take part, to share, its withdrawal and its evidence.

use async_graphql::ID;
use spoor_domain::trajectory::command::TrajectoryCommand;
use spoor_domain::trajectory::vocabulary::{ConsentGiver, SharingScope};

use super::given::parket;
use super::trajectory_commands;
use crate::graphql::coded::Coded;
use crate::graphql::scalars::Date;

trajectory_commands! {
    /// What the participant declares.
    ConsentMutations;

    /// Record the participant's consent to take part.
    give_consent(GiveConsentInput) {
        /// The day it was declared.
        declared_on: Date,
        /// The version of the consent text that was read, as `consentTexts` lists it.
        text_version: String,
        /// Who declared it.
        given_by: Coded<ConsentGiver>,
        /// The statement that the facts are not disputed; must be true.
        facts_not_disputed: bool,
        /// The statement that the participant is willing; must be true.
        willing: bool,
    } => TrajectoryCommand::GiveConsent {
        declared_on: declared_on.0, text_version, given_by: given_by.0, facts_not_disputed, willing,
    };

    /// Record that the participant declines to take part.
    refuse_consent(RefuseConsentInput) {
        /// The day it was declared.
        declared_on: Date,
        /// The version of the consent text that was read, as `consentTexts` lists it.
        text_version: String,
    } => TrajectoryCommand::RefuseConsent { declared_on: declared_on.0, text_version };

    /// Record that the participant withdraws; effective the day it was declared.
    withdraw_consent(WithdrawConsentInput) {
        /// The day it was declared.
        declared_on: Date,
    } => TrajectoryCommand::WithdrawConsent { declared_on: declared_on.0 };

    /// Record the participant's consent to sharing with named recipients.
    give_sharing_consent(GiveSharingConsentInput) {
        /// The day it was declared.
        declared_on: Date,
        /// The version of the consent text that was read, as `consentTexts` lists it.
        text_version: String,
        /// The parketten it may be shared with, each by its global id or its code; those that `parketten` lists.
        recipients: Vec<ID>,
        /// What may be shared.
        scope: Coded<SharingScope>,
        /// The last day it holds, when it ends by itself.
        expires_on: Option<Date>,
    } => TrajectoryCommand::GiveSharingConsent {
        declared_on: declared_on.0,
        text_version,
        recipients: recipients.iter().map(|recipient| parket(recipient, "recipients")).collect::<Result<_, _>>()?,
        scope: scope.0,
        expires_on: expires_on.map(|day| day.0),
    };

    /// Record that the consent to share is withdrawn.
    withdraw_sharing_consent(WithdrawSharingConsentInput) {
        /// The day it was declared.
        declared_on: Date,
    } => TrajectoryCommand::WithdrawSharingConsent { declared_on: declared_on.0 };
}
