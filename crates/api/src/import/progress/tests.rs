//! Files of progress: every problem by line, nothing stored when there is one, nothing stored twice, each contact its own.

use std::path::Path;

use spoor_domain::action::PlanAction;
use spoor_domain::action::event::{ActionNumber, Block, EntryId, IndicatorValue, RowState};
use spoor_domain::kernel::{Actor, ActorId, Cents, CommandContext, OrganisationId, Provenance, Purpose, Role};
use spoor_eventlog::{Clock, EventLog, KeyStore, LogOptions, LogUrl};
use uuid::Uuid;

use super::*;
use crate::import::{plan_from_json, run as import_plan};

const AUTUMN_2018: &str = include_str!("../../../../../data/actieplan-2018-najaar.json");

const SPRING: &str = "\
kind,action,row,competence,text,amount,note,period,fte,verbatim,label,value,valueKind,reason
row,4.2,1,Stedenbeleid,\"# Stand

Drie steden werken samen.

- Gent
- Antwerpen\",,,,,,,,,
budget,4.2,1,Stedenbeleid,,854000.50,Dilbeek,2019,,,,,,
indicator,4.2,1,Stedenbeleid,,,,,,,steden,3,,
indicator,4.2,,Stedenbeleid,,,,,,,inwoners,,notRegistered,geen telling
means,12.1,1,Onderwijs,,,,,\"0,5\",\"0,5 VTE\",,,,
row,12.1,1,Onderwijs,Er liep een reeks.,,,,,,,,,
";

fn clock() -> Clock {
    Clock::fixed("2026-03-02T09:00:00Z".parse().unwrap())
}

fn context(role: Role, organisation: &str) -> CommandContext {
    CommandContext {
        actor: Actor { id: ActorId(format!("{role:?}")), role, organisation: OrganisationId(organisation.into()) },
        purpose: Purpose::Administration,
        at: clock().now(),
        today: clock().today_brussels(),
        command_id: Uuid::nil(),
        expected_version: None,
        provenance: Provenance::default(),
    }
}

fn coordinator() -> CommandContext {
    context(Role::PlanCoordinator, "abb")
}

struct Desk {
    log: EventLog,
    plan: PlanId,
    known: Known,
}

impl Desk {
    /// A log with the report of autumn 2018.
    async fn open(directory: &Path) -> Self {
        let url = LogUrl::Sqlite(directory.join("log.sqlite"));
        EventLog::migrate(&url).await.unwrap();
        let keys = KeyStore::in_directory(directory).await.unwrap();
        let log = EventLog::open(&url, keys, clock(), LogOptions::default()).await.unwrap();
        let plan = plan_from_json(AUTUMN_2018).unwrap();
        import_plan(&log, &clock(), &plan, &coordinator().actor).await.unwrap();
        let known = plan.actions.iter().map(|action| (action.number, action.id)).collect();
        Self { log, plan: plan.plan, known }
    }

    async fn check(&self, format: ProgressFormat, content: &str, as_whom: &CommandContext) -> Checked {
        self.check_bytes(format, content.as_bytes(), as_whom).await
    }

    async fn check_bytes(&self, format: ProgressFormat, content: &[u8], as_whom: &CommandContext) -> Checked {
        let file = ProgressFile::read(self.plan, "2019-H1".parse().unwrap(), format, content);
        check(&self.log, &file, &self.known, as_whom).await.unwrap()
    }

    async fn problems(&self, content: &str, as_whom: &CommandContext) -> Vec<String> {
        told(&self.check(ProgressFormat::Csv, content, as_whom).await)
    }

    async fn import(&self, content: &str, as_whom: &CommandContext) -> Carried {
        let checked = self.check(ProgressFormat::Csv, content, as_whom).await;
        assert_eq!(checked.problems, [], "{content}");
        carry_out(&self.log, &checked, as_whom).await.unwrap()
    }

    async fn action(&self, number: &str) -> PlanAction {
        let id = self.known[&number.parse::<ActionNumber>().unwrap()];
        self.log.load::<PlanAction>(&id.to_string()).await.unwrap().state
    }

    async fn head(&self) -> u64 {
        self.log.head().await.unwrap().index
    }
}

/// The line and field of every problem.
fn told(checked: &Checked) -> Vec<String> {
    checked.problems.iter().map(|problem| format!("{} {}", problem.line, problem.field)).collect()
}

#[tokio::test]
async fn a_second_half_year_is_taken_over_and_the_same_file_again_stores_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let desk = Desk::open(directory.path()).await;
    let would = async || {
        let would = desk.check(ProgressFormat::Csv, SPRING, &coordinator()).await.would_store();
        (would.stored, would.repeated, would.events)
    };
    assert_eq!(would().await, (2, 0, 6));
    let first = desk.import(SPRING, &coordinator()).await;
    assert_eq!((first.stored, first.repeated, first.events), (2, 0, 6));
    assert_eq!(would().await, (0, 2, 0));
    let action = desk.action("4.2").await;
    let spring = "2019-H1".parse().unwrap();
    let row = action.rows().values().find(|held| held.row.head.half_year == spring).unwrap();
    assert_eq!(row.state, RowState::Draft);
    assert!(
        matches!(row.row.blocks.as_slice(), [Block::Heading(_), Block::Paragraph(_), Block::List(items)] if items.len() == 2)
    );
    let entry = action.budget().values().find(|entry| entry.half_year == spring).unwrap();
    assert_eq!((entry.amount, entry.row), (Cents(85_400_050), Some(row.row.head.id)));
    let values: Vec<_> =
        action.indicators().values().filter(|own| own.half_year == spring).map(|own| own.value.clone()).collect();
    assert!(values.contains(&IndicatorValue::NotRegistered { reason: "geen telling".into() }), "{values:?}");
    let head = desk.head().await;
    let again = desk.import(SPRING, &coordinator()).await;
    assert_eq!((again.stored, again.repeated, again.events), (0, 2, 0));
    assert_eq!(desk.head().await, head);
    desk.log.close().await;
}

#[tokio::test]
async fn a_file_that_broke_off_is_finished_by_sending_it_again() {
    let directory = tempfile::tempdir().unwrap();
    let desk = Desk::open(directory.path()).await;
    let mut checked = desk.check(ProgressFormat::Csv, SPRING, &coordinator()).await;
    checked.actions.truncate(1);
    carry_out(&desk.log, &checked, &coordinator()).await.unwrap();
    let rest = desk.import(SPRING, &coordinator()).await;
    assert_eq!((rest.stored, rest.repeated), (1, 1));
    desk.log.close().await;
}

#[tokio::test]
async fn a_repeat_is_no_problem_even_when_a_row_went_on_since() {
    use spoor_domain::action::command::ActionCommand;
    let directory = tempfile::tempdir().unwrap();
    let desk = Desk::open(directory.path()).await;
    desk.import(SPRING, &coordinator()).await;
    let spring = "2019-H1".parse().unwrap();
    let action = desk.action("12.1").await;
    let row = action.rows().values().find(|held| held.row.head.half_year == spring).unwrap().row.head.id;
    let own = CommandContext { command_id: Uuid::from_u128(1), ..coordinator() };
    let id = desk.known[&"12.1".parse::<ActionNumber>().unwrap()].to_string();
    desk.log.execute::<PlanAction>(&id, &ActionCommand::SubmitRow { row }, &own).await.unwrap();
    let again = desk.import(SPRING, &coordinator()).await;
    assert_eq!((again.stored, again.repeated), (0, 2));
    let other = SPRING.replace("Er liep een reeks.", "Er liep een andere reeks.");
    assert_eq!(desk.problems(&other, &coordinator()).await.len(), 1, "a submitted row is not written over");
    desk.log.close().await;
}

#[tokio::test]
async fn every_problem_is_told_with_its_line_and_nothing_is_stored() {
    let directory = tempfile::tempdir().unwrap();
    let desk = Desk::open(directory.path()).await;
    let head = desk.head().await;
    let content = "\
kind,action,row,competence,text,amount,note,label,value,valueKind,colour
row,99.1,1,Onderwijs,tekst,,,,,,
row,4.2,0,Onderwijs,tekst,,,,,,
row,4.2,1,Atlantis,,,,,,,
budget,4.2,,Onderwijs,,1.606.641,,,,,
budget,4.2,,Onderwijs,,0,,,,,
budget,4.2,7,Onderwijs,,5,,,,,
indicator,4.2,,Onderwijs,,,,,drie,,
indicator,4.2,,Onderwijs,,,,leerlingen,3,veel,rood
gift,4.2,,,,,,,,,
budget,acht,,Onderwijs,,5,,,,,
";
    let told = desk.problems(content, &coordinator()).await;
    let expected = [
        "2 action",
        "3 row",
        "4 competence",
        "4 text",
        "5 amount",
        "6 amount",
        "7 amount",
        "7 row",
        "8 label",
        "8 value",
        "9 colour",
        "9 valueKind",
        "10 kind",
        "11 action",
    ];
    assert_eq!(told, expected);
    assert_eq!(desk.head().await, head);
    desk.log.close().await;
}

#[tokio::test]
async fn a_number_that_is_too_large_is_a_problem_of_its_line_and_nothing_is_stored() {
    let directory = tempfile::tempdir().unwrap();
    let desk = Desk::open(directory.path()).await;
    let head = desk.head().await;
    let content = "\
kind,action,row,competence,text,amount,fte,verbatim,label,value,measure,asOf
row,12.1,1,Onderwijs,Er liep een reeks.,,,,,,,
budget,12.1,1,Onderwijs,,92233720368547758.07,,,,,,
means,12.1,1,Onderwijs,,,42949673,veel VTE,,,,
indicator,12.1,1,Onderwijs,,,,,leerlingen,9223372036854775807,,
indicator,12.1,1,Onderwijs,,,,,reeksen,3,,2999-01-01
";
    let checked = desk.check(ProgressFormat::Csv, content, &context(Role::DomainContact, "OV")).await;
    assert_eq!(told(&checked), ["3 amount", "4 fte", "5 value", "6 asOf"]);
    assert!(checked.problems[0].message.contains("at most EUR 100,000,000,000.00"), "{checked:?}");
    assert!(checked.problems[1].message.contains("100,000.00 full-time equivalents"), "{checked:?}");
    assert_eq!(desk.head().await, head);
    desk.log.close().await;
}

#[tokio::test]
async fn a_row_of_nothing_and_a_figure_in_it_are_a_problem_in_either_order() {
    let directory = tempfile::tempdir().unwrap();
    let desk = Desk::open(directory.path()).await;
    let header = "kind,action,row,competence,nothing,amount,label,value";
    let nothing = "row,12.1,1,Onderwijs,ja,,,";
    let figures = "budget,12.1,1,Onderwijs,,5000.00,,\nindicator,12.1,1,Onderwijs,,,leerlingen,30";
    let first = format!("{header}\n{nothing}\n{figures}\n");
    let last = format!("{header}\n{figures}\n{nothing}\n");
    let checked = desk.check(ProgressFormat::Csv, &first, &coordinator()).await;
    assert_eq!(told(&checked), ["3 row", "4 row"]);
    assert!(checked.problems[0].message.contains("nothing to report"), "{checked:?}");
    assert_eq!(desk.problems(&last, &coordinator()).await, ["2 row", "3 row"]);
    desk.log.close().await;
}

#[tokio::test]
async fn a_day_that_no_report_counts_up_to_is_a_problem_of_its_field() {
    let directory = tempfile::tempdir().unwrap();
    let desk = Desk::open(directory.path()).await;
    let content = "\
kind,action,row,competence,label,value,measure,asOf
indicator,12.1,,Onderwijs,leerlingen,9999999999999,,1500-01-01
indicator,12.1,,Onderwijs,reeksen,3,Planned,2999-01-01
";
    assert_eq!(desk.problems(content, &coordinator()).await, ["2 asOf", "2 value", "3 asOf"]);
    desk.log.close().await;
}

#[tokio::test]
async fn a_domain_contact_reports_under_its_own_competence_only() {
    let directory = tempfile::tempdir().unwrap();
    let desk = Desk::open(directory.path()).await;
    let education = context(Role::DomainContact, "OV");
    let told = desk.problems(SPRING, &education).await;
    assert_eq!(told.iter().map(|own| own.split(' ').next().unwrap()).collect::<Vec<_>>(), ["2", "8", "9", "10"]);
    let (header, _) = SPRING.split_once('\n').unwrap();
    let own: String = SPRING.lines().filter(|line| line.contains(",12.1,")).map(|line| format!("{line}\n")).collect();
    let carried = desk.import(&format!("{header}\n{own}"), &education).await;
    assert_eq!((carried.stored, carried.events), (1, 2));
    let borrowed = "kind,action,row,competence,policyDomain,text\nrow,5.1,1,Jeugd,OV,tekst\n";
    assert_eq!(desk.problems(borrowed, &education).await, ["2 policyDomain"], "it falls under another domain");
    assert!(desk.problems(borrowed, &coordinator()).await.is_empty());
    let spelled = borrowed.replace("Jeugd", "jeugd");
    assert_eq!(desk.problems(&spelled, &education).await, ["2 policyDomain"], "in whatever spelling");
    assert_eq!(desk.problems(&spelled, &coordinator()).await, ["2 competence"], "it is written in one way");
    let analyst = context(Role::PolicyAnalyst, "OV");
    assert_eq!(desk.problems(SPRING, &analyst).await.len(), 6, "nobody else reports at all");
    desk.log.close().await;
}

#[tokio::test]
async fn json_says_the_same_as_csv() {
    let directory = tempfile::tempdir().unwrap();
    let desk = Desk::open(directory.path()).await;
    let json = r##"[
  {"kind": "row", "action": "4.2", "row": 1, "competence": "Stedenbeleid", "text": "# Stand\n\nDrie steden werken samen.\n\n- Gent\n- Antwerpen"},
  {"kind": "budget", "action": "4.2", "row": 1, "competence": "Stedenbeleid", "amount": "854000.50", "note": "Dilbeek", "period": "2019"},
  {"kind": "indicator", "action": "4.2", "row": 1, "competence": "Stedenbeleid", "label": "steden", "value": 3},
  {"kind": "indicator", "action": "4.2", "competence": "Stedenbeleid", "label": "inwoners", "valueKind": "notRegistered", "reason": "geen telling"},
  {"kind": "means", "action": "12.1", "row": 1, "competence": "Onderwijs", "fte": "0.5", "verbatim": "0,5 VTE"},
  {"kind": "row", "action": "12.1", "row": 1, "competence": "Onderwijs", "text": "Er liep een reeks."}
]"##;
    let ids = |checked: &Checked| checked.actions.iter().map(|action| action.command_id).collect::<Vec<_>>();
    let from_json = desk.check(ProgressFormat::Json, json, &coordinator()).await;
    assert_eq!(from_json.problems, []);
    assert_eq!(ids(&from_json), ids(&desk.check(ProgressFormat::Csv, SPRING, &coordinator()).await));
    desk.log.close().await;
}

#[tokio::test]
async fn another_amount_for_the_same_line_is_a_correction_and_not_a_second_line() {
    let directory = tempfile::tempdir().unwrap();
    let desk = Desk::open(directory.path()).await;
    desk.import(SPRING, &coordinator()).await;
    let corrected = SPRING.replace("854000.50", "855000.50");
    assert_eq!(desk.problems(&corrected, &coordinator()).await.len(), 1);
    let spring = "2019-H1".parse().unwrap();
    let entries: Vec<EntryId> = desk
        .action("4.2")
        .await
        .budget()
        .values()
        .filter(|entry| entry.half_year == spring)
        .map(|entry| entry.id)
        .collect();
    assert_eq!(entries.len(), 1);
    desk.log.close().await;
}

#[tokio::test]
async fn a_name_is_one_name_however_its_letters_were_typed() {
    let directory = tempfile::tempdir().unwrap();
    let desk = Desk::open(directory.path()).await;
    let twice = "kind,action,competence,amount,beneficiary\n\
        budget,4.2,Stedenbeleid,5,G\u{e9}nt\nbudget,4.2,Stedenbeleid,5,Ge\u{301}nt\n";
    assert_eq!(desk.problems(twice, &coordinator()).await, ["3 amount"]);
    desk.log.close().await;
}

#[test]
fn a_file_without_records_or_of_another_form_is_told_at_once() {
    let read = |format, content: &str| {
        ProgressFile::read(PlanId(Uuid::nil()), "2019-H1".parse().unwrap(), format, content.as_bytes())
    };
    for (format, content) in [
        (ProgressFormat::Csv, ""),
        (ProgressFormat::Csv, "kind,action\n"),
        (ProgressFormat::Json, ""),
        (ProgressFormat::Json, "[]"),
        (ProgressFormat::Json, "kind,action"),
    ] {
        assert_eq!(read(format, content).problems.len(), 1, "{content}");
    }
}

mod whole_files;
