//! The actions: what they are, how far, who answers for them, and their initiatives.

use spoor_domain::action::event::Initiatives;
use spoor_domain::kernel::{Label, Language};

use super::actions_of;
use super::shape::{Cell, Sheet, sheet};
use crate::dutch;
use crate::edition::EditionContent;

pub fn actions(content: &EditionContent) -> Sheet {
    let mut rows = Vec::new();
    for line in &content.policy_lines {
        for chapter in &line.chapters {
            rows.extend(chapter.actions.iter().map(|action| {
                let coordinators = action.policy_domains.iter().filter(|domain| domain.coordinator);
                [
                    Cell::text(action.number.to_string()),
                    Cell::text(&action.title),
                    Cell::maybe(action.status.map(|status| status.label(Language::Nl))),
                    Cell::maybe(action.previous_status.map(|status| status.label(Language::Nl))),
                    Cell::yes(action.went_backwards),
                    Cell::Whole(line.number.into()),
                    Cell::text(&line.name),
                    Cell::Whole(chapter.number.into()),
                    Cell::text(&chapter.title),
                    Cell::list(action.ministers.iter().map(|minister| &minister.title)),
                    Cell::list(action.policy_domains.iter().map(|domain| &domain.code)),
                    Cell::list(coordinators.map(|domain| &domain.code)),
                    Cell::list(action.others.iter()),
                    Cell::text(dutch::regular_means(action.on_regular_means())),
                    Cell::maybe(action.description.as_ref()),
                ]
            }));
        }
    }
    let columns = [
        ("Actie", 8, "het nummer van de actie in het plan"),
        ("Titel", 50, "de titel van de actie"),
        ("Status", 14, "de status bij de afsluiting van het rapport"),
        (
            "Vorige status",
            14,
            "de status bij de afsluiting van het rapport over het halfjaar ervoor; leeg wanneer er toen geen was",
        ),
        ("Achteruit", 10, "of de status sinds die afsluiting achteruitging"),
        ("Beleidslijn", 11, "het nummer van de beleidslijn"),
        ("Naam beleidslijn", 30, "de naam van de beleidslijn"),
        ("Hoofdstuk", 10, "het nummer van het hoofdstuk"),
        ("Titel hoofdstuk", 30, "de titel van het hoofdstuk"),
        ("Ministers", 45, "de titels van de ministers zoals gedrukt, met | ertussen"),
        ("Beleidsdomeinen", 20, "de codes van de beleidsdomeinen, met | ertussen"),
        ("Coördinator", 12, "het beleidsdomein dat de actie coördineert, wanneer er een is"),
        ("Andere betrokkenen", 30, "de andere betrokkenen, met | ertussen"),
        (
            "Reguliere middelen",
            18,
            "ja: geen bedrag, geen andere middelen en geen vermelding van financiering; of nog niet geleverd",
        ),
        ("Omschrijving", 60, "de omschrijving van de actie"),
    ];
    sheet(("Acties", "acties", "Een rij per actie."), columns, rows)
}

pub fn involved(content: &EditionContent) -> Sheet {
    let mut rows = Vec::new();
    for action in actions_of(content) {
        let row = |kind: &str, name: &str, codes: Cell, coordinator: Cell| {
            [Cell::text(action.number.to_string()), Cell::text(kind), Cell::text(name), codes, coordinator]
        };
        rows.extend(
            action
                .ministers
                .iter()
                .map(|minister| row("Minister", &minister.title, Cell::list(minister.offices.iter()), Cell::Empty)),
        );
        rows.extend(action.policy_domains.iter().map(|domain| {
            let name = domain.name.as_deref().unwrap_or(&domain.code);
            row("Beleidsdomein", name, Cell::text(&domain.code), Cell::yes(domain.coordinator))
        }));
        rows.extend(action.others.iter().map(|other| row("Andere betrokkene", other, Cell::Empty, Cell::Empty)));
    }
    let columns = [
        ("Actie", 8, "het nummer van de actie in het plan"),
        ("Soort", 18, "Minister, Beleidsdomein of Andere betrokkene"),
        ("Naam", 60, "de titel van de minister zoals gedrukt, of de naam"),
        ("Code", 30, "de ministerambten die de titel betekent, met | ertussen, of de code van het beleidsdomein"),
        ("Coördinator", 12, "of het beleidsdomein de actie coördineert"),
    ];
    sheet(
        ("Betrokkenen", "betrokkenen", "Een rij per minister, beleidsdomein en andere betrokkene van een actie."),
        columns,
        rows,
    )
}

pub fn initiatives(content: &EditionContent) -> Sheet {
    let mut rows = Vec::new();
    for action in actions_of(content) {
        for list in &action.initiatives {
            let row = |place: Cell, text: Cell, count: Cell| {
                [Cell::text(action.number.to_string()), Cell::text(&list.heading), place, text, count]
            };
            match &list.initiatives {
                Initiatives::Listed(texts) => rows.extend(
                    (1..).zip(texts).map(|(place, text)| row(Cell::Whole(place), Cell::text(text), Cell::Empty)),
                ),
                Initiatives::Counted(count) => rows.push(row(Cell::Empty, Cell::Empty, Cell::Whole((*count).into()))),
            }
        }
    }
    let columns = [
        ("Actie", 8, "het nummer van de actie in het plan"),
        ("Kop", 25, "de kop waaronder de initiatieven staan"),
        ("Plaats", 8, "de plaats in de lijst"),
        ("Initiatief", 70, "het initiatief"),
        ("Aantal", 8, "hoeveel er zijn, wanneer alleen hun aantal bekend is"),
    ];
    sheet(
        ("Initiatieven", "initiatieven", "Een rij per initiatief, of per lijst waarvan alleen het aantal bekend is."),
        columns,
        rows,
    )
}
