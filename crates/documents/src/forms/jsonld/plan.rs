//! Policy lines, chapters, actions and what is reported on them.

use serde_json::{Value, json};
use spoor_domain::action::event::{
    Block, BudgetEntry, BudgetPart, BudgetPeriod, Competence, EntryId, FundingMention, Indicator, IndicatorValue,
    InitiativeList, Initiatives, ListItem, Means, Reference, RowId,
};
use spoor_domain::kernel::{Cents, Label, Language};

use super::Names;
use super::terms::{boolean, concept, day, decimal, integer, kind, object, plain};
use crate::edition::{
    ActionContent, ChapterContent, MinisterContent, PolicyDomainContent, PolicyLineContent, RowContent,
};

pub fn policy_line(line: &PolicyLineContent, names: &Names) -> Value {
    let PolicyLineContent { number, name, chapters } = line;
    object([
        ("@id", format!("{}#beleidslijn-{number}", names.plan).into()),
        ("@type", "spoor:PolicyLine".into()),
        ("schema:position", integer(&number.to_string())),
        ("schema:name", name.as_str().into()),
        ("spoor:chapter", chapters.iter().map(|own| chapter(own, names)).collect()),
    ])
}

fn chapter(chapter: &ChapterContent, names: &Names) -> Value {
    let ChapterContent { number, title, actions } = chapter;
    object([
        ("@id", format!("{}#hoofdstuk-{number}", names.plan).into()),
        ("@type", "spoor:Chapter".into()),
        ("schema:position", integer(&number.to_string())),
        ("schema:name", title.as_str().into()),
        ("spoor:action", actions.iter().map(|own| action(own, names)).collect()),
    ])
}

fn action(action: &ActionContent, names: &Names) -> Value {
    let ActionContent {
        number,
        title,
        description,
        initiatives,
        status,
        previous_status,
        went_backwards,
        ministers,
        policy_domains,
        others,
        rows,
        budget,
        means,
        mentions,
        indicators,
        regular_means,
    } = action;
    let other = |name: &String| json!({ "@type": "schema:Organization", "schema:name": plain(name) });
    object([
        ("@id", names.action(number).into()),
        ("@type", "spoor:PlanAction".into()),
        ("schema:identifier", plain(&number.to_string())),
        ("schema:name", title.as_str().into()),
        ("schema:description", description.as_deref().into()),
        ("spoor:status", status.map(concept).into()),
        ("spoor:previousStatus", previous_status.map(concept).into()),
        ("spoor:wentBackwards", boolean(*went_backwards)),
        ("spoor:regularMeans", if action.awaits_budget() { Value::Null } else { boolean(*regular_means) }),
        ("spoor:initiatives", initiatives.iter().map(initiative_list).collect()),
        ("spoor:minister", ministers.iter().map(minister).collect()),
        ("spoor:policyDomain", policy_domains.iter().map(policy_domain).collect()),
        ("schema:participant", others.iter().map(other).collect()),
        ("spoor:report", (1..).zip(rows).map(|(place, own)| row(place, own, names)).collect()),
        ("spoor:budget", budget.iter().map(|entry| amount(entry, names)).collect()),
        ("spoor:means", means.iter().map(other_means).collect()),
        ("spoor:fundingMention", mentions.iter().map(mention).collect()),
        ("spoor:indicator", indicators.iter().map(indicator).collect()),
    ])
}

fn initiative_list(list: &InitiativeList) -> Value {
    let InitiativeList { heading, initiatives } = list;
    let (listed, counted) = match initiatives {
        Initiatives::Listed(texts) => (json!({ "@list": texts }), Value::Null),
        Initiatives::Counted(count) => (Value::Null, integer(&count.to_string())),
    };
    object([
        ("@type", "spoor:InitiativeList".into()),
        ("schema:name", heading.as_str().into()),
        ("schema:itemListElement", listed),
        ("schema:numberOfItems", counted),
    ])
}

fn minister(minister: &MinisterContent) -> Value {
    let MinisterContent { title, offices } = minister;
    object([
        ("@type", "org:Post".into()),
        ("skos:prefLabel", title.as_str().into()),
        ("spoor:office", offices.iter().map(|office| plain(office)).collect()),
    ])
}

fn policy_domain(domain: &PolicyDomainContent) -> Value {
    let PolicyDomainContent { code, name, coordinator } = domain;
    object([
        ("@type", "org:OrganizationalUnit".into()),
        ("skos:notation", plain(code)),
        ("skos:prefLabel", name.as_deref().into()),
        ("spoor:coordinates", boolean(*coordinator)),
    ])
}

fn competence(competence: &Competence) -> Value {
    let Competence { code, policy_domain } = competence;
    json!({
        "@type": "skos:Concept",
        "skos:prefLabel": code,
        "spoor:policyDomain": { "@type": "org:OrganizationalUnit", "skos:notation": plain(&policy_domain.0) },
    })
}

fn row(place: u32, row: &RowContent, names: &Names) -> Value {
    let RowContent { id, state, competences, blocks, references } = row;
    object([
        ("@id", format!("urn:uuid:{}", id.0).into()),
        ("@type", json!(["schema:Report", "spoor:ReportRow"])),
        ("schema:position", integer(&place.to_string())),
        ("spoor:rowState", concept(*state)),
        ("spoor:competence", competences.iter().map(competence).collect()),
        ("spoor:text", texts(blocks)),
        ("spoor:refersTo", references.iter().map(|own| reference(own, names)).collect()),
    ])
}

fn texts(blocks: &[Block]) -> Value {
    if blocks.is_empty() { Value::Null } else { json!({ "@list": blocks.iter().map(block).collect::<Vec<_>>() }) }
}

fn block(block: &Block) -> Value {
    match block {
        Block::Paragraph(text) => json!({ "@type": "spoor:Paragraph", "schema:text": text }),
        Block::Heading(text) => json!({ "@type": "spoor:Heading", "schema:text": text }),
        Block::List(list) => json!({ "@type": "spoor:List", "spoor:item": items(list) }),
        // The address is text: what somebody wrote need not be an IRI.
        Block::Link { text, url } => json!({ "@type": "spoor:Link", "schema:text": text, "schema:url": plain(url) }),
    }
}

fn items(list: &[ListItem]) -> Value {
    let item = |own: &ListItem| {
        let below = if own.items.is_empty() { Value::Null } else { items(&own.items) };
        object([("schema:text", own.text.as_str().into()), ("spoor:item", below)])
    };
    json!({ "@list": list.iter().map(item).collect::<Vec<_>>() })
}

fn reference(reference: &Reference, names: &Names) -> Value {
    let Reference { plan, action, competence, edition } = reference;
    let own = |number: &_| json!({ "@id": names.action(number) });
    let elsewhere = |plan: &_| json!({ "@id": format!("urn:uuid:{plan}") });
    object([
        ("@type", "spoor:Reference".into()),
        ("spoor:plan", plan.as_ref().map(elsewhere).into()),
        ("schema:identifier", action.map(|number| plain(&number.to_string())).into()),
        // Only an action of this plan has a name here; the reference may dangle.
        ("spoor:action", action.as_ref().filter(|_| plan.is_none()).map(own).into()),
        ("spoor:competence", competence.as_deref().map(plain).into()),
        ("spoor:halfYear", edition.map(|half_year| plain(&half_year.to_string())).into()),
    ])
}

fn money(amount: Cents) -> Value {
    json!({ "@type": "schema:MonetaryAmount", "schema:value": decimal(amount.0), "schema:currency": plain("EUR") })
}

fn amount(entry: &BudgetEntry, names: &Names) -> Value {
    let BudgetEntry {
        id,
        half_year,
        row,
        competence: ascribed,
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
    } = entry;
    let related =
        relation.map(|own| json!({ "spoor:relationKind": concept(own.kind), "spoor:entry": entry_ref(own.entry) }));
    let duplicate = possible_duplicate_of.as_ref().map(|first| {
        json!({
            "spoor:action": { "@id": names.action(first.action) },
            "spoor:entry": entry_ref(first.entry),
            "spoor:certainty": first.certainty.label(Language::Nl),
        })
    });
    object([
        ("@id", format!("urn:uuid:{}", id.0).into()),
        ("@type", "spoor:BudgetEntry".into()),
        ("spoor:amount", money(*amount)),
        ("spoor:halfYear", plain(&half_year.to_string())),
        ("spoor:reportRow", row.map(row_ref).into()),
        ("spoor:competence", ascribed.as_ref().map(competence).into()),
        ("spoor:competenceBasis", competence_basis.map(|basis| basis.label(Language::Nl)).into()),
        ("spoor:beneficiary", beneficiary.as_deref().into()),
        ("skos:note", note.as_deref().into()),
        ("schema:funder", funder.as_deref().into()),
        ("dct:temporal", period.as_ref().map(self::period).into()),
        ("spoor:verbatim", verbatim.as_deref().into()),
        ("spoor:budgetSource", concept(*source)),
        ("spoor:firstSourceLine", source_lines.map(|lines| integer(&lines.first.to_string())).into()),
        ("spoor:lastSourceLine", source_lines.map(|lines| integer(&lines.last.to_string())).into()),
        ("spoor:relation", related.into()),
        ("spoor:part", breakdown.iter().map(part).collect()),
        ("spoor:possibleDuplicateOf", duplicate.into()),
        ("spoor:countsAsPrinted", boolean(entry.counts_as_printed())),
        ("spoor:countsWithoutDuplicates", boolean(entry.counts_without_duplicates())),
    ])
}

fn part(part: &BudgetPart) -> Value {
    let BudgetPart { amount, note, verbatim } = part;
    object([
        ("spoor:amount", money(*amount)),
        ("skos:note", note.as_deref().into()),
        ("spoor:verbatim", verbatim.as_deref().into()),
    ])
}

fn period(period: &BudgetPeriod) -> Value {
    let BudgetPeriod { verbatim, from, until, kind } = period;
    object([
        ("@type", "dct:PeriodOfTime".into()),
        ("spoor:verbatim", verbatim.as_str().into()),
        ("dcat:startDate", from.map(day).into()),
        ("dcat:endDate", until.map(day).into()),
        ("spoor:periodKind", concept(*kind)),
    ])
}

fn other_means(means: &Means) -> Value {
    let Means { id, half_year, row, competence: ascribed, fte_hundredths, beneficiary, verbatim } = means;
    object([
        ("@id", format!("urn:uuid:{}", id.0).into()),
        ("@type", "spoor:Means".into()),
        ("spoor:fullTimeEquivalents", decimal((*fte_hundredths).into())),
        ("spoor:halfYear", plain(&half_year.to_string())),
        ("spoor:reportRow", row.map(row_ref).into()),
        ("spoor:competence", ascribed.as_ref().map(competence).into()),
        ("spoor:beneficiary", beneficiary.as_deref().into()),
        ("spoor:verbatim", verbatim.as_str().into()),
    ])
}

fn mention(mention: &FundingMention) -> Value {
    let FundingMention { id, half_year, row, competence: ascribed, funder, text } = mention;
    object([
        ("@id", format!("urn:uuid:{}", id.0).into()),
        ("@type", "spoor:FundingMention".into()),
        ("schema:text", text.as_str().into()),
        ("spoor:halfYear", plain(&half_year.to_string())),
        ("spoor:reportRow", row.map(row_ref).into()),
        ("spoor:competence", ascribed.as_ref().map(competence).into()),
        ("schema:funder", funder.as_deref().into()),
    ])
}

fn indicator(indicator: &Indicator) -> Value {
    let Indicator {
        id,
        half_year,
        row,
        competence: ascribed,
        label,
        unit,
        population,
        value,
        measure,
        as_of,
        part_of,
        source_lines,
    } = indicator;
    let (number, told_as, reason) = indicator_value(value);
    object([
        ("@id", format!("urn:uuid:{}", id.0).into()),
        ("@type", json!(["schema:Observation", "spoor:Indicator"])),
        ("schema:name", label.as_str().into()),
        ("schema:value", number),
        ("spoor:valueKind", kind(told_as)),
        ("spoor:reason", reason),
        ("schema:unitText", unit.as_deref().into()),
        ("spoor:population", population.as_deref().into()),
        ("spoor:measure", concept(*measure)),
        ("schema:observationDate", as_of.map(day).into()),
        ("spoor:partOf", part_of.map(entry_ref).into()),
        ("spoor:halfYear", plain(&half_year.to_string())),
        ("spoor:reportRow", row.map(row_ref).into()),
        ("spoor:competence", ascribed.as_ref().map(competence).into()),
        ("spoor:firstSourceLine", source_lines.map(|lines| integer(&lines.first.to_string())).into()),
        ("spoor:lastSourceLine", source_lines.map(|lines| integer(&lines.last.to_string())).into()),
    ])
}

fn indicator_value(value: &IndicatorValue) -> (Value, &'static str, Value) {
    let whole = |count: &i64| integer(&count.to_string());
    match value {
        IndicatorValue::Exact(count) => (whole(count), "Counted", Value::Null),
        IndicatorValue::About(count) => (whole(count), "About", Value::Null),
        IndicatorValue::MoreThan(count) => (whole(count), "MoreThan", Value::Null),
        IndicatorValue::Average { hundredths } => (decimal(*hundredths), "Average", Value::Null),
        IndicatorValue::NotRegistered { reason } => (Value::Null, "NotRegistered", reason.as_str().into()),
        IndicatorValue::NotYetDelivered => (Value::Null, "NotYetDelivered", Value::Null),
        IndicatorValue::Unknown => (Value::Null, "Unknown", Value::Null),
    }
}

fn entry_ref(entry: EntryId) -> Value {
    json!({ "@id": format!("urn:uuid:{}", entry.0) })
}

fn row_ref(row: RowId) -> Value {
    json!({ "@id": format!("urn:uuid:{}", row.0) })
}
