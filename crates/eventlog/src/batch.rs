//! What a batch of appends becomes: each append its own answer, the accepted ones their places. Pure.

use std::collections::HashMap;

use chrono::{DateTime, SecondsFormat, Utc};
use spoor_notary::{Frontier, leaf_hash_of};
use uuid::Uuid;

use crate::clock::is_ahead;
use crate::error::{AppendError, LogError};
use crate::record::line_tail;
use crate::{Appended, Position};

/// An append whose personal data are sealed and whose texts are final.
#[derive(Debug)]
pub(crate) struct SealedAppend {
    pub aggregate_type: String,
    pub aggregate_id: String,
    pub expected_version: u64,
    /// Whether this process has seen the stream at that version, in the log: what was seen there stays.
    pub version_seen: bool,
    pub command_id: Uuid,
    pub command_digest: String,
    pub events: Vec<SealedEvent>,
}

/// An event ready to be stored.
#[derive(Debug)]
pub(crate) struct SealedEvent {
    pub event_id: Uuid,
    pub event_type: String,
    pub event_version: u16,
    pub payload: String,
    pub metadata: String,
    /// The canonical line up to the moment of recording, which only the writer knows.
    pub line_head: String,
}

/// The end of the log, as the writer carries it forward.
#[derive(Clone, Debug, Default)]
pub(crate) struct LogHead {
    /// Leaf index of the last event, which is how many there are.
    pub index: u64,
    /// Microseconds since 1970.
    pub recorded_at: i64,
    pub frontier: Frontier,
}

/// A command as the log knows it: its events taken together.
#[derive(Clone, Debug)]
pub(crate) struct StoredCommand {
    pub aggregate_type: String,
    pub aggregate_id: String,
    pub command_digest: String,
    /// Id of its last event.
    pub event_id: Uuid,
    pub version: u64,
    /// Position and leaf index of its last event.
    pub position: Position,
    pub index: u64,
    pub recorded_at: i64,
    pub events: usize,
}

/// A stored event of a command, as its row says it.
#[derive(Debug)]
pub(crate) struct CommandEvent {
    /// The command id by which the row is found: a column beside the record, in no leaf.
    pub filed_under: Uuid,
    /// The command id in its metadata, which are in its leaf.
    pub caused_by: Option<Uuid>,
    /// The command, were this its last event and its only one.
    pub command: StoredCommand,
}

/// What the log says about the streams and commands of a batch.
#[derive(Debug, Default)]
pub(crate) struct Known<'a> {
    pub versions: HashMap<(&'a str, &'a str), u64>,
    /// By id; of one id there are several where it was used in several streams of a log that came from KurrentDB.
    pub commands: HashMap<Uuid, Vec<StoredCommand>>,
}

/// What the writer answers to one append.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Stored, now or by an earlier attempt of the same append.
    Stored(Appended),
    /// The command id is taken by another content.
    Reused(StoredCommand),
    /// The stream is at another version.
    Conflict { current: u64 },
}

/// One row to insert.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    pub append: &'a SealedAppend,
    pub event: &'a SealedEvent,
    pub sequence: u64,
    /// Its leaf index, which is its position on the engines that insert rows.
    pub index: u64,
}

/// The outcome of a batch: answers in the order of its appends, rows in log order, the head after them.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub answers: Vec<Answer>,
    pub rows: Vec<Row<'a>>,
    pub head: LogHead,
}

impl<'a> Known<'a> {
    /// What must hold for every append of the batch to be accepted; the fast path lets the database check it.
    pub fn presumed(batch: &'a [SealedAppend]) -> Self {
        let mut versions = HashMap::new();
        for append in batch {
            versions.entry(append.stream()).or_insert(append.expected_version);
        }
        Self { versions, commands: HashMap::new() }
    }
}

impl SealedAppend {
    /// Kind and id of the stream.
    pub fn stream(&self) -> (&str, &str) {
        (&self.aggregate_type, &self.aggregate_id)
    }

    /// Bytes this append takes in a statement, roughly.
    pub fn bytes(&self) -> usize {
        self.events.iter().map(|event| event.line_head.len()).sum()
    }
}

impl StoredCommand {
    /// What the log answers to a repeat of this command.
    pub fn appended(&self, repeated: bool) -> Appended {
        Appended {
            aggregate_id: self.aggregate_id.clone(),
            version: self.version,
            position: self.position,
            index: self.index,
            recorded_at: moment(self.recorded_at),
            events: self.events,
            repeated,
        }
    }
}

impl Plan<'_> {
    /// Whether every append of the batch is to be stored now.
    pub fn accepts_all(&self) -> bool {
        self.answers.iter().all(|answer| matches!(answer, Answer::Stored(appended) if !appended.repeated))
    }
}

/// Decides every append of a batch against what is known, in order, as if they came one by one.
pub(crate) fn plan<'a>(batch: &'a [SealedAppend], head: &LogHead, at: i64, mut known: Known<'a>) -> Plan<'a> {
    let mut plan = Plan { answers: Vec::with_capacity(batch.len()), rows: Vec::new(), head: head.clone() };
    plan.head.recorded_at = at.max(head.recorded_at);
    let recorded_at = plan.head.recorded_at;
    let recorded_text = moment(recorded_at).to_rfc3339_opts(SecondsFormat::Micros, true);
    for append in batch {
        let stored = known.commands.get(&append.command_id).map(Vec::as_slice).unwrap_or_default();
        if let Some(stored) = here_or_anywhere(stored, append.stream()) {
            plan.answers.push(answer_to_repeat(append, stored));
            continue;
        }
        let version = known.versions.entry(append.stream()).or_insert(0);
        if *version != append.expected_version {
            plan.answers.push(Answer::Conflict { current: *version });
            continue;
        }
        for event in &append.events {
            *version += 1;
            plan.head.index += 1;
            let tail = line_tail(&recorded_text, *version);
            plan.head.frontier.push(leaf_hash_of(&[event.line_head.as_bytes(), tail.as_bytes()]));
            plan.rows.push(Row { append, event, sequence: *version, index: plan.head.index });
        }
        let stored = StoredCommand {
            aggregate_type: append.aggregate_type.clone(),
            aggregate_id: append.aggregate_id.clone(),
            command_digest: append.command_digest.clone(),
            event_id: append.events.last().map_or(Uuid::nil(), |event| event.event_id),
            version: *version,
            position: Position::number(plan.head.index),
            index: plan.head.index,
            recorded_at,
            events: append.events.len(),
        };
        plan.answers.push(Answer::Stored(stored.appended(false)));
        known.commands.entry(append.command_id).or_default().push(stored);
    }
    plan
}

/// Whether what is stored at this moment is not dated in the future, after a head that is ahead of the clock.
///
/// # Errors
/// `ClockBehind` when it would be, by more than clocks may be apart.
pub(crate) fn not_behind(head: &LogHead, at: i64) -> Result<(), LogError> {
    if is_ahead(head.recorded_at, at) {
        return Err(LogError::ClockBehind { last: moment(head.recorded_at), now: moment(at) });
    }
    Ok(())
}

/// Stored events of commands, those of the greatest index first, taken together by command and stream.
///
/// # Errors
/// `Altered` where a row is filed under another command than its metadata name: what is found by it is no answer.
pub(crate) fn taken_together(
    events: impl IntoIterator<Item = CommandEvent>,
) -> Result<Vec<(Uuid, StoredCommand)>, LogError> {
    let mut commands: Vec<(Uuid, StoredCommand)> = Vec::new();
    for CommandEvent { filed_under, caused_by, command } in events {
        if caused_by != Some(filed_under) {
            let stream = format!("{}-{}", command.aggregate_type, command.aggregate_id);
            return Err(LogError::Altered { stream, index: command.index });
        }
        let known = commands.iter_mut().find(|(id, known)| {
            *id == filed_under
                && known.aggregate_type == command.aggregate_type
                && known.aggregate_id == command.aggregate_id
        });
        match known {
            Some((_, known)) => known.events += command.events,
            None => commands.push((filed_under, command)),
        }
    }
    Ok(commands)
}

/// Of the commands with one id the one of this stream, or else any: an id is used once in a log.
pub(crate) fn here_or_anywhere<'c>(stored: &'c [StoredCommand], stream: (&str, &str)) -> Option<&'c StoredCommand> {
    let here = stored.iter().find(|stored| (stored.aggregate_type.as_str(), stored.aggregate_id.as_str()) == stream);
    here.or(stored.first())
}

/// The same append again (its answer was lost), the same command again (first result), or another command under its id.
pub(crate) fn answer_to_repeat(append: &SealedAppend, stored: &StoredCommand) -> Answer {
    let same_append = append.events.last().is_some_and(|event| event.event_id == stored.event_id);
    if same_append {
        Answer::Stored(stored.appended(false))
    } else if append.command_digest == stored.command_digest {
        Answer::Stored(stored.appended(true))
    } else {
        Answer::Reused(stored.clone())
    }
}

/// The moment this many microseconds after 1970.
pub(crate) fn moment(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}

impl From<Answer> for Result<Appended, AppendError> {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Stored(appended) => Ok(appended),
            Answer::Reused(_) => Err(AppendError::CommandIdReused),
            Answer::Conflict { current } => Err(AppendError::Conflict { current }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn append(id: &str, expected_version: u64, command: u128, digest: &str) -> SealedAppend {
        let event = SealedEvent {
            event_id: Uuid::from_u128(command * 100),
            event_type: "Happened".into(),
            event_version: 1,
            payload: "{}".into(),
            metadata: "{}".into(),
            line_head: r#"{"recorded_at":""#.into(),
        };
        SealedAppend {
            aggregate_type: "thing".into(),
            aggregate_id: id.into(),
            expected_version,
            version_seen: false,
            command_id: Uuid::from_u128(command),
            command_digest: digest.into(),
            events: vec![event],
        }
    }

    #[test]
    fn accepted_appends_get_dense_indexes_and_a_refused_one_takes_none() {
        let batch = [append("a", 0, 1, "x"), append("b", 7, 2, "x"), append("a", 1, 3, "x")];
        let plan = plan(&batch, &LogHead::default(), 5, Known::default());
        assert_eq!(plan.rows.iter().map(|row| row.index).collect::<Vec<_>>(), [1, 2]);
        assert!(matches!(plan.answers[1], Answer::Conflict { current: 0 }));
        assert_eq!((plan.head.index, plan.head.frontier.size()), (2, 2));
    }

    #[test]
    fn a_command_id_twice_in_one_batch_is_stored_once() {
        let mut again = append("a", 0, 1, "x");
        again.events[0].event_id = Uuid::from_u128(999);
        let mut other = append("b", 0, 1, "other");
        other.events[0].event_id = Uuid::from_u128(998);
        let batch = [append("a", 0, 1, "x"), again, other];
        let plan = plan(&batch, &LogHead::default(), 5, Known::default());
        assert_eq!(plan.rows.len(), 1);
        assert!(matches!(&plan.answers[1], Answer::Stored(appended) if appended.repeated && appended.version == 1));
        assert!(matches!(plan.answers[2], Answer::Reused(_)));
    }

    #[test]
    fn the_recorded_time_never_goes_back() {
        let head = LogHead { recorded_at: 100, ..LogHead::default() };
        assert_eq!(plan(&[append("a", 0, 1, "x")], &head, 50, Known::default()).head.recorded_at, 100);
    }

    #[test]
    fn nothing_is_stored_more_than_a_minute_before_the_last_record() {
        const MINUTE: i64 = 60_000_000;
        let head = LogHead { recorded_at: 5 * MINUTE, ..LogHead::default() };
        not_behind(&head, 4 * MINUTE).unwrap();
        let refused = not_behind(&head, 4 * MINUTE - 1);
        assert!(
            matches!(&refused, Err(LogError::ClockBehind { last, .. }) if *last == moment(5 * MINUTE)),
            "{refused:?}"
        );
    }

    fn stored(index: u64, id: &str, filed_under: u128, caused_by: u128) -> CommandEvent {
        let command = StoredCommand {
            aggregate_type: "thing".into(),
            aggregate_id: id.into(),
            command_digest: String::new(),
            event_id: Uuid::from_u128(u128::from(index)),
            version: index,
            position: Position::number(index),
            index,
            recorded_at: 0,
            events: 1,
        };
        CommandEvent { filed_under: Uuid::from_u128(filed_under), caused_by: Some(Uuid::from_u128(caused_by)), command }
    }

    #[test]
    fn the_events_of_a_command_are_taken_together_by_stream_and_the_last_tells_all() {
        let events = [stored(9, "b", 1, 1), stored(4, "a", 1, 1), stored(3, "a", 1, 1), stored(2, "c", 2, 2)];
        let commands = taken_together(events).unwrap();
        let told: Vec<_> =
            commands.iter().map(|(id, of)| (id.as_u128(), of.aggregate_id.as_str(), of.version, of.events)).collect();
        assert_eq!(told, [(1, "b", 9, 1), (1, "a", 4, 2), (2, "c", 2, 1)]);
    }

    #[test]
    fn a_row_that_is_filed_under_another_command_than_its_own_is_no_answer() {
        let said = taken_together([stored(9, "b", 1, 1), stored(4, "a", 1, 2)]);
        let named = matches!(&said, Err(LogError::Altered { stream, index: 4 }) if stream == "thing-a");
        assert!(named, "{said:?}");
    }
}
