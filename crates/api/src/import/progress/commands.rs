//! What a record says, as a command. Ids follow from the action, the half-year and what the record is about, so that the
//! same record always names the same thing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use spoor_domain::action::PlanAction;
use spoor_domain::action::command::ActionCommand;
use spoor_domain::action::event::*;
use spoor_domain::kernel::{ActionId, Cents, HalfYear};

use super::domains::PolicyDomains;
use super::record::{LineProblem, Reader, Record};
use crate::import::commands::in_report;
use crate::import::period::budget_period;

/// The place of a row whose own place cannot be read, while the rest of it is judged.
const NOWHERE: u16 = u16::MAX;

/// A text in the place of one that is wrong, while the rest of its record is judged.
pub(super) const SOME_TEXT: &str = "-";

/// An amount likewise.
pub(super) const SOME_AMOUNT: Cents = Cents(1);

/// Full-time equivalents likewise, in hundredths.
pub(super) const SOME_FTE_HUNDREDTHS: u32 = 1;

/// What a record says.
#[derive(Debug)]
pub(super) struct Said {
    /// The line it begins on.
    pub line: u32,
    /// The command; with something sound in the place of a field that is wrong.
    pub command: ActionCommand,
    /// The fields that are wrong, and told already.
    pub wrong: Vec<String>,
}

/// What a file tells of one action.
pub(super) struct Told<'a> {
    id: ActionId,
    half_year: HalfYear,
    reported_on: NaiveDate,
    action: &'a PlanAction,
    domains: &'a PolicyDomains,
    /// What was told already: on which line first, and how often.
    seen: BTreeMap<String, (u32, u32)>,
    /// The places of the rows that were told, and their lines.
    rows: BTreeMap<u16, u32>,
    /// How many rows have a place that cannot be read.
    unplaced: usize,
    /// What is wrong with the records themselves.
    pub problems: Vec<LineProblem>,
}

impl<'a> Told<'a> {
    /// About this action. What is told is reported on the last day of the half-year, or today when that is still to come.
    pub(super) fn about(
        id: ActionId,
        half_year: HalfYear,
        today: NaiveDate,
        action: &'a PlanAction,
        domains: &'a PolicyDomains,
    ) -> Self {
        let (seen, rows, problems) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        let (reported_on, unplaced) = (half_year.last_day().min(today), 0);
        Self { id, half_year, reported_on, action, domains, seen, rows, unplaced, problems }
    }

    /// What a record says, as far as it can be judged; what is wrong with it is among the problems.
    pub(super) fn command(&mut self, record: &Record) -> Option<Said> {
        let mut reader = Reader::of(record);
        reader.action();
        let command = match reader.text("kind") {
            Some("row") => self.row(&mut reader),
            Some("budget") => self.budget(&mut reader),
            Some("means") => self.means(&mut reader),
            Some("indicator") => self.indicator(&mut reader),
            other => {
                if let Some(other) = other {
                    let en = format!("'{other}' is not one of row, budget, means, indicator");
                    reader.wrong("kind", en, format!("‘{other}’ is geen waarde uit row, budget, means, indicator"));
                }
                self.problems.extend(reader.found());
                return None;
            }
        };
        let problems = reader.problems();
        let wrong: Vec<String> = problems.iter().map(|problem| problem.field.clone()).collect();
        self.problems.extend(problems);
        // Of a line that breaks off, or has too many fields, nobody knows which field is which.
        let is_whole = wrong.iter().all(|field| !field.is_empty());
        is_whole.then_some(Said { line: record.line, command, wrong })
    }

    fn row(&mut self, reader: &mut Reader<'_>) -> ActionCommand {
        reader.text("row");
        let place = reader.place();
        match place {
            Some(place) => {
                self.rows.entry(place).or_insert(reader.line());
                let advice = ("or give one of them another place", "of geef een van beide een andere plaats");
                self.nth(reader, &["row"], &format!("row/{place}"), advice);
            }
            None => self.unplaced += 1,
        }
        reader.text("competence");
        let competences = competences(reader, self.domains);
        let (nothing, text) = (reader.yes("nothing"), reader.maybe("text"));
        let (on, half_year) = (self.reported_on, self.half_year);
        let place = place.unwrap_or(NOWHERE);
        let head = RowHead { id: self.row_at(place), half_year, place, competences };
        match (nothing, text) {
            (true, None) => {}
            (false, Some(text)) => {
                let row = ReportRow { head, blocks: blocks(text), references: Vec::new(), carried_from: None };
                return ActionCommand::ReportProgress { reported_on: on, row };
            }
            (true, Some(_)) | (false, None) => {
                let en = "give a text, or say that there is nothing to report; one of the two";
                reader.wrong("text", en, "geef een tekst, of zeg dat er niets te melden is; een van beide");
            }
        }
        ActionCommand::DeclareNothingToReport { declared_on: on, row: head }
    }

    fn budget(&mut self, reader: &mut Reader<'_>) -> ActionCommand {
        reader.text("amount");
        let amount = reader.hundredths("amount");
        let (competence, row) = (competence(reader, self.domains), self.row_of(reader));
        let (beneficiary, note, funder) = (reader.owned("beneficiary"), reader.owned("note"), reader.owned("funder"));
        let period = reader.maybe("period").map(budget_period);
        let source = reader.coded("source").unwrap_or(BudgetSource::BudgetColumn);
        let verbatim = reader.owned("verbatim");
        let about = (&competence, &beneficiary, &note, &funder, period.as_ref().map(|own| &own.verbatim), source);
        let advice = (
            "or say in beneficiary, note, funder or period what tells them apart",
            "of zeg in beneficiary, note, funder of period wat ze onderscheidt",
        );
        let entry = BudgetEntry {
            id: self.entry(
                reader,
                &["amount", "competence", "policyDomain", "source"],
                &format!("budget/{about:?}"),
                advice,
            ),
            half_year: self.half_year,
            row,
            competence,
            competence_basis: Some(CompetenceBasis::Stated),
            amount: amount.map_or(SOME_AMOUNT, Cents),
            beneficiary,
            note,
            funder,
            period,
            verbatim,
            source,
            source_lines: None,
            relation: None,
            breakdown: Vec::new(),
            possible_duplicate_of: None,
        };
        ActionCommand::ReportBudget { reported_on: self.reported_on, entry }
    }

    fn means(&mut self, reader: &mut Reader<'_>) -> ActionCommand {
        reader.text("fte");
        // What counts no more is beyond what the domain takes, which then says how many that is.
        let fte = reader.hundredths("fte").map(|fte| u32::try_from(fte).unwrap_or(u32::MAX));
        let (competence, row) = (competence(reader, self.domains), self.row_of(reader));
        let (beneficiary, verbatim) = (reader.owned("beneficiary"), reader.text("verbatim").map(str::to_owned));
        let about = format!("means/{:?}", (&competence, &beneficiary, &verbatim));
        let advice = ("or say in beneficiary what tells them apart", "of zeg in beneficiary wat ze onderscheidt");
        let id = self.entry(reader, &["verbatim", "competence", "policyDomain"], &about, advice);
        let means = Means {
            id,
            half_year: self.half_year,
            row,
            competence,
            fte_hundredths: fte.unwrap_or(SOME_FTE_HUNDREDTHS),
            beneficiary,
            verbatim: verbatim.unwrap_or_else(|| SOME_TEXT.to_owned()),
        };
        ActionCommand::ReportMeans { reported_on: self.reported_on, means }
    }

    fn indicator(&mut self, reader: &mut Reader<'_>) -> ActionCommand {
        let label = reader.text("label").map(str::to_owned);
        let value = value(reader);
        let (competence, row) = (competence(reader, self.domains), self.row_of(reader));
        let (unit, population) = (reader.owned("unit"), reader.owned("population"));
        let measure = reader.coded("measure").unwrap_or(IndicatorMeasure::Realised);
        let as_of = reader.day("asOf");
        let about = format!("indicator/{:?}", (&competence, &label, &unit, &population, measure, as_of));
        let advice = (
            "or say in unit, population, measure or asOf what tells them apart",
            "of zeg in unit, population, measure of asOf wat ze onderscheidt",
        );
        let known_by = ["label", "competence", "policyDomain", "measure", "asOf"];
        let id = self.entry(reader, &known_by, &about, advice);
        let indicator = Indicator {
            id,
            half_year: self.half_year,
            row,
            competence,
            label: label.unwrap_or_else(|| SOME_TEXT.to_owned()),
            unit,
            population,
            value: value.unwrap_or(IndicatorValue::Unknown),
            measure,
            as_of,
            part_of: None,
            source_lines: None,
        };
        ActionCommand::ReportIndicator { reported_on: self.reported_on, indicator }
    }

    /// The rows that this file tells, whatever is wrong with them.
    pub(super) fn rows(&self) -> BTreeSet<RowId> {
        self.rows.keys().map(|place| self.row_at(*place)).collect()
    }

    /// The row at a place: the one that stands there, or the one that this file puts there.
    fn row_at(&self, place: u16) -> RowId {
        let heads = self.action.rows().values().map(|held| &held.row.head);
        let standing = heads.into_iter().find(|head| head.half_year == self.half_year && head.place == place);
        standing.map_or_else(|| RowId(in_report(self.id, self.half_year, &format!("row/{place}"))), |head| head.id)
    }

    /// The row a figure says it stands in.
    fn row_of(&self, reader: &mut Reader<'_>) -> Option<RowId> {
        reader.place().map(|place| self.row_at(place))
    }

    /// The entry about this. A second one has an id of its own, so that whatever else is wrong with it is found as well, and so
    /// has one of which nobody knows what it is about: it is no other one.
    fn entry(&mut self, reader: &mut Reader<'_>, known_by: &[&str], about: &str, advice: (&str, &str)) -> EntryId {
        let named = match self.nth(reader, known_by, about, advice) {
            Some(nth) => format!("progress/{about}/{nth}"),
            None => format!("progress/line/{}", reader.line()),
        };
        EntryId(in_report(self.id, self.half_year, &named))
    }

    /// Which record about this it is; none where something is wrong with the fields by which it is known. A second one is a
    /// problem of the first of them, and names both lines.
    fn nth(&mut self, reader: &mut Reader<'_>, known_by: &[&str], about: &str, (en, nl): (&str, &str)) -> Option<u32> {
        if !reader.is_sound(known_by) {
            return None;
        }
        let (line, action) = (reader.line(), reader.maybe("action"));
        let (first, times) = self.seen.entry(format!("{action:?}/{about}")).or_insert((line, 0));
        *times += 1;
        if *times > 1 {
            let en = format!("lines {first} and {line} are about the same: leave one of them out, {en}");
            let nl = format!("lijnen {first} en {line} gaan over hetzelfde: laat er een weg, {nl}");
            self.problems.push(LineProblem::of(line, known_by.first().copied().unwrap_or_default(), en, nl));
        }
        Some(*times)
    }

    /// Rows are numbered without gaps: every row that was told and has a free place before it is a problem, unless a row whose
    /// place cannot be read may stand there.
    pub(super) fn gaps(&self) -> Vec<LineProblem> {
        let heads = self.action.rows().values().map(|held| &held.row.head);
        let standing = heads.filter(|head| head.half_year == self.half_year).map(|head| head.place);
        let taken: BTreeSet<u16> = standing.chain(self.rows.keys().copied()).collect();
        let mut free = (1..=u16::MAX).filter(|place| !taken.contains(place));
        let Some(free) = free.nth(self.unplaced) else { return Vec::new() };
        let gap = |(place, line): (&u16, &u32)| {
            let en =
                format!("place {place} leaves place {free} free: number the rows of an action from 1, without gaps");
            let nl =
                format!("plaats {place} laat plaats {free} vrij: nummer de rijen van een actie vanaf 1, zonder gaten");
            LineProblem::of(*line, "row", en, nl)
        };
        self.rows.range(free..).map(gap).collect()
    }
}

/// A competence and its policy domain, which follows from the competence where it is one of the plan's. What is wrong with
/// them is told.
fn ascribed(reader: &mut Reader<'_>, code: &str, domain: Option<&str>, domains: &PolicyDomains) -> Option<Competence> {
    let Some(domain) = domain.filter(|domain| !domain.is_empty()) else {
        // Written as given: in which way it is written is the domain's to judge.
        let found = Competence::in_2018(code).map(|known| Competence { code: code.to_owned(), ..known });
        if found.is_none() {
            unknown(reader, code);
        }
        return found;
    };
    match domains.find(domain) {
        Ok(policy_domain) => Some(Competence { code: code.to_owned(), policy_domain }),
        Err((en, nl)) => {
            reader.wrong("policyDomain", en, nl);
            None
        }
    }
}

/// Several competences, with a vertical line between them, and their policy domains in the same order.
fn competences(reader: &mut Reader<'_>, known: &PolicyDomains) -> Vec<Competence> {
    let split = |text: Option<&str>| -> Vec<String> {
        text.map(|text| text.split('|').map(|part| part.trim().to_owned()).collect()).unwrap_or_default()
    };
    let (codes, domains) = (split(reader.maybe("competence")), split(reader.maybe("policyDomain")));
    let mut found = Vec::new();
    for (place, code) in codes.iter().enumerate() {
        found.extend(ascribed(reader, code, domains.get(place).map(String::as_str), known));
    }
    if domains.len() > codes.len() {
        let en = "there are more policy domains than competences";
        reader.wrong("policyDomain", en, "er zijn meer beleidsdomeinen dan bevoegdheden");
    }
    found
}

fn competence(reader: &mut Reader<'_>, known: &PolicyDomains) -> Option<Competence> {
    let (code, domain) = (reader.maybe("competence")?, reader.maybe("policyDomain"));
    ascribed(reader, code, domain, known)
}

fn unknown(reader: &mut Reader<'_>, code: &str) {
    let en = format!("'{code}' is no known competence: give its policy domain in policyDomain");
    let nl = format!("‘{code}’ is geen bekende bevoegdheid: geef het beleidsdomein in policyDomain");
    reader.wrong("competence", en, nl);
}

/// A value with its kind; without a kind it was counted.
fn value(reader: &mut Reader<'_>) -> Option<IndicatorValue> {
    let kind = reader.maybe("valueKind").unwrap_or("exact");
    let reason = reader.owned("reason");
    let number = |reader: &mut Reader<'_>| {
        reader.text("value");
        reader.whole("value")
    };
    match kind {
        "exact" => number(reader).map(IndicatorValue::Exact),
        "about" => number(reader).map(IndicatorValue::About),
        "moreThan" => number(reader).map(IndicatorValue::MoreThan),
        "average" => {
            reader.text("value");
            reader.hundredths("value").map(|hundredths| IndicatorValue::Average { hundredths })
        }
        "notRegistered" => match reason {
            Some(reason) => Some(IndicatorValue::NotRegistered { reason }),
            None => {
                reader.text("reason");
                None
            }
        },
        "notYetDelivered" => Some(IndicatorValue::NotYetDelivered),
        "unknown" => Some(IndicatorValue::Unknown),
        other => {
            reader.maybe("value");
            let kinds = "exact, about, moreThan, average, notRegistered, notYetDelivered, unknown";
            let en = format!("'{other}' is not one of {kinds}");
            reader.wrong("valueKind", en, format!("‘{other}’ is geen waarde uit {kinds}"));
            None
        }
    }
}

/// A text as blocks: an empty line separates them; `# ` begins a heading, and lines that all begin with `- ` are a list.
fn blocks(text: &str) -> Vec<Block> {
    let text = text.replace("\r\n", "\n");
    let parts = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
    let block = |part: &str| {
        let items: Option<Vec<&str>> = part.lines().map(|line| line.trim().strip_prefix("- ")).collect();
        match (part.strip_prefix("# "), items) {
            (Some(heading), _) if !heading.contains('\n') => Block::Heading(heading.to_owned()),
            (_, Some(items)) => Block::List(
                items.into_iter().map(|item| ListItem { text: item.to_owned(), items: Vec::new() }).collect(),
            ),
            (_, None) => Block::Paragraph(part.to_owned()),
        }
    };
    parts.map(block).collect()
}
