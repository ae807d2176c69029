//! From what an edition says of the plan and of police training back to the events it was put together from: for supervision,
//! never for print.

mod asked;
mod line;
mod training;

use std::collections::{BTreeMap, BTreeSet};

use spoor_domain::action::event::{ActionEvent, ActionNumber, Responsibility};
use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::edition::ReportEdition;
use spoor_domain::edition::event::EditionEvent;
use spoor_domain::edition::state::Edition;
use spoor_domain::kernel::{ActionId, Decider, Label, ReportEditionId};
use spoor_domain::training::vocabulary::TrainingLine;
use spoor_eventlog::Recorded;
use spoor_projections::plan::{self, ActionFacts, ActionReport, CutOffs, ProgressReport, Reach};

use self::asked::Asked;
use self::line::{Line, Lines, causes, lines, say_the_same};
use super::super::{Desk, DeskError};
use super::EditionNumber;
use super::draft::Found;
use super::figure::Figure;

/// A place in what an edition says: in an action, or in the whole.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// The action; none for the head, the outline, the sums and police training.
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

/// What an edition says with all events it may rest on, beside the edition that it corrects: read once, and asked
/// about any place.
pub struct Trace {
    number: u32,
    now: Told,
    /// What the corrected edition tells; none where every event is asked for, and not the causes of errata.
    before: Option<Told>,
    /// The events of every action that is in either.
    actions: BTreeMap<ActionNumber, Vec<Origin>>,
    plan: Vec<Origin>,
    editions: Vec<Origin>,
    /// The editions of the half-year before, whose cut-off says what was told earlier; only beside the corrected edition.
    earlier: Vec<Origin>,
    training: Vec<Origin>,
}

/// The report that an edition tells, and how far it looks.
struct Told {
    reach: Reach,
    /// How far the report before it looks.
    earlier: Reach,
    /// Its place in the log.
    until: u64,
    report: ProgressReport,
}

/// The streams that a place is put together from.
enum Streams {
    /// Of one action, or of every one: a sum.
    Actions(Option<ActionNumber>),
    /// Of the plan: its lines and chapters.
    Plan,
    /// Of the editions and of the plan: the head.
    Head,
    /// Of police training.
    Training,
}

impl Desk {
    /// What is behind a frozen edition: of one action, where only that is asked about. Against the edition it corrects, what
    /// is behind its errata.
    ///
    /// # Errors
    /// `NotFound` when the edition is not frozen.
    pub async fn trace(
        &self,
        id: EditionNumber,
        only: Option<ActionNumber>,
        against_corrected: bool,
    ) -> Result<Trace, DeskError> {
        let found = self.find_edition(id).await?;
        let now = self.told(&found, &found.edition).await?.ok_or(DeskError::NotFound("reportEditionId"))?;
        let corrected = found.edition.corrects.filter(|_| against_corrected);
        let before = match corrected.and_then(|number| found.editions.state.edition(number)) {
            Some(corrected) => self.told(&found, corrected).await?,
            None => None,
        };
        let told = before.iter().chain([&now]).flat_map(|told| told.report.actions());
        let asked = told.filter(|action| only.is_none_or(|only| only == action.number));
        let ids: BTreeMap<ActionNumber, ActionId> = asked.map(|action| (action.number, action.id)).collect();
        let mut actions = BTreeMap::new();
        for (number, id) in ids {
            let mut stream = self.of_stream(aggregate_type::ACTION, &id.to_string(), now.until).await?;
            stream.iter_mut().for_each(|origin| origin.action = Some(number));
            actions.insert(number, stream);
        }
        let plan = self.of_stream(aggregate_type::PLAN, &found.plan.to_string(), now.until).await?;
        let editions = self.of_stream(aggregate_type::EDITION, &id.editions.to_string(), now.until).await?;
        let mut earlier = Vec::new();
        if before.is_some() {
            let id = ReportEditionId::of(found.plan, found.period.previous());
            earlier = self.of_stream(aggregate_type::EDITION, &id.to_string(), now.until).await?;
        }
        let mut training = Vec::new();
        if only.is_none() {
            for line in TrainingLine::ALL {
                let id = line.stream().to_string();
                training.extend(self.of_stream(aggregate_type::TRAINING, &id, now.until).await?);
            }
        }
        Ok(Trace { number: id.number, now, before, actions, plan, editions, earlier, training })
    }

    /// What an edition tells; none when it is not frozen.
    async fn told(&self, found: &Found, edition: &Edition) -> Result<Option<Told>, DeskError> {
        let Some(frozen) = edition.frozen() else { return Ok(None) };
        let (until, period) = (frozen.pinned.index, found.period);
        let Some((row, actions)) = plan::known_at_index(&self.views, found.plan, until).await? else {
            return Ok(None);
        };
        let before = self.cut_off_before(found.plan, period, Some(until)).await?;
        let cut_offs = CutOffs { own: Some(edition.head.cut_off), before };
        let actions = actions.into_iter().map(ActionFacts::delivered).collect();
        let report = ProgressReport::of(row, actions, period, cut_offs);
        let (reach, earlier) = (Reach::of(period, cut_offs.own), Reach::of(period.previous(), cut_offs.before));
        Ok(Some(Told { reach, earlier, until, report }))
    }

    async fn of_stream(&self, kind: &str, id: &str, until: u64) -> Result<Vec<Origin>, DeskError> {
        let records = self.log.read_stream_until(kind, id, until).await?;
        records.iter().map(|record| Ok(Origin { action: None, recorded: record.decode()? })).collect()
    }
}

impl Trace {
    /// The events from which the edition has what it says there, oldest first; against the edition it corrects, those by which
    /// it says something else there.
    pub fn origins(&self, said: Said<'_>) -> Vec<&Origin> {
        let after = self.before.as_ref().map_or(0, |before| before.until);
        let is_new = |origin: &&Origin| origin.recorded.index > after;
        let mut events: Vec<&Origin> = match said.streams() {
            Streams::Actions(only) => {
                let Some(asked) = Asked::of(said) else { return Vec::new() };
                let own = self.actions.iter().filter(|(number, _)| only.is_none_or(|only| only == **number));
                own.flat_map(|(number, stream)| self.of_action(*number, stream, &asked)).collect()
            }
            Streams::Plan => self.plan.iter().filter(is_new).collect(),
            Streams::Training => self.of_training(said.path),
            Streams::Head => {
                let writes = |origin: &&Origin| match &origin.recorded.event {
                    DomainEvent::Edition(own) => writes_head(own, self.number),
                    _of_no_edition => false,
                };
                let of_plan = self.plan.iter().filter(|_| said.names_plan());
                of_plan.chain(self.editions.iter().filter(writes)).filter(is_new).collect()
            }
        };
        events.sort_by_key(|origin| origin.recorded.index);
        events
    }

    fn of_action<'t>(&'t self, number: ActionNumber, stream: &'t [Origin], asked: &Asked<'_>) -> Vec<&'t Origin> {
        let facts = asked.facts_in(number, &self.now, self.before.as_ref());
        if facts.is_empty() {
            return Vec::new();
        }
        let read = |told: &Told, earlier| lines(stream, told, earlier, number, asked, &facts);
        let now = read(&self.now, self.now.earlier);
        let Some(before) = &self.before else { return among(stream, &events_of(&now)) };
        // What was recorded since is one cause, and that something else is published of the half-year before is another.
        let (was, is) = (before.earlier, self.now.earlier);
        let then = read(before, is);
        let mut behind = among(stream, &causes(&now, &then));
        let by_itself = || !say_the_same(&now, &read(&self.now, was));
        let beside_nothing = || behind.is_empty() && !say_the_same(&then, &read(before, was));
        if was != is && (by_itself() || beside_nothing()) {
            behind.extend(self.turned_earlier(before.until));
        }
        behind
    }

    /// By which events, after this one, another cut-off is published of the half-year before: the one since which it is, and
    /// where that approved an edition, those that made it.
    fn turned_earlier(&self, after: u64) -> Vec<&Origin> {
        let mut editions = ReportEdition::default();
        let mut turned: Option<&Origin> = None;
        for origin in &self.earlier {
            let DomainEvent::Edition(event) = &origin.recorded.event else { continue };
            let before = editions.published().map(|edition| edition.head.cut_off);
            editions.evolve(event);
            if editions.published().map(|edition| edition.head.cut_off) != before {
                turned = Some(origin);
            }
        }
        let Some(turned) = turned.filter(|origin| origin.recorded.index > after) else { return Vec::new() };
        let approved = match &turned.recorded.event {
            DomainEvent::Edition(EditionEvent::EditionApproved { number, .. }) => Some(*number),
            _another_event => None,
        };
        let makes = |origin: &&Origin| match &origin.recorded.event {
            DomainEvent::Edition(EditionEvent::EditionFrozen { number, .. }) => approved == Some(*number),
            DomainEvent::Edition(event) => approved.is_some_and(|number| writes_head(event, number)),
            _of_no_edition => false,
        };
        let since = self.earlier.iter().filter(|origin| origin.recorded.index > after);
        since.filter(makes).chain([turned]).collect()
    }

    fn of_training(&self, path: &str) -> Vec<&Origin> {
        let read = |told: &Told| training::lines(&self.training, told.until, told.reach.period, path);
        let now = read(&self.now);
        let behind = match &self.before {
            None => events_of(&now),
            Some(before) => causes(&now, &read(before)),
        };
        among(&self.training, &behind)
    }
}

fn events_of(lines: &Lines) -> BTreeSet<u64> {
    lines.values().flat_map(Line::events).collect()
}

fn among<'t>(stream: &'t [Origin], behind: &BTreeSet<u64>) -> Vec<&'t Origin> {
    stream.iter().filter(|origin| behind.contains(&origin.recorded.index)).collect()
}

impl Told {
    /// What the report says of an action; none where it does not have it.
    fn action(&self, number: ActionNumber) -> Option<&ActionReport> {
        self.report.actions().find(|action| action.number == number)
    }
}

impl Said<'_> {
    fn streams(&self) -> Streams {
        match (self.action, self.path.split('/').next()) {
            (Some(number), _) => Streams::Actions(Some(number)),
            (None, Some("head" | "format")) => Streams::Head,
            (None, Some("policy_lines" | "chapters")) => Streams::Plan,
            (None, Some("training")) => Streams::Training,
            (None, _) if Figure::of_all(self.path).is_some_and(|(figure, _)| figure.is_of_plan()) => Streams::Plan,
            (None, _) => Streams::Actions(None),
        }
    }

    /// Whether the plan has a part in what the head says here.
    fn names_plan(&self) -> bool {
        matches!(self.path.split('/').nth(1), None | Some("plan" | "plan_name"))
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
    use chrono::NaiveDate;
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
