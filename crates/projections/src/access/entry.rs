//! An entry of the access trail, and what the trail can be asked.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use spoor_domain::access::event::AccessEvent;
use spoor_domain::access::vocabulary::AccessKind;
use spoor_domain::catalogue::DomainEvent;
use spoor_domain::kernel::{Actor, ActorId, DossierId, OrganisationId, Purpose};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::event::DossierNumber;
use spoor_domain::trajectory::record::KeptDocument;
use spoor_domain::trajectory::vocabulary::DocumentKind;
use spoor_eventlog::Position;
use uuid::Uuid;

use crate::projector::Event;
use crate::rights;

/// The field at the root by which requests of persons concerned are read.
pub const REQUEST_LIST: &str = "rightsRequests";

/// The kind of personal field that is noted where a text of a request is shown.
pub const REQUEST_TEXTS: &str = "rights_request";

/// What says in an access that there was a request: the fields at the root by which requests are read and kept, the view they
/// are read from, and the kind of their texts.
const TELLING: [&str; 6] = [
    REQUEST_LIST,
    "registerRightsRequest",
    "extendRightsRequest",
    "answerRightsRequest",
    rights::PROJECTION,
    REQUEST_TEXTS,
];

/// One access, or one refusal.
#[derive(Clone, Debug, PartialEq)]
pub struct AccessEntry {
    /// Leaf index in the access log: the entry's identity, for ever.
    pub index: u64,
    /// Its place in the access log.
    pub position: Position,
    /// When it was recorded, before the answer left.
    pub recorded_at: DateTime<Utc>,
    /// Who, in which role, for which organisation.
    pub actor: Actor,
    /// For which purpose.
    pub purpose: Purpose,
    /// The request it belongs to; a large answer has several entries.
    pub request: Option<Uuid>,
    /// How the person was verified.
    pub auth_mode: String,
    /// What was shown or refused.
    pub event: AccessEvent,
}

/// A dossier as an entry names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// By its id.
    Dossier(DossierId),
    /// By its number, where it was asked for by number and was not there for the viewer.
    Number(DossierNumber),
    /// Every dossier: an export of a whole log.
    Every,
}

/// How a dossier was part of an access.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Whether something of it was shown; otherwise it was asked for, something was brought in, or a command was refused.
    pub shown: bool,
    /// The kinds of personal fields that were opened.
    pub personal: BTreeSet<String>,
}

/// What of the trail a controller answers for: what the people of some organisations did, and what names one of its dossiers
/// and is not about requests of persons concerned to others alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnsweredFor {
    /// The organisations.
    pub organisations: Vec<OrganisationId>,
    /// The dossiers, by id and by number. Where there is one, exports of everything are about it too.
    pub dossiers: Vec<(DossierId, DossierNumber)>,
}

/// What the trail can be narrowed to. An empty list means any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessFilter {
    /// What a controller answers for; the whole trail when not given.
    pub within: Option<AnsweredFor>,
    /// About this dossier, by id or by number, exports of everything included.
    pub dossier: Option<(DossierId, Option<DossierNumber>)>,
    /// By this person.
    pub actor: Option<ActorId>,
    /// By somebody of this organisation.
    pub organisation: Option<OrganisationId>,
    /// For one of these purposes.
    pub purposes: Vec<Purpose>,
    /// Of one of these kinds.
    pub kinds: Vec<AccessKind>,
    /// Recorded at this moment or later.
    pub from: Option<DateTime<Utc>>,
    /// Recorded before this moment.
    pub until: Option<DateTime<Utc>>,
}

/// The columns in which an entry says otherwise than the event it is of.
pub fn differing(entry: &AccessEntry, recorded: &Event) -> Vec<&'static str> {
    let AccessEntry { index, position, recorded_at, actor, purpose, request, auth_mode, event } = entry;
    let metadata = &recorded.metadata;
    let same = [
        ("entry", *index == recorded.index),
        ("position", *position == recorded.position),
        ("recorded_at", recorded_at.timestamp_micros() == recorded.recorded_at.timestamp_micros()),
        ("actor", actor.id == metadata.actor.id),
        ("role", actor.role == metadata.actor.role),
        ("organisation", actor.organisation == metadata.actor.organisation),
        ("purpose", *purpose == metadata.purpose),
        ("request", *request == metadata.correlation_id),
        ("auth_mode", *auth_mode == metadata.auth_mode),
        ("event", matches!(&recorded.event, DomainEvent::Access(happened) if happened == event)),
    ];
    same.into_iter().filter(|(_, same)| !same).map(|(column, _)| column).collect()
}

/// Whether an access in which this name stands is about a request of a person concerned: that is told to the officers of the
/// controller it was addressed to alone.
pub fn tells_of_request(name: &str) -> bool {
    TELLING.contains(&name)
}

/// Whether an access is about requests of persons concerned and nothing else: without the names that tell of them it would
/// still say so, by what it lacks.
pub(super) fn is_of_requests(event: &AccessEvent) -> bool {
    fn all_tell<'a>(names: impl IntoIterator<Item = &'a String>) -> bool {
        let mut names = names.into_iter().peekable();
        names.peek().is_some() && names.all(|name| tells_of_request(name))
    }
    let by_its_parts = match event {
        AccessEvent::DossiersShown { checkpoints, .. } | AccessEvent::OverviewShown { checkpoints, .. } => {
            all_tell(checkpoints.keys())
        }
        AccessEvent::QuestionRefused { refusals, .. } => all_tell(refusals.iter().map(|part| &part.field)),
        AccessEvent::CommandRefused { command, .. } => tells_of_request(command),
        AccessEvent::AuthenticationFailed { .. }
        | AccessEvent::PieceDownloaded { .. }
        | AccessEvent::DocumentBroughtIn { .. }
        | AccessEvent::DocumentLinkMade { .. }
        | AccessEvent::ExportMade { .. }
        | AccessEvent::ReplayShown { .. }
        | AccessEvent::EditionDownloaded { .. } => false,
    };
    by_its_parts || event.question().is_some_and(|question| all_tell(&question.fields))
}

/// Whether what left was a bundle of an erased person, printed as withheld. Where the event does not say so, as older ones do
/// not, the dossier tells: the bytes are none that it recorded.
pub fn left_as_withheld(event: &AccessEvent, dossier: &LearningTrajectory) -> bool {
    let AccessEvent::PieceDownloaded { document, withheld, .. } = event else { return false };
    let of_erased = |kept: &KeptDocument| kept.kind == DocumentKind::Bundle && dossier.gone(kept.subject);
    let as_recorded = dossier.documents().iter().any(|kept| kept.reference.sha256 == *document);
    *withheld || !as_recorded && dossier.documents().iter().any(of_erased)
}

/// The dossiers an event names, each with what was shown of it.
pub fn dossiers_named(event: &AccessEvent) -> BTreeMap<Named, Part> {
    let shown = |personal: &BTreeSet<String>| Part { shown: true, personal: personal.clone() };
    match event {
        AccessEvent::DossiersShown { dossiers, .. } => {
            dossiers.iter().map(|dossier| (Named::Dossier(dossier.id), shown(&dossier.personal))).collect()
        }
        AccessEvent::QuestionRefused { refusals, .. } => {
            let ids = refusals.iter().filter_map(|part| part.dossier).map(Named::Dossier);
            let numbers = refusals.iter().filter_map(|part| part.number.clone()).map(Named::Number);
            ids.chain(numbers).map(|named| (named, Part::default())).collect()
        }
        AccessEvent::DocumentBroughtIn { dossier, .. } | AccessEvent::DocumentLinkMade { dossier, .. } => {
            BTreeMap::from([(Named::Dossier(*dossier), Part::default())])
        }
        AccessEvent::CommandRefused { dossier, .. } => {
            dossier.iter().map(|dossier| (Named::Dossier(*dossier), Part::default())).collect()
        }
        AccessEvent::PieceDownloaded { dossier, withheld, .. } => {
            // Of what was printed as withheld nothing personal left.
            let personal: BTreeSet<String> = (!withheld).then(|| "document".to_owned()).into_iter().collect();
            BTreeMap::from([(Named::Dossier(*dossier), shown(&personal))])
        }
        AccessEvent::ExportMade { dossier, personal, .. } => {
            let named = dossier.map_or(Named::Every, Named::Dossier);
            BTreeMap::from([(named, shown(personal))])
        }
        AccessEvent::ReplayShown { dossier, personal, .. } => {
            BTreeMap::from([(Named::Dossier(*dossier), shown(personal))])
        }
        AccessEvent::OverviewShown { .. }
        | AccessEvent::AuthenticationFailed { .. }
        | AccessEvent::EditionDownloaded { .. } => BTreeMap::new(),
    }
}
