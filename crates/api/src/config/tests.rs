//! Settings from three places, and the combinations production refuses.

use super::*;

impl Stores {
    /// Every store a file in this directory.
    pub(crate) fn in_files(directory: &Path) -> Self {
        Self { data: Some(directory.join("data")), ..Self::default() }
    }

    /// Both logs, the views and the keys each in a fresh database, the rest in this directory.
    pub(crate) async fn on_postgres(directory: &Path) -> Self {
        let fresh = async || Some(spoor_testkit::TestDatabase::fresh().await.url);
        Self {
            log_url: fresh().await,
            access_url: fresh().await,
            views_url: fresh().await,
            keys_url: fresh().await,
            ..Self::in_files(directory)
        }
    }
}

fn sources(file: Option<&Path>, variables: &[(&str, &str)], flags: &[(&'static str, &str)]) -> Sources {
    Sources {
        file: file.map(Path::to_path_buf),
        variables: variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        flags: flags.iter().map(|(path, value)| (*path, (*value).to_owned())).collect(),
    }
}

fn written(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

#[test]
fn flags_overrule_variables_and_variables_overrule_the_file() {
    let file = written("[stores]\nlog_url = 'sqlite:file'\nviews_url = 'sqlite:file'\naccess_url = 'sqlite:file'");
    let variables = [("SPOOR_LOG_URL", "sqlite:variable"), ("SPOOR_VIEWS_URL", "sqlite:variable")];
    let config = load(&sources(Some(file.path()), &variables, &[("stores.log_url", "sqlite:flag")])).unwrap();
    assert_eq!(config.stores.log_url.as_deref(), Some("sqlite:flag"));
    assert_eq!(config.stores.views_url.as_deref(), Some("sqlite:variable"));
    assert_eq!(config.stores.access_url.as_deref(), Some("sqlite:file"));
}

#[test]
fn unknown_names_are_refused_wherever_they_stand() {
    for text in ["[http]\nbnid = '127.0.0.1:1'", "[server]\nport = 1", "profile = 'demo'", "[auth]\nsecret = 'x'"] {
        assert!(load(&sources(Some(written(text).path()), &[], &[])).is_err(), "{text}");
    }
    let refused = load(&sources(None, &[("SPOOR_LOGURL", "x"), ("SPOOR_PROFILE", "demo")], &[])).unwrap_err();
    assert_eq!(refused.0.len(), 2, "{refused}");
}

#[test]
fn a_variable_takes_the_type_of_its_setting() {
    let variables = [
        ("SPOOR_HTTP_BEHIND_TLS_PROXY", "true"),
        ("SPOOR_HTTP_MAX_SOCKETS", "7"),
        ("SPOOR_HTTP_ALLOWED_ORIGINS", "https://a.example, https://b.example"),
        ("SPOOR_HTTP_BIND", "127.0.0.1:9"),
    ];
    let http = load(&sources(None, &variables, &[])).unwrap().http;
    assert!(http.behind_tls_proxy);
    assert_eq!((http.max_sockets, http.bind.port(), http.allowed_origins.len()), (7, 9, 2));
    for (name, value) in
        [("SPOOR_HTTP_MAX_SOCKETS", "many"), ("SPOOR_HTTP_BIND", "here"), ("SPOOR_HTTP_GRAPHIQL", "yes")]
    {
        assert!(load(&sources(None, &[(name, value)], &[])).is_err(), "{name}");
    }
}

#[test]
fn what_is_printed_can_be_used_as_a_file_and_names_every_setting() {
    let file = written(&print(&Config::default()));
    assert_eq!(load(&sources(Some(file.path()), &[], &[])).unwrap(), Config::default());
    let printed = print(&Config::default());
    for setting in Config::settings() {
        assert!(printed.contains(&setting.variable()) && !setting.help.is_empty(), "{}", setting.path());
    }
    let known: Vec<String> = Config::settings().map(Setting::path).collect();
    for (section, keys) in Table::try_from(Config::default()).unwrap() {
        for key in keys.as_table().unwrap().keys() {
            assert!(known.contains(&format!("{section}.{key}")), "{section}.{key} is not documented");
        }
    }
}

/// A production configuration with nothing to complain about.
fn safe(directory: &Path) -> Config {
    let jwks = directory.join("jwks.json");
    let key = r#"{"kty":"OKP","crv":"Ed25519","kid":"2026-1","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    std::fs::write(&jwks, format!(r#"{{"keys":[{key}]}}"#)).unwrap();
    let mut config = Config::default();
    config.stores.data = Some(directory.join("data"));
    config.auth.issuer = "https://login.example/op".into();
    config.auth.audience = "spoor".into();
    config.auth.jwks_file = Some(jwks);
    config
}

#[test]
fn production_starts_with_safe_settings() {
    let directory = tempfile::tempdir().unwrap();
    let mut config = safe(directory.path());
    assert_eq!(refuse_unsafe(&config), Ok(()));
    config.http.time_limit_ms = 9_000;
    assert_eq!(refuse_unsafe(&config), Ok(()), "a second more than the access log is given");
}

#[test]
fn production_refuses_each_unsafe_setting_and_says_what_to_change() {
    type Change = fn(&mut Config);
    let table: &[(Change, &str)] = &[
        (|c| c.http.graphiql = true, "http.graphiql"),
        (|c| c.http.introspection = true, "http.introspection"),
        (|c| c.http.bind = ([0, 0, 0, 0], 80).into(), "http.behind_tls_proxy"),
        (|c| c.http.allowed_origins = vec!["*".into()], "http.allowed_origins"),
        (|c| c.http.allowed_origins = vec!["http://a.example".into()], "http.allowed_origins"),
        (|c| c.http.time_limit_ms = 0, "http.time_limit_ms"),
        (|c| c.http.time_limit_ms = 8_999, "an access log that does not answer: give a request at least 9000 ms"),
        (|c| c.http.document_cache = 0, "http.document_cache"),
        (|c| c.auth.issuer.clear(), "auth.issuer"),
        (|c| c.auth.issuer = "http://login.example".into(), "auth.issuer"),
        (|c| c.auth.issuer = DEMO_ISSUER.into(), "auth.issuer"),
        (|c| c.auth.audience.clear(), "auth.audience"),
        (|c| c.auth.jwks_file = None, "auth.jwks_file"),
        (|c| c.auth.jwks_file = Some("/nowhere/jwks.json".into()), "auth.jwks_file"),
        (|c| c.auth.leeway_s = 3600, "auth.leeway_s"),
        (|c| c.stores.data = None, "--log-url"),
        (|c| c.stores.data = None, "proof.signing_key_file"),
        (|c| c.stores.data = None, "stores.draw_key_file"),
        (|c| c.proof.origin = "https://spoor.example.be".into(), "proof.origin"),
        (
            |c| {
                c.stores.log_url = Some("sqlite:one".into());
                c.stores.access_url = Some("sqlite:one".into());
            },
            "stores.access_url",
        ),
        (|c| c.stores.log_url = Some("mysql://db/spoor".into()), "stores.log_url"),
        (|c| c.stores.log_url = Some("postgres://spoor:secret@127.0.0.1/spoor".into()), "postgres_password_file"),
        (|c| c.stores.views_url = Some("postgres://spoor@db.example/spoor".into()), "sslmode=verify-full"),
        (|c| c.stores.log_url = Some("esdb://admin:secret@db.example:2113".into()), "credentialsFile"),
        (|c| c.stores.log_url = Some("esdb://db.example:2113?tls=false".into()), "tls=false"),
        (|c| c.stores.access_url = Some("esdb://db.example:2113?tlsVerifyCert=false".into()), "tlsVerifyCert"),
        (|c| c.stores.log_url = Some("esdb://db.example?nodePreference=follower".into()), "stores.log_url"),
        (|c| c.stores.views_url = Some("esdb://db.example".into()), "stores.views_url is in KurrentDB"),
        (|c| c.stores.keys_url = Some("esdb://db.example".into()), "stores.keys_url is in KurrentDB"),
        (|c| c.stores.blobs_url = Some("esdb://db.example".into()), "stores.blobs_url"),
        (
            |c| {
                c.stores.log_url = Some("esdb://db.example".into());
                c.stores.access_url = Some("esdb://db.example?prefix=spoor".into());
            },
            "prefix=spoor_access",
        ),
        (
            |c| {
                c.stores.data = None;
                c.stores.log_url = Some("esdb://db.example".into());
            },
            "stores.keys_url is not set: give --data DIR",
        ),
    ];
    for (change, expected) in table {
        let directory = tempfile::tempdir().unwrap();
        let mut config = safe(directory.path());
        change(&mut config);
        let refused = refuse_unsafe(&config).expect_err(expected);
        assert!(refused.to_string().contains(expected), "{refused}");
        assert!(!refused.to_string().contains("secret"), "{refused}");
    }
}

#[test]
fn production_starts_with_its_log_in_kurrentdb_reached_over_verified_connections() {
    let directory = tempfile::tempdir().unwrap();
    let mut config = safe(directory.path());
    config.stores.log_url = Some("esdb://h1.example,h2.example,h3.example?tlsCaFile=ca.pem&credentialsFile=k".into());
    assert_eq!(refuse_unsafe(&config), Ok(()));
    config.stores.log_url = Some("esdb://127.0.0.1:2113?tls=false".into());
    assert_eq!(refuse_unsafe(&config), Ok(()));
}

#[test]
fn production_refuses_the_keys_and_the_directory_of_a_demo() {
    let directory = tempfile::tempdir().unwrap();
    let mut config = safe(directory.path());
    let data = config.stores.data.clone().unwrap();
    let signer = crate::demo::identity::Signer::open(&data).unwrap();
    config.auth.jwks_file = signer.settings().jwks_file;
    let refused = refuse_unsafe(&config).unwrap_err().to_string();
    assert!(refused.contains("key of the demo") && refused.contains("made by the demo"), "{refused}");
}

#[test]
fn a_public_address_is_fine_behind_a_proxy_that_terminates_tls() {
    let directory = tempfile::tempdir().unwrap();
    let mut config = safe(directory.path());
    config.http.bind = ([10, 0, 0, 5], 8080).into();
    config.http.behind_tls_proxy = true;
    assert_eq!(refuse_unsafe(&config), Ok(()));
    config.http.admin_bind = Some(config.http.bind);
    assert!(refuse_unsafe(&config).is_err(), "metrics on a public address");
}

#[test]
fn every_problem_is_named_at_once() {
    let refused = refuse_unsafe(&Config::default()).unwrap_err();
    assert!(refused.0.len() >= 7, "{refused}");
}

#[test]
fn the_demo_listens_on_loopback_only() {
    let mut config = Config { profile: Profile::Demo, ..Config::default() };
    config.stores.data = Some("var/demo".into());
    config.http.graphiql = true;
    assert_eq!(refuse_unsafe(&config), Ok(()));
    config.http.bind = ([0, 0, 0, 0], 8080).into();
    config.http.behind_tls_proxy = true;
    assert!(refuse_unsafe(&config).is_err());
}

#[test]
fn half_of_the_cores_are_left_to_a_database_on_this_machine_unless_the_operator_says_otherwise() {
    let cores = std::thread::available_parallelism().unwrap().get();
    let with = |log: &str| {
        let mut config = Config::default();
        config.stores.log_url = Some(log.to_owned());
        config
    };
    assert_eq!(with("sqlite:log.sqlite").workers().get(), cores);
    assert_eq!(with("postgres://db.example/spoor").workers().get(), cores);
    assert_eq!(with("esdb://db.example:2113").workers().get(), cores);
    assert_eq!(with("postgres://127.0.0.1/spoor").workers().get(), (cores / 2).max(1));
    assert_eq!(with("esdb://127.0.0.1:2113?tls=false").workers().get(), (cores / 2).max(1));
    let mut told = with("postgres://127.0.0.1/spoor");
    told.runtime.workers = std::num::NonZeroUsize::new(7);
    assert_eq!(told.workers().get(), 7);
}

#[test]
fn deadlines_are_days_per_status_and_nought_is_none() {
    let file = written("[deadlines]\nrequested = 3\ntoured = 0");
    let rule = load(&sources(Some(file.path()), &[], &[])).unwrap().deadlines.rule();
    use spoor_domain::trajectory::vocabulary::TrajectoryStatus::{Advised, Requested, Toured};
    assert_eq!(rule.days.get(&Requested), Some(&3));
    assert_eq!(rule.days.get(&Toured), None);
    assert_eq!(rule.days.get(&Advised), spoor_domain::trajectory::Deadlines::default().days.get(&Advised));
    assert_eq!(Config::default().deadlines.rule(), spoor_domain::trajectory::Deadlines::default());
    let unknown = written("[deadlines]\nrefused = 3");
    assert!(load(&sources(Some(unknown.path()), &[], &[])).is_err(), "no next step waits for anybody there");
}

/// One version of the criteria, as a file has it.
fn version(code: &str, parket: &str, criteria: &str) -> String {
    format!(
        r#"{{"code":"{code}","parket":{parket},"valid_from":"2026-01-01","minors_allowed":true,"criteria":[{criteria}]}}"#
    )
}

const CRITERION: &str = r#"{"code":"apart","rule":"MustHold","label_nl":"Apart bekeken","label_en":"Looked at apart"}"#;

#[test]
fn further_criteria_come_from_a_file_and_stand_beside_the_built_in_ones() {
    let file = written(&format!(r#"{{"versions":[{}]}}"#, version("jeugd", r#""parket-gent""#, CRITERION)));
    let book = criteria_book(&Criteria { file: Some(file.path().to_path_buf()) }).unwrap();
    let in_force = |parket: &str| {
        let parket = spoor_domain::kernel::OrganisationId(parket.into());
        book.in_force(&parket, "2026-06-01".parse().unwrap()).map(|version| version.code.clone())
    };
    assert_eq!(in_force("parket-gent").as_deref(), Some("jeugd"));
    assert_eq!(in_force("parket-antwerpen").as_deref(), Some("kd-leaflet"));
    assert_eq!(criteria_book(&Criteria::default()).unwrap(), Default::default());
}

#[test]
fn a_file_of_criteria_is_refused_with_all_that_is_wrong_with_it() {
    let problems = |versions: &[String]| {
        let file = written(&format!(r#"{{"versions":[{}]}}"#, versions.join(",")));
        criteria_book(&Criteria { file: Some(file.path().to_path_buf()) }).unwrap_err().0
    };
    let all = r#""parket-gent""#;
    assert!(problems(&[version("kd-leaflet", all, CRITERION)])[0].contains("a code of its own"));
    assert!(problems(&[version("", all, CRITERION)])[0].contains("has no code"));
    assert!(problems(&[version("a", all, CRITERION), version("b", all, CRITERION)])[0].contains("from the same day"));
    assert!(problems(&[version("a", r#""Gent""#, CRITERION)])[0].contains("parket-antwerpen"));
    assert!(problems(&[version("a", all, "")])[0].contains("at least one"));
    assert!(problems(&[version("a", all, &format!("{CRITERION},{CRITERION}"))])[0].contains("two with the same"));
    assert!(problems(&[version("a", all, &CRITERION.replace("Apart bekeken", " "))])[0].contains("label_nl"));
    assert!(problems(&[version("a", all, &CRITERION.replace("MustHold", "Perhaps"))])[0].contains("Perhaps"));
    assert!(problems(&[version("a", all, CRITERION).replace("minors_allowed", "minors")])[0].contains("minors"));
    assert_eq!(problems(&[version("", all, ""), version("x", r#""Gent""#, CRITERION)]).len(), 3);
    let nowhere = Criteria { file: Some("/nowhere/criteria.json".into()) };
    assert!(criteria_book(&nowhere).unwrap_err().to_string().contains("cannot read"));
}
