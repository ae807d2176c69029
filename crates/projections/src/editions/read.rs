//! Questions about report editions.

use spoor_domain::kernel::{PlanId, ReportEditionId};
use spoor_eventlog::Position;

use super::projector::Facts;
use super::row::EditionsRow;
use crate::checkpoint::Checkpoint;
use crate::db::{DbError, Row, args};
use crate::error::ViewError;
use crate::page::Answer;
use crate::views::Views;

const COLUMNS: &str = "editions, plan, period, facts, position_commit, position_prepare, updated_at";

/// The editions of a plan, the latest half-year first.
pub async fn list(views: &Views, plan: PlanId) -> Result<Answer<Vec<EditionsRow>>, ViewError> {
    let db = views.active(super::PROJECTION).await?.db;
    let mut tx = db.begin_snapshot().await?;
    let sql = format!("select {COLUMNS} from report_edition where plan = $1 order by period desc");
    let rows = tx.rows(&sql, args![plan.to_string()]).await?;
    let value = rows.iter().map(row_of).collect::<Result<Vec<_>, _>>()?;
    Ok(Answer { value, seen: Checkpoint::read_in(&mut tx).await?.seen })
}

/// The editions of one half-year.
pub async fn detail(views: &Views, id: ReportEditionId) -> Result<Answer<Option<EditionsRow>>, ViewError> {
    let db = views.active(super::PROJECTION).await?.db;
    let mut tx = db.begin_snapshot().await?;
    let sql = format!("select {COLUMNS} from report_edition where editions = $1");
    let rows = tx.rows(&sql, args![id.to_string()]).await?;
    let value = rows.first().map(row_of).transpose()?;
    Ok(Answer { value, seen: Checkpoint::read_in(&mut tx).await?.seen })
}

fn row_of(row: &Row) -> Result<EditionsRow, DbError> {
    let Facts { state, history } = row.json("facts")?;
    Ok(EditionsRow {
        id: row.parsed("editions")?,
        plan: row.parsed("plan")?,
        period: row.parsed("period")?,
        state,
        history,
        position: Position { commit: row.count("position_commit")?, prepare: row.count("position_prepare")? },
        updated_at: row.moment("updated_at")?,
    })
}
