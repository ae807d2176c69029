//! From what an edition says of the plan back to the events it was put together from: for supervision, never for print.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use spoor_domain::action::event::{
    ActionEvent, ActionNumber, ActionStatus, BudgetEntry, EntryId, Responsibility, RowHead, RowId,
};
use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::edition::event::EditionEvent;
use spoor_domain::kernel::{ActionId, HalfYear, Label};
use spoor_eventlog::Recorded;
use spoor_projections::plan::{self, ActionFacts, ActionReport, ProgressReport};

use super::super::{Desk, DeskError};
use super::EditionNumber;
use super::draft::Found;
use super::figure::{Fact, Figure, Group, Measure};

/// A place in what an edition says: in an action, or in the whole.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// The action; none for the head, the outline and the sums.
    pub action: Option<ActionNumber>,
    /// A path of field names, as errata have it; empty for everything.
    pub path: &'a str,
}

/// An event behind something an edition says.
pub struct Origin {
    /// The action it is about.
    pub action: Option<ActionNumber>,
    /// The event.
    pub recorded: Recorded,
}

/// The streams that a place is put together from.
enum Streams {
    /// Of one action, or of every one: a sum.
    Actions(Option<ActionNumber>),
    /// Of the plan: its lines and chapters.
    Plan,
    /// Of the editions and of the plan: the head.
    Head,
}

/// How far an edition looks: events of its own half-year, up to its cut-off and its place in the log.
#[derive(Clone, Copy)]
struct Reach {
    period: HalfYear,
    cut_off: NaiveDate,
    until: u64,
}

/// What is asked about: a figure, and of which part of the plan and of which status it is when it is a sum over those.
#[derive(Clone, Copy)]
struct Asked<'a> {
    figure: Figure,
    key: Option<&'a str>,
    status: Option<&'a str>,
    /// The path within an action; empty for a sum.
    path: &'a str,
    reach: Reach,
}

/// What the events of an action say together: of which half-years the steps of its rows are, and which rows and competences
/// its amounts had, whatever was corrected.
#[derive(Default)]
struct Spoken<'a> {
    /// The first day on which it was there: a revision may say that this was earlier.
    defined_on: Option<NaiveDate>,
    rows: Vec<&'a RowHead>,
    statuses: Vec<(HalfYear, NaiveDate)>,
    amounts: Vec<&'a BudgetEntry>,
    /// The figures of every kind, each by its part of the action, with the rows they were reported with.
    figures: Vec<(String, RowId)>,
}

impl<'a> Spoken<'a> {
    fn of(origins: &'a [Origin]) -> Self {
        use ActionEvent as E;
        let mut spoken = Self::default();
        for origin in origins {
            let DomainEvent::Action(event) = &origin.recorded.event else { continue };
            let row = match event {
                E::ActionDefined { occurred_on, .. } | E::ActionRevised { occurred_on, .. } => {
                    spoken.defined_on = spoken.defined_on.into_iter().chain([*occurred_on]).min();
                    None
                }
                E::ProgressReported { row, .. } => {
                    spoken.rows.push(&row.head);
                    None
                }
                E::NothingToReportDeclared { row, .. } | E::ReportRowNotCarriedOver { row, .. } => {
                    spoken.rows.push(row);
                    None
                }
                E::ActionStatusChanged { occurred_on, half_year, .. } => {
                    spoken.statuses.push((*half_year, *occurred_on));
                    None
                }
                E::BudgetReported { entry, .. } | E::BudgetCorrected { entry, .. } => {
                    spoken.amounts.push(entry);
                    entry.row
                }
                E::MeansReported { means, .. } | E::MeansCorrected { means, .. } => means.row,
                E::FundingMentioned { mention, .. } | E::FundingMentionCorrected { mention, .. } => mention.row,
                E::IndicatorReported { indicator, .. } => indicator.row,
                E::ResponsibilityAssigned { .. }
                | E::ResponsibilityEnded { .. }
                | E::PartnerAdded { .. }
                | E::PartnerRemoved { .. }
                | E::ReportRowSubmitted { .. }
                | E::ReportRowReturned { .. }
                | E::ReportRowAccepted { .. } => None,
            };
            spoken.figures.extend(part_of(event).zip(row));
        }
        spoken
    }

    /// Whether an event stated a fact from which the figure is computed.
    fn is_behind(&self, event: &ActionEvent, asked: Asked<'_>) -> bool {
        let facts = asked.figure.facts();
        let states = Fact::of(event).iter().any(|fact| facts.contains(fact));
        let is_part = self.brings_about(event, asked) || (states && self.is_about(event, asked));
        is_part && self.has_part(event, asked)
    }

    /// An action that was reported on before the day of its definition is there by what was reported.
    fn brings_about(&self, event: &ActionEvent, asked: Asked<'_>) -> bool {
        const REPORTED: [Fact; 6] =
            [Fact::Status, Fact::Row, Fact::Amount, Fact::Means, Fact::Mention, Fact::Indicator];
        let is_there = asked.figure.facts().contains(&Fact::Existence);
        let is_defined = self.defined_on.is_some_and(|day| day <= asked.reach.last_day());
        is_there && !is_defined && Fact::of(event).iter().any(|fact| REPORTED.contains(fact))
    }

    /// Whether an event speaks of the half-year of the edition: what was reported on another one, or is dated later, changed
    /// nothing here. A status holds until the next, so it is the last half-year with a change by then that counts.
    fn has_part(&self, event: &ActionEvent, asked: Asked<'_>) -> bool {
        use ActionEvent as E;
        let reach = asked.reach;
        let own = |half_year: HalfYear| half_year == reach.period;
        match event {
            E::ActionStatusChanged { occurred_on, half_year, .. } => {
                let before = asked.figure == Figure::PreviousStatus;
                let last = if before { reach.period.previous() } else { reach.period };
                let told = |(half_year, on): &(HalfYear, NaiveDate)| *half_year <= last && *on <= reach.cut_off;
                let counts = match asked.figure {
                    Figure::WentBackwards | Figure::RegularMeans => Some(last),
                    _a_status_that_holds => {
                        self.statuses.iter().copied().filter(told).map(|(half_year, _)| half_year).max()
                    }
                };
                let of_all = asked.figure == Figure::Everything;
                told(&(*half_year, *occurred_on)) && (of_all || counts == Some(*half_year))
            }
            E::ReportRowSubmitted { row, .. } | E::ReportRowReturned { row, .. } | E::ReportRowAccepted { row, .. } => {
                self.rows.iter().any(|head| head.id == *row && own(head.half_year))
            }
            E::ProgressReported { row, .. } => own(row.head.half_year),
            E::NothingToReportDeclared { row, .. } | E::ReportRowNotCarriedOver { row, .. } => own(row.half_year),
            E::BudgetReported { entry, .. } | E::BudgetCorrected { entry, .. } => own(entry.half_year),
            E::MeansReported { means, .. } | E::MeansCorrected { means, .. } => own(means.half_year),
            E::FundingMentioned { mention, .. } | E::FundingMentionCorrected { mention, .. } => own(mention.half_year),
            E::IndicatorReported { indicator, .. } => own(indicator.half_year),
            E::ActionDefined { .. } => true,
            E::ActionRevised { occurred_on, .. }
            | E::ResponsibilityAssigned { occurred_on, .. }
            | E::ResponsibilityEnded { occurred_on, .. }
            | E::PartnerAdded { occurred_on, .. }
            | E::PartnerRemoved { occurred_on, .. } => *occurred_on <= reach.last_day(),
        }
    }

    /// Whether an event is about the very entry, row, person or part of the plan that the figure is of.
    fn is_about(&self, event: &ActionEvent, asked: Asked<'_>) -> bool {
        use ActionEvent as E;
        let Figure::Sum(group, measure) = asked.figure else { return self.leads_to(event, asked.path) };
        let counts_rows = asked.figure.facts().contains(&Fact::Row);
        let reports = |head: &RowHead| counts_rows && self.reports_under(head.id, asked.key);
        let waits = |row: RowId| self.waits_for(row, group, measure, asked.key);
        match event {
            E::ActionStatusChanged { from, to, .. } => {
                asked.is_of_status(*to) || from.is_some_and(|from| asked.is_of_status(from))
            }
            E::ResponsibilityAssigned { responsibility, .. } | E::ResponsibilityEnded { responsibility, .. } => {
                asked.key.is_none_or(|key| is_of(responsibility, key))
            }
            E::BudgetReported { entry, .. } | E::BudgetCorrected { entry, .. } => {
                self.adds(entry.id, group, measure, asked.key)
            }
            E::ProgressReported { row, .. } => reports(&row.head),
            E::ReportRowNotCarriedOver { row, .. } => reports(row),
            E::NothingToReportDeclared { row, .. } => reports(row) || waits(row.id),
            E::ReportRowReturned { row, .. } | E::ReportRowAccepted { row, .. } => waits(*row),
            E::ActionDefined { .. }
            | E::ActionRevised { .. }
            | E::PartnerAdded { .. }
            | E::PartnerRemoved { .. }
            | E::ReportRowSubmitted { .. }
            | E::MeansReported { .. }
            | E::MeansCorrected { .. }
            | E::FundingMentioned { .. }
            | E::FundingMentionCorrected { .. }
            | E::IndicatorReported { .. } => true,
        }
    }

    /// Whether the path leads to what an event wrote, or to a figure that was reported with the row it is about. What a path
    /// into another list is computed from is all of it.
    fn leads_to(&self, event: &ActionEvent, path: &str) -> bool {
        let Some(part) = part_of(event) else { return true };
        let list = |path: &str| path.split('/').next().map(str::to_owned);
        let is_figure = matches!(list(path).as_deref(), Some("budget" | "means" | "mentions" | "indicators"));
        match part.strip_prefix("rows/") {
            Some(row) if is_figure => {
                let mut with_row = self.figures.iter().filter(|(_, of)| of.0.to_string() == row);
                with_row.any(|(part, _)| leads(part, path))
            }
            _own_part => list(&part) != list(path) || leads(&part, path),
        }
    }

    /// Whether an amount, as it was reported or as it was corrected since, counts in a sum.
    fn adds(&self, id: EntryId, group: Option<Group>, measure: Measure, key: Option<&str>) -> bool {
        let under =
            |entry: &BudgetEntry| group != Some(Group::Competence) || key.is_none_or(|key| key == ascribed(entry));
        self.amounts.iter().any(|entry| entry.id == id && measure.counts(entry) && under(entry))
    }

    /// Whether an amount that counts in a sum was reported with this row.
    fn waits_for(&self, row: RowId, group: Option<Group>, measure: Measure, key: Option<&str>) -> bool {
        let mut with_row = self.amounts.iter().filter(|entry| entry.row == Some(row));
        with_row.any(|entry| self.adds(entry.id, group, measure, key))
    }

    /// Whether a row reports under this competence, or did before it was written again.
    fn reports_under(&self, row: RowId, key: Option<&str>) -> bool {
        let mut heads = self.rows.iter().filter(|head| head.id == row);
        heads.any(|head| key.is_none_or(|key| head.competences.iter().any(|own| own.code == key)))
    }
}

impl Reach {
    /// The last day of which it tells what held.
    fn last_day(self) -> NaiveDate {
        self.cut_off.min(self.period.last_day())
    }
}

impl Said<'_> {
    fn streams(&self) -> Streams {
        match (self.action, self.path.split('/').next()) {
            (Some(number), _) => Streams::Actions(Some(number)),
            (None, Some("head" | "format")) => Streams::Head,
            (None, Some("policy_lines" | "chapters")) => Streams::Plan,
            (None, _) if Figure::of_all(self.path).is_some_and(|(figure, _)| figure.is_of_plan()) => Streams::Plan,
            (None, _) => Streams::Actions(None),
        }
    }

    /// What stands there; none where nothing does.
    fn asked(&self, reach: Reach) -> Option<Asked<'_>> {
        if self.action.is_some() {
            let figure = Figure::in_action(self.path)?;
            return Some(Asked { figure, key: None, status: None, path: self.path, reach });
        }
        let (figure, key) = Figure::of_all(self.path)?;
        let status = self.path.split_once("by_status/").and_then(|(_, status)| status.split('/').next());
        Some(Asked { figure, key, status, path: "", reach })
    }

    /// Whether the plan has a part in what the head says here.
    fn names_plan(&self) -> bool {
        matches!(self.path.split('/').nth(1), None | Some("plan" | "plan_name"))
    }
}

impl Asked<'_> {
    /// Whether an action counts in what is asked about, as this report has it.
    fn counts(&self, report: &ProgressReport, action: &ActionReport) -> bool {
        let in_status = self.status.is_none() || action.status.is_some_and(|status| self.is_of_status(status));
        in_status && self.is_of_part(report, action)
    }

    fn is_of_status(&self, status: ActionStatus) -> bool {
        self.status.is_none_or(|code| status.code() == code)
    }

    fn is_of_part(&self, report: &ProgressReport, action: &ActionReport) -> bool {
        let Figure::Sum(Some(group), _) = self.figure else { return true };
        let Some(key) = self.key else { return true };
        let chapter = action.number.chapter;
        match group {
            Group::PolicyLine => {
                let mut chapters = report.plan.outline.chapters.iter();
                chapters.any(|own| own.number == chapter && own.policy_line.to_string() == key)
            }
            Group::Chapter => chapter.to_string() == key,
            Group::Office => {
                action.ministers.iter().flat_map(|minister| &minister.offices).any(|office| office.code() == key)
            }
            Group::Domain => action.policy_domains.iter().any(|role| role.code.0 == key),
            Group::Competence => {
                let mut reported = action.reports.iter().flat_map(|row| &row.head.competences);
                let mut amounts = action.budget.iter().map(|line| &line.entry);
                reported.any(|own| own.code == key) || amounts.any(|entry| ascribed(entry) == key)
            }
        }
    }
}

/// Whether a path leads to a part, into it, or over it.
fn leads(part: &str, path: &str) -> bool {
    let into =
        |whole: &str, into: &str| into.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    path.is_empty() || into(part, path) || into(path, part)
}

/// The code of the competence an amount is under; empty where it is under none, as in the sums.
fn ascribed(entry: &BudgetEntry) -> &str {
    entry.competence.as_ref().map_or("", |competence| competence.code.as_str())
}

/// Whether a responsibility is that of an office or of a policy domain.
fn is_of(responsibility: &Responsibility, key: &str) -> bool {
    match responsibility {
        Responsibility::Minister { offices, .. } => offices.iter().any(|office| office.code() == key),
        Responsibility::PolicyDomain { code, .. } => code.0 == key,
    }
}

/// The item of a list of an action that an event is about; none when it is about the action itself.
fn part_of(event: &ActionEvent) -> Option<String> {
    use ActionEvent as E;
    match event {
        E::ResponsibilityAssigned { responsibility, .. } | E::ResponsibilityEnded { responsibility, .. } => {
            Some(match responsibility {
                Responsibility::Minister { title, .. } => format!("ministers/{title}"),
                Responsibility::PolicyDomain { code, .. } => format!("policy_domains/{}", code.0),
            })
        }
        E::PartnerAdded { partner, .. } | E::PartnerRemoved { partner, .. } => Some(format!("others/{partner}")),
        E::ReportRowSubmitted { row, .. } | E::ReportRowReturned { row, .. } | E::ReportRowAccepted { row, .. } => {
            Some(format!("rows/{}", row.0))
        }
        E::ActionDefined { .. } | E::ActionRevised { .. } | E::ActionStatusChanged { .. } => None,
        E::ProgressReported { .. }
        | E::NothingToReportDeclared { .. }
        | E::ReportRowNotCarriedOver { .. }
        | E::BudgetReported { .. }
        | E::BudgetCorrected { .. }
        | E::MeansReported { .. }
        | E::MeansCorrected { .. }
        | E::FundingMentioned { .. }
        | E::FundingMentionCorrected { .. }
        | E::IndicatorReported { .. } => writes(event),
    }
}

impl Desk {
    /// The events from which an edition has what it says there, oldest first. With the edition it corrects, only those
    /// that were recorded since that one was frozen, or dated after its cut-off: the causes of an erratum.
    ///
    /// # Errors
    /// `NotFound` when the edition is not frozen.
    pub async fn origins(
        &self,
        id: EditionNumber,
        said: Said<'_>,
        since_corrected: bool,
    ) -> Result<Vec<Origin>, DeskError> {
        let found = self.find_edition(id).await?;
        let pinned = |number: u32| Some(found.editions.state.edition(number)?.frozen()?.pinned.index);
        let until = pinned(id.number).ok_or(DeskError::NotFound("reportEditionId"))?;
        let corrected = found.edition.corrects.filter(|_| since_corrected);
        let corrected = corrected.and_then(|number| found.editions.state.edition(number));
        let after = corrected.and_then(|edition| Some(edition.frozen()?.pinned.index)).unwrap_or_default();
        let reach = Reach { period: found.period, cut_off: found.edition.head.cut_off, until };
        let cut_off = corrected.map_or(reach.cut_off, |edition| edition.head.cut_off);
        let before = Reach { cut_off, until: after, ..reach };
        let is_new = |origin: &Origin| origin.recorded.index > after;
        let mut events = Vec::new();
        match said.streams() {
            Streams::Actions(only) => {
                let Some(asked) = said.asked(reach) else { return Ok(events) };
                for (action, number) in self.actions_of(&found, asked, before).await? {
                    if only.is_none_or(|only| only == number) {
                        events.extend(self.of_action(number, action, asked, before).await?);
                    }
                }
            }
            Streams::Plan => {
                let of_plan = self.of_stream(aggregate_type::PLAN, &found.plan.to_string(), until).await?;
                events.extend(of_plan.into_iter().filter(is_new));
            }
            Streams::Head => {
                if said.names_plan() {
                    let of_plan = self.of_stream(aggregate_type::PLAN, &found.plan.to_string(), until).await?;
                    events.extend(of_plan.into_iter().filter(is_new));
                }
                let of_editions = self.of_stream(aggregate_type::EDITION, &id.editions.to_string(), until).await?;
                let writes =
                    |event: &DomainEvent| matches!(event, DomainEvent::Edition(own) if writes_head(own, id.number));
                events
                    .extend(of_editions.into_iter().filter(|origin| is_new(origin) && writes(&origin.recorded.event)));
            }
        }
        events.sort_by_key(|origin| origin.recorded.index);
        Ok(events)
    }

    /// The actions that count in what is asked about, by the report as it was before or as it is: one that is gone has its
    /// events too.
    async fn actions_of(
        &self,
        found: &Found,
        asked: Asked<'_>,
        before: Reach,
    ) -> Result<BTreeMap<ActionId, ActionNumber>, DeskError> {
        let mut all = BTreeMap::new();
        for reach in [before, asked.reach] {
            let known = plan::known_at_index(&self.views, found.plan, reach.until).await?;
            let Some((row, actions)) = known else { continue };
            let actions = actions.into_iter().map(ActionFacts::delivered).collect();
            let report = ProgressReport::of(row, actions, reach.period, Some(reach.cut_off));
            let counted = report.actions().filter(|action| asked.counts(&report, action));
            all.extend(counted.map(|action| (action.id, action.number)));
        }
        Ok(all)
    }

    async fn of_action(
        &self,
        number: ActionNumber,
        action: ActionId,
        asked: Asked<'_>,
        before: Reach,
    ) -> Result<Vec<Origin>, DeskError> {
        let mut found = self.of_stream(aggregate_type::ACTION, &action.to_string(), asked.reach.until).await?;
        let spoken = Spoken::of(&found);
        let is_behind = |origin: &&Origin| match &origin.recorded.event {
            DomainEvent::Action(event) => {
                let was_behind = || spoken.is_behind(event, Asked { reach: before, ..asked });
                spoken.is_behind(event, asked) && (origin.recorded.index > before.until || !was_behind())
            }
            _of_no_action => false,
        };
        let behind: BTreeSet<u64> = found.iter().filter(is_behind).map(|origin| origin.recorded.index).collect();
        found.retain(|origin| behind.contains(&origin.recorded.index));
        found.iter_mut().for_each(|origin| origin.action = Some(number));
        Ok(found)
    }

    async fn of_stream(&self, kind: &str, id: &str, until: u64) -> Result<Vec<Origin>, DeskError> {
        let records = self.log.read_stream_until(kind, id, until).await?;
        records.iter().map(|record| Ok(Origin { action: None, recorded: record.decode()? })).collect()
    }
}

/// Whether an event writes the head of the edition with this number.
fn writes_head(event: &EditionEvent, edition: u32) -> bool {
    use EditionEvent as E;
    match event {
        E::EditionOpened { .. } => edition == 1,
        E::EditionHeadRevised { number, .. } | E::CorrectionOpened { number, .. } => *number == edition,
        E::CollectionRoundOpened { .. }
        | E::CollectionRoundRescheduled { .. }
        | E::ContactsReminded { .. }
        | E::SmallCountWaived { .. }
        | E::EditionFrozen { .. }
        | E::EditionApproved { .. }
        | E::EditionSubmitted { .. }
        | E::EditionWithdrawn { .. } => false,
    }
}

/// The part of an action in whose place an event puts words or figures; empty for what the action itself is.
pub(super) fn writes(event: &ActionEvent) -> Option<String> {
    use ActionEvent as E;
    Some(match event {
        E::ActionDefined { .. } | E::ActionRevised { .. } => String::new(),
        E::ProgressReported { row, .. } => format!("rows/{}", row.head.id.0),
        E::BudgetReported { entry, .. } | E::BudgetCorrected { entry, .. } => format!("budget/{}", entry.id.0),
        E::MeansReported { means, .. } | E::MeansCorrected { means, .. } => format!("means/{}", means.id.0),
        E::FundingMentioned { mention, .. } | E::FundingMentionCorrected { mention, .. } => {
            format!("mentions/{}", mention.id.0)
        }
        E::IndicatorReported { indicator, .. } => format!("indicators/{}", indicator.id.0),
        E::NothingToReportDeclared { row, .. } | E::ReportRowNotCarriedOver { row, .. } => format!("rows/{}", row.id.0),
        E::PartnerAdded { .. } => "others".to_owned(),
        E::ResponsibilityAssigned { responsibility: Responsibility::Minister { .. }, .. } => "ministers".to_owned(),
        E::ResponsibilityAssigned { responsibility: Responsibility::PolicyDomain { .. }, .. } => {
            "policy_domains".to_owned()
        }
        E::ActionStatusChanged { .. }
        | E::ResponsibilityEnded { .. }
        | E::PartnerRemoved { .. }
        | E::ReportRowSubmitted { .. }
        | E::ReportRowReturned { .. }
        | E::ReportRowAccepted { .. } => return None,
    })
}

#[cfg(test)]
mod tests {
    use spoor_domain::action::event::PolicyDomainCode;

    use super::*;

    #[test]
    fn whoever_makes_somebody_answer_for_an_action_writes_the_name_that_is_printed() {
        let assigned = |responsibility| {
            writes(&ActionEvent::ResponsibilityAssigned { occurred_on: NaiveDate::default(), responsibility })
        };
        let domain = Responsibility::PolicyDomain { code: PolicyDomainCode("OV".into()), coordinator: true };
        let minister = Responsibility::Minister { title: "Minister van Sport".into(), offices: Vec::new() };
        assert_eq!(assigned(domain).as_deref(), Some("policy_domains"));
        assert_eq!(assigned(minister).as_deref(), Some("ministers"));
    }
}
