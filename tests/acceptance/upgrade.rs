//! A later version of every projection: the views are made to look as the version before left them, and the program that
//! starts next builds its own beside them and takes over. A log in KurrentDB has its views in files.

use std::path::Path;
use std::time::Duration;

use acceptance::{Installation, Stores};
use anyhow::{Result, bail, ensure};
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};

/// A projection and the version of its code.
type Version = (String, i64);

const SHIFT: &str = "update build set version = version - 1";
const BUILDS: &str = "select projection, version, number from build";
const ACTIVE: &str = "select projection, version from build where status = 'active' order by projection";

/// Makes every build one of the version before. Gives the versions as they were.
pub async fn as_an_earlier_version_left_them(installation: &Installation, stores: Stores) -> Result<Vec<Version>> {
    let now = active(installation, stores).await?;
    ensure!(now.len() >= 8, "{now:?}");
    match stores {
        Stores::Embedded | Stores::Kurrent => {
            let mut registry = registry(&installation.data()).await?;
            let builds: Vec<(String, i64, i64)> = sqlx::query_as(BUILDS).fetch_all(&mut registry).await?;
            for (projection, version, number) in builds {
                for ending in ["", "-wal", "-shm"] {
                    let name = |version: i64| format!("views-{projection}-v{version}-b{number}.sqlite{ending}");
                    let (from, to) =
                        (installation.data().join(name(version)), installation.data().join(name(version - 1)));
                    if from.exists() {
                        std::fs::rename(from, to)?;
                    }
                }
            }
            registry.execute(SHIFT).await?;
            registry.close().await?;
        }
        Stores::Postgres => {
            let mut views = PgConnection::connect(&installation.database("views_url")?.url).await?;
            views.execute("set search_path to views").await?;
            let builds: Vec<(String, i64, i64)> = sqlx::query_as(BUILDS).fetch_all(&mut views).await?;
            for (projection, version, number) in builds {
                let name = |version: i64| format!("views_{projection}_v{version}_b{number}");
                let rename = format!("alter schema {} rename to {}", name(version), name(version - 1));
                views.execute(rename.as_str()).await?;
            }
            views.execute(SHIFT).await?;
            views.close().await?;
        }
    }
    let before = active(installation, stores).await?;
    ensure!(before.iter().zip(&now).all(|(old, new)| old.1 + 1 == new.1), "{before:?} {now:?}");
    Ok(now)
}

/// Waits until builds of these versions answer.
pub async fn taken_over(installation: &Installation, stores: Stores, versions: &[Version]) -> Result<()> {
    for _ in 0..1200 {
        if active(installation, stores).await? == versions {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("the later version does not take over: {:?}", active(installation, stores).await?)
}

async fn active(installation: &Installation, stores: Stores) -> Result<Vec<Version>> {
    Ok(match stores {
        Stores::Embedded | Stores::Kurrent => {
            let mut registry = registry(&installation.data()).await?;
            let found = sqlx::query_as(ACTIVE).fetch_all(&mut registry).await?;
            registry.close().await?;
            found
        }
        Stores::Postgres => {
            let mut views = PgConnection::connect(&installation.database("views_url")?.url).await?;
            views.execute("set search_path to views").await?;
            let found = sqlx::query_as(ACTIVE).fetch_all(&mut views).await?;
            views.close().await?;
            found
        }
    })
}

async fn registry(data: &Path) -> Result<SqliteConnection> {
    Ok(SqliteConnection::connect(&format!("sqlite:{}", data.join("views.sqlite").display())).await?)
}
