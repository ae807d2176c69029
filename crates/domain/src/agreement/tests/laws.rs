//! Laws over any history, and the model of concurrent first requests.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::agreement::RESERVATION_MINUTES;
use crate::kernel::{AgreementId, Decider};
use crate::trajectory::event::AgreementStanding;

fn any_event() -> impl Strategy<Value = AgreementEvent> {
    let moments = ["2025-01-25T12:00:00Z", "2025-01-25T12:30:00Z"];
    let consulted =
        AgreementEvent::StructuralConsultationHeld { occurred_on: day("2025-09-01"), attended_by: vec![antwerpen()] };
    let planned = AgreementEvent::MultiYearPlanAttached {
        occurred_on: day("2025-09-01"),
        plan: crate::agreement::event::MultiYearPlan {
            title: "Plan".into(),
            from_year: 2025,
            until_year: 2026,
            document: None,
        },
    };
    let confirmed = AgreementEvent::FirstRequestConfirmed {
        occurred_on: day("2025-01-25"),
        dossier: dossier(1),
        parket: antwerpen(),
    };
    let released = AgreementEvent::FirstRequestReleased {
        occurred_on: day("2025-01-25"),
        dossier: dossier(1),
        parket: antwerpen(),
        reason: ReleaseReason::RequestNeverCame,
    };
    prop_oneof![
        prop::sample::select(vec![drafted(), sent(), signed(), renewal_started(), renewed(), terminated()]),
        prop::sample::select(vec![consulted, planned, confirmed, released]),
        (1u128..3, 0usize..2).prop_map(move |(n, at)| reserved(n, moments[at])),
    ]
}

fn any_command() -> impl Strategy<Value = AgreementCommand> {
    let validity = until("2025-02-01", "2026-01-31");
    let later = until("2026-02-01", "2027-01-31");
    let slot = |n: u128| {
        vec![
            AgreementCommand::ReserveFirstRequest { dossier: dossier(n), parket: antwerpen() },
            AgreementCommand::ConfirmFirstRequest { dossier: dossier(n), parket: antwerpen() },
            AgreementCommand::ReleaseFirstRequest {
                dossier: dossier(n),
                parket: antwerpen(),
                reason: ReleaseReason::WrongPerson,
            },
        ]
    };
    let mut all = vec![
        AgreementCommand::DraftAgreement { drafted_on: day("2025-01-10"), terms: terms() },
        AgreementCommand::SendForSignature { sent_on: day("2025-01-20") },
        AgreementCommand::SignAgreement { signed_on: day("2025-02-01"), signatories: signatories(), validity },
        AgreementCommand::StartRenewal { started_on: day("2025-02-20") },
        AgreementCommand::RenewAgreement { signed_on: day("2025-02-20"), signatories: signatories(), validity: later },
        AgreementCommand::TerminateAgreement {
            decided_on: day("2025-02-20"),
            effective_on: day("2025-02-20"),
            reason: TerminationReason::Other,
        },
        AgreementCommand::HoldStructuralConsultation { held_on: day("2025-02-20"), attended_by: vec![antwerpen()] },
    ];
    all.extend(slot(1));
    all.extend(slot(2));
    prop::sample::select(all)
}

proptest! {
    #[test]
    fn any_history_folds_and_every_event_comes_back_from_json(events in prop::collection::vec(any_event(), 0..20)) {
        let agreement = folded(&events);
        for today in ["2025-01-01", "2025-03-01", "2026-02-01", "2030-01-01"] {
            let _ = agreement.status_on(day(today));
            let _ = agreement.consultation_overdue(day(today));
        }
        for event in &events {
            let json = serde_json::to_string(event).expect("serialises");
            prop_assert_eq!(&serde_json::from_str::<AgreementEvent>(&json).expect("comes back"), event);
        }
        let json = serde_json::to_string(&agreement).expect("serialises");
        prop_assert_eq!(serde_json::from_str::<CooperationAgreement>(&json).expect("comes back"), agreement);
    }

    #[test]
    fn deciding_the_same_command_twice_gives_a_refusal_or_nothing(
        history in prop::collection::vec(any_command(), 0..12),
        command in any_command(),
    ) {
        let mut agreement = CooperationAgreement::default();
        for command in history.iter().chain([&command]) {
            let context = match command.kind() {
                crate::agreement::command::AgreementCommandKind::ReserveFirstRequest
                | crate::agreement::command::AgreementCommandKind::ConfirmFirstRequest => prosecutor("2025-03-01"),
                _kept_by_both_sides => coordinator("2025-03-01"),
            };
            for event in agreement.decide(command, &context).unwrap_or_default() {
                agreement.apply(&event);
            }
            let again = agreement.decide(command, &context);
            prop_assert!(again.as_ref().is_ok_and(Vec::is_empty) || again.is_err(), "{:?} -> {:?}", command, again);
        }
    }

    #[test]
    fn however_two_first_requests_and_a_cleaner_interleave_at_most_one_request_comes(
        steps in prop::collection::vec((0usize..4, 0i64..8), 0..120),
    ) {
        let mut world = World::new();
        for (who, minutes) in steps {
            world.now += TimeDelta::minutes(minutes);
            world.step(who);
            prop_assert!(world.requests.len() <= 1, "two first requests: {:?}", world.requests);
        }
    }

    #[test]
    fn of_two_decisions_on_the_same_version_only_one_can_be_stored(first in 1u128..4, second in 4u128..8) {
        let (context, seen) = (prosecutor("2025-01-25"), folded(&awaiting()));
        let ask = |n| AgreementCommand::ReserveFirstRequest { dossier: dossier(n), parket: antwerpen() };
        let won = seen.decide(&ask(first), &context).expect("free");
        let lost = seen.decide(&ask(second), &context).expect("free, as far as it could see");
        prop_assert!(!won.is_empty() && !lost.is_empty(), "both write, so the version decides which one is stored");
        let mut now = seen;
        won.iter().for_each(|event| now.apply(event));
        prop_assert!(now.decide(&ask(second), &context).is_err(), "the loser, deciding again, is refused");
    }
}

/// The agreement's stream with optimistic appends, two dossiers asking for the one slot, and somebody who clears old
/// reservations away. Every step is one round trip; between two steps anything may happen, also a crash for ever.
struct World {
    now: DateTime<Utc>,
    stream: Vec<AgreementEvent>,
    requests: Vec<DossierId>,
    dossiers: [Step; 3],
    cleaner: Cleaner,
}

enum Step {
    Start,
    Decided { events: Vec<AgreementEvent>, version: usize },
    Reserved { at: DateTime<Utc> },
    Standing { since: DateTime<Utc> },
    Requested,
}

enum Cleaner {
    Idle,
    /// The context is made before the dossier is looked at: its moment counts.
    Context(CommandContext),
    Looked {
        context: CommandContext,
        holder: DossierId,
        came: bool,
    },
}

impl World {
    fn new() -> Self {
        Self {
            now: moment("2025-01-25T12:00:00Z"),
            stream: awaiting(),
            requests: Vec::new(),
            dossiers: [Step::Start, Step::Start, Step::Start],
            cleaner: Cleaner::Idle,
        }
    }

    fn context(&self) -> CommandContext {
        CommandContext { at: self.now, today: day("2025-01-25"), ..prosecutor("2025-01-25") }
    }

    fn step(&mut self, who: usize) {
        if who < self.dossiers.len() { self.dossier_step(who) } else { self.cleaner_step() }
    }

    fn dossier_step(&mut self, who: usize) {
        let own = dossier(who as u128 + 1);
        let step = std::mem::replace(&mut self.dossiers[who], Step::Start);
        self.dossiers[who] = match step {
            Step::Start => {
                let ask = AgreementCommand::ReserveFirstRequest { dossier: own, parket: antwerpen() };
                match folded(&self.stream).decide(&ask, &self.context()) {
                    Ok(events) => Step::Decided { events, version: self.stream.len() },
                    Err(_) => Step::Start,
                }
            }
            Step::Decided { version, .. } if version != self.stream.len() => Step::Start,
            Step::Decided { events, .. } => {
                self.stream.extend(events);
                Step::Reserved { at: self.reserved_at(own) }
            }
            Step::Reserved { at } => {
                let standing = folded(&self.stream).standing_for(
                    AgreementId(Uuid::from_u128(9)),
                    &antwerpen(),
                    own,
                    day("2025-01-25"),
                );
                match standing {
                    Ok(AgreementStanding::FirstRequest { .. }) => Step::Standing { since: at },
                    Ok(_) | Err(_) => Step::Start,
                }
            }
            Step::Standing { since } if self.now - since >= TimeDelta::minutes(RESERVATION_MINUTES) => Step::Start,
            Step::Standing { .. } => {
                if !self.requests.contains(&own) {
                    self.requests.push(own);
                }
                Step::Requested
            }
            Step::Requested => Step::Requested,
        };
    }

    fn reserved_at(&self, own: DossierId) -> DateTime<Utc> {
        let reservations = self.stream.iter().filter_map(|event| {
            let AgreementEvent::FirstRequestReserved { dossier, reserved_at, .. } = event else { return None };
            (*dossier == own).then_some(*reserved_at)
        });
        reservations.max().expect("it was just reserved")
    }

    fn cleaner_step(&mut self) {
        self.cleaner = match std::mem::replace(&mut self.cleaner, Cleaner::Idle) {
            Cleaner::Idle => Cleaner::Context(self.context()),
            Cleaner::Context(context) => match folded(&self.stream).first_request_of(&antwerpen()) {
                Some((holder, false)) => Cleaner::Looked { context, holder, came: self.requests.contains(&holder) },
                Some((_, true)) | None => Cleaner::Idle,
            },
            Cleaner::Looked { context, holder, came } => {
                let parket = antwerpen();
                let command = if came {
                    AgreementCommand::ConfirmFirstRequest { dossier: holder, parket }
                } else {
                    let reason = ReleaseReason::RequestNeverCame;
                    AgreementCommand::ReleaseFirstRequest { dossier: holder, parket, reason }
                };
                let events = folded(&self.stream).decide(&command, &context).unwrap_or_default();
                self.stream.extend(events);
                Cleaner::Idle
            }
        };
    }
}
