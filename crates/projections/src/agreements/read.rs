//! Questions about agreements.

use spoor_domain::kernel::{AgreementId, OrganisationId};
use spoor_eventlog::Position;

use super::fold::Facts;
use super::row::{AgreementRow, Party};
use crate::checkpoint::{Checkpoint, SEEN, seen_of};
use crate::db::{DbError, Row, args};
use crate::error::ViewError;
use crate::page::{Answer, KeyKind, Keyset, Page, PageRequest, Total};
use crate::select::Conditions;
use crate::views::Views;

const COLUMNS: &str =
    "a.agreement, a.first_index, a.position_commit, a.position_prepare, a.last_index, a.updated_at, a.facts";

const OLDEST_FIRST: Keyset<'static> =
    Keyset { name: "agreements", columns: &[("a.first_index", KeyKind::Int)], descending: false };

/// A page of agreements, oldest first.
pub async fn all(views: &Views, request: &PageRequest) -> Result<Page<AgreementRow>, ViewError> {
    let db = views.active(super::PROJECTION).await?.db;
    let mut total = None;
    if request.with_total {
        let row = db.row("select count(*) as n from agreement", args![]).await?;
        total = Some(Total { count: row.map_or(Ok(0), |row| row.count("n"))?, exact: true });
    }
    let mut conditions = Conditions::default();
    let slice = OLDEST_FIRST.slice(request, &mut conditions)?;
    let sql = format!("select {COLUMNS}, {SEEN} from agreement a{}{}", conditions.clause(), slice.order());
    let rows = db.rows(&sql, conditions.into_args()).await?;
    OLDEST_FIRST.page(&db, &rows, &slice, total, agreement).await
}

/// One agreement.
pub async fn detail(views: &Views, id: AgreementId) -> Result<Answer<Option<AgreementRow>>, ViewError> {
    let db = views.active(super::PROJECTION).await?.db;
    let sql = format!("select {COLUMNS}, {SEEN} from agreement a where a.agreement = $1");
    match db.row(&sql, args![id.to_string()]).await? {
        Some(row) => Ok(Answer { value: Some(agreement(&row)?), seen: seen_of(&row)? }),
        None => Ok(Answer { value: None, seen: Checkpoint::read(&db).await?.seen }),
    }
}

/// The agreements to which an organisation is a party, oldest first.
pub async fn of_party(views: &Views, party: &OrganisationId) -> Result<Answer<Vec<AgreementRow>>, ViewError> {
    let db = views.active(super::PROJECTION).await?.db;
    let sql = format!(
        "select {COLUMNS}, {SEEN} from agreement a join agreement_party p on p.agreement = a.agreement
         where p.party = $1 order by a.first_index"
    );
    let rows = db.rows(&sql, args![party.0.as_str()]).await?;
    let seen = match rows.first() {
        Some(row) => seen_of(row)?,
        None => Checkpoint::read(&db).await?.seen,
    };
    let value = rows.iter().map(agreement).collect::<Result<_, _>>()?;
    Ok(Answer { value, seen })
}

/// Every organisation that is a party to an agreement, in the order of their codes. At least as far as the answer says it is
/// read: whoever looks in the log for what came after it misses nothing.
pub async fn parties(views: &Views) -> Result<Answer<Vec<Party>>, ViewError> {
    let db = views.active(super::PROJECTION).await?.db;
    let seen = Checkpoint::read(&db).await?.seen;
    let sql = "select party, max(takes_part) as takes_part from agreement_party group by party";
    let rows = db.rows(sql, args![]).await?;
    let mut value = rows.iter().map(party).collect::<Result<Vec<_>, _>>()?;
    value.sort();
    Ok(Answer { value, seen })
}

fn party(row: &Row) -> Result<Party, DbError> {
    Ok(Party { organisation: OrganisationId(row.text("party")?), takes_part: row.flag("takes_part")? })
}

fn agreement(row: &Row) -> Result<AgreementRow, DbError> {
    let Facts { version, signatories, consultations, first_requests, state } = row.json("facts")?;
    let absent = || DbError::Shape { column: "facts".into(), why: "without terms".into() };
    Ok(AgreementRow {
        id: row.parsed("agreement")?,
        terms: state.terms().cloned().ok_or_else(absent)?,
        signatories,
        validity: state.periods().last().copied(),
        consultations,
        multi_year_plans: state.multi_year_plans().to_vec(),
        first_requests,
        version,
        position: Position { commit: row.count("position_commit")?, prepare: row.count("position_prepare")? },
        index: row.count("last_index")?,
        updated_at: row.moment("updated_at")?,
        state,
    })
}
