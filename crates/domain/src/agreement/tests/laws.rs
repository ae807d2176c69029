//! Laws over any history, and the model of concurrent first requests.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::*;
use crate::agreement::RESERVATION_MINUTES;
use crate::agreement::command::AgreementCommandKind as Kind;
use crate::agreement::event::MultiYearPlan;
use crate::kernel::{AgreementId, Decider, Label};
use crate::trajectory::event::AgreementStanding;

fn any_event() -> impl Strategy<Value = AgreementEvent> {
    let moments = ["2025-01-25T12:00:00Z", "2025-01-25T12:30:00Z"];
    let consulted =
        AgreementEvent::StructuralConsultationHeld { occurred_on: day("2025-09-01"), attended_by: vec![antwerpen()] };
    let planned = AgreementEvent::MultiYearPlanAttached {
        occurred_on: day("2025-09-01"),
        plan: MultiYearPlan { title: "Plan".into(), from_year: 2025, until_year: 2026, document: None },
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
    prop::sample::select(Kind::ALL).prop_flat_map(command)
}

/// What is asked of an agreement, which mostly waits for its signatures first (so that a parket may ask a first time) or
/// has them.
fn any_commands() -> impl Strategy<Value = Vec<AgreementCommand>> {
    let to_signature = [Kind::DraftAgreement, Kind::SendForSignature, Kind::SignAgreement];
    (0..=to_signature.len(), prop::collection::vec(any_command(), 1..20)).prop_flat_map(move |(done, rest)| {
        let first: Vec<_> = to_signature[..done].iter().map(|kind| command(*kind)).collect();
        first.prop_map(move |first| [first, rest.clone()].concat())
    })
}

/// A command of this kind: a new kind does not compile before it stands here.
fn command(kind: Kind) -> BoxedStrategy<AgreementCommand> {
    let (dossier, parket) = ((1u128..3).prop_map(dossier), antwerpen());
    match kind {
        Kind::DraftAgreement => {
            Just(AgreementCommand::DraftAgreement { drafted_on: day("2025-01-10"), terms: terms() }).boxed()
        }
        Kind::SendForSignature => Just(AgreementCommand::SendForSignature { sent_on: day("2025-01-20") }).boxed(),
        Kind::SignAgreement => {
            let validity = until("2025-02-01", "2026-01-31");
            let (signed_on, signatories) = (day("2025-02-01"), signatories());
            Just(AgreementCommand::SignAgreement { signed_on, signatories, validity }).boxed()
        }
        Kind::StartRenewal => Just(AgreementCommand::StartRenewal { started_on: day("2025-02-20") }).boxed(),
        Kind::RenewAgreement => {
            let validity = until("2026-02-01", "2027-01-31");
            let (signed_on, signatories) = (day("2025-02-20"), signatories());
            Just(AgreementCommand::RenewAgreement { signed_on, signatories, validity }).boxed()
        }
        Kind::TerminateAgreement => {
            let (decided_on, effective_on) = (day("2025-02-20"), day("2025-02-20"));
            let reason = TerminationReason::Other;
            Just(AgreementCommand::TerminateAgreement { decided_on, effective_on, reason }).boxed()
        }
        Kind::HoldStructuralConsultation => {
            let (held_on, attended_by) = (day("2025-02-20"), vec![antwerpen()]);
            Just(AgreementCommand::HoldStructuralConsultation { held_on, attended_by }).boxed()
        }
        Kind::AttachMultiYearPlan => (2026..2028)
            .prop_map(|until_year| AgreementCommand::AttachMultiYearPlan {
                plan: MultiYearPlan { title: "Plan".into(), from_year: 2025, until_year, document: None },
            })
            .boxed(),
        Kind::ReserveFirstRequest => dossier
            .prop_map(move |dossier| AgreementCommand::ReserveFirstRequest { dossier, parket: parket.clone() })
            .boxed(),
        Kind::ConfirmFirstRequest => dossier
            .prop_map(move |dossier| AgreementCommand::ConfirmFirstRequest { dossier, parket: parket.clone() })
            .boxed(),
        Kind::ReleaseFirstRequest => dossier
            .prop_map(move |dossier| AgreementCommand::ReleaseFirstRequest {
                dossier,
                parket: parket.clone(),
                reason: ReleaseReason::WrongPerson,
            })
            .boxed(),
    }
}

/// Whoever may ask it.
fn asked_by(kind: Kind) -> CommandContext {
    match kind {
        Kind::ReserveFirstRequest | Kind::ConfirmFirstRequest => prosecutor("2025-03-01"),
        _kept_by_both_sides => coordinator("2025-03-01"),
    }
}

#[test]
fn every_kind_of_command_is_carried_out_in_some_history() {
    let (mut runner, mut carried_out) = (TestRunner::deterministic(), BTreeSet::new());
    for _ in 0..200 {
        let mut agreement = CooperationAgreement::default();
        for command in any_commands().new_tree(&mut runner).unwrap().current() {
            let events = agreement.decide(&command, &asked_by(command.kind())).unwrap_or_default();
            events.iter().for_each(|event| agreement.apply(event));
            if !events.is_empty() {
                carried_out.insert(format!("{:?}", command.kind()));
            }
        }
    }
    assert_eq!(carried_out, Kind::ALL.iter().map(|kind| format!("{kind:?}")).collect());
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
        history in any_commands(),
    ) {
        let mut agreement = CooperationAgreement::default();
        for command in &history {
            let context = asked_by(command.kind());
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
