//! An installation in a temporary directory, and the people who work with it.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Executor, Request, Variables};
use chrono::TimeDelta;
use futures_util::StreamExt;
use serde_json::{Value, json};
use spoor_disclosure::DrawKey;
use spoor_domain::kernel::{Actor, ActorId, HalfYear, OrganisationId, Purpose, Role};
use spoor_domain::trajectory::criteria::CriteriaBook;
use spoor_eventlog::{BlobStore, BlobUrl, Clock, EventLog, KeyStore, LogOptions, LogUrl};
use spoor_projections::{Logs, Runner, Views, ViewsUrl};
use uuid::Uuid;

use crate::access_book::AccessBook;
use crate::auth::Viewer;
use crate::config::{Config, Retention};
use crate::desk::{Desk, Publishing};
use crate::graphql::{Recorded, over};
use crate::http::RequestContext;
use crate::policy;
use crate::proof::{Keeper, make_key};

/// The stores, opened, with the views kept up to date.
pub struct House {
    pub schema: Recorded,
    pub log: EventLog,
    pub access: EventLog,
    pub views: Views,
    pub desk: Desk,
    pub keeper: Keeper,
    pub directory: tempfile::TempDir,
    runner: Option<Runner>,
}

/// Somebody with a token.
#[derive(Clone)]
pub struct Person {
    actor: Actor,
    purpose: Option<Purpose>,
    case: Option<String>,
}

/// How long answers wait for the views: a machine may be slow.
const PATIENCE: Duration = Duration::from_secs(60);
/// The same once nothing can come any more, as in production.
const PATIENCE_IN_VAIN: Duration = Duration::from_secs(2);

pub const PARKET: &str = "parket-antwerpen";
pub const OTHER_PARKET: &str = "parket-limburg";

impl Person {
    pub fn new(id: &str, role: Role, organisation: &str) -> Self {
        let actor = Actor { id: ActorId(id.into()), role, organisation: OrganisationId(organisation.into()) };
        Self { actor, purpose: Some(policy::usual_purpose(role)), case: None }
    }
    pub fn jurist() -> Self {
        Self::new("jurist-1", Role::ProsecutionJurist, PARKET)
    }
    pub fn prosecutor() -> Self {
        Self::new("prosecutor-1", Role::Prosecutor, PARKET)
    }
    pub fn other_prosecutor() -> Self {
        Self::new("prosecutor-2", Role::Prosecutor, OTHER_PARKET)
    }
    pub fn coordinator() -> Self {
        Self::new("coordinator-1", Role::MuseumCoordinator, OrganisationId::KAZERNE_DOSSIN)
    }
    pub fn guide() -> Self {
        Self::new("guide-1", Role::Guide, OrganisationId::KAZERNE_DOSSIN)
    }
    pub fn other_guide() -> Self {
        Self::new("guide-2", Role::Guide, OrganisationId::KAZERNE_DOSSIN)
    }
    pub fn compliance() -> Self {
        Self::new("compliance-1", Role::ComplianceOfficer, OrganisationId::KAZERNE_DOSSIN)
    }
    /// The officer of the parket; `compliance` is that of Kazerne Dossin, which knows a dossier from the consent on.
    pub fn officer() -> Self {
        Self::new("officer-1", Role::ComplianceOfficer, PARKET)
    }
    pub fn analyst() -> Self {
        Self::new("analyst-1", Role::PolicyAnalyst, "abb")
    }
    pub fn plan_coordinator() -> Self {
        Self::new("plan-1", Role::PlanCoordinator, "abb")
    }
    pub fn domain_contact() -> Self {
        Self::new("contact-1", Role::DomainContact, "abb")
    }
    pub fn administrator() -> Self {
        Self::new("admin-1", Role::Administrator, "abb")
    }
    pub fn everybody() -> Vec<Self> {
        vec![
            Self::jurist(),
            Self::prosecutor(),
            Self::other_prosecutor(),
            Self::coordinator(),
            Self::guide(),
            Self::other_guide(),
            Self::compliance(),
            Self::analyst(),
            Self::plan_coordinator(),
            Self::domain_contact(),
            Self::administrator(),
        ]
    }
    pub fn actor(&self) -> &Actor {
        &self.actor
    }
    /// The same person, asking for another purpose or for none.
    pub fn for_purpose(mut self, purpose: Option<Purpose>) -> Self {
        self.purpose = purpose;
        self
    }
    /// The same person, at work on this dossier.
    pub fn in_case(mut self, number: &str) -> Self {
        self.case = Some(number.to_owned());
        self
    }
}

impl House {
    pub async fn open() -> Self {
        Self::built(Clock::System, None).await
    }

    /// With this clock, and the access log at this place where it is not to be in the directory.
    pub async fn built(clock: Clock, access_url: Option<LogUrl>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let at = |file: &str| directory.path().join(file);
        let log_url = LogUrl::Sqlite(at("log.sqlite"));
        let access_url = access_url.unwrap_or_else(|| LogUrl::Sqlite(at("access.sqlite")));
        let views_url = ViewsUrl::Sqlite(at("views.sqlite"));
        EventLog::migrate(&log_url).await.unwrap();
        EventLog::migrate(&access_url).await.unwrap();
        Views::migrate(&views_url).await.unwrap();
        let keys = KeyStore::in_directory(directory.path()).await.unwrap();
        let open =
            async |url: &LogUrl| EventLog::open(url, keys.clone(), clock.clone(), LogOptions::default()).await.unwrap();
        let (log, access) = (open(&log_url).await, open(&access_url).await);
        let views = Views::open(&views_url).await.unwrap();
        let runner = Runner::start(Logs { events: log.clone(), access: access.clone() }, views.clone()).await.unwrap();
        let blobs = BlobStore::open(&BlobUrl::Directory(at("blobs")), keys.clone()).await.unwrap();
        let desk = Desk::new(log.clone(), views.clone(), blobs, Arc::default(), clock.clone());
        let registered_from = HalfYear::of(clock.today_brussels());
        let mut desk = desk.publishing(Publishing { registered_from, key: DrawKey::new(&[5; 32]) });
        desk.patience = PATIENCE;
        let mut config = Config::default();
        config.stores.data = Some(directory.path().to_owned());
        make_key(&config, Clock::System.new_id()).unwrap();
        let keeper = Keeper::open(&config, &log, &access, &Clock::System).await.unwrap();
        let schema = over(desk.clone(), AccessBook::new(access.clone(), clock), keeper.clone(), true);
        Self { schema, log, access, views, desk, keeper, directory, runner: Some(runner) }
    }

    /// The same house under these rules of keeping.
    pub fn keeping(&mut self, rules: Retention) {
        self.desk = self.desk.clone().keeping(rules);
        self.put_up_the_desk();
    }

    /// The same house after a fresh start: no dossier is in memory, and the views show what they showed.
    pub async fn start_anew(&mut self) {
        self.stop_the_views().await;
        self.log.close().await;
        let url = LogUrl::Sqlite(self.directory.path().join("log.sqlite"));
        let keys = KeyStore::in_directory(self.directory.path()).await.unwrap();
        self.log = EventLog::open(&url, keys, self.desk.clock.clone(), LogOptions::default()).await.unwrap();
        self.desk.log = self.log.clone();
        self.put_up_the_desk();
    }

    /// Lets the present half-year be over, in a house with a clock of its own.
    pub fn the_half_year_is_over(&self) {
        let Clock::Fixed(clock) = &self.desk.clock else { panic!("this house goes by the machine's clock") };
        let next = HalfYear::of(self.desk.clock.today_brussels()).next();
        clock.set(next.first_day().and_hms_opt(12, 0, 0).unwrap().and_utc());
    }

    /// Stops the views' worker: from here on the views show nothing new, and nobody waits for them for long.
    pub async fn stop_the_views(&mut self) {
        if let Some(runner) = self.runner.take() {
            runner.stop().await;
            self.desk.patience = PATIENCE_IN_VAIN;
            self.put_up_the_desk();
        }
    }

    /// Answers from the desk as it is now.
    fn put_up_the_desk(&mut self) {
        let book = AccessBook::new(self.access.clone(), self.desk.clock.clone());
        self.schema = over(self.desk.clone(), book, self.keeper.clone(), true);
    }

    /// Stops the views' worker, so that the directory can go.
    pub async fn close(mut self) {
        self.stop_the_views().await;
        self.log.close().await;
        self.access.close().await;
    }

    /// Changes the log's file as somebody with access to it could.
    pub async fn behind_the_log(&self, statements: &str) {
        self.behind("log.sqlite", statements).await;
    }

    /// The same with that of any log.
    pub async fn behind(&self, file: &str, statements: &str) {
        use sqlx::{Connection, Executor};
        let file = self.directory.path().join(file);
        let mut connection = sqlx::SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
        connection.execute(sqlx::raw_sql(statements)).await.unwrap();
    }

    /// The whole answer.
    pub async fn ask(&self, person: &Person, document: &str, variables: Value) -> Value {
        let request = Request::new(document).variables(Variables::from_json(variables)).data(self.context(person));
        serde_json::to_value(self.schema.execute(request).await).unwrap()
    }

    /// The frames of a subscription.
    pub fn follow(&self, person: &Person, document: &str) -> futures_util::stream::BoxStream<'static, Value> {
        let request = Request::new(document).data(self.context(person));
        let frames = self.schema.execute_stream(request, None);
        frames.map(|frame| serde_json::to_value(frame).unwrap()).boxed()
    }

    /// The request as the HTTP side hands it on.
    pub fn context(&self, person: &Person) -> RequestContext {
        let viewer = Viewer {
            actor: person.actor.clone(),
            issuer: "test".into(),
            mode: "jwt",
            expires_at: Clock::System.now() + TimeDelta::hours(1),
        };
        let (purpose, case) = (person.purpose, person.case.clone());
        RequestContext { viewer, purpose, case, request_id: Clock::System.new_id(), trace_parent: None }
    }

    /// The data of an answer without errors.
    pub async fn query(&self, person: &Person, document: &str, variables: Value) -> Value {
        let answer = self.ask(person, document, variables).await;
        assert!(answer.get("errors").is_none(), "{document}\n{answer:#}");
        answer["data"].clone()
    }

    /// The payload of a mutation; a command id is added when absent.
    pub async fn mutate(&self, person: &Person, mutation: &str, mut input: Value) -> Value {
        if input.get("commandId").is_none() {
            input["commandId"] = json!(Clock::System.new_id());
        }
        let subject = match mutation {
            name if name.to_lowercase().contains("agreement") || name == "sendForSignature" => {
                "agreement { id status }"
            }
            "adoptActionPlan" => "actionPlan { id }",
            "defineAction"
            | "reviseAction"
            | "changeStatus"
            | "assignResponsibility"
            | "endResponsibility"
            | "addPartner"
            | "removePartner"
            | "reportProgress"
            | "reportBudget"
            | "correctBudget"
            | "reportMeans"
            | "correctMeans"
            | "mentionFunding"
            | "correctFundingMention"
            | "reportIndicator"
            | "submitRow"
            | "returnRow"
            | "acceptRow" => "planAction { id status }",
            _ => "trajectory { id number status version waitingFor }",
        };
        let document = format!(
            "mutation($input: {}{}Input!) {{ {mutation}(input: $input) {{ commandId version position pending \
             userErrors {{ code path message messageNl currentVersion }} {subject} }} }}",
            mutation[..1].to_uppercase(),
            &mutation[1..]
        );
        self.query(person, &document, json!({ "input": input })).await[mutation].clone()
    }

    /// The payload of a mutation that is accepted.
    pub async fn accepted(&self, person: &Person, mutation: &str, input: Value) -> Value {
        let payload = self.mutate(person, mutation, input).await;
        assert_eq!(payload["userErrors"], json!([]), "{mutation}");
        assert_eq!(payload["pending"], json!(false), "{mutation}");
        payload
    }

    /// The code of a mutation that is refused.
    pub async fn refused(&self, person: &Person, mutation: &str, input: Value) -> String {
        let payload = self.mutate(person, mutation, input).await;
        let code = payload["userErrors"][0]["code"].as_str();
        code.unwrap_or_else(|| panic!("{mutation} was accepted: {payload:#}")).to_owned()
    }

    /// An agreement with both parketten, sent out for signature, and signed when asked.
    pub async fn agreement(&self, signed: bool) -> String {
        let coordinator = Person::coordinator();
        let terms =
            json!({ "kind": "LEARNING_TRAJECTORY", "parties": [PARKET, OTHER_PARKET], "namesArticle216ter": false });
        let drafted = json!({ "draftedOn": "2021-01-02", "terms": terms });
        let payload = self.accepted(&coordinator, "draftAgreement", drafted).await;
        let id = payload["agreement"]["id"].as_str().unwrap().to_owned();
        let sent = json!({ "agreementId": id, "sentOn": "2021-01-04" });
        self.accepted(&coordinator, "sendForSignature", sent).await;
        if signed {
            let sign = |organisation: &str| json!({ "organisation": organisation, "capacity": "hoofd" });
            let input = json!({ "agreementId": id, "signedOn": "2021-02-01",
                "signatories": [sign("kazerne-dossin"), sign(PARKET), sign(OTHER_PARKET)],
                "validity": { "from": "2021-02-01" } });
            self.accepted(&coordinator, "signAgreement", input).await;
        }
        id
    }

    /// How many events there are.
    pub async fn events(&self) -> u64 {
        self.log.head().await.unwrap().index
    }
}

/// A request as a jurist types it.
pub fn request(marker: &str) -> Value {
    json!({
        "caseReference": format!("AN.{marker}"),
        "basis": "PRETORIAN_PROBATION",
        "offences": [{ "family": "ANTIRACISM", "reference": { "act": "Wet van 30 juli 1981", "article": "art. 20" } }],
        "offenceOn": "2026-01-15",
        "participant": { "name": format!("Testpersoon {marker}"), "birthOn": "1990-05-17",
            "contact": format!("{marker}@voorbeeld.invalid"), "language": "nl", "interpreterNeeded": false },
        "facts": format!("Verzonnen feiten {marker}"),
    })
}

/// All criteria answered so that they compute to eligible.
pub fn favourable_answers() -> Value {
    let criteria = CriteriaBook::default();
    let version = criteria.in_force(&OrganisationId(PARKET.into()), Clock::System.today_brussels()).unwrap();
    let answer = |criterion: &spoor_domain::trajectory::criteria::Criterion| {
        let must = criterion.rule == spoor_domain::trajectory::criteria::CriterionRule::MustHold;
        json!({ "criterion": criterion.code, "answer": if must { "MET" } else { "NOT_MET" } })
    };
    version.criteria.iter().map(answer).collect()
}

pub fn today() -> String {
    Clock::System.today_brussels().to_string()
}

/// A new command id.
pub fn command_id() -> Uuid {
    Clock::System.new_id()
}
