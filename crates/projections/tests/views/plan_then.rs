//! The action plan and its report as known then are what they were then: at every index of any history, whatever was recorded
//! late, for an earlier day or half-year, and corrected afterwards.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use serde_json::json;
use spoor_domain::action::event::ActionEvent;
use spoor_domain::kernel::PlanId;
use spoor_domain::{action, plan};
use spoor_projections::plan::{ActionFacts, CutOffs, PlanRow, ProgressReport, actions, plans, report};
use spoor_projections::runner::{catch_up, rebuild};
use spoor_projections::{Views, plan as view};
use uuid::Uuid;

use crate::support::{World, replaced};

/// The plan that the samples of actions belong to.
const PLAN: Uuid = Uuid::from_u128(1);
/// How many actions the plan has.
const ACTIONS: usize = 2;

/// Everything the views say of a plan.
#[derive(Debug, PartialEq)]
struct Said {
    plans: Vec<PlanRow>,
    actions: Vec<ActionFacts>,
    reports: Vec<Option<ProgressReport>>,
}

/// Something that happens to an action: which kind of event, on which day after the first one, and in which variant.
type Happening = (usize, u64, u32);

#[test]
fn what_was_known_of_a_plan_at_any_index_of_any_history_is_what_was_shown() {
    known_as_shown_after_any_history(8, World::sqlite);
}

#[test]
fn what_was_known_of_a_plan_at_any_index_of_any_history_is_what_was_shown_on_postgresql() {
    known_as_shown_after_any_history(3, World::postgres);
}

/// Random histories: the plan is adopted and superseded, its actions are defined, and anything happens to them in any order.
fn known_as_shown_after_any_history(cases: u32, open: impl AsyncFn() -> World) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let happening = (1..action::samples::one_of_each().len(), 0_u64..500, 0_u32..3);
    let happenings = proptest::collection::vec((0..ACTIONS, happening), 1..24);
    let superseded = any::<proptest::sample::Index>();
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(happenings in happenings, superseded in superseded)| {
        runtime.block_on(async {
            let world = open().await;
            let mut shown = Vec::new();
            let mut versions = [0; ACTIONS];
            let [adopted, ended] = plan::samples::one_of_each().try_into().unwrap();
            world.append("action_plan", &PLAN.to_string(), 0, &[adopted]).await;
            shown.push(shown_now(&world).await);
            for (turn, (of, happening)) in happenings.iter().enumerate() {
                if turn == superseded.index(happenings.len()) {
                    world.append("action_plan", &PLAN.to_string(), 1, std::slice::from_ref(&ended)).await;
                    shown.push(shown_now(&world).await);
                }
                // First of all an action is defined.
                let happening = if versions[*of] == 0 { (0, happening.1, happening.2) } else { *happening };
                world.append("plan_action", &stream(*of), versions[*of], &[happens(*of, happening)]).await;
                versions[*of] += 1;
                shown.push(shown_now(&world).await);
            }
            as_shown(&world.views, &shown).await;
            rebuild(&world.logs(), &world.views, view::PROJECTION).await.unwrap();
            as_shown(&world.views, &shown).await;
        });
    });
}

/// The index that the log has reached, and what the views say there.
async fn shown_now(world: &World) -> (u64, Said) {
    catch_up(&world.logs(), &world.views).await.unwrap();
    (world.log.head().await.unwrap().index, said(&world.views, None).await)
}

async fn as_shown(views: &Views, shown: &[(u64, Said)]) {
    for (index, shown) in shown {
        assert_eq!(&said(views, Some(*index)).await, shown, "at index {index}");
    }
}

async fn said(views: &Views, known_at: Option<u64>) -> Said {
    let id = PlanId(PLAN);
    let cut = CutOffs { own: Some(day(90)), before: Some(day(40)) };
    let mut reports = Vec::new();
    for (period, cut_offs) in
        [("2018-H2", CutOffs::default()), ("2018-H2", cut), ("2019-H1", CutOffs::default()), ("2019-H1", cut)]
    {
        let period = period.parse().unwrap();
        reports.push(report(views, id, period, cut_offs, known_at, ActionFacts::delivered).await.unwrap().value);
    }
    let plans = plans(views, known_at).await.unwrap().value;
    Said { plans, actions: actions(views, id, known_at).await.unwrap().value, reports }
}

/// The sample of this kind, on a day of its own and told in a variant: of another half-year, row, minister, partner and amount.
fn happens(of: usize, (kind, days, variant): Happening) -> ActionEvent {
    let sample = &action::samples::one_of_each()[kind];
    let mut event = serde_json::to_value(sample).unwrap();
    let fields = event.as_object_mut().and_then(|event| event.values_mut().next()).unwrap();
    fields["occurred_on"] = json!(day(days));
    let other = |text: &str, suffix: String| (text.to_owned(), format!("{text}{suffix}"));
    let texts = [
        ("\"5.10\"".to_owned(), format!("\"1.{}\"", of + 1)),
        ("2018-H2".to_owned(), ["2018-H1", "2018-H2", "2019-H1"][variant as usize].to_owned()),
        (action::samples::head().id.0.to_string(), Uuid::from_u128(0xc000 + u128::from(variant)).to_string()),
        other("Begeleiding", format!(" {days}")),
        other("Minister van Onderwijs", format!(" {variant}")),
        other("Voorbeeldvereniging vzw", format!(" {variant}")),
        ("1250000".to_owned(), (1_000_000 + days).to_string()),
    ];
    serde_json::from_value(replaced(&event, &texts)).unwrap()
}

fn stream(of: usize) -> String {
    Uuid::from_u128(0xac00 + of as u128).to_string()
}

/// So many days after the beginning of the autumn of 2018.
fn day(days: u64) -> NaiveDate {
    "2018-09-01".parse::<NaiveDate>().unwrap() + Days::new(days)
}
