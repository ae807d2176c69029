//! Dossiers as asked: the list, its filters and pages, the dashboard, the agenda, and who sees what.

use std::collections::BTreeSet;

use spoor_domain::kernel::{ActorId, DossierId, Label, OrganisationId};
use spoor_domain::trajectory::Deadlines;
use spoor_domain::trajectory::event::{DossierNumber, TrajectoryEvent};
use spoor_domain::trajectory::samples::{self, history};
use spoor_domain::trajectory::vocabulary::TrajectoryStatus;
use spoor_projections::appointments::{AgendaFilter, agenda};
use spoor_projections::dashboard::{self, DashboardFilter};
use spoor_projections::runner::catch_up;
use spoor_projections::trajectories::{
    DossierKey, Overdue, TrajectoryFilter, TrajectoryOrder, TrajectoryRow, TrajectorySort, count, detail, list,
};
use spoor_projections::{Page, PageRequest, Scope, Total};

use crate::lives::{append, dossier, id, later, one_dossier_per_status};
use crate::support::{World, on_both_engines};

on_both_engines! {
    async fn the_list_is_filtered_and_counted(world: World) {
        one_dossier_per_status(&world).await;
        let all = TrajectoryStatus::ALL.len() as u64;
        assert_eq!(counted(&world, &Scope::All, &TrajectoryFilter::default()).await, exactly(all));
        for status in TrajectoryStatus::ALL {
            let filter = TrajectoryFilter { statuses: vec![*status], ..TrajectoryFilter::default() };
            let page = listed(&world, &Scope::All, &filter, TrajectoryOrder::default(), &with_total()).await;
            assert_eq!(page.total, Some(exactly(1)));
            assert_eq!(page.edges[0].node.status, *status);
            assert_eq!(page.edges[0].node.state.status(), Some(*status));
        }
        let by_prefix = TrajectoryFilter { number_prefix: Some("LT-2026-001".into()), ..TrajectoryFilter::default() };
        assert_eq!(counted(&world, &Scope::All, &by_prefix).await, exactly(8));
        let requested = TrajectoryFilter { requested_from: Some(samples::day(3, 3)), ..TrajectoryFilter::default() };
        assert_eq!(counted(&world, &Scope::All, &requested).await, exactly(all - 1));
        let earlier = TrajectoryFilter { requested_until: Some(samples::day(3, 2)), ..TrajectoryFilter::default() };
        assert_eq!(counted(&world, &Scope::All, &earlier).await, exactly(0));
    }

    async fn the_list_is_paged_forwards_and_backwards_in_every_order(world: World) {
        one_dossier_per_status(&world).await;
        for sort in [TrajectorySort::RequestedOn, TrajectorySort::Status, TrajectorySort::Number, TrajectorySort::Updated] {
            for descending in [false, true] {
                let order = TrajectoryOrder { sort, descending };
                let whole = listed(&world, &Scope::All, &TrajectoryFilter::default(), order, &PageRequest::first(100)).await;
                let whole = whole.edges.into_iter().map(|edge| edge.node.id).collect::<Vec<_>>();
                assert_eq!(walked(&world, order, false).await, whole, "{sort:?} {descending}");
                assert_eq!(walked(&world, order, true).await, whole, "{sort:?} {descending} backwards");
            }
        }
    }

    async fn a_page_within_several_statuses_is_in_order_and_goes_on(world: World) {
        one_dossier_per_status(&world).await;
        let statuses = vec![TrajectoryStatus::Closed, TrajectoryStatus::Requested, TrajectoryStatus::Advised];
        let filter = TrajectoryFilter { statuses, ..TrajectoryFilter::default() };
        for sort in [TrajectorySort::RequestedOn, TrajectorySort::Status, TrajectorySort::Number] {
            let order = TrajectoryOrder { sort, descending: false };
            let page = listed(&world, &Scope::All, &filter, order, &PageRequest { with_total: true, ..PageRequest::first(2) }).await;
            let after = page.edges.last().map(|edge| edge.cursor.clone());
            let rest = listed(&world, &Scope::All, &filter, order, &PageRequest { after, ..PageRequest::first(2) }).await;
            assert_eq!((page.total, page.has_next, rest.has_next), (Some(exactly(3)), true, false));
            let seen = page.edges.iter().chain(&rest.edges).map(|edge| edge.node.status).collect::<Vec<_>>();
            let in_life = [TrajectoryStatus::Requested, TrajectoryStatus::Advised, TrajectoryStatus::Closed];
            assert_eq!(seen, in_life, "{sort:?}");
        }
    }

    async fn a_cursor_of_another_order_is_refused(world: World) {
        one_dossier_per_status(&world).await;
        let by_number = TrajectoryOrder { sort: TrajectorySort::Number, descending: false };
        let page = listed(&world, &Scope::All, &TrajectoryFilter::default(), by_number, &PageRequest::first(2)).await;
        let after = PageRequest { after: Some(page.edges[0].cursor.clone()), ..PageRequest::first(2) };
        let (views, vault) = (&world.views, world.log.vault());
        let answer = list(views, vault, &Scope::All, &TrajectoryFilter::default(), TrajectoryOrder::default(), &after).await;
        assert!(answer.is_err());
    }

    async fn everybody_sees_the_own_dossiers_only(world: World) {
        one_dossier_per_status(&world).await;
        dossier(&world, 90, &moved_to_another_parket()).await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        let all = TrajectoryStatus::ALL.len() as u64 + 1;
        let seen = async |scope: Scope| counted(&world, &scope, &TrajectoryFilter::default()).await.count;
        assert_eq!(seen(Scope::All).await, all);
        assert_eq!(seen(Scope::Parket(samples::parket())).await, all - 1);
        assert_eq!(seen(Scope::Parket(samples::other_parket())).await, 1);
        assert_eq!(seen(Scope::Nothing).await, 0);
        // Not yet with the museum: drafted, requested, eligible, ineligible, refused, opened in error, transferred.
        assert_eq!(seen(Scope::Museum).await, all - 7);
        let guided = seen(Scope::Guide(samples::guide())).await;
        assert!(guided > 0 && guided < all - 7);
        assert_eq!(seen(Scope::Guide(ActorId("nobody".into()))).await, 0);
        for scope in [Scope::All, Scope::Museum, Scope::Guide(samples::guide()), Scope::Parket(samples::parket())] {
            let page = listed(&world, &scope, &TrajectoryFilter::default(), TrajectoryOrder::default(), &with_total()).await;
            assert_eq!(page.total, Some(exactly(page.edges.len() as u64)), "{scope:?}");
            let board = board(&world, &scope).await;
            assert_eq!(board.total, page.edges.len() as u64, "{scope:?}");
        }
        let hidden = detail(&world.views, &Scope::Museum, &DossierKey::Number(DossierNumber("LT-2026-0090".into()))).await;
        assert_eq!(hidden.unwrap().value, None);
    }

    async fn the_dashboard_adds_up_to_the_dossiers(world: World) {
        one_dossier_per_status(&world).await;
        let all = TrajectoryStatus::ALL.len() as u64;
        let board = board(&world, &Scope::All).await;
        assert_eq!(board.total, all);
        assert_eq!(board.by_status.iter().map(|found| found.count).sum::<u64>(), all);
        assert_eq!(board.by_parket.iter().map(|found| found.count).sum::<u64>(), all);
        assert_eq!(board.waiting_for.iter().map(|found| found.count).sum::<u64>(), all);
        // Every dossier but the draft was requested, in exactly one half-year; each that is not open left in one.
        assert_eq!(board.throughput.iter().map(|found| found.requested).sum::<u64>(), all - 1);
        let open = board.by_parket.iter().map(|found| found.open).sum::<u64>();
        assert_eq!(board.throughput.iter().map(|found| found.closed + found.ended).sum::<u64>(), all - open);
        assert_eq!(board.workload.iter().map(|found| found.open).sum::<u64>(), 6);
        // A year later every open dossier is past its deadline.
        assert_eq!(board.overdue_total, exactly(open));
        assert_eq!(board.overdue.len() as u64, open);
        assert!(board.overdue.is_sorted_by_key(|item| item.due_on));
        let asked = |overdue| TrajectoryFilter {
            overdue: Some(Overdue { overdue, on: later(), deadlines: Deadlines::default() }),
            ..TrajectoryFilter::default()
        };
        assert_eq!(counted(&world, &Scope::All, &asked(true)).await, exactly(open));
        assert_eq!(counted(&world, &Scope::All, &asked(false)).await, exactly(all - open), "and the others are not");
    }

    async fn the_agenda_shows_what_is_planned_to_those_who_may_see_it(world: World) {
        dossier(&world, 1, &history(TrajectoryStatus::Consented)).await;
        append(&world, 1, &[samples::guide_assigned(), samples::call_planned()]).await;
        dossier(&world, 2, &history(TrajectoryStatus::Retracted)).await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        let filter = AgendaFilter {
            from: samples::morning(1, 1),
            until: samples::morning(12, 31),
            guide: None,
            dossier: None,
            with_cancelled: false,
        };
        let page = agenda(&world.views, &Scope::Guide(samples::guide()), &filter, &PageRequest::first(10)).await.unwrap();
        assert_eq!(page.edges.len(), 1);
        let planned = &page.edges[0].node;
        assert_eq!((planned.dossier, planned.number.0.as_str()), (id(1), "LT-2026-0001"));
        let interpreter = planned.interpreter.as_ref().unwrap();
        assert!(world.log.vault().open(interpreter).await.unwrap().value().is_some());
        let elsewhere = Scope::Parket(OrganisationId("parket-elders".into()));
        let page = agenda(&world.views, &elsewhere, &filter, &PageRequest::first(10)).await.unwrap();
        assert!(page.edges.is_empty());
    }
}

fn moved_to_another_parket() -> Vec<TrajectoryEvent> {
    [history(TrajectoryStatus::Eligible), vec![samples::transfer_offered(), samples::transferred()]].concat()
}

async fn listed(
    world: &World,
    scope: &Scope,
    filter: &TrajectoryFilter,
    order: TrajectoryOrder,
    request: &PageRequest,
) -> Page<TrajectoryRow> {
    list(&world.views, world.log.vault(), scope, filter, order, request).await.unwrap()
}

async fn counted(world: &World, scope: &Scope, filter: &TrajectoryFilter) -> Total {
    count(&world.views, world.log.vault(), scope, filter).await.unwrap()
}

/// The whole list, three rows at a time, from either end; always in the order of the list.
async fn walked(world: &World, order: TrajectoryOrder, backwards: bool) -> Vec<DossierId> {
    let mut walked: Vec<DossierId> = Vec::new();
    let mut cursor = None;
    loop {
        let request = if backwards {
            PageRequest { last: Some(3), before: cursor.clone(), ..PageRequest::default() }
        } else {
            PageRequest { after: cursor.clone(), ..PageRequest::first(3) }
        };
        let page = listed(world, &Scope::All, &TrajectoryFilter::default(), order, &request).await;
        let rows = page.edges.iter().map(|edge| edge.node.id);
        if backwards {
            walked.splice(0..0, rows);
        } else {
            walked.extend(rows);
        }
        let more = if backwards { page.has_previous } else { page.has_next };
        if !more {
            assert_eq!(walked.iter().collect::<BTreeSet<_>>().len(), walked.len());
            return walked;
        }
        let edge = if backwards { page.edges.first() } else { page.edges.last() };
        cursor = edge.map(|edge| edge.cursor.clone());
    }
}

pub async fn board(world: &World, scope: &Scope) -> dashboard::Dashboard {
    let filter = DashboardFilter::default();
    dashboard::read(&world.views, scope, &filter, later(), &Deadlines::default(), 50).await.unwrap()
}

fn exactly(count: u64) -> Total {
    Total { count, exact: true }
}

fn with_total() -> PageRequest {
    PageRequest { with_total: true, ..PageRequest::first(100) }
}
