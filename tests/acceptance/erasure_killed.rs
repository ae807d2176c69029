//! `kill -9` in the middle of an erasure: whatever was begun is finished by the next start, once.

use acceptance::{Installation, Stores, new_command_id};
use anyhow::{Result, bail, ensure};
use serde_json::json;
use spoor_testserver::TestServer;
use sqlx::{Connection, PgConnection, SqliteConnection};

use crate::erasure::{Officers, asking, certified, law, shown};
use crate::life::{Cast, request};

on_every_engine!(an_erasure_cut_off_by_a_kill_is_carried_through_once_or_never_was);

/// How far an erasure has come when the program is killed, or further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Two people have asked for it and confirmed it.
    Confirmed,
    /// The key is gone.
    KeyDestroyed,
    /// The log says that it is.
    Recorded,
    /// The certificate stands in the log; the client may not have its answer yet.
    Certified,
}

const STAGES: [Stage; 4] = [Stage::Confirmed, Stage::KeyDestroyed, Stage::Recorded, Stage::Certified];

impl Stage {
    /// What there is one more of once an erasure has come so far.
    async fn times(self, look: &mut Look<'_>) -> Result<i64> {
        match self {
            Stage::Confirmed => look.log.count_of_type("ErasureConfirmed").await,
            Stage::KeyDestroyed => {
                let sql = format!("select count(*) from {} where destroyed_at is not null", look.keys.key_table());
                look.keys.count(&sql).await
            }
            Stage::Recorded => look.log.count_of_type("SubjectKeyDestroyed").await,
            Stage::Certified => look.log.count_of_type("ErasureCertified").await,
        }
    }
}

/// A look into the stores past the program.
struct Look<'a> {
    log: Store<'a>,
    keys: Store<'a>,
}

enum Store<'a> {
    File(SqliteConnection),
    Server(PgConnection),
    Events(&'a TestServer),
}

impl<'a> Look<'a> {
    async fn into(installation: &'a Installation, stores: Stores) -> Result<Self> {
        let open = async |file: &str, database: &str| -> Result<Store<'a>> {
            Ok(match stores {
                Stores::Kurrent if database == "log_url" => Store::Events(installation.server()?),
                Stores::Embedded | Stores::Kurrent => {
                    let file = installation.data().join(file);
                    Store::File(SqliteConnection::connect(&format!("sqlite:{}", file.display())).await?)
                }
                Stores::Postgres => Store::Server(PgConnection::connect(&installation.database(database)?.url).await?),
            })
        };
        Ok(Self { log: open("log.sqlite", "log_url").await?, keys: open("keys.sqlite", "keys_url").await? })
    }

    /// How often each stage was come to, in all.
    async fn stages(&mut self) -> Result<Vec<i64>> {
        let mut all = Vec::new();
        for stage in STAGES {
            all.push(stage.times(self).await?);
        }
        Ok(all)
    }
}

impl Store<'_> {
    async fn count_of_type(&mut self, event: &str) -> Result<i64> {
        match self {
            Store::File(_) | Store::Server(_) => {
                self.count(&format!("select count(*) from events where event_type = '{event}'")).await
            }
            Store::Events(server) => {
                let stored = server.events().iter().filter(|stored| stored.event_type == event).count();
                Ok(i64::try_from(stored)?)
            }
        }
    }

    async fn count(&mut self, sql: &str) -> Result<i64> {
        match self {
            Store::File(file) => Ok(sqlx::query_scalar(sql).fetch_one(file).await?),
            Store::Server(server) => Ok(sqlx::query_scalar(sql).fetch_one(server).await?),
            Store::Events(_) => bail!("events are not asked in SQL"),
        }
    }

    fn key_table(&self) -> &'static str {
        match self {
            Store::File(_) | Store::Events(_) => "subject_keys",
            Store::Server(_) => "spoor_keys.subject_keys",
        }
    }
}

async fn an_erasure_cut_off_by_a_kill_is_carried_through_once_or_never_was(stores: Stores) -> Result<()> {
    let installation = Installation::fresh(stores).await?;
    let mut program = installation.serve().await?;
    Cast::of(&installation, &program)?.sign_agreement().await?;
    let mut look = Look::into(&installation, stores).await?;
    for (before, stage) in (0..).zip(STAGES) {
        let cast = Cast::of(&installation, &program)?;
        let Officers { officer, .. } = Officers::of(&installation, &program)?;
        let marker = format!("gedood {before}");
        let requested = cast.prosecutor.accepted("requestTrajectory", json!({ "request": request(&marker) })).await?;
        let dossier = requested["trajectory"]["id"].clone();
        let subject = shown(&cast.prosecutor, &dossier).await?["trajectory"]["subject"].clone();
        let ground = json!({ "trajectoryId": dossier, "ground": "PENDING_ERASURE", "reference": law() });
        officer.accepted("restrictProcessing", ground).await?;
        officer.accepted("requestErasure", asking(&dossier, &subject)).await?;
        let input = json!({ "trajectoryId": dossier, "subject": subject, "commandId": new_command_id() });
        let sent = tokio::spawn({
            let (sending, input) = (cast.prosecutor.clone(), input.clone());
            async move { sending.mutate("confirmErasure", input).await.is_ok() }
        });
        // Killed as soon as it has come so far, or the answer is there.
        while !sent.is_finished() && stage.times(&mut look).await? == before {
            tokio::task::yield_now().await;
        }
        program.kill()?;
        let _ = sent.await;

        let stood = Stage::Confirmed.times(&mut look).await? > before;
        ensure!(stood, "{stage:?}: it had come so far, and was lost");
        program = installation.serve().await?;
        let cast = Cast::of(&installation, &program)?;
        let after = certified(&cast.prosecutor, &dossier).await?;
        ensure!(after["trajectory"]["participant"]["reason"] == "ERASED", "{stage:?}: {after:#}");
        // The client that never got its answer sends it again and gets the first result.
        let again = cast.prosecutor.mutate("confirmErasure", input).await?;
        ensure!(again["userErrors"] == json!([]), "{stage:?}: {again:#}");
        let stages = look.stages().await?;
        ensure!(stages.iter().all(|times| *times == before + 1), "{stage:?}: not once, but {stages:?}");
    }
    ensure!(program.terminate().await?.success(), "the program stops in order");
    let verified = installation.run(&["projections", "verify"])?;
    ensure!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    let checked = installation.run(&["audit", "check"])?;
    ensure!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    Ok(())
}
