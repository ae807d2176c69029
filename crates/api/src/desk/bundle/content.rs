//! What a bundle says, piece by piece, in the words of the form; how it is printed is the documents' room's business.

use chrono::NaiveDate;
use spoor_documents::bundle::{BundleContent, Filled, Line, PieceContent};
use spoor_domain::kernel::{Label, Language, OrganisationId, Personal, PersonalContent, WithheldReason};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::event::{Piece, TrajectoryEvent};
use spoor_domain::trajectory::vocabulary::{PieceKind, ReflectionAuthor};
use spoor_eventlog::clock::brussels_day;
use spoor_eventlog::{Record, Vault};
use spoor_projections::trajectories::{PersonalField, PersonalValue, printed, standing_values};

use crate::desk::DeskError;

/// The content of these pieces, as corrected. A piece whose event is not there has no content; the domain refuses it.
pub(super) async fn content(
    state: &LearningTrajectory,
    pieces: &[Piece],
    events: &[(&Record, TrajectoryEvent)],
    vault: &Vault,
) -> Result<BundleContent, DeskError> {
    let values = standing_values(events.iter().map(|(record, event)| (record.sequence, event)));
    let form = Form { state, events, values, vault };
    let mut contents = Vec::new();
    for piece in pieces {
        if let Some((record, event)) = events.iter().find(|(record, _)| record.sequence == piece.sequence) {
            let leaf = spoor_notary::leaf_hash(record.line().as_bytes());
            let leaf = leaf.iter().map(|byte| format!("{byte:02x}")).collect();
            let lines = form.lines(piece, event).await?;
            contents.push(PieceContent { kind: piece.kind, sequence: piece.sequence, leaf, lines });
        }
    }
    let number = state.number().map(|number| number.0.clone()).unwrap_or_default();
    let parket = state.parket().map(OrganisationId::name).unwrap_or_default();
    let days = pieces.iter().filter_map(|piece| state.entry(piece.sequence)).map(|entry| entry.on);
    let as_of = days.max().or(state.requested_on()).unwrap_or_default();
    Ok(BundleContent { number, parket, as_of, pieces: contents })
}

/// What the lines are filled in from.
struct Form<'a> {
    state: &'a LearningTrajectory,
    events: &'a [(&'a Record, TrajectoryEvent)],
    values: Vec<PersonalValue>,
    vault: &'a Vault,
}

impl Form<'_> {
    async fn lines(&self, piece: &Piece, event: &TrajectoryEvent) -> Result<Vec<Line>, DeskError> {
        match piece.kind {
            PieceKind::Request => self.request().await,
            PieceKind::Consent => Ok(declaration(event)),
            PieceKind::Attendance => Ok(self.attendance()),
            PieceKind::GuideReflection | PieceKind::ParticipantReflection => self.reflection(piece, event).await,
            PieceKind::Advice => self.advice(piece, event).await,
        }
    }

    /// The request as it stands: the participant may have been replaced, and anything corrected, since.
    async fn request(&self) -> Result<Vec<Line>, DeskError> {
        let mut lines = Vec::new();
        if let Some(on) = self.state.requested_on() {
            lines.push(Line::on("Aangevraagd op", on));
        }
        lines.extend(self.printed(PieceKind::Request, 0).await?);
        let request = self.events.iter().rev().find_map(|(_, event)| match event {
            TrajectoryEvent::TrajectoryRequested { request, .. } => Some(request),
            _another_event => None,
        });
        if let Some(request) = request {
            lines.push(Line::said("Grond", request.basis.label(Language::Nl)));
            for offence in &request.offences {
                let (family, article) = (offence.family.label(Language::Nl), &offence.reference);
                lines.push(Line::said("Misdrijf", format!("{family}, {}, {}", article.act, article.article)));
            }
        }
        Ok(lines)
    }

    /// The steps that stand, with their days as corrected.
    fn attendance(&self) -> Vec<Line> {
        let entry = |sequence| self.state.entry(sequence).filter(|entry| !entry.annulled);
        overview(self.events.iter().filter_map(|(record, event)| Some((entry(record.sequence)?.on, event))))
    }

    async fn reflection(&self, piece: &Piece, event: &TrajectoryEvent) -> Result<Vec<Line>, DeskError> {
        let mut lines = self.on("Ingediend op", piece.sequence);
        if let TrajectoryEvent::ReflectionReportFiled { author, language, statement, evidence, .. } = event {
            lines.push(Line::said("Van", author.label(Language::Nl)));
            lines.push(Line::said("Taal", language.as_str()));
            lines.push(Line::said("Aard", statement.label(Language::Nl)));
            lines.extend(self.printed(piece.kind, piece.sequence).await?);
            lines.extend(evidence.iter().map(|document| Line::said("Document (SHA-256)", document.sha256.as_str())));
        }
        Ok(lines)
    }

    async fn advice(&self, piece: &Piece, event: &TrajectoryEvent) -> Result<Vec<Line>, DeskError> {
        let mut lines = self.on("Uitgebracht op", piece.sequence);
        if let TrajectoryEvent::ReasonedAdviceIssued { advice, .. }
        | TrajectoryEvent::ReasonedAdviceRevised { advice, .. } = event
        {
            lines.push(Line::said("Besluit", advice.conclusion.label(Language::Nl)));
            lines.extend(self.printed(piece.kind, piece.sequence).await?);
        }
        Ok(lines)
    }

    /// The day of an event, as corrected.
    fn on(&self, label: &'static str, sequence: u64) -> Vec<Line> {
        self.state.entry(sequence).map(|entry| Line::on(label, entry.on)).into_iter().collect()
    }

    /// The personal values that a bundle prints of a piece of this kind, where they stand.
    async fn printed(&self, kind: PieceKind, sequence: u64) -> Result<Vec<Line>, DeskError> {
        let mut lines = Vec::new();
        for field in printed(kind) {
            lines.extend(self.personal(*field, sequence).await?);
        }
        Ok(lines)
    }

    /// A personal value as it stands now, opened; nothing when none was ever given.
    async fn personal(&self, field: PersonalField, sequence: u64) -> Result<Option<Line>, DeskError> {
        let label = label(field);
        let standing = self.values.iter().find(|value| value.field == field && value.sequence == sequence);
        let Some(standing) = standing else { return Ok(None) };
        let opened: Personal<serde_json::Value> = self.vault.open(&standing.value).await?;
        let value = match opened.content {
            PersonalContent::Clear(value) => return Ok(Some(worded(label, field, &value))),
            PersonalContent::Withheld(reason) => {
                let since = self.vault.erased_since(opened.subject).await?.map(brussels_day);
                Filled::Withheld { reason, since }
            }
            PersonalContent::Sealed { .. } => Filled::Withheld { reason: WithheldReason::Unreadable, since: None },
        };
        Ok(Some(Line { label, value }))
    }
}

/// Every step with its day; of the tour also how long it took.
fn overview<'a>(steps: impl Iterator<Item = (NaiveDate, &'a TrajectoryEvent)>) -> Vec<Line> {
    let mut lines = Vec::new();
    for (on, event) in steps {
        lines.extend(step(event).map(|label| Line::on(label, on)));
        if let TrajectoryEvent::IndividualTourHeld { minutes, .. } = event {
            lines.push(Line::said("Duur", format!("{minutes} minuten")));
        }
    }
    lines
}

/// What a step is called before its day. What became of a bundle, and what follows that, is no part of one: the same dossier
/// would give another bundle after it was handed over.
fn step(event: &TrajectoryEvent) -> Option<&'static str> {
    use TrajectoryEvent as E;
    Some(match event {
        E::TrajectoryRequested { .. } => "Aangevraagd op",
        E::EligibilityAssessed { .. } => "Over de voorwaarden beslist op",
        E::EligibilityReassessed { .. } => "Opnieuw over de voorwaarden beslist op",
        E::ParticipationConsentGiven { .. } => "Toestemming gegeven op",
        E::ParticipationConsentRefused { .. } => "Toestemming geweigerd op",
        E::ParticipationConsentWithdrawn { .. } => "Toestemming ingetrokken op",
        E::PreparatoryCallHeld { .. } => "Voorbereidend gesprek gevoerd op",
        E::IndividualTourHeld { .. } => "Rondleiding gevolgd op",
        E::IndividualTourInterrupted { .. } => "Rondleiding onderbroken op",
        E::InDepthTalkHeld { .. } => "Verdiepend gesprek gevoerd op",
        E::ReflectionReportFiled { author, .. } => match author {
            ReflectionAuthor::Guide => "Reflectie van de gids ingediend op",
            ReflectionAuthor::Participant => "Reflectie van de deelnemer ingediend op",
            ReflectionAuthor::Both => "Reflectie van gids en deelnemer ingediend op",
        },
        E::ReflectionReportWaived { author, .. } => match author {
            ReflectionAuthor::Guide => "Van de reflectie van de gids afgezien op",
            ReflectionAuthor::Participant => "Van de reflectie van de deelnemer afgezien op",
            ReflectionAuthor::Both => "Van de reflecties van gids en deelnemer afgezien op",
        },
        E::ReasonedAdviceIssued { .. } => "Advies uitgebracht op",
        E::ReasonedAdviceRevised { .. } => "Advies herzien op",
        E::RequestRetracted { .. } => "Aanvraag ingetrokken op",
        E::TrajectoryDiscontinued { .. } => "Stopgezet op",
        _no_step_of_a_bundle => return None,
    })
}

/// What the participant declared: to take part, to share, or the evidence of either.
fn declaration(event: &TrajectoryEvent) -> Vec<Line> {
    let yes_or_no = |truth: bool| if truth { "ja" } else { "nee" };
    match event {
        TrajectoryEvent::ParticipationConsentGiven {
            occurred_on,
            text_version,
            given_by,
            facts_not_disputed,
            willing,
            ..
        } => vec![
            Line::on("Verklaard op", *occurred_on),
            Line::said("Door", given_by.label(Language::Nl)),
            Line::said("Tekst", text_version.as_str()),
            Line::said("Betwist de feiten niet", yes_or_no(*facts_not_disputed)),
            Line::said("Is bereid", yes_or_no(*willing)),
        ],
        TrajectoryEvent::SharingConsentGiven { occurred_on, text_version, recipients, scope, expires_on, .. } => {
            let recipients: Vec<&str> = recipients.iter().map(|recipient| recipient.0.as_str()).collect();
            let mut lines = vec![
                Line::on("Verklaard op", *occurred_on),
                Line::said("Tekst", text_version.as_str()),
                Line::said("Mag gedeeld worden met", recipients.join(", ")),
                Line::said("Wat", scope.label(Language::Nl)),
            ];
            lines.extend(expires_on.map(|day| Line::on("Tot en met", day)));
            lines
        }
        TrajectoryEvent::ConsentEvidenceAttached { occurred_on, kind, document, .. } => vec![
            Line::on("Toegevoegd op", *occurred_on),
            Line::said("Aard", kind.label(Language::Nl)),
            Line::said("Document (SHA-256)", document.sha256.as_str()),
        ],
        _no_declaration => Vec::new(),
    }
}

/// What the form calls a personal field.
fn label(field: PersonalField) -> &'static str {
    match field {
        PersonalField::ParticipantName => "Naam",
        PersonalField::ParticipantBirthOn => "Geboortedatum",
        PersonalField::ParticipantContact => "Contact",
        PersonalField::ParticipantLanguage => "Taal",
        PersonalField::InterpreterNeeded => "Tolk nodig",
        PersonalField::CaseReference => "Notitienummer",
        PersonalField::OffenceOn => "Datum van de feiten",
        PersonalField::Facts => "Feiten",
        PersonalField::ReportText => "Tekst",
        PersonalField::Motivation => "Motivering",
        not_printed => not_printed.code(),
    }
}

/// A personal value in words.
fn worded(label: &'static str, field: PersonalField, value: &serde_json::Value) -> Line {
    let is_day = matches!(field, PersonalField::ParticipantBirthOn | PersonalField::OffenceOn);
    match value {
        serde_json::Value::String(text) => match text.parse::<NaiveDate>() {
            Ok(day) if is_day => Line::on(label, day),
            _words => Line::said(label, text.as_str()),
        },
        serde_json::Value::Bool(true) => Line::said(label, "ja"),
        serde_json::Value::Bool(false) => Line::said(label, "nee"),
        other => Line::said(label, other.to_string()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops at the first thing that is not as it says")]
mod tests {
    use spoor_domain::kernel::ActorId;
    use spoor_domain::trajectory::samples::about;
    use spoor_domain::trajectory::vocabulary::{StatementKind, WaiverReason};

    use super::*;

    #[test]
    fn the_overview_names_every_step_with_its_day_and_no_note() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let occurred_on = day("2026-03-02");
        let events = [
            TrajectoryEvent::PreparatoryCallHeld { occurred_on, notes: None },
            TrajectoryEvent::IndividualTourHeld { occurred_on, minutes: 90, adapted_to: None },
            TrajectoryEvent::InDepthTalkHeld { occurred_on, notes: None, themes: vec![], reason_not_same_day: None },
            TrajectoryEvent::BundleDelivered { occurred_on, number: 1, recipient: OrganisationId::kazerne_dossin() },
        ];
        let days = [day("2026-03-01"), day("2026-03-02"), day("2026-03-02"), day("2026-03-09")];
        let told = overview(days.into_iter().zip(&events)).into_iter().map(|line| match line.value {
            Filled::Said(words) => format!("{}: {words}", line.label),
            Filled::Withheld { .. } => line.label.to_owned(),
        });
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                "Voorbereidend gesprek gevoerd op: 1 maart 2026",
                "Rondleiding gevolgd op: 2 maart 2026",
                "Duur: 90 minuten",
                "Verdiepend gesprek gevoerd op: 2 maart 2026",
            ]
        );
        assert_eq!(OrganisationId("parket-oost-vlaanderen".into()).name(), "Parket Oost-Vlaanderen");
    }

    #[test]
    fn the_overview_says_whose_reflection_was_filed_or_not_asked_for() {
        let occurred_on: NaiveDate = "2026-03-02".parse().unwrap();
        let authors = [ReflectionAuthor::Guide, ReflectionAuthor::Participant, ReflectionAuthor::Both];
        let waived = authors.map(|author| TrajectoryEvent::ReflectionReportWaived {
            occurred_on,
            author,
            reason: WaiverReason::CoveredByConversation,
            remark: None,
        });
        let filed = authors.map(|author| TrajectoryEvent::ReflectionReportFiled {
            occurred_on,
            author,
            entered_by: ActorId("gids-1".into()),
            language: "nl".into(),
            statement: StatementKind::Fact,
            text: about("Nam actief deel."),
            evidence: None,
        });
        for events in [filed, waived] {
            let lines = overview(events.iter().map(|event| (occurred_on, event)));
            let labels: Vec<&str> = lines.iter().map(|line| line.label).collect();
            assert!(labels[0].contains("van de gids") && labels[1].contains("van de deelnemer"), "{labels:?}");
            assert!(labels[2].contains("van gids en deelnemer"), "{labels:?}");
        }
    }
}
