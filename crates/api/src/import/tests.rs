//! The report of autumn 2018: what is in it, what is refused, and that a second import stores nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use spoor_domain::action::PlanAction;
use spoor_domain::action::event::{
    ActionDefinition, ActionStatus, BudgetEntry, BudgetSource, MinisterOffice, RowState,
};
use spoor_domain::catalogue::DomainEvent;
use spoor_domain::kernel::{Actor, ActorId, Cents, CommandContext, Decider, OrganisationId, Provenance, Purpose, Role};
use spoor_eventlog::{Clock, EventLog, KeyStore, LogOptions, LogUrl, Position};
use spoor_projections::plan::{
    ActionFacts, AsCorrected, BudgetLine, CutOffs, FindingKind, FindingPlace, Lasting, PlanRow, ProgressReport, Spans,
};

use super::*;

pub(super) const AUTUMN_2018: &str = include_str!("../../../../data/actieplan-2018-najaar.json");

pub(super) fn coordinator() -> Actor {
    Actor {
        id: ActorId("plan-coordinator".into()),
        role: Role::PlanCoordinator,
        organisation: OrganisationId("abb".into()),
    }
}

pub(super) fn clock() -> Clock {
    Clock::fixed("2026-03-02T09:00:00Z".parse().unwrap())
}

/// Every action of the report, folded from what its command decides.
fn actions() -> Vec<(String, PlanAction)> {
    let imported = plan_from_json(AUTUMN_2018).unwrap();
    let fold = |action: &ImportedAction| {
        let context = CommandContext {
            actor: coordinator(),
            purpose: Purpose::Administration,
            at: clock().now(),
            today: clock().today_brussels(),
            command_id: action.command_id,
            expected_version: None,
            provenance: Provenance::default(),
        };
        let mut state = PlanAction::default();
        let events = state.decide(&action.command, &context).unwrap();
        events.iter().for_each(|event| state.evolve(event));
        (action.number.to_string(), state)
    };
    imported.actions.iter().map(fold).collect()
}

fn entries() -> Vec<(String, BudgetEntry)> {
    let of = |(number, action): (String, PlanAction)| {
        action.budget().values().map(|entry| (number.clone(), entry.clone())).collect::<Vec<_>>()
    };
    actions().into_iter().flat_map(of).collect()
}

#[test]
fn the_plan_has_five_policy_lines_fourteen_chapters_and_sixty_two_actions() {
    let imported = plan_from_json(AUTUMN_2018).unwrap();
    assert_eq!(imported.half_year.to_string(), "2018-H2");
    let PlanCommand::AdoptActionPlan { outline } = &imported.adopt else { panic!("a plan is adopted") };
    assert_eq!((outline.policy_lines.len(), outline.chapters.len()), (5, 14));
    assert_eq!(imported.actions.len(), 62);
    let line_of: BTreeMap<_, _> =
        outline.chapters.iter().map(|chapter| (chapter.number, chapter.policy_line)).collect();
    let mut per_line = BTreeMap::new();
    for action in &imported.actions {
        *per_line.entry(line_of[&action.number.chapter]).or_insert(0) += 1;
    }
    assert_eq!(per_line.into_values().collect::<Vec<_>>(), [11, 17, 5, 16, 13]);
}

#[test]
fn fifty_six_actions_are_ongoing_five_started_and_one_has_not_begun() {
    let mut counts = BTreeMap::new();
    for (_, action) in actions() {
        *counts.entry(action.status().unwrap()).or_insert(0) += 1;
    }
    let expected = [(ActionStatus::NotStarted, 1), (ActionStatus::Started, 5), (ActionStatus::Ongoing, 56)];
    assert_eq!(counts, BTreeMap::from(expected));
}

#[test]
fn forty_eight_amounts_stand_in_the_budget_column_of_twenty_four_actions() {
    let column: Vec<_> =
        entries().into_iter().filter(|(_, entry)| entry.source == BudgetSource::BudgetColumn).collect();
    assert_eq!(column.len(), 48);
    assert_eq!(column.iter().map(|(number, _)| number).collect::<BTreeSet<_>>().len(), 24);
    let printed: Cents = column.iter().filter(|(_, entry)| entry.counts_as_printed()).map(|(_, e)| e.amount).sum();
    let once: Cents = column.iter().filter(|(_, entry)| entry.counts_without_duplicates()).map(|(_, e)| e.amount).sum();
    assert_eq!((printed, once), (Cents(1_096_433_486), Cents(1_052_233_486)));
}

#[test]
fn amounts_in_the_text_count_in_no_sum() {
    let entries = entries();
    let text: Vec<_> = entries.iter().filter(|(_, entry)| entry.source == BudgetSource::Description).collect();
    assert_eq!(text.len(), 46);
    assert!(text.iter().all(|(_, entry)| !entry.counts_as_printed()));
    let related = text.iter().filter(|(_, entry)| entry.relation.is_some()).count();
    assert_eq!(related, 45, "all but one belong to an amount of the column");
}

#[test]
fn every_duplicate_points_at_an_amount_that_is_there() {
    let entries = entries();
    let duplicates: Vec<_> = entries.iter().filter_map(|(_, entry)| entry.possible_duplicate_of.as_ref()).collect();
    assert_eq!(duplicates.len(), 4);
    for first in duplicates {
        let found = entries.iter().find(|(_, entry)| entry.id == first.entry).unwrap();
        assert_eq!(found.0, first.action.to_string());
    }
}

#[test]
fn education_money_stays_education_money_under_a_welfare_action() {
    let (_, action) = actions().into_iter().find(|(number, _)| number == "5.8").unwrap();
    let domains: Vec<_> = action.policy_domains().map(|(code, _)| code.0.clone()).collect();
    assert_eq!(domains, ["WVG"]);
    let reported: BTreeSet<_> = action
        .budget()
        .values()
        .filter_map(|entry| entry.competence.as_ref())
        .map(|c| c.policy_domain.0.clone())
        .collect();
    assert_eq!(reported, ["OV".to_owned(), "WVG".to_owned()].into());
}

#[test]
fn rows_come_without_text_each_once_with_all_its_competences() {
    let actions = actions();
    let rows: Vec<_> = actions.iter().flat_map(|(_, action)| action.rows().values()).collect();
    assert_eq!(rows.len(), 84);
    assert!(rows.iter().all(|held| held.state == RowState::NotCarriedOver));
    let without: Vec<_> = actions.iter().filter(|(_, action)| action.rows().is_empty()).map(|(n, _)| n).collect();
    assert_eq!(without, ["1.1", "7.2"]);
    let (_, shared) = actions.iter().find(|(number, _)| number == "14.1").unwrap();
    let competences: Vec<_> =
        shared.rows().values().flat_map(|held| &held.row.head.competences).map(|c| c.code.as_str()).collect();
    assert_eq!(competences, ["Integratie", "Jeugd"]);
}

#[test]
fn means_mentions_and_money_keep_an_action_off_regular_means() {
    let half_year = "2018-H2".parse().unwrap();
    let regular: BTreeSet<_> = actions()
        .into_iter()
        .filter(|(_, action)| action.on_regular_means(half_year))
        .map(|(number, _)| number)
        .collect();
    for (number, why) in [("4.2", "money"), ("13.5", "people"), ("14.7", "a mention"), ("12.3", "money in the text")] {
        assert!(!regular.contains(number), "{number} has {why}");
    }
    assert!(regular.contains("1.1"));
    let (_, people) = actions().into_iter().find(|(number, _)| number == "12.1").unwrap();
    let fte: Vec<_> = people.means().values().map(|means| means.fte_hundredths).collect();
    assert_eq!(fte.iter().sum::<u32>(), 150);
}

#[test]
fn every_title_means_exactly_one_office() {
    let actions = actions();
    let offices: BTreeSet<MinisterOffice> = actions
        .iter()
        .flat_map(|(_, action)| action.ministers())
        .map(|(title, offices)| match offices.as_slice() {
            [office] => *office,
            _none_or_several => panic!("{title}: {offices:?}"),
        })
        .collect();
    assert_eq!(offices.len(), 7);
}

async fn log(directory: &Path) -> EventLog {
    let url = LogUrl::Sqlite(directory.join("log.sqlite"));
    EventLog::migrate(&url).await.unwrap();
    let keys = KeyStore::in_directory(directory).await.unwrap();
    EventLog::open(&url, keys, clock(), LogOptions::default()).await.unwrap()
}

#[tokio::test]
async fn a_second_import_stores_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let log = log(directory.path()).await;
    let imported = plan_from_json(AUTUMN_2018).unwrap();
    let first = run(&log, &clock(), &imported, &coordinator()).await.unwrap();
    assert_eq!((first.actions, first.stored, first.repeated), (62, 63, 0));
    let head = log.head().await.unwrap();
    assert_eq!(head.index, first.events as u64);
    let second = run(&log, &clock(), &imported, &coordinator()).await.unwrap();
    assert_eq!((second.stored, second.repeated, second.events), (0, 63, 0));
    assert_eq!(log.head().await.unwrap().index, head.index);

    let records = log.read_after(Position { commit: 0, prepare: 0 }, 10_000).await.unwrap();
    let amounts = records.iter().filter(|record| record.event_type == "BudgetReported").count();
    assert_eq!(amounts, 94);
    for record in &records {
        let event = record.decode().unwrap().event;
        assert!(matches!(event, DomainEvent::Plan(_) | DomainEvent::Action(_)));
    }
    log.close().await;
}

#[tokio::test]
async fn another_content_for_the_same_report_is_refused_and_names_the_action() {
    let directory = tempfile::tempdir().unwrap();
    let log = log(directory.path()).await;
    run(&log, &clock(), &plan_from_json(AUTUMN_2018).unwrap(), &coordinator()).await.unwrap();
    let altered = AUTUMN_2018.replace("854.000 euro (Dilbeek)", "855.000 euro (Dilbeek)");
    let error = run(&log, &clock(), &plan_from_json(&altered).unwrap(), &coordinator()).await.unwrap_err();
    assert!(error.to_string().starts_with("action 4.2: "), "{error}");
    log.close().await;
}

#[tokio::test]
async fn only_a_plan_coordinator_imports() {
    let directory = tempfile::tempdir().unwrap();
    let log = log(directory.path()).await;
    let analyst = Actor { role: Role::PolicyAnalyst, ..coordinator() };
    let refused = run(&log, &clock(), &plan_from_json(AUTUMN_2018).unwrap(), &analyst).await;
    assert!(matches!(refused, Err(RunError::Plan { .. })), "{refused:?}");
    assert_eq!(log.head().await.unwrap().index, 0);
    log.close().await;
}

#[test]
fn a_file_that_contradicts_itself_is_refused_with_the_place() {
    let cases = [
        ("\"status\": \"OP_TE_STARTEN\"", "\"status\": \"BIJNA\"", "$.actions[34] (7.2).status"),
        ("\"number\": \"4.2\",\n   \"chapter\": 4", "\"number\": \"4.2\",\n   \"chapter\": 5", "(4.2).chapter"),
        ("\"number\": \"4.2\"", "\"number\": \"4.1\"", "(4.1).number"),
        ("\"number\": \"4.2\"", "\"number\": \"4,2\"", "(4,2).number"),
        ("\"raw\": \"15.910 euro\"", "\"raw\": 15910", "$.actions[1] (1.2)"),
        ("\"title\": \"Vlaams Platform", "\"titel\": \"Vlaams Platform", "$.actions[0] (1.1)"),
        ("\"amount_cents\": 85400000", "\"amount_cents\": 0", "(4.2).budget_entries[0].amount_cents"),
        ("\"line\": 4361,\n      \"certainty\"", "\"line\": 4362,\n      \"certainty\"", "(12.1)"),
        ("\"certainty\": \"waarschijnlijk\"", "\"certainty\": \"misschien\"", "possible_duplicate_of.certainty"),
        ("\"text\": \"0,5 VTE\"", "\"text\": \"halftijds\"", "(12.1).nonmonetary_budget[0].text"),
        (
            "\"competence\": \"Brussel\",\n     \"row\"",
            "\"competence\": \"Atlantis\",\n     \"row\"",
            "(14.8).competences_reported[0]",
        ),
        ("\"policy_lines\"", "\"policy_line\"", "$"),
    ];
    for (right, wrong, place) in cases {
        assert!(AUTUMN_2018.contains(right), "the file no longer says {right}");
        let error = plan_from_json(&AUTUMN_2018.replacen(right, wrong, 1)).unwrap_err();
        assert!(error.path.contains(place), "{wrong}: {error}");
    }
}

/// The half-yearly report over the actions of the file, after something was done to every amount.
fn report(mut change: impl FnMut(&mut BudgetEntry)) -> ProgressReport {
    let imported = plan_from_json(AUTUMN_2018).unwrap();
    let PlanCommand::AdoptActionPlan { outline } = imported.adopt else { panic!("a plan is adopted") };
    let plan = PlanRow { id: imported.plan, outline, adopted_on: "2017-06-02".parse().unwrap(), superseded_by: None };
    let since_autumn = |definition: &ActionDefinition| {
        let mut definitions = Spans::default();
        definitions.begin("2018-10-01".parse().unwrap(), definition.clone());
        definitions
    };
    let facts = actions().into_iter().zip(&imported.actions).map(|((_, action), known)| ActionFacts {
        id: known.id,
        version: 1,
        definition: action.definition().unwrap().clone(),
        definitions: since_autumn(action.definition().unwrap()),
        statuses: Vec::new(),
        ministers: Lasting::default(),
        policy_domains: Lasting::default(),
        partners: Lasting::default(),
        rows: BTreeMap::new(),
        budget: action
            .budget()
            .values()
            .cloned()
            .map(|mut entry| {
                change(&mut entry);
                BudgetLine { entry, corrected_because: None }
            })
            .collect(),
        means: action.means().values().cloned().map(AsCorrected::reported).collect(),
        mentions: action.mentions().values().cloned().map(AsCorrected::reported).collect(),
        indicators: action.indicators().values().cloned().collect(),
    });
    ProgressReport::of(plan, facts.collect(), imported.half_year, CutOffs::default())
}

fn found(report: &ProgressReport, kind: FindingKind) -> Vec<(String, FindingPlace, String)> {
    let own = report.hygiene.iter().filter(|finding| finding.kind == kind);
    own.map(|finding| (finding.number.to_string(), finding.place.clone(), finding.why.nl.clone())).collect()
}

#[test]
fn the_rule_finds_exactly_the_amounts_that_people_marked_as_printed_twice() {
    let marked: BTreeSet<_> = entries()
        .into_iter()
        .filter(|(_, entry)| entry.possible_duplicate_of.is_some())
        .map(|(number, entry)| (number, FindingPlace::Entry(entry.id)))
        .collect();
    let unmarked = found(&report(|entry| entry.possible_duplicate_of = None), FindingKind::ProbableDuplicate);
    let by_rule: BTreeSet<_> = unmarked.iter().map(|(number, place, _)| (number.clone(), place.clone())).collect();
    assert_eq!(by_rule, marked, "{unmarked:#?}");
    assert!(unmarked.iter().all(|(_, _, why)| why.contains("Nog niet aangemerkt")));
    let with_marks = found(&report(|_| {}), FindingKind::ProbableDuplicate);
    assert_eq!(with_marks.len(), 4, "a mark and the rule are one finding");
    assert!(with_marks.iter().all(|(_, _, why)| why.contains("staat ook in actie") && why.contains("Al aangemerkt")));
    let of_ota = with_marks.iter().find(|(number, _, _)| number == "9.1").unwrap();
    assert!(of_ota.2.contains("actie 1.4, voor ‘OTA’ (2018)"), "{}", of_ota.2);
}

#[test]
fn the_two_sums_that_do_not_add_up_are_told_with_their_difference() {
    let found = found(&report(|_| {}), FindingKind::SumMismatch);
    let told: Vec<_> =
        found.iter().map(|(number, _, why)| (number.as_str(), why.rsplit(": ").next().unwrap())).collect();
    assert_eq!(told, [("4.6", "6,00 euro meer."), ("4.6", "6,00 euro meer."), ("14.2", "182,00 euro minder.")]);
}

#[test]
fn a_plan_with_letters_that_were_misread_or_cannot_be_seen_is_refused_with_its_place() {
    for letter in ["Ã©", "\u{200B}", "\u{FFFD}"] {
        let altered = AUTUMN_2018.replacen("\"title\": \"", &format!("\"title\": \"{letter}"), 1);
        assert_ne!(altered, AUTUMN_2018);
        let error = plan_from_json(&altered).unwrap_err();
        assert!(error.path.ends_with(".title"), "{error}");
    }
}
