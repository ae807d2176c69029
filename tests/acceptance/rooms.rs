//! The rooms of the workspace: who may use whom, read from the workspace's own metadata.

use std::process::Command;

use serde_json::Value;

/// The rooms from the one that knows least to the one that knows all.
const ORDER: [&str; 7] = [
    "spoor-domain",
    "spoor-notary",
    "spoor-disclosure",
    "spoor-eventlog",
    "spoor-projections",
    "spoor-documents",
    "spoor-api",
];

/// What tests start for themselves; no program has it in it.
const FOR_TESTS: [&str; 2] = ["spoor-testkit", "spoor-testserver"];

#[test]
fn a_room_uses_only_rooms_above_it() {
    let workspace = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline", "--manifest-path", workspace])
        .output()
        .expect("cargo metadata runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("metadata is JSON");
    let place = |name: &str| ORDER.iter().position(|room| *room == name);
    let mut rooms = 0;
    for package in metadata["packages"].as_array().expect("packages") {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(own) = place(name) else { continue };
        rooms += 1;
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let used = dependency["name"].as_str().unwrap_or_default();
            if let Some(other) = place(used) {
                assert!(other < own, "{name} uses {used}, a room below it");
            }
            assert!(
                !FOR_TESTS.contains(&used) || dependency["kind"] == "dev",
                "{name} uses {used}, which is for tests"
            );
        }
    }
    assert!(rooms >= 5, "only {rooms} rooms found: has the workspace been renamed?");
}
