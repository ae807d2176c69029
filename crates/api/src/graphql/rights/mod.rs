//! Requests of persons concerned: what was asked of a controller, by when an answer is due, and the answer.

mod commands;

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use spoor_domain::kernel::{self, DossierId, Label, Personal, RightsRequestId, SubjectId};
use spoor_domain::rights::state::{Answered, Received};
use spoor_domain::rights::vocabulary::{RightsAnswer, RightsKind, RightsRefusalGround, RightsStatus};
use spoor_domain::trajectory::command::TrajectoryCommandKind;
use spoor_projections::PageRequest;
use spoor_projections::access::{REQUEST_LIST as LIST, REQUEST_TEXTS as TEXTS};
use spoor_projections::rights::{self, RightsFilter, RightsRow};

use super::coded::{Coded, LabelLanguage};
use super::disclosure::{Discloses, asked_in_vain, disclose, disclose_list, disclose_personal, disclose_view};
use super::global_id::{Kind, global_id};
use super::linked::{LinkedSubject, linked_to};
use super::page::{Paging, connection, sealed};
use super::problem::{OurFault, Problem};
use super::scalars::{Date, Position};
use super::session::{actor, allow, catch_up, desk};
use super::trajectory::Trajectory;
use super::trajectory::commands::given::dossier;
use super::trajectory::personal::{TextResult, opened_text};
use crate::policy::Action;

pub use commands::RightsMutations;

connection! {
    /// A page of requests of persons concerned.
    RightsRequestConnection, RightsRequestEdge of RightsRequest
}

/// A request as it stands.
pub struct RightsRequest {
    row: RightsRow,
    received: Received,
    today: NaiveDate,
}

/// An article the term or an answer rests on, as numbered from a certain day.
#[derive(SimpleObject)]
pub struct RightsArticle {
    /// The act.
    act: String,
    /// The article within the act.
    article: String,
    /// The day from which this numbering holds, where known.
    valid_from: Option<Date>,
}

impl From<&kernel::LegalReference> for RightsArticle {
    fn from(reference: &kernel::LegalReference) -> Self {
        let kernel::LegalReference { act, article, valid_from } = reference.clone();
        Self { act, article, valid_from: valid_from.map(Date) }
    }
}

impl RightsRequest {
    /// The request with this id, when it was addressed to the viewer's organisation.
    async fn find(ctx: &Context<'_>, id: RightsRequestId) -> Result<Option<Self>> {
        let found = rights::detail(&desk(ctx)?.views, id).await.ours(ctx)?;
        let own = &actor(ctx)?.organisation;
        let request = found.value.map(|row| Self::of(ctx, row)).transpose()?.flatten();
        let request = request.filter(|request| &request.received.controller == own);
        if let Some(request) = &request {
            disclose_view(ctx, rights::PROJECTION, found.seen);
            request.disclose(ctx);
        }
        Ok(request)
    }

    /// The request with this id, asked for by it, when the viewer may see it.
    pub async fn asked_for(ctx: &Context<'_>, id: RightsRequestId) -> Result<Option<Self>> {
        allow(ctx, Action::KeepRightsRequests)?;
        let found = Self::find(ctx, id).await?;
        if found.is_none() {
            asked_in_vain(ctx, Self::dossier_of(ctx, id).await?, None);
        }
        Ok(found)
    }

    /// The dossier that a request is about, whoever it was addressed to: for the record of a refusal, and for nothing else.
    async fn dossier_of(ctx: &Context<'_>, id: RightsRequestId) -> Result<Option<DossierId>> {
        let found = rights::detail(&desk(ctx)?.views, id).await.ours(ctx)?.value;
        Ok(found.and_then(|row| row.state.received().map(|received| received.dossier)))
    }

    /// What this person of a dossier asked of the viewer's organisation, to be shown.
    pub async fn of_person(ctx: &Context<'_>, dossier: DossierId, subject: SubjectId) -> Result<Vec<Self>> {
        allow(ctx, Action::KeepRightsRequests)?;
        let controller = Some(actor(ctx)?.organisation.clone());
        let filter = RightsFilter { controller, dossier: Some(dossier), ..RightsFilter::default() };
        let (mut found, mut request) = (Vec::new(), PageRequest::first(100));
        loop {
            let page = rights::list(&desk(ctx)?.views, &filter, &request).await.ours(ctx)?;
            request.after = page.edges.last().map(|edge| edge.cursor.clone());
            disclose_view(ctx, rights::PROJECTION, page.seen);
            for edge in page.edges {
                found.extend(Self::of(ctx, edge.node)?.filter(|own| own.received.subject == subject));
            }
            if !page.has_next {
                found.iter().for_each(|own| own.disclose(ctx));
                return Ok(found);
            }
        }
    }

    /// A request; whoever shows it discloses it.
    fn of(ctx: &Context<'_>, row: RightsRow) -> Result<Option<Self>> {
        let Some(received) = row.state.received().cloned() else { return Ok(None) };
        Ok(Some(Self { row, received, today: desk(ctx)?.clock.today_brussels() }))
    }

    fn answered(&self) -> Option<&Answered> {
        self.row.state.answered()
    }

    /// A text of the request, opened, after noting that it is shown.
    async fn text(&self, ctx: &Context<'_>, text: Option<&Personal<String>>) -> Option<Result<TextResult>> {
        disclose_personal(ctx, self.received.dossier, TEXTS);
        Some(opened_text(ctx, text?).await)
    }
}

impl Discloses for RightsRequest {
    fn disclose(&self, ctx: &Context<'_>) {
        disclose(ctx, self.received.dossier);
    }
}

/// A request of a person concerned (verzoek van de betrokkene), addressed to one controller.
#[Object]
impl RightsRequest {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        global_id(Kind::RightsRequest, &self.row.id.to_string())
    }

    /// What is asked for.
    async fn kind(&self) -> Coded<RightsKind> {
        self.received.kind.into()
    }

    /// What is asked for, in words.
    async fn kind_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.received.kind.label(language.into())
    }

    /// The code of the controller to whom it was addressed.
    async fn controller(&self) -> &str {
        &self.received.controller.0
    }

    /// The pseudonymous id of the person concerned.
    async fn subject(&self) -> ID {
        ID(self.received.subject.to_string())
    }

    /// The dossier that holds the data, when the viewer may see it.
    #[graphql(complexity = "child_complexity + 5")]
    async fn trajectory(&self, ctx: &Context<'_>) -> Option<Result<Trajectory>> {
        Trajectory::shown(ctx, self.received.dossier).await.transpose()
    }

    /// The same person in other dossiers, linked directly: to be considered together with this request.
    #[graphql(complexity = "child_complexity * 5 + 5")]
    async fn linked_subjects(&self, ctx: &Context<'_>) -> Result<Vec<LinkedSubject>> {
        linked_to(ctx, self.received.subject, None).await
    }

    /// The day it was received.
    async fn received_on(&self) -> Date {
        self.received.on.into()
    }

    /// The last day on which an answer is in time, as extended.
    async fn due_on(&self) -> Date {
        self.received.term.due_on.into()
    }

    /// The article the term follows from.
    async fn term_reference(&self) -> RightsArticle {
        (&self.received.term.reference).into()
    }

    /// Whether no answer was given in time.
    async fn overdue(&self) -> bool {
        self.row.state.overdue(self.today)
    }

    /// Where it stands.
    async fn status(&self) -> Option<Coded<RightsStatus>> {
        self.row.state.status().map(Coded)
    }

    /// Where it stands, in words.
    async fn status_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> Option<&'static str> {
        self.row.state.status().map(|status| status.label(language.into()))
    }

    /// What was asked, in short; personal.
    async fn wording(&self, ctx: &Context<'_>) -> Option<Result<TextResult>> {
        self.text(ctx, self.row.texts.wording.as_ref()).await
    }

    /// The day the person was told that the term is extended.
    async fn extended_on(&self) -> Option<Date> {
        self.row.state.extended_on().map(Date)
    }

    /// Why the term was extended; personal.
    async fn extension_reason(&self, ctx: &Context<'_>) -> Option<Result<TextResult>> {
        self.text(ctx, self.row.texts.extension.as_ref()).await
    }

    /// The answer.
    async fn answer(&self) -> Option<Coded<RightsAnswer>> {
        self.answered().map(|answered| answered.answer.into())
    }

    /// The day of the answer.
    async fn answered_on(&self) -> Option<Date> {
        self.answered().map(|answered| answered.on.into())
    }

    /// On which ground it was not granted in full.
    async fn ground(&self) -> Option<Coded<RightsRefusalGround>> {
        self.answered().and_then(|answered| answered.ground).map(Coded)
    }

    /// The article of that ground.
    async fn ground_reference(&self) -> Option<RightsArticle> {
        self.answered().and_then(|answered| answered.reference.as_ref()).map(RightsArticle::from)
    }

    /// What the answer says; personal.
    async fn explanation(&self, ctx: &Context<'_>) -> Option<Result<TextResult>> {
        self.text(ctx, self.row.texts.explanation.as_ref()).await
    }

    /// The command to the dossier that follows when it is granted: see it in the dossier's `allowedCommands`. None for
    /// access.
    async fn follow_up(&self) -> Option<Coded<TrajectoryCommandKind>> {
        self.received.kind.follow_up().map(Coded)
    }

    /// The number of its events; give it as `expectedVersion` to insist on it.
    async fn version(&self) -> u64 {
        self.row.state.version()
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.row.updated_at
    }
}

/// Which requests.
#[derive(InputObject, Default)]
pub struct RightsRequestFilter {
    /// Of these kinds.
    kinds: Option<Vec<Coded<RightsKind>>>,
    /// About this dossier.
    trajectory: Option<ID>,
    /// Only those without an answer yet.
    open: Option<bool>,
    /// Only those without an answer whose term is over.
    overdue: Option<bool>,
}

/// Questions about requests of persons concerned.
#[derive(Default)]
pub struct RightsQuery;

#[Object]
impl RightsQuery {
    /// The requests addressed to the viewer's organisation, first due first.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    #[graphql(complexity = "first.or(last).unwrap_or(50).clamp(1, 100) as usize * child_complexity + 1")]
    async fn rights_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which requests.")] filter: Option<RightsRequestFilter>,
        #[graphql(desc = "So many from the beginning, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "Wait for the view to show this position.")] min_position: Option<Position>,
    ) -> Option<Result<RightsRequestConnection>> {
        let paging = Paging { first, after, last, before };
        Some(page(ctx, filter.unwrap_or_default(), paging, min_position).await)
    }
}

async fn page(
    ctx: &Context<'_>,
    filter: RightsRequestFilter,
    paging: Paging,
    min_position: Option<Position>,
) -> Result<RightsRequestConnection> {
    allow(ctx, Action::KeepRightsRequests)?;
    catch_up(ctx, &[rights::PROJECTION], min_position).await?;
    let request = paging.request(ctx, LIST).await?;
    let desk = desk(ctx)?;
    let RightsRequestFilter { kinds, trajectory, open, overdue } = filter;
    let unknown = |_| Problem::BadUserInput("`trajectory` does not name a dossier").at(ctx);
    let about = trajectory.map(|id| dossier(&id, "trajectory")).transpose().map_err(unknown)?;
    if let Some(dossier) = about {
        Trajectory::asked_about(ctx, dossier).await?;
    }
    let filter = RightsFilter {
        controller: Some(actor(ctx)?.organisation.clone()),
        kinds: kinds.unwrap_or_default().into_iter().map(|kind| kind.0).collect(),
        dossier: about,
        open: open.unwrap_or(false),
        overdue_on: overdue.unwrap_or(false).then(|| desk.clock.today_brussels()),
    };
    let page = rights::list(&desk.views, &filter, &request).await.ours(ctx)?;
    disclose_list(ctx, rights::PROJECTION, page.seen, about.is_some());
    let mut edges = Vec::with_capacity(page.edges.len());
    for (cursor, row) in sealed(ctx, LIST, page.edges).await? {
        edges.extend(RightsRequest::of(ctx, row)?.map(|node| RightsRequestEdge { cursor, node }));
    }
    Ok(RightsRequestConnection {
        edges,
        has_next: page.has_next,
        has_previous: page.has_previous,
        total: page.total,
        position: page.seen.position,
    })
}
