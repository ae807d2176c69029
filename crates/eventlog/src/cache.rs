//! Folded states of recently used aggregates. Safe, because every append checks the version the state was folded to.

use std::any::Any;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;
use spoor_domain::kernel::Decider;

use crate::Versioned;

/// A bounded number of states, the least recently used leaving first. Personal data are never in a state.
pub(crate) struct StateCache {
    states: Option<Mutex<LruCache<(&'static str, String), Cached>>>,
}

struct Cached {
    version: u64,
    /// A `Versioned<A>` of the aggregate whose type is in the key.
    state: Arc<dyn Any + Send + Sync>,
    /// Whether its end was held against a count of the log, or is what this process appended to one that was.
    counted: bool,
}

impl StateCache {
    /// A cache of this many states; 0 keeps none.
    pub fn new(capacity: usize) -> Self {
        Self { states: NonZeroUsize::new(capacity).map(|capacity| Mutex::new(LruCache::new(capacity))) }
    }

    /// The state as last seen by this process, and whether its end was held against a count.
    pub fn get<A: Decider>(&self, id: &str) -> Option<(Arc<Versioned<A>>, bool)> {
        let mut states = self.states.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        let Cached { state, counted, .. } = states.get(&(A::TYPE, id.to_owned()))?;
        Some((state.clone().downcast().ok()?, *counted))
    }

    /// Keeps a state, unless a newer one is there. What is known of the end of the one that is there stays known.
    pub fn put<A: Decider>(&self, id: &str, state: Arc<Versioned<A>>, counted: bool) {
        let Some(states) = &self.states else { return };
        let mut states = states.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (A::TYPE, id.to_owned());
        let counted = match states.peek(&key) {
            Some(kept) if kept.version > state.version => return,
            Some(kept) if kept.version == state.version => counted || kept.counted,
            Some(_) | None => counted,
        };
        states.put(key, Cached { version: state.version, state, counted });
    }

    /// Whether states are kept at all.
    pub fn is_enabled(&self) -> bool {
        self.states.is_some()
    }
}
