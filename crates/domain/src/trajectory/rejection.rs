//! Why a learning trajectory says no. Each refusal in one place: what it knows, its code, the input it is about, and the
//! sentence that says what to do, in English and Dutch.

mod wording;

use chrono::NaiveDate;

use super::command::TrajectoryCommandKind;
use super::event::TrajectoryEventKind;
use super::vocabulary::*;
use crate::kernel::{Language, LegalField, OrganisationId, Refusal, RefusalCode, Role};
use wording::Shown;
pub use wording::{NextStep, Remedy, Roles, ValueShape};

/// Declares the refusals: `Name { fields } => Code, at [path], "English", "Dutch";`.
macro_rules! rejections {
    ($($(#[$meta:meta])* $name:ident $({ $($field:ident: $type:ty),+ })? => $code:ident, at [$($path:expr),*], $en:literal, $nl:literal;)+) => {
        /// A refusal by a learning trajectory.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each variant has its sentence; the fields' names and types say the rest")]
        pub enum TrajectoryRejection {
            $($(#[$meta])* $name $({ $($field: $type),+ })?,)+
        }

        impl TrajectoryRejection {
            /// The name of every refusal.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),+];

            /// The name of this refusal.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name { .. } => stringify!($name),)+ }
            }

            fn sentence(&self, language: Language) -> String {
                match self {
                    $(Self::$name $({ $($field),+ })? => {
                        $($(let $field = $field.shown(language);)+)?
                        match language { Language::En => format!($en), Language::Nl => format!($nl) }
                    })+
                }
            }
        }

        impl Refusal for TrajectoryRejection {
            fn code(&self) -> RefusalCode {
                match self { $(Self::$name { .. } => RefusalCode::$code,)+ }
            }

            #[allow(unused_variables, reason = "not every refusal has its path in a field")]
            fn path(&self) -> Vec<String> {
                match self {
                    $(Self::$name $({ $($field),+ })? => vec![$($path.to_string()),*],)+
                }
            }

            fn rule(&self) -> &'static str {
                self.name()
            }

            #[allow(unused_variables, reason = "not every refusal knows a fact")]
            fn facts(&self, language: Language) -> Vec<(&'static str, String)> {
                match self {
                    $(Self::$name $({ $($field),+ })? => vec![$($((stringify!($field), $field.shown(language))),+)?],)+
                }
            }

            fn message_nl(&self) -> String {
                self.sentence(Language::Nl)
            }
        }
    };
}

rejections! {
    /// The role may not do this.
    NotYourRole { command: TrajectoryCommandKind, role: Role, allowed: Roles } => NotYourRole, at [],
        "'{command}' is for: {allowed}. You act as {role}; ask one of them.",
        "'{command}' is voor: {allowed}. U handelt als {role}; vraag het een van hen.";
    /// Advice belongs to Kazerne Dossin, the outcome to the parket.
    SeparationOfDuties { command: TrajectoryCommandKind } => SeparationOfDuties, at [],
        "'{command}' can never be done by the other side: advice is Kazerne Dossin's, the outcome is the parket's.",
        "'{command}' kan nooit door de andere partij: het advies is van Kazerne Dossin, de afloop van het parket.";
    /// The dossier is another organisation's.
    NotYourOrganisation { organisation: OrganisationId } => NotYourOrganisation, at [],
        "{organisation} does not handle this dossier: leave it to the parket (or Kazerne Dossin) whose dossier it is.",
        "{organisation} behandelt dit dossier niet: laat dit aan het parket (of Kazerne Dossin) waarvan het dossier is.";
    /// A guide works on the own assigned dossiers only.
    NotTheAssignedGuide => NotYourRole, at [],
        "Only the assigned guide may do this: let the coordinator assign you with assignGuide or replaceGuide.",
        "Alleen de toegewezen gids mag dit: laat de projectmedewerker u toewijzen met assignGuide of replaceGuide.";
    /// Kazerne Dossin works on a dossier from consent on.
    MuseumBeforeConsent => ConsentMissing, at [],
        "Kazerne Dossin works on a dossier from consent on: record the consent first with giveConsent.",
        "Kazerne Dossin werkt aan een dossier vanaf de toestemming: noteer eerst de toestemming met giveConsent.";
    /// Nothing has happened in this dossier.
    NoSuchDossier => NotFound, at [],
        "There is no such dossier: make the request first with draftRequest or requestTrajectory.",
        "Dit dossier bestaat niet: maak eerst de aanvraag met draftRequest of requestTrajectory.";
    /// Processing is restricted.
    Restricted => Restricted, at [],
        "Processing of this dossier is restricted: only corrections, withdrawal and lifting (liftRestriction) are possible.",
        "De verwerking van dit dossier is beperkt: enkel verbetering, intrekking en opheffing (liftRestriction) zijn mogelijk.";
    /// The data of the person concerned are gone.
    SubjectErased => SubjectErased, at [],
        "The data of the person concerned were erased: this dossier takes no more changes; make a new request if needed.",
        "De gegevens van de betrokkene zijn gewist: dit dossier kan niet meer wijzigen; maak zo nodig een nieuwe aanvraag.";
    /// The dossier is not there yet, or has ended.
    WrongState { command: TrajectoryCommandKind, status: TrajectoryStatus, next: NextStep } => WrongState, at [],
        "'{command}' is not possible while the dossier is '{status}': {next}.",
        "'{command}' kan niet zolang het dossier '{status}' is: {next}.";
    /// The dossier is past it.
    TooLate { command: TrajectoryCommandKind, status: TrajectoryStatus } => WrongState, at [],
        "'{command}' is no longer possible, the dossier is '{status}' already: correct with correctFact, or annul the latest step with annulStep, if that is wrong.",
        "'{command}' kan niet meer, het dossier is al '{status}': verbeter met correctFact of annuleer de laatste stap met annulStep als dat fout is.";
    /// It happened already.
    AlreadyDone { command: TrajectoryCommandKind, remedy: Remedy } => AlreadyDone, at [],
        "'{command}' was done already: nothing is left to do; {remedy}.",
        "'{command}' is al gebeurd: er hoeft niets meer; {remedy}.";

    /// A text that must be there is not.
    TextMissing { path: &'static str } => InvalidInput, at [path],
        "The text '{path}' is empty: fill it in.",
        "De tekst '{path}' is leeg: vul hem in.";
    /// A text is longer than 32 KiB.
    TextTooLong { path: &'static str } => TextTooLong, at [path],
        "The text '{path}' is longer than 32 KiB: shorten it, or attach a document.",
        "De tekst '{path}' is langer dan 32 KiB: kort hem in of voeg een document toe.";
    /// A code or version is empty or too long.
    CodeInvalid { path: &'static str } => InvalidInput, at [path],
        "'{path}' must be filled in, with at most 200 characters: check it.",
        "'{path}' moet ingevuld zijn, met hoogstens 200 tekens: kijk het na.";
    /// A text of a legal reference is not of a shape in which law is named.
    ReferenceInvalid { path: &'static str, takes: LegalField } => InvalidInput, at ["reference", path],
        "'{path}' names law and nothing else: give {takes}.",
        "'{path}' noemt enkel wetgeving: geef {takes}.";
    /// A language is not given by its code.
    LanguageInvalid { path: &'static str } => InvalidInput, at [path],
        "'{path}' must be the code of a language, such as nl or fr-BE: check it.",
        "'{path}' moet de code van een taal zijn, zoals nl of fr-BE: kijk het na.";
    /// A list holds more than it may.
    TooMany { path: &'static str, most: u32 } => InvalidInput, at [path],
        "'{path}' may hold at most {most} items: leave some out.",
        "'{path}' mag hoogstens {most} elementen bevatten: laat er weg.";
    /// A day lies in the future.
    DayInFuture { path: &'static str, today: NaiveDate } => InvalidDate, at [path],
        "'{path}' lies in the future: give a day up to today, {today}.",
        "'{path}' ligt in de toekomst: geef een dag tot en met vandaag, {today}.";
    /// A day lies before the step it follows.
    DayBeforeStep { path: &'static str, earliest: NaiveDate } => InvalidDate, at [path],
        "'{path}' lies before the step it follows: give a day from {earliest} on.",
        "'{path}' ligt voor de stap waarop het volgt: geef een dag vanaf {earliest}.";
    /// A corrected day lies after the step that followed it.
    DayAfterStep { path: &'static str, latest: NaiveDate } => InvalidDate, at [path],
        "'{path}' lies after the step that followed: give a day up to {latest}.",
        "'{path}' ligt na de stap die volgde: geef een dag tot en met {latest}.";

    /// The request is for another parket than the one the actor acts for.
    RequestForAnotherParket { parket: OrganisationId } => NotYourOrganisation, at ["parket"],
        "A request is made for the own parket only, not for {parket}: give your own parket.",
        "Een aanvraag gebeurt enkel voor het eigen parket, niet voor {parket}: geef uw eigen parket op.";
    /// The final text of a draft names another number or subject.
    DraftDiffers { path: &'static str } => RuleNotMet, at [path],
        "'{path}' differs from the draft: submit the draft with the number, parket and subject it has.",
        "'{path}' verschilt van het concept: dien het concept in met zijn nummer, parket en betrokkene.";
    /// A request names no offence.
    OffenceMissing => InvalidInput, at ["offences"],
        "The request names no offence: name at least one, with its legal reference.",
        "De aanvraag noemt geen misdrijf: noem er minstens één, met de wettelijke verwijzing.";
    /// Birth date and offence date contradict each other.
    BornAfterOffence => InvalidDate, at ["birthOn"],
        "The participant was not born yet on the offence date: check 'birthOn' and 'offenceOn'.",
        "De deelnemer was nog niet geboren op de datum van de feiten: kijk 'birthOn' en 'offenceOn' na.";
    /// The participant was under 18 and the criteria do not allow that.
    ParticipantTooYoung { criteria: String } => RuleNotMet, at ["birthOn"],
        "The participant was under 18 on the offence date, which the criteria in force ({criteria}) do not allow: choose another measure.",
        "De deelnemer was jonger dan 18 op de datum van de feiten, wat de geldende criteria ({criteria}) niet toelaten: kies een andere maatregel.";
    /// Art. 216ter is not in the agreement.
    BasisNotAgreed => RuleNotMet, at ["basis"],
        "The cooperation agreement does not name art. 216ter: choose pretorian probation.",
        "De samenwerkingsovereenkomst noemt art. 216ter niet: kies pretoriaanse probatie.";

    /// The criteria are another parket's.
    CriteriaOfAnotherParket => InvalidInput, at ["criteriaVersion"],
        "These criteria are another parket's: use the version in force for this parket.",
        "Deze criteria zijn van een ander parket: gebruik de versie die voor dit parket geldt.";
    /// A criterion has no answer.
    CriterionUnanswered { criterion: String } => InvalidInput, at ["answers"],
        "The criterion '{criterion}' has no answer: answer every criterion, with Unknown where it is not known.",
        "Het criterium '{criterion}' is niet beantwoord: beantwoord elk criterium, met Onbekend waar het niet geweten is.";
    /// A criterion has two answers.
    CriterionAnsweredTwice { criterion: String } => InvalidInput, at ["answers"],
        "The criterion '{criterion}' is answered twice: answer it once.",
        "Het criterium '{criterion}' is twee keer beantwoord: beantwoord het één keer.";
    /// There is no such criterion.
    CriterionUnknown { criterion: String } => InvalidInput, at ["answers"],
        "There is no criterion '{criterion}' in this version: answer the criteria of the version only.",
        "Er is geen criterium '{criterion}' in deze versie: beantwoord enkel de criteria van de versie.";
    /// The decision differs from the computation without a reason.
    DecisionUnexplained { computed: EligibilityOutcome } => RuleNotMet, at ["reason"],
        "The answers compute to '{computed}' and the decision differs: say why in 'reason'.",
        "De antwoorden leiden tot '{computed}' en de beslissing wijkt af: zeg waarom in 'reason'.";

    /// A statement of the consent is not made.
    ConsentStatementsMissing => ConsentMissing, at ["factsNotDisputed"],
        "Consent needs both statements, facts not disputed and willing: without them, record the refusal with refuseConsent.",
        "Toestemming vergt beide verklaringen, feiten niet betwist en bereid: noteer anders de weigering met refuseConsent.";
    /// Somebody else has to declare consent.
    ConsentByAnother { expected: ConsentGiver } => ConsentMissing, at ["givenBy"],
        "In this dossier consent is declared by: {expected}. Record their declaration.",
        "In dit dossier wordt de toestemming gegeven door: {expected}. Noteer hun verklaring.";
    /// A sharing consent names nobody, or the museum itself.
    RecipientsInvalid => InvalidInput, at ["recipients"],
        "These recipients cannot be: name at least one, each once, and not Kazerne Dossin itself.",
        "Deze ontvangers kunnen niet: noem er minstens één, elk één keer, en niet Kazerne Dossin zelf.";
    /// A sharing consent expires before it is given.
    ExpiryBeforeConsent => InvalidDate, at ["expiresOn"],
        "The consent would expire before it is given: give a later 'expiresOn', or none.",
        "De toestemming zou vervallen voor ze gegeven is: geef een latere 'expiresOn', of geen.";
    /// There is no consent to share.
    SharingConsentMissing { recipient: OrganisationId } => ConsentMissing, at ["recipient"],
        "There is no consent to share with {recipient}: record it first with giveSharingConsent.",
        "Er is geen toestemming om te delen met {recipient}: noteer ze eerst met giveSharingConsent.";
    /// The consent to share has expired.
    SharingConsentExpired { expired_on: NaiveDate } => ConsentMissing, at ["recipient"],
        "The consent to share expired on {expired_on}: ask again and record it with giveSharingConsent.",
        "De toestemming tot delen verviel op {expired_on}: vraag ze opnieuw en noteer ze met giveSharingConsent.";
    /// The consent to share covers the advice only.
    SharingScopeTooNarrow => ConsentMissing, at ["number"],
        "The consent to share covers the advice only: assemble a bundle with the advice alone, or ask for wider consent.",
        "De toestemming tot delen dekt enkel het advies: stel een bundel samen met enkel het advies, of vraag ruimere toestemming.";
    /// There is no consent to share that could be withdrawn.
    NoSharingConsent => NotFound, at [],
        "There is no consent to share in this dossier: nothing can be withdrawn.",
        "Er is in dit dossier geen toestemming tot delen: er valt niets in te trekken.";
    /// There is no declaration to which evidence could belong.
    NothingToEvidence => WrongState, at [],
        "No consent or refusal is recorded yet: record it first with giveConsent, refuseConsent or giveSharingConsent.",
        "Er is nog geen toestemming of weigering genoteerd: noteer ze eerst met giveConsent, refuseConsent of giveSharingConsent.";
    /// A document reference is not one.
    DocumentInvalid { path: &'static str } => InvalidInput, at [path],
        "'{path}' is no document of at most 20 MiB with its SHA-256 (64 lower-case hex digits): upload it first.",
        "'{path}' is geen document van hoogstens 20 MiB met zijn SHA-256 (64 kleine hexcijfers): laad het eerst op.";

    /// The guide has not had the training.
    CompetenceNotAttested => RuleNotMet, at ["competenceAttested"],
        "No guide without the attested training: attest the competence, or choose another guide.",
        "Geen gids zonder geattesteerde opleiding: attesteer de bekwaamheid of kies een andere gids.";
    /// There is no guide to replace.
    NoGuideYet => WrongState, at [],
        "No guide is assigned yet: assign one with assignGuide.",
        "Er is nog geen gids toegewezen: wijs er een toe met assignGuide.";
    /// There is no such appointment.
    AppointmentNotFound => NotFound, at ["appointment"],
        "There is no such appointment in this dossier: look up its id in the dossier's appointments.",
        "Deze afspraak bestaat niet in dit dossier: zoek het id op bij de afspraken van het dossier.";
    /// The appointment does not stand any more.
    AppointmentNotPlanned => WrongState, at ["appointment"],
        "This appointment took place, was missed or was cancelled: plan a new one with planAppointment.",
        "Deze afspraak vond plaats, werd gemist of geannuleerd: plan een nieuwe met planAppointment.";
    /// No appointment stands.
    NothingPlanned => WrongState, at [],
        "No appointment is planned in this dossier: plan one with planAppointment.",
        "Er is in dit dossier geen afspraak gepland: plan er een met planAppointment.";
    /// An appointment for a step that is behind.
    StepIsBehind { kind: AppointmentKind } => AlreadyDone, at ["kind"],
        "'{kind}' lies behind in this dossier: plan an appointment for a step that is still to come.",
        "'{kind}' is in dit dossier voorbij: plan een afspraak voor een stap die nog komt.";
    /// A planned moment is not in the future.
    MomentPassed => InvalidDate, at ["startsAt"],
        "A planned moment lies in the future: give a later 'startsAt', or record what already took place.",
        "Een gepland moment ligt in de toekomst: geef een latere 'startsAt', of noteer wat al plaatsvond.";
    /// The appointment is still to come.
    AppointmentStillToCome => InvalidDate, at ["appointment"],
        "This appointment is still to come: it can be missed only after its moment; use cancelAppointment or moveAppointment.",
        "Deze afspraak moet nog komen: ze kan pas na het moment gemist zijn; gebruik cancelAppointment of moveAppointment.";
    /// A duration that cannot be.
    MinutesOutOfRange => InvalidInput, at ["minutes"],
        "A tour takes between 1 and 1440 minutes: check 'minutes'.",
        "Een rondleiding duurt tussen 1 en 1440 minuten: kijk 'minutes' na.";
    /// The talk was not on the day of the tour.
    NotTheSameDay { toured_on: NaiveDate } => RuleNotMet, at ["reasonNotSameDay"],
        "The in-depth talk is held on the day of the tour, {toured_on}: say why not in 'reasonNotSameDay'.",
        "Het verdiepend gesprek volgt op de dag van de rondleiding, {toured_on}: zeg in 'reasonNotSameDay' waarom niet.";
    /// A corrected day parts the tour from the talk.
    NoLongerTheSameDay { toured_on: NaiveDate, talked_on: NaiveDate } => RuleNotMet, at ["reasonNotSameDay"],
        "With this day the tour ({toured_on}) and the in-depth talk ({talked_on}) are not on one day: say why not in 'reasonNotSameDay', or check the day.",
        "Met deze dag vallen de rondleiding ({toured_on}) en het verdiepend gesprek ({talked_on}) niet op één dag: zeg in 'reasonNotSameDay' waarom niet, of kijk de dag na.";
    /// A revision without its reason.
    RevisionReasonMissing => RuleNotMet, at ["revisionReason"],
        "This was recorded already: give 'revisionReason' to revise it.",
        "Dit is al genoteerd: geef 'revisionReason' om het te herzien.";
    /// A reason to revise what is not there.
    NothingToRevise => WrongState, at ["revisionReason"],
        "There is nothing to revise yet: leave 'revisionReason' out.",
        "Er is nog niets te herzien: laat 'revisionReason' weg.";

    /// A bundle without pieces.
    PiecesMissing => InvalidInput, at ["pieces"],
        "A bundle has at least one piece: choose the pieces.",
        "Een bundel heeft minstens één stuk: kies de stukken.";
    /// A piece that is not what it says.
    PieceInvalid { sequence: u64, kind: PieceKind } => InvalidInput, at ["pieces"],
        "Event {sequence} of this dossier cannot be the piece '{kind}': choose the event that recorded it.",
        "Gebeurtenis {sequence} van dit dossier kan niet het stuk '{kind}' zijn: kies de gebeurtenis die het noteerde.";
    /// The same piece twice.
    PieceTwice { sequence: u64 } => InvalidInput, at ["pieces"],
        "Event {sequence} is in the bundle twice as the same piece: name it once.",
        "Gebeurtenis {sequence} staat twee keer als hetzelfde stuk in de bundel: noem het één keer.";
    /// After an end the bundle goes without advice.
    AdviceAfterEnd => RuleNotMet, at ["pieces"],
        "This dossier ended before its advice was delivered: assemble the bundle without the advice.",
        "Dit dossier eindigde voor het advies overgemaakt was: stel de bundel samen zonder het advies.";
    /// There is no bundle.
    NoBundle => WrongState, at [],
        "There is no up-to-date bundle: assemble one first with assembleBundle.",
        "Er is geen actuele bundel: stel er eerst een samen met assembleBundle.";
    /// There is no bundle with this number.
    BundleNotFound { number: u32 } => NotFound, at ["number"],
        "There is no bundle {number} in this dossier: look up its number.",
        "Er is geen bundel {number} in dit dossier: zoek het nummer op.";
    /// The bundle was overtaken by a revision, a correction or an annulment.
    BundleOutdated { number: u32 } => RuleNotMet, at ["number"],
        "Bundle {number} is out of date after a revision or correction: assemble the next one with assembleBundle.",
        "Bundel {number} is verouderd na een herziening of verbetering: stel de volgende samen met assembleBundle.";
    /// Nothing was handed over to this organisation.
    NothingDelivered { organisation: OrganisationId } => WrongState, at [],
        "No bundle that {organisation} has still to confirm was delivered: wait for deliverBundle.",
        "Er is geen bundel overgemaakt die {organisation} nog moet bevestigen: wacht op deliverBundle.";

    /// The dossier is offered to nobody who could take it.
    TransferToUnfit => InvalidInput, at ["to"],
        "A dossier is offered to another parket, not to the own one nor to Kazerne Dossin: choose the receiving parket.",
        "Een dossier wordt aan een ander parket aangeboden, niet aan het eigen noch aan Kazerne Dossin: kies het ontvangende parket.";
    /// Nothing was offered to this parket.
    TransferNotOffered => WrongState, at [],
        "This dossier was not offered to your parket: let the current parket offer it with offerTransfer.",
        "Dit dossier is niet aan uw parket aangeboden: laat het huidige parket het aanbieden met offerTransfer.";
    /// The coded reason does not fit the command.
    ReasonDoesNotFit { reason: EndReason } => InvalidInput, at ["reason"],
        "'{reason}' does not fit here: a dossier is closed as Completed, and stopped or reopened for another reason.",
        "'{reason}' past hier niet: een dossier wordt afgesloten als Voltooid, en om een andere reden stopgezet of heropend.";
    /// The reason "other" says nothing without a remark.
    RemarkMissing => RuleNotMet, at ["remark"],
        "The reason Other needs a remark: say what it is in 'remark'.",
        "De reden Andere vergt een opmerking: zeg in 'remark' wat het is.";

    /// There is no such event.
    EventNotFound { sequence: u64 } => NotFound, at ["sequence"],
        "There is no event {sequence} in this dossier (any more): look up its sequence in the history.",
        "Er is geen gebeurtenis {sequence} (meer) in dit dossier: zoek het volgnummer op in de geschiedenis.";
    /// The event has no such field, or one that is not corrected.
    FieldNotCorrectable { field: CorrectableField, event: TrajectoryEventKind } => RuleNotMet, at ["field"],
        "'{field}' of {event} cannot be corrected: choose another field; outcome, advice and consent have their own commands.",
        "'{field}' van {event} kan niet verbeterd worden: kies een ander veld; afloop, advies en toestemming hebben eigen opdrachten.";
    /// The value is of another kind than the field.
    ValueDoesNotFit { field: CorrectableField, takes: ValueShape } => InvalidInput, at ["value"],
        "The value does not fit '{field}': give it as '{takes}'.",
        "De waarde past niet bij '{field}': geef ze als '{takes}'.";
    /// The other of birth date and offence date cannot be read, so that the age cannot be checked.
    AgeUnknown => RuleNotMet, at ["value"],
        "The age on the offence date cannot be checked, because the other of the two days cannot be read: leave the day as it is.",
        "De leeftijd op de datum van de feiten kan niet nagegaan worden, want de andere datum is niet leesbaar: laat de datum zoals ze is.";
    /// With the corrected day another person had to consent than the one who did.
    ConsentNoLongerFits { expected: ConsentGiver } => RuleNotMet, at ["value"],
        "With this day the consent is to be declared by: {expected}. Somebody else declared it: annul it with annulStep or record its withdrawal with withdrawConsent, correct the day, and record their declaration.",
        "Met deze datum wordt de toestemming gegeven door: {expected}. Iemand anders gaf ze: annuleer ze met annulStep of noteer de intrekking met withdrawConsent, verbeter de datum en noteer hun verklaring.";
    /// The other side recorded it.
    RecordedByAnother => NotYourOrganisation, at ["sequence"],
        "Another organisation or role recorded this: ask them to correct or annul it.",
        "Een andere organisatie of rol heeft dit genoteerd: vraag hen om het te verbeteren of te annuleren.";
    /// Only the latest step can be annulled.
    NotTheLatestStep { latest: u64 } => RuleNotMet, at ["sequence"],
        "Only the latest step, event {latest}, can be annulled: annul it first, or correct this one with correctFact.",
        "Enkel de laatste stap, gebeurtenis {latest}, kan geannuleerd worden: annuleer die eerst, of verbeter deze met correctFact.";
    /// The latest step stays.
    StepStays => RuleNotMet, at [],
        "The latest step can no longer be annulled: retract a request, correct what was delivered, or reopen what was ended.",
        "De laatste stap kan niet meer geannuleerd worden: trek een aanvraag in, verbeter wat overgemaakt is, of heropen wat beëindigd is.";
    /// The right person must be a new subject.
    SubjectNotNew => InvalidInput, at ["subject"],
        "The right person needs a subject of their own: give a new one.",
        "De juiste persoon heeft een eigen betrokkene-id nodig: geef een nieuw.";
    /// A subject cannot be linked to itself.
    LinkToItself => InvalidInput, at ["otherSubject"],
        "A subject is not linked to itself: give the subject of the other dossier.",
        "Een betrokkene wordt niet aan zichzelf gekoppeld: geef de betrokkene van het andere dossier.";
    /// There is no such link.
    LinkNotFound => NotFound, at ["otherSubject"],
        "No such link was made in this dossier: undo it in the dossier in which it was made (linkedSubjects, madeHere), or look up the link.",
        "In dit dossier is geen zulke koppeling gemaakt: hef ze op in het dossier waarin ze gemaakt is (linkedSubjects, madeHere), of zoek de koppeling op.";
    /// Nobody has to be told of anything.
    NobodyToTell => WrongState, at [],
        "No recipient is still to be told of a correction, erasure or restriction in this dossier: nothing is left to do.",
        "In dit dossier moet geen ontvanger nog verwittigd worden van een verbetering, wissing of beperking: er hoeft niets meer.";
    /// This recipient has not to be told of this.
    TellingNotFound { recipient: OrganisationId, sequence: u64 } => NotFound, at ["recipient"],
        "{recipient} has not to be told of event {sequence}: look up who has in disclosuresToTell.",
        "{recipient} moet niet verwittigd worden van gebeurtenis {sequence}: zoek op in disclosuresToTell wie wel.";
    /// There is no restriction or hold at all.
    NothingToLift { command: TrajectoryCommandKind } => WrongState, at [],
        "'{command}': none stands in this dossier; restrictProcessing and placeLegalHold make one.",
        "'{command}': er geldt er geen in dit dossier; restrictProcessing en placeLegalHold leggen er een op.";
    /// A legal hold stands.
    OnHold => LegalHold, at [],
        "A legal hold stands, so nothing may be erased: have the hold lifted first (liftLegalHold) when its ground is gone.",
        "Er geldt een bewaringsplicht, dus er mag niets gewist worden: laat ze eerst opheffen (liftLegalHold) als haar grond weg is.";
    /// Restriction comes before erasure.
    RestrictionFirst => RuleNotMet, at [],
        "Restriction comes before erasure: restrict the processing first with restrictProcessing, on the ground 'PendingErasure'.",
        "Beperking komt voor wissing: beperk eerst de verwerking met restrictProcessing, op grond van 'PendingErasure'.";
    /// The dossier holds nothing of this subject.
    SubjectNotHere => NotFound, at ["subject"],
        "This dossier holds no data of this subject: give the subject of the dossier, or the one that was replaced.",
        "Dit dossier bevat geen gegevens van deze betrokkene: geef de betrokkene van het dossier, of wie vervangen werd.";
    /// Nobody asked for an erasure.
    ErasureNotRequested => WrongState, at [],
        "No erasure waits for an answer: compliance asks for it first with requestErasure.",
        "Er wacht geen wissing op antwoord: compliance vraagt ze eerst met requestErasure.";
    /// Who asked does not decide.
    AskedBySamePerson => SeparationOfDuties, at [],
        "You asked for this erasure yourself: another person has to confirm or refuse it.",
        "U hebt deze wissing zelf gevraagd: iemand anders moet ze bevestigen of weigeren.";
    /// The key of somebody whose erasure nobody confirmed is not destroyed.
    ErasureNotConfirmed => WrongState, at [],
        "No confirmed erasure waits for its key to be destroyed: confirm one first with confirmErasure.",
        "Er wacht geen bevestigde wissing op vernietiging van haar sleutel: bevestig er eerst een met confirmErasure.";
    /// There is no restriction or hold on this ground.
    GroundNotFound { ground: RestrictionGround } => NotFound, at ["ground"],
        "There is no restriction or hold on the ground '{ground}': lift one that stands.",
        "Er is geen beperking of bewaringsplicht op grond van '{ground}': hef er een op die geldt.";
}

impl TrajectoryRejection {
    /// The command does not fit where the dossier stands.
    pub(super) fn wrong_state(command: TrajectoryCommandKind, status: TrajectoryStatus) -> Self {
        Self::WrongState { command, status, next: NextStep(status) }
    }

    /// What was asked has happened.
    pub(super) fn already_done(command: TrajectoryCommandKind) -> Self {
        Self::AlreadyDone { command, remedy: Remedy(command) }
    }

    /// The value has not the shape that this field takes.
    pub(super) fn value_does_not_fit(field: CorrectableField) -> Self {
        Self::ValueDoesNotFit { field, takes: ValueShape::of(field) }
    }
}

impl std::fmt::Display for TrajectoryRejection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.sentence(Language::En))
    }
}

impl std::error::Error for TrajectoryRejection {}
