//! What GraphQL over HTTP asks of a server, status by status, and what this one adds.

use axum::http::HeaderMap;
use reqwest::header::{ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use spoor_domain::access::event::AccessEvent;
use spoor_domain::access::vocabulary::QuestionRefusal;
use spoor_domain::catalogue::DomainEvent;

use super::super::media::Media;
use super::*;

const GRAPHQL: &str = "application/graphql-response+json";
const JSON: &str = "application/json";

#[tokio::test]
async fn the_answer_has_the_media_type_that_was_asked_for() {
    let app = App::start().await;
    let table = [
        ("*/*", 200, JSON),
        ("application/*", 200, JSON),
        ("application/json", 200, JSON),
        ("application/json; charset=utf-8", 200, JSON),
        ("APPLICATION/JSON", 200, JSON),
        (GRAPHQL, 200, GRAPHQL),
        ("application/graphql-response+json; charset=utf-8, application/json; charset=utf-8", 200, GRAPHQL),
        ("application/json, application/graphql-response+json;q=0.9", 200, JSON),
        ("application/json;q=0.5, application/graphql-response+json", 200, GRAPHQL),
        ("text/html, application/json;q=0.1", 200, JSON),
        ("text/html", 406, JSON),
        ("application/json;q=0", 406, JSON),
    ];
    for (accept, status, media) in table {
        let answer = app.post(r#"{"query":"{__typename}"}"#).header(ACCEPT, accept).send().await.unwrap();
        let got = answer.headers()[CONTENT_TYPE].to_str().unwrap().to_owned();
        assert_eq!((answer.status().as_u16(), got), (status, format!("{media}; charset=utf-8")), "{accept}");
        assert_eq!(answer.headers()[CACHE_CONTROL], "no-store");
    }
    assert_eq!(Media::wanted(&HeaderMap::new()), Some(Media::Json), "a client that says nothing is an older one");
}

#[tokio::test]
async fn only_json_in_utf_8_is_read_so_that_no_other_site_can_post_for_a_person() {
    let app = App::start().await;
    let table = [
        (Some("application/json"), 200),
        (Some("application/json; charset=utf-8"), 200),
        (Some("application/json;charset=\"UTF-8\""), 200),
        (Some("application/json; charset=iso-8859-1"), 415),
        (Some("text/plain"), 415),
        (Some("application/x-www-form-urlencoded"), 415),
        (Some("multipart/form-data; boundary=x"), 415),
        (Some("application/graphql"), 415),
        (None, 415),
    ];
    for (media, status) in table {
        let mut request = app.client.post(app.url("/graphql")).bearer_auth(app.token()).body(r#"{"query":"{one}"}"#);
        if let Some(media) = media {
            request = request.header(CONTENT_TYPE, media);
        }
        assert_eq!(request.send().await.unwrap().status().as_u16(), status, "{media:?}");
    }
}

#[tokio::test]
async fn a_refused_request_has_status_400_and_no_data_for_clients_that_read_statuses() {
    let app = App::start().await;
    // (body, status as GraphQL response, status as plain JSON)
    let table = [
        (r#"{"query":"{one}"}"#, 200, 200),
        (r#"{"query":"{one}","variables":null,"operationName":null,"extensions":null}"#, 200, 200),
        (r#"{"query":"{one}","variables":{},"extensions":{}}"#, 200, 200),
        (r#"{"query":"query A{one} query B{one}","operationName":"B"}"#, 200, 200),
        (r#"{"query":"query($n:Int!){twice(number:$n)}","variables":{"n":4}}"#, 200, 200),
        ("", 400, 400),
        ("{", 400, 400),
        ("{ \"not a JSON", 400, 400),
        ("\"{one}\"", 400, 400),
        (r#"[{"query":"{one}"}]"#, 400, 400),
        ("{}", 400, 400),
        (r#"{"notquery":"{one}"}"#, 400, 400),
        (r#"{"query":null}"#, 400, 400),
        (r#"{"query":{}}"#, 400, 400),
        (r#"{"query":0}"#, 400, 400),
        (r#"{"query":false}"#, 400, 400),
        (r#"{"query":["{one}"]}"#, 400, 400),
        (r#"{"query":"{one}","operationName":{}}"#, 400, 400),
        (r#"{"query":"{one}","operationName":0}"#, 400, 400),
        (r#"{"query":"{one}","operationName":false}"#, 400, 400),
        (r#"{"query":"{one}","operationName":["A"]}"#, 400, 400),
        (r#"{"query":"{one}","variables":"x"}"#, 400, 400),
        (r#"{"query":"{one}","variables":0}"#, 400, 400),
        (r#"{"query":"{one}","variables":false}"#, 400, 400),
        (r#"{"query":"{one}","variables":[0]}"#, 400, 400),
        (r#"{"query":"{one}","extensions":"x"}"#, 400, 400),
        (r#"{"query":"{one}","extensions":0}"#, 400, 400),
        (r#"{"query":"{one}","extensions":[0]}"#, 400, 400),
        // Refused by parsing, validation and coercion: older clients get 200, as they expect.
        (r#"{"query":"{"}"#, 400, 200),
        (r#"{"query":"{ 8f31403dfe404bccbb0e835f2629c6a7 }"}"#, 400, 200),
        (r#"{"query":"{nothing}"}"#, 400, 200),
        (r#"{"query":"query A{one} query B{one}"}"#, 400, 200),
        (r#"{"query":"query A{one}","operationName":"C"}"#, 400, 200),
        (r#"{"query":"query($n:Int!){twice(number:$n)}","variables":{"n":"four"}}"#, 400, 200),
        (r#"{"query":"query($n:Int!){twice(number:$n)}"}"#, 400, 200),
    ];
    for (body, as_graphql, as_json) in table {
        for (accept, status) in [(GRAPHQL, as_graphql), (JSON, as_json)] {
            let answer = app.post(body).header(ACCEPT, accept).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), status, "{body} as {accept}");
            let answer: Value = answer.json().await.unwrap();
            if as_graphql == 400 {
                assert!(answer.get("data").is_none() && code(&answer) == "BAD_USER_INPUT", "{answer}");
                assert!(answer["errors"][0]["extensions"]["requestId"].is_string(), "{answer}");
            } else {
                assert!(answer.get("errors").is_none() && answer["data"].is_object(), "{answer}");
            }
        }
    }
}

#[tokio::test]
async fn other_methods_than_post_are_refused_and_told_which_is_allowed() {
    let app = App::start().await;
    for method in ["GET", "PUT", "DELETE", "PATCH"] {
        let url = app.url("/graphql?query=mutation%7Bchange(refuse:false)%7B__typename%7D%7D");
        let answer = app.client.request(method.parse().unwrap(), url).bearer_auth(app.token()).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), &answer.headers()[ALLOW]), (405, &"POST".parse().unwrap()), "{method}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let app = App::start().await;
    let body = json!({"query": "{one}", "variables": {"x": "a".repeat(300 * 1024)}}).to_string();
    let answer = app.post(body).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 413);
    assert_eq!(code(&answer.json().await.unwrap()), "BAD_USER_INPUT");
}

#[tokio::test]
async fn nobody_is_answered_without_a_token_that_counts() {
    let app = App::start().await;
    let expired = app.token_valid_for(-60);
    for token in [None, Some("nonsense"), Some(expired.as_str())] {
        let mut request =
            app.client.post(app.url("/graphql")).header(CONTENT_TYPE, JSON).body(r#"{"query":"{__typename}"}"#);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.unwrap();
        assert_eq!((answer.status().as_u16(), &answer.headers()[WWW_AUTHENTICATE]), (401, &"Bearer".parse().unwrap()));
        let answer: Value = answer.json().await.unwrap();
        assert!(code(&answer) == "UNAUTHENTICATED" && answer.get("data").is_none(), "{answer}");
    }
}

#[tokio::test]
async fn resolvers_know_who_asks_for_which_purpose_in_which_case() {
    let app = App::start().await;
    let ask = |headers: &[(&'static str, &'static str)]| {
        let request = app.post(r#"{"query":"{asked}"}"#);
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send()
    };
    let answer: Value =
        ask(&[("spoor-purpose", "CaseHandling"), ("spoor-case", "LT-2026-0042")]).await.unwrap().json().await.unwrap();
    assert_eq!(answer["data"]["asked"], "Guide Some(CaseHandling) Some(\"LT-2026-0042\")");
    let answer: Value = ask(&[]).await.unwrap().json().await.unwrap();
    assert_eq!(answer["data"]["asked"], "Guide None None");
    assert_eq!(ask(&[("spoor-case", "AN.55.L1.1234/2026")]).await.unwrap().status().as_u16(), 400);
}

#[tokio::test]
async fn a_purpose_that_is_none_is_refused_as_none_is_and_written_down() {
    let app = App::start().await;
    for purpose in ["curiosity", "", "CaseHandling, Supervision"] {
        let before = app.access.head().await.unwrap().position;
        let request = app.post(r#"{"query":"{one}"}"#).header("spoor-purpose", purpose);
        let refused = request.header("spoor-case", "LT-2026-0042").send().await.unwrap();
        assert_eq!(refused.status().as_u16(), 403, "{purpose}");
        let body: Value = refused.json().await.unwrap();
        assert!(code(&body) == "PURPOSE_REQUIRED" && body.get("data").is_none(), "{body:#}");
        assert!(body["errors"][0]["message"].as_str().unwrap().contains("CASE_HANDLING"), "{body:#}");
        assert_eq!(body["errors"][0]["extensions"]["purposes"], json!(["CASE_HANDLING"]), "{body:#}");
        let records = app.access.read_after(before, 10).await.unwrap();
        let [record] = &records[..] else { panic!("{records:#?}") };
        let record = record.decode().unwrap();
        let DomainEvent::Access(AccessEvent::QuestionRefused { refusals, question }) = &record.event else {
            panic!("{record:#?}")
        };
        assert_eq!(
            (refusals[0].reason, refusals[0].field.as_str()),
            (QuestionRefusal::PurposeRequired, "POST /graphql")
        );
        assert_eq!(question.case.as_ref().map(|case| case.0.as_str()), Some("LT-2026-0042"));
        assert_eq!(record.metadata.actor.id.0, "g-3");
        assert!(!format!("{record:?}").contains("curiosity"), "what was sent may be anything and is not kept");
    }
}

#[tokio::test]
async fn an_error_of_a_resolver_keeps_its_code_and_one_of_ours_tells_nothing() {
    let app = App::start().await;
    let answer = app.ask("{denied one}").await;
    assert_eq!((code(&answer), &answer["data"]), ("FORBIDDEN", &json!({"denied": null, "one": 1})));
    let answer = app.ask("{broken}").await;
    assert_eq!(code(&answer), "INTERNAL");
    assert!(!answer.to_string().contains("hunter2"), "{answer}");
}

#[tokio::test]
async fn what_could_not_be_recorded_is_not_shown() {
    let app = App::start().await;
    let answer = app.post(r#"{"query":"{one unrecorded}"}"#).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 503);
    let answer: Value = answer.json().await.unwrap();
    assert!(code(&answer) == "AUDIT_UNAVAILABLE" && answer.get("data").is_none(), "{answer}");
}

#[tokio::test]
async fn a_resolver_that_panics_or_never_ends_costs_its_own_request_only() {
    let app = App::with(|settings| settings.time_limit_ms = 200).await;
    let panicked = app.post(r#"{"query":"{panics}"}"#).send().await.unwrap();
    assert_eq!((panicked.status().as_u16(), code(&panicked.json().await.unwrap())), (500, "INTERNAL"));
    let endless = app.post(r#"{"query":"{never}"}"#).send().await.unwrap();
    assert_eq!((endless.status().as_u16(), code(&endless.json().await.unwrap())), (503, "INTERNAL"));
    assert_eq!(app.ask("{one}").await["data"]["one"], 1);
}

#[tokio::test]
async fn a_document_that_asks_too_much_is_refused_before_it_is_executed() {
    let app = App::start().await;
    let aliases: String = (0..31).map(|n| format!("a{n}: one ")).collect();
    let deep = format!("{}{}{}", "{".to_owned() + &"itself{".repeat(18), "one", "}".repeat(19));
    let doubling: String =
        (0..30).map(|n| format!(" fragment f{n} on Query {{ ...f{} ...f{} }}", n + 1, n + 1)).collect();
    let table = [
        format!("{{ itself {{ {aliases} }} }}"),
        format!("{{ {} }}", "one ".repeat(21)),
        format!("{{ itself {{ {} }} }}", "one ".repeat(500)),
        format!("{{one}} # {}", "x".repeat(33 * 1024)),
        deep,
        format!("{{ ...f0 }} {doubling} fragment f30 on Query {{ one }}"),
        format!("{{ one {} }}", "@include(if: true) ".repeat(9)),
    ];
    for document in table {
        let answer = app.ask(&document).await;
        assert!(code(&answer) == "COMPLEXITY_LIMIT" && answer.get("data").is_none(), "{answer} {document:.80}");
    }
}

#[tokio::test]
async fn introspection_and_suggestions_are_off_unless_switched_on() {
    let question = "{ __schema { queryType { name } } }";
    let app = App::start().await;
    assert_ne!(app.ask(question).await["data"]["__schema"]["queryType"]["name"], "Query");
    assert!(!app.ask("{ twic }").await.to_string().contains("twice"));
    let open = App::with(|settings| settings.introspection = true).await;
    assert_eq!(open.ask(question).await["data"]["__schema"]["queryType"]["name"], "Query");
}

#[tokio::test]
async fn a_document_asked_again_is_answered_the_same() {
    let app = App::start().await;
    for number in [1, 2, 3] {
        let body = json!({"query": "query Q($n: Int!) { twice(number: $n) }", "variables": {"n": number}}).to_string();
        let answer: Value = app.post(body).send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["data"]["twice"], number * 2);
    }
}

#[tokio::test]
async fn operators_see_how_it_goes_without_seeing_what_was_asked() {
    let app = App::start().await;
    app.ask("mutation { change(refuse: false) { userErrors } }").await;
    app.ask("mutation { change(refuse: true) { userErrors } }").await;
    app.ask("{ broken }").await;
    let text = app.metrics.text(Some(7), &[], &[]);
    for line in [
        r#"spoor_command_seconds_count{command="change",outcome="Accepted"} 1"#,
        r#"spoor_command_seconds_count{command="change",outcome="Refused"} 1"#,
        r#"spoor_http_requests_total{status="200"} 3"#,
        "spoor_log_events 7",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains("userErrors") && text.ends_with("# EOF\n"));
    let live = app.client.get(app.url("/livez")).send().await.unwrap();
    let ready = app.client.get(app.url("/readyz")).send().await.unwrap();
    assert_eq!((live.status().as_u16(), ready.status().as_u16()), (200, 200));
    // Whoever reaches the public listener learns of no number of events.
    let ready = ready.text().await.unwrap();
    assert!(!ready.chars().any(|sign| sign.is_ascii_digit()), "{ready}");
    // Metrics and GraphiQL are not there unless the settings say so.
    for path in ["/metrics", "/", "/.env", "/graphql/"] {
        assert_eq!(app.client.get(app.url(path)).send().await.unwrap().status().as_u16(), 404, "{path}");
    }
}

#[tokio::test]
async fn metrics_are_on_the_public_listener_only_when_the_settings_say_so() {
    let app = App::with(|settings| settings.admin_bind = Some(settings.bind)).await;
    let text = app.client.get(app.url("/metrics")).send().await.unwrap().text().await.unwrap();
    assert!(text.contains("spoor_sockets 0"), "{text}");
}

#[tokio::test]
async fn whoever_asks_for_metrics_has_nothing_written() {
    let app = App::with(|settings| settings.admin_bind = Some(settings.bind)).await;
    for path in ["/metrics", "/readyz"] {
        assert!(app.client.get(app.url(path)).send().await.unwrap().status().is_success(), "{path}");
    }
    assert_eq!(*app.looks.lock().unwrap(), [Look::OnlyReading, Look::TryingToWrite]);
}

#[tokio::test]
async fn a_stopping_server_finishes_what_it_accepted() {
    let app = App::with(|settings| {
        settings.time_limit_ms = 400;
        settings.drain_ms = 10_000;
    })
    .await;
    let accepted = tokio::spawn(app.post(r#"{"query":"{never}"}"#).send());
    app.begun.notified().await;
    app.stop.send(true).unwrap();
    let answer = accepted.await.unwrap().unwrap();
    assert_eq!(answer.status().as_u16(), 503, "answered, with its own time limit, not cut off");
    app.serving.await.unwrap().unwrap();
    assert!(app.client.get(format!("http://{}/livez", app.address)).send().await.is_err(), "closed");
}
