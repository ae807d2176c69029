//! The content as linked data (JSON-LD 1.1). Terms of DCAT, Dublin Core, schema.org, ORG, SKOS and the Data Cube vocabulary
//! where they fit; terms of our own, listed in `docs/linked-data.md`, where none does. The context is inside: nothing has
//! to be fetched to read it.

mod plan;
mod tables;
mod terms;

use serde_json::{Value, json};

use super::{Form, FormError};
use crate::edition::{ContentHash, EditionContent, EditionHead};
use terms::{day, integer, plain};

/// The document, as canonical JSON.
pub fn document(content: &EditionContent, hash: &ContentHash, draft: bool) -> Result<Vec<u8>, FormError> {
    let EditionContent { format, head, policy_lines, totals, tables, training, errata } = content;
    let names = Names { plan: format!("urn:uuid:{}", head.plan) };
    let document = terms::object([
        ("@context", terms::context()),
        ("@id", edition_id(head, head.number).into()),
        ("@type", json!(["dcat:Dataset", "spoor:ReportEdition"])),
        ("dct:title", json!(format!("{} – {}", head.plan_name, head.label))),
        ("dct:description", head.preface.as_deref().into()),
        ("dct:language", json!({ "@id": "http://publications.europa.eu/resource/authority/language/NLD" })),
        ("dct:conformsTo", plain(format)),
        ("dcat:version", plain(&head.number.to_string())),
        ("adms:status", json!({ "@id": if draft { "spoor:Draft" } else { "spoor:FrozenEdition" } })),
        ("prov:wasRevisionOf", head.corrects.map(|number| json!({ "@id": edition_id(head, number) })).into()),
        ("dct:temporal", window(head)),
        ("spoor:halfYear", plain(&head.period.to_string())),
        ("spoor:cutOff", day(head.cut_off)),
        ("spoor:countingRules", plain(&head.rules)),
        ("spdx:checksum", checksum(hash)),
        ("dcat:distribution", distributions(head)),
        ("spoor:reportsOn", json!({ "@id": names.plan, "@type": "spoor:ActionPlan", "schema:name": head.plan_name })),
        ("spoor:policyLine", policy_lines.iter().map(|line| plan::policy_line(line, &names)).collect()),
        ("spoor:totals", tables::totals(totals)),
        ("spoor:table", tables.iter().map(tables::table).collect()),
        ("spoor:training", training.iter().map(tables::training).collect()),
        ("spoor:erratum", errata.iter().map(|erratum| tables::erratum(erratum, &names)).collect()),
        ("@included", terms::concepts()),
    ]);
    Ok(serde_json_canonicalizer::to_vec(&document)?)
}

/// How the things of an edition are named.
struct Names {
    plan: String,
}

impl Names {
    fn action(&self, number: impl std::fmt::Display) -> String {
        format!("{}#actie-{number}", self.plan)
    }
}

fn edition_id(head: &EditionHead, number: u32) -> String {
    format!("urn:uuid:{}#editie-{}-{number}", head.plan, head.period)
}

fn window(head: &EditionHead) -> Value {
    let Some(window) = head.window else { return Value::Null };
    json!({ "@type": "dct:PeriodOfTime", "dcat:startDate": day(window.from), "dcat:endDate": day(window.until) })
}

fn checksum(hash: &ContentHash) -> Value {
    json!({
        "@type": "spdx:Checksum",
        "spdx:algorithm": { "@id": "spdx:checksumAlgorithm_sha256" },
        "spdx:checksumValue": plain(&hash.0),
    })
}

fn distributions(head: &EditionHead) -> Value {
    let of = |form: Form| {
        json!({
            "@id": format!("{}-{}", edition_id(head, head.number), form.code()),
            "@type": "dcat:Distribution",
            "dct:title": plain(form.code()),
            "dcat:mediaType": {
                "@id": format!("https://www.iana.org/assignments/media-types/{}", form.media_type()),
            },
        })
    };
    Form::ALL.into_iter().map(of).collect()
}

/// A number of counted things.
fn count(value: u64) -> Value {
    integer(&value.to_string())
}
