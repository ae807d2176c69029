//! Who reads a report that is being made: those who collect or supervise it read all of it, a contact what was accepted and
//! what the own policy domain reports, everybody else what was accepted and may be told before it is published.

use async_graphql::{Context, Result};
use spoor_documents::edition::{
    Defined, EditionContent, Near, figure_tells_too_much, tellable, tellable_blocks, tellable_budget,
    tellable_definition, tells_too_much,
};
use spoor_domain::action::event::{Block, BudgetEntry, Competence, Indicator, InitiativeList};
use spoor_domain::kernel::{Actor, OrganisationId, Role};
use spoor_projections::plan::{ActionFacts, FindingPlace, ProgressReport, ReportRowFacts};

use crate::graphql::session::actor;
use crate::policy::{self, Action};

/// A reader of a report that is being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader<'a> {
    /// Who collects or supervises it.
    Reporting,
    /// Who writes the rows of this policy domain.
    Contact(&'a OrganisationId),
    /// Anybody else.
    Other,
}

impl<'a> Reader<'a> {
    /// Who asks.
    pub fn of(ctx: &Context<'a>) -> Result<Self> {
        Ok(Self::of_actor(actor(ctx)?))
    }

    /// This person.
    pub fn of_actor(actor: &'a Actor) -> Self {
        match policy::authorize(actor, Action::SeeReporting) {
            Ok(()) if actor.role == Role::DomainContact => Self::Contact(&actor.organisation),
            Ok(()) => Self::Reporting,
            Err(_) => Self::Other,
        }
    }

    /// An action with what was reported on it and this reader may know of. The one place where report rows are left out:
    /// lists, counts, comparisons and what deserves a look are made from what it leaves.
    pub fn facts(self, facts: ActionFacts) -> ActionFacts {
        match self {
            Self::Reporting => facts,
            Self::Contact(domain) => facts.accepted_or_of(Some(domain)),
            Self::Other => self.without_competences(facts.accepted_or_of(None).with_rows_renumbered()),
        }
    }

    /// An action without the competences that this reader is not told by name.
    fn without_competences(self, mut facts: ActionFacts) -> ActionFacts {
        let is_told = |competence: &Competence| {
            self.is_told_name(&competence.code) && self.is_told_name(&competence.policy_domain.0)
        };
        for row in facts.rows.values_mut().flatten() {
            row.head.competences.retain(is_told);
        }
        let of_budget = facts.budget.iter_mut().map(|line| &mut line.entry.competence);
        let of_means = facts.means.iter_mut().map(|means| &mut means.entry.competence);
        let of_mentions = facts.mentions.iter_mut().map(|mention| &mut mention.entry.competence);
        let of_figures = facts.indicators.iter_mut().map(|figure| &mut figure.competence);
        for competence in of_budget.chain(of_means).chain(of_mentions).chain(of_figures) {
            *competence = competence.take().filter(is_told);
        }
        facts
    }

    /// A report without the ministers and the policy domains that this reader is not told by name.
    pub fn report(self, mut report: ProgressReport) -> ProgressReport {
        let chapters = report.policy_lines.iter_mut().flat_map(|line| &mut line.chapters);
        for action in chapters.flat_map(|chapter| &mut chapter.actions) {
            action.ministers.retain(|minister| self.is_told_name(&minister.title));
            action.policy_domains.retain(|domain| self.is_told_name(&domain.code.0));
        }
        report.totals.by_domain.retain(|domain| self.is_told_name(&domain.key));
        for finding in &mut report.hygiene {
            if let FindingPlace::Minister(title) = &finding.place
                && !self.is_told_name(title)
            {
                finding.place = FindingPlace::Action;
            }
        }
        report
    }

    /// Whether this reader may know how many events an action has: they grow with what is not accepted.
    pub fn counts_events(self) -> bool {
        !self.is_outside()
    }

    /// Whether this reader has no part in the making of the report.
    pub fn is_outside(self) -> bool {
        self == Self::Other
    }

    /// What stands over and beside the words of an action: `under_trajectories` says whether the title of its chapter or its
    /// own names learning trajectories, and these are the rows reported on it. Every text is read for this, where it matters.
    pub fn near<'r>(self, under_trajectories: bool, rows: impl IntoIterator<Item = &'r ReportRowFacts>) -> Near {
        if !self.is_outside() {
            return Near::default();
        }
        let texts = rows.into_iter().filter_map(|row| row.row.as_ref()).map(|row| row.blocks.as_slice());
        Near::of(under_trajectories, texts)
    }

    /// What stands over the words of an action, for those that go with no report.
    pub fn over(self, under_trajectories: bool) -> Near {
        self.near(under_trajectories, []).over()
    }

    /// Whether this reader is told these words, which are written together. Here and below, what is told is decided by what
    /// keeps an edition from being frozen.
    pub fn is_told(self, words: &[&str], near: Near) -> bool {
        !self.is_outside() || !tells_too_much(words, near)
    }

    /// Whether this reader is told a name or a code, which says nothing of what stands beside it.
    pub fn is_told_name(self, name: &str) -> bool {
        self.is_told(&[name], Near::default())
    }

    /// A text that may be missing.
    pub fn text(self, text: Option<&str>, near: Near) -> Option<String> {
        text.filter(|text| self.is_told(&[*text], near)).map(str::to_owned)
    }

    /// The description and the initiatives of an action.
    pub fn definition(self, defined: Defined<'_>, near: Near) -> (Option<String>, Vec<InitiativeList>) {
        let (description, initiatives) = match self {
            Self::Reporting | Self::Contact(_) => (defined.description, defined.initiatives.to_vec()),
            Self::Other => tellable_definition(defined, near),
        };
        (description.map(str::to_owned), initiatives)
    }

    /// The other parties involved in an action.
    pub fn parties<'p>(self, parties: impl IntoIterator<Item = &'p String>, near: Near) -> Vec<&'p str> {
        let names = parties.into_iter().map(String::as_str);
        names.filter(|name| self.is_told(&[*name], near)).collect()
    }

    /// The text of a report row.
    pub fn blocks(self, blocks: &[Block], near: Near) -> Vec<Block> {
        match self {
            Self::Reporting | Self::Contact(_) => blocks.to_vec(),
            Self::Other => tellable_blocks(blocks, near),
        }
    }

    /// An amount.
    pub fn budget(self, entry: &BudgetEntry, near: Near) -> BudgetEntry {
        match self {
            Self::Reporting | Self::Contact(_) => entry.clone(),
            Self::Other => tellable_budget(entry.clone(), near),
        }
    }

    /// The figures.
    pub fn figures(self, figures: &[Indicator], near: Near) -> Vec<&Indicator> {
        figures.iter().filter(|figure| !self.is_outside() || !figure_tells_too_much(figure, near)).collect()
    }

    /// A whole report.
    pub fn content(self, content: EditionContent) -> EditionContent {
        match self {
            Self::Reporting | Self::Contact(_) => content,
            Self::Other => tellable(content),
        }
    }
}
