//! What keeps an edition from being frozen: every text and every figure of its content is looked at. Pure.

use spoor_domain::action::event::{ActionNumber, Block, Indicator, IndicatorValue, Initiatives, ListItem};
use spoor_domain::edition::event::{BlockerKind, Place};
use spoor_domain::edition::finding::Finding;
use spoor_domain::edition::{counts_persons, counts_trajectories, small_counts, trajectory_figures};
use spoor_domain::kernel::ReportEditionId;

use super::content::{ActionContent, EditionContent};
use super::tellable::tells_too_much;

/// Small counts of persons, and figures on learning trajectories, in everything that people wrote; in the order of the
/// report. The tables on dossiers are not looked at: they are made safe in another way.
pub fn findings(content: &EditionContent) -> Vec<Finding> {
    let head = &content.head;
    let mut look = Look { editions: ReportEditionId::of(head.plan, head.period), action: None, found: Vec::new() };
    look.at_text("plan_name", &head.plan_name);
    look.at_text("label", &head.label);
    head.preface.iter().for_each(|preface| look.at_text("preface", preface));
    for line in &content.policy_lines {
        look.at_text(&format!("policy_lines/{}", line.number), &line.name);
        for chapter in &line.chapters {
            look.action = None;
            look.at_text(&format!("chapters/{}", chapter.number), &chapter.title);
            for action in &chapter.actions {
                look.action = Some(action.number);
                look.at_action(action);
            }
        }
        look.action = None;
    }
    look.found
}

/// Whether a figure, or a text that goes with it, would keep an edition from being frozen.
pub fn figure_tells_too_much(indicator: &Indicator) -> bool {
    counted(indicator).is_some() || figure_texts(indicator).any(tells_too_much)
}

/// The texts of a figure.
fn figure_texts(indicator: &Indicator) -> impl Iterator<Item = &str> {
    let why_not = match &indicator.value {
        IndicatorValue::NotRegistered { reason } => Some(reason),
        IndicatorValue::Exact(_)
        | IndicatorValue::About(_)
        | IndicatorValue::MoreThan(_)
        | IndicatorValue::Average { .. }
        | IndicatorValue::NotYetDelivered
        | IndicatorValue::Unknown => None,
    };
    what_is_counted(indicator).chain(why_not.map(String::as_str))
}

fn what_is_counted(indicator: &Indicator) -> impl Iterator<Item = &str> + Clone {
    let texts = [Some(&indicator.label), indicator.unit.as_ref(), indicator.population.as_ref()];
    texts.into_iter().flatten().map(String::as_str)
}

/// What is wrong with telling a figure, and the figure in words. It counts persons when its unit says so; without a unit,
/// when its population or its label does.
fn counted(indicator: &Indicator) -> Option<(BlockerKind, String)> {
    let value = match &indicator.value {
        IndicatorValue::Exact(value) | IndicatorValue::About(value) | IndicatorValue::MoreThan(value) => *value,
        IndicatorValue::Average { hundredths } => hundredths / 100,
        IndicatorValue::NotRegistered { .. } | IndicatorValue::NotYetDelivered | IndicatorValue::Unknown => {
            return None;
        }
    };
    let quote = || what_is_counted(indicator).fold(value.to_string(), |quote, text| format!("{quote} {text}"));
    if counts_trajectories(&quote()) {
        return Some((BlockerKind::TrajectoryFigure, quote()));
    }
    let persons = match &indicator.unit {
        Some(unit) => counts_persons(unit),
        None => indicator.population.iter().chain([&indicator.label]).any(|text| counts_persons(text)),
    };
    (persons && (1..=4).contains(&value)).then(|| (BlockerKind::SmallCountInFigure, quote()))
}

struct Look {
    editions: ReportEditionId,
    action: Option<ActionNumber>,
    found: Vec<Finding>,
}

impl Look {
    fn at_action(&mut self, action: &ActionContent) {
        self.at_text("title", &action.title);
        action.description.iter().for_each(|description| self.at_text("description", description));
        for list in &action.initiatives {
            self.at_text("initiatives", &list.heading);
            if let Initiatives::Listed(items) = &list.initiatives {
                items.iter().for_each(|item| self.at_text("initiatives", item));
            }
        }
        action.others.iter().for_each(|other| self.at_text("others", other));
        for row in &action.rows {
            let part = format!("rows/{}", row.id.0);
            row.blocks.iter().for_each(|block| self.at_block(&part, block));
        }
        for entry in &action.budget {
            let part = format!("budget/{}", entry.id.0);
            let of_parts = entry.breakdown.iter().flat_map(|part| [&part.note, &part.verbatim]);
            let own = [&entry.note, &entry.verbatim, &entry.beneficiary, &entry.funder];
            let period = entry.period.as_ref().map(|period| &period.verbatim);
            own.into_iter().chain(of_parts).flatten().chain(period).for_each(|text| self.at_text(&part, text));
        }
        for means in &action.means {
            let part = format!("means/{}", means.id.0);
            [Some(&means.verbatim), means.beneficiary.as_ref()]
                .into_iter()
                .flatten()
                .for_each(|text| self.at_text(&part, text));
        }
        for mention in &action.mentions {
            let part = format!("mentions/{}", mention.id.0);
            [Some(&mention.text), mention.funder.as_ref()]
                .into_iter()
                .flatten()
                .for_each(|text| self.at_text(&part, text));
        }
        action.indicators.iter().for_each(|indicator| self.at_figure(indicator));
    }

    fn at_block(&mut self, part: &str, block: &Block) {
        match block {
            Block::Paragraph(text) | Block::Heading(text) | Block::Link { text, .. } => self.at_text(part, text),
            Block::List(items) => items.iter().for_each(|item| self.at_item(part, item)),
        }
    }

    fn at_item(&mut self, part: &str, item: &ListItem) {
        self.at_text(part, &item.text);
        item.items.iter().for_each(|below| self.at_item(part, below));
    }

    fn at_text(&mut self, part: &str, text: &str) {
        for told in small_counts(text) {
            self.add(BlockerKind::SmallCountInText, part, told.quote);
        }
        for told in trajectory_figures(text) {
            self.add(BlockerKind::TrajectoryFigure, part, told.quote);
        }
    }

    fn at_figure(&mut self, indicator: &Indicator) {
        let part = format!("indicators/{}", indicator.id.0);
        figure_texts(indicator).for_each(|text| self.at_text(&part, text));
        if let Some((kind, quote)) = counted(indicator) {
            self.add(kind, &part, quote);
        }
    }

    fn add(&mut self, kind: BlockerKind, part: &str, quote: String) {
        let place = Place { action: self.action, part: part.to_owned() };
        let finding = Finding::new(self.editions, kind, place, quote);
        // An amount's note and its print often say the same.
        if self.found.iter().all(|other| other.id != finding.id) {
            self.found.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use spoor_domain::action::event::{Block, InitiativeList, RowId, RowStanding};
    use spoor_domain::edition::event::BlockerKind::{SmallCountInFigure, SmallCountInText, TrajectoryFigure};

    use super::super::content::RowContent;
    use super::super::samples::edition;
    use super::*;

    /// What is found in the edition with this change and not without it, as kind and place.
    fn found(change: impl FnOnce(&mut EditionContent)) -> Vec<(BlockerKind, String)> {
        let mut content = edition();
        let before: Vec<_> = findings(&content).into_iter().map(|finding| finding.id).collect();
        change(&mut content);
        let new = findings(&content).into_iter().filter(|finding| !before.contains(&finding.id));
        new.map(|finding| (finding.kind, finding.place.to_string())).collect()
    }

    fn first(content: &mut EditionContent) -> &mut ActionContent {
        &mut content.policy_lines[0].chapters[0].actions[0]
    }

    fn figure(label: &str, unit: Option<&str>, value: IndicatorValue) -> Indicator {
        let mut figure = edition()
            .policy_lines
            .iter()
            .flat_map(|line| &line.chapters)
            .flat_map(|own| &own.actions)
            .find_map(|action| action.indicators.first().cloned())
            .unwrap();
        figure.label = label.into();
        figure.unit = unit.map(str::to_owned);
        figure.population = None;
        figure.value = value;
        figure
    }

    #[test]
    fn a_small_count_is_found_wherever_somebody_can_have_written_it() {
        let text = "Er waren drie jongeren.";
        assert_eq!(found(|content| content.head.preface = Some(text.into())), [(SmallCountInText, "preface".into())]);
        assert_eq!(
            found(|content| first(content).description = Some(text.into())),
            [(SmallCountInText, "4.1/description".into())]
        );
        let listed =
            || InitiativeList { heading: "Acties".into(), initiatives: Initiatives::Listed(vec![text.into()]) };
        assert_eq!(
            found(|content| first(content).initiatives.push(listed())),
            [(SmallCountInText, "4.1/initiatives".into())]
        );
        let id = RowId(uuid::Uuid::from_u128(7));
        let nested =
            vec![ListItem { text: "Limburg".into(), items: vec![ListItem { text: text.into(), items: vec![] }] }];
        let row = RowContent {
            id,
            state: RowStanding::Accepted,
            competences: vec![],
            blocks: vec![Block::List(nested)],
            references: vec![],
        };
        assert_eq!(found(|content| first(content).rows.push(row)), [(SmallCountInText, format!("4.1/rows/{}", id.0))]);
        assert_eq!(found(|content| first(content).others.push(text.into())), [(SmallCountInText, "4.1/others".into())]);
        assert_eq!(
            found(|content| content.policy_lines[0].chapters[0].title = text.into()),
            [(SmallCountInText, "chapters/4".into())]
        );
        let named = figure(text, None, IndicatorValue::Unknown);
        let part = format!("4.1/indicators/{}", named.id.0);
        assert_eq!(found(|content| first(content).indicators = vec![named]), [(SmallCountInText, part.clone())]);
        let unregistered = figure("bereik", None, IndicatorValue::NotRegistered { reason: text.into() });
        assert_eq!(found(|content| first(content).indicators = vec![unregistered]), [(SmallCountInText, part)]);
    }

    #[test]
    fn a_figure_counts_persons_by_its_unit_and_otherwise_by_its_label() {
        let of = |label, unit, value| {
            found(|content| first(content).indicators = vec![figure(label, unit, value)])
                .into_iter()
                .map(|(kind, _)| kind)
                .collect::<Vec<_>>()
        };
        assert_eq!(of("bereikt", Some("personen"), IndicatorValue::Exact(4)), [SmallCountInFigure]);
        assert_eq!(of("begeleide jongeren", None, IndicatorValue::About(3)), [SmallCountInFigure]);
        assert_eq!(of("begeleide jongeren", Some("uren"), IndicatorValue::Exact(3)), []);
        assert_eq!(of("begeleide jongeren", None, IndicatorValue::Exact(5)), []);
        assert_eq!(of("begeleide jongeren", None, IndicatorValue::Exact(0)), [], "a true zero is no small count");
        assert_eq!(of("begeleide jongeren", None, IndicatorValue::NotYetDelivered), []);
        assert_eq!(of("leertrajecten", None, IndicatorValue::Exact(48)), [TrajectoryFigure], "however many");
        assert_eq!(of("doorverwezen door het parket", None, IndicatorValue::Exact(12)), [TrajectoryFigure]);
    }

    #[test]
    fn the_tables_on_dossiers_are_not_looked_at_and_another_number_is_another_finding() {
        let mut without = edition();
        without.tables.clear();
        assert_eq!(findings(&without), findings(&edition()));
        let at = |text: &str| {
            let mut content = edition();
            content.head.preface = Some(text.into());
            findings(&content)
        };
        assert_ne!(at("Er waren drie jongeren."), at("Er waren twee jongeren."));
    }
}
