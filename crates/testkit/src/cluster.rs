//! One PostgreSQL cluster per test process, started on first use, and one fresh database per test.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{Connection, Executor, PgConnection};

/// A running cluster of this process's own.
#[derive(Debug)]
pub struct TestCluster {
    port: u16,
    databases: AtomicU32,
    /// The guard stops the cluster when this pipe closes, however this process ends.
    _alive: ChildStdin,
    _guard: Child,
}

/// A fresh, empty database in the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestDatabase {
    /// `postgres://postgres@127.0.0.1:PORT/NAME`, without parameters.
    pub url: String,
}

/// Starts a cluster, says `ready`, and waits for the end of its input: then it stops the cluster and removes its files.
/// PostgreSQL refuses to run as root, so root hands over to the unprivileged user the packages made for it.
const GUARD: &str = r#"
trap '' INT TERM HUP
bin=$1 dir=$2 port=$3
cd "$dir"
if [ "$(id -u)" = 0 ]; then
  chown postgres "$dir"
  as() { setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"; }
else
  as() { "$@"; }
fi
settings="-c listen_addresses=127.0.0.1 -p $port -k $dir -c fsync=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB"
as "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$dir/initdb.log" 2>&1 </dev/null &&
as "$bin/pg_ctl" -D "$dir/data" -l "$dir/data/server.log" -w -t 60 -o "$settings" start >"$dir/start.log" 2>&1 </dev/null &&
echo ready || { cat "$dir"/*.log "$dir/data/server.log" 2>/dev/null | tail -20; echo failed; }
cat >/dev/null
as "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1 </dev/null
rm -rf "$dir"
"#;

impl TestCluster {
    /// This process's cluster; the first caller starts it.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<TestCluster> = OnceLock::new();
        SHARED.get_or_init(|| {
            // Another process may take the free port between our look and the server's; then the next one will do.
            (0..5).find_map(|_| Self::start().ok()).unwrap_or_else(|| match Self::start() {
                Ok(cluster) => cluster,
                Err(log) => panic!("the private PostgreSQL cluster did not start:\n{log}"),
            })
        })
    }

    /// A fresh, empty database.
    ///
    /// # Panics
    /// When the cluster does not answer.
    pub async fn database(&self) -> TestDatabase {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let admin = format!("postgres://postgres@127.0.0.1:{}/postgres", self.port);
        let mut connection = PgConnection::connect(&admin).await.expect("the test cluster answers");
        let create = format!("create database {name}");
        connection.execute(create.as_str()).await.expect("a database can be made");
        connection.close().await.expect("the connection closes");
        TestDatabase { url: format!("postgres://postgres@127.0.0.1:{}/{name}", self.port) }
    }

    fn start() -> Result<Self, String> {
        let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|socket| socket.local_addr());
        let port = port.map_err(|e| e.to_string())?.port();
        let directory = tempfile::Builder::new().prefix("spoor-test-pg-").tempdir().map_err(|e| e.to_string())?;
        let mut guard = Command::new("sh")
            .args(["-c", GUARD, "sh"])
            .args([&binaries(), directory.path(), Path::new(&port.to_string())])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| e.to_string())?;
        // From here the guard removes the directory.
        let _ = directory.keep();
        let alive = guard.stdin.take().ok_or("the guard has no input")?;
        let mut said = Vec::new();
        for line in BufReader::new(guard.stdout.take().ok_or("the guard has no output")?).lines() {
            match line.map_err(|e| e.to_string())?.as_str() {
                "ready" => return Ok(Self { port, databases: AtomicU32::new(0), _alive: alive, _guard: guard }),
                "failed" => break,
                other => said.push(other.to_owned()),
            }
        }
        Err(said.join("\n"))
    }
}

impl TestDatabase {
    /// A fresh, empty database in this process's cluster.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    pub async fn fresh() -> Self {
        TestCluster::shared().database().await
    }

    /// The directory in which the cluster keeps everything, its write-ahead log and its own log file included. What was
    /// changed is on disk when this returns, and what was replaced is gone from there.
    ///
    /// # Panics
    /// When the cluster does not answer.
    pub async fn flushed_files(&self) -> PathBuf {
        let mut connection = PgConnection::connect(&self.url).await.expect("the test cluster answers");
        connection.execute("checkpoint").await.expect("a checkpoint can be made");
        let directory: String =
            sqlx::query_scalar("show data_directory").fetch_one(&mut connection).await.expect("it has a directory");
        directory.into()
    }

    /// Lets no file grow beyond this size, in bytes, by whoever is connected to this database now: what they write fails
    /// as on a disk that is full. Segments of the write-ahead log have 16 MiB and must fit. None lifts the limit.
    ///
    /// # Panics
    /// When the cluster does not answer, or `prlimit` is not there.
    pub async fn limit_files(&self, bytes: Option<u64>) {
        let mut connection = PgConnection::connect(&self.url).await.expect("the test cluster answers");
        let others = "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
        let pids: Vec<i32> =
            sqlx::query_scalar(others).fetch_all(&mut connection).await.expect("it knows who is there");
        assert!(!pids.is_empty(), "nobody is connected to {}", self.url);
        for pid in pids {
            let limit = bytes.map_or("unlimited".to_owned(), |bytes| bytes.to_string());
            // As whoever runs the server: root in a container may be no more to it than anybody else.
            let limited = r#"if [ "$(id -u)" = 0 ]; then set -- setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"; fi; "$@""#;
            let prlimit = ["prlimit".to_owned(), format!("--pid={pid}"), format!("--fsize={limit}:")];
            let status = Command::new("sh").args(["-c", limited, "sh"]).args(prlimit).status();
            assert!(status.is_ok_and(|status| status.success()), "prlimit of process {pid}");
        }
    }
}

/// The newest installed version's programs.
fn binaries() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = installed
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").exists())
        .max();
    match newest {
        Some((_, bin)) => bin,
        None => panic!("PostgreSQL is not installed: run ./test, or install the package `postgresql`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_fresh_database_is_empty_and_its_own() {
        let (one, other) = (TestDatabase::fresh().await, TestDatabase::fresh().await);
        let mut connection = PgConnection::connect(&one.url).await.unwrap();
        connection.execute("create table t (n int)").await.unwrap();
        let mut connection = PgConnection::connect(&other.url).await.unwrap();
        assert!(connection.execute("select n from t").await.is_err());
    }
}
