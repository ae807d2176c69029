//! Taking over records of another log, in exactly their order, with the moments they have.

use eventstore::EventData;

use super::KurrentLog;
use super::client::{Fault, Tries};
use super::wire::{taken_over, wire_id};
use crate::Record;
use crate::batch::LogHead;
use crate::error::LogError;

/// Records sent at once, and about how many bytes of them: less than half of what the server takes.
const MOST: (usize, usize) = (100, 400 << 10);

impl KurrentLog {
    /// Appends records as they are, unless the log does not end where they follow, or somebody else appends between.
    pub async fn take_over(&self, records: &[Record], after: u64, head: LogHead) -> Result<bool, LogError> {
        if self.index.head().await?.index != after {
            return Ok(false);
        }
        let mut left = records;
        while !left.is_empty() {
            let (together, rest) = left.split_at(run(left));
            if !self.take_run(together).await? {
                return Ok(false);
            }
            left = rest;
        }
        let reached = self.index.head().await?;
        Ok((reached.index, reached.frontier) == (head.index, head.frontier))
    }

    /// Appends consecutive records of one stream. False when it has others there.
    async fn take_run(&self, records: &[Record]) -> Result<bool, LogError> {
        let (Some(first), Some(last)) = (records.first(), records.last()) else { return Ok(true) };
        let stream = self.names.stream(&first.aggregate_type, &first.aggregate_id);
        let events: Vec<EventData> =
            records.iter().map(|record| taken_over(&stream, record)).collect::<Result<_, _>>()?;
        let last_id = wire_id(&stream, last.sequence, last.command_id()?);
        let mut tries = Tries::new();
        loop {
            match self.connection.append(&stream, first.sequence - 1, events.clone()).await {
                Ok(version) if version == last.sequence => return Ok(true),
                Ok(_) => return Err(LogError::StreamDeleted { stream }),
                Err(Fault::OtherVersion(_)) => {
                    let there = self.connection.read_stream(&stream, last.sequence - 1, 1).await?;
                    return Ok(there.first().is_some_and(|event| event.id == last_id));
                }
                // The same ids at the same place again: the server knows them if it has them.
                Err(fault) => tries.after(fault).await?,
            }
        }
    }
}

/// How many of these records go together: consecutive ones of one stream, and not too many.
fn run(records: &[Record]) -> usize {
    let mut bytes = 0;
    let together = records.iter().zip(records.iter().skip(1)).take(MOST.0 - 1).take_while(|(one, next)| {
        bytes += one.payload.len() + one.metadata.len();
        let same = (&one.aggregate_type, &one.aggregate_id) == (&next.aggregate_type, &next.aggregate_id);
        same && next.sequence == one.sequence + 1 && bytes < MOST.1
    });
    together.count() + usize::from(!records.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Position;
    use crate::batch::moment;

    fn record(id: &str, sequence: u64, bytes: usize) -> Record {
        Record {
            position: Position::START,
            index: 0,
            recorded_at: moment(0),
            aggregate_type: "thing".into(),
            aggregate_id: id.into(),
            sequence,
            event_type: "One".into(),
            event_version: 1,
            payload: "x".repeat(bytes),
            metadata: String::new(),
        }
    }

    #[test]
    fn records_of_one_stream_go_together_and_the_order_is_kept() {
        let records = [record("a", 1, 1), record("a", 2, 1), record("b", 1, 1), record("a", 3, 1)];
        assert_eq!((run(&records), run(&records[2..]), run(&records[3..]), run(&[])), (2, 1, 1, 0));
    }

    #[test]
    fn never_more_go_together_than_the_server_takes() {
        let many: Vec<_> = (1..=250).map(|sequence| record("a", sequence, 1)).collect();
        assert_eq!(run(&many), 100);
        let large: Vec<_> = (1..=50).map(|sequence| record("a", sequence, 60 << 10)).collect();
        assert_eq!(run(&large), 7);
    }
}
