//! What is reported in figures, as clients give it: money, means, mentions of funding, indicators.

use std::collections::BTreeSet;

use async_graphql::{ID, InputObject, MaybeUndefined, OneofObject};
use spoor_domain::action::command::EntryField;
use spoor_domain::action::event::{
    BudgetEntry, BudgetPart, BudgetPeriod, BudgetRelation, BudgetSource, Competence, DuplicateCertainty,
    FundingMention, Indicator, IndicatorMeasure, IndicatorValue, Means, PeriodKind, PossibleDuplicate, RelationKind,
};
use spoor_domain::kernel;

use super::given::{CompetenceInput, entry, number, row};
use crate::graphql::coded::Coded;
use crate::graphql::scalars::{Cents, Date, HalfYear};
use crate::graphql::user_error::UserError;

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

/// A part of an amount, as printed with it.
#[derive(InputObject)]
pub struct BudgetPartInput {
    /// The part, in cents; never 0.
    amount: Cents,
    /// What or who it is for or from.
    note: Option<String>,
    /// As printed.
    verbatim: Option<String>,
}

impl From<BudgetPartInput> for BudgetPart {
    fn from(given: BudgetPartInput) -> Self {
        Self { amount: kernel::Cents(given.amount.0), note: given.note, verbatim: given.verbatim }
    }
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

/// An amount of money. A correction keeps every field that it leaves out; null, or an empty list, takes away what was there.
#[derive(InputObject)]
pub struct BudgetEntryInput {
    /// The id of the entry, a UUID that the client makes.
    id: ID,
    /// The half-year in whose report it stands.
    period: HalfYear,
    /// The id of the report row it belongs to.
    row: MaybeUndefined<ID>,
    /// The competence that pays or reports it.
    competence: MaybeUndefined<CompetenceInput>,
    /// The amount, in cents; never 0, at most a hundred billion euro.
    amount: Cents,
    /// Who receives it.
    beneficiary: MaybeUndefined<String>,
    /// A remark.
    note: MaybeUndefined<String>,
    /// Who pays it, when it is not the competence itself.
    funder: MaybeUndefined<String>,
    /// The period it covers.
    covers: MaybeUndefined<BudgetPeriodInput>,
    /// As printed.
    verbatim: MaybeUndefined<String>,
    /// Where in the report it stands.
    source: Coded<BudgetSource>,
    /// Its relation to another entry of this action.
    relation: MaybeUndefined<BudgetRelationInput>,
    /// The parts printed with it; they need not add up to it and count in no sum.
    breakdown: MaybeUndefined<Vec<BudgetPartInput>>,
    /// The entry that probably prints the same money.
    possible_duplicate_of: MaybeUndefined<PossibleDuplicateInput>,
}

impl BudgetEntryInput {
    /// The entry as the domain holds it, and the fields that it leaves out.
    pub fn resolve(self) -> Result<(BudgetEntry, BTreeSet<EntryField>), UserError> {
        let mut left_out = LeftOut::default();
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
        let parts = left_out.or(EntryField::Breakdown, self.breakdown);
        let resolved = BudgetEntry {
            id: entry(&self.id)?,
            half_year: self.period.0,
            row: left_out.or(EntryField::Row, self.row).as_ref().map(row).transpose()?,
            competence: left_out.or(EntryField::Competence, self.competence).map(Competence::from),
            competence_basis: None,
            amount: kernel::Cents(self.amount.0),
            beneficiary: left_out.or(EntryField::Beneficiary, self.beneficiary),
            note: left_out.or(EntryField::Note, self.note),
            funder: left_out.or(EntryField::Funder, self.funder),
            period: left_out.or(EntryField::Period, self.covers).map(period),
            verbatim: left_out.or(EntryField::Verbatim, self.verbatim),
            source: self.source.0,
            source_lines: None,
            relation: left_out.or(EntryField::Relation, self.relation).map(relation).transpose()?,
            breakdown: parts.into_iter().flatten().map(BudgetPart::from).collect(),
            possible_duplicate_of: left_out
                .or(EntryField::PossibleDuplicateOf, self.possible_duplicate_of)
                .map(duplicate)
                .transpose()?,
        };
        Ok((resolved, left_out.0))
    }
}

/// The fields of an amount, of means or of a mention that a client leaves out.
#[derive(Default)]
struct LeftOut(BTreeSet<EntryField>);

impl LeftOut {
    /// What is given for this field; none when it is left out, or taken away.
    fn or<T>(&mut self, field: EntryField, given: MaybeUndefined<T>) -> Option<T> {
        if given.is_undefined() {
            self.0.insert(field);
        }
        given.take()
    }
}

/// People or other means. A correction keeps every field that it leaves out; null takes away what was there.
#[derive(InputObject)]
pub struct MeansInput {
    /// The id of the entry, a UUID that the client makes.
    id: ID,
    /// The half-year in whose report it stands.
    period: HalfYear,
    /// The id of the report row it belongs to.
    row: MaybeUndefined<ID>,
    /// The competence that reports it.
    competence: MaybeUndefined<CompetenceInput>,
    /// Full-time equivalents, in hundredths.
    fte_hundredths: u32,
    /// Who receives them.
    beneficiary: MaybeUndefined<String>,
    /// As printed.
    verbatim: String,
}

impl MeansInput {
    /// The means as the domain holds them, and the fields that they leave out.
    pub fn resolve(self) -> Result<(Means, BTreeSet<EntryField>), UserError> {
        let mut left_out = LeftOut::default();
        let resolved = Means {
            id: entry(&self.id)?,
            half_year: self.period.0,
            row: left_out.or(EntryField::Row, self.row).as_ref().map(row).transpose()?,
            competence: left_out.or(EntryField::Competence, self.competence).map(Competence::from),
            fte_hundredths: self.fte_hundredths,
            beneficiary: left_out.or(EntryField::Beneficiary, self.beneficiary),
            verbatim: self.verbatim,
        };
        Ok((resolved, left_out.0))
    }
}

/// Funding that is mentioned without an amount. A correction keeps every field that it leaves out; null takes away what was
/// there.
#[derive(InputObject)]
pub struct FundingMentionInput {
    /// The id of the entry, a UUID that the client makes.
    id: ID,
    /// The half-year in whose report it stands.
    period: HalfYear,
    /// The id of the report row it belongs to.
    row: MaybeUndefined<ID>,
    /// The competence that reports it.
    competence: MaybeUndefined<CompetenceInput>,
    /// Who funds.
    funder: MaybeUndefined<String>,
    /// What is said.
    text: String,
}

impl FundingMentionInput {
    /// The mention as the domain holds it, and the fields that it leaves out.
    pub fn resolve(self) -> Result<(FundingMention, BTreeSet<EntryField>), UserError> {
        let mut left_out = LeftOut::default();
        let resolved = FundingMention {
            id: entry(&self.id)?,
            half_year: self.period.0,
            row: left_out.or(EntryField::Row, self.row).as_ref().map(row).transpose()?,
            competence: left_out.or(EntryField::Competence, self.competence).map(Competence::from),
            funder: left_out.or(EntryField::Funder, self.funder),
            text: self.text,
        };
        Ok((resolved, left_out.0))
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
