//! What the domain says of the records of an action: everything it refuses, also beside a field that is wrong, and beside
//! another one that it refuses.

use std::collections::BTreeSet;

use spoor_domain::action::PlanAction;
use spoor_domain::action::command::ActionCommand;
use spoor_domain::action::event::{
    ActionDefinition, ActionEvent, ActionNumber, Block, Competence, IndicatorValue, RowHead, RowId,
};
use spoor_domain::action::rejection::ActionRejection;
use spoor_domain::kernel::{CommandContext, Decider, PlanId, Refusal, Role};
use uuid::Uuid;

use super::commands::{SOME_AMOUNT, SOME_FTE_HUNDREDTHS, SOME_TEXT, Said};
use super::record::LineProblem;

/// More refusals than a record has fields.
const MOST_REFUSALS: usize = 16;

/// How many events the records make, one after the other on what the ones before made, and what the domain refuses. These
/// are the rows that the file tells: that one of them is not there is told where the row is.
pub(super) fn judged(
    mut action: PlanAction,
    said: &[&Said],
    rows: &BTreeSet<RowId>,
    context: &CommandContext,
) -> (usize, Vec<LineProblem>) {
    let (mut would_store, mut problems) = (0, Vec::new());
    for said in said {
        let mut wrong = said.wrong.clone();
        let row = stands_in(&said.command).and_then(|(_, row)| row);
        if row.is_some_and(|row| rows.contains(&row) && !action.rows().contains_key(&row)) {
            wrong.push("row".to_owned());
        }
        match tried(Some(&action), said, wrong, context) {
            Ok(events) => {
                would_store += events.len();
                events.iter().for_each(|event| action.evolve(event));
            }
            Err(refused) => problems.extend(refused),
        }
    }
    (would_store, problems)
}

/// What the domain refuses of a record by itself, whatever action it is about.
pub(super) fn judged_alone(said: &Said, context: &CommandContext) -> Vec<LineProblem> {
    tried(None, said, said.wrong.clone(), context).err().unwrap_or_default()
}

/// The events of a sound record, or what is refused of it besides the fields that are known to be wrong. What is refused is
/// set right and the record tried again, so that the next refusal is found too. Where it cannot be set right, the record is
/// tried as if there were nothing else: what stands and whose it is say nothing more of it then.
fn tried(
    action: Option<&PlanAction>,
    said: &Said,
    mut wrong: Vec<String>,
    context: &CommandContext,
) -> Result<Vec<ActionEvent>, Vec<LineProblem>> {
    let (mut command, mut problems) = (said.command.clone(), Vec::new());
    let mut alone = action.is_none().then(|| nothing_else(&mut command, context));
    for _ in 0..MOST_REFUSALS {
        let decided = match (&alone, action) {
            (Some((blank, coordinator)), _) => blank.decide(&command, coordinator),
            (None, Some(action)) => action.decide(&command, context),
            (None, None) => break,
        };
        let refusal = match decided {
            Ok(events) if wrong.is_empty() => return Ok(events),
            Ok(_) => break,
            Err(refusal) => refusal,
        };
        let field = field_of(&refusal, &command);
        let others = rests_on(&refusal, &command);
        if !wrong.iter().any(|wrong| wrong == field || others.contains(&wrong.as_str())) {
            problems.push(LineProblem::of(said.line, field, refusal.message(), refusal.message_nl()));
        }
        wrong.push(field.to_owned());
        if !set_right(&mut command, &refusal) {
            if alone.is_some() {
                break;
            }
            alone = Some(nothing_else(&mut command, context));
        }
    }
    Err(problems)
}

/// An action of which nothing is known, and somebody who may report anything on it; the command names nothing that would
/// have to stand there. Only to judge by: nothing is stored.
fn nothing_else(command: &mut ActionCommand, context: &CommandContext) -> (PlanAction, CommandContext) {
    unascribed(command);
    if let Some((_, row)) = figure(command) {
        *row = None;
    }
    let definition = ActionDefinition {
        plan: PlanId(Uuid::nil()),
        number: ActionNumber { chapter: 1, place: 1 },
        title: SOME_TEXT.to_owned(),
        description: None,
        initiatives: Vec::new(),
        continues: Vec::new(),
    };
    let mut blank = PlanAction::default();
    blank.evolve(&ActionEvent::ActionDefined { occurred_on: context.today, definition });
    let mut coordinator = context.clone();
    coordinator.actor.role = Role::PlanCoordinator;
    (blank, coordinator)
}

/// Puts something sound in the place of what was refused; false where nothing is.
fn set_right(command: &mut ActionCommand, refusal: &ActionRejection) -> bool {
    use ActionCommand as Asked;
    use ActionRejection as Refused;
    match (command, refusal) {
        (command, Refused::CompetenceTwice | Refused::CompetenceWritten { .. }) => unascribed(command),
        (command, Refused::NoSuchRow | Refused::OtherHalfYear { .. } | Refused::RowSaysNothing) => {
            match figure(command) {
                Some((_, row)) if row.is_some() => *row = None,
                Some(_) | None => return false,
            }
        }
        (Asked::ReportProgress { row, .. }, Refused::RowEmpty) => {
            row.blocks = vec![Block::Paragraph(SOME_TEXT.to_owned())];
        }
        (Asked::ReportBudget { entry, .. }, Refused::AmountNotPositive | Refused::AmountTooLarge) => {
            entry.amount = SOME_AMOUNT;
        }
        (Asked::ReportBudget { entry, .. }, Refused::PeriodReversed) => entry.period = None,
        (Asked::ReportMeans { means, .. }, Refused::NothingReported | Refused::MeansTooLarge) => {
            means.fte_hundredths = SOME_FTE_HUNDREDTHS;
        }
        (Asked::ReportIndicator { indicator, .. }, Refused::ValueOutOfBounds) => {
            indicator.value = IndicatorValue::Unknown;
        }
        (Asked::ReportIndicator { indicator, .. }, Refused::RealisedAhead { .. } | Refused::AsOfOutOfBounds { .. }) => {
            indicator.as_of = None;
        }
        (Asked::ReportIndicator { indicator, .. }, Refused::TextMissing { what: "label" }) => {
            indicator.label = SOME_TEXT.to_owned();
        }
        _what_stands_or_whose_it_is => return false,
    }
    true
}

/// Takes the competences out of what is reported.
fn unascribed(command: &mut ActionCommand) {
    if let Some(head) = row_head(command) {
        head.competences.clear();
    }
    if let Some((competence, _)) = figure(command) {
        *competence = None;
    }
}

/// The head of the row that is reported.
fn row_head(command: &mut ActionCommand) -> Option<&mut RowHead> {
    match command {
        ActionCommand::ReportProgress { row, .. } => Some(&mut row.head),
        ActionCommand::DeclareNothingToReport { row, .. } => Some(row),
        _no_row => None,
    }
}

/// The competence and the row under which a figure is reported.
fn stands_in(command: &ActionCommand) -> Option<(Option<&Competence>, Option<RowId>)> {
    match command {
        ActionCommand::ReportBudget { entry, .. } => Some((entry.competence.as_ref(), entry.row)),
        ActionCommand::ReportMeans { means, .. } => Some((means.competence.as_ref(), means.row)),
        ActionCommand::ReportIndicator { indicator, .. } => Some((indicator.competence.as_ref(), indicator.row)),
        _no_figure => None,
    }
}

/// The same, to be changed.
fn figure(command: &mut ActionCommand) -> Option<(&mut Option<Competence>, &mut Option<RowId>)> {
    match command {
        ActionCommand::ReportBudget { entry, .. } => Some((&mut entry.competence, &mut entry.row)),
        ActionCommand::ReportMeans { means, .. } => Some((&mut means.competence, &mut means.row)),
        ActionCommand::ReportIndicator { indicator, .. } => Some((&mut indicator.competence, &mut indicator.row)),
        _no_figure => None,
    }
}

/// The other fields of the file without which a refusal says nothing.
fn rests_on(refusal: &ActionRejection, command: &ActionCommand) -> &'static [&'static str] {
    match refusal {
        // Without a competence of its own, a figure is whose its row is.
        ActionRejection::NotYourCompetence { .. } => match stands_in(command) {
            Some((None, _)) => &["policyDomain", "row"],
            Some((Some(_), _)) | None => &["policyDomain"],
        },
        ActionRejection::CompetenceElsewhere { .. } => &["competence"],
        _of_its_own_field => &[],
    }
}

/// The field of the file that a refusal is about.
fn field_of(refusal: &ActionRejection, command: &ActionCommand) -> &'static str {
    use ActionRejection as Refused;
    match refusal {
        Refused::NotYourRole { .. } => "kind",
        Refused::NotYourCompetence { .. } | Refused::CompetenceTwice | Refused::CompetenceWritten { .. } => {
            "competence"
        }
        Refused::CompetenceElsewhere { .. } => "policyDomain",
        Refused::NoSuchRow
        | Refused::RowInState { .. }
        | Refused::PlaceTaken { .. }
        | Refused::RowTakenAway
        | Refused::RowNotNamed
        | Refused::StandsInNoRow
        | Refused::RowUnwritten { .. }
        | Refused::RowTold { .. }
        | Refused::RowSaysNothing
        | Refused::RowFiguresTold { .. } => "row",
        Refused::RowHoldsFigures => "nothing",
        Refused::RowEmpty | Refused::TextTooLong { .. } => "text",
        Refused::TextMissing { what } => what,
        Refused::AmountNotPositive | Refused::AmountTooLarge => "amount",
        Refused::NothingReported | Refused::MeansTooLarge => "fte",
        Refused::ValueOutOfBounds => "value",
        Refused::RealisedAhead { .. } | Refused::AsOfOutOfBounds { .. } => "asOf",
        Refused::PeriodReversed => "period",
        Refused::EntryExists if matches!(command, ActionCommand::ReportMeans { .. }) => "fte",
        Refused::EntryExists => "amount",
        _about_the_action_or_the_half_year => "action",
    }
}
