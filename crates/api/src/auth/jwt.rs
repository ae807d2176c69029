//! Signed access tokens, checked against the issuer's public keys.

use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use chrono::DateTime;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Header, Validation, decode, decode_header};
use serde::Deserialize;
use spoor_domain::kernel::{Actor, ActorId, Label, NotACode, OrganisationId, Role, Side};

use super::{AccessTokenVerifier, KeySet, KeySetError, TokenError, Viewer};
use crate::config::Auth;
use crate::policy;

/// A token longer than this is not one of ours.
const LONGEST_TOKEN_BYTES: usize = 8 * 1024;
/// How often at most an unknown key id makes us read the file of keys again.
const REREAD_AFTER: Duration = Duration::from_secs(60);

/// Verifies tokens signed by the keys of one JWKS file.
pub struct JwtJwks {
    file: PathBuf,
    validation: Validation,
    issuer: String,
    keys: RwLock<Known>,
}

struct Known {
    set: Arc<KeySet>,
    read_at: Instant,
}

/// The claims we read. Everything else in a token is ignored.
#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: f64,
    role: String,
    org: String,
    #[serde(default)]
    discretion: bool,
}

impl JwtJwks {
    /// Reads the keys and fixes issuer, audience and algorithm.
    ///
    /// # Errors
    /// When no file of keys is named, or it cannot be used.
    pub fn open(auth: &Auth) -> Result<Self, KeySetError> {
        let file = auth.jwks_file.clone().ok_or(KeySetError::NotNamed)?;
        let set = KeySet::read(&file)?;
        let mut validation = Validation::new(set.algorithm());
        // The crate asks for `exp` alone and skips absent claims: each one that must be there has to be named.
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[&auth.issuer]);
        validation.set_audience(&[&auth.audience]);
        validation.validate_nbf = true;
        validation.leeway = auth.leeway_s;
        let keys = RwLock::new(Known { set: Arc::new(set), read_at: Instant::now() });
        Ok(Self { file, validation, issuer: auth.issuer.clone(), keys })
    }

    /// The key with this id; an id we do not know makes us look at the file again, at most once a minute.
    fn keys_with(&self, kid: &str) -> Option<Arc<KeySet>> {
        {
            let known = self.keys.read().unwrap_or_else(std::sync::PoisonError::into_inner);
            if known.set.get(kid).is_some() {
                return Some(known.set.clone());
            }
            if known.read_at.elapsed() < REREAD_AFTER {
                return None;
            }
        }
        let mut known = self.keys.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.read_at = Instant::now();
        match KeySet::read(&self.file) {
            Ok(set) if set.algorithm() == known.set.algorithm() => known.set = Arc::new(set),
            Ok(_) => tracing::error!("the JWKS file changed to another algorithm: restart to accept that"),
            Err(error) => tracing::error!(%error, "keeping the last good keys"),
        }
        known.set.get(kid).is_some().then(|| known.set.clone())
    }
}

#[async_trait]
impl AccessTokenVerifier for JwtJwks {
    async fn verify(&self, token: &str) -> Result<Viewer, TokenError> {
        if token.len() > LONGEST_TOKEN_BYTES {
            return Err(TokenError::Malformed);
        }
        let header = decode_header(token).map_err(|_| TokenError::Malformed)?;
        refuse_strange_header(&header)?;
        let kid = header.kid.ok_or(TokenError::NotTrusted)?;
        let keys = self.keys_with(&kid).ok_or(TokenError::NotTrusted)?;
        let key = keys.get(&kid).ok_or(TokenError::NotTrusted)?;
        let claims = decode::<Claims>(token, key, &self.validation).map_err(|error| reason(error.kind()))?.claims;
        viewer(claims, &self.issuer)
    }
}

/// A header that brings its own key, or demands what we do not know, is an attack or a mistake.
fn refuse_strange_header(header: &Header) -> Result<(), TokenError> {
    let brings_a_key = header.jku.is_some() || header.jwk.is_some() || header.x5u.is_some() || header.x5c.is_some();
    let kind = header.typ.as_deref().map(str::to_ascii_lowercase);
    let is_token = matches!(kind.as_deref(), None | Some("jwt" | "at+jwt" | "application/at+jwt"));
    if brings_a_key || header.crit.is_some() || !is_token { Err(TokenError::Malformed) } else { Ok(()) }
}

fn reason(kind: &ErrorKind) -> TokenError {
    match kind {
        ErrorKind::ExpiredSignature => TokenError::Expired,
        ErrorKind::ImmatureSignature => TokenError::NotYetValid,
        ErrorKind::InvalidIssuer | ErrorKind::InvalidAudience => TokenError::NotForUs,
        ErrorKind::InvalidSignature | ErrorKind::InvalidAlgorithm => TokenError::NotTrusted,
        ErrorKind::MissingRequiredClaim(_) | ErrorKind::Json(_) => TokenError::Incomplete,
        _ => TokenError::Malformed,
    }
}

fn viewer(claims: Claims, issuer: &str) -> Result<Viewer, TokenError> {
    let role = Role::from_code(&claims.role).ok_or(TokenError::Incomplete)?;
    // An address or a name would be personal data in every event.
    let incomplete = |_: NotACode| TokenError::Incomplete;
    let organisation: OrganisationId = claims.org.parse().map_err(incomplete)?;
    let id: ActorId = claims.sub.parse().map_err(incomplete)?;
    // What the program does itself is recorded under these, and nothing that somebody else does.
    if [&organisation.0, &id.0].into_iter().any(|code| code.eq_ignore_ascii_case(policy::PROGRAM)) {
        return Err(TokenError::OfTheProgram);
    }
    let side_fits = match role.side() {
        Some(Side::Museum) => organisation.is_museum(),
        Some(Side::Parket) => !organisation.is_museum(),
        None => true,
    };
    if !side_fits {
        return Err(TokenError::Incomplete);
    }
    let works_on_dossiers = role.side().is_some() || role == Role::ComplianceOfficer;
    if works_on_dossiers && !claims.discretion {
        return Err(TokenError::DiscretionNotAcknowledged);
    }
    let expires_at = DateTime::from_timestamp(claims.exp as i64, 0).ok_or(TokenError::Malformed)?;
    let actor = Actor { id, role, organisation };
    Ok(Viewer { actor, issuer: issuer.to_owned(), mode: "jwt", expires_at })
}
