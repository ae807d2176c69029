//! Who may record training, and what counts: in the past, once, and not before the day up to which a total is known.

use chrono::NaiveDate;

use super::command::{SessionGiven, TrainingCommand};
use super::event::TrainingEvent;
use super::rejection::TrainingRejection as No;
use super::state::{Session, TrainingRecord};
use super::vocabulary::TrainingProgramme;
use crate::kernel::{CommandContext, Decider, Role, TrainingSessionId, derived_id};

/// Most participants of one session: more do not fit in the house.
pub const MOST_PARTICIPANTS: u32 = 500;
/// Most participants of an opening balance: more than all police of the country.
pub const LARGEST_BALANCE: u32 = 100_000;
/// The year in which police training began (press release of 10 December 2020 on the renewed cooperation).
const FIRST_YEAR: i32 = 2014;
/// Longest text on where a balance was told, in bytes.
const SOURCE_BYTES: usize = 500;

impl Decider for TrainingRecord {
    const TYPE: &'static str = crate::catalogue::aggregate_type::TRAINING;
    type Command = TrainingCommand;
    type Event = TrainingEvent;
    type Rejection = No;

    fn decide(&self, command: &TrainingCommand, context: &CommandContext) -> Result<Vec<TrainingEvent>, No> {
        match context.actor.role {
            Role::MuseumCoordinator => {}
            role => return Err(No::NotYourRole { role }),
        }
        match command {
            TrainingCommand::RecordTrainingSession { given } => self.record(given, context),
            TrainingCommand::CorrectTrainingSession { session, given, reason } => {
                let known = self.session(*session).ok_or(No::NoSuchSession)?;
                self.check(given, context)?;
                let SessionGiven { programme, held_on, audience, participants } = *given;
                if *known == (Session { programme, held_on, audience, participants }) {
                    return Ok(Vec::new());
                }
                Ok(vec![TrainingEvent::TrainingSessionCorrected {
                    occurred_on: context.today,
                    session: *session,
                    held_on,
                    programme,
                    audience,
                    participants,
                    reason: *reason,
                }])
            }
            TrainingCommand::AnnulTrainingSession { session, reason } => {
                self.session(*session).ok_or(No::NoSuchSession)?;
                let (occurred_on, session, reason) = (context.today, *session, *reason);
                Ok(vec![TrainingEvent::TrainingSessionAnnulled { occurred_on, session, reason }])
            }
            TrainingCommand::RecordOpeningBalance { programme, until, participants, source } => {
                self.open(*programme, *until, *participants, source, context)
            }
            TrainingCommand::AnnulOpeningBalance { programme, reason } => {
                let balance = self.balance().filter(|balance| balance.programme == *programme);
                balance.ok_or(No::NoBalance { programme: *programme })?;
                let (occurred_on, programme, reason) = (context.today, *programme, *reason);
                Ok(vec![TrainingEvent::OpeningBalanceAnnulled { occurred_on, programme, reason }])
            }
        }
    }

    fn evolve(&mut self, event: &TrainingEvent) {
        self.apply(event);
    }
}

impl TrainingRecord {
    fn record(&self, given: &SessionGiven, context: &CommandContext) -> Result<Vec<TrainingEvent>, No> {
        let session = TrainingSessionId(derived_id(context.command_id, "trainingSession"));
        if self.session(session).is_some() {
            return Ok(Vec::new());
        }
        self.check(given, context)?;
        let SessionGiven { programme, held_on, audience, participants } = *given;
        Ok(vec![TrainingEvent::TrainingSessionHeld {
            occurred_on: held_on,
            session,
            programme,
            audience,
            participants,
        }])
    }

    /// Whether a session may count like this.
    fn check(&self, given: &SessionGiven, context: &CommandContext) -> Result<(), No> {
        self.check_line(given.programme)?;
        check_day("heldOn", given.held_on, context)?;
        if !(1..=MOST_PARTICIPANTS).contains(&given.participants) {
            return Err(No::Participants { most: MOST_PARTICIPANTS });
        }
        match self.balance() {
            Some(balance) if given.held_on <= balance.until => Err(No::InOpeningBalance { until: balance.until }),
            Some(_) | None => Ok(()),
        }
    }

    fn open(
        &self,
        programme: TrainingProgramme,
        until: NaiveDate,
        participants: u32,
        source: &str,
        context: &CommandContext,
    ) -> Result<Vec<TrainingEvent>, No> {
        self.check_line(programme)?;
        if self.balance().is_some() {
            return Err(No::BalanceTaken);
        }
        check_day("until", until, context)?;
        if !(1..=LARGEST_BALANCE).contains(&participants) {
            return Err(No::Participants { most: LARGEST_BALANCE });
        }
        let source = source.trim();
        if source.is_empty() || source.len() > SOURCE_BYTES {
            return Err(No::Source { most: SOURCE_BYTES });
        }
        if let Some(first) = self.sessions().map(|(_, session)| session.held_on).min()
            && first <= until
        {
            return Err(No::SessionsBefore { first });
        }
        let (occurred_on, source) = (context.today, source.to_owned());
        Ok(vec![TrainingEvent::OpeningBalanceRecorded { occurred_on, programme, until, participants, source }])
    }

    fn check_line(&self, programme: TrainingProgramme) -> Result<(), No> {
        match self.line() {
            Some(line) if line != programme.line() => Err(No::OtherLine { programme, line }),
            Some(_) | None => Ok(()),
        }
    }
}

fn check_day(path: &'static str, day: NaiveDate, context: &CommandContext) -> Result<(), No> {
    if day > context.today {
        return Err(No::InFuture { path, today: context.today });
    }
    if day < NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1).unwrap_or_default() {
        return Err(No::TooEarly { path, year: FIRST_YEAR });
    }
    Ok(())
}
