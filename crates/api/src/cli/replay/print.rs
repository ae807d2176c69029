//! How a replay reads: a table with the changes under each step, or one JSON object per line.

use std::fmt::Write;

use serde_json::{Value, json};
use spoor_domain::kernel::{Label, Language, Personal, PersonalContent};
use spoor_domain::trajectory::event::DossierNumber;
use spoor_projections::audit::{Change, ChangeValue};
use spoor_projections::trajectories::Step;

use crate::proof::{ProofState, Standing};

/// For people: one block per step. Colours only where somebody looks.
pub fn table(number: &DossierNumber, steps: &[Step], count: usize, standing: &Standing, colours: bool) -> String {
    let paint = Paint { colours };
    let mut text = String::new();
    let title = format!("{}  {count} steps, none missing, none altered", number.0);
    let _ = writeln!(text, "{}", paint.strong(&title));
    let signed = standing.latest.as_ref().map(|latest| {
        let at = latest.signed_at.format("%Y-%m-%d %H:%M:%S");
        format!("proven by the checkpoint over {} records, signed {at}", latest.size)
    });
    let _ = writeln!(text, "{}\n", paint.faint(&signed.unwrap_or_else(|| "no checkpoint was signed yet".to_owned())));
    let _ = writeln!(text, "{}", paint.faint("step  recorded             happened     later  what, and by whom"));
    for step in steps {
        let recorded = &step.recorded;
        let actor = &recorded.metadata.actor;
        let _ = writeln!(
            text,
            "{:>4}  {}  {}  {:>4} d  {}  {}",
            recorded.sequence,
            recorded.recorded_at.format("%Y-%m-%d %H:%M:%S"),
            step.occurred_on,
            step.recorded_days_later(),
            paint.strong(&recorded.event_type),
            paint.faint(&format!(
                "{} ({}, {}), {}; event {} of the log, {}",
                actor.id,
                actor.role.label(Language::En),
                actor.organisation,
                recorded.metadata.purpose.label(Language::En),
                recorded.index,
                match standing.state(recorded.index) {
                    ProofState::Proven => "proven",
                    ProofState::Pending => "not under a checkpoint yet",
                    ProofState::Altered => "ALTERED",
                }
            )),
        );
        for change in &step.changes {
            let _ = writeln!(text, "      {}", told(change, paint));
        }
        if let Some(reason) = &step.reason {
            let _ = writeln!(text, "      {} {}", paint.faint("because:"), paint.plain(&in_words(reason)));
        }
        if let Some(explained) = &step.explanation {
            let against = explained.criteria.iter().filter(|criterion| criterion.favourable == Some(false));
            let against = against.map(|criterion| criterion.code.as_str()).collect::<Vec<_>>();
            let against = if against.is_empty() { "nothing".to_owned() } else { against.join(", ") };
            let by =
                format!("{} by {}; against it: {against}", explained.outcome.label(Language::En), explained.version);
            let _ = writeln!(text, "      {} {}", paint.faint("rule:"), paint.plain(&by));
        }
    }
    text
}

/// For programs: one object per line, personal values as the reader may see them.
pub fn lines(steps: &[Step], standing: &Standing) -> Result<String, serde_json::Error> {
    let mut text = String::new();
    for step in steps {
        text.push_str(&serde_json::to_string(&line(step, standing))?);
        text.push('\n');
    }
    Ok(text)
}

fn line(step: &Step, standing: &Standing) -> Value {
    let latest = standing.latest.as_ref();
    let (recorded, metadata) = (&step.recorded, &step.recorded.metadata);
    let change = |change: &Change| json!({ "path": change.path, "from": change.from.as_ref().map(as_json), "to": change.to.as_ref().map(as_json) });
    let explained = step.explanation.as_ref().map(|explained| {
        let criterion = |own: &spoor_domain::trajectory::explain::CriterionExplained| {
            json!({ "code": own.code, "rule": own.rule, "statement": own.label_en, "answer": own.answer,
                "favourable": own.favourable })
        };
        json!({ "outcome": explained.outcome, "version": explained.version, "computed": explained.computed,
            "criteria": explained.criteria.iter().map(criterion).collect::<Vec<_>>(),
            "facts": explained.facts.iter().map(|fact| json!({ "name": fact.name, "value": fact.value })).collect::<Vec<_>>() })
    });
    json!({
        "sequence": recorded.sequence,
        "index": recorded.index,
        "event": recorded.event_type,
        "recorded_at": recorded.recorded_at,
        "occurred_on": step.occurred_on,
        "recorded_days_later": step.recorded_days_later(),
        "actor": metadata.actor,
        "purpose": metadata.purpose,
        "command_id": metadata.command_id,
        "changes": step.changes.iter().map(change).collect::<Vec<_>>(),
        "reason": step.reason.as_ref().map(as_json),
        "explanation": explained,
        "proof": {
            "state": match standing.state(recorded.index) {
                ProofState::Proven => "PROVEN",
                ProofState::Pending => "PENDING",
                ProofState::Altered => "ALTERED",
            },
            "checkpoint_size": latest.map(|latest| latest.size),
            "signed_at": latest.map(|latest| latest.signed_at),
        },
    })
}

fn told(change: &Change, paint: Paint) -> String {
    let side = |value: &Option<ChangeValue>| value.as_ref().map_or_else(|| "-".to_owned(), in_words);
    let (from, to) = (side(&change.from), side(&change.to));
    match change.from {
        None => format!("{} {}", paint.faint(&format!("{}:", change.path)), paint.became(&to)),
        Some(_) => {
            format!("{} {} -> {}", paint.faint(&format!("{}:", change.path)), paint.was(&from), paint.became(&to))
        }
    }
}

fn in_words(value: &ChangeValue) -> String {
    match as_json(value) {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// A personal value in clear where it was opened, otherwise what keeps it closed.
fn as_json(value: &ChangeValue) -> Value {
    match value {
        ChangeValue::Plain(plain) => plain.clone(),
        ChangeValue::Personal(Personal { content: PersonalContent::Clear(clear), .. }) => clear.clone(),
        ChangeValue::Personal(Personal { content: PersonalContent::Sealed { .. }, .. }) => json!("[sealed]"),
        ChangeValue::Personal(Personal { content: PersonalContent::Withheld(reason), .. }) => {
            json!(format!("[withheld: {}]", reason.label(Language::En)))
        }
    }
}

/// Colours for a terminal, or none.
#[derive(Clone, Copy)]
struct Paint {
    colours: bool,
}

impl Paint {
    fn strong(self, text: &str) -> String {
        self.in_colour("1", text)
    }
    fn faint(self, text: &str) -> String {
        self.in_colour("2", text)
    }
    fn was(self, text: &str) -> String {
        self.in_colour("31", text)
    }
    fn became(self, text: &str) -> String {
        self.in_colour("32", text)
    }

    /// A text somebody typed must not steer the terminal it is shown in.
    fn plain(self, text: &str) -> String {
        text.chars().filter(|letter| !letter.is_control()).collect()
    }

    fn in_colour(self, code: &str, text: &str) -> String {
        let text = self.plain(text);
        if self.colours { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text }
    }
}

#[cfg(test)]
mod tests {
    use spoor_domain::catalogue::aggregate_type;
    use spoor_domain::trajectory::criteria::CriteriaBook;
    use spoor_eventlog::Clock;
    use spoor_projections::trajectories;

    use super::*;
    use crate::config::Config;
    use crate::demo::dossiers;
    use crate::proof::{LogName, Whole};
    use crate::state::{AppState, Places};

    #[tokio::test(flavor = "multi_thread")]
    async fn a_step_says_whether_it_is_proven_and_no_text_in_it_steers_the_terminal() {
        let directory = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.stores.data = Some(directory.path().to_owned());
        Places::migrate(&config).await.unwrap();
        let state = AppState::open(config, Clock::System).await.unwrap();
        dossiers::load(&state.log, &state.blobs, &state.clock, 1, |_| {}).await.unwrap();
        let records = state.log.read_after_index(0, 1_000).await.unwrap();
        let dossier = records.iter().find(|record| record.aggregate_type == aggregate_type::TRAJECTORY).unwrap();
        let Whole { events, leaves } = Whole::of(&state.log, dossier.aggregate_id.parse().unwrap(), 0).await.unwrap();
        let mut steps = trajectories::replay(events, &CriteriaBook::default());
        steps[0].reason = Some(ChangeValue::Plain(json!("omdat\u{1b}[2J\u{9b}1mzo")));
        let (number, count) = (DossierNumber("LT-2026-0001".into()), steps.len());

        let keeper = state.keeper.of(LogName::Events);
        let pending = keeper.unaltered(&leaves).await.unwrap();
        let text = table(&number, &steps, count, &pending, false);
        assert!(text.contains("because: omdat[2J1mzo"), "{text}");
        assert!(!text.contains(|letter: char| letter.is_control() && letter != '\n'), "{text}");
        assert!(text.contains("no checkpoint was signed yet") && text.contains("not under a checkpoint yet"), "{text}");

        let signed = keeper.sign().await.unwrap().unwrap();
        let proven = keeper.unaltered(&leaves).await.unwrap();
        let text = table(&number, &steps, count, &proven, false);
        assert!(text.contains(&format!("the checkpoint over {} records", signed.size)), "{text}");
        assert_eq!(text.matches(" of the log, proven").count(), count, "{text}");
        for line in lines(&steps, &proven).unwrap().lines() {
            let step: Value = serde_json::from_str(line).unwrap();
            assert_eq!(
                (&step["proof"]["state"], &step["proof"]["checkpoint_size"]),
                (&json!("PROVEN"), &json!(signed.size))
            );
        }
        state.close().await;
    }
}
