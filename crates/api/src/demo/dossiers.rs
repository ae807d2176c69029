//! Loads invented dossiers: agreements first, then many lives at once, each command with an id of its own, so that a
//! load that was cut off goes on where it stopped and a second one stores nothing.

use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow, bail};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use spoor_domain::agreement::CooperationAgreement;
use spoor_domain::agreement::command::AgreementCommand;
use spoor_domain::agreement::event::{AgreementTerms, Signatory, Validity};
use spoor_domain::agreement::vocabulary::AgreementKind;
use spoor_domain::kernel::{
    Actor, AgreementId, CommandContext, Decider, DossierId, HalfYear, OrganisationId, Provenance, Purpose, derived_id,
};
use spoor_domain::register::dossier_number;
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::command::TrajectoryCommand;
use spoor_eventlog::{BlobStore, Clock, EventLog, ExecuteError, clock};
use uuid::Uuid;

use crate::desk::bundle::make_and_keep;

use super::numbers::Numbers;
use super::people::{self, PARKETTEN, PENDING_PARKET};
use super::script::Life;

/// The namespace of every id of the demo.
const DEMO: Uuid = Uuid::from_u128(0x5d0e_91a3_77c2_4f60_9b1d_6e42_0a8c_33f5);
/// Dossiers loaded between two notes of progress.
const CHUNK: usize = 500;
/// Lives told at the same time.
const AT_ONCE: usize = 64;

/// Loads `count` invented dossiers. Tells `progress` how many are there after every chunk.
pub async fn load(
    log: &EventLog,
    blobs: &BlobStore,
    clock: &Clock,
    count: usize,
    mut progress: impl FnMut(usize),
) -> Result<()> {
    let made_on = agreements(log, clock).await.context("the agreements of the demo")?;
    let mut numbers = Numbers::default();
    for first in (0..count).step_by(CHUNK) {
        let ordinals: Vec<usize> = (first..count.min(first + CHUNK)).collect();
        chunk(log, blobs, made_on, &ordinals, &mut numbers).await?;
        progress(first + ordinals.len());
    }
    Ok(())
}

/// The signed agreement of the five parketten.
pub fn signed_agreement() -> AgreementId {
    AgreementId(derived_id(DEMO, "agreement/signed"))
}

/// The agreement that awaits signature, with its one first request still free.
pub fn pending_agreement() -> AgreementId {
    AgreementId(derived_id(DEMO, "agreement/pending"))
}

/// The half-year in which the agreement was signed: no request is older.
pub fn registered_from() -> HalfYear {
    NaiveDate::from_ymd_opt(2021, 2, 1).map_or(HalfYear::FIRST_REPORTED, HalfYear::of)
}

/// Tells the lives of a chunk. Its last life is told after all others, so the presence of that life's last event says
/// that the whole chunk is there.
async fn chunk(
    log: &EventLog,
    blobs: &BlobStore,
    made_on: NaiveDate,
    ordinals: &[usize],
    numbers: &mut Numbers,
) -> Result<()> {
    let mut lives: Vec<Life> = ordinals.iter().map(|&ordinal| unnumbered(ordinal, made_on)).collect();
    let Some(last) = lives.last() else { return Ok(()) };
    if told(log, last, command_id(last, last.steps().len() - 1)).await? {
        return Ok(());
    }
    number(log, made_on, &mut lives, numbers).await.context("dossier numbers of the demo")?;
    let Some((last, others)) = lives.split_last() else { return Ok(()) };
    stream::iter(others).map(|life| tell(log, blobs, life)).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    tell(log, blobs, last).await
}

fn unnumbered(ordinal: usize, made_on: NaiveDate) -> Life {
    Life {
        ordinal,
        dossier: derived_id(DEMO, &format!("dossier/{ordinal}")),
        number: dossier_number(made_on.year(), 0),
        agreement: signed_agreement(),
        made_on,
    }
}

/// Whether this command of a life was carried out before.
async fn told(log: &EventLog, life: &Life, command_id: Uuid) -> Result<bool> {
    Ok(log.find_command(LearningTrajectory::TYPE, &life.dossier.to_string(), command_id).await?.is_some())
}

async fn tell(log: &EventLog, blobs: &BlobStore, life: &Life) -> Result<()> {
    for (ordinal, step) in life.steps().into_iter().enumerate() {
        let context = context(step.actor, morning(step.on), command_id(life, ordinal));
        let Some(command) = complete(log, blobs, life, step.command, &context).await? else { continue };
        let done = log.execute::<LearningTrajectory>(&life.dossier.to_string(), &command, &context).await;
        // An earlier program told it in other words, perhaps.
        if let Err(error) = done
            && !told(log, life, context.command_id).await?
        {
            return Err(anyhow!("demo dossier {}, command {}: {error}", life.ordinal, ordinal + 1));
        }
    }
    Ok(())
}

/// A bundle is made of its pieces as they stand in the log, and kept, unless it is there already; anything else is as it
/// was told.
async fn complete(
    log: &EventLog,
    blobs: &BlobStore,
    life: &Life,
    command: TrajectoryCommand,
    context: &CommandContext,
) -> Result<Option<TrajectoryCommand>> {
    let TrajectoryCommand::AssembleBundle { pieces, .. } = command else { return Ok(Some(command)) };
    if told(log, life, context.command_id).await? {
        return Ok(None);
    }
    let document = make_and_keep(log, blobs, DossierId(life.dossier), &pieces, context).await?;
    Ok(Some(TrajectoryCommand::AssembleBundle { pieces, document }))
}

/// Gives every life of a chunk its number: the one its dossier has in the register of its year, or the next.
async fn number(log: &EventLog, made_on: NaiveDate, lives: &mut [Life], numbers: &mut Numbers) -> Result<()> {
    let mut by_year: BTreeMap<i32, Vec<&mut Life>> = BTreeMap::new();
    for life in lives {
        by_year.entry(life.first_day().year()).or_default().push(life);
    }
    for (year, lives) in by_year {
        let dossiers: Vec<DossierId> = lives.iter().map(|life| DossierId(life.dossier)).collect();
        let command = |first: Uuid, last: Uuid, count: usize| {
            let id = derived_id(DEMO, &format!("numbers/{year}/{first}/{last}/{count}"));
            context(people::prosecutor(PARKETTEN[0]), morning(made_on), id)
        };
        for (life, number) in lives.into_iter().zip(numbers.of(log, year, &dossiers, command).await?) {
            life.number = number;
        }
    }
    Ok(())
}

/// The two agreements. Gives the day on which the demo was made: the day its first event was recorded.
async fn agreements(log: &EventLog, clock: &Clock) -> Result<NaiveDate> {
    let signed = signed_agreement().to_string();
    let existing = log.read_stream(CooperationAgreement::TYPE, &signed).await?;
    let made_on =
        existing.first().map_or_else(|| clock.today_brussels(), |record| clock::brussels_day(record.recorded_at));

    let parties: Vec<OrganisationId> = PARKETTEN.iter().map(|parket| OrganisationId((*parket).to_owned())).collect();
    let sign = AgreementCommand::SignAgreement {
        signed_on: day(2021, 2, 1)?,
        signatories: signatories(&parties),
        validity: Validity { from: day(2021, 2, 1)?, until: None },
    };
    let consultation = made_on - Days::new(100);
    let told = [
        (
            day(2020, 12, 1)?,
            AgreementCommand::DraftAgreement { drafted_on: day(2020, 12, 1)?, terms: terms(parties.clone()) },
        ),
        (day(2021, 1, 4)?, AgreementCommand::SendForSignature { sent_on: day(2021, 1, 4)? }),
        (day(2021, 2, 1)?, sign),
        (consultation, AgreementCommand::HoldStructuralConsultation { held_on: consultation, attended_by: parties }),
    ];
    agree(log, &signed, told).await?;

    let pending = vec![OrganisationId(PENDING_PARKET.to_owned())];
    let (drafted_on, sent_on) = (made_on - Days::new(30), made_on - Days::new(14));
    let told = [
        (drafted_on, AgreementCommand::DraftAgreement { drafted_on, terms: terms(pending) }),
        (sent_on, AgreementCommand::SendForSignature { sent_on }),
    ];
    agree(log, &pending_agreement().to_string(), told).await?;
    Ok(made_on)
}

async fn agree(log: &EventLog, id: &str, told: impl IntoIterator<Item = (NaiveDate, AgreementCommand)>) -> Result<()> {
    for (ordinal, (on, command)) in told.into_iter().enumerate() {
        let command_id = derived_id(DEMO, &format!("agreement/{id}/{ordinal}"));
        let context = context(people::coordinator(), morning(on), command_id);
        match log.execute::<CooperationAgreement>(id, &command, &context).await {
            Ok(_) => {}
            Err(ExecuteError::Rejected(refusal)) => bail!("agreement {id}, command {}: {refusal}", ordinal + 1),
            Err(error) => bail!("agreement {id}, command {}: {error}", ordinal + 1),
        }
    }
    Ok(())
}

fn terms(parties: Vec<OrganisationId>) -> AgreementTerms {
    AgreementTerms { kind: AgreementKind::LearningTrajectory, parties, names_article_216ter: false }
}

fn signatories(parties: &[OrganisationId]) -> Vec<Signatory> {
    let museum = Signatory { organisation: OrganisationId::kazerne_dossin(), capacity: "algemeen directeur".into() };
    let parketten = parties
        .iter()
        .map(|parket| Signatory { organisation: parket.clone(), capacity: "procureur des Konings".into() });
    std::iter::once(museum).chain(parketten).collect()
}

fn command_id(life: &Life, ordinal: usize) -> Uuid {
    derived_id(life.dossier, &format!("command/{ordinal}"))
}

/// The context of a command of the demo.
pub(super) fn context(actor: Actor, at: DateTime<Utc>, command_id: Uuid) -> CommandContext {
    CommandContext {
        actor,
        purpose: Purpose::CaseHandling,
        at,
        today: clock::brussels_day(at),
        command_id,
        expected_version: None,
        provenance: Provenance { auth_mode: "demo".into(), ..Provenance::default() },
    }
}

/// Ten in the morning UTC: the same day in Brussels.
fn morning(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(10)
}

fn day(year: i32, month: u32, day: u32) -> Result<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day).context("a day of the demo's calendar")
}

#[cfg(test)]
mod tests;
