//! The dashboard: read from its counts as it stands, from the history of the dossiers as it was known then.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use spoor_domain::kernel::{ActorId, Label, OrganisationId};
use spoor_domain::trajectory::Deadlines;
use spoor_domain::trajectory::event::DossierNumber;
use spoor_domain::trajectory::vocabulary::{TrajectoryStatus, WaitingFor};

use super::values::{
    Dashboard, DashboardFilter, GuideLoad, HalfYearCount, OverdueItem, ParketCount, StatusCount, WaitingCount,
};
use crate::checkpoint::Checkpoint;
use crate::db::{DbError, Row, Tx};
use crate::error::ViewError;
use crate::page::{Seen, Total};
use crate::scope::Scope;
use crate::select::Conditions;
use crate::views::Views;

/// Past-deadline dossiers are counted up to this number per status; beyond it a person reads "more than".
const OVERDUE_BOUND: u64 = 1000;

/// How many days ahead "due soon" looks.
const SOON_DAYS: u64 = 7;

/// The dashboard on a day (in Brussels), with at most `overdue` items of the overdue list.
pub async fn read(
    views: &Views,
    scope: &Scope,
    filter: &DashboardFilter,
    today: NaiveDate,
    deadlines: &Deadlines,
    overdue: usize,
) -> Result<Dashboard, ViewError> {
    Board { source: Source::Live, scope, filter, deadlines }.read(views, today, overdue).await
}

/// The dashboard as it was known when the log was at this leaf index, on the day that was then today. Counts are of the
/// dossiers that were in the scope then, so that they are what the dashboard said; the dossiers it lists by name are
/// only those that are in the scope now as well.
///
/// # Errors
/// `NotReached` when the view does not know that index yet.
pub async fn read_known_at(
    views: &Views,
    scope: &Scope,
    filter: &DashboardFilter,
    known_at: Seen,
    today: NaiveDate,
    deadlines: &Deadlines,
    overdue: usize,
) -> Result<Dashboard, ViewError> {
    Board { source: Source::KnownAt(known_at), scope, filter, deadlines }.read(views, today, overdue).await
}

/// Where the rows are that a dashboard is made of: the same questions are put to either.
#[derive(Clone, Copy)]
enum Source {
    /// As they stand.
    Live,
    /// As they were known at an index of the log, which every question binds as its first value.
    KnownAt(Seen),
}

impl Source {
    fn dossiers(self) -> String {
        match self {
            Source::Live => "trajectory".to_owned(),
            Source::KnownAt(_) => format!("(select * from {KNOWN})"),
        }
    }

    fn counts(self) -> String {
        match self {
            Source::Live => "dossier_count".to_owned(),
            Source::KnownAt(_) => format!(
                "(select parket, guide, visible_to_museum, status, waiting_for, count(*) as dossiers
                    from {KNOWN} group by parket, guide, visible_to_museum, status, waiting_for)"
            ),
        }
    }

    fn throughput(self) -> String {
        match self {
            Source::Live => "throughput".to_owned(),
            Source::KnownAt(_) => format!(
                "(select requested_in as half_year, parket, guide, visible_to_museum, 1 as requested, 0 as closed, 0 as ended
                    from {KNOWN} and requested_in <> ''
                  union all
                  select left_in, parket, guide, visible_to_museum, 0, case when status = 'Closed' then 1 else 0 end,
                         case when status = 'Closed' then 0 else 1 end
                    from {KNOWN} and left_in <> '')"
            ),
        }
    }
}

/// The spans that hold at the index bound first.
const KNOWN: &str = "trajectory_history where valid_from <= $1 and (valid_to is null or valid_to > $1)";

/// What a dashboard is asked.
struct Board<'a> {
    source: Source,
    scope: &'a Scope,
    filter: &'a DashboardFilter,
    deadlines: &'a Deadlines,
}

impl Board<'_> {
    async fn read(&self, views: &Views, today: NaiveDate, overdue: usize) -> Result<Dashboard, ViewError> {
        let db = views.active(crate::trajectories::PROJECTION).await?.db;
        // One moment for all questions: the parts of a dashboard add up, whatever is projected meanwhile.
        let mut tx = db.begin_snapshot().await?;
        let seen = self.seen(Checkpoint::read_in(&mut tx).await?.seen)?;
        let counts = self.counts(&mut tx).await?;
        let throughput = self.throughput(&mut tx).await?;
        let soon = today.checked_add_days(Days::new(SOON_DAYS)).unwrap_or(today);
        let items = self.items(&mut tx, today, overdue).await?;
        let overdue_total = self.due(&mut tx, None, today).await?;
        let due_soon = self.due(&mut tx, Some(today), soon).await?;
        let (by_status, by_parket, waiting_for, workload) =
            (by_status(counts.iter()), by_parket(&counts), waiting_for(&counts), workload(&counts));
        let total = counts.iter().map(|count| count.dossiers).sum();
        Ok(Dashboard {
            total,
            by_status,
            by_parket,
            waiting_for,
            workload,
            throughput,
            overdue: items,
            overdue_total,
            due_soon,
            seen,
        })
    }

    /// The state of the log that is shown.
    fn seen(&self, reached: Seen) -> Result<Seen, ViewError> {
        match self.source {
            Source::Live => Ok(reached),
            Source::KnownAt(then) if then.index <= reached.index => Ok(then),
            Source::KnownAt(then) => Err(ViewError::NotReached { asked: then.index, reached: reached.index }),
        }
    }

    fn narrowed(&self, table: &str) -> Conditions {
        let mut conditions = Conditions::default();
        if let Source::KnownAt(then) = self.source {
            conditions.bind(then.index);
        }
        self.scope.limit(table, &mut conditions);
        conditions.among(&format!("{table}.parket"), self.filter.parketten.iter().map(|parket| parket.0.as_str()));
        conditions.among(&format!("{table}.guide"), self.filter.guides.iter().map(|guide| guide.0.as_str()));
        conditions
    }

    async fn counts(&self, tx: &mut Tx) -> Result<Vec<Count>, ViewError> {
        let conditions = self.narrowed("c");
        let sql = format!(
            "select c.parket, c.guide, c.status, c.waiting_for, cast(sum(c.dossiers) as bigint) as dossiers
             from {} c{} group by c.parket, c.guide, c.status, c.waiting_for order by c.parket, c.guide",
            self.source.counts(),
            conditions.clause()
        );
        let count = |row: &Row| {
            Ok(Count {
                parket: row.text("parket")?,
                guide: row.text("guide")?,
                status: row.label("status")?,
                waiting_for: row.label("waiting_for")?,
                dossiers: row.count("dossiers")?,
            })
        };
        tx.rows(&sql, conditions.into_args()).await?.iter().map(count).collect()
    }

    async fn throughput(&self, tx: &mut Tx) -> Result<Vec<HalfYearCount>, ViewError> {
        let conditions = self.narrowed("p");
        let sql = format!(
            "select p.half_year, cast(sum(p.requested) as bigint) as requested,
                    cast(sum(p.closed) as bigint) as closed, cast(sum(p.ended) as bigint) as ended
             from {} p{} group by p.half_year order by p.half_year",
            self.source.throughput(),
            conditions.clause()
        );
        let half_year = |row: &Row| {
            Ok(HalfYearCount {
                half_year: row.parsed("half_year")?,
                requested: row.count("requested")?,
                closed: row.count("closed")?,
                ended: row.count("ended")?,
            })
        };
        tx.rows(&sql, conditions.into_args()).await?.iter().map(half_year).collect()
    }
}

/// Questions about deadlines: of the live view a range of the index per status, never a walk over the dossiers.
impl Board<'_> {
    /// The dossiers longest past their deadline.
    async fn items(&self, tx: &mut Tx, today: NaiveDate, limit: usize) -> Result<Vec<OverdueItem>, ViewError> {
        // In the order of the index to its last column, so that the first rows are found without sorting the rest.
        let order = "t.due_since, t.parket, t.guide, t.visible_to_museum, t.dossier";
        let columns = "t.dossier, t.number, t.status, t.parket, t.guide, t.waiting_for, t.status_since";
        let mut conditions = self.narrowed("t");
        if let Source::KnownAt(_) = self.source {
            let now = |conditions: &mut Conditions| self.scope.limit("now", conditions);
            conditions.exists("trajectory now", "now.dossier = t.dossier", now);
        }
        let part = |from: &str, clause: &str| {
            format!("select * from (select {columns} from {from} t{clause} order by {order} limit {limit}) within")
        };
        let rows = self.per_status(tx, conditions, None, today, part).await?;
        let mut items = rows.iter().map(|row| self.item(row)).collect::<Result<Vec<_>, _>>()?;
        items.sort_by(|one, other| (one.due_on, &one.number).cmp(&(other.due_on, &other.number)));
        items.truncate(limit);
        Ok(items)
    }

    /// How many have their deadline on `from` or later (any day when absent) and before `until`.
    async fn due(&self, tx: &mut Tx, from: Option<NaiveDate>, until: NaiveDate) -> Result<Total, ViewError> {
        let bound = OVERDUE_BOUND + 1;
        let part = |source: &str, clause: &str| {
            format!("select count(*) as n from (select t.dossier from {source} t{clause} limit {bound}) within")
        };
        let rows = self.per_status(tx, self.narrowed("t"), from, until, part).await?;
        let mut total = Total { count: 0, exact: true };
        for row in rows {
            let found = row.count("n")?;
            total.count += found.min(OVERDUE_BOUND);
            total.exact &= found <= OVERDUE_BOUND;
        }
        Ok(total)
    }

    /// One question for all statuses with a deadline: each its own range of the index, joined by `union all`.
    async fn per_status(
        &self,
        tx: &mut Tx,
        mut conditions: Conditions,
        from: Option<NaiveDate>,
        until: NaiveDate,
        part: impl Fn(&str, &str) -> String,
    ) -> Result<Vec<Row>, ViewError> {
        let (source, mut parts) = (self.source.dossiers(), Vec::new());
        for (status, days) in &self.deadlines.days {
            let days = Days::new(u64::from(*days));
            let Some(until) = until.checked_sub_days(days) else { continue };
            let (status, until) = (conditions.bind(status.code()), conditions.bind(until));
            let mut range = format!("t.status = {status} and t.due_since < {until}");
            if let Some(from) = from.and_then(|from| from.checked_sub_days(days)) {
                range = format!("{range} and t.due_since >= {}", conditions.bind(from));
            }
            parts.push(part(&source, &conditions.clause_with(&range)));
        }
        if parts.is_empty() {
            return Ok(Vec::new());
        }
        Ok(tx.rows(&parts.join(" union all "), conditions.into_args()).await?)
    }

    fn item(&self, row: &Row) -> Result<OverdueItem, DbError> {
        let status: TrajectoryStatus = row.label("status")?;
        let days = self.deadlines.days.get(&status).copied().unwrap_or_default();
        overdue_item(row, status, u64::from(days))
    }
}

/// One maintained count, visibility summed away.
struct Count {
    parket: String,
    guide: String,
    status: TrajectoryStatus,
    waiting_for: WaitingFor,
    dossiers: u64,
}

fn overdue_item(row: &Row, status: TrajectoryStatus, days: u64) -> Result<OverdueItem, DbError> {
    let status_since: NaiveDate = row.day("status_since")?;
    Ok(OverdueItem {
        id: row.parsed("dossier")?,
        number: DossierNumber(row.text("number")?),
        status,
        parket: OrganisationId(row.text("parket")?),
        guide: Some(row.text("guide")?).filter(|guide| !guide.is_empty()).map(ActorId),
        waiting_for: row.label("waiting_for")?,
        status_since,
        due_on: status_since.checked_add_days(Days::new(days)).unwrap_or(status_since),
    })
}

fn by_status<'a>(counts: impl Iterator<Item = &'a Count>) -> Vec<StatusCount> {
    let mut sums = BTreeMap::new();
    for count in counts {
        *sums.entry(count.status).or_insert(0) += count.dossiers;
    }
    sums.into_iter().map(|(status, count)| StatusCount { status, count }).collect()
}

fn by_parket(counts: &[Count]) -> Vec<ParketCount> {
    let of = |(parket, counts): (&str, Vec<&Count>)| ParketCount {
        parket: OrganisationId(parket.to_owned()),
        count: counts.iter().map(|count| count.dossiers).sum(),
        open: open(&counts),
        by_status: by_status(counts.into_iter()),
    };
    grouped(counts.iter(), |count| &count.parket).into_iter().map(of).collect()
}

fn waiting_for(counts: &[Count]) -> Vec<WaitingCount> {
    let mut sums = BTreeMap::new();
    for count in counts {
        *sums.entry(count.waiting_for).or_insert(0) += count.dossiers;
    }
    sums.into_iter().map(|(waiting_for, count)| WaitingCount { waiting_for, count }).collect()
}

fn workload(counts: &[Count]) -> Vec<GuideLoad> {
    let busy = counts.iter().filter(|count| !count.guide.is_empty() && count.status.is_open());
    let of = |(guide, counts): (&str, Vec<&Count>)| GuideLoad {
        guide: ActorId(guide.to_owned()),
        open: open(&counts),
        by_status: by_status(counts.into_iter()),
    };
    grouped(busy, |count| &count.guide).into_iter().map(of).collect()
}

fn open(counts: &[&Count]) -> u64 {
    counts.iter().filter(|count| count.status.is_open()).map(|count| count.dossiers).sum()
}

fn grouped<'a>(
    counts: impl Iterator<Item = &'a Count>,
    by: impl Fn(&'a Count) -> &'a str,
) -> BTreeMap<&'a str, Vec<&'a Count>> {
    let mut groups: BTreeMap<&str, Vec<&Count>> = BTreeMap::new();
    for count in counts {
        groups.entry(by(count)).or_default().push(count);
    }
    groups
}
