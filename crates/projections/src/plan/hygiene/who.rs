//! Who answers for an action: titles of ministers as printed, beside the office they mean, and who coordinates.

use std::collections::BTreeMap;

use spoor_domain::action::event::MinisterOffice;
use spoor_domain::kernel::{Label, Language};

use super::super::report::ActionReport;
use super::{Finding, FindingKind, FindingPlace, finding};

/// How often each title of an office is written.
type Titles<'a> = BTreeMap<MinisterOffice, BTreeMap<&'a str, usize>>;

pub(super) fn findings(actions: &[ActionReport]) -> Vec<Finding> {
    let titles = titles(actions);
    let mut found = Vec::new();
    for action in actions {
        found.extend(several_coordinators(action));
        for minister in &action.ministers {
            let (title, place) = (&minister.title, || FindingPlace::Minister(minister.title.clone()));
            if minister.offices.is_empty() {
                let (nl, en) =
                    (format!("‘{title}’ betekent geen bekend ambt."), format!("‘{title}’ means no known office."));
                found.push(finding(action, FindingKind::UnknownOffice, place(), nl, en));
            }
            for office in &minister.offices {
                let Some((usual, times)) = usual(&titles, *office).filter(|(usual, _)| usual != title) else {
                    continue;
                };
                let (nl, en) = (office.label(Language::Nl), office.label(Language::En));
                let nl = format!("‘{title}’ is {nl}; meestal staat er ‘{usual}’ ({times} keer).");
                let en = format!("‘{title}’ is {en}; usually written ‘{usual}’ ({times} times).");
                found.push(finding(action, FindingKind::MinisterTitleVaries, place(), nl, en));
            }
        }
    }
    found
}

/// No decision lets two domains coordinate at a time; what was recorded under earlier rules may.
fn several_coordinators(action: &ActionReport) -> Option<Finding> {
    let coordinators = action.policy_domains.iter().filter(|role| role.coordinator);
    let codes: Vec<&str> = coordinators.map(|role| role.code.0.as_str()).collect();
    let (last, others) = codes.split_last().filter(|(_, others)| !others.is_empty())?;
    let others = others.join(", ");
    let (nl, en) = (format!("{others} en {last} coördineren."), format!("{others} and {last} coordinate."));
    Some(finding(action, FindingKind::SeveralCoordinators, FindingPlace::Action, nl, en))
}

fn titles(actions: &[ActionReport]) -> Titles<'_> {
    let mut titles = Titles::new();
    for minister in actions.iter().flat_map(|action| &action.ministers) {
        for office in &minister.offices {
            *titles.entry(*office).or_default().entry(&minister.title).or_default() += 1;
        }
    }
    titles
}

/// The title an office is written with most often; of several, the first in the alphabet.
fn usual<'a>(titles: &Titles<'a>, office: MinisterOffice) -> Option<(&'a str, usize)> {
    let own = titles.get(&office)?.iter().map(|(title, times)| (*title, *times));
    own.rev().max_by_key(|(_, times)| *times)
}
