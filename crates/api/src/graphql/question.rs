//! What an operation asks, as far as it may be written down: names of the schema, never text of the client's own.

use std::collections::BTreeMap;

use async_graphql::Request;
use async_graphql::parser::types::{ExecutableDocument, OperationType, Selection, SelectionSet};
use spoor_domain::access::event::Question;

/// The root of an operation. The name of the operation is the client's own text like an alias, and kept nowhere.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The fields at the root, by the names under which their answers stand.
    fields: BTreeMap<String, String>,
    /// Whether something was done as well; what was done cannot be taken back by not answering.
    does: bool,
}

impl Asked {
    /// What this request asks; nothing when it cannot be read, for then nothing is answered either.
    pub fn of(request: &mut Request) -> Self {
        let wanted = request.operation_name.clone();
        let Ok(document) = request.parsed_query() else { return Self::default() };
        let mut operations = document
            .operations
            .iter()
            .filter(|(name, _)| wanted.is_none() || name.map(|n| n.as_str()) == wanted.as_deref());
        let Some((_name, operation)) = operations.next() else { return Self::default() };
        let mut asked = Self { does: operation.node.ty == OperationType::Mutation, ..Self::default() };
        asked.gather(document, &operation.node.selection_set.node, &mut Vec::new());
        asked
    }

    /// As the access log keeps it.
    pub fn question(&self) -> Question {
        let mut fields: Vec<_> = self.fields.values().cloned().collect();
        fields.sort_unstable();
        fields.dedup();
        Question { operation: None, fields, case: None }
    }

    /// Whether it is a question, or follows something, and does nothing.
    pub fn only_reads(&self) -> bool {
        !self.does
    }

    /// The names under which the answers stand.
    pub fn answered_as(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }

    /// The field of the schema whose answer stands under this name. An alias is the client's own text.
    pub fn field(&self, answered_as: &str) -> String {
        self.fields.get(answered_as).cloned().unwrap_or_default()
    }

    fn gather<'a>(&mut self, document: &'a ExecutableDocument, set: &'a SelectionSet, within: &mut Vec<&'a str>) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    let name = field.node.name.node.to_string();
                    if !name.starts_with("__") {
                        self.fields.insert(field.node.response_key().node.to_string(), name);
                    }
                }
                Selection::InlineFragment(inline) => self.gather(document, &inline.node.selection_set.node, within),
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    // A fragment that contains itself is refused by validation, which comes later.
                    if let Some(fragment) = document.fragments.get(name).filter(|_| !within.contains(&name.as_str())) {
                        within.push(name.as_str());
                        self.gather(document, &fragment.node.selection_set.node, within);
                        within.pop();
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_question_are_the_fields_at_its_root_and_no_text_of_the_client() {
        let text = "query Jan_Peeters_1980_05_03 { __typename geheim: trajectories(first: 1) { totalCount } ...f ... { log { head { index } } } } \
            fragment f on Query { dashboard { total } ...f }";
        let asked = Asked::of(&mut Request::new(text));
        let question = asked.question();
        assert_eq!(question.operation, None);
        assert_eq!(question.fields, ["dashboard", "log", "trajectories"]);
        assert_eq!(asked.field("geheim"), "trajectories");
        assert_eq!(asked.field("nergens"), "");
    }

    #[test]
    fn the_operation_that_is_wanted_is_the_one_that_is_kept() {
        let request = Request::new("query A { viewer { role } } query B { log { head { index } } }");
        let asked = Asked::of(&mut request.operation_name("B"));
        assert_eq!(asked.question().fields, ["log"]);
        assert!(Asked::of(&mut Request::new("{")).question().fields.is_empty());
    }
}
