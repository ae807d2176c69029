//! What a report takes from the events of an action, line by line: a line has one value at a time. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use spoor_domain::action::event::{
    ActionDefinition, ActionEvent, ActionNumber, BudgetEntry, EntryId, Responsibility, RowHead, RowId, RowState,
};
use spoor_domain::catalogue::DomainEvent;
use spoor_domain::kernel::{HalfYear, Label};
use spoor_projections::plan::{Reach, Spans, StatusChange};

use super::super::figure::{Fact, Figure, Group};
use super::asked::Asked;
use super::{Origin, Told};

/// Something of an action that has one value at a time: its title, its status, whether a minister answers for it, an amount,
/// where a row stands.
#[derive(Default)]
pub(super) struct Line {
    /// The values that the report is told of, each with its event, in the order in which they take each other's place; null
    /// where it is no more.
    steps: Vec<(u64, Value)>,
    /// Whether the report says none of it: it waits for a row that is not accepted.
    waits: bool,
    /// Whether it is a figure: where it is new, whoever brought it in is behind it as well as whoever corrected it since.
    is_figure: bool,
    /// Whether it says only that a row is accepted, and what was reported with it is told since: null once it is.
    lets_tell: bool,
}

/// Lines by what each is about.
pub(super) type Lines = BTreeMap<String, Line>;

/// The events by which the lines of one report say something else than those of another.
pub(super) fn causes(now: &Lines, before: &Lines) -> BTreeSet<u64> {
    let none = Line::default();
    let keys: BTreeSet<&String> = now.keys().chain(before.keys()).collect();
    let both = |key: &String| (now.get(key).unwrap_or(&none), before.get(key).unwrap_or(&none));
    keys.into_iter().map(both).flat_map(|(now, before)| now.causes_against(before)).collect()
}

/// Whether the lines of two reports say the same.
pub(super) fn say_the_same(one: &Lines, other: &Lines) -> bool {
    let none = Line::default();
    let mut keys = one.keys().chain(other.keys());
    keys.all(|key| one.get(key).unwrap_or(&none).says_as(other.get(key).unwrap_or(&none)))
}

impl Line {
    /// A figure with these values, each with its event, that says nothing while something else hides it.
    pub fn of_figure(steps: Vec<(u64, Value)>, is_hidden: bool) -> Self {
        Self { steps, waits: is_hidden, is_figure: true, lets_tell: false }
    }

    /// By which events it says something else than this line of another report: on either side the first one of those since
    /// which it is as it is that the other report is not told of; and of a figure that the other one does not have, the one
    /// that brought it in.
    pub fn causes_against(&self, other: &Self) -> Vec<u64> {
        if self.says_as(other) {
            return Vec::new();
        }
        let first = |own: &Self, other: &Self| own.since().find(|event| !other.is_told_of(*event));
        let turned = first(self, other);
        let brought = self.brought_in().filter(|_| self.is_figure && other.value().is_none());
        let brought = brought.filter(|event| !other.is_told_of(*event) && Some(*event) != turned);
        brought.into_iter().chain(turned).chain(first(other, self)).collect()
    }

    /// Whether it says the same as this line of another report.
    fn says_as(&self, other: &Self) -> bool {
        self.said() == other.said()
    }

    /// What it says to another report: that a row is accepted, or its value.
    fn said(&self) -> Option<&Value> {
        if self.lets_tell { self.last().filter(|value| value.is_null()) } else { self.value() }
    }

    /// The event since which there is something; none where there is nothing.
    fn brought_in(&self) -> Option<u64> {
        self.value()?;
        self.steps.iter().rev().take_while(|(_, value)| !value.is_null()).last().map(|(event, _)| *event)
    }

    /// The events that gave it its values; none where it has none by now.
    pub fn events(&self) -> Vec<u64> {
        let said = self.value().map(|_| self.steps.iter().map(|(event, _)| *event));
        said.into_iter().flatten().collect()
    }

    /// The events since which it is as it is, be it no more.
    fn since(&self) -> impl Iterator<Item = u64> {
        let last = self.last();
        let same = self.steps.iter().rev().take_while(|(_, value)| Some(value) == last).count();
        self.steps.iter().skip(self.steps.len() - same).map(|(event, _)| *event)
    }

    fn value(&self) -> Option<&Value> {
        self.last().filter(|value| !value.is_null())
    }

    fn last(&self) -> Option<&Value> {
        self.steps.last().filter(|_| !self.waits).map(|(_, value)| value)
    }

    fn is_told_of(&self, event: u64) -> bool {
        self.steps.iter().any(|(own, _)| *own == event)
    }
}

/// The lines of an action behind what is asked, as a report takes them that comes after one that looked so far: those of
/// these kinds of facts.
pub(super) fn lines(
    stream: &[Origin],
    told: &Told,
    earlier: Reach,
    number: ActionNumber,
    asked: &Asked<'_>,
    facts: &[Fact],
) -> Lines {
    let events: Vec<(u64, &ActionEvent)> = stream.iter().filter_map(|origin| told.is_given(origin)).collect();
    let reading = Reading::of(&events, told, earlier, number, asked, facts);
    let mut steps = Vec::new();
    for (index, event) in &events {
        steps.extend(reading.steps(*index, event));
    }
    steps.sort_by_key(|step: &Step| (step.order, step.index));
    let said = steps.iter().filter(|step| !step.value.is_null());
    let awaited: BTreeSet<RowId> = said.filter_map(|step| step.row).collect();
    let mut lines = Lines::new();
    for step in steps {
        let line = lines.entry(step.key).or_default();
        line.steps.push((step.index, step.value));
        (line.waits, line.is_figure) = (step.waits, step.is_figure);
    }
    lines.extend(reading.standings(&events, &awaited));
    lines
}

impl Told {
    /// The event of an action, where it was recorded by then.
    fn is_given<'e>(&self, origin: &'e Origin) -> Option<(u64, &'e ActionEvent)> {
        match &origin.recorded.event {
            DomainEvent::Action(event) if origin.recorded.index <= self.until => Some((origin.recorded.index, event)),
            _later_or_of_no_action => None,
        }
    }
}

/// A value that an event gave a line.
struct Step {
    key: String,
    /// Before which others it comes; events of one order as they were recorded.
    order: NaiveDate,
    index: u64,
    value: Value,
    /// The row on whose acceptance it waits.
    row: Option<RowId>,
    waits: bool,
    is_figure: bool,
}

/// How a report reads the events of an action.
struct Reading<'a> {
    told: &'a Told,
    /// How far the report before it looks.
    earlier: Reach,
    asked: &'a Asked<'a>,
    facts: &'a [Fact],
    is_there: bool,
    /// The first day on which it is defined.
    defined_on: Option<NaiveDate>,
    /// The rows as they stand.
    rows: BTreeMap<RowId, (HalfYear, RowState)>,
    /// The row in which each entry stands.
    row_of: BTreeMap<String, Option<RowId>>,
    /// The changes of status, by the event.
    changes: BTreeMap<u64, Change>,
    /// The day of what each event says of something that lasts.
    days: BTreeMap<u64, NaiveDate>,
}

impl<'a> Reading<'a> {
    fn of(
        events: &[(u64, &ActionEvent)],
        told: &'a Told,
        earlier: Reach,
        number: ActionNumber,
        asked: &'a Asked<'a>,
        facts: &'a [Fact],
    ) -> Self {
        let mut defined_on: Option<NaiveDate> = None;
        let mut rows: BTreeMap<RowId, (HalfYear, RowState)> = BTreeMap::new();
        let mut row_of = BTreeMap::new();
        for (_, event) in events {
            if let ActionEvent::ActionDefined { occurred_on, .. } | ActionEvent::ActionRevised { occurred_on, .. } =
                event
            {
                defined_on = Some(defined_on.map_or(*occurred_on, |first| first.min(*occurred_on)));
            }
            if let Some(turn) = row_turn(event) {
                let half_year = turn.head.map(|head| head.half_year);
                let half_year = half_year.or_else(|| rows.get(&turn.row).map(|(half_year, _)| *half_year));
                rows.extend(half_year.map(|half_year| (turn.row, (half_year, turn.state))));
            }
            if let Some(entry) = entry_of(event) {
                row_of.insert(entry.key, entry.row);
            }
        }
        let is_there = told.action(number).is_some();
        let (changes, days) = (changes(events), days(events));
        Self { told, earlier, asked, facts, is_there, defined_on, rows, row_of, changes, days }
    }

    /// The values that an event gives, of lines that are asked for and by what the report is told.
    fn steps(&self, index: u64, event: &ActionEvent) -> Vec<Step> {
        use ActionEvent as E;
        let dated = |fact, key: String, order, value| self.step(fact, key, order, index, value);
        let mut steps = Vec::new();
        match event {
            E::ActionDefined { occurred_on, definition } | E::ActionRevised { occurred_on, definition } => {
                let is_told = *occurred_on <= self.told.reach.day;
                // What was reported on before its first day reads as it was defined first.
                let reads_so = self.is_there && !self.is_defined() && self.defined_on == Some(*occurred_on);
                if is_told {
                    steps.extend(dated(Fact::Existence, "existence".into(), *occurred_on, Value::Bool(true)));
                }
                if is_told || reads_so {
                    let (order, value) = (self.day(index, *occurred_on), self.definition(definition));
                    steps.extend(dated(Fact::Definition, "definition".into(), order, value));
                }
            }
            E::ActionStatusChanged { .. } => steps.extend(self.status(index)),
            E::ResponsibilityAssigned { occurred_on, responsibility } => {
                let (fact, key) = whose(responsibility);
                steps.extend(self.lasting(fact, key, *occurred_on, index, self.answering(responsibility)));
            }
            E::ResponsibilityEnded { occurred_on, responsibility } => {
                let (fact, key) = whose(responsibility);
                steps.extend(self.lasting(fact, key, *occurred_on, index, Value::Null));
            }
            E::PartnerAdded { occurred_on, partner } => {
                let key = format!("others/{partner}");
                steps.extend(self.lasting(Fact::Partner, key, *occurred_on, index, Value::Bool(true)));
            }
            E::PartnerRemoved { occurred_on, partner } => {
                let key = format!("others/{partner}");
                steps.extend(self.lasting(Fact::Partner, key, *occurred_on, index, Value::Null));
            }
            E::ProgressReported { .. } | E::NothingToReportDeclared { .. } | E::ReportRowNotCarriedOver { .. } => {
                steps.extend(self.row(index, event));
            }
            E::ReportRowSubmitted { .. } | E::ReportRowReturned { .. } | E::ReportRowAccepted { .. } => {}
            E::BudgetReported { .. }
            | E::BudgetCorrected { .. }
            | E::MeansReported { .. }
            | E::MeansCorrected { .. }
            | E::FundingMentioned { .. }
            | E::FundingMentionCorrected { .. }
            | E::IndicatorReported { .. } => steps.extend(self.entry(index, event)),
        }
        // An action that was reported on before the day of its definition is there by what was reported.
        if !self.is_defined() && reported_on(event).is_some_and(|(half_year, on)| self.told.reach.tells(half_year, on))
        {
            steps.extend(dated(Fact::Existence, "existence".into(), NaiveDate::MIN, Value::Bool(true)));
        }
        steps
    }

    fn is_defined(&self) -> bool {
        self.defined_on.is_some_and(|first| first <= self.told.reach.day)
    }

    fn step(&self, fact: Fact, key: String, order: NaiveDate, index: u64, value: Value) -> Option<Step> {
        let (row, waits, is_figure) = (None, false, false);
        self.facts.contains(&fact).then_some(Step { key, order, index, value, row, waits, is_figure })
    }

    /// What a change of status says as of this event. Where that told the same status again it may say no more what it said
    /// before: it stands in the report of an earlier half-year.
    fn status(&self, index: u64) -> Option<Step> {
        let change = self.changes.get(&index)?;
        let said = self.said_by(&change.now);
        let no_more = || change.before.as_ref().and_then(|before| self.said_by(before)).map(|_| Value::Null);
        let value = said.or_else(no_more)?;
        let key = match self.asked.figure {
            Figure::WentBackwards => format!("backwards/{}", change.first),
            _one_at_a_time => "status".to_owned(),
        };
        let last = self.changes.values().rfind(|own| own.first == change.first).unwrap_or(change);
        self.step(Fact::Status, key, last.now.half_year.first_day(), index, value)
    }

    fn said_by(&self, change: &StatusChange) -> Option<Value> {
        let is_told = self.told.reach.tells(change.half_year, change.on);
        let was_told = self.earlier.tells(change.half_year, change.on);
        let is_of_report = change.half_year == self.told.reach.period;
        let status = || Value::from(change.to.code());
        match self.asked.figure {
            Figure::PreviousStatus => was_told.then(status),
            Figure::WentBackwards => (is_told && !was_told && change.backwards).then_some(Value::Bool(true)),
            Figure::RegularMeans => (is_told && is_of_report).then_some(Value::Bool(true)),
            _what_it_is_now => is_told.then(status),
        }
    }

    /// What lasts counts by its days.
    fn lasting(&self, fact: Fact, key: String, on: NaiveDate, index: u64, value: Value) -> Option<Step> {
        let is_told = on <= self.told.reach.day && leads(&key, self.asked.path);
        self.step(fact, key, self.day(index, on), index, value).filter(|_| is_told)
    }

    /// The day in whose order comes what an event says of this one.
    fn day(&self, index: u64, on: NaiveDate) -> NaiveDate {
        self.days.get(&index).copied().unwrap_or(on)
    }

    fn definition(&self, definition: &ActionDefinition) -> Value {
        let field = match self.asked.figure {
            Figure::Title | Figure::Description | Figure::Initiatives => self.asked.path.split('/').next(),
            Figure::Chapter => Some("number"),
            _all_of_it => None,
        };
        of_field(json(definition), field)
    }

    /// What it is to answer for the action: for a sum, whether that brings it into the part of the plan.
    fn answering(&self, responsibility: &Responsibility) -> Value {
        let is_of = |is: bool| if is { Value::Bool(true) } else { Value::Null };
        let is_key = |own: &str| self.asked.key.is_none_or(|key| key == own);
        let is_sum = matches!(self.asked.figure, Figure::Sum(..));
        match responsibility {
            Responsibility::Minister { offices, .. } if is_sum => {
                is_of(offices.iter().any(|office| is_key(office.code())))
            }
            Responsibility::PolicyDomain { code, .. } if is_sum => is_of(is_key(&code.0)),
            Responsibility::Minister { offices, .. } => json(offices),
            Responsibility::PolicyDomain { coordinator, .. } => Value::Bool(*coordinator),
        }
    }

    /// A report row as it was written. Its text waits until it is accepted; for which competences it reports does not.
    fn row(&self, index: u64, event: &ActionEvent) -> Option<Step> {
        let turn = row_turn(event)?;
        let head = turn.head.filter(|head| head.half_year == self.told.reach.period)?;
        let key = format!("rows/{}", turn.row.0);
        let field = below(&key, self.asked.path);
        if !leads(&key, self.asked.path) || field == Some("state") {
            return None;
        }
        let is_told = self.is_accepted(turn.row);
        let (value, waits) = match (self.asked.figure, field) {
            (Figure::Sum(..), _) => {
                let reports = head.competences.iter().any(|own| self.asked.key.is_none_or(|key| key == own.code));
                (if reports { Value::Bool(true) } else { Value::Null }, false)
            }
            (Figure::RegularMeans, _) => (Value::Bool(true), false),
            (_, Some("competences")) => (json(&head.competences), false),
            (_, field) => (of_field(written(event), field), !is_told && field.is_some()),
        };
        Some(Step { waits, ..self.step(Fact::Row, key, NaiveDate::MIN, index, value)? })
    }

    /// A figure as it was reported or corrected; it waits for its row.
    fn entry(&self, index: u64, event: &ActionEvent) -> Option<Step> {
        let entry = entry_of(event).filter(|entry| entry.half_year == self.told.reach.period)?;
        if !leads(&entry.key, self.asked.path) {
            return None;
        }
        let value = match (self.asked.figure, entry.amount) {
            (Figure::RegularMeans, _) => Value::Bool(true),
            (Figure::Sum(Some(Group::Competence), measure), Some(amount)) if !measure.adds_amounts() => {
                if self.asked.adds(amount) { Value::Bool(true) } else { Value::Null }
            }
            (Figure::Sum(..), Some(amount)) => {
                if self.asked.adds(amount) {
                    json(&amount.amount)
                } else {
                    Value::Null
                }
            }
            _as_it_stands => of_field(written(event), below(&entry.key, self.asked.path)),
        };
        let stands_in = self.row_of.get(&entry.key).copied().flatten();
        let waits = stands_in.is_some_and(|row| !self.is_accepted(row));
        let step = self.step(entry.fact, entry.key, NaiveDate::MIN, index, value)?;
        Some(Step { row: entry.row, waits, is_figure: true, ..step })
    }

    fn is_accepted(&self, row: RowId) -> bool {
        self.rows.get(&row).is_none_or(|(_, state)| state.is_delivered())
    }

    /// Where each row stands that is asked for, or whether it still keeps waiting what was reported with it.
    fn standings(&self, events: &[(u64, &ActionEvent)], awaited: &BTreeSet<RowId>) -> Lines {
        let mut lines = Lines::new();
        if !self.facts.contains(&Fact::Delivery) {
            return lines;
        }
        for (index, event) in events {
            let Some(turn) = row_turn(event) else { continue };
            let is_own = self.rows.get(&turn.row).is_some_and(|(half_year, _)| *half_year == self.told.reach.period);
            let key = format!("rows/{}", turn.row.0);
            let (is_asked, shows_standing) = match self.asked.figure {
                Figure::Everything => (true, true),
                Figure::RegularMeans => (true, false),
                Figure::Rows => {
                    let field = below(&key, self.asked.path);
                    (
                        leads(&key, self.asked.path) && field != Some("competences"),
                        matches!(field, None | Some("state")),
                    )
                }
                _of_figures => (awaited.contains(&turn.row), false),
            };
            if is_own && is_asked {
                let waits = if turn.state.is_delivered() { Value::Null } else { Value::Bool(true) };
                let value = if shows_standing { Value::from(turn.state.standing().code()) } else { waits };
                let line = lines.entry(format!("standing/{}", turn.row.0)).or_default();
                line.lets_tell = !shows_standing;
                line.steps.push((*index, value));
            }
        }
        lines
    }
}

/// A change of status as of one event; a status that is told again is one change, as the report takes it.
struct Change {
    /// The first event that told it.
    first: u64,
    /// What it was before this event.
    before: Option<StatusChange>,
    now: StatusChange,
}

fn changes(events: &[(u64, &ActionEvent)]) -> BTreeMap<u64, Change> {
    let mut changes: BTreeMap<u64, Change> = BTreeMap::new();
    for (index, event) in events {
        let Some(next) = StatusChange::of(event) else { continue };
        let last = changes.last_key_value().map(|(_, last)| last);
        let again = last.and_then(|last| Some((last.first, last.now.clone(), last.now.with(&next)?)));
        let change = match again {
            Some((first, before, now)) => Change { first, before: Some(before), now },
            None => Change { first: *index, before: None, now: next },
        };
        changes.insert(*index, change);
    }
    changes
}

/// The day of what each event says of something that lasts: its own, or that of the event in which it is included since, as the
/// same beginning from an earlier day is.
fn days(events: &[(u64, &ActionEvent)]) -> BTreeMap<u64, NaiveDate> {
    let mut lasting: BTreeMap<String, (Spans<Value>, BTreeMap<u64, NaiveDate>)> = BTreeMap::new();
    for (index, event) in events {
        let Some((key, on, what)) = turn(event) else { continue };
        let (spans, days) = lasting.entry(key).or_default();
        match what {
            Some(what) => spans.begin(on, what),
            None => spans.end(on),
        }
        days.insert(*index, on);
        days.values_mut().filter(|day| !spans.turns_on(**day)).for_each(|day| *day = on);
    }
    lasting.into_values().flat_map(|(_, days)| days).collect()
}

/// What an event says of something that lasts: of what, since which day, and what it is since; none where it is no more.
fn turn(event: &ActionEvent) -> Option<(String, NaiveDate, Option<Value>)> {
    use ActionEvent as E;
    Some(match event {
        E::ActionDefined { occurred_on, definition } | E::ActionRevised { occurred_on, definition } => {
            ("definition".to_owned(), *occurred_on, Some(json(definition)))
        }
        E::ResponsibilityAssigned { occurred_on, responsibility } => {
            (whose(responsibility).1, *occurred_on, Some(json(responsibility)))
        }
        E::ResponsibilityEnded { occurred_on, responsibility } => (whose(responsibility).1, *occurred_on, None),
        E::PartnerAdded { occurred_on, partner } => {
            (format!("others/{partner}"), *occurred_on, Some(Value::Bool(true)))
        }
        E::PartnerRemoved { occurred_on, partner } => (format!("others/{partner}"), *occurred_on, None),
        E::ActionStatusChanged { .. }
        | E::ProgressReported { .. }
        | E::NothingToReportDeclared { .. }
        | E::ReportRowNotCarriedOver { .. }
        | E::ReportRowSubmitted { .. }
        | E::ReportRowReturned { .. }
        | E::ReportRowAccepted { .. }
        | E::BudgetReported { .. }
        | E::BudgetCorrected { .. }
        | E::MeansReported { .. }
        | E::MeansCorrected { .. }
        | E::FundingMentioned { .. }
        | E::FundingMentionCorrected { .. }
        | E::IndicatorReported { .. } => return None,
    })
}

/// What an event makes of a report row.
struct RowTurn<'e> {
    row: RowId,
    state: RowState,
    /// Where it is written, its head.
    head: Option<&'e RowHead>,
}

fn row_turn(event: &ActionEvent) -> Option<RowTurn<'_>> {
    use ActionEvent as E;
    let (row, state, head) = match event {
        E::ProgressReported { row, .. } => (row.head.id, RowState::Draft, Some(&row.head)),
        E::NothingToReportDeclared { row, .. } => (row.id, RowState::NothingToReport, Some(row)),
        E::ReportRowNotCarriedOver { row, .. } => (row.id, RowState::NotCarriedOver, Some(row)),
        E::ReportRowSubmitted { row, .. } => (*row, RowState::Submitted, None),
        E::ReportRowReturned { row, .. } => (*row, RowState::Returned, None),
        E::ReportRowAccepted { row, .. } => (*row, RowState::Accepted, None),
        E::ActionDefined { .. }
        | E::ActionRevised { .. }
        | E::ActionStatusChanged { .. }
        | E::ResponsibilityAssigned { .. }
        | E::ResponsibilityEnded { .. }
        | E::PartnerAdded { .. }
        | E::PartnerRemoved { .. }
        | E::BudgetReported { .. }
        | E::BudgetCorrected { .. }
        | E::MeansReported { .. }
        | E::MeansCorrected { .. }
        | E::FundingMentioned { .. }
        | E::FundingMentionCorrected { .. }
        | E::IndicatorReported { .. } => return None,
    };
    Some(RowTurn { row, state, head })
}

/// A figure that an event reports or corrects.
struct Entry<'e> {
    fact: Fact,
    key: String,
    half_year: HalfYear,
    row: Option<RowId>,
    /// Where it is an amount.
    amount: Option<&'e BudgetEntry>,
}

fn entry_of(event: &ActionEvent) -> Option<Entry<'_>> {
    use ActionEvent as E;
    let key = |list: &str, id: EntryId| format!("{list}/{}", id.0);
    Some(match event {
        E::BudgetReported { entry, .. } | E::BudgetCorrected { entry, .. } => Entry {
            fact: Fact::Amount,
            key: key("budget", entry.id),
            half_year: entry.half_year,
            row: entry.row,
            amount: Some(entry),
        },
        E::MeansReported { means, .. } | E::MeansCorrected { means, .. } => Entry {
            fact: Fact::Means,
            key: key("means", means.id),
            half_year: means.half_year,
            row: means.row,
            amount: None,
        },
        E::FundingMentioned { mention, .. } | E::FundingMentionCorrected { mention, .. } => Entry {
            fact: Fact::Mention,
            key: key("mentions", mention.id),
            half_year: mention.half_year,
            row: mention.row,
            amount: None,
        },
        E::IndicatorReported { indicator, .. } => Entry {
            fact: Fact::Indicator,
            key: key("indicators", indicator.id),
            half_year: indicator.half_year,
            row: indicator.row,
            amount: None,
        },
        E::ActionDefined { .. }
        | E::ActionRevised { .. }
        | E::ActionStatusChanged { .. }
        | E::ResponsibilityAssigned { .. }
        | E::ResponsibilityEnded { .. }
        | E::PartnerAdded { .. }
        | E::PartnerRemoved { .. }
        | E::ProgressReported { .. }
        | E::NothingToReportDeclared { .. }
        | E::ReportRowNotCarriedOver { .. }
        | E::ReportRowSubmitted { .. }
        | E::ReportRowReturned { .. }
        | E::ReportRowAccepted { .. } => return None,
    })
}

/// The half-year on which an event reports, and the day from which it counts: what is no status counts whenever it is dated.
fn reported_on(event: &ActionEvent) -> Option<(HalfYear, NaiveDate)> {
    if let ActionEvent::ActionStatusChanged { occurred_on, half_year, .. } = event {
        return Some((*half_year, *occurred_on));
    }
    let of_row = row_turn(event).and_then(|turn| turn.head).map(|head| head.half_year);
    let half_year = of_row.or_else(|| entry_of(event).map(|entry| entry.half_year))?;
    Some((half_year, NaiveDate::MIN))
}

/// What kind of fact it is that somebody answers for an action, and where it stands.
fn whose(responsibility: &Responsibility) -> (Fact, String) {
    match responsibility {
        Responsibility::Minister { title, .. } => (Fact::Minister, format!("ministers/{title}")),
        Responsibility::PolicyDomain { code, .. } => (Fact::PolicyDomain, format!("policy_domains/{}", code.0)),
    }
}

/// What an event writes in a row, without text nothing, or what it reports as a figure.
fn written(event: &ActionEvent) -> Value {
    use ActionEvent as E;
    match event {
        E::ProgressReported { row, .. } => json(row),
        E::BudgetReported { entry, .. } | E::BudgetCorrected { entry, .. } => json(entry),
        E::MeansReported { means, .. } | E::MeansCorrected { means, .. } => json(means),
        E::FundingMentioned { mention, .. } | E::FundingMentionCorrected { mention, .. } => json(mention),
        E::IndicatorReported { indicator, .. } => json(indicator),
        E::ActionDefined { .. }
        | E::ActionRevised { .. }
        | E::ActionStatusChanged { .. }
        | E::ResponsibilityAssigned { .. }
        | E::ResponsibilityEnded { .. }
        | E::PartnerAdded { .. }
        | E::PartnerRemoved { .. }
        | E::NothingToReportDeclared { .. }
        | E::ReportRowNotCarriedOver { .. }
        | E::ReportRowSubmitted { .. }
        | E::ReportRowReturned { .. }
        | E::ReportRowAccepted { .. } => Value::Object(serde_json::Map::new()),
    }
}

/// Whether a path leads to a part, into it, or over it.
fn leads(part: &str, path: &str) -> bool {
    path.is_empty() || path == part || below(part, path).is_some() || below(path, part).is_some()
}

/// The field below a part to which a path leads; none where it leads to all of it.
fn below<'p>(part: &str, path: &'p str) -> Option<&'p str> {
    path.strip_prefix(part)?.strip_prefix('/')?.split('/').next()
}

/// A field of a value, or all of it.
fn of_field(whole: Value, field: Option<&str>) -> Value {
    match field {
        Some(field) => whole.get(field).cloned().unwrap_or_default(),
        None => whole,
    }
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(steps: &[(u64, &str)]) -> Line {
        let value = |text: &str| if text.is_empty() { Value::Null } else { Value::from(text) };
        Line { steps: steps.iter().map(|(event, text)| (*event, value(text))).collect(), ..Line::default() }
    }

    #[test]
    fn a_line_that_says_the_same_has_no_cause_however_often_that_was_said() {
        assert!(line(&[(1, "a"), (2, "a")]).causes_against(&line(&[(1, "a")])).is_empty());
        assert!(line(&[(1, "a"), (2, "")]).causes_against(&Line::default()).is_empty(), "never there, and gone");
    }

    #[test]
    fn the_cause_is_the_first_event_since_which_it_is_so_that_the_other_report_is_not_told_of() {
        let before = line(&[(1, "a")]);
        assert_eq!(line(&[(1, "a"), (2, "b"), (3, "c"), (4, "c")]).causes_against(&before), vec![3_u64]);
        assert_eq!(line(&[(1, "a"), (2, "")]).causes_against(&before), vec![2_u64], "it ended");
        assert_eq!(before.causes_against(&line(&[(1, "a"), (2, "b")])), vec![2_u64], "it is no longer told");
        assert_eq!(line(&[(1, "a"), (5, "a")]).causes_against(&line(&[(1, "a"), (3, "")])), vec![5_u64, 3]);
    }

    #[test]
    fn who_brought_in_a_figure_that_is_new_is_a_cause_beside_who_corrected_it() {
        let figure = |steps: &[(u64, &str)]| Line { is_figure: true, ..line(steps) };
        let now = figure(&[(2, "a"), (3, "b")]);
        assert_eq!(now.causes_against(&Line::default()), vec![2_u64, 3]);
        assert_eq!(now.causes_against(&figure(&[(2, "a")])), vec![3_u64], "it was there");
        let awaited = Line { waits: true, ..figure(&[(2, "a")]) };
        assert_eq!(now.causes_against(&awaited), vec![3_u64], "it was reported before");
        assert_eq!(figure(&[(1, "a"), (2, ""), (3, "b")]).causes_against(&Line::default()), vec![3_u64]);
    }

    #[test]
    fn an_acceptance_is_a_cause_also_of_what_was_written_since_and_a_row_that_waits_is_none() {
        let standing = |steps: &[(u64, &str)]| Line { lets_tell: true, ..line(steps) };
        let (drafted, accepted) = (standing(&[(1, "waits")]), standing(&[(1, "waits"), (2, "waits"), (3, "")]));
        assert_eq!(accepted.causes_against(&Line::default()), vec![3_u64]);
        assert_eq!(accepted.causes_against(&drafted), vec![3_u64]);
        assert!(drafted.causes_against(&Line::default()).is_empty() && accepted.causes_against(&accepted).is_empty());
    }

    #[test]
    fn what_waits_for_its_row_is_no_cause_itself() {
        let waiting = Line { waits: true, ..line(&[(1, "a")]) };
        assert!(waiting.causes_against(&line(&[(1, "a")])).is_empty());
        assert_eq!((waiting.events(), line(&[(1, "a"), (2, "a")]).events()), (vec![], vec![1, 2]));
    }

    #[test]
    fn a_path_leads_to_a_part_into_it_and_over_it() {
        for path in ["", "budget", "budget/1", "budget/1/amount"] {
            assert!(leads("budget/1", path), "{path}");
        }
        assert!(!leads("budget/1", "budget/12") && !leads("budget/1", "means"));
        assert_eq!((below("budget/1", "budget/1/period/from"), below("budget/1", "budget")), (Some("period"), None));
    }
}
