//! Reflections, and the reasoned advice.

use chrono::NaiveDate;

use super::super::command::{Text, TrajectoryCommandKind};
use super::super::event::{Advice, DocumentReference, TrajectoryEvent, TrajectoryEventKind};
use super::super::rejection::TrajectoryRejection as No;
use super::super::stage::Stage;
use super::super::vocabulary::{AdviceConclusion, ReflectionAuthor, StatementKind, WaiverReason};
use super::case::{Case, Decision, check_document, check_language};
use crate::kernel::derived_id;

impl Case<'_> {
    /// Each side once; a report by both counts for both. Participants have no account: whoever types is named.
    pub(super) fn file_reflection(
        &self,
        filed_on: NaiveDate,
        author: ReflectionAuthor,
        language: &str,
        (statement, text): (StatementKind, &Text),
        evidence: Option<&DocumentReference>,
    ) -> Decision {
        if self.covered(author) {
            return self.already_done(TrajectoryCommandKind::FileReflectionReport);
        }
        check_language("language", language)?;
        evidence.map_or(Ok(()), |document| check_document("evidence", document))?;
        Ok(TrajectoryEvent::ReflectionReportFiled {
            occurred_on: self.step_day("filedOn", filed_on, TrajectoryEventKind::ReflectionReportFiled)?,
            author,
            entered_by: self.context.actor.id.clone(),
            language: language.to_owned(),
            statement,
            text: self.text("text", text)?,
            evidence: evidence.cloned(),
        })
    }

    pub(super) fn waive_reflection(
        &self,
        author: ReflectionAuthor,
        reason: WaiverReason,
        remark: Option<&Text>,
    ) -> Decision {
        if self.covered(author) {
            return self.already_done(TrajectoryCommandKind::WaiveReflectionReport);
        }
        let remark = self.optional("remark", remark)?;
        Ok(TrajectoryEvent::ReflectionReportWaived { occurred_on: self.today(), author, reason, remark })
    }

    /// The advice, or once it is given its revision, with a reason.
    pub(super) fn issue_advice(
        &self,
        conclusion: AdviceConclusion,
        motivation: &Text,
        revision_reason: Option<&Text>,
    ) -> Decision {
        let revision = derived_id(self.context.command_id, "revision");
        if self.dossier.notices.contains(&revision) {
            return self.already_done(TrajectoryCommandKind::IssueAdvice);
        }
        let advice = Advice { conclusion, motivation: self.text("motivation", motivation)? };
        let occurred_on = self.today();
        let given_before = self.dossier.stage.advice().is_some();
        match (given_before, self.optional("revisionReason", revision_reason)?) {
            (false, None) => Ok(TrajectoryEvent::ReasonedAdviceIssued { occurred_on, advice }),
            (false, Some(_)) => Err(No::NothingToRevise),
            (true, None) => Err(No::RevisionReasonMissing),
            (true, Some(reason)) => {
                Ok(TrajectoryEvent::ReasonedAdviceRevised { occurred_on, revision, advice, reason })
            }
        }
    }

    fn covered(&self, author: ReflectionAuthor) -> bool {
        if let Stage::Deepened { reflections, .. } = self.dossier.stage { reflections.cover(author) } else { true }
    }
}
