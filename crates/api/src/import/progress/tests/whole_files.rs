//! Problems of one record hide none of another, and records that go ill together are told.

use super::*;

#[tokio::test]
async fn what_is_wrong_with_one_line_hides_nothing_of_the_others() {
    let directory = tempfile::tempdir().unwrap();
    let desk = Desk::open(directory.path()).await;
    let head = "kind,action,row,competence,text\n";
    for (rest, expected) in [
        (
            "row,4.2,1,Stedenbeleid,x,extra\nrow,99.1,1,Onderwijs,x\nfoo,4.2,1,Onderwijs,x",
            &["2 ", "3 action", "4 kind"][..],
        ),
        ("row,99.1,1,Onderwijs,x\nrow,4.2,1,Stedenbeleid,\"x\n", &["2 action", "3 "]),
        ("row,99.1,1,Atlantis,\nfoo,99.1,1,Onderwijs,x", &["2 action", "2 competence", "2 text", "3 action", "3 kind"]),
    ] {
        assert_eq!(desk.problems(&format!("{head}{rest}"), &coordinator()).await, expected, "{rest}");
    }
    let json = r#"[{"kind": "budget", "action": "4.2", "competence": "Stedenbeleid", "amount": 5.5},
{"kind": "row", "action": "99.1", "row": 1, "competence": "Onderwijs", "text": "x"},
{"kind": "row", "action": "4.2", "row": 1, "competence": ["Stedenbeleid"], "text": "x"},
"a",
{"kind": "row", "action": "4.2", "row": 2, "competence": "Stedenbeleid", "text": "x", "text": "y"},
{"kind": "foo", "action": }, {"kind": "foo", "action": "4.2"}]"#;
    let checked = desk.check(ProgressFormat::Json, json, &coordinator()).await;
    assert_eq!(told(&checked), ["1 amount", "2 action", "3 competence", "4 ", "5 text", "6 ", "6 kind"]);
    desk.log.close().await;
}

#[tokio::test]
async fn a_file_of_another_encoding_is_told_with_the_lines_that_cannot_be_read() {
    let directory = tempfile::tempdir().unwrap();
    let desk = Desk::open(directory.path()).await;
    let latin =
        b"kind,action,row,competence,text\nrow,4.2,1,Stedenbeleid,x\nrow,12.1,1,Onderwijs,Reli\xebf\nrow,99.1,1,Onderwijs,x\n";
    let checked = desk.check_bytes(ProgressFormat::Csv, latin, &coordinator()).await;
    assert_eq!(told(&checked), ["3 text", "4 action"]);
    assert!(checked.problems[0].message.contains("UTF-8"), "{checked:?}");
    for bytes in ["kind", "\u{feff}kind"] {
        let wide: Vec<u8> = bytes.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let checked = desk.check_bytes(ProgressFormat::Csv, &wide, &coordinator()).await;
        assert_eq!(told(&checked), ["1 "]);
        assert!(checked.problems[0].message.contains("UTF-8"), "{checked:?}");
    }
    desk.log.close().await;
}

#[tokio::test]
async fn two_lines_about_the_same_are_a_problem_that_names_both_unless_a_field_tells_them_apart() {
    let directory = tempfile::tempdir().unwrap();
    let desk = Desk::open(directory.path()).await;
    let content = "\
kind,action,row,competence,text,amount,note,period,label,value,fte,verbatim
budget,1.3,,Binnenlands Bestuur,,1000.00,,2019,,,,
budget,1.3,,Binnenlands Bestuur,,1000.00,,2019,,,,
budget,1.3,,Binnenlands Bestuur,,1000.00,tweede schijf,2019,,,,
budget,1.3,,Binnenlands Bestuur,,2000.00,,2019,,,,
row,1.3,1,Binnenlands Bestuur,Eerste tekst.,,,,,,,
row,1.3,1,Binnenlands Bestuur,Tweede tekst.,,,,,,,
indicator,1.3,,Binnenlands Bestuur,,,,,steden,3,,
indicator,1.3,,Binnenlands Bestuur,,,,,steden,4,,
means,1.3,,Binnenlands Bestuur,,,,,,,0.5,0.5 VTE
means,1.3,,Binnenlands Bestuur,,,,,,,0.5,0.5 VTE
budget,4.2,,Binnenlands Bestuur,,1000.00,,2019,,,,
";
    let checked = desk.check(ProgressFormat::Csv, content, &coordinator()).await;
    assert_eq!(told(&checked), ["3 amount", "5 amount", "7 row", "9 label", "11 verbatim"]);
    for (problem, both) in checked.problems.iter().zip(["2 and 3", "2 and 5", "6 and 7", "8 and 9", "10 and 11"]) {
        assert!(problem.message.contains(both), "{problem}");
    }
    desk.log.close().await;
}

#[tokio::test]
async fn a_line_whose_competence_is_not_known_is_about_no_line_without_one() {
    let directory = tempfile::tempdir().unwrap();
    let desk = Desk::open(directory.path()).await;
    let content = "\
kind,action,competence,amount,period,fte,verbatim
budget,1.3,,1000.00,2019,,
budget,1.3,Atlantis,2000.00,2019,,
means,1.3,,,,0.5,halftijds
means,1.3,Atlantis,,,1,halftijds
";
    assert_eq!(desk.problems(content, &coordinator()).await, ["3 competence", "5 competence"]);
    desk.log.close().await;
}

#[tokio::test]
async fn negative_counts_unseen_letters_and_gaps_between_rows_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let desk = Desk::open(directory.path()).await;
    let content = "\
kind,action,row,competence,text,label,value
row,4.2,7,Stedenbeleid,plaats zeven,,
indicator,4.2,,Stedenbeleid,,steden,-3
row,12.1,1,Onderwijs,Dr\u{0}\u{7}ie,,
indicator,12.1,,Onderwijs,,scholen\u{202e},3
row,12.1,2,Onderwijs,Goed,,
";
    let checked = desk.check(ProgressFormat::Csv, content, &coordinator()).await;
    assert_eq!(told(&checked), ["2 row", "3 value", "4 text", "5 label"]);
    assert!(checked.problems[0].message.contains("place 1 "), "{}", checked.problems[0]);
    assert!(checked.problems[3].message.contains("U+202E"), "{}", checked.problems[3]);
    desk.log.close().await;
}

#[tokio::test]
async fn tabs_and_single_carriage_returns_separate_as_well_and_other_signs_are_told_in_the_first_line() {
    let directory = tempfile::tempdir().unwrap();
    let desk = Desk::open(directory.path()).await;
    let plain = "kind,action,row,competence,text\nrow,4.2,1,Stedenbeleid,x\n";
    for written in [plain.replace(',', "\t"), plain.replace(',', ";"), plain.replace('\n', "\r")] {
        assert_eq!(desk.problems(&written, &coordinator()).await, Vec::<String>::new(), "{written:?}");
    }
    assert_eq!(desk.problems(&plain.replace(',', "|"), &coordinator()).await, ["1 action", "1 kind"]);
    desk.log.close().await;
}

#[tokio::test]
async fn misread_and_unseen_letters_rows_of_nobody_and_names_written_in_two_ways_are_told_by_line() {
    let directory = tempfile::tempdir().unwrap();
    let desk = Desk::open(directory.path()).await;
    let content = "\
kind,action,row,competence,text,amount,beneficiary
row,4.2,1,Stedenbeleid,De cafÃ©s deden mee.,,
row,12.1,1,Onderwijs,De stadâ€™s scholen.,,
row,12.1,2,Onderwijs,Er liep\u{200b} een reeks.,,
row,1.3,1,,Van niemand.,,
budget,4.2,,Stedenbeleid,,1000.00,Scholen
budget,4.2,,Stedenbeleid,,2000.00,scholen\u{20}
budget,12.1,,Onderwijs,,2000.00,Scholen
";
    let checked = desk.check(ProgressFormat::Csv, content, &coordinator()).await;
    assert_eq!(told(&checked), ["2 text", "3 text", "4 text", "5 competence", "7 beneficiary"]);
    assert!(checked.problems[4].message.contains("line 6 writes 'scholen' as 'Scholen'"), "{}", checked.problems[4]);
    desk.log.close().await;
}

#[tokio::test]
async fn a_policy_domain_that_the_plan_does_not_know_is_refused_by_line_and_one_in_other_capitals_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let desk = Desk::open(directory.path()).await;
    let content = "\
kind,action,row,competence,policyDomain,text,amount
row,4.2,1,Stedenbeleid,ZZ,Van niemand.,
row,4.2,2,Stedenbeleid|Jeugd,KB|??,Van een ander.,
row,12.1,1,Jeugd,cjm,Van de jeugd.,
budget,4.2,,Buitenland,IV,,1000.00
budget,4.2,,Buitenland,QQ,,2000.00
row,1.3,1,Jeugd|Buitenland,|IV,Van beide.,
";
    let checked = desk.check(ProgressFormat::Csv, content, &coordinator()).await;
    assert_eq!(told(&checked), ["2 policyDomain", "3 policyDomain", "4 policyDomain", "6 policyDomain"]);
    for known in ["CJM", "IV", "KB", "Sport Vlaanderen", "WVG"] {
        assert!(checked.problems[0].message.contains(known), "{}", checked.problems[0]);
    }
    assert!(checked.problems[2].message.contains("written 'CJM'"), "{}", checked.problems[2]);
    desk.log.close().await;
}

#[tokio::test]
async fn a_column_that_cannot_be_read_hides_no_other_column_of_its_line() {
    let directory = tempfile::tempdir().unwrap();
    let desk = Desk::open(directory.path()).await;
    let content = "\
kind,action,row,competence,text,amount,period,label,value,valueKind,asOf
row,12.1,eerste,Onderwijs,Er liep een reeks.,,,,,,
row,12.1,2,Onderwijs,Er liep er nog een.,,,,,,
budget,12.1,9,Onderwijs,,1.000,2019,,,,
budget,12.1,2,jeugd,,0,,,,,
indicator,12.1,2,Onderwijs,,,,,drie,,2999-01-01
indicator,12.1,2,Atlantis,,,,scholen,9999999999999,,2999-01-01
indicator,99.1,2,Onderwijs,,,,scholen,9999999999999,,morgen
";
    let told = desk.problems(content, &coordinator()).await;
    let expected = [
        "2 row",
        "4 amount",
        "4 row",
        "5 amount",
        "5 competence",
        "6 asOf",
        "6 label",
        "6 value",
        "7 asOf",
        "7 competence",
        "7 value",
        "8 action",
        "8 asOf",
        "8 value",
    ];
    assert_eq!(told, expected, "place 1 may well be that of the first row");
    let own = "\
kind,action,row,competence,policyDomain,text,amount,fte,verbatim
row,12.1,1,Welzijn,,Niet van ons.,,,
budget,12.1,1,Onderwijs,,,0,,
means,12.1,,Onderwijs,,,,0,een VTE
means,12.1,1,,,,,veel,
row,12.1,2,Onderwijs,QQ,,,,
";
    let told = desk.problems(own, &context(Role::DomainContact, "OV")).await;
    let expected = ["2 competence", "3 amount", "4 fte", "4 row", "5 fte", "5 verbatim", "6 policyDomain", "6 text"];
    assert_eq!(told, expected, "what rests on a column that is wrong is not told again");
    desk.log.close().await;
}
