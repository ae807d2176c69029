//! The action plan as reported: the half-yearly report with its sums, and what was known then.

use chrono::NaiveDate;
use spoor_domain::action::event::{
    ActionDefinition, ActionEvent, ActionStatus, Block, BudgetEntry, BudgetSource, Competence, DuplicateCertainty,
    EntryId, MinisterOffice, PolicyDomainCode, PossibleDuplicate, ReportRow, Responsibility, RowHead, RowId,
};
use spoor_domain::kernel::{Cents, HalfYear, PlanId};
use spoor_domain::plan::event::{Chapter, PlanEvent, PlanOutline, PolicyLine};
use spoor_projections::ViewError;
use spoor_projections::editions::{OwedKind, owed};
use spoor_projections::plan::{
    ActionFacts, CutOffs, FindingKind, ProgressReport, action, action_numbered, actions, plans, report,
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

    /// In a printed report an action without a row and without an amount is paid from regular means; in a half-year that is
    /// collected nobody has said so before a row is there.
    async fn a_status_alone_says_nothing_of_regular_means_but_in_a_half_year_that_was_printed(world: World) {
        plan_of_three(&world).await;
        let regular = async |period: &str| {
            let report = reported(&world, period).await;
            let regular = report.actions().filter(|action| action.regular_means).map(|action| action.number.to_string());
            regular.collect::<Vec<_>>()
        };
        append(&world, "1.1", &[status("2019-H1", Some(ActionStatus::Ongoing), ActionStatus::Completed)]).await;
        append(&world, "1.2", &[status("2019-H1", Some(ActionStatus::NotStarted), ActionStatus::Started)]).await;
        assert_eq!(regular("2018-H2").await, ["1.2"], "2.1 has a row that was printed, 1.1 has amounts");
        assert_eq!(regular("2019-H1").await, [] as [&str; 0], "nothing was delivered then");
        let half_year = "2019-H1".parse().unwrap();
        let later = |n| RowHead { id: RowId(Uuid::from_u128(n)), half_year, ..row() };
        let printed = ActionEvent::ReportRowNotCarriedOver { occurred_on: day(), row: later(0xc003) };
        append(&world, "2.1", &[printed]).await;
        assert_eq!(regular("2019-H1").await, ["1.2", "2.1"], "1.1 was reported on in the half-year before");
        let nothing = ActionEvent::NothingToReportDeclared { occurred_on: day(), row: later(0xc004) };
        append(&world, "1.1", &[nothing]).await;
        assert_eq!(regular("2019-H1").await, ["1.1", "1.2", "2.1"]);
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
            let found = report(&world.views, PlanId(PLAN), period(), CutOffs::default(), None, told).await.unwrap().value.unwrap();
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

    async fn the_status_before_is_the_one_that_was_published_and_no_status_after_the_last_day_is_told(world: World) {
        plan_of_three(&world).await;
        let changed = |at: &str, half_year: &str, from: ActionStatus, to: ActionStatus| ActionEvent::ActionStatusChanged {
            occurred_on: on(at),
            half_year: half_year.parse().unwrap(),
            from: Some(from),
            to,
            backwards: to < from,
            reason: Some("Beslist.".into()),
        };
        let (started, ongoing, completed) = (ActionStatus::Started, ActionStatus::Ongoing, ActionStatus::Completed);
        let later = [
            changed("2018-11-01", "2018-H2", ongoing, started),
            changed("2019-01-20", "2018-H2", started, ongoing),
            changed("2019-07-02", "2019-H1", ongoing, completed),
        ];
        append(&world, "1.1", &later).await;
        let of = async |period: &str, own: Option<&str>, before: Option<&str>| {
            let report = told_by(&world, period, CutOffs { own: own.map(on), before: before.map(on) }).await;
            let action = report.actions().find(|action| action.number.to_string() == "1.1").unwrap().clone();
            (action.status, action.previous_status, action.went_backwards)
        };
        assert_eq!(of("2018-H2", Some("2018-10-31"), None).await, (Some(ongoing), None, false), "cut off before");
        assert_eq!(of("2018-H2", None, None).await, (Some(started), None, true), "not what came in January");
        let in_january = of("2018-H2", Some("2019-01-31"), None).await;
        assert_eq!(in_january, (Some(ongoing), None, true), "but for an edition that is cut off then");
        assert_eq!(of("2018-H2", Some("2019-01-19"), None).await.0, Some(started), "after it nothing counts");
        let printed = of("2019-H1", None, Some("2019-01-31")).await;
        assert_eq!(printed, (Some(ongoing), Some(ongoing), false), "the status before is the one that was published");
        let published = of("2019-H1", None, Some("2018-10-31")).await;
        assert_eq!(published, (Some(ongoing), Some(ongoing), true), "the step back was told in no report yet");
        assert_eq!(of("2019-H1", None, None).await, (Some(ongoing), Some(started), false));
        assert_eq!(of("2019-H2", None, None).await, (Some(completed), Some(ongoing), false));
    }

    async fn a_status_that_was_told_again_is_one_change_as_for_the_decisions(world: World) {
        plan_of_three(&world).await;
        let (started, ongoing, completed) = (ActionStatus::Started, ActionStatus::Ongoing, ActionStatus::Completed);
        let changed = |at: &str, half_year: &str, from, to, backwards: bool| ActionEvent::ActionStatusChanged {
            occurred_on: on(at),
            half_year: half_year.parse().unwrap(),
            from,
            to,
            backwards,
            reason: backwards.then(|| "Herstart.".to_owned()),
        };
        let forth = [
            changed("2018-03-01", "2018-H1", None, started, false),
            changed("2018-10-01", "2018-H2", Some(started), ongoing, false),
            changed("2018-06-01", "2018-H1", Some(started), ongoing, false),
            changed("2018-06-20", "2018-H1", Some(ongoing), completed, false),
        ];
        let back = [
            changed("2018-05-01", "2018-H1", None, completed, false),
            changed("2018-10-01", "2018-H2", Some(completed), ongoing, true),
            changed("2018-06-15", "2018-H1", Some(completed), ongoing, true),
        ];
        for (number, events) in [("2.2", &forth[..]), ("2.3", &back[..])] {
            append(&world, number, &[defined(number)]).await;
            append(&world, number, events).await;
        }
        let of = async |number: &str, period: &str| {
            let report = reported(&world, period).await;
            let action = report.actions().find(|action| action.number.to_string() == number).unwrap().clone();
            (action.status, action.previous_status, action.went_backwards)
        };
        assert_eq!(of("2.2", "2018-H1").await, (Some(completed), None, false));
        assert_eq!(of("2.2", "2018-H2").await, (Some(completed), Some(completed), false));
        assert_eq!(of("2.3", "2018-H1").await, (Some(ongoing), None, true));
        assert_eq!(of("2.3", "2018-H2").await, (Some(ongoing), Some(ongoing), false), "a step back is told once");
        let known = actions(&world.views, PlanId(PLAN), None).await.unwrap().value;
        let told = known.iter().find(|action| action.definition.number.to_string() == "2.3").unwrap();
        let told: Vec<_> = told.statuses.iter().map(|change| (change.half_year.to_string(), change.on)).collect();
        assert_eq!(told, [("2018-H1".to_owned(), on("2018-05-01")), ("2018-H1".to_owned(), on("2018-06-15"))]);
    }

    async fn a_beginning_that_was_corrected_to_an_earlier_day_ends_once(world: World) {
        plan_of_three(&world).await;
        let welfare = || minister("Minister van Welzijn", &[MinisterOffice::Welfare]);
        let begun = |at: &str| ActionEvent::ResponsibilityAssigned { occurred_on: on(at), responsibility: welfare() };
        let ended = ActionEvent::ResponsibilityEnded { occurred_on: on("2019-12-31"), responsibility: welfare() };
        append(&world, "1.1", &[begun("2020-01-15"), begun("2019-01-15"), ended]).await;
        for (period, is_named) in [("2018-H2", false), ("2019-H1", true), ("2019-H2", false), ("2020-H1", false)] {
            let (_, ministers, _, _) = who(&reported(&world, period).await, "1.1");
            assert_eq!(ministers.contains(&"Minister van Welzijn".to_owned()), is_named, "{period}: {ministers:?}");
        }
    }

    async fn who_began_again_is_named_from_then_on_when_an_earlier_end_is_recorded_later(world: World) {
        plan_of_three(&world).await;
        let welfare = || minister("Minister van Welzijn", &[MinisterOffice::Welfare]);
        let begun = |at: &str| ActionEvent::ResponsibilityAssigned { occurred_on: on(at), responsibility: welfare() };
        let ended = |at: &str| ActionEvent::ResponsibilityEnded { occurred_on: on(at), responsibility: welfare() };
        let all = [begun("2018-09-01"), ended("2019-09-01"), begun("2020-01-15"), ended("2019-03-01")];
        append(&world, "1.1", &all).await;
        for (period, is_named) in [("2018-H2", true), ("2019-H1", false), ("2019-H2", false), ("2020-H1", true)] {
            let (_, ministers, _, _) = who(&reported(&world, period).await, "1.1");
            assert_eq!(ministers.contains(&"Minister van Welzijn".to_owned()), is_named, "{period}: {ministers:?}");
        }
    }

    async fn a_revision_from_an_earlier_day_is_told_until_the_later_one_that_was_recorded_before(world: World) {
        plan_of_three(&world).await;
        let ActionEvent::ActionDefined { definition, .. } = defined("1.1") else { panic!("it is defined") };
        let revised = |at: &str, title: &str| ActionEvent::ActionRevised {
            occurred_on: on(at),
            definition: ActionDefinition { title: title.into(), ..definition.clone() },
        };
        append(&world, "1.1", &[revised("2020-01-15", "A"), revised("2019-02-01", "B")]).await;
        let titles = async |period: &str| who(&reported(&world, period).await, "1.1").0;
        assert_eq!(titles("2018-H2").await, "Actie 1.1");
        assert_eq!((titles("2019-H1").await, titles("2020-H1").await), ("B".to_owned(), "A".to_owned()));
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
        let early = report(&world.views, PlanId(PLAN), period, CutOffs::default(), Some(then + 1), |facts| facts).await;
        assert!(matches!(early, Err(ViewError::NotReached { .. })), "{early:?}");
        catch_up(&world.logs(), &world.views).await.unwrap();
        let known_at = async |index| {
            let found = report(&world.views, PlanId(PLAN), period, CutOffs::default(), index, |facts| facts).await;
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
            let owed = owed(&known, "2019-H1".parse().unwrap(), CutOffs { own: cut_off.map(on), before: None }, None);
            owed.iter().any(|owed| owed.number.to_string() == "2.2")
        };
        assert!(is_owed(None) && is_owed(Some("2019-04-03")));
        assert!(!is_owed(Some("2019-04-02")), "no policy domain answered for it yet");
        assert!(!is_owed(Some("2019-04-01")), "it was not there yet");
    }

    async fn of_an_action_that_ended_nothing_new_is_owed_after_the_half_year_in_which_it_ended(world: World) {
        plan_of_three(&world).await;
        let responsibility = Responsibility::PolicyDomain { code: PolicyDomainCode("OV".into()), coordinator: true };
        let ended = status("2018-H2", Some(ActionStatus::Ongoing), ActionStatus::Completed);
        let paid = budget(entry(0x2202, BudgetSource::BudgetColumn, 1_000));
        append(&world, "2.2", &[defined("2.2"), assigned(responsibility), ended, paid]).await;
        let owed_after = async |half_year: &str, before: Option<&str>| {
            catch_up(&world.logs(), &world.views).await.unwrap();
            let known = actions(&world.views, PlanId(PLAN), None).await.unwrap().value;
            let cut_offs = CutOffs { own: None, before: before.map(on) };
            let owed = owed(&known, half_year.parse().unwrap(), cut_offs, None);
            let own = owed.into_iter().filter(|owed| owed.number.to_string() == "2.2");
            own.map(|owed| owed.kind).collect::<Vec<_>>()
        };
        let owed_in = async |half_year| owed_after(half_year, None).await;
        assert_eq!(owed_in("2018-H2").await, [OwedKind::Progress]);
        assert_eq!(owed_in("2019-H1").await, []);
        let untold = owed_after("2019-H1", Some("2018-07-01")).await;
        assert!(untold.contains(&OwedKind::Progress), "the report before did not tell of the end: {untold:?}");
        append(&world, "2.2", &[status("2019-H2", Some(ActionStatus::Completed), ActionStatus::Ongoing)]).await;
        assert_eq!(owed_in("2019-H1").await, [], "it went on again later");
        assert_eq!(owed_in("2019-H2").await, [OwedKind::Progress]);
        let head = RowHead { id: RowId(Uuid::from_u128(0xc022)), half_year: "2019-H1".parse().unwrap(), ..row() };
        let blocks = vec![Block::Paragraph("Nog te bespreken.".into())];
        let begun = ReportRow { head, blocks, references: vec![], carried_from: None };
        append(&world, "2.2", &[ActionEvent::ProgressReported { occurred_on: day(), row: begun }]).await;
        assert_eq!(owed_in("2019-H1").await, [OwedKind::Submission]);
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
    told_by(world, period, CutOffs { own: cut_off.map(on), before: None }).await
}

async fn told_by(world: &World, period: &str, cut_offs: CutOffs) -> ProgressReport {
    catch_up(&world.logs(), &world.views).await.unwrap();
    let found = report(&world.views, PlanId(PLAN), period.parse().unwrap(), cut_offs, None, |facts| facts).await;
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
