//! A disk that is full: under the log lines it stops nothing, and under a store whoever watches the program is told.

use std::fs::File;
use std::time::Duration;

use acceptance::{Demo, Installation, Stores};
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection};

use crate::life::{Cast, request};

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_whose_log_lines_cannot_be_written_works_all_the_same() -> Result<()> {
    let ended = Demo::once(File::options().write(true).open("/dev/full")?).await?;
    ensure!(ended.success(), "{ended}");
    Ok(())
}

/// What the program says is missing; empty when it is ready.
async fn missing(base: &str) -> Result<String> {
    let answer = reqwest::get(format!("{base}/readyz")).await?;
    let is_ready = answer.status().is_success();
    let told: Value = answer.json().await?;
    ensure!(is_ready == (told["missing"] == json!([])), "{told:#}");
    Ok(if is_ready { String::new() } else { told["missing"].to_string() })
}

/// Waits until what is missing is as it should be.
async fn until(base: &str, fits: impl Fn(&str) -> bool) -> Result<()> {
    for _ in 0..400 {
        if fits(&missing(base).await?) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("/readyz stays {}", missing(base).await?)
}

#[tokio::test]
async fn a_store_that_cannot_be_written_to_is_told_by_readyz_until_it_can_be() -> Result<()> {
    let installation = Installation::fresh(Stores::Postgres).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    let mut views = PgConnection::connect(&installation.database("views_url")?.url).await?;
    let build = "select nspname::text from pg_namespace where nspname like 'views_trajectories_%'";
    let build: String = sqlx::query_scalar(build).fetch_optional(&mut views).await?.context("a build")?;
    for (store, table, told) in [
        ("log_url", "log_head".to_owned(), "the log cannot be written to"),
        ("access_url", "log_head".to_owned(), "the access log cannot be written to"),
        ("views_url", format!("{build}.checkpoint"), "the projection trajectories cannot be written to"),
    ] {
        ensure!(missing(&program.base).await?.is_empty(), "before, with {store}");
        let mut database = PgConnection::connect(&installation.database(store)?.url).await?;
        let full = format!(
            "create function no_room() returns trigger language plpgsql as $$ begin raise exception 'no room'; end $$;
             create trigger no_room before update on {table} for each statement execute function no_room()"
        );
        database.execute(sqlx::raw_sql(&full)).await?;
        // Somebody wants something; a view is written to by itself.
        let drafted = cast.jurist.mutate("draftRequest", json!({ "request": request("vol") })).await;
        ensure!(drafted.is_err() == (store != "views_url"), "{store}: {drafted:?}");
        until(&program.base, |missing| missing.contains(told)).await.context(store)?;
        ensure!(missing(&program.base).await?.contains(told), "asking made it ready");
        database.execute(sqlx::raw_sql(&format!("drop trigger no_room on {table}; drop function no_room"))).await?;
        until(&program.base, str::is_empty).await.context(store)?;
    }
    cast.jurist.accepted("draftRequest", json!({ "request": request("weer plaats") })).await.map(drop)
}
