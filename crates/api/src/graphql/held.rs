//! Holds the lines of a trail against the log they are of: whoever reaches the database of a view can alter it, and nobody is
//! shown what it says then.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::{Context, Error, Result};
use spoor_eventlog::{LogError, Record, TreeError};
use spoor_projections::access::{self, AccessEntry, Mention};
use spoor_projections::audit::{self, AuditLine, ToldAgain};
use spoor_projections::{Event, ViewError};
use tokio::sync::OnceCell;

use super::log::told;
use super::problem::{OurFault, log_failed, not_whole, unrecorded, view_failed};
use super::session::desk;
use crate::access_book::in_time;
use crate::proof::{Keeper, LogName, NotWhole, ProofState};

/// The events of the lines of a page, as the log has them.
pub struct Held {
    events: Vec<Event>,
    /// What they changed, told again when somebody first asks for it.
    again: OnceCell<ToldAgain>,
}

impl Held {
    /// Of these lines, when each says what its event does.
    ///
    /// # Errors
    /// `VIEW_NOT_WHOLE` where one does not. Where it is the record that was altered the line is told: `proof` says so.
    pub async fn of(ctx: &Context<'_>, lines: &[AuditLine]) -> Result<Self> {
        let indexes: BTreeSet<u64> = lines.iter().map(|line| line.index).collect();
        let records = desk(ctx)?.log.read_indexes(&indexes).await.ours(ctx)?;
        let events: Vec<Event> = records.iter().filter_map(|record| record.decode().ok()).collect();
        let found = lines.iter().map(|line| (line.index, differing(&events, line.index, line, audit::differing)));
        refuse_altered(ctx, LogName::Events, audit::PROJECTION, found.collect()).await?;
        Ok(Self { events, again: OnceCell::new() })
    }

    /// That a line tells what its event changed, and why, as the log does.
    ///
    /// # Errors
    /// `VIEW_NOT_WHOLE` where it does not, and the log has every event of what it is of as it was committed.
    pub async fn check_changes(&self, ctx: &Context<'_>, line: &AuditLine) -> Result<()> {
        let again = self.again.get_or_try_init(|| self.tell_again(ctx)).await?;
        let columns = again.differing(line);
        if columns.is_empty() || !stands_in_the_log(ctx, line).await? {
            return Ok(());
        }
        Err(says_otherwise(ctx, audit::PROJECTION, line.index, &columns))
    }

    async fn tell_again(&self, ctx: &Context<'_>) -> Result<ToldAgain> {
        let mut again = ToldAgain::default();
        let mut streams = BTreeSet::new();
        for recorded in &self.events {
            if audit::is_told_by_its_stream(recorded) {
                streams.insert((recorded.aggregate_type.as_str(), recorded.aggregate_id.as_str()));
            } else {
                again.tell(std::slice::from_ref(recorded));
            }
        }
        for (kind, id) in streams {
            let records = desk(ctx)?.log.read_stream(kind, id).await.ours(ctx)?;
            again.tell(&records.iter().filter_map(|record| record.decode().ok()).collect::<Vec<_>>());
        }
        Ok(again)
    }
}

/// That the entries of a page of the access trail say what their events do.
///
/// # Errors
/// `VIEW_NOT_WHOLE` where one does not, unless it is the record that was altered (`proof` says so); `LOG_NOT_WHOLE` where a record
/// cannot be read; `AUDIT_UNAVAILABLE` where the access log does not answer.
pub async fn check_accesses(ctx: &Context<'_>, entries: &[AccessEntry]) -> Result<()> {
    let records = accesses(ctx, entries.iter().map(|entry| entry.index)).await?;
    hold_against(ctx, entries, &records, |entry| entry.index, access::differing).await
}

/// The same of entries by which a dossier is mentioned, and of what is said there of the dossier. What is counted of them has no
/// proof beside it, so nothing is told by a record that was altered.
///
/// # Errors
/// `LOG_NOT_WHOLE` where a record is not the one that was committed, or is gone; otherwise as [`check_accesses`].
pub async fn check_mentions(ctx: &Context<'_>, mentions: &[Mention]) -> Result<()> {
    let records = accesses(ctx, mentions.iter().map(|mention| mention.entry.index)).await?;
    let missing = |mention: &&Mention| !records.iter().any(|record| record.index == mention.entry.index);
    if let Some(Mention { entry, .. }) = mentions.iter().find(missing) {
        return Err(log_failed(ctx, &LogError::Missing { index: entry.index }));
    }
    let log = ctx.data::<Keeper>()?.of(LogName::Access).log();
    let committed = async { log.as_committed(&records).await.map_err(|cause| not_whole(ctx, &NotWhole::from(cause))) };
    told(ctx, LogName::Access, committed).await?;
    hold_against(ctx, mentions, &records, |mention| mention.entry.index, access::differing_mention).await
}

/// The records of the access log with these leaf indexes.
///
/// # Errors
/// `LOG_NOT_WHOLE` where one cannot be read; `AUDIT_UNAVAILABLE` where the log does not answer.
async fn accesses(ctx: &Context<'_>, indexes: impl Iterator<Item = u64>) -> Result<Vec<Record>> {
    let log = ctx.data::<Keeper>()?.of(LogName::Access).log();
    let records = in_time(log.read_indexes(&indexes.collect())).await;
    records.map_err(|cause| match &cause {
        LogError::Unreadable { .. } | LogError::Decode(_) | LogError::Missing { .. } => log_failed(ctx, &cause),
        _it_may_pass => unrecorded(ctx, &cause),
    })
}

/// Holds lines against the records of the access log that they are of.
async fn hold_against<L>(
    ctx: &Context<'_>,
    lines: &[L],
    records: &[Record],
    index_of: fn(&L) -> u64,
    by_event: fn(&L, &Event) -> Vec<&'static str>,
) -> Result<()> {
    let events: Vec<Event> = records.iter().filter_map(|record| record.decode().ok()).collect();
    let mut found: BTreeMap<u64, Vec<&'static str>> = BTreeMap::new();
    for line in lines {
        let index = index_of(line);
        found.entry(index).or_default().extend(differing(&events, index, line, by_event));
    }
    refuse_altered(ctx, LogName::Access, access::PROJECTION, found).await
}

/// The columns in which a line says otherwise than its event; all of it where the log has no such event to be read.
fn differing<L>(
    events: &[Event],
    index: u64,
    line: &L,
    by_event: impl Fn(&L, &Event) -> Vec<&'static str>,
) -> Vec<&'static str> {
    let recorded = events.iter().find(|recorded| recorded.index == index);
    recorded.map_or_else(|| vec!["no such event can be read"], |recorded| by_event(line, recorded))
}

/// Refuses lines that say otherwise than a record that is stored as it was committed.
async fn refuse_altered(
    ctx: &Context<'_>,
    log: LogName,
    projection: &str,
    mut differing: BTreeMap<u64, Vec<&'static str>>,
) -> Result<()> {
    differing.retain(|_, columns| !columns.is_empty());
    if differing.is_empty() {
        return Ok(());
    }
    let indexes: BTreeSet<u64> = differing.keys().copied().collect();
    let standing = async { ctx.data::<Keeper>()?.of(log).standing_of(&indexes).await.ours(ctx) };
    let standing = told(ctx, log, standing).await?;
    let altered = differing.iter().find(|(index, _)| standing.state(**index) != ProofState::Altered);
    altered.map_or(Ok(()), |(index, columns)| Err(says_otherwise(ctx, projection, *index, columns)))
}

/// Whether the log has every event of what a line is of, each as it was committed.
async fn stands_in_the_log(ctx: &Context<'_>, line: &AuditLine) -> Result<bool> {
    let log = &desk(ctx)?.log;
    let records = log.read_stream(&line.aggregate_type, &line.aggregate_id).await.ours(ctx)?;
    let unbroken = records.iter().zip(1_u64..).all(|(record, sequence)| record.sequence == sequence);
    match log.as_committed(&records).await {
        Ok(()) => Ok(unbroken),
        Err(TreeError::RecordDiffers { .. }) => Ok(false),
        Err(error) => Err(not_whole(ctx, &NotWhole::from(error))),
    }
}

fn says_otherwise(ctx: &Context<'_>, projection: &str, index: u64, columns: &[&'static str]) -> Error {
    let (projection, columns) = (projection.to_owned(), columns.join(", "));
    view_failed(ctx, &ViewError::SaysOtherwise { projection, index, columns })
}
