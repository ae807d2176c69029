//! Money, means, mentions of funding, indicators.

use std::collections::BTreeSet;

use super::*;
use crate::action::command::EntryField;
use crate::kernel::Refusal;

fn report(entry: BudgetEntry) -> ActionCommand {
    ActionCommand::ReportBudget { reported_on: day("2018-10-01"), entry }
}

fn correct(entry: BudgetEntry, reason: &str) -> ActionCommand {
    let (corrected_on, reason) = (day("2018-11-01"), reason.into());
    ActionCommand::CorrectBudget { corrected_on, entry, keeps: BTreeSet::new(), reason }
}

fn reported_entry(entry: BudgetEntry) -> ActionEvent {
    ActionEvent::BudgetReported { occurred_on: day("2018-10-01"), entry }
}

fn with_entry() -> Vec<ActionEvent> {
    vec![defined(), reported_entry(entry(1))]
}

fn report_indicator(indicator: Indicator) -> ActionCommand {
    ActionCommand::ReportIndicator { reported_on: day("2018-10-01"), indicator }
}

fn indicator_reported(indicator: Indicator) -> ActionEvent {
    ActionEvent::IndicatorReported { occurred_on: day("2018-10-01"), indicator }
}

#[test]
fn an_amount_is_reported_once_and_corrected_afterwards() {
    when(vec![defined()], report(entry(1))).then_expect_events(vec![reported_entry(entry(1))]);
    when(with_entry(), report(entry(1))).then_expect_events(vec![]);
    let other = BudgetEntry { amount: Cents(1), ..entry(1) };
    when(with_entry(), report(other.clone())).then_expect_error(ActionRejection::EntryExists);
    let corrected =
        ActionEvent::BudgetCorrected { occurred_on: day("2018-11-01"), entry: other.clone(), reason: "zetfout".into() };
    when(with_entry(), correct(other.clone(), "zetfout")).then_expect_events(vec![corrected]);
    when(with_entry(), correct(entry(1), "")).then_expect_events(vec![]);
    when(with_entry(), correct(other, " ")).then_expect_error(ActionRejection::TextMissing { what: "reason" });
    when(vec![defined()], correct(entry(1), "zetfout")).then_expect_error(ActionRejection::NoSuchEntry);
    let moved = BudgetEntry { half_year: spring(), ..entry(1) };
    when(with_entry(), correct(moved, "ander rapport"))
        .then_expect_error(ActionRejection::OtherHalfYear { half_year: autumn() });
}

#[test]
fn a_correction_keeps_what_it_does_not_speak_of() {
    let part = |cents| BudgetPart { amount: Cents(cents), note: Some("Antwerpen".into()), verbatim: None };
    let imported = BudgetEntry {
        competence_basis: Some(CompetenceBasis::OnlyRow),
        source_lines: Some(SourceLines { first: 7, last: 8 }),
        breakdown: vec![part(40), part(60)],
        ..entry(1)
    };
    let before = || vec![defined(), reported_entry(imported.clone())];
    let expected = |keeps: &[EntryField], given: BudgetEntry, entry: BudgetEntry| {
        let (corrected_on, reason) = (day("2018-11-01"), String::from("zetfout"));
        let keeps = keeps.iter().copied().collect();
        let command = ActionCommand::CorrectBudget { corrected_on, entry: given, keeps, reason: reason.clone() };
        when(before(), command).then_expect_events(vec![ActionEvent::BudgetCorrected {
            occurred_on: corrected_on,
            entry,
            reason,
        }]);
    };
    let given = BudgetEntry { amount: Cents(5), competence_basis: None, source_lines: None, ..entry(1) };
    expected(&[EntryField::Breakdown], given.clone(), BudgetEntry { amount: Cents(5), ..imported.clone() });
    expected(&[], given.clone(), BudgetEntry { amount: Cents(5), breakdown: vec![], ..imported.clone() });
    let parts = BudgetEntry { breakdown: vec![part(5)], ..given };
    expected(&[], parts.clone(), BudgetEntry { amount: Cents(5), breakdown: vec![part(5)], ..imported.clone() });
    // Under another competence, how it was ascribed to the first says nothing.
    let elsewhere = BudgetEntry { competence: Some(welfare()), competence_basis: None, ..entry(1) };
    let moved = BudgetEntry { competence: Some(welfare()), competence_basis: None, ..imported.clone() };
    expected(&[EntryField::Breakdown], elsewhere, moved);
}

#[test]
fn a_correction_that_keeps_every_field_it_may_leave_out_changes_only_what_it_says() {
    let full = BudgetEntry {
        row: Some(row_id(1)),
        beneficiary: Some("VVSG".into()),
        note: Some("tweede schijf".into()),
        funder: Some("Europa".into()),
        period: Some(BudgetPeriod { verbatim: "2018".into(), from: None, until: None, kind: PeriodKind::CalendarYear }),
        verbatim: Some("10 euro".into()),
        relation: Some(BudgetRelation { kind: RelationKind::PartOf, entry: entry_id(1) }),
        breakdown: vec![BudgetPart { amount: Cents(1), note: None, verbatim: None }],
        possible_duplicate_of: Some(PossibleDuplicate {
            action: "9.1".parse().expect("a number"),
            entry: entry_id(9),
            certainty: DuplicateCertainty::Probable,
        }),
        ..entry(2)
    };
    let before =
        || vec![defined(), reported(row(1, vec![education()])), reported_entry(entry(1)), reported_entry(full.clone())];
    let bare = BudgetEntry { competence: None, competence_basis: None, amount: Cents(7), ..entry(2) };
    let (corrected_on, reason) = (day("2018-11-01"), String::from("zetfout"));
    let command = |entry: BudgetEntry| ActionCommand::CorrectBudget {
        corrected_on,
        entry,
        keeps: EntryField::ALL.into(),
        reason: reason.clone(),
    };
    when(before(), command(BudgetEntry { amount: full.amount, ..bare.clone() })).then_expect_events(vec![]);
    let entry = BudgetEntry { amount: Cents(7), ..full.clone() };
    let expected = ActionEvent::BudgetCorrected { occurred_on: corrected_on, entry, reason: reason.clone() };
    when(before(), command(bare)).then_expect_events(vec![expected]);
}

#[test]
fn regular_means_are_never_an_amount_of_zero() {
    for cents in [0, -1] {
        when(vec![defined()], report(BudgetEntry { amount: Cents(cents), ..entry(1) }))
            .then_expect_error(ActionRejection::AmountNotPositive);
    }
    let part = BudgetPart { amount: Cents(0), note: None, verbatim: None };
    when(vec![defined()], report(BudgetEntry { breakdown: vec![part], ..entry(1) }))
        .then_expect_error(ActionRejection::AmountNotPositive);
    assert!(folded(&[defined()]).on_regular_means(autumn()));
    assert!(!folded(&with_entry()).on_regular_means(autumn()));
    assert!(folded(&with_entry()).on_regular_means(spring()));
}

#[test]
fn an_amount_is_at_most_what_can_be_kept_and_the_refusal_says_how_much_that_is() {
    let part = |amount| BudgetPart { amount, note: None, verbatim: None };
    let most = BudgetEntry { amount: Cents::MOST, breakdown: vec![part(Cents::MOST)], ..entry(1) };
    when(vec![defined()], report(most.clone())).then_expect_events(vec![reported_entry(most)]);
    for beyond in [Cents(Cents::MOST.0 + 1), Cents(i64::MAX)] {
        let whole = BudgetEntry { amount: beyond, ..entry(1) };
        let in_part = BudgetEntry { breakdown: vec![part(beyond)], ..entry(1) };
        for entry in [whole, in_part] {
            when(vec![defined()], report(entry.clone())).then_expect_error(ActionRejection::AmountTooLarge);
            when(with_entry(), correct(entry, "zetfout")).then_expect_error(ActionRejection::AmountTooLarge);
        }
    }
    let told = ActionRejection::AmountTooLarge;
    assert!(told.message().contains("EUR 100,000,000,000.00"), "{}", told.message());
    assert!(told.message_nl().contains("100.000.000.000,00 euro"), "{}", told.message_nl());
}

#[test]
fn an_amount_stands_in_a_row_of_its_own_half_year() {
    let with_row = vec![defined(), reported(row(1, vec![education()]))];
    let in_row = BudgetEntry { row: Some(row_id(1)), ..entry(1) };
    when(with_row.clone(), report(in_row.clone())).then_expect_events(vec![reported_entry(in_row.clone())]);
    when(vec![defined()], report(in_row.clone())).then_expect_error(ActionRejection::NoSuchRow);
    when(with_row, report(BudgetEntry { half_year: spring(), ..in_row }))
        .then_expect_error(ActionRejection::OtherHalfYear { half_year: autumn() });
    when(vec![defined()], report(BudgetEntry { half_year: autumn().next(), ..entry(1) }))
        .then_expect_error(ActionRejection::HalfYearAhead { half_year: autumn().next() });
}

#[test]
fn a_related_amount_names_an_entry_of_the_action_and_counts_in_no_sum() {
    let related = |to| BudgetEntry {
        relation: Some(BudgetRelation { kind: RelationKind::PartOf, entry: entry_id(to) }),
        ..entry(2)
    };
    when(with_entry(), report(related(1))).then_expect_events(vec![reported_entry(related(1))]);
    when(with_entry(), report(related(2))).then_expect_error(ActionRejection::NoSuchEntry);
    when(with_entry(), report(related(9))).then_expect_error(ActionRejection::NoSuchEntry);
    assert!(entry(1).counts_as_printed());
    assert!(!related(1).counts_as_printed(), "a part is in the whole already");
    assert!(!BudgetEntry { source: BudgetSource::Description, ..entry(1) }.counts_as_printed());
}

/// Amounts that lead to each other would be in no sum, whether they are a part of each other or a duplicate.
#[test]
fn amounts_do_not_count_through_each_other() {
    let part = |n, of| BudgetEntry {
        relation: Some(BudgetRelation { kind: RelationKind::PartOf, entry: entry_id(of) }),
        ..entry(n)
    };
    let twice = |n, of| BudgetEntry {
        possible_duplicate_of: Some(PossibleDuplicate {
            action: definition().number,
            entry: entry_id(of),
            certainty: DuplicateCertainty::Probable,
        }),
        ..entry(n)
    };
    let chain = |second, third| {
        let entries = [entry(1), second, third, entry(4)];
        [vec![defined()], entries.into_iter().map(reported_entry).collect()].concat()
    };
    let becomes = |entry| {
        let (occurred_on, reason) = (day("2018-11-01"), "zetfout".into());
        vec![ActionEvent::BudgetCorrected { occurred_on, entry, reason }]
    };
    for given in [chain(part(2, 1), part(3, 2)), chain(part(2, 1), twice(3, 2)), chain(twice(2, 1), part(3, 2))] {
        for corrected in [part(1, 2), part(1, 3), twice(1, 2), twice(1, 3)] {
            when(given.clone(), correct(corrected, "zetfout")).then_expect_error(ActionRejection::CountsThroughIt);
        }
        when(given, correct(part(1, 4), "zetfout")).then_expect_events(becomes(part(1, 4)));
    }
    // A circle that was stored before this was refused keeps nobody from correcting an amount, nor from opening it.
    let circle = [chain(part(2, 1), part(3, 2)), vec![reported_entry(part(1, 3))]].concat();
    for corrected in [BudgetEntry { amount: Cents(7), ..part(1, 3) }, entry(1)] {
        when(circle.clone(), correct(corrected.clone(), "zetfout")).then_expect_events(becomes(corrected));
    }
    when(circle, report(part(5, 2))).then_expect_events(vec![reported_entry(part(5, 2))]);
}

#[test]
fn an_amount_is_held_against_one_that_stands_first_in_the_same_report() {
    let part = |n, of| BudgetEntry {
        relation: Some(BudgetRelation { kind: RelationKind::PartOf, entry: entry_id(of) }),
        ..entry(n)
    };
    let twice = |n, of, action: &str| BudgetEntry {
        possible_duplicate_of: Some(PossibleDuplicate {
            action: action.parse().expect("a number"),
            entry: entry_id(of),
            certainty: DuplicateCertainty::Probable,
        }),
        ..entry(n)
    };
    let before = reported_entry(BudgetEntry { half_year: spring(), ..entry(9) });
    let given = || vec![defined(), reported_entry(entry(1)), reported_entry(twice(2, 1, "5.8")), before.clone()];
    when(given(), report(twice(3, 1, "5.8"))).then_expect_events(vec![reported_entry(twice(3, 1, "5.8"))]);
    when(given(), report(twice(3, 2, "5.8"))).then_expect_error(ActionRejection::DuplicateOfDuplicate);
    when(given(), report(twice(3, 8, "5.8"))).then_expect_error(ActionRejection::NoSuchEntry);
    when(given(), report(twice(3, 8, "9.1"))).then_expect_events(vec![reported_entry(twice(3, 8, "9.1"))]);
    for elsewhere in [part(3, 9), twice(3, 9, "5.8")] {
        when(given(), report(elsewhere)).then_expect_error(ActionRejection::EntryElsewhere { half_year: spring() });
    }
}

#[test]
fn a_probable_duplicate_counts_as_printed_and_not_without_duplicates() {
    let twice = |of| BudgetEntry {
        possible_duplicate_of: Some(PossibleDuplicate {
            action: "9.1".parse().expect("a number"),
            entry: entry_id(of),
            certainty: DuplicateCertainty::AlmostCertain,
        }),
        ..entry(1)
    };
    when(vec![defined()], report(twice(9))).then_expect_events(vec![reported_entry(twice(9))]);
    when(vec![defined()], report(twice(1))).then_expect_error(ActionRejection::DuplicateOfItself);
    assert!(twice(9).counts_as_printed() && !twice(9).counts_without_duplicates());
}

#[test]
fn a_period_ends_after_it_begins() {
    let period = |from, until| BudgetEntry {
        period: Some(BudgetPeriod {
            verbatim: "15 januari 2017 – 12 januari 2020".into(),
            from: Some(day(from)),
            until: Some(day(until)),
            kind: PeriodKind::ProjectPeriod,
        }),
        ..entry(1)
    };
    let right = period("2017-01-15", "2020-01-12");
    when(vec![defined()], report(right.clone())).then_expect_events(vec![reported_entry(right)]);
    when(vec![defined()], report(period("2020-01-12", "2017-01-15")))
        .then_expect_error(ActionRejection::PeriodReversed);
}

#[test]
fn people_are_means_and_zero_people_are_none() {
    let means = |fte_hundredths| Means { fte_hundredths, ..means(5) };
    let command = |means| ActionCommand::ReportMeans { reported_on: day("2018-10-01"), means };
    let event = |means| ActionEvent::MeansReported { occurred_on: day("2018-10-01"), means };
    when(vec![defined()], command(means(150))).then_expect_events(vec![event(means(150))]);
    when(vec![defined(), event(means(150))], command(means(150))).then_expect_events(vec![]);
    when(vec![defined(), event(means(150))], command(means(100))).then_expect_error(ActionRejection::EntryExists);
    when(vec![defined()], command(means(0))).then_expect_error(ActionRejection::NothingReported);
    let most = means(MOST_FTE_HUNDREDTHS);
    when(vec![defined()], command(most.clone())).then_expect_events(vec![event(most)]);
    for beyond in [MOST_FTE_HUNDREDTHS + 1, u32::MAX] {
        when(vec![defined()], command(means(beyond))).then_expect_error(ActionRejection::MeansTooLarge);
    }
    assert!(!folded(&[defined(), event(means(150))]).on_regular_means(autumn()));
}

#[test]
fn funding_is_mentioned_without_an_amount() {
    let mention = |text| mention(6, text);
    let command = |mention| ActionCommand::MentionFunding { reported_on: day("2018-10-01"), mention };
    let event = |mention| ActionEvent::FundingMentioned { occurred_on: day("2018-10-01"), mention };
    when(vec![defined()], command(mention("projectoproep"))).then_expect_events(vec![event(mention("projectoproep"))]);
    when(vec![defined(), event(mention("projectoproep"))], command(mention("projectoproep")))
        .then_expect_events(vec![]);
    when(vec![defined(), event(mention("projectoproep"))], command(mention("subsidie")))
        .then_expect_error(ActionRejection::EntryExists);
    when(vec![defined()], command(mention(" "))).then_expect_error(ActionRejection::TextMissing { what: "text" });
}

#[test]
fn means_are_corrected_with_a_reason_and_keep_what_the_correction_leaves_out() {
    let (on, reason) = (day("2018-11-01"), "zetfout");
    let with_means = || vec![defined(), ActionEvent::MeansReported { occurred_on: day("2018-10-01"), means: means(5) }];
    let command = |means: Means, keeps: &[EntryField], reason: &str| ActionCommand::CorrectMeans {
        corrected_on: on,
        means,
        keeps: keeps.iter().copied().collect(),
        reason: reason.into(),
    };
    let event = |means| ActionEvent::MeansCorrected { occurred_on: on, means, reason: reason.into() };
    let half = Means { fte_hundredths: 50, ..means(5) };
    when(with_means(), command(half.clone(), &[], reason)).then_expect_events(vec![event(half.clone())]);
    let bare = Means { row: None, competence: None, beneficiary: None, ..half.clone() };
    let keeps = [EntryField::Row, EntryField::Competence, EntryField::Beneficiary];
    when(with_means(), command(bare.clone(), &keeps, reason)).then_expect_events(vec![event(half.clone())]);
    when(with_means(), command(bare.clone(), &[], reason)).then_expect_events(vec![event(bare)]);
    when(with_means(), command(means(5), &[], "")).then_expect_events(vec![]);
    when(with_means(), command(half.clone(), &[], " "))
        .then_expect_error(ActionRejection::TextMissing { what: "reason" });
    when(with_means(), command(Means { fte_hundredths: 0, ..means(5) }, &[], reason))
        .then_expect_error(ActionRejection::NothingReported);
    when(with_means(), command(Means { half_year: spring(), ..half.clone() }, &[], reason))
        .then_expect_error(ActionRejection::OtherHalfYear { half_year: autumn() });
    when(vec![defined()], command(half.clone(), &[], reason)).then_expect_error(ActionRejection::NoSuchEntry);
    let held = folded(&[with_means(), vec![event(half.clone())]].concat());
    assert_eq!(held.means().get(&half.id), Some(&half));
}

#[test]
fn a_mention_of_funding_is_corrected_with_a_reason_and_keeps_what_the_correction_leaves_out() {
    let (on, reason) = (day("2018-11-01"), "zetfout");
    let said = FundingMention { funder: Some("Europa".into()), ..mention(6, "subsidie") };
    let event = |mention| ActionEvent::FundingMentionCorrected { occurred_on: on, mention, reason: reason.into() };
    let before =
        || vec![defined(), ActionEvent::FundingMentioned { occurred_on: day("2018-10-01"), mention: said.clone() }];
    let command = |mention: FundingMention, keeps: &[EntryField], reason: &str| ActionCommand::CorrectFundingMention {
        corrected_on: on,
        mention,
        keeps: keeps.iter().copied().collect(),
        reason: reason.into(),
    };
    let other = FundingMention { text: "projectoproep".into(), ..said.clone() };
    when(before(), command(other.clone(), &[], reason)).then_expect_events(vec![event(other.clone())]);
    let bare = FundingMention { row: None, competence: None, funder: None, ..other.clone() };
    let keeps = [EntryField::Row, EntryField::Competence, EntryField::Funder];
    when(before(), command(bare.clone(), &keeps, reason)).then_expect_events(vec![event(other.clone())]);
    when(before(), command(bare.clone(), &[], reason)).then_expect_events(vec![event(bare)]);
    when(before(), command(said.clone(), &[], "")).then_expect_events(vec![]);
    when(before(), command(other.clone(), &[], " ")).then_expect_error(ActionRejection::TextMissing { what: "reason" });
    when(before(), command(FundingMention { text: " ".into(), ..said.clone() }, &[], reason))
        .then_expect_error(ActionRejection::TextMissing { what: "text" });
    when(before(), command(FundingMention { half_year: spring(), ..other.clone() }, &[], reason))
        .then_expect_error(ActionRejection::OtherHalfYear { half_year: autumn() });
    when(vec![defined()], command(other.clone(), &[], reason)).then_expect_error(ActionRejection::NoSuchEntry);
    let held = folded(&[before(), vec![event(other.clone())]].concat());
    assert_eq!(held.mentions().get(&other.id), Some(&other));
}

#[test]
fn an_indicator_keeps_what_is_known_apart_from_what_is_not() {
    for value in [
        IndicatorValue::Exact(0),
        IndicatorValue::About(150),
        IndicatorValue::MoreThan(10),
        IndicatorValue::Average { hundredths: 250 },
        IndicatorValue::NotRegistered { reason: "geen registratie".into() },
        IndicatorValue::NotYetDelivered,
        IndicatorValue::Unknown,
    ] {
        let indicator = indicator(7, value);
        when(vec![defined()], report_indicator(indicator.clone()))
            .then_expect_events(vec![indicator_reported(indicator.clone())]);
        when(vec![defined(), indicator_reported(indicator.clone())], report_indicator(indicator))
            .then_expect_events(vec![]);
    }
    when(vec![defined()], report_indicator(indicator(7, IndicatorValue::NotRegistered { reason: "".into() })))
        .then_expect_error(ActionRejection::TextMissing { what: "reason" });
    let nameless = Indicator { label: " ".into(), ..indicator(7, IndicatorValue::Unknown) };
    when(vec![defined()], report_indicator(nameless)).then_expect_error(ActionRejection::TextMissing { what: "label" });
}

#[test]
fn an_indicator_is_reported_again_in_its_own_half_year() {
    let given = vec![defined(), indicator_reported(indicator(7, IndicatorValue::NotYetDelivered))];
    let delivered = indicator(7, IndicatorValue::Exact(12));
    when(given.clone(), report_indicator(delivered.clone())).then_expect_events(vec![indicator_reported(delivered)]);
    let moved = Indicator { half_year: spring(), ..indicator(7, IndicatorValue::Exact(12)) };
    when(given, report_indicator(moved)).then_expect_error(ActionRejection::OtherHalfYear { half_year: autumn() });
}

#[test]
fn a_part_names_the_indicator_it_is_part_of() {
    let whole = indicator(7, IndicatorValue::Exact(72));
    let part = |of| Indicator { part_of: Some(entry_id(of)), ..indicator(8, IndicatorValue::Exact(30)) };
    let given = vec![defined(), indicator_reported(whole)];
    when(given.clone(), report_indicator(part(7))).then_expect_events(vec![indicator_reported(part(7))]);
    for wrong in [8, 9] {
        when(given.clone(), report_indicator(part(wrong))).then_expect_error(ActionRejection::NoSuchEntry);
    }
}

#[test]
fn an_indicator_is_a_number_from_0_that_can_be_kept() {
    for most in [0, LARGEST_INDICATOR] {
        let indicator = indicator(7, IndicatorValue::Exact(most));
        when(vec![defined()], report_indicator(indicator.clone()))
            .then_expect_events(vec![indicator_reported(indicator)]);
    }
    for number in [-5, LARGEST_INDICATOR + 1, i64::MAX, i64::MIN] {
        for value in [
            IndicatorValue::Exact(number),
            IndicatorValue::About(number),
            IndicatorValue::MoreThan(number),
            IndicatorValue::Average { hundredths: number },
        ] {
            when(vec![defined()], report_indicator(indicator(7, value)))
                .then_expect_error(ActionRejection::ValueOutOfBounds);
        }
    }
}

#[test]
fn what_was_realised_has_happened_and_what_is_planned_may_come() {
    let (today, tomorrow) = (day(TODAY), day("2018-12-16"));
    let of = |measure, as_of| Indicator { measure, as_of: Some(as_of), ..indicator(7, IndicatorValue::Exact(3)) };
    for sound in [of(IndicatorMeasure::Realised, today), of(IndicatorMeasure::Planned, tomorrow)] {
        when(vec![defined()], report_indicator(sound.clone())).then_expect_events(vec![indicator_reported(sound)]);
    }
    when(vec![defined()], report_indicator(of(IndicatorMeasure::Realised, tomorrow)))
        .then_expect_error(ActionRejection::RealisedAhead { as_of: tomorrow, today });
}

#[test]
fn what_was_counted_is_of_a_day_within_the_years_of_the_plans() {
    let of = |measure, as_of| Indicator { measure, as_of: Some(as_of), ..indicator(7, IndicatorValue::Exact(3)) };
    let (realised, planned) = (IndicatorMeasure::Realised, IndicatorMeasure::Planned);
    for sound in [of(realised, day("2015-01-01")), of(planned, day("2015-01-01")), of(planned, day("2043-12-31"))] {
        when(vec![defined()], report_indicator(sound.clone())).then_expect_events(vec![indicator_reported(sound)]);
    }
    let before = ["2014-12-31", "1500-01-01", "0000-01-01", "-0001-12-31"].map(day);
    let after = [day("2044-01-01"), chrono::NaiveDate::MAX];
    let both = before.into_iter().flat_map(|as_of| [(realised, as_of), (planned, as_of)]);
    for (measure, as_of) in both.chain(after.map(|as_of| (planned, as_of))) {
        let refused = ActionRejection::AsOfOutOfBounds { as_of, half_year: autumn() };
        assert!(refused.message().contains("from 2015 to 2043"), "{refused}");
        when(vec![defined()], report_indicator(of(measure, as_of))).then_expect_error(refused);
    }
}

#[test]
fn an_indicator_is_no_part_of_its_own_parts() {
    let part = |n, of| Indicator { part_of: Some(entry_id(of)), ..indicator(n, IndicatorValue::Exact(30)) };
    let chain = vec![
        defined(),
        indicator_reported(indicator(7, IndicatorValue::Exact(72))),
        indicator_reported(part(8, 7)),
        indicator_reported(part(9, 8)),
    ];
    for of in [8, 9] {
        when(chain.clone(), report_indicator(part(7, of))).then_expect_error(ActionRejection::PartOfItsPart);
    }
    when(chain.clone(), report_indicator(part(9, 7))).then_expect_events(vec![indicator_reported(part(9, 7))]);
    // A circle that was stored before this was refused keeps nobody from reporting.
    let circle = [chain, vec![indicator_reported(part(7, 9))]].concat();
    when(circle, report_indicator(part(10, 7))).then_expect_events(vec![indicator_reported(part(10, 7))]);
}
