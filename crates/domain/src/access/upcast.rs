//! How the first shapes of the access log are read: they told less.

use serde_json::{Map, Value, json};

/// Version 1 had the case beside the dossiers, and told neither the question nor how far the views were.
pub(crate) fn dossiers_shown_v1(mut payload: Value) -> Result<Value, String> {
    let fields = fields_of(&mut payload, "DossiersShown")?;
    let case = fields.remove("case").unwrap_or(Value::Null);
    fields.insert("question".into(), json!({ "operation": null, "fields": [], "case": case }));
    fields.insert("checkpoints".into(), json!({}));
    Ok(payload)
}

/// Version 1 knew one reason only: the role.
pub(crate) fn question_refused_v1(mut payload: Value) -> Result<Value, String> {
    let fields = fields_of(&mut payload, "QuestionRefused")?;
    let names = fields.remove("fields").ok_or("no fields")?;
    let listed = names.as_array().ok_or("the fields are not a list")?;
    let refusals: Vec<Value> = listed.iter().map(|name| json!({ "reason": "Forbidden", "field": name })).collect();
    fields.insert("refusals".into(), refusals.into());
    fields.insert("question".into(), json!({ "operation": null, "fields": names, "case": null }));
    Ok(payload)
}

fn fields_of<'a>(payload: &'a mut Value, event_type: &str) -> Result<&'a mut Map<String, Value>, String> {
    payload[event_type].as_object_mut().ok_or_else(|| format!("no {event_type}"))
}
