//! Questions about the agenda.

use std::collections::HashMap;

use spoor_domain::kernel::{ActorId, OrganisationId};
use spoor_domain::trajectory::event::DossierNumber;
use spoor_domain::trajectory::record::AppointmentState;

use super::row::{AgendaFilter, AppointmentRow};
use super::tables::{state_code, state_from};
use crate::checkpoint::SEEN;
use crate::db::{Db, DbError, Row};
use crate::error::ViewError;
use crate::page::{KeyKind, Keyset, Page, PageRequest, Total};
use crate::scope::Scope;
use crate::select::Conditions;
use crate::trajectories::PersonalField;
use crate::trajectories::personal::Untyped;
use crate::views::Views;

/// Appointments with the dossier they belong to as it stands now: the scope is a question about now.
const AGENDA: &str = "appointment a join trajectory t on t.dossier = a.dossier";

const EARLIEST_FIRST: Keyset<'static> = Keyset {
    name: "agenda",
    columns: &[("a.starts_at", KeyKind::Int), ("a.appointment", KeyKind::Text)],
    descending: false,
};

/// The appointments of a period, earliest first.
pub async fn agenda(
    views: &Views,
    scope: &Scope,
    filter: &AgendaFilter,
    request: &PageRequest,
) -> Result<Page<AppointmentRow>, ViewError> {
    let db = views.active(crate::trajectories::PROJECTION).await?.db;
    let mut conditions = Conditions::default();
    scope.limit("t", &mut conditions);
    conditions.with("a.starts_at >= ?", filter.from);
    conditions.with("a.starts_at < ?", filter.until);
    conditions.among("t.guide", filter.guide.iter().map(|guide| guide.0.as_str()));
    conditions.among("a.dossier", filter.dossier.iter().map(ToString::to_string));
    if !filter.with_cancelled {
        conditions.with("a.state <> ?", state_code(AppointmentState::Cancelled));
    }
    let total = match request.with_total {
        true => {
            let question = format!("select a.appointment from {AGENDA}{}", conditions.clause());
            Some(Total::counted(&db, &question, conditions.args()).await?)
        }
        false => None,
    };
    let slice = EARLIEST_FIRST.slice(request, &mut conditions)?;
    let sql = format!(
        "select a.appointment, a.dossier, a.kind, a.channel, a.starts_at, a.state, t.number, t.parket, t.guide, {SEEN}
         from {AGENDA}{}{}",
        conditions.clause(),
        slice.order()
    );
    let rows = db.rows(&sql, conditions.into_args()).await?;
    let mut personal = personal(&db, &rows).await?;
    let node = |row: &Row| {
        let parts = personal.remove(&row.text("appointment")?).unwrap_or_default();
        appointment(row, parts)
    };
    EARLIEST_FIRST.page(&db, &rows, &slice, total, node).await
}

/// The personal parts of an appointment, by field.
type Parts = HashMap<String, Untyped>;

async fn personal(db: &Db, rows: &[Row]) -> Result<HashMap<String, Parts>, ViewError> {
    let dossiers = rows.iter().map(|row| row.text("dossier")).collect::<Result<Vec<_>, _>>()?;
    let mut found: HashMap<String, Parts> = HashMap::new();
    for some in dossiers.chunks(200) {
        let mut conditions = Conditions::default();
        conditions.among("dossier", some.iter().cloned());
        conditions.plain("part <> ''".to_owned());
        let fields = [
            PersonalField::AppointmentInterpreter,
            PersonalField::AppointmentCompanions,
            PersonalField::AppointmentRemark,
        ];
        conditions.among("field", fields.map(PersonalField::code));
        let sql = format!("select part, field, value from trajectory_personal{}", conditions.clause());
        for row in db.rows(&sql, conditions.into_args()).await? {
            found.entry(row.text("part")?).or_default().insert(row.text("field")?, row.json("value")?);
        }
    }
    Ok(found)
}

fn appointment(row: &Row, mut parts: Parts) -> Result<AppointmentRow, DbError> {
    let code = row.text("state")?;
    let unknown = || DbError::Shape { column: "state".into(), why: format!("'{code}' is not a state") };
    Ok(AppointmentRow {
        id: row.parsed("appointment")?,
        dossier: row.parsed("dossier")?,
        number: DossierNumber(row.text("number")?),
        parket: OrganisationId(row.text("parket")?),
        guide: Some(row.text("guide")?).filter(|guide| !guide.is_empty()).map(ActorId),
        kind: row.label("kind")?,
        channel: row.label("channel")?,
        starts_at: row.moment("starts_at")?,
        state: state_from(&code).ok_or_else(unknown)?,
        interpreter: parts.remove(PersonalField::AppointmentInterpreter.code()),
        companions: parts.remove(PersonalField::AppointmentCompanions.code()),
        remark: parts.remove(PersonalField::AppointmentRemark.code()),
    })
}
