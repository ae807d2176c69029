//! The work both stacks do: load a stream, decide, append one event of about 500 bytes.

use std::collections::HashMap;

use chrono::NaiveDate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};
use spoor_domain::kernel::{
    Actor, ActorId, CommandContext, Decider, EventPayload, OrganisationId, Provenance, Purpose, Refusal, RefusalCode,
    Role,
};
use spoor_eventlog::{Clock, Metadata, clock};
use uuid::Uuid;

/// A stream takes this many commands, then the client begins another: as many events as an ordinary dossier has.
pub(super) const COMMANDS_PER_STREAM: u64 = 10;
/// Fills an event's payload to about 500 bytes.
const TEXT_BYTES: usize = 330;

/// What a client keeps doing.
#[derive(Clone, Debug, Serialize)]
pub(in crate::bench) struct TakeStep {
    step: u64,
    author: Uuid,
    text: String,
}

/// What happens then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::bench) enum WorkEvent {
    StepTaken { occurred_on: NaiveDate, step: u64, author: Uuid, author_role: Role, organisation: String, text: String },
}

/// How far a stream is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(in crate::bench) struct Work {
    steps: u64,
    last_on: Option<NaiveDate>,
}

/// A step out of turn: neither stack may ever give one.
#[derive(Clone, Debug, thiserror::Error)]
#[error("step {asked} was asked after step {done}")]
pub(in crate::bench) struct OutOfTurn {
    asked: u64,
    done: u64,
}

impl TakeStep {
    /// The step with this number, from 1.
    pub fn new(step: u64, author: Uuid) -> Self {
        let text = "Wat tijdens het gesprek werd besproken, in gewone woorden opgeschreven. ".repeat(5);
        Self { step, author, text: text[..TEXT_BYTES].to_owned() }
    }
}

impl Decider for Work {
    const TYPE: &'static str = "bench_work";
    type Command = TakeStep;
    type Event = WorkEvent;
    type Rejection = OutOfTurn;

    fn decide(&self, command: &TakeStep, context: &CommandContext) -> Result<Vec<WorkEvent>, OutOfTurn> {
        if command.step != self.steps + 1 {
            return Err(OutOfTurn { asked: command.step, done: self.steps });
        }
        Ok(vec![WorkEvent::StepTaken {
            occurred_on: context.today,
            step: command.step,
            author: command.author,
            author_role: context.actor.role,
            organisation: context.actor.organisation.0.clone(),
            text: command.text.clone(),
        }])
    }

    fn evolve(&mut self, event: &WorkEvent) {
        match event {
            WorkEvent::StepTaken { occurred_on, step, .. } => {
                self.steps = *step;
                self.last_on = Some(*occurred_on);
            }
        }
    }
}

impl EventPayload for WorkEvent {
    fn event_type(&self) -> &'static str {
        "StepTaken"
    }
    fn event_version(&self) -> u16 {
        1
    }
    fn occurred_on(&self) -> NaiveDate {
        match self {
            Self::StepTaken { occurred_on, .. } => *occurred_on,
        }
    }
}

impl Refusal for OutOfTurn {
    fn code(&self) -> RefusalCode {
        RefusalCode::WrongState
    }
    fn message_nl(&self) -> String {
        self.to_string()
    }
}

impl cqrs_es::DomainEvent for WorkEvent {
    fn event_type(&self) -> String {
        EventPayload::event_type(self).to_owned()
    }
    fn event_version(&self) -> String {
        EventPayload::event_version(self).to_string()
    }
}

impl cqrs_es::Aggregate for Work {
    const TYPE: &'static str = <Self as Decider>::TYPE;
    type Command = (TakeStep, CommandContext);
    type Event = WorkEvent;
    type Error = OutOfTurn;
    type Services = ();

    async fn handle(
        &mut self,
        (command, context): Self::Command,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), OutOfTurn> {
        for event in self.decide(&command, &context)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: WorkEvent) {
        self.evolve(&event);
    }
}

/// The context of a new command.
pub(in crate::bench) fn context() -> CommandContext {
    let clock = Clock::System;
    CommandContext {
        actor: Actor {
            id: ActorId("bench".into()),
            role: Role::MuseumCoordinator,
            organisation: OrganisationId::kazerne_dossin(),
        },
        purpose: Purpose::CaseHandling,
        at: clock.now(),
        today: clock.today_brussels(),
        command_id: clock::new_id(),
        expected_version: None,
        provenance: Provenance { auth_mode: "system".into(), ..Provenance::default() },
    }
}

/// The same circumstances as ours store, for the plain stack to store.
pub(super) fn metadata(context: &CommandContext) -> HashMap<String, String> {
    let digest = "0".repeat(64);
    let map = Metadata::of_command(context, digest).to_map();
    map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}
