//! What may be asked, by noun: one room each, the roots merged here; limits are laid over them by
//! [`crate::http::limits`].

mod access;
mod agreement;
mod appointment;
mod as_of;
mod audit;
mod change;
pub(crate) mod coded;
mod consent_texts;
mod dashboard;
pub(crate) mod disclosure;
mod document;
mod edition;
pub mod global_id;
mod held;
mod labels;
mod linked;
mod log;
mod node;
mod operational;
mod outcome;
mod page;
mod plan;
mod problem;
mod question;
mod recorded;
mod reference;
mod replay;
mod retention;
mod rights;
mod scalars;
mod session;
mod stream_commands;
mod subject_access;
pub(crate) mod subject_case;
mod subscription;
mod telling;
mod training;
mod trajectory;
mod user_error;
mod viewer;

use async_graphql::{MergedObject, Schema, SchemaBuilder};

use crate::access_book::AccessBook;
use crate::desk::{Desk, Publishing};
use crate::http::limits;
use crate::proof::Keeper;
use crate::state::AppState;

pub(crate) use plan::reader::Reader as ReportReader;
pub use recorded::Recorded;
use subscription::Subscription;

/// The whole schema.
pub type SpoorSchema = Schema<Query, Mutation, Subscription>;

/// The roots, without data and without limits: enough to print the SDL.
pub fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription)
}

/// The desk over these stores, under these settings.
pub fn desk(state: &AppState) -> Desk {
    let (log, views, blobs) = (state.log.clone(), state.views.clone(), state.blobs.clone());
    let desk = Desk::new(log, views, blobs, state.criteria.clone(), state.clock.clone());
    let mut desk = desk.due_within(state.config.deadlines.rule());
    desk.documents = state.config.documents.clone();
    let (registered_from, key) = (state.config.publication.registered_from, state.draw_key.clone());
    desk.keeping(state.config.retention.clone()).publishing(Publishing { registered_from, key })
}

/// The schema as served, over these stores.
pub fn schema(state: &AppState) -> Recorded {
    let book = AccessBook::new(state.access.clone(), state.clock.clone());
    over(desk(state), book, state.keeper.clone(), state.config.http.introspection)
}

/// The schema over a desk and what is promised about its logs, with its readings recorded in this book.
pub fn over(desk: Desk, book: AccessBook, keeper: Keeper, introspection: bool) -> Recorded {
    let views = desk.views.clone();
    let schema = bare(desk, book.clone(), keeper, introspection);
    Recorded::new(schema, book, views)
}

/// The schema over a desk without any record of what is read: for the measurement of what the record costs, and for the test
/// that shows that one is missed. No server is ever given it.
pub(crate) fn bare(desk: Desk, book: AccessBook, keeper: Keeper, introspection: bool) -> SpoorSchema {
    let builder = limits::harden(builder(), introspection).data(desk).data(keeper);
    builder.data(page::CursorKey::default()).data(book).finish()
}

/// The schema as text: `schema.graphql`.
pub fn sdl() -> String {
    builder().finish().sdl()
}

/// The root of all questions.
#[derive(MergedObject, Default)]
pub struct Query(
    node::NodeQuery,
    viewer::ViewerQuery,
    trajectory::TrajectoryQuery,
    dashboard::DashboardQuery,
    audit::AuditQuery,
    replay::ReplayQuery,
    access::AccessQuery,
    subject_access::SubjectAccessQuery,
    appointment::AppointmentQuery,
    agreement::AgreementQuery,
    plan::PlanQuery,
    log::LogQuery,
    reference::ReferenceQuery,
    retention::RetentionQuery,
    telling::TellingQuery,
    rights::RightsQuery,
    edition::EditionQuery,
    operational::OperationalQuery,
    training::TrainingQuery,
);

/// The root of all commands: one mutation each.
#[derive(MergedObject, Default)]
pub struct Mutation(
    trajectory::commands::TrajectoryMutations,
    agreement::AgreementDrafting,
    agreement::AgreementMutations,
    plan::PlanMutations,
    plan::ActionMutations,
    plan::ProgressMutations,
    document::DocumentMutations,
    log::LogMutations,
    rights::RightsMutations,
    edition::EditionMutations,
    training::TrainingMutations,
);

#[cfg(test)]
mod tests;
