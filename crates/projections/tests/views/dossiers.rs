//! Dossiers as asked: the list, its filters and pages, the dashboard, the agenda, the trail, and who sees what.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::json;
use spoor_domain::kernel::PersonalContent;
use spoor_domain::kernel::{ActorId, DossierId, Label, OrganisationId, Personal, SubjectId, WithheldReason};
use spoor_domain::trajectory::Deadlines;
use spoor_domain::trajectory::command::TrajectoryCommandKind;
use spoor_domain::trajectory::event::{CorrectedValue, DossierNumber, TrajectoryEvent};
use spoor_domain::trajectory::samples::{self, history, sample};
use spoor_domain::trajectory::vocabulary::{CorrectableField, TrajectoryStatus};
use spoor_projections::appointments::{AgendaFilter, agenda};
use spoor_projections::audit::{self, AuditFilter, ChangeValue};
use spoor_projections::dashboard::{self, DashboardFilter};
use spoor_projections::runner::{catch_up, verify};
use spoor_projections::trajectories::{
    DossierKey, PersonalField, TrajectoryFilter, TrajectoryOrder, TrajectoryRow, TrajectorySort, count, detail, list,
    personal,
};
use spoor_projections::{DifferenceKind, Page, PageRequest, Scope, Total};
use uuid::Uuid;

use crate::support::{World, on_both_engines, replaced};

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
        let filter = TrajectoryFilter { overdue: Some((later(), Deadlines::default())), ..TrajectoryFilter::default() };
        assert_eq!(counted(&world, &Scope::All, &filter).await, exactly(open));
    }

    async fn personal_values_stand_as_corrected_and_open_in_the_vault(world: World) {
        dossier(&world, 1, &history(TrajectoryStatus::Deepened)).await;
        correct(&world, 1, CorrectableField::ParticipantName, "Ymke Verbeterd").await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        assert_eq!(opened(&world, 1, PersonalField::ParticipantName).await, Some(json!("Ymke Verbeterd")));
        assert_eq!(opened(&world, 1, PersonalField::ParticipantBirthOn).await, Some(json!("1990-06-15")));
        assert_eq!(opened(&world, 1, PersonalField::InterpreterNeeded).await, Some(json!(false)));
        let stored = world.rows("trajectories", "select value from trajectory_personal").await;
        assert!(stored.iter().all(|row| !row.text("value").unwrap().contains("Verbeterd")));
    }

    async fn a_dossier_is_found_by_reference_or_by_name_with_birth_date(world: World) {
        dossier(&world, 1, &history(TrajectoryStatus::Requested)).await;
        dossier(&world, 2, &history(TrajectoryStatus::Requested)).await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        assert_eq!(found(&world, &by_reference("  me.56.l1.000002/26 ")).await, vec![id(2)]);
        assert_eq!(found(&world, &by_name("YMKE  voorbeeldsen")).await, vec![id(1), id(2)]);
        correct(&world, 2, CorrectableField::ParticipantName, "Zoë Anders").await;
        correct(&world, 1, CorrectableField::CaseReference, "ME.99.L1.000777/26").await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        assert_eq!(found(&world, &by_name("Ymke Voorbeeldsen")).await, vec![id(1)]);
        assert_eq!(found(&world, &by_name("zoe anders")).await, vec![id(2)]);
        assert_eq!(found(&world, &by_reference("ME.99.L1.000777/26")).await, vec![id(1)]);
        assert_eq!(found(&world, &by_reference("ME.56.L1.000001/26")).await, Vec::new());
    }

    async fn an_erased_subject_is_found_no_more_and_reads_as_withheld(world: World) {
        dossier(&world, 1, &history(TrajectoryStatus::Requested)).await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        assert_eq!(found(&world, &by_name("Ymke Voorbeeldsen")).await, vec![id(1)]);
        append(&world, 1, &[samples::erasure_requested(), samples::erasure_confirmed()]).await;
        world.log.keys().destroy(subject(1)).await.unwrap();
        append(&world, 1, &[samples::key_destroyed()]).await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        assert_eq!(found(&world, &by_name("Ymke Voorbeeldsen")).await, Vec::new());
        assert_eq!(world.rows("trajectories", "select digest from blind_index").await.len(), 0);
        let values = personal(&world.views, &[id(1)]).await.unwrap().remove(&id(1)).unwrap();
        let name = values.iter().find(|value| value.field == PersonalField::ParticipantName).unwrap();
        let opened = world.log.vault().open(&name.value).await.unwrap();
        assert!(opened.content == PersonalContent::Withheld(WithheldReason::Erased));
        all_clean(&world).await;
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
        if let Some(interpreter) = &planned.interpreter {
            assert!(world.log.vault().open(interpreter).await.unwrap().value().is_some());
        }
        let elsewhere = Scope::Parket(OrganisationId("parket-elders".into()));
        let page = agenda(&world.views, &elsewhere, &filter, &PageRequest::first(10)).await.unwrap();
        assert!(page.edges.is_empty());
    }

    async fn the_trail_tells_every_event_with_what_changed_from_what_to_what(world: World) {
        let events = [history(TrajectoryStatus::Consented), vec![samples::guide_assigned(), samples::guide_replaced()]].concat();
        dossier(&world, 1, &events).await;
        correct(&world, 1, CorrectableField::ParticipantName, "Ymke Verbeterd").await;
        correct(&world, 1, CorrectableField::ParticipantName, "Ymke Tweemaal").await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        let lines = trail(&world, &Scope::Parket(samples::parket())).await;
        assert_eq!(lines.len(), events.len() + 2);
        let line = |event_type: &str| lines.iter().rfind(|line| line.event_type == event_type).unwrap();
        let change = |event_type: &str, path: &str| {
            line(event_type).changes.iter().find(|change| change.path == path).cloned().unwrap()
        };
        let consent = change("ParticipationConsentGiven", "status");
        assert_eq!((consent.from, consent.to), (plain("Eligible"), plain("Consented")));
        let guide = change("GuideReplaced", "guide");
        assert_eq!((guide.from, guide.to), (plain("guide-1"), plain("guide-2")));
        let name = change("FactCorrected", "participant.name");
        assert_eq!(in_clear(&world, name.from).await, json!("Ymke Verbeterd"));
        assert_eq!(in_clear(&world, name.to).await, json!("Ymke Tweemaal"));
        let first = lines.iter().find(|line| line.event_type == "FactCorrected").unwrap();
        assert_eq!(in_clear(&world, first.changes[0].from.clone()).await, json!("Ymke Voorbeeldsen"));
        assert_eq!(in_clear(&world, first.reason.clone()).await, json!("Verkeerd overgenomen."));
        assert!(trail(&world, &Scope::Parket(samples::other_parket())).await.is_empty());
        assert_eq!(audit::one(&world.views, &Scope::All, 1).await.unwrap().value.unwrap().sequence, 1);
    }

    async fn one_of_every_event_can_be_told_and_projected(world: World) {
        for (n, kind) in (1..).zip(TrajectoryCommandKind::ALL) {
            let sample = sample(*kind);
            dossier(&world, n, &[sample.given, vec![sample.happens]].concat()).await;
        }
        catch_up(&world.logs(), &world.views).await.unwrap();
        let board = board(&world, &Scope::All).await;
        assert_eq!(board.total, TrajectoryCommandKind::ALL.len() as u64);
        all_clean(&world).await;
    }

    async fn a_hand_altered_dossier_is_named(world: World) {
        one_dossier_per_status(&world).await;
        world.tamper("trajectories", "update trajectory set status = 'Closed' where number = 'LT-2026-0003'").await;
        world.tamper("trajectories", "delete from dossier_count where status = 'Advised'").await;
        let found = verify(&world.logs(), &world.views, Some("trajectories")).await.unwrap().remove(0);
        assert_eq!(found.different, 2);
        assert_eq!(found.differences[0].key, format!("dossier={}", id(3)));
        assert_eq!(found.differences[0].kind, DifferenceKind::Columns(vec!["status"]));
        assert_eq!((found.differences[1].table, &found.differences[1].kind), ("dossier_count", &DifferenceKind::Missing));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_stands_in_clear_in_any_file_of_the_views() {
    let world = World::sqlite().await;
    for (n, kind) in (1..).zip(TrajectoryCommandKind::ALL) {
        let sample = sample(*kind);
        dossier(&world, n, &[sample.given, vec![sample.happens]].concat()).await;
    }
    catch_up(&world.logs(), &world.views).await.unwrap();
    let personal = ["Voorbeeldsen", "ME.56.L1", "haatboodschap", "0400 00 00 00", "1990-06-15", "veel vragen"];
    let files = std::fs::read_dir(world.directory.path()).unwrap().map(|file| file.unwrap().path());
    let views =
        files.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("views")).collect::<Vec<_>>();
    assert!(views.len() >= 5);
    for path in views {
        let bytes = std::fs::read(&path).unwrap();
        for text in personal {
            assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()), "{text} in {path:?}");
        }
    }
}

/// A random history: dossiers by the command whose sample they are, interleaved and cut into batches at random.
#[test]
fn a_rebuild_equals_the_live_views_after_any_history_in_any_batches() {
    use proptest::prelude::*;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let kinds = proptest::collection::vec(proptest::sample::select(TrajectoryCommandKind::ALL), 1..8);
    let config = ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(kinds in kinds, cuts in proptest::collection::vec(0_usize..6, 0..120))| {
        runtime.block_on(async {
            let world = World::sqlite().await;
            let mut waiting = (1..).zip(kinds).map(|(n, kind)| {
                let sample = sample(kind);
                (n, [sample.given, vec![sample.happens]].concat().into_iter().collect::<std::collections::VecDeque<_>>())
            }).collect::<Vec<_>>();
            let dossiers = waiting.len() as u64;
            let mut cuts = cuts.into_iter().cycle();
            while !waiting.is_empty() {
                let cut = cuts.next().unwrap_or(0);
                let turn = cut % waiting.len();
                let (n, events) = &mut waiting[turn];
                if let Some(event) = events.pop_front() {
                    append(&world, *n, &[event]).await;
                }
                if events.is_empty() {
                    waiting.remove(turn);
                }
                if cut == 0 {
                    catch_up(&world.logs(), &world.views).await.unwrap();
                }
            }
            catch_up(&world.logs(), &world.views).await.unwrap();
            assert_eq!(board(&world, &Scope::All).await.total, dossiers);
            all_clean(&world).await;
        });
    });
}

async fn one_dossier_per_status(world: &World) {
    for (n, status) in (1..).zip(TrajectoryStatus::ALL) {
        dossier(world, n, &history(*status)).await;
    }
    catch_up(&world.logs(), &world.views).await.unwrap();
}

fn moved_to_another_parket() -> Vec<TrajectoryEvent> {
    [history(TrajectoryStatus::Eligible), vec![samples::transfer_offered(), samples::transferred()]].concat()
}

pub fn later() -> NaiveDate {
    NaiveDate::from_ymd_opt(2027, 6, 1).unwrap()
}

pub fn id(n: u64) -> DossierId {
    DossierId(Uuid::from_u128(0xd000_0000 + u128::from(n)))
}

pub fn subject(n: u64) -> SubjectId {
    SubjectId(Uuid::from_u128(0x5000_0000 + u128::from(n)))
}

/// A new dossier with this history, made its own by its number.
pub async fn dossier(world: &World, n: u64, events: &[TrajectoryEvent]) {
    world.append("learning_trajectory", &id(n).to_string(), 0, &own(n, events)).await;
}

/// More events of a dossier.
pub async fn append(world: &World, n: u64, events: &[TrajectoryEvent]) {
    let version = world.log.read_stream("learning_trajectory", &id(n).to_string()).await.unwrap().len() as u64;
    world.append("learning_trajectory", &id(n).to_string(), version, &own(n, events)).await;
}

async fn correct(world: &World, n: u64, field: CorrectableField, text: &str) {
    let TrajectoryEvent::FactCorrected { occurred_on, correction, .. } = samples::corrected() else {
        panic!("a correction")
    };
    let requested = history(TrajectoryStatus::Requested).len() as u64;
    let value = CorrectedValue::Text(samples::about(text));
    let reason = samples::about("Verkeerd overgenomen.");
    append(
        world,
        n,
        &[TrajectoryEvent::FactCorrected { occurred_on, correction, sequence: requested, field, value, reason }],
    )
    .await;
}

fn own(n: u64, events: &[TrajectoryEvent]) -> Vec<TrajectoryEvent> {
    let texts = [
        ("LT-2026-0042".to_owned(), format!("LT-2026-{n:04}")),
        ("ME.56.L1.000123/26".to_owned(), format!("ME.56.L1.{n:06}/26")),
        (samples::subject().to_string(), subject(n).to_string()),
        (samples::other_subject().to_string(), subject(n + 500).to_string()),
        (samples::appointment().to_string(), Uuid::from_u128(0xa000_0000 + u128::from(n)).to_string()),
    ];
    let own = |event| serde_json::from_value(replaced(&serde_json::to_value(event).unwrap(), &texts)).unwrap();
    events.iter().map(own).collect()
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

async fn found(world: &World, filter: &TrajectoryFilter) -> Vec<DossierId> {
    let by_number = TrajectoryOrder { sort: TrajectorySort::Number, descending: false };
    let page = listed(world, &Scope::All, filter, by_number, &PageRequest::first(10)).await;
    page.edges.into_iter().map(|edge| edge.node.id).collect()
}

fn by_reference(reference: &str) -> TrajectoryFilter {
    TrajectoryFilter { case_reference: Some(reference.into()), ..TrajectoryFilter::default() }
}

fn by_name(name: &str) -> TrajectoryFilter {
    let birth_on = NaiveDate::from_ymd_opt(1990, 6, 15).unwrap();
    TrajectoryFilter { name_and_birth: Some((name.into(), birth_on)), ..TrajectoryFilter::default() }
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

async fn board(world: &World, scope: &Scope) -> dashboard::Dashboard {
    let filter = DashboardFilter::default();
    dashboard::read(&world.views, scope, &filter, later(), &Deadlines::default(), 50).await.unwrap()
}

async fn opened(world: &World, n: u64, field: PersonalField) -> Option<serde_json::Value> {
    let values = personal(&world.views, &[id(n)]).await.unwrap().remove(&id(n)).unwrap();
    let value = values.iter().find(|value| value.field == field)?;
    world.log.vault().open(&value.value).await.unwrap().value().cloned()
}

async fn trail(world: &World, scope: &Scope) -> Vec<audit::AuditLine> {
    let filter = AuditFilter { dossier: Some(id(1)), ..AuditFilter::default() };
    let page = audit::list(&world.views, scope, &filter, true, &PageRequest::first(100)).await.unwrap();
    page.edges.into_iter().map(|edge| edge.node).collect()
}

async fn in_clear(world: &World, value: Option<ChangeValue>) -> serde_json::Value {
    let Some(ChangeValue::Personal(sealed)) = value else { panic!("a personal value, not {value:?}") };
    let opened: Personal<serde_json::Value> = world.log.vault().open(&sealed).await.unwrap();
    opened.value().cloned().unwrap()
}

fn plain(text: &str) -> Option<ChangeValue> {
    Some(ChangeValue::Plain(json!(text)))
}

fn exactly(count: u64) -> Total {
    Total { count, exact: true }
}

fn with_total() -> PageRequest {
    PageRequest { with_total: true, ..PageRequest::first(100) }
}

async fn all_clean(world: &World) {
    for found in verify(&world.logs(), &world.views, None).await.unwrap() {
        assert!(found.clean(), "{found:#?}");
    }
}
