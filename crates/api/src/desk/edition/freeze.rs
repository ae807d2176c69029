//! Freezing: everything is made and kept first, and named by an event last. A crash in between leaves contents that
//! nothing names, which are harmless, and at most a publication that was never printed, which counts as told.

use std::time::Duration;

use spoor_domain::edition::command::EditionCommand;
use spoor_domain::edition::event::{EditionEvent, EditionForm, Pinned, StoredForm};
use spoor_domain::kernel::CommandContext;
use spoor_domain::publication::PublicationRegister;
use spoor_domain::publication::command::PublicationCommand;
use spoor_domain::publication::event::Told;
use spoor_domain::publication::rejection::PublicationRejection;
use spoor_eventlog::{ExecuteError, Executed};
use tokio::sync::oneshot;

use super::super::{Desk, DeskError, part_of, trial};
use super::draft::{Before, Draft, Found, blocking};
use super::fault::EditionFault;
use super::{EditionNumber, forms};

/// What is queued for: one edition is frozen at a time.
const TURN: &str = "editions";

/// How often freezing begins anew because another edition was published in between.
const ATTEMPTS: usize = 8;

impl Desk {
    /// Freezes an edition as known now: its forms are made and kept, then the event names them. That goes on where whoever asked no
    /// longer waits: making figures safe and printing may take longer than a request, and a repeat has what came of it.
    pub async fn freeze_edition(&self, id: EditionNumber, context: &CommandContext) -> Result<Executed, DeskError> {
        self.admit_to_editions(context)?;
        let (desk, context) = (self.clone(), context.clone());
        let (told, outcome) = oneshot::channel();
        tokio::spawn(async move {
            let outcome = desk.freeze_in_turn(id, &context).await;
            if let Err(Err(error)) = told.send(outcome) {
                tracing::warn!(edition = %id, command_id = %context.command_id, %error, "a freezing that nobody waited for came to nothing");
            }
        });
        outcome.await.map_err(|_broke_off| EditionFault::BrokeOff)?
    }

    /// Waits until no edition is being frozen, for so long: what is half frozen when the program stops would count as told.
    pub async fn editions_frozen(&self, within: Duration) {
        if tokio::time::timeout(within, self.turns.wait(TURN)).await.is_err() {
            tracing::warn!("an edition is still being frozen, which breaks off");
        }
    }

    async fn freeze_in_turn(&self, id: EditionNumber, context: &CommandContext) -> Result<Executed, DeskError> {
        let frozen =
            |event: &EditionEvent| matches!(event, EditionEvent::EditionFrozen { number, .. } if *number == id.number);
        // One at a time in this process; between processes the register of publications decides.
        let _turn = self.turns.wait(TURN).await;
        if let Some(executed) = self.first_time(id.editions, context.command_id, frozen).await? {
            return Ok(executed);
        }
        let outcome = self.freeze_now(id, context).await;
        self.unless_done_meanwhile(outcome, id.editions, context.command_id, frozen).await
    }

    async fn freeze_now(&self, id: EditionNumber, context: &CommandContext) -> Result<Executed, DeskError> {
        let found = self.find_edition(id).await?;
        let mut context = context.clone();
        // What is put together here is of this version and of no other.
        match context.expected_version {
            Some(expected) if expected != found.editions.version => {
                return Err(DeskError::VersionConflict { current: found.editions.version });
            }
            Some(_) | None => context.expected_version = Some(found.editions.version),
        }
        let index = self.log.head().await?.index;
        let freezing = |draft: &Draft, pinned| EditionCommand::FreezeEdition {
            number: id.number,
            pinned,
            findings: draft.findings.clone(),
        };
        // What is refused whatever is told of dossiers is refused before that is made safe, which may take long.
        let without = self.put_together(&found, index, None).await?;
        trial(&found.editions.state, &freezing(&without, Self::unkept(&without)), &context)?;
        for _ in 0..ATTEMPTS {
            let before = self.told_before(context.today).await?;
            let draft = self.put_together(&found, index, Some(&before)).await?;
            // What would be refused is neither kept nor published.
            trial(&found.editions.state, &freezing(&draft, Self::unkept(&draft)), &context)?;
            let publication = match self.publish(&found, &draft, &before, &context).await? {
                Entered::Overtaken => continue,
                Entered::Nothing => None,
                Entered::As(told) => Some(told),
            };
            let pinned = self.pinned(&draft, publication).await?;
            return self.tell_editions(id.editions, &freezing(&draft, pinned), &context).await;
        }
        Err(EditionFault::Contended.into())
    }

    /// What would be pinned, before anything is made: enough to ask whether it may be.
    fn unkept(draft: &Draft) -> Pinned {
        let content = StoredForm {
            form: EditionForm::Json,
            media_type: forms::media_type(EditionForm::Json).to_owned(),
            sha256: draft.hash.0.clone(),
            bytes: draft.bytes.len() as u64,
        };
        Pinned {
            index: draft.index,
            content: draft.hash.0.clone(),
            format: draft.content.format.clone(),
            rules: draft.content.head.rules.clone(),
            forms: vec![content],
            publication: None,
        }
    }

    /// Makes and keeps every form.
    async fn pinned(&self, draft: &Draft, publication: Option<Told>) -> Result<Pinned, DeskError> {
        let (content, hash) = (draft.content.clone(), draft.hash.clone());
        let made = blocking(move || forms::all(&content, &hash)).await?;
        let mut stored = Vec::with_capacity(made.len());
        for (form, bytes) in made {
            let (media_type, size) = (forms::media_type(form).to_owned(), bytes.len() as u64);
            let name = self.blobs.published().put(bytes).await.map_err(EditionFault::from)?;
            stored.push(StoredForm { form, media_type, sha256: name.to_string(), bytes: size });
        }
        Ok(Pinned { forms: stored, publication, ..Self::unkept(draft) })
    }

    /// Enters what the edition tells of dossiers in the register, with its bytes kept before.
    async fn publish(
        &self,
        found: &Found,
        draft: &Draft,
        before: &Before,
        context: &CommandContext,
    ) -> Result<Entered, DeskError> {
        let Some((told, report)) = &draft.told else { return Ok(Entered::Nothing) };
        let kept =
            |value: Vec<u8>| async { Ok::<_, EditionFault>(self.blobs.published().put(value).await?.to_string()) };
        let told = Told {
            number: before.latest.as_ref().map_or(0, |latest| latest.number) + 1,
            state: kept(serde_json::to_vec(told).map_err(EditionFault::from)?).await?,
            report: kept(serde_json::to_vec(report).map_err(EditionFault::from)?).await?,
        };
        let command = PublicationCommand::MakePublication {
            told: told.clone(),
            editions: found.id(),
            edition: found.edition.number,
        };
        let part = part_of(context, &format!("publication/{}", told.number));
        let id = PublicationRegister::ID.to_string();
        match self.log.execute::<PublicationRegister>(&id, &command, &part).await {
            Ok(_) => Ok(Entered::As(told)),
            Err(ExecuteError::Rejected(PublicationRejection::NotTheLatest { .. })) => Ok(Entered::Overtaken),
            Err(error) => Err(error.into()),
        }
    }
}

/// What became of a publication.
enum Entered {
    /// There was nothing to publish.
    Nothing,
    /// It is the latest now.
    As(Told),
    /// Another edition was published meanwhile: go on from that one.
    Overtaken,
}
