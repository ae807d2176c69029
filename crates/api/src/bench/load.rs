//! So many clients asking at the same time, and what came of it.

use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::task::JoinSet;

/// One measurement.
pub struct Measured {
    /// Answers a second.
    pub per_second: f64,
    /// The time half of the answers took at most, in milliseconds.
    pub p50_ms: f64,
    /// The time all but a hundredth took at most, in milliseconds.
    pub p99_ms: f64,
}

impl Measured {
    /// The middle of several measurements, figure by figure.
    pub fn median<'a>(all: impl Iterator<Item = &'a Measured> + Clone) -> Self {
        let of = |what: fn(&Measured) -> f64| median(all.clone().map(what).collect());
        Self { per_second: of(|it| it.per_second), p50_ms: of(|it| it.p50_ms), p99_ms: of(|it| it.p99_ms) }
    }
}

/// Lets `clients` ask one question after the other for so many seconds.
pub async fn load<A, F>(clients: usize, seconds: u64, ask: A) -> Result<Measured>
where
    A: Fn() -> F + Clone + Send + 'static,
    F: Future<Output = Result<()>> + Send,
{
    let started = Instant::now();
    let until = started + Duration::from_secs(seconds);
    let mut asking = JoinSet::new();
    for _ in 0..clients {
        let ask = ask.clone();
        asking.spawn(async move {
            let mut latencies = Vec::new();
            while Instant::now() < until {
                let asked_at = Instant::now();
                ask().await?;
                latencies.push(asked_at.elapsed());
            }
            anyhow::Ok(latencies)
        });
    }
    let mut latencies = Vec::new();
    while let Some(done) = asking.join_next().await {
        latencies.extend(done??);
    }
    let took = started.elapsed().as_secs_f64();
    latencies.sort_unstable();
    let at = |share: f64| {
        latencies.get(((latencies.len() as f64 - 1.0) * share) as usize).map_or(0.0, |l| l.as_secs_f64() * 1e3)
    };
    Ok(Measured { per_second: latencies.len() as f64 / took, p50_ms: at(0.50), p99_ms: at(0.99) })
}

/// The middle of some figures; 0 of none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
