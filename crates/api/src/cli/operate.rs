//! What operators do beside serving: look at settings, migrate stores, look after the views.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use spoor_domain::kernel::{Actor, ActorId, OrganisationId, Role};
use spoor_eventlog::{Clock, LogError};
use spoor_projections::{BuildState, DifferenceKind, Verification, runner};

use super::{ProjectionCommand, out};
use crate::config::{self, Config, refuse_unsafe, refuse_unsafe_stores};
use crate::graphql;
use crate::import;
use crate::proof::LogName;
use crate::state::{AppState, Places};
use crate::telemetry;

/// What to do before views are made anew.
const RESTORE_FIRST: &str =
    "Restore the log first from a backup that has the records (`spoor audit check` names what is gone)";

/// `config print`.
pub fn print(config: &Config) -> ExitCode {
    out::text(&config::print(config));
    ExitCode::SUCCESS
}

/// `config check`.
pub fn check(config: &Config) -> anyhow::Result<ExitCode> {
    refuse_unsafe(config)?;
    say!("the configuration is complete and safe");
    Ok(ExitCode::SUCCESS)
}

/// `migrate`.
pub async fn migrate(config: &Config) -> anyhow::Result<ExitCode> {
    refuse_unsafe_stores(config)?;
    telemetry::start(&config.telemetry)?;
    let places = Places::migrate(config).await?;
    say!("ready: log {}, access log {}", places.log, places.access);
    Ok(ExitCode::SUCCESS)
}

/// `import action-plan FILE`.
pub async fn import(
    config: Config,
    file: &Path,
    by: ActorId,
    organisation: OrganisationId,
) -> anyhow::Result<ExitCode> {
    refuse_unsafe_stores(&config)?;
    telemetry::start(&config.telemetry)?;
    let json = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let plan = import::plan_from_json(&json).with_context(|| file.display().to_string())?;
    let actor = Actor { id: by, role: Role::PlanCoordinator, organisation };
    let state = AppState::open(config, Clock::System).await?;
    let imported = import::run(&state.log, &state.clock, &plan, &actor).await;
    state.close().await;
    let imported = imported?;
    say!(
        "{}, {}: {} actions; {} commands stored ({} events), {} stored before",
        plan.name,
        plan.half_year,
        imported.actions,
        imported.stored,
        imported.events,
        imported.repeated
    );
    Ok(ExitCode::SUCCESS)
}

/// `documents sweep`.
pub async fn sweep_documents(config: Config) -> anyhow::Result<ExitCode> {
    refuse_unsafe_stores(&config)?;
    telemetry::start(&config.telemetry)?;
    let state = AppState::open(config, Clock::System).await?;
    let removed = graphql::desk(&state).sweep_documents().await;
    state.close().await;
    say!("{} documents that nobody attached were removed", removed?);
    Ok(ExitCode::SUCCESS)
}

/// `projections …`.
pub async fn projections(config: Config, command: ProjectionCommand) -> anyhow::Result<ExitCode> {
    refuse_unsafe_stores(&config)?;
    telemetry::start(&config.telemetry)?;
    let state = AppState::open(config, Clock::System).await?;
    let result = match command {
        ProjectionCommand::Status => status(&state).await,
        ProjectionCommand::Rebuild { name, over_a_loss } => rebuild(&state, &name, over_a_loss).await,
        ProjectionCommand::Verify { name } => verify(&state, name.as_deref()).await,
    };
    state.close().await;
    result
}

async fn status(state: &AppState) -> anyhow::Result<ExitCode> {
    say!("{:<14} {:>7} {:>10} {:>8}  state", "projection", "version", "events", "behind");
    let mut code = ExitCode::SUCCESS;
    for projection in runner::status(&state.logs(), &state.views).await? {
        let building = match &projection.building {
            Some(build) => format!(", version {} is being built ({} events)", build.id.version, build.events),
            None => String::new(),
        };
        let (version, events) = projection
            .active
            .as_ref()
            .map_or((String::from("-"), 0), |build| (build.id.version.to_string(), build.events));
        let standing = standing(projection.active.as_ref());
        say!("{:<14} {version:>7} {events:>10} {:>8}  {standing}{building}", projection.name, projection.lag);
        if projection.active.as_ref().is_some_and(|build| build.failure.is_some()) {
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

fn standing(active: Option<&BuildState>) -> String {
    match active {
        None => "not built yet: start `spoor serve`, or run `spoor projections rebuild NAME`".into(),
        Some(BuildState { failure: Some(failure), .. }) => {
            format!("stopped at {}: {}", failure.position, failure.error)
        }
        Some(BuildState { readable: false, .. }) => {
            "of an earlier version, and not read: start `spoor serve`, or run `spoor projections rebuild NAME`".into()
        }
        Some(BuildState { worker: Some(_), .. }) => "running".into(),
        Some(_) => "at rest".into(),
    }
}

async fn rebuild(state: &AppState, name: &str, over_a_loss: bool) -> anyhow::Result<ExitCode> {
    if !over_a_loss && let Some(faults) = faults(state).await? {
        bail!(
            "nothing was made anew, for {faults}. {RESTORE_FIRST}: new views would lack what is gone, and what the live ones still tell of it \
             would go with them. Where it is lost for good, `--over-a-loss` makes them anew all the same"
        );
    }
    let names = if name == "all" { runner::names() } else { vec![name] };
    for name in names {
        let build = runner::rebuild(&state.logs(), &state.views, name).await?;
        say!("{name} was made anew: version {}, build {}", build.version, build.number);
    }
    Ok(ExitCode::SUCCESS)
}

async fn verify(state: &AppState, name: Option<&str>) -> anyhow::Result<ExitCode> {
    let (mut code, faults) = (ExitCode::SUCCESS, faults(state).await?);
    if let Some(faults) = &faults {
        say!("{faults}. {RESTORE_FIRST}");
        code = ExitCode::FAILURE;
    }
    for found in runner::verify(&state.logs(), &state.views, name).await? {
        say!("{}", verdict(&found, faults.is_none()));
        for difference in &found.differences {
            let kind = match &difference.kind {
                DifferenceKind::Missing => "is missing".to_owned(),
                DifferenceKind::Surplus => "should not be there".to_owned(),
                DifferenceKind::Columns(columns) => format!("differs in {}", columns.join(", ")),
            };
            say!("  {} {} {kind}", difference.table, difference.key);
        }
        if found.different > 0 {
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

/// What is missing from the logs, or altered there, in words: both are read again for it.
async fn faults(state: &AppState) -> anyhow::Result<Option<String>> {
    for name in LogName::ALL {
        state.keeper.of(name).read_again(Duration::ZERO).await?;
    }
    let of = |name: LogName| match state.keeper.of(name).log().check_records() {
        Err(LogError::NotWhole { faults }) => Some(format!("{} is not whole ({faults})", name.words())),
        Err(_) | Ok(()) => None,
    };
    let faults: Vec<_> = LogName::ALL.into_iter().filter_map(of).collect();
    Ok((!faults.is_empty()).then(|| faults.join(", and ")))
}

fn verdict(found: &Verification, log_is_whole: bool) -> String {
    if found.different == 0 {
        return format!("{}: clean, {} rows compared up to event {}", found.projection, found.rows, found.index);
    }
    let advice = match log_is_whole {
        true => format!("`spoor projections rebuild {}` puts them right", found.projection),
        false => "they may tell what the log has lost".to_owned(),
    };
    format!("{}: {} of {} rows differ from what the log says; {advice}", found.projection, found.different, found.rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::dossiers;

    #[tokio::test(flavor = "multi_thread")]
    async fn over_a_log_that_lacks_a_record_views_are_made_anew_only_by_who_says_so() {
        let directory = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.stores.data = Some(directory.path().to_owned());
        Places::migrate(&config).await.unwrap();
        let state = AppState::open(config.clone(), Clock::System).await.unwrap();
        dossiers::load(&state.log, &state.blobs, &state.clock, 2, |_| {}).await.unwrap();
        rebuild(&state, "agreements", false).await.unwrap();
        // The tiles have it, so that the log opens; the record is all that goes.
        state.keeper.of(LogName::Events).sign().await.unwrap();
        let last = state.log.head().await.unwrap().index;
        state.close().await;
        let file = rusqlite::Connection::open(directory.path().join("log.sqlite")).unwrap();
        let delete = format!("drop trigger events_not_deleted; delete from events where position = {last}");
        file.execute_batch(&delete).unwrap();
        drop(file);

        let state = AppState::open(config, Clock::System).await.unwrap();
        let refused = rebuild(&state, "agreements", false).await.unwrap_err().to_string();
        assert!(refused.contains(&format!("record {last}")) && refused.contains("--over-a-loss"), "{refused}");
        assert!(refused.contains("estore the log first"), "{refused}");
        rebuild(&state, "agreements", true).await.unwrap();
        state.close().await;
    }

    #[test]
    fn rows_that_differ_are_made_anew_of_a_whole_log_only() {
        let found = Verification { projection: "dashboard", index: 9, rows: 3, differences: Vec::new(), different: 1 };
        assert!(verdict(&found, true).contains("rebuild dashboard"));
        assert!(!verdict(&found, false).contains("rebuild"));
    }
}
