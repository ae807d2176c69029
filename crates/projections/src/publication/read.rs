//! Who is counted, as known at a place in the log: read from the spans of the dossiers and of the links.

use std::collections::{BTreeMap, BTreeSet};

use spoor_disclosure::Cube;
use spoor_domain::kernel::{HalfYear, OrganisationId, SubjectId};
use spoor_domain::trajectory::event::DossierNumber;
use spoor_domain::trajectory::publication::{Province, PublishedFamily, PublishedOutcome};
use spoor_domain::trajectory::vocabulary::OffenceFamily;

use super::persons::{Counted, Standing, cubes, persons};
use crate::checkpoint::Checkpoint;
use crate::db::{DbError, Row, args};
use crate::error::ViewError;
use crate::views::Views;

/// The spans that hold at the index bound first.
const HOLDS: &str = "valid_from <= $1 and (valid_to is null or valid_to > $1)";

/// The persons counted, as known when the log was at this leaf index, by half-year and number.
///
/// # Errors
/// `NotReached` when the view does not know that index yet.
pub async fn counted_at(views: &Views, index: u64) -> Result<Vec<Counted>, ViewError> {
    let db = views.active(crate::trajectories::PROJECTION).await?.db;
    let mut tx = db.begin_snapshot().await?;
    let reached = Checkpoint::read_in(&mut tx).await?.seen.index;
    if index > reached {
        return Err(ViewError::NotReached { asked: index, reached });
    }
    let sql = format!(
        "select dossier, number, subject, requested_in, parket, families, status, visible_to_museum, valid_from
         from trajectory_history where {HOLDS} and requested_in <> ''"
    );
    let requests = tx.rows(&sql, args![index]).await?.iter().map(standing).collect::<Result<Vec<_>, _>>()?;
    let sql = format!("select subject, other_subject from subject_link where {HOLDS}");
    let links = tx.rows(&sql, args![index]).await?.iter().map(link).collect::<Result<Vec<_>, _>>()?;
    Ok(persons(requests, &links))
}

/// The true counts per half-year, as known when the log was at this leaf index: what an edition is rounded from, and
/// for nobody's eyes.
///
/// # Errors
/// `NotReached` when the view does not know that index yet.
pub async fn truth_at(views: &Views, index: u64) -> Result<BTreeMap<HalfYear, Cube>, ViewError> {
    let counted = counted_at(views, index).await?;
    // The categories are the catalogue's own, so that they always fit its shape.
    Ok(cubes(&counted, &super::catalogue::shape())?)
}

fn standing(row: &Row) -> Result<Standing, DbError> {
    let families: BTreeSet<OffenceFamily> = row.json("families")?;
    Ok(Standing {
        dossier: row.parsed("dossier")?,
        number: DossierNumber(row.text("number")?),
        subject: row.parsed("subject")?,
        requested_in: row.parsed("requested_in")?,
        province: Province::of(&OrganisationId(row.text("parket")?)),
        family: PublishedFamily::of(&families),
        outcome: PublishedOutcome::of(row.label("status")?, row.flag("visible_to_museum")?),
        since: row.count("valid_from")?,
    })
}

fn link(row: &Row) -> Result<(SubjectId, SubjectId), DbError> {
    Ok((row.parsed("subject")?, row.parsed("other_subject")?))
}
