//! The trail of accesses, from the other log: who looked at this dossier, what did this employee look at.

use std::collections::BTreeSet;
use std::pin::pin;
use std::time::Duration;

use chrono::DateTime;
use spoor_domain::access::event::{AccessEvent, Checkpoints, DossierShown, Question, RefusedPart};
use spoor_domain::access::samples;
use spoor_domain::access::vocabulary::{AccessKind, QuestionRefusal};
use spoor_domain::kernel::{Actor, ActorId, DossierId, OrganisationId, Purpose, RefusalCode, Role};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::event::DossierNumber;
use spoor_eventlog::clock::new_id;
use spoor_eventlog::{Append, Metadata, NewEvent, Position};
use spoor_projections::access::{
    self, AccessFilter, AnsweredFor, Named, Reading, Readings, ReadingsOf, differing_mention, list, mentions, one,
};
use spoor_projections::audit::{self, AuditFilter};
use spoor_projections::runner::{catch_up, rebuild, status, verify};
use spoor_projections::{Page, PageRequest, Scope, ViewError};
use uuid::Uuid;

use crate::support::{World, metadata, on_both_engines};

/// Much more than a count takes that nobody is in the way of.
const PATIENCE: Duration = Duration::from_secs(20);

on_both_engines! {
    async fn every_kind_of_access_has_its_entry_newest_first(world: World) {
        for event in samples::one_of_each() {
            read(&world, &prosecutor(), event).await;
        }
        catch_up(&world.logs(), &world.views).await.unwrap();
        let all = page(&world, AccessFilter::default()).await;
        let events = all.edges.iter().rev().map(|edge| edge.node.event.clone()).collect::<Vec<_>>();
        assert_eq!(events, samples::one_of_each());
        assert_eq!(all.total.map(|total| total.count), Some(events.len() as u64));
        let last = &all.edges[0].node;
        assert_eq!(one(&world.views, None, last.index).await.unwrap().value.as_ref(), Some(last));
        let refused = page(&world, AccessFilter { kinds: vec![AccessKind::Refused, AccessKind::CommandRefused], ..AccessFilter::default() });
        assert_eq!(refused.await.edges.len(), 2);
        let first = list(&world.views, &AccessFilter::default(), &PageRequest::first(3)).await.unwrap();
        let after = PageRequest { after: Some(first.edges[2].cursor.clone()), ..PageRequest::first(100) };
        let rest = list(&world.views, &AccessFilter::default(), &after).await.unwrap();
        assert_eq!(first.edges.len() + rest.edges.len(), events.len());
        assert!(first.has_next && !rest.has_next);
    }

    async fn a_dossier_has_the_accesses_that_name_it_by_id_by_number_or_with_all_others(world: World) {
        let (own, other) = (DossierId(Uuid::from_u128(1)), DossierId(Uuid::from_u128(2)));
        let number = DossierNumber("LT-2026-0001".into());
        read(&world, &prosecutor(), shown(&[own, other], &["participant"])).await;
        read(&world, &guide(), shown(&[other], &[])).await;
        read(&world, &guide(), asked(None, Some(number.clone()))).await;
        read(&world, &guide(), asked(Some(own), None)).await;
        read(&world, &officer(), export(None)).await;
        read(&world, &officer(), export(Some(other))).await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        let of = async |filter: AccessFilter| {
            page(&world, filter).await.edges.into_iter().map(|edge| edge.node.index).collect::<Vec<_>>()
        };
        let about = |dossier, number| AccessFilter { dossier: Some((dossier, number)), ..AccessFilter::default() };
        assert_eq!(of(about(own, Some(number))).await, [5, 4, 3, 1]);
        assert_eq!(of(about(own, None)).await, [5, 4, 1], "who asks by id alone does not find what was asked by number");
        assert_eq!(of(about(other, None)).await, [6, 5, 2, 1]);
        assert_eq!(of(AccessFilter { actor: Some(ActorId("guide-1".into())), ..AccessFilter::default() }).await, [4, 3, 2]);
        let museum = Some(OrganisationId("kazerne-dossin".into()));
        let supervising = vec![Purpose::Supervision];
        assert_eq!(of(AccessFilter { organisation: museum, purposes: supervising, ..about(own, None) }).await, [5]);
        let from = page(&world, AccessFilter::default()).await.edges[1].node.recorded_at;
        assert_eq!(of(AccessFilter { from: Some(from), ..AccessFilter::default() }).await, [6, 5]);
        assert_eq!(of(AccessFilter { until: Some(from), ..AccessFilter::default() }).await, [4, 3, 2, 1]);
    }

    async fn a_controller_has_what_its_people_did_and_what_names_one_of_its_dossiers(world: World) {
        let (own, other) = (DossierId(Uuid::from_u128(1)), DossierId(Uuid::from_u128(2)));
        let (number, others) = (DossierNumber("LT-2026-0001".into()), DossierNumber("LT-2026-0002".into()));
        read(&world, &guide(), shown(&[other], &[])).await;
        read(&world, &prosecutor(), shown(&[own, other], &[])).await;
        read(&world, &prosecutor(), shown(&[other], &[])).await;
        read(&world, &prosecutor(), asked(None, Some(number.clone()))).await;
        read(&world, &prosecutor(), asked(None, Some(others))).await;
        read(&world, &prosecutor(), export(None)).await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        let of = async |within: AnsweredFor| {
            let found = page(&world, AccessFilter { within: Some(within.clone()), ..AccessFilter::default() }).await;
            let listed: Vec<u64> = found.edges.iter().map(|edge| edge.node.index).collect();
            assert_eq!(found.total.map(|total| total.count), Some(listed.len() as u64));
            for index in 1..=6 {
                let alone = one(&world.views, Some(&within), index).await.unwrap().value;
                assert_eq!(alone.is_some(), listed.contains(&index), "{index}");
            }
            listed
        };
        let organisations = vec![OrganisationId("kazerne-dossin".into())];
        let dossiers = vec![(own, number)];
        assert_eq!(of(AnsweredFor { organisations: organisations.clone(), dossiers }).await, [6, 4, 2, 1]);
        assert_eq!(of(AnsweredFor { organisations, dossiers: Vec::new() }).await, [1]);
        assert!(of(AnsweredFor::default()).await.is_empty());
    }

    async fn the_readings_of_a_dossier_are_told_by_organisation_and_role_and_never_by_person(world: World) {
        let own = DossierId(Uuid::from_u128(1));
        read(&world, &prosecutor(), shown(&[own], &["participant"])).await;
        read(&world, &prosecutor(), shown(&[own], &["facts"])).await;
        read(&world, &guide(), asked(Some(own), None)).await;
        read(&world, &officer(), opened(export(Some(own)), "name")).await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        let found = seen_by(&world, own, "kazerne-dossin").await;
        assert_eq!(found.len(), 2, "who was refused saw nothing");
        assert_eq!(found[0].role, Role::ComplianceOfficer);
        assert_eq!(found[0].personal, BTreeSet::from(["name".to_owned()]), "an export tells what left in clear");
        assert_eq!((found[1].role, found[1].answers), (Role::Prosecutor, 2));
        assert_eq!(found[1].personal, BTreeSet::from(["facts".to_owned(), "participant".to_owned()]));
        assert!(found[1].first_at < found[1].last_at);
    }

    async fn what_rows_of_dossiers_were_altered_to_say_is_found_and_differs_from_the_records(world: World) {
        let (own, other) = (DossierId(Uuid::from_u128(1)), DossierId(Uuid::from_u128(2)));
        read(&world, &prosecutor(), shown(&[own], &["participant"])).await;
        read(&world, &officer(), export(None)).await;
        read(&world, &guide(), shown(&[other], &[])).await;
        read(&world, &guide(), asked(Some(own), None)).await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        let records: Vec<_> = world.access.read_after(Position::START, 100).await.unwrap();
        let differing = async |dossier: DossierId| {
            let found = mentions(&world.views, dossier, None).await.unwrap().value;
            let of = |index: u64| records.iter().find(|record| record.index == index).unwrap().decode().unwrap();
            let each = found.iter().map(|mention| (mention.entry.index, differing_mention(mention, &of(mention.entry.index))));
            each.collect::<Vec<_>>()
        };
        assert_eq!(differing(own).await, [(1, vec![]), (2, vec![]), (4, vec![])], "what was not shown is found as well");
        let behind = mentions(&world.views, own, Some(1)).await.unwrap().value;
        assert_eq!(behind.iter().map(|mention| mention.entry.index).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(behind[0].named, Named::Every);
        for altered in [
            "update access_dossier set shown = 0 where entry = 1",
            "update access_dossier set shown = 1 where entry = 4",
            "update access_entry set recorded_at = 0, organisation = 'abb' where entry = 4",
        ] {
            world.tamper(access::PROJECTION, altered).await;
        }
        let columns = [(1, vec!["shown"]), (2, vec![]), (4, vec!["recorded_at", "organisation", "shown"])];
        assert_eq!(differing(own).await, columns);
        world.tamper(access::PROJECTION, "update access_dossier set personal = '[\"name\"]' where entry = 2").await;
        let of_other = format!("update access_dossier set dossier = '{other}' where entry = 1");
        world.tamper(access::PROJECTION, &of_other).await;
        let columns = [(1, vec!["dossier"]), (2, vec!["personal"]), (3, vec![])];
        assert_eq!(differing(other).await, columns, "its record names the other one");
        world.tamper(access::PROJECTION, "update access_dossier set entry = 99 where entry = 3").await;
        let lost = mentions(&world.views, other, None).await;
        assert!(matches!(&lost, Err(ViewError::LinesLost { found, .. }) if found.contains("99")), "{lost:?}");
    }

    async fn of_a_bundle_printed_as_withheld_it_is_told_that_it_was_taken_and_not_that_it_was_personal(world: World) {
        let own = DossierId(Uuid::from_u128(1));
        read(&world, &prosecutor(), taken(own, true)).await;
        read(&world, &guide(), taken(own, false)).await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        let found = seen_by(&world, own, "kazerne-dossin").await;
        let told = |role| found.iter().find(|reading| reading.role == role).map(|reading| &reading.personal);
        assert_eq!(told(Role::Prosecutor), Some(&BTreeSet::new()));
        assert_eq!(told(Role::Guide), Some(&BTreeSet::from(["document".to_owned()])));
    }

    async fn what_is_about_requests_of_persons_alone_is_told_to_the_controller_they_were_addressed_to_alone(world: World) {
        let (own, number) = (DossierId(Uuid::from_u128(1)), DossierNumber("LT-2026-0001".into()));
        let refused = RefusedPart { reason: QuestionRefusal::Forbidden, field: "rightsRequests".into(), dossier: Some(own), number: None };
        for event in [
            shown_by(own, &["rightsRequests"], &["rights"]),
            shown_by(own, &["rightsRequests", "trajectories"], &["rights", "trajectories"]),
            shown_by(own, &["node"], &["rights"]),
            AccessEvent::QuestionRefused { refusals: vec![refused], question: question(&["rightsRequests", "trajectories"]) },
            AccessEvent::CommandRefused {
                command: "answerRightsRequest".into(),
                code: RefusalCode::WrongState,
                dossier: Some(own),
                question: question(&["answerRightsRequest", "holdTour"]),
            },
            shown_by(own, &["registerRightsRequest"], &[]),
        ] {
            read(&world, &prosecutor(), event).await;
        }
        catch_up(&world.logs(), &world.views).await.unwrap();
        let (dossiers, mixed) = (vec![(own, number)], 2);
        for (organisation, told, answers) in [("parket-mechelen", vec![6, 5, 4, 3, 2, 1], 4), ("kazerne-dossin", vec![mixed], 1)] {
            let organisations = vec![OrganisationId(organisation.into())];
            let within = AnsweredFor { organisations, dossiers: dossiers.clone() };
            let found = page(&world, AccessFilter { within: Some(within.clone()), ..AccessFilter::default() }).await;
            assert_eq!(found.edges.iter().map(|edge| edge.node.index).collect::<Vec<_>>(), told, "{organisation}");
            assert_eq!(found.total.map(|total| total.count), Some(told.len() as u64), "{organisation}");
            for index in 1..=6 {
                let alone = one(&world.views, Some(&within), index).await.unwrap().value;
                assert_eq!(alone.is_some(), told.contains(&index), "{organisation}: {index}");
            }
            let times: Vec<u64> = seen_by(&world, own, organisation).await.iter().map(|reading| reading.answers).collect();
            assert_eq!(times, [answers], "{organisation}");
        }
    }

    async fn the_trail_is_kept_over_its_own_log_whatever_the_other_one_does(world: World) {
        let events = samples::one_of_each();
        let head = events.len() as u64 + 1;
        for event in events {
            read(&world, &prosecutor(), event).await;
        }
        catch_up(&world.logs(), &world.views).await.unwrap();
        read(&world, &prosecutor(), samples::one_of_each().remove(0)).await;
        let lag = async |name: &str| {
            let all = status(&world.logs(), &world.views).await.unwrap();
            all.into_iter().find(|projection| projection.name == name).unwrap().lag
        };
        assert_eq!((lag(access::PROJECTION).await, lag("audit").await), (1, 0));
        catch_up(&world.logs(), &world.views).await.unwrap();
        rebuild(&world.logs(), &world.views, access::PROJECTION).await.unwrap();
        let found = verify(&world.logs(), &world.views, Some(access::PROJECTION)).await.unwrap();
        assert!(found[0].clean() && found[0].index == head && found[0].rows > head, "{found:?}");
        world.tamper(access::PROJECTION, "update access_entry set actor = 'nobody' where entry = 2").await;
        let found = verify(&world.logs(), &world.views, Some(access::PROJECTION)).await.unwrap();
        assert_eq!((found[0].different, found[0].differences[0].key.as_str()), (1, "entry=2"));
    }

    async fn a_trail_of_accesses_out_of_which_something_was_taken_is_refused(world: World) {
        for event in samples::one_of_each() {
            read(&world, &prosecutor(), event).await;
        }
        catch_up(&world.logs(), &world.views).await.unwrap();
        let whole = page(&world, AccessFilter::default()).await.edges.len();
        let lost = |error: &ViewError| matches!(error, ViewError::LinesLost { .. });
        for taken in ["delete from access_entry where entry = 2", "delete from access_dossier where entry = 1"] {
            world.tamper(access::PROJECTION, taken).await;
            let views = world.other_views().await;
            let listed = list(&views, &AccessFilter::default(), &PageRequest::first(1)).await;
            assert!(listed.as_ref().is_err_and(lost), "{taken}: {listed:?}");
            let mentioned = mentions(&views, DossierId(Uuid::nil()), None).await;
            assert!(mentioned.as_ref().is_err_and(lost), "nor who looked at a dossier");
            assert!(one(&views, None, 1).await.as_ref().is_err_and(lost));
            rebuild(&world.logs(), &views, access::PROJECTION).await.unwrap();
            let again = list(&views, &AccessFilter::default(), &PageRequest::first(100)).await.unwrap();
            assert_eq!(again.edges.len(), whole);
            catch_up(&world.logs(), &world.views).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_lines_of_one_trail_are_being_counted_another_is_told() {
    let world = World::postgres().await;
    read(&world, &prosecutor(), shown(&[DossierId(Uuid::from_u128(1))], &[])).await;
    catch_up(&world.logs(), &world.views).await.unwrap();
    // As after a restart: nothing was counted yet.
    let views = world.other_views().await;
    let db = world.views.active(access::PROJECTION).await.unwrap().db;
    let mut holder = db.begin_write().await.unwrap();
    holder.run("lock table access_entry in access exclusive mode", vec![]).await.unwrap();
    let (everything, first) = (AccessFilter::default(), PageRequest::first(1));
    let mut counting = pin!(list(&views, &everything, &first));
    let waiting = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    let begun = async {
        while db.rows(waiting, vec![]).await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        counted = &mut counting => panic!("it does not wait: {counted:?}"),
        () = begun => {}
    }
    let of_events = AuditFilter::default();
    let other = audit::list(&views, &Scope::All, &of_events, true, &first);
    tokio::time::timeout(PATIENCE, other).await.expect("an answer while the count hangs").unwrap();
    holder.commit().await.unwrap();
    assert_eq!(counting.await.unwrap().edges.len(), 1);
}

async fn page(world: &World, filter: AccessFilter) -> Page<access::AccessEntry> {
    let request = PageRequest { with_total: true, ..PageRequest::first(100) };
    list(&world.views, &filter, &request).await.unwrap()
}

async fn read(world: &World, who: &Actor, event: AccessEvent) {
    let purpose = match who.role {
        Role::ComplianceOfficer => Purpose::Supervision,
        _ => Purpose::CaseHandling,
    };
    let circumstances = Metadata { actor: who.clone(), purpose, correlation_id: Some(new_id()), ..metadata() };
    let append = Append {
        aggregate_type: "access".into(),
        aggregate_id: new_id().to_string(),
        expected_version: 0,
        events: vec![NewEvent {
            event_type: event.event_type().into(),
            event_version: event.event_version(),
            payload: serde_json::to_value(&event).unwrap(),
        }],
        metadata: circumstances,
    };
    world.access.append(append).await.unwrap();
}

fn shown(dossiers: &[DossierId], personal: &[&str]) -> AccessEvent {
    let personal: BTreeSet<_> = personal.iter().map(|kind| (*kind).to_owned()).collect();
    let dossiers = dossiers.iter().map(|id| DossierShown { id: *id, personal: personal.clone() }).collect();
    AccessEvent::DossiersShown { dossiers, question: Question::default(), checkpoints: Checkpoints::new() }
}

/// A dossier, as it was shown in answer to these fields from these views.
fn shown_by(dossier: DossierId, fields: &[&str], views: &[&str]) -> AccessEvent {
    let dossiers = vec![DossierShown { id: dossier, personal: BTreeSet::new() }];
    let checkpoints: Checkpoints = views.iter().map(|view| ((*view).to_owned(), 1)).collect();
    AccessEvent::DossiersShown { dossiers, question: question(fields), checkpoints }
}

fn question(fields: &[&str]) -> Question {
    Question { fields: fields.iter().map(|field| (*field).to_owned()).collect(), ..Question::default() }
}

/// Who saw something of a dossier, as a controller tells it.
async fn seen_by(world: &World, dossier: DossierId, controller: &str) -> Vec<Reading> {
    let (organisations, state) = ([OrganisationId(controller.into())], LearningTrajectory::default());
    let asked = ReadingsOf { dossier, state: &state, since: DateTime::UNIX_EPOCH, organisations: &organisations };
    let mut readings = Readings::of(asked);
    readings.count_in(&mentions(&world.views, dossier, None).await.unwrap().value);
    readings.told()
}

fn asked(dossier: Option<DossierId>, number: Option<DossierNumber>) -> AccessEvent {
    let refused = RefusedPart { reason: QuestionRefusal::NotFound, field: "trajectory".into(), dossier, number };
    AccessEvent::QuestionRefused { refusals: vec![refused], question: Question::default() }
}

fn export(dossier: Option<DossierId>) -> AccessEvent {
    AccessEvent::ExportMade {
        log: "events".into(),
        selection: "all".into(),
        dossier,
        tree_size: 9,
        opened: false,
        personal: BTreeSet::new(),
        question: Question::of_program("audit export"),
    }
}

/// A document of this dossier, as it left.
fn taken(dossier: DossierId, withheld: bool) -> AccessEvent {
    let question = Question::of_program("GET /documents");
    AccessEvent::PieceDownloaded { dossier, document: "ab".repeat(32), recipient: None, withheld, question }
}

/// The same export, with values of this kind in clear.
fn opened(mut export: AccessEvent, kind: &str) -> AccessEvent {
    if let AccessEvent::ExportMade { opened, personal, .. } = &mut export {
        *opened = personal.insert(kind.to_owned());
    }
    export
}

fn prosecutor() -> Actor {
    somebody("prosecutor-1", Role::Prosecutor, "parket-mechelen")
}

fn guide() -> Actor {
    somebody("guide-1", Role::Guide, "kazerne-dossin")
}

fn officer() -> Actor {
    somebody("officer-1", Role::ComplianceOfficer, "kazerne-dossin")
}

fn somebody(id: &str, role: Role, organisation: &str) -> Actor {
    Actor { id: ActorId(id.into()), role, organisation: OrganisationId(organisation.into()) }
}
