//! The master key: a file that only its owner can read. It wraps every other key and never leaves memory. While it is
//! being changed there are two.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use super::KeyError;

/// First byte of a wrapped key without the id of its master key: AES-256-GCM-SIV, then nonce and ciphertext.
const WRAPPED_V1: u8 = 1;
/// The same with the id of the master key between the first byte and the nonce. What is written now.
const WRAPPED_V2: u8 = 2;
const ID_LEN: usize = 8;

/// Which master key wrapped a key; says nothing about the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MasterKeyId(pub(crate) [u8; ID_LEN]);

impl std::fmt::Display for MasterKeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl MasterKeyId {
    /// The id of the master key in this file; nothing when it is not there.
    ///
    /// # Errors
    /// As [`secret_from_file`].
    pub fn in_file(path: &Path) -> Result<Option<Self>, KeyError> {
        if path.exists() { MasterKey::from_file(path).map(|key| Some(key.id)) } else { Ok(None) }
    }
}

/// The key that wraps keys.
pub(crate) struct MasterKey {
    id: MasterKeyId,
    key: RandomizedNonceKey,
}

/// The master key that wraps from now on, and the one before it as long as keys wrapped by that one are left.
pub(crate) struct MasterKeys {
    wrapping: MasterKey,
    former: Option<MasterKey>,
}

impl MasterKeys {
    /// The keys of these files. With a next one the store is on its way to it: what is wrapped from now on, is by it.
    pub fn from_files(current: &Path, next: Option<&Path>) -> Result<Self, KeyError> {
        let current_key = MasterKey::from_file(current)?;
        let Some(next) = next else { return Ok(Self { wrapping: current_key, former: None }) };
        let wrapping = MasterKey::from_file(next)?;
        let former = Some(current_key).filter(|former| former.id != wrapping.id);
        Ok(Self { wrapping, former })
    }

    /// The id of the key that wraps.
    pub fn wrapping(&self) -> MasterKeyId {
        self.wrapping.id
    }

    pub fn wrap(&self, owner: &str, key: &[u8; 32]) -> Result<Vec<u8>, KeyError> {
        self.wrapping.wrap(owner, key)
    }

    /// Unwraps with whichever of the keys it was wrapped by.
    pub fn unwrap(&self, owner: &str, wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        let own = self.wrapping.unwrap(owner, wrapped);
        match (own, &self.former) {
            (Err(KeyError::WrongMasterKey { .. }), Some(former)) => former.unwrap(owner, wrapped),
            (own, _) => own,
        }
    }

    /// The same key wrapped by the key that wraps now; nothing when it is already.
    pub fn rewrap(&self, owner: &str, wrapped: &[u8]) -> Result<Option<Vec<u8>>, KeyError> {
        if wrapped_by(wrapped) == Some(self.wrapping.id) {
            return Ok(None);
        }
        self.wrap(owner, &*self.unwrap(owner, wrapped)?).map(Some)
    }
}

/// Which master key wrapped this, where it says so.
pub(crate) fn wrapped_by(wrapped: &[u8]) -> Option<MasterKeyId> {
    match wrapped.split_first() {
        Some((&WRAPPED_V2, rest)) => rest.first_chunk().copied().map(MasterKeyId),
        Some(_) | None => None,
    }
}

impl MasterKey {
    /// Reads the key from its file, making it first when there is none.
    pub fn from_file(path: &Path) -> Result<Self, KeyError> {
        let bytes = secret_from_file(path)?;
        let key = RandomizedNonceKey::new(&AES_256_GCM_SIV, bytes.as_slice()).map_err(|_| KeyError::Cipher)?;
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, bytes.as_slice()), b"spoor master key: id");
        let mut id = [0; ID_LEN];
        id.copy_from_slice(&tag.as_ref()[..ID_LEN]);
        Ok(Self { id: MasterKeyId(id), key })
    }

    /// Wraps a key for one owner; it opens for that owner only.
    pub fn wrap(&self, owner: &str, key: &[u8; 32]) -> Result<Vec<u8>, KeyError> {
        let mut sealed = key.to_vec();
        let nonce = self.key.seal_in_place_append_tag(Aad::from(owner), &mut sealed).map_err(|_| KeyError::Cipher)?;
        Ok([&[WRAPPED_V2], self.id.0.as_slice(), nonce.as_ref(), &sealed].concat())
    }

    /// Unwraps what [`MasterKey::wrap`] wrapped for this owner.
    pub fn unwrap(&self, owner: &str, wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        let not_ours = || KeyError::WrongMasterKey { owner: owner.to_owned() };
        let rest = match wrapped.split_first() {
            Some((&WRAPPED_V1, rest)) => rest,
            Some((&WRAPPED_V2, rest)) => rest.strip_prefix(&self.id.0).ok_or_else(not_ours)?,
            Some(_) | None => return Err(not_ours()),
        };
        let (nonce, sealed) = rest.split_at_checked(NONCE_LEN).ok_or_else(not_ours)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| not_ours())?;
        let mut sealed = Zeroizing::new(sealed.to_vec());
        let opened = self.key.open_in_place(nonce, Aad::from(owner), &mut sealed).map_err(|_| not_ours())?;
        let opened: &[u8] = opened;
        opened.try_into().map(Zeroizing::new).map_err(|_| not_ours())
    }
}

/// The 32 secret bytes that a file of 64 hexadecimal digits holds; the file is made first when it is not there, for its
/// owner only.
///
/// # Errors
/// `Permissions` when others can read it, `SecretFile` when it cannot be read or holds something else.
pub fn secret_from_file(path: &Path) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let unusable = |reason: String| KeyError::SecretFile { path: path.display().to_string(), reason };
    if !path.try_exists().map_err(|e| unusable(e.to_string()))? {
        create(path).map_err(|e| unusable(not_made(&e)))?;
    }
    require_owner_only(path)?;
    let text = Zeroizing::new(fs::read_to_string(path).map_err(|e| unusable(e.to_string()))?);
    let bytes = hex::decode(text.trim()).map(Zeroizing::new);
    let bytes = bytes.ok().and_then(|bytes| bytes.as_slice().try_into().ok().map(Zeroizing::new));
    bytes.ok_or_else(|| unusable("it must hold 64 hexadecimal digits".into()))
}

/// Why a key file could not be made, and what to do: where not even its directory is there, no store was made yet, or the
/// path is wrong.
fn not_made(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file, and no directory to make it in: make the stores with \
             `spoor migrate`, or, where they exist already, put their key back at this place"
            .into(),
        _any_other => format!("it is not there and cannot be made: {error}"),
    }
}

/// Refuses a file that group or world can read.
pub(crate) fn require_owner_only(path: &Path) -> Result<(), KeyError> {
    let metadata = fs::metadata(path).map_err(|e| KeyError::Database(e.into()))?;
    match metadata.mode() & 0o777 {
        mode if mode & 0o077 != 0 => Err(KeyError::Permissions { path: path.display().to_string(), mode }),
        _ => Ok(()),
    }
}

/// Makes a new key file: complete and flushed before it has its name, and never over an existing one.
fn create(path: &Path) -> io::Result<()> {
    let secret = super::random_key().map_err(io::Error::other)?;
    let draft = path.with_extension(format!("draft-{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    writeln!(file, "{}", Zeroizing::new(hex::encode(*secret)).as_str())?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }?;
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(directory)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_key_is_made_once_and_for_its_owner_only() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("master.key");
        let wrapped = MasterKey::from_file(&path).unwrap().wrap("subject", &[7; 32]).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        let again = MasterKey::from_file(&path).unwrap();
        assert_eq!(*again.unwrap("subject", &wrapped).unwrap(), [7; 32]);
    }

    #[test]
    fn where_there_is_no_store_it_is_said_how_to_make_one() {
        let directory = tempfile::tempdir().unwrap();
        let Err(error) = secret_from_file(&directory.path().join("new").join("master.key")) else { panic!("made") };
        assert!(error.to_string().contains("`spoor migrate`") && error.to_string().contains("put their key back"));
        assert!(!directory.path().join("new").exists());
    }

    #[test]
    fn a_wrapped_key_opens_for_its_own_subject_only() {
        let directory = tempfile::tempdir().unwrap();
        let master = MasterKey::from_file(&directory.path().join("master.key")).unwrap();
        let wrapped = master.wrap("one", &[7; 32]).unwrap();
        assert!(matches!(master.unwrap("other", &wrapped), Err(KeyError::WrongMasterKey { .. })));
    }

    #[test]
    fn a_key_wrapped_before_ids_were_written_still_opens() {
        let directory = tempfile::tempdir().unwrap();
        let master = MasterKey::from_file(&directory.path().join("master.key")).unwrap();
        let wrapped = master.wrap("one", &[7; 32]).unwrap();
        assert_eq!(wrapped_by(&wrapped), Some(master.id));
        let before = [&[WRAPPED_V1], &wrapped[1 + ID_LEN..]].concat();
        assert_eq!(wrapped_by(&before), None);
        assert_eq!(*master.unwrap("one", &before).unwrap(), [7; 32]);
    }

    #[test]
    fn on_the_way_to_another_master_key_both_open_and_the_next_one_wraps() {
        let directory = tempfile::tempdir().unwrap();
        let (current, next) = (directory.path().join("master.key"), directory.path().join("next.key"));
        let wrapped = MasterKeys::from_files(&current, None).unwrap().wrap("one", &[7; 32]).unwrap();
        let both = MasterKeys::from_files(&current, Some(&next)).unwrap();
        let rewrapped = both.rewrap("one", &wrapped).unwrap().unwrap();
        assert_eq!(both.rewrap("one", &rewrapped).unwrap(), None);
        for wrapped in [&wrapped, &rewrapped] {
            assert_eq!(*both.unwrap("one", wrapped).unwrap(), [7; 32]);
        }
        let after = MasterKeys::from_files(&next, None).unwrap();
        assert_eq!(*after.unwrap("one", &rewrapped).unwrap(), [7; 32]);
        assert!(matches!(after.unwrap("one", &wrapped), Err(KeyError::WrongMasterKey { .. })));
    }

    #[test]
    fn a_key_file_that_others_can_read_is_refused_with_the_remedy() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("master.key");
        MasterKey::from_file(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let refusal = MasterKey::from_file(&path).err().unwrap().to_string();
        assert!(refusal.contains("chmod 600"), "{refusal}");
    }
}
