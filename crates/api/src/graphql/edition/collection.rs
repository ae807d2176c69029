//! The collection round of a half-year: who still owes what, and until when.

use async_graphql::{ComplexObject, Context, Enum, ID, Object, Result, SimpleObject};
use chrono::NaiveDate;
use spoor_domain::edition::event::{CollectionDue, DueFor};
use spoor_domain::kernel::{Actor, HalfYear, PlanId, ReportEditionId, Role};
use spoor_projections::editions::{self, Owed, OwedKind, owed};
use spoor_projections::plan;

use crate::graphql::global_id::{Kind, global_id};
use crate::graphql::outcome::unexpected;
use crate::graphql::plan::comparison::PlanComparison;
use crate::graphql::plan::content_as_told;
use crate::graphql::problem::OurFault;
use crate::graphql::scalars::{self, Date};
use crate::graphql::session::{actor, desk};

/// The collection of the rows of a half-year.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct CollectionRound {
    #[graphql(skip)]
    about: (PlanId, HalfYear),
    /// The half-year.
    period: scalars::HalfYear,
    /// The day the contacts were asked; none when they were not yet.
    opened_on: Option<Date>,
    /// The day by which rows are due.
    due_on: Option<Date>,
    /// Other days, for some.
    exceptions: Vec<CollectionException>,
    /// What is still owed, by action.
    owed: Vec<OwedRow>,
    /// How much of it is past its day.
    overdue: u64,
}

/// Another day for some.
#[derive(SimpleObject)]
pub struct CollectionException {
    /// For every competence of this policy domain.
    policy_domain: Option<String>,
    /// For this competence.
    competence: Option<String>,
    /// The day.
    due_on: Date,
}

/// What is owed.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "OwedKind")]
pub enum OwedReport {
    /// No report row at all.
    Progress,
    /// A row that is written and not submitted, or was sent back.
    Submission,
    /// A submitted row that the coordinator has not accepted yet.
    Acceptance,
    /// Amounts or means: there were some in the half-year before, and none are reported now.
    Budget,
    /// A figure that was announced for later, or was reported in the half-year before and is not now.
    Indicators,
}

/// Something owed, seen on a day.
pub struct OwedRow {
    owed: Owed,
    today: NaiveDate,
}

/// Something owed for the report.
#[Object]
impl OwedRow {
    /// The global id of the action.
    async fn action_id(&self) -> ID {
        global_id(Kind::PlanAction, &self.owed.action.to_string())
    }

    /// The number of the action.
    async fn number(&self) -> String {
        self.owed.number.to_string()
    }

    /// The title of the action.
    async fn title(&self) -> &str {
        &self.owed.title
    }

    /// The policy domain whose contact owes it.
    async fn policy_domain(&self) -> &str {
        &self.owed.of.policy_domain.0
    }

    /// The competence, where it is known.
    async fn competence(&self) -> Option<&str> {
        self.owed.of.competence.as_deref()
    }

    /// What is owed.
    async fn kind(&self) -> OwedReport {
        self.owed.kind.into()
    }

    /// The report row, where there is one.
    async fn row_id(&self) -> Option<ID> {
        self.owed.row.map(|row| ID(row.0.to_string()))
    }

    /// The day by which it is due; none when no round was opened.
    async fn due_on(&self) -> Option<Date> {
        self.owed.due_on.map(Date)
    }

    /// Whether that day is past.
    async fn overdue(&self) -> bool {
        self.owed.overdue(self.today)
    }

    /// When the contact was last reminded.
    async fn reminded_on(&self) -> Option<Date> {
        self.owed.reminded_on.map(Date)
    }
}

impl OwedRow {
    /// What is owed, seen on this day.
    pub fn all(owed: Vec<Owed>, today: NaiveDate) -> Vec<Self> {
        owed.into_iter().map(|owed| Self { owed, today }).collect()
    }
}

impl CollectionRound {
    /// The round of a half-year; none when there is no such plan.
    pub async fn find(ctx: &Context<'_>, of: PlanId, period: HalfYear) -> Result<Option<Self>> {
        let (desk, actor) = (desk(ctx)?, actor(ctx)?);
        if plan::plan(&desk.views, of, None).await.ours(ctx)?.value.is_none() {
            return Ok(None);
        }
        let actions = plan::actions(&desk.views, of, None).await.ours(ctx)?.value;
        let editions = editions::detail(&desk.views, ReportEditionId::of(of, period)).await.ours(ctx)?.value;
        let round = editions.as_ref().and_then(|row| row.state.round());
        let cut_offs = desk.cut_offs(of, period, None).await.map_err(|error| unexpected(ctx, error))?;
        let (today, mut owed) = (desk.clock.today_brussels(), owed(&actions, period, cut_offs, round));
        owed.retain(|owed| is_own(owed, actor));
        Ok(Some(Self {
            about: (of, period),
            period: period.into(),
            opened_on: round.map(|round| round.opened_on.into()),
            due_on: round.map(|round| round.due.due_on.into()),
            exceptions: round.map(|round| exceptions(&round.due)).unwrap_or_default(),
            overdue: owed.iter().filter(|owed| owed.overdue(today)).count() as u64,
            owed: OwedRow::all(owed, today),
        }))
    }
}

#[ComplexObject]
impl CollectionRound {
    /// What changed since the edition of the half-year before; none when there is none. A domain contact sees of other policy
    /// domains what was accepted. Where the half-year has an edition, it goes up to the cut-off of the latest that is not withdrawn.
    #[graphql(complexity = "child_complexity + 100")]
    async fn changes(&self, ctx: &Context<'_>) -> Option<Result<PlanComparison>> {
        let changes = async {
            let ((of, period), desk) = (self.about, desk(ctx)?);
            let before = desk.published_content(of, period.previous()).await;
            let before = before.map_err(|error| unexpected(ctx, error))?;
            let both = before.zip(content_as_told(ctx, of, period.into()).await?);
            Ok(both.map(|(before, now)| PlanComparison::while_collecting(&before.content, &now)))
        };
        changes.await.transpose()
    }
}

/// Whether a contact owes it itself; whoever else may see the collection sees all of it.
fn is_own(owed: &Owed, actor: &Actor) -> bool {
    actor.role != Role::DomainContact || owed.of.policy_domain.is_of(&actor.organisation)
}

fn exceptions(due: &CollectionDue) -> Vec<CollectionException> {
    let exception = |exception: &spoor_domain::edition::event::DueException| {
        let due_on = exception.due_on.into();
        match &exception.who {
            DueFor::PolicyDomain(code) => {
                CollectionException { policy_domain: Some(code.0.clone()), competence: None, due_on }
            }
            DueFor::Competence(code) => {
                CollectionException { policy_domain: None, competence: Some(code.clone()), due_on }
            }
        }
    };
    due.exceptions.iter().map(exception).collect()
}
