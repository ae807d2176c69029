//! An append on its way to the writer: personal values sealed, texts canonical, sizes checked.

use std::collections::{BTreeSet, HashMap};

use spoor_domain::kernel::{SealedAt, SubjectId};

use super::{seal_payload, subjects};
use crate::batch::{SealedAppend, SealedEvent};
use crate::canonical::{canonical, rounded};
use crate::error::{AppendError, LogError};
use crate::keys::{KeyError, KeyStore};
use crate::record::{SOME_MOMENT, line_head, line_tail};
use crate::{Append, MAX_LINE_BYTES};

/// Seals every personal value and writes the canonical texts, once and for ever. The keys are durable when it returns.
/// `version_seen`: whether the expected version was read from the log.
pub(crate) async fn seal_append(
    keys: &KeyStore,
    append: Append,
    version_seen: bool,
) -> Result<SealedAppend, AppendError> {
    let Append { aggregate_type, aggregate_id, expected_version, mut events, mut metadata } = append;
    if events.is_empty() {
        return Err(AppendError::Empty);
    }
    let mut concerned = BTreeSet::new();
    for event in &mut events {
        if let Some(number) = rounded(&event.payload) {
            return Err(AppendError::Rounded { event_type: event.event_type.clone(), number: number.to_string() });
        }
        concerned.extend(subjects(&mut event.payload).map_err(LogError::from)?);
    }
    let data_keys = sealing_keys(keys, concerned).await?;
    let mut sealed = Vec::with_capacity(events.len());
    for (mut event, sequence) in events.into_iter().zip(expected_version + 1..) {
        let place = SealedAt {
            aggregate_type: aggregate_type.clone(),
            aggregate_id: aggregate_id.clone(),
            sequence,
            event_type: event.event_type,
            event_version: event.event_version,
            path: String::new(),
        };
        if !data_keys.is_empty() {
            seal_payload(&mut event.payload, &place, &data_keys).map_err(LogError::from)?;
        }
        metadata.event_id = crate::clock::new_id();
        let payload = canonical(&event.payload).map_err(LogError::Json)?;
        // Texts under plain keys in order: what serde_json writes of it is canonical.
        let circumstances = serde_json::to_string(&metadata.to_map()).map_err(LogError::Json)?;
        let line_head = line_head(&place, &payload, &circumstances);
        let bytes = line_head.len() + line_tail(SOME_MOMENT, sequence).len();
        if bytes > MAX_LINE_BYTES {
            return Err(AppendError::TooLarge { event_type: place.event_type, bytes, limit: MAX_LINE_BYTES });
        }
        let SealedAt { event_type, event_version, .. } = place;
        let event_id = metadata.event_id;
        sealed.push(SealedEvent { event_id, event_type, event_version, payload, metadata: circumstances, line_head });
    }
    let (command_id, command_digest) = (metadata.command_id, metadata.command_digest);
    Ok(SealedAppend {
        aggregate_type,
        aggregate_id,
        expected_version,
        version_seen,
        command_id,
        command_digest,
        events: sealed,
    })
}

type DataKeys = HashMap<SubjectId, std::sync::Arc<super::DataKey>>;

async fn sealing_keys(keys: &KeyStore, subjects: BTreeSet<SubjectId>) -> Result<DataKeys, AppendError> {
    if subjects.is_empty() {
        return Ok(DataKeys::new());
    }
    let subjects: Vec<SubjectId> = subjects.into_iter().collect();
    keys.sealing_keys(&subjects).await.map_err(|error| match error {
        KeyError::Destroyed(subject) => AppendError::SubjectErased { subject },
        other => AppendError::Log(other.into()),
    })
}
