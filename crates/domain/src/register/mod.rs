//! The dossier register (dossierregister): one stream per year, whose sequence is the running number of the dossiers.

pub mod command;
pub mod event;
