//! What can be asked of the register of publications.

use serde::Serialize;

use super::event::Told;
use crate::kernel::ReportEditionId;

/// A command to the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "each variant has its sentence; the fields' names and types say the rest")]
pub enum PublicationCommand {
    /// Enter what an edition that is being frozen tells. Its number is one more than that of the publication it goes on from.
    MakePublication { told: Told, editions: ReportEditionId, edition: u32 },
}
