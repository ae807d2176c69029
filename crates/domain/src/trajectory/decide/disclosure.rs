//! Telling those to whom something was disclosed of a correction, an erasure or a restriction.

use chrono::NaiveDate;

use super::super::command::TrajectoryCommandKind;
use super::super::event::TrajectoryEvent;
use super::super::rejection::TrajectoryRejection as No;
use super::super::vocabulary::NotificationMeans;
use super::case::{Case, Decision};
use crate::kernel::OrganisationId;

impl Case<'_> {
    /// No free text: after an erasure nothing about the person can be written any more.
    pub(super) fn record_recipient_told(
        &self,
        recipient: &OrganisationId,
        sequence: u64,
        told_on: NaiveDate,
        means: NotificationMeans,
    ) -> Decision {
        let asked = self
            .state
            .tellings()
            .iter()
            .find(|telling| &telling.recipient == recipient && telling.sequence == sequence);
        let telling = asked.ok_or_else(|| No::TellingNotFound { recipient: recipient.clone(), sequence })?;
        if telling.settled.is_some() {
            return self.already_done(TrajectoryCommandKind::RecordRecipientTold);
        }
        Ok(TrajectoryEvent::RecipientTold {
            occurred_on: self.day("toldOn", told_on, Some(telling.since))?,
            recipient: recipient.clone(),
            sequence,
            means,
            told_by: self.context.actor.id.clone(),
        })
    }
}
