//! The half-yearly report as it is printed: what the template shows, put in words and in its order. Every text is handed
//! over as a value, so nothing that was written is ever read as a command.

mod action;
mod figures;
mod tables;

use serde::Serialize;

use super::content::{EditionContent, PolicyLineContent, Window};
use super::hash::ContentHash;
use crate::dutch;
use crate::typeset::{Date, Template, TypesetError, pdf};
use action::Action;
use figures::{Bars, Subtotals};
use tables::{Correction, Grid, Training};

/// The PDF of an edition. `hash` is that of the content's canonical bytes: its first twelve digits stand on every page, all
/// of them in the colophon; a draft says so on every page. The same content gives the same bytes. It takes a processor for
/// about a second: not for a thread that serves others.
///
/// # Errors
/// See [`TypesetError`].
pub fn report_pdf(content: &EditionContent, hash: &ContentHash, draft: bool) -> Result<Vec<u8>, TypesetError> {
    let identifier = format!("{hash}{}", if draft { " draft" } else { "" });
    pdf(Template::Report, &Report::of(content, hash, draft), content.head.cut_off, &identifier)
}

#[derive(Serialize)]
struct Report<'a> {
    plan: &'a str,
    label: &'a str,
    period: String,
    edition: String,
    corrects: Option<u32>,
    window: Option<String>,
    cut_off: String,
    date: Date,
    rules: &'a str,
    format: &'a str,
    hash: &'a str,
    draft: bool,
    preface: Vec<&'a str>,
    summary: String,
    bars: Vec<Bars>,
    policy_lines: Vec<PolicyLine<'a>>,
    totals: Vec<Subtotals>,
    tables: Vec<Grid<'a>>,
    training: Vec<Training<'a>>,
    errata: Vec<Correction<'a>>,
}

#[derive(Serialize)]
struct PolicyLine<'a> {
    number: u16,
    name: &'a str,
    chapters: Vec<Chapter<'a>>,
}

#[derive(Serialize)]
struct Chapter<'a> {
    number: u16,
    title: &'a str,
    actions: Vec<Action<'a>>,
}

impl<'a> Report<'a> {
    fn of(content: &'a EditionContent, hash: &'a ContentHash, draft: bool) -> Self {
        let head = &content.head;
        Self {
            plan: &head.plan_name,
            label: &head.label,
            period: dutch::half_year(head.period),
            edition: format!("editie {} ({})", head.number, head.period),
            corrects: head.corrects,
            window: head.window.map(window),
            cut_off: unbroken(dutch::day(head.cut_off)),
            date: head.cut_off.into(),
            rules: &head.rules,
            format: &content.format,
            hash: &hash.0,
            draft,
            preface: head.preface.as_deref().map(paragraphs).unwrap_or_default(),
            summary: figures::summary(&content.totals),
            bars: figures::bars(&content.totals),
            policy_lines: content.policy_lines.iter().map(policy_line).collect(),
            totals: figures::subtotals(&content.totals),
            tables: content.tables.iter().map(tables::grid).collect(),
            training: content.training.iter().map(tables::training).collect(),
            errata: content.errata.iter().map(tables::correction).collect(),
        }
    }
}

fn policy_line(line: &PolicyLineContent) -> PolicyLine<'_> {
    let chapters = line.chapters.iter().map(|chapter| Chapter {
        number: chapter.number,
        title: &chapter.title,
        actions: chapter.actions.iter().map(action::action).collect(),
    });
    PolicyLine { number: line.number, name: &line.name, chapters: chapters.collect() }
}

fn window(window: Window) -> String {
    format!("{} tot en met {}", unbroken(dutch::day(window.from)), unbroken(dutch::day(window.until)))
}

/// The paragraphs of a text; an empty line stands between two.
fn paragraphs(text: &str) -> Vec<&str> {
    text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()).collect()
}

/// About how many lines words take in a column of so many letters.
fn lines(words: &str, letters: usize) -> usize {
    words.len() / letters + words.matches('\n').count() + 1
}

/// A short value that is not broken over two lines.
fn unbroken(text: String) -> String {
    text.replace(' ', "\u{A0}")
}

/// An amount that is not broken over two lines.
fn euro(amount: spoor_domain::kernel::Cents) -> String {
    unbroken(dutch::euro(amount))
}
