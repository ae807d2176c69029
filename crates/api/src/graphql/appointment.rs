//! The agenda: who meets when, over the dossiers the viewer may see.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use spoor_domain::kernel::{ActorId, DossierId, Label, Personal, WithheldReason};
use spoor_domain::trajectory::record::AppointmentState;
use spoor_domain::trajectory::vocabulary::{AppointmentKind, Channel};
use spoor_projections::appointments::{self, AgendaFilter, AppointmentRow};
use spoor_projections::{PageRequest, trajectories};

use super::coded::{Coded, LabelLanguage};
use super::disclosure::{Discloses, asked_in_vain, disclose, disclose_list, disclose_personal, disclose_view};
use super::global_id::{Kind, code, global_id};
use super::page::{Paging, connection, sealed};
use super::problem::{OurFault, Problem};
use super::reference::{Guide, Parket};
use super::scalars::Position;
use super::session::{actor, allow, catch_up, desk};
use super::trajectory::personal::{PersonalText, TextResult, open};
use super::trajectory::{DossiersOfPage, Trajectory};
use crate::policy::{self, Action};

const LIST: &str = "appointments";

/// Longer than any agenda.
const ALL_TIME: TimeDelta = TimeDelta::days(365 * 1_000);

connection! {
    /// A page of the agenda.
    AppointmentConnection, AppointmentEdge of Appointment
}

/// An appointment in the agenda, with the dossiers of its page.
pub struct Appointment {
    row: AppointmentRow,
    dossiers: Arc<DossiersOfPage>,
}

impl Appointment {
    /// The appointment with this local id, `dossier/appointment`, when the viewer may see it.
    pub async fn find(ctx: &Context<'_>, local: &str) -> Result<Option<Self>> {
        allow(ctx, Action::SeeDossiers)?;
        let Some((dossier, own)) = local.split_once('/') else { return Ok(None) };
        let Ok(dossier) = dossier.parse::<DossierId>() else { return Ok(None) };
        let filter = AgendaFilter {
            from: DateTime::<Utc>::UNIX_EPOCH,
            until: DateTime::<Utc>::UNIX_EPOCH + ALL_TIME,
            guide: None,
            dossier: Some(dossier),
            with_cancelled: true,
        };
        let scope = policy::scope(actor(ctx)?);
        let page =
            appointments::agenda(&desk(ctx)?.views, &scope, &filter, &PageRequest::first(500)).await.ours(ctx)?;
        let found = page.edges.into_iter().map(|edge| edge.node).find(|row| row.id.to_string() == own);
        let Some(row) = found else {
            asked_in_vain(ctx, Some(dossier), None);
            return Ok(None);
        };
        disclose_view(ctx, trajectories::PROJECTION, page.seen);
        disclose(ctx, dossier);
        Ok(Some(Self::together(vec![row]).remove(0)))
    }

    fn together(rows: Vec<AppointmentRow>) -> Vec<Self> {
        let dossiers = DossiersOfPage::of(rows.iter().map(|row| row.dossier));
        rows.into_iter().map(|row| Self { row, dossiers: Arc::clone(&dossiers) }).collect()
    }

    /// A personal part: the museum's own, and not the parket's.
    async fn personal(&self, ctx: &Context<'_>, value: Option<&Personal<Value>>) -> Result<Option<TextResult>> {
        let Some(sealed) = value else { return Ok(None) };
        let may = actor(ctx)?.role.side() == Some(spoor_domain::kernel::Side::Museum);
        if !may {
            return Ok(Some(TextResult::Withheld(WithheldReason::NotAuthorised.into())));
        }
        disclose_personal(ctx, self.row.dossier, "appointment");
        Ok(Some(match open::<String>(ctx, sealed).await? {
            Ok(value) => TextResult::Text(PersonalText { value }),
            Err(withheld) => TextResult::Withheld(withheld),
        }))
    }
}

impl Discloses for Appointment {
    fn disclose(&self, ctx: &Context<'_>) {
        disclose(ctx, self.row.dossier);
    }
}

/// An appointment of a dossier.
#[Object]
impl Appointment {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        global_id(Kind::Appointment, &format!("{}/{}", self.row.dossier, self.row.id))
    }

    /// The number of the dossier.
    async fn number(&self) -> &str {
        &self.row.number.0
    }

    /// The dossier.
    async fn trajectory(&self, ctx: &Context<'_>) -> Option<Result<Trajectory>> {
        self.dossiers.show(ctx, self.row.dossier).await.transpose()
    }

    /// The parket the dossier is with.
    async fn parket(&self) -> Parket {
        Parket::of(self.row.parket.clone())
    }

    /// The guide of the dossier.
    async fn guide(&self) -> Option<Guide> {
        self.row.guide.clone().map(Guide::of)
    }

    /// What it is for.
    async fn kind(&self) -> Coded<AppointmentKind> {
        self.row.kind.into()
    }

    /// What it is for, in words.
    async fn kind_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.row.kind.label(language.into())
    }

    /// How people meet.
    async fn channel(&self) -> Coded<Channel> {
        self.row.channel.into()
    }

    /// When it starts.
    async fn starts_at(&self) -> DateTime<Utc> {
        self.row.starts_at
    }

    /// What became of it.
    async fn state(&self) -> Coded<AppointmentState> {
        self.row.state.into()
    }

    /// What became of it, in words.
    async fn state_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.row.state.label(language.into())
    }

    /// The interpreter.
    async fn interpreter(&self, ctx: &Context<'_>) -> Option<Result<TextResult>> {
        self.personal(ctx, self.row.interpreter.as_ref()).await.transpose()
    }

    /// Who comes along.
    async fn companions(&self, ctx: &Context<'_>) -> Option<Result<TextResult>> {
        self.personal(ctx, self.row.companions.as_ref()).await.transpose()
    }

    /// The remark of its last change.
    async fn remark(&self, ctx: &Context<'_>) -> Option<Result<TextResult>> {
        self.personal(ctx, self.row.remark.as_ref()).await.transpose()
    }
}

/// Questions about the agenda.
#[derive(Default)]
pub struct AppointmentQuery;

#[Object]
impl AppointmentQuery {
    /// The appointments of a period, earliest first.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    #[graphql(complexity = "first.or(last).unwrap_or(50).clamp(1, 100) as usize * child_complexity + 1")]
    async fn appointments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From this moment, included.")] from: DateTime<Utc>,
        #[graphql(desc = "Until this moment, excluded.")] to: DateTime<Utc>,
        #[graphql(desc = "Of this guide only.")] guide: Option<ID>,
        #[graphql(desc = "Also those that were called off.", default = false)] with_cancelled: bool,
        #[graphql(desc = "So many from the earliest, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the latest, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "Wait for the view to show this position.")] min_position: Option<Position>,
    ) -> Option<Result<AppointmentConnection>> {
        let paging = Paging { first, after, last, before };
        let agenda = async {
            allow(ctx, Action::SeeDossiers)?;
            catch_up(ctx, &[trajectories::PROJECTION], min_position).await?;
            let wrong = || Problem::BadUserInput("`guide` is not the id of a guide").at(ctx);
            let guide = guide.map(|id| code(Kind::Guide, &id).map(ActorId).ok_or_else(wrong)).transpose()?;
            list(ctx, AgendaFilter { from, until: to, guide, dossier: None, with_cancelled }, paging).await
        };
        Some(agenda.await)
    }
}

async fn list(ctx: &Context<'_>, filter: AgendaFilter, paging: Paging) -> Result<AppointmentConnection> {
    let request = paging.request(ctx, LIST).await?;
    let scope = policy::scope(actor(ctx)?);
    let page = appointments::agenda(&desk(ctx)?.views, &scope, &filter, &request).await.ours(ctx)?;
    let (cursors, rows): (Vec<_>, Vec<_>) = sealed(ctx, LIST, page.edges).await?.into_iter().unzip();
    let nodes = Appointment::together(rows);
    disclose_list(ctx, trajectories::PROJECTION, page.seen, filter.dossier.is_some());
    Ok(AppointmentConnection {
        edges: cursors.into_iter().zip(nodes).map(|(cursor, node)| AppointmentEdge { cursor, node }).collect(),
        has_next: page.has_next,
        has_previous: page.has_previous,
        total: page.total,
        position: page.seen.position,
    })
}
