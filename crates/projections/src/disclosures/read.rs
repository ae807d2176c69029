//! Questions about recipients to be told and about linked subjects.

use spoor_domain::kernel::{OrganisationId, SubjectId};
use spoor_domain::trajectory::event::DossierNumber;

use super::row::{SubjectLink, TellingFilter, TellingRow};
use crate::checkpoint::SEEN;
use crate::db::{DbError, Row};
use crate::error::ViewError;
use crate::page::{KeyKind, Keyset, Page, PageRequest};
use crate::scope::Scope;
use crate::select::Conditions;
use crate::views::Views;

const LONGEST_WAITING_FIRST: Keyset<'static> = Keyset {
    name: "tellings",
    columns: &[
        ("d.since", KeyKind::Text),
        ("d.dossier", KeyKind::Text),
        ("d.sequence", KeyKind::Int),
        ("d.recipient", KeyKind::Text),
    ],
    descending: false,
};

/// The recipients who have to be told, longest waiting first.
pub async fn tellings(
    views: &Views,
    scope: &Scope,
    filter: &TellingFilter,
    request: &PageRequest,
) -> Result<Page<TellingRow>, ViewError> {
    let db = views.active(crate::trajectories::PROJECTION).await?.db;
    let mut conditions = Conditions::default();
    scope.limit("t", &mut conditions);
    conditions.among("d.dossier", filter.dossier.iter().map(ToString::to_string));
    if !filter.with_settled {
        conditions.plain("d.settled = 0".to_owned());
    }
    let slice = LONGEST_WAITING_FIRST.slice(request, &mut conditions)?;
    let sql = format!(
        "select d.since, d.dossier, d.sequence, d.recipient, d.telling, t.number, t.parket, {SEEN}
         from telling d join trajectory t on t.dossier = d.dossier{}{}",
        conditions.clause(),
        slice.order()
    );
    let rows = db.rows(&sql, conditions.into_args()).await?;
    LONGEST_WAITING_FIRST.page(&db, &rows, &slice, None, telling).await
}

/// The links of a subject, whichever dossier made them, as they stand or as known when the log was at an index. Direct ones only: that A is B and B is C is two judgements of
/// two people, and nobody has said that A is C.
pub async fn links_of(views: &Views, subject: SubjectId, known_at: Option<u64>) -> Result<Vec<SubjectLink>, ViewError> {
    let db = views.active(crate::trajectories::PROJECTION).await?.db;
    let mut conditions = Conditions::default();
    let subject = conditions.bind(subject.to_string());
    conditions.plain(format!("(subject = {subject} or other_subject = {subject})"));
    match known_at {
        None => conditions.plain("valid_to is null".to_owned()),
        Some(index) => {
            conditions.with("valid_from <= ?", index);
            conditions.with("(valid_to is null or valid_to > ?)", index);
        }
    }
    let sql = format!(
        "select dossier, subject, other_dossier, other_subject from subject_link{} order by dossier, other_subject",
        conditions.clause()
    );
    let rows = db.rows(&sql, conditions.into_args()).await?;
    Ok(rows.iter().map(link).collect::<Result<_, _>>()?)
}

fn telling(row: &Row) -> Result<TellingRow, DbError> {
    Ok(TellingRow {
        dossier: row.parsed("dossier")?,
        number: DossierNumber(row.text("number")?),
        parket: OrganisationId(row.text("parket")?),
        telling: row.json("telling")?,
    })
}

fn link(row: &Row) -> Result<SubjectLink, DbError> {
    Ok(SubjectLink {
        dossier: row.parsed("dossier")?,
        subject: row.parsed("subject")?,
        other_dossier: row.parsed("other_dossier")?,
        other_subject: row.parsed("other_subject")?,
    })
}
