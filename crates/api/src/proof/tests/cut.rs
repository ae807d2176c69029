//! A dossier with an event missing is not exported as if it were all of it.

use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::register::event::RegisterEvent;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_with_an_event_missing_is_not_exported_and_the_event_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let state = migrated(directory.path()).await;
    dossiers::load(&state.log, &state.blobs, &state.clock, 12, |_| {}).await.unwrap();
    let size = state.log.head().await.unwrap().index;
    let mut taken = None;
    for record in state.log.read_after_index(0, 10_000).await.unwrap() {
        if let DomainEvent::Register(RegisterEvent::DossierNumberTaken { dossier, number, .. }) =
            record.decode().unwrap().event
            && state.log.read_stream(aggregate_type::TRAJECTORY, &dossier.to_string()).await.unwrap().len() > 2
        {
            taken = Some((dossier, number));
        }
    }
    let (dossier, number) = taken.expect("a dossier of three events or more");
    let chosen = async || Wanted::Dossier(number.clone()).choose(LogName::Events, &state.log, &state.log, size).await;
    chosen().await.unwrap();
    for missing in [2, 1] {
        alter(
            directory.path(),
            &format!("delete from events where aggregate_id = '{dossier}' and sequence = {missing}"),
        );
        let refused = chosen().await.unwrap_err().to_string();
        assert!(refused.contains(&format!("{dossier} has not its event {missing}")), "{refused}");
    }
    state.close().await;
}
