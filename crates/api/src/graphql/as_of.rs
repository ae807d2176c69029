//! Another moment than now: as it was known then, as it was then, or both.

use async_graphql::{Context, InputObject, Result, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use spoor_projections::Seen;

use super::problem::{OurFault, Problem, not_whole};
use super::scalars::Date;
use super::session::desk;

/// Another moment than now. `recordedAt` and `index` ask what was known then: give at most one of them. `occurredOn` asks
/// how it was on a day, by everything known since: corrected days and values count, annulled steps never happened.
/// Together: how it was on that day, by what was known then.
#[derive(Clone, Copy, InputObject)]
pub struct AsOf {
    /// As known at this moment.
    recorded_at: Option<DateTime<Utc>>,
    /// As known when the event with this number was the last one in the log.
    index: Option<u64>,
    /// As it was at the end of this day.
    occurred_on: Option<Date>,
}

/// A moment that was asked for, found in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The last event of the log that was known.
    pub index: u64,
    /// The day at whose end it was so; none for as it was known.
    pub on: Option<NaiveDate>,
}

/// The moment that is shown, where it is not now.
#[derive(SimpleObject)]
pub struct ShownAsOf {
    /// The number of the last event of the log that was known.
    index: u64,
    /// The day at whose end it was so, by what was known; absent for as it was known.
    occurred_on: Option<Date>,
}

impl From<Moment> for ShownAsOf {
    fn from(moment: Moment) -> Self {
        Self { index: moment.index, occurred_on: moment.on.map(Date) }
    }
}

const TWO: &str = "give `recordedAt` or `index`, not both: each of them says what was known then";
const NONE: &str = "`asOf` names no moment: give `recordedAt` or `index` (as known then), `occurredOn` (as it was then), or one of each";
const BEYOND: &str = "`index` lies beyond the end of the log: leave it out to ask for now";
const FUTURE: &str = "this moment lies in the future, of which nothing is known: leave it out to ask for now";

impl AsOf {
    /// Finds the moment in the log.
    pub async fn resolve(self, ctx: &Context<'_>) -> Result<Moment> {
        let wrong = |what| Err(Problem::BadUserInput(what).at(ctx));
        let on = self.occurred_on.map(|day| day.0);
        if on.is_some_and(|day| day > desk(ctx).map_or(day, |desk| desk.clock.today_brussels())) {
            return wrong(FUTURE);
        }
        let index = match (self.recorded_at, self.index) {
            (Some(_), Some(_)) => return wrong(TWO),
            (Some(moment), None) => known_at(ctx, moment).await?.index,
            (None, asked) => {
                let head = desk(ctx)?.log.head().await.ours(ctx)?.index;
                match asked {
                    None if on.is_none() => return wrong(NONE),
                    Some(index) if index > head => return wrong(BEYOND),
                    asked => asked.unwrap_or(head),
                }
            }
        };
        Ok(Moment { index, on })
    }
}

/// The end of the log at a moment: the one way in which a recorded time becomes a place.
pub async fn known_at(ctx: &Context<'_>, moment: DateTime<Utc>) -> Result<Seen> {
    past(ctx, moment)?;
    let log = &desk(ctx)?.log;
    let index = log.index_at(moment).await.map_err(|cause| not_whole(ctx, &cause.into()))?;
    Ok(Seen { index, position: log.position_of(index).await.ours(ctx)? })
}

/// Refuses a moment that lies in the future.
fn past(ctx: &Context<'_>, moment: DateTime<Utc>) -> Result<()> {
    if moment > desk(ctx)?.clock.now() { Err(Problem::BadUserInput(FUTURE).at(ctx)) } else { Ok(()) }
}
