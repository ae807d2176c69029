//! Dossiers at several steps of two parketten, with what hangs on them: documents, requests, links, people to tell.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};
use spoor_domain::catalogue::aggregate_type;
use spoor_domain::kernel::{DossierId, EventPayload, HalfYear, Role};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::event::TrajectoryEvent;
use spoor_domain::trajectory::samples::{self, history};
use spoor_domain::trajectory::vocabulary::TrajectoryStatus;
use spoor_eventlog::{Append, Clock, Metadata, NewEvent};
use spoor_projections::{audit, trajectories};

use super::super::access::dossier_of;
use super::super::cast::{command_id, favourable_answers, request};
use super::super::operational::told as edition_told;
use super::super::{House, Person};
use crate::graphql::global_id::{Kind, global_id, parse_global_id};
use crate::policy::{self, Action};

/// A house with dossiers at several steps of two parketten, and what can be asked for in it.
pub struct World {
    pub house: House,
    /// Everything with a global id that names a dossier, and ids of nothing.
    pub ids: Vec<String>,
    /// Global ids of dossiers, one of which is nowhere, and one id of something else.
    pub dossiers: Vec<String>,
    pub documents: Vec<String>,
    /// The persons concerned, each with the dossier.
    pub subjects: BTreeMap<String, DossierId>,
    pub numbers: BTreeMap<String, DossierId>,
    /// Requests of persons concerned, by global id.
    pub requests: BTreeMap<String, DossierId>,
    /// The dossiers as they stand, by which is decided who sees them.
    states: BTreeMap<DossierId, LearningTrajectory>,
    /// A plan of which an edition was published, and the half-year it is about.
    pub plan: String,
    pub period: String,
}

impl World {
    pub async fn open() -> Self {
        let clock = Clock::fixed("2026-03-02T10:00:00Z".parse().unwrap());
        let house = House::built(clock.clone(), None).await;
        house.agreement(true).await;
        let mut world = Self {
            house,
            ids: Vec::new(),
            dossiers: Vec::new(),
            documents: Vec::new(),
            subjects: BTreeMap::new(),
            numbers: BTreeMap::new(),
            requests: BTreeMap::new(),
            states: BTreeMap::new(),
            plan: String::new(),
            period: HalfYear::of(clock.today_brussels()).to_string(),
        };
        for (n, by) in [Person::prosecutor(), Person::other_prosecutor(), Person::prosecutor(), Person::prosecutor()]
            .iter()
            .enumerate()
        {
            world.dossier(n, by).await;
        }
        world.link(2, 3).await;
        world.link(3, 0).await;
        world.unlink(3, 0).await;
        world.handed_over_and_corrected().await;
        for dossier in world.numbers.values() {
            let found = world.house.log.load::<LearningTrajectory>(&dossier.to_string()).await.unwrap();
            world.states.insert(*dossier, found.state);
        }
        world.publish().await;
        let nowhere = command_id().to_string();
        world.dossiers.push(global_id(Kind::Trajectory, &nowhere).0);
        world.dossiers.push(global_id(Kind::AuditEntry, "3").0);
        world.documents.push(global_id(Kind::Document, &format!("{nowhere}/{}", "0".repeat(64))).0);
        world.ids.extend([Kind::AuditEntry, Kind::AccessEntry].map(|kind| global_id(kind, "999999").0));
        world.ids.push(global_id(Kind::Appointment, &format!("{nowhere}/{nowhere}")).0);
        world.ids.extend(world.dossiers.iter().chain(&world.documents).chain(world.requests.keys()).cloned());
        world.ids.extend((1..40).step_by(2).map(|n| global_id(Kind::AuditEntry, &n.to_string()).0));
        world.ids.extend((1..30).step_by(2).map(|n| global_id(Kind::AccessEntry, &n.to_string()).0));
        // Half a year later much of it is overdue.
        let Clock::Fixed(fixed) = &clock else { panic!("made as fixed") };
        fixed.set("2026-10-02T10:00:00Z".parse().unwrap());
        world
    }

    /// Whether this dossier is there for this person.
    pub fn sees(&self, person: &Person, dossier: DossierId) -> bool {
        let state = self.states.get(&dossier);
        state.is_some_and(|state| policy::authorize(person.actor(), Action::SeeDossier(state)).is_ok())
    }

    /// The dossier that the global id of a dossier or of a document names, when there is one.
    pub fn dossier_of(&self, id: &str) -> Option<DossierId> {
        self.named_by(id).filter(|dossier| self.numbers.values().any(|known| known == dossier))
    }

    /// A dossier; the later ones go further.
    async fn dossier(&mut self, n: usize, by: &Person) {
        let house = &self.house;
        let payload = house.accepted(by, "requestTrajectory", json!({ "request": request(&format!("wet{n}")) })).await;
        let id = payload["trajectory"]["id"].clone();
        let of = |mut input: Value| {
            input["trajectoryId"] = id.clone();
            input
        };
        if n >= 1 {
            house
                .accepted(
                    by,
                    "assessEligibility",
                    of(json!({ "answers": favourable_answers(), "decided": "ELIGIBLE" })),
                )
                .await;
        }
        if n >= 2 {
            let consent = json!({ "declaredOn": "2026-03-02", "textVersion": "deelname-1", "givenBy": "PARTICIPANT",
                "factsNotDisputed": true, "willing": true });
            house.accepted(&Person::coordinator(), "giveConsent", of(consent)).await;
            let guide = json!({ "guide": "guide-1", "competenceAttested": true });
            house.accepted(&Person::coordinator(), "assignGuide", of(guide)).await;
            let planned = json!({ "kind": "TOUR", "channel": "ON_SITE", "startsAt": "2099-01-01T10:00:00Z", "companions": "zus" });
            house.accepted(&Person::coordinator(), "planAppointment", of(planned)).await;
            self.documents.push(house.evidence(&id).await);
        }
        if n == 3 {
            let retracted = json!({ "reason": "OTHER_MEASURE" });
            house.accepted(by, "retractRequest", of(retracted)).await;
        }
        if n >= 2 {
            self.requests.insert(house.right(&Person::compliance(), &id).await, dossier_of(&id));
        }
        let document = "query($id: ID!) { trajectory(id: $id) { number subject appointments { id } } }";
        let shown = house.query(by, document, json!({ "id": id })).await["trajectory"].clone();
        self.numbers.insert(shown["number"].as_str().unwrap().to_owned(), dossier_of(&id));
        self.subjects.insert(shown["subject"].as_str().unwrap().to_owned(), dossier_of(&id));
        let appointments =
            shown["appointments"].as_array().unwrap().iter().map(|own| own["id"].as_str().unwrap().to_owned());
        self.ids.extend(appointments);
        self.dossiers.push(id.as_str().unwrap().to_owned());
    }

    /// Says that two dossiers are about the same person.
    async fn link(&self, one: usize, other: usize) {
        let (subject, other) = (self.person_in(other), &self.dossiers[other]);
        let linked = json!({ "trajectoryId": self.dossiers[one], "otherSubject": subject, "otherDossier": other });
        self.house.accepted(&Person::prosecutor(), "linkSubjects", linked).await;
    }

    /// Takes that back.
    async fn unlink(&self, one: usize, other: usize) {
        let unlinked = json!({ "trajectoryId": self.dossiers[one], "otherSubject": self.person_in(other) });
        self.house.accepted(&Person::prosecutor(), "unlinkSubjects", unlinked).await;
    }

    fn person_in(&self, dossier: usize) -> &str {
        let dossier = self.dossier_of(&self.dossiers[dossier]);
        self.subjects.iter().find(|(_, own)| Some(**own) == dossier).unwrap().0
    }

    /// Publishes figures on the dossiers with an edition of their half-year, once it is over.
    async fn publish(&mut self) {
        let (house, by) = (&self.house, Person::plan_coordinator());
        let outline = json!({ "name": "Verzonnen plan", "decisions": [{ "decidedOn": "2018-01-12", "decision": "Goedgekeurd" }],
            "policyLines": [{ "number": 1, "name": "Lijn" }], "chapters": [{ "number": 1, "policyLine": 1, "title": "Hoofdstuk" }] });
        let adopted = house.accepted(&by, "adoptActionPlan", json!({ "outline": outline })).await;
        let plan = adopted["actionPlan"]["id"].as_str().unwrap().to_owned();
        let head = json!({ "label": "Proef", "cutOff": "2026-03-02" });
        let opened = json!({ "planId": plan, "period": self.period, "head": head });
        let edition = edition_told(house, &by, "openEdition", opened).await;
        house.the_half_year_is_over();
        edition_told(house, &by, "freezeEdition", json!({ "reportEditionId": edition })).await;
        let another = Person::new("plan-2", Role::PlanCoordinator, "abb");
        edition_told(house, &another, "approveEdition", json!({ "reportEditionId": edition })).await;
        self.plan = plan;
    }

    /// A dossier of yet another parket whose bundle was handed over before something in it was corrected.
    async fn handed_over_and_corrected(&mut self) {
        let dossier = DossierId(command_id());
        let events = [history(TrajectoryStatus::Delivered), vec![samples::corrected()]].concat();
        let stored = |event: &TrajectoryEvent| NewEvent {
            event_type: event.event_type().to_owned(),
            event_version: event.event_version(),
            payload: serde_json::to_value(event).unwrap(),
        };
        let append = Append {
            aggregate_type: aggregate_type::TRAJECTORY.to_owned(),
            aggregate_id: dossier.to_string(),
            expected_version: 0,
            events: events.iter().map(stored).collect(),
            metadata: Metadata::of_command(&samples::context(Role::Prosecutor, samples::day(4, 1)), String::new()),
        };
        let position = self.house.log.append(append).await.unwrap().position;
        let views = [trajectories::PROJECTION, audit::PROJECTION];
        assert!(self.house.views.wait_for(&views, position, Duration::from_secs(30)).await);
        self.numbers.insert("LT-2026-0042".into(), dossier);
        self.subjects.insert(samples::subject().to_string(), dossier);
        self.dossiers.push(global_id(Kind::Trajectory, &dossier.to_string()).0);
    }

    /// Every dossier a JSON value names: by global id, by the id of what belongs to it, by number, by id, by its person.
    pub fn names(&self, value: &Value, found: &mut BTreeSet<DossierId>) {
        match value {
            Value::String(text) => found.extend(self.named_in(text)),
            Value::Array(items) => items.iter().for_each(|item| self.names(item, found)),
            Value::Object(fields) => fields.values().for_each(|field| self.names(field, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The dossiers that a text names, wherever in it: a text may be a list, or a sentence.
    fn named_in(&self, text: &str) -> BTreeSet<DossierId> {
        let known = [&self.numbers, &self.subjects, &self.requests].into_iter().flatten();
        let mut found: BTreeSet<_> =
            known.filter(|(name, _)| text.contains(name.as_str())).map(|(_, dossier)| *dossier).collect();
        found.extend(self.numbers.values().filter(|dossier| text.contains(&dossier.to_string())));
        let words = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')));
        found.extend(words.filter_map(|word| self.named_by(word)));
        found
    }

    fn named_by(&self, text: &str) -> Option<DossierId> {
        let known = [&self.numbers, &self.subjects, &self.requests].into_iter().find_map(|known| known.get(text));
        if known.is_some() {
            return known.copied();
        }
        match parse_global_id(&text.into()) {
            Some((Kind::Trajectory, id)) => id.parse().ok(),
            Some((Kind::Appointment | Kind::Document, local)) => local.split_once('/')?.0.parse().ok(),
            Some(_) => None,
            None => self.numbers.values().copied().find(|dossier| dossier.to_string() == text),
        }
    }
}
