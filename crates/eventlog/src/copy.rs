//! Moving a log to another place, record by record: order, ids, moments and leaf hashes stay what they are.
//!
//! A copy that was cut goes on where it stopped. Nothing is taken over onto a log that is not the beginning of the one that
//! is copied, and nothing after it that does not have the root committed there. At the end the copy is read back, and
//! its own records must give that root.

use std::ops::ControlFlow;

use spoor_notary::Hash;

use crate::batch::LogHead;
use crate::engine::{Engine, Running};
use crate::error::LogError;
use crate::{Clock, LogOptions, LogUrl, Record};

/// Records read, and stored in one transaction, at once.
const PAGE: usize = 1_000;

/// How far a copy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyProgress {
    /// What is being done.
    pub step: CopyStep,
    /// The records done so far.
    pub done: u64,
    /// All there are to do.
    pub all: u64,
}

/// A step of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyStep {
    /// Reading the source, and storing what the copy does not have yet.
    Copying,
    /// Reading the copy back.
    Checking,
}

/// What a copy came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The records of both logs.
    pub size: u64,
    /// Of these, the records that were there before, from a copy that was cut.
    pub found: u64,
    /// The root over the records of both.
    pub root: Hash,
}

/// Why a log was not copied, or not to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CopyError {
    /// One of the logs failed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The place of the copy has another log.
    #[error(
        "the log to copy onto holds {size} records that are not the first {size} of the log to copy: give an empty place, or one with a \
         copy of this very log that was cut"
    )]
    AnotherLog {
        /// How many it holds.
        size: u64,
    },
    /// The place of the copy has more than the source.
    #[error(
        "the log to copy onto holds {target} records, the log to copy only {source_size}: were --from and --to exchanged?"
    )]
    Longer {
        /// Records of the place of the copy.
        target: u64,
        /// Records of the source.
        source_size: u64,
    },
    /// Somebody appended to the copy.
    #[error("somebody else appended to the log that is copied onto: stop every program that uses it, then copy again")]
    InUse,
    /// The records are not what was committed.
    #[error(
        "the records of {which} up to {size} have the root {found}, and {committed} was committed: run `spoor audit check` there; it says which is wrong"
    )]
    RootDiffers {
        /// Of which log.
        which: &'static str,
        /// How many records.
        size: u64,
        /// The root over the records, hex.
        found: String,
        /// The root as committed, hex.
        committed: String,
    },
    /// Whoever watches the copy asked for an end. What was stored stays; the same copy again goes on from there.
    #[error("stopped after {done} of {all} records: the same command goes on from there")]
    Stopped {
        /// The records stored.
        done: u64,
        /// All there are.
        all: u64,
    },
}

/// Copies a log to another place, which is made ready when it is empty. `watch` is told of every page and may stop the
/// copy. Checkpoints and the keys they are signed with go along; personal data stay sealed under the same key store,
/// which is not copied.
///
/// # Errors
/// See [`CopyError`].
pub async fn copy(
    from: &LogUrl,
    to: &LogUrl,
    mut watch: impl FnMut(CopyProgress) -> ControlFlow<()>,
) -> Result<Copied, CopyError> {
    Engine::migrate(to).await?;
    let (source, of_source) = Engine::open(from, Clock::System, &LogOptions::default()).await?;
    let (target, of_target) = Engine::open(to, Clock::System, &LogOptions::default()).await?;
    let copied = copy_between(&source, &target, &mut watch).await;
    for running in [of_source, of_target] {
        stop(running).await;
    }
    copied
}

async fn copy_between(
    source: &Engine,
    target: &Engine,
    watch: &mut impl FnMut(CopyProgress) -> ControlFlow<()>,
) -> Result<Copied, CopyError> {
    let (head, found) = (source.head().await?, target.head().await?);
    if found.index > head.index {
        return Err(CopyError::Longer { target: found.index, source_size: head.index });
    }
    let mut reached = LogHead::default();
    while reached.index < head.index {
        let records = page(source, reached.index, head.index).await?;
        let known = found.index.saturating_sub(reached.index).min(records.len() as u64);
        let (there, new) = records.split_at(usize::try_from(known).unwrap_or(records.len()));
        push(&mut reached, there);
        if !there.is_empty() && reached.index == found.index && reached.frontier.root() != found.frontier.root() {
            return Err(CopyError::AnotherLog { size: found.index });
        }
        take_over(target, &mut reached, new, &head).await?;
        let (done, all) = (reached.index, head.index);
        if watch(CopyProgress { step: CopyStep::Copying, done, all }).is_break() {
            return Err(CopyError::Stopped { done: target.head().await?.index, all });
        }
    }
    take_over_promises(source, target, head.index).await?;
    read_back(target, &head, watch).await?;
    Ok(Copied { size: head.index, found: found.index, root: head.frontier.root() })
}

/// Stores a page at the end of the copy. The last one only when all of it together has the root of the source.
async fn take_over(target: &Engine, reached: &mut LogHead, new: &[Record], source: &LogHead) -> Result<(), CopyError> {
    if new.is_empty() {
        return Ok(());
    }
    let after = reached.index;
    push(reached, new);
    if reached.index == source.index {
        same_root("the log to copy", reached, source)?;
    }
    if target.take_over(new, after, reached.clone()).await? { Ok(()) } else { Err(CopyError::InUse) }
}

/// What was promised to others about the source, the oldest first.
async fn take_over_promises(source: &Engine, target: &Engine, size: u64) -> Result<(), CopyError> {
    let mut before: Option<String> = None;
    for key in source.signing_keys().await? {
        let vkey = key.vkey.clone();
        target.add_key(key, before).await?;
        before = Some(vkey);
    }
    for checkpoint in source.checkpoints_until(size, usize::MAX).await?.into_iter().rev() {
        target.add_checkpoint(checkpoint).await?;
    }
    Ok(())
}

/// Reads the copy from its beginning: its own records must give the root of the source.
async fn read_back(
    target: &Engine,
    source: &LogHead,
    watch: &mut impl FnMut(CopyProgress) -> ControlFlow<()>,
) -> Result<(), CopyError> {
    let (mut reached, all) = (LogHead::default(), source.index);
    while reached.index < all {
        let records = page(target, reached.index, all).await?;
        push(&mut reached, &records);
        if watch(CopyProgress { step: CopyStep::Checking, done: reached.index, all }).is_break() {
            return Err(CopyError::Stopped { done: all, all });
        }
    }
    same_root("the copy", &reached, source)
}

/// The next records, none of them missing.
async fn page(log: &Engine, after: u64, until: u64) -> Result<Vec<Record>, LogError> {
    let left = usize::try_from(until - after).unwrap_or(PAGE);
    let records = log.read_after_index(after, left.min(PAGE)).await?;
    match (after + 1..).zip(&records).find(|(index, record)| record.index != *index) {
        Some((index, _)) => Err(LogError::Missing { index }),
        None if records.is_empty() => Err(LogError::Missing { index: after + 1 }),
        None => Ok(records),
    }
}

fn push(reached: &mut LogHead, records: &[Record]) {
    for record in records {
        reached.index += 1;
        reached.recorded_at = reached.recorded_at.max(record.recorded_at.timestamp_micros());
        reached.frontier.push_line(record.line().as_bytes());
    }
}

fn same_root(which: &'static str, reached: &LogHead, committed: &LogHead) -> Result<(), CopyError> {
    let (found, wanted) = (reached.frontier.root(), committed.frontier.root());
    if found == wanted {
        return Ok(());
    }
    let (found, committed) = (hex::encode(found), hex::encode(wanted));
    Err(CopyError::RootDiffers { which, size: reached.index, found, committed })
}

async fn stop(running: Running) {
    let Running { writer, mut stop, .. } = running;
    writer.close();
    let _ = stop.ask.send(true);
    let _ = stop.done.wait_for(|done| *done).await;
}
