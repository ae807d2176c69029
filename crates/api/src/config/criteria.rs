//! The versions of the eligibility criteria that an installation adds to the built-in one.

use std::collections::BTreeSet;
use std::path::Path;

use spoor_domain::trajectory::criteria::{CriteriaBook, CriteriaVersion};

use super::{ConfigError, Criteria};

/// The criteria by which this installation decides: the built-in version and those of the file.
///
/// # Errors
/// Everything that is wrong with the file, at once.
pub fn criteria_book(settings: &Criteria) -> Result<CriteriaBook, ConfigError> {
    let mut book = CriteriaBook::default();
    let Some(path) = &settings.file else { return Ok(book) };
    let added = read(path)?;
    book.versions.extend(added.versions);
    let problems = problems(&book);
    if problems.is_empty() { Ok(book) } else { Err(ConfigError(problems)) }
}

fn read(path: &Path) -> Result<CriteriaBook, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| ConfigError::one(format!("criteria.file: cannot read {}: {error}", path.display())))?;
    serde_json::from_str(&text).map_err(|error| {
        ConfigError::one(format!(
            "criteria.file: {} is not a list of versions: {error}. docs/operations.md shows one",
            path.display()
        ))
    })
}

fn problems(book: &CriteriaBook) -> Vec<String> {
    let mut problems = Vec::new();
    let (mut codes, mut days) = (BTreeSet::new(), BTreeSet::new());
    for version in &book.versions {
        let mut wrong = |what: &str| problems.push(format!("criteria.file: version {:?} {what}", version.code));
        if version.code.trim().is_empty() {
            wrong("has no code: decisions name their version by it");
        }
        if !codes.insert(&version.code) {
            wrong("stands there twice, or is the built-in one: give each version a code of its own, for ever");
        }
        if !days.insert((&version.parket, version.valid_from)) {
            wrong("holds from the same day for the same parket as another one: one of them cannot be in force");
        }
        if version.parket.as_ref().is_some_and(|parket| !parket.0.starts_with("parket-")) {
            wrong("names no parket: write its code, such as parket-antwerpen, or null for all");
        }
        criteria_of(version).into_iter().for_each(wrong);
    }
    problems
}

fn criteria_of(version: &CriteriaVersion) -> Vec<&'static str> {
    let mut problems = Vec::new();
    if version.criteria.is_empty() {
        problems.push("has no criteria: list at least one");
    }
    let codes: BTreeSet<_> = version.criteria.iter().map(|criterion| criterion.code.trim()).collect();
    if codes.len() < version.criteria.len() || codes.contains("") {
        problems.push("has a criterion without a code, or two with the same: answers are kept by it");
    }
    let texts = |label: &String| label.trim().is_empty();
    if version.criteria.iter().any(|criterion| texts(&criterion.label_nl) || texts(&criterion.label_en)) {
        problems.push("has a criterion without its statement: write label_nl and label_en");
    }
    problems
}
