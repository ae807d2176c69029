//! The action plan (actieplan): one stream per plan; its actions have streams of their own.

pub mod command;
pub mod event;
