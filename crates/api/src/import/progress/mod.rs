//! Progress on a half-year, many report rows and figures at once: read from JSON or CSV, held against what stands, and
//! carried out action by action (`docs/import.md`).

mod check;
mod commands;
mod csv;
mod domains;
mod json;
mod judge;
mod names;
mod record;
mod run;

use spoor_domain::kernel::{HalfYear, PlanId};

pub use check::{Checked, Known, Planned, check};
pub use record::LineProblem;
pub use run::{Carried, carry_out};

use record::{Read, Record};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgressFormat {
    /// A JSON array of objects.
    Json,
    /// Values with commas, semicolons or tabs between them, with the names of the fields in the first line.
    Csv,
}

/// A file that was read.
pub struct ProgressFile {
    /// The plan it reports on.
    pub plan: PlanId,
    /// The half-year it reports on.
    pub half_year: HalfYear,
    records: Vec<Record>,
    /// What is wrong with the file besides its records.
    problems: Vec<LineProblem>,
}

impl ProgressFile {
    /// Reads a file: every record that can be told apart. What is wrong is told by [`check`], all of it at once.
    pub fn read(plan: PlanId, half_year: HalfYear, format: ProgressFormat, content: &[u8]) -> Self {
        let Read { records, problems } = if is_utf_16(content) {
            let (en, nl) =
                ("this is written as UTF-16: save it as UTF-8", "dit is als UTF-16 geschreven: bewaar het als UTF-8");
            Read { records: Vec::new(), problems: vec![LineProblem::of(1, "", en, nl)] }
        } else {
            // A byte that is no UTF-8 becomes a letter that no record may hold.
            let content = String::from_utf8_lossy(content);
            let content = content.strip_prefix('\u{feff}').unwrap_or(&content);
            let mut read = match format {
                ProgressFormat::Json => json::records(content),
                ProgressFormat::Csv => csv::records(content),
            };
            if read.records.is_empty() && read.problems.is_empty() {
                let (en, nl) = ("the file has no records", "het bestand heeft geen gegevens");
                read.problems.push(LineProblem::of(1, "", en, nl));
            }
            read
        };
        let problems = [problems, names::written_differently(&records)].concat();
        Self { plan, half_year, records, problems }
    }
}

/// Whether the content is written with two bytes for each letter: it says so, or its first letter has a byte of nothing.
fn is_utf_16(content: &[u8]) -> bool {
    match content {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => true,
        [first, second, ..] => (*first == 0) != (*second == 0),
        [_] | [] => false,
    }
}

#[cfg(test)]
mod tests;
