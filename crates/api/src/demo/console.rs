//! GraphiQL at `/`, as the persona one chooses. The demo alone has it: its page carries tokens. Scripts and styles are
//! part of the program (`assets/graphiql`), so the page asks nothing of the internet.

use std::collections::HashMap;

use async_graphql::ID;
use axum::Router;
use axum::extract::Query;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use serde_json::json;
use spoor_domain::kernel::Label;

use super::personas::Persona;
use super::queries;
use crate::policy;

const SCRIPT: &[u8] = include_bytes!("../../assets/graphiql/graphiql.js.gz");
const STYLE: &[u8] = include_bytes!("../../assets/graphiql/graphiql.css.gz");

/// Only what this program serves may run or be asked; GraphiQL sets styles of its own while it runs.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Who one can be, and what is asked to begin with.
#[derive(Clone)]
struct Login {
    name: &'static str,
    title: &'static str,
    token: String,
    purpose: &'static str,
    question: String,
}

/// `/` asks as the first persona, `/?as=analyst` as the analyst. `plan` is the plan that questions are about.
pub fn console(personas: &[Persona], plan: &ID) -> Router {
    let logins: Vec<Login> = personas.iter().map(|persona| Login::of(persona, plan)).collect();
    Router::new()
        .route("/", get(move |query| page(query, logins)))
        .route("/graphiql.js", get(|| compressed("text/javascript; charset=utf-8", SCRIPT)))
        .route("/graphiql.css", get(|| compressed("text/css; charset=utf-8", STYLE)))
}

impl Login {
    fn of(persona: &Persona, plan: &ID) -> Self {
        Self {
            name: persona.name,
            title: persona.title,
            token: persona.token.clone(),
            purpose: policy::usual_purpose(persona.actor.role).code(),
            question: queries::first_question(persona.name, plan),
        }
    }

    /// What the page's script needs to know, as JSON that can stand in HTML.
    fn settings(&self) -> String {
        let authorization = format!("Bearer {}", self.token);
        let settings = json!({
            "headers": { "Authorization": authorization, "Spoor-Purpose": self.purpose },
            "connectionParams": { "authorization": authorization, "purpose": self.purpose },
            "query": self.question,
        });
        // Nothing in it may end the element it stands in.
        settings.to_string().replace('<', "\\u003c")
    }
}

async fn page(Query(query): Query<HashMap<String, String>>, logins: Vec<Login>) -> impl IntoResponse {
    let wanted = query.get("as").map(String::as_str);
    let chosen = logins.iter().find(|login| Some(login.name) == wanted).or(logins.first());
    let page = chosen.map(|login| document(login, &logins)).unwrap_or_default();
    ([(CONTENT_SECURITY_POLICY, POLICY), (CACHE_CONTROL, "no-store")], Html(page))
}

fn document(chosen: &Login, logins: &[Login]) -> String {
    let link = |login: &Login| {
        let weight = if login.name == chosen.name { "bold" } else { "normal" };
        format!(r#"<a style="margin-left:1em;font-weight:{weight}" href="/?as={}">{}</a>"#, login.name, login.title)
    };
    let links: String = logins.iter().map(link).collect();
    let settings = chosen.settings();
    format!(
        r#"<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Spoor (demo)</title><link rel="stylesheet" href="/graphiql.css"></head>
<body style="margin:0">
<div id="graphiql" style="height:calc(100vh - 2.4em)"></div>
<nav style="height:1.4em;padding:.5em 1em;font:14px sans-serif">Asking as {links}</nav>
<script type="application/json" id="settings">{settings}</script>
<script src="/graphiql.js"></script>
</body>
</html>
"#
    )
}

/// Every browser takes gzip; it is stored so and sent as it is.
async fn compressed(media: &'static str, bytes: &'static [u8]) -> impl IntoResponse {
    ([(CONTENT_TYPE, media), (CONTENT_ENCODING, "gzip"), (CACHE_CONTROL, "max-age=3600")], bytes)
}

#[cfg(test)]
mod tests {
    use spoor_eventlog::Clock;

    use super::*;
    use crate::demo::identity::Signer;
    use crate::demo::personas;

    #[test]
    fn the_page_asks_as_the_persona_that_was_chosen_and_holds_no_other_token() {
        let directory = tempfile::tempdir().unwrap();
        let signer = Signer::open(directory.path()).unwrap();
        let personas = personas::signed(&signer, directory.path(), Clock::System.now()).unwrap();
        let logins: Vec<Login> = personas.iter().map(|persona| Login::of(persona, &ID::from("the-plan"))).collect();
        for chosen in &logins {
            let page = document(chosen, &logins);
            for login in &logins {
                assert_eq!(page.contains(&login.token), login.name == chosen.name, "{} as {}", login.name, chosen.name);
            }
            assert!(page.contains("Spoor-Purpose") && !page.contains("PLAN"), "{page}");
        }
    }

    #[test]
    fn the_page_asks_nothing_of_the_internet() {
        let login = Login {
            name: "a",
            title: "A",
            token: "t".into(),
            purpose: "p",
            question: "</script><script src=\"https://elsewhere.example\">".into(),
        };
        let page = document(&login, std::slice::from_ref(&login));
        assert!(!page.contains("</script><script src=\"https"), "{page}");
        assert!(!page.contains("<script src=\"http") && !page.contains("<link rel=\"stylesheet\" href=\"http"));
    }
}
