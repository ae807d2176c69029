//! Records as a table for people who open it in a spreadsheet.

use std::io::{self, Write};

use serde_json::Value;
use spoor_documents::csv;
use spoor_eventlog::Record;

/// The columns, in order.
const COLUMNS: [&str; 14] = [
    "index",
    "recorded_at",
    "occurred_on",
    "aggregate_type",
    "aggregate_id",
    "sequence",
    "event_type",
    "event_version",
    "actor_id",
    "actor_role",
    "actor_organisation",
    "purpose",
    "command_id",
    "payload",
];

/// Writes the names of the columns.
pub fn header(to: &mut impl Write) -> io::Result<()> {
    csv::line(to, &COLUMNS)
}

/// Writes a record; personal values stay sealed.
pub fn record(to: &mut impl Write, record: &Record) -> io::Result<()> {
    let metadata: Value = serde_json::from_str(&record.metadata)?;
    let payload: Value = serde_json::from_str(&record.payload)?;
    let circumstance = |key: &str| metadata.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let happened = payload.get(&record.event_type).and_then(|event| event.get("occurred_on")).and_then(Value::as_str);
    let cells: [String; 14] = [
        record.index.to_string(),
        record.recorded_at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        happened.unwrap_or_default().to_owned(),
        record.aggregate_type.clone(),
        record.aggregate_id.clone(),
        record.sequence.to_string(),
        record.event_type.clone(),
        record.event_version.to_string(),
        circumstance("actor_id"),
        circumstance("actor_role"),
        circumstance("actor_organisation"),
        circumstance("purpose"),
        circumstance("command_id"),
        record.payload.clone(),
    ];
    csv::line(to, &cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_a_cell_for_every_column() {
        let mut table = Vec::new();
        let stored = Record {
            position: spoor_eventlog::Position::number(1),
            index: 1,
            recorded_at: chrono::DateTime::UNIX_EPOCH,
            aggregate_type: "=cmd".into(),
            aggregate_id: "a".into(),
            sequence: 1,
            event_type: "Opened".into(),
            event_version: 1,
            payload: r#"{"Opened":{"occurred_on":"2026-01-02","x":[1,2]}}"#.into(),
            metadata: r#"{"actor_id":"-7","purpose":"CaseHandling"}"#.into(),
        };
        record(&mut table, &stored).unwrap();
        let expected = "1,1970-01-01T00:00:00.000000Z,2026-01-02,\"'=cmd\",a,1,Opened,1,\"'-7\",,,CaseHandling,,\
                        \"{\"\"Opened\"\":{\"\"occurred_on\"\":\"\"2026-01-02\"\",\"\"x\"\":[1,2]}}\"\r\n";
        assert_eq!(String::from_utf8(table).unwrap(), expected);
    }
}
