//! Keeps the agreements: few, small, and read whole.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_eventlog::Vault;

use super::fold::Facts;
use super::row::Party;
use crate::db::{Table, Tx, args, json_text};
use crate::error::ViewError;
use crate::projector::{Event, Projector};

/// The projection of agreements.
pub struct Agreements;

const AGREEMENT: Table = Table {
    name: "agreement",
    key: &["agreement"],
    values: &["first_index", "position_commit", "position_prepare", "last_index", "updated_at", "facts"],
};

const PARTY: Table = Table { name: "agreement_party", key: &["party", "agreement"], values: &["takes_part"] };

const SCHEMA: &[&str] = &[
    "create table if not exists agreement (
        agreement text primary key, first_index bigint not null,
        position_commit bigint not null, position_prepare bigint not null, last_index bigint not null,
        updated_at bigint not null, facts text not null)",
    // The list, oldest first.
    "create index if not exists agreement_first on agreement (first_index)",
    // The agreements of a party: the primary key begins with it.
    "create table if not exists agreement_party (
        party text not null, agreement text not null, takes_part bigint not null, primary key (party, agreement))",
];

/// An agreement while a batch is folded.
struct Touched {
    first_index: u64,
    facts: Facts,
}

#[async_trait]
impl Projector for Agreements {
    fn name(&self) -> &'static str {
        super::PROJECTION
    }

    /// 2: which parties take part in learning trajectories.
    fn version(&self) -> u32 {
        2
    }

    fn essential(&self) -> bool {
        true
    }

    fn schema(&self) -> Vec<&'static str> {
        SCHEMA.to_vec()
    }

    fn tables(&self) -> Vec<&'static Table> {
        vec![&AGREEMENT, &PARTY]
    }

    fn takes(&self, kind: &str) -> bool {
        kind == aggregate_type::AGREEMENT
    }

    async fn apply(&self, tx: &mut Tx, events: &[&Event], _vault: &Vault) -> Result<(), ViewError> {
        let ids = events.iter().map(|recorded| recorded.aggregate_id.clone());
        let ids = ids.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>();
        let mut touched = BTreeMap::new();
        for row in tx.rows_among("select agreement, first_index, facts from agreement", "agreement", &ids).await? {
            let known = Touched { first_index: row.count("first_index")?, facts: row.json("facts")? };
            touched.insert(row.text("agreement")?, known);
        }
        let mut last = BTreeMap::new();
        for recorded in events {
            let DomainEvent::Agreement(event) = &recorded.event else { continue };
            let begun = || Touched { first_index: recorded.index, facts: Facts::default() };
            touched.entry(recorded.aggregate_id.clone()).or_insert_with(begun).facts.fold(event);
            last.insert(recorded.aggregate_id.as_str(), *recorded);
        }
        write(tx, &touched, &last).await
    }
}

async fn write(
    tx: &mut Tx,
    touched: &BTreeMap<String, Touched>,
    last: &BTreeMap<&str, &Event>,
) -> Result<(), ViewError> {
    let (mut rows, mut parties) = (Vec::new(), Vec::new());
    for (id, Touched { first_index, facts }) in touched {
        let Some(recorded) = last.get(id.as_str()) else { continue };
        rows.push(args![
            id.as_str(),
            *first_index,
            recorded.position.commit,
            recorded.position.prepare,
            recorded.index,
            recorded.recorded_at,
            json_text("facts", facts)?,
        ]);
        // Each once, whatever was drafted before that was asked.
        let of_terms: BTreeSet<Party> = facts.state.terms().into_iter().flat_map(Party::to).collect();
        let row = |party: Party| args![party.organisation.0, id.as_str(), party.takes_part];
        parties.extend(of_terms.into_iter().map(row));
    }
    tx.upsert(&AGREEMENT, rows).await?;
    Ok(tx.upsert(&PARTY, parties).await?)
}
