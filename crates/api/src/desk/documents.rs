//! Documents brought in: who may bring one, which command may attach it, and what is removed when nobody did.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use spoor_domain::kernel::{Actor, CommandContext, DossierId, OrganisationId, Refusal, RefusalCode, SubjectId};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::command::{TrajectoryCommand, TrajectoryCommandKind};
use spoor_domain::trajectory::event::{DocumentReference, TrajectoryEvent};
use spoor_domain::trajectory::record::KeptDocument;
use spoor_domain::trajectory::vocabulary::DocumentKind;
use spoor_eventlog::blobs::{Blob, BlobError, BlobHeader, BlobName, Document, Kept};
use spoor_eventlog::{Executed, LogError};

use super::{Desk, DeskError};
use crate::policy::{self, Action};

/// How long after nothing could be attached any more a document is removed: whoever is attaching it now has finished.
const GRACE: TimeDelta = TimeDelta::hours(1);

/// A document of a dossier, brought in or recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentId {
    /// The dossier.
    pub dossier: DossierId,
    /// The blob that holds it.
    pub blob: BlobName,
}

/// A document as its dossier keeps it, with the dossier.
pub struct FoundDocument {
    /// What the dossier says of it.
    pub kept: KeptDocument,
    /// The dossier.
    pub state: LearningTrajectory,
}

/// A document that was not brought in for this dossier by this organisation.
#[derive(Debug, thiserror::Error)]
enum DocumentRefused {
    #[error(
        "There is no such document, brought in by your organisation for this dossier: upload it with POST /documents first."
    )]
    NotFound,
    #[error("This document has waited longer than {0} hours to be attached: upload it again.")]
    TooOld(u32),
    #[error("This document cannot be read any more: upload it again.")]
    Unreadable,
}

impl Refusal for DocumentRefused {
    fn code(&self) -> RefusalCode {
        match self {
            Self::NotFound => RefusalCode::NotFound,
            Self::TooOld(_) | Self::Unreadable => RefusalCode::RuleNotMet,
        }
    }
    fn path(&self) -> Vec<String> {
        vec!["document".to_owned()]
    }
    fn message_nl(&self) -> String {
        match self {
            Self::NotFound => {
                "Er is geen zulk document dat uw organisatie voor dit dossier opgeladen heeft: laad het eerst op met POST /documents.".into()
            }
            Self::TooOld(hours) => {
                format!("Dit document wachtte langer dan {hours} uur om toegevoegd te worden: laad het opnieuw op.")
            }
            Self::Unreadable => "Dit document kan niet meer gelezen worden: laad het opnieuw op.".into(),
        }
    }
}

impl DocumentId {
    /// The id in this text: `dossier/blob`.
    pub fn parse(text: &str) -> Option<Self> {
        let (dossier, blob) = text.split_once('/')?;
        Some(Self { dossier: dossier.parse().ok()?, blob: BlobName::parse(blob)? })
    }
}

impl std::fmt::Display for DocumentId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.dossier, self.blob)
    }
}

impl Desk {
    /// The person a document brought in for this dossier is about, when this person may bring one in now: whoever may
    /// record evidence or a reflection in it.
    pub async fn admit_document(&self, dossier: DossierId, context: &CommandContext) -> Result<SubjectId, DeskError> {
        let state = self.log.load::<LearningTrajectory>(&dossier.to_string()).await?.state;
        policy::authorize(&context.actor, Action::BringDocument(&state)).map_err(|denied| match denied {
            policy::Denied::Hidden => DeskError::NotFound("Spoor-Case"),
            policy::Denied::Role => DeskError::NotYourRole,
        })?;
        let uses = [TrajectoryCommandKind::AttachConsentEvidence, TrajectoryCommandKind::FileReflectionReport];
        let mut refusals = uses.into_iter().filter_map(|kind| state.permitted(kind, context).err()).collect::<Vec<_>>();
        if refusals.len() == uses.len() {
            return Err(DeskError::Refused(Box::new(refusals.swap_remove(0))));
        }
        state.subject().ok_or(DeskError::NotFound("Spoor-Case"))
    }

    /// Seals and keeps a document that this person brought in for a dossier.
    pub async fn keep_document(
        &self,
        dossier: DossierId,
        subject: SubjectId,
        media_type: &str,
        bytes: Vec<u8>,
        actor: &Actor,
    ) -> Result<DocumentId, DeskError> {
        let header = BlobHeader {
            document: self.clock.new_id(),
            subject,
            dossier,
            organisation: actor.organisation.clone(),
            media_type: media_type.to_owned(),
            kept_at: self.clock.now(),
        };
        Ok(DocumentId { dossier, blob: self.blobs.put(&header, bytes).await? })
    }

    /// A command that attaches a document: what the event says about it is read off the document itself.
    pub async fn attach(
        &self,
        dossier: DossierId,
        document: &DocumentId,
        kind: TrajectoryCommandKind,
        command: impl FnOnce(DocumentReference) -> TrajectoryCommand,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        let found = self.admit(dossier, kind, context).await?;
        let first_time = self.earlier(dossier, context.command_id).await?.and_then(attached);
        let reference = match first_time.filter(|first| first.blob == Some(document.blob.to_string())) {
            // A repeat is the same command, whatever became of the document since.
            Some(first) => first,
            None => self.brought_in(dossier, &found.state, document, &context.actor.organisation).await?,
        };
        self.execute(dossier, &command(reference), context).await
    }

    /// A document that a dossier keeps, when this person may see it.
    pub async fn find_document(&self, id: &DocumentId, actor: &Actor) -> Result<FoundDocument, DeskError> {
        let state = self.log.load::<LearningTrajectory>(&id.dossier.to_string()).await?.state;
        let name = id.blob.to_string();
        let kept = state.documents().iter().find(|kept| kept.reference.blob.as_ref() == Some(&name)).cloned();
        let kept = kept.ok_or(DeskError::NotFound("documentId"))?;
        // Whoever may not see it learns nothing of it, not even that it is there.
        policy::authorize(actor, Action::SeeDocument(&kept, &state)).map_err(|_| DeskError::NotFound("documentId"))?;
        Ok(FoundDocument { kept, state })
    }

    /// Whether there is something of it to hand out: of an erased person the bundles alone, printed with what was erased as
    /// withheld, once the key is destroyed. Before that moment what is to be withheld could still be read.
    pub async fn can_be_taken(&self, found: &FoundDocument) -> Result<bool, DeskError> {
        let subject = found.kept.subject;
        if !found.state.gone(subject) {
            return Ok(true);
        }
        let erased = self.log.keys().is_destroyed(subject).await.map_err(LogError::from)?;
        Ok(erased && found.kept.kind == DocumentKind::Bundle)
    }

    /// Removes what was brought in and never attached, what is left of erased subjects, and drafts of writers that died.
    /// The log is asked first, so that nothing it refers to is ever removed. Gives how many documents went.
    pub async fn sweep_documents(&self) -> Result<u64, DeskError> {
        let too_old = self.clock.now() - self.attach_within() - GRACE;
        let mut removed = 0;
        for subject in self.blobs.subjects().await? {
            if self.blobs.keys().is_destroyed(subject).await.map_err(BlobError::from)? {
                removed += self.blobs.remove_of(subject).await?;
                continue;
            }
            self.blobs.remove_drafts(subject).await?;
            for orphan in self.orphans(self.blobs.list(subject).await?, too_old).await? {
                self.blobs.remove(subject, &orphan).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// Those that were kept before this moment and that their dossier does not refer to.
    async fn orphans(&self, kept: Vec<Kept>, before: DateTime<Utc>) -> Result<Vec<BlobName>, DeskError> {
        let old = kept.into_iter().filter_map(|kept| Some((kept.name, kept.header?)));
        let old: Vec<_> = old.filter(|(_, header)| header.kept_at < before).collect();
        let dossiers: BTreeSet<DossierId> = old.iter().map(|(_, header)| header.dossier).collect();
        let mut referred = BTreeSet::new();
        for dossier in dossiers {
            let state = self.log.load::<LearningTrajectory>(&dossier.to_string()).await?.state;
            referred.extend(state.documents().iter().filter_map(|kept| kept.reference.blob.clone()));
        }
        Ok(old.into_iter().map(|(name, _)| name).filter(|name| !referred.contains(&name.to_string())).collect())
    }

    /// What the event may say of a document: that it is there, whole, for this dossier, and by whom.
    async fn brought_in(
        &self,
        dossier: DossierId,
        state: &LearningTrajectory,
        id: &DocumentId,
        by: &OrganisationId,
    ) -> Result<DocumentReference, DeskError> {
        let refused = |refusal: DocumentRefused| DeskError::Refused(Box::new(refusal));
        let subject = state.subject().filter(|_| id.dossier == dossier);
        let subject = subject.ok_or_else(|| refused(DocumentRefused::NotFound))?;
        let opened = match self.blobs.get(subject, &id.blob).await {
            Ok(opened) => opened,
            Err(BlobError::Missing(_)) => return Err(refused(DocumentRefused::NotFound)),
            Err(error) => return Err(error.into()),
        };
        let Blob::Clear(document) = opened else { return Err(refused(DocumentRefused::Unreadable)) };
        let Document { header, bytes } = &document;
        if header.dossier != dossier || &header.organisation != by {
            return Err(refused(DocumentRefused::NotFound));
        }
        if header.kept_at + self.attach_within() < self.clock.now() {
            return Err(refused(DocumentRefused::TooOld(self.documents.attach_within_h)));
        }
        Ok(DocumentReference {
            sha256: document.sha256(),
            media_type: header.media_type.clone(),
            bytes: bytes.len() as u64,
            blob: Some(id.blob.to_string()),
        })
    }

    /// How long a document may wait to be attached.
    pub fn attach_within(&self) -> TimeDelta {
        TimeDelta::hours(self.documents.attach_within_h.into())
    }
}

/// The document an event attached that was brought in: not a bundle's, which is made here.
fn attached(event: TrajectoryEvent) -> Option<DocumentReference> {
    match event {
        TrajectoryEvent::ConsentEvidenceAttached { document, .. } => Some(document),
        TrajectoryEvent::ReflectionReportFiled { evidence, .. } => evidence,
        TrajectoryEvent::BundleAssembled { .. }
        | TrajectoryEvent::RequestDrafted { .. }
        | TrajectoryEvent::TrajectoryRequested { .. }
        | TrajectoryEvent::EligibilityPrepared { .. }
        | TrajectoryEvent::EligibilityAssessed { .. }
        | TrajectoryEvent::EligibilityReassessed { .. }
        | TrajectoryEvent::ParticipationConsentGiven { .. }
        | TrajectoryEvent::ParticipationConsentRefused { .. }
        | TrajectoryEvent::ParticipationConsentWithdrawn { .. }
        | TrajectoryEvent::SharingConsentGiven { .. }
        | TrajectoryEvent::SharingConsentWithdrawn { .. }
        | TrajectoryEvent::GuideAssigned { .. }
        | TrajectoryEvent::GuideReplaced { .. }
        | TrajectoryEvent::AppointmentPlanned { .. }
        | TrajectoryEvent::AppointmentMoved { .. }
        | TrajectoryEvent::AppointmentCancelled { .. }
        | TrajectoryEvent::AppointmentMissed { .. }
        | TrajectoryEvent::PreparatoryCallHeld { .. }
        | TrajectoryEvent::IndividualTourHeld { .. }
        | TrajectoryEvent::IndividualTourInterrupted { .. }
        | TrajectoryEvent::InDepthTalkHeld { .. }
        | TrajectoryEvent::ReflectionReportWaived { .. }
        | TrajectoryEvent::ReasonedAdviceIssued { .. }
        | TrajectoryEvent::ReasonedAdviceRevised { .. }
        | TrajectoryEvent::BundleDelivered { .. }
        | TrajectoryEvent::BundleReceived { .. }
        | TrajectoryEvent::ProsecutionOutcomeRecorded { .. }
        | TrajectoryEvent::ProsecutionOutcomeRevised { .. }
        | TrajectoryEvent::RequestRetracted { .. }
        | TrajectoryEvent::TransferOffered { .. }
        | TrajectoryEvent::TrajectoryTransferred { .. }
        | TrajectoryEvent::TrajectoryClosed { .. }
        | TrajectoryEvent::TrajectoryDiscontinued { .. }
        | TrajectoryEvent::TrajectoryReopened { .. }
        | TrajectoryEvent::FactCorrected { .. }
        | TrajectoryEvent::StepAnnulled { .. }
        | TrajectoryEvent::ParticipantReplaced { .. }
        | TrajectoryEvent::SubjectsLinked { .. }
        | TrajectoryEvent::SubjectsUnlinked { .. }
        | TrajectoryEvent::IncidentReported { .. }
        | TrajectoryEvent::TrajectoryReassigned { .. }
        | TrajectoryEvent::ProcessingRestricted { .. }
        | TrajectoryEvent::RestrictionLifted { .. }
        | TrajectoryEvent::LegalHoldPlaced { .. }
        | TrajectoryEvent::LegalHoldLifted { .. }
        | TrajectoryEvent::ErasureRequested { .. }
        | TrajectoryEvent::ErasureRefused { .. }
        | TrajectoryEvent::ErasureConfirmed { .. }
        | TrajectoryEvent::SubjectKeyDestroyed { .. }
        | TrajectoryEvent::ErasureCertified { .. }
        | TrajectoryEvent::RecipientTold { .. } => None,
    }
}
