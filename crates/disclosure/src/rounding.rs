//! Controlled rounding: small counts become 0 or 5 by lot, as the lots fall except where a margin would drift too far.
//!
//! Taking the nearest multiple, or whatever distorts the margins least, can be undone by whoever knows that rule (a
//! lone 0 would then mean "1 or 2"). So the lots decide, unbiased (a count of n goes up with chance n/5), and integer
//! programming changes as few of them as it takes to keep every margin within one base of the truth.

use good_lp::{Expression, ProblemVariables, Solution, SolverModel, Variable, microlp, variable};

use crate::BASE;

/// What drifting one further from a margin's allowance costs, against 1 to 2 for overruling one lot.
const DRIFT: f64 = 1_000.0;

/// Counts made safe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rounded {
    /// The counts to publish: multiples of five where the true count is below five.
    pub counts: Vec<u32>,
    /// How far, at most, any margin is from the truth.
    pub drift: u32,
}

/// Why counts cannot be rounded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the counts cannot be rounded, the solver failed: {0}")]
pub struct RoundingError(pub String);

/// Rounds counts. `margins` are the groups of cells whose sums are told; `lot(cell, purpose)` gives a number from 0 up
/// to 1 that nobody outside can know.
///
/// # Errors
/// When the solver fails; there always is a solution.
pub fn round(
    counts: &[u32],
    margins: &[Vec<usize>],
    lot: impl Fn(usize, &str) -> f64,
) -> Result<Rounded, RoundingError> {
    let small: Vec<usize> = (0..counts.len()).filter(|cell| (1..BASE).contains(&counts[*cell])).collect();
    let mut variables = ProblemVariables::new();
    let mut ups: Vec<Option<Variable>> = vec![None; counts.len()];
    let mut cost = Expression::from(0.0);
    for cell in &small {
        let up = variables.add(variable().binary());
        ups[*cell] = Some(up);
        let falls_up = lot(*cell, "up") < f64::from(counts[*cell]) / f64::from(BASE);
        // Overruling a lot costs a little more or less for every cell, so that one solution is the best.
        let overruling = 1.0 + lot(*cell, "overrule");
        cost += if falls_up { overruling * (1.0 - up) } else { overruling * up };
    }
    let mut allowances = Vec::new();
    for margin in margins {
        let moved = drift_of(margin, counts, &ups);
        let excess = variables.add(variable().min(0.0));
        cost += DRIFT * excess;
        allowances.push((moved, excess));
    }
    let mut model = variables.minimise(cost).using(microlp);
    let allowed = f64::from(BASE - 1);
    for (moved, excess) in allowances {
        model.add_constraint((moved.clone() - excess).leq(allowed));
        model.add_constraint((moved + excess).geq(-allowed));
    }
    let solved = model.solve().map_err(|error| RoundingError(error.to_string()))?;
    let published = |cell: usize| match ups[cell] {
        Some(up) if solved.value(up) > 0.5 => BASE,
        Some(_) => 0,
        None => counts[cell],
    };
    let rounded: Vec<u32> = (0..counts.len()).map(published).collect();
    let drift = margins.iter().map(|margin| sum(margin, &rounded).abs_diff(sum(margin, counts))).max().unwrap_or(0);
    Ok(Rounded { counts: rounded, drift })
}

/// By how much a margin moves, in terms of the choices to make.
fn drift_of(margin: &[usize], counts: &[u32], ups: &[Option<Variable>]) -> Expression {
    let moves = |cell: &usize| ups[*cell].map(|up| f64::from(BASE) * up - f64::from(counts[*cell]));
    margin.iter().filter_map(moves).sum()
}

fn sum(margin: &[usize], counts: &[u32]) -> u32 {
    margin.iter().map(|cell| counts[*cell]).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::DrawKey;

    #[test]
    fn counts_of_nobody_and_of_five_and_more_stay() {
        let rounded = round(&[0, 5, 6, 40], &[vec![0, 1, 2, 3]], |_, _| 0.5).unwrap();
        assert_eq!(rounded, Rounded { counts: vec![0, 5, 6, 40], drift: 0 });
    }

    #[test]
    fn a_lone_small_count_goes_either_way_so_neither_tells_which_half_it_was_in() {
        let key = DrawKey::new(&[7; 32]);
        let mut seen = std::collections::BTreeSet::new();
        for period in 0..60 {
            for count in 1..=4 {
                let lot = |cell, purpose: &str| key.lot(&period.to_string(), 0, cell, purpose);
                seen.insert((count, round(&[count, 30], &[vec![0, 1]], lot).unwrap().counts[0]));
            }
        }
        assert_eq!(seen.len(), 8, "{seen:?}");
    }

    #[test]
    fn over_many_lots_the_rounding_favours_neither_side() {
        let key = DrawKey::new(&[9; 32]);
        let up = |period: i32| {
            let lot = |cell, purpose: &str| key.lot(&period.to_string(), 0, cell, purpose);
            round(&[2, 30], &[vec![0, 1]], lot).unwrap().counts[0]
        };
        let mean = f64::from((0..1000).map(up).sum::<u32>()) / 1000.0;
        assert!((1.7..2.3).contains(&mean), "{mean}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn no_row_column_or_total_of_any_table_drifts_by_a_base_or_more(
            counts in prop::collection::vec(prop_oneof![3 => 0u32..6, 1 => 6u32..40], 20),
            secret in any::<[u8; 32]>(),
        ) {
            let rows = (0..5).map(|row| (0..4).map(|column| row * 4 + column).collect::<Vec<_>>());
            let columns = (0..4).map(|column| (0..5).map(|row| row * 4 + column).collect());
            let margins: Vec<_> = rows.chain(columns).chain([(0..20).collect()]).collect();
            let key = DrawKey::new(&secret);
            let rounded = round(&counts, &margins, |cell, purpose| key.lot("2018-H2", 0, cell, purpose)).unwrap();
            prop_assert!(rounded.drift < BASE, "{:?} became {:?}", counts, rounded);
            for (before, after) in counts.iter().zip(&rounded.counts) {
                let small = (1..5).contains(before);
                prop_assert!(if small { [0, 5].contains(after) } else { before == after }, "{} became {}", before, after);
            }
        }
    }
}
