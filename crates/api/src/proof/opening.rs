//! The personal values of exported records in clear: those that the taker's organisation may tell, and no others.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use serde_json::{Value, json};
use spoor_domain::catalogue::{DomainEvent, aggregate_type};
use spoor_domain::kernel::{Actor, DossierId, OrganisationId, PersonalContent, WithheldReason};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_eventlog::{EventLog, LogError, Record, RecordPages};
use spoor_projections::trajectories::{Wording, wordings};

use super::ExportError;
use crate::policy;

/// Opens the records of a dossier for somebody of an organisation.
pub(super) struct Opening<'a> {
    log: &'a EventLog,
    taker: &'a OrganisationId,
    /// What the dossier says and said, and to whom each wording was handed over.
    wordings: Vec<Wording>,
    /// The dossier as it stands now.
    now: LearningTrajectory,
}

impl<'a> Opening<'a> {
    /// For this taker; of no dossier nothing is opened.
    pub(super) async fn of(
        log: &'a EventLog,
        dossier: Option<DossierId>,
        taker: &'a OrganisationId,
    ) -> Result<Self, ExportError> {
        let mut events = Vec::new();
        if let Some(dossier) = dossier {
            for record in log.read_stream(aggregate_type::TRAJECTORY, &dossier.to_string()).await? {
                if let DomainEvent::Trajectory(event) = record.decode().map_err(LogError::from)?.event {
                    events.push((record.sequence, event));
                }
            }
        }
        let wordings = wordings(events.iter().map(|(sequence, event)| (*sequence, event)));
        let now = LearningTrajectory::as_known(events.iter().map(|(_, event)| event));
        Ok(Self { log, taker, wordings, now })
    }

    /// The personal values of a record, a line each: in clear, or why it is withheld.
    pub(super) async fn lines(&self, record: &Record) -> Result<Vec<Value>, ExportError> {
        let by = record.decode().map_err(LogError::from)?.metadata.actor;
        let (mut lines, index) = (Vec::new(), record.index);
        for (path, value) in self.log.vault().open_all(record).await? {
            lines.push(match value.content {
                PersonalContent::Clear(value) if self.told(record, &path, &by).is_some() => {
                    json!({ "index": index, "path": path, "value": value })
                }
                PersonalContent::Clear(_) => {
                    json!({ "index": index, "path": path, "withheld": WithheldReason::NotAuthorised })
                }
                PersonalContent::Withheld(reason) => json!({ "index": index, "path": path, "withheld": reason }),
                // The vault opens or withholds; were it to do neither, nothing is shown.
                PersonalContent::Sealed { .. } => continue,
            });
        }
        Ok(lines)
    }

    /// The kinds of values that the records of these ranges show in clear; what is erased is none of them.
    pub(super) async fn kinds(&self, ranges: &[RangeInclusive<u64>]) -> Result<BTreeSet<String>, ExportError> {
        let mut kinds = BTreeSet::new();
        for range in ranges {
            let mut pages = RecordPages::between(range.start() - 1, *range.end());
            while let Some(page) = pages.next(self.log).await? {
                for record in page {
                    self.note_kinds(&record, &mut kinds).await?;
                }
            }
        }
        Ok(kinds)
    }

    async fn note_kinds(&self, record: &Record, kinds: &mut BTreeSet<String>) -> Result<(), ExportError> {
        let by = record.decode().map_err(LogError::from)?.metadata.actor;
        for (path, value) in self.log.vault().open_all(record).await? {
            if let PersonalContent::Clear(_) = value.content
                && let Some(wording) = self.told(record, &path, &by)
            {
                kinds.insert(wording.value.field.code().to_owned());
            }
        }
        Ok(())
    }

    /// What stands at this place of a record, where the taker may tell it. What is not known for what it is stays closed.
    fn told(&self, record: &Record, path: &str, by: &Actor) -> Option<&Wording> {
        let is_there = |wording: &&Wording| {
            let PersonalContent::Sealed { at: Some(at), .. } = &wording.value.value.content else { return false };
            at.sequence == record.sequence && at.path == path
        };
        self.wordings.iter().find(is_there).filter(|wording| {
            let delivered = policy::delivered_to(self.taker, &wording.value, &self.wordings);
            policy::answers_with(self.taker, &wording.value, by, delivered, &self.now)
        })
    }
}
