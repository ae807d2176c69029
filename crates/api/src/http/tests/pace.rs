//! Who asks too fast is told how long to wait, on every way in, and everybody else is not held up.

use chrono::TimeDelta;
use reqwest::header::RETRY_AFTER;
use spoor_domain::access::event::AccessEvent;
use spoor_domain::access::vocabulary::QuestionRefusal;
use spoor_domain::catalogue::DomainEvent;

use super::socket::Client;
use super::*;

const SLOW: RateLimit = RateLimit { per_minute: 6, burst: 3, persons: 100 };

/// An application at a slow pace, by a clock that stands still until it is moved.
async fn slow() -> (App, Clock) {
    let clock = Clock::fixed("2026-03-02T10:00:00Z".parse().unwrap());
    (App::at_pace(SLOW, clock.clone(), |_| {}).await, clock)
}

fn forward(clock: &Clock, seconds: i64) {
    let Clock::Fixed(fixed) = clock else { panic!("made as fixed") };
    fixed.set(clock.now() + TimeDelta::seconds(seconds));
}

async fn one(app: &App, person: &str) -> reqwest::Response {
    let request = app.client.post(app.url("/graphql")).bearer_auth(app.token_of(person, 600));
    request.header("content-type", "application/json").body(r#"{"query":"{one}"}"#).send().await.unwrap()
}

#[tokio::test]
async fn a_person_who_asks_too_fast_is_told_with_status_429_when_to_try_again() {
    let (app, clock) = slow().await;
    for _ in 0..3 {
        assert_eq!(one(&app, "g-3").await.status(), 200);
    }
    let refused = one(&app, "g-3").await;
    assert_eq!((refused.status().as_u16(), &refused.headers()[RETRY_AFTER]), (429, &"10".parse().unwrap()));
    let body: Value = refused.json().await.unwrap();
    assert_eq!((code(&body), &body["errors"][0]["extensions"]["retryAfterS"]), ("RATE_LIMITED", &json!(10)));
    assert!(body["errors"][0]["message"].as_str().unwrap().contains("try again in 10 s"), "{body:#}");
    assert_eq!(body.get("data"), None);
    assert_eq!(one(&app, "g-4").await.status(), 200, "somebody else is not held up");

    forward(&clock, 9);
    assert_eq!(one(&app, "g-3").await.headers()[RETRY_AFTER], "1");
    forward(&clock, 1);
    assert_eq!(one(&app, "g-3").await.status(), 200);
    assert_eq!(one(&app, "g-3").await.status(), 429);
    assert_eq!(app.metrics.rate_limited.get(), 3);
    // What was refused stands in the access log, once for this minute.
    let records = app.access.read_after(Default::default(), 100).await.unwrap();
    let events: Vec<_> = records.iter().map(|record| record.decode().unwrap()).collect();
    assert_eq!(events.len(), 1, "{events:#?}");
    let DomainEvent::Access(AccessEvent::QuestionRefused { refusals, .. }) = &events[0].event else {
        panic!("{events:#?}")
    };
    assert_eq!((refusals[0].reason, events[0].metadata.actor.id.0.as_str()), (QuestionRefusal::RateLimited, "g-3"));
}

#[tokio::test]
async fn a_token_that_does_not_count_costs_nobody_anything() {
    let (app, _) = slow().await;
    for _ in 0..10 {
        let request = app.client.post(app.url("/graphql")).bearer_auth("nonsense");
        assert_eq!(request.header("content-type", "application/json").body("{}").send().await.unwrap().status(), 401);
    }
    assert_eq!(one(&app, "g-3").await.status(), 200);
}

#[tokio::test]
async fn operations_on_a_socket_count_as_requests_do() {
    let (app, clock) = slow().await;
    // Opening it is one.
    let mut client = Client::ready(&app).await;
    for id in ["a", "b"] {
        client.subscribe(id, "subscription { three }").await;
        for _ in 0..4 {
            assert_ne!(client.next().await["type"], "error");
        }
    }
    client.subscribe("c", "subscription { three }").await;
    let refused = client.next().await;
    assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!("c")));
    let extensions = &refused["payload"][0]["extensions"];
    assert_eq!((&extensions["code"], &extensions["retryAfterS"]), (&json!("RATE_LIMITED"), &json!(10)));
    assert_eq!(one(&app, "g-3").await.status(), 429, "it is the same person");
    let mut another = Client::open(&app).await;
    another.init(&app.token()).await;
    assert_eq!(another.close_code().await, 4429);

    forward(&clock, 10);
    client.subscribe("c", "subscription { three }").await;
    assert_eq!(client.next().await["payload"]["data"]["three"], 1);
}
