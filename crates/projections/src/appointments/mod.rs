//! Who meets whom, and when? The agenda.

mod read;
mod row;

pub use read::agenda;
pub use row::{AgendaFilter, AppointmentRow};
