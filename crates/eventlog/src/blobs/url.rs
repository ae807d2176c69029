//! Where documents are kept: `directory:PATH` or `postgres://…`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::LogUrl;

/// The place of the documents, as written in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlobUrl {
    /// A directory of our own, made on first use.
    Directory(PathBuf),
    /// The schema `spoor_blobs` of a PostgreSQL database.
    Postgres(String),
}

/// Why a text is not the place of a document store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not the address of a document store: write directory:PATH or postgres://user@host/database")]
pub struct BlobUrlError(pub String);

impl FromStr for BlobUrl {
    type Err = BlobUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("directory:").filter(|path| !path.is_empty()) {
            return Ok(Self::Directory(PathBuf::from(path)));
        }
        match text.parse() {
            Ok(LogUrl::Postgres(url)) => Ok(Self::Postgres(url)),
            Ok(LogUrl::Sqlite(_) | LogUrl::Kurrent(_)) | Err(_) => Err(BlobUrlError(text.to_owned())),
        }
    }
}

/// Without the password, so that it may be shown and logged.
impl fmt::Display for BlobUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(path) => write!(f, "directory:{}", path.display()),
            Self::Postgres(url) => LogUrl::Postgres(url.clone()).fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_and_a_database_are_recognised_and_a_sqlite_file_is_not() {
        assert_eq!("directory:var/blobs".parse(), Ok(BlobUrl::Directory("var/blobs".into())));
        assert_eq!("postgres://h/db".parse(), Ok(BlobUrl::Postgres("postgres://h/db".into())));
        for text in ["directory:", "sqlite:var/blobs", "var/blobs"] {
            assert!(text.parse::<BlobUrl>().is_err(), "{text}");
        }
        let url: BlobUrl = "postgres://spoor:secret@db/spoor".parse().unwrap();
        assert_eq!(url.to_string(), "postgres://spoor@db/spoor");
    }
}
