//! Names that a file writes in two ways: `Scholen` and `scholen` would become two things.

use std::collections::BTreeMap;

use spoor_domain::kernel::name_key;

use super::record::{LineProblem, Record};

/// The fields that name something; several names in one have a vertical line between them.
const NAMES: [&str; 7] = ["competence", "policyDomain", "beneficiary", "funder", "label", "unit", "population"];

/// The names that differ from an earlier one only in capitals or spaces.
pub(super) fn written_differently(records: &[Record]) -> Vec<LineProblem> {
    let mut first: BTreeMap<(&str, String), (&str, u32)> = BTreeMap::new();
    let mut problems = Vec::new();
    for record in records {
        for (field, value) in record.fields.iter().filter(|(field, _)| NAMES.contains(&field.as_str())) {
            for name in value.split('|').map(str::trim).filter(|name| !name.is_empty()) {
                let (written, line) = *first.entry((field, name_key(name))).or_insert((name, record.line));
                if written != name {
                    let en = format!("line {line} writes '{name}' as '{written}': write a name in one way");
                    let nl = format!("lijn {line} schrijft ‘{name}’ als ‘{written}’: schrijf een naam op één manier");
                    problems.push(LineProblem::of(record.line, field, en, nl));
                }
            }
        }
    }
    problems
}
