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
