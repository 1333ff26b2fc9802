//! Pareto/NBD and GGompertz/NBD against many digits, Schmittlein, Morrison and Colombo, BTYD, CLVTools and lifetimes.

use segmentry::features::purchases::TimeUnit;
use segmentry::lifetime::{BuyTillYouDie, Buyer, Buyers, Curvature, Family, Horizon, PurchaseModel};
use serde_json::Value;

use super::data;

/// CDNOW, weeks: an independent program at the optimum.
const CDNOW: [f64; 4] = [0.5532771, 10.577684, 0.6062400, 11.668735];

fn near(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{found}, expected {expected}");
}

fn pareto(parameters: &[f64; 4]) -> PurchaseModel {
    PurchaseModel::of(Family::ParetoNbd, TimeUnit::Weeks, parameters).unwrap()
}

fn buyer(x: u32, last: f64, age: f64) -> Buyer {
    Buyer::new(TimeUnit::Weeks, x, last, age).unwrap()
}

/// CDNOW as lifetimes has it: repeats, last and age in weeks of two digits; says so if the file is not there.
fn cdnow_summary() -> Option<Buyers> {
    let text = std::fs::read_to_string(data::shared("cdnow_summary.csv")?).unwrap();
    let cells = |line: &str| line.split(',').skip(1).map(|cell| cell.trim().parse().unwrap()).collect();
    let rows: Vec<Vec<f64>> = text.lines().skip(1).map(cells).collect();
    let column = |at: usize| rows.iter().map(|row| row[at]).collect::<Vec<f64>>();
    let repeats: Vec<u32> = column(0).iter().map(|x| *x as u32).collect();
    Some(Buyers::new(TimeUnit::Weeks, &repeats, &column(1), &column(2)).unwrap())
}

fn golden() -> Value {
    let text = std::fs::read_to_string("tests/golden/lifetime/pareto_nbd.json").unwrap();
    serde_json::from_str(&text).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// mpmath with 60 digits and more, parameters over twelve decades: scripts/references/pareto_nbd.py.
#[test]
fn likelihoods_and_chances_are_those_of_sixty_digits() {
    let golden = golden();
    for (list, family) in [("pareto", Family::ParetoNbd), ("gompertz", Family::GgompertzNbd)] {
        for row in golden[list].as_array().unwrap() {
            let (seen, ln, alive) = (numbers(&row[1]), row[2].as_f64().unwrap(), row[3].as_f64().unwrap());
            let model = PurchaseModel::of(family, TimeUnit::Weeks, &numbers(&row[0])).unwrap();
            let (x, last, age) = (seen[0] as u32, seen[1], seen[2]);
            let buyers = Buyers::new(TimeUnit::Weeks, &[x], &[last], &[age]).unwrap();
            let found = model.log_likelihood(&buyers).unwrap();
            assert!((found - ln).abs() <= 1e-10 * ln.abs().max(1.0), "{row}: {found}");
            let found = model.alive(&buyer(x, last, age)).unwrap();
            assert!((found - alive).abs() <= 1e-9 * alive + 1e-300, "{row}: {found}");
            if let Some(expected) = row[5].as_f64() {
                let found = model.purchases(&buyer(x, last, age), Horizon::weeks(row[4].as_f64().unwrap())).unwrap();
                assert!((found - expected).abs() <= 1e-9 * expected + 1e-300, "{row}: {found}");
            }
        }
    }
}

/// As above.
#[test]
fn counts_are_as_likely_as_quadrature_of_many_digits_says() {
    let golden = golden();
    for (list, family) in [("pareto_counts", Family::ParetoNbd), ("gompertz_counts", Family::GgompertzNbd)] {
        for row in golden[list].as_array().unwrap() {
            let model = PurchaseModel::of(family, TimeUnit::Weeks, &numbers(&row[0])).unwrap();
            let (count, t) = (row[1].as_u64().unwrap() as u32, Horizon::weeks(row[2].as_f64().unwrap()));
            near(model.probability(&Buyer::newcomer(), count, t).unwrap(), row[3].as_f64().unwrap(), 1e-9);
            if let Some(mean) = row[4].as_f64() {
                near(model.purchases(&Buyer::newcomer(), t).unwrap(), mean, 1e-10);
            }
        }
    }
}

/// Nearly all live for ever and buy all the time: of those who leave each count is as likely, f(0) α / (r − 1).
#[test]
fn chances_of_what_hardly_happens_keep_their_digits() {
    let slow = PurchaseModel::of(Family::GgompertzNbd, TimeUnit::Weeks, &[1e6, 1e-6, 1e-8, 10.0, 1e10]).unwrap();
    let none = pareto(&[1e6, 1e-6, 10.0, 1e18]);
    for model in [slow, none] {
        for (count, t) in [(100, 1e-3), (10_000, 30.0), (10_000, 1e4), (1_000_000, 1e4)] {
            near(model.probability(&Buyer::newcomer(), count, Horizon::weeks(t)).unwrap(), 1.000001e-29, 1e-6);
        }
    }
}

/// Probabilities sum to 1, and their mean is what is expected.
#[test]
fn counts_sum_to_one() {
    let models = [
        pareto(&CDNOW),
        pareto(&[3.0, 2.0, 0.4, 1.0]),
        PurchaseModel::of(Family::GgompertzNbd, TimeUnit::Weeks, &[3.0, 4.0, 0.1, 0.5, 3.0]).unwrap(),
    ];
    for model in models {
        let known = buyer(3, 5.0, 9.0);
        for buyer in [Buyer::newcomer(), known] {
            let (mut sum, mut mean, t) = (0.0, 0.0, Horizon::weeks(20.0));
            for count in 0..400 {
                let share = model.probability(&buyer, count, t).unwrap();
                sum += share;
                mean += f64::from(count) * share;
            }
            near(sum, 1.0, 1e-9);
            near(mean, model.purchases(&buyer, t).unwrap(), 1e-8);
        }
    }
}

/// Parameters and log-likelihood: BTYD's vignette, CLVTools' tests (standard errors), an independent program (digits).
#[test]
fn the_fit_on_cdnow_is_the_published_one() {
    let buyers = data::cdnow_buyers(TimeUnit::Weeks);
    let model = BuyTillYouDie::new(Family::ParetoNbd).starts(2).fit(&buyers).unwrap();
    for (found, expected) in model.parameters().iter().zip(CDNOW) {
        near(*found, expected, 1e-4);
    }
    let certificate = model.certificate().unwrap();
    assert!((certificate.log_likelihood - -9594.976179).abs() < 1e-5, "{certificate}");
    assert!(certificate.is_clean() && certificate.reached == 1.0 && certificate.notes.is_empty(), "{certificate}");
    let errors = [0.0476264, 0.8427222, 0.1872594, 6.2105448];
    for (found, expected) in certificate.standard_errors.iter().zip(errors) {
        near(found.unwrap(), expected, 1e-3);
    }
    let days = BuyTillYouDie::new(Family::ParetoNbd).starts(1).fit(&data::cdnow_buyers(TimeUnit::Days)).unwrap();
    near(days.parameter("beta").unwrap(), 7.0 * model.parameter("beta").unwrap(), 1e-5);
    let (buyer, year) = (buyer(2, 30.0, 38.0), Horizon::weeks(52.0));
    near(days.alive(&buyer).unwrap(), model.alive(&buyer).unwrap(), 1e-6);
    near(days.purchases(&buyer, year).unwrap(), model.purchases(&buyer, year).unwrap(), 1e-6);
}

/// The file of lifetimes, with times of four digits: its log-likelihood by an independent program.
#[test]
fn the_fit_on_the_file_of_lifetimes_is_the_known_one() {
    let Some(buyers) = cdnow_summary() else { return };
    let model = BuyTillYouDie::new(Family::ParetoNbd).starts(1).fit(&buyers).unwrap();
    let certificate = model.certificate().unwrap();
    assert!((certificate.log_likelihood - -9594.9739).abs() < 1e-3, "{certificate}");
    for (found, expected) in model.parameters().iter().zip([0.553, 10.578, 0.606, 11.669]) {
        near(*found, expected, 2e-3);
    }
}

/// Sources: BTYD's vignette and manual, lifetimes tests/test_estimation.py.
#[test]
fn predictions_are_the_published_ones() {
    let weeks = Horizon::weeks;
    let model = pareto(&CDNOW);
    near(model.purchases(&Buyer::newcomer(), weeks(52.0)).unwrap(), 1.473434, 1e-6);
    // BTYD stops a little before the optimum
    near(model.purchases(&buyer(26, 216.0 / 7.0, 31.0), weeks(52.0)).unwrap(), 25.45647, 1e-4);
    near(model.alive(&buyer(26, 216.0 / 7.0, 31.0)).unwrap(), 0.997874, 1e-5);
    // the more they bought, the surer that they are gone
    for (x, expected) in [(10, 0.7062289), (15, 0.1442396), (20, 0.02250658), (25, 0.00309267)] {
        near(model.purchases(&buyer(x, 20.0, 39.0), weeks(52.0)).unwrap(), expected, 1e-3);
    }
    // lifetimes, in the unit of the published parameters
    let model = pareto(&[0.55, 10.56, 0.61, 11.64]);
    let known = [
        0.0, 0.05077821, 0.09916088, 0.14542507, 0.18979930, 0.23247466, 0.27361274, 0.31335159, 0.35181024, 0.38909211,
    ];
    for (week, expected) in known.into_iter().enumerate() {
        near(model.purchases(&Buyer::newcomer(), weeks(week as f64)).unwrap(), expected, 1e-6);
    }
}

/// lifetimes 0.11.3: scripts/references/pareto_nbd_lifetimes.py. It takes a difference of hypergeometric functions, in
/// which digits of small chances are lost.
#[test]
fn buyers_are_judged_as_by_lifetimes() {
    let text = std::fs::read_to_string("tests/golden/lifetime/pareto_nbd_lifetimes.json").unwrap();
    let golden: Value = serde_json::from_str(&text).unwrap();
    let model = PurchaseModel::of(Family::ParetoNbd, TimeUnit::Weeks, &numbers(&golden["parameters"])).unwrap();
    for row in golden["buyers"].as_array().unwrap().iter().map(numbers) {
        let who = buyer(row[0] as u32, row[1], row[2]);
        near(model.alive(&who).unwrap(), row[3], 1e-6);
        near(model.purchases(&who, Horizon::weeks(39.0)).unwrap(), row[4], 1e-6);
    }
    for row in golden["newcomers"].as_array().unwrap().iter().map(numbers) {
        near(model.purchases(&Buyer::newcomer(), Horizon::weeks(row[0])).unwrap(), row[1], 1e-10);
    }
}

/// Buyers that made others overflow: lifetimes tests/test_estimation.py, CLVTools' tests.
#[test]
fn frequent_buyers_overflow_nothing() {
    let model = pareto(&[0.55, 10.58, 0.61, 11.67]);
    let ten = Horizon::weeks(10.0);
    near(model.purchases(&buyer(132, 200.0, 200.0), ten).unwrap(), 6.20605179, 1e-8);
    near(model.purchases(&buyer(133, 200.0, 200.0), ten).unwrap(), 6.25287225, 1e-8);
    let often = pareto(&[0.5143, 2.8845, 0.2856, 14.1087]);
    for (x, last, age) in
        [(221, 103.42857, 103.57143), (254, 97.14286, 97.28571), (161, 94.71429, 98.0), (204, 98.57143, 99.42857)]
    {
        let alive = often.alive(&buyer(x, last, age)).unwrap();
        assert!(alive > 0.0 && alive <= 1.0, "{x}: {alive}");
    }
    let fast = pareto(&[10.465, 0.00798565, 3.0516, 2.820]);
    for (x, last, age) in [(40, 5.0, 6.0), (50, 1.0, 37.0), (50, 4.0, 37.0)] {
        assert!((0.0..=1.0).contains(&fast.alive(&buyer(x, last, age)).unwrap()));
    }
    // lifetimes #302: no repeat, far ahead
    let later = model.purchases(&buyer(0, 0.0, 5.0), Horizon::weeks(1e4)).unwrap();
    assert!(later.is_finite() && later > 0.0, "{later}");
}

/// The limit s = 1 of the expectation is no place where digits are lost.
#[test]
fn expectations_are_smooth_where_s_is_one() {
    let at = |s: f64| pareto(&[0.55, 10.58, s, 11.67]).purchases(&Buyer::newcomer(), Horizon::weeks(52.0)).unwrap();
    near(at(1.0), 0.55 / 10.58 * 11.67 * f64::ln_1p(52.0 / 11.67), 1e-14);
    near(at(1.0 + 1e-9), at(1.0), 1e-8);
    near(at(1.0 - 1e-12), at(1.0), 1e-11);
}

#[test]
fn extremes_are_finite_and_in_range() {
    let decades = [1e-10, 1e-3, 1.0, 1e4, 1e10];
    let seen = [(0, 0.0, 0.0), (0, 0.0, 1e4), (1, 1e-6, 1e-6), (1, 1e-3, 1e4), (10_000, 1e4, 1e4), (10_000, 1.0, 1e4)];
    for code in 0..decades.len().pow(4) {
        let digit = |at: u32| decades[code / decades.len().pow(at) % decades.len()];
        let models = [
            pareto(&[digit(0), digit(1), digit(2), digit(3)]),
            PurchaseModel::of(
                Family::GgompertzNbd,
                TimeUnit::Weeks,
                &[digit(0), digit(1), digit(2), digit(2), digit(3)],
            )
            .unwrap(),
        ];
        let (x, last, age) = seen[code % seen.len()];
        for model in models {
            let who = buyer(x, last, age);
            let alive = model.alive(&who).unwrap();
            assert!((0.0..=1.0).contains(&alive), "{model} {who:?}: {alive}");
            let later = model.alive_at(&who, Horizon::weeks(30.0)).unwrap();
            assert!((0.0..=alive).contains(&later), "{model} {who:?}: {later}");
            let buys = model.purchases(&who, Horizon::weeks(30.0)).unwrap();
            assert!(buys.is_finite() && buys >= 0.0, "{model} {who:?}: {buys}");
            let share = model.probability(&who, 2, Horizon::weeks(30.0)).unwrap();
            assert!((0.0..=1.0).contains(&share), "{model} {who:?}: {share}");
            let one = Buyers::new(TimeUnit::Weeks, &[x], &[last], &[age]).unwrap();
            assert!(model.log_likelihood(&one).unwrap().is_finite(), "{model} {who:?}");
        }
    }
}

/// What is drawn has the mean that is said, and the share without a repeat.
#[test]
fn simulated_buyers_buy_as_often_as_expected() {
    let gompertz = PurchaseModel::of(Family::GgompertzNbd, TimeUnit::Weeks, &[0.9, 4.4, 0.05, 0.5, 0.6]).unwrap();
    for model in [pareto(&[0.9, 4.4, 0.8, 11.67]), gompertz] {
        let buyers = model.simulate(&[52.0; 30_000], TimeUnit::Weeks, 1).unwrap();
        let repeats: Vec<u32> = (0..buyers.len()).map(|row| buyers.get(row).unwrap().repeats()).collect();
        let mean = repeats.iter().map(|x| f64::from(*x)).sum::<f64>() / 30_000.0;
        let (year, new) = (Horizon::weeks(52.0), Buyer::newcomer());
        near(mean, model.purchases(&new, year).unwrap(), 0.03);
        let none = repeats.iter().filter(|x| **x == 0).count() as f64 / 30_000.0;
        near(none, model.probability(&new, 0, year).unwrap(), 0.03);
    }
}

/// CLVTools: log-likelihood −9594.98, b 1.1e-6, beta 1.3e-5, that is Pareto/NBD; its optimiser reports no curvature (KKT2
/// false). Here the certificate says so.
#[test]
fn ggompertz_on_cdnow_is_pareto_and_says_so() {
    let buyers = data::cdnow_buyers(TimeUnit::Weeks);
    let model = BuyTillYouDie::new(Family::GgompertzNbd).starts(1).fit(&buyers).unwrap();
    let certificate = model.certificate().unwrap();
    assert!((certificate.log_likelihood - -9594.9762).abs() < 1e-2, "{certificate}");
    assert!(certificate.converged && certificate.curvature != Curvature::Definite, "{certificate}");
    let note = certificate.notes.join(" ");
    assert!(note.contains("GGompertz/NBD has become Pareto/NBD") && note.contains("b is "), "{certificate}");
    let [b, beta] = ["b", "beta"].map(|name| model.parameter(name).unwrap());
    near(beta / b, CDNOW[3], 0.05);
    let (buyer, year) = (buyer(2, 30.0, 38.0), Horizon::weeks(52.0));
    near(model.purchases(&buyer, year).unwrap(), pareto(&CDNOW).purchases(&buyer, year).unwrap(), 0.01);
}

/// Where the hazard grows, GGompertz/NBD is another family than Pareto/NBD, and is found.
#[test]
fn a_growing_hazard_is_found() {
    let truth = [1.2, 4.0, 0.08, 0.6, 1.5];
    let model = PurchaseModel::of(Family::GgompertzNbd, TimeUnit::Weeks, &truth).unwrap();
    let ages: Vec<f64> = (0..3_000).map(|row| 30.0 + f64::from(row % 60)).collect();
    let buyers = model.simulate(&ages, TimeUnit::Weeks, 4).unwrap();
    let found = BuyTillYouDie::new(Family::GgompertzNbd).starts(1).fit(&buyers).unwrap();
    let certificate = found.certificate().unwrap();
    assert!(certificate.converged && certificate.notes.is_empty(), "{certificate}");
    assert!(certificate.log_likelihood >= model.log_likelihood(&buyers).unwrap());
    let off = found.parameters().iter().zip(truth).zip(&certificate.standard_errors);
    for ((found, truth), error) in off {
        assert!((found - truth).abs() < 4.0 * error.unwrap(), "{found} {truth} {error:?}");
    }
}

#[test]
fn families_say_where_they_are_smaller_ones() {
    // all buy for ever: a Poisson process
    let ages: Vec<f64> = (0..400).map(|row| 20.0 + f64::from(row % 20)).collect();
    let model = pareto(&[2.0, 4.0, 1e-9, 1e3]);
    let buyers = model.simulate(&ages, TimeUnit::Weeks, 4).unwrap();
    for family in [Family::ParetoNbd, Family::BgNbd] {
        let found = BuyTillYouDie::new(family).starts(1).fit(&buyers).unwrap();
        let notes = found.certificate().unwrap().notes.join(" ");
        assert!(notes.contains("degenerate here: nobody leaves"), "{found}");
    }
}
