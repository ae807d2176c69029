//! The standard output of a command. Whoever reads it may stop when they have seen enough: the command goes on and ends as it
//! would, and says no more.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};

/// A line of text, as `println!` writes it.
macro_rules! say {
    ($($text:tt)*) => { $crate::cli::out::line(format_args!($($text)*)) };
}

/// Writes a line.
pub fn line(text: Arguments<'_>) {
    ended_quietly(writeln!(io::stdout().lock(), "{text}"));
}

/// Writes a text as it is.
pub fn text(text: &str) {
    let mut out = io::stdout().lock();
    ended_quietly(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
}

fn ended_quietly(written: io::Result<()>) {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            // Where not even this can be said, there is nobody to say it to.
            let _ = writeln!(io::stderr(), "standard output cannot be written: {error}");
        }
        Ok(()) | Err(_) => {}
    }
}
