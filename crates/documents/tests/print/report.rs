//! The half-yearly report in print.

use std::process::Command;

use spoor_documents::edition::{ContentHash, report_pdf};
use spoor_domain::action::event::{Block, ListItem, RowStanding};

use super::samples::{actions, autumn_2018, full, hash};
use super::{asked, left_to_look_at, pages, words};

/// Prints the report of autumn 2018 in another process and gives the hash of its bytes.
fn printed_elsewhere() -> String {
    let program = std::env::current_exe().unwrap();
    let arguments = ["--exact", "report::the_hash_of_the_printed_report_is_told_to_another_process", "--nocapture"];
    let output = Command::new(program).args(arguments).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    told.lines().find_map(|line| line.split_once("printed: ").map(|(_, hash)| hash.to_owned())).unwrap()
}

fn hash_of_print() -> String {
    let content = autumn_2018();
    ContentHash::of(&report_pdf(&content, &hash(&content), false).unwrap()).0
}

#[test]
fn the_hash_of_the_printed_report_is_told_to_another_process() {
    let hash = hash_of_print();
    println!("printed: {hash}");
    assert_eq!(hash.len(), 64);
}

#[test]
fn the_same_content_gives_the_same_bytes_again_and_in_other_processes() {
    let here = hash_of_print();
    assert_eq!(here, hash_of_print());
    assert_eq!(here, printed_elsewhere());
    assert_eq!(here, printed_elsewhere());
}

#[test]
fn every_page_names_the_edition_the_content_and_its_place() {
    let content = full();
    let (hash, pdf) = (hash(&content), report_pdf(&content, &hash(&content), false).unwrap());
    left_to_look_at("volledig", &pdf);
    let pages = pages(&pdf);
    assert!(pages.len() > 40, "{} pages", pages.len());
    for (place, page) in pages.iter().enumerate() {
        let foot = format!("Najaar 2018 · editie 2 (2018-H2) · inhoud {}", &hash.0[..12]);
        assert!(words(page).contains(&foot), "{page}");
        assert!(page.contains(&format!("Pagina {} van {}", place + 1, pages.len())), "{page}");
        assert!(!page.contains("ONTWERP"));
    }
    let colophon = pages.last().unwrap();
    assert!(colophon.contains(&hash.0[..32]) && colophon.contains(&hash.0[32..]), "{colophon}");
}

#[test]
fn a_draft_says_so_on_every_page() {
    let content = autumn_2018();
    let pdf = report_pdf(&content, &hash(&content), true).unwrap();
    left_to_look_at("ontwerp", &pdf);
    let pages = pages(&pdf);
    assert!(pages.iter().all(|page| page.contains("ONTWERP – niet vastgesteld")));
}

#[test]
fn the_file_is_to_be_kept_and_to_be_read_by_everybody() {
    // One chapter: listing the structure of a whole report takes the tool minutes.
    let mut content = full();
    content.policy_lines.truncate(1);
    content.policy_lines[0].chapters.truncate(1);
    let pdf = report_pdf(&content, &hash(&content), false).unwrap();
    let info = words(&asked("pdfinfo", &["FILE"], &pdf));
    for said in ["Tagged: yes", "Encrypted: no", "JavaScript: no", "Form: none", "Page size: 595.276 x 841.89 pts (A4)"]
    {
        assert!(info.contains(said), "{said}: {info}");
    }
    assert!(info.contains("– voortgangsrapportage Najaar 2018"), "{info}");
    assert!(info.contains("CreationDate: Mon Oct 1 00:00:00 2018 UTC"), "{info}");
    let metadata = asked("pdfinfo", &["-meta", "FILE"], &pdf);
    for said in [
        "<pdfaid:part>2</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
        "<rdf:li>nl-BE</rdf:li>",
    ] {
        assert!(metadata.contains(said), "{said}: {metadata}");
    }
    asked("qpdf", &["--check", "FILE"], &pdf);
    let structure = asked("pdfinfo", &["-struct-text", "FILE"], &pdf);
    for said in ["H1", "H2", "H3", "Table", "TH", "TOC", "Figure", "Link"] {
        assert!(structure.contains(said), "no {said} in the structure");
    }
}

#[test]
fn everything_that_was_reported_is_in_the_print() {
    let mut content = autumn_2018();
    let pdf = report_pdf(&content, &hash(&content), false).unwrap();
    left_to_look_at("najaar-2018", &pdf);
    let print = words(&pages(&pdf).concat());
    assert!(print.contains("Het plan telt 62 acties."));
    let mut amounts = 0;
    for action in actions(&mut content) {
        assert!(print.contains(&format!("Actie {} ", action.number)), "{}", action.number);
        amounts += action.budget.len();
    }
    assert_eq!(amounts, 94);
    for said in [
        "854.000,00 euro",
        "1.606.641,63 euro",
        "129.166,66 euro",
        "reguliere middelen",
        "KB – Kanselarij en Bestuur (coördinatie)",
    ] {
        assert!(print.contains(said), "{said}");
    }
    for never in ["dader", "de Kazerne Dossin", "het Kazerne Dossin"] {
        assert!(!print.contains(never), "{never}");
    }
}

#[test]
fn what_is_no_number_says_why_and_a_step_back_is_flagged() {
    let content = full();
    let pages = pages(&report_pdf(&content, &hash(&content), false).unwrap());
    let print = words(&pages.concat());
    for said in ["1.025", "ca. 0", "niet geregistreerd", "nog niet geleverd", "niet in dit detail", "ca. 45", "11.197"]
    {
        assert!(print.contains(said), "{said}");
    }
    assert!(!print.contains("aangeleverd"), "one word for what is still to come");
    assert!(print.contains("een stap terug"));
    assert!(print.contains("1.606.641,63 euro 1.606.647,63 euro"), "the erratum");
    // A table that runs over pages has its head again on each.
    let heads = pages.iter().filter(|page| page.contains("Budget en middelen")).count();
    assert!(heads > 40, "{heads}");
}

#[test]
fn what_is_not_yet_delivered_or_known_is_not_printed_as_nothing() {
    let mut content = autumn_2018();
    content.policy_lines.truncate(1);
    for action in actions(&mut content) {
        (action.regular_means, action.budget, action.means) = (false, vec![], vec![]);
        (action.mentions, action.indicators) = (vec![], vec![]);
        action.rows.iter_mut().for_each(|row| row.state = RowStanding::NotYetDelivered);
    }
    actions(&mut content).next().unwrap().rows.clear();
    let totals = &mut content.totals;
    (totals.budget_as_printed, totals.budget_without_duplicates) = (None, None);
    (totals.budget_entries, totals.actions_with_budget) = (0, 0);
    totals.by_policy_line.iter_mut().for_each(|part| part.budget_as_printed = None);
    totals.by_competence.clear();
    let pdf = report_pdf(&content, &hash(&content), false).unwrap();
    left_to_look_at("weinig-geleverd", &pdf);
    let print = words(&pages(&pdf).concat());
    for said in [
        "Voor deze periode zijn geen bedragen bekend.",
        "niet gerapporteerd. Budget: nog niet geleverd.",
        "Nog niet geleverd. nog niet geleverd",
    ] {
        assert!(print.contains(said), "{said}");
    }
    assert_eq!(print.matches("reguliere middelen").count(), 1, "only where it is explained");
    for never in ["0,00 euro", "Per bevoegdheid"] {
        assert!(!print.contains(never), "{never}");
    }
}

fn nested(levels: usize) -> ListItem {
    let items = if levels > 1 { vec![nested(levels - 1)] } else { Vec::new() };
    ListItem { text: format!("laag {levels}"), items }
}

#[test]
fn what_was_written_is_printed_and_never_carried_out() {
    let hostile = [
        "#read(\"content.json\") #panic(\"x\") #let y = 1",
        "$ x^2 $ *sterk* _schuin_ = Kop\n- lijst @ref <label> // weg /* weg */ `code` \\u{41} \\",
        "😀 مرحبا بالعالم שלום 漢字 \u{202E}omgekeerd",
        "\u{0}\u{7}\u{FFFE}\u{E000}",
    ];
    let mut content = autumn_2018();
    content.head.preface = Some(hostile.join("\n\n"));
    let long = "w".repeat(2_000);
    for action in actions(&mut content).take(3) {
        action.title = hostile[1].into();
        action.others = vec![long.clone()];
        for row in &mut action.rows {
            row.blocks = hostile.iter().map(|text| Block::Paragraph((*text).into())).collect();
            row.blocks.push(Block::Link { text: "weg".into(), url: "javascript:alert(1)".into() });
            row.blocks.push(Block::Paragraph(long.clone()));
            row.blocks.push(Block::List(vec![nested(50)]));
        }
    }
    let pdf = report_pdf(&content, &hash(&content), false).unwrap();
    left_to_look_at("vijandig", &pdf);
    let print = words(&pages(&pdf).concat());
    for said in
        ["#read(\"content.json\") #panic(\"x\") #let y = 1", "$ x^2 $ *sterk* _schuin_ = Kop", "`code` \\u{41} \\", "□"]
    {
        assert!(print.contains(said), "{said}");
    }
    assert!(print.contains("laag 50") && print.contains("laag 1 "), "every item of a list");
    assert!(print.contains("Het teken □ staat voor een letterteken"));
    assert!(!asked("qpdf", &["--qdf", "FILE", "-"], &pdf).contains("javascript:"), "an address that runs is no link");
}

#[test]
fn figures_that_are_said_to_be_parts_of_each_other_are_printed_once_each() {
    let mut content = autumn_2018();
    content.policy_lines.truncate(1);
    let action = actions(&mut content).find(|action| action.indicators.len() > 1).unwrap();
    for (place, label) in ["eerste kring", "tweede kring"].into_iter().enumerate() {
        action.indicators[place].label = label.into();
        action.indicators[place].row = action.indicators[0].row;
        action.indicators[place].part_of = Some(action.indicators[1 - place].id);
    }
    let print = words(&pages(&report_pdf(&content, &hash(&content), false).unwrap()).concat());
    assert_eq!((print.matches("eerste kring").count(), print.matches("tweede kring").count()), (1, 1));
}

/// Whether a line of the print is the head of an action, a chapter or a policy line, and not a line of the contents.
fn is_heading(line: &str) -> bool {
    let line = line.trim();
    let numbered = |rest: &str| rest.starts_with(|sign: char| sign.is_ascii_digit());
    !line.contains(". . .")
        && ["Actie ", "Beleidslijn "].iter().any(|word| line.strip_prefix(word).is_some_and(numbered))
}

#[test]
fn no_page_ends_with_the_head_of_what_stands_on_the_next() {
    let content = autumn_2018();
    let pages = pages(&report_pdf(&content, &hash(&content), false).unwrap());
    let of_head = ["Status", "Bevoegde minister", "Beleidsdomeinen", "Andere betrokkenen", "Bevoegdheid"];
    for (place, page) in pages.iter().enumerate() {
        // The last line is the foot of the page.
        let mut said = page.lines().filter(|line| !line.trim().is_empty()).rev().skip(1);
        let Some(last) = said.next() else { continue };
        let alone = is_heading(last)
            || last.ends_with("(hier niet opgesomd)")
            || of_head.iter().any(|word| last.trim().starts_with(word));
        assert!(!alone, "page {} ends with the head of what follows:\n{page}", place + 1);
    }
    assert!(pages.iter().flat_map(|page| page.lines()).filter(|line| is_heading(line)).count() >= 62);
}
