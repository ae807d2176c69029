//! Puts an edition together from the progress report as it was known at its place in the log. Pure.

use std::collections::BTreeMap;

use spoor_domain::action::event::ActionStatus;
use spoor_domain::kernel::Label;
use spoor_projections::plan::{self, ActionReport, ProgressReport, ReportRowFacts};

use super::content::*;

/// Everything an edition is put together from.
#[derive(Clone, Debug)]
pub struct EditionParts {
    /// Which edition it is.
    pub head: EditionHead,
    /// The progress report of its half-year, as known at the place in the log that the edition pins.
    pub report: ProgressReport,
    /// The published tables on dossiers.
    pub tables: Vec<OperationalTable>,
    /// Police training.
    pub training: Vec<TrainingTotal>,
    /// What it corrects.
    pub errata: Vec<Erratum>,
}

impl EditionParts {
    /// A report as it stands, as if it were an edition: number 0, called by its half-year, up to its last day. For
    /// comparing; nothing is frozen from it.
    pub fn live(report: ProgressReport) -> Self {
        let (plan, period) = (&report.plan, report.period);
        let head = EditionHead {
            plan: plan.id,
            plan_name: plan.outline.name.clone(),
            period,
            number: 0,
            label: period.to_string(),
            window: None,
            cut_off: period.last_day(),
            preface: None,
            rules: String::new(),
            corrects: None,
        };
        Self { head, report, tables: Vec::new(), training: Vec::new(), errata: Vec::new() }
    }
}

/// The content of the edition.
pub fn assemble(parts: EditionParts) -> EditionContent {
    let EditionParts { head, report, tables, training, errata } = parts;
    EditionContent {
        format: FORMAT.to_owned(),
        head,
        totals: totals(report.totals),
        policy_lines: report.policy_lines.into_iter().map(policy_line).collect(),
        tables,
        training,
        errata,
    }
}

fn policy_line(line: plan::PolicyLineReport) -> PolicyLineContent {
    let chapters = line.chapters.into_iter().map(|chapter| ChapterContent {
        number: chapter.number,
        title: chapter.title,
        actions: chapter.actions.into_iter().map(action).collect(),
    });
    PolicyLineContent { number: line.number, name: line.name, chapters: chapters.collect() }
}

fn action(report: ActionReport) -> ActionContent {
    ActionContent {
        number: report.number,
        title: report.title,
        description: report.description,
        initiatives: report.initiatives,
        status: report.status,
        previous_status: report.previous_status,
        went_backwards: report.went_backwards,
        ministers: report.ministers.into_iter().map(minister).collect(),
        policy_domains: report.policy_domains.into_iter().map(policy_domain).collect(),
        others: report.other_parties,
        rows: report.reports.into_iter().map(row).collect(),
        budget: report.budget.into_iter().map(|line| line.entry).collect(),
        means: report.means.into_iter().map(|means| means.entry).collect(),
        mentions: report.mentions.into_iter().map(|mention| mention.entry).collect(),
        indicators: report.indicators,
        regular_means: report.regular_means,
    }
}

fn minister(minister: plan::Minister) -> MinisterContent {
    let offices = minister.offices.iter().map(|office| office.code().to_owned()).collect();
    MinisterContent { title: minister.title, offices }
}

fn policy_domain(role: plan::PolicyDomainRole) -> PolicyDomainContent {
    let name = role.code.name().map(str::to_owned);
    PolicyDomainContent { code: role.code.0, name, coordinator: role.coordinator }
}

fn row(facts: ReportRowFacts) -> RowContent {
    let (blocks, references) = facts.row.map(|row| (row.blocks, row.references)).unwrap_or_default();
    RowContent {
        id: facts.head.id,
        state: facts.state.standing(),
        competences: facts.head.competences,
        blocks,
        references,
    }
}

fn totals(totals: plan::ReportTotals) -> Totals {
    let subtotals = |found: Vec<plan::Subtotal>| found.into_iter().map(subtotal).collect();
    let by_status = totals.by_status.iter().map(|found| Count { status: found.status, count: found.count });
    Totals {
        actions: totals.actions,
        by_status: by_status.collect(),
        by_policy_line: subtotals(totals.by_policy_line),
        by_chapter: subtotals(totals.by_chapter),
        by_office: subtotals(totals.by_office),
        by_domain: subtotals(totals.by_domain),
        by_competence: subtotals(totals.by_competence),
        budget_as_printed: totals.budget_as_printed,
        budget_without_duplicates: totals.budget_without_duplicates,
        budget_entries: totals.budget_entries,
        actions_with_budget: totals.actions_with_budget,
    }
}

fn subtotal(found: plan::Subtotal) -> Subtotal {
    Subtotal {
        key: found.key,
        name: found.name,
        actions: found.actions,
        by_status: counts(found.by_status),
        budget_as_printed: found.budget_as_printed,
        budget_without_duplicates: found.budget_without_duplicates,
    }
}

fn counts(by_status: BTreeMap<ActionStatus, u64>) -> Vec<Count> {
    by_status.into_iter().map(|(status, count)| Count { status, count }).collect()
}
