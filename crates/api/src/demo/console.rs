//! GraphiQL at `/`, as the persona one chooses. The demo alone has it: its page carries tokens.

use std::collections::HashMap;

use async_graphql::http::GraphiQLSource;
use axum::Router;
use axum::extract::Query;
use axum::response::Html;
use axum::routing::get;
use spoor_domain::kernel::Label;

use super::personas::Persona;
use crate::policy;

/// Who one can be: a name for the address, a title for people, a token.
#[derive(Clone)]
struct Login {
    name: &'static str,
    title: &'static str,
    token: String,
    purpose: &'static str,
}

/// `/` asks as the first persona, `/?as=analyst` as the analyst.
pub fn console(personas: &[Persona]) -> Router {
    let logins: Vec<Login> = personas.iter().map(Login::of).collect();
    Router::new().route("/", get(move |query| page(query, logins)))
}

impl Login {
    fn of(persona: &Persona) -> Self {
        let purpose = policy::usual_purpose(persona.actor.role).code();
        Self { name: persona.name, title: persona.title, token: persona.token.clone(), purpose }
    }
}

async fn page(Query(query): Query<HashMap<String, String>>, logins: Vec<Login>) -> Html<String> {
    let wanted = query.get("as").map(String::as_str);
    let Some(login) = logins.iter().find(|login| Some(login.name) == wanted).or(logins.first()) else {
        return Html(String::new());
    };
    let authorization = format!("Bearer {}", login.token);
    let page = GraphiQLSource::build()
        .endpoint("/graphql")
        .subscription_endpoint("/graphql/ws")
        .header("Authorization", &authorization)
        .header("Spoor-Purpose", login.purpose)
        .ws_connection_param("authorization", &authorization)
        .ws_connection_param("purpose", login.purpose)
        .title("Spoor (demo)")
        .finish();
    let links: String = logins
        .iter()
        .map(|other| {
            let weight = if other.name == login.name { "bold" } else { "normal" };
            format!(r#"<a style="margin-left:1em;font-weight:{weight}" href="/?as={}">{}</a>"#, other.name, other.title)
        })
        .collect();
    let bar = format!(
        r#"<nav style="position:fixed;bottom:0;right:0;z-index:9;padding:.5em 1em;background:#fff;font:14px sans-serif">Asking as {links}</nav>"#
    );
    Html(page.replace("</body>", &format!("{bar}</body>")))
}

#[cfg(test)]
mod tests {
    use spoor_eventlog::Clock;

    use super::*;
    use crate::demo::identity::Signer;
    use crate::demo::personas;

    #[tokio::test]
    async fn the_page_asks_as_the_persona_that_was_chosen() {
        let directory = tempfile::tempdir().unwrap();
        let signer = Signer::open(directory.path()).unwrap();
        let personas = personas::signed(&signer, directory.path(), Clock::System.now()).unwrap();
        let logins: Vec<Login> = personas.iter().map(Login::of).collect();
        for (wanted, expected) in [(None, 0), (Some("analyst"), 4), (Some("nobody"), 0)] {
            let query = wanted.map(|name: &str| ("as".to_owned(), name.to_owned())).into_iter().collect();
            let Html(page) = page(Query(query), logins.clone()).await;
            for (n, persona) in personas.iter().enumerate() {
                assert_eq!(page.contains(&persona.token), n == expected, "{wanted:?} {}", persona.name);
                assert!(page.contains("Spoor-Purpose"));
            }
        }
    }
}
