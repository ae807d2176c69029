//! What may happen to the editions of a half-year: opened, frozen and approved by two people, submitted, withdrawn,
//! corrected by a next one.

use chrono::NaiveDate;

use super::command::EditionCommand;
use super::event::*;
use super::finding::{Finding, found_in};
use super::persons::mentions_trajectories;
use super::rejection::EditionRejection as No;
use super::state::{Edition, EditionStage, ReportEdition};
use crate::kernel::{ActorId, CommandContext, Decider, HalfYear, Role, is_blank};

/// Longest label, in bytes.
const LABEL_BYTES: usize = 200;
/// Longest reason, in bytes.
const REASON_BYTES: usize = 4 * 1024;
/// Longest preface, in bytes.
const PREFACE_BYTES: usize = 32 * 1024;

type Decision = Result<EditionEvent, No>;

impl Decider for ReportEdition {
    const TYPE: &'static str = crate::catalogue::aggregate_type::EDITION;
    type Command = EditionCommand;
    type Event = EditionEvent;
    type Rejection = No;

    fn decide(&self, command: &EditionCommand, context: &CommandContext) -> Result<Vec<EditionEvent>, No> {
        let role = context.actor.role;
        if role != Role::PlanCoordinator {
            return Err(No::NotYourRole { role, kind: command.kind() });
        }
        let event = match command {
            EditionCommand::OpenEdition { plan, half_year, head } => {
                self.may_open(*half_year, head, context)?;
                let (by, head) = (context.actor.id.clone(), head.clone());
                EditionEvent::EditionOpened { occurred_on: context.today, plan: *plan, half_year: *half_year, head, by }
            }
            EditionCommand::ReviseEdition { number, head } => {
                let edition = self.drafting(*number)?;
                if edition.head == *head {
                    return Ok(Vec::new());
                }
                self.sound(head)?;
                let (by, head) = (context.actor.id.clone(), head.clone());
                EditionEvent::EditionHeadRevised { occurred_on: context.today, number: *number, head, by }
            }
            EditionCommand::OpenCollectionRound { due } => return self.collect(due, context),
            EditionCommand::RemindContacts { competences } => self.remind(competences, context)?,
            EditionCommand::WaiveSmallCount { number, finding, reported_by, reason } => {
                self.may_waive(*number, finding, reported_by, context)?;
                if self.waivers().contains_key(&finding.id) {
                    return Ok(Vec::new());
                }
                EditionEvent::SmallCountWaived {
                    occurred_on: context.today,
                    number: *number,
                    finding: finding.id,
                    kind: finding.kind,
                    place: finding.place.clone(),
                    by: context.actor.id.clone(),
                    reason: said(reason)?,
                }
            }
            EditionCommand::FreezeEdition { number, pinned, findings } => {
                self.may_freeze(*number, pinned, findings, context)?;
                let (by, pinned) = (context.actor.id.clone(), pinned.clone());
                EditionEvent::EditionFrozen { occurred_on: context.today, number: *number, pinned, by }
            }
            EditionCommand::ApproveEdition { number } => self.approve(*number, context)?,
            EditionCommand::SubmitEdition { number, submitted_on } => self.submit(*number, *submitted_on, context)?,
            EditionCommand::WithdrawEdition { number, reason } => self.withdraw(*number, reason, context)?,
            EditionCommand::OpenCorrection { head, reason } => self.correct(head, reason, context)?,
        };
        Ok(vec![event])
    }

    fn evolve(&mut self, event: &EditionEvent) {
        self.apply(event);
    }
}

impl ReportEdition {
    fn may_open(&self, half_year: HalfYear, head: &EditionHead, context: &CommandContext) -> Result<(), No> {
        if self.about().is_some() {
            return Err(No::AlreadyOpened);
        }
        if !half_year.has_begun(context.today) {
            return Err(No::HalfYearAhead { half_year });
        }
        sound(head, half_year)
    }

    /// Whether a head is sound for the half-year of these editions.
    fn sound(&self, head: &EditionHead) -> Result<(), No> {
        let (_, half_year) = self.about().ok_or(No::NotOpened)?;
        sound(head, half_year)
    }

    fn collect(&self, due: &CollectionDue, context: &CommandContext) -> Result<Vec<EditionEvent>, No> {
        self.drafting(self.latest_number()?)?;
        let days = due.exceptions.iter().map(|exception| exception.due_on).chain([due.due_on]);
        if let Some(on) = days.min().filter(|on| *on < context.today) {
            return Err(No::DueInPast { on, today: context.today });
        }
        if let Some(who) = named_twice(due) {
            return Err(No::DueTwice { who: who.clone() });
        }
        let (occurred_on, due) = (context.today, due.clone());
        Ok(match self.round() {
            None => vec![EditionEvent::CollectionRoundOpened { occurred_on, due }],
            Some(round) if round.due == due => Vec::new(),
            Some(_) => vec![EditionEvent::CollectionRoundRescheduled { occurred_on, due }],
        })
    }

    fn remind(&self, competences: &[String], context: &CommandContext) -> Decision {
        self.drafting(self.latest_number()?)?;
        if self.round().is_none() {
            return Err(No::RoundNotOpen);
        }
        if competences.is_empty() || competences.iter().any(|code| !fits(code, LABEL_BYTES)) {
            return Err(No::NobodyToRemind);
        }
        Ok(EditionEvent::ContactsReminded { occurred_on: context.today, competences: competences.to_vec() })
    }

    /// A second person waives: nobody who reported the figure or wrote the text, and for what stands at the head nobody who
    /// drafted it.
    fn may_waive(
        &self,
        number: u32,
        finding: &Finding,
        reported_by: &[ActorId],
        context: &CommandContext,
    ) -> Result<(), No> {
        let edition = self.drafting(number)?;
        if !finding.kind.can_be_waived() {
            return Err(No::CannotBeWaived { place: finding.place.clone() });
        }
        let own = &context.actor.id;
        let of_head = finding.place.action.is_none() && edition.drafted_by.contains(own);
        if of_head || reported_by.contains(own) { Err(No::SamePersonWaives) } else { Ok(()) }
    }

    fn may_freeze(
        &self,
        number: u32,
        pinned: &Pinned,
        findings: &[Finding],
        context: &CommandContext,
    ) -> Result<(), No> {
        let edition = self.drafting(number)?;
        let cut_off = edition.head.cut_off;
        if cut_off > context.today {
            return Err(No::BeforeCutOff { cut_off, today: context.today });
        }
        let unwaivable = findings.iter().filter(|finding| !finding.kind.can_be_waived());
        if let Some((first, count)) = counted(unwaivable) {
            return Err(No::TrajectoryFigures { count, place: first.place.clone() });
        }
        let open = findings.iter().filter(|finding| !self.waivers().contains_key(&finding.id));
        let (near, small): (Vec<_>, Vec<_>) =
            open.partition(|finding| finding.kind == BlockerKind::NumberNearTrajectories);
        if let Some((first, count)) = counted(small.into_iter()) {
            return Err(No::SmallCountsUnwaived { count, place: first.place.clone() });
        }
        if let Some((first, count)) = counted(near.into_iter()) {
            return Err(No::NumbersNearTrajectoriesUnwaived { count, place: first.place.clone() });
        }
        let content = pinned.forms.iter().find(|stored| stored.form == EditionForm::Json);
        if content.is_some_and(|stored| stored.sha256 == pinned.content) { Ok(()) } else { Err(No::ContentNotStored) }
    }

    fn approve(&self, number: u32, context: &CommandContext) -> Decision {
        let edition = self.numbered(number)?;
        let EditionStage::Frozen(frozen) = &edition.stage else {
            return Err(No::NotFrozen { number, status: edition.status() });
        };
        let by = context.actor.id.clone();
        if frozen.act.by == by {
            return Err(No::SamePersonApproves);
        }
        Ok(EditionEvent::EditionApproved { occurred_on: context.today, number, by })
    }

    fn submit(&self, number: u32, on: NaiveDate, context: &CommandContext) -> Decision {
        let edition = self.numbered(number)?;
        let EditionStage::Approved { approved, submitted_on: None, .. } = &edition.stage else {
            return Err(No::NotApproved { number, status: edition.status() });
        };
        if on > context.today {
            return Err(No::InFuture { on, today: context.today });
        }
        if on < approved.on {
            return Err(No::BeforeApproval { on, approved_on: approved.on });
        }
        Ok(EditionEvent::EditionSubmitted { occurred_on: on, number })
    }

    fn withdraw(&self, number: u32, reason: &str, context: &CommandContext) -> Decision {
        let edition = self.numbered(number)?;
        match edition.status() {
            status @ (EditionStatus::Drafting | EditionStatus::Withdrawn) => {
                Err(No::NothingToWithdraw { number, status })
            }
            EditionStatus::Frozen | EditionStatus::Approved | EditionStatus::Submitted => {
                let (by, reason) = (context.actor.id.clone(), said(reason)?);
                Ok(EditionEvent::EditionWithdrawn { occurred_on: context.today, number, by, reason })
            }
        }
    }

    /// The next edition follows when the last one is out: approved or submitted, or withdrawn.
    fn correct(&self, head: &EditionHead, reason: &str, context: &CommandContext) -> Decision {
        let number = self.latest_number()?;
        match self.numbered(number)?.status() {
            status @ (EditionStatus::Drafting | EditionStatus::Frozen) => {
                return Err(No::NotOutYet { number, status });
            }
            EditionStatus::Approved | EditionStatus::Submitted | EditionStatus::Withdrawn => {}
        }
        self.sound(head)?;
        let number = number + 1;
        Ok(EditionEvent::CorrectionOpened {
            occurred_on: context.today,
            number,
            corrects: self.approved_before(number).map(|edition| edition.number),
            head: head.clone(),
            by: context.actor.id.clone(),
            reason: fit_to_be_read(reason)?,
        })
    }

    fn latest_number(&self) -> Result<u32, No> {
        self.latest().map(|edition| edition.number).ok_or(No::NotOpened)
    }

    fn numbered(&self, number: u32) -> Result<&Edition, No> {
        self.latest_number()?;
        self.edition(number).ok_or(No::NoSuchEdition { number })
    }

    fn drafting(&self, number: u32) -> Result<&Edition, No> {
        let edition = self.numbered(number)?;
        match edition.status() {
            EditionStatus::Drafting => Ok(edition),
            status @ (EditionStatus::Frozen
            | EditionStatus::Approved
            | EditionStatus::Submitted
            | EditionStatus::Withdrawn) => Err(No::NotDrafting { number, status }),
        }
    }
}

/// Who is given a day of the own more than once: which of them holds, nobody could tell.
fn named_twice(due: &CollectionDue) -> Option<&DueFor> {
    let who = || due.exceptions.iter().map(|exception| &exception.who);
    who().enumerate().find(|(place, own)| who().take(*place).any(|before| before == *own)).map(|(_, own)| own)
}

fn counted<'a>(mut findings: impl Iterator<Item = &'a Finding>) -> Option<(&'a Finding, usize)> {
    let first = findings.next()?;
    Some((first, 1 + findings.count()))
}

fn sound(head: &EditionHead, half_year: HalfYear) -> Result<(), No> {
    if is_blank(&head.label) {
        return Err(No::TextMissing { path: "label" });
    }
    for (path, text, most) in
        [("label", Some(&head.label), LABEL_BYTES), ("preface", head.preface.as_ref(), PREFACE_BYTES)]
    {
        if text.is_some_and(|text| text.len() > most) {
            return Err(No::TextTooLong { path, most });
        }
    }
    match head.window {
        Some(window) if window.until < window.from => Err(No::WindowReversed),
        Some(window) if head.cut_off < window.from && half_year.first_day() < window.from => {
            Err(No::CutOffBeforeWindow { from: window.from })
        }
        Some(_) | None if head.cut_off < half_year.first_day() => {
            Err(No::CutOffBeforeHalfYear { from: half_year.first_day() })
        }
        Some(_) | None => Ok(()),
    }
}

fn said(reason: &str) -> Result<String, No> {
    match reason.trim() {
        "" => Err(No::TextMissing { path: "reason" }),
        long if long.len() > REASON_BYTES => Err(No::TextTooLong { path: "reason", most: REASON_BYTES }),
        reason => Ok(reason.to_owned()),
    }
}

/// Why there is another edition is read by everybody who reads that one, and nobody looks at it again: it tells no more than
/// a text of an edition that is frozen without a waiver.
fn fit_to_be_read(reason: &str) -> Result<String, No> {
    let reason = said(reason)?;
    match found_in(&reason, mentions_trajectories(&reason)).into_iter().next() {
        Some((_, quote)) => Err(No::ReasonTellsTooMuch { quote }),
        None => Ok(reason),
    }
}

fn fits(text: &str, most: usize) -> bool {
    !is_blank(text) && text.len() <= most
}
