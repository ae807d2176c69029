//! A report as it stands, for who neither writes nor collects it: without what nobody has looked at yet. Pure.

use spoor_domain::action::event::{Block, Initiatives, ListItem};
use spoor_domain::edition::{small_counts, trajectory_figures};

use super::content::{ActionContent, EditionContent};
use super::findings::findings;

/// Whether a text tells of few persons, or figures on learning trajectories: it is told when it was let stand in an
/// edition, and not before.
pub fn tells_too_much(text: &str) -> bool {
    !small_counts(text).is_empty() || !trajectory_figures(text).is_empty()
}

/// The blocks of a report row that may be told: those that do not tell too much.
pub fn tellable_blocks(blocks: &[Block]) -> Vec<Block> {
    let told = |block: &&Block| match block {
        Block::Paragraph(text) | Block::Heading(text) | Block::Link { text, .. } => !tells_too_much(text),
        Block::List(items) => items.iter().all(is_told),
    };
    blocks.iter().filter(told).cloned().collect()
}

/// The content with only that of it which may be told.
pub fn tellable(mut content: EditionContent) -> EditionContent {
    let found = findings(&content);
    let chapters = content.policy_lines.iter_mut().flat_map(|line| &mut line.chapters);
    for action in chapters.flat_map(|chapter| &mut chapter.actions) {
        let own = found.iter().filter(|finding| finding.place.action == Some(action.number));
        let parts: Vec<&str> = own.map(|finding| finding.place.part.as_str()).collect();
        only_told(action, |part| parts.contains(&part));
    }
    content
}

fn only_told(action: &mut ActionContent, too_much: impl Fn(&str) -> bool) {
    action.description = action.description.take().filter(|_| !too_much("description"));
    for list in &mut action.initiatives {
        if let Initiatives::Listed(items) = &mut list.initiatives {
            items.retain(|item| !tells_too_much(item));
        }
    }
    action.initiatives.retain(|list| !tells_too_much(&list.heading));
    action.others.retain(|other| !tells_too_much(other));
    for row in &mut action.rows {
        row.blocks = tellable_blocks(&row.blocks);
    }
    for entry in action.budget.iter_mut().filter(|entry| too_much(&format!("budget/{}", entry.id.0))) {
        for text in [&mut entry.note, &mut entry.verbatim, &mut entry.beneficiary, &mut entry.funder] {
            *text = None;
        }
        entry.period = None;
        entry.breakdown.clear();
    }
    action.means.retain(|means| !too_much(&format!("means/{}", means.id.0)));
    action.mentions.retain(|mention| !too_much(&format!("mentions/{}", mention.id.0)));
    action.indicators.retain(|indicator| !too_much(&format!("indicators/{}", indicator.id.0)));
}

fn is_told(item: &ListItem) -> bool {
    !tells_too_much(&item.text) && item.items.iter().all(is_told)
}

#[cfg(test)]
mod tests {
    use spoor_domain::action::event::{IndicatorValue, RowId, RowStanding};

    use super::super::content::RowContent;
    use super::super::samples::edition;
    use super::*;

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
                blocks: vec![Block::Paragraph(text.into()), Block::Paragraph("Er werd overlegd.".into())],
                references: vec![],
            };
            action.rows = vec![row(TOLD)];
        });
        let told = tellable(content);
        assert!(!serde_json::to_string(&told).unwrap().contains("leertrajecten"), "{told:#?}");
        let rows = &told.policy_lines[0].chapters[0].actions[0].rows;
        assert_eq!(rows[0].blocks, [Block::Paragraph("Er werd overlegd.".into())]);
        assert_eq!(told.totals, clean.totals);
    }
}
