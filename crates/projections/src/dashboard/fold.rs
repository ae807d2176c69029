//! What a dossier counts for, and how the counts change when the dossier does: pure, the SQL is elsewhere.

use std::collections::BTreeMap;

use spoor_domain::kernel::{HalfYear, Label};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::vocabulary::{TrajectoryStatus, WaitingFor};

use crate::db::{Arg, Table, args};

/// How many dossiers stand where: one count per combination that occurs. Everything a dashboard shows of the present
/// is a sum of these, and so is the total of a list that is narrowed by these only.
pub(crate) const DOSSIER_COUNT: Table = Table {
    name: "dossier_count",
    key: &["parket", "guide", "visible_to_museum", "status", "waiting_for"],
    values: &["dossiers"],
};

/// What came in and went out, per half-year and again per parket, guide and visibility, so that a scope holds.
pub(crate) const THROUGHPUT: Table = Table {
    name: "throughput",
    key: &["half_year", "parket", "guide", "visible_to_museum"],
    values: &["requested", "closed", "ended"],
};

pub(crate) const SCHEMA: &[&str] = &[
    // The primary keys begin with what a scope asks for first; the tables are small enough to be read whole.
    "create table if not exists dossier_count (
        parket text not null, guide text not null, visible_to_museum bigint not null,
        status text not null, waiting_for text not null, dossiers bigint not null,
        primary key (parket, guide, visible_to_museum, status, waiting_for))",
    "create table if not exists throughput (
        half_year text not null, parket text not null, guide text not null, visible_to_museum bigint not null,
        requested bigint not null, closed bigint not null, ended bigint not null,
        primary key (half_year, parket, guide, visible_to_museum))",
];

/// What one dossier counts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DossierFacts {
    pub parket: String,
    pub guide: String,
    pub visible_to_museum: bool,
    pub status: TrajectoryStatus,
    pub waiting_for: WaitingFor,
    pub requested_in: Option<HalfYear>,
    pub left_in: Option<HalfYear>,
}

impl DossierFacts {
    /// What this dossier counts for; nothing before its first event.
    pub fn of(state: &LearningTrajectory) -> Option<Self> {
        let status = state.status()?;
        Some(Self {
            parket: state.parket()?.0.clone(),
            guide: state.guide().map(|guide| guide.0.clone()).unwrap_or_default(),
            visible_to_museum: state.museum_involved(),
            status,
            waiting_for: state.waiting_for(),
            requested_in: state.requested_on().map(HalfYear::of),
            left_in: if status.is_open() { None } else { state.status_since().map(HalfYear::of) },
        })
    }
}

/// Changes of counts, summed over a batch.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    counts: BTreeMap<Vec<Arg>, i64>,
    throughput: BTreeMap<Vec<Arg>, [i64; 3]>,
}

impl Changes {
    /// A dossier that counted for `before` now counts for `after`.
    pub fn change(&mut self, before: Option<&DossierFacts>, after: Option<&DossierFacts>) {
        if before == after {
            return;
        }
        for (facts, by) in before.map(|facts| (facts, -1)).into_iter().chain(after.map(|facts| (facts, 1))) {
            self.count(facts, by);
        }
    }

    fn count(&mut self, facts: &DossierFacts, by: i64) {
        let scope = || args![facts.parket.as_str(), facts.guide.as_str(), facts.visible_to_museum];
        let place = [scope(), args![facts.status.code(), facts.waiting_for.code()]].concat();
        *self.counts.entry(place).or_default() += by;
        let mut pass = |half_year: HalfYear, column: usize| {
            let key = [args![half_year.to_string()], scope()].concat();
            self.throughput.entry(key).or_default()[column] += by;
        };
        if let Some(half_year) = facts.requested_in {
            pass(half_year, 0);
        }
        if let Some(half_year) = facts.left_in {
            pass(half_year, if facts.status == TrajectoryStatus::Closed { 1 } else { 2 });
        }
    }

    /// The rows to add to [`DOSSIER_COUNT`].
    pub fn count_rows(&self) -> Vec<Vec<Arg>> {
        let changed = self.counts.iter().filter(|(_, by)| **by != 0);
        changed.map(|(key, by)| [key.clone(), args![*by]].concat()).collect()
    }

    /// The rows to add to [`THROUGHPUT`].
    pub fn throughput_rows(&self) -> Vec<Vec<Arg>> {
        let changed = self.throughput.iter().filter(|(_, by)| by.iter().any(|by| *by != 0));
        changed.map(|(key, by)| [key.clone(), by.iter().map(|by| Arg::from(*by)).collect()].concat()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(status: TrajectoryStatus, left_in: Option<&str>) -> DossierFacts {
        DossierFacts {
            parket: "parket-antwerpen".into(),
            guide: String::new(),
            visible_to_museum: false,
            status,
            waiting_for: WaitingFor::Nobody,
            requested_in: "2026-H1".parse().ok(),
            left_in: left_in.and_then(|half_year| half_year.parse().ok()),
        }
    }

    #[test]
    fn a_dossier_that_closes_and_reopens_leaves_no_trace_in_the_counts() {
        let (open, closed) =
            (facts(TrajectoryStatus::Delivered, None), facts(TrajectoryStatus::Closed, Some("2026-H2")));
        let mut changes = Changes::default();
        changes.change(Some(&open), Some(&closed));
        changes.change(Some(&closed), Some(&open));
        assert!(changes.count_rows().is_empty());
        assert!(changes.throughput_rows().is_empty());
    }

    #[test]
    fn a_dossier_is_requested_in_one_half_year_and_leaves_in_one() {
        let mut changes = Changes::default();
        changes.change(None, Some(&facts(TrajectoryStatus::Closed, Some("2026-H2"))));
        let rows = changes.throughput_rows();
        let of = |row: &Vec<Arg>| (row[0].clone(), row[4..].to_vec());
        assert_eq!(
            rows.iter().map(of).collect::<Vec<_>>(),
            vec![
                (Arg::from("2026-H1"), args![1_i64, 0_i64, 0_i64]),
                (Arg::from("2026-H2"), args![0_i64, 1_i64, 0_i64]),
            ]
        );
    }
}
