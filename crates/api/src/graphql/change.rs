//! A value that changed, shown to those who may see it: in the audit trail and in a replay alike.

use async_graphql::{Context, Result, SimpleObject, Union};
use serde_json::Value;
use spoor_domain::kernel::{DossierId, WithheldReason};
use spoor_projections::audit;

use super::disclosure::{disclose, disclose_personal};
use super::trajectory::personal::{Withheld, open};

/// Where an event names another dossier than its own.
const OTHER_DOSSIER: &str = "other_dossier";

/// A value that changed.
#[derive(SimpleObject)]
pub struct Change {
    /// What, as a dotted path.
    path: String,
    /// What it was; absent when it was not there before.
    from: Option<ChangeValue>,
    /// What it became.
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
    opens: bool,
) -> Result<Vec<Change>> {
    let mut shown = Vec::with_capacity(changes.len());
    for change in changes {
        let from = maybe(ctx, dossier, change.from.as_ref(), opens).await?;
        let to = maybe(ctx, dossier, change.to.as_ref(), opens).await?;
        let same = matches!((&from, &to), (Some(ChangeValue::Plain(from)), Some(ChangeValue::Plain(to))) if from == to);
        if !same {
            for told in [&from, &to].into_iter().flatten() {
                disclose_named(ctx, &change.path, told);
            }
            shown.push(Change { path: change.path.clone(), from, to });
        }
    }
    Ok(shown)
}

/// A link to the same person elsewhere names another dossier than the one it was made in: that one is shown as well.
fn disclose_named(ctx: &Context<'_>, path: &str, told: &ChangeValue) {
    if let (OTHER_DOSSIER, ChangeValue::Plain(told)) = (path, told)
        && let Ok(dossier) = told.value.parse()
    {
        disclose(ctx, dossier);
    }
}

/// One value as this viewer sees it.
pub async fn value(
    ctx: &Context<'_>,
    dossier: Option<DossierId>,
    value: &audit::ChangeValue,
    opens: bool,
) -> Result<ChangeValue> {
    Ok(match value {
        audit::ChangeValue::Plain(value) => ChangeValue::Plain(plain(value.clone())),
        audit::ChangeValue::Personal(_) if !opens => ChangeValue::Withheld(WithheldReason::NotAuthorised.into()),
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
    opens: bool,
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
