//! Reflections, and the reasoned advice.

use super::{given, scenarios, when};
use crate::kernel::Role;
use crate::trajectory::TrajectoryRejection as No;
use crate::trajectory::command::{Text, TrajectoryCommand as Command, TrajectoryCommandKind as Kind};
use crate::trajectory::event::TrajectoryEvent;
use crate::trajectory::samples::*;
use crate::trajectory::vocabulary::{ReflectionAuthor, TrajectoryStatus::*};

fn by_author(whose: ReflectionAuthor) -> impl FnOnce(&mut Command) {
    move |command| match command {
        Command::FileReflectionReport { author, .. } | Command::WaiveReflectionReport { author, .. } => *author = whose,
        other => panic!("{other:?} has no author"),
    }
}

fn revised_because(why: Option<&'static str>) -> impl FnOnce(&mut Command) {
    move |command| {
        if let Command::IssueAdvice { revision_reason, .. } = command {
            *revision_reason = why.map(Text::from);
        }
    }
}

fn report_by(whose: ReflectionAuthor) -> TrajectoryEvent {
    let TrajectoryEvent::ReflectionReportFiled { occurred_on, entered_by, language, statement, text, evidence, .. } =
        guide_reflected()
    else {
        unreachable!("a report is a report")
    };
    TrajectoryEvent::ReflectionReportFiled {
        occurred_on,
        author: whose,
        entered_by,
        language,
        statement,
        text,
        evidence,
    }
}

scenarios! {
    a_guide_files_the_own_reflection: when(Kind::FileReflectionReport).then([guide_reflected()]);
    the_participants_report_is_entered_by_whoever_types: when(Kind::FileReflectionReport)
        .but(by_author(ReflectionAuthor::Participant))
        .then([report_by(ReflectionAuthor::Participant)]);
    the_two_sides_report_in_any_order_of_days: when(Kind::FileReflectionReport)
        .and([guide_reflected()])
        .but(by_author(ReflectionAuthor::Participant))
        .but(|command| if let Command::FileReflectionReport { filed_on, .. } = command { *filed_on = day(3, 23) })
        .then([match report_by(ReflectionAuthor::Participant) {
            TrajectoryEvent::ReflectionReportFiled { author, entered_by, language, statement, text, evidence, .. } => {
                TrajectoryEvent::ReflectionReportFiled {
                    occurred_on: day(3, 23), author, entered_by, language, statement, text, evidence
                }
            }
            other => panic!("{other:?} is no report"),
        }]);
    a_side_files_once: when(Kind::FileReflectionReport)
        .and([guide_reflected()])
        .refused(No::already_done(Kind::FileReflectionReport));
    a_report_by_both_does_not_follow_one_of_them: when(Kind::FileReflectionReport)
        .and([guide_reflected()])
        .but(by_author(ReflectionAuthor::Both))
        .refused(No::already_done(Kind::FileReflectionReport));
    a_waived_side_files_no_more: when(Kind::FileReflectionReport)
        .and([participant_waived()])
        .but(by_author(ReflectionAuthor::Participant))
        .on(3, 25)
        .refused(No::already_done(Kind::FileReflectionReport));
    a_reflection_follows_the_talk: given(Toured)
        .when_sample(Kind::FileReflectionReport)
        .by(Role::Guide)
        .refused(No::wrong_state(Kind::FileReflectionReport, Toured));
    a_reflection_does_not_precede_the_talk: when(Kind::FileReflectionReport)
        .but(|command| if let Command::FileReflectionReport { filed_on, .. } = command { *filed_on = day(3, 19) })
        .refused(No::DayBeforeStep { path: "filedOn", earliest: day(3, 20) });
    a_reflection_says_something: when(Kind::FileReflectionReport)
        .but(|command| if let Command::FileReflectionReport { text, .. } = command { *text = Text::from("") })
        .refused(No::TextMissing { path: "text" });
    a_reflection_has_a_language: when(Kind::FileReflectionReport)
        .but(|command| if let Command::FileReflectionReport { language, .. } = command { language.clear() })
        .refused(No::LanguageInvalid { path: "language" });
    a_reflection_says_its_language_by_code_and_no_other_text: when(Kind::FileReflectionReport)
        .but(|command| if let Command::FileReflectionReport { language, .. } = command {
            *language = "het Nederlands van Jan".into();
        })
        .refused(No::LanguageInvalid { path: "language" });
    an_attached_reflection_is_a_document: when(Kind::FileReflectionReport)
        .but(|command| if let Command::FileReflectionReport { evidence: Some(document), .. } = command {
            document.bytes = 0;
        })
        .refused(No::DocumentInvalid { path: "evidence" });
    a_reflection_is_waived: when(Kind::WaiveReflectionReport).and([guide_reflected()]).then([participant_waived()]);
    a_reflection_is_waived_once: when(Kind::WaiveReflectionReport)
        .and([participant_waived()])
        .refused(No::already_done(Kind::WaiveReflectionReport));

    the_coordinator_issues_the_advice: when(Kind::IssueAdvice).then([advised()]);
    advice_needs_both_reflections: given(Deepened)
        .and([guide_reflected()])
        .when_sample(Kind::IssueAdvice)
        .by(Role::MuseumCoordinator)
        .refused(No::wrong_state(Kind::IssueAdvice, Deepened));
    advice_is_motivated: when(Kind::IssueAdvice)
        .but(|command| if let Command::IssueAdvice { motivation, .. } = command { *motivation = Text::from("\n") })
        .refused(No::TextMissing { path: "motivation" });
    advice_is_motivated_by_what_can_be_seen: when(Kind::IssueAdvice)
        .but(|command| if let Command::IssueAdvice { motivation, .. } = command { *motivation = Text::from("\u{200B}") })
        .refused(No::TextMissing { path: "motivation" });
    the_first_advice_revises_nothing:
        when(Kind::IssueAdvice).but(revised_because(Some("Een zin was dubbelzinnig."))).refused(No::NothingToRevise);
    advice_is_revised_with_a_reason: when(Kind::IssueAdvice)
        .and([advised()])
        .but(revised_because(Some("Een zin was dubbelzinnig.")))
        .on(3, 31)
        .then([advice_revised()]);
    advice_is_not_revised_without_one: when(Kind::IssueAdvice)
        .and([advised()])
        .but(revised_because(Some(" ")))
        .refused(No::RevisionReasonMissing);
    the_same_revision_is_made_once: when(Kind::IssueAdvice)
        .and([advised(), advice_revised()])
        .but(revised_because(Some("Een zin was dubbelzinnig.")))
        .on(3, 31)
        .refused(No::already_done(Kind::IssueAdvice));
    advice_is_revised_after_delivery_too: given(Delivered)
        .when_sample(Kind::IssueAdvice)
        .but(revised_because(Some("Een zin was dubbelzinnig.")))
        .by(Role::MuseumCoordinator)
        .on(3, 31)
        .then([advice_revised()]);
    the_parket_gives_no_advice: when(Kind::IssueAdvice)
        .by(Role::Prosecutor)
        .refused(No::SeparationOfDuties { command: Kind::IssueAdvice });
    a_guide_gives_no_advice: when(Kind::IssueAdvice).by(Role::Guide).refused(No::NotYourRole {
        command: Kind::IssueAdvice,
        role: Role::Guide,
        allowed: crate::trajectory::rejection::Roles(&[Role::MuseumCoordinator]),
    });
}
