//! What changes while somebody looks: frames follow the log, and each is authorised and recorded like a question.

use async_graphql::{Context, ID, Result, Subscription};
use futures_util::Stream;
use futures_util::stream::unfold;
use spoor_eventlog::Position;
use spoor_projections::trajectories::{self, DossierKey};
use tokio::sync::watch;

use super::dashboard::{Dashboard, DashboardFilterInput};
use super::disclosure::{Discloses, asked_in_vain};
use super::global_id::{Kind, local_id};
use super::problem::Problem;
use super::replay::{Replay, ReplayStep};
use super::session::{allow, desk, request, shows};
use super::trajectory::Trajectory;
use crate::policy::Action;

/// The root of what may be followed.
#[derive(Default)]
pub struct Subscription;

/// Where a follower is.
struct Following<'a, S> {
    ctx: &'a Context<'a>,
    wakeup: watch::Receiver<Position>,
    seen: Option<S>,
    /// The first frame comes at once.
    first: bool,
    over: bool,
}

/// What may be followed.
#[Subscription]
impl Subscription {
    /// The dashboard, now and after every change of the dossiers it counts.
    async fn dashboard_changed<'a>(
        &self,
        ctx: &'a Context<'a>,
        #[graphql(desc = "Which dossiers are counted.")] filter: Option<DashboardFilterInput>,
    ) -> Result<impl Stream<Item = Result<Dashboard>> + 'a> {
        allow(ctx, Action::SeeDossiers)?;
        let filter = filter.unwrap_or_default();
        let state = Following::<Position>::new(ctx)?;
        Ok(unfold(state, move |mut state| {
            let filter = filter.clone();
            async move {
                loop {
                    state.wait().await?;
                    match Dashboard::read(state.ctx, filter.clone(), None).await {
                        Ok(board) if state.news(board.shown_at()) => return Some((Ok(board), state)),
                        Ok(_) => {}
                        Err(error) => return Some((Err(error), state.end())),
                    }
                }
            }
        }))
    }

    /// A dossier, now and after every change; ends when it is no longer the viewer's.
    async fn trajectory_changed<'a>(
        &self,
        ctx: &'a Context<'a>,
        #[graphql(desc = "The global id of the dossier.")] id: ID,
    ) -> Result<impl Stream<Item = Result<Trajectory>> + 'a> {
        allow(ctx, Action::SeeDossiers)?;
        let none = || Problem::NotFound.at(ctx);
        let dossier = local_id(Kind::Trajectory, &id).and_then(|id| id.parse().ok()).ok_or_else(none)?;
        let state = Following::<u64>::new(ctx)?;
        Ok(unfold(state, move |mut state| async move {
            loop {
                state.wait().await?;
                match Trajectory::visible(state.ctx, DossierKey::Id(dossier)).await {
                    Ok(Some(own)) if state.news(own.version_shown()) => {
                        own.disclose(state.ctx);
                        return Some((Ok(own), state));
                    }
                    Ok(Some(_)) => {}
                    Ok(None) => {
                        asked_in_vain(state.ctx, Some(dossier), None);
                        return Some((Err(Problem::NotFound.at(state.ctx)), state.end()));
                    }
                    Err(error) => return Some((Err(error), state.end())),
                }
            }
        }))
    }

    /// A dossier step by step, as `replay` shows it; ends after its last step, or when it is no longer the viewer's.
    async fn replayed<'a>(
        &self,
        ctx: &'a Context<'a>,
        #[graphql(desc = "The global id of the dossier.")] trajectory: ID,
    ) -> Result<impl Stream<Item = Result<ReplayStep>> + 'a> {
        allow(ctx, Action::SeeDossiers)?;
        let start = Some((trajectory, 0));
        Ok(unfold(start, move |at| async move {
            let (trajectory, after) = at?;
            // Every frame is authorised anew and reads the dossier anew: it may have changed hands since the last.
            match next_step(ctx, &trajectory, after).await {
                Ok(Some(step)) => {
                    let sequence = step.at();
                    Some((Ok(step), Some((trajectory, sequence))))
                }
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        }))
    }
}

/// The step behind the one with this sequence; none when there is no more, or the token has run out.
async fn next_step(ctx: &Context<'_>, trajectory: &ID, after: u64) -> Result<Option<ReplayStep>> {
    if request(ctx)?.viewer.expires_at <= desk(ctx)?.clock.now() {
        return Ok(None);
    }
    let replay = Replay::of(ctx, trajectory).await?.ok_or_else(|| Problem::NotFound.at(ctx))?;
    Ok(replay.after(ctx, after, 1)?.pop())
}

impl<'a, S: PartialEq> Following<'a, S> {
    fn new(ctx: &'a Context<'a>) -> Result<Self> {
        let wakeup = desk(ctx)?.log.wakeup();
        Ok(Self { ctx, wakeup, seen: None, first: true, over: false })
    }

    /// Waits until the views may show something new; `None` when there will be nothing more to show.
    async fn wait(&mut self) -> Option<()> {
        if self.over {
            return None;
        }
        if self.first {
            self.first = false;
            self.wakeup.mark_unchanged();
        } else {
            self.wakeup.changed().await.ok()?;
            let position = *self.wakeup.borrow_and_update();
            shows(desk(self.ctx).ok()?, &[trajectories::PROJECTION], position).await;
        }
        // A frame is shown for as long as the token lasts, also where the socket outlives it.
        let expires_at = request(self.ctx).ok()?.viewer.expires_at;
        (desk(self.ctx).ok()?.clock.now() < expires_at).then_some(())
    }

    fn news(&mut self, now: S) -> bool {
        let news = self.seen.as_ref() != Some(&now);
        self.seen = Some(now);
        news
    }

    fn end(mut self) -> Self {
        self.over = true;
        self
    }
}
