//! A cooperation agreement, folded. What depends on the day (expired, overdue) is derived when asked, never stored.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::event::{AgreementEvent, AgreementTerms, MultiYearPlan, Validity};
use super::first_request::Slot;
use super::vocabulary::*;
use crate::kernel::OrganisationId;

/// A cooperation agreement as its events made it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CooperationAgreement {
    terms: Option<AgreementTerms>,
    stage: Stage,
    consultations: BTreeSet<NaiveDate>,
    plans: Vec<MultiYearPlan>,
    slots: BTreeMap<OrganisationId, Slot>,
}

/// How far the paper is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Stage {
    #[default]
    Absent,
    Draft {
        since: NaiveDate,
    },
    AwaitingSignature {
        since: NaiveDate,
    },
    Signed(Signed),
    /// `signed` is what holds until `effective_on`.
    Terminated {
        signed: Option<Signed>,
        effective_on: NaiveDate,
    },
}

/// A signed agreement with every period it was signed for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Signed {
    pub(super) signed_on: NaiveDate,
    pub(super) periods: Vec<Validity>,
    pub(super) renewal_since: Option<NaiveDate>,
}

/// Whether a signed agreement holds on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Force {
    Holds,
    NotYet { from: NaiveDate },
    LapsedUnderRenewal,
    Lapsed { until: NaiveDate },
}

impl Signed {
    pub(super) fn force_on(&self, today: NaiveDate) -> Force {
        let holds = |period: &Validity| period.from <= today && period.until.is_none_or(|until| today <= until);
        if self.periods.iter().any(holds) {
            return Force::Holds;
        }
        let ended = self.periods.iter().filter_map(|period| period.until).filter(|until| *until < today).max();
        let coming = self.periods.iter().map(|period| period.from).filter(|from| today < *from).min();
        match (ended, coming) {
            (None, Some(from)) => Force::NotYet { from },
            (Some(_), Some(_)) => Force::LapsedUnderRenewal,
            (Some(until), None) if self.renewal_since.is_none() => Force::Lapsed { until },
            (Some(_), None) | (None, None) => Force::LapsedUnderRenewal,
        }
    }

    fn status_on(&self, today: NaiveDate) -> AgreementStatus {
        match self.force_on(today) {
            Force::Lapsed { .. } => AgreementStatus::Expired,
            Force::LapsedUnderRenewal => AgreementStatus::UnderRenewal,
            Force::Holds | Force::NotYet { .. } if self.periods.len() > 1 => AgreementStatus::Renewed,
            Force::Holds | Force::NotYet { .. } => AgreementStatus::Signed,
        }
    }
}

impl CooperationAgreement {
    /// What the parties agree on; `None` before there is a draft.
    pub fn terms(&self) -> Option<&AgreementTerms> {
        self.terms.as_ref()
    }

    /// Whether the agreement names mediation and measures (art. 216ter) as a ground of a request.
    pub fn names_article_216ter(&self) -> bool {
        self.terms.as_ref().is_some_and(|terms| terms.names_article_216ter)
    }

    /// Whether this organisation is a party beside Kazerne Dossin.
    pub fn names(&self, organisation: &OrganisationId) -> bool {
        self.terms.as_ref().is_some_and(|terms| terms.parties.contains(organisation))
    }

    /// Where it stands on a day; `None` before there is a draft.
    pub fn status_on(&self, today: NaiveDate) -> Option<AgreementStatus> {
        match &self.stage {
            Stage::Absent => None,
            Stage::Draft { .. } => Some(AgreementStatus::Draft),
            Stage::AwaitingSignature { .. } => Some(AgreementStatus::AwaitingSignature),
            Stage::Signed(signed) => Some(signed.status_on(today)),
            Stage::Terminated { signed: Some(signed), effective_on } if today < *effective_on => {
                Some(signed.status_on(today))
            }
            Stage::Terminated { .. } => Some(AgreementStatus::Terminated),
        }
    }

    /// The periods it was signed for, oldest first.
    pub fn periods(&self) -> &[Validity] {
        match &self.stage {
            Stage::Signed(signed) | Stage::Terminated { signed: Some(signed), .. } => &signed.periods,
            Stage::Absent | Stage::Draft { .. } | Stage::AwaitingSignature { .. } | Stage::Terminated { .. } => &[],
        }
    }

    /// The day of the latest structural consultation.
    pub fn consulted_on(&self) -> Option<NaiveDate> {
        self.consultations.last().copied()
    }

    /// The day by which the next structural consultation has to take place: twelve months after the latest one, or after
    /// the first day of the agreement. `None` while the agreement is not signed, or no longer holds.
    pub fn consultation_due_on(&self) -> Option<NaiveDate> {
        let Stage::Signed(signed) = &self.stage else { return None };
        let begun = signed.periods.iter().map(|period| period.from).min();
        self.consulted_on().max(begun).and_then(|last| last.checked_add_months(Months::new(12)))
    }

    /// Whether there was no structural consultation in the last twelve months.
    pub fn consultation_overdue(&self, today: NaiveDate) -> bool {
        self.consultation_due_on().is_some_and(|due| due < today)
    }

    /// The multi-year plans attached, oldest first.
    pub fn multi_year_plans(&self) -> &[MultiYearPlan] {
        &self.plans
    }

    pub(super) fn stage(&self) -> &Stage {
        &self.stage
    }

    pub(super) fn slot(&self, parket: &OrganisationId) -> Option<&Slot> {
        self.slots.get(parket)
    }

    pub(super) fn held_consultation_on(&self, day: NaiveDate) -> bool {
        self.consultations.contains(&day)
    }

    pub(super) fn apply(&mut self, event: &AgreementEvent) {
        match event {
            AgreementEvent::AgreementDrafted { occurred_on, terms } => {
                self.terms = Some(terms.clone());
                self.stage = Stage::Draft { since: *occurred_on };
            }
            AgreementEvent::AgreementSentForSignature { occurred_on } => {
                self.stage = Stage::AwaitingSignature { since: *occurred_on };
            }
            AgreementEvent::AgreementSigned { occurred_on, validity, .. } => {
                self.stage =
                    Stage::Signed(Signed { signed_on: *occurred_on, periods: vec![*validity], renewal_since: None });
            }
            AgreementEvent::RenewalStarted { occurred_on } => {
                if let Stage::Signed(signed) = &mut self.stage {
                    signed.renewal_since = Some(*occurred_on);
                }
            }
            AgreementEvent::AgreementRenewed { occurred_on, validity, .. } => {
                if let Stage::Signed(signed) = &mut self.stage {
                    signed.signed_on = *occurred_on;
                    signed.periods.push(*validity);
                    signed.renewal_since = None;
                }
            }
            AgreementEvent::AgreementTerminated { effective_on, .. } => {
                let signed = match std::mem::take(&mut self.stage) {
                    Stage::Signed(signed) => Some(signed),
                    Stage::Terminated { signed, .. } => signed,
                    Stage::Absent | Stage::Draft { .. } | Stage::AwaitingSignature { .. } => None,
                };
                self.stage = Stage::Terminated { signed, effective_on: *effective_on };
            }
            AgreementEvent::StructuralConsultationHeld { occurred_on, .. } => {
                self.consultations.insert(*occurred_on);
            }
            AgreementEvent::MultiYearPlanAttached { plan, .. } => self.plans.push(plan.clone()),
            AgreementEvent::FirstRequestReserved { dossier, parket, reserved_at, .. } => {
                let slot = Slot { dossier: *dossier, reserved_at: *reserved_at, confirmed: false };
                self.slots.insert(parket.clone(), slot);
            }
            AgreementEvent::FirstRequestConfirmed { parket, .. } => {
                if let Some(slot) = self.slots.get_mut(parket) {
                    slot.confirmed = true;
                }
            }
            AgreementEvent::FirstRequestReleased { parket, .. } => {
                self.slots.remove(parket);
            }
        }
    }
}
