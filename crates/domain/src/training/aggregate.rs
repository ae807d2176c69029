//! The record of a training line as an aggregate of cqrs-es.

use super::event::TrainingEvent;
use super::state::TrainingRecord;
use crate::kernel::cqrs_aggregate;

cqrs_aggregate!(TrainingRecord, TrainingEvent);
