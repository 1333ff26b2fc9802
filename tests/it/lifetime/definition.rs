//! All figures against the definition of the processes, integrated numerically: `scripts/references/definition.py`.
//!
//! No formula of the code is in the reference: what one buyer with known rates does, over the distributions of rates.

use segmentry::features::purchases::TimeUnit::Weeks;
use segmentry::lifetime::{
    BetaDiscreteWeibull, BgBbModel, BuyTillYouDie, Buyer, Buyers, Certificate, DiscountRate, DiscreteBuyer,
    DiscreteBuyers, Family, Horizon, LifetimeValue, PeriodDiscount, Periods, PurchaseModel, RankQuality, Renewals,
    RetentionFamily, RetentionModel, ShiftedBetaGeometric, SpendModel,
};
use serde_json::Value;

/// Counts of which the chances are told.
const COUNTS: [u32; 4] = [0, 1, 2, 5];

fn golden(part: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("../../golden/lifetime/definition.json")).unwrap();
    let rows = all[part].as_array().unwrap().clone();
    assert!(rows.len() >= 5, "{part}");
    rows
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn whole(value: &Value) -> u32 {
    u32::try_from(value.as_u64().unwrap()).unwrap()
}

fn near(found: f64, expected: f64, tolerance: f64, row: &Value, figure: &str) {
    let scale = if figure == "likelihood" { expected.abs().max(1.0) } else { expected.abs().max(1e-12) };
    assert!((found - expected).abs() <= tolerance * scale, "{figure}: {found}, expected {expected}, of {row}");
}

#[test]
fn futures_of_all_families() {
    for row in golden("futures") {
        let family: Family = row[0].as_str().unwrap().parse().unwrap();
        let model = PurchaseModel::of(family, Weeks, &numbers(&row[1])).unwrap();
        let (x, seen, asked, expected) = (whole(&row[2][0]), numbers(&row[2]), numbers(&row[3]), numbers(&row[5]));
        let buyer = Buyer::new(Weeks, x, seen[1], seen[2]).unwrap();
        let buyers = Buyers::new(Weeks, &[x], &[seen[1]], &[seen[2]]).unwrap();
        let [horizon, step] = [asked[0], asked[2]].map(Horizon::weeks);
        let rate = DiscountRate::per_week(asked[1].exp_m1());
        near(model.log_likelihood(&buyers).unwrap(), row[4].as_f64().unwrap(), 1e-12, &row, "likelihood");
        let till = LifetimeValue::new(horizon).discount(rate);
        let ever = LifetimeValue::forever().discount(rate);
        let found = [
            ("alive", model.alive(&buyer).unwrap()),
            ("alive later", model.alive_at(&buyer, horizon).unwrap()),
            ("purchases", model.purchases(&buyer, horizon).unwrap()),
            ("discounted", till.of_buyer(&model, &buyer, 1.0).unwrap()),
            ("for ever", ever.of_buyer(&model, &buyer, 1.0).unwrap()),
            ("in steps", till.in_steps(step).of_buyer(&model, &buyer, 1.0).unwrap()),
        ];
        for ((figure, found), expected) in found.into_iter().zip(&expected) {
            near(found, *expected, 1e-10, &row, figure);
        }
        for (count, expected) in COUNTS.into_iter().zip(&expected[6..]) {
            near(model.probability(&buyer, count, horizon).unwrap(), *expected, 1e-10, &row, "chance");
        }
    }
}

/// The chances of all counts come to 1, and their mean is the expectation.
#[test]
fn chances_are_a_distribution() {
    for row in golden("futures").iter().step_by(2) {
        let family: Family = row[0].as_str().unwrap().parse().unwrap();
        let model = PurchaseModel::of(family, Weeks, &numbers(&row[1])).unwrap();
        let (seen, asked) = (numbers(&row[2]), numbers(&row[3]));
        let buyer = Buyer::new(Weeks, whole(&row[2][0]), seen[1], seen[2]).unwrap();
        // short, so that some hundred counts are all of them
        let horizon = Horizon::weeks(asked[0].min(4.0));
        let chances = (0..250).map(|count| model.probability(&buyer, count, horizon).unwrap());
        let (sum, mean) = chances
            .zip(0..)
            .fold((0.0, 0.0), |(sum, mean), (chance, count)| (sum + chance, mean + chance * f64::from(count)));
        near(sum, 1.0, 1e-9, row, "sum");
        near(mean, model.purchases(&buyer, horizon).unwrap(), 1e-7, row, "mean");
    }
}

#[test]
fn opportunities_by_definition() {
    for row in golden("opportunities") {
        let model = BgBbModel::of(&numbers(&row[0])).unwrap();
        let [x, last, n] = [0, 1, 2].map(|at| whole(&row[1][at]));
        let buyer = DiscreteBuyer::new(x, last, n).unwrap();
        let (within, rate) = (Periods::new(whole(&row[2][0])), PeriodDiscount::per_period(row[2][1].as_f64().unwrap()));
        let found = model.log_likelihood(&DiscreteBuyers::new(&[x], &[last], &[n]).unwrap());
        near(found, row[3].as_f64().unwrap(), 1e-12, &row, "likelihood");
        let expected = numbers(&row[4]);
        near(model.alive_at(&buyer, within).unwrap(), expected[0], 1e-11, &row, "alive");
        near(model.purchases(&buyer, within).unwrap(), expected[1], 1e-11, &row, "purchases");
        near(model.discounted(&buyer, within, rate).unwrap(), expected[2], 1e-11, &row, "discounted");
        near(model.discounted(&buyer, Periods::forever(), rate).unwrap(), expected[3], 1e-10, &row, "for ever");
        for (count, expected) in COUNTS.into_iter().zip(&expected[4..]) {
            near(model.probability(&buyer, count, within).unwrap(), *expected, 1e-11, &row, "chance");
        }
    }
}

#[test]
fn contracts_by_definition() {
    for row in golden("contracts") {
        let parameters = numbers(&row[0]);
        let family = match parameters.len() {
            2 => RetentionFamily::ShiftedBetaGeometric,
            _ => RetentionFamily::BetaDiscreteWeibull,
        };
        let model = RetentionModel::of(family, &parameters).unwrap();
        let [tenure, within] = [1, 2].map(|at| Periods::new(whole(&row[at])));
        let (rate, ever) = (PeriodDiscount::per_period(row[3].as_f64().unwrap()), Periods::forever());
        let found = [
            ("survival", model.survival(tenure)),
            ("alive", model.alive(tenure, within)),
            ("residual", model.residual(tenure, within)),
            ("discounted residual", model.discounted_residual(tenure, within, rate)),
            ("residual for ever", model.discounted_residual(tenure, ever, rate)),
            ("discounted lifetime", model.discounted_lifetime(within, rate)),
            ("lifetime for ever", model.discounted_lifetime(ever, rate)),
        ];
        for ((figure, found), expected) in found.into_iter().zip(numbers(&row[4])) {
            near(found.unwrap(), expected, 1e-11, &row, figure);
        }
    }
}

#[test]
fn spends_by_definition() {
    for row in golden("spends") {
        let [p, q, v] = [0, 1, 2].map(|at| row[0][at].as_f64().unwrap());
        let (model, x, mean) = (SpendModel::of(p, q, v).unwrap(), whole(&row[1][0]), row[1][1].as_f64().unwrap());
        let last = if x > 0 { 1.0 } else { 0.0 };
        let buyers = Buyers::new(Weeks, &[x], &[last], &[2.0]).unwrap().with_spend(&[mean]).unwrap();
        near(model.log_likelihood(&buyers).unwrap(), row[2].as_f64().unwrap(), 1e-12, &row, "likelihood");
        near(model.mean_of(x, mean).unwrap(), row[3].as_f64().unwrap(), 1e-11, &row, "spend");
    }
}

/// Gini, Spearman and lift where many are expected to do the same.
#[test]
fn orders_with_ties() {
    for row in golden("orders") {
        let found = RankQuality::of(&numbers(&row[0]), &numbers(&row[1])).unwrap();
        near(1.0 + found.gini.unwrap(), 1.0 + row[2].as_f64().unwrap(), 1e-12, &row, "gini");
        match (found.spearman, row[3].as_f64()) {
            (Some(found), Some(expected)) => near(1.0 + found, 1.0 + expected, 1e-12, &row, "spearman"),
            (found, expected) => assert_eq!(found, expected),
        }
        for (found, expected) in found.lift.iter().zip(numbers(&row[4])) {
            near(1.0 + found, 1.0 + expected, 1e-12, &row, "lift");
        }
    }
}

/// Fits end where likelihoods are greatest, and their errors are those of the curvature there.
#[test]
fn fits_and_their_errors() {
    let all: Value = serde_json::from_str(include_str!("../../golden/lifetime/definition.json")).unwrap();
    let fits = &all["fits"];
    let cells: Vec<Vec<f64>> = fits["cells"].as_array().unwrap().iter().map(numbers).collect();
    let column = |at: usize| cells.iter().map(|cell| cell[at]).collect::<Vec<f64>>();
    let repeats: Vec<u32> = fits["cells"].as_array().unwrap().iter().map(|cell| whole(&cell[0])).collect();
    let buyers = Buyers::new(Weeks, &repeats, &column(1), &column(2)).unwrap().with_weights(&column(3)).unwrap();
    let survivors = Renewals::survivors(&numbers(&fits["survivors"])).unwrap();
    for (name, top) in fits["tops"].as_object().unwrap() {
        let (parameters, certificate): (Vec<f64>, Certificate) = match name.as_str() {
            "sbg" => told(&ShiftedBetaGeometric::new().fit(&survivors).unwrap()),
            "bdw" => told(&BetaDiscreteWeibull::new().fit(&survivors).unwrap()),
            family => {
                let model = BuyTillYouDie::new(family.parse().unwrap()).fit(&buyers).unwrap();
                (model.parameters().to_vec(), model.certificate().unwrap().clone())
            }
        };
        near(certificate.log_likelihood, top["height"].as_f64().unwrap(), 1e-12, top, "likelihood");
        let lines: Vec<Vec<f64>> = top["covariance"].as_array().unwrap().iter().map(numbers).collect();
        for (i, (found, expected)) in parameters.iter().zip(numbers(&top["parameters"])).enumerate() {
            near(*found, expected, 1e-4, top, name);
            let error = lines[i][i].sqrt() * expected;
            near(certificate.standard_errors[i].unwrap(), error, 1e-3, top, "error");
            for j in 0..parameters.len() {
                let scale = (lines[i][i] * lines[j][j]).sqrt();
                near(certificate.covariance[i][j] / scale, lines[i][j] / scale, 1e-3, top, "covariance");
            }
        }
    }
}

fn told(model: &RetentionModel) -> (Vec<f64>, Certificate) {
    (model.parameters().to_vec(), model.certificate().unwrap().clone())
}
