//! The report rows with their text, block by block.

use spoor_domain::action::event::{ActionNumber, Block, ListItem};
use spoor_domain::kernel::{Label, Language};

use super::actions_of;
use super::shape::{Cell, Sheet, sheet};
use crate::dutch;
use crate::edition::{EditionContent, RowContent};

type Row = [Cell; 10];

pub fn rows(content: &EditionContent) -> Sheet {
    let mut rows = Vec::new();
    for action in actions_of(content) {
        for (place, row) in (1..).zip(&action.rows) {
            rows.extend(Text { action: action.number, place, row }.rows());
        }
    }
    let columns = [
        ("Actie", 8, "het nummer van de actie in het plan"),
        ("Rij", 6, "de plaats van de rapportering binnen de actie"),
        ("Rij-id", 38, "het id van de rapportering; bedragen en cijfers noemen het"),
        ("Bevoegdheden", 25, "de bevoegdheden waarvoor gerapporteerd wordt, met | ertussen"),
        ("Beleidsdomeinen", 18, "het beleidsdomein van elke bevoegdheid, in dezelfde volgorde"),
        ("Stand", 16, "waar de rapportering staat"),
        ("Blok", 6, "de plaats van het stuk tekst binnen de rapportering; leeg wanneer er geen tekst is"),
        ("Soort", 14, "Tussenkop, Alinea, Lijst (met het niveau), Link of Verwijzing"),
        ("Tekst", 90, "de tekst"),
        ("Adres", 40, "waar een link naartoe leidt"),
    ];
    let about = "Een rij per stuk tekst van elke rapportering; ook een rapportering zonder tekst heeft een rij.";
    sheet(("Rapportering", "rapportering", about), columns, rows)
}

/// The text of one report row.
struct Text<'a> {
    action: ActionNumber,
    place: i64,
    row: &'a RowContent,
}

impl Text<'_> {
    fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for (block, content) in (1..).zip(&self.row.blocks) {
            match content {
                Block::Heading(text) => rows.push(self.piece(block, "Tussenkop", text, None)),
                Block::Paragraph(text) => rows.push(self.piece(block, "Alinea", text, None)),
                Block::Link { text, url } => rows.push(self.piece(block, "Link", text, Some(url))),
                Block::List(items) => self.items(block, items, 1, &mut rows),
            }
        }
        let after = 1 + self.row.blocks.len() as i64;
        let references = (after..).zip(&self.row.references);
        rows.extend(references.map(|(block, found)| self.piece(block, "Verwijzing", &dutch::reference(found), None)));
        if rows.is_empty() {
            rows.push(self.cells([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]));
        }
        rows
    }

    fn items(&self, block: i64, items: &[ListItem], level: usize, rows: &mut Vec<Row>) {
        for item in items {
            rows.push(self.piece(block, &format!("Lijst {level}"), &item.text, None));
            self.items(block, &item.items, level + 1, rows);
        }
    }

    fn piece(&self, block: i64, kind: &str, text: &str, url: Option<&String>) -> Row {
        self.cells([Cell::Whole(block), Cell::text(kind), Cell::text(text), Cell::maybe(url)])
    }

    fn cells(&self, [block, kind, text, url]: [Cell; 4]) -> Row {
        let competences = &self.row.competences;
        [
            Cell::text(self.action.to_string()),
            Cell::Whole(self.place),
            Cell::text(self.row.id.0.to_string()),
            Cell::list(competences.iter().map(|found| &found.code)),
            Cell::list(competences.iter().map(|found| &found.policy_domain.0)),
            Cell::text(self.row.state.label(Language::Nl)),
            block,
            kind,
            text,
            url,
        ]
    }
}
