//! Who has to be told of a correction, an erasure or a restriction: whoever something was disclosed to, until it is recorded.

use super::state::folded;
use super::{given, scenarios, when};
use crate::kernel::{EventPayload, OrganisationId, Role};
use crate::trajectory::TrajectoryRejection as No;
use crate::trajectory::command::{TrajectoryCommand as Command, TrajectoryCommandKind as Kind};
use crate::trajectory::event::{CorrectedValue, TrajectoryEvent};
use crate::trajectory::record::{Settled, Telling};
use crate::trajectory::samples::*;
use crate::trajectory::vocabulary::{CorrectableField, NotificationMeans, TellingCause, TrajectoryStatus::*};

fn of(whom: OrganisationId, event: u64) -> impl FnOnce(&mut Command) {
    move |command| {
        if let Command::RecordRecipientTold { recipient, sequence, .. } = command {
            (*recipient, *sequence) = (whom, event);
        }
    }
}

fn delivered_again() -> TrajectoryEvent {
    TrajectoryEvent::BundleDelivered { occurred_on: day(4, 30), number: 2, recipient: parket() }
}

fn assembled_again() -> TrajectoryEvent {
    let document = Some(bundle_document('c'));
    TrajectoryEvent::BundleAssembled {
        occurred_on: day(4, 29),
        number: 2,
        pieces: pieces(),
        sha256: hash('c'),
        document,
    }
}

fn erased() -> [TrajectoryEvent; 3] {
    [erasure_requested(), erasure_confirmed(), key_destroyed()]
}

fn to_tell(events: &[TrajectoryEvent]) -> Vec<Telling> {
    folded(events).still_to_tell().cloned().collect()
}

scenarios! {
    a_recipient_is_told_of_a_correction: when(Kind::RecordRecipientTold).then([told()]);
    a_recipient_is_told_of_it_once: when(Kind::RecordRecipientTold)
        .and([told(), retold()])
        .refused(No::already_done(Kind::RecordRecipientTold));
    nobody_is_told_of_what_nobody_has: given(Advised)
        .and([corrected()])
        .when_sample(Kind::RecordRecipientTold)
        .refused(No::NobodyToTell);
    a_stranger_has_nothing_to_be_told: when(Kind::RecordRecipientTold)
        .but(of(other_parket(), 19))
        .refused(No::TellingNotFound { recipient: other_parket(), sequence: 19 });
    nobody_is_told_before_it_happened: when(Kind::RecordRecipientTold)
        .but(|command| if let Command::RecordRecipientTold { told_on, .. } = command { *told_on = day(4, 27) })
        .refused(No::DayBeforeStep { path: "toldOn", earliest: day(4, 28) });
    a_restricted_dossier_still_tells: when(Kind::RecordRecipientTold).and([restricted()]).then([told()]);
    after_an_erasure_the_recipient_is_told: given(Closed)
        .and(erased())
        .when(Command::RecordRecipientTold {
            recipient: parket(), sequence: 21, told_on: day(5, 6), means: NotificationMeans::InPerson
        })
        .by(Role::MuseumCoordinator)
        .on(5, 6)
        .then([TrajectoryEvent::RecipientTold {
            occurred_on: day(5, 6),
            recipient: parket(),
            sequence: 21,
            means: NotificationMeans::InPerson,
            told_by: context(Role::MuseumCoordinator, day(5, 6)).actor.id,
        }]);
}

/// A second correction, so that somebody is still to be told of something.
fn retold() -> TrajectoryEvent {
    let mut again = corrected();
    if let TrajectoryEvent::FactCorrected { correction, .. } = &mut again {
        *correction = uuid::Uuid::from_u128(2);
    }
    again
}

#[test]
fn every_recipient_of_a_bundle_is_listed_after_a_correction_and_after_an_erasure() {
    let mut events = history(Closed);
    assert!(to_tell(&events).is_empty());
    events.push(corrected());
    let telling = |cause, sequence, since| Telling { recipient: parket(), cause, sequence, since, settled: None };
    assert_eq!(to_tell(&events), [telling(TellingCause::Rectification, 19, day(4, 28))]);
    events.extend(erased());
    assert_eq!(to_tell(&events)[1..], [telling(TellingCause::Erasure, 22, day(5, 5))]);
}

#[test]
fn every_recipient_of_a_bundle_is_listed_after_a_restriction_and_the_next_bundle_does_not_settle_it() {
    let mut events = history(Closed);
    events.push(restricted());
    let telling = Telling {
        recipient: parket(),
        cause: TellingCause::Restriction,
        sequence: 19,
        since: restricted().occurred_on(),
        settled: None,
    };
    assert_eq!(to_tell(&events), std::slice::from_ref(&telling));
    events.extend([assembled_again(), delivered_again()]);
    assert_eq!(to_tell(&events), [telling]);
    events.push(told());
    assert!(to_tell(&events).is_empty(), "told of event 19");
}

#[test]
fn nobody_is_told_of_the_restriction_of_what_nobody_has() {
    assert!(to_tell(&[history(Advised), vec![restricted()]].concat()).is_empty());
}

#[test]
fn the_next_bundle_tells_of_the_correction_and_of_nothing_else() {
    let mut events = history(Closed);
    events.extend([corrected(), assembled_again(), delivered_again()]);
    assert!(to_tell(&events).is_empty());
    let settled = folded(&events).tellings()[0].settled.clone();
    assert_eq!(settled, Some(Settled::NextBundle { on: day(4, 30), number: 2 }));
    events.extend(erased());
    assert_eq!(to_tell(&events).len(), 1, "a recipient of two bundles is told once of the erasure");
}

#[test]
fn notes_that_never_left_the_house_are_corrected_without_telling_anybody() {
    let mut notes = corrected();
    if let TrajectoryEvent::FactCorrected { field, .. } = &mut notes {
        *field = CorrectableField::Notes;
    }
    assert!(to_tell(&[history(Closed), vec![notes]].concat()).is_empty());
}

#[test]
fn a_parket_is_not_told_of_its_own_correction_and_another_recipient_is() {
    // The other parket got a bundle too; what is corrected is the request, which is the parket's own.
    let also_delivered =
        TrajectoryEvent::BundleDelivered { occurred_on: day(4, 27), number: 1, recipient: other_parket() };
    let value = CorrectedValue::Text(about("Zette een haatboodschap op een forum."));
    let mut events = [history(Closed), vec![also_delivered]].concat();
    events.push(corrected_to(2, CorrectableField::Facts, value));
    let recipients: Vec<_> = to_tell(&events).into_iter().map(|telling| telling.recipient).collect();
    assert_eq!(recipients, [other_parket()]);
}

#[test]
fn the_parket_that_let_a_dossier_go_is_told_of_what_is_corrected_afterwards() {
    let mut events = history(Eligible);
    events.extend([transfer_offered(), transferred(), corrected()]);
    let recipients: Vec<_> = to_tell(&events).into_iter().map(|telling| telling.recipient).collect();
    assert_eq!(recipients, [parket()]);
}

#[test]
fn the_erasure_of_a_wrong_person_concerns_only_who_was_told_about_that_person() {
    let mut events = history(Eligible);
    events.extend([participant_replaced(), transfer_offered(), transferred(), key_destroyed()]);
    assert!(to_tell(&events).is_empty(), "the dossier went over with the right person in it");
}
