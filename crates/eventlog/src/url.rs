//! Where a log is kept: `sqlite:PATH`, `postgres://…` or `esdb://…`.

mod kurrent;

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;

pub use kurrent::{KurrentUrl, KurrentUrlError};

/// The place of a log, as written in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogUrl {
    /// A file of our own, made on first use.
    Sqlite(PathBuf),
    /// A PostgreSQL database; `?schema=NAME` chooses a schema other than `public`.
    Postgres(String),
    /// A KurrentDB server or cluster; `?prefix=NAME` chooses streams other than those of `spoor`.
    Kurrent(KurrentUrl),
}

/// Why a text is not the place of a log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogUrlError {
    /// It has none of the forms of one.
    #[error("'{0}' is not the address of a log: write sqlite:PATH, postgres://user@host/database or esdb://host:2113")]
    Unknown(String),
    /// It is one of KurrentDB that cannot be used.
    #[error(transparent)]
    Kurrent(#[from] KurrentUrlError),
}

impl FromStr for LogUrl {
    type Err = LogUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err(LogUrlError::Unknown(text.to_owned()));
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        if text.starts_with("esdb://") || text.starts_with("esdb+discover://") {
            return Ok(Self::Kurrent(text.parse()?));
        }
        Err(LogUrlError::Unknown(text.to_owned()))
    }
}

impl LogUrl {
    /// Whether a database server on this machine keeps the log, and so shares its cores.
    pub fn has_its_server_on_this_machine(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Kurrent(url) => url.is_on_this_machine(),
            Self::Postgres(url) => pg_options(url).is_ok_and(|(options, _schema)| {
                let host = options.get_host();
                let loopback = host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
                options.get_socket().is_some() || host == "localhost" || host.starts_with('/') || loopback
            }),
        }
    }
}

/// Without the password, so that it may be shown and logged.
impl fmt::Display for LogUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => f.write_str(&without_password(url)),
            Self::Kurrent(url) => url.fmt(f),
        }
    }
}

/// Connection options of a PostgreSQL address and the schema it names; `public` when it names none.
pub(crate) fn pg_options(url: &str) -> Result<(PgConnectOptions, String), sqlx::Error> {
    let (address, parameters) = url.split_once('?').unwrap_or((url, ""));
    let (schema, others): (Vec<&str>, Vec<&str>) =
        parameters.split('&').filter(|pair| !pair.is_empty()).partition(|pair| pair.starts_with("schema="));
    let schema = schema.first().and_then(|pair| pair.strip_prefix("schema=")).unwrap_or("public").to_owned();
    if schema.is_empty() || !schema.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
        let message = format!("the schema '{schema}' may hold only lower-case letters, digits and underscores");
        return Err(sqlx::Error::Configuration(message.into()));
    }
    let options: PgConnectOptions = format!("{address}?{}", others.join("&")).parse()?;
    // Statements are never logged: what they hold is not for a log file.
    Ok((options.options([("search_path", schema.as_str())]).disable_statement_logging(), schema))
}

fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let authority = rest.split(['/', '?']).next().unwrap_or(rest);
    let Some((user_info, _)) = authority.rsplit_once('@') else { return url.to_owned() };
    match user_info.split_once(':') {
        None => url.to_owned(),
        Some((user, _)) => format!("{scheme}://{user}@{}", &rest[user_info.len() + 1..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_engine_is_recognised_by_its_scheme() {
        assert_eq!("sqlite:var/log.sqlite".parse(), Ok(LogUrl::Sqlite("var/log.sqlite".into())));
        assert_eq!("sqlite:///srv/log.sqlite".parse(), Ok(LogUrl::Sqlite("/srv/log.sqlite".into())));
        assert_eq!("postgres://h/db".parse(), Ok(LogUrl::Postgres("postgres://h/db".into())));
        assert!(matches!("esdb://h:2113".parse(), Ok(LogUrl::Kurrent(_))));
        assert!("mysql://h/db".parse::<LogUrl>().is_err());
        assert!("sqlite:".parse::<LogUrl>().is_err());
    }

    #[test]
    fn a_server_on_this_machine_is_known_by_its_address() {
        let shared = |url: &str| url.parse::<LogUrl>().unwrap().has_its_server_on_this_machine();
        for url in [
            "postgres://127.0.0.1/db",
            "postgres://u@localhost:5433/db?schema=a",
            "postgres:///db?host=/run/postgresql",
        ] {
            assert!(shared(url), "{url}");
        }
        for url in ["postgres://db.example/db", "postgres://10.0.0.3/db", "sqlite:log.sqlite"] {
            assert!(!shared(url), "{url}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let url: LogUrl = "postgres://spoor:secret@db:5432/spoor?schema=access".parse().unwrap();
        assert_eq!(url.to_string(), "postgres://spoor@db:5432/spoor?schema=access");
    }
}
