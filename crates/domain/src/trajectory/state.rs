//! The state of a dossier: what its own events say, without anything that was written about a person.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::once;
use std::ops::Range;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::event::{AgreementStanding, DossierNumber, TrajectoryEventKind};
use super::record::*;
use super::stage::{Reflections, Stage};
use super::vocabulary::*;
use crate::kernel::{ActorId, AppointmentId, OrganisationId, SubjectId};

/// A learning trajectory as folded from its events. Empty until a request was drafted or submitted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LearningTrajectory {
    /// Every event, in order.
    pub(super) entries: Vec<Entry>,
    /// The dossier they make.
    pub(super) dossier: Option<Dossier>,
}

/// The dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Dossier {
    pub number: DossierNumber,
    pub parket: OrganisationId,
    pub subject: SubjectId,
    #[serde(default)]
    pub families: BTreeSet<OffenceFamily>,
    pub replaced_subjects: Vec<SubjectId>,
    pub standing: AgreementStanding,
    pub consent_by: ConsentGiver,
    pub requested_on: Option<NaiveDate>,
    pub stage: Stage,
    /// Sequence of the event that brought it to its status.
    pub since: u64,
    /// Sequence of the event that last named the participant: earlier texts may be about somebody else.
    pub participant_named: u64,
    pub prepared: Option<PreparedAnswers>,
    pub sharing: Option<SharingConsent>,
    pub evidence: BTreeSet<String>,
    pub guide: Option<ActorId>,
    pub appointments: Vec<Appointment>,
    pub bundles: Vec<Bundle>,
    /// Recipients of a bundle that was overtaken: each must get the next one.
    pub awaiting_bundle: BTreeSet<OrganisationId>,
    pub outcome: Option<Outcome>,
    pub pending_transfer: Option<TransferOffer>,
    pub assignees: BTreeMap<OrganisationId, ActorId>,
    pub restrictions: BTreeSet<RestrictionGround>,
    pub holds: BTreeSet<RestrictionGround>,
    pub linked: Vec<LinkedSubject>,
    /// Ids of incidents, corrections and revisions, by which a repeat is known.
    pub notices: BTreeSet<Uuid>,
    pub erasures: BTreeMap<SubjectId, Erasure>,
    #[serde(default)]
    pub documents: Vec<KeptDocument>,
    /// Each recipient once per subject.
    #[serde(default)]
    pub disclosures: Vec<Disclosure>,
    #[serde(default)]
    pub tellings: Vec<Telling>,
}

impl LearningTrajectory {
    /// Number of events so far.
    pub fn version(&self) -> u64 {
        self.entries.len() as u64
    }

    /// Where the dossier stands; none before the first event.
    pub fn status(&self) -> Option<TrajectoryStatus> {
        self.dossier.as_ref().map(|dossier| dossier.stage.status())
    }

    /// The stage, with its data.
    pub fn stage(&self) -> Option<&Stage> {
        self.dossier.as_ref().map(|dossier| &dossier.stage)
    }

    /// The day on which the current status was entered (as corrected).
    pub fn status_since(&self) -> Option<NaiveDate> {
        self.entry(self.dossier.as_ref()?.since).map(|entry| entry.on)
    }

    /// The dossier's number.
    pub fn number(&self) -> Option<&DossierNumber> {
        self.dossier.as_ref().map(|dossier| &dossier.number)
    }

    /// The parket whose dossier it is.
    pub fn parket(&self) -> Option<&OrganisationId> {
        self.dossier.as_ref().map(|dossier| &dossier.parket)
    }

    /// The person concerned.
    pub fn subject(&self) -> Option<SubjectId> {
        self.dossier.as_ref().map(|dossier| dossier.subject)
    }

    /// The families of law of the offences the request is about.
    pub fn offence_families(&self) -> &BTreeSet<OffenceFamily> {
        static NONE: BTreeSet<OffenceFamily> = BTreeSet::new();
        self.dossier.as_ref().map_or(&NONE, |dossier| &dossier.families)
    }

    /// Every subject this stream holds data of: replaced ones first, the current one last.
    pub fn subjects(&self) -> Vec<SubjectId> {
        let subjects = |dossier: &Dossier| {
            let mut all = dossier.replaced_subjects.clone();
            all.push(dossier.subject);
            all
        };
        self.dossier.as_ref().map(subjects).unwrap_or_default()
    }

    /// The subjects registered by mistake, in whose place others were put. Nobody is replaced once Kazerne Dossin knows the
    /// dossier, so who these are is never its to know.
    pub fn replaced_subjects(&self) -> &[SubjectId] {
        self.dossier.as_ref().map(|dossier| dossier.replaced_subjects.as_slice()).unwrap_or_default()
    }

    /// The sequences of the events at which the dossier is about this subject: from the one that names it to the one that puts
    /// another in its place. None of a subject that it was never about.
    pub fn about(&self, subject: SubjectId) -> Range<u64> {
        let replaces = |(entry, _): &(&Entry, u64)| entry.kind == TrajectoryEventKind::ParticipantReplaced;
        let replaced = self.entries.iter().zip(1..).filter(replaces).map(|(_, sequence)| sequence);
        let Some(place) = self.subjects().iter().position(|own| *own == subject) else { return 0..0 };
        let mut turns = once(1).chain(replaced).chain(once(u64::MAX)).skip(place);
        turns.next().zip(turns.next()).map_or(0..0, |(from, until)| from..until)
    }

    /// Under which agreement the request was made.
    pub fn standing(&self) -> Option<&AgreementStanding> {
        self.dossier.as_ref().map(|dossier| &dossier.standing)
    }

    /// Who has to declare consent.
    pub fn consent_by(&self) -> Option<ConsentGiver> {
        self.dossier.as_ref().map(|dossier| dossier.consent_by)
    }

    /// The assigned guide.
    pub fn guide(&self) -> Option<&ActorId> {
        self.dossier.as_ref()?.guide.as_ref()
    }

    /// The appointments, in the order of planning. What was still planned when the dossier ended is called off with it.
    pub fn appointments(&self) -> Vec<Appointment> {
        let Some(dossier) = &self.dossier else { return Vec::new() };
        let open = dossier.stage.status().is_open();
        let as_it_stands = |appointment: &Appointment| match appointment.state {
            AppointmentState::Planned if !open => {
                Appointment { state: AppointmentState::Cancelled, ..appointment.clone() }
            }
            AppointmentState::Planned
            | AppointmentState::Cancelled
            | AppointmentState::Missed
            | AppointmentState::Held => appointment.clone(),
        };
        dossier.appointments.iter().map(as_it_stands).collect()
    }

    /// The day on which the prosecutor submitted the request.
    pub fn requested_on(&self) -> Option<NaiveDate> {
        self.dossier.as_ref()?.requested_on
    }

    /// The latest day on which a step was taken.
    pub fn last_step_on(&self) -> Option<NaiveDate> {
        self.steps().map(|(_, entry)| entry.on).max()
    }

    /// The bundles, by number.
    pub fn bundles(&self) -> &[Bundle] {
        self.dossier.as_ref().map(|dossier| dossier.bundles.as_slice()).unwrap_or_default()
    }

    /// Recipients of an overtaken bundle who must get the next one.
    pub fn awaiting_bundle(&self) -> impl Iterator<Item = &OrganisationId> {
        self.dossier.iter().flat_map(|dossier| &dossier.awaiting_bundle)
    }

    /// What the parket did with the case, as last recorded.
    pub fn outcome(&self) -> Option<Outcome> {
        self.dossier.as_ref()?.outcome
    }

    /// Whether processing is restricted.
    pub fn restricted(&self) -> bool {
        self.dossier.as_ref().is_some_and(|dossier| !dossier.restrictions.is_empty())
    }

    /// Whether a legal hold stands.
    pub fn on_hold(&self) -> bool {
        self.dossier.as_ref().is_some_and(|dossier| !dossier.holds.is_empty())
    }

    /// The same person in other dossiers.
    pub fn linked_subjects(&self) -> &[LinkedSubject] {
        self.dossier.as_ref().map(|dossier| dossier.linked.as_slice()).unwrap_or_default()
    }

    /// The consent to share that stands.
    pub fn sharing_consent(&self) -> Option<&SharingConsent> {
        self.dossier.as_ref()?.sharing.as_ref()
    }

    /// The parket to which the dossier was offered and which has not accepted yet.
    pub fn pending_transfer(&self) -> Option<&OrganisationId> {
        self.dossier.as_ref()?.pending_transfer.as_ref().map(|offer| &offer.to)
    }

    /// The person who handles the dossier at the parket, when somebody was named.
    pub fn prosecutor(&self) -> Option<&ActorId> {
        let dossier = self.dossier.as_ref()?;
        dossier.assignees.get(&dossier.parket)
    }

    /// The person who handles the dossier at Kazerne Dossin, when somebody was named.
    pub fn coordinator(&self) -> Option<&ActorId> {
        self.dossier.as_ref()?.assignees.get(&OrganisationId::kazerne_dossin())
    }

    /// How far the erasure of a subject of this dossier is.
    pub fn erasure(&self, subject: SubjectId) -> Option<&Erasure> {
        self.dossier.as_ref()?.erasures.get(&subject)
    }

    /// Whether the data of the current subject are gone, or about to go.
    pub fn erased(&self) -> bool {
        let gone = |dossier: &Dossier| dossier.erasures.get(&dossier.subject).is_some_and(Erasure::is_final);
        self.dossier.as_ref().is_some_and(gone)
    }

    /// Whether the data of every subject of the dossier are gone, or about to go.
    pub(super) fn wholly_erased(&self) -> bool {
        self.dossier.is_some() && self.subjects().into_iter().all(|subject| self.has_erased(subject))
    }

    /// Whether the data of this subject are gone, or about to go.
    pub fn has_erased(&self, subject: SubjectId) -> bool {
        self.erasure(subject).is_some_and(Erasure::is_final)
    }

    /// The day on which the dossier was begun, by a draft or a request; none before that.
    pub fn begun_on(&self) -> Option<NaiveDate> {
        self.entry(1).map(|entry| entry.on)
    }

    /// Whether Kazerne Dossin knows the dossier: from the first consent on, for good.
    pub fn museum_involved(&self) -> bool {
        let consents = |entry: &Entry| entry.kind == TrajectoryEventKind::ParticipationConsentGiven;
        self.entries.iter().any(|entry| consents(entry) && !entry.annulled)
    }

    /// Whose move it is.
    pub fn waiting_for(&self) -> WaitingFor {
        let Some(dossier) = &self.dossier else { return WaitingFor::Nobody };
        if self.erased() {
            return WaitingFor::Nobody;
        }
        match &dossier.stage {
            Stage::Drafted | Stage::Requested => WaitingFor::Prosecutor,
            Stage::Eligible { .. } => WaitingFor::Participant,
            Stage::Consented { .. } | Stage::Prepared { .. } | Stage::Toured { .. } if dossier.guide.is_none() => {
                WaitingFor::MuseumCoordinator
            }
            Stage::Consented { .. } | Stage::Prepared { .. } | Stage::Toured { .. } => WaitingFor::Guide,
            Stage::Deepened { reflections: Reflections { guide: true, .. }, .. } => WaitingFor::Participant,
            Stage::Deepened { .. } => WaitingFor::Guide,
            Stage::Reflected { .. } | Stage::Advised { .. } => WaitingFor::MuseumCoordinator,
            Stage::Delivered { .. } if self.receipt_missing() => WaitingFor::ParketJurist,
            Stage::Delivered { .. } if dossier.outcome.is_some() => WaitingFor::MuseumCoordinator,
            Stage::Delivered { .. } => WaitingFor::Prosecutor,
            Stage::Ineligible { .. } | Stage::Refused | Stage::Ended { .. } => self.waiting_after_end(),
        }
    }

    /// The event with this sequence.
    pub fn entry(&self, sequence: u64) -> Option<&Entry> {
        self.entries.get(usize::try_from(sequence.checked_sub(1)?).ok()?)
    }

    /// Steps that stand, with their sequence.
    pub(super) fn steps(&self) -> impl DoubleEndedIterator<Item = (u64, &Entry)> {
        let numbered = self.entries.iter().enumerate().map(|(index, entry)| (index as u64 + 1, entry));
        numbered.filter(|(_, entry)| !entry.annulled && entry.kind.rank().is_some())
    }

    /// Whether a bundle was handed over.
    pub(super) fn delivered(&self) -> bool {
        self.bundles().iter().any(|bundle| !bundle.deliveries.is_empty())
    }

    /// The parket has to confirm receipt of the current bundle.
    fn receipt_missing(&self) -> bool {
        let Some(parket) = self.parket() else { return false };
        let deliveries = self.bundles().iter().filter(|bundle| !bundle.outdated).flat_map(|bundle| &bundle.deliveries);
        deliveries.into_iter().any(|delivery| &delivery.recipient == parket && delivery.received_on.is_none())
    }

    /// After an end a corrected bundle may still be owed, and the parket decides on the case unless it took it back.
    fn waiting_after_end(&self) -> WaitingFor {
        if self.awaiting_bundle().next().is_some() {
            return WaitingFor::MuseumCoordinator;
        }
        match (self.status(), self.outcome()) {
            (Some(TrajectoryStatus::Retracted | TrajectoryStatus::OpenedInError), _) | (_, Some(_)) => {
                WaitingFor::Nobody
            }
            (_, None) => WaitingFor::Prosecutor,
        }
    }

    /// An appointment by its id.
    pub(super) fn appointment(&self, id: AppointmentId) -> Option<&Appointment> {
        self.dossier.as_ref()?.appointments.iter().find(|appointment| appointment.id == id)
    }
}
