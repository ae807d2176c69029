//! Each rule finds what it is about, and leaves alone what only looks like it.

use spoor_domain::action::event::*;
use spoor_domain::kernel::{ActionId, Cents};
use uuid::Uuid;

use super::super::facts::{BudgetLine, Minister, PolicyDomainRole, ReportRowFacts};
use super::*;

fn action(number: &str) -> ActionReport {
    ActionReport {
        id: ActionId(Uuid::from_u128(1)),
        number: number.parse().unwrap(),
        title: "Titel".into(),
        description: None,
        initiatives: vec![],
        status: Some(ActionStatus::Ongoing),
        previous_status: None,
        went_backwards: false,
        ministers: vec![],
        policy_domains: vec![],
        other_parties: vec![],
        reports: vec![],
        budget: vec![],
        means: vec![],
        mentions: vec![],
        indicators: vec![],
        regular_means: true,
    }
}

fn amount(n: u128, euros: i64, note: &str, period: Option<&str>) -> BudgetEntry {
    let school_year = |verbatim: &str| {
        let (first, last) = verbatim.split_once('-')?;
        Some((format!("{first}-09-01").parse().ok()?, format!("{last}-08-31").parse().ok()?))
    };
    let period = period.map(|verbatim| {
        let (from, until) = school_year(verbatim).unzip();
        BudgetPeriod { verbatim: verbatim.into(), from, until, kind: PeriodKind::SchoolYear }
    });
    BudgetEntry {
        id: EntryId(Uuid::from_u128(n)),
        half_year: "2018-H2".parse().unwrap(),
        row: None,
        competence: None,
        competence_basis: None,
        amount: Cents(euros * 100),
        beneficiary: None,
        note: Some(note.into()),
        funder: None,
        period,
        verbatim: None,
        source: BudgetSource::BudgetColumn,
        source_lines: None,
        relation: None,
        breakdown: vec![],
        possible_duplicate_of: None,
    }
}

fn paying(number: &str, entries: impl IntoIterator<Item = BudgetEntry>) -> ActionReport {
    let lines = entries.into_iter().map(|entry| BudgetLine { entry, corrected_because: None });
    ActionReport { budget: lines.collect(), regular_means: false, ..action(number) }
}

fn row(state: RowState, blocks: Vec<Block>, references: Vec<Reference>) -> ReportRowFacts {
    let competence = Competence { code: "Jeugd".into(), policy_domain: PolicyDomainCode("CJM".into()) };
    let head = RowHead {
        id: RowId(Uuid::from_u128(7)),
        half_year: "2018-H2".parse().unwrap(),
        place: 1,
        competences: vec![competence],
    };
    let row = (!blocks.is_empty()).then(|| ReportRow { head: head.clone(), blocks, references, carried_from: None });
    ReportRowFacts { head, state, returned_because: None, row }
}

fn telling(number: &str, text: &str) -> ActionReport {
    let row = row(RowState::Accepted, vec![Block::Paragraph(text.into())], vec![]);
    ActionReport { reports: vec![row], ..action(number) }
}

fn found(actions: &[ActionReport], kind: FindingKind) -> Vec<(String, String)> {
    after(actions, &[], kind)
}

fn after(now: &[ActionReport], before: &[ActionReport], kind: FindingKind) -> Vec<(String, String)> {
    let all = findings(now, before, "2018-H2".parse().unwrap());
    all.into_iter().filter(|own| own.kind == kind).map(|own| (own.number.to_string(), own.why.nl)).collect()
}

fn numbers(found: Vec<(String, String)>) -> Vec<String> {
    found.into_iter().map(|(number, _)| number).collect()
}

#[test]
fn the_same_amount_for_the_same_name_in_overlapping_periods_is_probably_the_same_money() {
    let first = paying("1.4", [amount(1, 200, "OTA", Some("2016-2017")), amount(2, 200, "OTA", Some("2017-2018"))]);
    let later = paying("9.1", [amount(3, 200, "OTA, jaar niet vermeld", None)]);
    let found = found(&[first, later], FindingKind::ProbableDuplicate);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0],
        (
            "9.1".into(),
            "200,00 euro voor ‘OTA, jaar niet vermeld’ (–) staat ook in actie 1.4, voor ‘OTA’ (2017-2018). Nog niet \
             aangemerkt als mogelijk dubbel."
                .into()
        )
    );
}

#[test]
fn what_differs_in_amount_name_or_period_is_not_the_same_money() {
    let pairs = [
        (amount(1, 75, "De Touter", None), amount(2, 150, "De Touter (Houvast)", None)),
        (amount(1, 22, "jeugd, tweede bedrag", None), amount(2, 22, "publicatie Bookmarks", None)),
        (amount(1, 60, "BCH", Some("2015-2016")), amount(2, 60, "BCH", Some("2017-2018"))),
        (amount(1, 85, "bestemming niet vermeld", None), amount(2, 85, "bestemming niet vermeld", None)),
        (amount(1, 85, "stad", None), BudgetEntry { note: None, ..amount(2, 85, "", None) }),
    ];
    for (first, later) in pairs {
        let said = format!("{first:?} {later:?}");
        let found = found(&[paying("1.1", [first]), paying("2.1", [later])], FindingKind::ProbableDuplicate);
        assert_eq!(found, [], "{said}");
    }
    let within = paying("1.1", [amount(1, 60, "BCH", None), amount(2, 60, "BCH", None)]);
    assert_eq!(found(&[within], FindingKind::ProbableDuplicate), [], "one action may pay the same twice");
}

#[test]
fn a_series_that_is_printed_twice_is_found_to_its_last_amount_also_when_a_period_is_misprinted() {
    let print = |n: u128, last: &str| {
        [
            amount(n, 60, "BCH", Some("2016-2017")),
            amount(n + 1, 92, "BCH", Some("2017-2018")),
            amount(n + 2, 90, "BCH; zo gedrukt", Some(last)),
        ]
    };
    let twice = [paying("9.1", print(1, "2018-2019")), paying("12.1", print(11, "2016-2017"))];
    assert_eq!(numbers(found(&twice, FindingKind::ProbableDuplicate)), ["12.1", "12.1", "12.1"]);
    let alone = [
        paying("9.1", [amount(1, 90, "BCH", Some("2018-2019"))]),
        paying("12.1", [amount(2, 90, "BCH", Some("2016-2017"))]),
    ];
    assert_eq!(found(&alone, FindingKind::ProbableDuplicate), [], "one amount is no series");
}

#[test]
fn the_same_funder_is_enough_where_the_names_differ() {
    let funded = |n, note: &str| BudgetEntry { funder: Some("AMIF".into()), ..amount(n, 50, note, None) };
    let twice = [paying("1.1", [funded(1, "Gent")]), paying("2.1", [funded(2, "oproep")])];
    assert_eq!(numbers(found(&twice, FindingKind::ProbableDuplicate)), ["2.1"]);
}

#[test]
fn parts_that_do_not_add_up_are_told_with_the_difference() {
    let part = |cents| BudgetPart { amount: Cents(cents), note: None, verbatim: None };
    let whole = BudgetEntry { breakdown: vec![part(6_000), part(4_600)], ..amount(1, 100, "oproep", None) };
    let exact = BudgetEntry { breakdown: vec![part(6_000), part(4_000)], ..amount(2, 100, "oproep", None) };
    let listed = BudgetEntry {
        source: BudgetSource::Description,
        relation: Some(BudgetRelation { kind: RelationKind::PartOf, entry: EntryId(Uuid::from_u128(2)) }),
        ..amount(3, 99, "Gent", None)
    };
    let found = found(&[paying("4.6", [whole, exact, listed])], FindingKind::SumMismatch);
    let why: Vec<&str> = found.iter().map(|(_, why)| why.as_str()).collect();
    assert_eq!(
        why,
        [
            "Gedrukt is 100,00 euro voor ‘oproep’; de delen die erbij gedrukt staan (2) zijn samen 106,00 euro: 6,00 euro meer.",
            "Gedrukt is 100,00 euro voor ‘oproep’; de bedragen in de beschrijving (1) zijn samen 99,00 euro: 1,00 euro minder.",
        ]
    );
}

#[test]
fn a_text_that_only_points_elsewhere_is_no_report() {
    for (text, only) in [
        ("Zie actie 11.2.", true),
        ("Cfr. rapportage hierboven", true),
        ("We verwijzen naar de rapportering van Onderwijs.", true),
        ("Het netwerk kwam samen; zie ook actie 11.2.", false),
        ("Zienderogen beter.", false),
    ] {
        let found = found(&[telling("11.3", text)], FindingKind::ReferenceOnly);
        assert_eq!(found.len(), usize::from(only), "{text}");
    }
    let link = Block::Link { text: "verslag".into(), url: "https://example.org".into() };
    let action = ActionReport { reports: vec![row(RowState::Accepted, vec![link], vec![])], ..action("11.3") };
    assert_eq!(numbers(found(&[action], FindingKind::ReferenceOnly)), ["11.3"]);
}

#[test]
fn an_action_that_goes_on_though_its_text_or_its_last_period_ended_is_found() {
    let over = "De cursus liep. Het project werd afgesloten in juni. Er komt een rapport.";
    let told = found(&[telling("11.1", over)], FindingKind::OngoingThoughEnded);
    assert_eq!(told, [("11.1".into(), "Er staat: ‘Het project werd afgesloten in juni’".into())]);
    let past = paying("14.8", [amount(1, 10, "x", Some("2015-2016")), amount(2, 10, "y", Some("2016-2017"))]);
    let told = found(std::slice::from_ref(&past), FindingKind::OngoingThoughEnded);
    assert!(told[0].1.contains("‘2016-2017’, eindigde op 2017-08-31"), "{told:?}");
    let also_open = paying("14.8", [amount(1, 10, "x", Some("2015-2016")), amount(2, 10, "y", None)]);
    assert_eq!(found(&[also_open], FindingKind::OngoingThoughEnded), [], "an amount without a period may go on");
    let ended = ActionReport { status: Some(ActionStatus::Completed), ..past };
    assert_eq!(found(&[ended], FindingKind::OngoingThoughEnded), []);
}

#[test]
fn the_sentences_by_which_the_report_of_2018_says_that_something_ended_are_understood() {
    for over in [
        "De experimentele projecten zijn afgerond. Visie en materiaal zijn ontwikkeld.",
        "Acht initiatieven ontvingen een subsidie.\nDe projecten zijn intussen\nafgelopen.",
        "Het mandaat van deze werkgroep liep ten einde in juni 2018.",
        "Nu het project afgerond is, wordt het geëvalueerd.",
    ] {
        assert_eq!(numbers(found(&[telling("14.8", over)], FindingKind::OngoingThoughEnded)), ["14.8"], "{over}");
    }
    for goes_on in [
        "Als deze opdracht is afgerond, zal men kijken waar men verder kan.",
        "Het onderzoek is nog niet afgerond.",
        "Er werd een eerste overeenkomst afgesloten met de provincie.",
        "De afgelopen maanden werden vormingen gegeven.",
        "De werkgroep is tweemaal samengekomen.",
    ] {
        assert!(found(&[telling("8.1", goes_on)], FindingKind::OngoingThoughEnded).is_empty(), "{goes_on}");
    }
}

#[test]
fn a_reference_dangles_when_the_plan_has_no_such_action_or_that_competence_reports_nothing_there() {
    let reference = |action: &str, competence: Option<&str>| Reference {
        plan: None,
        action: Some(action.parse().unwrap()),
        competence: competence.map(str::to_owned),
        edition: None,
    };
    let text = || vec![Block::Paragraph("Over de werking en de plannen.".into())];
    let pointing =
        |references| ActionReport { reports: vec![row(RowState::Accepted, text(), references)], ..action("6.3") };
    for (to, dangles) in [
        (reference("8.2", None), true),
        (reference("8.1", None), false),
        (reference("8.1", Some("Jeugd")), false),
        (reference("8.1", Some("Sport")), true),
        (Reference { edition: "2018-H1".parse().ok(), ..reference("8.1", Some("Sport")) }, false),
        (Reference { plan: Some(spoor_domain::kernel::PlanId(Uuid::from_u128(9))), ..reference("8.2", None) }, false),
    ] {
        let all = [pointing(vec![to.clone()]), telling("8.1", "Over iets anders.")];
        assert_eq!(found(&all, FindingKind::DanglingReference).len(), usize::from(dangles), "{to:?}");
    }
}

#[test]
fn a_text_that_names_an_action_the_plan_does_not_have_dangles_as_a_reference_does() {
    for (said, dangling) in [
        ("Dit is opgenomen in actie 8.2. Het plan loopt door.", 1),
        ("Zie ook de maatregelen 8.1, 15.1 en 15.2.", 2),
        ("(Zie actie 8.2, en nog eens actie 8.2.)", 1),
        ("Dit is opgenomen in actie 8.1.", 0),
        ("Zie actie 3.1 van het Vlaams Jeugd- en Kinderrechtenbeleidsplan.", 0),
        ("Er waren 8.2 acties per gemeente, en versie 9.9 van de brochure.", 0),
    ] {
        let all = [telling("6.3", said), telling("8.1", "Over iets anders.")];
        assert_eq!(found(&all, FindingKind::DanglingReference).len(), dangling, "{said}");
    }
    let reference = Reference { plan: None, action: "8.2".parse().ok(), competence: None, edition: None };
    let text = vec![Block::Paragraph("Dit is opgenomen in actie 8.2.".into())];
    let both = ActionReport { reports: vec![row(RowState::Accepted, text, vec![reference])], ..action("6.3") };
    assert_eq!(found(&[both], FindingKind::DanglingReference).len(), 1, "it is told once");
}

#[test]
fn a_row_imported_without_its_text_is_not_missing() {
    let imported = ActionReport { reports: vec![row(RowState::NotCarriedOver, vec![], vec![])], ..action("3.1") };
    let silent = ActionReport { reports: vec![row(RowState::NothingToReport, vec![], vec![])], ..action("3.2") };
    let all = [imported, silent, action("3.3")];
    assert_eq!(numbers(found(&all, FindingKind::TextNotCarriedOver)), ["3.1"]);
    assert_eq!(numbers(found(&all, FindingKind::WithoutProgress)), ["3.2", "3.3"]);
}

#[test]
fn what_is_lacking_twice_is_told_once_and_only_when_there_was_an_edition_before() {
    let now = [action("1.1"), paying("1.2", [amount(1, 5, "x", None)])];
    assert_eq!(after(&now, &[action("1.1")], FindingKind::LackingTwice), [], "nobody reported before");
    let before = [action("1.1"), paying("1.2", [amount(2, 5, "x", None)])];
    let told = after(&now, &before, FindingKind::LackingTwice);
    let expected = [
        ("1.1".into(), "Twee halfjaren zonder een bedrag, zonder een indicator, zonder voortgang.".into()),
        ("1.2".into(), "Twee halfjaren zonder een indicator, zonder voortgang.".into()),
    ];
    assert_eq!(told, expected);
    let stopped = [ActionReport { status: Some(ActionStatus::Discontinued), ..action("1.1") }, before[1].clone()];
    assert_eq!(numbers(after(&now, &stopped, FindingKind::LackingTwice)), ["1.2"]);
}

#[test]
fn a_title_written_otherwise_than_usual_is_shown_beside_its_office() {
    let under = |number: &str, title: &str| {
        let minister = Minister { title: title.into(), offices: MinisterOffice::of_title(title) };
        ActionReport { ministers: vec![minister], ..action(number) }
    };
    let all = [
        under("1.1", "Minister van Werk"),
        under("1.2", "Minister van Werk"),
        under("6.1", "Minister van Werk en Sport"),
        under("7.1", "Minister van Tijd"),
    ];
    let told = found(&all, FindingKind::MinisterTitleVaries);
    let why = "‘Minister van Werk en Sport’ is Werk, Economie, Innovatie en Sport; meestal staat er ‘Minister van Werk’ (2 keer).";
    assert_eq!(told, [("6.1".into(), why.into())]);
    assert_eq!(numbers(found(&all, FindingKind::UnknownOffice)), ["7.1"]);
}

#[test]
fn an_action_that_several_policy_domains_coordinate_is_shown_with_their_codes() {
    let under = |number: &str, domains: &[(&str, bool)]| {
        let role = |(code, coordinator): &(&str, bool)| PolicyDomainRole {
            code: PolicyDomainCode((*code).into()),
            coordinator: *coordinator,
        };
        ActionReport { policy_domains: domains.iter().map(role).collect(), ..action(number) }
    };
    let several = under("1.1", &[("KB", true), ("WVG", false), ("OV", true)]);
    let one = under("1.2", &[("KB", true), ("OV", false)]);
    let told = found(&[several, one], FindingKind::SeveralCoordinators);
    assert_eq!(told, [("1.1".into(), "KB en OV coördineren.".into())]);
}

#[test]
fn every_kind_says_what_it_is_and_what_to_do_in_both_languages() {
    for kind in FindingKind::ALL {
        for language in [Language::Nl, Language::En] {
            assert!(kind.what(language).ends_with('.') && kind.advice(language).ends_with('.'), "{kind:?}");
        }
        assert_ne!(kind.what(Language::Nl), kind.what(Language::En));
    }
}
