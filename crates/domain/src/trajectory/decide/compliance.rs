//! Incidents, colleagues, restriction and legal hold.

use chrono::NaiveDate;

use super::super::command::{Text, TrajectoryCommandKind};
use super::super::event::{TrajectoryEvent, TrajectoryEventKind};
use super::super::rejection::TrajectoryRejection as No;
use super::super::vocabulary::RestrictionGround;
use super::case::{Case, Decision, check_code, check_reference};
use crate::kernel::{ActorId, LegalReference, derived_id};

impl Case<'_> {
    pub(super) fn report_incident(&self, happened_on: NaiveDate, notes: &Text) -> Decision {
        let incident = derived_id(self.context.command_id, "incident");
        if self.dossier.notices.contains(&incident) {
            return self.already_done(TrajectoryCommandKind::ReportIncident);
        }
        Ok(TrajectoryEvent::IncidentReported {
            occurred_on: self.day("happenedOn", happened_on, self.consented_on())?,
            incident,
            notes: self.text("notes", notes)?,
        })
    }

    /// Within the own organisation.
    pub(super) fn reassign(&self, to: &ActorId) -> Decision {
        check_code("to", &to.0)?;
        let organisation = self.organisation();
        let from = self.dossier.assignees.get(&organisation).cloned();
        if from.as_ref() == Some(to) {
            return self.already_done(TrajectoryCommandKind::ReassignTrajectory);
        }
        Ok(TrajectoryEvent::TrajectoryReassigned { occurred_on: self.today(), organisation, from, to: to.clone() })
    }

    pub(super) fn restrict(&self, ground: RestrictionGround, reference: &LegalReference) -> Decision {
        check_reference(reference)?;
        if self.dossier.restrictions.contains(&ground) {
            return self.already_done(TrajectoryCommandKind::RestrictProcessing);
        }
        let (occurred_on, reference) = (self.today(), reference.clone());
        Ok(TrajectoryEvent::ProcessingRestricted { occurred_on, ground, reference })
    }

    pub(super) fn lift_restriction(&self, ground: RestrictionGround, reference: &LegalReference) -> Decision {
        check_reference(reference)?;
        if !self.dossier.restrictions.contains(&ground) {
            return Err(No::GroundNotFound { ground });
        }
        let (occurred_on, reference) = (self.today(), reference.clone());
        Ok(TrajectoryEvent::RestrictionLifted { occurred_on, ground, reference })
    }

    pub(super) fn place_hold(&self, ground: RestrictionGround, reference: &LegalReference) -> Decision {
        check_reference(reference)?;
        if self.dossier.holds.contains(&ground) {
            return self.already_done(TrajectoryCommandKind::PlaceLegalHold);
        }
        let (occurred_on, reference) = (self.today(), reference.clone());
        Ok(TrajectoryEvent::LegalHoldPlaced { occurred_on, ground, reference })
    }

    pub(super) fn lift_hold(&self, ground: RestrictionGround, reference: &LegalReference) -> Decision {
        check_reference(reference)?;
        if !self.dossier.holds.contains(&ground) {
            return Err(No::GroundNotFound { ground });
        }
        let (occurred_on, reference) = (self.today(), reference.clone());
        Ok(TrajectoryEvent::LegalHoldLifted { occurred_on, ground, reference })
    }

    /// The day from which Kazerne Dossin knew the participant.
    pub(super) fn consented_on(&self) -> Option<NaiveDate> {
        let mut steps = self.state.steps();
        steps.find(|(_, entry)| entry.kind == TrajectoryEventKind::ParticipationConsentGiven).map(|(_, entry)| entry.on)
    }
}
