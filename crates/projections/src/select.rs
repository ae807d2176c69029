//! The changing part of a question: conditions that may or may not be asked, each with its bound values.

use crate::db::Arg;

/// Conditions joined by `and`, and the values bound so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions {
    texts: Vec<String>,
    args: Vec<Arg>,
}

impl Conditions {
    /// A condition with one value, at the place of the `?`.
    pub fn with(&mut self, condition: &str, value: impl Into<Arg>) {
        let mark = self.bind(value);
        self.texts.push(condition.replacen('?', &mark, 1));
    }

    /// A condition without values.
    pub fn plain(&mut self, condition: String) {
        self.texts.push(condition);
    }

    /// The column is one of these; no condition at all when the list is empty.
    pub fn among<V: Into<Arg>>(&mut self, column: &str, values: impl IntoIterator<Item = V>) {
        let marks = values.into_iter().map(|value| self.bind(value)).collect::<Vec<_>>();
        if !marks.is_empty() {
            self.texts.push(format!("{column} in ({})", marks.join(", ")));
        }
    }

    /// There is a row of `from` under these further conditions; nothing is asked when they ask nothing.
    pub fn exists(&mut self, from: &str, link: &str, narrow: impl FnOnce(&mut Self)) {
        let own = self.texts.len();
        narrow(self);
        let further = self.texts.split_off(own).join(" and ");
        if !further.is_empty() {
            self.texts.push(format!("exists (select 1 from {from} where {link} and {further})"));
        }
    }

    /// What the first asks, or what the second asks; nothing is asked when either asks nothing.
    pub fn either(&mut self, first: impl FnOnce(&mut Self), second: impl FnOnce(&mut Self)) {
        let own = self.texts.len();
        first(self);
        let one = self.texts.split_off(own).join(" and ");
        second(self);
        let other = self.texts.split_off(own).join(" and ");
        if !one.is_empty() && !other.is_empty() {
            self.texts.push(format!("(({one}) or ({other}))"));
        }
    }

    /// Binds a value for use inside a text of the caller's own.
    pub fn bind(&mut self, value: impl Into<Arg>) -> String {
        self.args.push(value.into());
        format!("${}", self.args.len())
    }

    /// ` where …`, or nothing.
    pub fn clause(&self) -> String {
        if self.texts.is_empty() { String::new() } else { format!(" where {}", self.texts.join(" and ")) }
    }

    /// ` where …` with one more condition, of the caller's own.
    pub fn clause_with(&self, condition: &str) -> String {
        match self.texts.as_slice() {
            [] => format!(" where {condition}"),
            texts => format!(" where {condition} and {}", texts.join(" and ")),
        }
    }

    /// The values, in the order of their marks.
    pub fn into_args(self) -> Vec<Arg> {
        self.args
    }

    /// The values, for another question with the same conditions.
    pub fn args(&self) -> Vec<Arg> {
        self.args.clone()
    }
}
