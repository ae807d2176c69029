//! The whole log read again: every record against its leaf, every tile, the committed root and every signed one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::RangeInclusive;
use std::sync::Arc;

use spoor_notary::{Hash, Tile, TileBuilder, TileId, leaf_hash};

use super::{RecordPages, TILE, TreeError, TreeHead, same_root};
use crate::error::LogError;
use crate::reread::{Found, stretches};
use crate::{EventLog, Record};

/// Counts the events of every stream, none of which may be missing between.
fn count_streams(ends: &mut HashMap<(String, String), u64>, page: &[Record]) -> Result<(), LogError> {
    for record in page {
        let end = ends.entry((record.aggregate_type.clone(), record.aggregate_id.clone())).or_default();
        *end += 1;
        if record.sequence != *end {
            let stream = format!("{}-{}", record.aggregate_type, record.aggregate_id);
            return Err(LogError::StreamCut { stream, sequence: *end });
        }
    }
    Ok(())
}

impl EventLog {
    /// Reads every record again and compares it with the tiles, the head and these roots (by size), page by page,
    /// whatever the length of the log; then the moment of the head and the command ids by which records are found with the records.
    ///
    /// # Errors
    /// The first difference there is; where it is a record that differs or cannot be read, all of those; where tiles were altered
    /// beside records, between which of these roots it lies. See [`TreeError`].
    pub async fn check_tree(&self, roots: &BTreeMap<u64, Hash>) -> Result<TreeHead, TreeError> {
        let checked = match self.compare_all(roots).await {
            Err(found @ (TreeError::RecordDiffers { .. } | TreeError::TileDiffers(_))) => {
                Err(self.by_what_was_signed(found, roots).await)
            }
            checked => checked,
        };
        match checked {
            Err(first @ (TreeError::RecordDiffers { .. } | TreeError::RecordUnreadable { .. })) => {
                Err(Box::pin(self.with_all_that_differ(first)).await)
            }
            checked => checked,
        }
    }

    /// A record that differs or cannot be read, with all others that do. Which differ is known where the tiles lead to the
    /// committed root; where they do not, only the first of them is told.
    async fn with_all_that_differ(&self, first: TreeError) -> TreeError {
        let Ok(tree) = self.committed().await else { return first };
        let Found { mut altered, mut unreadable, missing, .. } = self.faults_of(&tree).await;
        if !self.tiles_lead_to(&tree, &altered).await.unwrap_or_default() {
            altered.clear();
        }
        match &first {
            TreeError::RecordDiffers { index } => altered.extend([*index]),
            TreeError::RecordUnreadable { index } => unreadable.extend([*index]),
            _it_names_no_record => {}
        }
        if altered.len() + unreadable.len() + missing.len() <= 1 {
            return first;
        }
        let [unreadable, altered, missing] = [unreadable, altered, missing].map(stretches);
        TreeError::RecordsDiffer { unreadable, altered, missing }
    }

    /// What differs, where something was signed over it: a tile, when the records lead to what was signed; the record, when its
    /// tile does; and otherwise only between which roots it lies, since whoever altered a record may have altered tiles as well.
    async fn by_what_was_signed(&self, found: TreeError, roots: &BTreeMap<u64, Hash>) -> TreeError {
        let (record, tile) = match &found {
            TreeError::RecordDiffers { index } => (Some(*index), TileId { level: 0, number: (index - 1) / TILE }),
            TreeError::TileDiffers(tile) => (None, *tile),
            _it_names_neither => return found,
        };
        let last = roots.last_key_value().map(|(size, root)| TreeHead { size: *size, root: *root });
        let Some(signed) = last.filter(|last| record.is_none_or(|index| index <= last.size)) else { return found };
        let Ok(head) = self.committed().await else { return found };
        let Err(differs) = self.rehearse(TileBuilder::default(), head, roots).await else {
            return TreeError::TileDiffers(tile);
        };
        let Some(index) = record else { return differs };
        match self.tiles_lead_to(&signed, &BTreeSet::from([index])).await {
            Ok(true) => found,
            // A head that was altered as well keeps the tiles from being asked.
            Err(_) if roots.get(&head.size).is_some_and(|root| *root != head.root) => found,
            Ok(false) | Err(_) => differs,
        }
    }

    async fn compare_all(&self, roots: &BTreeMap<u64, Hash>) -> Result<TreeHead, TreeError> {
        let (head, tiled) = (self.committed().await?, self.tiled_size().await?);
        reaches(&head, roots)?;
        let mut builder = TileBuilder::default();
        let mut growing = BTreeMap::new();
        let mut ends = HashMap::new();
        let mut reader = RecordPages::between(0, head.size);
        loop {
            let page = match reader.next(self).await {
                Ok(Some(page)) => page,
                Ok(None) => break,
                Err(first) => return Err(self.with_all_that_is_missing(first).await?),
            };
            if self.engine().keeps_streams_apart() {
                count_streams(&mut ends, &page)?;
            }
            // The last root below the first wrong record tells where it begins.
            let mut first_wrong_root = None;
            for record in &page {
                builder.push(leaf_hash(record.line().as_bytes()));
                if let Some(signed) = roots.get(&builder.size()) {
                    first_wrong_root = first_wrong_root.or(same_root(&builder, 1, signed).err());
                }
            }
            let (full, parts): (Vec<_>, Vec<_>) =
                builder.take_changed().into_iter().partition(|tile| tile.hashes.len() as u64 == TILE);
            growing.extend(parts.into_iter().map(|tile| (tile.id.level, tile)));
            full.iter().for_each(|tile| {
                growing.retain(|_, part: &mut Tile| part.id != tile.id);
            });
            // A record that differs has a name; a root only says that there is one.
            self.compare(full, tiled).await?;
            if let Some(error) = first_wrong_root {
                self.compare(growing.into_values().collect(), tiled).await?;
                return Err(error);
            }
        }
        self.compare(growing.into_values().collect(), tiled).await?;
        // What was signed, and the tiles as far as they go, are as the records are. Behind tiles that stop short it is looked first;
        // where they reach the end, whoever altered a record may have altered its tile, and only what was signed tells it from the
        // head.
        let signed = roots.last_key_value().map_or(0, |(size, _)| *size);
        let vouched = if tiled < head.size { signed.max(tiled) } else { signed };
        if let Err(differs) = same_root(&builder, vouched + 1, &head.root) {
            return Err(if signed == head.size { differs.knowing(head.size, &builder.root()) } else { differs });
        }
        // The records are those that were committed: what stands beside them, and in no leaf, is held against them.
        self.check_head().await?;
        if let Some(index) = self.engine().misfiled(0, head.size).await?.first().copied() {
            return Err(TreeError::CommandDiffers { index });
        }
        self.engine().check_streams(ends).await?;
        self.nothing_beyond_the_end().await?;
        Ok(head)
    }

    /// Makes the tiles anew from the records, when the records are those that were committed and have these roots (by
    /// size).
    ///
    /// # Errors
    /// See [`TreeError`]; the old tiles, which may be all that tells what was altered, are gone only when the records are
    /// right.
    pub async fn rebuild_tiles(&self, roots: &BTreeMap<u64, Hash>) -> Result<TreeHead, TreeError> {
        let mut kept = self.tiling().lock().await;
        *kept = None;
        let head = self.committed().await?;
        reaches(&head, roots)?;
        if let Err(error) = self.rehearse(TileBuilder::default(), head, roots).await {
            return Err(self.or_the_head(error, &head, roots).await);
        }
        self.engine().drop_tiles().await?;
        let (builder, head) = self.catch_up(TileBuilder::default()).await?;
        *kept = Some(builder);
        Ok(head)
    }

    /// What is wrong with a root over the records: the head alone, where what was signed or the tiles say so.
    async fn or_the_head(&self, error: TreeError, head: &TreeHead, roots: &BTreeMap<u64, Hash>) -> TreeError {
        let error = match roots.get(&head.size) {
            Some(signed) => error.knowing(head.size, signed),
            None => error,
        };
        match error {
            TreeError::RootDiffers { .. } => match self.compare_all(roots).await {
                Err(of_head @ TreeError::HeadRootDiffers { .. }) => of_head,
                Ok(_) | Err(_) => error,
            },
            other => other,
        }
    }

    /// A record that is missing, with all others that are.
    async fn with_all_that_is_missing(&self, first: TreeError) -> Result<TreeError, TreeError> {
        let TreeError::RecordMissing { .. } = first else { return Ok(first) };
        let missing = self.nothing_beyond_the_end().await?;
        let several = missing.len() > 1 || missing.iter().any(|hole| hole.start() < hole.end());
        Ok(if several { TreeError::RecordsMissing { missing } } else { first })
    }

    /// Counts the log, and gives the indexes without a record when nothing stands where none was committed.
    async fn nothing_beyond_the_end(&self) -> Result<Arc<[RangeInclusive<u64>]>, TreeError> {
        let missing = self.count_records().await?;
        let places = self.known_beyond();
        if places.is_empty() {
            return Ok(missing);
        }
        Err(TreeError::BeyondEnd { size: self.committed().await?.size, places, missing })
    }

    /// Compares tiles made from the records with those stored, as far as both go.
    async fn compare(&self, mut made: Vec<Tile>, tiled: u64) -> Result<(), TreeError> {
        let stored = self.stored(made.iter().map(|tile| tile.id).collect()).await?;
        let stored: BTreeMap<_, _> = stored.into_iter().map(|tile| (tile.id, tile.hashes)).collect();
        // Leaves first: a difference there has a record to its name.
        made.sort_by_key(|tile| tile.id);
        for tile in made {
            let kept = stored.get(&tile.id).map_or(&[][..], Vec::as_slice);
            if kept.len() < tile.id.width(tiled) {
                return Err(TreeError::TileDiffers(tile.id));
            }
            if let Some(place) = tile.hashes.iter().zip(kept).position(|(made, kept)| made != kept) {
                return Err(match tile.id.level {
                    0 => TreeError::RecordDiffers { index: tile.id.number * TILE + place as u64 + 1 },
                    _ => TreeError::TileDiffers(tile.id),
                });
            }
        }
        Ok(())
    }
}

/// Whether the log is as long as each of these trees.
fn reaches(head: &TreeHead, roots: &BTreeMap<u64, Hash>) -> Result<(), TreeError> {
    match roots.last_key_value() {
        Some((size, _)) if *size > head.size => Err(TreeError::OutOfTree { asked: *size, size: head.size }),
        Some(_) | None => Ok(()),
    }
}
