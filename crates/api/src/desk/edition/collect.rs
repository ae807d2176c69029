//! Asking the contacts for their rows: another day is given to those that the plan has.

use std::collections::BTreeSet;

use spoor_domain::action::event::Competence;
use spoor_domain::catalogue::aggregate_type;
use spoor_domain::edition::ReportEdition;
use spoor_domain::edition::command::EditionCommand;
use spoor_domain::edition::event::{CollectionDue, DueFor};
use spoor_domain::edition::rejection::EditionRejection;
use spoor_domain::kernel::{CommandContext, HalfYear, ReportEditionId, name_key};
use spoor_eventlog::Executed;
use spoor_projections::plan::{self as view, ActionFacts};

use super::super::{Desk, DeskError, PATIENCE};

impl Desk {
    /// Asks the contacts for their rows, or gives them other days: each competence and policy domain that is named is one of the
    /// plan's, by what it shows now. A repeat has its first result, whatever the plan has by then.
    pub async fn open_collection_round(
        &self,
        id: ReportEditionId,
        due: CollectionDue,
        context: &CommandContext,
    ) -> Result<Executed, DeskError> {
        self.admit_to_editions(context)?;
        let editions = self.log.load::<ReportEdition>(&id.to_string()).await?.state;
        let taken = self.log.find_command(aggregate_type::EDITION, &id.to_string(), context.command_id).await?;
        // That there is no edition the editions say themselves.
        if let (Some((plan, period)), None) = (editions.about(), taken) {
            let index = self.log.head().await?.index;
            self.views.wait_for(&[view::PROJECTION], self.log.position_of(index).await?, PATIENCE).await;
            let actions = view::actions(&self.views, plan, None).await?.value;
            if let Some(refused) = of_nobody(&due, &actions, period) {
                return Err(DeskError::Refused(Box::new(refused)));
            }
        }
        self.tell_editions(id, &EditionCommand::OpenCollectionRound { due }, context).await
    }
}

/// Why another day cannot be given to one of these: the plan has no such competence or policy domain, or writes it otherwise.
/// It has those of the report of 2018, as for a file of progress.
fn of_nobody(due: &CollectionDue, actions: &[ActionFacts], period: HalfYear) -> Option<EditionRejection> {
    let reported = actions.iter().flat_map(|action| action.competences()).cloned();
    let all: Vec<Competence> = Competence::all_in_2018().chain(reported).collect();
    let competences: BTreeSet<&str> = all.iter().map(|own| own.code.as_str()).collect();
    let mut domains: BTreeSet<&str> = all.iter().map(|own| own.policy_domain.0.as_str()).collect();
    for action in actions {
        let roles = action.policy_domains.now().chain(action.policy_domains.on(period.last_day()));
        domains.extend(roles.map(|role| role.code.0.as_str()));
    }
    due.exceptions.iter().find_map(|exception| {
        let (given, known) = match &exception.who {
            DueFor::PolicyDomain(code) => (code.0.as_str(), &domains),
            DueFor::Competence(code) => (code.as_str(), &competences),
        };
        if known.contains(given) {
            return None;
        }
        Some(match known.iter().find(|meant| name_key(meant) == name_key(given)) {
            Some(meant) => EditionRejection::DueForWritten { given: given.to_owned(), known: (*meant).to_owned() },
            None => {
                let known = known.iter().copied().collect::<Vec<_>>().join(", ");
                EditionRejection::DueForNobody { who: exception.who.clone(), known }
            }
        })
    })
}
