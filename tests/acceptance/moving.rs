//! A log moves from engine to engine and back: the same log, with the same root, exports and promises.

use acceptance::{Installation, Stores};
use anyhow::{Context, Result, ensure};
use spoor_testkit::TestDatabase;
use spoor_testserver::TestServer;

use crate::life::{Cast, requested};
use crate::proof::{files, said};

#[tokio::test]
async fn a_log_goes_to_every_other_engine_and_comes_back_unchanged() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    requested(&cast, "een").await?;
    ensure!(program.terminate().await?.success(), "the program stops in order");

    let at = |name: &str| installation.directory().join(name).to_string_lossy().into_owned();
    let here = format!("sqlite:{}", installation.data().join("log.sqlite").display());
    let access = format!("sqlite:{}", installation.data().join("access.sqlite").display());
    let server = TestServer::start().await;
    let [there, further, back] =
        [TestDatabase::fresh().await.url, server.url(), format!("sqlite:{}", at("back.sqlite"))];
    let copy = |from: &str, to: &str| -> Result<String> {
        let done = installation.run(&["log", "copy", "--from", from, "--to", to])?;
        ensure!(done.status.success(), "{from} to {to}: {}", said(&done));
        let text = String::from_utf8_lossy(&done.stdout).into_owned();
        Ok(text.split_once("root ").context(text.clone())?.1.trim().to_owned())
    };
    let root = copy(&here, &there)?;
    let on_the_way = [copy(&there, &further)?, copy(&further, &back)?, copy(&here, &there)?, copy(&back, &further)?];
    ensure!(root.len() == 64 && on_the_way.iter().all(|same| *same == root), "{root}, then {on_the_way:?}");

    let export = |name: &str, log: &str| -> Result<()> {
        let out = at(name);
        let done = [
            "audit",
            "export",
            "--purpose",
            "ADMINISTRATION",
            "--out",
            &out,
            "--log-url",
            log,
            "--access-url",
            &access,
        ];
        let done = installation.run(&done)?;
        ensure!(done.status.success(), "{name}: {}", said(&done));
        let checked = installation.run(&["audit", "check", "--log-url", log, "--access-url", &access])?;
        ensure!(checked.status.success(), "{name}: {}", said(&checked));
        Ok(())
    };
    for (name, log) in [("first", &here), ("moved", &there), ("further", &further), ("back", &back)] {
        export(name, log)?;
        ensure!(files(at("first").as_ref())? == files(at(name).as_ref())?, "the export of '{name}' differs");
    }
    Ok(())
}

#[tokio::test]
async fn a_copy_onto_another_log_or_itself_is_refused_with_what_to_do() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let log = format!("sqlite:{}", installation.data().join("log.sqlite").display());
    let cases = [
        (log.clone(), log.clone(), "the same log"),
        (
            log.clone(),
            "mysql://elsewhere/log".to_owned(),
            "--to is neither sqlite:PATH, postgres://HOST/DATABASE nor esdb://",
        ),
        ("postgres://spoor:secret@127.0.0.1/log".to_owned(), log.clone(), "put it in a file"),
        (log.clone(), "postgres://spoor@db.example/log".to_owned(), "sslmode=verify-full"),
        (log.clone(), "esdb://admin:secret@db.example".to_owned(), "credentialsFile"),
        (log, "esdb://db.example?tls=false".to_owned(), "tls=false"),
    ];
    for (from, to, why) in cases {
        let refused = installation.run(&["log", "copy", "--from", &from, "--to", &to])?;
        ensure!(!refused.status.success() && said(&refused).contains(why), "{from} to {to}: {}", said(&refused));
    }
    Ok(())
}
