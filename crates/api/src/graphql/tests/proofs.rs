//! Proofs as a compliance officer asks for them, checked as an auditor would: with nothing but what the answer says.

use serde_json::{Value, json};
use spoor_notary::{ConsistencyProof, Hash, InclusionProof, SignedCheckpoint, VerifyingKey, hash_from_hex, leaf_hash};

use super::cast::request;
use super::{House, Person};

const SIGN: &str = "mutation Sign($input: SignCheckpointInput!) { signCheckpoint(input: $input) { commandId \
    userErrors { code } checkpoint { origin size root note signedAt } } }";

async fn sign(house: &House, person: &Person, log: &str) -> Value {
    let input = json!({ "commandId": "c", "log": log });
    house.query(person, SIGN, json!({ "input": input })).await["signCheckpoint"].clone()
}

async fn with_drafts(drafts: usize) -> House {
    let house = House::open().await;
    house.agreement(true).await;
    for n in 0..drafts {
        house.accepted(&Person::jurist(), "draftRequest", json!({ "request": request(&format!("p{n}")) })).await;
    }
    house
}

fn hash(value: &Value) -> Hash {
    hash_from_hex(value.as_str().unwrap()).unwrap()
}

fn hashes(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(hash).collect()
}

#[tokio::test]
async fn an_event_is_proven_under_a_checkpoint_that_the_log_signed() {
    let house = with_drafts(3).await;
    let officer = Person::compliance();
    let signed = sign(&house, &officer, "EVENTS").await;
    assert_eq!(signed["userErrors"], json!([]));
    let document = "query Prove($index: Int!) { log { verifyingKey checkpoint { size root } \
        inclusionProof(index: $index) { index size leafHash hashes root checkpoint { note } } } }";
    for record in house.log.read_after_index(0, 100).await.unwrap() {
        let log = house.query(&officer, document, json!({ "index": record.index })).await["log"].clone();
        let proof = &log["inclusionProof"];
        let key = VerifyingKey::parse(log["verifyingKey"].as_str().unwrap()).unwrap();
        let note = SignedCheckpoint::open(proof["checkpoint"]["note"].as_str().unwrap(), &[key]).unwrap();
        let leaf = leaf_hash(record.line().as_bytes());
        assert_eq!(hash(&proof["leafHash"]), leaf);
        let path = InclusionProof { hashes: hashes(&proof["hashes"]) };
        path.check(&leaf, record.index - 1, note.checkpoint().size, &note.checkpoint().root).unwrap();
    }
    house.close().await;
}

#[tokio::test]
async fn a_later_checkpoint_is_proven_to_have_grown_out_of_an_earlier_one() {
    let house = with_drafts(1).await;
    let officer = Person::compliance();
    let first = sign(&house, &officer, "EVENTS").await["checkpoint"].clone();
    for n in 5..9 {
        house.accepted(&Person::jurist(), "draftRequest", json!({ "request": request(&format!("p{n}")) })).await;
    }
    let second = sign(&house, &officer, "EVENTS").await["checkpoint"].clone();
    let document = "query Grown($from: Int!) { log { consistencyProof(from: $from) { from to fromRoot toRoot hashes } \
        checkpoints(first: 1) { nodes { size root } pageInfo { hasNextPage endCursor } } } }";
    let log = house.query(&officer, document, json!({ "from": first["size"] })).await["log"].clone();
    let proof = &log["consistencyProof"];
    assert_eq!((&proof["fromRoot"], &proof["toRoot"]), (&first["root"], &second["root"]));
    let (old, new) = (first["size"].as_u64().unwrap(), second["size"].as_u64().unwrap());
    ConsistencyProof { hashes: hashes(&proof["hashes"]) }
        .check(old, &hash(&first["root"]), new, &hash(&second["root"]))
        .unwrap();
    // The list gives the latest first, and goes on.
    let page = &log["checkpoints"];
    assert_eq!((&page["nodes"][0]["size"], &page["pageInfo"]["hasNextPage"]), (&second["size"], &json!(true)));
    let more = "query More($after: String!) { log { checkpoints(first: 5, after: $after) { nodes { size } pageInfo { hasNextPage } } } }";
    let rest = house.query(&officer, more, json!({ "after": page["pageInfo"]["endCursor"] })).await;
    let rest = &rest["log"]["checkpoints"];
    assert_eq!(
        (&rest["nodes"], &rest["pageInfo"]["hasNextPage"]),
        (&json!([{ "size": first["size"] }]), &json!(false))
    );
    house.close().await;
}

#[tokio::test]
async fn an_entry_of_the_audit_trail_says_whether_it_is_proven() {
    let house = with_drafts(1).await;
    let officer = Person::compliance();
    let document = "{ auditTrail(last: 1) { nodes { index proof { state checkpointSize signedAt } } } }";
    let entry = async || house.query(&officer, document, json!({})).await["auditTrail"]["nodes"][0].clone();
    assert_eq!(entry().await["proof"], json!({ "state": "PENDING", "checkpointSize": null, "signedAt": null }));
    let signed = sign(&house, &officer, "EVENTS").await["checkpoint"].clone();
    let proven = entry().await;
    assert_eq!((&proven["proof"]["state"], &proven["proof"]["checkpointSize"]), (&json!("PROVEN"), &signed["size"]));
    assert_eq!(proven["proof"]["signedAt"], signed["signedAt"]);
    house.close().await;
}

#[tokio::test]
async fn an_altered_record_is_never_listed_as_proven() {
    let house = with_drafts(2).await;
    let officer = Person::officer();
    sign(&house, &officer, "EVENTS").await;
    house.accepted(&Person::jurist(), "draftRequest", json!({ "request": request("later") })).await;
    let last = house.log.tile().await.unwrap().size;
    let states = async || {
        let document = "{ auditTrail(last: 50) { nodes { id index proof { state } } } }";
        let shown = house.query(&officer, document, json!({})).await["auditTrail"]["nodes"].clone();
        let of =
            |entry: &Value| (entry["index"].as_u64().unwrap(), entry["proof"]["state"].as_str().unwrap().to_owned());
        shown.as_array().unwrap().iter().map(of).collect::<std::collections::BTreeMap<_, _>>()
    };
    let before = states().await;
    assert_eq!((before[&2].as_str(), before[&last].as_str()), ("PROVEN", "PENDING"), "{before:?}");
    // Somebody with access to the file changes who did it, while the program runs.
    for index in [2, last] {
        let alter = format!("update events set metadata = replace(metadata, 'role', 'rule') where position = {index}");
        house.behind_the_log(&format!("drop trigger if exists events_not_updated; {alter}")).await;
        let mut after = before.clone();
        after.extend([(2, "ALTERED".to_owned())]);
        after.extend((index == last).then(|| (last, "ALTERED".to_owned())));
        assert_eq!(states().await, after);
    }
    let answer = house.ask(&officer, "{ log { inclusionProof(index: 2) { root } } }", json!({})).await;
    let message = answer["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("record 2 is not the one that was committed"), "{message}");
    house.behind_the_log("drop trigger if exists events_not_deleted; delete from events where position = 1").await;
    assert_eq!(states().await[&1], "ALTERED", "a record that is gone");
    house.close().await;
}

/// Changes the view of a trail as somebody with access to its database could.
async fn behind_the_view(house: &House, projection: &str, statement: &str) {
    let build = house.views.active(projection).await.unwrap();
    build.db.run(statement, vec![]).await.unwrap();
}

/// That this is refused because the view was altered, in these words.
async fn told_as_altered(house: &House, person: &Person, document: &str, words: &[&str]) {
    let answer = house.ask(person, document, json!({})).await;
    let error = &answer["errors"][0];
    assert_eq!(error["extensions"]["code"], "VIEW_NOT_WHOLE", "{document}, {words:?}: {answer:#}");
    let message = error["message"].as_str().unwrap();
    assert!(words.iter().all(|word| message.contains(word)), "{words:?}: {message}");
}

#[tokio::test]
async fn what_an_audit_view_was_altered_to_say_is_not_shown_whether_a_proof_is_asked_for_or_not() {
    let house = with_drafts(1).await;
    let officer = Person::officer();
    sign(&house, &officer, "EVENTS").await;
    let everything = "{ auditTrail(first: 50) { totalCount nodes { index event proof { state } changes { path } reason { __typename } } } }";
    let shown = house.query(&officer, everything, json!({})).await["auditTrail"]["nodes"].clone();
    let of_dossier = shown.as_array().unwrap().iter().find(|entry| entry["event"] == "RequestDrafted").unwrap();
    behind_the_view(&house, "audit", "create table kept as select * from audit_line").await;
    let actors = "{ auditTrail(first: 50) { nodes { actor { id } } } }";
    let proofs = "{ auditTrail(last: 50) { nodes { index proof { state } } } }";
    let changes = "{ auditTrail(first: 50) { nodes { changes { path } } } }";
    let another_role = format!("(select role from kept where line = {})", of_dossier["index"]);
    for (column, value, documents) in [
        ("actor", "'innocent'", vec![actors, proofs, everything]),
        ("role", another_role.as_str(), vec![actors, proofs]),
        ("organisation", "'abb'", vec![actors, proofs]),
        ("recorded_at", "recorded_at + 86400000000", vec![actors, proofs]),
        ("occurred_on", "'2001-01-01'", vec![actors, proofs]),
        ("event_type", "'AgreementSigned'", vec![actors, proofs]),
        ("sequence", "sequence + 1", vec![actors, proofs]),
        ("command", "'00000000-0000-0000-0000-000000000000'", vec![actors, proofs]),
        ("changes", "'[]'", vec![changes, everything]),
    ] {
        for index in [&json!(1), &of_dossier["index"]] {
            if column == "role" && index != &json!(1) {
                continue;
            }
            let alter = format!("update audit_line set {column} = {value} where line = {index}");
            behind_the_view(&house, "audit", &alter).await;
            for document in &documents {
                let event = format!("event {index} ");
                told_as_altered(&house, &officer, document, &[&event, column, "projections rebuild audit"]).await;
            }
            let back = format!(
                "update audit_line set {column} = (select kept.{column} from kept where kept.line = {index}) where line = {index}"
            );
            behind_the_view(&house, "audit", &back).await;
        }
    }
    assert_eq!(house.query(&officer, everything, json!({})).await["auditTrail"]["nodes"], shown);

    // The lines are counted again once the last count is some milliseconds old.
    behind_the_view(&house, "audit", "delete from audit_line where line = 2").await;
    let refused = async {
        while house.ask(&officer, actors, json!({})).await.get("errors").is_none() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), refused).await.expect("it is short without a word");
    told_as_altered(&house, &officer, "{ auditTrail(first: 1) { totalCount } }", &["lines", "rebuild audit"]).await;
    house.close().await;
}

#[tokio::test]
async fn what_a_view_of_accesses_was_altered_to_say_is_not_shown() {
    let house = with_drafts(1).await;
    let officer = Person::compliance();
    house.query(&officer, "{ trajectories(first: 1) { nodes { number } } }", json!({})).await;
    let head = house.access.head().await.unwrap();
    assert!(house.views.wait_for(&["access"], head.position, std::time::Duration::from_secs(10)).await);
    let document = "{ accessTrail(first: 50) { nodes { role } } }";
    house.query(&officer, document, json!({})).await;
    let alter = |set: &str| format!("update access_entry set {set} where entry = {}", head.index);
    let event = format!("event {} ", head.index);
    behind_the_view(&house, "access", &alter("actor = 'innocent'")).await;
    told_as_altered(&house, &officer, document, &[&event, "actor", "projections rebuild access"]).await;
    behind_the_view(&house, "access", &alter(&format!("actor = '{}'", officer.actor().id.0))).await;
    house.query(&officer, document, json!({})).await;
    behind_the_view(&house, "access", &alter("event = replace(event, 'trajectories', 'dashboard')")).await;
    told_as_altered(&house, &officer, document, &[&event, "(event)", "projections rebuild access"]).await;
    house.close().await;
}

#[tokio::test]
async fn tiles_made_to_fit_an_altered_record_prove_nothing() {
    let house = with_drafts(2).await;
    let officer = Person::officer();
    sign(&house, &officer, "EVENTS").await;
    house.behind_the_log(
        "drop trigger if exists events_not_updated; update events set metadata = replace(metadata, 'role', 'rule') where position = 1",
    )
    .await;
    let leaf = leaf_hash(house.log.read_after_index(0, 1).await.unwrap()[0].line().as_bytes());
    let hashes = format!("x'{}' || substr(hashes, 33)", hex::encode(leaf));
    house
        .behind_the_log(&format!("update log_tiles set hashes = cast({hashes} as blob) where level = 0 and number = 0"))
        .await;
    let document = "{ auditTrail(first: 2) { nodes { proof { state } } } }";
    let shown = house.query(&officer, document, json!({})).await["auditTrail"]["nodes"].clone();
    assert_eq!(shown[0]["proof"]["state"], "ALTERED", "{shown}");
    house.close().await;
}

#[tokio::test]
async fn an_entry_of_the_access_trail_says_whether_it_is_proven_under_the_checkpoints_of_its_own_log() {
    let house = with_drafts(2).await;
    let officer = Person::compliance();
    house.query(&officer, "{ trajectories(first: 1) { nodes { number } } }", json!({})).await;
    let head = house.access.head().await.unwrap();
    assert!(house.views.wait_for(&["access"], head.position, std::time::Duration::from_secs(10)).await);
    let document = "{ accessTrail(first: 50) { nodes { id index proof { state checkpointSize signedAt } } } }";
    let entry = async || {
        let shown = house.query(&officer, document, json!({})).await["accessTrail"]["nodes"].clone();
        shown.as_array().unwrap().iter().find(|entry| entry["index"] == head.index).unwrap().clone()
    };
    sign(&house, &officer, "EVENTS").await;
    let pending = json!({ "state": "PENDING", "checkpointSize": null, "signedAt": null });
    assert_eq!(entry().await["proof"], pending, "a checkpoint of the other log covers nothing here");
    let signed = sign(&house, &officer, "ACCESS").await["checkpoint"].clone();
    let proof = json!({ "state": "PROVEN", "checkpointSize": signed["size"], "signedAt": signed["signedAt"] });
    let proven = entry().await;
    assert_eq!(proven["proof"], proof);
    // By its id it says the same, and it is nobody else's to ask.
    let node = "query($id: ID!) { node(id: $id) { ... on AccessEntry { proof { state checkpointSize signedAt } } } }";
    let found = house.query(&officer, node, json!({ "id": proven["id"] })).await;
    assert_eq!(found["node"]["proof"], proof);
    for person in Person::everybody() {
        let shown = house.query(&person, node, json!({ "id": proven["id"] })).await;
        let officer = person.actor().role == spoor_domain::kernel::Role::ComplianceOfficer;
        assert_eq!(shown["node"].is_null(), !officer, "{:?}", person.actor());
    }
    house.close().await;
}

#[tokio::test]
async fn the_access_log_is_proven_like_the_other() {
    let house = with_drafts(1).await;
    let officer = Person::compliance();
    house.query(&officer, "{ auditTrail(first: 1) { nodes { trajectory { number } } } }", json!({})).await;
    let signed = sign(&house, &officer, "ACCESS").await["checkpoint"].clone();
    assert!(signed["origin"].as_str().unwrap().ends_with("/access"));
    let document = "{ log(name: ACCESS) { name origin head { index root } checkpoint { root } inclusionProof(index: 1) { root } } }";
    let log = house.query(&officer, document, json!({})).await["log"].clone();
    assert_eq!((&log["origin"], &log["inclusionProof"]["root"]), (&signed["origin"], &log["checkpoint"]["root"]));
    house.close().await;
}

#[tokio::test]
async fn what_is_not_there_or_not_signed_yet_is_said_in_the_right_way() {
    let house = with_drafts(1).await;
    let officer = Person::compliance();
    let code = async |field: &str| {
        let answer = house.ask(&officer, &format!("{{ log {{ {field} }} }}"), json!({})).await;
        (answer["data"]["log"].clone(), answer["errors"][0]["extensions"]["code"].clone())
    };
    // Nothing is signed yet: no error, and nothing to prove under.
    assert_eq!(code("inclusionProof(index: 1) { root }").await, (json!({ "inclusionProof": null }), Value::Null));
    assert_eq!(code("consistencyProof(from: 1) { toRoot }").await, (json!({ "consistencyProof": null }), Value::Null));
    assert_eq!(code("checkpoint { size }").await, (json!({ "checkpoint": null }), Value::Null));
    assert_eq!(code("inclusionProof(index: 0) { root }").await.1, "NOT_FOUND");
    assert_eq!(code("inclusionProof(index: 9999) { root }").await.1, "NOT_FOUND");
    assert_eq!(code("inclusionProof(index: 1, size: 9999) { root }").await.1, "NOT_FOUND");
    assert_eq!(code("consistencyProof(from: 5, to: 2) { toRoot }").await.1, "BAD_USER_INPUT");
    assert_eq!(code("checkpoints(first: 101) { nodes { size } }").await.1, "BAD_USER_INPUT");
    house.close().await;
}

#[tokio::test]
async fn only_a_compliance_officer_signs_and_an_analyst_sees_nothing_of_the_log() {
    let house = with_drafts(1).await;
    for person in Person::everybody() {
        let signed = sign(&house, &person, "EVENTS").await;
        let officer = person.actor().role == spoor_domain::kernel::Role::ComplianceOfficer;
        let refused = json!([{ "code": "NOT_YOUR_ROLE" }]);
        assert_eq!(signed["userErrors"], if officer { json!([]) } else { refused }, "{:?}", person.actor().role);
        assert_eq!(signed["checkpoint"].is_null(), !officer);
    }
    let analyst = house.ask(&Person::analyst(), "{ log { origin checkpoint { size } } }", json!({})).await;
    assert_eq!(
        (&analyst["data"]["log"], &analyst["errors"][0]["extensions"]["code"]),
        (&Value::Null, &json!("FORBIDDEN"))
    );
    house.close().await;
}
