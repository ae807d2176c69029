//! What a client did not get done, as data: a refusal by the domain, a version conflict, a reused command id.

use async_graphql::{ComplexObject, ID, SimpleObject};
use spoor_domain::kernel::{Label, Language, Refusal, RefusalCode, RuleSource};
use uuid::Uuid;

use super::coded::{Coded, LabelLanguage};

/// Why a command was not carried out. Nothing was recorded.
#[derive(Clone, Debug, SimpleObject)]
pub struct UserError {
    /// The code to switch on.
    pub code: Coded<RefusalCode>,
    /// The field of the input it is about; empty when it is about the whole.
    pub path: Vec<String>,
    /// What is wrong and what to do, in English.
    pub message: String,
    /// What is wrong and what to do, in Dutch.
    pub message_nl: String,
    /// The version now, when the command was about another one.
    pub current_version: Option<u64>,
    /// The rule that said no, where it comes from, and what decided.
    pub explanation: Box<RuleExplanation>,
}

/// Why a command was refused: the rule, and the facts by which it decided.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct RuleExplanation {
    /// The name of the rule, finer than the code of the error.
    rule: String,
    /// Where the rule comes from.
    source: Coded<RuleSource>,
    /// What decided: states, days, roles; never anything about a person.
    facts: Vec<RuleFact>,
}

/// Something by which a rule decided.
#[derive(Clone, Debug, SimpleObject)]
pub struct RuleFact {
    /// What.
    name: &'static str,
    /// Its value, in English where it is in words.
    value: String,
    /// Its value, in Dutch where it is in words.
    value_nl: String,
}

#[ComplexObject]
impl RuleExplanation {
    /// Where the rule comes from, in words.
    async fn source_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.source.0.label(language.into())
    }
}

impl RuleExplanation {
    /// A rule of the domain.
    fn of(refusal: &dyn Refusal) -> Self {
        let dutch = refusal.facts(Language::Nl);
        let facts = refusal.facts(Language::En).into_iter().zip(dutch);
        let fact = |((name, value), (_, value_nl))| RuleFact { name, value, value_nl };
        Self {
            rule: refusal.rule().to_owned(),
            source: refusal.code().source().into(),
            facts: facts.map(fact).collect(),
        }
    }

    /// A rule of the desk that says no more than its code.
    fn of_code(code: RefusalCode) -> Self {
        Self { rule: code.code().to_owned(), source: code.source().into(), facts: Vec::new() }
    }
}

impl UserError {
    /// A refusal by the domain.
    pub fn refusal(refusal: &dyn Refusal) -> Self {
        Self {
            code: refusal.code().into(),
            path: refusal.path(),
            message: refusal.message(),
            message_nl: refusal.message_nl(),
            current_version: None,
            explanation: RuleExplanation::of(refusal).into(),
        }
    }

    /// There is no such dossier, agreement, plan or action, or it is not the viewer's: the two are not told apart.
    pub fn not_found(field: &str) -> Self {
        Self::about(
            RefusalCode::NotFound,
            field,
            "There is nothing with this id that you may work on: check the id.",
            "Er is niets met deze id waaraan u mag werken: controleer de id.",
        )
    }

    /// An id that names nothing of the kind the field wants.
    pub fn unknown_id(field: &str) -> Self {
        Self::about(
            RefusalCode::InvalidInput,
            field,
            "This id does not name what this field wants: use an id as another answer gave it.",
            "Deze id verwijst niet naar wat dit veld verwacht: gebruik een id zoals een ander antwoord die gaf.",
        )
    }

    /// An id that looks like a global id and names no organisation.
    pub fn names_no_organisation(field: &str) -> Self {
        Self::about(
            RefusalCode::InvalidInput,
            field,
            "This id names no organisation: give the id or the code of one that parketten lists or, for a new one, its code, such as parket-antwerpen.",
            "Deze id verwijst naar geen organisatie: geef de id of de code van een die parketten opsomt of, voor een nieuwe, haar code, zoals parket-antwerpen.",
        )
    }

    /// A text that is no account. It is not repeated: it may be a name.
    pub fn no_account(field: &str) -> Self {
        Self::about(
            RefusalCode::InvalidInput,
            field,
            "This is no account: give the subject of the person's token (at most 64 of the letters a to z, digits and - _ . :), never a name or an address.",
            "Dit is geen account: geef het subject van het token van de persoon (hoogstens 64 van de letters a tot z, cijfers en - _ . :), nooit een naam of een adres.",
        )
    }

    /// A text that is no code of an organisation. It is not repeated: it may be a name.
    pub fn no_organisation(field: &str) -> Self {
        Self::about(
            RefusalCode::InvalidInput,
            field,
            "This is no code of an organisation: give one such as parket-antwerpen (at most 64 of the letters a to z, digits and - _ . :), never a name or an address.",
            "Dit is geen code van een organisatie: geef er een zoals parket-antwerpen (hoogstens 64 van de letters a tot z, cijfers en - _ . :), nooit een naam of een adres.",
        )
    }

    /// This role never gives this command.
    pub fn not_your_role() -> Self {
        Self {
            path: Vec::new(),
            ..Self::about(
                RefusalCode::NotYourRole,
                "",
                "Your role may not do this: ask a colleague whose role it is.",
                "Uw rol mag dit niet: vraag het aan een collega wiens rol het is.",
            )
        }
    }

    /// Something else happened to it since the client read it.
    pub fn version_conflict(current: u64) -> Self {
        Self {
            current_version: Some(current),
            ..Self::about(
                RefusalCode::VersionConflict,
                "expectedVersion",
                "This changed since you read it: read it again and decide anew.",
                "Dit is gewijzigd sinds u het las: lees het opnieuw en beslis opnieuw.",
            )
        }
    }

    /// The command id named another command before.
    pub fn command_id_reused() -> Self {
        Self::about(
            RefusalCode::CommandIdReused,
            "commandId",
            "This command id was used before for something else: make a new id for a new command.",
            "Deze commando-id is al voor iets anders gebruikt: maak een nieuwe id voor een nieuw commando.",
        )
    }

    /// What is to be recorded is longer than the log takes.
    pub fn too_long() -> Self {
        Self {
            path: Vec::new(),
            ..Self::about(
                RefusalCode::TextTooLong,
                "",
                "The texts are too long to record: shorten them or attach a document.",
                "De teksten zijn te lang om op te nemen: kort ze in of voeg een document toe.",
            )
        }
    }

    /// What is to be recorded holds a number that the log would round.
    pub fn number_rounded(number: &str) -> Self {
        Self {
            path: Vec::new(),
            ..Self::about(
                RefusalCode::InvalidInput,
                "",
                &format!("The number {number} is too large to be kept exactly: correct it."),
                &format!("Het getal {number} is te groot om precies te bewaren: verbeter het."),
            )
        }
    }

    /// The data of the person concerned were erased.
    pub fn subject_erased() -> Self {
        Self {
            path: Vec::new(),
            ..Self::about(
                RefusalCode::SubjectErased,
                "",
                "The data of this person were erased: nothing about this person can be recorded or taken any more.",
                "De gegevens van deze persoon zijn gewist: over deze persoon kan niets meer worden opgenomen of opgehaald.",
            )
        }
    }

    fn about(code: RefusalCode, field: &str, message: &str, message_nl: &str) -> Self {
        Self {
            code: code.into(),
            path: vec![field.to_owned()],
            message: message.to_owned(),
            message_nl: message_nl.to_owned(),
            current_version: None,
            explanation: RuleExplanation::of_code(code).into(),
        }
    }
}

/// The command id a client gave: a UUID it made itself.
pub fn command_id(id: &ID) -> Result<Uuid, UserError> {
    Uuid::parse_str(id).map_err(|_| {
        UserError::about(
            RefusalCode::InvalidInput,
            "commandId",
            "A command id is a UUID that you make for each new command.",
            "Een commando-id is een UUID die u voor elk nieuw commando maakt.",
        )
    })
}
