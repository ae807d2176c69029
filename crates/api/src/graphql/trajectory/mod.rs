//! The dossier as GraphQL shows it.

pub mod commands;
mod erasure;
pub mod explanation;
mod filter;
mod page;
mod parts;
pub mod payload;
pub mod personal;
mod query;
pub mod then;

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Days, Utc};
use spoor_domain::kernel::{DossierId, Label};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::command::TrajectoryCommandKind;
use spoor_domain::trajectory::event::DossierNumber;
use spoor_domain::trajectory::vocabulary::{TrajectoryStatus, WaitingFor};
use spoor_projections::trajectories::{self, DossierKey, PersonalValue, TrajectoryRow};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::agreement::Agreement;
use super::as_of::{Moment, ShownAsOf};
use super::audit::AuditEntryConnection;
use super::coded::{Coded, LabelLanguage};
use super::disclosure::{Discloses, asked_in_vain, disclose, disclose_view};
use super::document::Document;
use super::global_id::{Kind, global_id};
use super::linked::{LinkedSubject, linked_to};
use super::page::{Paging, connection};
use super::problem::OurFault;
use super::reference::{Guide, Parket};
use super::retention::RetentionRule;
use super::scalars::{Date, Position};
use super::session::{actor, allow, command_context, desk};
use super::telling::RecipientToTell;
use crate::policy::{self, Action};
use erasure::{ErasureCertificate, SubjectErasure};
use explanation::Explanation;
use parts::{AllowedCommand, Bundle, DossierAppointment, Outcome, RecordedText};
use personal::{DateResult, ParticipantResult, TextResult};
use then::Then;

pub use filter::{TrajectoryFilterInput, TrajectoryOrderInput, named};
pub use page::DossiersOfPage;
pub use parts::SharingConsent;
pub use query::TrajectoryQuery;

connection! {
    /// A page of dossiers.
    TrajectoryConnection, TrajectoryEdge of Trajectory
}

/// A dossier, with the others of its page: what is personal in them is fetched for all at once, when first asked for.
pub struct Trajectory {
    row: TrajectoryRow,
    page: Arc<PageOfDossiers>,
    /// The moment that is shown, where it is not now.
    then: Option<Then>,
}

/// The dossiers that were fetched together.
#[derive(Default)]
struct PageOfDossiers {
    dossiers: Vec<DossierId>,
    personal: OnceCell<HashMap<DossierId, Vec<PersonalValue>>>,
}

impl Trajectory {
    /// The dossier with this id, to be shown, when the viewer may see it.
    pub async fn find(ctx: &Context<'_>, dossier: DossierId) -> Result<Option<Self>> {
        let found = Self::visible(ctx, DossierKey::Id(dossier)).await?;
        match &found {
            Some(own) => own.disclose(ctx),
            None => asked_in_vain(ctx, Some(dossier), None),
        }
        Ok(found)
    }

    /// Notes that a list was asked for about one dossier: whatever comes back, nothing and its number included, tells of
    /// that dossier to whoever may see it. Gives its number then.
    pub async fn asked_about(ctx: &Context<'_>, dossier: DossierId) -> Result<Option<DossierNumber>> {
        Ok(Self::find(ctx, dossier).await?.map(|own| own.row.number))
    }

    /// The dossier that something else points at, to be shown when the viewer may see it. Nobody asked for it by its id,
    /// so that it is not there for this viewer is no refusal.
    pub async fn shown(ctx: &Context<'_>, dossier: DossierId) -> Result<Option<Self>> {
        let found = Self::visible(ctx, DossierKey::Id(dossier)).await?;
        found.iter().for_each(|own| own.disclose(ctx));
        Ok(found)
    }

    /// The dossier with this id or number, when the viewer may see it; whoever shows it discloses it.
    pub async fn visible(ctx: &Context<'_>, key: DossierKey) -> Result<Option<Self>> {
        allow(ctx, Action::SeeDossiers)?;
        let scope = policy::scope(actor(ctx)?);
        let found = trajectories::detail(&desk(ctx)?.views, &scope, &key).await.ours(ctx)?;
        let Some(row) = found.value else { return Ok(None) };
        disclose_view(ctx, trajectories::PROJECTION, found.seen);
        Ok(Some(Self::alone(row)))
    }

    /// A dossier fetched by itself.
    pub fn alone(row: TrajectoryRow) -> Self {
        Self::together(vec![row]).remove(0)
    }

    /// Dossiers fetched together.
    pub fn together(rows: Vec<TrajectoryRow>) -> Vec<Self> {
        let page = PageOfDossiers { dossiers: rows.iter().map(|row| row.id).collect(), ..PageOfDossiers::default() };
        let page = Arc::new(page);
        rows.into_iter().map(|row| Self { row, page: Arc::clone(&page), then: None }).collect()
    }

    /// The id of the dossier.
    pub fn dossier(&self) -> DossierId {
        self.row.id
    }

    /// The version shown.
    pub fn version_shown(&self) -> u64 {
        self.row.version
    }

    /// The dossier as it stands now, by which is decided who may see what of it.
    fn authority(&self) -> &LearningTrajectory {
        self.then.as_ref().map_or(&self.row.state, |then| &then.now)
    }

    /// The moment that is shown, where it is not now.
    fn moment(&self) -> Option<Moment> {
        self.then.as_ref().map(|then| then.moment)
    }

    /// Its state, when nothing else of it is needed.
    pub fn into_state(self) -> LearningTrajectory {
        self.row.state
    }

    /// The folded dossier.
    fn state(&self) -> &LearningTrajectory {
        &self.row.state
    }

    /// The same dossier once more, for a part that shows it.
    fn again(&self) -> Self {
        Self { row: self.row.clone(), page: Arc::clone(&self.page), then: self.then.clone() }
    }

    /// The personal values of this dossier, sealed.
    async fn sealed(&self, ctx: &Context<'_>) -> Result<&[PersonalValue]> {
        let views = &desk(ctx)?.views;
        let all = self
            .page
            .personal
            .get_or_try_init(async || trajectories::personal(views, &self.page.dossiers).await.ours(ctx))
            .await?;
        Ok(all.get(&self.row.id).map_or(&[], Vec::as_slice))
    }
}

impl Discloses for Trajectory {
    fn disclose(&self, ctx: &Context<'_>) {
        disclose(ctx, self.row.id);
    }
}

impl PageOfDossiers {
    /// One dossier whose personal values are known already.
    fn with_personal(dossier: DossierId, values: Vec<PersonalValue>) -> Self {
        let personal = OnceCell::new_with(Some(HashMap::from([(dossier, values)])));
        Self { dossiers: vec![dossier], personal }
    }
}

/// A learning trajectory (leertraject): one dossier, as it stands, or as it stood at the moment that was asked for.
#[Object]
impl Trajectory {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        global_id(Kind::Trajectory, &self.row.id.to_string())
    }

    /// The number by which people name the dossier, such as LT-2026-0042.
    async fn number(&self) -> &str {
        &self.row.number.0
    }

    /// Where the dossier stands.
    async fn status(&self) -> Coded<TrajectoryStatus> {
        self.row.status.into()
    }

    /// Where the dossier stands, in words.
    async fn status_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.row.status.label(language.into())
    }

    /// Whose move it is.
    async fn waiting_for(&self) -> Coded<WaitingFor> {
        self.row.waiting_for.into()
    }

    /// Whose move it is, in words.
    async fn waiting_for_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.row.waiting_for.label(language.into())
    }

    /// The day it came to its status.
    async fn status_since(&self) -> Date {
        self.row.status_since.into()
    }

    /// The last day on which the next step is in time; none when nothing is waited for.
    async fn due_on(&self, ctx: &Context<'_>) -> Result<Option<Date>> {
        let days = desk(ctx)?.deadlines.days.get(&self.row.status).copied();
        let due = self.row.due_since.zip(days).and_then(|(since, days)| since.checked_add_days(Days::new(days.into())));
        Ok(due.map(Date))
    }

    /// The day of the request; none while it is a draft.
    async fn requested_on(&self) -> Option<Date> {
        self.row.requested_on.map(Date)
    }

    /// The latest day on which a step was taken.
    async fn last_step_on(&self) -> Date {
        self.row.last_step_on.into()
    }

    /// When the dossier last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.row.updated_at
    }

    /// The number of events of the dossier; give it as `expectedVersion` to insist on it.
    async fn version(&self) -> u64 {
        self.row.version
    }

    /// The place in the log of its last event.
    async fn position(&self) -> Position {
        self.row.position.into()
    }

    /// The parket the dossier is with.
    async fn parket(&self) -> Parket {
        Parket::of(self.row.parket.clone())
    }

    /// The assigned guide.
    async fn guide(&self) -> Option<Guide> {
        self.row.guide.clone().map(Guide::of)
    }

    /// The cooperation agreement under which it was requested, as it stands now.
    #[graphql(complexity = "child_complexity + 10")]
    async fn agreement(&self, ctx: &Context<'_>) -> Option<Result<Agreement>> {
        Agreement::find(ctx, self.row.agreement).await.transpose()
    }

    /// The pseudonymous id of the person concerned, by which the same person in two dossiers can be linked.
    async fn subject(&self) -> ID {
        ID(self.row.subject.to_string())
    }

    /// The participant.
    async fn participant(&self, ctx: &Context<'_>) -> Option<Result<ParticipantResult>> {
        personal::participant(self, ctx).await.transpose()
    }

    /// The parket's own reference.
    async fn case_reference(&self, ctx: &Context<'_>) -> Option<Result<TextResult>> {
        personal::text(self, ctx, trajectories::PersonalField::CaseReference).await.transpose()
    }

    /// When the facts happened.
    async fn offence_on(&self, ctx: &Context<'_>) -> Option<Result<DateResult>> {
        personal::day(self, ctx, trajectories::PersonalField::OffenceOn).await.transpose()
    }

    /// The facts, in short.
    async fn facts(&self, ctx: &Context<'_>) -> Option<Result<TextResult>> {
        personal::text(self, ctx, trajectories::PersonalField::Facts).await.transpose()
    }

    /// What was written at the steps: notes, reports, motivations, reasons, remarks.
    async fn texts(&self, ctx: &Context<'_>) -> Option<Result<Vec<RecordedText>>> {
        Some(personal::texts(self, ctx).await)
    }

    /// The appointments of the dossier.
    async fn appointments(&self) -> Vec<DossierAppointment> {
        self.state().appointments().into_iter().map(|own| DossierAppointment::of(self.row.id, own)).collect()
    }

    /// The bundles put together so far.
    async fn bundles(&self) -> Vec<Bundle> {
        self.state().bundles().iter().map(Bundle::from).collect()
    }

    /// The documents the viewer may take, by a link from `makeDocumentLink`.
    async fn documents(&self, ctx: &Context<'_>) -> Result<Vec<Document>> {
        Document::of(ctx, self.row.id, self.state())
    }

    /// The codes of the organisations that hold an overtaken bundle and must get the next one.
    async fn bundle_owed_to(&self) -> Vec<&str> {
        self.state().awaiting_bundle().map(|recipient| recipient.0.as_str()).collect()
    }

    /// Who has to be told of a correction, an erasure or a restriction, and who was.
    async fn recipients_to_tell(&self) -> Vec<RecipientToTell> {
        let (dossier, number) = (self.row.id, self.row.number.0.as_str());
        self.state().tellings().iter().map(|telling| RecipientToTell::of(dossier, number, telling)).collect()
    }

    /// The same person in other dossiers, linked directly, here or there: to be considered together for access and erasure.
    /// With `asOf` the links that were known then.
    #[graphql(complexity = "child_complexity * 5 + 5")]
    async fn linked_subjects(&self, ctx: &Context<'_>) -> Result<Vec<LinkedSubject>> {
        linked_to(ctx, self.row.subject, self.moment().map(|moment| moment.index)).await
    }

    /// What the parket did with the case; not a state of the museum's part.
    async fn outcome(&self) -> Option<Outcome> {
        self.state().outcome().map(Outcome::from)
    }

    /// The consent to share that stands.
    async fn sharing_consent(&self) -> Option<SharingConsent> {
        self.state().sharing_consent().map(SharingConsent::from)
    }

    /// The parket the dossier is offered to.
    async fn offered_to(&self) -> Option<Parket> {
        self.state().pending_transfer().cloned().map(Parket::of)
    }

    /// Whether processing is restricted: only corrections, withdrawal, lifting and erasure are possible.
    async fn restricted(&self) -> bool {
        self.state().restricted()
    }

    /// Whether a legal hold stands: nothing may be erased.
    async fn on_hold(&self) -> bool {
        self.state().on_hold()
    }

    /// The certificate of an erasure: of the person the dossier is about, or of another one it holds data of.
    async fn erasure_certificate(
        &self,
        #[graphql(desc = "The pseudonymous id of the person; the dossier's own when absent.")] subject: Option<ID>,
    ) -> Option<ErasureCertificate> {
        erasure::certificate(self.state(), subject.as_ref())
    }

    /// Everybody whose data the dossier holds, and the same persons in other dossiers the viewer may see: what has to be
    /// considered together when an erasure is asked.
    #[graphql(complexity = "5 * child_complexity + 10")]
    async fn subjects(&self, ctx: &Context<'_>) -> Option<Result<Vec<SubjectErasure>>> {
        Some(erasure::subjects(self, ctx).await)
    }

    /// How long the dossier is kept; none while it is open, once it is erased, and for viewers who do not decide on it.
    async fn retention(&self, ctx: &Context<'_>) -> Result<Option<RetentionRule>> {
        if policy::authorize(actor(ctx)?, Action::SeeRetention).is_err() {
            return Ok(None);
        }
        let desk = desk(ctx)?;
        Ok(RetentionRule::of(&self.row, &desk.retention, desk.clock.today_brussels()))
    }

    /// The moment that is shown, when it was asked for; absent when the dossier is shown as it stands.
    async fn as_of(&self) -> Option<ShownAsOf> {
        self.moment().map(ShownAsOf::from)
    }

    /// Why the eligibility decisions and refusals of the participant came out as they did, oldest first.
    #[graphql(complexity = "3 * child_complexity + 10")]
    async fn explanations(&self, ctx: &Context<'_>) -> Option<Result<Vec<Explanation>>> {
        Some(explanation::of_dossier(self, ctx).await)
    }

    /// What this viewer may do next, with the reason where not. Nothing can be done to a dossier as it stood at another
    /// moment: ask for it without `asOf`.
    async fn allowed_commands(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only what is allowed now.", default = false)] only_allowed: bool,
    ) -> Result<Vec<AllowedCommand>> {
        let (state, order) = (self.state(), command_context(ctx, Uuid::nil(), None)?);
        let of_kind = |kind: &TrajectoryCommandKind| match self.then {
            None => AllowedCommand::of(state, *kind, &order),
            Some(_) => AllowedCommand::of_the_past(*kind),
        };
        let all = TrajectoryCommandKind::ALL.iter().filter(|kind| kind.is_for_people()).map(of_kind);
        Ok(all.filter(|command| !only_allowed || command.allowed).collect())
    }

    /// The audit trail of the dossier, oldest first: ask `last` for the newest.
    #[graphql(complexity = "first.or(last).unwrap_or(50).clamp(1, 100) as usize * child_complexity + 10")]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the oldest.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the newest.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Option<Result<AuditEntryConnection>> {
        let until = self.moment().map(|moment| moment.index);
        let paging = Paging { first, after, last, before };
        Some(super::audit::history(ctx, self.row.id, self.version_shown(), until, paging).await)
    }
}
