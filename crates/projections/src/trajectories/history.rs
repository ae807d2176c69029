//! What each dossier counted for, and from which event of the log to which: so that the dashboard, and the figures that
//! are published, can be asked as it was known then. Written by the projector of the dossiers, in the same transaction as everything else it writes.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use spoor_domain::kernel::{HalfYear, Label, SubjectId};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::vocabulary::OffenceFamily;

use super::row::due_since;
use crate::dashboard::DossierFacts;
use crate::db::{Arg, DbError, Table, args, json_text};

/// One row per dossier and span of the log. A row holds from the event `valid_from` on and until before the event
/// `valid_to`; both are leaf indexes, so they mean the same on every copy of the log, and a moment is resolved to one
/// of them by the log alone.
pub(super) const HISTORY: Table = Table {
    name: "trajectory_history",
    key: &["dossier", "valid_from"],
    values: &[
        "valid_to",
        "number",
        "parket",
        "guide",
        "visible_to_museum",
        "status",
        "waiting_for",
        "requested_in",
        "left_in",
        "status_since",
        "due_since",
        "subject",
        "families",
    ],
};

pub(super) const SCHEMA: &[&str] = &[
    // A half-year or guide that is not there is ''; `valid_to` is null for what still holds; families are a JSON list.
    "create table if not exists trajectory_history (
        dossier text not null, valid_from bigint not null, valid_to bigint,
        number text not null, parket text not null, guide text not null, visible_to_museum bigint not null,
        status text not null, waiting_for text not null, requested_in text not null, left_in text not null,
        status_since text not null, due_since text, subject text not null, families text not null,
        primary key (dossier, valid_from))",
    // What was known at an index: what still holds, and what ended after it. The more recent the question, the less of
    // the past is walked.
    "create index if not exists trajectory_history_valid on trajectory_history (valid_to, valid_from)",
    // Which dossiers are or were about a subject: the record of a refusal.
    "create index if not exists trajectory_history_subject on trajectory_history (subject, dossier)",
];

/// The spans of one dossier that a batch makes or ends.
#[derive(Default)]
pub(super) struct History {
    standing: Option<Span>,
    ended: Vec<(Span, u64)>,
    began: bool,
}

/// What a dossier counts for, from an event on.
#[derive(Clone)]
struct Span {
    from: u64,
    counts: Counts,
}

#[derive(Clone, PartialEq)]
struct Counts {
    number: String,
    facts: DossierFacts,
    status_since: NaiveDate,
    due_since: Option<NaiveDate>,
    subject: SubjectId,
    families: BTreeSet<OffenceFamily>,
}

impl History {
    /// The history of a dossier that has counted for what it counts for since the event with this index.
    pub fn going_on(state: &LearningTrajectory, from: u64) -> Self {
        let standing = Counts::of(state).map(|counts| Span { from, counts });
        Self { standing, ..Self::default() }
    }

    /// After the event with this index the dossier stands like this.
    pub fn note(&mut self, index: u64, state: &LearningTrajectory) {
        let Some(counts) = Counts::of(state) else { return };
        if self.standing.as_ref().is_some_and(|standing| standing.counts == counts) {
            return;
        }
        let before = self.standing.replace(Span { from: index, counts });
        self.ended.extend(before.map(|span| (span, index)));
        self.began = true;
    }

    /// The index from which the dossier has counted for what it counts for; 0 before its first event.
    pub fn counted_from(&self) -> u64 {
        self.standing.as_ref().map_or(0, |standing| standing.from)
    }

    /// The rows that were made or ended.
    pub fn rows(&self, dossier: &str) -> Result<Vec<Vec<Arg>>, DbError> {
        let ended = self.ended.iter().map(|(span, to)| span.row(dossier, Some(*to)));
        let standing = self.standing.iter().filter(|_| self.began).map(|span| span.row(dossier, None));
        ended.chain(standing).collect()
    }
}

impl Span {
    fn row(&self, dossier: &str, to: Option<u64>) -> Result<Vec<Arg>, DbError> {
        let Counts { number, facts, status_since, due_since, subject, families } = &self.counts;
        let to = to.map(|index| i64::try_from(index).unwrap_or(i64::MAX));
        let half_year = |period: Option<HalfYear>| period.map(|period| period.to_string()).unwrap_or_default();
        Ok(args![
            dossier,
            self.from,
            to,
            number.as_str(),
            facts.parket.as_str(),
            facts.guide.as_str(),
            facts.visible_to_museum,
            facts.status.code(),
            facts.waiting_for.code(),
            half_year(facts.requested_in),
            half_year(facts.left_in),
            *status_since,
            *due_since,
            subject.to_string(),
            json_text("families", families)?,
        ])
    }
}

impl Counts {
    fn of(state: &LearningTrajectory) -> Option<Self> {
        Some(Self {
            number: state.number()?.0.clone(),
            facts: DossierFacts::of(state)?,
            status_since: state.status_since()?,
            due_since: due_since(state),
            subject: state.subject()?,
            families: state.offence_families().clone(),
        })
    }
}
