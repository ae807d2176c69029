//! The indicators.

use spoor_domain::action::event::{Indicator, IndicatorValue};
use spoor_domain::kernel::{Label, Language};

use super::actions_of;
use super::money::{ascribed, row_id};
use super::shape::{Cell, Sheet, sheet};
use crate::dutch;
use crate::edition::{ActionContent, EditionContent};

pub fn indicators(content: &EditionContent) -> Sheet {
    let rows =
        actions_of(content).flat_map(|action| action.indicators.iter().map(move |found| indicator(action, found)));
    let columns = [
        ("Actie", 8, "het nummer van de actie in het plan"),
        ("Indicator", 45, "wat geteld wordt"),
        ("Waarde", 20, "het getal, of de woorden waarom er geen is; een nul is een echte nul"),
        (
            "Soort waarde",
            20,
            "geteld, ongeveer, meer dan, gemiddelde, niet geregistreerd, nog niet geleverd of niet bekend",
        ),
        ("Reden", 30, "waarom het niet geregistreerd wordt"),
        ("Eenheid", 16, "de eenheid, wanneer de benaming ze niet noemt"),
        ("Populatie", 20, "onder wie of wat geteld wordt"),
        ("Gepland of gerealiseerd", 14, "of het een voornemen is of een feit"),
        ("Op", 12, "de dag waarvoor de waarde geldt"),
        ("Deel van", 38, "het id van de indicator waarvan het een deel is"),
        ("Bevoegdheid", 20, "de bevoegdheid die het rapporteert"),
        ("Beleidsdomein", 16, "het beleidsdomein van de bevoegdheid"),
        ("Indicator-id", 38, "het id van de indicator"),
        ("Rij-id", 38, "het id van de rapportering waar het bij hoort"),
        ("Halfjaar", 10, "het halfjaar waarin het gerapporteerd werd"),
        ("Eerste bronregel", 10, "de eerste regel in het brondocument"),
        ("Laatste bronregel", 10, "de laatste regel in het brondocument"),
    ];
    sheet(("Indicatoren", "indicatoren", "Een rij per indicator."), columns, rows)
}

fn indicator(action: &ActionContent, found: &Indicator) -> [Cell; 17] {
    let [value, kind, reason] = value(&found.value);
    let [competence, domain] = ascribed(found.competence.as_ref());
    let lines = found.source_lines;
    [
        Cell::text(action.number.to_string()),
        Cell::text(&found.label),
        value,
        kind,
        reason,
        Cell::maybe(found.unit.as_ref()),
        Cell::maybe(found.population.as_ref()),
        Cell::text(found.measure.label(Language::Nl)),
        Cell::day(found.as_of),
        Cell::maybe(found.part_of.map(|whole| whole.0.to_string())),
        competence,
        domain,
        Cell::text(found.id.0.to_string()),
        row_id(found.row),
        Cell::text(found.half_year.to_string()),
        lines.map_or(Cell::Empty, |lines| Cell::Whole(lines.first.into())),
        lines.map_or(Cell::Empty, |lines| Cell::Whole(lines.last.into())),
    ]
}

/// The value, its kind, and why there is none.
fn value(value: &IndicatorValue) -> [Cell; 3] {
    let number = |cell, kind| [cell, Cell::text(kind), Cell::Empty];
    let absent = |kind, reason| [Cell::text(kind), Cell::text(kind), reason];
    match value {
        IndicatorValue::Exact(count) => number(Cell::Whole(*count), "geteld"),
        IndicatorValue::About(count) => number(Cell::Whole(*count), "ongeveer"),
        IndicatorValue::MoreThan(count) => number(Cell::Whole(*count), "meer dan"),
        IndicatorValue::Average { hundredths } => number(Cell::Hundredths(*hundredths), "gemiddelde"),
        IndicatorValue::NotRegistered { reason } => absent("niet geregistreerd", Cell::text(reason)),
        IndicatorValue::NotYetDelivered => absent(dutch::NOT_YET_DELIVERED, Cell::Empty),
        IndicatorValue::Unknown => absent("niet bekend", Cell::Empty),
    }
}
