//! What forms are filled with: parketten, guides, criteria, consent texts, labels.

use async_graphql::{ComplexObject, Context, Enum, ID, Object, Result, SimpleObject};
use spoor_domain::kernel::{ActorId, Label, Language, OrganisationId};
use spoor_domain::trajectory::criteria;
use spoor_projections::{Scope, agreements, dashboard};

use super::coded::{LabelLanguage, enum_name};
use super::consent_texts::{self, ConsentText};
use super::global_id::{Kind, code, global_id};
use super::labels::LISTS;
use super::problem::{OurFault, Problem};
use super::scalars::Date;
use super::session::{allow, desk};
use crate::policy::Action;

/// A parket, by the code of the organisation.
#[derive(Clone, Debug)]
pub struct Parket(OrganisationId);

impl Parket {
    /// The parket with this code.
    pub fn of(code: OrganisationId) -> Self {
        Self(code)
    }

    /// Whether it is the one with this code.
    pub fn is(&self, code: &str) -> bool {
        self.0.0 == code
    }
}

/// A parket (public prosecutor's office).
#[Object]
impl Parket {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        global_id(Kind::Parket, &self.0.0)
    }

    /// The code of the organisation, as tokens and events carry it.
    async fn code(&self) -> &str {
        &self.0.0
    }

    /// The name people use.
    async fn name(&self) -> String {
        self.0.name()
    }
}

/// A guide, by account.
#[derive(Clone, Debug)]
pub struct Guide(ActorId);

impl Guide {
    /// The guide with this account.
    pub fn of(account: ActorId) -> Self {
        Self(account)
    }

    /// Whether it is the one with this account.
    pub fn is(&self, account: &str) -> bool {
        self.0.0 == account
    }
}

/// A guide (gids), by account; names are not kept here.
#[Object]
impl Guide {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        global_id(Kind::Guide, &self.0.0)
    }

    /// The account of the guide.
    async fn account(&self) -> &str {
        &self.0.0
    }
}

/// A version of the eligibility criteria.
#[derive(SimpleObject)]
pub struct CriteriaVersion {
    /// The code of the version.
    code: String,
    /// The parket it holds for; every parket when absent.
    parket: Option<Parket>,
    /// The first day it holds.
    valid_from: Date,
    /// Whether participants who were under 18 on the offence date may take part.
    minors_allowed: bool,
    /// The criteria.
    criteria: Vec<Criterion>,
}

/// A criterion: a statement that holds or does not hold for a dossier.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Criterion {
    /// The code, for the answers.
    code: String,
    /// How it counts.
    rule: CriterionRule,
    #[graphql(skip)]
    label_nl: String,
    #[graphql(skip)]
    label_en: String,
}

#[ComplexObject]
impl Criterion {
    /// The statement.
    async fn label(&self, #[graphql(desc = "The language of the words.", default)] language: LabelLanguage) -> &str {
        match language {
            LabelLanguage::Nl => &self.label_nl,
            LabelLanguage::En => &self.label_en,
        }
    }
}

/// How a criterion counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "criteria::CriterionRule")]
pub enum CriterionRule {
    /// Its statement must hold.
    MustHold,
    /// Its statement must not hold.
    MustNotHold,
    /// Asked and recorded, never counted.
    NoBar,
}

/// The words for people of one value of one list.
#[derive(SimpleObject)]
pub struct EnumLabel {
    /// The name of the enum.
    list: &'static str,
    /// The value.
    value: String,
    /// The words.
    label: &'static str,
}

/// Questions of forms.
#[derive(Default)]
pub struct ReferenceQuery;

#[Object]
impl ReferenceQuery {
    /// The parketten that are a party to a cooperation agreement on learning trajectories: those that a dossier may be offered
    /// to and shared with.
    async fn parketten(&self, ctx: &Context<'_>) -> Option<Result<Vec<Parket>>> {
        Some(parketten(ctx).await)
    }

    /// The guides who have dossiers now.
    async fn guides(&self, ctx: &Context<'_>) -> Option<Result<Vec<Guide>>> {
        Some(guides(ctx).await)
    }

    /// The eligibility criteria in force for a parket on a day.
    async fn criteria(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The parket: its global id or its code.")] parket: ID,
        #[graphql(desc = "The day; today when absent.")] on: Option<Date>,
    ) -> Option<Result<CriteriaVersion>> {
        in_force(ctx, &parket, on).transpose()
    }

    /// The texts by which consent is asked.
    async fn consent_texts(&self, ctx: &Context<'_>) -> Option<Result<Vec<ConsentText>>> {
        Some(allow(ctx, Action::SeeReferenceData).map(|()| consent_texts::all()))
    }

    /// The words for people beside every value of every enum.
    async fn enum_labels(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> Vec<EnumLabel> {
        let language = Language::from(language);
        let labels = LISTS.iter().flat_map(|list| (list.values)(language).into_iter().map(|value| (list.name, value)));
        labels.map(|(list, (code, label))| EnumLabel { list, value: enum_name(code), label }).collect()
    }
}

/// The parketten that are a party to a cooperation agreement on learning trajectories.
pub async fn parketten(ctx: &Context<'_>) -> Result<Vec<Parket>> {
    allow(ctx, Action::SeeReferenceData)?;
    let parties = agreements::parties(&desk(ctx)?.views).await.ours(ctx)?.value;
    Ok(parties.into_iter().filter(|party| party.takes_part).map(|party| Parket::of(party.organisation)).collect())
}

/// The guides who have dossiers now.
pub async fn guides(ctx: &Context<'_>) -> Result<Vec<Guide>> {
    allow(ctx, Action::SeeReferenceData)?;
    let desk = desk(ctx)?;
    let (today, filter) = (desk.clock.today_brussels(), dashboard::DashboardFilter::default());
    let board = dashboard::read(&desk.views, &Scope::All, &filter, today, &desk.deadlines, 0).await.ours(ctx)?;
    Ok(board.workload.into_iter().map(|load| Guide::of(load.guide)).collect())
}

fn in_force(ctx: &Context<'_>, parket: &ID, on: Option<Date>) -> Result<Option<CriteriaVersion>> {
    allow(ctx, Action::SeeReferenceData)?;
    let wrong = || Problem::BadUserInput("`parket` is not the id of a parket").at(ctx);
    let parket = code(Kind::Parket, parket).map(OrganisationId).ok_or_else(wrong)?;
    let desk = desk(ctx)?;
    let on = on.map_or_else(|| desk.clock.today_brussels(), |day| day.0);
    Ok(desk.criteria.in_force(&parket, on).map(CriteriaVersion::from))
}

impl From<&criteria::CriteriaVersion> for CriteriaVersion {
    fn from(version: &criteria::CriteriaVersion) -> Self {
        let criterion = |criterion: &criteria::Criterion| Criterion {
            code: criterion.code.clone(),
            rule: criterion.rule.into(),
            label_nl: criterion.label_nl.clone(),
            label_en: criterion.label_en.clone(),
        };
        Self {
            code: version.code.clone(),
            parket: version.parket.clone().map(Parket::of),
            valid_from: version.valid_from.into(),
            minors_allowed: version.minors_allowed,
            criteria: version.criteria.iter().map(criterion).collect(),
        }
    }
}

/// A closed list, for `enumLabels`.
pub struct ListOfLabels {
    /// The name of the GraphQL enum.
    pub name: &'static str,
    /// Its codes and their words.
    pub values: fn(Language) -> Vec<(&'static str, &'static str)>,
}

impl ListOfLabels {
    /// The list of this type.
    pub const fn of<L: Label>() -> Self {
        Self {
            name: L::LIST,
            values: |language| L::ALL.iter().map(|value| (value.code(), value.label(language))).collect(),
        }
    }
}
