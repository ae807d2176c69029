//! What operators see: structured log lines and metrics, never personal data.

mod metrics;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::MakeWriterExt;

pub use metrics::{Lag, Metrics, Outcome, WholeLog};

use crate::config::{ConfigError, LineFormat, Telemetry};

/// KurrentDB's client tells of every call that fails, and PostgreSQL's of everything that was made before; what becomes of it, we
/// tell ourselves. Whoever wants to hear them says so in the filter, which goes before this.
const QUIET: &str = "eventstore=off,sqlx::postgres::notice=warn";

/// Starts writing log lines to standard error, for the whole process.
pub fn start(settings: &Telemetry) -> Result<(), ConfigError> {
    let filter = EnvFilter::try_new(format!("{QUIET},{}", settings.filter)).map_err(|error| {
        ConfigError(vec![format!(
            "telemetry.filter = {:?} is not a filter such as info,spoor_eventlog=debug: {error}",
            settings.filter
        )])
    })?;
    // A line that cannot be written (the disk is full) is lost; telling of that on the same place would end the task that wrote it.
    let lines = tracing_subscriber::fmt()
        .log_internal_errors(false)
        .with_env_filter(filter)
        .with_writer(std::io::stderr.with_max_level(tracing::Level::TRACE));
    // A second start in one process (tests) keeps the first.
    let _ = match settings.format {
        LineFormat::Json => lines.json().flatten_event(true).with_current_span(false).try_init(),
        LineFormat::Text => lines.compact().try_init(),
    };
    Ok(())
}
