//! The log read again while it is in use, a little at a time: whether every record is there, and is the one that was committed.

use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use crate::ends::{nothing_altered_behind, nothing_gone_behind, together};
use crate::error::LogError;
use crate::tree::{TreeError, TreeHead, leaves_of, runs};
use crate::{EventLog, Record};

/// Records read and hashed in one go: what a tile of leaves has, so that it takes nobody's time.
const AT_A_TIME: u64 = 256;

/// What reading a log again found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reread {
    /// How many records the tree has that they were held against.
    pub size: u64,
    /// The indexes whose record is not the one that was committed, cannot be read, or is found by another command id than it has.
    pub altered: Arc<[RangeInclusive<u64>]>,
    /// The indexes without a record.
    pub missing: Arc<[RangeInclusive<u64>]>,
    /// Whether the ends of streams may be gone with them, as far as the count of the log does not know it: more is missing than
    /// later events tell of.
    pub ends: bool,
}

/// What was found so far.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The indexes whose record is not the one that was committed, as far as it can be read.
    pub altered: BTreeSet<u64>,
    /// Those whose record cannot be read.
    pub unreadable: BTreeSet<u64>,
    /// Those whose record is found by another command id than it has.
    pub misfiled: BTreeSet<u64>,
    /// Those without a record.
    pub missing: BTreeSet<u64>,
}

/// Records that were read in one go.
struct Batch {
    /// The index up to which they are all that there are.
    until: u64,
    records: Vec<Record>,
    /// The indexes of those that are there and cannot be read.
    unreadable: BTreeSet<u64>,
}

impl EventLog {
    /// Reads every record of a known tree again and holds it against that tree, past whatever it finds, with this pause between a few
    /// hundred records. Nothing waits for it: it reads as others do, and its connection is free in between. What is missing or was
    /// altered is remembered from then on, until it is read again and right ([`Self::check_end`], [`Self::check_records`]).
    ///
    /// # Errors
    /// When the log cannot be read, or the tiles cannot be had; see [`TreeError`]. What was known stays known, and what was found
    /// before is known as well.
    pub async fn reread(&self, tree: &TreeHead, pause: Duration) -> Result<Reread, TreeError> {
        let mut found = Found::default();
        let read = self.reread_behind(0, tree, pause, &mut found).await;
        let mut found = found.over(tree.size);
        found.ends = self.is_uncounted(&found.missing);
        let read = match read {
            Ok(()) if found.ends => self.ends_are_gone(tree).await.map(|gone| found.ends = gone),
            read => read,
        };
        match read {
            Ok(()) => self.ends().keep_again(found.clone()),
            Err(_) => self.ends().keep_again(self.ends().again().and(&found)),
        }
        read.map(|()| found)
    }

    /// As [`Self::check_end`], for what is given away: also reads again what the log has behind the stream, for another record may
    /// stand in the place of one of its own, and be counted, and on KurrentDB none is counted.
    ///
    /// # Errors
    /// `EndMissing` and `EndAltered`; otherwise see [`TreeError`].
    pub async fn check_end_by_reading(&self, aggregate_type: &str, id: &str) -> Result<(), TreeError> {
        self.check_end(aggregate_type, id).await?;
        let records = self.read_stream(aggregate_type, id).await?;
        let Some(last) = records.last() else { return Ok(()) };
        let tree = self.tile().await?;
        let mut found = Found::default();
        self.reread_behind(last.index, &tree, Duration::ZERO, &mut found).await?;
        let mut found = found.over(tree.size);
        found.ends = self.is_uncounted(&found.missing) && self.ends_are_gone(&tree).await?;
        Ok(found.nothing_behind(last)?)
    }

    /// The first index behind this one whose record is missing, cannot be read, or is not the one that was committed. Reads as far as
    /// that, and all of what lies behind where it finds none.
    ///
    /// # Errors
    /// See [`TreeError`].
    pub async fn first_fault_behind(&self, after: u64) -> Result<Option<u64>, TreeError> {
        self.first_fault_between(after, u64::MAX).await
    }

    /// The same as far as an index; what lies up to some hundreds of records behind it may be read as well.
    ///
    /// # Errors
    /// See [`TreeError`].
    pub async fn first_fault_between(&self, mut after: u64, until: u64) -> Result<Option<u64>, TreeError> {
        let (tree, mut found) = (self.tile().await?, Found::default());
        while after < tree.size.min(until) && found.first().is_none() {
            after = self.reread_next(after, &tree, &mut found).await?;
        }
        Ok(found.first())
    }

    /// Everything that is wrong with the records of a tree, read past whatever is found. Where reading breaks off, what was found
    /// before.
    pub(crate) async fn faults_of(&self, tree: &TreeHead) -> Found {
        let mut found = Found::default();
        // Asked where something is known to be wrong: what it was is told in any case.
        let _ = self.reread_behind(0, tree, Duration::ZERO, &mut found).await;
        found
    }

    /// The first of these records that cannot be read, each read alone, where one of them hides the others; the failure itself where
    /// it is of none of them.
    pub(crate) async fn first_unreadable(&self, after: u64, until: u64, failed: LogError) -> TreeError {
        if let LogError::Unreadable { index, .. } = failed {
            return TreeError::RecordUnreadable { index };
        }
        let alone = match &failed {
            LogError::Database(_) => self.one_by_one(after, until).await.ok(),
            _of_none_of_them => None,
        };
        let first = alone.and_then(|Batch { unreadable, .. }| unreadable.first().copied());
        first.map_or_else(|| failed.into(), |index| TreeError::RecordUnreadable { index })
    }

    async fn reread_behind(
        &self,
        mut after: u64,
        tree: &TreeHead,
        pause: Duration,
        found: &mut Found,
    ) -> Result<(), TreeError> {
        while after < tree.size {
            after = self.reread_next(after, tree, found).await?;
            tokio::time::sleep(pause).await;
        }
        Ok(())
    }

    /// Reads a few hundred records behind an index, and gives the index of the last of them.
    async fn reread_next(&self, after: u64, tree: &TreeHead, found: &mut Found) -> Result<u64, TreeError> {
        let Batch { until, records, unreadable } = self.next_to_reread(after, tree.size.min(after + AT_A_TIME)).await?;
        let leaves = leaves_of(&records);
        let is_there = |index: &u64| leaves.contains_key(index) || unreadable.contains(index);
        found.missing.extend((after + 1..=until).filter(|index| !is_there(index)));
        found.unreadable.extend(&unreadable);
        found.altered.extend(self.altered(&leaves, tree).await?);
        found.misfiled.extend(self.engine().misfiled(after, until).await?);
        Ok(until)
    }

    /// Whether more of the log is gone than later events of the same streams tell of, so that ends of streams may be among it. Reads
    /// all of it: asked only when some is gone that is not counted.
    async fn ends_are_gone(&self, tree: &TreeHead) -> Result<bool, TreeError> {
        let (mut after, mut there, mut streams) = (0, 0, HashMap::<_, (u64, u64)>::new());
        while after < tree.size {
            let Batch { until, records, .. } = self.next_to_reread(after, tree.size.min(after + AT_A_TIME)).await?;
            for Record { aggregate_type, aggregate_id, sequence, .. } in records {
                let (last, events) = streams.entry((aggregate_type, aggregate_id)).or_default();
                (*last, *events) = (sequence.max(*last), *events + 1);
                there += 1;
            }
            after = until;
        }
        let told: u64 = streams.values().map(|(last, events)| last.saturating_sub(*events)).sum();
        Ok(tree.size.saturating_sub(there) > told)
    }

    /// The records after an index up to another, or up to where one is gone: on KurrentDB nothing is read past that at once.
    async fn next_to_reread(&self, after: u64, mut until: u64) -> Result<Batch, LogError> {
        let read = match self.read_between(after, until).await {
            Err(LogError::Missing { index }) if (after + 1..=until).contains(&index) => {
                until = index;
                self.read_between(after, index - 1).await
            }
            read => read,
        };
        match read {
            Ok(records) => Ok(Batch { until, records, unreadable: BTreeSet::new() }),
            Err(LogError::Database(_) | LogError::Unreadable { .. }) => self.one_by_one(after, until).await,
            Err(error) => Err(error),
        }
    }

    /// The same records, where one among them hides the others: each alone. One counts as unreadable only when it fails again once
    /// the log has answered, for a log that was away for a moment is not altered.
    async fn one_by_one(&self, after: u64, until: u64) -> Result<Batch, LogError> {
        let (mut records, mut unreadable) = (Vec::new(), BTreeSet::new());
        for index in after + 1..=until {
            if self.engine().recorded_at(index).await?.is_none() {
                continue;
            }
            let mut read = self.read_between(index - 1, index).await;
            if let Err(LogError::Database(_) | LogError::Unreadable { .. }) = read {
                self.engine().head().await?;
                read = self.read_between(index - 1, index).await;
            }
            match read {
                Ok(one) => records.extend(one),
                Err(LogError::Missing { .. }) => {}
                Err(LogError::Database(_) | LogError::Unreadable { .. }) => {
                    unreadable.insert(index);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Batch { until, records, unreadable })
    }

    async fn read_between(&self, after: u64, until: u64) -> Result<Vec<Record>, LogError> {
        let most = usize::try_from(until - after).unwrap_or(usize::MAX);
        if most == 0 {
            return Ok(Vec::new());
        }
        let mut records = self.read_after_index(after, most).await?;
        // Where some are gone, those behind them come along.
        records.retain(|record| record.index <= until);
        Ok(records)
    }
}

impl Found {
    /// As it is told, of a tree of this size.
    fn over(self, size: u64) -> Reread {
        let Self { mut altered, unreadable, misfiled, missing } = self;
        altered.extend(unreadable.into_iter().chain(misfiled));
        Reread { size, altered: stretches(altered), missing: stretches(missing), ends: false }
    }

    /// The first index at which something is wrong.
    fn first(&self) -> Option<u64> {
        let all = [&self.altered, &self.unreadable, &self.misfiled, &self.missing];
        all.into_iter().filter_map(|indexes| indexes.first()).min().copied()
    }
}

/// Indexes as the stretches they make.
pub(crate) fn stretches(indexes: BTreeSet<u64>) -> Arc<[RangeInclusive<u64>]> {
    runs(indexes.into_iter(), 1).into()
}

impl Reread {
    /// Whether something is missing or was altered.
    pub(crate) fn found_something(&self) -> bool {
        !self.altered.is_empty() || !self.missing.is_empty()
    }

    /// Whether nothing that was found may have stood behind the last record of a stream, as an event of it.
    pub(crate) fn nothing_behind(&self, last: &Record) -> Result<(), LogError> {
        nothing_altered_behind(last, &self.altered)?;
        nothing_gone_behind(last, if self.ends { &self.missing } else { &[] })
    }

    /// This, and what a reading found that was broken off.
    fn and(&self, found: &Self) -> Self {
        Self {
            size: self.size,
            altered: together(&self.altered, &found.altered),
            missing: together(&self.missing, &found.missing),
            ends: self.ends || found.ends,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_broken_off_reading_found_is_known_beside_what_was_known() {
        let found = |altered, missing, size| Found { altered, missing, ..Found::default() }.over(size);
        let known = found([3, 4].into(), [9].into(), 20);
        let broken_off = Reread { ends: true, ..found([5].into(), [9, 10].into(), 30) };
        let both = known.and(&broken_off);
        assert_eq!((&*both.altered, &*both.missing, both.ends), (&[3..=5][..], &[9..=10][..], true));
        assert_eq!(known.and(&Reread::default()), known, "what was known stays known");
    }
}
