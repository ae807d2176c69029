//! Writes an export: the records that were asked for and what proves them. Whoever takes one is written down first.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use spoor_domain::access::event::{AccessEvent, Question};
use spoor_domain::kernel::OrganisationId;
use spoor_eventlog::{AppendError, EventLog, KeptCheckpoint, LogError, RecordPages, TreeError, VaultError};
use spoor_notary::export::{About, ExportWriter, OPENED, TABLE, zip_directory};
use spoor_notary::{Hash, ProofError, RangeFold, SignedCheckpoint};
use spoor_projections::ViewError;

use super::check::kept_until;
use super::opening::Opening;
use super::own::narrowed;
use super::selection::{Chosen, Wanted};
use super::{KeeperError, LogKeeper, LogName, csv};
use crate::access_book::{AccessBook, Reader};
use crate::state::AppState;

/// What is to be exported, and to where.
#[derive(Clone, Debug)]
pub struct Order {
    /// Which log.
    pub log: LogName,
    /// Which records.
    pub wanted: Wanted,
    /// The size of a checkpoint that was signed; the log as it is now when not given.
    pub size: Option<u64>,
    /// The directory to make, or the zip file.
    pub out: PathBuf,
    /// As one zip file.
    pub zip: bool,
    /// With the personal values in clear beside the records, as far as the taker's organisation holds them.
    pub open: bool,
    /// Only what this controller answers for; everything when not given.
    pub controller: Option<OrganisationId>,
}

/// What was exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// How many records.
    pub records: u64,
    /// The checkpoint they lead to.
    pub checkpoint: KeptCheckpoint,
}

/// Why there is no export. Nothing is left half-written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// Nothing to lead to.
    #[error(transparent)]
    Keeper(#[from] KeeperError),
    /// The tree does not fit the records.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The log failed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// Which dossiers are the controller's could not be read.
    #[error(transparent)]
    View(#[from] ViewError),
    /// A personal value could not be opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// It could not be written down who takes it.
    #[error("the export could not be written down in the access log, so none is made: {0}")]
    NotRecorded(#[from] AppendError),
    /// An empty log.
    #[error("{} is empty: there is nothing to export", .0.words())]
    Empty(LogName),
    /// No checkpoint of that size.
    #[error(
        "no checkpoint was signed over exactly {size} records{nearest}: leave --size away to export the log as it is now"
    )]
    NotSigned {
        /// The size asked for.
        size: u64,
        /// The greatest smaller one, in words.
        nearest: String,
    },
    /// No such records.
    #[error("{first}..{last} is no range of the {size} records there are: give two indexes, from 1, the smaller first")]
    NoSuchRange {
        /// The first index.
        first: u64,
        /// The last index.
        last: u64,
        /// How many records there are.
        size: u64,
    },
    /// No such dossier.
    #[error("no dossier has the number {0}")]
    NoSuchDossier(String),
    /// The disk.
    #[error("{path}: {source}")]
    File {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Exports what is ordered. Who takes it stands in the access log before the first record is written.
///
/// # Errors
/// See [`ExportError`].
pub async fn export(state: &AppState, order: &Order, reader: &Reader) -> Result<Exported, ExportError> {
    let keeper = state.keeper.of(order.log);
    let kept = checkpoint(keeper, order.size).await?;
    let mut chosen = order.wanted.choose(order.log, keeper.log(), &state.log, kept.size).await?;
    if let Some(controller) = &order.controller {
        let (read, taker) = ((keeper.log(), &state.views), (&reader.actor, controller));
        chosen = narrowed(order.log, read, chosen, taker).await?;
    }
    if order.out.exists() {
        let source = io::Error::new(io::ErrorKind::AlreadyExists, "it exists already: give a place that is free");
        return Err(ExportError::File { path: order.out.clone(), source });
    }
    let opening = match order.open {
        true => Some(Opening::of(keeper.log(), chosen.dossier, &reader.actor.organisation).await?),
        false => None,
    };
    let personal = match &opening {
        Some(opening) => opening.kinds(&chosen.ranges).await?,
        None => BTreeSet::new(),
    };
    let made = AccessEvent::ExportMade {
        log: order.log.code().to_owned(),
        selection: match &order.controller {
            Some(controller) => format!("{}, of {controller} only", order.wanted),
            None => order.wanted.to_string(),
        },
        dossier: chosen.dossier,
        tree_size: kept.size,
        opened: !personal.is_empty(),
        personal,
        question: Question::of_program("audit export"),
    };
    AccessBook::new(state.access.clone(), state.clock.clone()).record(reader, vec![made]).await?;
    // Written beside its place and moved there whole.
    let part = part_of(&order.out);
    let written = match write(keeper, order, &kept, &chosen, opening.as_ref(), &part).await {
        Ok(records) => put_in_place(order, &part).map(|()| records).map_err(at(&order.out)),
        Err(error) => Err(error),
    };
    if part.exists() {
        fs::remove_dir_all(&part).map_err(at(&part))?;
    }
    Ok(Exported { records: written?, checkpoint: kept })
}

/// The checkpoint that everything leads to: of the size asked for, or signed now.
async fn checkpoint(keeper: &LogKeeper, size: Option<u64>) -> Result<KeptCheckpoint, ExportError> {
    let Some(size) = size else {
        return keeper.sign().await?.ok_or(ExportError::Empty(keeper.name()));
    };
    if let Some(kept) = keeper.checkpoint_of(size).await? {
        return Ok(kept);
    }
    match keeper.log().checkpoints_until(size, 1).await?.pop() {
        Some(smaller) => Err(ExportError::NotSigned { size, nearest: format!(" (one was over {})", smaller.size) }),
        None => Err(ExportError::NotSigned { size, nearest: String::new() }),
    }
}

async fn write(
    keeper: &LogKeeper,
    order: &Order,
    kept: &KeptCheckpoint,
    chosen: &Chosen,
    opening: Option<&Opening<'_>>,
    directory: &Path,
) -> Result<u64, ExportError> {
    let (log, at) = (keeper.log(), at(directory));
    let proof = log.range_proof(&chosen.ranges, kept.size).await?;
    let leaves: Vec<_> = chosen.ranges.iter().map(|range| range.start() - 1..*range.end()).collect();
    let mut fold = RangeFold::new(&proof, &leaves, kept.size).map_err(TreeError::from)?;
    let mut writer = ExportWriter::create(directory).map_err(&at)?;
    let mut table = writer.attachment(TABLE).map_err(&at)?;
    csv::header(&mut table).map_err(&at)?;
    let mut opened = if opening.is_some() { Some(writer.attachment(OPENED).map_err(&at)?) } else { None };
    let mut committed = Committed::default();
    let mut records = 0;
    for range in &chosen.ranges {
        let mut pages = RecordPages::between(range.start() - 1, *range.end());
        while let Some(page) = pages.next(log).await? {
            for record in page {
                let leaf = writer.push(record.index, &record.line()).map_err(&at)?;
                committed.has(log, record.index, &leaf).await?;
                fold.push(leaf).map_err(TreeError::from)?;
                csv::record(&mut table, &record).map_err(&at)?;
                if let (Some(opening), Some(opened)) = (opening, &mut opened) {
                    for line in opening.lines(&record).await? {
                        writeln!(opened, "{line}").map_err(&at)?;
                    }
                }
                records += 1;
            }
        }
    }
    // What we give away has to lead to what we signed; whoever verifies it would find out.
    if fold.finish().map_err(TreeError::from)? != kept.root {
        return Err(TreeError::from(ProofError::Mismatch).into());
    }
    writer.attach(table).map_err(&at)?;
    opened.map_or(Ok(()), |opened| writer.attach(opened)).map_err(&at)?;
    let (checkpoint, keys) = (SignedCheckpoint::parse(&kept.note).map_err(KeeperError::from)?, keeper.keys().await?);
    let earlier = if records == kept.size { earlier(keeper, kept.size).await? } else { Vec::new() };
    let about = About {
        log: order.log.code(),
        selection: &chosen.selection,
        keys: &keys,
        checkpoint: &checkpoint,
        earlier: &earlier,
        proof: &proof,
    };
    writer.finish(about).map_err(&at)?;
    Ok(records)
}

/// Every checkpoint signed before: by them a verifier finds where a history departs from one that was kept elsewhere.
async fn earlier(keeper: &LogKeeper, size: u64) -> Result<Vec<SignedCheckpoint>, ExportError> {
    let (signers, kept) = (keeper.signers().await?, kept_until(keeper.log(), size.saturating_sub(1)).await?);
    Ok(kept.iter().rev().map(|kept| signers.open_row(kept)).collect::<Result<_, _>>()?)
}

/// The leaves as the tiles have them, a tile at a time.
#[derive(Default)]
struct Committed {
    first: u64,
    leaves: Vec<Hash>,
}

impl Committed {
    /// Whether the record with this index is the one that was committed: an altered one is named here.
    async fn has(&mut self, log: &EventLog, index: u64, leaf: &Hash) -> Result<(), TreeError> {
        if self.leaf(index).is_none() {
            (self.first, self.leaves) = (index, log.leaves_from(index).await?);
        }
        if self.leaf(index) == Some(leaf) { Ok(()) } else { Err(TreeError::RecordDiffers { index }) }
    }

    fn leaf(&self, index: u64) -> Option<&Hash> {
        self.leaves.get(usize::try_from(index.checked_sub(self.first)?).ok()?)
    }
}

fn put_in_place(order: &Order, part: &Path) -> io::Result<()> {
    if !order.zip {
        return fs::rename(part, &order.out);
    }
    let file = part.with_extension("zip-part");
    zip_directory(part, &file).and_then(|()| fs::rename(&file, &order.out)).inspect_err(|_| {
        // What failed is told below; the rest of it must not lie about.
        let _ = fs::remove_file(&file);
    })
}

/// Where an export is while it is written: beside its place, so that moving it there is one step.
fn part_of(out: &Path) -> PathBuf {
    let name = out.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    out.with_file_name(format!(".{name}.{}", std::process::id()))
}

fn at(path: &Path) -> impl Fn(io::Error) -> ExportError {
    let path = path.to_owned();
    move |source| ExportError::File { path: path.clone(), source }
}

impl std::fmt::Display for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Range(range) => write!(f, "range {}..{}", range.start(), range.end()),
            Self::Dossier(number) => write!(f, "dossier {}", number.0),
            Self::Period(period) => write!(f, "period {}..{}", period.from, period.to),
        }
    }
}
