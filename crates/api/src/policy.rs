//! Who may do and see what: one `authorize` call and one row filter. Everything else asks here.

#[cfg(test)]
mod tests;

use spoor_domain::edition::event::EditionStatus;
use spoor_domain::kernel::{Actor, OrganisationId, Purpose, Role, Side, SubjectId};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::command::TrajectoryCommandKind;
use spoor_domain::trajectory::record::KeptDocument;
use spoor_domain::trajectory::vocabulary::{DocumentKind, TrajectoryStatus};
use spoor_projections::Scope;
use spoor_projections::trajectories::{PersonalField, PersonalValue, Wording};

/// The version of these rules, kept with every event.
pub const VERSION: &str = "2026-11";

/// The account and the organisation under which the program itself acts.
pub const PROGRAM: &str = "spoor";

/// What somebody wants to do.
#[derive(Clone, Copy, Debug)]
pub enum Action<'a> {
    /// Look for dossiers, see their agenda and their counts.
    SeeDossiers,
    /// See one dossier.
    SeeDossier(&'a LearningTrajectory),
    /// See what is personal in a dossier: the participant, the facts, the case reference.
    SeePersonal(&'a LearningTrajectory),
    /// See what the museum wrote about the participant, in a dossier.
    SeeMuseumContent(&'a LearningTrajectory),
    /// See a document of a dossier.
    SeeDocument(&'a KeptDocument, &'a LearningTrajectory),
    /// Bring a document in for a dossier.
    BringDocument(&'a LearningTrajectory),
    /// Keep the requests of persons concerned: register, extend, answer, see.
    KeepRightsRequests,
    /// Make a dossier.
    OpenDossier(TrajectoryCommandKind),
    /// Change a dossier.
    ChangeDossier(TrajectoryCommandKind, &'a LearningTrajectory),
    /// See the audit trail.
    SeeAuditTrail,
    /// See who looked at what.
    SeeAccessTrail,
    /// See what is held about a person concerned, and who saw it, to answer that person.
    AnswerSubject,
    /// See the cooperation agreements, the parketten, the guides and the criteria.
    SeeReferenceData,
    /// Change a cooperation agreement.
    ChangeAgreement,
    /// See the action plan and what was published about it.
    SeePlan,
    /// See all of a report that is being made: what is written, returned, found.
    SeeReporting,
    /// See the plan as it was known at another moment than now.
    SeePlanOfThen,
    /// Change the plan itself.
    ChangePlan,
    /// Change an action: its report rows, its money.
    ChangePlanAction,
    /// See an edition of the half-yearly report that stands there, and take its forms.
    SeeEdition(EditionStatus),
    /// Open, freeze, approve, withdraw editions.
    ChangeEditions,
    /// See who still owes rows for an edition.
    SeeCollection,
    /// See the place in the log that an edition pins.
    SeeEditionPlace,
    /// See how many took part in police training.
    SeeTraining,
    /// Record police training.
    RecordTraining,
    /// See the figures on dossiers that were published.
    SeePublishedFigures,
    /// See what is behind a published figure.
    TraceFigures,
    /// Name a place in the log, or learn whether it was reached: places count what was recorded.
    NamePositions,
    /// See the logs themselves: their heads, their proofs.
    SeeLog,
    /// Have a checkpoint of a log signed.
    SignCheckpoint,
    /// Take records out of the house, personal values sealed.
    ExportLog,
    /// The same with personal values in clear.
    OpenExport,
    /// See which dossiers are kept longer than they should be.
    SeeRetention,
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// This role never may.
    Role,
    /// It is somebody else's; to the viewer it does not exist.
    Hidden,
}

/// Why a stated purpose does not suffice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// None was stated.
    Missing,
    /// This role does not work for this purpose.
    NotOfRole,
    /// The purpose is about one dossier, and none was named.
    CaseMissing,
    /// What was asked is there to answer a person concerned, and for nothing else.
    OnlyForSubject,
    /// What was asked is of another dossier than the one that was named.
    AnotherCase,
}

/// Whose personal values somebody may read, of something in a dossier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opens {
    any: bool,
    /// Whose values stay closed all the same.
    except: Vec<SubjectId>,
}

impl Opens {
    /// Whether those about this person.
    pub fn about(&self, subject: SubjectId) -> bool {
        self.any && !self.except.contains(&subject)
    }
}

impl Action<'_> {
    /// Whether it shows or changes something of dossiers: then the reader says why.
    pub fn touches_dossiers(&self) -> bool {
        match self {
            Action::SeeDossiers
            | Action::SeeDossier(_)
            | Action::SeePersonal(_)
            | Action::SeeMuseumContent(_)
            | Action::OpenDossier(_)
            | Action::ChangeDossier(..)
            | Action::SeeDocument(..)
            | Action::BringDocument(_)
            | Action::KeepRightsRequests
            | Action::ExportLog
            | Action::OpenExport
            | Action::SeeAuditTrail
            | Action::SeeAccessTrail
            | Action::AnswerSubject
            | Action::TraceFigures
            | Action::SeeRetention => true,
            Action::SeeReferenceData
            | Action::ChangeAgreement
            | Action::SeePlan
            | Action::SeePlanOfThen
            | Action::SeeReporting
            | Action::ChangePlan
            | Action::ChangePlanAction
            | Action::SeeEdition(_)
            | Action::ChangeEditions
            | Action::SeeCollection
            | Action::SeeEditionPlace
            | Action::SeeTraining
            | Action::RecordTraining
            | Action::SeePublishedFigures
            | Action::NamePositions
            | Action::SeeLog
            | Action::SignCheckpoint => false,
        }
    }
}

/// Whether this person may do this.
pub fn authorize(actor: &Actor, action: Action<'_>) -> Result<(), Denied> {
    match action {
        Action::SeeDossiers | Action::SeeAuditTrail => role(works_with_dossiers(actor.role)),
        Action::SeeDossier(dossier) => visible(actor, dossier),
        Action::SeePersonal(dossier) => {
            visible(actor, dossier)?;
            role(actor.role.side().is_some())
        }
        Action::SeeMuseumContent(dossier) => {
            visible(actor, dossier)?;
            role(matches!(actor.role, Role::MuseumCoordinator | Role::Guide))
        }
        Action::SeeDocument(document, dossier) => sees_document(actor, document, dossier),
        Action::BringDocument(dossier) => {
            visible(actor, dossier)?;
            role(actor.role.side().is_some())
        }
        Action::KeepRightsRequests => role(actor.role == Role::ComplianceOfficer),
        Action::OpenDossier(_) => role(matches!(actor.role, Role::Prosecutor | Role::ProsecutionJurist)),
        Action::ChangeDossier(kind, dossier) => {
            role(works_with_dossiers(actor.role))?;
            if reaches(actor, kind, dossier) { Ok(()) } else { Err(Denied::Hidden) }
        }
        Action::SeeAccessTrail | Action::AnswerSubject => role(actor.role == Role::ComplianceOfficer),
        Action::SeeReferenceData => role(works_with_dossiers(actor.role)),
        Action::ChangeAgreement => role(matches!(actor.role, Role::MuseumCoordinator | Role::Prosecutor)),
        Action::SeePlan => role(actor.role != Role::Administrator),
        // Analysts see what was published, not what was known on the way to it.
        Action::SeePlanOfThen => role(!matches!(actor.role, Role::Administrator | Role::PolicyAnalyst)),
        Action::SeeReporting => {
            role(matches!(actor.role, Role::PlanCoordinator | Role::DomainContact | Role::ComplianceOfficer))
        }
        Action::ChangePlan => role(actor.role == Role::PlanCoordinator),
        Action::ChangePlanAction | Action::SeeCollection => {
            role(matches!(actor.role, Role::PlanCoordinator | Role::DomainContact))
        }
        Action::SeeEdition(status) => role(sees_edition(actor.role, status)),
        Action::ChangeEditions => role(actor.role == Role::PlanCoordinator),
        Action::SeeEditionPlace => role(matches!(actor.role, Role::PlanCoordinator | Role::ComplianceOfficer)),
        // Analysts and the public are told of training by the report.
        Action::SeeTraining => role(matches!(
            actor.role,
            Role::MuseumCoordinator | Role::PlanCoordinator | Role::DomainContact | Role::ComplianceOfficer
        )),
        Action::RecordTraining => role(actor.role == Role::MuseumCoordinator),
        Action::SeePublishedFigures => role(actor.role != Role::Administrator),
        Action::NamePositions => role(actor.role != Role::PolicyAnalyst),
        Action::TraceFigures => role(actor.role == Role::ComplianceOfficer),
        Action::SeeLog | Action::ExportLog => role(matches!(actor.role, Role::ComplianceOfficer | Role::Administrator)),
        Action::SignCheckpoint | Action::OpenExport => role(actor.role == Role::ComplianceOfficer),
        Action::SeeRetention => role(actor.role == Role::ComplianceOfficer),
    }
}

/// Which personal values of something in a dossier that was recorded by that one this person may read: on their own side
/// only, and never an auditor, who sees that something changed and by whom. What somebody wrote who works on neither side,
/// such as an officer who notes what a person asked, is in no dossier's trail to read. Who was registered by mistake stays the
/// parket's: the museum got to know the dossier when another was in that place. The dossier as it stands now decides.
pub fn opens_personal(actor: &Actor, recorded_by: &Actor, now: &LearningTrajectory) -> Opens {
    let Some(side) = recorded_by.role.side() else { return Opens::default() };
    if actor.role.side() == Some(side) && authorize(actor, Action::SeePersonal(now)).is_ok() {
        return Opens { any: true, except: Vec::new() };
    }
    let any = authorize(actor, Action::SeeMuseumContent(now)).is_ok();
    Opens { any, except: now.replaced_subjects().to_vec() }
}

/// Whether this person may read who a dossier is about, or was: what it says of this subject, as a parket recorded it.
pub fn opens_participant(actor: &Actor, subject: SubjectId, now: &LearningTrajectory) -> bool {
    let known = actor.role.side() == Some(Side::Parket) || !now.replaced_subjects().contains(&subject);
    known && authorize(actor, Action::SeePersonal(now)).is_ok()
}

/// Whether this person may read this text, which that one wrote in a dossier: as [`opens_personal`] says, and, of what the
/// museum wrote, what was delivered to the person's organisation (see [`delivered_to`]).
pub fn opens_text(
    actor: &Actor,
    text: &PersonalValue,
    recorded_by: &Actor,
    delivered: bool,
    now: &LearningTrajectory,
) -> bool {
    opens_personal(actor, recorded_by, now).about(text.value.subject)
        || delivered && authorize(actor, Action::SeePersonal(now)).is_ok()
}

/// Whether an organisation may tell this value of a dossier in answer to a person concerned, or take it out in clear: when it
/// holds it (see `held_by`), and it is not about somebody else than the person.
pub fn answers_with(
    organisation: &OrganisationId,
    value: &PersonalValue,
    recorded_by: &Actor,
    delivered: bool,
    now: &LearningTrajectory,
) -> bool {
    let about_somebody_else =
        matches!(value.field, PersonalField::AppointmentInterpreter | PersonalField::AppointmentCompanions);
    let replaced = now.replaced_subjects().contains(&value.value.subject);
    !about_somebody_else && held_by(organisation, recorded_by, delivered, replaced)
}

/// Whether an organisation holds what that one recorded in a dossier: Kazerne Dossin all of a dossier that it knows, except
/// what others recorded of somebody who was replaced before that, and a parket what parketten recorded and what was delivered
/// to it.
fn held_by(organisation: &OrganisationId, recorded_by: &Actor, delivered: bool, replaced: bool) -> bool {
    let by_the_museum = recorded_by.organisation.is_museum();
    if organisation.is_museum() { by_the_museum || !replaced } else { !by_the_museum || delivered }
}

/// Whether a bundle that was delivered to an organisation prints this value in these very words. What was put in its place
/// since is not delivered before another bundle is, and what no bundle prints never is.
pub fn delivered_to(organisation: &OrganisationId, value: &PersonalValue, wordings: &[Wording]) -> bool {
    wordings.iter().any(|wording| wording.value == *value && wording.handed_over_to.contains(organisation))
}

/// The dossiers this person may see, as a row filter.
pub fn scope(actor: &Actor) -> Scope {
    match actor.role {
        Role::Prosecutor | Role::ProsecutionJurist => Scope::Parket(actor.organisation.clone()),
        Role::MuseumCoordinator => Scope::Museum,
        Role::Guide => Scope::Guide(actor.id.clone()),
        Role::ComplianceOfficer => Scope::Controller(actor.organisation.clone()),
        Role::PolicyAnalyst | Role::PlanCoordinator | Role::DomainContact | Role::Administrator => Scope::Nothing,
    }
}

/// The purposes for which this role works on dossiers, the usual one first (domain page, sections 1 and 6): case handling
/// by those who handle cases, supervision by who supervises, requests of the person concerned by those who answer them,
/// quality control by those who lead the work.
pub fn purposes(role: Role) -> &'static [Purpose] {
    match role {
        Role::Prosecutor | Role::MuseumCoordinator => {
            &[Purpose::CaseHandling, Purpose::SubjectRequest, Purpose::QualityControl]
        }
        Role::ProsecutionJurist => &[Purpose::CaseHandling, Purpose::SubjectRequest],
        Role::Guide => &[Purpose::CaseHandling],
        Role::ComplianceOfficer => &[Purpose::Supervision, Purpose::SubjectRequest],
        Role::PolicyAnalyst | Role::PlanCoordinator | Role::DomainContact => &[Purpose::Reporting],
        Role::Administrator => &[Purpose::Administration],
    }
}

/// Whether this purpose is about one dossier, which the reader then names. A request of a person concerns that person's
/// dossier; every other purpose goes over lists as well.
pub fn needs_case(purpose: Purpose) -> bool {
    match purpose {
        Purpose::SubjectRequest => true,
        Purpose::CaseHandling
        | Purpose::Supervision
        | Purpose::QualityControl
        | Purpose::Reporting
        | Purpose::Administration => false,
    }
}

/// The purpose for which this role works on dossiers now, when the one stated suffices.
pub fn fitting(role: Role, stated: Option<Purpose>, case: Option<&str>) -> Result<Purpose, Unfit> {
    let purpose = stated.ok_or(Unfit::Missing)?;
    if !purposes(role).contains(&purpose) {
        return Err(Unfit::NotOfRole);
    }
    if needs_case(purpose) && case.is_none() {
        return Err(Unfit::CaseMissing);
    }
    Ok(purpose)
}

/// The purpose of an act that is not about dossiers, where the client stated none: what the role is there for.
pub fn usual_purpose(role: Role) -> Purpose {
    purposes(role).first().copied().unwrap_or(Purpose::Administration)
}

/// The organisations whose people's accesses are this viewer's to account for: each is the controller of what its own people
/// read. What the program itself recorded is everybody's.
pub fn answers_for(viewer: &Actor) -> [OrganisationId; 2] {
    [viewer.organisation.clone(), OrganisationId(PROGRAM.into())]
}

/// Whether a person's accesses are this viewer's to account for.
pub fn same_controller(viewer: &Actor, reader: &Actor) -> bool {
    answers_for(viewer).contains(&reader.organisation)
}

fn role(may: bool) -> Result<(), Denied> {
    if may { Ok(()) } else { Err(Denied::Role) }
}

fn visible(actor: &Actor, dossier: &LearningTrajectory) -> Result<(), Denied> {
    let own = match scope(actor) {
        Scope::All => dossier.status().is_some(),
        Scope::Controller(museum) if museum.is_museum() => dossier.museum_involved(),
        Scope::Parket(parket) | Scope::Controller(parket) => dossier.parket() == Some(&parket),
        Scope::Museum => dossier.museum_involved(),
        Scope::Guide(guide) => dossier.museum_involved() && dossier.guide() == Some(&guide),
        Scope::Nothing => false,
    };
    if own { Ok(()) } else { Err(Denied::Hidden) }
}

/// Evidence is seen by the side that recorded it, written reflections by Kazerne Dossin, bundles by whoever puts them
/// together; and a recipient sees what was handed over to it, the documents behind its pieces included.
fn sees_document(actor: &Actor, document: &KeptDocument, dossier: &LearningTrajectory) -> Result<(), Denied> {
    let own = &actor.organisation;
    let coordinates = actor.role == Role::MuseumCoordinator && own.is_museum();
    let parket = matches!(actor.role, Role::Prosecutor | Role::ProsecutionJurist) && !own.is_museum();
    let handed_over = dossier.bundles().iter().any(|bundle| {
        let holds = document.bundle == Some(bundle.number)
            || bundle.pieces.iter().any(|piece| piece.sequence == document.sequence);
        holds && bundle.deliveries.iter().any(|delivery| &delivery.recipient == own)
    });
    if parket && handed_over {
        // To its recipient a bundle stays what was received, also when the dossier went to another parket since.
        return Ok(());
    }
    visible(actor, dossier)?;
    role(match document.kind {
        DocumentKind::ConsentEvidence => (coordinates || parket) && document.recorded_by == *own,
        DocumentKind::Reflection => coordinates || actor.role == Role::Guide,
        DocumentKind::Bundle => coordinates,
    })
}

/// Whether a command to this dossier is this person's to give at all. Wider than what they see in three places: the museum
/// records what a participant declares in a dossier that it sees from the consent on, a parket accepts one before it can
/// read it, and who was sent a bundle confirms it, whoever has the dossier now.
fn reaches(actor: &Actor, kind: TrajectoryCommandKind, dossier: &LearningTrajectory) -> bool {
    let own = &actor.organisation;
    let of_the_parket = matches!(actor.role, Role::Prosecutor | Role::ProsecutionJurist);
    visible(actor, dossier).is_ok()
        || match kind {
            // Declarations: what this dossier holds of them is the museum's own, before a consent as well.
            kind if kind.before_the_museum_knows() => {
                actor.role == Role::MuseumCoordinator && own.is_museum() && may_be_declared(dossier)
            }
            TrajectoryCommandKind::ReceiveBundle => of_the_parket && was_delivered_to(own, dossier),
            TrajectoryCommandKind::TransferTrajectory => {
                actor.role == Role::Prosecutor && dossier.pending_transfer() == Some(own)
            }
            _only_what_is_seen => false,
        }
}

/// Whether the museum may record a declaration of the participant in a dossier that is not its own (yet): once the parket
/// has found the participant eligible, or on something that was declared already.
fn may_be_declared(dossier: &LearningTrajectory) -> bool {
    use TrajectoryStatus::{Drafted, Ineligible, OpenedInError, Requested};
    let decided = |status| !matches!(status, Drafted | Requested | Ineligible | OpenedInError);
    dossier.status().is_some_and(decided) || dossier.something_declared()
}

fn was_delivered_to(own: &OrganisationId, dossier: &LearningTrajectory) -> bool {
    dossier.bundles().iter().flat_map(|bundle| &bundle.deliveries).any(|delivery| &delivery.recipient == own)
}

/// Until it is approved, an edition is between who freezes and who approves it.
fn sees_edition(role: Role, status: EditionStatus) -> bool {
    match status {
        EditionStatus::Drafting | EditionStatus::Frozen => role == Role::PlanCoordinator,
        EditionStatus::Approved | EditionStatus::Submitted | EditionStatus::Withdrawn => {
            matches!(role, Role::PlanCoordinator | Role::PolicyAnalyst | Role::DomainContact | Role::ComplianceOfficer)
        }
    }
}

fn works_with_dossiers(role: Role) -> bool {
    match role {
        Role::Prosecutor
        | Role::ProsecutionJurist
        | Role::MuseumCoordinator
        | Role::Guide
        | Role::ComplianceOfficer => true,
        Role::PolicyAnalyst | Role::PlanCoordinator | Role::DomainContact | Role::Administrator => false,
    }
}
