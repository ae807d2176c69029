//! A whole log read again, and held against everything that was ever signed over it.

use std::collections::BTreeMap;

use spoor_eventlog::{EventLog, KeptCheckpoint, TreeHead};

use super::{CheckpointDirectory, KeeperError, LogName};

/// Checkpoints read in one go.
const PAGE: usize = 500;

/// Reads every record again and holds the log against its tiles, its head and every checkpoint there is, beside it and
/// in the directory. Works on a log that does not open any more.
///
/// # Errors
/// The first difference, with the record it is in where that can be told.
pub async fn check(
    name: LogName,
    log: &EventLog,
    directory: &CheckpointDirectory,
) -> Result<(TreeHead, usize), KeeperError> {
    let published = directory.all()?.into_iter().map(|checkpoint| (checkpoint.size, checkpoint.root));
    let mut roots: BTreeMap<_, _> = published.collect();
    roots.extend(kept_until(log, u64::MAX).await?.iter().map(|kept| (kept.size, kept.root)));
    let tree = log.check_tree(&roots).await.map_err(|source| KeeperError::Tree { log: name, source })?;
    Ok((tree, roots.len()))
}

/// Every checkpoint kept beside a log over at most so many records, the greatest first.
pub(super) async fn kept_until(log: &EventLog, mut size: u64) -> Result<Vec<KeptCheckpoint>, KeeperError> {
    let mut all = Vec::new();
    loop {
        let page = log.checkpoints_until(size, PAGE).await?;
        let Some(last) = page.last() else { return Ok(all) };
        size = last.size.saturating_sub(1);
        all.extend(page);
    }
}
