//! Reads the lines of an export in blocks and hashes them on several threads, giving them back in order.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use memchr::{memchr_iter, memrchr};

use super::line::{Header, MAX_LINE, read};
use crate::hash::{Hash, leaf_hash};

/// How much is read at once: small enough to stay in a core's cache, large enough that handing it over costs nothing.
const BLOCK_BYTES: usize = 512 * 1024;

/// How many blocks wait at each thread at most.
const WAITING: usize = 2;

/// A line, hashed and read.
pub(crate) struct Line<'a> {
    /// Its bytes, without the line break.
    pub(crate) text: &'a [u8],
    /// Its leaf hash.
    pub(crate) leaf: Hash,
    /// Its header, or what is wrong with it.
    pub(crate) header: Result<Header, &'static str>,
}

/// A block of whole lines, with what was made of each: where it ends, its hash, its header.
struct Block {
    bytes: Vec<u8>,
    lines: Vec<(usize, Hash, Result<Header, &'static str>)>,
}

/// How the text ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// With a line break, or empty.
    Whole,
    /// In the middle of a line.
    Torn,
}

/// Gives every line to `each`, in order; `each` says whether it wants more. Memory stays bounded, whatever is read.
pub(crate) fn for_each_line(
    source: &mut dyn Read,
    threads: usize,
    mut each: impl FnMut(Line<'_>) -> bool,
) -> io::Result<End> {
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.max(1))
            .map(|_| {
                let (to_worker, work) = sync_channel::<Vec<u8>>(WAITING);
                let (done, from_worker) = sync_channel::<Block>(WAITING);
                scope.spawn(move || hash_blocks(&work, &done));
                (to_worker, from_worker)
            })
            .collect();
        let mut blocks = Blocks { source, torn: Vec::new(), failed: None };
        let (mut sent, mut received) = (0, 0);
        let mut end = End::Whole;
        let mut is_wanted = true;
        let mut take = |received: &mut usize| -> bool {
            let (_, from_worker) = &workers[*received % workers.len()];
            *received += 1;
            from_worker.recv().is_ok_and(|block| block.give(&mut each))
        };
        // Blocks go round the threads and come back in the same round, so their order is kept without sorting.
        while is_wanted {
            let Some(block) = blocks.next() else { break };
            if !block.ends_with(b"\n") {
                end = End::Torn;
            }
            if sent - received == workers.len() * WAITING {
                is_wanted = take(&mut received);
            }
            let (to_worker, _) = &workers[sent % workers.len()];
            to_worker.send(block).map_err(|_| io::Error::other("a hashing thread ended early"))?;
            sent += 1;
        }
        while is_wanted && received < sent {
            is_wanted = take(&mut received);
        }
        // What could be read before it failed was given.
        blocks.failed.map_or(Ok(end), Err)
    })
}

impl Block {
    fn give(&self, each: &mut impl FnMut(Line<'_>) -> bool) -> bool {
        let mut start = 0;
        self.lines.iter().all(|(end, leaf, header)| {
            let text = &self.bytes[start..*end];
            start = end + 1;
            each(Line { text, leaf: *leaf, header: header.clone() })
        })
    }
}

fn hash_blocks(work: &Receiver<Vec<u8>>, done: &SyncSender<Block>) {
    while let Ok(bytes) = work.recv() {
        let mut lines = Vec::with_capacity(bytes.len() / 512);
        let mut start = 0;
        let unbroken = bytes.strip_suffix(b"\n").unwrap_or(&bytes).len();
        for end in memchr_iter(b'\n', &bytes[..unbroken]).chain([unbroken]) {
            let text = &bytes[start..end];
            lines.push((end, leaf_hash(text), read(text)));
            start = end + 1;
        }
        if done.send(Block { bytes, lines }).is_err() {
            return;
        }
    }
}

/// A text cut into blocks of whole lines.
struct Blocks<'a> {
    source: &'a mut dyn Read,
    /// The line begun at the end of the block before.
    torn: Vec<u8>,
    /// Why reading ended early.
    failed: Option<io::Error>,
}

impl Iterator for Blocks<'_> {
    type Item = Vec<u8>;

    /// The next block; the last may end without a line break.
    fn next(&mut self) -> Option<Vec<u8>> {
        let mut block = std::mem::take(&mut self.torn);
        loop {
            let begun = block.len();
            block.resize(begun + BLOCK_BYTES, 0);
            let read = self.fill(&mut block[begun..]);
            block.truncate(begun + read);
            if read == 0 {
                return (!block.is_empty()).then_some(block);
            }
            if let Some(last) = memrchr(b'\n', &block) {
                self.torn.extend_from_slice(&block[last + 1..]);
                block.truncate(last + 1);
                return Some(block);
            }
            // So much without a line break is no record; it is handed on to be refused.
            if block.len() > MAX_LINE {
                return Some(block);
            }
        }
    }
}

impl Blocks<'_> {
    fn fill(&mut self, buffer: &mut [u8]) -> usize {
        let mut filled = 0;
        while filled < buffer.len() && self.failed.is_none() {
            match self.source.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.failed = Some(error),
            }
        }
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(text: &str, threads: usize) -> (Vec<String>, End) {
        let mut lines = Vec::new();
        let end = for_each_line(&mut text.as_bytes(), threads, |line| {
            assert_eq!(line.leaf, leaf_hash(line.text));
            lines.push(String::from_utf8(line.text.to_vec()).unwrap());
            true
        });
        (lines, end.unwrap())
    }

    #[test]
    fn lines_come_in_order_whatever_their_number_and_the_threads() {
        for count in [0, 1, 2, 40_000] {
            let text: String = (0..count).map(|n| format!("{n} {}\n", "x".repeat(n % 97))).collect();
            let expected: Vec<String> = text.lines().map(str::to_owned).collect();
            for threads in [1, 2, 5] {
                assert_eq!(lines_of(&text, threads), (expected.clone(), End::Whole));
            }
        }
    }

    #[test]
    fn a_torn_last_line_is_told() {
        assert_eq!(lines_of("one\ntwo", 2), (vec!["one".to_owned(), "two".to_owned()], End::Torn));
    }

    #[test]
    fn reading_stops_when_no_more_is_wanted() {
        let text = "line\n".repeat(1_000_000);
        let mut given = 0;
        for_each_line(&mut text.as_bytes(), 2, |_| {
            given += 1;
            given < 10
        })
        .unwrap();
        assert_eq!(given, 10);
    }
}
