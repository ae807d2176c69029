//! The client of KurrentDB, and what may become of a call: carried out, refused, or nobody knows.
//!
//! `eventstore` never leaves a node that does not answer by itself, and a client whose first call fails is of no use ever
//! after. So a client is replaced by a new one, which looks for the leader anew.

use std::fs;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use eventstore::{
    AppendToStreamOptions, Client, ClientSettings, Credentials, CurrentRevision, Error, EventData, ExpectedRevision,
    ReadAllOptions, ReadStream, ReadStreamOptions, RecordedEvent, StreamPosition, SubscribeToAllOptions, Subscription,
    SubscriptionFilter,
};
use tokio::time::{error::Elapsed, timeout};
use tonic::Code;

use crate::engine::database;
use crate::error::LogError;
use crate::{KurrentUrl, Position};

/// How long an append may take until it counts as unanswered.
const APPEND_WITHIN: Duration = Duration::from_secs(5);
/// The same for a page that is read.
const READ_WITHIN: Duration = Duration::from_secs(15);
/// How often to ask again when no answer comes.
const TRIES: u32 = 20;
/// How long to wait between tries, at first and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(250));

/// What the user needs whom a server turns away.
const RIGHTS: &str =
    "the address must name a user (credentialsFile=FILE) who may read $all, and read and write the streams of the log";

/// What a server says of an append that is too large, before it says how much it takes.
const TOO_LARGE: &str = "Maximum Append Size";

/// The server or cluster of one log.
pub(super) struct Connection {
    settings: ClientSettings,
    credentials: Option<Credentials>,
    current: Mutex<Current>,
}

/// The client in use.
struct Current {
    client: Client,
    /// Counts the clients, so that a late complaint about one does not cost its successor.
    number: u64,
    /// Whether it was sent to another node than the address names: it would never come back from there.
    redirected: bool,
}

/// Why a call did not do what it should.
#[derive(Debug)]
pub(super) enum Fault {
    /// The stream has so many events, not as many as expected. Nothing was stored.
    OtherVersion(u64),
    /// The server does not take that much at once, but so many bytes if it says. Nothing was stored.
    TooLarge(Option<usize>),
    /// There is no such stream; of an append: the node knows of no leader.
    Missing,
    /// The stream was deleted for ever.
    Deleted,
    /// No answer, or none that says whether it was done.
    Lost(String),
    /// The server says no.
    Refused(String),
}

/// A subscription, and which client has it.
pub(super) struct Listening {
    pub events: Subscription,
    client_number: u64,
}

/// How often a call was tried.
pub(super) struct Tries {
    left: u32,
    pause: Duration,
}

impl Connection {
    /// The client for an address. Nothing is asked of the server yet.
    pub fn to(url: &KurrentUrl) -> Result<Self, LogError> {
        let settings = url.settings().map_err(database)?;
        let (certificate, key) = settings.user_certificate().unzip();
        for file in [settings.tls_ca_file(), certificate, key].into_iter().flatten() {
            fs::read(file).map_err(|error| database(format!("{file} cannot be read: {error}")))?;
        }
        let credentials = credentials(url)?;
        let client = Client::new(settings.clone()).map_err(database)?;
        let current = Mutex::new(Current { client, number: 0, redirected: false });
        Ok(Self { settings, credentials, current })
    }

    /// Appends to a stream that has so many events now; gives how many it has then. Of a stream that was deleted the server
    /// takes for true that it has none, and goes on counting where it ended.
    pub async fn append(&self, stream: &str, version: u64, events: Vec<EventData>) -> Result<u64, Fault> {
        let expected = version.checked_sub(1).map_or(ExpectedRevision::NoStream, ExpectedRevision::Exact);
        let mut options = AppendToStreamOptions::default().expected_revision(expected).deadline(APPEND_WITHIN);
        if let Some(credentials) = &self.credentials {
            options = options.authenticated(credentials.clone());
        }
        let (client, number) = self.client();
        let answer = timeout(APPEND_WITHIN, client.append_to_stream(stream, &options, events)).await;
        match self.heard(number, answer) {
            Ok(written) => Ok(written.next_expected_version.saturating_add(1)),
            Err(Fault::Missing) => Err(Fault::Lost("the node knows of no leader".to_owned())),
            Err(fault) => Err(fault),
        }
    }

    /// The events of a stream from a revision on, at most so many; none when there is no such stream.
    pub async fn read_stream(&self, stream: &str, from: u64, most: usize) -> Result<Vec<RecordedEvent>, LogError> {
        let options = ReadStreamOptions::default().forwards().position(StreamPosition::Position(from)).max_count(most);
        self.read_of(stream, options).await
    }

    /// The last event of a stream.
    pub async fn last_of(&self, stream: &str) -> Result<Option<RecordedEvent>, LogError> {
        let options = ReadStreamOptions::default().backwards().position(StreamPosition::End).max_count(1);
        Ok(self.read_of(stream, options).await?.pop())
    }

    /// The events of `$all` from a position on, that position included, at most so many.
    pub async fn read_all(&self, from: Position, most: usize) -> Result<Vec<RecordedEvent>, LogError> {
        let mut options = ReadAllOptions::default().forwards().position(place_in_all(from)).max_count(most);
        if let Some(credentials) = &self.credentials {
            options = options.authenticated(credentials.clone());
        }
        let mut tries = Tries::new();
        loop {
            let (client, number) = self.client();
            let page = timeout(READ_WITHIN, async { events(client.read_all(&options).await?).await }).await;
            match self.heard(number, page) {
                Err(fault) => tries.after(fault).await?,
                Ok(page) => return Ok(page),
            }
        }
    }

    /// A subscription to the events of `$all` after a position, in the streams whose names begin like this.
    pub async fn subscribe(&self, after: Position, prefixes: &[String]) -> Listening {
        let filter = prefixes.iter().fold(SubscriptionFilter::on_stream_name(), SubscriptionFilter::add_prefix);
        let mut options = SubscribeToAllOptions::default().position(place_in_all(after)).filter(filter);
        if let Some(credentials) = &self.credentials {
            options = options.authenticated(credentials.clone());
        }
        let (client, client_number) = self.client();
        Listening { events: client.subscribe_to_all(&options).await, client_number }
    }

    /// Why a subscription ended; its client is replaced where another may do better.
    pub fn ended(&self, listening: &Listening, error: Error) -> String {
        let reason = error.to_string();
        let _same_as_of_a_call = self.heard::<()>(listening.client_number, Ok(Err(error)));
        reason
    }

    /// The events of a stream from a revision on; asked for once, by somebody who counts tries of their own.
    pub async fn try_read_stream(&self, stream: &str, from: u64) -> Result<Vec<RecordedEvent>, Fault> {
        self.try_read_of(stream, ReadStreamOptions::default().forwards().position(StreamPosition::Position(from))).await
    }

    async fn read_of(&self, stream: &str, options: ReadStreamOptions) -> Result<Vec<RecordedEvent>, LogError> {
        let mut tries = Tries::new();
        loop {
            match self.try_read_of(stream, options.clone()).await {
                Ok(events) => return Ok(events),
                Err(Fault::Deleted) => return Err(LogError::StreamDeleted { stream: stream.to_owned() }),
                Err(fault) => tries.after(fault).await?,
            }
        }
    }

    async fn try_read_of(&self, stream: &str, mut options: ReadStreamOptions) -> Result<Vec<RecordedEvent>, Fault> {
        if let Some(credentials) = &self.credentials {
            options = options.authenticated(credentials.clone());
        }
        let (client, number) = self.client();
        let read = timeout(READ_WITHIN, async { events(client.read_stream(stream, &options).await?).await }).await;
        match self.heard(number, read) {
            Err(Fault::Missing) => Ok(Vec::new()),
            other => other,
        }
    }

    fn client(&self) -> (Client, u64) {
        let current = self.current();
        (current.client.clone(), current.number)
    }

    /// What an answer means; the client that got none is replaced where another may do better.
    fn heard<T>(&self, number: u64, answer: Result<eventstore::Result<T>, Elapsed>) -> Result<T, Fault> {
        let is_cluster = self.settings.is_dns_discovery_enabled() || self.settings.hosts().len() > 1;
        let error = match answer {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err(error)) => error,
            Err(_elapsed) => Error::DeadlineExceeded,
        };
        let mut current = self.current();
        if current.number == number {
            let may_be_elsewhere = is_cluster || current.redirected;
            match &error {
                Error::NotLeaderException(_) => current.redirected = true,
                Error::ConnectionClosed | Error::GrpcConnectionError(_) => self.replace(&mut current),
                Error::ServerError(_) | Error::DeadlineExceeded if may_be_elsewhere => self.replace(&mut current),
                _no_better_elsewhere => {}
            }
        }
        Err(Fault::of(error))
    }

    fn replace(&self, current: &mut Current) {
        match Client::new(self.settings.clone()) {
            Ok(client) => *current = Current { client, number: current.number + 1, redirected: false },
            Err(error) => tracing::warn!(%error, "no new client of KurrentDB can be made"),
        }
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn place_in_all(position: Position) -> StreamPosition<eventstore::Position> {
    match position {
        Position::START => StreamPosition::Start,
        Position { commit, prepare } => StreamPosition::Position(eventstore::Position { commit, prepare }),
    }
}

async fn events(mut read: ReadStream) -> eventstore::Result<Vec<RecordedEvent>> {
    let mut events = Vec::new();
    while let Some(resolved) = read.next().await? {
        events.extend(resolved.event);
    }
    Ok(events)
}

/// The user and password of the file that the address names.
fn credentials(url: &KurrentUrl) -> Result<Option<Credentials>, LogError> {
    let Some(file) = url.credentials_file() else { return Ok(None) };
    let unusable = |reason: String| crate::keys::KeyError::SecretFile { path: file.display().to_string(), reason };
    crate::keys::require_owner_only(file)?;
    let text = fs::read_to_string(file).map_err(|error| unusable(error.to_string()))?;
    let (user, password) =
        text.trim_end().split_once(':').ok_or_else(|| unusable("it must hold user:password".to_owned()))?;
    Ok(Some(Credentials::new(user.to_owned(), password.to_owned())))
}

impl Fault {
    fn of(error: Error) -> Self {
        let reason = error.to_string();
        match error {
            Error::WrongExpectedVersion { current: CurrentRevision::Current(revision), .. } => {
                Self::OtherVersion(revision + 1)
            }
            Error::WrongExpectedVersion { current: CurrentRevision::NoStream, .. } => Self::OtherVersion(0),
            Error::ServerError(_)
            | Error::NotLeaderException(_)
            | Error::ConnectionClosed
            | Error::GrpcConnectionError(_)
            | Error::DeadlineExceeded => Self::Lost(reason),
            Error::Grpc { message, .. } if message.contains(TOO_LARGE) => Self::TooLarge(most_bytes(&message)),
            // The server gave up waiting, the connection broke, or there was no room.
            Error::Grpc { code: Code::Aborted | Code::Cancelled | Code::ResourceExhausted, .. } => Self::Lost(reason),
            Error::AccessDenied => Self::Refused(format!("{reason}: {RIGHTS}")),
            Error::ResourceNotFound => Self::Missing,
            Error::ResourceDeleted => Self::Deleted,
            _refusal => Self::Refused(reason),
        }
    }
}

/// How many bytes the server takes at once, as its refusal says.
fn most_bytes(message: &str) -> Option<usize> {
    let (_, after) = message.split_once(TOO_LARGE)?;
    after.split_whitespace().find_map(|word| word.parse().ok())
}

impl From<Fault> for LogError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::OtherVersion(version) => database(format!("the stream has {version} events, not those expected")),
            Fault::TooLarge(most) => {
                let most = most.map(|most| format!(", which is {most} bytes")).unwrap_or_default();
                database(format!("that is more than the server takes at once{most}"))
            }
            Fault::Missing => database("there is no such stream"),
            Fault::Deleted => database("the stream was deleted for ever"),
            Fault::Lost(reason) => LogError::Unreachable { reason },
            Fault::Refused(reason) => database(reason),
        }
    }
}

impl Tries {
    pub fn new() -> Self {
        Self { left: TRIES, pause: PAUSES.0 }
    }

    /// Waits when no answer came; whatever else became of a call is an error.
    pub async fn after(&mut self, fault: Fault) -> Result<(), LogError> {
        match fault {
            Fault::Lost(_) => self.wait(fault.into()).await,
            refused => Err(refused.into()),
        }
    }

    /// Waits a little longer each time, until there are no tries left; then this is the error.
    pub async fn wait(&mut self, error: LogError) -> Result<(), LogError> {
        self.left = self.left.checked_sub(1).ok_or(error)?;
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(PAUSES.1);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_tells_how_much_the_server_takes() {
        assert_eq!(most_bytes("Maximum Append Size of 262144 Exceeded."), Some(262_144));
        assert_eq!(most_bytes("Maximum Append Size exceeded"), None);
    }
}
