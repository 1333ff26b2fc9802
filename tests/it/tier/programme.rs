//! The loyalty programme: laws, a twin that measures every day, messages, and what is saved.

use proptest::prelude::*;
use segmentry::customer::{Customers, Record};
use segmentry::history::{Event, History};
use segmentry::model;
use segmentry::segment::Segment;
use segmentry::segmenter::Segmenter;
use segmentry::tier::{Change, Fall, Programme, Qualifying, Standing, Standings};
use segmentry::time::Day;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn at(days: i32) -> Day {
    day("2026-01-01").plus(days)
}

fn metals() -> Programme {
    Programme::new("basic").tier("gold", 1000.0).tier("silver", 250.0)
}

fn buyers(purchases: &[(i64, i32, f64)]) -> Customers {
    let ids: Vec<i64> = purchases.iter().map(|p| p.0).collect();
    let days: Vec<Day> = purchases.iter().map(|p| at(p.1)).collect();
    let amounts: Vec<f64> = purchases.iter().map(|p| p.2).collect();
    Customers::from_history(History::purchases(ids.iter(), &days, &amounts).unwrap())
}

/// The value of a day by its definition.
fn value(window: Qualifying, purchases: &[(i32, f64)], on: i32) -> f64 {
    let sum =
        |keep: &dyn Fn(i32) -> bool| purchases.iter().filter(|p| p.0 <= on && keep(p.0)).map(|p| p.1).sum::<f64>();
    let Qualifying::Rolling { days } = window else {
        let year = |days: i32| at(days).date().unwrap().year();
        let month = |days: i32| i32::from(year(days)) * 12 + i32::from(at(days).date().unwrap().month()) - 1;
        let period = |days: i32| match window {
            Qualifying::CalendarYear => i32::from(year(days)),
            Qualifying::CalendarQuarter => month(days).div_euclid(3),
            _ => month(days),
        };
        let now = period(on);
        return f64::max(sum(&|d| period(d) == now), sum(&|d| period(d) == now - 1));
    };
    sum(&|d| d > on - days as i32)
}

#[test]
fn a_member_goes_up_at_once_and_down_when_stay_and_grace_are_over() {
    let programme = metals().qualifying(Qualifying::Rolling { days: 100 }).dwell_days(120).grace_days(30);
    let customers = buyers(&[(1, 0, 300.0), (1, 40, 800.0)]);
    let run = programme.run(&customers, at(400)).unwrap();
    let told: Vec<(i32, Option<usize>, usize, Change)> =
        run.transitions().iter().map(|t| (t.day.days_since(at(0)), t.from, t.to, t.change)).collect();
    assert_eq!(
        told,
        [
            (0, None, 1, Change::Joined),
            (40, Some(1), 0, Change::Promoted),
            (100, Some(0), 0, Change::InDwell), // the first purchase has left: 800
            (160, Some(0), 2, Change::Demoted), // 120 days of gold are over, and so are 30 days of grace
        ]
    );
    // seen on day 110: gold until the minimum stay ends on day 160
    let run = programme.run(&customers, at(110)).unwrap();
    assert_eq!(run.valid_until(0), Some(at(159)));
    assert_eq!(
        programme.explain(&customers.clone().as_of(at(110)).get(0).unwrap()).unwrap().to_string(),
        "customer `1` is in Gold\n  because spend in 100 days is 800 (250 or more is `silver`)\n      \
         and since is 2026-02-10 (promoted)\n      \
         and too low since is 2026-04-11 (kept by the minimum stay, demoted on 2026-06-10 if it stays so)\n  \
         `gold` until 2026-06-09 with no new purchases\n  `gold` with 200 more",
    );
}

#[test]
fn hysteresis_keeps_who_is_at_the_border() {
    let standing = |tier| Some(Standing { tier, since: at(0), below_since: None, measured: at(0) });
    let programme = metals().hysteresis(0.1);
    let step = |from, value| programme.step(standing(from), at(1), value).map(|(s, change)| (s.tier, change)).unwrap();
    assert_eq!(step(0, 900.0), (0, Change::Held));
    assert_eq!(step(0, 899.0), (1, Change::Demoted));
    assert_eq!(step(1, 900.0), (1, Change::Held), "kept at 900, earned at 1000");
    assert_eq!(step(0, 230.0), (1, Change::Demoted), "silver is kept from 225");
    assert_eq!(step(0, 220.0), (2, Change::Demoted));
    let soft = metals().fall(Fall::OneStep);
    let (fallen, change) = soft.step(standing(0), at(1), 0.0).unwrap();
    assert_eq!((fallen.tier, fallen.below_since, change), (1, Some(at(1)), Change::Demoted));
    assert_eq!(soft.step(Some(fallen), at(1), 0.0).unwrap().0.tier, 2);
}

#[test]
fn a_calendar_year_holds_to_the_end_of_the_next() {
    let programme = metals().qualifying(Qualifying::CalendarYear);
    let customer = Record::new("c").purchase(day("2025-05-02"), 300.0).as_of(day("2026-03-01"));
    let told = programme.explain(&customer).unwrap();
    assert_eq!(told.alternatives, ["`silver` until 2026-12-31 with no new purchases", "`gold` with 700 more"]);
    let later = customer.as_of(day("2027-01-01"));
    assert_eq!(programme.assign(&later).unwrap().unwrap().key(), "basic");
}

#[test]
fn who_has_bought_nothing_is_no_member() {
    let visit = Event::on(at(0), "visit");
    let visitor = Record::new("v").event(&visit).as_of(at(10));
    assert_eq!(metals().assign(&visitor).unwrap(), None);
    assert_eq!(
        metals().explain(&visitor).unwrap().to_string(),
        "customer `v` is unassigned: no `purchase` with an amount",
    );
    assert_eq!(
        metals().explain(&Record::new("n").as_of(at(10))).unwrap().to_string(),
        "customer `n` is unassigned: no events that count",
    );
    let later = Record::new("l").purchase(at(20), 5000.0).as_of(at(10));
    assert_eq!(metals().assign(&later).unwrap(), None);
    let visits = metals().counting("visit");
    let paid = visit.amount(300.0);
    assert_eq!(visits.assign(&Record::new("v").event(&paid).as_of(at(10))).unwrap().unwrap().key(), "silver");
}

#[test]
fn every_wrong_programme_is_told_in_words() {
    let told = |programme: Programme| {
        let error = programme.check().unwrap_err();
        assert_eq!(programme.step(None, at(0), 1.0).unwrap_err(), error);
        assert_eq!(programme.assign(&Record::new("c").as_of(at(0))).unwrap_err(), error);
        assert_eq!(programme.run(&buyers(&[(1, 0, 1.0)]), at(1)).unwrap_err(), error);
        error.to_string()
    };
    assert_eq!(told(Programme::new("basic")), "no tiers");
    assert_eq!(
        told(Programme::new("basic").tier("gold", 0.0)),
        "key `tiers.gold`: `threshold` must be above 0 in a programme, as who buys nothing earns nothing, found 0",
    );
    assert_eq!(
        told(Programme::new("basic").tier("silver", 1.0).tier("gold", 2.0)),
        "key `tiers.gold`: `threshold` must be below 1, the threshold of `silver` before it, found 2",
    );
    assert_eq!(told(Programme::new("gold").tier("gold", 2.0)), "tier `gold` occurs twice");
    assert_eq!(told(metals().hysteresis(1.0)), "`hysteresis` must be from 0 to below 1, found 1");
    assert_eq!(told(metals().hysteresis(f64::NAN)), "`hysteresis` must be from 0 to below 1, found NaN");
    assert_eq!(told(metals().dwell_days(40_000)), "`dwell_days` must be at most 36525 (100 years), found 40000");
    assert_eq!(told(metals().grace_days(40_000)), "`grace_days` must be at most 36525 (100 years), found 40000");
    assert_eq!(
        told(metals().qualifying(Qualifying::Rolling { days: 0 })),
        "`rolling days` must be from 1 to 36525 (100 years), found 0",
    );
}

#[test]
fn every_wrong_step_is_told_in_words() {
    let standing = Standing { tier: 1, since: at(0), below_since: None, measured: at(5) };
    let told = |standing, on, value| metals().step(Some(standing), at(on), value).unwrap_err().to_string();
    assert_eq!(told(standing, 6, f64::NAN), "the member's value is NaN, expected a finite number");
    assert_eq!(
        told(standing, 4, 1.0),
        "`day` must be not before 2026-01-06, the last that was measured, found 2026-01-05",
    );
    assert_eq!(told(Standing { tier: 3, ..standing }, 6, 1.0), "`tier` must be below 3, the number of tiers, found 3");
    assert_eq!(
        metals().assign(&Record::new("c")).unwrap_err().to_string(),
        "the day as of which customers are seen is not set: give it with `as_of`",
    );
    let customers = buyers(&[(1, 0, 300.0)]);
    let on = |days: &[i32], from: &Standings| {
        let days: Vec<Day> = days.iter().map(|d| at(*d)).collect();
        metals().run_on(&customers, &days, from)
    };
    let none = Standings::none();
    assert_eq!(on(&[], &none).unwrap_err().to_string(), "no days to measure");
    assert_eq!(
        on(&[3, 3], &none).unwrap_err().to_string(),
        "`days` must be rising, found 2026-01-04 before 2026-01-04",
    );
    let saved = on(&[10], &none).unwrap().standings();
    assert_eq!(
        on(&[9], &saved).unwrap_err().to_string(),
        "customer `1`: `day` must be not before 2026-01-11, the last that was measured, found 2026-01-10",
    );
    let other = Programme::new("basic").tier("gold", 5.0).run_on(&customers, &[at(20)], &saved).unwrap_err();
    assert_eq!(
        other.to_string(),
        "`tiers of the standings` must be those of the programme, gold, basic, found gold, silver, basic",
    );
}

fn golden(file: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file);
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn saved_programmes_and_standings_load_for_ever() {
    let programme =
        metals().qualifying(Qualifying::Rolling { days: 100 }).dwell_days(90).grace_days(30).hysteresis(0.1);
    let run = programme.run(&buyers(&[(7, 0, 300.0), (8, 5, 1200.5), (9, 9, 10.0)]), at(110)).unwrap();
    let text = golden("tier_programme.json");
    assert_eq!(model::from_json::<Programme>(&text).unwrap(), programme);
    assert_eq!(model::to_json(&programme).unwrap().trim(), text.trim());
    let broken = model::from_json::<Programme>(&text.replacen("0.1", "1.1", 2)).unwrap_err();
    assert_eq!(broken.to_string(), "key `model`: `hysteresis` must be from 0 to below 1, found 1.1");
    let text = golden("tier_standings.json");
    assert_eq!(model::from_json::<Standings>(&text).unwrap(), run.standings());
    assert_eq!(model::to_json(&run.standings()).unwrap().trim(), text.trim());
    let broken =
        |from: &str, to: &str| model::from_json::<Standings>(&text.replacen(from, to, 1)).unwrap_err().to_string();
    assert_eq!(
        broken("\"tier\": 1", "\"tier\": 3"),
        "key `model`: customer `7`: `tier` must be below 3, the number of tiers, found 3",
    );
    assert_eq!(
        broken("\"since\": \"2026-01-01\"", "\"since\": \"2027-01-01\""),
        "key `model`: customer `7`: `since` must be at most 2026-04-11, the day that was measured, found 2027-01-01",
    );
    assert_eq!(broken("\"8\"", "\"7\""), "row 1: key `model`: customer `7` occurs more than once, first in row 0");
}

fn programmes() -> impl Strategy<Value = Programme> {
    let window = prop_oneof![
        (1..90_u32).prop_map(|days| Qualifying::Rolling { days }),
        Just(Qualifying::CalendarYear),
        Just(Qualifying::CalendarQuarter),
        Just(Qualifying::CalendarMonth),
    ];
    let band = prop_oneof![Just(0.0), Just(0.1), Just(0.5)];
    let fall = prop_oneof![Just(Fall::ToEarned), Just(Fall::OneStep)];
    (window, 0..80_u32, 0..60_u32, band, fall).prop_map(|(window, dwell, grace, band, fall)| {
        Programme::new("basic")
            .tier("gold", 100.0)
            .tier("silver", 60.0)
            .tier("bronze", 25.0)
            .qualifying(window)
            .dwell_days(dwell)
            .grace_days(grace)
            .hysteresis(band)
            .fall(fall)
    })
}

/// The setting of a programme, read from what it saves.
fn setting(programme: &Programme) -> (Qualifying, i32, i32) {
    let json: serde_json::Value = serde_json::from_str(&model::to_json(programme).unwrap()).unwrap();
    let model = &json["model"];
    let days = |name: &str| model[name].as_i64().unwrap() as i32;
    (serde_json::from_value(model["qualifying"].clone()).unwrap(), days("dwell_days"), days("grace_days"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Visiting only the days on which something can change is the same as measuring every day, and the laws hold.
    #[test]
    fn every_day_measured_gives_the_same_and_the_laws_hold(
        programme in programmes(),
        mut purchases in prop::collection::vec((0..500_i32, -20..60_i32), 1..25),
    ) {
        let (window, dwell, grace) = setting(&programme);
        let until = 760;
        purchases.sort();
        let purchases: Vec<(i32, f64)> = purchases.into_iter().map(|(d, a)| (d, f64::from(a) / 4.0 * 5.0)).collect();
        let cuts = [100.0, 60.0, 25.0];
        let (mut standing, mut history) = (None::<Standing>, Vec::new());
        let mut low = 0; // days in a row on which the value was too low
        for on in purchases[0].0..=until {
            let value = value(window, &purchases, on);
            let before = standing;
            let (after, change) = programme.step(before, at(on), value).unwrap();
            let earned = cuts.iter().position(|cut| value >= *cut).unwrap_or(3);
            prop_assert!(after.tier <= earned, "never below what is earned");
            if let Some(before) = before {
                prop_assert_eq!(change == Change::Promoted, after.tier < before.tier);
                prop_assert_eq!(change == Change::Demoted, after.tier > before.tier);
                low = if after.below_since.is_some() || change == Change::Demoted { low + 1 } else { 0 };
                if change == Change::Demoted {
                    prop_assert!(on - before.since.days_since(at(0)) >= dwell, "no demotion in the minimum stay");
                    prop_assert!(low > grace, "the grace period is respected");
                    prop_assert_eq!(earned, earned.max(after.tier));
                }
                if change == Change::Demoted || change == Change::Promoted {
                    low = i32::from(after.below_since.is_some());
                }
            }
            standing = Some(after);
            history.push((at(on), after, change));
        }
        let rows: Vec<(i64, i32, f64)> = purchases.iter().map(|(d, a)| (1, *d, *a)).collect();
        let customers = buyers(&rows);
        let run = programme.run(&customers, at(until)).unwrap();
        let found = run.standing(0).unwrap();
        let expected = standing.unwrap();
        prop_assert_eq!((found.tier, found.since, found.below_since), (expected.tier, expected.since, expected.below_since));
        let moves = |change: &Change| matches!(change, Change::Joined | Change::Promoted | Change::Demoted | Change::Recovered);
        let slow: Vec<_> = history.iter().filter(|h| moves(&h.2)).map(|h| (h.0, h.1.tier, h.2)).collect();
        let fast: Vec<_> =
            run.transitions().iter().filter(|t| moves(&t.change)).map(|t| (t.day, t.to, t.change)).collect();
        prop_assert_eq!(fast, slow);
        // seen on any day, alone and in bulk, the tier is that of the day, and it holds as long as was said
        for on in [0, 30, 95, 200, 501, 600] {
            let seen = customers.clone().as_of(at(on));
            let daily = history.iter().rev().find(|h| h.0 <= at(on)).map(|h| h.1.tier);
            let alone = programme.assign(&seen.get(0).unwrap()).unwrap();
            prop_assert_eq!(programme.segment(&seen).unwrap().index(0), daily);
            let keys = ["gold", "silver", "bronze", "basic"];
            prop_assert_eq!(alone.map(|label| label.key().into_owned()), daily.map(|tier| keys[tier].to_owned()));
            if on > 500 {
                let said = programme.run(&customers, at(on)).unwrap().valid_until(0);
                let next = history.iter().find(|h| h.0 > at(on) && Some(h.1.tier) != daily).map(|h| h.0.plus(-1));
                prop_assert!(said == next || next.is_none() && said.is_none_or(|said| said >= at(until)));
            }
        }
        // every day as an assessment, in two halves with what is saved between them
        let days: Vec<Day> = (0..=until).map(at).collect();
        let (first, second) = days.split_at(317);
        let half = programme.run_on(&customers, first, &Standings::none()).unwrap().standings();
        let half: Standings = model::from_json(&model::to_json(&half).unwrap()).unwrap();
        let whole = programme.run_on(&customers, second, &half).unwrap();
        prop_assert_eq!(whole.standing(0), Some(expected));
    }
}
