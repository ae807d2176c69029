//! The two logs: how far each is, the hash that stands for all of it, what was signed over it, and proofs of it.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use spoor_eventlog::{Head, KeptCheckpoint, TreeError};
use spoor_notary::Hash;
use spoor_projections::Edge;
use tokio::sync::OnceCell;

use super::disclosure::Discloses;
use super::outcome::Declined;
use super::page::{Paging, connection, sealed};
use super::problem::{OurFault, Problem, not_whole, unrecorded};
use super::scalars::Position;
use super::session::{actor, allow};
use super::user_error::UserError;
use crate::access_book::{RECORDED_WITHIN, in_time, silent};
use crate::desk::DeskError;
use crate::policy::{self, Action};
use crate::proof::{Keeper, LogKeeper, LogName, ProofState, Standing};

const LIST: &str = "checkpoints";

connection! {
    /// A page of signed checkpoints, the latest first.
    CheckpointConnection, CheckpointEdge of Checkpoint
}

/// One of the two logs as it is now.
pub struct Log {
    name: LogName,
    head: Head,
}

/// The end of the log.
#[derive(SimpleObject)]
pub struct LogHead {
    /// The place of the last record.
    position: Position,
    /// The number of the last record, from 1; the same on every copy of the log.
    index: u64,
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
    /// The root of the Merkle tree over every record, lower-case hex.
    root: String,
}

/// What was promised about a log: so many records, this root, signed with the key of the log (C2SP tlog-checkpoint).
#[derive(SimpleObject)]
pub struct Checkpoint {
    /// The name of the log.
    origin: String,
    /// How many records it stands for.
    size: u64,
    /// The root over them, lower-case hex.
    root: String,
    /// The signed note, to be kept elsewhere as it is: by it anybody can tell later that the log was altered.
    note: String,
    /// When it was signed, or taken in with the signatures of witnesses.
    signed_at: DateTime<Utc>,
}

/// That a record is in the log: by the hash of its line and these hashes, the root follows (RFC 6962, section 2.1.1).
#[derive(SimpleObject)]
pub struct InclusionProof {
    /// The number of the record, from 1. The tree of RFC 6962 counts from 0: its leaf has one less.
    index: u64,
    /// The size of the tree.
    size: u64,
    /// The hash of the record's line as it is stored now, lower-case hex: SHA-256 of a zero byte and the line.
    leaf_hash: String,
    /// What lies beside the way from the leaf to the root, from the leaf up, lower-case hex.
    hashes: Vec<String>,
    /// The root they lead to, lower-case hex.
    root: String,
    /// The signed checkpoint that names this root; absent when none was signed over exactly this many records.
    checkpoint: Option<Checkpoint>,
}

/// That a log only grew: from these hashes both roots follow (RFC 6962, section 2.1.2).
#[derive(SimpleObject)]
pub struct ConsistencyProof {
    /// The size of the smaller tree.
    from: u64,
    /// The size of the larger tree.
    to: u64,
    /// The root of the smaller tree, lower-case hex.
    from_root: String,
    /// The root of the larger tree, lower-case hex.
    to_root: String,
    /// The hashes, in the order of RFC 6962, lower-case hex.
    hashes: Vec<String>,
}

/// How a record stands with the signed checkpoints.
#[derive(SimpleObject)]
pub struct ProofStatus {
    /// Whether a checkpoint covers it, and it is what was signed.
    state: ProofState,
    /// The number of records under the latest checkpoint; ask `inclusionProof` under it.
    checkpoint_size: Option<u64>,
    /// When that checkpoint was signed.
    signed_at: Option<DateTime<Utc>>,
}

/// How the records of one page stand, looked at once for all of them, when first asked for.
pub struct Proofs {
    log: LogName,
    records: Records,
    found: OnceCell<Standing>,
}

/// The records of a page.
enum Records {
    /// To be read: what is shown comes from a view.
    Indexes(BTreeSet<u64>),
    /// Hashed as they were read.
    Leaves(BTreeMap<u64, Hash>),
}

impl Proofs {
    /// Of the records with these indexes.
    pub fn of(log: LogName, indexes: impl Iterator<Item = u64>) -> Self {
        Self { log, records: Records::Indexes(indexes.collect()), found: OnceCell::new() }
    }

    /// Of these records.
    pub fn of_leaves(log: LogName, leaves: BTreeMap<u64, Hash>) -> Self {
        Self { log, records: Records::Leaves(leaves), found: OnceCell::new() }
    }

    /// How the record with this index stands.
    pub async fn status(&self, ctx: &Context<'_>, index: u64) -> Result<ProofStatus> {
        let standing = self.found.get_or_try_init(|| told(ctx, self.log, self.find(ctx))).await?;
        Ok(ProofStatus {
            state: standing.state(index),
            checkpoint_size: standing.latest.as_ref().map(|latest| latest.size),
            signed_at: standing.latest.as_ref().map(|latest| latest.signed_at),
        })
    }

    async fn find(&self, ctx: &Context<'_>) -> Result<Standing> {
        let keeper = keeper(ctx, self.log)?;
        match &self.records {
            Records::Indexes(indexes) => keeper.standing_of(indexes).await.ours(ctx),
            Records::Leaves(leaves) => keeper.standing(leaves).await.ours(ctx),
        }
    }
}

/// A log: append-only, and provably so.
#[Object]
impl Log {
    /// Which log it is.
    async fn name(&self) -> LogName {
        self.name
    }

    /// The name of the log in its checkpoints.
    async fn origin(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(keeper(ctx, self.name)?.origin().to_owned())
    }

    /// The key by which its checkpoints are checked (C2SP signed note: name, id, key). Compare it with the one you were
    /// given when the log was new: whoever can alter this answer can alter the key in it.
    async fn verifying_key(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(keeper(ctx, self.name)?.verifying_key().to_string())
    }

    /// Every key under which it signed, the present one first: what was signed before a key was replaced is checked by the
    /// key of then.
    async fn verifying_keys(&self, ctx: &Context<'_>) -> Option<Result<Vec<String>>> {
        let keys = async || {
            let keys = keeper(ctx, self.name)?.keys().await.ours(ctx)?;
            Ok(keys.iter().map(ToString::to_string).collect())
        };
        Some(told(ctx, self.name, keys()).await)
    }

    /// Its end.
    async fn head(&self) -> LogHead {
        let Head { position, index, recorded_at, root } = self.head;
        LogHead { position: position.into(), index, recorded_at, root: hex::encode(root) }
    }

    /// What was signed last; absent while nothing was.
    async fn checkpoint(&self, ctx: &Context<'_>) -> Option<Result<Checkpoint>> {
        let latest = async || keeper(ctx, self.name)?.latest_checkpoint().await.ours(ctx);
        told(ctx, self.name, latest()).await.map(|kept| kept.map(Checkpoint::from)).transpose()
    }

    /// Everything that was signed, the latest first.
    #[graphql(complexity = "first.unwrap_or(50).clamp(1, 100) as usize * child_complexity + 1")]
    async fn checkpoints(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many, at most 100; 50 when not given.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
    ) -> Option<Result<CheckpointConnection>> {
        Some(told(ctx, self.name, self.list(ctx, first, after)).await)
    }

    /// The proof that a record is in the log, under the latest checkpoint or in the tree of another size. Absent when no
    /// checkpoint covers the record yet.
    async fn inclusion_proof(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of the record, from 1.")] index: u64,
        #[graphql(desc = "The size of the tree; that of the latest checkpoint when not given.")] size: Option<u64>,
    ) -> Option<Result<InclusionProof>> {
        told(ctx, self.name, self.inclusion(ctx, index, size)).await.transpose()
    }

    /// The proof that the log of one size is the beginning of the log of another. Absent while nothing was signed.
    async fn consistency_proof(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The smaller size: that of a checkpoint you kept.")] from: u64,
        #[graphql(desc = "The larger size; that of the latest checkpoint when not given.")] to: Option<u64>,
    ) -> Option<Result<ConsistencyProof>> {
        told(ctx, self.name, self.consistency(ctx, from, to)).await.transpose()
    }
}

impl Log {
    async fn list(&self, ctx: &Context<'_>, first: Option<i32>, after: Option<String>) -> Result<CheckpointConnection> {
        let list = format!("{LIST}-{}", self.name.code());
        let paging = Paging { first: first.or(Some(50)), after, last: None, before: None };
        let request = paging.request(ctx, &list).await?;
        let wanted = request.first.unwrap_or(50) as usize;
        let after = request.after.as_deref().and_then(|size| size.parse::<u64>().ok());
        let until = after.map_or(u64::MAX, |size| size.saturating_sub(1));
        let mut kept = keeper(ctx, self.name)?.checkpoints_until(until, wanted + 1).await.ours(ctx)?;
        let has_next = kept.len() > wanted;
        kept.truncate(wanted);
        let edge = |kept: KeptCheckpoint| Edge { cursor: kept.size.to_string(), node: Checkpoint::from(kept) };
        let edges = sealed(ctx, &list, kept.into_iter().map(edge).collect()).await?;
        Ok(CheckpointConnection {
            edges: edges.into_iter().map(|(cursor, node)| CheckpointEdge { cursor, node }).collect(),
            has_next,
            has_previous: after.is_some(),
            total: None,
            position: self.head.position,
        })
    }

    async fn inclusion(&self, ctx: &Context<'_>, index: u64, size: Option<u64>) -> Result<Option<InclusionProof>> {
        if index == 0 || index > self.head.index {
            return Err(Problem::NotFound.at(ctx));
        }
        let Some((size, checkpoint)) = self.tree(ctx, size).await?.filter(|(size, _)| *size >= index) else {
            return Ok(None);
        };
        let proven = known(ctx, keeper(ctx, self.name)?.log().leaf_proof(index, size).await)?;
        // A root that was signed and one that was not must not stand in one answer.
        let checkpoint = checkpoint.filter(|kept| kept.root == proven.tree.root).map(Checkpoint::from);
        Ok(Some(InclusionProof {
            index,
            size,
            leaf_hash: hex::encode(proven.leaf),
            hashes: proven.proof.hashes.iter().map(hex::encode).collect(),
            root: hex::encode(proven.tree.root),
            checkpoint,
        }))
    }

    async fn consistency(&self, ctx: &Context<'_>, from: u64, to: Option<u64>) -> Result<Option<ConsistencyProof>> {
        let Some((to, _)) = self.tree(ctx, to).await? else { return Ok(None) };
        if from == 0 || from > to {
            return Err(Problem::BadUserInput("`from` is the smaller size, from 1, and `to` the larger").at(ctx));
        }
        let grown = known(ctx, keeper(ctx, self.name)?.log().growth_proof(from, to).await)?;
        Ok(Some(ConsistencyProof {
            from,
            to,
            from_root: hex::encode(grown.old.root),
            to_root: hex::encode(grown.new.root),
            hashes: grown.proof.hashes.iter().map(hex::encode).collect(),
        }))
    }

    /// The size asked for, or that of the latest checkpoint; and the checkpoint of that size.
    async fn tree(&self, ctx: &Context<'_>, size: Option<u64>) -> Result<Option<(u64, Option<KeptCheckpoint>)>> {
        let keeper = keeper(ctx, self.name)?;
        match size {
            Some(size) if size > self.head.index => Err(Problem::NotFound.at(ctx)),
            Some(size) => Ok(Some((size, keeper.checkpoint_of(size).await.ours(ctx)?))),
            None => Ok(keeper.latest_checkpoint().await.ours(ctx)?.map(|kept| (kept.size, Some(kept)))),
        }
    }
}

/// The question how far the log is.
#[derive(Default)]
pub struct LogQuery;

#[Object]
impl LogQuery {
    /// One of the two logs, for those who watch over it.
    async fn log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which log.", default_with = "LogName::Events")] name: LogName,
    ) -> Option<Result<Log>> {
        let read = async || {
            allow(ctx, Action::SeeLog)?;
            Ok(Log { name, head: head(ctx, name).await? })
        };
        Some(read().await)
    }
}

/// Which log to sign.
#[derive(InputObject)]
pub struct SignCheckpointInput {
    /// Yours; signing the same log again gives the same checkpoint.
    command_id: ID,
    /// Which log.
    #[graphql(default_with = "LogName::Events")]
    log: LogName,
}

/// What was signed.
#[derive(SimpleObject)]
pub struct SignCheckpointPayload {
    /// The checkpoint of the log as it is now; absent while the log is empty.
    checkpoint: Option<Checkpoint>,
    /// Why it was not done; empty when it was.
    user_errors: Vec<UserError>,
    /// The command id that was given.
    command_id: ID,
}

/// What may be asked of the log's keeper.
#[derive(Default)]
pub struct LogMutations;

#[Object]
impl LogMutations {
    /// Sign the log as it is now, without waiting for the next checkpoint. Refused when the log is not the one that was
    /// signed before.
    async fn sign_checkpoint(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which log.")] input: SignCheckpointInput,
    ) -> Result<SignCheckpointPayload> {
        let SignCheckpointInput { command_id, log } = input;
        if policy::authorize(actor(ctx)?, Action::SignCheckpoint).is_err() {
            let declined = Declined::from(DeskError::NotYourRole).user_error(ctx)?;
            return Ok(SignCheckpointPayload { checkpoint: None, user_errors: vec![declined], command_id });
        }
        let sign = async || keeper(ctx, log)?.sign().await.ours(ctx);
        let signed = told(ctx, log, sign()).await?;
        Ok(SignCheckpointPayload { checkpoint: signed.map(Checkpoint::from), user_errors: Vec::new(), command_id })
    }
}

impl Discloses for Checkpoint {
    fn disclose(&self, _ctx: &Context<'_>) {}
}

impl From<KeptCheckpoint> for Checkpoint {
    fn from(kept: KeptCheckpoint) -> Self {
        let KeptCheckpoint { origin, size, root, note, signed_at } = kept;
        Self { origin, size, root: hex::encode(root), note, signed_at }
    }
}

/// The end of a log. Where the access log does not say it, nothing could be written down either.
async fn head(ctx: &Context<'_>, name: LogName) -> Result<Head> {
    let log = keeper(ctx, name)?.log();
    match name {
        LogName::Events => log.head().await.ours(ctx),
        LogName::Access => in_time(log.head()).await.map_err(|cause| unrecorded(ctx, &cause)),
    }
}

/// What is told of a log. Where the access log says nothing in its time, nothing could be written down either.
pub async fn told<T>(ctx: &Context<'_>, log: LogName, telling: impl Future<Output = Result<T>>) -> Result<T> {
    match log {
        LogName::Events => telling.await,
        LogName::Access => {
            let told = tokio::time::timeout(RECORDED_WITHIN, telling).await;
            told.unwrap_or_else(|_elapsed| Err(unrecorded(ctx, &silent())))
        }
    }
}

fn keeper<'a>(ctx: &Context<'a>, log: LogName) -> Result<&'a LogKeeper> {
    Ok(ctx.data::<Keeper>()?.of(log))
}

/// What the tree says; a record or size that is not there is the client's question to mend, an altered one ours.
fn known<T>(ctx: &Context<'_>, found: std::result::Result<T, TreeError>) -> Result<T> {
    found.map_err(|error| match error {
        TreeError::OutOfTree { .. } => Problem::NotFound.at(ctx),
        other => not_whole(ctx, &other.into()),
    })
}
