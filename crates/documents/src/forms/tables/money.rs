//! Money, people and other means.

use spoor_domain::action::event::{BudgetEntry, Competence, RowId};
use spoor_domain::kernel::{Label, Language};

use super::actions_of;
use super::shape::{Cell, Sheet, sheet};
use crate::edition::{ActionContent, EditionContent};

pub fn budget(content: &EditionContent) -> Sheet {
    let rows = actions_of(content).flat_map(|action| action.budget.iter().map(move |entry| amount(action, entry)));
    let columns = [
        ("Actie", 8, "het nummer van de actie in het plan"),
        ("Bedrag (euro)", 16, "het bedrag"),
        ("Begunstigde", 30, "wie het ontvangt"),
        ("Toelichting", 40, "een opmerking"),
        ("Bevoegdheid", 20, "de bevoegdheid die het betaalt of rapporteert"),
        ("Beleidsdomein", 16, "het beleidsdomein van de bevoegdheid"),
        ("Toewijzing", 24, "hoe het aan de bevoegdheid werd toegewezen"),
        ("Financier", 20, "wie het betaalt, wanneer dat niet de bevoegdheid zelf is"),
        ("Periode", 30, "de periode zoals gedrukt"),
        ("Soort periode", 16, "kalenderjaar, schooljaar, projectperiode, jaarlijks of onduidelijk"),
        ("Van", 12, "de eerste dag, wanneer die uit de druk volgt"),
        ("Tot en met", 12, "de laatste dag, wanneer die uit de druk volgt"),
        ("Zoals gedrukt", 40, "de woorden waarin het gedrukt staat"),
        ("Plaats", 14, "in de budgetkolom of in de beschrijving"),
        ("Telt mee", 10, "of het telt in de som zoals gedrukt"),
        ("Telt mee zonder dubbels", 14, "of het telt in de som zonder waarschijnlijke dubbels"),
        ("Verband", 14, "het verband met een andere lijn: deel van, herhaalt of cofinanciert"),
        ("Verband met lijn", 38, "het id van die lijn"),
        ("Mogelijk dubbel van actie", 14, "de actie waar waarschijnlijk hetzelfde geld staat"),
        ("Mogelijk dubbel van lijn", 38, "het id van de lijn daar"),
        ("Zekerheid", 14, "hoe zeker het is dat het hetzelfde geld is"),
        ("Lijn-id", 38, "het id van de lijn"),
        ("Rij-id", 38, "het id van de rapportering waar het bij hoort"),
        ("Halfjaar", 10, "het halfjaar waarin het gerapporteerd werd"),
        ("Eerste bronregel", 10, "de eerste regel in het brondocument"),
        ("Laatste bronregel", 10, "de laatste regel in het brondocument"),
    ];
    sheet(("Budget", "budget", "Een rij per bedrag, ook van bedragen die in geen som tellen."), columns, rows)
}

fn amount(action: &ActionContent, entry: &BudgetEntry) -> [Cell; 26] {
    let period = entry.period.as_ref();
    let first = entry.possible_duplicate_of.as_ref();
    let [competence, domain] = ascribed(entry.competence.as_ref());
    let lines = entry.source_lines;
    [
        Cell::text(action.number.to_string()),
        Cell::Euro(entry.amount),
        Cell::maybe(entry.beneficiary.as_ref()),
        Cell::maybe(entry.note.as_ref()),
        competence,
        domain,
        Cell::maybe(entry.competence_basis.map(|basis| basis.label(Language::Nl))),
        Cell::maybe(entry.funder.as_ref()),
        Cell::maybe(period.map(|period| &period.verbatim)),
        Cell::maybe(period.map(|period| period.kind.label(Language::Nl))),
        Cell::day(period.and_then(|period| period.from)),
        Cell::day(period.and_then(|period| period.until)),
        Cell::maybe(entry.verbatim.as_ref()),
        Cell::text(entry.source.label(Language::Nl)),
        Cell::yes(entry.counts_as_printed()),
        Cell::yes(entry.counts_without_duplicates()),
        Cell::maybe(entry.relation.map(|relation| relation.kind.label(Language::Nl))),
        Cell::maybe(entry.relation.map(|relation| relation.entry.0.to_string())),
        Cell::maybe(first.map(|first| first.action.to_string())),
        Cell::maybe(first.map(|first| first.entry.0.to_string())),
        Cell::maybe(first.map(|first| first.certainty.label(Language::Nl))),
        Cell::text(entry.id.0.to_string()),
        row_id(entry.row),
        Cell::text(entry.half_year.to_string()),
        lines.map_or(Cell::Empty, |lines| Cell::Whole(lines.first.into())),
        lines.map_or(Cell::Empty, |lines| Cell::Whole(lines.last.into())),
    ]
}

pub fn parts(content: &EditionContent) -> Sheet {
    let mut rows = Vec::new();
    for action in actions_of(content) {
        for entry in &action.budget {
            rows.extend((1..).zip(&entry.breakdown).map(|(place, part)| {
                [
                    Cell::text(action.number.to_string()),
                    Cell::text(entry.id.0.to_string()),
                    Cell::Whole(place),
                    Cell::Euro(part.amount),
                    Cell::maybe(part.note.as_ref()),
                    Cell::maybe(part.verbatim.as_ref()),
                ]
            }));
        }
    }
    let columns = [
        ("Actie", 8, "het nummer van de actie in het plan"),
        ("Lijn-id", 38, "het id van het bedrag waarvan het een deel is"),
        ("Deel", 6, "de plaats onder de delen"),
        ("Bedrag (euro)", 16, "het deel; het telt in geen som, en de delen tellen niet altijd op tot het bedrag"),
        ("Toelichting", 40, "waarvoor of van wie"),
        ("Zoals gedrukt", 40, "de woorden waarin het gedrukt staat"),
    ];
    sheet(("Budgetdelen", "budgetdelen", "Een rij per deel dat bij een bedrag gedrukt staat."), columns, rows)
}

pub fn means(content: &EditionContent) -> Sheet {
    let mut rows = Vec::new();
    for action in actions_of(content) {
        rows.extend(action.means.iter().map(|means| {
            let [competence, domain] = ascribed(means.competence.as_ref());
            [
                Cell::text(action.number.to_string()),
                Cell::Hundredths(means.fte_hundredths.into()),
                Cell::maybe(means.beneficiary.as_ref()),
                Cell::text(&means.verbatim),
                competence,
                domain,
                Cell::text(means.id.0.to_string()),
                row_id(means.row),
                Cell::text(means.half_year.to_string()),
            ]
        }));
    }
    let columns = [
        ("Actie", 8, "het nummer van de actie in het plan"),
        ("VTE", 8, "voltijdsequivalenten"),
        ("Begunstigde", 30, "wie ze krijgt"),
        ("Zoals gedrukt", 40, "de woorden waarin het gedrukt staat"),
        ("Bevoegdheid", 20, "de bevoegdheid die ze rapporteert"),
        ("Beleidsdomein", 16, "het beleidsdomein van de bevoegdheid"),
        ("Lijn-id", 38, "het id van de lijn"),
        ("Rij-id", 38, "het id van de rapportering waar het bij hoort"),
        ("Halfjaar", 10, "het halfjaar waarin het gerapporteerd werd"),
    ];
    sheet(
        (
            "Andere middelen",
            "andere-middelen",
            "Een rij per vermelding van mensen of andere middelen in plaats van geld.",
        ),
        columns,
        rows,
    )
}

pub fn mentions(content: &EditionContent) -> Sheet {
    let mut rows = Vec::new();
    for action in actions_of(content) {
        rows.extend(action.mentions.iter().map(|mention| {
            let [competence, domain] = ascribed(mention.competence.as_ref());
            [
                Cell::text(action.number.to_string()),
                Cell::text(&mention.text),
                Cell::maybe(mention.funder.as_ref()),
                competence,
                domain,
                Cell::text(mention.id.0.to_string()),
                row_id(mention.row),
                Cell::text(mention.half_year.to_string()),
            ]
        }));
    }
    let columns = [
        ("Actie", 8, "het nummer van de actie in het plan"),
        ("Tekst", 60, "wat er gezegd wordt"),
        ("Financier", 20, "wie financiert"),
        ("Bevoegdheid", 20, "de bevoegdheid die het rapporteert"),
        ("Beleidsdomein", 16, "het beleidsdomein van de bevoegdheid"),
        ("Lijn-id", 38, "het id van de lijn"),
        ("Rij-id", 38, "het id van de rapportering waar het bij hoort"),
        ("Halfjaar", 10, "het halfjaar waarin het gerapporteerd werd"),
    ];
    sheet(
        ("Zonder bedrag", "zonder-bedrag", "Een rij per financiering die zonder bedrag vermeld wordt."),
        columns,
        rows,
    )
}

/// A competence and its policy domain.
pub fn ascribed(competence: Option<&Competence>) -> [Cell; 2] {
    let code = competence.map(|own| &own.code);
    [Cell::maybe(code), Cell::maybe(competence.map(|own| &own.policy_domain.0))]
}

/// The row a figure belongs to.
pub fn row_id(row: Option<RowId>) -> Cell {
    Cell::maybe(row.map(|row| row.0.to_string()))
}
