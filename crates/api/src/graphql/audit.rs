//! The audit trail: who did what, when, and why; one entry per event.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, Result};
use chrono::{DateTime, Utc};
use spoor_domain::kernel::{ActorId, DossierId, OrganisationId, Purpose};
use spoor_projections::audit::{self, AuditFilter, AuditLine};
use spoor_projections::trajectories;
use spoor_projections::{Page, PageRequest};

use super::change::{self, Change, ChangeValue};
use super::coded::Coded;
use super::disclosure::{Discloses, asked_in_vain, disclose, disclose_list, disclose_view};
use super::global_id::{Kind, global_id, local_id};
use super::held::Held;
use super::log::{ProofStatus, Proofs};
use super::page::{Paging, connection, sealed};
use super::problem::{OurFault, Problem, not_whole};
use super::scalars::{Date, Position};
use super::session::{actor, allow, catch_up, desk};
use super::trajectory::{DossiersOfPage, Trajectory};
use super::viewer::Actor;
use crate::policy::{self, Action, Opens};
use crate::proof::{LogName, Whole};

const LIST: &str = "auditTrail";

connection! {
    /// A page of the audit trail.
    AuditEntryConnection, AuditEntryEdge of AuditEntry
}

/// An entry, with the others of its page: the dossiers they belong to are fetched together, when first asked for.
pub struct AuditEntry {
    line: AuditLine,
    dossiers: Arc<DossiersOfPage>,
    proofs: Arc<Proofs>,
    held: Arc<Held>,
}

/// Which entries; what is absent narrows nothing.
#[derive(InputObject, Default)]
#[graphql(name = "AuditFilter")]
pub struct AuditFilterInput {
    /// Of this dossier.
    trajectory: Option<ID>,
    /// By the person with this account.
    actor: Option<String>,
    /// By somebody of the organisation with this code.
    organisation: Option<String>,
    /// Of one of these events.
    event: Option<Vec<String>>,
    /// Recorded at this moment or later.
    recorded_from: Option<DateTime<Utc>>,
    /// Recorded before this moment.
    recorded_until: Option<DateTime<Utc>>,
    /// Happened on this day or later.
    occurred_from: Option<Date>,
    /// Happened on this day or earlier.
    occurred_until: Option<Date>,
}

impl AuditEntry {
    /// The entry with this number, when the viewer may see it.
    pub async fn find(ctx: &Context<'_>, index: u64) -> Result<Option<Self>> {
        allow(ctx, Action::SeeAuditTrail)?;
        let scope = policy::scope(actor(ctx)?);
        let found = audit::one(&desk(ctx)?.views, &scope, index).await.ours(ctx)?;
        let Some(line) = found.value else {
            asked_in_vain(ctx, None, None);
            return Ok(None);
        };
        let entry = Self::together(ctx, vec![line]).await?.pop();
        disclose_view(ctx, audit::PROJECTION, found.seen);
        if let Some(entry) = &entry {
            entry.disclose(ctx);
        }
        Ok(entry)
    }

    /// Entries of one page, each held against its event.
    async fn together(ctx: &Context<'_>, lines: Vec<AuditLine>) -> Result<Vec<Self>> {
        let held = Arc::new(Held::of(ctx, &lines).await?);
        let dossiers = DossiersOfPage::of(lines.iter().filter_map(|line| line.dossier));
        let proofs = Arc::new(Proofs::of(LogName::Events, lines.iter().map(|line| line.index)));
        let of_page =
            |line| Self { line, dossiers: Arc::clone(&dossiers), proofs: Arc::clone(&proofs), held: Arc::clone(&held) };
        Ok(lines.into_iter().map(of_page).collect())
    }

    /// Which of the personal values that changed the viewer may read: on their own side only, and never an auditor,
    /// who sees that something changed and by whom.
    async fn opens_personal(&self, ctx: &Context<'_>) -> Result<Opens> {
        let Some(dossier) = self.line.dossier else { return Ok(Opens::default()) };
        let Some(row) = self.dossiers.row(ctx, dossier).await? else { return Ok(Opens::default()) };
        Ok(policy::opens_personal(actor(ctx)?, &self.line.actor, &row.state))
    }
}

impl Discloses for AuditEntry {
    fn disclose(&self, ctx: &Context<'_>) {
        if let Some(dossier) = self.line.dossier {
            disclose(ctx, dossier);
        }
    }
}

/// An entry of the audit trail: one event, who caused it, and what changed by it.
#[Object]
impl AuditEntry {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        global_id(Kind::AuditEntry, &self.line.index.to_string())
    }

    /// The number of the event in the log; the same for ever, on every copy of the log.
    async fn index(&self) -> u64 {
        self.line.index
    }

    /// Whether a signed checkpoint of the log covers it already, and its record is stored as it was then.
    async fn proof(&self, ctx: &Context<'_>) -> Option<Result<ProofStatus>> {
        Some(self.proofs.status(ctx, self.line.index).await)
    }

    /// The place in the log.
    async fn position(&self) -> Position {
        self.line.position.into()
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.line.recorded_at
    }

    /// The day it happened.
    async fn occurred_on(&self) -> Option<Date> {
        Some(Date(self.line.occurred_on))
    }

    /// What happened: the type of the event.
    async fn event(&self) -> &str {
        &self.line.event_type
    }

    /// The version of what it happened to, after it.
    async fn version(&self) -> u64 {
        self.line.sequence
    }

    /// Who caused it.
    async fn actor(&self) -> Actor {
        Actor::from(&self.line.actor)
    }

    /// For which purpose.
    async fn purpose(&self) -> Option<Coded<Purpose>> {
        Some(self.line.purpose.into())
    }

    /// The command that caused it.
    async fn command_id(&self) -> ID {
        ID(self.line.command_id.to_string())
    }

    /// The number of the dossier it belongs to.
    async fn number(&self) -> Option<&str> {
        self.line.number.as_ref().map(|number| number.0.as_str())
    }

    /// The dossier it belongs to.
    async fn trajectory(&self, ctx: &Context<'_>) -> Option<Result<Trajectory>> {
        self.dossiers.show(ctx, self.line.dossier?).await.transpose()
    }

    /// What it comes down to: the event in words.
    async fn summary(&self) -> String {
        in_words(&self.line.summary_key)
    }

    /// What changed, from what to what.
    async fn changes(&self, ctx: &Context<'_>) -> Result<Vec<Change>> {
        self.held.check_changes(ctx, &self.line).await?;
        let opens = self.opens_personal(ctx).await?;
        change::shown(ctx, self.line.dossier, &self.line.changes, &opens).await
    }

    /// Why, where a reason was given.
    async fn reason(&self, ctx: &Context<'_>) -> Option<Result<ChangeValue>> {
        if let Err(error) = self.held.check_changes(ctx, &self.line).await {
            return Some(Err(error));
        }
        let reason = self.line.reason.as_ref()?;
        Some(match self.opens_personal(ctx).await {
            Ok(opens) => change::value(ctx, self.line.dossier, reason, &opens).await,
            Err(error) => Err(error),
        })
    }
}

/// The trail of one dossier, oldest first, as far as it was known at an index where one is given; the dossier has been shown in
/// this version, so its trail may be.
///
/// # Errors
/// When the log has not every event of the dossier any more; the view may be one that was made of the rest.
pub async fn history(
    ctx: &Context<'_>,
    dossier: DossierId,
    shown: u64,
    until_index: Option<u64>,
    paging: Paging,
) -> Result<AuditEntryConnection> {
    let filter = AuditFilter { dossier: Some(dossier), until_index, ..AuditFilter::default() };
    let request = paging.request(ctx, LIST).await?;
    list(ctx, &filter, Some(shown), &request).await
}

/// A page of the entries; of one dossier only while the log has every event of it up to the version that was shown, and of several
/// only while no record is known to be gone or altered. Either only while the view has a line for every event, and those of the
/// page say what the events do.
async fn list(
    ctx: &Context<'_>,
    filter: &AuditFilter,
    shown: Option<u64>,
    request: &PageRequest,
) -> Result<AuditEntryConnection> {
    let log = &desk(ctx)?.log;
    match (filter.dossier, shown) {
        (Some(dossier), Some(shown)) => {
            Whole::seen(log, dossier, shown).await.map_err(|cause| not_whole(ctx, &cause))?;
        }
        // Of a dossier that the viewer does not see nothing is listed.
        (Some(_), None) => {}
        (None, _) => log.check_records().ours(ctx)?,
    }
    let scope = policy::scope(actor(ctx)?);
    let page = audit::list(&desk(ctx)?.views, &scope, filter, true, request).await.ours(ctx)?;
    let Page { edges, has_next, has_previous, total, seen } = page;
    let (cursors, lines): (Vec<_>, Vec<_>) = sealed(ctx, LIST, edges).await?.into_iter().unzip();
    let nodes = AuditEntry::together(ctx, lines).await?;
    disclose_list(ctx, audit::PROJECTION, seen, filter.dossier.is_some());
    Ok(AuditEntryConnection {
        edges: cursors.into_iter().zip(nodes).map(|(cursor, node)| AuditEntryEdge { cursor, node }).collect(),
        has_next,
        has_previous,
        total,
        position: seen.position,
    })
}

/// Questions about the audit trail.
#[derive(Default)]
pub struct AuditQuery;

#[Object]
impl AuditQuery {
    /// The audit trail of what the viewer may see, in the order of the log: ask `last` for the newest.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    #[graphql(complexity = "first.or(last).unwrap_or(50).clamp(1, 100) as usize * child_complexity + 1")]
    async fn audit_trail(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which entries.")] filter: Option<AuditFilterInput>,
        #[graphql(desc = "So many from the oldest, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the newest, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "Wait for the view to show this position.")] min_position: Option<Position>,
    ) -> Result<AuditEntryConnection> {
        allow(ctx, Action::SeeAuditTrail)?;
        catch_up(ctx, &[audit::PROJECTION, trajectories::PROJECTION], min_position).await?;
        let request = Paging { first, after, last, before }.request(ctx, LIST).await?;
        let filter = filter.unwrap_or_default().resolve(ctx)?;
        let asked_about = match filter.dossier {
            Some(dossier) => Trajectory::find(ctx, dossier).await?,
            None => None,
        };
        list(ctx, &filter, asked_about.map(|own| own.version_shown()), &request).await
    }
}

impl AuditFilterInput {
    fn resolve(self, ctx: &Context<'_>) -> Result<AuditFilter> {
        let wrong = || Problem::BadUserInput("`trajectory` is not the id of a dossier").at(ctx);
        let dossier = |id: ID| local_id(Kind::Trajectory, &id).and_then(|id| id.parse().ok()).ok_or_else(wrong);
        Ok(AuditFilter {
            dossier: self.trajectory.map(dossier).transpose()?,
            aggregate: None,
            actor: self.actor.map(ActorId),
            organisation: self.organisation.map(OrganisationId),
            event_types: self.event.unwrap_or_default(),
            recorded_from: self.recorded_from,
            recorded_until: self.recorded_until,
            until_index: None,
            occurred_from: self.occurred_from.map(|day| day.0),
            occurred_until: self.occurred_until.map(|day| day.0),
        })
    }
}

/// `TrajectoryRequested` as *Trajectory requested*.
pub fn in_words(key: &str) -> String {
    let mut words = String::with_capacity(key.len() + 8);
    for (place, letter) in key.char_indices() {
        if letter.is_uppercase() && place > 0 {
            words.push(' ');
            words.extend(letter.to_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}
