//! Commands that may attach a document brought in before: evidence of a consent, a written reflection.

use async_graphql::{Context, ID, InputObject, Object, Result};
use spoor_domain::trajectory::command::{TrajectoryCommand, TrajectoryCommandKind};
use spoor_domain::trajectory::vocabulary::{EvidenceKind, ReflectionAuthor, StatementKind};

use super::given::{DocumentInput, personal};
use crate::graphql::coded::Coded;
use crate::graphql::document::document;
use crate::graphql::scalars::Date;
use crate::graphql::session::desk;
use crate::graphql::trajectory::payload::{Header, TrajectoryPayload, addressed, answer};

/// Attach evidence of a consent; it may follow later than the consent itself.
#[derive(InputObject)]
pub struct AttachConsentEvidenceInput {
    /// The dossier.
    trajectory_id: ID,
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The version of the dossier the client has seen, when it insists on it.
    expected_version: Option<u64>,
    /// What kind of evidence it is.
    kind: Coded<EvidenceKind>,
    /// The document.
    document: DocumentInput,
}

/// File a reflection report.
#[derive(InputObject)]
pub struct FileReflectionReportInput {
    /// The dossier.
    trajectory_id: ID,
    /// The client's id of this command, a UUID: sent again, it has the first result.
    command_id: ID,
    /// The version of the dossier the client has seen, when it insists on it.
    expected_version: Option<u64>,
    /// The day it was filed.
    filed_on: Date,
    /// Whose reflection it is.
    author: Coded<ReflectionAuthor>,
    /// The language it is written in, such as `nl`.
    language: String,
    /// Whether it states facts or an assessment.
    statement: Coded<StatementKind>,
    /// The text; personal.
    text: String,
    /// The written original, when there is one.
    evidence: Option<DocumentInput>,
}

/// Mutations that attach documents.
#[derive(Default)]
pub struct AttachmentMutations;

#[Object]
impl AttachmentMutations {
    /// Attach evidence of a consent; it may follow later than the consent itself.
    async fn attach_consent_evidence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to record, and in which dossier.")] input: AttachConsentEvidenceInput,
    ) -> Result<TrajectoryPayload> {
        let AttachConsentEvidenceInput { trajectory_id, command_id, expected_version, kind, document: given } = input;
        let done = async {
            let header = Header { trajectory_id, command_id: command_id.clone(), expected_version };
            let (dossier, order) = addressed(ctx, &header).await?;
            let id = document(&given.id, "document")?;
            let command = |document| TrajectoryCommand::AttachConsentEvidence { kind: kind.0, document };
            let kind = TrajectoryCommandKind::AttachConsentEvidence;
            Ok(desk(ctx)?.attach(dossier, &id, kind, command, &order).await?)
        };
        let done = done.await;
        answer(ctx, command_id, done).await
    }

    /// File a reflection report.
    async fn file_reflection_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to record, and in which dossier.")] input: FileReflectionReportInput,
    ) -> Result<TrajectoryPayload> {
        let FileReflectionReportInput { trajectory_id, command_id, expected_version, .. } = &input;
        let header = Header {
            trajectory_id: trajectory_id.clone(),
            command_id: command_id.clone(),
            expected_version: *expected_version,
        };
        let command_id = header.command_id.clone();
        let done = async {
            let (dossier, order) = addressed(ctx, &header).await?;
            let original = input.evidence.as_ref().map(|given| document(&given.id, "evidence")).transpose()?;
            let command = |evidence| TrajectoryCommand::FileReflectionReport {
                filed_on: input.filed_on.0,
                author: input.author.0,
                language: input.language,
                statement: input.statement.0,
                text: personal(input.text),
                evidence,
            };
            let desk = desk(ctx)?;
            Ok(match original {
                None => desk.tell(dossier, command(None), &order).await?,
                Some(id) => {
                    let kind = TrajectoryCommandKind::FileReflectionReport;
                    desk.attach(dossier, &id, kind, |document| command(Some(document)), &order).await?
                }
            })
        };
        let done = done.await;
        answer(ctx, command_id, done).await
    }
}
