//! The trail: what happened in a dossier, line by line, with what each changed.

use std::collections::BTreeSet;

use serde_json::json;
use spoor_domain::action;
use spoor_domain::action::event::{ActionDefinition, ActionEvent, BudgetEntry, EntryId};
use spoor_domain::kernel::{Cents, EventPayload, Personal};
use spoor_domain::trajectory::samples::{self, history};
use spoor_domain::trajectory::vocabulary::{CorrectableField, TrajectoryStatus};
use spoor_projections::audit::{self, AuditFilter, AuditLine, Change, ChangeValue};
use spoor_projections::runner::{catch_up, rebuild, status};
use spoor_projections::{PageRequest, Scope, ViewError, Views};
use uuid::Uuid;

use crate::lives::{correct, dossier, id};
use crate::support::{World, on_both_engines};

on_both_engines! {
    async fn the_trail_tells_every_event_with_what_changed_from_what_to_what(world: World) {
        let events = [history(TrajectoryStatus::Consented), vec![samples::guide_assigned(), samples::guide_replaced()]].concat();
        dossier(&world, 1, &events).await;
        correct(&world, 1, CorrectableField::ParticipantName, "Ymke Verbeterd").await;
        correct(&world, 1, CorrectableField::ParticipantName, "Ymke Tweemaal").await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        let lines = trail(&world, &Scope::Parket(samples::parket())).await;
        assert_eq!(lines.len(), events.len() + 2);
        let line = |event_type: &str| lines.iter().rfind(|line| line.event_type == event_type).unwrap();
        let change = |event_type: &str, path: &str| {
            line(event_type).changes.iter().find(|change| change.path == path).cloned().unwrap()
        };
        let consent = change("ParticipationConsentGiven", "status");
        assert_eq!((consent.from, consent.to), (plain("Eligible"), plain("Consented")));
        let guide = change("GuideReplaced", "guide");
        assert_eq!((guide.from, guide.to), (plain("guide-1"), plain("guide-2")));
        let name = change("FactCorrected", "participant.name");
        assert_eq!(in_clear(&world, name.from).await, json!("Ymke Verbeterd"));
        assert_eq!(in_clear(&world, name.to).await, json!("Ymke Tweemaal"));
        let first = lines.iter().find(|line| line.event_type == "FactCorrected").unwrap();
        assert_eq!(in_clear(&world, first.changes[0].from.clone()).await, json!("Ymke Voorbeeldsen"));
        assert_eq!(in_clear(&world, first.reason.clone()).await, json!("Een woord viel weg."));
        assert!(trail(&world, &Scope::Parket(samples::other_parket())).await.is_empty());
        assert_eq!(audit::one(&world.views, &Scope::All, 1).await.unwrap().value.unwrap().sequence, 1);
    }

    async fn means_and_mentions_of_funding_that_were_corrected_are_told_with_what_they_were(world: World) {
        let told = ["ActionDefined", "MeansReported", "MeansCorrected", "FundingMentioned", "FundingMentionCorrected"];
        let mut events = action::samples::one_of_each();
        events.retain(|event| told.contains(&event.event_type()));
        assert_eq!(events.len(), told.len());
        let lines = told_of_action(&world, &events).await;
        let fte = change(&lines[2], "means.fte_hundredths");
        assert_eq!((fte.from, fte.to), (Some(ChangeValue::Plain(json!(150))), Some(ChangeValue::Plain(json!(100)))));
        let text = change(&lines[4], "mention.text");
        assert_eq!((text.from, text.to), (plain("projectoproep"), plain("projectsubsidie")));
    }

    async fn a_second_correction_is_told_from_the_first_and_says_of_which_entry_it_is(world: World) {
        let [one, other] = [4, 5].map(|n| EntryId(Uuid::from_u128(n)));
        let entry = |id: EntryId, cents: i64| BudgetEntry { id, amount: Cents(cents), ..action::samples::budget_entry() };
        let on = samples::day(3, 1);
        let reported = |entry| ActionEvent::BudgetReported { occurred_on: on, entry };
        let corrected = |entry| ActionEvent::BudgetCorrected { occurred_on: on, entry, reason: "Zetfout".into() };
        let without = BudgetEntry { beneficiary: None, ..entry(one, 300) };
        let events = [defined(), reported(entry(one, 100)), reported(entry(other, 900)), corrected(entry(one, 200)),
            corrected(entry(other, 800)), corrected(without), corrected(entry(one, 300))];
        let lines = told_of_action(&world, &events).await;
        let amount = |line: usize| {
            let Change { from, to, .. } = change(&lines[line], "entry.amount");
            (from, to)
        };
        let cents = |cents: u64| Some(ChangeValue::Plain(json!(cents)));
        assert_eq!([3, 4, 5].map(amount), [(cents(100), cents(200)), (cents(900), cents(800)), (cents(200), cents(300))]);
        for (line, id) in [(3, one), (4, other), (5, one), (6, one)] {
            let named = change(&lines[line], "entry.id");
            assert_eq!((named.from, named.to), (None, plain(&id.0.to_string())));
        }
        // Left out by one, and given again by the next.
        let [left, given] = [5, 6].map(|line| change(&lines[line], "entry.beneficiary"));
        let beneficiary = plain("Voorbeeldvereniging vzw");
        assert_eq!((left.from, left.to, given.from, given.to), (beneficiary.clone(), None, None, beneficiary));
        let paths = |line: usize| lines[line].changes.iter().map(|change| change.path.as_str()).collect::<BTreeSet<_>>();
        assert_eq!(paths(5), BTreeSet::from(["entry.amount", "entry.beneficiary", "entry.id"]));
        assert_eq!(paths(6), BTreeSet::from(["entry.beneficiary", "entry.id"]));
    }

    async fn what_a_revision_leaves_out_is_told_once(world: World) {
        let revised = |description: Option<&str>| ActionEvent::ActionRevised {
            occurred_on: samples::day(3, 1),
            definition: ActionDefinition { description: description.map(str::to_owned), ..action::samples::definition() },
        };
        let events = [defined(), revised(None), revised(None), revised(Some("Anders.")), revised(Some("Anders."))];
        let lines = told_of_action(&world, &events).await;
        let told = lines[1..].iter().map(|line| line.changes.clone()).collect::<Vec<_>>();
        let of = |from, to| vec![Change { path: "definition.description".into(), from, to }];
        let was = plain("Scholen krijgen begeleiding.");
        assert_eq!(told, [of(was, None), vec![], of(None, plain("Anders.")), vec![]]);
    }

    async fn a_trail_out_of_which_lines_were_taken_is_refused_until_it_is_made_anew(world: World) {
        dossier(&world, 1, &history(TrajectoryStatus::Consented)).await;
        correct(&world, 1, CorrectableField::ParticipantName, "Ymke Verbeterd").await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        let whole = trail(&world, &Scope::All).await.len();
        // Taken out; moved away, which leaves as many as there were; and what lines are found by.
        for taken in [
            "delete from audit_line where line = 1",
            "update audit_line set line = -2 where line = 2",
            "delete from audit_dossier",
        ] {
            world.tamper(audit::PROJECTION, taken).await;
            // As after a restart: who has the views open finds it when the lines are counted again.
            let views = world.other_views().await;
            let refused = refusal(&views).await;
            assert!(matches!(refused, ViewError::LinesLost { .. }), "{taken}: {refused}");
            assert!(refused.to_string().contains("`spoor projections rebuild audit`"), "{refused}");
            let line = audit::one(&views, &Scope::All, 3).await;
            assert!(matches!(line, Err(ViewError::LinesLost { .. })), "nor one of those that are there");
            let all = status(&world.logs(), &views).await.unwrap();
            let told = all.into_iter().find(|projection| projection.name == audit::PROJECTION).unwrap();
            assert!(told.active.unwrap().failure.unwrap().error.contains("rows were taken out of it"));
            rebuild(&world.logs(), &views, audit::PROJECTION).await.unwrap();
            let found = audit::list(&views, &Scope::All, &AuditFilter::default(), true, &PageRequest::first(100)).await;
            assert_eq!(found.unwrap().edges.len(), whole);
            catch_up(&world.logs(), &world.views).await.unwrap();
        }
    }
}

fn defined() -> ActionEvent {
    ActionEvent::ActionDefined { occurred_on: samples::day(3, 1), definition: action::samples::definition() }
}

/// The lines of an action to which this happened.
async fn told_of_action(world: &World, events: &[ActionEvent]) -> Vec<AuditLine> {
    world.append("plan_action", &Uuid::from_u128(0xac01).to_string(), 0, events).await;
    catch_up(&world.logs(), &world.views).await.unwrap();
    let (filter, page) = (AuditFilter::default(), PageRequest::first(100));
    let found = audit::list(&world.views, &Scope::All, &filter, true, &page).await.unwrap();
    found.edges.into_iter().map(|edge| edge.node).collect()
}

fn change(line: &AuditLine, path: &str) -> Change {
    line.changes.iter().find(|change| change.path == path).cloned().unwrap()
}

/// Why these views do not list the trail.
async fn refusal(views: &Views) -> ViewError {
    match audit::list(views, &Scope::All, &AuditFilter::default(), true, &PageRequest::first(1)).await {
        Ok(found) => panic!("it is listed: {found:?}"),
        Err(refused) => refused,
    }
}

/// Every line of the first dossier, oldest first.
pub async fn trail(world: &World, scope: &Scope) -> Vec<AuditLine> {
    let filter = AuditFilter { dossier: Some(id(1)), ..AuditFilter::default() };
    let (mut lines, mut page) = (Vec::new(), PageRequest::first(100));
    loop {
        let found = audit::list(&world.views, scope, &filter, true, &page).await.unwrap();
        page.after = found.edges.last().map(|edge| edge.cursor.clone());
        lines.extend(found.edges.into_iter().map(|edge| edge.node));
        if !found.has_next {
            return lines;
        }
    }
}

async fn in_clear(world: &World, value: Option<ChangeValue>) -> serde_json::Value {
    let Some(ChangeValue::Personal(sealed)) = value else { panic!("a personal value, not {value:?}") };
    let opened: Personal<serde_json::Value> = world.log.vault().open(&sealed).await.unwrap();
    opened.value().cloned().unwrap()
}

fn plain(text: &str) -> Option<ChangeValue> {
    Some(ChangeValue::Plain(json!(text)))
}
