//! The texts by which consent is asked, by version. A version is never changed: events name it for ever.

use async_graphql::SimpleObject;

/// A text by which consent is asked.
#[derive(Clone, Debug, SimpleObject)]
pub struct ConsentText {
    /// The version, for the mutations that record a consent.
    version: &'static str,
    /// What it asks consent for.
    about: &'static str,
    /// The text, in Dutch.
    text_nl: &'static str,
    /// The text, in English.
    text_en: &'static str,
}

/// Every text.
pub fn all() -> Vec<ConsentText> {
    vec![
        ConsentText {
            version: "deelname-1",
            about: "participation",
            text_nl: "Ik betwist de feiten niet en ik wil vrijwillig deelnemen aan het leertraject in Kazerne Dossin. \
                      Ik kan mijn toestemming op elk moment intrekken.",
            text_en: "I do not dispute the facts and I am willing to take part in the learning trajectory at Kazerne \
                      Dossin. I may withdraw my consent at any time.",
        },
        ConsentText {
            version: "delen-1",
            about: "sharing",
            text_nl: "Ik stem ermee in dat Kazerne Dossin het genoemde deel van mijn dossier aan de genoemde \
                      ontvangers bezorgt. Ik kan deze toestemming op elk moment intrekken.",
            text_en: "I agree that Kazerne Dossin hands the part of my dossier that is named here to the recipients \
                      named here. I may withdraw this consent at any time.",
        },
    ]
}
