//! Who saw a dossier, as it leaves the house: everything that the trail of the dossier shows, and nothing else.

use spoor_domain::access::event::{AccessEvent, DossierShown, Question, RefusedPart};
use spoor_domain::access::vocabulary::QuestionRefusal;
use spoor_domain::catalogue::DomainEvent;
use spoor_domain::kernel::{DossierId, Purpose};
use spoor_domain::register::event::RegisterEvent;
use spoor_domain::trajectory::event::DossierNumber;

use super::*;
use crate::access_book::{AccessBook, Reader};
use crate::cli::terminal::terminal_actor;

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_who_saw_a_dossier_holds_refusals_by_number_and_exports_of_everything() {
    let directory = tempfile::tempdir().unwrap();
    let state = migrated(directory.path()).await;
    dossiers::load(&state.log, &state.blobs, &state.clock, 2, |_| {}).await.unwrap();
    let taken: Vec<(DossierId, DossierNumber)> = state
        .log
        .read_after_index(0, 10_000)
        .await
        .unwrap()
        .iter()
        .filter_map(|record| match record.decode().unwrap().event {
            DomainEvent::Register(RegisterEvent::DossierNumberTaken { dossier, number, .. }) => Some((dossier, number)),
            _ => None,
        })
        .collect();
    let [(own, number), (other, other_number), ..] = taken.as_slice() else { panic!("two numbers: {taken:?}") };
    let refused = |dossier: Option<DossierId>, number: Option<&DossierNumber>| AccessEvent::QuestionRefused {
        refusals: vec![RefusedPart {
            reason: QuestionRefusal::NotFound,
            field: "trajectory".into(),
            dossier,
            number: number.cloned(),
        }],
        question: Question::of_program("test"),
    };
    let shown = |id: DossierId| AccessEvent::DossiersShown {
        dossiers: vec![DossierShown { id, personal: Default::default() }],
        question: Question::of_program("test"),
        checkpoints: Default::default(),
    };
    let made = |dossier| AccessEvent::ExportMade {
        log: "events".into(),
        selection: "all".into(),
        dossier,
        tree_size: 1,
        opened: false,
        personal: Default::default(),
        question: Question::of_program("audit export"),
    };
    let about = [
        (shown(*own), true),
        (shown(*other), false),
        (refused(Some(*own), None), true),
        (refused(None, Some(number)), true),
        (refused(None, Some(other_number)), false),
        (made(None), true),
        (made(Some(*other)), false),
        (made(Some(*own)), true),
    ];
    let reader = Reader::at_the_terminal(terminal_actor("a", "b"), Purpose::Administration, None, &state.clock);
    let book = AccessBook::new(state.access.clone(), state.clock.clone());
    book.record(&reader, about.iter().map(|(event, _)| event.clone()).collect()).await.unwrap();
    let size = state.access.head().await.unwrap().index;
    let chosen =
        Wanted::Dossier(number.clone()).choose(LogName::Access, &state.access, &state.log, size).await.unwrap();
    let found: Vec<u64> = chosen.ranges.into_iter().flatten().collect();
    let wanted: Vec<u64> = (1..).zip(&about).filter(|(_, (_, is_about))| *is_about).map(|(index, _)| index).collect();
    assert_eq!(found, wanted);
    state.close().await;
}
