//! How one kind of event changes the dossier, where that takes more than a line.

use chrono::NaiveDate;

use super::event::{Assessment, Request};
use super::record::*;
use super::stage::{End, Stage};
use super::state::Dossier;
use super::vocabulary::*;
use crate::kernel::{AppointmentId, OrganisationId, SubjectId};

impl Dossier {
    pub(super) fn take_request(&mut self, request: &Request, stage: Stage, sequence: u64) {
        self.number = request.number.clone();
        self.parket = request.parket.clone();
        self.subject = request.subject;
        self.families = request.offences.iter().map(|offence| offence.family).collect();
        self.standing = request.standing.clone();
        self.consent_by = request.consent_by;
        self.participant_named = sequence;
        self.stage = stage;
    }

    pub(super) fn assess(&mut self, assessment: &Assessment) {
        let assessed = Assessed {
            criteria_version: assessment.criteria_version.clone(),
            answers: assessment.answers.iter().map(|given| (given.criterion.clone(), given.answer)).collect(),
            decided: assessment.decided,
        };
        self.prepared = None;
        self.stage = match assessment.decided {
            EligibilityOutcome::Eligible => Stage::Eligible { assessment: Some(assessed) },
            EligibilityOutcome::Ineligible => Stage::Ineligible { assessment: assessed },
        };
    }

    /// A step of the museum's part, which only a dossier with consent can take.
    pub(super) fn advance(&mut self, to: impl FnOnce(u64) -> Stage) {
        if let Some(consent) = self.stage.consent() {
            self.stage = to(consent);
        }
    }

    pub(super) fn reflect(&mut self, author: ReflectionAuthor) {
        if let Stage::Deepened { consent, reflections } = self.stage {
            let reflections = reflections.with(author);
            self.stage = if reflections.complete() {
                Stage::Reflected { consent }
            } else {
                Stage::Deepened { consent, reflections }
            };
        }
    }

    /// Whoever the participant no longer agrees to cannot be owed a bundle either.
    pub(super) fn owe_only(&mut self, recipients: &[OrganisationId]) {
        if !self.awaiting_bundle.is_empty() {
            self.awaiting_bundle.retain(|owed| recipients.contains(owed));
            self.settle();
        }
    }

    pub(super) fn deliver(&mut self, number: u32, delivery: Delivery) {
        self.awaiting_bundle.remove(&delivery.recipient);
        if let Some(bundle) = self.bundles.iter_mut().find(|bundle| bundle.number == number) {
            bundle.deliveries.push(delivery);
        }
        self.settle();
    }

    /// Delivered (again) only when everybody who waits for a bundle has it.
    pub(super) fn settle(&mut self) {
        if let (Stage::Advised { consent, advice }, true) = (&self.stage, self.awaiting_bundle.is_empty()) {
            self.stage = Stage::Delivered { consent: *consent, advice: *advice };
        }
    }

    /// What was assembled no longer says what the dossier says: whoever holds a bundle must get the next one.
    pub(super) fn overtake_bundles(&mut self) {
        self.bundles.iter_mut().for_each(|bundle| bundle.outdated = true);
        let holders = |bundle: &Bundle| bundle.deliveries.iter().map(|delivery| delivery.recipient.clone()).collect();
        let holders: Vec<Vec<OrganisationId>> = self.bundles.iter().map(holders).collect();
        self.awaiting_bundle.extend(holders.into_iter().flatten());
        if let Stage::Delivered { consent, advice } = self.stage {
            self.stage = Stage::Advised { consent, advice };
        }
    }

    pub(super) fn end(&mut self, end: End) {
        self.stage = self.stage.clone().ended(end);
    }

    pub(super) fn reopen(&mut self) {
        self.stage = match &self.stage {
            Stage::Refused | Stage::Ended { end: End::Withdrawn, .. } => Stage::Eligible { assessment: None },
            Stage::Ineligible { .. } => Stage::Requested,
            Stage::Ended { from, .. } => (**from).clone(),
            open => open.clone(),
        };
    }

    /// What was decided about the wrong person decides nothing about the right one.
    pub(super) fn replace_participant(&mut self, wrong: SubjectId, right: SubjectId, sequence: u64) {
        self.replaced_subjects.push(wrong);
        self.subject = right;
        self.participant_named = sequence;
        self.prepared = None;
        self.sharing = None;
        self.evidence.clear();
        if self.stage != Stage::Drafted {
            self.stage = Stage::Requested;
        }
    }

    pub(super) fn on_appointment(&mut self, id: AppointmentId, change: impl FnOnce(&mut Appointment)) {
        if let Some(appointment) = self.appointments.iter_mut().find(|appointment| appointment.id == id) {
            change(appointment);
        }
    }

    /// The planned appointment this was: of its kind, and the last one that was due by that day.
    pub(super) fn mark_held(&mut self, kind: AppointmentKind, on: NaiveDate, sequence: u64) {
        let due = |appointment: &&mut Appointment| {
            appointment.kind == kind
                && appointment.state == AppointmentState::Planned
                && appointment.starts_at.date_naive() <= on
        };
        let was = self.appointments.iter_mut().filter(due).max_by_key(|appointment| appointment.starts_at);
        if let Some(appointment) = was {
            appointment.state = AppointmentState::Held;
            appointment.held_by = Some(sequence);
        }
    }
}
