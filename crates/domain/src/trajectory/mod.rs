//! The learning trajectory (leertraject): one stream per dossier.

pub mod command;
pub mod criteria;
pub mod event;
pub mod vocabulary;
