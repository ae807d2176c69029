//! Who is asking.

use async_graphql::{Context, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use spoor_domain::kernel::{self, Label, Purpose, Role};

use super::coded::{Coded, LabelLanguage};
use super::session::request;
use crate::policy;

/// The person who asks, as the token says.
pub struct Viewer {
    actor: kernel::Actor,
    purpose: Option<Purpose>,
    expires_at: DateTime<Utc>,
}

/// The person who asks, in one role for one organisation.
#[Object]
impl Viewer {
    /// Who, in which role, for which organisation.
    async fn actor(&self) -> Actor {
        Actor::from(&self.actor)
    }

    /// The role in which the viewer asks.
    async fn role(&self) -> Coded<Role> {
        self.actor.role.into()
    }

    /// The role, in words.
    async fn role_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.actor.role.label(language.into())
    }

    /// The code of the organisation for which the viewer asks.
    async fn organisation(&self) -> &str {
        &self.actor.organisation.0
    }

    /// The purpose stated for this request.
    async fn purpose(&self) -> Option<Coded<Purpose>> {
        self.purpose.map(Coded)
    }

    /// The purposes for which this role may work, the usual one first; what is about dossiers needs one of them.
    async fn purposes(&self) -> Vec<Coded<Purpose>> {
        policy::purposes(self.actor.role).iter().copied().map(Coded).collect()
    }

    /// When the viewer has to sign in again.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }
}

/// A person acting in one role for one organisation.
#[derive(Clone, Debug, SimpleObject)]
pub struct Actor {
    /// The pseudonymous account of the person; never a name.
    id: String,
    /// The role.
    role: Coded<Role>,
    /// The code of the organisation.
    organisation: String,
}

impl From<&kernel::Actor> for Actor {
    fn from(actor: &kernel::Actor) -> Self {
        Self { id: actor.id.0.clone(), role: actor.role.into(), organisation: actor.organisation.0.clone() }
    }
}

/// The question who is asking.
#[derive(Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// Who is asking.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Viewer> {
        let request = request(ctx)?;
        Ok(Viewer {
            purpose: request.purpose,
            actor: request.viewer.actor.clone(),
            expires_at: request.viewer.expires_at,
        })
    }
}
