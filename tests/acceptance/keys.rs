//! Master keys over the command line: a rotation that is killed goes on; a file that others can read is refused.

use acceptance::{Installation, Stores};
use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use sqlx::{Connection, Executor, PgConnection};

use crate::erasure::{an_erasable_dossier, erase, shown};
use crate::life::{Cast, request};

on_every_engine!(
    a_rotation_killed_half_way_goes_on_and_the_old_file_can_go,
    a_person_whose_key_alone_was_put_back_is_not_read_again,
);

async fn a_rotation_killed_half_way_goes_on_and_the_old_file_can_go(stores: Stores) -> Result<()> {
    let installation = Installation::fresh(stores).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    let mut dossiers = Vec::new();
    for n in 0..12 {
        let input = json!({ "request": request(&format!("sleutel {n}")) });
        let requested = cast.prosecutor.accepted("requestTrajectory", input).await?;
        dossiers.push(requested["trajectory"]["id"].clone());
    }
    ensure!(program.terminate().await?.success(), "the program stops in order");
    let next = installation.directory().join("next.key");
    let rotate = ["keys", "rotate", "--new-master-key", next.to_str().context("a path")?, "--batch", "1"];
    installation.run_until_line(&rotate, 4)?;
    // Nothing starts with the old key alone, and the new one is not told as a former one, nor the old one as of no use.
    let status = installation.run(&["keys", "status"])?;
    ensure!(said(&status).matches("master key").count() == 2, "{}", said(&status));
    ensure!(said(&status).contains("master.key: keep it until"), "{}", said(&status));
    ensure!(said(&status).contains("in none of the files given"), "{}", said(&status));
    let refused = String::from_utf8_lossy(&status.stderr).into_owned();
    ensure!(!status.status.success() && refused.contains("stores.next_master_key_file"), "{refused}");
    let serve = installation.run(&["serve"])?;
    ensure!(!serve.status.success() && String::from_utf8_lossy(&serve.stderr).contains("was broken off"), "{serve:?}");

    let finished = installation.run(&rotate)?;
    ensure!(finished.status.success(), "{}{}", said(&finished), String::from_utf8_lossy(&finished.stderr));
    ensure!(said(&finished).contains("done:"), "{}", said(&finished));
    // The new file in the place of the old one: nothing else is needed.
    std::fs::rename(&next, installation.data().join("master.key"))?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    let document = "query Named($id: ID!) { trajectory(id: $id) { participant { ... on Participant { name } } } }";
    for (n, dossier) in dossiers.iter().enumerate() {
        let shown = cast.prosecutor.query(document, json!({ "id": dossier })).await?;
        ensure!(shown["trajectory"]["participant"]["name"] == format!("Testpersoon sleutel {n}"), "{shown:#}");
    }
    let status = installation.run(&["keys", "status"])?;
    ensure!(status.status.success() && said(&status).matches("master key").count() == 1, "{}", said(&status));
    Ok(())
}

/// A process loses every lock on a file when it closes any handle of its own on it: another process that closes the store then
/// takes the write-ahead log away, and what is written afterwards goes nowhere.
#[tokio::test]
async fn a_key_made_after_an_erasure_outlives_a_crash_also_when_another_process_had_the_store_open() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    let erased = an_erasable_dossier(&cast).await?;
    erase(&installation, &program, &cast, &erased).await?;
    let status = installation.run(&["keys", "status"])?;
    ensure!(status.status.success(), "{status:?}");
    let input = json!({ "request": request("na het wissen") });
    let requested = cast.prosecutor.accepted("requestTrajectory", input).await?;
    let dossier = requested["trajectory"]["id"].clone();
    program.kill()?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    let document = "query Named($id: ID!) { trajectory(id: $id) { participant { ... on Participant { name } } } }";
    let told = cast.prosecutor.query(document, json!({ "id": dossier })).await?;
    ensure!(told["trajectory"]["participant"]["name"] == "Testpersoon na het wissen", "{told:#}");
    ensure!(shown(&cast.prosecutor, &erased).await?["trajectory"]["erasureCertificate"].is_object(), "still erased");
    Ok(())
}

/// An older key store brings back the key of a person erased since: that key is not carried over to another master key.
#[tokio::test]
async fn a_rotation_over_a_restored_key_store_destroys_again_what_was_erased_since() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let program = installation.serve().await?;
    let erased = an_erasable_dossier(&Cast::of(&installation, &program)?).await?;
    ensure!(program.terminate().await?.success(), "the program stops in order");
    let backup = installation.directory().join("backup");
    std::fs::create_dir(&backup)?;
    copy_keys(&installation.data(), &backup)?;
    let program = installation.serve().await?;
    erase(&installation, &program, &Cast::of(&installation, &program)?, &erased).await?;
    ensure!(program.terminate().await?.success(), "the program stops in order");

    copy_keys(&backup, &installation.data())?;
    let status = installation.run(&["keys", "status"])?;
    ensure!(said(&status).contains(", 0 destroyed"), "the key is back: {}", said(&status));
    ensure!(said(&status).contains("goes up to event"), "{}", said(&status));
    let next = installation.directory().join("next.key");
    let rotated = installation.run(&["keys", "rotate", "--new-master-key", next.to_str().context("a path")?])?;
    ensure!(rotated.status.success(), "{}{}", said(&rotated), String::from_utf8_lossy(&rotated.stderr));
    ensure!(said(&rotated).contains("1 keys destroyed"), "{}", said(&rotated));
    std::fs::rename(&next, installation.data().join("master.key"))?;
    let status = installation.run(&["keys", "status"])?;
    ensure!(status.status.success() && said(&status).contains(", 1 destroyed"), "{}", said(&status));
    Ok(())
}

/// Of the key store only the table of keys, or a row of it, comes from an older backup: how far the log was searched does not.
async fn a_person_whose_key_alone_was_put_back_is_not_read_again(stores: Stores) -> Result<()> {
    let installation = Installation::fresh(stores).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    let erased = an_erasable_dossier(&cast).await?;
    in_key_store(&installation, stores, "create table aside as select * from subject_keys").await?;
    erase(&installation, &program, &cast, &erased).await?;
    wait_until_in_line(&installation).await?;
    ensure!(program.terminate().await?.success(), "the program stops in order");

    let row = "update subject_keys set destroyed_at = null, wrapped = (
                   select aside.wrapped from aside where aside.subject = subject_keys.subject)
                where destroyed_at is not null";
    let table = "delete from subject_keys; insert into subject_keys select * from aside";
    for put_back in [row, table] {
        in_key_store(&installation, stores, put_back).await?;
        let status = installation.run(&["keys", "status"])?;
        ensure!(said(&status).contains(", 0 destroyed"), "the key is back: {}", said(&status));
        ensure!(said(&status).contains("1 keys that were noted as destroyed are not"), "{}", said(&status));
        let reconciled = installation.run(&["keys", "reconcile"])?;
        ensure!(reconciled.status.success() && said(&reconciled).contains("1 keys destroyed"), "{reconciled:?}");
        let status = installation.run(&["keys", "status"])?;
        let again = said(&status).contains(", 1 destroyed") && said(&status).contains("in line with the log");
        ensure!(again, "{}", said(&status));

        in_key_store(&installation, stores, put_back).await?;
        let told = installation.log().matches("THE KEY TABLE IS OLDER THAN ITS STORE").count();
        let program = installation.serve().await?;
        let cast = Cast::of(&installation, &program)?;
        let after = shown(&cast.prosecutor, &erased).await?;
        ensure!(after["trajectory"]["participant"]["reason"] == "ERASED", "{after:#}");
        ensure!(after["trajectories"]["totalCount"] == 0 && !after.to_string().contains("Testpersoon"), "{after:#}");
        ensure!(program.terminate().await?.success(), "the program stops in order");
        let lines = installation.log().matches("THE KEY TABLE IS OLDER THAN ITS STORE").count();
        ensure!(lines == told + 1, "it is told once, not {} times:\n{}", lines - told, installation.log());
    }
    Ok(())
}

/// Changes the key store as somebody who has its database does.
async fn in_key_store(installation: &Installation, stores: Stores, statements: &str) -> Result<()> {
    match stores {
        Stores::Postgres => {
            let mut connection = PgConnection::connect(&installation.database("keys_url")?.url).await?;
            let statements = format!("set search_path to spoor_keys; {statements}");
            connection.execute(sqlx::raw_sql(&statements)).await?;
        }
        Stores::Embedded | Stores::Kurrent => {
            rusqlite::Connection::open(installation.data().join("keys.sqlite"))?.execute_batch(statements)?;
        }
    }
    Ok(())
}

/// Waits until the running program has noted that the keys are in line with all of the log: its keeper comes round every five
/// seconds.
async fn wait_until_in_line(installation: &Installation) -> Result<()> {
    let mut status = String::new();
    for _ in 0..300 {
        status = said(&installation.run(&["keys", "status"])?);
        if status.contains("in line with the log") && status.contains("its last") {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    bail!("the keys are not noted as in line with the log: {status}")
}

/// Copies the key store of a program that does not run.
fn copy_keys(from: &std::path::Path, to: &std::path::Path) -> Result<()> {
    for file in ["keys.sqlite", "keys.sqlite-wal", "keys.sqlite-shm"] {
        if to.join(file).exists() {
            std::fs::remove_file(to.join(file))?;
        }
        if from.join(file).exists() {
            std::fs::copy(from.join(file), to.join(file))?;
        }
    }
    Ok(())
}

fn said(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn no_master_key_is_made_beside_keys_that_another_one_wrapped() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let (file, away) = (installation.data().join("master.key"), installation.directory().join("away.key"));
    std::fs::rename(&file, &away)?;
    let refused = installation.run(&["serve"])?;
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    ensure!(
        !refused.status.success() && why.contains("master.key is not there") && why.contains("put that file back"),
        "{why}"
    );
    ensure!(!file.exists(), "none was made");
    std::fs::rename(&away, &file)?;
    installation.serve().await?;
    Ok(())
}

#[tokio::test]
async fn an_unsafe_or_unusable_master_key_is_refused() -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let installation = Installation::fresh(Stores::Embedded).await?;
    let next = installation.directory().join("open.key");
    std::fs::write(&next, "0".repeat(64))?;
    std::fs::set_permissions(&next, std::fs::Permissions::from_mode(0o644))?;
    let rotate = ["keys", "rotate", "--new-master-key", next.to_str().context("a path")?];
    let refused = installation.run(&rotate)?;
    ensure!(!refused.status.success(), "{}", said(&refused));
    ensure!(String::from_utf8_lossy(&refused.stderr).contains("chmod 600"), "{refused:?}");
    Ok(())
}
