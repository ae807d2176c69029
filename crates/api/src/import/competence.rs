//! Under which policy domain a competence falls.

use spoor_domain::action::report::{Competence, PolicyDomainCode};

/// The competences of the report of autumn 2018 with their policy domain. Where an action names one domain and reports
/// under one competence, the report itself says which belong together (Brussel under KB in action 14.8); for the others
/// it is the domain of that name.
const DOMAINS: &[(&str, &str)] = &[
    ("Binnenlands Bestuur", "KB"),
    ("Stedenbeleid", "KB"),
    ("Integratie", "KB"),
    ("Brussel", "KB"),
    ("Onderwijs", "OV"),
    ("Welzijn", "WVG"),
    ("Jeugd", "CJM"),
    ("Media", "CJM"),
    ("Werk", "WSE"),
    ("Sport", "Sport Vlaanderen"),
];

/// The policy domains of these competences.
pub(super) fn domains() -> impl Iterator<Item = PolicyDomainCode> {
    DOMAINS.iter().map(|(_, domain)| PolicyDomainCode((*domain).to_owned()))
}

/// The competence with this name, if it is one of the report's.
pub(super) fn competence(name: &str) -> Option<Competence> {
    let (_, domain) = DOMAINS.iter().find(|(known, _)| *known == name)?;
    Some(Competence { code: name.to_owned(), policy_domain: PolicyDomainCode((*domain).to_owned()) })
}
