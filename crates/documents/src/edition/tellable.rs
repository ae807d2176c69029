//! A report as it stands, for who neither writes nor collects it: without what nobody has looked at yet. Pure.

use spoor_domain::action::event::{Block, BudgetEntry, InitiativeList, Initiatives};
use spoor_domain::edition::finding::found_in;

use super::content::{ActionContent, EditionContent};
use super::findings::{
    Defined, Near, few_under, figure_tells_too_much, found_in_blocks, found_in_words, near, words_of_budget,
    words_of_means, words_of_mention,
};

/// Whether words that are written together tell of few persons, or figures on learning trajectories: they are told when they
/// were let stand in an edition, and not before.
pub fn tells_too_much(words: &[&str], near: Near) -> bool {
    !found_in_words(words, near).is_empty()
}

/// The blocks of a report row that may be told: those that do not tell too much, also as part of the whole row.
pub fn tellable_blocks(blocks: &[Block], near: Near) -> Vec<Block> {
    let found = found_in_blocks(blocks, near);
    blocks.iter().zip(found).filter(|(_, found)| found.is_empty()).map(|(block, _)| block.clone()).collect()
}

/// The description and the initiatives of an action that may be told: each text that does not tell too much, also as part of
/// the whole.
pub fn tellable_definition(defined: Defined<'_>, near: Near) -> (Option<&str>, Vec<InitiativeList>) {
    let mentioned = near.under_trajectories || defined.mentions_trajectories();
    let may_be_told = |text: &str| found_in(text, mentioned).is_empty();
    let told = |list: &InitiativeList| {
        let initiatives = match &list.initiatives {
            Initiatives::Listed(items) => {
                let told = items.iter().filter(|item| may_be_told(item) && few_under(&list.heading, item).is_empty());
                Initiatives::Listed(told.cloned().collect())
            }
            Initiatives::Counted(count) => Initiatives::Counted(*count),
        };
        InitiativeList { heading: list.heading.clone(), initiatives }
    };
    let lists = defined.initiatives.iter().filter(|list| may_be_told(&list.heading));
    (defined.description.filter(|text| may_be_told(text)), lists.map(told).collect())
}

/// An amount as it may be told: without its words where those, together, tell too much.
pub fn tellable_budget(mut entry: BudgetEntry, near: Near) -> BudgetEntry {
    if tells_too_much(&words_of_budget(&entry), near) {
        for text in [&mut entry.note, &mut entry.verbatim, &mut entry.beneficiary, &mut entry.funder] {
            *text = None;
        }
        entry.period = None;
        entry.breakdown.clear();
    }
    entry
}

/// The content with only that of it which may be told.
pub fn tellable(mut content: EditionContent) -> EditionContent {
    for chapter in content.policy_lines.iter_mut().flat_map(|line| &mut line.chapters) {
        for action in &mut chapter.actions {
            let near = near(&chapter.title, action);
            only_told(action, near);
        }
    }
    for total in &mut content.training {
        total.source = total.source.take().filter(|source| !tells_too_much(&[source.as_str()], Near::default()));
    }
    content
}

fn only_told(action: &mut ActionContent, near: Near) {
    let (description, initiatives) = tellable_definition(Defined::of(action), near);
    (action.description, action.initiatives) = (description.map(str::to_owned), initiatives);
    action.others.retain(|other| !tells_too_much(&[other.as_str()], near.over()));
    for row in &mut action.rows {
        row.blocks = tellable_blocks(&row.blocks, near);
    }
    action.budget = std::mem::take(&mut action.budget).into_iter().map(|entry| tellable_budget(entry, near)).collect();
    action.means.retain(|means| !tells_too_much(&words_of_means(means), near));
    action.mentions.retain(|mention| !tells_too_much(&words_of_mention(mention), near));
    action.indicators.retain(|indicator| !figure_tells_too_much(indicator, near));
}

#[cfg(test)]
mod tests {
    use spoor_domain::action::event::{IndicatorValue, RowId, RowStanding};

    use super::super::content::RowContent;
    use super::super::findings::{findings, is_headed_by_trajectories};
    use super::super::samples::edition;
    use super::*;

    #[test]
    fn a_number_tells_too_much_under_a_chapter_or_a_title_on_learning_trajectories_and_not_elsewhere() {
        let headed = [("Leertrajecten", "Begeleiding"), ("Begeleiding", "Leertrajecten"), ("Begeleiding", "Vormingen")];
        let too_much = headed.map(|(chapter, action)| {
            tells_too_much(&["Het waren er 48."], Near::of(is_headed_by_trajectories(chapter, action), []))
        });
        assert_eq!(too_much, [true, true, false]);
    }

    #[test]
    fn words_tell_too_much_together_where_each_alone_does_not() {
        let bare = Near::default();
        assert!(!tells_too_much(&["voor 48 mensen"], bare) && !tells_too_much(&["de leertrajecten"], bare));
        assert!(tells_too_much(&["voor 48 mensen", "de leertrajecten"], bare));
        let blocks = [Block::Paragraph("De leertrajecten lopen goed.".into())];
        let beside = Near::of(false, [blocks.as_slice()]);
        assert!(tells_too_much(&["voor 48 personen"], beside));
        assert!(!tells_too_much(&["voor 48 personen"], beside.over()), "what goes with no report is no figure of it");
        assert!(!tells_too_much(&["voor 48 uren"], beside));
    }

    #[test]
    fn an_initiative_is_not_told_where_the_description_or_its_heading_makes_a_figure_of_it() {
        let list = |heading: &str, items: &[&str]| InitiativeList {
            heading: heading.into(),
            initiatives: Initiatives::Listed(items.iter().map(|item| (*item).to_owned()).collect()),
        };
        let initiatives =
            [list("Initiatieven", &["Limburg: 12", "Overleg"]), list("Deelnemers", &["Gent: 3", "Gent: 12"])];
        let told = |description| {
            let defined = Defined { title: "Begeleiding", description: Some(description), initiatives: &initiatives };
            tellable_definition(defined, Near::default())
        };
        let (description, without) = told("Leertrajecten in de provincies.");
        assert_eq!(description, Some("Leertrajecten in de provincies."));
        assert_eq!(without, [list("Initiatieven", &["Overleg"]), list("Deelnemers", &[])]);
        let (_, with) = told("Vormingen in de provincies.");
        assert_eq!(with, [list("Initiatieven", &["Limburg: 12", "Overleg"]), list("Deelnemers", &["Gent: 12"])]);
    }

    #[test]
    fn what_keeps_an_edition_from_being_frozen_is_not_told_before_and_nothing_else_is_left_out() {
        let clean = tellable(edition());
        assert_eq!(tellable(clean.clone()), clean);
        assert!(findings(&clean).iter().all(|finding| ["title", "label"].contains(&finding.place.part.as_str())));
        const TOLD: &str = "Er lopen 48 leertrajecten in Limburg.";
        let mut content = clean.clone();
        content.policy_lines[0].chapters[0].actions.iter_mut().for_each(|action| {
            action.description = Some(TOLD.into());
            action.others.push(TOLD.into());
            action.budget.iter_mut().for_each(|entry| entry.note = Some(TOLD.into()));
            for indicator in &mut action.indicators {
                indicator.label = "leertrajecten".into();
                indicator.value = IndicatorValue::Exact(48);
            }
            let row = |text: &str| RowContent {
                id: RowId(uuid::Uuid::from_u128(1)),
                state: RowStanding::Accepted,
                competences: vec![],
                blocks: vec![
                    Block::Paragraph(text.into()),
                    Block::Link { text: "verslag".into(), url: "https://example.org/48-leertrajecten".into() },
                    Block::Paragraph("Er werd overlegd.".into()),
                ],
                references: vec![],
            };
            action.rows = vec![row(TOLD)];
        });
        content.training[0].source = Some(TOLD.into());
        let told = tellable(content);
        assert!(!serde_json::to_string(&told).unwrap().contains("leertrajecten"), "{told:#?}");
        let rows = &told.policy_lines[0].chapters[0].actions[0].rows;
        assert_eq!(rows[0].blocks, [Block::Paragraph("Er werd overlegd.".into())]);
        assert_eq!(told.totals, clean.totals);
    }
}
