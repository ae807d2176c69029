//! The museum's part: guides, appointments, the call, the tour and the talk.

use chrono::{DateTime, NaiveDate, Utc};

use super::super::command::{Text, TrajectoryCommandKind};
use super::super::event::{TrajectoryEvent, TrajectoryEventKind};
use super::super::record::{Appointment, AppointmentState};
use super::super::rejection::TrajectoryRejection as No;
use super::super::stage::Stage;
use super::super::vocabulary::{AppointmentKind, AppointmentReason, Channel, TalkTheme};
use super::case::{Case, Decision, check_code};
use crate::kernel::{ActorId, AppointmentId};

/// A tour lasts at most a day.
const TOUR_MINUTES: std::ops::RangeInclusive<u32> = 1..=24 * 60;

impl Case<'_> {
    pub(super) fn assign_guide(&self, guide: &ActorId, competence_attested: bool) -> Decision {
        check_guide(guide, competence_attested)?;
        Ok(TrajectoryEvent::GuideAssigned { occurred_on: self.today(), guide: guide.clone(), competence_attested })
    }

    pub(super) fn replace_guide(&self, guide: &ActorId, competence_attested: bool, reason: Option<&Text>) -> Decision {
        check_guide(guide, competence_attested)?;
        if self.dossier.guide.as_ref() == Some(guide) {
            return self.already_done(TrajectoryCommandKind::ReplaceGuide);
        }
        Ok(TrajectoryEvent::GuideReplaced {
            occurred_on: self.today(),
            guide: guide.clone(),
            competence_attested,
            reason: self.optional("reason", reason)?,
        })
    }

    /// Planned moments lie in the future; what happened may not.
    pub(super) fn plan_appointment(
        &self,
        appointment: AppointmentId,
        (kind, channel): (AppointmentKind, Channel),
        starts_at: DateTime<Utc>,
        interpreter: Option<&Text>,
        companions: Option<&Text>,
    ) -> Decision {
        if self.state.appointment(appointment).is_some() {
            return self.already_done(TrajectoryCommandKind::PlanAppointment);
        }
        if kind != AppointmentKind::InDepthTalk && matches!(self.dossier.stage, Stage::Toured { .. }) {
            return Err(No::StepIsBehind { kind });
        }
        Ok(TrajectoryEvent::AppointmentPlanned {
            occurred_on: self.today(),
            appointment,
            kind,
            channel,
            starts_at: self.future(starts_at)?,
            interpreter: self.optional("interpreter", interpreter)?,
            companions: self.optional("companions", companions)?,
        })
    }

    pub(super) fn move_appointment(
        &self,
        appointment: AppointmentId,
        starts_at: DateTime<Utc>,
        reason: AppointmentReason,
        remark: Option<&Text>,
    ) -> Decision {
        if self.planned(appointment)?.starts_at == starts_at {
            return self.already_done(TrajectoryCommandKind::MoveAppointment);
        }
        Ok(TrajectoryEvent::AppointmentMoved {
            occurred_on: self.today(),
            appointment,
            starts_at: self.future(starts_at)?,
            reason,
            remark: self.optional("remark", remark)?,
        })
    }

    pub(super) fn cancel_appointment(
        &self,
        appointment: AppointmentId,
        reason: AppointmentReason,
        remark: Option<&Text>,
    ) -> Decision {
        self.planned(appointment)?;
        let remark = self.optional("remark", remark)?;
        Ok(TrajectoryEvent::AppointmentCancelled { occurred_on: self.today(), appointment, reason, remark })
    }

    pub(super) fn miss_appointment(
        &self,
        appointment: AppointmentId,
        reason: AppointmentReason,
        remark: Option<&Text>,
    ) -> Decision {
        if self.planned(appointment)?.starts_at > self.context.at {
            return Err(No::AppointmentStillToCome);
        }
        let remark = self.optional("remark", remark)?;
        Ok(TrajectoryEvent::AppointmentMissed { occurred_on: self.today(), appointment, reason, remark })
    }

    /// May repeat, on another day.
    pub(super) fn hold_preparatory_call(&self, held_on: NaiveDate, notes: Option<&Text>) -> Decision {
        let kind = TrajectoryEventKind::PreparatoryCallHeld;
        let occurred_on = self.step_day("heldOn", held_on, kind)?;
        if self.happened_on(kind, held_on) {
            return self.already_done(TrajectoryCommandKind::HoldPreparatoryCall);
        }
        Ok(TrajectoryEvent::PreparatoryCallHeld { occurred_on, notes: self.optional("notes", notes)? })
    }

    pub(super) fn hold_tour(&self, held_on: NaiveDate, minutes: u32, adapted_to: Option<&Text>) -> Decision {
        check_minutes(minutes)?;
        Ok(TrajectoryEvent::IndividualTourHeld {
            occurred_on: self.step_day("heldOn", held_on, TrajectoryEventKind::IndividualTourHeld)?,
            minutes,
            adapted_to: self.optional("adaptedTo", adapted_to)?,
        })
    }

    /// The dossier stays prepared: the tour is taken up again on another day.
    pub(super) fn interrupt_tour(&self, held_on: NaiveDate, minutes: u32, reason: &Text) -> Decision {
        check_minutes(minutes)?;
        let kind = TrajectoryEventKind::IndividualTourInterrupted;
        let occurred_on = self.step_day("heldOn", held_on, TrajectoryEventKind::IndividualTourHeld)?;
        if self.happened_on(kind, held_on) {
            return self.already_done(TrajectoryCommandKind::InterruptTour);
        }
        Ok(TrajectoryEvent::IndividualTourInterrupted { occurred_on, minutes, reason: self.text("reason", reason)? })
    }

    /// On the day of the tour, or later with a reason.
    pub(super) fn hold_in_depth_talk(
        &self,
        held_on: NaiveDate,
        notes: Option<&Text>,
        themes: &[TalkTheme],
        reason_not_same_day: Option<&Text>,
    ) -> Decision {
        let occurred_on = self.step_day("heldOn", held_on, TrajectoryEventKind::InDepthTalkHeld)?;
        let reason = self.optional("reasonNotSameDay", reason_not_same_day)?;
        let reason_not_same_day = match self.toured_on() {
            Some(toured_on) if toured_on != held_on && reason.is_none() => {
                return Err(No::NotTheSameDay { toured_on });
            }
            toured_on => reason.filter(|_| toured_on != Some(held_on)),
        };
        let mut themes = themes.to_vec();
        themes.sort();
        themes.dedup();
        let notes = self.optional("notes", notes)?;
        Ok(TrajectoryEvent::InDepthTalkHeld { occurred_on, notes, themes, reason_not_same_day })
    }

    fn toured_on(&self) -> Option<NaiveDate> {
        if let Stage::Toured { tour, .. } = self.dossier.stage { self.day_of(tour) } else { None }
    }

    fn planned(&self, id: AppointmentId) -> Result<&Appointment, No> {
        let appointment = self.state.appointment(id).ok_or(No::AppointmentNotFound)?;
        match appointment.state {
            AppointmentState::Planned => Ok(appointment),
            AppointmentState::Cancelled | AppointmentState::Missed | AppointmentState::Held => {
                Err(No::AppointmentNotPlanned)
            }
        }
    }

    fn future(&self, starts_at: DateTime<Utc>) -> Result<DateTime<Utc>, No> {
        if starts_at > self.context.at { Ok(starts_at) } else { Err(No::MomentPassed) }
    }
}

fn check_guide(guide: &ActorId, competence_attested: bool) -> Result<(), No> {
    check_code("guide", &guide.0)?;
    if competence_attested { Ok(()) } else { Err(No::CompetenceNotAttested) }
}

fn check_minutes(minutes: u32) -> Result<(), No> {
    if TOUR_MINUTES.contains(&minutes) { Ok(()) } else { Err(No::MinutesOutOfRange) }
}
