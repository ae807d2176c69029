//! What leaves the house in figures: how many persons, told apart by few and coarse categories, as known at a place in
//! the log.
//!
//! The unit is the person. Dossiers whose subjects are linked are one person's. A person is counted once, for ever, with
//! their first request: its half-year, the parket it is with, its families of law, how far it has come. So half-years can
//! be added up and count nobody twice. What is counted follows from the log up to an index and from nothing else: not
//! from when it is asked, nor by which version of which view, nor from what was erased since.

mod catalogue;
mod persons;
mod read;

pub use catalogue::{CATALOGUE_VERSION, DimensionWords, TableWords, Words, catalogue, dimension_words, table_words};
pub use persons::{Counted, Standing, cubes, persons};
pub use read::{counted_at, truth_at};
