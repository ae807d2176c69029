//! Where the words of a printed document stand: on the page, and not upon each other, however long a text is.

use spoor_documents::bundle::{BundleContent, Line, PieceContent, bundle_pdf};
use spoor_documents::edition::{Count, EditionContent, MinisterContent, report_pdf};
use spoor_domain::action::event::{ActionStatus, Block, InitiativeList, Initiatives};
use spoor_domain::kernel::Cents;
use spoor_domain::trajectory::vocabulary::PieceKind;

use super::samples::{actions, autumn_2018, day, full, hash};
use super::{asked, left_to_look_at, pages, words};

/// Where text may stand: above the foot of a page and between its margins, in points from above and from the left.
const END_OF_TEXT: f64 = 775.0;
const SIDES: [f64; 2] = [67.0, 528.5];

/// A word of the print and its box, in points from the left and from above.
struct Placed {
    text: String,
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Placed {
    /// A line of `pdftotext -bbox`.
    fn read(line: &str) -> Option<Self> {
        let (start, rest) = line.trim().strip_prefix("<word ")?.split_once('>')?;
        let side = |name: &str| -> f64 {
            let (_, value) = start.split_once(&format!("{name}=\"")).unwrap();
            value.split('"').next().unwrap().parse().unwrap()
        };
        let text = rest.trim_end_matches("</word>").replace('\u{200B}', "");
        Some(Self { text, left: side("xMin"), top: side("yMin"), right: side("xMax"), bottom: side("yMax") })
    }

    /// Whether it stands upon another; the boxes of two lines that follow each other may touch.
    fn is_upon(&self, other: &Self) -> bool {
        let wide = self.right.min(other.right) - self.left.max(other.left);
        let high = self.bottom.min(other.bottom) - self.top.max(other.top);
        wide > 1.0 && high > 0.5 * (self.bottom - self.top).min(other.bottom - other.top)
    }
}

/// Looks at every word: it stands within its page, above the foot, and upon no other. Gives the number of pages.
fn every_word_has_its_place(pdf: &[u8]) -> usize {
    let boxes = asked("pdftotext", &["-bbox", "FILE", "-"], pdf);
    let pages: Vec<Vec<Placed>> =
        boxes.split("<page ").skip(1).map(|page| page.lines().filter_map(Placed::read).collect()).collect();
    let mut foot = None;
    for (place, page) in pages.iter().enumerate() {
        let here = format!("page {} of {}", place + 1, pages.len());
        let (text, below): (Vec<&Placed>, Vec<&Placed>) = page.iter().partition(|word| word.bottom <= END_OF_TEXT);
        for (before, word) in text.iter().enumerate() {
            let Placed { text: said, left, top, right, .. } = word;
            assert!(*top > 0.0 && SIDES[0] <= *left && *right <= SIDES[1], "{here}: {said:?} is at {left} to {right}");
            if let Some(other) = text[..before].iter().find(|other| other.is_upon(word)) {
                panic!("{here}: {said:?} stands upon {:?}", other.text);
            }
        }
        let below = words(&below.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "));
        let (said, number) = below.split_once(" Pagina ").unwrap_or_else(|| panic!("{here}: the foot is {below:?}"));
        assert_eq!(number, format!("{} van {}", place + 1, pages.len()), "{here}");
        assert_eq!(foot.get_or_insert_with(|| said.to_owned()), said, "{here}: the foot");
    }
    pages.len()
}

/// Prints, looks where the words stand, and gives the text.
fn printed(name: &str, content: &EditionContent) -> String {
    let pdf = report_pdf(content, &hash(content), false).unwrap();
    left_to_look_at(name, &pdf);
    every_word_has_its_place(&pdf);
    words(&pages(&pdf).concat())
}

const STATUSES: [ActionStatus; 5] = [
    ActionStatus::NotStarted,
    ActionStatus::Started,
    ActionStatus::Ongoing,
    ActionStatus::Completed,
    ActionStatus::Discontinued,
];

/// The report with actions in every status, and this amount in every sum.
fn in_every_status(amount: Option<Cents>) -> EditionContent {
    let mut content = autumn_2018();
    content.policy_lines.truncate(1);
    let counts = STATUSES.map(|status| Count { status, count: 162 });
    let totals = &mut content.totals;
    totals.by_status = counts.to_vec();
    (totals.budget_as_printed, totals.budget_without_duplicates) = (amount, amount);
    let parts = [
        &mut totals.by_policy_line,
        &mut totals.by_chapter,
        &mut totals.by_office,
        &mut totals.by_domain,
        &mut totals.by_competence,
    ];
    for part in parts.into_iter().flatten() {
        part.by_status = counts.to_vec();
        (part.budget_as_printed, part.budget_without_duplicates) = (amount, amount);
    }
    content
}

#[test]
fn every_word_of_a_report_has_its_place() {
    printed("plaats-najaar-2018", &autumn_2018());
    printed("plaats-volledig", &full());
}

#[test]
fn the_sums_stand_on_the_page_with_every_status_and_with_any_amount() {
    for (name, amount) in [
        ("standen", None),
        ("standen-gewoon", Some(Cents(1_096_433_486))),
        ("standen-breed", Some(Cents::MOST)),
        ("standen-breedst", Some(Cents(Cents::MOST.0 * 6_200))),
        ("standen-verzadigd", Some(Cents(i64::MAX))),
    ] {
        let content = in_every_status(amount);
        let print = printed(name, &content);
        assert_eq!(print.matches("Stopgezet").count(), 5 + 2, "{name}: each table has its head once");
        let sums = print.split_once("Per hoofdstuk").unwrap().1;
        for chapter in &content.totals.by_chapter {
            assert!(sums.contains(&format!("{}. ", chapter.key)), "{name}: chapter {}", chapter.key);
        }
    }
}

#[test]
fn a_table_of_sums_longer_than_a_page_goes_on_below_its_head_on_the_next() {
    let mut content = in_every_status(Some(Cents::MOST));
    let chapter = content.totals.by_chapter[0].clone();
    content.totals.by_chapter = (1..=90)
        .map(|number: u32| {
            let mut chapter = chapter.clone();
            chapter.key = number.to_string();
            chapter.name = Some(format!("Naam {number} {}", "met zaak ".repeat(if number == 45 { 800 } else { 9 })));
            chapter
        })
        .collect();
    let print = printed("standen-lang", &content);
    for number in 1..=90 {
        assert!(print.contains(&format!("{number}. Naam {number} ")), "{number}");
    }
    assert_eq!(print.matches("zaak").count(), 89 * 9 + 800);
}

#[test]
fn the_head_of_an_action_that_is_longer_than_a_page_goes_on_on_the_next() {
    let mut content = autumn_2018();
    content.policy_lines.truncate(1);
    for (place, action) in actions(&mut content).take(4).enumerate() {
        let many = |word: &str, count| (1..=count).map(|number| format!("{word}{place}.{number}.")).collect::<Vec<_>>();
        match place {
            0 => action.others = many("wie", 300),
            1 => {
                let minister = |title| MinisterContent { title, offices: vec![] };
                action.ministers = many("MP", 70).into_iter().map(minister).collect();
            }
            2 => action.title = many("kop", 900).join(" "),
            _ => {
                let counted = |heading| InitiativeList { heading, initiatives: Initiatives::Counted(12) };
                action.initiatives = many("IN", 70).into_iter().map(counted).collect();
            }
        }
    }
    let print = printed("lange-kop", &content);
    for (word, count) in [("wie0.", 300), ("MP1.", 70), ("IN3.", 70)] {
        assert_eq!(print.matches(word).count(), count, "{word}");
    }
    assert_eq!(print.matches("kop2.").count(), 2 * 900, "in the contents and above the action");
}

#[test]
fn headings_that_follow_each_other_and_a_long_one_are_printed_whole() {
    let mut content = autumn_2018();
    content.policy_lines.truncate(1);
    for (place, action) in actions(&mut content).filter(|action| !action.rows.is_empty()).take(3).enumerate() {
        let text = Block::Paragraph("Wat eronder staat.".into());
        let blocks = match place {
            0 => (1..=150).map(|number| Block::Heading(format!("Tussenkop {number}"))).chain([text]).collect(),
            1 => vec![Block::Heading("een wnjr ".repeat(900)), text],
            _ => (1..=75)
                .flat_map(|number| [Block::Heading(format!("Vervolgkop {number}\nregel")), text.clone()])
                .collect(),
        };
        action.rows[0].blocks = blocks;
    }
    let print = printed("koppen", &content);
    for (said, times) in [("Tussenkop ", 150), ("wnjr", 900), ("Vervolgkop ", 75), ("Wat eronder staat.", 77)] {
        assert_eq!(print.matches(said).count(), times, "{said}");
    }
}

#[test]
fn an_erratum_of_many_short_lines_is_printed_whole() {
    let mut content = full();
    content.policy_lines.truncate(1);
    let list = |word: &str| (1..=80).map(|number| format!("{word} {number}")).collect::<Vec<_>>().join("\n");
    content.errata[0].old = Some(list("was"));
    content.errata[0].new = Some(list("is"));
    content.errata[1].label = list("veld");
    let print = printed("errata", &content);
    for number in 1..=80 {
        for said in [format!("was {number} is {number} "), format!("veld {number} ")] {
            assert!(print.contains(&said), "{said}");
        }
    }
}

#[test]
fn long_names_of_the_plan_are_printed_whole() {
    let mut content = full();
    content.policy_lines.truncate(2);
    let long = |word: &str| format!("{word} ").repeat(700);
    content.head.plan_name = long("plnm");
    content.policy_lines[0].name = long("lnnm");
    content.policy_lines[0].chapters[0].title = long("hfdn");
    content.totals.by_policy_line[0].name = Some(long("lnnm"));
    content.totals.by_policy_line[1].budget_as_printed = Some(Cents(Cents::MOST.0 * 62));
    content.training[0].label = long("prgn");
    let print = printed("lange-namen", &content);
    // In the contents and above; of a line also in the chart and in the sums. The colophon has the plan again.
    for (word, times) in [("plnm", 2), ("lnnm", 4), ("hfdn", 2), ("prgn", 1)] {
        assert_eq!(print.split(' ').filter(|said| *said == word).count(), times * 700, "{word}");
    }
}

#[test]
fn every_word_of_a_bundle_has_its_place() {
    let piece = |place: u64| {
        let mut lines = vec![
            Line::on("Aangevraagd op", day("2026-01-12")),
            Line::said("Naam", "Testpersoon van dertig ".repeat(8)),
        ];
        if place == 1 {
            lines.push(Line::said("Feiten", "woord ".repeat(2_500)));
            lines.push(Line::said("Motivering", "regel\n".repeat(150)));
        }
        PieceContent { kind: PieceKind::Advice, sequence: place, leaf: format!("{place:064x}"), lines }
    };
    let content = BundleContent {
        number: "LT-2026-0042".into(),
        parket: "parket-mechelen".into(),
        as_of: day("2026-03-02"),
        pieces: (1..=40).map(piece).collect(),
    };
    let pdf = bundle_pdf(&content).unwrap();
    left_to_look_at("bundel-lang", &pdf);
    assert!(every_word_has_its_place(&pdf) > 45);
}
