//! Who was shown something of a dossier: by organisation, role and purpose, never by person.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use spoor_domain::catalogue::DomainEvent;
use spoor_domain::kernel::{DossierId, Label, OrganisationId, Purpose, Role};
use spoor_domain::trajectory::LearningTrajectory;
use uuid::Uuid;

use super::entry::{AccessEntry, Named, Part, differing, dossiers_named, is_of_requests, left_as_withheld};
use crate::projector::Event;

/// An entry, by a row of dossiers that leads to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// The entry.
    pub entry: AccessEntry,
    /// What it names, as the row says.
    pub named: Named,
    /// How that was part of the access, as the row says.
    pub part: Part,
}

/// Which readings of a dossier are told.
#[derive(Clone, Copy, Debug)]
pub struct ReadingsOf<'a> {
    /// The dossier.
    pub dossier: DossierId,
    /// As it stands: where an access does not say that a bundle left as withheld, this does.
    pub state: &'a LearningTrajectory,
    /// From this moment on: what was shown before a person was in the dossier was not about that person.
    pub since: DateTime<Utc>,
    /// The organisations of whose people that is told too which is about requests of persons concerned alone.
    pub organisations: &'a [OrganisationId],
}

/// Who looked at a dossier, told without telling which employee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The role.
    pub role: Role,
    /// The purpose.
    pub purpose: Purpose,
    /// In how many answers.
    pub answers: u64,
    /// The first time.
    pub first_at: DateTime<Utc>,
    /// The last time.
    pub last_at: DateTime<Utc>,
    /// The kinds of personal fields that were opened.
    pub personal: BTreeSet<String>,
}

/// The readings of a dossier, as far as its mentions were counted in.
pub struct Readings<'a> {
    asked: ReadingsOf<'a>,
    /// By organisation, role and purpose, in that order.
    by: BTreeMap<(String, &'static str, &'static str), Counted>,
}

/// A reading that is being counted.
struct Counted {
    reading: Reading,
    /// The requests it was in; a large answer has several entries.
    requests: BTreeSet<Option<Uuid>>,
}

/// The columns in which an entry, or the row of dossiers that leads to it, says otherwise than the event it is of.
pub fn differing_mention(mention: &Mention, recorded: &Event) -> Vec<&'static str> {
    let mut columns = differing(&mention.entry, recorded);
    let named = match &recorded.event {
        DomainEvent::Access(happened) => dossiers_named(happened).remove(&mention.named),
        _another_event => None,
    };
    match named {
        None => columns.push("dossier"),
        Some(Part { shown, personal }) => {
            columns.extend((shown != mention.part.shown).then_some("shown"));
            columns.extend((personal != mention.part.personal).then_some("personal"));
        }
    }
    columns
}

impl<'a> Readings<'a> {
    /// Of this dossier, with nothing counted in yet.
    pub fn of(asked: ReadingsOf<'a>) -> Self {
        Self { asked, by: BTreeMap::new() }
    }

    /// Counts these mentions in: those by which something was shown, and that are told.
    pub fn count_in(&mut self, mentions: &[Mention]) {
        for mention in mentions {
            if self.is_told(mention) {
                self.count(mention);
            }
        }
    }

    /// Who was shown something, by organisation, role and purpose.
    pub fn told(self) -> Vec<Reading> {
        let told = |Counted { reading, requests }| Reading { answers: requests.len() as u64, ..reading };
        self.by.into_values().map(told).collect()
    }

    fn is_told(&self, Mention { entry, part, .. }: &Mention) -> bool {
        let ReadingsOf { since, organisations, .. } = self.asked;
        part.shown
            && entry.recorded_at.timestamp_micros() >= since.timestamp_micros()
            && (organisations.contains(&entry.actor.organisation) || !is_of_requests(&entry.event))
    }

    fn count(&mut self, Mention { entry, part, .. }: &Mention) {
        let (actor, at) = (&entry.actor, entry.recorded_at);
        let key = (actor.organisation.0.clone(), actor.role.code(), entry.purpose.code());
        let Counted { reading, requests } = self.by.entry(key).or_insert_with(|| Counted {
            reading: Reading {
                organisation: actor.organisation.clone(),
                role: actor.role,
                purpose: entry.purpose,
                answers: 0,
                first_at: at,
                last_at: at,
                personal: BTreeSet::new(),
            },
            requests: BTreeSet::new(),
        });
        requests.insert(entry.request);
        (reading.first_at, reading.last_at) = (reading.first_at.min(at), reading.last_at.max(at));
        if !left_as_withheld(&entry.event, self.asked.state) {
            reading.personal.extend(part.personal.iter().cloned());
        }
    }
}
