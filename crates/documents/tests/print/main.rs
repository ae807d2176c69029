//! The printed documents, looked at from outside: by the bytes, and by other people's tools (`pdftotext`, `pdfinfo`, `qpdf`).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first thing that is not as it says")]

mod bundle;
mod layout;
mod report;
mod samples;

use std::io::Write;
use std::process::Command;

/// What a tool says about a PDF.
fn asked(tool: &str, arguments: &[&str], pdf: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(pdf).unwrap();
    let path = file.path().to_str().unwrap();
    let arguments = arguments.iter().map(|argument| if *argument == "FILE" { path } else { argument });
    let output = Command::new(tool)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{tool}: {error}; ./test installs it"));
    assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Leaves a print in the build's folder for whoever wants to look at it.
fn left_to_look_at(name: &str, pdf: &[u8]) {
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/");
    std::fs::write(format!("{path}{name}.pdf"), pdf).unwrap();
}

/// The text of every page, in reading order, without the places where lines may break.
fn pages(pdf: &[u8]) -> Vec<String> {
    let text = asked("pdftotext", &["-layout", "FILE", "-"], pdf).replace('\u{200B}', "");
    text.split_terminator('\u{C}').map(str::to_owned).collect()
}

/// A text with every run of white space as one space.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
