//! Who reads a report that is being made: those who write, collect or supervise it read all of it, everybody else what may
//! be told before it is published.

use async_graphql::{Context, Result};
use spoor_documents::edition::{
    EditionContent, blocks_mention_trajectories, figure_tells_too_much, tellable, tellable_blocks, tells_too_much,
};
use spoor_domain::action::event::{Block, BudgetPart, Indicator};
use spoor_domain::edition::mentions_trajectories;
use spoor_projections::plan::{ActionFacts, ReportRowFacts};

use crate::graphql::session::actor;
use crate::policy::{self, Action};

/// A reader of a report that is being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Who has to do with the making of it.
    Reporting,
    /// Anybody else.
    Other,
}

impl Reader {
    /// Who asks.
    pub fn of(ctx: &Context<'_>) -> Result<Self> {
        let reporting = policy::authorize(actor(ctx)?, Action::SeeReporting).is_ok();
        Ok(if reporting { Self::Reporting } else { Self::Other })
    }

    /// An action with what was reported on it: all of it, or what was accepted.
    pub fn facts(self, facts: ActionFacts) -> ActionFacts {
        match self {
            Self::Reporting => facts,
            Self::Other => facts.delivered(),
        }
    }

    /// A text that may be missing.
    pub fn text(self, text: &Option<String>) -> Option<String> {
        text.clone().filter(|text| self == Self::Reporting || !tells_too_much(text))
    }

    /// The text of a report row under the title of its action.
    pub fn blocks(self, title: &str, blocks: &[Block]) -> Vec<Block> {
        match self {
            Self::Reporting => blocks.to_vec(),
            Self::Other => tellable_blocks(blocks, mentions_trajectories(title)),
        }
    }

    /// The parts of an amount: all of them, or none where the words of one tell too much.
    pub fn parts(self, parts: &[BudgetPart]) -> &[BudgetPart] {
        let mut texts = parts.iter().flat_map(|part| [&part.note, &part.verbatim]).flatten();
        if self == Self::Reporting || !texts.any(|text| tells_too_much(text)) { parts } else { &[] }
    }

    /// Whether a figure may be told that was reported under this title, beside these rows.
    pub fn may_be_told<'a>(
        self,
        figure: &Indicator,
        title: &str,
        rows: impl IntoIterator<Item = &'a ReportRowFacts>,
    ) -> bool {
        let mut texts = rows.into_iter().filter_map(|row| row.row.as_ref()).map(|row| &row.blocks);
        let beside_trajectories =
            mentions_trajectories(title) || texts.any(|blocks| blocks_mention_trajectories(blocks));
        self == Self::Reporting || !figure_tells_too_much(figure, beside_trajectories)
    }

    /// A whole report.
    pub fn content(self, content: EditionContent) -> EditionContent {
        match self {
            Self::Reporting => content,
            Self::Other => tellable(content),
        }
    }
}
