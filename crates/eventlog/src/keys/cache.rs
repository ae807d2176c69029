//! Unwrapped keys in memory, for a moment; and for good the subjects whose key is known to be destroyed.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use lru::LruCache;
use spoor_domain::kernel::SubjectId;

use super::ReadingKey;
use crate::seal::DataKey;

/// Unwrapped keys kept in memory, and as many tombstones.
const KEPT: NonZeroUsize = NonZeroUsize::new(50_000).unwrap();
/// How long an unwrapped key may be used for reading before the store is asked whether it still exists: the longest
/// that an erasure in another process stays unnoticed here. Sealing always asks.
const TRUSTED_FOR: Duration = Duration::from_secs(1);

/// What this process remembers of the store.
pub(super) struct KeyCache {
    kept: Mutex<Kept>,
}

struct Kept {
    live: LruCache<SubjectId, (Arc<DataKey>, Instant)>,
    /// A destroyed key never comes back, so this is not asked again.
    destroyed: LruCache<SubjectId, DateTime<Utc>>,
}

impl KeyCache {
    pub fn new() -> Self {
        Self { kept: Mutex::new(Kept { live: LruCache::new(KEPT), destroyed: LruCache::new(KEPT) }) }
    }

    /// What is known well enough to go on without asking the store.
    pub fn trusted(&self, subject: SubjectId) -> Option<ReadingKey> {
        let mut kept = self.kept();
        if let Some(since) = kept.destroyed.get(&subject) {
            return Some(ReadingKey::Destroyed { since: *since });
        }
        match kept.live.get(&subject) {
            Some((key, asked)) if asked.elapsed() < TRUSTED_FOR => Some(ReadingKey::Live(key.clone())),
            Some(_) | None => None,
        }
    }

    /// The unwrapped key, so that it need not be unwrapped again; the store must have said that it still exists.
    pub fn unwrapped(&self, subject: SubjectId) -> Option<Arc<DataKey>> {
        self.kept().live.get(&subject).map(|(key, _)| key.clone())
    }

    /// Keeps a key that the store still had when it was asked. Not when it was destroyed since: whoever asked before
    /// that and comes late must not bring it back.
    pub fn keep(&self, subject: SubjectId, key: Arc<DataKey>, asked: Instant) {
        let mut kept = self.kept();
        if !kept.destroyed.contains(&subject) {
            kept.live.put(subject, (key, asked));
        }
    }

    /// Forgets a key for good.
    pub fn destroyed(&self, subject: SubjectId, since: DateTime<Utc>) {
        let mut kept = self.kept();
        kept.live.pop(&subject);
        kept.destroyed.put(subject, since);
    }

    /// The store could not destroy the key after all: it has to be asked.
    pub fn not_destroyed(&self, subject: SubjectId) {
        self.kept().destroyed.pop(&subject);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn subject() -> SubjectId {
        SubjectId(Uuid::from_u128(7))
    }

    fn key() -> Arc<DataKey> {
        Arc::new(DataKey::new(&[7; 32]).unwrap())
    }

    #[test]
    fn a_reader_that_asked_before_the_destruction_and_comes_after_it_brings_nothing_back() {
        let (cache, asked) = (KeyCache::new(), Instant::now());
        cache.destroyed(subject(), DateTime::UNIX_EPOCH);
        cache.keep(subject(), key(), asked);
        assert!(matches!(cache.trusted(subject()), Some(ReadingKey::Destroyed { .. })));
        assert!(cache.unwrapped(subject()).is_none());
    }

    #[test]
    fn a_key_is_trusted_from_the_moment_the_store_was_asked_and_no_longer() {
        let (cache, now) = (KeyCache::new(), Instant::now());
        cache.keep(subject(), key(), now);
        assert!(matches!(cache.trusted(subject()), Some(ReadingKey::Live(_))));
        cache.keep(subject(), key(), now.checked_sub(TRUSTED_FOR).unwrap());
        assert!(cache.trusted(subject()).is_none());
    }
}
