//! Erasure as GraphQL shows it: how far it is for each person of a dossier, and the certificate.

use async_graphql::{ComplexObject, Context, Enum, ID, Result, SimpleObject};
use spoor_domain::kernel::{self, DossierId, Label, SubjectId};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::certificate;
use spoor_domain::trajectory::record::Erasure;
use spoor_domain::trajectory::vocabulary::ErasureRemainder;
use spoor_projections::trajectories;

use super::Trajectory;
use crate::graphql::coded::{Coded, LabelLanguage};
use crate::graphql::disclosure::disclose;
use crate::graphql::problem::OurFault;
use crate::graphql::scalars::Date;
use crate::graphql::session::{actor, desk};
use crate::policy;

/// An article of an act.
#[derive(Clone, Debug, SimpleObject)]
pub struct LegalReference {
    /// The act.
    act: String,
    /// The article within the act.
    article: String,
    /// The day from which this numbering holds, where known.
    valid_from: Option<Date>,
}

impl From<kernel::LegalReference> for LegalReference {
    fn from(reference: kernel::LegalReference) -> Self {
        Self { act: reference.act, article: reference.article, valid_from: reference.valid_from.map(Date) }
    }
}

/// The certificate of an erasure: what was destroyed, what remains, and from when it holds everywhere.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct ErasureCertificate {
    /// Whose data were erased: the pseudonymous id of the person.
    subject: ID,
    /// The ground in law on which it was asked.
    reference: LegalReference,
    /// Who asked.
    requested_by: String,
    /// The day it was asked.
    requested_on: Date,
    /// Who confirmed; never who asked.
    confirmed_by: String,
    /// The day it was confirmed.
    confirmed_on: Date,
    /// The day the key was destroyed.
    destroyed_on: Date,
    /// How many days backups of the keys are kept.
    key_backups_kept_days: u32,
    /// The day from which no backup holds the key any more.
    effective_on: Date,
    /// Sealed values that became unreadable.
    values: u64,
    /// Events that hold them.
    events: u64,
    /// Documents sealed under the same key.
    documents: u64,
    /// What remains: pseudonymous, not anonymous.
    remains: Vec<Coded<ErasureRemainder>>,
}

#[ComplexObject]
impl ErasureCertificate {
    /// What remains, in words.
    async fn remains_labels(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> Vec<&'static str> {
        self.remains.iter().map(|remainder| remainder.0.label(language.into())).collect()
    }
}

impl ErasureCertificate {
    fn of(subject: SubjectId, certificate: &certificate::ErasureCertificate) -> Self {
        let certificate = certificate.clone();
        Self {
            subject: ID(subject.to_string()),
            reference: certificate.reference.into(),
            requested_by: certificate.requested_by.0,
            requested_on: certificate.requested_on.into(),
            confirmed_by: certificate.confirmed_by.0,
            confirmed_on: certificate.confirmed_on.into(),
            destroyed_on: certificate.destroyed_on.into(),
            key_backups_kept_days: certificate.key_backups_kept_days,
            effective_on: certificate.effective_on.into(),
            values: certificate.unreadable.values,
            events: certificate.unreadable.events,
            documents: certificate.unreadable.documents,
            remains: certificate.remains.into_iter().map(Coded).collect(),
        }
    }
}

/// How far the erasure of a person is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ErasureState {
    /// Nobody asked.
    NotRequested,
    /// Asked for; waits for another person.
    Requested,
    /// Refused; it can be asked again.
    Refused,
    /// Confirmed; the key is being destroyed.
    Confirmed,
    /// The key is gone.
    Destroyed,
}

/// How a person belongs to a dossier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum SubjectRole {
    /// The dossier is about this person.
    Current,
    /// Registered by mistake and replaced; can be erased alone.
    Replaced,
    /// The same person in another dossier.
    Linked,
}

/// A person whose data a dossier holds, or the same person in another dossier: to be considered together.
#[derive(SimpleObject)]
pub struct SubjectErasure {
    /// The pseudonymous id of the person.
    subject: ID,
    /// How the person belongs to the dossier.
    role: SubjectRole,
    /// The dossier that holds the data.
    trajectory: Trajectory,
    /// How far it is.
    state: ErasureState,
    /// The certificate, once there is one.
    certificate: Option<ErasureCertificate>,
}

impl SubjectErasure {
    fn of(trajectory: Trajectory, subject: SubjectId, role: SubjectRole) -> Self {
        let erasure = trajectory.state().erasure(subject);
        let state = match erasure {
            None => ErasureState::NotRequested,
            Some(Erasure::Requested(_)) => ErasureState::Requested,
            Some(Erasure::Refused) => ErasureState::Refused,
            Some(Erasure::Confirmed(_)) => ErasureState::Confirmed,
            Some(Erasure::Destroyed { .. }) => ErasureState::Destroyed,
        };
        let certificate = certified(trajectory.state(), subject);
        Self { subject: ID(subject.to_string()), role, trajectory, state, certificate }
    }
}

/// The certificate of one person, or of the dossier's own.
pub fn certificate(state: &LearningTrajectory, subject: Option<&ID>) -> Option<ErasureCertificate> {
    let subject = match subject {
        Some(id) => id.parse().ok()?,
        None => state.subject()?,
    };
    certified(state, subject)
}

/// Everybody whose data the dossier holds, and the same persons in the other dossiers the viewer may see.
pub async fn subjects(dossier: &Trajectory, ctx: &Context<'_>) -> Result<Vec<SubjectErasure>> {
    let state = dossier.state();
    let role = |subject| if state.subject() == Some(subject) { SubjectRole::Current } else { SubjectRole::Replaced };
    let own = state.subjects().into_iter();
    let mut all: Vec<_> = own.map(|subject| SubjectErasure::of(dossier.again(), subject, role(subject))).collect();
    let linked = state.linked_subjects();
    let others: Vec<DossierId> = linked.iter().map(|link| link.other_dossier).collect();
    let scope = policy::scope(actor(ctx)?);
    let rows = trajectories::by_ids(&desk(ctx)?.views, &scope, &others).await.ours(ctx)?;
    for row in rows {
        disclose(ctx, row.id);
        let subjects = linked.iter().filter(|link| link.other_dossier == row.id).map(|link| link.other_subject);
        for subject in subjects {
            all.push(SubjectErasure::of(Trajectory::alone(row.clone()), subject, SubjectRole::Linked));
        }
    }
    Ok(all)
}

fn certified(state: &LearningTrajectory, subject: SubjectId) -> Option<ErasureCertificate> {
    match state.erasure(subject)? {
        Erasure::Destroyed { certificate } => {
            certificate.as_deref().map(|certificate| ErasureCertificate::of(subject, certificate))
        }
        Erasure::Requested(_) | Erasure::Refused | Erasure::Confirmed(_) => None,
    }
}
