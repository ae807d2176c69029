//! What can be asked of the register of a year.

use serde::Serialize;

use crate::kernel::DossierId;

/// A command to the register. `year` is the year of the stream the command goes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "each variant has its sentence; the fields' names and types say the rest")]
pub enum RegisterCommand {
    /// Take the next number for a dossier.
    TakeNumber { year: i32, dossier: DossierId },
    /// Take the next numbers for many dossiers, in this order, all or none.
    TakeNumbers { year: i32, dossiers: Vec<DossierId> },
}
