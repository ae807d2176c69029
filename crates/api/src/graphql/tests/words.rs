//! The schema describes itself, and fails as GraphQL says.

use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema};
use serde_json::{Value, json};

const INTROSPECTION: &str = "{ __schema { types { name kind description
    fields { name description args { name description } }
    inputFields { name description } enumValues { name description } } } }";

#[tokio::test]
async fn every_type_field_argument_and_value_is_described() {
    let schema = crate::graphql::builder().finish();
    let answer = serde_json::to_value(schema.execute(INTROSPECTION).await).unwrap();
    let mut bare = Vec::new();
    let described = |thing: &Value| thing["description"].as_str().is_some_and(|text| text.len() > 1);
    for kind in answer["data"]["__schema"]["types"].as_array().unwrap() {
        let name = kind["name"].as_str().unwrap();
        // Those of the language itself describe themselves, or need not.
        if name.starts_with("__") || name == "ID" {
            continue;
        }
        if !described(kind) {
            bare.push(name.to_owned());
        }
        for list in ["fields", "inputFields", "enumValues"] {
            for field in kind[list].as_array().into_iter().flatten() {
                let place = format!("{name}.{}", field["name"].as_str().unwrap());
                for argument in field["args"].as_array().into_iter().flatten().filter(|argument| !described(argument)) {
                    bare.push(format!("{place}({})", argument["name"].as_str().unwrap()));
                }
                if !described(field) {
                    bare.push(place);
                }
            }
        }
    }
    assert!(bare.is_empty(), "without a description: {bare:#?}");
}

struct Failing;

#[Object]
impl Failing {
    async fn maybe(&self) -> Option<async_graphql::Result<i32>> {
        Some(Err("no".into()))
    }
    async fn fine(&self) -> i32 {
        1
    }
}

#[tokio::test]
async fn a_nullable_field_that_fails_leaves_its_siblings_alone() {
    let schema = Schema::new(Failing, EmptyMutation, EmptySubscription);
    let answer = serde_json::to_value(schema.execute("{ maybe fine }").await).unwrap();
    assert_eq!(answer["data"], json!({ "maybe": null, "fine": 1 }));
}
