//! Finds every personal value in an event's JSON, whatever event it stands in: an object with the key `$personal`.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value};
use spoor_domain::kernel::{Personal, SealedAt, SubjectId};

use super::DataKey;
use crate::canonical::canonical;
use crate::keys::KeyError;

const SUBJECT: &str = "$personal";
const CLEAR: &str = "clear";
const SEALED: &str = "sealed";
const AT: &str = "at";

/// Why the personal values of an event cannot be sealed.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// The personal object is not one the domain writes.
    #[error("the personal value at {path} has no readable subject")]
    SubjectMissing {
        /// JSON pointer.
        path: String,
    },
    /// Only clear values can be sealed: a sealed one is bound to the place it came from.
    #[error("the personal value at {path} is not in clear: only clear values can be recorded")]
    NotClear {
        /// JSON pointer.
        path: String,
    },
    /// The key store failed.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// A value cannot be written as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// The subjects whose personal values stand in this payload.
pub(crate) fn subjects(payload: &mut Value) -> Result<BTreeSet<SubjectId>, WalkError> {
    let mut found = BTreeSet::new();
    walk(payload, &mut String::new(), &mut |path, object| {
        found.insert(subject(path, object)?);
        Ok(())
    })?;
    Ok(found)
}

/// Replaces every clear personal value by its envelope. `place` is where the event will stand; its path is ignored.
pub(crate) fn seal_payload(
    payload: &mut Value,
    place: &SealedAt,
    keys: &HashMap<SubjectId, Arc<DataKey>>,
) -> Result<(), WalkError> {
    walk(payload, &mut String::new(), &mut |path, object| {
        let subject = subject(path, object)?;
        let key = keys.get(&subject).ok_or(KeyError::Destroyed(subject))?;
        let clear = object.remove(CLEAR).ok_or_else(|| WalkError::NotClear { path: path.to_owned() })?;
        let at = SealedAt { path: path.to_owned(), ..place.clone() };
        let envelope = key.seal(&canonical(&clear)?, &at, subject)?;
        object.insert(SEALED.into(), envelope.into());
        Ok(())
    })
}

/// Tells every sealed value its place in the log, for readers that keep it and open it later.
pub(crate) fn inject_places(payload: &mut Value, place: &SealedAt) -> Result<(), WalkError> {
    walk(payload, &mut String::new(), &mut |path, object| {
        if object.contains_key(SEALED) {
            let at = SealedAt { path: path.to_owned(), ..place.clone() };
            object.insert(AT.into(), serde_json::to_value(at)?);
        }
        Ok(())
    })
}

/// Every personal value of a payload, with its JSON pointer.
pub(crate) fn personal_values(payload: &mut Value) -> Result<Vec<(String, Personal<Value>)>, WalkError> {
    let mut found = Vec::new();
    walk(payload, &mut String::new(), &mut |path, object| {
        found.push((path.to_owned(), serde_json::from_value(Value::Object(object.clone()))?));
        Ok(())
    })?;
    Ok(found)
}

fn subject(path: &str, object: &Map<String, Value>) -> Result<SubjectId, WalkError> {
    let subject = object.get(SUBJECT).and_then(Value::as_str).and_then(|text| text.parse().ok());
    subject.ok_or_else(|| WalkError::SubjectMissing { path: path.to_owned() })
}

/// Visits every personal object with its JSON pointer (RFC 6901). Nothing inside one is visited: it is sealed whole.
fn walk<F>(value: &mut Value, path: &mut String, visit: &mut F) -> Result<(), WalkError>
where
    F: FnMut(&str, &mut Map<String, Value>) -> Result<(), WalkError>,
{
    let length = path.len();
    match value {
        Value::Object(object) if object.contains_key(SUBJECT) => visit(path, object)?,
        Value::Object(object) => {
            for (key, inner) in object {
                path.push('/');
                push_escaped(path, key);
                walk(inner, path, visit)?;
                path.truncate(length);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter_mut().enumerate() {
                path.push('/');
                path.push_str(&index.to_string());
                walk(inner, path, visit)?;
                path.truncate(length);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    Ok(())
}

/// A key as a JSON pointer writes it.
fn push_escaped(path: &mut String, key: &str) {
    for character in key.chars() {
        match character {
            '~' => path.push_str("~0"),
            '/' => path.push_str("~1"),
            plain => path.push(plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn place() -> SealedAt {
        SealedAt {
            aggregate_type: "t".into(),
            aggregate_id: "i".into(),
            sequence: 1,
            event_type: "E".into(),
            event_version: 1,
            path: String::new(),
        }
    }

    #[test]
    fn every_personal_value_is_sealed_however_deep_it_stands() {
        let subject = SubjectId(Uuid::from_u128(1));
        let keys = HashMap::from([(subject, Arc::new(DataKey::new(&[1; 32]).unwrap()))]);
        let personal = json!({"$personal": subject, "clear": "very private"});
        let mut payload = json!({"E": {"a/b": [{"x": personal}, 1], "top": personal, "plain": "kept"}});
        assert_eq!(subjects(&mut payload).unwrap(), BTreeSet::from([subject]));
        seal_payload(&mut payload, &place(), &keys).unwrap();
        assert!(!payload.to_string().contains("very private"));
        assert_eq!(payload["E"]["plain"], "kept");
        inject_places(&mut payload, &place()).unwrap();
        assert_eq!(payload["E"]["a/b"][0]["x"]["at"]["path"], "/E/a~1b/0/x");
    }

    #[test]
    fn a_value_that_is_already_sealed_is_not_recorded_again() {
        let subject = SubjectId(Uuid::from_u128(1));
        let keys = HashMap::from([(subject, Arc::new(DataKey::new(&[1; 32]).unwrap()))]);
        let mut payload = json!({"E": {"x": {"$personal": subject, "sealed": "AQ"}}});
        assert!(matches!(seal_payload(&mut payload, &place(), &keys), Err(WalkError::NotClear { .. })));
    }

    #[test]
    fn a_personal_value_without_subject_is_refused() {
        let mut payload = json!({"E": {"x": {"$personal": "nobody", "clear": 1}}});
        assert!(matches!(subjects(&mut payload), Err(WalkError::SubjectMissing { .. })));
    }
}
