//! What deserves a look before a report goes out.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::{Enum, ID, Object};
use spoor_documents::edition::{Near, is_headed_by_trajectories, words_of_budget, words_of_mention};
use spoor_domain::action::event::ActionNumber;
use spoor_projections::plan as view;

use super::reader::Reader;
use crate::graphql::coded::LabelLanguage;

/// Something that deserves a look.
pub struct Finding {
    found: view::Finding,
    /// Whether its words are told to who asks.
    tells_why: bool,
}

impl Finding {
    /// Everything that deserves a look in a report, for this reader. What it quotes is taken out of its passage, and may be
    /// withheld there for what stands around it: where anything on an action is withheld, no finding on it is explained, and
    /// none that quotes another action beside it.
    pub fn all(report: &view::ProgressReport, reader: Reader<'_>) -> Vec<Self> {
        let around = around_actions(report, reader);
        let of = |found: &view::Finding| {
            let near = around.near.get(&found.number).copied().unwrap_or_default();
            let withheld = match found.kind {
                view::FindingKind::ProbableDuplicate => !around.withheld.is_empty(),
                _of_one_action => around.withheld.contains(&found.number),
            };
            // The words of the report are Dutch in both languages.
            Self { tells_why: !withheld && reader.is_told(&[found.why.nl.as_str()], near), found: found.clone() }
        };
        report.hygiene.iter().map(of).collect()
    }
}

/// What a reader is told of the actions of a report.
struct Around {
    /// What stands over and beside the words of each action.
    near: BTreeMap<ActionNumber, Near>,
    /// The actions on which anything that a finding may quote is withheld.
    withheld: BTreeSet<ActionNumber>,
}

fn around_actions(report: &view::ProgressReport, reader: Reader<'_>) -> Around {
    let mut around = Around { near: BTreeMap::new(), withheld: BTreeSet::new() };
    for chapter in report.policy_lines.iter().flat_map(|line| &line.chapters) {
        for action in &chapter.actions {
            let near = reader.near(is_headed_by_trajectories(&chapter.title, &action.title), &action.reports);
            around.near.insert(action.number, near);
            if reader.is_outside() && is_withheld_from(reader, action, near) {
                around.withheld.insert(action.number);
            }
        }
    }
    around
}

/// Whether this reader is told less than all of the texts on an action, of its amounts and of what is mentioned of funding.
fn is_withheld_from(reader: Reader<'_>, action: &view::ActionReport, near: Near) -> bool {
    let mut rows = action.reports.iter().filter_map(|row| row.row.as_ref());
    rows.any(|row| reader.blocks(&row.blocks, near).len() < row.blocks.len())
        || action.budget.iter().any(|line| !reader.is_told(&words_of_budget(&line.entry), near))
        || action.mentions.iter().any(|mention| !reader.is_told(&words_of_mention(mention), near))
}

/// Something that deserves a look: where, what, why and what to do.
#[Object]
impl Finding {
    /// The number of the action.
    async fn number(&self) -> String {
        self.found.number.to_string()
    }

    /// What deserves a look.
    async fn kind(&self) -> FindingKind {
        self.found.kind.into()
    }

    /// The id of the report row it is about.
    async fn row(&self) -> Option<ID> {
        match &self.found.place {
            view::FindingPlace::Row(row) => Some(ID(row.0.to_string())),
            view::FindingPlace::Action | view::FindingPlace::Entry(_) | view::FindingPlace::Minister(_) => None,
        }
    }

    /// The id of the amount it is about.
    async fn entry(&self) -> Option<ID> {
        match &self.found.place {
            view::FindingPlace::Entry(entry) => Some(ID(entry.0.to_string())),
            view::FindingPlace::Action | view::FindingPlace::Row(_) | view::FindingPlace::Minister(_) => None,
        }
    }

    /// The title of the minister it is about, as printed.
    async fn minister(&self) -> Option<&str> {
        match &self.found.place {
            view::FindingPlace::Minister(title) => Some(title),
            view::FindingPlace::Action | view::FindingPlace::Row(_) | view::FindingPlace::Entry(_) => None,
        }
    }

    /// What it is, in a sentence.
    async fn what(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.found.kind.what(language.into())
    }

    /// What it was found by, with the words of the report as they stand there. Null for who neither writes, collects nor
    /// supervises the report where that reader is not told everything on an action that it may quote.
    async fn why(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> Option<&str> {
        self.tells_why.then(|| self.found.why.told(language.into()))
    }

    /// What to do about it.
    async fn advice(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.found.kind.advice(language.into())
    }
}

/// What deserves a look before a report goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "view::FindingKind")]
pub enum FindingKind {
    /// The status is lower than in the half-year before, or went back within it.
    WentBackwards,
    /// The status says that it goes on, and its last period or its text says that it ended.
    OngoingThoughEnded,
    /// No amount in the budget column; it may well be paid from regular means.
    WithoutBudget,
    /// No report row with a text; a row that was imported without its text counts as one with.
    WithoutProgress,
    /// Amount, indicator or progress is lacking in this half-year and was in the one before.
    LackingTwice,
    /// A report row whose text was not taken over from print.
    TextNotCarriedOver,
    /// A report row that only points to another place.
    ReferenceOnly,
    /// A reference to an action or a competence that does not report there.
    DanglingReference,
    /// An amount probably prints money that another action prints as well.
    ProbableDuplicate,
    /// Parts that do not add up to the amount they are parts of.
    SumMismatch,
    /// An amount stands in the description only, and so counts in no sum.
    AmountInDescriptionOnly,
    /// A minister's title that means no known office.
    UnknownOffice,
    /// A minister's title that is written otherwise than most titles of the same office.
    MinisterTitleVaries,
    /// More than one policy domain coordinates.
    SeveralCoordinators,
}
