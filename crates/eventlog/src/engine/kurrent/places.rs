//! Where every event of the log stands in `$all`, by its leaf index. Pure; 24 bytes an event.

use crate::Position;

/// The place of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub position: Position,
    /// The moment of its record, in microseconds since 1970: the latest that any writer's clock gave up to here.
    pub recorded_at: i64,
}

/// The places of the first so many events, in order.
#[derive(Debug, Default)]
pub(super) struct Places {
    places: Vec<Place>,
}

/// An event that does not stand behind the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OutOfOrder {
    /// The index it would have had.
    pub index: u64,
}

impl Places {
    /// How many there are, which is the index of the last.
    pub fn count(&self) -> u64 {
        self.places.len() as u64
    }

    /// The last position; the start when there is none.
    pub fn end(&self) -> Position {
        self.places.last().map_or(Position::START, |last| last.position)
    }

    /// The latest moment of any event; 1970 when there is none.
    pub fn recorded_at(&self) -> i64 {
        self.places.last().map_or(0, |last| last.recorded_at)
    }

    /// Adds the next event.
    pub fn push(&mut self, position: Position, recorded_at: i64) -> Result<u64, OutOfOrder> {
        let index = self.count() + 1;
        if position <= self.end() {
            return Err(OutOfOrder { index });
        }
        let recorded_at = recorded_at.max(self.recorded_at());
        self.places.push(Place { position, recorded_at });
        Ok(index)
    }

    /// The place of the event with this index.
    pub fn of(&self, index: u64) -> Option<Place> {
        let at = usize::try_from(index.checked_sub(1)?).ok()?;
        self.places.get(at).copied()
    }

    /// The moment of the record before the one with this index; 1970 when it is the first.
    pub fn recorded_before(&self, index: u64) -> i64 {
        self.of(index.saturating_sub(1)).map_or(0, |before| before.recorded_at)
    }

    /// The index of the event at this position.
    pub fn index_of(&self, position: Position) -> Option<u64> {
        self.places.binary_search_by_key(&position, |place| place.position).ok().map(|at| at as u64 + 1)
    }

    /// The index of the first event after this position, which is one past the last when there is none.
    pub fn first_after(&self, position: Position) -> u64 {
        self.places.partition_point(|place| place.position <= position) as u64 + 1
    }

    /// The places after this index, at most so many.
    pub fn after(&self, index: u64, most: usize) -> &[Place] {
        let from = usize::try_from(index).unwrap_or(usize::MAX).min(self.places.len());
        let until = from.saturating_add(most).min(self.places.len());
        &self.places[from..until]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(commit: u64, prepare: u64) -> Position {
        Position { commit, prepare }
    }

    fn three() -> Places {
        let mut places = Places::default();
        for (position, recorded_at) in [(at(10, 5), 100), (at(10, 7), 90), (at(40, 40), 120)] {
            places.push(position, recorded_at).unwrap();
        }
        places
    }

    #[test]
    fn indexes_count_from_one_in_the_order_of_positions() {
        let places = three();
        assert_eq!(places.count(), 3);
        assert_eq!(places.of(0), None);
        assert_eq!(places.of(2).map(|place| place.position), Some(at(10, 7)));
        assert_eq!((places.index_of(at(40, 40)), places.index_of(at(10, 6))), (Some(3), None));
        assert_eq!(places.end(), at(40, 40));
    }

    #[test]
    fn the_first_after_a_position_is_found_also_where_nothing_stands() {
        let places = three();
        let found =
            [Position::START, at(10, 5), at(10, 6), at(39, 0), at(40, 40)].map(|after| places.first_after(after));
        assert_eq!(found, [1, 2, 2, 3, 4]);
    }

    #[test]
    fn the_moment_of_an_event_is_the_latest_up_to_it() {
        let places = three();
        let moments: Vec<i64> = places.after(0, 9).iter().map(|place| place.recorded_at).collect();
        assert_eq!((moments, places.recorded_at()), (vec![100, 100, 120], 120));
        assert_eq!([1, 2, 3, 4].map(|index| places.recorded_before(index)), [0, 100, 100, 120]);
    }

    #[test]
    fn what_does_not_stand_behind_the_last_is_refused() {
        let mut places = three();
        for position in [at(40, 40), at(40, 39), Position::START] {
            assert_eq!(places.push(position, 1), Err(OutOfOrder { index: 4 }));
        }
        assert_eq!(places.count(), 3);
    }

    #[test]
    fn a_part_of_them_ends_where_they_end() {
        let places = three();
        assert_eq!((places.after(1, 1).len(), places.after(1, 9).len(), places.after(7, 1).len()), (1, 2, 0));
        assert_eq!(size_of::<Place>(), 24);
    }
}
