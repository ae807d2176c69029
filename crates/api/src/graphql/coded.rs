//! Every closed list of the domain as a GraphQL enum, made from its codes and labels so that the two can never differ.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::{Deprecation, MetaEnumValue, MetaType, MetaTypeId, Registry};
use async_graphql::{
    ContextSelectionSet, InputType, InputValueError, InputValueResult, Name, OutputType, Positioned, ServerResult,
    Value,
};
use spoor_domain::kernel::{Label, Language};

/// A value of a closed list, as GraphQL enum: `ProvisionallyDismissed` is `PROVISIONALLY_DISMISSED`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Coded<L>(pub L);

impl<L> From<L> for Coded<L> {
    fn from(value: L) -> Self {
        Self(value)
    }
}

/// The GraphQL name of a code: `NotYourRole` is `NOT_YOUR_ROLE`.
pub fn enum_name(code: &str) -> String {
    let mut name = String::with_capacity(code.len() + 6);
    let mut after_lower_case = false;
    for letter in code.chars() {
        if letter.is_uppercase() && after_lower_case {
            name.push('_');
        }
        after_lower_case = letter.is_lowercase() || letter.is_ascii_digit();
        name.extend(letter.to_uppercase());
    }
    name
}

/// The name of the GraphQL type: the list's own, but what the domain calls a refusal clients call a user error.
fn type_name<L: Label>() -> &'static str {
    match L::LIST {
        "RefusalCode" => "UserErrorCode",
        list => list,
    }
}

fn describe<L: Label>() -> MetaType {
    let value = |value: &L| {
        let name = enum_name(value.code());
        let meta = MetaEnumValue {
            name: name.clone(),
            description: Some(value.label(Language::En).to_owned()),
            deprecation: Deprecation::NoDeprecated,
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            directive_invocations: Vec::new(),
        };
        (name, meta)
    };
    MetaType::Enum {
        name: type_name::<L>().to_owned(),
        description: Some(L::ABOUT.to_owned()),
        enum_values: L::ALL.iter().map(value).collect(),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: Some(std::any::type_name::<Coded<L>>()),
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

impl<L: Label + Send + Sync> InputType for Coded<L> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(type_name::<L>())
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::Enum, |_| describe::<L>())
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let given = value.unwrap_or_default();
        let name = match &given {
            Value::Enum(name) => name.as_str(),
            Value::String(name) => name.as_str(),
            _ => return Err(InputValueError::expected_type(given)),
        };
        L::ALL
            .iter()
            .find(|value| enum_name(value.code()) == name)
            .map(|value| Self(*value))
            .ok_or_else(|| InputValueError::custom(format!("{} has no value {name:?}", L::LIST)))
    }

    fn to_value(&self) -> Value {
        Value::Enum(Name::new(enum_name(self.0.code())))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<L: Label + Send + Sync> OutputType for Coded<L> {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(type_name::<L>())
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Enum, |_| describe::<L>())
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(self.to_value())
    }
}

/// The language of a label: Dutch, the language of the legal terms, or English.
#[derive(async_graphql::Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[graphql(name = "Language")]
pub enum LabelLanguage {
    /// Dutch.
    #[default]
    Nl,
    /// English.
    En,
}

impl From<LabelLanguage> for Language {
    fn from(language: LabelLanguage) -> Self {
        match language {
            LabelLanguage::Nl => Language::Nl,
            LabelLanguage::En => Language::En,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::enum_name;

    #[test]
    fn a_code_becomes_a_graphql_name() {
        assert_eq!(enum_name("ProvisionallyDismissed"), "PROVISIONALLY_DISMISSED");
        assert_eq!(enum_name("Article216ter"), "ARTICLE216TER");
        assert_eq!(enum_name("Nl"), "NL");
    }
}
