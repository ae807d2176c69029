//! Progress on a half-year, many report rows and figures at once: read from JSON or CSV, held against what stands, and
//! carried out action by action (`docs/import.md`).

mod check;
mod commands;
mod csv;
mod json;
mod record;
mod run;

use spoor_domain::kernel::{HalfYear, PlanId};

pub use check::{Checked, Known, Planned, check};
pub use record::LineProblem;
pub use run::{Carried, carry_out};

use record::Record;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgressFormat {
    /// A JSON array of objects.
    Json,
    /// Comma- or semicolon-separated values with the names of the fields in the first line.
    Csv,
}

/// A file that was read.
pub struct ProgressFile {
    /// The plan it reports on.
    pub plan: PlanId,
    /// The half-year it reports on.
    pub half_year: HalfYear,
    records: Vec<Record>,
}

impl ProgressFile {
    /// Reads a file.
    ///
    /// # Errors
    /// When it is no JSON or CSV at all; what is wrong with a single record is found by [`check`], for all of them.
    pub fn read(
        plan: PlanId,
        half_year: HalfYear,
        format: ProgressFormat,
        content: &str,
    ) -> Result<Self, Vec<LineProblem>> {
        let content = content.strip_prefix('\u{feff}').unwrap_or(content);
        let records = match format {
            ProgressFormat::Json => json::records(content)?,
            ProgressFormat::Csv => csv::records(content)?,
        };
        if records.is_empty() {
            let problem = LineProblem::of(1, "", "the file has no records", "het bestand heeft geen gegevens");
            return Err(vec![problem]);
        }
        Ok(Self { plan, half_year, records })
    }
}

#[cfg(test)]
mod tests;
