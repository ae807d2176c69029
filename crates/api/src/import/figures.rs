//! The figures of an action as commands: money, people, funding without an amount, counts.

use chrono::NaiveDate;
use spoor_domain::action::command::ActionCommand;
use spoor_domain::action::event::{
    ActionNumber, BudgetEntry, BudgetPart, BudgetRelation, BudgetSource, Competence, CompetenceBasis,
    DuplicateCertainty, EntryId, FundingMention, Indicator, IndicatorMeasure, IndicatorValue, Means, PossibleDuplicate,
    RelationKind, RowId, SourceLines,
};
use spoor_domain::kernel::Cents;

use super::ImportError;
use super::commands::{Ids, Rows};
use super::dataset::{Action, Count, Duplicate, Entry, Mention, Nonmonetary, Part};
use super::period::budget_period;

/// An action being read: what every figure in it needs to know.
pub(super) struct Figures<'a> {
    pub ids: &'a Ids,
    pub number: ActionNumber,
    pub rows: &'a Rows,
    pub reported_on: NaiveDate,
    pub path: &'a str,
}

impl Figures<'_> {
    /// Every figure of the action; amounts of the budget column before those that relate to them.
    pub(super) fn commands(&self, action: &Action) -> Result<Vec<ActionCommand>, ImportError> {
        let mut entries = self.each("budget_entries", &action.budget_entries, Self::budget)?;
        entries.sort_by_key(|entry| entry.relation.is_some());
        let means = self.each("nonmonetary_budget", &action.nonmonetary_budget, Self::means)?;
        let mentions = action.funding_mentions.iter().map(|mention| self.mention(mention));
        let indicators = action.counts.iter().map(|count| self.indicator(count));
        let on = self.reported_on;
        let mut commands: Vec<_> =
            entries.into_iter().map(|entry| ActionCommand::ReportBudget { reported_on: on, entry }).collect();
        commands.extend(means.into_iter().map(|means| ActionCommand::ReportMeans { reported_on: on, means }));
        commands.extend(mentions.map(|mention| ActionCommand::MentionFunding { reported_on: on, mention }));
        commands.extend(indicators.map(|indicator| ActionCommand::ReportIndicator { reported_on: on, indicator }));
        Ok(commands)
    }

    fn each<T, R>(
        &self,
        list: &str,
        items: &[T],
        read: fn(&Self, &T, &str) -> Result<R, ImportError>,
    ) -> Result<Vec<R>, ImportError> {
        let paths = items.iter().enumerate().map(|(index, item)| (item, format!("{}.{list}[{index}]", self.path)));
        paths.map(|(item, path)| read(self, item, &path)).collect()
    }

    fn budget(&self, entry: &Entry, path: &str) -> Result<BudgetEntry, ImportError> {
        let competence = Competence::in_2018(&entry.competence)
            .ok_or_else(|| ImportError::at(format!("{path}.competence"), unknown("competence", &entry.competence)))?;
        Ok(BudgetEntry {
            id: self.ids.entry(self.number, "budget", entry.line),
            half_year: self.ids.half_year,
            row: self.rows.of_competence(&competence, entry.line),
            competence_basis: Some(basis(&entry.competence_basis, path)?),
            competence: Some(competence),
            amount: euros(entry.amount_cents, &entry.currency, path)?,
            beneficiary: None,
            note: Some(entry.note.clone()),
            funder: None,
            period: entry.period.as_deref().map(budget_period),
            verbatim: entry.raw.clone(),
            source: source(&entry.source, path)?,
            source_lines: Some(SourceLines { first: entry.line, last: entry.line_last }),
            relation: self.relation(entry, path)?,
            breakdown: self.each_part(&entry.breakdown, path)?,
            possible_duplicate_of: match &entry.possible_duplicate_of {
                Some(duplicate) => Some(self.duplicate(duplicate, path)?),
                None => None,
            },
        })
    }

    fn each_part(&self, parts: &[Part], path: &str) -> Result<Vec<BudgetPart>, ImportError> {
        let numbered = parts.iter().enumerate().map(|(index, part)| (part, format!("{path}.breakdown[{index}]")));
        numbered
            .map(|(part, path)| {
                Ok(BudgetPart {
                    amount: euros(part.amount_cents, &part.currency, &path)?,
                    note: Some(part.note.clone()),
                    verbatim: Some(part.raw.clone()),
                })
            })
            .collect()
    }

    fn relation(&self, entry: &Entry, path: &str) -> Result<Option<BudgetRelation>, ImportError> {
        let kind = match entry.relation.as_deref() {
            None | Some("not_in_column") => return Ok(None),
            Some("detail_of_column") => RelationKind::PartOf,
            Some("repeats_column") => RelationKind::Repeats,
            Some("co_funds_column") => RelationKind::CoFunds,
            Some(other) => return Err(ImportError::at(format!("{path}.relation"), unknown("relation", other))),
        };
        let line = entry
            .related_line
            .ok_or_else(|| ImportError::at(format!("{path}.related_line"), "name the line of the related amount"))?;
        Ok(Some(BudgetRelation { kind, entry: self.ids.entry(self.number, "budget", line) }))
    }

    fn duplicate(&self, duplicate: &Duplicate, path: &str) -> Result<PossibleDuplicate, ImportError> {
        let path = format!("{path}.possible_duplicate_of");
        let action: ActionNumber =
            duplicate.action.parse().map_err(|error| ImportError::at(format!("{path}.action"), format!("{error}")))?;
        let certainty = match duplicate.certainty.as_str() {
            "vrijwel zeker" => DuplicateCertainty::AlmostCertain,
            "waarschijnlijk" => DuplicateCertainty::Probable,
            other => return Err(ImportError::at(format!("{path}.certainty"), unknown("certainty", other))),
        };
        Ok(PossibleDuplicate { action, entry: self.ids.entry(action, "budget", duplicate.line), certainty })
    }

    fn means(&self, given: &Nonmonetary, path: &str) -> Result<Means, ImportError> {
        let fte_hundredths = full_time_equivalents(&given.text).ok_or_else(|| {
            ImportError::at(format!("{path}.text"), format!("'{}' does not begin with a number of VTE", given.text))
        })?;
        Ok(Means {
            id: self.ids.entry(self.number, "means", given.line),
            half_year: self.ids.half_year,
            row: self.rows.only(),
            competence: self.rows.only_competence(),
            fte_hundredths,
            beneficiary: Some(given.note.clone()),
            verbatim: given.text.clone(),
        })
    }

    fn mention(&self, given: &Mention) -> FundingMention {
        FundingMention {
            id: self.ids.entry(self.number, "mention", given.line),
            half_year: self.ids.half_year,
            row: self.rows.only(),
            competence: self.rows.only_competence(),
            funder: None,
            text: given.text.clone(),
        }
    }

    fn indicator(&self, count: &Count) -> Indicator {
        Indicator {
            id: self.ids.entry(self.number, &format!("count/{}", count.label), count.line),
            half_year: self.ids.half_year,
            row: self.rows.only(),
            competence: self.rows.only_competence(),
            label: count.label.clone(),
            unit: None,
            population: None,
            value: value(count),
            measure: measure(&count.label),
            as_of: None,
            part_of: None,
            source_lines: Some(SourceLines { first: count.line, last: count.line }),
        }
    }
}

/// How exact a count is, in the words of its own label.
fn value(count: &Count) -> IndicatorValue {
    let says = |words: &[&str]| words.iter().any(|word| count.label.contains(word));
    if says(&["gemiddeld"]) {
        IndicatorValue::Average { hundredths: count.value * 100 }
    } else if says(&["(ongeveer)", "(bijna)"]) {
        IndicatorValue::About(count.value)
    } else if says(&["(meer dan)", "(ruim)"]) {
        IndicatorValue::MoreThan(count.value)
    } else {
        IndicatorValue::Exact(count.value)
    }
}

/// Whether a count was planned, in the words of its own label.
fn measure(label: &str) -> IndicatorMeasure {
    let planned = ["geplande ", "(gepland)", "op te ", "aan te "];
    if planned.iter().any(|words| label.contains(words)) {
        IndicatorMeasure::Planned
    } else {
        IndicatorMeasure::Realised
    }
}

/// The number before `VTE`, in hundredths: `1,5 VTE + werkingsmiddelen` is 150.
fn full_time_equivalents(text: &str) -> Option<u32> {
    let (number, _) = text.split_once(" VTE")?;
    let (whole, decimals) = number.split_once(',').unwrap_or((number, ""));
    let hundredths: u32 = match decimals.len() {
        0 => 0,
        1 => decimals.parse::<u32>().ok()? * 10,
        2 => decimals.parse().ok()?,
        _too_fine => return None,
    };
    whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(hundredths)
}

fn euros(cents: i64, currency: &str, path: &str) -> Result<Cents, ImportError> {
    match currency {
        "EUR" if cents > 0 => Ok(Cents(cents)),
        "EUR" => Err(ImportError::at(format!("{path}.amount_cents"), "an amount is more than 0 cents")),
        other => Err(ImportError::at(format!("{path}.currency"), unknown("currency", other))),
    }
}

fn source(code: &str, path: &str) -> Result<BudgetSource, ImportError> {
    match code {
        "budget_column" => Ok(BudgetSource::BudgetColumn),
        "description" => Ok(BudgetSource::Description),
        other => Err(ImportError::at(format!("{path}.source"), unknown("source", other))),
    }
}

fn basis(code: &str, path: &str) -> Result<CompetenceBasis, ImportError> {
    match code {
        "only_row" => Ok(CompetenceBasis::OnlyRow),
        "named_in_column" => Ok(CompetenceBasis::NamedInColumn),
        "position" => Ok(CompetenceBasis::Position),
        other => Err(ImportError::at(format!("{path}.competence_basis"), unknown("basis", other))),
    }
}

fn unknown(what: &str, found: &str) -> String {
    format!("'{found}' is no known {what}: correct it, or teach the import what it means")
}

impl Rows {
    /// The only row of the action: where there are several, a count does not say in which it stands.
    fn only(&self) -> Option<RowId> {
        match self.heads.as_slice() {
            [(head, _)] => Some(head.id),
            _none_or_several => None,
        }
    }

    /// The only competence of the only row.
    fn only_competence(&self) -> Option<Competence> {
        match self.heads.as_slice() {
            [(head, _)] if head.competences.len() == 1 => head.competences.first().cloned(),
            _none_or_several => None,
        }
    }

    /// The row an amount of this competence stands in: the last one for that competence whose head stands above it, or
    /// else the first one for it.
    fn of_competence(&self, competence: &Competence, line: u32) -> Option<RowId> {
        let own = || self.heads.iter().filter(|(head, _)| head.competences.contains(competence));
        let above = own().filter(|(_, head_line)| *head_line <= line).max_by_key(|(_, head_line)| *head_line);
        above.or_else(|| own().next()).map(|(head, _)| head.id)
    }
}

/// The entries an action refers to by line that no action has.
pub(super) fn dangling(all: &[(String, BudgetEntry)]) -> Option<ImportError> {
    let known = |id: EntryId| all.iter().any(|(_, entry)| entry.id == id);
    all.iter().find_map(|(path, entry)| {
        let related = entry.relation.is_some_and(|relation| !known(relation.entry));
        let duplicate = entry.possible_duplicate_of.as_ref().is_some_and(|first| !known(first.entry));
        (related || duplicate)
            .then(|| ImportError::at(path.clone(), "an entry refers to an amount that the file does not have"))
    })
}
