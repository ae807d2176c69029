//! Police training as an edition tells it: per programme, in the half-year and from the beginning. Pure.

use spoor_domain::kernel::{HalfYear, Label, Language};
use spoor_domain::training::vocabulary::TrainingProgramme;
use spoor_projections::training::LineTotals;

use super::content::TrainingTotal;

/// The totals of every programme, from the totals of the lines as known at the place in the log that the edition pins, up
/// to and including this half-year. A half-year that an opening balance reaches into has no figure of its own; one that ends
/// before the balance does has none from the beginning either, and nobody knows how the balance of one programme divides
/// over the others of its line.
pub fn training_totals(lines: &[LineTotals], period: HalfYear) -> Vec<TrainingTotal> {
    let of_line =
        |line: &LineTotals| line.programmes.iter().map(|total| total_of(line, total.programme, period)).collect();
    lines.iter().flat_map(|line| -> Vec<TrainingTotal> { of_line(line) }).collect()
}

fn total_of(line: &LineTotals, programme: TrainingProgramme, period: HalfYear) -> TrainingTotal {
    let balance = line.balance.as_ref();
    let before = balance.filter(|balance| balance.programme == programme);
    let covered = balance.is_some_and(|balance| period.first_day() <= balance.until);
    let whole = balance.is_none_or(|balance| balance.until < period.next().first_day());
    let known = whole && line.knows_total_of(programme);
    let held = || line.half_years.iter().filter(|held| held.programme == programme && held.half_year <= period);
    let within = held().find(|held| held.half_year == period);
    let sum = held().map(|held| held.participants).sum::<u64>();
    TrainingTotal {
        programme: programme.code().to_owned(),
        label: programme.label(Language::Nl).to_owned(),
        in_period: (!covered).then(|| within.map_or(0, |held| held.participants)),
        sessions: (!covered).then(|| within.map_or(0, |held| held.sessions)),
        cumulative: known.then(|| sum + before.map_or(0, |balance| balance.participants)),
        source: before.filter(|_| known).map(|balance| balance.source.clone()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops at the first thing that is not as it says")]
mod tests {
    use spoor_domain::training::vocabulary::TrainingLine;
    use spoor_projections::training::{HalfYearTraining, OpeningBalance, ProgrammeTotal};

    use super::*;

    #[test]
    fn a_half_year_counts_from_the_day_after_the_opening_balance_and_up_to_the_period() {
        let programme = TrainingProgramme::Hpm;
        let held = |half_year: &str, participants| HalfYearTraining {
            half_year: half_year.parse().unwrap(),
            programme,
            sessions: 1,
            participants,
            aspirants: 0,
            cumulative: 0,
        };
        let line = LineTotals {
            line: TrainingLine::Hpm,
            balance: Some(OpeningBalance {
                programme,
                until: "2020-12-10".parse().unwrap(),
                participants: 11_197,
                source: "Persbericht".into(),
            }),
            cumulative: 11_257,
            programmes: [programme, TrainingProgramme::HpmLeadership]
                .map(|programme| ProgrammeTotal { programme, participants: 0, sessions: 0 })
                .to_vec(),
            half_years: vec![held("2021-H1", 20), held("2021-H2", 40)],
            version: 3,
        };
        let told = |period: &str| training_totals(std::slice::from_ref(&line), period.parse().unwrap());
        let [all, leaders] = told("2021-H1").try_into().unwrap();
        assert_eq!((all.in_period, all.sessions, all.cumulative), (Some(20), Some(1), Some(11_217)));
        assert_eq!(all.source.as_deref(), Some("Persbericht"));
        assert_eq!((leaders.in_period, leaders.cumulative, leaders.source), (Some(0), None, None));
        let without = LineTotals { balance: None, ..line.clone() };
        let [_, leaders] = training_totals(&[without], "2021-H1".parse().unwrap()).try_into().unwrap();
        assert_eq!(leaders.cumulative, Some(0), "a true zero");
        // The balance reaches into this one, so a figure of its own would be a part only.
        let [within, leaders] = told("2020-H2").try_into().unwrap();
        assert_eq!((within.in_period, within.sessions, within.cumulative), (None, None, Some(11_197)));
        assert_eq!(leaders.cumulative, None, "nobody knows how many of the balance were leaders");
        assert_eq!(told("2022-H1")[0].cumulative, Some(11_257));
        // What was known at the end of 2020 says nothing of how many there were two years before.
        for early in told("2018-H2") {
            assert_eq!((early.in_period, early.cumulative, early.source), (None, None, None));
        }
    }
}
