//! The demonstration: stores, plan, dossiers, personas and ready queries in one command.
