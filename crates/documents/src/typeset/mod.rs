//! Print: a template and a content become a PDF. The program typesets by itself (Typst as a library), with its own fonts,
//! and gives the same bytes for the same content on every machine and at any time (docs/adr/0015).
//!
//! Every document is PDF/A-2a (to be kept) and PDF/UA-1 (to be read by everybody, also by ear).

mod fonts;
mod letters;
mod world;

pub use letters::turns_direction;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst::{WorldExt, comemo};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use world::Surroundings;

/// Which document is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Template {
    /// The half-yearly report.
    Report,
    /// The bundle of a learning trajectory.
    Bundle,
}

impl Template {
    fn source(self) -> (&'static str, &'static str) {
        match self {
            Self::Report => ("report.typ", include_str!("templates/report.typ")),
            Self::Bundle => ("bundle.typ", include_str!("templates/bundle.typ")),
        }
    }
}

/// A day in numbers, for the file's own data.
#[derive(Serialize)]
pub(crate) struct Date {
    year: i32,
    month: u32,
    day: u32,
}

impl From<NaiveDate> for Date {
    fn from(day: NaiveDate) -> Self {
        Self { year: day.year(), month: day.month(), day: day.day() }
    }
}

/// Why a document could not be made.
#[derive(Debug, thiserror::Error)]
pub enum TypesetError {
    /// The content is not what its template expects.
    #[error("the content cannot be handed to its template: {0}")]
    Content(#[from] serde_json::Error),
    /// The templates or the standards the program was built with do not fit together.
    #[error("the printing of documents is not set up well: {0}")]
    Standard(String),
    /// The template stopped. What it stopped on is not told: it may be about a person.
    #[error("the document cannot be typeset: {place}: {says}")]
    Stopped {
        /// The template and the line, or the end: writing the PDF.
        place: String,
        /// What is wrong, without the words it is wrong about.
        says: String,
    },
}

/// Typesets a content. The day and the identifier go into the file and must come from the content, or the same content
/// would not give the same bytes.
pub(crate) fn pdf(
    template: Template,
    content: &impl Serialize,
    day: NaiveDate,
    identifier: &str,
) -> Result<Vec<u8>, TypesetError> {
    let mut content = serde_json::to_value(content)?;
    letters::make_printable(&mut content);
    let around = Surroundings::with(template, serde_json::to_vec(&content)?)?;
    let options = options(day, identifier)?;
    let document = typst::compile::<PagedDocument>(&around).output;
    let made = document.and_then(|document| typst_pdf::pdf(&document, &options));
    // What was typeset would otherwise stay in the memory of the typesetter, and it may be about a person.
    comemo::evict(0);
    made.map_err(|found| stopped(&around, found.first()))
}

fn options(day: NaiveDate, identifier: &str) -> Result<PdfOptions, TypesetError> {
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|refused| TypesetError::Standard(refused.message().to_string()))?;
    let (month, date) = (day.month().try_into().unwrap_or(1), day.day().try_into().unwrap_or(1));
    let midnight = Datetime::from_ymd_hms(day.year(), month, date, 0, 0, 0);
    Ok(PdfOptions {
        ident: Smart::Custom(identifier.to_owned()),
        creator: Smart::Custom(Some(concat!("Spoor ", env!("CARGO_PKG_VERSION")).to_owned())),
        timestamp: midnight.map(Timestamp::new_utc),
        standards,
        ..PdfOptions::default()
    })
}

fn stopped(around: &Surroundings, found: Option<&SourceDiagnostic>) -> TypesetError {
    let place = found.and_then(|found| line(around, found)).unwrap_or_else(|| "writing the PDF".to_owned());
    // The compiler puts the words it stumbles over between quotation marks.
    let says = found.and_then(|found| found.message.split(['`', '"', '\'']).next()).unwrap_or_default();
    TypesetError::Stopped { place, says: says.trim().to_owned() }
}

/// The template and the line.
fn line(around: &Surroundings, found: &SourceDiagnostic) -> Option<String> {
    let file = found.span.id()?;
    let source = typst::World::source(around, file).ok()?;
    let line = source.lines().byte_to_line(around.range(found.span)?.start)? + 1;
    Some(format!("{}, line {line}", file.get().vpath().get_without_slash()))
}
