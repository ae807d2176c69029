//! The fields of what is reported in figures: money, people, mentions of funding, indicators.

use chrono::NaiveDate;
use spoor_domain::action::event::{
    BudgetEntry, BudgetPart, BudgetPeriod, BudgetRelation, Competence, FundingMention, Indicator, IndicatorValue,
    Means, PossibleDuplicate, RowId, SourceLines,
};
use spoor_domain::kernel::{Label, Language};

use super::fields::{BothNames, Names, Reach};
use super::walk::Walk;
use crate::dutch;

fn row_of(walk: &mut Walk, old: Option<RowId>, new: Option<RowId>, names: &BothNames, reach: Reach) {
    if reach == Reach::Everything && old != new {
        let (old, new) = (old.map(|id| names.0.row(id)), new.map(|id| names.1.row(id)));
        walk.differs("row", "rapportering", old, new);
    }
}

pub(super) fn amount(walk: &mut Walk, old: &BudgetEntry, new: &BudgetEntry, names: &BothNames, reach: Reach) {
    let BudgetEntry {
        id: _,
        half_year,
        row,
        competence,
        competence_basis,
        amount,
        beneficiary,
        note,
        funder,
        period,
        verbatim,
        source,
        source_lines,
        relation,
        breakdown,
        possible_duplicate_of,
    } = old;
    walk.value("amount", "bedrag", amount, &new.amount, |amount| Some(dutch::euro(*amount)));
    walk.maybe("beneficiary", "begunstigde", beneficiary, &new.beneficiary);
    walk.maybe("note", "toelichting", note, &new.note);
    walk.maybe("funder", "financier", funder, &new.funder);
    competence_of(walk, competence, &new.competence);
    walk.value("competence_basis", "toewijzing aan de bevoegdheid", competence_basis, &new.competence_basis, |basis| {
        basis.map(|basis| basis.label(Language::Nl).to_owned())
    });
    period_of(walk, period, &new.period);
    walk.maybe("verbatim", "zoals gedrukt", verbatim, &new.verbatim);
    walk.value("source", "plaats in het rapport", source, &new.source, |source| {
        Some(source.label(Language::Nl).to_owned())
    });
    related(walk, relation, &new.relation, names, reach);
    parts(walk, breakdown, &new.breakdown);
    duplicate(walk, possible_duplicate_of, &new.possible_duplicate_of, names, reach);
    row_of(walk, *row, new.row, names, reach);
    if reach == Reach::Everything {
        walk.value("half_year", "halfjaar", half_year, &new.half_year, |half_year| Some(half_year.to_string()));
        walk.value("source_lines", "regels in het brondocument", source_lines, &new.source_lines, lines);
    }
}

fn lines(found: &Option<SourceLines>) -> Option<String> {
    found.map(|lines| format!("{}–{}", lines.first, lines.last))
}

fn competence_of(walk: &mut Walk, old: &Option<Competence>, new: &Option<Competence>) {
    walk.words("competence", "bevoegdheid", old, new, |found| {
        found.as_ref().map(|own| format!("{} ({})", own.code, own.policy_domain))
    });
}

fn period_of(walk: &mut Walk, old: &Option<BudgetPeriod>, new: &Option<BudgetPeriod>) {
    match (old, new) {
        (Some(BudgetPeriod { verbatim, from, until, kind }), Some(new)) => walk.within("period", "periode", |walk| {
            let day = |day: &Option<NaiveDate>| day.map(dutch::day);
            walk.text("verbatim", "zoals gedrukt", verbatim, &new.verbatim);
            walk.value("from", "eerste dag", from, &new.from, day);
            walk.value("until", "laatste dag", until, &new.until, day);
            walk.value("kind", "soort", kind, &new.kind, |kind| Some(kind.label(Language::Nl).to_owned()));
        }),
        (Some(_) | None, None) | (None, Some(_)) => {
            walk.words("period", "periode", old, new, |found| found.as_ref().map(dutch::period));
        }
    }
}

fn related(
    walk: &mut Walk,
    old: &Option<BudgetRelation>,
    new: &Option<BudgetRelation>,
    names: &BothNames,
    reach: Reach,
) {
    let same = match reach {
        Reach::Everything => old == new,
        Reach::Meaning => old.map(|own| own.kind) == new.map(|own| own.kind),
    };
    if !same {
        let printed = |found: &Option<BudgetRelation>, names: &Names| {
            found.map(|own| format!("{} ‘{}’", own.kind.label(Language::Nl), names.entry(own.entry)))
        };
        walk.differs("relation", "verband", printed(old, &names.0), printed(new, &names.1));
    }
}

fn parts(walk: &mut Walk, old: &[BudgetPart], new: &[BudgetPart]) {
    let printed = |parts: &[BudgetPart]| {
        let part = |part: &BudgetPart| {
            let BudgetPart { amount, note, verbatim } = part;
            let words = [note, verbatim].into_iter().flatten().cloned();
            [dutch::euro(*amount)].into_iter().chain(words).collect::<Vec<_>>().join(" – ")
        };
        (!parts.is_empty()).then(|| parts.iter().map(part).collect::<Vec<_>>().join("; "))
    };
    if old != new {
        walk.differs("breakdown", "delen", printed(old), printed(new));
    }
}

fn duplicate(
    walk: &mut Walk,
    old: &Option<PossibleDuplicate>,
    new: &Option<PossibleDuplicate>,
    names: &BothNames,
    reach: Reach,
) {
    let meaning = |found: &Option<PossibleDuplicate>| found.as_ref().map(|own| (own.action, own.certainty));
    let same = match reach {
        Reach::Everything => old == new,
        Reach::Meaning => meaning(old) == meaning(new),
    };
    if !same {
        let printed = |found: &Option<PossibleDuplicate>, names: &Names| {
            let PossibleDuplicate { action, entry, certainty } = found.as_ref()?;
            Some(format!("actie {action}, ‘{}’ ({})", names.entry(*entry), certainty.in_sentence(Language::Nl)))
        };
        walk.differs("possible_duplicate_of", "mogelijk dubbel", printed(old, &names.0), printed(new, &names.1));
    }
}

pub(super) fn means(walk: &mut Walk, old: &Means, new: &Means, names: &BothNames, reach: Reach) {
    let Means { id: _, half_year, row, competence, fte_hundredths, beneficiary, verbatim } = old;
    walk.value("fte_hundredths", "aantal", fte_hundredths, &new.fte_hundredths, |fte| Some(dutch::fte(*fte)));
    walk.maybe("beneficiary", "begunstigde", beneficiary, &new.beneficiary);
    walk.text("verbatim", "zoals gedrukt", verbatim, &new.verbatim);
    competence_of(walk, competence, &new.competence);
    row_of(walk, *row, new.row, names, reach);
    if reach == Reach::Everything {
        walk.value("half_year", "halfjaar", half_year, &new.half_year, |half_year| Some(half_year.to_string()));
    }
}

pub(super) fn mention(walk: &mut Walk, old: &FundingMention, new: &FundingMention, names: &BothNames, reach: Reach) {
    let FundingMention { id: _, half_year, row, competence, funder, text } = old;
    walk.text("text", "tekst", text, &new.text);
    walk.maybe("funder", "financier", funder, &new.funder);
    competence_of(walk, competence, &new.competence);
    row_of(walk, *row, new.row, names, reach);
    if reach == Reach::Everything {
        walk.value("half_year", "halfjaar", half_year, &new.half_year, |half_year| Some(half_year.to_string()));
    }
}

pub(super) fn indicator(walk: &mut Walk, old: &Indicator, new: &Indicator, names: &BothNames, reach: Reach) {
    let Indicator {
        id: _,
        half_year,
        row,
        competence,
        label,
        unit,
        population,
        value,
        measure,
        as_of,
        part_of,
        source_lines,
    } = old;
    let printed = |value: &IndicatorValue| Some(dutch::indicator_value(value));
    match value {
        // Why nobody registers it is in words.
        IndicatorValue::NotRegistered { .. } => walk.words("value", "waarde", value, &new.value, printed),
        _a_figure_or_none => walk.value("value", "waarde", value, &new.value, printed),
    }
    walk.text("label", "benaming", label, &new.label);
    walk.maybe("unit", "eenheid", unit, &new.unit);
    walk.maybe("population", "populatie", population, &new.population);
    walk.value("measure", "soort", measure, &new.measure, |measure| Some(measure.label(Language::Nl).to_owned()));
    walk.value("as_of", "op", as_of, &new.as_of, |day| day.map(dutch::day));
    competence_of(walk, competence, &new.competence);
    row_of(walk, *row, new.row, names, reach);
    if reach == Reach::Everything {
        if *part_of != new.part_of {
            let (old, new) = (part_of.map(|id| names.0.entry(id)), new.part_of.map(|id| names.1.entry(id)));
            walk.differs("part_of", "deel van", old, new);
        }
        walk.value("half_year", "halfjaar", half_year, &new.half_year, |half_year| Some(half_year.to_string()));
        walk.value("source_lines", "regels in het brondocument", source_lines, &new.source_lines, lines);
    }
}
