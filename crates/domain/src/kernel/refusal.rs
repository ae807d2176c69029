//! What every refusal can say: a code for machines, a sentence for people in two languages, the input it is about.

use super::labels::{Label, Language, labelled};

labelled! {
    /// The coded reason of a refusal, as clients see it.
    pub enum RefusalCode {
        NotYourRole = "Niet uw rol", "Not for this role";
        NotYourOrganisation = "Niet uw organisatie", "Not for this organisation";
        SeparationOfDuties = "Functiescheiding", "Separation of duties";
        WrongState = "Verkeerde stap", "Not in this state";
        AlreadyDone = "Al gebeurd", "Already done";
        NotFound = "Niet gevonden", "Not found";
        RuleNotMet = "Voorwaarde niet vervuld", "A condition is not met";
        ConsentMissing = "Toestemming ontbreekt", "Consent is missing";
        AgreementMissing = "Samenwerkingsovereenkomst ontbreekt", "No cooperation agreement";
        FirstRequestTaken = "Eerste aanvraag al ingediend", "First request already made";
        InvalidDate = "Ongeldige datum", "Invalid date";
        InvalidInput = "Ongeldige invoer", "Invalid input";
        TextTooLong = "Tekst te lang", "Text too long";
        Restricted = "Verwerking beperkt", "Processing restricted";
        LegalHold = "Bewaringsplicht", "Legal hold";
        SubjectErased = "Gegevens gewist", "Data erased";
        VersionConflict = "Intussen gewijzigd", "Changed in the meantime";
        CommandIdReused = "Commando-id hergebruikt", "Command id reused";
    }
}

labelled! {
    /// Where the rule comes from by which a command was refused.
    pub enum RuleSource {
        Roles = "Rolverdeling tussen parket, Kazerne Dossin en toezicht", "Division of roles between parket, Kazerne Dossin and supervision";
        SeparationOfDuties = "Functiescheiding: advies en afloop, vraag en bevestiging door verschillende personen", "Separation of duties: advice and outcome, asking and confirming by different people";
        OrderOfSteps = "Volgorde van de stappen van een leertraject", "Order of the steps of a learning trajectory";
        Criteria = "Criteria en voorwaarden die de partners afspraken", "Criteria and conditions the partners agreed on";
        Consent = "Toestemming van de deelnemer of diens voogden", "Consent of the participant or the guardians";
        CooperationAgreement = "Samenwerkingsovereenkomst tussen parket en Kazerne Dossin", "Cooperation agreement between parket and Kazerne Dossin";
        Restriction = "Beperking van de verwerking (AVG, art. 18)", "Restriction of processing (GDPR, art. 18)";
        LegalHold = "Wettelijke bewaringsplicht", "Legal duty to keep";
        Erasure = "Gegevenswissing (AVG, art. 17)", "Erasure (GDPR, art. 17)";
        Input = "Vorm van wat werd ingevoerd", "Form of what was entered";
        Concurrency = "Iedereen beslist op wat er nu staat", "Everybody decides on what stands now";
    }
}

impl RefusalCode {
    /// Where the rule behind this code comes from.
    pub fn source(self) -> RuleSource {
        match self {
            Self::NotYourRole | Self::NotYourOrganisation => RuleSource::Roles,
            Self::SeparationOfDuties => RuleSource::SeparationOfDuties,
            Self::WrongState | Self::AlreadyDone | Self::InvalidDate => RuleSource::OrderOfSteps,
            Self::RuleNotMet => RuleSource::Criteria,
            Self::ConsentMissing => RuleSource::Consent,
            Self::AgreementMissing | Self::FirstRequestTaken => RuleSource::CooperationAgreement,
            Self::Restricted => RuleSource::Restriction,
            Self::LegalHold => RuleSource::LegalHold,
            Self::SubjectErased => RuleSource::Erasure,
            Self::NotFound | Self::InvalidInput | Self::TextTooLong => RuleSource::Input,
            Self::VersionConflict | Self::CommandIdReused => RuleSource::Concurrency,
        }
    }
}

/// A typed refusal of a command: data, shown to the user.
pub trait Refusal: std::error::Error + Send + Sync + 'static {
    /// The code clients switch on.
    fn code(&self) -> RefusalCode;
    /// The field of the input the refusal is about, in the client's names; empty when it is about the whole.
    fn path(&self) -> Vec<String> {
        Vec::new()
    }
    /// The name of the rule that said no: finer than the code, stable, and the same in every language.
    fn rule(&self) -> &'static str {
        self.code().code()
    }
    /// What decided, by name, in this language: states, days, roles; never anything about a person.
    fn facts(&self, _language: Language) -> Vec<(&'static str, String)> {
        Vec::new()
    }
    /// One English sentence that says what is wrong and what to do.
    fn message(&self) -> String {
        self.to_string()
    }
    /// The same sentence in Dutch.
    fn message_nl(&self) -> String;
}
