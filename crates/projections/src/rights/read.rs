//! Questions about rights requests.

use spoor_domain::kernel::{DossierId, Label, RightsRequestId};
use spoor_eventlog::Position;

use super::projector::Facts;
use super::row::{RightsFilter, RightsRow};
use crate::checkpoint::{Checkpoint, SEEN, seen_of};
use crate::db::{DbError, Row, args};
use crate::error::ViewError;
use crate::page::{Answer, KeyKind, Keyset, Page, PageRequest, Total};
use crate::select::Conditions;
use crate::views::Views;

const COLUMNS: &str = "r.due_on, r.request, r.facts, r.position_commit, r.position_prepare, r.updated_at";

const FIRST_DUE_FIRST: Keyset<'static> =
    Keyset { name: "rights", columns: &[("r.due_on", KeyKind::Text), ("r.request", KeyKind::Text)], descending: false };

/// The requests, first due first.
pub async fn list(views: &Views, filter: &RightsFilter, request: &PageRequest) -> Result<Page<RightsRow>, ViewError> {
    let db = views.active(super::PROJECTION).await?.db;
    let mut conditions = Conditions::default();
    conditions.among("r.controller", filter.controller.iter().map(|controller| controller.0.as_str()));
    conditions.among("r.kind", filter.kinds.iter().map(|kind| kind.code()));
    conditions.among("r.dossier", filter.dossier.iter().map(ToString::to_string));
    if filter.open || filter.overdue_on.is_some() {
        conditions.plain("r.answered = 0".to_owned());
    }
    if let Some(today) = filter.overdue_on {
        conditions.with("r.due_on < ?", today);
    }
    let mut total = None;
    if request.with_total {
        let sql = format!("select count(*) as n from rights_request r{}", conditions.clause());
        let row = db.row(&sql, conditions.args()).await?;
        total = Some(Total { count: row.map_or(Ok(0), |row| row.count("n"))?, exact: true });
    }
    let slice = FIRST_DUE_FIRST.slice(request, &mut conditions)?;
    let sql = format!("select {COLUMNS}, {SEEN} from rights_request r{}{}", conditions.clause(), slice.order());
    let rows = db.rows(&sql, conditions.into_args()).await?;
    FIRST_DUE_FIRST.page(&db, &rows, &slice, total, row_of).await
}

/// One request.
pub async fn detail(views: &Views, id: RightsRequestId) -> Result<Answer<Option<RightsRow>>, ViewError> {
    let db = views.active(super::PROJECTION).await?.db;
    let sql = format!("select {COLUMNS}, {SEEN} from rights_request r where r.request = $1");
    match db.row(&sql, args![id.to_string()]).await? {
        Some(row) => Ok(Answer { value: Some(row_of(&row)?), seen: seen_of(&row)? }),
        None => Ok(Answer { value: None, seen: Checkpoint::read(&db).await?.seen }),
    }
}

/// The requests about a dossier, whoever they were addressed to.
pub async fn of_dossier(views: &Views, dossier: DossierId) -> Result<Vec<RightsRequestId>, ViewError> {
    let db = views.active(super::PROJECTION).await?.db;
    let sql = "select r.request from rights_request r where r.dossier = $1 order by r.request";
    let rows = db.rows(sql, args![dossier.to_string()]).await?;
    Ok(rows.iter().map(|row| row.parsed("request")).collect::<Result<_, _>>()?)
}

fn row_of(row: &Row) -> Result<RightsRow, DbError> {
    let Facts { state, texts } = row.json("facts")?;
    Ok(RightsRow {
        id: row.parsed("request")?,
        state,
        texts,
        position: Position { commit: row.count("position_commit")?, prepare: row.count("position_prepare")? },
        updated_at: row.moment("updated_at")?,
    })
}
