//! What each event makes true or ends, as facts with a key: pure. Which fact held when is a matter of indexes.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use spoor_domain::action::event::{ActionDefinition, ActionEvent, ReportRow, Responsibility, RowHead, RowId, RowState};
use spoor_domain::kernel::PlanId;
use spoor_domain::plan::event::{PlanEvent, PlanOutline};

use super::facts::{AsCorrected, BudgetLine, Minister, PolicyDomainRole, ReportRowFacts, StatusChange};
use super::lasting::Spans;

/// What kind of fact it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FactKind {
    Adopted,
    Superseded,
    Version,
    Definition,
    Status,
    Minister,
    PolicyDomain,
    Partner,
    Row,
    Budget,
    Means,
    Mention,
    Indicator,
}

impl FactKind {
    const ALL: [(Self, &'static str); 13] = [
        (Self::Adopted, "adopted"),
        (Self::Superseded, "superseded"),
        (Self::Version, "version"),
        (Self::Definition, "definition"),
        (Self::Status, "status"),
        (Self::Minister, "minister"),
        (Self::PolicyDomain, "policy_domain"),
        (Self::Partner, "partner"),
        (Self::Row, "row"),
        (Self::Budget, "budget"),
        (Self::Means, "means"),
        (Self::Mention, "mention"),
        (Self::Indicator, "indicator"),
    ];

    /// As stored.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, code)| code)
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == code).map(|(kind, _)| *kind)
    }
}

/// Which fact of an owner (a plan or an action).
pub(super) type FactKey = (FactKind, String);

/// What holds of an owner.
pub(super) type Holding = BTreeMap<FactKey, Value>;

/// What was adopted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub(super) struct Adopted {
    pub adopted_on: NaiveDate,
    pub outline: PlanOutline,
}

/// What an action was said to be, from this day on.
pub(super) type Defined = (NaiveDate, ActionDefinition);

/// What an event says of a fact: its value from then on.
type FactChange = Result<(FactKey, Value), serde_json::Error>;

/// The facts an event sets. None is ever taken away: what ends keeps its days.
pub(super) type FactChanges = Result<Vec<(FactKey, Value)>, serde_json::Error>;

/// What an event of a plan changes.
pub(super) fn of_plan(event: &PlanEvent) -> FactChanges {
    let change = match event {
        PlanEvent::ActionPlanAdopted { occurred_on, outline } => {
            let adopted = Adopted { adopted_on: *occurred_on, outline: outline.clone() };
            set(FactKind::Adopted, "", &adopted)
        }
        PlanEvent::ActionPlanSuperseded { by, .. } => set(FactKind::Superseded, "", by),
    };
    Ok(vec![change?])
}

/// What the event with this sequence changes of an action of which these facts hold.
pub(super) fn of_action(sequence: u64, event: &ActionEvent, holding: &Holding) -> FactChanges {
    use ActionEvent as E;
    let row = |id: &RowId| held::<ReportRowFacts>(holding, FactKind::Row, &id.0.to_string());
    let change = match event {
        E::ActionDefined { occurred_on, definition } | E::ActionRevised { occurred_on, definition } => {
            // One fact each: a value that held all of them would be stored again with every revision.
            Some(set(FactKind::Definition, &format!("{sequence:08}"), &(occurred_on, definition)))
        }
        E::ActionStatusChanged { half_year, .. } => {
            // Sorted as text, these keys are in the order of the half-years and, within one, of the events.
            let key = format!("{half_year}/{sequence:08}");
            StatusChange::of(event).map(|change| set(FactKind::Status, &key, &change))
        }
        E::ResponsibilityAssigned { occurred_on, responsibility } => {
            Some(assigned(holding, *occurred_on, responsibility))
        }
        E::ResponsibilityEnded { occurred_on, responsibility } => {
            Some(ended(holding, whose(responsibility), *occurred_on))
        }
        E::PartnerAdded { occurred_on, partner } => {
            Some(begun(holding, (FactKind::Partner, partner.clone()), *occurred_on, partner))
        }
        E::PartnerRemoved { occurred_on, partner } => {
            Some(ended(holding, (FactKind::Partner, partner.clone()), *occurred_on))
        }
        E::ProgressReported { row, .. } => Some(report_row(&row.head, RowState::Draft, None, Some(row))),
        E::NothingToReportDeclared { row, .. } => Some(report_row(row, RowState::NothingToReport, None, None)),
        E::ReportRowNotCarriedOver { row, .. } => Some(report_row(row, RowState::NotCarriedOver, None, None)),
        E::ReportRowSubmitted { row: id, .. } => row(id).map(|row| moved(row, RowState::Submitted, None)),
        E::ReportRowReturned { row: id, reason, .. } => {
            row(id).map(|row| moved(row, RowState::Returned, Some(reason.clone())))
        }
        E::ReportRowAccepted { row: id, .. } => row(id).map(|row| moved(row, RowState::Accepted, None)),
        E::BudgetReported { entry, .. } => {
            let line = BudgetLine { entry: entry.clone(), corrected_because: None };
            Some(set(FactKind::Budget, &entry.id.0.to_string(), &line))
        }
        E::BudgetCorrected { entry, reason, .. } => {
            let line = BudgetLine { entry: entry.clone(), corrected_because: Some(reason.clone()) };
            Some(set(FactKind::Budget, &entry.id.0.to_string(), &line))
        }
        E::MeansReported { means, .. } => {
            Some(set(FactKind::Means, &means.id.0.to_string(), &AsCorrected::reported(means)))
        }
        E::MeansCorrected { means, reason, .. } => {
            Some(set(FactKind::Means, &means.id.0.to_string(), &AsCorrected::corrected(means, reason)))
        }
        E::FundingMentioned { mention, .. } => {
            Some(set(FactKind::Mention, &mention.id.0.to_string(), &AsCorrected::reported(mention)))
        }
        E::FundingMentionCorrected { mention, reason, .. } => {
            Some(set(FactKind::Mention, &mention.id.0.to_string(), &AsCorrected::corrected(mention, reason)))
        }
        E::IndicatorReported { indicator, .. } => {
            Some(set(FactKind::Indicator, &indicator.id.0.to_string(), indicator))
        }
    };
    // The definition first: it names the plan everything else is filed under.
    change.into_iter().chain([set(FactKind::Version, "", &sequence)]).collect()
}

/// A fact of this kind that holds, typed.
pub(super) fn held<T: DeserializeOwned>(holding: &Holding, kind: FactKind, key: &str) -> Option<T> {
    serde_json::from_value(holding.get(&(kind, key.to_owned()))?.clone()).ok()
}

/// The plan an action belongs to, by its definition.
pub(super) fn plan_of(holding: &Holding) -> Option<PlanId> {
    let ((kind, key), _) = holding.iter().find(|((kind, _), _)| *kind == FactKind::Definition)?;
    let (_, definition) = held::<Defined>(holding, *kind, key)?;
    Some(definition.plan)
}

fn assigned(holding: &Holding, on: NaiveDate, responsibility: &Responsibility) -> FactChange {
    let key = whose(responsibility);
    match responsibility {
        Responsibility::Minister { title, offices } => {
            begun(holding, key, on, &Minister { title: title.clone(), offices: offices.clone() })
        }
        Responsibility::PolicyDomain { code, coordinator } => {
            begun(holding, key, on, &PolicyDomainRole { code: code.clone(), coordinator: *coordinator })
        }
    }
}

fn whose(responsibility: &Responsibility) -> FactKey {
    match responsibility {
        Responsibility::Minister { title, .. } => (FactKind::Minister, title.clone()),
        Responsibility::PolicyDomain { code, .. } => (FactKind::PolicyDomain, code.0.clone()),
    }
}

/// What lasts is one fact with all its days: a report tells what held on its last one.
fn begun<T: Serialize>(holding: &Holding, key: FactKey, on: NaiveDate, what: &T) -> FactChange {
    let what = serde_json::to_value(what)?;
    lasting(holding, key, |spans| spans.begin(on, what))
}

fn ended(holding: &Holding, key: FactKey, on: NaiveDate) -> FactChange {
    lasting(holding, key, |spans| spans.end(on))
}

fn lasting(holding: &Holding, key: FactKey, change: impl FnOnce(&mut Spans<Value>)) -> FactChange {
    let (kind, of) = key;
    let mut spans: Spans<Value> = held(holding, kind, &of).unwrap_or_default();
    change(&mut spans);
    set(kind, &of, &spans)
}

fn report_row(
    head: &RowHead,
    state: RowState,
    returned_because: Option<String>,
    row: Option<&ReportRow>,
) -> FactChange {
    let facts = ReportRowFacts { head: head.clone(), state, returned_because, row: row.cloned() };
    set(FactKind::Row, &head.id.0.to_string(), &facts)
}

fn moved(row: ReportRowFacts, state: RowState, because: Option<String>) -> FactChange {
    report_row(&row.head, state, because, row.row.as_ref())
}

fn set<T: Serialize>(kind: FactKind, key: &str, value: &T) -> FactChange {
    Ok(((kind, key.to_owned()), serde_json::to_value(value)?))
}
