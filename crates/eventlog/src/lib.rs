//! What happened: events appended and read in order, on SQLite or PostgreSQL, with personal data sealed.

mod append;
mod batch;
pub mod blobs;
mod cache;
mod canonical;
pub mod clock;
mod cqrs;
mod engine;
mod error;
mod execute;
pub mod keys;
mod log;
mod metadata;
mod position;
mod record;
mod seal;
mod url;
mod vault;
mod writer;

pub use append::{Append, Appended, NewEvent};
pub use blobs::{BlobStore, BlobUrl};
pub use clock::Clock;
pub use cqrs::CqrsStore;
pub use error::{AppendError, DecodeError, ExecuteError, LogError, VaultError};
pub use execute::{Executed, Versioned};
pub use keys::{KeyStatus, KeyStore, KeyStoreUrl, MasterKeyId, Reconciled};
pub use log::{EventLog, Head, LogOptions};
pub use metadata::Metadata;
pub use position::Position;
pub use record::{MAX_LINE_BYTES, Record, Recorded};
pub use seal::WalkError;
pub use url::LogUrl;
pub use vault::Vault;
