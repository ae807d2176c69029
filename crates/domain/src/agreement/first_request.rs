//! The first-request rule: while an agreement awaits signature, each parket in it may request exactly one trajectory.
//!
//! No transaction spans the agreement and the dossier, so the slot is held on the agreement's stream and the desk goes
//! in this order, which a model test walks through in every interleaving:
//!
//! 1. `ReserveFirstRequest` (again on a retry: it keeps the slot and starts its time anew);
//! 2. load the agreement and ask [`CooperationAgreement::standing_for`]; only `FirstRequest` or better goes on, and where
//!    several agreements with the parket await signature, only while no other dossier holds its slot in any of them;
//! 3. store the request, within [`RESERVATION_MINUTES`] of the reservation or not at all;
//! 4. `ConfirmFirstRequest`.
//!
//! Whoever finds an old unconfirmed reservation first makes a context (its moment counts), then looks at the dossier:
//! the request is there, so it is confirmed; it is not, so it is released. Looking before the moment would race with
//! step 3.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::event::AgreementEvent;
use super::rejection::AgreementRejection;
use super::state::{CooperationAgreement, Force, Signed, Stage};
use super::vocabulary::*;
use crate::kernel::{AgreementId, CommandContext, DossierId, OrganisationId};
use crate::trajectory::event::AgreementStanding;

/// How long a reservation is kept for a request on its way, in minutes. Far longer than any request lives, far shorter
/// than anybody waits for a slot.
pub const RESERVATION_MINUTES: i64 = 15;

/// A retry within this time does not renew the reservation, so that a repeat leaves no event.
const RENEWED_AFTER_MINUTES: i64 = 5;

/// The one first request of a parket: for which dossier, since when, and whether the request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Slot {
    pub(super) dossier: DossierId,
    pub(super) reserved_at: DateTime<Utc>,
    pub(super) confirmed: bool,
}

impl Slot {
    fn kept_until(&self) -> DateTime<Utc> {
        self.reserved_at + TimeDelta::minutes(RESERVATION_MINUTES)
    }
}

impl CooperationAgreement {
    /// Under which standing this parket may make the request of this dossier today. `agreement` is this agreement's id.
    ///
    /// # Errors
    /// When it may not; the refusal says what to do instead.
    pub fn standing_for(
        &self,
        agreement: AgreementId,
        parket: &OrganisationId,
        dossier: DossierId,
        today: NaiveDate,
    ) -> Result<AgreementStanding, AgreementRejection> {
        match self.way_in(parket, today)? {
            WayIn::InForce => Ok(AgreementStanding::InForce { agreement }),
            WayIn::UnderRenewal => Ok(AgreementStanding::UnderRenewal { agreement }),
            WayIn::FirstRequestOnly => match self.slot(parket) {
                Some(slot) if slot.dossier == dossier => Ok(AgreementStanding::FirstRequest { agreement }),
                Some(_) => Err(AgreementRejection::FirstRequestTaken { parket: parket.clone() }),
                None => Err(AgreementRejection::FirstRequestNotReserved { parket: parket.clone() }),
            },
        }
    }

    /// The dossier that holds the parket's first-request slot, and whether its request came.
    pub fn first_request_of(&self, parket: &OrganisationId) -> Option<(DossierId, bool)> {
        self.slot(parket).map(|slot| (slot.dossier, slot.confirmed))
    }

    pub(super) fn reserve(
        &self,
        dossier: DossierId,
        parket: &OrganisationId,
        context: &CommandContext,
    ) -> Result<Vec<AgreementEvent>, AgreementRejection> {
        if self.way_in(parket, context.today)? != WayIn::FirstRequestOnly {
            return Err(AgreementRejection::ReservationNotNeeded);
        }
        match self.slot(parket) {
            Some(slot) if slot.dossier != dossier => {
                return Err(AgreementRejection::FirstRequestTaken { parket: parket.clone() });
            }
            Some(slot) if slot.confirmed => return Ok(Vec::new()),
            Some(slot) if context.at < slot.reserved_at + TimeDelta::minutes(RENEWED_AFTER_MINUTES) => {
                return Ok(Vec::new());
            }
            Some(_) | None => {}
        }
        Ok(vec![AgreementEvent::FirstRequestReserved {
            occurred_on: context.today,
            dossier,
            parket: parket.clone(),
            reserved_at: context.at,
        }])
    }

    pub(super) fn confirm(
        &self,
        dossier: DossierId,
        parket: &OrganisationId,
        context: &CommandContext,
    ) -> Result<Vec<AgreementEvent>, AgreementRejection> {
        if self.held(dossier, parket)?.confirmed {
            return Ok(Vec::new());
        }
        Ok(vec![AgreementEvent::FirstRequestConfirmed { occurred_on: context.today, dossier, parket: parket.clone() }])
    }

    pub(super) fn release(
        &self,
        dossier: DossierId,
        parket: &OrganisationId,
        reason: ReleaseReason,
        context: &CommandContext,
    ) -> Result<Vec<AgreementEvent>, AgreementRejection> {
        let slot = self.held(dossier, parket)?;
        match reason {
            ReleaseReason::WrongPerson => {}
            ReleaseReason::RequestNeverCame if slot.confirmed => return Err(AgreementRejection::RequestCame),
            ReleaseReason::RequestNeverCame if context.at < slot.kept_until() => {
                return Err(AgreementRejection::StillReserved { until: slot.kept_until() });
            }
            ReleaseReason::RequestNeverCame => {}
        }
        Ok(vec![AgreementEvent::FirstRequestReleased {
            occurred_on: context.today,
            dossier,
            parket: parket.clone(),
            reason,
        }])
    }

    fn held(&self, dossier: DossierId, parket: &OrganisationId) -> Result<&Slot, AgreementRejection> {
        self.slot(parket)
            .filter(|slot| slot.dossier == dossier)
            .ok_or_else(|| AgreementRejection::SlotNotHeld { parket: parket.clone() })
    }

    fn way_in(&self, parket: &OrganisationId, today: NaiveDate) -> Result<WayIn, AgreementRejection> {
        let terms = self.terms().ok_or(AgreementRejection::NotDrafted)?;
        if !terms.about_trajectories() {
            return Err(AgreementRejection::NotAboutTrajectories);
        }
        if !terms.parties.contains(parket) {
            return Err(AgreementRejection::NotAParty { organisation: parket.clone() });
        }
        match self.stage() {
            Stage::Absent => Err(AgreementRejection::NotDrafted),
            Stage::Draft { .. } => Err(AgreementRejection::NotSentYet),
            Stage::AwaitingSignature { .. } => Ok(WayIn::FirstRequestOnly),
            Stage::Signed(signed) => way_in_signed(signed, today),
            Stage::Terminated { signed: Some(signed), effective_on } if today < *effective_on => {
                way_in_signed(signed, today)
            }
            Stage::Terminated { effective_on, .. } => Err(AgreementRejection::Terminated { since: *effective_on }),
        }
    }
}

/// By which door a request may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WayIn {
    InForce,
    UnderRenewal,
    FirstRequestOnly,
}

/// Signed with a first day still to come is like awaiting signature: the one first request, no more.
fn way_in_signed(signed: &Signed, today: NaiveDate) -> Result<WayIn, AgreementRejection> {
    match signed.force_on(today) {
        Force::Holds => Ok(WayIn::InForce),
        Force::LapsedUnderRenewal => Ok(WayIn::UnderRenewal),
        Force::NotYet { .. } => Ok(WayIn::FirstRequestOnly),
        Force::Lapsed { until } => Err(AgreementRejection::Expired { until }),
    }
}
