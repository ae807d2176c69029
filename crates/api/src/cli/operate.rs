//! What operators do beside serving: look at settings, migrate stores, look after the views.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use spoor_domain::kernel::{Actor, ActorId, OrganisationId, Role};
use spoor_eventlog::Clock;
use spoor_projections::{BuildState, DifferenceKind, Verification, runner};

use super::{ProjectionCommand, out};
use crate::config::{self, Config, refuse_unsafe, refuse_unsafe_stores};
use crate::graphql;
use crate::import;
use crate::state::{AppState, Places};
use crate::telemetry;

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
        ProjectionCommand::Rebuild { name } => rebuild(&state, &name).await,
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
        Some(BuildState { worker: Some(_), .. }) => "running".into(),
        Some(_) => "at rest".into(),
    }
}

async fn rebuild(state: &AppState, name: &str) -> anyhow::Result<ExitCode> {
    let names = if name == "all" { runner::names() } else { vec![name] };
    for name in names {
        let build = runner::rebuild(&state.logs(), &state.views, name).await?;
        say!("{name} was made anew: version {}, build {}", build.version, build.number);
    }
    Ok(ExitCode::SUCCESS)
}

async fn verify(state: &AppState, name: Option<&str>) -> anyhow::Result<ExitCode> {
    let mut code = ExitCode::SUCCESS;
    for found in runner::verify(&state.logs(), &state.views, name).await? {
        say!("{}", verdict(&found));
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

fn verdict(found: &Verification) -> String {
    if found.different == 0 {
        return format!("{}: clean, {} rows compared up to event {}", found.projection, found.rows, found.index);
    }
    format!(
        "{}: {} of {} rows differ from what the log says; `spoor projections rebuild {}` puts them right",
        found.projection, found.different, found.rows, found.projection
    )
}
