//! The action plan as published, turned into commands.
