//! Why it came out as it did: the rule, its version, and what was known when it was applied. Pure, and never personal:
//! notes and reasons stay in the event, for those who may open them.

use super::criteria::{CriteriaBook, CriterionRule};
use super::event::{AgreementStanding, Assessment, Request, TrajectoryEvent};
use super::state::LearningTrajectory;
use super::vocabulary::{CriterionAnswer, EligibilityOutcome};
use crate::kernel::{Label, labelled};

labelled! {
    /// What is explained.
    pub enum ExplainedOutcome {
        Eligible = "Komt in aanmerking", "Eligible";
        Ineligible = "Komt niet in aanmerking", "Ineligible";
        ConsentRefused = "Toestemming geweigerd", "Consent refused";
    }
}

/// How an outcome came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What came out.
    pub outcome: ExplainedOutcome,
    /// What it was decided by: the code of the criteria version, or of the text the participant was read.
    pub version: String,
    /// The criteria with their answers; none where the participant decided.
    pub criteria: Vec<CriterionExplained>,
    /// What the answers computed to, where anything was computed. The computation advises, a named person decides.
    pub computed: Option<EligibilityOutcome>,
    /// What was known of the dossier at that moment.
    pub facts: Vec<Fact>,
}

/// One criterion, as it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CriterionExplained {
    /// Its code.
    pub code: String,
    /// How it counts; none when the version is not in the book any more.
    pub rule: Option<CriterionRule>,
    /// The statement, Dutch.
    pub label_nl: String,
    /// The statement, English.
    pub label_en: String,
    /// The answer.
    pub answer: CriterionAnswer,
    /// Whether the answer speaks for eligibility; none for a criterion that never counts.
    pub favourable: Option<bool>,
}

/// Something that was known: a name and a value, neither about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What.
    pub name: &'static str,
    /// Its value, a code or a number.
    pub value: String,
}

/// The explanation of an event that decided something, given the dossier and the request before it; none for every
/// other event.
pub fn explain(
    event: &TrajectoryEvent,
    before: &LearningTrajectory,
    request: Option<&Request>,
    book: &CriteriaBook,
) -> Option<Explanation> {
    if let TrajectoryEvent::EligibilityAssessed { assessment, .. }
    | TrajectoryEvent::EligibilityReassessed { assessment, .. } = event
    {
        let outcome = match assessment.decided {
            EligibilityOutcome::Eligible => ExplainedOutcome::Eligible,
            EligibilityOutcome::Ineligible => ExplainedOutcome::Ineligible,
        };
        return Some(Explanation {
            outcome,
            version: assessment.criteria_version.clone(),
            criteria: criteria(assessment, book),
            computed: Some(assessment.computed),
            facts: facts(before, request),
        });
    }
    if let TrajectoryEvent::ParticipationConsentRefused { text_version, .. } = event {
        return Some(Explanation {
            outcome: ExplainedOutcome::ConsentRefused,
            version: text_version.clone(),
            criteria: Vec::new(),
            computed: None,
            facts: facts(before, request),
        });
    }
    None
}

fn criteria(assessment: &Assessment, book: &CriteriaBook) -> Vec<CriterionExplained> {
    let version = book.versions.iter().find(|version| version.code == assessment.criteria_version);
    let explained = |given: &super::event::CriterionAssessed| {
        let of_version = version.and_then(|version| version.criteria.iter().find(|own| own.code == given.criterion));
        let label = |text: fn(&super::criteria::Criterion) -> &String| {
            of_version.map_or_else(|| given.criterion.clone(), |own| text(own).clone())
        };
        CriterionExplained {
            code: given.criterion.clone(),
            rule: of_version.map(|own| own.rule),
            label_nl: label(|own| &own.label_nl),
            label_en: label(|own| &own.label_en),
            answer: given.answer,
            favourable: of_version.and_then(|own| own.rule.favourable(given.answer)),
        }
    };
    assessment.answers.iter().map(explained).collect()
}

fn facts(before: &LearningTrajectory, request: Option<&Request>) -> Vec<Fact> {
    let fact = |name, value: String| Fact { name, value };
    let standing = before.standing().map(|standing| match standing {
        AgreementStanding::InForce { .. } => "InForce",
        AgreementStanding::UnderRenewal { .. } => "UnderRenewal",
        AgreementStanding::FirstRequest { .. } => "FirstRequest",
    });
    let offences = request.iter().flat_map(|request| &request.offences).map(|offence| {
        fact("offence", format!("{}: {}, {}", offence.family.code(), offence.reference.act, offence.reference.article))
    });
    let basis = request.map(|request| fact("basis", request.basis.code().to_owned()));
    let of_state = [
        before.status().map(|status| fact("status", status.code().to_owned())),
        Some(fact("version", before.version().to_string())),
        before.parket().map(|parket| fact("parket", parket.0.clone())),
        standing.map(|standing| fact("agreementStanding", standing.to_owned())),
        before.consent_by().map(|giver| fact("consentBy", giver.code().to_owned())),
        before.requested_on().map(|day| fact("requestedOn", day.to_string())),
    ];
    of_state.into_iter().flatten().chain(basis).chain(offences).collect()
}
