//! Police training: what counts, per programme and half-year, now and as known at any index.

use spoor_domain::kernel::{HalfYear, Label};
use spoor_domain::training::event::TrainingEvent;
use spoor_domain::training::samples::{annulled, balance, corrected, day, held};
use spoor_domain::training::vocabulary::{TrainingAnnulment, TrainingLine, TrainingProgramme};
use spoor_projections::runner::{catch_up, rebuild, verify};
use spoor_projections::training::{LineTotals, entries, totals, totals_at};
use spoor_projections::{ViewError, training};

use crate::support::{World, on_both_engines};

on_both_engines! {
    async fn sessions_and_a_known_total_add_up_per_programme_and_half_year(world: World) {
        record(&world, 0, &[balance(11_197), held(1, day(3, 2), 24), held(2, day(7, 6), 30), held(3, day(7, 7), 10)]).await;
        let line = hpm(&totals(&world.views).await.unwrap().value).clone();
        assert_eq!((line.cumulative, line.version), (11_261, 4));
        assert_eq!(line.balance.as_ref().map(|balance| balance.participants), Some(11_197));
        let told: Vec<_> = line.half_years.iter().map(|held| (held.half_year.to_string(), held.sessions, held.participants, held.cumulative)).collect();
        assert_eq!(told, [("2026-H1".to_owned(), 1, 24, 11_221), ("2026-H2".to_owned(), 2, 40, 11_261)]);
        let polarisation = totals(&world.views).await.unwrap().value[1].clone();
        assert_eq!((polarisation.line, polarisation.cumulative, polarisation.version), (TrainingLine::Polarisation, 0, 0));
        let sessions = entries(&world.views, TrainingLine::Hpm, 2).await.unwrap();
        assert_eq!(sessions.iter().map(|session| session.held_on).collect::<Vec<_>>(), [day(7, 7), day(7, 6)]);
    }

    async fn what_was_corrected_or_annulled_counts_otherwise_from_there_on(world: World) {
        let events = [
            held(1, day(3, 2), 24),
            held(2, day(3, 3), 10),
            corrected(1, day(7, 2), 22),
            annulled(2),
            balance(11_197),
            TrainingEvent::OpeningBalanceAnnulled {
                occurred_on: day(7, 3),
                programme: TrainingProgramme::Hpm,
                reason: TrainingAnnulment::EnteredWrongly,
            },
        ];
        let mut shown = Vec::new();
        for (version, event) in (0..).zip(&events) {
            record(&world, version, std::slice::from_ref(event)).await;
            shown.push(totals(&world.views).await.unwrap());
        }
        let sums: Vec<u64> = shown.iter().map(|shown| hpm(&shown.value).cumulative).collect();
        assert_eq!(sums, [24, 34, 32, 22, 11_219, 22]);
        // The corrected session is one for leaders, in another half-year.
        let [_, leaders] = hpm(&shown[5].value).programmes[..] else { panic!("two programmes") };
        assert_eq!((leaders.programme.code(), leaders.participants), ("HpmLeadership", 22));
        assert_eq!(hpm(&shown[5].value).half_years[0].half_year, HalfYear::of(day(7, 2)));
        rebuild(&world.logs(), &world.views, training::PROJECTION).await.unwrap();
        for shown in &shown {
            let then = totals_at(&world.views, shown.seen.index).await.unwrap();
            // The version is that of now: only who changes something needs it.
            assert_eq!(hpm(&then).half_years, hpm(&shown.value).half_years);
            assert_eq!((hpm(&then).cumulative, &hpm(&then).balance), (hpm(&shown.value).cumulative, &hpm(&shown.value).balance));
        }
        assert!(matches!(totals_at(&world.views, 99).await, Err(ViewError::NotReached { asked: 99, .. })));
        for found in verify(&world.logs(), &world.views, Some(training::PROJECTION)).await.unwrap() {
            assert!(found.clean(), "{found:#?}");
        }
    }
}

async fn record(world: &World, version: u64, events: &[TrainingEvent]) {
    world.append("police_training", &TrainingLine::Hpm.stream().to_string(), version, events).await;
    catch_up(&world.logs(), &world.views).await.unwrap();
}

fn hpm(lines: &[LineTotals]) -> &LineTotals {
    lines.iter().find(|line| line.line == TrainingLine::Hpm).unwrap()
}
