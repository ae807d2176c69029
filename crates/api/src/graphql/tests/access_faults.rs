//! What cannot be recorded is not shown: the access log is really broken here, and nothing leaves.

use async_graphql::{Executor, Request};
use futures_util::StreamExt;
use serde_json::{Value, json};
use spoor_eventlog::{Clock, LogUrl};
use spoor_testkit::TestDatabase;
use sqlx::{Connection, Executor as _, PgConnection, SqliteConnection};

use super::cast::{command_id, request};
use super::nodes::with_a_paper;
use super::{House, Person};
use crate::access_book::AccessBook;
use crate::config::{Http, Retention};
use crate::http::answer::{UNRECORDED, UNRECORDED_AND_DONE, UNRECORDED_AND_NOT_DONE};

/// Whatever can show something of a dossier, or refuse to.
fn questions(dossier: &Value) -> Vec<(Person, String)> {
    vec![
        (Person::prosecutor(), "{ trajectories(first: 5) { nodes { id participant { __typename } } } }".into()),
        (Person::prosecutor(), "{ trajectories(first: 5) { totalCount } }".into()),
        (Person::prosecutor(), format!("{{ trajectory(id: {dossier}) {{ number }} }}")),
        (Person::prosecutor(), format!("{{ node(id: {dossier}) {{ id }} }}")),
        (Person::prosecutor(), "{ dashboard { total } }".into()),
        (Person::compliance(), "{ auditTrail(first: 5) { nodes { number event } } }".into()),
        (Person::compliance(), "{ accessTrail(first: 5) { nodes { kind } } }".into()),
        (Person::analyst(), "{ dashboard { total } }".into()),
        (Person::prosecutor().for_purpose(None), "{ dashboard { total } }".into()),
    ]
}

/// Nothing is answered, and what is not about dossiers still is.
async fn nothing_leaves(house: &House, dossier: &Value) {
    for (person, question) in questions(dossier) {
        let answer = house.ask(&person, &question, json!({})).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "AUDIT_UNAVAILABLE", "{question}: {answer:#}");
        assert_eq!(answer["data"], Value::Null, "{question}: {answer:#}");
        assert_eq!(answer["errors"].as_array().unwrap().len(), 1, "not even which error: {answer:#}");
    }
    let mut frames = house.follow(&Person::prosecutor(), "subscription { dashboardChanged { total } }");
    let frame = frames.next().await.unwrap();
    assert_eq!(
        (&frame["errors"][0]["extensions"]["code"], &frame["data"]),
        (&json!("AUDIT_UNAVAILABLE"), &Value::Null)
    );
    let viewer = house.ask(&Person::prosecutor(), "{ viewer { role } actionPlans { id } }", json!({})).await;
    assert!(viewer.get("errors").is_none(), "{viewer:#}");
}

#[tokio::test]
async fn nothing_leaves_when_the_access_log_is_closed() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, _) = house.dossier("dicht").await;
    house.access.close().await;
    nothing_leaves(&house, &dossier).await;
    house.close().await;
}

#[tokio::test]
async fn nothing_leaves_when_the_table_of_the_access_log_is_gone_and_a_command_is_answered_once_it_is_back() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, _) = house.dossier("weg").await;
    let file = format!("sqlite:{}", house.directory.path().join("access.sqlite").display());
    let mut other = SqliteConnection::connect(&file).await.unwrap();
    other.execute("alter table events rename to gone").await.unwrap();
    nothing_leaves(&house, &dossier).await;
    // A small write does not find out, so a command is carried out; its answer is held back all the same.
    let events = house.events().await;
    let document =
        "mutation($input: RequestTrajectoryInput!) { requestTrajectory(input: $input) { trajectory { number } } }";
    let input = json!({ "input": { "commandId": command_id(), "request": request("toch") } });
    let held_back = house.ask(&Person::prosecutor(), document, input.clone()).await;
    assert_eq!(held_back["errors"][0]["extensions"]["code"], "AUDIT_UNAVAILABLE");
    assert_eq!(held_back["errors"][0]["message"], UNRECORDED_AND_DONE, "and it is to be sent again as it was");
    assert_eq!(held_back["data"], Value::Null);
    assert!(house.events().await > events);
    other.execute("alter table gone rename to events").await.unwrap();
    let events = house.events().await;
    let answered = house.query(&Person::prosecutor(), document, input).await;
    assert!(answered["requestTrajectory"]["trajectory"]["number"].is_string());
    assert_eq!(house.events().await, events, "the same command again has the first result");
    house.close().await;
}

#[tokio::test]
async fn an_access_log_that_hangs_is_answered_like_one_that_fails_and_within_the_time_of_a_request() {
    let house = House::open().await;
    house.agreement(true).await;
    let (dossier, _) = house.dossier("hangt").await;
    let file = format!("sqlite:{}", house.directory.path().join("access.sqlite").display());
    let mut other = SqliteConnection::connect(&file).await.unwrap();
    other.execute("begin immediate").await.unwrap();
    let time_limit = std::time::Duration::from_millis(Http::default().time_limit_ms);
    let question = format!("{{ trajectory(id: {dossier}) {{ number }} }}");
    let answer = tokio::time::timeout(time_limit, house.ask(&Person::prosecutor(), &question, json!({}))).await;
    let answer = answer.expect("an answer before the request is given up");
    assert_eq!(answer["errors"][0]["extensions"]["code"], "AUDIT_UNAVAILABLE", "{answer:#}");
    assert_eq!(answer["errors"][0]["message"], UNRECORDED);
    assert_eq!(answer["data"], Value::Null, "{answer:#}");
    other.execute("rollback").await.unwrap();
    house.query(&Person::prosecutor(), &question, json!({})).await;
    house.close().await;
}

#[tokio::test]
async fn while_nothing_can_be_written_down_no_command_is_carried_out_and_whoever_gave_it_is_told() {
    let mut house = House::open().await;
    house.agreement(true).await;
    // From here on the answers are of a book that has not been written in yet.
    house.stop_the_views().await;
    let file = format!("sqlite:{}", house.directory.path().join("access.sqlite").display());
    let mut other = SqliteConnection::connect(&file).await.unwrap();
    other.execute("begin immediate").await.unwrap();
    let events = house.events().await;
    let document =
        "mutation($input: RequestTrajectoryInput!) { requestTrajectory(input: $input) { userErrors { code } } }";
    let input = json!({ "input": { "commandId": command_id(), "request": request("eens") } });
    let time_limit = std::time::Duration::from_millis(Http::default().time_limit_ms);
    for time in ["found out", "remembered"] {
        let answer = tokio::time::timeout(time_limit, house.ask(&Person::prosecutor(), document, input.clone())).await;
        let answer = answer.expect("an answer before the request is given up");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "AUDIT_UNAVAILABLE", "{time}: {answer:#}");
        assert_eq!(answer["errors"][0]["message"], UNRECORDED_AND_NOT_DONE, "{time}");
        assert_eq!(answer["data"], Value::Null, "{answer:#}");
    }
    assert_eq!(house.events().await, events, "nothing was done");
    other.execute("rollback").await.unwrap();
    let done = it_goes_on(&house, document, &input).await;
    assert_eq!(done["requestTrajectory"]["userErrors"], json!([]));
    assert!(house.events().await > events);
    house.close().await;
}

#[tokio::test]
async fn while_the_access_log_does_not_tell_where_it_ends_no_command_is_carried_out_however_often_it_is_given() {
    let mut house = House::open().await;
    house.agreement(true).await;
    // From here on the answers are of a book that has not been written in yet.
    house.stop_the_views().await;
    house.keeping(Retention::default());
    let events = house.events().await;
    let document =
        "mutation($input: RequestTrajectoryInput!) { requestTrajectory(input: $input) { userErrors { code } } }";
    let input = json!({ "input": { "commandId": command_id(), "request": request("blind") } });
    house.behind("access.sqlite", "alter table log_head rename to gone").await;
    for time in ["found out", "remembered"] {
        let answer = house.ask(&Person::prosecutor(), document, input.clone()).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "AUDIT_UNAVAILABLE", "{time}: {answer:#}");
        assert_eq!(answer["errors"][0]["message"], UNRECORDED_AND_NOT_DONE, "{time}");
    }
    assert_eq!(house.events().await, events, "nothing was done");
    house.behind("access.sqlite", "alter table gone rename to log_head").await;
    let done = it_goes_on(&house, document, &input).await;
    assert_eq!(done["requestTrajectory"]["userErrors"], json!([]));
    house.close().await;
}

/// The answer to a command as soon as it is taken again, within a minute.
async fn it_goes_on(house: &House, document: &str, input: &Value) -> Value {
    let done = async {
        loop {
            let answer = house.ask(&Person::prosecutor(), document, input.clone()).await;
            if answer.get("errors").is_none() {
                return answer["data"].clone();
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), done).await.expect("it goes on by itself")
}

#[tokio::test]
async fn while_the_access_log_is_dated_ahead_of_the_clock_no_command_is_carried_out() {
    let (right, ahead, past) = ("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z", "2026-03-02T11:00:01Z");
    let clock = Clock::fixed(right.parse().unwrap());
    let Clock::Fixed(hands) = &clock else { panic!("made as fixed") };
    let mut house = House::built(clock.clone(), None).await;
    house.agreement(true).await;
    house.dossier("vooruit").await;
    // The clock is an hour ahead once, while somebody reads and nothing is done.
    hands.set(ahead.parse().unwrap());
    house.query(&Person::prosecutor(), "{ trajectories(first: 1) { nodes { number } } }", json!({})).await;
    hands.set(right.parse().unwrap());
    // From here on the answers are of a book that has not been written in yet.
    house.keeping(Retention::default());
    let events = house.events().await;
    let document =
        "mutation($input: RequestTrajectoryInput!) { requestTrajectory(input: $input) { userErrors { code } } }";
    let input = json!({ "input": { "commandId": command_id(), "request": request("later") } });
    for time in ["found out", "remembered"] {
        let answer = house.ask(&Person::prosecutor(), document, input.clone()).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "AUDIT_UNAVAILABLE", "{time}: {answer:#}");
        assert_eq!(answer["errors"][0]["message"], UNRECORDED_AND_NOT_DONE, "{time}");
        assert_eq!(answer["data"], Value::Null, "{answer:#}");
    }
    assert_eq!(house.events().await, events, "nothing was done");

    hands.set(past.parse().unwrap());
    let done = it_goes_on(&house, document, &input).await;
    assert_eq!(done["requestTrajectory"]["userErrors"], json!([]));
    assert!(house.events().await > events);
    house.close().await;
}

#[tokio::test]
async fn an_access_log_that_cannot_even_be_read_is_answered_like_one_in_which_nothing_can_be_written() {
    let database = TestDatabase::fresh().await.url;
    let access = LogUrl::Postgres(format!("{database}?schema=access"));
    let mut house = House::built(Clock::System, Some(access)).await;
    house.agreement(true).await;
    let (_, document) = with_a_paper(&house).await;
    // Whoever reads besides would stand in the way of the lock.
    house.stop_the_views().await;
    let mut other = PgConnection::connect(&database).await.unwrap();
    other.execute("begin").await.unwrap();
    other.execute(LOCK_ACCESS).await.unwrap();

    let (officer, prosecutor) = (Person::compliance(), Person::prosecutor());
    let book = AccessBook::new(house.access.clone(), Clock::System);
    let link = "mutation($input: MakeDocumentLinkInput!) { makeDocumentLink(input: $input) { link } }";
    let input = json!({ "input": { "documentId": document } });
    let sign = "mutation($input: SignCheckpointInput!) { signCheckpoint(input: $input) { checkpoint { size } } }";
    let of_access = json!({ "input": { "commandId": command_id(), "log": "ACCESS" } });
    let asked = async {
        tokio::join!(
            house.ask(&officer, "{ log(name: ACCESS) { head { index } } }", json!({})),
            house.ask(&prosecutor, link, input),
            house.ask(&officer, sign, of_access),
            book.written_in(Clock::System.new_id()),
        )
    };
    let time_limit = std::time::Duration::from_millis(Http::default().time_limit_ms);
    let asked = tokio::time::timeout(time_limit, asked).await;
    let (log, link, signed, written) = asked.expect("an answer before the request is given up");
    for (field, answer, told) in [
        ("log", log, UNRECORDED),
        ("makeDocumentLink", link, UNRECORDED_AND_NOT_DONE),
        ("signCheckpoint", signed, UNRECORDED_AND_NOT_DONE),
    ] {
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], "AUDIT_UNAVAILABLE", "{field}: {answer:#}");
        assert_eq!(error["message"], told, "{field}");
        assert_eq!(answer["data"][field], Value::Null, "{answer:#}");
    }
    assert!(written.is_err(), "what a link was made for could be read");
    other.execute("rollback").await.unwrap();
    house.close().await;
}

/// Keeps every table of the access log to one connection, for reading too.
const LOCK_ACCESS: &str = "do $$ declare held text; begin
    for held in select tablename from pg_tables where schemaname = 'access' loop
        execute format('lock table access.%I in access exclusive mode', held);
    end loop; end $$";

#[tokio::test]
async fn nothing_leaves_when_postgresql_drops_the_access_log_from_under_us() {
    let database = TestDatabase::fresh().await.url;
    let access = LogUrl::Postgres(format!("{database}?schema=access"));
    let house = House::built(Clock::System, Some(access)).await;
    house.agreement(true).await;
    let (dossier, _) = house.dossier("server").await;
    let (server, name) = database.rsplit_once('/').unwrap();
    let mut admin = PgConnection::connect(&format!("{server}/postgres")).await.unwrap();
    admin.execute(format!("drop database {name} with (force)").as_str()).await.unwrap();
    // Each attempt waits for the server: one question of each kind is enough.
    for (person, question) in questions(&dossier).into_iter().step_by(4) {
        let answer = house.ask(&person, &question, json!({})).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "AUDIT_UNAVAILABLE", "{question}: {answer:#}");
        assert_eq!(answer["data"], Value::Null, "{question}: {answer:#}");
    }
    house.close().await;
}

#[tokio::test]
async fn a_request_nobody_is_known_to_have_sent_is_not_shown_either() {
    let house = House::open().await;
    let answer = house.schema.execute(Request::new("{ dashboard { total } }")).await;
    assert_eq!(serde_json::to_value(answer).unwrap()["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    house.close().await;
}
