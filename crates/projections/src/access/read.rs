//! Questions about accesses.

use std::collections::{BTreeMap, BTreeSet};

use spoor_domain::access::event::AccessEvent;
use spoor_domain::access::vocabulary::AccessKind;
use spoor_domain::kernel::{Actor, ActorId, Label, OrganisationId};
use spoor_eventlog::Position;

use super::entry::{AccessEntry, AccessFilter, AnsweredFor, Reading, ReadingsOf, left_as_withheld};
use super::tables::{COUNTED, EVERY};
use crate::checkpoint::{Checkpoint, SEEN, seen_of};
use crate::db::{Db, DbError, Row, args, json_text};
use crate::error::ViewError;
use crate::page::{Answer, KeyKind, Keyset, Page, PageRequest, Total};
use crate::select::Conditions;
use crate::views::Views;

const COLUMNS: &str = "e.entry, e.position_commit, e.position_prepare, e.recorded_at, e.actor, e.role, e.organisation, \
     e.purpose, e.request, e.auth_mode, e.event";

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

/// Who was shown something of a dossier: by organisation, role and purpose, never by person. An export of everything
/// counts, for it held the dossier too.
pub async fn readings(views: &Views, asked: ReadingsOf<'_>) -> Result<Answer<Vec<Reading>>, ViewError> {
    let db = views.active_whole(super::PROJECTION, &COUNTED).await?.db;
    let organisations = json_text("organisations", &asked.organisations)?;
    let given = args![asked.dossier.to_string(), EVERY, asked.since, organisations];
    let shown = format!(
        "from access_dossier d join access_entry e on e.entry = d.entry
         where d.dossier in ($1, $2) and d.shown = 1 and e.recorded_at >= $3
           and (e.of_requests = 0 or e.organisation in {})",
        db.listed("$4")
    );
    let sql = format!(
        "select e.organisation, e.role, e.purpose, count(distinct e.request) as answers,
                min(e.recorded_at) as first_at, max(e.recorded_at) as last_at
         {shown} group by e.organisation, e.role, e.purpose order by e.organisation, e.role, e.purpose"
    );
    let rows = db.rows(&sql, given.clone()).await?;
    let mut readings = rows.iter().map(reading).collect::<Result<Vec<_>, _>>()?;
    let downloaded = AccessKind::Downloaded.code();
    let sql = format!(
        "select distinct e.organisation, e.role, e.purpose, d.personal,
                case when e.kind = '{downloaded}' then e.event end as download {shown}"
    );
    let mut personal: BTreeMap<(String, String, String), BTreeSet<String>> = BTreeMap::new();
    for row in db.rows(&sql, given).await? {
        let download: Option<AccessEvent> = row.opt_json("download")?;
        if download.is_some_and(|event| left_as_withheld(&event, asked.state)) {
            continue;
        }
        let who = (row.text("organisation")?, row.text("role")?, row.text("purpose")?);
        personal.entry(who).or_default().extend(row.json::<BTreeSet<String>>("personal")?);
    }
    for reading in &mut readings {
        let who = (reading.organisation.0.clone(), reading.role.code().to_owned(), reading.purpose.code().to_owned());
        reading.personal = personal.remove(&who).unwrap_or_default();
    }
    Ok(Answer { value: readings, seen: Checkpoint::read(&db).await?.seen })
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

fn reading(row: &Row) -> Result<Reading, DbError> {
    Ok(Reading {
        organisation: OrganisationId(row.text("organisation")?),
        role: row.label("role")?,
        purpose: row.label("purpose")?,
        answers: row.count("answers")?,
        first_at: row.moment("first_at")?,
        last_at: row.moment("last_at")?,
        personal: BTreeSet::new(),
    })
}
