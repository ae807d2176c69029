//! The running program from outside.

mod rooms;
