//! Which item of one half-year is which item of the other. Ids are made anew every half-year, so items are also known by
//! what they are about.

use std::collections::BTreeMap;

use spoor_domain::action::event::{BudgetEntry, FundingMention, Indicator, Means};
use spoor_domain::kernel::Label;

use super::fields::row_name;
use crate::edition::content::RowContent;

/// By what an item is known; none when it cannot be known that way.
pub(super) type Key<T> = fn(&T) -> Option<String>;

/// An item before and after; one of the two is there.
pub(super) type Pair<'a, T> = (Option<&'a T>, Option<&'a T>);

/// Pairs items, first by the first key, what is left by the second, and so on; of several with the same key, in order.
/// What has no counterpart stays alone. Old items come first, in their order.
pub(super) fn pairs<'a, T>(old: &'a [T], new: &'a [T], keys: &[Key<T>]) -> Vec<Pair<'a, T>> {
    let mut partner: BTreeMap<usize, usize> = BTreeMap::new();
    let mut taken = vec![false; new.len()];
    for key in keys {
        for (at, before) in old.iter().enumerate() {
            let Some(known) = key(before).filter(|_| !partner.contains_key(&at)) else { continue };
            let same = |there: &usize| !taken[*there] && key(&new[*there]).as_ref() == Some(&known);
            if let Some(there) = (0..new.len()).find(same) {
                taken[there] = true;
                partner.insert(at, there);
            }
        }
    }
    let stayed = old.iter().enumerate().map(|(at, before)| (Some(before), partner.get(&at).map(|there| &new[*there])));
    let added = new.iter().zip(&taken).filter(|(_, taken)| !**taken).map(|(after, _)| (None, Some(after)));
    stayed.chain(added).collect()
}

/// An amount: by its id; else by who receives it, under which competence, for which period, and how much; else without
/// the amount; else without the period. An amount that names nobody is known only with its amount.
pub(super) const BUDGET: &[Key<BudgetEntry>] = &[
    |entry| Some(entry.id.0.to_string()),
    |entry| Some(format!("{:?}", (who(entry), place(entry), covers(entry), entry.amount))),
    |entry| Some(format!("{:?}", (who(entry)?, place(entry), covers(entry)))),
    |entry| Some(format!("{:?}", (who(entry)?, place(entry)))),
];

/// People and other means, likewise.
pub(super) const MEANS: &[Key<Means>] =
    &[|means| Some(means.id.0.to_string()), |means| Some(plain(means.beneficiary.as_ref()?))];

/// Mentions of funding: by id, else by their text.
pub(super) const MENTIONS: &[Key<FundingMention>] =
    &[|mention| Some(mention.id.0.to_string()), |mention| Some(plain(&mention.text))];

/// Figures: by id, else by what is counted among whom, planned or realised.
pub(super) const INDICATORS: &[Key<Indicator>] = &[
    |figure| Some(figure.id.0.to_string()),
    |figure| Some(format!("{:?}", (plain(&figure.label), &figure.unit, &figure.population, figure.measure.code()))),
];

/// Report rows: by id, else by their competences.
pub(super) const ROWS: &[Key<RowContent>] = &[|row| Some(row.id.0.to_string()), |row| Some(row_name(row))];

fn who(entry: &BudgetEntry) -> Option<String> {
    entry.beneficiary.as_deref().or(entry.note.as_deref()).or(entry.funder.as_deref()).map(plain)
}

fn place(entry: &BudgetEntry) -> (Option<&str>, &'static str, Option<&'static str>) {
    let competence = entry.competence.as_ref().map(|competence| competence.code.as_str());
    (competence, entry.source.code(), entry.relation.map(|relation| relation.kind.code()))
}

fn covers(entry: &BudgetEntry) -> Option<&str> {
    entry.period.as_ref().map(|period| period.verbatim.as_str())
}

/// Without case and without runs of white space.
fn plain(text: impl AsRef<str>) -> String {
    text.as_ref().split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
