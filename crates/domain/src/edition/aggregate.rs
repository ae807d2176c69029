//! The editions of a half-year as an aggregate of cqrs-es.

use super::event::EditionEvent;
use super::state::ReportEdition;
use crate::kernel::cqrs_aggregate;

cqrs_aggregate!(ReportEdition, EditionEvent);
