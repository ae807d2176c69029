//! The access trail: who looked at what, who was refused, what left the house. Asking for it is recorded like any reading.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use spoor_domain::access::event::{AccessEvent, Checkpoints};
use spoor_domain::access::vocabulary::{AccessKind, AuthenticationFailure, QuestionRefusal};
use spoor_domain::kernel::{ActorId, DossierId, Label, OrganisationId, Purpose, RefusalCode, Role};
use spoor_domain::trajectory::event::DossierNumber;
use spoor_projections::access::{self, AccessFilter, Named, dossiers_named};
use spoor_projections::trajectories::DossierKey;

use super::coded::{Coded, LabelLanguage};
use super::disclosure::{Discloses, asked_in_vain, disclose, disclose_view};
use super::global_id::{Kind, global_id, local_id};
use super::page::{Paging, connection, sealed};
use super::problem::{OurFault, Problem};
use super::scalars::Position;
use super::session::{actor, allow, desk};
use super::trajectory::{DossiersOfPage, Trajectory};
use crate::policy::{self, Action};

const LIST: &str = "accessTrail";

connection! {
    /// A page of the access trail.
    AccessEntryConnection, AccessEntryEdge of AccessEntry
}

/// An entry, with the dossiers that its page names.
pub struct AccessEntry {
    entry: access::AccessEntry,
    dossiers: Arc<DossiersOfPage>,
    /// Whether the person works for the viewer's own controller.
    own: bool,
}

/// A dossier as an entry names it.
pub struct AccessedTrajectory {
    id: DossierId,
    shown: bool,
    personal: Vec<String>,
    dossiers: Arc<DossiersOfPage>,
}

/// A part of a question that was refused.
#[derive(SimpleObject)]
pub struct RefusedPart {
    /// Why.
    reason: Coded<QuestionRefusal>,
    /// The field at the root of the question.
    field: String,
    /// The dossier number that was asked for, whether there is such a dossier or not.
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

/// Which entries; what is absent narrows nothing.
#[derive(InputObject, Default)]
#[graphql(name = "AccessFilter")]
pub struct AccessFilterInput {
    /// About this dossier.
    trajectory: Option<ID>,
    /// By the person with this account, of the viewer's own organisation.
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

impl AccessEntry {
    /// The entry with this number, when the viewer may see it.
    pub async fn find(ctx: &Context<'_>, index: u64) -> Result<Option<Self>> {
        allow(ctx, Action::SeeAccessTrail)?;
        let found = access::one(&desk(ctx)?.views, index).await.ours(ctx)?;
        disclose_view(ctx, access::PROJECTION, found.seen);
        Ok(Self::together(ctx, found.value.into_iter().collect())?.pop())
    }

    fn together(ctx: &Context<'_>, entries: Vec<access::AccessEntry>) -> Result<Vec<Self>> {
        let viewer = actor(ctx)?;
        let named =
            entries.iter().flat_map(|entry| dossiers_named(&entry.event)).filter_map(|(named, _)| match named {
                Named::Dossier(id) => Some(id),
                Named::Number(_) | Named::Every => None,
            });
        let dossiers = DossiersOfPage::of(named);
        let of_page = |entry: access::AccessEntry| Self {
            own: policy::same_controller(viewer, &entry.actor),
            dossiers: Arc::clone(&dossiers),
            entry,
        };
        Ok(entries.into_iter().map(of_page).collect())
    }
}

/// Which dossiers an entry names is noted where they are named.
impl Discloses for AccessEntry {
    fn disclose(&self, _ctx: &Context<'_>) {}
}

/// An entry of the access trail: one answer, or one refusal.
#[Object]
impl AccessEntry {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        global_id(Kind::AccessEntry, &self.entry.index.to_string())
    }

    /// The number of the entry in the access log; the same for ever, on every copy of it.
    async fn index(&self) -> u64 {
        self.entry.index
    }

    /// The place in the access log.
    async fn position(&self) -> Position {
        self.entry.position.into()
    }

    /// When it was recorded: before the answer left.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.entry.recorded_at
    }

    /// What kind of access it was.
    async fn kind(&self) -> Coded<AccessKind> {
        self.entry.event.kind().into()
    }

    /// What kind of access it was, in words.
    async fn kind_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.entry.event.kind().label(language.into())
    }

    /// The pseudonymous account of the person; absent where the person works for another controller, who answers for it.
    async fn account(&self) -> Option<&str> {
        self.own.then_some(self.entry.actor.id.0.as_str())
    }

    /// The role in which the person asked.
    async fn role(&self) -> Coded<Role> {
        self.entry.actor.role.into()
    }

    /// The code of the organisation for which the person asked.
    async fn organisation(&self) -> &str {
        &self.entry.actor.organisation.0
    }

    /// How the person was verified: `jwt`, `terminal`, or `system` for the program itself.
    async fn auth_mode(&self) -> &str {
        &self.entry.auth_mode
    }

    /// For which purpose; where none was stated, the refusal says so and this is the usual one of the role.
    async fn purpose(&self) -> Coded<Purpose> {
        self.entry.purpose.into()
    }

    /// The number of the dossier the person stated to work on.
    async fn case(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        let case = self.entry.event.question().and_then(|question| question.case.as_ref());
        if let Some(number) = case {
            disclose_number(ctx, number).await?;
        }
        Ok(case.map(|number| number.0.as_str()))
    }

    /// The id of the request, in the answer's errors and in the log lines; a large answer has several entries.
    async fn request_id(&self) -> Option<ID> {
        self.entry.request.map(|request| ID(request.to_string()))
    }

    /// The name the client gave the operation.
    async fn operation(&self) -> Option<&str> {
        self.entry.event.question()?.operation.as_deref()
    }

    /// The fields that were asked at the root, or the program's own command.
    async fn fields(&self) -> Vec<&str> {
        let question = self.entry.event.question();
        question.map(|question| question.fields.iter().map(String::as_str).collect()).unwrap_or_default()
    }

    /// The dossiers that were shown or asked for.
    async fn trajectories(&self, ctx: &Context<'_>) -> Vec<AccessedTrajectory> {
        let named = dossiers_named(&self.entry.event).into_iter().filter_map(|(named, part)| match named {
            Named::Dossier(id) => {
                disclose(ctx, id);
                let (shown, personal) = (part.shown, part.personal.into_iter().collect());
                Some(AccessedTrajectory { id, shown, personal, dossiers: Arc::clone(&self.dossiers) })
            }
            Named::Number(_) | Named::Every => None,
        });
        named.collect()
    }

    /// Whether it is about every dossier: an export of a whole log.
    async fn every_trajectory(&self) -> bool {
        dossiers_named(&self.entry.event).contains_key(&Named::Every)
    }

    /// The parts of the question that were refused.
    async fn refusals(&self, ctx: &Context<'_>) -> Result<Vec<RefusedPart>> {
        let AccessEvent::QuestionRefused { refusals, .. } = &self.entry.event else { return Ok(Vec::new()) };
        for number in refusals.iter().filter_map(|part| part.number.as_ref()) {
            disclose_number(ctx, number).await?;
        }
        let part = |part: &spoor_domain::access::event::RefusedPart| RefusedPart {
            reason: part.reason.into(),
            field: part.field.clone(),
            number: part.number.as_ref().map(|number| number.0.clone()),
        };
        Ok(refusals.iter().map(part).collect())
    }

    /// The command that was refused.
    async fn refused_command(&self) -> Option<RefusedCommand> {
        let AccessEvent::CommandRefused { command, code, .. } = &self.entry.event else { return None };
        Some(RefusedCommand { command: command.clone(), code: (*code).into() })
    }

    /// The failed authentications it stands for.
    async fn failed_authentications(&self) -> Option<FailedAuthentications> {
        let AccessEvent::AuthenticationFailed { reason, count, first_at, last_at } = &self.entry.event else {
            return None;
        };
        let (reason, count) = (Coded(*reason), *count);
        Some(FailedAuthentications { reason, count, first_at: *first_at, last_at: *last_at })
    }

    /// What left the house: a document's hash, or the selection of an export.
    async fn left(&self) -> Option<LeftTheHouse> {
        match &self.entry.event {
            AccessEvent::PieceDownloaded { document, recipient, .. } => Some(LeftTheHouse {
                what: document.clone(),
                recipient: recipient.as_ref().map(|recipient| recipient.0.clone()),
                opened: true,
            }),
            AccessEvent::EditionDownloaded { document, .. } => {
                Some(LeftTheHouse { what: document.clone(), recipient: None, opened: false })
            }
            AccessEvent::ExportMade { log, selection, opened, .. } => {
                Some(LeftTheHouse { what: format!("{log}: {selection}"), recipient: None, opened: *opened })
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

    /// How far the views were that the answer was read from.
    async fn checkpoints(&self) -> Vec<ViewCheckpoint> {
        let views = |checkpoints: &Checkpoints| {
            checkpoints.iter().map(|(view, index)| ViewCheckpoint { view: view.clone(), index: *index }).collect()
        };
        match &self.entry.event {
            AccessEvent::DossiersShown { checkpoints, .. } | AccessEvent::OverviewShown { checkpoints, .. } => {
                views(checkpoints)
            }
            AccessEvent::ReplayShown { through, .. } => vec![ViewCheckpoint { view: "log".into(), index: *through }],
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
    /// The hash of a document, or the log and the selection of an export.
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

/// Questions about accesses.
#[derive(Default)]
pub struct AccessQuery;

#[Object]
impl AccessQuery {
    /// The access trail, newest first, for compliance officers; people of other controllers without their account.
    #[graphql(complexity = "first.unwrap_or(50).clamp(1, 100) as usize * child_complexity + 1")]
    async fn access_trail(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which entries.")] filter: Option<AccessFilterInput>,
        #[graphql(desc = "So many from the newest, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
    ) -> Option<Result<AccessEntryConnection>> {
        Some(trail(ctx, filter.unwrap_or_default(), Paging { first, after, last: None, before: None }).await)
    }
}

async fn trail(ctx: &Context<'_>, filter: AccessFilterInput, paging: Paging) -> Result<AccessEntryConnection> {
    allow(ctx, Action::SeeAccessTrail)?;
    let request = paging.request(ctx, LIST).await?;
    let filter = filter.resolve(ctx).await?;
    let page = access::list(&desk(ctx)?.views, &filter, &request).await.ours(ctx)?;
    disclose_view(ctx, access::PROJECTION, page.seen);
    let (cursors, entries): (Vec<_>, Vec<_>) = sealed(ctx, LIST, page.edges).await?.into_iter().unzip();
    let nodes = AccessEntry::together(ctx, entries)?;
    Ok(AccessEntryConnection {
        edges: cursors.into_iter().zip(nodes).map(|(cursor, node)| AccessEntryEdge { cursor, node }).collect(),
        has_next: page.has_next,
        has_previous: page.has_previous,
        total: page.total,
        position: page.seen.position,
    })
}

impl AccessFilterInput {
    async fn resolve(self, ctx: &Context<'_>) -> Result<AccessFilter> {
        let own = &actor(ctx)?.organisation;
        // An employee is looked into by the own controller only.
        let organisation = match (&self.actor, self.organisation.map(OrganisationId)) {
            (Some(_), Some(other)) if other != *own => {
                let message = "`actor` is asked within the own organisation: ask another one's officer for its people";
                return Err(Problem::BadUserInput(message).at(ctx));
            }
            (Some(_), _) => Some(own.clone()),
            (None, organisation) => organisation,
        };
        Ok(AccessFilter {
            dossier: dossier(ctx, self.trajectory).await?,
            actor: self.actor.map(ActorId),
            organisation,
            purposes: self.purpose.into_iter().flatten().map(|purpose| purpose.0).collect(),
            kinds: self.kind.into_iter().flatten().map(|kind| kind.0).collect(),
            from: self.from,
            until: self.to,
        })
    }
}

/// The dossier the trail is asked about: whatever comes back is about it.
async fn dossier(ctx: &Context<'_>, id: Option<ID>) -> Result<Option<(DossierId, Option<DossierNumber>)>> {
    let Some(id) = id else { return Ok(None) };
    let wrong = || Problem::BadUserInput("`trajectory` is not the id of a dossier").at(ctx);
    let id = local_id(Kind::Trajectory, &id).and_then(|id| id.parse().ok()).ok_or_else(wrong)?;
    let found = Trajectory::visible(ctx, DossierKey::Id(id)).await?;
    match &found {
        Some(own) => own.disclose(ctx),
        None => asked_in_vain(ctx, Some(id), None),
    }
    Ok(Some((id, found.map(|own| own.number_shown().clone()))))
}

/// Notes that the dossier with this number is named, where there is one.
async fn disclose_number(ctx: &Context<'_>, number: &DossierNumber) -> Result<()> {
    if let Some(own) = Trajectory::visible(ctx, DossierKey::Number(number.clone())).await? {
        own.disclose(ctx);
    }
    Ok(())
}
