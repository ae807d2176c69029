//! The book of accesses: who reads is written down before what is read leaves. The only way into the access log.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use spoor_domain::access::event::AccessEvent;
use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::kernel::{Actor, ActorId, CommandContext, OrganisationId, Provenance, Purpose, Role};
use spoor_domain::trajectory::event::DossierNumber;
use spoor_eventlog::clock::brussels_day;
use spoor_eventlog::{Append, AppendError, Appended, Clock, EventLog, LogError, Metadata, NewEvent, Record, Recorded};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::auth::Viewer;
use crate::http::RequestContext;
use crate::policy;

/// How long an access may take to be written down: well within the time that a request may take, so that whoever waits is
/// told that this is what failed.
pub const RECORDED_WITHIN: Duration = Duration::from_secs(4);

/// How long it stands whether something could be written down: whoever does much tries no more than one small write in that time.
const STANDS_FOR: Duration = Duration::from_secs(1);
/// How often a small write is tried before something is not done for want of it. Each attempt takes a second at most, so all of
/// them no longer than [`RECORDED_WITHIN`].
const ATTEMPTS: usize = 4;
/// How long the log may take to say, after that, whether it is dated ahead of its clock. It is asked twice at most, and so no longer
/// than a second.
const CLOCK_TOLD_WITHIN: Duration = Duration::from_millis(500);

/// Where accesses are written down. Cheap to clone.
#[derive(Clone)]
pub struct AccessBook {
    log: EventLog,
    clock: Clock,
    /// The last trial before something was done.
    trial: Arc<Mutex<Option<Trial>>>,
}

/// A trial whether something can be written down.
#[derive(Clone)]
struct Trial {
    at: Instant,
    said: Said,
}

/// What a trial said.
#[derive(Clone)]
enum Said {
    Writable,
    /// The log is dated ahead of its clock: the moment of its last record, and that of the clock. No small write finds that out.
    Ahead(DateTime<Utc>, DateTime<Utc>),
    /// Another refusal, in its words.
    Refused(String),
}

impl From<&Result<(), LogError>> for Said {
    fn from(said: &Result<(), LogError>) -> Self {
        match said {
            Ok(()) => Self::Writable,
            Err(LogError::ClockBehind { last, now }) => Self::Ahead(*last, *now),
            Err(refused) => Self::Refused(refused.to_string()),
        }
    }
}

/// Who reads, why, and how we know.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The person, in a role for an organisation.
    pub actor: Actor,
    /// For which purpose.
    pub purpose: Purpose,
    /// The dossier the reader works on, where the purpose needs one or the reader stated one.
    pub case: Option<DossierNumber>,
    /// The request it belongs to.
    pub request_id: Uuid,
    /// Issuer of the token; empty where there was none.
    pub issuer: String,
    /// How the person was verified: `jwt`, `terminal` for somebody with access to the machine, `system` for the program.
    pub mode: String,
    /// W3C trace context of the caller.
    pub trace_parent: Option<String>,
}

impl AccessBook {
    /// The book over this access log.
    pub fn new(log: EventLog, clock: Clock) -> Self {
        Self { log, clock, trial: Arc::default() }
    }

    /// Writes down what is about to be shown, or was refused. Show nothing before this has answered.
    ///
    /// # Errors
    /// When it could not be stored, or is not known to be: then nothing may leave.
    pub async fn record(&self, who: &Reader, events: Vec<AccessEvent>) -> Result<Appended, AppendError> {
        self.record_in(self.clock.new_id(), 0, who, events).await
    }

    /// The same, in a stream that several acts share, after so many of its events: of two who write after the same
    /// event at the same time, in whichever processes, one gets a conflict.
    ///
    /// # Errors
    /// `Conflict` when something else was written after that event; otherwise as [`AccessBook::record`], after
    /// [`RECORDED_WITHIN`] at the latest.
    pub async fn record_in(
        &self,
        stream: Uuid,
        after: u64,
        who: &Reader,
        events: Vec<AccessEvent>,
    ) -> Result<Appended, AppendError> {
        let events = events.into_iter().map(|event| stored(event.in_case(who.case.as_ref())));
        let append = Append {
            aggregate_type: aggregate_type::ACCESS.to_owned(),
            aggregate_id: stream.to_string(),
            expected_version: after,
            events: events.collect::<Result<_, _>>().map_err(|error| AppendError::Log(error.into()))?,
            metadata: Metadata::of_command(&self.circumstances(who), String::new()),
        };
        // Whether a log that does not answer stored it is not known, as where its database went away.
        let recorded = tokio::time::timeout(RECORDED_WITHIN, self.log.append(append)).await;
        let recorded = recorded.unwrap_or(Err(AppendError::OutcomeUnknown));
        if let Err(AppendError::Log(LogError::ClockBehind { .. })) = &recorded
            && let Ok(mut trial) = self.trial.try_lock()
        {
            // Whoever is about to do something next finds it out before.
            *trial = None;
        }
        recorded
    }

    /// Whether something can be written down at this moment. To be asked before what is spent by being written down: a
    /// record that hangs is made even if nobody waits for it any more.
    ///
    /// # Errors
    /// When nothing can be, or not soon.
    pub async fn try_writing(&self) -> Result<(), LogError> {
        self.log.try_writing().await
    }

    /// Whether what is about to be done can be written down. To be asked before it is done: what was done cannot be taken back
    /// because nothing could be written down of it. A small write is tried, once a second at most, and the log is asked whether it
    /// is dated ahead of its clock; whoever comes meanwhile waits for that. In between a refusal stands, and behind anything else
    /// how the last attempt to store something ended is looked at.
    ///
    /// # Errors
    /// When nothing can be written down, a second after [`RECORDED_WITHIN`] at the latest or, behind somebody who tries, another
    /// second later; `ClockBehind` where the log is dated ahead of its clock.
    pub async fn before_doing(&self) -> Result<(), LogError> {
        let mut trial = self.trial.lock().await;
        let stands = trial.clone().filter(|trial| trial.at.elapsed() < STANDS_FOR);
        if let Some(Trial { said, .. }) = stands {
            drop(trial);
            return match said {
                Said::Writable => self.log.writable().await,
                Said::Ahead(last, now) => Err(LogError::ClockBehind { last, now }),
                Said::Refused(reason) => Err(LogError::Database(format!("a moment ago it said: {reason}").into())),
            };
        }
        let said = self.tried().await;
        *trial = Some(Trial { at: Instant::now(), said: Said::from(&said) });
        said
    }

    /// Tries whether something can be written down, and asks for the clock of the log.
    async fn tried(&self) -> Result<(), LogError> {
        let mut said = self.try_writing().await;
        for _another in 1..ATTEMPTS {
            if said.is_ok() {
                break;
            }
            said = self.try_writing().await;
        }
        said?;
        match self.clock_told().await {
            // Whoever took long once may have been held up; that the log is ahead is an answer.
            Ok(()) => Ok(()),
            Err(ahead @ LogError::ClockBehind { .. }) => Err(ahead),
            Err(_held_up) => self.clock_told().await,
        }
    }

    async fn clock_told(&self) -> Result<(), LogError> {
        let told = tokio::time::timeout(CLOCK_TOLD_WITHIN, self.log.check_clock()).await;
        told.unwrap_or_else(|_elapsed| Err(LogError::Database("the access log did not tell where it ends".into())))
    }

    /// What was written in a stream that several acts share.
    ///
    /// # Errors
    /// When the log cannot be read, after [`RECORDED_WITHIN`] at the latest.
    pub async fn written_in(&self, stream: Uuid) -> Result<Vec<Recorded>, LogError> {
        let records = in_time(self.log.read_stream(aggregate_type::ACCESS, &stream.to_string())).await?;
        Ok(records.iter().map(Record::decode).collect::<Result<_, _>>()?)
    }

    /// Reading is an act too: its circumstances are recorded as those of a command are.
    fn circumstances(&self, who: &Reader) -> CommandContext {
        let now = self.clock.now();
        CommandContext {
            actor: who.actor.clone(),
            purpose: who.purpose,
            at: now,
            today: brussels_day(now),
            command_id: self.clock.new_id(),
            expected_version: None,
            provenance: Provenance {
                correlation_id: Some(who.request_id),
                causation_id: None,
                auth_issuer: who.issuer.clone(),
                auth_mode: who.mode.clone(),
                policy_version: policy::VERSION.to_owned(),
                trace_parent: who.trace_parent.clone(),
            },
        }
    }
}

/// What the access log says, within the time in which it must be able to write.
///
/// # Errors
/// When it cannot be read, or does not answer in [`RECORDED_WITHIN`].
pub async fn in_time<T>(reading: impl Future<Output = Result<T, LogError>>) -> Result<T, LogError> {
    tokio::time::timeout(RECORDED_WITHIN, reading).await.unwrap_or_else(|_elapsed| Err(silent()))
}

/// What there is to say of an access log that says nothing.
pub fn silent() -> LogError {
    LogError::Database(format!("the access log gave no answer in {RECORDED_WITHIN:?}").into())
}

fn stored(event: AccessEvent) -> Result<NewEvent, serde_json::Error> {
    let payload = serde_json::to_value(&event)?;
    let event = DomainEvent::Access(event);
    Ok(NewEvent { event_type: event.event_type().to_owned(), event_version: event.event_version(), payload })
}

impl Reader {
    /// Whoever sent this request. Where no purpose was stated nothing was shown either, and the refusal that is
    /// recorded says so; the purpose beside it is then the usual one of the role.
    pub fn of_request(request: &RequestContext) -> Self {
        let actor = request.viewer.actor.clone();
        Self {
            purpose: request.purpose.unwrap_or_else(|| policy::usual_purpose(actor.role)),
            actor,
            case: request.case.clone().map(DossierNumber),
            request_id: request.request_id,
            issuer: request.viewer.issuer.clone(),
            mode: request.viewer.mode.to_owned(),
            trace_parent: request.trace_parent.clone(),
        }
    }

    /// The owner of a verified token, outside any one GraphQL request.
    pub fn by_token(viewer: &Viewer, purpose: Purpose, case: Option<DossierNumber>, clock: &Clock) -> Self {
        Self {
            actor: viewer.actor.clone(),
            purpose,
            case,
            request_id: clock.new_id(),
            issuer: viewer.issuer.clone(),
            mode: viewer.mode.to_owned(),
            trace_parent: None,
        }
    }

    /// Somebody at the machine itself, who says who they are: nothing verifies it but the rights on the files.
    pub fn at_the_terminal(actor: Actor, purpose: Purpose, case: Option<DossierNumber>, clock: &Clock) -> Self {
        let (request_id, mode) = (clock.new_id(), "terminal".to_owned());
        Self { actor, purpose, case, request_id, issuer: String::new(), mode, trace_parent: None }
    }

    /// The program itself, for what no known person did.
    pub fn program(clock: &Clock) -> Self {
        let actor = Actor {
            id: ActorId(policy::PROGRAM.into()),
            role: Role::Administrator,
            organisation: OrganisationId(policy::PROGRAM.into()),
        };
        let (request_id, mode) = (clock.new_id(), "system".to_owned());
        let purpose = Purpose::Administration;
        Self { actor, purpose, case: None, request_id, issuer: String::new(), mode, trace_parent: None }
    }
}
