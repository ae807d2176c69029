//! The numbers of the demo's dossiers. A load that was cut off may have taken numbers that no dossier carries yet, so the register
//! is read before any is taken.

use std::collections::HashMap;
use std::collections::btree_map::{BTreeMap, Entry};

use anyhow::{Result, anyhow, ensure};
use spoor_domain::catalogue::DomainEvent;
use spoor_domain::kernel::{CommandContext, Decider, DossierId};
use spoor_domain::register::command::RegisterCommand;
use spoor_domain::register::event::RegisterEvent;
use spoor_domain::register::{DossierRegister, dossier_number};
use spoor_domain::trajectory::event::DossierNumber;
use spoor_eventlog::EventLog;
use uuid::Uuid;

/// Who has which number, of every year that was asked for.
#[derive(Default)]
pub struct Numbers {
    by_year: BTreeMap<i32, HashMap<DossierId, DossierNumber>>,
}

impl Numbers {
    /// The numbers of these dossiers in the register of a year, in their order; those that have none take the next ones, by a
    /// command in the context that `command` gives for the first and the last of them and how many they are.
    pub async fn of(
        &mut self,
        log: &EventLog,
        year: i32,
        dossiers: &[DossierId],
        command: impl FnOnce(Uuid, Uuid, usize) -> CommandContext,
    ) -> Result<Vec<DossierNumber>> {
        let known = match self.by_year.entry(year) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unread) => unread.insert(taken(log, year).await?),
        };
        let waiting: Vec<DossierId> = dossiers.iter().filter(|dossier| !known.contains_key(dossier)).copied().collect();
        if let (Some(first), Some(last)) = (waiting.first(), waiting.last()) {
            let context = command(first.0, last.0, waiting.len());
            let take = RegisterCommand::TakeNumbers { year, dossiers: waiting.clone() };
            let taken = log.execute::<DossierRegister>(&year.to_string(), &take, &context).await;
            let taken = taken.map_err(|error| anyhow!("register of {year}: {error}"))?;
            ensure!(taken.events == waiting.len(), "register of {year}: {} of {} numbers", taken.events, waiting.len());
            let first = taken.version + 1 - taken.events as u64;
            known.extend(waiting.into_iter().zip((first..).map(|running| dossier_number(year, running))));
        }
        Ok(dossiers.iter().filter_map(|dossier| known.get(dossier)).cloned().collect())
    }
}

/// What the register of a year holds.
async fn taken(log: &EventLog, year: i32) -> Result<HashMap<DossierId, DossierNumber>> {
    let mut taken = HashMap::new();
    for record in log.read_stream(DossierRegister::TYPE, &year.to_string()).await? {
        if let DomainEvent::Register(RegisterEvent::DossierNumberTaken { dossier, number, .. }) = record.decode()?.event
        {
            taken.insert(dossier, number);
        }
    }
    Ok(taken)
}
