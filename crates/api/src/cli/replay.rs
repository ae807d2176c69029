//! `spoor replay DOSSIER`: a dossier step by step, for people in a terminal or as JSON Lines. The reading is recorded
//! before a line is printed; personal values stay sealed unless a verified token says that its owner may see them.

mod print;

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{ArgGroup, Args};
use spoor_domain::access::event::{AccessEvent, Checkpoints, DossierShown, Question};
use spoor_domain::catalogue::aggregate_type;
use spoor_domain::kernel::{ActorId, DossierId, OrganisationId, Personal, PersonalContent, Purpose};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_eventlog::Clock;
use spoor_projections::Scope;
use spoor_projections::audit::{Change, ChangeValue};
use spoor_projections::trajectories::{self, Step};

use super::terminal::Asker;
use crate::access_book::AccessBook;
use crate::auth::Viewer;
use crate::config::{Config, refuse_unsafe_stores};
use crate::http::context::purpose;
use crate::policy::{self, Action};
use crate::proof::{LogName, Whole};
use crate::state::AppState;
use crate::telemetry;

/// What it is called in the access log.
const COMMAND: &str = "replay";

/// What `spoor replay` is told.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("who").args(["token", "by"]).required(true))]
pub struct ReplayFlags {
    /// The dossier: its number, such as LT-2026-0042, or its id
    dossier: String,
    /// One JSON object per line instead of a table
    #[arg(long)]
    json: bool,
    /// A file with an access token: personal values are shown to its owner as far as the role may see them
    #[arg(long, value_name = "FILE", conflicts_with = "organisation")]
    token: Option<PathBuf>,
    /// The account it is recorded under, where there is no token; personal values then stay sealed
    #[arg(long, value_name = "ACCOUNT")]
    by: Option<ActorId>,
    /// The organisation of that account
    #[arg(long, value_name = "CODE", default_value = policy::PROGRAM)]
    organisation: OrganisationId,
    /// For which purpose: a code of Spoor-Purpose that fits the role
    #[arg(long, value_name = "CODE", value_parser = purpose)]
    purpose: Purpose,
}

/// `replay DOSSIER`.
pub async fn replay(config: Config, flags: ReplayFlags) -> anyhow::Result<ExitCode> {
    refuse_unsafe_stores(&config)?;
    telemetry::start(&config.telemetry)?;
    let state = AppState::open(config, Clock::System).await?;
    let told = tell(&state, &flags).await;
    state.close().await;
    super::out::text(&told?);
    Ok(ExitCode::SUCCESS)
}

/// The whole text, once the reading is recorded.
async fn tell(state: &AppState, flags: &ReplayFlags) -> anyhow::Result<String> {
    let (asker, scope) = asker(state, flags).await?;
    let row = asker.dossier(state, &scope).await?.context("a replay is of a dossier")?;
    let Whole { events, leaves } = Whole::of(&state.log, row.id, row.version).await?;
    // A program that was started for this has not read the log again: what lies behind the dossier is read now.
    state.log.check_end_by_reading(aggregate_type::TRAJECTORY, &row.id.to_string()).await?;
    let standing = state.keeper.of(LogName::Events).unaltered(&leaves).await?;
    let (through, count) = (events.last().map_or(0, |last| last.index), events.len());
    let mut steps = trajectories::replay(events, &state.criteria);
    let opened = open(state, asker.viewer.as_ref(), &row.state, &mut steps).await?;
    let personal = if opened { ["changes".to_owned()].into() } else { Default::default() };
    let question = Question::of_program(COMMAND);
    let others = linked(&steps, &question);
    let shown = AccessEvent::ReplayShown { dossier: row.id, personal, through, question };
    let book = AccessBook::new(state.access.clone(), state.clock.clone());
    book.record(&asker.reader, others.into_iter().chain([shown]).collect())
        .await
        .context("the reading could not be recorded, so nothing is shown")?;
    Ok(match flags.json {
        true => print::lines(&steps, &standing)?,
        false => print::table(&row.number, &steps, count, &standing, std::io::stdout().is_terminal()),
    })
}

/// That the dossiers are shown to which links of these steps lead, when there are any.
fn linked(steps: &[Step], question: &Question) -> Option<AccessEvent> {
    let changes = steps.iter().flat_map(|step| &step.changes);
    let others: BTreeSet<DossierId> = changes.flat_map(Change::other_dossiers).collect();
    let dossiers: Vec<_> = others.into_iter().map(|id| DossierShown { id, personal: BTreeSet::new() }).collect();
    let (question, checkpoints) = (question.clone(), Checkpoints::default());
    (!dossiers.is_empty()).then_some(AccessEvent::DossiersShown { dossiers, question, checkpoints })
}

/// Who reads, for a purpose of their role, and of which dossiers.
async fn asker(state: &AppState, flags: &ReplayFlags) -> anyhow::Result<(Asker, Scope)> {
    let account = (flags.by.as_ref().map_or("", |by| by.0.as_str()), flags.organisation.0.as_str());
    let asker = Asker::of(state, COMMAND, flags.token.as_deref(), account, flags.purpose, Some(&flags.dossier)).await?;
    // At the terminal everything personal stays sealed, so every dossier may be read there.
    let (scope, allowed) = match &asker.viewer {
        Some(Viewer { actor, .. }) => (policy::scope(actor), policy::authorize(actor, Action::SeeDossiers).is_ok()),
        None => (Scope::All, true),
    };
    asker
        .admit(
            state,
            allowed,
            "this role does not work with dossiers: use the token of somebody who does",
            "this role does not work on dossiers for this purpose: give another --purpose, and the dossier by its number",
        )
        .await?;
    Ok((asker, scope))
}

/// Opens what this reader may see, step by step; says whether anything was.
async fn open(
    state: &AppState,
    viewer: Option<&Viewer>,
    now: &LearningTrajectory,
    steps: &mut [Step],
) -> anyhow::Result<bool> {
    let Some(viewer) = viewer else { return Ok(false) };
    let mut opened = false;
    for step in steps {
        let opens = policy::opens_personal(&viewer.actor, &step.recorded.metadata.actor, now);
        let values = step.changes.iter_mut().flat_map(|change| [&mut change.from, &mut change.to]);
        for value in values.chain([&mut step.reason]) {
            if let Some(ChangeValue::Personal(sealed)) = value
                && opens.about(sealed.subject)
            {
                let clear: Personal<serde_json::Value> = state.log.vault().open(sealed).await?;
                opened |= matches!(clear.content, PersonalContent::Clear(_));
                *sealed = clear;
            }
        }
        step.changes.retain(|change| change.from.is_none() || change.from != change.to);
    }
    Ok(opened)
}
