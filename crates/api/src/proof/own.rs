//! What of a selection is a controller's own: records of its dossiers and of none, accesses by its people.

use std::collections::BTreeMap;

use spoor_domain::kernel::{Actor, DossierId, OrganisationId};
use spoor_eventlog::{EventLog, LogError, RecordPages};
use spoor_notary::export::Selection;
use spoor_projections::audit::{dossier_of, is_of_controller};
use spoor_projections::trajectories;
use spoor_projections::{Event, Scope, Views};

use super::selection::{Chosen, ranges_of};
use super::{ExportError, LogName};
use crate::policy;

/// What this person of this controller may take of what was chosen. A dossier of the log of events was held against the
/// scope when it was named, and is taken whole.
pub(super) async fn narrowed(
    name: LogName,
    (log, views): (&EventLog, &Views),
    chosen: Chosen,
    (taker, controller): (&Actor, &OrganisationId),
) -> Result<Chosen, ExportError> {
    if name == LogName::Events && chosen.dossier.is_some() {
        return Ok(chosen);
    }
    let scope = Scope::Controller(controller.clone());
    let (mut indexes, mut known) = (Vec::new(), BTreeMap::new());
    for range in &chosen.ranges {
        let mut pages = RecordPages::between(range.start() - 1, *range.end());
        while let Some(page) = pages.next(log).await? {
            // An altered record may have been the controller's.
            log.as_committed(&page).await?;
            let page = page.iter().map(|record| record.decode().map_err(LogError::from));
            let page = page.collect::<Result<Vec<Event>, _>>()?;
            if name == LogName::Events {
                learn(views, &scope, &page, &mut known).await?;
            }
            let own = |recorded: &&Event| match name {
                LogName::Access => policy::same_controller(taker, &recorded.metadata.actor),
                LogName::Events => {
                    let dossier = dossier_of(&recorded.event, &recorded.aggregate_id);
                    let within = |dossier: DossierId| known.get(&dossier).copied().unwrap_or_default();
                    dossier.is_none_or(within) && is_of_controller(controller, recorded)
                }
            };
            indexes.extend(page.iter().filter(own).map(|recorded| recorded.index));
        }
    }
    let selection = match chosen.dossier {
        Some(_) => chosen.selection,
        None => Selection::Controller { controller: controller.0.clone() },
    };
    Ok(Chosen { selection, ranges: ranges_of(indexes), ..chosen })
}

/// Notes of the dossiers on this page whether they are within the scope now.
async fn learn(
    views: &Views,
    scope: &Scope,
    page: &[Event],
    known: &mut BTreeMap<DossierId, bool>,
) -> Result<(), ExportError> {
    let named = page.iter().filter_map(|recorded| dossier_of(&recorded.event, &recorded.aggregate_id));
    let new = named.filter(|dossier| !known.contains_key(dossier)).collect::<Vec<_>>();
    let within = trajectories::by_ids(views, scope, &new).await?;
    known.extend(new.into_iter().map(|dossier| (dossier, false)));
    known.extend(within.into_iter().map(|row| (row.id, true)));
    Ok(())
}
