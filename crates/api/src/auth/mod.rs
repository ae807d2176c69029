//! Who is asking: a verified access token becomes a viewer. This room verifies; only the demo signs.

mod jwt;
mod keys;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use spoor_domain::kernel::Actor;

pub use jwt::JwtJwks;
pub use keys::{DEMO_KEY_PREFIX, KeySet, KeySetError};

/// A person whose token was verified, in one role for one organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The person, the role and the organisation.
    pub actor: Actor,
    /// Issuer of the token.
    pub issuer: String,
    /// How the token was verified: `jwt`.
    pub mode: &'static str,
    /// When the token, and with it every open socket, ends.
    pub expires_at: DateTime<Utc>,
}

/// Turns an access token into a viewer. Signed tokens are verified here; where an issuer hands out opaque tokens,
/// a verifier that asks the issuer takes the same place.
#[async_trait]
pub trait AccessTokenVerifier: Send + Sync {
    /// The viewer this token stands for, or why it does not count.
    async fn verify(&self, token: &str) -> Result<Viewer, TokenError>;
}

/// Why a token does not count. Says enough to repair a client, and nothing about keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a signed token of the kind we accept.
    #[error("the access token is not a token this service accepts: ask the issuer for a new one")]
    Malformed,
    /// No key of ours, or not signed by it.
    #[error("the access token is not signed by a key this service trusts")]
    NotTrusted,
    /// Too late.
    #[error("the access token has expired: ask the issuer for a new one")]
    Expired,
    /// Too early.
    #[error("the access token is not valid yet: compare the clocks")]
    NotYetValid,
    /// Made by, or for, somebody else.
    #[error("the access token is from another issuer or for another service")]
    NotForUs,
    /// The claims do not name a person in a role for an organisation.
    #[error(
        "the access token names no valid person, role and organisation: ask your administrator to complete the account"
    )]
    Incomplete,
    /// The claims name the program's own account or organisation, under which it records what it does itself.
    #[error(
        "the access token names the account or the organisation of the program itself: ask your administrator to give the account \
         another name, or the organisation it works for"
    )]
    OfTheProgram,
    /// The duty of discretion has not been acknowledged.
    #[error("this role works on dossiers: acknowledge the duty of discretion first, then sign in again")]
    DiscretionNotAcknowledged,
}
