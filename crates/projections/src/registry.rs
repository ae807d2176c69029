//! The registry of builds: which makings of each projection there are, and which one answers.

use std::path::{Path, PathBuf};

use spoor_eventlog::Clock;

use crate::db::{Db, Tx, args};
use crate::error::ViewError;
use crate::views::ViewsUrl;

/// One making of one version of a projection.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BuildId {
    /// Name of the projection.
    pub projection: String,
    /// Version of its code.
    pub version: u32,
    /// Which making of that version, from 1.
    pub number: u32,
}

/// What a build is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuildStatus {
    /// Being made beside the one that answers.
    Building,
    /// The one that answers.
    Active,
    /// Answered until the last promotion; kept until the next one for readers that are still at it.
    Retired,
}

impl BuildStatus {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Building, "building"), (Self::Active, "active"), (Self::Retired, "retired")];

    fn code(self) -> &'static str {
        Self::ALL.iter().find(|(status, _)| *status == self).map_or("building", |(_, code)| code)
    }

    fn from_code(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, code)| *code == text).map(|(status, _)| *status)
    }
}

/// The database with one line per build.
pub(crate) struct Registry {
    db: Db,
}

const SCHEMA: &[&str] = &["create table if not exists build (
    projection text not null, version bigint not null, number bigint not null,
    status text not null, made_at bigint not null,
    primary key (projection, version, number))"];

impl Registry {
    pub async fn open(url: &ViewsUrl) -> Result<Self, ViewError> {
        let db = match url {
            ViewsUrl::Sqlite(path) => Db::open_sqlite(path).await?,
            ViewsUrl::Postgres(url) => Db::open_postgres(url, "views").await?,
        };
        db.create(SCHEMA).await?;
        Ok(Self { db })
    }

    /// Every build with its status, oldest first.
    pub async fn builds(&self) -> Result<Vec<(BuildId, BuildStatus)>, ViewError> {
        let sql = "select projection, version, number, status from build order by projection, made_at, number";
        let mut builds = Vec::new();
        for row in self.db.rows(sql, args![]).await? {
            let number = |column| row.int(column).map(|n| u32::try_from(n).unwrap_or_default());
            let id =
                BuildId { projection: row.text("projection")?, version: number("version")?, number: number("number")? };
            // A status of a later program is none of ours to touch.
            if let Some(status) = BuildStatus::from_code(&row.text("status")?) {
                builds.push((id, status));
            }
        }
        Ok(builds)
    }

    /// The builds of one projection, oldest first.
    pub async fn builds_of(&self, projection: &str) -> Result<Vec<(BuildId, BuildStatus)>, ViewError> {
        Ok(self.builds().await?.into_iter().filter(|(id, _)| id.projection == projection).collect())
    }

    /// Enters a new build of a version, for a rebuild.
    pub async fn begin(&self, projection: &str, version: u32) -> Result<BuildId, ViewError> {
        let mut tx = self.db.begin_write().await?;
        let id = Entered::read(&mut tx, projection).await?.next(version);
        enter(&mut tx, &id).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Enters the first build of a version; false when there is one already. One look decides both whether there is one
    /// and which number is next. So of two who look at once on PostgreSQL both take the same number, which the primary
    /// key gives to one of them; with a second look the later one would take the next. SQLite lets one in at a time.
    pub async fn begin_first(&self, projection: &str, version: u32) -> Result<bool, ViewError> {
        let mut tx = self.db.begin_write().await?;
        let entered = Entered::read(&mut tx, projection).await?;
        if entered.in_use.contains(&version) {
            return Ok(false);
        }
        enter(&mut tx, &entered.next(version)).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Lets this build answer from now on, once. Returns the builds that may be removed: those that had stopped
    /// answering before the one that stops now. Empty when somebody else promoted it first.
    pub async fn promote(&self, id: &BuildId) -> Result<Vec<BuildId>, ViewError> {
        let before = self.builds_of(&id.projection).await?;
        let mut tx = self.db.begin_write().await?;
        let promote = "update build set status = 'active'
             where projection = $1 and version = $2 and number = $3 and status = 'building'";
        if tx.run(promote, id.key()).await? == 0 {
            return Ok(Vec::new());
        }
        let retire = "update build set status = 'retired'
             where projection = $1 and status = 'active' and not (version = $2 and number = $3)";
        tx.run(retire, id.key()).await?;
        tx.commit().await?;
        let old = before.into_iter().filter(|(_, status)| *status == BuildStatus::Retired);
        Ok(old.map(|(id, _)| id).collect())
    }

    pub async fn forget(&self, id: &BuildId) -> Result<(), ViewError> {
        let sql = "delete from build where projection = $1 and version = $2 and number = $3";
        self.db.run(sql, id.key()).await?;
        Ok(())
    }

    pub async fn drop_schema(&self, schema: &str) -> Result<(), ViewError> {
        self.db.run(&format!("drop schema if exists {schema} cascade"), args![]).await?;
        Ok(())
    }

    pub async fn close(&self) {
        self.db.close().await;
    }
}

/// What is entered of one projection, as one look shows it.
struct Entered {
    projection: String,
    /// The highest number given so far, of any version.
    last: u32,
    /// The versions with a build that is not retired.
    in_use: Vec<u32>,
}

impl Entered {
    async fn read(tx: &mut Tx, projection: &str) -> Result<Self, ViewError> {
        let mut entered = Self { projection: projection.to_owned(), last: 0, in_use: Vec::new() };
        let sql = "select version, number, status from build where projection = $1";
        for row in tx.rows(sql, args![projection]).await? {
            let number = |column| row.int(column).map(|n| u32::try_from(n).unwrap_or_default());
            entered.last = entered.last.max(number("number")?);
            if row.text("status")? != BuildStatus::Retired.code() {
                entered.in_use.push(number("version")?);
            }
        }
        Ok(entered)
    }

    fn next(&self, version: u32) -> BuildId {
        BuildId { projection: self.projection.clone(), version, number: self.last + 1 }
    }
}

async fn enter(tx: &mut Tx, id: &BuildId) -> Result<(), ViewError> {
    let sql = "insert into build (projection, version, number, status, made_at) values ($1, $2, $3, $4, $5)";
    let (status, now) = (BuildStatus::Building.code(), Clock::System.now());
    let values = args![id.projection.as_str(), i64::from(id.version), i64::from(id.number), status, now];
    tx.run(sql, values).await?;
    Ok(())
}

impl BuildId {
    /// The file of this build, beside the registry's.
    pub(crate) fn file_beside(&self, registry: &Path) -> PathBuf {
        let stem = registry.file_stem().map_or_else(|| "views".into(), |stem| stem.to_string_lossy());
        let name = format!("{stem}-{}-v{}-b{}.sqlite", self.projection, self.version, self.number);
        registry.with_file_name(name)
    }

    /// The schema of this build. Names of projections are words of ours, never input.
    pub(crate) fn schema(&self) -> String {
        format!("views_{}_v{}_b{}", self.projection.replace('-', "_"), self.version, self.number)
    }

    /// Deletes the file with its companions; one that is gone already is as good as deleted.
    pub(crate) fn delete_files(&self, registry: &Path) {
        let file = self.file_beside(registry);
        for suffix in ["", "-wal", "-shm"] {
            let mut path = file.clone().into_os_string();
            path.push(suffix);
            if let Err(error) = std::fs::remove_file(&path)
                && error.kind() != std::io::ErrorKind::NotFound
            {
                tracing::warn!(path = %Path::new(&path).display(), %error, "an old build of a view could not be deleted");
            }
        }
    }

    fn key(&self) -> Vec<crate::db::Arg> {
        args![self.projection.as_str(), i64::from(self.version), i64::from(self.number)]
    }
}
