//! Carrying an imported report out on the log: the plan first, then its actions, a few at a time.

use futures_util::{StreamExt, TryStreamExt, stream};
use spoor_domain::action::{ActionRejection, PlanAction};
use spoor_domain::kernel::{Actor, CommandContext, Provenance, Purpose};
use spoor_domain::plan::{ActionPlan, PlanRejection};
use spoor_eventlog::{Clock, EventLog, ExecuteError, Executed};
use uuid::Uuid;

use super::{ImportedAction, ImportedPlan};

/// How many actions are under way at once, so that the log can commit them together.
const AT_ONCE: usize = 16;

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Actions of the report.
    pub actions: usize,
    /// Actions and plan that were stored now.
    pub stored: usize,
    /// Actions and plan that had been stored before.
    pub repeated: usize,
    /// Events that were stored now.
    pub events: usize,
}

/// Why an import stopped. Everything carried out before stays; the same import again carries out the rest.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The plan itself.
    #[error("the plan '{name}': {source}")]
    Plan {
        /// Its name.
        name: String,
        /// Why.
        source: ExecuteError<PlanRejection>,
    },
    /// One of its actions.
    #[error("action {number}: {source}")]
    Action {
        /// Its number.
        number: String,
        /// Why.
        source: ExecuteError<ActionRejection>,
    },
}

/// Carries the report out as this actor, who is a plan coordinator. A report imported before stores nothing.
///
/// # Errors
/// When the domain refuses (the message names the action and the step), when the same plan and half-year were imported
/// with other content before (`CommandIdReused`), or when the log fails.
pub async fn run(
    log: &EventLog,
    clock: &Clock,
    imported: &ImportedPlan,
    actor: &Actor,
) -> Result<ImportReport, RunError> {
    let adopted = log
        .execute::<ActionPlan>(&imported.plan.to_string(), &imported.adopt, &context(clock, actor, imported.command_id))
        .await
        .map_err(|source| RunError::Plan { name: imported.name.clone(), source })?;
    let one_by_one = stream::iter(&imported.actions).map(|action| carry_out(log, clock, action, actor));
    let executed: Vec<Executed> = one_by_one.buffer_unordered(AT_ONCE).try_collect().await?;
    let mut report = ImportReport { actions: imported.actions.len(), ..ImportReport::default() };
    for executed in executed.iter().chain([&adopted]) {
        if executed.repeated {
            report.repeated += 1;
        } else {
            report.stored += 1;
            report.events += executed.events;
        }
    }
    Ok(report)
}

async fn carry_out(
    log: &EventLog,
    clock: &Clock,
    action: &ImportedAction,
    actor: &Actor,
) -> Result<Executed, RunError> {
    let context = context(clock, actor, action.command_id);
    log.execute::<PlanAction>(&action.id.to_string(), &action.command, &context)
        .await
        .map_err(|source| RunError::Action { number: action.number.to_string(), source })
}

fn context(clock: &Clock, actor: &Actor, command_id: Uuid) -> CommandContext {
    CommandContext {
        actor: actor.clone(),
        purpose: Purpose::Administration,
        at: clock.now(),
        today: clock.today_brussels(),
        command_id,
        expected_version: None,
        provenance: Provenance { auth_mode: "system".into(), ..Provenance::default() },
    }
}
