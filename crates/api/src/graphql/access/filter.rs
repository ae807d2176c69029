//! Which entries of the access trail are asked for, and what asking for them says.

use async_graphql::{Context, ID, InputObject, Result};
use chrono::{DateTime, Utc};
use spoor_domain::access::vocabulary::AccessKind;
use spoor_domain::kernel::{ActorId, DossierId, OrganisationId, Purpose};
use spoor_domain::trajectory::event::DossierNumber;
use spoor_projections::access::{AccessFilter, AnsweredFor};
use spoor_projections::trajectories;

use crate::graphql::coded::Coded;
use crate::graphql::global_id::{Kind, local_id};
use crate::graphql::problem::{OurFault, Problem};
use crate::graphql::session::{actor, desk};
use crate::graphql::trajectory::Trajectory;
use crate::policy;

/// Which entries; what is absent narrows nothing.
#[derive(InputObject, Default)]
#[graphql(name = "AccessFilter")]
pub struct AccessFilterInput {
    /// About this dossier.
    trajectory: Option<ID>,
    /// By the person with this account, of the viewer's own organisation; or by an account of the program, with the
    /// organisation `spoor`.
    actor: Option<String>,
    /// By somebody of the organisation with this code.
    organisation: Option<String>,
    /// For one of these purposes.
    purpose: Option<Vec<Coded<Purpose>>>,
    /// Of one of these kinds.
    kind: Option<Vec<Coded<AccessKind>>>,
    /// Recorded at this moment or later.
    from: Option<DateTime<Utc>>,
    /// Recorded before this moment.
    to: Option<DateTime<Utc>>,
}

impl AccessFilterInput {
    /// What the view is asked; none where it is about a dossier that is not there for the viewer.
    pub async fn resolve(self, ctx: &Context<'_>) -> Result<Option<AccessFilter>> {
        let own = &actor(ctx)?.organisation;
        // An employee is looked into by the own controller only; what the program's own accounts did is everybody's.
        let organisation = match (&self.actor, self.organisation.map(OrganisationId)) {
            (Some(_), Some(other)) if other != *own && other.0 != policy::PROGRAM => {
                let message = "`actor` is asked within the own organisation, or within `spoor` for the program's own \
                    accounts: ask another one's officer for its people";
                return Err(Problem::BadUserInput(message).at(ctx));
            }
            (Some(_), None) => Some(own.clone()),
            (_, organisation) => organisation,
        };
        let dossier = match self.trajectory {
            Some(id) => match dossier(ctx, &id).await? {
                Some(dossier) => Some(dossier),
                None => return Ok(None),
            },
            None => None,
        };
        // Whatever names a dossier that the viewer may see is the viewer's already.
        let within = match &dossier {
            Some(known) => {
                AnsweredFor { organisations: policy::answers_for(actor(ctx)?).to_vec(), dossiers: vec![known.clone()] }
            }
            None => answered_for(ctx).await?,
        };
        Ok(Some(AccessFilter {
            within: Some(within),
            dossier: dossier.map(|(id, number)| (id, Some(number))),
            actor: self.actor.map(ActorId),
            organisation,
            purposes: self.purpose.into_iter().flatten().map(|purpose| purpose.0).collect(),
            kinds: self.kind.into_iter().flatten().map(|kind| kind.0).collect(),
            from: self.from,
            until: self.to,
        }))
    }
}

/// What of the trail is the viewer's: what an export of it gives, and what names a dossier that the viewer may see.
pub(super) async fn answered_for(ctx: &Context<'_>) -> Result<AnsweredFor> {
    let viewer = actor(ctx)?;
    let dossiers = trajectories::within(&desk(ctx)?.views, &policy::scope(viewer)).await.ours(ctx)?;
    Ok(AnsweredFor { organisations: policy::answers_for(viewer).to_vec(), dossiers })
}

/// The dossier the trail is asked about, when the viewer may see it: whatever comes back is about it.
async fn dossier(ctx: &Context<'_>, id: &ID) -> Result<Option<(DossierId, DossierNumber)>> {
    let wrong = || Problem::BadUserInput("`trajectory` is not the id of a dossier").at(ctx);
    let id = local_id(Kind::Trajectory, id).and_then(|id| id.parse().ok()).ok_or_else(wrong)?;
    Ok(Trajectory::asked_about(ctx, id).await?.map(|number| (id, number)))
}
