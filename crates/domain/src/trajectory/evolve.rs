//! The fold: what each event makes of the dossier. Never fails, never opens personal data, ignores what makes no sense.

use std::collections::{BTreeMap, BTreeSet};

use super::event::{CorrectedValue, Request, TrajectoryEvent};
use super::record::*;
use super::stage::{End, Reflections, Stage};
use super::state::{Dossier, LearningTrajectory};
use super::vocabulary::*;
use crate::kernel::{EventPayload, OrganisationId};

impl LearningTrajectory {
    /// Folds one event in.
    pub(super) fn fold(&mut self, event: &TrajectoryEvent) {
        self.entries.push(Entry::of(event));
        let sequence = self.version();
        if let (None, Some(request)) = (&self.dossier, requested(event)) {
            self.dossier = Some(Dossier::new(request, sequence));
        }
        let delivered = self.delivered();
        let Some(dossier) = &mut self.dossier else { return };
        let status = dossier.stage.status();
        let annullable = event.kind().can_be_annulled() && !delivered;
        let before = annullable.then(|| Box::new(Before { stage: dossier.stage.clone(), since: dossier.since }));
        dossier.apply(sequence, event);
        if dossier.stage.status() != status {
            dossier.since = sequence;
        }
        if let Some(entry) = self.entries.last_mut() {
            entry.before = before;
        }
        if let TrajectoryEvent::StepAnnulled { sequence, .. } = event {
            self.annul(*sequence);
        }
        if let TrajectoryEvent::FactCorrected { occurred_on, sequence: corrected, field, .. } = event
            && field.goes_out()
        {
            self.have_correction_told(*corrected, sequence, *occurred_on);
        }
        if let TrajectoryEvent::FactCorrected {
            sequence,
            value: CorrectedValue::StepDay(day),
            reason_not_same_day,
            ..
        } = event
        {
            self.move_step(*sequence, *day);
            self.explain_talk(*sequence, reason_not_same_day.is_some());
        }
        if let TrajectoryEvent::BundleDelivered { .. } = event {
            // What left the house stands: from here on nothing is annulled, only corrected.
            self.entries.iter_mut().for_each(|entry| entry.before = None);
        }
    }

    /// The dossier stands again where it stood before this step.
    fn annul(&mut self, sequence: u64) {
        let Some(entry) = index(sequence).and_then(|index| self.entries.get_mut(index)) else { return };
        let (Some(before), Some(dossier)) = (entry.before.take(), &mut self.dossier) else { return };
        entry.annulled = true;
        dossier.stage = before.stage;
        dossier.since = before.since;
        for appointment in dossier.appointments.iter_mut().filter(|appointment| appointment.held_by == Some(sequence)) {
            appointment.state = AppointmentState::Planned;
            appointment.held_by = None;
        }
        dossier.overtake_bundles();
    }

    fn move_step(&mut self, sequence: u64, day: chrono::NaiveDate) {
        if let Some(entry) = index(sequence).and_then(|index| self.entries.get_mut(index)) {
            entry.on = day;
        }
    }

    /// Whether the talk of this tour, or this talk itself, says why the two are not on one day: once they are on one day,
    /// nothing that was said before is a reason for parting them again.
    fn explain_talk(&mut self, sequence: u64, said: bool) {
        let Some((tour, talk)) = self.tour_and_talk(sequence) else { return };
        let day_of = |step: u64| self.entry(step).map(|entry| entry.on);
        let on_one_day = day_of(tour) == day_of(talk);
        if let Some(entry) = index(talk).and_then(|index| self.entries.get_mut(index)) {
            entry.explained = !on_one_day && (said || entry.explained);
        }
    }
}

impl Entry {
    /// An event as it was recorded.
    pub(super) fn of(event: &TrajectoryEvent) -> Self {
        let mut author = None;
        if let TrajectoryEvent::ReflectionReportFiled { author: whose, .. } = event {
            author = Some(*whose);
        }
        let explained = matches!(event, TrajectoryEvent::InDepthTalkHeld { reason_not_same_day: Some(_), .. });
        let (kind, on, by) = (event.kind(), event.occurred_on(), event.recorded_by());
        Self { kind, on, by, author, explained, annulled: false, before: None }
    }
}

impl Dossier {
    fn new(request: &Request, sequence: u64) -> Self {
        Self {
            number: request.number.clone(),
            parket: request.parket.clone(),
            subject: request.subject,
            families: BTreeSet::new(),
            replaced_subjects: Vec::new(),
            standing: request.standing.clone(),
            consent_by: request.consent_by,
            requested_on: None,
            stage: Stage::Drafted,
            since: sequence,
            participant_named: sequence,
            prepared: None,
            sharing: None,
            evidence: BTreeSet::new(),
            guide: None,
            appointments: Vec::new(),
            bundles: Vec::new(),
            awaiting_bundle: BTreeSet::new(),
            outcome: None,
            pending_transfer: None,
            assignees: BTreeMap::new(),
            restrictions: BTreeSet::new(),
            holds: BTreeSet::new(),
            linked: Vec::new(),
            notices: BTreeSet::new(),
            erasures: BTreeMap::new(),
            documents: Vec::new(),
            disclosures: Vec::new(),
            tellings: Vec::new(),
        }
    }

    /// One line per kind of event.
    fn apply(&mut self, sequence: u64, event: &TrajectoryEvent) {
        use TrajectoryEvent as E;
        match event {
            E::RequestDrafted { request, .. } => self.take_request(request, Stage::Drafted, sequence),
            E::TrajectoryRequested { occurred_on, request } => {
                self.take_request(request, Stage::Requested, sequence);
                self.requested_on = Some(*occurred_on);
            }
            E::EligibilityPrepared { criteria_version, answers, .. } => {
                let answers = answers.iter().map(|given| (given.criterion.clone(), given.answer)).collect();
                self.prepared = Some(PreparedAnswers { criteria_version: criteria_version.clone(), answers });
            }
            E::EligibilityAssessed { assessment, .. } | E::EligibilityReassessed { assessment, .. } => {
                self.assess(assessment);
            }
            E::ParticipationConsentGiven { .. } => self.stage = Stage::Consented { consent: sequence },
            E::ParticipationConsentRefused { .. } => self.stage = Stage::Refused,
            E::ParticipationConsentWithdrawn { .. } => self.end(End::Withdrawn),
            E::SharingConsentGiven { occurred_on, text_version, recipients, scope, expires_on, .. } => {
                self.sharing = Some(SharingConsent {
                    given_on: *occurred_on,
                    text_version: text_version.clone(),
                    recipients: recipients.clone(),
                    scope: *scope,
                    expires_on: *expires_on,
                });
                self.owe_only(recipients);
            }
            E::SharingConsentWithdrawn { .. } => {
                self.sharing = None;
                self.owe_only(&[]);
            }
            E::ConsentEvidenceAttached { document, recorded_by, .. } => {
                self.evidence.insert(document.sha256.clone());
                self.keep(sequence, DocumentKind::ConsentEvidence, recorded_by, document);
            }
            E::GuideAssigned { guide, .. } | E::GuideReplaced { guide, .. } => self.guide = Some(guide.clone()),
            E::AppointmentPlanned { appointment, kind, channel, starts_at, .. } => {
                self.appointments.push(Appointment {
                    id: *appointment,
                    kind: *kind,
                    channel: *channel,
                    starts_at: *starts_at,
                    state: AppointmentState::Planned,
                    held_by: None,
                })
            }
            E::AppointmentMoved { appointment, starts_at, .. } => {
                self.on_appointment(*appointment, |appointment| appointment.starts_at = *starts_at);
            }
            E::AppointmentCancelled { appointment, .. } => {
                self.on_appointment(*appointment, |appointment| appointment.state = AppointmentState::Cancelled);
            }
            E::AppointmentMissed { appointment, .. } => {
                self.on_appointment(*appointment, |appointment| appointment.state = AppointmentState::Missed);
            }
            E::PreparatoryCallHeld { occurred_on, .. } => {
                self.mark_held(AppointmentKind::PreparatoryCall, *occurred_on, sequence);
                self.advance(|consent| Stage::Prepared { consent });
            }
            E::IndividualTourHeld { occurred_on, .. } => {
                self.mark_held(AppointmentKind::Tour, *occurred_on, sequence);
                self.advance(|consent| Stage::Toured { consent, tour: sequence });
            }
            E::IndividualTourInterrupted { occurred_on, .. } => {
                self.mark_held(AppointmentKind::Tour, *occurred_on, sequence);
            }
            E::InDepthTalkHeld { occurred_on, .. } => {
                self.mark_held(AppointmentKind::InDepthTalk, *occurred_on, sequence);
                self.advance(|consent| Stage::Deepened { consent, reflections: Reflections::default() });
            }
            E::ReflectionReportFiled { author, evidence, .. } => {
                self.reflect(*author);
                if let Some(evidence) = evidence {
                    self.keep(sequence, DocumentKind::Reflection, &OrganisationId::kazerne_dossin(), evidence);
                }
            }
            E::ReflectionReportWaived { author, .. } => self.reflect(*author),
            E::ReasonedAdviceIssued { .. } => self.advance(|consent| Stage::Advised { consent, advice: sequence }),
            E::ReasonedAdviceRevised { revision, .. } => {
                self.notices.insert(*revision);
                self.overtake_bundles();
                self.advance(|consent| Stage::Advised { consent, advice: sequence });
            }
            E::BundleAssembled { occurred_on, number, pieces, sha256, document } => {
                self.bundles.push(Bundle {
                    number: *number,
                    assembled_on: *occurred_on,
                    pieces: pieces.clone(),
                    sha256: sha256.clone(),
                    outdated: false,
                    deliveries: Vec::new(),
                });
                if let Some(document) = document {
                    self.keep_bundle(sequence, *number, document);
                }
            }
            E::BundleDelivered { occurred_on, number, recipient } => {
                let delivery = Delivery { recipient: recipient.clone(), delivered_on: *occurred_on, received_on: None };
                self.deliver(*number, delivery);
                self.hand_over(recipient, *number, *occurred_on);
            }
            E::BundleReceived { occurred_on, number, recipient } => {
                let bundles = self.bundles.iter_mut().filter(|bundle| bundle.number == *number);
                for delivery in bundles.flat_map(|bundle| &mut bundle.deliveries) {
                    if &delivery.recipient == recipient {
                        delivery.received_on = Some(*occurred_on);
                    }
                }
            }
            E::ProsecutionOutcomeRecorded { occurred_on, outcome, .. }
            | E::ProsecutionOutcomeRevised { occurred_on, outcome, .. } => {
                self.outcome = Some(Outcome { outcome: *outcome, decided_on: *occurred_on });
            }
            E::RequestRetracted { reason, .. } => self.end(match reason {
                RetractionReason::OpenedInError => End::OpenedInError,
                RetractionReason::OtherMeasure | RetractionReason::NewFacts | RetractionReason::Other => End::Retracted,
            }),
            E::TransferOffered { occurred_on, to } => {
                self.pending_transfer = Some(TransferOffer { to: to.clone(), offered_on: *occurred_on });
            }
            E::TrajectoryTransferred { from, to, .. } => {
                self.assignees.remove(from);
                self.parket = to.clone();
                self.pending_transfer = None;
                // Whoever let the dossier go knows what it said until then, and no longer sees what becomes of it.
                self.disclose(from);
            }
            E::TrajectoryClosed { .. } => self.end(End::Closed),
            E::TrajectoryDiscontinued { .. } => self.end(End::Discontinued),
            E::TrajectoryReopened { .. } => self.reopen(),
            // Who has to be told of it depends on the entry it corrects; the trajectory that holds the entries says so.
            E::FactCorrected { field, correction, consent_by, .. } => {
                self.notices.insert(*correction);
                self.consent_by = consent_by.unwrap_or(self.consent_by);
                if field.goes_out() {
                    self.overtake_bundles();
                }
            }
            // Concerns an earlier entry; the trajectory that holds the entries annuls it.
            E::StepAnnulled { .. } => {}
            E::ParticipantReplaced { wrong_subject, subject, consent_by, .. } => {
                self.replace_participant(*wrong_subject, *subject, sequence);
                self.consent_by = *consent_by;
            }
            E::SubjectsLinked { subject, other_subject, other_dossier, .. } => self.linked.push(LinkedSubject {
                subject: *subject,
                other_subject: *other_subject,
                other_dossier: *other_dossier,
            }),
            E::SubjectsUnlinked { other_subject, .. } => {
                self.linked.retain(|link| link.other_subject != *other_subject);
            }
            E::IncidentReported { incident, .. } => {
                self.notices.insert(*incident);
            }
            E::TrajectoryReassigned { organisation, to, .. } => {
                self.assignees.insert(organisation.clone(), to.clone());
            }
            E::ProcessingRestricted { occurred_on, ground, .. } => {
                self.restrictions.insert(*ground);
                self.have_told(self.subject, TellingCause::Restriction, sequence, *occurred_on);
            }
            E::RestrictionLifted { ground, .. } => {
                self.restrictions.remove(ground);
            }
            E::LegalHoldPlaced { ground, .. } => {
                self.holds.insert(*ground);
            }
            E::LegalHoldLifted { ground, .. } => {
                self.holds.remove(ground);
            }
            E::ErasureRequested { occurred_on, subject, reference, requested_by } => {
                let (reference, by, on) = (reference.clone(), requested_by.clone(), *occurred_on);
                self.erasures.insert(*subject, Erasure::Requested(AskedErasure { reference, by, on }));
            }
            E::ErasureRefused { subject, .. } => {
                self.erasures.insert(*subject, Erasure::Refused);
            }
            E::ErasureConfirmed { occurred_on, subject, reference, requested_by, confirmed_by } => {
                let on = match self.erasures.get(subject) {
                    Some(Erasure::Requested(asked)) => asked.on,
                    Some(Erasure::Refused | Erasure::Confirmed(_) | Erasure::Destroyed { .. }) | None => *occurred_on,
                };
                let asked = AskedErasure { reference: reference.clone(), by: requested_by.clone(), on };
                let confirmed = ConfirmedErasure { asked, by: confirmed_by.clone(), on: *occurred_on };
                self.erasures.insert(*subject, Erasure::Confirmed(confirmed));
            }
            E::SubjectKeyDestroyed { occurred_on, subject } => {
                self.have_told(*subject, TellingCause::Erasure, sequence, *occurred_on);
                self.erasures.insert(*subject, Erasure::Destroyed { certificate: None });
            }
            E::ErasureCertified { subject, certificate, .. } => {
                let certificate = Some(Box::new(certificate.clone()));
                self.erasures.insert(*subject, Erasure::Destroyed { certificate });
            }
            E::RecipientTold { occurred_on, recipient, sequence, means, told_by } => {
                self.settle_telling(
                    recipient,
                    *sequence,
                    &Settled::Told { on: *occurred_on, by: told_by.clone(), means: *means },
                );
            }
        }
    }
}

fn requested(event: &TrajectoryEvent) -> Option<&Request> {
    use TrajectoryEvent::{RequestDrafted, TrajectoryRequested};
    if let RequestDrafted { request, .. } | TrajectoryRequested { request, .. } = event { Some(request) } else { None }
}

fn index(sequence: u64) -> Option<usize> {
    usize::try_from(sequence.checked_sub(1)?).ok()
}
