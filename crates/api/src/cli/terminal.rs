//! Who asks at a terminal of this machine, why, and what is written down when the answer is no.

use std::path::Path;

use anyhow::{Context, bail};
use spoor_domain::access::event::{AccessEvent, Question, RefusedPart};
use spoor_domain::access::vocabulary::QuestionRefusal;
use spoor_domain::kernel::{Actor, ActorId, DossierId, OrganisationId, Purpose, Role};
use spoor_domain::trajectory::event::DossierNumber;
use spoor_projections::Scope;
use spoor_projections::trajectories::{self, DossierKey, TrajectoryRow};

use super::token;
use crate::access_book::{AccessBook, Reader};
use crate::auth::Viewer;
use crate::http::context::case_number;
use crate::policy;
use crate::state::AppState;

/// Somebody with access to the machine, who says who they are: no token verifies it. Under the organisation of the program
/// ([`policy::PROGRAM`](crate::policy::PROGRAM)) what they read is everybody's to account for.
pub fn terminal_actor(account: &str, organisation: &str) -> Actor {
    Actor {
        id: ActorId(account.to_owned()),
        role: Role::Administrator,
        organisation: OrganisationId(organisation.to_owned()),
    }
}

/// Somebody who asks a command of the program for something about dossiers: by a token, or by saying at the terminal who it
/// is.
pub struct Asker {
    /// The verified person, where a token says who it is.
    pub viewer: Option<Viewer>,
    /// As whom, and for which purpose, it is recorded: where the stated one does not fit the role, for the usual one.
    pub reader: Reader,
    /// What is asked for, as the access log calls it.
    command: &'static str,
    /// The dossier that was named.
    dossier: Option<String>,
    fits: bool,
}

impl Asker {
    /// Who asks, with the token in this file or else under this account of this organisation.
    ///
    /// # Errors
    /// When the token does not count.
    pub async fn of(
        state: &AppState,
        command: &'static str,
        token: Option<&Path>,
        (account, organisation): (&str, &str),
        purpose: Purpose,
        dossier: Option<&str>,
    ) -> anyhow::Result<Self> {
        let case = dossier.and_then(|dossier| named(dossier).1);
        let viewer = match token {
            Some(file) => Some(token::viewer(state, file).await?),
            None => None,
        };
        let actor =
            viewer.as_ref().map_or_else(|| terminal_actor(account, organisation), |viewer| viewer.actor.clone());
        let stated = policy::fitting(actor.role, Some(purpose), case.as_ref().map(|number| number.0.as_str()));
        let (fits, purpose) = (stated.is_ok(), stated.unwrap_or_else(|_| policy::usual_purpose(actor.role)));
        let reader = match &viewer {
            Some(viewer) => Reader::by_token(viewer, purpose, case, &state.clock),
            None => Reader::at_the_terminal(actor, purpose, case, &state.clock),
        };
        Ok(Self { viewer, reader, command, dossier: dossier.map(str::to_owned), fits })
    }

    /// Lets through who is allowed and asks for a purpose of the role. Of anybody else it is written down, and said why.
    ///
    /// # Errors
    /// The refusal: what to do where the role may not, or where it may not for this purpose.
    pub async fn admit(
        &self,
        state: &AppState,
        allowed: bool,
        not_the_role: &'static str,
        not_for_this: &'static str,
    ) -> anyhow::Result<()> {
        let (reason, said) = match (allowed, self.fits) {
            (true, true) => return Ok(()),
            (false, _) => (QuestionRefusal::Forbidden, not_the_role),
            (true, false) => (QuestionRefusal::PurposeRequired, not_for_this),
        };
        self.refused(state, reason).await?;
        bail!(said)
    }

    /// The dossier that was named, by its number or id, when the scope holds it; that it does not is written down.
    ///
    /// # Errors
    /// When there is none, or that could not be written down.
    pub async fn dossier(&self, state: &AppState, scope: &Scope) -> anyhow::Result<Option<TrajectoryRow>> {
        let Some(named) = &self.dossier else { return Ok(None) };
        let key = match named.parse::<DossierId>() {
            Ok(id) => DossierKey::Id(id),
            Err(_) => DossierKey::Number(DossierNumber(named.clone())),
        };
        if let Some(row) = trajectories::detail(&state.views, scope, &key).await?.value {
            return Ok(Some(row));
        }
        self.refused(state, QuestionRefusal::NotFound).await?;
        bail!("there is no dossier {named} that you may see: give its number (LT-2026-0042) or its id")
    }

    async fn refused(&self, state: &AppState, reason: QuestionRefusal) -> anyhow::Result<()> {
        let (dossier, number) = self.dossier.as_deref().map(named).unwrap_or_default();
        let refusals = vec![RefusedPart { reason, field: self.command.to_owned(), dossier, number }];
        let event = AccessEvent::QuestionRefused { refusals, question: Question::of_program(self.command) };
        let book = AccessBook::new(state.access.clone(), state.clock.clone());
        book.record(&self.reader, vec![event]).await.context("the refusal could not be recorded")?;
        Ok(())
    }
}

/// The dossier that was named, as far as it may be written down: an id or a number, and no other text.
fn named(dossier: &str) -> (Option<DossierId>, Option<DossierNumber>) {
    (dossier.parse().ok(), case_number(dossier).ok().map(DossierNumber))
}
