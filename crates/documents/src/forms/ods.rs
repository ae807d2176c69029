//! The tables as an OpenDocument spreadsheet (ODF 1.3). Written by hand: it is a handful of XML files, and the libraries
//! for it are far larger than what is needed of them.

mod page;
mod text;

use std::fmt::Write as _;

use super::FormError;
use super::tables::{Cell, Sheet, Workbook};
use super::zipped::{File, archive};
use text::{attribute, paragraphs};

const MEDIA_TYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

/// The spreadsheet.
pub fn spreadsheet(tables: &Workbook) -> Result<Vec<u8>, FormError> {
    let file = |name: &str, text: String| File { name: name.to_owned(), bytes: text.into_bytes() };
    let files = [
        file("content.xml", content(tables)),
        file("styles.xml", page::styles(tables)),
        file("settings.xml", page::settings(tables)),
        file("meta.xml", page::meta(tables)),
        file("META-INF/manifest.xml", page::manifest(MEDIA_TYPE)),
    ];
    archive(Some(MEDIA_TYPE), &files)
}

fn sheets(tables: &Workbook) -> impl Iterator<Item = &Sheet> {
    [&tables.about].into_iter().chain(&tables.sheets)
}

fn content(tables: &Workbook) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:document-content office:version=\"1.3\" \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
         xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
         xmlns:number=\"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0\" \
         xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\"><office:automatic-styles>",
    );
    xml.push_str(STYLES);
    let mut widths: Vec<u8> = sheets(tables).flat_map(|sheet| &sheet.columns).map(|column| column.width).collect();
    widths.sort_unstable();
    widths.dedup();
    for width in widths {
        // A sign of the usual type is about two millimetres wide.
        let _ = write!(
            xml,
            "<style:style style:name=\"w{width}\" style:family=\"table-column\"><style:table-column-properties \
             style:column-width=\"{}mm\"/></style:style>",
            u32::from(width) * 2 + 2
        );
    }
    let mut heights: Vec<usize> = sheets(tables).flat_map(heights_of).collect();
    heights.sort_unstable();
    heights.dedup();
    for lines in heights {
        // A line of the usual type is four and a half millimetres high.
        let _ = write!(
            xml,
            "<style:style style:name=\"h{lines}\" style:family=\"table-row\"><style:table-row-properties \
             style:row-height=\"{}mm\" style:use-optimal-row-height=\"false\"/></style:style>",
            super::decimal((lines * 450).try_into().unwrap_or(i64::MAX))
        );
    }
    xml.push_str("</office:automatic-styles><office:body><office:spreadsheet>");
    sheets(tables).for_each(|sheet| table(sheet, tables.draft, &mut xml));
    xml.push_str("</office:spreadsheet></office:body></office:document-content>\n");
    xml
}

/// The most lines a row is high; no program shows more than a metre of one.
const MOST_LINES: usize = 200;

/// The heights of the head and of every row of a table, in lines.
fn heights_of(sheet: &Sheet) -> impl Iterator<Item = usize> {
    let rows = sheet.rows.iter().map(|row| sheet.lines(row));
    std::iter::once(sheet.head_lines()).chain(rows).map(|lines| lines.min(MOST_LINES))
}

const STYLES: &str = "<number:number-style style:name=\"n0\"><number:number number:decimal-places=\"0\" \
    number:min-integer-digits=\"1\" number:grouping=\"true\"/></number:number-style>\
    <number:number-style style:name=\"n2\"><number:number number:decimal-places=\"2\" number:min-decimal-places=\"2\" \
    number:min-integer-digits=\"1\" number:grouping=\"true\"/></number:number-style>\
    <number:number-style style:name=\"nr\"><number:number number:decimal-places=\"0\" number:min-integer-digits=\"1\" \
    number:grouping=\"true\"/><number:text> (afgerond)</number:text></number:number-style>\
    <number:date-style style:name=\"nd\"><number:day number:style=\"long\"/><number:text>/</number:text>\
    <number:month number:style=\"long\"/><number:text>/</number:text><number:year number:style=\"long\"/></number:date-style>\
    <style:style style:name=\"ta\" style:family=\"table\" style:master-page-name=\"Default\"/>\
    <style:style style:name=\"head\" style:family=\"table-cell\"><style:table-cell-properties fo:background-color=\"#dde6f0\" \
    fo:wrap-option=\"wrap\" style:vertical-align=\"top\"/><style:text-properties fo:font-weight=\"bold\"/></style:style>\
    <style:style style:name=\"text\" style:family=\"table-cell\"><style:table-cell-properties fo:wrap-option=\"wrap\" \
    style:vertical-align=\"top\"/></style:style>\
    <style:style style:name=\"whole\" style:family=\"table-cell\" style:data-style-name=\"n0\">\
    <style:table-cell-properties style:vertical-align=\"top\"/></style:style>\
    <style:style style:name=\"hundredths\" style:family=\"table-cell\" style:data-style-name=\"n2\">\
    <style:table-cell-properties style:vertical-align=\"top\"/></style:style>\
    <style:style style:name=\"rounded\" style:family=\"table-cell\" style:data-style-name=\"nr\">\
    <style:table-cell-properties style:vertical-align=\"top\"/></style:style>\
    <style:style style:name=\"day\" style:family=\"table-cell\" style:data-style-name=\"nd\">\
    <style:table-cell-properties style:vertical-align=\"top\"/></style:style>";

fn table(sheet: &Sheet, draft: bool, xml: &mut String) {
    let name = attribute(&sheet.tab(draft));
    let _ = write!(xml, "<table:table table:name=\"{name}\" table:style-name=\"ta\">");
    for column in &sheet.columns {
        let _ = write!(xml, "<table:table-column table:style-name=\"w{}\"/>", column.width);
    }
    // Rows in here are printed again at the top of every page.
    let mut heights = heights_of(sheet);
    let mut row_of = |cells: &dyn Fn(&mut String), xml: &mut String| {
        let height = heights.next().unwrap_or(1);
        let _ = write!(xml, "<table:table-row table:style-name=\"h{height}\">");
        cells(xml);
        xml.push_str("</table:table-row>");
    };
    xml.push_str("<table:table-header-rows>");
    row_of(&|xml| sheet.columns.iter().for_each(|column| string(&column.header, "head", xml)), xml);
    xml.push_str("</table:table-header-rows>");
    for row in &sheet.rows {
        row_of(&|xml| row.iter().for_each(|own| cell(own, xml)), xml);
    }
    xml.push_str("</table:table>");
}

fn string(text: &str, style: &str, xml: &mut String) {
    let _ = write!(xml, "<table:table-cell table:style-name=\"{style}\" office:value-type=\"string\">");
    paragraphs(text, xml);
    xml.push_str("</table:table-cell>");
}

fn cell(cell: &Cell, xml: &mut String) {
    let number = |style: &str, value: String, shown: String, xml: &mut String| {
        let _ = write!(
            xml,
            "<table:table-cell table:style-name=\"{style}\" office:value-type=\"float\" office:value=\"{value}\">\
             <text:p>{shown}</text:p></table:table-cell>"
        );
    };
    match cell {
        Cell::Empty => xml.push_str("<table:table-cell/>"),
        Cell::Text(text) => string(text, "text", xml),
        Cell::Whole(count) => number("whole", count.to_string(), crate::dutch::number(*count), xml),
        Cell::Hundredths(value) | Cell::Euro(spoor_domain::kernel::Cents(value)) => {
            number("hundredths", super::decimal(*value), crate::dutch::hundredths(*value), xml);
        }
        Cell::Rounded(count) => number("rounded", count.to_string(), format!("{count} (afgerond)"), xml),
        Cell::Day(day) => {
            let shown = day.format("%d/%m/%Y");
            let _ = write!(
                xml,
                "<table:table-cell table:style-name=\"day\" office:value-type=\"date\" office:date-value=\"{day}\">\
                 <text:p>{shown}</text:p></table:table-cell>"
            );
        }
    }
}
