//! What two contents say differently: the list of errata of a corrected edition, and the comparison of two half-years.
//! Pure.

mod comparison;
mod errata;
mod fields;
mod figures;
mod pairing;
mod totals;
mod walk;

pub use comparison::{Changed, Comparison, Involved, StatusMove, compare};
pub use errata::{NOT_REPEATED, WITHDRAWN, errata, errata_of_withdrawn};
pub use walk::Difference;

#[cfg(test)]
mod tests;
