//! Bundles: which pieces go in, what is printed of each, and the document that is kept and handed over.

mod content;

use spoor_documents::bundle::bundle_pdf;
use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::kernel::{CommandContext, Decider, DossierId, Label, derived_id};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::command::{TrajectoryCommand, TrajectoryCommandKind};
use spoor_domain::trajectory::event::{DocumentReference, Piece, TrajectoryEvent, TrajectoryEventKind};
use spoor_domain::trajectory::record::Entry;
use spoor_domain::trajectory::stage::Stage;
use spoor_domain::trajectory::vocabulary::{PieceKind, ReflectionAuthor};
use spoor_eventlog::blobs::{BlobHeader, sha256};
use spoor_eventlog::{BlobStore, EventLog, Executed, Record, Vault};

use super::{Desk, DeskError, FoundDocument, trial};

impl Desk {
    /// Puts a bundle together: of these kinds of pieces, or of everything a bundle may hold.
    pub async fn assemble_bundle(
        &self,
        dossier: DossierId,
        kinds: Option<Vec<PieceKind>>,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        let found = self.admit(dossier, TrajectoryCommandKind::AssembleBundle, context).await?;
        if let Some(first) = self.assembled_before(dossier, kinds.as_deref(), context).await? {
            return self.execute(dossier, &first, context).await;
        }
        let refusal = match self.assemble_now(dossier, &found.state, kinds.clone(), context).await {
            Ok(executed) => return Ok(executed),
            Err(refusal) => refusal,
        };
        // Printing takes a while: the same command may have been carried out meanwhile.
        match self.assembled_before(dossier, kinds.as_deref(), context).await? {
            Some(first) => self.execute(dossier, &first, context).await,
            None => Err(refusal),
        }
    }

    /// The bundle of this command when it was put together before. A repeat is the same bundle, whatever was recorded
    /// since; unless it asks for other pieces.
    async fn assembled_before(
        &self,
        dossier: DossierId,
        kinds: Option<&[PieceKind]>,
        context: &CommandContext,
    ) -> Result<Option<TrajectoryCommand>, DeskError> {
        let first_time = self.earlier(dossier, context.command_id).await?;
        if let Some(TrajectoryEvent::BundleAssembled { pieces, document: Some(document), .. }) = first_time
            && kinds.is_none_or(|kinds| pieces.iter().map(|piece| piece.kind).eq(kinds.iter().copied()))
        {
            return Ok(Some(TrajectoryCommand::AssembleBundle { pieces, document }));
        }
        Ok(None)
    }

    async fn assemble_now(
        &self,
        dossier: DossierId,
        state: &LearningTrajectory,
        kinds: Option<Vec<PieceKind>>,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        let pieces: Vec<Piece> = match kinds {
            // A kind of which nothing stands has no sequence; the domain refuses it by name.
            Some(kinds) => kinds
                .into_iter()
                .map(|kind| standing_piece(state, kind).unwrap_or(Piece { kind, sequence: 0 }))
                .collect(),
            None => PieceKind::ALL.iter().filter_map(|kind| standing_piece(state, *kind)).collect(),
        };
        let made = Made::of(&self.log, dossier, state, &pieces).await?;
        // What would be refused is not kept either.
        let unkept = TrajectoryCommand::AssembleBundle { pieces: pieces.clone(), document: made.reference(None) };
        trial(state, &unkept, context)?;
        let document = made.keep(&self.blobs, dossier, state, context).await?;
        self.execute(dossier, &TrajectoryCommand::AssembleBundle { pieces, document }, context).await
    }
}

impl Desk {
    /// The bundle that a dossier keeps at this place, printed anew for whom its person was erased: the same pieces from the
    /// same events, with what was erased as withheld. Not the bytes whose hash was recorded: those are gone.
    pub async fn bundle_as_withheld(&self, found: &FoundDocument, dossier: DossierId) -> Result<Vec<u8>, DeskError> {
        let bundles = found.state.bundles();
        let bundle = bundles.iter().find(|bundle| Some(bundle.number) == found.kept.bundle);
        let pieces = bundle.map(|bundle| bundle.pieces.as_slice()).unwrap_or_default();
        let records = self.log.read_stream(aggregate_type::TRAJECTORY, &dossier.to_string()).await?;
        let events = events(&records)?;
        // What came after it was never in it: another participant above all.
        let before: Vec<_> = events.into_iter().take_while(|(at, _)| at.sequence < found.kept.sequence).collect();
        let mut state = LearningTrajectory::default();
        before.iter().for_each(|(_, event)| state.evolve(event));
        Ok(Made::printed(&state, pieces, &before, self.log.vault()).await?.bytes)
    }
}

/// A bundle of these pieces, made from the log and kept. For the demo, which tells its dossiers without a desk.
pub(crate) async fn make_and_keep(
    log: &EventLog,
    blobs: &BlobStore,
    dossier: DossierId,
    pieces: &[Piece],
    context: &CommandContext,
) -> Result<DocumentReference, DeskError> {
    let state = log.load::<LearningTrajectory>(&dossier.to_string()).await?.state;
    Made::of(log, dossier, &state, pieces).await?.keep(blobs, dossier, &state, context).await
}

/// What a bundle is.
pub(crate) const MEDIA_TYPE: &str = "application/pdf";

/// A bundle as printed: the same dossier and pieces give the same bytes, so that the same bundle has the same hash.
struct Made {
    bytes: Vec<u8>,
}

impl Made {
    /// Everything is read from the log itself: a view may be behind, and what is handed over may not.
    async fn of(
        log: &EventLog,
        dossier: DossierId,
        state: &LearningTrajectory,
        pieces: &[Piece],
    ) -> Result<Self, DeskError> {
        let records = log.read_stream(aggregate_type::TRAJECTORY, &dossier.to_string()).await?;
        Self::printed(state, pieces, &events(&records)?, log.vault()).await
    }

    async fn printed(
        state: &LearningTrajectory,
        pieces: &[Piece],
        events: &[(&Record, TrajectoryEvent)],
        vault: &Vault,
    ) -> Result<Self, DeskError> {
        let content = content::content(state, pieces, events, vault).await?;
        // Typesetting takes a processor for a while; others are served meanwhile.
        let printing = tokio::task::spawn_blocking(move || bundle_pdf(&content));
        let bytes = printing.await.map_err(|_stopped| DeskError::PrintingStopped)??;
        Ok(Self { bytes })
    }

    async fn keep(
        self,
        blobs: &BlobStore,
        dossier: DossierId,
        state: &LearningTrajectory,
        context: &CommandContext,
    ) -> Result<DocumentReference, DeskError> {
        let Some(subject) = state.subject() else { return Err(DeskError::NotFound("trajectoryId")) };
        let header = BlobHeader {
            document: derived_id(context.command_id, "bundle"),
            subject,
            dossier,
            organisation: context.actor.organisation.clone(),
            media_type: MEDIA_TYPE.to_owned(),
            kept_at: context.at,
        };
        let mut reference = self.reference(None);
        reference.blob = Some(blobs.put(&header, self.bytes).await?.to_string());
        Ok(reference)
    }

    /// What the event will say; before the bundle is kept, with a name that no blob has.
    fn reference(&self, blob: Option<String>) -> DocumentReference {
        DocumentReference {
            sha256: sha256(&self.bytes),
            media_type: MEDIA_TYPE.to_owned(),
            bytes: self.bytes.len() as u64,
            blob: blob.or_else(|| Some("0".repeat(64))),
        }
    }
}

/// The events of a dossier, each with its record.
pub(super) fn events(records: &[Record]) -> Result<Vec<(&Record, TrajectoryEvent)>, DeskError> {
    let mut events = Vec::with_capacity(records.len());
    for record in records {
        if let DomainEvent::Trajectory(event) = record.decode()?.event {
            events.push((record, event));
        }
    }
    Ok(events)
}

/// The piece of this kind as it stands now.
fn standing_piece(state: &LearningTrajectory, kind: PieceKind) -> Option<Piece> {
    let latest = |fits: &dyn Fn(&Entry) -> bool| {
        let standing = |sequence: &u64| state.entry(*sequence).is_some_and(|entry| !entry.annulled && fits(entry));
        (1..=state.version()).rev().find(standing)
    };
    let report_by = |one: ReflectionAuthor| {
        latest(&|entry| {
            entry.kind == TrajectoryEventKind::ReflectionReportFiled
                && entry.author.is_some_and(|author| author == one || author == ReflectionAuthor::Both)
        })
    };
    let sequence = match kind {
        PieceKind::Request => latest(&|entry| {
            matches!(entry.kind, TrajectoryEventKind::TrajectoryRequested | TrajectoryEventKind::ParticipantReplaced)
        }),
        PieceKind::Consent => state.stage().and_then(Stage::consent),
        PieceKind::Attendance => latest(&|entry| entry.kind == TrajectoryEventKind::IndividualTourHeld),
        PieceKind::GuideReflection => report_by(ReflectionAuthor::Guide),
        PieceKind::ParticipantReflection => report_by(ReflectionAuthor::Participant),
        PieceKind::Advice => state.stage().and_then(Stage::advice),
    };
    sequence.map(|sequence| Piece { kind, sequence })
}
