//! Who is asking: a verified token becomes a viewer.

use chrono::{DateTime, Utc};
use spoor_domain::kernel::Actor;

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
