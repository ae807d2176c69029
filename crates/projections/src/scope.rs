//! Which dossiers somebody may see: one row filter, turned into SQL in this one place.

use spoor_domain::kernel::{ActorId, OrganisationId};

use crate::select::Conditions;

/// The dossiers a viewer may see, as decided by the policy (domain page, section 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every dossier: the program itself, for counts and for what was authorised in another way. No role has it.
    All,
    /// The dossiers this organisation is a controller of now: of this parket, or from the consent on of Kazerne Dossin;
    /// in the audit trail also what belongs to no dossier. Compliance officers.
    Controller(OrganisationId),
    /// The dossiers that are with this parket now: prosecutors and prosecution jurists.
    Parket(OrganisationId),
    /// The dossiers that have come as far as the consent: coordinators of Kazerne Dossin.
    Museum,
    /// The dossiers assigned to this guide now, from the consent on.
    Guide(ActorId),
    /// No dossier at all: analysts, plan coordinators, administrators.
    Nothing,
}

impl Scope {
    /// Whether a dossier is found in it also by a person in whose place another was put. Kazerne Dossin gets to know a dossier
    /// after that, and never of that person.
    pub(crate) fn finds_replaced(&self) -> bool {
        match self {
            Scope::All => true,
            Scope::Controller(own) | Scope::Parket(own) => !own.is_museum(),
            Scope::Museum | Scope::Guide(_) | Scope::Nothing => false,
        }
    }

    /// Limits a question to this scope. `table` is the table or alias that has the columns `parket`, `guide` and
    /// `visible_to_museum`; every table that is read per dossier or counted per dossier has them or is joined to one.
    pub(crate) fn limit(&self, table: &str, conditions: &mut Conditions) {
        match self {
            Scope::All => {}
            Scope::Controller(museum) if museum.is_museum() => Scope::Museum.limit(table, conditions),
            Scope::Parket(parket) | Scope::Controller(parket) => {
                conditions.with(&format!("{table}.parket = ?"), parket.0.as_str());
            }
            Scope::Museum => conditions.plain(format!("{table}.visible_to_museum = 1")),
            Scope::Guide(guide) => {
                conditions.with(&format!("{table}.guide = ?"), guide.0.as_str());
                conditions.plain(format!("{table}.visible_to_museum = 1"));
            }
            Scope::Nothing => conditions.plain("1 = 0".to_owned()),
        }
    }
}
