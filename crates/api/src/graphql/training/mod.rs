//! Police training: how many took part, per programme and half-year, and the sessions behind it.

mod commands;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use spoor_domain::kernel::{Label, TrainingSessionId};
use spoor_domain::training::vocabulary::{TrainingAudience, TrainingLine, TrainingProgramme};
use spoor_projections::training::{self as view, LineTotals};
use uuid::Uuid;

use super::as_of::known_at;
use super::coded::{Coded, LabelLanguage};
use super::global_id::{Kind, global_id, parse_global_id};
use super::problem::OurFault;
use super::scalars::{Date, HalfYear, Position};
use super::session::{allow, catch_up, desk};
use crate::policy::Action;

pub use commands::TrainingMutations;

/// Most sessions shown of a line.
const MOST_SESSIONS: i32 = 500;

/// A line of programmes with its totals.
pub struct TrainingTotals {
    totals: LineTotals,
    /// Whether they are as known at another moment: then the sessions behind them are not listed.
    of_then: bool,
}

/// A total of before that was taken over.
#[derive(SimpleObject)]
pub struct TrainingOpeningBalance {
    /// The programme it was told for; the whole line is counted in it.
    programme: Coded<TrainingProgramme>,
    /// The last day it covers; sessions are recorded from the day after.
    until: Date,
    /// How many took part.
    participants: u64,
    /// Where it was told.
    source: String,
}

/// The total of a programme.
#[derive(SimpleObject)]
pub struct TrainingProgrammeTotal {
    /// The programme.
    programme: Coded<TrainingProgramme>,
    /// Participants from the beginning; the opening balance counts under the programme it was told for, and null is said of the
    /// others of its line, because nobody knows how many of theirs are in it.
    participants: Option<u64>,
    /// Sessions recorded.
    sessions: u64,
}

/// What was held in a half-year.
#[derive(SimpleObject)]
pub struct TrainingHalfYear {
    /// The half-year.
    half_year: HalfYear,
    /// The programme.
    programme: Coded<TrainingProgramme>,
    /// Sessions.
    sessions: u64,
    /// Participants.
    participants: u64,
    /// Of whom aspirants.
    aspirants: u64,
    /// Participants of this programme from the beginning up to and including this half-year; null when an opening balance
    /// holds some of them and nobody knows how many.
    cumulative: Option<u64>,
}

/// A training session that was held. Nobody who took part is named.
#[derive(SimpleObject)]
pub struct TrainingSession {
    /// The global id, to correct or annul it.
    id: ID,
    /// The programme.
    programme: Coded<TrainingProgramme>,
    /// The day it was held.
    held_on: Date,
    /// For whom.
    audience: Coded<TrainingAudience>,
    /// How many took part.
    participants: u64,
}

impl TrainingTotals {
    /// The line with this stream, as it stands, for those who may see it.
    async fn find(ctx: &Context<'_>, stream: Uuid) -> Result<Option<Self>> {
        allow(ctx, Action::SeeTraining)?;
        let found = view::totals(&desk(ctx)?.views).await.ours(ctx)?.value;
        let line = found.into_iter().find(|totals| totals.line.stream() == stream);
        Ok(line.map(|totals| Self { totals, of_then: false }))
    }
}

/// Police training (politieopleiding) of one line of programmes. Numbers of participants, told as they are.
#[Object]
impl TrainingTotals {
    /// The line.
    async fn line(&self) -> Coded<TrainingLine> {
        self.totals.line.into()
    }

    /// The line, in words.
    async fn line_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.totals.line.label(language.into())
    }

    /// Participants from the beginning, the opening balance included.
    async fn cumulative(&self) -> u64 {
        self.totals.cumulative
    }

    /// The total of before, when one counts.
    async fn opening_balance(&self) -> Option<TrainingOpeningBalance> {
        let view::OpeningBalance { programme, until, participants, source } = self.totals.balance.clone()?;
        Some(TrainingOpeningBalance { programme: programme.into(), until: until.into(), participants, source })
    }

    /// Per programme of the line.
    async fn programmes(&self) -> Vec<TrainingProgrammeTotal> {
        let total = |total: &view::ProgrammeTotal| TrainingProgrammeTotal {
            programme: total.programme.into(),
            participants: self.totals.knows_total_of(total.programme).then_some(total.participants),
            sessions: total.sessions,
        };
        self.totals.programmes.iter().map(total).collect()
    }

    /// Per half-year in which there was a session, oldest first.
    async fn half_years(&self) -> Vec<TrainingHalfYear> {
        let half_year = |held: &view::HalfYearTraining| TrainingHalfYear {
            half_year: HalfYear(held.half_year),
            programme: held.programme.into(),
            sessions: held.sessions,
            participants: held.participants,
            aspirants: held.aspirants,
            cumulative: self.totals.knows_total_of(held.programme).then_some(held.cumulative),
        };
        self.totals.half_years.iter().map(half_year).collect()
    }

    /// The sessions that count, latest first; none when the totals are those of another moment.
    #[graphql(complexity = "first.unwrap_or(50).clamp(1, 500) as usize * child_complexity + 1")]
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many, at most 500.")] first: Option<i32>,
    ) -> Result<Option<Vec<TrainingSession>>> {
        if self.of_then {
            return Ok(None);
        }
        let most = first.unwrap_or(50).clamp(1, MOST_SESSIONS).unsigned_abs();
        let sessions = view::entries(&desk(ctx)?.views, self.totals.line, most).await.ours(ctx)?;
        let session = |row: view::SessionRow| TrainingSession {
            id: session_id(row.programme.line(), row.id),
            programme: row.programme.into(),
            held_on: row.held_on.into(),
            audience: row.audience.into(),
            participants: row.participants,
        };
        Ok(Some(sessions.into_iter().map(session).collect()))
    }

    /// The number of its events; give it as `expectedVersion` to insist on it.
    async fn version(&self) -> u64 {
        self.totals.version
    }
}

/// Questions about police training.
#[derive(Default)]
pub struct TrainingQuery;

#[Object]
impl TrainingQuery {
    /// Police training, a line of programmes at a time: how many took part, per half-year and from the beginning.
    async fn training_totals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As known at this moment; as it stands when absent.")] as_known_at: Option<DateTime<Utc>>,
        #[graphql(desc = "Wait for the view to show this position.")] min_position: Option<Position>,
    ) -> Option<Result<Vec<TrainingTotals>>> {
        Some(lines(ctx, as_known_at, min_position).await)
    }
}

async fn lines(
    ctx: &Context<'_>,
    moment: Option<DateTime<Utc>>,
    min_position: Option<Position>,
) -> Result<Vec<TrainingTotals>> {
    allow(ctx, Action::SeeTraining)?;
    catch_up(ctx, &[view::PROJECTION], min_position).await?;
    let views = &desk(ctx)?.views;
    let found = match moment {
        Some(moment) => view::totals_at(views, known_at(ctx, moment).await?.index).await.ours(ctx)?,
        None => view::totals(views).await.ours(ctx)?.value,
    };
    Ok(found.into_iter().map(|totals| TrainingTotals { totals, of_then: moment.is_some() }).collect())
}

/// The global id of a session: the line that records it, and which one.
fn session_id(line: TrainingLine, session: TrainingSessionId) -> ID {
    global_id(Kind::TrainingSession, &format!("{}/{session}", line.code()))
}

/// The line and the session that a global id names.
fn session_named(id: &ID) -> Option<(TrainingLine, TrainingSessionId)> {
    let (kind, local) = parse_global_id(id)?;
    let (line, session) = local.split_once('/')?;
    let line = TrainingLine::from_code(line).filter(|_| kind == Kind::TrainingSession)?;
    Some((line, session.parse().ok()?))
}
