//! What the operator may set: `spoor.toml`, overruled by `SPOOR_*`, overruled by flags. Nothing else reads the environment.

mod criteria;
mod safety;
mod settings;
mod term;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use toml::{Table, Value};

pub use criteria::criteria_book;
pub use safety::{DEMO_ISSUER, refuse_unsafe, refuse_unsafe_log, refuse_unsafe_stores};
pub use settings::{
    Auth, Config, Criteria, Deadlines, Documents, Http, LineFormat, Profile, Proof, Publication, RateLimit, Retention,
    Setting, Stores, Telemetry,
};
pub use term::Term;

/// The variable that names the configuration file.
const FILE_VARIABLE: &str = "SPOOR_CONFIG";
/// The file that is read when none is named and it exists.
const DEFAULT_FILE: &str = "spoor.toml";

/// Why the program does not start: every problem at once, each with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigError(pub Vec<String>);

impl ConfigError {
    fn one(problem: impl Into<String>) -> Self {
        Self(vec![problem.into()])
    }
}

/// The three places settings come from, weakest first.
#[derive(Debug, Default)]
pub struct Sources {
    /// The configuration file, where there is one.
    pub file: Option<PathBuf>,
    /// `SPOOR_*` as found in the environment.
    pub variables: Vec<(String, String)>,
    /// Path of a setting and its value, from flags.
    pub flags: Vec<(&'static str, String)>,
}

impl Sources {
    /// The environment of this process, the file it or `--config` names (otherwise `./spoor.toml` where that exists), and flags.
    pub fn of_process(file: Option<PathBuf>, flags: Vec<(&'static str, String)>) -> Self {
        let mut variables = environment();
        let named = variables.iter().position(|(name, _)| name == FILE_VARIABLE).map(|at| variables.remove(at).1);
        let default = || Path::new(DEFAULT_FILE).exists().then(|| PathBuf::from(DEFAULT_FILE));
        Self { file: file.or(named.map(PathBuf::from)).or_else(default), variables, flags }
    }

    /// The same sources without the file: the demo never picks up an installation's settings by accident.
    pub fn without_file(self) -> Self {
        Self { file: None, ..self }
    }
}

/// Reads and merges the sources. Checks shapes and names; [`refuse_unsafe`] checks whether it is wise.
pub fn load(sources: &Sources) -> Result<Config, ConfigError> {
    let mut merged = match &sources.file {
        Some(path) => read_file(path)?,
        None => Table::new(),
    };
    let mut problems = Vec::new();
    for (name, text) in &sources.variables {
        match Config::settings().find(|setting| setting.variable() == *name) {
            Some(setting) => set(&mut merged, setting, text),
            None => problems.push(format!(
                "{name} is not a setting of this program: unset it, or see `spoor config print` for the names there are"
            )),
        }
    }
    for (path, text) in &sources.flags {
        if let Some(setting) = Config::settings().find(|setting| setting.path() == *path) {
            set(&mut merged, setting, text);
        }
    }
    if !problems.is_empty() {
        return Err(ConfigError(problems));
    }
    Config::deserialize_from(merged).map_err(|error| {
        ConfigError::one(format!("the configuration is wrong: {error}. `spoor config print` shows every setting"))
    })
}

/// Every setting with its explanation, variable and value in force, as a `spoor.toml` that can be used as it stands.
pub fn print(config: &Config) -> String {
    let values = Table::try_from(config).unwrap_or_default();
    let mut out = String::from("# Every setting. Order of strength: this file, then SPOOR_* variables, then flags.\n");
    let mut section = "";
    for setting in Config::settings() {
        if setting.section != section {
            section = setting.section;
            out += &format!("\n[{section}]\n");
        }
        for line in setting.help {
            out += &format!("#{line}\n");
        }
        out += &format!("# Variable: {}\n", setting.variable());
        match values.get(section).and_then(|table| table.get(setting.key)) {
            Some(value) => out += &format!("{} = {value}\n", setting.key),
            None => out += &format!("# {} = (not set)\n", setting.key),
        }
    }
    out
}

impl Config {
    fn deserialize_from(table: Table) -> Result<Self, toml::de::Error> {
        Value::Table(table).try_into()
    }
}

fn read_file(path: &Path) -> Result<Table, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| ConfigError::one(format!("cannot read {}: {error}", path.display())))?;
    text.parse().map_err(|error| ConfigError::one(format!("{} is not valid TOML: {error}", path.display())))
}

/// Puts a value that came as text in its place, in the type the setting has.
fn set(table: &mut Table, setting: &Setting, text: &str) {
    let default = Table::try_from(Config::default()).unwrap_or_default();
    let kind = default.get(setting.section).and_then(|section| section.get(setting.key));
    let as_text = || Value::String(text.to_owned());
    let value = match kind {
        Some(Value::Boolean(_)) => text.parse().map_or_else(|_| as_text(), Value::Boolean),
        Some(Value::Integer(_)) => text.parse().map_or_else(|_| as_text(), Value::Integer),
        Some(Value::Array(_)) => Value::Array(
            text.split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(|item| Value::String(item.to_owned()))
                .collect(),
        ),
        _ => as_text(),
    };
    let section = table.entry(setting.section).or_insert_with(|| Value::Table(Table::new()));
    if let Value::Table(section) = section {
        section.insert(setting.key.to_owned(), value);
    }
}

/// Every `SPOOR_*` variable of this process.
#[expect(clippy::disallowed_methods, reason = "this is the one room that reads the environment")]
fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
        .filter(|(name, _)| name.starts_with("SPOOR_"))
        .collect()
}
