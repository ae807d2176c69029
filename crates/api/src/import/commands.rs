//! From the file to commands: ids that follow from names and numbers, and one command per action.

use std::collections::{BTreeMap, BTreeSet};

use spoor_domain::action::command::{ActionCommand, ResponsibilityGiven};
use spoor_domain::action::event::{
    ActionDefinition, ActionNumber, ActionStatus, BudgetEntry, Competence, EntryId, InitiativeList, Initiatives,
    PolicyDomainCode, RowHead, RowId,
};
use spoor_domain::kernel::{ActionId, HalfYear, PlanId};
use spoor_domain::plan::command::PlanCommand;
use spoor_domain::plan::event::{Chapter, PlanDecision, PlanOutline, PolicyLine};
use uuid::Uuid;

use super::dataset::{Action, Dataset};
use super::figures::{Figures, dangling};
use super::{ImportError, ImportedAction, ImportedPlan};

/// The namespace of every id of an imported plan.
const NAMESPACE: Uuid = Uuid::from_u128(0x3d1c_9a70_42f5_5e0b_9c84_7a16_e0d2_5b3f);

/// The ids of a report, all following from the plan's name and the half-year.
pub(super) struct Ids {
    pub plan: PlanId,
    pub half_year: HalfYear,
}

/// The report rows of an action, each with the line its head stands on.
pub(super) struct Rows {
    pub heads: Vec<(RowHead, u32)>,
}

impl Ids {
    fn new(plan_name: &str, half_year: HalfYear) -> Self {
        Self { plan: PlanId(Uuid::new_v5(&NAMESPACE, plan_name.as_bytes())), half_year }
    }

    /// An action of the plan, whatever report it stands in.
    fn action(&self, number: ActionNumber) -> ActionId {
        ActionId::of(self.plan, number)
    }

    fn in_report(&self, number: ActionNumber, what: &str) -> Uuid {
        in_report(self.action(number), self.half_year, what)
    }

    fn row(&self, number: ActionNumber, place: u16) -> RowId {
        RowId(self.in_report(number, &format!("row/{place}")))
    }

    pub(super) fn entry(&self, number: ActionNumber, what: &str, line: u32) -> EntryId {
        EntryId(self.in_report(number, &format!("{what}/{line}")))
    }
}

/// The id of something that is reported on an action in a half-year.
pub(super) fn in_report(action: ActionId, half_year: HalfYear, what: &str) -> Uuid {
    Uuid::new_v5(&action.0, format!("{half_year}/{what}").as_bytes())
}

/// The report as commands.
pub(super) fn imported(data: &Dataset) -> Result<ImportedPlan, ImportError> {
    let half_year = HalfYear::of(data.report.period.stated_window.to);
    let ids = Ids::new(&data.report.plan_name, half_year);
    let chapters: BTreeMap<u16, u16> =
        data.chapters.iter().map(|chapter| (chapter.number, chapter.policy_line)).collect();
    let (mut actions, mut numbers, mut entries) = (Vec::new(), BTreeSet::new(), Vec::new());
    for (index, action) in data.actions.iter().enumerate() {
        let path = format!("$.actions[{index}] ({})", action.number);
        let number = number_in(action, &chapters, &path)?;
        if !numbers.insert(number) {
            return Err(ImportError::at(format!("{path}.number"), "this number occurs twice: number each action once"));
        }
        let commands = commands(action, number, &ids, data, &path)?;
        entries.extend(budget(&commands).map(|entry| (path.clone(), entry.clone())));
        actions.push(ImportedAction {
            id: ids.action(number),
            number,
            command: ActionCommand::Together { commands },
            command_id: ids.in_report(number, "import"),
        });
    }
    if let Some(error) = dangling(&entries) {
        return Err(error);
    }
    Ok(ImportedPlan {
        plan: ids.plan,
        name: data.report.plan_name.clone(),
        half_year,
        adopt: PlanCommand::AdoptActionPlan { outline: outline(data) },
        command_id: Uuid::new_v5(&ids.plan.0, b"adopt"),
        actions,
    })
}

/// The number, which must agree with the chapter and policy line beside it.
fn number_in(action: &Action, chapters: &BTreeMap<u16, u16>, path: &str) -> Result<ActionNumber, ImportError> {
    let number: ActionNumber =
        action.number.parse().map_err(|error| ImportError::at(format!("{path}.number"), format!("{error}")))?;
    if number.chapter != action.chapter {
        return Err(ImportError::at(format!("{path}.chapter"), format!("the number says chapter {}", number.chapter)));
    }
    match chapters.get(&action.chapter) {
        Some(line) if *line == action.policy_line => Ok(number),
        Some(line) => {
            Err(ImportError::at(format!("{path}.policy_line"), format!("its chapter stands under policy line {line}")))
        }
        None => Err(ImportError::at(format!("{path}.chapter"), "the file has no such chapter")),
    }
}

fn outline(data: &Dataset) -> PlanOutline {
    let decision =
        |given: &super::dataset::Decision| PlanDecision { decided_on: given.date, decision: given.decision.clone() };
    let line = |given: &super::dataset::PolicyLine| PolicyLine { number: given.number, name: given.name.clone() };
    let chapter = |given: &super::dataset::Chapter| Chapter {
        number: given.number,
        policy_line: given.policy_line,
        title: given.title.clone(),
    };
    PlanOutline {
        name: data.report.plan_name.clone(),
        decisions: data.report.decision_dates.iter().map(decision).collect(),
        policy_lines: data.policy_lines.iter().map(line).collect(),
        chapters: data.chapters.iter().map(chapter).collect(),
    }
}

/// Everything the report says about one action, dated on the last day the report speaks of.
fn commands(
    action: &Action,
    number: ActionNumber,
    ids: &Ids,
    data: &Dataset,
    path: &str,
) -> Result<Vec<ActionCommand>, ImportError> {
    let on = data.report.period.stated_window.to;
    let rows = rows(action, number, ids, path)?;
    let mut commands = vec![
        ActionCommand::DefineAction { defined_on: on, definition: definition(action, number, ids) },
        ActionCommand::ChangeStatus {
            changed_on: on,
            half_year: ids.half_year,
            status: status(&action.status, path)?,
            reason: None,
        },
    ];
    let assign = |responsibility| ActionCommand::AssignResponsibility { assigned_on: on, responsibility };
    commands
        .extend(action.ministers.iter().map(|title| assign(ResponsibilityGiven::Minister { title: title.clone() })));
    commands.extend(action.policy_domains.iter().map(|domain| {
        let code = PolicyDomainCode(domain.code.clone());
        assign(ResponsibilityGiven::PolicyDomain { code, coordinator: domain.coordinator })
    }));
    commands.extend(
        action.other_parties.iter().map(|partner| ActionCommand::AddPartner { added_on: on, partner: partner.clone() }),
    );
    commands.extend(
        rows.heads.iter().map(|(row, _)| ActionCommand::RecordRowWithoutText { reported_on: on, row: row.clone() }),
    );
    commands.extend(Figures { ids, number, rows: &rows, reported_on: on, path }.commands(action)?);
    Ok(commands)
}

fn definition(action: &Action, number: ActionNumber, ids: &Ids) -> ActionDefinition {
    let initiatives = action
        .initiatives
        .iter()
        .map(|list| InitiativeList { heading: list.heading.clone(), initiatives: Initiatives::Counted(list.count) });
    ActionDefinition {
        plan: ids.plan,
        number,
        title: action.title.clone(),
        description: None,
        initiatives: initiatives.collect(),
        continues: Vec::new(),
    }
}

fn status(printed: &str, path: &str) -> Result<ActionStatus, ImportError> {
    match printed {
        "OP_TE_STARTEN" => Ok(ActionStatus::NotStarted),
        "OPGESTART" => Ok(ActionStatus::Started),
        "LOPENDE" => Ok(ActionStatus::Ongoing),
        "AFGEROND" => Ok(ActionStatus::Completed),
        "STOPGEZET" => Ok(ActionStatus::Discontinued),
        other => Err(ImportError::at(
            format!("{path}.status"),
            format!("'{other}' is no status: OP_TE_STARTEN, OPGESTART, LOPENDE, AFGEROND or STOPGEZET"),
        )),
    }
}

/// The report rows: competences that name the same row share it. Their texts are not in the file.
fn rows(action: &Action, number: ActionNumber, ids: &Ids, path: &str) -> Result<Rows, ImportError> {
    let mut heads: BTreeMap<u16, (RowHead, u32)> = BTreeMap::new();
    for (index, reported) in action.competences_reported.iter().enumerate() {
        let competence = Competence::in_2018(&reported.competence).ok_or_else(|| {
            let problem =
                format!("'{}' is no known competence: say under which policy domain it falls", reported.competence);
            ImportError::at(format!("{path}.competences_reported[{index}].competence"), problem)
        })?;
        let place = reported.row;
        let (head, line) = heads.entry(place).or_insert_with(|| {
            let id = ids.row(number, place);
            (RowHead { id, half_year: ids.half_year, place, competences: Vec::new() }, reported.line)
        });
        head.competences.push(competence);
        *line = (*line).min(reported.line);
    }
    Ok(Rows { heads: heads.into_values().collect() })
}

fn budget(commands: &[ActionCommand]) -> impl Iterator<Item = &BudgetEntry> {
    commands.iter().filter_map(|command| {
        let ActionCommand::ReportBudget { entry, .. } = command else { return None };
        Some(entry)
    })
}
