//! How far a build has come, and who may carry it on: one row, in the same transaction as the views it speaks for.

use chrono::TimeDelta;
use spoor_eventlog::{Clock, Position};

use crate::db::{Db, DbError, Row, Table, Tx, args};
use crate::page::Seen;
use crate::projector::CountedTables;

/// The table of the checkpoint, in every build.
pub(crate) const SCHEMA: &[&str] = &[
    "create table if not exists checkpoint (
        id bigint primary key, position_commit bigint not null, position_prepare bigint not null,
        last_index bigint not null, events bigint not null,
        owner text, fence bigint not null, lease_until bigint not null,
        failure text, failed_position text)",
    "insert into checkpoint (id, position_commit, position_prepare, last_index, events, fence, lease_until)
        values (1, 0, 0, 0, 0, 0, 0) on conflict (id) do nothing",
    "create table if not exists last_record (id bigint primary key, last_index bigint not null, mark text not null)",
    "create table if not exists rows_written (name text primary key, number bigint not null)",
];

/// Columns by which an answer says what state of the log it shows; one scalar look-up each, in the answer's snapshot.
pub(crate) const SEEN: &str = "(select position_commit from checkpoint) as seen_commit, \
     (select position_prepare from checkpoint) as seen_prepare, (select last_index from checkpoint) as seen_index";

/// How long a worker that died keeps others out.
const LEASE: TimeDelta = TimeDelta::seconds(5);

/// The state of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The last event in the views.
    pub seen: Seen,
    /// How many events were projected.
    pub events: u64,
    /// Why the projector stopped, and at which position, when it did.
    pub failure: Option<Failure>,
    /// The worker that holds the lease.
    pub owner: Option<String>,
}

/// What tells the last event of a build from any other, by which a build of another log is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LastRecord {
    /// Its leaf index.
    pub index: u64,
    /// What tells it from others.
    pub mark: String,
}

/// The rows of the counted tables of a build, beside how many were written, counted in the transactions that wrote them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lines {
    lines: u64,
    events: u64,
    /// Whether all lines lie where the build has been.
    within: bool,
    dossiers: u64,
    written: u64,
}

/// Why a projector stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The event it stopped at.
    pub position: Position,
    /// What was wrong.
    pub error: String,
}

/// The right to write a build. Every batch names the fence; who lost the lease has an old one and fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lease {
    pub owner: String,
    pub fence: i64,
}

impl Checkpoint {
    /// Reads it.
    pub async fn read(db: &Db) -> Result<Self, DbError> {
        let row = db.row("select * from checkpoint", args![]).await?;
        row.map_or_else(|| Err(missing()), |row| Self::of(&row))
    }

    pub(crate) async fn read_in(tx: &mut Tx) -> Result<Self, DbError> {
        let rows = tx.rows("select * from checkpoint", args![]).await?;
        rows.first().map_or_else(|| Err(missing()), Self::of)
    }

    fn of(row: &Row) -> Result<Self, DbError> {
        let failure = match (row.opt_parsed("failed_position")?, row.opt_text("failure")?) {
            (Some(position), Some(error)) => Some(Failure { position, error }),
            _ => None,
        };
        let position = Position { commit: row.count("position_commit")?, prepare: row.count("position_prepare")? };
        let seen = Seen { position, index: row.count("last_index")? };
        Ok(Self { seen, events: row.count("events")?, failure, owner: row.opt_text("owner")? })
    }
}

impl Lines {
    /// Counts them, by the smallest index of each table, and in one look, so of one moment.
    pub async fn count(db: &Db, tables: &CountedTables, version: u32) -> Result<Self, DbError> {
        let (lines, key, dossiers) = (tables.lines.name, tables.lines.key.join(", "), tables.dossiers.name);
        let said = version >= tables.dossiers_since;
        let beside = format!(
            ", (select count(*) from {dossiers}) as dossiers,
                coalesce((select number from rows_written where name = '{dossiers}'), 0) as written"
        );
        let sql = format!(
            "select events, last_index, (select count(*) from {lines}) as lines,
                (select coalesce(min({key}), 1) from {lines}) as lowest,
                (select coalesce(max({key}), 0) from {lines}) as highest{}
             from checkpoint",
            if said { beside.as_str() } else { "" }
        );
        let row = db.row(&sql, args![]).await?.ok_or_else(missing)?;
        let (dossiers, written) = if said { (row.count("dossiers")?, row.count("written")?) } else { (0, 0) };
        let within = row.int("lowest")? >= 1 && row.int("highest")? <= row.int("last_index")?;
        Ok(Self { lines: row.count("lines")?, events: row.count("events")?, within, dossiers, written })
    }

    /// What is wrong, where something was taken out or put in.
    pub fn fault(self) -> Option<String> {
        let Self { lines, events, within, dossiers, written } = self;
        if lines != events || !within {
            return Some(format!("{lines} lines of {events} events"));
        }
        (dossiers != written).then(|| format!("{dossiers} rows of dossiers where {written} were written"))
    }
}

/// Notes how many rows a projector added to a table, in the transaction that adds them.
pub(crate) async fn rows_written(tx: &mut Tx, table: &Table, rows: u64) -> Result<(), DbError> {
    if rows == 0 {
        return Ok(());
    }
    let sql = "insert into rows_written (name, number) values ($1, $2)
         on conflict (name) do update set number = rows_written.number + excluded.number";
    tx.run(sql, args![table.name, rows]).await.map(drop)
}

impl LastRecord {
    /// Reads it; none where nothing was projected since there is such a table.
    pub async fn read(db: &Db) -> Result<Option<Self>, DbError> {
        let row = db.row("select last_index, mark from last_record", args![]).await?;
        row.map(|row| Ok(Self { index: row.count("last_index")?, mark: row.text("mark")? })).transpose()
    }

    /// Writes it, in the transaction that moves the checkpoint there.
    pub async fn write(&self, tx: &mut Tx) -> Result<(), DbError> {
        let sql = "insert into last_record (id, last_index, mark) values (1, $1, $2)
             on conflict (id) do update set last_index = excluded.last_index, mark = excluded.mark";
        tx.run(sql, args![self.index, self.mark.as_str()]).await.map(drop)
    }
}

impl Lease {
    /// Takes the lease when nobody holds it, when it ran out, or when it is our own. Leases are told by the machines'
    /// clocks; a wrong clock can only make two workers change places, the fence keeps them from both writing.
    pub async fn claim(db: &Db, owner: &str) -> Result<Option<Self>, DbError> {
        let now = Clock::System.now();
        let sql = "update checkpoint set owner = $1, fence = fence + 1, lease_until = $2
             where owner is null or owner = $1 or lease_until < $3 returning fence";
        let row = db.row(sql, args![owner, now + LEASE, now]).await?;
        row.map(|row| Ok(Self { owner: owner.to_owned(), fence: row.int("fence")? })).transpose()
    }

    /// Moves the checkpoint, as the first statement of a batch: it locks the row, and touches nothing when the lease
    /// is gone or the build is not where this worker thinks it is. False means: give the batch up.
    pub async fn advance(&self, tx: &mut Tx, from: Seen, to: Seen, events: u64) -> Result<bool, DbError> {
        let sql = "update checkpoint set position_commit = $1, position_prepare = $2, last_index = $3,
                events = events + $4, lease_until = $5, failure = null, failed_position = null
             where owner = $6 and fence = $7 and last_index = $8 and position_commit = $9";
        let moved = args![
            to.position.commit,
            to.position.prepare,
            to.index,
            events,
            Clock::System.now() + LEASE,
            self.owner.as_str(),
            self.fence,
            from.index,
            from.position.commit,
        ];
        Ok(tx.run(sql, moved).await? == 1)
    }

    /// Keeps the lease while there is nothing to do. False when it is gone.
    pub async fn renew(&self, db: &Db) -> Result<bool, DbError> {
        let sql = "update checkpoint set lease_until = $1 where owner = $2 and fence = $3";
        Ok(db.run(sql, args![Clock::System.now() + LEASE, self.owner.as_str(), self.fence]).await? == 1)
    }

    /// Records why the projector stopped.
    pub async fn fail(&self, db: &Db, failure: &Failure) -> Result<(), DbError> {
        let sql = "update checkpoint set failure = $1, failed_position = $2 where owner = $3 and fence = $4";
        let values = args![failure.error.as_str(), failure.position.to_string(), self.owner.as_str(), self.fence];
        db.run(sql, values).await.map(drop)
    }

    /// Gives the lease back, so that another worker need not wait for it to run out.
    pub async fn release(&self, db: &Db) -> Result<(), DbError> {
        let sql = "update checkpoint set owner = null, lease_until = 0 where owner = $1 and fence = $2";
        db.run(sql, args![self.owner.as_str(), self.fence]).await.map(drop)
    }
}

/// What state of the log a row of an answer that has the [`SEEN`] columns shows.
pub(crate) fn seen_of(row: &Row) -> Result<Seen, DbError> {
    let position = Position { commit: row.count("seen_commit")?, prepare: row.count("seen_prepare")? };
    Ok(Seen { position, index: row.count("seen_index")? })
}

fn missing() -> DbError {
    DbError::Shape { column: "checkpoint".into(), why: "the row is missing".into() }
}
