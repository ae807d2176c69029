//! How often the disk can be flushed: what bounds every durable commit.

use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;

const BLOCK: [u8; 8192] = [0x5a; 8192];

/// Writes of 8 kB, each flushed with `fdatasync`, per second, measured in this directory for half a second.
pub(super) fn flushes_per_second(directory: &Path) -> Result<f64> {
    let path = directory.join("flush-rate");
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).open(&path)?;
    let began = Instant::now();
    let mut flushes = 0u32;
    while began.elapsed() < Duration::from_millis(500) {
        // Over the same few blocks, so that the file's size does not change with each.
        file.seek(SeekFrom::Start(u64::from(flushes % 16) * BLOCK.len() as u64))?;
        file.write_all(&BLOCK)?;
        file.sync_data()?;
        flushes += 1;
    }
    let rate = f64::from(flushes) / began.elapsed().as_secs_f64();
    std::fs::remove_file(path)?;
    Ok(rate)
}
