//! Questions about recipients to be told and about linked subjects.

use spoor_domain::kernel::{OrganisationId, SubjectId};
use spoor_domain::trajectory::event::DossierNumber;

use super::row::{SubjectLink, TellingFilter, TellingRow};
use crate::checkpoint::SEEN;
use crate::db::{DbError, Row, args};
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

/// The links of a subject, whichever dossier made them. Direct ones only: that A is B and B is C is two judgements of
/// two people, and nobody has said that A is C.
pub async fn links_of(views: &Views, subject: SubjectId) -> Result<Vec<SubjectLink>, ViewError> {
    let db = views.active(crate::trajectories::PROJECTION).await?.db;
    let sql = "select dossier, subject, other_dossier, other_subject from subject_link
         where valid_to is null and (subject = $1 or other_subject = $1) order by dossier, other_subject";
    let rows = db.rows(sql, args![subject.to_string()]).await?;
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
