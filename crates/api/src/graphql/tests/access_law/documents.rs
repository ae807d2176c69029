//! The law for documents over HTTP: what leaves and what comes in names its dossier, and whoever is refused is written down.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use spoor_domain::access::event::AccessEvent;
use spoor_domain::kernel::{DossierId, Purpose};
use spoor_eventlog::Clock;

use super::super::access::shown;
use super::super::{House, Person};
use super::World;
use super::questions::PEOPLE;
use super::recorded_refusals;
use crate::access_book::AccessBook;
use crate::auth::{AccessTokenVerifier, TokenError, Viewer};
use crate::config::{Documents, RateLimit};
use crate::http::documents::DocumentRoom;
use crate::http::{Gate, Pace, Strangers};
use crate::telemetry::Metrics;

/// Tokens that are numbers: of these viewers, in their order.
struct Numbered(Vec<Viewer>);

#[async_trait]
impl AccessTokenVerifier for Numbered {
    async fn verify(&self, token: &str) -> Result<Viewer, TokenError> {
        let viewer = token.parse::<usize>().ok().and_then(|n| self.0.get(n).cloned());
        viewer.ok_or(TokenError::Malformed)
    }
}

/// The room, on loopback, and who comes to it.
struct Door<'a> {
    world: &'a World,
    people: Vec<Person>,
    base: String,
    client: reqwest::Client,
}

impl<'a> Door<'a> {
    async fn open(world: &'a World) -> Self {
        let people: Vec<_> = PEOPLE.iter().enumerate().map(|(n, person)| person(world, n as u8)).collect();
        let viewers = people.iter().map(|person| world.house.context(person).viewer).collect();
        let book = AccessBook::new(world.house.access.clone(), world.house.desk.clock.clone());
        let strangers = Strangers::new(book.clone(), Clock::System);
        let generous = RateLimit { per_minute: 100_000, burst: 10_000, ..RateLimit::default() };
        let pace = Pace::new(generous, book.clone(), Clock::System);
        let gate = Gate::new(Arc::new(Numbered(viewers)), strangers, pace, book.clone(), Metrics::default());
        let room = DocumentRoom::new(world.house.desk.clone(), book, gate, Metrics::default(), Documents::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, room.router()).await });
        Self { world, people, base, client: reqwest::Client::new() }
    }

    /// What became of a request of this person: the status, what it showed, what was refused, and about what.
    async fn passed(&self, person: usize, request: reqwest::RequestBuilder, purpose: Option<&str>) -> Passed {
        let before = self.world.house.accesses().await;
        let mut request = request.bearer_auth(person);
        if let Some(purpose) = purpose {
            request = request.header("Spoor-Purpose", purpose);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default();
        let code = body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned();
        let events = self.world.house.accesses_after(before).await;
        Passed { status, code, events }
    }

    fn take(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.get(format!("{}{path}", self.base))
    }

    fn look(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.head(format!("{}{path}", self.base))
    }

    fn bring(&self, number: &str) -> reqwest::RequestBuilder {
        let request = self.client.post(format!("{}/documents", self.base)).header("Spoor-Case", number);
        request.header("Content-Type", "application/pdf").body("%PDF-1.7 verzonnen")
    }

    fn purpose(&self, person: usize) -> Option<String> {
        let purpose: Option<Purpose> = self.world.house.context(&self.people[person]).purpose;
        purpose.map(|purpose| format!("{purpose:?}"))
    }
}

struct Passed {
    status: u16,
    /// What went wrong; empty where nothing did.
    code: String,
    events: Vec<AccessEvent>,
}

impl Passed {
    fn shown(&self) -> BTreeSet<DossierId> {
        self.events.iter().flat_map(shown).collect()
    }

    /// Why, as far as it was written down for this question.
    fn refused(&self, question: &str) -> Vec<&'static str> {
        let written = self.events.iter().flat_map(recorded_refusals);
        written.filter(|(field, _)| field == question).map(|(_, why)| why).collect()
    }

    fn about(&self) -> (Option<DossierId>, Option<String>) {
        self.events.iter().fold((None, None), |(dossier, number), event| match event {
            AccessEvent::QuestionRefused { refusals, .. } => {
                (refusals[0].dossier.or(dossier), refusals[0].number.clone().map(|own| own.0).or(number))
            }
            AccessEvent::CommandRefused { dossier: own, .. } => (own.or(dossier), number),
            _ => (dossier, number),
        })
    }
}

async fn link(door: &Door<'_>, person: usize, document: &str) -> Option<String> {
    let asked = format!(
        "mutation {{ makeDocumentLink(input: {{ documentId: \"{document}\" }}) {{ link userErrors {{ code }} }} }}"
    );
    let answer: Value = door.world.house.ask(&door.people[person], &asked, json!({})).await;
    answer["data"]["makeDocumentLink"]["link"].as_str().map(str::to_owned)
}

/// Changes the last byte of every document that is kept, or changes it back.
fn alter_documents(house: &House) {
    let kept = fs::read_dir(house.directory.path().join("blobs")).unwrap().map(Result::unwrap);
    for subject in kept.filter(|kept| kept.file_name() != "published") {
        for document in fs::read_dir(subject.path()).unwrap() {
            let path = document.unwrap().path();
            let mut bytes = fs::read(&path).unwrap();
            *bytes.last_mut().unwrap() ^= 1;
            fs::write(&path, bytes).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_was_altered_where_it_is_kept_is_a_fault_of_the_house_and_uses_up_no_link() {
    const TAKING: &str = "GET /documents";
    let world = World::open().await;
    let door = Door::open(&world).await;
    let mut tried = 0;
    for document in &world.documents {
        let dossier = world.dossier_of(document);
        for owner in 0..door.people.len() {
            let Some(path) = link(&door, owner, document).await else { continue };
            let purpose = door.purpose(owner);
            alter_documents(&world.house);
            let passed = door.passed(owner, door.take(&path), purpose.as_deref()).await;
            assert_eq!((passed.status, passed.code.as_str()), (500, "INTERNAL"));
            assert_eq!((passed.refused(TAKING), passed.about().0), (vec!["NOT_FOUND"], dossier));
            assert_eq!(passed.shown(), BTreeSet::new());
            alter_documents(&world.house);
            let passed = door.passed(owner, door.take(&path), purpose.as_deref()).await;
            assert_eq!((passed.status, passed.shown()), (200, dossier.into_iter().collect()), "of use still");
            tried += 1;
        }
    }
    assert!(tried > 0);
    world.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_leaves_or_comes_in_names_its_dossier_and_whoever_is_refused_is_written_down() {
    const TAKING: &str = "GET /documents";
    let world = World::open().await;
    let door = Door::open(&world).await;
    let (mut taken, mut others) = (0, 0);
    for document in &world.documents {
        let dossier = world.dossier_of(document);
        for owner in 0..door.people.len() {
            let Some(path) = link(&door, owner, document).await else { continue };
            let purpose = door.purpose(owner);
            let passed = door.passed(owner, door.take(&path), None).await;
            assert_eq!((passed.status, passed.refused(TAKING)), (403, vec!["PURPOSE_REQUIRED"]));
            assert_eq!((passed.shown(), passed.about().0), (BTreeSet::new(), dossier));
            let passed = door.passed(owner, door.take(&path), Some("curiosity")).await;
            assert_eq!((passed.status, passed.refused(TAKING)), (403, vec!["PURPOSE_REQUIRED"]));
            for other in (0..door.people.len()).filter(|n| door.people[*n].actor() != door.people[owner].actor()) {
                let passed = door.passed(other, door.take(&path), door.purpose(other).as_deref()).await;
                assert!(matches!(passed.status, 403 | 404), "{}", passed.status);
                assert_eq!(
                    (passed.refused(TAKING).len(), passed.shown(), passed.about().0),
                    (1, BTreeSet::new(), dossier)
                );
                others += 1;
            }
            let passed = door.passed(owner, door.look(&path), purpose.as_deref()).await;
            assert_eq!((passed.status, passed.events.len()), (405, 0), "a look uses nothing");
            let passed = door.passed(owner, door.take(&path), purpose.as_deref()).await;
            assert_eq!((passed.status, passed.shown()), (200, dossier.into_iter().collect()));
            let passed = door.passed(owner, door.take(&path), purpose.as_deref()).await;
            assert_eq!((passed.status, passed.refused(TAKING)), (410, vec!["NOT_FOUND"]), "used");
            assert_eq!((passed.shown(), passed.about().0), (BTreeSet::new(), dossier));
            taken += 1;
        }
    }
    assert!(taken > 0 && others > 0, "{taken} {others}");
    let looked = door.look("/documents/nobody-made-this").send().await.unwrap();
    assert_eq!((looked.status().as_u16(), looked.headers()["allow"].to_str().unwrap()), (405, "GET"));
    let passed = door.passed(0, door.take("/documents/nobody-made-this"), door.purpose(0).as_deref()).await;
    assert_eq!((passed.status, passed.refused(TAKING), passed.about()), (404, vec!["NOT_FOUND"], (None, None)));

    let mut statuses = BTreeSet::new();
    let numbers = world.numbers.iter().map(|(number, dossier)| (number.as_str(), Some(*dossier)));
    for (number, dossier) in numbers.chain([("LT-2026-9999", None)]) {
        for person in 0..door.people.len() {
            for purpose in [None, Some("curiosity".to_owned()), door.purpose(person)] {
                let passed = door.passed(person, door.bring(number), purpose.as_deref()).await;
                statuses.insert(passed.status);
                let refused = passed.refused("POST /documents");
                match passed.status {
                    201 => assert_eq!((passed.shown(), refused.len()), (dossier.into_iter().collect(), 0)),
                    403 if refused == ["PURPOSE_REQUIRED"] => assert!(passed.shown().is_empty()),
                    status @ (403 | 404 | 409) => {
                        assert_eq!((refused.len(), passed.shown()), (1, BTreeSet::new()), "{status} {refused:?}");
                        let about = passed.about();
                        assert!(about.0 == dossier || about.1.as_deref() == Some(number), "{status} {about:?}");
                    }
                    status => panic!("{status}"),
                }
            }
        }
    }
    assert!([201, 403, 404].iter().all(|status| statuses.contains(status)), "{statuses:?}");
    world.house.close().await;
}
