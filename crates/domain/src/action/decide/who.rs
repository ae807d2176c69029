//! Who may: the plan coordinator everything; a domain's contact reports, for the competences of the own policy domain.

use super::super::command::ActionCommand;
use super::super::event::*;
use super::super::rejection::ActionRejection;
use super::super::state::PlanAction;
use super::figures::corrected;
use crate::kernel::{CommandContext, OrganisationId, Role};

impl PlanAction {
    /// The rule for contacts: the policy domain of a competence under which is reported must be the contact's own
    /// ([`RowHead::is_of`], [`figure_is_of`]). That domain need not be one of the action's own: education reports under a
    /// welfare action. What is there already must be the contact's as well.
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
            ActionCommand::MentionFunding { mention, .. } => {
                self.of_figure(mention.competence.as_ref(), mention.row, own)
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
        if reported { Ok(()) } else { Err(ActionRejection::NotYourCompetence { organisation: own.clone() }) }
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
