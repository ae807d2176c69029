//! Medians over the rounds, printed as the table that docs/performance.md holds.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// One contender, one number of clients, one round.
#[derive(Clone, Copy, Debug)]
pub(in crate::bench) struct Measured {
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

/// All contenders with one number of clients in one round.
#[derive(Clone, Copy, Debug)]
pub(super) struct Round {
    pub flushes: f64,
    pub single_inserts: Option<Measured>,
    pub plain: Measured,
    pub tuned: Measured,
    pub hot: Measured,
    /// Hot with the tiler beside, where that was asked for.
    pub tiled: Option<Measured>,
    pub cold: Measured,
}

/// Which contender of a round is meant.
type Contender = fn(&Round) -> Option<Measured>;

/// All rounds by number of clients.
#[derive(Debug, Default)]
pub(super) struct Report {
    rounds: BTreeMap<usize, Vec<Round>>,
}

impl Measured {
    /// What these latencies, taken over this long, come to.
    pub fn of(mut latencies: Vec<Duration>, over: Duration) -> Self {
        latencies.sort_unstable();
        let at = |percent: usize| {
            let index = (latencies.len() * percent / 100).min(latencies.len().saturating_sub(1));
            latencies.get(index).map_or(f64::NAN, |latency| latency.as_secs_f64() * 1000.0)
        };
        Self { per_second: latencies.len() as f64 / over.as_secs_f64(), p50_ms: at(50), p99_ms: at(99) }
    }
}

impl Report {
    /// Adds a round.
    pub fn add(&mut self, clients: usize, round: Round) {
        self.rounds.entry(clients).or_default().push(round);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nMedians; ratios are medians of the ratios within one round.\n")?;
        writeln!(
            f,
            "| clients | stack | commands/s | p50 ms | p99 ms | to plain | to plain, tuned | to single inserts | flushes/s |"
        )?;
        writeln!(f, "|---:|---|---:|---:|---:|---:|---:|---:|---:|")?;
        for (clients, rounds) in &self.rounds {
            let flushes = median(rounds.iter().map(|round| round.flushes));
            let stacks: [(&str, Contender); 5] = [
                ("plain", |round| Some(round.plain)),
                ("plain, tuned", |round| Some(round.tuned)),
                ("ours, hot", |round| Some(round.hot)),
                ("ours, hot, tiler beside", |round| round.tiled),
                ("ours, cold", |round| Some(round.cold)),
            ];
            for (name, of) in stacks {
                let measured: Vec<_> = rounds.iter().filter_map(|round| Some((of(round)?, round))).collect();
                if measured.is_empty() {
                    continue;
                }
                let (rate, p50, p99) = (
                    median(measured.iter().map(|(own, _)| own.per_second)),
                    median(measured.iter().map(|(own, _)| own.p50_ms)),
                    median(measured.iter().map(|(own, _)| own.p99_ms)),
                );
                let to_plain = median(measured.iter().map(|(own, round)| own.per_second / round.plain.per_second));
                let to_tuned = median(measured.iter().map(|(own, round)| own.per_second / round.tuned.per_second));
                let to_inserts: Vec<f64> = measured
                    .iter()
                    .filter_map(|(own, round)| Some(own.per_second / round.single_inserts?.per_second))
                    .collect();
                let to_inserts = if to_inserts.is_empty() { "".into() } else { format!("{:.2}x", median(to_inserts)) };
                writeln!(
                    f,
                    "| {clients} | {name} | {rate:.0} | {p50:.2} | {p99:.2} | {to_plain:.2}x | {to_tuned:.2}x | {to_inserts} | {flushes:.0} |"
                )?;
            }
        }
        Ok(())
    }
}

fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_unstable_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => values[count / 2],
        count => (values[count / 2 - 1] + values[count / 2]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_with_the_tiler_is_there_when_it_was_measured() {
        let of = |per_second| Measured { per_second, p50_ms: 1.0, p99_ms: 2.0 };
        let round = |tiled| Round {
            flushes: 9.0,
            single_inserts: None,
            plain: of(100.0),
            tuned: of(120.0),
            hot: of(400.0),
            tiled,
            cold: of(300.0),
        };
        let printed = |tiled| {
            let mut report = Report::default();
            report.add(32, round(tiled));
            report.to_string()
        };
        assert!(!printed(None).contains("tiler"));
        let line = "| 32 | ours, hot, tiler beside | 380 | 1.00 | 2.00 | 3.80x |";
        assert!(printed(Some(of(380.0))).contains(line));
    }

    #[test]
    fn the_median_of_an_even_count_lies_between_the_middle_two() {
        assert!((median([4.0, 1.0, 3.0, 2.0]) - 2.5).abs() < f64::EPSILON);
    }

    #[test]
    fn percentiles_of_a_single_command_are_that_command() {
        let measured = Measured::of(vec![Duration::from_millis(2)], Duration::from_secs(1));
        assert!((measured.p50_ms - 2.0).abs() < 1e-9 && (measured.p99_ms - 2.0).abs() < 1e-9);
    }
}
