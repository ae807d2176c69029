//! What an edition takes from the events of police training, line by line: a session, or the opening balance. Pure.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;
use spoor_domain::catalogue::DomainEvent;
use spoor_domain::kernel::{HalfYear, Label};
use spoor_domain::training::event::TrainingEvent;
use spoor_domain::training::vocabulary::TrainingProgramme;

use super::Origin;
use super::line::{Line, Lines};

/// What an edition tells of a programme. Its name is nobody's event.
#[derive(Clone, Copy)]
enum Column {
    InPeriod,
    Sessions,
    Cumulative,
    Source,
}

/// The columns, each with its field in the content.
const COLUMNS: [(&str, Column); 4] = [
    ("in_period", Column::InPeriod),
    ("sessions", Column::Sessions),
    ("cumulative", Column::Cumulative),
    ("source", Column::Source),
];

/// What an opening balance says of a figure that nobody knows for it.
const UNKNOWN: &str = "unknown";

/// The lines behind a path of the content, `training/<programme>/<field>` or less of it, in the edition of a half-year that was
/// told of the events up to this one.
pub(super) fn lines(stream: &[Origin], until: u64, period: HalfYear, path: &str) -> Lines {
    let mut events = Vec::new();
    for origin in stream.iter().filter(|origin| origin.recorded.index <= until) {
        if let DomainEvent::Training(event) = &origin.recorded.event {
            events.push((origin.recorded.index, event));
        }
    }
    let mut names = path.split('/').skip(1);
    let (programme, field) = (names.next(), names.next());
    let mut lines = Lines::new();
    for of in TrainingProgramme::ALL.iter().filter(|own| programme.is_none_or(|code| code == own.code())) {
        for (name, column) in COLUMNS.into_iter().filter(|(name, _)| field.is_none_or(|field| field == *name)) {
            let figure = Figure { programme: *of, column, period };
            let place = format!("{}/{name}", of.code());
            lines.extend(figure.lines(&events).into_iter().map(|(key, line)| (format!("{place}/{key}"), line)));
        }
    }
    lines
}

/// One figure of an edition.
struct Figure {
    programme: TrainingProgramme,
    column: Column,
    period: HalfYear,
}

impl Figure {
    fn lines(&self, events: &[(u64, &TrainingEvent)]) -> Lines {
        use TrainingEvent as E;
        let mut balance: Vec<(u64, Value)> = Vec::new();
        let mut sessions: Vec<(String, (u64, Value))> = Vec::new();
        for (index, event) in events {
            match event {
                E::TrainingSessionHeld { occurred_on: on, session, programme, participants, .. }
                | E::TrainingSessionCorrected { held_on: on, session, programme, participants, .. } => {
                    sessions.push((session.to_string(), (*index, self.session(*on, *programme, *participants))));
                }
                E::TrainingSessionAnnulled { session, .. } => {
                    sessions.push((session.to_string(), (*index, Value::Null)));
                }
                E::OpeningBalanceRecorded { programme, until, participants, source, .. } => {
                    let value = self.balance(*programme, *until, *participants, source);
                    balance.extend(self.is_of_line(*programme).then_some((*index, value)));
                }
                E::OpeningBalanceAnnulled { programme, .. } => {
                    balance.extend(self.is_of_line(*programme).then_some((*index, Value::Null)));
                }
            }
        }
        let is_hidden = balance.last().is_some_and(|(_, value)| *value == UNKNOWN);
        let mut steps: BTreeMap<String, Vec<(u64, Value)>> = BTreeMap::new();
        for (session, step) in sessions {
            steps.entry(session).or_default().push(step);
        }
        let sessions = steps.into_iter().map(|(session, steps)| (session, Line::of_figure(steps, is_hidden)));
        sessions.chain([("balance".to_owned(), Line::of_figure(balance, false))]).collect()
    }

    fn is_of_line(&self, programme: TrainingProgramme) -> bool {
        programme.line() == self.programme.line()
    }

    /// What a session adds; null where it does not count.
    fn session(&self, on: NaiveDate, programme: TrainingProgramme, participants: u32) -> Value {
        let held_in = HalfYear::of(on);
        let value = match self.column {
            Column::InPeriod => (held_in == self.period).then(|| Value::from(participants)),
            Column::Sessions => (held_in == self.period).then_some(Value::Bool(true)),
            Column::Cumulative => (held_in <= self.period).then(|| Value::from(participants)),
            Column::Source => None,
        };
        value.filter(|_| programme == self.programme).unwrap_or_default()
    }

    /// What an opening balance adds; null where it has no part in it. A half-year that it reaches into has no figure of its own,
    /// and from the beginning is known only of the programme that it was told for, once it has ended.
    fn balance(&self, programme: TrainingProgramme, until: NaiveDate, participants: u32, source: &str) -> Value {
        let is_known = programme == self.programme && until < self.period.next().first_day();
        let value: Option<Value> = match self.column {
            Column::InPeriod | Column::Sessions => (self.period.first_day() <= until).then(|| UNKNOWN.into()),
            Column::Cumulative => Some(if is_known { participants.into() } else { UNKNOWN.into() }),
            Column::Source => is_known.then(|| source.into()),
        };
        value.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use spoor_domain::kernel::TrainingSessionId;
    use spoor_domain::training::vocabulary::{TrainingAnnulment, TrainingAudience, TrainingCorrection};
    use uuid::Uuid;

    use super::super::line::causes;
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn held(session: u128, on: &str, participants: u32) -> TrainingEvent {
        TrainingEvent::TrainingSessionHeld {
            occurred_on: day(on),
            session: TrainingSessionId(Uuid::from_u128(session)),
            programme: TrainingProgramme::Hpm,
            audience: TrainingAudience::Aspirant,
            participants,
        }
    }

    fn corrected(session: u128, on: &str, programme: TrainingProgramme, participants: u32) -> TrainingEvent {
        TrainingEvent::TrainingSessionCorrected {
            occurred_on: day("2022-01-10"),
            session: TrainingSessionId(Uuid::from_u128(session)),
            held_on: day(on),
            programme,
            audience: TrainingAudience::Aspirant,
            participants,
            reason: TrainingCorrection::EnteredWrongly,
        }
    }

    fn balance(programme: TrainingProgramme, until: &str) -> TrainingEvent {
        TrainingEvent::OpeningBalanceRecorded {
            occurred_on: day(until),
            programme,
            until: day(until),
            participants: 11_197,
            source: "Persbericht".into(),
        }
    }

    /// The causes of a figure of HPM in 2021-H2, whose corrected edition knew so many of the events; they are numbered from 1.
    fn causes_of(field: &str, events: &[TrainingEvent], known: usize) -> Vec<u64> {
        let numbered: Vec<(u64, &TrainingEvent)> = (1..).zip(events).collect();
        let column = COLUMNS.into_iter().find(|(name, _)| *name == field).map(|(_, column)| column).unwrap();
        let period = "2021-H2".parse().unwrap();
        let figure = Figure { programme: TrainingProgramme::Hpm, column, period };
        causes(&figure.lines(&numbered), &figure.lines(&numbered[..known])).into_iter().collect()
    }

    #[test]
    fn a_corrected_session_is_the_cause_of_the_counts_it_is_in_and_of_no_others() {
        let hpm = TrainingProgramme::Hpm;
        let events = [balance(hpm, "2020-12-10"), held(1, "2021-09-01", 12), held(2, "2021-02-01", 7)];
        let with = |event: TrainingEvent| [events.to_vec(), vec![event]].concat();
        let recounted = with(corrected(1, "2021-09-01", hpm, 120));
        assert_eq!((causes_of("in_period", &recounted, 3), causes_of("cumulative", &recounted, 3)), (vec![4], vec![4]));
        assert!(causes_of("sessions", &recounted, 3).is_empty() && causes_of("source", &recounted, 3).is_empty());
        let earlier = with(corrected(2, "2021-02-01", hpm, 9));
        assert_eq!((causes_of("in_period", &earlier, 3), causes_of("cumulative", &earlier, 3)), (vec![], vec![4]));
        let of_leaders = with(corrected(1, "2021-09-01", TrainingProgramme::HpmLeadership, 12));
        assert_eq!((causes_of("sessions", &of_leaders, 3), causes_of("in_period", &of_leaders, 3)), (vec![4], vec![4]));
        let added = [with(held(3, "2021-10-01", 5)), vec![corrected(3, "2021-10-01", hpm, 6)]].concat();
        assert_eq!((causes_of("in_period", &added, 3), causes_of("sessions", &added, 3)), (vec![4, 5], vec![4]));
    }

    #[test]
    fn a_balance_is_the_cause_where_it_makes_a_figure_known_or_unknown() {
        let hpm = TrainingProgramme::Hpm;
        let events = [held(1, "2021-09-01", 12), balance(hpm, "2020-12-10")];
        assert_eq!((causes_of("cumulative", &events, 1), causes_of("source", &events, 1)), (vec![2], vec![2]));
        assert!(causes_of("in_period", &events, 1).is_empty(), "it ends before the half-year");
        let of_leaders = [held(1, "2021-09-01", 12), balance(TrainingProgramme::HpmLeadership, "2020-12-10")];
        assert_eq!(causes_of("cumulative", &of_leaders, 1), vec![2_u64], "nobody knows how it divides");
        let annulled = TrainingEvent::OpeningBalanceAnnulled {
            occurred_on: day("2022-01-10"),
            programme: hpm,
            reason: TrainingAnnulment::EnteredWrongly,
        };
        let within = [held(1, "2021-12-20", 12), balance(hpm, "2021-12-10"), annulled];
        assert_eq!((causes_of("in_period", &within[..2], 1), causes_of("in_period", &within, 2)), (vec![2], vec![3]));
        let other_line = [held(1, "2021-09-01", 12), balance(TrainingProgramme::Polarisation, "2022-12-10")];
        assert!(causes_of("cumulative", &other_line, 1).is_empty());
    }
}
