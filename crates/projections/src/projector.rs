//! What a projection is: a name, a version, its tables, and how a batch of events changes them.

use async_trait::async_trait;
use spoor_domain::catalogue::DomainEvent;
use spoor_eventlog::{Recorded, Vault};

use crate::db::{Table, Tx};
use crate::error::ViewError;

/// An event as projectors see it: typed, personal values sealed and knowing their place in the log.
pub type Event = Recorded<DomainEvent>;

/// Which log a projection is made from. Positions of the two logs have nothing to do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// What happened.
    Events,
    /// Who read what.
    Access,
}

/// The tables of a trail, in which nobody would miss a row.
#[derive(Clone, Copy, Debug)]
pub struct CountedTables {
    /// One row for each event of the log, whose key is the leaf index.
    pub lines: &'static Table,
    /// The dossiers that lines are found by.
    pub dossiers: &'static Table,
    /// The version since which the projector says how many rows it wrote there.
    pub dossiers_since: u32,
}

/// A projection: tables that are changed by events, in log order, and by nothing else.
///
/// The same events must make the same rows however they are cut into batches and whenever they are projected: no clock,
/// no random numbers, no reading of anything but the events and the projection's own tables. (The one exception are the
/// digests of the blind index, which come from the vault and go when it forgets a subject.)
#[async_trait]
pub trait Projector: Send + Sync {
    /// Its name: part of file and schema names, so a word of lower-case letters.
    fn name(&self) -> &'static str;

    /// The log it is made from.
    fn source(&self) -> Source {
        Source::Events
    }

    /// Version of its tables and rules. A higher one is built beside the one that answers.
    fn version(&self) -> u32;

    /// The first version whose rows this code reads as they are. A build of an earlier one answers nothing, until the one that
    /// is made beside it does. Earlier than its own only where the meaning of rows changed and their shape did not.
    fn reads_since(&self) -> u32 {
        self.version()
    }

    /// Whether case work cannot do without it.
    fn essential(&self) -> bool;

    /// The statements that create its tables and indexes.
    fn schema(&self) -> Vec<&'static str>;

    /// Its tables, for verification.
    fn tables(&self) -> Vec<&'static Table>;

    /// Its tables whose rows are counted, where there are such: rows that somebody takes out of them, or puts into them, are told.
    fn counted(&self) -> Option<&'static CountedTables> {
        None
    }

    /// Whether it takes events of this kind of aggregate. It is never stopped by those it does not take.
    fn takes(&self, aggregate_type: &str) -> bool;

    /// Changes the tables by these events, folding per row before writing.
    ///
    /// # Errors
    /// A transient error of the database has the batch tried again; any other one stops the projector at the event.
    async fn apply(&self, tx: &mut Tx, events: &[&Event], vault: &Vault) -> Result<(), ViewError>;
}
