//! Eligibility criteria as versioned data: per parket and period, so that an old decision keeps the rules it was taken by.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::vocabulary::{CriterionAnswer, EligibilityOutcome};
use crate::kernel::OrganisationId;

/// How a criterion counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CriterionRule {
    /// Its statement must hold.
    MustHold,
    /// Its statement must not hold.
    MustNotHold,
    /// Asked and recorded, never counted.
    NoBar,
}

impl CriterionRule {
    /// Whether this answer speaks for eligibility: never when it is unknown, and neither way when it does not count.
    pub fn favourable(self, answer: CriterionAnswer) -> Option<bool> {
        match self {
            CriterionRule::MustHold => Some(answer == CriterionAnswer::Met),
            CriterionRule::MustNotHold => Some(answer == CriterionAnswer::NotMet),
            CriterionRule::NoBar => None,
        }
    }
}

/// One criterion of a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Stored code.
    pub code: String,
    /// How it counts.
    pub rule: CriterionRule,
    /// The statement, Dutch.
    pub label_nl: String,
    /// The statement, English.
    pub label_en: String,
}

/// A set of criteria in force for one parket (or all) from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CriteriaVersion {
    /// Stored code of the version.
    pub code: String,
    /// The parket it holds for; every parket when absent.
    pub parket: Option<OrganisationId>,
    /// First day it holds.
    pub valid_from: NaiveDate,
    /// Whether participants who were under 18 on the offence date may take part (with consent of the guardians).
    pub minors_allowed: bool,
    /// The criteria.
    pub criteria: Vec<Criterion>,
}

impl CriteriaVersion {
    /// The criteria of Kazerne Dossin's leaflet for prosecutors (domain page, section 2).
    pub fn kd_leaflet() -> Self {
        let criterion = |code: &str, rule, nl: &str, en: &str| Criterion {
            code: code.into(),
            rule,
            label_nl: nl.into(),
            label_en: en.into(),
        };
        use CriterionRule::{MustHold, MustNotHold, NoBar};
        Self {
            code: "kd-leaflet".into(),
            parket: None,
            valid_from: NaiveDate::default(),
            minors_allowed: false,
            criteria: vec![
                criterion(
                    "offence-in-family",
                    MustHold,
                    "Misdrijf uit een van de vier families",
                    "An offence in one of the four families",
                ),
                criterion(
                    "elements-present",
                    MustHold,
                    "Constitutieve bestanddelen materieel aanwezig",
                    "The constitutive elements are materially present",
                ),
                criterion(
                    "no-identitarian-network",
                    MustHold,
                    "Geen gekend lid van een identitair netwerk",
                    "Not a known member of an identitarian network",
                ),
                criterion(
                    "no-pertinent-risk",
                    MustHold,
                    "Geen pertinent geweld- of veiligheidsrisico",
                    "No pertinent risk of violence or to security",
                ),
                criterion(
                    "serious-physical-harm",
                    MustNotHold,
                    "Ernstige aantasting van de fysieke integriteit",
                    "Serious harm to the victim's physical integrity",
                ),
                criterion(
                    "criminal-organisation",
                    MustNotHold,
                    "Deelname aan een criminele organisatie",
                    "Participation in a criminal organisation",
                ),
                criterion(
                    "grave-disturbance",
                    MustNotHold,
                    "Feiten die de openbare veiligheid ernstig verstoren",
                    "Facts that gravely disturb public safety",
                ),
                criterion("recidivism", NoBar, "Recidive", "Recidivism"),
            ],
        }
    }

    /// What the answers compute to: eligible only when every statement that must hold is met and every statement that
    /// must not hold is not met. Unknown (or unanswered) never computes to eligible.
    pub fn compute<'a>(
        &self,
        answers: impl IntoIterator<Item = (&'a str, CriterionAnswer)> + Clone,
    ) -> EligibilityOutcome {
        let answer_to = |code: &str| {
            answers
                .clone()
                .into_iter()
                .find(|(answered, _)| *answered == code)
                .map_or(CriterionAnswer::Unknown, |(_, answer)| answer)
        };
        let favourable = |criterion: &Criterion| criterion.rule.favourable(answer_to(&criterion.code));
        let all_favourable = self.criteria.iter().all(|criterion| favourable(criterion).unwrap_or(true));
        if all_favourable { EligibilityOutcome::Eligible } else { EligibilityOutcome::Ineligible }
    }
}

/// All versions known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CriteriaBook {
    /// The versions, in no particular order.
    pub versions: Vec<CriteriaVersion>,
}

impl Default for CriteriaBook {
    fn default() -> Self {
        Self { versions: vec![CriteriaVersion::kd_leaflet()] }
    }
}

impl CriteriaBook {
    /// The version in force for a parket on a day: its own before the general one, the latest before older ones.
    pub fn in_force(&self, parket: &OrganisationId, on: NaiveDate) -> Option<&CriteriaVersion> {
        self.versions
            .iter()
            .filter(|version| version.valid_from <= on && version.parket.as_ref().is_none_or(|own| own == parket))
            .max_by_key(|version| (version.parket.is_some(), version.valid_from))
    }
}
