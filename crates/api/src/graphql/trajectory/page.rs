//! The dossiers that other lists refer to: fetched for a whole page at once, when the first of them is asked for.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Result};
use spoor_domain::kernel::DossierId;
use spoor_projections::trajectories::{self, TrajectoryRow};
use tokio::sync::OnceCell;

use super::Trajectory;
use crate::graphql::problem::OurFault;
use crate::graphql::session::{actor, desk};
use crate::policy;

/// The dossiers behind a page of something else.
pub struct DossiersOfPage {
    dossiers: Vec<DossierId>,
    rows: OnceCell<HashMap<DossierId, TrajectoryRow>>,
}

impl DossiersOfPage {
    /// These dossiers; that the page is about them is noted where the page is shown.
    pub fn of(dossiers: impl Iterator<Item = DossierId>) -> Arc<Self> {
        let mut dossiers: Vec<_> = dossiers.collect();
        dossiers.sort_unstable();
        dossiers.dedup();
        Arc::new(Self { dossiers, rows: OnceCell::new() })
    }

    /// One of them, when the viewer may see it.
    pub async fn row(&self, ctx: &Context<'_>, dossier: DossierId) -> Result<Option<&TrajectoryRow>> {
        let (views, scope) = (&desk(ctx)?.views, policy::scope(actor(ctx)?));
        let fetch = async || {
            let rows = trajectories::by_ids(views, &scope, &self.dossiers).await.ours(ctx)?;
            Ok::<_, async_graphql::Error>(rows.into_iter().map(|row| (row.id, row)).collect())
        };
        Ok(self.rows.get_or_try_init(fetch).await?.get(&dossier))
    }

    /// One of them as a dossier of its own, when the viewer may see it.
    pub async fn show(&self, ctx: &Context<'_>, dossier: DossierId) -> Result<Option<Trajectory>> {
        Ok(self.row(ctx, dossier).await?.map(|row| Trajectory::alone(row.clone())))
    }
}
