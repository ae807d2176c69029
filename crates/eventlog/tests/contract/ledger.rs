//! A small aggregate for the contract: a ledger about one person, with notes that are personal.

use chrono::{NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use spoor_domain::kernel::{
    Actor, ActorId, CommandContext, Confidential, Decider, EventPayload, OrganisationId, Personal, Provenance, Purpose,
    Refusal, RefusalCode, Role, SubjectId,
};
use spoor_eventlog::{Append, Metadata, NewEvent, clock};
use uuid::Uuid;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    pub subject: Option<SubjectId>,
    pub notes: u64,
}

#[derive(Clone, Debug, Serialize)]
pub enum LedgerCommand {
    Open {
        subject: SubjectId,
        name: Confidential<String>,
    },
    /// Adds this many notes with one text.
    Note {
        text: Confidential<String>,
        times: u64,
    },
    /// Asks for nothing.
    Rest,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LedgerEvent {
    Opened { occurred_on: NaiveDate, subject: SubjectId, name: Personal<String> },
    Noted { occurred_on: NaiveDate, text: Personal<String>, listed: Vec<Personal<bool>> },
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerRejection {
    #[error("the ledger is open already")]
    AlreadyOpen,
    #[error("open the ledger first")]
    NotOpen,
}

impl Refusal for LedgerRejection {
    fn code(&self) -> RefusalCode {
        RefusalCode::WrongState
    }
    fn message_nl(&self) -> String {
        self.to_string()
    }
}

impl EventPayload for LedgerEvent {
    fn event_type(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "Opened",
            Self::Noted { .. } => "Noted",
        }
    }
    fn event_version(&self) -> u16 {
        1
    }
    fn occurred_on(&self) -> NaiveDate {
        match self {
            Self::Opened { occurred_on, .. } | Self::Noted { occurred_on, .. } => *occurred_on,
        }
    }
}

impl Decider for Ledger {
    const TYPE: &'static str = "ledger";
    type Command = LedgerCommand;
    type Event = LedgerEvent;
    type Rejection = LedgerRejection;

    fn decide(&self, command: &LedgerCommand, context: &CommandContext) -> Result<Vec<LedgerEvent>, LedgerRejection> {
        let occurred_on = context.today;
        match (command, self.subject) {
            (LedgerCommand::Open { .. }, Some(_)) => Err(LedgerRejection::AlreadyOpen),
            (LedgerCommand::Open { subject, name }, None) => {
                let name = Personal::clear(*subject, name.0.clone());
                Ok(vec![LedgerEvent::Opened { occurred_on, subject: *subject, name }])
            }
            (LedgerCommand::Note { .. }, None) => Err(LedgerRejection::NotOpen),
            (LedgerCommand::Note { text, times }, Some(subject)) => {
                let note = || {
                    let listed = vec![Personal::clear(subject, true), Personal::clear(subject, false)];
                    LedgerEvent::Noted { occurred_on, text: Personal::clear(subject, text.0.clone()), listed }
                };
                Ok((0..*times).map(|_| note()).collect())
            }
            (LedgerCommand::Rest, _) => Ok(Vec::new()),
        }
    }

    fn evolve(&mut self, event: &LedgerEvent) {
        match event {
            LedgerEvent::Opened { subject, .. } => self.subject = Some(*subject),
            LedgerEvent::Noted { .. } => self.notes += 1,
        }
    }
}

pub fn open() -> LedgerCommand {
    LedgerCommand::Open { subject: SubjectId(clock::new_id()), name: "An invented name".into() }
}

pub fn note(text: &str) -> LedgerCommand {
    LedgerCommand::Note { text: text.into(), times: 1 }
}

/// The context of a new command.
pub fn context() -> CommandContext {
    CommandContext {
        actor: Actor {
            id: ActorId("tester".into()),
            role: Role::Prosecutor,
            organisation: OrganisationId("test".into()),
        },
        purpose: Purpose::CaseHandling,
        at: clock::Clock::System.now(),
        today: clock::brussels_day(chrono::DateTime::<Utc>::UNIX_EPOCH),
        command_id: clock::new_id(),
        expected_version: None,
        provenance: Provenance::default(),
    }
}

/// An append of plain events of one kind, past the command path.
pub fn append(id: &str, expected_version: u64, events: &[&str]) -> Append {
    let events = events.iter().map(|event_type| NewEvent {
        event_type: (*event_type).to_owned(),
        event_version: 1,
        payload: serde_json::json!({ *event_type: {"z": 1, "a": [1.50, "é"]} }),
    });
    Append {
        aggregate_type: "thing".into(),
        aggregate_id: id.into(),
        expected_version,
        events: events.collect(),
        metadata: Metadata::of_command(&context(), Uuid::nil().to_string()),
    }
}
