//! What is stated about an erasure for good: what was destroyed, what remains, and from when it holds everywhere.

use chrono::{Days, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::record::ConfirmedErasure;
use super::vocabulary::ErasureRemainder;
use crate::kernel::{ActorId, Label, LegalReference};

/// What the erasure of a subject made unreadable, as counted in the log when the key was destroyed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unreadable {
    /// Sealed values.
    pub values: u64,
    /// Events that hold them.
    pub events: u64,
    /// Documents sealed under the same key.
    pub documents: u64,
}

/// The certificate of an erasure. Part of a stored event: a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ErasureCertificate {
    /// The ground in law on which it was asked.
    pub reference: LegalReference,
    /// Who asked.
    pub requested_by: ActorId,
    /// When.
    pub requested_on: NaiveDate,
    /// Who confirmed; never who asked.
    pub confirmed_by: ActorId,
    /// When.
    pub confirmed_on: NaiveDate,
    /// The day the key was destroyed in the key store.
    pub destroyed_on: NaiveDate,
    /// How long backups of the key store are kept, in days: as long could the key be restored by hand.
    pub key_backups_kept_days: u32,
    /// The day from which no backup holds the key any more: `destroyed_on` plus `key_backups_kept_days`.
    pub effective_on: NaiveDate,
    /// What became unreadable.
    pub unreadable: Unreadable,
    /// What stays, all of it pseudonymous and none of it anonymous.
    pub remains: Vec<ErasureRemainder>,
}

impl ErasureCertificate {
    /// The certificate of an erasure whose key was destroyed on this day.
    pub(super) fn of(
        confirmed: &ConfirmedErasure,
        destroyed_on: NaiveDate,
        key_backups_kept_days: u32,
        unreadable: Unreadable,
    ) -> Self {
        let effective_on = destroyed_on.checked_add_days(Days::new(key_backups_kept_days.into()));
        Self {
            reference: confirmed.asked.reference.clone(),
            requested_by: confirmed.asked.by.clone(),
            requested_on: confirmed.asked.on,
            confirmed_by: confirmed.by.clone(),
            confirmed_on: confirmed.on,
            destroyed_on,
            key_backups_kept_days,
            effective_on: effective_on.unwrap_or(NaiveDate::MAX),
            unreadable,
            remains: ErasureRemainder::ALL.to_vec(),
        }
    }
}
