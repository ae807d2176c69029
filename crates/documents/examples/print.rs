//! Prints an edition's content (JSON) to a PDF, and measures how long that takes beside printing nothing:
//! `cargo run -p spoor-documents --example print -- CONTENT.json OUT.pdf [--draft] [--times N]`.

use std::time::{Duration, Instant};

use spoor_documents::edition::{ContentHash, EditionContent, report_pdf};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, to, options @ ..] = arguments.as_slice() else {
        return Err("CONTENT.json OUT.pdf [--draft] [--times N]".into());
    };
    let draft = options.iter().any(|option| option == "--draft");
    let times = options.iter().skip_while(|option| *option != "--times").nth(1).map_or(Ok(1), |times| times.parse())?;
    let content = EditionContent::from_bytes(&std::fs::read(from)?)?;
    let (pdf, whole) = printed(&content, draft, times)?;
    std::fs::write(to, &pdf)?;
    let mut empty = content;
    empty.policy_lines.clear();
    let (_, nothing) = printed(&empty, draft, times)?;
    let ratio = whole.as_secs_f64() / nothing.as_secs_f64();
    println!(
        "{} bytes; median of {times}: {whole:?}, {ratio:.1} times a report without actions ({nothing:?})",
        pdf.len()
    );
    Ok(())
}

/// The PDF, and the median time it took.
fn printed(content: &EditionContent, draft: bool, times: usize) -> Result<(Vec<u8>, Duration), Failure> {
    let hash = ContentHash::of(&content.to_bytes()?);
    let mut pdf = report_pdf(content, &hash, draft)?;
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        let start = Instant::now();
        pdf = report_pdf(content, &hash, draft)?;
        took.push(start.elapsed());
    }
    took.sort();
    Ok((pdf, took.get(times / 2).copied().unwrap_or_default()))
}
