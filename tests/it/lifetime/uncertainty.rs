//! Intervals of figures: against differences by hand, against each other, and whether they hold the truth.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};

use segmentry::features::purchases::TimeUnit;
use segmentry::lifetime::{
    BuyTillYouDie, Buyer, Buyers, DeltaMethod, DiscountRate, Draws, Estimated, Family, GammaGamma, Horizon, Interval,
    LifetimeValue, ParametricBootstrap, Prediction, PurchaseModel, Scale, Spend, SpendModel,
};
use segmentry::progress::Progress;

use super::data;

/// Parameters like those of CDNOW.
const TRUTH: [f64; 4] = [0.2425945, 4.4136024, 0.7929221, 2.4259069];

fn near(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{found}, expected {expected}");
}

fn truth() -> PurchaseModel {
    PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &TRUTH).unwrap()
}

fn buyer() -> Buyer {
    Buyer::new(TimeUnit::Weeks, 2, 30.43, 38.86).unwrap()
}

fn learnt() -> PurchaseModel {
    BuyTillYouDie::new(Family::BgNbd).starts(1).fit(&data::cdnow_buyers(TimeUnit::Weeks)).unwrap()
}

/// The interval of a parameter is that of its logarithm, and its width that of the standard error that lifetimes prints.
#[test]
fn the_interval_of_a_parameter_is_walds_on_the_log_scale() {
    let model = learnt();
    for (at, error) in [0.01256, 0.37822, 0.18572, 0.70535].into_iter().enumerate() {
        let interval =
            DeltaMethod::new().interval(&model, Scale::Positive, |model| Ok(model.parameters()[at])).unwrap();
        let value = model.parameters()[at];
        assert_eq!(interval.estimate, value);
        near(interval.high, value * (1.959964 * error / value).exp(), 0.01);
        near(interval.low * interval.high, value * value, 1e-9);
        let plain = DeltaMethod::new().interval(&model, Scale::Any, |model| Ok(model.parameters()[at])).unwrap();
        near(plain.high - value, 1.959964 * error, 0.01);
    }
}

/// The textbook: the slope of P(alive) by each logarithm, once through the covariance, on the scale of log odds.
#[test]
fn the_interval_of_a_probability_is_that_of_its_odds() {
    let model = learnt();
    let found = DeltaMethod::new().confidence(0.9).interval(&model, Scale::Probability, |m| m.alive(&buyer())).unwrap();
    let odds = |model: &PurchaseModel| {
        let p = model.alive(&buyer()).unwrap();
        (p / (1.0 - p)).ln()
    };
    let (place, covariance) = (model.coordinates(), model.covariance().unwrap());
    let slopes: Vec<f64> = (0..4)
        .map(|at| {
            let moved = |step: f64| {
                let mut there = place.clone();
                there[at] += step;
                odds(&model.at(&there).unwrap())
            };
            (8.0 * (moved(1e-3) - moved(-1e-3)) - (moved(2e-3) - moved(-2e-3))) / 12e-3
        })
        .collect();
    let variance: f64 = (0..4).map(|i| (0..4).map(|j| slopes[i] * covariance[i][j] * slopes[j]).sum::<f64>()).sum();
    let high = odds(&model) + 1.6448536 * variance.sqrt();
    near(found.high, 1.0 / (1.0 + (-high).exp()), 1e-5);
    assert!(found.low > 0.0 && found.high < 1.0 && found.contains(found.estimate) && found.confidence == 0.9);
}

#[test]
fn many_intervals_are_the_single_ones() {
    let model = learnt();
    let buyers = data::cdnow_buyers(TimeUnit::Days);
    let delta = DeltaMethod::new();
    let alive = delta.intervals(&model, Scale::Probability, |model| model.alive_each(&buyers)).unwrap();
    for row in [0, 1, 17, 500, 2356] {
        let one = buyers.get(row).unwrap();
        let single = delta.interval(&model, Scale::Probability, |model| model.alive(&one)).unwrap();
        let found = alive[row].unwrap();
        near(found.low, single.low, 1e-8);
        near(found.high, single.high, 1e-8);
    }
    // one without a repeat is alive for certain, whatever the parameters are
    let certain =
        delta.interval(&model, Scale::Probability, |m| m.alive(&Buyer::new(TimeUnit::Weeks, 0, 0.0, 20.0).unwrap()));
    let certain = certain.unwrap();
    assert_eq!((certain.low, certain.estimate, certain.high), (1.0, 1.0, 1.0));
}

/// Delta method, normal draws and bootstrap answer alike where there are data enough.
#[test]
fn three_ways_give_one_interval() {
    let buyers = truth().simulate(&[39.0; 3000], TimeUnit::Weeks, 4).unwrap();
    let recipe = BuyTillYouDie::new(Family::BgNbd).starts(1);
    let model = recipe.fit(&buyers).unwrap();
    let year = LifetimeValue::new(Horizon::weeks(52.0)).discount(DiscountRate::per_year(0.1));
    let value = |model: &PurchaseModel| year.of_newcomer(model, 30.0);
    let delta = DeltaMethod::new().interval(&model, Scale::Positive, value).unwrap();
    let drawn = Draws::normal(&model, 400, 0).unwrap().interval(0.95, value).unwrap();
    let bootstrap = ParametricBootstrap::new(recipe.clone()).draws(40).fit(&model, &buyers).unwrap();
    let again = bootstrap.interval(0.95, value).unwrap();
    for interval in [drawn, again] {
        assert_eq!(interval.estimate, delta.estimate);
        assert!((0.6..1.6).contains(&(interval.width() / delta.width())), "{delta}, {interval}");
        assert!((interval.low / delta.low - 1.0).abs() < 0.08, "{delta}, {interval}");
    }
    assert!(delta.contains(value(&truth()).unwrap()), "{delta}");
    assert_eq!(bootstrap.unconverged(), 0);
    // the same seed gives the same draws
    let same = ParametricBootstrap::new(recipe.clone()).draws(3).fit(&model, &buyers).unwrap();
    assert_eq!(same.coordinates(), &bootstrap.coordinates()[..3]);
    let other = ParametricBootstrap::new(recipe).draws(1).seed(1).fit(&model, &buyers).unwrap();
    assert_ne!(other.coordinates()[0], bootstrap.coordinates()[0]);
}

/// The spread of draws is the covariance that they are drawn from.
#[test]
fn normal_draws_have_the_covariance_of_the_model() {
    let model = learnt();
    let draws = Draws::normal(&model, 20_000, 7).unwrap();
    let (center, covariance) = (model.coordinates(), model.covariance().unwrap());
    for i in 0..4 {
        for j in 0..4 {
            let product = |draw: &Vec<f64>| (draw[i] - center[i]) * (draw[j] - center[j]);
            let found = draws.coordinates().iter().map(product).sum::<f64>() / 20_000.0;
            let scale = (covariance[i][i] * covariance[j][j]).sqrt();
            assert!((found - covariance[i][j]).abs() < 0.04 * scale, "{i} {j}: {found}, {}", covariance[i][j]);
        }
    }
}

/// Two models whose errors know nothing of each other: relative variances of a product add.
#[test]
fn errors_of_two_models_add() {
    let pair = (learnt(), learnt());
    let product = |pair: &(PurchaseModel, PurchaseModel)| Ok(pair.0.parameters()[0] * pair.1.parameters()[1]);
    let found = DeltaMethod::new().interval(&pair, Scale::Positive, product).unwrap();
    let covariance = pair.0.covariance().unwrap();
    let error = (covariance[0][0] + covariance[1][1]).sqrt();
    near(found.high / found.estimate, (1.959964 * error).exp(), 1e-6);
    let [a, b] = [0, 1].map(|seed| Draws::normal(&pair.0, 4000, seed).unwrap());
    let drawn = a.beside(b).unwrap().interval(0.95, product).unwrap();
    near(drawn.high, found.high, 0.01);
    near(drawn.low, found.low, 0.01);
    let [a, b] = [3, 4].map(|count| Draws::normal(&pair.0, count, 0).unwrap());
    assert_eq!(a.beside(b).unwrap_err().to_string(), "draws has 4 entries, expected 3");
}

/// All of one kind: no parameter of it can be told, so that no curvature is a measure of error.
#[test]
fn without_a_sharp_top_there_is_no_interval() {
    let year = |model: &PurchaseModel| model.purchases(&Buyer::newcomer(), Horizon::weeks(52.0));
    let error = DeltaMethod::new().interval(&truth(), Scale::Positive, year).unwrap_err().to_string();
    assert_eq!(error, "errors are not known: the model was made of parameters and not learnt");
    let alike = Buyers::new(TimeUnit::Weeks, &[0; 50], &[0.0; 50], &[30.0; 50]).unwrap();
    let model = BuyTillYouDie::new(Family::BgNbd).fit(&alike).unwrap();
    assert!(!model.certificate().unwrap().is_clean());
    let error = DeltaMethod::new().interval(&model, Scale::Positive, year).unwrap_err().to_string();
    assert!(error.starts_with("errors are not known: "), "{error}");
    assert_eq!(Draws::normal(&model, 10, 0).unwrap_err().to_string(), error);
    // a bootstrap answers
    let bootstrap = ParametricBootstrap::new(BuyTillYouDie::new(Family::BgNbd)).draws(40).fit(&model, &alike).unwrap();
    let found = bootstrap.interval(0.95, year).unwrap();
    assert!(found.low >= 0.0 && found.high.is_finite(), "{found}");
}

#[test]
fn what_cannot_be_is_refused() {
    let model = learnt();
    let r = |model: &PurchaseModel| Ok(model.parameters()[0]);
    let delta = |confidence| DeltaMethod::new().confidence(confidence).interval(&model, Scale::Positive, r);
    assert_eq!(delta(95.0).unwrap_err().to_string(), "`confidence` must be between 0 and 1, found 95");
    assert!(delta(f64::NAN).is_err() && delta(0.0).is_err() && delta(1.0).is_err());
    let minus = DeltaMethod::new().interval(&model, Scale::Positive, |m| Ok(-m.parameters()[0]));
    assert!(minus.unwrap_err().to_string().starts_with("`figure` must be a finite number of at least 0"));
    let none = DeltaMethod::new().interval(&model, Scale::Any, |_| Ok(f64::NAN));
    assert_eq!(none.unwrap_err().to_string(), "the figure is not a number");
    let draws = Draws::normal(&model, 39, 0).unwrap();
    assert_eq!(draws.interval(0.95, r).unwrap_err().to_string(), "`draws` must be at least 40 for 0.95, found 39");
    assert!(Draws::normal(&model, 0, 0).is_err());
    assert!(Draws::normal(&model, 40, 0).unwrap().interval(0.95, r).is_ok());
    let few = Prediction::new().futures(79).purchases(&model, &buyer(), Horizon::weeks(1.0));
    assert_eq!(few.unwrap_err().to_string(), "`futures` must be at least 80, found 79");
    let halves = Buyers::new(TimeUnit::Weeks, &[0], &[0.0], &[3.0]).unwrap().with_weights(&[0.5]).unwrap();
    let bootstrap = ParametricBootstrap::new(BuyTillYouDie::new(Family::BgNbd)).fit(&model, &halves);
    let text = bootstrap.unwrap_err().to_string();
    assert_eq!(text, "row 0: `weight` must be a whole number of buyers, to draw as many, found 0.5");
}

#[test]
fn a_bootstrap_tells_how_far_it_is_and_stops_when_told() {
    let buyers = truth().simulate(&[39.0; 200], TimeUnit::Weeks, 1).unwrap();
    let recipe = BuyTillYouDie::new(Family::BgNbd).starts(1);
    let model = recipe.fit(&buyers).unwrap();
    let heard = AtomicU64::new(0);
    let stop = |step: segmentry::progress::Step<'_>| {
        assert_eq!((step.what, step.total), ("refits", 30));
        heard.fetch_max(step.done, Ordering::Relaxed);
        if step.done < 4 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let bootstrap = ParametricBootstrap::new(recipe).draws(30);
    let error = bootstrap.fit_with(&model, &buyers, &Progress::new(&stop)).unwrap_err().to_string();
    assert!(error.starts_with("cancelled after ") && error.ends_with(" of 30 refits"), "{error}");
    assert!(heard.load(Ordering::Relaxed) >= 4);
}

/// A fit that begins at the answer needs hardly a step to it, and wrong beginnings are refused.
#[test]
fn a_fit_begins_where_it_is_told_to() {
    let buyers = data::cdnow_buyers(TimeUnit::Weeks);
    let recipe = BuyTillYouDie::new(Family::BgNbd).starts(1);
    let warm = recipe.clone().start_at(&TRUTH).fit(&buyers).unwrap();
    let certificate = warm.certificate().unwrap();
    assert!(certificate.steps <= 3 && certificate.converged, "{certificate}");
    for (found, expected) in warm.parameters().iter().zip(TRUTH) {
        near(*found, expected, 1e-5);
    }
    let error = recipe.clone().start_at(&[1.0]).fit(&buyers).unwrap_err().to_string();
    assert_eq!(error, "start has 1 entries, expected 4");
    assert!(recipe.start_at(&[1.0, 0.0, 1.0, 1.0]).fit(&buyers).is_err());
}

/// The ends are the counts beyond which at most 2.5 % lie, by the probabilities of counts.
#[test]
fn predicted_purchases_are_quantiles_of_counts() {
    let model = truth();
    let quarter = Horizon::weeks(13.0);
    let faithful = Buyer::new(TimeUnit::Weeks, 26, 30.857, 31.0).unwrap();
    let found = Prediction::new().futures(4000).purchases(&model, &faithful, quarter).unwrap();
    near(found.estimate, model.purchases(&faithful, quarter).unwrap(), 1e-14);
    let below =
        |end: f64| (0..=end as u32).map(|count| model.probability(&faithful, count, quarter).unwrap()).sum::<f64>();
    assert!(below(found.high) > 0.97 && below(found.high - 2.0) < 0.98, "{found}");
    assert!(found.low == 0.0 || below(found.low - 1.0) < 0.03, "{found}");
    assert!(found.low.fract() == 0.0 && found.high.fract() == 0.0);
}

/// The mean of realised values is the expected value: narrow quantiles around the middle cannot show it, totals can.
#[test]
fn predictions_are_wider_than_intervals_of_the_mean_and_shrink_in_sum() {
    let buyers = truth().simulate(&[39.0; 2000], TimeUnit::Weeks, 4).unwrap();
    let model = BuyTillYouDie::new(Family::BgNbd).starts(1).fit(&buyers).unwrap();
    let half = Horizon::weeks(26.0);
    let mean = DeltaMethod::new().interval(&model, Scale::Positive, |m| m.purchases(&buyer(), half)).unwrap();
    let single = Prediction::new().futures(2000).purchases(&model, &buyer(), half).unwrap();
    assert!(single.width() > 5.0 * mean.width(), "{single} {mean}");
    let few = Buyers::new(TimeUnit::Weeks, &[2], &[30.43], &[38.86]).unwrap().with_weights(&[400.0]).unwrap();
    let all = Prediction::new().futures(400).purchases_of_all(&model, &few, half).unwrap();
    near(all.estimate, 400.0 * model.purchases(&buyer(), half).unwrap(), 1e-12);
    assert!(all.contains(all.estimate) && all.width() < 0.4 * all.estimate, "{all}");
    // parameters drawn too: wider, for what is common to all buyers does not cancel in the sum
    let draws = Draws::normal(&model, 200, 0).unwrap();
    let both = Prediction::new().futures(400).with_draws(&draws).purchases_of_all(&model, &few, half).unwrap();
    assert!(both.width() > all.width(), "{both} {all}");
}

#[test]
fn a_realised_value_is_purchases_times_money() {
    let model = truth();
    let faithful = Buyer::new(TimeUnit::Weeks, 26, 30.857, 31.0).unwrap();
    let half = LifetimeValue::new(Horizon::weeks(26.0)).margin(0.5);
    let value = Prediction::new().futures(1000).value(&model, &faithful, &half, 10.0).unwrap();
    let count = Prediction::new().futures(1000).purchases(&model, &faithful, Horizon::weeks(26.0)).unwrap();
    assert_eq!((value.low, value.high), (5.0 * count.low, 5.0 * count.high));
    let discount = DiscountRate::per(0.01, Horizon::weeks(1.0));
    let steps = half.clone().discount(discount).in_steps(Horizon::weeks(26.0));
    let late = Prediction::new().futures(1000).value(&model, &faithful, &steps, 10.0).unwrap();
    near(late.high, value.high * 1.01_f64.powi(-26), 1e-12);
    let between = Prediction::new().futures(1000).value(&model, &faithful, &half.discount(discount), 10.0).unwrap();
    assert!(late.high < between.high && between.high < value.high);
    assert!(late.estimate < between.estimate && between.estimate < value.estimate);
}

#[test]
fn an_interval_reads_well() {
    let model = learnt();
    let equity = LifetimeValue::new(Horizon::years(1.0)).discount(DiscountRate::per_year(0.15));
    let buyers = data::cdnow_buyers(TimeUnit::Weeks);
    let total = |m: &PurchaseModel| equity.total(m, &buyers, &Spend::amount(35.0));
    let found: Interval = DeltaMethod::new().confidence(0.9).interval(&model, Scale::Positive, total).unwrap();
    let text = found.to_string();
    assert!(text.ends_with(" with 90 %)") && text.contains(" to "), "{text}");
}

/// How many of `runs` Wald intervals on the log scale hold each true parameter, and the expected purchases of a newcomer.
fn coverage(runs: u64, buyers: usize) -> [u64; 5] {
    let (truth, year) = (truth(), Horizon::weeks(52.0));
    let ages: Vec<f64> = (0..buyers).map(|row| 27.0 + 12.0 * row as f64 / buyers as f64).collect();
    let newcomer = |model: &PurchaseModel| model.purchases(&Buyer::newcomer(), year);
    let mut held = [0; 5];
    for run in 0..runs {
        let sample = truth.simulate(&ages, TimeUnit::Weeks, 1000 + run).unwrap();
        let model = BuyTillYouDie::new(Family::BgNbd).starts(1).fit(&sample).unwrap();
        let delta = DeltaMethod::new();
        for at in 0..4 {
            let found = delta.interval(&model, Scale::Positive, |m| Ok(m.parameters()[at])).unwrap();
            held[at] += u64::from(found.contains(TRUTH[at]));
        }
        let found = delta.interval(&model, Scale::Positive, newcomer).unwrap();
        held[4] += u64::from(found.contains(newcomer(&truth).unwrap()));
    }
    held
}

/// Of 20 intervals of 95 % fewer than 16 hold the truth with a chance below 0.3 %.
#[test]
fn coverage_of_few_runs() {
    let held = coverage(20, 1000);
    assert!(held.iter().all(|held| *held >= 16), "{held:?}");
}

#[test]
#[ignore = "slow: 200 fits of 2,000 buyers"]
fn coverage_of_two_hundred_runs_is_nominal() {
    let held = coverage(200, 2000);
    eprintln!("of 200: r, alpha, a, b, purchases of a newcomer in a year: {held:?}");
    assert!(held.iter().all(|held| (184..=196).contains(held)), "{held:?}");
}

/// Errors of purchases and of spend together: the delta method on the pair, draws side by side, and a bootstrap of both.
#[test]
fn money_has_the_errors_of_purchases_and_of_spend() {
    let spend = SpendModel::of(6.25, 3.74, 15.44).unwrap();
    let buyers = truth().simulate(&[39.0; 2000], TimeUnit::Weeks, 4).unwrap();
    let repeats: Vec<u32> = (0..buyers.len()).map(|row| buyers.get(row).unwrap().repeats()).collect();
    let buyers = buyers.with_spend(&spend.simulate(&repeats, 5)).unwrap();
    let (recipe, spends) = (BuyTillYouDie::new(Family::BgNbd).starts(1), GammaGamma::new());
    let pair = (recipe.fit(&buyers).unwrap(), spends.fit(&buyers).unwrap());
    let year = LifetimeValue::new(Horizon::weeks(52.0)).discount(DiscountRate::per_year(0.1));
    let value = |(model, spend): &(PurchaseModel, SpendModel)| year.of_newcomer(model, spend.mean()?);
    let both = DeltaMethod::new().interval(&pair, Scale::Positive, value).unwrap();
    let alone = DeltaMethod::new().interval(&pair.0, Scale::Positive, |model| year.of_newcomer(model, 35.0)).unwrap();
    let money = DeltaMethod::new().interval(&pair.1, Scale::Positive, SpendModel::mean).unwrap();
    let square = |interval: Interval| (interval.high / interval.estimate).ln().powi(2);
    near(square(both), square(alone) + square(money), 1e-5);
    let draws = Draws::normal(&pair.0, 400, 1).unwrap().beside(Draws::normal(&pair.1, 400, 2).unwrap()).unwrap();
    let drawn = draws.interval(0.95, value).unwrap();
    let bootstrap = ParametricBootstrap::new(recipe).draws(40).fit_with_spend(&pair.0, &pair.1, &spends, &buyers);
    let again = bootstrap.unwrap().interval(0.95, value).unwrap();
    for found in [drawn, again] {
        assert!((0.6..1.6).contains(&(found.width() / both.width())), "{found}, {both}");
    }
    let total = |(model, spend): &(PurchaseModel, SpendModel)| year.total(model, &buyers, &Spend::of_model(spend));
    let equity = DeltaMethod::new().interval(&pair, Scale::Positive, total).unwrap();
    assert!(equity.contains(total(&(truth(), spend)).unwrap()), "{equity}");
}
