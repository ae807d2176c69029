//! The demo's own issuer: a key pair made at first start, and the tokens of invented people. `serve` never comes here.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;
use spoor_domain::kernel::{Actor, Label};

use crate::auth::DEMO_KEY_PREFIX;
use crate::config::{Auth, DEMO_ISSUER};

/// Where in the data directory the demo keeps its key pair. Production refuses a directory that has one.
pub const IDENTITY_DIRECTORY: &str = "identity";
/// The audience of the demo's tokens.
pub const DEMO_AUDIENCE: &str = "spoor-demo";
/// How long a persona's token is valid.
pub const TOKEN_VALID_FOR: TimeDelta = TimeDelta::hours(12);

/// Signs tokens for the demo's personas.
pub struct Signer {
    key: EncodingKey,
    kid: String,
    jwks_file: PathBuf,
}

impl Signer {
    /// The signer of this data directory; makes its key pair at first start.
    pub fn open(data: &Path) -> io::Result<Self> {
        let directory = data.join(IDENTITY_DIRECTORY);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&directory)?;
        let key_file = directory.join("signing-key.der");
        if !key_file.exists() {
            write_new_key(&key_file)?;
        }
        let pkcs8 = fs::read(&key_file)?;
        let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(|error| {
            io::Error::other(format!(
                "{} is not a key of the demo ({error}): remove the directory and start again",
                key_file.display()
            ))
        })?;
        let public = pair.public_key().as_ref();
        let kid = format!("{DEMO_KEY_PREFIX}{}", URL_SAFE_NO_PAD.encode(&digest(&SHA256, public).as_ref()[..9]));
        let jwks = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid,
            "x": URL_SAFE_NO_PAD.encode(public)}]});
        let jwks_file = directory.join("jwks.json");
        fs::write(&jwks_file, format!("{jwks:#}\n"))?;
        let jwks_file = fs::canonicalize(jwks_file)?;
        fs::write(directory.join("spoor.toml"), verifier_settings(&jwks_file))?;
        Ok(Self { key: EncodingKey::from_ed_der(&pkcs8), kid, jwks_file })
    }

    /// What a verifier has to be told to accept these tokens.
    pub fn settings(&self) -> Auth {
        Auth {
            issuer: DEMO_ISSUER.into(),
            audience: DEMO_AUDIENCE.into(),
            jwks_file: Some(self.jwks_file.clone()),
            ..Auth::default()
        }
    }

    /// A token for this person, valid from now on.
    pub fn token(&self, actor: &Actor, now: DateTime<Utc>) -> io::Result<String> {
        let claims = json!({
            "iss": DEMO_ISSUER, "aud": DEMO_AUDIENCE, "sub": actor.id.0,
            "iat": now.timestamp(), "nbf": now.timestamp(), "exp": (now + TOKEN_VALID_FOR).timestamp(),
            "role": actor.role.code(), "org": actor.organisation.0, "discretion": true,
        });
        self.sign(&claims)
    }

    /// Signs any claims: the tests make wrong tokens with it.
    pub(crate) fn sign(&self, claims: &serde_json::Value) -> io::Result<String> {
        let header =
            Header { typ: Some("at+jwt".into()), kid: Some(self.kid.clone()), ..Header::new(Algorithm::EdDSA) };
        encode(&header, claims, &self.key).map_err(io::Error::other)
    }
}

/// The settings with which other commands verify the personas' tokens, as a configuration file.
fn verifier_settings(jwks_file: &Path) -> String {
    let text = |value: &str| toml::Value::from(value).to_string();
    let (issuer, audience, file) = (text(DEMO_ISSUER), text(DEMO_AUDIENCE), text(&jwks_file.to_string_lossy()));
    format!(
        "# For commands that take a persona's token: spoor replay NUMBER --purpose SUPERVISION --data DIR --config THIS --token FILE
[auth]
issuer = {issuer}
audience = {audience}
jwks_file = {file}
"
    )
}

/// The private key, readable by its owner only from the moment it exists.
fn write_new_key(path: &Path) -> io::Result<()> {
    let pair = Ed25519KeyPair::generate().map_err(io::Error::other)?;
    let pkcs8 = pair.to_pkcs8().map_err(io::Error::other)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(pkcs8.as_ref())?;
    file.sync_all()
}
