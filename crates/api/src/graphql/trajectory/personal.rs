//! What is personal in a dossier: opened for who may see it, withheld with the reason from everybody else.

use std::collections::HashMap;

use async_graphql::{Context, Result, SimpleObject, Union};
use chrono::{DateTime, NaiveDate, Utc};
use serde::de::DeserializeOwned;
use serde_json::Value;
use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::kernel::{Actor, DossierId, Personal, PersonalContent, SubjectId, WithheldReason};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_eventlog::LogError;
use spoor_projections::trajectories::{PersonalField, PersonalValue, Wording, wordings};

use super::Trajectory;
use super::parts::RecordedText;
use crate::graphql::coded::Coded;
use crate::graphql::disclosure::disclose_personal;
use crate::graphql::problem::OurFault;
use crate::graphql::scalars::Date;
use crate::graphql::session::{actor, desk};
use crate::policy::{self, Action};

/// Something that exists and is not shown.
#[derive(Clone, Debug, SimpleObject)]
pub struct Withheld {
    /// Why it is not shown.
    pub reason: Coded<WithheldReason>,
    /// Since when, where that is known.
    pub since: Option<DateTime<Utc>>,
}

impl From<WithheldReason> for Withheld {
    fn from(reason: WithheldReason) -> Self {
        Self { reason: reason.into(), since: None }
    }
}

/// The participant, or why the participant is withheld.
#[derive(Union)]
pub enum ParticipantResult {
    /// The participant.
    Participant(Participant),
    /// Withheld.
    Withheld(Withheld),
}

/// The participant (deelnemer).
#[derive(Clone, Debug, SimpleObject)]
pub struct Participant {
    /// Full name.
    name: String,
    /// Day of birth.
    birth_on: Date,
    /// How to reach the participant.
    contact: String,
    /// The language to speak.
    language: String,
    /// Whether an interpreter is needed.
    interpreter_needed: bool,
}

/// A personal text, or why it is withheld.
#[derive(Union)]
pub enum TextResult {
    /// The text.
    Text(PersonalText),
    /// Withheld.
    Withheld(Withheld),
}

/// A text about a person.
#[derive(Clone, Debug, SimpleObject)]
pub struct PersonalText {
    /// The text.
    pub value: String,
}

/// A personal day, or why it is withheld.
#[derive(Union)]
pub enum DateResult {
    /// The day.
    Date(PersonalDate),
    /// Withheld.
    Withheld(Withheld),
}

/// A day in somebody's life.
#[derive(Clone, Debug, SimpleObject)]
pub struct PersonalDate {
    /// The day.
    value: Date,
}

type Opened<T> = std::result::Result<T, Withheld>;

/// The participant of a dossier.
pub async fn participant(dossier: &Trajectory, ctx: &Context<'_>) -> Result<Option<ParticipantResult>> {
    if !may_see(dossier, ctx)? {
        return Ok(Some(ParticipantResult::Withheld(not_yours(dossier, ctx).await?)));
    }
    let sealed = dossier.sealed(ctx).await?;
    let name = open_one::<String>(ctx, sealed, PersonalField::ParticipantName).await?;
    let birth_on = open_one::<NaiveDate>(ctx, sealed, PersonalField::ParticipantBirthOn).await?;
    let contact = open_one::<String>(ctx, sealed, PersonalField::ParticipantContact).await?;
    let language = open_one::<String>(ctx, sealed, PersonalField::ParticipantLanguage).await?;
    let interpreter = open_one::<bool>(ctx, sealed, PersonalField::InterpreterNeeded).await?;
    let (Some(name), Some(birth_on), Some(contact), Some(language), Some(interpreter)) =
        (name, birth_on, contact, language, interpreter)
    else {
        return Ok(None);
    };
    disclose_personal(ctx, dossier.dossier(), "participant");
    let opened: Opened<Participant> = (|| {
        Ok(Participant {
            name: name?,
            birth_on: Date(birth_on?),
            contact: contact?,
            language: language?,
            interpreter_needed: interpreter?,
        })
    })();
    Ok(Some(match opened {
        Ok(participant) => ParticipantResult::Participant(participant),
        Err(withheld) => ParticipantResult::Withheld(withheld),
    }))
}

/// A personal text of which a dossier has one.
pub async fn text(dossier: &Trajectory, ctx: &Context<'_>, field: PersonalField) -> Result<Option<TextResult>> {
    if !may_see(dossier, ctx)? {
        return Ok(Some(TextResult::Withheld(not_yours(dossier, ctx).await?)));
    }
    let opened = open_one::<String>(ctx, dossier.sealed(ctx).await?, field).await?;
    disclose_personal(ctx, dossier.dossier(), field.code());
    Ok(opened.map(text_result))
}

/// A personal day of which a dossier has one.
pub async fn day(dossier: &Trajectory, ctx: &Context<'_>, field: PersonalField) -> Result<Option<DateResult>> {
    if !may_see(dossier, ctx)? {
        return Ok(Some(DateResult::Withheld(not_yours(dossier, ctx).await?)));
    }
    let opened = open_one::<NaiveDate>(ctx, dossier.sealed(ctx).await?, field).await?;
    disclose_personal(ctx, dossier.dossier(), field.code());
    Ok(opened.map(|opened| match opened {
        Ok(day) => DateResult::Date(PersonalDate { value: Date(day) }),
        Err(withheld) => DateResult::Withheld(withheld),
    }))
}

/// Everything that was written at the steps of a dossier. What the museum wrote reaches the parket as it is printed in a
/// delivered bundle, and in no other way: a later wording waits for another bundle. Who wrote it decides, not what kind of
/// text it is.
pub async fn texts(dossier: &Trajectory, ctx: &Context<'_>) -> Result<Vec<RecordedText>> {
    let (now, viewer) = (dossier.authority(), actor(ctx)?);
    let values = dossier.sealed(ctx).await?.iter().filter(|value| value.sequence > 0).collect::<Vec<_>>();
    // Only where it depends on who wrote it are the events asked.
    let replaced = |value: &&PersonalValue| now.replaced_subjects().contains(&value.value.subject);
    let all = policy::authorize(viewer, Action::SeeMuseumContent(now)).is_ok() && !values.iter().any(replaced);
    let written =
        if all || values.is_empty() { Written::default() } else { Written::of(ctx, dossier.dossier()).await? };
    let mut texts = Vec::with_capacity(values.len());
    for value in values {
        let PersonalValue { field, sequence, value: sealed, .. } = value;
        let text = if all || written.opens(viewer, value, now) {
            disclose_personal(ctx, dossier.dossier(), field.code());
            text_result(open::<String>(ctx, sealed).await?)
        } else {
            TextResult::Withheld(not_yours(dossier, ctx).await?)
        };
        texts.push(RecordedText { field: field.code(), sequence: *sequence, text });
    }
    Ok(texts)
}

/// What was written in a dossier, as its events tell.
#[derive(Default)]
struct Written {
    /// Who recorded each event, by its version.
    by: HashMap<u64, Actor>,
    /// Each wording, and to whom it was handed over.
    wordings: Vec<Wording>,
}

impl Written {
    async fn of(ctx: &Context<'_>, dossier: DossierId) -> Result<Self> {
        let records = desk(ctx)?.log.read_stream(aggregate_type::TRAJECTORY, &dossier.to_string()).await.ours(ctx)?;
        let (mut by, mut events) = (HashMap::with_capacity(records.len()), Vec::with_capacity(records.len()));
        for record in records {
            let recorded = record.decode().map_err(LogError::from).ours(ctx)?;
            by.insert(recorded.sequence, recorded.metadata.actor);
            if let DomainEvent::Trajectory(event) = recorded.event {
                events.push((recorded.sequence, event));
            }
        }
        Ok(Self { by, wordings: wordings(events.iter().map(|(sequence, event)| (*sequence, event))) })
    }

    /// Whether this person may read this value of an event.
    fn opens(&self, viewer: &Actor, value: &PersonalValue, now: &LearningTrajectory) -> bool {
        let delivered = policy::delivered_to(&viewer.organisation, value, &self.wordings);
        self.by.get(&value.sequence).is_some_and(|by| policy::opens_text(viewer, value, by, delivered, now))
    }
}

fn may_see(dossier: &Trajectory, ctx: &Context<'_>) -> Result<bool> {
    Ok(policy::opens_participant(actor(ctx)?, dossier.row.subject, dossier.authority()))
}

/// What somebody may not see is withheld for that reason, until it is gone for everybody.
async fn not_yours(dossier: &Trajectory, ctx: &Context<'_>) -> Result<Withheld> {
    let now = dossier.authority();
    let gone = now.erased() && now.subject() == Some(dossier.row.subject);
    let reason = if gone { WithheldReason::Erased } else { WithheldReason::NotAuthorised };
    withheld(ctx, reason, dossier.row.subject).await
}

/// Withheld, since when where that is known.
async fn withheld(ctx: &Context<'_>, reason: WithheldReason, subject: SubjectId) -> Result<Withheld> {
    let since = match reason {
        WithheldReason::Erased => desk(ctx)?.log.vault().erased_since(subject).await.ours(ctx)?,
        WithheldReason::NotAuthorised | WithheldReason::Unreadable => None,
    };
    Ok(Withheld { reason: reason.into(), since })
}

fn text_result(opened: Opened<String>) -> TextResult {
    match opened {
        Ok(value) => TextResult::Text(PersonalText { value }),
        Err(withheld) => TextResult::Withheld(withheld),
    }
}

async fn open_one<T: DeserializeOwned>(
    ctx: &Context<'_>,
    sealed: &[PersonalValue],
    field: PersonalField,
) -> Result<Option<Opened<T>>> {
    match sealed.iter().find(|value| value.field == field) {
        Some(value) => open(ctx, &value.value).await.map(Some),
        None => Ok(None),
    }
}

/// A personal text of an event itself.
pub async fn open_text(
    ctx: &Context<'_>,
    dossier: Option<DossierId>,
    field: PersonalField,
    sealed: &Personal<String>,
) -> Result<TextResult> {
    if let Some(dossier) = dossier {
        disclose_personal(ctx, dossier, field.code());
    }
    opened_text(ctx, sealed).await
}

/// A personal text, opened; whoever shows it discloses it.
pub async fn opened_text(ctx: &Context<'_>, sealed: &Personal<String>) -> Result<TextResult> {
    let opened = desk(ctx)?.log.vault().open(sealed).await.ours(ctx)?;
    Ok(text_result(match opened.content {
        PersonalContent::Clear(text) => Ok(text),
        PersonalContent::Sealed { .. } => Err(WithheldReason::Unreadable.into()),
        PersonalContent::Withheld(reason) => Err(withheld(ctx, reason, sealed.subject).await?),
    }))
}

/// The value in clear, or why it cannot be.
pub async fn open<T: DeserializeOwned>(ctx: &Context<'_>, sealed: &Personal<Value>) -> Result<Opened<T>> {
    let opened = desk(ctx)?.log.vault().open(sealed).await.ours(ctx)?;
    Ok(match opened.content {
        PersonalContent::Clear(value) => serde_json::from_value(value).map_err(|_| WithheldReason::Unreadable.into()),
        PersonalContent::Sealed { .. } => Err(WithheldReason::Unreadable.into()),
        PersonalContent::Withheld(reason) => Err(withheld(ctx, reason, sealed.subject).await?),
    })
}
