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
}

impl StateCache {
    /// A cache of this many states; 0 keeps none.
    pub fn new(capacity: usize) -> Self {
        Self { states: NonZeroUsize::new(capacity).map(|capacity| Mutex::new(LruCache::new(capacity))) }
    }

    /// The state as last seen by this process.
    pub fn get<A: Decider>(&self, id: &str) -> Option<Arc<Versioned<A>>> {
        let mut states = self.states.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        states.get(&(A::TYPE, id.to_owned()))?.state.clone().downcast().ok()
    }

    /// Keeps a state, unless a newer one is there.
    pub fn put<A: Decider>(&self, id: &str, state: Arc<Versioned<A>>) {
        let Some(states) = &self.states else { return };
        let mut states = states.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (A::TYPE, id.to_owned());
        if states.peek(&key).is_none_or(|kept| kept.version <= state.version) {
            states.put(key, Cached { version: state.version, state });
        }
    }

    /// Whether states are kept at all.
    pub fn is_enabled(&self) -> bool {
        self.states.is_some()
    }
}
