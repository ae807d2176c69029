//! The writer of a log in KurrentDB: the appends that wait together go out together, those of one stream one after the other;
//! then `$all` is read to where they stand, and everybody gets an answer.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use futures_util::StreamExt;
use futures_util::stream;
use tokio::sync::watch;

use super::client::Connection;
use super::wakeup;
use super::writing::{Looked, Settled, Writing};
use crate::batch::{Answer, SealedAppend};
use crate::engine::{Running, Stopping};
use crate::error::AppendError;
use crate::writer::{Inbox, queue};
use crate::{Clock, Position};

/// Appends under way at the same time.
const AT_ONCE: usize = 32;

struct Writer {
    writing: Arc<Writing>,
    clock: Clock,
}

/// Starts the writer, and the task that looks for what other processes append.
pub(super) fn start(
    writing: Arc<Writing>,
    listening: Connection,
    heard: watch::Receiver<Position>,
    clock: Clock,
    max_batch: usize,
) -> Running {
    let (handle, inbox) = queue(max_batch);
    let (ask, asked) = watch::channel(false);
    let (finished, done) = watch::channel(false);
    tokio::spawn(wakeup::follow(writing.index.clone(), listening, asked));
    let writer = Writer { writing, clock };
    tokio::spawn(async move {
        writer.run(inbox).await;
        let _ = finished.send(true);
    });
    Running { writer: handle, wakeup: heard, stop: Stopping { ask, done } }
}

impl Writer {
    async fn run(self, mut inbox: Inbox) {
        while let Some(batch) = inbox.next().await {
            let began = Instant::now();
            let answers = self.store(&batch.appends).await;
            inbox.committed_in(began.elapsed());
            batch.answer(answers);
        }
        if let Err(error) = self.writing.index.cover(1).await {
            tracing::warn!(%error, "the end of the index was not written down: who opens the log next reads on from before it");
        }
    }

    async fn store(&self, appends: &[SealedAppend]) -> Vec<Result<Answer, AppendError>> {
        let mut answers: Vec<_> = appends.iter().map(|_| Err(AppendError::OutcomeUnknown)).collect();
        for wave in waves(appends) {
            for (at, answer) in self.store_wave(appends, wave).await {
                answers[at] = answer;
            }
        }
        answers
    }

    /// Stores appends to different streams.
    async fn store_wave(
        &self,
        appends: &[SealedAppend],
        wave: Vec<usize>,
    ) -> Vec<(usize, Result<Answer, AppendError>)> {
        let writing = &self.writing;
        let looked = stream::iter(wave).map(|at| async move { (at, writing.look(&appends[at]).await) });
        let looked: Vec<_> = looked.buffer_unordered(AT_ONCE).collect().await;
        // As the clock says, also when that is before what others gave: a record's moment is the latest up to it.
        let moment = self.clock.now().timestamp_micros();
        let sent = stream::iter(looked).map(|(at, looked)| async move {
            let settled = match looked {
                Ok(Looked::New) => writing.send(&appends[at], moment).await,
                Ok(Looked::Settled(settled)) => Ok(settled),
                Err(error) => Err(error),
            };
            (at, settled)
        });
        let sent: Vec<_> = sent.buffer_unordered(AT_ONCE).collect().await;
        if sent.iter().any(|(_, settled)| matches!(settled, Ok(Settled::Written)))
            && let Err(error) = writing.index.advance().await
        {
            tracing::warn!(%error, "events were stored and their places cannot be read");
        }
        let answers = stream::iter(sent).map(|(at, settled)| async move {
            let answer = match settled {
                Ok(settled) => writing.answer(&appends[at], settled).await.map_err(stored_all_the_same),
                Err(error) => {
                    writing.expect_no_more(&appends[at]);
                    Err(error)
                }
            };
            (at, answer)
        });
        answers.buffer_unordered(AT_ONCE).collect().await
    }
}

/// Whoever cannot be told where it stands is told that it may stand.
fn stored_all_the_same(error: AppendError) -> AppendError {
    tracing::warn!(%error, "an append has no answer");
    AppendError::OutcomeUnknown
}

/// The appends by turn: the first to every stream, then the second to every stream that has two, and so on.
fn waves(appends: &[SealedAppend]) -> Vec<Vec<usize>> {
    let mut turns: HashMap<(&str, &str), usize> = HashMap::new();
    let mut waves: Vec<Vec<usize>> = Vec::new();
    for (at, append) in appends.iter().enumerate() {
        let turn = turns.entry(append.stream()).or_default();
        match waves.get_mut(*turn) {
            Some(wave) => wave.push(at),
            None => waves.push(vec![at]),
        }
        *turn += 1;
    }
    waves
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn appends_to_one_stream_take_turns_and_others_do_not_wait_for_them() {
        let append = |id: &str| SealedAppend {
            aggregate_type: "thing".into(),
            aggregate_id: id.into(),
            expected_version: 0,
            version_seen: false,
            command_id: Uuid::nil(),
            command_digest: String::new(),
            events: Vec::new(),
        };
        let appends = ["a", "b", "a", "a", "c", "b"].map(append);
        assert_eq!(waves(&appends), [vec![0, 1, 4], vec![2, 5], vec![3]]);
    }
}
