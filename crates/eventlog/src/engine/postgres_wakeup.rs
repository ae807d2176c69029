//! Processes on one PostgreSQL log tell each other that something was appended.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener};
use sqlx::{ConnectOptions, PgConnection};
use tokio::sync::watch;

use super::sqlite_writer::advance;
use crate::Position;

/// Notifications are sent at most this often, and never inside an append: there they would serialise all commits.
const NOTIFY_EVERY: Duration = Duration::from_millis(20);
/// How often to look for appends of other processes, should a notification be lost.
const POLL: Duration = Duration::from_millis(500);

/// Starts telling and hearing, until `stop` changes or is dropped.
pub(super) fn start(
    options: &PgConnectOptions,
    schema: &str,
    wakeup: &watch::Sender<Position>,
    stop: &watch::Receiver<bool>,
) {
    let channel = format!("spoor_log_{schema}");
    // A notification is a hint: nobody waits for it to be on disk.
    let hinting = options.clone().options([("synchronous_commit", "off")]);
    tokio::spawn(tell(hinting, channel.clone(), wakeup.subscribe(), stop.clone()));
    tokio::spawn(hear(options.clone(), channel, wakeup.clone(), stop.clone()));
}

/// Tells other processes where the log is now, outside any append and not more often than they need.
async fn tell(
    options: PgConnectOptions,
    channel: String,
    mut heard: watch::Receiver<Position>,
    mut stop: watch::Receiver<bool>,
) {
    let mut connection: Option<PgConnection> = None;
    let mut ticks = tokio::time::interval(NOTIFY_EVERY);
    loop {
        tokio::select! {
            changed = heard.changed() => if changed.is_err() { return },
            _ = stop.changed() => return,
        }
        ticks.tick().await;
        let position = heard.borrow_and_update().to_string();
        if connection.is_none() {
            connection = options.connect().await.ok();
        }
        if let Some(open) = connection.as_mut() {
            let sent = sqlx::query("select pg_notify($1, $2)").bind(&channel).bind(position).execute(open).await;
            if sent.is_err() {
                connection = None;
            }
        }
    }
}

/// Hears of appends by other processes, and looks for itself now and then.
async fn hear(
    options: PgConnectOptions,
    channel: String,
    wakeup: watch::Sender<Position>,
    mut stop: watch::Receiver<bool>,
) {
    let mut ticks = tokio::time::interval(POLL);
    let mut listener: Option<PgListener> = None;
    let mut poller: Option<PgConnection> = None;
    loop {
        let position = tokio::select! {
            heard = next_notification(&mut listener) => match heard {
                Ok(text) => text.parse().ok(),
                Err(_) => { listener = None; None }
            },
            _ = ticks.tick() => {
                if listener.is_none() {
                    listener = listen(&options, &channel).await;
                }
                poll(&options, &mut poller).await
            }
            _ = stop.changed() => return,
        };
        if let Some(position) = position {
            wakeup.send_if_modified(|known| advance(known, position));
        }
    }
}

async fn next_notification(listener: &mut Option<PgListener>) -> Result<String, sqlx::Error> {
    match listener {
        Some(listener) => Ok(listener.recv().await?.payload().to_owned()),
        None => std::future::pending().await,
    }
}

async fn listen(options: &PgConnectOptions, channel: &str) -> Option<PgListener> {
    let pool = sqlx::postgres::PgPoolOptions::new().max_connections(1).connect_lazy_with(options.clone());
    let mut listener = PgListener::connect_with(&pool).await.ok()?;
    listener.listen(channel).await.ok()?;
    Some(listener)
}

async fn poll(options: &PgConnectOptions, poller: &mut Option<PgConnection>) -> Option<Position> {
    if poller.is_none() {
        *poller = options.connect().await.ok();
    }
    let select = sqlx::query_scalar::<_, i64>("select position from log_head where id = 1");
    match select.fetch_one(poller.as_mut()?).await {
        Ok(position) => Some(Position::number(u64::try_from(position).unwrap_or_default())),
        Err(_) => {
            *poller = None;
            None
        }
    }
}
