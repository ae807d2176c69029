//! Who asks at a terminal of this machine, why, and what is written down when the answer is no.

use anyhow::{Context, bail};
use spoor_domain::access::event::{AccessEvent, Question, RefusedPart};
use spoor_domain::access::vocabulary::QuestionRefusal;
use spoor_domain::kernel::{Actor, ActorId, DossierId, OrganisationId, Role};
use spoor_domain::trajectory::event::DossierNumber;
use spoor_projections::Scope;
use spoor_projections::trajectories::{self, DossierKey, TrajectoryRow};

use crate::access_book::{AccessBook, Reader};
use crate::http::context::case_number;
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

/// The dossier that was named, as far as it may be written down: an id or a number, and no other text.
pub fn named(dossier: &str) -> (Option<DossierId>, Option<DossierNumber>) {
    (dossier.parse().ok(), case_number(dossier).ok().map(DossierNumber))
}

/// Writes down that a command of the program was refused.
///
/// # Errors
/// When it could not be written down.
pub async fn refused(
    state: &AppState,
    reader: &Reader,
    command: &str,
    reason: QuestionRefusal,
    dossier: Option<&str>,
) -> anyhow::Result<()> {
    let (dossier, number) = dossier.map(named).unwrap_or_default();
    let refusals = vec![RefusedPart { reason, field: command.to_owned(), dossier, number }];
    let event = AccessEvent::QuestionRefused { refusals, question: Question::of_program(command) };
    let book = AccessBook::new(state.access.clone(), state.clock.clone());
    book.record(reader, vec![event]).await.context("the refusal could not be recorded")?;
    Ok(())
}

/// The dossier with this number or id, when the scope holds it; that it does not is written down.
///
/// # Errors
/// When there is none, or that could not be written down.
pub async fn dossier(
    state: &AppState,
    reader: &Reader,
    scope: &Scope,
    command: &str,
    named: &str,
) -> anyhow::Result<TrajectoryRow> {
    let key = match named.parse::<DossierId>() {
        Ok(id) => DossierKey::Id(id),
        Err(_) => DossierKey::Number(DossierNumber(named.to_owned())),
    };
    if let Some(row) = trajectories::detail(&state.views, scope, &key).await?.value {
        return Ok(row);
    }
    refused(state, reader, command, QuestionRefusal::NotFound, Some(named)).await?;
    bail!("there is no dossier {named} that you may see: give its number (LT-2026-0042) or its id")
}
