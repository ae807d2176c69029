//! What an operation asks, as far as it may be written down: names of the schema, never text of the client's own.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationType, Selection, SelectionSet, VariableDefinition,
};
use async_graphql::{ID, Name, Positioned, Request, Value, Variables};
use spoor_domain::access::event::Question;
use spoor_domain::kernel::DossierId;
use spoor_domain::trajectory::event::DossierNumber;

use super::node::dossier_in;
use crate::http::case_number;

/// The most dossiers that are kept of what one field was asked for: far more than any field takes, and a bound on what a
/// client can have written down.
const MOST_NAMED: usize = 50;

/// The root of an operation. The name of the operation is the client's own text like an alias, and kept nowhere.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The fields at the root, by the names under which their answers stand.
    fields: BTreeMap<String, String>,
    /// The dossiers that are asked for by id or number, by the same names.
    dossiers: BTreeMap<String, BTreeSet<AskedFor>>,
    /// Whether something was done as well; what was done cannot be taken back by not answering.
    does: bool,
}

/// A dossier as a question names it, whether there is one or not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AskedFor {
    /// By its id, or that of something that belongs to it.
    Id(DossierId),
    /// By its number.
    Number(DossierNumber),
}

/// What a question's variables stand for.
struct Given<'a> {
    variables: &'a Variables,
    definitions: &'a [Positioned<VariableDefinition>],
}

impl Asked {
    /// What this request asks; nothing when it cannot be read, for then nothing is answered either.
    pub fn of(request: &mut Request) -> Self {
        let (wanted, variables) = (request.operation_name.clone(), request.variables.clone());
        let Ok(document) = request.parsed_query() else { return Self::default() };
        let mut operations = document
            .operations
            .iter()
            .filter(|(name, _)| wanted.is_none() || name.map(|n| n.as_str()) == wanted.as_deref());
        let Some((_name, operation)) = operations.next() else { return Self::default() };
        let mut asked = Self { does: operation.node.ty == OperationType::Mutation, ..Self::default() };
        let given = Given { variables: &variables, definitions: &operation.node.variable_definitions };
        asked.gather(document, &operation.node.selection_set.node, &given, &mut Vec::new());
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

    /// The dossiers that the field whose answer stands under this name was asked for.
    pub fn dossiers(&self, answered_as: &str) -> impl Iterator<Item = &AskedFor> {
        self.dossiers.get(answered_as).into_iter().flatten()
    }

    fn gather<'a>(
        &mut self,
        document: &'a ExecutableDocument,
        set: &'a SelectionSet,
        given: &Given<'_>,
        within: &mut Vec<&'a str>,
    ) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    let name = field.node.name.node.to_string();
                    if !name.starts_with("__") {
                        let answered_as = field.node.response_key().node.to_string();
                        given.dossiers_in(&field.node, self.dossiers.entry(answered_as.clone()).or_default());
                        self.fields.insert(answered_as, name);
                    }
                }
                Selection::InlineFragment(inline) => {
                    self.gather(document, &inline.node.selection_set.node, given, within);
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    // A fragment that contains itself is refused by validation, which comes later.
                    if let Some(fragment) = document.fragments.get(name).filter(|_| !within.contains(&name.as_str())) {
                        within.push(name.as_str());
                        self.gather(document, &fragment.node.selection_set.node, given, within);
                        within.pop();
                    }
                }
            }
        }
    }
}

impl Given<'_> {
    /// Notes the dossiers that the arguments of a field name.
    fn dossiers_in(&self, field: &Field, found: &mut BTreeSet<AskedFor>) {
        for (_, argument) in &field.arguments {
            if let Ok(value) = argument.node.clone().into_const_with(|name| Ok::<_, ()>(self.value(&name))) {
                named_in(&value, found);
            }
        }
    }

    /// What was given for a variable, or stands in its place.
    fn value(&self, name: &Name) -> Value {
        let by_default = || {
            let mut definitions = self.definitions.iter().map(|definition| &definition.node);
            definitions.find(|definition| definition.name.node == *name)?.default_value().cloned()
        };
        self.variables.get(name).cloned().or_else(by_default).unwrap_or(Value::Null)
    }
}

fn named_in(value: &Value, found: &mut BTreeSet<AskedFor>) {
    match value {
        _ if found.len() >= MOST_NAMED => {}
        Value::String(text) => found.extend(asked_for(text)),
        Value::List(values) => values.iter().for_each(|value| named_in(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| named_in(value, found)),
        _names_none => {}
    }
}

/// The dossier that this text names. Any other text may be anything, and is not kept.
fn asked_for(text: &str) -> Option<AskedFor> {
    let by_id = dossier_in(&ID(text.to_owned())).map(AskedFor::Id);
    by_id.or_else(|| whole_number(text).map(AskedFor::Number))
}

/// The number of one dossier. What does not have the form of one may be anything, and is not kept.
pub fn whole_number(prefix: &str) -> Option<DossierNumber> {
    let digits = prefix.rsplit('-').next().map_or(0, str::len);
    (digits >= 4).then(|| case_number(prefix).ok().map(DossierNumber)).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::graphql::global_id::{Kind, global_id};

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

    #[test]
    fn the_dossiers_that_a_field_was_asked_for_are_kept_however_they_were_given_and_no_other_text() {
        let ids = [1, 2, 3].map(|n| DossierId(uuid::Uuid::from_u128(n)));
        let [one, two, three] = ids.map(|id| global_id(Kind::Trajectory, &id.to_string()).0);
        let text = format!(
            "query($two: ID!, $three: ID = \"{three}\", $nothing: String) {{ \
             a: trajectory(id: \"{one}\") {{ id }} b: auditTrail(filter: {{ trajectory: $two, name: $nothing }}) {{ totalCount }} \
             ...f c: trajectories(filter: {{ number: \"LT-2026-0042\", name: \"Jan Peeters\" }}) {{ totalCount }} }} \
             fragment f on Query {{ d: node(id: $three) {{ id }} }}"
        );
        let request = Request::new(text).variables(Variables::from_json(json!({ "two": two })));
        let asked = Asked::of(&mut { request });
        let named = |answered_as| asked.dossiers(answered_as).cloned().collect::<Vec<_>>();
        assert_eq!(named("a"), [AskedFor::Id(ids[0])]);
        assert_eq!(named("b"), [AskedFor::Id(ids[1])]);
        assert_eq!(named("c"), [AskedFor::Number(DossierNumber("LT-2026-0042".into()))]);
        assert_eq!(named("d"), [AskedFor::Id(ids[2])]);
        assert!(!format!("{asked:?}").contains("Peeters"), "any other text may be a name");
    }
}
