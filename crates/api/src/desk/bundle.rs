//! Bundles: what goes in, and the hash that holds it to what was recorded.

use aws_lc_rs::digest;
use serde::Serialize;
use spoor_domain::catalogue::aggregate_type;
use spoor_domain::kernel::{CommandContext, DossierId, Label};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::command::{TrajectoryCommand, TrajectoryCommandKind};
use spoor_domain::trajectory::event::{Piece, TrajectoryEvent, TrajectoryEventKind};
use spoor_domain::trajectory::record::Entry;
use spoor_domain::trajectory::stage::Stage;
use spoor_domain::trajectory::vocabulary::{PieceKind, ReflectionAuthor};
use spoor_eventlog::{Executed, Record};

use super::{Desk, DeskError};

/// What the hash of a bundle is taken over, as JSON: one line per piece, in the order of the bundle.
#[derive(Serialize)]
struct ManifestLine<'a> {
    dossier: DossierId,
    kind: PieceKind,
    sequence: u64,
    record: &'a str,
}

impl Desk {
    /// Puts a bundle together: of these kinds of pieces, or of everything a bundle may hold.
    pub async fn assemble_bundle(
        &self,
        dossier: DossierId,
        kinds: Option<Vec<PieceKind>>,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        let found = self.admit(dossier, TrajectoryCommandKind::AssembleBundle, context).await?;
        let first_time = self.earlier(context.command_id).await?.map(|earlier| earlier.event);
        let pieces = match (first_time, kinds) {
            // A repeat is the same bundle, whatever was recorded since; unless it asks for other pieces.
            (Some(TrajectoryEvent::BundleAssembled { pieces, .. }), kinds)
                if kinds
                    .as_ref()
                    .is_none_or(|kinds| pieces.iter().map(|piece| piece.kind).eq(kinds.iter().copied())) =>
            {
                pieces
            }
            // A kind of which nothing stands has no sequence; the domain refuses it by name.
            (_, Some(kinds)) => kinds
                .into_iter()
                .map(|kind| standing_piece(&found.state, kind).unwrap_or(Piece { kind, sequence: 0 }))
                .collect(),
            (_, None) => PieceKind::ALL.iter().filter_map(|kind| standing_piece(&found.state, *kind)).collect(),
        };
        let records = self.log.read_stream(aggregate_type::TRAJECTORY, &dossier.to_string()).await?;
        let sha256 = manifest_hash(dossier, &pieces, &records)?;
        self.execute(dossier, &TrajectoryCommand::AssembleBundle { pieces, sha256 }, context).await
    }
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

/// SHA-256 over the manifest, lower-case hex. A piece that is not there has no line; the domain refuses it by name.
pub(crate) fn manifest_hash(dossier: DossierId, pieces: &[Piece], records: &[Record]) -> Result<String, DeskError> {
    let mut manifest = digest::Context::new(&digest::SHA256);
    for piece in pieces {
        if let Some(record) = records.iter().find(|record| record.sequence == piece.sequence) {
            let line = ManifestLine { dossier, kind: piece.kind, sequence: piece.sequence, record: &record.line() };
            manifest.update(&serde_json::to_vec(&line).map_err(spoor_eventlog::LogError::from)?);
            manifest.update(b"\n");
        }
    }
    Ok(manifest.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
}
