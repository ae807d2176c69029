//! Keeps the rights requests: few, small, and read whole.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::kernel::{Decider, Label};
use spoor_domain::rights::RightsRequest;
use spoor_domain::rights::event::RightsEvent;
use spoor_eventlog::Vault;

use super::row::Texts;
use crate::db::{Arg, DbError, Table, Tx, args, json_text};
use crate::error::ViewError;
use crate::folded::{self, Folded};
use crate::projector::{Event, Projector};

/// The projection of rights requests.
pub struct RightsRequests;

const REQUEST: Table = Table {
    name: "rights_request",
    key: &["request"],
    values: &[
        "controller",
        "kind",
        "dossier",
        "due_on",
        "answered",
        "position_commit",
        "position_prepare",
        "updated_at",
        "facts",
    ],
};

const SCHEMA: &[&str] = &[
    "create table if not exists rights_request (
        request text primary key, controller text not null, kind text not null, dossier text not null,
        due_on text not null, answered bigint not null,
        position_commit bigint not null, position_prepare bigint not null, updated_at bigint not null,
        facts text not null)",
    // The list of a controller, first due first; the open ones, and the overdue ones among them.
    "create index if not exists rights_request_due on rights_request (controller, answered, due_on, request)",
    // The requests about a dossier.
    "create index if not exists rights_request_dossier on rights_request (dossier)",
];

/// What is kept of a request.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Facts {
    pub state: RightsRequest,
    pub texts: Texts,
}

#[async_trait]
impl Projector for RightsRequests {
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
        vec![&REQUEST]
    }

    fn takes(&self, kind: &str) -> bool {
        kind == aggregate_type::RIGHTS_REQUEST
    }

    async fn apply(&self, tx: &mut Tx, events: &[&Event], _vault: &Vault) -> Result<(), ViewError> {
        folded::apply::<Facts>(tx, &REQUEST, "request", events).await
    }
}

impl Folded for Facts {
    const IMPOSSIBLE: &'static str = "its request was never received";

    fn take(&mut self, recorded: &Event) -> bool {
        let DomainEvent::Rights(event) = &recorded.event else { return false };
        self.state.evolve(event);
        match event {
            RightsEvent::RightsRequestReceived { asked, .. } => self.texts.wording.clone_from(&asked.wording),
            RightsEvent::RightsRequestExtended { reason, .. } => self.texts.extension = Some(reason.clone()),
            RightsEvent::RightsRequestAnswered { explanation, .. } => self.texts.explanation.clone_from(explanation),
        }
        true
    }

    fn row(&self, id: &str, last: &Event) -> Result<Option<Vec<Arg>>, DbError> {
        let Some(received) = self.state.received() else { return Ok(None) };
        Ok(Some(args![
            id,
            received.controller.0.as_str(),
            received.kind.code(),
            received.dossier.to_string(),
            received.term.due_on,
            self.state.answered().is_some(),
            last.position.commit,
            last.position.prepare,
            last.recorded_at,
            json_text("facts", self)?,
        ]))
    }
}
