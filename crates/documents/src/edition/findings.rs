//! What keeps an edition from being frozen: every text and every figure of its content is looked at. Pure.
//!
//! Most is found sentence by sentence. What is written together is also looked at as one passage: under a heading on
//! learning trajectories a number may be one of them, however the sentence it stands in is put, and under `Deelnemers:` a
//! `3` counts persons.

use spoor_domain::action::event::{
    ActionNumber, Block, BudgetEntry, Competence, FundingMention, Indicator, IndicatorValue, InitiativeList,
    Initiatives, ListItem, Means,
};
use spoor_domain::edition::event::{BlockerKind, Place};
use spoor_domain::edition::finding::{Finding, found_in};
use spoor_domain::edition::{
    Told, announces_persons, counts_persons, counts_trajectories, mentions_trajectories, persons_beside_trajectories,
    small_numbers, small_numbers_told,
};
use spoor_domain::kernel::ReportEditionId;

use super::content::{ActionContent, EditionContent, RowContent};

/// Small counts of persons, and figures on learning trajectories, in everything that people wrote; in the order of the
/// report. The tables on dossiers are not looked at: they are made safe in another way.
pub fn findings(content: &EditionContent) -> Vec<Finding> {
    let head = &content.head;
    let editions = ReportEditionId::of(head.plan, head.period);
    let mut look = Look { editions, action: None, near: Near::default(), found: Vec::new() };
    look.at_text("plan_name", &head.plan_name);
    look.at_text("label", &head.label);
    head.preface.iter().for_each(|preface| look.at_passage(&[("preface", preface)]));
    for line in &content.policy_lines {
        look.at_text(&format!("policy_lines/{}", line.number), &line.name);
        for chapter in &line.chapters {
            look.action = None;
            look.at_text(&format!("chapters/{}", chapter.number), &chapter.title);
            for action in &chapter.actions {
                look.action = Some(action.number);
                look.near = near(&chapter.title, action);
                look.at_action(action);
            }
        }
        look.action = None;
    }
    look.near = Near::default();
    for total in &content.training {
        total.source.iter().for_each(|source| look.at_text(&format!("training/{}", total.programme), source));
    }
    look.found
}

/// What stands over and beside the words of an action, as far as it mentions learning trajectories.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Near {
    /// The title of the chapter or of the action does: all of the action is about them.
    pub(super) under_trajectories: bool,
    /// So does a heading, or a report on the action: persons that are counted beside it may have gone through one.
    beside_trajectories: bool,
}

impl Near {
    /// Under headings that mention learning trajectories or not, beside these report rows.
    pub fn of<'a>(under_trajectories: bool, rows: impl IntoIterator<Item = &'a [Block]>) -> Self {
        let beside_trajectories = under_trajectories || rows.into_iter().any(blocks_mention_trajectories);
        Self { under_trajectories, beside_trajectories }
    }

    /// What stands over the words only: for those that go with no report.
    pub fn over(self) -> Self {
        Self { beside_trajectories: false, ..self }
    }
}

/// What stands over and beside the words of an action of a report, in a chapter with this title.
pub(super) fn near(chapter: &str, action: &ActionContent) -> Near {
    let rows = action.rows.iter().map(|row| row.blocks.as_slice());
    Near::of(is_headed_by_trajectories(chapter, &action.title), rows)
}

/// What an action is, in words: one passage.
#[derive(Clone, Copy, Debug)]
pub struct Defined<'a> {
    /// Its title.
    pub title: &'a str,
    /// Its description.
    pub description: Option<&'a str>,
    /// Its initiatives.
    pub initiatives: &'a [InitiativeList],
}

impl<'a> Defined<'a> {
    pub(super) fn of(action: &'a ActionContent) -> Self {
        let (description, initiatives) = (action.description.as_deref(), action.initiatives.as_slice());
        Self { title: &action.title, description, initiatives }
    }

    /// Its texts, each with the part it stands in.
    fn texts(self) -> Vec<(&'static str, &'a str)> {
        let mut texts = vec![("title", self.title)];
        texts.extend(self.description.map(|description| ("description", description)));
        for list in self.initiatives {
            texts.push(("initiatives", &list.heading));
            if let Initiatives::Listed(items) = &list.initiatives {
                texts.extend(items.iter().map(|item| ("initiatives", item.as_str())));
            }
        }
        texts
    }

    pub(super) fn mentions_trajectories(self) -> bool {
        self.texts().into_iter().any(|(_, text)| mentions_trajectories(text))
    }
}

/// Whether a figure, or a text that goes with it, would keep an edition from being frozen.
pub fn figure_tells_too_much(indicator: &Indicator, near: Near) -> bool {
    let texts: Vec<&str> = figure_texts(indicator).collect();
    counted(indicator, near.beside_trajectories).is_some() || !found_in_passage(&texts, near).is_empty()
}

/// Whether the text of a report row mentions learning trajectories.
fn blocks_mention_trajectories(blocks: &[Block]) -> bool {
    blocks.iter().flat_map(texts_of_block).any(mentions_trajectories)
}

/// Whether everything on an action stands under a heading that mentions learning trajectories: the title of its chapter, or
/// its own.
pub fn is_headed_by_trajectories(chapter: &str, action: &str) -> bool {
    mentions_trajectories(chapter) || mentions_trajectories(action)
}

/// What is found in the text of a report row, block by block. The row is one passage.
pub(super) fn found_in_blocks(blocks: &[Block], near: Near) -> Vec<Vec<(BlockerKind, String)>> {
    let mentioned = near.under_trajectories || blocks_mention_trajectories(blocks);
    let (mut headed, mut announced) = (false, false);
    let found = blocks.iter().map(|block| {
        let mut found = Vec::new();
        texts_of_block(block).into_iter().for_each(|text| found.extend(found_in(text, mentioned)));
        match block {
            Block::Heading(text) => {
                headed = announces_persons(text);
                announced = headed;
            }
            Block::Paragraph(text) => {
                let told = if announced { small_numbers_told(text) } else { Vec::new() };
                found.extend(told.into_iter().map(small_count));
                announced = headed || announces_persons(text);
            }
            Block::List(items) => items.iter().for_each(|item| found.extend(few_of_announced(item, announced))),
            Block::Link { url, .. } => found.extend(found_in_address(url)),
        }
        found
    });
    found.collect()
}

/// What is found in texts that go with an amount, with other means or with a mention of funding: one passage. Beside a
/// report that mentions learning trajectories, persons in them are looked at like those of a figure.
pub(super) fn found_in_words(words: &[&str], near: Near) -> Vec<(BlockerKind, String)> {
    let mut found = found_in_passage(words, near);
    if near.beside_trajectories {
        let persons = words.iter().flat_map(|text| persons_beside_trajectories(text));
        found.extend(persons.map(|told| (BlockerKind::NumberNearTrajectories, told.quote)));
    }
    found
}

fn found_in_passage(texts: &[&str], near: Near) -> Vec<(BlockerKind, String)> {
    let mentioned = near.under_trajectories || texts.iter().any(|text| mentions_trajectories(text));
    texts.iter().flat_map(|text| found_in(text, mentioned)).collect()
}

/// Small numbers in an initiative, where the heading over it announces persons.
pub(super) fn few_under(heading: &str, item: &str) -> Vec<Told> {
    if announces_persons(heading) { small_numbers(item) } else { Vec::new() }
}

/// The words of an amount.
pub fn words_of_budget(entry: &BudgetEntry) -> Vec<&str> {
    let of_parts = entry.breakdown.iter().flat_map(|part| [&part.note, &part.verbatim]);
    let own = [&entry.note, &entry.verbatim, &entry.beneficiary, &entry.funder];
    let period = entry.period.as_ref().map(|period| &period.verbatim);
    own.into_iter().chain(of_parts).flatten().chain(period).map(String::as_str).collect()
}

/// The words of other means.
pub fn words_of_means(means: &Means) -> Vec<&str> {
    [Some(&means.verbatim), means.beneficiary.as_ref()].into_iter().flatten().map(String::as_str).collect()
}

/// The words of a mention of funding.
pub fn words_of_mention(mention: &FundingMention) -> Vec<&str> {
    [Some(&mention.text), mention.funder.as_ref()].into_iter().flatten().map(String::as_str).collect()
}

/// Small numbers in an item and those below it, where what stands over them announced persons.
fn few_of_announced(item: &ListItem, announced: bool) -> Vec<(BlockerKind, String)> {
    let own = if announced { small_numbers(&item.text) } else { Vec::new() };
    let below = announced || announces_persons(&item.text);
    let mut found: Vec<_> = own.into_iter().map(small_count).collect();
    item.items.iter().for_each(|item| found.extend(few_of_announced(item, below)));
    found
}

fn small_count(told: Told) -> (BlockerKind, String) {
    (BlockerKind::SmallCountInText, told.quote)
}

fn texts_of_block(block: &Block) -> Vec<&str> {
    match block {
        Block::Paragraph(text) | Block::Heading(text) | Block::Link { text, .. } => vec![text],
        Block::List(items) => items.iter().flat_map(texts_of_item).collect(),
    }
}

/// What is written in a block: its texts, and where it links to.
fn written_in(block: &Block) -> Vec<&str> {
    let address = match block {
        Block::Link { url, .. } => Some(url.as_str()),
        Block::Paragraph(_) | Block::Heading(_) | Block::List(_) => None,
    };
    texts_of_block(block).into_iter().chain(address).collect()
}

/// What the words of an address tell, which is printed too: `/verslag-3-jongeren`. Its numbers alone are of nothing.
fn found_in_address(address: &str) -> Vec<(BlockerKind, String)> {
    let spaced = address.replace("%20", " ").replace(['-', '_', '+'], " ");
    let parts = spaced.split(['/', '?', '&', '=', '#', '.']).chain([address]);
    parts.flat_map(|part| found_in(part, false)).collect()
}

fn texts_of_item(item: &ListItem) -> Vec<&str> {
    std::iter::once(item.text.as_str()).chain(item.items.iter().flat_map(texts_of_item)).collect()
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
fn counted(indicator: &Indicator, beside_trajectories: bool) -> Option<(BlockerKind, String)> {
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
    if persons && (1..=4).contains(&value) {
        return Some((BlockerKind::SmallCountInFigure, quote()));
    }
    let named = figure_texts(indicator).any(mentions_trajectories);
    (named || (persons && beside_trajectories)).then(|| (BlockerKind::NumberNearTrajectories, quote()))
}

struct Look {
    editions: ReportEditionId,
    action: Option<ActionNumber>,
    /// What stands over and beside everything that is looked at.
    near: Near,
    found: Vec<Finding>,
}

impl Look {
    fn at_action(&mut self, action: &ActionContent) {
        self.at_definition(action);
        action.ministers.iter().for_each(|minister| self.at_name("ministers", &minister.title));
        for domain in &action.policy_domains {
            let names = [Some(&domain.code), domain.name.as_ref()];
            names.into_iter().flatten().for_each(|name| self.at_name("policy_domains", name));
        }
        action.others.iter().for_each(|other| self.at_passage(&[("others", other)]));
        action.rows.iter().for_each(|row| self.at_row(row));
        for entry in &action.budget {
            let part = format!("budget/{}", entry.id.0);
            self.at_words(&part, &words_of_budget(entry));
            self.at_competences(&part, &entry.competence);
        }
        for means in &action.means {
            let part = format!("means/{}", means.id.0);
            self.at_words(&part, &words_of_means(means));
            self.at_competences(&part, &means.competence);
        }
        for mention in &action.mentions {
            let part = format!("mentions/{}", mention.id.0);
            self.at_words(&part, &words_of_mention(mention));
            self.at_competences(&part, &mention.competence);
        }
        action.indicators.iter().for_each(|indicator| self.at_figure(indicator));
    }

    /// A name or a code, which says nothing of what stands beside it: `IV` is a policy domain, also under learning
    /// trajectories.
    fn at_name(&mut self, part: &str, name: &str) {
        for (kind, quote) in found_in(name, mentions_trajectories(name)) {
            self.add(kind, part, quote, &[name]);
        }
    }

    fn at_competences<'a>(&mut self, part: &str, competences: impl IntoIterator<Item = &'a Competence>) {
        for competence in competences {
            self.at_name(part, &competence.code);
            self.at_name(part, &competence.policy_domain.0);
        }
    }

    fn at_definition(&mut self, action: &ActionContent) {
        let texts = Defined::of(action).texts();
        let passage: Vec<&str> = texts.iter().map(|(_, text)| *text).collect();
        for list in &action.initiatives {
            if let Initiatives::Listed(items) = &list.initiatives {
                let few = items.iter().flat_map(|item| few_under(&list.heading, item));
                few.for_each(|told| self.add(BlockerKind::SmallCountInText, "initiatives", told.quote, &passage));
            }
        }
        self.at_passage(&texts);
    }

    fn at_row(&mut self, row: &RowContent) {
        let part = format!("rows/{}", row.id.0);
        self.at_competences(&part, &row.competences);
        let referred_to = row.references.iter().filter_map(|reference| reference.competence.as_deref());
        referred_to.for_each(|competence| self.at_name(&part, competence));
        let passage: Vec<&str> = row.blocks.iter().flat_map(written_in).collect();
        for (kind, quote) in found_in_blocks(&row.blocks, self.near).into_iter().flatten() {
            self.add(kind, &part, quote, &passage);
        }
    }

    /// Texts that go with an amount, with other means or with a mention of funding.
    fn at_words(&mut self, part: &str, words: &[&str]) {
        for (kind, quote) in found_in_words(words, self.near) {
            self.add(kind, part, quote, words);
        }
    }

    /// Texts that are written as one whole, each with the part it stands in.
    fn at_passage(&mut self, texts: &[(&str, &str)]) {
        let passage: Vec<&str> = texts.iter().map(|(_, text)| *text).collect();
        let mentioned = self.near.under_trajectories || passage.iter().any(|text| mentions_trajectories(text));
        for (part, text) in texts {
            for (kind, quote) in found_in(text, mentioned) {
                self.add(kind, part, quote, &passage);
            }
        }
    }

    fn at_text(&mut self, part: &str, text: &str) {
        self.at_passage(&[(part, text)]);
    }

    fn at_figure(&mut self, indicator: &Indicator) {
        let part = format!("indicators/{}", indicator.id.0);
        self.at_competences(&part, &indicator.competence);
        let texts: Vec<(&str, &str)> = figure_texts(indicator).map(|text| (part.as_str(), text)).collect();
        self.at_passage(&texts);
        if let Some((kind, quote)) = counted(indicator, self.near.beside_trajectories) {
            let passage: Vec<&str> = texts.iter().map(|(_, text)| *text).collect();
            self.add(kind, &part, quote, &passage);
        }
    }

    /// Adds what was found. It is looked at with all that stands around it, so that a waiver holds for the passage as it
    /// was seen.
    fn add(&mut self, kind: BlockerKind, part: &str, quote: String, passage: &[&str]) {
        let place = Place { action: self.action, part: part.to_owned() };
        let finding = Finding::in_passage(self.editions, kind, place, quote, passage);
        // An amount's note and its print often say the same.
        if self.found.iter().all(|other| other.id != finding.id) {
            self.found.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use spoor_domain::action::event::{Block, InitiativeList, PolicyDomainCode, RowId, RowStanding};
    use spoor_domain::edition::event::BlockerKind::{
        NumberNearTrajectories, SmallCountInFigure, SmallCountInText, TrajectoryFigure,
    };

    use super::super::samples::edition;
    use super::*;

    /// What is found in the edition with this change and not without it, as kind and place.
    fn found(change: impl FnOnce(&mut EditionContent)) -> Vec<(BlockerKind, String)> {
        let mut content = edition();
        let told = |finding: &Finding| (finding.kind, finding.place.clone(), finding.quote.clone());
        let before: Vec<_> = findings(&content).iter().map(told).collect();
        change(&mut content);
        let new = findings(&content).into_iter().filter(|finding| !before.contains(&told(finding)));
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
    fn names_codes_sources_and_addresses_are_looked_at_too() {
        let text = "3 jongeren";
        let minister = |content: &mut EditionContent| first(content).ministers[0].title = text.into();
        assert_eq!(found(minister), [(SmallCountInText, "4.1/ministers".into())]);
        let domain = |content: &mut EditionContent| first(content).policy_domains[0].code = text.into();
        assert_eq!(found(domain), [(SmallCountInText, "4.1/policy_domains".into())]);
        let source = |content: &mut EditionContent| content.training[0].source = Some(text.into());
        assert_eq!(found(source), [(SmallCountInText, "training/HPM".into())]);
        let competence = Competence { code: text.into(), policy_domain: PolicyDomainCode("OV".into()) };
        let reported = RowContent { competences: vec![competence], ..row(vec![]) };
        let part = format!("4.1/rows/{}", reported.id.0);
        assert_eq!(found(|content| first(content).rows = vec![reported]), [(SmallCountInText, part)]);
        let linked = |url: &str| found_in_row(vec![Block::Link { text: "verslag".into(), url: url.into() }]);
        assert_eq!(linked("https://example.org/verslag-3-jongeren.pdf"), [SmallCountInText]);
        assert_eq!(linked("https://example.org/48-leertrajecten"), [TrajectoryFigure]);
        assert_eq!(linked("https://example.org/geen-leertrajecten"), [NumberNearTrajectories]);
        assert_eq!(linked("https://example.org/2018/3/verslag-2.pdf?pagina=4"), [], "numbers of nothing");
    }

    #[test]
    fn the_code_of_a_policy_domain_is_no_number_beside_learning_trajectories() {
        let under = found(|content| {
            first(content).title = "Leertrajecten".into();
            first(content).policy_domains[0].code = "IV".into();
        });
        assert_eq!(under, []);
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

    fn row(blocks: Vec<Block>) -> RowContent {
        let id = RowId(uuid::Uuid::from_u128(7));
        RowContent { id, state: RowStanding::Accepted, competences: vec![], blocks, references: vec![] }
    }

    fn listed(items: &[&str]) -> Block {
        Block::List(items.iter().map(|text| ListItem { text: (*text).into(), items: vec![] }).collect())
    }

    /// The kinds found in a report row with these blocks.
    fn found_in_row(blocks: Vec<Block>) -> Vec<BlockerKind> {
        let found = found(|content| first(content).rows = vec![row(blocks)]);
        found.into_iter().map(|(kind, _)| kind).collect()
    }

    #[test]
    fn a_number_is_found_wherever_the_passage_it_stands_in_mentions_learning_trajectories() {
        let under = |heading: &str, number: Block| found_in_row(vec![Block::Heading(heading.into()), number]);
        assert_eq!(under("Leertrajecten", listed(&["Limburg: 12"])), [NumberNearTrajectories]);
        assert_eq!(
            under("Kazerne Dossin", Block::Paragraph("Er waren XII dossiers.".into())),
            [NumberNearTrajectories]
        );
        assert_eq!(under("Met de parketten", Block::Paragraph("Dat is 80%.".into())), [NumberNearTrajectories]);
        assert_eq!(
            under("Leer\u{AD}trajecten", Block::Paragraph("Er liepen er ４８.".into())),
            [NumberNearTrajectories]
        );
        assert_eq!(under("Leertrajecten", Block::Paragraph("In 2018 kostte dat 5.000 euro (actie 5.8).".into())), []);
        assert_eq!(under("Vormingen", listed(&["Limburg: 12"])), [], "about something else");
        let text = "Het parket verwees er twaalf door naar Kazerne Dossin.";
        assert_eq!(found_in_row(vec![Block::Paragraph(text.into())]), [TrajectoryFigure], "in one sentence, for good");
        let text = "Niemand wordt verplicht een leertraject te volgen.";
        assert_eq!(found_in_row(vec![Block::Paragraph(text.into())]), [NumberNearTrajectories], "once, not for good");
        assert_eq!(under("Leertrajecten", listed(&["Limburg: geen uitval"])), [NumberNearTrajectories]);
        assert_eq!(under("Vormingen", listed(&["Limburg: geen uitval, en werken in duo"])), []);
        let preface = found(|content| content.head.preface = Some("Over leertrajecten. Het waren er 48.".into()));
        assert_eq!(preface.len(), 1);
        let titled = found(|content| {
            first(content).title = "Leertrajecten".into();
            first(content).rows = vec![row(vec![Block::Paragraph("Het waren er 48.".into())])];
        });
        assert!(titled.iter().any(|(_, place)| place.contains("rows/")), "the title heads all of it: {titled:?}");
    }

    #[test]
    fn a_figure_beside_a_text_on_learning_trajectories_is_found_when_it_counts_persons_or_dossiers() {
        let beside = |label: &str| {
            let found = found(|content| {
                first(content).rows = vec![row(vec![Block::Paragraph("De leertrajecten lopen goed.".into())])];
                first(content).indicators = vec![figure(label, None, IndicatorValue::Exact(48))];
            });
            found.into_iter().map(|(kind, _)| kind).collect::<Vec<_>>()
        };
        assert_eq!(beside("dossiers"), [NumberNearTrajectories]);
        assert_eq!(beside("bereikte jongeren"), [NumberNearTrajectories]);
        assert_eq!(beside("vormingsdagen"), []);
        let named = figure("bezoekers Kazerne Dossin", None, IndicatorValue::Exact(12_000));
        let found = found(|content| first(content).indicators = vec![named]);
        assert_eq!(found.len(), 1, "it names them itself: {found:?}");
    }

    #[test]
    fn persons_in_the_note_of_an_amount_or_means_beside_a_text_on_learning_trajectories_are_found_like_a_figure() {
        let beside = |about: &str, note: &str| {
            let found = found(|content| {
                let chapters = content.policy_lines.iter_mut().flat_map(|line| &mut line.chapters);
                for action in chapters.flat_map(|chapter| &mut chapter.actions) {
                    action.rows = vec![row(vec![Block::Paragraph(about.into())])];
                    action.budget.iter_mut().for_each(|entry| entry.note = Some(note.into()));
                    action.means.iter_mut().for_each(|means| means.beneficiary = Some(note.into()));
                    action.mentions.iter_mut().for_each(|mention| mention.text = note.into());
                }
            });
            let kinds: Vec<_> = found.iter().map(|(kind, _)| *kind).collect();
            let has = |part: &str| found.iter().any(|(_, place)| place.contains(part));
            (kinds.iter().all(|kind| *kind == NumberNearTrajectories), has("budget/"), has("means/"), has("mentions/"))
        };
        let museum = "Kazerne Dossin werkt eraan.";
        assert_eq!(beside(museum, "voor 48 personen"), (true, true, true, true));
        assert_eq!(beside(museum, "voor 48 uren"), (true, false, false, false));
        assert_eq!(beside("De stad werkt eraan.", "voor 48 personen"), (true, false, false, false));
    }

    #[test]
    fn a_figure_of_few_persons_is_found_whatever_those_are_called() {
        let of = |label: &str, unit: Option<&str>, population: Option<&str>, value| {
            let mut counted = figure(label, unit, IndicatorValue::Exact(value));
            counted.population = population.map(str::to_owned);
            let found = found(|content| first(content).indicators = vec![counted]);
            found.into_iter().map(|(kind, _)| kind).collect::<Vec<_>>()
        };
        assert_eq!(of("bereik", Some("politieagenten"), None, 3), [SmallCountInFigure]);
        assert_eq!(of("bereik", Some("raadsleden"), None, 2), [SmallCountInFigure]);
        assert_eq!(of("opgeleide wijkagenten", None, None, 3), [SmallCountInFigure]);
        assert_eq!(of("bereik", None, Some("gezinsleden"), 1), [SmallCountInFigure]);
        assert_eq!(of("dagen geleden", None, None, 3), []);
    }

    #[test]
    fn a_number_near_learning_trajectories_is_another_finding_once_a_word_of_its_passage_changes() {
        let under = |heading: &str| {
            let mut content = edition();
            let blocks = vec![Block::Heading(heading.into()), listed(&["Limburg: 12"])];
            first(&mut content).rows = vec![row(blocks)];
            let near = findings(&content).into_iter().find(|finding| finding.kind == NumberNearTrajectories);
            near.map(|finding| (finding.id, finding.quote))
        };
        let (scholen, gestart) = (under("Parket en scholen").unwrap(), under("Leertrajecten: gestart").unwrap());
        assert_eq!(scholen.1, gestart.1);
        assert_ne!(scholen.0, gestart.0);
    }

    #[test]
    fn a_small_count_is_another_finding_once_the_text_it_stands_in_says_something_else() {
        let described = |text: &str| {
            let mut content = edition();
            first(&mut content).description = Some(text.into());
            let found = findings(&content).into_iter().find(|finding| finding.kind == SmallCountInText).unwrap();
            (found.quote, found.id)
        };
        let poster = described("In 2026 ontwierpen 3 jongeren een affiche");
        let convicted = described("In 2026 staan 3 jongeren terecht.");
        assert_eq!(poster.0, convicted.0);
        assert_ne!(poster.1, convicted.1);
        assert_eq!(poster, described("In 2026 ontwierpen 3 jongeren een affiche"), "the same text is the same finding");
    }

    #[test]
    fn a_small_number_in_a_list_is_one_of_persons_where_the_words_over_the_list_name_them() {
        let items = || listed(&["Limburg: 3", "Gent: 12"]);
        for heading in ["Deelnemers", "Deelnemers per provincie", "Deelnemers (2026)", "Aantal deelnemers in 2026"] {
            assert_eq!(found_in_row(vec![Block::Heading(heading.into()), items()]), [SmallCountInText], "{heading}");
        }
        let told = Block::Paragraph("De leerlingen bezochten scholen.".into());
        assert_eq!(found_in_row(vec![told, items()]), [], "a sentence that ends with something else");
        assert_eq!(found_in_row(vec![Block::Paragraph("Bereikte jongeren:".into()), items()]), [SmallCountInText]);
        assert_eq!(found_in_row(vec![Block::Paragraph("Vormingen:".into()), items()]), []);
        let below = ListItem { text: "3 in Limburg".into(), items: vec![] };
        let nested = Block::List(vec![ListItem { text: "Jongeren".into(), items: vec![below] }]);
        assert_eq!(found_in_row(vec![nested]), [SmallCountInText]);
    }

    #[test]
    fn a_small_number_of_a_place_is_one_of_persons_also_in_a_paragraph_under_a_heading_that_names_them() {
        let under = |heading: &str, text: &str| {
            found_in_row(vec![Block::Heading(heading.into()), Block::Paragraph(text.into())])
        };
        assert_eq!(under("Deelnemers", "Genk: 3"), [SmallCountInText]);
        assert_eq!(under("Deelnemers", "Genk: 12"), []);
        assert_eq!(under("Deelnemers", "Er waren 3 vormingen."), []);
        assert_eq!(under("Vormingen", "Genk: 3"), []);
        let listed = listed(&["Gent: 2"]);
        let both = vec![Block::Heading("Deelnemers".into()), Block::Paragraph("Genk: 12".into()), listed];
        assert_eq!(found_in_row(both), [SmallCountInText], "the heading stands over the list too");
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
