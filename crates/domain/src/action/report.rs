//! What is reported in words: competences, text blocks, references, and the row that holds them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::number::ActionNumber;
use crate::kernel::{HalfYear, OrganisationId, PlanId, name_key};

/// One report row of an action in one half-year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RowId(pub Uuid);

/// The code of a policy domain (beleidsdomein), such as `WVG`. Domains are merged and renamed by every government, so
/// this is data and not a closed list; [`PolicyDomainCode::name`] knows those of the plan of 2015–2018.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct PolicyDomainCode(pub String);

impl PolicyDomainCode {
    /// The full Dutch name, where the code is one of the plan of 2015–2018.
    pub fn name(&self) -> Option<&'static str> {
        Some(match self.0.as_str() {
            "KB" => "Kanselarij en Bestuur",
            "OV" => "Onderwijs en Vorming",
            "WVG" => "Welzijn, Volksgezondheid en Gezin",
            "CJM" => "Cultuur, Jeugd en Media",
            "WSE" => "Werk en Sociale Economie",
            "IV" => "Internationaal Vlaanderen",
            "Sport Vlaanderen" => "Sport Vlaanderen (agentschap, vermeld als beleidsdomein)",
            _other_code => return None,
        })
    }

    /// Whether it is the policy domain of this organisation: the code of a contact's organisation is the code of a policy
    /// domain (organisation `WVG` reports for domain `WVG`), with `-` for each space, which no organisation has
    /// (`Sport-Vlaanderen` for `Sport Vlaanderen`).
    pub fn is_of(&self, organisation: &OrganisationId) -> bool {
        self.0.replace(' ', "-") == organisation.0
    }
}

impl std::fmt::Display for PolicyDomainCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A competence (bevoegdheid) under which is reported, with the policy domain it falls under. The domain need not be
/// one of the action's: education money stands under a welfare action (action 5.8 of autumn 2018).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Competence {
    /// The competence, for instance `Onderwijs`.
    pub code: String,
    /// The policy domain it falls under.
    pub policy_domain: PolicyDomainCode,
}

impl Competence {
    /// The competences of the report of autumn 2018 with their policy domain. Where an action names one domain and reports
    /// under one competence, the report itself says which belong together (Brussel under KB in action 14.8); for the others
    /// it is the domain of that name.
    const IN_2018: [(&str, &str); 10] = [
        ("Binnenlands Bestuur", "KB"),
        ("Stedenbeleid", "KB"),
        ("Integratie", "KB"),
        ("Brussel", "KB"),
        ("Onderwijs", "OV"),
        ("Welzijn", "WVG"),
        ("Jeugd", "CJM"),
        ("Media", "CJM"),
        ("Werk", "WSE"),
        ("Sport", "Sport Vlaanderen"),
    ];

    /// Those of the report of autumn 2018.
    pub fn all_in_2018() -> impl Iterator<Item = Self> {
        let named = |(code, domain): (&str, &str)| {
            let policy_domain = PolicyDomainCode(domain.to_owned());
            Self { code: code.to_owned(), policy_domain }
        };
        Self::IN_2018.into_iter().map(named)
    }

    /// The one with this name, in whatever capitals and spaces, if it is one of those.
    pub fn in_2018(code: &str) -> Option<Self> {
        Self::all_in_2018().find(|known| known.is_called(code))
    }

    /// Whether this is its name, in whatever capitals and spaces.
    pub fn is_called(&self, code: &str) -> bool {
        name_key(&self.code) == name_key(code)
    }
}

/// Whether a figure is this organisation's: it is ascribed to its competence, or else to those of its row.
pub fn figure_is_of(competence: Option<&Competence>, row: Option<&RowHead>, organisation: &OrganisationId) -> bool {
    match (competence, row) {
        (Some(competence), _) => competence.policy_domain.is_of(organisation),
        (None, Some(row)) => row.is_of(organisation),
        (None, None) => false,
    }
}

/// An item of a list; lists may be nested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListItem {
    /// The text.
    pub text: String,
    /// Items below it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ListItem>,
}

/// A block of report text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Block {
    /// Running text.
    Paragraph(String),
    /// A heading within the row.
    Heading(String),
    /// A bullet list.
    List(Vec<ListItem>),
    /// A link.
    Link {
        /// What to show.
        text: String,
        /// Where it leads.
        url: String,
    },
}

/// A reference to something reported elsewhere. It may dangle: the report of autumn 2018 refers to actions that do not
/// exist, and that is kept as said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reference {
    /// The plan, when it is another one.
    pub plan: Option<PlanId>,
    /// The action.
    pub action: Option<ActionNumber>,
    /// The competence under which it is reported there.
    pub competence: Option<String>,
    /// The half-year of the edition.
    pub edition: Option<HalfYear>,
}

/// Which row it is: its id, its half-year, its place and its competences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RowHead {
    /// The row.
    pub id: RowId,
    /// The half-year it reports on.
    pub half_year: HalfYear,
    /// Its place among the rows of the action in that half-year, from 1.
    pub place: u16,
    /// The competences it reports for; none, one or several.
    pub competences: Vec<Competence>,
}

impl RowHead {
    /// Whether it is this organisation's: it reports for a competence of its policy domain.
    pub fn is_of(&self, organisation: &OrganisationId) -> bool {
        self.competences.iter().any(|competence| competence.policy_domain.is_of(organisation))
    }
}

/// A report row with its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportRow {
    /// Which row it is.
    pub head: RowHead,
    /// The text.
    pub blocks: Vec<Block>,
    /// What it refers to.
    pub references: Vec<Reference>,
    /// The row of an earlier half-year whose text was carried forward.
    pub carried_from: Option<RowId>,
}
