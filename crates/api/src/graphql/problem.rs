//! The errors of GraphQL itself: a closed list of codes. What the domain refuses is no error but data (`user_error`).

use std::borrow::Cow;

use async_graphql::{Context, Error, ErrorExtensions};
use spoor_domain::kernel::{Label, Language, Role};
use spoor_eventlog::{DecodeError, LogError, Position, TreeError, VaultError};
use spoor_projections::ViewError;

use super::subject_case::ANOTHER_DOSSIER;
use crate::desk::EditionFault;
use crate::http::context::purpose_codes;
use crate::http::{RequestContext, answer};
use crate::policy::Unfit;
use crate::proof::{KeeperError, NotWhole};

/// Why a field has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Nobody is known to ask.
    Unauthenticated,
    /// This role may not ask this.
    Forbidden,
    /// There is no such thing, or it is not the viewer's.
    NotFound,
    /// No purpose was stated that suffices for dossiers.
    PurposeRequired(Unfit),
    /// The question is not well put.
    BadUserInput(&'static str),
    /// The view has not reached the position the client insists on.
    NotYet,
    /// The view is made anew after an upgrade, because this program does not read what the one before it left.
    BeingRebuilt,
    /// A record of the log is missing or was altered, so what rests on it is not told.
    LogNotWhole,
    /// A view was altered, or lines were taken out of it, so nothing is told of it.
    ViewNotWhole,
    /// Something failed that is not the client's fault.
    Internal,
    /// The access log did not answer, so nothing is shown.
    Unrecorded,
}

impl Problem {
    /// Neither a first part of a list nor a last one, or both.
    pub const NO_PAGE: Self = Self::BadUserInput("give `first`, or `last` where it can be given, between 1 and 100");

    /// The code clients switch on.
    pub fn code(self) -> &'static str {
        match self {
            Problem::Unauthenticated => "UNAUTHENTICATED",
            Problem::Forbidden => "FORBIDDEN",
            Problem::NotFound => "NOT_FOUND",
            Problem::PurposeRequired(_) => answer::PURPOSE_REQUIRED,
            Problem::BadUserInput(_) => "BAD_USER_INPUT",
            Problem::NotYet | Problem::BeingRebuilt => "VERSION_CONFLICT",
            Problem::LogNotWhole => "LOG_NOT_WHOLE",
            Problem::ViewNotWhole => "VIEW_NOT_WHOLE",
            Problem::Internal => "INTERNAL",
            Problem::Unrecorded => answer::AUDIT_UNAVAILABLE,
        }
    }

    /// What is wrong and what to do. What is hidden and what is not there have the same words.
    fn message(self, role: Option<Role>) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Problem::Unauthenticated => "a valid token is needed: send `Authorization: Bearer …`",
            Problem::Forbidden => {
                let role = role.map(|role| format!(" ({})", role.label(Language::En))).unwrap_or_default();
                return Cow::Owned(format!(
                    "your role{role} may not ask this: leave it out of the question, or ask a colleague whose role it is"
                ));
            }
            Problem::NotFound => {
                "there is nothing here by this id or number that you may see: check it against the answer you took it from"
            }
            Problem::PurposeRequired(Unfit::Missing) => {
                "say for which purpose: send `Spoor-Purpose` with one of the codes in `extensions.purposes`"
            }
            Problem::PurposeRequired(Unfit::NotOfRole) => {
                "your role does not work on dossiers for this purpose: choose one of `extensions.purposes`"
            }
            Problem::PurposeRequired(Unfit::OnlyForSubject) => {
                "this answers a person concerned: ask it for the purpose SUBJECT_REQUEST, with the number of the person's dossier in `Spoor-Case`"
            }
            Problem::PurposeRequired(Unfit::AnotherCase) => ANOTHER_DOSSIER,
            Problem::PurposeRequired(Unfit::CaseMissing) => {
                "this purpose is about one dossier: send its number, such as LT-2026-0042, in `Spoor-Case`"
            }
            Problem::BadUserInput(what) => what,
            Problem::NotYet => "the view has not come that far in the log yet: ask again in a moment",
            Problem::BeingRebuilt => "the view is being rebuilt after an upgrade: ask again in a moment",
            Problem::LogNotWhole => {
                "a record of the log is missing or was altered, so nothing is told of what rests on it: have the operators run `spoor \
                 audit check` and restore the log from a backup"
            }
            Problem::ViewNotWhole => {
                "the view does not say what the log does, so nothing is told of it: have the operators make it anew \
                 (`spoor projections rebuild`)"
            }
            Problem::Internal => answer::OUR_FAULT,
            Problem::Unrecorded => answer::UNRECORDED,
        })
    }

    /// As an error of this request.
    pub fn at(self, ctx: &Context<'_>) -> Error {
        let request = ctx.data_opt::<RequestContext>();
        Error::new(self.message(request.map(|request| request.viewer.actor.role))).extend_with(|_, extensions| {
            extensions.set("code", self.code());
            let Some(request) = request else { return };
            extensions.set("requestId", request.request_id.to_string());
            if let Problem::PurposeRequired(_) = self {
                extensions.set("purposes", purpose_codes(request.viewer.actor.role));
            }
        })
    }
}

/// Turns a failure on our side into a problem, after telling the operators.
pub trait OurFault<T> {
    /// The value, or `INTERNAL`; the cause goes to the log, not to the client.
    fn ours(self, ctx: &Context<'_>) -> Result<T, Error>;
}

macro_rules! our_fault {
    ($($error:ty),+) => { $(
        impl<T> OurFault<T> for Result<T, $error> {
            fn ours(self, ctx: &Context<'_>) -> Result<T, Error> {
                self.map_err(|cause| internal(ctx, &cause))
            }
        }
    )+ };
}
our_fault!(EditionFault, serde_json::Error);

impl<T> OurFault<T> for Result<T, VaultError> {
    fn ours(self, ctx: &Context<'_>) -> Result<T, Error> {
        self.map_err(|cause| match &cause {
            VaultError::Decode(DecodeError { position, .. }) => failed(ctx, &cause, Some(unreadable(*position))),
            _other => internal(ctx, &cause),
        })
    }
}

impl<T> OurFault<T> for Result<T, KeeperError> {
    fn ours(self, ctx: &Context<'_>) -> Result<T, Error> {
        self.map_err(|cause| match &cause {
            KeeperError::Log(cause) => log_failed(ctx, cause),
            KeeperError::Tree { source, .. } => tree_failed(ctx, source),
            _other => internal(ctx, &cause),
        })
    }
}

impl<T> OurFault<T> for Result<T, LogError> {
    fn ours(self, ctx: &Context<'_>) -> Result<T, Error> {
        self.map_err(|cause| log_failed(ctx, &cause))
    }
}

impl<T> OurFault<T> for Result<T, ViewError> {
    fn ours(self, ctx: &Context<'_>) -> Result<T, Error> {
        self.map_err(|cause| view_failed(ctx, &cause))
    }
}

/// A view that could not be read: what to do about it, where the client can do something; otherwise `INTERNAL`.
pub fn view_failed(ctx: &Context<'_>, cause: &ViewError) -> Error {
    match of_view(cause) {
        Problem::Internal => internal(ctx, cause),
        // In its own words: numbers and names of columns, and what to do.
        Problem::ViewNotWhole => {
            let Error { extensions, .. } = Problem::ViewNotWhole.at(ctx);
            Error { message: cause.to_string(), extensions, ..internal(ctx, cause) }
        }
        problem => problem.at(ctx),
    }
}

fn of_view(cause: &ViewError) -> Problem {
    match cause {
        ViewError::Cursor(_) => {
            Problem::BadUserInput("this cursor is not one of this list in this order: begin at the first page")
        }
        ViewError::NotReached { .. } => Problem::NotYet,
        ViewError::BeingRebuilt(_) => Problem::BeingRebuilt,
        ViewError::LinesLost { .. } | ViewError::SaysOtherwise { .. } => Problem::ViewNotWhole,
        ViewError::Page => Problem::NO_PAGE,
        _other => Problem::Internal,
    }
}

/// `LOG_NOT_WHOLE` that says which events of a dossier are missing, or which was altered: numbers only, and worse to keep than
/// to tell. `INTERNAL` of what else is wrong with the log.
pub fn not_whole(ctx: &Context<'_>, cause: &NotWhole) -> Error {
    match cause {
        NotWhole::Incomplete(missing) => failed(ctx, missing, Some(missing.to_string())),
        NotWhole::Log(cause) => log_failed(ctx, cause),
        NotWhole::Tree(cause) => tree_failed(ctx, cause),
    }
}

/// A log that failed: `LOG_NOT_WHOLE` that says which event is missing or was altered, where that is why, and otherwise `INTERNAL`.
pub fn log_failed(ctx: &Context<'_>, cause: &LogError) -> Error {
    failed(ctx, cause, told_of_log(cause))
}

/// The same of a tree that cannot be had.
fn tree_failed(ctx: &Context<'_>, cause: &TreeError) -> Error {
    let told = match cause {
        TreeError::Log(cause) => told_of_log(cause),
        TreeError::RecordDiffers { .. }
        | TreeError::RecordUnreadable { .. }
        | TreeError::RecordsDiffer { .. }
        | TreeError::RecordMissing { .. }
        | TreeError::RecordsMissing { .. }
        | TreeError::BeyondEnd { .. } => Some(cause.to_string()),
        _names_no_record => None,
    };
    failed(ctx, cause, told)
}

/// `INTERNAL`; or, where the cause names an event, `LOG_NOT_WHOLE` in these words.
fn failed(ctx: &Context<'_>, cause: &dyn std::error::Error, told: Option<String>) -> Error {
    let error = internal(ctx, cause);
    told.map_or(error, |message| Error { message, ..Problem::LogNotWhole.at(ctx) })
}

/// What is told of a log that failed because of one event: its number or place, and what to do.
fn told_of_log(cause: &LogError) -> Option<String> {
    match cause.unreadable() {
        Some(position) => Some(unreadable(position)),
        None => names_a_record(cause).then(|| cause.to_string()),
    }
}

/// What is told of an event that cannot be read. Not why: that may name what stands in it.
fn unreadable(position: Position) -> String {
    format!(
        "the event at position {position} of the log cannot be read: it was altered, or a later version of this program recorded it. \
         Nothing is told of what rests on it: have the operators run `spoor audit check`, and restore the log from a backup that has it \
         as it was or install the later version"
    )
}

/// Whether the log failed because an event is not there, is not as it was or is dated in the future: then the message is a number or
/// a moment, and what to do.
fn names_a_record(cause: &LogError) -> bool {
    matches!(
        cause,
        LogError::Missing { .. }
            | LogError::StreamCut { .. }
            | LogError::EndMissing { .. }
            | LogError::EndAltered { .. }
            | LogError::Altered { .. }
            | LogError::BeyondEnd { .. }
            | LogError::HeadAltered { .. }
            | LogError::ClockBehind { .. }
            | LogError::NotAsSigned
            | LogError::NotWhole { .. }
    )
}

/// `AUDIT_UNAVAILABLE`, after telling the operators why: the access log did not answer, so nothing is shown.
pub fn unrecorded(ctx: &Context<'_>, cause: &dyn std::error::Error) -> Error {
    tracing::error!(request_id = request_id(ctx), error = %cause, "an access could not be recorded");
    Problem::Unrecorded.at(ctx)
}

/// `INTERNAL`, after telling the operators why.
pub fn internal(ctx: &Context<'_>, cause: &dyn std::error::Error) -> Error {
    tracing::error!(request_id = request_id(ctx), error = %cause, "a request failed on our side");
    Problem::Internal.at(ctx)
}

fn request_id(ctx: &Context<'_>) -> Option<String> {
    ctx.data_opt::<RequestContext>().map(|request| request.request_id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_event_that_cannot_be_read_its_place_is_told_and_nothing_that_stands_in_it() {
        let decode =
            DecodeError { position: Position::number(950), event_type: "Een naam".into(), source: "'Jan'".into() };
        for cause in [LogError::Decode(decode), LogError::Unreadable { index: 950, source: "'Jan'".into() }] {
            let told = told_of_log(&cause).unwrap();
            assert!(told.contains("position 950") && told.contains("audit check"), "{told}");
            assert!(!told.contains("Jan") && !told.contains("naam"), "{told}");
        }
        assert_eq!(told_of_log(&LogError::Database("'Jan'".into())), None, "that may pass");
        let missing = told_of_log(&LogError::Missing { index: 7 });
        assert!(missing.is_some_and(|told| told.contains("event 7 is missing")));
    }

    #[test]
    fn who_asks_a_view_that_is_rebuilt_after_an_upgrade_is_told_to_ask_again() {
        let problem = of_view(&ViewError::BeingRebuilt("plan".into()));
        assert_eq!(problem.code(), Problem::NotYet.code());
        let message = problem.message(None);
        assert!(message.contains("upgrade") && message.contains("ask again in a moment"), "{message}");
        assert_eq!(of_view(&ViewError::NotBuilt("plan".into())), Problem::Internal);
    }
}
