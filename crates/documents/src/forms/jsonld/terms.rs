//! The context, the concepts, and how values are written.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};
use spoor_domain::action::event::{
    ActionStatus, BudgetSource, IndicatorMeasure, PeriodKind, RelationKind, RowStanding,
};
use spoor_domain::kernel::{Label, Language};

use crate::dutch;

/// The prefixes. Text without a tag is Dutch.
pub fn context() -> Value {
    json!({
        "@version": 1.1,
        "@language": "nl",
        "adms": "http://www.w3.org/ns/adms#",
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "org": "http://www.w3.org/ns/org#",
        "prov": "http://www.w3.org/ns/prov#",
        "qb": "http://purl.org/linked-data/cube#",
        "schema": "https://schema.org/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "spdx": "http://spdx.org/rdf/terms#",
        "spoor": NAMESPACE,
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    })
}

/// The namespace of our own terms. They are names, not addresses: `docs/linked-data.md` says what each means.
pub const NAMESPACE: &str = "urn:spoor:ns:";

/// What a value is told as. What is not a number has no `schema:value`.
pub const VALUE_KINDS: [(&str, &str); 9] = [
    ("Counted", "geteld"),
    ("Rounded", "afgerond"),
    ("About", "ongeveer"),
    ("MoreThan", "meer dan"),
    ("Average", "gemiddelde"),
    ("NotRegistered", "niet geregistreerd"),
    ("NotYetDelivered", dutch::NOT_YET_DELIVERED),
    ("NotInThisDetail", "niet in dit detail"),
    ("Unknown", "niet bekend"),
];

/// The closed lists, as concepts with their Dutch and English words.
pub fn concepts() -> Value {
    let mut all = Vec::new();
    list::<ActionStatus>(&mut all);
    list::<RowStanding>(&mut all);
    list::<BudgetSource>(&mut all);
    list::<RelationKind>(&mut all);
    list::<PeriodKind>(&mut all);
    list::<IndicatorMeasure>(&mut all);
    all.extend(VALUE_KINDS.map(|(code, word)| {
        json!({
            "@id": kind(code)["@id"],
            "@type": "skos:Concept",
            "skos:inScheme": { "@id": "spoor:ValueKind" },
            "skos:prefLabel": word,
        })
    }));
    all.push(json!({ "@id": "spoor:Draft", "@type": "skos:Concept", "skos:prefLabel": "concept" }));
    all.push(json!({ "@id": "spoor:FrozenEdition", "@type": "skos:Concept", "skos:prefLabel": "bevroren" }));
    all.into()
}

fn list<T: Label>(all: &mut Vec<Value>) {
    all.extend(T::ALL.iter().map(|value| {
        json!({
            "@id": concept(*value)["@id"],
            "@type": "skos:Concept",
            "skos:inScheme": { "@id": format!("spoor:{}", T::LIST) },
            "skos:prefLabel": [
                value.label(Language::Nl),
                { "@value": value.label(Language::En), "@language": "en" },
            ],
        })
    }));
}

/// A value of a closed list.
pub fn concept<T: Label>(value: T) -> Value {
    json!({ "@id": format!("spoor:{}-{}", T::LIST, value.code()) })
}

/// A kind of value.
pub fn kind(code: &str) -> Value {
    json!({ "@id": format!("spoor:ValueKind-{code}") })
}

/// A text that is in no language: a code, a name of a file, words in several languages.
pub fn plain(text: &str) -> Value {
    json!({ "@value": text })
}

/// A day.
pub fn day(day: NaiveDate) -> Value {
    json!({ "@value": day.to_string(), "@type": "xsd:date" })
}

/// A whole number. Written as text, since a JSON number is a binary fraction.
pub fn integer(number: &str) -> Value {
    json!({ "@value": number, "@type": "xsd:integer" })
}

/// A number of hundredths.
pub fn decimal(hundredths: i64) -> Value {
    json!({ "@value": crate::forms::decimal(hundredths), "@type": "xsd:decimal" })
}

/// Yes or no.
pub fn boolean(is: bool) -> Value {
    json!({ "@value": is, "@type": "xsd:boolean" })
}

/// An object without the fields of which nothing was said.
pub fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let said = |value: &Value| !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty());
    let fields = fields.into_iter().filter(|(_, value)| said(value));
    Value::Object(fields.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}
