//! What can go wrong with an edition on our side.

use spoor_disclosure::ReleaseError;
use spoor_documents::TypesetError;
use spoor_documents::edition::ContentError;
use spoor_documents::forms::FormError;
use spoor_eventlog::PublishedError;

/// Why an edition could not be put together, kept or found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EditionFault {
    /// Its content cannot be written or read.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// A form of it could not be made.
    #[error(transparent)]
    Form(#[from] FormError),
    /// The printed form could not be made.
    #[error(transparent)]
    Print(#[from] TypesetError),
    /// What was published cannot be kept or had.
    #[error(transparent)]
    Kept(#[from] PublishedError),
    /// The tables on dossiers cannot be published.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// What was told so far cannot be written or read.
    #[error("what was published so far cannot be written or read: {0}")]
    Told(#[from] serde_json::Error),
    /// The work broke off.
    #[error("the work on the edition broke off")]
    BrokeOff,
    /// An event names a hash that is none.
    #[error("'{0}' is not the hash of anything published")]
    NotAHash(String),
    /// Other editions were frozen all the time.
    #[error("other editions were frozen at the same time, again and again: try again")]
    Contended,
}
