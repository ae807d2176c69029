//! Who may do what to an action, as one table.

use std::collections::BTreeSet;

use super::*;
use crate::action::command::EntryField;
use crate::kernel::{Decider, Label, OrganisationId, Refusal};

/// Everything that can be asked, and whether a domain's contact may ask it for the own competence (education).
fn commands() -> Vec<(ActionCommand, bool)> {
    let on = day("2018-10-01");
    let minister = ResponsibilityGiven::Minister { title: "Minister van Onderwijs".into() };
    let figure = Means {
        id: entry_id(5),
        half_year: autumn(),
        row: None,
        competence: Some(education()),
        fte_hundredths: 50,
        beneficiary: None,
        verbatim: "0,5 VTE".into(),
    };
    let mention = FundingMention {
        id: entry_id(6),
        half_year: autumn(),
        row: Some(row_id(1)),
        competence: None,
        funder: None,
        text: "subsidie".into(),
    };
    let indicator = Indicator {
        id: entry_id(7),
        half_year: autumn(),
        row: Some(row_id(1)),
        competence: None,
        label: "scholen".into(),
        unit: None,
        population: None,
        value: IndicatorValue::Exact(38),
        measure: IndicatorMeasure::Realised,
        as_of: None,
        part_of: None,
        source_lines: None,
    };
    let mut earlier = row(1, vec![education()]);
    earlier.blocks.push(Block::Paragraph("aanvulling".into()));
    vec![
        (ActionCommand::ReviseAction { revised_on: on, definition: definition(), keeps_continues: false }, false),
        (
            ActionCommand::ChangeStatus {
                changed_on: on,
                half_year: autumn(),
                status: ActionStatus::Ongoing,
                reason: None,
            },
            false,
        ),
        (ActionCommand::AssignResponsibility { assigned_on: on, responsibility: minister.clone() }, false),
        (ActionCommand::EndResponsibility { ended_on: on, responsibility: minister }, false),
        (ActionCommand::AddPartner { added_on: on, partner: "VVSG".into() }, false),
        (ActionCommand::RemovePartner { removed_on: on, partner: "VVSG".into() }, false),
        (ActionCommand::RecordRowWithoutText { reported_on: on, row: head(3, vec![education()]) }, false),
        (ActionCommand::ReturnRow { row: row_id(1), reason: "cijfers".into() }, false),
        (ActionCommand::AcceptRow { row: row_id(1) }, false),
        (ActionCommand::ReportProgress { reported_on: on, row: earlier }, true),
        (ActionCommand::DeclareNothingToReport { declared_on: on, row: head(2, vec![education()]) }, true),
        (
            ActionCommand::CarryForward { reported_on: on, from: row_id(1), to: row_id(4), half_year: autumn().next() },
            true,
        ),
        (ActionCommand::SubmitRow { row: row_id(1) }, true),
        (ActionCommand::ReportBudget { reported_on: on, entry: entry(2) }, true),
        (
            ActionCommand::CorrectBudget {
                corrected_on: on,
                entry: entry(1),
                keeps: BTreeSet::new(),
                reason: "zetfout".into(),
            },
            true,
        ),
        (ActionCommand::ReportMeans { reported_on: on, means: figure }, true),
        (
            ActionCommand::CorrectMeans {
                corrected_on: on,
                means: Means { fte_hundredths: 50, ..counted() },
                keeps: BTreeSet::new(),
                reason: "zetfout".into(),
            },
            true,
        ),
        (ActionCommand::MentionFunding { reported_on: on, mention }, true),
        (
            ActionCommand::CorrectFundingMention {
                corrected_on: on,
                mention: FundingMention { text: "toelage".into(), ..mentioned() },
                keeps: BTreeSet::new(),
                reason: "zetfout".into(),
            },
            true,
        ),
        (ActionCommand::ReportIndicator { reported_on: on, indicator }, true),
    ]
}

/// Means of education that were reported before.
fn counted() -> Means {
    Means { competence: Some(education()), ..means(8) }
}

/// Funding that education mentioned before.
fn mentioned() -> FundingMention {
    FundingMention { competence: Some(education()), ..mention(9, "subsidie") }
}

fn given() -> PlanAction {
    let on = day("2018-10-01");
    folded(&[
        defined(),
        reported(row(1, vec![education()])),
        ActionEvent::BudgetReported { occurred_on: on, entry: entry(1) },
        ActionEvent::MeansReported { occurred_on: on, means: counted() },
        ActionEvent::FundingMentioned { occurred_on: on, mention: mentioned() },
    ])
}

fn refused_for_who(action: &PlanAction, command: &ActionCommand, context: &CommandContext) -> bool {
    matches!(
        action.decide(command, context),
        Err(ActionRejection::NotYourRole { .. } | ActionRejection::NotYourCompetence { .. })
    )
}

#[test]
fn every_role_may_do_what_the_table_says_and_nothing_else() {
    for (command, contact_may) in commands() {
        for role in Role::ALL.iter().copied() {
            let may = match role {
                Role::PlanCoordinator => true,
                Role::DomainContact => contact_may,
                _everybody_else => false,
            };
            let refused = refused_for_who(&given(), &command, &as_role(role, "OV", TODAY));
            assert_eq!(!refused, may, "{role:?}: {:?}", command.kind());
        }
    }
    let define = ActionCommand::DefineAction { defined_on: day("2018-10-01"), definition: definition() };
    for role in Role::ALL.iter().copied() {
        let refused = refused_for_who(&PlanAction::default(), &define, &as_role(role, "OV", TODAY));
        assert_eq!(!refused, role == Role::PlanCoordinator, "{role:?}");
    }
}

#[test]
fn a_contact_reports_only_under_competences_of_the_own_policy_domain() {
    let welfare_contact = contact_of("WVG");
    for (command, contact_may) in commands() {
        if contact_may {
            let refused = given().decide(&command, &welfare_contact);
            let expected =
                ActionRejection::NotYourCompetence { organisation: welfare_contact.actor.organisation.clone() };
            assert_eq!(refused, Err(expected), "{:?}", command.kind());
        }
    }
}

#[test]
fn a_row_of_two_competences_is_reported_by_either_contact() {
    let shared = row(2, vec![education(), welfare()]);
    for domain in ["OV", "WVG"] {
        let command = ActionCommand::ReportProgress { reported_on: day("2018-10-01"), row: shared.clone() };
        when_by(contact_of(domain), vec![defined()], command).then_expect_events(vec![reported(shared.clone())]);
    }
}

#[test]
fn a_contact_cannot_bring_a_competence_under_the_own_policy_domain() {
    let on = day("2018-10-01");
    let competence =
        |code: &str, domain: &str| Competence { code: code.into(), policy_domain: PolicyDomainCode(domain.into()) };
    let report = |competences: &[Competence]| ActionCommand::ReportProgress {
        reported_on: on,
        row: row(2, competences.to_vec()),
    };
    let elsewhere =
        |code: &str, domain: &str| ActionRejection::CompetenceElsewhere { competence: competence(code, domain) };
    let youth = competence("Jeugd", "OV");
    when_by(contact_of("OV"), vec![defined()], report(std::slice::from_ref(&youth)))
        .then_expect_error(elsewhere("Jeugd", "CJM"));
    // Nor beside one of its own.
    when_by(contact_of("OV"), vec![defined()], report(&[education(), youth.clone()]))
        .then_expect_error(elsewhere("Jeugd", "CJM"));
    let counted = Means { competence: Some(youth.clone()), ..means(5) };
    when_by(contact_of("OV"), vec![defined()], ActionCommand::ReportMeans { reported_on: on, means: counted })
        .then_expect_error(elsewhere("Jeugd", "CJM"));
    // A competence that the report of 2018 does not know falls where it was first named on the action.
    let new = |domain: &str| competence("Toerisme", domain);
    when_by(contact_of("OV"), vec![defined()], report(&[new("OV")]))
        .then_expect_events(vec![reported(row(2, vec![new("OV")]))]);
    when_by(contact_of("OV"), vec![defined(), reported(row(1, vec![new("WVG")]))], report(&[new("OV")]))
        .then_expect_error(elsewhere("Toerisme", "WVG"));
    // The coordinator says where a competence falls from now on.
    when(vec![defined()], report(std::slice::from_ref(&youth)))
        .then_expect_events(vec![reported(row(2, vec![youth.clone()]))]);
    when_by(
        contact_of("OV"),
        vec![defined(), reported(row(1, vec![youth.clone()]))],
        report(std::slice::from_ref(&youth)),
    )
    .then_expect_events(vec![reported(row(2, vec![youth.clone()]))]);
}

#[test]
fn a_competence_stays_with_its_domain_and_has_one_spelling() {
    let on = day("2018-10-01");
    let competence =
        |code: &str, domain: &str| Competence { code: code.into(), policy_domain: PolicyDomainCode(domain.into()) };
    let report = |given: Competence| ActionCommand::ReportProgress { reported_on: on, row: row(2, vec![given]) };
    let written =
        |given: &str, known: &str| ActionRejection::CompetenceWritten { given: given.into(), known: known.into() };
    let tourism = || vec![defined(), reported(row(1, vec![competence("Toerisme", "WVG")]))];
    for jeugd in ["jeugd", "Jeugd ", "JEUGD"] {
        when_by(contact_of("OV"), vec![defined()], report(competence(jeugd, "OV")))
            .then_expect_error(ActionRejection::CompetenceElsewhere { competence: competence("Jeugd", "CJM") });
        when_by(contact_of("CJM"), vec![defined()], report(competence(jeugd, "CJM")))
            .then_expect_error(written(jeugd, "Jeugd"));
        let counted = Means { competence: Some(competence(jeugd, "CJM")), ..means(5) };
        when(vec![defined()], ActionCommand::ReportMeans { reported_on: on, means: counted })
            .then_expect_error(written(jeugd, "Jeugd"));
    }
    when_by(contact_of("OV"), tourism(), report(competence("toerisme", "OV")))
        .then_expect_error(ActionRejection::CompetenceElsewhere { competence: competence("Toerisme", "WVG") });
    when(tourism(), report(competence("toerisme", "WVG"))).then_expect_error(written("toerisme", "Toerisme"));
    when(tourism(), report(competence("Toerisme", "WVG")))
        .then_expect_events(vec![reported(row(2, vec![competence("Toerisme", "WVG")]))]);
    let twice = row(2, vec![competence("Toerisme", "WVG"), competence("toerisme", "WVG")]);
    when(vec![defined()], ActionCommand::ReportProgress { reported_on: on, row: twice })
        .then_expect_error(ActionRejection::CompetenceTwice);
}

#[test]
fn a_contact_cannot_take_over_what_belongs_to_another_domain() {
    let own = contact_of("WVG").actor.organisation;
    let taken = row(1, vec![welfare()]);
    let command = ActionCommand::ReportProgress { reported_on: day("2018-10-01"), row: taken };
    when_by(contact_of("WVG"), vec![defined(), reported(row(1, vec![education()]))], command)
        .then_expect_error(ActionRejection::NotYourCompetence { organisation: own.clone() });
    let mut money = entry(1);
    money.competence = Some(welfare());
    let command = ActionCommand::CorrectBudget {
        corrected_on: day(TODAY),
        entry: money,
        keeps: BTreeSet::new(),
        reason: "van ons".into(),
    };
    let entered = ActionEvent::BudgetReported { occurred_on: day("2018-10-01"), entry: entry(1) };
    when_by(contact_of("WVG"), vec![defined(), entered], command)
        .then_expect_error(ActionRejection::NotYourCompetence { organisation: own });
}

#[test]
fn a_contact_takes_no_figure_out_of_the_row_with_which_it_is_accepted() {
    let (on, reason) = (day("2018-10-01"), String::from("zetfout"));
    let entry = BudgetEntry { row: Some(row_id(1)), ..entry(1) };
    let means = Means { row: Some(row_id(1)), ..counted() };
    let mention = FundingMention { row: Some(row_id(1)), ..mentioned() };
    let indicator =
        Indicator { row: Some(row_id(1)), competence: Some(education()), ..indicator(7, IndicatorValue::Exact(3)) };
    let action = folded(&[
        defined(),
        reported(row(1, vec![education()])),
        ActionEvent::BudgetReported { occurred_on: on, entry: entry.clone() },
        ActionEvent::MeansReported { occurred_on: on, means: means.clone() },
        ActionEvent::FundingMentioned { occurred_on: on, mention: mention.clone() },
        ActionEvent::IndicatorReported { occurred_on: on, indicator: indicator.clone() },
    ]);
    let corrections = |keeps: BTreeSet<EntryField>| {
        let (entry, means) = (BudgetEntry { row: None, ..entry.clone() }, Means { row: None, ..means.clone() });
        let mention = FundingMention { row: None, ..mention.clone() };
        [
            ActionCommand::CorrectBudget { corrected_on: on, entry, keeps: keeps.clone(), reason: reason.clone() },
            ActionCommand::CorrectMeans { corrected_on: on, means, keeps: keeps.clone(), reason: reason.clone() },
            ActionCommand::CorrectFundingMention { corrected_on: on, mention, keeps, reason: reason.clone() },
        ]
    };
    let reported_again =
        ActionCommand::ReportIndicator { reported_on: on, indicator: Indicator { row: None, ..indicator.clone() } };
    for command in corrections(BTreeSet::new()).into_iter().chain([reported_again]) {
        let refused = action.decide(&command, &contact_of("OV"));
        assert_eq!(refused, Err(ActionRejection::RowTakenAway), "{:?}", command.kind());
        let taken = action.decide(&command, &coordinator());
        assert_eq!(taken.map(|events| events.len()), Ok(1), "{:?}", command.kind());
    }
    for command in corrections([EntryField::Row].into()) {
        assert_eq!(action.decide(&command, &contact_of("OV")), Ok(vec![]), "{:?}", command.kind());
    }
}

/// What a contact brings is accepted with its row, an amount as well as means, a mention or an indicator; and what was
/// accepted is not changed behind the coordinator's back.
#[test]
fn a_contact_brings_and_changes_no_figure_that_nobody_would_accept() {
    let (on, reason) = (day("2018-10-01"), String::from("zetfout"));
    let indicator = |row| Indicator { row, competence: Some(education()), ..indicator(7, IndicatorValue::Exact(38)) };
    let entry = |row| BudgetEntry { row, ..entry(1) };
    let (means, mention) = (|row| Means { row, ..counted() }, |row| FundingMention { row, ..mentioned() });
    let given = |steps: &[ActionEvent], row| {
        let mut events = vec![defined(), reported(self::row(1, vec![education()]))];
        events.extend([
            ActionEvent::BudgetReported { occurred_on: on, entry: entry(row) },
            ActionEvent::MeansReported { occurred_on: on, means: means(row) },
            ActionEvent::FundingMentioned { occurred_on: on, mention: mention(row) },
            ActionEvent::IndicatorReported { occurred_on: on, indicator: indicator(row) },
        ]);
        events.extend_from_slice(steps);
        folded(&events)
    };
    let (keeps, again) = (BTreeSet::<EntryField>::new(), entry_id(0xa9));
    let reports = |row| {
        [
            ActionCommand::ReportBudget { reported_on: on, entry: BudgetEntry { id: again, ..entry(row) } },
            ActionCommand::ReportMeans { reported_on: on, means: Means { id: again, ..means(row) } },
            ActionCommand::MentionFunding { reported_on: on, mention: FundingMention { id: again, ..mention(row) } },
            ActionCommand::ReportIndicator { reported_on: on, indicator: Indicator { id: again, ..indicator(row) } },
        ]
    };
    let corrections = |row| {
        let entry = BudgetEntry { amount: Cents(1), ..entry(row) };
        let means = Means { fte_hundredths: 1, ..means(row) };
        let mention = FundingMention { text: "toelage".into(), ..mention(row) };
        let (reason, corrected_on) = (reason.clone(), on);
        [
            ActionCommand::CorrectBudget { corrected_on, entry, keeps: keeps.clone(), reason: reason.clone() },
            ActionCommand::CorrectMeans { corrected_on, means, keeps: keeps.clone(), reason: reason.clone() },
            ActionCommand::CorrectFundingMention { corrected_on, mention, keeps: keeps.clone(), reason },
            ActionCommand::ReportIndicator {
                reported_on: on,
                indicator: Indicator { value: IndicatorValue::Exact(3), ..indicator(row) },
            },
        ]
    };
    let all = |row| reports(row).into_iter().chain(corrections(row));
    let own = Some(row_id(1));
    let accepted = ActionEvent::ReportRowAccepted { occurred_on: on, row: row_id(1) };
    let returned = ActionEvent::ReportRowReturned { occurred_on: on, row: row_id(1), reason: reason.clone() };
    let nowhere = given(&[], None);
    let told = given(&[submitted(1), accepted.clone()], own);
    let told_by = ActionRejection::RowTold { state: RowState::Accepted };
    for (action, commands, refused) in [
        (&nowhere, reports(None), ActionRejection::RowNotNamed),
        (&nowhere, corrections(None), ActionRejection::StandsInNoRow),
        // That it would stand in one helps nothing.
        (&nowhere, corrections(own), ActionRejection::StandsInNoRow),
        (&told, reports(own), told_by.clone()),
        (&told, corrections(own), told_by),
    ] {
        for command in commands {
            assert_eq!(action.decide(&command, &contact_of("OV")), Err(refused.clone()), "{:?}", command.kind());
            let taken = action.decide(&command, &coordinator());
            assert_eq!(taken.map(|events| events.len()), Ok(1), "{:?}", command.kind());
        }
    }
    for steps in [vec![], vec![submitted(1)], vec![submitted(1), accepted, returned]] {
        for command in all(own) {
            let taken = given(&steps, own).decide(&command, &contact_of("OV"));
            assert_eq!(taken.map(|events| events.len()), Ok(1), "{:?}", command.kind());
        }
    }
    let same = ActionCommand::ReportBudget { reported_on: on, entry: entry(own) };
    assert_eq!(told.decide(&same, &contact_of("OV")), Ok(vec![]), "what stands there already changes nothing");
}

/// A figure for a row that is told is refused with what helps there: to write the row where it has neither text nor figures,
/// and otherwise what the coordinator can do.
#[test]
fn a_contact_is_told_what_helps_where_a_row_is_told() {
    let (on, own, written) = (day("2018-10-01"), Some(row_id(1)), row(1, vec![education()]));
    let nothing = ActionEvent::NothingToReportDeclared { occurred_on: on, row: written.head.clone() };
    let imported = ActionEvent::ReportRowNotCarriedOver { occurred_on: on, row: written.head.clone() };
    let stands = ActionEvent::BudgetReported { occurred_on: on, entry: BudgetEntry { row: own, ..entry(1) } };
    let figure = ActionCommand::ReportMeans { reported_on: on, means: Means { row: own, ..counted() } };
    let refused = |told: &[ActionEvent]| folded(told).decide(&figure, &contact_of("OV")).unwrap_err();
    let taken = |events: &[ActionEvent]| folded(events).decide(&figure, &contact_of("OV")).map(|events| events.len());

    let write = ActionCommand::ReportProgress { reported_on: on, row: written.clone() };
    for (told, state) in [(&nothing, RowState::NothingToReport), (&imported, RowState::NotCarriedOver)] {
        let mut events = vec![defined(), told.clone()];
        let unwritten = refused(&events);
        assert_eq!(unwritten, ActionRejection::RowUnwritten { state });
        let recorded = folded(&events).decide(&figure, &coordinator());
        assert_eq!(unwritten.to_string().contains("to record this"), recorded.is_ok(), "{unwritten}");
        assert_eq!(unwritten.message_nl().contains("te noteren"), recorded.is_ok(), "{unwritten}");
        let row_written = folded(&events).decide(&write, &contact_of("OV")).unwrap();
        events.extend(row_written);
        assert_eq!(taken(&events), Ok(1), "{state:?}");
    }
    let accepted = ActionEvent::ReportRowAccepted { occurred_on: on, row: row_id(1) };
    let closed = [
        (vec![defined(), reported(written), submitted(1), accepted], RowState::Accepted),
        (vec![defined(), nothing, stands.clone()], RowState::NothingToReport),
        (vec![defined(), imported, stands], RowState::NotCarriedOver),
    ];
    for (mut events, state) in closed {
        let refused = refused(&events);
        assert_eq!(refused, ActionRejection::RowTold { state });
        let send_back = ActionCommand::ReturnRow { row: row_id(1), reason: "zetfout".into() };
        let sent_back = folded(&events).decide(&send_back, &coordinator());
        assert_eq!(refused.to_string().contains("send the row back"), sent_back.is_ok(), "{refused}");
        assert_eq!(refused.message_nl().contains("terug te sturen"), sent_back.is_ok(), "{refused}");
        if let Ok(sent_back) = sent_back {
            events.extend(sent_back);
            assert_eq!(taken(&events), Ok(1), "{state:?}");
        }
    }
}

#[test]
fn doing_several_things_together_opens_no_door() {
    let revise =
        ActionCommand::ReviseAction { revised_on: day("2018-10-01"), definition: definition(), keeps_continues: false };
    let refused =
        when_by(contact_of("OV"), vec![defined()], ActionCommand::Together { commands: vec![revise] }).inspect_result();
    let Err(ActionRejection::InStep { index: 0, refused }) = refused else { panic!("{refused:?}") };
    assert!(matches!(*refused, ActionRejection::NotYourRole { .. }));
}

#[test]
fn a_contact_reports_for_a_domain_whose_code_has_a_space_too() {
    let domains = Competence::all_in_2018().map(|known| known.policy_domain).collect::<BTreeSet<_>>();
    for domain in domains {
        let organisation: OrganisationId = domain.0.replace(' ', "-").parse().unwrap();
        assert!(domain.is_of(&organisation), "{domain}");
        assert!(!domain.is_of(&"elsewhere".parse().unwrap()), "{domain}");
    }
    assert!(PolicyDomainCode("Sport Vlaanderen".into()).is_of(&"Sport-Vlaanderen".parse().unwrap()));
    assert!(!PolicyDomainCode("Sport Vlaanderen".into()).is_of(&"sport-vlaanderen".parse().unwrap()));
}
