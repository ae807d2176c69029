//! Holds every record against what stands: all problems by line, or the commands, one per action.

use std::collections::BTreeMap;

use spoor_domain::action::PlanAction;
use spoor_domain::action::command::ActionCommand;
use spoor_domain::action::event::ActionNumber;
use spoor_domain::kernel::{ActionId, CommandContext, Decider};
use spoor_eventlog::{EventLog, LogError};
use uuid::Uuid;

use super::commands::{Said, Told};
use super::domains::PolicyDomains;
use super::judge::{judged, judged_alone};
use super::record::{LineProblem, Reader, Record};
use super::{Carried, ProgressFile};

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
    /// How many events it would store; none when all of it stands there already.
    pub events: usize,
}

impl Checked {
    /// What carrying it out would come to, as things stand now; nothing when there is a problem.
    pub fn would_store(&self) -> Carried {
        if !self.problems.is_empty() {
            return Carried::default();
        }
        let stored = self.actions.iter().filter(|action| action.events > 0).count();
        let events = self.actions.iter().map(|action| action.events).sum();
        Carried { stored, repeated: self.actions.len() - stored, events, ..Carried::default() }
    }
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
    let mut checked = Checked { problems: file.problems.clone(), ..Checked::default() };
    let domains = PolicyDomains::of(log, known).await?;
    for (number, records) in by_action(file) {
        let Some((number, id)) = number.and_then(|number| Some((number, known.get(&number)?))) else {
            // Whatever else is wrong with them is told as well.
            let nowhere = PlanAction::default();
            let mut told = Told::about(ActionId(Uuid::nil()), file.half_year, context.today, &nowhere, &domains);
            let said: Vec<Said> =
                in_order(records.clone()).into_iter().filter_map(|record| told.command(record)).collect();
            checked.problems.append(&mut told.problems);
            checked.problems.extend(said.iter().flat_map(|said| judged_alone(said, context)));
            checked.problems.extend(number.into_iter().flat_map(|number| unknown(number, &records)));
            continue;
        };
        let action = log.load::<PlanAction>(&id.to_string()).await?.state;
        let mut told = Told::about(*id, file.half_year, context.today, &action, &domains);
        let said: Vec<Said> = in_order(records).into_iter().filter_map(|record| told.command(record)).collect();
        checked.problems.extend(told.gaps());
        checked.problems.append(&mut told.problems);
        let rows = told.rows();
        let (sound, unsound): (Vec<&Said>, Vec<&Said>) = said.iter().partition(|said| said.wrong.is_empty());
        let command = ActionCommand::Together { commands: sound.iter().map(|said| said.command.clone()).collect() };
        let command_id = command_id(*id, file, context, &command);
        let done = log.find_command(PlanAction::TYPE, &id.to_string(), command_id).await?.is_some();
        let held = if done { unsound } else { said.iter().collect() };
        let (events, problems) = judged(action, &held, &rows, context);
        checked.problems.extend(problems);
        if let Some(line) = sound.iter().map(|said| said.line).min() {
            checked.actions.push(Planned { number, id: *id, command, command_id, line, events });
        }
    }
    checked.problems.sort();
    Ok(checked)
}

/// The same person who says the same of the same half-year gives the same command.
fn command_id(id: ActionId, file: &ProgressFile, context: &CommandContext, command: &ActionCommand) -> Uuid {
    let content = serde_json::to_string(command).unwrap_or_default();
    Uuid::new_v5(&id.0, format!("{}/progress/{}/{content}", file.half_year, context.actor.id.0).as_bytes())
}

fn unknown(number: ActionNumber, records: &[&Record]) -> Vec<LineProblem> {
    let problem = |record: &&Record| {
        let en = format!("the plan has no action {number}");
        LineProblem::of(record.line, "action", en, format!("het plan heeft geen actie {number}"))
    };
    records.iter().map(problem).collect()
}

/// The records of every action; first those that name none.
fn by_action(file: &ProgressFile) -> BTreeMap<Option<ActionNumber>, Vec<&Record>> {
    let mut by_action: BTreeMap<Option<ActionNumber>, Vec<&Record>> = BTreeMap::new();
    for record in &file.records {
        by_action.entry(Reader::of(record).action()).or_default().push(record);
    }
    by_action
}

/// Rows before the figures that stand in them.
fn in_order(mut records: Vec<&Record>) -> Vec<&Record> {
    records.sort_by_key(|record| (Reader::of(record).maybe("kind") != Some("row"), record.line));
    records
}
