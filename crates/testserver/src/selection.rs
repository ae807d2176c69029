//! Which events a reader asks for, and how far it has got in them.

use tonic::Status;

use crate::store::{Found, Store, StoredEvent};
use crate::wire;
use crate::wire::streams::read_req::all_options::AllOption;
use crate::wire::streams::read_req::filter_options::{Expression, Filter};
use crate::wire::streams::read_req::options::{CountOption, FilterOption, ReadDirection, StreamOption};
use crate::wire::streams::read_req::stream_options::RevisionOption;
use crate::wire::streams::read_req::{AllOptions, FilterOptions, Options};

/// Events of one stream or of all, in one direction, from a place on.
pub(crate) struct Selection {
    of: Of,
    admits: Admits,
    is_backwards: bool,
    /// So many of what it selects from lie before the place it has reached.
    cursor: usize,
}

/// A subscription that a client made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscribed {
    /// The place in `$all` after which it began; none at its beginning, at its end or of a stream.
    pub after: Option<(u64, u64)>,
    /// How what it gives begins: the names of streams, or of types. Everything when there are none.
    pub prefixes: Vec<String>,
}

/// What a selection selects from.
enum Of {
    All,
    Stream(String),
}

/// Which of those it gives; an event passes when it begins like one of these.
enum Admits {
    Everything,
    StreamsLike(Vec<String>),
    TypesLike(Vec<String>),
}

impl Subscribed {
    /// As which it is remembered what the options ask for.
    pub fn to(options: &Options) -> Self {
        let after = match &options.stream_option {
            Some(StreamOption::All(AllOptions { all_option: Some(AllOption::Position(at)) })) => {
                Some((at.commit_position, at.prepare_position))
            }
            _elsewhere => None,
        };
        let filter = match &options.filter_option {
            Some(FilterOption::Filter(FilterOptions { filter, .. })) => filter.as_ref(),
            Some(FilterOption::NoFilter(_)) | None => None,
        };
        let prefixes = filter.map(|(Filter::StreamIdentifier(of) | Filter::EventType(of))| of.prefix.clone());
        Self { after, prefixes: prefixes.unwrap_or_default() }
    }
}

impl Selection {
    /// What the options ask for, in the first so many events of the store as it is now.
    pub fn new(options: Options, store: &Store, until: usize) -> Result<Self, Status> {
        let is_backwards = options.read_direction() == ReadDirection::Backwards;
        let is_subscription = matches!(options.count_option, Some(CountOption::Subscription(_)));
        // A subscription begins after the place it names, a reading forwards at it.
        let is_before = |ordering: std::cmp::Ordering| ordering.is_lt() || (ordering.is_eq() && is_subscription);
        let (of, cursor) = match options.stream_option {
            Some(StreamOption::All(all)) => {
                let events = &store.events()[..until.min(store.events().len())];
                let cursor = match all.all_option {
                    Some(AllOption::Position(at)) => {
                        let at = (at.commit_position, at.prepare_position);
                        events.partition_point(|event| is_before(event.position().cmp(&at)))
                    }
                    Some(AllOption::End(_)) => events.len(),
                    Some(AllOption::Start(_)) | None => 0,
                };
                (Of::All, cursor)
            }
            Some(StreamOption::Stream(stream)) => {
                let name = wire::name(stream.stream_identifier)?;
                let places = seen(store, &name, until);
                let cursor = match stream.revision_option {
                    Some(RevisionOption::Revision(at)) => places.partition_point(|place| {
                        let ordering = store.events()[*place].revision.cmp(&at);
                        is_before(ordering) || (ordering.is_eq() && is_backwards)
                    }),
                    Some(RevisionOption::End(_)) => places.len(),
                    Some(RevisionOption::Start(_)) | None => 0,
                };
                (Of::Stream(name), cursor)
            }
            None => return Err(Status::invalid_argument("a reading is of a stream or of all")),
        };
        let admits = match options.filter_option {
            Some(FilterOption::Filter(filter)) => Admits::new(filter)?,
            Some(FilterOption::NoFilter(_)) | None => Admits::Everything,
        };
        Ok(Self { of, admits, is_backwards, cursor })
    }

    /// The stream that is asked for and is not there.
    pub fn missing(&self, store: &Store, until: usize) -> Option<&str> {
        match &self.of {
            Of::Stream(name) if matches!(store.found(name, until), Found::Nothing) => Some(name),
            Of::Stream(_) | Of::All => None,
        }
    }

    /// The stream that is asked for and was deleted for ever.
    pub fn deleted(&self, store: &Store, until: usize) -> Option<&str> {
        match &self.of {
            Of::Stream(name) if matches!(store.found(name, until), Found::Tombstone) => Some(name),
            Of::Stream(_) | Of::All => None,
        }
    }

    /// The next of the first so many events, at most this number; none where there are no more for now.
    pub fn take(&mut self, store: &Store, until: usize, most: usize) -> Vec<StoredEvent> {
        let mut taken = Vec::new();
        while taken.len() < most
            && let Some(event) = self.step(store, until)
        {
            if self.admits.admits(event) {
                taken.push(event.clone());
            }
        }
        taken
    }

    fn step<'a>(&mut self, store: &'a Store, until: usize) -> Option<&'a StoredEvent> {
        let place = if self.is_backwards { self.cursor.checked_sub(1)? } else { self.cursor };
        let event = match &self.of {
            Of::All => store.events().get(place).filter(|_| place < until)?,
            Of::Stream(name) => &store.events()[*seen(store, name, until).get(place)?],
        };
        self.cursor = if self.is_backwards { place } else { place + 1 };
        Some(event)
    }
}

fn seen<'s>(store: &'s Store, name: &str, until: usize) -> &'s [usize] {
    match store.found(name, until) {
        Found::Events(places) => places,
        Found::Nothing | Found::Tombstone => &[],
    }
}

impl Admits {
    fn new(options: FilterOptions) -> Result<Self, Status> {
        let prefixes = |expression: Expression| match expression.regex.as_str() {
            "" => Ok(expression.prefix),
            _ => Err(Status::unimplemented("a filter by regular expression")),
        };
        match options.filter {
            Some(Filter::StreamIdentifier(expression)) => prefixes(expression).map(Self::StreamsLike),
            Some(Filter::EventType(expression)) => prefixes(expression).map(Self::TypesLike),
            None => Err(Status::invalid_argument("a filter says what it filters")),
        }
    }

    fn admits(&self, event: &StoredEvent) -> bool {
        let begins = |text: &str, prefixes: &[String]| prefixes.iter().any(|prefix| text.starts_with(prefix));
        match self {
            Self::Everything => true,
            Self::StreamsLike(prefixes) => begins(&event.stream, prefixes),
            Self::TypesLike(prefixes) => begins(&event.event_type, prefixes),
        }
    }
}
