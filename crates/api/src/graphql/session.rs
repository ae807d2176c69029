//! What a resolver knows of its request: who asks, where the stores are, and the one way to ask whether it may.

use async_graphql::{Context, Result};
use spoor_domain::kernel::{Actor, CommandContext, Provenance, Purpose};
use spoor_eventlog::Position;
use uuid::Uuid;

use super::problem::Problem;
use super::scalars;
use crate::desk::Desk;
use crate::http::RequestContext;
use crate::policy::{self, Action, Denied};

/// The desk.
pub fn desk<'a>(ctx: &Context<'a>) -> Result<&'a Desk> {
    ctx.data::<Desk>()
}

/// The request.
pub fn request<'a>(ctx: &Context<'a>) -> Result<&'a RequestContext> {
    ctx.data_opt::<RequestContext>().ok_or_else(|| Problem::Unauthenticated.at(ctx))
}

/// Who asks.
pub fn actor<'a>(ctx: &Context<'a>) -> Result<&'a Actor> {
    Ok(&request(ctx)?.viewer.actor)
}

/// Lets the request go on when the viewer may do this, and has said why where dossiers are concerned.
pub fn allow(ctx: &Context<'_>, action: Action<'_>) -> Result<()> {
    let about_dossiers = action.touches_dossiers();
    policy::authorize(actor(ctx)?, action).map_err(|denied| match denied {
        Denied::Role => Problem::Forbidden.at(ctx),
        Denied::Hidden => Problem::NotFound.at(ctx),
    })?;
    if about_dossiers { purpose(ctx).map(drop) } else { Ok(()) }
}

/// The purpose for which the viewer works on dossiers in this request.
pub fn purpose(ctx: &Context<'_>) -> Result<Purpose> {
    let request = request(ctx)?;
    policy::fitting(request.viewer.actor.role, request.purpose, request.case.as_deref())
        .map_err(|unfit| Problem::PurposeRequired(unfit).at(ctx))
}

/// The context in which a command of this request is decided.
pub fn command_context(ctx: &Context<'_>, command_id: Uuid, expected_version: Option<u64>) -> Result<CommandContext> {
    let (desk, request) = (desk(ctx)?, request(ctx)?);
    let actor = request.viewer.actor.clone();
    let at = desk.clock.now();
    Ok(CommandContext {
        purpose: request.purpose.unwrap_or_else(|| policy::usual_purpose(actor.role)),
        actor,
        at,
        today: spoor_eventlog::clock::brussels_day(at),
        command_id,
        expected_version,
        provenance: Provenance {
            correlation_id: Some(request.request_id),
            causation_id: None,
            auth_issuer: request.viewer.issuer.clone(),
            auth_mode: request.viewer.mode.to_owned(),
            policy_version: policy::VERSION.to_owned(),
            trace_parent: request.trace_parent.clone(),
        },
    })
}

/// Waits until these views show the position the client insists on, when it insists and may know of places at all.
pub async fn catch_up(ctx: &Context<'_>, projections: &[&str], position: Option<scalars::Position>) -> Result<()> {
    match position {
        None => Ok(()),
        Some(scalars::Position(position)) => {
            allow(ctx, Action::NamePositions)?;
            let reached = shows(desk(ctx)?, projections, position).await;
            if reached { Ok(()) } else { Err(Problem::NotYet.at(ctx)) }
        }
    }
}

/// Whether these views show a position, now or soon.
pub async fn shows(desk: &Desk, projections: &[&str], position: Position) -> bool {
    desk.views.wait_for(projections, position, desk.patience).await
}
