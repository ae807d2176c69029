//! Why the log cannot do what was asked.

use chrono::{DateTime, Utc};
use spoor_domain::kernel::SubjectId;

use crate::Position;

/// Something between this process and the stored log failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// The database refused.
    #[error("the log's database failed: {0}{hint}", hint = crate::connections::hint(&**.0))]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server of a log in PostgreSQL or KurrentDB gives no answer, however often it is asked.
    #[error(
        "the log's server does not answer ({reason}): see that it runs, that the log's address has its host, port and encryption right, \
         and that this machine may connect to it. A command that was under way may have been stored: repeat it with the same id"
    )]
    Unreachable {
        /// What its client says.
        reason: String,
    },
    /// The database has no tables, or those of another version of this program.
    #[error("the log at {url} is not ready for this program ({reason}): run `spoor migrate`")]
    NotMigrated {
        /// The log, without password.
        url: String,
        /// What was found.
        reason: String,
    },
    /// The key store failed.
    #[error(transparent)]
    Keys(#[from] crate::keys::KeyError),
    /// What is stored cannot be read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The append could not be carried out.
    #[error(transparent)]
    Append(#[from] Box<AppendError>),
    /// The personal values of an event cannot be sealed.
    #[error(transparent)]
    Seal(#[from] crate::seal::WalkError),
    /// A value cannot be written as JSON.
    #[error("a value cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// An event that was recorded is not there any more.
    #[error(
        "event {index} is missing from the log: `spoor audit check` names what is gone; restore the log from a backup that has it"
    )]
    Missing {
        /// Its leaf index.
        index: u64,
    },
    /// A record is there, and what is stored of it is none.
    #[error(
        "record {index} cannot be read ({source}): it was altered. `spoor audit check` names every such record; restore the log from a \
         backup that has it as it was"
    )]
    Unreadable {
        /// Its leaf index.
        index: u64,
        /// What is wrong with it. Names columns, and never says what stands in them.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The head of the log is none of a log of so many records.
    #[error(
        "the head of the log says that there are {size} records, and what it keeps of their tree is not of so many: the head was altered. \
         Stop every program that uses the log and restore it from a backup that has the head as it was"
    )]
    HeadAltered {
        /// How many records it says there are.
        size: u64,
        /// What is wrong with it.
        source: spoor_notary::FrontierError,
    },
    /// The server of a log in KurrentDB knows less than this process has seen.
    #[error(
        "the server ends before record {index}: it is behind, or was restored from an older backup. If it is behind this passes; \
         if not, stop every program that uses the log and restore a backup that goes on to there"
    )]
    Behind {
        /// The leaf index of the first record it does not have.
        index: u64,
    },
    /// A stream does not have an event that it should.
    #[error(
        "stream {stream} has not its event {sequence} where it should be, so nothing is told of the rest of it or decided on it: \
         `spoor audit check` says whether the log has it still. If not, restore the log from a backup; if it has, see `has not its \
         event` in docs/operations.md"
    )]
    StreamCut {
        /// The stream.
        stream: String,
        /// The first sequence that is not there.
        sequence: u64,
    },
    /// A record is gone that may have been the last event of a stream.
    #[error(
        "record {index} is missing from the log, and it may have been a later event of stream {stream}: nothing is told of the stream \
         as if it were whole, and nothing is decided on it. `spoor audit check` names every record that is gone; restore the log from a backup \
         that has them"
    )]
    EndMissing {
        /// The stream.
        stream: String,
        /// The leaf index of the first record that may have been its end.
        index: u64,
    },
    /// Another record stands in the place of one that may have been the last event of a stream.
    #[error(
        "record {index} is not the one that was committed, and in its place may have stood a later event of stream {stream}: nothing is \
         told of the stream as if it were whole, and nothing is decided on it. Restore the log from a backup that has the record as it \
         was, and start again"
    )]
    EndAltered {
        /// The stream.
        stream: String,
        /// The leaf index of the first record that may have been its end.
        index: u64,
    },
    /// A record of a stream is not the one that was committed there.
    #[error(
        "record {index}, of stream {stream}, is not the one that was committed: nothing is decided on the stream as if it were. `spoor \
         audit check` says whether it or the tile over it was altered; restore the log from a backup that has it as it was, and start again"
    )]
    Altered {
        /// The stream.
        stream: String,
        /// Its leaf index.
        index: u64,
    },
    /// A record stands where the next one has to go.
    #[error(
        "a record stands at place {index}, behind the end of the log, where none was ever committed: nothing can be stored before it is \
         away. Stop the program and restore the log from a backup; `spoor audit check` names what stands there"
    )]
    BeyondEnd {
        /// Its place, that of the first of them.
        index: u64,
    },
    /// Records are gone or were altered, so that a list of what the log holds would be short or false.
    #[error(
        "{faults}. A list would lack what they said without saying so, and is not told: have the operators run `spoor audit check` \
         and restore the log from a backup that has the records as they were"
    )]
    NotWhole {
        /// Which, in words.
        faults: String,
    },
    /// The log is not the one that was signed.
    #[error(
        "the log is not the one that was signed: an older copy was put back, or it was altered. Nothing is stored in it, until the \
         operators, whom the log lines tell what is wrong, put the right log back"
    )]
    NotAsSigned,
    /// The last record is dated further ahead of the clock than clocks may be apart.
    #[error(
        "the last record of the log is dated {last}, and the clock says {now}: what is stored now would be dated in the future, so \
         nothing is. See that the clock is right; where it is the log that is ahead, see `dated ahead of the clock` in \
         docs/operations.md. The same command with the same id is taken once that is mended"
    )]
    ClockBehind {
        /// When the last record was taken, as the log says.
        last: DateTime<Utc>,
        /// What the clock says.
        now: DateTime<Utc>,
    },
    /// A stream in KurrentDB was deleted, or its metadata let the server remove events.
    #[error(
        "stream {stream} was deleted at the server, or its metadata let it remove events ($tb, $maxCount, $maxAge): nothing is \
         appended to it. Let no scavenge run; take that out of its metadata (stream $${stream}), or, when it was deleted for ever, \
         copy the log to another place with `spoor log copy` and go on there. After a scavenge: restore the log from a backup"
    )]
    StreamDeleted {
        /// The stream.
        stream: String,
    },
    /// The server of a log in KurrentDB stored an event at another place of its stream than it was made for.
    #[error(
        "the server stored event {expected} of stream {stream} as event {found}: the stream was deleted before and goes on with its \
         old numbers. What was stored is not what was decided: stop every program that uses the log and restore it from a backup"
    )]
    StreamRenumbered {
        /// The stream.
        stream: String,
        /// The sequence for which it was made.
        expected: u64,
        /// The sequence that it got.
        found: u64,
    },
    /// What was written down of the order of a log in KurrentDB is not the order it has.
    #[error(
        "from event {index} on, stream {stream} says of the log what the log itself does not: stop every program that uses it and find \
         out which was altered. Is the log right (`spoor audit check`), delete that stream (softly, never for ever): it is made anew from the log"
    )]
    IndexDiffers {
        /// The stream with the index.
        stream: String,
        /// The leaf index of the first event that may not be where it says.
        index: u64,
    },
    /// A small write, tried to see whether anything can be stored, has not ended in its time.
    #[error(
        "a small write that was tried does not end: see that there is room, and that no other program keeps the log's database to itself"
    )]
    WriteHangs,
    /// The log is being closed.
    #[error("the log is closing: repeat the command with the same id in a moment")]
    Closing,
}

impl LogError {
    /// What a driver says of the columns of the record with this index, as the failure to read that record.
    pub(crate) fn of_record(self, index: u64) -> Self {
        match self {
            Self::Database(source) => Self::Unreadable { index, source },
            other => other,
        }
    }

    /// The place of the event that cannot be read, where that is what failed: it was altered, or is of a later version of this
    /// program.
    pub fn unreadable(&self) -> Option<Position> {
        match self {
            Self::Unreadable { index, .. } => Some(Position::number(*index)),
            Self::Decode(error) => Some(error.position),
            _it_can_be_read => None,
        }
    }

    /// Whether something that was stored is no longer what it was, so that trying again does not help.
    pub fn is_alteration(&self) -> bool {
        matches!(self, Self::Unreadable { .. } | Self::HeadAltered { .. })
    }
}

/// Why an append was not accepted. Nothing of it is stored, except for `OutcomeUnknown` and `StreamRenumbered`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppendError {
    /// The stream has another version than expected.
    #[error("the stream is at version {current}, not at the expected one: load it again")]
    Conflict {
        /// Its version now.
        current: u64,
    },
    /// The command id was used before for another content.
    #[error("this command id was used before for something else: make a new id for a new command")]
    CommandIdReused,
    /// A leaf line after sealing is larger than the log takes.
    #[error("event {event_type} is {bytes} bytes long, the log takes {limit}: shorten its texts or attach a document")]
    TooLarge {
        /// Type of the event.
        event_type: String,
        /// Length of its line.
        bytes: usize,
        /// The most the log takes.
        limit: usize,
    },
    /// A whole number that the stored text would not keep: it would read back as another one, or not at all.
    #[error(
        "event {event_type} has the number {number}, which the log would round: give one between -{most} and {most}",
        most = crate::canonical::EXACT
    )]
    Rounded {
        /// Type of the event.
        event_type: String,
        /// The number.
        number: String,
    },
    /// The events of the append together are more than the server takes at once.
    #[error(
        "the events of this command are {bytes} bytes long together, the log takes {limit} at once: do it in several commands"
    )]
    AppendTooLarge {
        /// Length of all of them, as stored.
        bytes: usize,
        /// The most the log takes at once.
        limit: usize,
    },
    /// The append would seal data of a subject whose key was destroyed.
    #[error("the data of subject {subject} were erased: nothing about this person can be recorded any more")]
    SubjectErased {
        /// The subject.
        subject: SubjectId,
    },
    /// There was nothing to append.
    #[error("an append needs at least one event")]
    Empty,
    /// The database went away while committing and did not come back in time.
    #[error("the database did not say whether it stored the command: repeat it with the same id")]
    OutcomeUnknown,
    /// Anything else.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// Why a command has no result.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError<R: std::error::Error> {
    /// The domain says no.
    #[error(transparent)]
    Rejected(R),
    /// The aggregate changed since the client read it.
    #[error("the dossier changed in the meantime, it is at version {current}: read it again and decide anew")]
    VersionConflict {
        /// Its version now.
        current: u64,
    },
    /// The command id was used before for another content.
    #[error("this command id was used before for something else: make a new id for a new command")]
    CommandIdReused,
    /// The log failed.
    #[error(transparent)]
    Log(LogError),
}

/// A stored event that this program cannot read. Readers stop at it.
#[derive(Debug, thiserror::Error)]
#[error("event {event_type} at position {position} cannot be read: {source}")]
pub struct DecodeError {
    /// Where it stands.
    pub position: Position,
    /// Its stored type.
    pub event_type: String,
    /// Why.
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// Why a sealed value could not even be tried.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The value does not know its place in the log, so its seal cannot be checked.
    #[error("a sealed value was read without its place in the log: read it through Record::decode")]
    PlaceUnknown,
    /// The record it stands in cannot be read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The key store failed.
    #[error(transparent)]
    Keys(#[from] crate::keys::KeyError),
}
