//! Corrections, annulments, the wrong person, links, colleagues, restriction and hold.

use chrono::NaiveDate;

use super::scenario::Asking;
use super::{given, scenarios, when};
use crate::kernel::{ActorId, Confidential, LegalField, OrganisationId, Personal, Role, derived_id};
use crate::trajectory::TrajectoryRejection as No;
use crate::trajectory::command::{
    AgeKnown, CorrectionGiven, Minors, Text, TrajectoryCommand as Command, TrajectoryCommandKind as Kind,
};
use crate::trajectory::event::{CorrectedValue, TrajectoryEvent, TrajectoryEventKind as Event};
use crate::trajectory::samples::*;
use crate::trajectory::vocabulary::{
    ConsentGiver, CorrectableField as Field, RestrictionGround, TrajectoryStatus, TrajectoryStatus::*,
};

fn correct(role: Role, sequence: u64, field: Field, value: CorrectionGiven) -> Asking {
    corrected_at(Reflected, sequence, field, value, None).by(role)
}

fn corrected_at(
    status: TrajectoryStatus,
    sequence: u64,
    field: Field,
    value: CorrectionGiven,
    age: Option<AgeKnown>,
) -> Asking {
    let reason = Text::from("Verkeerd overgenomen.");
    let (reason_not_same_day, standing) = (None, None);
    given(status).when(Command::CorrectFact { sequence, field, value, reason, reason_not_same_day, standing, age })
}

/// With this value where the correction goes, as it was opened.
fn where_stands(value: CorrectedValue) -> impl FnOnce(&mut Command) {
    move |command| {
        if let Command::CorrectFact { standing, .. } = command {
            *standing = Some(value);
        }
    }
}

/// The day of a step of the sample history is corrected, and said why the talk was not on the day of the tour.
fn held_on(sequence: u64, on: NaiveDate, why: Option<&str>) -> Asking {
    let value = CorrectionGiven::StepDay(on);
    let why = why.map(Text::from);
    corrected_at(Reflected, sequence, Field::HeldOn, value, None).by(Role::Guide).but(|command| {
        if let Command::CorrectFact { reason_not_same_day, .. } = command {
            *reason_not_same_day = why;
        }
    })
}

fn held_on_corrected(sequence: u64, on: NaiveDate, why: Option<&str>) -> TrajectoryEvent {
    let mut corrected = correction(sequence, Field::HeldOn, CorrectedValue::StepDay(on));
    if let TrajectoryEvent::FactCorrected { reason_not_same_day, .. } = &mut corrected {
        *reason_not_same_day = why.map(about);
    }
    corrected
}

/// The same, made earlier by another command.
fn held_on_corrected_before(sequence: u64, on: NaiveDate, why: Option<&str>) -> TrajectoryEvent {
    let mut corrected = held_on_corrected(sequence, on, why);
    if let TrajectoryEvent::FactCorrected { correction, .. } = &mut corrected {
        *correction = uuid::Uuid::from_u128(7);
    }
    corrected
}

/// The prosecutor corrects the birth date of who was there when the facts happened, on 20 January 2026.
fn born(status: TrajectoryStatus, on: NaiveDate, minors_allowed: bool) -> Asking {
    let minors_allowed = Minors { allowed: minors_allowed, criteria: Some("kd-leaflet".into()) };
    let age = AgeKnown { other_day: Confidential(day(1, 20)), minors_allowed };
    corrected_at(status, 2, Field::ParticipantBirthOn, CorrectionGiven::Day(Confidential(on)), Some(age))
}

fn birth_corrected(on: NaiveDate, by: Option<ConsentGiver>) -> TrajectoryEvent {
    let value = CorrectedValue::Day(Personal::clear(subject(), on));
    let mut corrected = correction(2, Field::ParticipantBirthOn, value);
    if let TrajectoryEvent::FactCorrected { consent_by, .. } = &mut corrected {
        *consent_by = by;
    }
    corrected
}

fn on(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn talk_of(on: NaiveDate, why: Option<&str>) -> TrajectoryEvent {
    let mut talk = talk_held();
    if let TrajectoryEvent::InDepthTalkHeld { occurred_on, reason_not_same_day, .. } = &mut talk {
        (*occurred_on, *reason_not_same_day) = (on, why.map(about));
    }
    talk
}

fn text() -> CorrectionGiven {
    CorrectionGiven::Text(Text::from("Anders"))
}

fn step_day(month: u32, on: u32) -> CorrectionGiven {
    CorrectionGiven::StepDay(day(month, on))
}

fn correction(sequence: u64, field: Field, value: CorrectedValue) -> TrajectoryEvent {
    TrajectoryEvent::FactCorrected {
        occurred_on: day(5, 4),
        correction: derived_id(COMMAND_ID, "correction"),
        sequence,
        field,
        value,
        reason: about("Verkeerd overgenomen."),
        consent_by: None,
        reason_not_same_day: None,
    }
}

/// The command that corrects the day of the tour, without a word on why the talk was on another.
fn tour_moved_to(month: u32, on: u32) -> Command {
    let (value, reason) = (step_day(month, on), Text::from("Verkeerd overgenomen."));
    let (reason_not_same_day, standing, age) = (None, None, None);
    Command::CorrectFact { sequence: 9, field: Field::HeldOn, value, reason, reason_not_same_day, standing, age }
}

fn annul(sequence: u64) -> impl FnOnce(&mut Command) {
    move |command| {
        if let Command::AnnulStep { sequence: chosen, .. } = command {
            *chosen = sequence;
        }
    }
}

fn not_correctable(sequence: u64, field: Field, event: Event) -> super::Scenario {
    correct(Role::MuseumCoordinator, sequence, field, text()).refused(No::FieldNotCorrectable { field, event })
}

scenarios! {
    a_report_is_corrected_by_the_side_that_filed_it: when(Kind::CorrectFact).then([corrected()]);
    a_correction_is_possible_in_a_restricted_dossier: when(Kind::CorrectFact).and([restricted()]).then([corrected()]);
    the_same_correction_is_made_once: when(Kind::CorrectFact)
        .and([corrected()])
        .refused(No::already_done(Kind::CorrectFact));
    a_name_is_corrected_by_the_parket: correct(Role::ProsecutionJurist, 2, Field::ParticipantName, text())
        .then([correction(2, Field::ParticipantName, CorrectedValue::Text(about("Anders")))]);
    a_text_that_stands_already_is_not_corrected: correct(
        Role::ProsecutionJurist, 2, Field::ParticipantName, CorrectionGiven::Text(Text::from(" Anders\n")),
    )
    .but(where_stands(CorrectedValue::Text(about("Anders"))))
    .refused(No::already_done(Kind::CorrectFact));
    a_text_in_other_letters_is_another: correct(Role::ProsecutionJurist, 2, Field::ParticipantName, text())
        .but(where_stands(CorrectedValue::Text(about("anders"))))
        .then([correction(2, Field::ParticipantName, CorrectedValue::Text(about("Anders")))]);
    a_birth_date_that_stands_already_is_not_corrected: born(Reflected, on(1989, 6, 15), false)
        .but(where_stands(CorrectedValue::Day(Personal::clear(subject(), on(1989, 6, 15)))))
        .refused(No::already_done(Kind::CorrectFact));
    a_name_is_not_corrected_by_the_museum:
        correct(Role::MuseumCoordinator, 2, Field::ParticipantName, text()).refused(No::RecordedByAnother);
    the_advice_is_not_corrected_by_a_guide: corrected_at(Advised, 13, Field::Motivation, text(), None)
        .by(Role::Guide)
        .refused(No::RecordedByAnother);
    the_motivation_is_corrected_by_the_coordinator: corrected_at(Advised, 13, Field::Motivation, text(), None)
        .by(Role::MuseumCoordinator)
        .then([correction(13, Field::Motivation, CorrectedValue::Text(about("Anders")))]);
    a_birth_date_is_corrected:
        born(Reflected, on(1989, 6, 15), false).then([birth_corrected(on(1989, 6, 15), None)]);
    a_birth_date_does_not_become_a_future_one:
        born(Reflected, day(5, 5), false).refused(No::DayInFuture { path: "value", today: day(5, 4) });
    nobody_is_born_after_the_facts_by_a_correction:
        born(Reflected, day(1, 21), true).refused(No::BornAfterOffence);
    a_corrected_birth_date_makes_nobody_a_minor: born(Requested, on(2008, 1, 21), false).refused(No::ParticipantTooYoung { criteria: "kd-leaflet".into() });
    who_turned_eighteen_on_the_day_of_the_facts_is_of_age:
        born(Requested, on(2008, 1, 20), false).then([birth_corrected(on(2008, 1, 20), None)]);
    where_minors_are_allowed_the_guardians_consent_by_a_corrected_birth_date:
        born(Eligible, on(2010, 2, 3), true).then([birth_corrected(on(2010, 2, 3), Some(ConsentGiver::Guardians))]);
    the_consent_of_the_participant_is_not_made_that_of_guardians: born(Consented, on(2010, 2, 3), true)
        .refused(No::ConsentNoLongerFits { expected: ConsentGiver::Guardians });
    after_a_withdrawn_consent_the_guardians_are_asked_next: born(Withdrawn, on(2010, 2, 3), true)
        .then([birth_corrected(on(2010, 2, 3), Some(ConsentGiver::Guardians))]);
    a_corrected_offence_date_is_checked_against_the_birth_date: corrected_at(
        Requested, 2, Field::OffenceOn, CorrectionGiven::Day(Confidential(on(2006, 1, 1))),
        Some(AgeKnown { other_day: Confidential(on(1990, 6, 15)), minors_allowed: Minors { allowed: false, criteria: Some("kd-leaflet".into()) } }),
    ).refused(No::ParticipantTooYoung { criteria: "kd-leaflet".into() });
    without_the_other_day_no_age_is_checked:
        correct(Role::Prosecutor, 2, Field::OffenceOn, CorrectionGiven::Day(Confidential(day(1, 1))))
            .refused(No::AgeUnknown);
    after_the_correction_the_participant_does_not_consent: given(Eligible)
        .and([birth_corrected(on(2010, 2, 3), Some(ConsentGiver::Guardians))])
        .when_sample(Kind::GiveConsent)
        .refused(No::ConsentByAnother { expected: ConsentGiver::Guardians });
    a_day_is_not_corrected_with_words: correct(Role::Guide, 9, Field::HeldOn, text())
        .refused(No::value_does_not_fit(Field::HeldOn));
    words_are_not_corrected_with_a_day: correct(Role::Guide, 11, Field::ReportText, step_day(3, 20))
        .refused(No::value_does_not_fit(Field::ReportText));
    the_day_of_a_step_is_corrected_between_its_neighbours: correct(Role::Guide, 8, Field::HeldOn, step_day(3, 15))
        .then([correction(8, Field::HeldOn, CorrectedValue::StepDay(day(3, 15)))]);
    a_day_that_stands_already_is_not_corrected: held_on(9, day(3, 20), None)
        .refused(No::already_done(Kind::CorrectFact));
    a_corrected_tour_is_not_parted_from_its_talk_without_a_reason: held_on(9, day(3, 18), None)
        .refused(No::NoLongerTheSameDay { toured_on: day(3, 18), talked_on: day(3, 20) });
    a_corrected_talk_is_not_parted_from_its_tour_without_a_reason: held_on(10, day(3, 21), Some("  "))
        .refused(No::NoLongerTheSameDay { toured_on: day(3, 20), talked_on: day(3, 21) });
    a_corrected_tour_is_parted_from_its_talk_with_a_reason: held_on(9, day(3, 18), Some("De gids was ziek."))
        .then([held_on_corrected(9, day(3, 18), Some("De gids was ziek."))]);
    once_it_is_said_why_not_on_one_day_it_is_not_asked_again: held_on(9, day(3, 17), None)
        .and([held_on_corrected_before(9, day(3, 18), Some("De gids was ziek."))])
        .then([held_on_corrected(9, day(3, 17), None)]);
    a_talk_that_was_recorded_with_a_reason_needs_no_other: given(Toured)
        .and([talk_of(day(3, 21), Some("De gids was ziek."))])
        .when(tour_moved_to(3, 19))
        .by(Role::Guide)
        .then([held_on_corrected(9, day(3, 19), None)]);
    days_that_became_one_again_are_not_parted_by_the_reason_of_before: held_on(9, day(3, 17), None)
        .and([
            held_on_corrected_before(9, day(3, 18), Some("De gids was ziek.")),
            held_on_corrected_before(9, day(3, 20), None),
        ])
        .refused(No::NoLongerTheSameDay { toured_on: day(3, 17), talked_on: day(3, 20) });
    a_talk_recorded_with_a_reason_needs_another_once_it_was_on_the_day_of_the_tour: given(Toured)
        .and([
            talk_of(day(3, 21), Some("De gids was ziek.")),
            held_on_corrected_before(10, day(3, 20), None),
        ])
        .when(tour_moved_to(3, 19))
        .by(Role::Guide)
        .refused(No::NoLongerTheSameDay { toured_on: day(3, 19), talked_on: day(3, 20) });
    a_talk_that_follows_its_tour_to_another_day_needs_no_reason: held_on(10, day(3, 18), Some("Overbodig."))
        .and([held_on_corrected_before(9, day(3, 18), Some("Het gesprek volgt."))])
        .then([held_on_corrected(10, day(3, 18), None)]);
    a_corrected_day_does_not_precede_the_step_before: correct(Role::Guide, 9, Field::HeldOn, step_day(3, 15))
        .refused(No::DayBeforeStep { path: "value", earliest: day(3, 16) });
    a_corrected_day_does_not_follow_the_step_after: correct(Role::Guide, 9, Field::HeldOn, step_day(3, 21))
        .refused(No::DayAfterStep { path: "value", latest: day(3, 20) });
    a_corrected_day_is_a_neighbour_for_the_next: correct(Role::Guide, 8, Field::HeldOn, step_day(3, 19))
        .and([TrajectoryEvent::FactCorrected {
            occurred_on: day(5, 3),
            correction: uuid::Uuid::from_u128(7),
            sequence: 9,
            field: Field::HeldOn,
            value: CorrectedValue::StepDay(day(3, 18)),
            reason: about("Verkeerd overgenomen."),
            consent_by: None,
            reason_not_same_day: None,
        }])
        .refused(No::DayAfterStep { path: "value", latest: day(3, 18) });
    a_consent_is_not_corrected: not_correctable(4, Field::HeldOn, Event::ParticipationConsentGiven);
    a_waiver_has_no_motivation_to_correct: not_correctable(12, Field::Motivation, Event::ReflectionReportWaived);
    a_tour_has_no_notes_to_correct: not_correctable(9, Field::Notes, Event::IndividualTourHeld);
    a_draft_is_settled_by_the_request: not_correctable(1, Field::ParticipantName, Event::RequestDrafted);
    what_never_happened_is_not_corrected: correct(Role::Guide, 99, Field::HeldOn, step_day(3, 18))
        .refused(No::EventNotFound { sequence: 99 });
    what_was_annulled_is_not_corrected: corrected_at(Deepened, 10, Field::Notes, text(), None)
        .and([annulled()])
        .by(Role::Guide)
        .refused(No::EventNotFound { sequence: 10 });

    the_latest_step_is_annulled: when(Kind::AnnulStep).then([annulled()]);
    an_earlier_step_is_not_annulled:
        when(Kind::AnnulStep).but(annul(9)).refused(No::NotTheLatestStep { latest: 10 });
    a_step_is_annulled_once: when(Kind::AnnulStep).and([annulled()]).refused(No::NotTheLatestStep { latest: 9 });
    the_other_side_does_not_annul: when(Kind::AnnulStep).by(Role::Prosecutor).refused(No::RecordedByAnother);
    a_jurist_does_not_annul_a_decision: given(Eligible)
        .when_sample(Kind::AnnulStep)
        .by(Role::ProsecutionJurist)
        .refused(No::RecordedByAnother);
    after_delivery_nothing_is_annulled: given(Delivered)
        .when_sample(Kind::AnnulStep)
        .by(Role::MuseumCoordinator)
        .refused(No::StepStays);
    a_request_is_taken_back_instead: given(Requested).when_sample(Kind::AnnulStep).refused(No::StepStays);

    the_right_person_replaces_the_wrong_one: when(Kind::ReplaceParticipant).then([participant_replaced()]);
    the_right_person_is_a_new_subject: when(Kind::ReplaceParticipant)
        .but(|command| if let Command::ReplaceParticipant { subject: chosen, .. } = command { *chosen = subject() })
        .refused(No::SubjectNotNew);
    a_person_is_replaced_once: when(Kind::ReplaceParticipant).and([participant_replaced()]).refused(No::SubjectNotNew);
    after_consent_nobody_is_replaced: given(Consented)
        .when_sample(Kind::ReplaceParticipant)
        .refused(No::TooLate { command: Kind::ReplaceParticipant, status: Consented });
    after_a_withdrawn_consent_nobody_is_replaced_either: given(Withdrawn)
        .and([reopened()])
        .when_sample(Kind::ReplaceParticipant)
        .refused(No::wrong_state(Kind::ReplaceParticipant, Eligible));
    what_was_written_about_the_wrong_person_stays: corrected_at(Eligible, 2, Field::Facts, text(), None)
        .and([participant_replaced()])
        .refused(No::FieldNotCorrectable { field: Field::Facts, event: Event::TrajectoryRequested });

    the_same_person_twice_is_linked: when(Kind::LinkSubjects).then([linked()]);
    a_person_is_linked_once:
        when(Kind::LinkSubjects).and([linked()]).refused(No::already_done(Kind::LinkSubjects));
    nobody_is_linked_to_himself: when(Kind::LinkSubjects)
        .but(|command| if let Command::LinkSubjects { other_subject, .. } = command { *other_subject = subject() })
        .refused(No::LinkToItself);
    a_link_is_undone: when(Kind::UnlinkSubjects).then([unlinked()]);
    a_wrong_link_is_undone_while_processing_is_restricted:
        when(Kind::UnlinkSubjects).and([restricted()]).then([unlinked()]);
    only_a_link_is_undone: when(Kind::UnlinkSubjects)
        .but(|command| if let Command::UnlinkSubjects { other_subject } = command { *other_subject = subject() })
        .refused(No::LinkNotFound);

    an_incident_is_reported: when(Kind::ReportIncident).then([incident()]);
    the_same_incident_is_reported_once: when(Kind::ReportIncident)
        .and([incident()])
        .refused(No::already_done(Kind::ReportIncident));
    an_incident_does_not_precede_consent: when(Kind::ReportIncident)
        .but(|command| if let Command::ReportIncident { happened_on, .. } = command { *happened_on = day(3, 9) })
        .refused(No::DayBeforeStep { path: "happenedOn", earliest: day(3, 10) });

    a_dossier_passes_to_a_colleague: when(Kind::ReassignTrajectory).then([reassigned()]);
    a_dossier_passes_once: when(Kind::ReassignTrajectory)
        .and([reassigned()])
        .refused(No::already_done(Kind::ReassignTrajectory));
    the_next_colleague_takes_over_from_the_first: when(Kind::ReassignTrajectory)
        .and([reassigned()])
        .but(|command| if let Command::ReassignTrajectory { to } = command { *to = ActorId("jurist-2".into()) })
        .then([TrajectoryEvent::TrajectoryReassigned {
            occurred_on: day(3, 6),
            organisation: parket(),
            from: Some(ActorId("prosecutor-2".into())),
            to: ActorId("jurist-2".into()),
        }]);

    processing_is_restricted: when(Kind::RestrictProcessing).then([restricted()]);
    a_ground_restricts_once: when(Kind::RestrictProcessing)
        .and([restricted()])
        .refused(No::already_done(Kind::RestrictProcessing));
    a_restriction_is_lifted: when(Kind::LiftRestriction).then([restriction_lifted()]);
    a_restriction_is_lifted_on_its_own_ground: when(Kind::LiftRestriction)
        .but(|command| if let Command::LiftRestriction { ground, .. } = command {
            *ground = RestrictionGround::ObjectionPending;
        })
        .refused(No::GroundNotFound { ground: RestrictionGround::ObjectionPending });
    without_a_restriction_nothing_is_lifted: given(Eligible)
        .when_sample(Kind::LiftRestriction)
        .by(Role::ComplianceOfficer)
        .refused(No::NothingToLift { command: Kind::LiftRestriction });
    a_legal_hold_is_placed: when(Kind::PlaceLegalHold).then([hold_placed()]);
    a_ground_holds_once: when(Kind::PlaceLegalHold)
        .and([hold_placed()])
        .refused(No::already_done(Kind::PlaceLegalHold));
    a_legal_hold_is_lifted: when(Kind::LiftLegalHold).then([hold_lifted()]);
    a_hold_is_possible_in_a_restricted_dossier:
        when(Kind::PlaceLegalHold).and([restricted()]).then([hold_placed()]);
    a_restriction_refers_to_the_law: when(Kind::RestrictProcessing)
        .but(|command| if let Command::RestrictProcessing { reference, .. } = command { reference.act.clear() })
        .refused(No::ReferenceInvalid { path: "act", takes: LegalField::Act });
    compliance_restricts_the_dossiers_of_its_own_controller: when(Kind::RestrictProcessing)
        .of(other_parket())
        .refused(No::NotYourOrganisation { organisation: other_parket() });
    compliance_of_the_museum_waits_for_consent: when(Kind::RestrictProcessing)
        .of(OrganisationId::kazerne_dossin())
        .refused(No::MuseumBeforeConsent);
}
