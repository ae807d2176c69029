//! Which ministerial office a title means: a rule over portfolios, so that the many ways to write a title count as one.

use crate::kernel::labelled;

labelled! {
    /// The offices of the Flemish Government of 2014–2019, by portfolio. Portfolios move with every government: a later
    /// plan brings its own offices beside these.
    pub enum MinisterOffice {
        DomesticAffairsIntegration = "Binnenlands Bestuur, Inburgering en Wonen", "Domestic affairs, integration and housing";
        Education = "Onderwijs", "Education";
        Welfare = "Welzijn, Volksgezondheid en Gezin", "Welfare, public health and family";
        CultureYouthMediaBrussels = "Cultuur, Jeugd, Media en Brussel", "Culture, youth, media and Brussels";
        WorkEconomySport = "Werk, Economie, Innovatie en Sport", "Work, economy, innovation and sport";
        ForeignPolicy = "Buitenlands Beleid", "Foreign policy";
        FlemishPeriphery = "Vlaamse Rand", "Flemish periphery";
    }
}

/// Which office held a portfolio in the Flemish Government of 2014–2019.
const PORTFOLIOS: &[(&str, MinisterOffice)] = &[
    ("binnenlands bestuur", MinisterOffice::DomesticAffairsIntegration),
    ("stedenbeleid", MinisterOffice::DomesticAffairsIntegration),
    ("integratie", MinisterOffice::DomesticAffairsIntegration),
    ("inburgering", MinisterOffice::DomesticAffairsIntegration),
    ("wonen", MinisterOffice::DomesticAffairsIntegration),
    ("onderwijs", MinisterOffice::Education),
    ("welzijn", MinisterOffice::Welfare),
    ("volksgezondheid", MinisterOffice::Welfare),
    ("gezin", MinisterOffice::Welfare),
    ("cultuur", MinisterOffice::CultureYouthMediaBrussels),
    ("jeugd", MinisterOffice::CultureYouthMediaBrussels),
    ("media", MinisterOffice::CultureYouthMediaBrussels),
    ("brussel", MinisterOffice::CultureYouthMediaBrussels),
    ("werk", MinisterOffice::WorkEconomySport),
    ("economie", MinisterOffice::WorkEconomySport),
    ("innovatie", MinisterOffice::WorkEconomySport),
    ("sport", MinisterOffice::WorkEconomySport),
    ("buitenlands beleid", MinisterOffice::ForeignPolicy),
    ("vlaamse rand", MinisterOffice::FlemishPeriphery),
];

impl MinisterOffice {
    /// The offices a title means, each once, in the order in which the title names their portfolios.
    ///
    /// The rule: after `Minister van`, portfolios are separated by commas and by `en`; each portfolio belongs to one
    /// office. The report of autumn 2018 writes 18 titles this way for seven offices. A portfolio that is not known adds
    /// no office and is never guessed; a title of which none is known has no office, and the verbatim title remains.
    pub fn of_title(title: &str) -> Vec<MinisterOffice> {
        let words = title.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let Some(portfolios) = words.strip_prefix("minister van ") else { return Vec::new() };
        let mut offices = Vec::new();
        for portfolio in portfolios.split(',').flat_map(|part| part.split(" en ")).map(str::trim) {
            let known = PORTFOLIOS.iter().find(|(name, _)| *name == portfolio);
            if let Some((_, office)) = known
                && !offices.contains(office)
            {
                offices.push(*office);
            }
        }
        offices
    }
}
