//! The closed lists of a learning trajectory, with the labels people read.

use crate::kernel::labelled;

labelled! {
    /// Where a dossier stands. The parket's outcome is not a state of the museum's part.
    pub enum TrajectoryStatus {
        Drafted = "Concept", "Draft";
        Requested = "Aangevraagd", "Requested";
        Eligible = "Komt in aanmerking", "Eligible";
        Ineligible = "Komt niet in aanmerking", "Ineligible";
        Consented = "Toestemming gegeven", "Consented";
        Refused = "Geweigerd", "Refused";
        Prepared = "Voorbereid", "Prepared";
        Toured = "Rondleiding gevolgd", "Toured";
        Deepened = "Verdiepend gesprek gevoerd", "In-depth talk held";
        Reflected = "Reflectie ingediend", "Reflected";
        Advised = "Advies uitgebracht", "Advised";
        Delivered = "Overgemaakt aan parket", "Delivered";
        Closed = "Afgesloten", "Closed";
        Withdrawn = "Toestemming ingetrokken", "Consent withdrawn";
        Retracted = "Aanvraag ingetrokken", "Request retracted";
        Discontinued = "Stopgezet", "Discontinued";
        OpenedInError = "Onterecht geopend", "Opened in error";
    }
}

labelled! {
    /// Whose move it is.
    pub enum WaitingFor {
        ParketJurist = "Parketjurist", "Prosecution jurist";
        Prosecutor = "Parketmagistraat", "Prosecutor";
        Participant = "Deelnemer", "Participant";
        MuseumCoordinator = "Projectmedewerker leertrajecten", "Museum coordinator";
        Guide = "Gids", "Guide";
        Nobody = "Niemand", "Nobody";
    }
}

labelled! {
    /// The ground on which the parket offers the trajectory.
    pub enum RequestBasis {
        PretorianProbation = "Pretoriaanse probatie", "Pretorian probation";
        Article216ter = "Bemiddeling en maatregelen (art. 216ter Sv.)", "Mediation and measures (art. 216ter)";
    }
}

labelled! {
    /// The family of law the offence belongs to.
    pub enum OffenceFamily {
        Antiracism = "Antiracismewet", "Antiracism act";
        Antidiscrimination = "Antidiscriminatiewet", "Antidiscrimination act";
        Negationism = "Negationismewet", "Negationism act";
        CommonLawHateCrime = "Gemeenrechtelijk haatmisdrijf", "Common-law hate crime";
    }
}

labelled! {
    /// Whether a criterion's statement holds for the dossier, as known.
    pub enum CriterionAnswer {
        Met = "Voldaan", "Met";
        NotMet = "Niet voldaan", "Not met";
        Unknown = "Onbekend", "Unknown";
    }
}

labelled! {
    /// The outcome of an eligibility assessment.
    pub enum EligibilityOutcome {
        Eligible = "Komt in aanmerking", "Eligible";
        Ineligible = "Komt niet in aanmerking", "Ineligible";
    }
}

labelled! {
    /// Who declares consent: the participant, or the guardians of a participant under age.
    pub enum ConsentGiver {
        Participant = "Deelnemer", "Participant";
        Guardians = "Voogden of ouders", "Guardians";
    }
}

labelled! {
    /// What a sharing consent covers.
    pub enum SharingScope {
        Advice = "Gemotiveerd advies", "Reasoned advice";
        Bundle = "Volledige bundel", "Complete bundle";
    }
}

labelled! {
    /// What kind of evidence of consent a document is.
    pub enum EvidenceKind {
        SignedPaper = "Ondertekend papier (ingescand)", "Signed paper (scanned)";
        ElectronicSignature = "Elektronische handtekening", "Electronic signature";
    }
}

labelled! {
    /// The kind of an appointment.
    pub enum AppointmentKind {
        PreparatoryCall = "Voorbereidend gesprek", "Preparatory call";
        Tour = "Individuele rondleiding", "Individual tour";
        InDepthTalk = "Verdiepend gesprek", "In-depth talk";
    }
}

labelled! {
    /// How people meet.
    pub enum Channel {
        Telephone = "Telefoon", "Telephone";
        Video = "Video", "Video";
        OnSite = "Ter plaatse", "On site";
    }
}

labelled! {
    /// Why an appointment was moved, cancelled or missed.
    pub enum AppointmentReason {
        ParticipantAsked = "Op vraag van de deelnemer", "Participant asked";
        GuideUnavailable = "Gids verhinderd", "Guide unavailable";
        MuseumClosed = "Museum gesloten", "Museum closed";
        Illness = "Ziekte", "Illness";
        NoShow = "Niet komen opdagen", "No show";
        Other = "Andere", "Other";
    }
}

labelled! {
    /// A theme of the in-depth talk.
    pub enum TalkTheme {
        HistoricalKnowledge = "Historische kennis", "Historical knowledge";
        Polarisation = "Polarisatie", "Polarisation";
        Disinformation = "Desinformatie", "Disinformation";
        Dehumanisation = "Ontmenselijking", "Dehumanisation";
        GroupPressure = "Groepsdruk", "Group pressure";
        Empathy = "Empathie", "Empathy";
    }
}

labelled! {
    /// Whose reflection a report is.
    pub enum ReflectionAuthor {
        Guide = "Gids", "Guide";
        Participant = "Deelnemer", "Participant";
        Both = "Beiden", "Both";
    }
}

labelled! {
    /// Whether a contribution states a fact or an assessment.
    pub enum StatementKind {
        Fact = "Feit", "Fact";
        Assessment = "Beoordeling", "Assessment";
    }
}

labelled! {
    /// Why a reflection report is not needed.
    pub enum WaiverReason {
        ParticipantUnable = "Deelnemer niet in staat", "Participant unable";
        ParticipantDeclined = "Deelnemer wenst niet", "Participant declined";
        CoveredByConversation = "Mondeling verwoord", "Covered in conversation";
        Other = "Andere", "Other";
    }
}

labelled! {
    /// The conclusion of the reasoned advice.
    pub enum AdviceConclusion {
        Favourable = "Gunstig", "Favourable";
        FavourableWithRemarks = "Gunstig met opmerkingen", "Favourable with remarks";
        Unfavourable = "Ongunstig", "Unfavourable";
    }
}

labelled! {
    /// A piece that a bundle may hold. Notes of calls and talks are never pieces.
    pub enum PieceKind {
        Request = "Aanvraag", "Request";
        Consent = "Toestemming", "Consent";
        Attendance = "Overzicht van de stappen", "Overview of the steps";
        GuideReflection = "Reflectieverslag gids", "Guide's reflection report";
        ParticipantReflection = "Reflectieverslag deelnemer", "Participant's reflection report";
        Advice = "Gemotiveerd advies", "Reasoned advice";
    }
}

labelled! {
    /// What the parket did with the case.
    pub enum ProsecutionOutcome {
        ProvisionallyDismissed = "Geseponeerd (voorlopig)", "Provisionally dismissed";
        Prosecuted = "Vervolgd", "Prosecuted";
        Other = "Andere", "Other";
    }
}

labelled! {
    /// Why the parket took its request back.
    pub enum RetractionReason {
        OtherMeasure = "Andere maatregel gekozen", "Another measure chosen";
        NewFacts = "Nieuwe feiten", "New facts";
        OpenedInError = "Onterecht geopend", "Opened in error";
        Other = "Andere", "Other";
    }
}

labelled! {
    /// Why a dossier was closed, stopped or reopened.
    pub enum EndReason {
        Completed = "Voltooid", "Completed";
        FactsDisputed = "Feiten betwist", "Facts disputed";
        RiskFound = "Risico vastgesteld", "Risk found";
        NoShow = "Niet komen opdagen", "No show";
        Unreachable = "Onbereikbaar", "Unreachable";
        Capacity = "Capaciteit", "Capacity";
        Deceased = "Overleden", "Deceased";
        Other = "Andere", "Other";
    }
}

labelled! {
    /// A field whose recorded value can be corrected. Outcome, conclusion and consent statements have revising commands.
    pub enum CorrectableField {
        ParticipantName = "Naam deelnemer", "Participant's name";
        ParticipantBirthOn = "Geboortedatum", "Birth date";
        ParticipantContact = "Contactgegevens", "Contact";
        ParticipantLanguage = "Taal", "Language";
        CaseReference = "Notitienummer", "Case reference";
        OffenceOn = "Datum van de feiten", "Offence date";
        Facts = "Feiten", "Facts";
        HeldOn = "Datum van de stap", "Date of the step";
        Notes = "Notities", "Notes";
        ReportText = "Tekst van het verslag", "Text of the report";
        Motivation = "Motivering", "Motivation";
    }
}

labelled! {
    /// Why a step was annulled.
    pub enum AnnulmentReason {
        EnteredByMistake = "Vergissing bij invoer", "Entered by mistake";
        WrongDossier = "Verkeerd dossier", "Wrong dossier";
        Other = "Andere", "Other";
    }
}

labelled! {
    /// Why another person takes the place of the registered participant, or two subjects are linked.
    pub enum SubjectReason {
        WrongPerson = "Verkeerde persoon", "Wrong person";
        SamePerson = "Zelfde persoon", "Same person";
        NotTheSamePerson = "Niet dezelfde persoon", "Not the same person";
    }
}

labelled! {
    /// What those to whom something was disclosed have to be told of.
    pub enum TellingCause {
        Rectification = "Verbetering", "Rectification";
        Erasure = "Wissing", "Erasure";
        Restriction = "Beperking van de verwerking", "Restriction of processing";
    }
}

labelled! {
    /// How a recipient was told.
    pub enum NotificationMeans {
        Letter = "Brief", "Letter";
        ElectronicMail = "E-mail", "Electronic mail";
        Telephone = "Telefoon", "Telephone";
        InPerson = "Mondeling", "In person";
    }
}

labelled! {
    /// What a document of a dossier is.
    pub enum DocumentKind {
        ConsentEvidence = "Bewijs van toestemming", "Evidence of consent";
        Reflection = "Reflectieverslag", "Reflection report";
        Bundle = "Bundel", "Bundle";
    }
}

labelled! {
    /// The ground of a restriction or a hold.
    pub enum RestrictionGround {
        AccuracyContested = "Juistheid betwist", "Accuracy contested";
        UnlawfulProcessing = "Onrechtmatige verwerking", "Unlawful processing";
        NeededForClaims = "Nodig voor rechtsvordering", "Needed for legal claims";
        ObjectionPending = "Bezwaar hangende", "Objection pending";
        Evidence = "Bewijsmateriaal", "Evidence";
        PendingErasure = "Wissing in behandeling", "Erasure pending";
    }
}

labelled! {
    /// What stays after the erasure of a person: pseudonymous, not anonymous.
    pub enum ErasureRemainder {
        Course = "Het verloop: welke stap, wanneer, door wie", "The course: which step, when, by whom";
        Codes = "Uitkomsten en gronden als code", "Outcomes and grounds as codes";
        SealedBytes = "Verzegelde bytes zonder sleutel", "Sealed bytes without a key";
        Hashes = "Hashes en bewijzen van het logboek", "Hashes and proofs of the log";
        Figures = "Tellingen en bevroren cijfers", "Counts and frozen figures";
        Delivered = "Wat eerder aan ontvangers is overgemaakt", "What was handed to recipients before";
    }
}
