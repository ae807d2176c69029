//! The cooperation agreement (samenwerkingsovereenkomst): one stream per agreement.

pub mod command;
pub mod event;
pub mod vocabulary;
