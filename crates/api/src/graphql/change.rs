//! A value that changed, shown to those who may see it: in the audit trail and in a replay alike.

use async_graphql::{Context, Result, SimpleObject, Union};
use serde_json::Value;
use spoor_domain::catalogue::DomainEvent;
use spoor_domain::kernel::{DossierId, WithheldReason};
use spoor_domain::trajectory::event::TrajectoryEvent;
use spoor_projections::audit;

use super::disclosure::{disclose, disclose_personal};
use super::trajectory::personal::{Withheld, open};
use super::trajectory::then::known_events;
use crate::policy::Opens;

/// Where an event names the person of another dossier than its own.
const OTHER_SUBJECT: &str = "other_subject";

/// A value that changed.
#[derive(SimpleObject)]
pub struct Change {
    /// What, as a dotted path.
    path: String,
    /// What it was; absent when it was not there before.
    from: Option<ChangeValue>,
    /// What it became; absent when it is no longer there.
    to: Option<ChangeValue>,
}

/// A value in a change, or why it is withheld.
#[derive(Union)]
pub enum ChangeValue {
    /// The value.
    Plain(PlainValue),
    /// Withheld.
    Withheld(Withheld),
}

/// A value as it was recorded.
#[derive(Debug, PartialEq, Eq, SimpleObject)]
pub struct PlainValue {
    /// The value as text; what is not a text is written as JSON.
    value: String,
}

/// Changes as this viewer sees them. What turns out to be the same when it is opened is no change.
pub async fn shown(
    ctx: &Context<'_>,
    dossier: Option<DossierId>,
    changes: &[audit::Change],
    opens: &Opens,
) -> Result<Vec<Change>> {
    let mut shown = Vec::with_capacity(changes.len());
    for change in changes {
        let from = maybe(ctx, dossier, change.from.as_ref(), opens).await?;
        let to = maybe(ctx, dossier, change.to.as_ref(), opens).await?;
        let same = matches!((&from, &to), (Some(ChangeValue::Plain(from)), Some(ChangeValue::Plain(to))) if from == to);
        if !same {
            // A link to the same person names another dossier than the one it was made in: that one is shown as well.
            change.other_dossiers().into_iter().for_each(|other| disclose(ctx, other));
            shown.push(Change { path: change.path.clone(), from, to });
        }
    }
    if let Some(dossier) = dossier {
        disclose_linked(ctx, dossier, changes).await?;
    }
    Ok(shown)
}

/// A link that was taken back names the person in the other dossier only: which dossier that is, the link itself says.
async fn disclose_linked(ctx: &Context<'_>, dossier: DossierId, changes: &[audit::Change]) -> Result<()> {
    let told = changes.iter().filter(|change| change.path == OTHER_SUBJECT);
    let told = told.flat_map(|change| [&change.from, &change.to]).flatten();
    let persons = told.filter_map(|value| match value {
        audit::ChangeValue::Plain(person) => Some(as_text(person.clone())),
        audit::ChangeValue::Personal(_) => None,
    });
    let persons = persons.collect::<Vec<_>>();
    let says_it_itself = changes.iter().any(|change| !change.other_dossiers().is_empty());
    if persons.is_empty() || says_it_itself {
        return Ok(());
    }
    for known in known_events(ctx, dossier, 0, u64::MAX).await? {
        if let DomainEvent::Trajectory(TrajectoryEvent::SubjectsLinked { other_subject, other_dossier, .. }) =
            known.event
            && persons.contains(&other_subject.to_string())
        {
            disclose(ctx, other_dossier);
        }
    }
    Ok(())
}

/// One value as this viewer sees it.
pub async fn value(
    ctx: &Context<'_>,
    dossier: Option<DossierId>,
    value: &audit::ChangeValue,
    opens: &Opens,
) -> Result<ChangeValue> {
    Ok(match value {
        audit::ChangeValue::Plain(value) => ChangeValue::Plain(plain(value.clone())),
        audit::ChangeValue::Personal(sealed) if !opens.about(sealed.subject) => {
            ChangeValue::Withheld(WithheldReason::NotAuthorised.into())
        }
        audit::ChangeValue::Personal(sealed) => {
            if let Some(dossier) = dossier {
                disclose_personal(ctx, dossier, "changes");
            }
            match open::<Value>(ctx, sealed).await? {
                Ok(value) => ChangeValue::Plain(plain(value)),
                Err(withheld) => ChangeValue::Withheld(withheld),
            }
        }
    })
}

async fn maybe(
    ctx: &Context<'_>,
    dossier: Option<DossierId>,
    given: Option<&audit::ChangeValue>,
    opens: &Opens,
) -> Result<Option<ChangeValue>> {
    match given {
        Some(given) => value(ctx, dossier, given, opens).await.map(Some),
        None => Ok(None),
    }
}

fn plain(value: Value) -> PlainValue {
    PlainValue { value: as_text(value) }
}

/// A value as text; what is not a text is written as JSON.
pub fn as_text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
