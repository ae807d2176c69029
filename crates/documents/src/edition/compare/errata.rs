//! The errata of a corrected edition: everything it says otherwise about the plan than the edition it corrects.

use spoor_domain::edition::finding::Finding;

use super::fields::{self, Names, Reach};
use super::totals;
use super::walk::{Difference, List, Walk};
use crate::edition::content::*;
use crate::edition::findings;

/// What stands for an old value that may not be told again.
pub const NOT_REPEATED: &str = "niet herhaald: een klein aantal personen, of een cijfer over leertrajecten";

/// What stands for the old words of an edition that was withdrawn.
pub const WITHDRAWN: &str = "niet herhaald: die editie is ingetrokken";

/// What `new` says otherwise than `old` of the plan and of police training, value by value and as printed, in the order of
/// the report. The published tables on dossiers, whose revisions are told in their own way, and earlier errata are left
/// out, and so are the number of the edition and which one it corrects. It is empty exactly when the two say the same.
///
/// What the old content told of few persons or of learning trajectories, and the new one does not tell any more, is not
/// told again here: an edition is corrected for that, too, and may have been withdrawn for it.
pub fn errata(old: &EditionContent, new: &EditionContent) -> Vec<Erratum> {
    differences(old, new).into_iter().map(Erratum::from).collect()
}

/// The same where `old` was withdrawn. What its words were is told no more, whatever they were: nobody says in which of them
/// stood what it was withdrawn for. Figures, statuses and days are told as ever.
pub fn errata_of_withdrawn(old: &EditionContent, new: &EditionContent) -> Vec<Erratum> {
    let without_words = |found: Difference| {
        if !found.in_words || found.old.is_none() {
            return found;
        }
        let (path, label) = (found.plain_path.clone(), found.plain_label.clone());
        Difference { path, label, old: Some(WITHDRAWN.to_owned()), ..found }
    };
    differences(old, new).into_iter().map(without_words).map(Erratum::from).collect()
}

fn differences(old: &EditionContent, new: &EditionContent) -> Vec<Difference> {
    let EditionContent { format, head, policy_lines: _, totals, tables: _, training, errata: _ } = old;
    let names = (Names::of(old), Names::of(new));
    let mut whole = Walk::through(None);
    whole.value("format", "Vorm van het document", format, &new.format, |format| Some(format.clone()));
    fields::head(&mut whole, head, &new.head);
    structure(&mut whole, &old.policy_lines, &new.policy_lines);
    let mut found = whole.found();
    found.extend(actions(&old.policy_lines, &new.policy_lines, &names));
    let mut sums = Walk::through(None);
    totals::totals(&mut sums, totals, &new.totals);
    found.extend(sums.found());
    let mut trained = Walk::through(None);
    totals::training(&mut trained, training, &new.training);
    found.extend(trained.found());
    // By their words and not by their ids: what a passage still tells is told, whatever else of it changed.
    let told = findings(new);
    let is_told =
        |own: &Finding| told.iter().any(|new| new.kind == own.kind && new.place == own.place && new.quote == own.quote);
    let gone: Vec<Finding> = findings(old).into_iter().filter(|finding| !is_told(finding)).collect();
    found.into_iter().map(|found| without(found, &gone)).collect()
}

/// The difference without an old value in which something is found that is gone.
fn without(found: Difference, gone: &[Finding]) -> Difference {
    let tells = |finding: &Finding| {
        let told = [Some(&found.label), found.old.as_ref()].into_iter().flatten();
        let is_there = !is_beside_words(&found.path) && is_at(&finding.place.part, &found.path);
        finding.place.action == found.action && (is_there || told.into_iter().any(|text| text.contains(&finding.quote)))
    };
    let told: Vec<&Finding> = gone.iter().filter(|finding| tells(finding)).collect();
    if told.is_empty() {
        return found;
    }
    // What is known by its words has them in its path.
    let by_words = told.into_iter().find(|finding| found.path.contains(&finding.quote));
    let path = by_words.map_or_else(|| found.path.clone(), |finding| finding.place.part.clone());
    let old = found.old.as_ref().map(|_| NOT_REPEATED.to_owned());
    let plain_path = by_words.map_or_else(|| found.plain_path.clone(), |finding| finding.place.part.clone());
    Difference { path, plain_path, label: found.plain_label.clone(), old, ..found }
}

/// Whether a path leads to this part of an action or of the head, into it, or over it.
fn is_at(part: &str, path: &str) -> bool {
    let path = path.strip_prefix("head/").unwrap_or(path);
    let leads =
        |whole: &str, into: &str| into.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    leads(part, path) || leads(path, part) || (path == "action" && part == "title")
}

/// Whether a path leads to what stands beside the words of an amount, or of an opening balance of police training: what is
/// found in the words is not in it.
fn is_beside_words(path: &str) -> bool {
    if let Some((_programme, field)) = path.strip_prefix("training/").and_then(|total| total.split_once('/')) {
        return field != "source";
    }
    let field = path.strip_prefix("budget/").and_then(|entry| entry.split_once('/')).map(|(_id, field)| field);
    let beside = [
        "amount",
        "competence",
        "competence_basis",
        "source",
        "source_lines",
        "half_year",
        "period/from",
        "period/until",
        "period/kind",
    ];
    field.is_some_and(|field| beside.contains(&field))
}

impl From<Difference> for Erratum {
    fn from(found: Difference) -> Self {
        let Difference { action, path, label, plain_label: _, plain_path: _, in_words: _, old, new } = found;
        Self { action, path, label, old, new }
    }
}

/// A chapter without its actions, and the policy line it stands under.
#[derive(PartialEq)]
struct Chapter<'a> {
    number: u16,
    title: &'a str,
    policy_line: u16,
}

/// An action and the chapter it stands in.
#[derive(PartialEq)]
struct Placed<'a> {
    chapter: u16,
    action: &'a ActionContent,
}

fn structure(walk: &mut Walk, old: &[PolicyLineContent], new: &[PolicyLineContent]) {
    let lines = List::<PolicyLineContent> {
        name: "policy_lines",
        item: "Beleidslijn",
        items: "beleidslijnen",
        key: &|line| line.number.to_string(),
        print: &|line| format!("{} {}", line.number, line.name),
    };
    walk.list(&lines, old, new, |walk, old, new| walk.text("name", "naam", &old.name, &new.name));
    let chapters = List::<Chapter<'_>> {
        name: "chapters",
        item: "Hoofdstuk",
        items: "hoofdstukken",
        key: &|chapter| chapter.number.to_string(),
        print: &|chapter| format!("{} {}", chapter.number, chapter.title),
    };
    walk.list(&chapters, &chapters_of(old), &chapters_of(new), |walk, old, new| {
        walk.text("title", "titel", old.title, new.title);
        walk.value("policy_line", "beleidslijn", &old.policy_line, &new.policy_line, |number| Some(number.to_string()));
    });
}

fn actions(old: &[PolicyLineContent], new: &[PolicyLineContent], names: &(Names, Names)) -> Vec<Difference> {
    let (old, new) = (actions_of(old), actions_of(new));
    let list = List::<Placed<'_>> {
        name: "action",
        item: "Actie",
        items: "acties",
        key: &|placed| placed.action.number.to_string(),
        print: &|placed| format!("{} {}", placed.action.number, placed.action.title),
    };
    // The list finds what is new, gone, moved or changed; what changed in an action is walked on its own, so that its
    // paths begin at the action.
    let mut places = Walk::through(None);
    let mut inside = Vec::new();
    places.list(&list, &old, &new, |_places, old, new| {
        let mut walk = Walk::through(Some(old.action.number));
        walk.value("chapter", "Hoofdstuk", &old.chapter, &new.chapter, |number| Some(number.to_string()));
        fields::action(&mut walk, old.action, new.action, names, Reach::Everything);
        inside.extend(walk.found());
    });
    let whole = places.found().into_iter().map(of_action);
    whole.chain(inside).collect()
}

/// An action that is new or gone is about that action.
fn of_action(found: Difference) -> Difference {
    match found.path.strip_prefix("action/").and_then(|number| number.parse().ok()) {
        Some(number) => {
            let (path, plain_path) = ("action".to_owned(), "action".to_owned());
            Difference { action: Some(number), path, plain_path, ..found }
        }
        None => found,
    }
}

fn chapters_of(lines: &[PolicyLineContent]) -> Vec<Chapter<'_>> {
    let mut chapters = Vec::new();
    for line in lines {
        let own = line.chapters.iter();
        chapters.extend(own.map(|ChapterContent { number, title, actions: _ }| Chapter {
            number: *number,
            title,
            policy_line: line.number,
        }));
    }
    chapters
}

fn actions_of(lines: &[PolicyLineContent]) -> Vec<Placed<'_>> {
    let mut actions = Vec::new();
    for chapter in lines.iter().flat_map(|line| &line.chapters) {
        actions.extend(chapter.actions.iter().map(|action| Placed { chapter: chapter.number, action }));
    }
    actions
}
