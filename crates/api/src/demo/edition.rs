//! The report of autumn 2018 as an edition: opened, looked through by a second person, frozen by one and approved by
//! another. What it says is what was printed then; the edition itself is the demo's.

use anyhow::{Context as _, Result};
use chrono::NaiveDate;
use spoor_domain::edition::ReportEdition;
use spoor_domain::edition::command::EditionCommand;
use spoor_domain::edition::event::{EditionHead, ReportingWindow};
use spoor_domain::edition::finding::Finding;
use spoor_domain::kernel::{Actor, CommandContext, HalfYear, PlanId, Purpose, ReportEditionId, derived_id};
use spoor_projections::runner;
use uuid::Uuid;

use super::{dossiers, people};
use crate::desk::EditionNumber;
use crate::graphql;
use crate::state::AppState;

/// Why the small counts of that report may stand.
const PRINTED: &str = "Zo gedrukt en openbaar sinds het verslag van najaar 2018.";

/// Makes the edition of this plan's half-year, once; views that are up to date are asked of the caller.
pub async fn load(state: &AppState, plan: PlanId, period: HalfYear) -> Result<()> {
    let id = EditionNumber { editions: ReportEditionId::of(plan, period), number: 1 };
    let stream = id.editions.to_string();
    if state.log.load::<ReportEdition>(&stream).await?.state.latest().is_some_and(|last| last.approved().is_some()) {
        return Ok(());
    }
    let desk = graphql::desk(state);
    let opening = context(state, people::plan_coordinator(), "open");
    desk.open_edition(plan, period, head()?, &opening).await.context("opening the edition")?;
    runner::catch_up(&state.logs(), &state.views).await?;
    for finding in desk.draft(id).await.context("the draft of the edition")?.findings {
        let waiving = context(state, people::second_plan_coordinator(), &format!("waive/{}", finding.id.0));
        let command = waive(finding);
        state.log.execute::<ReportEdition>(&stream, &command, &waiving).await.context("a waiver")?;
    }
    runner::catch_up(&state.logs(), &state.views).await?;
    let freezing = context(state, people::plan_coordinator(), "freeze");
    desk.freeze_edition(id, &freezing).await.context("freezing the edition")?;
    let approving = context(state, people::second_plan_coordinator(), "approve");
    let approve = EditionCommand::ApproveEdition { number: id.number };
    state.log.execute::<ReportEdition>(&stream, &approve, &approving).await.context("approving the edition")?;
    runner::catch_up(&state.logs(), &state.views).await?;
    Ok(())
}

/// The days the report itself names (notes on the data, section 5).
fn head() -> Result<EditionHead> {
    let day = |month, day| NaiveDate::from_ymd_opt(2018, month, day).context("a day of 2018");
    let (from, until) = (day(4, 3)?, day(10, 1)?);
    Ok(EditionHead {
        label: "Najaar 2018".into(),
        window: Some(ReportingWindow { from, until }),
        cut_off: until,
        preface: Some(
            "Dit is de voortgangsrapportage van najaar 2018, opnieuw opgemaakt uit de gegevens die toen gedrukt werden."
                .into(),
        ),
    })
}

/// All of it was reported by the first coordinator, who took the printed report over.
fn waive(finding: Finding) -> EditionCommand {
    let reported_by = vec![people::plan_coordinator().id];
    EditionCommand::WaiveSmallCount { number: 1, finding, reported_by, reason: PRINTED.into() }
}

fn context(state: &AppState, actor: Actor, step: &str) -> CommandContext {
    let command_id = derived_id(Uuid::nil(), &format!("demo/edition/{step}"));
    CommandContext { purpose: Purpose::Reporting, ..dossiers::context(actor, state.clock.now(), command_id) }
}
