//! What is asked about at a place of an edition, and what an action has to do with it. Pure.

use spoor_domain::action::event::{ActionNumber, ActionStatus, BudgetEntry};
use spoor_domain::kernel::Label;
use spoor_projections::plan::{ActionReport, ProgressReport};

use super::super::figure::{Fact, Figure, Group, Measure};
use super::{Said, Told};

/// A figure, and of which part of the plan and of which status it is when it is a sum over those.
pub(super) struct Asked<'a> {
    pub figure: Figure,
    pub key: Option<&'a str>,
    status: Option<&'a str>,
    /// The path within an action; empty for a sum, and for what is said of all that was reported.
    pub path: &'a str,
}

/// What an action adds to a sum, as one report has it.
#[derive(Default)]
struct Share {
    is_there: bool,
    is_of_part: bool,
    counts: Option<(Option<ActionStatus>, i64)>,
}

impl Share {
    fn added(&self) -> Option<(Option<ActionStatus>, i64)> {
        self.counts.filter(|_| self.is_of_part)
    }
}

impl<'a> Asked<'a> {
    /// What stands there; none where nothing does.
    pub fn of(said: Said<'a>) -> Option<Self> {
        if said.action.is_some() {
            let figure = Figure::in_action(said.path)?;
            // What regular means are said by lies in other lists of the action, in all of them.
            let path = if figure == Figure::RegularMeans { "" } else { said.path };
            return Some(Self { figure, key: None, status: None, path });
        }
        let (figure, key) = Figure::of_all(said.path)?;
        let status = said.path.split_once("by_status/").and_then(|(_, status)| status.split('/').next());
        Some(Self { figure, key, status, path: "" })
    }

    /// The kinds of facts of an action that may be behind it; none where the action adds nothing to a sum, or the same in both
    /// reports. What decides of which part of the plan it is matters only where that changed, and so does what is added up.
    pub fn facts_in(&self, number: ActionNumber, now: &Told, before: Option<&Told>) -> Vec<Fact> {
        let Figure::Sum(group, measure) = self.figure else { return self.figure.facts() };
        let now = self.share(number, now);
        let Some(before) = before.map(|before| self.share(number, before)) else {
            return if now.added().is_some() { self.figure.facts() } else { Vec::new() };
        };
        if now.added() == before.added() {
            return Vec::new();
        }
        let mut facts = Vec::new();
        if now.is_there != before.is_there {
            facts.push(Fact::Existence);
        }
        if now.is_of_part != before.is_of_part {
            facts.extend(group.into_iter().flat_map(|group| group.facts(measure)));
        }
        if now.counts != before.counts {
            facts.extend(measure.facts());
        }
        facts
    }

    fn share(&self, number: ActionNumber, told: &Told) -> Share {
        let Some(action) = told.action(number) else { return Share::default() };
        Share { is_there: true, is_of_part: self.is_of_part(&told.report, action), counts: self.counts(action) }
    }

    /// What counts of an action in a sum; none where nothing does.
    fn counts(&self, action: &ActionReport) -> Option<(Option<ActionStatus>, i64)> {
        let Figure::Sum(_, measure) = self.figure else { return None };
        let amounts = || action.budget.iter().map(|line| &line.entry).filter(|entry| self.adds(entry));
        let one = |is: bool| is.then_some((None, 1));
        match measure {
            Measure::Part | Measure::Actions => one(true),
            Measure::ByStatus => {
                let own = action.status.filter(|own| self.status.is_none_or(|code| own.code() == code));
                own.map(|own| (Some(own), 1))
            }
            Measure::AsPrinted | Measure::WithoutDuplicates => {
                let sum = amounts().map(|entry| entry.amount.0).fold(0, i64::saturating_add);
                amounts().next().map(|_| (None, sum))
            }
            Measure::Entries => amounts().map(|_| (None, 1)).reduce(|(_, sum), (_, one)| (None, sum + one)),
            Measure::ActionsWithBudget => one(amounts().next().is_some()),
        }
    }

    /// Whether an amount counts in the sum, or brings its action under the competence.
    pub fn adds(&self, entry: &BudgetEntry) -> bool {
        let Figure::Sum(group, measure) = self.figure else { return false };
        let is_under = group != Some(Group::Competence) || self.key.is_none_or(|key| key == ascribed(entry));
        is_under && measure.counts(entry)
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
                reported.any(|own| own.code == key)
                    || amounts.any(|entry| entry.counts_as_printed() && ascribed(entry) == key)
            }
        }
    }
}

/// The code of the competence an amount is under; empty where it is under none, as in the sums.
fn ascribed(entry: &BudgetEntry) -> &str {
    entry.competence.as_ref().map_or("", |competence| competence.code.as_str())
}
