//! What may be asked: GraphQL over HTTP, identity, configuration and the `spoor` program.

pub mod access_book;
pub mod auth;
pub mod bench;
pub mod cli;
pub mod config;
pub mod demo;
pub mod desk;
pub mod graphql;
pub mod http;
pub mod import;
pub mod policy;
pub mod proof;
pub mod state;
pub mod telemetry;
