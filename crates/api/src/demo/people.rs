//! Who takes part in the demo: invented people, named after what they are.

use spoor_domain::kernel::{Actor, ActorId, OrganisationId, Role};

/// The parketten of the demo whose agreement is signed.
pub const PARKETTEN: [&str; 5] =
    ["parket-antwerpen", "parket-limburg", "parket-oost-vlaanderen", "parket-west-vlaanderen", "parket-leuven"];

/// The parket of the demo whose agreement awaits signature: it may make one first request.
pub const PENDING_PARKET: &str = "parket-halle-vilvoorde";

/// The guides of the demo.
pub const GUIDES: [&str; 4] = ["demo-gids-1", "demo-gids-2", "demo-gids-3", "demo-gids-4"];

/// The prosecutor of a parket.
pub fn prosecutor(parket: &str) -> Actor {
    let id = if parket == PARKETTEN[0] {
        "demo-magistraat".to_owned()
    } else {
        format!("demo-magistraat-{}", short(parket))
    };
    actor(&id, Role::Prosecutor, parket)
}

/// The jurist of a parket.
pub fn jurist(parket: &str) -> Actor {
    actor(&format!("demo-jurist-{}", short(parket)), Role::ProsecutionJurist, parket)
}

/// The coordinator at Kazerne Dossin.
pub fn coordinator() -> Actor {
    actor("demo-coordinator", Role::MuseumCoordinator, OrganisationId::KAZERNE_DOSSIN)
}

/// One of the guides.
pub fn guide(id: &str) -> Actor {
    actor(id, Role::Guide, OrganisationId::KAZERNE_DOSSIN)
}

/// The compliance officer. Works for the museum as controller.
pub fn compliance() -> Actor {
    actor("demo-compliance", Role::ComplianceOfficer, OrganisationId::KAZERNE_DOSSIN)
}

/// The policy analyst.
pub fn analyst() -> Actor {
    actor("demo-analist", Role::PolicyAnalyst, "abb")
}

/// The coordinator of the action plan.
pub fn plan_coordinator() -> Actor {
    actor("demo-plancoordinator", Role::PlanCoordinator, "abb")
}

/// Another coordinator of the action plan: what one freezes the other approves.
pub fn second_plan_coordinator() -> Actor {
    actor("demo-plancoordinator-2", Role::PlanCoordinator, "abb")
}

fn actor(id: &str, role: Role, organisation: &str) -> Actor {
    Actor { id: ActorId(id.to_owned()), role, organisation: OrganisationId(organisation.to_owned()) }
}

fn short(parket: &str) -> &str {
    parket.strip_prefix("parket-").unwrap_or(parket)
}
