//! The bundle of a learning trajectory in print.

use spoor_documents::bundle::{BundleContent, Filled, Line, PieceContent, bundle_pdf};
use spoor_domain::kernel::WithheldReason;
use spoor_domain::trajectory::vocabulary::PieceKind;

use super::samples::day;
use super::{asked, pages, words};

fn bundle(text: &str) -> BundleContent {
    let piece = |kind, sequence: u64, lines| PieceContent { kind, sequence, leaf: format!("{sequence:064x}"), lines };
    BundleContent {
        number: "LT-2026-0042".into(),
        parket: "parket-mechelen".into(),
        as_of: day("2026-03-02"),
        pieces: vec![
            piece(
                PieceKind::Request,
                2,
                vec![
                    Line::on("Aangevraagd op", day("2026-01-12")),
                    Line::said("Naam", "Testpersoon"),
                    Line::said("Feiten", text),
                ],
            ),
            piece(PieceKind::ParticipantReflection, 12, vec![Line::said("Tekst", format!("{text}\n\n{text}\nregel"))]),
            piece(PieceKind::Advice, 13, vec![Line::said("Besluit", "Gunstig"), Line::said("Motivering", text)]),
        ],
    }
}

#[test]
fn the_pieces_are_numbered_listed_with_their_hash_and_carry_the_dossiers_number_on_each_page() {
    let content = bundle("Nam actief deel.");
    let pdf = bundle_pdf(&content).unwrap();
    let pages = pages(&pdf);
    assert_eq!(pages.len(), 4);
    for (place, page) in pages.iter().enumerate() {
        assert!(page.contains("Leertraject LT-2026-0042 · vertrouwelijk"), "{page}");
        assert!(page.contains(&format!("Pagina {} van 4", place + 1)), "{page}");
    }
    for (place, piece) in content.pieces.iter().enumerate() {
        assert!(pages[0].contains(&piece.leaf[32..]), "{}", pages[0]);
        assert!(words(&pages[place + 1]).contains(&format!("Gebeurtenis {}, blad {}", piece.sequence, piece.leaf)));
    }
    assert!(words(&pages[0]).contains("Stuk 3. Gemotiveerd advies"), "{}", pages[0]);
    assert!(words(&pages[1]).contains("Aangevraagd op 12 januari 2026"), "{}", pages[1]);
    asked("qpdf", &["--check", "FILE"], &pdf);
}

#[test]
fn the_same_pieces_give_the_same_bytes_and_other_words_give_others() {
    let one = bundle_pdf(&bundle("Nam actief deel.")).unwrap();
    assert!(one == bundle_pdf(&bundle("Nam actief deel.")).unwrap());
    assert!(one != bundle_pdf(&bundle("Nam passief deel.")).unwrap());
}

#[test]
fn what_was_erased_prints_as_withheld_with_the_day() {
    let mut content = bundle("");
    let erased = Filled::Withheld { reason: WithheldReason::Erased, since: Some(day("2026-04-01")) };
    content.pieces[2].lines[1] = Line { label: "Motivering", value: erased };
    let print = words(&pages(&bundle_pdf(&content).unwrap()).concat()).replace('\u{A0}', " ");
    assert!(print.contains("Achtergehouden: gewist op 1 april 2026"), "{print}");
}

#[test]
fn what_people_write_is_printed_in_any_letters_and_never_carried_out() {
    let text =
        "<script>alert('x')</script> & \"zo\" #read(\"/etc/passwd\") $x$ *a* \\ — Ελλάδα, Україна, مرحبا, שלום, 😀";
    let print = words(&pages(&bundle_pdf(&bundle(text)).unwrap()).concat());
    assert!(
        print.contains("<script>alert('x')</script> & \"zo\" #read(\"/etc/passwd\") $x$ *a* \\ — Ελλάδα, Україна"),
        "{print}"
    );
    assert!(print.contains('�'));
}

#[test]
fn no_letter_that_can_be_written_stops_the_printing() {
    let letters: Vec<char> = (0..=0x2_FFFF).filter_map(char::from_u32).collect();
    // A letter alone, after another, and with a mark upon it.
    for thousands in letters.chunks(20_000) {
        let text: String =
            thousands.iter().flat_map(|letter| [' ', *letter, 'x', *letter, '\u{301}', '\u{5B0}']).collect();
        bundle_pdf(&bundle(&text)).unwrap();
    }
}
