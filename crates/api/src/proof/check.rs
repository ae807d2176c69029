//! A whole log read again, and held against everything that was ever signed over it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use spoor_eventlog::{EventLog, KeptCheckpoint, TreeError, TreeHead};
use spoor_notary::{Hash, SignedCheckpoint};

use super::signers::Signers;
use super::stands::{Promise, shorter};
use super::{CheckpointDirectory, KeeperError, LogName, ProofPlaces, Refusal};

/// Checkpoints read in one go.
const PAGE: usize = 500;

/// What was promised about a log.
struct Promises {
    /// Every checkpoint, by size.
    promises: BTreeMap<u64, Promise>,
    /// Whether what others collect as the latest one is a checkpoint of this log, where there is anything.
    latest: Result<(), KeeperError>,
}

/// Reads every record again and holds the log against its tiles, its head and every checkpoint there is, beside it and
/// in the directory, each by what was signed and not by what stands beside it, and at last what others collect as the latest one.
/// Works on a log that does not open any more.
/// Makes the tiles anew first, where that is asked for and the records are those that were signed.
///
/// # Errors
/// The first difference, with the record, the file or the row it is in where that can be told.
pub async fn check(
    name: LogName,
    log: &EventLog,
    places: &ProofPlaces,
    origin: &str,
    rebuild_tiles: bool,
) -> Result<(TreeHead, usize), KeeperError> {
    let Promises { promises, latest } = promises(name, log, places, origin).await?;
    let roots: BTreeMap<u64, Hash> = promises.iter().map(|(size, promise)| (*size, promise.checkpoint.root)).collect();
    if rebuild_tiles && let Err(source) = log.rebuild_tiles(&roots).await {
        return Err(named(name, log, &promises, source).await?);
    }
    match log.check_tree(&roots).await {
        // That is told when the log itself is right.
        Ok(tree) => latest.map(|()| (tree, roots.len())),
        Err(source) => Err(named(name, log, &promises, source).await?),
    }
}

/// Everything that was promised about a log.
async fn promises(name: LogName, log: &EventLog, places: &ProofPlaces, origin: &str) -> Result<Promises, KeeperError> {
    let directory = CheckpointDirectory::new(places.checkpoints.join(name.code()));
    let own = match places.signing_key() {
        Ok(key) => {
            let base = if origin.is_empty() { key.public().name() } else { origin };
            Some(key.under_name(&format!("{base}/{}", name.code()))?.public().clone())
        }
        // Where it is not at hand, what is published has to do.
        Err(KeeperError::NoKey(_)) => None,
        Err(error) => return Err(error),
    };
    let known = own.iter().cloned().chain(directory.keys()?).collect();
    let signers = Signers::of(name, log, known).await?;
    let (files, rows) = (directory.all()?, kept_until(log, u64::MAX).await?);
    if signers.is_empty() && !(files.is_empty() && rows.is_empty()) {
        return Err(KeeperError::NoKey(places.signing_key.clone()));
    }
    let (mut promises, mut newest) = (BTreeMap::new(), Vec::new());
    let files = files.into_iter().map(|found| (signers.open_file(&found), Promise::from(found)));
    let rows = rows.iter().map(|kept| (signers.open_row(kept), Promise::from(kept)));
    for (signed, promise) in files.chain(rows) {
        let signed = signed?;
        newest.retain(|known: &SignedCheckpoint| known.checkpoint().size >= promise.checkpoint.size);
        if newest.first().is_none_or(|known| known.checkpoint().size == promise.checkpoint.size) {
            newest.push(signed);
        }
        add(name, &mut promises, promise)?;
    }
    // A key can be put beside the log, and into the directory: the last word has to be by the one that is kept elsewhere.
    match own {
        Some(own) if !newest.is_empty() => signers.last_word(&[&own], &newest)?,
        Some(_) | None => {}
    }
    let latest = match signers.open_latest(&directory) {
        Ok(Some(promise)) => add(name, &mut promises, promise),
        Ok(None) => Ok(()),
        Err(error) => Err(error),
    };
    Ok(Promises { promises, latest })
}

fn add(name: LogName, promises: &mut BTreeMap<u64, Promise>, promise: Promise) -> Result<(), KeeperError> {
    match promises.entry(promise.checkpoint.size) {
        Entry::Vacant(free) => drop(free.insert(promise)),
        Entry::Occupied(there) if there.get().checkpoint == promise.checkpoint => {}
        Entry::Occupied(there) => {
            let (log, size) = (name.words(), promise.checkpoint.size);
            let (one, other) = (there.get().to_string(), promise.to_string());
            return Err(Box::new(Refusal::TwoHistories { log, one, other, size }).into());
        }
    }
    Ok(())
}

/// What is wrong, and which checkpoint says so where it is one.
async fn named(
    name: LogName,
    log: &EventLog,
    promises: &BTreeMap<u64, Promise>,
    source: TreeError,
) -> Result<KeeperError, KeeperError> {
    let too_short = matches!(source, TreeError::OutOfTree { .. });
    let (TreeError::OutOfTree { asked: size, .. } | TreeError::RootDiffers { size, .. }) = source else {
        return Ok(KeeperError::Tree { log: name, source });
    };
    match promises.get(&size) {
        None => Ok(KeeperError::Tree { log: name, source }),
        Some(promise) if too_short => shorter(name, log, promise).await,
        Some(promise) => {
            let first = promises.range(..size).next_back().map_or(1, |(agreed, _)| agreed + 1);
            let (log, promise) = (name.words(), promise.to_string());
            Ok(Box::new(Refusal::Altered { log, first, size, promise }).into())
        }
    }
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
