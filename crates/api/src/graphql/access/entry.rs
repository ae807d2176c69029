//! One entry of the access trail.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};
use spoor_domain::access::event::AccessEvent;
use spoor_domain::access::vocabulary::AccessKind;
use spoor_domain::kernel::{DossierId, Label, Purpose, Role};
use spoor_domain::trajectory::LearningTrajectory;
use spoor_domain::trajectory::event::DossierNumber;
use spoor_projections::Scope;
use spoor_projections::access::{self, Named, dossiers_named, left_as_withheld, tells_of_request};
use spoor_projections::trajectories::{self, DossierKey};

use super::filter::answered_for;
use super::parts::{
    AccessedTrajectory, FailedAuthentications, LeftTheHouse, RefusedCommand, RefusedPart, ViewCheckpoint,
};
use crate::graphql::coded::{Coded, LabelLanguage};
use crate::graphql::disclosure::{Discloses, asked_in_vain, disclose, disclose_list};
use crate::graphql::global_id::{Kind, global_id};
use crate::graphql::held::check_accesses;
use crate::graphql::log::{ProofStatus, Proofs};
use crate::graphql::problem::OurFault;
use crate::graphql::scalars::Position;
use crate::graphql::session::{actor, allow, desk};
use crate::graphql::trajectory::DossiersOfPage;
use crate::policy::{self, Action};
use crate::proof::LogName;

/// An entry, with the dossiers that its page names.
pub struct AccessEntry {
    entry: access::AccessEntry,
    dossiers: Arc<DossiersOfPage>,
    proofs: Arc<Proofs>,
    /// Whether the person works for the viewer's own controller.
    own: bool,
    /// Whether it is told whole, as what the viewer's own organisation's people did is; of others only what it tells of dossiers
    /// that the viewer may see.
    whole: bool,
}

impl AccessEntry {
    /// The entry with this number, when the viewer may see it.
    pub async fn find(ctx: &Context<'_>, index: u64) -> Result<Option<Self>> {
        allow(ctx, Action::SeeAccessTrail)?;
        let found = access::one(&desk(ctx)?.views, Some(&answered_for(ctx).await?), index).await.ours(ctx)?;
        let Some(entry) = found.value else {
            asked_in_vain(ctx, None, None);
            return Ok(None);
        };
        // One entry may be about a whole list of dossiers.
        disclose_list(ctx, access::PROJECTION, found.seen, false);
        Ok(Self::together(ctx, vec![entry]).await?.pop())
    }

    /// Entries of one page, each held against its event.
    pub(super) async fn together(ctx: &Context<'_>, entries: Vec<access::AccessEntry>) -> Result<Vec<Self>> {
        check_accesses(ctx, &entries).await?;
        let viewer = actor(ctx)?;
        let named =
            entries.iter().flat_map(|entry| dossiers_named(&entry.event)).filter_map(|(named, _)| match named {
                Named::Dossier(id) => Some(id),
                Named::Number(_) | Named::Every => None,
            });
        let dossiers = DossiersOfPage::of(named);
        let proofs = Arc::new(Proofs::of(LogName::Access, entries.iter().map(|entry| entry.index)));
        let of_page = |entry: access::AccessEntry| Self {
            own: policy::same_controller(viewer, &entry.actor),
            whole: viewer.organisation == entry.actor.organisation,
            dossiers: Arc::clone(&dossiers),
            proofs: Arc::clone(&proofs),
            entry,
        };
        Ok(entries.into_iter().map(of_page).collect())
    }

    /// Whether it is told that the entry is about this dossier. That a reader was refused something of a dossier tells what the
    /// refusal hid from that reader's controller, so it is told to who may see the dossier only.
    async fn names(&self, ctx: &Context<'_>, dossier: DossierId) -> Result<bool> {
        let refused = matches!(self.entry.event.kind(), AccessKind::Refused | AccessKind::CommandRefused);
        Ok(self.whole && !refused || self.dossiers.row(ctx, dossier).await?.is_some())
    }

    /// Whether the name of a field or a view is told: that a person asked something of another controller is for that one's
    /// officers. What is about such requests alone is no entry to others at all.
    fn tells(&self, name: &str) -> bool {
        self.own || !tells_of_request(name)
    }

    /// Whether what left was printed as withheld. Of a dossier that cannot be loaded it is known as far as the entry itself says
    /// so, and the other entries of the page are told all the same.
    async fn left_as_withheld(&self, ctx: &Context<'_>) -> Result<bool> {
        let AccessEvent::PieceDownloaded { dossier, .. } = &self.entry.event else { return Ok(false) };
        let loaded = desk(ctx)?.log.load::<LearningTrajectory>(&dossier.to_string()).await;
        let state = loaded.map(|loaded| loaded.state).unwrap_or_default();
        Ok(left_as_withheld(&self.entry.event, &state))
    }

    /// The number of a dossier that somebody stated or asked for, where it is told: what the own people stated, and of others
    /// that of a dossier the viewer may see. It is noted that the dossier is named, where there is one.
    async fn told<'a>(&self, ctx: &Context<'_>, number: &'a DossierNumber) -> Result<Option<&'a str>> {
        let scope = if self.whole { Scope::All } else { policy::scope(actor(ctx)?) };
        let key = DossierKey::Number(number.clone());
        let named = trajectories::detail(&desk(ctx)?.views, &scope, &key).await.ours(ctx)?.value;
        if let Some(row) = &named {
            disclose(ctx, row.id);
        }
        Ok((self.whole || named.is_some()).then_some(number.0.as_str()))
    }
}

/// Which dossiers an entry names is noted where they are named.
impl Discloses for AccessEntry {
    fn disclose(&self, _ctx: &Context<'_>) {}
}

/// An entry of the access trail: one answer, or one refusal.
#[Object]
impl AccessEntry {
    /// The global id.
    pub(in crate::graphql) async fn id(&self) -> ID {
        global_id(Kind::AccessEntry, &self.entry.index.to_string())
    }

    /// The number of the entry in the access log; the same for ever, on every copy of it.
    async fn index(&self) -> u64 {
        self.entry.index
    }

    /// Whether a signed checkpoint of the access log covers it already, and its record is stored as it was then.
    async fn proof(&self, ctx: &Context<'_>) -> Option<Result<ProofStatus>> {
        Some(self.proofs.status(ctx, self.entry.index).await)
    }

    /// The place in the access log.
    async fn position(&self) -> Position {
        self.entry.position.into()
    }

    /// When it was recorded: before the answer left.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.entry.recorded_at
    }

    /// What kind of access it was.
    async fn kind(&self) -> Coded<AccessKind> {
        self.entry.event.kind().into()
    }

    /// What kind of access it was, in words.
    async fn kind_label(
        &self,
        #[graphql(desc = "The language of the words.", default)] language: LabelLanguage,
    ) -> &'static str {
        self.entry.event.kind().label(language.into())
    }

    /// The pseudonymous account of the person; absent where the person works for another controller, who answers for it.
    async fn account(&self) -> Option<&str> {
        self.own.then_some(self.entry.actor.id.0.as_str())
    }

    /// The role in which the person asked.
    async fn role(&self) -> Coded<Role> {
        self.entry.actor.role.into()
    }

    /// The code of the organisation for which the person asked.
    async fn organisation(&self) -> &str {
        &self.entry.actor.organisation.0
    }

    /// How the person was verified: `jwt`, `terminal`, or `system` for the program itself.
    async fn auth_mode(&self) -> &str {
        &self.entry.auth_mode
    }

    /// For which purpose; where none was stated, the refusal says so and this is the usual one of the role.
    async fn purpose(&self) -> Coded<Purpose> {
        self.entry.purpose.into()
    }

    /// The number of the dossier the person stated to work on; of another controller's people where the viewer may see it.
    async fn case(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        match self.entry.event.question().and_then(|question| question.case.as_ref()) {
            Some(number) => self.told(ctx, number).await,
            None => Ok(None),
        }
    }

    /// The id of the request, in the answer's errors and in the log lines; a large answer has several entries.
    async fn request_id(&self) -> Option<ID> {
        self.entry.request.map(|request| ID(request.to_string()))
    }

    /// The name the client gave the operation: of older entries only, for a name is the client's own text and is not kept
    /// any more.
    #[graphql(deprecation = "Names of operations are not kept any more; only older entries have one.")]
    async fn operation(&self) -> Option<&str> {
        self.entry.event.question()?.operation.as_deref()
    }

    /// The fields that were asked at the root, or the program's own command.
    async fn fields(&self) -> Vec<&str> {
        let fields = self.entry.event.question().map(|question| question.fields.as_slice()).unwrap_or_default();
        fields.iter().map(String::as_str).filter(|field| self.tells(field)).collect()
    }

    /// The dossiers that were shown or asked for; of another controller's people, and of what was refused, those that the viewer
    /// may see.
    async fn trajectories(&self, ctx: &Context<'_>) -> Result<Vec<AccessedTrajectory>> {
        let withheld = self.left_as_withheld(ctx).await?;
        let mut told = Vec::new();
        for (named, part) in dossiers_named(&self.entry.event) {
            let Named::Dossier(id) = named else { continue };
            if !self.names(ctx, id).await? {
                continue;
            }
            disclose(ctx, id);
            let shown = part.shown;
            let personal = part.personal.into_iter().filter(|kind| !withheld && self.tells(kind)).collect();
            told.push(AccessedTrajectory { id, shown, personal, dossiers: Arc::clone(&self.dossiers) });
        }
        Ok(told)
    }

    /// Whether it is about every dossier: an export of a whole log.
    async fn every_trajectory(&self) -> bool {
        dossiers_named(&self.entry.event).contains_key(&Named::Every)
    }

    /// The parts of the question that were refused.
    async fn refusals(&self, ctx: &Context<'_>) -> Result<Vec<RefusedPart>> {
        let AccessEvent::QuestionRefused { refusals, .. } = &self.entry.event else { return Ok(Vec::new()) };
        let mut told = Vec::with_capacity(refusals.len());
        for part in refusals.iter().filter(|part| self.tells(&part.field)) {
            let number = match &part.number {
                Some(number) => self.told(ctx, number).await?,
                None => None,
            };
            told.push(RefusedPart::of(part, number));
        }
        Ok(told)
    }

    /// The command that was refused.
    async fn refused_command(&self) -> Option<RefusedCommand> {
        RefusedCommand::of(&self.entry.event)
    }

    /// The failed authentications it stands for.
    async fn failed_authentications(&self) -> Option<FailedAuthentications> {
        FailedAuthentications::of(&self.entry.event)
    }

    /// What left the house: a document's hash, or the selection of an export; of another controller's people where it is of a
    /// dossier that the viewer may see, or of none.
    async fn left(&self, ctx: &Context<'_>) -> Result<Option<LeftTheHouse>> {
        for named in dossiers_named(&self.entry.event).into_keys() {
            if let Named::Dossier(dossier) = named
                && !self.names(ctx, dossier).await?
            {
                return Ok(None);
            }
        }
        Ok(LeftTheHouse::of(&self.entry.event, self.left_as_withheld(ctx).await?))
    }

    /// How far the views were that the answer was read from.
    async fn checkpoints(&self) -> Vec<ViewCheckpoint> {
        ViewCheckpoint::of(&self.entry.event, |view| self.tells(view))
    }
}
