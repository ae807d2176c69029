//! The key that signs checkpoints is replaced while an installation is in use: what was exported before stays proven, what is
//! exported after is proven by the new key, and no other key opens the logs.

use acceptance::{Installation, Stores};
use anyhow::{Result, ensure};
use serde_json::Value;

use crate::life::{Cast, requested};
use crate::proof::{both_prove, files, said, verified};

on_every_engine!(another_key_takes_over_and_old_and_new_exports_stay_proven);

async fn another_key_takes_over_and_old_and_new_exports_stay_proven(stores: Stores) -> Result<()> {
    let installation = Installation::fresh(stores).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    requested(&cast, "een").await?;
    let at = |name: &str| installation.directory().join(name);
    let export = |name: &str, more: &[&str]| -> Result<()> {
        let place = at(name).to_string_lossy().into_owned();
        let done =
            installation.run(&[&["audit", "export", "--purpose", "ADMINISTRATION", "--out", &place], more].concat())?;
        ensure!(done.status.success(), "{name}: {}", said(&done));
        Ok(())
    };
    export("before", &[])?;
    let manifest: Value = serde_json::from_str(&std::fs::read_to_string(at("before/manifest.json"))?)?;
    let keys = installation.data().join("checkpoints/events/vkey");
    std::fs::copy(&keys, at("old.vkey"))?;
    // Something follows, so that the checkpoint by which it hands over is another one.
    requested(&cast, "twee").await?;
    ensure!(program.terminate().await?.success(), "the program stops in order");

    let (signing, next) = (installation.data().join("signing.key"), at("next.key"));
    let rotated = installation.run(&["keys", "rotate-log-key", "--new-signing-key", &next.to_string_lossy()])?;
    ensure!(rotated.status.success() && said(&rotated).contains("signed by both keys"), "{}", said(&rotated));
    let refused = installation.run(&["audit", "checkpoint"])?;
    ensure!(!refused.status.success() && said(&refused).contains("took over"), "{}", said(&refused));
    std::fs::rename(&next, &signing)?;

    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    requested(&cast, "drie").await?;
    export("after", &[])?;
    export("as-then", &["--size", &manifest["tree_size"].to_string()])?;
    ensure!(files(&at("before"))? == files(&at("as-then"))?, "another key changes what was exported");
    for name in ["before", "as-then", "after"] {
        both_prove(&at(name), &keys)?;
    }
    both_prove(&at("before"), &at("old.vkey"))?;
    let by_old = verified(&at("after"), &at("old.vkey"))?;
    ensure!(by_old.status.code() == Some(1), "the old key proves what it did not sign: {}", said(&by_old));
    let text = std::fs::read_to_string(&keys)?;
    let (new, old) = (text.lines().next().unwrap_or_default(), text.lines().nth(1).unwrap_or_default());
    ensure!(old == std::fs::read_to_string(at("old.vkey"))?.trim_end(), "the old key is in the list: {text}");
    std::fs::write(at("new.vkey"), new)?;
    both_prove(&at("after"), &at("new.vkey"))?;
    let checked = installation.run(&["audit", "check"])?;
    ensure!(checked.status.success(), "{}", said(&checked));
    Ok(())
}
