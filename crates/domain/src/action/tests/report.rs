//! Report rows: written, submitted, sent back, accepted, carried forward.

use std::collections::BTreeSet;

use super::*;
use crate::kernel::Decider;

fn report(row: ReportRow) -> ActionCommand {
    ActionCommand::ReportProgress { reported_on: day("2018-10-01"), row }
}

fn submit(n: u128) -> ActionCommand {
    ActionCommand::SubmitRow { row: row_id(n) }
}

fn send_back(n: u128, reason: &str) -> ActionCommand {
    ActionCommand::ReturnRow { row: row_id(n), reason: reason.into() }
}

fn accept(n: u128) -> ActionCommand {
    ActionCommand::AcceptRow { row: row_id(n) }
}

fn nothing(n: u128) -> ActionCommand {
    ActionCommand::DeclareNothingToReport { declared_on: day("2018-10-01"), row: head(n, vec![education()]) }
}

fn without_text(n: u128) -> ActionCommand {
    ActionCommand::RecordRowWithoutText { reported_on: day("2018-10-01"), row: head(n, vec![education()]) }
}

fn returned(n: u128) -> ActionEvent {
    ActionEvent::ReportRowReturned { occurred_on: day(TODAY), row: row_id(n), reason: "cijfers ontbreken".into() }
}

fn accepted(n: u128) -> ActionEvent {
    ActionEvent::ReportRowAccepted { occurred_on: day(TODAY), row: row_id(n) }
}

fn declared(n: u128) -> ActionEvent {
    ActionEvent::NothingToReportDeclared { occurred_on: day("2018-10-01"), row: head(n, vec![education()]) }
}

fn not_carried_over(n: u128) -> ActionEvent {
    ActionEvent::ReportRowNotCarriedOver { occurred_on: day("2018-10-01"), row: head(n, vec![education()]) }
}

/// Row 1, for education, in each of the states a row can be in.
fn row_in(state: RowState) -> Vec<ActionEvent> {
    let draft = reported(row(1, vec![education()]));
    let mut events = vec![defined()];
    events.extend(match state {
        RowState::Draft => vec![draft],
        RowState::Submitted => vec![draft, submitted(1)],
        RowState::Returned => vec![draft, submitted(1), returned(1)],
        RowState::Accepted => vec![draft, submitted(1), accepted(1)],
        RowState::NothingToReport => vec![declared(1)],
        RowState::NotCarriedOver => vec![not_carried_over(1)],
    });
    events
}

#[test]
fn a_row_is_written_and_written_again_until_it_is_submitted() {
    use RowState::*;
    when(vec![defined()], report(row(1, vec![education()])))
        .then_expect_events(vec![reported(row(1, vec![education()]))]);
    when(row_in(Draft), report(row(1, vec![education()]))).then_expect_events(vec![]);
    let rewritten =
        ReportRow { blocks: vec![Block::Paragraph("Acht psychologen.".into())], ..row(1, vec![education()]) };
    for state in [Draft, Returned, NothingToReport, NotCarriedOver] {
        when(row_in(state), report(rewritten.clone())).then_expect_events(vec![reported(rewritten.clone())]);
    }
    for state in [Submitted, Accepted] {
        when(row_in(state), report(rewritten.clone())).then_expect_error(ActionRejection::RowInState { state });
    }
}

#[test]
fn a_row_has_text_of_a_size_the_log_can_hold() {
    let empty = |blocks| report(ReportRow { blocks, ..row(1, vec![]) });
    when(vec![defined()], empty(vec![])).then_expect_error(ActionRejection::RowEmpty);
    let blank = vec![
        Block::Paragraph(" ".into()),
        Block::List(vec![ListItem { text: "".into(), items: vec![] }]),
        Block::Link { text: "hier".into(), url: "".into() },
    ];
    when(vec![defined()], empty(blank)).then_expect_error(ActionRejection::RowEmpty);
    let long = when(vec![defined()], empty(vec![Block::Paragraph("x".repeat(50_000))])).inspect_result();
    assert!(matches!(long, Err(ActionRejection::TextTooLong { bytes }) if bytes > 50_000), "{long:?}");
}

#[test]
fn a_row_keeps_its_half_year_its_place_and_names_each_competence_once() {
    let mut earlier = row(1, vec![education()]);
    earlier.head.half_year = spring();
    when(row_in(RowState::Draft), report(earlier))
        .then_expect_error(ActionRejection::OtherHalfYear { half_year: autumn() });
    let mut same_place = row(2, vec![welfare()]);
    same_place.head.place = 1;
    when(row_in(RowState::Draft), report(same_place)).then_expect_error(ActionRejection::PlaceTaken { place: 1 });
    when(vec![defined()], report(row(1, vec![education(), education()])))
        .then_expect_error(ActionRejection::CompetenceTwice);
    let mut ahead = row(1, vec![]);
    ahead.head.half_year = autumn().next();
    when(vec![defined()], report(ahead))
        .then_expect_error(ActionRejection::HalfYearAhead { half_year: autumn().next() });
}

#[test]
fn a_row_may_have_no_competence_or_several_and_refer_to_what_does_not_exist() {
    let dangling = Reference {
        plan: None,
        action: Some("8.2".parse().expect("a number")),
        competence: None,
        edition: Some(spring()),
    };
    for competences in [vec![], vec![education(), welfare()]] {
        let row = ReportRow { references: vec![dangling.clone()], ..row(1, competences) };
        when(vec![defined()], report(row.clone())).then_expect_events(vec![reported(row)]);
    }
}

#[test]
fn nothing_to_report_is_declared_once_and_not_over_a_submitted_row() {
    use RowState::*;
    when(vec![defined()], nothing(1)).then_expect_events(vec![declared(1)]);
    when(row_in(NothingToReport), nothing(1)).then_expect_events(vec![]);
    for state in [Draft, Returned, NotCarriedOver] {
        when(row_in(state), nothing(1)).then_expect_events(vec![declared(1)]);
    }
    for state in [Submitted, Accepted] {
        when(row_in(state), nothing(1)).then_expect_error(ActionRejection::RowInState { state });
    }
}

/// What is declared is told at once: a figure in the row would be told with it, and nobody would have accepted it.
#[test]
fn nothing_is_declared_in_a_row_in_which_a_figure_stands() {
    use RowState::*;
    let (on, own) = (day("2018-10-01"), Some(row_id(1)));
    let figures = [
        ActionEvent::BudgetReported { occurred_on: on, entry: BudgetEntry { row: own, ..entry(1) } },
        ActionEvent::MeansReported { occurred_on: on, means: Means { row: own, ..means(2) } },
        ActionEvent::FundingMentioned {
            occurred_on: on,
            mention: FundingMention { row: own, ..mention(3, "subsidie") },
        },
        ActionEvent::IndicatorReported {
            occurred_on: on,
            indicator: Indicator { row: own, ..indicator(4, IndicatorValue::Exact(38)) },
        },
    ];
    for figure in figures {
        for state in [Draft, Returned, NotCarriedOver] {
            let given = [row_in(state), vec![figure.clone()]].concat();
            for context in [coordinator(), contact_of("OV")] {
                when_by(context, given.clone(), nothing(1)).then_expect_error(ActionRejection::RowHoldsFigures);
            }
        }
        when([row_in(NothingToReport), vec![figure]].concat(), nothing(1)).then_expect_events(vec![]);
    }
    let elsewhere = ActionEvent::BudgetReported { occurred_on: on, entry: entry(1) };
    when([row_in(Draft), vec![elsewhere]].concat(), nothing(1)).then_expect_events(vec![declared(1)]);
}

/// What says nothing tells no figure, whichever of the two came first.
#[test]
fn no_figure_is_put_in_a_row_of_nothing_to_report() {
    use RowState::*;
    let (on, own, reason) = (day("2018-10-01"), Some(row_id(1)), String::from("verplaatst"));
    let keeps = BTreeSet::new;
    let entry = |row| BudgetEntry { row, ..entry(1) };
    let means = |row| Means { row, ..means(2) };
    let mention = |row| FundingMention { row, ..mention(3, "subsidie") };
    let indicator = |row| Indicator { row, ..indicator(4, IndicatorValue::Exact(38)) };
    let reports = [
        ActionCommand::ReportBudget { reported_on: on, entry: entry(own) },
        ActionCommand::ReportMeans { reported_on: on, means: means(own) },
        ActionCommand::MentionFunding { reported_on: on, mention: mention(own) },
        ActionCommand::ReportIndicator { reported_on: on, indicator: indicator(own) },
    ];
    for command in &reports {
        when(row_in(NothingToReport), command.clone()).then_expect_error(ActionRejection::RowSaysNothing);
        for state in [Draft, Submitted, Returned, Accepted, NotCarriedOver] {
            let taken = folded(&row_in(state)).decide(command, &coordinator());
            assert_eq!(taken.map(|events| events.len()), Ok(1), "{state:?} {:?}", command.kind());
        }
    }
    let standing = |row| {
        [
            ActionEvent::BudgetReported { occurred_on: on, entry: entry(row) },
            ActionEvent::MeansReported { occurred_on: on, means: means(row) },
            ActionEvent::FundingMentioned { occurred_on: on, mention: mention(row) },
            ActionEvent::IndicatorReported { occurred_on: on, indicator: indicator(row) },
        ]
    };
    let moves = |row| {
        let entry = BudgetEntry { amount: Cents(7), ..entry(row) };
        let means = Means { fte_hundredths: 7, ..means(row) };
        let mention = FundingMention { text: "toelage".into(), ..mention(row) };
        let indicator = Indicator { value: IndicatorValue::Exact(7), ..indicator(row) };
        [
            ActionCommand::CorrectBudget { corrected_on: on, entry, keeps: keeps(), reason: reason.clone() },
            ActionCommand::CorrectMeans { corrected_on: on, means, keeps: keeps(), reason: reason.clone() },
            ActionCommand::CorrectFundingMention { corrected_on: on, mention, keeps: keeps(), reason: reason.clone() },
            ActionCommand::ReportIndicator { reported_on: on, indicator },
        ]
    };
    let elsewhere = folded(&[row_in(NothingToReport), standing(None).to_vec()].concat());
    // As a history from before this rule may have it: what stands in the row is put right there, or taken out of it.
    let here = folded(&[row_in(NothingToReport), standing(own).to_vec()].concat());
    for (command, out) in moves(own).iter().zip(moves(None)) {
        assert_eq!(elsewhere.decide(command, &coordinator()), Err(ActionRejection::RowSaysNothing));
        for command in [command, &out] {
            let taken = here.decide(command, &coordinator());
            assert_eq!(taken.map(|events| events.len()), Ok(1), "{:?}", command.kind());
        }
    }
}

/// Its figures would be told no more, and come back as nobody accepted them.
#[test]
fn a_contact_writes_no_row_again_whose_figures_are_told() {
    use RowState::*;
    let entry = BudgetEntry { row: Some(row_id(1)), ..entry(1) };
    let figure = ActionEvent::BudgetReported { occurred_on: day("2018-10-01"), entry };
    let written = row(1, vec![education()]);
    for state in [NothingToReport, NotCarriedOver] {
        let told = [row_in(state), vec![figure.clone()]].concat();
        when_by(contact_of("OV"), told.clone(), report(written.clone()))
            .then_expect_error(ActionRejection::RowFiguresTold { state });
        when(told, report(written.clone())).then_expect_events(vec![reported(written.clone())]);
        when_by(contact_of("OV"), row_in(state), report(written.clone()))
            .then_expect_events(vec![reported(written.clone())]);
    }
    let rewritten =
        ReportRow { blocks: vec![Block::Paragraph("Acht psychologen.".into())], ..row(1, vec![education()]) };
    when_by(contact_of("OV"), [row_in(Draft), vec![figure]].concat(), report(rewritten.clone()))
        .then_expect_events(vec![reported(rewritten)]);
}

#[test]
fn a_printed_row_is_recorded_without_its_text_once() {
    use RowState::*;
    when(vec![defined()], without_text(1)).then_expect_events(vec![not_carried_over(1)]);
    when(row_in(NotCarriedOver), without_text(1)).then_expect_events(vec![]);
    for state in [Draft, Submitted, Returned, Accepted, NothingToReport] {
        when(row_in(state), without_text(1)).then_expect_error(ActionRejection::RowExists);
    }
}

#[test]
fn a_draft_is_submitted_then_accepted_or_sent_back() {
    use RowState::*;
    for state in [Draft, Submitted, Returned, Accepted, NothingToReport, NotCarriedOver] {
        let wrong = ActionRejection::RowInState { state };
        match state {
            Draft | Returned => when(row_in(state), submit(1)).then_expect_events(vec![submitted(1)]),
            Submitted => when(row_in(state), submit(1)).then_expect_events(vec![]),
            Accepted | NothingToReport | NotCarriedOver => {
                when(row_in(state), submit(1)).then_expect_error(wrong.clone());
            }
        }
        match state {
            Submitted => when(row_in(state), accept(1)).then_expect_events(vec![accepted(1)]),
            Accepted => when(row_in(state), accept(1)).then_expect_events(vec![]),
            Draft | Returned | NothingToReport | NotCarriedOver => {
                when(row_in(state), accept(1)).then_expect_error(wrong.clone());
            }
        }
        match state {
            Submitted | Accepted | NothingToReport => {
                when(row_in(state), send_back(1, "cijfers ontbreken")).then_expect_events(vec![returned(1)]);
            }
            Draft | Returned | NotCarriedOver => {
                when(row_in(state), send_back(1, "cijfers ontbreken")).then_expect_error(wrong);
            }
        }
    }
    when(row_in(Submitted), send_back(1, " ")).then_expect_error(ActionRejection::TextMissing { what: "reason" });
    for command in [submit(9), accept(9), send_back(9, "waarom")] {
        when(row_in(Submitted), command).then_expect_error(ActionRejection::NoSuchRow);
    }
}

#[test]
fn an_accepted_row_that_is_sent_back_is_written_submitted_and_accepted_again() {
    let rewritten =
        ReportRow { blocks: vec![Block::Paragraph("Acht psychologen.".into())], ..row(1, vec![education()]) };
    let mut given = row_in(RowState::Accepted);
    for (command, event) in [
        (send_back(1, "cijfers ontbreken"), returned(1)),
        (report(rewritten.clone()), reported(rewritten)),
        (submit(1), submitted(1)),
        (accept(1), accepted(1)),
    ] {
        when(given.clone(), command).then_expect_events(vec![event.clone()]);
        given.push(event);
    }
}

#[test]
fn text_is_carried_forward_to_a_later_half_year() {
    let mut earlier = row(1, vec![education()]);
    earlier.head.half_year = spring();
    let given = vec![defined(), reported(earlier.clone())];
    let carry = |from, to, half_year| ActionCommand::CarryForward {
        reported_on: day("2018-10-01"),
        from: row_id(from),
        to: row_id(to),
        half_year,
    };
    let mut carried = ReportRow { carried_from: Some(row_id(1)), ..earlier.clone() };
    carried.head.id = row_id(2);
    carried.head.half_year = autumn();
    when(given.clone(), carry(1, 2, autumn())).then_expect_events(vec![reported(carried.clone())]);

    let again = vec![defined(), reported(earlier), reported(carried)];
    when(again.clone(), carry(1, 2, autumn())).then_expect_events(vec![]);
    when(again, carry(2, 1, autumn().next())).then_expect_error(ActionRejection::RowExists);
    when(given.clone(), carry(1, 2, spring()))
        .then_expect_error(ActionRejection::CarriedBackwards { half_year: spring() });
    when(given, carry(9, 2, autumn())).then_expect_error(ActionRejection::NoSuchRow);
    when(row_in(RowState::NotCarriedOver), carry(1, 2, autumn().next()))
        .then_expect_error(ActionRejection::NothingToCarry);
}
