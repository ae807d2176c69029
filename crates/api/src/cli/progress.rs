//! `import progress`: report rows and figures of a half-year, from a file.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use spoor_domain::kernel::{
    Actor, ActorId, CommandContext, HalfYear, OrganisationId, PlanId, Provenance, Purpose, Role,
};
use spoor_eventlog::Clock;
use spoor_projections::{plan, runner};
use uuid::Uuid;

use crate::config::{Config, refuse_unsafe_stores};
use crate::import::progress::{self, Carried, LineProblem, ProgressFile, ProgressFormat};
use crate::state::AppState;
use crate::telemetry;

#[derive(Debug, clap::Args)]
pub struct ProgressArgs {
    /// The file; its name ends in .json or .csv
    file: PathBuf,
    /// The half-year it reports on, such as 2019-H1
    #[arg(long, value_name = "HALF-YEAR")]
    period: HalfYear,
    /// The id of the plan; not needed where there is one
    #[arg(long, value_name = "ID")]
    plan: Option<PlanId>,
    /// Only say what is wrong with it and what it comes to, and store nothing
    #[arg(long)]
    dry_run: bool,
    /// The account it is recorded under
    #[arg(long, value_name = "ACCOUNT", default_value = "import")]
    by: ActorId,
    /// The organisation of that account
    #[arg(long, value_name = "CODE", default_value = "abb")]
    organisation: OrganisationId,
}

/// Checks the file, tells every problem by line, and carries it out when there is none.
pub async fn run(config: Config, args: ProgressArgs) -> anyhow::Result<ExitCode> {
    refuse_unsafe_stores(&config)?;
    telemetry::start(&config.telemetry)?;
    let place = args.file.display().to_string();
    let content = std::fs::read(&args.file).with_context(|| format!("{place} cannot be read"))?;
    let format = match args.file.extension().and_then(|ending| ending.to_str()) {
        Some("json") => ProgressFormat::Json,
        Some("csv") => ProgressFormat::Csv,
        Some(_) | None => bail!("{place} ends neither in .json nor in .csv: name it after what it is"),
    };
    let state = AppState::open(config, Clock::System).await?;
    let done = import(&state, &args, format, &content).await;
    state.close().await;
    done
}

async fn import(
    state: &AppState,
    args: &ProgressArgs,
    format: ProgressFormat,
    content: &[u8],
) -> anyhow::Result<ExitCode> {
    runner::catch_up(&state.logs(), &state.views).await?;
    let plan = the_plan(state, args.plan).await?;
    let file = ProgressFile::read(plan, args.period, format, content);
    let actions = plan::actions(&state.views, plan, None).await?.value;
    let known = actions.into_iter().map(|action| (action.definition.number, action.id)).collect();
    let context = context(state, args);
    let checked = progress::check(&state.log, &file, &known, &context).await?;
    if !checked.problems.is_empty() {
        return Ok(told(&checked.problems));
    }
    if args.dry_run {
        let Carried { stored, events, repeated, .. } = checked.would_store();
        say!(
            "nothing is wrong: {stored} actions would be stored ({events} events), {repeated} stand there already; nothing was stored"
        );
        return Ok(ExitCode::SUCCESS);
    }
    let carried = progress::carry_out(&state.log, &checked, &context).await?;
    let (stored, events, repeated) = (carried.stored, carried.events, carried.repeated);
    say!("{}: {stored} actions stored ({events} events), {repeated} stood there before", args.period);
    Ok(if carried.problems.is_empty() { ExitCode::SUCCESS } else { told(&carried.problems) })
}

fn told(problems: &[LineProblem]) -> ExitCode {
    problems.iter().for_each(|problem| eprintln!("{problem}"));
    eprintln!("{}", counted(problems.len()));
    ExitCode::FAILURE
}

fn counted(problems: usize) -> String {
    if problems == 1 { "1 problem".to_owned() } else { format!("{problems} problems") }
}

async fn the_plan(state: &AppState, given: Option<PlanId>) -> anyhow::Result<PlanId> {
    let plans = plan::plans(&state.views, None).await?.value;
    match (given, plans.as_slice()) {
        (Some(id), plans) if plans.iter().any(|plan| plan.id == id) => Ok(id),
        (Some(id), _) => bail!("there is no plan {id}"),
        (None, [only]) => Ok(only.id),
        (None, []) => bail!("there is no plan yet: adopt or import one first"),
        (None, several) => {
            let names: Vec<String> = several.iter().map(|plan| format!("{} {}", plan.id, plan.outline.name)).collect();
            bail!("there are several plans: say which with --plan\n{}", names.join("\n"))
        }
    }
}

fn context(state: &AppState, args: &ProgressArgs) -> CommandContext {
    CommandContext {
        actor: Actor { id: args.by.clone(), role: Role::PlanCoordinator, organisation: args.organisation.clone() },
        purpose: Purpose::Administration,
        at: state.clock.now(),
        today: state.clock.today_brussels(),
        command_id: Uuid::nil(),
        expected_version: None,
        provenance: Provenance { auth_mode: "system".into(), ..Provenance::default() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_problem_is_told_as_one() {
        assert_eq!([1, 2, 12].map(counted), ["1 problem", "2 problems", "12 problems"]);
    }
}
