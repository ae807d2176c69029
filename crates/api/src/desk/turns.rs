//! One at a time where many would only collide: an optimisation within this process, never what correctness rests on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

type Turn = Arc<tokio::sync::Mutex<()>>;

/// The queues, by what is queued for: a year of the register, an agreement, the codes of parties.
#[derive(Clone, Default)]
pub struct Turns {
    queues: Arc<Mutex<HashMap<String, Turn>>>,
}

impl Turns {
    /// Waits for one's turn; it ends when the guard is dropped.
    pub async fn wait(&self, what: &str) -> OwnedMutexGuard<()> {
        let turn = {
            let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(queues.entry(what.to_owned()).or_default())
        };
        turn.lock_owned().await
    }
}
