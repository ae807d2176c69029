//! An edition as tables: one shape from which the comma-separated files and both spreadsheets are written.

mod about;
mod actions;
mod figures;
mod money;
mod operational;
mod reports;
mod shape;
mod totals;

use crate::edition::{ActionContent, ContentHash, EditionContent};

#[cfg(test)]
pub use shape::clean;
pub use shape::{Cell, Sheet, Workbook};

/// What every table of a draft says.
pub const DRAFT: &str = "CONCEPT – deze editie is nog niet bevroren";

/// The tables of an edition.
pub fn workbook(content: &EditionContent, hash: &ContentHash, draft: bool) -> Workbook {
    let sheets = vec![
        actions::actions(content),
        actions::involved(content),
        actions::initiatives(content),
        reports::rows(content),
        money::budget(content),
        money::parts(content),
        money::means(content),
        money::mentions(content),
        figures::indicators(content),
        totals::totals(content),
        operational::tables(content),
        operational::training(content),
        about::errata(content),
    ];
    let head = &content.head;
    let title = format!("{} – {} ({}), editie {}", head.plan_name, head.label, head.period, head.number);
    let about = about::about(content, hash, draft, &sheets);
    Workbook { title: shape::clean(&title).replace('\n', " "), draft, closed_on: head.cut_off, about, sheets }
}

/// Every action with what it stands under, in the order of the report.
pub fn actions_of(content: &EditionContent) -> impl Iterator<Item = &ActionContent> {
    content.policy_lines.iter().flat_map(|line| &line.chapters).flat_map(|chapter| &chapter.actions)
}
