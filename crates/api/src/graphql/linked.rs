//! The same person in other dossiers, as people have judged, one link at a time.

use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};
use spoor_domain::kernel::{DossierId, SubjectId};
use spoor_projections::disclosures;

use super::disclosure::disclose;
use super::global_id::{Kind, global_id};
use super::problem::OurFault;
use super::session::desk;
use super::trajectory::Trajectory;

/// The person concerned under another subject id, in another dossier. Links are direct: that this person is B and B is C
/// are two judgements of two people, and nobody has said that this person is C. Follow a link to see the next ones.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct LinkedSubject {
    /// The subject id there.
    subject: ID,
    /// The global id of the other dossier.
    trajectory_id: ID,
    /// Whether the link was made in this dossier, and perhaps in the other as well; otherwise it was made in the other.
    made_here: bool,
    #[graphql(skip)]
    dossier: DossierId,
}

#[ComplexObject]
impl LinkedSubject {
    /// The other dossier, when the viewer may see it.
    #[graphql(complexity = "child_complexity + 5")]
    async fn trajectory(&self, ctx: &Context<'_>) -> Option<Result<Trajectory>> {
        Trajectory::shown(ctx, self.dossier).await.transpose()
    }
}

/// Everybody directly linked to this subject, whichever dossier said so, now or as known when the log was at an index. Each
/// once, also where both dossiers said so.
pub async fn linked_to(ctx: &Context<'_>, subject: SubjectId, known_at: Option<u64>) -> Result<Vec<LinkedSubject>> {
    let links = disclosures::links_of(&desk(ctx)?.views, subject, known_at).await.ours(ctx)?;
    let mut linked: Vec<LinkedSubject> = Vec::with_capacity(links.len());
    for link in links {
        let made_here = link.subject == subject;
        let (subject, dossier) =
            if made_here { (link.other_subject, link.other_dossier) } else { (link.subject, link.dossier) };
        disclose(ctx, dossier);
        let (subject, trajectory_id) = (ID(subject.to_string()), global_id(Kind::Trajectory, &dossier.to_string()));
        match linked.iter_mut().find(|known| known.dossier == dossier && known.subject == subject) {
            Some(known) => known.made_here |= made_here,
            None => linked.push(LinkedSubject { subject, trajectory_id, made_here, dossier }),
        }
    }
    Ok(linked)
}
