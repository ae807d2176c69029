//! What is reported in figures: money in cents, means in hundredths of a full-time equivalent, indicators.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::number::ActionNumber;
use super::report::{Competence, RowId};
use super::vocabulary::*;
use crate::kernel::{Cents, HalfYear};

/// One entry of figures: a budget entry, a means entry, a mention of funding or an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct EntryId(pub Uuid);

/// Lines of the source document, from 1, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceLines {
    /// First line.
    pub first: u32,
    /// Last line.
    pub last: u32,
}

/// The period an amount covers, as printed and as understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BudgetPeriod {
    /// As printed.
    pub verbatim: String,
    /// First day, where it follows from the print.
    pub from: Option<NaiveDate>,
    /// Last day, where it follows from the print.
    pub until: Option<NaiveDate>,
    /// What kind of period.
    pub kind: PeriodKind,
}

/// A relation of an amount to another entry of the same action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BudgetRelation {
    /// The kind.
    pub kind: RelationKind,
    /// The other entry.
    pub entry: EntryId,
}

/// A part of an amount as printed with it. Parts need not add up to the amount (action 4.6 is printed 6 euro short),
/// and they count in no sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BudgetPart {
    /// The part.
    pub amount: Cents,
    /// What or who it is for or from.
    pub note: Option<String>,
    /// As printed.
    pub verbatim: Option<String>,
}

/// The entry, in this action or another, that probably prints the same money; the first mention counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PossibleDuplicate {
    /// The action where it stands first.
    pub action: ActionNumber,
    /// The entry there.
    pub entry: EntryId,
    /// How sure it is.
    pub certainty: DuplicateCertainty,
}

/// An amount of money as reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BudgetEntry {
    /// The entry.
    pub id: EntryId,
    /// The half-year in whose report it stands.
    pub half_year: HalfYear,
    /// The report row it belongs to.
    pub row: Option<RowId>,
    /// The competence that pays or reports it.
    pub competence: Option<Competence>,
    /// How it was ascribed to that competence.
    pub competence_basis: Option<CompetenceBasis>,
    /// The amount; never 0, regular means have no entry.
    pub amount: Cents,
    /// Who receives it.
    pub beneficiary: Option<String>,
    /// A remark.
    pub note: Option<String>,
    /// Who pays it, when it is not the competence itself.
    pub funder: Option<String>,
    /// The period it covers.
    pub period: Option<BudgetPeriod>,
    /// As printed.
    pub verbatim: Option<String>,
    /// Where in the report it stands.
    pub source: BudgetSource,
    /// Where in the source document it stands.
    pub source_lines: Option<SourceLines>,
    /// Its relation to another entry of this action.
    pub relation: Option<BudgetRelation>,
    /// Parts printed with it.
    pub breakdown: Vec<BudgetPart>,
    /// The entry that probably prints the same money.
    pub possible_duplicate_of: Option<PossibleDuplicate>,
}

impl BudgetEntry {
    /// Whether it counts in the sum as printed: it stands in the budget column and is not a part, a repetition or a
    /// co-funding of another entry.
    pub fn counts_as_printed(&self) -> bool {
        self.source == BudgetSource::BudgetColumn && self.relation.is_none()
    }

    /// Whether it counts in the sum without probable duplicates.
    pub fn counts_without_duplicates(&self) -> bool {
        self.counts_as_printed() && self.possible_duplicate_of.is_none()
    }
}

/// The most full-time equivalents in one entry, in hundredths: a hundred thousand people.
pub const MOST_FTE_HUNDREDTHS: u32 = 10_000_000;

/// People or other means instead of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Means {
    /// The entry.
    pub id: EntryId,
    /// The half-year in whose report it stands.
    pub half_year: HalfYear,
    /// The report row it belongs to.
    pub row: Option<RowId>,
    /// The competence that reports it.
    pub competence: Option<Competence>,
    /// Full-time equivalents, in hundredths.
    pub fte_hundredths: u32,
    /// Who receives them.
    pub beneficiary: Option<String>,
    /// As printed.
    pub verbatim: String,
}

/// Funding that is mentioned without an amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FundingMention {
    /// The entry.
    pub id: EntryId,
    /// The half-year in whose report it stands.
    pub half_year: HalfYear,
    /// The report row it belongs to.
    pub row: Option<RowId>,
    /// The competence that reports it.
    pub competence: Option<Competence>,
    /// Who funds.
    pub funder: Option<String>,
    /// What is said.
    pub text: String,
}

/// The largest value of an indicator, and of the hundredths of a mean. What is kept as JSON is exact up to 2^53 - 1.
pub const LARGEST_INDICATOR: i64 = 1_000_000_000_000;

/// How many years after its half-year what is planned may still lie: further off, the year was mistyped.
pub const YEARS_PLANNED_AHEAD: i32 = 25;

/// The value of an indicator. A true zero is `Exact(0)`; not registered, not yet delivered and unknown are not zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum IndicatorValue {
    /// Counted.
    Exact(i64),
    /// Rounded or estimated.
    About(i64),
    /// A lower bound.
    MoreThan(i64),
    /// A mean.
    Average {
        /// The mean, in hundredths.
        hundredths: i64,
    },
    /// Nobody registers it.
    NotRegistered {
        /// Why not.
        reason: String,
    },
    /// It will come later.
    NotYetDelivered,
    /// It is not known.
    Unknown,
}

impl IndicatorValue {
    /// The number itself, of a mean its hundredths; none when there is no number.
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Exact(number) | Self::About(number) | Self::MoreThan(number) => Some(*number),
            Self::Average { hundredths } => Some(*hundredths),
            Self::NotRegistered { .. } | Self::NotYetDelivered | Self::Unknown => None,
        }
    }

    /// How the value is known.
    pub fn kind(&self) -> IndicatorValueKind {
        match self {
            Self::Exact(_) => IndicatorValueKind::Exact,
            Self::About(_) => IndicatorValueKind::About,
            Self::MoreThan(_) => IndicatorValueKind::MoreThan,
            Self::Average { .. } => IndicatorValueKind::Average,
            Self::NotRegistered { .. } => IndicatorValueKind::NotRegistered,
            Self::NotYetDelivered => IndicatorValueKind::NotYetDelivered,
            Self::Unknown => IndicatorValueKind::Unknown,
        }
    }
}

/// A figure about what the action does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Indicator {
    /// The entry.
    pub id: EntryId,
    /// The half-year in whose report it stands.
    pub half_year: HalfYear,
    /// The report row it belongs to.
    pub row: Option<RowId>,
    /// The competence that reports it.
    pub competence: Option<Competence>,
    /// What is counted.
    pub label: String,
    /// The unit, when the label does not say it.
    pub unit: Option<String>,
    /// Among whom or what.
    pub population: Option<String>,
    /// The value.
    pub value: IndicatorValue,
    /// Planned or realised.
    pub measure: IndicatorMeasure,
    /// The day for which it holds.
    pub as_of: Option<NaiveDate>,
    /// The indicator of which it is a part.
    pub part_of: Option<EntryId>,
    /// Where in the source document it stands.
    pub source_lines: Option<SourceLines>,
}
