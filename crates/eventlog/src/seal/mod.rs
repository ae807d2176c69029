//! Sealing: personal values leave this room only as envelopes, and come back only with their place and their key.

mod append;
mod envelope;
mod walk;

pub(crate) use append::seal_append;
pub(crate) use envelope::DataKey;
pub use walk::WalkError;
pub(crate) use walk::{inject_places, personal_values, seal_payload, subjects};
