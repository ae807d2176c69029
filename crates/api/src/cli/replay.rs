//! `spoor replay DOSSIER`: a dossier step by step, for people in a terminal or as JSON Lines. The reading is recorded
//! before a line is printed; personal values stay sealed unless a verified token says that its owner may see them.

mod print;

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use spoor_domain::access::event::{AccessEvent, Checkpoints, DossierShown, Question};
use spoor_domain::access::vocabulary::QuestionRefusal;
use spoor_domain::kernel::{DossierId, Personal, PersonalContent, Purpose};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_eventlog::Clock;
use spoor_projections::Scope;
use spoor_projections::audit::{Change, ChangeValue};
use spoor_projections::trajectories::{self, Step};

use super::{terminal, token};
use crate::access_book::{AccessBook, Reader};
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
pub struct ReplayFlags {
    /// The dossier: its number, such as LT-2026-0042, or its id
    dossier: String,
    /// One JSON object per line instead of a table
    #[arg(long)]
    json: bool,
    /// A file with an access token: personal values are shown to its owner as far as the role may see them
    #[arg(long, value_name = "FILE", conflicts_with_all = ["by", "organisation"], required_unless_present = "by")]
    token: Option<PathBuf>,
    /// The account it is recorded under, where there is no token; personal values then stay sealed
    #[arg(long, value_name = "ACCOUNT")]
    by: Option<String>,
    /// The organisation of that account
    #[arg(long, value_name = "CODE", default_value = policy::PROGRAM)]
    organisation: String,
    /// For which purpose: a code of Spoor-Purpose that fits the role
    #[arg(long, value_name = "CODE", value_parser = purpose)]
    purpose: Purpose,
}

/// Who reads, and what of it they may see.
struct Reading {
    reader: Reader,
    scope: Scope,
    /// The verified person, to whom personal values may be opened.
    viewer: Option<Viewer>,
}

/// `replay DOSSIER`.
pub async fn replay(config: Config, flags: ReplayFlags) -> anyhow::Result<ExitCode> {
    refuse_unsafe_stores(&config)?;
    telemetry::start(&config.telemetry)?;
    let state = AppState::open(config, Clock::System).await?;
    let told = tell(&state, &flags).await;
    state.close().await;
    std::io::stdout().lock().write_all(told?.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// The whole text, once the reading is recorded.
async fn tell(state: &AppState, flags: &ReplayFlags) -> anyhow::Result<String> {
    let reading = Reading::by(state, flags).await?;
    let Reading { reader, scope, .. } = &reading;
    let row = terminal::dossier(state, reader, scope, COMMAND, &flags.dossier).await?;
    let Whole { events, leaves } = Whole::of(&state.log, row.id, row.version).await?;
    let standing = state.keeper.of(LogName::Events).unaltered(&leaves).await?;
    let (through, count) = (events.last().map_or(0, |last| last.index), events.len());
    let mut steps = trajectories::replay(events, &state.criteria);
    let opened = open(state, &reading, &row.state, &mut steps).await?;
    let personal = if opened { ["changes".to_owned()].into() } else { Default::default() };
    let question = Question::of_program(COMMAND);
    let others = linked(&steps, &question);
    let shown = AccessEvent::ReplayShown { dossier: row.id, personal, through, question };
    let book = AccessBook::new(state.access.clone(), state.clock.clone());
    book.record(&reading.reader, others.into_iter().chain([shown]).collect())
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

impl Reading {
    /// Who reads, for a purpose of their role; a refusal is written down.
    async fn by(state: &AppState, flags: &ReplayFlags) -> anyhow::Result<Self> {
        let case = terminal::named(&flags.dossier).1;
        let viewer = match &flags.token {
            Some(file) => Some(token::viewer(state, file).await?),
            None => None,
        };
        let actor = match &viewer {
            Some(viewer) => viewer.actor.clone(),
            None => terminal::terminal_actor(flags.by.as_deref().unwrap_or_default(), &flags.organisation),
        };
        let stated = policy::fitting(actor.role, Some(flags.purpose), case.as_ref().map(|number| number.0.as_str()));
        let purpose = stated.unwrap_or_else(|_| policy::usual_purpose(actor.role));
        // At the terminal everything personal stays sealed, so every dossier may be read there.
        let (reader, scope, allowed) = match &viewer {
            Some(viewer) => (
                Reader::by_token(viewer, purpose, case, &state.clock),
                policy::scope(&actor),
                policy::authorize(&actor, Action::SeeDossiers).is_ok(),
            ),
            None => (Reader::at_the_terminal(actor, purpose, case, &state.clock), Scope::All, true),
        };
        let (reason, said) = match (allowed, stated) {
            (true, Ok(_)) => return Ok(Self { reader, scope, viewer }),
            (false, _) => (
                QuestionRefusal::Forbidden,
                "this role does not work with dossiers: use the token of somebody who does",
            ),
            (true, Err(_)) => (
                QuestionRefusal::PurposeRequired,
                "this role does not work on dossiers for this purpose: give another --purpose, and the dossier by its number",
            ),
        };
        terminal::refused(state, &reader, COMMAND, reason, Some(&flags.dossier)).await?;
        bail!(said)
    }
}

/// Opens what this reader may see, step by step; says whether anything was.
async fn open(
    state: &AppState,
    reading: &Reading,
    now: &LearningTrajectory,
    steps: &mut [Step],
) -> anyhow::Result<bool> {
    let Some(viewer) = &reading.viewer else { return Ok(false) };
    let mut opened = false;
    for step in steps {
        if !policy::opens_personal(&viewer.actor, &step.recorded.metadata.actor, now) {
            continue;
        }
        let values = step.changes.iter_mut().flat_map(|change| [&mut change.from, &mut change.to]);
        for value in values.chain([&mut step.reason]) {
            if let Some(ChangeValue::Personal(sealed)) = value {
                let clear: Personal<serde_json::Value> = state.log.vault().open(sealed).await?;
                opened |= matches!(clear.content, PersonalContent::Clear(_));
                *sealed = clear;
            }
        }
        step.changes.retain(|change| change.from.is_none() || change.from != change.to);
    }
    Ok(opened)
}
