//! The log itself: how far it is, and the hash that stands for all of it.

use async_graphql::{Context, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::problem::OurFault;
use super::scalars::Position;
use super::session::{allow, desk};
use crate::policy::Action;

/// The log of events.
#[derive(SimpleObject)]
pub struct Log {
    /// Its end.
    head: LogHead,
}

/// The end of the log.
#[derive(SimpleObject)]
pub struct LogHead {
    /// The place of the last event.
    position: Position,
    /// The number of the last event, from 1; the same on every copy of the log.
    index: u64,
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
    /// The root of the Merkle tree over every event, lower-case hex.
    root: String,
}

/// The question how far the log is.
#[derive(Default)]
pub struct LogQuery;

#[Object]
impl LogQuery {
    /// The log of events, for those who watch over it.
    async fn log(&self, ctx: &Context<'_>) -> Option<Result<Log>> {
        Some(read(ctx).await)
    }
}

async fn read(ctx: &Context<'_>) -> Result<Log> {
    allow(ctx, Action::SeeLog)?;
    let head = desk(ctx)?.log.head().await.ours(ctx)?;
    let root = head.root.iter().map(|byte| format!("{byte:02x}")).collect();
    let position = head.position.into();
    Ok(Log { head: LogHead { position, index: head.index, recorded_at: head.recorded_at, root } })
}
