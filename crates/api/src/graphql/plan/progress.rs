//! Many report rows and figures at once, from a file.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use spoor_domain::kernel::{CommandContext, PlanId};
use spoor_projections::plan as view;
use uuid::Uuid;

use super::given::plan as known_plan;
use crate::desk::DeskError;
use crate::graphql::outcome::Declined;
use crate::graphql::problem::OurFault;
use crate::graphql::scalars::{HalfYear, Position};
use crate::graphql::session::{actor, command_context, desk, shows};
use crate::graphql::user_error::UserError;
use crate::import::progress::{self, Carried, LineProblem, ProgressFile};
use crate::policy::{self, Action};

/// How the content of an import is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "progress::ProgressFormat")]
pub enum ProgressFormat {
    /// A JSON array of objects.
    Json,
    /// Values with commas, semicolons or tabs between them, the names of the fields in the first line.
    Csv,
}

/// Progress on a half-year, to be taken over.
#[derive(InputObject)]
pub struct ImportProgressInput {
    /// The global id of the plan.
    plan_id: ID,
    /// The half-year it reports on.
    period: HalfYear,
    /// How the content is written.
    format: ProgressFormat,
    /// The content. A request has a size limit, which the refusal of a larger one names; a larger file is split by action,
    /// or imported with `spoor import progress`.
    content: String,
    /// Only say what is wrong with it and what it comes to, and store nothing.
    #[graphql(default)]
    dry_run: bool,
}

/// Something wrong with a line of the content.
#[derive(SimpleObject)]
pub struct ImportProblem {
    /// The line, from 1, where the record begins.
    line: u32,
    /// The field; empty when it is about the record as a whole.
    field: String,
    /// What is wrong and what would be right, in English.
    message: String,
    /// The same in Dutch.
    message_nl: String,
}

impl From<LineProblem> for ImportProblem {
    fn from(found: LineProblem) -> Self {
        let LineProblem { line, field, message, message_nl } = found;
        Self { line, field, message, message_nl }
    }
}

/// What an import did, or would do.
#[derive(SimpleObject, Default)]
pub struct ImportProgressPayload {
    /// Everything that is wrong, by line. Unless it is empty nothing was stored; but where an action changed while it was
    /// being stored, nothing of that action was, and the same content sent again does the rest.
    problems: Vec<ImportProblem>,
    /// How many actions it is about.
    actions: usize,
    /// How many of them had something stored now; of a dry run, would have.
    stored: usize,
    /// Of how many everything stood there before.
    repeated: usize,
    /// How many events were stored now; of a dry run, would be.
    events: usize,
    /// Why it was not looked at; empty when it was.
    user_errors: Vec<UserError>,
    /// The place in the log of what was recorded last.
    position: Option<Position>,
    /// Whether the views do not show it yet.
    pending: bool,
}

/// Taking over files.
#[derive(Default)]
pub struct ProgressMutations;

#[Object]
impl ProgressMutations {
    /// Take over report rows and figures of a half-year from a file: all problems are told by line, and nothing is stored
    /// when there is one. Command ids follow from the content, so the same content again stores nothing twice.
    #[graphql(complexity = "child_complexity + 50")]
    async fn import_progress(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to take over.")] input: ImportProgressInput,
    ) -> Result<ImportProgressPayload> {
        let declined = |error| ImportProgressPayload { user_errors: vec![error], ..ImportProgressPayload::default() };
        if policy::authorize(actor(ctx)?, Action::ChangePlanAction).is_err() {
            return Ok(declined(Declined::from(DeskError::NotYourRole).user_error(ctx)?));
        }
        let plan = match known_plan(&input.plan_id, "planId") {
            Ok(plan) => plan,
            Err(error) => return Ok(declined(error)),
        };
        let file = ProgressFile::read(plan, input.period.0, input.format.into(), input.content.as_bytes());
        let known = known_actions(ctx, plan).await?;
        if known.is_empty() {
            return Ok(declined(UserError::not_found("planId")));
        }
        // The id of every command follows from its content; this one is never used.
        let context: CommandContext = command_context(ctx, Uuid::nil(), None)?;
        let log = &desk(ctx)?.log;
        let checked = progress::check(log, &file, &known, &context).await.ours(ctx)?;
        let actions = checked.actions.len();
        if input.dry_run || !checked.problems.is_empty() {
            let would_store = checked.would_store();
            return Ok(ImportProgressPayload::of(checked.problems, actions, would_store));
        }
        let mut carried = progress::carry_out(log, &checked, &context).await.ours(ctx)?;
        let (position, problems) = (carried.position, std::mem::take(&mut carried.problems));
        let mut payload = ImportProgressPayload::of(problems, actions, carried);
        if let Some(position) = position {
            payload.pending = !shows(desk(ctx)?, &[view::PROJECTION], position).await;
        }
        Ok(payload)
    }
}

async fn known_actions(ctx: &Context<'_>, plan: PlanId) -> Result<progress::Known> {
    let found = view::actions(&desk(ctx)?.views, plan, None).await.ours(ctx)?.value;
    Ok(found.into_iter().map(|action| (action.definition.number, action.id)).collect())
}

impl ImportProgressPayload {
    fn of(problems: Vec<LineProblem>, actions: usize, carried: Carried) -> Self {
        let Carried { stored, repeated, events, position, problems: _ } = carried;
        Self {
            problems: problems.into_iter().map(ImportProblem::from).collect(),
            actions,
            stored,
            repeated,
            events,
            user_errors: Vec::new(),
            position: position.map(Position),
            pending: false,
        }
    }
}
