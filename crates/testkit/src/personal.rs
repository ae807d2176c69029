//! Personal values in JSON as events hold them: `{"$personal": subject, "clear": value}`, or `sealed` instead of `clear`.

use serde_json::{Map, Value, json};

/// Shows every personal value, wherever it stands, and lets it be changed.
pub fn each_personal(json: &mut Value, visit: &mut impl FnMut(&mut Map<String, Value>)) {
    match json {
        Value::Object(fields) if fields.contains_key("$personal") => visit(fields),
        Value::Object(fields) => fields.values_mut().for_each(|inner| each_personal(inner, visit)),
        Value::Array(items) => items.iter_mut().for_each(|inner| each_personal(inner, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Puts this envelope in the place of every personal value in clear, as a log does before it stores an event.
pub fn seal_personal(json: &mut Value, envelope: &str) {
    each_personal(json, &mut |fields| {
        if fields.remove("clear").is_some() {
            fields.insert("sealed".to_owned(), json!(envelope));
        }
    });
}
