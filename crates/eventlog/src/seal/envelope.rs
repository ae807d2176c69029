//! The envelope of one sealed value: version, key commitment, nonce, ciphertext.
//!
//! AES-256-GCM-SIV survives a repeated nonce; the commitment fixes the key, so that no envelope opens under two keys.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{constant_time, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use spoor_domain::kernel::{SealedAt, SubjectId};
use zeroize::Zeroizing;

use crate::keys::KeyError;

const VERSION: u8 = 1;
const COMMITMENT_LEN: usize = 32;
/// Plain texts are padded with blanks to a multiple of this, so that the length of a short answer says little: a
/// sealed `true` and a sealed `false` are equally long.
const PADDED_TO: usize = 32;

/// A subject's data key, ready for use.
pub(crate) struct DataKey {
    cipher: RandomizedNonceKey,
    commitment: [u8; COMMITMENT_LEN],
}

/// The envelope does not open: altered, moved to another place, or sealed with another key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unreadable;

impl DataKey {
    /// The cipher key and the commitment are derived apart, so that publishing the commitment says nothing of the key.
    pub fn new(key: &[u8; 32]) -> Result<Self, KeyError> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        let cipher_key = hmac::sign(&key, b"spoor seal v1: cipher");
        let cipher = RandomizedNonceKey::new(&AES_256_GCM_SIV, cipher_key.as_ref()).map_err(|_| KeyError::Cipher)?;
        let mut commitment = [0; COMMITMENT_LEN];
        commitment.copy_from_slice(hmac::sign(&key, b"spoor seal v1: commitment").as_ref());
        Ok(Self { cipher, commitment })
    }

    /// Seals a JSON text for its place in the log.
    pub fn seal(&self, json: &str, at: &SealedAt, subject: SubjectId) -> Result<String, KeyError> {
        let mut text = json.as_bytes().to_vec();
        text.resize(text.len().next_multiple_of(PADDED_TO), b' ');
        let front = self.seal_bytes(&mut text, binding(at, subject).as_bytes())?;
        Ok(URL_SAFE_NO_PAD.encode([front, text].concat()))
    }

    /// Seals bytes where they stand; gives what goes in front of them: version, key commitment, nonce.
    pub fn seal_bytes(&self, bytes: &mut Vec<u8>, bound_to: &[u8]) -> Result<Vec<u8>, KeyError> {
        let nonce = self.cipher.seal_in_place_append_tag(Aad::from(bound_to), bytes).map_err(|_| KeyError::Cipher)?;
        Ok([&[VERSION], self.commitment.as_slice(), nonce.as_ref()].concat())
    }

    /// Opens an envelope that stands at this place.
    pub fn open(&self, envelope: &str, at: &SealedAt, subject: SubjectId) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
        let envelope = URL_SAFE_NO_PAD.decode(envelope).map_err(|_| Unreadable)?;
        self.open_bytes(&envelope, binding(at, subject).as_bytes()).map(Zeroizing::new)
    }

    /// Opens what [`DataKey::seal_bytes`] sealed, its front before it.
    pub fn open_bytes(&self, envelope: &[u8], bound_to: &[u8]) -> Result<Vec<u8>, Unreadable> {
        let rest = match envelope.split_first() {
            Some((&VERSION, rest)) => rest,
            Some(_) | None => return Err(Unreadable),
        };
        let (commitment, rest) = rest.split_at_checked(COMMITMENT_LEN).ok_or(Unreadable)?;
        constant_time::verify_slices_are_equal(commitment, &self.commitment).map_err(|_| Unreadable)?;
        let (nonce, sealed) = rest.split_at_checked(NONCE_LEN).ok_or(Unreadable)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unreadable)?;
        let mut sealed = Zeroizing::new(sealed.to_vec());
        let length = self.cipher.open_in_place(nonce, Aad::from(bound_to), &mut sealed).map_err(|_| Unreadable)?.len();
        sealed.truncate(length);
        Ok(std::mem::take(&mut *sealed))
    }
}

/// What a seal is bound to besides the key, without ambiguity: a JSON array of the header as stored, path and subject.
fn binding(at: &SealedAt, subject: SubjectId) -> String {
    let SealedAt { aggregate_type, aggregate_id, sequence, event_type, event_version, path } = at;
    serde_json::json!([aggregate_type, aggregate_id, sequence, event_type, event_version, path, subject]).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> SealedAt {
        SealedAt {
            aggregate_type: "learning_trajectory".into(),
            aggregate_id: "one".into(),
            sequence: 3,
            event_type: "TrajectoryRequested".into(),
            event_version: 1,
            path: "/TrajectoryRequested/request/facts".into(),
        }
    }

    fn subject() -> SubjectId {
        SubjectId(uuid::Uuid::from_u128(7))
    }

    #[test]
    fn a_value_opens_at_its_own_place_with_its_own_key_only() {
        let (key, other) = (DataKey::new(&[1; 32]).unwrap(), DataKey::new(&[2; 32]).unwrap());
        let envelope = key.seal(r#""facts""#, &place(), subject()).unwrap();
        assert_eq!(key.open(&envelope, &place(), subject()).unwrap().trim_ascii(), br#""facts""#);
        assert_eq!(other.open(&envelope, &place(), subject()), Err(Unreadable));
        assert_eq!(key.open(&envelope, &SealedAt { sequence: 4, ..place() }, subject()), Err(Unreadable));
        assert_eq!(key.open(&envelope, &place(), SubjectId(uuid::Uuid::from_u128(8))), Err(Unreadable));
    }

    #[test]
    fn the_same_value_never_seals_to_the_same_envelope() {
        let key = DataKey::new(&[1; 32]).unwrap();
        let seal = || key.seal("true", &place(), subject()).unwrap();
        assert_ne!(seal(), seal());
    }

    #[test]
    fn a_sealed_yes_is_as_long_as_a_sealed_no() {
        let key = DataKey::new(&[1; 32]).unwrap();
        let length = |json| key.seal(json, &place(), subject()).unwrap().len();
        assert_eq!(length("true"), length("false"));
    }

    #[test]
    fn every_altered_or_shortened_envelope_is_unreadable() {
        let key = DataKey::new(&[1; 32]).unwrap();
        let envelope = URL_SAFE_NO_PAD.decode(key.seal("true", &place(), subject()).unwrap()).unwrap();
        for byte in 0..envelope.len() {
            let mut altered = envelope.clone();
            altered[byte] ^= 1;
            assert_eq!(key.open(&URL_SAFE_NO_PAD.encode(&altered), &place(), subject()), Err(Unreadable));
            assert_eq!(key.open(&URL_SAFE_NO_PAD.encode(&envelope[..byte]), &place(), subject()), Err(Unreadable));
        }
    }
}
