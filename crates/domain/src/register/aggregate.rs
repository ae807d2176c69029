//! The register as an aggregate of cqrs-es.

use super::event::RegisterEvent;
use super::state::DossierRegister;
use crate::kernel::cqrs_aggregate;

cqrs_aggregate!(DossierRegister, RegisterEvent);
