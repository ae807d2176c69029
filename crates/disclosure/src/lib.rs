//! What may be told in numbers: tables of small counts made safe to publish, and the attack that checks them. Pure.
//!
//! Everything published is a sum of one rounded cube per period (domain page, section 7). Inner counts of 1 to 4 become
//! 0 or 5; counts of 0 and of 5 and more stay. A period with fewer than 20 persons waits for the next. Before anything
//! is published, a solver computes from all that was ever published (and from figures known from outside) between which
//! bounds every true count must lie; what it narrows too far is published in less detail.

mod attack;
mod cube;
mod draw;
mod period;
mod release;
mod rounding;
mod system;
mod table;
mod told;

pub use attack::{Finding, Knowledge, attack};
pub use cube::{Cube, CubeError, Dimension, Shape};
pub use draw::DrawKey;
pub use period::{HalfYears, Pending};
pub use release::{Detail, DisclosureReport, Edition, PeriodReport, Publisher, ReleaseError, RetoldReport};
pub use rounding::{Rounded, RoundingError, round};
pub use system::{Interval, Sum, System, SystemError};
pub use table::{Catalogue, Moving, Table, TableCell, TableSpec, Value};
pub use told::{PublishedPeriod, Revision};

/// Counts are rounded to multiples of this.
pub const BASE: u32 = 5;
/// A period in which fewer persons than this are counted is not published on its own.
pub const LEAST_TOTAL: u32 = 20;
/// Whoever knows all that was published, and the true total besides, may not know a small count more closely than
/// between bounds this far apart.
pub const LEAST_WIDTH: u32 = 3;
