//! A printed half-yearly report, taken over as facts: read from JSON, turned into commands, carried out on the log.

mod commands;
mod dataset;
mod figures;
mod letters;
mod period;
pub mod progress;
mod run;

use spoor_domain::action::command::ActionCommand;
use spoor_domain::action::number::ActionNumber;
use spoor_domain::kernel::{ActionId, HalfYear, PlanId};
use spoor_domain::plan::command::PlanCommand;
use uuid::Uuid;

pub use run::{ImportReport, RunError, run};

/// A report as commands: one that adopts the plan, and one per action that says everything the report says about it.
///
/// Every id follows from the plan's name, the action's number and the half-year, the command ids too: the same report
/// imported again is a repeat of the same commands, and stores nothing.
#[derive(Clone, Debug)]
pub struct ImportedPlan {
    /// The plan.
    pub plan: PlanId,
    /// The plan's name.
    pub name: String,
    /// The half-year of the report.
    pub half_year: HalfYear,
    /// Adopts the plan.
    pub adopt: PlanCommand,
    /// The id of that command.
    pub command_id: Uuid,
    /// The actions, in the order of the report.
    pub actions: Vec<ImportedAction>,
}

/// One action of the report, as one command.
#[derive(Clone, Debug)]
pub struct ImportedAction {
    /// The action.
    pub id: ActionId,
    /// Its number in the plan.
    pub number: ActionNumber,
    /// Defines it and reports on it, all or nothing.
    pub command: ActionCommand,
    /// The id of that command.
    pub command_id: Uuid,
}

/// Why a file is not a report that can be imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct ImportError {
    /// Where in the file: the JSON path, with the number of the action it lies in.
    pub path: String,
    /// What is wrong there, and what would be right.
    pub problem: String,
}

/// Reads a report.
///
/// # Errors
/// When the file does not have the shape that `data/README.md` describes, or contradicts itself; nothing is guessed and
/// nothing is left out.
pub fn plan_from_json(json: &str) -> Result<ImportedPlan, ImportError> {
    commands::imported(&dataset::read(json)?)
}

impl ImportError {
    fn at(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { path: path.into(), problem: problem.into() }
    }
}

#[cfg(test)]
mod edition_tests;
#[cfg(test)]
mod tests;
