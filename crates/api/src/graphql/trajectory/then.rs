//! A dossier at another moment than now: the same fields, from the events known then, for whoever may see it now.

use async_graphql::{Context, Result};
use spoor_domain::kernel::DossierId;
use spoor_domain::trajectory::LearningTrajectory;
use spoor_projections::Event;
use spoor_projections::trajectories::{self, DossierKey};

use super::{PageOfDossiers, Trajectory};
use crate::graphql::as_of::Moment;
use crate::graphql::disclosure::{Discloses, asked_in_vain};
use crate::graphql::problem::not_whole;
use crate::graphql::session::desk;
use crate::proof::Whole;

/// What there is to know of a dossier that is shown as it stood at another moment.
#[derive(Clone)]
pub struct Then {
    /// When.
    pub moment: Moment,
    /// The dossier as it stands now, by which is decided who sees what.
    pub now: LearningTrajectory,
}

impl Trajectory {
    /// The dossier at that moment. None when it was not there then, and when the viewer may not see it now.
    pub async fn find_at(ctx: &Context<'_>, dossier: DossierId, moment: Moment) -> Result<Option<Self>> {
        let found = Self::at(ctx, dossier, moment).await?;
        match &found {
            Some(own) => own.disclose(ctx),
            None => asked_in_vain(ctx, Some(dossier), None),
        }
        Ok(found)
    }

    async fn at(ctx: &Context<'_>, dossier: DossierId, moment: Moment) -> Result<Option<Self>> {
        let Some(live) = Self::visible(ctx, DossierKey::Id(dossier)).await? else { return Ok(None) };
        let known = known_events(ctx, dossier, live.version_shown(), moment.index).await?;
        let Some(then) = trajectories::then(dossier, &known, moment.on) else { return Ok(None) };
        let page = PageOfDossiers::with_personal(dossier, then.personal);
        let now = live.row.state;
        Ok(Some(Self { row: then.row, page: page.into(), then: Some(Then { moment, now }) }))
    }
}

/// The events of a dossier that had been recorded when the log was at this index, all of them as committed or an error;
/// `shown` is the version that a view is known to have shown.
pub async fn known_events(ctx: &Context<'_>, dossier: DossierId, shown: u64, index: u64) -> Result<Vec<Event>> {
    let known = Whole::until(&desk(ctx)?.log, dossier, shown, index).await;
    Ok(known.map_err(|cause| not_whole(ctx, &cause))?.events)
}
