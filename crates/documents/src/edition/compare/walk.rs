//! Walks two values side by side and keeps what they say differently, with its path and its Dutch words.

use std::collections::BTreeMap;

use spoor_domain::action::event::ActionNumber;

/// Something two contents say differently, as printed in Dutch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The action; none when it is about the whole.
    pub action: Option<ActionNumber>,
    /// What differs, as a path of field names, for instance `budget/<entry>/amount`.
    pub path: String,
    /// What it is called in print, in the words of the new content.
    pub label: String,
    /// The same without any words of a content.
    pub plain_label: String,
    /// The path without any words that only the old content has.
    pub plain_path: String,
    /// Whether the values are somebody's words: no figure, no status, no day.
    pub in_words: bool,
    /// The old value; none when it was not there.
    pub old: Option<String>,
    /// The new value; none when it is gone.
    pub new: Option<String>,
}

/// A walk through two values of the same shape.
pub(super) struct Walk {
    action: Option<ActionNumber>,
    path: Vec<String>,
    labels: Vec<Name>,
    found: Vec<Difference>,
}

/// What something is called: a field, or an item of a list with its own words.
struct Name {
    plain: String,
    words: Option<String>,
}

/// A list whose items are known by a key, so that one that moved is not taken for another.
pub(super) struct List<'a, T> {
    /// The field.
    pub name: &'static str,
    /// What one item is called.
    pub item: &'static str,
    /// What the items are called together.
    pub items: &'static str,
    /// By what an item is known.
    pub key: &'a dyn Fn(&T) -> String,
    /// An item in a few words.
    pub print: &'a dyn Fn(&T) -> String,
}

impl Walk {
    /// A walk through what is said of an action, or of the whole.
    pub(super) fn through(action: Option<ActionNumber>) -> Self {
        Self { action, path: Vec::new(), labels: Vec::new(), found: Vec::new() }
    }

    /// What was found.
    pub(super) fn found(self) -> Vec<Difference> {
        self.found
    }

    /// A single value.
    pub(super) fn value<T: PartialEq>(
        &mut self,
        name: &str,
        label: &str,
        old: &T,
        new: &T,
        print: impl Fn(&T) -> Option<String>,
    ) {
        if old != new {
            self.keep((name, name), label, (print(old), print(new)), false);
        }
    }

    /// A single value that holds somebody's words.
    pub(super) fn words<T: PartialEq>(
        &mut self,
        name: &str,
        label: &str,
        old: &T,
        new: &T,
        print: impl Fn(&T) -> Option<String>,
    ) {
        if old != new {
            self.differs(name, label, print(old), print(new));
        }
    }

    /// A text that is always there.
    pub(super) fn text(&mut self, name: &str, label: &str, old: &str, new: &str) {
        self.words(name, label, &old, &new, |text| Some((*text).to_owned()));
    }

    /// A text that may be missing.
    pub(super) fn maybe(&mut self, name: &str, label: &str, old: &Option<String>, new: &Option<String>) {
        self.words(name, label, old, new, Clone::clone);
    }

    /// Keeps a difference in words that was established elsewhere.
    pub(super) fn differs(&mut self, name: &str, label: &str, old: Option<String>, new: Option<String>) {
        self.keep((name, name), label, (old, new), true);
    }

    /// Keeps a difference, under its name and that name without words that only the old content has.
    fn keep(
        &mut self,
        (name, plain_name): (&str, &str),
        label: &str,
        (old, new): (Option<String>, Option<String>),
        in_words: bool,
    ) {
        let join = |mut parts: Vec<String>, last: &str, between: &str| {
            parts.extend((!last.is_empty()).then(|| last.to_owned()));
            parts.join(between)
        };
        let path = join(self.path.clone(), name, "/");
        let plain_path = join(self.path.clone(), plain_name, "/");
        let plain_label = join(self.labels.iter().map(|name| name.plain.clone()).collect(), label, ": ");
        let label = join(self.labels.iter().map(Name::whole).collect(), label, ": ");
        self.found.push(Difference { action: self.action, path, label, plain_label, plain_path, in_words, old, new });
    }

    /// Everything below a field.
    pub(super) fn within(&mut self, name: &str, label: &str, walk: impl FnOnce(&mut Self)) {
        self.inside(name, (!label.is_empty()).then(|| Name { plain: label.to_owned(), words: None }), walk);
    }

    fn inside(&mut self, name: &str, label: Option<Name>, walk: impl FnOnce(&mut Self)) {
        let depth = (self.path.len(), self.labels.len());
        self.path.push(name.to_owned());
        self.labels.extend(label);
        walk(self);
        self.path.truncate(depth.0);
        self.labels.truncate(depth.1);
    }

    /// A list: items that are gone, that are new, that changed, and the order of those that stayed.
    pub(super) fn list<T: PartialEq>(
        &mut self,
        list: &List<'_, T>,
        old: &[T],
        new: &[T],
        mut each: impl FnMut(&mut Self, &T, &T),
    ) {
        let (before, after) = (keyed(old, list.key), keyed(new, list.key));
        let find = |among: &[(Key, usize)], key: &Key| among.iter().find(|(own, _)| own == key).map(|(_, at)| *at);
        for (key, at) in &before {
            let name = format!("{}/{}", list.name, key.0);
            match find(&after, key) {
                None => {
                    let plain = if is_number_or_id(&key.0) { name.as_str() } else { list.name };
                    self.keep((name.as_str(), plain), list.item, (Some((list.print)(&old[*at])), None), true);
                }
                Some(there) if old[*at] != new[there] => {
                    let label = Name { plain: list.item.to_owned(), words: Some((list.print)(&new[there])) };
                    self.inside(&name, Some(label), |walk| each(walk, &old[*at], &new[there]));
                }
                Some(_same) => {}
            }
        }
        for (key, at) in after.iter().filter(|(key, _)| find(&before, key).is_none()) {
            let name = format!("{}/{}", list.name, key.0);
            self.differs(&name, list.item, None, Some((list.print)(&new[*at])));
        }
        let order = |own: &[(Key, usize)], other: &[(Key, usize)]| -> Vec<Key> {
            own.iter().map(|(key, _)| key.clone()).filter(|key| find(other, key).is_some()).collect()
        };
        if order(&before, &after) != order(&after, &before) {
            let printed = |items: &[T]| Some(items.iter().map(list.print).collect::<Vec<_>>().join("; "));
            self.differs(list.name, &format!("Volgorde van de {}", list.items), printed(old), printed(new));
        }
    }
}

impl Name {
    fn whole(&self) -> String {
        match &self.words {
            Some(words) => format!("{} ‘{words}’", self.plain),
            None => self.plain.clone(),
        }
    }
}

/// Whether a key is the number or the id of something, and not its name.
fn is_number_or_id(key: &str) -> bool {
    let one_of_it = |own: char| own.is_ascii_hexdigit() || own == '-' || own == '.';
    key.starts_with(|own: char| own.is_ascii_hexdigit())
        && key.contains(|own: char| own.is_ascii_digit())
        && key.chars().all(one_of_it)
}

/// A key, and the how-manieth of that key it is.
type Key = (String, usize);

fn keyed<T>(items: &[T], key: &dyn Fn(&T) -> String) -> Vec<(Key, usize)> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let number = |(at, item)| {
        let key = key(item);
        let nth = seen.entry(key.clone()).and_modify(|times| *times += 1).or_insert(0);
        ((key, *nth), at)
    };
    items.iter().enumerate().map(number).collect()
}
