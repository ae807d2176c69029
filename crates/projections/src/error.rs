//! What reading or projecting can run into.

use spoor_eventlog::LogError;

use crate::db::DbError;
use crate::registry::BuildId;

/// Why a view could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// The database of the views failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The projection was never built here.
    #[error("the projection '{0}' has not been built yet: start `spoor serve` or run `spoor projections rebuild {0}`")]
    NotBuilt(String),
    /// The build that answers was made by an earlier version, whose rows this code does not read.
    #[error(
        "the projection '{0}' is being rebuilt after an upgrade: ask again in a moment (`spoor serve` rebuilds it, and so does \
         `spoor projections rebuild {0}`)"
    )]
    BeingRebuilt(String),
    /// There is no such projection.
    #[error("there is no projection '{name}': choose one of {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The view has not come as far in the log as the question goes back to.
    #[error("the view knows the log up to event {reached}, not yet {asked}: ask again in a moment")]
    NotReached {
        /// The leaf index that was asked for.
        asked: u64,
        /// The leaf index the view has come to.
        reached: u64,
    },
    /// A cursor that was not made by this list in this order.
    #[error("the cursor '{0}' does not belong to this list in this order: ask for the first page again")]
    Cursor(String),
    /// A page that is asked from both sides, or from none.
    #[error("ask for a page with either first (and after) or last (and before)")]
    Page,
    /// The address of the views is not understood.
    #[error("'{0}' is not an address for views: write sqlite:PATH or postgres://…")]
    Url(String),
    /// The view was made of another log than the one at hand, or of more of it than there is now.
    #[error("{}", another_log(projection, *seen, *head, faults.as_deref()))]
    OtherLog {
        /// The projection.
        projection: String,
        /// The leaf index of the last event it knows.
        seen: u64,
        /// The leaf index at which the log ends.
        head: u64,
        /// What is known to be missing from the log or altered there, in words.
        faults: Option<String>,
    },
    /// Rows were taken out of the view, or put into it.
    #[error(
        "the view '{projection}' does not hold what was written to it ({found}): rows were taken out of it or put into it. Nothing \
         is told of it until it is made anew: `spoor projections rebuild {projection}`"
    )]
    LinesLost {
        /// The projection.
        projection: String,
        /// What there is, and what there should be.
        found: String,
    },
    /// A row says something else than the event it is of.
    #[error(
        "the view '{projection}' says of event {index} what the log does not say ({columns}): it was altered. Nothing is told of it \
         until it is made anew: `spoor projections rebuild {projection}`"
    )]
    SaysOtherwise {
        /// The projection.
        projection: String,
        /// The leaf index of the event.
        index: u64,
        /// What is said otherwise: names of columns.
        columns: String,
    },
    /// Another worker holds the projection now; what this one was writing is given up.
    #[error("another worker has taken over the projection '{0}'")]
    LeaseLost(String),
    /// The projector stopped at an event.
    #[error("the projection '{projection}' stopped at position {}: {}", failure.position, failure.error)]
    Stopped {
        /// The projection.
        projection: String,
        /// Where and why.
        failure: crate::checkpoint::Failure,
    },
    /// The vault could not open a value or make a digest.
    #[error("the vault failed: {error}")]
    Vault {
        /// Why.
        error: String,
        /// Whether that passes (the key store is away) or stays.
        passing: bool,
    },
    /// An event that cannot follow the ones before it: the log, or the code that reads it, is wrong.
    #[error("event {index} of {aggregate} cannot be projected: {why}")]
    Impossible {
        /// Leaf index of the event.
        index: u64,
        /// Id of its aggregate.
        aggregate: String,
        /// What is wrong.
        why: &'static str,
    },
    /// The figures to publish could not be counted.
    #[error("the figures to publish could not be counted: {0}")]
    Counting(#[from] spoor_disclosure::CubeError),
    /// Something the projector needed from the log failed.
    #[error("the log could not be read: {0}")]
    Log(String),
}

/// That a view is of another log, and what to do: views made anew of a log that lacks records forget what those said.
fn another_log(projection: &str, seen: u64, head: u64, faults: Option<&str>) -> String {
    let other = if seen > head {
        format!("a log that went on to event {seen}, and this one ends at event {head}")
    } else {
        format!("a log with another event {seen} than this one has")
    };
    let advice = match faults {
        None => format!(
            "an older copy of the log was put back, or these views are of another log. If the log is the right one, stop the program and \
             run `spoor projections rebuild {projection}`, or `rebuild all`"
        ),
        Some(faults) => format!(
            "the log is not whole ({faults}). Restore it first from a backup that has the records (`spoor audit check` names what is \
             gone); views that are made anew before forget what they still tell of it"
        ),
    };
    format!("the projection '{projection}' knows {other}: {advice}")
}

impl From<LogError> for ViewError {
    fn from(error: LogError) -> Self {
        Self::Log(error.to_string())
    }
}

impl ViewError {
    pub(crate) fn other_log(build: &BuildId, seen: u64, head: u64, faults: Option<String>) -> Self {
        Self::OtherLog { projection: build.projection.clone(), seen, head, faults }
    }

    /// Whether trying again, unchanged, may succeed.
    pub fn is_transient(&self) -> bool {
        match self {
            ViewError::Db(error) => error.is_transient(),
            ViewError::Vault { passing, .. } => *passing,
            ViewError::Log(_) | ViewError::BeingRebuilt(_) => true,
            ViewError::NotBuilt(_)
            | ViewError::Unknown { .. }
            | ViewError::NotReached { .. }
            | ViewError::Cursor(_)
            | ViewError::Page
            | ViewError::Url(_)
            | ViewError::LeaseLost(_)
            | ViewError::OtherLog { .. }
            | ViewError::LinesLost { .. }
            | ViewError::SaysOtherwise { .. }
            | ViewError::Stopped { .. }
            | ViewError::Counting(_)
            | ViewError::Impossible { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_loss_nobody_is_told_to_make_views_anew_before_the_log_is_restored() {
        let refused = |seen, faults: Option<&str>| {
            let (projection, faults) = ("dashboard".to_owned(), faults.map(str::to_owned));
            ViewError::OtherLog { projection, seen, head: 12, faults }.to_string()
        };
        let put_back = refused(15, None);
        assert!(put_back.contains("to event 15, and this one ends at event 12"), "{put_back}");
        assert!(put_back.contains("rebuild dashboard"), "{put_back}");
        let lost = refused(12, Some("missing from the log: record 12"));
        assert!(lost.contains("another event 12 than this one has") && !lost.contains("ends at"), "{lost}");
        assert!(lost.contains("missing from the log: record 12") && lost.contains("Restore it first"), "{lost}");
        assert!(!lost.contains("rebuild"), "{lost}");
    }
}
