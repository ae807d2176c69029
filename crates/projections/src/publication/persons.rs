//! From dossiers and links to persons, and from persons to cubes. Pure.

use std::collections::{BTreeMap, BTreeSet};

use spoor_disclosure::{Cube, CubeError, Shape};
use spoor_domain::kernel::{DossierId, HalfYear, Label, SubjectId};
use spoor_domain::trajectory::event::DossierNumber;
use spoor_domain::trajectory::publication::{Province, PublishedFamily, PublishedOutcome};

/// A submitted request as it stood at an index of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The dossier.
    pub dossier: DossierId,
    /// Its number.
    pub number: DossierNumber,
    /// The person concerned, as registered then.
    pub subject: SubjectId,
    /// The half-year in which it was submitted.
    pub requested_in: HalfYear,
    /// The province of the parket it was with.
    pub province: Province,
    /// The family of law.
    pub family: PublishedFamily,
    /// How far it had come; none for a dossier that should never have been opened.
    pub outcome: Option<PublishedOutcome>,
    /// Index of the event since which it had stood so.
    pub since: u64,
}

/// A person as counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The request the person is counted with: the first.
    pub first: Standing,
    /// How far it had come.
    pub outcome: PublishedOutcome,
    /// The later requests of the same person, which count nobody more.
    pub later: Vec<Standing>,
}

impl Counted {
    /// The person's categories, in the order of the catalogue's dimensions.
    pub fn categories(&self) -> [&'static str; 3] {
        [self.first.province.code(), self.first.family.code(), self.outcome.code()]
    }

    /// The half-year the person is counted in.
    pub fn half_year(&self) -> HalfYear {
        self.first.requested_in
    }
}

impl Standing {
    /// The order of a person's requests: by half-year, then by the register's running number, which may have grown beyond
    /// four digits.
    fn order(&self) -> (HalfYear, usize, &str) {
        (self.requested_in, self.number.0.len(), &self.number.0)
    }
}

/// The persons these requests are about, given which subjects are the same person. The order of requests and links makes
/// no difference. What was opened in error counts nobody.
pub fn persons(requests: Vec<Standing>, links: &[(SubjectId, SubjectId)]) -> Vec<Counted> {
    let mut same = SamePerson::default();
    links.iter().for_each(|(one, other)| same.join(*one, *other));
    let mut by_person: BTreeMap<SubjectId, Vec<Standing>> = BTreeMap::new();
    for request in requests.into_iter().filter(|request| request.outcome.is_some()) {
        by_person.entry(same.of(request.subject)).or_default().push(request);
    }
    let person = |mut requests: Vec<Standing>| {
        requests.sort_by(|one, other| one.order().cmp(&other.order()));
        let mut requests = requests.into_iter();
        let first = requests.next()?;
        let outcome = first.outcome?;
        Some(Counted { first, outcome, later: requests.collect() })
    };
    let mut counted: Vec<Counted> = by_person.into_values().filter_map(person).collect();
    counted.sort_by(|one, other| one.first.order().cmp(&other.first.order()));
    counted
}

/// The cube of every half-year in which somebody is counted.
///
/// # Errors
/// `Category` when the shape does not have a category that occurs.
pub fn cubes(persons: &[Counted], shape: &Shape) -> Result<BTreeMap<HalfYear, Cube>, CubeError> {
    let mut cubes: BTreeMap<HalfYear, Cube> = BTreeMap::new();
    for person in persons {
        cubes.entry(person.half_year()).or_insert_with(|| Cube::empty(shape.clone())).count(&person.categories())?;
    }
    Ok(cubes)
}

/// Which subjects are one person. Being the same person goes on from one link to the next; who stands for all of them is
/// the smallest id, so that it does not depend on the order of the links.
#[derive(Default)]
struct SamePerson {
    groups: BTreeMap<SubjectId, BTreeSet<SubjectId>>,
    of: BTreeMap<SubjectId, SubjectId>,
}

impl SamePerson {
    fn of(&self, subject: SubjectId) -> SubjectId {
        self.of.get(&subject).copied().unwrap_or(subject)
    }

    fn join(&mut self, one: SubjectId, other: SubjectId) {
        let (one, other) = (self.of(one), self.of(other));
        let (kept, gone) = (one.min(other), one.max(other));
        let mut group = self.groups.remove(&gone).unwrap_or_else(|| BTreeSet::from([gone]));
        group.extend(self.groups.remove(&kept).unwrap_or_else(|| BTreeSet::from([kept])));
        self.of.extend(group.iter().map(|subject| (*subject, kept)));
        self.groups.insert(kept, group);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::publication::catalogue;

    fn subject(n: u128) -> SubjectId {
        SubjectId(Uuid::from_u128(n))
    }

    fn request(n: u128, half_year: &str) -> Standing {
        Standing {
            dossier: DossierId(Uuid::from_u128(n)),
            number: DossierNumber(format!("LT-2026-{n:04}")),
            subject: subject(n),
            requested_in: half_year.parse().unwrap(),
            province: Province::Limburg,
            family: PublishedFamily::Antiracism,
            outcome: Some(PublishedOutcome::InProgress),
            since: 1,
        }
    }

    #[test]
    fn who_is_linked_is_counted_once_with_the_first_request() {
        let requests = vec![request(3, "2026-H2"), request(1, "2026-H1"), request(2, "2026-H2")];
        let links = [(subject(2), subject(3)), (subject(3), subject(1))];
        let [only] = persons(requests, &links).try_into().unwrap();
        assert_eq!(
            (only.half_year().to_string().as_str(), only.first.dossier),
            ("2026-H1", request(1, "2026-H1").dossier)
        );
        assert_eq!(only.later.len(), 2);
    }

    #[test]
    fn the_order_of_requests_and_links_makes_no_difference() {
        let mut requests: Vec<Standing> =
            (1..=6).map(|n| request(n, if n % 2 == 0 { "2026-H1" } else { "2026-H2" })).collect();
        let mut links = vec![(subject(1), subject(4)), (subject(4), subject(6)), (subject(2), subject(5))];
        let once = persons(requests.clone(), &links);
        assert_eq!(once.len(), 3);
        requests.reverse();
        links.reverse();
        links.iter_mut().for_each(|link| *link = (link.1, link.0));
        assert_eq!(persons(requests, &links), once);
    }

    #[test]
    fn a_person_whose_first_dossier_was_opened_in_error_is_counted_with_the_next() {
        let mistaken = Standing { outcome: None, ..request(1, "2026-H1") };
        let counted = persons(vec![mistaken.clone(), request(2, "2026-H2")], &[(subject(1), subject(2))]);
        assert_eq!(counted.len(), 1);
        assert_eq!(counted[0].half_year().to_string(), "2026-H2");
        assert!(persons(vec![mistaken], &[]).is_empty());
    }

    #[test]
    fn a_cube_holds_everybody_of_its_half_year() {
        let counted = persons(vec![request(1, "2026-H1"), request(2, "2026-H1"), request(3, "2026-H2")], &[]);
        let shape = catalogue("2026-H1".parse().unwrap()).shape;
        let cubes = cubes(&counted, &shape).unwrap();
        assert_eq!(cubes.values().map(Cube::total).collect::<Vec<_>>(), [2, 1]);
    }
}
