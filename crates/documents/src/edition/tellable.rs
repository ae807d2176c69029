//! A report as it stands, for who neither writes nor collects it: without what nobody has looked at yet. Pure.

use spoor_domain::action::event::{Block, Initiatives};
use spoor_domain::edition::event::BlockerKind;
use spoor_domain::edition::finding::Finding;
use spoor_domain::edition::mentions_trajectories;

use super::content::{ActionContent, EditionContent};
use super::findings::{findings, found_in, found_in_blocks, is_headed_by_trajectories};

/// Whether a text tells of few persons, or figures on learning trajectories: it is told when it was let stand in an
/// edition, and not before. `under_trajectories` says whether a heading over it mentions learning trajectories.
pub fn tells_too_much(text: &str, under_trajectories: bool) -> bool {
    !found_in(text, under_trajectories || mentions_trajectories(text)).is_empty()
}

/// The blocks of a report row that may be told: those that do not tell too much, also as part of the whole row.
pub fn tellable_blocks(blocks: &[Block], under_trajectories: bool) -> Vec<Block> {
    let found = found_in_blocks(blocks, under_trajectories);
    blocks.iter().zip(found).filter(|(_, found)| found.is_empty()).map(|(block, _)| block.clone()).collect()
}

/// The content with only that of it which may be told.
pub fn tellable(mut content: EditionContent) -> EditionContent {
    let found = findings(&content);
    for chapter in content.policy_lines.iter_mut().flat_map(|line| &mut line.chapters) {
        for action in &mut chapter.actions {
            let own: Vec<&Finding> =
                found.iter().filter(|finding| finding.place.action == Some(action.number)).collect();
            let under_trajectories = is_headed_by_trajectories(&chapter.title, &action.title);
            only_told(action, &own, under_trajectories);
        }
    }
    content
}

fn only_told(action: &mut ActionContent, found: &[&Finding], under_trajectories: bool) {
    let too_much = |part: &str| found.iter().any(|finding| finding.place.part == part);
    let beside = |text: &str| {
        let near = found.iter().filter(|finding| finding.kind == BlockerKind::NumberNearTrajectories);
        near.into_iter().any(|finding| text.contains(&finding.quote))
    };
    let too_much_said = |text: &str| tells_too_much(text, under_trajectories) || beside(text);
    action.description = action.description.take().filter(|_| !too_much("description"));
    for list in &mut action.initiatives {
        if let Initiatives::Listed(items) = &mut list.initiatives {
            items.retain(|item| !too_much_said(item));
        }
    }
    action.initiatives.retain(|list| !too_much_said(&list.heading));
    action.others.retain(|other| !too_much_said(other));
    for row in &mut action.rows {
        row.blocks = tellable_blocks(&row.blocks, under_trajectories);
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

#[cfg(test)]
mod tests {
    use spoor_domain::action::event::{IndicatorValue, RowId, RowStanding};

    use super::super::content::RowContent;
    use super::super::samples::edition;
    use super::*;

    #[test]
    fn a_number_tells_too_much_under_a_chapter_or_a_title_on_learning_trajectories_and_not_elsewhere() {
        let headed = [("Leertrajecten", "Begeleiding"), ("Begeleiding", "Leertrajecten"), ("Begeleiding", "Vormingen")];
        let too_much = headed
            .map(|(chapter, action)| tells_too_much("Het waren er 48.", is_headed_by_trajectories(chapter, action)));
        assert_eq!(too_much, [true, true, false]);
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
