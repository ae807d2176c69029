//! A reader's place in the log: opaque and ordered, one number on the SQL engines, a pair on KurrentDB.

use std::fmt;
use std::str::FromStr;

/// A place in the log, ordered as the log is. On SQLite and PostgreSQL `prepare` is always 0.
///
/// Written `n`, or `commit/prepare` where the engine has pairs. A copy to another engine renumbers positions, so
/// nothing that is kept for ever may use one: that is what the leaf index is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// The number on the SQL engines; the commit position on KurrentDB.
    pub commit: u64,
    /// The prepare position on KurrentDB, else 0.
    pub prepare: u64,
}

/// Why a text is not a position.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a position in the log: use one the log gave you")]
pub struct PositionError(pub String);

impl Position {
    /// Before the first event.
    pub const START: Self = Self { commit: 0, prepare: 0 };

    /// The position with this number on an SQL engine.
    pub fn number(number: u64) -> Self {
        Self { commit: number, prepare: 0 }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.prepare {
            0 => write!(f, "{}", self.commit),
            prepare => write!(f, "{}/{prepare}", self.commit),
        }
    }
}

impl FromStr for Position {
    type Err = PositionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |_| PositionError(text.to_owned());
        match text.split_once('/') {
            None => Ok(Self::number(text.parse().map_err(wrong)?)),
            Some((commit, prepare)) => {
                Ok(Self { commit: commit.parse().map_err(wrong)?, prepare: prepare.parse().map_err(wrong)? })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_reads_back_as_it_was_written() {
        for position in [Position::START, Position::number(42), Position { commit: 7, prepare: 6 }] {
            assert_eq!(position.to_string().parse(), Ok(position));
        }
    }

    #[test]
    fn positions_are_ordered_by_commit_first() {
        assert!(Position { commit: 1, prepare: 9 } < Position { commit: 2, prepare: 0 });
    }

    #[test]
    fn a_text_that_is_no_position_is_refused_with_its_text() {
        assert_eq!("seven".parse::<Position>(), Err(PositionError("seven".into())));
    }
}
