//! A small identity provider: makes a key, publishes it as a JWKS file, signs access tokens.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

/// The issuer every test token names.
pub const ISSUER: &str = "https://identity.test.invalid";
/// The audience every test token names.
pub const AUDIENCE: &str = "spoor";

/// One signing key and the file in which its public half is published.
pub struct Identity {
    key: EncodingKey,
    jwks: PathBuf,
}

impl Identity {
    /// Makes a key and writes `jwks.json` into the directory.
    pub fn new(directory: &Path) -> Result<Self> {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new()).context("key generation")?;
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).context("key pair")?;
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        let jwks = directory.join("jwks.json");
        let key = json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "test-1", "x": x});
        std::fs::write(&jwks, json!({ "keys": [key] }).to_string())?;
        Ok(Self { key: EncodingKey::from_ed_der(pkcs8.as_ref()), jwks })
    }

    /// The file with the public key.
    pub fn jwks(&self) -> &Path {
        &self.jwks
    }

    /// An access token for this person, role and organisation, valid for an hour.
    pub fn token(&self, person: &str, role: &str, organisation: &str) -> Result<String> {
        let now = now()?;
        self.sign(&json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": person, "role": role, "org": organisation, "discretion": true,
            "iat": now, "nbf": now - 5, "exp": now + 3600,
        }))
    }

    /// A token with exactly these claims.
    pub fn sign(&self, claims: &Value) -> Result<String> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some("test-1".into());
        header.typ = Some("at+jwt".into());
        Ok(jsonwebtoken::encode(&header, claims, &self.key)?)
    }
}

#[expect(clippy::disallowed_methods, reason = "an identity provider has a clock of its own")]
fn now() -> Result<u64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())
}
