//! Anything by its global id. Each kind is found as its own query finds it, so an id opens no door.

use async_graphql::{Context, ID, Interface, Object, Result};
use spoor_domain::kernel::DossierId;

use spoor_domain::edition::event::EditionStatus;

use super::access::AccessEntry;
use super::agreement::Agreement;
use super::appointment::Appointment;
use super::audit::AuditEntry;
use super::disclosure::{asked_beyond_role, asked_in_vain};
use super::document::Document;
use super::edition::ReportEdition;
use super::global_id::{Kind, parse_global_id};
use super::plan::{ActionPlan, PlanAction};
use super::problem::Problem;
use super::reference::{Guide, Parket};
use super::rights::RightsRequest;
use super::session::allow;
use super::trajectory::Trajectory;
use crate::policy::Action;

/// Anything with a global id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The global id: opaque, the same for ever."))]
#[expect(clippy::large_enum_variant, reason = "made once per request, never kept")]
pub enum Node {
    /// A dossier.
    Trajectory(Trajectory),
    /// A cooperation agreement.
    Agreement(Agreement),
    /// An action plan.
    ActionPlan(ActionPlan),
    /// An action of a plan.
    PlanAction(PlanAction),
    /// An edition of the half-yearly report.
    ReportEdition(ReportEdition),
    /// An appointment.
    Appointment(Appointment),
    /// An entry of the audit trail.
    AuditEntry(AuditEntry),
    /// An entry of the access trail.
    AccessEntry(AccessEntry),
    /// A parket.
    Parket(Parket),
    /// A guide.
    Guide(Guide),
    /// A document of a dossier.
    Document(Document),
    /// A request of a person concerned.
    RightsRequest(RightsRequest),
}

/// The question what a global id names.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// What this global id names, when the viewer may see it.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A global id, as another answer gave it.")] id: ID,
    ) -> Option<Result<Node>> {
        match find(ctx, &id).await {
            // What is not there, not the viewer's or not for the role is the same nothing, and an attempt like another.
            Err(error) if is(&error, Problem::NotFound) => {
                asked_in_vain(ctx, dossier_in(&id), None);
                None
            }
            Err(error) if is(&error, Problem::Forbidden) => {
                asked_beyond_role(ctx, dossier_in(&id));
                None
            }
            found => found.transpose(),
        }
    }
}

async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    let Some((kind, local)) = parse_global_id(id) else { return Ok(None) };
    Ok(match kind {
        Kind::Trajectory => match local.parse() {
            Ok(dossier) => Trajectory::find(ctx, dossier).await?.map(Node::Trajectory),
            Err(_) => None,
        },
        Kind::Agreement => match local.parse() {
            Ok(agreement) => Agreement::find(ctx, agreement).await?.map(Node::Agreement),
            Err(_) => None,
        },
        Kind::ActionPlan => match local.parse() {
            Ok(plan) => ActionPlan::find(ctx, plan).await?.map(Node::ActionPlan),
            Err(_) => None,
        },
        Kind::PlanAction => match local.parse() {
            Ok(action) => PlanAction::find(ctx, action).await?.map(Node::PlanAction),
            Err(_) => None,
        },
        Kind::ReportEdition => {
            allow(ctx, Action::SeeEdition(EditionStatus::Approved))?;
            ReportEdition::find_local(ctx, &local).await?.map(Node::ReportEdition)
        }
        Kind::Appointment => Appointment::find(ctx, &local).await?.map(Node::Appointment),
        Kind::AuditEntry => match local.parse() {
            Ok(index) => AuditEntry::find(ctx, index).await?.map(Node::AuditEntry),
            Err(_) => None,
        },
        Kind::Document => Document::find(ctx, &local).await?.map(Node::Document),
        Kind::RightsRequest => match local.parse() {
            Ok(request) => RightsRequest::asked_for(ctx, request).await?.map(Node::RightsRequest),
            Err(_) => None,
        },
        // A session is found with its line.
        Kind::TrainingSession => None,
        Kind::AccessEntry => match local.parse() {
            Ok(index) => AccessEntry::find(ctx, index).await?.map(Node::AccessEntry),
            Err(_) => None,
        },
        Kind::Parket => {
            allow(ctx, Action::SeeReferenceData)?;
            super::reference::parketten(ctx).await?.into_iter().find(|own| own.is(&local)).map(Node::Parket)
        }
        Kind::Guide => {
            allow(ctx, Action::SeeReferenceData)?;
            super::reference::guides(ctx).await?.into_iter().find(|own| own.is(&local)).map(Node::Guide)
        }
    })
}

/// The dossier that an id names, or that what it names belongs to.
pub fn dossier_in(id: &ID) -> Option<DossierId> {
    match parse_global_id(id)? {
        (Kind::Trajectory, local) => local.parse().ok(),
        (Kind::Appointment | Kind::Document, local) => local.split_once('/')?.0.parse().ok(),
        _names_none => None,
    }
}

fn is(error: &async_graphql::Error, problem: Problem) -> bool {
    let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code"));
    code == Some(&problem.code().into())
}
