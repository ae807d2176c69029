//! A dossier as the log has it: every event, and each as it was committed. Otherwise nothing of it is told.

use std::collections::BTreeMap;

use spoor_domain::catalogue::aggregate_type;
use spoor_domain::kernel::DossierId;
use spoor_domain::trajectory::LearningTrajectory;
use spoor_eventlog::{EventLog, LogError, Record, TreeError, leaves_of};
use spoor_notary::Hash;
use spoor_projections::Event;
use spoor_projections::trajectories::{Incomplete, check_complete};

/// The events of a dossier.
#[derive(Clone, Debug)]
pub struct Whole {
    /// The events, oldest first.
    pub events: Vec<Event>,
    /// The hash of each record, by its index.
    pub leaves: BTreeMap<u64, Hash>,
}

/// Why nothing is told from the log.
#[derive(Debug, thiserror::Error)]
pub enum NotWhole {
    /// The log failed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// Events are missing.
    #[error(transparent)]
    Incomplete(#[from] Incomplete),
    /// An event is not the one that was committed, or it cannot be known whether it is.
    #[error(transparent)]
    Tree(#[from] TreeError),
}

impl Whole {
    /// Every event of a dossier that is there, by whoever knows most of it: the log, the folded dossier, or a view that
    /// has shown this version.
    ///
    /// # Errors
    /// When an event is missing or altered.
    pub async fn of(log: &EventLog, dossier: DossierId, shown: u64) -> Result<Self, NotWhole> {
        let whole = Self::read(log, dossier, shown).await?;
        // Where nobody has seen more of it than is left, the count of the log has to tell.
        log.check_end(aggregate_type::TRAJECTORY, &dossier.to_string()).await?;
        Ok(whole)
    }

    async fn read(log: &EventLog, dossier: DossierId, shown: u64) -> Result<Self, NotWhole> {
        // Before the records are read: what is appended meanwhile is no event that is missing. Told after they are, for one that
        // was altered may be why it cannot be folded.
        let folded = log.load::<LearningTrajectory>(&dossier.to_string()).await.map(|folded| folded.version);
        let (records, proven) = committed(log, dossier).await?;
        let whole = Self::complete(&records, shown.max(folded?))?;
        Ok(proven.map(|()| whole)?)
    }

    /// Whether every event of a dossier is there, for what is told of it from a view that has shown this version: without
    /// holding each against the tree, and counting the log once only.
    ///
    /// # Errors
    /// When an event is missing.
    pub async fn seen(log: &EventLog, dossier: DossierId, shown: u64) -> Result<(), NotWhole> {
        let id = dossier.to_string();
        Self::complete(&log.read_stream(aggregate_type::TRAJECTORY, &id).await?, shown)?;
        Ok(log.check_end_once(aggregate_type::TRAJECTORY, &id).await?)
    }

    /// The events that had been recorded when the log was at this index, of a dossier that is whole: which event is missing
    /// at its end does not say when it was recorded, so nothing is told of any moment then.
    ///
    /// # Errors
    /// When an event is missing or altered, before this index or after it.
    pub async fn until(log: &EventLog, dossier: DossierId, shown: u64, index: u64) -> Result<Self, NotWhole> {
        let mut whole = Self::read(log, dossier, shown).await?;
        // Asked as often as a dossier is, so the log is not counted for each.
        log.check_end_once(aggregate_type::TRAJECTORY, &dossier.to_string()).await?;
        whole.events.retain(|recorded| recorded.index <= index);
        whole.leaves.retain(|of, _| *of <= index);
        Ok(whole)
    }

    fn complete(records: &[Record], head: u64) -> Result<Self, NotWhole> {
        let events = records.iter().map(Record::decode).collect::<Result<Vec<_>, _>>().map_err(LogError::from)?;
        check_complete(&events, head)?;
        Ok(Self { events, leaves: leaves_of(records) })
    }
}

/// The records of a dossier, and whether they are known to be right. One that is not is told before anything is made of
/// them: it may not even be readable.
async fn committed(log: &EventLog, dossier: DossierId) -> Result<(Vec<Record>, Result<(), TreeError>), NotWhole> {
    let records = log.read_stream(aggregate_type::TRAJECTORY, &dossier.to_string()).await?;
    match log.as_committed(&records).await {
        Err(altered @ TreeError::RecordDiffers { .. }) => Err(altered.into()),
        proven => Ok((records, proven)),
    }
}
