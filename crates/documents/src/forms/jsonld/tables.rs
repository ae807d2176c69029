//! Sums, published tables, police training and errata.

use serde_json::{Value, json};
use spoor_disclosure::{TableCell, Value as Told};
use spoor_domain::kernel::Cents;

use super::terms::{concept, decimal, integer, kind, object, plain};
use super::{Names, count};
use crate::edition::{Count, Erratum, OperationalTable, Subtotal, Totals, TrainingTotal};

pub fn totals(totals: &Totals) -> Value {
    let Totals {
        actions,
        by_status,
        by_policy_line,
        by_chapter,
        by_office,
        by_domain,
        by_competence,
        budget_as_printed,
        budget_without_duplicates,
        budget_entries,
        actions_with_budget,
    } = totals;
    let parts = |found: &[Subtotal]| found.iter().map(subtotal).collect::<Value>();
    object([
        ("@type", "spoor:Totals".into()),
        ("spoor:actionCount", count(*actions)),
        ("spoor:countByStatus", by_status.iter().map(by_one).collect()),
        ("spoor:totalsByPolicyLine", parts(by_policy_line)),
        ("spoor:totalsByChapter", parts(by_chapter)),
        ("spoor:totalsByOffice", parts(by_office)),
        ("spoor:totalsByPolicyDomain", parts(by_domain)),
        ("spoor:totalsByCompetence", parts(by_competence)),
        ("spoor:budgetAsPrinted", euro(*budget_as_printed)),
        ("spoor:budgetWithoutDuplicates", euro(*budget_without_duplicates)),
        ("spoor:budgetEntryCount", count(*budget_entries)),
        ("spoor:actionsWithBudget", count(*actions_with_budget)),
    ])
}

fn subtotal(subtotal: &Subtotal) -> Value {
    let Subtotal { key, name, actions, by_status, budget_as_printed, budget_without_duplicates } = subtotal;
    object([
        ("@type", "spoor:Totals".into()),
        ("schema:identifier", plain(key)),
        ("schema:name", name.as_deref().into()),
        ("spoor:actionCount", count(*actions)),
        ("spoor:countByStatus", by_status.iter().map(by_one).collect()),
        ("spoor:budgetAsPrinted", euro(*budget_as_printed)),
        ("spoor:budgetWithoutDuplicates", euro(*budget_without_duplicates)),
    ])
}

/// Where no amount is stated there is no sum.
fn euro(sum: Option<Cents>) -> Value {
    sum.map_or(Value::Null, |sum| decimal(sum.0))
}

fn by_one(found: &Count) -> Value {
    json!({ "spoor:status": concept(found.status), "spoor:actionCount": count(found.count) })
}

/// A table as a data set of the Data Cube vocabulary, with a dimension per property of our own.
pub fn table(found: &OperationalTable) -> Value {
    let OperationalTable { labels, table } = found;
    let cell = |cell: &TableCell| {
        let dimensions = labels.dimensions.iter().map(Some).chain(std::iter::repeat(None));
        let category = |(code, dimension): (&String, Option<&String>)| {
            object([
                ("spoor:dimension", dimension.map(String::as_str).into()),
                ("skos:notation", plain(code)),
                ("skos:prefLabel", labels.word(code).into()),
            ])
        };
        let (value, told_as) = told(cell.value);
        object([
            ("@type", "qb:Observation".into()),
            ("spoor:category", cell.categories.iter().zip(dimensions).map(category).collect()),
            ("schema:value", value),
            ("spoor:valueKind", kind(told_as)),
        ])
    };
    object([
        ("@type", "qb:DataSet".into()),
        ("schema:identifier", plain(&table.code)),
        ("dct:title", labels.title.as_str().into()),
        ("skos:note", labels.note.as_str().into()),
        ("spoor:firstHalfYear", plain(&table.half_years.first.to_string())),
        ("spoor:lastHalfYear", plain(&table.half_years.last.to_string())),
        ("qb:observation", table.cells.iter().map(cell).collect()),
    ])
}

fn told(value: Told) -> (Value, &'static str) {
    match value {
        Told::Number(count) => (integer(&count.to_string()), "Counted"),
        Told::Rounded(count) => (integer(&count.to_string()), "Rounded"),
        Told::NotRegistered => (Value::Null, "NotRegistered"),
        Told::NotYetDelivered => (Value::Null, "NotYetDelivered"),
        Told::NotInThisDetail => (Value::Null, "NotInThisDetail"),
    }
}

pub fn training(found: &TrainingTotal) -> Value {
    let TrainingTotal { programme, label, in_period, sessions, cumulative, source } = found;
    object([
        ("@type", "spoor:TrainingTotal".into()),
        ("schema:identifier", plain(programme)),
        ("schema:name", label.as_str().into()),
        ("spoor:participantsInPeriod", in_period.map(count).into()),
        ("spoor:sessionsInPeriod", sessions.map(count).into()),
        ("spoor:participantsTotal", cumulative.map(count).into()),
        ("spoor:openingBalanceSource", source.as_deref().into()),
    ])
}

pub fn erratum(erratum: &Erratum, names: &Names) -> Value {
    let Erratum { action, path, label, old, new } = erratum;
    object([
        ("@type", "spoor:Erratum".into()),
        ("spoor:action", action.map(|number| json!({ "@id": names.action(number) })).into()),
        ("spoor:path", plain(path)),
        ("schema:name", label.as_str().into()),
        ("spoor:oldValue", old.as_deref().into()),
        ("spoor:newValue", new.as_deref().into()),
    ])
}
