//! A server of KurrentDB's protocol that goes away and comes back under the running program.

use acceptance::{Installation, Persona, Stores, new_command_id};
use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::life::{Cast, request};

#[tokio::test]
async fn the_program_says_that_its_server_is_gone_and_goes_on_when_it_is_back() -> Result<()> {
    let mut installation = Installation::fresh(Stores::Kurrent).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    accepted_at_last(&cast.jurist, &new_command_id(), "ervoor").await?;

    installation.server_mut()?.stop();
    let lost = new_command_id();
    let answer = cast.jurist.try_mutate("draftRequest", draft(&lost, "ertussen")).await;
    ensure!(
        answer.map_or(true, |answer| answer.body["data"]["draftRequest"]["trajectory"].is_null()),
        "it was accepted"
    );
    ensure!(!is_ready(&program.base).await, "it says that it is ready without its log");

    installation.server_mut()?.restart().await;
    accepted_at_last(&cast.jurist, &lost, "ertussen").await?;
    accepted_at_last(&cast.jurist, &lost, "ertussen").await?;
    let total = cast.jurist.query("{ trajectories(first: 1) { totalCount } }", json!({})).await?;
    ensure!(total["trajectories"]["totalCount"] == 2, "{total:#}");
    ensure!(program.terminate().await?.success(), "the program stops in order");
    let verified = installation.run(&["projections", "verify"])?;
    ensure!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    Ok(())
}

fn draft(command: &str, about: &str) -> Value {
    json!({ "commandId": command, "request": request(about) })
}

/// Sends the same command again until it is accepted and its dossier is seen.
async fn accepted_at_last(persona: &Persona, command: &str, about: &str) -> Result<()> {
    for _ in 0..400 {
        if let Ok(payload) = persona.accepted("draftRequest", draft(command, about)).await
            && !payload["trajectory"]["number"].is_null()
        {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    anyhow::bail!("the command is never accepted")
}

async fn is_ready(base: &str) -> bool {
    reqwest::get(format!("{base}/readyz")).await.is_ok_and(|answer| answer.status().is_success())
}
