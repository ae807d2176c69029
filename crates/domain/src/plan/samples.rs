//! Made-up events of an action plan, for fixtures and tests.

use chrono::NaiveDate;
use uuid::Uuid;

use super::event::{Chapter, PlanDecision, PlanEvent, PlanOutline, PolicyLine};
use crate::kernel::PlanId;

/// One of each event, in the order of `PlanEvent::TYPES`.
pub fn one_of_each() -> Vec<PlanEvent> {
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    vec![
        PlanEvent::ActionPlanAdopted {
            occurred_on: day(2017, 6, 2),
            outline: PlanOutline {
                name: "Voorbeeldplan".into(),
                decisions: vec![
                    PlanDecision { decided_on: day(2015, 4, 3), decision: "Plan goedgekeurd".into() },
                    PlanDecision { decided_on: day(2017, 6, 2), decision: "Plan bijgewerkt".into() },
                ],
                policy_lines: vec![PolicyLine { number: 1, name: "Samenwerking".into() }],
                chapters: vec![Chapter { number: 1, policy_line: 1, title: "Coördinatie".into() }],
            },
        },
        PlanEvent::ActionPlanSuperseded { occurred_on: day(2021, 1, 1), by: PlanId(Uuid::from_u128(0x91a2)) },
    ]
}
