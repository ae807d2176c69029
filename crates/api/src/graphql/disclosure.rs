//! Which dossiers a request showed: collected while it is answered, so that it can be recorded before data leaves.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::Context;
use spoor_domain::kernel::DossierId;

/// Dossiers, each with the kinds of personal fields of it that were opened. Never a value.
pub type Shown = BTreeMap<DossierId, BTreeSet<&'static str>>;

/// What one answer shows.
#[derive(Debug, Default)]
pub struct Disclosures {
    shown: Mutex<Shown>,
}

impl Disclosures {
    /// What was shown so far, and begins anew: for the record of one answer.
    pub fn take(&self) -> Shown {
        std::mem::take(&mut *self.shown.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(&self, dossier: DossierId, field: Option<&'static str>) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.entry(dossier).or_default().extend(field);
    }
}

/// Notes that a dossier is shown.
pub fn disclose(ctx: &Context<'_>, dossier: DossierId) {
    if let Some(disclosures) = ctx.data_opt::<Arc<Disclosures>>() {
        disclosures.add(dossier, None);
    }
}

/// Notes that a kind of personal field of a dossier is shown.
pub fn disclose_personal(ctx: &Context<'_>, dossier: DossierId, field: &'static str) {
    if let Some(disclosures) = ctx.data_opt::<Arc<Disclosures>>() {
        disclosures.add(dossier, Some(field));
    }
}
