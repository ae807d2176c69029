//! What a bundle says, piece by piece, in the words of the form; how it is printed is next door.

use spoor_domain::kernel::{Label, Language, Personal, PersonalContent, WithheldReason};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::event::{Piece, TrajectoryEvent};
use spoor_domain::trajectory::vocabulary::PieceKind;
use spoor_eventlog::{Record, Vault};
use spoor_projections::trajectories::{PersonalField, PersonalValue, standing_values};

use crate::desk::DeskError;

/// A bundle before it is printed.
pub(super) struct BundleContent {
    /// The dossier's number.
    pub number: String,
    /// The parket that made the request.
    pub parket: String,
    /// The pieces, in the order of the bundle.
    pub pieces: Vec<PieceContent>,
}

/// A piece before it is printed.
pub(super) struct PieceContent {
    /// What it is.
    pub kind: PieceKind,
    /// Sequence of its event in the dossier.
    pub sequence: u64,
    /// Hash of the leaf of its event in the log, lower-case hex: by it the piece can be found in an export and proven.
    pub leaf: String,
    /// What it says.
    pub lines: Vec<Line>,
}

/// One line of the form.
pub(super) struct Line {
    /// What is filled in here.
    pub label: &'static str,
    /// What was filled in, or why it cannot be shown.
    pub value: Result<String, WithheldReason>,
}

impl BundleContent {
    /// The content of these pieces, as corrected. A piece whose event is not there has no content; the domain refuses it.
    pub async fn of(
        state: &LearningTrajectory,
        pieces: &[Piece],
        events: &[(&Record, TrajectoryEvent)],
        vault: &Vault,
    ) -> Result<Self, DeskError> {
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
        let parket = state.parket().map(|parket| parket.0.clone()).unwrap_or_default();
        Ok(Self { number, parket, pieces: contents })
    }
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
            PieceKind::Attendance => Ok(self.attendance(piece.sequence, event)),
            PieceKind::GuideReflection | PieceKind::ParticipantReflection => {
                self.reflection(piece.sequence, event).await
            }
            PieceKind::Advice => self.advice(piece.sequence, event).await,
        }
    }

    /// The request as it stands: the participant may have been replaced, and anything corrected, since.
    async fn request(&self) -> Result<Vec<Line>, DeskError> {
        let mut lines = Vec::new();
        if let Some(on) = self.state.requested_on() {
            lines.push(plain("Aangevraagd op", on.to_string()));
        }
        for (label, field) in [
            ("Naam", PersonalField::ParticipantName),
            ("Geboortedatum", PersonalField::ParticipantBirthOn),
            ("Contact", PersonalField::ParticipantContact),
            ("Taal", PersonalField::ParticipantLanguage),
            ("Tolk nodig", PersonalField::InterpreterNeeded),
            ("Notitienummer", PersonalField::CaseReference),
            ("Datum van de feiten", PersonalField::OffenceOn),
            ("Feiten", PersonalField::Facts),
        ] {
            lines.extend(self.personal(label, field, 0).await?);
        }
        let request = self.events.iter().rev().find_map(|(_, event)| match event {
            TrajectoryEvent::TrajectoryRequested { request, .. } => Some(request),
            _another_event => None,
        });
        if let Some(request) = request {
            lines.push(plain("Grond", request.basis.label(Language::Nl)));
            for offence in &request.offences {
                let (family, article) = (offence.family.label(Language::Nl), &offence.reference);
                lines.push(plain("Misdrijf", format!("{family}, {}, {}", article.act, article.article)));
            }
        }
        Ok(lines)
    }

    fn attendance(&self, sequence: u64, event: &TrajectoryEvent) -> Vec<Line> {
        let mut lines = self.on("Rondleiding gevolgd op", sequence);
        if let TrajectoryEvent::IndividualTourHeld { minutes, .. } = event {
            lines.push(plain("Duur", format!("{minutes} minuten")));
        }
        lines
    }

    async fn reflection(&self, sequence: u64, event: &TrajectoryEvent) -> Result<Vec<Line>, DeskError> {
        let mut lines = self.on("Ingediend op", sequence);
        if let TrajectoryEvent::ReflectionReportFiled { author, language, statement, evidence, .. } = event {
            lines.push(plain("Van", author.label(Language::Nl)));
            lines.push(plain("Taal", language.as_str()));
            lines.push(plain("Aard", statement.label(Language::Nl)));
            lines.extend(self.personal("Tekst", PersonalField::ReportText, sequence).await?);
            lines.extend(evidence.iter().map(|document| plain("Document (SHA-256)", document.sha256.as_str())));
        }
        Ok(lines)
    }

    async fn advice(&self, sequence: u64, event: &TrajectoryEvent) -> Result<Vec<Line>, DeskError> {
        let mut lines = self.on("Uitgebracht op", sequence);
        if let TrajectoryEvent::ReasonedAdviceIssued { advice, .. }
        | TrajectoryEvent::ReasonedAdviceRevised { advice, .. } = event
        {
            lines.push(plain("Besluit", advice.conclusion.label(Language::Nl)));
            lines.extend(self.personal("Motivering", PersonalField::Motivation, sequence).await?);
        }
        Ok(lines)
    }

    /// The day of an event, as corrected.
    fn on(&self, label: &'static str, sequence: u64) -> Vec<Line> {
        self.state.entry(sequence).map(|entry| plain(label, entry.on.to_string())).into_iter().collect()
    }

    /// A personal value as it stands now, opened; nothing when none was ever given.
    async fn personal(
        &self,
        label: &'static str,
        field: PersonalField,
        sequence: u64,
    ) -> Result<Option<Line>, DeskError> {
        let standing = self.values.iter().find(|value| value.field == field && value.sequence == sequence);
        let Some(standing) = standing else { return Ok(None) };
        let opened: Personal<serde_json::Value> = self.vault.open(&standing.value).await?;
        let value = match opened.content {
            PersonalContent::Clear(value) => Ok(worded(&value)),
            PersonalContent::Withheld(reason) => Err(reason),
            PersonalContent::Sealed { .. } => Err(WithheldReason::Unreadable),
        };
        Ok(Some(Line { label, value }))
    }
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
            plain("Verklaard op", occurred_on.to_string()),
            plain("Door", given_by.label(Language::Nl)),
            plain("Tekst", text_version.as_str()),
            plain("Betwist de feiten niet", yes_or_no(*facts_not_disputed)),
            plain("Is bereid", yes_or_no(*willing)),
        ],
        TrajectoryEvent::SharingConsentGiven { occurred_on, text_version, recipients, scope, expires_on, .. } => {
            let recipients: Vec<&str> = recipients.iter().map(|recipient| recipient.0.as_str()).collect();
            let mut lines = vec![
                plain("Verklaard op", occurred_on.to_string()),
                plain("Tekst", text_version.as_str()),
                plain("Mag gedeeld worden met", recipients.join(", ")),
                plain("Wat", scope.label(Language::Nl)),
            ];
            lines.extend(expires_on.map(|day| plain("Tot en met", day.to_string())));
            lines
        }
        TrajectoryEvent::ConsentEvidenceAttached { occurred_on, kind, document, .. } => vec![
            plain("Toegevoegd op", occurred_on.to_string()),
            plain("Aard", kind.label(Language::Nl)),
            plain("Document (SHA-256)", document.sha256.as_str()),
        ],
        _no_declaration => Vec::new(),
    }
}

fn plain(label: &'static str, value: impl Into<String>) -> Line {
    Line { label, value: Ok(value.into()) }
}

fn worded(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Bool(true) => "ja".to_owned(),
        serde_json::Value::Bool(false) => "nee".to_owned(),
        other => other.to_string(),
    }
}
