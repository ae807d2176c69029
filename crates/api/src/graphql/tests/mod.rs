//! The schema asked as clients ask it, over real stores in a temporary directory.

mod access;
mod access_faults;
mod access_law;
mod access_of_a_person;
mod access_record;
mod access_trail;
mod analyst;
mod as_of;
mod asking;
mod budget_corrections;
mod cast;
mod codes;
mod comparisons;
mod corrections;
mod dossiers;
mod editions;
mod erasure;
mod first_request;
mod following;
mod links;
mod nodes;
mod operational;
mod plans;
mod proofs;
mod rights;
mod roles;
mod sides;
mod subject_access;
mod training;
mod words;

use cast::{House, Person};
