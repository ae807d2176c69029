//! The closed lists of report editions, with the labels people read.

use crate::kernel::labelled;

labelled! {
    /// Where an edition stands.
    pub enum EditionStatus {
        Drafting = "In opmaak", "Drafting";
        Frozen = "Vastgelegd", "Frozen";
        Approved = "Goedgekeurd", "Approved";
        Submitted = "Ingediend bij het Vlaams Parlement", "Submitted to the Flemish Parliament";
        Withdrawn = "Ingetrokken", "Withdrawn";
    }
}

labelled! {
    /// The forms of an edition. All are made from the same content and say the same.
    pub enum EditionForm {
        Json = "Inhoud (JSON)", "Content (JSON)";
        Pdf = "Document (PDF)", "Document (PDF)";
        Csv = "Tabellen (CSV)", "Tables (CSV)";
        Xlsx = "Werkmap (Excel)", "Workbook (Excel)";
        Ods = "Werkmap (OpenDocument)", "Workbook (OpenDocument)";
        JsonLd = "Gelinkte gegevens (JSON-LD)", "Linked data (JSON-LD)";
    }
}

labelled! {
    /// What keeps an edition from being frozen.
    pub enum BlockerKind {
        SmallCountInFigure = "Klein aantal personen in een cijfer", "Small count of persons in a figure";
        SmallCountInText = "Klein aantal personen in een tekst", "Small count of persons in a text";
        TrajectoryFigure = "Cijfer over leertrajecten buiten de tabellen", "Figure on learning trajectories outside the tables";
        NumberNearTrajectories = "Getal bij een tekst over leertrajecten", "Number near a text on learning trajectories";
    }
}

impl EditionForm {
    /// The name in addresses, on the command line and at the end of a file's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Pdf => "pdf",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Ods => "ods",
            Self::JsonLd => "jsonld",
        }
    }

    /// The form with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        use crate::kernel::Label;
        Self::ALL.iter().copied().find(|form| form.name() == name)
    }
}

impl BlockerKind {
    /// Whether a second person can waive it. A figure on learning trajectories belongs in the tables of the catalogue and
    /// nowhere else (domain page, section 7); a number near them may count something else, a word for none (`niemand wordt
    /// verplicht`) may count nothing, and a second person says so.
    pub fn can_be_waived(self) -> bool {
        match self {
            Self::SmallCountInFigure | Self::SmallCountInText | Self::NumberNearTrajectories => true,
            Self::TrajectoryFigure => false,
        }
    }
}
