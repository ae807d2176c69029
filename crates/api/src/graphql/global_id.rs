//! Global ids: what kind of thing and which one, in one opaque text.

use async_graphql::ID;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// What a global id may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A dossier.
    Trajectory,
    /// A cooperation agreement.
    Agreement,
    /// An action plan.
    ActionPlan,
    /// An action of a plan.
    PlanAction,
    /// An appointment.
    Appointment,
    /// A line of the audit trail.
    AuditEntry,
    /// An entry of the access trail.
    AccessEntry,
    /// An organisation that is a parket.
    Parket,
    /// A guide.
    Guide,
    /// A document of a dossier.
    Document,
    /// A request by a person concerned.
    RightsRequest,
    /// An edition of the half-yearly report.
    ReportEdition,
    /// A session of police training.
    TrainingSession,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 13] = [
        Kind::Trajectory,
        Kind::Agreement,
        Kind::ActionPlan,
        Kind::PlanAction,
        Kind::Appointment,
        Kind::AuditEntry,
        Kind::AccessEntry,
        Kind::Parket,
        Kind::Guide,
        Kind::Document,
        Kind::RightsRequest,
        Kind::ReportEdition,
        Kind::TrainingSession,
    ];

    /// The name of the GraphQL type.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Trajectory => "Trajectory",
            Kind::Agreement => "Agreement",
            Kind::ActionPlan => "ActionPlan",
            Kind::PlanAction => "PlanAction",
            Kind::Appointment => "Appointment",
            Kind::AuditEntry => "AuditEntry",
            Kind::AccessEntry => "AccessEntry",
            Kind::Parket => "Parket",
            Kind::Guide => "Guide",
            Kind::Document => "Document",
            Kind::RightsRequest => "RightsRequest",
            Kind::ReportEdition => "ReportEdition",
            Kind::TrainingSession => "TrainingSession",
        }
    }
}

/// The global id of a thing of this kind.
pub fn global_id(kind: Kind, id: &str) -> ID {
    ID(URL_SAFE_NO_PAD.encode(format!("{}:{id}", kind.name())))
}

/// The kind and local id in a global id; `None` when it is not one of ours.
pub fn parse_global_id(id: &ID) -> Option<(Kind, String)> {
    let bytes = URL_SAFE_NO_PAD.decode(id.as_bytes()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (name, local) = text.split_once(':')?;
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name)?;
    (!local.is_empty()).then(|| (kind, local.to_owned()))
}

/// The local id in a global id of this kind; `None` when it names something else or nothing.
pub fn local_id(kind: Kind, id: &ID) -> Option<String> {
    parse_global_id(id).filter(|(found, _)| *found == kind).map(|(_, local)| local)
}

/// What an id says of an organisation or account: the code in its global id, or the code itself, since one may be new
/// to the views and so have no global id that anybody was given. What was only made like a global id is no code.
pub fn code(kind: Kind, id: &ID) -> Option<String> {
    match parse_global_id(id) {
        Some((found, code)) => (found == kind).then_some(code),
        None => (!is_made_like_one(kind, id)).then(|| id.0.clone()),
    }
}

/// Whether this begins with the name of a type, as no code does: encoded like a global id or, of an organisation, as it is.
/// The subject of a token may be anything, also what decodes to no text.
fn is_made_like_one(kind: Kind, id: &ID) -> bool {
    let encoded = URL_SAFE_NO_PAD.decode(id.as_bytes()).unwrap_or_default();
    std::str::from_utf8(&encoded).is_ok_and(begins_with_a_type)
        || (kind == Kind::Parket && begins_with_a_type(id.as_str()))
}

/// Whether it begins with the name of a type and a colon: `Organisation:` or `Parket:`.
fn begins_with_a_type(text: &str) -> bool {
    let Some((name, _)) = text.split_once(':') else { return false };
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.bytes().all(|letter| letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_global_id_names_one_thing_of_one_kind() {
        for kind in Kind::ALL {
            let id = global_id(kind, "a:b");
            assert_eq!(parse_global_id(&id), Some((kind, "a:b".to_owned())));
        }
        assert_eq!(local_id(Kind::Guide, &global_id(Kind::Parket, "x")), None);
        assert_eq!(code(Kind::Guide, &ID("guide-1".into())).as_deref(), Some("guide-1"));
        assert_eq!(code(Kind::Guide, &global_id(Kind::Guide, "guide-1")).as_deref(), Some("guide-1"));
        assert_eq!(code(Kind::Guide, &global_id(Kind::Parket, "guide-1")), None);
        // `Organisation:x`, `Parket:` and, of an organisation, the same in the open.
        for made_up in ["T3JnYW5pc2F0aW9uOng", "UGFya2V0Og", "Organisation:x", "Parket:"] {
            assert_eq!(code(Kind::Parket, &ID(made_up.into())), None, "{made_up}");
        }
        for free in ["parket-antwerpen", "PARKET-ANTWERPEN", "x:y", ":x", "X-1:y", ""] {
            assert_eq!(code(Kind::Parket, &ID(free.into())).as_deref(), Some(free));
        }
        assert_eq!(code(Kind::Guide, &ID("Entra:17".into())).as_deref(), Some("Entra:17"));
        // An account at random, and it begins as the name of a type would: what follows is no text.
        let account = URL_SAFE_NO_PAD.encode(b"K:\xff\xfe\x9c\x00\xd1\x17");
        assert_eq!(code(Kind::Guide, &ID(account.clone())), Some(account));
        for nonsense in ["", "x", "!!", "VHJhamVjdG9yeTo"] {
            assert_eq!(parse_global_id(&ID(nonsense.into())), None, "{nonsense}");
        }
    }
}
