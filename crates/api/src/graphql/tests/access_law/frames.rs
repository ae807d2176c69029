//! The law for what is followed: each frame names the dossiers its own record names.

use std::collections::BTreeSet;

use futures_util::StreamExt;
use serde_json::Value;

use super::super::access::shown;
use super::questions::PEOPLE;
use super::{World, errors, recorded_refusals, roots};
use crate::graphql::global_id::{Kind, parse_global_id};

/// Steps of a replay that are followed.
const STEPS: usize = 30;

/// What may be followed: each with the dossier that a frame is about, whatever it says.
fn followed(dossier: &str) -> Vec<(&'static str, String)> {
    let linked = "linkedSubjects { subject trajectoryId trajectory { id } }";
    vec![
        ("dashboardChanged", "dashboardChanged { total overdue { trajectoryId number } }".to_owned()),
        ("trajectoryChanged", format!("trajectoryChanged(id: \"{dossier}\") {{ status {linked} }}")),
        (
            "replayed",
            format!(
                "replayed(trajectory: \"{dossier}\") {{ event changes {{ path \
                 from {{ ... on PlainValue {{ value }} }} to {{ ... on PlainValue {{ value }} }} }} }}"
            ),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn each_frame_names_the_dossiers_its_own_record_names() {
    let world = World::open().await;
    let (mut named_by, mut named_two) = (BTreeSet::new(), false);
    for (n, person) in PEOPLE.iter().enumerate() {
        let person = person(&world, n as u8);
        for dossier in &world.dossiers {
            for (field, text) in followed(dossier) {
                let mut frames = world.house.follow(&person, &format!("subscription {{ {text} }}"));
                let most = if field == "replayed" { STEPS } else { 1 };
                for _ in 0..most {
                    let before = world.house.accesses().await;
                    let Some(frame) = frames.next().await else { break };
                    let events = world.house.accesses_after(before).await;
                    let answer = &frame["data"][field];
                    let mut named = BTreeSet::new();
                    world.names(answer, &mut named);
                    if field != "dashboardChanged" && !answer.is_null() {
                        named.extend(world.dossier_of(dossier));
                    }
                    let recorded: BTreeSet<_> = events.iter().flat_map(shown).collect();
                    assert_eq!(named, recorded, "{:?}: {text}\n{frame:#}", person.actor());
                    let refused: Vec<_> = errors(&frame).map(|error| error["extensions"]["code"].clone()).collect();
                    let known = matches!(parse_global_id(&dossier.into()), Some((Kind::Trajectory, _)));
                    if known && !refused.is_empty() {
                        let written: Vec<_> = events.iter().flat_map(recorded_refusals).map(|(_, why)| why).collect();
                        assert!(
                            refused.iter().all(|code| written.iter().any(|why| code == *why)),
                            "{text}: {frame:#} {written:?}"
                        );
                    }
                    named_two |= field == "replayed" && named.len() > 1;
                    if !named.is_empty() {
                        named_by.insert(field.to_owned());
                    }
                    if answer == &Value::Null {
                        break;
                    }
                }
            }
        }
    }
    assert_eq!(named_by, roots(&world, "subscriptionType").await, "every field at the root was followed to a dossier");
    assert!(named_two, "no step of a replay named another dossier");
    world.house.close().await;
}
