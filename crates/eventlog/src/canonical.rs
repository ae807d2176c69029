//! Canonical JSON (RFC 8785): one text for one value, whoever writes it.

use serde::Serialize;
use serde_json::{Number, Value};

/// Integers up to here are the same text in every canonical form: beyond it, RFC 8785 rounds them.
pub(crate) const EXACT: u64 = 1 << 53;

/// The canonical text of a value. What serde_json writes is canonical already when keys are plain and in order and no
/// number needs rounding, which is nearly always so; everything else goes through the full algorithm.
pub(crate) fn canonical(value: &Value) -> serde_json::Result<String> {
    if is_plain(value) { serde_json::to_string(value) } else { serde_json_canonicalizer::to_string(value) }
}

/// The canonical text of anything that can be written as JSON.
pub(crate) fn canonical_of(value: &impl Serialize) -> serde_json::Result<String> {
    canonical(&serde_json::to_value(value)?)
}

/// The first whole number that its canonical text would not keep: RFC 8785 rounds it.
pub(crate) fn rounded(value: &Value) -> Option<&Number> {
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => None,
        Value::Number(number) if number.is_f64() || is_exact(number) => None,
        Value::Number(number) => Some(number),
        Value::Array(items) => items.iter().find_map(rounded),
        Value::Object(object) => object.values().find_map(rounded),
    }
}

fn is_exact(number: &Number) -> bool {
    number.as_i64().is_some_and(|number| number.unsigned_abs() <= EXACT)
}

fn is_plain(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => true,
        Value::Number(number) => is_exact(number),
        Value::Array(items) => items.iter().all(is_plain),
        Value::Object(object) => {
            object.keys().all(|key| key.is_ascii()) && object.keys().is_sorted() && object.values().all(is_plain)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-1e9f64..1e9).prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            ".{0,20}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[a-z$_]{0,6}|.{0,3}", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_short_way_gives_the_same_text_as_the_full_algorithm(value in any_json()) {
            prop_assert_eq!(canonical(&value).unwrap(), serde_json_canonicalizer::to_string(&value).unwrap());
        }
    }

    #[test]
    fn a_whole_number_that_its_text_would_round_is_found_wherever_it_stands() {
        let beyond = i64::try_from(EXACT).unwrap() + 1;
        for number in [json!(beyond), json!(-beyond), json!(i64::MAX), json!(i64::MIN), json!(u64::MAX)] {
            let deep = json!({ "a": [1, { "b": number }] });
            assert_eq!(rounded(&deep).map(ToString::to_string), Some(number.to_string()));
        }
        assert_eq!(rounded(&json!({ "a": [beyond - 1, 1 - beyond, 0, 1.5, 1e21, "9007199254740993"] })), None);
    }

    #[test]
    fn what_serde_json_would_write_otherwise_goes_the_full_way() {
        assert_eq!(canonical(&json!({"b": 1.0, "a": 1e21})).unwrap(), r#"{"a":1e+21,"b":1}"#);
        assert_eq!(canonical(&json!({"\u{ffff}": 1, "\u{10000}": 2})).unwrap(), "{\"\u{10000}\":2,\"\u{ffff}\":1}");
    }
}
