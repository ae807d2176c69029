//! The parts inputs share: people, offences, documents, and how plain values become what a command holds.

use async_graphql::{ID, InputObject};
use spoor_domain::kernel::{
    ActorId, AppointmentId, Confidential, DossierId, LegalReference, NotACode, OrganisationId, SubjectId,
};
use spoor_domain::trajectory::command::{AnswerGiven, ParticipantGiven, Text};
use spoor_domain::trajectory::event::Offence;
use spoor_domain::trajectory::vocabulary::{CriterionAnswer, OffenceFamily};

use crate::graphql::coded::Coded;
use crate::graphql::global_id::{Kind, code, local_id};
use crate::graphql::scalars::Date;
use crate::graphql::user_error::UserError;

/// The participant, as the parket knows them. Every value is personal and is sealed before it is stored.
#[derive(InputObject)]
pub struct ParticipantInput {
    /// Full name.
    name: String,
    /// Day of birth.
    birth_on: Date,
    /// How to reach the participant.
    contact: String,
    /// The language to speak.
    language: String,
    /// Whether an interpreter is needed.
    interpreter_needed: bool,
}

/// An article of an act, as numbered from a certain day.
#[derive(InputObject)]
pub struct LegalReferenceInput {
    /// The act, and nothing else: its kind with its date (`Wet van 30 juli 1981`), a circular or an act of the Union with its number, or the usual name of a code.
    act: String,
    /// The article and its parts by number, and nothing else, such as `art. 39, § 2, 1°`.
    article: String,
    /// The day from which this numbering holds, where known.
    valid_from: Option<Date>,
}

/// An offence the request is about.
#[derive(InputObject)]
pub struct OffenceInput {
    /// The family of law.
    family: Coded<OffenceFamily>,
    /// The article.
    reference: LegalReferenceInput,
}

/// The answer to one criterion.
#[derive(InputObject)]
pub struct CriterionAnswerInput {
    /// The criterion's code, as `criteria` lists it.
    criterion: String,
    /// Whether its statement holds.
    answer: Coded<CriterionAnswer>,
    /// A note; personal.
    note: Option<String>,
}

/// A document that was brought in for this dossier before.
#[derive(InputObject)]
pub struct DocumentInput {
    /// The global id of the document, as `POST /documents` answered it.
    pub id: ID,
}

impl From<ParticipantInput> for ParticipantGiven {
    fn from(given: ParticipantInput) -> Self {
        Self {
            name: Confidential(given.name),
            birth_on: Confidential(given.birth_on.0),
            contact: Confidential(given.contact),
            language: Confidential(given.language),
            interpreter_needed: Confidential(given.interpreter_needed),
        }
    }
}

impl From<LegalReferenceInput> for LegalReference {
    fn from(given: LegalReferenceInput) -> Self {
        Self { act: given.act, article: given.article, valid_from: given.valid_from.map(|day| day.0) }
    }
}

impl From<OffenceInput> for Offence {
    fn from(given: OffenceInput) -> Self {
        Self { family: given.family.0, reference: given.reference.into() }
    }
}

impl From<CriterionAnswerInput> for AnswerGiven {
    fn from(given: CriterionAnswerInput) -> Self {
        Self { criterion: given.criterion, answer: given.answer.0, note: optional(given.note) }
    }
}

/// A text about a person.
pub fn personal(text: String) -> Text {
    Confidential(text)
}

/// A text about a person, where one was given.
pub fn optional(text: Option<String>) -> Option<Text> {
    text.map(Confidential)
}

/// Every item as the domain holds it.
pub fn each<A, B: From<A>>(given: Vec<A>) -> Vec<B> {
    given.into_iter().map(B::from).collect()
}

/// The guide with this global id or this account: an account may be new to the views.
pub fn guide(id: &ID) -> Result<ActorId, UserError> {
    let found = code(Kind::Guide, id).ok_or_else(|| UserError::unknown_id("guide"))?;
    account(&found, "guide")
}

/// The parket with this global id or this code, given in this field.
pub fn parket(id: &ID, field: &str) -> Result<OrganisationId, UserError> {
    let found = code(Kind::Parket, id).ok_or_else(|| UserError::names_no_organisation(field))?;
    organisation(&found, field)
}

/// The account in this field.
pub fn account(text: &str, field: &str) -> Result<ActorId, UserError> {
    text.parse().map_err(|_: NotACode| UserError::no_account(field))
}

/// The organisation with the code in this field.
pub fn organisation(text: &str, field: &str) -> Result<OrganisationId, UserError> {
    text.parse().map_err(|_: NotACode| UserError::no_organisation(field))
}

/// The appointment with this global id.
pub fn appointment(id: &ID) -> Result<AppointmentId, UserError> {
    let wrong = || UserError::unknown_id("appointment");
    let local = named(Kind::Appointment, id, "appointment")?;
    // The local id of an appointment is `dossier/appointment`, so that a node can be found without an index.
    let (_, own) = local.split_once('/').ok_or_else(wrong)?;
    own.parse().map_err(|_| wrong())
}

/// The dossier with this global id, given in this field.
pub fn dossier(id: &ID, field: &str) -> Result<DossierId, UserError> {
    named(Kind::Trajectory, id, field)?.parse().map_err(|_| UserError::unknown_id(field))
}

/// A subject id, given in this field.
pub fn subject(id: &ID, field: &str) -> Result<SubjectId, UserError> {
    id.parse().map_err(|_| UserError::unknown_id(field))
}

fn named(kind: Kind, id: &ID, field: &str) -> Result<String, UserError> {
    local_id(kind, id).ok_or_else(|| UserError::unknown_id(field))
}
