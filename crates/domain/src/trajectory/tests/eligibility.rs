//! Answering the criteria, and deciding.

use super::{given, given_nothing, scenarios, when};
use crate::kernel::Role;
use crate::trajectory::TrajectoryRejection as No;
use crate::trajectory::command::{AnswerGiven, Text, TrajectoryCommand as Command, TrajectoryCommandKind as Kind};
use crate::trajectory::criteria::CriteriaVersion;
use crate::trajectory::event::{Assessment, TrajectoryEvent};
use crate::trajectory::samples::*;
use crate::trajectory::vocabulary::{CriterionAnswer, EligibilityOutcome, TrajectoryStatus::*};

fn answers(change: impl FnOnce(&mut Vec<AnswerGiven>)) -> impl FnOnce(&mut Command) {
    |command| match command {
        Command::AssessEligibility { answers, .. } | Command::PrepareEligibility { answers, .. } => change(answers),
        other => panic!("{other:?} answers nothing"),
    }
}

fn decided(outcome: EligibilityOutcome, why: Option<&str>) -> impl FnOnce(&mut Command) {
    move |command| {
        if let Command::AssessEligibility { decided, reason, .. } = command {
            (*decided, *reason) = (outcome, why.map(Text::from));
        }
    }
}

/// The second decision: the other way.
fn again() -> super::scenario::Asking {
    when(Kind::AssessEligibility)
        .but(decided(EligibilityOutcome::Ineligible, Some("De betrokkene verblijft in het buitenland.")))
        .on(3, 6)
}

fn risk_unknown() -> TrajectoryEvent {
    let mut answers = crate::trajectory::samples::answers();
    answers[3].answer = CriterionAnswer::Unknown;
    let computed = EligibilityOutcome::Ineligible;
    let assessment =
        Assessment { criteria_version: "kd-leaflet".into(), answers, computed, decided: computed, reason: None };
    TrajectoryEvent::EligibilityAssessed { occurred_on: day(3, 5), assessment }
}

scenarios! {
    a_jurist_prepares_the_answers: when(Kind::PrepareEligibility).then([prepared_answers()]);
    the_same_answers_are_prepared_once: when(Kind::PrepareEligibility)
        .and([prepared_answers()])
        .refused(No::already_done(Kind::PrepareEligibility));
    a_prosecutor_decides: when(Kind::AssessEligibility).then([assessed()]);
    a_prosecutor_decides_on_prepared_answers: when(Kind::AssessEligibility).and([prepared_answers()]).then([assessed()]);
    the_same_decision_is_taken_once: when(Kind::AssessEligibility)
        .and([assessed()])
        .refused(No::already_done(Kind::AssessEligibility));
    a_prosecutor_decides_again: again().and([assessed()]).then([reassessed()]);
    an_ineligible_dossier_can_be_decided_again: given(Ineligible).when_sample(Kind::AssessEligibility).on(3, 6).then([
        TrajectoryEvent::EligibilityReassessed { occurred_on: day(3, 6), assessment: assessment(EligibilityOutcome::Eligible) }
    ]);
    after_the_wrong_person_the_right_one_is_assessed_for_the_first_time: when(Kind::AssessEligibility)
        .and([assessed(), participant_replaced()])
        .but(answers(|answers| answers[0].note = None))
        .on(3, 9)
        .then([TrajectoryEvent::EligibilityAssessed { occurred_on: day(3, 9), assessment: Assessment {
            answers: {
                let mut answers = crate::trajectory::samples::answers();
                answers[0].note = None;
                answers
            },
            ..assessment(EligibilityOutcome::Eligible)
        } }]);
    after_consent_eligibility_is_settled: given(Consented)
        .when_sample(Kind::AssessEligibility)
        .refused(No::already_done(Kind::AssessEligibility));
    a_draft_is_not_assessed_yet: given(Drafted).when_sample(Kind::AssessEligibility).refused(
        No::wrong_state(Kind::AssessEligibility, Drafted)
    );
    nothing_is_decided_about_no_dossier:
        given_nothing().when_sample(Kind::AssessEligibility).refused(No::NoSuchDossier);
    a_decision_against_the_computation_needs_a_reason: when(Kind::AssessEligibility)
        .but(decided(EligibilityOutcome::Ineligible, Some(" ")))
        .refused(No::DecisionUnexplained { computed: EligibilityOutcome::Eligible });
    a_decision_against_the_computation_stands_with_its_reason: when(Kind::AssessEligibility)
        .but(decided(EligibilityOutcome::Ineligible, Some("De betrokkene verblijft in het buitenland.")))
        .then([found_ineligible()]);
    unknown_never_computes_to_eligible: when(Kind::AssessEligibility)
        .but(answers(|answers| answers[3].answer = CriterionAnswer::Unknown))
        .refused(No::DecisionUnexplained { computed: EligibilityOutcome::Ineligible });
    unknown_computes_to_ineligible: when(Kind::AssessEligibility)
        .but(answers(|answers| answers[3].answer = CriterionAnswer::Unknown))
        .but(decided(EligibilityOutcome::Ineligible, None))
        .then([risk_unknown()]);
    every_criterion_is_answered: when(Kind::AssessEligibility)
        .but(answers(|answers| { answers.pop(); }))
        .refused(No::CriterionUnanswered { criterion: "recidivism".into() });
    no_criterion_is_answered_twice: when(Kind::PrepareEligibility)
        .but(answers(|answers| answers.push(answers[0].clone())))
        .refused(No::CriterionAnsweredTwice { criterion: "offence-in-family".into() });
    unknown_criteria_are_refused: when(Kind::AssessEligibility)
        .but(answers(|answers| answers[0].criterion = "shoe-size".into()))
        .refused(No::CriterionUnknown { criterion: "shoe-size".into() });
    criteria_of_another_parket_are_refused: when(Kind::AssessEligibility)
        .but(|command| if let Command::AssessEligibility { criteria, .. } = command {
            criteria.parket = Some(other_parket());
        })
        .refused(No::CriteriaOfAnotherParket);
    another_parket_does_not_decide: when(Kind::AssessEligibility)
        .of(other_parket())
        .refused(No::NotYourOrganisation { organisation: other_parket() });
}

#[test]
fn recidivism_is_asked_and_never_counts() {
    let criteria = CriteriaVersion::kd_leaflet();
    for recidivism in [CriterionAnswer::Met, CriterionAnswer::NotMet, CriterionAnswer::Unknown] {
        let mut given = answers_given();
        given.last_mut().unwrap().answer = recidivism;
        let computed = criteria.compute(given.iter().map(|each| (each.criterion.as_str(), each.answer)));
        assert_eq!(computed, EligibilityOutcome::Eligible);
    }
}

#[test]
fn every_other_criterion_of_the_leaflet_counts() {
    let criteria = CriteriaVersion::kd_leaflet();
    for position in 0..criteria.criteria.len() - 1 {
        let mut given = answers_given();
        given[position].answer = match given[position].answer {
            CriterionAnswer::Met => CriterionAnswer::NotMet,
            CriterionAnswer::NotMet | CriterionAnswer::Unknown => CriterionAnswer::Met,
        };
        let computed = criteria.compute(given.iter().map(|each| (each.criterion.as_str(), each.answer)));
        assert_eq!(computed, EligibilityOutcome::Ineligible, "{}", criteria.criteria[position].code);
    }
}

#[test]
fn a_jurist_prepares_but_does_not_decide() {
    let sample = sample(Kind::AssessEligibility);
    let state = super::state::folded(&sample.given);
    let refusal = state.permitted(Kind::AssessEligibility, &sample.context_as(Role::ProsecutionJurist)).unwrap_err();
    assert_eq!(refusal.name(), "NotYourRole");
}
