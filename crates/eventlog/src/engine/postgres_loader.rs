//! Loads of streams, as many in one round trip as are waiting: what the writer does for appends.

use std::sync::Arc;

use sqlx::Row;
use sqlx::postgres::PgRow;
use tokio::sync::{Mutex, mpsc, oneshot};

use super::postgres_readers::Readers;
use super::sqlite::event_version;
use super::{StreamEvent, database, signed, unsigned};
use crate::Position;
use crate::error::LogError;

/// Streams loaded in one statement at most.
const MOST: usize = 64;
/// Loaders at work at the same time, each on a connection: one waits for the server while the other reads its answer.
const LOADERS: usize = 2;

/// One stream, for a caller who has no company. The payload is json and read as the text it is.
const STREAM: &str = "select 1::bigint, sequence, event_type, event_version, payload, position
    from events where aggregate_type = $1 and aggregate_id = $2 and sequence >= $3 order by sequence";
/// `place` says which of the wanted streams a row belongs to. Joined stream by stream through the primary key, which
/// gives each stream in order; so nothing is sorted.
const STREAMS: &str = "select wanted.place, e.sequence, e.event_type, e.event_version, e.payload, e.position
    from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality wanted (kind, id, first, place)
    join lateral (select * from events where aggregate_type = wanted.kind and aggregate_id = wanted.id
                     and sequence >= wanted.first order by sequence offset 0) e on true";

/// The events of a stream, or why they cannot be had.
type Loaded = Result<Vec<StreamEvent>, LogError>;

struct Wanted {
    kind: String,
    id: String,
    from: u64,
    reply: oneshot::Sender<Loaded>,
}

/// Where loads wait for company.
pub(super) struct Loader {
    queue: mpsc::Sender<Wanted>,
}

impl Loader {
    /// Starts the loaders; they end when this is dropped.
    pub fn start(readers: &Arc<Readers>) -> Self {
        let (queue, waiting) = mpsc::channel(1024);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..LOADERS {
            tokio::spawn(run(waiting.clone(), readers.clone()));
        }
        Self { queue }
    }

    /// The events of one stream from a sequence on.
    pub async fn stream(&self, kind: &str, id: &str, from: u64) -> Loaded {
        let (reply, loaded) = oneshot::channel();
        let wanted = Wanted { kind: kind.to_owned(), id: id.to_owned(), from, reply };
        self.queue.send(wanted).await.map_err(|_| LogError::Closing)?;
        loaded.await.map_err(|_| LogError::Closing)?
    }
}

async fn run(waiting: Arc<Mutex<mpsc::Receiver<Wanted>>>, readers: Arc<Readers>) {
    loop {
        let mut wanted = Vec::new();
        if waiting.lock().await.recv_many(&mut wanted, MOST).await == 0 {
            return;
        }
        match load(&readers, &wanted).await {
            Ok(streams) => {
                for (wanted, loaded) in wanted.into_iter().zip(streams) {
                    // A caller who left is no failure.
                    let _ = wanted.reply.send(loaded);
                }
            }
            Err(error) => {
                let reason = error.to_string();
                for wanted in wanted {
                    let _ = wanted.reply.send(Err(database(reason.clone())));
                }
            }
        }
    }
}

/// Every wanted stream: one with an event that cannot be read keeps nobody from the others.
async fn load(readers: &Readers, wanted: &[Wanted]) -> Result<Vec<Loaded>, LogError> {
    let query = || match wanted {
        [one] => sqlx::query(STREAM).bind(one.kind.as_str()).bind(one.id.as_str()).bind(signed(one.from)),
        many => sqlx::query(STREAMS)
            .bind(many.iter().map(|wanted| wanted.kind.as_str()).collect::<Vec<_>>())
            .bind(many.iter().map(|wanted| wanted.id.as_str()).collect::<Vec<_>>())
            .bind(many.iter().map(|wanted| signed(wanted.from)).collect::<Vec<_>>()),
    };
    let mut streams: Vec<Loaded> = wanted.iter().map(|_| Ok(Vec::new())).collect();
    for row in readers.rows(query).await? {
        let place = unsigned(row.try_get::<i64, _>(0).map_err(database)? - 1)?;
        let stream = usize::try_from(place).ok().and_then(|place| streams.get_mut(place));
        let stream = stream.ok_or_else(|| database("the server answered for a stream nobody asked for"))?;
        let Ok(events) = stream else { continue };
        match event(&row) {
            Ok(event) if events.last().is_some_and(|last| last.sequence >= event.sequence) => {
                return Err(database("the server gave a stream out of order"));
            }
            Ok(event) => events.push(event),
            Err(unreadable @ LogError::Unreadable { .. }) => *stream = Err(unreadable),
            Err(error) => return Err(error),
        }
    }
    Ok(streams)
}

fn event(row: &PgRow) -> Result<StreamEvent, LogError> {
    let index = unsigned(row.try_get(5).map_err(database)?)?;
    columns(row, index).map_err(|error| error.of_record(index))
}

fn columns(row: &PgRow, index: u64) -> Result<StreamEvent, LogError> {
    Ok(StreamEvent {
        sequence: unsigned(row.try_get(1).map_err(database)?)?,
        event_type: row.try_get(2).map_err(database)?,
        event_version: event_version(row.try_get(3).map_err(database)?)?,
        payload: row.try_get_unchecked(4).map_err(database)?,
        position: Position::number(index),
    })
}
