//! Holds every record against what stands: all problems by line, or the commands, one per action.

use std::collections::BTreeMap;

use spoor_domain::action::PlanAction;
use spoor_domain::action::command::ActionCommand;
use spoor_domain::action::event::ActionNumber;
use spoor_domain::kernel::{ActionId, CommandContext, Decider, Refusal};
use spoor_eventlog::{EventLog, LogError};
use uuid::Uuid;

use super::ProgressFile;
use super::commands::Told;
use super::record::{LineProblem, Reader, Record};

/// The actions of the plan, by number.
pub type Known = BTreeMap<ActionNumber, ActionId>;

/// What a file comes to.
#[derive(Debug, Default)]
pub struct Checked {
    /// Everything that is wrong, by line; nothing is carried out unless it is empty.
    pub problems: Vec<LineProblem>,
    /// What it says, action by action.
    pub actions: Vec<Planned>,
}

/// Everything the file says of one action, as one command.
#[derive(Debug)]
pub struct Planned {
    /// The action.
    pub number: ActionNumber,
    /// Its stream.
    pub id: ActionId,
    /// The command: all of it or nothing.
    pub command: ActionCommand,
    /// Its id, which follows from what it says.
    pub command_id: Uuid,
    /// The line of its first record.
    pub line: u32,
}

/// Checks the whole file as this actor, on this day. What was carried out before is not held against what stands now.
///
/// # Errors
/// When the log cannot be read.
pub async fn check(
    log: &EventLog,
    file: &ProgressFile,
    known: &Known,
    context: &CommandContext,
) -> Result<Checked, LogError> {
    let mut checked = Checked::default();
    for (number, records) in by_action(file, &mut checked.problems) {
        let Some(id) = known.get(&number) else {
            for record in records {
                let en = format!("the plan has no action {number}");
                let nl = format!("het plan heeft geen actie {number}");
                checked.problems.push(LineProblem::of(record.line, "action", en, nl));
            }
            continue;
        };
        let action = log.load::<PlanAction>(&id.to_string()).await?.state;
        let mut told = Told::about(*id, file.half_year, context.today, &action);
        let said: Vec<(u32, ActionCommand)> =
            in_order(records).into_iter().filter_map(|record| told.command(record)).collect();
        if !told.problems.is_empty() {
            checked.problems.append(&mut told.problems);
        }
        let Some(line) = said.iter().map(|(line, _)| *line).min() else { continue };
        let command = ActionCommand::Together { commands: said.iter().map(|(_, command)| command.clone()).collect() };
        let command_id = command_id(*id, file, context, &command);
        if log.find_command(PlanAction::TYPE, &id.to_string(), command_id).await?.is_none() {
            checked.problems.extend(refused(action, &said, context));
        }
        checked.actions.push(Planned { number, id: *id, command, command_id, line });
    }
    checked.problems.sort();
    Ok(checked)
}

/// The same person who says the same of the same half-year gives the same command.
fn command_id(id: ActionId, file: &ProgressFile, context: &CommandContext, command: &ActionCommand) -> Uuid {
    let content = serde_json::to_string(command).unwrap_or_default();
    Uuid::new_v5(&id.0, format!("{}/progress/{}/{content}", file.half_year, context.actor.id.0).as_bytes())
}

fn by_action<'a>(file: &'a ProgressFile, problems: &mut Vec<LineProblem>) -> BTreeMap<ActionNumber, Vec<&'a Record>> {
    let mut by_action: BTreeMap<ActionNumber, Vec<&Record>> = BTreeMap::new();
    for record in &file.records {
        let mut reader = Reader::of(record);
        match reader.action() {
            Some(number) => by_action.entry(number).or_default().push(record),
            None => problems.extend(reader.about("action")),
        }
    }
    by_action
}

/// Rows before the figures that stand in them.
fn in_order(mut records: Vec<&Record>) -> Vec<&Record> {
    records.sort_by_key(|record| (Reader::of(record).maybe("kind") != Some("row"), record.line));
    records
}

/// What the domain refuses, record after record, each on what the ones before it made.
fn refused(mut action: PlanAction, said: &[(u32, ActionCommand)], context: &CommandContext) -> Vec<LineProblem> {
    let mut problems = Vec::new();
    for (line, command) in said {
        match action.decide(command, context) {
            Ok(events) => events.iter().for_each(|event| action.evolve(event)),
            Err(refusal) => {
                let field = refusal.path().join(".");
                problems.push(LineProblem::of(*line, &field, refusal.message(), refusal.message_nl()));
            }
        }
    }
    problems
}
