//! The public keys of the issuer, from a JWKS file: one algorithm per file, chosen by us and never by a token.

use std::collections::HashMap;
use std::path::Path;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

/// The start of every key id the demo makes, so that production recognises and refuses such a key.
pub const DEMO_KEY_PREFIX: &str = "spoor-demo-";

/// Keys by their id, with the one algorithm they are used for.
#[derive(Clone)]
pub struct KeySet {
    algorithm: Algorithm,
    keys: HashMap<String, DecodingKey>,
}

/// Why there are no keys to verify tokens with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// The settings name no file.
    #[error(
        "is not set: name the file with the issuer's public keys; over the directory of a demo, --config DIR/identity/spoor.toml does"
    )]
    NotNamed,
    /// The file cannot be used.
    #[error("{file}: {problem}")]
    Unusable {
        /// The file.
        file: String,
        /// What is wrong and what to do.
        problem: String,
    },
}

#[derive(Deserialize)]
struct File {
    keys: Vec<Value>,
}

impl KeySet {
    /// Reads a JWKS file. Other keys than Ed25519 and P-256 signing keys are refused, not skipped: a key that is silently
    /// left out is a person who cannot sign in.
    pub fn read(path: &Path) -> Result<Self, KeySetError> {
        let fail = |problem: String| KeySetError::Unusable { file: path.display().to_string(), problem };
        let text = std::fs::read_to_string(path).map_err(|error| fail(format!("cannot be read: {error}")))?;
        Self::parse(&text).map_err(fail)
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(super) fn get(&self, kid: &str) -> Option<&DecodingKey> {
        self.keys.get(kid)
    }

    /// Whether one of the keys was made by the demo.
    pub fn has_demo_key(&self) -> bool {
        self.keys.keys().any(|kid| kid.starts_with(DEMO_KEY_PREFIX))
    }

    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let file: File = serde_json::from_str(text).map_err(|error| format!("is not a JWKS: {error}"))?;
        let mut algorithm = None;
        let mut keys = HashMap::new();
        for value in file.keys {
            if value.get("d").is_some() || value.get("k").is_some() {
                return Err(
                    "holds a private or shared key: keep that with the issuer, put only public keys here".into()
                );
            }
            let key: Jwk =
                serde_json::from_value(value).map_err(|error| format!("holds an unreadable key: {error}"))?;
            let kid = key.common.key_id.clone().ok_or("holds a key without kid: give each key an id")?;
            let of_key =
                algorithm_of(&key).ok_or_else(|| format!("key {kid:?} is not an Ed25519 or P-256 signing key"))?;
            if algorithm.is_some_and(|chosen| chosen != of_key) {
                return Err("mixes Ed25519 and P-256 keys: keep to one kind per issuer".into());
            }
            algorithm = Some(of_key);
            let decoding =
                DecodingKey::from_jwk(&key).map_err(|error| format!("key {kid:?} cannot be used: {error}"))?;
            if keys.insert(kid.clone(), decoding).is_some() {
                return Err(format!("names the key {kid:?} twice"));
            }
        }
        let algorithm = algorithm.ok_or("holds no keys")?;
        Ok(Self { algorithm, keys })
    }
}

fn algorithm_of(key: &Jwk) -> Option<Algorithm> {
    if !matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature)) {
        return None;
    }
    match &key.algorithm {
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => Some(Algorithm::EdDSA),
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => Some(Algorithm::ES256),
        _ => None,
    }
}
