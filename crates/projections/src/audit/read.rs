//! Questions about the audit trail.

use spoor_domain::catalogue::aggregate_type;
use spoor_domain::kernel::{Actor, ActorId, OrganisationId};
use spoor_domain::trajectory::event::DossierNumber;
use spoor_eventlog::Position;

use super::line::{AuditFilter, AuditLine};
use super::tables::COUNTED;
use crate::checkpoint::{Checkpoint, SEEN, seen_of};
use crate::db::{Db, DbError, Row};
use crate::error::ViewError;
use crate::page::{Answer, KeyKind, Keyset, Page, PageRequest, Total};
use crate::projector::Event;
use crate::scope::Scope;
use crate::select::Conditions;
use crate::views::Views;

/// The columns of a line, of `audit_line l left join audit_dossier d`.
const COLUMNS: &str = "l.line, l.position_commit, l.position_prepare, l.recorded_at, l.occurred_on, l.event_type, \
     l.event_version, l.aggregate_type, l.aggregate_id, l.sequence, l.dossier, l.actor, l.role, l.organisation, \
     l.purpose, l.command, l.changes, l.reason, d.number, d.parket";

/// Lines with the dossier they belong to as it stands now: the scope is a question about now.
const LINES: &str = "audit_line l left join audit_dossier d on d.dossier = l.dossier";

/// A page of the trail, newest first unless `oldest_first`. Lines that belong to no dossier are seen by
/// [`Scope::All`] and [`Scope::Controller`] only.
pub async fn list(
    views: &Views,
    scope: &Scope,
    filter: &AuditFilter,
    oldest_first: bool,
    request: &PageRequest,
) -> Result<Page<AuditLine>, ViewError> {
    let db = views.active_whole(super::PROJECTION, &COUNTED).await?.db;
    let keyset = Keyset { name: "audit", columns: &[("l.line", KeyKind::Int)], descending: !oldest_first };
    let mut conditions = conditions(scope, filter);
    let total = if request.with_total { Some(total(&db, &conditions).await?) } else { None };
    let slice = keyset.slice(request, &mut conditions)?;
    let sql = format!("select {COLUMNS}, {SEEN} from {LINES}{}{}", conditions.clause(), slice.order());
    let rows = db.rows(&sql, conditions.into_args()).await?;
    keyset.page(&db, &rows, &slice, total, line).await
}

/// The line with this leaf index, when it is within the scope.
pub async fn one(views: &Views, scope: &Scope, index: u64) -> Result<Answer<Option<AuditLine>>, ViewError> {
    let db = views.active_whole(super::PROJECTION, &COUNTED).await?.db;
    let mut conditions = Conditions::default();
    within(scope, &mut conditions);
    conditions.with("l.line = ?", index);
    let sql = format!("select {COLUMNS}, {SEEN} from {LINES}{}", conditions.clause());
    match db.row(&sql, conditions.into_args()).await? {
        Some(row) => Ok(Answer { value: Some(line(&row)?), seen: seen_of(&row)? }),
        None => Ok(Answer { value: None, seen: Checkpoint::read(&db).await?.seen }),
    }
}

async fn total(db: &Db, conditions: &Conditions) -> Result<Total, ViewError> {
    Total::counted(db, &format!("select l.line from {LINES}{}", conditions.clause()), conditions.args()).await
}

fn conditions(scope: &Scope, filter: &AuditFilter) -> Conditions {
    let mut conditions = Conditions::default();
    within(scope, &mut conditions);
    conditions.among("l.dossier", filter.dossier.iter().map(ToString::to_string));
    if let Some((kind, id)) = &filter.aggregate {
        conditions.with("l.aggregate_type = ?", kind.as_str());
        conditions.with("l.aggregate_id = ?", id.as_str());
    }
    conditions.among("l.actor", filter.actor.iter().map(|actor| actor.0.as_str()));
    conditions.among("l.organisation", filter.organisation.iter().map(|organisation| organisation.0.as_str()));
    conditions.among("l.event_type", filter.event_types.iter().map(String::as_str));
    if let Some(from) = filter.recorded_from {
        conditions.with("l.recorded_at >= ?", from);
    }
    if let Some(until) = filter.recorded_until {
        conditions.with("l.recorded_at < ?", until);
    }
    if let Some(index) = filter.until_index {
        conditions.with("l.line <= ?", index);
    }
    if let Some(from) = filter.occurred_from {
        conditions.with("l.occurred_on >= ?", from);
    }
    if let Some(until) = filter.occurred_until {
        conditions.with("l.occurred_on <= ?", until);
    }
    conditions
}

/// The lines of dossiers in this scope; for a controller also those of no dossier. A request of a person concerned is seen
/// only by the officers of the controller that it was addressed to, whose people alone write in it: nobody who works on the
/// dossier learns from its trail that the person asked for anything.
fn within(scope: &Scope, conditions: &mut Conditions) {
    match scope {
        Scope::All => {}
        Scope::Controller(own) => {
            let (own, rights) = (conditions.bind(own.0.as_str()), conditions.bind(aggregate_type::RIGHTS_REQUEST));
            conditions.plain(format!("(l.aggregate_type <> {rights} or l.organisation = {own})"));
            let of_no_dossier = |conditions: &mut Conditions| conditions.plain("l.dossier = ''".to_owned());
            conditions.either(of_no_dossier, |conditions| scope.limit("d", conditions));
        }
        Scope::Parket(_) | Scope::Museum | Scope::Guide(_) | Scope::Nothing => {
            conditions.with("l.aggregate_type <> ?", aggregate_type::RIGHTS_REQUEST);
            scope.limit("d", conditions);
        }
    }
}

/// Whether this controller may see an event that belongs to no dossier, or to one that is its own: what `within` asks of a
/// line.
pub fn is_of_controller(own: &OrganisationId, recorded: &Event) -> bool {
    recorded.aggregate_type != aggregate_type::RIGHTS_REQUEST || recorded.metadata.actor.organisation == *own
}

fn line(row: &Row) -> Result<AuditLine, DbError> {
    let event_type = row.text("event_type")?;
    let dossier = Some(row.text("dossier")?).filter(|dossier| !dossier.is_empty());
    let version = row.int("event_version")?;
    let wrong = |column: &str| DbError::Shape { column: column.into(), why: "not of its form".into() };
    Ok(AuditLine {
        index: row.count("line")?,
        position: Position { commit: row.count("position_commit")?, prepare: row.count("position_prepare")? },
        recorded_at: row.moment("recorded_at")?,
        occurred_on: row.day("occurred_on")?,
        summary_key: event_type.clone(),
        event_type,
        event_version: u16::try_from(version).map_err(|_| wrong("event_version"))?,
        aggregate_type: row.text("aggregate_type")?,
        aggregate_id: row.text("aggregate_id")?,
        sequence: row.count("sequence")?,
        dossier: dossier.map(|id| id.parse().map_err(|_| wrong("dossier"))).transpose()?,
        number: row.opt_text("number")?.map(DossierNumber),
        parket: row.opt_text("parket")?.map(OrganisationId),
        actor: Actor {
            id: ActorId(row.text("actor")?),
            role: row.label("role")?,
            organisation: OrganisationId(row.text("organisation")?),
        },
        purpose: row.label("purpose")?,
        command_id: row.parsed("command")?,
        changes: row.json("changes")?,
        reason: row.opt_json("reason")?,
    })
}
