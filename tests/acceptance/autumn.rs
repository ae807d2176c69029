//! The report of autumn 2018, from the frozen content of its edition: every figure that the notes on the data call certain.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::plan::FACTS;

/// The figures everybody can count in the source (notes on the data), from the frozen content itself.
pub fn figures(content: &Value) -> Result<()> {
    let totals = &content["totals"];
    ensure!(
        totals["actions"] == 62 && totals["budget_entries"] == 48 && totals["actions_with_budget"] == 24,
        "{totals:#}"
    );
    ensure!(totals["budget_as_printed"] == 1_096_433_486, "{totals:#}");
    ensure!(totals["budget_without_duplicates"] == 1_052_233_486, "{totals:#}");
    let statuses: BTreeMap<&str, i64> = counts(&totals["by_status"], "status", "count");
    ensure!(statuses == BTreeMap::from([("NotStarted", 1), ("Ongoing", 56), ("Started", 5)]), "{statuses:?}");
    let lines = counts(&totals["by_policy_line"], "key", "actions");
    ensure!(lines.values().copied().collect::<Vec<_>>() == [11, 17, 5, 16, 13], "{lines:?}");
    let facts: Value = serde_json::from_str(&std::fs::read_to_string(FACTS)?)?;
    let actions = facts["actions"].as_array().context("actions")?;
    let chapters = counts(&totals["by_chapter"], "key", "actions");
    let by_number = chapters.iter().map(|(key, count)| Ok((key.parse::<u64>()?, *count)));
    let by_number = by_number.collect::<Result<BTreeMap<_, _>>>()?;
    let counted = |number: &u64| actions.iter().filter(|action| action["chapter"] == *number).count();
    ensure!(by_number.len() == 14 && by_number.iter().all(|(number, own)| counted(number) == *own as usize));
    ensure!(by_number.into_values().collect::<Vec<_>>() == [4, 3, 4, 7, 10, 5, 2, 1, 1, 2, 4, 6, 5, 8]);
    for domain in totals["by_domain"].as_array().context("domains")? {
        let own = |action: &&Value| {
            let codes = action["policy_domains"].as_array().into_iter().flatten();
            codes.into_iter().any(|code| code["code"] == domain["key"] || *code == domain["key"])
        };
        ensure!(domain["actions"] == actions.iter().filter(own).count(), "{domain}");
    }
    let domains = counts(&totals["by_domain"], "key", "actions");
    let certain = [("CJM", 21), ("IV", 1), ("KB", 26), ("OV", 38), ("Sport Vlaanderen", 2), ("WSE", 18), ("WVG", 28)];
    ensure!(domains == BTreeMap::from(certain), "{domains:?}");
    // 18 titles are seven offices.
    let offices = counts(&totals["by_office"], "name", "actions");
    ensure!(offices.values().copied().collect::<Vec<_>>() == [24, 1, 20, 36, 1, 27, 17], "{offices:?}");
    money(totals)
}

/// The amounts by line and by competence, as printed and without what is printed twice, in cents.
fn money(totals: &Value) -> Result<()> {
    let both = |rows: &str, key: &str| {
        let (printed, without) =
            (counts(&totals[rows], key, "budget_as_printed"), counts(&totals[rows], key, "budget_without_duplicates"));
        printed.into_iter().map(|(part, sum)| (part.to_owned(), [sum, without[part]])).collect::<BTreeMap<_, _>>()
    };
    let certain = |known: &[(&str, [i64; 2])]| {
        known.iter().map(|(part, sums)| ((*part).to_owned(), *sums)).collect::<BTreeMap<_, _>>()
    };
    // Policy line 3 states no amount.
    let lines = certain(&[
        ("1", [70_936_000, 70_936_000]),
        ("2", [764_622_105, 764_622_105]),
        ("4", [99_616_666, 55_416_666]),
        ("5", [161_258_715, 161_258_715]),
    ]);
    ensure!(both("by_policy_line", "key") == lines, "{:#}", totals["by_policy_line"]);
    let competences = both("by_competence", "key");
    let known = certain(&[
        ("Binnenlands Bestuur", [469_697_362, 469_697_362]),
        ("Onderwijs", [210_124_200, 185_924_200]),
        ("Integratie", [200_646_878, 200_646_878]),
        ("Welzijn", [153_161_746, 133_161_746]),
        ("Jeugd", [33_303_300, 33_303_300]),
        ("Brussel", [25_000_000, 25_000_000]),
        ("Media", [4_500_000, 4_500_000]),
    ]);
    ensure!(competences == known, "{competences:#?}");
    Ok(())
}

fn counts<'a>(rows: &'a Value, key: &str, count: &str) -> BTreeMap<&'a str, i64> {
    let rows = rows.as_array().into_iter().flatten();
    rows.filter_map(|row| Some((row[key].as_str()?, row[count].as_i64()?))).collect()
}
