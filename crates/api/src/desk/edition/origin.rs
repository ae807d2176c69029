//! From what an edition says of the plan back to the events it was put together from: for supervision, never for print.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use spoor_domain::action::event::{ActionEvent, ActionNumber, RowId};
use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::edition::event::EditionEvent;
use spoor_domain::kernel::{ActionId, HalfYear, PlanId};
use spoor_eventlog::Recorded;
use spoor_projections::plan;

use super::super::{Desk, DeskError};
use super::EditionNumber;

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
    /// Of one action.
    Action(ActionNumber),
    /// Of every action: a sum.
    Actions,
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

/// Of which half-years the events of an action speak, where they do not say so themselves.
#[derive(Default)]
struct Spoken {
    rows: Vec<(RowId, HalfYear)>,
    statuses: Vec<(HalfYear, NaiveDate)>,
}

impl Spoken {
    fn of(origins: &[Origin]) -> Self {
        use ActionEvent as E;
        let mut spoken = Self::default();
        for origin in origins {
            let DomainEvent::Action(event) = &origin.recorded.event else { continue };
            match event {
                E::ProgressReported { row, .. } => spoken.rows.push((row.head.id, row.head.half_year)),
                E::NothingToReportDeclared { row, .. } | E::ReportRowNotCarriedOver { row, .. } => {
                    spoken.rows.push((row.id, row.half_year));
                }
                E::ActionStatusChanged { occurred_on, half_year, .. } => {
                    spoken.statuses.push((*half_year, *occurred_on));
                }
                _another_event => {}
            }
        }
        spoken
    }

    /// Whether an event speaks of the half-year of the edition: what was reported on another one changed nothing here. A
    /// status holds until the next, so it is the last half-year with a change by then that counts.
    fn has_part(&self, event: &ActionEvent, said: Said<'_>, reach: Reach) -> bool {
        use ActionEvent as E;
        let own = |half_year: HalfYear| half_year == reach.period;
        match event {
            E::ActionStatusChanged { occurred_on, half_year, .. } => {
                let before = said.path.split('/').next() == Some("previous_status");
                let last = if before { reach.period.previous() } else { reach.period };
                let told = |(half_year, on): &(HalfYear, NaiveDate)| *half_year <= last && *on <= reach.cut_off;
                let counts = self.statuses.iter().copied().filter(told).map(|(half_year, _)| half_year).max();
                let of_all = said.action.is_some() && said.path.is_empty();
                told(&(*half_year, *occurred_on)) && (of_all || counts == Some(*half_year))
            }
            E::ReportRowSubmitted { row, .. } | E::ReportRowReturned { row, .. } | E::ReportRowAccepted { row, .. } => {
                self.rows.iter().any(|(id, half_year)| id == row && own(*half_year))
            }
            E::ProgressReported { row, .. } => own(row.head.half_year),
            E::NothingToReportDeclared { row, .. } | E::ReportRowNotCarriedOver { row, .. } => own(row.half_year),
            E::BudgetReported { entry, .. } | E::BudgetCorrected { entry, .. } => own(entry.half_year),
            E::MeansReported { means, .. } => own(means.half_year),
            E::FundingMentioned { mention, .. } => own(mention.half_year),
            E::IndicatorReported { indicator, .. } => own(indicator.half_year),
            E::ActionDefined { .. }
            | E::ActionRevised { .. }
            | E::ResponsibilityAssigned { .. }
            | E::ResponsibilityEnded { .. }
            | E::PartnerAdded { .. }
            | E::PartnerRemoved { .. } => true,
        }
    }
}

impl Said<'_> {
    fn streams(&self) -> Streams {
        match (self.action, self.path.split('/').next()) {
            (Some(number), _) => Streams::Action(number),
            (None, Some("head" | "format")) => Streams::Head,
            (None, Some("policy_lines" | "chapters")) => Streams::Plan,
            (None, _) => Streams::Actions,
        }
    }

    /// Whether an event of an action has a part in what is said here.
    fn rests_on(&self, event: &ActionEvent) -> bool {
        use ActionEvent as E;
        let field = self.path.split('/').next().unwrap_or_default();
        let is_of_sums = self.action.is_none() && !field.is_empty();
        let among = |fields: &[&str]| field.is_empty() || fields.contains(&field);
        match event {
            E::BudgetReported { .. } | E::BudgetCorrected { .. } if is_of_sums => self.path.contains("budget"),
            _of_sums if is_of_sums => !self.path.contains("budget_"),
            E::ActionDefined { .. } | E::ActionRevised { .. } => {
                among(&["action", "chapter", "title", "description", "initiatives"])
            }
            E::ActionStatusChanged { .. } => among(&["status", "previous_status", "went_backwards"]),
            E::ResponsibilityAssigned { .. } | E::ResponsibilityEnded { .. } => among(&["ministers", "policy_domains"]),
            E::PartnerAdded { .. } | E::PartnerRemoved { .. } => among(&["others"]),
            E::NothingToReportDeclared { row, .. } | E::ReportRowNotCarriedOver { row, .. } => {
                self.leads_to(&format!("rows/{}", row.id.0))
            }
            E::ReportRowSubmitted { row, .. } | E::ReportRowReturned { row, .. } | E::ReportRowAccepted { row, .. } => {
                self.leads_to(&format!("rows/{}", row.0))
            }
            E::ProgressReported { .. }
            | E::BudgetReported { .. }
            | E::BudgetCorrected { .. }
            | E::MeansReported { .. }
            | E::FundingMentioned { .. }
            | E::IndicatorReported { .. } => {
                let is_money = !matches!(event, E::ProgressReported { .. } | E::IndicatorReported { .. });
                writes(event).is_some_and(|part| self.leads_to(&part)) || (is_money && field == "regular_means")
            }
        }
    }

    /// Whether the plan has a part in what the head says here.
    fn names_plan(&self) -> bool {
        matches!(self.path.split('/').nth(1), None | Some("plan" | "plan_name"))
    }

    /// Whether the path leads to a part, into it, or over it.
    fn leads_to(&self, part: &str) -> bool {
        let leads = |whole: &str, into: &str| {
            into.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.path.is_empty() || leads(part, self.path) || leads(self.path, part)
    }
}

impl Desk {
    /// The events from which an edition has what it says there, oldest first. With the edition it corrects, only those
    /// that were recorded since that one was frozen: the causes of an erratum.
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
        let corrected = found.edition.corrects.filter(|_| since_corrected).and_then(pinned);
        let after = corrected.unwrap_or_default();
        let reach = Reach { period: found.period, cut_off: found.edition.head.cut_off, until };
        let mut events = Vec::new();
        match said.streams() {
            Streams::Action(number) => {
                for action in self.actions_of(found.plan, after, until).await?.remove(&number).unwrap_or_default() {
                    events.extend(self.of_action(number, action, said, reach).await?);
                }
            }
            Streams::Actions => {
                for (number, actions) in self.actions_of(found.plan, after, until).await? {
                    for action in actions {
                        events.extend(self.of_action(number, action, said, reach).await?);
                    }
                }
            }
            Streams::Plan => events.extend(self.of_stream(aggregate_type::PLAN, &found.plan.to_string(), until).await?),
            Streams::Head => {
                if said.names_plan() {
                    events.extend(self.of_stream(aggregate_type::PLAN, &found.plan.to_string(), until).await?);
                }
                let of_editions = self.of_stream(aggregate_type::EDITION, &id.editions.to_string(), until).await?;
                let writes =
                    |event: &DomainEvent| matches!(event, DomainEvent::Edition(own) if writes_head(own, id.number));
                events.extend(of_editions.into_iter().filter(|origin| writes(&origin.recorded.event)));
            }
        }
        events.retain(|origin| origin.recorded.index > after);
        events.sort_by_key(|origin| origin.recorded.index);
        Ok(events)
    }

    /// The actions by number, as known at either index: one that is gone has its events too.
    async fn actions_of(
        &self,
        plan: PlanId,
        after: u64,
        until: u64,
    ) -> Result<BTreeMap<ActionNumber, Vec<ActionId>>, DeskError> {
        let mut all: BTreeMap<ActionNumber, Vec<ActionId>> = BTreeMap::new();
        for index in [after, until] {
            let known = plan::known_at_index(&self.views, plan, index).await?;
            for action in known.into_iter().flat_map(|(_, actions)| actions) {
                let of_number = all.entry(action.definition.number).or_default();
                if !of_number.contains(&action.id) {
                    of_number.push(action.id);
                }
            }
        }
        Ok(all)
    }

    async fn of_action(
        &self,
        number: ActionNumber,
        action: ActionId,
        said: Said<'_>,
        reach: Reach,
    ) -> Result<Vec<Origin>, DeskError> {
        let mut found = self.of_stream(aggregate_type::ACTION, &action.to_string(), reach.until).await?;
        let spoken_of = Spoken::of(&found);
        let is_behind = |event: &ActionEvent| said.rests_on(event) && spoken_of.has_part(event, said, reach);
        found.retain(|origin| matches!(&origin.recorded.event, DomainEvent::Action(event) if is_behind(event)));
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
        E::MeansReported { means, .. } => format!("means/{}", means.id.0),
        E::FundingMentioned { mention, .. } => format!("mentions/{}", mention.id.0),
        E::IndicatorReported { indicator, .. } => format!("indicators/{}", indicator.id.0),
        E::PartnerAdded { .. } => "others".to_owned(),
        E::ActionStatusChanged { .. }
        | E::ResponsibilityAssigned { .. }
        | E::ResponsibilityEnded { .. }
        | E::PartnerRemoved { .. }
        | E::NothingToReportDeclared { .. }
        | E::ReportRowNotCarriedOver { .. }
        | E::ReportRowSubmitted { .. }
        | E::ReportRowReturned { .. }
        | E::ReportRowAccepted { .. } => return None,
    })
}
