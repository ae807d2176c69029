//! The register of publications as an aggregate of cqrs-es.

use super::event::PublicationEvent;
use super::state::PublicationRegister;
use crate::kernel::cqrs_aggregate;

cqrs_aggregate!(PublicationRegister, PublicationEvent);
