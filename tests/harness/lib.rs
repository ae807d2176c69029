//! What the acceptance tests stand on: an identity provider, an installation of the program, personas that talk to it.

mod client;
mod demo;
mod identity;
mod program;

pub use client::{Answer, Persona, new_command_id};
pub use demo::Demo;
pub use identity::Identity;
pub use program::{Installation, Program, Stores, program_file};
