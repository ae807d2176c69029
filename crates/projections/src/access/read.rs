//! Questions about accesses.

use spoor_domain::kernel::{Actor, ActorId, DossierId, Label, OrganisationId};
use spoor_eventlog::Position;

use super::entry::{AccessEntry, AccessFilter, AnsweredFor, Named, Part};
use super::readings::Mention;
use super::tables::{COUNTED, EVERY};
use crate::checkpoint::{Checkpoint, SEEN, seen_of};
use crate::db::{Db, DbError, Row, args, json_text};
use crate::error::ViewError;
use crate::page::{Answer, KeyKind, Keyset, Page, PageRequest, Total};
use crate::select::Conditions;
use crate::views::Views;

const COLUMNS: &str = "e.entry, e.position_commit, e.position_prepare, e.recorded_at, e.actor, e.role, e.organisation, \
     e.purpose, e.request, e.auth_mode, e.event";

/// Mentions of a dossier read, and held against their records, at once.
const MENTIONS: usize = 500;

const NEWEST_FIRST: Keyset<'static> =
    Keyset { name: "access", columns: &[("e.entry", KeyKind::Int)], descending: true };

/// A page of the trail, newest first.
pub async fn list(views: &Views, filter: &AccessFilter, request: &PageRequest) -> Result<Page<AccessEntry>, ViewError> {
    let db = views.active_whole(super::PROJECTION, &COUNTED).await?.db;
    let mut conditions = conditions(&db, filter)?;
    let total = match request.with_total {
        true => {
            let question = format!("select e.entry from access_entry e{}", conditions.clause());
            Some(Total::counted(&db, &question, conditions.args()).await?)
        }
        false => None,
    };
    let slice = NEWEST_FIRST.slice(request, &mut conditions)?;
    let sql = format!("select {COLUMNS}, {SEEN} from access_entry e{}{}", conditions.clause(), slice.order());
    let rows = db.rows(&sql, conditions.into_args()).await?;
    NEWEST_FIRST.page(&db, &rows, &slice, total, entry).await
}

/// A trail without entries: of a dossier that is not there for the viewer.
pub async fn nothing(views: &Views, request: &PageRequest) -> Result<Page<AccessEntry>, ViewError> {
    let seen = Checkpoint::read(&views.active(super::PROJECTION).await?.db).await?.seen;
    let total = request.with_total.then_some(Total { count: 0, exact: true });
    Ok(Page { edges: Vec::new(), has_next: false, has_previous: false, total, seen })
}

/// The entry with this leaf index of the access log, where a controller answers for it; any entry when none is given.
pub async fn one(
    views: &Views,
    within: Option<&AnsweredFor>,
    index: u64,
) -> Result<Answer<Option<AccessEntry>>, ViewError> {
    let db = views.active_whole(super::PROJECTION, &COUNTED).await?.db;
    let mut conditions = Conditions::default();
    conditions.with("e.entry = ?", index);
    if let Some(within) = within {
        limit(&db, within, &mut conditions)?;
    }
    let sql = format!("select {COLUMNS}, {SEEN} from access_entry e{}", conditions.clause());
    match db.row(&sql, conditions.into_args()).await? {
        Some(row) => Ok(Answer { value: Some(entry(&row)?), seen: seen_of(&row)? }),
        None => Ok(Answer { value: None, seen: Checkpoint::read(&db).await?.seen }),
    }
}

/// The entries that name a dossier by its id, or all dossiers, oldest first: the next ones behind this leaf index, some hundreds at
/// most, and none when there are no more. Whatever else their rows say they are found, so that it can be held against the records:
/// what was altered to look as if nothing was shown, or as if that was long ago, is among them.
///
/// # Errors
/// `LinesLost` also where a row leads to no entry.
pub async fn mentions(
    views: &Views,
    dossier: DossierId,
    behind: Option<u64>,
) -> Result<Answer<Vec<Mention>>, ViewError> {
    let db = views.active_whole(super::PROJECTION, &COUNTED).await?.db;
    let behind = behind.map_or(i64::MIN, |index| i64::try_from(index).unwrap_or(i64::MAX));
    let sql = format!(
        "select {COLUMNS}, d.dossier, d.entry as leads_to, d.shown, d.personal, {SEEN}
         from access_dossier d left join access_entry e on e.entry = d.entry
         where d.dossier in ($1, $2) and d.entry > $3 order by d.entry limit {MENTIONS}"
    );
    let rows = db.rows(&sql, args![dossier.to_string(), EVERY, behind]).await?;
    let mentions = rows.iter().map(|row| mention(row, dossier)).collect::<Result<Vec<_>, _>>()?;
    let seen = match rows.last() {
        Some(row) => seen_of(row)?,
        None => Checkpoint::read(&db).await?.seen,
    };
    Ok(Answer { value: mentions, seen })
}

fn conditions(db: &Db, filter: &AccessFilter) -> Result<Conditions, DbError> {
    let mut conditions = Conditions::default();
    if let Some(within) = &filter.within {
        limit(db, within, &mut conditions)?;
    }
    if let Some((dossier, number)) = &filter.dossier {
        let (dossier, every) = (conditions.bind(dossier.to_string()), conditions.bind(EVERY));
        let number = number.as_ref().map(|number| {
            let number = conditions.bind(number.0.as_str());
            format!(" union select entry from access_dossier where dossier = '' and number = {number}")
        });
        conditions.plain(format!(
            "e.entry in (select entry from access_dossier where dossier in ({dossier}, {every}){})",
            number.unwrap_or_default()
        ));
    }
    conditions.among("e.actor", filter.actor.iter().map(|actor| actor.0.as_str()));
    conditions.among("e.organisation", filter.organisation.iter().map(|organisation| organisation.0.as_str()));
    conditions.among("e.purpose", filter.purposes.iter().map(|purpose| purpose.code()));
    conditions.among("e.kind", filter.kinds.iter().map(|kind| kind.code()));
    if let Some(from) = filter.from {
        conditions.with("e.recorded_at >= ?", from);
    }
    if let Some(until) = filter.until {
        conditions.with("e.recorded_at < ?", until);
    }
    Ok(conditions)
}

/// Limits a question to what a controller answers for: of others nothing that is about requests of persons concerned alone.
/// Its dossiers are those of another view, so they are given.
fn limit(db: &Db, within: &AnsweredFor, conditions: &mut Conditions) -> Result<(), DbError> {
    let mut ids: Vec<String> = within.dossiers.iter().map(|(dossier, _)| dossier.to_string()).collect();
    if !ids.is_empty() {
        ids.push(EVERY.to_owned());
    }
    let numbers: Vec<&str> = within.dossiers.iter().map(|(_, number)| number.0.as_str()).collect();
    let organisations: Vec<&str> = within.organisations.iter().map(|organisation| organisation.0.as_str()).collect();
    let organisations = db.listed(&conditions.bind(json_text("organisations", &organisations)?));
    let ids = db.listed(&conditions.bind(json_text("dossiers", &ids)?));
    let numbers = db.listed(&conditions.bind(json_text("numbers", &numbers)?));
    conditions.plain(format!(
        "(e.organisation in {organisations} or (e.of_requests = 0 and e.entry in (select entry from access_dossier \
         where dossier in {ids} union select entry from access_dossier where dossier = '' and number in {numbers})))"
    ));
    Ok(())
}

fn entry(row: &Row) -> Result<AccessEntry, DbError> {
    Ok(AccessEntry {
        index: row.count("entry")?,
        position: Position { commit: row.count("position_commit")?, prepare: row.count("position_prepare")? },
        recorded_at: row.moment("recorded_at")?,
        actor: Actor {
            id: ActorId(row.text("actor")?),
            role: row.label("role")?,
            organisation: OrganisationId(row.text("organisation")?),
        },
        purpose: row.label("purpose")?,
        request: row.text("request")?.parse().ok(),
        auth_mode: row.text("auth_mode")?,
        event: row.json("event")?,
    })
}

fn mention(row: &Row, dossier: DossierId) -> Result<Mention, ViewError> {
    if row.opt_int("entry")?.is_none() {
        let found = format!("a row of a dossier leads to event {}, which has no line", row.int("leads_to")?);
        return Err(ViewError::LinesLost { projection: super::PROJECTION.to_owned(), found });
    }
    let named = if row.text("dossier")? == EVERY { Named::Every } else { Named::Dossier(dossier) };
    let part = Part { shown: row.flag("shown")?, personal: row.json("personal")? };
    Ok(Mention { entry: entry(row)?, named, part })
}
