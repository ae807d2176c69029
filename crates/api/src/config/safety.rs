//! What production refuses to start with. Each rule answers with what to change.

use std::path::{Path, PathBuf};
use std::time::Duration;

use spoor_domain::trajectory::vocabulary::TrajectoryStatus;
use spoor_eventlog::{LogUrl, LogUrlError};

use super::{Config, ConfigError, Profile, RateLimit, criteria_book};
use crate::access_book::RECORDED_WITHIN;
use crate::auth::KeySet;
use crate::proof::unset;

/// The issuer of the demo's tokens. Production never accepts it.
pub const DEMO_ISSUER: &str = "urn:spoor:demo";

/// The shortest time that a request may be given: enough to be told, within it, that an access log that does not answer is
/// what failed. One request may meet it twice: it reads there, and is recorded there.
const SHORTEST_REQUEST: Duration = RECORDED_WITHIN.saturating_mul(2).saturating_add(Duration::from_secs(1));

/// Refuses every unsafe setting of the profile in force, all at once.
pub fn refuse_unsafe(config: &Config) -> Result<(), ConfigError> {
    let mut problems = Vec::new();
    check_stores(config, &mut problems);
    check_listeners(config, &mut problems);
    check_retention(config, &mut problems);
    check_pace(config, &mut problems);
    match config.profile {
        Profile::Production => {
            check_surface(config, &mut problems);
            check_identity(config, &mut problems);
            refuse_a_demo_directory(config, &mut problems);
        }
        Profile::Demo => {
            if !config.http.bind.ip().is_loopback() {
                problems.push(format!(
                    "the demo signs its own tokens, so it listens on loopback only, not on {}",
                    config.http.bind
                ));
            }
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(ConfigError(problems)) }
}

/// The same for commands that open the stores and serve nobody.
pub fn refuse_unsafe_stores(config: &Config) -> Result<(), ConfigError> {
    let mut problems = Vec::new();
    check_stores(config, &mut problems);
    if problems.is_empty() { Ok(()) } else { Err(ConfigError(problems)) }
}

/// The same for the place of a log that no setting names.
pub fn refuse_unsafe_log(flag: &str, url: &str, config: &Config) -> Result<(), ConfigError> {
    let mut problems = Vec::new();
    check_log(flag, url, config.profile, &mut problems);
    if problems.is_empty() { Ok(()) } else { Err(ConfigError(problems)) }
}

fn check_stores(config: &Config, problems: &mut Vec<String>) {
    let stores = &config.stores;
    type Check = fn(&str, &str, Profile, &mut Vec<String>);
    let table: [(&str, &Option<String>, Check); 4] = [
        ("log_url", &stores.log_url, check_log),
        ("access_url", &stores.access_url, check_log),
        ("views_url", &stores.views_url, check_store),
        ("keys_url", &stores.keys_url, check_store),
    ];
    for (name, url, check) in table {
        match url {
            // The access log is beside it.
            None if name == "access_url" && stores.log_is_in_kurrentdb() => {}
            None if stores.data.is_none() => {
                problems.push(format!(
                    "stores.{name} is not set: give --data DIR for embedded stores, or --{}",
                    name.replace('_', "-")
                ));
            }
            Some(url) => check(&format!("stores.{name}"), url, config.profile, problems),
            None => {}
        }
    }
    match &stores.blobs_url {
        None if stores.data.is_none() => {
            problems.push("stores.blobs_url is not set: give --data DIR, or --blobs-url".into());
        }
        Some(url) if url.strip_prefix("directory:").is_some_and(|path| !path.is_empty()) => {}
        Some(url) if url.starts_with("postgres") => check_postgres("stores.blobs_url", url, config.profile, problems),
        Some(_) => problems.push("stores.blobs_url is neither directory:PATH nor postgres://HOST/DATABASE".into()),
        None => {}
    }
    let documents = &config.documents;
    if !(1..=600).contains(&documents.link_s)
        || documents.attach_within_h == 0
        || documents.transfers == 0
        || documents.time_limit_ms == 0
    {
        problems.push("documents.link_s is 1 to 600 seconds; the other settings of [documents] are at least 1".into());
    }
    let place = |url: &Option<String>| url.as_ref().and_then(|url| url.parse::<LogUrl>().ok());
    if place(&stores.log_url).is_some_and(|log| place(&stores.access_url) == Some(log)) {
        problems.push(
            "stores.access_url equals stores.log_url: give the access log a file, schema (?schema=access) or prefix \
             (?prefix=spoor_access) of its own"
                .into(),
        );
    }
    if stores.data.is_none() && stores.master_key_file.is_none() {
        problems
            .push("stores.master_key_file is not set: name the file with the master key, or give --data DIR".into());
    }
    if stores.data.is_none() && stores.draw_key_file.is_none() {
        problems
            .push("stores.draw_key_file is not set: name the file with the key of the lots, or give --data DIR".into());
    }
    check_proof(config, problems);
    if let Err(ConfigError(found)) = criteria_book(&config.criteria) {
        problems.extend(found);
    }
}

fn check_proof(config: &Config, problems: &mut Vec<String>) {
    let proof = &config.proof;
    let places = [("signing_key_file", &proof.signing_key_file), ("checkpoint_dir", &proof.checkpoint_dir)];
    let nowhere = |(_, place): &(&str, &Option<PathBuf>)| place.is_none() && config.stores.data.is_none();
    problems.extend(places.into_iter().filter(nowhere).map(|(setting, _)| unset(setting)));
    if proof.origin.contains(['+', ' ', '\n']) || proof.origin.contains("://") {
        problems.push(format!(
            "proof.origin = {:?} cannot be the name of a log: write it without scheme, spaces and plus signs, such as \
             spoor.example.be",
            proof.origin
        ));
    }
}

/// A term without its ground in law cannot be accounted for.
fn check_retention(config: &Config, problems: &mut Vec<String>) {
    let rules = &config.retention;
    let some_term = TrajectoryStatus::ENDED.iter().any(|status| rules.term(*status).is_some());
    if some_term && rules.reference.trim().is_empty() {
        problems.push("retention.reference is not set: name the law that sets the terms".into());
    }
}

fn check_log(name: &str, url: &str, profile: Profile, problems: &mut Vec<String>) {
    match url.parse::<LogUrl>() {
        Ok(LogUrl::Sqlite(_)) => {}
        Ok(LogUrl::Postgres(_)) => check_postgres(name, url, profile, problems),
        Ok(log @ LogUrl::Kurrent(_)) if log.has_its_server_on_this_machine() => {}
        Ok(LogUrl::Kurrent(kurrent)) if profile == Profile::Production && !kurrent.is_verified() => problems.push(
            format!("{name} reaches another machine without a verified connection: leave out tls=false and tlsVerifyCert=false"),
        ),
        Ok(LogUrl::Kurrent(_)) => {}
        Err(LogUrlError::Kurrent(error)) => problems.push(format!("{name}: {error}")),
        Err(_) => problems.push(format!("{name} is neither sqlite:PATH, postgres://HOST/DATABASE nor esdb://HOST:2113")),
    }
}

/// A place for what is changed and destroyed.
fn check_store(name: &str, url: &str, profile: Profile, problems: &mut Vec<String>) {
    if url.starts_with("esdb") {
        problems.push(format!(
            "{name} is in KurrentDB, which keeps logs only: give --data DIR, sqlite:PATH or postgres://HOST/DATABASE"
        ));
    } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        check_postgres(name, url, profile, problems);
    } else if url.strip_prefix("sqlite:").is_none_or(str::is_empty) {
        problems.push(format!("{name} is neither sqlite:PATH nor postgres://HOST/DATABASE"));
    }
}

fn check_postgres(name: &str, url: &str, profile: Profile, problems: &mut Vec<String>) {
    let rest = url.split_once("://").map_or(url, |(_scheme, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    if authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':')) {
        problems.push(format!(
            "{name} contains a password: put it in a file and name that in stores.postgres_password_file"
        ));
    }
    let local = url.parse::<LogUrl>().is_ok_and(|place| place.has_its_server_on_this_machine());
    if profile == Profile::Production && !local && !rest.contains("sslmode=verify-full") {
        problems
            .push(format!("{name} reaches another machine without a verified connection: add ?sslmode=verify-full"));
    }
}

fn check_listeners(config: &Config, problems: &mut Vec<String>) {
    let http = &config.http;
    if !http.bind.ip().is_loopback() && !http.behind_tls_proxy {
        problems.push(format!(
            "http.bind = {} can be reached from outside without TLS: listen on loopback, or put a TLS-terminating proxy before it and \
             set http.behind_tls_proxy = true",
            http.bind
        ));
    }
    if http.admin_bind.is_some_and(|admin| admin == http.bind && !admin.ip().is_loopback()) {
        problems.push("http.admin_bind equals a public http.bind: give /metrics an address of its own".into());
    }
    if config.auth.leeway_s > 60 {
        problems.push(format!(
            "auth.leeway_s = {} is more than 60 seconds: repair the clocks instead",
            config.auth.leeway_s
        ));
    }
    if Duration::from_millis(http.time_limit_ms) < SHORTEST_REQUEST {
        problems.push(format!(
            "http.time_limit_ms = {} is too short to tell of an access log that does not answer: give a request at \
             least {} ms",
            http.time_limit_ms,
            SHORTEST_REQUEST.as_millis()
        ));
    }
    if http.body_limit_bytes > 8 * 1024 * 1024 || http.document_cache == 0 {
        problems.push("http.body_limit_bytes is at most 8 MiB; http.document_cache is at least 1".into());
    }
}

fn check_pace(config: &Config, problems: &mut Vec<String>) {
    let RateLimit { per_minute, burst, persons } = &config.rate_limit;
    if *per_minute == 0 || *burst == 0 || *persons == 0 {
        problems.push("rate_limit.per_minute, rate_limit.burst and rate_limit.persons are at least 1".into());
    }
}

fn check_surface(config: &Config, problems: &mut Vec<String>) {
    if config.http.graphiql {
        problems.push("http.graphiql = true is for the demo: set it to false".into());
    }
    if config.http.introspection {
        problems.push("http.introspection = true is for the demo: set it to false, clients have schema.graphql".into());
    }
    for origin in &config.http.allowed_origins {
        if !origin.starts_with("https://") || origin.contains('*') {
            problems
                .push(format!("http.allowed_origins has {origin:?}: name each origin in full, starting with https://"));
        }
    }
}

fn check_identity(config: &Config, problems: &mut Vec<String>) {
    let auth = &config.auth;
    if auth.issuer.is_empty() {
        problems.push("auth.issuer is not set: name the issuer whose tokens count".into());
    } else if auth.issuer == DEMO_ISSUER {
        problems.push("auth.issuer is the demo's, which signs its own tokens: name your own issuer".into());
    } else if !auth.issuer.starts_with("https://") {
        problems.push(format!("auth.issuer = {:?} is not an https:// address", auth.issuer));
    }
    if auth.audience.is_empty() {
        problems.push("auth.audience is not set: name this installation as tokens name it".into());
    }
    match &auth.jwks_file {
        None => problems.push("auth.jwks_file is not set: name the file with the issuer's public keys".into()),
        Some(path) => check_keys(path, problems),
    }
}

fn check_keys(path: &Path, problems: &mut Vec<String>) {
    match KeySet::read(path) {
        Ok(keys) if keys.has_demo_key() => {
            problems.push(format!("{} holds a key of the demo: take your issuer's own keys", path.display()));
        }
        Ok(_) => {}
        Err(error) => problems.push(format!("auth.jwks_file: {error}")),
    }
}

/// Invented dossiers must never be served as real ones.
fn refuse_a_demo_directory(config: &Config, problems: &mut Vec<String>) {
    if let Some(data) = &config.stores.data
        && data.join(crate::demo::IDENTITY_DIRECTORY).exists()
    {
        problems.push(format!("{} was made by the demo: give production a directory of its own", data.display()));
    }
}
