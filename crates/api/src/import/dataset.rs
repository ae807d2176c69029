//! The shape of the file (see `data/README.md`). A field nobody knows is an error, so that nothing is left out unseen.

use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::ImportError;
use super::letters::unfit;

/// The whole file.
pub(super) struct Dataset {
    pub report: Report,
    pub policy_lines: Vec<PolicyLine>,
    pub chapters: Vec<Chapter>,
    pub actions: Vec<Action>,
}

/// What the report says about itself. It has more fields, about the printed source; they are not facts of the plan.
#[derive(Deserialize)]
pub(super) struct Report {
    pub plan_name: String,
    pub period: Period,
    pub decision_dates: Vec<Decision>,
}

#[derive(Deserialize)]
pub(super) struct Period {
    pub stated_window: Window,
}

#[derive(Deserialize)]
pub(super) struct Window {
    pub to: NaiveDate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Decision {
    pub date: NaiveDate,
    pub decision: String,
    #[serde(rename = "line")]
    _line: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyLine {
    pub number: u16,
    pub name: String,
    #[serde(rename = "line")]
    _line: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Chapter {
    pub number: u16,
    pub policy_line: u16,
    pub title: String,
    #[serde(rename = "line")]
    _line: u32,
    #[serde(default, rename = "title_as_printed")]
    _title_as_printed: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Action {
    pub number: String,
    pub chapter: u16,
    pub policy_line: u16,
    pub title: String,
    pub status: String,
    pub ministers: Vec<String>,
    pub policy_domains: Vec<Domain>,
    pub other_parties: Vec<String>,
    pub competences_reported: Vec<CompetenceInRow>,
    pub budget_entries: Vec<Entry>,
    pub nonmonetary_budget: Vec<Nonmonetary>,
    #[serde(default)]
    pub funding_mentions: Vec<Mention>,
    pub counts: Vec<Count>,
    #[serde(default)]
    pub initiatives: Option<InitiativeCount>,
    #[serde(rename = "source_lines")]
    _source_lines: (u32, u32),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Domain {
    pub code: String,
    pub coordinator: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CompetenceInRow {
    pub competence: String,
    pub row: u16,
    #[serde(rename = "shared_row")]
    _shared_row: bool,
    pub line: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub amount_cents: i64,
    pub currency: String,
    pub competence: String,
    pub note: String,
    pub source: String,
    pub line: u32,
    pub line_last: u32,
    pub period: Option<String>,
    pub competence_basis: String,
    #[serde(default)]
    pub raw: Option<String>,
    #[serde(default)]
    pub relation: Option<String>,
    #[serde(default)]
    pub related_line: Option<u32>,
    #[serde(default)]
    pub breakdown: Vec<Part>,
    #[serde(default)]
    pub possible_duplicate_of: Option<Duplicate>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    pub amount_cents: i64,
    pub currency: String,
    pub note: String,
    #[serde(rename = "line")]
    _line: u32,
    #[serde(rename = "line_last")]
    _line_last: u32,
    pub raw: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Duplicate {
    pub action: String,
    pub line: u32,
    pub certainty: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nonmonetary {
    pub text: String,
    pub note: String,
    pub line: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mention {
    pub text: String,
    pub line: u32,
    #[serde(rename = "line_last")]
    _line_last: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Count {
    pub label: String,
    pub value: i64,
    pub line: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InitiativeCount {
    pub heading: String,
    pub count: u32,
    #[serde(rename = "lines")]
    _lines: (u32, u32),
}

/// Reads the file part by part, so that an error says in which action it lies.
pub(super) fn read(json: &str) -> Result<Dataset, ImportError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Parts {
        report: Value,
        policy_lines: Vec<Value>,
        chapters: Vec<Value>,
        actions: Vec<Value>,
    }
    let parts: Parts = serde_json::from_str(json).map_err(|error| ImportError::at("$", error.to_string()))?;
    Ok(Dataset {
        report: part("$.report".into(), parts.report)?,
        policy_lines: each("policy_lines", parts.policy_lines)?,
        chapters: each("chapters", parts.chapters)?,
        actions: each("actions", parts.actions)?,
    })
}

fn each<T: DeserializeOwned>(list: &str, values: Vec<Value>) -> Result<Vec<T>, ImportError> {
    let named = values.into_iter().enumerate().map(|(index, value)| {
        let number = match value.get("number") {
            Some(Value::String(number)) => format!(" ({number})"),
            Some(_) | None => String::new(),
        };
        part(format!("$.{list}[{index}]{number}"), value)
    });
    named.collect()
}

fn part<T: DeserializeOwned>(path: String, value: Value) -> Result<T, ImportError> {
    readable(&path, &value)?;
    serde_json::from_value(value).map_err(|error| ImportError::at(path, error.to_string()))
}

/// Every text holds only letters that can be seen and were read as they were written.
fn readable(path: &str, value: &Value) -> Result<(), ImportError> {
    match value {
        Value::String(text) => match unfit(text) {
            Some((problem, _)) => Err(ImportError::at(path, problem)),
            None => Ok(()),
        },
        Value::Array(items) => {
            items.iter().enumerate().try_for_each(|(index, item)| readable(&format!("{path}[{index}]"), item))
        }
        Value::Object(fields) => fields.iter().try_for_each(|(name, field)| readable(&format!("{path}.{name}"), field)),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}
