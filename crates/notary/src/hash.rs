//! The three hashes of an RFC 6962 tree.

use aws_lc_rs::digest::{Context, SHA256, digest};

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// Hash of a leaf: `SHA-256(0x00 || line)`.
pub fn leaf_hash(line: &[u8]) -> Hash {
    leaf_hash_of(&[line])
}

/// Hash of the leaf whose line is these parts, one after the other.
pub fn leaf_hash_of(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(&[0]);
    parts.iter().for_each(|part| context.update(part));
    finish(context)
}

/// Hash of an inner node: `SHA-256(0x01 || left || right)`. The prefix keeps a node from passing for a leaf.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [1; 65];
    bytes[1..33].copy_from_slice(left);
    bytes[33..].copy_from_slice(right);
    sha256(&bytes)
}

/// Root of the tree without leaves: `SHA-256()` of nothing.
pub fn empty_root() -> Hash {
    sha256(&[])
}

/// The hash written as 64 lower-case hexadecimal digits; nothing else is read.
pub fn hash_from_hex(text: &str) -> Option<Hash> {
    let mut hash = Hash::default();
    let lower = text.bytes().all(|byte| !byte.is_ascii_uppercase());
    (lower && hex::decode_to_slice(text, &mut hash).is_ok()).then_some(hash)
}

fn sha256(bytes: &[u8]) -> Hash {
    let mut hash = Hash::default();
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

/// The digest of what was put in.
pub(crate) fn finish(context: Context) -> Hash {
    let mut hash = Hash::default();
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// Lists of hashes as JSON has them: lower-case hexadecimal texts.
pub(crate) mod hex_hashes {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::{Hash, hash_from_hex};

    pub fn serialize<S: Serializer>(hashes: &[Hash], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(hashes.iter().map(hex::encode))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Hash>, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        let hash =
            |text: &String| hash_from_hex(text).ok_or_else(|| D::Error::custom("not a hash of 64 hexadecimal digits"));
        texts.iter().map(hash).collect()
    }
}

/// A hash as JSON has it: lower-case hexadecimal text.
pub(crate) mod hex_hash {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::{Hash, hash_from_hex};

    pub fn serialize<S: Serializer>(hash: &Hash, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(hash))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
        let text = String::deserialize(deserializer)?;
        hash_from_hex(&text).ok_or_else(|| D::Error::custom("not a hash of 64 hexadecimal digits"))
    }
}
