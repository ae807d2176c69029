//! Two half-years, or two editions, side by side.

use std::collections::BTreeMap;

use async_graphql::{ComplexObject, Enum, SimpleObject};
use spoor_documents::dutch;
use spoor_documents::edition::compare::{
    Changed, Comparison, Difference as Differs, Involved, StatusMove as Moved, compare,
};
use spoor_documents::edition::{ActionContent, EditionContent, Erratum, RowContent};
use spoor_domain::action::event::{
    ActionNumber, ActionStatus, BudgetEntry, Competence, FundingMention, Indicator, Means,
};
use spoor_domain::kernel::Label;

use crate::graphql::coded::{Coded, LabelLanguage};
use crate::graphql::scalars::{Cents, HalfYear};

/// What changed between two half-years, or between two editions of one. Printed values are in Dutch.
#[derive(SimpleObject)]
pub struct PlanComparison {
    /// The earlier half-year.
    from: HalfYear,
    /// The later half-year.
    to: HalfYear,
    /// What the heads of two editions say differently.
    head: Vec<PlanDifference>,
    /// Actions that only the later one has.
    new_actions: Vec<ComparedAction>,
    /// Actions that only the earlier one has.
    gone_actions: Vec<ComparedAction>,
    /// Actions that were completed or discontinued.
    ended_actions: Vec<StatusMove>,
    /// Every change of status.
    status_moves: Vec<StatusMove>,
    /// Titles, descriptions, initiatives and regular means.
    described: Vec<PlanDifference>,
    /// Ministers, policy domains and others involved.
    involved: Vec<PlanChange>,
    /// Report rows.
    texts: Vec<PlanChange>,
    /// Amounts; those of new and gone actions are among them.
    budget: Vec<BudgetChange>,
    /// People and other means.
    means: Vec<PlanChange>,
    /// Funding mentioned without an amount.
    mentions: Vec<PlanChange>,
    /// Figures.
    indicators: Vec<PlanChange>,
    /// The sums that differ.
    totals: Vec<PlanDifference>,
}

/// An action that was compared.
#[derive(SimpleObject)]
pub struct ComparedAction {
    /// Its number.
    number: String,
    /// Its title.
    title: String,
}

/// A change of status.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct StatusMove {
    /// The number of the action.
    number: String,
    /// Its title.
    title: String,
    /// What it was.
    from: Coded<ActionStatus>,
    /// What it is.
    to: Coded<ActionStatus>,
}

#[ComplexObject]
impl StatusMove {
    /// What it was, in words.
    async fn from_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.from.0.label(language.into())
    }

    /// What it is, in words.
    async fn to_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.to.0.label(language.into())
    }
}

/// A value that differs.
#[derive(SimpleObject)]
pub struct PlanDifference {
    /// The number of the action; none when it is about the whole.
    number: Option<String>,
    /// The value, as a path of field names.
    path: String,
    /// What it is called in print, in Dutch.
    label: String,
    /// The old value as printed; none when it was not there.
    old: Option<String>,
    /// The new value as printed; none when it is gone.
    new: Option<String>,
}

/// How something changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum PlanChangeKind {
    /// It was not there.
    New,
    /// It is no longer there.
    Gone,
    /// It was there, and the report that would have it again is still to come.
    NotYetDelivered,
    /// It is there and differs.
    Changed,
}

/// Something of an action that is new, gone or different.
#[derive(SimpleObject)]
pub struct PlanChange {
    /// The number of the action.
    number: String,
    /// How it changed.
    kind: PlanChangeKind,
    /// As it was, in a few words; none when it is new.
    old: Option<String>,
    /// As it is, in a few words; none when it is gone.
    new: Option<String>,
    /// What differs, when it stayed.
    differences: Vec<PlanDifference>,
}

/// An amount that is new, gone or different.
#[derive(SimpleObject)]
pub struct BudgetChange {
    /// The number of the action.
    number: String,
    /// How it changed.
    kind: PlanChangeKind,
    /// Who receives it, or what it is for.
    what: Option<String>,
    /// The amount as it was, in cents; none when it is new.
    old: Option<Cents>,
    /// The amount as it is, in cents; none when it is gone.
    new: Option<Cents>,
    /// What differs, when it stayed.
    differences: Vec<PlanDifference>,
}

impl PlanComparison {
    /// An earlier content beside a later one that is whole: what that does not have is gone.
    pub fn of(old: &EditionContent, new: &EditionContent) -> Self {
        Self::beside(old, new, &Awaited::default())
    }

    /// An earlier content beside a later one for which reports are still collected: what may yet come is not gone.
    pub fn while_collecting(old: &EditionContent, new: &EditionContent) -> Self {
        Self::beside(old, new, &Awaited::of(new))
    }

    fn beside(old: &EditionContent, new: &EditionContent, awaited: &Awaited<'_>) -> Self {
        let comparison = compare(old, new);
        let ended = comparison.ended().map(Into::into).collect();
        let Comparison {
            head,
            new_actions,
            gone_actions,
            status_moves,
            described,
            involved,
            texts,
            budget,
            means,
            mentions,
            indicators,
            totals,
        } = comparison;
        Self {
            from: old.head.period.into(),
            to: new.head.period.into(),
            head: differences(head),
            new_actions: new_actions.into_iter().map(ComparedAction::from).collect(),
            gone_actions: gone_actions.into_iter().map(ComparedAction::from).collect(),
            ended_actions: ended,
            status_moves: status_moves.iter().map(Into::into).collect(),
            described: differences(described.into_iter().filter(|found| !awaited.explains(found)).collect()),
            involved: changes(involved, involved_in_words, |_, _| false),
            texts: changes(texts, text_in_words, |action, row| awaited.any_of(action, &row.competences)),
            budget: budget.into_iter().map(|changed| BudgetChange::of(changed, awaited)).collect(),
            means: changes(means, means_in_words, |action, own| awaited.one(action, &own.competence)),
            mentions: changes(mentions, mention_in_words, |action, own| awaited.one(action, &own.competence)),
            indicators: changes(indicators, indicator_in_words, |action, own| awaited.one(action, &own.competence)),
            totals: differences(totals),
        }
    }
}

impl From<(ActionNumber, String)> for ComparedAction {
    fn from((number, title): (ActionNumber, String)) -> Self {
        Self { number: number.to_string(), title }
    }
}

impl From<&Moved> for StatusMove {
    fn from(moved: &Moved) -> Self {
        let Moved { action, title, from, to } = moved;
        Self { number: action.to_string(), title: title.clone(), from: Coded(*from), to: Coded(*to) }
    }
}

impl From<Differs> for PlanDifference {
    fn from(found: Differs) -> Self {
        let Differs { action, path, label, plain_label: _, plain_path: _, in_words: _, old, new } = found;
        Self { number: action.map(|number| number.to_string()), path, label, old, new }
    }
}

impl From<Erratum> for PlanDifference {
    fn from(found: Erratum) -> Self {
        let Erratum { action, path, label, old, new } = found;
        Self { number: action.map(|number| number.to_string()), path, label, old, new }
    }
}

impl BudgetChange {
    fn of(changed: Changed<BudgetEntry>, awaited: &Awaited<'_>) -> Self {
        let Changed { action, old, new, differences: found } = changed;
        let entry = new.as_ref().or(old.as_ref());
        let what = entry.and_then(|entry| entry.beneficiary.clone().or_else(|| entry.note.clone()));
        let cents = |entry: &BudgetEntry| Cents::from(entry.amount);
        let kind = kind(old.as_ref(), new.as_ref(), |own| awaited.one(action, &own.competence));
        let (old, new) = (old.as_ref().map(cents), new.as_ref().map(cents));
        Self { number: action.to_string(), kind, what, old, new, differences: differences(found) }
    }
}

fn differences(found: Vec<Differs>) -> Vec<PlanDifference> {
    found.into_iter().map(PlanDifference::from).collect()
}

/// The actions on which more may yet be reported; none of a content that is whole.
#[derive(Default)]
struct Awaited<'a>(BTreeMap<ActionNumber, &'a ActionContent>);

impl<'a> Awaited<'a> {
    fn of(content: &'a EditionContent) -> Self {
        let chapters = content.policy_lines.iter().flat_map(|line| &line.chapters);
        Self(chapters.flat_map(|chapter| &chapter.actions).map(|own| (own.number, own)).collect())
    }

    /// Whether a report on an action under one of these competences is still to come; under any, where none is named.
    fn any_of(&self, action: ActionNumber, competences: &[Competence]) -> bool {
        let Some(own) = self.0.get(&action) else { return false };
        let delivered: Vec<&RowContent> = own.rows.iter().filter(|row| row.state.is_delivered()).collect();
        let has = |competence| delivered.iter().any(|row| row.competences.contains(competence));
        if competences.is_empty() { delivered.is_empty() } else { !competences.iter().all(has) }
    }

    fn one(&self, action: ActionNumber, competence: &Option<Competence>) -> bool {
        self.any_of(action, competence.as_slice())
    }

    /// Whether a difference says no more than that an amount is still to come.
    fn explains(&self, found: &Differs) -> bool {
        let awaits = |action| self.any_of(action, &[]) || self.0.get(&action).is_some_and(|own| own.awaits_budget());
        found.path == "regular_means" && found.action.is_some_and(awaits)
    }
}

fn changes<T>(
    changed: Vec<Changed<T>>,
    in_words: fn(&T) -> String,
    is_to_come: impl Fn(ActionNumber, &T) -> bool,
) -> Vec<PlanChange> {
    let change = |Changed { action, old, new, differences: found }: Changed<T>| PlanChange {
        number: action.to_string(),
        kind: kind(old.as_ref(), new.as_ref(), |own| is_to_come(action, own)),
        old: old.as_ref().map(in_words),
        new: new.as_ref().map(in_words),
        differences: differences(found),
    };
    changed.into_iter().map(change).collect()
}

fn kind<T>(old: Option<&T>, new: Option<&T>, is_to_come: impl Fn(&T) -> bool) -> PlanChangeKind {
    match (old, new) {
        (None, _) => PlanChangeKind::New,
        (Some(old), None) if is_to_come(old) => PlanChangeKind::NotYetDelivered,
        (Some(_), None) => PlanChangeKind::Gone,
        (Some(_), Some(_)) => PlanChangeKind::Changed,
    }
}

fn involved_in_words(involved: &Involved) -> String {
    match involved {
        Involved::Minister(minister) => minister.title.clone(),
        Involved::PolicyDomain(domain) => domain.code.clone(),
        Involved::Other(name) => name.clone(),
    }
}

fn text_in_words(row: &RowContent) -> String {
    dutch::competences(&row.competences)
}

fn means_in_words(means: &Means) -> String {
    dutch::fte(means.fte_hundredths)
}

fn mention_in_words(mention: &FundingMention) -> String {
    mention.text.clone()
}

fn indicator_in_words(indicator: &Indicator) -> String {
    format!("{}: {}", indicator.label, dutch::indicator_value(&indicator.value))
}
