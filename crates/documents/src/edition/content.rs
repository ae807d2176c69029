//! What an edition says, as data. A stored contract: an edition that was frozen must stay readable for ever, so fields
//! are only added, with a default, and a change of meaning takes a new [`FORMAT`].
//!
//! Nothing in it is about a person, and no place in the log stands in it: places count events, and what may be read in
//! numbers about dossiers is [`OperationalTable`] only.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize};
use spoor_disclosure::Table;
use spoor_domain::action::event::{
    ActionNumber, ActionStatus, Block, BudgetEntry, Competence, FundingMention, Indicator, InitiativeList, Means,
    Reference, RowId, RowStanding,
};
use spoor_domain::kernel::{Cents, HalfYear, PlanId};

/// The name and version of this shape.
pub const FORMAT: &str = "spoor-edition/1";

/// An edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionContent {
    /// [`FORMAT`].
    pub format: String,
    /// Which edition it is.
    pub head: EditionHead,
    /// The policy lines, in order.
    pub policy_lines: Vec<PolicyLineContent>,
    /// The sums.
    pub totals: Totals,
    /// The published tables on dossiers, rounded (domain page, section 7).
    pub tables: Vec<OperationalTable>,
    /// Police training, per programme.
    pub training: Vec<TrainingTotal>,
    /// What this edition says otherwise than the one it corrects, of the plan and of police training; empty in a first
    /// edition.
    pub errata: Vec<Erratum>,
}

/// Which edition it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionHead {
    /// The plan.
    pub plan: PlanId,
    /// Its name.
    pub plan_name: String,
    /// The half-year.
    pub period: HalfYear,
    /// Number of the edition of this half-year, from 1; a correction is the next.
    pub number: u32,
    /// What it is called, for instance `Najaar 2018`.
    pub label: String,
    /// The days the report speaks of, where they are named.
    pub window: Option<Window>,
    /// The last day of what was taken into account.
    pub cut_off: NaiveDate,
    /// The preface; paragraphs are separated by an empty line.
    pub preface: Option<String>,
    /// The version of the rules by which figures were counted and rounded.
    pub rules: String,
    /// The number of the edition it corrects.
    pub corrects: Option<u32>,
}

/// Days, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
}

/// A policy line (beleidslijn).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyLineContent {
    /// Its number.
    pub number: u16,
    /// Its name.
    pub name: String,
    /// Its chapters, in order.
    pub chapters: Vec<ChapterContent>,
}

/// A chapter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChapterContent {
    /// Its number within the plan.
    pub number: u16,
    /// Its title.
    pub title: String,
    /// Its actions, in order.
    pub actions: Vec<ActionContent>,
}

/// An action as reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionContent {
    /// Its number.
    pub number: ActionNumber,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: Option<String>,
    /// Its initiatives.
    pub initiatives: Vec<InitiativeList>,
    /// Its status on the last day of the report; none when none was reported by then.
    pub status: Option<ActionStatus>,
    /// Its status on the last day of the report before; none when nothing was reported by then.
    pub previous_status: Option<ActionStatus>,
    /// Whether it went backwards since the report before.
    pub went_backwards: bool,
    /// The ministers.
    pub ministers: Vec<MinisterContent>,
    /// The policy domains.
    pub policy_domains: Vec<PolicyDomainContent>,
    /// The others involved.
    pub others: Vec<String>,
    /// The report rows, in their order.
    pub rows: Vec<RowContent>,
    /// The amounts, also those that count in no sum.
    pub budget: Vec<BudgetEntry>,
    /// People and other means.
    pub means: Vec<Means>,
    /// Funding mentioned without an amount.
    pub mentions: Vec<FundingMention>,
    /// Figures.
    pub indicators: Vec<Indicator>,
    /// Paid from regular means (reguliere middelen).
    pub regular_means: bool,
}

impl ActionContent {
    /// Whether nobody has said yet who pays. Where every row is delivered somebody has, also where it may not be told.
    pub fn awaits_budget(&self) -> bool {
        let delivered = !self.rows.is_empty() && self.rows.iter().all(|row| row.state.is_delivered());
        let unfunded = self.budget.is_empty() && self.means.is_empty() && self.mentions.is_empty();
        !self.regular_means && unfunded && !delivered
    }

    /// Whether it is paid from regular means; none while nobody has said yet who pays.
    pub fn on_regular_means(&self) -> Option<bool> {
        (!self.awaits_budget()).then_some(self.regular_means)
    }
}

/// A minister.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinisterContent {
    /// The title as printed.
    pub title: String,
    /// The codes of the offices it means.
    pub offices: Vec<String>,
}

/// A policy domain that answers for an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyDomainContent {
    /// Its code.
    pub code: String,
    /// Its full name, where it is known.
    pub name: Option<String>,
    /// Whether it coordinates the action.
    pub coordinator: bool,
}

/// A report row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowContent {
    /// The row; amounts, means and figures name it.
    pub id: RowId,
    /// What it comes to; a row that is not accepted is not yet delivered, whoever has it.
    pub state: RowStanding,
    /// For which competences it reports.
    pub competences: Vec<Competence>,
    /// The text; empty when there is nothing to report, it was not taken over, or it is not yet delivered.
    pub blocks: Vec<Block>,
    /// What it refers to.
    pub references: Vec<Reference>,
}

/// The sums. Amounts follow two rules: as printed, and without the entries that probably print the same money again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Actions.
    pub actions: u64,
    /// Per status; only statuses that occur.
    pub by_status: Vec<Count>,
    /// Per policy line; the key is its number.
    pub by_policy_line: Vec<Subtotal>,
    /// Per chapter; the key is its number.
    pub by_chapter: Vec<Subtotal>,
    /// Per ministerial office; an action of several offices counts under each.
    pub by_office: Vec<Subtotal>,
    /// Per policy domain; an action of several domains counts under each.
    pub by_domain: Vec<Subtotal>,
    /// Per competence; an amount counts under the competence it is ascribed to only (an empty key: to none).
    pub by_competence: Vec<Subtotal>,
    /// The amounts of the budget column as printed; none when there is no amount.
    #[serde(deserialize_with = "of_amounts")]
    pub budget_as_printed: Option<Cents>,
    /// The same without probable repetitions; none when there is no other amount.
    #[serde(deserialize_with = "of_amounts")]
    pub budget_without_duplicates: Option<Cents>,
    /// Entries in the budget column.
    pub budget_entries: u64,
    /// Actions with at least one.
    pub actions_with_budget: u64,
}

/// A sum of amounts. No amount is 0, so a 0 in contents that were kept without `null` says that there is none.
fn of_amounts<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Cents>, D::Error> {
    Ok(Option::<Cents>::deserialize(from)?.filter(|sum| *sum != Cents(0)))
}

/// Actions in a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The status.
    pub status: ActionStatus,
    /// How many.
    pub count: u64,
}

/// A part of the plan with its sums.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subtotal {
    /// Which part: a number or a code.
    pub key: String,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Actions.
    pub actions: u64,
    /// Per status; only statuses that occur.
    pub by_status: Vec<Count>,
    /// The amounts of the budget column as printed; none when there is no amount.
    #[serde(deserialize_with = "of_amounts")]
    pub budget_as_printed: Option<Cents>,
    /// The same without probable repetitions; none when there is no other amount.
    #[serde(deserialize_with = "of_amounts")]
    pub budget_without_duplicates: Option<Cents>,
}

/// A published table on dossiers, with the words it is printed with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationalTable {
    /// The words.
    pub labels: TableLabels,
    /// The cells.
    pub table: Table,
}

/// The Dutch words of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableLabels {
    /// Its title.
    pub title: String,
    /// What is counted, and how small counts are told.
    pub note: String,
    /// The name of each dimension, in the order of the cells' categories.
    pub dimensions: Vec<String>,
    /// The words for the category codes.
    pub categories: Vec<CategoryLabel>,
}

impl TableLabels {
    /// The word for a category's code; the code itself, when there is none.
    pub fn word<'a>(&'a self, code: &'a str) -> &'a str {
        self.categories.iter().find(|known| known.code == code).map_or(code, |known| &known.label)
    }
}

/// The word for a category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryLabel {
    /// Its code in the cells.
    pub code: String,
    /// Its word.
    pub label: String,
}

/// Police training under one programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainingTotal {
    /// The programme's code.
    pub programme: String,
    /// Its Dutch name.
    pub label: String,
    /// Participants in this half-year; none when the half-year lies within an opening balance.
    pub in_period: Option<u64>,
    /// Sessions in this half-year; none likewise.
    pub sessions: Option<u64>,
    /// Participants from the beginning up to the end of the half-year; none when that lies before the end of an opening
    /// balance, which nobody can divide.
    pub cumulative: Option<u64>,
    /// Where an opening balance came from, when the cumulative figure holds one.
    pub source: Option<String>,
}

/// Something this edition says otherwise than the one it corrects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erratum {
    /// The action; none when it is about the edition as a whole.
    pub action: Option<ActionNumber>,
    /// What differs, as a path of field names within the action (or the head), for instance `budget/<entry>/amount`.
    pub path: String,
    /// What it is called in print, in Dutch.
    pub label: String,
    /// The old value as printed; none when it was not there.
    pub old: Option<String>,
    /// The new value as printed; none when it is gone.
    pub new: Option<String>,
}
