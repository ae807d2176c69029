//! `spoor demo`: make the stores, load them once, serve, and show where to look.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use async_graphql::ID;
use spoor_domain::agreement::CooperationAgreement;
use spoor_domain::kernel::{Decider, HalfYear, PlanId};
use spoor_eventlog::Clock;
use spoor_projections::runner;
use tokio::sync::watch;

use super::console::console;
use super::identity::{IDENTITY_DIRECTORY, Signer};
use super::personas::{self, Persona};
use super::{dossiers, edition, people, queries, training};
use crate::cli::serve;
use crate::config::{Config, ConfigError, LineFormat, Profile, Publication, refuse_unsafe};
use crate::graphql::global_id::{Kind, global_id};
use crate::http::{self, Server};
use crate::import;
use crate::state::{AppState, Places};
use crate::telemetry;

/// The report of autumn 2018, so that the program alone suffices.
const PLAN: &str = include_str!("../../../../data/actieplan-2018-najaar.json");

/// What makes a directory one with stores.
const STORES: [&str; 5] = ["log.sqlite", "access.sqlite", "keys.sqlite", "master.key", "signing.key"];

/// What the demo can be told.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many invented dossiers there are to be.
    pub dossiers: usize,
    /// Run the ready queries, print their answers and stop.
    pub once: bool,
    /// The port on loopback; 0 takes a free one.
    pub port: u16,
}

/// Refuses a file of settings that was named for the demo, which goes by none: nothing of it would count, without a word. One that
/// nobody named, because it lies there or stands in a variable, is an installation's, and no business of the demo.
///
/// # Errors
/// When there is one, with what to do instead.
pub fn refuse_a_file(named: Option<&Path>) -> Result<(), ConfigError> {
    let Some(file) = named else { return Ok(()) };
    let problem = format!(
        "the demo goes by no configuration file, so nothing in {} would count: leave --config out, and give what the demo is to go by in \
         variables, such as SPOOR_RETENTION_CLOSED (`spoor config print` names them)",
        file.display()
    );
    Err(ConfigError(vec![problem]))
}

/// Runs the demo over the stores of these settings.
pub async fn run(mut config: Config, options: Options) -> Result<ExitCode> {
    let started = Instant::now();
    let data = settle(&mut config, &options);
    refuse_unsafe(&config)?;
    refuse_stores_of_others(&data)?;
    telemetry::start(&config.telemetry)?;
    let server = Server::bind(&config.http).await?;
    let address = server.address()?;
    let origin = |host: &str| format!("http://{host}:{}", address.port());
    config.http.allowed_origins = ["127.0.0.1", "localhost"].map(origin).into();
    Places::migrate(&config).await?;
    let signer = Signer::open(&data).context("the demo's key pair")?;
    config.auth = signer.settings();
    let state = AppState::open(config, Clock::System).await?;
    let (plan, period) = load(&state, &options).await?;
    runner::catch_up(&state.logs(), &state.views).await?;
    edition::load(&state, plan, period).await?;
    let plan = global_id(Kind::ActionPlan, &plan.to_string());
    let personas = personas::signed(&signer, &data, state.clock.now())?;
    if options.once {
        return answer_and_stop(state, server, address, &personas, &plan).await;
    }
    let stopping = http::stop_signal()?;
    println!("{}", banner(address, &data, &personas, &plan, started));
    serve::run(state, server, stopping, Some(console(&personas, &plan))).await?;
    Ok(ExitCode::SUCCESS)
}

/// Fills in what makes a demo: its own profile, loopback, GraphiQL. Gives the data directory.
fn settle(config: &mut Config, options: &Options) -> PathBuf {
    config.profile = Profile::Demo;
    let data = config.stores.data.get_or_insert_with(|| PathBuf::from("var/demo")).clone();
    config.http.bind = SocketAddr::from(([127, 0, 0, 1], options.port));
    config.http.admin_bind = Some(config.http.bind);
    config.http.graphiql = true;
    config.http.introspection = true;
    config.http.drain_ms = 3_000;
    // The demo is for trying out, scripts included.
    (config.rate_limit.per_minute, config.rate_limit.burst) = (100_000, 10_000);
    if config.proof.origin.is_empty() {
        config.proof.origin = "demo.spoor.invalid".into();
    }
    if config.publication == Publication::default() {
        config.publication.registered_from = dossiers::registered_from();
    }
    config.telemetry.format = LineFormat::Text;
    if config.telemetry.filter == "info" {
        config.telemetry.filter = "warn".into();
    }
    data
}

/// Nothing is written into a directory whose stores were made by anything but the demo, used or not: with the demo's identity in
/// it production would refuse it ever after.
fn refuse_stores_of_others(data: &Path) -> Result<()> {
    let found = STORES.into_iter().find(|store| data.join(store).exists());
    match found.filter(|_| !data.join(IDENTITY_DIRECTORY).exists()) {
        None => Ok(()),
        Some(store) => bail!(
            "{} holds something else than the demo ({store}): give the demo a directory of its own",
            data.display()
        ),
    }
}

/// Loads what is not there yet and gives the plan and the half-year it was reported on. Every command has an id of its own, so a load that was cut off goes on where it stopped.
async fn load(state: &AppState, options: &Options) -> Result<(PlanId, HalfYear)> {
    let head = state.log.head().await?;
    let ours = state.log.read_stream(CooperationAgreement::TYPE, &dossiers::signed_agreement().to_string()).await?;
    ensure!(
        head.index == 0 || !ours.is_empty(),
        "this log holds something else than the demo: give the demo a directory or database of its own"
    );
    // The agreements come first: by them a load that was cut off anywhere is recognised as ours.
    dossiers::load(&state.log, &state.blobs, &state.clock, 0, |_| {}).await?;
    let plan = import::plan_from_json(PLAN).context("the action plan in the program")?;
    import::run(&state.log, &state.clock, &plan, &people::plan_coordinator()).await?;
    training::load(&state.log, &state.clock).await?;
    let many = options.dossiers > 1_000;
    let started = Instant::now();
    dossiers::load(&state.log, &state.blobs, &state.clock, options.dossiers, |loaded| {
        if many {
            let rate = loaded as f64 / started.elapsed().as_secs_f64();
            eprint!("\rloading dossiers: {loaded} of {} ({rate:.0} a second)", options.dossiers);
            let _ = std::io::stderr().flush();
        }
    })
    .await?;
    if many {
        eprintln!("\nbringing the views up to date");
    }
    Ok((plan.plan, plan.half_year))
}

/// Asks the ready queries over HTTP, as a client would, then stops. Exit code 0 when every answer is right.
async fn answer_and_stop(
    state: AppState,
    server: Server,
    address: SocketAddr,
    personas: &[Persona],
    plan: &ID,
) -> Result<ExitCode> {
    let (stop, stopping) = watch::channel(false);
    let serving = tokio::spawn(serve::run(state, server, stopping, None));
    let answered = queries::ask_all(address, personas, plan).await;
    // The receiver lives in the serving task until it ends.
    let _ = stop.send(true);
    serving.await??;
    Ok(if answered? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn banner(address: SocketAddr, data: &std::path::Path, personas: &[Persona], plan: &ID, started: Instant) -> String {
    let mut text = format!(
        "\nSpoor demo, ready in {:.1} s.  Everything in it is invented, except the action plan of autumn 2018.\n\n  \
         GraphiQL   http://{address}/   (choose a persona at the bottom)\n  \
         GraphQL    http://{address}/graphql\n  \
         Health     http://{address}/readyz   http://{address}/metrics\n  \
         Data       {}   (remove it to start over)\n\nTokens, valid for 12 hours, each also in a file:\n",
        started.elapsed().as_secs_f64(),
        data.display()
    );
    for persona in personas {
        text += &format!(
            "\n  {} ({})\n  {}\n  {}\n",
            persona.title,
            persona.actor.organisation,
            persona.file.display(),
            persona.token
        );
    }
    text += "\nThree questions to begin with:\n";
    for query in queries::READY {
        text += &format!("\n  # {}\n  {}\n", query.title, query.command_line(address, personas, plan));
    }
    text += "\nCtrl-C stops it.\n";
    text
}
