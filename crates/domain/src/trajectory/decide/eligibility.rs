//! Answering the criteria, and deciding.

use std::collections::BTreeMap;

use super::super::command::{AnswerGiven, Text, TrajectoryCommandKind};
use super::super::criteria::CriteriaVersion;
use super::super::event::{Assessment, CriterionAssessed, TrajectoryEvent, TrajectoryEventKind};
use super::super::record::{Assessed, PreparedAnswers};
use super::super::rejection::TrajectoryRejection as No;
use super::super::stage::Stage;
use super::super::vocabulary::{CriterionAnswer, EligibilityOutcome};
use super::case::{Case, Decision, check_code};

impl Case<'_> {
    pub(super) fn prepare_eligibility(&self, criteria: &CriteriaVersion, answers: &[AnswerGiven]) -> Decision {
        let answered = self.check_answers(criteria, answers)?;
        let prepared = PreparedAnswers { criteria_version: criteria.code.clone(), answers: answered };
        if self.dossier.prepared.as_ref() == Some(&prepared) {
            return self.already_done(TrajectoryCommandKind::PrepareEligibility);
        }
        Ok(TrajectoryEvent::EligibilityPrepared {
            occurred_on: self.today(),
            criteria_version: prepared.criteria_version,
            answers: self.with_notes(answers)?,
        })
    }

    /// A named person decides, the computation advises: a decision that differs says why.
    pub(super) fn assess_eligibility(
        &self,
        criteria: &CriteriaVersion,
        answers: &[AnswerGiven],
        decided: EligibilityOutcome,
        reason: Option<&Text>,
    ) -> Decision {
        let answered = self.check_answers(criteria, answers)?;
        let computed = criteria.compute(answers.iter().map(|given| (given.criterion.as_str(), given.answer)));
        let reason = match self.optional("reason", reason)? {
            None if decided != computed => return Err(No::DecisionUnexplained { computed }),
            reason => reason.filter(|_| decided != computed),
        };
        let assessed = Assessed { criteria_version: criteria.code.clone(), answers: answered, decided };
        if self.last_assessment() == Some(&assessed) {
            return self.already_done(TrajectoryCommandKind::AssessEligibility);
        }
        let criteria_version = assessed.criteria_version;
        let answers = self.with_notes(answers)?;
        let assessment = Assessment { criteria_version, answers, computed, decided, reason };
        let occurred_on = self.today();
        Ok(match self.assessed_before() {
            false => TrajectoryEvent::EligibilityAssessed { occurred_on, assessment },
            true => TrajectoryEvent::EligibilityReassessed { occurred_on, assessment },
        })
    }

    /// Every criterion of the version answered exactly once, and nothing else.
    fn check_answers(
        &self,
        criteria: &CriteriaVersion,
        answers: &[AnswerGiven],
    ) -> Result<BTreeMap<String, CriterionAnswer>, No> {
        check_code("criteriaVersion", &criteria.code)?;
        if criteria.parket.as_ref().is_some_and(|parket| parket != &self.dossier.parket) {
            return Err(No::CriteriaOfAnotherParket);
        }
        let mut answered = BTreeMap::new();
        for given in answers {
            let criterion = given.criterion.clone();
            if !criteria.criteria.iter().any(|known| known.code == criterion) {
                return Err(No::CriterionUnknown { criterion });
            }
            if answered.insert(criterion.clone(), given.answer).is_some() {
                return Err(No::CriterionAnsweredTwice { criterion });
            }
        }
        match criteria.criteria.iter().find(|criterion| !answered.contains_key(&criterion.code)) {
            Some(missing) => Err(No::CriterionUnanswered { criterion: missing.code.clone() }),
            None => Ok(answered),
        }
    }

    fn with_notes(&self, answers: &[AnswerGiven]) -> Result<Vec<CriterionAssessed>, No> {
        let with_note = |given: &AnswerGiven| {
            let note = self.optional("note", given.note.as_ref())?;
            Ok(CriterionAssessed { criterion: given.criterion.clone(), answer: given.answer, note })
        };
        answers.iter().map(with_note).collect()
    }

    fn last_assessment(&self) -> Option<&Assessed> {
        if let Stage::Eligible { assessment: Some(assessment) } | Stage::Ineligible { assessment } = &self.dossier.stage
        {
            Some(assessment)
        } else {
            None
        }
    }

    /// A decision about a person who turned out to be the wrong one does not count.
    fn assessed_before(&self) -> bool {
        use TrajectoryEventKind::{EligibilityAssessed, EligibilityReassessed};
        let decides = |kind| matches!(kind, EligibilityAssessed | EligibilityReassessed);
        self.state.steps().any(|(sequence, entry)| decides(entry.kind) && sequence > self.dossier.participant_named)
    }
}
