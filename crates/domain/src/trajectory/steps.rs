//! The order of steps in time: which kinds of event are steps, who records them, and between which days each must lie.

use chrono::NaiveDate;

use super::event::{TrajectoryEvent, TrajectoryEventKind};
use super::record::Entry;
use super::state::LearningTrajectory;
use crate::kernel::{OrganisationId, Side};

impl TrajectoryEventKind {
    /// The place of a step in the order of days; steps of equal rank may lie in any order. None: not a step.
    pub(super) fn rank(self) -> Option<u8> {
        use TrajectoryEventKind::*;
        match self {
            RequestDrafted | TrajectoryRequested | ParticipantReplaced => Some(1),
            EligibilityAssessed | EligibilityReassessed => Some(2),
            ParticipationConsentGiven | ParticipationConsentRefused => Some(3),
            PreparatoryCallHeld | IndividualTourInterrupted => Some(4),
            IndividualTourHeld => Some(5),
            InDepthTalkHeld => Some(6),
            ReflectionReportFiled | ReflectionReportWaived => Some(7),
            ReasonedAdviceIssued | ReasonedAdviceRevised => Some(8),
            BundleDelivered => Some(9),
            ParticipationConsentWithdrawn
            | RequestRetracted
            | TrajectoryClosed
            | TrajectoryDiscontinued
            | TrajectoryReopened => Some(10),
            EligibilityPrepared
            | SharingConsentGiven
            | SharingConsentWithdrawn
            | ConsentEvidenceAttached
            | GuideAssigned
            | GuideReplaced
            | AppointmentPlanned
            | AppointmentMoved
            | AppointmentCancelled
            | AppointmentMissed
            | BundleAssembled
            | BundleReceived
            | ProsecutionOutcomeRecorded
            | ProsecutionOutcomeRevised
            | TransferOffered
            | TrajectoryTransferred
            | FactCorrected
            | StepAnnulled
            | SubjectsLinked
            | SubjectsUnlinked
            | IncidentReported
            | TrajectoryReassigned
            | ProcessingRestricted
            | RestrictionLifted
            | LegalHoldPlaced
            | LegalHoldLifted
            | ErasureRequested
            | ErasureRefused
            | ErasureConfirmed
            | SubjectKeyDestroyed
            | ErasureCertified
            | RecipientTold => None,
        }
    }

    /// Whether the dossier can fall back over such a step. A request is taken back, a delivery and a close are final.
    pub(super) fn can_be_annulled(self) -> bool {
        use TrajectoryEventKind::*;
        matches!(
            self,
            EligibilityAssessed
                | EligibilityReassessed
                | ParticipationConsentGiven
                | ParticipationConsentRefused
                | ParticipationConsentWithdrawn
                | PreparatoryCallHeld
                | IndividualTourHeld
                | IndividualTourInterrupted
                | InDepthTalkHeld
                | ReflectionReportFiled
                | ReflectionReportWaived
                | ReasonedAdviceIssued
                | ReasonedAdviceRevised
                | TrajectoryDiscontinued
        )
    }
}

impl TrajectoryEvent {
    /// The side that recorded the event: by its kind, or by what it says where either side may.
    pub fn recorded_by(&self) -> Option<Side> {
        use TrajectoryEvent::*;
        match self {
            RequestDrafted { .. }
            | TrajectoryRequested { .. }
            | EligibilityPrepared { .. }
            | EligibilityAssessed { .. }
            | EligibilityReassessed { .. }
            | BundleReceived { .. }
            | ProsecutionOutcomeRecorded { .. }
            | ProsecutionOutcomeRevised { .. }
            | RequestRetracted { .. }
            | TransferOffered { .. }
            | TrajectoryTransferred { .. }
            | ParticipantReplaced { .. } => Some(Side::Parket),
            GuideAssigned { .. }
            | GuideReplaced { .. }
            | AppointmentPlanned { .. }
            | AppointmentMoved { .. }
            | AppointmentCancelled { .. }
            | AppointmentMissed { .. }
            | PreparatoryCallHeld { .. }
            | IndividualTourHeld { .. }
            | IndividualTourInterrupted { .. }
            | InDepthTalkHeld { .. }
            | ReflectionReportFiled { .. }
            | ReflectionReportWaived { .. }
            | ReasonedAdviceIssued { .. }
            | ReasonedAdviceRevised { .. }
            | BundleAssembled { .. }
            | BundleDelivered { .. }
            | IncidentReported { .. } => Some(Side::Museum),
            ParticipationConsentGiven { recorded_by, .. }
            | ParticipationConsentRefused { recorded_by, .. }
            | ParticipationConsentWithdrawn { recorded_by, .. }
            | SharingConsentGiven { recorded_by, .. }
            | SharingConsentWithdrawn { recorded_by, .. }
            | ConsentEvidenceAttached { recorded_by, .. }
            | TrajectoryClosed { recorded_by, .. }
            | TrajectoryDiscontinued { recorded_by, .. }
            | TrajectoryReopened { recorded_by, .. } => Some(side_of(recorded_by)),
            TrajectoryReassigned { organisation, .. } => Some(side_of(organisation)),
            FactCorrected { .. }
            | StepAnnulled { .. }
            | SubjectsLinked { .. }
            | SubjectsUnlinked { .. }
            | ProcessingRestricted { .. }
            | RestrictionLifted { .. }
            | LegalHoldPlaced { .. }
            | LegalHoldLifted { .. }
            | ErasureRequested { .. }
            | ErasureRefused { .. }
            | ErasureConfirmed { .. }
            | SubjectKeyDestroyed { .. }
            | ErasureCertified { .. }
            | RecipientTold { .. } => None,
        }
    }
}

impl LearningTrajectory {
    /// The first day on which a new step of this kind may lie: the latest day of the steps it follows.
    pub(super) fn not_before(&self, kind: TrajectoryEventKind) -> Option<NaiveDate> {
        self.floor(kind, self.version() + 1)
    }

    /// The days between which a recorded step may be moved by a correction.
    pub(super) fn room_of(&self, sequence: u64, kind: TrajectoryEventKind) -> (Option<NaiveDate>, Option<NaiveDate>) {
        // A withdrawal takes effect the day it was declared, whatever was still recorded after that day.
        let follows = |(_, entry): &(u64, &Entry)| {
            entry.kind != TrajectoryEventKind::ParticipationConsentWithdrawn && entry.kind.rank() > kind.rank()
        };
        let later = self.steps().filter(|(other, _)| *other > sequence).filter(follows);
        (self.floor(kind, sequence), later.map(|(_, entry)| entry.on).min())
    }

    /// The tour and the talk that belong together, when this is one of them and both stand: a talk follows the latest tour
    /// before it.
    pub(super) fn tour_and_talk(&self, sequence: u64) -> Option<(u64, u64)> {
        use TrajectoryEventKind::{InDepthTalkHeld, IndividualTourHeld};
        let (mut latest_tour, mut pairs) = (None, Vec::new());
        for (step, entry) in self.steps() {
            if entry.kind == IndividualTourHeld {
                latest_tour = Some(step);
            }
            if entry.kind == InDepthTalkHeld {
                pairs.extend(latest_tour.map(|tour| (tour, step)));
            }
        }
        pairs.into_iter().find(|(tour, talk)| [*tour, *talk].contains(&sequence))
    }

    /// Steps of an earlier run, before the dossier was last reopened, no longer count: the reopening does.
    fn floor(&self, kind: TrajectoryEventKind, before: u64) -> Option<NaiveDate> {
        let mut latest = None;
        for (_, entry) in self.steps().rev().filter(|(sequence, _)| *sequence < before) {
            let reopened = entry.kind == TrajectoryEventKind::TrajectoryReopened;
            if reopened || entry.kind.rank() < kind.rank() {
                latest = latest.max(Some(entry.on));
            }
            if reopened {
                break;
            }
        }
        latest
    }
}

fn side_of(organisation: &OrganisationId) -> Side {
    if organisation.is_museum() { Side::Museum } else { Side::Parket }
}
