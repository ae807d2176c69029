//! Keeps the editions of every half-year: few, small, and read whole.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::edition::ReportEdition;
use spoor_domain::edition::event::EditionEvent;
use spoor_domain::kernel::Decider;
use spoor_eventlog::Vault;

use super::row::HistoryLine;
use crate::db::{Arg, DbError, Table, Tx, args, json_text};
use crate::error::ViewError;
use crate::folded::{self, Folded};
use crate::projector::{Event, Projector};

/// The projection of report editions.
pub struct Editions;

const EDITIONS: Table = Table {
    name: "report_edition",
    key: &["editions"],
    values: &["plan", "period", "position_commit", "position_prepare", "updated_at", "facts"],
};

const SCHEMA: &[&str] = &[
    "create table if not exists report_edition (
        editions text primary key, plan text not null, period text not null,
        position_commit bigint not null, position_prepare bigint not null, updated_at bigint not null,
        facts text not null)",
    // The editions of a plan, by half-year.
    "create index if not exists report_edition_plan on report_edition (plan, period)",
];

/// What is kept of the editions of a half-year.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Facts {
    pub state: ReportEdition,
    pub history: Vec<HistoryLine>,
}

#[async_trait]
impl Projector for Editions {
    fn name(&self) -> &'static str {
        super::PROJECTION
    }

    fn version(&self) -> u32 {
        1
    }

    fn essential(&self) -> bool {
        false
    }

    fn schema(&self) -> Vec<&'static str> {
        SCHEMA.to_vec()
    }

    fn tables(&self) -> Vec<&'static Table> {
        vec![&EDITIONS]
    }

    fn takes(&self, kind: &str) -> bool {
        kind == aggregate_type::EDITION
    }

    async fn apply(&self, tx: &mut Tx, events: &[&Event], _vault: &Vault) -> Result<(), ViewError> {
        folded::apply::<Facts>(tx, &EDITIONS, "editions", events).await
    }
}

impl Folded for Facts {
    const IMPOSSIBLE: &'static str = "its first edition was never opened";

    fn take(&mut self, recorded: &Event) -> bool {
        let DomainEvent::Edition(event) = &recorded.event else { return false };
        self.state.evolve(event);
        self.history.push(line(event, recorded));
        true
    }

    fn row(&self, id: &str, last: &Event) -> Result<Option<Vec<Arg>>, DbError> {
        let Some((plan, period)) = self.state.about() else { return Ok(None) };
        Ok(Some(args![
            id,
            plan.to_string(),
            period.to_string(),
            last.position.commit,
            last.position.prepare,
            last.recorded_at,
            json_text("facts", self)?,
        ]))
    }
}

fn line(event: &EditionEvent, recorded: &Event) -> HistoryLine {
    use EditionEvent as E;
    let (occurred_on, number, reason) = match event {
        E::EditionOpened { occurred_on, .. } => (occurred_on, Some(1), None),
        E::EditionHeadRevised { occurred_on, number, .. }
        | E::EditionFrozen { occurred_on, number, .. }
        | E::EditionApproved { occurred_on, number, .. }
        | E::EditionSubmitted { occurred_on, number } => (occurred_on, Some(*number), None),
        E::SmallCountWaived { occurred_on, number, reason, .. }
        | E::EditionWithdrawn { occurred_on, number, reason, .. }
        | E::CorrectionOpened { occurred_on, number, reason, .. } => (occurred_on, Some(*number), Some(reason.clone())),
        E::CollectionRoundOpened { occurred_on, .. }
        | E::CollectionRoundRescheduled { occurred_on, .. }
        | E::ContactsReminded { occurred_on, .. } => (occurred_on, None, None),
    };
    HistoryLine {
        index: recorded.index,
        event_type: recorded.event_type.clone(),
        number,
        occurred_on: *occurred_on,
        recorded_at: recorded.recorded_at,
        by: recorded.metadata.actor.id.clone(),
        reason,
    }
}
