//! Keeps what holds of plans and actions, and what held: every fact with the indexes from and to which it was known.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use serde_json::Value;
use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_eventlog::Vault;

use super::fold::{FactChanges, FactKey, FactKind, Holding, of_action, of_plan, plan_of};
use crate::db::{Arg, DbError, Row, Table, Tx, args};
use crate::error::ViewError;
use crate::projector::{Event, Projector};

/// The projection of plans.
pub struct Plans;

pub(super) const FACT: Table = Table {
    name: "plan_fact",
    key: &["owner", "kind", "fact_key", "valid_from"],
    values: &["plan", "ordinal", "valid_to", "value"],
};

const SCHEMA: &[&str] = &[
    // `owner` is a plan or an action. `ordinal` is the index at which the fact was first stated, so that a correction
    // does not change its place in a list.
    "create table if not exists plan_fact (
        owner text not null, kind text not null, fact_key text not null, valid_from bigint not null,
        plan text not null, ordinal bigint not null, valid_to bigint, value text not null,
        primary key (owner, kind, fact_key, valid_from))",
    // A whole plan, as it is known now or was known then: the report.
    "create index if not exists plan_fact_plan on plan_fact (plan, kind, valid_from)",
    // What holds of an action now: what the next event is folded onto.
    "create index if not exists plan_fact_open on plan_fact (owner, valid_to)",
];

/// A fact with the time for which it is known.
#[derive(Clone, Debug, PartialEq)]
struct Fact {
    valid_from: u64,
    ordinal: u64,
    value: Value,
}

/// A plan or an action while a batch is folded.
#[derive(Default)]
struct Owner {
    plan: String,
    holding: Holding,
    open: BTreeMap<FactKey, Fact>,
    rows: BTreeMap<(FactKey, u64), Vec<Arg>>,
}

#[async_trait]
impl Projector for Plans {
    fn name(&self) -> &'static str {
        super::PROJECTION
    }

    /// 6: what lasts by its days, and why means and mentions of funding were corrected. 5: one fact for each definition. 4: what an action is and who answers for it, with the days. 3: with the day on which
    /// an action was defined. 2: without the moments of recording; a moment is looked up in the log.
    fn version(&self) -> u32 {
        6
    }

    fn essential(&self) -> bool {
        false
    }

    fn schema(&self) -> Vec<&'static str> {
        SCHEMA.to_vec()
    }

    fn tables(&self) -> Vec<&'static Table> {
        vec![&FACT]
    }

    fn takes(&self, kind: &str) -> bool {
        kind == aggregate_type::PLAN || kind == aggregate_type::ACTION
    }

    async fn apply(&self, tx: &mut Tx, events: &[&Event], _vault: &Vault) -> Result<(), ViewError> {
        let mut owners = load(tx, events).await?;
        for recorded in events {
            let id = recorded.aggregate_id.as_str();
            let owner = owners.entry(id.to_owned()).or_default();
            let changes = match &recorded.event {
                DomainEvent::Plan(event) => of_plan(event),
                DomainEvent::Action(event) => of_action(recorded.sequence, event, &owner.holding),
                DomainEvent::Trajectory(_)
                | DomainEvent::Agreement(_)
                | DomainEvent::Register(_)
                | DomainEvent::Access(_)
                | DomainEvent::Rights(_)
                | DomainEvent::Edition(_)
                | DomainEvent::Publication(_)
                | DomainEvent::Training(_) => continue,
            };
            owner.change(id, recorded, changes)?;
        }
        let rows = owners.into_values().flat_map(|owner| owner.rows.into_values()).collect();
        Ok(tx.upsert(&FACT, rows).await?)
    }
}

impl Owner {
    fn change(&mut self, id: &str, recorded: &Event, changes: FactChanges) -> Result<(), ViewError> {
        let unwritable = |error: serde_json::Error| DbError::Shape { column: "value".into(), why: error.to_string() };
        for (key, value) in changes.map_err(unwritable)? {
            let before = self.open.get(&key).cloned();
            if before.as_ref().is_some_and(|fact| fact.value == value) {
                continue;
            }
            self.holding.insert(key.clone(), value.clone());
            self.name_plan(id, recorded)?;
            if let Some(fact) = &before {
                self.rows.insert((key.clone(), fact.valid_from), self.row(id, &key, fact, Some(recorded)));
            }
            let ordinal = before.map_or(recorded.index, |fact| fact.ordinal);
            let fact = Fact { valid_from: recorded.index, ordinal, value };
            self.rows.insert((key.clone(), fact.valid_from), self.row(id, &key, &fact, None));
            self.open.insert(key, fact);
        }
        Ok(())
    }

    /// A plan is its own; an action's is in its definition, which is the first thing said about it.
    fn name_plan(&mut self, id: &str, recorded: &Event) -> Result<(), ViewError> {
        if !self.plan.is_empty() {
            return Ok(());
        }
        let of_itself = matches!(recorded.event, DomainEvent::Plan(_)).then(|| id.to_owned());
        let why = "its action was never defined";
        let impossible = || ViewError::Impossible { index: recorded.index, aggregate: id.to_owned(), why };
        let named = of_itself.or_else(|| plan_of(&self.holding).map(|plan| plan.to_string()));
        self.plan = named.ok_or_else(impossible)?;
        Ok(())
    }

    fn row(&self, id: &str, key: &FactKey, fact: &Fact, ended: Option<&Event>) -> Vec<Arg> {
        let (kind, fact_key) = key;
        let bigint = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        args![
            id,
            kind.code(),
            fact_key.as_str(),
            fact.valid_from,
            self.plan.as_str(),
            fact.ordinal,
            ended.map(|recorded| bigint(recorded.index)),
            fact.value.to_string(),
        ]
    }
}

async fn load(tx: &mut Tx, events: &[&Event]) -> Result<BTreeMap<String, Owner>, ViewError> {
    let ids = events.iter().map(|recorded| recorded.aggregate_id.clone()).collect::<BTreeSet<_>>();
    let ids = ids.into_iter().collect::<Vec<_>>();
    let select = "select owner, kind, fact_key, valid_from, plan, ordinal, value
         from (select * from plan_fact where valid_to is null) holding";
    let mut owners: BTreeMap<String, Owner> = BTreeMap::new();
    for row in tx.rows_among(select, "owner", &ids).await? {
        let owner = owners.entry(row.text("owner")?).or_default();
        owner.plan = row.text("plan")?;
        let key = (kind(&row)?, row.text("fact_key")?);
        let value: Value = row.json("value")?;
        owner.holding.insert(key.clone(), value.clone());
        let fact = Fact { valid_from: row.count("valid_from")?, ordinal: row.count("ordinal")?, value };
        owner.open.insert(key, fact);
    }
    Ok(owners)
}

/// The kind of a stored fact.
pub(super) fn kind(row: &Row) -> Result<FactKind, DbError> {
    let code = row.text("kind")?;
    let unknown = || DbError::Shape { column: "kind".into(), why: format!("'{code}' is not a kind of fact") };
    FactKind::from_code(&code).ok_or_else(unknown)
}
