//! The linked data, expanded by hand: every name has a meaning, and every figure is the content's.

use std::collections::BTreeSet;

use serde_json::Value;
use spoor_domain::action::event::IndicatorValue;

use super::{edition, hostile, rendered};
use crate::edition::EditionContent;
use crate::forms::{Form, decimal, tables};

const TERMS: &str = include_str!("../../../../../docs/linked-data.md");

fn document(content: &EditionContent, draft: bool) -> Value {
    serde_json::from_slice(&rendered(Form::JsonLd, content, draft)).unwrap()
}

/// Every node and value of a document.
fn walk<'a>(value: &'a Value, see: &mut dyn FnMut(&'a serde_json::Map<String, Value>)) {
    match value {
        Value::Object(fields) => {
            see(fields);
            fields.iter().filter(|(name, _)| *name != "@context").for_each(|(_, value)| walk(value, see));
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, see)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn node<'a>(document: &'a Value, id: &str, property: &str) -> &'a Value {
    let mut found = Vec::new();
    walk(document, &mut |fields| {
        if fields.get("@id").and_then(Value::as_str) == Some(id) && fields.contains_key(property) {
            found.push(&fields[property]);
        }
    });
    assert_eq!(found.len(), 1, "{id} {property}");
    found[0]
}

/// The full name of a compact one; a name with an unknown prefix has none.
fn expanded(context: &Value, name: &str) -> Option<String> {
    let (prefix, local) = name.split_once(':')?;
    match context.get(prefix).and_then(Value::as_str) {
        Some(namespace) => Some(format!("{namespace}{local}")),
        None if ["urn", "https", "http"].contains(&prefix) => Some(name.to_owned()),
        None => None,
    }
}

#[test]
fn every_name_expands_within_the_document_itself() {
    for content in [edition(), hostile()] {
        let document = document(&content, false);
        let context = &document["@context"];
        assert!(context.is_object(), "no context is fetched from elsewhere");
        walk(&document, &mut |fields| {
            for (name, value) in fields {
                if !name.starts_with('@') {
                    assert!(expanded(context, name).is_some(), "{name}");
                }
                let names = match name.as_str() {
                    "@type" | "@id" => value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]),
                    _other => Vec::new(),
                };
                for own in names {
                    assert!(expanded(context, own.as_str().unwrap()).is_some(), "{name}: {own}");
                }
            }
        });
    }
}

#[test]
fn every_term_of_our_own_is_explained_and_every_explained_term_is_used() {
    let mut used = BTreeSet::new();
    for draft in [false, true] {
        walk(&document(&edition(), draft), &mut |fields| {
            let types =
                fields.get("@type").into_iter().flat_map(|own| own.as_array().cloned().unwrap_or(vec![own.clone()]));
            let types = types.filter_map(|own| own.as_str().map(str::to_owned));
            used.extend(fields.keys().cloned().chain(types).filter(|name| name.starts_with("spoor:")));
        });
    }
    let explained: BTreeSet<String> = TERMS
        .lines()
        .filter_map(|line| line.strip_prefix("| `spoor:"))
        .filter_map(|rest| rest.split_once('`'))
        .map(|(name, _)| format!("spoor:{name}"))
        .collect();
    assert_eq!(used.difference(&explained).collect::<Vec<_>>(), Vec::<&String>::new(), "not explained");
    assert_eq!(explained.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new(), "not used");
}

#[test]
fn every_figure_of_the_content_stands_in_the_linked_data() {
    for content in [edition(), hostile()] {
        let document = document(&content, false);
        for action in tables::actions_of(&content) {
            for entry in &action.budget {
                let amount = node(&document, &format!("urn:uuid:{}", entry.id.0), "spoor:amount");
                assert_eq!(amount["schema:value"]["@value"], decimal(entry.amount.0));
                assert_eq!(amount["schema:currency"]["@value"], "EUR");
            }
            for means in &action.means {
                let id = format!("urn:uuid:{}", means.id.0);
                let fte = node(&document, &id, "spoor:fullTimeEquivalents");
                assert_eq!(fte["@value"], decimal(means.fte_hundredths.into()));
            }
            for figure in &action.indicators {
                let id = format!("urn:uuid:{}", figure.id.0);
                let kind = node(&document, &id, "spoor:valueKind")["@id"].as_str().unwrap().to_owned();
                match &figure.value {
                    IndicatorValue::Exact(count) | IndicatorValue::About(count) | IndicatorValue::MoreThan(count) => {
                        assert_eq!(node(&document, &id, "schema:value")["@value"], count.to_string());
                    }
                    IndicatorValue::Average { hundredths } => {
                        assert_eq!(node(&document, &id, "schema:value")["@value"], decimal(*hundredths));
                    }
                    IndicatorValue::NotRegistered { .. } => assert_eq!(kind, "spoor:ValueKind-NotRegistered"),
                    IndicatorValue::NotYetDelivered => assert_eq!(kind, "spoor:ValueKind-NotYetDelivered"),
                    IndicatorValue::Unknown => assert_eq!(kind, "spoor:ValueKind-Unknown"),
                }
            }
        }
        let totals = &document["spoor:totals"];
        assert_eq!(totals["spoor:budgetAsPrinted"]["@value"], decimal(content.totals.budget_as_printed.unwrap().0));
        assert_eq!(totals["spoor:totalsByPolicyDomain"].as_array().unwrap().len(), content.totals.by_domain.len());
    }
}

#[test]
fn what_is_not_a_number_has_no_value() {
    let document = document(&edition(), false);
    let cells = document["spoor:table"][0]["qb:observation"].as_array().unwrap().clone();
    let told: Vec<_> = cells
        .iter()
        .map(|cell| (cell["schema:value"]["@value"].as_str(), cell["spoor:valueKind"]["@id"].as_str().unwrap()))
        .collect();
    let expected = [
        (Some("25"), "spoor:ValueKind-Counted"),
        (Some("5"), "spoor:ValueKind-Rounded"),
        (None, "spoor:ValueKind-NotRegistered"),
        (None, "spoor:ValueKind-NotYetDelivered"),
        (None, "spoor:ValueKind-NotInThisDetail"),
    ];
    assert_eq!(told, expected);
    let opening = &document["spoor:training"][0];
    assert_eq!(opening.get("spoor:participantsInPeriod"), None);
    assert_eq!(document["spoor:training"][1]["spoor:participantsInPeriod"]["@value"], "0", "a true zero is a number");
}
