//! The views are what the log says: verified after real work, and a row altered by hand is named.

use acceptance::{Installation, Stores};
use anyhow::{Context, Result, ensure};
use sqlx::{Connection, PgConnection, SqliteConnection};

use crate::life::{Cast, for_dossier, requested, steps};

on_every_engine!(a_row_altered_by_hand_is_named);

async fn a_row_altered_by_hand_is_named(stores: Stores) -> Result<()> {
    let installation = Installation::fresh(stores).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    let mut dossiers = Vec::new();
    for marker in ["een", "twee", "drie"] {
        let dossier = requested(&cast, marker).await?;
        for step in steps().iter().take(dossiers.len() * 4) {
            (step.by)(&cast).accepted(step.mutation, for_dossier(&dossier, &step.input)).await?;
        }
        dossiers.push(dossier);
    }
    ensure!(program.terminate().await?.success(), "the program stops in order");

    let clean = installation.run(&["projections", "verify"])?;
    ensure!(clean.status.success(), "{}{}", text(&clean.stdout), text(&clean.stderr));

    let altered = alter_a_status(&installation, stores).await?;
    let found = installation.run(&["projections", "verify"])?;
    let said = text(&found.stdout) + &text(&found.stderr);
    ensure!(!found.status.success(), "an altered row was not noticed: {said}");
    ensure!(
        said.contains("trajector") && said.contains(&altered) && said.contains("status"),
        "{altered} is not named: {said}"
    );
    Ok(())
}

/// One dossier says another status from now on.
const ALTER: &str =
    "update trajectory set status = 'Closed' where dossier = (select min(dossier) from trajectory) returning dossier";

/// Changes one dossier's status in the views and gives the dossier's id.
async fn alter_a_status(installation: &Installation, stores: Stores) -> Result<String> {
    match stores {
        Stores::Postgres => {
            let mut views = PgConnection::connect(&installation.database("views_url")?.url).await?;
            let schemas = "select table_schema from information_schema.tables where table_name = 'trajectory'";
            let schema: String = sqlx::query_scalar(schemas).fetch_one(&mut views).await?;
            sqlx::query(&format!("set search_path to {schema}")).execute(&mut views).await?;
            Ok(sqlx::query_scalar(ALTER).fetch_one(&mut views).await?)
        }
        Stores::Embedded | Stores::Kurrent => alter_in_files(installation).await,
    }
}

async fn alter_in_files(installation: &Installation) -> Result<String> {
    for entry in std::fs::read_dir(installation.data())? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if !(name.starts_with("views") && name.ends_with(".sqlite")) {
            continue;
        }
        let mut views = SqliteConnection::connect(&format!("sqlite:{}", path.display())).await?;
        let altered: Result<String, _> = sqlx::query_scalar(ALTER).fetch_one(&mut views).await;
        views.close().await?;
        if let Ok(id) = altered {
            return Ok(id);
        }
    }
    Err(anyhow::anyhow!("no view file has a table of dossiers"))
        .context("the views have another shape than this test knows")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn where_no_store_was_made_yet_the_next_step_is_named_and_nothing_is_made() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let nowhere = directory.path().join("nowhere");
    for about in [&["status"][..], &["rebuild", "dashboard"]] {
        let asked = std::process::Command::new(acceptance::program_file()?)
            .arg("projections")
            .args(about)
            .arg("--data")
            .arg(&nowhere)
            .env_clear()
            .output()?;
        let said = text(&asked.stderr);
        ensure!(
            !asked.status.success() && said.contains("`spoor migrate`") && said.contains("put their key back"),
            "{said}"
        );
    }
    ensure!(!nowhere.exists(), "looking made a store");
    Ok(())
}
