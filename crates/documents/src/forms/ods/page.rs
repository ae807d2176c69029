//! Everything of the spreadsheet that is not in its cells: pages, frozen panes, properties, the list of files.

use super::sheets;
use super::text::attribute;
use crate::forms::tables::{DRAFT, Workbook};

/// The page: A4 on its side, with the title above and page numbers below.
pub fn styles(tables: &Workbook) -> String {
    let title = attribute(&tables.title);
    let title = if tables.draft { format!("{DRAFT} – {title}") } else { title };
    let beside =
        "<style:header-footer-properties fo:min-height=\"8mm\" fo:margin-top=\"2mm\" fo:margin-bottom=\"2mm\"/>";
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:document-styles office:version=\"1.3\" \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
         xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\">\
         <office:styles><style:default-style style:family=\"table-cell\"><style:text-properties fo:language=\"nl\" \
         fo:country=\"BE\" fo:font-size=\"10pt\"/></style:default-style></office:styles>\
         <office:automatic-styles><style:page-layout style:name=\"pm1\"><style:page-layout-properties \
         fo:page-width=\"297mm\" fo:page-height=\"210mm\" style:print-orientation=\"landscape\" fo:margin-top=\"10mm\" \
         fo:margin-bottom=\"10mm\" fo:margin-left=\"10mm\" fo:margin-right=\"10mm\" style:scale-to-X=\"1\" \
         style:scale-to-Y=\"0\"/><style:header-style>{beside}</style:header-style>\
         <style:footer-style>{beside}</style:footer-style></style:page-layout></office:automatic-styles>\
         <office:master-styles><style:master-page style:name=\"Default\" style:page-layout-name=\"pm1\">\
         <style:header><text:p>{title}</text:p></style:header><style:footer><text:p><text:sheet-name>???</text:sheet-name> – \
         <text:page-number>1</text:page-number> / <text:page-count>1</text:page-count></text:p></style:footer>\
         </style:master-page></office:master-styles></office:document-styles>\n"
    )
}

/// Frozen panes: the first row and the first column of every table stay in sight.
pub fn settings(tables: &Workbook) -> String {
    let item = |name: &str, kind: &str, value: &str| {
        format!("<config:config-item config:name=\"{name}\" config:type=\"{kind}\">{value}</config:config-item>")
    };
    let frozen = [
        item("HorizontalSplitMode", "short", "2"),
        item("VerticalSplitMode", "short", "2"),
        item("HorizontalSplitPosition", "int", "1"),
        item("VerticalSplitPosition", "int", "1"),
        item("ActiveSplitRange", "short", "3"),
        item("PositionLeft", "int", "0"),
        item("PositionRight", "int", "1"),
        item("PositionTop", "int", "0"),
        item("PositionBottom", "int", "1"),
    ]
    .concat();
    let entry = |name: &str| {
        format!("<config:config-item-map-entry config:name=\"{name}\">{frozen}</config:config-item-map-entry>")
    };
    let entries: String = sheets(tables).map(|sheet| entry(&attribute(&sheet.tab(tables.draft)))).collect();
    let first = attribute(&tables.about.tab(tables.draft));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:document-settings office:version=\"1.3\" \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:config=\"urn:oasis:names:tc:opendocument:xmlns:config:1.0\" \
         xmlns:ooo=\"http://openoffice.org/2004/office\"><office:settings>\
         <config:config-item-set config:name=\"ooo:view-settings\"><config:config-item-map-indexed config:name=\"Views\">\
         <config:config-item-map-entry>{}<config:config-item-map-named config:name=\"Tables\">{entries}\
         </config:config-item-map-named>{}</config:config-item-map-entry></config:config-item-map-indexed>\
         </config:config-item-set></office:settings></office:document-settings>\n",
        item("ViewId", "string", "view1"),
        item("ActiveTable", "string", &first),
    )
}

/// The title, and the day the edition was closed as that of its making.
pub fn meta(tables: &Workbook) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:document-meta office:version=\"1.3\" \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
         <office:meta><meta:generator>Spoor</meta:generator><dc:title>{}</dc:title><dc:language>nl-BE</dc:language>\
         <meta:creation-date>{}T00:00:00</meta:creation-date></office:meta></office:document-meta>\n",
        attribute(&tables.title),
        tables.closed_on,
    )
}

/// The list of files.
pub fn manifest(media_type: &str) -> String {
    let entry = |path: &str, kind: &str| {
        format!("<manifest:file-entry manifest:full-path=\"{path}\" manifest:media-type=\"{kind}\"/>")
    };
    let files = ["content.xml", "styles.xml", "settings.xml", "meta.xml"].map(|path| entry(path, "text/xml")).concat();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<manifest:manifest manifest:version=\"1.3\" \
         xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\">{}{files}</manifest:manifest>\n",
        entry("/", media_type)
    )
}
