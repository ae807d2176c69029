//! Deadlines as the reads take them: days a dossier may stay in a status.

/// Days per status; a status without an entry has no deadline.
pub type Deadlines = std::collections::BTreeMap<spoor_domain::trajectory::vocabulary::TrajectoryStatus, u32>;
