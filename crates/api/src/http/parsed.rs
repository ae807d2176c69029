//! Documents that were asked before, parsed and counted once. Clients send the same few documents all day, and parsing one
//! takes ten times as long as copying it. Validation depends on the variables, so it is done every time.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{ExecutableDocument, OperationType, Selection};
use async_graphql::{Name, Request, ServerError, Value as ConstValue, Variables};
use aws_lc_rs::digest::{SHA256, digest};
use lru::LruCache;

use super::answer::{BAD_USER_INPUT, coded, with_code};
use super::limits;

/// A parsed document within the limits. Its hash names it in log lines; its text is never logged.
pub struct Document {
    parsed: ExecutableDocument,
    /// The first 16 hexadecimal digits of the SHA-256 of the text.
    pub hash: String,
}

/// The operation of a request, for log lines and metrics.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Query, mutation or subscription.
    pub kind: OperationType,
    /// The names of its root fields, without aliases.
    pub root_fields: Vec<String>,
    /// The variables that have to be given.
    required: Vec<String>,
}

/// The cache: bounded, least recently used out first, keyed by the whole text.
pub struct ParsedDocuments {
    cache: Mutex<LruCache<String, Arc<Document>>>,
}

impl ParsedDocuments {
    /// A cache of so many documents.
    pub fn new(capacity: usize) -> Self {
        Self { cache: Mutex::new(LruCache::new(NonZeroUsize::new(capacity).unwrap_or(NonZeroUsize::MIN))) }
    }

    /// The document with this text, or why it is not answered.
    pub fn get(&self, text: &str) -> Result<Arc<Document>, ServerError> {
        limits::check_text(text)?;
        if let Some(known) = self.lock().get(text) {
            return Ok(known.clone());
        }
        let parsed = parse_query(text).map_err(|error| with_code(error.into(), BAD_USER_INPUT))?;
        limits::check_document(&parsed)?;
        let document = Arc::new(Document { parsed, hash: hash(text) });
        self.lock().put(text.to_owned(), document.clone());
        Ok(document)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LruCache<String, Arc<Document>>> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Document {
    /// Hands the parsed document to a request, so that it is not parsed again.
    pub fn attach(&self, request: &mut Request) {
        request.set_parsed_query(self.parsed.clone());
    }

    /// The operation a request with this `operationName` runs; `None` when the choice is not clear.
    pub fn operation(&self, wanted: Option<&str>) -> Option<Operation> {
        let mut candidates =
            self.parsed.operations.iter().filter(|(name, _)| wanted.is_none() || name.map(|n| n.as_str()) == wanted);
        let (_name, operation) = candidates.next()?;
        let root_fields = operation.node.selection_set.node.items.iter().filter_map(|item| match &item.node {
            Selection::Field(field) => Some(field.node.name.node.to_string()),
            Selection::InlineFragment(_) | Selection::FragmentSpread(_) => None,
        });
        let required = operation
            .node
            .variable_definitions
            .iter()
            .filter(|variable| !variable.node.var_type.node.nullable && variable.node.default_value.is_none());
        let operation = Operation {
            kind: operation.node.ty,
            root_fields: root_fields.collect(),
            required: required.map(|variable| variable.node.name.node.to_string()).collect(),
        };
        candidates.next().is_none().then_some(operation)
    }
}

impl Operation {
    /// Refuses a request without a variable it needs. The library would notice only while executing, one field at a time.
    pub fn check_variables(&self, given: &Variables) -> Result<(), ServerError> {
        let absent = |name: &&String| given.get(&Name::new(name)).is_none_or(|value| *value == ConstValue::Null);
        match self.required.iter().find(absent) {
            None => Ok(()),
            Some(name) => {
                Err(coded(BAD_USER_INPUT, format!("the variable ${name} is required: give it in `variables`")))
            }
        }
    }
}

fn hash(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}
