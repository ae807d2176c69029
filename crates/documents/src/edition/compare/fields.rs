//! Every field of an edition's plan data, with its name in print. Each value is taken apart by name, so that a field
//! that is added to the content does not compile here until it is compared as well.

use std::collections::BTreeMap;

use spoor_domain::action::event::{
    ActionStatus, Block, BudgetEntry, Competence, EntryId, FundingMention, Indicator, InitiativeList, Initiatives,
    Means, Reference, RowId,
};
use spoor_domain::kernel::{Label, Language};

use super::figures::{self, amount, indicator, mention};
use super::walk::{List, Walk};
use crate::dutch;
use crate::edition::content::*;

/// How far a comparison reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Every value, as for errata.
    Everything,
    /// Not what is always different between two half-years: the half-year, the row, the place in the source, and which
    /// entry a relation names.
    Meaning,
}

/// What entries and rows are called, by their ids.
pub(super) struct Names {
    entries: BTreeMap<EntryId, String>,
    rows: BTreeMap<RowId, String>,
}

impl Names {
    /// The names in a content.
    pub(super) fn of(content: &EditionContent) -> Self {
        let actions =
            || content.policy_lines.iter().flat_map(|line| &line.chapters).flat_map(|chapter| &chapter.actions);
        let amounts = actions().flat_map(|action| &action.budget).map(|entry| (entry.id, entry_name(entry)));
        let figures = actions().flat_map(|action| &action.indicators).map(|figure| (figure.id, figure.label.clone()));
        let rows = actions().flat_map(|action| &action.rows).map(|row| (row.id, row_name(row)));
        Self { entries: amounts.chain(figures).collect(), rows: rows.collect() }
    }

    pub(super) fn entry(&self, id: EntryId) -> String {
        self.entries.get(&id).cloned().unwrap_or_else(|| id.0.to_string())
    }

    pub(super) fn row(&self, id: RowId) -> String {
        self.rows.get(&id).cloned().unwrap_or_else(|| id.0.to_string())
    }
}

/// The names in the old and the new content.
pub(super) type BothNames = (Names, Names);

/// An amount in a few words.
pub(super) fn entry_name(entry: &BudgetEntry) -> String {
    let who = entry.beneficiary.as_ref().or(entry.note.as_ref()).or(entry.funder.as_ref());
    let amount = dutch::euro(entry.amount);
    who.map_or(amount.clone(), |who| format!("{who}, {amount}"))
}

/// A report row in a few words.
pub(super) fn row_name(row: &RowContent) -> String {
    match dutch::competences(&row.competences) {
        none if none.is_empty() => "zonder bevoegdheid".to_owned(),
        competences => competences,
    }
}

pub(super) fn head(walk: &mut Walk, old: &EditionHead, new: &EditionHead) {
    let EditionHead { plan, plan_name, period, number: _, label, window, cut_off, preface, rules, corrects: _ } = old;
    walk.within("head", "", |walk| {
        walk.value("plan", "Plan", plan, &new.plan, |plan| Some(plan.to_string()));
        walk.text("plan_name", "Naam van het plan", plan_name, &new.plan_name);
        walk.value("period", "Halfjaar", period, &new.period, |period| Some(period.to_string()));
        walk.text("label", "Benaming", label, &new.label);
        walk.value("window", "Rapporteringsperiode", window, &new.window, |window| {
            window.map(|window| format!("{} – {}", dutch::day(window.from), dutch::day(window.until)))
        });
        walk.value("cut_off", "Afgesloten op", cut_off, &new.cut_off, |day| Some(dutch::day(*day)));
        walk.maybe("preface", "Woord vooraf", preface, &new.preface);
        walk.value("rules", "Regels voor het tellen en afronden", rules, &new.rules, |rules| Some(rules.clone()));
    });
}

pub(super) fn action(walk: &mut Walk, old: &ActionContent, new: &ActionContent, names: &BothNames, reach: Reach) {
    let ActionContent {
        number: _,
        title: _,
        description: _,
        initiatives: _,
        status: _,
        previous_status: _,
        went_backwards: _,
        ministers: _,
        policy_domains: _,
        others: _,
        rows,
        budget,
        means,
        mentions,
        indicators,
        regular_means: _,
    } = old;
    described(walk, old, new);
    involved(walk, old, new);
    let list = List::<RowContent> {
        name: "rows",
        item: "Rapportering",
        items: "rapporteringen",
        key: &|row| row.id.0.to_string(),
        print: &row_name,
    };
    walk.list(&list, rows, &new.rows, row);
    let list = List::<BudgetEntry> {
        name: "budget",
        item: "Budgetlijn",
        items: "budgetlijnen",
        key: &|entry| entry.id.0.to_string(),
        print: &entry_name,
    };
    walk.list(&list, budget, &new.budget, |walk, old, new| amount(walk, old, new, names, reach));
    let list = List::<Means> {
        name: "means",
        item: "Andere middelen",
        items: "andere middelen",
        key: &|means| means.id.0.to_string(),
        print: &means_name,
    };
    walk.list(&list, means, &new.means, |walk, old, new| figures::means(walk, old, new, names, reach));
    let list = List::<FundingMention> {
        name: "mentions",
        item: "Financiering zonder bedrag",
        items: "vermeldingen van financiering",
        key: &|mention| mention.id.0.to_string(),
        print: &|mention| mention.text.clone(),
    };
    walk.list(&list, mentions, &new.mentions, |walk, old, new| mention(walk, old, new, names, reach));
    let list = List::<Indicator> {
        name: "indicators",
        item: "Indicator",
        items: "indicatoren",
        key: &|indicator| indicator.id.0.to_string(),
        print: &|indicator| format!("{}: {}", indicator.label, dutch::indicator_value(&indicator.value)),
    };
    walk.list(&list, indicators, &new.indicators, |walk, old, new| indicator(walk, old, new, names, reach));
}

/// What the action is and how far it is.
pub(super) fn described(walk: &mut Walk, old: &ActionContent, new: &ActionContent) {
    let ActionContent { title, description, initiatives, status, previous_status, went_backwards, .. } = old;
    walk.text("title", "Titel", title, &new.title);
    walk.maybe("description", "Omschrijving", description, &new.description);
    let list = List::<InitiativeList> {
        name: "initiatives",
        item: "Initiatieven",
        items: "lijsten van initiatieven",
        key: &|list| list.heading.clone(),
        print: &|list| format!("{}: {}", list.heading, initiatives_printed(&list.initiatives)),
    };
    walk.list(&list, initiatives, &new.initiatives, |walk, old, new| {
        let InitiativeList { heading: _, initiatives } = old;
        walk.words("initiatives", "inhoud", initiatives, &new.initiatives, |found| Some(initiatives_printed(found)));
    });
    let word = |status: ActionStatus| status.label(Language::Nl).to_owned();
    walk.value("status", "Status", status, &new.status, |status| status.map(word));
    walk.value("previous_status", "Vorige status", previous_status, &new.previous_status, |status| status.map(word));
    walk.value("went_backwards", "Status ging achteruit", went_backwards, &new.went_backwards, |is| {
        Some(dutch::yes(*is))
    });
    // What is not yet delivered is neither yes nor no.
    let (before, after) = (old.on_regular_means(), new.on_regular_means());
    walk.value("regular_means", "Reguliere middelen", &before, &after, |is| Some(dutch::regular_means(*is)));
}

/// Who answers for the action or takes part in it.
pub(super) fn involved(walk: &mut Walk, old: &ActionContent, new: &ActionContent) {
    let ActionContent { ministers, policy_domains, others, .. } = old;
    let list = List::<MinisterContent> {
        name: "ministers",
        item: "Minister",
        items: "ministers",
        key: &|minister| minister.title.clone(),
        print: &|minister| minister.title.clone(),
    };
    walk.list(&list, ministers, &new.ministers, minister);
    let list = List::<PolicyDomainContent> {
        name: "policy_domains",
        item: "Beleidsdomein",
        items: "beleidsdomeinen",
        key: &|domain| domain.code.clone(),
        print: &|domain| domain.code.clone(),
    };
    walk.list(&list, policy_domains, &new.policy_domains, policy_domain);
    let list = List::<String> {
        name: "others",
        item: "Andere betrokkene",
        items: "andere betrokkenen",
        key: &Clone::clone,
        print: &Clone::clone,
    };
    walk.list(&list, others, &new.others, |_, _, _| {});
}

pub(super) fn minister(walk: &mut Walk, old: &MinisterContent, new: &MinisterContent) {
    let MinisterContent { title: _, offices } = old;
    walk.value("offices", "ambten", offices, &new.offices, |offices| Some(offices.join(", ")));
}

pub(super) fn policy_domain(walk: &mut Walk, old: &PolicyDomainContent, new: &PolicyDomainContent) {
    let PolicyDomainContent { code: _, name, coordinator } = old;
    walk.maybe("name", "naam", name, &new.name);
    walk.value("coordinator", "coördinator", coordinator, &new.coordinator, |is| Some(dutch::yes(*is)));
}

pub(super) fn row(walk: &mut Walk, old: &RowContent, new: &RowContent) {
    let RowContent { id: _, state, competences, blocks, references } = old;
    walk.value("state", "stand", state, &new.state, |state| Some(state.label(Language::Nl).to_owned()));
    let printed = |found: &Vec<Competence>| {
        let each = found.iter().map(|own| format!("{} ({})", own.code, own.policy_domain));
        Some(each.collect::<Vec<_>>().join(", "))
    };
    walk.words("competences", "bevoegdheden", competences, &new.competences, printed);
    text_of(walk, blocks, &new.blocks);
    let printed = |found: &Vec<Reference>| {
        let each = found.iter().map(dutch::reference).collect::<Vec<_>>();
        (!each.is_empty()).then(|| each.join("; "))
    };
    walk.words("references", "verwijzingen", references, &new.references, printed);
}

/// The blocks between the first and the last that differ.
fn text_of(walk: &mut Walk, old: &[Block], new: &[Block]) {
    if old == new {
        return;
    }
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let end = old[start..].iter().rev().zip(new[start..].iter().rev()).take_while(|(a, b)| a == b).count();
    let printed = |blocks: &[Block]| {
        let own = &blocks[start..blocks.len() - end];
        (!own.is_empty()).then(|| dutch::text(own))
    };
    let (old, new) = (printed(old), printed(new));
    let label = if old == new { "tekst (opmaak)" } else { "tekst" };
    walk.differs("blocks", label, old, new);
}

fn initiatives_printed(initiatives: &Initiatives) -> String {
    match initiatives {
        Initiatives::Listed(names) => names.join("; "),
        Initiatives::Counted(count) => format!("{} initiatieven", dutch::number((*count).into())),
    }
}

fn means_name(means: &Means) -> String {
    let who = means.beneficiary.as_ref().map(|who| format!("{who}, ")).unwrap_or_default();
    format!("{who}{}", dutch::fte(means.fte_hundredths))
}
