//! What an action is and what is reported in words, as clients give it.

use async_graphql::{ID, InputObject, OneofObject};
use spoor_domain::action::command::ResponsibilityGiven;
use spoor_domain::action::event::{
    ActionDefinition, ActionNumber, Block, Competence, Continues, EntryId, InitiativeList, Initiatives, ListItem,
    PolicyDomainCode, Reference, ReportRow, RowHead, RowId,
};
use spoor_domain::kernel::{PlanId, composed};
use uuid::Uuid;

use crate::graphql::global_id::{Kind, local_id};
use crate::graphql::scalars::HalfYear;
use crate::graphql::user_error::UserError;

/// The initiatives under one heading.
#[derive(InputObject)]
pub struct InitiativeListInput {
    /// The heading.
    heading: String,
    /// The initiatives.
    items: Vec<String>,
}

/// An action of an earlier plan that an action continues.
#[derive(InputObject)]
pub struct ContinuedActionInput {
    /// The global id of the earlier plan.
    plan_id: ID,
    /// The number of the action there, such as 5.10.
    number: String,
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
    /// The actions of earlier plans that it continues. A revision that leaves them out keeps them; an empty list takes them
    /// away.
    continues: Option<Vec<ContinuedActionInput>>,
}

impl ActionDefinitionInput {
    /// Whether it says nothing of what the action continues.
    pub fn leaves_continues_out(&self) -> bool {
        self.continues.is_none()
    }

    /// The definition as the domain holds it.
    pub fn resolve(self) -> Result<ActionDefinition, UserError> {
        let list = |list: InitiativeListInput| InitiativeList {
            heading: list.heading,
            initiatives: Initiatives::Listed(list.items),
        };
        let earlier = |given: ContinuedActionInput| {
            Ok::<_, UserError>(Continues { plan: plan(&given.plan_id, "continues")?, number: number(&given.number)? })
        };
        Ok(ActionDefinition {
            plan: plan(&self.plan_id, "planId")?,
            number: number(&self.number)?,
            title: self.title,
            description: self.description,
            initiatives: self.initiatives.into_iter().map(list).collect(),
            continues: self.continues.into_iter().flatten().map(earlier).collect::<Result<_, _>>()?,
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
                Self::PolicyDomain { code: PolicyDomainCode(composed(&domain.code)), coordinator: domain.coordinator }
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
        Self { code: composed(&given.code), policy_domain: PolicyDomainCode(composed(&given.policy_domain)) }
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

/// The plan with this global id, given in this field.
pub fn plan(id: &ID, field: &str) -> Result<PlanId, UserError> {
    let local = local_id(Kind::ActionPlan, id).and_then(|local| local.parse().ok());
    local.ok_or_else(|| UserError::unknown_id(field))
}

/// The report row with this id.
pub fn row(id: &ID) -> Result<RowId, UserError> {
    Uuid::parse_str(id).map(RowId).map_err(|_| UserError::unknown_id("row"))
}

/// The entry of figures with this id.
pub fn entry(id: &ID) -> Result<EntryId, UserError> {
    Uuid::parse_str(id).map(EntryId).map_err(|_| UserError::unknown_id("entry"))
}

/// The number of an action.
pub fn number(text: &str) -> Result<ActionNumber, UserError> {
    text.parse().map_err(|_| UserError::unknown_id("number"))
}
