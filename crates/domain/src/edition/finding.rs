//! What keeps an edition from being frozen: where it stands, and what stands there.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::persons::{numbers_beside_trajectories, small_counts, trajectories_in_words, trajectory_figures};
use super::vocabulary::BlockerKind;
use crate::action::event::ActionNumber;
use crate::kernel::{ReportEditionId, derived_id};

/// Something found at a place with certain words. Another number or wording there is another finding, so that a waiver
/// never covers what the second person did not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct FindingId(pub Uuid);

/// Where in an edition something stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// The action; none at the head of the edition.
    pub action: Option<ActionNumber>,
    /// The part of the action, or of the head: `indicators/<entry>`, `rows/<row>`, `budget/<entry>`, `description`,
    /// `preface`.
    pub part: String,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.action {
            Some(action) => write!(f, "{action}/{}", self.part),
            None => f.write_str(&self.part),
        }
    }
}

/// Something that keeps an edition from being frozen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Its id.
    pub id: FindingId,
    /// What kind.
    pub kind: BlockerKind,
    /// Where.
    pub place: Place,
    /// The words as they stand there.
    pub quote: String,
}

impl Finding {
    /// A finding in an edition of this half-year whose words are all there is to see; [`Finding::in_passage`] for others.
    pub fn new(editions: ReportEditionId, kind: BlockerKind, place: Place, quote: String) -> Self {
        use crate::kernel::Label;
        let id = FindingId(derived_id(editions.0, &format!("finding/{}/{place}/{quote}", kind.code())));
        Self { id, kind, place, quote }
    }

    /// A finding in the passage it stands in: with another word anywhere in it, it is another finding. `3 jongeren` that
    /// were let stand as makers of a poster are not let stand as convicts.
    pub fn in_passage(
        editions: ReportEditionId,
        kind: BlockerKind,
        place: Place,
        quote: String,
        passage: &[&str],
    ) -> Self {
        let found = Self::new(editions, kind, place, quote);
        let id = FindingId(derived_id(found.id.0, &passage.join("\n")));
        Self { id, ..found }
    }
}

/// What is found in a text, with the words as they stand there; where the passage it stands in mentions learning
/// trajectories, all the numbers beside them as well, and elsewhere what the text itself says of them in words.
pub fn found_in(text: &str, mentioned: bool) -> Vec<(BlockerKind, String)> {
    let beside = if mentioned { numbers_beside_trajectories(text) } else { trajectories_in_words(text) };
    let found = [
        (BlockerKind::SmallCountInText, small_counts(text)),
        (BlockerKind::TrajectoryFigure, trajectory_figures(text)),
        (BlockerKind::NumberNearTrajectories, beside),
    ];
    found.into_iter().flat_map(|(kind, told)| told.into_iter().map(move |told| (kind, told.quote))).collect()
}
