//! What a dossier counts as in figures that leave the house: few and coarse categories (domain page, section 7).
//!
//! The lists are part of what was published: a category is never renamed or removed, and another rule is another
//! version of the catalogue.

use std::collections::BTreeSet;

use super::vocabulary::{OffenceFamily, TrajectoryStatus};
use crate::kernel::{OrganisationId, labelled};

labelled! {
    /// The province in which a parket lies, as published figures tell it.
    pub enum Province {
        Antwerpen = "Antwerpen", "Antwerp";
        Limburg = "Limburg", "Limburg";
        OostVlaanderen = "Oost-Vlaanderen", "East Flanders";
        VlaamsBrabant = "Vlaams-Brabant", "Flemish Brabant";
        WestVlaanderen = "West-Vlaanderen", "West Flanders";
        Elsewhere = "Elders", "Elsewhere";
    }
}

labelled! {
    /// The family of law a request is about, as published figures tell it.
    pub enum PublishedFamily {
        Antiracism = "Antiracismewet", "Antiracism act";
        Antidiscrimination = "Antidiscriminatiewet", "Antidiscrimination act";
        Negationism = "Negationismewet", "Negationism act";
        CommonLawHateCrime = "Gemeenrechtelijk haatmisdrijf", "Common-law hate crime";
        Several = "Meerdere", "Several";
    }
}

labelled! {
    /// How far a request has come, as published figures tell it.
    pub enum PublishedOutcome {
        InProgress = "Lopend", "In progress";
        AdviceGiven = "Advies uitgebracht", "Advice given";
        EndedEarly = "Vroegtijdig beëindigd", "Ended early";
        NotStarted = "Niet gestart", "Not started";
    }
}

impl Province {
    /// The province of a parket. Halle-Vilvoorde and Leuven share one; whatever is not one of the Flemish parketten, Brussel
    /// included, is told together.
    pub fn of(parket: &OrganisationId) -> Self {
        match parket.0.as_str() {
            "parket-antwerpen" => Self::Antwerpen,
            "parket-limburg" => Self::Limburg,
            "parket-oost-vlaanderen" => Self::OostVlaanderen,
            "parket-leuven" | "parket-halle-vilvoorde" => Self::VlaamsBrabant,
            "parket-west-vlaanderen" => Self::WestVlaanderen,
            _elsewhere => Self::Elsewhere,
        }
    }
}

impl PublishedFamily {
    /// The category of a request about offences of these families: the family when there is one, `Several` otherwise. A
    /// request always names one at least.
    pub fn of(families: &BTreeSet<OffenceFamily>) -> Self {
        let mut each = families.iter();
        match (each.next(), each.next()) {
            (Some(OffenceFamily::Antiracism), None) => Self::Antiracism,
            (Some(OffenceFamily::Antidiscrimination), None) => Self::Antidiscrimination,
            (Some(OffenceFamily::Negationism), None) => Self::Negationism,
            (Some(OffenceFamily::CommonLawHateCrime), None) => Self::CommonLawHateCrime,
            (None, _) | (Some(_), Some(_)) => Self::Several,
        }
    }
}

impl PublishedOutcome {
    /// What a dossier with this status counts as; none when it counts for nothing: it was not submitted yet, or should
    /// never have been opened. `consented` is whether a consent to take part stands: what ended without one never started.
    pub fn of(status: TrajectoryStatus, consented: bool) -> Option<Self> {
        use TrajectoryStatus as S;
        match status {
            S::Drafted | S::OpenedInError => None,
            S::Requested | S::Eligible | S::Consented | S::Prepared | S::Toured | S::Deepened | S::Reflected => {
                Some(Self::InProgress)
            }
            S::Advised | S::Delivered | S::Closed => Some(Self::AdviceGiven),
            S::Ineligible | S::Refused => Some(Self::NotStarted),
            S::Withdrawn | S::Retracted | S::Discontinued if consented => Some(Self::EndedEarly),
            S::Withdrawn | S::Retracted | S::Discontinued => Some(Self::NotStarted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Decider;
    use crate::kernel::Label;
    use crate::trajectory::LearningTrajectory;
    use crate::trajectory::samples::history;

    #[test]
    fn a_request_about_one_family_is_told_by_it_and_about_more_as_several() {
        for family in OffenceFamily::ALL {
            assert_eq!(PublishedFamily::of(&BTreeSet::from([*family])).code(), family.code());
        }
        let two = BTreeSet::from([OffenceFamily::Antiracism, OffenceFamily::Negationism]);
        assert_eq!(PublishedFamily::of(&two), PublishedFamily::Several);
    }

    #[test]
    fn what_ended_before_a_consent_never_started() {
        assert_eq!(PublishedOutcome::of(TrajectoryStatus::Retracted, false), Some(PublishedOutcome::NotStarted));
        assert_eq!(PublishedOutcome::of(TrajectoryStatus::Retracted, true), Some(PublishedOutcome::EndedEarly));
        assert_eq!(PublishedOutcome::of(TrajectoryStatus::OpenedInError, true), None);
    }

    #[test]
    fn every_history_of_a_dossier_counts_as_one_thing() {
        for status in TrajectoryStatus::ALL {
            let mut dossier = LearningTrajectory::default();
            history(*status).iter().for_each(|event| dossier.evolve(event));
            let counts = dossier.status().and_then(|status| PublishedOutcome::of(status, dossier.museum_involved()));
            let counted = !matches!(status, TrajectoryStatus::Drafted | TrajectoryStatus::OpenedInError);
            assert_eq!(counts.is_some(), counted, "{status:?}");
            assert!(!dossier.offence_families().is_empty(), "{status:?}");
        }
    }
}
