//! Questions about police training.

use std::collections::BTreeMap;

use spoor_domain::kernel::{HalfYear, Label};
use spoor_domain::training::vocabulary::{TrainingAudience, TrainingLine, TrainingProgramme};

use super::row::{HalfYearTraining, LineTotals, OpeningBalance, ProgrammeTotal, SessionRow};
use crate::checkpoint::Checkpoint;
use crate::db::{DbError, Row, args};
use crate::error::ViewError;
use crate::page::{Answer, Seen};
use crate::views::Views;

const COLUMNS: &str = "entry, line, programme, on_day, audience, participants, source";

/// What counts: the sessions and the totals of before.
#[derive(Default)]
struct Entries {
    sessions: Vec<SessionRow>,
    balances: Vec<OpeningBalance>,
    versions: BTreeMap<String, u64>,
}

/// The totals of every line as they stand.
pub async fn totals(views: &Views) -> Result<Answer<Vec<LineTotals>>, ViewError> {
    let (entries, seen) = read(views, None).await?;
    Ok(Answer { value: sums(&entries), seen })
}

/// The totals of every line, as known when the log was at this leaf index.
///
/// # Errors
/// `NotReached` when the view does not know that index yet.
pub async fn totals_at(views: &Views, index: u64) -> Result<Vec<LineTotals>, ViewError> {
    Ok(sums(&read(views, Some(index)).await?.0))
}

/// The sessions of a line that count, latest first, at most so many.
pub async fn entries(views: &Views, line: TrainingLine, most: u32) -> Result<Vec<SessionRow>, ViewError> {
    let db = views.active(super::PROJECTION).await?.db;
    let sql = format!(
        "select {COLUMNS} from training_entry where line = $1 and valid_to is null and audience <> ''
         order by on_day desc, entry limit {most}"
    );
    let rows = db.rows(&sql, args![line.code()]).await?;
    Ok(rows.iter().map(session).collect::<Result<_, _>>()?)
}

async fn read(views: &Views, known_at: Option<u64>) -> Result<(Entries, Seen), ViewError> {
    let db = views.active(super::PROJECTION).await?.db;
    let mut tx = db.begin_snapshot().await?;
    let seen = Checkpoint::read_in(&mut tx).await?.seen;
    let index = known_at.unwrap_or(seen.index);
    if index > seen.index {
        return Err(ViewError::NotReached { asked: index, reached: seen.index });
    }
    let sql = format!(
        "select {COLUMNS} from training_entry where valid_from <= $1 and (valid_to is null or valid_to > $1)
         order by on_day, entry"
    );
    let mut entries = Entries::default();
    for row in &tx.rows(&sql, args![index]).await? {
        match row.text("audience")?.as_str() {
            "" => entries.balances.push(balance(row)?),
            _somebody => entries.sessions.push(session(row)?),
        }
    }
    for row in &tx.rows("select stream, version from training_stream", args![]).await? {
        entries.versions.insert(row.text("stream")?, row.count("version")?);
    }
    Ok((entries, seen))
}

fn session(row: &Row) -> Result<SessionRow, DbError> {
    Ok(SessionRow {
        id: row.parsed("entry")?,
        programme: row.label("programme")?,
        held_on: row.day("on_day")?,
        audience: row.label("audience")?,
        participants: row.count("participants")?,
    })
}

fn balance(row: &Row) -> Result<OpeningBalance, DbError> {
    Ok(OpeningBalance {
        programme: row.label("programme")?,
        until: row.day("on_day")?,
        participants: row.count("participants")?,
        source: row.text("source")?,
    })
}

fn sums(entries: &Entries) -> Vec<LineTotals> {
    let line = |line: &TrainingLine| {
        let of_line = |programme: &&TrainingProgramme| programme.line() == *line;
        let programmes: Vec<ProgrammeTotal> =
            TrainingProgramme::ALL.iter().filter(of_line).map(|programme| total(entries, *programme)).collect();
        let half_years =
            TrainingProgramme::ALL.iter().filter(of_line).flat_map(|programme| half_years(entries, *programme));
        let mut half_years: Vec<HalfYearTraining> = half_years.collect();
        half_years.sort_by_key(|held| (held.half_year, held.programme));
        LineTotals {
            line: *line,
            balance: entries.balances.iter().find(|balance| balance.programme.line() == *line).cloned(),
            cumulative: programmes.iter().map(|total| total.participants).sum(),
            programmes,
            half_years,
            version: entries.versions.get(&line.stream().to_string()).copied().unwrap_or_default(),
        }
    };
    TrainingLine::ALL.iter().map(line).collect()
}

fn total(entries: &Entries, programme: TrainingProgramme) -> ProgrammeTotal {
    let sessions = || entries.sessions.iter().filter(|session| session.programme == programme);
    let participants = sessions().map(|session| session.participants).sum::<u64>() + before(entries, programme);
    ProgrammeTotal { programme, participants, sessions: sessions().count() as u64 }
}

fn before(entries: &Entries, programme: TrainingProgramme) -> u64 {
    let told = entries.balances.iter().filter(|balance| balance.programme == programme);
    told.map(|balance| balance.participants).sum()
}

/// The half-years in which there was a session of this programme, with the running total.
fn half_years(entries: &Entries, programme: TrainingProgramme) -> Vec<HalfYearTraining> {
    let mut held: BTreeMap<HalfYear, HalfYearTraining> = BTreeMap::new();
    for session in entries.sessions.iter().filter(|session| session.programme == programme) {
        let half_year = HalfYear::of(session.held_on);
        let none = HalfYearTraining { half_year, programme, sessions: 0, participants: 0, aspirants: 0, cumulative: 0 };
        let sum = held.entry(half_year).or_insert(none);
        sum.sessions += 1;
        sum.participants += session.participants;
        if session.audience == TrainingAudience::Aspirant {
            sum.aspirants += session.participants;
        }
    }
    let running = held.into_values().scan(before(entries, programme), |so_far, sum| {
        *so_far += sum.participants;
        Some(HalfYearTraining { cumulative: *so_far, ..sum })
    });
    running.collect()
}
