//! The *by* column of the domain page (section 2) as one table: every command, every role.

use super::state::folded;
use crate::kernel::{Label, Role};
use crate::trajectory::command::TrajectoryCommandKind::{self as Kind, *};
use crate::trajectory::event::TrajectoryEvent;
use crate::trajectory::samples::*;
use crate::trajectory::vocabulary::TrajectoryStatus;

use Role::{ComplianceOfficer as O, Guide as G, MuseumCoordinator as C, ProsecutionJurist as J, Prosecutor as P};

/// Written from the page, not from the code.
const BY: &[(Kind, &[Role])] = &[
    (DraftRequest, &[P, J]),
    (RequestTrajectory, &[P]),
    (PrepareEligibility, &[P, J]),
    (AssessEligibility, &[P]),
    (GiveConsent, &[P, J, C]),
    (RefuseConsent, &[P, J, C]),
    (WithdrawConsent, &[P, J, C]),
    (GiveSharingConsent, &[P, J, C]),
    (WithdrawSharingConsent, &[P, J, C]),
    (AttachConsentEvidence, &[P, J, C]),
    (AssignGuide, &[C]),
    (ReplaceGuide, &[C]),
    (PlanAppointment, &[C, G]),
    (MoveAppointment, &[C, G]),
    (CancelAppointment, &[C, G]),
    (MissAppointment, &[C, G]),
    (HoldPreparatoryCall, &[C, G]),
    (HoldTour, &[G]),
    (InterruptTour, &[G]),
    (HoldInDepthTalk, &[G]),
    (FileReflectionReport, &[C, G]),
    (WaiveReflectionReport, &[C, G]),
    (IssueAdvice, &[C]),
    (AssembleBundle, &[C]),
    (DeliverBundle, &[C]),
    (ReceiveBundle, &[P, J]),
    (RecordOutcome, &[P]),
    (RetractRequest, &[P]),
    (OfferTransfer, &[P]),
    (TransferTrajectory, &[P]),
    (CloseTrajectory, &[C, P]),
    (DiscontinueTrajectory, &[C, P]),
    (ReopenTrajectory, &[C, P]),
    (CorrectFact, &[P, J, C, G]),
    (AnnulStep, &[P, J, C, G]),
    (ReplaceParticipant, &[P]),
    (LinkSubjects, &[P, C]),
    (UnlinkSubjects, &[P, C]),
    (ReportIncident, &[C, G]),
    (ReassignTrajectory, &[P, J, C]),
    (RestrictProcessing, &[O]),
    (LiftRestriction, &[O]),
    (PlaceLegalHold, &[O]),
    (LiftLegalHold, &[O]),
    // Section 6, two people: compliance asks, an officer of the controller answers; the program records.
    (RequestErasure, &[O]),
    (RefuseErasure, &[P]),
    (ConfirmErasure, &[P]),
    (RecordKeyDestroyed, &[Role::Administrator]),
    (RecordRecipientTold, &[P, C, O]),
];

#[test]
fn every_command_is_for_the_roles_of_the_by_column_and_nobody_else() {
    for kind in Kind::ALL {
        let (_, allowed) = BY.iter().find(|(named, _)| named == kind).expect("every command has its row");
        for role in Role::ALL {
            let state = folded(&where_it_is_possible(*kind, *role));
            let permitted = state.permitted(*kind, &sample(*kind).context_as(*role));
            if allowed.contains(role) {
                assert_eq!(permitted, Ok(()), "{kind:?} by {role:?}");
            } else {
                let refusal = permitted.expect_err("a role outside the column is refused").name();
                let duties = match kind {
                    IssueAdvice => [P, J].contains(role),
                    RecordOutcome => [C, G].contains(role),
                    _any_other => false,
                };
                let expected = if duties { "SeparationOfDuties" } else { "NotYourRole" };
                assert_eq!(refusal, expected, "{kind:?} by {role:?}");
            }
        }
    }
}

/// A dossier in which the command is possible for whoever may do it.
fn where_it_is_possible(kind: Kind, role: Role) -> Vec<TrajectoryEvent> {
    let museum = [C, G].contains(&role);
    match (kind, role) {
        (AnnulStep, J) => history(TrajectoryStatus::Consented),
        (AnnulStep, P) => history(TrajectoryStatus::Eligible),
        (ReassignTrajectory | LinkSubjects, _) if museum => history(TrajectoryStatus::Toured),
        (UnlinkSubjects, _) if museum => [history(TrajectoryStatus::Toured), vec![linked()]].concat(),
        _the_sample_will_do => sample(kind).given,
    }
}
