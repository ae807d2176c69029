//! Writing the index down, segment by segment. Each segment is appended at the revision its writer believes in: who comes
//! second reads what the first wrote, and it must say the same.

use std::sync::PoisonError;

use eventstore::{EventData, RecordedEvent};
use spoor_notary::Frontier;

use super::client::{Fault, Tries};
use super::index::Index;
use super::places::Places;
use super::segments::{MOST, Segment};
use crate::clock::new_id;
use crate::engine::database;
use crate::error::LogError;

/// Segments read at once.
const SEGMENTS: usize = 32;

/// How far segments go.
#[derive(Default)]
pub(super) struct Covered {
    until: u64,
    frontier: Frontier,
    /// How many events the stream of segments has, as far as is known.
    version: u64,
}

impl Index {
    /// Takes what the segments say, and reads on from there. The last segment is not taken: its events are read again and must
    /// give what it says.
    ///
    /// # Errors
    /// `IndexDiffers` when the segments do not fit together, or the last one not with the log.
    pub async fn load(&self) -> Result<(), LogError> {
        let mut covered = self.covered.lock().await;
        let mut last: Option<(u64, Segment)> = None;
        let mut from = 0;
        loop {
            let page = self.connection.read_stream(&self.names.index(), from, SEGMENTS).await?;
            let Some(end) = page.last() else { break };
            from = end.revision + 1;
            for event in &page {
                let next = self.segment(event, last.as_ref().map_or(1, |(_, before)| before.last() + 1))?;
                if let Some((revision, before)) = last.replace((event.revision, next)) {
                    self.trust(&mut covered, revision, before)?;
                }
            }
        }
        self.resume().await;
        self.advance().await?;
        match last {
            None => Ok(()),
            Some((revision, segment)) => self.hold_against(&mut covered, revision, &segment).await,
        }
    }

    /// Writes down what is not yet, when it is at least so many events.
    ///
    /// # Errors
    /// `IndexDiffers` when another process wrote another order: then this log is not used any more.
    pub async fn cover(&self, at_least: usize) -> Result<(), LogError> {
        let mut covered = self.covered.lock().await;
        let (stream, mut tries) = (self.names.index(), Tries::new());
        while let Some(segment) = self.draft(&covered, at_least) {
            // An id of its own each time: were two processes to give the same one, the server would take the second for the first.
            let event = EventData::json("Segment", &segment.write())?.id(new_id());
            match self.connection.append(&stream, covered.version, vec![event]).await {
                // Of a stream that was deleted the numbers go on: it begins with another than 0.
                Ok(version) => self.agree(&mut covered, version.saturating_sub(1), &segment)?,
                Err(Fault::OtherVersion(_)) => self.yield_to_others(&mut covered).await?,
                Err(fault) => tries.after(fault).await?,
            }
        }
        Ok(())
    }

    /// Another process was first: what it wrote must be what this one would have written.
    async fn yield_to_others(&self, covered: &mut Covered) -> Result<(), LogError> {
        let theirs = self.connection.read_stream(&self.names.index(), covered.version, SEGMENTS).await?;
        if theirs.is_empty() {
            let stream = self.names.index();
            return Err(database(format!(
                "stream {stream} was removed: start this program again, and it is made anew"
            )));
        }
        for event in theirs {
            let segment = self.segment(&event, covered.until + 1).inspect_err(|error| self.stop_at(error))?;
            self.hold_against(covered, event.revision, &segment).await.inspect_err(|error| self.stop_at(error))?;
        }
        Ok(())
    }

    /// Compares a segment with the log, which may have to be read on for that: a server can be behind.
    async fn hold_against(&self, covered: &mut Covered, revision: u64, segment: &Segment) -> Result<(), LogError> {
        let mut tries = Tries::new();
        loop {
            let same = || same_places(&self.known().places, segment);
            let reached = same();
            let index = segment.first + reached as u64;
            let Some(next) = segment.places.get(reached) else { break };
            let is_past = self.known().places.count() >= index || self.is_read_to(next.position).await;
            // Somebody else may have read on since: only what is there still is another order.
            match is_past {
                true if same() == reached => return Err(self.differs(index)),
                true => {}
                false => {
                    tries.wait(LogError::Behind { index }).await?;
                    self.advance().await?;
                }
            }
        }
        self.agree(covered, revision, segment)
    }

    /// From here on nothing is said or stored any more.
    fn stop_at(&self, error: &LogError) {
        if let LogError::IndexDiffers { index, .. } = error {
            tracing::error!(%error, "TWO ORDERS OF ONE LOG: it is not used any more");
            let _ = self.broken.set(*index);
        }
    }

    /// The next segment to write.
    fn draft(&self, covered: &Covered, at_least: usize) -> Option<Segment> {
        let known = self.known();
        let places = known.places.after(covered.until, MOST).to_vec();
        let mut frontier = covered.frontier.clone();
        known.leaves.iter().take(places.len()).for_each(|leaf| frontier.push(*leaf));
        let enough = places.len() >= at_least.max(1);
        enough.then_some(Segment { first: covered.until + 1, places, frontier })
    }

    /// The segment in an event, which must begin at this index.
    fn segment(&self, event: &RecordedEvent, first: u64) -> Result<Segment, LogError> {
        Segment::read(&event.data).filter(|segment| segment.first == first).ok_or_else(|| self.differs(first))
    }

    /// Takes a segment for true.
    fn trust(&self, covered: &mut Covered, revision: u64, segment: Segment) -> Result<(), LogError> {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for (place, index) in segment.places.iter().zip(segment.first..) {
            let pushed = known.places.push(place.position, place.recorded_at);
            if pushed.is_err() || known.places.recorded_at() != place.recorded_at {
                return Err(self.differs(index));
            }
        }
        known.frontier = segment.frontier.clone();
        *covered = Covered { until: segment.last(), frontier: segment.frontier, version: revision + 1 };
        Ok(())
    }

    /// Compares a segment with what was read in the log; then it covers that.
    fn agree(&self, covered: &mut Covered, revision: u64, segment: &Segment) -> Result<(), LogError> {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let same = same_places(&known.places, segment);
        if same < segment.places.len() {
            return Err(self.differs(segment.first + same as u64));
        }
        let mut frontier = covered.frontier.clone();
        known.leaves.iter().take(same).for_each(|leaf| frontier.push(*leaf));
        if frontier != segment.frontier {
            return Err(self.differs(segment.first));
        }
        known.leaves.drain(..same);
        *covered = Covered { until: segment.last(), frontier, version: revision + 1 };
        Ok(())
    }

    /// That the index is written down otherwise from here on.
    pub fn differs(&self, index: u64) -> LogError {
        LogError::IndexDiffers { stream: self.names.index(), index }
    }
}

/// How many places of a segment the log has as well, from its first on.
fn same_places(known: &Places, segment: &Segment) -> usize {
    let read = known.after(segment.first - 1, segment.places.len());
    segment.places.iter().zip(read).take_while(|(theirs, ours)| theirs == ours).count()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use std::sync::Arc;

    use futures_util::future::join;
    use spoor_testserver::TestServer;
    use tokio::sync::watch;
    use uuid::Uuid;

    use super::*;
    use crate::batch::{SealedAppend, SealedEvent};
    use crate::engine::kurrent::client::Connection;
    use crate::engine::kurrent::names::Names;
    use crate::engine::kurrent::wire::proposed;
    use crate::{KurrentUrl, Position};

    /// One event was read here, two more were stored since, and a segment of all three was written there.
    async fn behind_a_segment(server: &TestServer) -> (Index, Segment) {
        let (here, there) = (index(server), index(server));
        store(&here, "a").await;
        here.advance().await.unwrap();
        store(&here, "b").await;
        store(&here, "c").await;
        there.advance().await.unwrap();
        let segment = there.draft(&Covered::default(), 1).unwrap();
        assert_eq!((here.known().places.count(), segment.last()), (1, 3));
        (here, segment)
    }

    /// Compares the segment while somebody else is reading on: the comparison waits for that, and finds it read.
    async fn compare_while_read_on(here: &Index, segment: &Segment) -> Result<u64, LogError> {
        let mut covered = Covered::default();
        let (read, compared) = join(here.advance(), here.hold_against(&mut covered, 0, segment)).await;
        read.unwrap();
        compared.map(|()| covered.until)
    }

    #[tokio::test]
    async fn what_is_read_on_while_a_segment_is_compared_is_no_other_order() {
        let server = TestServer::start().await;
        let (here, segment) = behind_a_segment(&server).await;
        assert_eq!(compare_while_read_on(&here, &segment).await.unwrap(), 3);
    }

    #[tokio::test]
    async fn another_order_is_seen_also_in_what_is_read_on_meanwhile() {
        let server = TestServer::start().await;
        let (here, mut segment) = behind_a_segment(&server).await;
        segment.places[2].position.prepare -= 1;
        let differs = compare_while_read_on(&here, &segment).await.unwrap_err();
        assert!(matches!(differs, LogError::IndexDiffers { index: 3, .. }), "{differs}");
    }

    fn index(server: &TestServer) -> Index {
        let url: KurrentUrl = server.url().parse().unwrap();
        let connection = Arc::new(Connection::to(&url).unwrap());
        Index::new(connection, Names::of(url.prefix()), watch::Sender::new(Position::START), false)
    }

    /// Begins a stream.
    async fn store(index: &Index, id: &str) {
        let event = SealedEvent {
            event_id: Uuid::nil(),
            event_type: "Noted".to_owned(),
            event_version: 1,
            payload: "{}".to_owned(),
            metadata: "{}".to_owned(),
            line_head: String::new(),
        };
        let append = SealedAppend {
            aggregate_type: "thing".to_owned(),
            aggregate_id: id.to_owned(),
            expected_version: 0,
            version_seen: false,
            command_id: Uuid::nil(),
            command_digest: String::new(),
            events: vec![event],
        };
        let stream = index.names.stream("thing", id);
        let events = proposed(&stream, &append, 0).unwrap();
        index.connection.append(&stream, 0, events).await.unwrap();
    }
}
