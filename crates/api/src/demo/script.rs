//! The life of one invented dossier as a list of commands: which, by whom, on which day. Pure and repeatable.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use spoor_domain::kernel::{
    Actor, ActorId, AgreementId, AppointmentId, Confidential, LegalReference, OrganisationId, SubjectId, derived_id,
};
use spoor_domain::trajectory::command::{
    AnswerGiven, Minors, ParticipantGiven, RequestGiven, TrajectoryCommand as Command,
};
use spoor_domain::trajectory::criteria::CriteriaVersion;
use spoor_domain::trajectory::event::{AgreementStanding, DocumentReference, DossierNumber, Offence, Piece};
use spoor_domain::trajectory::vocabulary::*;
use uuid::Uuid;

use super::people::{self, GUIDES, PARKETTEN};

/// One command of a life.
pub struct Step {
    /// Who gives it.
    pub actor: Actor,
    /// The day it is given; the time of day is ten in the morning UTC.
    pub on: NaiveDate,
    /// The command.
    pub command: Command,
}

/// What the script needs to know of one dossier.
pub struct Life {
    /// Running number of the dossier in the demo, from 0.
    pub ordinal: usize,
    /// Its stream.
    pub dossier: Uuid,
    /// The number taken from the register.
    pub number: DossierNumber,
    /// The signed agreement.
    pub agreement: AgreementId,
    /// The day on which the demo was made; nothing in it happens later.
    pub made_on: NaiveDate,
}

/// Where lives end, in the order in which they are dealt out; every status occurs.
const DESTINATIONS: [TrajectoryStatus; 20] = {
    use TrajectoryStatus::*;
    [
        Requested,
        Closed,
        Consented,
        Eligible,
        Delivered,
        Prepared,
        Drafted,
        Closed,
        Toured,
        Reflected,
        Ineligible,
        Advised,
        Deepened,
        Refused,
        Withdrawn,
        Closed,
        Discontinued,
        Retracted,
        OpenedInError,
        Closed,
    ]
};

/// How far a status lies on the way to the end: the number of main steps before it.
fn depth(status: TrajectoryStatus) -> usize {
    use TrajectoryStatus::*;
    match status {
        Drafted => 0,
        Requested | Retracted | OpenedInError => 1,
        Eligible | Ineligible => 2,
        Consented | Refused => 3,
        Prepared | Withdrawn => 4,
        Toured | Discontinued => 5,
        Deepened => 6,
        Reflected => 7,
        Advised => 8,
        Delivered => 9,
        Closed => 10,
    }
}

impl Life {
    /// The status in which this life ends.
    pub fn destination(&self) -> TrajectoryStatus {
        DESTINATIONS[self.ordinal % DESTINATIONS.len()]
    }

    /// The parket of this dossier.
    pub fn parket(&self) -> &'static str {
        PARKETTEN[self.ordinal % PARKETTEN.len()]
    }

    /// The guide of this dossier.
    pub fn guide(&self) -> &'static str {
        GUIDES[self.ordinal % GUIDES.len()]
    }

    /// Every command of this life, in order.
    pub fn steps(&self) -> Vec<Step> {
        let mut tale = Tale { life: self, day: self.first_day(), sequence: 0, steps: Vec::new() };
        tale.tell(self.destination());
        tale.steps
    }

    /// The day the request was drafted. Ended lives lie spread over the last four years; open ones began recently enough that some are in time.
    pub(super) fn first_day(&self) -> NaiveDate {
        let ended = matches!(self.destination(), TrajectoryStatus::Closed | TrajectoryStatus::Discontinued);
        let back = if ended { 150 + (self.ordinal * 37) % 1300 } else { 75 + (self.ordinal * 5) % 40 };
        self.made_on - Days::new(back as u64)
    }

    fn subject(&self) -> SubjectId {
        SubjectId(derived_id(self.dossier, "subject"))
    }
}

/// A life being told: the day moves on, the sequence counts the events so far.
struct Tale<'a> {
    life: &'a Life,
    day: NaiveDate,
    sequence: u64,
    steps: Vec<Step>,
}

impl Tale<'_> {
    fn tell(&mut self, destination: TrajectoryStatus) {
        use TrajectoryStatus as S;
        let far = depth(destination);
        let (prosecutor, coordinator) = (people::prosecutor(self.life.parket()), people::coordinator());
        let guide = people::guide(self.life.guide());

        self.later(0, people::jurist(self.life.parket()), Command::DraftRequest { request: self.request() });
        if far >= 1 {
            self.later(1, prosecutor.clone(), Command::RequestTrajectory { request: self.request() });
        }
        if far >= 2 {
            self.later(3, prosecutor.clone(), self.assessment(destination != S::Ineligible));
        }
        if destination == S::Refused {
            let declared_on = self.day + Days::new(7);
            self.later(
                7,
                prosecutor.clone(),
                Command::RefuseConsent { declared_on, text_version: "deelname-1".into() },
            );
        } else if far >= 3 {
            self.consent(&prosecutor, &coordinator);
        }
        if far >= 4 {
            self.preparatory_call(&guide);
        }
        if destination == S::Withdrawn {
            let declared_on = self.day + Days::new(2);
            self.later(2, coordinator.clone(), Command::WithdrawConsent { declared_on });
        }
        if far >= 5 {
            let held_on = self.day + Days::new(10);
            let adapted_to = Some("Verhaal en tempo aangepast aan de fictieve deelnemer.".into());
            self.later(10, guide.clone(), Command::HoldTour { held_on, minutes: 90, adapted_to });
        }
        if far >= 6 {
            self.talk(&guide);
        }
        if far >= 7 {
            self.reflections(&guide);
        }
        if far >= 8 {
            let motivation = "De fictieve deelnemer nam actief deel en stond open voor andere inzichten.".into();
            let conclusion =
                [AdviceConclusion::Favourable, AdviceConclusion::FavourableWithRemarks, AdviceConclusion::Unfavourable]
                    [self.life.ordinal % 3];
            self.later(4, coordinator.clone(), Command::IssueAdvice { conclusion, motivation, revision_reason: None });
        }
        if far >= 9 {
            self.deliver(&coordinator, &prosecutor);
        }
        self.end(destination, &coordinator, &prosecutor);
    }

    fn consent(&mut self, prosecutor: &Actor, coordinator: &Actor) {
        let declared_on = self.day + Days::new(6);
        self.later(
            6,
            prosecutor.clone(),
            Command::GiveConsent {
                declared_on,
                text_version: "deelname-1".to_owned(),
                given_by: ConsentGiver::Participant,
                facts_not_disputed: true,
                willing: true,
            },
        );
        let recipients = vec![OrganisationId(self.life.parket().to_owned())];
        self.later(
            0,
            prosecutor.clone(),
            Command::GiveSharingConsent {
                declared_on,
                text_version: "delen-1".to_owned(),
                recipients,
                scope: SharingScope::Bundle,
                expires_on: None,
            },
        );
        let guide = ActorId(self.life.guide().to_owned());
        self.later(1, coordinator.clone(), Command::AssignGuide { guide, competence_attested: true });
        self.later(
            0,
            coordinator.clone(),
            Command::PlanAppointment {
                appointment: AppointmentId(derived_id(self.life.dossier, "call")),
                kind: AppointmentKind::PreparatoryCall,
                channel: Channel::Telephone,
                starts_at: at(self.day + Days::new(4), 14),
                interpreter: None,
                companions: None,
            },
        );
        if depth(self.life.destination()) == 3 {
            self.later(
                0,
                coordinator.clone(),
                Command::PlanAppointment {
                    appointment: AppointmentId(derived_id(self.life.dossier, "tour")),
                    kind: AppointmentKind::Tour,
                    channel: Channel::OnSite,
                    starts_at: at(self.life.made_on + Days::new(5 + (self.life.ordinal % 20) as u64), 9),
                    interpreter: None,
                    companions: Some("Geen begeleiders voorzien.".into()),
                },
            );
        }
    }

    fn preparatory_call(&mut self, guide: &Actor) {
        let held_on = self.day + Days::new(4);
        let notes = Some("Verloop van het bezoek overlopen met de fictieve deelnemer.".into());
        self.later(4, guide.clone(), Command::HoldPreparatoryCall { held_on, notes });
    }

    fn talk(&mut self, guide: &Actor) {
        let notes = Some("Gesprek over groepsdruk en over wat een haatbericht aanricht.".into());
        let themes = vec![TalkTheme::Polarisation, TalkTheme::GroupPressure, TalkTheme::Empathy];
        let command = Command::HoldInDepthTalk { held_on: self.day, notes, themes, reason_not_same_day: None };
        self.later(0, guide.clone(), command);
    }

    fn reflections(&mut self, guide: &Actor) {
        let filed_on = self.day + Days::new(3);
        let report = |author, text: &str| Command::FileReflectionReport {
            filed_on,
            author,
            language: "nl".into(),
            statement: StatementKind::Assessment,
            text: text.into(),
            evidence: None,
        };
        if self.life.ordinal % 4 == 3 {
            let text = "Samen geschreven: wat we zagen, wat het losmaakte, wat we meenemen.";
            self.later(3, guide.clone(), report(ReflectionAuthor::Both, text));
            return;
        }
        self.later(3, guide.clone(), report(ReflectionAuthor::Guide, "Verslag van de gids over een verzonnen bezoek."));
        let text = "Verslag van de fictieve deelnemer over een verzonnen bezoek.";
        self.later(0, guide.clone(), report(ReflectionAuthor::Participant, text));
    }

    /// The bundle itself is the loader's to make: of the pieces as they stand in the log.
    fn deliver(&mut self, coordinator: &Actor, prosecutor: &Actor) {
        let advice = self.sequence;
        let bundle = Command::AssembleBundle {
            pieces: vec![
                Piece { kind: PieceKind::Request, sequence: 2 },
                Piece { kind: PieceKind::Advice, sequence: advice },
            ],
            document: DocumentReference { sha256: String::new(), media_type: String::new(), bytes: 0, blob: None },
        };
        self.later(1, coordinator.clone(), bundle);
        let recipient = OrganisationId(self.life.parket().to_owned());
        let delivered_on = self.day + Days::new(1);
        self.later(1, coordinator.clone(), Command::DeliverBundle { number: 1, recipient, delivered_on });
        let received_on = self.day + Days::new(1);
        self.later(1, prosecutor.clone(), Command::ReceiveBundle { number: 1, received_on });
    }

    fn end(&mut self, destination: TrajectoryStatus, coordinator: &Actor, prosecutor: &Actor) {
        let retract = |reason| Command::RetractRequest { reason, remark: None };
        match destination {
            TrajectoryStatus::Closed => {
                let outcome =
                    [ProsecutionOutcome::ProvisionallyDismissed, ProsecutionOutcome::Prosecuted][self.life.ordinal % 2];
                let decided_on = self.day + Days::new(9);
                self.later(
                    9,
                    prosecutor.clone(),
                    Command::RecordOutcome { outcome, decided_on, remark: None, revision_reason: None },
                );
                self.later(
                    2,
                    coordinator.clone(),
                    Command::CloseTrajectory { reason: EndReason::Completed, remark: None },
                );
            }
            TrajectoryStatus::Discontinued => {
                let remark = Some("Drie keer niet bereikt op verzonnen nummers.".into());
                let command = Command::DiscontinueTrajectory { reason: EndReason::Unreachable, remark };
                self.later(20, coordinator.clone(), command);
            }
            TrajectoryStatus::Retracted => self.later(5, prosecutor.clone(), retract(RetractionReason::OtherMeasure)),
            TrajectoryStatus::OpenedInError => {
                self.later(1, prosecutor.clone(), retract(RetractionReason::OpenedInError))
            }
            _ => {}
        }
    }

    /// Moves the day on and adds a command given on that day.
    fn later(&mut self, days: u64, actor: Actor, command: Command) {
        self.day = (self.day + Days::new(days)).min(self.life.made_on);
        self.sequence += 1;
        self.steps.push(Step { actor, on: self.day, command });
    }

    fn request(&self) -> RequestGiven {
        let ordinal = self.life.ordinal;
        let born =
            NaiveDate::from_ymd_opt(1962 + (ordinal % 40) as i32, 1 + (ordinal % 12) as u32, 1 + (ordinal % 28) as u32);
        let (family, act, article) = [
            (OffenceFamily::Antiracism, "Wet van 30 juli 1981", "art. 20"),
            (OffenceFamily::Antidiscrimination, "Wet van 10 mei 2007", "art. 22"),
            (OffenceFamily::Negationism, "Wet van 23 maart 1995", "art. 1"),
            (OffenceFamily::CommonLawHateCrime, "Strafwetboek", "art. 405quater"),
        ][ordinal % 4];
        RequestGiven {
            number: self.life.number.clone(),
            parket: OrganisationId(self.life.parket().to_owned()),
            subject: self.life.subject(),
            case_reference: Confidential(format!("DEMO/{:04}/{ordinal:06}", 2021 + ordinal % 5)),
            basis: RequestBasis::PretorianProbation,
            offences: vec![Offence {
                family,
                reference: LegalReference { act: act.into(), article: article.into(), valid_from: None },
            }],
            offence_on: Confidential(self.life.first_day() - Days::new(60)),
            participant: ParticipantGiven {
                name: Confidential(format!("Fictieve Deelnemer {ordinal:04}")),
                birth_on: Confidential(born.unwrap_or_default()),
                contact: Confidential(format!("deelnemer{ordinal}@voorbeeld.invalid")),
                language: "nl".into(),
                interpreter_needed: Confidential(ordinal.is_multiple_of(9)),
            },
            facts: "Verzonnen feiten: een haatdragend bericht op een verzonnen forum.".into(),
            standing: AgreementStanding::InForce { agreement: self.life.agreement },
            agreement_names_216ter: false,
            minors_allowed: Minors { allowed: false, criteria: None },
        }
    }

    fn assessment(&self, eligible: bool) -> Command {
        let criteria = CriteriaVersion::kd_leaflet();
        let answers = criteria
            .criteria
            .iter()
            .map(|criterion| AnswerGiven {
                criterion: criterion.code.clone(),
                answer: favourable(&criterion.code, eligible),
                note: None,
            })
            .collect();
        let decided = if eligible { EligibilityOutcome::Eligible } else { EligibilityOutcome::Ineligible };
        Command::AssessEligibility { criteria, answers, decided, reason: None }
    }
}

/// The answer that makes a dossier eligible, or a known network when it must not be.
fn favourable(criterion: &str, eligible: bool) -> CriterionAnswer {
    match criterion {
        "serious-physical-harm" | "criminal-organisation" | "grave-disturbance" | "recidivism" => {
            CriterionAnswer::NotMet
        }
        "no-identitarian-network" if !eligible => CriterionAnswer::NotMet,
        _ => CriterionAnswer::Met,
    }
}

fn at(day: NaiveDate, hour: u32) -> DateTime<Utc> {
    day.and_time(NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default()).and_utc()
}
