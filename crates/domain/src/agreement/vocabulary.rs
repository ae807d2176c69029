//! The closed lists of a cooperation agreement, with the labels people read.

use crate::kernel::labelled;

labelled! {
    /// What an agreement with Kazerne Dossin is about.
    pub enum AgreementKind {
        LearningTrajectory = "Leertrajecten", "Learning trajectories";
        PoliceTraining = "Opleidingen voor de politie", "Police training";
    }
}

labelled! {
    /// Where an agreement stands on a given day; expired and under renewal are derived from its dates.
    pub enum AgreementStatus {
        Draft = "Ontworpen", "Draft";
        AwaitingSignature = "In afwachting van ondertekening", "Awaiting signature";
        Signed = "Ondertekend", "Signed";
        Renewed = "Hernieuwd", "Renewed";
        UnderRenewal = "Verlopen, hernieuwing loopt", "Lapsed, under renewal";
        Expired = "Verlopen", "Expired";
        Terminated = "Beëindigd", "Terminated";
    }
}

labelled! {
    /// Why an agreement was ended before its time.
    pub enum TerminationReason {
        ByMutualConsent = "In onderling akkoord", "By mutual consent";
        NoticeGiven = "Opzegging", "Notice given";
        Replaced = "Vervangen door een andere overeenkomst", "Replaced by another agreement";
        Other = "Andere", "Other";
    }
}

labelled! {
    /// Why a first-request slot became free again.
    pub enum ReleaseReason {
        RequestNeverCame = "Aanvraag nooit ingediend", "The request never came";
        WrongPerson = "Verkeerde persoon", "Wrong person";
    }
}
