//! `spoor report FORM`: the bytes of a frozen edition, or a draft of the next one, into a file. A frozen edition leaves only
//! when it is approved and not withdrawn; a draft says on every page that it is one. The leaving of either is recorded.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use chrono::NaiveDate;
use clap::Args;
use spoor_documents::edition::ContentHash;
use spoor_domain::access::event::{AccessEvent, Question};
use spoor_domain::edition::ReportEdition;
use spoor_domain::edition::event::{EditionForm, EditionStatus};
use spoor_domain::edition::state::Edition;
use spoor_domain::kernel::{ActorId, HalfYear, Label, Language, OrganisationId, PlanId, Purpose, ReportEditionId};
use spoor_eventlog::Clock;
use spoor_projections::{plan, runner};

use super::terminal::terminal_actor;
use crate::access_book::{AccessBook, Reader};
use crate::config::{Config, refuse_unsafe_stores};
use crate::desk::{Desk, EditionNumber, file_name, render};
use crate::state::AppState;
use crate::{graphql, policy, telemetry};

/// What `spoor report` is told.
#[derive(Args, Debug)]
pub struct ReportFlags {
    /// The form: pdf, csv, xlsx, ods, jsonld or json
    #[arg(value_name = "FORM", value_parser = form)]
    form: EditionForm,
    /// The half-year, such as 2018-H2
    #[arg(long, value_name = "HALF-YEAR")]
    period: HalfYear,
    /// The id of the plan; the only one there is when not given
    #[arg(long, value_name = "UUID")]
    plan: Option<PlanId>,
    /// The number of the edition; the latest approved one when not given
    #[arg(long, value_name = "N", conflicts_with = "draft")]
    edition: Option<u32>,
    /// The edition that is being drafted, as it stands now and marked as a draft
    #[arg(long)]
    draft: bool,
    /// The file to write; in the present directory and named after the edition when not given
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The account the reading is recorded under
    #[arg(long, value_name = "ACCOUNT", default_value = "operator")]
    by: ActorId,
    /// The organisation of that account
    #[arg(long, value_name = "CODE", default_value = policy::PROGRAM)]
    organisation: OrganisationId,
}

/// What leaves.
struct Leaving {
    number: u32,
    bytes: Vec<u8>,
    hash: String,
    status: String,
}

/// `report FORM`.
pub async fn report(config: Config, flags: ReportFlags) -> anyhow::Result<ExitCode> {
    refuse_unsafe_stores(&config)?;
    telemetry::start(&config.telemetry)?;
    let state = AppState::open(config, Clock::System).await?;
    let made = make(&state, &flags).await;
    state.close().await;
    let (leaving, file) = made?;
    say!("{}: edition {} of {}, {}", file.display(), leaving.number, flags.period, leaving.status);
    say!("content hash {}", leaving.hash);
    Ok(ExitCode::SUCCESS)
}

async fn make(state: &AppState, flags: &ReportFlags) -> anyhow::Result<(Leaving, PathBuf)> {
    has_begun(flags.period, state.clock.today_brussels())?;
    let desk = graphql::desk(state);
    let id = ReportEditionId::of(the_plan(state, flags).await?, flags.period);
    let editions = state.log.load::<ReportEdition>(&id.to_string()).await?.state;
    if editions.about().is_none() {
        bail!("there is no edition of {}: open it first with openEdition", flags.period);
    }
    let leaving = match flags.draft {
        true => draft(state, &desk, id, &editions, flags).await?,
        false => frozen(state, &desk, id, &editions, flags).await?,
    };
    let name = || PathBuf::from(file_name((flags.period, leaving.number), flags.form, flags.draft));
    let file = flags.out.clone().unwrap_or_else(name);
    std::fs::write(&file, &leaving.bytes).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok((leaving, file))
}

/// Refuses a half-year on which nobody can have reported yet.
pub(super) fn has_begun(period: HalfYear, today: NaiveDate) -> anyhow::Result<()> {
    if !period.has_begun(today) {
        bail!("{period} has not begun, so there is no report on it: give the present half-year or an earlier one");
    }
    Ok(())
}

/// The plan that is meant: the one named, or the only one.
async fn the_plan(state: &AppState, flags: &ReportFlags) -> anyhow::Result<PlanId> {
    if let Some(plan) = flags.plan {
        return Ok(plan);
    }
    let plans = plan::plans(&state.views, None).await?.value;
    match plans.as_slice() {
        [only] => Ok(only.id),
        [] => bail!("there is no action plan: adopt one, or take one over with `spoor import action-plan`"),
        several => {
            let named = several.iter().map(|plan| format!("{} ({})", plan.id, plan.outline.name));
            bail!("there are several plans: give --plan with one of {}", named.collect::<Vec<_>>().join(", "))
        }
    }
}

/// The bytes that were frozen, once their leaving is recorded.
async fn frozen(
    state: &AppState,
    desk: &Desk,
    id: ReportEditionId,
    editions: &ReportEdition,
    flags: &ReportFlags,
) -> anyhow::Result<Leaving> {
    let edition = chosen(editions, flags)?;
    let number = edition.number;
    let Some(stored) = edition.form(flags.form) else {
        bail!("edition {number} has no form {}: choose one of {}", flags.form.name(), forms_of(edition));
    };
    let bytes = desk.frozen_form(stored).await?;
    let taken = AccessEvent::EditionDownloaded {
        editions: id,
        number,
        form: flags.form,
        document: stored.sha256.clone(),
        question: Question::of_program("report"),
    };
    record(state, flags, taken).await?;
    let hash = edition.frozen().map(|frozen| frozen.pinned.content.clone()).unwrap_or_default();
    let status = edition.status().in_sentence(Language::En);
    Ok(Leaving { number, bytes, hash, status })
}

/// The edition that may leave: the one named, or the latest that is approved.
fn chosen<'a>(editions: &'a ReportEdition, flags: &ReportFlags) -> anyhow::Result<&'a Edition> {
    let out = |edition: &Edition| matches!(edition.status(), EditionStatus::Approved | EditionStatus::Submitted);
    let Some(number) = flags.edition else {
        let latest = editions.editions().iter().rev().find(|edition| out(edition));
        return latest.with_context(|| {
            format!("no edition of {} is approved: give --draft to see it as it stands", flags.period)
        });
    };
    let Some(edition) = editions.edition(number) else {
        bail!("{} has no edition {number}: it has {}", flags.period, editions.editions().len());
    };
    match edition.status() {
        EditionStatus::Approved | EditionStatus::Submitted => Ok(edition),
        EditionStatus::Drafting => bail!("edition {number} is being drafted: give --draft to see it as it stands"),
        EditionStatus::Frozen => bail!("edition {number} is frozen and not approved: another person approves it first"),
        EditionStatus::Withdrawn => bail!("edition {number} was withdrawn and is not given out any more"),
    }
}

fn forms_of(edition: &Edition) -> String {
    let forms = edition.frozen().map(|frozen| frozen.pinned.forms.as_slice()).unwrap_or_default();
    forms.iter().map(|stored| stored.form.name()).collect::<Vec<_>>().join(", ")
}

/// The edition that is being drafted, as it stands.
async fn draft(
    state: &AppState,
    desk: &Desk,
    id: ReportEditionId,
    editions: &ReportEdition,
    flags: &ReportFlags,
) -> anyhow::Result<Leaving> {
    let drafting = editions.latest().filter(|edition| edition.status() == EditionStatus::Drafting);
    let Some(edition) = drafting else {
        bail!("no edition of {} is being drafted: leave --draft out, or open a correction first", flags.period);
    };
    let number = edition.number;
    // Nothing else may be keeping the views up at this moment.
    runner::catch_up(&state.logs(), &state.views).await?;
    let made = desk.draft(EditionNumber { editions: id, number }).await?;
    let (form, content, hash) = (flags.form, made.content, made.hash.clone());
    let bytes = tokio::task::spawn_blocking(move || render(form, &content, &hash, true)).await??;
    let taken = AccessEvent::EditionDownloaded {
        editions: id,
        number,
        form,
        document: ContentHash::of(&bytes).0,
        question: Question::of_program(Question::DRAFT),
    };
    record(state, flags, taken).await?;
    let open = made.findings.iter().filter(|finding| !editions.waivers().contains_key(&finding.id)).count();
    let status = format!("a draft; {open} blockers, {} rows or figures still owed", made.owed.len());
    Ok(Leaving { number, bytes, hash: made.hash.0, status })
}

async fn record(state: &AppState, flags: &ReportFlags, event: AccessEvent) -> anyhow::Result<()> {
    let actor = terminal_actor(&flags.by.0, &flags.organisation.0);
    let reader = Reader::at_the_terminal(actor, Purpose::Reporting, None, &state.clock);
    let book = AccessBook::new(state.access.clone(), state.clock.clone());
    book.record(&reader, vec![event]).await.context("the reading could not be recorded, so nothing is written")?;
    Ok(())
}

fn form(name: &str) -> Result<EditionForm, String> {
    EditionForm::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = EditionForm::ALL.iter().map(|form| form.name()).collect();
        format!("choose one of {}", names.join(", "))
    })
}
