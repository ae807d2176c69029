//! Police training (politieopleiding) at Kazerne Dossin: sessions held and how many took part, one stream per line of
//! programmes, so that a known total of before never counts a session again. Nobody who took part is named anywhere.

mod aggregate;
pub mod command;
mod decide;
pub mod event;
pub mod rejection;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
pub mod state;
pub mod vocabulary;

pub use rejection::TrainingRejection;
pub use state::TrainingRecord;

#[cfg(test)]
mod tests;
