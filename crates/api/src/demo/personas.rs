//! The people whose tokens the demo prints.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use spoor_domain::kernel::Actor;

use super::identity::{IDENTITY_DIRECTORY, Signer};
use super::people::{self, GUIDES, PARKETTEN};

/// An invented person with a token.
pub struct Persona {
    /// A short name, also of the file.
    pub name: &'static str,
    /// What the person is, for people.
    pub title: &'static str,
    /// Who it is, for the program.
    pub actor: Actor,
    /// The access token.
    pub token: String,
    /// The file that holds the token.
    pub file: PathBuf,
}

/// Everybody, with fresh tokens, written beside the key so that a shell can read them.
pub fn signed(signer: &Signer, data: &Path, now: DateTime<Utc>) -> io::Result<Vec<Persona>> {
    let people = [
        ("prosecutor", "Prosecutor", people::prosecutor(PARKETTEN[0])),
        ("coordinator", "Museum coordinator", people::coordinator()),
        ("guide", "Guide", people::guide(GUIDES[0])),
        ("compliance", "Compliance officer", people::compliance()),
        ("analyst", "Policy analyst", people::analyst()),
        ("plan-coordinator", "Action plan coordinator", people::plan_coordinator()),
        ("plan-coordinator-2", "Second action plan coordinator", people::second_plan_coordinator()),
    ];
    let sign = |(name, title, actor)| {
        let token = signer.token(&actor, now)?;
        let file = data.join(IDENTITY_DIRECTORY).join(format!("{name}.token"));
        let mut opened = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&file)?;
        opened.write_all(token.as_bytes())?;
        Ok(Persona { name, title, actor, token, file })
    };
    people.into_iter().map(sign).collect()
}
