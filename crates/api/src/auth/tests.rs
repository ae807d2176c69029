//! Tokens that count, and the many that do not.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use spoor_domain::kernel::Role;
use spoor_eventlog::Clock;

use super::*;
use crate::config::DEMO_ISSUER;
use crate::demo::identity::{DEMO_AUDIENCE, Signer};

struct Issuer {
    signer: Signer,
    verifier: JwtJwks,
    directory: tempfile::TempDir,
}

fn issuer() -> Issuer {
    let directory = tempfile::tempdir().unwrap();
    let signer = Signer::open(directory.path()).unwrap();
    let verifier = JwtJwks::open(&signer.settings()).unwrap();
    Issuer { signer, verifier, directory }
}

fn now() -> i64 {
    Clock::System.now().timestamp()
}

fn claims() -> Value {
    json!({"iss": DEMO_ISSUER, "aud": DEMO_AUDIENCE, "sub": "p-17", "exp": now() + 600, "nbf": now() - 1,
           "role": "Prosecutor", "org": "parket-antwerpen", "discretion": true})
}

/// The valid claims with some changed; `null` removes one.
fn with(changes: Value) -> Value {
    let mut claims = claims();
    for (name, value) in changes.as_object().unwrap() {
        let all = claims.as_object_mut().unwrap();
        if value.is_null() {
            all.remove(name)
        } else {
            all.insert(name.clone(), value.clone())
        };
    }
    claims
}

#[tokio::test]
async fn a_good_token_names_the_person_the_role_and_the_organisation() {
    let issuer = issuer();
    let viewer = issuer.verifier.verify(&issuer.signer.sign(&claims()).unwrap()).await.unwrap();
    assert_eq!((viewer.actor.role, viewer.actor.id.0.as_str()), (Role::Prosecutor, "p-17"));
    assert_eq!((viewer.actor.organisation.0.as_str(), viewer.mode), ("parket-antwerpen", "jwt"));
}

#[tokio::test]
async fn claims_that_are_missing_or_wrong_are_refused() {
    use TokenError::*;
    let issuer = issuer();
    let table = [
        (json!({"exp": now() - 120}), Expired),
        (json!({"exp": null}), Incomplete),
        (json!({"exp": "tomorrow"}), Incomplete),
        (json!({"nbf": now() + 120}), NotYetValid),
        (json!({"nbf": "soon"}), Malformed),
        (json!({"iss": null}), Incomplete),
        (json!({"iss": "https://elsewhere.example"}), NotForUs),
        (json!({"aud": null}), Incomplete),
        (json!({"aud": "another-service"}), NotForUs),
        (json!({"aud": ["another-service", "and-another"]}), NotForUs),
        (json!({"sub": null}), Incomplete),
        (json!({"sub": ""}), Incomplete),
        (json!({"sub": "some.person@parket.example"}), Incomplete),
        (json!({"role": null}), Incomplete),
        (json!({"role": "Emperor"}), Incomplete),
        (json!({"role": ["Prosecutor", "Guide"]}), Incomplete),
        (json!({"org": null}), Incomplete),
        (json!({"org": "kazerne-dossin"}), Incomplete),
        (json!({"role": "Guide", "org": "parket-antwerpen"}), Incomplete),
        (json!({"role": "Administrator", "org": "spoor"}), OfTheProgram),
        (json!({"role": "Administrator", "org": "spoor", "sub": "spoor"}), OfTheProgram),
        (json!({"role": "Administrator", "org": "Spoor"}), OfTheProgram),
        (json!({"sub": "spoor"}), OfTheProgram),
        (json!({"discretion": false}), DiscretionNotAcknowledged),
        (json!({"discretion": null}), DiscretionNotAcknowledged),
    ];
    for (changes, expected) in table {
        let token = issuer.signer.sign(&with(changes.clone())).unwrap();
        assert_eq!(issuer.verifier.verify(&token).await, Err(expected), "{changes}");
    }
}

#[tokio::test]
async fn a_policy_analyst_needs_no_duty_of_discretion() {
    let issuer = issuer();
    let token = issuer.signer.sign(&with(json!({"role": "PolicyAnalyst", "org": "abb", "discretion": null}))).unwrap();
    assert_eq!(issuer.verifier.verify(&token).await.unwrap().actor.role, Role::PolicyAnalyst);
}

#[tokio::test]
async fn a_forged_or_broken_token_is_refused_whatever_its_header_says() {
    let issuer = issuer();
    let good = issuer.signer.sign(&claims()).unwrap();
    let kid = jsonwebtoken::decode_header(&good).unwrap().kid.unwrap();
    let jwks = std::fs::read_to_string(issuer.signer.settings().jwks_file.unwrap()).unwrap();
    let public = URL_SAFE_NO_PAD
        .decode(serde_json::from_str::<Value>(&jwks).unwrap()["keys"][0]["x"].as_str().unwrap())
        .unwrap();
    let other = Signer::open(&issuer.directory.path().join("other")).unwrap();
    let parts: Vec<&str> = good.split('.').collect();
    let raw = |header: Value| format!("{}.{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), parts[1], parts[2]);
    let forged_claims = URL_SAFE_NO_PAD.encode(with(json!({"role": "ComplianceOfficer"})).to_string());
    let hs256 = Header { kid: Some(kid.clone()), ..Header::new(Algorithm::HS256) };
    let table = [
        ("empty", String::new()),
        ("no token at all", "Bearer".into()),
        (
            "alg none without signature",
            format!("{}.{}.", URL_SAFE_NO_PAD.encode(json!({"alg": "none", "kid": kid}).to_string()), parts[1]),
        ),
        ("alg none", raw(json!({"alg": "none", "kid": kid}))),
        ("the public key as an HMAC secret", encode(&hs256, &claims(), &EncodingKey::from_secret(&public)).unwrap()),
        ("another algorithm of the same key", raw(json!({"alg": "ES256", "kid": kid}))),
        ("unknown kid", raw(json!({"alg": "EdDSA", "kid": "spoor-demo-unknown"}))),
        ("no kid", raw(json!({"alg": "EdDSA"}))),
        ("somebody else's key", other.sign(&claims()).unwrap()),
        ("jku header", raw(json!({"alg": "EdDSA", "kid": kid, "jku": "https://evil.example/jwks.json"}))),
        ("x5u header", raw(json!({"alg": "EdDSA", "kid": kid, "x5u": "https://evil.example/cert"}))),
        ("crit header", raw(json!({"alg": "EdDSA", "kid": kid, "crit": ["exp"]}))),
        ("another kind of token", raw(json!({"alg": "EdDSA", "kid": kid, "typ": "logout+jwt"}))),
        ("tampered claims", format!("{}.{forged_claims}.{}", parts[0], parts[2])),
        ("tampered signature", format!("{}.{}.{}", parts[0], parts[1], parts[2].chars().rev().collect::<String>())),
        ("cut short", good[..good.len() - 4].to_owned()),
        ("one part too many", format!("{good}.extra")),
        ("very long", "a.".repeat(20_000)),
        ("not base64", "§.§.§".into()),
    ];
    for (what, token) in table {
        let refused = issuer.verifier.verify(&token).await;
        assert!(matches!(refused, Err(TokenError::Malformed | TokenError::NotTrusted)), "{what}: {refused:?}");
    }
}

#[test]
fn a_file_of_keys_holds_public_signing_keys_of_one_kind() {
    let ed = r#""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;
    let p256 = r#""kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM""#;
    let table = [
        (format!(r#"{{"keys":[{{{ed},"kid":"a"}}]}}"#), None),
        (format!(r#"{{"keys":[{{{p256},"kid":"a"}}]}}"#), None),
        (r#"{"keys":[]}"#.into(), Some("no keys")),
        ("{}".into(), Some("not a JWKS")),
        (format!(r#"{{"keys":[{{{ed}}}]}}"#), Some("without kid")),
        (
            format!(r#"{{"keys":[{{{ed},"kid":"a","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}}]}}"#),
            Some("private"),
        ),
        (r#"{"keys":[{"kty":"oct","k":"c2VjcmV0","kid":"a"}]}"#.into(), Some("shared")),
        (format!(r#"{{"keys":[{{{ed},"kid":"a"}},{{{ed},"kid":"a"}}]}}"#), Some("twice")),
        (format!(r#"{{"keys":[{{{ed},"kid":"a"}},{{{p256},"kid":"b"}}]}}"#), Some("mixes")),
        (format!(r#"{{"keys":[{{{ed},"kid":"a","use":"enc"}}]}}"#), Some("signing key")),
    ];
    for (text, expected) in table {
        match (KeySet::parse(&text), expected) {
            (Ok(_), None) => {}
            (Err(problem), Some(part)) => assert!(problem.contains(part), "{problem}"),
            (result, _) => panic!("{text}: {:?}", result.err()),
        }
    }
}

#[test]
fn the_private_key_of_the_demo_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let issuer = issuer();
    let key = issuer.directory.path().join("identity/signing-key.der");
    assert_eq!(std::fs::metadata(key).unwrap().permissions().mode() & 0o777, 0o600);
}
