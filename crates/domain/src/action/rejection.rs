//! Why a plan action says no, and what to do instead.

use chrono::NaiveDate;

use super::command::ActionCommandKind;
use super::event::{ActionNumber, Competence, PolicyDomainCode, RowState};
use super::figures::{LARGEST_INDICATOR, MOST_FTE_HUNDREDTHS, YEARS_PLANNED_AHEAD};
use crate::kernel::{Cents, HalfYear, Label, Language, OrganisationId, Refusal, RefusalCode, Role, hundredths, whole};

/// A refusal of a plan action.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each variant has its sentence")]
pub enum ActionRejection {
    /// Another role does this.
    #[error("A {} cannot do this ({}): ask the action plan coordinator.", role.label(Language::En), kind.label(Language::En))]
    NotYourRole { role: Role, kind: ActionCommandKind },
    /// Another domain's competence.
    #[error("{organisation} reports only under its own competences: leave this to the contact of that policy domain.")]
    NotYourCompetence { organisation: OrganisationId },
    /// A competence under a domain it does not fall under.
    #[error("{} falls under {}: leave it to the contact of that policy domain, or ask the action plan coordinator to report it under another one first.",
        competence.code, competence.policy_domain)]
    CompetenceElsewhere { competence: Competence },
    /// A competence in another spelling.
    #[error("'{given}' is written '{known}' here: write it so.")]
    CompetenceWritten { given: String, known: String },
    /// Not there.
    #[error("There is no such action: define it first.")]
    NotDefined,
    /// Defined before.
    #[error("This action was defined before: revise it.")]
    AlreadyDefined,
    /// No such chapter.
    #[error("The plan has no chapter {chapter}: give the action a number in one of its chapters.")]
    NoSuchChapter { chapter: u16 },
    /// Plan and number are its identity.
    #[error("This is action {number} of its plan: define another action instead of renumbering it.")]
    PlaceInPlanChanged { number: ActionNumber },
    /// Not its own predecessor.
    #[error("An action cannot continue itself: name the action of an earlier plan.")]
    ContinuesItself,
    /// A text that has to be there.
    #[error("{what} is empty: fill it in.")]
    TextMissing { what: &'static str },
    /// A title that cannot be read by everybody.
    #[error(
        "The title is read by everybody who reads the plan, and tells '{quote}': write it without counts of 1 to 4 persons, without figures on learning trajectories and without saying that there were none (geen, zonder, niemand)."
    )]
    TitleTellsTooMuch { quote: String },
    /// A text that does not fit.
    #[error("This is {bytes} bytes long and at most {} fit: split it over several rows.", super::MAX_EVENT_BYTES)]
    TextTooLong { bytes: usize },
    /// Back without saying why.
    #[error("The status would step back: give the reason.")]
    BackwardsWithoutReason,
    /// Statuses follow each other.
    #[error(
        "The status it follows holds since {since} (report {half_year}): give that day and half-year, or later ones."
    )]
    StatusOutOfOrder { since: NaiveDate, half_year: HalfYear },
    /// An earlier day of a status is told in the report where it stands.
    #[error(
        "This status stands in the report of {half_year} already: give that half-year, or an earlier one, with the earlier day."
    )]
    StatusInReport { half_year: HalfYear },
    /// In an earlier report a status does not hold from a later day than in the one where it stands.
    #[error("This status holds since {since} already: give that day, or an earlier one, with the earlier half-year.")]
    StatusSince { since: NaiveDate },
    /// So on that day, and otherwise since.
    #[error("This was so on that day already, until {until}: give {until} or a later day to say that it is so again.")]
    WasSoUntil { until: NaiveDate },
    /// Nothing ends before it began.
    #[error("This began on {since} only: give that day, as if it had never been, or a later one.")]
    BeginsLater { since: NaiveDate },
    /// Before there was any plan.
    #[error("{on} lies before the first action plan ({}): look whether the year is right.", super::FIRST_YEAR)]
    BeforePlans { on: NaiveDate },
    /// One domain coordinates.
    #[error("{code} coordinates this action: end that responsibility first.")]
    CoordinatorTaken { code: PolicyDomainCode },
    /// One domain coordinated then.
    #[error("{code} coordinated this action until {until}: give that day or a later one.")]
    CoordinatorThen { code: PolicyDomainCode, until: NaiveDate },
    /// Not responsible.
    #[error("This minister or policy domain is not responsible for the action: nothing is left to end.")]
    NotResponsible,
    /// Not involved.
    #[error("This party is not involved in the action: nothing is left to remove.")]
    NotAPartner,
    /// What happened lies in the past.
    #[error("{on} lies in the future (today is {today}): record it once it has happened.")]
    InFuture { on: NaiveDate, today: NaiveDate },
    /// Not yet.
    #[error("{half_year} has not begun: report on it once it has.")]
    HalfYearAhead { half_year: HalfYear },
    /// A row or figure keeps its half-year.
    #[error("This belongs to the report of {half_year}: report on another half-year in a row of its own.")]
    OtherHalfYear { half_year: HalfYear },
    /// Two rows, one place.
    #[error("Place {place} is taken by another row of this half-year: choose the next one.")]
    PlaceTaken { place: u16 },
    /// One competence, twice.
    #[error("A competence was named twice in this row: name each once.")]
    CompetenceTwice,
    /// No text.
    #[error("The row has no text: write it, or declare that there is nothing to report.")]
    RowEmpty,
    /// No such row.
    #[error("There is no such report row: write it first.")]
    NoSuchRow,
    /// The row is there.
    #[error("This row exists already: give the new row an id of its own.")]
    RowExists,
    /// Not in this state.
    #[error("This cannot be done while the row is '{}': a submitted or accepted row is first sent back, a draft first submitted.",
        state.label(Language::En))]
    RowInState { state: RowState },
    /// Nothing to take over.
    #[error("The earlier row has no text to carry forward: write the new row.")]
    NothingToCarry,
    /// Carried to the past.
    #[error("Text is carried forward to a half-year after {half_year}: choose a later one.")]
    CarriedBackwards { half_year: HalfYear },
    /// An amount of nothing.
    #[error("An amount is more than 0 cents: an action on regular means has no budget entry.")]
    AmountNotPositive,
    /// An amount nobody has.
    #[error("An amount is at most {}: look whether a digit was typed too many, or whether it was meant in cents.",
        Cents::MOST.printed(Language::En))]
    AmountTooLarge,
    /// Means of nothing.
    #[error("0 full-time equivalents are no means: leave the entry out.")]
    NothingReported,
    /// More people than there are.
    #[error("At most {} full-time equivalents are one entry: look whether a digit was typed too many, or whether they were meant in hundredths.",
        hundredths(MOST_FTE_HUNDREDTHS.into(), Language::En))]
    MeansTooLarge,
    /// Not a count.
    #[error(
        "The value of an indicator is from 0 to {} (a mean in hundredths): correct it, or say that it is not known.",
        whole(LARGEST_INDICATOR, Language::En)
    )]
    ValueOutOfBounds,
    /// Counted before it happened.
    #[error("{as_of} lies in the future (today is {today}): report it as planned, or once it has happened.")]
    RealisedAhead { as_of: NaiveDate, today: NaiveDate },
    /// On a day that is none of the report's.
    #[error("{as_of} is no day to count up to in the report of {half_year}: give one from {} to {}, and look whether the year is right.",
        super::FIRST_YEAR, half_year.year() + YEARS_PLANNED_AHEAD)]
    AsOfOutOfBounds { as_of: NaiveDate, half_year: HalfYear },
    /// A circle of parts.
    #[error("This indicator would be part of one of its own parts: name the one that holds both, or leave it out.")]
    PartOfItsPart,
    /// Out of the row with which it is accepted.
    #[error(
        "What was reported with a row is accepted with that row: leave it in a row, or ask the action plan coordinator to take it out."
    )]
    RowTakenAway,
    /// Nobody would accept it.
    #[error(
        "What a domain contact reports is accepted with a report row: name a row that is not accepted yet, or ask the action plan coordinator to record this."
    )]
    RowNotNamed,
    /// Nobody would accept what is changed in it.
    #[error(
        "This stands in no report row, so nobody would accept what is changed in it: ask the action plan coordinator to record this."
    )]
    StandsInNoRow,
    /// Told already.
    #[error("The row is '{}', so what stands in it is told: {}.", state.label(Language::En), way_out_of(*state, Language::En))]
    RowTold { state: RowState },
    /// Told already, and there to be written.
    #[error("The row is '{}', so what stands in it is told: write the row first{}.",
        state.label(Language::En), or_recorded(*state, Language::En))]
    RowUnwritten { state: RowState },
    /// Figures in a row that says nothing.
    #[error(
        "An amount, means, a mention of funding or an indicator stands in this row: report a text, or have what stands in it taken out of the row first."
    )]
    RowHoldsFigures,
    /// A figure in a row that says nothing.
    #[error(
        "This row says that there is nothing to report, so no amount, means, mention of funding or indicator stands in it: write the row first, or name another one."
    )]
    RowSaysNothing,
    /// Figures that were told, in a row that would wait again.
    #[error(
        "The row is '{}', and an amount, means, a mention of funding or an indicator in it is told: ask the action plan coordinator to write the row again.",
        state.label(Language::En)
    )]
    RowFiguresTold { state: RowState },
    /// Ends before it begins.
    #[error("The period's last day lies before its first day: exchange or correct the dates.")]
    PeriodReversed,
    /// Reported before.
    #[error("This entry was reported before: correct it instead.")]
    EntryExists,
    /// No such entry.
    #[error("This action has no such entry: report that entry first.")]
    NoSuchEntry,
    /// Amounts of several reports.
    #[error(
        "That entry stands in the report of {half_year}, and each report is added up by itself: name an entry of the same report."
    )]
    EntryElsewhere { half_year: HalfYear },
    /// Amounts that point at each other.
    #[error(
        "That entry counts only through this one, and neither would be in any sum: name the entry that counts, or leave it out."
    )]
    CountsThroughIt,
    /// A duplicate of a duplicate.
    #[error("That entry is itself marked as a possible duplicate: name the entry that stands first.")]
    DuplicateOfDuplicate,
    /// Its own duplicate.
    #[error("An entry cannot be the duplicate of itself: name the entry that stands first.")]
    DuplicateOfItself,
    /// One of several commands.
    #[error("Step {}: {refused}", index + 1)]
    InStep { index: usize, refused: Box<ActionRejection> },
}

impl Refusal for ActionRejection {
    fn code(&self) -> RefusalCode {
        match self {
            Self::NotYourRole { .. } => RefusalCode::NotYourRole,
            Self::NotYourCompetence { .. } | Self::CompetenceElsewhere { .. } => RefusalCode::NotYourOrganisation,
            Self::NotDefined | Self::NoSuchRow | Self::NoSuchEntry => RefusalCode::NotFound,
            Self::AlreadyDefined | Self::RowExists | Self::EntryExists => RefusalCode::AlreadyDone,
            Self::RowInState { .. } | Self::NotResponsible | Self::NotAPartner | Self::NothingToCarry => {
                RefusalCode::WrongState
            }
            Self::BackwardsWithoutReason
            | Self::CoordinatorTaken { .. }
            | Self::TitleTellsTooMuch { .. }
            | Self::RowTakenAway
            | Self::RowNotNamed
            | Self::StandsInNoRow
            | Self::RowUnwritten { .. }
            | Self::RowTold { .. }
            | Self::RowHoldsFigures
            | Self::RowSaysNothing
            | Self::RowFiguresTold { .. } => RefusalCode::RuleNotMet,
            Self::TextTooLong { .. } => RefusalCode::TextTooLong,
            Self::StatusOutOfOrder { .. }
            | Self::StatusInReport { .. }
            | Self::StatusSince { .. }
            | Self::WasSoUntil { .. }
            | Self::BeginsLater { .. }
            | Self::BeforePlans { .. }
            | Self::CoordinatorThen { .. }
            | Self::InFuture { .. }
            | Self::HalfYearAhead { .. }
            | Self::CarriedBackwards { .. }
            | Self::RealisedAhead { .. }
            | Self::AsOfOutOfBounds { .. }
            | Self::PeriodReversed => RefusalCode::InvalidDate,
            Self::PlaceInPlanChanged { .. }
            | Self::NoSuchChapter { .. }
            | Self::ContinuesItself
            | Self::TextMissing { .. }
            | Self::OtherHalfYear { .. }
            | Self::PlaceTaken { .. }
            | Self::CompetenceTwice
            | Self::CompetenceWritten { .. }
            | Self::RowEmpty
            | Self::AmountNotPositive
            | Self::AmountTooLarge
            | Self::NothingReported
            | Self::MeansTooLarge
            | Self::ValueOutOfBounds
            | Self::PartOfItsPart
            | Self::EntryElsewhere { .. }
            | Self::CountsThroughIt
            | Self::DuplicateOfDuplicate
            | Self::DuplicateOfItself => RefusalCode::InvalidInput,
            Self::InStep { refused, .. } => refused.code(),
        }
    }

    fn path(&self) -> Vec<String> {
        let field = match self {
            Self::TextMissing { what } => what,
            Self::PlaceInPlanChanged { .. } | Self::NoSuchChapter { .. } => "number",
            Self::TitleTellsTooMuch { .. } => "title",
            Self::ContinuesItself => "continues",
            Self::BackwardsWithoutReason => "reason",
            Self::CoordinatorTaken { .. } => "coordinator",
            Self::HalfYearAhead { .. }
            | Self::OtherHalfYear { .. }
            | Self::CarriedBackwards { .. }
            | Self::StatusInReport { .. } => "period",
            Self::PlaceTaken { .. } => "place",
            Self::CompetenceTwice => "competences",
            Self::RowEmpty => "blocks",
            Self::AmountNotPositive | Self::AmountTooLarge => "amount",
            Self::NothingReported | Self::MeansTooLarge => "fteHundredths",
            Self::ValueOutOfBounds => "value",
            Self::RealisedAhead { .. } | Self::AsOfOutOfBounds { .. } => "asOf",
            Self::PartOfItsPart => "partOf",
            Self::RowTakenAway
            | Self::RowNotNamed
            | Self::StandsInNoRow
            | Self::RowUnwritten { .. }
            | Self::RowTold { .. }
            | Self::RowHoldsFigures
            | Self::RowSaysNothing
            | Self::RowFiguresTold { .. } => "row",
            Self::PeriodReversed => "covers",
            Self::DuplicateOfItself | Self::DuplicateOfDuplicate => "possibleDuplicateOf",
            Self::InStep { index, refused } => {
                return ["commands".to_owned(), index.to_string()].into_iter().chain(refused.path()).collect();
            }
            Self::NotYourRole { .. }
            | Self::NotYourCompetence { .. }
            | Self::CompetenceElsewhere { .. }
            | Self::CompetenceWritten { .. }
            | Self::NotDefined
            | Self::AlreadyDefined
            | Self::TextTooLong { .. }
            | Self::StatusOutOfOrder { .. }
            | Self::StatusSince { .. }
            | Self::WasSoUntil { .. }
            | Self::BeginsLater { .. }
            | Self::BeforePlans { .. }
            | Self::CoordinatorThen { .. }
            | Self::NotResponsible
            | Self::NotAPartner
            | Self::InFuture { .. }
            | Self::NoSuchRow
            | Self::RowExists
            | Self::RowInState { .. }
            | Self::NothingToCarry
            | Self::EntryExists
            | Self::EntryElsewhere { .. }
            | Self::CountsThroughIt
            | Self::NoSuchEntry => return Vec::new(),
        };
        vec![field.to_owned()]
    }

    fn message_nl(&self) -> String {
        match self {
            Self::NotYourRole { role, kind } => format!(
                "Dit ({}) kan niet als {}; vraag het aan de coördinator van het actieplan.",
                kind.label(Language::Nl),
                role.label(Language::Nl)
            ),
            Self::NotYourCompetence { organisation } => format!(
                "{organisation} rapporteert alleen onder de eigen bevoegdheden; laat dit aan het aanspreekpunt van dat beleidsdomein."
            ),
            Self::CompetenceElsewhere { competence } => format!(
                "{} valt onder {}; laat dit aan het aanspreekpunt van dat beleidsdomein, of vraag de coördinator van het actieplan om er eerst onder een ander domein over te rapporteren.",
                competence.code, competence.policy_domain
            ),
            Self::CompetenceWritten { given, known } => format!("‘{given}’ heet hier ‘{known}’; schrijf het zo."),
            Self::NotDefined => "Deze actie bestaat nog niet; bepaal ze eerst.".into(),
            Self::AlreadyDefined => "Deze actie is al bepaald; herzie ze.".into(),
            Self::NoSuchChapter { chapter } => {
                format!("Het plan heeft geen hoofdstuk {chapter}; geef de actie een nummer in een van zijn hoofdstukken.")
            }
            Self::PlaceInPlanChanged { number } => {
                format!("Dit is actie {number} van haar plan; bepaal een andere actie in plaats van ze te hernummeren.")
            }
            Self::ContinuesItself => {
                "Een actie kan zichzelf niet voortzetten; noem de actie van een vroeger plan.".into()
            }
            Self::TextMissing { what } => format!("Het veld '{what}' is leeg; vul het in."),
            Self::TitleTellsTooMuch { quote } => format!(
                "De titel wordt gelezen door iedereen die het plan leest, en vertelt ‘{quote}’; schrijf hem zonder aantallen van 1 tot 4 personen, zonder cijfers over leertrajecten en zonder te zeggen dat iets daarvan er niet was (geen, zonder, niemand)."
            ),
            Self::TextTooLong { bytes } => {
                format!(
                    "Dit telt {bytes} bytes en er passen er {}; verdeel het over meer rijen.",
                    super::MAX_EVENT_BYTES
                )
            }
            Self::BackwardsWithoutReason => "De status zou een stap teruggaan; geef de reden.".into(),
            Self::StatusOutOfOrder { since, half_year } => {
                format!(
                    "De status die eraan voorafgaat geldt sinds {since} (rapport {half_year}); geef die dag en dat halfjaar op, of latere."
                )
            }
            Self::StatusInReport { half_year } => format!(
                "Deze status staat al in het rapport van {half_year}; geef bij de vroegere dag dat halfjaar op, of een vroeger."
            ),
            Self::StatusSince { since } => {
                format!("Deze status geldt al sinds {since}; geef bij het vroegere halfjaar die dag op, of een vroegere.")
            }
            Self::WasSoUntil { until } => {
                format!("Dit was op die dag al zo, tot {until}; geef {until} of een latere dag op als het opnieuw zo is.")
            }
            Self::BeginsLater { since } => {
                format!("Dit begon pas op {since}; geef die dag op, alsof het nooit zo was, of een latere.")
            }
            Self::BeforePlans { on } => {
                format!("{on} ligt voor het eerste actieplan ({}); kijk na of het jaar klopt.", super::FIRST_YEAR)
            }
            Self::CoordinatorTaken { code } => {
                format!("{code} coördineert deze actie; beëindig eerst die verantwoordelijkheid.")
            }
            Self::CoordinatorThen { code, until } => {
                format!("{code} coördineerde deze actie tot {until}; geef die dag of een latere op.")
            }
            Self::NotResponsible => "Deze minister of dit beleidsdomein is niet verantwoordelijk voor de actie.".into(),
            Self::NotAPartner => "Deze partij is niet bij de actie betrokken.".into(),
            Self::InFuture { on, today } => {
                format!("{on} ligt in de toekomst (vandaag is {today}); noteer het nadat het gebeurd is.")
            }
            Self::HalfYearAhead { half_year } => {
                format!("{half_year} is nog niet begonnen; rapporteer erover zodra het zover is.")
            }
            Self::OtherHalfYear { half_year } => {
                format!(
                    "Dit hoort bij het rapport van {half_year}; rapporteer over een ander halfjaar in een eigen rij."
                )
            }
            Self::PlaceTaken { place } => {
                format!("Plaats {place} is ingenomen door een andere rij van dit halfjaar; kies de volgende.")
            }
            Self::CompetenceTwice => {
                "Een bevoegdheid staat tweemaal in deze rij; noem elke bevoegdheid één keer.".into()
            }
            Self::RowEmpty => "De rij heeft geen tekst; schrijf ze, of meld dat er niets te melden is.".into(),
            Self::NoSuchRow => "Deze rij bestaat niet; schrijf ze eerst.".into(),
            Self::RowExists => "Deze rij bestaat al; geef de nieuwe rij een eigen id.".into(),
            Self::RowInState { state } => format!(
                "Dit kan niet zolang de rij de status '{}' heeft; een ingediende of aanvaarde rij gaat eerst terug, een concept wordt eerst ingediend.",
                state.label(Language::Nl)
            ),
            Self::NothingToCarry => "De vroegere rij heeft geen tekst om over te nemen; schrijf de nieuwe rij.".into(),
            Self::CarriedBackwards { half_year } => {
                format!("Tekst wordt overgenomen naar een halfjaar na {half_year}; kies een later halfjaar.")
            }
            Self::AmountNotPositive => {
                "Een bedrag is meer dan 0 cent; een actie met reguliere middelen heeft geen budgetlijn.".into()
            }
            Self::AmountTooLarge => format!(
                "Een bedrag is hoogstens {}; kijk na of er een cijfer te veel staat, en of het in cent bedoeld was.",
                Cents::MOST.printed(Language::Nl)
            ),
            Self::NothingReported => "0 voltijdsequivalenten zijn geen middelen; laat de lijn weg.".into(),
            Self::MeansTooLarge => format!(
                "Een lijn telt hoogstens {} voltijdsequivalenten; kijk na of er een cijfer te veel staat, en of het in honderdsten bedoeld was.",
                hundredths(MOST_FTE_HUNDREDTHS.into(), Language::Nl)
            ),
            Self::ValueOutOfBounds => format!(
                "De waarde van een indicator is 0 tot {} (een gemiddelde in honderdsten); verbeter ze, of zeg dat ze niet bekend is.",
                whole(LARGEST_INDICATOR, Language::Nl)
            ),
            Self::RealisedAhead { as_of, today } => {
                format!("{as_of} ligt in de toekomst (vandaag is {today}); meld het als gepland, of later.")
            }
            Self::AsOfOutOfBounds { as_of, half_year } => format!(
                "{as_of} is geen dag voor een stand in het rapport van {half_year}; geef een dag van {} tot en met {}, en kijk na of het jaar klopt.",
                super::FIRST_YEAR,
                half_year.year() + YEARS_PLANNED_AHEAD
            ),
            Self::PartOfItsPart => {
                "Deze indicator zou deel zijn van een eigen deel; noem wat beide bevat, of laat het weg.".into()
            }
            Self::RowTakenAway => {
                "Dit wordt met een rij aanvaard; laat het erin staan, of vraag het aan de coördinator.".into()
            }
            Self::RowNotNamed => {
                "Wat een aanspreekpunt rapporteert, wordt met een rij aanvaard; noem een rij die nog niet aanvaard is, of vraag de coördinator van het actieplan om het te noteren.".into()
            }
            Self::StandsInNoRow => {
                "Dit staat in geen rij, en niemand zou dus aanvaarden wat eraan verandert; vraag de coördinator van het actieplan om het te noteren.".into()
            }
            Self::RowTold { state } => format!(
                "De rij is ‘{}’, en wat erin staat is dus verteld; {}.",
                state.label(Language::Nl),
                way_out_of(*state, Language::Nl)
            ),
            Self::RowUnwritten { state } => format!(
                "De rij is ‘{}’, en wat erin staat is dus verteld; schrijf eerst de rij{}.",
                state.label(Language::Nl),
                or_recorded(*state, Language::Nl)
            ),
            Self::RowHoldsFigures => {
                "In deze rij staat een bedrag, een middel, een vermelding van financiering of een indicator; rapporteer een tekst, of laat wat erin staat eerst uit de rij halen.".into()
            }
            Self::RowSaysNothing => {
                "Deze rij zegt dat er niets te melden is; er staat dus geen bedrag, middel, vermelding van financiering of indicator in; schrijf eerst de rij, of noem een andere.".into()
            }
            Self::RowFiguresTold { state } => format!(
                "De rij is ‘{}’, en een bedrag, middel, vermelding van financiering of indicator erin is verteld; vraag de coördinator van het actieplan om de rij opnieuw te schrijven.",
                state.label(Language::Nl)
            ),
            Self::PeriodReversed => "De laatste dag van de periode ligt voor de eerste; verbeter de data.".into(),
            Self::EntryExists => "Deze lijn is al gerapporteerd; verbeter ze.".into(),
            Self::NoSuchEntry => "Deze actie heeft zo geen lijn; rapporteer die eerst.".into(),
            Self::EntryElsewhere { half_year } => format!(
                "Die lijn staat in het rapport van {half_year}, en elk rapport wordt apart opgeteld; noem een lijn van hetzelfde rapport."
            ),
            Self::CountsThroughIt => {
                "Die lijn telt alleen mee via deze, en geen van beide zou in een som staan; noem de lijn die meetelt, of laat het weg.".into()
            }
            Self::DuplicateOfDuplicate => {
                "Die lijn is zelf gemarkeerd als mogelijk dubbel; noem de lijn die het eerst voorkomt.".into()
            }
            Self::DuplicateOfItself => {
                "Een lijn kan geen dubbel van zichzelf zijn; noem de lijn die het eerst voorkomt.".into()
            }
            Self::InStep { index, refused } => format!("Stap {}: {}", index + 1, refused.message_nl()),
        }
    }
}

/// What a domain contact can ask about a row that is told: one without its text is not sent back, and in one that says nothing
/// nobody records a figure.
fn way_out_of(state: RowState, language: Language) -> &'static str {
    let (en, nl) = match state {
        RowState::NotCarriedOver => (
            "ask the action plan coordinator to record this",
            "vraag de coördinator van het actieplan om dit te noteren",
        ),
        RowState::NothingToReport => (
            "ask the action plan coordinator to send the row back",
            "vraag de coördinator van het actieplan om ze terug te sturen",
        ),
        RowState::Accepted | RowState::Draft | RowState::Submitted | RowState::Returned => (
            "ask the action plan coordinator to send the row back or to record this",
            "vraag de coördinator van het actieplan om ze terug te sturen of om dit te noteren",
        ),
    };
    match language {
        Language::En => en,
        Language::Nl => nl,
    }
}

/// What else a domain contact can ask where a row is to be written first: in one that says nothing nobody records a figure.
fn or_recorded(state: RowState, language: Language) -> &'static str {
    match (state, language) {
        (RowState::NothingToReport, _) => "",
        (_, Language::En) => ", or ask the action plan coordinator to record this",
        (_, Language::Nl) => ", of vraag de coördinator van het actieplan om dit te noteren",
    }
}
