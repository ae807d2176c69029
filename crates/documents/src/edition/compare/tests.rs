//! Laws: nothing that means something goes unlisted, nothing is listed that does not, and every listed value is as printed.

use proptest::prelude::*;
use serde_json::{Value, json};

use spoor_domain::action::event::{Block, IndicatorValue};
use spoor_domain::kernel::Cents;

use super::*;
use crate::edition::content::*;
use crate::edition::samples::edition;

/// The content without what gets no errata, as JSON.
fn plan_data(content: &EditionContent) -> Value {
    let mut json = serde_json::to_value(content).unwrap();
    let content = json.as_object_mut().unwrap();
    for excluded in ["tables", "errata"] {
        content.remove(excluded);
    }
    let head = content["head"].as_object_mut().unwrap();
    head.remove("number");
    head.remove("corrects");
    json
}

/// Every node of a document, by JSON pointer.
fn pointers(value: &Value, at: String, all: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| pointers(value, format!("{at}/{name}"), all)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(place, value)| pointers(value, format!("{at}/{place}"), all));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    all.push(at);
}

/// What a node may become; most are no content, and those are passed over.
fn others(value: &Value) -> Vec<Value> {
    let mut others: Vec<Value> = [
        "anders",
        "2019-H1",
        "2019-02-03",
        "9.9",
        "Completed",
        "Submitted",
        "Description",
        "Repeats",
        "CalendarYear",
        "AlmostCertain",
        "Stated",
        "Planned",
        "Unknown",
        "00000000-0000-0000-0000-00000000ffff",
    ]
    .into_iter()
    .map(Value::from)
    .collect();
    others.extend([Value::Null, json!(9), json!(true), json!([]), json!({"Counted": 3}), json!({"About": 3})]);
    if let Value::Array(items) = value {
        let rest = |items: &[Value]| Value::from(items.to_vec());
        others.extend((!items.is_empty()).then(|| rest(&items[1..])));
        others.extend((items.len() > 1).then(|| items.iter().rev().cloned().collect::<Value>()));
        others.extend(items.first().map(|first| items.iter().chain([first]).cloned().collect::<Value>()));
    }
    others
}

/// A content that differs in one node, if there is such a content.
fn with(json: &Value, pointer: &str, other: Value) -> Option<EditionContent> {
    let mut json = json.clone();
    *json.pointer_mut(pointer)? = other;
    serde_json::from_value(json).ok()
}

/// The number of the action a pointer lies in, when it lies below its number.
fn action_of(json: &Value, pointer: &str) -> Option<String> {
    let parts: Vec<&str> = pointer.split('/').collect();
    let inside = parts.len() > 8 && parts[1] == "policy_lines" && parts[5] == "actions" && parts[7] != "number";
    let action = inside.then(|| parts[..7].join("/"))?;
    json.pointer(&format!("{action}/number"))?.as_str().map(str::to_owned)
}

#[test]
fn a_content_has_no_errata_against_itself_and_no_comparison() {
    let content = edition();
    assert_eq!(errata(&content, &content), []);
    assert!(compare(&content, &content).is_empty());
}

#[test]
fn whatever_single_value_differs_is_listed_under_its_action() {
    let content = edition();
    let json = serde_json::to_value(&content).unwrap();
    let mut all = Vec::new();
    pointers(&json, String::new(), &mut all);
    let (mut listed, mut silent) = (0, 0);
    for pointer in all.iter().filter(|pointer| !pointer.is_empty()) {
        for other in others(json.pointer(pointer).unwrap()) {
            let Some(changed) = with(&json, pointer, other) else { continue };
            let found = errata(&content, &changed);
            assert_eq!(found.is_empty(), plan_data(&content) == plan_data(&changed), "{pointer}: {found:?}");
            if let Some(number) = action_of(&json, pointer) {
                assert!(
                    found.iter().all(|erratum| erratum.action.map(|own| own.to_string()) == Some(number.clone())),
                    "{pointer}: {found:?}"
                );
            }
            let untold = found.is_empty() || only_structure(&found) || pointer.ends_with("/id");
            assert!(untold || !compare(&content, &changed).is_empty(), "{pointer}: {found:?}");
            if found.is_empty() { silent += 1 } else { listed += 1 }
        }
    }
    // The sample has every kind of value: were it thinned out, this would prove little.
    assert!(listed > 700, "{listed} changes were tried");
    assert!(silent > 50, "{silent} changes outside the plan data were tried");
}

/// Names of lines and chapters, the order of things and police training are errata but no change of the plan between two
/// half-years; nor is a new id.
fn only_structure(found: &[Erratum]) -> bool {
    let structure = |erratum: &Erratum| {
        ["policy_lines", "chapters", "format", "action", "training"].iter().any(|own| erratum.path.starts_with(own))
            || erratum.path == "chapter"
            || erratum.label.starts_with("Volgorde")
            || erratum.label.contains(": Volgorde")
    };
    found.iter().all(structure)
}

#[test]
fn tables_and_the_number_of_the_edition_get_no_errata() {
    let old = edition();
    let mut new = old.clone();
    new.tables.clear();
    new.errata.clear();
    new.head.number += 1;
    new.head.corrects = None;
    assert_eq!(errata(&old, &new), []);
}

#[test]
fn a_corrected_figure_of_police_training_is_listed_under_its_programme() {
    let old = edition();
    let mut new = old.clone();
    let [opening, counted] = &mut new.training[..] else { panic!("two programmes") };
    (opening.in_period, opening.cumulative) = (Some(120), Some(11_317));
    (counted.sessions, opening.source) = (Some(1), Some("jaarverslag 2021".into()));
    let found = errata(&old, &new);
    let told: Vec<_> = found.iter().map(|own| (own.path.as_str(), own.old.as_deref(), own.new.as_deref())).collect();
    let expected = [
        ("training/HPM/in_period", Some("niet geregistreerd"), Some("120")),
        ("training/HPM/cumulative", Some("11.197"), Some("11.317")),
        ("training/HPM/source", Some("jaarverslag 2020"), Some("jaarverslag 2021")),
        ("training/Polarisation/sessions", Some("0"), Some("1")),
    ];
    assert_eq!(told, expected);
    let label = "Politievorming ‘Holocaust, Politie en Mensenrechten’: deelnemers in totaal";
    assert_eq!((found[1].action, found[1].label.as_str()), (None, label));
    let withdrawn = errata_of_withdrawn(&old, &new);
    assert_eq!((withdrawn[1].old.as_deref(), withdrawn[2].old.as_deref()), (Some("11.197"), Some(WITHDRAWN)));
    let few = |source: &str, cumulative| {
        let mut content = edition();
        (content.training[0].source, content.training[0].cumulative) = (Some(source.into()), Some(cumulative));
        content
    };
    let found = errata(&few("Persbericht, met drie deelnemers uit Gent", 120), &few("Persbericht", 130));
    let told: Vec<_> = found.iter().map(|own| own.old.as_deref()).collect();
    assert_eq!(told, [Some("120"), Some(NOT_REPEATED)], "the figure does not stand in the words");
}

#[test]
fn what_is_not_yet_delivered_is_told_as_such_and_not_as_another_way_of_paying() {
    let with = |regular: bool, paid: bool| {
        let mut content = edition();
        let actions = &mut content.policy_lines[0].chapters[0].actions;
        let entry = actions[1].budget[0].clone();
        let action = &mut actions[0];
        (action.regular_means, action.budget) = (regular, if paid { vec![entry] } else { vec![] });
        content
    };
    let (regular, paid, awaited) = (with(true, false), with(false, true), with(false, false));
    for (old, new, was, is) in [
        (&regular, &awaited, "ja", "nog niet geleverd"),
        (&awaited, &regular, "nog niet geleverd", "ja"),
        (&awaited, &paid, "nog niet geleverd", "neen"),
        (&regular, &paid, "ja", "neen"),
    ] {
        let found = errata(old, new);
        let told = found.iter().find(|own| own.path == "regular_means").unwrap();
        assert_eq!((told.old.as_deref(), told.new.as_deref()), (Some(was), Some(is)));
        let described = compare(old, new).described;
        assert_eq!((described[0].old.as_deref(), described[0].new.as_deref()), (Some(was), Some(is)));
    }
}

/// What the old content told of few persons is not told again where it is corrected, neither as the old value nor in
/// the name of what was corrected; what stands as it stood may be told, and so may what is new.
#[test]
fn a_small_count_that_was_corrected_is_not_told_again() {
    const SMALL: &str = "Er waren drie jongeren in Hasselt.";
    // Where a text stands in an action, when the action has such a place.
    type Spot = fn(&mut ActionContent) -> Option<&mut String>;
    // Writes into the first action that has the place.
    let with = |spot: Spot, text: &str| {
        let mut content = edition();
        content.head.preface = Some("Zonder aantallen.".into());
        let chapters = content.policy_lines.iter_mut().flat_map(|line| &mut line.chapters);
        let spot = chapters.flat_map(|chapter| &mut chapter.actions).find_map(spot).unwrap();
        *spot = text.to_owned();
        content
    };
    let description: Spot = |action| Some(action.description.get_or_insert_default());
    let clean = with(description, "Er waren jongeren.");
    let mut places: Vec<(&str, EditionContent)> = vec![
        ("description", with(description, SMALL)),
        ("budget", with(|action| Some(action.budget.first_mut()?.note.get_or_insert_default()), SMALL)),
        ("indicators", with(|action| Some(&mut action.indicators.first_mut()?.label), SMALL)),
        ("mentions", with(|action| Some(&mut action.mentions.first_mut()?.text), SMALL)),
        ("others", with(|action| action.others.first_mut(), SMALL)),
        ("initiatives", with(|action| Some(&mut action.initiatives.first_mut()?.heading), SMALL)),
    ];
    places.push(("preface", {
        let mut content = clean.clone();
        content.head.preface = Some(SMALL.into());
        content
    }));
    for (place, told) in places {
        let found = errata(&told, &clean);
        assert!(found.iter().any(|erratum| erratum.old.as_deref() == Some(NOT_REPEATED)), "{place}: {found:#?}");
        let told_again = serde_json::to_string(&found).unwrap();
        assert!(!told_again.contains("drie jongeren"), "{place}: {told_again}");
        // The other way round it is new, and is looked at as such before anything is frozen.
        assert!(serde_json::to_string(&errata(&clean, &told)).unwrap().contains("drie jongeren"), "{place}");
    }
    let few = |count| {
        let mut content = edition();
        let chapters = content.policy_lines.iter_mut().flat_map(|line| &mut line.chapters);
        let mut actions = chapters.flat_map(|chapter| &mut chapter.actions);
        let figure = actions.find_map(|action| action.indicators.first_mut()).unwrap();
        figure.unit = Some("personen".into());
        figure.value = IndicatorValue::Exact(count);
        content
    };
    let found = errata(&few(3), &few(30));
    let value = found.iter().find(|erratum| erratum.path.ends_with("/value")).unwrap();
    assert_eq!((value.old.as_deref(), value.new.as_deref()), (Some(NOT_REPEATED), Some("30")));
    assert!(found.iter().all(|erratum| !erratum.label.contains('3')), "{found:#?}");
    let found = errata(&few(30), &few(40));
    assert!(found.iter().any(|erratum| erratum.old.as_deref() == Some("30")), "{found:#?}");
}

#[test]
fn an_amount_is_told_again_where_only_the_note_beside_it_told_of_few_persons() {
    let paying = |cents: i64, note: &str| {
        let mut content = edition();
        let chapters = content.policy_lines.iter_mut().flat_map(|line| &mut line.chapters);
        let entry = chapters.flat_map(|own| &mut own.actions).find_map(|action| action.budget.first_mut()).unwrap();
        (entry.amount, entry.note) = (Cents(cents), Some(note.into()));
        content
    };
    let was = crate::dutch::euro(Cents(500_000));
    let found = errata(&paying(500_000, "Voor drie jongeren."), &paying(600_000, "Voor jongeren."));
    let old = |field: &str| found.iter().find(|erratum| erratum.path.ends_with(field)).unwrap().old.as_deref();
    assert_eq!((old("/amount"), old("/note")), (Some(was.as_str()), Some(NOT_REPEATED)));
}

/// Nobody says in which words stood what an edition was withdrawn for: no rule would have found this name.
#[test]
fn the_words_of_a_withdrawn_edition_are_not_told_again_and_its_figures_are() {
    const NAMED: &str = "Met dank aan Jan Janssens";
    type Spot = fn(&mut ActionContent) -> Option<&mut String>;
    let clean = edition();
    let spots: [Spot; 11] = [
        |action| Some(&mut action.title),
        |action| Some(action.description.get_or_insert_default()),
        |action| action.others.first_mut(),
        |action| Some(&mut action.ministers.first_mut()?.title),
        |action| Some(&mut action.initiatives.first_mut()?.heading),
        |action| Some(action.budget.first_mut()?.note.get_or_insert_default()),
        |action| Some(action.budget.first_mut()?.verbatim.get_or_insert_default()),
        |action| Some(&mut action.means.first_mut()?.verbatim),
        |action| Some(&mut action.mentions.first_mut()?.text),
        |action| {
            let figure = action.indicators.first_mut()?;
            figure.value = IndicatorValue::NotRegistered { reason: String::new() };
            match &mut figure.value {
                IndicatorValue::NotRegistered { reason } => Some(reason),
                _another_value => None,
            }
        },
        |action| {
            action.rows.first_mut()?.blocks.iter_mut().find_map(|block| match block {
                Block::Paragraph(text) => Some(text),
                _another_block => None,
            })
        },
    ];
    let written = |spot: Spot| {
        let mut content = clean.clone();
        let chapters = content.policy_lines.iter_mut().flat_map(|line| &mut line.chapters);
        *chapters.flat_map(|chapter| &mut chapter.actions).find_map(spot).unwrap() = NAMED.to_owned();
        content
    };
    let mut preface = clean.clone();
    preface.head.preface = Some(NAMED.into());
    let mut label = clean.clone();
    label.head.label = NAMED.into();
    for told in spots.into_iter().map(written).chain([preface, label]) {
        let found = errata_of_withdrawn(&told, &clean);
        let told_again = serde_json::to_string(&found).unwrap();
        assert!(told_again.contains(WITHDRAWN) && !told_again.contains("Janssens"), "{told_again}");
        assert_eq!(found.len(), errata(&told, &clean).len());
        assert!(serde_json::to_string(&errata_of_withdrawn(&clean, &told)).unwrap().contains("Janssens"), "it is new");
    }
    let mut paying = clean.clone();
    let chapters = paying.policy_lines.iter_mut().flat_map(|line| &mut line.chapters);
    let entry = chapters.flat_map(|own| &mut own.actions).find_map(|action| action.budget.first_mut()).unwrap();
    entry.amount = Cents(500_000);
    paying.totals.actions += 1;
    let found = errata_of_withdrawn(&paying, &clean);
    assert!(!found.is_empty() && found == errata(&paying, &clean), "{found:#?}");
}

#[test]
fn an_erratum_says_in_dutch_what_was_and_what_is() {
    let old = edition();
    let mut new = old.clone();
    new.head.window = None;
    let action = &mut new.policy_lines[0].chapters[0].actions[1];
    action.budget[0].amount.0 += 600;
    action.rows[0].blocks.remove(1);
    action.status = Some(spoor_domain::action::event::ActionStatus::Ongoing);
    new.policy_lines[1].chapters[0].actions[0].indicators.remove(4);
    new.policy_lines[1].chapters[0].actions.pop();
    new.totals.by_domain[0].budget_as_printed = Some(Cents(166_664_768));
    new.totals.by_status.remove(0);
    let printed: Vec<String> = errata(&old, &new)
        .into_iter()
        .map(|erratum| {
            let action = erratum.action.map_or("–".to_owned(), |number| number.to_string());
            let side = |value: Option<String>| value.unwrap_or_else(|| "–".into());
            format!("{action} | {} | {} | {} | {}", erratum.path, erratum.label, side(erratum.old), side(erratum.new))
        })
        .collect();
    let expected = [
        "– | head/window | Rapporteringsperiode | 3 april 2018 – 1 oktober 2018 | –",
        "12.2 | action | Actie | 12.2 Bezoek aan Kazerne Dossin | –",
        "4.6 | status | Status | Opgestart | Lopende",
        "4.6 | rows/00000000-0000-0000-0000-00000000a001/blocks | Rapportering ‘Onderwijs, Jeugd’: tekst | Het netwerk \
         kwam negen keer samen. | –",
        "4.6 | budget/00000000-0000-0000-0000-000000000001/amount | Budgetlijn ‘Stad Gent, 1.606.647,63 euro’: bedrag | \
         1.606.641,63 euro | 1.606.647,63 euro",
        "12.1 | indicators/00000000-0000-0000-0000-000000000105 | Indicator | deelnemers: niet geregistreerd (geen bron) | –",
        "– | totals/by_status/Started/count | Totalen: Status ‘Opgestart’: acties | 1 | 0",
        "– | totals/by_domain/KB/budget_as_printed | Totalen: Beleidsdomein ‘KB’: budget zoals gedrukt | \
         1.666.641,68 euro | 1.666.647,68 euro",
    ];
    assert_eq!(printed, expected);
}

/// A correction of one figure or text, by a path that no other correction has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Correction {
    Amount(usize),
    Note(usize),
    Title(usize),
    Status(usize),
    Count(usize),
    Sum(usize),
}

fn any_correction() -> impl Strategy<Value = Correction> {
    use Correction::*;
    prop_oneof![
        (0usize..4).prop_map(Amount),
        (0usize..4).prop_map(Note),
        (0usize..4).prop_map(Title),
        (0usize..4).prop_map(Status),
        (0usize..8).prop_map(Count),
        (0usize..2).prop_map(Sum),
    ]
}

/// Corrects the content, and says which erratum that must give.
fn correct(content: &mut EditionContent, correction: Correction) -> Erratum {
    use crate::dutch;
    use spoor_domain::action::event::{ActionStatus, IndicatorValue};
    use spoor_domain::kernel::{Label, Language};
    let subtotals = &mut content.totals.by_policy_line;
    let chapters = content.policy_lines.iter_mut().flat_map(|line| &mut line.chapters);
    let mut actions: Vec<&mut ActionContent> = chapters.flat_map(|chapter| &mut chapter.actions).collect();
    let about = |action: Option<&ActionContent>, path: String, old: String, new: String| Erratum {
        action: action.map(|action| action.number),
        path,
        label: String::new(),
        old: Some(old),
        new: Some(new),
    };
    match correction {
        Correction::Amount(n) | Correction::Note(n) => {
            let action = &mut actions[1 + n / 2];
            let entry = &mut action.budget[n % 2];
            if let Correction::Amount(_) = correction {
                let old = entry.amount;
                entry.amount = Cents(old.0 + 12_345);
                let path = format!("budget/{}/amount", entry.id.0);
                let new = entry.amount;
                return about(Some(action), path, dutch::euro(old), dutch::euro(new));
            }
            let old = entry.note.replace("verbeterd".into()).unwrap();
            let path = format!("budget/{}/note", entry.id.0);
            about(Some(action), path, old, "verbeterd".into())
        }
        Correction::Title(n) => {
            let old = std::mem::replace(&mut actions[n].title, "Andere titel".into());
            about(Some(actions[n]), "title".into(), old, "Andere titel".into())
        }
        Correction::Status(n) => {
            let old = actions[n].status.replace(ActionStatus::Discontinued).unwrap();
            about(Some(actions[n]), "status".into(), old.label(Language::Nl).into(), "Stopgezet".into())
        }
        Correction::Count(n) => {
            let figure = &mut actions[2].indicators[n];
            let old = std::mem::replace(&mut figure.value, IndicatorValue::Exact(4_321));
            let path = format!("indicators/{}/value", figure.id.0);
            about(Some(actions[2]), path, dutch::indicator_value(&old), "4.321".into())
        }
        Correction::Sum(n) => {
            let old = subtotals[n].actions;
            subtotals[n].actions = 1_000;
            let path = format!("totals/by_policy_line/{}/actions", subtotals[n].key);
            about(None, path, old.to_string(), "1.000".into())
        }
    }
}

proptest! {
    #[test]
    fn corrections_are_listed_exactly(corrections in prop::collection::btree_set(any_correction(), 0..10)) {
        let old = edition();
        let mut new = old.clone();
        let mut expected: Vec<_> = corrections.iter().map(|one| correct(&mut new, *one)).collect();
        let mut found = errata(&old, &new);
        for erratum in &mut found {
            prop_assert!(!erratum.label.is_empty());
            erratum.label.clear();
        }
        let place = |erratum: &Erratum| (erratum.action, erratum.path.clone());
        expected.sort_by_key(place);
        found.sort_by_key(place);
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn errata_are_empty_exactly_when_the_plan_data_are_the_same(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..4),
    ) {
        let old = edition();
        let mut new = old.clone();
        for (place, which) in changes {
            let json = serde_json::to_value(&new).unwrap();
            let mut all = Vec::new();
            pointers(&json, String::new(), &mut all);
            let pointer = place.get(&all);
            let found = others(json.pointer(pointer).unwrap());
            if let Some(changed) = with(&json, pointer, which.get(&found).clone()) {
                new = changed;
            }
        }
        prop_assert_eq!(errata(&old, &new).is_empty(), plan_data(&old) == plan_data(&new));
        prop_assert_eq!(errata(&new, &old).is_empty(), plan_data(&old) == plan_data(&new));
    }
}

/// The same edition as it would stand a half-year later: new ids, nothing else.
fn next_half_year(content: &EditionContent) -> EditionContent {
    let json = serde_json::to_string(content).unwrap();
    let json = json.replace("\"half_year\":\"2018-H2\"", "\"half_year\":\"2019-H1\"");
    let mut next: EditionContent =
        serde_json::from_str(&json.replace("00000000-0000-0000-0000-0000", "00000000-0000-0000-0000-1111")).unwrap();
    next.head = EditionHead { period: "2019-H1".parse().unwrap(), ..content.head.clone() };
    next
}

#[test]
fn new_ids_alone_are_no_change_between_two_half_years() {
    let autumn = edition();
    let spring = next_half_year(&autumn);
    assert_ne!(
        autumn.policy_lines[0].chapters[0].actions[1].budget[0].id,
        spring.policy_lines[0].chapters[0].actions[1].budget[0].id
    );
    let found = compare(&autumn, &spring);
    assert_eq!(found.head.iter().map(|found| found.path.as_str()).collect::<Vec<_>>(), ["head/period"]);
    assert!(Comparison { head: Vec::new(), ..found.clone() }.is_empty(), "{found:?}");
}

#[test]
fn what_changed_between_two_half_years_is_told_by_kind() {
    use spoor_domain::action::event::ActionStatus;
    let autumn = edition();
    let mut spring = next_half_year(&autumn);
    let line = &mut spring.policy_lines[0].chapters[0];
    line.actions[0].status = Some(ActionStatus::Completed);
    line.actions[0].ministers.clear();
    line.actions[0].others.push("JINT vzw".into());
    line.actions[1].budget[0].amount.0 *= 2;
    line.actions[1].budget.remove(1);
    let gone = spring.policy_lines[1].chapters[0].actions.remove(1);
    let mut added = gone.clone();
    added.number = "12.3".parse().unwrap();
    spring.policy_lines[1].chapters[0].actions.push(added);
    let found = compare(&autumn, &spring);
    assert_eq!(found.new_actions.iter().map(|(number, _)| number.to_string()).collect::<Vec<_>>(), ["12.3"]);
    assert_eq!(found.gone_actions, [(gone.number, gone.title)]);
    assert_eq!(found.ended().map(|moved| moved.action.to_string()).collect::<Vec<_>>(), ["4.1"]);
    let amounts: Vec<_> = found.budget.iter().map(|changed| (changed.old.is_some(), changed.new.is_some())).collect();
    assert_eq!(amounts, [(true, true), (true, false)]);
    let changed: Vec<_> = found.budget[0].differences.iter().map(|found| found.label.as_str()).collect();
    assert_eq!(changed, ["bedrag"]);
    let who: Vec<_> = found.involved.iter().filter(|changed| changed.action.to_string() == "4.1").collect();
    assert_eq!(who.len(), 2, "a minister less, a party more");
}
