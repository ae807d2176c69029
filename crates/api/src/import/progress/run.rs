//! Carrying out what was checked, action by action.

use spoor_domain::action::PlanAction;
use spoor_domain::kernel::CommandContext;
use spoor_eventlog::{EventLog, ExecuteError, LogError, Position};

use super::check::Checked;
use super::record::LineProblem;

/// What was carried out.
#[derive(Debug, Default)]
pub struct Carried {
    /// Actions of which something was stored now.
    pub stored: usize,
    /// Actions of which nothing had to be stored: it stood there before.
    pub repeated: usize,
    /// Events that were stored now.
    pub events: usize,
    /// The place in the log of the last.
    pub position: Option<Position>,
    /// What was refused after all, because an action changed since it was checked. Nothing of that action was stored.
    pub problems: Vec<LineProblem>,
}

/// Carries out what was checked and found sound. Every action is its own stream: each is stored wholly or not at all, and
/// what was stored stays when a later one fails. The same file again carries out the rest and stores nothing twice.
///
/// # Errors
/// When the log fails.
pub async fn carry_out(log: &EventLog, checked: &Checked, context: &CommandContext) -> Result<Carried, LogError> {
    let mut carried = Carried::default();
    for action in &checked.actions {
        let mut own = context.clone();
        own.command_id = action.command_id;
        match log.execute::<PlanAction>(&action.id.to_string(), &action.command, &own).await {
            Ok(executed) if executed.repeated || executed.events == 0 => carried.repeated += 1,
            Ok(executed) => {
                carried.stored += 1;
                carried.events += executed.events;
                carried.position = executed.position.or(carried.position);
            }
            Err(ExecuteError::Log(error)) => return Err(error),
            Err(refused) => {
                let number = action.number;
                let en = format!(
                    "action {number} changed meanwhile, nothing of it was stored: {refused}; send the file again"
                );
                let nl = format!(
                    "actie {number} is intussen gewijzigd, er werd niets van bewaard: {refused}; stuur het bestand opnieuw"
                );
                carried.problems.push(LineProblem::of(action.line, "", en, nl));
            }
        }
    }
    Ok(carried)
}
