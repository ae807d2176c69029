//! Personal values in the views: sealed wherever they stand, found by a digest, gone with their key.

use std::collections::HashSet;

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use spoor_domain::kernel::{DossierId, EventPayload, Label, PersonalContent, WithheldReason};
use spoor_domain::rights;
use spoor_domain::trajectory::command::TrajectoryCommandKind;
use spoor_domain::trajectory::samples::{self, history, sample};
use spoor_domain::trajectory::vocabulary::{CorrectableField, TrajectoryStatus};
use spoor_eventlog::NewEvent;
use spoor_projections::runner::catch_up;
use spoor_projections::trajectories::{
    PersonalField, TrajectoryFilter, TrajectoryOrder, TrajectorySort, list, personal,
};
use spoor_projections::{PageRequest, Scope, ViewsUrl};
use spoor_testkit::personal::each_personal;
use sqlx::Row;

use crate::lives::{append, correct, dossier, id, own, subject};
use crate::support::{World, all_clean, on_both_engines};

on_both_engines! {
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

    async fn a_person_registered_by_mistake_is_found_by_the_parket_alone_and_until_erased(world: World) {
        let (parket, museum) = (Scope::Parket(samples::parket()), Scope::Museum);
        let officer = Scope::Controller(samples::parket());
        dossier(&world, 1, &history(TrajectoryStatus::Requested)).await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        // In one batch: a better name of the wrong person, and the right person.
        correct(&world, 1, CorrectableField::ParticipantName, "Zoë Anders").await;
        append(&world, 1, &[samples::participant_replaced(), samples::assessed(), samples::consented()]).await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        let (wrong, right) = (by_reference("ME.56.L1.000001/26"), by_reference("ME.56.L1.000124/26"));
        for scope in [&parket, &officer] {
            for of_either in [&wrong, &right, &by_name("Zoë Anders"), &by_name("Ymke Voorbeeldsen")] {
                assert_eq!(found_within(&world, scope, of_either).await, vec![id(1)], "{scope:?}: {of_either:?}");
            }
        }
        for of_the_right in [&right, &by_name("Ymke Voorbeeldsen")] {
            assert_eq!(found_within(&world, &museum, of_the_right).await, vec![id(1)], "{of_the_right:?}");
        }
        for of_the_wrong in [&wrong, &by_name("Zoë Anders")] {
            assert_eq!(found_within(&world, &museum, of_the_wrong).await, Vec::new(), "{of_the_wrong:?}");
        }
        append(&world, 1, &[samples::erasure_requested(), samples::erasure_confirmed()]).await;
        catch_up(&world.logs(), &world.views).await.unwrap();
        assert_eq!(found_within(&world, &parket, &wrong).await, Vec::new());
        assert_eq!(found_within(&world, &parket, &right).await, vec![id(1)]);
        all_clean(&world).await;
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

    async fn no_personal_value_of_any_event_stands_in_clear_in_any_table_or_file(world: World) {
        let mut canaries = Vec::new();
        for (n, kind) in (1..).zip(TrajectoryCommandKind::ALL) {
            let sample = sample(*kind);
            let events = own(n, &[sample.given, vec![sample.happens]].concat());
            let events = events.iter().map(|event| planted(event, &mut canaries)).collect();
            world.append_new("learning_trajectory", &id(n).to_string(), 0, events).await;
        }
        let events = rights::samples::one_of_each().iter().map(|event| planted(event, &mut canaries)).collect();
        world.append_new("rights_request", &uuid::Uuid::from_u128(1).to_string(), 0, events).await;
        assert!(canaries.len() > 30, "only {} personal values were found", canaries.len());
        catch_up(&world.logs(), &world.views).await.unwrap();
        all_clean(&world).await;

        let stored = stored(&world).await;
        let number = |bytes: &[u8]| bytes.windows(12).any(|text| text == b"LT-2026-0001");
        assert!(stored.iter().any(|(_, bytes)| number(bytes)), "what is not personal is found");
        let canaries: HashSet<&[u8]> = canaries.iter().map(|canary| canary.as_bytes()).collect();
        for (place, bytes) in stored {
            // Texts begin with a k, days with a 1.
            let found = bytes.windows(CANARY).find(|text| [b'k', b'1'].contains(&text[0]) && canaries.contains(text));
            assert_eq!(found.map(String::from_utf8_lossy), None, "stands in clear in {place}");
        }
    }
}

/// The length of every canary: that of a day.
const CANARY: usize = 10;

/// The event with each personal value replaced by one that stands nowhere else; a yes or no cannot be told from others.
fn planted(event: &impl EventPayload, canaries: &mut Vec<String>) -> NewEvent {
    let mut payload = serde_json::to_value(event).unwrap();
    each_personal(&mut payload, &mut |fields| {
        let clear = fields.get_mut("clear").unwrap();
        let canary = match clear {
            Value::Bool(_) => return,
            Value::String(text) if text.parse::<NaiveDate>().is_ok() => {
                let first = NaiveDate::from_ymd_opt(1500, 1, 1).unwrap();
                (first + Days::new(canaries.len() as u64)).to_string()
            }
            Value::String(_) => format!("kanari{:04}", canaries.len()),
            other => panic!("no canary is like {other}"),
        };
        assert_eq!(canary.len(), CANARY);
        *clear = json!(canary);
        canaries.push(canary);
    });
    NewEvent { event_type: event.event_type().to_owned(), event_version: event.event_version(), payload }
}

/// Everything the views have stored: the files, or every row of every table as text.
async fn stored(world: &World) -> Vec<(String, Vec<u8>)> {
    let stored: Vec<(String, Vec<u8>)> = match &world.views_url {
        ViewsUrl::Sqlite(_) => {
            let files = std::fs::read_dir(world.directory.path()).unwrap().map(|file| file.unwrap().path());
            let views = files.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("views"));
            views.map(|path| (path.display().to_string(), std::fs::read(&path).unwrap())).collect()
        }
        ViewsUrl::Postgres(url) => {
            let pool = sqlx::PgPool::connect(url).await.unwrap();
            let tables = "select format('%I.%I', table_schema, table_name) from information_schema.tables
                where table_schema like 'views%' and table_type = 'BASE TABLE'";
            let mut stored = Vec::new();
            for table in sqlx::query_scalar::<_, String>(tables).fetch_all(&pool).await.unwrap() {
                let rows = sqlx::query(&format!("select t::text from {table} t")).fetch_all(&pool).await.unwrap();
                let text: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
                stored.push((table, text.join("\n").into_bytes()));
            }
            stored
        }
    };
    let filled = stored.iter().filter(|(_, bytes)| !bytes.is_empty()).count();
    assert!(filled >= 8, "only {filled} places hold anything");
    stored
}

async fn found(world: &World, filter: &TrajectoryFilter) -> Vec<DossierId> {
    found_within(world, &Scope::All, filter).await
}

async fn found_within(world: &World, scope: &Scope, filter: &TrajectoryFilter) -> Vec<DossierId> {
    let by_number = TrajectoryOrder { sort: TrajectorySort::Number, descending: false };
    let (vault, first) = (world.log.vault(), PageRequest::first(10));
    let page = list(&world.views, vault, scope, filter, by_number, &first).await.unwrap();
    page.edges.into_iter().map(|edge| edge.node.id).collect()
}

fn by_reference(reference: &str) -> TrajectoryFilter {
    TrajectoryFilter { case_reference: Some(reference.into()), ..TrajectoryFilter::default() }
}

fn by_name(name: &str) -> TrajectoryFilter {
    let birth_on = NaiveDate::from_ymd_opt(1990, 6, 15).unwrap();
    TrajectoryFilter { name_and_birth: Some((name.into(), birth_on)), ..TrajectoryFilter::default() }
}

async fn opened(world: &World, n: u64, field: PersonalField) -> Option<serde_json::Value> {
    let values = personal(&world.views, &[id(n)]).await.unwrap().remove(&id(n)).unwrap();
    let value = values.iter().find(|value| value.field == field)?;
    world.log.vault().open(&value.value).await.unwrap().value().cloned()
}
