//! Questions about plans, all of which can also be asked as known when the log was at an earlier leaf index. A view that has
//! not come to that index yet says so (`NotReached`).

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::Value;
use spoor_domain::action::event::{ActionDefinition, ActionNumber};
use spoor_domain::kernel::{ActionId, HalfYear, PlanId};

use super::facts::{ActionFacts, PlanRow, ReportRowFacts, StatusChange};
use super::fold::{Adopted, Defined, FactKind};
use super::lasting::{Lasting, Spans};
use super::projector::kind;
use super::report::{CutOffs, ProgressReport};
use crate::checkpoint::Checkpoint;
use crate::db::{DbError, Tx};
use crate::error::ViewError;
use crate::page::Answer;
use crate::select::Conditions;
use crate::views::Views;

/// The plans, oldest first, as known when the log was at `known_at` (now, when absent).
pub async fn plans(views: &Views, known_at: Option<u64>) -> Result<Answer<Vec<PlanRow>>, ViewError> {
    let mut reading = Reading::begin(views, known_at).await?;
    let owners = reading.facts(|conditions| conditions.among("kind", plan_kinds())).await?;
    let mut plans = owners.into_iter().filter_map(|owner| owner.plan().transpose()).collect::<Result<Vec<_>, _>>()?;
    plans.sort_by_key(|plan| (plan.adopted_on, plan.id));
    reading.answer(plans).await
}

/// One plan, as known when the log was at `known_at` (now, when absent).
pub async fn plan(views: &Views, id: PlanId, known_at: Option<u64>) -> Result<Answer<Option<PlanRow>>, ViewError> {
    let mut reading = Reading::begin(views, known_at).await?;
    let plan = reading.plan(id).await?;
    reading.answer(plan).await
}

/// The actions of a plan, by number, as known when the log was at `known_at` (now, when absent).
pub async fn actions(
    views: &Views,
    plan: PlanId,
    known_at: Option<u64>,
) -> Result<Answer<Vec<ActionFacts>>, ViewError> {
    let mut reading = Reading::begin(views, known_at).await?;
    let actions = reading.actions(plan).await?;
    reading.answer(actions).await
}

/// One action, as known when the log was at `known_at` (now, when absent).
pub async fn action(
    views: &Views,
    id: ActionId,
    known_at: Option<u64>,
) -> Result<Answer<Option<ActionFacts>>, ViewError> {
    let mut reading = Reading::begin(views, known_at).await?;
    let action = reading.action(&id.to_string()).await?;
    reading.answer(action).await
}

/// The action with this number in a plan, as known when the log was at `known_at` (now, when absent).
pub async fn action_numbered(
    views: &Views,
    plan: PlanId,
    number: ActionNumber,
    known_at: Option<u64>,
) -> Result<Answer<Option<ActionFacts>>, ViewError> {
    let mut reading = Reading::begin(views, known_at).await?;
    let definitions = reading
        .facts(|conditions| {
            conditions.with("plan = ?", plan.to_string());
            conditions.with("kind = ?", FactKind::Definition.code());
        })
        .await?;
    let named = |owner: &Owner| {
        owner.definitions().is_ok_and(|all| all.now().is_some_and(|definition| definition.number == number))
    };
    let Some(owner) = definitions.into_iter().find(named) else { return reading.answer(None).await };
    let action = reading.action(&owner.id).await?;
    reading.answer(action).await
}

/// The progress report of a half-year over what `told` leaves of every action: what the actions were, their status and who
/// answered for them as on the cut-offs (where there are any), and what was reported on the half-year, whenever it was reported;
/// as known when the log was at `known_at` (now, when absent). None when there is no such plan.
pub async fn report(
    views: &Views,
    plan: PlanId,
    period: HalfYear,
    cut_offs: CutOffs,
    known_at: Option<u64>,
    told: impl Fn(ActionFacts) -> ActionFacts,
) -> Result<Answer<Option<ProgressReport>>, ViewError> {
    let mut reading = Reading::begin(views, known_at).await?;
    let Some(found) = reading.plan(plan).await? else { return reading.answer(None).await };
    let actions = reading.actions(plan).await?.into_iter().map(told).collect();
    reading.answer(Some(ProgressReport::of(found, actions, period, cut_offs))).await
}

/// A plan with its actions and all that was reported on them, as known when the log was at this leaf index: what an edition
/// is put together from. None when there was no such plan.
///
/// # Errors
/// `NotReached` when the view does not know that index yet.
pub async fn known_at_index(
    views: &Views,
    plan: PlanId,
    index: u64,
) -> Result<Option<(PlanRow, Vec<ActionFacts>)>, ViewError> {
    let mut reading = Reading::begin(views, Some(index)).await?;
    let Some(found) = reading.plan(plan).await? else { return Ok(None) };
    Ok(Some((found, reading.actions(plan).await?)))
}

fn plan_kinds() -> [&'static str; 2] {
    [FactKind::Adopted, FactKind::Superseded].map(FactKind::code)
}

/// One moment of the view, in which all parts of an answer are read.
struct Reading {
    tx: Tx,
    /// The leaf index; none for now.
    known_at: Option<u64>,
}

/// The facts of a plan or an action, by kind, each kind in the order in which they were first stated.
struct Owner {
    id: String,
    facts: BTreeMap<FactKind, Vec<Value>>,
}

impl Reading {
    async fn begin(views: &Views, known_at: Option<u64>) -> Result<Self, ViewError> {
        let db = views.active(super::PROJECTION).await?.db;
        let mut tx = db.begin_snapshot().await?;
        if let Some(asked) = known_at {
            let reached = Checkpoint::read_in(&mut tx).await?.seen.index;
            if asked > reached {
                return Err(ViewError::NotReached { asked, reached });
            }
        }
        Ok(Self { tx, known_at })
    }

    async fn plan(&mut self, id: PlanId) -> Result<Option<PlanRow>, ViewError> {
        let facts = self
            .facts(|conditions| {
                conditions.with("owner = ?", id.to_string());
                conditions.among("kind", plan_kinds());
            })
            .await?;
        Ok(facts.into_iter().next().map(|owner| owner.plan()).transpose()?.flatten())
    }

    async fn action(&mut self, id: &str) -> Result<Option<ActionFacts>, ViewError> {
        let facts = self.facts(|conditions| conditions.with("owner = ?", id)).await?;
        Ok(facts.into_iter().next().map(Owner::action).transpose()?.flatten())
    }

    async fn actions(&mut self, plan: PlanId) -> Result<Vec<ActionFacts>, ViewError> {
        let owners = self.facts(|conditions| conditions.with("plan = ?", plan.to_string())).await?;
        let actions = owners.into_iter().filter_map(|owner| owner.action().transpose());
        let mut actions = actions.collect::<Result<Vec<_>, _>>()?;
        actions.sort_by_key(|action| action.definition.number);
        Ok(actions)
    }

    /// The facts that held at the moment asked for, under these further conditions.
    async fn facts(&mut self, narrow: impl FnOnce(&mut Conditions)) -> Result<Vec<Owner>, ViewError> {
        let mut conditions = Conditions::default();
        narrow(&mut conditions);
        match self.known_at {
            None => conditions.plain("valid_to is null".to_owned()),
            Some(index) => {
                conditions.with("valid_from <= ?", index);
                conditions.with("(valid_to is null or valid_to > ?)", index);
            }
        }
        let sql = format!(
            "select owner, kind, value from plan_fact{} order by owner, kind, ordinal, fact_key",
            conditions.clause()
        );
        let mut owners: Vec<Owner> = Vec::new();
        for row in self.tx.rows(&sql, conditions.into_args()).await? {
            let id = row.text("owner")?;
            if owners.last().is_none_or(|last| last.id != id) {
                owners.push(Owner { id, facts: BTreeMap::new() });
            }
            if let Some(owner) = owners.last_mut() {
                owner.facts.entry(kind(&row)?).or_default().push(row.json("value")?);
            }
        }
        Ok(owners)
    }

    async fn answer<T>(mut self, value: T) -> Result<Answer<T>, ViewError> {
        let seen = Checkpoint::read_in(&mut self.tx).await?.seen;
        Ok(Answer { value, seen })
    }
}

impl Owner {
    fn plan(&self) -> Result<Option<PlanRow>, DbError> {
        let Some(Adopted { adopted_on, outline }) = self.one(FactKind::Adopted)? else { return Ok(None) };
        let id = self.id()?;
        Ok(Some(PlanRow { id, outline, adopted_on, superseded_by: self.one(FactKind::Superseded)? }))
    }

    fn action(self) -> Result<Option<ActionFacts>, DbError> {
        let definitions = self.definitions()?;
        let Some(definition) = definitions.now().cloned() else { return Ok(None) };
        let mut rows: BTreeMap<HalfYear, Vec<ReportRowFacts>> = BTreeMap::new();
        for row in self.many::<ReportRowFacts>(FactKind::Row)? {
            rows.entry(row.head.half_year).or_default().push(row);
        }
        rows.values_mut().for_each(|rows| rows.sort_by_key(|row| row.head.place));
        Ok(Some(ActionFacts {
            id: self.id()?,
            version: self.one(FactKind::Version)?.unwrap_or(0),
            definition,
            definitions,
            statuses: StatusChange::in_order(self.many(FactKind::Status)?),
            ministers: self.lasting(FactKind::Minister)?,
            policy_domains: self.lasting(FactKind::PolicyDomain)?,
            partners: self.lasting(FactKind::Partner)?,
            rows,
            budget: self.many(FactKind::Budget)?,
            means: self.many(FactKind::Means)?,
            mentions: self.many(FactKind::Mention)?,
            indicators: self.many(FactKind::Indicator)?,
        }))
    }

    /// What it is and was, in the order in which that was recorded.
    fn definitions(&self) -> Result<Spans<ActionDefinition>, DbError> {
        let mut definitions = Spans::default();
        for (since, definition) in self.many::<Defined>(FactKind::Definition)? {
            definitions.begin(since, definition);
        }
        Ok(definitions)
    }

    fn id<T: std::str::FromStr>(&self) -> Result<T, DbError> {
        let wrong = |_| DbError::Shape { column: "owner".into(), why: "not an id".into() };
        self.id.parse().map_err(wrong)
    }

    fn one<T: DeserializeOwned>(&self, kind: FactKind) -> Result<Option<T>, DbError> {
        Ok(self.many(kind)?.pop())
    }

    fn lasting<T: DeserializeOwned>(&self, kind: FactKind) -> Result<Lasting<T>, DbError> {
        Ok(Lasting::from(self.many::<Spans<T>>(kind)?))
    }

    fn many<T: DeserializeOwned>(&self, kind: FactKind) -> Result<Vec<T>, DbError> {
        let wrong = |error: serde_json::Error| DbError::Shape { column: "value".into(), why: error.to_string() };
        let values = self.facts.get(&kind).map(Vec::as_slice).unwrap_or_default();
        values.iter().map(|value| T::deserialize(value).map_err(wrong)).collect()
    }
}
