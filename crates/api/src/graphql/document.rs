//! Documents of a dossier: what there is of each, and the link by which one is taken.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, TimeDelta, Utc};
use spoor_domain::kernel::{DossierId, Label, SubjectId};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::record::KeptDocument;
use spoor_domain::trajectory::vocabulary::DocumentKind;
use spoor_projections::Scope;
use spoor_projections::trajectories::{self, DossierKey};

use super::coded::{Coded, LabelLanguage};
use super::disclosure::{asked_in_vain, disclose, disclose_view, target};
use super::global_id::{Kind, global_id, local_id};
use super::outcome::{Declined, Outcome};
use super::problem::{OurFault, unrecorded};
use super::session::{actor, allow, desk, purpose, request};
use super::subject_case::only_in_its_case;
use super::user_error::UserError;
use crate::access_book::{AccessBook, Reader};
use crate::desk::DocumentId;
use crate::http::documents;
use crate::policy::{self, Action};

/// A document that is kept sealed beside the log: evidence, a written reflection, a bundle.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Document {
    #[graphql(skip)]
    id: ID,
    /// What it is.
    kind: Coded<DocumentKind>,
    /// The number of the bundle, of a bundle.
    bundle: Option<u32>,
    /// Its media type, as it was recorded. After an erasure a bundle leaves as another file, printed as withheld: a PDF.
    media_type: String,
    /// Its size in bytes, as it was recorded. After an erasure a bundle leaves as another file, printed as withheld.
    bytes: u64,
    /// SHA-256 of the document as it was recorded, lower-case hex. After an erasure a bundle leaves as another file,
    /// printed as withheld, which has another hash: the access log keeps that one.
    sha256: String,
    /// The code of the organisation that recorded it.
    recorded_by: String,
    /// The version of the dossier at which it was recorded.
    sequence: u64,
}

#[ComplexObject]
impl Document {
    /// The global id; give it to `makeDocumentLink`.
    pub(in crate::graphql) async fn id(&self) -> ID {
        self.id.clone()
    }

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
        Ok(state.documents().iter().filter(visible).filter_map(|kept| Self::kept(dossier, kept)).collect())
    }

    /// The documents of a dossier about this person, to tell that person of them: whoever may take one takes it elsewhere.
    pub fn about(subject: SubjectId, dossier: DossierId, state: &LearningTrajectory) -> Vec<Self> {
        let about = state.documents().iter().filter(|kept| kept.subject == subject);
        about.filter_map(|kept| Self::kept(dossier, kept)).collect()
    }

    /// The document with this local id, when the viewer may see it.
    pub async fn find(ctx: &Context<'_>, local: &str) -> Result<Option<Self>> {
        allow(ctx, Action::SeeDossiers)?;
        let Some(id) = DocumentId::parse(local) else { return Ok(None) };
        // A recipient sees what was handed over also where the dossier is no longer its own, so the row filter would be
        // too narrow: the rule for documents decides, here as for the link.
        let found =
            trajectories::detail(&desk(ctx)?.views, &Scope::All, &DossierKey::Id(id.dossier)).await.ours(ctx)?;
        let documents = found.value.map(|row| Self::of(ctx, row.id, &row.state)).transpose()?.unwrap_or_default();
        let global = global_id(Kind::Document, &id.to_string());
        let Some(document) = documents.into_iter().find(|document| document.id == global) else {
            asked_in_vain(ctx, Some(id.dossier), None);
            return Ok(None);
        };
        disclose_view(ctx, trajectories::PROJECTION, found.seen);
        disclose(ctx, id.dossier);
        Ok(Some(document))
    }

    /// As its dossier keeps it; none where it is not kept beside the log.
    fn kept(dossier: DossierId, kept: &KeptDocument) -> Option<Self> {
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
    /// Make a link by which this viewer can take a document once, within a minute. Made and used, it is written down. After
    /// an erasure a bundle leaves as another file than the one that was recorded, printed with what was erased as withheld.
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
    purpose(ctx)?;
    let id = document(id, "documentId").map_err(|_| UserError::not_found("documentId"))?;
    target(ctx, id.dossier);
    only_in_its_case(ctx, Some(id.dossier)).await?;
    let found = desk.find_document(&id, &request.viewer.actor).await?;
    if !desk.can_be_taken(&found).await? {
        return Err(UserError::subject_erased().into());
    }
    let book = ctx.data::<AccessBook>()?;
    let what = (id.dossier, found.kept.reference.sha256.as_str());
    let valid_for = TimeDelta::seconds(desk.documents.link_s.into());
    let made = documents::make(book, &desk.clock, &Reader::of_request(request), what, valid_for).await;
    let link = made.map_err(|error| unrecorded(ctx, &error))?;
    Ok(DocumentLinkPayload {
        link: Some(format!("/documents/{}", link.secret)),
        valid_until: Some(link.valid_until),
        user_errors: Vec::new(),
    })
}
