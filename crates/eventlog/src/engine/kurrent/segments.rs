//! The index as it is written down: segments, each the places of consecutive events and the frontier after them. A process
//! that starts reads them instead of the whole log.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use spoor_notary::Frontier;

use super::places::Place;
use crate::Position;

/// Events of a segment, at most: some 260 kB.
pub(super) const MOST: usize = 8_192;
/// Bytes of a place.
const PLACE: usize = 24;

/// A segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    /// The index of its first event.
    pub first: u64,
    pub places: Vec<Place>,
    /// Of all events up to its last.
    pub frontier: Frontier,
}

/// As it is stored.
#[derive(Serialize, Deserialize)]
struct Written {
    first: u64,
    last: u64,
    places: String,
    frontier: String,
}

impl Segment {
    /// The index of its last event.
    pub fn last(&self) -> u64 {
        self.first + self.places.len() as u64 - 1
    }

    pub fn write(&self) -> impl Serialize + use<> {
        let mut bytes = Vec::with_capacity(self.places.len() * PLACE);
        for place in &self.places {
            bytes.extend(place.position.commit.to_le_bytes());
            bytes.extend(place.position.prepare.to_le_bytes());
            bytes.extend(place.recorded_at.to_le_bytes());
        }
        let (places, frontier) = (BASE64_STANDARD.encode(bytes), BASE64_STANDARD.encode(self.frontier.to_bytes()));
        Written { first: self.first, last: self.last(), places, frontier }
    }

    /// Reads what was written; nothing when it is no segment.
    pub fn read(json: &[u8]) -> Option<Self> {
        let Written { first, last, places, frontier } = serde_json::from_slice(json).ok()?;
        let (bytes, frontier) = (BASE64_STANDARD.decode(places).ok()?, BASE64_STANDARD.decode(frontier).ok()?);
        let (chunks, rest) = bytes.as_chunks::<PLACE>();
        let frontier = Frontier::from_bytes(last, &frontier).ok()?;
        let segment = Self { first, places: chunks.iter().map(place).collect(), frontier };
        let whole = rest.is_empty() && !segment.places.is_empty() && first > 0;
        (whole && segment.last() == last).then_some(segment)
    }
}

fn place(bytes: &[u8; PLACE]) -> Place {
    let number = |at: usize| {
        let mut number = [0; 8];
        number.copy_from_slice(&bytes[at..at + 8]);
        number
    };
    let position = Position { commit: u64::from_le_bytes(number(0)), prepare: u64::from_le_bytes(number(8)) };
    Place { position, recorded_at: i64::from_le_bytes(number(16)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment() -> Segment {
        let mut frontier = Frontier::default();
        for n in 0..5u8 {
            frontier.push_line(&[n]);
        }
        let place = |n: u64| Place { position: Position { commit: n * 100, prepare: n * 90 }, recorded_at: -3 };
        Segment { first: 4, places: vec![place(4), place(5)], frontier }
    }

    fn text() -> String {
        serde_json::to_string(&segment().write()).unwrap()
    }

    #[test]
    fn a_segment_reads_back_as_it_was_written() {
        assert_eq!(Segment::read(text().as_bytes()), Some(segment()));
    }

    #[test]
    fn what_does_not_fit_together_is_no_segment() {
        assert_eq!(Segment::read(text().replace("\"first\":4", "\"first\":3").as_bytes()), None, "one place too few");
        assert_eq!(Segment::read(text().replace("\"last\":5", "\"last\":6").as_bytes()), None, "another frontier");
        assert_eq!(Segment::read(b"{}"), None);
    }
}
