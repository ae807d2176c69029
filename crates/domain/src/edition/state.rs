//! The editions of a half-year, folded: each with its head and where it stands, the waivers, the collection round.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::event::*;
use crate::kernel::{ActorId, HalfYear, PlanId};

/// The editions of a half-year as folded from their events. Empty until the first was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportEdition {
    version: u64,
    about: Option<(PlanId, HalfYear)>,
    editions: Vec<Edition>,
    round: Option<CollectionRound>,
    waivers: BTreeMap<FindingId, Waiver>,
}

/// One edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// Its number, from 1.
    pub number: u32,
    /// The number of the edition it corrects.
    pub corrects: Option<u32>,
    /// Why it was opened after another one.
    pub reason: Option<String>,
    /// The day it was opened.
    pub opened_on: NaiveDate,
    /// Its head.
    pub head: EditionHead,
    /// Who wrote the head.
    pub drafted_by: BTreeSet<ActorId>,
    /// Where it stands.
    pub stage: EditionStage,
}

/// Where an edition stands, with what that holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EditionStage {
    /// Being drafted.
    Drafting,
    /// Frozen.
    Frozen(Frozen),
    /// Approved, and since when submitted.
    Approved {
        /// What was frozen.
        frozen: Frozen,
        /// By whom and when approved.
        approved: Act,
        /// When it was submitted to the Vlaams Parlement.
        submitted_on: Option<NaiveDate>,
    },
    /// Withdrawn.
    Withdrawn {
        /// What was frozen.
        frozen: Frozen,
        /// By whom and when approved, when it was.
        approved: Option<Act>,
        /// When it was submitted, when it was.
        submitted_on: Option<NaiveDate>,
        /// By whom and when withdrawn.
        withdrawn: Act,
        /// Why.
        reason: String,
    },
}

/// Who did something, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// Who.
    pub by: ActorId,
    /// When.
    pub on: NaiveDate,
}

/// What was frozen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// By whom and when.
    pub act: Act,
    /// What it pins.
    pub pinned: Pinned,
}

/// A waiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// By whom and when.
    pub act: Act,
    /// What was waived.
    pub kind: BlockerKind,
    /// Where it stood.
    pub place: Place,
    /// Why it may stand.
    pub reason: String,
}

/// The collection round of a half-year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionRound {
    /// The day it was opened.
    pub opened_on: NaiveDate,
    /// By when the rows are due.
    pub due: CollectionDue,
    /// When the contacts of a competence were last reminded.
    pub reminded: BTreeMap<String, NaiveDate>,
}

impl ReportEdition {
    /// Number of events so far.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The plan and the half-year; none before the first edition was opened.
    pub fn about(&self) -> Option<(PlanId, HalfYear)> {
        self.about
    }

    /// The editions, by number.
    pub fn editions(&self) -> &[Edition] {
        &self.editions
    }

    /// The edition with this number.
    pub fn edition(&self, number: u32) -> Option<&Edition> {
        self.editions.iter().find(|edition| edition.number == number)
    }

    /// The last edition.
    pub fn latest(&self) -> Option<&Edition> {
        self.editions.last()
    }

    /// The last edition that is not withdrawn, also while it is being drafted: by its cut-off the half-year is told.
    pub fn standing(&self) -> Option<&Edition> {
        self.editions.iter().rfind(|edition| edition.status() != EditionStatus::Withdrawn)
    }

    /// The latest edition that is approved or submitted and not withdrawn: the one that is read.
    pub fn published(&self) -> Option<&Edition> {
        let out = |status| matches!(status, EditionStatus::Approved | EditionStatus::Submitted);
        self.editions.iter().rfind(|edition| out(edition.status()))
    }

    /// The latest edition before this number that was approved, whatever became of it: the one the public knows.
    pub fn approved_before(&self, number: u32) -> Option<&Edition> {
        self.editions.iter().rev().find(|edition| edition.number < number && edition.approved().is_some())
    }

    /// The collection round, once opened.
    pub fn round(&self) -> Option<&CollectionRound> {
        self.round.as_ref()
    }

    /// The waivers. One holds for every later edition too: what was let stand may be printed again as it stood.
    pub fn waivers(&self) -> &BTreeMap<FindingId, Waiver> {
        &self.waivers
    }

    pub(super) fn apply(&mut self, event: &EditionEvent) {
        self.version += 1;
        match event {
            EditionEvent::EditionOpened { occurred_on, plan, half_year, head, by } => {
                self.about = Some((*plan, *half_year));
                self.editions.push(Edition::opened(1, None, None, *occurred_on, head, by));
            }
            EditionEvent::CorrectionOpened { occurred_on, number, corrects, head, by, reason } => {
                let reason = Some(reason.clone());
                self.editions.push(Edition::opened(*number, *corrects, reason, *occurred_on, head, by));
            }
            EditionEvent::EditionHeadRevised { number, head, by, .. } => {
                if let Some(edition) = self.edition_mut(*number) {
                    edition.head = head.clone();
                    edition.drafted_by.insert(by.clone());
                }
            }
            EditionEvent::CollectionRoundOpened { occurred_on, due } => {
                let (opened_on, due) = (*occurred_on, due.clone());
                self.round = Some(CollectionRound { opened_on, due, reminded: BTreeMap::new() });
            }
            EditionEvent::CollectionRoundRescheduled { due, .. } => {
                self.round.iter_mut().for_each(|round| round.due = due.clone());
            }
            EditionEvent::ContactsReminded { occurred_on, competences } => {
                let reminded = self.round.iter_mut().map(|round| &mut round.reminded);
                reminded.for_each(|days| days.extend(competences.iter().map(|code| (code.clone(), *occurred_on))));
            }
            EditionEvent::SmallCountWaived { occurred_on, finding, kind, place, by, reason, .. } => {
                let act = Act { by: by.clone(), on: *occurred_on };
                let waiver = Waiver { act, kind: *kind, place: place.clone(), reason: reason.clone() };
                self.waivers.insert(*finding, waiver);
            }
            EditionEvent::EditionFrozen { occurred_on, number, pinned, by } => {
                let act = Act { by: by.clone(), on: *occurred_on };
                self.move_to(*number, |_| Some(EditionStage::Frozen(Frozen { act, pinned: pinned.clone() })));
            }
            EditionEvent::EditionApproved { occurred_on, number, by } => {
                let approved = Act { by: by.clone(), on: *occurred_on };
                self.move_to(*number, |stage| {
                    let frozen = stage.frozen()?.clone();
                    Some(EditionStage::Approved { frozen, approved, submitted_on: None })
                });
            }
            EditionEvent::EditionSubmitted { occurred_on, number } => self.move_to(*number, |stage| {
                let (frozen, approved) = (stage.frozen()?.clone(), stage.approved()?.clone());
                Some(EditionStage::Approved { frozen, approved, submitted_on: Some(*occurred_on) })
            }),
            EditionEvent::EditionWithdrawn { occurred_on, number, by, reason } => {
                let withdrawn = Act { by: by.clone(), on: *occurred_on };
                self.move_to(*number, |stage| {
                    let (frozen, approved) = (stage.frozen()?.clone(), stage.approved().cloned());
                    let (submitted_on, reason) = (stage.submitted_on(), reason.clone());
                    Some(EditionStage::Withdrawn { frozen, approved, submitted_on, withdrawn, reason })
                });
            }
        }
    }

    fn edition_mut(&mut self, number: u32) -> Option<&mut Edition> {
        self.editions.iter_mut().find(|edition| edition.number == number)
    }

    fn move_to(&mut self, number: u32, next: impl FnOnce(&EditionStage) -> Option<EditionStage>) {
        if let Some(edition) = self.edition_mut(number)
            && let Some(stage) = next(&edition.stage)
        {
            edition.stage = stage;
        }
    }
}

impl Edition {
    fn opened(
        number: u32,
        corrects: Option<u32>,
        reason: Option<String>,
        opened_on: NaiveDate,
        head: &EditionHead,
        by: &ActorId,
    ) -> Self {
        let (head, drafted_by) = (head.clone(), BTreeSet::from([by.clone()]));
        Self { number, corrects, reason, opened_on, head, drafted_by, stage: EditionStage::Drafting }
    }

    /// Where it stands.
    pub fn status(&self) -> EditionStatus {
        match &self.stage {
            EditionStage::Drafting => EditionStatus::Drafting,
            EditionStage::Frozen(_) => EditionStatus::Frozen,
            EditionStage::Approved { submitted_on: None, .. } => EditionStatus::Approved,
            EditionStage::Approved { submitted_on: Some(_), .. } => EditionStatus::Submitted,
            EditionStage::Withdrawn { .. } => EditionStatus::Withdrawn,
        }
    }

    /// What was frozen; none while it is being drafted.
    pub fn frozen(&self) -> Option<&Frozen> {
        self.stage.frozen()
    }

    /// By whom and when it was approved, whatever became of it since.
    pub fn approved(&self) -> Option<&Act> {
        self.stage.approved()
    }

    /// When it was submitted.
    pub fn submitted_on(&self) -> Option<NaiveDate> {
        self.stage.submitted_on()
    }

    /// The stored form, when it was frozen with one.
    pub fn form(&self, form: EditionForm) -> Option<&StoredForm> {
        self.frozen()?.pinned.forms.iter().find(|stored| stored.form == form)
    }
}

impl EditionStage {
    fn frozen(&self) -> Option<&Frozen> {
        match self {
            Self::Drafting => None,
            Self::Frozen(frozen) | Self::Approved { frozen, .. } | Self::Withdrawn { frozen, .. } => Some(frozen),
        }
    }

    fn approved(&self) -> Option<&Act> {
        match self {
            Self::Drafting | Self::Frozen(_) => None,
            Self::Approved { approved, .. } => Some(approved),
            Self::Withdrawn { approved, .. } => approved.as_ref(),
        }
    }

    fn submitted_on(&self) -> Option<NaiveDate> {
        match self {
            Self::Drafting | Self::Frozen(_) => None,
            Self::Approved { submitted_on, .. } | Self::Withdrawn { submitted_on, .. } => *submitted_on,
        }
    }
}
