//! Signs checkpoints of both logs: now and then, when asked, and at the end; never one that does not grow out of the last.

use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::Duration;

use spoor_eventlog::{Clock, EventLog, Head, KeptCheckpoint, LogError, Tiler, TreeError, TreeHead};
use spoor_notary::{Checkpoint, SignedCheckpoint, SigningKey, VerifyingKey};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::reread::ReadAgain;
use super::signers::Signers;
use super::stands::{Promise, Refusal, stands};
use super::{CheckpointDirectory, KeeperError, LogName, ProofPlaces};
use crate::config::{Config, Proof};
use crate::state::StateError;

/// How often to look whether a checkpoint is due.
const LOOK: Duration = Duration::from_secs(1);

/// Keeps the promises about both logs. Cheap to clone.
#[derive(Clone)]
pub struct Keeper {
    events: Arc<LogKeeper>,
    access: Arc<LogKeeper>,
    pace: Pace,
    /// How often both logs are read again; none when they are not.
    read_again_every: Option<Duration>,
}

/// Keeps the promises about one log.
pub struct LogKeeper {
    pub(super) name: LogName,
    pub(super) log: EventLog,
    pub(super) key: SigningKey,
    pub(super) directory: CheckpointDirectory,
    pub(super) clock: Clock,
    /// One signs at a time, so that the database and the directory get checkpoints in order.
    pub(super) turn: Mutex<()>,
    /// Whether the log is not what was signed.
    alarm: AtomicBool,
    /// What this process signed last: a log and its directory can both be put back beneath it.
    signed: StdMutex<Option<Promise>>,
    /// The indexes without a record of which the operators were told.
    pub(super) told_missing: StdMutex<Arc<[RangeInclusive<u64>]>>,
    /// Those of which they were told that the record is not one that was committed there.
    pub(super) told_altered: StdMutex<Arc<[RangeInclusive<u64>]>>,
    /// What they were told of the head.
    pub(super) told_head: StdMutex<Option<String>>,
    /// Whether they were told that the log is dated ahead of the clock.
    pub(super) told_ahead: AtomicBool,
    /// When the log was read again last.
    pub(super) read_again: StdMutex<Option<ReadAgain>>,
}

/// When a checkpoint is due: so many records after the last, or so long after it when there are any.
#[derive(Clone, Copy, Debug)]
struct Pace {
    records: u64,
    time: Duration,
}

/// The work beside serving: tiles behind the appends, checkpoints when they are due.
pub struct Keeping {
    keeper: Keeper,
    tilers: Vec<Tiler>,
    stop: watch::Sender<bool>,
    signing: Vec<JoinHandle<()>>,
    reading_again: Vec<JoinHandle<()>>,
}

impl Keeper {
    /// Takes both logs into care, once each is known to be the one that was signed last.
    ///
    /// # Errors
    /// `Refused` when one is not; `NoKey` when there is nothing to sign with.
    pub async fn open(config: &Config, log: &EventLog, access: &EventLog, clock: &Clock) -> Result<Self, StateError> {
        let places = ProofPlaces::of(config)?;
        let Proof { origin, every_events, every_s, reread_every_h, .. } = &config.proof;
        let pace = Pace { records: (*every_events).max(1), time: Duration::from_secs(*every_s) };
        let take = async |name, log: &EventLog| LogKeeper::open(name, log, &places, origin, clock).await.map(Arc::new);
        let (events, access) = (take(LogName::Events, log).await?, take(LogName::Access, access).await?);
        let read_again_every = (*reread_every_h > 0).then(|| Duration::from_secs(reread_every_h.saturating_mul(3600)));
        Ok(Self { events, access, pace, read_again_every })
    }

    /// Counts both logs, and tells the operators which records are gone.
    ///
    /// # Errors
    /// When one cannot be counted.
    pub async fn count(&self) -> Result<(), KeeperError> {
        self.events.count().await?;
        self.access.count().await
    }

    /// The keeper of one log.
    pub fn of(&self, log: LogName) -> &Arc<LogKeeper> {
        match log {
            LogName::Events => &self.events,
            LogName::Access => &self.access,
        }
    }

    /// The logs that are not what was signed, or whose records are not what was committed.
    pub fn alarms(&self) -> impl Iterator<Item = LogName> {
        LogName::ALL.into_iter().filter(|name| self.of(*name).alarm.load(Ordering::Relaxed))
    }

    /// Starts the work beside serving.
    pub fn start(&self) -> Keeping {
        let (stop, stopped) = watch::channel(false);
        let keepers = LogName::ALL.map(|name| self.of(name).clone());
        let read_again = |every| {
            keepers.iter().map(|keeper| tokio::spawn(keeper.clone().keep_reading_again(every))).collect::<Vec<_>>()
        };
        Keeping {
            reading_again: self.read_again_every.map(read_again).unwrap_or_default(),
            keeper: self.clone(),
            tilers: keepers.iter().map(|keeper| keeper.log.start_tiler()).collect(),
            signing: keepers.into_iter().map(|keeper| tokio::spawn(keeper.run(self.pace, stopped.clone()))).collect(),
            stop,
        }
    }
}

impl Keeping {
    /// Ends the work, with a last checkpoint of each log. Nothing may be appended any more.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.signing {
            if let Err(error) = task.await {
                tracing::error!(%error, "signing checkpoints ended badly");
            }
        }
        // It waits for hours, and changes nothing.
        for task in self.reading_again {
            task.abort();
            // An error says that it was.
            let _ = task.await;
        }
        for tiler in self.tilers {
            tiler.stop().await;
        }
        for name in LogName::ALL {
            self.keeper.of(name).sign_or_tell().await;
        }
    }
}

impl LogKeeper {
    /// Takes one log into care, once it is known to be the one that was signed last.
    ///
    /// # Errors
    /// `Refused` when it is not; `NoKey` when there is nothing to sign with.
    pub async fn open(
        name: LogName,
        log: &EventLog,
        places: &ProofPlaces,
        origin: &str,
        clock: &Clock,
    ) -> Result<Self, KeeperError> {
        let key = places.signing_key()?;
        let base = if origin.is_empty() { key.public().name() } else { origin };
        let keeper = Self::under(name, log, &key, base, places, clock)?;
        keeper.stands(None).await?;
        keeper.directory.publish_keys(&keeper.keys().await?)?;
        keeper.mend_latest().await?;
        Ok(keeper)
    }

    /// Publishes the latest checkpoint anew where what others collect as it is none of this log, and tells the operators: the next
    /// signature would write over it without a word.
    async fn mend_latest(&self) -> Result<(), KeeperError> {
        let signers = self.signers().await?;
        match signers.open_latest(&self.directory) {
            Err(error @ KeeperError::LatestAltered { .. }) => {
                let log = self.name.code();
                tracing::error!(log, %error, "THE PUBLISHED CHECKPOINT WAS ALTERED: it is published anew");
                // The files of the sizes may be gone with it.
                let file = self.directory.latest()?.map_or(0, |found| found.signed.checkpoint().size);
                match self.log.latest_checkpoint().await?.filter(|kept| kept.size > file) {
                    Some(kept) => self.directory.publish(&signers.open_row(&kept)?),
                    None => self.directory.publish_latest(),
                }
            }
            known => known.map(drop),
        }
    }

    /// The keeper of a log under this key, of an installation with this name. Whether it may sign is not asked yet.
    pub(super) fn under(
        name: LogName,
        log: &EventLog,
        key: &SigningKey,
        base: &str,
        places: &ProofPlaces,
        clock: &Clock,
    ) -> Result<Self, KeeperError> {
        Ok(Self {
            name,
            log: log.clone(),
            key: key.under_name(&format!("{base}/{}", name.code()))?,
            directory: CheckpointDirectory::new(places.checkpoints.join(name.code())),
            clock: clock.clone(),
            turn: Mutex::default(),
            alarm: AtomicBool::default(),
            signed: StdMutex::default(),
            told_missing: StdMutex::default(),
            told_altered: StdMutex::default(),
            told_head: StdMutex::default(),
            told_ahead: AtomicBool::default(),
            read_again: StdMutex::default(),
        })
    }

    /// The log.
    pub fn log(&self) -> &EventLog {
        &self.log
    }

    /// Which of the two it is.
    pub fn name(&self) -> LogName {
        self.name
    }

    /// The name of the log in its checkpoints.
    pub fn origin(&self) -> &str {
        self.key.public().name()
    }

    /// The key by which its checkpoints are checked.
    pub fn verifying_key(&self) -> &VerifyingKey {
        self.key.public()
    }

    /// Signs the log as it is now, unless that was done; `None` for an empty log. Kept beside the log and in the
    /// directory when this returns.
    ///
    /// # Errors
    /// `Refused` when it did not grow out of the last checkpoint, here or in the directory: then nothing is signed, and nothing is
    /// stored in the log any more until it does.
    /// `KeyReplaced` when another key took over meanwhile.
    pub async fn sign(&self) -> Result<Option<KeptCheckpoint>, KeeperError> {
        let _turn = self.turn.lock().await;
        let signed = self.sign_in_turn().await;
        match &signed {
            Ok(kept) => {
                self.alarm.store(false, Ordering::Relaxed);
                *self.signed.lock().unwrap_or_else(PoisonError::into_inner) = kept.as_ref().map(Promise::from);
            }
            Err(error) if error.is_alarm() => {
                self.alarm.store(true, Ordering::Relaxed);
                // What was altered elsewhere stops only what it may belong to, and a checkpoint that is wrong says nothing about the
                // log.
                let is_another_log = match error {
                    KeeperError::Refused(refusal) => {
                        matches!(**refusal, Refusal::Shorter { .. } | Refusal::Other { .. } | Refusal::Altered { .. })
                    }
                    KeeperError::Tree { source: TreeError::Log(source), .. } | KeeperError::Log(source) => {
                        matches!(source, LogError::HeadAltered { .. })
                    }
                    KeeperError::Tree { source, .. } => matches!(
                        source,
                        TreeError::TilesAhead { .. }
                            | TreeError::HeadDiffers { .. }
                            | TreeError::HeadRootDiffers { .. }
                    ),
                    _no_word_on_the_log => false,
                };
                if is_another_log {
                    self.log.hold(true);
                }
            }
            Err(_) => {}
        }
        signed
    }

    /// Takes in a checkpoint that came back with signatures of witnesses. Gives it with every signature known.
    ///
    /// # Errors
    /// When it is not one that this log signed.
    pub async fn take_in(&self, note: &str) -> Result<KeptCheckpoint, KeeperError> {
        let _turn = self.turn.lock().await;
        let returned = SignedCheckpoint::open(note, &self.keys().await?)?;
        let Checkpoint { origin, size, root } = returned.checkpoint().clone();
        let kept = self.log.checkpoint_of(size).await?.filter(|kept| kept.root == root);
        let kept = kept.ok_or(KeeperError::NotOurs { origin, size })?;
        let merged = self.signers().await?.open_row(&kept)?.merged_with(&returned)?;
        self.keep(&merged).await
    }

    async fn sign_in_turn(&self) -> Result<Option<KeptCheckpoint>, KeeperError> {
        // What went since the last count is known from here on, to whoever decides on a stream.
        self.count().await?;
        let tree = self.stands(None).await?;
        // It is the log that was signed, whether or not it can be signed now.
        self.log.hold(false);
        if tree.size == 0 {
            return Ok(None);
        }
        self.take_up_the_pen().await?;
        let Some(kept) = self.log.checkpoint_of(tree.size).await? else {
            let checkpoint = Checkpoint { origin: self.origin().to_owned(), size: tree.size, root: tree.root };
            return Ok(Some(self.keep(&checkpoint.sign(&self.key)?).await?));
        };
        // What stands there already is what was signed, or an alarm. Nothing is ever signed in its place.
        let signers = self.signers().await?;
        let signed = signers.open_row(&kept)?;
        signers.last_word(&[self.key.public()], std::slice::from_ref(&signed))?;
        // It may have been signed by a process that ended before it could write the file.
        self.directory.publish(&signed)?;
        Ok(Some(kept))
    }

    /// The checkpoint over exactly this many records, once it is known to be signed by this log.
    ///
    /// # Errors
    /// `Refused` when it is not.
    pub async fn checkpoint_of(&self, size: u64) -> Result<Option<KeptCheckpoint>, KeeperError> {
        let kept = self.log.checkpoint_of(size).await?;
        self.opened(kept).await
    }

    /// The checkpoint over the most records, once it is known to be signed by this log.
    ///
    /// # Errors
    /// `Refused` when it is not.
    pub async fn latest_checkpoint(&self) -> Result<Option<KeptCheckpoint>, KeeperError> {
        let kept = self.log.latest_checkpoint().await?;
        self.opened(kept).await
    }

    /// Checkpoints over at most this many records, the greatest first, once each is known to be signed by this log.
    ///
    /// # Errors
    /// `Refused` when one is not.
    pub async fn checkpoints_until(&self, size: u64, limit: usize) -> Result<Vec<KeptCheckpoint>, KeeperError> {
        let (signers, kept) = (self.signers().await?, self.log.checkpoints_until(size, limit).await?);
        kept.iter().try_for_each(|kept| signers.open_row(kept).map(drop))?;
        Ok(kept)
    }

    async fn opened(&self, kept: Option<KeptCheckpoint>) -> Result<Option<KeptCheckpoint>, KeeperError> {
        if let Some(kept) = &kept {
            self.signers().await?.open_row(kept)?;
        }
        Ok(kept)
    }

    /// The tree now, grown out of the last checkpoint of the directory and out of the last one kept beside the log, both as
    /// they were signed; the log signs under this key, and signed last under it or, while it hands over, under the one before.
    pub(super) async fn stands(&self, before: Option<&VerifyingKey>) -> Result<TreeHead, KeeperError> {
        let (signers, found) = (self.signers().await?, self.directory.latest()?);
        let kept = self.log.latest_checkpoint().await?;
        // Of a checkpoint of another name it is said that it has one, whoever signed it.
        let is_ours = |promise: &Promise| promise.checkpoint.origin == self.origin();
        let in_directory = found.clone().map(Promise::from);
        if let Some(found) = found.filter(|_| in_directory.as_ref().is_some_and(is_ours)) {
            signers.open_file(&found)?;
        }
        let beside_the_log = kept.as_ref().map(Promise::from);
        let last = match kept.filter(|_| beside_the_log.as_ref().is_some_and(is_ours)) {
            Some(kept) => Some(signers.open_row(&kept)?),
            None => None,
        };
        let signed_here = self.signed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for promise in signed_here.iter().chain(&in_directory) {
            stands(self.name, self.origin(), &self.log, Some(promise)).await?;
        }
        let tree = stands(self.name, self.origin(), &self.log, beside_the_log.as_ref()).await?;
        // The root says nothing of the moment that the head has, and by it the next record is dated.
        self.log.check_head().await.map_err(|source| KeeperError::Tree { log: self.name, source })?;
        self.holds_the_pen().await?;
        let own: Vec<_> = [self.key.public()].into_iter().chain(before).collect();
        last.map_or(Ok(()), |last| signers.last_word(&own, &[last]))?;
        Ok(tree)
    }

    /// Who may have signed what is promised of this log: the keys kept beside it, the one here, and those published.
    pub(super) async fn signers(&self) -> Result<Signers, KeeperError> {
        let known = [self.key.public().clone()].into_iter().chain(self.directory.keys()?).collect();
        Signers::of(self.name, &self.log, known).await
    }

    pub(super) async fn keep(&self, signed: &SignedCheckpoint) -> Result<KeptCheckpoint, KeeperError> {
        let Checkpoint { origin, size, root } = signed.checkpoint().clone();
        let (note, signed_at) = (signed.text().to_owned(), self.clock.now());
        let kept = KeptCheckpoint { origin, size, root, note, signed_at };
        self.log.keep_checkpoint(kept.clone()).await?;
        self.directory.publish(signed)?;
        Ok(kept)
    }

    async fn run(self: Arc<Self>, pace: Pace, mut stop: watch::Receiver<bool>) {
        let mut looks = tokio::time::interval(LOOK);
        let (mut signed, mut at, mut failed) = (0, None::<Instant>, false);
        loop {
            tokio::select! {
                _ = looks.tick() => {}
                _ = stop.changed() => return,
            }
            let waited = at.is_none_or(|at| at.elapsed() >= pace.time);
            let looked = async {
                self.tell_of_clock().await?;
                self.log.head().await
            };
            let is_due = match looked.await {
                // It may have been put right.
                Ok(_) if failed || self.alarm.load(Ordering::Relaxed) => waited,
                // Shorter than what was signed, or other: looked at once.
                Ok(head) if head.index < signed || self.has_another_root(&head) => true,
                Ok(head) => head.index > signed && (waited || head.index - signed >= pace.records),
                // What was altered is told at once, and then as often as an alarm is.
                Err(error) if error.is_alteration() => waited || !self.alarm.load(Ordering::Relaxed),
                Err(_it_may_pass) => continue,
            };
            if is_due {
                let size = self.sign_or_tell().await;
                (signed, at, failed) = (size.unwrap_or(signed), Some(Instant::now()), size.is_none());
            }
        }
    }

    /// Whether the head has another root than this process signed over as many records.
    fn has_another_root(&self, head: &Head) -> bool {
        let signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        let of_as_many = signed.as_ref().filter(|signed| signed.checkpoint.size == head.index);
        of_as_many.is_some_and(|signed| signed.checkpoint.root != head.root)
    }

    /// Signs, and tells the operators when that fails. How many records are signed.
    async fn sign_or_tell(&self) -> Option<u64> {
        match self.sign().await {
            Ok(signed) => Some(signed.map_or(0, |kept| kept.size)),
            Err(error) if error.is_alarm() => {
                tracing::error!(log = self.name.code(), %error, "THE LOG IS NOT WHAT WAS SIGNED: no checkpoint is signed");
                None
            }
            Err(error) => {
                tracing::warn!(log = self.name.code(), %error, "no checkpoint could be signed");
                None
            }
        }
    }
}
