//! The office a minister's title means, over every title of the report of autumn 2018.

use std::collections::BTreeSet;

use super::*;

fn titles_of_autumn_2018() -> BTreeSet<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/actieplan-2018-najaar.json");
    let data: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("the plan's facts")).expect("json");
    let actions = data["actions"].as_array().expect("actions");
    let titles = actions.iter().flat_map(|action| action["ministers"].as_array().expect("ministers"));
    titles.map(|title| title.as_str().expect("a title").to_owned()).collect()
}

#[test]
fn the_eighteen_titles_in_print_are_seven_offices() {
    use MinisterOffice::*;
    let expected = [
        ("Minister van Binnenlands Bestuur", DomesticAffairsIntegration),
        ("Minister van Binnenlands Bestuur en Stedenbeleid", DomesticAffairsIntegration),
        ("Minister van Binnenlands Bestuur, Stedenbeleid, Integratie en Inburgering", DomesticAffairsIntegration),
        ("Minister van Brussel", CultureYouthMediaBrussels),
        ("Minister van Buitenlands Beleid", ForeignPolicy),
        ("Minister van Cultuur", CultureYouthMediaBrussels),
        ("Minister van Integratie en Inburgering", DomesticAffairsIntegration),
        ("Minister van Jeugd", CultureYouthMediaBrussels),
        ("Minister van Jeugd en Media", CultureYouthMediaBrussels),
        ("Minister van Jeugd, Media en Brussel", CultureYouthMediaBrussels),
        ("Minister van Media", CultureYouthMediaBrussels),
        ("Minister van Onderwijs", Education),
        ("Minister van Sport", WorkEconomySport),
        ("Minister van Vlaamse Rand", FlemishPeriphery),
        ("Minister van Welzijn", Welfare),
        ("Minister van Werk", WorkEconomySport),
        ("Minister van Werk en Sport", WorkEconomySport),
        ("Minister van Wonen en Inburgering en Integratie", DomesticAffairsIntegration),
    ];
    let printed = titles_of_autumn_2018();
    assert_eq!(printed, expected.iter().map(|(title, _)| (*title).to_owned()).collect());
    for (title, office) in expected {
        assert_eq!(MinisterOffice::of_title(title), [office], "{title}");
    }
}

#[test]
fn spaces_and_capitals_do_not_make_another_office() {
    for title in ["Minister  van Onderwijs", " minister van onderwijs ", "Minister van Onderwijs,"] {
        assert_eq!(MinisterOffice::of_title(title), [MinisterOffice::Education], "{title:?}");
    }
}

#[test]
fn a_title_over_several_offices_names_each_and_an_unknown_one_none() {
    assert_eq!(
        MinisterOffice::of_title("Minister van Jeugd, Onderwijs en Media"),
        [MinisterOffice::CultureYouthMediaBrussels, MinisterOffice::Education]
    );
    assert_eq!(MinisterOffice::of_title("Minister van Visserij"), []);
    assert_eq!(MinisterOffice::of_title("Minister van Visserij en Sport"), [MinisterOffice::WorkEconomySport]);
    assert_eq!(MinisterOffice::of_title("Staatssecretaris voor Onderwijs"), []);
}
