//! The preview of an edition that is being drafted: what is missing, what keeps it from being frozen, what changed.

use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};
use spoor_domain::edition::event::BlockerKind;
use spoor_domain::edition::finding::Finding;
use spoor_domain::edition::state::Waiver;
use spoor_domain::kernel::Label;
use spoor_projections::editions::EditionsRow;

use super::collection::OwedRow;
use crate::desk::EditionNumber;
use crate::graphql::coded::{Coded, LabelLanguage};
use crate::graphql::outcome::unexpected;
use crate::graphql::plan::comparison::{PlanComparison, PlanDifference};
use crate::graphql::session::desk;

/// An edition as it would be frozen now, without the tables on dossiers: those are made once, when it is frozen.
#[derive(SimpleObject)]
pub struct DraftPreview {
    /// SHA-256 the content would have now, without those tables.
    content_hash: String,
    /// How many actions it holds.
    actions: u64,
    /// What is still owed. It does not keep the edition from being frozen.
    missing: Vec<OwedRow>,
    /// What keeps it from being frozen, and what was waived already.
    blockers: Vec<Blocker>,
    /// What it says otherwise than the edition it corrects.
    errata: Vec<PlanDifference>,
    /// What changed since the edition of the half-year before; none when there is none.
    changes: Option<PlanComparison>,
}

/// Something that keeps an edition from being frozen until it is changed or, where it can be, waived.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Blocker {
    /// The id to waive it by. Other words or another number at the same place have another id.
    id: ID,
    /// What kind.
    kind: Coded<BlockerKind>,
    /// The number of the action; none at the head of the edition.
    action: Option<String>,
    /// The part of the action or of the head: `indicators/…`, `rows/…`, `description`, `preface`.
    part: String,
    /// The words as they stand there.
    quote: String,
    /// Whether a second person waived it.
    waived: bool,
    /// What to do, in English.
    remedy: &'static str,
    /// What to do, in Dutch.
    remedy_nl: &'static str,
}

#[ComplexObject]
impl Blocker {
    /// What kind, in words.
    async fn kind_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.kind.0.label(language.into())
    }
}

impl DraftPreview {
    /// The preview of this edition.
    pub async fn of(ctx: &Context<'_>, row: &EditionsRow, id: EditionNumber) -> Result<Self> {
        let desk = desk(ctx)?;
        let draft = desk.draft(id).await.map_err(|error| unexpected(ctx, error))?;
        let before = desk.published_content(row.plan, row.period.previous()).await;
        let before = before.map_err(|error| unexpected(ctx, error))?;
        let changes = before.map(|before| PlanComparison::while_collecting(&before.content, &draft.content));
        let waived = |finding: &Finding| row.state.waivers().get(&finding.id);
        Ok(Self {
            content_hash: draft.hash.0,
            actions: draft.content.totals.actions,
            missing: OwedRow::all(draft.owed, desk.clock.today_brussels()),
            blockers: draft.findings.iter().map(|finding| Blocker::of(finding, waived(finding))).collect(),
            errata: draft.content.errata.into_iter().map(PlanDifference::from).collect(),
            changes,
        })
    }
}

impl Blocker {
    fn of(finding: &Finding, waiver: Option<&Waiver>) -> Self {
        let (remedy, remedy_nl) = remedies(finding.kind);
        Self {
            id: ID(finding.id.0.to_string()),
            kind: finding.kind.into(),
            action: finding.place.action.map(|number| number.to_string()),
            part: finding.place.part.clone(),
            quote: finding.quote.clone(),
            waived: waiver.is_some(),
            remedy,
            remedy_nl,
        }
    }
}

fn remedies(kind: BlockerKind) -> (&'static str, &'static str) {
    match kind {
        BlockerKind::SmallCountInFigure => (
            "Leave the figure out, or report it over more persons; or let a second person waive it with waiveSmallCount.",
            "Laat het cijfer weg of rapporteer het over meer personen; of laat een tweede persoon het staan met waiveSmallCount.",
        ),
        BlockerKind::SmallCountInText => (
            "Write the text without this number; or let a second person waive it with waiveSmallCount.",
            "Schrijf de tekst zonder dit aantal; of laat een tweede persoon het staan met waiveSmallCount.",
        ),
        BlockerKind::NumberNearTrajectories => (
            "Take the number out, or the word for none (geen, niemand, nul, noch) or for two or three (duo, koppel, trio); or let a second person state with waiveSmallCount that it is no figure on learning trajectories.",
            "Haal het getal weg, of het woord dat zegt dat er geen waren (geen, niemand, nul, noch) of twee of drie (duo, koppel, trio); of laat een tweede persoon met waiveSmallCount stellen dat het geen cijfer over leertrajecten is.",
        ),
        BlockerKind::TrajectoryFigure => (
            "Take the figure, or the number of the dossier, out: only the tables of the report tell figures on learning trajectories.",
            "Haal het cijfer of het dossiernummer weg: alleen de tabellen van het verslag geven cijfers over leertrajecten.",
        ),
    }
}
