//! The graphql-transport-ws protocol, message by message and close by close.

use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error as WsError, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use futures_util::{SinkExt, StreamExt};

use super::*;

pub(super) struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    pub(super) async fn open(app: &App) -> Self {
        Self::try_open(app, Some("graphql-transport-ws"), None).await.unwrap()
    }

    async fn try_open(app: &App, protocol: Option<&str>, origin: Option<&str>) -> Result<Self, u16> {
        let mut request = format!("ws://{}/graphql/ws", app.address).into_client_request().unwrap();
        if let Some(protocol) = protocol {
            request.headers_mut().insert("sec-websocket-protocol", protocol.parse().unwrap());
        }
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((stream, _)) => Ok(Self(stream)),
            Err(WsError::Http(answer)) => Err(answer.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    /// Opened and initialised with a good token.
    pub(super) async fn ready(app: &App) -> Self {
        let mut client = Self::open(app).await;
        client.init(&app.token()).await;
        assert_eq!(client.next().await["type"], "connection_ack");
        client
    }

    pub(super) async fn init(&mut self, token: &str) {
        self.send(json!({"type": "connection_init", "payload": {"authorization": format!("Bearer {token}")}})).await;
    }

    pub(super) async fn subscribe(&mut self, id: &str, query: &str) {
        self.send(json!({"type": "subscribe", "id": id, "payload": {"query": query}})).await;
    }

    async fn send(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    pub(super) async fn next(&mut self) -> Value {
        match self.0.next().await {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn close_code(&mut self) -> u16 {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(_)) => {}
                other => panic!("closed without a code: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn a_subscription_gives_its_values_and_then_says_it_is_complete() {
    let app = App::start().await;
    let mut client = Client::ready(&app).await;
    client.subscribe("a", "subscription { three }").await;
    for number in 1..=3 {
        assert_eq!(client.next().await, json!({"type": "next", "id": "a", "payload": {"data": {"three": number}}}));
    }
    assert_eq!(client.next().await, json!({"type": "complete", "id": "a"}));
    client.subscribe("a", "subscription { three }").await;
    assert_eq!(client.next().await["payload"]["data"]["three"], 1, "an id is free again after completion");
}

#[tokio::test]
async fn ping_is_answered_and_a_completed_operation_says_no_more() {
    let app = App::start().await;
    let mut client = Client::ready(&app).await;
    client.subscribe("a", "subscription { silent }").await;
    client.send(json!({"type": "complete", "id": "a"})).await;
    client.send(json!({"type": "ping"})).await;
    assert_eq!(client.next().await, json!({"type": "pong"}));
    client.subscribe("a", "subscription { three }").await;
    assert_eq!(client.next().await["payload"]["data"]["three"], 1);
}

#[tokio::test]
async fn each_mistake_of_a_client_has_its_own_close_code() {
    let app = App::start().await;
    let token = app.token();
    let init = json!({"type": "connection_init", "payload": {"token": token}});
    let silent = json!({"type": "subscribe", "id": "a", "payload": {"query": "subscription { silent }"}});
    let bad_token = json!({"type": "connection_init", "payload": {"token": "nonsense"}});
    let bad_purpose = json!({"type": "connection_init", "payload": {"token": token, "purpose": "curiosity"}});
    let table = [
        (vec![Message::text("nonsense")], 4400),
        (vec![Message::text(json!({"type": "unknown"}).to_string())], 4400),
        (vec![Message::text(json!({"type": "subscribe", "payload": {}}).to_string())], 4400),
        (vec![Message::binary(vec![1, 2, 3])], 4400),
        (vec![Message::text(silent.to_string())], 4401),
        (vec![Message::text(json!({"type": "connection_init"}).to_string())], 4403),
        (vec![Message::text(bad_token.to_string())], 4403),
        (vec![Message::text(bad_purpose.to_string())], 4403),
        (
            vec![Message::text(init.to_string()), Message::text(silent.to_string()), Message::text(silent.to_string())],
            4409,
        ),
        (vec![Message::text(init.to_string()), Message::text(init.to_string())], 4429),
    ];
    for (messages, expected) in table {
        let mut client = Client::open(&app).await;
        for message in &messages {
            client.0.send(message.clone()).await.unwrap();
        }
        assert_eq!(client.close_code().await, expected, "{messages:?}");
    }
}

#[tokio::test]
async fn a_socket_for_a_purpose_that_is_none_is_refused_and_written_down() {
    let app = App::start().await;
    let mut client = Client::open(&app).await;
    let payload = json!({"token": app.token(), "purpose": "curiosity"});
    client.send(json!({"type": "connection_init", "payload": payload})).await;
    assert_eq!(client.close_code().await, 4403);
    let records = app.access.read_after(Default::default(), 10).await.unwrap();
    let [record] = &records[..] else { panic!("{records:#?}") };
    assert!(record.payload.contains("PurposeRequired") && record.payload.contains("GET /graphql/ws"), "{record:?}");
}

#[tokio::test]
async fn a_socket_that_stays_silent_is_closed() {
    let app = App::start().await;
    let mut client = Client::open(&app).await;
    assert_eq!(client.close_code().await, 4408);
}

#[tokio::test]
async fn a_socket_ends_with_the_token_that_opened_it() {
    let app = App::start().await;
    let mut client = Client::open(&app).await;
    client.init(&app.token_valid_for(1)).await;
    assert_eq!(client.next().await["type"], "connection_ack");
    client.subscribe("a", "subscription { silent }").await;
    assert_eq!(client.close_code().await, 4401);
}

#[tokio::test]
async fn what_is_not_a_good_subscription_is_answered_with_an_error_of_that_operation() {
    let app = App::start().await;
    let mut client = Client::ready(&app).await;
    for (query, expected) in [
        ("{ one }", "BAD_USER_INPUT"),
        ("mutation { change(refuse: false) { userErrors } }", "BAD_USER_INPUT"),
        ("subscription { nothing }", "BAD_USER_INPUT"),
        ("subscription {", "BAD_USER_INPUT"),
        ("subscription { ...f } fragment f on Ticks { ...f ...f }", "BAD_USER_INPUT"),
    ] {
        client.subscribe("a", query).await;
        let answer = client.next().await;
        assert_eq!((&answer["type"], &answer["id"]), (&json!("error"), &json!("a")), "{query}: {answer}");
        assert_eq!(answer["payload"][0]["extensions"]["code"], expected, "{query}");
    }
    client.subscribe("a", "subscription { three }").await;
    assert_eq!(client.next().await["type"], "next", "the socket lives on");
}

#[tokio::test]
async fn one_socket_carries_twenty_operations_and_no_more() {
    let app = App::start().await;
    let mut client = Client::ready(&app).await;
    for number in 0..=20 {
        client.subscribe(&number.to_string(), "subscription { silent }").await;
    }
    let answer = client.next().await;
    assert_eq!((&answer["type"], &answer["id"]), (&json!("error"), &json!("20")));
    assert_eq!(answer["payload"][0]["extensions"]["code"], "RATE_LIMITED");
}

#[tokio::test]
async fn the_upgrade_itself_is_refused_to_other_sites_and_other_protocols() {
    let app = App::with(|settings| settings.max_sockets = 1).await;
    let ours = Some("graphql-transport-ws");
    assert_eq!(Client::try_open(&app, ours, Some("https://evil.example")).await.err(), Some(403));
    assert_eq!(Client::try_open(&app, ours, Some("https://spoor.example.evil.example")).await.err(), Some(403));
    assert_eq!(Client::try_open(&app, Some("graphql-ws"), None).await.err(), Some(400));
    assert_eq!(Client::try_open(&app, None, None).await.err(), Some(400));
    let first = Client::try_open(&app, ours, Some("https://spoor.example")).await.unwrap();
    assert_eq!(Client::try_open(&app, ours, None).await.err(), Some(503), "all places are taken");
    drop(first);
}

#[tokio::test]
async fn a_stopping_server_tells_its_sockets_to_go() {
    let app = App::start().await;
    let mut client = Client::ready(&app).await;
    app.stop.send(true).unwrap();
    assert_eq!(client.close_code().await, 1001);
    app.serving.await.unwrap().unwrap();
}
