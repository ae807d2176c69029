//! Guides, appointments, the call, the tour and the talk.

use chrono::NaiveDate;

use super::scenario::Asking;
use super::{given, scenarios, when};
use crate::kernel::{AppointmentId, Role};
use crate::trajectory::TrajectoryRejection as No;
use crate::trajectory::command::{Text, TrajectoryCommand as Command, TrajectoryCommandKind as Kind};
use crate::trajectory::event::TrajectoryEvent;
use crate::trajectory::samples::*;
use crate::trajectory::vocabulary::{AppointmentKind, TrajectoryStatus::*};

fn untrained(command: &mut Command) {
    if let Command::AssignGuide { competence_attested, .. } | Command::ReplaceGuide { competence_attested, .. } =
        command
    {
        *competence_attested = false;
    }
}

fn held(on: NaiveDate) -> impl FnOnce(&mut Command) {
    move |command| match command {
        Command::HoldPreparatoryCall { held_on, .. }
        | Command::HoldTour { held_on, .. }
        | Command::InterruptTour { held_on, .. }
        | Command::HoldInDepthTalk { held_on, .. } => *held_on = on,
        other => panic!("{other:?} is not held"),
    }
}

fn lasting(duration: u32) -> impl FnOnce(&mut Command) {
    move |command| match command {
        Command::HoldTour { minutes, .. } | Command::InterruptTour { minutes, .. } => *minutes = duration,
        other => panic!("{other:?} has no duration"),
    }
}

fn talk_a_day_later() -> Asking {
    when(Kind::HoldInDepthTalk).on(3, 21).but(held(day(3, 21)))
}

fn because(why: &'static str) -> impl FnOnce(&mut Command) {
    move |command| {
        if let Command::HoldInDepthTalk { reason_not_same_day, .. } = command {
            *reason_not_same_day = Some(Text::from(why));
        }
    }
}

fn plan(what: AppointmentKind) -> impl FnOnce(&mut Command) {
    move |command| {
        if let Command::PlanAppointment { kind, .. } = command {
            *kind = what;
        }
    }
}

fn talk(on: NaiveDate, why: Option<&str>) -> TrajectoryEvent {
    let TrajectoryEvent::InDepthTalkHeld { notes, themes, .. } = talk_held() else { unreachable!("a talk is a talk") };
    TrajectoryEvent::InDepthTalkHeld { occurred_on: on, notes, themes, reason_not_same_day: why.map(about) }
}

scenarios! {
    the_coordinator_assigns_a_guide: when(Kind::AssignGuide).then([guide_assigned()]);
    a_guide_without_the_attested_training_is_refused:
        when(Kind::AssignGuide).but(untrained).refused(No::CompetenceNotAttested);
    a_replacing_guide_needs_the_training_too:
        when(Kind::ReplaceGuide).but(untrained).refused(No::CompetenceNotAttested);
    a_guide_is_assigned_once: when(Kind::AssignGuide)
        .and([guide_assigned()])
        .refused(No::already_done(Kind::AssignGuide));
    a_guide_is_assigned_after_consent: given(Eligible)
        .when_sample(Kind::AssignGuide)
        .by(Role::MuseumCoordinator)
        .refused(No::MuseumBeforeConsent);
    another_guide_takes_over: when(Kind::ReplaceGuide).then([guide_replaced()]);
    a_guide_does_not_replace_himself: when(Kind::ReplaceGuide)
        .and([guide_replaced()])
        .refused(No::already_done(Kind::ReplaceGuide));
    without_a_guide_nobody_is_replaced: given(Consented)
        .when_sample(Kind::ReplaceGuide)
        .by(Role::MuseumCoordinator)
        .refused(No::NoGuideYet);

    a_guide_plans_an_appointment: when(Kind::PlanAppointment).then([call_planned()]);
    a_planned_moment_lies_in_the_future: when(Kind::PlanAppointment).on(3, 16).refused(No::MomentPassed);
    a_planned_moment_is_not_this_very_moment: when(Kind::PlanAppointment)
        .but(|command| if let Command::PlanAppointment { starts_at, .. } = command {
            *starts_at = day(3, 12).and_hms_opt(12, 0, 0).unwrap().and_utc();
        })
        .refused(No::MomentPassed);
    an_appointment_is_planned_once: when(Kind::PlanAppointment)
        .and([call_planned()])
        .refused(No::already_done(Kind::PlanAppointment));
    after_the_tour_no_other_tour_is_planned: given(Toured)
        .when_sample(Kind::PlanAppointment)
        .but(plan(AppointmentKind::Tour))
        .but(|command| if let Command::PlanAppointment { appointment, .. } = command {
            *appointment = AppointmentId(uuid::Uuid::from_u128(2));
        })
        .by(Role::Guide)
        .refused(No::StepIsBehind { kind: AppointmentKind::Tour });
    an_appointment_is_moved: when(Kind::MoveAppointment).then([call_moved()]);
    an_appointment_is_not_moved_to_where_it_is: when(Kind::MoveAppointment)
        .and([call_moved()])
        .refused(No::already_done(Kind::MoveAppointment));
    an_appointment_is_not_moved_to_the_past: when(Kind::MoveAppointment).on(3, 17).refused(No::MomentPassed);
    an_appointment_is_cancelled: when(Kind::CancelAppointment).then([call_cancelled()]);
    a_cancelled_appointment_is_not_moved: when(Kind::MoveAppointment)
        .and([call_cancelled(), TrajectoryEvent::AppointmentPlanned {
            occurred_on: day(3, 13),
            appointment: AppointmentId(uuid::Uuid::from_u128(2)),
            kind: AppointmentKind::Tour,
            channel: crate::trajectory::vocabulary::Channel::OnSite,
            starts_at: morning(3, 20),
            interpreter: None,
            companions: None,
        }])
        .refused(No::AppointmentNotPlanned);
    a_held_appointment_leaves_nothing_to_cancel:
        when(Kind::CancelAppointment).and([call_held()]).on(3, 16).refused(No::NothingPlanned);
    an_unknown_appointment_is_not_found: when(Kind::CancelAppointment)
        .but(|command| if let Command::CancelAppointment { appointment, .. } = command {
            *appointment = AppointmentId(uuid::Uuid::from_u128(9));
        })
        .refused(No::AppointmentNotFound);
    an_appointment_is_missed_after_its_moment: when(Kind::MissAppointment).then([call_missed()]);
    an_appointment_is_not_missed_before_its_moment:
        when(Kind::MissAppointment).on(3, 15).refused(No::AppointmentStillToCome);

    the_call_prepares: when(Kind::HoldPreparatoryCall).then([call_held()]);
    the_call_needs_consent: given(Eligible)
        .and([guide_assigned()])
        .when_sample(Kind::HoldPreparatoryCall)
        .by(Role::MuseumCoordinator)
        .refused(No::MuseumBeforeConsent);
    the_call_may_repeat_on_another_day: given(Prepared)
        .when_sample(Kind::HoldPreparatoryCall)
        .but(held(day(3, 17)))
        .by(Role::MuseumCoordinator)
        .on(3, 17)
        .then([TrajectoryEvent::PreparatoryCallHeld {
            occurred_on: day(3, 17), notes: Some(about("Wil weten wat er met het verslag gebeurt."))
        }]);
    the_call_of_one_day_is_recorded_once: given(Prepared)
        .when_sample(Kind::HoldPreparatoryCall)
        .by(Role::Guide)
        .refused(No::already_done(Kind::HoldPreparatoryCall));
    the_call_does_not_precede_consent: when(Kind::HoldPreparatoryCall)
        .but(held(day(3, 9)))
        .refused(No::DayBeforeStep { path: "heldOn", earliest: day(3, 10) });
    blank_notes_are_no_notes: when(Kind::HoldPreparatoryCall)
        .but(|command| if let Command::HoldPreparatoryCall { notes, .. } = command { *notes = Some(Text::from(" ")) })
        .then([TrajectoryEvent::PreparatoryCallHeld { occurred_on: day(3, 16), notes: None }]);

    the_tour_is_held: when(Kind::HoldTour).then([tour_held()]);
    the_tour_needs_the_call: given(Consented)
        .and([guide_assigned()])
        .when_sample(Kind::HoldTour)
        .by(Role::Guide)
        .refused(No::wrong_state(Kind::HoldTour, Consented));
    the_tour_needs_the_assigned_guide: when(Kind::HoldTour).named(other_guide()).refused(No::NotTheAssignedGuide);
    the_tour_is_not_held_tomorrow: when(Kind::HoldTour)
        .but(held(day(3, 21)))
        .refused(No::DayInFuture { path: "heldOn", today: day(3, 20) });
    the_tour_does_not_precede_the_call: when(Kind::HoldTour)
        .but(held(day(3, 15)))
        .refused(No::DayBeforeStep { path: "heldOn", earliest: day(3, 16) });
    a_tour_of_no_minutes_is_none: when(Kind::HoldTour).but(lasting(0)).refused(No::MinutesOutOfRange);
    a_tour_of_more_than_a_day_is_none: when(Kind::InterruptTour).but(lasting(1441)).refused(No::MinutesOutOfRange);
    an_interrupted_tour_is_recorded: when(Kind::InterruptTour).then([tour_interrupted()]);
    an_interrupted_tour_keeps_the_dossier_prepared: given(Prepared)
        .and([tour_interrupted()])
        .when_sample(Kind::HoldTour)
        .by(Role::Guide)
        .on(3, 20)
        .then([tour_held()]);
    the_same_interruption_is_recorded_once: when(Kind::InterruptTour)
        .and([tour_interrupted()])
        .refused(No::already_done(Kind::InterruptTour));
    the_tour_does_not_precede_its_interruption: when(Kind::HoldTour)
        .and([tour_interrupted()])
        .but(held(day(3, 17)))
        .refused(No::DayBeforeStep { path: "heldOn", earliest: day(3, 18) });

    the_talk_is_held_on_the_day_of_the_tour: when(Kind::HoldInDepthTalk).then([talk_held()]);
    the_talk_on_another_day_needs_a_reason: talk_a_day_later().refused(No::NotTheSameDay { toured_on: day(3, 20) });
    the_talk_on_another_day_is_held_with_a_reason:
        talk_a_day_later().but(because("Te moe.")).then([talk(day(3, 21), Some("Te moe."))]);
    on_the_same_day_no_reason_is_kept: when(Kind::HoldInDepthTalk).but(because("Te moe.")).then([talk_held()]);
    the_talk_needs_the_tour: given(Prepared)
        .when_sample(Kind::HoldInDepthTalk)
        .by(Role::Guide)
        .refused(No::wrong_state(Kind::HoldInDepthTalk, Prepared));
    the_talk_does_not_precede_the_tour: when(Kind::HoldInDepthTalk)
        .but(held(day(3, 19)))
        .refused(No::DayBeforeStep { path: "heldOn", earliest: day(3, 20) });
}
