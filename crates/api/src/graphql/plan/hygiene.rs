//! What deserves a look before a report goes out.

use std::collections::BTreeMap;

use async_graphql::{Context, Enum, ID, Object, Result};
use spoor_documents::edition::{Near, is_headed_by_trajectories};
use spoor_domain::action::event::ActionNumber;
use spoor_projections::plan as view;

use super::reader::Reader;
use crate::graphql::coded::LabelLanguage;

/// Something that deserves a look.
pub struct Finding {
    found: view::Finding,
    /// What stands over and beside what it quotes.
    near: Near,
}

impl Finding {
    /// Everything that deserves a look in a report, for this reader.
    pub fn all(report: &view::ProgressReport, reader: Reader<'_>) -> Vec<Self> {
        let near = around_actions(report, reader);
        let of = |found: &view::Finding| Self {
            near: near.get(&found.number).copied().unwrap_or_default(),
            found: found.clone(),
        };
        report.hygiene.iter().map(of).collect()
    }
}

/// What stands over and beside the words of each action of a report, for this reader.
fn around_actions(report: &view::ProgressReport, reader: Reader<'_>) -> BTreeMap<ActionNumber, Near> {
    let chapters = report.policy_lines.iter().flat_map(|line| &line.chapters);
    let actions = chapters.flat_map(|chapter| chapter.actions.iter().map(move |action| (&chapter.title, action)));
    let near = |(chapter, action): (&String, &view::ActionReport)| {
        let under_trajectories = is_headed_by_trajectories(chapter, &action.title);
        (action.number, reader.near(under_trajectories, &action.reports))
    };
    actions.map(near).collect()
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
    /// supervises the report where it quotes a small count or a figure on learning trajectories.
    async fn why(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> Result<Option<String>> {
        let reader = Reader::of(ctx)?;
        let why = &self.found.why;
        // The words of the report are Dutch in both.
        Ok(reader.is_told(&[why.nl.as_str()], self.near).then(|| why.told(language.into()).to_owned()))
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
}
