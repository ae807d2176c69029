//! Keeps the access trail: one entry per event of the access log.

use async_trait::async_trait;
use spoor_domain::access::event::AccessEvent;
use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::kernel::Label;
use spoor_eventlog::Vault;

use super::entry::{Named, dossiers_named, is_of_requests};
use super::tables::{COUNTED, DOSSIER, ENTRY, EVERY, SCHEMA};
use crate::checkpoint::rows_written;
use crate::db::{Arg, DbError, Table, Tx, args, json_text};
use crate::error::ViewError;
use crate::projector::{CountedTables, Event, Projector, Source};

/// The projection of the access trail.
pub struct Accesses;

#[async_trait]
impl Projector for Accesses {
    fn name(&self) -> &'static str {
        super::PROJECTION
    }

    fn source(&self) -> Source {
        Source::Access
    }

    /// 2: which kinds of values an opened export held. 3: a bundle printed as withheld held none, and which
    /// accesses are about requests of persons concerned alone. 4: the rows of dossiers are counted.
    fn version(&self) -> u32 {
        4
    }

    fn reads_since(&self) -> u32 {
        3
    }

    fn essential(&self) -> bool {
        false
    }

    fn schema(&self) -> Vec<&'static str> {
        SCHEMA.to_vec()
    }

    fn tables(&self) -> Vec<&'static Table> {
        vec![&ENTRY, &DOSSIER]
    }

    fn counted(&self) -> Option<&'static CountedTables> {
        Some(&COUNTED)
    }

    fn takes(&self, kind: &str) -> bool {
        kind == aggregate_type::ACCESS
    }

    async fn apply(&self, tx: &mut Tx, events: &[&Event], _vault: &Vault) -> Result<(), ViewError> {
        let (mut entries, mut dossiers) = (Vec::with_capacity(events.len()), Vec::new());
        for recorded in events {
            let DomainEvent::Access(event) = &recorded.event else { continue };
            entries.push(entry(recorded, event)?);
            for (named, part) in dossiers_named(event) {
                let (dossier, number) = place(&named);
                dossiers.push(args![
                    dossier,
                    number,
                    recorded.index,
                    part.shown,
                    json_text("personal", &part.personal)?
                ]);
            }
        }
        tx.upsert(&ENTRY, entries).await?;
        let named = dossiers.len() as u64;
        tx.upsert(&DOSSIER, dossiers).await?;
        Ok(rows_written(tx, &DOSSIER, named).await?)
    }
}

fn entry(recorded: &Event, event: &AccessEvent) -> Result<Vec<Arg>, DbError> {
    let metadata = &recorded.metadata;
    Ok(args![
        recorded.index,
        recorded.position.commit,
        recorded.position.prepare,
        recorded.recorded_at,
        event.kind().code(),
        is_of_requests(event),
        metadata.actor.id.0.as_str(),
        metadata.actor.role.code(),
        metadata.actor.organisation.0.as_str(),
        metadata.purpose.code(),
        metadata.correlation_id.map(|request| request.to_string()).unwrap_or_default(),
        metadata.auth_mode.as_str(),
        json_text("event", event)?,
    ])
}

fn place(named: &Named) -> (String, String) {
    match named {
        Named::Dossier(id) => (id.to_string(), String::new()),
        Named::Number(number) => (String::new(), number.0.clone()),
        Named::Every => (EVERY.to_owned(), String::new()),
    }
}
