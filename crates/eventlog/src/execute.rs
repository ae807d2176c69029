//! The command path: known command id first, then load, decide, append.

use crate::Position;

/// What a command did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executed {
    /// The aggregate it changed.
    pub aggregate_id: String,
    /// Version of the aggregate after it.
    pub version: u64,
    /// Position of its last event; `None` when nothing needed to happen.
    pub position: Option<Position>,
    /// Leaf index of its last event.
    pub index: Option<u64>,
    /// How many events it caused.
    pub events: usize,
    /// Whether this is the result of an earlier execution of the same command id.
    pub repeated: bool,
}

/// A folded state and the number of events it was folded from.
#[derive(Clone, Debug)]
pub struct Versioned<A> {
    /// The state.
    pub state: A,
    /// The version: 0 when there is no such aggregate.
    pub version: u64,
}
