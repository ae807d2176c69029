//! Ed25519 keys of logs and of witnesses, in the texts C2SP signed-note gives them.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, ParsedPublicKey};
use base64::prelude::{BASE64_STANDARD, Engine};
use zeroize::Zeroizing;

/// Whose key it is, which decides what it signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// A log: it signs the text of a checkpoint (signature type 0x01).
    Log,
    /// A witness: it signs the text and the moment it saw it (type 0x04, cosignature/v1).
    Witness,
}

/// A secret key. Its text is never shown; the file that holds it is readable by its owner only.
pub struct SigningKey {
    public: VerifyingKey,
    seed: Zeroizing<[u8; 32]>,
    pair: Ed25519KeyPair,
}

/// A public key: `name+key id+base64`, as it is given to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    kind: KeyKind,
    bytes: [u8; 32],
}

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("the key file {path}: {source}")]
    File {
        /// Which file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// Others can read the secret key.
    #[error("the key file {path} can be read by others (mode {mode:o}); make it yours alone: chmod 600 {path}")]
    Permissions {
        /// Which file.
        path: String,
        /// Its mode.
        mode: u32,
    },
    /// There is a key already.
    #[error("the key file {path} exists already and is not overwritten")]
    Exists {
        /// Which file.
        path: String,
    },
    /// The text is no key.
    #[error("this is not {0}")]
    Text(&'static str),
    /// The name cannot be one.
    #[error("{0:?} cannot be the name of a key: it must not be empty and have no spaces and no plus sign")]
    Name(String),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    Random,
}

const PUBLIC_TEXT: &str = "a public key of the form NAME+KEYID+BASE64 (Ed25519)";
const SECRET_TEXT: &str = "a secret key of the form PRIVATE+KEY+NAME+KEYID+BASE64 (Ed25519)";

impl SigningKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// When the name cannot be one, or the system gives no random numbers.
    pub fn generate(name: &str, kind: KeyKind) -> Result<Self, KeyError> {
        let mut seed = Zeroizing::new([0; 32]);
        SystemRandom::new().fill(seed.as_mut_slice()).map_err(|_| KeyError::Random)?;
        Self::from_seed(name, kind, seed)
    }

    /// The same secret under another name: one key file serves both logs, each of which signs under its own origin.
    ///
    /// # Errors
    /// When the name cannot be one.
    pub fn under_name(&self, name: &str) -> Result<Self, KeyError> {
        Self::from_seed(name, self.public.kind, self.seed.clone())
    }

    /// Reads the key from a file that only its owner can read.
    ///
    /// # Errors
    /// When others can read it, or it holds no secret key.
    pub fn from_file(path: &Path) -> Result<Self, KeyError> {
        let failed = |source| KeyError::File { path: path.display().to_string(), source };
        let mode = fs::metadata(path).map_err(failed)?.mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeyError::Permissions { path: path.display().to_string(), mode });
        }
        Self::parse(Zeroizing::new(fs::read_to_string(path).map_err(failed)?).trim_end())
    }

    /// Writes the key to a new file that only its owner can read, flushed when this returns.
    ///
    /// # Errors
    /// When the file exists already or cannot be written.
    pub fn create_file(&self, path: &Path) -> Result<(), KeyError> {
        let shown = || path.display().to_string();
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::AlreadyExists => KeyError::Exists { path: shown() },
            _ => KeyError::File { path: shown(), source },
        };
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
        writeln!(file, "{}", self.secret_text().as_str()).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(directory).and_then(|directory| directory.sync_all()).map_err(failed)
    }

    /// The public key.
    pub fn public(&self) -> &VerifyingKey {
        &self.public
    }

    /// The signature of exactly these bytes.
    pub(crate) fn sign_bytes(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }

    fn parse(text: &str) -> Result<Self, KeyError> {
        let failed = || KeyError::Text(SECRET_TEXT);
        let (name, id, bytes) = text.strip_prefix("PRIVATE+KEY+").and_then(parts).ok_or_else(failed)?;
        let bytes = Zeroizing::new(bytes);
        let (kind, seed) = kind_and_key(&bytes).ok_or_else(failed)?;
        let key = Self::from_seed(name, kind, Zeroizing::new(seed))?;
        if key.public.id() == id { Ok(key) } else { Err(failed()) }
    }

    fn secret_text(&self) -> Zeroizing<String> {
        let VerifyingKey { name, kind, .. } = &self.public;
        let bytes = Zeroizing::new([&[kind.byte()], self.seed.as_slice()].concat());
        let base64 = Zeroizing::new(BASE64_STANDARD.encode(bytes.as_slice()));
        Zeroizing::new(format!("PRIVATE+KEY+{name}+{:08x}+{}", self.public.id(), base64.as_str()))
    }

    fn from_seed(name: &str, kind: KeyKind, seed: Zeroizing<[u8; 32]>) -> Result<Self, KeyError> {
        let failed = |_| KeyError::Text(SECRET_TEXT);
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).map_err(failed)?;
        let bytes = pair.public_key().as_ref().try_into().map_err(|_| KeyError::Text(SECRET_TEXT))?;
        Ok(Self { public: VerifyingKey::new(name, kind, bytes)?, seed, pair })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningKey").field(&self.public.to_string()).finish()
    }
}

impl VerifyingKey {
    /// Reads a public key from a file: its first line.
    ///
    /// # Errors
    /// When the file cannot be read or holds no public key.
    pub fn from_file(path: &Path) -> Result<Self, KeyError> {
        let failed = |source| KeyError::File { path: path.display().to_string(), source };
        Self::parse(fs::read_to_string(path).map_err(failed)?.lines().next().unwrap_or_default())
    }

    /// Reads every public key in a file, one a line: the one a log signs with now, then those it signed with before.
    ///
    /// # Errors
    /// When the file cannot be read, or holds anything but public keys.
    pub fn all_from_file(path: &Path) -> Result<Vec<Self>, KeyError> {
        let failed = |source| KeyError::File { path: path.display().to_string(), source };
        let text = fs::read_to_string(path).map_err(failed)?;
        let key = |line: &str| {
            let mut found = words(line);
            match (found.next(), found.next()) {
                (None, _) => None,
                (Some(word), None) => Some(Self::parse(word)),
                (Some(_), Some(_)) => Some(Err(KeyError::Text("a list of public keys, one a line"))),
            }
        };
        let keys = text.lines().filter_map(key).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err(KeyError::Text(PUBLIC_TEXT)) } else { Ok(keys) }
    }

    /// Reads the text of a public key.
    ///
    /// # Errors
    /// When it is none, its id is not that of its name and bytes, or its bytes are not the canonical ones of a point.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let failed = || KeyError::Text(PUBLIC_TEXT);
        let (name, id, bytes) = parts(text).ok_or_else(failed)?;
        let (kind, bytes) = kind_and_key(&bytes).ok_or_else(failed)?;
        let key = Self::new(name, kind, bytes)?;
        if key.id() == id && key.to_string() == text && is_point(&key.bytes) { Ok(key) } else { Err(failed()) }
    }

    /// The name; for a log its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whose key it is.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The first four bytes of `SHA-256(name || 0x0A || type || key)`.
    pub fn id(&self) -> u32 {
        signed_note::key_id(&self.name, &self.typed_bytes())
    }

    /// Whether this is this key's signature of exactly these bytes.
    pub(crate) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let key = ParsedPublicKey::new(&ED25519, self.bytes);
        key.is_ok_and(|key| key.verify_sig(message, signature).is_ok())
    }

    fn new(name: &str, kind: KeyKind, bytes: [u8; 32]) -> Result<Self, KeyError> {
        if signed_note::is_key_name_valid(name) && !name.chars().any(char::is_control) {
            Ok(Self { name: name.to_owned(), kind, bytes })
        } else {
            Err(KeyError::Name(name.to_owned()))
        }
    }

    fn typed_bytes(&self) -> Vec<u8> {
        [&[self.kind.byte()], self.bytes.as_slice()].concat()
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{:08x}+{}", self.name, self.id(), BASE64_STANDARD.encode(self.typed_bytes()))
    }
}

impl KeyKind {
    fn byte(self) -> u8 {
        match self {
            Self::Log => 0x01,
            Self::Witness => 0x04,
        }
    }
}

/// Name, id and bytes of a key's text.
fn parts(text: &str) -> Option<(&str, u32, Vec<u8>)> {
    let (name, rest) = text.split_once('+')?;
    let (id, base64) = rest.split_once('+')?;
    let id = (id.len() == 8).then(|| u32::from_str_radix(id, 16).ok())??;
    Some((name, id, BASE64_STANDARD.decode(base64).ok()?))
}

/// The words of a line of a policy or of a file of keys; spaces and tabs part them.
pub(crate) fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split([' ', '\t', '\r']).filter(|word| !word.is_empty())
}

/// Whether the number in these bytes lies between 1 and p - 1, p being 2^255 - 19. Libraries differ on whether they read a
/// point that is written otherwise, and at 0 and at the bounds stand points by which anything can be signed.
fn is_point(bytes: &[u8; 32]) -> bool {
    const LEAST: [u8; 32] = at_the_ends(0, 0, 1);
    const MOST: [u8; 32] = at_the_ends(0x7f, 0xff, 0xec);
    let mut number = *bytes;
    number.reverse();
    // The highest bit is the sign of the other coordinate.
    number[0] &= 0x7f;
    LEAST < number && number < MOST
}

/// The first byte, those between, the last.
const fn at_the_ends(first: u8, between: u8, last: u8) -> [u8; 32] {
    let mut bytes = [between; 32];
    bytes[0] = first;
    bytes[31] = last;
    bytes
}

fn kind_and_key(bytes: &[u8]) -> Option<(KeyKind, [u8; 32])> {
    let (kind, key) = bytes.split_first()?;
    let kind = [KeyKind::Log, KeyKind::Witness].into_iter().find(|known| known.byte() == *kind)?;
    Some((kind, key.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_reads_back_from_its_file_and_is_not_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log.key");
        let key = SigningKey::generate("example.org/events", KeyKind::Log).unwrap();
        key.create_file(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        let read = SigningKey::from_file(&path).unwrap();
        assert_eq!((read.public(), *read.seed), (key.public(), *key.seed));
        assert!(matches!(key.create_file(&path), Err(KeyError::Exists { .. })));
    }

    #[test]
    fn a_key_that_others_can_read_is_refused_with_what_to_do() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log.key");
        SigningKey::generate("example.org/events", KeyKind::Log).unwrap().create_file(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let refusal = SigningKey::from_file(&path).unwrap_err().to_string();
        assert!(refusal.contains("chmod 600") && refusal.contains("640"), "{refusal}");
    }

    #[test]
    fn the_keys_of_the_specification_are_read() {
        // The example of the Go module signed notes come from (golang.org/x/mod/sumdb/note).
        let public = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let key = VerifyingKey::parse(public).unwrap();
        assert_eq!((key.name(), key.kind(), key.id()), ("PeterNeumann", KeyKind::Log, 0xc74f_20a3));
        assert_eq!(key.to_string(), public);
        let secret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
        let read = SigningKey::parse(secret).unwrap();
        assert_eq!((read.public().to_string().as_str(), read.secret_text().as_str()), (public, secret));
    }

    #[test]
    fn a_public_key_with_one_character_changed_is_refused() {
        let text = SigningKey::generate("example.org/events", KeyKind::Witness).unwrap().public().to_string();
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] ^= 1;
            let changed = String::from_utf8(changed).unwrap();
            assert!(VerifyingKey::parse(&changed).is_err(), "{changed}");
        }
    }

    #[test]
    fn a_public_key_that_is_no_point_or_not_canonically_written_is_refused() {
        let text = |bytes: [u8; 32]| VerifyingKey::new("a", KeyKind::Log, bytes).unwrap().to_string();
        for bytes in [
            [0; 32],
            std::array::from_fn(|at| u8::from(at == 0)),
            std::array::from_fn(|at| if at == 31 { 0x80 } else { u8::from(at == 0) }),
            std::array::from_fn(|at| [0xec, 0xff, 0x7f][usize::from(at > 0) + usize::from(at == 31)]),
            std::array::from_fn(|at| [0xee, 0xff, 0x7f][usize::from(at > 0) + usize::from(at == 31)]),
            [0xff; 32],
        ] {
            assert!(VerifyingKey::parse(&text(bytes)).is_err(), "{bytes:?}");
        }
        assert!(VerifyingKey::parse(&text(std::array::from_fn(|at| 2 * u8::from(at == 0)))).is_ok());
    }

    #[test]
    fn a_file_of_keys_has_one_a_line() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log.pub");
        let key = SigningKey::generate("example.org/events", KeyKind::Log).unwrap().public().to_string();
        for (text, count) in [
            (format!("{key}\n"), Some(1)),
            (format!("\n {key}\t\r\n{key}"), Some(2)),
            (format!("{key} {key}\n"), None),
            (" \n\n".to_owned(), None),
        ] {
            fs::write(&path, &text).unwrap();
            assert_eq!(VerifyingKey::all_from_file(&path).ok().map(|keys| keys.len()), count, "{text:?}");
        }
    }

    #[test]
    fn the_secret_is_not_in_what_debug_prints() {
        let key = SigningKey::generate("example.org/events", KeyKind::Log).unwrap();
        assert_eq!(format!("{key:?}"), format!("SigningKey({:?})", key.public().to_string()));
    }
}
