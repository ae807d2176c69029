//! Small numbers of persons and figures on learning trajectories, in sentences as reports write them.

use crate::edition::finding::found_in;
use crate::edition::persons::trajectories_in_words;
use crate::edition::vocabulary::BlockerKind;
use crate::edition::{
    counts_persons, counts_trajectories, mentions_trajectories, numbers_beside_trajectories,
    persons_beside_trajectories, small_counts, trajectory_figures,
};

fn quotes(text: &str) -> Vec<String> {
    small_counts(text).into_iter().map(|told| told.quote).collect()
}

#[test]
fn one_to_four_persons_are_found_in_digits_and_in_words() {
    for (text, quote) in [
        ("Er werden 3 jongeren begeleid.", "3 jongeren"),
        ("In Limburg namen twee vrouwen deel.", "twee vrouwen"),
        ("Eén gedetineerde kreeg begeleiding.", "Eén gedetineerde"),
        ("Dat waren slechts een leerling en haar moeder.", "een leerling"),
        ("We trekken 2 extra aan te trekken consulenten aan.", "2 extra aan te trekken consulenten"),
        ("Een 3-tal minderjarigen volgde de sessie.", "3-tal minderjarigen"),
        ("Er zijn 3 deeltijdse moslimconsulenten.", "3 deeltijdse moslimconsulenten"),
        ("Van hen haakten 2 van de 14 deelnemers af.", "2 van de 14 deelnemers"),
        ("Aantal deelnemers: 4", "deelnemers: 4"),
        ("Bereikt: jongeren (2), scholen (12).", "jongeren (2),"),
        ("Vier van hen zijn teruggekeerd.", "Vier van hen"),
        ("Er lopen 3 begeleidingen.", "3 begeleidingen."),
        ("Deelnemers (m/v): 3/1", "Deelnemers (m/v): 3/1"),
        ("Er waren 12/2 leerlingen.", "12/2 leerlingen"),
        ("De groep telde vier.", "telde vier"),
        ("Er werden 2-4 jongeren begeleid.", "2-4 jongeren"),
        ("Er werden 2–6 jongeren begeleid.", "2–6 jongeren"),
        ("Er werden 3 tot 5 jongeren begeleid.", "3 tot 5 jongeren"),
        ("Er werden 4 à 6 jongeren begeleid.", "4 à 6 jongeren"),
        ("Aan de sessie namen deel: 3 jongeren.", "3 jongeren"),
        ("Aan de sessie namen deel 3 jongeren.", "3 jongeren"),
        ("Het aantal deelnemers bleef beperkt tot 3.", "deelnemers bleef beperkt tot 3"),
        ("Het aantal deelnemers daalde van 12 naar 3.", "deelnemers daalde van 12 naar 3"),
        ("Het aantal deelnemers steeg van 3 naar 12.", "deelnemers steeg van 3"),
        ("Deelnemers (n=3)", "Deelnemers (n=3)"),
        ("Aantal deelnemers = 3", "deelnemers = 3"),
        ("Er kwamen 3 politiemensen.", "3 politiemensen"),
        ("Twee familieleden werden gehoord.", "Twee familieleden"),
        ("Er keerden 4 Syriëgangers terug.", "4 Syriëgangers"),
        ("Deelnemers: Limburg 3, Antwerpen 12", "Deelnemers: Limburg 3"),
        ("Er waren 25 deelnemers (22 m, 3 v).", "deelnemers (22 m, 3"),
        ("Deelnemersaantal: 3", "Deelnemersaantal: 3"),
        ("Er zijn drie gevangenen.", "drie gevangenen"),
        ("Twee terroristen werden veroordeeld.", "Twee terroristen"),
        ("Er zijn 4 haatpredikers.", "4 haatpredikers"),
        ("Er keerden 3 foreign fighters terug.", "3 foreign fighters"),
        ("Er kwamen 2 aanmeldingen.", "2 aanmeldingen"),
        ("Er kwamen twee koppels.", "twee koppels"),
        ("Een duo volgde de sessie.", "Een duo"),
        ("In Limburg werd een trio begeleid.", "een trio"),
        ("Een koppel jongeren werd begeleid.", "koppel jongeren"),
        ("Een duo van de deelnemers haakte af.", "duo van de deelnemers"),
        ("In Limburg werd een trio leerlingen begeleid.", "trio leerlingen"),
        ("Deelnemers: een duo", "Deelnemers: een duo"),
        ("Aantal deelnemers: trio", "deelnemers: trio"),
        ("Er werd slechts één koppel begeleid.", "één koppel"),
        ("Exact één duo volgde de vorming.", "één duo"),
        ("Van hen haakte een duo af.", "hen haakte een duo"),
        ("De groep telde een trio.", "een trio"),
        ("Het duo volgde de sessie.", "Het duo"),
        ("Twee duo's volgden de sessie.", "Twee duo's"),
        ("Twee duo’s volgden de sessie.", "Twee duo’s"),
        ("Er kwamen drie trio's.", "drie trio's"),
        ("Slechts een koppel jongeren kwam.", "een koppel"),
        ("Er werd 2x een jongere begeleid.", "2x een jongere"),
        ("Er werden 2x jongeren begeleid.", "2x jongeren"),
        ("Er werden 2× jongeren begeleid.", "2× jongeren"),
    ] {
        let found = quotes(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(found[0].trim_end_matches(['.', ',']), quote.trim_end_matches(['.', ',']), "{text}");
    }
}

#[test]
fn few_persons_are_found_without_a_word_for_them_and_in_whatever_signs() {
    for text in [
        "Het waren er maar twee.",
        "Er bleven er drie over.",
        "Daarvan twee in begeleiding, en van hen haakte er een af.",
        "Twee daarvan stopten.",
        "Het werd er één.",
        "Het bleef bij een traject: het waren er amper 4.",
        "Er werden ３ jongeren begeleid.",
        "Er werden ٣ jongeren begeleid.",
        "Er werden III jongeren begeleid.",
        "Er werden ³ jon\u{AD}ge\u{200B}ren begeleid.",
        "Er werden 3\u{200B}jongeren begeleid.",
        "Er werden tw\u{200D}ee jongeren begeleid.",
    ] {
        let found = quotes(text);
        assert!(!found.is_empty() && found.iter().all(|quote| text.contains(quote)), "{text}: {found:?}");
    }
    for text in ["Er waren twee vormingen.", "Er is overleg in fase 2.", "Ze overlegden er 2 keer over.", "Zie punt 3."]
    {
        assert_eq!(quotes(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn larger_counts_other_things_and_labels_are_left_alone() {
    for text in [
        "Er werden 5 jongeren begeleid.",
        "Er waren 3 focusgroepen met jongeren.",
        "Zie actie 3 voor de leerlingen.",
        "In 2018 namen 48 leerlingen deel.",
        "Het project kost 3 euro per leerling.",
        "Een jongere die vragen heeft, kan er terecht.",
        "De vorming duurt 2 dagen. Leerkrachten schrijven in.",
        "Er is 1,5 VTE voor de begeleiders.",
        "Er waren 3 overlegmomenten over jongeren.",
        "Er werden 240 leerlingen bereikt in 4 scholen.",
        "Het netwerk telde vier scholen.",
        "De leerlingen kwamen op 3/5/2016 en op 3/5.",
        "Deelnemers (m/v): 12/31",
        "Ongeveer 1/3 van de deelnemers antwoordde.",
        "Twee jaar geleden begon het.",
        "Drie keer per jaar, zoals in het verleden.",
        "Er kwamen kinderen van 3-12 jaar.",
        "De deelnemers lazen deel 2.",
        "De leerlingen werken sinds 2017-2018 in 3-12 scholen.",
        "Het aantal deelnemers steeg van 12 naar 30.",
        "Deelnemers: Limburg 13, Antwerpen 12",
        "De deelnemers liepen 3 km, en daarna 2 m.",
        "Een half dozijn jongeren werd begeleid.",
        "Er werd 2x per jaar overlegd met jongeren.",
        "Er werden 12x jongeren begeleid.",
        "Niemand van de jongeren haakte af, en geen enkele leerkracht.",
        "Het aantal deelnemers daalde tot nul.",
        "Werken in duo",
        "Duo for a Job",
        "Koppel jongeren aan een coach",
        "Werken in een duo",
        "Elk koppel krijgt een coach.",
        "Elf duo's volgden de sessie.",
    ] {
        assert_eq!(quotes(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn every_small_count_in_a_text_is_found_and_sentences_do_not_run_together() {
    let text = "Er waren 2 meisjes en 3 jongens.\nIn fase 2. Jongeren kwamen later. Daarna 1 leerkracht";
    assert_eq!(quotes(text), ["2 meisjes", "3 jongens.", "1 leerkracht"]);
    let text = "Er kwamen twee wijkagenten en drie gemeenteraadsleden.";
    assert_eq!(quotes(text), ["twee wijkagenten", "drie gemeenteraadsleden."]);
}

#[test]
fn a_label_counts_what_stands_before_its_first_preposition() {
    for label in [
        "aangeworven consulenten",
        "waarvan justitieassistenten",
        "extra aan te trekken consulenten",
        "deelnemers OTA-vormingen januari – september 2017 (ongeveer)",
        "personen",
        "trajecten De Cocon",
        "politieagenten",
        "raadsleden",
        "opgeleide wijkagenten",
        "gezinsleden",
    ] {
        assert!(counts_persons(label), "{label}");
    }
    for label in [
        "geplande focusgroepen met jongeren",
        "vragen over terugkeerders",
        "vergaderingen stuurgroep",
        "leertrajecten",
        "met Brussels Hoofdstedelijk Gewest als werkingsgebied",
        "scholen provincie Limburg",
    ] {
        assert!(!counts_persons(label), "{label}");
    }
}

#[test]
fn figures_on_learning_trajectories_are_found_in_the_sentence_and_in_the_one_that_refers_to_it() {
    for text in [
        "In 2025 startten 48 leertrajecten.",
        "Eén leertraject werd stopgezet.",
        "Achtenveertig leertrajecten werden afgerond.",
        "Van de leertrajecten werd 80% afgerond.",
        "De leertrajecten lopen goed. Daarvan vonden er vijf in Limburg plaats.",
        "Het parket Limburg stuurde er zeven naar Kazerne Dossin.",
        "Twaalf trajecten bij Dossin liepen af.",
        "Door de parketten werden 31 jongvolwassenen doorverwezen.",
        "Een dozijn werd door het parket aangemeld.",
        "Aan de leertrajecten namen deel: 48 personen.",
        "Een vijftigtal leertrajecten liep af.",
        "Een vijftiental leertrajecten liep af.",
        "Er liepen honderdvijf leertrajecten.",
        "Er liepen honderdvijftien leertrajecten.",
        "Er liepen vijfentwintig leertrajecten.",
        "Er liepen vijf-en-twintig leertrajecten.",
        "Er liepen tweeëndertig leertrajecten.",
        "Een derde van de leertrajecten liep af.",
        "Driekwart van de leertrajecten liep af.",
        "Drievierde van de leertrajecten liep af.",
        "De helft van de leertrajecten liep af.",
        "Ongeveer 1/3 van de leertrajecten liep af.",
    ] {
        assert_eq!(trajectory_figures(text).len(), 1, "{text}");
    }
}

#[test]
fn that_there_was_none_is_found_where_it_is_told_of_learning_trajectories() {
    for text in [
        "In Limburg waren er geen leertrajecten.",
        "In Limburg liep geen enkel leertraject.",
        "In Limburg liep geen enkel nieuw leertraject.",
        "Niemand in Limburg volgde een leertraject.",
        "Limburg bleef dit halfjaar zonder leertrajecten.",
        "Geen enkele jongere uit Limburg volgde een leertraject.",
        "Geen van de leertrajecten liep af.",
        "Van de leertrajecten werd er geen afgerond.",
        "De leertrajecten lopen goed. In Limburg waren er geen.",
        "De leertrajecten lopen goed. In Limburg was er geen enkel.",
        "Het parket Limburg stuurde er geen naar Kazerne Dossin.",
        "Het parket Limburg stuurde niemand naar Kazerne Dossin.",
        "Door het parket Limburg werden geen jongeren doorverwezen.",
        "Van het parket Limburg kwam geen doorverwijzing naar Kazerne Dossin.",
        "Er liepen geen nieuwe of lopende leertrajecten.",
        "In Limburg was er geen lopend of afgerond leertraject.",
        "Er liepen geen nieuwe, lopende of afgeronde leertrajecten.",
        "Er waren geen aanvragen en leertrajecten.",
        "In Limburg was er geen aanvraag voor een leertraject.",
        "In Limburg waren er geen aanvragen voor een leertraject.",
        "Voor de leertrajecten kwam geen enkel advies.",
        "In de leertrajecten was er geen uitval.",
        "De leertrajecten verliepen zonder uitval.",
        "De leertrajecten kenden in Limburg geen instroom of stopzetting.",
        "De leertrajecten lopen goed. Er waren geen nieuwe stopzettingen.",
        "Noch in Limburg noch in Antwerpen liep een leertraject.",
        "Er waren leertrajecten noch doorverwijzingen in Limburg.",
        "Het aantal leertrajecten in Limburg daalde tot nul.",
        "Van de leertrajecten werd er nul afgerond.",
    ] {
        assert_eq!(trajectories_in_words(text).len(), 1, "{text}");
    }
    for text in [
        "Niemand werd uitgesloten.",
        "Er waren geen deelnemers uit Limburg.",
        "Het jeugdhuis bleef zonder jongeren.",
        "De leertrajecten hebben geen vaste duur.",
        "Er was nog geen evaluatie van de leertrajecten.",
        "Er is geen wachtlijst voor de leertrajecten.",
        "Er is geen reden om leertrajecten te stoppen.",
        "Er zijn geen kosten, en de leertrajecten lopen goed.",
        "De nulmeting van de leertrajecten loopt.",
        "De leertrajecten lopen goed. Er waren geen klachten.",
        "De leertrajecten kosten nul euro.",
        "De leertrajecten hebben geen vast begin of einde.",
    ] {
        assert_eq!(trajectory_figures(text), [], "{text}");
        assert_eq!(trajectories_in_words(text), [], "{text}");
    }
    for text in ["Limburg: geen", "Limburg: nul", "In Limburg niemand.", "Limburg noch Gent.", "Geen stopzettingen."] {
        assert_eq!(numbers_beside_trajectories(text).len(), 1, "{text}");
    }
    assert_eq!(numbers_beside_trajectories("Limburg: geen cijfers"), []);
}

/// The kinds found in a text, wherever it stands.
fn kinds(text: &str) -> Vec<BlockerKind> {
    found_in(text, mentions_trajectories(text)).into_iter().map(|(kind, _)| kind).collect()
}

#[test]
fn a_sentence_whose_only_figure_is_a_word_for_none_or_a_duo_can_be_let_stand_by_a_second_person() {
    for text in [
        "Niemand wordt verplicht een leertraject te volgen.",
        "Wie geen leertraject wil volgen, kan bij het jeugdhuis terecht.",
        "Leertrajecten hebben geen of weinig juridische gevolgen.",
        "De leertrajecten werden van nul opgebouwd.",
        "Jongeren noch ouders betalen voor een leertraject.",
        "Het museum werkt in duo aan de leertrajecten.",
        "Koppel jongeren met een leertraject aan een coach.",
        "In Limburg waren er geen leertrajecten.",
    ] {
        assert_eq!(kinds(text), [BlockerKind::NumberNearTrajectories], "{text}");
        assert_eq!(found_in(text, false), found_in(text, true), "{text}: wherever it stands");
        assert!(kinds(text).into_iter().all(BlockerKind::can_be_waived));
    }
}

#[test]
fn a_duo_that_follows_a_learning_trajectory_is_a_small_count_too() {
    use BlockerKind::{NumberNearTrajectories, SmallCountInText, TrajectoryFigure};
    assert_eq!(kinds("Een duo volgde een leertraject."), [SmallCountInText, NumberNearTrajectories]);
    let text = "Een duo en twaalf anderen volgden een leertraject.";
    assert_eq!(kinds(text), [SmallCountInText, TrajectoryFigure]);
}

#[test]
fn a_zero_in_digits_or_before_what_it_counts_and_a_number_beside_a_word_for_none_stay_figures() {
    for text in [
        "In Limburg waren er 0 leertrajecten.",
        "In Limburg waren er nul leertrajecten.",
        "In Limburg waren er nul nieuwe of lopende leertrajecten.",
        "Nul van de leertrajecten liep af.",
        "De leertrajecten kregen nul klachten.",
        "Nul procent van de leertrajecten viel uit.",
        "In Limburg liepen er geen, in Antwerpen 12 leertrajecten.",
        "Niemand van de achtenveertig jongeren stopte een leertraject.",
        "Een half dozijn jongeren volgde een leertraject.",
    ] {
        assert_eq!(kinds(text), [BlockerKind::TrajectoryFigure], "{text}");
        assert_eq!(trajectories_in_words(text), [], "{text}");
    }
}

#[test]
fn the_number_of_a_dossier_is_a_figure_on_learning_trajectories_wherever_it_stands() {
    for text in [
        "Zie dossier LT-2026-0003.",
        "(lt-2026-0003)",
        "LT\u{2011}2026\u{2011}12345 loopt.",
        "https://example.org/LT-2026-0003/stap",
        "Er werd overlegd over ＬＴ-２０２６-０００３.",
    ] {
        assert_eq!(trajectory_figures(text).len(), 1, "{text}");
    }
    for text in ["Het alt-2026-0003.", "LT-2026-03", "LT-2026", "Subsidie LT-26-0003."] {
        assert_eq!(trajectory_figures(text), [], "{text}");
    }
}

#[test]
fn a_label_is_about_learning_trajectories_when_it_names_the_parket_or_the_museum_and_who_is_sent_on() {
    for label in ["leertrajecten", "doorverwezen door het parket", "trajecten Kazerne Dossin"] {
        assert!(counts_trajectories(label), "{label}");
    }
    for label in ["trajecten De Cocon", "begeleidingstrajecten in 2018", "bezoekers Kazerne Dossin", "parketten"] {
        assert!(!counts_trajectories(label), "{label}");
    }
}

#[test]
fn a_word_that_could_be_taken_apart_for_ever_is_not() {
    for length in [3, 30, 30_000] {
        let text = format!("De leertrajecten: {}x.", "achttien".repeat(length));
        assert_eq!(trajectory_figures(&text), [], "{length}");
    }
}

#[test]
fn years_dates_money_and_numbers_of_actions_are_no_figures_on_learning_trajectories() {
    for text in [
        "De leertrajecten lopen sinds 2021.",
        "De leertrajecten begonnen op 3 mei 2021.",
        "Voor de leertrajecten is 50.000 euro voorzien (zie actie 5.8).",
        "De leertrajecten kosten € 3.000.",
        "Er waren 48 vormingen voor leerkrachten.",
        "De leertrajecten lopen goed. In Limburg kwamen 12 scholen langs.",
        "In 2017 bezochten 12.000 leerlingen Kazerne Dossin.",
        "Er liepen 87 begeleidingstrajecten in 2018.",
        "Het parket en Kazerne Dossin overlegden in mei 2018.",
        "De scholen verwezen 12 jongeren door naar het CLB.",
        "In deel 2 staan de leertrajecten.",
        "De leertrajecten kregen 500 euro/jaar en 200 euro's.",
        "In de eerste helft van het jaar liepen de leertrajecten.",
        "De derde reeks leertrajecten veranderde tijdens een overleg.",
    ] {
        assert_eq!(trajectory_figures(text), [], "{text}");
    }
}

#[test]
fn europeans_are_no_euros_and_persons_are_found_beside_learning_trajectories() {
    let text = "Kazerne Dossin begeleidde 48 Europese jongeren.";
    assert_eq!(numbers_beside_trajectories(text).len(), 1);
    assert_eq!(persons_beside_trajectories("voor 48 personen").len(), 1);
    for text in ["voor 48 uren", "48 euro voor personen", "voor personen in 2018"] {
        assert_eq!(persons_beside_trajectories(text), [], "{text}");
    }
}
