//! Who meets whom, and when? The agenda.

mod read;
mod row;
mod tables;

pub use read::agenda;
pub use row::{AgendaFilter, AppointmentRow};
pub(crate) use tables::{APPOINTMENT, SCHEMA, write};
