//! The agenda of a dossier. `planAppointment` names its appointment after the command, so a retry plans no second one.

use async_graphql::ID;
use chrono::{DateTime, Utc};
use spoor_domain::kernel::{AppointmentId, derived_id};
use spoor_domain::trajectory::command::TrajectoryCommand;
use spoor_domain::trajectory::vocabulary::{AppointmentKind, AppointmentReason, Channel};

use super::given::{appointment as known, optional};
use super::trajectory_commands;
use crate::graphql::coded::Coded;
use crate::graphql::user_error::command_id;

trajectory_commands! {
    /// The agenda of a dossier.
    AppointmentMutations;

    /// Plan an appointment; it may lie in the future.
    plan_appointment(PlanAppointmentInput, id) {
        /// What it is for.
        kind: Coded<AppointmentKind>,
        /// How people meet.
        channel: Coded<Channel>,
        /// When it starts.
        starts_at: DateTime<Utc>,
        /// The interpreter; personal.
        interpreter: Option<String>,
        /// Who comes along; personal.
        companions: Option<String>,
    } => TrajectoryCommand::PlanAppointment {
        appointment: AppointmentId(derived_id(command_id(id)?, "appointment")),
        kind: kind.0,
        channel: channel.0,
        starts_at,
        interpreter: optional(interpreter),
        companions: optional(companions),
    };

    /// Move an appointment to another moment.
    move_appointment(MoveAppointmentInput) {
        /// The appointment.
        appointment: ID,
        /// When it starts now.
        starts_at: DateTime<Utc>,
        /// Why.
        reason: Coded<AppointmentReason>,
        /// A remark; personal.
        remark: Option<String>,
    } => TrajectoryCommand::MoveAppointment {
        appointment: known(&appointment)?, starts_at, reason: reason.0, remark: optional(remark),
    };

    /// Call an appointment off.
    cancel_appointment(CancelAppointmentInput) {
        /// The appointment.
        appointment: ID,
        /// Why.
        reason: Coded<AppointmentReason>,
        /// A remark; personal.
        remark: Option<String>,
    } => TrajectoryCommand::CancelAppointment {
        appointment: known(&appointment)?, reason: reason.0, remark: optional(remark),
    };

    /// Record that somebody did not turn up.
    miss_appointment(MissAppointmentInput) {
        /// The appointment.
        appointment: ID,
        /// Why.
        reason: Coded<AppointmentReason>,
        /// A remark; personal.
        remark: Option<String>,
    } => TrajectoryCommand::MissAppointment {
        appointment: known(&appointment)?, reason: reason.0, remark: optional(remark),
    };
}
