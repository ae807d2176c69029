//! What an action is, how far it is, and who answers for it.

use super::*;
use crate::kernel::Refusal;

fn define(definition: ActionDefinition) -> ActionCommand {
    ActionCommand::DefineAction { defined_on: day("2018-10-01"), definition }
}

fn revise(definition: ActionDefinition) -> ActionCommand {
    ActionCommand::ReviseAction { revised_on: day("2018-11-01"), definition, keeps_continues: false }
}

fn change(to: ActionStatus, on: &str, reason: Option<&str>) -> ActionCommand {
    ActionCommand::ChangeStatus {
        changed_on: day(on),
        half_year: autumn(),
        status: to,
        reason: reason.map(str::to_owned),
    }
}

fn assign(responsibility: ResponsibilityGiven) -> ActionCommand {
    ActionCommand::AssignResponsibility { assigned_on: day("2018-10-01"), responsibility }
}

fn end(responsibility: ResponsibilityGiven) -> ActionCommand {
    ActionCommand::EndResponsibility { ended_on: day("2018-11-01"), responsibility }
}

fn domain_given(code: &str, coordinator: bool) -> ResponsibilityGiven {
    ResponsibilityGiven::PolicyDomain { code: PolicyDomainCode(code.into()), coordinator }
}

fn domain(code: &str, coordinator: bool) -> Responsibility {
    Responsibility::PolicyDomain { code: PolicyDomainCode(code.into()), coordinator }
}

/// The domain is to coordinate from this day on.
fn coordinate(code: &str, on: &str) -> ActionCommand {
    ActionCommand::AssignResponsibility { assigned_on: day(on), responsibility: domain_given(code, true) }
}

fn coordinates(code: &str, on: &str) -> ActionEvent {
    ActionEvent::ResponsibilityAssigned { occurred_on: day(on), responsibility: domain(code, true) }
}

fn assigned(responsibility: Responsibility) -> ActionEvent {
    ActionEvent::ResponsibilityAssigned { occurred_on: day("2018-10-01"), responsibility }
}

#[test]
fn an_action_is_defined_once() {
    when(vec![], define(definition())).then_expect_events(vec![defined()]);
    when(vec![defined()], define(definition())).then_expect_error(ActionRejection::AlreadyDefined);
}

#[test]
fn a_revision_may_keep_what_the_action_continues() {
    let earlier = Continues { plan: PlanId(Uuid::from_u128(2)), number: "3.1".parse().expect("a number") };
    let continuing = ActionDefinition { continues: vec![earlier], ..definition() };
    let before = || vec![ActionEvent::ActionDefined { occurred_on: day("2018-10-01"), definition: continuing.clone() }];
    let revised = |definition| vec![ActionEvent::ActionRevised { occurred_on: day("2018-11-01"), definition }];
    let renamed = ActionDefinition { title: "Anders".into(), ..definition() };
    let keeping = ActionCommand::ReviseAction {
        revised_on: day("2018-11-01"),
        definition: renamed.clone(),
        keeps_continues: true,
    };
    let kept = ActionDefinition { title: "Anders".into(), ..continuing.clone() };
    when(before(), keeping).then_expect_events(revised(kept));
    when(before(), revise(renamed.clone())).then_expect_events(revised(renamed));
}

#[test]
fn a_definition_has_a_title_headings_and_no_loop() {
    when(vec![], define(ActionDefinition { title: " ".into(), ..definition() }))
        .then_expect_error(ActionRejection::TextMissing { what: "title" });
    let headless = InitiativeList { heading: "".into(), initiatives: Initiatives::Listed(vec!["een".into()]) };
    when(vec![], define(ActionDefinition { initiatives: vec![headless], ..definition() }))
        .then_expect_error(ActionRejection::TextMissing { what: "heading" });
    let itself = Continues { plan: definition().plan, number: definition().number };
    when(vec![], define(ActionDefinition { continues: vec![itself], ..definition() }))
        .then_expect_error(ActionRejection::ContinuesItself);
}

#[test]
fn an_action_continues_one_of_an_earlier_plan() {
    let earlier = Continues { plan: PlanId(Uuid::from_u128(99)), number: definition().number };
    let continuing = ActionDefinition { continues: vec![earlier], ..definition() };
    let expected = ActionEvent::ActionDefined { occurred_on: day("2018-10-01"), definition: continuing.clone() };
    when(vec![], define(continuing)).then_expect_events(vec![expected]);
}

#[test]
fn a_definition_is_revised_but_keeps_its_place_in_the_plan() {
    let better = ActionDefinition { title: "Traumapsychologen in het CLB".into(), ..definition() };
    let revised = ActionEvent::ActionRevised { occurred_on: day("2018-11-01"), definition: better.clone() };
    when(vec![defined()], revise(better)).then_expect_events(vec![revised]);
    when(vec![defined()], revise(definition())).then_expect_events(vec![]);
    let moved = ActionDefinition { number: "5.9".parse().expect("a number"), ..definition() };
    when(vec![defined()], revise(moved))
        .then_expect_error(ActionRejection::PlaceInPlanChanged { number: definition().number });
    when(vec![], revise(definition())).then_expect_error(ActionRejection::NotDefined);
}

#[test]
fn nothing_is_recorded_before_it_happened() {
    let tomorrow = ActionCommand::DefineAction { defined_on: day("2018-12-16"), definition: definition() };
    when(vec![], tomorrow).then_expect_error(ActionRejection::InFuture { on: day("2018-12-16"), today: day(TODAY) });
    let ahead = ActionCommand::ChangeStatus {
        changed_on: day(TODAY),
        half_year: autumn().next(),
        status: ActionStatus::Ongoing,
        reason: None,
    };
    when(vec![defined()], ahead).then_expect_error(ActionRejection::HalfYearAhead { half_year: autumn().next() });
}

#[test]
fn a_status_goes_forward_freely_and_repeats_nothing() {
    when(vec![defined()], change(ActionStatus::Ongoing, "2018-10-01", None))
        .then_expect_events(vec![status(None, ActionStatus::Ongoing)]);
    when(vec![defined(), status(None, ActionStatus::Started)], change(ActionStatus::Ongoing, "2018-10-01", None))
        .then_expect_events(vec![status(Some(ActionStatus::Started), ActionStatus::Ongoing)]);
    when(vec![defined(), status(None, ActionStatus::Ongoing)], change(ActionStatus::Ongoing, "2018-11-01", None))
        .then_expect_events(vec![]);
}

#[test]
fn a_step_back_needs_a_reason_and_is_flagged() {
    use ActionStatus::*;
    for (from, to, back) in [
        (Ongoing, Started, true),
        (Started, NotStarted, true),
        (Completed, Ongoing, true),
        (Discontinued, NotStarted, true),
        (Completed, Discontinued, true),
        (NotStarted, Discontinued, false),
        (Ongoing, Completed, false),
    ] {
        let given = vec![defined(), status(None, from)];
        let without = when(given.clone(), change(to, "2018-11-01", Some("  "))).inspect_result();
        match back {
            true => assert_eq!(without, Err(ActionRejection::BackwardsWithoutReason), "{from:?} -> {to:?}"),
            false => assert!(without.is_ok(), "{from:?} -> {to:?}"),
        }
        when(given, change(to, "2018-11-01", Some("herstart"))).then_expect_events(vec![
            ActionEvent::ActionStatusChanged {
                occurred_on: day("2018-11-01"),
                half_year: autumn(),
                from: Some(from),
                to,
                backwards: back,
                reason: Some("herstart".into()),
            },
        ]);
    }
}

#[test]
fn a_status_is_not_changed_before_the_one_it_follows() {
    let given = vec![defined(), status(None, ActionStatus::Started)];
    when(given, change(ActionStatus::Ongoing, "2018-09-30", None))
        .then_expect_error(ActionRejection::StatusOutOfOrder { since: day("2018-10-01"), half_year: autumn() });
}

#[test]
fn a_minister_is_kept_as_printed_with_the_office_it_means() {
    let given = ResponsibilityGiven::Minister { title: "Minister van Jeugd, Media en Brussel".into() };
    let minister = Responsibility::Minister {
        title: "Minister van Jeugd, Media en Brussel".into(),
        offices: vec![MinisterOffice::CultureYouthMediaBrussels],
    };
    when(vec![defined()], assign(given.clone())).then_expect_events(vec![assigned(minister.clone())]);
    when(vec![defined(), assigned(minister)], assign(given)).then_expect_events(vec![]);
    when(vec![defined()], assign(ResponsibilityGiven::Minister { title: "".into() }))
        .then_expect_error(ActionRejection::TextMissing { what: "title" });
}

#[test]
fn at_most_one_policy_domain_coordinates() {
    when(vec![defined()], assign(domain_given("KB", true))).then_expect_events(vec![assigned(domain("KB", true))]);
    let given = vec![defined(), assigned(domain("KB", true)), assigned(domain("OV", false))];
    when(given.clone(), assign(domain_given("WVG", true)))
        .then_expect_error(ActionRejection::CoordinatorTaken { code: PolicyDomainCode("KB".into()) });
    when(given.clone(), assign(domain_given("OV", true)))
        .then_expect_error(ActionRejection::CoordinatorTaken { code: PolicyDomainCode("KB".into()) });
    when(given.clone(), assign(domain_given("KB", true))).then_expect_events(vec![]);
    when(given, assign(domain_given("KB", false))).then_expect_events(vec![assigned(domain("KB", false))]);
}

#[test]
fn a_responsibility_ends_when_it_was_there() {
    let ended = |responsibility| ActionEvent::ResponsibilityEnded { occurred_on: day("2018-11-01"), responsibility };
    let minister =
        Responsibility::Minister { title: "Minister van Onderwijs".into(), offices: vec![MinisterOffice::Education] };
    let given = vec![defined(), assigned(domain("KB", true)), assigned(minister.clone())];
    when(given.clone(), end(domain_given("KB", false))).then_expect_events(vec![ended(domain("KB", true))]);
    when(given.clone(), end(ResponsibilityGiven::Minister { title: "Minister van Onderwijs".into() }))
        .then_expect_events(vec![ended(minister)]);
    when(given, end(domain_given("WSE", false))).then_expect_error(ActionRejection::NotResponsible);
}

#[test]
fn partners_come_and_go() {
    let add = |partner: &str| ActionCommand::AddPartner { added_on: day("2018-10-01"), partner: partner.into() };
    let remove =
        |partner: &str| ActionCommand::RemovePartner { removed_on: day("2018-11-01"), partner: partner.into() };
    let added = ActionEvent::PartnerAdded { occurred_on: day("2018-10-01"), partner: "VVSG".into() };
    when(vec![defined()], add("VVSG")).then_expect_events(vec![added.clone()]);
    when(vec![defined(), added.clone()], add("VVSG")).then_expect_events(vec![]);
    when(vec![defined()], add(" ")).then_expect_error(ActionRejection::TextMissing { what: "partner" });
    when(vec![defined(), added], remove("VVSG")).then_expect_events(vec![ActionEvent::PartnerRemoved {
        occurred_on: day("2018-11-01"),
        partner: "VVSG".into(),
    }]);
    when(vec![defined()], remove("VVSG")).then_expect_error(ActionRejection::NotAPartner);
}

#[test]
fn an_earlier_first_day_is_recorded_and_a_later_one_changes_nothing() {
    let minister =
        Responsibility::Minister { title: "Minister van Onderwijs".into(), offices: vec![MinisterOffice::Education] };
    let given = || {
        vec![
            defined(),
            assigned(minister.clone()),
            assigned(domain("KB", true)),
            ActionEvent::PartnerAdded { occurred_on: day("2018-10-01"), partner: "VVSG".into() },
        ]
    };
    for (on, is_new) in [("2018-06-01", true), ("2018-10-01", false), ("2018-11-01", false)] {
        let on = day(on);
        let expected = |event: ActionEvent| if is_new { vec![event] } else { vec![] };
        let assign = |responsibility| ActionCommand::AssignResponsibility { assigned_on: on, responsibility };
        let assigned = |responsibility| ActionEvent::ResponsibilityAssigned { occurred_on: on, responsibility };
        when(given(), assign(ResponsibilityGiven::Minister { title: "Minister van Onderwijs".into() }))
            .then_expect_events(expected(assigned(minister.clone())));
        when(given(), assign(domain_given("KB", true))).then_expect_events(expected(assigned(domain("KB", true))));
        when(given(), ActionCommand::AddPartner { added_on: on, partner: "VVSG".into() })
            .then_expect_events(expected(ActionEvent::PartnerAdded { occurred_on: on, partner: "VVSG".into() }));
        let revise = ActionCommand::ReviseAction { revised_on: on, definition: definition(), keeps_continues: false };
        when(given(), revise)
            .then_expect_events(expected(ActionEvent::ActionRevised { occurred_on: on, definition: definition() }));
    }
}

#[test]
fn what_ended_ends_on_an_earlier_day_and_on_no_later_one() {
    let title = "Minister van Onderwijs";
    let minister = Responsibility::Minister { title: title.into(), offices: vec![MinisterOffice::Education] };
    let ended = |on: &str, responsibility| ActionEvent::ResponsibilityEnded { occurred_on: day(on), responsibility };
    let removed = |on: &str| ActionEvent::PartnerRemoved { occurred_on: day(on), partner: "VVSG".into() };
    let given = || {
        vec![
            defined(),
            assigned(minister.clone()),
            ended("2018-12-01", minister.clone()),
            assigned(domain("KB", true)),
            ended("2018-12-01", domain("KB", true)),
            ActionEvent::PartnerAdded { occurred_on: day("2018-10-01"), partner: "VVSG".into() },
            removed("2018-12-01"),
        ]
    };
    let end = |on: &str, responsibility| ActionCommand::EndResponsibility { ended_on: day(on), responsibility };
    let remove = |on: &str| ActionCommand::RemovePartner { removed_on: day(on), partner: "VVSG".into() };
    let minister_given = || ResponsibilityGiven::Minister { title: title.into() };
    let earlier = "2018-11-01";
    when(given(), end(earlier, minister_given())).then_expect_events(vec![ended(earlier, minister.clone())]);
    when(given(), end(earlier, domain_given("KB", false))).then_expect_events(vec![ended(earlier, domain("KB", true))]);
    when(given(), remove(earlier)).then_expect_events(vec![removed(earlier)]);
    for later in ["2018-12-01", "2018-12-10"] {
        when(given(), end(later, minister_given())).then_expect_error(ActionRejection::NotResponsible);
        when(given(), end(later, domain_given("KB", false))).then_expect_error(ActionRejection::NotResponsible);
        when(given(), remove(later)).then_expect_error(ActionRejection::NotAPartner);
    }
}

#[test]
fn a_domain_does_not_coordinate_on_days_on_which_another_one_did() {
    let until = day("2018-12-01");
    let ended = ActionEvent::ResponsibilityEnded { occurred_on: until, responsibility: domain("KB", true) };
    let no_longer = ActionEvent::ResponsibilityAssigned { occurred_on: until, responsibility: domain("KB", false) };
    let then = ActionRejection::CoordinatorThen { code: PolicyDomainCode("KB".into()), until };
    for end in [ended, no_longer] {
        let given = || vec![defined(), coordinates("KB", "2018-01-01"), end.clone()];
        when(given(), coordinate("OV", "2018-06-01")).then_expect_error(then.clone());
        when(given(), coordinate("OV", "2018-12-01")).then_expect_events(vec![coordinates("OV", "2018-12-01")]);
        when(given(), coordinate("KB", "2018-06-01")).then_expect_error(ActionRejection::WasSoUntil { until });
        when(given(), coordinate("KB", "2018-12-01")).then_expect_events(vec![coordinates("KB", "2018-12-01")]);
        let since = || [given(), vec![coordinates("OV", "2018-12-05")]].concat();
        when(since(), coordinate("OV", "2018-11-30")).then_expect_error(then.clone());
    }
}

#[test]
fn a_domain_coordinates_from_an_earlier_day_where_nobody_else_did_until_its_next_turn() {
    let ended = |code: &str, on: &str| ActionEvent::ResponsibilityEnded {
        occurred_on: day(on),
        responsibility: domain(code, true),
    };
    let given =
        || vec![defined(), coordinates("KB", "2018-06-01"), ended("KB", "2018-10-01"), coordinates("OV", "2018-11-01")];
    when(given(), coordinate("KB", "2018-03-01")).then_expect_events(vec![coordinates("KB", "2018-03-01")]);
    let told = folded(&[given(), vec![coordinates("KB", "2018-03-01")]].concat());
    let on = |at: &str| told.domains_ever().iter().find(|(_, spans)| spans.on(day(at)) == Some(&true));
    let codes = ["2018-03-01", "2018-09-30", "2018-10-01", "2018-11-01"].map(|at| on(at).map(|(code, _)| &*code.0));
    assert_eq!(codes, [Some("KB"), Some("KB"), None, Some("OV")]);
    let before = || [vec![defined(), coordinates("OV", "2018-02-01"), ended("OV", "2018-04-01")], given()].concat();
    let until = day("2018-04-01");
    when(before(), coordinate("KB", "2018-03-01"))
        .then_expect_error(ActionRejection::CoordinatorThen { code: PolicyDomainCode("OV".into()), until });
    when(given(), coordinate("KB", "2018-10-15"))
        .then_expect_error(ActionRejection::CoordinatorTaken { code: PolicyDomainCode("OV".into()) });
}

#[test]
fn a_beginning_corrected_to_an_earlier_day_is_one_beginning_and_ends_once() {
    let on =
        |at: &str| ActionEvent::ResponsibilityAssigned { occurred_on: day(at), responsibility: domain("KB", true) };
    let off = |at: &str| ActionEvent::ResponsibilityEnded { occurred_on: day(at), responsibility: domain("KB", true) };
    let given = || vec![defined(), on("2018-11-15"), on("2017-11-15")];
    let end =
        ActionCommand::EndResponsibility { ended_on: day("2018-10-31"), responsibility: domain_given("KB", true) };
    when(given(), end).then_expect_events(vec![off("2018-10-31")]);
    let action = folded(&[given(), vec![off("2018-10-31")]].concat());
    assert_eq!(action.policy_domains().count(), 0, "the later day was a mistake");
}

#[test]
fn a_responsibility_that_began_again_stays_when_an_earlier_end_is_recorded_and_no_end_lies_before_its_beginning() {
    let on =
        |at: &str| ActionEvent::ResponsibilityAssigned { occurred_on: day(at), responsibility: domain("KB", true) };
    let off = |at: &str| ActionEvent::ResponsibilityEnded { occurred_on: day(at), responsibility: domain("KB", true) };
    let end =
        |at: &str| ActionCommand::EndResponsibility { ended_on: day(at), responsibility: domain_given("KB", true) };
    let given = || vec![defined(), on("2018-01-01"), off("2018-06-01"), on("2018-11-15")];
    when(given(), end("2018-03-01")).then_expect_events(vec![off("2018-03-01")]);
    let ended = folded(&[given(), vec![off("2018-03-01")]].concat());
    let told = ["2018-02-28", "2018-04-01", "2018-10-01", "2018-12-01"]
        .map(|at| ended.domains_ever().values().any(|spans| spans.on(day(at)).is_some()));
    assert_eq!(told, [true, false, false, true]);
    let later = ActionRejection::BeginsLater { since: day("2018-11-15") };
    when(given(), end("2018-08-01")).then_expect_error(later);
    for first in ["2017-12-31", "2016-01-01"] {
        when(given(), end(first)).then_expect_error(ActionRejection::BeginsLater { since: day("2018-01-01") });
    }
    when(vec![defined(), on("2018-01-01")], end("2018-01-01")).then_expect_events(vec![off("2018-01-01")]);
    let partner = ActionEvent::PartnerAdded { occurred_on: day("2018-10-01"), partner: "VVSG".into() };
    let remove = ActionCommand::RemovePartner { removed_on: day("2018-09-30"), partner: "VVSG".into() };
    when(vec![defined(), partner], remove).then_expect_error(ActionRejection::BeginsLater { since: day("2018-10-01") });
}

#[test]
fn a_revision_from_an_earlier_day_holds_until_the_later_one_that_was_recorded_before() {
    let named = |title: &str| ActionDefinition { title: title.into(), ..definition() };
    let revised = |at: &str, title: &str| ActionEvent::ActionRevised { occurred_on: day(at), definition: named(title) };
    let revise = |at: &str, title: &str| ActionCommand::ReviseAction {
        revised_on: day(at),
        definition: named(title),
        keeps_continues: false,
    };
    let given = || vec![defined(), revised("2018-12-01", "Later")];
    when(given(), revise("2018-11-01", "Tussenin")).then_expect_events(vec![revised("2018-11-01", "Tussenin")]);
    let action = folded(&[given(), vec![revised("2018-11-01", "Tussenin")]].concat());
    let told = ["2018-10-31", "2018-11-30", "2018-12-01"]
        .map(|at| action.definitions().on(day(at)).map(|definition| definition.title.clone()).unwrap_or_default());
    assert_eq!(told, ["Traumapsychologen", "Tussenin", "Later"]);
    assert_eq!(action.definition().map(|now| now.title.as_str()), Some("Later"));
    let until = day("2018-12-01");
    when(given(), revise("2018-11-01", "Traumapsychologen")).then_expect_error(ActionRejection::WasSoUntil { until });
}

#[test]
fn nothing_of_an_action_happened_before_there_was_any_plan() {
    let on = day("1990-01-15");
    let no = || ActionRejection::BeforePlans { on };
    let responsibility = || domain_given("KB", false);
    for command in [
        ActionCommand::ReviseAction { revised_on: on, definition: definition(), keeps_continues: false },
        ActionCommand::AssignResponsibility { assigned_on: on, responsibility: responsibility() },
        ActionCommand::EndResponsibility { ended_on: on, responsibility: responsibility() },
        ActionCommand::CorrectMeans {
            corrected_on: on,
            means: means(1),
            keeps: Default::default(),
            reason: "nagekeken".into(),
        },
        change(ActionStatus::Ongoing, "1990-01-15", None),
    ] {
        when(vec![defined()], command).then_expect_error(no());
    }
    when(vec![], ActionCommand::DefineAction { defined_on: on, definition: definition() }).then_expect_error(no());
    assert!(no().message_nl().contains("2015") && no().to_string().contains("2015"));
}

#[test]
fn a_status_from_an_earlier_day_or_in_an_earlier_report_is_recorded_and_follows_the_one_before_it() {
    use ActionStatus::{Ongoing, Started};
    let told = |on: &str, half_year, from, to| ActionEvent::ActionStatusChanged {
        occurred_on: day(on),
        half_year,
        from,
        to,
        backwards: false,
        reason: None,
    };
    let ongoing = |on: &str, half_year| ActionCommand::ChangeStatus {
        changed_on: day(on),
        half_year,
        status: Ongoing,
        reason: None,
    };
    let given = || {
        vec![
            defined(),
            told("2018-03-01", spring(), None, Started),
            told("2018-10-01", autumn(), Some(Started), Ongoing),
        ]
    };
    for (on, half_year) in [("2018-08-01", autumn()), ("2018-06-01", spring()), ("2018-10-01", spring())] {
        let again = told(on, half_year, Some(Started), Ongoing);
        when(given(), ongoing(on, half_year)).then_expect_events(vec![again.clone()]);
        let since = || [given(), vec![again.clone()]].concat();
        when(since(), ongoing(on, half_year)).then_expect_events(vec![]);
        when(since(), ongoing("2018-11-01", autumn())).then_expect_events(vec![]);
    }
    let too_early = ActionRejection::StatusOutOfOrder { since: day("2018-03-01"), half_year: spring() };
    when(given(), ongoing("2018-02-01", spring())).then_expect_error(too_early);
    let in_spring = vec![defined(), told("2018-06-01", spring(), None, Ongoing)];
    when(in_spring, ongoing("2018-05-01", autumn()))
        .then_expect_error(ActionRejection::StatusInReport { half_year: spring() });
    let in_autumn = vec![defined(), told("2018-06-01", autumn(), None, Ongoing)];
    when(in_autumn, ongoing("2018-07-15", spring()))
        .then_expect_error(ActionRejection::StatusSince { since: day("2018-06-01") });
}

#[test]
fn a_title_that_would_keep_an_edition_from_being_frozen_is_refused() {
    for (title, quoted) in [("Begeleiding van drie jongeren", "drie"), ("48 leertrajecten", "48")] {
        let told = ActionDefinition { title: title.into(), ..definition() };
        for (given, command) in [(vec![], define(told.clone())), (vec![defined()], revise(told))] {
            let refused = when(given, command).inspect_result();
            let Err(ActionRejection::TitleTellsTooMuch { quote }) = refused else { panic!("{title}: {refused:?}") };
            assert!(quote.contains(quoted), "{title}: {quote}");
        }
    }
    let working_in_pairs = ["Werken in duo", "Duo for a Job", "Koppel jongeren aan een coach"];
    let about_others = ["Leertrajecten", "Databank van politieaanspreekpunten voor scholen (PLP41)"];
    for title in about_others.into_iter().chain(working_in_pairs) {
        let fits = ActionDefinition { title: title.into(), ..definition() };
        assert!(when(vec![], define(fits)).inspect_result().is_ok(), "{title}");
    }
}

#[test]
fn several_commands_happen_together_or_not_at_all() {
    let commands = vec![define(definition()), change(ActionStatus::Ongoing, "2018-10-01", None)];
    when(vec![], ActionCommand::Together { commands: commands.clone() })
        .then_expect_events(vec![defined(), status(None, ActionStatus::Ongoing)]);
    let mut broken = commands;
    broken.push(assign(ResponsibilityGiven::Minister { title: " ".into() }));
    when(vec![], ActionCommand::Together { commands: broken }).then_expect_error(ActionRejection::InStep {
        index: 2,
        refused: Box::new(ActionRejection::TextMissing { what: "title" }),
    });
}

#[test]
fn action_numbers_are_read_strictly_and_sort_by_chapter_and_place() {
    for wrong in ["", "5", "5.", ".8", "0.1", "5.0", "5.08", "+5.8", "5.8.1", "5,8", "a.b"] {
        assert!(wrong.parse::<ActionNumber>().is_err(), "{wrong}");
    }
    let mut numbers: Vec<ActionNumber> =
        ["5.10", "14.1", "5.9", "1.1"].iter().map(|number| number.parse().expect("a number")).collect();
    numbers.sort();
    assert_eq!(numbers.iter().map(ToString::to_string).collect::<Vec<_>>(), ["1.1", "5.9", "5.10", "14.1"]);
}

#[test]
fn a_party_and_a_minister_are_the_same_however_their_letters_were_typed() {
    let (typed, composed) = ("Stad Ge\u{301}nt", "Stad G\u{e9}nt");
    let on = day("2018-10-01");
    let added = |partner: &str| ActionEvent::PartnerAdded { occurred_on: on, partner: partner.into() };
    let add = |partner: &str| ActionCommand::AddPartner { added_on: on, partner: partner.into() };
    when(vec![defined()], add(typed)).then_expect_events(vec![added(composed)]);
    when(vec![defined(), added(typed)], add(composed)).then_expect_events(vec![]);
    let remove = ActionCommand::RemovePartner { removed_on: on, partner: composed.into() };
    when(vec![defined(), added(typed)], remove)
        .then_expect_events(vec![ActionEvent::PartnerRemoved { occurred_on: on, partner: typed.into() }]);
    let assign = |title: &str| ActionCommand::AssignResponsibility {
        assigned_on: on,
        responsibility: ResponsibilityGiven::Minister { title: title.into() },
    };
    let assigned = |title: &str| ActionEvent::ResponsibilityAssigned {
        occurred_on: on,
        responsibility: Responsibility::Minister { title: title.into(), offices: vec![] },
    };
    when(vec![defined()], assign(typed)).then_expect_events(vec![assigned(composed)]);
    when(vec![defined(), assigned(typed)], assign(composed)).then_expect_events(vec![]);
}
