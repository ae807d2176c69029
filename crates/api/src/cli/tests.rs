//! The command line as operators type it.

use clap::CommandFactory;

use super::*;

#[test]
fn the_command_line_holds_together() {
    Cli::command().debug_assert();
}

#[test]
fn the_places_can_be_given_before_and_after_the_command() {
    for line in [["spoor", "--data", "d", "serve"], ["spoor", "serve", "--data", "d"]] {
        let cli = Cli::try_parse_from(line).unwrap();
        assert_eq!(cli.places.flags(), [("stores.data", "d".to_owned())]);
    }
}

#[test]
fn what_is_no_command_is_wrong_use() {
    for line in
        [vec!["spoor"], vec!["spoor", "fly"], vec!["spoor", "projections", "rebuild"], vec!["spoor", "serve", "--x"]]
    {
        assert_eq!(Cli::try_parse_from(&line).unwrap_err().exit_code(), 2, "{line:?}");
    }
    assert_eq!(Cli::try_parse_from(["spoor", "--help"]).unwrap_err().exit_code(), 0);
}

#[test]
fn a_wrong_configuration_is_told_from_other_failures() {
    let wrong = || ConfigError(vec!["x".into()]);
    assert!(configuration_problems(&wrong().into()).is_some());
    assert!(configuration_problems(&StateError::Config(wrong()).into()).is_some());
    assert!(configuration_problems(&std::io::Error::other("x").into()).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_settings_that_the_demo_would_not_go_by_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("demo");
    let places = ["--config", "retention.toml", "--data", data.to_str().unwrap()];
    let line = ["spoor", "demo", "--once", "--dossiers", "1"].into_iter().chain(places);
    let refused = Cli::try_parse_from(line).unwrap().carry_out().await.unwrap_err();
    let ConfigError(problems) = configuration_problems(&refused).expect("it is the settings that are wrong");
    assert!(problems[0].contains("retention.toml") && problems[0].contains("leave --config out"), "{problems:?}");
    assert!(!data.exists(), "nothing was made");
}

#[test]
fn a_cause_is_told_once() {
    let error = anyhow::Error::from(std::io::Error::other("disk full")).context("nothing stored: disk full");
    assert_eq!(told(&error), "nothing stored: disk full");
    let error = anyhow::Error::from(std::io::Error::other("disk full")).context("nothing stored");
    assert_eq!(told(&error), "nothing stored: disk full");
}

#[test]
fn a_name_is_no_account_at_the_terminal_either() {
    for by in ["Jan Janssens", "jan@voorbeeld.invalid"] {
        for mut line in [
            vec!["spoor", "import", "action-plan", "plan.json"],
            vec!["spoor", "import", "progress", "rows.json", "--period", "2018-H2"],
            vec!["spoor", "report", "pdf", "--period", "2018-H2"],
            vec!["spoor", "replay", "LT-2026-0042", "--purpose", "CASE_HANDLING"],
        ] {
            line.extend(["--by", by]);
            let refused = Cli::try_parse_from(&line).unwrap_err();
            assert_eq!(refused.exit_code(), 2, "{line:?}");
            assert!(refused.to_string().contains("never a name or an address"), "{refused}");
        }
    }
}

#[test]
fn who_asks_for_a_replay_is_told_both_ways_to_say_who_it_is() {
    let line = ["spoor", "replay", "LT-2026-0042", "--purpose", "ADMINISTRATION"];
    let with = |more: &[&str]| Cli::try_parse_from(line.iter().chain(more));
    let refused = with(&[]).unwrap_err();
    let said = refused.to_string();
    assert!(refused.exit_code() == 2 && said.contains("--token") && said.contains("--by"), "{said}");
    assert!(with(&["--by", "auditor-1"]).is_ok() && with(&["--token", "file"]).is_ok());
    for both in [["--by", "auditor-1"], ["--organisation", "abb"]] {
        assert_eq!(with(&[["--token", "file"], both].concat()).unwrap_err().exit_code(), 2, "{both:?}");
    }
}

#[test]
fn there_is_no_report_on_a_half_year_that_has_not_begun() {
    let day = |text: &str| text.parse().unwrap();
    let period = "2026-H2".parse().unwrap();
    report::has_begun(period, day("2026-07-01")).unwrap();
    let refused = report::has_begun(period, day("2026-06-30")).unwrap_err().to_string();
    assert!(refused.starts_with("2026-H2 has not begun"), "{refused}");
}
