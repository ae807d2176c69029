//! Who may: the plan coordinator everything; a domain's contact reports, for the competences of the own policy domain.

use std::collections::BTreeSet;

use super::super::command::{ActionCommand, EntryField};
use super::super::event::*;
use super::super::rejection::ActionRejection;
use super::super::state::PlanAction;
use super::figures::{corrected, corrected_means, corrected_mention};
use crate::kernel::{CommandContext, OrganisationId, Role};

impl PlanAction {
    /// The rule for contacts: the policy domain of a competence under which is reported must be the contact's own
    /// ([`RowHead::is_of`], [`figure_is_of`]). That domain need not be one of the action's own: education reports under a
    /// welfare action. What is there already must be the contact's as well. Under which domain a competence falls is not the
    /// contact's to say ([`PlanAction::named_elsewhere`]), and what the contact reports in figures waits until its row is accepted
    /// ([`PlanAction::waits_for_acceptance`]).
    pub(super) fn permitted(&self, command: &ActionCommand, context: &CommandContext) -> Result<(), ActionRejection> {
        if matches!(command, ActionCommand::Together { .. }) {
            return Ok(()); // each command in it is asked about when its turn comes
        }
        match context.actor.role {
            Role::PlanCoordinator => Ok(()),
            Role::DomainContact => self.permitted_to_contact(command, &context.actor.organisation),
            role @ (Role::Prosecutor
            | Role::ProsecutionJurist
            | Role::MuseumCoordinator
            | Role::Guide
            | Role::ComplianceOfficer
            | Role::PolicyAnalyst
            | Role::Administrator) => Err(ActionRejection::NotYourRole { role, kind: command.kind() }),
        }
    }

    fn permitted_to_contact(&self, command: &ActionCommand, own: &OrganisationId) -> Result<(), ActionRejection> {
        let reported = match command {
            ActionCommand::ReportProgress { row, .. } => self.of_row(row.head.id, Some(&row.head), own),
            ActionCommand::DeclareNothingToReport { row, .. } => self.of_row(row.id, Some(row), own),
            ActionCommand::CarryForward { from, .. } => self.of_row(*from, None, own),
            ActionCommand::SubmitRow { row } => self.of_row(*row, None, own),
            ActionCommand::ReportBudget { entry, .. } => self.of_figure(entry.competence.as_ref(), entry.row, own),
            ActionCommand::CorrectBudget { entry, keeps, .. } => {
                let of = |entry: &BudgetEntry| self.of_figure(entry.competence.as_ref(), entry.row, own);
                match self.budget().get(&entry.id) {
                    Some(before) => of(before) && of(&corrected(before, entry, keeps)),
                    None => of(entry),
                }
            }
            ActionCommand::ReportMeans { means, .. } => self.of_figure(means.competence.as_ref(), means.row, own),
            ActionCommand::CorrectMeans { means, keeps, .. } => {
                let of = |means: &Means| self.of_figure(means.competence.as_ref(), means.row, own);
                match self.means().get(&means.id) {
                    Some(before) => of(before) && of(&corrected_means(before, means, keeps)),
                    None => of(means),
                }
            }
            ActionCommand::MentionFunding { mention, .. } => {
                self.of_figure(mention.competence.as_ref(), mention.row, own)
            }
            ActionCommand::CorrectFundingMention { mention, keeps, .. } => {
                let of = |mention: &FundingMention| self.of_figure(mention.competence.as_ref(), mention.row, own);
                match self.mentions().get(&mention.id) {
                    Some(before) => of(before) && of(&corrected_mention(before, mention, keeps)),
                    None => of(mention),
                }
            }
            ActionCommand::ReportIndicator { indicator, .. } => {
                let before = self.indicators().get(&indicator.id);
                before.is_none_or(|before| self.of_figure(before.competence.as_ref(), before.row, own))
                    && self.of_figure(indicator.competence.as_ref(), indicator.row, own)
            }
            ActionCommand::DefineAction { .. }
            | ActionCommand::ReviseAction { .. }
            | ActionCommand::ChangeStatus { .. }
            | ActionCommand::AssignResponsibility { .. }
            | ActionCommand::EndResponsibility { .. }
            | ActionCommand::AddPartner { .. }
            | ActionCommand::RemovePartner { .. }
            | ActionCommand::RecordRowWithoutText { .. }
            | ActionCommand::ReturnRow { .. }
            | ActionCommand::AcceptRow { .. }
            | ActionCommand::Together { .. } => {
                return Err(ActionRejection::NotYourRole { role: Role::DomainContact, kind: command.kind() });
            }
        };
        if !reported {
            return Err(ActionRejection::NotYourCompetence { organisation: own.clone() });
        }
        if self.takes_row_away(command) {
            return Err(ActionRejection::RowTakenAway);
        }
        self.takes_back_what_is_told(command)?;
        match named(command).iter().find_map(|competence| self.named_elsewhere(competence)) {
            Some(competence) => Err(ActionRejection::CompetenceElsewhere { competence }),
            None => self.waits_for_acceptance(command),
        }
    }

    /// Whether the figure that a contact brings or changes waits for the coordinator, before and after: it stands in a row
    /// that is not accepted yet. What stands in none, or in one that is told, would be told before anybody accepted it.
    fn waits_for_acceptance(&self, command: &ActionCommand) -> Result<(), ActionRejection> {
        for row in self.rows_of_figure(command) {
            let row = row?;
            match self.rows().get(&row).map(|held| held.state) {
                Some(state @ (RowState::NothingToReport | RowState::NotCarriedOver)) if !self.holds_figures(row) => {
                    return Err(ActionRejection::RowUnwritten { state });
                }
                Some(state) if state.is_delivered() => return Err(ActionRejection::RowTold { state }),
                // A row that is not there is refused later.
                Some(_) | None => {}
            }
        }
        Ok(())
    }

    /// The rows in which a figure stands, as it is and as it would be, or why it waits in none; nothing for what brings no
    /// figure and for what stands there already.
    fn rows_of_figure(&self, command: &ActionCommand) -> Vec<Result<RowId, ActionRejection>> {
        fn both<T: PartialEq>(
            before: Option<&T>,
            after: &T,
            row: fn(&T) -> Option<RowId>,
        ) -> Vec<Result<RowId, ActionRejection>> {
            if before == Some(after) {
                return Vec::new();
            }
            let before = before.map(|before| row(before).ok_or(ActionRejection::StandsInNoRow));
            before.into_iter().chain([row(after).ok_or(ActionRejection::RowNotNamed)]).collect()
        }
        match command {
            ActionCommand::ReportBudget { entry, .. } => both(self.budget().get(&entry.id), entry, |own| own.row),
            ActionCommand::CorrectBudget { entry, keeps, .. } => match self.budget().get(&entry.id) {
                Some(before) => both(Some(before), &corrected(before, entry, keeps), |own| own.row),
                None => Vec::new(),
            },
            ActionCommand::ReportMeans { means, .. } => both(self.means().get(&means.id), means, |own| own.row),
            ActionCommand::CorrectMeans { means, keeps, .. } => match self.means().get(&means.id) {
                Some(before) => both(Some(before), &corrected_means(before, means, keeps), |own| own.row),
                None => Vec::new(),
            },
            ActionCommand::MentionFunding { mention, .. } => {
                both(self.mentions().get(&mention.id), mention, |own| own.row)
            }
            ActionCommand::CorrectFundingMention { mention, keeps, .. } => match self.mentions().get(&mention.id) {
                Some(before) => both(Some(before), &corrected_mention(before, mention, keeps), |own| own.row),
                None => Vec::new(),
            },
            ActionCommand::ReportIndicator { indicator, .. } => {
                both(self.indicators().get(&indicator.id), indicator, |own| own.row)
            }
            ActionCommand::DefineAction { .. }
            | ActionCommand::ReviseAction { .. }
            | ActionCommand::ChangeStatus { .. }
            | ActionCommand::AssignResponsibility { .. }
            | ActionCommand::EndResponsibility { .. }
            | ActionCommand::AddPartner { .. }
            | ActionCommand::RemovePartner { .. }
            | ActionCommand::ReportProgress { .. }
            | ActionCommand::CarryForward { .. }
            | ActionCommand::DeclareNothingToReport { .. }
            | ActionCommand::RecordRowWithoutText { .. }
            | ActionCommand::SubmitRow { .. }
            | ActionCommand::ReturnRow { .. }
            | ActionCommand::AcceptRow { .. }
            | ActionCommand::Together { .. } => Vec::new(),
        }
    }

    /// Whether a row would be written whose figures are told: they would be told no more, and what is changed in them while it
    /// waits would come in the place of what everybody read.
    fn takes_back_what_is_told(&self, command: &ActionCommand) -> Result<(), ActionRejection> {
        let ActionCommand::ReportProgress { row, .. } = command else { return Ok(()) };
        match self.rows().get(&row.head.id).map(|held| held.state) {
            Some(state @ (RowState::NothingToReport | RowState::NotCarriedOver)) if self.holds_figures(row.head.id) => {
                Err(ActionRejection::RowFiguresTold { state })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Whether what stands in a row would stand in none: it would be told before anybody accepted it.
    fn takes_row_away(&self, command: &ActionCommand) -> bool {
        let before = match command {
            ActionCommand::CorrectBudget { entry, keeps, .. } if names_no_row(entry.row, keeps) => {
                self.budget().get(&entry.id).and_then(|before| before.row)
            }
            ActionCommand::CorrectMeans { means, keeps, .. } if names_no_row(means.row, keeps) => {
                self.means().get(&means.id).and_then(|before| before.row)
            }
            ActionCommand::CorrectFundingMention { mention, keeps, .. } if names_no_row(mention.row, keeps) => {
                self.mentions().get(&mention.id).and_then(|before| before.row)
            }
            ActionCommand::ReportIndicator { indicator, .. } if indicator.row.is_none() => {
                self.indicators().get(&indicator.id).and_then(|before| before.row)
            }
            _others_move_no_figure => None,
        };
        before.is_some()
    }

    /// Where a competence falls, when it was named under a domain it does not fall under. It falls where this action has it, as
    /// the coordinator or its own contact reported it; under a competence that is new to the action, where the report of
    /// autumn 2018 has it; and under a competence that neither knows, where it is first named.
    fn named_elsewhere(&self, given: &Competence) -> Option<Competence> {
        let same = |known: &&Competence| known.is_called(&given.code);
        let mut falls: Vec<Competence> = self.competences().filter(same).cloned().collect();
        if falls.is_empty() {
            falls.extend(Competence::in_2018(&given.code));
        }
        if falls.iter().any(|known| known.policy_domain == given.policy_domain) {
            None
        } else {
            falls.into_iter().next()
        }
    }

    /// One competence, written in one way: no report tells of `Jeugd` and of `jeugd`. As the report of autumn 2018 writes it,
    /// or as it stands on the action.
    pub(super) fn written_as_known(&self, command: &ActionCommand) -> Result<(), ActionRejection> {
        for given in named(command) {
            let in_2018 = Competence::in_2018(&given.code).map(|known| known.code);
            let here = self.competences().filter(|known| known.is_called(&given.code)).map(|known| known.code.clone());
            let known: Vec<String> = in_2018.into_iter().chain(here).collect();
            if let Some(written) = known.first().filter(|_| !known.contains(&given.code)) {
                return Err(ActionRejection::CompetenceWritten { given: given.code.clone(), known: written.clone() });
            }
        }
        Ok(())
    }

    /// Whether a row is the contact's: as it stands (a row that is not there is refused later), and as given.
    fn of_row(&self, row: RowId, given: Option<&RowHead>, own: &OrganisationId) -> bool {
        let standing = self.rows().get(&row).map(|held| &held.row.head);
        standing.is_none_or(|head| head.is_of(own)) && given.is_none_or(|head| head.is_of(own))
    }

    fn of_figure(&self, competence: Option<&Competence>, row: Option<RowId>, own: &OrganisationId) -> bool {
        let held = row.and_then(|row| self.rows().get(&row));
        figure_is_of(competence, held.map(|held| &held.row.head), own)
    }
}

/// Whether a correction says that its entry stands in no row.
fn names_no_row(row: Option<RowId>, keeps: &BTreeSet<EntryField>) -> bool {
    row.is_none() && !keeps.contains(&EntryField::Row)
}

/// The competences that are named in what is reported.
fn named(command: &ActionCommand) -> &[Competence] {
    match command {
        ActionCommand::ReportProgress { row, .. } => &row.head.competences,
        ActionCommand::DeclareNothingToReport { row, .. } | ActionCommand::RecordRowWithoutText { row, .. } => {
            &row.competences
        }
        ActionCommand::ReportBudget { entry, .. } | ActionCommand::CorrectBudget { entry, .. } => {
            entry.competence.as_slice()
        }
        ActionCommand::ReportMeans { means, .. } | ActionCommand::CorrectMeans { means, .. } => {
            means.competence.as_slice()
        }
        ActionCommand::MentionFunding { mention, .. } | ActionCommand::CorrectFundingMention { mention, .. } => {
            mention.competence.as_slice()
        }
        ActionCommand::ReportIndicator { indicator, .. } => indicator.competence.as_slice(),
        ActionCommand::DefineAction { .. }
        | ActionCommand::ReviseAction { .. }
        | ActionCommand::ChangeStatus { .. }
        | ActionCommand::AssignResponsibility { .. }
        | ActionCommand::EndResponsibility { .. }
        | ActionCommand::AddPartner { .. }
        | ActionCommand::RemovePartner { .. }
        | ActionCommand::CarryForward { .. }
        | ActionCommand::SubmitRow { .. }
        | ActionCommand::ReturnRow { .. }
        | ActionCommand::AcceptRow { .. }
        | ActionCommand::Together { .. } => &[],
    }
}
