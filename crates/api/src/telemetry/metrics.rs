//! Counters and durations in the Prometheus text format. Labels come from closed lists, never from what clients send.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Outcome {
    /// Stored, or stored before under the same id.
    Accepted,
    /// Refused by the domain, or the dossier had changed.
    Refused,
    /// Not carried out: not permitted, or something failed.
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KindLabels {
    kind: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CommandLabels {
    command: String,
    outcome: Outcome,
}

/// What a gauge says of a log, where it is known.
type OfLog = fn(&WholeLog) -> Option<i128>;
type Durations<L> = Family<L, Histogram, fn() -> Histogram>;

/// Everything that is counted. Cheap to clone; clones count together.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    requests: Family<RequestLabels, Counter>,
    operations: Durations<KindLabels>,
    commands: Durations<CommandLabels>,
    /// Open WebSockets.
    pub sockets: Gauge,
    /// Tokens that did not count.
    pub tokens_refused: Counter,
    /// Requests of people who ask too fast.
    pub rate_limited: Counter,
    /// Answers withheld because the reading could not be recorded.
    pub unrecorded: Counter,
}

/// How far one projection is behind the log.
#[derive(Clone, Debug)]
pub struct Lag {
    /// The projection.
    pub projection: String,
    /// Whether it answers at all.
    pub ready: bool,
    /// How many events it has yet to see.
    pub events: u64,
}

/// What is known of whether one of the logs is whole.
#[derive(Clone, Debug)]
pub struct WholeLog {
    /// The log.
    pub log: &'static str,
    /// How many records it lacks.
    pub missing: u64,
    /// How many of its records are not those that were committed.
    pub altered: u64,
    /// When it was read again to its end, in seconds since 1970, and how many records it had; none before the first time.
    pub read_again: Option<(i64, u64)>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("spoor");
        let seconds: fn() -> Histogram = || Histogram::new(exponential_buckets(0.0005, 2.0, 15));
        let requests = Family::default();
        registry.register("http_requests", "Requests to /graphql by status", requests.clone());
        let operations = Durations::new_with_constructor(seconds);
        registry.register_with_unit("operation", "Time of a query or mutation", Unit::Seconds, operations.clone());
        let commands = Durations::new_with_constructor(seconds);
        registry.register_with_unit("command", "Time and outcome of a command", Unit::Seconds, commands.clone());
        let (sockets, tokens_refused, unrecorded) = (Gauge::default(), Counter::default(), Counter::default());
        let rate_limited = Counter::default();
        registry.register("sockets", "Open WebSockets", sockets.clone());
        registry.register("tokens_refused", "Tokens that did not count", tokens_refused.clone());
        registry.register("rate_limited", "Requests of people who ask too fast", rate_limited.clone());
        registry.register("answers_unrecorded", "Answers withheld because the access log failed", unrecorded.clone());
        let registry = Arc::new(registry);
        Self { registry, requests, operations, commands, sockets, tokens_refused, rate_limited, unrecorded }
    }
}

impl Metrics {
    /// A request was answered.
    pub fn request(&self, status: u16) {
        self.requests.get_or_create(&RequestLabels { status }).inc();
    }

    /// A query, mutation or subscription was executed.
    pub fn operation(&self, kind: &'static str, took: Duration) {
        self.operations.get_or_create(&KindLabels { kind }).observe(took.as_secs_f64());
    }

    /// A command was carried out or refused. `command` must be a name of the schema.
    pub fn command(&self, command: &str, outcome: Outcome, took: Duration) {
        let labels = CommandLabels { command: command.to_owned(), outcome };
        self.commands.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// Everything in the Prometheus text format, with the state of the projections and the log as they are now.
    pub fn text(&self, head: Option<u64>, logs: &[WholeLog], lags: &[Lag]) -> String {
        let mut out = String::new();
        // Writing to a String does not fail.
        let _ = encode(&mut out, &self.registry);
        let mut now = String::new();
        if let Some(head) = head {
            let _ = writeln!(
                now,
                "# HELP spoor_log_events Events in the log.\n# TYPE spoor_log_events gauge\nspoor_log_events {head}"
            );
        }
        let gauges: [(&str, &str, OfLog); 4] = [
            ("records_missing", "Records that a log lacks", |log| Some(log.missing.into())),
            ("records_altered", "Records that are not those that were committed", |log| Some(log.altered.into())),
            ("read_again_records", "Records a log had when it was read again", |log| Some(log.read_again?.1.into())),
            ("read_again_seconds", "When a log was read again, since 1970", |log| Some(log.read_again?.0.into())),
        ];
        for (name, help, value) in gauges {
            let _ = writeln!(now, "# HELP spoor_log_{name} {help}.\n# TYPE spoor_log_{name} gauge");
            for log in logs {
                if let Some(value) = value(log) {
                    let _ = writeln!(now, "spoor_log_{name}{{log=\"{}\"}} {value}", log.log);
                }
            }
        }
        let _ = writeln!(
            now,
            "# HELP spoor_projection_lag_events Events a projection has yet to see.\n# TYPE spoor_projection_lag_events gauge"
        );
        for lag in lags {
            let _ = writeln!(now, "spoor_projection_lag_events{{projection=\"{}\"}} {}", lag.projection, lag.events);
        }
        let _ = writeln!(
            now,
            "# HELP spoor_projection_ready Whether a projection answers.\n# TYPE spoor_projection_ready gauge"
        );
        for lag in lags {
            let _ =
                writeln!(now, "spoor_projection_ready{{projection=\"{}\"}} {}", lag.projection, u8::from(lag.ready));
        }
        let end = out.rfind("# EOF").unwrap_or(out.len());
        out.insert_str(end, &now);
        out
    }
}
