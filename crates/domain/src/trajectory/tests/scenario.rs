//! One scenario: a history, a command, and its consequence, run through cqrs-es's own test framework.

use cqrs_es::test::TestFramework;

use crate::kernel::{ActorId, Addressed, CommandContext, OrganisationId, Role};
use crate::trajectory::command::{TrajectoryCommand, TrajectoryCommandKind};
use crate::trajectory::event::TrajectoryEvent;
use crate::trajectory::samples::{context, day, history, sample};
use crate::trajectory::vocabulary::TrajectoryStatus;
use crate::trajectory::{LearningTrajectory, TrajectoryRejection};

/// A scenario whose consequence is known.
#[derive(Clone)]
pub struct Scenario {
    given: Vec<TrajectoryEvent>,
    command: TrajectoryCommand,
    context: CommandContext,
    then: Result<Vec<TrajectoryEvent>, TrajectoryRejection>,
}

/// Declares tests that are also listed, so that another test can ask what they cover together.
macro_rules! scenarios {
    ($($name:ident: $scenario:expr;)+) => {
        $(#[test] fn $name() { $scenario.check(); })+

        /// Every scenario of this file.
        pub fn all() -> Vec<super::Scenario> { vec![$($scenario),+] }
    };
}
pub(super) use scenarios;

/// The sample history to this status.
pub fn given(status: TrajectoryStatus) -> Asking {
    asking(history(status))
}

/// An empty stream.
pub fn given_nothing() -> Asking {
    asking(Vec::new())
}

/// The sample command of this kind in its own place.
pub fn when(kind: TrajectoryCommandKind) -> Asking {
    let sample = sample(kind);
    let context = sample.context();
    Asking { given: sample.given, command: Some(sample.command), context }
}

/// A scenario in the making.
pub struct Asking {
    given: Vec<TrajectoryEvent>,
    command: Option<TrajectoryCommand>,
    context: CommandContext,
}

fn asking(given: Vec<TrajectoryEvent>) -> Asking {
    Asking { given, command: None, context: context(Role::Prosecutor, day(5, 4)) }
}

impl Asking {
    /// And then this happened.
    pub fn and(mut self, events: impl IntoIterator<Item = TrajectoryEvent>) -> Self {
        self.given.extend(events);
        self
    }

    /// This is asked.
    pub fn when(mut self, command: TrajectoryCommand) -> Self {
        self.command = Some(command);
        self
    }

    /// The sample command of this kind is asked.
    pub fn when_sample(self, kind: TrajectoryCommandKind) -> Self {
        let asked = sample(kind).command;
        self.when(asked)
    }

    /// The command says something else here.
    pub fn but(mut self, change: impl FnOnce(&mut TrajectoryCommand)) -> Self {
        if let Some(command) = &mut self.command {
            change(command);
        }
        self
    }

    /// By the sample person of this role.
    pub fn by(mut self, role: Role) -> Self {
        let today = self.context.today;
        self.context = context(role, today);
        self
    }

    /// By somebody else in the same role.
    pub fn named(mut self, id: ActorId) -> Self {
        self.context.actor.id = id;
        self
    }

    /// For another organisation.
    pub fn of(mut self, organisation: OrganisationId) -> Self {
        self.context.actor.organisation = organisation;
        self
    }

    /// At noon of this day.
    pub fn on(mut self, month: u32, on: u32) -> Self {
        let role = self.context.actor.role;
        let at = context(role, day(month, on));
        (self.context.at, self.context.today) = (at.at, at.today);
        self
    }

    /// Exactly this happens.
    pub fn then(self, events: impl IntoIterator<Item = TrajectoryEvent>) -> Scenario {
        self.comes_to(Ok(events.into_iter().collect()))
    }

    /// It is refused for this reason, and nothing happens.
    pub fn refused(self, reason: TrajectoryRejection) -> Scenario {
        self.comes_to(Err(reason))
    }

    fn comes_to(self, then: Result<Vec<TrajectoryEvent>, TrajectoryRejection>) -> Scenario {
        let command = self.command.expect("a scenario asks something");
        Scenario { given: self.given, command, context: self.context, then }
    }
}

impl Scenario {
    /// Runs it.
    pub fn check(self) {
        let asked = Addressed { command: self.command, context: self.context };
        let result = TestFramework::<LearningTrajectory>::with(()).given(self.given).when(asked);
        match self.then {
            Ok(events) => result.then_expect_events(events),
            Err(reason) => result.then_expect_error(reason),
        }
    }

    /// What follows from it.
    pub fn consequence(&self) -> &Result<Vec<TrajectoryEvent>, TrajectoryRejection> {
        &self.then
    }
}
