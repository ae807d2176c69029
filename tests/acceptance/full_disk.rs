//! A disk that is full under the log lines stops nothing.

use std::fs::File;

use acceptance::Demo;
use anyhow::{Result, ensure};

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_whose_log_lines_cannot_be_written_works_all_the_same() -> Result<()> {
    let ended = Demo::once(File::options().write(true).open("/dev/full")?).await?;
    ensure!(ended.success(), "{ended}");
    Ok(())
}
