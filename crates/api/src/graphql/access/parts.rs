//! What an entry of the access trail is made of: dossiers, refusals, what left the house, how far the views were.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use spoor_domain::access::event::{self, AccessEvent, Checkpoints};
use spoor_domain::access::vocabulary::{AuthenticationFailure, QuestionRefusal};
use spoor_domain::kernel::{DossierId, RefusalCode};

use crate::graphql::coded::Coded;
use crate::graphql::global_id::{Kind, global_id};
use crate::graphql::trajectory::DossiersOfPage;

/// A dossier as an entry names it.
pub struct AccessedTrajectory {
    pub(super) id: DossierId,
    pub(super) shown: bool,
    pub(super) personal: Vec<String>,
    pub(super) dossiers: Arc<DossiersOfPage>,
}

/// A part of a question that was refused.
#[derive(SimpleObject)]
pub struct RefusedPart {
    /// Why.
    reason: Coded<QuestionRefusal>,
    /// The field at the root of the question.
    field: String,
    /// The dossier number that was asked for, whether there is such a dossier or not; of another controller's people only
    /// that of a dossier of the viewer's.
    number: Option<String>,
}

/// How far a view was when something was read from it.
#[derive(SimpleObject)]
pub struct ViewCheckpoint {
    /// The view.
    view: String,
    /// The index of the last event in it; give it as `asOf` to see what was seen.
    index: u64,
}

/// A command that was refused; nothing of what it would have recorded is kept.
#[derive(SimpleObject)]
pub struct RefusedCommand {
    /// The mutation.
    command: String,
    /// Why.
    code: Coded<RefusalCode>,
}

/// Failed authentications for the same reason, within ten seconds.
#[derive(SimpleObject)]
pub struct FailedAuthentications {
    /// Why the token did not count.
    reason: Coded<AuthenticationFailure>,
    /// How many.
    count: u64,
    /// The first one.
    first_at: DateTime<Utc>,
    /// The last one.
    last_at: DateTime<Utc>,
}

/// Something that left the house.
#[derive(SimpleObject)]
pub struct LeftTheHouse {
    /// The hash of the bytes that left, with `draft: ` before it where they were those of a draft of an edition, which is not
    /// kept; or the log and the selection of an export.
    what: String,
    /// The code of the organisation it was delivered to.
    recipient: Option<String>,
    /// Whether personal values left in clear.
    opened: bool,
}

/// A dossier in an access.
#[Object]
impl AccessedTrajectory {
    /// The global id of the dossier.
    async fn id(&self) -> ID {
        global_id(Kind::Trajectory, &self.id.to_string())
    }

    /// Its number; absent when there is no such dossier.
    async fn number(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(self.dossiers.row(ctx, self.id).await?.map(|row| row.number.0.clone()))
    }

    /// Whether something of it was shown; otherwise it was asked for in vain, or a command to it was refused.
    async fn shown(&self) -> bool {
        self.shown
    }

    /// The kinds of personal fields that were opened.
    async fn personal(&self) -> &[String] {
        &self.personal
    }
}

impl RefusedPart {
    /// The part, with the number where the viewer is told it.
    pub(super) fn of(part: &event::RefusedPart, number: Option<&str>) -> Self {
        Self { reason: part.reason.into(), field: part.field.clone(), number: number.map(str::to_owned) }
    }
}

impl RefusedCommand {
    /// The command this event says was refused.
    pub(super) fn of(event: &AccessEvent) -> Option<Self> {
        let AccessEvent::CommandRefused { command, code, .. } = event else { return None };
        Some(Self { command: command.clone(), code: (*code).into() })
    }
}

impl FailedAuthentications {
    /// The failures this event stands for.
    pub(super) fn of(event: &AccessEvent) -> Option<Self> {
        let AccessEvent::AuthenticationFailed { reason, count, first_at, last_at } = event else { return None };
        Some(Self { reason: Coded(*reason), count: *count, first_at: *first_at, last_at: *last_at })
    }
}

impl LeftTheHouse {
    /// What left by this event, printed as withheld or not.
    pub(super) fn of(event: &AccessEvent, withheld: bool) -> Option<Self> {
        match event {
            AccessEvent::PieceDownloaded { document, recipient, .. } => Some(Self {
                what: document.clone(),
                recipient: recipient.as_ref().map(|recipient| recipient.0.clone()),
                opened: !withheld,
            }),
            AccessEvent::EditionDownloaded { document, question, .. } => {
                let what = if question.is_of_draft() { format!("draft: {document}") } else { document.clone() };
                Some(Self { what, recipient: None, opened: false })
            }
            AccessEvent::ExportMade { log, selection, opened, .. } => {
                Some(Self { what: format!("{log}: {selection}"), recipient: None, opened: *opened })
            }
            AccessEvent::DossiersShown { .. }
            | AccessEvent::OverviewShown { .. }
            | AccessEvent::QuestionRefused { .. }
            | AccessEvent::CommandRefused { .. }
            | AccessEvent::AuthenticationFailed { .. }
            | AccessEvent::DocumentBroughtIn { .. }
            | AccessEvent::DocumentLinkMade { .. }
            | AccessEvent::ReplayShown { .. } => None,
        }
    }
}

impl ViewCheckpoint {
    /// How far the views were by this event that are told.
    pub(super) fn of(event: &AccessEvent, told: impl Fn(&str) -> bool) -> Vec<Self> {
        let views = |checkpoints: &Checkpoints| {
            let told = checkpoints.iter().filter(|(view, _)| told(view.as_str()));
            told.map(|(view, index)| Self { view: view.clone(), index: *index }).collect()
        };
        match event {
            AccessEvent::DossiersShown { checkpoints, .. } | AccessEvent::OverviewShown { checkpoints, .. } => {
                views(checkpoints)
            }
            AccessEvent::ReplayShown { through, .. } => vec![Self { view: "log".into(), index: *through }],
            AccessEvent::QuestionRefused { .. }
            | AccessEvent::CommandRefused { .. }
            | AccessEvent::AuthenticationFailed { .. }
            | AccessEvent::PieceDownloaded { .. }
            | AccessEvent::DocumentBroughtIn { .. }
            | AccessEvent::DocumentLinkMade { .. }
            | AccessEvent::ExportMade { .. }
            | AccessEvent::EditionDownloaded { .. } => Vec::new(),
        }
    }
}
