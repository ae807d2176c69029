//! What the parket does with the case, transfer to another parket, and the ends of a dossier.

use chrono::NaiveDate;

use super::super::command::{Text, TrajectoryCommandKind};
use super::super::event::TrajectoryEvent;
use super::super::record::Outcome;
use super::super::rejection::TrajectoryRejection as No;
use super::super::vocabulary::{EndReason, ProsecutionOutcome, RetractionReason};
use super::case::{Case, Decision, check_code};
use crate::kernel::{OrganisationId, Personal};

impl Case<'_> {
    /// The outcome, or once it is recorded its revision, with a reason.
    pub(super) fn record_outcome(
        &self,
        outcome: ProsecutionOutcome,
        decided_on: NaiveDate,
        remark: Option<&Text>,
        revision_reason: Option<&Text>,
    ) -> Decision {
        if self.dossier.outcome == Some(Outcome { outcome, decided_on }) {
            return self.already_done(TrajectoryCommandKind::RecordOutcome);
        }
        let occurred_on = self.day("decidedOn", decided_on, self.outcome_follows())?;
        let remark = self.optional("remark", remark)?;
        match (self.dossier.outcome, self.optional("revisionReason", revision_reason)?) {
            (None, None) => Ok(TrajectoryEvent::ProsecutionOutcomeRecorded { occurred_on, outcome, remark }),
            (None, Some(_)) => Err(No::NothingToRevise),
            (Some(_), None) => Err(No::RevisionReasonMissing),
            (Some(_), Some(reason)) => Ok(TrajectoryEvent::ProsecutionOutcomeRevised { occurred_on, outcome, reason }),
        }
    }

    pub(super) fn retract_request(&self, reason: RetractionReason, remark: Option<&Text>) -> Decision {
        let remark = self.optional("remark", remark)?;
        Ok(TrajectoryEvent::RequestRetracted { occurred_on: self.today(), reason, remark })
    }

    pub(super) fn offer_transfer(&self, to: &OrganisationId) -> Decision {
        check_code("to", &to.0)?;
        if to.is_museum() || to == &self.dossier.parket {
            return Err(No::TransferToUnfit);
        }
        if self.state.pending_transfer() == Some(to) {
            return self.already_done(TrajectoryCommandKind::OfferTransfer);
        }
        Ok(TrajectoryEvent::TransferOffered { occurred_on: self.today(), to: to.clone() })
    }

    pub(super) fn accept_transfer(&self, accepted_on: NaiveDate) -> Decision {
        let offer = self.dossier.pending_transfer.as_ref().ok_or(No::TransferNotOffered)?;
        Ok(TrajectoryEvent::TrajectoryTransferred {
            occurred_on: self.day("acceptedOn", accepted_on, Some(offer.offered_on))?,
            from: self.dossier.parket.clone(),
            to: offer.to.clone(),
        })
    }

    pub(super) fn close(&self, reason: EndReason, remark: Option<&Text>) -> Decision {
        if reason != EndReason::Completed {
            return Err(No::ReasonDoesNotFit { reason });
        }
        let (occurred_on, recorded_by) = (self.today(), self.organisation());
        let remark = self.optional("remark", remark)?;
        Ok(TrajectoryEvent::TrajectoryClosed { occurred_on, reason, remark, recorded_by })
    }

    pub(super) fn discontinue(&self, reason: EndReason, remark: Option<&Text>) -> Decision {
        let remark = self.explained(reason, remark)?;
        let (occurred_on, recorded_by) = (self.today(), self.organisation());
        Ok(TrajectoryEvent::TrajectoryDiscontinued { occurred_on, reason, remark, recorded_by })
    }

    /// A dismissal is always provisional: an ended dossier can be taken up again where it stood.
    pub(super) fn reopen(&self, reason: EndReason, remark: Option<&Text>) -> Decision {
        let remark = self.explained(reason, remark)?;
        let (occurred_on, recorded_by) = (self.today(), self.organisation());
        Ok(TrajectoryEvent::TrajectoryReopened { occurred_on, reason, remark, recorded_by })
    }

    /// Completed is what a close is for; "other" says nothing without a remark.
    fn explained(&self, reason: EndReason, remark: Option<&Text>) -> Result<Option<Personal<String>>, No> {
        match (reason, self.optional("remark", remark)?) {
            (EndReason::Completed, _) => Err(No::ReasonDoesNotFit { reason }),
            (EndReason::Other, None) => Err(No::RemarkMissing),
            (_coded, remark) => Ok(remark),
        }
    }

    /// The parket decides after the first delivery, or after the end when nothing was delivered.
    fn outcome_follows(&self) -> Option<NaiveDate> {
        let deliveries = self.dossier.bundles.iter().flat_map(|bundle| &bundle.deliveries);
        deliveries.map(|delivery| delivery.delivered_on).min().or(self.state.status_since())
    }
}
