//! The common path of every mutation on a dossier: read the header, let the desk do it, answer with the payload.

use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};
use spoor_domain::kernel::{CommandContext, DossierId};
use spoor_domain::trajectory::command::TrajectoryCommand;
use spoor_eventlog::Executed;
use spoor_projections::audit;
use spoor_projections::trajectories::{self, DossierKey};

use super::Trajectory;
use crate::graphql::disclosure::{Discloses, target};
use crate::graphql::global_id::{Kind, global_id};
use crate::graphql::outcome::{Declined, Outcome};
use crate::graphql::scalars::Position;
use crate::graphql::session::{command_context, desk, purpose, shows};
use crate::graphql::subject_case::{only_in_its_case, only_linked_already};
use crate::graphql::trajectory::commands::given::dossier;
use crate::graphql::user_error::{UserError, command_id};

/// What a mutation on a dossier did.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct TrajectoryPayload {
    #[graphql(skip)]
    changed: Option<DossierId>,
    /// The global id of the dossier that was changed or made, also while the views do not show it yet.
    trajectory_id: Option<ID>,
    /// Why it was not done; empty when it was.
    user_errors: Vec<UserError>,
    /// The command id that was given.
    command_id: ID,
    /// The version of the dossier after the command.
    version: Option<u64>,
    /// The place in the log of what was recorded; give it as `minPosition` to read it back.
    position: Option<Position>,
    /// Whether the views do not show it yet: `trajectory` may then be older than `version`.
    pending: bool,
}

#[ComplexObject]
impl TrajectoryPayload {
    /// The dossier as the viewer may see it now; absent when nothing was done or it is no longer the viewer's.
    async fn trajectory(&self, ctx: &Context<'_>) -> Option<Result<Trajectory>> {
        let own = Trajectory::visible(ctx, DossierKey::Id(self.changed?)).await;
        if let Ok(Some(own)) = &own {
            own.disclose(ctx);
        }
        own.transpose()
    }
}

/// The views that show what a command did: the dossier itself, and its history.
const SHOWN_IN: &[&str] = &[trajectories::PROJECTION, audit::PROJECTION];

/// What every command to an existing dossier carries.
pub struct Header {
    /// The dossier.
    pub trajectory_id: ID,
    /// The client's id of the command.
    pub command_id: ID,
    /// The version the client has seen.
    pub expected_version: Option<u64>,
}

/// Carries out a command as it came.
pub async fn run(
    ctx: &Context<'_>,
    header: Header,
    command: std::result::Result<TrajectoryCommand, UserError>,
) -> Result<TrajectoryPayload> {
    let id = header.command_id.clone();
    let done = async {
        let (target, order) = addressed(ctx, &header).await?;
        let command = command?;
        if let TrajectoryCommand::LinkSubjects { other_dossier, .. } = &command {
            only_linked_already(ctx, *other_dossier).await?;
        }
        Ok(desk(ctx)?.tell(target, command, &order).await?)
    };
    let done = done.await;
    answer(ctx, id, done).await
}

/// The dossier a command is for, and the context in which it is decided.
pub async fn addressed(
    ctx: &Context<'_>,
    header: &Header,
) -> std::result::Result<(DossierId, CommandContext), Declined> {
    let order = ordered(ctx, &header.command_id, header.expected_version)?;
    let dossier = dossier(&header.trajectory_id, "trajectoryId").map_err(|_| UserError::not_found("trajectoryId"))?;
    target(ctx, dossier);
    only_in_its_case(ctx, Some(dossier)).await?;
    Ok((dossier, order))
}

/// The context of a command with this id.
pub fn ordered(
    ctx: &Context<'_>,
    id: &ID,
    expected_version: Option<u64>,
) -> std::result::Result<CommandContext, Declined> {
    purpose(ctx)?;
    Ok(command_context(ctx, command_id(id)?, expected_version)?)
}

/// The payload of a command that was carried out, or was not.
pub async fn answer(ctx: &Context<'_>, command_id: ID, done: Outcome<Executed>) -> Result<TrajectoryPayload> {
    let executed = match done {
        Ok(executed) => executed,
        Err(declined) => {
            let user_errors = vec![declined.user_error(ctx)?];
            return Ok(TrajectoryPayload {
                changed: None,
                trajectory_id: None,
                user_errors,
                command_id,
                version: None,
                position: None,
                pending: false,
            });
        }
    };
    let pending = match executed.position {
        Some(position) => !shows(desk(ctx)?, SHOWN_IN, position).await,
        None => false,
    };
    Ok(TrajectoryPayload {
        changed: executed.aggregate_id.parse().ok(),
        trajectory_id: Some(global_id(Kind::Trajectory, &executed.aggregate_id)),
        user_errors: Vec::new(),
        command_id,
        version: Some(executed.version),
        position: executed.position.map(Position),
        pending,
    })
}
