//! Why the desk could not do what was asked.

use spoor_documents::TypesetError;
use spoor_domain::kernel::Refusal;
use spoor_eventlog::blobs::BlobError;
use spoor_eventlog::{AppendError, DecodeError, ExecuteError, LogError, VaultError};
use spoor_projections::ViewError;

use super::edition::EditionFault;

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The domain says no.
    #[error("{0}")]
    Refused(Box<dyn Refusal>),
    /// There is nothing with the id in this field, or it is not this person's.
    #[error("nothing with this {0} that this person may work on")]
    NotFound(&'static str),
    /// This role never gives this command.
    #[error("this role may not do this")]
    NotYourRole,
    /// It changed since the client read it.
    #[error("at version {current} by now")]
    VersionConflict {
        /// The version now.
        current: u64,
    },
    /// The command id named another command before.
    #[error("the command id was used before for something else")]
    CommandIdReused,
    /// An event would be larger than the log takes.
    #[error("too long for the log")]
    TooLong,
    /// An event would hold a number that the log would round.
    #[error("the log would round {number}")]
    NumberRounded {
        /// The number.
        number: String,
    },
    /// The data of the person concerned were erased.
    #[error("the person's data were erased")]
    SubjectErased,
    /// The log failed.
    #[error(transparent)]
    Log(LogError),
    /// The store of documents failed.
    #[error(transparent)]
    Blobs(BlobError),
    /// A view that had to be read failed.
    #[error(transparent)]
    View(#[from] ViewError),
    /// A document could not be printed.
    #[error(transparent)]
    Typeset(#[from] TypesetError),
    /// An edition could not be put together, kept or found.
    #[error(transparent)]
    Edition(#[from] EditionFault),
    /// Printing a document broke off.
    #[error("printing the document broke off")]
    PrintingStopped,
}

impl<R: Refusal> From<ExecuteError<R>> for DeskError {
    fn from(error: ExecuteError<R>) -> Self {
        match error {
            ExecuteError::Rejected(rejection) => Self::Refused(Box::new(rejection)),
            ExecuteError::VersionConflict { current } => Self::VersionConflict { current },
            ExecuteError::CommandIdReused => Self::CommandIdReused,
            ExecuteError::Log(error) => error.into(),
        }
    }
}

impl From<BlobError> for DeskError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::SubjectErased(_) => Self::SubjectErased,
            other => Self::Blobs(other),
        }
    }
}

impl From<VaultError> for DeskError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Keys(error) => Self::Log(error.into()),
            VaultError::Decode(error) => Self::Log(error.into()),
            other => Self::Log(LogError::Database(Box::new(other))),
        }
    }
}

impl From<LogError> for DeskError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Append(append) => match *append {
                AppendError::TooLarge { .. } | AppendError::AppendTooLarge { .. } => Self::TooLong,
                AppendError::Rounded { number, .. } => Self::NumberRounded { number },
                AppendError::SubjectErased { .. } => Self::SubjectErased,
                other => Self::Log(LogError::Append(Box::new(other))),
            },
            other => Self::Log(other),
        }
    }
}

impl From<DecodeError> for DeskError {
    fn from(error: DecodeError) -> Self {
        Self::Log(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_the_log_would_round_is_named_to_whoever_gave_it() {
        let refused = AppendError::Rounded { event_type: "Counted".into(), number: "9007199254740993".into() };
        let told = DeskError::from(LogError::Append(Box::new(refused)));
        assert!(matches!(&told, DeskError::NumberRounded { number } if number == "9007199254740993"), "{told:?}");
    }
}
