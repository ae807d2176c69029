//! Where a dossier stands, with exactly the data that stage needs.

use serde::{Deserialize, Serialize};

use super::record::Assessed;
use super::vocabulary::{ReflectionAuthor, TrajectoryStatus};

/// A stage of the life of a dossier. Sequences point at the events of this dossier that brought it there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// A jurist prepared the request.
    Drafted,
    /// The prosecutor submitted it.
    Requested,
    /// The prosecutor decided that the participant qualifies.
    Eligible {
        /// The decision, unless the dossier came back here by reopening.
        assessment: Option<Assessed>,
    },
    /// The prosecutor decided that the participant does not qualify.
    Ineligible {
        /// The decision.
        assessment: Assessed,
    },
    /// The participant consented.
    Consented {
        /// The consent.
        consent: u64,
    },
    /// The participant declined.
    Refused,
    /// At least one preparatory call took place.
    Prepared {
        /// The consent.
        consent: u64,
    },
    /// The tour took place.
    Toured {
        /// The consent.
        consent: u64,
        /// The tour.
        tour: u64,
    },
    /// The in-depth talk took place; reflections are being filed or waived.
    Deepened {
        /// The consent.
        consent: u64,
        /// What has been filed or waived so far.
        reflections: Reflections,
    },
    /// Both sides have filed or waived their reflection.
    Reflected {
        /// The consent.
        consent: u64,
    },
    /// The museum gave its advice.
    Advised {
        /// The consent.
        consent: u64,
        /// The advice as last issued or revised.
        advice: u64,
    },
    /// The bundle has been handed over to everybody who waits for it.
    Delivered {
        /// The consent.
        consent: u64,
        /// The advice as last issued or revised.
        advice: u64,
    },
    /// The dossier ended.
    Ended {
        /// How.
        end: End,
        /// Where it stood: reopening returns there.
        from: Box<Stage>,
    },
}

/// How a dossier ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    /// Closed after delivery.
    Closed,
    /// The participant withdrew.
    Withdrawn,
    /// The parket took its request back.
    Retracted,
    /// Stopped before its end.
    Discontinued,
    /// It should never have been opened.
    OpenedInError,
}

/// Which sides have filed or waived their reflection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reflections {
    /// The guide's side.
    pub guide: bool,
    /// The participant's side.
    pub participant: bool,
}

impl Reflections {
    /// Whether the side (or one of both) is there already.
    pub fn cover(self, author: ReflectionAuthor) -> bool {
        match author {
            ReflectionAuthor::Guide => self.guide,
            ReflectionAuthor::Participant => self.participant,
            ReflectionAuthor::Both => self.guide || self.participant,
        }
    }

    /// With this side added; a report by both counts for both.
    pub fn with(self, author: ReflectionAuthor) -> Self {
        Self {
            guide: self.guide || author != ReflectionAuthor::Participant,
            participant: self.participant || author != ReflectionAuthor::Guide,
        }
    }

    /// Whether both sides are there.
    pub fn complete(self) -> bool {
        self.guide && self.participant
    }
}

impl Stage {
    /// The status people see.
    pub fn status(&self) -> TrajectoryStatus {
        match self {
            Stage::Drafted => TrajectoryStatus::Drafted,
            Stage::Requested => TrajectoryStatus::Requested,
            Stage::Eligible { .. } => TrajectoryStatus::Eligible,
            Stage::Ineligible { .. } => TrajectoryStatus::Ineligible,
            Stage::Consented { .. } => TrajectoryStatus::Consented,
            Stage::Refused => TrajectoryStatus::Refused,
            Stage::Prepared { .. } => TrajectoryStatus::Prepared,
            Stage::Toured { .. } => TrajectoryStatus::Toured,
            Stage::Deepened { .. } => TrajectoryStatus::Deepened,
            Stage::Reflected { .. } => TrajectoryStatus::Reflected,
            Stage::Advised { .. } => TrajectoryStatus::Advised,
            Stage::Delivered { .. } => TrajectoryStatus::Delivered,
            Stage::Ended { end, .. } => match end {
                End::Closed => TrajectoryStatus::Closed,
                End::Withdrawn => TrajectoryStatus::Withdrawn,
                End::Retracted => TrajectoryStatus::Retracted,
                End::Discontinued => TrajectoryStatus::Discontinued,
                End::OpenedInError => TrajectoryStatus::OpenedInError,
            },
        }
    }

    /// The consent on which the dossier runs (or ran, when it ended after consent).
    pub fn consent(&self) -> Option<u64> {
        match self {
            Stage::Consented { consent }
            | Stage::Prepared { consent }
            | Stage::Toured { consent, .. }
            | Stage::Deepened { consent, .. }
            | Stage::Reflected { consent }
            | Stage::Advised { consent, .. }
            | Stage::Delivered { consent, .. } => Some(*consent),
            Stage::Ended { from, .. } => from.consent(),
            Stage::Drafted | Stage::Requested | Stage::Eligible { .. } | Stage::Ineligible { .. } | Stage::Refused => {
                None
            }
        }
    }

    /// The advice that stands: gone from view after any end but a regular close.
    pub fn advice(&self) -> Option<u64> {
        match self {
            Stage::Advised { advice, .. } | Stage::Delivered { advice, .. } => Some(*advice),
            Stage::Ended { end: End::Closed, from } => from.advice(),
            Stage::Drafted
            | Stage::Requested
            | Stage::Eligible { .. }
            | Stage::Ineligible { .. }
            | Stage::Consented { .. }
            | Stage::Refused
            | Stage::Prepared { .. }
            | Stage::Toured { .. }
            | Stage::Deepened { .. }
            | Stage::Reflected { .. }
            | Stage::Ended { .. } => None,
        }
    }

    /// The same stage, ended.
    pub fn ended(self, end: End) -> Stage {
        match self {
            Stage::Ended { from, .. } => Stage::Ended { end, from },
            open => Stage::Ended { end, from: Box::new(open) },
        }
    }
}

impl TrajectoryStatus {
    /// Statuses of a dossier that has ended, for now: each of them may be reopened but the last.
    pub const ENDED: &[Self] = &[
        Self::Ineligible,
        Self::Refused,
        Self::Closed,
        Self::Withdrawn,
        Self::Retracted,
        Self::Discontinued,
        Self::OpenedInError,
    ];

    /// The statuses of a dossier on which work goes on, in the order of its life.
    pub const OPEN: &'static [TrajectoryStatus] = &[
        TrajectoryStatus::Drafted,
        TrajectoryStatus::Requested,
        TrajectoryStatus::Eligible,
        TrajectoryStatus::Consented,
        TrajectoryStatus::Prepared,
        TrajectoryStatus::Toured,
        TrajectoryStatus::Deepened,
        TrajectoryStatus::Reflected,
        TrajectoryStatus::Advised,
        TrajectoryStatus::Delivered,
    ];

    /// Whether work goes on; ineligible and refused are ends, from which a dossier can be reopened.
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }
}
