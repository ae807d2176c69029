//! The action plan as reported: the half-yearly report with its sums, and what was known then.

use chrono::NaiveDate;
use spoor_domain::action::event::{
    ActionDefinition, ActionEvent, ActionStatus, Block, BudgetEntry, BudgetSource, Competence, DuplicateCertainty,
    EntryId, MinisterOffice, PolicyDomainCode, PossibleDuplicate, ReportRow, Responsibility, RowHead, RowId,
};
use spoor_domain::kernel::{Cents, HalfYear, PlanId};
use spoor_domain::plan::event::{Chapter, PlanEvent, PlanOutline, PolicyLine};
use spoor_projections::ViewError;
use spoor_projections::editions::owed;
use spoor_projections::plan::{
    ActionFacts, FindingKind, ProgressReport, action, action_numbered, actions, plans, report,
};
use spoor_projections::runner::{catch_up, verify};
use uuid::Uuid;

use crate::support::{World, on_both_engines};

const PLAN: Uuid = Uuid::from_u128(0x91a0);

on_both_engines! {
    async fn the_report_counts_each_action_once_in_every_way_it_can_be_cut(world: World) {
        plan_of_three(&world).await;
        let report = reported(&world, "2018-H2").await;
        let totals = &report.totals;
        assert_eq!(totals.actions, 3);
        assert_eq!(totals.by_status.iter().map(|found| (found.status, found.count)).collect::<Vec<_>>(), vec![
            (ActionStatus::NotStarted, 1),
            (ActionStatus::Ongoing, 2),
        ]);
        let cut = |parts: &[spoor_projections::plan::Subtotal]| {
            parts.iter().map(|part| (part.key.clone(), part.actions, part.budget_as_printed.unwrap().0)).collect::<Vec<_>>()
        };
        assert_eq!(cut(&totals.by_policy_line), vec![("1".into(), 2, 3_000), ("2".into(), 1, 1_000)]);
        assert_eq!(cut(&totals.by_office), vec![("Education".into(), 2, 4_000), ("Welfare".into(), 1, 1_000)]);
        assert_eq!(cut(&totals.by_domain), vec![("OV".into(), 1, 3_000)]);
        assert_eq!(cut(&totals.by_competence), vec![("Onderwijs".into(), 2, 4_000)]);
    }

    async fn an_amount_printed_twice_or_only_described_is_kept_out_of_the_sums(world: World) {
        plan_of_three(&world).await;
        let report = reported(&world, "2018-H2").await;
        // 1.1: 1000 and 2000 in the column; 2.1: 1000 again (probably the same money) and 500 in the text only.
        assert_eq!(report.totals.budget_as_printed, Some(Cents(4_000)));
        assert_eq!(report.totals.budget_without_duplicates, Some(Cents(3_000)));
        assert_eq!((report.totals.budget_entries, report.totals.actions_with_budget), (3, 2));
        let of = |number: &str| found(&report, number);
        assert_eq!(of("1.2"), vec![FindingKind::WithoutBudget, FindingKind::WithoutProgress, FindingKind::UnknownOffice]);
        assert!(of("2.1").contains(&FindingKind::ProbableDuplicate));
        assert!(of("2.1").contains(&FindingKind::AmountInDescriptionOnly));
        let regular = report.actions().filter(|action| action.regular_means).map(|action| action.number.to_string());
        assert_eq!(regular.collect::<Vec<_>>(), vec!["1.2"]);
        let later = reported(&world, "2019-H1").await;
        assert!(later.actions().all(|action| !action.regular_means), "nothing was delivered then");
    }

    async fn what_was_reported_with_a_row_is_delivered_once_the_row_is_accepted(world: World) {
        plan_of_three(&world).await;
        let head = RowHead { id: RowId(Uuid::from_u128(0xc002)), ..row() };
        let with_row = BudgetEntry { row: Some(head.id), ..entry(9, BudgetSource::BudgetColumn, 700) };
        let blocks = vec![Block::Paragraph("Nog te bespreken.".into())];
        let row = ReportRow { head: head.clone(), blocks, references: vec![], carried_from: None };
        let reported = ActionEvent::ProgressReported { occurred_on: day(), row };
        append(&world, "1.2", &[reported, budget(with_row)]).await;
        let of_it = async |told: fn(ActionFacts) -> ActionFacts| {
            catch_up(&world.logs(), &world.views).await.unwrap();
            let found = report(&world.views, PlanId(PLAN), period(), None, None, told).await.unwrap().value.unwrap();
            let action = found.actions().find(|action| action.number.to_string() == "1.2").unwrap().clone();
            let row = &action.reports[0];
            let text = (row.row.is_some(), row.returned_because.is_some());
            (text, action.budget.len(), action.regular_means, found.totals.budget_entries)
        };
        let (row, on) = (head.id, day());
        let reason = "Onvolledig.".to_owned();
        for (moved, returned) in [
            (None, false),
            (Some(ActionEvent::ReportRowSubmitted { occurred_on: on, row }), false),
            (Some(ActionEvent::ReportRowReturned { occurred_on: on, row, reason }), true),
        ] {
            if let Some(moved) = moved {
                append(&world, "1.2", &[moved]).await;
            }
            assert_eq!(of_it(|facts| facts).await, ((true, returned), 1, false, 4));
            assert_eq!(of_it(ActionFacts::delivered).await, ((false, false), 0, false, 3));
        }
        append(&world, "1.2", &[ActionEvent::ReportRowAccepted { occurred_on: on, row }]).await;
        assert_eq!(of_it(ActionFacts::delivered).await, ((true, false), 1, false, 4));
    }

    async fn a_status_holds_until_a_later_half_year_changes_it(world: World) {
        plan_of_three(&world).await;
        back(&world).await;
        let status = |report: &ProgressReport| {
            let action = report.actions().find(|action| action.number.to_string() == "1.1").unwrap();
            (action.status, action.previous_status)
        };
        assert_eq!(status(&reported(&world, "2018-H2").await), (Some(ActionStatus::Ongoing), None));
        assert_eq!(status(&reported(&world, "2019-H1").await), (Some(ActionStatus::Ongoing), Some(ActionStatus::Ongoing)));
        let later = reported(&world, "2019-H2").await;
        assert_eq!(status(&later), (Some(ActionStatus::Started), Some(ActionStatus::Ongoing)));
        assert!(found(&later, "1.1").contains(&FindingKind::WentBackwards));
        // Amounts belong to the half-year in whose report they stand, and to no other.
        assert_eq!((later.totals.budget_entries, later.totals.budget_as_printed), (0, None));
    }

    async fn a_report_can_be_asked_as_it_was_known_before_a_correction(world: World) {
        plan_of_three(&world).await;
        let then = world.log.head().await.unwrap().index;
        let corrected = BudgetEntry { amount: Cents(1_500), ..entry(1, BudgetSource::BudgetColumn, 1_000) };
        let event = ActionEvent::BudgetCorrected {
            occurred_on: "2019-01-10".parse().unwrap(),
            entry: corrected,
            reason: "Verkeerd overgenomen.".into(),
        };
        append(&world, "1.1", &[event]).await;
        // A view that has not come so far says so, rather than answering as of an earlier moment.
        let period = "2018-H2".parse().unwrap();
        let early = report(&world.views, PlanId(PLAN), period, None, Some(then + 1), |facts| facts).await;
        assert!(matches!(early, Err(ViewError::NotReached { .. })), "{early:?}");
        catch_up(&world.logs(), &world.views).await.unwrap();
        let known_at = async |index| {
            let found = report(&world.views, PlanId(PLAN), period, None, index, |facts| facts).await;
            found.unwrap().value.unwrap()
        };
        let (now, before) = (known_at(None).await, known_at(Some(then)).await);
        assert_eq!(now.totals.budget_as_printed, Some(Cents(4_500)));
        assert_eq!(before.totals.budget_as_printed, Some(Cents(4_000)));
        let number = "1.1".parse().unwrap();
        let line = action_numbered(&world.views, PlanId(PLAN), number, None).await.unwrap().value.unwrap();
        assert_eq!(action(&world.views, line.id, None).await.unwrap().value.as_ref(), Some(&line));
        let then = action(&world.views, line.id, Some(then)).await.unwrap().value.unwrap();
        assert_eq!(then.version, 6, "by its id it is asked as known then, too");
        // Corrected, but still in its place among the amounts.
        assert_eq!(line.budget[0].corrected_because.as_deref(), Some("Verkeerd overgenomen."));
        assert_eq!(line.version, 7);
    }

    async fn a_report_tells_what_held_on_its_last_day_and_the_action_what_holds_now(world: World) {
        plan_of_three(&world).await;
        let then = world.log.head().await.unwrap().index;
        one_point_one_changes_hands(&world).await;
        let told = async |period: &str| who(&reported(&world, period).await, "1.1");
        let (education, welfare) = ("Minister van Onderwijs".to_owned(), "Minister van Welzijn".to_owned());
        let coordinates = |is| vec![("OV".to_owned(), is)];
        let autumn = ("Actie 1.1".to_owned(), vec![education.clone()], coordinates(true), vec![]);
        assert_eq!(told("2018-H2").await, autumn, "what came later changes no earlier report");
        let renamed = || "Andere titel".to_owned();
        let spring = (renamed(), vec![welfare.clone()], coordinates(false), vec!["JINT vzw".to_owned()]);
        assert_eq!(told("2019-H1").await, spring);
        assert_eq!(told("2019-H2").await, (renamed(), vec![education, welfare], coordinates(false), vec![]));
        let offices = async |period: &str| {
            let found = reported(&world, period).await.totals.by_office;
            found.into_iter().map(|part| (part.key, part.actions)).collect::<Vec<_>>()
        };
        assert_eq!(offices("2018-H2").await, [("Education".to_owned(), 2), ("Welfare".to_owned(), 1)]);
        assert_eq!(offices("2019-H1").await, [("Education".to_owned(), 1), ("Welfare".to_owned(), 2)]);
        let number = "1.1".parse().unwrap();
        let now = action_numbered(&world.views, PlanId(PLAN), number, None).await.unwrap().value.unwrap();
        assert_eq!((now.definition.title.as_str(), now.ministers.now().count()), ("Andere titel", 2));
        assert_eq!(now.partners.now().count(), 0);
        let before = action_numbered(&world.views, PlanId(PLAN), number, Some(then)).await.unwrap().value.unwrap();
        assert_eq!((before.definition.title.as_str(), before.ministers.now().count()), ("Actie 1.1", 1));
    }

    async fn what_the_actions_were_and_who_answered_for_them_is_told_as_on_the_cut_off(world: World) {
        plan_of_three(&world).await;
        one_point_one_changes_hands(&world).await;
        let ActionEvent::ActionDefined { definition, .. } = defined("2.2") else { panic!("it is defined") };
        append(&world, "2.2", &[ActionEvent::ActionDefined { occurred_on: on("2019-04-02"), definition }]).await;
        let whole = reported(&world, "2019-H1").await;
        let on_day = closed_on(&world, "2019-H1", Some("2019-04-02")).await;
        let day_before = closed_on(&world, "2019-H1", Some("2019-04-01")).await;
        assert_eq!([&whole, &on_day, &day_before].map(|report| report.totals.actions), [4, 4, 3]);
        let early = closed_on(&world, "2019-H1", Some("2019-01-31")).await;
        assert_eq!(who(&early, "1.1").0, "Actie 1.1", "it was revised on the day after");
        assert_eq!((who(&early, "1.1").3, who(&whole, "1.1").3), (vec![], vec!["JINT vzw".to_owned()]));
        // A cut-off after the half-year lets nothing of the next one in.
        assert_eq!(closed_on(&world, "2018-H2", Some("2019-03-01")).await, reported(&world, "2018-H2").await);
    }

    async fn nothing_is_owed_on_an_action_that_the_report_does_not_have_by_its_cut_off(world: World) {
        plan_of_three(&world).await;
        let ActionEvent::ActionDefined { definition, .. } = defined("2.2") else { panic!("it is defined") };
        let responsibility = Responsibility::PolicyDomain { code: PolicyDomainCode("OV".into()), coordinator: true };
        append(
            &world,
            "2.2",
            &[
                ActionEvent::ActionDefined { occurred_on: on("2019-04-02"), definition },
                ActionEvent::ResponsibilityAssigned { occurred_on: on("2019-04-03"), responsibility },
            ],
        )
        .await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        let known = actions(&world.views, PlanId(PLAN), None).await.unwrap().value;
        let is_owed = |cut_off: Option<&str>| {
            let owed = owed(&known, "2019-H1".parse().unwrap(), cut_off.map(on), None);
            owed.iter().any(|owed| owed.number.to_string() == "2.2")
        };
        assert!(is_owed(None) && is_owed(Some("2019-04-03")));
        assert!(!is_owed(Some("2019-04-02")), "no policy domain answered for it yet");
        assert!(!is_owed(Some("2019-04-01")), "it was not there yet");
    }

    async fn an_action_that_was_reported_on_before_it_was_defined_reads_as_it_was_first_defined(world: World) {
        plan_of_three(&world).await;
        let ActionEvent::ActionDefined { definition, .. } = defined("2.2") else { panic!("it is defined") };
        let revised = ActionDefinition { title: "Andere titel".into(), ..definition.clone() };
        append(
            &world,
            "2.2",
            &[
                ActionEvent::ActionDefined { occurred_on: on("2019-04-02"), definition },
                ActionEvent::ActionRevised { occurred_on: on("2019-05-02"), definition: revised },
                status("2018-H2", None, ActionStatus::Ongoing),
            ],
        )
        .await;
        assert_eq!(who(&reported(&world, "2018-H2").await, "2.2").0, "Actie 2.2");
        assert_eq!(who(&reported(&world, "2019-H1").await, "2.2").0, "Andere titel");
    }

    async fn a_definition_that_was_dated_too_late_is_put_right_by_a_revision(world: World) {
        plan_of_three(&world).await;
        let ActionEvent::ActionDefined { definition, .. } = defined("2.2") else { panic!("it is defined") };
        let late = ActionEvent::ActionDefined { occurred_on: on("2019-04-02"), definition: definition.clone() };
        append(&world, "2.2", &[late]).await;
        assert_eq!(reported(&world, "2018-H2").await.totals.actions, 3);
        let revised = ActionDefinition { title: "Andere titel".into(), ..definition };
        let revision = ActionEvent::ActionRevised { occurred_on: on("2018-10-01"), definition: revised };
        append(&world, "2.2", &[revision]).await;
        let autumn = reported(&world, "2018-H2").await;
        assert_eq!((autumn.totals.actions, who(&autumn, "2.2").0.as_str()), (4, "Andere titel"));
        assert_eq!(closed_on(&world, "2018-H2", Some("2018-09-30")).await.totals.actions, 3);
    }

    async fn what_ends_is_gone_now_and_the_views_verify(world: World) {
        plan_of_three(&world).await;
        let ended = ActionEvent::ResponsibilityEnded {
            occurred_on: "2019-01-10".parse().unwrap(),
            responsibility: minister("Minister van Onderwijs", &[MinisterOffice::Education]),
        };
        append(&world, "1.1", &[ended]).await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        let known = actions(&world.views, PlanId(PLAN), None).await.unwrap().value;
        assert_eq!(known[0].ministers.now().count(), 0);
        assert_eq!(plans(&world.views, None).await.unwrap().value.len(), 1);
        for found in verify(&world.logs(), &world.views, None).await.unwrap() {
            assert!(found.clean(), "{found:#?}");
        }
    }
}

/// Two policy lines, two chapters, three actions: 1.1 and 2.1 with money, 1.2 with nothing.
async fn plan_of_three(world: &World) {
    let outline = PlanOutline {
        name: "Actieplan".into(),
        decisions: vec![],
        policy_lines: vec![line(1), line(2)],
        chapters: vec![chapter(1), chapter(2)],
    };
    let adopted = PlanEvent::ActionPlanAdopted { occurred_on: "2017-06-02".parse().unwrap(), outline };
    world.append("action_plan", &PLAN.to_string(), 0, &[adopted]).await;
    let education = minister("Minister van Onderwijs", &[MinisterOffice::Education]);
    append(
        world,
        "1.1",
        &[
            defined("1.1"),
            status("2018-H2", None, ActionStatus::Ongoing),
            assigned(education),
            assigned(Responsibility::PolicyDomain { code: PolicyDomainCode("OV".into()), coordinator: true }),
            budget(entry(1, BudgetSource::BudgetColumn, 1_000)),
            budget(entry(2, BudgetSource::BudgetColumn, 2_000)),
        ],
    )
    .await;
    append(
        world,
        "1.2",
        &[
            defined("1.2"),
            status("2018-H2", None, ActionStatus::NotStarted),
            assigned(minister("Minister van Iets", &[])),
        ],
    )
    .await;
    let again = PossibleDuplicate {
        action: "1.1".parse().unwrap(),
        entry: entry_id(1),
        certainty: DuplicateCertainty::Probable,
    };
    let printed_again =
        BudgetEntry { possible_duplicate_of: Some(again), ..entry(3, BudgetSource::BudgetColumn, 1_000) };
    append(
        world,
        "2.1",
        &[
            defined("2.1"),
            status("2018-H2", None, ActionStatus::Ongoing),
            assigned(minister(
                "Minister van Onderwijs en Welzijn",
                &[MinisterOffice::Education, MinisterOffice::Welfare],
            )),
            budget(printed_again),
            budget(entry(4, BudgetSource::Description, 500)),
            ActionEvent::ReportRowNotCarriedOver { occurred_on: "2018-10-01".parse().unwrap(), row: row() },
        ],
    )
    .await;
    catch_up(&world.logs(), &world.views).await.unwrap();
}

async fn back(world: &World) {
    append(world, "1.1", &[status("2019-H2", Some(ActionStatus::Ongoing), ActionStatus::Started)]).await;
    catch_up(&world.logs(), &world.views).await.unwrap();
}

/// From 2019 on 1.1 has another minister and no coordinator, the first minister comes back half a year later; a party comes
/// and goes, and it is given another title.
async fn one_point_one_changes_hands(world: &World) {
    let education = minister("Minister van Onderwijs", &[MinisterOffice::Education]);
    let welfare = minister("Minister van Welzijn", &[MinisterOffice::Welfare]);
    let domain = Responsibility::PolicyDomain { code: PolicyDomainCode("OV".into()), coordinator: false };
    let assigned = |day, responsibility| ActionEvent::ResponsibilityAssigned { occurred_on: on(day), responsibility };
    let ActionEvent::ActionDefined { definition, .. } = defined("1.1") else { panic!("it is defined") };
    let definition = ActionDefinition { title: "Andere titel".into(), ..definition };
    let partner = "JINT vzw".to_owned();
    append(
        world,
        "1.1",
        &[
            ActionEvent::ResponsibilityEnded { occurred_on: on("2019-01-01"), responsibility: education.clone() },
            assigned("2019-01-01", welfare),
            assigned("2019-01-01", domain),
            ActionEvent::PartnerAdded { occurred_on: on("2019-02-01"), partner: partner.clone() },
            ActionEvent::ActionRevised { occurred_on: on("2019-02-01"), definition },
            assigned("2019-07-01", education),
            ActionEvent::PartnerRemoved { occurred_on: on("2019-07-01"), partner },
        ],
    )
    .await;
}

async fn append(world: &World, number: &str, events: &[ActionEvent]) {
    let id = Uuid::from_u128(0xac00 + number.bytes().map(u128::from).fold(0, |sum, byte| sum * 256 + byte)).to_string();
    let version = world.log.read_stream("plan_action", &id).await.unwrap().len() as u64;
    world.append("plan_action", &id, version, events).await;
}

async fn reported(world: &World, period: &str) -> ProgressReport {
    closed_on(world, period, None).await
}

async fn closed_on(world: &World, period: &str, cut_off: Option<&str>) -> ProgressReport {
    catch_up(&world.logs(), &world.views).await.unwrap();
    let (period, cut_off) = (period.parse().unwrap(), cut_off.map(on));
    let found = report(&world.views, PlanId(PLAN), period, cut_off, None, |facts| facts).await;
    found.unwrap().value.unwrap()
}

/// The title of an action, its ministers, its policy domains (and which of them coordinates), and the other parties.
type Involved = (String, Vec<String>, Vec<(String, bool)>, Vec<String>);

/// What a report says an action is, and who answers for it or takes part in it.
fn who(report: &ProgressReport, number: &str) -> Involved {
    let action = report.actions().find(|action| action.number.to_string() == number).unwrap();
    let ministers = action.ministers.iter().map(|minister| minister.title.clone());
    let domains = action.policy_domains.iter().map(|role| (role.code.0.clone(), role.coordinator));
    (action.title.clone(), ministers.collect(), domains.collect(), action.other_parties.clone())
}

fn found(report: &ProgressReport, number: &str) -> Vec<FindingKind> {
    report.hygiene.iter().filter(|finding| finding.number.to_string() == number).map(|finding| finding.kind).collect()
}

fn line(number: u16) -> PolicyLine {
    PolicyLine { number, name: format!("Beleidslijn {number}") }
}

fn chapter(number: u16) -> Chapter {
    Chapter { number, policy_line: number, title: format!("Hoofdstuk {number}") }
}

fn defined(number: &str) -> ActionEvent {
    let definition = ActionDefinition {
        plan: PlanId(PLAN),
        number: number.parse().unwrap(),
        title: format!("Actie {number}"),
        description: None,
        initiatives: vec![],
        continues: vec![],
    };
    ActionEvent::ActionDefined { occurred_on: "2017-06-02".parse().unwrap(), definition }
}

fn status(half_year: &str, from: Option<ActionStatus>, to: ActionStatus) -> ActionEvent {
    ActionEvent::ActionStatusChanged {
        occurred_on: "2018-10-01".parse().unwrap(),
        half_year: half_year.parse().unwrap(),
        from,
        to,
        backwards: from.is_some_and(|from| to < from),
        reason: None,
    }
}

fn minister(title: &str, offices: &[MinisterOffice]) -> Responsibility {
    Responsibility::Minister { title: title.into(), offices: offices.to_vec() }
}

fn assigned(responsibility: Responsibility) -> ActionEvent {
    ActionEvent::ResponsibilityAssigned { occurred_on: "2017-06-02".parse().unwrap(), responsibility }
}

fn budget(entry: BudgetEntry) -> ActionEvent {
    ActionEvent::BudgetReported { occurred_on: "2018-10-01".parse().unwrap(), entry }
}

fn entry_id(n: u128) -> EntryId {
    EntryId(Uuid::from_u128(0xb000 + n))
}

fn entry(n: u128, source: BudgetSource, cents: i64) -> BudgetEntry {
    BudgetEntry {
        id: entry_id(n),
        half_year: period(),
        row: None,
        competence: Some(education()),
        competence_basis: None,
        amount: Cents(cents),
        beneficiary: None,
        note: None,
        funder: None,
        period: None,
        verbatim: None,
        source,
        source_lines: None,
        relation: None,
        breakdown: vec![],
        possible_duplicate_of: None,
    }
}

fn row() -> RowHead {
    RowHead { id: RowId(Uuid::from_u128(0xc001)), half_year: period(), place: 1, competences: vec![education()] }
}

fn day() -> NaiveDate {
    on("2018-10-01")
}

fn on(day: &str) -> NaiveDate {
    day.parse().unwrap()
}

fn education() -> Competence {
    Competence { code: "Onderwijs".into(), policy_domain: PolicyDomainCode("OV".into()) }
}

fn period() -> HalfYear {
    "2018-H2".parse().unwrap()
}
