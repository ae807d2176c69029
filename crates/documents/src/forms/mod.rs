//! The forms in which an edition is handed out as data. Each is made from the content and its hash alone, so that all say
//! the same, and the same content gives the same bytes.

mod csv_files;
mod jsonld;
mod ods;
mod tables;
mod xlsx;
mod zipped;

use crate::edition::{ContentError, ContentHash, EditionContent};

/// A form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    /// The content itself, as canonical JSON: the bytes that the content hash is of.
    Json,
    /// Tables as comma-separated values, a file each, in one ZIP archive with a description of the columns.
    Csv,
    /// The same tables as an Excel workbook (Office Open XML).
    Xlsx,
    /// The same tables as an OpenDocument spreadsheet.
    Ods,
    /// The content as linked data, with its context inside.
    JsonLd,
}

/// Why a form could not be made.
#[derive(Debug, thiserror::Error)]
pub enum FormError {
    /// The content cannot be written as JSON.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// JSON could not be written.
    #[error("the edition could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The archive could not be written.
    #[error("the archive could not be written: {0}")]
    Archive(#[from] zip::result::ZipError),
    /// A table could not be written.
    #[error("a table could not be written: {0}")]
    Write(#[from] std::io::Error),
    /// The Excel workbook could not be written.
    #[error("the Excel workbook could not be written: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}

impl Form {
    /// Every form.
    pub const ALL: [Self; 5] = [Self::Json, Self::Csv, Self::Xlsx, Self::Ods, Self::JsonLd];

    /// Its short name, as in an address: `xlsx`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Ods => "ods",
            Self::JsonLd => "jsonld",
        }
    }

    /// The form with this short name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.code() == code)
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "application/zip",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Ods => "application/vnd.oasis.opendocument.spreadsheet",
            Self::JsonLd => "application/ld+json",
        }
    }

    /// How the name of its file ends, without the point.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv.zip",
            Self::Xlsx => "xlsx",
            Self::Ods => "ods",
            Self::JsonLd => "jsonld",
        }
    }

    /// The edition in this form. A draft says so on every table, and a draft's JSON is wrapped, so that it cannot be taken
    /// for the content of a frozen edition.
    ///
    /// # Errors
    /// See [`FormError`]; the types of a content rule them out, short of a lack of memory.
    pub fn render(self, content: &EditionContent, hash: &ContentHash, draft: bool) -> Result<Vec<u8>, FormError> {
        match self {
            Self::Json => json(content, hash, draft),
            Self::Csv => csv_files::archive(&tables::workbook(content, hash, draft)),
            Self::Xlsx => xlsx::workbook(&tables::workbook(content, hash, draft)),
            Self::Ods => ods::spreadsheet(&tables::workbook(content, hash, draft)),
            Self::JsonLd => jsonld::document(content, hash, draft),
        }
    }
}

fn json(content: &EditionContent, hash: &ContentHash, draft: bool) -> Result<Vec<u8>, FormError> {
    if !draft {
        return Ok(content.to_bytes()?);
    }
    let wrapped = serde_json::json!({ "draft": true, "contentHash": hash, "content": content });
    Ok(serde_json_canonicalizer::to_vec(&wrapped)?)
}

/// A number of hundredths as machines read it: `1606641.63`.
fn decimal(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100)
}

#[cfg(test)]
mod tests;
