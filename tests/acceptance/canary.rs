//! Personal values go in over HTTP and come out over HTTP; in between no file holds them in clear.

use std::io;
use std::path::Path;

use acceptance::{Installation, Stores};
use anyhow::{Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::json;

use crate::life::{Cast, for_dossier, request, steps};

/// In every personal text of the dossier; occurs nowhere else in the world.
const CANARY: &str = "kanarie7f3a9c";

#[tokio::test]
async fn no_file_of_the_installation_holds_a_personal_value_in_clear() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    cast.sign_agreement().await?;
    let drafted = cast.jurist.accepted("draftRequest", json!({ "request": request(CANARY) })).await?;
    let dossier = drafted["trajectory"]["id"].clone();
    let submitted = json!({ "trajectoryId": dossier, "request": request(CANARY) });
    cast.prosecutor.accepted("requestTrajectory", submitted).await?;
    for step in steps() {
        let mut input = for_dossier(&dossier, &step.input);
        for text in ["notes", "text", "motivation"] {
            if input.get(text).is_some() {
                input[text] = json!(format!("{CANARY} {text}"));
            }
        }
        (step.by)(&cast).accepted(step.mutation, input).await?;
    }

    // It is there for those who may see it, and can be found by its exact value.
    let document = "query Found($key: String!) { trajectories(first: 5, filter: { caseReference: $key }) { nodes { id \
        participant { ... on Participant { name } } } } }";
    let found = cast.prosecutor.ask(document, json!({ "key": format!("AN.{CANARY}.1") })).await?;
    ensure!(found.body.to_string().contains(CANARY), "{:#}", found.body);

    // Not while it runs (the write-ahead logs are full) and not after it stopped.
    let holders = files_with(installation.directory(), CANARY.as_bytes())?;
    ensure!(holders.is_empty(), "while it runs, the value stands in {holders:?}");
    ensure!(program.terminate().await?.success(), "the program stops in order");
    let holders = files_with(installation.directory(), CANARY.as_bytes())?;
    ensure!(holders.is_empty(), "after it stopped, the value stands in {holders:?}");
    Ok(())
}

#[tokio::test]
async fn no_file_of_the_installation_holds_the_name_a_client_gave_its_question() -> Result<()> {
    let installation = Installation::fresh(Stores::Embedded).await?;
    let program = installation.serve().await?;
    let cast = Cast::of(&installation, &program)?;
    let name = format!("Jan_Peeters_{CANARY}");
    let questions = [
        "{ trajectories(first: 1) { totalCount } }",
        "{ dashboard { total } }",
        "{ trajectory(id: \"nergens\") { id } }",
        "{ bestaatNiet }",
    ];
    for question in questions {
        cast.prosecutor.ask(&format!("query {name} {question}"), json!({})).await?;
        cast.prosecutor.ask(&format!("query {name} {{ {name}: __typename }} query B {question}"), json!({})).await?;
        // Refused, and written down as refused.
        cast.analyst.ask(&format!("query {name} {question}"), json!({})).await?;
    }
    let wrong =
        "mutation NAME { retractRequest(input: { trajectoryId: \"x\", commandId: \"x\", reason: OTHER }) { version } }";
    cast.prosecutor.ask(&wrong.replace("NAME", &name), json!({})).await?;
    ensure!(program.terminate().await?.success(), "the program stops in order");
    // The log lines of the program are among the files.
    let holders = files_with_any(installation.directory(), &spellings(CANARY))?;
    ensure!(holders.is_empty(), "the name of an operation stands in {holders:?}");
    Ok(())
}

/// The files below a directory in which the bytes occur.
pub fn files_with(directory: &Path, wanted: &[u8]) -> Result<Vec<String>> {
    files_with_any(directory, &[wanted.to_vec()])
}

/// The files below a directory in which any of these occurs.
pub fn files_with_any(directory: &Path, wanted: &[Vec<u8>]) -> Result<Vec<String>> {
    // Nearly every place is passed by its first two bytes: a server's files are large.
    let mut begins = vec![false; 1 << 16];
    for wanted in wanted {
        begins[usize::from(wanted[0]) << 8 | usize::from(wanted[1])] = true;
    }
    let mut holders = Vec::new();
    walk(directory, &mut |path, bytes| {
        let held = bytes.windows(2).enumerate().any(|(at, two)| {
            begins[usize::from(two[0]) << 8 | usize::from(two[1])]
                && wanted.iter().any(|wanted| bytes[at..].starts_with(wanted))
        });
        if held {
            holders.push(path.display().to_string());
        }
    })?;
    Ok(holders)
}

/// Every file below a directory with its bytes; a database makes and removes files while one looks.
fn walk(directory: &Path, visit: &mut impl FnMut(&Path, &[u8])) -> Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        let done = if path.is_dir() {
            walk(&path, visit)
        } else {
            std::fs::read(&path).map(|bytes| visit(&path, &bytes)).map_err(Into::into)
        };
        match done {
            Err(error) if error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::NotFound) => {}
            done => done?,
        }
    }
    Ok(())
}

/// The ways in which a text could stand somewhere without being sealed: in both cases, in the encodings of Unicode, as
/// hexadecimal digits, within base64 wherever it begins in it, escaped as JSON and as part of an address may be. There is
/// no compressed store in which it could stand otherwise.
pub fn spellings(text: &str) -> Vec<Vec<u8>> {
    let bytes = text.as_bytes();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let escaped =
        |before: &str, digits: &str| bytes.iter().map(|byte| format!("{before}{digits}{byte:02x}")).collect::<String>();
    let mut spelled = vec![
        text.to_lowercase(),
        text.to_uppercase(),
        hex(bytes),
        hex(bytes).to_uppercase(),
        escaped("\\u", "00"),
        escaped("%", ""),
        escaped("%", "").to_uppercase(),
        escaped("\\x", ""),
    ]
    .into_iter()
    .map(String::into_bytes)
    .collect::<Vec<_>>();
    spelled.push(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    spelled.push(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    for before in 0..3 {
        let encoded = STANDARD_NO_PAD.encode([vec![0; before], bytes.to_vec()].concat());
        // What stands beside the text has a share in the characters at the edges.
        let begin = [0, 2, 3][before];
        let end = encoded.len() - usize::from(!(before + bytes.len()).is_multiple_of(3));
        spelled.push(encoded.as_bytes()[begin..end].to_vec());
    }
    spelled
}

#[test]
fn a_text_is_found_however_it_is_spelled() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let found = |content: &[u8]| -> Result<bool> {
        std::fs::create_dir_all(directory.path().join("inside"))?;
        std::fs::write(directory.path().join("inside/file"), content)?;
        Ok(!files_with_any(directory.path(), &spellings(CANARY))?.is_empty())
    };
    let json = CANARY.chars().map(|letter| format!("\\u{:04x}", u32::from(letter))).collect::<String>();
    for content in [CANARY.to_owned(), CANARY.to_uppercase(), format!("{{\"name\":\"{json}\"}}")] {
        ensure!(found(format!("before {content} after").as_bytes())?, "{content}");
    }
    for before in ["", "x", "xy", "xyz"] {
        for after in ["", "x", "xy"] {
            let text = format!("{before}{CANARY}{after}");
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            for content in [STANDARD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
                ensure!(found(content.as_bytes())?, "{text} as {content}");
            }
            ensure!(found(&wide)?, "{text} in two bytes a letter");
        }
    }
    ensure!(!found(b"kanarie of another kind")?, "anything is found");
    Ok(())
}
