//! The cooperation agreement (samenwerkingsovereenkomst): one stream per agreement.

mod aggregate;
pub mod command;
mod decide;
pub mod event;
mod first_request;
pub mod rejection;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
pub mod state;
pub mod vocabulary;

pub use first_request::RESERVATION_MINUTES;
pub use rejection::AgreementRejection;
pub use state::CooperationAgreement;

#[cfg(test)]
mod tests;
