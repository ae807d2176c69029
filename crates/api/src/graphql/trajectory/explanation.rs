//! Why it came out as it did: of each eligibility decision and each refusal by the participant, the rule and what was
//! known when it was applied.

use async_graphql::{ComplexObject, Context, Result, SimpleObject};
use chrono::{DateTime, Utc};
use spoor_domain::kernel::{Label, Personal, WithheldReason};
use spoor_domain::trajectory::event::{Assessment, TrajectoryEvent};
use spoor_domain::trajectory::explain::{self, ExplainedOutcome};
use spoor_domain::trajectory::vocabulary::{CriterionAnswer, EligibilityOutcome};
use spoor_projections::trajectories::{PersonalField, Step, replay};

use super::Trajectory;
use super::personal::{TextResult, open_text};
use super::then::known_events;
use crate::graphql::coded::{Coded, LabelLanguage};
use crate::graphql::reference::CriterionRule;
use crate::graphql::scalars::Date;
use crate::graphql::session::{actor, desk};
use crate::graphql::viewer::Actor;
use crate::policy::{self, Opens};

/// How an outcome came about: by which rule, on which answers, knowing what.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Explanation {
    /// The version of the dossier at which it was recorded.
    sequence: u64,
    /// The number of the event in the log.
    index: u64,
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
    /// The day it was decided.
    occurred_on: Date,
    /// Who recorded it.
    recorded_by: Actor,
    /// What came out.
    outcome: Coded<ExplainedOutcome>,
    /// The version of the rule: of the criteria, or of the text the participant was read.
    version: String,
    /// The criteria with their answers; none where the participant decided.
    criteria: Vec<CriterionExplained>,
    /// What the answers computed to. The computation advises, a named person decides.
    computed: Option<Coded<EligibilityOutcome>>,
    /// Whether the decision differs from the computation.
    differs: bool,
    /// Why it differs.
    reason: Option<TextResult>,
    /// What was known of the dossier at that moment.
    facts: Vec<Fact>,
}

/// A criterion as it was answered.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct CriterionExplained {
    /// Its code.
    code: String,
    /// How it counts; absent when its version is no longer kept.
    rule: Option<CriterionRule>,
    /// The answer.
    answer: Coded<CriterionAnswer>,
    /// Whether the answer speaks for eligibility; absent for a criterion that never counts.
    favourable: Option<bool>,
    /// The note with the answer.
    note: Option<TextResult>,
    #[graphql(skip)]
    label_nl: String,
    #[graphql(skip)]
    label_en: String,
}

/// Something that was known.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "KnownFact")]
pub struct Fact {
    /// What.
    pub name: String,
    /// Its value, a code or a number; never anything about a person.
    pub value: String,
}

#[ComplexObject]
impl Explanation {
    /// What came out, in words.
    async fn outcome_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.outcome.0.label(language.into())
    }
}

#[ComplexObject]
impl CriterionExplained {
    /// The statement.
    async fn label(&self, #[graphql(desc = "The language of the words.", default)] language: LabelLanguage) -> &str {
        match language {
            LabelLanguage::Nl => &self.label_nl,
            LabelLanguage::En => &self.label_en,
        }
    }
}

/// Every explanation of a dossier, oldest first, as far as it was known at the moment that is shown.
pub async fn of_dossier(dossier: &Trajectory, ctx: &Context<'_>) -> Result<Vec<Explanation>> {
    let moment = dossier.moment();
    let until = moment.map_or(u64::MAX, |moment| moment.index);
    let known = known_events(ctx, dossier.dossier(), dossier.version_shown(), until).await?;
    // As it was on a day: the decisions that stood then, by their days as corrected since.
    let on_a_day = moment.is_some_and(|moment| moment.on.is_some());
    let stood = |step: &Step| dossier.state().entry(step.recorded.sequence).is_some_and(|entry| !entry.annulled);
    let viewer = actor(ctx)?;
    let mut explanations = Vec::new();
    for step in replay(known, &desk(ctx)?.criteria).iter().filter(|step| !on_a_day || stood(step)) {
        let opens = policy::opens_personal(viewer, &step.recorded.metadata.actor, dossier.authority());
        explanations.extend(of_step(ctx, step, &opens).await?);
    }
    Ok(explanations)
}

/// The explanation of one step, when there is one; with those of its personal notes and reasons that are opened.
pub async fn of_step(ctx: &Context<'_>, step: &Step, opens: &Opens) -> Result<Option<Explanation>> {
    let Some(explained) = &step.explanation else { return Ok(None) };
    Telling { ctx, step, opens }.explanation(explained).await.map(Some)
}

/// A step being told to somebody.
struct Telling<'a> {
    ctx: &'a Context<'a>,
    step: &'a Step,
    opens: &'a Opens,
}

impl Telling<'_> {
    async fn explanation(&self, explained: &explain::Explanation) -> Result<Explanation> {
        let (recorded, assessment) = (&self.step.recorded, assessment(self.step));
        let mut criteria = Vec::with_capacity(explained.criteria.len());
        for criterion in &explained.criteria {
            let given = assessment.and_then(|own| own.answers.iter().find(|answer| answer.criterion == criterion.code));
            let note = given.and_then(|given| given.note.as_ref());
            criteria.push(self.criterion(criterion, note).await?);
        }
        let reason = assessment.and_then(|own| own.reason.as_ref());
        Ok(Explanation {
            sequence: recorded.sequence,
            index: recorded.index,
            recorded_at: recorded.recorded_at,
            occurred_on: self.step.occurred_on.into(),
            recorded_by: Actor::from(&recorded.metadata.actor),
            outcome: explained.outcome.into(),
            version: explained.version.clone(),
            criteria,
            computed: explained.computed.map(Coded::from),
            differs: assessment.is_some_and(|own| own.computed != own.decided),
            reason: self.text(PersonalField::EligibilityReason, reason).await?,
            facts: explained.facts.iter().map(Fact::from).collect(),
        })
    }

    async fn criterion(
        &self,
        criterion: &explain::CriterionExplained,
        note: Option<&Personal<String>>,
    ) -> Result<CriterionExplained> {
        Ok(CriterionExplained {
            code: criterion.code.clone(),
            rule: criterion.rule.map(CriterionRule::from),
            answer: criterion.answer.into(),
            favourable: criterion.favourable,
            note: self.text(PersonalField::EligibilityNote, note).await?,
            label_nl: criterion.label_nl.clone(),
            label_en: criterion.label_en.clone(),
        })
    }

    async fn text(&self, field: PersonalField, text: Option<&Personal<String>>) -> Result<Option<TextResult>> {
        match text {
            None => Ok(None),
            Some(sealed) if !self.opens.about(sealed.subject) => {
                Ok(Some(TextResult::Withheld(WithheldReason::NotAuthorised.into())))
            }
            Some(sealed) => {
                let dossier = self.step.recorded.aggregate_id.parse().ok();
                open_text(self.ctx, dossier, field, sealed).await.map(Some)
            }
        }
    }
}

fn assessment(step: &Step) -> Option<&Assessment> {
    let event = step.event()?;
    if let TrajectoryEvent::EligibilityAssessed { assessment, .. }
    | TrajectoryEvent::EligibilityReassessed { assessment, .. } = event
    {
        return Some(assessment);
    }
    None
}

impl From<&explain::Fact> for Fact {
    fn from(fact: &explain::Fact) -> Self {
        Self { name: fact.name.to_owned(), value: fact.value.clone() }
    }
}
