//! Laws: what holds for any history and any order of commands.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use spoor_testkit::personal::seal_personal;
use uuid::Uuid;

use super::state::folded;
use crate::kernel::{AppointmentId, CommandContext, Decider, Label};
use crate::trajectory::command::{TrajectoryCommand as Command, TrajectoryCommandKind as Kind};
use crate::trajectory::event::TrajectoryEvent as Event;
use crate::trajectory::samples::{COMMAND_ID, context, day, history, one_of_each, sample};
use crate::trajectory::vocabulary::{EndReason, ReflectionAuthor, TrajectoryStatus};
use crate::trajectory::{Deadlines, LearningTrajectory};

proptest! {
    #[test]
    fn any_history_folds_and_is_counted(picks in proptest::collection::vec(0..Event::TYPES.len(), 0..80)) {
        let all = one_of_each();
        let events: Vec<Event> = picks.iter().map(|pick| all[*pick].clone()).collect();
        let state = folded(&events);
        prop_assert_eq!(state.version(), events.len() as u64);
        let _whatever_it_is = (state.waiting_for(), state.last_step_on(), state.due_on(&Deadlines::default()));
        prop_assert_eq!(state.status().is_some(), state.number().is_some());
        let stored = serde_json::to_string(&state).unwrap();
        prop_assert!(!stored.contains("$personal") && !stored.contains("Voorbeeldsen"), "{}", stored);
        let read: LearningTrajectory = serde_json::from_str(&stored).unwrap();
        prop_assert_eq!(&read, &state);
        prop_assert_eq!(folded(&events.iter().map(sealed).collect::<Vec<_>>()), state);
    }

    #[test]
    fn no_order_of_commands_skips_a_step(steps in steps()) {
        let mut walk = Walk::default();
        for (kind, variant) in steps {
            walk.step(kind, variant);
            if let Some(TrajectoryStatus::Advised | TrajectoryStatus::Delivered) = walk.state.status() {
                prop_assert!(complete(&walk.events), "advised without every step: {:?}", names(&walk.events));
            }
        }
    }

    #[test]
    fn the_same_command_twice_is_refused_or_does_nothing(
        steps in steps(),
    ) {
        let mut walk = Walk::default();
        for (kind, variant) in steps {
            if let Some((command, context)) = walk.step(kind, variant) {
                let again = walk.state.decide(&command, &context);
                prop_assert!(again.as_ref().is_ok_and(Vec::is_empty) || again.is_err(), "{:?} twice", command.kind());
            }
        }
    }
}

#[test]
fn every_sample_command_twice_is_refused_or_does_nothing() {
    for kind in Kind::ALL {
        let sample = sample(*kind);
        let mut state = folded(&sample.given);
        let events = state.decide(&sample.command, &sample.context()).unwrap();
        events.iter().for_each(|event| state.evolve(event));
        let again = state.decide(&sample.command, &sample.context());
        assert!(again.as_ref().is_ok_and(Vec::is_empty) || again.is_err(), "{kind:?} twice: {again:?}");
    }
}

#[test]
fn every_event_goes_through_json_and_comes_back() {
    for event in one_of_each() {
        let clear = serde_json::to_value(&event).unwrap();
        assert_eq!(serde_json::from_value::<Event>(clear).unwrap(), event);
        let sealed = sealed(&event);
        let stored = serde_json::to_value(&sealed).unwrap();
        assert_eq!(serde_json::from_value::<Event>(stored).unwrap(), sealed);
    }
}

#[test]
fn every_free_text_of_an_event_is_personal() {
    for event in one_of_each() {
        let outside = serde_json::to_string(&sealed(&event)).unwrap();
        let sentences =
            ["Ymke", "0400", "haatboodschap", "ME.56", "Nam ", "Wil ", "Legde", "Een ", "Werd", "Luisterde"];
        assert!(sentences.iter().all(|text| !outside.contains(text)), "{outside}");
    }
}

#[test]
fn the_walks_meet_what_the_laws_are_about() {
    let (mut runner, mut advised, mut reopened) = (TestRunner::deterministic(), 0, 0);
    for _ in 0..100 {
        let mut walk = Walk::default();
        for (kind, variant) in steps().new_tree(&mut runner).unwrap().current() {
            walk.step(kind, variant);
        }
        let happened = names(&walk.events);
        advised += usize::from(happened.contains(&"ReasonedAdviceIssued"));
        reopened += usize::from(happened.contains(&"TrajectoryReopened"));
    }
    assert!(advised > 10 && reopened > 10, "{advised} walks reached an advice, {reopened} a reopening");
}

#[test]
fn a_history_that_misses_a_step_is_seen_as_incomplete() {
    let whole = history(TrajectoryStatus::Advised);
    assert!(complete(&whole));
    for missing in [
        "ParticipationConsentGiven",
        "PreparatoryCallHeld",
        "IndividualTourHeld",
        "InDepthTalkHeld",
        "ReflectionReportFiled",
        "ReflectionReportWaived",
    ] {
        let rest: Vec<_> =
            whole.iter().filter(|event| crate::kernel::EventPayload::event_type(*event) != missing).cloned().collect();
        assert_eq!(rest.len(), whole.len() - 1);
        assert!(!complete(&rest), "{missing} is not missed");
    }
}

/// What a walk asks: mostly what comes next in some dossier, and now and then anything.
pub fn steps() -> impl Strategy<Value = Vec<(Kind, u8)>> {
    use Kind::*;
    let onwards = prop::sample::select(vec![
        RequestTrajectory,
        AssessEligibility,
        GiveConsent,
        AssignGuide,
        HoldPreparatoryCall,
        HoldTour,
        HoldInDepthTalk,
        FileReflectionReport,
        WaiveReflectionReport,
        IssueAdvice,
        GiveSharingConsent,
        AssembleBundle,
        DeliverBundle,
        LiftRestriction,
        ReopenTrajectory,
    ]);
    let anything = prop::sample::select(Kind::ALL);
    prop::collection::vec((prop_oneof![8 => onwards, 1 => anything], 0..3u8), 1..400)
}

/// A walk through a dossier by whatever is asked, a day at a time.
#[derive(Default)]
pub struct Walk {
    state: LearningTrajectory,
    pub events: Vec<Event>,
    days: u64,
}

impl Walk {
    /// Asks the picked command; gives it back when something happened.
    pub fn step(&mut self, kind: Kind, variant: u8) -> Option<(Command, CommandContext)> {
        self.days += 1;
        let today = day(3, 2).checked_add_days(Days::new(self.days)).unwrap();
        let sample = sample(kind);
        let command = self.asked(sample.command, today, variant);
        let by = sample.by;
        let mut context = context(by, today);
        context.command_id = Uuid::from_u128(COMMAND_ID.as_u128() + u128::from(self.days));
        let events = self.state.decide(&command, &context).ok().filter(|events| !events.is_empty())?;
        for event in events {
            self.state.evolve(&event);
            self.events.push(event);
        }
        Some((command, context))
    }

    /// The sample command, dated today and pointed at what is there.
    fn asked(&self, mut command: Command, today: NaiveDate, variant: u8) -> Command {
        match &mut command {
            Command::GiveConsent { declared_on, .. }
            | Command::RefuseConsent { declared_on, .. }
            | Command::WithdrawConsent { declared_on }
            | Command::WithdrawSharingConsent { declared_on } => *declared_on = today,
            Command::GiveSharingConsent { declared_on, expires_on, .. } => (*declared_on, *expires_on) = (today, None),
            Command::HoldPreparatoryCall { held_on, .. }
            | Command::HoldTour { held_on, .. }
            | Command::InterruptTour { held_on, .. } => *held_on = today,
            Command::HoldInDepthTalk { held_on, reason_not_same_day, .. } => {
                (*held_on, *reason_not_same_day) = (today, Some("Later".into()));
            }
            Command::FileReflectionReport { filed_on, author, .. } => (*filed_on, *author) = (today, side(variant)),
            Command::WaiveReflectionReport { author, .. } => *author = side(variant),
            Command::PlanAppointment { appointment, starts_at, .. } => {
                *appointment = AppointmentId(Uuid::from_u128(u128::from(self.days)));
                *starts_at = today.and_hms_opt(18, 0, 0).unwrap().and_utc();
            }
            Command::IssueAdvice { revision_reason, .. } if variant == 1 => *revision_reason = Some("Beter".into()),
            Command::AssembleBundle { pieces, .. } => {
                let advice = self.state.stage().and_then(|stage| stage.advice());
                pieces.retain(|piece| piece.sequence == 13);
                pieces.iter_mut().for_each(|piece| piece.sequence = advice.unwrap_or_default());
            }
            Command::DeliverBundle { number, delivered_on, .. } => {
                (*number, *delivered_on) = (self.state.bundles().len() as u32, today);
            }
            Command::ReceiveBundle { number, received_on } => {
                (*number, *received_on) = (self.state.bundles().len() as u32, today);
            }
            Command::RecordOutcome { decided_on, .. } => *decided_on = today,
            Command::TransferTrajectory { accepted_on } => *accepted_on = today,
            Command::ReportIncident { happened_on, .. } => *happened_on = today,
            Command::DiscontinueTrajectory { reason, .. } if variant == 1 => *reason = EndReason::Capacity,
            Command::AnnulStep { sequence, .. } => *sequence = self.state.annullable_step().unwrap_or_default(),
            _as_it_is => {}
        }
        command
    }
}

fn side(variant: u8) -> ReflectionAuthor {
    ReflectionAuthor::ALL[usize::from(variant)]
}

/// Whether the advice rests, under one consent, on a call, then a tour, then a talk, then both reflections. Read off
/// the events alone, so that it does not share the mistakes of the state.
fn complete(events: &[Event]) -> bool {
    let annulled = |sequence: u64| {
        events.iter().any(|event| matches!(event, Event::StepAnnulled { sequence: gone, .. } if *gone == sequence))
    };
    let standing: Vec<&Event> =
        events.iter().enumerate().filter(|(index, _)| !annulled(*index as u64 + 1)).map(|(_, event)| event).collect();
    let last = |wanted: fn(&Event) -> bool, before: usize| standing[..before].iter().rposition(|event| wanted(event));
    let Some(advice) = last(|event| matches!(event, Event::ReasonedAdviceIssued { .. }), standing.len()) else {
        return false;
    };
    let talk = last(|event| matches!(event, Event::InDepthTalkHeld { .. }), advice);
    let tour = talk.and_then(|talk| last(|event| matches!(event, Event::IndividualTourHeld { .. }), talk));
    let call = tour.and_then(|tour| last(|event| matches!(event, Event::PreparatoryCallHeld { .. }), tour));
    let consent = last(|event| matches!(event, Event::ParticipationConsentGiven { .. }), advice);
    let (Some(consent), Some(call), Some(talk)) = (consent, call, talk) else { return false };
    let covers = |one: ReflectionAuthor| {
        standing[talk..advice].iter().any(|event| match event {
            Event::ReflectionReportFiled { author, .. } | Event::ReflectionReportWaived { author, .. } => {
                [one, ReflectionAuthor::Both].contains(author)
            }
            _no_reflection => false,
        })
    };
    consent < call && covers(ReflectionAuthor::Guide) && covers(ReflectionAuthor::Participant)
}

/// The event as the log stores it: every personal value sealed.
fn sealed(event: &Event) -> Event {
    let mut value = serde_json::to_value(event).unwrap();
    seal_personal(&mut value, "c2VhbGVk");
    serde_json::from_value(value).unwrap()
}

fn names(events: &[Event]) -> Vec<&'static str> {
    events.iter().map(crate::kernel::EventPayload::event_type).collect()
}
