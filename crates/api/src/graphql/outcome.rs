//! How a mutation went: done, declined for a reason the user can do something about, or failed on our side.

use async_graphql::{Context, Error, Result};

use super::disclosure::command_refused;
use super::problem::{Problem, internal, log_failed, view_failed};
use super::user_error::UserError;
use crate::desk::DeskError;

/// What a mutation did, or why not.
pub type Outcome<T> = std::result::Result<T, Declined>;

/// Why a mutation did nothing.
pub enum Declined {
    /// Something the user can do something about.
    User(Box<UserError>),
    /// The desk declined, or failed.
    Desk(DeskError),
    /// GraphQL's own.
    Graphql(Error),
}

impl Declined {
    /// The user error; a failure on our side stays an error.
    pub fn user_error(self, ctx: &Context<'_>) -> Result<UserError> {
        let error = match self {
            Declined::User(error) => *error,
            Declined::Graphql(error) => return Err(error),
            Declined::Desk(declined) => match declined {
                DeskError::Refused(refusal) => UserError::refusal(refusal.as_ref()),
                DeskError::NotFound(field) => UserError::not_found(field),
                DeskError::NotYourRole => UserError::not_your_role(),
                DeskError::VersionConflict { current } => UserError::version_conflict(current),
                DeskError::CommandIdReused => UserError::command_id_reused(),
                DeskError::TooLong => UserError::too_long(),
                DeskError::NumberRounded { number } => UserError::number_rounded(&number),
                DeskError::SubjectErased => UserError::subject_erased(),
                DeskError::Blobs(cause) => return Err(internal(ctx, &cause)),
                DeskError::Log(cause) => return Err(log_failed(ctx, &cause)),
                DeskError::View(cause) => return Err(view_failed(ctx, &cause)),
                cause @ (DeskError::Typeset(_) | DeskError::Edition(_) | DeskError::PrintingStopped) => {
                    return Err(internal(ctx, &cause));
                }
            },
        };
        command_refused(ctx, error.code.0);
        Ok(error)
    }
}

impl From<UserError> for Declined {
    fn from(error: UserError) -> Self {
        Self::User(Box::new(error))
    }
}

impl From<DeskError> for Declined {
    fn from(error: DeskError) -> Self {
        Self::Desk(error)
    }
}

impl From<Error> for Declined {
    fn from(error: Error) -> Self {
        Self::Graphql(error)
    }
}

/// A failure while showing something, where no command is at stake: on our side, or not yet there.
pub fn unexpected(ctx: &Context<'_>, error: DeskError) -> Error {
    match error {
        DeskError::View(cause) => view_failed(ctx, &cause),
        DeskError::NotFound(_) => Problem::NotFound.at(ctx),
        DeskError::Log(cause) => log_failed(ctx, &cause),
        other => internal(ctx, &other),
    }
}
