//! What a request showed and what it was refused: collected while it is answered, recorded before data leaves.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_graphql::Context;
use spoor_domain::access::event::{AccessEvent, Checkpoints, DossierShown, Question, RefusedPart};
use spoor_domain::access::vocabulary::QuestionRefusal;
use spoor_domain::kernel::{DossierId, RefusalCode};
use spoor_domain::trajectory::event::DossierNumber;
use spoor_projections::Seen;

/// Dossiers in one event: with every kind of personal field of each, they stay well under the longest line of the log.
const DOSSIERS_PER_EVENT: usize = 50;

/// Something that is shown as part of a list and belongs to a dossier.
pub trait Discloses {
    /// Notes that it is shown.
    fn disclose(&self, ctx: &Context<'_>);
}

/// Which dossiers something tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToldOf {
    /// These, and no other.
    These(BTreeSet<DossierId>),
    /// Whatever dossiers there are: a list that was not narrowed to one, or a figure.
    WhateverThereIs,
}

impl From<DossierId> for ToldOf {
    fn from(dossier: DossierId) -> Self {
        Self::These(BTreeSet::from([dossier]))
    }
}

/// What one answer shows.
#[derive(Debug, Default)]
pub struct Disclosures {
    told: Mutex<Told>,
}

#[derive(Debug, Default)]
struct Told {
    /// Dossiers, each with the kinds of personal fields of it that were opened. Never a value.
    shown: BTreeMap<DossierId, BTreeSet<&'static str>>,
    /// Dossiers that were replayed, with the index of the last event that was told.
    replayed: BTreeMap<DossierId, u64>,
    /// Whether figures or lists were shown that are about dossiers.
    overview: bool,
    /// Whether some of them were about whatever dossiers there are, and not about one that was named.
    at_large: bool,
    /// How far the views were.
    checkpoints: Checkpoints,
    refused: BTreeSet<RefusedPart>,
    commands: Vec<(String, RefusalCode, Option<DossierId>)>,
    /// The dossiers that commands and questions of this request are for, by the names under which their answers stand.
    targets: BTreeMap<String, Vec<DossierId>>,
}

impl Disclosures {
    /// What there is to record so far; begins anew, for the record of one answer. An answer without data shows nothing,
    /// whatever was fetched for it; one that lost a part to an error may show less than is recorded, never more.
    pub fn take(&self, question: &Question, with_data: bool) -> Vec<AccessEvent> {
        let mut told = std::mem::take(&mut *self.told());
        if !with_data {
            told.shown.clear();
            told.replayed.clear();
            told.overview = false;
        }
        told.into_events(question)
    }

    /// Which dossiers it tells of so far.
    pub fn tells_of(&self) -> ToldOf {
        let at_large = self.told().at_large;
        match at_large {
            true => ToldOf::WhateverThereIs,
            false => ToldOf::These(self.names()),
        }
    }

    /// The dossiers it shows something of so far, whatever else it tells.
    pub fn names(&self) -> BTreeSet<DossierId> {
        let told = self.told();
        told.shown.keys().chain(told.replayed.keys()).copied().collect()
    }

    /// The dossiers that the command or question is for whose answer stands under this name.
    pub fn targets(&self, answered_as: &str) -> Vec<DossierId> {
        self.told().targets.get(answered_as).cloned().unwrap_or_default()
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, change: impl FnOnce(&mut Told)) {
        change(&mut self.told());
    }
}

impl Told {
    fn into_events(self, question: &Question) -> Vec<AccessEvent> {
        let (question, checkpoints) = (|| question.clone(), || self.checkpoints.clone());
        let mut events = Vec::new();
        let replayed = |(dossier, through): (&DossierId, &u64)| {
            let personal = self.shown.get(dossier).into_iter().flatten().map(|kind| (*kind).to_owned()).collect();
            AccessEvent::ReplayShown { dossier: *dossier, personal, through: *through, question: question() }
        };
        events.extend(self.replayed.iter().map(replayed));
        let only_shown = self.shown.iter().filter(|(id, _)| !self.replayed.contains_key(id));
        let shown: Vec<_> = only_shown.map(|(id, personal)| shown(*id, personal)).collect();
        for dossiers in shown.chunks(DOSSIERS_PER_EVENT) {
            let dossiers = dossiers.to_vec();
            events.push(AccessEvent::DossiersShown { dossiers, question: question(), checkpoints: checkpoints() });
        }
        if self.overview && events.is_empty() {
            events.push(AccessEvent::OverviewShown { question: question(), checkpoints: checkpoints() });
        }
        if !self.refused.is_empty() {
            let refusals = self.refused.iter().cloned().collect();
            events.push(AccessEvent::QuestionRefused { refusals, question: question() });
        }
        let refused = |(command, code, dossier): &(String, RefusalCode, Option<DossierId>)| {
            let (command, code, dossier) = (command.clone(), *code, *dossier);
            AccessEvent::CommandRefused { command, code, dossier, question: question() }
        };
        events.extend(self.commands.iter().map(refused));
        events
    }
}

fn shown(id: DossierId, personal: &BTreeSet<&'static str>) -> DossierShown {
    DossierShown { id, personal: personal.iter().map(|kind| (*kind).to_owned()).collect() }
}

/// Notes that a dossier is shown.
pub fn disclose(ctx: &Context<'_>, dossier: DossierId) {
    note(ctx, |told| {
        told.shown.entry(dossier).or_default();
    });
}

/// Notes that a dossier is shown step by step, up to the event with this index.
pub fn disclose_replay(ctx: &Context<'_>, dossier: DossierId, through: u64) {
    note(ctx, |told| {
        let told = told.replayed.entry(dossier).or_default();
        *told = (*told).max(through);
    });
}

/// Notes that a kind of personal field of a dossier is shown.
pub fn disclose_personal(ctx: &Context<'_>, dossier: DossierId, field: &'static str) {
    note(ctx, |told| {
        told.shown.entry(dossier).or_default().insert(field);
    });
}

/// Notes that this view was asked, and how far it was: recorded with what is shown, or as an overview where no dossier is.
pub fn disclose_view(ctx: &Context<'_>, view: &str, seen: Seen) {
    note(ctx, |told| {
        told.overview = true;
        told.checkpoints.insert(view.to_owned(), seen.index);
    });
}

/// The same of a list. One that was not narrowed to one dossier tells of whatever dossiers there are, also where it names none.
pub fn disclose_list(ctx: &Context<'_>, view: &str, seen: Seen, narrowed: bool) {
    disclose_view(ctx, view, seen);
    if !narrowed {
        tells_at_large(ctx);
    }
}

/// Notes that what is shown is a figure or a list over whatever dossiers there are.
pub fn tells_at_large(ctx: &Context<'_>) {
    note(ctx, |told| (told.overview, told.at_large) = (true, true));
}

/// Notes that something was asked for by id or number and is not there for this viewer. Whether it is there for others
/// makes no difference to the answer. The record may name a dossier that the viewer did not: the trail tells it to those who may
/// see that dossier only.
pub fn asked_in_vain(ctx: &Context<'_>, dossier: Option<DossierId>, number: Option<DossierNumber>) {
    refuse(ctx, QuestionRefusal::NotFound, dossier, number);
}

/// Notes that the field is not for the viewer's role, where the answer does not say so, and the dossier that was asked for.
pub fn asked_beyond_role(ctx: &Context<'_>, dossier: Option<DossierId>) {
    refuse(ctx, QuestionRefusal::Forbidden, dossier, None);
}

fn refuse(ctx: &Context<'_>, reason: QuestionRefusal, dossier: Option<DossierId>, number: Option<DossierNumber>) {
    let field = ctx.field().name().to_owned();
    note(ctx, |told| {
        told.refused.insert(RefusedPart { reason, field, dossier, number });
    });
}

/// Notes a dossier that the command being carried out, or the question being answered, is for: where it is refused, the refusal
/// is recorded with it.
pub fn target(ctx: &Context<'_>, dossier: DossierId) {
    note(ctx, |told| {
        told.targets.entry(ctx.item.node.response_key().node.to_string()).or_default().push(dossier);
    });
}

/// Notes that the command being carried out was refused.
pub fn command_refused(ctx: &Context<'_>, code: RefusalCode) {
    note(ctx, |told| {
        let targets = told.targets.get(ctx.item.node.response_key().node.as_str());
        let dossier = targets.and_then(|targets| targets.last().copied());
        told.commands.push((ctx.field().name().to_owned(), code, dossier));
    });
}

fn note(ctx: &Context<'_>, change: impl FnOnce(&mut Told)) {
    if let Some(disclosures) = ctx.data_opt::<Arc<Disclosures>>() {
        disclosures.note(change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_without_data_showed_nothing_and_refused_what_it_refused() {
        let dossier = DossierId(uuid::Uuid::from_u128(1));
        let noted = || {
            let disclosures = Disclosures::default();
            disclosures.note(|told| {
                told.overview = true;
                told.shown.entry(dossier).or_default().insert("participant");
                told.replayed.insert(dossier, 7);
                told.commands.push(("issueAdvice".into(), RefusalCode::NotFound, None));
            });
            disclosures
        };
        let question = Question::of_program("replay");
        let kinds =
            |with_data| -> Vec<_> { noted().take(&question, with_data).iter().map(AccessEvent::event_type).collect() };
        assert_eq!(kinds(true), ["ReplayShown", "CommandRefused"]);
        assert_eq!(kinds(false), ["CommandRefused"]);
    }
}
