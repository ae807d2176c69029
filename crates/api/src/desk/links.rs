//! Links between persons of two dossiers: what the dossier in which a link is made cannot know of the other one.

use spoor_domain::kernel::{CommandContext, DossierId, Refusal, RefusalCode};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::command::TrajectoryCommand;

use super::{Desk, DeskError};

/// A link that says nothing, or nothing new.
#[derive(Debug, thiserror::Error)]
enum LinkRefused {
    #[error("The data of the person in the other dossier were erased: nobody can be linked to that person any more.")]
    Erased,
    #[error(
        "These subjects are linked already, in the other dossier: nothing is left to do; undo the link there if it is wrong."
    )]
    MadeThere,
}

impl Refusal for LinkRefused {
    fn code(&self) -> RefusalCode {
        match self {
            Self::Erased => RefusalCode::SubjectErased,
            Self::MadeThere => RefusalCode::AlreadyDone,
        }
    }
    fn path(&self) -> Vec<String> {
        vec!["otherSubject".to_owned()]
    }
    fn message_nl(&self) -> String {
        match self {
            Self::Erased => {
                "De gegevens van de persoon in het andere dossier zijn gewist: niemand kan nog aan die persoon gekoppeld worden.".into()
            }
            Self::MadeThere => {
                "Deze betrokkenen zijn al gekoppeld, in het andere dossier: er hoeft niets meer; hef de koppeling daar op als ze fout is.".into()
            }
        }
    }
}

impl Desk {
    /// Refuses a link to nobody, to somebody whose data were erased, and one that stands the other way round; a repeat of
    /// what was taken before has its first result. Of two who link the same pair from both sides at once both may be taken.
    pub(super) async fn check_link(
        &self,
        dossier: DossierId,
        state: &LearningTrajectory,
        command: &TrajectoryCommand,
        context: &CommandContext,
    ) -> Result<(), DeskError> {
        let TrajectoryCommand::LinkSubjects { other_subject, other_dossier } = command else { return Ok(()) };
        let other = self.log.load::<LearningTrajectory>(&other_dossier.to_string()).await?.state;
        if !other.subjects().contains(other_subject) {
            // A link to nobody would be offered for access and erasure for ever.
            return Err(DeskError::NotFound("otherSubject"));
        }
        let mut made_there = other.linked_subjects().iter();
        let refusal = if other.has_erased(*other_subject) {
            LinkRefused::Erased
        } else if made_there.any(|link| link.subject == *other_subject && Some(link.other_subject) == state.subject()) {
            LinkRefused::MadeThere
        } else {
            return Ok(());
        };
        if self.was_taken(dossier, context).await? { Ok(()) } else { Err(DeskError::Refused(Box::new(refusal))) }
    }
}
