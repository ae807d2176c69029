//! Why the record of a training line says no, and what to do instead.

use chrono::NaiveDate;

use super::vocabulary::{TrainingLine, TrainingProgramme};
use crate::kernel::{Label, Language, Refusal, RefusalCode, Role};

/// A refusal of the record of a training line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each variant has its sentence")]
pub enum TrainingRejection {
    /// Only the museum coordinator.
    #[error("A {} cannot record training: ask the museum coordinator.", role.label(Language::En))]
    NotYourRole { role: Role },
    /// Not there, or annulled.
    #[error("There is no such session, or it was annulled: look it up among the sessions.")]
    NoSuchSession,
    /// Nothing to annul.
    #[error("No opening balance of {} counts.", programme.label(Language::En))]
    NoBalance { programme: TrainingProgramme },
    /// One per line.
    #[error("This line has an opening balance: annul it before you record another.")]
    BalanceTaken,
    /// The session is counted already.
    #[error("The opening balance counts everybody up to {until}: record only sessions after that day.")]
    InOpeningBalance { until: NaiveDate },
    /// The balance would count sessions again.
    #[error("A session of {first} is recorded: an opening balance may only cover days before the first session.")]
    SessionsBefore { first: NaiveDate },
    /// The command went to the record of another line.
    #[error("{} is not of this line ({}): annul the session and record it there.", programme.label(Language::En), line.label(Language::En))]
    OtherLine { programme: TrainingProgramme, line: TrainingLine },
    /// Nobody, or more than there can be.
    #[error("Give the number of participants, from 1 to {most}.")]
    Participants { most: u32 },
    /// A total nobody told.
    #[error("Say where the total was told, in at most {most} bytes.")]
    Source { most: usize },
    /// What happened lies in the past.
    #[error("That day lies in the future (today is {today}): record it once it has happened.")]
    InFuture { path: &'static str, today: NaiveDate },
    /// Before there was any.
    #[error("Police training began in {year}: correct the date.")]
    TooEarly { path: &'static str, year: i32 },
}

impl Refusal for TrainingRejection {
    fn code(&self) -> RefusalCode {
        match self {
            Self::NotYourRole { .. } => RefusalCode::NotYourRole,
            Self::NoSuchSession | Self::NoBalance { .. } => RefusalCode::NotFound,
            Self::BalanceTaken => RefusalCode::AlreadyDone,
            Self::InOpeningBalance { .. } | Self::SessionsBefore { .. } => RefusalCode::RuleNotMet,
            Self::OtherLine { .. } | Self::Participants { .. } | Self::Source { .. } => RefusalCode::InvalidInput,
            Self::InFuture { .. } | Self::TooEarly { .. } => RefusalCode::InvalidDate,
        }
    }

    fn path(&self) -> Vec<String> {
        let field = match self {
            Self::NotYourRole { .. } | Self::BalanceTaken => return Vec::new(),
            Self::NoSuchSession => "session",
            Self::NoBalance { .. } | Self::OtherLine { .. } => "programme",
            Self::InOpeningBalance { .. } => "heldOn",
            Self::SessionsBefore { .. } => "until",
            Self::Participants { .. } => "participants",
            Self::Source { .. } => "source",
            Self::InFuture { path, .. } | Self::TooEarly { path, .. } => path,
        };
        vec![field.to_owned()]
    }

    fn message_nl(&self) -> String {
        match self {
            Self::NotYourRole { role } => format!(
                "Opleidingen noteren kan niet als {}; vraag het aan de projectmedewerker van Kazerne Dossin.",
                role.label(Language::Nl)
            ),
            Self::NoSuchSession => "Deze opleidingssessie bestaat niet of werd geannuleerd.".into(),
            Self::NoBalance { programme } => {
                format!("Er telt geen beginstand van {}.", programme.label(Language::Nl))
            }
            Self::BalanceTaken => "Er is al een beginstand; annuleer die voor u een andere noteert.".into(),
            Self::InOpeningBalance { until } => {
                format!("De beginstand telt iedereen tot en met {until}; noteer enkel sessies na die dag.")
            }
            Self::SessionsBefore { first } => format!(
                "Er is een sessie van {first} genoteerd; een beginstand mag enkel dagen voor de eerste sessie beslaan."
            ),
            Self::OtherLine { programme, line } => format!(
                "{} hoort niet bij deze lijn ({}); annuleer de sessie en noteer ze daar.",
                programme.label(Language::Nl),
                line.label(Language::Nl)
            ),
            Self::Participants { most } => format!("Geef het aantal deelnemers op, van 1 tot {most}."),
            Self::Source { most } => format!("Vermeld waar het totaal vandaan komt, in hoogstens {most} bytes."),
            Self::InFuture { today, .. } => {
                format!("Die dag ligt in de toekomst (vandaag is {today}); noteer het nadat het gebeurd is.")
            }
            Self::TooEarly { year, .. } => format!("De politieopleidingen begonnen in {year}; verbeter de datum."),
        }
    }
}
