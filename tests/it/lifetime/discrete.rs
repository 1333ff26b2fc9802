//! BG/BB against Fader, Hardie and Shang (2010), lifetimes, BTYD and pymc-marketing.

use proptest::prelude::*;
use segmentry::customer::Customers;
use segmentry::features::purchases::{Period, Purchases};
use segmentry::history::History;
use segmentry::lifetime::{BgBb, BgBbModel, Curvature, DiscreteBuyer, DiscreteBuyers, PeriodDiscount, Periods};
use segmentry::time::Day;

use super::data;

fn near(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{found}, expected {expected}");
}

/// The donors of lifetimes' example: columns of repeats, last, opportunities, weight.
fn donors() -> ([Vec<u32>; 3], Vec<f64>) {
    let text = std::fs::read_to_string("examples/data/donations.csv").unwrap();
    let rows: Vec<Vec<u32>> =
        text.lines().skip(1).map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect()).collect();
    let column = |at: usize| rows.iter().map(|row| row[at]).collect();
    ([column(0), column(1), column(2)], rows.iter().map(|row| f64::from(row[3])).collect())
}

fn buyers() -> DiscreteBuyers {
    let ([repeats, last, opportunities], weights) = donors();
    DiscreteBuyers::new(&repeats, &last, &opportunities).unwrap().with_weights(&weights).unwrap()
}

fn published() -> BgBbModel {
    BgBbModel::of(&[1.20352, 0.74972, 0.65672, 2.78344]).unwrap()
}

fn donor(x: u32, last: u32, n: u32) -> DiscreteBuyer {
    DiscreteBuyer::new(x, last, n).unwrap()
}

/// Parameters and log-likelihood: Fader, Hardie, Shang 2010 (1.204 .750 .657 2.783, -33225.6); BTYD's manual, to more
/// digits.
#[test]
fn the_fit_on_donations_is_the_published_one() {
    let model = BgBb::new().fit(&buyers()).unwrap();
    for (found, expected) in model.parameters().iter().zip([1.20352, 0.74972, 0.65672, 2.78344]) {
        near(*found, expected, 1e-5);
    }
    let certificate = model.certificate().unwrap();
    assert!((certificate.log_likelihood - -33225.58127).abs() < 1e-5, "{certificate}");
    assert!(certificate.is_clean() && certificate.reached == 1.0, "{certificate}");
    assert!((model.log_likelihood(&buyers()) - certificate.log_likelihood).abs() < 1e-8);
    let text = model.to_string();
    assert!(
        text.starts_with("BG/BB, times in opportunities\nparameter") && text.contains("\ngamma      0.65672"),
        "{text}"
    );
}

/// Sources: Fader, Hardie, Shang 2010, table 4 and figure 7; BTYD, inst/doc; lifetimes, tests/test_estimation.py.
#[test]
fn predictions_are_the_published_ones() {
    let model = published();
    let new = DiscreteBuyer::newcomer();
    let expected = [0.4985, 0.9233, 1.2969, 1.6323, 1.9381, 2.2202, 2.4826, 2.7285, 2.9603, 3.1798, 3.3887];
    for (n, expected) in (1..).zip(expected) {
        assert!((model.purchases(&new, Periods::new(n)).unwrap() - expected).abs() < 1e-4);
    }
    for ((x, last), expected) in [((0, 0), 0.11), ((2, 4), 0.59), ((6, 6), 0.93)] {
        assert!((model.alive(&donor(x, last, 6)).unwrap() - expected).abs() < 5e-3);
    }
    let total: f64 = buyers().total();
    for (count, expected) in [(0, 3454.9), (6, 1253.1)] {
        assert!((total * model.probability(&new, count, Periods::new(6)).unwrap() - expected).abs() < 0.1);
    }
    near(model.purchases(&donor(0, 0, 6), Periods::new(10)).unwrap(), 0.1302169, 1e-4);
    near(model.purchases(&donor(4, 5, 6), Periods::new(10)).unwrap(), 3.627858, 1e-4);
    let five = model.purchases_each(&buyers(), Periods::new(5)).unwrap();
    let sum: f64 = five.iter().enumerate().map(|(row, five)| five * buyers().weight(row)).sum();
    assert!((sum - 12884.2).abs() < 0.5, "{sum}");
}

/// Expected gifts of 2002 to 2006 by gifts before: pymc-marketing, tests/clv/models/test_beta_geo_beta_binom.py.
#[test]
fn expected_gifts_by_gifts_before_are_the_published_ones() {
    let (model, ([repeats, ..], weights)) = (published(), donors());
    let five = model.purchases_each(&buyers(), Periods::new(5)).unwrap();
    for (x, expected) in [0.07286, 0.32488, 0.70894, 1.33367, 2.03120, 2.78448, 3.75250].into_iter().enumerate() {
        let rows = (0..repeats.len()).filter(|row| repeats[*row] as usize == x);
        let (sum, count) =
            rows.fold((0.0, 0.0), |(sum, count), row| (sum + weights[row] * five[row], count + weights[row]));
        near(sum / count, expected, 2e-4);
    }
}

/// Equation 14 of Fader, Hardie, Shang (2010), with a hypergeometric function: mpmath 1.4 with 30 digits.
#[test]
fn discounted_purchases_are_those_of_the_closed_form() {
    for (x, last, n, rate, expected) in [
        (6, 6, 6, 0.1, 5.909_884_837_043_39),
        (2, 4, 6, 0.1, 1.665_618_953_046_31),
        (0, 0, 6, 0.01, 0.517_450_383_662_13),
        (0, 0, 0, 0.1, 2.701_897_275_805_39),
    ] {
        let rate = PeriodDiscount::per_period(rate);
        near(published().discounted(&donor(x, last, n), Periods::forever(), rate).unwrap(), expected, 1e-10);
    }
    let error = published().discounted(&donor(0, 0, 0), Periods::forever(), PeriodDiscount::none()).unwrap_err();
    assert_eq!(error.to_string(), "a sum over all time is not defined without a discount rate above 0");
    assert!(published().purchases(&donor(0, 0, 0), Periods::forever()).is_err());
}

/// Counts of the next opportunities: chances add up to one, and their mean is what is expected.
#[test]
fn chances_of_counts_add_up_and_have_the_mean() {
    for buyer in [DiscreteBuyer::newcomer(), donor(2, 4, 6), donor(6, 6, 6), donor(0, 0, 30)] {
        let n = Periods::new(40);
        let chances: Vec<f64> = (0..=41).map(|count| published().probability(&buyer, count, n).unwrap()).collect();
        assert!((chances.iter().sum::<f64>() - 1.0).abs() < 1e-12 && chances[41] == 0.0);
        let mean: f64 = (0..).zip(&chances).map(|(count, chance)| f64::from(count) * chance).sum();
        near(mean, published().purchases(&buyer, n).unwrap(), 1e-10);
    }
}

/// Two rows are one row that counts twice, and rows stand in any order.
#[test]
fn rows_twice_are_weights_of_two_in_any_order() {
    let ([mut x, mut last, mut n], mut weights) = donors();
    let once = BgBb::new().fit(&buyers().with_weights(&weights.iter().map(|w| 2.0 * w).collect::<Vec<_>>()).unwrap());
    for column in [&mut x, &mut last, &mut n] {
        column.extend(column.clone());
        column.reverse();
    }
    weights.extend(weights.clone());
    weights.reverse();
    let twice = BgBb::new().fit(&DiscreteBuyers::new(&x, &last, &n).unwrap().with_weights(&weights).unwrap());
    for (a, b) in once.unwrap().parameters().iter().zip(twice.unwrap().parameters()) {
        near(*a, *b, 1e-9);
    }
}

#[test]
fn what_is_drawn_is_what_is_expected_and_is_learnt_again() {
    let model = BgBbModel::of(&[1.5, 2.0, 0.9, 6.0]).unwrap();
    let drawn = model.simulate(&[12; 30_000], 5).unwrap();
    let mean = (0..drawn.len()).map(|row| f64::from(drawn.get(row).unwrap().repeats())).sum::<f64>() / 30_000.0;
    near(mean, model.purchases(&DiscreteBuyer::newcomer(), Periods::new(12)).unwrap(), 0.02);
    let learnt = BgBb::new().fit(&drawn).unwrap();
    let certificate = learnt.certificate().unwrap();
    for (place, expected) in [1.5, 2.0, 0.9, 6.0].into_iter().enumerate() {
        let error = certificate.standard_errors[place].unwrap();
        assert!((learnt.parameters()[place] - expected).abs() < 4.0 * error, "{learnt}");
    }
}

/// The same bytes on any number of threads.
#[cfg(feature = "parallel")]
#[test]
fn threads_do_not_matter() {
    let opportunities: Vec<u32> = (0..6000).map(|row| 1 + row % 40).collect();
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let drawn = published().simulate(&opportunities, 8).unwrap();
            let model = BgBb::new().starts(2).fit(&drawn).unwrap();
            let bits: Vec<u64> = model.parameters().iter().map(|value| value.to_bits()).collect();
            (bits, model.alive_each(&drawn))
        })
    };
    let one = on(1);
    assert!(one == on(2) && one == on(7));
}

/// A calendar month after the first with a purchase is used; the month that is not over is left out.
#[test]
fn opportunities_are_calendar_periods_that_are_over() {
    let day = |text: &str| text.parse::<Day>().unwrap();
    let events = [
        ("ann", "2026-01-05"),
        ("ann", "2026-01-30"), // the first month again
        ("ann", "2026-03-01"),
        ("ann", "2026-03-31"),
        ("ann", "2026-06-10"), // June is not over
        ("bob", "2026-05-31"),
        ("eve", "2026-06-02"),
    ];
    let days: Vec<Day> = events.iter().map(|(_, at)| day(at)).collect();
    let history = History::purchases(events.map(|(id, _)| id), &days, &[1.0; 7]).unwrap();
    let customers = Customers::from_history(history);
    let of =
        |now: &str| DiscreteBuyers::of(&customers.clone().as_of(day(now)), &Purchases::new(), Period::Month).unwrap();
    let within = of("2026-06-15");
    assert_eq!([within.get(0), within.get(1), within.get(2)], [Some(donor(1, 2, 4)), Some(donor(0, 0, 0)), None]);
    let after = of("2026-06-30");
    assert_eq!([after.get(0), after.get(2)], [Some(donor(2, 5, 5)), Some(donor(0, 0, 0))]);
    assert!(published().alive_each(&within)[2].is_nan());
}

/// CDNOW by the week: a real history.
#[test]
fn a_real_history_is_learnt_by_the_week() {
    let customers = data::cdnow().as_of("1997-09-28".parse::<Day>().unwrap());
    let buyers = DiscreteBuyers::of(&customers, &Purchases::new(), Period::Week).unwrap();
    assert_eq!(buyers.longest(), Periods::new(38));
    let model = BgBb::new().fit(&buyers).unwrap();
    assert!(model.certificate().unwrap().converged, "{model}");
    let expected: f64 = model.purchases_each(&buyers, Periods::new(39)).unwrap().iter().sum();
    let later = data::cdnow().as_of("1998-06-28".parse::<Day>().unwrap());
    let later = DiscreteBuyers::of(&later, &Purchases::new(), Period::Week).unwrap();
    let repeats =
        |buyers: &DiscreteBuyers| (0..buyers.len()).filter_map(|row| buyers.get(row)).map(|b| b.repeats()).sum::<u32>();
    let actual = f64::from(repeats(&later) - repeats(&buyers));
    near(expected, actual, 0.25);
}

/// What tells nothing, or only one thing.
#[test]
fn nothing_and_all_the_same_are_told() {
    assert!(BgBb::new().fit(&DiscreteBuyers::new(&[], &[], &[]).unwrap()).is_err());
    assert!(BgBb::new().fit(&DiscreteBuyers::new(&[0; 9], &[0; 9], &[0; 9]).unwrap()).is_err());
    for (x, n) in [(0, 6), (6, 6), (0, 1), (1, 1)] {
        let model = BgBb::new().fit(&DiscreteBuyers::new(&[x; 50], &[x; 50], &[n; 50]).unwrap()).unwrap();
        let certificate = model.certificate().unwrap();
        assert!(
            certificate.curvature != Curvature::Definite || !certificate.boundary.is_empty(),
            "{x} {n} {certificate}"
        );
        let next = model.purchases(&donor(x, x, n), Periods::new(5)).unwrap();
        assert!(if x == 0 { next < 0.5 } else { next > 4.5 && next <= 5.0 }, "{x} {n} {next}");
    }
    let error = DiscreteBuyers::new(&[0, 3], &[0, 2], &[6, 6]).unwrap_err();
    assert_eq!(error.to_string(), "row 1: `last` must be at least 3, found 2");
    let error = BgBb::new().prior("delta", 0.0, 1.0).fit(&buyers()).unwrap_err();
    assert_eq!(error.to_string(), "key `prior.delta`: `median` must be a finite number above 0, found 0");
}

/// A narrow prior holds a parameter where it is believed to be.
#[test]
fn a_prior_holds_a_parameter() {
    let model = BgBb::new().prior("alpha", 3.0, 1e-4).fit(&buyers()).unwrap();
    near(model.parameters()[0], 3.0, 1e-3);
    let certificate = model.certificate().unwrap();
    assert!(certificate.log_likelihood < -33225.59 && certificate.log_prior < 0.0);
}

#[cfg(feature = "serde")]
#[test]
fn a_saved_model_is_the_same() {
    let model = BgBb::new().fit(&buyers()).unwrap();
    let text = serde_json::to_string(&model).unwrap();
    assert_eq!(serde_json::from_str::<BgBbModel>(&text).unwrap(), model);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn extreme_buyers_and_parameters_have_answers_in_range(
        logs in prop::array::uniform4(-23.0..23.0_f64),
        n in 0_u32..10_000, last in 0.0..=1.0_f64, used in 0.0..=1.0_f64,
        next in 0_u32..3_000, count in 0_u32..100,
    ) {
        let model = BgBbModel::of(&logs.map(f64::exp)).unwrap();
        let last = (f64::from(n) * last) as u32;
        let used = if last == 0 { 0 } else { ((f64::from(last) * used) as u32).max(1) };
        let (buyer, periods) = (donor(used, last, n), Periods::new(next));
        let alive = model.alive(&buyer).unwrap();
        prop_assert!((0.0..=1.0).contains(&alive));
        prop_assert!(model.alive_at(&buyer, Periods::new(next + 1)).unwrap() <= alive * (1.0 + 1e-12));
        let expected = model.purchases(&buyer, periods).unwrap();
        prop_assert!((0.0..=f64::from(next) * (1.0 + 1e-9)).contains(&expected), "{}", expected);
        prop_assert!(model.purchases(&buyer, Periods::new(next + 1)).unwrap() >= expected * (1.0 - 1e-9));
        let chance = model.probability(&buyer, count, periods).unwrap();
        prop_assert!((0.0..=1.0 + 1e-12).contains(&chance), "{}", chance);
        let discounted = model.discounted(&buyer, Periods::forever(), PeriodDiscount::per_period(1e-3)).unwrap();
        prop_assert!((0.0..=1000.0 * (1.0 + 1e-9)).contains(&discounted), "{}", discounted);
        prop_assert!(model.log_likelihood(&DiscreteBuyers::new(&[used], &[last], &[n]).unwrap()).is_finite());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn any_buyers_are_learnt(
        rows in prop::collection::vec((0_u32..40, 0.0..=1.0_f64, 0.0..=1.0_f64, 0.0..5.0_f64), 1..12),
    ) {
        let (mut x, mut t, mut n, mut weights) = (vec![0], vec![0], vec![3], vec![1.0]);
        for (opportunities, last, used, weight) in rows {
            let last = (f64::from(opportunities) * last) as u32;
            x.push(if last == 0 { 0 } else { ((f64::from(last) * used) as u32).max(1) });
            t.push(last);
            n.push(opportunities);
            weights.push(10_f64.powf(weight).round());
        }
        let buyers = DiscreteBuyers::new(&x, &t, &n).unwrap().with_weights(&weights).unwrap();
        let model = BgBb::new().fit(&buyers).unwrap();
        let certificate = model.certificate().unwrap();
        let ones = BgBbModel::of(&[1.0; 4]).unwrap().log_likelihood(&buyers);
        prop_assert!(certificate.log_likelihood >= ones - 1e-9 * ones.abs(), "{}", model);
        prop_assert!(model.alive_each(&buyers).iter().all(|alive| (0.0..=1.0).contains(alive)));
    }
}
