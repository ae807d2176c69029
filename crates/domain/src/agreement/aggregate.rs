//! The agreement as an aggregate of cqrs-es.

use super::event::AgreementEvent;
use super::state::CooperationAgreement;
use crate::kernel::cqrs_aggregate;

cqrs_aggregate!(CooperationAgreement, AgreementEvent);
