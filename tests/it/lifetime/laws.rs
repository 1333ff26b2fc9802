//! What must hold for every family there is.

use segmentry::features::purchases::TimeUnit;
use segmentry::lifetime::{
    BuyTillYouDie, Buyer, Buyers, Certificate, DiscountRate, Family, Horizon, LifetimeValue, PurchaseModel, Spend,
};

use super::data;

fn near(found: f64, expected: f64, relative: f64, what: &str) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{what}: {found}, expected {expected}");
}

/// A model of the family, in weeks, with parameters such as real buyers have.
fn typical(family: Family) -> PurchaseModel {
    let value = |name: &str| match (family, name) {
        (Family::GgompertzNbd, "b") => 0.02,
        (Family::GgompertzNbd, "beta") => 0.5,
        (_, "r") => 0.8,
        (_, "alpha") => 6.0,
        (_, "a") => 0.8,
        (_, "b") => 2.4,
        (_, "s") => 0.6,
        (_, "beta") => 11.7,
        (_, name) => panic!("a new parameter: {name} of {family}"),
    };
    let parameters: Vec<f64> = family.parameters().into_iter().map(value).collect();
    PurchaseModel::of(family, TimeUnit::Weeks, &parameters).unwrap()
}

/// Ages of so many buyers, who came over twelve weeks.
fn ages(count: usize) -> Vec<f64> {
    (0..count).map(|row| 27.0 + (row % 12) as f64).collect()
}

fn drawn(family: Family, count: usize, seed: u64) -> Buyers {
    typical(family).simulate(&ages(count), TimeUnit::Weeks, seed).unwrap()
}

fn columns(buyers: &Buyers) -> (Vec<u32>, Vec<f64>, Vec<f64>) {
    let rows = || (0..buyers.len()).map(|row| buyers.get(row).unwrap());
    (rows().map(|b| b.repeats()).collect(), rows().map(|b| b.last()).collect(), rows().map(|b| b.age()).collect())
}

/// The rows of these numbers.
fn picked(buyers: &Buyers, rows: &[usize]) -> Buyers {
    let (repeats, last, age) = columns(buyers);
    let repeats: Vec<u32> = rows.iter().map(|row| repeats[*row]).collect();
    let [last, age] = [last, age].map(|column| rows.iter().map(|row| column[*row]).collect::<Vec<f64>>());
    Buyers::new(buyers.unit(), &repeats, &last, &age).unwrap()
}

fn certificate(model: &PurchaseModel) -> &Certificate {
    model.certificate().unwrap()
}

fn recipe(family: Family) -> BuyTillYouDie {
    BuyTillYouDie::new(family).starts(1).start_at(typical(family).parameters())
}

#[test]
fn a_weight_of_two_is_two_rows() {
    for family in Family::ALL.iter().copied() {
        let once = drawn(family, 200, 3);
        let rows: Vec<usize> = (0..once.len()).chain(0..once.len()).collect();
        let twice = picked(&once, &rows);
        let weighed = once.clone().with_weights(&[2.0; 200]).unwrap();
        let model = typical(family);
        let of = |buyers: &Buyers| model.log_likelihood(buyers).unwrap();
        near(of(&weighed), of(&twice), 1e-13, &family.key());
        near(of(&weighed), 2.0 * of(&once), 1e-12, &family.key());
        let (a, b) = (recipe(family).fit(&weighed).unwrap(), recipe(family).fit(&twice).unwrap());
        near(certificate(&a).log_likelihood, certificate(&b).log_likelihood, 1e-12, &family.key());
        assert_eq!(certificate(&a).steps, certificate(&b).steps, "{family}");
        let year = LifetimeValue::new(Horizon::years(1.0));
        let total = |buyers: &Buyers| year.total(&model, buyers, &Spend::amount(9.0)).unwrap();
        near(total(&weighed), total(&twice), 1e-12, &family.key());
    }
}

#[test]
fn the_order_of_rows_changes_no_bit() {
    for family in Family::ALL.iter().copied() {
        let buyers = drawn(family, 240, 5);
        // 7 and 240 have no divisor in common: each row once
        let rows: Vec<usize> = (0..240).map(|row| (row * 7 + 11) % 240).collect();
        let other = picked(&buyers, &rows);
        let model = recipe(family).fit(&buyers).unwrap();
        assert_eq!(model, recipe(family).fit(&other).unwrap(), "{family}");
        let value = LifetimeValue::new(Horizon::years(1.0)).discount(DiscountRate::per_year(0.1));
        let (own, turned) = (
            value.each(&model, &buyers, &Spend::amount(1.0)).unwrap(),
            value.each(&model, &other, &Spend::amount(1.0)).unwrap(),
        );
        for (place, row) in rows.iter().enumerate() {
            assert_eq!(turned[place].to_bits(), own[*row].to_bits(), "{family}");
        }
    }
}

/// A density of Σx times, told by the day, is 7^−Σx of that by the week; nothing that can be seen changes.
#[test]
fn weeks_and_days_are_the_same_model() {
    for family in Family::ALL.iter().copied() {
        let weeks = drawn(family, 200, 7);
        let (repeats, last, age) = columns(&weeks);
        let by_day = |column: &[f64]| column.iter().map(|time| time * 7.0).collect::<Vec<f64>>();
        let days = Buyers::new(TimeUnit::Days, &repeats, &by_day(&last), &by_day(&age)).unwrap();
        let purchases: u32 = repeats.iter().sum();
        // without gaps the likelihood of regular buyers lacks (stages − 1) times the sum of their logarithms
        let shift = f64::from(purchases * family.stages()) * 7.0_f64.ln();
        let model = typical(family);
        let (by_week, by_days) = (model.log_likelihood(&weeks).unwrap(), model.log_likelihood(&days).unwrap());
        near(by_days, by_week - shift, 1e-12, &family.key());
        near(model.in_unit(TimeUnit::Days).log_likelihood(&weeks).unwrap(), by_week, 1e-12, &family.key());

        let start = model.in_unit(TimeUnit::Days);
        let of_weeks = recipe(family).fit(&weeks).unwrap();
        let of_days = BuyTillYouDie::new(family).starts(1).start_at(start.parameters()).fit(&days).unwrap();
        let height = certificate(&of_weeks).log_likelihood - shift;
        assert!((certificate(&of_days).log_likelihood - height).abs() < 1e-6, "{family}");
        let value = LifetimeValue::new(Horizon::months(12.0)).discount(DiscountRate::per_year(0.1));
        for row in [0, 1, 50, 199] {
            let (week, day) = (weeks.get(row).unwrap(), days.get(row).unwrap());
            near(model.alive(&day).unwrap(), model.alive(&week).unwrap(), 1e-9, &family.key());
            near(of_days.alive(&day).unwrap(), of_weeks.alive(&week).unwrap(), 1e-3, &family.key());
            let worth = |model: &PurchaseModel, buyer: &Buyer| value.of_buyer(model, buyer, 20.0).unwrap();
            near(worth(&start, &day), worth(&model, &week), 1e-9, &family.key());
            near(worth(&model, &day), worth(&model, &week), 1e-9, &family.key());
            near(worth(&of_days, &day), worth(&of_weeks, &week), 1e-3, &family.key());
        }
    }
}

/// The months of one are the weeks of another: real buyers, learnt by the day and by the week.
#[test]
fn real_buyers_by_day_and_by_week_are_worth_the_same() {
    let [weeks, days] = [TimeUnit::Weeks, TimeUnit::Days].map(data::cdnow_buyers);
    let of = |buyers: &Buyers| BuyTillYouDie::new(Family::BgNbd).starts(2).fit(buyers).unwrap();
    let (by_week, by_day) = (of(&weeks), of(&days));
    let shift: f64 =
        (0..weeks.len()).map(|row| f64::from(weeks.get(row).unwrap().repeats())).sum::<f64>() * 7.0_f64.ln();
    let (week, day) = (certificate(&by_week).log_likelihood, certificate(&by_day).log_likelihood);
    assert!((week - shift - day).abs() < 1e-6, "{week} {day}");
    let recipe = LifetimeValue::new(Horizon::years(1.0)).discount(DiscountRate::per_year(0.15));
    let amount = Spend::amount(35.0);
    let total = recipe.total(&by_week, &weeks, &amount).unwrap();
    near(recipe.total(&by_day, &days, &amount).unwrap(), total, 1e-6, "total");
    near(recipe.total(&by_week, &days, &amount).unwrap(), total, 1e-9, "model in weeks, buyers in days");
}

#[test]
fn one_two_and_seven_threads_give_the_same_bytes() {
    for family in Family::ALL.iter().copied() {
        let on = |threads: usize| {
            rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| {
                // more than a chunk of rows and of cells
                let buyers = drawn(family, 2500, 11);
                let model = BuyTillYouDie::new(family).starts(2).steps(3).fit(&buyers).unwrap();
                let value = LifetimeValue::new(Horizon::weeks(20.0)).discount(DiscountRate::per_year(0.2));
                let bits = |list: Vec<f64>| list.into_iter().map(f64::to_bits).collect::<Vec<u64>>();
                let parameters = bits(model.parameters().to_vec());
                let alive = bits(model.alive_each(&buyers).unwrap());
                let values =
                    value.in_steps(Horizon::weeks(10.0)).each(&typical(family), &buyers, &Spend::amount(1.0)).unwrap();
                (columns(&buyers), certificate(&model).clone(), parameters, alive, bits(values))
            })
        };
        let one = on(1);
        assert!(one == on(2) && one == on(7), "{family}");
    }
}

/// What is drawn has the mean that is said, and the chance of no purchase, and of two.
#[test]
fn expectations_are_those_of_simulation() {
    const COUNT: usize = 20_000;
    for family in Family::ALL.iter().copied() {
        let model = typical(family);
        for (seed, weeks) in [(1, 2.0), (2, 20.0), (3, 104.0)] {
            let buyers = model.simulate(&[weeks; COUNT], TimeUnit::Weeks, seed).unwrap();
            let counts = columns(&buyers).0;
            let horizon = Horizon::weeks(weeks);
            let off = |found: f64, expected: f64, error: f64, what: &str| {
                let most = 4.5 * error / (COUNT as f64).sqrt() + 2.0 / COUNT as f64;
                assert!((found - expected).abs() < most, "{family} {weeks} {what}: {found} is not {expected}");
            };
            let mean = |list: &mut dyn Iterator<Item = f64>| list.sum::<f64>() / COUNT as f64;
            let newcomer = Buyer::newcomer();
            let found = mean(&mut counts.iter().map(|count| f64::from(*count)));
            let squares = mean(&mut counts.iter().map(|count| (f64::from(*count) - found).powi(2)));
            off(found, model.purchases(&newcomer, horizon).unwrap(), squares.sqrt(), "purchases");
            for number in [0, 1, 2, 5] {
                let found = mean(&mut counts.iter().map(|count| f64::from(u8::from(*count == number))));
                let expected = model.probability(&newcomer, number, horizon).unwrap();
                off(found, expected, (expected * (1.0 - expected)).sqrt(), &format!("chance of {number}"));
            }
        }
    }
}

/// What is expected now is the mean of what will be expected then: of buyers drawn up to a time, expectations from there
/// on have the mean that the newcomer's has, and so have chances to be alive.
#[test]
fn what_is_expected_of_the_known_is_what_was_expected_of_newcomers() {
    const COUNT: usize = 3000;
    for family in Family::ALL.iter().copied() {
        let model = typical(family);
        let (until, more) = (26.0, Horizon::weeks(20.0));
        let buyers = model.simulate(&[until; COUNT], TimeUnit::Weeks, 21).unwrap();
        let close = |found: Vec<f64>, expected: f64, what: &str| {
            let mean = found.iter().sum::<f64>() / COUNT as f64;
            let squares = found.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
            let error = (squares / COUNT as f64 / COUNT as f64).sqrt();
            assert!((mean - expected).abs() < 4.5 * error + 1e-9, "{family} {what}: {mean} is not {expected}");
        };
        let newcomer = Buyer::newcomer();
        let expected = |weeks: f64| model.purchases(&newcomer, Horizon::weeks(weeks)).unwrap();
        close(model.purchases_each(&buyers, more).unwrap(), expected(until + 20.0) - expected(until), "purchases");
        let alive = model.alive_at(&newcomer, Horizon::weeks(until)).unwrap();
        close(model.alive_each(&buyers).unwrap(), alive, "alive");
        // and for money: discounted after the fact is discounted before it
        let rate = DiscountRate::per_week(0.01);
        let worth = |weeks: f64| LifetimeValue::new(Horizon::weeks(weeks)).discount(rate).in_steps(Horizon::weeks(2.0));
        let whole = worth(46.0).of_newcomer(&model, 1.0).unwrap();
        let first = worth(26.0).of_newcomer(&model, 1.0).unwrap();
        let later = worth(20.0).each(&model, &buyers, &Spend::amount(1.0)).unwrap();
        close(later, (whole - first) * 1.01_f64.powi(26), "value");
    }
}

/// Buyers of many ages, whose values lie on polynomials, are worth what each is worth alone.
#[test]
fn many_are_worth_what_each_is_worth_alone() {
    for family in Family::ALL.iter().copied() {
        let model = typical(family);
        let ages: Vec<f64> = (0..240).map(|row| 0.5 + 0.97 * f64::from(row)).collect();
        let buyers = model.simulate(&ages, TimeUnit::Weeks, 31).unwrap();
        let recipe = LifetimeValue::new(Horizon::years(2.0)).discount(DiscountRate::per_year(0.1));
        for recipe in [recipe.clone().in_steps(Horizon::weeks(20.0)), recipe] {
            let values = recipe.each(&model, &buyers, &Spend::amount(1.0)).unwrap();
            for row in (0..buyers.len()).step_by(61) {
                let alone = recipe.of_buyer(&model, &buyers.get(row).unwrap(), 1.0).unwrap();
                near(values[row], alone, 1e-9, &family.key());
            }
        }
    }
}

#[cfg(feature = "serde")]
#[test]
fn a_saved_model_answers_the_same() {
    for family in Family::ALL.iter().copied() {
        let buyers = drawn(family, 150, 9);
        let model = recipe(family).fit(&buyers).unwrap();
        let json = serde_json::to_string(&model).unwrap();
        let again: PurchaseModel = serde_json::from_str(&json).unwrap();
        assert_eq!(again, model, "{family}");
        assert_eq!(serde_json::to_string(&again).unwrap(), json, "{family}");
        assert!(again.check().is_ok() && !json.contains("null,null"), "{family}");
    }
    let recipe =
        LifetimeValue::forever().discount(DiscountRate::per_year(0.1)).margin(0.3).in_steps(Horizon::weeks(4.0));
    let json = serde_json::to_string(&recipe).unwrap();
    assert!(json.contains("\"forever\"") && json.contains("\"0.1 per year\""), "{json}");
    assert_eq!(serde_json::from_str::<LifetimeValue>(&json).unwrap(), recipe);
}

/// Buyers drawn from a model give it back: the fit stands no lower than the truth, and where its top is sharp the truth is
/// within four standard errors.
#[test]
fn what_was_drawn_is_learnt_again() {
    for family in Family::ALL.iter().copied() {
        let truth = typical(family);
        let buyers = drawn(family, 3000, 17);
        let model = BuyTillYouDie::new(family).starts(2).fit(&buyers).unwrap();
        let certificate = certificate(&model);
        let height = truth.log_likelihood(&buyers).unwrap();
        assert!(model.log_likelihood(&buyers).unwrap() >= height - 1e-6, "{family}: {height}\n{certificate}");
        // twice the difference is χ² with as many degrees as parameters
        assert!(model.log_likelihood(&buyers).unwrap() - height < 15.0, "{family}: {height}\n{certificate}");
        // the shapes of a Gompertz mixture hold each other in balance: its likelihood is no parabola, whatever the top says
        if !certificate.is_clean() || family == Family::GgompertzNbd {
            continue;
        }
        let parts = model.parameters().iter().zip(truth.parameters()).zip(certificate.covariance.iter().enumerate());
        for ((found, expected), (at, row)) in parts {
            let off = (found / expected).ln() / row[at].sqrt();
            assert!(off.abs() < 4.0, "{family}: parameter {at} is {found}, drawn from {expected}\n{certificate}");
        }
    }
}
