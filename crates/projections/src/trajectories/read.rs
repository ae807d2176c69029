//! Questions about dossiers.

use std::collections::HashMap;

use chrono::Days;
use spoor_domain::kernel::{ActorId, DossierId, Label, OrganisationId, SubjectId};
use spoor_domain::trajectory::event::DossierNumber;
use spoor_eventlog::{Position, Vault};

use super::blind::{self, BlindKind};
use super::row::{
    DossierKey, Overdue, PersonalField, PersonalValue, TrajectoryFilter, TrajectoryOrder, TrajectoryRow, TrajectorySort,
};
use crate::checkpoint::{Checkpoint, SEEN, seen_of};
use crate::db::{Db, DbError, Row, args};
use crate::error::ViewError;
use crate::page::{Answer, KeyKind, Keyset, Page, PageRequest, Total};
use crate::scope::Scope;
use crate::select::Conditions;
use crate::views::Views;

/// The columns of a row, of the table `trajectory t`.
const COLUMNS: &str = "t.dossier, t.number, t.status, t.status_rank, t.parket, t.guide, t.waiting_for, t.requested_on, \
     t.status_since, t.due_since, t.last_step_on, t.visible_to_museum, t.agreement, t.subject, t.version, \
     t.position_commit, t.position_prepare, t.last_index, t.updated_at, t.state";

/// Which dossiers are or were about a subject: answered by `trajectory_history_subject` alone.
const OF_SUBJECT: &str = "select distinct dossier from trajectory_history where subject = $1 order by dossier";

/// A page of dossiers. The vault turns a case reference or a name with birth date into the digest that is looked for.
pub async fn list(
    views: &Views,
    vault: &Vault,
    scope: &Scope,
    filter: &TrajectoryFilter,
    order: TrajectoryOrder,
    request: &PageRequest,
) -> Result<Page<TrajectoryRow>, ViewError> {
    let db = views.active(super::PROJECTION).await?.db;
    let keyset = keyset(order);
    let mut conditions = conditions(vault, scope, filter).await?;
    let statuses = filter.statuses.iter().map(|status| status.code());
    let total = match request.with_total {
        true => {
            let mut all = conditions.clone();
            all.among("t.status", statuses.clone());
            Some(total(&db, scope, filter, &all).await?)
        }
        false => None,
    };
    let slice = keyset.slice(request, &mut conditions)?;
    let sql = page_sql(&mut conditions, statuses.collect(), &slice.order());
    let rows = db.rows(&sql, conditions.into_args()).await?;
    keyset.page(&db, &rows, &slice, total, trajectory).await
}

/// How many dossiers the filter leaves: exact where the maintained counts answer, else counted up to a bound.
pub async fn count(views: &Views, vault: &Vault, scope: &Scope, filter: &TrajectoryFilter) -> Result<Total, ViewError> {
    let db = views.active(super::PROJECTION).await?.db;
    let mut conditions = conditions(vault, scope, filter).await?;
    conditions.among("t.status", filter.statuses.iter().map(|status| status.code()));
    total(&db, scope, filter, &conditions).await
}

/// One dossier, when it is within the scope.
pub async fn detail(
    views: &Views,
    scope: &Scope,
    key: &DossierKey,
) -> Result<Answer<Option<TrajectoryRow>>, ViewError> {
    let db = views.active(super::PROJECTION).await?.db;
    let mut conditions = Conditions::default();
    match key {
        DossierKey::Id(id) => conditions.with("t.dossier = ?", id.to_string()),
        DossierKey::Number(number) => conditions.with("t.number = ?", number.0.as_str()),
    }
    scope.limit("t", &mut conditions);
    let sql = format!("select {COLUMNS}, {SEEN} from trajectory t{}", conditions.clause());
    match db.row(&sql, conditions.into_args()).await? {
        Some(row) => Ok(Answer { value: Some(trajectory(&row)?), seen: seen_of(&row)? }),
        None => Ok(Answer { value: None, seen: Checkpoint::read(&db).await?.seen }),
    }
}

/// The dossiers with these ids that are within the scope, in no particular order: for lists of other things.
pub async fn by_ids(views: &Views, scope: &Scope, ids: &[DossierId]) -> Result<Vec<TrajectoryRow>, ViewError> {
    let db = views.active(super::PROJECTION).await?.db;
    let mut found = Vec::new();
    for some in ids.chunks(IDS) {
        let mut conditions = Conditions::default();
        conditions.among("t.dossier", some.iter().map(ToString::to_string));
        scope.limit("t", &mut conditions);
        let sql = format!("select {COLUMNS} from trajectory t{}", conditions.clause());
        for row in db.rows(&sql, conditions.into_args()).await? {
            found.push(trajectory(&row)?);
        }
    }
    Ok(found)
}

/// The dossiers within the scope, each with its number, in no particular order: to narrow another view to them.
pub async fn within(views: &Views, scope: &Scope) -> Result<Vec<(DossierId, DossierNumber)>, ViewError> {
    let db = views.active(super::PROJECTION).await?.db;
    let mut conditions = Conditions::default();
    scope.limit("t", &mut conditions);
    let sql = format!("select t.dossier, t.number from trajectory t{}", conditions.clause());
    let rows = db.rows(&sql, conditions.into_args()).await?;
    let named = |row: &Row| -> Result<(DossierId, DossierNumber), DbError> {
        Ok((row.parsed("dossier")?, DossierNumber(row.text("number")?)))
    };
    Ok(rows.iter().map(named).collect::<Result<_, DbError>>()?)
}

/// The dossiers that are or were about this subject, whoever may see them: for the record of a refusal, and for nothing else.
pub async fn of_subject(views: &Views, subject: SubjectId) -> Result<Vec<DossierId>, ViewError> {
    let db = views.active(super::PROJECTION).await?.db;
    let rows = db.rows(OF_SUBJECT, args![subject.to_string()]).await?;
    Ok(rows.iter().map(|row| row.parsed("dossier")).collect::<Result<_, DbError>>()?)
}

/// The personal values of these dossiers as they stand now, sealed. Ask only for dossiers the viewer was given.
pub async fn personal(
    views: &Views,
    dossiers: &[DossierId],
) -> Result<HashMap<DossierId, Vec<PersonalValue>>, ViewError> {
    let db = views.active(super::PROJECTION).await?.db;
    let mut found: HashMap<DossierId, Vec<PersonalValue>> = HashMap::new();
    for some in dossiers.chunks(IDS) {
        let mut conditions = Conditions::default();
        conditions.among("dossier", some.iter().map(ToString::to_string));
        let sql = format!(
            "select dossier, field, sequence, part, value from trajectory_personal{} order by dossier, sequence, field, part",
            conditions.clause()
        );
        for row in db.rows(&sql, conditions.into_args()).await? {
            found.entry(row.parsed("dossier")?).or_default().push(personal_value(&row)?);
        }
    }
    Ok(found)
}

/// A page within some statuses is put together from one short page per status, each walked along an index in the
/// order asked for: an index that begins with the status cannot give one order over several of them, and sorting all
/// open dossiers for one page would cost more the more there are.
fn page_sql(conditions: &mut Conditions, statuses: Vec<&str>, order: &str) -> String {
    let [first, others @ ..] = statuses.as_slice() else {
        return format!("select {COLUMNS}, {SEEN} from trajectory t{}{order}", conditions.clause());
    };
    if others.is_empty() {
        conditions.with("t.status = ?", *first);
        return format!("select {COLUMNS}, {SEEN} from trajectory t{}{order}", conditions.clause());
    }
    let marks = statuses.iter().map(|status| conditions.bind(*status)).collect::<Vec<_>>();
    let within = |mark: &String| {
        let clause = conditions.clause_with(&format!("t.status = {mark}"));
        format!("select * from (select {COLUMNS} from trajectory t{clause}{order}) within")
    };
    let parts = marks.iter().map(within).collect::<Vec<_>>().join(" union all ");
    format!("select {COLUMNS}, {SEEN} from ({parts}) t{order}")
}

/// Ids per statement.
const IDS: usize = 200;

/// How many dossiers these conditions leave.
async fn total(db: &Db, scope: &Scope, filter: &TrajectoryFilter, conditions: &Conditions) -> Result<Total, ViewError> {
    if let Some(counted) = counted(scope, filter) {
        let sql =
            format!("select cast(coalesce(sum(dossiers), 0) as bigint) as n from dossier_count c{}", counted.clause());
        let row = db.row(&sql, counted.into_args()).await?;
        return Ok(Total { count: row.map_or(Ok(0), |row| row.count("n"))?, exact: true });
    }
    Total::counted(db, &format!("select t.dossier from trajectory t{}", conditions.clause()), conditions.args()).await
}

/// The conditions on the counts, when the filter asks for nothing they do not have.
fn counted(scope: &Scope, filter: &TrajectoryFilter) -> Option<Conditions> {
    let TrajectoryFilter {
        statuses,
        parketten,
        guides,
        waiting_for,
        overdue: None,
        ended: None,
        requested_from: None,
        requested_until: None,
        number_prefix: None,
        case_reference: None,
        name_and_birth: None,
    } = filter
    else {
        return None;
    };
    let mut conditions = Conditions::default();
    scope.limit("c", &mut conditions);
    conditions.among("c.status", statuses.iter().map(|status| status.code()));
    conditions.among("c.parket", parketten.iter().map(|parket| parket.0.as_str()));
    conditions.among("c.guide", guides.iter().map(|guide| guide.0.as_str()));
    conditions.among("c.waiting_for", waiting_for.iter().map(|who| who.code()));
    Some(conditions)
}

/// Every condition but the status, which the page and the count treat differently.
async fn conditions(vault: &Vault, scope: &Scope, filter: &TrajectoryFilter) -> Result<Conditions, ViewError> {
    let mut conditions = Conditions::default();
    scope.limit("t", &mut conditions);
    conditions.among("t.parket", filter.parketten.iter().map(|parket| parket.0.as_str()));
    conditions.among("t.guide", filter.guides.iter().map(|guide| guide.0.as_str()));
    conditions.among("t.waiting_for", filter.waiting_for.iter().map(|who| who.code()));
    if let Some(Overdue { overdue, on, deadlines }) = &filter.overdue {
        let statuses = deadlines.days.iter().filter_map(|(status, days)| {
            let before = on.checked_sub_days(Days::new(u64::from(*days)))?;
            let (status, before) = (conditions.bind(status.code()), conditions.bind(before));
            // Said of every row: what has no deadline is not overdue either.
            Some(format!("(t.status = {status} and t.due_since is not null and t.due_since < {before})"))
        });
        let any = statuses.collect::<Vec<_>>().join(" or ");
        let any = if any.is_empty() { "1 = 0" } else { any.as_str() };
        conditions.plain(if *overdue { format!("({any})") } else { format!("not ({any})") });
    }
    if let Some(ended) = &filter.ended {
        let statuses = ended.iter().map(|(status, until)| {
            let (status, until) = (conditions.bind(status.code()), conditions.bind(*until));
            format!("t.status = {status} and t.ended_since <= {until}")
        });
        let any = statuses.collect::<Vec<_>>().join(" or ");
        conditions.plain(if any.is_empty() { "1 = 0".to_owned() } else { format!("({any})") });
    }
    if let Some(from) = filter.requested_from {
        conditions.with("t.requested_on >= ?", from);
    }
    if let Some(until) = filter.requested_until {
        conditions.with("t.requested_on <= ?", until);
        conditions.plain("t.requested_on <> ''".to_owned());
    }
    if let Some(prefix) = &filter.number_prefix {
        // A range instead of `like`: both engines walk the index for it, and nothing in the prefix is a wildcard.
        conditions.with("t.number >= ?", prefix.as_str());
        conditions.with("t.number < ?", format!("{prefix}{}", char::MAX));
    }
    if let Some(reference) = &filter.case_reference {
        let digest = blind::of_case_reference(vault, reference).await?;
        found_by(scope, BlindKind::CaseReference, digest, &mut conditions);
    }
    if let Some((name, birth_on)) = &filter.name_and_birth {
        let digest = blind::of_name_and_birth(vault, name, *birth_on).await?;
        found_by(scope, BlindKind::NameAndBirth, digest, &mut conditions);
    }
    Ok(conditions)
}

fn found_by(scope: &Scope, kind: BlindKind, digest: String, conditions: &mut Conditions) {
    let (kind, digest) = (conditions.bind(kind.code()), conditions.bind(digest));
    let found = |what: &str| format!("(select {what} from blind_index where kind = {kind} and digest = {digest})");
    conditions.plain(format!("t.dossier in {}", found("dossier")));
    if !scope.finds_replaced() {
        // No subject is of two dossiers.
        conditions.plain(format!("t.subject in {}", found("subject")));
    }
}

fn keyset(order: TrajectoryOrder) -> Keyset<'static> {
    let (name, columns): (_, &[(&str, KeyKind)]) = match order.sort {
        TrajectorySort::RequestedOn => {
            ("requested", &[("t.requested_on", KeyKind::Text), ("t.dossier", KeyKind::Text)])
        }
        TrajectorySort::Status => ("status", &[("t.status_rank", KeyKind::Int), ("t.dossier", KeyKind::Text)]),
        TrajectorySort::Number => ("number", &[("t.number", KeyKind::Text)]),
        TrajectorySort::Updated => ("updated", &[("t.last_index", KeyKind::Int)]),
    };
    Keyset { name, columns, descending: order.descending }
}

/// A row of `trajectory t` with [`COLUMNS`].
fn trajectory(row: &Row) -> Result<TrajectoryRow, DbError> {
    let present = |text: String| if text.is_empty() { None } else { Some(text) };
    let requested_on = match present(row.text("requested_on")?) {
        Some(_) => row.opt_day("requested_on")?,
        None => None,
    };
    Ok(TrajectoryRow {
        id: row.parsed("dossier")?,
        number: DossierNumber(row.text("number")?),
        status: row.label("status")?,
        parket: OrganisationId(row.text("parket")?),
        guide: present(row.text("guide")?).map(ActorId),
        waiting_for: row.label("waiting_for")?,
        requested_on,
        status_since: row.day("status_since")?,
        due_since: row.opt_day("due_since")?,
        last_step_on: row.day("last_step_on")?,
        visible_to_museum: row.flag("visible_to_museum")?,
        agreement: row.parsed("agreement")?,
        subject: row.parsed("subject")?,
        version: row.count("version")?,
        position: Position { commit: row.count("position_commit")?, prepare: row.count("position_prepare")? },
        index: row.count("last_index")?,
        updated_at: row.moment("updated_at")?,
        state: row.json("state")?,
    })
}

fn personal_value(row: &Row) -> Result<PersonalValue, DbError> {
    let code = row.text("field")?;
    let unknown = || DbError::Shape { column: "field".into(), why: format!("'{code}' is not a field") };
    Ok(PersonalValue {
        field: PersonalField::from_code(&code).ok_or_else(unknown)?,
        sequence: row.count("sequence")?,
        part: row.text("part")?,
        value: row.json("value")?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::history;
    use super::*;

    #[tokio::test]
    async fn the_dossiers_about_a_subject_are_looked_up_and_not_looked_for() {
        let directory = tempfile::tempdir().unwrap();
        let db = Db::open_sqlite(&directory.path().join("views.sqlite")).await.unwrap();
        db.create(history::SCHEMA).await.unwrap();
        let plan = db.rows(&format!("explain query plan {OF_SUBJECT}"), args!["a subject"]).await.unwrap();
        let steps: Vec<String> = plan.iter().map(|step| step.text("detail").unwrap()).collect();
        let [only] = steps.as_slice() else { panic!("more than a look-up: {steps:?}") };
        assert!(only.starts_with("SEARCH") && only.contains("INDEX trajectory_history_subject"), "{only}");
        db.close().await;
    }

    #[test]
    fn a_filter_the_counts_cannot_answer_is_counted_otherwise() {
        let by_number = TrajectoryFilter { number_prefix: Some("LT-2026".into()), ..TrajectoryFilter::default() };
        assert!(counted(&Scope::All, &TrajectoryFilter::default()).is_some());
        assert!(counted(&Scope::All, &by_number).is_none());
    }
}
