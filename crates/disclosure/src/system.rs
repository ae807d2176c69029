//! What follows from published numbers: integers between bounds, sums of them between bounds, and the least and most
//! that each of them can be.

use good_lp::{Expression, ProblemVariables, ResolutionError, Solution, SolverModel, Variable, microlp, variable};
use serde::{Deserialize, Serialize};

/// The least and the most that a true count can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// The least.
    pub low: u32,
    /// The most.
    pub high: u32,
}

/// A sum of unknowns that lies between two bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// The places of the unknowns.
    pub of: Vec<usize>,
    /// The least it can be.
    pub low: i64,
    /// The most it can be.
    pub high: i64,
}

/// Unknown whole numbers and what is known of them.
#[derive(Clone, Debug, Default)]
pub struct System {
    /// Between which bounds each unknown lies.
    pub bounds: Vec<Interval>,
    /// The sums that are known.
    pub sums: Vec<Sum>,
    /// Pairs of groups of places whose sums are the same.
    pub same: Vec<[Vec<usize>; 2]>,
    /// Pairs of places of which the second is no less than the first.
    pub no_less: Vec<[usize; 2]>,
}

/// Why the unknowns cannot be bounded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SystemError {
    /// No numbers fit all that is known: what was published contradicts itself.
    #[error("no counts agree with all that is known: the published figures contradict each other")]
    Contradiction,
    /// The solver gave up.
    #[error("the solver failed: {0}")]
    Solver(String),
    /// It takes more questions to the solver than it may.
    #[error("the solver would have to be asked too often")]
    TooMuch,
}

impl Interval {
    /// Only this number.
    pub fn exactly(count: u32) -> Self {
        Self { low: count, high: count }
    }

    /// Whether a count lies between its ends.
    pub fn holds(self, count: u32) -> bool {
        (self.low..=self.high).contains(&count)
    }

    /// How far its ends are apart.
    pub fn width(self) -> u32 {
        self.high - self.low
    }
}

impl System {
    /// The least and the most that each of the unknowns at these places can be, given everything.
    ///
    /// # Errors
    /// `Contradiction` when nothing fits; `Solver` when the solver fails.
    pub fn intervals(&self, places: &[usize]) -> Result<Vec<Interval>, SystemError> {
        let mut left = u32::MAX;
        self.intervals_within(places, &mut left)
    }

    /// The same, with so many questions to the solver left.
    pub(crate) fn intervals_within(&self, places: &[usize], left: &mut u32) -> Result<Vec<Interval>, SystemError> {
        // Every solution shows a value that is possible for every unknown: most ends are seen before they are sought.
        let mut seen: Vec<Option<Interval>> = vec![None; self.bounds.len()];
        for &place in places {
            let bounds = self.bounds[place];
            if bounds.width() == 0 {
                continue;
            }
            for most in [false, true] {
                let end = |interval: Interval| if most { interval.high } else { interval.low };
                if seen[place].is_none_or(|seen| end(seen) != end(bounds)) {
                    ask(left)?;
                    self.note(&self.solve(Some((place, most)))?, &mut seen);
                }
            }
        }
        Ok(places.iter().map(|place| seen[*place].unwrap_or(self.bounds[*place])).collect())
    }

    /// Whether any counts agree with everything.
    ///
    /// # Errors
    /// `Solver` when the solver fails.
    pub fn is_possible(&self) -> Result<bool, SystemError> {
        if self.bounds.is_empty() {
            return Ok(true);
        }
        match self.solve(None) {
            Ok(_) => Ok(true),
            Err(SystemError::Contradiction) => Ok(false),
            Err(other) => Err(other),
        }
    }

    fn note(&self, solution: &[u32], seen: &mut [Option<Interval>]) {
        for (seen, value) in seen.iter_mut().zip(solution) {
            let before = seen.unwrap_or(Interval::exactly(*value));
            *seen = Some(Interval { low: before.low.min(*value), high: before.high.max(*value) });
        }
    }

    /// Counts that agree with everything and, where a place is given, make the one there as large, or as small, as can be.
    fn solve(&self, end: Option<(usize, bool)>) -> Result<Vec<u32>, SystemError> {
        let mut variables = ProblemVariables::new();
        let unknowns: Vec<Variable> = self
            .bounds
            .iter()
            .map(|bounds| variables.add(variable().integer().min(bounds.low).max(bounds.high)))
            .collect();
        let problem = match end {
            Some((place, true)) => variables.maximise(unknowns[place]),
            Some((place, false)) => variables.minimise(unknowns[place]),
            None => variables.minimise(Expression::from(0.0)),
        };
        let mut model = problem.using(microlp);
        for sum in &self.sums {
            let total = || sum.of.iter().map(|place| unknowns[*place]).sum::<Expression>();
            model.add_constraint(total().geq(sum.low as f64));
            model.add_constraint(total().leq(sum.high as f64));
        }
        for [one, other] in &self.same {
            let total = |of: &[usize]| of.iter().map(|place| unknowns[*place]).sum::<Expression>();
            model.add_constraint((total(one) - total(other)).eq(0.0));
        }
        for [least, other] in &self.no_less {
            // Most of what was told is told exactly: what the bounds say already costs the solver time only.
            if self.bounds[*least].high > self.bounds[*other].low {
                let apart = Expression::from(unknowns[*other]) - unknowns[*least];
                model.add_constraint(apart.geq(0.0));
            }
        }
        let solved = model.solve().map_err(|error| match error {
            ResolutionError::Infeasible => SystemError::Contradiction,
            other => SystemError::Solver(other.to_string()),
        })?;
        // Counts are far below 2^32 and the solver's answer is whole but for its tolerance.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count within its bounds")]
        let whole = |unknown: &Variable| solved.value(*unknown).round() as u32;
        Ok(unknowns.iter().map(whole).collect())
    }
}

/// One more question to the solver, where one is left.
pub(crate) fn ask(left: &mut u32) -> Result<(), SystemError> {
    *left = left.checked_sub(1).ok_or(SystemError::TooMuch)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknowns(bounds: &[(u32, u32)]) -> Vec<Interval> {
        bounds.iter().map(|(low, high)| Interval { low: *low, high: *high }).collect()
    }

    #[test]
    fn two_unknowns_with_known_row_and_column_are_found_exactly() {
        let sum = |of: &[usize], is| Sum { of: of.to_vec(), low: is, high: is };
        let system = System {
            bounds: unknowns(&[(1, 4), (1, 4), (0, 9)]),
            sums: vec![sum(&[0, 1], 2), sum(&[1, 2], 6)],
            ..System::default()
        };
        assert_eq!(system.intervals(&[0, 2]), Ok(vec![Interval::exactly(1), Interval::exactly(5)]));
    }

    #[test]
    fn an_unknown_of_which_no_sum_tells_keeps_its_bounds() {
        let system = System { bounds: unknowns(&[(0, 4), (3, 3)]), ..System::default() };
        assert_eq!(system.intervals(&[0, 1]), Ok(vec![Interval { low: 0, high: 4 }, Interval::exactly(3)]));
    }

    #[test]
    fn what_sums_to_the_same_is_bounded_by_the_other_group() {
        let same = vec![[vec![0, 1], vec![2, 3]]];
        let system = System { bounds: unknowns(&[(20, 20), (1, 5), (21, 21), (0, 4)]), same, ..System::default() };
        assert_eq!(system.intervals(&[1, 3]), Ok(vec![Interval { low: 1, high: 5 }, Interval { low: 0, high: 4 }]));
        let same = vec![[vec![0, 1], vec![2, 3]]];
        let system = System { bounds: unknowns(&[(41, 41), (0, 0), (39, 39), (0, 5)]), same, ..System::default() };
        assert_eq!(system.intervals(&[3]), Ok(vec![Interval::exactly(2)]));
    }

    #[test]
    fn what_is_no_less_than_another_is_bounded_by_it_and_bounds_it() {
        let (bounds, no_less) = (unknowns(&[(2, 5), (0, 4)]), vec![[0, 1]]);
        let system = System { bounds, no_less, ..System::default() };
        assert_eq!(system.intervals(&[0, 1]), Ok(vec![Interval { low: 2, high: 4 }; 2]));
        let (bounds, no_less) = (unknowns(&[(5, 5), (0, 4)]), vec![[0, 1]]);
        assert_eq!(System { bounds, no_less, ..System::default() }.is_possible(), Ok(false));
    }

    #[test]
    fn figures_that_contradict_each_other_are_told() {
        let system = System {
            bounds: unknowns(&[(0, 4), (0, 4)]),
            sums: vec![Sum { of: vec![0, 1], low: 9, high: 9 }],
            ..System::default()
        };
        assert_eq!(system.intervals(&[0]), Err(SystemError::Contradiction));
    }

    #[test]
    fn the_ends_are_whole_numbers_even_where_the_relaxed_problem_is_not() {
        // Each pair of the three holds at most one: halves would reach one and a half in all, counts reach one.
        let sum = |of: &[usize], low, high| Sum { of: of.to_vec(), low, high };
        let pairs = vec![sum(&[0, 1], 0, 1), sum(&[1, 2], 0, 1), sum(&[0, 2], 0, 1), sum(&[0, 1, 2, 3], 2, 2)];
        let system = System { bounds: unknowns(&[(0, 1), (0, 1), (0, 1), (0, 2)]), sums: pairs, ..System::default() };
        assert_eq!(system.intervals(&[3]), Ok(vec![Interval { low: 1, high: 2 }]));
    }
}
