//! The pass over the records: every line against its leaf, its stream and the moment before it; all leaves against the root.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, BufReader, Read};
use std::ops::RangeInclusive;

use super::archive::Package;
use super::line::{Header, Moment, moment};
use super::lines::{End, Line, for_each_line};
use super::manifest::{LEAVES, Manifest, RECORDS, Selection};
use super::marks::Marks;
use super::report::Finding;
use crate::checkpoint::Checkpoint;
use crate::hash::{Hash, hash_from_hex};
use crate::proof::RangeFold;

/// What the pass gives.
pub(crate) struct Passed {
    pub(crate) findings: Vec<Finding>,
    pub(crate) marks: Marks,
    pub(crate) streams: u64,
    pub(crate) with_personal: u64,
    pub(crate) period: Option<(String, String)>,
    pub(crate) bytes: u64,
}

/// One pass. Only the first finding of each kind is kept: what follows it is mostly its consequence.
pub(crate) struct Pass<'a> {
    manifest: &'a Manifest,
    /// The indexes still expected.
    expected: Box<dyn Iterator<Item = u64> + 'a>,
    /// The tree as the lines make it; nothing when there is no proof to fill its gaps.
    by_lines: Option<RangeFold>,
    /// The tree as the list of leaves makes it, from the first leaf that differs from its line.
    by_list: Option<RangeFold>,
    /// Whether the files could be read to their end.
    is_read: bool,
    marks: Marks,
    next_mark: u64,
    findings: BTreeMap<Kind, Finding>,
    /// The last sequence of each stream, by its type and id.
    streams: HashMap<Vec<u8>, u64>,
    /// The stream of the record at hand.
    stream: Vec<u8>,
    promise: Promise,
    last_index: Option<u64>,
    first_at: Option<Moment>,
    last_at: Option<Moment>,
    with_personal: u64,
    bytes: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Leaf,
    List,
    Line,
    Torn,
    Stream,
    Time,
    Selection,
    Count,
    Root,
    Kept,
}

/// What the selection promises of the records.
struct Promise {
    /// Every stream is shown from its first event on.
    from_the_first: bool,
    /// No event of a stream is left out between two that are shown.
    without_gap: bool,
    /// As a line has it.
    dossier: Option<Vec<u8>>,
    period: Option<(Moment, Moment)>,
}

impl<'a> Pass<'a> {
    pub(crate) fn new(manifest: &'a Manifest, fold: Option<RangeFold>, marks: Marks) -> Self {
        let indexes = manifest.ranges.iter().flat_map(|(first, last)| RangeInclusive::new(*first, *last));
        let mut pass = Self {
            manifest,
            expected: Box::new(indexes),
            by_lines: fold,
            by_list: None,
            is_read: true,
            next_mark: marks.next(0),
            marks,
            findings: BTreeMap::new(),
            streams: HashMap::new(),
            stream: Vec::new(),
            promise: Promise::of(manifest),
            last_index: None,
            first_at: None,
            last_at: None,
            with_personal: 0,
            bytes: 0,
        };
        if matches!(manifest.selection, Selection::Period { .. }) && pass.promise.period.is_none() {
            pass.find(
                Kind::Selection,
                None,
                "the period of the selection is not written as moments of a log".to_owned(),
            );
        }
        pass.meet_marks();
        pass
    }

    /// Reads everything.
    pub(crate) fn run(mut self, package: &Package, signed: Option<&Checkpoint>, threads: usize) -> Passed {
        let read = package.stream(LEAVES, |leaves| {
            let mut list = LeafList { source: BufReader::with_capacity(64 * 1024, leaves) };
            package.stream(RECORDS, |records| {
                let end = for_each_line(records, threads, |line| self.take(&line, &mut list))?;
                self.end(end, &mut list)
            })
        });
        if let Err(error) = read {
            self.is_read = false;
            self.find(Kind::Count, None, format!("{RECORDS} or {LEAVES} cannot be read: {error}"));
        }
        self.fill_gap();
        if let Some(checkpoint) = signed {
            self.conclude(checkpoint);
        }
        let text = |moment: Moment| String::from_utf8_lossy(&moment).into_owned();
        Passed {
            findings: self.findings.into_values().collect(),
            marks: self.marks,
            streams: self.streams.len() as u64,
            with_personal: self.with_personal,
            period: self.first_at.zip(self.last_at).map(|(first, last)| (text(first), text(last))),
            bytes: self.bytes,
        }
    }

    /// The next line; says whether more are expected.
    fn take(&mut self, line: &Line<'_>, list: &mut LeafList<'_>) -> bool {
        let Some(index) = self.expected.next() else {
            let records = self.manifest.records;
            self.find(Kind::Count, None, format!("{RECORDS} has more lines than the {records} that were exported"));
            return false;
        };
        self.last_index = Some(index);
        self.bytes += line.text.len() as u64 + 1;
        let listed = list.next(&line.leaf);
        self.take_leaf(index, line.leaf, listed);
        match &line.header {
            Ok(header) => self.take_header(index, line.text, header),
            Err(what) => self.find(Kind::Line, Some(index), format!("record {index} {what}")),
        }
        true
    }

    fn take_leaf(&mut self, index: u64, leaf: Hash, listed: Option<Hash>) {
        self.fill_gap();
        if listed != Some(leaf) && !self.findings.contains_key(&Kind::Leaf) {
            let what = match listed {
                Some(_) => format!("record {index} is not the line that its leaf hash in {LEAVES} names"),
                None => format!("{LEAVES} has no hash for record {index}"),
            };
            self.find(Kind::Leaf, Some(index), what);
            self.by_list = self.by_lines.clone();
        }
        if let Some(fold) = &mut self.by_lines {
            // The number of leaves was held against the proof when the fold began.
            let _ = fold.push(leaf);
        }
        if let Some(fold) = &mut self.by_list {
            let _ = fold.push(listed.unwrap_or(leaf));
        }
        self.meet_marks();
    }

    fn take_header(&mut self, index: u64, line: &[u8], header: &Header) {
        self.with_personal += u64::from(header.has_personal);
        // The two values alone name it, whatever keys stand around them. No line break stands in either.
        self.stream.clear();
        self.stream.extend_from_slice(&line[header.aggregate_type.clone()]);
        self.stream.push(b'\n');
        self.stream.extend_from_slice(&line[header.aggregate_id.clone()]);
        let sequence = header.sequence;
        let last = match self.streams.get_mut(self.stream.as_slice()) {
            Some(last) => Some(std::mem::replace(last, sequence)),
            None => {
                self.streams.insert(self.stream.clone(), sequence);
                None
            }
        };
        let follows = match last {
            None => sequence == 1 || !self.promise.from_the_first,
            Some(last) if self.promise.without_gap => last.checked_add(1) == Some(sequence),
            Some(last) => sequence > last,
        };
        if !follows {
            let after = last.map_or_else(|| "nothing".to_owned(), |last| last.to_string());
            self.find(
                Kind::Stream,
                Some(index),
                format!("record {index} has sequence {sequence} in its stream, after {after}"),
            );
        }
        if self.last_at.is_some_and(|last| header.recorded_at < last) {
            self.find(Kind::Time, Some(index), format!("record {index} was taken before the record before it"));
        }
        let at = header.recorded_at;
        let is_selected =
            self.promise.dossier.as_deref().is_none_or(|dossier| line[header.aggregate_id.clone()] == *dossier)
                && self.promise.period.is_none_or(|(from, until)| (from..until).contains(&at));
        if !is_selected {
            self.find(Kind::Selection, Some(index), format!("record {index} is not one of the selection"));
        }
        self.first_at.get_or_insert(at);
        self.last_at = Some(at);
    }

    /// After the last line: what is missing, and what the list has beyond it.
    fn end(&mut self, end: End, list: &mut LeafList<'_>) -> io::Result<()> {
        // Of more lines than were exported that is said already.
        let is_torn = end == End::Torn && !self.findings.contains_key(&Kind::Count);
        if let Some(index) = self.last_index.filter(|_| is_torn) {
            self.find(Kind::Torn, Some(index), format!("record {index} does not end with a line break"));
        }
        if let Some(index) = self.expected.next() {
            // The rest of the list still tells whether the list is that of the log. Where it ends with the lines, what
            // is missing may have stood anywhere before.
            let mut fold = self.by_list.take().or_else(|| self.by_lines.clone());
            let mut kind = Kind::Count;
            let rest = std::iter::once(index).chain(self.expected.by_ref());
            for (_, leaf) in rest.zip(std::iter::from_fn(|| list.next(&Hash::default()))) {
                fold = fold.and_then(|mut fold| fold.push(leaf).map(|()| fold).ok());
                kind = Kind::Leaf;
            }
            self.by_list = fold;
            self.find(kind, Some(index), format!("record {index} and what follows it is missing"));
        }
        if !list.is_at_end()? {
            self.find(Kind::List, None, format!("{LEAVES} goes on after the last record"));
        }
        Ok(())
    }

    /// Holds the whole against the signed checkpoint.
    fn conclude(&mut self, checkpoint: &Checkpoint) {
        let holds = |fold: &Option<RangeFold>| {
            fold.as_ref().map(|fold| fold.clone().finish().is_ok_and(|root| root == checkpoint.root))
        };
        let (lines_hold, list_holds) = (holds(&self.by_lines), holds(&self.by_list));
        if lines_hold == Some(true) {
            if let Some(finding) = self.findings.get_mut(&Kind::Leaf) {
                finding.what += "; the line is what was in the log, the list of hashes was altered";
            }
        } else if list_holds == Some(true) {
            if let Some(finding) = self.findings.get_mut(&Kind::Leaf) {
                finding.what +=
                    ", and that hash is the one in the log: the record was altered, left out, put in or moved";
            }
        } else if lines_hold.is_some() && self.is_read {
            self.find_where_it_parts(checkpoint.size);
        }
        let parted = self.marks.parted_from_kept().map(|(mark, agreed)| {
            let (name, size) = (&mark.name, mark.checkpoint.size);
            let what = format!("these are two histories: {name} was signed over other records; they part between record {} and record {size}", agreed + 1);
            (agreed + 1, what)
        });
        if let Some((index, what)) = parted {
            let is_named = self.findings.values().any(|finding| finding.index.is_some());
            self.find(Kind::Kept, (!is_named).then_some(index), what);
        }
    }

    fn find_where_it_parts(&mut self, size: u64) {
        let (agreed, differs) = self.marks.parted(size);
        let first = agreed + 1;
        let what = format!(
            "the records do not lead to the root that was signed; they part from the log between record {first} and record {differs}"
        );
        let first_of = |kinds: &[Kind]| kinds.iter().filter_map(|kind| self.findings.get(kind)?.index).min();
        let named = first_of(&[Kind::Leaf, Kind::Line, Kind::Torn]);
        // Where only the order or the number does not hold, what stands before it may be what was altered.
        let disordered = first_of(&[Kind::Stream, Kind::Time, Kind::Selection, Kind::Count]);
        let is_named = named.is_some_and(|index| index <= differs && disordered.is_none_or(|other| index <= other));
        self.find(Kind::Root, (!is_named).then_some(first), what);
    }

    /// Fills the gap before the next record, and looks at the checkpoints of that size.
    fn fill_gap(&mut self) {
        for fold in [&mut self.by_lines, &mut self.by_list].into_iter().flatten() {
            // The number of hashes was held against the gap when the fold began.
            let _ = fold.fill();
        }
        self.meet_marks();
    }

    fn meet_marks(&mut self) {
        let Some(fold) = self.by_list.as_ref().or(self.by_lines.as_ref()) else { return };
        if fold.so_far().size() >= self.next_mark {
            self.marks.meet(fold);
            self.next_mark = self.marks.next(fold.so_far().size() + 1);
        }
    }

    fn find(&mut self, kind: Kind, index: Option<u64>, what: String) {
        self.findings.entry(kind).or_insert(Finding { index, what });
    }
}

impl Promise {
    fn of(manifest: &Manifest) -> Self {
        let of_events = manifest.log == "events";
        let plain = Self { from_the_first: false, without_gap: true, dossier: None, period: None };
        match &manifest.selection {
            Selection::All {} => Self { from_the_first: true, ..plain },
            Selection::Range { .. } => plain,
            Selection::Dossier { dossier } if of_events => {
                Self { from_the_first: true, dossier: Some(as_written(dossier)), ..plain }
            }
            // What names a dossier in the access log stands in many streams, between other things; so does what a
            // controller answers for.
            Selection::Dossier { .. } | Selection::Controller { .. } => Self { without_gap: false, ..plain },
            Selection::Period { from, until } => {
                Self { period: moment(from.as_bytes()).zip(moment(until.as_bytes())), ..plain }
            }
        }
    }
}

/// A text as it stands in a line, without its quotes.
fn as_written(text: &str) -> Vec<u8> {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.as_bytes()[1..quoted.len() - 1].to_vec()
}

/// The list of leaf hashes, read beside the lines.
struct LeafList<'a> {
    source: BufReader<&'a mut dyn Read>,
}

impl LeafList<'_> {
    /// The next hash, which is probably this one; nothing at the end or when it is not written as one.
    fn next(&mut self, probably: &Hash) -> Option<Hash> {
        let (mut line, mut expected) = ([0; 65], [b'\n'; 65]);
        self.source.read_exact(&mut line).ok()?;
        // Writing a hash costs less than reading one, and nearly always this is all.
        if hex::encode_to_slice(probably, &mut expected[..64]).is_ok() && line == expected {
            return Some(*probably);
        }
        hash_from_hex(str::from_utf8(line.strip_suffix(b"\n")?).ok()?)
    }

    fn is_at_end(&mut self) -> io::Result<bool> {
        Ok(self.source.read(&mut [0])? == 0)
    }
}
