//! What an edition says of the plan, by the path that errata have for it, and from which kinds of facts that is computed.

use spoor_domain::action::event::{BudgetEntry, BudgetSource};

/// A kind of fact about an action that events state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fact {
    /// That it is there.
    Existence,
    Definition,
    Status,
    Minister,
    PolicyDomain,
    Partner,
    /// A report row as written.
    Row,
    /// Whether a report row is accepted: what was reported with it waits for that.
    Delivery,
    Amount,
    Means,
    Mention,
    Indicator,
}

/// Something an edition says of an action, or a sum over actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Figure {
    /// All of it.
    Everything,
    /// An action as a whole: new or gone.
    Action,
    Chapter,
    Title,
    Description,
    Initiatives,
    Status,
    PreviousStatus,
    WentBackwards,
    RegularMeans,
    Ministers,
    PolicyDomains,
    Others,
    Rows,
    Budget,
    Means,
    Mentions,
    Indicators,
    /// Over all actions, or those of one part of the plan.
    Sum(Option<Group>, Measure),
}

/// By what the plan is cut into parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    PolicyLine,
    Chapter,
    Office,
    Domain,
    Competence,
}

/// What is added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// Nothing: that there is such a part, and what it is called.
    Part,
    Actions,
    ByStatus,
    AsPrinted,
    WithoutDuplicates,
    Entries,
    ActionsWithBudget,
}

impl Figure {
    /// What stands at a path within an action.
    pub fn in_action(path: &str) -> Option<Self> {
        Some(match path.split('/').next().unwrap_or_default() {
            "" => Self::Everything,
            "action" => Self::Action,
            "chapter" => Self::Chapter,
            "title" => Self::Title,
            "description" => Self::Description,
            "initiatives" => Self::Initiatives,
            "status" => Self::Status,
            "previous_status" => Self::PreviousStatus,
            "went_backwards" => Self::WentBackwards,
            "regular_means" => Self::RegularMeans,
            "ministers" => Self::Ministers,
            "policy_domains" => Self::PolicyDomains,
            "others" => Self::Others,
            "rows" => Self::Rows,
            "budget" => Self::Budget,
            "means" => Self::Means,
            "mentions" => Self::Mentions,
            "indicators" => Self::Indicators,
            _no_such_field => return None,
        })
    }

    /// The sum at a path, and the key of the part of the plan it is of.
    pub fn of_all(path: &str) -> Option<(Self, Option<&str>)> {
        let Some(sum) = path.strip_prefix("totals/") else {
            return matches!(path, "" | "totals").then_some((Self::Everything, None));
        };
        let (field, rest) = sum.split_once('/').map_or((sum, None), |(field, rest)| (field, Some(rest)));
        if let Some(measure) = Measure::named(field) {
            return Some((Self::Sum(None, measure), None));
        }
        let group = Group::named(field)?;
        let (key, measure) = rest.map_or((None, Measure::Part), |rest| {
            let (key, measure) = Measure::of_part(rest);
            (Some(key), measure)
        });
        Some((Self::Sum(Some(group), measure), key))
    }

    /// Whether the plan alone says it: which lines and chapters there are.
    pub fn is_of_plan(self) -> bool {
        matches!(self, Self::Sum(Some(Group::PolicyLine | Group::Chapter), Measure::Part))
    }

    /// The kinds of facts it is computed from.
    pub fn facts(self) -> Vec<Fact> {
        use Fact as F;
        match self {
            Self::Everything => vec![
                F::Existence,
                F::Definition,
                F::Status,
                F::Minister,
                F::PolicyDomain,
                F::Partner,
                F::Row,
                F::Delivery,
                F::Amount,
                F::Means,
                F::Mention,
                F::Indicator,
            ],
            Self::Action => vec![F::Existence, F::Definition],
            Self::Chapter | Self::Title | Self::Description | Self::Initiatives => vec![F::Definition],
            Self::Status | Self::PreviousStatus | Self::WentBackwards => vec![F::Status],
            // Said of what was delivered, where neither an amount, nor means, nor a mention of funding is.
            Self::RegularMeans => vec![F::Status, F::Row, F::Delivery, F::Amount, F::Means, F::Mention],
            Self::Ministers => vec![F::Minister],
            Self::PolicyDomains => vec![F::PolicyDomain],
            Self::Others => vec![F::Partner],
            Self::Rows => vec![F::Row, F::Delivery],
            Self::Budget => vec![F::Amount, F::Delivery],
            Self::Means => vec![F::Means, F::Delivery],
            Self::Mentions => vec![F::Mention, F::Delivery],
            Self::Indicators => vec![F::Indicator, F::Delivery],
            Self::Sum(None, measure) => measure.facts().to_vec(),
            Self::Sum(Some(group), measure) => [group.facts(measure), measure.facts()].concat(),
        }
    }
}

impl Group {
    fn named(field: &str) -> Option<Self> {
        Some(match field {
            "by_policy_line" => Self::PolicyLine,
            "by_chapter" => Self::Chapter,
            "by_office" => Self::Office,
            "by_domain" => Self::Domain,
            "by_competence" => Self::Competence,
            _no_such_field => return None,
        })
    }

    /// What decides of which parts an action is. Its number, and with it its chapter, stays as it was defined.
    pub fn facts(self, measure: Measure) -> &'static [Fact] {
        match self {
            Self::PolicyLine | Self::Chapter => &[],
            Self::Office => &[Fact::Minister],
            Self::Domain => &[Fact::PolicyDomain],
            // Actions count under the competences they report under and those of their amounts, an amount under its own.
            Self::Competence if measure.adds_amounts() => &[],
            Self::Competence => &[Fact::Row, Fact::Amount, Fact::Delivery],
        }
    }
}

impl Measure {
    fn named(field: &str) -> Option<Self> {
        Some(match field {
            "actions" => Self::Actions,
            "by_status" => Self::ByStatus,
            "budget_as_printed" => Self::AsPrinted,
            "budget_without_duplicates" => Self::WithoutDuplicates,
            "budget_entries" => Self::Entries,
            "actions_with_budget" => Self::ActionsWithBudget,
            _no_such_field => return None,
        })
    }

    /// The key of a part of the plan, and what is said of it. A key may hold any sign.
    fn of_part(path: &str) -> (&str, Self) {
        if let Some((key, _status)) = path.split_once("/by_status") {
            return (key, Self::ByStatus);
        }
        let Some((key, field)) = path.rsplit_once('/') else { return (path, Self::Part) };
        match (field, Self::named(field)) {
            ("name", _) => (key, Self::Part),
            (_, Some(measure)) => (key, measure),
            (_, None) => (path, Self::Part),
        }
    }

    /// What the sum is computed from.
    pub fn facts(self) -> &'static [Fact] {
        match self {
            Self::Part => &[],
            Self::Actions => &[Fact::Existence],
            Self::ByStatus => &[Fact::Status],
            Self::AsPrinted | Self::WithoutDuplicates | Self::Entries | Self::ActionsWithBudget => {
                &[Fact::Amount, Fact::Delivery]
            }
        }
    }

    /// Whether it adds up amounts, or counts them.
    pub fn adds_amounts(self) -> bool {
        match self {
            Self::Part | Self::Actions | Self::ByStatus => false,
            Self::AsPrinted | Self::WithoutDuplicates | Self::Entries | Self::ActionsWithBudget => true,
        }
    }

    /// Whether an amount counts in it.
    pub fn counts(self, entry: &BudgetEntry) -> bool {
        match self {
            Self::WithoutDuplicates => entry.counts_without_duplicates(),
            Self::Entries | Self::ActionsWithBudget => entry.source == BudgetSource::BudgetColumn,
            Self::Part | Self::Actions | Self::ByStatus | Self::AsPrinted => entry.counts_as_printed(),
        }
    }
}

#[cfg(test)]
mod tests {
    use spoor_documents::edition::EditionContent;
    use spoor_documents::edition::compare::errata;

    use super::*;

    const AUTUMN_2018: &str = include_str!("../../../../documents/fixtures/najaar-2018.json");

    /// Every action and every sum says something else in each of its fields.
    fn otherwise(content: &EditionContent) -> EditionContent {
        let mut other = content.clone();
        let chapters = other.policy_lines.iter_mut().flat_map(|line| &mut line.chapters);
        for action in chapters.flat_map(|chapter| &mut chapter.actions) {
            action.title.push('!');
            action.description = Some("Anders.".into());
            (action.status, action.previous_status) = (None, Some(spoor_domain::action::event::ActionStatus::Started));
            (action.went_backwards, action.regular_means) = (!action.went_backwards, !action.regular_means);
            (action.initiatives, action.others) = (Vec::new(), vec!["Nog iemand".into()]);
            (action.ministers, action.policy_domains, action.rows) = (Vec::new(), Vec::new(), Vec::new());
            (action.budget, action.means) = (Vec::new(), Vec::new());
            (action.mentions, action.indicators) = (Vec::new(), Vec::new());
        }
        other.policy_lines[0].chapters[0].actions.pop();
        let totals = &mut other.totals;
        totals.actions += 1;
        totals.by_status.clear();
        (totals.budget_as_printed, totals.budget_without_duplicates) = (None, None);
        totals.budget_entries += 1;
        totals.actions_with_budget += 1;
        let groups = [
            &mut totals.by_policy_line,
            &mut totals.by_chapter,
            &mut totals.by_office,
            &mut totals.by_domain,
            &mut totals.by_competence,
        ];
        for parts in groups {
            parts.pop();
            for part in parts {
                part.actions += 1;
                part.by_status.clear();
                (part.budget_as_printed, part.budget_without_duplicates) = (None, None);
            }
        }
        other
    }

    #[test]
    fn every_kind_of_figure_that_errata_list_has_its_kinds_of_facts() {
        let content = EditionContent::from_bytes(AUTUMN_2018.as_bytes()).unwrap();
        let mut seen = Vec::new();
        for erratum in errata(&content, &otherwise(&content)) {
            let figure = match erratum.action {
                Some(_) => Figure::in_action(&erratum.path),
                None => Figure::of_all(&erratum.path).map(|(figure, _key)| figure),
            };
            let figure = figure.unwrap_or_else(|| panic!("nobody knows {}", erratum.path));
            if !seen.contains(&figure) {
                seen.push(figure);
            }
            // Lines and chapters are the plan's: no event of an action makes one.
            assert_eq!(figure.facts().is_empty(), figure.is_of_plan(), "{}", erratum.path);
            assert_ne!(figure, Figure::Everything, "{}", erratum.path);
        }
        // An action and 15 fields of it, 6 sums over all, and 5 in each of the 5 ways the plan is cut.
        assert!(seen.len() >= 40, "{} kinds: {seen:?}", seen.len());
    }

    #[test]
    fn a_figure_rests_on_the_facts_it_is_computed_from_and_no_others() {
        let of = |path| Figure::of_all(path).map(|(figure, key)| (figure.facts(), key)).unwrap();
        assert_eq!(of("totals/by_status/Ongoing/count"), (vec![Fact::Status], None));
        assert_eq!(of("totals/by_policy_line/2/by_status/Ongoing/count"), (vec![Fact::Status], Some("2")));
        let of_office = (vec![Fact::Minister, Fact::Amount, Fact::Delivery], Some("Education"));
        assert_eq!(of("totals/by_office/Education/budget_as_printed"), of_office);
        let counted = vec![Fact::Row, Fact::Amount, Fact::Delivery, Fact::Existence];
        assert_eq!(of("totals/by_competence/Sport/jeugd/actions"), (counted, Some("Sport/jeugd")));
        let summed = (vec![Fact::Amount, Fact::Delivery], Some(""));
        assert_eq!(of("totals/by_competence//budget_without_duplicates"), summed, "ascribed to none");
        let regular = Figure::in_action("regular_means").unwrap().facts();
        assert!(regular.contains(&Fact::Delivery) && !regular.contains(&Fact::Indicator), "{regular:?}");
    }
}
