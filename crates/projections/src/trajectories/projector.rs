//! Keeps the dossiers: reads the states a batch touches, folds, and writes every changed row once.
//!
//! The list, the counts of the dashboard and the agenda are one projection: all three follow from the same folded
//! dossier, and nobody should ever see a dossier in the list that the dashboard beside it has not counted.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::NaiveDate;
use serde_json::Value;
use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::kernel::{Personal, SubjectId};
use spoor_eventlog::Vault;

use super::blind::{self, BlindKind};
use super::fold::{Dossier, Touched, columns};
use super::history::{self, HISTORY};
use super::personal::{PersonalValues, Place, Untyped};
use super::row::PersonalField;
use super::tables::{BLIND_INDEX, PERSONAL, SCHEMA, TRAJECTORY};
use crate::appointments;
use crate::dashboard::{self, DossierFacts};
use crate::db::{Table, Tx, args, json_text};
use crate::disclosures;
use crate::error::ViewError;
use crate::projector::{Event, Projector};

/// The projection of dossiers.
pub struct Trajectories;

#[async_trait]
impl Projector for Trajectories {
    fn name(&self) -> &'static str {
        super::PROJECTION
    }

    /// 2: what was known then. 3: recipients to be told, linked subjects. 4: what published figures count.
    /// 5: whether a talk says why it was not on the day of the tour.
    /// 6: the notes of an incident stand where a correction of them goes.
    /// 7: a parket is not to be told of its own correction; who was registered by mistake is found as well.
    fn version(&self) -> u32 {
        7
    }

    fn reads_since(&self) -> u32 {
        6
    }

    fn essential(&self) -> bool {
        true
    }

    fn schema(&self) -> Vec<&'static str> {
        [SCHEMA, history::SCHEMA, dashboard::SCHEMA, appointments::SCHEMA, disclosures::SCHEMA].concat()
    }

    fn tables(&self) -> Vec<&'static Table> {
        vec![
            &TRAJECTORY,
            &PERSONAL,
            &BLIND_INDEX,
            &HISTORY,
            &dashboard::DOSSIER_COUNT,
            &dashboard::THROUGHPUT,
            &appointments::APPOINTMENT,
            &disclosures::TELLING,
            &disclosures::SUBJECT_LINK,
        ]
    }

    fn takes(&self, kind: &str) -> bool {
        kind == aggregate_type::TRAJECTORY
    }

    async fn apply(&self, tx: &mut Tx, events: &[&Event], vault: &Vault) -> Result<(), ViewError> {
        let mut touched = load(tx, events).await?;
        for recorded in events {
            match &recorded.event {
                DomainEvent::Trajectory(event) => touched.fold(recorded, event),
                DomainEvent::Agreement(_)
                | DomainEvent::Register(_)
                | DomainEvent::Plan(_)
                | DomainEvent::Action(_)
                | DomainEvent::Access(_)
                | DomainEvent::Rights(_)
                | DomainEvent::Edition(_)
                | DomainEvent::Publication(_)
                | DomainEvent::Training(_) => {}
            }
        }
        write_dossiers(tx, &touched).await?;
        write_history(tx, &touched).await?;
        // Before the values of the batch take the place of those that stood.
        write_blind_index(tx, &touched, vault).await?;
        write_personal(tx, &touched).await?;
        write_counts(tx, &touched).await?;
        appointments::write(tx, touched.dossiers.iter().map(|(id, dossier)| (id.as_str(), &dossier.state))).await?;
        disclosures::write(tx, touched.dossiers.iter().map(|(id, dossier)| (id.as_str(), &dossier.state))).await?;
        disclosures::link(tx, &touched.links).await
    }
}

async fn load(tx: &mut Tx, events: &[&Event]) -> Result<Touched, ViewError> {
    let mut ids = events.iter().map(|event| event.aggregate_id.clone()).collect::<Vec<_>>();
    ids.sort_unstable();
    ids.dedup();
    let mut states = Vec::new();
    for row in tx.rows_among("select dossier, state, counted_from from trajectory", "dossier", &ids).await? {
        states.push((row.text("dossier")?, row.json("state")?, row.count("counted_from")?));
    }
    Ok(Touched::beginning_with(states))
}

async fn write_dossiers(tx: &mut Tx, touched: &Touched) -> Result<(), ViewError> {
    let mut rows = Vec::new();
    for (id, dossier) in &touched.dossiers {
        let why = "its dossier does not begin with a request";
        let impossible = || ViewError::Impossible { index: dossier.last.index, aggregate: id.clone(), why };
        let row = id.parse().ok().and_then(|id| dossier.row(id)).ok_or_else(impossible)?;
        rows.push(columns(&row, &dossier.history)?);
    }
    Ok(tx.upsert(&TRAJECTORY, rows).await?)
}

async fn write_history(tx: &mut Tx, touched: &Touched) -> Result<(), ViewError> {
    let mut rows = Vec::new();
    for (id, dossier) in &touched.dossiers {
        rows.extend(dossier.history.rows(id)?);
    }
    Ok(tx.upsert(&HISTORY, rows).await?)
}

async fn write_personal(tx: &mut Tx, touched: &Touched) -> Result<(), ViewError> {
    let mut rows = Vec::new();
    for (id, dossier) in &touched.dossiers {
        for (place, value) in &dossier.personal {
            let sealed = json_text("value", value)?;
            let Place { field, sequence, part } = place;
            rows.push(args![id.as_str(), field.code(), *sequence, part.as_str(), value.subject.to_string(), sealed]);
        }
    }
    Ok(tx.upsert(&PERSONAL, rows).await?)
}

async fn write_counts(tx: &mut Tx, touched: &Touched) -> Result<(), ViewError> {
    let mut changes = dashboard::Changes::default();
    for dossier in touched.dossiers.values() {
        changes.change(dossier.before.as_ref(), DossierFacts::of(&dossier.state).as_ref());
    }
    tx.add(&dashboard::DOSSIER_COUNT, changes.count_rows()).await?;
    Ok(tx.add(&dashboard::THROUGHPUT, changes.throughput_rows()).await?)
}

/// Digests are made here, where the values are opened for a moment, and nowhere else.
async fn write_blind_index(tx: &mut Tx, touched: &Touched, vault: &Vault) -> Result<(), ViewError> {
    let indexed = [PersonalField::CaseReference, PersonalField::ParticipantName, PersonalField::ParticipantBirthOn];
    let values = touched.dossiers.values().flat_map(persons).flatten();
    let subjects = values.filter(|(place, _)| indexed.contains(&place.field)).map(|(_, value)| value.subject);
    let subjects = subjects.collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>();
    vault.prefetch(&subjects).await.map_err(blind::vault_failed)?;
    let mut rows = Vec::new();
    for (id, dossier) in &touched.dossiers {
        for values in persons(dossier) {
            for Found { kind, subject, digest } in digests(tx, id, values, vault).await? {
                match digest {
                    Some(digest) => rows.push(args![id.as_str(), kind.code(), subject.to_string(), digest]),
                    None => forget(tx, id, kind, subject).await?,
                }
            }
        }
    }
    tx.upsert(&BLIND_INDEX, rows).await?;
    for subject in &touched.erased {
        tx.run("delete from blind_index where subject = $1", args![subject.to_string()]).await?;
    }
    Ok(())
}

/// What a batch says of each person a dossier was about meanwhile, the present one last.
fn persons(dossier: &Dossier) -> impl Iterator<Item = &PersonalValues> {
    dossier.replaced.iter().chain([&dossier.personal])
}

/// By what a person is found.
struct Found {
    kind: BlindKind,
    subject: SubjectId,
    /// None where the value cannot be opened any more.
    digest: Option<String>,
}

/// The digests that these values of one person change.
async fn digests(tx: &mut Tx, id: &str, values: &PersonalValues, vault: &Vault) -> Result<Vec<Found>, ViewError> {
    let changed = |field| values.get(&single(field));
    let mut digests = Vec::new();
    if let Some(reference) = changed(PersonalField::CaseReference) {
        let digest = match opened(vault, reference).await? {
            Some(Value::String(text)) => Some(blind::of_case_reference(vault, &text).await?),
            Some(_) | None => None,
        };
        digests.push(Found { kind: BlindKind::CaseReference, subject: reference.subject, digest });
    }
    let (name, birth) = (changed(PersonalField::ParticipantName), changed(PersonalField::ParticipantBirthOn));
    if let Some(any) = name.or(birth) {
        let standing = if name.is_some() && birth.is_some() { BTreeMap::new() } else { standing(tx, id).await? };
        let name = name.or_else(|| standing.get(PersonalField::ParticipantName.code()));
        let birth = birth.or_else(|| standing.get(PersonalField::ParticipantBirthOn.code()));
        let (subject, digest) = (any.subject, name_and_birth(vault, name, birth).await?);
        digests.push(Found { kind: BlindKind::NameAndBirth, subject, digest });
    }
    Ok(digests)
}

async fn name_and_birth(
    vault: &Vault,
    name: Option<&Untyped>,
    birth: Option<&Untyped>,
) -> Result<Option<String>, ViewError> {
    let (Some(name), Some(birth)) = (name, birth) else { return Ok(None) };
    let (Some(Value::String(name)), Some(Value::String(birth))) =
        (opened(vault, name).await?, opened(vault, birth).await?)
    else {
        return Ok(None);
    };
    let Ok(birth_on) = birth.parse::<NaiveDate>() else { return Ok(None) };
    blind::of_name_and_birth(vault, &name, birth_on).await.map(Some)
}

/// Name and birth date as they stand in the view: a correction names only one of them.
async fn standing(tx: &mut Tx, id: &str) -> Result<BTreeMap<String, Untyped>, ViewError> {
    let sql = "select field, value from trajectory_personal where dossier = $1 and field in ($2, $3)";
    let fields = [PersonalField::ParticipantName, PersonalField::ParticipantBirthOn];
    let rows = tx.rows(sql, args![id, fields[0].code(), fields[1].code()]).await?;
    rows.iter().map(|row| Ok((row.text("field")?, row.json("value")?))).collect()
}

async fn opened(vault: &Vault, value: &Untyped) -> Result<Option<Value>, ViewError> {
    let opened: Personal<Value> = vault.open(value).await.map_err(blind::vault_failed)?;
    Ok(opened.value().cloned())
}

async fn forget(tx: &mut Tx, id: &str, kind: BlindKind, subject: SubjectId) -> Result<(), ViewError> {
    let sql = "delete from blind_index where dossier = $1 and kind = $2 and subject = $3";
    tx.run(sql, args![id, kind.code(), subject.to_string()]).await?;
    Ok(())
}

fn single(field: PersonalField) -> Place {
    Place { field, sequence: 0, part: String::new() }
}
