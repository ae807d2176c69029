//! Every form is read back and compared with the content, figure by figure; none depends on the moment or the machine.

mod figures;
mod linked;
mod read;

use serde_json::Value;

use super::*;
use crate::edition::samples::edition;

fn hash(content: &EditionContent) -> ContentHash {
    ContentHash::of(&content.to_bytes().unwrap())
}

fn rendered(form: Form, content: &EditionContent, draft: bool) -> Vec<u8> {
    form.render(content, &hash(content), draft).unwrap()
}

/// The sample with something nasty in every text.
fn hostile() -> EditionContent {
    const TEXTS: [&str; 12] = [
        "=HYPERLINK(\"http://example.org\";\"klik\")",
        "+1+1",
        "-2",
        "@SUM(A1:A9)",
        "\tx",
        "een \"citaat\", met; komma's\nen een tweede lijn",
        "<b>vet</b> & ]]> <!-- -->",
        "_x0041_ &#65; %41",
        "nul\u{0} bel\u{7} terug\u{8} einde\u{fffe}",
        "\u{202e}omgekeerd\u{202c} 😀 é",
        "  drie   spaties  ",
        "cmd|' /C calc'!A0",
    ];
    let json = serde_json::to_value(edition()).unwrap();
    let mut content = edition();
    let mut strings = Vec::new();
    pointers(&json, String::new(), &mut strings);
    for (place, pointer) in strings.iter().enumerate() {
        let mut changed = serde_json::to_value(&content).unwrap();
        let Some(spot) = changed.pointer_mut(pointer) else { continue };
        *spot = TEXTS[place % TEXTS.len()].into();
        if let Ok(nasty) = serde_json::from_value(changed) {
            content = nasty;
        }
    }
    assert_ne!(content, edition());
    content
}

fn pointers(value: &Value, at: String, strings: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| pointers(value, format!("{at}/{name}"), strings));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, value)| pointers(value, format!("{at}/{n}"), strings));
        }
        Value::String(_) => strings.push(at),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn the_same_content_gives_the_same_bytes_and_a_draft_gives_others() {
    for content in [edition(), hostile()] {
        for form in Form::ALL {
            assert_eq!(rendered(form, &content, false), rendered(form, &content, false), "{form:?}");
            assert_ne!(rendered(form, &content, false), rendered(form, &content, true), "{form:?}");
        }
    }
}

#[test]
fn a_form_is_found_by_its_short_name_and_only_by_that() {
    for form in Form::ALL {
        assert_eq!(Form::from_code(form.code()), Some(form));
        assert!(form.media_type().starts_with("application/"));
    }
    assert_eq!(Form::from_code("docx"), None);
}

#[test]
fn json_is_the_content_itself_and_a_draft_is_not() {
    let content = edition();
    let bytes = rendered(Form::Json, &content, false);
    assert_eq!(ContentHash::of(&bytes), hash(&content));
    assert_eq!(EditionContent::from_bytes(&bytes).unwrap(), content);
    let draft = rendered(Form::Json, &content, true);
    assert!(EditionContent::from_bytes(&draft).is_err(), "a draft cannot be taken for a frozen edition");
    let draft: Value = serde_json::from_slice(&draft).unwrap();
    assert_eq!(serde_json::from_value::<EditionContent>(draft["content"].clone()).unwrap(), content);
}

#[test]
fn the_moment_of_making_is_nowhere_in_a_file() {
    let content = edition();
    let made = |form, name: &str| {
        String::from_utf8(read::files(&rendered(form, &content, false)).remove(name).unwrap()).unwrap()
    };
    let core = made(Form::Xlsx, "docProps/core.xml");
    assert_eq!(core.matches("2018-12-31T00:00:00Z").count(), 2, "created and modified: {core}");
    assert!(made(Form::Ods, "meta.xml").contains("2018-12-31T00:00:00"));
    for form in [Form::Csv, Form::Xlsx, Form::Ods] {
        assert_eq!(read::moments(&rendered(form, &content, false)), ["1980-01-01 00:00:00"], "{form:?}");
    }
}

/// Programs do not agree on when they work out how high a row is; and one of them prints no header without a height.
#[test]
fn every_row_is_as_high_as_its_text_and_every_page_has_its_title() {
    let mut content = edition();
    let chapters = content.policy_lines.iter_mut().flat_map(|line| &mut line.chapters);
    chapters.flat_map(|chapter| &mut chapter.actions).for_each(|action| action.title = "woord ".repeat(90));
    let text = |form, name: &str| {
        String::from_utf8(read::files(&rendered(form, &content, false)).remove(name).unwrap()).unwrap()
    };
    // 540 signs in a column of 50 are eleven or twelve lines.
    let excel = text(Form::Xlsx, "xl/worksheets/sheet2.xml");
    assert!(excel.contains("ht=\"165\"") || excel.contains("ht=\"180\""), "{}", &excel[..2_000.min(excel.len())]);
    let cells = text(Form::Ods, "content.xml");
    assert!(
        ["h11", "h12"].iter().any(|high| cells.contains(&format!("<table:table-row table:style-name=\"{high}\">")))
    );
    assert!(!cells.contains("<table:table-row>"), "a row without a height");
    let page = text(Form::Ods, "styles.xml");
    assert_eq!(page.matches("<style:header-footer-properties fo:min-height=").count(), 2);
}

#[test]
fn the_first_row_and_column_stay_in_sight_and_headers_print_on_every_page() {
    let files = read::files(&rendered(Form::Xlsx, &edition(), false));
    let text = |name: &str| String::from_utf8(files[name].clone()).unwrap();
    let sheets: Vec<_> = files.keys().filter(|name| name.starts_with("xl/worksheets/sheet")).collect();
    assert_eq!(sheets.len(), 14);
    for sheet in sheets {
        let xml = text(sheet);
        assert!(xml.contains("<pane xSplit=\"1\" ySplit=\"1\"") && xml.contains("state=\"frozen\""), "{sheet}");
        assert!(xml.contains("orientation=\"landscape\""), "{sheet}");
    }
    assert_eq!(text("xl/workbook.xml").matches("_xlnm.Print_Titles").count(), 14);
    let files = read::files(&rendered(Form::Ods, &edition(), false));
    let text = |name: &str| String::from_utf8(files[name].clone()).unwrap();
    assert_eq!(text("content.xml").matches("<table:table-header-rows>").count(), 14);
    assert_eq!(text("settings.xml").matches("HorizontalSplitMode").count(), 14);
}

#[test]
fn an_opendocument_archive_begins_with_its_media_type_uncompressed() {
    let bytes = rendered(Form::Ods, &edition(), false);
    assert_eq!(&bytes[30..38], b"mimetype");
    assert_eq!(&bytes[38..84], Form::Ods.media_type().as_bytes());
}

#[test]
fn nothing_anybody_wrote_becomes_a_formula() {
    let content = hostile();
    for (name, bytes) in read::files(&rendered(Form::Xlsx, &content, false)) {
        assert!(!String::from_utf8_lossy(&bytes).contains("<f>"), "{name}");
    }
    let ods = read::files(&rendered(Form::Ods, &content, false));
    assert!(!String::from_utf8_lossy(&ods["content.xml"]).contains("table:formula"));
    for (name, bytes) in read::files(&rendered(Form::Csv, &content, false)) {
        if !name.ends_with(".csv") {
            continue;
        }
        for field in read::csv_fields(&String::from_utf8(bytes).unwrap()).into_iter().flatten() {
            let number = field.parse::<f64>().is_ok();
            assert!(number || !field.starts_with(['=', '+', '-', '@', '\t', '\r']), "{name}: {field}");
        }
    }
}

#[test]
fn a_text_longer_than_a_cell_is_there_to_the_last_sign() {
    let mut content = edition();
    let long = "woord 😀 ".repeat(6_000);
    content.policy_lines[0].chapters[0].actions[1].description = Some(long.clone());
    for form in [Form::Csv, Form::Xlsx, Form::Ods] {
        let book = read::book(form, &rendered(form, &content, false));
        let rows = book["Acties"].iter().filter(|row| row["Actie"] == "4.6");
        let parts: Vec<String> = rows.map(|row| row["Omschrijving"].clone()).collect();
        assert_eq!(parts.len(), 2, "{form:?}");
        assert_eq!(parts.concat().trim(), long.trim(), "{form:?}");
    }
}

#[test]
fn a_draft_says_so_on_every_table() {
    for form in [Form::Xlsx, Form::Ods] {
        let book = read::book(form, &rendered(form, &edition(), true));
        assert!(book.keys().all(|name| name.ends_with(" (concept)")), "{form:?}: {:?}", book.keys());
    }
    let files = read::files(&rendered(Form::Csv, &edition(), true));
    assert!(files.keys().all(|name| name.starts_with("concept-") || name == "LEESMIJ.txt"));
    assert!(String::from_utf8(files["LEESMIJ.txt"].clone()).unwrap().contains(tables::DRAFT));
}

#[test]
fn the_description_of_the_columns_names_every_column_of_every_file() {
    let files = read::files(&rendered(Form::Csv, &edition(), false));
    let readme = String::from_utf8(files["LEESMIJ.txt"].clone()).unwrap();
    for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".csv")) {
        let described = readme.split(&format!("\n{name}\n")).nth(1).unwrap().split("\n\n").next().unwrap();
        let headers = read::csv_fields(std::str::from_utf8(bytes).unwrap()).remove(0);
        let lines: Vec<_> = described.lines().skip(1).collect();
        assert_eq!(lines.len(), headers.len(), "{name}");
        for (line, header) in lines.iter().zip(headers) {
            assert!(line.starts_with(&format!("  - {header}: ")), "{name}: {line}");
        }
    }
}
