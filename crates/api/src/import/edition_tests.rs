//! The report of autumn 2018 as an edition: from the file, over the log and the view, to the content that forms are made of.

use spoor_documents::edition::{EditionContent, EditionHead, EditionParts, Window, assemble, findings};
use spoor_domain::edition::event::BlockerKind;
use spoor_eventlog::{EventLog, KeyStore, LogOptions, LogUrl};
use spoor_projections::{Logs, Views, ViewsUrl, plan, runner};

use super::tests::{AUTUMN_2018, clock, coordinator};
use super::*;

/// Kept beside the forms, which are tested with it.
const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../documents/fixtures/najaar-2018.json");

async fn assembled() -> EditionContent {
    let directory = tempfile::tempdir().unwrap();
    let keys = KeyStore::in_directory(directory.path()).await.unwrap();
    let open = async |name: &str| {
        let url = LogUrl::Sqlite(directory.path().join(name));
        EventLog::migrate(&url).await.unwrap();
        EventLog::open(&url, keys.clone(), clock(), LogOptions::default()).await.unwrap()
    };
    let logs = Logs { events: open("log.sqlite").await, access: open("access.sqlite").await };
    let imported = plan_from_json(AUTUMN_2018).unwrap();
    run(&logs.events, &clock(), &imported, &coordinator()).await.unwrap();
    let url = ViewsUrl::Sqlite(directory.path().join("views.sqlite"));
    Views::migrate(&url).await.unwrap();
    let views = Views::open(&url).await.unwrap();
    runner::catch_up(&logs, &views).await.unwrap();
    let cut_offs = plan::CutOffs::default();
    let report = plan::report(&views, imported.plan, imported.half_year, cut_offs, None, plan::ActionFacts::delivered);
    let report = report.await.unwrap().value.unwrap();
    let day = |text: &str| text.parse().unwrap();
    let head = EditionHead {
        plan: imported.plan,
        plan_name: imported.name.clone(),
        period: imported.half_year,
        number: 1,
        label: "Najaar 2018".into(),
        window: Some(Window { from: day("2018-04-03"), until: day("2018-10-01") }),
        cut_off: day("2018-10-01"),
        preface: None,
        rules: "1".into(),
        corrects: None,
    };
    assemble(EditionParts { head, report, tables: Vec::new(), training: Vec::new(), errata: Vec::new() })
}

#[expect(clippy::disallowed_methods, reason = "a switch for whoever changes the content, read only in this test")]
fn blessing() -> bool {
    std::env::var("SPOOR_BLESS").is_ok_and(|value| value == "1")
}

/// After an intended change: `SPOOR_BLESS=1 cargo test -p spoor-api autumn_2018_becomes`, then look at what git shows.
#[tokio::test]
async fn the_report_of_autumn_2018_becomes_the_kept_content() {
    let content = assembled().await;
    let json = serde_json::to_string_pretty(&content).unwrap() + "\n";
    if blessing() {
        std::fs::write(KEPT, &json).unwrap();
    }
    let kept = EditionContent::from_bytes(&std::fs::read(KEPT).unwrap()).unwrap();
    assert_eq!(content, kept, "the kept content is another");
}

#[tokio::test]
async fn the_report_of_autumn_2018_tells_small_counts_that_can_be_waived_and_no_figure_on_learning_trajectories() {
    let found = findings(&assembled().await);
    let quotes: Vec<&str> = found.iter().map(|finding| finding.quote.as_str()).collect();
    assert!(found.iter().all(|finding| finding.kind != BlockerKind::TrajectoryFigure), "{quotes:#?}");
    assert_eq!(
        quotes,
        [
            "3 trajecten De Cocon",
            "3 lopende begeleidingen",
            "2 aangeworven consulenten",
            "2 extra aan te trekken consulenten",
            "3 deeltijdse moslimconsulenten",
        ]
    );
}
