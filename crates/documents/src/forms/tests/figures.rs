//! What the tables say is what the content says.

use spoor_disclosure::Value;
use spoor_domain::action::event::{Block, IndicatorValue, ListItem};
use spoor_domain::kernel::{Label, Language};

use super::read::{Book, Row, book};
use super::{edition, hostile, rendered};
use crate::edition::{ActionContent, EditionContent};
use crate::forms::tables::clean;
use crate::forms::{Form, decimal};

#[test]
fn every_figure_and_text_stands_in_every_table_form() {
    for content in [edition(), hostile()] {
        for form in [Form::Csv, Form::Xlsx, Form::Ods] {
            let book = book(form, &rendered(form, &content, false));
            actions(&book, &content);
            texts(&book, &content);
            money(&book, &content);
            indicators(&book, &content);
            totals(&book, &content);
            tables(&book, &content);
            training(&book, &content);
            errata(&book, &content);
        }
    }
}

fn actions_of(content: &EditionContent) -> Vec<&ActionContent> {
    super::super::tables::actions_of(content).collect()
}

/// A number without superfluous zeros.
fn trimmed(number: &str) -> String {
    match number.contains('.') {
        true => number.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => number.to_owned(),
    }
}

fn hundredths(value: i64) -> String {
    trimmed(&decimal(value))
}

fn number(row: &Row, header: &str) -> String {
    trimmed(&row[header])
}

/// A text as a table holds it.
fn said(text: &str) -> String {
    clean(text)
}

fn maybe(text: Option<&String>) -> String {
    text.map(|text| said(text)).unwrap_or_default()
}

fn rows<'a>(book: &'a Book, name: &str, expected: usize) -> impl Iterator<Item = &'a Row> {
    assert_eq!(book[name].len(), expected, "{name}");
    book[name].iter()
}

fn actions(book: &Book, content: &EditionContent) {
    let expected = actions_of(content);
    for (row, action) in rows(book, "Acties", expected.len()).zip(expected) {
        assert_eq!(row["Actie"], action.number.to_string());
        assert_eq!(row["Titel"], said(&action.title));
        assert_eq!(row["Status"], action.status.unwrap().label(Language::Nl));
        assert_eq!(row["Omschrijving"], maybe(action.description.as_ref()));
        assert_eq!(row["Reguliere middelen"] == "ja", action.regular_means);
        assert_eq!(row["Achteruit"] == "ja", action.went_backwards);
        let own: Vec<&Row> =
            book["Betrokkenen"].iter().filter(|row| row["Actie"] == action.number.to_string()).collect();
        assert_eq!(own.len(), action.ministers.len() + action.policy_domains.len() + action.others.len());
        let coordinators = own.iter().filter(|row| row["Coördinator"] == "ja").count();
        assert_eq!(coordinators, action.policy_domains.iter().filter(|domain| domain.coordinator).count());
        for (row, minister) in own.iter().zip(&action.ministers) {
            assert_eq!(row["Naam"], said(&minister.title));
        }
    }
}

fn texts(book: &Book, content: &EditionContent) {
    fn of_items(items: &[ListItem], all: &mut Vec<String>) {
        for item in items {
            all.push(said(&item.text));
            of_items(&item.items, all);
        }
    }
    let mut expected = Vec::new();
    for action in actions_of(content) {
        for row in &action.rows {
            for block in &row.blocks {
                match block {
                    Block::Paragraph(text) | Block::Heading(text) | Block::Link { text, .. } => {
                        expected.push(said(text))
                    }
                    Block::List(items) => of_items(items, &mut expected),
                }
            }
        }
    }
    let is_text = |row: &&Row| !row["Soort"].is_empty() && row["Soort"] != "Verwijzing";
    let found: Vec<_> = book["Rapportering"].iter().filter(is_text).map(|row| row["Tekst"].clone()).collect();
    assert_eq!(found, expected);
    let nothing = book["Rapportering"].iter().filter(|row| row["Soort"].is_empty()).count();
    assert_eq!(nothing, 1, "a row without text is there too");
}

fn money(book: &Book, content: &EditionContent) {
    let entries: Vec<_> = actions_of(content)
        .into_iter()
        .flat_map(|action| action.budget.iter().map(move |entry| (action, entry)))
        .collect();
    for (row, (action, entry)) in rows(book, "Budget", entries.len()).zip(&entries) {
        assert_eq!(row["Actie"], action.number.to_string());
        assert_eq!(row["Lijn-id"], entry.id.0.to_string());
        assert_eq!(number(row, "Bedrag (euro)"), hundredths(entry.amount.0));
        assert_eq!(row["Begunstigde"], maybe(entry.beneficiary.as_ref()));
        assert_eq!(row["Toelichting"], maybe(entry.note.as_ref()));
        assert_eq!(row["Financier"], maybe(entry.funder.as_ref()));
        assert_eq!(row["Telt mee"] == "ja", entry.counts_as_printed());
        assert_eq!(row["Telt mee zonder dubbels"] == "ja", entry.counts_without_duplicates());
        let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        assert_eq!(row["Van"], day(entry.period.as_ref().and_then(|period| period.from)));
        assert_eq!(row["Tot en met"], day(entry.period.as_ref().and_then(|period| period.until)));
        let lines = entry.source_lines.map(|lines| lines.first.to_string()).unwrap_or_default();
        assert_eq!(row["Eerste bronregel"], lines);
    }
    let parts: Vec<_> = entries.iter().flat_map(|(_, entry)| &entry.breakdown).collect();
    for (row, part) in rows(book, "Budgetdelen", parts.len()).zip(parts) {
        assert_eq!(number(row, "Bedrag (euro)"), hundredths(part.amount.0));
    }
    let means: Vec<_> = actions_of(content).into_iter().flat_map(|action| &action.means).collect();
    for (row, means) in rows(book, "Andere middelen", means.len()).zip(means) {
        assert_eq!(number(row, "VTE"), hundredths(means.fte_hundredths.into()));
        assert_eq!(row["Zoals gedrukt"], said(&means.verbatim));
    }
    let mentions: Vec<_> = actions_of(content).into_iter().flat_map(|action| &action.mentions).collect();
    for (row, mention) in rows(book, "Zonder bedrag", mentions.len()).zip(mentions) {
        assert_eq!(row["Tekst"], said(&mention.text));
    }
}

fn indicators(book: &Book, content: &EditionContent) {
    let figures: Vec<_> = actions_of(content).into_iter().flat_map(|action| &action.indicators).collect();
    for (row, figure) in rows(book, "Indicatoren", figures.len()).zip(figures) {
        assert_eq!(row["Indicator-id"], figure.id.0.to_string());
        assert_eq!(row["Indicator"], said(&figure.label));
        let (value, kind) = match &figure.value {
            IndicatorValue::Exact(count) => (count.to_string(), "geteld"),
            IndicatorValue::About(count) => (count.to_string(), "ongeveer"),
            IndicatorValue::MoreThan(count) => (count.to_string(), "meer dan"),
            IndicatorValue::Average { hundredths: mean } => (hundredths(*mean), "gemiddelde"),
            IndicatorValue::NotRegistered { .. } => ("niet geregistreerd".into(), "niet geregistreerd"),
            IndicatorValue::NotYetDelivered => ("nog niet geleverd".into(), "nog niet geleverd"),
            IndicatorValue::Unknown => ("niet bekend".into(), "niet bekend"),
        };
        assert_eq!((number(row, "Waarde"), row["Soort waarde"].as_str()), (value, kind));
    }
}

fn totals(book: &Book, content: &EditionContent) {
    let totals = &content.totals;
    let groups =
        [&totals.by_policy_line, &totals.by_chapter, &totals.by_office, &totals.by_domain, &totals.by_competence];
    let parts: Vec<_> = groups.into_iter().flatten().collect();
    let mut found = rows(book, "Totalen", parts.len() + 1);
    let plan = found.next().unwrap();
    assert_eq!(plan["Acties"], totals.actions.to_string());
    assert_eq!(number(plan, "Budget zoals gedrukt (euro)"), hundredths(totals.budget_as_printed.unwrap().0));
    assert_eq!(number(plan, "Budget zonder dubbels (euro)"), hundredths(totals.budget_without_duplicates.unwrap().0));
    assert_eq!(plan["Bedragen in de budgetkolom"], totals.budget_entries.to_string());
    assert_eq!(plan["Acties met een bedrag"], totals.actions_with_budget.to_string());
    let by_status = |row: &Row, counts: &[crate::edition::Count]| {
        for count in counts {
            assert_eq!(row[count.status.label(Language::Nl)], count.count.to_string());
        }
    };
    by_status(plan, &totals.by_status);
    for (row, part) in found.zip(parts) {
        assert_eq!(row["Sleutel"], said(&part.key));
        assert_eq!(row["Acties"], part.actions.to_string());
        by_status(row, &part.by_status);
        let sums = [part.budget_as_printed, part.budget_without_duplicates];
        for (column, sum) in ["Budget zoals gedrukt (euro)", "Budget zonder dubbels (euro)"].into_iter().zip(sums) {
            match sum {
                Some(sum) => assert_eq!(number(row, column), hundredths(sum.0)),
                None => assert_eq!(row[column], "", "no amount is stated, which is not nothing"),
            }
        }
    }
}

fn tables(book: &Book, content: &EditionContent) {
    let cells: Vec<_> =
        content.tables.iter().flat_map(|found| found.table.cells.iter().map(move |cell| (found, cell))).collect();
    for (row, (found, cell)) in rows(book, "Tabellen", cells.len()).zip(cells) {
        assert_eq!(row["Tabel"], said(&found.table.code));
        assert_eq!(row["Categorie 1"], said(found.labels.word(&cell.categories[0])));
        let (value, kind) = match cell.value {
            Value::Number(count) => (count.to_string(), "geteld"),
            Value::Rounded(count) => (count.to_string(), "afgerond"),
            Value::NotRegistered => ("niet geregistreerd".into(), "niet geregistreerd"),
            Value::NotYetDelivered => ("nog niet geleverd".into(), "nog niet geleverd"),
            Value::NotInThisDetail => ("niet in dit detail".into(), "niet in dit detail"),
        };
        assert_eq!((row["Waarde"].clone(), row["Soort waarde"].as_str()), (value, kind));
    }
}

fn training(book: &Book, content: &EditionContent) {
    for (row, found) in rows(book, "Politievorming", content.training.len()).zip(&content.training) {
        let known = |count: Option<u64>| count.map_or("niet geregistreerd".into(), |count| count.to_string());
        assert_eq!(row["Deelnemers in het halfjaar"], known(found.in_period));
        assert_eq!(row["Sessies in het halfjaar"], known(found.sessions));
        assert_eq!(row["Deelnemers in totaal"], known(found.cumulative));
    }
}

fn errata(book: &Book, content: &EditionContent) {
    for (row, erratum) in rows(book, "Errata", content.errata.len()).zip(&content.errata) {
        assert_eq!(row["Wat"], said(&erratum.label));
        assert_eq!(row["Was"], maybe(erratum.old.as_ref()));
        assert_eq!(row["Is"], maybe(erratum.new.as_ref()));
    }
}
