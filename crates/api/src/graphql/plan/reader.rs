//! Who reads a report that is being made: those who collect or supervise it read all of it, a contact what was accepted and
//! what the own policy domain reports, everybody else what was accepted and may be told before it is published.

use async_graphql::{Context, Result};
use spoor_documents::edition::{
    EditionContent, blocks_mention_trajectories, figure_tells_too_much, tellable, tellable_blocks, tells_too_much,
};
use spoor_domain::action::event::{Block, BudgetPart, Indicator};
use spoor_domain::kernel::{OrganisationId, Role};
use spoor_projections::plan::{ActionFacts, ReportRowFacts};

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
        let actor = actor(ctx)?;
        Ok(match policy::authorize(actor, Action::SeeReporting) {
            Ok(()) if actor.role == Role::DomainContact => Self::Contact(&actor.organisation),
            Ok(()) => Self::Reporting,
            Err(_) => Self::Other,
        })
    }

    /// An action with what was reported on it and this reader may know of. The one place where report rows are left out:
    /// lists, counts, comparisons and what deserves a look are made from what it leaves.
    pub fn facts(self, facts: ActionFacts) -> ActionFacts {
        match self {
            Self::Reporting => facts,
            Self::Contact(domain) => facts.accepted_or_of(Some(domain)),
            Self::Other => facts.accepted_or_of(None).with_rows_renumbered(),
        }
    }

    /// Whether this reader may know how many events an action has: they grow with what is not accepted.
    pub fn counts_events(self) -> bool {
        !self.is_outside()
    }

    /// Whether this reader has no part in the making of the report.
    pub fn is_outside(self) -> bool {
        self == Self::Other
    }

    /// A text that may be missing. Here and below, `under_trajectories` says whether the title of the chapter or of the action
    /// it stands under names learning trajectories.
    pub fn text(self, text: &Option<String>, under_trajectories: bool) -> Option<String> {
        text.clone().filter(|text| !self.is_outside() || !tells_too_much(text, under_trajectories))
    }

    /// The text of a report row.
    pub fn blocks(self, blocks: &[Block], under_trajectories: bool) -> Vec<Block> {
        match self {
            Self::Reporting | Self::Contact(_) => blocks.to_vec(),
            Self::Other => tellable_blocks(blocks, under_trajectories),
        }
    }

    /// The parts of an amount: all of them, or none where the words of one tell too much.
    pub fn parts(self, parts: &[BudgetPart], under_trajectories: bool) -> &[BudgetPart] {
        let mut texts = parts.iter().flat_map(|part| [&part.note, &part.verbatim]).flatten();
        if !self.is_outside() || !texts.any(|text| tells_too_much(text, under_trajectories)) { parts } else { &[] }
    }

    /// The figures that may be told of those reported beside these rows.
    pub fn figures<'f, 'r>(
        self,
        figures: &'f [Indicator],
        rows: impl IntoIterator<Item = &'r ReportRowFacts>,
        under_trajectories: bool,
    ) -> Vec<&'f Indicator> {
        if !self.is_outside() {
            return figures.iter().collect();
        }
        // Every text is read for this: once for all figures.
        let mut texts = rows.into_iter().filter_map(|row| row.row.as_ref()).map(|row| &row.blocks);
        let beside_trajectories = texts.any(|blocks| blocks_mention_trajectories(blocks));
        let too_much = |figure: &Indicator| figure_tells_too_much(figure, under_trajectories, beside_trajectories);
        figures.iter().filter(|&figure| !too_much(figure)).collect()
    }

    /// A whole report.
    pub fn content(self, content: EditionContent) -> EditionContent {
        match self {
            Self::Reporting | Self::Contact(_) => content,
            Self::Other => tellable(content),
        }
    }
}
