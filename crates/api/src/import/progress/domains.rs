//! The policy domains that a file may name: those the plan's actions name, and those of the competences of the report of
//! 2018. Every government merges and renames them, so a new one is first given to an action of the plan.

use std::collections::BTreeSet;

use spoor_domain::action::PlanAction;
use spoor_domain::action::event::{Competence, PolicyDomainCode};
use spoor_domain::kernel::name_key;
use spoor_eventlog::{EventLog, LogError};

use super::Known;

/// The policy domains of a plan, by code.
#[derive(Debug)]
pub(super) struct PolicyDomains(BTreeSet<PolicyDomainCode>);

impl PolicyDomains {
    /// Those that are known for a plan with these actions.
    pub(super) async fn of(log: &EventLog, plan: &Known) -> Result<Self, LogError> {
        let mut known: BTreeSet<PolicyDomainCode> =
            Competence::all_in_2018().map(|known| known.policy_domain).collect();
        for id in plan.values() {
            let action = log.load::<PlanAction>(&id.to_string()).await?.state;
            known.extend(action.policy_domains().map(|(code, _)| code.clone()));
            known.extend(action.competences().map(|competence| competence.policy_domain.clone()));
        }
        Ok(Self(known))
    }

    /// The policy domain with this code, or what is wrong with the code, in English and Dutch.
    pub(super) fn find(&self, code: &str) -> Result<PolicyDomainCode, (String, String)> {
        let written = PolicyDomainCode(code.to_owned());
        if self.0.contains(&written) {
            return Ok(written);
        }
        Err(match self.0.iter().find(|known| name_key(&known.0) == name_key(code)) {
            Some(meant) => (
                format!("'{code}' is written '{meant}' in this plan: write it so"),
                format!("‘{code}’ heet in dit plan ‘{meant}’: schrijf het zo"),
            ),
            None => {
                let known = self.0.iter().map(|known| known.0.as_str()).collect::<Vec<_>>().join(", ");
                (
                    format!("'{code}' is no policy domain of this plan; it has {known}"),
                    format!("‘{code}’ is geen beleidsdomein van dit plan; het heeft {known}"),
                )
            }
        })
    }
}
