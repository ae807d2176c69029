//! What is behind what an edition says: the events, for a compliance officer; and the errata, each with its causes.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use spoor_documents::edition::Erratum as Printed;
use spoor_domain::action::event::ActionNumber;
use spoor_domain::kernel::Actor;
use tokio::sync::OnceCell;

use crate::desk::{EditionNumber, Origin, Said, Trace};
use crate::graphql::outcome::unexpected;
use crate::graphql::session::{actor, desk};
use crate::policy::{self, Action};

/// An event behind something an edition says of the plan or of police training.
#[derive(SimpleObject)]
pub struct EditionOrigin {
    /// The number of the event in the log.
    index: u64,
    /// What happened: the type of the event.
    event: String,
    /// The number of the action it is about; none when it is about the plan, police training or an edition.
    number: Option<String>,
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
    /// The account of who did it; absent where the person works for another controller, who answers for it.
    by: Option<String>,
}

impl EditionOrigin {
    /// An event as this viewer may know of it.
    fn of(viewer: &Actor, origin: &Origin) -> Self {
        let recorded = &origin.recorded;
        let by = &recorded.metadata.actor;
        Self {
            index: recorded.index,
            event: recorded.event_type.clone(),
            number: origin.action.map(|number| number.to_string()),
            recorded_at: recorded.recorded_at,
            by: policy::same_controller(viewer, by).then(|| by.id.to_string()),
        }
    }
}

/// The events behind places of an edition: everything they rest on is read once, when the first place is asked about.
pub struct Origins {
    edition: EditionNumber,
    /// The one action that is asked about; none for all.
    only: Option<ActionNumber>,
    /// Whether only what is otherwise than in the edition it corrects is asked about.
    against_corrected: bool,
    trace: OnceCell<Trace>,
}

impl Origins {
    /// Of an edition; of one action, where only that is asked about.
    pub fn of(edition: EditionNumber, only: Option<ActionNumber>) -> Self {
        Self { edition, only, against_corrected: false, trace: OnceCell::new() }
    }

    /// Of the errata of an edition.
    pub fn of_errata(edition: EditionNumber) -> Self {
        Self { against_corrected: true, ..Self::of(edition, None) }
    }

    /// The events behind a place; none for who may not know.
    pub async fn behind(&self, ctx: &Context<'_>, said: Said<'_>) -> Result<Option<Vec<EditionOrigin>>> {
        let viewer = actor(ctx)?;
        if policy::authorize(viewer, Action::TraceFigures).is_err() {
            return Ok(None);
        }
        let desk = desk(ctx)?;
        let read = || desk.trace(self.edition, self.only, self.against_corrected);
        let trace = self.trace.get_or_try_init(read).await.map_err(|error| unexpected(ctx, error))?;
        Ok(Some(trace.origins(said).into_iter().map(|origin| EditionOrigin::of(viewer, origin)).collect()))
    }
}

/// Something a corrected edition says otherwise than the one it corrects.
pub struct Erratum {
    pub printed: Printed,
    /// What is behind all errata of the edition.
    pub origins: Arc<Origins>,
}

/// Something a corrected edition says otherwise than the one it corrects.
#[Object]
impl Erratum {
    /// The number of the action; none when it is about the whole.
    async fn number(&self) -> Option<String> {
        self.printed.action.map(|number| number.to_string())
    }

    /// The value, as a path of field names.
    async fn path(&self) -> &str {
        &self.printed.path
    }

    /// What it is called in print, in Dutch.
    async fn label(&self) -> &str {
        &self.printed.label
    }

    /// The old value as printed; none when it was not there.
    async fn old(&self) -> Option<&str> {
        self.printed.old.as_deref()
    }

    /// The new value as printed; none when it is gone.
    async fn new(&self) -> Option<&str> {
        self.printed.new.as_deref()
    }

    /// The events by which it came to be said otherwise; for a compliance officer.
    #[graphql(complexity = "child_complexity * 5 + 20")]
    async fn causes(&self, ctx: &Context<'_>) -> Option<Result<Vec<EditionOrigin>>> {
        let said = Said { action: self.printed.action, path: &self.printed.path };
        self.origins.behind(ctx, said).await.transpose()
    }
}
