//! What is held about one person concerned and who saw it: the answer to that person's request for access.
//!
//! The person learns which organisations and roles looked, when and why, and not which employees (CJEU C-579/21); what is
//! about somebody else is withheld.

use std::collections::BTreeSet;
use std::ops::Range;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use serde_json::Value;
use spoor_domain::catalogue::DomainEvent;
use spoor_domain::kernel::{DossierId, OrganisationId, Purpose, Role, SubjectId, WithheldReason};
use spoor_domain::trajectory::event::DossierNumber;
use spoor_projections::access::{self, Reading, Readings, ReadingsOf, tells_of_request};
use spoor_projections::audit::{self, AuditFilter, AuditLine, ChangeValue};
use spoor_projections::trajectories::{self, DossierKey, PersonalValue, TrajectoryRow, Wording, wordings};
use spoor_projections::{Event, PageRequest};

use super::access::check_records;
use super::change::as_text;
use super::coded::Coded;
use super::disclosure::{asked_in_vain, disclose, disclose_personal, disclose_view, target};
use super::document::Document;
use super::global_id::{Kind, global_id};
use super::held::{self, check_mentions};
use super::linked::{LinkedSubject, linked_to};
use super::problem::{OurFault, Problem, not_whole};
use super::retention::{RetentionRule, RetentionTerm};
use super::rights::RightsRequest;
use super::scalars::Date;
use super::session::{actor, allow, desk, purpose, request};
use super::trajectory::SharingConsent;
use super::trajectory::personal::{PersonalText, TextResult, open};
use crate::policy::{self, Action, Unfit};
use crate::proof::Whole;

/// Lines of the trail fetched at once.
const LINES: u32 = 500;

/// What is held about one person concerned.
pub struct SubjectAccess {
    subject: SubjectId,
    /// The sequences of the events at which the dossier is about this person.
    about: Range<u64>,
    row: TrajectoryRow,
    values: Vec<PersonalValue>,
    /// Every wording that the log keeps.
    wordings: Vec<Wording>,
    lines: Vec<AuditLine>,
    readings: Vec<Reading>,
}

/// A value that is held.
#[derive(SimpleObject)]
pub struct HeldValue {
    /// What it is: the name of the field in the event.
    field: &'static str,
    /// The version of the dossier in which it stands or stood: of the event it belongs to, and of a field of which a dossier has
    /// one, such as the name, of the event that brought this value.
    version: u64,
    /// The value, or why it is withheld: what is about somebody else is.
    value: TextResult,
    /// Who recorded it.
    source: Option<DataSource>,
    /// Whether it stands; otherwise it was corrected, replaced or said anew since, and is held all the same.
    stands: bool,
    /// Whether it stands no more because a correction took its place.
    corrected: bool,
}

/// Where data came from: an organisation and a role, never an employee.
#[derive(Clone, SimpleObject)]
pub struct DataSource {
    /// The code of the organisation.
    organisation: String,
    /// The role in which it was recorded.
    role: Coded<Role>,
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
}

/// An organisation that received data.
#[derive(SimpleObject)]
pub struct DataRecipient {
    /// The code of the organisation.
    organisation: String,
    /// The number of the bundle.
    bundle: u32,
    /// The day it was handed over.
    delivered_on: Date,
    /// The day the recipient confirmed.
    received_on: Option<Date>,
}

/// On which footing an organisation processes the data; a fact of its own, not derived from a consent.
#[derive(SimpleObject)]
pub struct LegalFooting {
    /// The code of the organisation.
    organisation: String,
    /// The regime.
    regime: &'static str,
    /// The ground as recorded with the request, where the regime is the parket's.
    ground: Option<String>,
}

/// Who saw something of the dossier.
#[derive(SimpleObject)]
pub struct SeenBy {
    /// The code of the organisation.
    organisation: String,
    /// The role.
    role: Coded<Role>,
    /// The purpose.
    purpose: Coded<Purpose>,
    /// In how many answers.
    times: u64,
    /// The first time.
    first_at: DateTime<Utc>,
    /// The last time.
    last_at: DateTime<Utc>,
    /// The kinds of personal fields that were opened.
    personal: Vec<String>,
}

/// A value that is held, and what decides whether this viewer may tell it.
struct Held<'a> {
    value: &'a PersonalValue,
    /// The line of the trail that brought it.
    line: Option<&'a AuditLine>,
    /// Whether this very value was delivered to the viewer's organisation.
    delivered: bool,
    version: u64,
    stands: bool,
    corrected: bool,
}

/// What is held about one person concerned, and who saw it.
#[Object]
impl SubjectAccess {
    /// The pseudonymous id of the person.
    async fn subject(&self) -> ID {
        ID(self.subject.to_string())
    }

    /// The number of the dossier.
    async fn number(&self) -> &str {
        &self.row.number.0
    }

    /// The global id of the dossier.
    async fn trajectory_id(&self) -> ID {
        global_id(Kind::Trajectory, &self.row.id.to_string())
    }

    /// Every value that is held, once, with where it came from: those that stand, and behind them what else stood there before,
    /// which the log keeps. What the other side wrote and did not hand over is withheld: that is for its own officer to tell.
    /// Of a text of the other side each wording is told only where a bundle that was handed over says it.
    #[graphql(complexity = "40 * child_complexity")]
    async fn values(&self, ctx: &Context<'_>) -> Result<Vec<HeldValue>> {
        let own = &actor(ctx)?.organisation;
        let standing = self.values.iter().map(|value| self.standing(value, own));
        let before = self.wordings.iter().rev().filter(|wording| wording.superseded_at.is_some());
        let before = before.map(|before| self.stood_before(before, own));
        let about = |held: &Held<'_>| held.value.value.subject == self.subject;
        let held: Vec<Held<'_>> = standing.chain(before).filter(about).collect();
        let (mut values, mut texts) = (Vec::with_capacity(held.len()), BTreeSet::new());
        for held in held {
            let PersonalValue { field, sequence, part, .. } = held.value;
            let told = self.told(ctx, held).await?;
            // What is said anew in the same words, as a request says what its draft said, is one value: as it was said last.
            // What is withheld cannot be compared: it is told once where it stands, and once that it was corrected there.
            let said = match &told.value {
                TextResult::Text(text) => (Some(text.value.clone()), false),
                TextResult::Withheld(_) => (None, told.corrected),
            };
            if texts.insert((field, sequence, part, said)) {
                values.push(told);
            }
        }
        let stood_before = values.partition_point(|value: &HeldValue| value.stands);
        values[stood_before..].reverse();
        Ok(values)
    }

    /// Who recorded something about the person: each organisation and role, with the first time.
    async fn sources(&self) -> Vec<DataSource> {
        let mut sources: Vec<DataSource> = Vec::new();
        for line in self.lines.iter().filter(|line| self.concerns(line)) {
            let known = |source: &DataSource| {
                source.organisation == line.actor.organisation.0 && source.role.0 == line.actor.role
            };
            if !sources.iter().any(known) {
                sources.push(DataSource::from(line));
            }
        }
        sources
    }

    /// The organisations to which bundles about the person were handed over.
    async fn recipients(&self) -> Vec<DataRecipient> {
        // Nobody is replaced once something was handed over.
        let bundles = self.row.state.bundles().iter().filter(|_| self.is_current());
        let deliveries = bundles.flat_map(|bundle| bundle.deliveries.iter().map(move |delivery| (bundle, delivery)));
        let recipient = |(bundle, delivery): (&spoor_domain::trajectory::record::Bundle, _)| {
            let delivery: &spoor_domain::trajectory::record::Delivery = delivery;
            DataRecipient {
                organisation: delivery.recipient.0.clone(),
                bundle: bundle.number,
                delivered_on: delivery.delivered_on.into(),
                received_on: delivery.received_on.map(Date),
            }
        };
        deliveries.map(recipient).collect()
    }

    /// The consent to share that stands; none of a person in whose place another was put.
    async fn sharing_consent(&self) -> Option<SharingConsent> {
        self.row.state.sharing_consent().filter(|_| self.is_current()).map(SharingConsent::from)
    }

    /// On which footing each organisation processes the data. Of a person in whose place another was put, Kazerne Dossin does
    /// only where it recorded something itself.
    async fn legal_footing(&self) -> Vec<LegalFooting> {
        let parket = LegalFooting {
            organisation: self.row.parket.0.clone(),
            regime: "Directive (EU) 2016/680 (LED)",
            ground: self.recorded("basis"),
        };
        let museum = LegalFooting {
            organisation: OrganisationId::KAZERNE_DOSSIN.to_owned(),
            regime: "Regulation (EU) 2016/679 (GDPR)",
            ground: None,
        };
        let recorded = |line: &AuditLine| line.actor.organisation.is_museum() && self.concerns(line);
        let involved =
            if self.is_current() { self.row.state.museum_involved() } else { self.lines.iter().any(recorded) };
        if involved { vec![parket, museum] } else { vec![parket] }
    }

    /// Whether processing is restricted.
    async fn restricted(&self) -> bool {
        self.row.state.restricted()
    }

    /// Whether a legal hold stands: nothing may be erased.
    async fn on_hold(&self) -> bool {
        self.row.state.on_hold()
    }

    /// How long it is kept, once the dossier has ended; none while it is open, see `retention_terms`, and once it is erased.
    async fn retention(&self, ctx: &Context<'_>) -> Result<Option<RetentionRule>> {
        let desk = desk(ctx)?;
        Ok(RetentionRule::of(&self.row, &desk.retention, desk.clock.today_brussels()))
    }

    /// The term that counts from the end of the dossier, for each way in which it may still end or has ended: the criteria
    /// by which the period is determined (GDPR art. 15(1)(d)). None once it is erased.
    async fn retention_terms(&self, ctx: &Context<'_>) -> Result<Vec<RetentionTerm>> {
        Ok(RetentionTerm::of(&self.row, &desk(ctx)?.retention))
    }

    /// The documents about the person: evidence of consent, written reflections, bundles.
    async fn documents(&self) -> Vec<Document> {
        Document::about(self.subject, self.row.id, &self.row.state)
    }

    /// What the person asked of the viewer's organisation before, with what was written about it.
    #[graphql(complexity = "20 * child_complexity + 10")]
    async fn rights_requests(&self, ctx: &Context<'_>) -> Result<Vec<RightsRequest>> {
        RightsRequest::of_person(ctx, self.row.id, self.subject).await
    }

    /// The same person in other dossiers, linked here or there, to be answered together.
    #[graphql(complexity = "child_complexity * 5 + 5")]
    async fn linked(&self, ctx: &Context<'_>) -> Result<Vec<LinkedSubject>> {
        linked_to(ctx, self.subject, None).await
    }

    /// Who saw something of the dossier: organisations and roles, and why; never which employee.
    async fn seen_by(&self, ctx: &Context<'_>) -> Result<Vec<SeenBy>> {
        let own = policy::answers_for(actor(ctx)?);
        // What was asked of another controller is that one's to tell.
        let told = |reading: &Reading, kind: &str| own.contains(&reading.organisation) || !tells_of_request(kind);
        let seen = |reading: &Reading| SeenBy {
            organisation: reading.organisation.0.clone(),
            role: reading.role.into(),
            purpose: reading.purpose.into(),
            times: reading.answers,
            first_at: reading.first_at,
            last_at: reading.last_at,
            personal: reading.personal.iter().filter(|kind| told(reading, kind.as_str())).cloned().collect(),
        };
        Ok(self.readings.iter().map(seen).collect())
    }
}

impl SubjectAccess {
    /// Whether the dossier is about this person still: otherwise it was a mistake, and another is in that place.
    fn is_current(&self) -> bool {
        self.row.state.subject() == Some(self.subject)
    }

    /// Whether a line of the trail is about this person: by the values it brings or, where it brings none, by whom the dossier
    /// was about then. What is recorded elsewhere without naming anybody is about whom the dossier is about now.
    fn concerns(&self, line: &AuditLine) -> bool {
        let values = line.changes.iter().filter_map(|change| change.to.as_ref()).chain(&line.reason);
        let persons = values.filter_map(|value| match value {
            ChangeValue::Personal(value) => Some(value.subject),
            ChangeValue::Plain(_) => None,
        });
        let persons: BTreeSet<SubjectId> = persons.collect();
        match (persons.is_empty(), of_dossier(line)) {
            (false, _) => persons.contains(&self.subject),
            (true, true) => self.about.contains(&line.sequence),
            (true, false) => self.is_current(),
        }
    }

    /// A value that stands: what was delivered before it was corrected does not say it.
    fn standing<'a>(&'a self, value: &'a PersonalValue, own: &OrganisationId) -> Held<'a> {
        // What the view shows and the log has not is in no version of the dossier.
        let wording = self.wordings.iter().find(|wording| wording.stands_where(value));
        let brought_at = wording.map_or(0, |wording| wording.brought_at);
        self.held(value, brought_at, own)
    }

    /// A value that stands no more: a bundle that was put together after its correction does not say it.
    fn stood_before<'a>(&'a self, before: &'a Wording, own: &OrganisationId) -> Held<'a> {
        Held { stands: false, corrected: before.corrected, ..self.held(&before.value, before.brought_at, own) }
    }

    fn held<'a>(&'a self, value: &'a PersonalValue, brought_at: u64, own: &OrganisationId) -> Held<'a> {
        let line = self.line_at(brought_at);
        let version = if value.sequence > 0 { value.sequence } else { brought_at };
        let delivered = policy::delivered_to(own, value, &self.wordings);
        Held { value, line, delivered, version, stands: true, corrected: false }
    }

    /// A value as this viewer may tell it.
    async fn told(&self, ctx: &Context<'_>, held: Held<'_>) -> Result<HeldValue> {
        let Held { value: held, line, delivered, version, stands, corrected } = held;
        let (field, own) = (held.field.code(), &actor(ctx)?.organisation);
        let now = &self.row.state;
        let told = line.is_some_and(|line| policy::answers_with(own, held, &line.actor, delivered, now));
        let value = if told {
            disclose_personal(ctx, self.row.id, field);
            match open::<Value>(ctx, &held.value).await? {
                Ok(value) => TextResult::Text(PersonalText { value: as_text(value) }),
                Err(reason) => TextResult::Withheld(reason),
            }
        } else {
            TextResult::Withheld(WithheldReason::NotAuthorised.into())
        };
        Ok(HeldValue { field, version, value, source: line.map(DataSource::from), stands, corrected })
    }

    /// The line of the trail that tells of the event with this sequence in the dossier.
    fn line_at(&self, sequence: u64) -> Option<&AuditLine> {
        self.lines.iter().find(|line| of_dossier(line) && line.sequence == sequence)
    }

    /// The last plain value that was recorded under this name.
    fn recorded(&self, path: &str) -> Option<String> {
        let changes = self.lines.iter().rev().flat_map(|line| &line.changes);
        changes.filter(|change| change.path == path).find_map(|change| match &change.to {
            Some(ChangeValue::Plain(value)) => Some(as_text(value.clone())),
            Some(ChangeValue::Personal(_)) | None => None,
        })
    }
}

impl From<&AuditLine> for DataSource {
    fn from(line: &AuditLine) -> Self {
        let actor = &line.actor;
        Self { organisation: actor.organisation.0.clone(), role: actor.role.into(), recorded_at: line.recorded_at }
    }
}

/// A line of the dossier's own stream, as opposed to one of the register or an agreement that names it.
fn of_dossier(line: &AuditLine) -> bool {
    line.aggregate_type == spoor_domain::catalogue::aggregate_type::TRAJECTORY
}

/// The question what is held about a person.
#[derive(Default)]
pub struct SubjectAccessQuery;

#[Object]
impl SubjectAccessQuery {
    /// What is held about one person concerned and who saw it, to answer that person: for compliance officers, for the
    /// purpose SUBJECT_REQUEST, in the case of the person's dossier.
    #[graphql(complexity = "child_complexity + 50")]
    async fn subject_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The pseudonymous id of the person, as a dossier gives it.")] subject: ID,
    ) -> Option<Result<SubjectAccess>> {
        held(ctx, &subject).await.transpose()
    }
}

async fn held(ctx: &Context<'_>, subject: &ID) -> Result<Option<SubjectAccess>> {
    let asked = subject.parse::<SubjectId>().ok();
    if let Err(refused) = may_answer(ctx) {
        // A view that fails makes no other answer of a refusal: the record of it names no dossier then.
        let dossiers = dossiers_of(ctx, asked).await.unwrap_or_default();
        dossiers.into_iter().for_each(|dossier| target(ctx, dossier));
        return Err(refused);
    }
    let views = &desk(ctx)?.views;
    // The case leads to the dossier.
    let case = DossierNumber(request(ctx)?.case.clone().unwrap_or_default());
    let scope = policy::scope(actor(ctx)?);
    let found = trajectories::detail(views, &scope, &DossierKey::Number(case)).await.ours(ctx)?;
    let of_case = found.value.and_then(|row| Some((asked.filter(|id| row.state.subjects().contains(id))?, row)));
    let Some((subject, row)) = of_case else { return not_of_the_case(ctx, asked).await };
    let values = trajectories::personal(views, &[row.id]).await.ours(ctx)?.remove(&row.id).unwrap_or_default();
    let (wordings, named_at) = of_the_log(ctx, &row, subject).await?;
    // Who looked is told from the other log.
    check_records(ctx)?;
    disclose_view(ctx, trajectories::PROJECTION, found.seen);
    disclose(ctx, row.id);
    let lines = lines(ctx, &row).await?;
    let own = policy::answers_for(actor(ctx)?);
    // Of whom the log does not say since when it speaks of them, nobody is told to have read.
    let since = named_at.unwrap_or(DateTime::<Utc>::MAX_UTC);
    let asked = ReadingsOf { dossier: row.id, state: &row.state, since, organisations: &own };
    let mut readings = readings(ctx, asked).await?;
    let about = row.state.about(subject);
    if about.end != u64::MAX {
        // What the museum read was about whoever took the place: of this person it may read nothing.
        readings.retain(|reading| !reading.organisation.is_museum());
    }
    Ok(Some(SubjectAccess { subject, about, row, values, wordings, lines, readings }))
}

/// Who was shown something of the dossier: every mention of it is held against the record it is of, also of what was not shown.
async fn readings(ctx: &Context<'_>, asked: ReadingsOf<'_>) -> Result<Vec<Reading>> {
    let views = &desk(ctx)?.views;
    let (mut readings, mut behind) = (Readings::of(asked), None);
    loop {
        let found = access::mentions(views, asked.dossier, behind).await.ours(ctx)?;
        check_mentions(ctx, &found.value).await?;
        readings.count_in(&found.value);
        behind = found.value.last().map(|mention| mention.entry.index);
        if behind.is_none() {
            disclose_view(ctx, access::PROJECTION, found.seen);
            return Ok(readings.told());
        }
    }
}

/// Lets the question go on of whoever answers persons concerned, for that purpose.
fn may_answer(ctx: &Context<'_>) -> Result<()> {
    allow(ctx, Action::AnswerSubject)?;
    match purpose(ctx)? {
        Purpose::SubjectRequest => Ok(()),
        _another_purpose => Err(Problem::PurposeRequired(Unfit::OnlyForSubject).at(ctx)),
    }
}

/// A person of another dossier than that of the case: refused where the viewer may see it, as anything of it is, and otherwise
/// not there. The refusal is recorded with the dossier either way.
async fn not_of_the_case(ctx: &Context<'_>, asked: Option<SubjectId>) -> Result<Option<SubjectAccess>> {
    let (dossiers, scope) = (dossiers_of(ctx, asked).await?, policy::scope(actor(ctx)?));
    let visible = trajectories::by_ids(&desk(ctx)?.views, &scope, &dossiers).await.ours(ctx)?;
    if !visible.is_empty() {
        dossiers.into_iter().for_each(|dossier| target(ctx, dossier));
        return Err(Problem::PurposeRequired(Unfit::AnotherCase).at(ctx));
    }
    if dossiers.is_empty() {
        asked_in_vain(ctx, None, None);
    }
    dossiers.into_iter().for_each(|dossier| asked_in_vain(ctx, Some(dossier), None));
    Ok(None)
}

/// The dossiers of the person who was asked about, for the record of the refusal.
async fn dossiers_of(ctx: &Context<'_>, asked: Option<SubjectId>) -> Result<Vec<DossierId>> {
    let Some(subject) = asked else { return Ok(Vec::new()) };
    trajectories::of_subject(&desk(ctx)?.views, subject).await.ours(ctx)
}

/// What a dossier says and said, and since when of this person, from the log itself: no view keeps what stood before, nor which
/// events brought what stands, and one that is behind does not know of the last person yet.
async fn of_the_log(
    ctx: &Context<'_>,
    row: &TrajectoryRow,
    subject: SubjectId,
) -> Result<(Vec<Wording>, Option<DateTime<Utc>>)> {
    let whole = Whole::of(&desk(ctx)?.log, row.id, row.version).await.map_err(|cause| not_whole(ctx, &cause))?;
    let said = wordings(whole.events.iter().filter_map(|recorded| match &recorded.event {
        DomainEvent::Trajectory(event) => Some((recorded.sequence, event)),
        _another_event => None,
    }));
    let named_at = named_at(subject, &said, &whole.events);
    Ok((said, named_at))
}

/// When a dossier first said something of a person: nothing that was read of it before was about somebody who took the place of
/// another then.
fn named_at(subject: SubjectId, wordings: &[Wording], events: &[Event]) -> Option<DateTime<Utc>> {
    let own = wordings.iter().filter(|wording| wording.value.value.subject == subject);
    let first = own.map(|wording| wording.brought_at).min()?;
    events.iter().find(|recorded| recorded.sequence == first).map(|recorded| recorded.recorded_at)
}

/// The whole trail of a dossier, oldest first.
async fn lines(ctx: &Context<'_>, row: &TrajectoryRow) -> Result<Vec<AuditLine>> {
    let filter = AuditFilter { dossier: Some(row.id), ..AuditFilter::default() };
    let scope = policy::scope(actor(ctx)?);
    let (mut lines, mut request) = (Vec::new(), PageRequest::first(LINES));
    loop {
        let page = audit::list(&desk(ctx)?.views, &scope, &filter, true, &request).await.ours(ctx)?;
        request.after = page.edges.last().map(|edge| edge.cursor.clone());
        disclose_view(ctx, audit::PROJECTION, page.seen);
        lines.extend(page.edges.into_iter().map(|edge| edge.node));
        if !page.has_next {
            let held = held::Held::of(ctx, &lines).await?;
            for line in &lines {
                held.check_changes(ctx, line).await?;
            }
            return Ok(lines);
        }
    }
}
