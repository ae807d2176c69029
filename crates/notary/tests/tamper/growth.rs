//! Proofs of growth: they join an export to a checkpoint that somebody kept, and a wrong one joins nothing.

use spoor_notary::Growth;
use spoor_notary::export::Expected;

use crate::selections;
use crate::verdict::{Case, PROVEN, UNUSABLE, both, ours, python};
use crate::world::Log;

#[test]
fn a_selection_is_joined_to_a_checkpoint_kept_elsewhere_by_a_proof_of_growth() {
    let log = Log::of(20);
    let (selection, is_wanted) = selections()[1].clone();
    let export = log.export(&selection, is_wanted, &[]);
    let with = |kept: &Log, size, growths| Expected { kept: vec![kept.kept(size)], growths, ..log.expected() };
    assert_eq!(both(&export.path, &with(&log, 13, vec![])), UNUSABLE);
    assert_eq!(both(&export.path, &with(&log, 13, vec![log.growth(13, 20)])), PROVEN);
    // A proof for another history, and one that is not of these sizes, join nothing.
    let forked = log.forked_at(5);
    assert_eq!(both(&export.path, &with(&forked, 13, vec![forked.growth(13, 20)])), UNUSABLE);
    let mut wrong = forked.growth(13, 20);
    wrong.checkpoint = log.checkpoint(20);
    assert_eq!(both(&export.path, &with(&forked, 13, vec![wrong])), (1, None));
    // An export that is merely older than what was kept is joined forwards.
    let older = log.restored_to(16).export_all(&[]);
    assert_eq!(both(&older.path, &with(&log, 20, vec![log.growth(16, 20)])), PROVEN);
    // Where the records happen to reach that size, they show it themselves.
    assert_eq!(both(&export.path, &with(&log, 7, vec![])), PROVEN);
    assert_eq!(both(&export.path, &with(&forked, 7, vec![])).0, 1);
}

#[test]
fn a_proof_of_growth_joins_any_two_sizes_and_only_those() {
    let log = Log::of(20);
    let exports: Vec<_> = (1..=20).map(|shown| (shown, log.restored_to(shown).export_all(&[]))).collect();
    let mut cases = Vec::new();
    for (shown, export) in &exports {
        for kept in shown + 1..=20 {
            for (old, new) in [(*shown, kept), (*shown, 20), (1, kept)] {
                let growths = vec![log.growth(old, new)];
                let expected = Expected { kept: vec![log.kept(kept)], growths, ..log.expected() };
                let verdict = ours(&export.path, &expected);
                let joined = if (old, new) == (*shown, kept) { PROVEN } else { (1, Some(*shown as u64 + 1)) };
                assert_eq!(verdict, joined, "{shown} {kept} {old} {new}");
                cases.push((Case::of(&export.path, &expected), verdict));
            }
        }
    }
    agree(cases.iter().map(|(case, verdict)| (case, *verdict)));
}

#[test]
fn any_byte_changed_in_a_proof_of_growth_joins_nothing() {
    let log = Log::of(20);
    let (selection, is_wanted) = selections()[1].clone();
    let export = log.export(&selection, is_wanted, &[]);
    let good = log.growth(13, 20).to_text();
    // What the log signed stands in the export and in what was kept; the signature in the proof is of no use to anybody.
    let signed = good.find("\n— ").unwrap();
    let mut cases = Vec::new();
    for at in 0..good.len() {
        let mut bad = good.clone().into_bytes();
        bad[at] ^= 1 << (at % 7);
        let Ok(bad) = String::from_utf8(bad) else { continue };
        let growths: Vec<_> = Growth::parse(&bad).into_iter().collect();
        let expected = Expected { kept: vec![log.kept(13)], growths, ..log.expected() };
        let verdict = if expected.growths.is_empty() { UNUSABLE } else { ours(&export.path, &expected) };
        assert!(verdict != PROVEN || at > signed, "byte {at} of {bad}");
        cases.push((Case { growths: vec![bad], ..Case::of(&export.path, &expected) }, verdict));
    }
    assert!(cases.iter().any(|(_, verdict)| *verdict == (1, None)), "no changed hash was tried");
    agree(cases.iter().map(|(case, verdict)| (case, *verdict)));
}

#[test]
fn hashes_left_out_put_in_or_swapped_join_nothing() {
    let log = Log::of(20);
    let (selection, is_wanted) = selections()[1].clone();
    let export = log.export(&selection, is_wanted, &[]);
    let tamperings: [fn(&mut Growth); 4] = [
        |growth| growth.proof.hashes.truncate(1),
        |growth| growth.proof.hashes.push([7; 32]),
        |growth| growth.proof.hashes.swap(0, 1),
        |growth| growth.proof.hashes.clear(),
    ];
    for tamper in tamperings {
        let mut growth = log.growth(13, 20);
        tamper(&mut growth);
        let expected = Expected { kept: vec![log.kept(13)], growths: vec![growth], ..log.expected() };
        assert_eq!(both(&export.path, &expected), (1, None));
    }
}

/// Python gives these verdicts.
fn agree<'a>(cases: impl Iterator<Item = (&'a Case, (u8, Option<u64>))>) {
    let (cases, ours): (Vec<_>, Vec<_>) = cases.map(|(case, ours)| (case.clone(), ours)).unzip();
    let theirs = python(&cases);
    assert_eq!(theirs.len(), ours.len());
    for ((theirs, ours), case) in theirs.iter().zip(&ours).zip(&cases) {
        assert_eq!(theirs, ours, "{:?}", case.growths);
    }
}
