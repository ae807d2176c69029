//! An edition of the report, reproducible and for ever: frozen bytes stay what they were whatever is corrected, erased or
//! made anew; a correction tells exactly what it says otherwise; and autumn 2018 comes out as it was printed.

use std::collections::BTreeMap;

use acceptance::{Installation, Persona, Program, Stores, new_command_id};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::life::Cast;
use crate::plan::FACTS;
use crate::{autumn, upgrade};

on_every_engine!(frozen_bytes_stay_and_a_correction_tells_what_it_changes);

const EDITION: &str = "query Edition($plan: ID!, $number: Int) { reportEdition(plan: $plan, period: \"2018-H2\", number: $number) { \
    id number status contentHash forms { form sha256 bytes address } errata { number path old new } \
    draft { blockers { id waived } errata { number path old new } } } }";

/// Two coordinators and what they work on.
struct Office {
    first: Persona,
    second: Persona,
    analyst: Persona,
    plan: Value,
}

impl Office {
    async fn of(installation: &Installation, program: &Program) -> Result<Self> {
        let coordinator = |name| installation.persona(program, name, "PlanCoordinator", "abb");
        let analyst = installation.persona(program, "analyst-1", "PolicyAnalyst", "abb")?.for_purpose("Reporting");
        let plans = analyst.query("{ actionPlans { id } }", json!({})).await?;
        let plan = plans["actionPlans"][0]["id"].clone();
        Ok(Self {
            first: coordinator("first")?.for_purpose("Reporting"),
            second: coordinator("second")?.for_purpose("Reporting"),
            analyst,
            plan,
        })
    }

    async fn edition(&self, by: &Persona, number: u32) -> Result<Value> {
        Ok(by.query(EDITION, json!({ "plan": self.plan, "number": number })).await?["reportEdition"].clone())
    }

    /// Waives what stands open, freezes and approves.
    async fn bring_out(&self, number: u32) -> Result<Value> {
        let draft = self.edition(&self.first, number).await?;
        for blocker in draft["draft"]["blockers"].as_array().context("blockers")? {
            if blocker["waived"] == false {
                let waiver = json!({ "reportEditionId": draft["id"], "entry": blocker["id"], "reason": "Zo gedrukt." });
                done(&self.second, "waiveSmallCount", waiver).await?;
            }
        }
        let named = json!({ "reportEditionId": draft["id"] });
        done(&self.first, "freezeEdition", named.clone()).await?;
        done(&self.second, "approveEdition", named).await?;
        self.edition(&self.analyst, number).await
    }
}

/// Runs a mutation that is accepted and shown.
async fn done(by: &Persona, mutation: &str, mut input: Value) -> Result<Value> {
    input["commandId"] = json!(new_command_id());
    let name = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let document = format!(
        "mutation Run($input: {name}!) {{ {mutation}(input: $input) {{ pending userErrors {{ code message }} }} }}"
    );
    let payload = by.query(&document, json!({ "input": input })).await?[mutation].clone();
    ensure!(payload["userErrors"] == json!([]) && payload["pending"] == false, "{mutation}: {payload:#}");
    Ok(payload)
}

/// Every form of an edition, downloaded, each with the hash and the size the edition names.
async fn forms(by: &Persona, edition: &Value) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut forms = BTreeMap::new();
    for form in edition["forms"].as_array().context("forms")? {
        let address = form["address"].as_str().context("an address")?;
        let response = by.take(address).await?;
        ensure!(response.status() == 200, "{address}: {}", response.status());
        ensure!(response.headers()["etag"] == format!("\"{}\"", form["sha256"].as_str().unwrap_or_default()));
        let bytes = response.bytes().await?.to_vec();
        ensure!(hex(&bytes) == form["sha256"] && form["bytes"] == bytes.len(), "{form}");
        forms.insert(form["form"].as_str().unwrap_or_default().to_owned(), bytes);
    }
    ensure!(forms.len() == 6, "{:?}", forms.keys());
    Ok(forms)
}

fn hex(bytes: &[u8]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn frozen_bytes_stay_and_a_correction_tells_what_it_changes(stores: Stores) -> Result<()> {
    let installation = Installation::fresh(stores).await?;
    let taken_over = installation.run(&["import", "action-plan", FACTS])?;
    ensure!(taken_over.status.success(), "{}", String::from_utf8_lossy(&taken_over.stderr));
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    let erased = crate::erasure::an_erasable_dossier(&cast).await?;
    let office = Office::of(&installation, &program).await?;

    let head = json!({ "label": "Najaar 2018", "cutOff": "2018-10-01" });
    let opening = json!({ "planId": office.plan, "period": "2018-H2", "head": head });
    done(&office.first, "openEdition", opening).await?;
    let first = office.bring_out(1).await?;
    ensure!(first["status"] == "APPROVED" && first["errata"].is_null(), "{first:#}");
    let before = forms(&office.analyst, &first).await?;
    autumn::figures(&serde_json::from_slice(&before["JSON"])?)?;

    // The plan is corrected, a person is erased, every view is made anew, and a program of a later version takes over.
    let entry = correct_an_amount(&office, &serde_json::from_slice(&before["JSON"])?).await?;
    crate::erasure::erase(&installation, &program, &cast, &erased).await?;
    ensure!(program.terminate().await?.success(), "the program stops in order");
    for projection in ["plan", "editions", "trajectories"] {
        let rebuilt = installation.run(&["projections", "rebuild", projection])?;
        ensure!(rebuilt.status.success(), "{projection}: {}", String::from_utf8_lossy(&rebuilt.stderr));
    }
    let now = upgrade::as_an_earlier_version_left_them(&installation, stores).await?;
    let program = installation.serve().await?;
    upgrade::taken_over(&installation, stores, &now).await?;
    let office = Office::of(&installation, &program).await?;
    let again = office.edition(&office.analyst, 1).await?;
    ensure!(again["contentHash"] == first["contentHash"], "{again:#}");
    ensure!(forms(&office.analyst, &again).await? == before, "the frozen bytes changed");

    let reason = "Het bedrag was verkeerd overgenomen.";
    done(&office.first, "openCorrection", json!({ "reportEditionId": first["id"], "head": head, "reason": reason }))
        .await?;
    let second = office.bring_out(2).await?;
    only_the_amount_changed(&second["errata"], &entry)?;
    let compliance = installation.persona(&program, "officer-1", "ComplianceOfficer", "kazerne-dossin")?;
    let compliance = compliance.for_purpose("Supervision");
    the_correction_is_their_cause(&office, &compliance, &second).await?;
    ensure!(forms(&office.analyst, &again).await? == before, "a correction changed the first edition");

    let compared = format!(
        "query {{ reportEdition(id: {}) {{ comparedTo(edition: {}) {{ statusMoves {{ number }} budget {{ number kind old new }} }} }} }}",
        second["id"], first["id"]
    );
    let found = office.analyst.query(&compared, json!({})).await?;
    let changed = json!([{ "number": "4.1", "kind": "CHANGED", "old": 56_831_100, "new": 56_831_200 }]);
    ensure!(found["reportEdition"]["comparedTo"] == json!({ "statusMoves": [], "budget": changed }), "{found:#}");

    // From the terminal the same bytes leave, and a withdrawn edition leaves no more.
    let file = installation.directory().join("editie-1.pdf");
    let name = file.display().to_string();
    let report = ["report", "pdf", "--period", "2018-H2", "--edition", "1", "--out", name.as_str()];
    let written = installation.run(&report)?;
    ensure!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    ensure!(std::fs::read(&file)? == before["PDF"], "the terminal gives other bytes");
    done(&office.first, "withdrawEdition", json!({ "reportEditionId": first["id"], "reason": reason })).await?;
    let address = first["forms"][0]["address"].as_str().context("an address")?;
    let gone = office.analyst.take(address).await?;
    ensure!(office.analyst.query(&compared, json!({})).await.is_err(), "a withdrawn edition is compared");
    ensure!(gone.status() == 410 && gone.text().await?.contains(reason), "a withdrawn edition is served");
    ensure!(!installation.run(&report)?.status.success(), "the terminal gives a withdrawn edition");
    let telling = "Er stonden drie jongeren in.";
    done(&office.first, "withdrawEdition", json!({ "reportEditionId": second["id"], "reason": telling })).await?;
    let address = second["forms"][0]["address"].as_str().context("an address")?;
    let gone = office.analyst.take(address).await?;
    ensure!(gone.status() == 410 && !gone.text().await?.contains(telling), "the answer tells of a small count");
    let withdrawn = office.edition(&office.analyst, 2).await?;
    ensure!(withdrawn["errata"].is_null(), "what a withdrawn edition says is read in its errata: {withdrawn:#}");
    Ok(())
}

/// Behind everything the second edition says otherwise stands the one event that corrected it, for supervision only.
async fn the_correction_is_their_cause(office: &Office, compliance: &Persona, second: &Value) -> Result<()> {
    let causes = "query($id: ID!) { reportEdition(id: $id) { errata { path causes { event number index by } } } }";
    let of = json!({ "id": second["id"] });
    for erratum in
        compliance.query(causes, of.clone()).await?["reportEdition"]["errata"].as_array().context("errata")?
    {
        let causes = erratum["causes"].as_array().context("causes")?;
        ensure!(causes.len() == 1, "{erratum:#}");
        ensure!(causes[0]["event"] == "BudgetCorrected" && causes[0]["number"] == "4.1", "{erratum:#}");
        ensure!(causes[0]["by"].is_null(), "an account of another organisation: {erratum:#}");
    }
    let unsaid = office.analyst.query(causes, of.clone()).await?;
    let unsaid = unsaid["reportEdition"]["errata"].as_array().context("errata")?;
    ensure!(!unsaid.is_empty() && unsaid.iter().all(|erratum| erratum["causes"].is_null()), "{unsaid:#?}");

    let origin = "query($id: ID!, $action: String, $path: String) { reportEdition(id: $id) { \
        origin(action: $action, path: $path) { event number } } }";
    let behind = async |who: &Persona, action: Value, path: &str| -> Result<Value> {
        let given = json!({ "id": second["id"], "action": action, "path": path });
        Ok(who.query(origin, given).await?["reportEdition"]["origin"].clone())
    };
    let sum = behind(compliance, Value::Null, "totals/budget_as_printed").await?;
    let sum = sum.as_array().context("events")?;
    let reported = sum.iter().filter(|found| found["event"] == "BudgetReported").count();
    // 48 in the budget column, of which one was corrected; the 46 in the text count in no sum.
    ensure!((reported, sum.len()) == (48, 49), "{} events", sum.len());
    let status = behind(compliance, json!("11.1"), "status").await?;
    ensure!(status == json!([{ "event": "ActionStatusChanged", "number": "11.1" }]), "{status:#}");
    ensure!(behind(&office.analyst, json!("11.1"), "status").await?.is_null(), "an analyst sees events");
    Ok(())
}

#[tokio::test]
async fn an_edition_is_taken_by_who_may_see_it_and_every_taking_is_written_down() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let taken_over = installation.run(&["import", "action-plan", FACTS])?;
    ensure!(taken_over.status.success(), "{}", String::from_utf8_lossy(&taken_over.stderr));
    let program = installation.serve().await?;
    let (cast, office) = (Cast::of(&installation, &program)?, Office::of(&installation, &program).await?);
    let head = json!({ "label": "Najaar 2018", "cutOff": "2018-10-01" });
    done(&office.first, "openEdition", json!({ "planId": office.plan, "period": "2018-H2", "head": head })).await?;
    // A draft shows rows that nobody published: its leaving is written down as well.
    let concept = installation.directory().join("concept.json").display().to_string();
    let written = installation.run(&["report", "json", "--period", "2018-H2", "--draft", "--out", &concept])?;
    ensure!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    ensure!(takings(&installation)? == 1, "the draft is not written down");
    let draft = office.edition(&office.first, 1).await?;
    for blocker in draft["draft"]["blockers"].as_array().context("blockers")? {
        let waiver = json!({ "reportEditionId": draft["id"], "entry": blocker["id"], "reason": "Zo gedrukt." });
        done(&office.second, "waiveSmallCount", waiver).await?;
    }
    let named = json!({ "reportEditionId": draft["id"] });
    done(&office.first, "freezeEdition", named.clone()).await?;
    let frozen = office.edition(&office.first, 1).await?;
    let address = frozen["forms"][0]["address"].as_str().context("an address")?.to_owned();

    // Frozen, and between two people.
    ensure!(office.analyst.take(&address).await?.status() == 404, "an analyst takes what is not approved");
    ensure!(cast.guide.take(&address).await?.status() == 403, "a guide takes an edition");
    ensure!(office.second.take(&address).await?.status() == 200, "who is to approve it cannot read it");
    done(&office.second, "approveEdition", named).await?;
    for reader in [&office.first, &office.analyst, &cast.compliance] {
        let taken = reader.take(&address).await?;
        ensure!(taken.status() == 200, "{}", taken.status());
        let name = taken.headers()["content-disposition"].to_str()?.to_owned();
        ensure!(name.contains("voortgangsrapport-2018-H2-editie-1."), "{name}");
    }
    ensure!(cast.guide.take(&address).await?.status() == 403, "a guide takes an edition");
    ensure!(office.analyst.take(&address.replace("/json", "/docx")).await?.status() == 404, "there is no such form");
    let known = reqwest::Client::new().get(format!("{}{address}", program.base)).bearer_auth(office.analyst.token());
    let known =
        known.header("If-None-Match", format!("\"{}\"", frozen["forms"][0]["sha256"].as_str().unwrap_or_default()));
    ensure!(known.send().await?.status() == 304, "what is known is sent again");
    ensure!(reqwest::get(format!("{}{address}", program.base)).await?.status() == 401, "a stranger takes an edition");

    // Takings that sent bytes: the draft, the approver's and those of three readers, and one more from the terminal.
    let file = installation.directory().join("editie.json").display().to_string();
    let written = installation.run(&["report", "json", "--period", "2018-H2", "--out", &file])?;
    ensure!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    ensure!(takings(&installation)? == 6, "{} takings are written down", takings(&installation)?);
    let draft = installation.run(&["report", "json", "--period", "2018-H2", "--draft", "--out", &file])?;
    ensure!(!draft.status.success() && String::from_utf8_lossy(&draft.stderr).contains("open a correction first"));
    Ok(())
}

fn takings(installation: &Installation) -> Result<i64> {
    let connection = rusqlite::Connection::open(installation.data().join("access.sqlite"))?;
    let sql = "select count(*) from events where event_type = 'EditionDownloaded'";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

/// The amount of action 4.1 becomes one euro more; everything else of the entry stays as it was frozen. Gives its id.
async fn correct_an_amount(office: &Office, content: &Value) -> Result<String> {
    let action = of_number(content, "4.1")?;
    let entries = action["budget"].as_array().context("amounts")?;
    let entry = entries.iter().find(|entry| entry["amount"] == 56_831_100).context("the amount in the column")?;
    let competence = &entry["competence"];
    let corrected = json!({ "id": entry["id"], "period": entry["half_year"], "row": entry["row"], "amount": 56_831_200,
        "note": entry["note"], "verbatim": entry["verbatim"], "source": "BUDGET_COLUMN",
        "competence": { "code": competence["code"], "policyDomain": competence["policy_domain"] } });
    let question = "query A($plan: ID!) { planAction(plan: $plan, number: \"4.1\") { id } }";
    let id = office.first.query(question, json!({ "plan": office.plan })).await?["planAction"]["id"].clone();
    let input = json!({ "actionId": id, "correctedOn": "2018-12-20", "entry": corrected, "reason": "Nageteld." });
    done(&office.first, "correctBudget", input).await?;
    Ok(entry["id"].as_str().unwrap_or_default().to_owned())
}

fn of_number<'a>(content: &'a Value, number: &str) -> Result<&'a Value> {
    let lines = content["policy_lines"].as_array().into_iter().flatten();
    let chapters = lines.flat_map(|line| line["chapters"].as_array().into_iter().flatten());
    let mut actions = chapters.flat_map(|chapter| chapter["actions"].as_array().into_iter().flatten());
    actions.find(|action| action["number"] == number).context("no such action")
}

/// The entry itself, and the sums it stands in; nothing else.
fn only_the_amount_changed(errata: &Value, entry: &str) -> Result<()> {
    let errata = errata.as_array().context("errata")?;
    let (of_actions, of_sums): (Vec<_>, Vec<_>) = errata.iter().partition(|found| !found["number"].is_null());
    let path = format!("budget/{entry}/");
    let own = |found: &&&Value| found["path"].as_str().is_some_and(|own| own.starts_with(&path));
    ensure!(
        of_actions.iter().filter(|found| found["number"] == "4.1").filter(own).count() == of_actions.len(),
        "{errata:#?}"
    );
    let amount = of_actions.iter().find(|found| found["path"] == format!("{path}amount")).context("the amount")?;
    let told = |side: &str, amount_told: &str| amount[side].as_str().is_some_and(|text| text.contains(amount_told));
    ensure!(told("old", "568.311") && told("new", "568.312"), "{amount}");
    ensure!(!of_sums.is_empty(), "the sums changed too");
    for found in of_sums {
        let path = found["path"].as_str().unwrap_or_default();
        ensure!(path.contains("budget_as_printed") || path.contains("budget_without_duplicates"), "{found}");
    }
    Ok(())
}

/// Whoever takes documents and editions too fast is told when to try again, as with any other request.
#[tokio::test]
async fn taking_documents_and_editions_counts_as_asking_does() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    installation.set("[rate_limit]\nper_minute = 6\nburst = 3\n")?;
    let program = installation.serve().await?;
    let analyst = installation.persona(&program, "one", "PolicyAnalyst", "abb")?.for_purpose("Reporting");
    let prosecutor = installation.persona(&program, "two", "Prosecutor", "parket-antwerpen")?;
    let prosecutor = prosecutor.for_purpose("CaseHandling");
    for (person, address) in [(analyst, "/editions/nobodys/pdf"), (prosecutor, "/documents/nobody-made-this")] {
        for _ in 0..3 {
            let status = person.take(address).await?.status();
            ensure!(status == 404, "{address}: {status}");
        }
        let refused = person.take(address).await?;
        ensure!(refused.status() == 429 && refused.headers().contains_key("retry-after"), "{address}: {refused:?}");
        let asked = person.ask("{ viewer { roleLabel } }", json!({})).await?;
        ensure!(asked.status == 429, "the same person asks as before: {:#}", asked.body);
    }
    Ok(())
}
