//! What the running program holds: the configuration and the opened stores.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use spoor_disclosure::DrawKey;
use spoor_domain::trajectory::criteria::CriteriaBook;
use spoor_eventlog::blobs::BlobError;
use spoor_eventlog::clock::new_id;
use spoor_eventlog::keys::{KeyError, secret_from_file};
use spoor_eventlog::{
    BlobStore, BlobUrl, Clock, EventLog, KeyStore, KeyStoreUrl, KurrentUrl, LogError, LogOptions, LogUrl, in_words,
};
use spoor_projections::{Logs, ViewError, Views, ViewsUrl, runner};

use crate::config::{Config, ConfigError, Stores, criteria_book};
use crate::desk::{ErasureError, destroy_confirmed, gone_unsearched, keys_of_another_log};
use crate::http::{Look, ReadinessReport};
use crate::proof::{Keeper, KeeperError, LogName, Wholeness, make_key};
use crate::telemetry::{Lag, Metrics, WholeLog};

/// How long each store may take to say how it is: whoever asks whether all is ready gives up soon after.
const TOLD_WITHIN: Duration = Duration::from_secs(2);

/// Shared by every command that opens the stores. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The configuration as checked.
    pub config: Arc<Config>,
    /// What happened.
    pub log: EventLog,
    /// Who read what.
    pub access: EventLog,
    /// What is promised to others about both.
    pub keeper: Keeper,
    /// What we know.
    pub views: Views,
    /// Whether the key store was in line with another log when it was opened, or with more of this one.
    pub keys_of_another_log: bool,
    /// The documents, sealed.
    pub blobs: BlobStore,
    /// The eligibility criteria, per parket and period.
    pub criteria: Arc<CriteriaBook>,
    /// The key of the lots by which small counts are rounded.
    pub draw_key: DrawKey,
    /// What is counted.
    pub metrics: Metrics,
    /// The time.
    pub clock: Clock,
}

/// Where each store is, after `--data` was filled in for those without a url.
#[derive(Clone, Debug)]
pub struct Places {
    /// The event log.
    pub log: LogUrl,
    /// The access log.
    pub access: LogUrl,
    /// The views.
    pub views: ViewsUrl,
    /// The data keys.
    pub keys: KeyStoreUrl,
    /// The documents.
    pub blobs: BlobUrl,
    /// The file with the master key.
    pub master_key: PathBuf,
    /// The file with the master key that is to follow, while it is being changed.
    pub next_master_key: Option<PathBuf>,
    /// The file with the key of the lots.
    pub draw_key: PathBuf,
}

/// Why the stores cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The configuration does not say where they are.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A log.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The views.
    #[error(transparent)]
    Views(#[from] ViewError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The documents.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// The logs are not what was signed, or nothing can be signed.
    #[error(transparent)]
    Proof(#[from] KeeperError),
    /// Keys that are to be destroyed cannot be.
    #[error("the keys cannot be brought in line with the log, so nothing is opened: {0}")]
    Erasure(#[from] ErasureError),
    /// The data directory.
    #[error("{path}: {source}")]
    Directory {
        /// The directory or file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

impl AppState {
    /// Opens migrated stores.
    pub async fn open(config: Config, clock: Clock) -> Result<Self, StateError> {
        let places = Places::of(&config.stores)?;
        let criteria = Arc::new(criteria_book(&config.criteria)?);
        let next = places.next_master_key.as_deref();
        let keys = KeyStore::open_between(&places.keys, &places.master_key, next).await?;
        let log = EventLog::open(&places.log, keys.clone(), clock.clone(), LogOptions::default()).await?;
        // Nobody folds the access log, so it needs no cache of states.
        let options = LogOptions { state_cache: 0, ..LogOptions::default() };
        let access = EventLog::open(&places.access, keys.clone(), clock.clone(), options).await?;
        // Before anything else looks at a log: an old copy that was put back must not be worked on, and no key destroyed
        // because an altered one says so.
        let keeper = Keeper::open(&config, &log, &access, &clock).await?;
        keeper.count().await?;
        // An older key store may have been restored beside this log: what was erased is erased before anything is read.
        let keys_of_another_log = keys_of_another_log(&log).await?;
        let destroyed = destroy_confirmed(&log).await?;
        if destroyed > 0 {
            tracing::warn!(destroyed, "keys were there whose erasure the log confirms; they are destroyed again");
        }
        let gone = gone_unsearched(&log).await?;
        if !gone.is_empty() {
            tracing::error!(
                missing = in_words(&gone),
                "THE KEYS ARE NOT KNOWN TO BE IN LINE WITH THE LOG: a record that is missing may have confirmed an erasure, and then what \
                 an older key store brought back of that person can be read. Restore the log from a backup that has the records, or the \
                 key store of before, and run `spoor keys reconcile`"
            );
        }
        let blobs = BlobStore::open(&places.blobs, keys).await?;
        let views = Views::open(&places.views).await?;
        let draw_key = DrawKey::new(&*secret_from_file(&places.draw_key)?);
        let (config, metrics) = (Arc::new(config), Metrics::default());
        Ok(Self { config, log, access, keeper, views, keys_of_another_log, blobs, criteria, draw_key, metrics, clock })
    }

    /// Both logs, for those who project them.
    pub fn logs(&self) -> Logs {
        Logs { events: self.log.clone(), access: self.access.clone() }
    }

    /// How the stores are, now: red only for what case work cannot do without. Each is asked at the same time as the others,
    /// and one that says nothing for two seconds is missing.
    pub async fn readiness(&self, look: Look) -> ReadinessReport {
        let logs = self.logs();
        let (head, access, log_written, access_written, documents, views) = tokio::join!(
            in_time("the log does not answer", end(&self.log)),
            in_time("the access log does not answer", end(&self.access)),
            in_time("the log cannot be written to", writable(&self.log, look)),
            in_time("the access log cannot be written to", writable(&self.access, look)),
            in_time("the documents do not answer", self.blobs.ping()),
            in_time("the views do not answer", runner::status(&logs, &self.views)),
        );
        let mut report = ReadinessReport { head: head.as_ref().ok().map(|end| end.index), ..Default::default() };
        for (name, end) in [(LogName::Events, &head), (LogName::Access, &access)] {
            if end.as_ref().is_ok_and(|end| end.is_ahead) {
                report.faults.push(format!("{} is dated ahead of the clock", name.words()));
            }
        }
        report.missing.extend(head.err());
        report
            .missing
            .extend([access.err(), log_written.err(), access_written.err(), documents.err()].into_iter().flatten());
        // Which record and how: in the log lines, where the alarm was raised.
        report.missing.extend(self.keeper.alarms().map(|log| format!("{} is not what was signed", log.words())));
        if self.keys_of_another_log {
            report.faults.push("the key store was in line with another event log".to_owned());
        }
        for name in LogName::ALL {
            let Wholeness { missing, altered, head, read_again } = self.keeper.of(name).wholeness();
            let lacks = (!missing.is_empty()).then(|| format!("records are missing from {}", name.words()));
            let other =
                (!altered.is_empty()).then(|| format!("records of {} are not what was committed", name.words()));
            let head = head.map(|_said| format!("the head of {} is not as its records say", name.words()));
            report.faults.extend(lacks.into_iter().chain(other).chain(head));
            report.logs.push(WholeLog {
                log: name.code(),
                missing: how_many(&missing),
                altered: how_many(&altered),
                read_again: read_again.map(|read| (read.at.timestamp(), read.records)),
            });
        }
        match views {
            Err(missing) => report.missing.push(missing),
            Ok(projections) => {
                for projection in projections {
                    let failed = projection.active.as_ref().is_none_or(|build| build.failure.is_some());
                    let readable = projection.active.as_ref().is_none_or(|build| build.readable);
                    if projection.essential && !readable {
                        report
                            .missing
                            .push(format!("the projection {} is being rebuilt after an upgrade", projection.name));
                    }
                    if projection.essential && failed {
                        report.missing.push(format!("the projection {} does not run", projection.name));
                    }
                    if projection.essential && projection.active.as_ref().is_some_and(|build| !build.written) {
                        report.missing.push(format!("the projection {} cannot be written to", projection.name));
                    }
                    report.projections.push(Lag {
                        projection: projection.name.to_owned(),
                        ready: !failed && readable,
                        events: projection.lag,
                    });
                }
            }
        }
        report
    }

    /// Finishes accepted appends and closes every store.
    pub async fn close(self) {
        self.log.close().await;
        self.access.close().await;
        self.views.close().await;
    }
}

impl Places {
    /// Where the settings put each store.
    pub fn of(stores: &Stores) -> Result<Self, StateError> {
        let password = password(stores)?;
        let place = |url: &Option<String>, file: &str, what: &str| match (url, &stores.data) {
            (Some(url), _) => Ok(with_password(url, password.as_deref())),
            (None, Some(data)) => Ok(format!("sqlite:{}", data.join(file).display())),
            (None, None) => Err(unset(what)),
        };
        let blobs = match (&stores.blobs_url, &stores.data) {
            (Some(url), _) => with_password(url, password.as_deref()),
            (None, Some(data)) => format!("directory:{}", data.join("blobs").display()),
            (None, None) => return Err(unset("blobs")),
        };
        let key_file = |file: &Option<PathBuf>, name: &str| {
            let place = file.clone().or_else(|| Some(stores.data.as_ref()?.join(name)));
            place.ok_or_else(|| unset("keys"))
        };
        let log = parse(&place(&stores.log_url, "log.sqlite", "log")?)?;
        let access = match (&log, &stores.access_url) {
            (LogUrl::Kurrent(log), None) => LogUrl::Kurrent(beside(log)?),
            (LogUrl::Sqlite(_) | LogUrl::Postgres(_) | LogUrl::Kurrent(_), url) => {
                parse(&place(url, "access.sqlite", "access")?)?
            }
        };
        Ok(Self {
            log,
            access,
            views: parse(&place(&stores.views_url, "views.sqlite", "views")?)?,
            keys: key_store(&place(&stores.keys_url, "keys.sqlite", "keys")?)?,
            blobs: parse(&blobs)?,
            master_key: key_file(&stores.master_key_file, "master.key")?,
            next_master_key: stores.next_master_key_file.clone(),
            draw_key: key_file(&stores.draw_key_file, "lots.key")?,
        })
    }

    /// A log at a place that no setting names, reached with the password that the settings name.
    pub fn log_at(stores: &Stores, url: &str) -> Result<LogUrl, StateError> {
        parse(&with_password(url, password(stores)?.as_deref()))
    }

    /// Makes the data directory, for its owner only, and brings every store to the shape this program needs.
    pub async fn migrate(config: &Config) -> Result<Self, StateError> {
        use std::os::unix::fs::DirBuilderExt;

        let stores = &config.stores;
        if let Some(data) = &stores.data {
            let directory = |source| StateError::Directory { path: data.clone(), source };
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data).map_err(directory)?;
        }
        let places = Self::of(stores)?;
        EventLog::migrate(&places.log).await?;
        EventLog::migrate(&places.access).await?;
        Views::migrate(&places.views).await?;
        let keys = KeyStore::open_between(&places.keys, &places.master_key, places.next_master_key.as_deref()).await?;
        BlobStore::open(&places.blobs, keys).await?;
        secret_from_file(&places.draw_key)?;
        make_key(config, new_id())?;
        Ok(places)
    }
}

/// How many indexes these are.
fn how_many(indexes: &[RangeInclusive<u64>]) -> u64 {
    indexes.iter().map(|stretch| stretch.end() - stretch.start() + 1).sum()
}

/// Whether a log can be written to, where that is asked.
async fn writable(log: &EventLog, look: Look) -> Result<(), LogError> {
    match look {
        Look::TryingToWrite => log.writable().await,
        Look::OnlyReading => Ok(()),
    }
}

/// How many records a log has, and whether the last is dated ahead of the clock that dates them.
struct End {
    index: u64,
    is_ahead: bool,
}

async fn end(log: &EventLog) -> Result<End, LogError> {
    let (head, now) = (log.head().await?, log.now().await?);
    Ok(End { index: head.index, is_ahead: head.is_ahead_of(now) })
}

/// What a store says of itself; otherwise what is the matter with it, silence included.
async fn in_time<T, E: std::error::Error>(
    matter: &str,
    asking: impl Future<Output = Result<T, E>>,
) -> Result<T, String> {
    match tokio::time::timeout(TOLD_WITHIN, asking).await {
        Ok(told) => told.map_err(|error| cause(matter, &error)),
        Err(silence) => Err(cause(&format!("{matter} in time"), &silence)),
    }
}

/// A failure as `/readyz` may show it; the details go to the log lines.
fn cause(what: &str, error: &dyn std::error::Error) -> String {
    tracing::error!(%error, "{what}");
    what.to_owned()
}

fn read(path: &Path) -> Result<String, StateError> {
    std::fs::read_to_string(path).map_err(|source| StateError::Directory { path: path.to_owned(), source })
}

fn unset(what: &str) -> StateError {
    let flag = format!("no place for the {what} store: give --data DIR, or --{what}-url");
    StateError::Config(ConfigError(vec![flag]))
}

fn parse<T: FromStr>(url: &str) -> Result<T, StateError>
where
    T::Err: std::fmt::Display,
{
    url.parse().map_err(|error: T::Err| StateError::Config(ConfigError(vec![error.to_string()])))
}

/// The access log of an event log in KurrentDB: who serves on one machine or another writes into the same trail.
fn beside(log: &KurrentUrl) -> Result<KurrentUrl, StateError> {
    let access = log.with_prefix(&format!("{}_access", log.prefix()));
    access.map_err(|error| StateError::Config(ConfigError(vec![error.to_string()])))
}

/// Keys have to be destroyed, and KurrentDB destroys nothing.
const NO_KEYS_THERE: &str =
    "keys cannot be kept in KurrentDB: give sqlite:PATH or postgres://user@host/database for the key store";

fn key_store(url: &str) -> Result<KeyStoreUrl, StateError> {
    Ok(match parse(url)? {
        LogUrl::Sqlite(path) => KeyStoreUrl::Sqlite(path),
        LogUrl::Postgres(url) => KeyStoreUrl::Postgres(url),
        LogUrl::Kurrent(_) => return Err(StateError::Config(ConfigError(vec![NO_KEYS_THERE.to_owned()]))),
    })
}

/// The password for PostgreSQL, where a file with one is named.
fn password(stores: &Stores) -> Result<Option<String>, StateError> {
    let file = stores.postgres_password_file.as_ref();
    file.map(|file| Ok(read(file)?.trim_end().to_owned())).transpose()
}

/// Puts the password from its file into a url, where the drivers look for it.
fn with_password(url: &str, password: Option<&str>) -> String {
    let (Some(password), Some((scheme, rest))) = (password, url.split_once("://")) else { return url.to_owned() };
    let Some((user, rest)) = rest.split_once('@') else { return url.to_owned() };
    let encoded: String = password.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("{scheme}://{user}:{encoded}@{rest}")
}

#[cfg(test)]
mod tests {
    use spoor_eventlog::connections;

    use super::*;

    #[tokio::test]
    async fn a_store_that_says_nothing_is_missing_and_told_from_one_that_fails() {
        let silent = std::future::pending::<Result<(), LogError>>();
        assert_eq!(in_time("the log does not answer", silent).await, Err("the log does not answer in time".to_owned()));
        let failing = async { Err::<(), _>(LogError::Closing) };
        assert_eq!(in_time("the log does not answer", failing).await, Err("the log does not answer".to_owned()));
        assert_eq!(in_time("the log does not answer", async { Ok::<_, LogError>(1) }).await, Ok(1));
    }

    #[test]
    fn a_data_directory_stands_for_every_store_without_a_url() {
        let stores = Stores {
            data: Some("dir".into()),
            log_url: Some("postgres://spoor@127.0.0.1/log".into()),
            ..Stores::default()
        };
        let places = Places::of(&stores).unwrap();
        assert_eq!(places.log, LogUrl::Postgres("postgres://spoor@127.0.0.1/log".into()));
        assert_eq!(places.access, LogUrl::Sqlite("dir/access.sqlite".into()));
        assert_eq!(places.keys, KeyStoreUrl::Sqlite("dir/keys.sqlite".into()));
        assert_eq!(places.blobs, BlobUrl::Directory("dir/blobs".into()));
        assert_eq!(places.master_key, PathBuf::from("dir/master.key"));
        assert_eq!(places.draw_key, PathBuf::from("dir/lots.key"));
        let nowhere = Places::of(&Stores::default()).unwrap_err().to_string();
        assert!(nowhere.contains("--data DIR"), "{nowhere}");
    }

    #[test]
    fn a_log_in_kurrentdb_has_its_access_log_beside_it_and_everything_else_elsewhere() {
        let mut stores = Stores {
            data: Some("dir".into()),
            log_url: Some("esdb://h1,h2?tls=false&prefix=own".into()),
            ..Stores::default()
        };
        let places = Places::of(&stores).unwrap();
        assert_eq!(places.access.to_string(), "esdb://h1,h2?tls=false&prefix=own_access");
        assert_eq!(places.keys, KeyStoreUrl::Sqlite("dir/keys.sqlite".into()));
        stores.access_url = Some("sqlite:dir/access.sqlite".into());
        assert_eq!(Places::of(&stores).unwrap().access, LogUrl::Sqlite("dir/access.sqlite".into()));
        stores.keys_url = stores.log_url.clone();
        let refused = Places::of(&stores).unwrap_err().to_string();
        assert!(refused.contains("keys cannot be kept in KurrentDB"), "{refused}");
    }

    #[test]
    fn the_page_says_how_many_connections_a_process_takes_at_most() {
        const PAGE: &str = include_str!("../../../docs/operations.md");
        let logs = 2 * connections::of_a_log(LogOptions::default().readers);
        let (views, keys) = (Views::connections_at_most(), connections::KEYS);
        let documents = connections::BLOBS + connections::PUBLISHED;
        let all = logs + views + keys + documents;
        let said = format!(
            "at most {all} connections: {logs} for the two logs, {views} for the views, {keys} for the keys, {documents} for documents"
        );
        assert!(PAGE.contains(&said), "docs/operations.md does not say: {said}");
    }

    #[test]
    fn a_password_comes_from_its_file_whatever_signs_it_has() {
        let with = |password| with_password("postgres://spoor@db/spoor?sslmode=verify-full", password);
        assert_eq!(with(Some("p@ss:/")), "postgres://spoor:%70%40%73%73%3A%2F@db/spoor?sslmode=verify-full");
        assert_eq!(with(None), "postgres://spoor@db/spoor?sslmode=verify-full");
        assert_eq!(with_password("sqlite:file", Some("p")), "sqlite:file");
    }
}
