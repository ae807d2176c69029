//! Reading as an act (raadpleging): who was shown what, what was refused, what left the house. Events without an aggregate:
//! nobody decides about a reading that took place.

pub mod event;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
pub(crate) mod upcast;
pub mod vocabulary;
