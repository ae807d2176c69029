//! A log that changed its key: what was signed before and after is proven by the keys it signed with, and by no other.

use std::fs;

use spoor_notary::export::{CHECKPOINT, Expected, MANIFEST};
use spoor_notary::{KeyKind, SigningKey, VerifyingKey};

use crate::verdict::{PROVEN, UNUSABLE, both};
use crate::world::{Log, ORIGIN};

/// A log of 20 records that changed its key at 12, the key before and the key after.
fn rotated() -> (Log, VerifyingKey, VerifyingKey) {
    let log = Log::of(20);
    let old = log.key.public().clone();
    let log = log.under_another_key_from(12);
    let new = log.key.public().clone();
    (log, old, new)
}

fn under(keys: &[&VerifyingKey]) -> Expected {
    Expected { keys: keys.iter().map(|key| (*key).clone()).collect(), ..Expected::default() }
}

#[test]
fn exports_from_before_and_after_are_proven_by_the_list_of_keys_and_each_by_its_own() {
    let (log, old, new) = rotated();
    let before = log.restored_to(8).export_all(&[4]);
    let at = log.restored_to(12).export_all(&[4, 8]);
    let after = log.export_all(&[4, 8, 12, 16]);
    for export in [&before, &at, &after] {
        assert_eq!(both(&export.path, &under(&[&new, &old])), PROVEN);
        assert_eq!(both(&export.path, &under(&[])), PROVEN);
    }
    assert_eq!(both(&before.path, &under(&[&old])), PROVEN);
    assert_eq!(both(&before.path, &under(&[&new])), (1, None));
    // The checkpoint by which it handed over is signed by both.
    assert_eq!(both(&at.path, &under(&[&old])), PROVEN);
    assert_eq!(both(&at.path, &under(&[&new])), PROVEN);
    assert_eq!(both(&after.path, &under(&[&new])), PROVEN);
    assert_eq!(both(&after.path, &under(&[&old])), (1, None), "the old key does not sign any more");
    let strange = SigningKey::generate(ORIGIN, KeyKind::Log).unwrap();
    for export in [&before, &at, &after] {
        assert_eq!(both(&export.path, &under(&[strange.public()])), (1, None));
    }
}

#[test]
fn a_checkpoint_kept_from_before_is_held_against_the_export_by_the_key_it_was_signed_with() {
    let (log, old, new) = rotated();
    let after = log.export_all(&[4, 12]);
    let kept = |log: &Log, keys: &[&VerifyingKey]| Expected { kept: vec![log.kept(8)], ..under(keys) };
    assert_eq!(both(&after.path, &kept(&log, &[&new, &old])), PROVEN);
    assert_eq!(both(&after.path, &kept(&log, &[&new])), UNUSABLE, "the key it was signed with is not known");
    assert_eq!(both(&after.path, &kept(&log.forked_at(5), &[&new, &old])), (1, Some(1)));
}

#[test]
fn an_export_that_names_a_key_that_did_not_sign_is_refused() {
    let (log, old, new) = rotated();
    let after = log.export_all(&[4, 12]);
    let manifest = fs::read_to_string(after.path.join(MANIFEST)).unwrap();
    assert!(manifest.starts_with(&format!("{{\"earlier_keys\":[\"{old}\"]")), "{manifest}");
    // As if the old key still signed.
    let turned = manifest.replace(&old.to_string(), "?").replace(&new.to_string(), &old.to_string());
    fs::write(after.path.join(MANIFEST), turned.replace('?', &new.to_string())).unwrap();
    assert_eq!(both(&after.path, &under(&[&new, &old])), (1, None));
    // Without the key of an earlier checkpoint nobody can tell who signed that.
    fs::write(after.path.join(MANIFEST), manifest.replace(&format!("\"earlier_keys\":[\"{old}\"],"), "")).unwrap();
    assert_eq!(both(&after.path, &under(&[&new])), (1, None));
    assert_eq!(both(&after.path, &under(&[&new, &old])), PROVEN);
    // A checkpoint of the new key with one of the old key's in its place.
    fs::write(after.path.join(MANIFEST), &manifest).unwrap();
    let forged = fs::read_to_string(after.path.join(CHECKPOINT)).unwrap();
    fs::write(after.path.join(CHECKPOINT), forged.replace(&format!("{:08x}", new.id()), &format!("{:08x}", old.id())))
        .unwrap();
    let by_old = log.signed_by_the_former_key(20);
    fs::write(after.path.join(CHECKPOINT), by_old.text()).unwrap();
    assert_eq!(both(&after.path, &under(&[&new])), (1, None));
}
