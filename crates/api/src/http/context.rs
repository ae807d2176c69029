//! What every resolver may know of the request it answers.

use axum::http::HeaderMap;
use spoor_domain::kernel::{Label, Purpose, Role};
use uuid::Uuid;

use crate::auth::Viewer;
use crate::graphql::coded::enum_name;
use crate::policy;

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

/// The purpose with this code, written `CaseHandling` or `CASE_HANDLING`.
pub fn purpose(code: &str) -> Result<Purpose, String> {
    let plain = |code: &str| code.replace('_', "").to_ascii_lowercase();
    Purpose::ALL.iter().copied().find(|purpose| plain(purpose.code()) == plain(code)).ok_or_else(|| {
        let codes: Vec<String> = Purpose::ALL.iter().map(|purpose| enum_name(purpose.code())).collect();
        format!("Spoor-Purpose is not one of {}", codes.join(", "))
    })
}

/// The codes of the purposes for which this role works, the usual one first.
pub fn purpose_codes(role: Role) -> Vec<String> {
    policy::purposes(role).iter().map(|purpose| enum_name(purpose.code())).collect()
}

/// A dossier number such as `LT-2026-0042`. Nothing else fits, so that no name or case reference ends up in a log.
pub fn case_number(text: &str) -> Result<String, String> {
    let mut parts = text.splitn(3, '-');
    let digits = |part: Option<&str>, least: usize| {
        part.is_some_and(|p| (least..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()))
    };
    let fits = parts.next() == Some("LT") && digits(parts.next(), 4) && digits(parts.next(), 1);
    fits.then(|| text.to_owned()).ok_or_else(|| "Spoor-Case is not a dossier number such as LT-2026-0042".to_owned())
}

/// What a client states beside its token, as it was sent: nothing of it is checked yet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stated<'a> {
    /// For which purpose.
    pub purpose: Option<&'a str>,
    /// About which case.
    pub case: Option<&'a str>,
}

impl<'a> Stated<'a> {
    /// In the headers of an HTTP request.
    pub fn in_headers(headers: &'a HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default().trim());
        Self { purpose: text("spoor-purpose"), case: text("spoor-case") }
    }
}

/// The caller's `traceparent`, when it is a well-formed one of version 00.
pub fn trace_parent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get("traceparent")?.to_str().ok()?;
    let parts: Vec<&str> = text.split('-').collect();
    let hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let fits = matches!(parts[..], ["00", trace, span, flags] if hex(trace, 32) && hex(span, 16) && hex(flags, 2));
    fits.then(|| text.to_owned())
}

/// The token of `Authorization: Bearer …`.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(axum::http::header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_a_dossier_number_and_nothing_else() {
        assert_eq!(case_number("LT-2026-0042").as_deref(), Ok("LT-2026-0042"));
        for text in ["", "LT-2026", "LT-2026-", "AN.55.L1.1234/2026", "Jan Janssens", "LT-2026-0042 ", "LT-20260-x"] {
            assert!(case_number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_purpose_may_be_written_as_in_the_schema_or_as_in_the_events() {
        assert_eq!(purpose("CASE_HANDLING"), Ok(Purpose::CaseHandling));
        assert_eq!(purpose("CaseHandling"), Ok(Purpose::CaseHandling));
        assert!(purpose("curiosity").unwrap_err().contains("CASE_HANDLING"));
    }

    #[test]
    fn a_malformed_trace_context_is_ignored() {
        let headers =
            |text: &'static str| HeaderMap::from_iter([("traceparent".parse().unwrap(), text.parse().unwrap())]);
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(trace_parent(&headers(good)).as_deref(), Some(good));
        for text in ["", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", "01-x", "00-name-of-a-person"] {
            assert_eq!(trace_parent(&headers(text)), None, "{text}");
        }
    }
}
