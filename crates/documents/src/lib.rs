//! What is printed and handed out. An edition of the half-yearly report is first put together as one document of data,
//! its content; every form (PDF, tables, linked data) is made from that content alone and so always says the same. Pure:
//! the same content gives the same bytes, on every machine and at any time.

pub mod bundle;
pub mod csv;
pub mod dutch;
pub mod edition;
pub mod forms;
mod typeset;

pub use typeset::{TypesetError, turns_direction};
