//! What every resolver may know of the request it answers.

use spoor_domain::kernel::Purpose;
use uuid::Uuid;

use crate::auth::Viewer;

/// Who asks, why, and under which request id. Always in the request data, on HTTP and on WebSocket.
#[derive(Clone, Debug)]
pub struct RequestContext {
    /// The verified person.
    pub viewer: Viewer,
    /// The purpose the client stated (`Spoor-Purpose`); whether one is needed is policy.
    pub purpose: Option<Purpose>,
    /// The dossier number the reading belongs to (`Spoor-Case`).
    pub case: Option<String>,
    /// Our id of this request: in the answer's errors, in the log lines, in the events.
    pub request_id: Uuid,
    /// W3C trace context of the caller, where given and well-formed.
    pub trace_parent: Option<String>,
}
