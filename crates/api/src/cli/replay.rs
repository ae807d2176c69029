//! `spoor replay DOSSIER`: a dossier step by step, for people in a terminal or as JSON Lines. The reading is recorded
//! before a line is printed; personal values stay sealed unless a verified token says that its owner may see them.

mod print;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use spoor_domain::access::event::{AccessEvent, Question};
use spoor_domain::catalogue::aggregate_type;
use spoor_domain::kernel::{Actor, ActorId, DossierId, OrganisationId, Personal, PersonalContent, Purpose, Role};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::event::DossierNumber;
use spoor_eventlog::Clock;
use spoor_projections::audit::ChangeValue;
use spoor_projections::trajectories::{self, DossierKey, Step, TrajectoryRow, check_complete};
use spoor_projections::{Event, Scope};

use super::token;
use crate::access_book::{AccessBook, Reader};
use crate::auth::Viewer;
use crate::config::{Config, refuse_unsafe_stores};
use crate::http::context::purpose;
use crate::policy::{self, Action};
use crate::state::AppState;
use crate::telemetry;

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
    #[arg(long, value_name = "CODE", default_value = "spoor")]
    organisation: String,
    /// For which purpose: a code of Spoor-Purpose; the usual one of the role when not given
    #[arg(long, value_name = "CODE")]
    purpose: Option<String>,
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
    let row = found(state, &reading.scope, &flags.dossier).await?;
    let known = whole(state, &row).await?;
    let (through, count) = (known.last().map_or(0, |last| last.index), known.len());
    let mut steps = trajectories::replay(known, &state.criteria);
    let opened = open(state, &reading, &row.state, &mut steps).await?;
    let personal = if opened { ["changes".to_owned()].into() } else { Default::default() };
    let question = Question::of_program("replay");
    let shown = AccessEvent::ReplayShown { dossier: row.id, personal, through, question };
    let book = AccessBook::new(state.access.clone(), state.clock.clone());
    book.record(&reading.reader, vec![shown])
        .await
        .context("the reading could not be recorded, so nothing is shown")?;
    Ok(match flags.json {
        true => print::lines(&steps)?,
        false => print::table(&row.number, &steps, count, std::io::stdout().is_terminal()),
    })
}

impl Reading {
    async fn by(state: &AppState, flags: &ReplayFlags) -> anyhow::Result<Self> {
        let stated = flags.purpose.as_deref().map(purpose).transpose().map_err(anyhow::Error::msg)?;
        let case = flags.dossier.starts_with("LT-").then(|| DossierNumber(flags.dossier.clone()));
        let Some(file) = &flags.token else {
            let account = flags.by.clone().unwrap_or_default();
            let actor = Actor {
                id: ActorId(account),
                role: Role::Administrator,
                organisation: OrganisationId(flags.organisation.clone()),
            };
            let purpose = stated.unwrap_or(Purpose::Administration);
            let reader = Reader::at_the_terminal(actor, purpose, case, &state.clock);
            return Ok(Self { reader, scope: Scope::All, viewer: None });
        };
        let viewer = token::viewer(state, file).await?;
        if policy::authorize(&viewer.actor, Action::SeeDossiers).is_err() {
            bail!("this role does not work with dossiers: use the token of somebody who does");
        }
        let role = viewer.actor.role;
        let stated = stated.or_else(|| Some(policy::usual_purpose(role)));
        let Ok(purpose) = policy::fitting(role, stated, case.as_ref().map(|number| number.0.as_str())) else {
            bail!(
                "this role does not work on dossiers for this purpose: give another --purpose, and the dossier by its number"
            );
        };
        let reader = Reader::by_token(&viewer, purpose, case, &state.clock);
        Ok(Self { reader, scope: policy::scope(&viewer.actor), viewer: Some(viewer) })
    }
}

/// The dossier as the views know it. What is not the reader's looks like what does not exist.
async fn found(state: &AppState, scope: &Scope, named: &str) -> anyhow::Result<TrajectoryRow> {
    let key = match named.parse::<DossierId>() {
        Ok(id) => DossierKey::Id(id),
        Err(_) => DossierKey::Number(DossierNumber(named.to_owned())),
    };
    let row = trajectories::detail(&state.views, scope, &key).await?.value;
    row.with_context(|| {
        format!("there is no dossier {named} that you may see: give its number (LT-2026-0042) or its id")
    })
}

/// Every event of the dossier, or an error that names what is missing.
async fn whole(state: &AppState, row: &TrajectoryRow) -> anyhow::Result<Vec<Event>> {
    let id = row.id.to_string();
    let folded = state.log.load::<LearningTrajectory>(&id).await?.version;
    let records = state.log.read_stream(aggregate_type::TRAJECTORY, &id).await?;
    let known = records.iter().map(|record| record.decode()).collect::<Result<Vec<_>, _>>()?;
    check_complete(&known, row.version.max(folded))?;
    Ok(known)
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
