//! What the words of a report tell of it: that something ended, that a text only points elsewhere, where it points.

use std::collections::BTreeSet;

use spoor_domain::action::event::{ActionNumber, ActionStatus, Block, ListItem, PeriodKind, Reference, RowState};
use spoor_domain::kernel::HalfYear;

use super::super::facts::ReportRowFacts;
use super::super::report::ActionReport;
use super::{Finding, FindingKind, FindingPlace, finding};

pub(super) fn findings(
    action: &ActionReport,
    all: &[ActionReport],
    numbers: &BTreeSet<ActionNumber>,
    period: HalfYear,
) -> Vec<Finding> {
    let mut found: Vec<Finding> = ended(action, period).into_iter().collect();
    for row in &action.reports {
        let place = FindingPlace::Row(row.id());
        let competences: Vec<&str> = row.head.competences.iter().map(|own| own.code.as_str()).collect();
        let competences = competences.join(", ");
        if row.state == RowState::NotCarriedOver {
            let nl = format!("Rapportering {} ({competences}) zonder tekst overgenomen.", row.head.place);
            let en = format!("Report row {} ({competences}) imported without its text.", row.head.place);
            found.push(finding(action, FindingKind::TextNotCarriedOver, place.clone(), nl, en));
        }
        if let Some(words) = only_refers(row) {
            let (nl, en) = (format!("De hele tekst: ‘{words}’"), format!("The whole text: ‘{words}’"));
            found.push(finding(action, FindingKind::ReferenceOnly, place.clone(), nl, en));
        }
        let references = row.row.iter().flat_map(|row| &row.references);
        let in_words = in_its_words(row).into_iter().filter(|number| !numbers.contains(number)).map(no_such_action);
        for (nl, en) in references.filter_map(|reference| dangling(reference, all, numbers)).chain(in_words) {
            found.push(finding(action, FindingKind::DanglingReference, place.clone(), nl, en));
        }
    }
    let marked = action.budget.iter().filter_map(|line| Some((line, line.entry.possible_duplicate_of.as_ref()?)));
    for (line, first) in marked.filter(|(_, first)| !numbers.contains(&first.action)) {
        let nl = format!("Aangemerkt als dubbel van actie {}, die het plan niet heeft.", first.action);
        let en = format!("Marked as a duplicate of action {}, which the plan does not have.", first.action);
        found.push(finding(action, FindingKind::DanglingReference, FindingPlace::Entry(line.entry.id), nl, en));
    }
    found
}

/// Words with which a report says that something is over.
const RAN_OUT: [&str; 6] =
    ["liep af", "liepen af", "liep ten einde", "liepen ten einde", "loopt niet meer", "lopen niet meer"];
const OVER: [&str; 6] = ["afgelopen", "afgerond", "afgesloten", "beëindigd", "stopgezet", "voltooid"];
/// What stands with those words, before or right behind them, where it is so already.
const HAS_BECOME: [&str; 6] = ["is", "zijn", "was", "waren", "werd", "werden"];
/// How many words before them are looked at.
const NEAR: usize = 5;
/// What says there that it is not so, or not yet.
const NOT_SO: [&str; 7] = ["niet", "nog", "bijna", "als", "zodra", "wanneer", "indien"];
/// What is not over when it is *afgesloten*, but made.
const AGREED: [&str; 4] = ["overeenkomst", "akkoord", "contract", "protocol"];

/// A status that says the action goes on, though the last of its periods ended before the half-year began, or its text
/// says it is over.
fn ended(action: &ActionReport, period: HalfYear) -> Option<Finding> {
    if !matches!(action.status, Some(ActionStatus::Ongoing | ActionStatus::Started)) {
        return None;
    }
    let (nl, en) = ended_by_period(action, period).or_else(|| ended_by_text(action))?;
    Some(finding(action, FindingKind::OngoingThoughEnded, FindingPlace::Action, nl, en))
}

/// Only where every amount names a period with a last day: one that does not may well go on.
fn ended_by_period(action: &ActionReport, period: HalfYear) -> Option<(String, String)> {
    let mut last: Option<(chrono::NaiveDate, &str)> = None;
    for line in &action.budget {
        let covered = line.entry.period.as_ref().filter(|covered| covered.kind != PeriodKind::Yearly)?;
        let until = covered.until?;
        last = last.max(Some((until, covered.verbatim.as_str())));
    }
    let (until, verbatim) = last.filter(|(until, _)| *until < period.first_day())?;
    let nl = format!("De laatste periode, ‘{verbatim}’, eindigde op {until}, voor het halfjaar {period}.");
    let en = format!("The last period, ‘{verbatim}’, ended on {until}, before the half-year {period}.");
    Some((nl, en))
}

fn ended_by_text(action: &ActionReport) -> Option<(String, String)> {
    let texts = action.reports.iter().filter_map(|row| row.row.as_ref()).map(|row| in_words(&row.blocks));
    let notes = action.budget.iter().filter_map(|line| line.entry.note.clone());
    let mentions = action.mentions.iter().map(|mention| mention.text.clone());
    let over = |text: String| text.split(['.', '\n']).map(str::trim).find(|text| is_over(text)).map(str::to_owned);
    let sentence = texts.chain(notes).chain(mentions).find_map(over)?;
    Some((format!("Er staat: ‘{sentence}’"), format!("It says: ‘{sentence}’")))
}

/// Whether a sentence says that something is over: *de projecten zijn intussen afgelopen*, *nu het project afgerond is*;
/// not *zodra het is afgerond*, nor *er werd een overeenkomst afgesloten*.
fn is_over(sentence: &str) -> bool {
    let said = sentence.to_lowercase();
    let words: Vec<&str> = said.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let agreed = words.iter().any(|word| AGREED.iter().any(|made| word.contains(made)));
    let over = |(at, word): (usize, &&str)| {
        let before = &words[at.saturating_sub(NEAR)..at];
        let among = |words: &[&str], known: &[&str]| words.iter().any(|word| known.contains(word));
        let has_become = among(before, &HAS_BECOME) || among(&words[at + 1..words.len().min(at + 2)], &HAS_BECOME);
        OVER.contains(word) && has_become && !among(before, &NOT_SO) && !(agreed && *word == "afgesloten")
    };
    RAN_OUT.iter().any(|ran_out| said.contains(ran_out)) || words.iter().enumerate().any(over)
}

/// The longest text, in words, that is taken for a mere reference.
const SHORT: usize = 25;

/// Ways to begin a text that points elsewhere.
const POINTS: [&str; 8] =
    ["zie ", "cfr", "cf.", "idem ", "verwijzing naar ", "we verwijzen ", "er wordt verwezen ", "hiervoor verwijzen "];

/// The text of a row, when it is short and only points to another place.
fn only_refers(row: &ReportRowFacts) -> Option<String> {
    let written = row.row.as_ref()?;
    let words = in_words(&written.blocks).split_whitespace().collect::<Vec<_>>().join(" ");
    let said = words.to_lowercase();
    let short = !said.is_empty() && words.split(' ').count() <= SHORT;
    let only_links = written.blocks.iter().all(|block| matches!(block, Block::Link { .. }));
    (short && (only_links || POINTS.iter().any(|points| said.starts_with(points)))).then_some(words)
}

fn in_words(blocks: &[Block]) -> String {
    fn of_items(items: &[ListItem], lines: &mut Vec<String>) {
        for item in items {
            lines.push(item.text.clone());
            of_items(&item.items, lines);
        }
    }
    let mut lines = Vec::new();
    for block in blocks {
        match block {
            Block::Paragraph(text) | Block::Heading(text) | Block::Link { text, .. } => lines.push(text.clone()),
            Block::List(items) => of_items(items, &mut lines),
        }
    }
    // A sentence goes on where its line ends.
    lines.iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join("\n")
}

/// A reference within this plan to an action it does not have, or to a competence that does not report there. What
/// another plan has is not known here.
fn dangling(reference: &Reference, all: &[ActionReport], numbers: &BTreeSet<ActionNumber>) -> Option<(String, String)> {
    let number = reference.action.filter(|_| reference.plan.is_none())?;
    if !numbers.contains(&number) {
        return Some(no_such_action(number));
    }
    let competence = reference.competence.as_ref().filter(|_| reference.edition.is_none())?;
    let there = all.iter().find(|action| action.number == number)?;
    let mut reported = there.reports.iter().flat_map(|row| &row.head.competences);
    if there.reports.is_empty() || reported.any(|own| own.code == *competence) {
        return None;
    }
    let nl = format!("Verwijst naar {competence} in actie {number}; die bevoegdheid rapporteert daar niet.");
    Some((nl, format!("Refers to {competence} in action {number}; that competence does not report there.")))
}

fn no_such_action(number: ActionNumber) -> (String, String) {
    let nl = format!("Verwijst naar actie {number}; het plan heeft er geen met dat nummer.");
    (nl, format!("Refers to action {number}; the plan has none with that number."))
}

/// What a text calls an action to which it points by number.
const CALLED: [&str; 4] = ["actie", "acties", "maatregel", "maatregelen"];
/// What stands between the numbers of several.
const BETWEEN: [&str; 3] = ["en", "of", "tot"];
/// How many words behind a number may lead to the plan it is of.
const TO_ITS_PLAN: usize = 8;

/// The actions to which the text of a row points by number, and no reference of the row does.
fn in_its_words(row: &ReportRowFacts) -> BTreeSet<ActionNumber> {
    let Some(written) = &row.row else { return BTreeSet::new() };
    let referred = |number: &ActionNumber| written.references.iter().any(|own| own.action == Some(*number));
    in_words(&written.blocks).lines().flat_map(pointed_to).filter(|number| !referred(number)).collect()
}

/// *zie actie 8.2*, *de acties 4.1 en 4.3*; not *actie 3.1 van het jeugdplan*, which is of another plan.
fn pointed_to(line: &str) -> Vec<ActionNumber> {
    let bare = |word: &str| word.trim_matches(|sign: char| !sign.is_alphanumeric()).to_lowercase();
    let words: Vec<&str> = line.split_whitespace().collect();
    let calls = words.iter().enumerate().filter(|(_, word)| CALLED.contains(&bare(word).as_str()));
    let behind = |(at, _): (usize, &&str)| {
        let behind = &words[at + 1..];
        let is_number = |word: &&&str| bare(word).parse::<ActionNumber>().is_ok();
        let listed = behind.iter().take_while(|word| is_number(word) || BETWEEN.contains(&bare(word).as_str())).count();
        let (listed, next) = behind.split_at(listed);
        let closed = listed.last().is_some_and(|word| word.ends_with('.'));
        let of_another_plan = !closed && next.iter().take(TO_ITS_PLAN).any(|word| bare(word).ends_with("plan"));
        let numbers = listed.iter().filter_map(|word| bare(word).parse().ok());
        if of_another_plan { Vec::new() } else { numbers.collect() }
    };
    calls.flat_map(behind).collect()
}
