//! The single writer: appends of all tasks wait in one bounded queue and are stored many to a transaction.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, OwnedMutexGuard, mpsc, oneshot};

use crate::EventLog;
use crate::batch::{Answer, SealedAppend, not_behind};
use crate::engine::Engine;
use crate::error::{AppendError, LogError};

/// Appends that may wait; beyond this, callers wait to enqueue.
const QUEUE: usize = 4096;
/// Bytes of events one transaction takes at most.
const BATCH_BYTES: usize = 4 << 20;
/// While a commit takes longer than this, waiting a little for company pays; on a quick disk it costs.
const SLOW_COMMIT: Duration = Duration::from_millis(1);
/// How long to wait for company then.
const GATHER: Duration = Duration::from_micros(300);
/// Whoever leaves after waiting so long for an answer has seen that the log hangs; whoever leaves sooner has seen nothing.
const HANGS_AFTER: Duration = Duration::from_secs(1);
/// After this many batches the number of callers expected is what it is at that moment, no longer what it once was.
const FORGET_AFTER: u32 = 64;

/// An append waiting for its answer.
pub(crate) struct Job {
    pub append: SealedAppend,
    reply: oneshot::Sender<Result<Answer, AppendError>>,
}

/// The callers' end of the queue.
#[derive(Clone)]
pub(crate) struct WriterHandle {
    /// Empty once the log is closing.
    queue: Arc<RwLock<Option<mpsc::Sender<Job>>>>,
    callers: Arc<AtomicUsize>,
    last_write: LastWrite,
}

/// How the last attempt to store something ended. Clones tell of the same attempts.
#[derive(Clone, Default)]
pub(crate) struct LastWrite {
    failed: Arc<AtomicBool>,
    trying: Arc<Mutex<()>>,
}

/// Leave to try whether something can be written now. Nobody else has it until this is dropped.
pub(crate) type Trial = OwnedMutexGuard<()>;

/// Somebody who is about to append, for as long as this lives.
pub(crate) struct Caller(Arc<AtomicUsize>);

/// Somebody who waits for the answer to an append, for as long as this lives.
struct Waiting<'a> {
    last_write: &'a LastWrite,
    since: Instant,
    has_answer: bool,
}

/// The writer's end of the queue.
pub(crate) struct Inbox {
    queue: mpsc::Receiver<Job>,
    max_batch: usize,
    commit_time: Smoothed,
    callers: Arc<AtomicUsize>,
    /// The most callers seen lately: for whom it makes sense to wait.
    expected: usize,
    batches: u32,
    last_write: LastWrite,
}

/// The appends of one transaction, and who waits for each.
#[derive(Default)]
pub(crate) struct Batch {
    pub appends: Vec<SealedAppend>,
    replies: Vec<oneshot::Sender<Result<Answer, AppendError>>>,
    last_write: LastWrite,
}

/// A smoothed duration: one part in eight of every new measurement.
#[derive(Default)]
struct Smoothed(Duration);

/// A queue of appends that takes at most this many into one transaction.
pub(crate) fn queue(max_batch: usize) -> (WriterHandle, Inbox) {
    let (sender, queue) = mpsc::channel(QUEUE);
    let callers = Arc::new(AtomicUsize::new(0));
    let last_write = LastWrite::default();
    let handle = WriterHandle {
        queue: Arc::new(RwLock::new(Some(sender))),
        callers: callers.clone(),
        last_write: last_write.clone(),
    };
    let commit_time = Smoothed::default();
    let inbox = Inbox { queue, max_batch, commit_time, callers, expected: 0, batches: 0, last_write };
    (handle, inbox)
}

impl EventLog {
    /// Whether the writer would take events by the clock that dates them: not while the log is dated ahead of it, whatever a small
    /// write says. In KurrentDB what is stored then gets the moment of the last record, and is taken.
    ///
    /// # Errors
    /// `ClockBehind` while it would not; otherwise when the log does not answer.
    pub async fn check_clock(&self) -> Result<(), LogError> {
        match self.engine() {
            Engine::Sqlite(_) | Engine::Postgres(_) => {
                let (head, now) = (self.engine().head().await?, self.now().await?);
                not_behind(&head, now.timestamp_micros())
            }
            Engine::Kurrent(_) => Ok(()),
        }
    }
}

impl WriterHandle {
    /// Announces an append, so that the writer knows how much company a batch may get.
    pub fn caller(&self) -> Caller {
        self.callers.fetch_add(1, Ordering::Relaxed);
        Caller(self.callers.clone())
    }

    /// Enqueues an append and waits for its answer. Once enqueued it is carried out even if the caller gives up, which
    /// counts as a failure until something is stored again.
    pub async fn append(&self, append: SealedAppend) -> Result<Answer, AppendError> {
        let (reply, answer) = oneshot::channel();
        let closing = || AppendError::Log(LogError::Closing);
        let queue = self.queue.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut waiting = Waiting { last_write: &self.last_write, since: Instant::now(), has_answer: false };
        queue.ok_or_else(closing)?.send(Job { append, reply }).await.map_err(|_| closing())?;
        let answer = answer.await;
        waiting.has_answer = true;
        answer.map_err(|_| closing())?
    }

    /// How the last attempt to store something ended.
    pub fn last_write(&self) -> &LastWrite {
        &self.last_write
    }

    /// Takes no more appends; the writer ends when those accepted are stored.
    pub fn close(&self) {
        self.queue.write().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl Inbox {
    /// The next batch, waiting for a first append; `None` when the queue is closed and empty.
    pub async fn next(&mut self) -> Option<Batch> {
        let mut batch = Batch { last_write: self.last_write.clone(), ..Batch::default() };
        batch.push(self.queue.recv().await?);
        self.drain(&mut batch);
        self.count_callers();
        if self.gathers() {
            let began = Instant::now();
            while began.elapsed() < GATHER && self.expects_more(&batch) {
                tokio::task::yield_now().await;
                self.drain(&mut batch);
            }
        }
        Some(batch)
    }

    /// The same, for a writer on a thread of its own.
    pub fn next_blocking(&mut self) -> Option<Batch> {
        let mut batch = Batch { last_write: self.last_write.clone(), ..Batch::default() };
        batch.push(self.queue.blocking_recv()?);
        self.drain(&mut batch);
        self.count_callers();
        if self.gathers() {
            let began = Instant::now();
            while began.elapsed() < GATHER && self.expects_more(&batch) {
                std::thread::yield_now();
                self.drain(&mut batch);
            }
        }
        Some(batch)
    }

    /// Tells how long the last transaction took.
    pub fn committed_in(&mut self, duration: Duration) {
        self.commit_time.measure(duration);
    }

    fn drain(&mut self, batch: &mut Batch) {
        while self.takes_more(batch) {
            match self.queue.try_recv() {
                Ok(job) => batch.push(job),
                Err(_) => return,
            }
        }
    }

    fn takes_more(&self, batch: &Batch) -> bool {
        batch.appends.len() < self.max_batch
            && batch.appends.iter().map(SealedAppend::bytes).sum::<usize>() < BATCH_BYTES
    }

    fn expects_more(&self, batch: &Batch) -> bool {
        batch.appends.len() < self.expected && self.takes_more(batch)
    }

    fn count_callers(&mut self) {
        let callers = self.callers.load(Ordering::Relaxed);
        self.batches = (self.batches + 1) % FORGET_AFTER;
        self.expected = if self.batches == 0 { callers } else { callers.max(self.expected) };
    }

    fn gathers(&self) -> bool {
        self.commit_time.0 > SLOW_COMMIT
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.has_answer && self.since.elapsed() >= HANGS_AFTER {
            self.last_write.given_up();
        }
    }
}

impl Batch {
    fn push(&mut self, job: Job) {
        self.appends.push(job.append);
        self.replies.push(job.reply);
    }

    /// Gives every caller its own answer. A caller who left is no failure.
    pub fn answer(self, answers: Vec<Result<Answer, AppendError>>) {
        answers.iter().for_each(|answer| self.last_write.note(answer));
        for (reply, answer) in self.replies.into_iter().zip(answers) {
            let _ = reply.send(answer);
        }
    }
}

impl LastWrite {
    /// Whether it failed for a reason that is the store's and not the append's.
    pub fn failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    /// Leave to try a small write, once no other is under way.
    pub async fn next_trial(&self) -> Trial {
        self.trying.clone().lock_owned().await
    }

    /// Leave to try a small write; none while another is under way.
    pub fn trial(&self) -> Option<Trial> {
        self.trying.clone().try_lock_owned().ok()
    }

    /// Notes how a small write ended that was tried.
    pub fn tried(&self, said: &Result<(), LogError>) {
        self.failed.store(said.is_err(), Ordering::Relaxed);
    }

    /// Notes that somebody gave up waiting for a write: whether another would do better has to be tried.
    fn given_up(&self) {
        self.failed.store(true, Ordering::Relaxed);
    }

    fn note(&self, answer: &Result<Answer, AppendError>) {
        match answer {
            Ok(Answer::Stored(_)) => self.failed.store(false, Ordering::Relaxed),
            Err(
                AppendError::OutcomeUnknown | AppendError::Log(LogError::Database(_) | LogError::Unreachable { .. }),
            ) => self.failed.store(true, Ordering::Relaxed),
            // Nothing was to be written, this append alone could not be, or nothing can be by the clock: `EventLog::check_clock`.
            Ok(Answer::Reused(_) | Answer::Conflict { .. }) | Err(_) => {}
        }
    }
}

impl Smoothed {
    fn measure(&mut self, duration: Duration) {
        self.0 = self.0.mul_f64(0.875) + duration.mul_f64(0.125);
    }
}
