//! What is reported in figures, as its readers see it: money, means, mentions of funding, indicators.

use async_graphql::{ComplexObject, ID, SimpleObject};
use spoor_documents::edition::{Near, words_of_budget, words_of_means, words_of_mention};
use spoor_domain::action::event::{
    self, BudgetSource, DuplicateCertainty, IndicatorMeasure, IndicatorValueKind, PeriodKind, RelationKind,
};
use spoor_domain::kernel::Label;
use spoor_projections::plan as view;

use super::parts::Competence;
use super::reader::Reader;
use crate::graphql::coded::{Coded, LabelLanguage};
use crate::graphql::scalars::{Cents, Date, HalfYear};

/// The period an amount covers.
#[derive(SimpleObject)]
pub struct BudgetPeriod {
    /// As printed.
    verbatim: String,
    /// The first day, where it follows from the print.
    from: Option<Date>,
    /// The last day, where it follows from the print.
    until: Option<Date>,
    /// What kind of period.
    kind: Coded<PeriodKind>,
}

impl From<&event::BudgetPeriod> for BudgetPeriod {
    fn from(period: &event::BudgetPeriod) -> Self {
        Self {
            verbatim: period.verbatim.clone(),
            from: period.from.map(Date),
            until: period.until.map(Date),
            kind: period.kind.into(),
        }
    }
}

/// A part of an amount, as printed with it. Parts need not add up to the amount, and count in no sum.
#[derive(SimpleObject)]
pub struct BudgetPart {
    /// The part.
    amount: Cents,
    /// What or who it is for or from.
    note: Option<String>,
    /// As printed.
    verbatim: Option<String>,
}

impl From<&event::BudgetPart> for BudgetPart {
    fn from(part: &event::BudgetPart) -> Self {
        Self { amount: part.amount.into(), note: part.note.clone(), verbatim: part.verbatim.clone() }
    }
}

/// How an amount relates to another entry of the same action.
#[derive(SimpleObject)]
pub struct BudgetRelation {
    /// The kind.
    kind: Coded<RelationKind>,
    /// The id of the other entry.
    entry: ID,
}

impl From<event::BudgetRelation> for BudgetRelation {
    fn from(relation: event::BudgetRelation) -> Self {
        Self { kind: relation.kind.into(), entry: ID(relation.entry.0.to_string()) }
    }
}

/// The entry that probably prints the same money.
#[derive(SimpleObject)]
pub struct PossibleDuplicate {
    /// The number of the action where it stands first.
    action: String,
    /// The id of the entry there.
    entry: ID,
    /// How sure it is.
    certainty: Coded<DuplicateCertainty>,
}

impl From<&event::PossibleDuplicate> for PossibleDuplicate {
    fn from(first: &event::PossibleDuplicate) -> Self {
        Self {
            action: first.action.to_string(),
            entry: ID(first.entry.0.to_string()),
            certainty: first.certainty.into(),
        }
    }
}

/// An amount as reported. `BudgetEntryInput` takes the same fields in the same shape, so that what was read can be sent back.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct BudgetEntry {
    /// The id of the entry.
    id: ID,
    /// The half-year in whose report it stands.
    period: HalfYear,
    /// The id of the report row it belongs to.
    row: Option<ID>,
    /// The amount.
    amount: Cents,
    /// The competence that pays or reports it.
    competence: Option<Competence>,
    /// Who receives it.
    beneficiary: Option<String>,
    /// Who pays it, when it is not the competence itself.
    funder: Option<String>,
    /// The period it covers.
    covers: Option<BudgetPeriod>,
    /// As printed.
    verbatim: Option<String>,
    /// A remark.
    note: Option<String>,
    /// Where in the report it stands; what stands in a description counts in no sum.
    source: Coded<BudgetSource>,
    /// How it relates to another entry; a related amount counts in no sum.
    relation: Option<BudgetRelation>,
    /// The parts printed with it; they count in no sum.
    breakdown: Vec<BudgetPart>,
    /// Where the same money was probably printed first.
    possible_duplicate_of: Option<PossibleDuplicate>,
    /// Whether it counts in the sum as printed.
    counts_as_printed: bool,
    /// Whether it counts in the sum without probable duplicates.
    counts_without_duplicates: bool,
    /// Why it was corrected, when it was.
    corrected_because: Option<String>,
}

#[ComplexObject]
impl BudgetEntry {
    /// Where in the report it stands, in words.
    async fn source_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.source.0.label(language.into())
    }
}

impl BudgetEntry {
    /// The amounts, as this reader may be told of them.
    pub fn told(lines: &[view::BudgetLine], near: Near, reader: Reader<'_>) -> Vec<Self> {
        lines.iter().map(|line| Self::of(line, near, reader)).collect()
    }

    fn of(line: &view::BudgetLine, near: Near, reader: Reader<'_>) -> Self {
        let entry = reader.budget(&line.entry, near);
        let why = line.corrected_because.as_deref();
        let words: Vec<&str> = words_of_budget(&line.entry).into_iter().chain(why).collect();
        Self {
            id: ID(entry.id.0.to_string()),
            period: entry.half_year.into(),
            row: entry.row.map(|row| ID(row.0.to_string())),
            amount: entry.amount.into(),
            competence: entry.competence.as_ref().map(Competence::from),
            source: entry.source.into(),
            relation: entry.relation.map(BudgetRelation::from),
            breakdown: entry.breakdown.iter().map(BudgetPart::from).collect(),
            possible_duplicate_of: entry.possible_duplicate_of.as_ref().map(PossibleDuplicate::from),
            counts_as_printed: entry.counts_as_printed(),
            counts_without_duplicates: entry.counts_without_duplicates(),
            corrected_because: why.filter(|_| reader.is_told(&words, near)).map(str::to_owned),
            covers: entry.period.as_ref().map(Into::into),
            beneficiary: entry.beneficiary,
            funder: entry.funder,
            verbatim: entry.verbatim,
            note: entry.note,
        }
    }
}

/// People or other means instead of money.
#[derive(SimpleObject)]
pub struct Means {
    /// The id of the entry.
    id: ID,
    /// The half-year in whose report it stands.
    period: HalfYear,
    /// The id of the report row it belongs to.
    row: Option<ID>,
    /// Full-time equivalents, in hundredths.
    fte_hundredths: u32,
    /// The competence that reports it.
    competence: Option<Competence>,
    /// Who receives them.
    beneficiary: Option<String>,
    /// As printed.
    verbatim: String,
    /// Why they were corrected, when they were.
    corrected_because: Option<String>,
}

impl Means {
    /// The means that this reader may be told.
    pub fn told(means: &[view::AsCorrected<event::Means>], near: Near, reader: Reader<'_>) -> Vec<Self> {
        let told = means.iter().filter(|means| reader.is_told(&words_of_means(means), near));
        told.map(|means| Self::of(means, near, reader)).collect()
    }

    fn of(means: &view::AsCorrected<event::Means>, near: Near, reader: Reader<'_>) -> Self {
        Self {
            corrected_because: why_corrected(means, words_of_means(means), near, reader),
            id: ID(means.id.0.to_string()),
            period: means.half_year.into(),
            row: means.row.map(|row| ID(row.0.to_string())),
            fte_hundredths: means.fte_hundredths,
            competence: means.competence.as_ref().map(Competence::from),
            beneficiary: means.beneficiary.clone(),
            verbatim: means.verbatim.clone(),
        }
    }
}

/// Funding that is mentioned without an amount.
#[derive(SimpleObject)]
pub struct FundingMention {
    /// The id of the entry.
    id: ID,
    /// The half-year in whose report it stands.
    period: HalfYear,
    /// The id of the report row it belongs to.
    row: Option<ID>,
    /// The competence that reports it.
    competence: Option<Competence>,
    /// Who funds.
    funder: Option<String>,
    /// What is said.
    text: String,
    /// Why it was corrected, when it was.
    corrected_because: Option<String>,
}

impl FundingMention {
    /// The mentions that this reader may be told.
    pub fn told(mentions: &[view::AsCorrected<event::FundingMention>], near: Near, reader: Reader<'_>) -> Vec<Self> {
        let told = mentions.iter().filter(|mention| reader.is_told(&words_of_mention(mention), near));
        told.map(|mention| Self::of(mention, near, reader)).collect()
    }

    fn of(mention: &view::AsCorrected<event::FundingMention>, near: Near, reader: Reader<'_>) -> Self {
        Self {
            corrected_because: why_corrected(mention, words_of_mention(mention), near, reader),
            id: ID(mention.id.0.to_string()),
            period: mention.half_year.into(),
            row: mention.row.map(|row| ID(row.0.to_string())),
            competence: mention.competence.as_ref().map(Competence::from),
            funder: mention.funder.clone(),
            text: mention.text.clone(),
        }
    }
}

/// Why an entry was corrected, for a reader who is told so beside the words of the entry.
fn why_corrected<'a, T>(
    own: &'a view::AsCorrected<T>,
    mut words: Vec<&'a str>,
    near: Near,
    reader: Reader<'_>,
) -> Option<String> {
    let why = own.corrected_because.as_deref()?;
    words.push(why);
    reader.is_told(&words, near).then(|| why.to_owned())
}

/// The value of a figure. One that is not registered, not yet delivered or unknown is not zero: it has no number.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct IndicatorValue {
    /// How it is known.
    kind: Coded<IndicatorValueKind>,
    /// The number, where there is one and it is no mean.
    count: Option<i64>,
    /// The mean, in hundredths.
    average_hundredths: Option<i64>,
    /// Why nobody registers it.
    reason: Option<String>,
}

#[ComplexObject]
impl IndicatorValue {
    /// How it is known, in words.
    async fn kind_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.kind.0.label(language.into())
    }
}

impl From<&event::IndicatorValue> for IndicatorValue {
    fn from(value: &event::IndicatorValue) -> Self {
        use event::IndicatorValue::{About, Average, Exact, MoreThan, NotRegistered, NotYetDelivered, Unknown};
        let (count, average_hundredths, reason) = match value {
            Exact(count) | About(count) | MoreThan(count) => (Some(*count), None, None),
            Average { hundredths } => (None, Some(*hundredths), None),
            NotRegistered { reason } => (None, None, Some(reason.clone())),
            NotYetDelivered | Unknown => (None, None, None),
        };
        Self { kind: value.kind().into(), count, average_hundredths, reason }
    }
}

/// A figure about what an action does.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Indicator {
    /// The id of the entry.
    id: ID,
    /// The half-year in whose report it stands.
    period: HalfYear,
    /// The id of the report row it belongs to.
    row: Option<ID>,
    /// The competence that reports it.
    competence: Option<Competence>,
    /// What is counted.
    label: String,
    /// The unit, when the label does not say it.
    unit: Option<String>,
    /// Among whom or what.
    population: Option<String>,
    /// The value.
    value: IndicatorValue,
    /// Planned or realised.
    measure: Coded<IndicatorMeasure>,
    /// The day for which it holds.
    as_of: Option<Date>,
    /// The id of the figure of which it is a part.
    part_of: Option<ID>,
}

#[ComplexObject]
impl Indicator {
    /// Planned or realised, in words.
    async fn measure_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.measure.0.label(language.into())
    }
}

impl Indicator {
    /// The figures that this reader may be told.
    pub fn told(figures: &[event::Indicator], near: Near, reader: Reader<'_>) -> Vec<Self> {
        reader.figures(figures, near).into_iter().map(Self::from).collect()
    }
}

impl From<&event::Indicator> for Indicator {
    fn from(figure: &event::Indicator) -> Self {
        Self {
            id: ID(figure.id.0.to_string()),
            period: figure.half_year.into(),
            row: figure.row.map(|row| ID(row.0.to_string())),
            competence: figure.competence.as_ref().map(Competence::from),
            label: figure.label.clone(),
            unit: figure.unit.clone(),
            population: figure.population.clone(),
            value: IndicatorValue::from(&figure.value),
            measure: figure.measure.into(),
            as_of: figure.as_of.map(Date),
            part_of: figure.part_of.map(|whole| ID(whole.0.to_string())),
        }
    }
}
