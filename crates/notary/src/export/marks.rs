//! Checkpoints met while the records are read: where the records agree with them, and between which sizes they part.

use crate::checkpoint::Checkpoint;
use crate::hash::Hash;
use crate::proof::RangeFold;

/// A checkpoint to compare with.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    /// How it is called in the report.
    pub(crate) name: String,
    /// What was signed.
    pub(crate) checkpoint: Checkpoint,
    /// Whether another party kept it, so that the keeper of the log could not replace it.
    is_kept: bool,
    /// Whether the records agree with it; nothing while its size was not met.
    agrees: Option<bool>,
}

/// All of them, by size.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    marks: Vec<Mark>,
}

impl Mark {
    /// One kept elsewhere.
    pub(crate) fn kept(name: &str, checkpoint: Checkpoint) -> Self {
        Self { name: name.to_owned(), checkpoint, is_kept: true, agrees: None }
    }

    /// One that stands in the export.
    pub(crate) fn own(name: &str, checkpoint: Checkpoint) -> Self {
        Self { is_kept: false, ..Self::kept(name, checkpoint) }
    }
}

impl Marks {
    pub(crate) fn add(&mut self, mark: Mark) {
        let at = self.marks.partition_point(|known| known.checkpoint.size <= mark.checkpoint.size);
        self.marks.insert(at, mark);
    }

    /// The smallest size still to be met.
    pub(crate) fn next(&self, met: u64) -> u64 {
        let after = self.marks.partition_point(|mark| mark.checkpoint.size < met);
        self.marks.get(after).map_or(u64::MAX, |mark| mark.checkpoint.size)
    }

    /// Compares those of the size that the records have reached.
    pub(crate) fn meet(&mut self, fold: &RangeFold) {
        let reached = fold.so_far().size();
        let first = self.marks.partition_point(|mark| mark.checkpoint.size < reached);
        let mut root: Option<Hash> = None;
        for mark in self.marks[first..].iter_mut().take_while(|mark| mark.checkpoint.size == reached) {
            let root = root.get_or_insert_with(|| fold.so_far().root());
            mark.agrees = Some(*root == mark.checkpoint.root);
        }
    }

    /// Names and sizes of those that the records agree with.
    pub(crate) fn agreed(&self) -> Vec<(String, u64)> {
        let agreed = self.marks.iter().filter(|mark| mark.agrees == Some(true));
        agreed.map(|mark| (mark.name.clone(), mark.checkpoint.size)).collect()
    }

    /// The first one kept elsewhere that the records do not agree with, and up to which size they agree with others so kept.
    pub(crate) fn parted_from_kept(&self) -> Option<(&Mark, u64)> {
        let kept = || self.marks.iter().filter(|mark| mark.is_kept);
        let parted = kept().find(|mark| mark.agrees == Some(false))?;
        Some((parted, agreed_below(kept(), parted.checkpoint.size)))
    }

    /// Between which sizes the records part from what was signed: the last agreeing and the first not agreeing.
    pub(crate) fn parted(&self, size: u64) -> (u64, u64) {
        let first_bad =
            self.marks.iter().find(|mark| mark.agrees == Some(false)).map_or(size, |mark| mark.checkpoint.size);
        (agreed_below(self.marks.iter(), first_bad), first_bad)
    }

    /// Those kept elsewhere whose size the records did not meet.
    pub(crate) fn kept_and_not_met(&self) -> impl Iterator<Item = &Mark> {
        self.marks.iter().filter(|mark| mark.is_kept && mark.agrees.is_none())
    }
}

fn agreed_below<'a>(marks: impl Iterator<Item = &'a Mark>, size: u64) -> u64 {
    let agreed = marks.filter(|mark| mark.agrees == Some(true) && mark.checkpoint.size < size);
    agreed.map(|mark| mark.checkpoint.size).max().unwrap_or(0)
}
