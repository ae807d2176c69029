//! What goes wrong between a client and a server, when and how often.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// One way in which a call goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection breaks before an append is stored.
    LostRequest,
    /// The connection breaks after an append is stored: its writer cannot know.
    LostReply,
    /// An append is stored and never answered.
    Silence,
    /// An append or a read is sent on to the leader, as by a node that has just lost an election.
    NotLeader,
    /// An append is stored after a while, and answered after another.
    Slow,
    /// The connection breaks in the middle of what is read.
    LostReading,
    /// A subscription gives an event twice.
    TwiceDelivered,
    /// The connection of a subscription breaks.
    SubscriptionCut,
    /// A subscription ends in good order, as if there were nothing more to come.
    SubscriptionEnded,
    /// A subscription's checkpoint names a position whose events it has not given yet.
    EarlyCheckpoint,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::LostRequest,
        Self::LostReply,
        Self::Silence,
        Self::NotLeader,
        Self::Slow,
        Self::LostReading,
        Self::TwiceDelivered,
        Self::SubscriptionCut,
        Self::SubscriptionEnded,
        Self::EarlyCheckpoint,
    ];
}

/// How long a slow server takes, before storing and again before answering.
pub(crate) const SLOW: Duration = Duration::from_millis(20);

/// What a server is told to do wrong. A clone tells the same server.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Mutex<Told>>);

#[derive(Debug, Default)]
struct Told {
    once: Vec<Fault>,
    chances: Vec<(Fault, u64)>,
    random: u64,
    struck: Vec<(Fault, u64)>,
}

impl Faults {
    /// The next call to which the fault can happen meets it, once. Told twice, two calls meet it.
    pub fn once(&self, fault: Fault) {
        self.told(|told| told.once.push(fault));
    }

    /// From now on each fault happens to so many of a thousand calls to which it can happen (to events, where it is about
    /// events); the same seed gives the same lot.
    pub fn by_lot(&self, seed: u64, per_mille: &[(Fault, u64)]) {
        self.told(|told| {
            told.random = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
            told.chances = per_mille.to_vec();
        });
    }

    /// From now on nothing goes wrong.
    pub fn none(&self) {
        self.told(|told| {
            told.once.clear();
            told.chances.clear();
        });
    }

    /// How often the fault has happened.
    #[must_use]
    pub fn counted(&self, fault: Fault) -> u64 {
        self.told(|told| told.struck.iter().find(|(struck, _)| *struck == fault).map_or(0, |(_, times)| *times))
    }

    /// Whether the fault happens here and now.
    pub(crate) fn strikes(&self, fault: Fault) -> bool {
        self.told(|told| {
            let once = told.once.iter().position(|waiting| *waiting == fault);
            if let Some(place) = once {
                told.once.remove(place);
            }
            let strikes = once.is_some() || told.by_lot(fault);
            if strikes {
                match told.struck.iter_mut().find(|(struck, _)| *struck == fault) {
                    Some((_, times)) => *times += 1,
                    None => told.struck.push((fault, 1)),
                }
            }
            strikes
        })
    }

    fn told<T>(&self, act: impl FnOnce(&mut Told) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Told {
    fn by_lot(&mut self, fault: Fault) -> bool {
        let Some((_, chance)) = self.chances.iter().find(|(told, _)| *told == fault) else { return false };
        // xorshift64 of Marsaglia: enough for a lot, and the same on every machine.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % 1000 < *chance
    }
}
