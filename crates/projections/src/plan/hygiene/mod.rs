//! What deserves a look before a report goes out: found by rules over what is reported, never by a list of known cases.
//! Pure.

mod duplicates;
mod finding;
mod money;
mod text;
mod who;

use std::collections::BTreeSet;

use spoor_domain::action::event::{ActionNumber, ActionStatus, RowState};
use spoor_domain::kernel::{HalfYear, Label, Language};

use super::report::ActionReport;
use super::totals::entries;

pub use finding::{Evidence, Finding, FindingKind, FindingPlace};

/// What deserves a look, action by action, given what the same actions reported in the half-year before.
pub(super) fn findings(now: &[ActionReport], before: &[ActionReport], period: HalfYear) -> Vec<Finding> {
    let numbers: BTreeSet<ActionNumber> = now.iter().map(|action| action.number).collect();
    let reported_before = before.iter().any(reported);
    let mut found = duplicates::findings(now);
    found.extend(who::findings(now));
    for action in now {
        let previous = before.iter().find(|own| own.number == action.number).filter(|_| reported_before);
        found.extend(status(action));
        found.extend(money::findings(action));
        found.extend(text::findings(action, now, &numbers, period));
        found.extend(lacking(action, previous));
    }
    let place = |finding: &Finding| (finding.number, finding.kind, finding.place.clone(), finding.why.clone());
    found.sort_by_key(place);
    found
}

fn finding(action: &ActionReport, kind: FindingKind, place: FindingPlace, nl: String, en: String) -> Finding {
    Finding { number: action.number, kind, place, why: Evidence { nl, en } }
}

/// Whether anything at all was reported on an action in its half-year.
fn reported(action: &ActionReport) -> bool {
    !(action.reports.is_empty() && action.budget.is_empty() && action.means.is_empty() && action.indicators.is_empty())
}

fn status(action: &ActionReport) -> Option<Finding> {
    let now = action.status?;
    if !(action.went_backwards || lower(now, action.previous_status)) {
        return None;
    }
    let word = |language| {
        let before = action.previous_status.map_or("–", |status| status.label(language));
        (before, now.label(language))
    };
    let ((before_nl, now_nl), (before_en, now_en)) = (word(Language::Nl), word(Language::En));
    let nl = format!("Vorig halfjaar: {before_nl}; nu: {now_nl}.");
    let en = format!("The half-year before: {before_en}; now: {now_en}.");
    Some(finding(action, FindingKind::WentBackwards, FindingPlace::Action, nl, en))
}

/// Whether a status is a step back from an earlier one. Stopping is not: it is an end like completing.
fn lower(now: ActionStatus, before: Option<ActionStatus>) -> bool {
    let place = |status: ActionStatus| ActionStatus::ALL.iter().position(|known| *known == status);
    before.is_some_and(|before| now != ActionStatus::Discontinued && place(now) < place(before))
}

/// Whether an action lacks something, and what it is called in Dutch and English.
type Lack = (fn(&ActionReport) -> bool, &'static str, &'static str);

/// What an action may lack.
const LACKS: [Lack; 3] = [
    (|action| entries(action) == 0, "een bedrag", "an amount"),
    (|action| action.indicators.is_empty(), "een indicator", "an indicator"),
    (without_progress, "voortgang", "progress"),
];

/// Nothing is asked of an action that has still to start, or that had ended before.
fn lacking(action: &ActionReport, before: Option<&ActionReport>) -> Vec<Finding> {
    let mut found = Vec::new();
    let whole = |kind, nl: &str, en: &str| finding(action, kind, FindingPlace::Action, nl.into(), en.into());
    if entries(action) == 0 {
        let (nl, en) = match action.budget.is_empty() && action.means.is_empty() && action.mentions.is_empty() {
            true => ("Geen bedrag, geen andere middelen, geen vermelding.", "No amount, no other means, no mention."),
            false => {
                ("Wel andere middelen of een vermelding van financiering.", "Other means or a mention of funding.")
            }
        };
        found.push(whole(FindingKind::WithoutBudget, nl, en));
    }
    if without_progress(action) {
        let (nl, en) = match action.reports.is_empty() {
            true => ("Er is geen rapportering.", "There is no report row."),
            false => (
                "Elke rapportering zegt dat er niets te melden is.",
                "Every report row says there is nothing to report.",
            ),
        };
        found.push(whole(FindingKind::WithoutProgress, nl, en));
    }
    let ended = |status: Option<ActionStatus>| status.is_some_and(ActionStatus::is_ended);
    let started = action.status.is_some_and(|status| status != ActionStatus::NotStarted);
    let asked = |before: &&ActionReport| started && !ended(before.status);
    if let Some(before) = before.filter(asked) {
        let twice = LACKS.into_iter().filter(|(lacks, _, _)| lacks(action) && lacks(before));
        let (nl, en): (Vec<_>, Vec<_>) = twice.map(|(_, nl, en)| (nl, en)).unzip();
        if !nl.is_empty() {
            let nl = format!("Twee halfjaren zonder {}.", nl.join(", zonder "));
            let en = format!("Two half-years without {}.", en.join(", without "));
            found.push(whole(FindingKind::LackingTwice, &nl, &en));
        }
    }
    found
}

fn without_progress(action: &ActionReport) -> bool {
    action.reports.iter().all(|row| row.state == RowState::NothingToReport)
}

#[cfg(test)]
mod tests;
