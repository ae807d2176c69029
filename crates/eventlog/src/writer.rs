//! The single writer: appends of all tasks wait in one bounded queue and are stored many to a transaction.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};

use crate::batch::{Answer, SealedAppend};
use crate::error::{AppendError, LogError};

/// Appends that may wait; beyond this, callers wait to enqueue.
const QUEUE: usize = 4096;
/// Bytes of events one transaction takes at most.
const BATCH_BYTES: usize = 4 << 20;
/// While a commit takes longer than this, waiting a little for company pays.
const SLOW_COMMIT: Duration = Duration::from_millis(1);
/// How long to wait for company then.
const GATHER: Duration = Duration::from_micros(300);

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
}

/// The writer's end of the queue.
pub(crate) struct Inbox {
    queue: mpsc::Receiver<Job>,
    max_batch: usize,
    commit_time: Smoothed,
}

/// The appends of one transaction, and who waits for each.
#[derive(Default)]
pub(crate) struct Batch {
    pub appends: Vec<SealedAppend>,
    replies: Vec<oneshot::Sender<Result<Answer, AppendError>>>,
}

/// A smoothed duration: one part in eight of every new measurement.
#[derive(Default)]
struct Smoothed(Duration);

/// A queue of appends that takes at most this many into one transaction.
pub(crate) fn queue(max_batch: usize) -> (WriterHandle, Inbox) {
    let (sender, receiver) = mpsc::channel(QUEUE);
    (
        WriterHandle { queue: Arc::new(RwLock::new(Some(sender))) },
        Inbox { queue: receiver, max_batch, commit_time: Smoothed::default() },
    )
}

impl WriterHandle {
    /// Enqueues an append and waits for its answer. Once enqueued it is carried out even if the caller gives up.
    pub async fn append(&self, append: SealedAppend) -> Result<Answer, AppendError> {
        let (reply, answer) = oneshot::channel();
        let closing = || AppendError::Log(LogError::Closing);
        let queue = self.queue.read().unwrap_or_else(PoisonError::into_inner).clone();
        queue.ok_or_else(closing)?.send(Job { append, reply }).await.map_err(|_| closing())?;
        answer.await.map_err(|_| closing())?
    }

    /// Takes no more appends; the writer ends when those accepted are stored.
    pub fn close(&self) {
        self.queue.write().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl Inbox {
    /// The next batch, waiting for a first append; `None` when the queue is closed and empty.
    pub async fn next(&mut self) -> Option<Batch> {
        let mut batch = Batch::default();
        batch.push(self.queue.recv().await?);
        self.drain(&mut batch);
        if self.gathers() {
            let began = Instant::now();
            while began.elapsed() < GATHER && self.takes_more(&batch) {
                tokio::task::yield_now().await;
                self.drain(&mut batch);
            }
        }
        Some(batch)
    }

    /// The same, for a writer on a thread of its own.
    pub fn next_blocking(&mut self) -> Option<Batch> {
        let mut batch = Batch::default();
        batch.push(self.queue.blocking_recv()?);
        self.drain(&mut batch);
        if self.gathers() {
            let began = Instant::now();
            while began.elapsed() < GATHER && self.takes_more(&batch) {
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

    fn gathers(&self) -> bool {
        self.commit_time.0 > SLOW_COMMIT
    }
}

impl Batch {
    fn push(&mut self, job: Job) {
        self.appends.push(job.append);
        self.replies.push(job.reply);
    }

    /// Gives every caller its own answer. A caller who left is no failure.
    pub fn answer(self, answers: Vec<Result<Answer, AppendError>>) {
        for (reply, answer) in self.replies.into_iter().zip(answers) {
            let _ = reply.send(answer);
        }
    }
}

impl Smoothed {
    fn measure(&mut self, duration: Duration) {
        self.0 = self.0.mul_f64(0.875) + duration.mul_f64(0.125);
    }
}
