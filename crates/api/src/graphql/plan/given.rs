//! The parts of report rows, money and indicators, as clients give them.

use async_graphql::{ID, InputObject, OneofObject};
use spoor_domain::action::command::ResponsibilityGiven;
use spoor_domain::action::event::{
    ActionDefinition, ActionNumber, Block, BudgetEntry, BudgetPeriod, BudgetRelation, BudgetSource, Competence,
    DuplicateCertainty, EntryId, FundingMention, Indicator, IndicatorMeasure, IndicatorValue, InitiativeList,
    Initiatives, ListItem, Means, PeriodKind, PolicyDomainCode, PossibleDuplicate, Reference, RelationKind, ReportRow,
    RowHead, RowId,
};
use spoor_domain::kernel::{self, PlanId};
use uuid::Uuid;

use crate::graphql::coded::Coded;
use crate::graphql::global_id::{Kind, local_id};
use crate::graphql::scalars::{Cents, Date, HalfYear};
use crate::graphql::user_error::UserError;

/// The initiatives under one heading.
#[derive(InputObject)]
pub struct InitiativeListInput {
    /// The heading.
    heading: String,
    /// The initiatives.
    items: Vec<String>,
}

/// What an action is.
#[derive(InputObject)]
pub struct ActionDefinitionInput {
    /// The plan.
    plan_id: ID,
    /// The number within the plan, such as 5.10.
    number: String,
    /// The short title.
    title: String,
    /// The description.
    description: Option<String>,
    /// The initiatives, by heading.
    initiatives: Vec<InitiativeListInput>,
}

impl ActionDefinitionInput {
    /// The definition as the domain holds it.
    pub fn resolve(self) -> Result<ActionDefinition, UserError> {
        let list = |list: InitiativeListInput| InitiativeList {
            heading: list.heading,
            initiatives: Initiatives::Listed(list.items),
        };
        Ok(ActionDefinition {
            plan: plan(&self.plan_id, "planId")?,
            number: number(&self.number)?,
            title: self.title,
            description: self.description,
            initiatives: self.initiatives.into_iter().map(list).collect(),
            continues: Vec::new(),
        })
    }
}

/// A responsibility: of a minister or of a policy domain.
#[derive(OneofObject)]
pub enum ResponsibilityInput {
    /// A minister, by title as printed.
    Minister(String),
    /// A policy domain.
    PolicyDomain(PolicyDomainInput),
}

/// A policy domain that answers for an action.
#[derive(InputObject)]
pub struct PolicyDomainInput {
    /// Its code.
    code: String,
    /// Whether it coordinates the action; at most one does.
    coordinator: bool,
}

impl From<ResponsibilityInput> for ResponsibilityGiven {
    fn from(given: ResponsibilityInput) -> Self {
        match given {
            ResponsibilityInput::Minister(title) => Self::Minister { title },
            ResponsibilityInput::PolicyDomain(domain) => {
                Self::PolicyDomain { code: PolicyDomainCode(domain.code), coordinator: domain.coordinator }
            }
        }
    }
}

/// A competence, with the policy domain it falls under.
#[derive(InputObject)]
pub struct CompetenceInput {
    /// The competence.
    code: String,
    /// The code of its policy domain.
    policy_domain: String,
}

impl From<CompetenceInput> for Competence {
    fn from(given: CompetenceInput) -> Self {
        Self { code: given.code, policy_domain: PolicyDomainCode(given.policy_domain) }
    }
}

/// Which report row it is.
#[derive(InputObject)]
pub struct RowHeadInput {
    /// The id of the row, a UUID that the client makes.
    id: ID,
    /// The half-year it reports on.
    period: HalfYear,
    /// Its place among the rows of the action in that half-year, from 1.
    place: u16,
    /// The competences it reports for; none, one or several.
    competences: Vec<CompetenceInput>,
}

impl RowHeadInput {
    /// The head as the domain holds it.
    pub fn resolve(self) -> Result<RowHead, UserError> {
        Ok(RowHead {
            id: row(&self.id)?,
            half_year: self.period.0,
            place: self.place,
            competences: self.competences.into_iter().map(Competence::from).collect(),
        })
    }
}

/// A block of a report text.
#[derive(OneofObject)]
pub enum BlockInput {
    /// Running text.
    Paragraph(String),
    /// A heading.
    Heading(String),
    /// A list.
    List(Vec<ListItemInput>),
    /// A link.
    Link(LinkInput),
}

/// An item of a list.
#[derive(InputObject)]
pub struct ListItemInput {
    /// The text.
    text: String,
    /// Items below it.
    #[graphql(default)]
    items: Vec<ListItemInput>,
}

/// A link.
#[derive(InputObject)]
pub struct LinkInput {
    /// What to show.
    text: String,
    /// Where it leads.
    url: String,
}

impl From<BlockInput> for Block {
    fn from(given: BlockInput) -> Self {
        match given {
            BlockInput::Paragraph(text) => Self::Paragraph(text),
            BlockInput::Heading(text) => Self::Heading(text),
            BlockInput::List(items) => Self::List(items.into_iter().map(ListItem::from).collect()),
            BlockInput::Link(link) => Self::Link { text: link.text, url: link.url },
        }
    }
}

impl From<ListItemInput> for ListItem {
    fn from(given: ListItemInput) -> Self {
        Self { text: given.text, items: given.items.into_iter().map(Self::from).collect() }
    }
}

/// A reference to what is reported elsewhere.
#[derive(InputObject)]
pub struct ReferenceInput {
    /// The number of the action, such as 5.10.
    action: Option<String>,
    /// The competence under which it is reported there.
    competence: Option<String>,
    /// The half-year of the edition.
    period: Option<HalfYear>,
}

/// A report row with its text.
#[derive(InputObject)]
pub struct ReportRowInput {
    /// Which row it is.
    head: RowHeadInput,
    /// The text.
    blocks: Vec<BlockInput>,
    /// What it refers to.
    #[graphql(default)]
    references: Vec<ReferenceInput>,
}

impl ReportRowInput {
    /// The row as the domain holds it.
    pub fn resolve(self) -> Result<ReportRow, UserError> {
        let reference = |given: ReferenceInput| {
            Ok(Reference {
                plan: None,
                action: given.action.as_deref().map(number).transpose()?,
                competence: given.competence,
                edition: given.period.map(|period| period.0),
            })
        };
        Ok(ReportRow {
            head: self.head.resolve()?,
            blocks: self.blocks.into_iter().map(Block::from).collect(),
            references: self.references.into_iter().map(reference).collect::<Result<_, UserError>>()?,
            carried_from: None,
        })
    }
}

/// The period an amount covers.
#[derive(InputObject)]
pub struct BudgetPeriodInput {
    /// As printed.
    verbatim: String,
    /// The first day.
    from: Option<Date>,
    /// The last day.
    until: Option<Date>,
    /// What kind of period.
    kind: Coded<PeriodKind>,
}

/// How an amount relates to another entry of the same action.
#[derive(InputObject)]
pub struct BudgetRelationInput {
    /// The kind.
    kind: Coded<RelationKind>,
    /// The id of the other entry.
    entry: ID,
}

/// The entry that probably prints the same money.
#[derive(InputObject)]
pub struct PossibleDuplicateInput {
    /// The number of the action where it stands first.
    action: String,
    /// The id of the entry there.
    entry: ID,
    /// How sure it is.
    certainty: Coded<DuplicateCertainty>,
}

/// An amount of money.
#[derive(InputObject)]
pub struct BudgetEntryInput {
    /// The id of the entry, a UUID that the client makes.
    id: ID,
    /// The half-year in whose report it stands.
    period: HalfYear,
    /// The id of the report row it belongs to.
    row: Option<ID>,
    /// The competence that pays or reports it.
    competence: Option<CompetenceInput>,
    /// The amount, in cents; never 0.
    amount: Cents,
    /// Who receives it.
    beneficiary: Option<String>,
    /// A remark.
    note: Option<String>,
    /// Who pays it, when it is not the competence itself.
    funder: Option<String>,
    /// The period it covers.
    covers: Option<BudgetPeriodInput>,
    /// As printed.
    verbatim: Option<String>,
    /// Where in the report it stands.
    source: Coded<BudgetSource>,
    /// Its relation to another entry of this action.
    relation: Option<BudgetRelationInput>,
    /// The entry that probably prints the same money.
    possible_duplicate_of: Option<PossibleDuplicateInput>,
}

impl BudgetEntryInput {
    /// The entry as the domain holds it.
    pub fn resolve(self) -> Result<BudgetEntry, UserError> {
        let period = |given: BudgetPeriodInput| BudgetPeriod {
            verbatim: given.verbatim,
            from: given.from.map(|day| day.0),
            until: given.until.map(|day| day.0),
            kind: given.kind.0,
        };
        let relation = |given: BudgetRelationInput| {
            Ok::<_, UserError>(BudgetRelation { kind: given.kind.0, entry: entry(&given.entry)? })
        };
        let duplicate = |given: PossibleDuplicateInput| {
            let (action, entry) = (number(&given.action)?, entry(&given.entry)?);
            Ok::<_, UserError>(PossibleDuplicate { action, entry, certainty: given.certainty.0 })
        };
        Ok(BudgetEntry {
            id: entry(&self.id)?,
            half_year: self.period.0,
            row: self.row.as_ref().map(row).transpose()?,
            competence: self.competence.map(Competence::from),
            competence_basis: None,
            amount: kernel::Cents(self.amount.0),
            beneficiary: self.beneficiary,
            note: self.note,
            funder: self.funder,
            period: self.covers.map(period),
            verbatim: self.verbatim,
            source: self.source.0,
            source_lines: None,
            relation: self.relation.map(relation).transpose()?,
            breakdown: Vec::new(),
            possible_duplicate_of: self.possible_duplicate_of.map(duplicate).transpose()?,
        })
    }
}

/// People or other means.
#[derive(InputObject)]
pub struct MeansInput {
    /// The id of the entry, a UUID that the client makes.
    id: ID,
    /// The half-year in whose report it stands.
    period: HalfYear,
    /// The id of the report row it belongs to.
    row: Option<ID>,
    /// The competence that reports it.
    competence: Option<CompetenceInput>,
    /// Full-time equivalents, in hundredths.
    fte_hundredths: u32,
    /// Who receives them.
    beneficiary: Option<String>,
    /// As printed.
    verbatim: String,
}

impl MeansInput {
    /// The means as the domain holds them.
    pub fn resolve(self) -> Result<Means, UserError> {
        Ok(Means {
            id: entry(&self.id)?,
            half_year: self.period.0,
            row: self.row.as_ref().map(row).transpose()?,
            competence: self.competence.map(Competence::from),
            fte_hundredths: self.fte_hundredths,
            beneficiary: self.beneficiary,
            verbatim: self.verbatim,
        })
    }
}

/// Funding that is mentioned without an amount.
#[derive(InputObject)]
pub struct FundingMentionInput {
    /// The id of the entry, a UUID that the client makes.
    id: ID,
    /// The half-year in whose report it stands.
    period: HalfYear,
    /// The id of the report row it belongs to.
    row: Option<ID>,
    /// The competence that reports it.
    competence: Option<CompetenceInput>,
    /// Who funds.
    funder: Option<String>,
    /// What is said.
    text: String,
}

impl FundingMentionInput {
    /// The mention as the domain holds it.
    pub fn resolve(self) -> Result<FundingMention, UserError> {
        Ok(FundingMention {
            id: entry(&self.id)?,
            half_year: self.period.0,
            row: self.row.as_ref().map(row).transpose()?,
            competence: self.competence.map(Competence::from),
            funder: self.funder,
            text: self.text,
        })
    }
}

/// The value of an indicator; not registered, not yet delivered and unknown are not zero.
#[derive(OneofObject)]
pub enum IndicatorValueInput {
    /// Counted.
    Exact(i64),
    /// Rounded or estimated.
    About(i64),
    /// A lower bound.
    MoreThan(i64),
    /// A mean, in hundredths.
    AverageHundredths(i64),
    /// Nobody registers it; why not.
    NotRegistered(String),
    /// It will come later; give true.
    NotYetDelivered(bool),
    /// It is not known; give true.
    Unknown(bool),
}

impl From<IndicatorValueInput> for IndicatorValue {
    fn from(given: IndicatorValueInput) -> Self {
        match given {
            IndicatorValueInput::Exact(count) => Self::Exact(count),
            IndicatorValueInput::About(count) => Self::About(count),
            IndicatorValueInput::MoreThan(count) => Self::MoreThan(count),
            IndicatorValueInput::AverageHundredths(hundredths) => Self::Average { hundredths },
            IndicatorValueInput::NotRegistered(reason) => Self::NotRegistered { reason },
            IndicatorValueInput::NotYetDelivered(_) => Self::NotYetDelivered,
            IndicatorValueInput::Unknown(_) => Self::Unknown,
        }
    }
}

/// A figure about what the action does.
#[derive(InputObject)]
pub struct IndicatorInput {
    /// The id of the entry, a UUID that the client makes.
    id: ID,
    /// The half-year in whose report it stands.
    period: HalfYear,
    /// The id of the report row it belongs to.
    row: Option<ID>,
    /// The competence that reports it.
    competence: Option<CompetenceInput>,
    /// What is counted.
    label: String,
    /// The unit, when the label does not say it.
    unit: Option<String>,
    /// Among whom or what.
    population: Option<String>,
    /// The value.
    value: IndicatorValueInput,
    /// Planned or realised.
    measure: Coded<IndicatorMeasure>,
    /// The day for which it holds.
    as_of: Option<Date>,
    /// The id of the indicator of which it is a part.
    part_of: Option<ID>,
}

impl IndicatorInput {
    /// The indicator as the domain holds it.
    pub fn resolve(self) -> Result<Indicator, UserError> {
        Ok(Indicator {
            id: entry(&self.id)?,
            half_year: self.period.0,
            row: self.row.as_ref().map(row).transpose()?,
            competence: self.competence.map(Competence::from),
            label: self.label,
            unit: self.unit,
            population: self.population,
            value: self.value.into(),
            measure: self.measure.0,
            as_of: self.as_of.map(|day| day.0),
            part_of: self.part_of.as_ref().map(entry).transpose()?,
            source_lines: None,
        })
    }
}

/// The plan with this global id, given in this field.
pub fn plan(id: &ID, field: &str) -> Result<PlanId, UserError> {
    let local = local_id(Kind::ActionPlan, id).and_then(|local| local.parse().ok());
    local.ok_or_else(|| UserError::unknown_id(field))
}

/// The report row with this id.
pub fn row(id: &ID) -> Result<RowId, UserError> {
    Uuid::parse_str(id).map(RowId).map_err(|_| UserError::unknown_id("row"))
}

fn entry(id: &ID) -> Result<EntryId, UserError> {
    Uuid::parse_str(id).map(EntryId).map_err(|_| UserError::unknown_id("entry"))
}

fn number(text: &str) -> Result<ActionNumber, UserError> {
    text.parse().map_err(|_| UserError::unknown_id("number"))
}
