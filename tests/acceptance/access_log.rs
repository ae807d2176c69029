//! The access log as it is stored, read past the program, on whichever engine.

use acceptance::Installation;
use anyhow::Result;
use serde_json::Value;
use sqlx::{Connection, PgConnection, SqliteConnection};

/// A record of the access log.
pub struct Stored {
    pub kind: String,
    pub payload: Value,
    /// Who and when, as text.
    pub metadata: String,
}

/// Everything in the access log, in its order.
pub async fn stored(installation: &Installation) -> Result<Vec<Stored>> {
    const SELECT: &str =
        "select event_type, cast(payload as text), cast(metadata as text) from events order by position";
    let rows: Vec<(String, String, String)> = if let Ok(server) = installation.server() {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let ours = server.events().into_iter().filter(|event| event.stream.starts_with("spoor_access."));
        ours.map(|event| (event.event_type.clone(), text(&event.data), text(&event.metadata))).collect()
    } else if let Ok(database) = installation.database("access_url") {
        sqlx::query_as(SELECT).fetch_all(&mut PgConnection::connect(&database.url).await?).await?
    } else {
        let file = installation.data().join("access.sqlite");
        let mut access = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await?;
        sqlx::query_as(SELECT).fetch_all(&mut access).await?
    };
    let record = |(kind, payload, metadata): (String, String, String)| {
        Ok(Stored { kind, payload: serde_json::from_str(&payload)?, metadata })
    };
    rows.into_iter().map(record).collect()
}
