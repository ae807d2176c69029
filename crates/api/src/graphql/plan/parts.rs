//! The parts of a plan, its actions and its reports, but for what is reported in figures (`reported`).

use async_graphql::{ComplexObject, Enum, ID, SimpleObject};
use spoor_documents::edition::Near;
use spoor_domain::action::event::{self, ActionStatus, Initiatives, MinisterOffice, RowState};
use spoor_domain::kernel::Label;
use spoor_domain::plan::event as outline;
use spoor_projections::plan as view;

use super::reader::Reader;
use crate::graphql::coded::{Coded, LabelLanguage};
use crate::graphql::global_id::{Kind, global_id};
use crate::graphql::scalars::{Date, HalfYear};

/// A policy line (beleidslijn).
#[derive(SimpleObject)]
pub struct PolicyLine {
    /// Its number within the plan.
    number: u16,
    /// Its name.
    name: String,
}

impl From<&outline::PolicyLine> for PolicyLine {
    fn from(line: &outline::PolicyLine) -> Self {
        Self { number: line.number, name: line.name.clone() }
    }
}

/// A chapter; actions are numbered within it.
#[derive(SimpleObject)]
pub struct Chapter {
    /// Its number within the plan.
    number: u16,
    /// The number of its policy line.
    policy_line: u16,
    /// Its title.
    title: String,
}

impl From<&outline::Chapter> for Chapter {
    fn from(chapter: &outline::Chapter) -> Self {
        Self { number: chapter.number, policy_line: chapter.policy_line, title: chapter.title.clone() }
    }
}

/// The initiatives under one heading.
#[derive(SimpleObject)]
pub struct InitiativeList {
    /// The heading.
    heading: String,
    /// The initiatives; empty where only their number is known.
    items: Vec<String>,
    /// How many there are.
    count: u64,
}

impl From<&event::InitiativeList> for InitiativeList {
    fn from(list: &event::InitiativeList) -> Self {
        let (items, count) = match &list.initiatives {
            Initiatives::Listed(items) => (items.clone(), items.len() as u64),
            Initiatives::Counted(count) => (Vec::new(), u64::from(*count)),
        };
        Self { heading: list.heading.clone(), items, count }
    }
}

/// An action of an earlier plan that an action continues.
#[derive(SimpleObject)]
pub struct ContinuedAction {
    /// The global id of the earlier plan.
    plan_id: ID,
    /// The number of the action there.
    number: String,
}

impl From<&event::Continues> for ContinuedAction {
    fn from(earlier: &event::Continues) -> Self {
        let plan_id = global_id(Kind::ActionPlan, &earlier.plan.to_string());
        Self { plan_id, number: earlier.number.to_string() }
    }
}

/// A change of the status of an action.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct StatusChange {
    /// The half-year in whose report it stands.
    period: HalfYear,
    /// The day.
    changed_on: Date,
    /// What it was.
    from: Option<Coded<ActionStatus>>,
    /// What it became.
    to: Coded<ActionStatus>,
    /// Whether that is a step back.
    backwards: bool,
    /// Why.
    reason: Option<String>,
}

#[ComplexObject]
impl StatusChange {
    /// What it was, in words.
    async fn from_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> Option<&'static str> {
        self.from.map(|from| from.0.label(language.into()))
    }

    /// What it became, in words.
    async fn to_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.to.0.label(language.into())
    }
}

impl StatusChange {
    /// A change of status for this reader.
    pub fn of(change: &view::StatusChange, near: Near, reader: Reader<'_>) -> Self {
        Self {
            period: change.half_year.into(),
            changed_on: change.on.into(),
            from: change.from.map(Coded),
            to: change.to.into(),
            backwards: change.backwards,
            reason: reader.text(change.reason.as_deref(), near),
        }
    }
}

/// A minister who answers for an action.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Minister {
    /// The title as printed.
    title: String,
    /// The offices it means; none when the title is not recognised.
    offices: Vec<Coded<MinisterOffice>>,
}

#[ComplexObject]
impl Minister {
    /// The offices it means, in words.
    async fn office_labels(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> Vec<&'static str> {
        self.offices.iter().map(|office| office.0.label(language.into())).collect()
    }
}

impl From<&view::Minister> for Minister {
    fn from(minister: &view::Minister) -> Self {
        let offices = minister.offices.iter().copied().map(Coded).collect();
        Self { title: minister.title.clone(), offices }
    }
}

/// A policy domain (beleidsdomein) that answers for an action.
#[derive(SimpleObject)]
pub struct PolicyDomainRole {
    /// Its code.
    code: String,
    /// Its full name, where the code is known.
    name: Option<&'static str>,
    /// Whether it coordinates the action.
    coordinator: bool,
}

impl From<&view::PolicyDomainRole> for PolicyDomainRole {
    fn from(domain: &view::PolicyDomainRole) -> Self {
        Self { name: domain.code.name(), code: domain.code.0.clone(), coordinator: domain.coordinator }
    }
}

/// A competence (bevoegdheid), with the policy domain it falls under.
#[derive(SimpleObject)]
pub struct Competence {
    /// The competence.
    code: String,
    /// The code of its policy domain.
    policy_domain: String,
}

impl From<&event::Competence> for Competence {
    fn from(competence: &event::Competence) -> Self {
        Self { code: competence.code.clone(), policy_domain: competence.policy_domain.0.clone() }
    }
}

/// What kind of block a part of a report text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum BlockKind {
    /// Running text.
    Paragraph,
    /// A heading within the row.
    Heading,
    /// An item of a list.
    ListItem,
    /// A link.
    Link,
}

/// A block of a report text.
#[derive(SimpleObject)]
pub struct Block {
    /// What kind of block it is.
    kind: BlockKind,
    /// The text.
    text: String,
    /// How deep an item of a list is nested, from 0.
    depth: u32,
    /// Where a link leads.
    url: Option<String>,
}

fn blocks(block: &event::Block) -> Vec<Block> {
    let plain = |kind, text: &str| vec![Block { kind, text: text.to_owned(), depth: 0, url: None }];
    match block {
        event::Block::Paragraph(text) => plain(BlockKind::Paragraph, text),
        event::Block::Heading(text) => plain(BlockKind::Heading, text),
        event::Block::List(items) => items.iter().flat_map(|item| item_blocks(item, 0)).collect(),
        event::Block::Link { text, url } => {
            vec![Block { kind: BlockKind::Link, text: text.clone(), depth: 0, url: Some(url.clone()) }]
        }
    }
}

fn item_blocks(item: &event::ListItem, depth: u32) -> Vec<Block> {
    let own = Block { kind: BlockKind::ListItem, text: item.text.clone(), depth, url: None };
    let below = item.items.iter().flat_map(|item| item_blocks(item, depth + 1));
    std::iter::once(own).chain(below).collect()
}

/// A reference to what is reported elsewhere; it may lead nowhere, and is kept as said.
#[derive(SimpleObject)]
pub struct Reference {
    /// The number of the action.
    action: Option<String>,
    /// The competence under which it is reported there.
    competence: Option<String>,
    /// The half-year of the edition.
    period: Option<HalfYear>,
}

/// A report row of an action.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct ReportRow {
    /// The id of the row.
    id: ID,
    /// The half-year it reports on.
    period: HalfYear,
    /// Its place among the rows of the action in that half-year, from 1.
    place: u16,
    /// The competences it reports for.
    competences: Vec<Competence>,
    /// Where it stands between its author and the coordinator.
    state: Coded<RowState>,
    /// Why it was sent back, when it was.
    returned_because: Option<String>,
    /// The text; empty when there is nothing to report or the text was not taken over. Who does not write or collect the
    /// report sees that of accepted rows, without what may first be told in an edition; what was reported with a row waits
    /// until it is accepted as well.
    blocks: Vec<Block>,
    /// What it refers to.
    references: Vec<Reference>,
}

#[ComplexObject]
impl ReportRow {
    /// Where it stands between its author and the coordinator, in words.
    async fn state_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.state.0.label(language.into())
    }
}

impl ReportRow {
    /// A row for this reader.
    pub fn of(facts: &view::ReportRowFacts, near: Near, reader: Reader<'_>) -> Self {
        let reference = |reference: &event::Reference| Reference {
            action: reference.action.map(|number| number.to_string()),
            competence: reader.text(reference.competence.as_deref(), near),
            period: reference.edition.map(HalfYear),
        };
        let row = facts.row.iter();
        let told = |row: &event::ReportRow| reader.blocks(&row.blocks, near);
        Self {
            id: ID(facts.head.id.0.to_string()),
            period: facts.head.half_year.into(),
            place: facts.head.place,
            competences: facts.head.competences.iter().map(Competence::from).collect(),
            state: facts.state.into(),
            returned_because: facts.returned_because.clone(),
            blocks: row.clone().flat_map(told).flat_map(|block| blocks(&block)).collect(),
            references: row.flat_map(|row| row.references.iter().map(reference)).collect(),
        }
    }
}
