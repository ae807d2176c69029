//! A small invented log and the exports made of it, so that a test can say what it tampers with.

use std::fs;
use std::path::{Path, PathBuf};

use spoor_notary::export::{About, Expected, ExportWriter, Kept, LEAVES, RECORDS, Selection, TABLE};
use spoor_notary::{
    Checkpoint, ConsistencyProof, Growth, KeyKind, SignedCheckpoint, SigningKey, TileBuilder, Tiles, leaf_hash,
    prove_consistency, prove_ranges,
};
use tempfile::TempDir;

pub const ORIGIN: &str = "spoor.example.org/events";

/// A log with its key.
pub struct Log {
    pub lines: Vec<String>,
    pub key: SigningKey,
    /// The key before, and the size of the log when that handed over.
    pub former: Option<(usize, SigningKey)>,
}

/// An export in a directory of its own.
pub struct Export {
    pub path: PathBuf,
    _home: TempDir,
}

/// A record of one of three streams, taken at this second.
pub fn line(stream: usize, sequence: usize, second: usize) -> String {
    format!(
        r#"{{"aggregate_id":"dossier-{stream}","aggregate_type":"learning_trajectory","event_type":"CallHeld","event_version":1,"metadata":{{"actor_id":"guide-1"}},"payload":{{"notes":{{"$personal":"subject-{stream}","sealed":"djE{sequence}é"}}}},"recorded_at":"2026-03-01T10:{:02}:{:02}.000000Z","sequence":{sequence}}}"#,
        second / 60,
        second % 60
    )
}

impl Log {
    /// So many records, in three streams by turns.
    pub fn of(size: usize) -> Self {
        let lines = (0..size).map(|n| line(n % 3, n / 3 + 1, n)).collect();
        Self { lines, key: SigningKey::generate(ORIGIN, KeyKind::Log).unwrap(), former: None }
    }

    /// The same log with the same key, but other from this record (from 1) on: another history.
    pub fn forked_at(&self, index: usize) -> Self {
        let mut lines = self.lines.clone();
        for line in &mut lines[index - 1..] {
            *line = line.replace("guide-1", "guide-2");
        }
        self.with(lines)
    }

    /// The same log as it was at an earlier size: an old backup.
    pub fn restored_to(&self, size: usize) -> Self {
        self.with(self.lines[..size].to_vec())
    }

    pub fn checkpoint(&self, size: usize) -> SignedCheckpoint {
        let root = self.tiles(size).0.root();
        let checkpoint = Checkpoint { origin: ORIGIN.into(), size: size as u64, root };
        let by = |key: &SigningKey| checkpoint.sign(key).unwrap();
        match &self.former {
            Some((until, former)) if size < *until => by(former),
            Some((until, former)) if size == *until => by(former).merged_with(&by(&self.key)).unwrap(),
            Some(_) | None => by(&self.key),
        }
    }

    /// The same log, which signs with a new key from this size on.
    pub fn under_another_key_from(&self, size: usize) -> Self {
        let former = Some((size, self.key.under_name(ORIGIN).unwrap()));
        Self { key: SigningKey::generate(ORIGIN, KeyKind::Log).unwrap(), former, ..self.with(self.lines.clone()) }
    }

    /// A checkpoint that only whoever still has the former key can have signed.
    pub fn signed_by_the_former_key(&self, size: usize) -> SignedCheckpoint {
        let (_, former) = self.former.as_ref().unwrap();
        Checkpoint { origin: ORIGIN.into(), size: size as u64, root: self.tiles(size).0.root() }.sign(former).unwrap()
    }

    /// The checkpoint of this size as another party keeps it.
    pub fn kept(&self, size: usize) -> Kept {
        Kept { name: format!("kept-{size}"), text: self.checkpoint(size).text().to_owned() }
    }

    pub fn growth(&self, old: usize, new: usize) -> Growth {
        let proof: ConsistencyProof = prove_consistency(old as u64, new as u64, &self.tiles(new).1).unwrap();
        Growth { old_size: old as u64, proof, checkpoint: self.checkpoint(new) }
    }

    /// Every record, with earlier checkpoints of these sizes and a table.
    pub fn export_all(&self, earlier: &[usize]) -> Export {
        self.export(&Selection::All {}, |_| true, earlier)
    }

    /// The records (from 1) that are wanted.
    pub fn export(&self, selection: &Selection, is_wanted: impl Fn(usize) -> bool, earlier: &[usize]) -> Export {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("export");
        let mut writer = ExportWriter::create(&path).unwrap();
        for index in (1..=self.lines.len()).filter(|index| is_wanted(*index)) {
            writer.push(index as u64, &self.lines[index - 1]).unwrap();
        }
        let mut table = writer.attachment(TABLE).unwrap();
        std::io::Write::write_all(&mut table, b"index,event\r\n1,CallHeld\r\n").unwrap();
        writer.attach(table).unwrap();
        let size = self.lines.len();
        let ranges: Vec<_> = writer.ranges().iter().map(|(first, last)| first - 1..*last).collect();
        let proof = prove_ranges(&ranges, size as u64, &self.tiles(size).1).unwrap();
        let earlier: Vec<_> = earlier.iter().map(|size| self.checkpoint(*size)).collect();
        let former = self.former.iter().map(|(_, former)| former);
        let keys: Vec<_> = [&self.key].into_iter().chain(former).map(|key| key.public().clone()).collect();
        let checkpoint = self.checkpoint(size);
        let about =
            About { log: "events", selection, keys: &keys, checkpoint: &checkpoint, earlier: &earlier, proof: &proof };
        writer.finish(about).unwrap();
        Export { path, _home: home }
    }

    /// Held against the key received from the keeper of the log.
    pub fn expected(&self) -> Expected {
        Expected { keys: vec![self.key.public().clone()], ..Expected::default() }
    }

    fn with(&self, lines: Vec<String>) -> Self {
        let same = |key: &SigningKey| key.under_name(ORIGIN).unwrap();
        let former = self.former.as_ref().map(|(until, former)| (*until, same(former)));
        Self { lines, key: same(&self.key), former }
    }

    fn tiles(&self, size: usize) -> (TileBuilder, Tiles) {
        let mut builder = TileBuilder::default();
        self.lines[..size].iter().for_each(|line| builder.push(leaf_hash(line.as_bytes())));
        let tiles = builder.take_changed().into_iter().collect();
        (builder, tiles)
    }
}

impl Export {
    pub fn lines(&self) -> Vec<String> {
        fs::read_to_string(self.path.join(RECORDS)).unwrap().lines().map(str::to_owned).collect()
    }

    /// Other lines in the place of the records, the list of leaves left as it is.
    pub fn put_lines(&self, lines: &[String]) {
        fs::write(self.path.join(RECORDS), lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    }

    /// Other lines, and a list of leaves that fits them: an insider who knows the format.
    pub fn put_lines_and_leaves(&self, lines: &[String]) {
        self.put_lines(lines);
        let leaf = |line: &String| hex::encode(leaf_hash(line.as_bytes())) + "\n";
        fs::write(self.path.join(LEAVES), lines.iter().map(leaf).collect::<String>()).unwrap();
    }

    /// A copy that can be spoilt.
    pub fn copy(&self) -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("export");
        copy_directory(&self.path, &path);
        Self { path, _home: home }
    }

    /// Every file of it, by its path within the export.
    pub fn files(&self) -> Vec<String> {
        let mut files = vec![];
        for entry in fs::read_dir(&self.path).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            if entry.path().is_dir() {
                let inner = fs::read_dir(entry.path()).unwrap();
                files
                    .extend(inner.map(|inner| format!("{name}/{}", inner.unwrap().file_name().into_string().unwrap())));
            } else {
                files.push(name);
            }
        }
        files.sort_unstable();
        files
    }
}

fn copy_directory(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_directory(&entry.path(), &target)
        } else {
            fs::copy(entry.path(), target).map(drop).unwrap()
        }
    }
}
