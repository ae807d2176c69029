//! How much one document may ask.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Name, ObjectType, SchemaBuilder, ServerError, SubscriptionType};

use super::answer::{BAD_USER_INPUT, COMPLEXITY_LIMIT, coded};

/// Longest document, in bytes.
const DOCUMENT_BYTES: usize = 32 * 1024;
/// Most aliases in a document. Cost alone lets hundreds of cheap aliased look-ups through.
const ALIASES: usize = 30;
/// Most fields at the root of one operation.
const ROOT_FIELDS: usize = 20;
/// Most fields in a document, fragments counted once.
const FIELDS: usize = 500;
/// Most fields after every fragment is filled in where it is used.
const EXPANDED: usize = 2_000;

/// Lays the limits async-graphql knows over a schema: nesting, cost, directives. 15 levels is what the standard
/// introspection query needs; the size limits of [`check_document`] come before a document gets this far.
pub fn harden<Q, M, S>(builder: SchemaBuilder<Q, M, S>, introspection: bool) -> SchemaBuilder<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    let builder = builder.limit_depth(18).limit_complexity(2000).limit_recursive_depth(32).limit_directives(8);
    if introspection { builder } else { builder.disable_introspection().disable_suggestions() }
}

/// Refuses a text that is too long before anything parses it.
pub fn check_text(text: &str) -> Result<(), ServerError> {
    at_most("bytes", text.len(), DOCUMENT_BYTES)
}

/// Counts what a parsed document asks. Done here and not in an async-graphql extension, because one extension
/// makes every field of every answer take the slow path.
pub fn check_document(document: &ExecutableDocument) -> Result<(), ServerError> {
    let mut written = Count::default();
    let mut expansion = Expansion { document, sizes: HashMap::new() };
    let mut expanded = 0;
    let mut root_fields = 0;
    for (_, operation) in document.operations.iter() {
        let set = &operation.node.selection_set.node;
        root_fields = root_fields.max(set.items.len());
        written.add(set);
        expanded = expansion.size(set)?.max(expanded);
    }
    for (name, fragment) in &document.fragments {
        written.add(&fragment.node.selection_set.node);
        // Unused fragments count too: the library walks whatever stands in the document.
        expansion.of_fragment(name)?;
    }
    at_most("aliases", written.aliases, ALIASES)?;
    at_most("root fields", root_fields, ROOT_FIELDS)?;
    at_most("fields", written.fields, FIELDS)?;
    at_most("fields after its fragments are filled in", expanded, EXPANDED)
}

fn at_most(what: &str, number: usize, limit: usize) -> Result<(), ServerError> {
    if number <= limit {
        return Ok(());
    }
    Err(coded(
        COMPLEXITY_LIMIT,
        format!("the document has {number} {what}, at most {limit} are answered: split the request"),
    ))
}

/// What stands in the text.
#[derive(Default)]
struct Count {
    fields: usize,
    aliases: usize,
}

impl Count {
    /// Recursion is safe: the parser itself stops at a nesting of 64.
    fn add(&mut self, set: &SelectionSet) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    self.fields += 1;
                    self.aliases += usize::from(field.node.alias.is_some());
                    self.add(&field.node.selection_set.node);
                }
                Selection::InlineFragment(fragment) => self.add(&fragment.node.selection_set.node),
                Selection::FragmentSpread(_) => {}
            }
        }
    }
}

/// How large the text becomes when every fragment is filled in. The library follows spreads without remembering them,
/// so thirty fragments that each spread the next one twice would keep it busy for a thousand million steps.
struct Expansion<'a> {
    document: &'a ExecutableDocument,
    /// `None` while a fragment is being measured: meeting it again then is a cycle.
    sizes: HashMap<&'a Name, Option<usize>>,
}

impl<'a> Expansion<'a> {
    fn size(&mut self, set: &'a SelectionSet) -> Result<usize, ServerError> {
        let mut size: usize = 0;
        for item in &set.items {
            let inner = match &item.node {
                Selection::Field(field) => self.size(&field.node.selection_set.node)?,
                Selection::InlineFragment(fragment) => self.size(&fragment.node.selection_set.node)?,
                Selection::FragmentSpread(spread) => self.of_fragment(&spread.node.fragment_name.node)?,
            };
            size = size.saturating_add(inner).saturating_add(1);
        }
        Ok(size)
    }

    fn of_fragment(&mut self, name: &Name) -> Result<usize, ServerError> {
        // An unknown fragment is for validation to report.
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else { return Ok(0) };
        match self.sizes.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => return Err(coded(BAD_USER_INPUT, format!("the fragment {name} contains itself"))),
            None => {}
        }
        self.sizes.insert(name, None);
        let size = self.size(&fragment.node.selection_set.node)?;
        at_most("fields after its fragments are filled in", size, EXPANDED)?;
        self.sizes.insert(name, Some(size));
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn refusal(text: &str) -> String {
        check_document(&parse_query(text).unwrap()).expect_err("too much").message
    }

    #[test]
    fn an_ordinary_document_passes() {
        let text = "query { a { ...f } b { ...f } } fragment f on T { x y ... on U { z } }";
        assert!(check_document(&parse_query(text).unwrap()).is_ok());
    }

    #[test]
    fn aliases_root_fields_and_fields_have_a_limit() {
        let many =
            |n: usize, field: fn(usize) -> String| format!("{{ a {{ {} }} }}", (0..n).map(field).collect::<String>());
        assert!(refusal(&many(31, |i| format!("x{i}: y "))).contains("31 aliases"));
        assert!(refusal(&many(500, |i| format!("x{i} "))).contains("501 fields"));
        assert!(refusal(&format!("{{ {} }}", "a ".repeat(21))).contains("21 root fields"));
    }

    #[test]
    fn fragments_that_double_are_refused_at_once() {
        let mut text = String::from("{ a { ...f0 } }");
        for n in 0..30 {
            text += &format!(" fragment f{n} on T {{ ...f{} ...f{} }}", n + 1, n + 1);
        }
        text += " fragment f30 on T { x }";
        assert!(refusal(&text).contains("filled in"));
    }

    #[test]
    fn a_fragment_that_contains_itself_is_refused_used_or_not() {
        assert!(
            refusal("{ a { ...f } } fragment f on T { ...g } fragment g on T { ...f ...f }")
                .contains("contains itself")
        );
        assert!(refusal("{ a } fragment f on T { ...f ...f }").contains("contains itself"));
    }
}
