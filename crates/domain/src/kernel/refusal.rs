//! What every refusal can say: a code for machines, a sentence for people in two languages, the input it is about.

use super::labels::labelled;

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

/// A typed refusal of a command: data, shown to the user.
pub trait Refusal: std::error::Error + Send + Sync + 'static {
    /// The code clients switch on.
    fn code(&self) -> RefusalCode;
    /// The field of the input the refusal is about, in the client's names; empty when it is about the whole.
    fn path(&self) -> Vec<String> {
        Vec::new()
    }
    /// One English sentence that says what is wrong and what to do.
    fn message(&self) -> String {
        self.to_string()
    }
    /// The same sentence in Dutch.
    fn message_nl(&self) -> String;
}
