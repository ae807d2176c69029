//! The closed lists of a plan action, with the labels people read.

use crate::kernel::labelled;

labelled! {
    /// How far an action is, in the words of the half-yearly report.
    pub enum ActionStatus {
        NotStarted = "Op te starten", "Not started";
        Started = "Opgestart", "Started";
        Ongoing = "Lopende", "Ongoing";
        Completed = "Afgerond", "Completed";
        Discontinued = "Stopgezet", "Discontinued";
    }
}

impl ActionStatus {
    /// Whether the action ended.
    pub fn is_ended(self) -> bool {
        matches!(self, Self::Completed | Self::Discontinued)
    }
}

labelled! {
    /// Where a report row stands between its author and the coordinator.
    pub enum RowState {
        Draft = "Concept", "Draft";
        Submitted = "Ingediend", "Submitted";
        Returned = "Teruggestuurd", "Returned";
        Accepted = "Aanvaard", "Accepted";
        NothingToReport = "Niets te melden", "Nothing to report";
        NotCarriedOver = "Niet overgenomen", "Imported without its text";
    }
}

labelled! {
    /// What a report row comes to for who only reads the report.
    pub enum RowStanding {
        Accepted = "Aanvaard", "Accepted";
        NothingToReport = "Niets te melden", "Nothing to report";
        NotCarriedOver = "Niet overgenomen", "Imported without its text";
        #[serde(alias = "Draft", alias = "Submitted", alias = "Returned")]
        NotYetDelivered = "Nog niet geleverd", "Not yet delivered";
    }
}

impl RowStanding {
    /// Whether there is a row for who only reads the report.
    pub fn is_delivered(self) -> bool {
        self != Self::NotYetDelivered
    }
}

impl RowState {
    /// What the row comes to for who only reads the report: what the coordinator has not accepted is not yet delivered.
    pub fn standing(self) -> RowStanding {
        match self {
            Self::Accepted => RowStanding::Accepted,
            Self::NothingToReport => RowStanding::NothingToReport,
            Self::NotCarriedOver => RowStanding::NotCarriedOver,
            Self::Draft | Self::Submitted | Self::Returned => RowStanding::NotYetDelivered,
        }
    }

    /// Whether the row, and what is reported with it, is told to who only reads the report.
    pub fn is_delivered(self) -> bool {
        self.standing().is_delivered()
    }
}

labelled! {
    /// Where in the report an amount stands.
    pub enum BudgetSource {
        BudgetColumn = "Budgetkolom", "Budget column";
        Description = "Beschrijving", "Description";
    }
}

labelled! {
    /// How an amount relates to another entry of the same action; a related amount counts in no sum.
    pub enum RelationKind {
        PartOf = "Deel van", "Part of";
        Repeats = "Herhaalt", "Repeats";
        CoFunds = "Cofinanciert", "Co-funds";
    }
}

labelled! {
    /// What kind of period an amount covers.
    pub enum PeriodKind {
        CalendarYear = "Kalenderjaar", "Calendar year";
        SchoolYear = "Schooljaar", "School year";
        ProjectPeriod = "Projectperiode", "Project period";
        Yearly = "Jaarlijks", "Yearly";
        Unclear = "Onduidelijk", "Unclear";
    }
}

labelled! {
    /// How sure it is that the same money is printed twice.
    pub enum DuplicateCertainty {
        AlmostCertain = "Vrijwel zeker", "Almost certain";
        Probable = "Waarschijnlijk", "Probable";
    }
}

labelled! {
    /// How an amount was ascribed to a competence.
    pub enum CompetenceBasis {
        OnlyRow = "Enige rij van de actie", "Only row of the action";
        NamedInColumn = "Genoemd in de kolom", "Named in the column";
        Position = "Plaats op de pagina", "Position on the page";
        Stated = "Door de rapporteur opgegeven", "Stated by the reporter";
    }
}

labelled! {
    /// Whether a figure was planned or came about.
    pub enum IndicatorMeasure {
        Planned = "Gepland", "Planned";
        Realised = "Gerealiseerd", "Realised";
    }
}

labelled! {
    /// How the value of a figure is known; not registered, not yet delivered and unknown are not zero.
    pub enum IndicatorValueKind {
        Exact = "Geteld", "Counted";
        About = "Ongeveer", "Rounded or estimated";
        MoreThan = "Meer dan", "A lower bound";
        Average = "Gemiddeld", "A mean";
        NotRegistered = "Niet geregistreerd", "Not registered";
        NotYetDelivered = "Nog niet geleverd", "Not yet delivered";
        Unknown = "Niet bekend", "Unknown";
    }
}
