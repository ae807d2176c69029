//! The address of a log in KurrentDB: what in it is ours, and what its client is given.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use eventstore::ClientSettings;

/// The prefix of the streams of a log whose address names none.
const PREFIX: &str = "spoor";
/// What the client of KurrentDB understands in an address, in lower case; it would pass over anything else.
const OF_THE_CLIENT: &[&str] = &[
    "connectionname",
    "defaultdeadline",
    "discoveryinterval",
    "gossiptimeout",
    "keepaliveinterval",
    "keepalivetimeout",
    "maxdiscoverattempts",
    "tls",
    "tlscafile",
    "tlsverifycert",
    "usercertfile",
    "userkeyfile",
];

/// A KurrentDB server or cluster, and the prefix of the streams of one log in it. Holds no secret: `credentialsFile` names
/// the file with `user:password`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KurrentUrl {
    scheme: &'static str,
    hosts: String,
    /// For the client, as they were given.
    parameters: Vec<String>,
    prefix: String,
    credentials_file: Option<PathBuf>,
}

/// Why a text is not the address of a log in KurrentDB.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KurrentUrlError {
    /// There is a user, and perhaps a password, in it.
    #[error(
        "the address of KurrentDB names a user: write `user:password` into a file that only its owner can read, and name that file \
         with credentialsFile=FILE"
    )]
    Credentials,
    /// The prefix cannot be the beginning of the streams' names.
    #[error("the prefix '{0}' may hold only lower-case letters, digits and underscores")]
    Prefix(String),
    /// It asks for a node that may be behind.
    #[error("nodePreference={0}: a log is read and written at the leader, leave it out")]
    NodePreference(String),
    /// It has a parameter that means nothing.
    #[error("the address of KurrentDB has the unknown parameter '{0}'")]
    Parameter(String),
    /// The client cannot read it.
    #[error("the address of KurrentDB cannot be read: {0}")]
    Unreadable(String),
}

impl KurrentUrl {
    /// The beginning of the names of the log's streams.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The file with `user:password`, when one is named.
    pub fn credentials_file(&self) -> Option<&Path> {
        self.credentials_file.as_deref()
    }

    /// Whether what goes over the network is encrypted, and the other end's certificate verified.
    pub fn is_verified(&self) -> bool {
        let asked = |settings: ClientSettings| {
            settings.is_secure_mode_enabled() && settings.is_tls_certificate_verification_enabled()
        };
        self.settings().is_ok_and(asked)
    }

    /// Another log at the same server or cluster.
    ///
    /// # Errors
    /// `Prefix` when it holds anything but lower-case letters, digits and underscores.
    pub fn with_prefix(&self, prefix: &str) -> Result<Self, KurrentUrlError> {
        if prefix.is_empty() || !prefix.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
            return Err(KurrentUrlError::Prefix(prefix.to_owned()));
        }
        Ok(Self { prefix: prefix.to_owned(), ..self.clone() })
    }

    /// Whether every server it names is on this machine.
    pub(super) fn is_on_this_machine(&self) -> bool {
        self.hosts.split(',').all(|host| {
            let name = host.rsplit_once(':').map_or(host, |(name, _port)| name);
            name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
        })
    }

    /// What the client is told: always to go to the leader.
    pub(crate) fn settings(&self) -> Result<ClientSettings, KurrentUrlError> {
        let mut parameters = self.parameters.clone();
        parameters.push("nodePreference=leader".to_owned());
        let text = format!("{}://{}?{}", self.scheme, self.hosts, parameters.join("&"));
        text.parse().map_err(|error: eventstore::ClientSettingsParseError| {
            KurrentUrlError::Unreadable(format!("{}://{}: {}", self.scheme, self.hosts, error.message()))
        })
    }

    fn take_parameter(mut self, pair: &str) -> Result<Self, KurrentUrlError> {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match name.to_lowercase().as_str() {
            "prefix" => return self.with_prefix(value),
            "credentialsfile" => self.credentials_file = Some(PathBuf::from(value)),
            "nodepreference" if value.eq_ignore_ascii_case("leader") => {}
            "nodepreference" => return Err(KurrentUrlError::NodePreference(value.to_owned())),
            known if OF_THE_CLIENT.contains(&known) => self.parameters.push(pair.to_owned()),
            _ => return Err(KurrentUrlError::Parameter(name.to_owned())),
        }
        Ok(self)
    }
}

impl FromStr for KurrentUrl {
    type Err = KurrentUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (scheme, rest) = match text.split_once("://") {
            Some(("esdb", rest)) => ("esdb", rest),
            Some(("esdb+discover", rest)) => ("esdb+discover", rest),
            Some(_) | None => return Err(KurrentUrlError::Unreadable("it must begin with esdb://".to_owned())),
        };
        let (hosts, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        if hosts.contains('@') {
            return Err(KurrentUrlError::Credentials);
        }
        let (hosts, prefix) = (hosts.trim_end_matches('/').to_owned(), PREFIX.to_owned());
        let bare = Self { scheme, hosts, parameters: Vec::new(), prefix, credentials_file: None };
        let pairs = parameters.split('&').filter(|pair| !pair.is_empty());
        let url = pairs.into_iter().try_fold(bare, Self::take_parameter)?;
        url.settings().map(|_usable| url)
    }
}

impl fmt::Display for KurrentUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}?", self.scheme, self.hosts)?;
        for parameter in &self.parameters {
            write!(f, "{parameter}&")?;
        }
        write!(f, "prefix={}", self.prefix)?;
        match &self.credentials_file {
            Some(file) => write!(f, "&credentialsFile={}", file.display()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Result<KurrentUrl, KurrentUrlError> {
        text.parse()
    }

    #[test]
    fn what_is_ours_is_taken_out_and_the_leader_put_in() {
        let read = url("esdb://h1:2113,h2:2114?tls=false&prefix=spoor_access&credentialsFile=/run/kurrent").unwrap();
        assert_eq!(read.prefix(), "spoor_access");
        assert_eq!(read.credentials_file(), Some(Path::new("/run/kurrent")));
        let settings = read.settings().unwrap();
        assert_eq!(settings.hosts().len(), 2);
        assert!(!settings.is_secure_mode_enabled() && settings.default_authenticated_user().is_none());
        assert_eq!(settings.node_preference(), eventstore::NodePreference::Leader);
    }

    #[test]
    fn it_reads_back_as_it_is_shown() {
        for text in ["esdb://h:2113", "esdb+discover://h?tls=true&prefix=a_1", "esdb://h:1,i:2?credentialsFile=a/b"] {
            let read = url(text).unwrap();
            assert_eq!(read.to_string().parse(), Ok(read), "{text}");
        }
        assert_eq!(url("esdb://h:2113").unwrap().to_string(), "esdb://h:2113?prefix=spoor");
    }

    #[test]
    fn what_would_be_misunderstood_is_refused_and_no_password_is_shown() {
        let refused = url("esdb://admin:changeit@h:2113").unwrap_err();
        assert_eq!(refused, KurrentUrlError::Credentials);
        assert!(refused.to_string().contains("credentialsFile") && !refused.to_string().contains("changeit"));
        assert_eq!(url("esdb://h?prefix=A-b"), Err(KurrentUrlError::Prefix("A-b".into())));
        assert_eq!(url("esdb://h?nodePreference=random"), Err(KurrentUrlError::NodePreference("random".into())));
        assert_eq!(url("esdb://h?tlss=true"), Err(KurrentUrlError::Parameter("tlss".into())));
        for text in ["http://h", "esdb://", "esdb://h:1,i:no", "esdb://h?tls=perhaps"] {
            assert!(matches!(url(text), Err(KurrentUrlError::Unreadable(_))), "{text}");
        }
        assert!(url("esdb://h?nodePreference=Leader").is_ok());
    }

    #[test]
    fn a_connection_is_verified_unless_it_is_told_not_to_be() {
        let verified = |text: &str| url(text).unwrap().is_verified();
        assert!(verified("esdb://h") && verified("esdb://h?tls=true"));
        assert!(!verified("esdb://h?tls=false") && !verified("esdb://h?tlsVerifyCert=false"));
    }

    #[test]
    fn a_server_on_this_machine_is_known_by_its_address() {
        assert!(url("esdb://127.0.0.1:2113?tls=false").unwrap().is_on_this_machine());
        assert!(url("esdb://localhost").unwrap().is_on_this_machine());
        assert!(!url("esdb://127.0.0.1:2113,db.example:2113").unwrap().is_on_this_machine());
    }
}
