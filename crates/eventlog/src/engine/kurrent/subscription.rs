//! Hears of what is appended: a subscription to `$all`, filtered by the prefix of the log's streams, which after any break
//! goes on from where the log was read to. It only says that there is something to read: the index reads it in `$all` by itself. So an
//! event given twice, a checkpoint ahead of its events or a break cost a moment and no record.

use std::sync::Arc;
use std::time::Duration;

use eventstore::SubscriptionEvent;
use futures_util::FutureExt;
use tokio::sync::watch;
use tracing::instrument::WithSubscriber;
use tracing::subscriber::Interest;
use tracing::{Dispatch, Event, Level, Metadata, Subscriber, span};

use super::client::Connection;
use super::index::Index;
use super::wire::position_of;
use crate::Position;

/// How long to wait before subscribing anew, at first and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// What the subscription said so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    /// The last event it gave.
    pub last: Position,
    /// Whether the server confirmed it, and it did not end since.
    pub is_live: bool,
}

impl Heard {
    pub const NOTHING: Self = Self { last: Position::START, is_live: false };
}

/// Listens for ever.
pub(super) async fn listen(connection: Connection, index: Arc<Index>, heard: watch::Sender<Heard>) {
    let unwinding = Dispatch::new(WarningsUnwind);
    let mut pause = PAUSES.0;
    loop {
        let reason = listen_once(&connection, &index, &heard, &unwinding).await;
        let mut was_live = false;
        heard.send_modify(|heard| was_live = std::mem::replace(&mut heard.is_live, false));
        tracing::debug!(reason, "the subscription to the log ended and is made anew");
        pause = if was_live { PAUSES.0 } else { (pause * 2).min(PAUSES.1) };
        tokio::time::sleep(pause).await;
    }
}

/// Listens until the subscription ends; gives why.
async fn listen_once(
    connection: &Connection,
    index: &Index,
    heard: &watch::Sender<Heard>,
    unwinding: &Dispatch,
) -> String {
    let read_to = index.known().places.end();
    let mut subscription = connection.subscribe(read_to, &index.names.prefixes()).await;
    loop {
        let next = subscription.events.next_subscription_event().with_subscriber(unwinding.clone());
        match std::panic::AssertUnwindSafe(next).catch_unwind().await {
            Ok(Ok(SubscriptionEvent::Confirmed(_))) => heard.send_modify(|heard| heard.is_live = true),
            Ok(Ok(SubscriptionEvent::EventAppeared(appeared))) => {
                let last = position_of(appeared.get_original_event());
                heard.send_modify(|heard| heard.last = heard.last.max(last));
            }
            // How far the server has looked is of no use: what was read says where to go on.
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return connection.ended(&subscription, error),
            Err(_unwound) => return "the server ended it".to_owned(),
        }
    }
}

/// Ends what warns, by unwinding out of it.
///
/// When a server ends a subscription in good order, `eventstore` 4.0.0 asks the ended stream again without end and never lets
/// another task of its thread go on. All it does besides, each time, is to warn.
struct WarningsUnwind;

impl Subscriber for WarningsUnwind {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.enabled(metadata) { Interest::always() } else { Interest::never() }
    }

    fn max_level_hint(&self) -> Option<tracing::level_filters::LevelFilter> {
        Some(tracing::level_filters::LevelFilter::WARN)
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() == Level::WARN && metadata.target() == "eventstore::commands"
    }

    fn event(&self, _: &Event<'_>) {
        std::panic::resume_unwind(Box::new("the client warns"));
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use eventstore::EventData;
    use spoor_testserver::{Fault, TestServer};

    use super::*;
    use crate::KurrentUrl;
    use crate::clock::new_id;
    use crate::engine::kurrent::names::Names;

    const PATIENCE: Duration = Duration::from_secs(60);

    /// Nothing but the subscription tells of these appends: nobody reads the log meanwhile.
    #[test]
    fn every_append_is_heard_whatever_becomes_of_the_subscription() {
        // A subscription that does not let go of its thread stops the clock of its runtime too: another thread waits for all this.
        let (done, heard) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(appends_are_heard());
            done.send(())
        });
        heard.recv_timeout(PATIENCE).unwrap();
    }

    async fn appends_are_heard() {
        let server = TestServer::start().await;
        let url: KurrentUrl = server.url().parse().unwrap();
        let names = Names::of(url.prefix());
        let appending = Arc::new(Connection::to(&url).unwrap());
        let index = Index::new(appending.clone(), names.clone(), watch::Sender::new(Position::START), false);
        let (told, mut heard) = watch::channel(Heard::NOTHING);
        let listening = tokio::spawn(listen(Connection::to(&url).unwrap(), Arc::new(index), told));
        within(heard.wait_for(|heard| heard.is_live)).await;

        let faults = [Fault::TwiceDelivered, Fault::EarlyCheckpoint, Fault::SubscriptionCut, Fault::SubscriptionEnded];
        for (version, fault) in (0..).zip(faults.into_iter().cycle().take(12)) {
            server.faults().once(fault);
            let stored = append(&server, &appending, "spoor.thing-a", version).await;
            within(heard.wait_for(|heard| heard.last >= stored)).await;
            assert_eq!(heard.borrow().last, stored, "{fault:?}: a checkpoint is not an event");
            assert_eq!(server.faults().counted(fault), version / 4 + 1);
        }
        append(&server, &appending, "somebody.elses-a", 0).await;
        let stored = append(&server, &appending, "$$spoor.thing-a", 0).await;
        within(heard.wait_for(|heard| heard.last == stored)).await;
        let subscribed = server.subscriptions();
        assert_eq!(subscribed.len(), 7, "one at first, one after each cut and each end: {subscribed:?}");
        assert!(subscribed.iter().all(|asked| asked.prefixes == ["spoor.", "$$spoor."]), "{subscribed:?}");
        listening.abort();
    }

    async fn append(server: &TestServer, appending: &Connection, stream: &str, version: u64) -> Position {
        let event = EventData::binary("Noted", "{}".into()).id(new_id());
        appending.append(stream, version, vec![event]).await.unwrap();
        let (commit, prepare) = server.events().iter().rfind(|event| event.stream == stream).unwrap().position();
        Position { commit, prepare }
    }

    async fn within<T>(awaited: impl Future<Output = Result<T, watch::error::RecvError>>) {
        tokio::time::timeout(PATIENCE, awaited).await.unwrap().unwrap();
    }
}
