//! Where everybody passes who sends a token: who is it, and does that person not ask too fast; if it is nobody, that somebody
//! tried is written down.

use std::sync::Arc;

use axum::http::StatusCode;
use spoor_domain::access::vocabulary::AuthenticationFailure;

use super::answer::{FORBIDDEN, Refused, UNAUTHENTICATED};
use super::pace::Pace;
use super::strangers::Strangers;
use crate::auth::{AccessTokenVerifier, TokenError, Viewer};
use crate::telemetry::Metrics;

/// The way in. Cheap to clone.
#[derive(Clone)]
pub struct Gate {
    verifier: Arc<dyn AccessTokenVerifier>,
    strangers: Strangers,
    pace: Pace,
    metrics: Metrics,
}

impl Gate {
    /// A gate that takes the tokens of this verifier, notes those it turns away, and keeps people to this pace.
    pub fn new(verifier: Arc<dyn AccessTokenVerifier>, strangers: Strangers, pace: Pace, metrics: Metrics) -> Self {
        Self { verifier, strangers, pace, metrics }
    }

    /// Lets one more request of a person who is known pass, or says how long to wait.
    pub(super) async fn admit(&self, viewer: &Viewer) -> Result<(), Refused> {
        self.pace.admit(viewer).await.inspect_err(|_| {
            self.metrics.rate_limited.inc();
        })
    }

    /// Who this token stands for; the request it came with counts as one.
    pub(super) async fn viewer(&self, token: Option<&str>) -> Result<Viewer, Refused> {
        let Some(token) = token else {
            self.strangers.turned_away(AuthenticationFailure::NoToken).await;
            let message = "say who you are: send `Authorization: Bearer TOKEN`";
            return Err(Refused::new(StatusCode::UNAUTHORIZED, UNAUTHENTICATED, message));
        };
        let error = match self.verifier.verify(token).await {
            Ok(viewer) => return self.admit(&viewer).await.map(|()| viewer),
            Err(error) => error,
        };
        self.metrics.tokens_refused.inc();
        self.strangers.turned_away(error.into()).await;
        Err(match error {
            TokenError::DiscretionNotAcknowledged => Refused::new(StatusCode::FORBIDDEN, FORBIDDEN, error.to_string()),
            _ => Refused::new(StatusCode::UNAUTHORIZED, UNAUTHENTICATED, error.to_string()),
        })
    }
}
