//! Cooperation agreements (samenwerkingsovereenkomsten).

mod commands;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use spoor_domain::agreement::event;
use spoor_domain::agreement::vocabulary::{AgreementKind, AgreementStatus};
use spoor_domain::kernel::{AgreementId, Label};
use spoor_projections::agreements::{self, AgreementRow};

use super::coded::{Coded, LabelLanguage};
use super::disclosure::Discloses;
use super::global_id::{Kind, global_id};
use super::page::{Paging, connection, sealed};
use super::problem::OurFault;
use super::scalars::{Date, Position};
use super::session::{allow, catch_up, desk};
use crate::policy::Action;

pub use commands::{AgreementDrafting, AgreementMutations};

const LIST: &str = "agreements";

connection! {
    /// A page of cooperation agreements.
    AgreementConnection, AgreementEdge of Agreement
}

/// An agreement as it stands.
pub struct Agreement {
    row: AgreementRow,
    today: NaiveDate,
}

impl Agreement {
    /// The agreement with this id, when there is one.
    pub async fn find(ctx: &Context<'_>, id: AgreementId) -> Result<Option<Self>> {
        allow(ctx, Action::SeeReferenceData)?;
        let found = agreements::detail(&desk(ctx)?.views, id).await.ours(ctx)?.value;
        found.map(|row| Self::of(ctx, row)).transpose()
    }

    fn of(ctx: &Context<'_>, row: AgreementRow) -> Result<Self> {
        Ok(Self { row, today: desk(ctx)?.clock.today_brussels() })
    }
}

/// An agreement says nothing about a dossier.
impl Discloses for Agreement {
    fn disclose(&self, _ctx: &Context<'_>) {}
}

/// A cooperation agreement between Kazerne Dossin and one or more parketten, or the police.
#[Object]
impl Agreement {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        global_id(Kind::Agreement, &self.row.id.to_string())
    }

    /// What it is about.
    async fn kind(&self) -> Coded<AgreementKind> {
        self.row.terms.kind.into()
    }

    /// What it is about, in words.
    async fn kind_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.row.terms.kind.label(language.into())
    }

    /// Where it stands today.
    async fn status(&self) -> Option<Coded<AgreementStatus>> {
        self.row.state.status_on(self.today).map(Coded)
    }

    /// Where it stands today, in words.
    async fn status_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> Option<&'static str> {
        self.row.state.status_on(self.today).map(|status| status.label(language.into()))
    }

    /// The codes of the parties beside Kazerne Dossin.
    async fn parties(&self) -> Vec<&str> {
        self.row.terms.parties.iter().map(|party| party.0.as_str()).collect()
    }

    /// Whether it names mediation and measures (art. 216ter) as a ground of a request.
    #[graphql(name = "namesArticle216ter")]
    async fn names_article_216ter(&self) -> bool {
        self.row.terms.names_article_216ter
    }

    /// Who signed last.
    async fn signatories(&self) -> Vec<Signatory> {
        self.row.signatories.iter().map(Signatory::from).collect()
    }

    /// The first day it holds, as last signed.
    async fn valid_from(&self) -> Option<Date> {
        self.row.validity.map(|validity| Date(validity.from))
    }

    /// The last day it holds, as last signed; open when absent.
    async fn valid_until(&self) -> Option<Date> {
        self.row.validity.and_then(|validity| validity.until).map(Date)
    }

    /// The structural consultations held, oldest first.
    async fn consultations(&self) -> Vec<Date> {
        self.row.consultations.iter().copied().map(Date).collect()
    }

    /// Whether the yearly structural consultation is overdue.
    async fn consultation_overdue(&self) -> bool {
        self.row.state.consultation_overdue(self.today)
    }

    /// The multi-year plans attached.
    async fn multi_year_plans(&self) -> Vec<MultiYearPlan> {
        self.row.multi_year_plans.iter().map(MultiYearPlan::from).collect()
    }

    /// The parketten that have made, or are making, the one first request they may make before the signature.
    async fn first_requests(&self) -> Vec<FirstRequest> {
        let slots = self.row.first_requests.iter();
        slots.map(|slot| FirstRequest { parket: slot.parket.0.clone(), made: slot.confirmed }).collect()
    }

    /// The number of its events; give it as `expectedVersion` to insist on it.
    async fn version(&self) -> u64 {
        self.row.version
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.row.updated_at
    }
}

/// Who signed: for which organisation, in which capacity; never a name.
#[derive(SimpleObject)]
pub struct Signatory {
    /// The code of the organisation.
    organisation: String,
    /// The capacity.
    capacity: String,
}

impl From<&event::Signatory> for Signatory {
    fn from(signatory: &event::Signatory) -> Self {
        Self { organisation: signatory.organisation.0.clone(), capacity: signatory.capacity.clone() }
    }
}

/// A plan over several years, agreed in the structural consultation.
#[derive(SimpleObject)]
pub struct MultiYearPlan {
    /// Its title.
    title: String,
    /// Its first year.
    from_year: i32,
    /// Its last year.
    until_year: i32,
}

impl From<&event::MultiYearPlan> for MultiYearPlan {
    fn from(plan: &event::MultiYearPlan) -> Self {
        Self { title: plan.title.clone(), from_year: plan.from_year, until_year: plan.until_year }
    }
}

/// The first request of a parket under an agreement that is not signed yet.
#[derive(SimpleObject)]
pub struct FirstRequest {
    /// The code of the parket.
    parket: String,
    /// Whether the request was made; otherwise it is on its way.
    made: bool,
}

/// Questions about agreements.
#[derive(Default)]
pub struct AgreementQuery;

#[Object]
impl AgreementQuery {
    /// The cooperation agreements, oldest first.
    #[graphql(complexity = "first.or(last).unwrap_or(50).clamp(1, 100) as usize * child_complexity + 1")]
    async fn agreements(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the beginning, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "Wait for the view to show this position.")] min_position: Option<Position>,
    ) -> Result<AgreementConnection> {
        allow(ctx, Action::SeeReferenceData)?;
        catch_up(ctx, &[agreements::PROJECTION], min_position).await?;
        let request = Paging { first, after, last, before }.request(ctx, LIST).await?;
        let page = agreements::all(&desk(ctx)?.views, &request).await.ours(ctx)?;
        let mut edges = Vec::with_capacity(page.edges.len());
        for (cursor, row) in sealed(ctx, LIST, page.edges).await? {
            edges.push(AgreementEdge { cursor, node: Agreement::of(ctx, row)? });
        }
        Ok(AgreementConnection {
            edges,
            has_next: page.has_next,
            has_previous: page.has_previous,
            total: page.total,
            position: page.seen.position,
        })
    }
}
