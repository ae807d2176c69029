//! The smallest projection there is, for tests of the runner: how many events each aggregate has.

use std::collections::BTreeMap;

use async_trait::async_trait;
use spoor_eventlog::Vault;
use spoor_projections::db::{Arg, Table, Tx};
use spoor_projections::{Event, Projector, ViewError};

/// A tally, in this version; `refuses` is a leaf index it cannot take.
pub struct Tally {
    pub version: u32,
    pub refuses: Option<u64>,
}

pub const TALLY: &str = "tally";

const TABLE: Table = Table { name: "tally", key: &["aggregate"], values: &["events"] };

impl Tally {
    pub fn version(version: u32) -> Self {
        Self { version, refuses: None }
    }
}

#[async_trait]
impl Projector for Tally {
    fn name(&self) -> &'static str {
        TALLY
    }

    fn version(&self) -> u32 {
        self.version
    }

    fn essential(&self) -> bool {
        true
    }

    fn schema(&self) -> Vec<&'static str> {
        vec!["create table if not exists tally (aggregate text primary key, events bigint not null)"]
    }

    fn tables(&self) -> Vec<&'static Table> {
        vec![&TABLE]
    }

    fn takes(&self, kind: &str) -> bool {
        kind == "dossier_register"
    }

    async fn apply(&self, tx: &mut Tx, events: &[&Event], _vault: &Vault) -> Result<(), ViewError> {
        let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
        for recorded in events {
            if self.refuses == Some(recorded.index) {
                let why = "the test refuses it";
                return Err(ViewError::Impossible { index: recorded.index, aggregate: TALLY.into(), why });
            }
            *counts.entry(&recorded.aggregate_id).or_default() += 1;
        }
        let rows = counts.into_iter().map(|(id, events)| vec![Arg::from(id), Arg::from(events)]);
        Ok(tx.add(&TABLE, rows.collect()).await?)
    }
}
