//! Identities. None of them says anything about a person.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::HalfYear;

macro_rules! uuid_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map($name)
            }
        }
    };
}

uuid_id!(
    /// One dossier of a learning trajectory; also the name of its stream.
    DossierId
);
uuid_id!(
    /// One person concerned, in one dossier: the owner of a data key. Nothing but a random number.
    SubjectId
);
uuid_id!(
    /// One cooperation agreement.
    AgreementId
);
uuid_id!(
    /// One action plan.
    PlanId
);
uuid_id!(
    /// One action of a plan.
    ActionId
);
uuid_id!(
    /// One request by a person concerned.
    RightsRequestId
);
uuid_id!(
    /// One session of police training.
    TrainingSessionId
);
uuid_id!(
    /// One appointment within a dossier.
    AppointmentId
);
uuid_id!(
    /// The editions of a plan's report on one half-year: all of them share a stream.
    ReportEditionId
);

impl ReportEditionId {
    /// The editions of this plan and half-year: the same everywhere, so that nobody can open them twice.
    pub fn of(plan: PlanId, half_year: HalfYear) -> Self {
        Self(derived_id(plan.0, &format!("edition/{half_year}")))
    }
}

/// The namespace of every identity that is derived from a command.
const NAMESPACE: Uuid = Uuid::from_u128(0x7c1f_5a0e_93d4_5b1a_8f5e_2d60_b4c2_91e7);

/// The identity that a creating command gives to what it creates: the same command always names the same thing,
/// so a retry can never create a second one.
pub fn derived_id(command_id: Uuid, what: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("{command_id}/{what}").as_bytes())
}
