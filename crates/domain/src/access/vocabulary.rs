//! The closed lists of the access log.

use crate::kernel::labelled;

labelled! {
    /// What kind of access an entry of the access log is about.
    pub enum AccessKind {
        Shown = "Dossiers getoond", "Dossiers shown";
        Overview = "Overzicht getoond", "Overview shown";
        Refused = "Vraag geweigerd", "Question refused";
        CommandRefused = "Opdracht geweigerd", "Command refused";
        NotAuthenticated = "Aanmelding mislukt", "Authentication failed";
        Downloaded = "Document gedownload", "Document downloaded";
        BroughtIn = "Document opgeladen", "Document brought in";
        Linked = "Link naar document gegeven", "Link to a document given";
        Exported = "Uitvoer gemaakt", "Export made";
        Replayed = "Dossier afgespeeld", "Dossier replayed";
        EditionTaken = "Editie gedownload", "Report edition downloaded";
    }
}

labelled! {
    /// Why a question was not answered, or not in full.
    pub enum QuestionRefusal {
        Forbidden = "Niet voor deze rol", "Not for this role";
        PurposeRequired = "Geen passend doel opgegeven", "No fitting purpose stated";
        NotFound = "Bestaat niet voor de vrager", "Nothing there for this viewer";
        RateLimited = "Te veel vragen", "Too many questions";
    }
}

labelled! {
    /// Why a token did not count; nothing of the token itself is kept.
    pub enum AuthenticationFailure {
        NoToken = "Geen token", "No token";
        Malformed = "Onleesbaar token", "Malformed token";
        NotTrusted = "Niet vertrouwd token", "Token not trusted";
        Expired = "Vervallen token", "Token expired";
        NotYetValid = "Nog niet geldig token", "Token not valid yet";
        NotForUs = "Token voor een andere dienst", "Token for another service";
        Incomplete = "Onvolledig token", "Incomplete token";
        DiscretionNotAcknowledged = "Discretieplicht niet erkend", "Duty of discretion not acknowledged";
    }
}
