//! The learning trajectory: given what happened, when something is asked, then this follows or that is refused.

mod advice;
mod bundle;
mod by_column;
mod consent;
mod corrections;
mod covered;
mod disclosures;
mod eligibility;
mod ending;
mod erasure;
mod explain;
mod history;
mod laws;
mod museum;
mod permission;
mod request;
mod scenario;
mod state;

use scenario::{Scenario, given, given_nothing, scenarios, when};
