//! An action of a plan (actie): one stream per action, from its definition to its half-yearly report rows and money.

pub mod command;
pub mod event;
pub mod figures;
pub mod number;
pub mod office;
pub mod report;
pub mod vocabulary;
