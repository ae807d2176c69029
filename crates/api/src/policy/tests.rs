//! The rules, held against what the domain lets people do.

use spoor_domain::kernel::{ActorId, CommandContext, Label, Personal};
use spoor_domain::trajectory::samples;

use super::*;

#[test]
fn a_purpose_must_be_stated_fit_the_role_and_name_its_case() {
    use Purpose::*;
    assert_eq!(fitting(Role::Guide, None, None), Err(Unfit::Missing));
    assert_eq!(fitting(Role::Guide, Some(Supervision), None), Err(Unfit::NotOfRole));
    assert_eq!(fitting(Role::Guide, Some(SubjectRequest), Some("LT-2026-0001")), Err(Unfit::NotOfRole));
    assert_eq!(fitting(Role::Guide, Some(CaseHandling), None), Ok(CaseHandling));
    assert_eq!(fitting(Role::ComplianceOfficer, Some(SubjectRequest), None), Err(Unfit::CaseMissing));
    assert_eq!(fitting(Role::ComplianceOfficer, Some(SubjectRequest), Some("LT-2026-0001")), Ok(SubjectRequest));
    assert_eq!(fitting(Role::ComplianceOfficer, Some(CaseHandling), None), Err(Unfit::NotOfRole));
}

/// Every way a dossier can have come so far: to each status, and from there one event further.
fn histories() -> Vec<LearningTrajectory> {
    let mut found = vec![LearningTrajectory::default()];
    for status in TrajectoryStatus::ALL {
        let events = samples::history(*status);
        found.push(LearningTrajectory::as_known(&events));
        for further in samples::one_of_each() {
            found.push(LearningTrajectory::as_known(events.iter().chain([&further])));
        }
    }
    found
}

fn everybody() -> Vec<CommandContext> {
    let today = samples::day(12, 1);
    let elsewhere = |role, organisation| {
        let mut context = samples::context(role, today);
        context.actor.organisation = organisation;
        context
    };
    let own = Role::ALL.iter().map(|role| samples::context(*role, today));
    let others = [Role::Prosecutor, Role::ProsecutionJurist, Role::ComplianceOfficer];
    let guide = CommandContext {
        actor: Actor { id: samples::other_guide(), ..samples::context(Role::Guide, today).actor },
        ..samples::context(Role::Guide, today)
    };
    own.chain(others.map(|role| elsewhere(role, samples::other_parket())))
        .chain([elsewhere(Role::ComplianceOfficer, OrganisationId::kazerne_dossin()), guide])
        .collect()
}

#[test]
fn whoever_the_domain_lets_do_something_is_let_through_to_it() {
    let mut permitted = 0;
    for dossier in histories() {
        for context in everybody() {
            for kind in TrajectoryCommandKind::ALL.iter().filter(|kind| kind.is_for_people()) {
                let opens = dossier.status().is_none();
                if opens || dossier.permitted(*kind, &context).is_err() {
                    continue;
                }
                permitted += 1;
                let allowed = authorize(&context.actor, Action::ChangeDossier(*kind, &dossier));
                assert_eq!(allowed, Ok(()), "{:?} may {kind:?} in {:?}", context.actor, dossier.status());
            }
        }
    }
    assert!(permitted > 5_000, "{permitted}");
}

#[test]
fn an_officer_sees_the_dossiers_of_the_own_controller() {
    let officer = |organisation: OrganisationId| Actor {
        id: ActorId("officer".into()),
        role: Role::ComplianceOfficer,
        organisation,
    };
    let sees = |organisation, status| {
        let dossier = LearningTrajectory::as_known(&samples::history(status));
        authorize(&officer(organisation), Action::SeeDossier(&dossier)).is_ok()
    };
    use TrajectoryStatus::{Consented, Eligible};
    assert!(sees(samples::parket(), Eligible) && sees(samples::parket(), Consented));
    assert!(!sees(samples::other_parket(), Eligible) && !sees(samples::other_parket(), Consented));
    assert!(!sees(OrganisationId::kazerne_dossin(), Eligible) && sees(OrganisationId::kazerne_dossin(), Consented));
}

#[test]
fn every_role_has_a_purpose_and_every_purpose_a_role() {
    for purpose in Purpose::ALL {
        assert!(Role::ALL.iter().any(|role| purposes(*role).contains(purpose)), "{purpose:?}");
    }
    assert!(Role::ALL.iter().all(|role| !purposes(*role).is_empty()));
}

#[test]
fn what_is_about_somebody_else_answers_no_person_and_what_was_not_delivered_is_not_the_parkets() {
    let today = samples::day(12, 1);
    let actor = |role| samples::context(role, today).actor;
    let (parket, museum) = (actor(Role::Prosecutor), actor(Role::Guide));
    let dossier = LearningTrajectory::as_known(&samples::history(TrajectoryStatus::Deepened));
    let answers = |own: &Actor, field, by: &Actor, delivered| {
        answers_with(&own.organisation, &said(field, samples::subject()), by, delivered, &dossier)
    };
    for own in [&parket, &museum] {
        for by in [&parket, &museum] {
            for somebody_else in [PersonalField::AppointmentInterpreter, PersonalField::AppointmentCompanions] {
                assert!(!answers(own, somebody_else, by, true), "{own:?}: {somebody_else:?} of {by:?}");
            }
        }
    }
    assert!(answers(&museum, PersonalField::Notes, &museum, false));
    assert!(answers(&museum, PersonalField::Facts, &parket, false));
    assert!(answers(&parket, PersonalField::Facts, &parket, false));
    assert!(answers(&parket, PersonalField::Motivation, &museum, true));
    assert!(!answers(&parket, PersonalField::Motivation, &museum, false));
}

#[test]
fn nobody_who_works_on_a_dossier_opens_what_an_officer_noted() {
    let today = samples::day(12, 1);
    let actor = |role| samples::context(role, today).actor;
    let dossier = LearningTrajectory::as_known(&samples::history(TrajectoryStatus::Deepened));
    let opens = |viewer, by| opens_personal(&actor(viewer), &actor(by), &dossier).about(samples::subject());
    assert!(opens(Role::Guide, Role::Prosecutor));
    for role in Role::ALL {
        assert!(!opens(*role, Role::ComplianceOfficer), "{role:?}");
    }
}

/// A value of this field about this person.
fn said(field: PersonalField, about: SubjectId) -> PersonalValue {
    let value = Personal::clear(about, serde_json::Value::Null);
    PersonalValue { field, sequence: 0, part: String::new(), value }
}

#[test]
fn who_was_registered_by_mistake_is_the_parkets_to_read_and_never_the_museums() {
    let today = samples::day(12, 1);
    let actor = |role| samples::context(role, today).actor;
    let mut events = samples::history(TrajectoryStatus::Requested);
    events.push(samples::participant_replaced());
    events.extend([samples::assessed(), samples::consented(), samples::guide_assigned()]);
    let dossier = LearningTrajectory::as_known(&events);
    let (wrong, right) = (samples::subject(), samples::other_subject());
    let prosecutor = actor(Role::Prosecutor);
    let viewers = [(prosecutor.clone(), true), (actor(Role::MuseumCoordinator), false), (actor(Role::Guide), false)];
    for (viewer, knows) in viewers {
        let opens = opens_personal(&viewer, &prosecutor, &dossier);
        assert_eq!((opens.about(wrong), opens.about(right)), (knows, true), "{viewer:?}");
        let named = |subject| opens_participant(&viewer, subject, &dossier);
        assert_eq!((named(wrong), named(right)), (knows, true), "{viewer:?}");
        let answers = |subject, by: &Actor| {
            answers_with(&viewer.organisation, &said(PersonalField::Facts, subject), by, false, &dossier)
        };
        assert_eq!((answers(wrong, &prosecutor), answers(right, &prosecutor)), (knows, true), "{viewer:?}");
    }
    let museum = actor(Role::MuseumCoordinator);
    let own = said(PersonalField::Notes, wrong);
    assert!(answers_with(&museum.organisation, &own, &museum, false, &dossier), "what it wrote itself it holds");
}
