//! The texts by which consent is asked, by version. A version is never changed or taken away: events name it for ever.

use spoor_domain::kernel::{CommandContext, DossierId, Refusal, RefusalCode};
use spoor_domain::trajectory::command::TrajectoryCommand;

use super::{Desk, DeskError};

/// What a text asks consent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentTextAbout {
    /// Taking part.
    Participation,
    /// Sharing with others.
    Sharing,
}

/// A text by which consent is asked.
#[derive(Clone, Copy, Debug)]
pub struct ConsentText {
    /// The version.
    pub version: &'static str,
    /// What it asks consent for.
    pub about: ConsentTextAbout,
    /// The text, in Dutch.
    pub text_nl: &'static str,
    /// The text, in English.
    pub text_en: &'static str,
}

/// Every text.
pub const CONSENT_TEXTS: &[ConsentText] = &[
    ConsentText {
        version: "deelname-1",
        about: ConsentTextAbout::Participation,
        text_nl: "Ik betwist de feiten niet en ik wil vrijwillig deelnemen aan het leertraject in Kazerne Dossin. \
                  Ik kan mijn toestemming op elk moment intrekken.",
        text_en: "I do not dispute the facts and I am willing to take part in the learning trajectory at Kazerne \
                  Dossin. I may withdraw my consent at any time.",
    },
    ConsentText {
        version: "delen-1",
        about: ConsentTextAbout::Sharing,
        text_nl: "Ik stem ermee in dat Kazerne Dossin het genoemde deel van mijn dossier aan de genoemde \
                  ontvangers bezorgt. Ik kan deze toestemming op elk moment intrekken.",
        text_en: "I agree that Kazerne Dossin hands the part of my dossier that is named here to the recipients \
                  named here. I may withdraw this consent at any time.",
    },
];

/// The version is not one of the texts that ask for this.
#[derive(Debug, thiserror::Error)]
#[error("No text of this version asks for this consent: give one that consentTexts lists ({listed}).")]
struct UnknownConsentText {
    listed: String,
}

impl Refusal for UnknownConsentText {
    fn code(&self) -> RefusalCode {
        RefusalCode::InvalidInput
    }
    fn path(&self) -> Vec<String> {
        vec!["textVersion".to_owned()]
    }
    fn message_nl(&self) -> String {
        let listed = &self.listed;
        format!("Geen tekst met deze versie vraagt deze toestemming: geef er een die consentTexts opsomt ({listed}).")
    }
}

impl Desk {
    /// Refuses a version that is not listed; a repeat of what was taken before has its first result.
    pub(super) async fn check_consent_text(
        &self,
        dossier: DossierId,
        command: &TrajectoryCommand,
        context: &CommandContext,
    ) -> Result<(), DeskError> {
        use TrajectoryCommand::{GiveConsent, GiveSharingConsent, RefuseConsent};
        let (given, about) = match command {
            GiveConsent { text_version, .. } | RefuseConsent { text_version, .. } => {
                (text_version, ConsentTextAbout::Participation)
            }
            GiveSharingConsent { text_version, .. } => (text_version, ConsentTextAbout::Sharing),
            _by_no_text => return Ok(()),
        };
        let listed = CONSENT_TEXTS.iter().filter(|text| text.about == about).map(|text| text.version);
        let listed = listed.collect::<Vec<_>>();
        if listed.contains(&given.as_str()) || self.was_taken(dossier, context).await? {
            return Ok(());
        }
        Err(DeskError::Refused(Box::new(UnknownConsentText { listed: listed.join(", ") })))
    }
}
