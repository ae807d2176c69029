//! Who acts: a person, in a role, for an organisation, for a purpose.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::labels::labelled;

/// The pseudonymous identifier of a person with an account (the token's subject); never a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ActorId(pub String);

/// The code of an organisation, such as `parket-antwerpen` or `kazerne-dossin`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct OrganisationId(pub String);

/// The text is no account and no code of an organisation: they stand unsealed in events for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "give the subject of a token or the code of an organisation (at most {LONGEST_CODE} of the letters a to z, digits and - _ . :), never a name or an address"
)]
pub struct NotACode;

/// Longest account or code of an organisation, in bytes.
const LONGEST_CODE: usize = 64;

/// A name or an e-mail address would be personal data in every event: only a pseudonym fits this alphabet.
fn coded(text: &str) -> Result<String, NotACode> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    let is_code = (1..=LONGEST_CODE).contains(&text.len()) && text.bytes().all(fits);
    is_code.then(|| text.to_owned()).ok_or(NotACode)
}

impl FromStr for ActorId {
    type Err = NotACode;
    fn from_str(text: &str) -> Result<Self, NotACode> {
        coded(text).map(Self)
    }
}

impl FromStr for OrganisationId {
    type Err = NotACode;
    fn from_str(text: &str) -> Result<Self, NotACode> {
        coded(text).map(Self)
    }
}

impl OrganisationId {
    /// What people call it: `parket-oost-vlaanderen` is *Parket Oost-Vlaanderen*.
    pub fn name(&self) -> String {
        let capital = |word: &str| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        };
        let words: Vec<String> = self.0.split('-').map(capital).collect();
        match words.split_first() {
            Some((kind, place)) if kind == "Parket" && !place.is_empty() => format!("{kind} {}", place.join("-")),
            _another_kind => words.join(" "),
        }
    }

    /// The code of the museum, the one organisation on the museum's side.
    pub const KAZERNE_DOSSIN: &'static str = "kazerne-dossin";

    /// Kazerne Dossin.
    pub fn kazerne_dossin() -> Self {
        Self(Self::KAZERNE_DOSSIN.into())
    }

    /// Whether this is Kazerne Dossin.
    pub fn is_museum(&self) -> bool {
        self.0 == Self::KAZERNE_DOSSIN
    }

    /// Whether this is another code, but reads as the same one: they differ in capitals and small letters only.
    pub fn differs_in_capitals_from(&self, other: &Self) -> bool {
        self != other && self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl std::fmt::Display for ActorId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Display for OrganisationId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

labelled! {
    /// The role in which a person acts for an organisation (domain page, section 1).
    pub enum Role {
        Prosecutor = "Parketmagistraat", "Prosecutor";
        ProsecutionJurist = "Parketjurist", "Prosecution jurist";
        MuseumCoordinator = "Projectmedewerker leertrajecten", "Museum coordinator";
        Guide = "Gids", "Guide";
        ComplianceOfficer = "Compliance officer", "Compliance officer";
        PolicyAnalyst = "Beleidsanalist", "Policy analyst";
        PlanCoordinator = "Coördinator actieplan", "Action plan coordinator";
        DomainContact = "Aanspreekpunt beleidsdomein", "Policy domain contact";
        Administrator = "Beheerder", "Administrator";
    }
}

labelled! {
    /// Which of the two sides of a learning trajectory an act belongs to: advice and outcome never share one.
    pub enum Side {
        Parket = "Parket", "Public prosecutor's office";
        Museum = "Kazerne Dossin", "Kazerne Dossin";
    }
}

labelled! {
    /// Why somebody reads or changes: a closed list, so that it can be accounted for.
    pub enum Purpose {
        CaseHandling = "Dossierbehandeling", "Case handling";
        Supervision = "Toezicht", "Supervision";
        SubjectRequest = "Verzoek van de betrokkene", "Request of the person concerned";
        QualityControl = "Kwaliteitsbewaking", "Quality control";
        Reporting = "Rapportering", "Reporting";
        Administration = "Beheer", "Administration";
    }
}

impl Role {
    /// The side of a learning trajectory on which this role works, if it works on one.
    pub fn side(self) -> Option<Side> {
        match self {
            Role::Prosecutor | Role::ProsecutionJurist => Some(Side::Parket),
            Role::MuseumCoordinator | Role::Guide => Some(Side::Museum),
            Role::ComplianceOfficer
            | Role::PolicyAnalyst
            | Role::PlanCoordinator
            | Role::DomainContact
            | Role::Administrator => None,
        }
    }
}

/// A person acting in one role for one organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Actor {
    /// Pseudonymous id of the person.
    pub id: ActorId,
    /// The role in which the person acts.
    pub role: Role,
    /// The organisation for which the person acts.
    pub organisation: OrganisationId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_or_an_address_is_no_code() {
        let long = "a".repeat(LONGEST_CODE + 1);
        for text in ["", " ", "Jan Janssens", "jan@example.org", "guide-1\n", "Café", long.as_str()] {
            assert_eq!(text.parse::<ActorId>(), Err(NotACode), "{text:?}");
            assert_eq!(text.parse::<OrganisationId>(), Err(NotACode), "{text:?}");
        }
        assert_eq!("guide-1".parse(), Ok(ActorId("guide-1".into())));
        assert_eq!("parket-antwerpen".parse(), Ok(OrganisationId("parket-antwerpen".into())));
    }

    #[test]
    fn what_was_recorded_before_is_read_whatever_it_is() {
        assert_eq!(serde_json::from_str::<ActorId>("\"Jan Janssens\"").unwrap(), ActorId("Jan Janssens".into()));
    }
}
