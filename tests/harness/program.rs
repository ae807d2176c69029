//! The program as an operator runs it: a directory, a configuration, a process that can be stopped or killed.

use std::io::BufRead;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use spoor_testkit::TestDatabase;
use spoor_testserver::TestServer;
use tempfile::TempDir;

use crate::identity::{AUDIENCE, ISSUER};
use crate::{Identity, Persona};

/// How long a program may take to become ready or to stop, in steps of [`STEP`].
pub(crate) const STEPS: usize = 1200;
pub(crate) const STEP: Duration = Duration::from_millis(50);

/// Which engine keeps the stores of an installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stores {
    /// Files in the installation's own directory.
    Embedded,
    /// Five fresh databases in the private PostgreSQL cluster of the test process.
    Postgres,
    /// Both logs on a server of the test process that speaks KurrentDB's protocol, the rest in files.
    Kurrent,
}

/// One installation: where its data are and whose tokens it trusts. Removed when dropped.
pub struct Installation {
    directory: TempDir,
    identity: Identity,
    server: Option<TestServer>,
}

/// A running `spoor serve`.
pub struct Program {
    child: Child,
    /// Base address, such as `http://127.0.0.1:40123`.
    pub base: String,
}

impl Installation {
    /// A fresh, migrated installation.
    pub async fn fresh(stores: Stores) -> Result<Self> {
        let directory = tempfile::Builder::new().prefix("spoor-acceptance-").tempdir()?;
        let identity = Identity::new(directory.path())?;
        let server = match stores {
            Stores::Kurrent => Some(TestServer::start().await),
            Stores::Embedded | Stores::Postgres => None,
        };
        let installation = Self { directory, identity, server };
        std::fs::write(installation.config(), installation.settings(stores).await)?;
        let output = installation.run(&["migrate"])?;
        ensure!(output.status.success(), "spoor migrate: {}", String::from_utf8_lossy(&output.stderr));
        Ok(installation)
    }

    /// The directory of everything this installation owns.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The directory of the embedded stores and of the keys.
    pub fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// The database of a store kept on PostgreSQL, such as `log_url`.
    pub fn database(&self, store: &str) -> Result<TestDatabase> {
        let settings = std::fs::read_to_string(self.config())?;
        let line = settings.lines().find_map(|line| line.strip_prefix(store)?.trim().strip_prefix('='));
        let url = line.with_context(|| format!("{store} is not set"))?.trim().trim_matches('"').to_owned();
        Ok(TestDatabase { url })
    }

    /// The server that keeps both logs, where they are on KurrentDB's protocol.
    pub fn server(&self) -> Result<&TestServer> {
        self.server.as_ref().context("the logs are not on KurrentDB")
    }

    /// The same, to be stopped and started.
    pub fn server_mut(&mut self) -> Result<&mut TestServer> {
        self.server.as_mut().context("the logs are not on KurrentDB")
    }

    /// Runs the program with these arguments to its end.
    pub fn run(&self, arguments: &[&str]) -> Result<Output> {
        Ok(self.command(arguments)?.output()?)
    }

    /// Runs the program with these arguments and kills it, as a power cut would, once it has written so many lines.
    pub fn run_until_line(&self, arguments: &[&str], lines: usize) -> Result<()> {
        let mut child = self.command(arguments)?.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let out = child.stdout.take().context("the program's output")?;
        let seen = std::io::BufReader::new(out).lines().take(lines).count();
        child.kill()?;
        child.wait()?;
        ensure!(seen == lines, "the program wrote {seen} lines only");
        Ok(())
    }

    /// Starts `spoor serve` and waits until it is ready.
    pub async fn serve(&self) -> Result<Program> {
        for _ in 0..3 {
            // Another process may take the port between our look and the program's.
            let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
            let log =
                std::fs::File::options().create(true).append(true).open(self.directory.path().join("serve.log"))?;
            let child = self
                .command(&["serve"])?
                .env("SPOOR_HTTP_BIND", format!("127.0.0.1:{port}"))
                .env("SPOOR_HTTP_ADMIN_BIND", format!("127.0.0.1:{port}"))
                .stdout(Stdio::from(log.try_clone()?))
                .stderr(Stdio::from(log))
                .spawn()?;
            let mut program = Program { child, base: format!("http://127.0.0.1:{port}") };
            if program.becomes_ready().await? {
                return Ok(program);
            }
        }
        bail!("the program does not become ready:\n{}", self.log())
    }

    /// A persona of this installation talking to this program.
    pub fn persona(&self, program: &Program, person: &str, role: &str, organisation: &str) -> Result<Persona> {
        Ok(Persona::new(&program.base, self.identity.token(person, role, organisation)?))
    }

    /// The identity provider of this installation.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// What the program wrote so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("serve.log")).unwrap_or_default()
    }

    /// Replaces a section of the settings; the programs started from now on have it.
    pub fn set(&self, section: &str) -> Result<()> {
        let name = section.lines().next().unwrap_or_default();
        let settings = std::fs::read_to_string(self.config())?;
        let kept = settings.split("\n[").filter(|own| !format!("[{own}").starts_with(name));
        let kept = kept.enumerate().map(|(at, own)| if at == 0 { own.to_owned() } else { format!("\n[{own}") });
        std::fs::write(self.config(), kept.collect::<String>() + "\n" + section)?;
        Ok(())
    }

    fn config(&self) -> PathBuf {
        self.directory.path().join("spoor.toml")
    }

    fn command(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = Command::new(program_file()?);
        command.args(arguments).arg("--config").arg(self.config()).stdin(Stdio::null());
        Ok(command)
    }

    async fn settings(&self, stores: Stores) -> String {
        let mut settings = format!("[stores]\ndata = {:?}\n", self.data());
        if let Some(server) = &self.server {
            // The access log has its place beside it.
            settings += &format!("log_url = {:?}\n", server.url());
        }
        if stores == Stores::Postgres {
            for store in ["log_url", "access_url", "views_url", "keys_url", "blobs_url"] {
                settings += &format!("{store} = {:?}\n", TestDatabase::fresh().await.url);
            }
        }
        let jwks = self.identity.jwks();
        // What a test asks in a moment, people ask in a day.
        let pace = "\n[rate_limit]\nper_minute = 100000\nburst = 10000\n";
        settings + pace + &format!("\n[auth]\nissuer = {ISSUER:?}\naudience = {AUDIENCE:?}\njwks_file = {jwks:?}\n")
    }
}

impl Program {
    /// Ends the process at once, as a power cut would.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks the process to stop and waits until it has.
    pub async fn terminate(mut self) -> Result<ExitStatus> {
        let pid = self.child.id().to_string();
        ensure!(Command::new("kill").args(["-TERM", &pid]).status()?.success(), "kill -TERM {pid}");
        for _ in 0..STEPS {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            tokio::time::sleep(STEP).await;
        }
        bail!("the program does not stop")
    }

    async fn becomes_ready(&mut self) -> Result<bool> {
        for _ in 0..STEPS {
            if self.child.try_wait()?.is_some() {
                return Ok(false);
            }
            if caught_up(&self.base).await {
                return Ok(true);
            }
            tokio::time::sleep(STEP).await;
        }
        Ok(false)
    }
}

/// Whether the program is ready and its views show all there is: after a kill they wait for the dead worker's lease.
pub(crate) async fn caught_up(base: &str) -> bool {
    let is_ready = reqwest::get(format!("{base}/readyz")).await.is_ok_and(|answer| answer.status().is_success());
    let Ok(metrics) = reqwest::get(format!("{base}/metrics")).await else { return false };
    let metrics = metrics.text().await.unwrap_or_default();
    let mut lags = metrics.lines().filter(|line| line.starts_with("spoor_projection_lag_events{")).peekable();
    is_ready && lags.peek().is_some() && lags.all(|line| line.ends_with(" 0"))
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The built program beside the test binary.
pub fn program_file() -> Result<PathBuf> {
    let test = std::env::current_exe()?;
    let file = test.parent().and_then(Path::parent).context("no target directory")?.join("spoor");
    ensure!(file.exists(), "{} is not built: run ./test, or `cargo build` first", file.display());
    Ok(file)
}
