//! What the law of the access log asks: who, which fields at the root, which commands.

use spoor_domain::kernel::{DossierId, Purpose, Role};

use super::super::Person;
use super::super::cast::{PARKET, command_id, today};
use super::world::World;
use crate::graphql::global_id::{Kind, parse_global_id};

/// A field at the root of a question, as made up.
pub struct Part {
    /// Its text.
    pub text: String,
    /// A dossier that an answer is about even where it does not name it, once there is something at this place of it:
    /// neither nothing nor none.
    pub about: Option<(DossierId, &'static str)>,
    /// The same, for whoever may see the dossier: to others the answer is about nothing.
    pub narrowed_to: Option<DossierId>,
    /// Whether nothing at all for an answer means that something was asked for in vain.
    pub in_vain: bool,
}

impl Part {
    /// The name of the field.
    pub fn field(&self) -> &str {
        self.text.split(['(', ' ']).next().unwrap_or_default()
    }

    fn about(mut self, dossier: Option<DossierId>, at: &'static str) -> Self {
        self.about = dossier.map(|dossier| (dossier, at));
        self
    }

    fn narrowed_to(mut self, dossier: Option<DossierId>) -> Self {
        self.narrowed_to = dossier;
        self
    }

    fn or_in_vain(mut self, in_vain: bool) -> Self {
        self.in_vain = in_vain;
        self
    }
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        Self { text, about: None, narrowed_to: None, in_vain: false }
    }
}

/// Who asks.
pub const PEOPLE: &[fn(&World, u8) -> Person] = &[
    |_, _| Person::prosecutor(),
    |_, _| Person::jurist(),
    |_, _| Person::other_prosecutor(),
    |_, _| Person::coordinator(),
    |_, _| Person::guide(),
    |_, _| Person::other_guide(),
    |_, _| Person::compliance(),
    |world, choice| in_case(world, choice, Person::compliance()),
    |world, choice| in_case(world, choice, Person::compliance()),
    |world, choice| in_case(world, choice, officer()),
    |_, _| officer(),
    |_, _| Person::analyst(),
    |_, _| Person::administrator(),
    |_, _| Person::prosecutor().for_purpose(None),
];

fn officer() -> Person {
    Person::new("officer-1", Role::ComplianceOfficer, PARKET)
}

/// Somebody who answers the person concerned in one of the dossiers: whom the same choice names as a subject.
fn in_case(world: &World, choice: u8, person: Person) -> Person {
    let dossier = one_of(choice, &world.subjects.values().collect::<Vec<_>>());
    let number = world.numbers.iter().find(|(_, own)| *own == dossier).unwrap().0;
    person.for_purpose(Some(Purpose::SubjectRequest)).in_case(number)
}

/// A field at the root, made from six choices.
type Field = fn(&World, [u8; 6]) -> Part;

/// The fields, by what they may name.
pub const FIELDS: &[Field] = &[
    |_, [page, status, order, part, inside, _]| {
        let page = format!("{}: {}", one_of(page, &["first", "last"]), 1 + page % 9);
        let filter = one_of(
            status,
            &[
                "",
                ", filter: { status: [REQUESTED, CONSENTED] }",
                ", filter: { number: \"LT-20\" }",
                ", filter: { overdue: true }",
            ],
        );
        let order =
            one_of(order, &["", ", orderBy: STATUS_ASC", ", orderBy: NUMBER_DESC", ", orderBy: UPDATED_AT_ASC"]);
        format!("trajectories({page}{filter}{order}) {{ {} }}", listed(part, dossier_fields(inside))).into()
    },
    // One dossier, singled out by what people know of it.
    |world, [page, by, which, part, inside, status]| {
        let n = usize::from(which) % 4;
        let dossier = world.dossier_of(&world.dossiers[n]);
        let number = world.numbers.iter().find(|(_, own)| Some(**own) == dossier).map(|(number, _)| number);
        let filter = match by % 3 {
            0 => format!("number: \"{}\"", number.map_or("LT-2026-9999", String::as_str)),
            1 => format!("caseReference: \"AN.wet{n}\""),
            _ => format!("participant: {{ name: \"Testpersoon wet{n}\", birthOn: \"1990-05-17\" }}"),
        };
        let status = one_of(status, &["", "", ", status: [REQUESTED]"]);
        let page = format!("{}: {}", one_of(page, &["first", "last"]), 1 + page % 3);
        let fields = listed(part, dossier_fields(inside));
        Part::from(format!("trajectories({page}, filter: {{ {filter}{status} }}) {{ {fields} }}"))
            .about(dossier, "/totalCount")
    },
    |world, [id, when, inside, ..]| {
        let id = one_of(id, &world.dossiers);
        let text = format!("trajectory(id: \"{id}\"{}) {{ {} }}", as_of(when), dossier_fields(inside));
        Part::from(text).or_in_vain(of_a_dossier(&id))
    },
    |world, [id, inside, ..]| {
        let id = one_of(id, &world.ids);
        let text = format!(
            "node(id: \"{id}\") {{ id ... on Trajectory {{ {} }} ... on Appointment {{ number trajectory {{ id }} }} \
             ... on AuditEntry {{ {ENTRY} }} ... on AccessEntry {{ {ACCESS} }} \
             ... on RightsRequest {{ {RIGHTS} }} ... on Document {{ kind sha256 mediaType }} }}",
            dossier_fields(inside)
        );
        Part::from(text).or_in_vain(true)
    },
    |world, [page, about, id, part, ..]| {
        let id = (about % 4 < 2).then(|| one_of(id, &world.dossiers));
        let event = one_of(
            about,
            &[
                "",
                "event: [\"OutcomeRecorded\", \"GuideAssigned\"]",
                "event: [\"TrajectoryRequested\", \"DossierNumberTaken\", \"SubjectsLinked\", \"SubjectsUnlinked\"]",
                "",
            ],
        );
        let trajectory = id.as_ref().map(|id| format!("trajectory: \"{id}\" ")).unwrap_or_default();
        let page = format!("{}: {}", one_of(page, &["first", "last"]), 1 + page % 20);
        let nodes = format!("totalCount nodes {{ {ENTRY} }}");
        let part =
            one_of(part, &["totalCount", "totalCountExact position", "pageInfo { hasNextPage }", &nodes, &nodes]);
        Part::from(format!("auditTrail({page}, filter: {{ {trajectory}{event} }}) {{ {part} }}"))
            .narrowed_to(id.and_then(|id| world.dossier_of(&id)))
    },
    |world, [id, page, part, ..]| {
        let id = one_of(id, &world.dossiers);
        let part = one_of(
            part,
            &[
                "totalCount",
                "end { head count complete }",
                "nodes { sequence event actor { role } }",
                "edges { cursor node { index changes { path from { ... on PlainValue { value } } to { ... on PlainValue { value } } } } }",
                "nodes { occurredOn reason { ... on PlainValue { value } } explanation { __typename } }",
            ],
        );
        let text = format!("replay(trajectory: \"{id}\", first: {}) {{ {part} }}", 1 + page % 9);
        Part::from(text).about(world.dossier_of(&id), "").or_in_vain(of_a_dossier(&id))
    },
    |_, [page, part, ..]| {
        let part = one_of(part, &["totalCount", "nodes { id number companions { __typename } trajectory { id } }"]);
        format!(
            "appointments(from: \"2020-01-01T00:00:00Z\", to: \"2199-01-01T00:00:00Z\", first: {}) {{ {part} }}",
            1 + page % 9
        )
        .into()
    },
    |_, [part, when, ..]| {
        let when = one_of(
            when,
            &[
                "",
                "(asKnownAt: \"2026-03-02T12:00:00Z\")",
                "(asKnownAt: \"2026-06-02T09:00:00Z\")",
                "(asKnownAt: \"2199-01-01T00:00:00Z\")",
            ],
        );
        let part = one_of(
            part,
            &["total byStatus { count }", "total overdue { trajectoryId number }", "overdueTotal workload { open }"],
        );
        format!("dashboard{when} {{ {part} }}").into()
    },
    |world, [page, about, id, ..]| {
        let id = (about % 2 == 1).then(|| one_of(id, &world.dossiers));
        let filter = id.as_ref().map(|id| format!(", filter: {{ trajectory: \"{id}\" }}")).unwrap_or_default();
        let text = format!("accessTrail(first: {}{filter}) {{ totalCount nodes {{ {ACCESS} }} }}", 1 + page % 20);
        Part::from(text).narrowed_to(id.and_then(|id| world.dossier_of(&id)))
    },
    |world, [subject, part, ..]| {
        let part = one_of(
            part,
            &[
                "number trajectoryId values { field } linked { trajectoryId }",
                "subject sources { role } seenBy { times }",
            ],
        );
        let subject = one_of(subject, &world.subjects.keys().collect::<Vec<_>>()).clone();
        Part::from(format!("subjectAccess(subject: \"{subject}\") {{ {part} }}")).or_in_vain(true)
    },
    |world, [page, about, id, part, ..]| {
        let id = (about % 3 == 0).then(|| one_of(id, &world.dossiers[..5]));
        let filter = match &id {
            Some(id) => format!(", filter: {{ trajectory: \"{id}\" }}"),
            None => one_of(about, &[", filter: { open: true }", ""]).to_owned(),
        };
        Part::from(format!("rightsRequests(first: {}{filter}) {{ {} }}", 1 + page % 9, listed(part, RIGHTS)))
            .narrowed_to(id.and_then(|id| world.dossier_of(&id)))
    },
    |world, [page, about, id, part, ..]| {
        let id = (about % 2 == 1).then(|| one_of(id, &world.dossiers[..5]));
        let filter = id.as_ref().map(|id| format!(", withSettled: true, trajectory: \"{id}\"")).unwrap_or_default();
        let inside = "trajectoryId number recipient cause settled { by }";
        let fields = listed(part, inside);
        Part::from(format!("disclosuresToTell(first: {}{filter}) {{ {fields} }}", 1 + page % 9))
            .narrowed_to(id.and_then(|id| world.dossier_of(&id)))
    },
    |_, [page, part, inside, ..]| {
        format!("retentionDue(first: {}) {{ {} }}", 1 + page % 9, listed(part, dossier_fields(inside))).into()
    },
    |world, [table, part, ..]| {
        let (plan, period) = (&world.plan, &world.period);
        let cell =
            one_of(table, &["table: \"total\", categories: []", "table: \"by-province\", categories: [\"Antwerpen\"]"]);
        let part = one_of(
            part,
            &["persons requests { number trajectory { status } }", "requests { trajectoryId index counted }"],
        );
        format!(
            "lineage(plan: \"{plan}\", period: \"{period}\", {cell}) {{ cell {{ kind value }} behind {{ {part} }} }}"
        )
        .into()
    },
    |world, [which, ..]| {
        let (plan, period) = (&world.plan, &world.period);
        let of_period = format!("plan: \"{plan}\", period: \"{period}\"");
        let fields = [
            "viewer { role purpose }".to_owned(),
            "agreements(first: 5) { totalCount nodes { id } }".to_owned(),
            "actionPlans { id }".to_owned(),
            format!("planAction(plan: \"{plan}\", number: \"1.1\") {{ id }}"),
            format!("progressReport({of_period}) {{ period totals {{ actions }} }}"),
            format!("compareReports(plan: \"{plan}\", from: \"2025-H2\", to: \"{period}\") {{ __typename }}"),
            "log { head { index } }".to_owned(),
            "parketten { id }".to_owned(),
            "guides { id }".to_owned(),
            "criteria(parket: \"parket-antwerpen\") { __typename }".to_owned(),
            "consentTexts { __typename }".to_owned(),
            "enumLabels { value }".to_owned(),
            format!("reportEditions(plan: \"{plan}\") {{ id }}"),
            format!("reportEdition({of_period}) {{ id }}"),
            format!("collectionRound({of_period}) {{ overdue }}"),
            format!("operationalTables({of_period}) {{ tables {{ cells {{ value }} }} }}"),
            "trainingTotals { __typename }".to_owned(),
        ];
        one_of(which, &fields).into()
    },
];

/// The fields that never name a dossier.
const NAME_NOTHING: &[&str] = &[
    "viewer",
    "agreements",
    "actionPlans",
    "planAction",
    "progressReport",
    "compareReports",
    "log",
    "parketten",
    "guides",
    "criteria",
    "consentTexts",
    "enumLabels",
    "reportEditions",
    "reportEdition",
    "collectionRound",
    "operationalTables",
    "trainingTotals",
];

/// Whether this field never names a dossier.
pub fn names_nothing(field: &str) -> bool {
    NAME_NOTHING.contains(&field)
}

/// The commands, from two choices; most of them are refused.
pub fn change(world: &World, [kind, id, shown]: [u8; 3]) -> Part {
    let (dossier, command) = (one_of(id, &world.dossiers), command_id());
    let header = format!("trajectoryId: \"{dossier}\", commandId: \"{command}\"");
    let part = one_of(shown, &["version", "userErrors { code } trajectory { id number }"]);
    match kind % 8 {
        0 => {
            format!("missAppointment(input: {{ {header}, appointment: \"{command}\", reason: ILLNESS }}) {{ {part} }}")
                .into()
        }
        1 => format!("reportIncident(input: {{ {header}, happenedOn: \"2026-03-02\", notes: \"x\" }}) {{ {part} }}")
            .into(),
        2 => {
            let reference = "reference: { act: \"Verordening (EU) 2016/679\", article: \"art. 18\" }";
            format!("restrictProcessing(input: {{ {header}, ground: EVIDENCE, {reference} }}) {{ {part} }}").into()
        }
        3 => {
            let asked = format!("kind: ACCESS, receivedOn: \"{}\"", today());
            let request =
                one_of(shown, &["version", "userErrors { code } rightsRequest { subject trajectory { id } }"]);
            format!("registerRightsRequest(input: {{ {header}, {asked} }}) {{ userErrors {{ code }} {request} }}")
                .into()
        }
        _ => {
            let document = one_of(id, &world.documents);
            let text =
                format!("makeDocumentLink(input: {{ documentId: \"{document}\" }}) {{ link userErrors {{ code }} }}");
            Part::from(text).about(world.dossier_of(&document), "/link")
        }
    }
}

fn listed(part: u8, inside: &str) -> String {
    match part % 5 {
        0 => "totalCount".to_owned(),
        2 => "totalCount pageInfo { hasNextPage }".to_owned(),
        1 => format!("edges {{ cursor node {{ {inside} }} }} pageInfo {{ endCursor }}"),
        _ => format!("totalCount nodes {{ {inside} }}"),
    }
}

/// Now, a moment that was, a day that was, a moment of which nothing is known yet, or two at once.
fn as_of(when: u8) -> &'static str {
    one_of(
        when,
        &[
            "",
            ", asOf: { index: 12 }",
            ", asOf: { recordedAt: \"2026-03-02T12:00:00Z\" }",
            ", asOf: { occurredOn: \"2026-03-02\" }",
            ", asOf: { occurredOn: \"2026-05-30\", index: 30 }",
            ", asOf: { recordedAt: \"2199-01-01T00:00:00Z\" }",
            ", asOf: { recordedAt: \"2026-03-02T12:00:00Z\", index: 12 }",
        ],
    )
}

fn of_a_dossier(id: &str) -> bool {
    matches!(parse_global_id(&id.into()), Some((Kind::Trajectory, _)))
}

const ENTRY: &str = "id index number trajectory { id } changes { path to { ... on PlainValue { value } } }";
const RIGHTS: &str = "id kind wording { __typename } trajectory { number } linkedSubjects { subject trajectoryId }";
const ACCESS: &str = "id kind case trajectories { id number } refusals { number }";

fn dossier_fields(choice: u8) -> &'static str {
    one_of(
        choice,
        &[
            "id",
            "number status",
            "id number participant { ... on Participant { name } } caseReference { __typename }",
            "number history(first: 3) { nodes { number trajectory { id } } }",
            "id appointments { id } allowedCommands { kind } texts { field text { __typename } }",
            "id documents { id sha256 } linkedSubjects { subject trajectoryId trajectory { id } }",
            "id subjects { subject trajectory { number } } recipientsToTell { number recipient } explanations { __typename }",
            "subject asOf { index occurredOn } facts { __typename }",
        ],
    )
}

pub fn one_of<T: Clone>(choice: u8, list: &[T]) -> T {
    list[usize::from(choice) % list.len()].clone()
}
