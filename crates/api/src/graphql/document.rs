//! Documents of a dossier: what there is of each, and the link by which one is taken.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, TimeDelta, Utc};
use spoor_domain::kernel::{DossierId, Label};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::record::KeptDocument;
use spoor_domain::trajectory::vocabulary::DocumentKind;

use super::coded::{Coded, LabelLanguage};
use super::global_id::{Kind, global_id, local_id};
use super::outcome::{Declined, Outcome};
use super::problem::internal;
use super::session::{actor, desk, request};
use super::user_error::UserError;
use crate::access_book::{AccessBook, Reader};
use crate::desk::DocumentId;
use crate::http::documents;
use crate::policy::{self, Action};

/// A document that is kept sealed beside the log: evidence, a written reflection, a bundle.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Document {
    /// The global id; give it to `makeDocumentLink`.
    id: ID,
    /// What it is.
    kind: Coded<DocumentKind>,
    /// The number of the bundle, of a bundle.
    bundle: Option<u32>,
    /// Its media type.
    media_type: String,
    /// Its size in bytes.
    bytes: u64,
    /// SHA-256 of the document, lower-case hex.
    sha256: String,
    /// The code of the organisation that recorded it.
    recorded_by: String,
    /// The version of the dossier at which it was recorded.
    sequence: u64,
}

#[ComplexObject]
impl Document {
    /// What it is, in words.
    async fn kind_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.kind.0.label(language.into())
    }
}

impl Document {
    /// The documents of a dossier that the viewer may take.
    pub fn of(ctx: &Context<'_>, dossier: DossierId, state: &LearningTrajectory) -> Result<Vec<Self>> {
        let actor = actor(ctx)?;
        let visible = |kept: &&KeptDocument| policy::authorize(actor, Action::SeeDocument(kept, state)).is_ok();
        let shown = |kept: &KeptDocument| {
            let blob = kept.reference.blob.as_deref()?;
            Some(Self {
                id: global_id(Kind::Document, &format!("{dossier}/{blob}")),
                kind: kept.kind.into(),
                bundle: kept.bundle,
                media_type: kept.reference.media_type.clone(),
                bytes: kept.reference.bytes,
                sha256: kept.reference.sha256.clone(),
                recorded_by: kept.recorded_by.0.clone(),
                sequence: kept.sequence,
            })
        };
        Ok(state.documents().iter().filter(visible).filter_map(shown).collect())
    }
}

/// The document in a global id, given in this field.
pub fn document(id: &ID, field: &str) -> std::result::Result<DocumentId, UserError> {
    let local = local_id(Kind::Document, id).and_then(|local| DocumentId::parse(&local));
    local.ok_or_else(|| UserError::unknown_id(field))
}

/// Ask for a link to a document.
#[derive(InputObject)]
pub struct MakeDocumentLinkInput {
    /// The document.
    document_id: ID,
}

/// A link to a document, or why there is none.
#[derive(SimpleObject, Default)]
pub struct DocumentLinkPayload {
    /// The path to take the document from, once, with a token of the same person: `/documents/…`.
    link: Option<String>,
    /// Until when it can be used.
    valid_until: Option<DateTime<Utc>>,
    /// Why there is none; empty when there is.
    user_errors: Vec<UserError>,
}

/// Mutations on documents.
#[derive(Default)]
pub struct DocumentMutations;

#[Object]
impl DocumentMutations {
    /// Make a link by which this viewer can take a document once, within a minute. Made and used, it is written down.
    async fn make_document_link(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which document.")] input: MakeDocumentLinkInput,
    ) -> Result<DocumentLinkPayload> {
        match make(ctx, &input.document_id).await {
            Ok(payload) => Ok(payload),
            Err(declined) => {
                let user_errors = vec![Declined::user_error(declined, ctx)?];
                Ok(DocumentLinkPayload { user_errors, ..DocumentLinkPayload::default() })
            }
        }
    }
}

async fn make(ctx: &Context<'_>, id: &ID) -> Outcome<DocumentLinkPayload> {
    let (desk, request) = (desk(ctx)?, request(ctx)?);
    let id = document(id, "documentId").map_err(|_| UserError::not_found("documentId"))?;
    let found = desk.find_document(&id, &request.viewer.actor).await?;
    if found.state.gone(found.kept.subject) {
        return Err(UserError::subject_erased().into());
    }
    let book = ctx.data::<AccessBook>()?;
    let what = (id.dossier, found.kept.reference.sha256.as_str());
    let valid_for = TimeDelta::seconds(desk.documents.link_s.into());
    let made = documents::make(book, &desk.clock, &Reader::of_request(request), what, valid_for).await;
    let link = made.map_err(|error| internal(ctx, &error))?;
    Ok(DocumentLinkPayload {
        link: Some(format!("/documents/{}", link.secret)),
        valid_until: Some(link.valid_until),
        user_errors: Vec::new(),
    })
}
