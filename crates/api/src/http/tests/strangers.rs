//! Who cannot say who they are is written down, and a flood of them fills no log.

use spoor_domain::access::event::AccessEvent;
use spoor_domain::access::vocabulary::AuthenticationFailure;
use spoor_domain::catalogue::DomainEvent;
use spoor_eventlog::Position;

use super::*;

impl App {
    /// What the access log holds of failed authentications: reason and count.
    async fn turned_away(&self) -> Vec<(AuthenticationFailure, u64)> {
        let records = self.access.read_after(Position::default(), 1_000).await.unwrap();
        let failure = |event| match event {
            DomainEvent::Access(AccessEvent::AuthenticationFailed { reason, count, .. }) => (reason, count),
            other => panic!("{other:?}"),
        };
        records.iter().map(|record| failure(record.decode().unwrap().event)).collect()
    }
}

#[tokio::test]
async fn the_first_failure_of_each_kind_is_written_before_it_is_answered() {
    let app = App::start().await;
    let body = json!({ "query": "{ one }" }).to_string();
    let json = |request: reqwest::RequestBuilder| request.header("content-type", "application/json").body(body.clone());
    let nobody = json(app.client.post(app.url("/graphql"))).send().await.unwrap();
    assert_eq!(nobody.status(), 401);
    assert_eq!(app.turned_away().await, [(AuthenticationFailure::NoToken, 1)]);
    let late = json(app.client.post(app.url("/graphql")).bearer_auth(app.token_valid_for(-600))).send().await.unwrap();
    assert_eq!(late.status(), 401);
    assert_eq!(app.turned_away().await[1], (AuthenticationFailure::Expired, 1));
}

#[tokio::test]
async fn a_flood_of_failures_becomes_one_entry_with_a_count_and_holds_nothing_of_the_tokens() {
    let app = App::start().await;
    let body = json!({ "query": "{ one }" }).to_string();
    for n in 0..20 {
        let request = app.client.post(app.url("/graphql")).bearer_auth(format!("geheim-{n}"));
        request.header("content-type", "application/json").body(body.clone()).send().await.unwrap();
    }
    app.strangers.close().await;
    assert_eq!(
        app.turned_away().await,
        [(AuthenticationFailure::Malformed, 1), (AuthenticationFailure::Malformed, 19)]
    );
    let records = app.access.read_after(Position::default(), 1_000).await.unwrap();
    assert!(records.iter().all(|record| !record.line().contains("geheim")));
}
