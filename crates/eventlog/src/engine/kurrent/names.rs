//! What the streams of a log are called.

use eventstore::RecordedEvent;
use spoor_notary::TileId;

/// The names that begin with one log's prefix. What happened stands under `PREFIX.`, what is kept beside it under
/// `PREFIX-`, so that no reader of events ever meets the latter.
#[derive(Clone)]
pub(super) struct Names {
    prefix: String,
    events: String,
}

impl Names {
    pub fn of(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), events: format!("{prefix}.") }
    }

    /// The stream of an aggregate. What stands before the first hyphen is its category in KurrentDB.
    pub fn stream(&self, kind: &str, id: &str) -> String {
        format!("{}{kind}-{id}", self.events)
    }

    /// How the streams begin that the index has to read: those of events, and those in which the server says what became of them.
    pub fn prefixes(&self) -> [String; 2] {
        [self.events.clone(), format!("$${}", self.events)]
    }

    /// Whether events of this log stand in the stream.
    pub fn is_ours(&self, stream: &str) -> bool {
        stream.starts_with(&self.events)
    }

    /// Whether an event is a record of this log: the server writes events of its own into any stream, of types with `$`.
    pub fn is_record(&self, event: &RecordedEvent) -> bool {
        self.is_ours(&event.stream_id) && !event.event_type.starts_with('$')
    }

    /// The stream of this log of which an event says that it was deleted, or what its metadata are.
    pub fn spoken_of<'e>(&self, event: &'e RecordedEvent) -> Option<&'e str> {
        let stream = event.stream_id.strip_prefix("$$").unwrap_or(&event.stream_id);
        (self.is_ours(stream) && event.event_type.starts_with('$')).then_some(stream)
    }

    /// Kind and id of the aggregate whose stream this is.
    pub fn aggregate<'s>(&self, stream: &'s str) -> Option<(&'s str, &'s str)> {
        stream.strip_prefix(&self.events)?.split_once('-').filter(|(kind, id)| !kind.is_empty() && !id.is_empty())
    }

    /// Where it is written which index every event has.
    pub fn index(&self) -> String {
        self.beside("index")
    }

    pub fn tile(&self, id: TileId) -> String {
        self.beside(&format!("tiles-{}-{}", id.level, id.number))
    }

    /// How far the log is tiled.
    pub fn tiled(&self) -> String {
        self.beside("tiled")
    }

    pub fn checkpoints(&self) -> String {
        self.beside("checkpoints")
    }

    pub fn keys(&self) -> String {
        self.beside("keys")
    }

    /// Written once, when the log is made.
    pub fn format(&self) -> String {
        self.beside("format")
    }

    fn beside(&self, what: &str) -> String {
        format!("{}-{what}", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_says_whose_events_it_holds() {
        let names = Names::of("spoor");
        let stream = names.stream("learning_trajectory", "0199-4a");
        assert_eq!(stream, "spoor.learning_trajectory-0199-4a");
        assert!(names.is_ours(&stream));
        assert_eq!(names.aggregate(&stream), Some(("learning_trajectory", "0199-4a")));
        assert_eq!(names.aggregate("spoor.nobody"), None);
    }

    #[test]
    fn another_log_and_what_is_kept_beside_this_one_are_not_its_events() {
        let names = Names::of("spoor");
        let tile = names.tile(TileId { level: 1, number: 7 });
        assert_eq!(tile, "spoor-tiles-1-7");
        for other in ["spoor_access.access-1", &tile, &names.index(), "$$spoor.thing-a", "$et-One"] {
            assert!(!names.is_ours(other), "{other}");
        }
    }
}
