//! Why it came out so: which events are explained, by what, and that a refusal names its rule.

use super::state::folded;
use crate::kernel::{EventPayload, Label, Language, Refusal, RefusalCode};
use crate::trajectory::command::Minors;
use crate::trajectory::criteria::{CriteriaBook, CriteriaVersion};
use crate::trajectory::event::TrajectoryEvent as Event;
use crate::trajectory::explain::{ExplainedOutcome, Explanation, explain};
use crate::trajectory::rejection::TrajectoryRejection;
use crate::trajectory::samples::*;
use crate::trajectory::vocabulary::{CriterionAnswer, EligibilityOutcome, TrajectoryStatus};

fn explained(event: &Event) -> Option<Explanation> {
    explain(event, &folded(&history(TrajectoryStatus::Requested)), Some(&request()), &CriteriaBook::default())
}

#[test]
fn every_decision_on_eligibility_and_every_refusal_by_a_participant_is_explained_and_nothing_else() {
    let explained = one_of_each().into_iter().filter(|event| explained(event).is_some());
    let types = explained.map(|event| event.event_type()).collect::<Vec<_>>();
    assert_eq!(types, ["EligibilityAssessed", "EligibilityReassessed", "ParticipationConsentRefused"]);
}

#[test]
fn a_decision_is_explained_by_the_criteria_it_was_taken_by() {
    let explained = explained(&found_ineligible()).unwrap();
    assert_eq!((explained.outcome, explained.version.as_str()), (ExplainedOutcome::Ineligible, "kd-leaflet"));
    assert_eq!(explained.computed, Some(EligibilityOutcome::Eligible), "the decision was another one");
    let version = CriteriaVersion::kd_leaflet();
    assert_eq!(explained.criteria.len(), version.criteria.len());
    for (told, criterion) in explained.criteria.iter().zip(&version.criteria) {
        assert_eq!(
            (&told.code, &told.label_nl, told.rule),
            (&criterion.code, &criterion.label_nl, Some(criterion.rule))
        );
        assert_eq!(told.favourable, criterion.rule.favourable(told.answer));
    }
    let fact = |name| explained.facts.iter().find(|fact| fact.name == name).map(|fact| fact.value.as_str());
    assert_eq!((fact("status"), fact("agreementStanding")), (Some("Requested"), Some("InForce")));
    assert_eq!(fact("offence"), Some("Antiracism: Wet van 30 juli 1981, art. 20"));
}

#[test]
fn one_unfavourable_answer_is_what_makes_the_computation_ineligible() {
    let version = CriteriaVersion::kd_leaflet();
    let favourable = answers();
    for turned in &version.criteria {
        let answer = |code: &str, given| if code == turned.code { CriterionAnswer::Unknown } else { given };
        let given = favourable.iter().map(|own| (own.criterion.as_str(), answer(&own.criterion, own.answer)));
        let eligible = version.compute(given.collect::<Vec<_>>()) == EligibilityOutcome::Eligible;
        assert_eq!(eligible, turned.rule.favourable(CriterionAnswer::Unknown).is_none(), "{}", turned.code);
    }
}

#[test]
fn a_decision_by_criteria_that_are_no_longer_kept_still_says_what_was_answered() {
    let book = CriteriaBook { versions: Vec::new() };
    let explained = explain(&assessed(), &folded(&[]), None, &book).unwrap();
    assert!(explained.criteria.iter().all(|told| told.rule.is_none() && told.label_en == told.code));
}

#[test]
fn nothing_in_an_explanation_is_about_a_person() {
    let told = format!("{:?}", [found_ineligible(), reassessed(), refused()].iter().map(explained).collect::<Vec<_>>());
    for text in ["Voorbeeldsen", "haatboodschap", "ME.56", "proces-verbaal", "buitenland"] {
        assert!(!told.contains(text), "{told}");
    }
}

#[test]
fn a_refusal_names_its_rule_its_source_and_what_decided() {
    let refusal = TrajectoryRejection::ConsentByAnother { expected: consent_giver() };
    assert_eq!((refusal.rule(), refusal.code().source().code()), ("ConsentByAnother", "Consent"));
    let (english, dutch) = (refusal.facts(Language::En), refusal.facts(Language::Nl));
    assert_eq!((english.len(), english[0].0, dutch[0].0), (1, "expected", "expected"));
    assert_ne!(english[0].1, dutch[0].1);
    for code in RefusalCode::ALL {
        assert!(!code.source().label(Language::Nl).is_empty());
    }
}

#[test]
fn a_refusal_by_the_criteria_names_their_version() {
    let refusal = TrajectoryRejection::ParticipantTooYoung { criteria: "kd-leaflet".into() };
    assert_eq!(refusal.facts(Language::En), [("criteria", "kd-leaflet".to_owned())]);
    assert!(refusal.message_nl().contains("kd-leaflet"));
}

#[test]
fn which_version_says_so_is_no_part_of_what_was_asked() {
    let asked = |criteria: &str| {
        let minors = Minors { allowed: false, criteria: Some(criteria.to_owned()) };
        serde_json::to_value(minors).unwrap()
    };
    assert_eq!((asked("a"), asked("b")), (serde_json::Value::Bool(false), serde_json::Value::Bool(false)));
}

fn consent_giver() -> crate::trajectory::vocabulary::ConsentGiver {
    request().consent_by
}
