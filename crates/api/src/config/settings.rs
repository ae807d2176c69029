//! Every setting, once: its name, type, default and the sentence that explains it to operators.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use spoor_domain::kernel::HalfYear;
use spoor_domain::trajectory;
use spoor_domain::trajectory::vocabulary::TrajectoryStatus;
use spoor_eventlog::LogUrl;

use super::Term;

/// One setting as operators see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The section in `spoor.toml`.
    pub section: &'static str,
    /// The key within the section.
    pub key: &'static str,
    /// What it does, a line at a time.
    pub help: &'static [&'static str],
}

impl Setting {
    /// Its place in `spoor.toml`, such as `http.bind`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.section, self.key)
    }

    /// The environment variable that overrides it, such as `SPOOR_HTTP_BIND`; stores go without their section
    /// (`SPOOR_LOG_URL`).
    pub fn variable(&self) -> String {
        let name =
            if self.section == "stores" { self.key.to_owned() } else { format!("{}_{}", self.section, self.key) };
        format!("SPOOR_{}", name.to_uppercase())
    }
}

/// Declares a section: the doc comments become the documentation operators read.
macro_rules! settings {
    ($(#[doc = $about:literal])+ pub struct $name:ident in $section:literal {
        $($(#[doc = $help:literal])+ $key:ident: $type:ty = $default:expr,)+
    }) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name { $($(#[doc = $help])+ pub $key: $type,)+ }

        impl $name {
            /// The settings of this section.
            pub const SETTINGS: &'static [Setting] =
                &[$(Setting { section: $section, key: stringify!($key), help: &[$($help),+] },)+];
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($key: $default,)+ }
            }
        }
    };
}

/// How careful the program is. Production refuses unsafe settings; the demo signs its own tokens on loopback.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Verifies tokens, never signs them; unsafe settings are refused at start.
    #[default]
    Production,
    /// Only `spoor demo` runs in it; no file or variable can ask for it.
    Demo,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineFormat {
    /// One JSON object a line.
    #[default]
    Json,
    /// For people at a terminal.
    Text,
}

settings! {
    /// Where things are kept.
    pub struct Stores in "stores" {
        /// Directory of the embedded stores (log.sqlite, access.sqlite, views*.sqlite, keys.sqlite, master.key, blobs/).
        /// Stands for every store that has no url of its own. Flag: --data.
        data: Option<PathBuf> = None,
        /// The event log: sqlite:PATH, postgres://HOST/DATABASE or esdb://HOST:2113 (KurrentDB). Flag: --log-url.
        log_url: Option<String> = None,
        /// The access log (who read what), in its own file, schema or prefix. Default, with the event log in KurrentDB: in the same
        /// cluster, under its prefix with _access after it. Flag: --access-url.
        access_url: Option<String> = None,
        /// The views: disposable, rebuilt from the log. Flag: --views-url.
        views_url: Option<String> = None,
        /// The data keys of the persons concerned. Losing them is losing the personal data. Flag: --keys-url.
        keys_url: Option<String> = None,
        /// The documents, sealed: directory:PATH or postgres://HOST/DATABASE. Default: blobs in the data directory. Several
        /// processes on several machines need the database. Flag: --blobs-url.
        blobs_url: Option<String> = None,
        /// File (mode 0600) with the master key that wraps the data keys. Default: master.key in the data directory.
        master_key_file: Option<PathBuf> = None,
        /// File (mode 0600) with the master key that is to follow, while `spoor keys rotate` is under way: keys wrapped by
        /// either open, and new ones are wrapped by this one. Unset otherwise.
        next_master_key_file: Option<PathBuf> = None,
        /// File (mode 0600) with the key of the lots by which small counts are rounded for publication. Default: lots.key in
        /// the data directory. Whoever has it can undo the rounding.
        draw_key_file: Option<PathBuf> = None,
        /// File with the password for the postgres:// urls. A password inside a url is refused.
        postgres_password_file: Option<PathBuf> = None,
    }
}

settings! {
    /// The HTTP side.
    pub struct Http in "http" {
        /// Address and port to listen on. Anything but loopback needs behind_tls_proxy.
        bind: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 8080)),
        /// Address and port of /metrics. May equal `bind` when that is loopback; unset means no metrics.
        admin_bind: Option<SocketAddr> = None,
        /// Acknowledges that a TLS-terminating proxy stands before this program.
        behind_tls_proxy: bool = false,
        /// Browser origins that may open a WebSocket, such as `https://spoor.example`. Programs without an Origin may always try.
        allowed_origins: Vec<String> = Vec::new(),
        /// GraphiQL at /. The demo only.
        graphiql: bool = false,
        /// Introspection and name suggestions. The demo only: schema.graphql is published with the program.
        introspection: bool = false,
        /// Largest request body, in bytes.
        body_limit_bytes: usize = 256 * 1024,
        /// Longest time one request may take, in milliseconds; at least 9000, so that an access log that hangs is told of.
        time_limit_ms: u64 = 10_000,
        /// How many parsed documents are remembered.
        document_cache: usize = 256,
        /// How many WebSockets may be open at once.
        max_sockets: usize = 1_000,
        /// How long a stopping program waits for accepted requests, in milliseconds.
        drain_ms: u64 = 25_000,
    }
}

settings! {
    /// Documents: evidence, written reflections, bundles.
    pub struct Documents in "documents" {
        /// How long a link to a document can be used, once, in seconds.
        link_s: u32 = 60,
        /// How long an uploaded document may wait to be attached, in hours. An hour after that it is removed.
        attach_within_h: u32 = 24,
        /// How many documents are brought in or sent out at the same time; each takes up to 60 MiB of memory.
        transfers: usize = 8,
        /// Longest time one transfer may take, in milliseconds.
        time_limit_ms: u64 = 120_000,
    }
}

settings! {
    /// How the program uses its machine.
    pub struct Runtime in "runtime" {
        /// Threads that carry out requests. Default: one for each core; half as many when the log is in a PostgreSQL or
        /// KurrentDB on this machine, which needs the others (docs/performance.md has both measured).
        workers: Option<NonZeroUsize> = None,
    }
}

settings! {
    /// How fast one person may ask. Each request, each document and each operation on a socket counts as one; who asks faster gets
    /// RATE_LIMITED, with how long to wait.
    pub struct RateLimit in "rate_limit" {
        /// How many a minute, in the long run.
        per_minute: u32 = 600,
        /// How many at once, after a pause.
        burst: u32 = 100,
        /// Of how many persons at most it is remembered how fast they ask; beyond that, those who paused longest are forgotten.
        persons: usize = 10_000,
    }
}

settings! {
    /// Whose tokens count.
    pub struct Auth in "auth" {
        /// The issuer (`iss`) of access tokens; https.
        issuer: String = String::new(),
        /// The audience (`aud`) a token must name: this installation.
        audience: String = String::new(),
        /// File with the issuer's public keys (JWKS, Ed25519 or P-256).
        jwks_file: Option<PathBuf> = None,
        /// Tolerated difference between clocks, in seconds, at most 60.
        leeway_s: u64 = 5,
    }
}

settings! {
    /// What operators see.
    pub struct Telemetry in "telemetry" {
        /// Which log lines are written, such as `info` or `info,spoor_eventlog=debug`.
        filter: String = "info".to_owned(),
        /// `json` or `text`.
        format: LineFormat = LineFormat::Json,
    }
}

settings! {
    /// What others can check: signed checkpoints of both logs.
    pub struct Proof in "proof" {
        /// The name of this installation in its checkpoints, such as `spoor.example.be`; the logs are NAME/events and NAME/access.
        /// For ever: checkpoints under another name are those of another log. Default: the name drawn when the signing key was made.
        origin: String = String::new(),
        /// File (mode 0600) with the key that signs checkpoints, made by `spoor migrate`. Default: signing.key in the data directory.
        signing_key_file: Option<PathBuf> = None,
        /// Directory that checkpoints are written to, for another party to collect. Default: checkpoints/ in the data directory.
        checkpoint_dir: Option<PathBuf> = None,
        /// A checkpoint is signed when so many records were added since the last one …
        every_events: u64 = 1_000,
        /// … or when any were and so many seconds passed.
        every_s: u64 = 60,
        /// Every so many hours, and at the start, `serve` reads both logs again beside its work and holds every record against the
        /// tree, so that what was altered past it is noticed; 0 does not.
        reread_every_h: u64 = 24,
    }
}

settings! {
    /// How many days a dossier may stay in a status before its next step is overdue, counted from the day on which it came
    /// there. 0 means that nothing is ever overdue there. House values, until the partners agree on others.
    pub struct Deadlines in "deadlines" {
        /// Drafted: until the prosecutor submits the request.
        drafted: u32 = house(TrajectoryStatus::Drafted),
        /// Requested: until the prosecutor decides on eligibility.
        requested: u32 = house(TrajectoryStatus::Requested),
        /// Eligible: until the participant consents or refuses.
        eligible: u32 = house(TrajectoryStatus::Eligible),
        /// Consented: until the preparatory call is held.
        consented: u32 = house(TrajectoryStatus::Consented),
        /// Prepared: until the tour is held.
        prepared: u32 = house(TrajectoryStatus::Prepared),
        /// Toured: until the in-depth talk is held.
        toured: u32 = house(TrajectoryStatus::Toured),
        /// Deepened: until both reflection reports are filed or waived.
        deepened: u32 = house(TrajectoryStatus::Deepened),
        /// Reflected: until the reasoned advice is issued.
        reflected: u32 = house(TrajectoryStatus::Reflected),
        /// Advised: until the bundle is delivered.
        advised: u32 = house(TrajectoryStatus::Advised),
        /// Delivered: until the dossier is closed.
        delivered: u32 = house(TrajectoryStatus::Delivered),
    }
}

settings! {
    /// By which criteria eligibility is decided.
    pub struct Criteria in "criteria" {
        /// File (JSON) with further versions of the criteria, per parket and first day, beside `kd-leaflet`, which is built in
        /// (docs/operations.md shows one). A version that decisions were taken by stays in it for ever.
        file: Option<PathBuf> = None,
    }
}

settings! {
    /// How long ended dossiers are kept, in `N years` or `N days` from their end. What has no term is listed for people to
    /// review; nothing is ever erased by itself.
    pub struct Retention in "retention" {
        /// After a trajectory was closed.
        closed: Option<Term> = None,
        /// After the participant withdrew.
        withdrawn: Option<Term> = None,
        /// After the participant declined.
        refused: Option<Term> = None,
        /// After the participant was found not to qualify.
        ineligible: Option<Term> = None,
        /// After the parket took its request back.
        retracted: Option<Term> = None,
        /// After a trajectory was stopped.
        discontinued: Option<Term> = None,
        /// After a dossier turned out to be opened in error.
        opened_in_error: Option<Term> = None,
        /// Where the law sets these terms; shown with every dossier that is due.
        reference: String = String::new(),
        /// How many days backups of the key store are kept: an erasure is effective everywhere so many days after the key
        /// was destroyed, and its certificate says so.
        key_backups_kept_days: u32 = 35,
    }
}

settings! {
    /// The figures on dossiers that are published with the half-yearly report.
    pub struct Publication in "publication" {
        /// The first half-year in which requests were registered here, such as `2024-H1`. Earlier ones are published as not
        /// registered. Not to be changed once figures were published.
        registered_from: HalfYear = HalfYear::FIRST_REPORTED,
    }
}

fn house(status: TrajectoryStatus) -> u32 {
    trajectory::Deadlines::default().days.get(&status).copied().unwrap_or_default()
}

impl Deadlines {
    /// The rule, as the domain takes it.
    pub fn rule(&self) -> trajectory::Deadlines {
        use TrajectoryStatus::*;
        let Self { drafted, requested, eligible, consented, prepared, toured, deepened, reflected, advised, delivered } =
            *self;
        let days = [
            (Drafted, drafted),
            (Requested, requested),
            (Eligible, eligible),
            (Consented, consented),
            (Prepared, prepared),
            (Toured, toured),
            (Deepened, deepened),
            (Reflected, reflected),
            (Advised, advised),
            (Delivered, delivered),
        ];
        trajectory::Deadlines { days: days.into_iter().filter(|(_, days)| *days > 0).collect() }
    }
}

impl Stores {
    /// Whether KurrentDB keeps the event log.
    pub fn log_is_in_kurrentdb(&self) -> bool {
        self.log_url.as_ref().is_some_and(|url| matches!(url.parse(), Ok(LogUrl::Kurrent(_))))
    }
}

impl Retention {
    /// The term after an end with this status; none when people decide, and for dossiers that have not ended.
    pub fn term(&self, status: TrajectoryStatus) -> Option<Term> {
        use TrajectoryStatus::*;
        match status {
            Closed => self.closed,
            Withdrawn => self.withdrawn,
            Refused => self.refused,
            Ineligible => self.ineligible,
            Retracted => self.retracted,
            Discontinued => self.discontinued,
            OpenedInError => self.opened_in_error,
            Drafted | Requested | Eligible | Consented | Prepared | Toured | Deepened | Reflected | Advised
            | Delivered => None,
        }
    }
}

/// Everything the operator may set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Chosen by the command, never by a file or a variable.
    #[serde(skip)]
    pub profile: Profile,
    /// Where things are kept.
    pub stores: Stores,
    /// The HTTP side.
    pub http: Http,
    /// Documents.
    pub documents: Documents,
    /// How the program uses its machine.
    pub runtime: Runtime,
    /// How fast one person may ask.
    pub rate_limit: RateLimit,
    /// Whose tokens count.
    pub auth: Auth,
    /// What others can check.
    pub proof: Proof,
    /// What operators see.
    pub telemetry: Telemetry,
    /// How long a dossier may stay in a status.
    pub deadlines: Deadlines,
    /// By which criteria eligibility is decided.
    pub criteria: Criteria,
    /// How long ended dossiers are kept.
    pub retention: Retention,
    /// The figures that are published.
    pub publication: Publication,
}

impl Config {
    /// How many threads carry out requests.
    pub fn workers(&self) -> NonZeroUsize {
        let cores = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let log = self.stores.log_url.as_deref().and_then(|url| url.parse::<LogUrl>().ok());
        let shared = log.is_some_and(|log| log.has_its_server_on_this_machine());
        let unless_set = if shared { NonZeroUsize::new(cores.get() / 2).unwrap_or(NonZeroUsize::MIN) } else { cores };
        self.runtime.workers.unwrap_or(unless_set)
    }

    /// Every setting there is.
    pub fn settings() -> impl Iterator<Item = &'static Setting> {
        [
            Stores::SETTINGS,
            Http::SETTINGS,
            Documents::SETTINGS,
            Runtime::SETTINGS,
            RateLimit::SETTINGS,
            Auth::SETTINGS,
            Proof::SETTINGS,
            Telemetry::SETTINGS,
            Deadlines::SETTINGS,
            Criteria::SETTINGS,
            Retention::SETTINGS,
            Publication::SETTINGS,
        ]
        .into_iter()
        .flatten()
    }
}
