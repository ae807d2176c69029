//! The demo as a newcomer runs it.

use std::fs::File;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::Persona;
use crate::program::{STEP, STEPS, caught_up, program_file};

/// A running `spoor demo` in a directory of its own.
pub struct Demo {
    child: Child,
    base: String,
    directory: TempDir,
}

impl Demo {
    /// Starts a demo and waits until its views show all there is.
    pub async fn start() -> Result<Self> {
        let directory = tempfile::Builder::new().prefix("spoor-acceptance-demo-").tempdir()?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let child = Command::new(program_file()?)
            .args(["demo", "--port", &port.to_string(), "--data"])
            .arg(directory.path().join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let demo = Self { child, base: format!("http://127.0.0.1:{port}"), directory };
        for _ in 0..STEPS {
            if caught_up(&demo.base).await && demo.persona("analyst").is_ok() {
                return Ok(demo);
            }
            tokio::time::sleep(STEP).await;
        }
        bail!("the demo does not become ready")
    }

    /// Runs `spoor demo --once`, with every log line going to this file. Fails when it does not come to its end.
    pub async fn once(log_lines: File) -> Result<ExitStatus> {
        let directory = tempfile::Builder::new().prefix("spoor-acceptance-demo-").tempdir()?;
        let mut child = Command::new(program_file()?)
            .args(["demo", "--once", "--dossiers", "10", "--data"])
            .arg(directory.path().join("data"))
            .env("SPOOR_TELEMETRY_FILTER", "debug")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::from(log_lines))
            .spawn()?;
        for _ in 0..STEPS {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            tokio::time::sleep(STEP).await;
        }
        child.kill()?;
        child.wait()?;
        bail!("the demo does not end")
    }

    /// The data directory of the demo.
    pub fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// Runs the program with these arguments over the demo's stores, while the demo runs.
    pub fn run(&self, arguments: &[&str]) -> Result<Output> {
        Ok(Command::new(program_file()?)
            .args(arguments)
            .arg("--data")
            .arg(self.data())
            .stdin(Stdio::null())
            .output()?)
    }

    /// One of the personas whose token the demo has written down.
    pub fn persona(&self, name: &str) -> Result<Persona> {
        let file = self.directory.path().join(format!("data/identity/{name}.token"));
        let token = std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        let purpose = match name {
            "compliance" => "SUPERVISION",
            "analyst" | "plan-coordinator" => "REPORTING",
            _ => "CASE_HANDLING",
        };
        Ok(Persona::new(&self.base, token.trim().to_owned()).for_purpose(purpose))
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
