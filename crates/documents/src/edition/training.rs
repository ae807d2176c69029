//! Police training as an edition tells it: per programme, in the half-year and from the beginning. Pure.

use spoor_domain::kernel::{HalfYear, Label, Language};
use spoor_domain::training::vocabulary::TrainingProgramme;
use spoor_projections::training::LineTotals;

use super::content::TrainingTotal;

/// The totals of every programme, from the totals of the lines as known at the place in the log that the edition pins, up
/// to and including this half-year. A half-year that an opening balance reaches into has no figure of its own.
pub fn training_totals(lines: &[LineTotals], period: HalfYear) -> Vec<TrainingTotal> {
    let of_line =
        |line: &LineTotals| line.programmes.iter().map(|total| total_of(line, total.programme, period)).collect();
    lines.iter().flat_map(|line| -> Vec<TrainingTotal> { of_line(line) }).collect()
}

fn total_of(line: &LineTotals, programme: TrainingProgramme, period: HalfYear) -> TrainingTotal {
    let balance = line.balance.as_ref();
    let before = balance.filter(|balance| balance.programme == programme);
    let covered = balance.is_some_and(|balance| period.first_day() <= balance.until);
    let held = || line.half_years.iter().filter(|held| held.programme == programme && held.half_year <= period);
    let within = held().find(|held| held.half_year == period);
    let sum = held().map(|held| held.participants).sum::<u64>();
    TrainingTotal {
        programme: programme.code().to_owned(),
        label: programme.label(Language::Nl).to_owned(),
        in_period: (!covered).then(|| within.map_or(0, |held| held.participants)),
        sessions: (!covered).then(|| within.map_or(0, |held| held.sessions)),
        cumulative: sum + before.map_or(0, |balance| balance.participants),
        source: before.map(|balance| balance.source.clone()),
    }
}
