//! The end of a stream: no later event tells of one that is gone there, so the count of the whole log has to.

use std::ops::RangeInclusive;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::batch::moment;
use crate::error::LogError;
use crate::{EventLog, Record, Reread, TreeError};

/// A count stands for so many times what it took at least: counting is no more than a twentieth of what a reader does.
const REST: u32 = 20;
/// So many stretches of indexes are named, and of more it is said how many there are.
const STRETCHES_NAMED: usize = 20;

/// What a count of the log found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    /// The indexes without a record.
    pub missing: Arc<[RangeInclusive<u64>]>,
    /// Whether the ends of streams may be gone with them: more is missing than later events tell of.
    pub ends: bool,
    /// The places of records beyond the head, which were never committed there.
    pub beyond: Arc<[RangeInclusive<u64>]>,
    /// What the head says of its last record that the record does not.
    pub head: Option<HeadApart>,
}

/// A head that says another moment than its last record, which is in the tree as the head is not. Both in microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HeadApart {
    /// The index of the last record.
    pub size: u64,
    /// The moment of the head.
    pub head: i64,
    /// The moment of the record.
    pub last: i64,
}

/// A count, when it was begun, and how long it took.
#[derive(Debug)]
struct Count {
    found: Counted,
    begun: Instant,
    took: Duration,
}

/// What this process knows of records that are gone or are not those that were committed.
#[derive(Default)]
pub(crate) struct Ends {
    /// As the log was counted last; none before the first count.
    counted: RwLock<Option<Count>>,
    /// As the log was read again last.
    again: RwLock<Reread>,
    /// One counts at a time: who has to know the count waits for it here, and holds no connection meanwhile.
    turn: Mutex<()>,
}

impl EventLog {
    /// Whether the last event that this stream has is the last one it had, as far as the log can tell: while records are gone
    /// that no other event tells of, each may have been the end of any stream that has nothing behind it, and so may each in whose
    /// place another was found when the log was read again ([`Self::reread`]). Counts what the log has behind the stream, and all
    /// of it only where something is gone there.
    /// A stream without events has no end to be missing. On KurrentDB the index of the log, which is held against the log when it
    /// is opened, tells of what is gone, and after that reading it again does.
    ///
    /// # Errors
    /// `EndMissing` and `EndAltered`, naming the first record that may have been a later event of the stream, or one of its own that
    /// stands beyond the head.
    pub async fn check_end(&self, aggregate_type: &str, id: &str) -> Result<(), LogError> {
        let records = self.read_stream(aggregate_type, id).await?;
        let Some(last) = records.last() else { return Ok(()) };
        self.ends().again().nothing_behind(last)?;
        if self.engine().is_whole_behind(last.index).await? {
            return Ok(());
        }
        self.count_now().await?.nothing_behind(last)
    }

    /// The same where it is asked often: by the last count of this process, which is made at the first question where
    /// [`Self::count_records`] made none before. A log is put back from a backup while no process has it open.
    ///
    /// # Errors
    /// As [`Self::check_end`]; `Altered`, naming a record of the stream itself.
    pub async fn check_end_once(&self, aggregate_type: &str, id: &str) -> Result<(), LogError> {
        self.check_end_counted(aggregate_type, id, Duration::MAX).await
    }

    /// The same for what is decided on a stream, by a count that is younger than this; and none of its own records is one of
    /// which it is known that it is not the one that was committed.
    pub(crate) async fn check_end_counted(
        &self,
        aggregate_type: &str,
        id: &str,
        younger_than: Duration,
    ) -> Result<(), LogError> {
        let counted = match self.ends().counted_within(younger_than) {
            Some(counted) => counted,
            // Boxed: it is asked now and then, and every command would hold room for it.
            None => Box::pin(self.counted_within(younger_than)).await?,
        };
        let again = self.ends().again();
        if counted.lost_ends().is_empty() && counted.beyond.is_empty() && !again.found_something() {
            return Ok(());
        }
        let records = Box::pin(self.read_stream(aggregate_type, id)).await?;
        let Some(last) = records.last() else { return Ok(()) };
        counted.nothing_behind(last)?;
        again.nothing_behind(last)?;
        none_altered(&records, &counted.beyond)?;
        none_altered(&records, &again.altered)
    }

    /// Whether every record is there and is the one that was committed, as far as this process knows: for lists of what the log
    /// holds, which would be short or false without a word otherwise.
    ///
    /// # Errors
    /// `NotWhole`, naming the records.
    pub fn check_records(&self) -> Result<(), LogError> {
        let (missing, altered) = (self.known_missing(), self.known_altered());
        let gone = (!missing.is_empty()).then(|| format!("missing from the log: record {}", in_words(&missing)));
        let other = (!altered.is_empty()).then(|| format!("not as it was committed: record {}", in_words(&altered)));
        let faults: Vec<_> = gone.into_iter().chain(other).collect();
        if faults.is_empty() { Ok(()) } else { Err(LogError::NotWhole { faults: faults.join("; ") }) }
    }

    /// Whether the head has the moment of its last record: whatever is stored next is dated by it, and it is in no leaf.
    ///
    /// # Errors
    /// `HeadDiffers` when it has another.
    pub async fn check_head(&self) -> Result<(), TreeError> {
        self.engine().head_apart().await?.map_or(Ok(()), |apart| Err(apart.into()))
    }

    /// What the head says otherwise than its last record, in words, as this process counted the log last.
    pub fn known_head_fault(&self) -> Option<String> {
        self.ends().last_count().head.map(|apart| TreeError::from(apart).to_string())
    }

    /// Counts the log, and gives the indexes without a record. What went since the last count is known from now on.
    ///
    /// # Errors
    /// When the log cannot be counted.
    pub async fn count_records(&self) -> Result<Arc<[RangeInclusive<u64>]>, LogError> {
        Ok(self.count_now().await?.missing)
    }

    /// The indexes without a record, as this process counted the log last and read it again last.
    pub fn known_missing(&self) -> Arc<[RangeInclusive<u64>]> {
        together(&self.ends().last_count().missing, &self.ends().again().missing)
    }

    /// The indexes whose record is not one that was committed there, as this process read the log again last and counted it last:
    /// what stands beyond the head was committed nowhere.
    pub fn known_altered(&self) -> Arc<[RangeInclusive<u64>]> {
        together(&self.ends().again().altered, &self.ends().last_count().beyond)
    }

    /// The places of records beyond the head, as this process counted the log last.
    pub(crate) fn known_beyond(&self) -> Arc<[RangeInclusive<u64>]> {
        self.ends().last_count().beyond
    }

    /// The first index behind this one that has no record. Counts what the log has behind it, and all of it where something is
    /// gone there, unless the next one is known to be.
    ///
    /// # Errors
    /// When the log cannot be counted.
    pub async fn first_missing_behind(&self, index: u64) -> Result<Option<u64>, LogError> {
        let first = |missing: &[RangeInclusive<u64>]| {
            missing.iter().find(|hole| *hole.end() > index).map(|hole| (index + 1).max(*hole.start()))
        };
        let known = first(&self.known_missing());
        if known != Some(index + 1) && !self.engine().is_whole_behind(index).await? {
            self.count_now().await?;
            return Ok(first(&self.known_missing()));
        }
        Ok(known)
    }

    /// Whether some of these indexes without a record are not among those that the last count found.
    pub(crate) fn is_uncounted(&self, missing: &[RangeInclusive<u64>]) -> bool {
        let counted = self.ends().last_count().missing;
        missing.iter().any(|stretch| {
            let at = counted.partition_point(|hole| hole.end() < stretch.end());
            counted.get(at).is_none_or(|hole| hole.start() > stretch.start())
        })
    }

    /// A count that is younger than this: who waits for somebody's takes that one.
    async fn counted_within(&self, younger_than: Duration) -> Result<Counted, LogError> {
        match self.ends().counted_within(younger_than) {
            Some(counted) => Ok(counted),
            None => self.count_in_turn(younger_than).await,
        }
    }

    async fn count_now(&self) -> Result<Counted, LogError> {
        self.count_in_turn(Duration::ZERO).await
    }

    /// A count that is younger than this, or was begun after it was asked for: however long one takes, who waited for the turn
    /// meanwhile does not count one after another.
    async fn count_in_turn(&self, younger_than: Duration) -> Result<Counted, LogError> {
        let asked = Instant::now();
        let _turn = self.ends().turn.lock().await;
        if let Some(counted) = self.ends().counted_since(asked).or_else(|| self.ends().counted_within(younger_than)) {
            return Ok(counted);
        }
        // As old as its beginning: what goes while it is counted may not be in it.
        let begun = Instant::now();
        let found = self.engine().count_records().await?;
        self.ends().keep(Count { found: found.clone(), begun, took: begun.elapsed() });
        Ok(found)
    }
}

impl Ends {
    fn counted_within(&self, younger_than: Duration) -> Option<Counted> {
        self.of_last(|count| (count.begun.elapsed() < younger_than).then(|| count.found.clone()))
    }

    fn counted_since(&self, moment: Instant) -> Option<Counted> {
        self.of_last(|count| (count.begun >= moment).then(|| count.found.clone()))
    }

    /// What the last count found; nothing before the first.
    fn last_count(&self) -> Counted {
        self.of_last(|count| Some(count.found.clone())).unwrap_or_default()
    }

    /// How old a count may get before another is made, where it may get as old as this at least. Nothing is spared where every
    /// count is too old.
    pub fn count_again_after(&self, at_least: Duration) -> Duration {
        let rest = self.of_last(|count| Some(count.took.saturating_mul(REST))).unwrap_or_default();
        if at_least.is_zero() { at_least } else { at_least.max(rest) }
    }

    fn of_last<T>(&self, of: impl FnOnce(&Count) -> Option<T>) -> Option<T> {
        self.counted.read().unwrap_or_else(PoisonError::into_inner).as_ref().and_then(of)
    }

    fn keep(&self, count: Count) {
        *self.counted.write().unwrap_or_else(PoisonError::into_inner) = Some(count);
    }

    /// What reading the log again found last; nothing before the first time.
    pub fn again(&self) -> Reread {
        self.again.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Remembers what reading the log again found.
    pub fn keep_again(&self, found: Reread) {
        *self.again.write().unwrap_or_else(PoisonError::into_inner) = found;
    }
}

impl Counted {
    /// The indexes without a record that may have been the end of a stream.
    fn lost_ends(&self) -> &[RangeInclusive<u64>] {
        if self.ends { &self.missing } else { &[] }
    }

    /// Whether the last record of a stream is one that the head knows, and nothing is gone behind it that may have been of it.
    fn nothing_behind(&self, last: &Record) -> Result<(), LogError> {
        if self.beyond.iter().any(|stretch| stretch.contains(&last.index)) {
            return Err(LogError::EndAltered { stream: stream_of(last), index: last.index });
        }
        nothing_gone_behind(last, self.lost_ends())
    }
}

impl From<HeadApart> for TreeError {
    fn from(HeadApart { size, head, last }: HeadApart) -> Self {
        Self::HeadDiffers { size, head: moment(head), last: moment(last) }
    }
}

/// Ascending stretches of indexes and others, as ascending stretches.
pub(crate) fn together(
    some: &Arc<[RangeInclusive<u64>]>,
    others: &Arc<[RangeInclusive<u64>]>,
) -> Arc<[RangeInclusive<u64>]> {
    if some.is_empty() || others.is_empty() {
        return if some.is_empty() { others.clone() } else { some.clone() };
    }
    let mut all: Vec<_> = some.iter().chain(others.iter()).cloned().collect();
    all.sort_unstable_by_key(|stretch| *stretch.start());
    let mut stretches: Vec<RangeInclusive<u64>> = Vec::with_capacity(all.len());
    for stretch in all {
        match stretches.last_mut() {
            Some(last) if *stretch.start() <= last.end().saturating_add(1) => {
                *last = *last.start()..=(*last.end()).max(*stretch.end());
            }
            Some(_) | None => stretches.push(stretch),
        }
    }
    stretches.into()
}

/// Indexes as sentences name them: `3, 5 to 9`; of very many stretches the first, and how many more there are.
pub fn in_words(indexes: &[RangeInclusive<u64>]) -> String {
    let one = |stretch: &RangeInclusive<u64>| match (stretch.start(), stretch.end()) {
        (first, last) if first == last => first.to_string(),
        (first, last) => format!("{first} to {last}"),
    };
    let mut words = indexes.iter().take(STRETCHES_NAMED).map(one).collect::<Vec<_>>().join(", ");
    if let Some(more) = indexes.len().checked_sub(STRETCHES_NAMED).filter(|more| *more > 0) {
        words.push_str(&format!(" and {more} stretches more"));
    }
    words
}

/// Whether none of these records that are gone was behind the last record of a stream.
pub(crate) fn nothing_gone_behind(last: &Record, gone: &[RangeInclusive<u64>]) -> Result<(), LogError> {
    match gone.iter().find(|hole| *hole.start() > last.index) {
        None => Ok(()),
        Some(hole) => Err(LogError::EndMissing { stream: stream_of(last), index: *hole.start() }),
    }
}

/// Whether none of the records that were altered is behind the last record of a stream.
pub(crate) fn nothing_altered_behind(last: &Record, altered: &[RangeInclusive<u64>]) -> Result<(), LogError> {
    match altered.iter().find(|stretch| *stretch.end() > last.index) {
        None => Ok(()),
        Some(stretch) => {
            Err(LogError::EndAltered { stream: stream_of(last), index: (last.index + 1).max(*stretch.start()) })
        }
    }
}

/// Whether none of these records of a stream is one that was altered.
fn none_altered(records: &[Record], altered: &[RangeInclusive<u64>]) -> Result<(), LogError> {
    let is_altered = |record: &&Record| altered.iter().any(|stretch| stretch.contains(&record.index));
    match records.iter().find(is_altered) {
        None => Ok(()),
        Some(record) => Err(LogError::Altered { stream: stream_of(record), index: record.index }),
    }
}

fn stream_of(record: &Record) -> String {
    format!("{}-{}", record.aggregate_type, record.aggregate_id)
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::*;
    use crate::{Clock, KeyStore, LogOptions, LogUrl};

    #[tokio::test]
    async fn who_asks_while_the_log_is_counted_takes_that_count_and_it_stands_until_the_next() {
        let directory = tempfile::tempdir().unwrap();
        let url = LogUrl::Sqlite(directory.path().join("log.sqlite"));
        EventLog::migrate(&url).await.unwrap();
        let keys = KeyStore::in_directory(directory.path()).await.unwrap();
        let log = EventLog::open(&url, keys, Clock::System, LogOptions::default()).await.unwrap();
        let last = || log.ends().counted_within(Duration::MAX);
        let kept = |found: &Counted| Count { found: found.clone(), begun: Instant::now(), took: Duration::ZERO };
        assert_eq!(last(), None, "nobody has asked yet");

        let turn = log.ends().turn.lock().await;
        let asked = join_all((0..8).map(|_| log.counted_within(Duration::MAX)));
        // Something no count of this log would find: so it is known who counted.
        let found = Counted { missing: Arc::from([7..=9]), ends: true, ..Counted::default() };
        let counted = async {
            log.ends().keep(kept(&found));
            drop(turn);
        };
        let (answers, ()) = tokio::join!(asked, counted);
        for answer in answers {
            assert_eq!(answer.unwrap(), found);
        }
        log.check_end_once("ledger", "of no events").await.unwrap();
        assert_eq!(last(), Some(found.clone()), "no question counts what is known to be gone");
        assert!(log.check_records().unwrap_err().to_string().contains("record 7 to 9"));

        log.check_end_counted("ledger", "of no events", Duration::ZERO).await.unwrap();
        assert_eq!(last(), Some(Counted::default()), "a count that is too old is made again");
        log.check_records().unwrap();

        // However long it took: it was begun after they had asked.
        let turn = log.ends().turn.lock().await;
        let asked = join_all((0..8).map(|_| log.counted_within(Duration::ZERO)));
        let counted = async {
            log.ends().keep(kept(&found));
            drop(turn);
        };
        let (answers, ()) = tokio::join!(asked, counted);
        for answer in answers {
            assert_eq!(answer.unwrap(), found, "who waited for a count does not make another");
        }

        let after = Duration::from_secs(5);
        assert_eq!(log.ends().count_again_after(after), after);
        log.ends().keep(Count { took: Duration::from_secs(1), ..kept(&found) });
        assert_eq!(log.ends().count_again_after(after), Duration::from_secs(20), "what takes long is done less often");
        assert_eq!(log.ends().count_again_after(Duration::ZERO), Duration::ZERO);
        log.close().await;
    }

    #[test]
    fn stretches_of_two_lists_that_meet_are_one() {
        let some: Arc<[RangeInclusive<u64>]> = Arc::from([2..=3, 9..=20]);
        let others: Arc<[RangeInclusive<u64>]> = Arc::from([4..=4, 7..=7, 10..=12]);
        assert_eq!(*together(&some, &others), [2..=4, 7..=7, 9..=20]);
        assert_eq!(together(&some, &Arc::default()), some);
        assert_eq!(together(&Arc::default(), &others), others);
    }

    #[test]
    fn of_very_many_stretches_the_first_are_named_and_the_others_counted() {
        assert_eq!(in_words(&[3..=3, 5..=9]), "3, 5 to 9");
        let many: Vec<_> = (0..25).map(|n| 2 * n..=2 * n).collect();
        assert!(in_words(&many).ends_with("36, 38 and 5 stretches more"), "{}", in_words(&many));
    }
}
