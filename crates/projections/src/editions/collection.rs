//! Who still owes what for a half-year: a pure fold over what holds of a plan's actions.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use spoor_domain::action::event::{ActionNumber, Competence, IndicatorValue, PolicyDomainCode, RowId, RowState};
use spoor_domain::edition::state::CollectionRound;
use spoor_domain::kernel::{ActionId, HalfYear};

use crate::plan::{ActionFacts, CutOffs, Reach, ReportRowFacts};

/// For whom a row is owed: a competence with its policy domain, or a policy domain where nothing says under which
/// competence it reports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowOf {
    /// The policy domain.
    pub policy_domain: PolicyDomainCode,
    /// The competence, where it is known.
    pub competence: Option<String>,
}

/// What is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwedKind {
    /// No report row at all.
    Progress,
    /// A row that is written and not submitted, or was sent back.
    Submission,
    /// A submitted row that the coordinator has not accepted yet.
    Acceptance,
    /// Amounts or means: there were some in the half-year before, and none are reported now.
    Budget,
    /// A figure that was announced for later, or that was reported in the half-year before and is not now.
    Indicators,
}

/// Something owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    /// The action.
    pub action: ActionId,
    /// Its number.
    pub number: ActionNumber,
    /// Its title.
    pub title: String,
    /// By whom.
    pub of: RowOf,
    /// What.
    pub kind: OwedKind,
    /// The row, where there is one.
    pub row: Option<RowId>,
    /// Until when; none when no round was opened.
    pub due_on: Option<NaiveDate>,
    /// When the contact was last reminded.
    pub reminded_on: Option<NaiveDate>,
}

impl Owed {
    /// Whether the day is past.
    pub fn overdue(&self, today: NaiveDate) -> bool {
        self.due_on.is_some_and(|due_on| due_on < today)
    }
}

/// What is still owed for a half-year, by action and contact; on the actions that its report has, up to the cut-off. A row
/// that was imported without its text is not owed: it was reported, in print. Of an action whose end the report before told of
/// nothing new is owed; a row that was begun on it all the same is to be finished.
pub fn owed(
    actions: &[ActionFacts],
    period: HalfYear,
    cut_offs: CutOffs,
    round: Option<&CollectionRound>,
) -> Vec<Owed> {
    let (reach, before) = (Reach::of(period, cut_offs.own), Reach::of(period.previous(), cut_offs.before));
    let mut owed = Vec::new();
    for action in actions.iter().filter(|action| reach.has(action)) {
        let over = ended_before(action, reach, before);
        for of in contacts(action, period, reach.day) {
            let competences = competences(&of);
            let due_on = round.map(|round| round.due.due_for(&competences));
            // Who has no competence is reminded by the code of the policy domain.
            let goes_by = of.competence.as_ref().unwrap_or(&of.policy_domain.0);
            let reminded_on = round.and_then(|round| round.reminded.get(goes_by).copied());
            let owes = |(kind, row)| Owed {
                action: action.id,
                number: action.definition.number,
                title: action.definition.title.clone(),
                of: of.clone(),
                kind,
                row,
                due_on,
                reminded_on,
            };
            let rows = progress(action, period, &of).into_iter();
            owed.extend(rows.filter(|(_, row)| !over || row.is_some()).map(owes));
            let silent = |kind, is: bool| (is && !over).then_some((kind, None));
            owed.extend(silent(OwedKind::Budget, budget(action, period, &of)).map(owes));
            owed.extend(silent(OwedKind::Indicators, indicators(action, period, &of)).map(owes));
        }
    }
    owed
}

/// Whether an action ended, and the report before told of it. The report that tells of the end is owed what happened until then,
/// and so is that of a half-year in which it went on again.
fn ended_before(action: &ActionFacts, reach: Reach, before: Reach) -> bool {
    let last = action.statuses.iter().rfind(|change| reach.tells(change.half_year, change.on));
    last.is_some_and(|last| last.to.is_ended() && before.tells(last.half_year, last.on))
}

/// Who reports on an action: the competences of its rows now and in the half-year before; where those name none, every policy
/// domain that the action has on this day.
fn contacts(action: &ActionFacts, period: HalfYear, day: NaiveDate) -> BTreeSet<RowOf> {
    let rows = [period, period.previous()].into_iter().filter_map(|half_year| action.rows.get(&half_year)).flatten();
    let mut contacts: BTreeSet<RowOf> = rows.flat_map(|row| row.head.competences.iter().map(RowOf::of)).collect();
    if contacts.is_empty() {
        let domains = action.policy_domains.on(day).map(|role| role.code.clone());
        contacts.extend(domains.map(|policy_domain| RowOf { policy_domain, competence: None }));
    }
    contacts
}

fn competences(of: &RowOf) -> Vec<Competence> {
    let code = of.competence.clone().unwrap_or_default();
    vec![Competence { code, policy_domain: of.policy_domain.clone() }]
}

impl RowOf {
    fn of(competence: &Competence) -> Self {
        Self { policy_domain: competence.policy_domain.clone(), competence: Some(competence.code.clone()) }
    }

    fn reports(&self, row: &ReportRowFacts) -> bool {
        row.head.competences.iter().any(|competence| self.is(competence))
    }

    fn is(&self, competence: &Competence) -> bool {
        competence.policy_domain == self.policy_domain
            && self.competence.as_ref().is_none_or(|own| *own == competence.code)
    }
}

/// Rows that are missing or not finished; a half-year's rows without any competence answer for every contact.
fn progress(action: &ActionFacts, period: HalfYear, of: &RowOf) -> Vec<(OwedKind, Option<RowId>)> {
    let rows = action.rows.get(&period).map(Vec::as_slice).unwrap_or_default();
    let own: Vec<_> = rows.iter().filter(|row| row.head.competences.is_empty() || of.reports(row)).collect();
    if own.is_empty() {
        return vec![(OwedKind::Progress, None)];
    }
    let unfinished = own.into_iter().filter_map(|row| match row.state {
        RowState::Draft | RowState::Returned => Some((OwedKind::Submission, Some(row.id()))),
        RowState::Submitted => Some((OwedKind::Acceptance, Some(row.id()))),
        RowState::Accepted | RowState::NothingToReport | RowState::NotCarriedOver => None,
    });
    unfinished.collect()
}

/// Whether there was money or other means under this contact in the half-year before, and nothing is said of either now.
fn budget(action: &ActionFacts, period: HalfYear, of: &RowOf) -> bool {
    let said = |half_year: HalfYear| {
        let own = |competence: Option<&Competence>| competence.is_some_and(|competence| of.is(competence));
        let amounts = action.budget.iter().map(|line| (line.entry.half_year, line.entry.competence.as_ref()));
        let means = action.means.iter().map(|means| (means.half_year, means.competence.as_ref()));
        let mentions = action.mentions.iter().map(|mention| (mention.half_year, mention.competence.as_ref()));
        let mut all = amounts.chain(means).chain(mentions);
        all.any(|(of_half_year, competence)| of_half_year == half_year && own(competence))
    };
    said(period.previous()) && !said(period)
}

/// Whether a figure under this contact was announced for later, or told in the half-year before and not now. Figures are
/// recognised by their label, because every half-year gives them new ids.
fn indicators(action: &ActionFacts, period: HalfYear, of: &RowOf) -> bool {
    let own = action.indicators.iter().filter(|figure| figure.competence.as_ref().is_some_and(|own| of.is(own)));
    let (now, before): (Vec<_>, Vec<_>) = own
        .filter(|figure| figure.half_year == period || figure.half_year == period.previous())
        .partition(|figure| figure.half_year == period);
    let announced = now.iter().any(|figure| figure.value == IndicatorValue::NotYetDelivered);
    let dropped = before.iter().any(|figure| now.iter().all(|told| told.label != figure.label));
    announced || dropped
}
