//! Intervals and bands of BG/BB, of contracts and of spend: agreement of the ways to them, coverage, hard input.

use segmentry::Result;
use segmentry::features::purchases::TimeUnit;
use segmentry::lifetime::{
    BetaDiscreteWeibull, BgBb, BgBbModel, Buyers, CustomerBase, DeltaMethod, DiscreteBuyer, DiscreteBuyers, Draws,
    Estimated, GammaGamma, Interval, ParametricBootstrap, PeriodDiscount, Periods, Refit, Renewals, RetentionFamily,
    RetentionModel, Scale, ShiftedBetaGeometric, SpendModel,
};

/// Fader and Hardie (2007), table 1: survivors of a thousand, the first seven years.
const HIGH_END: [f64; 8] = [1000.0, 869.0, 743.0, 653.0, 593.0, 551.0, 517.0, 491.0];
const REGULAR: [f64; 8] = [1000.0, 631.0, 468.0, 382.0, 326.0, 289.0, 262.0, 241.0];

const FOREVER: Periods = Periods::forever();

fn near(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{found}, expected {expected}");
}

fn tenth() -> PeriodDiscount {
    PeriodDiscount::per_period(0.1)
}

fn geometric(parameters: &[f64]) -> RetentionModel {
    RetentionModel::of(RetentionFamily::ShiftedBetaGeometric, parameters).unwrap()
}

fn donors() -> DiscreteBuyers {
    let text = std::fs::read_to_string("examples/data/donations.csv").unwrap();
    let rows: Vec<Vec<u32>> =
        text.lines().skip(1).map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect()).collect();
    let column = |at: usize| rows.iter().map(|row| row[at]).collect::<Vec<u32>>();
    let weights: Vec<f64> = rows.iter().map(|row| f64::from(row[3])).collect();
    DiscreteBuyers::new(&column(0), &column(1), &column(2)).unwrap().with_weights(&weights).unwrap()
}

/// All ways to an interval of a figure come to nearly the same, and the same seed to the same draws.
fn ways_agree<R>(
    recipe: R,
    model: &R::Model,
    data: &R::Data,
    scale: Scale,
    figure: impl Fn(&R::Model) -> Result<f64> + Sync + Send,
) where
    R: Refit + Clone,
    R::Model: std::fmt::Debug + PartialEq,
{
    let delta = DeltaMethod::new().interval(model, scale, &figure).unwrap();
    let drawn = Draws::normal(model, 400, 0).unwrap().interval(0.95, &figure).unwrap();
    let bootstrap = ParametricBootstrap::new(recipe.clone()).draws(80).fit(model, data).unwrap();
    let again = bootstrap.interval(0.95, &figure).unwrap();
    for found in [drawn, again] {
        assert_eq!(found.estimate, delta.estimate);
        assert!((0.6..1.6).contains(&(found.width() / delta.width())), "{delta}, {found}");
    }
    assert_eq!(bootstrap.unconverged(), 0);
    let same = ParametricBootstrap::new(recipe.clone()).draws(3).fit(model, data).unwrap();
    assert_eq!(same.coordinates(), &bootstrap.coordinates()[..3]);
    let other = ParametricBootstrap::new(recipe).draws(1).seed(1).fit(model, data).unwrap();
    assert_ne!(other.coordinates()[0], bootstrap.coordinates()[0]);
    assert_eq!(model.at(&model.coordinates()).unwrap().coordinates(), model.coordinates());
    assert!(model.at(&[0.0]).is_err());
}

#[test]
fn ways_to_intervals_agree_for_donors() {
    let (recipe, donors) = (BgBb::new().starts(1), donors());
    let model = recipe.fit(&donors).unwrap();
    let faithful = DiscreteBuyer::new(4, 5, 6).unwrap();
    ways_agree(recipe.clone(), &model, &donors, Scale::Positive, |m: &BgBbModel| {
        m.purchases(&faithful, Periods::new(10))
    });
    // eleven thousand donors: the value of a new one is known to some percent
    let new = |m: &BgBbModel| m.value_new(25.0, FOREVER, tenth());
    let value = DeltaMethod::new().interval(&model, Scale::Positive, new).unwrap();
    assert!(value.width() < 0.1 * value.estimate && value.low > 25.0, "{value}");
    // of each cell, and of all together
    let alive = DeltaMethod::new().intervals(&model, Scale::Probability, |m| Ok(m.alive_each(&donors))).unwrap();
    assert!(alive.iter().flatten().all(|one| one.low < one.high && one.low >= 0.0 && one.high <= 1.0));
    let margins = vec![25.0; donors.len()];
    let all = |m: &BgBbModel| m.value_of_all(&donors, &margins, FOREVER, tenth());
    let total = DeltaMethod::new().interval(&model, Scale::Positive, all).unwrap();
    assert!(total.low < total.estimate && total.estimate < total.high);
}

#[test]
fn ways_to_intervals_agree_for_contracts() {
    // a younger cohort is seen for two renewals only
    let renewals = Renewals::cohorts(&[&HIGH_END[..], &[700.0, 611.0, 521.0]]).unwrap();
    let base = CustomerBase::by_tenure(&[700.0, 600.0, 500.0, 100.0]).unwrap();
    let recipe = ShiftedBetaGeometric::new().starts(1);
    let model = recipe.fit(&renewals).unwrap();
    ways_agree(recipe.clone(), &model, &renewals, Scale::Probability, |m: &RetentionModel| {
        m.survival(Periods::new(12))
    });
    ways_agree(recipe, &model, &renewals, Scale::Positive, |m: &RetentionModel| {
        Ok(m.base_value(&base, 100.0, FOREVER, tenth())?.value)
    });
    let recipe = BetaDiscreteWeibull::new().starts(1);
    let model = recipe.fit(&renewals).unwrap();
    ways_agree(recipe, &model, &renewals, Scale::Positive, |m: &RetentionModel| {
        m.residual(Periods::new(3), Periods::new(20))
    });
}

#[test]
fn ways_to_intervals_agree_for_spend() {
    let truth = SpendModel::of(6.25, 3.74, 15.44).unwrap();
    let repeats: Vec<u32> = (0..1500).map(|row| [0, 1, 1, 2, 5][row % 5]).collect();
    let last: Vec<f64> = repeats.iter().map(|repeats| f64::from(*repeats)).collect();
    let buyers = Buyers::new(TimeUnit::Weeks, &repeats, &last, &[30.0; 1500]).unwrap();
    let buyers = buyers.with_spend(&truth.simulate(&repeats, 3)).unwrap();
    let recipe = GammaGamma::new().starts(1);
    let model = recipe.fit(&buyers).unwrap();
    ways_agree(recipe.clone(), &model, &buyers, Scale::Positive, SpendModel::mean);
    let mean = DeltaMethod::new().interval(&model, Scale::Positive, SpendModel::mean).unwrap();
    assert!(mean.contains(truth.mean().unwrap()), "{mean}");
    near((mean.high / mean.estimate).ln(), 1.959964 * model.mean_error().unwrap() / mean.estimate, 1e-5);
    let halves = buyers.with_weights(&[0.5; 1500]).unwrap();
    let text = ParametricBootstrap::new(recipe).fit(&model, &halves).unwrap_err().to_string();
    assert_eq!(text, "row 1: `weight` must be a whole number of buyers, to draw as many, found 0.5");
}

/// A curve: an interval at each place, and a wider band that holds it whole.
#[test]
fn a_curve_has_intervals_and_a_band() {
    let renewals = Renewals::survivors(&REGULAR).unwrap();
    let model = ShiftedBetaGeometric::new().fit(&renewals).unwrap();
    let curve = |m: &RetentionModel| m.survival_curve(Periods::new(12));
    let rates = |m: &RetentionModel| m.retention_curve(Periods::new(12));
    let draws = Draws::normal(&model, 2000, 0).unwrap();
    for (places, list) in [
        (
            13,
            [
                DeltaMethod::new().intervals(&model, Scale::Probability, curve),
                draws.band(0.95, Scale::Probability, curve),
            ],
        ),
        (
            12,
            [
                DeltaMethod::new().intervals(&model, Scale::Probability, rates),
                draws.band(0.95, Scale::Probability, rates),
            ],
        ),
    ] {
        let [each, band] = list.map(|list| list.unwrap().into_iter().flatten().collect::<Vec<Interval>>());
        assert_eq!((each.len(), band.len()), (places, places));
        for (each, band) in each.iter().zip(&band) {
            assert_eq!(each.estimate, band.estimate);
            // the curve of survival begins at 1, and is sure of that
            let sure = each.estimate == 1.0;
            assert!(sure == (each.width() == 0.0) && sure == (band.width() == 0.0), "{each} {band}");
            assert!(sure || (band.low < each.low && each.high < band.high), "{each} {band}");
            assert!(band.low >= 0.0 && band.high <= 1.0);
        }
    }
    // 95 % of other draws lie in the band at all places at once, and in the intervals at each
    let band = draws.band(0.95, Scale::Probability, curve).unwrap();
    let others = Draws::normal(&model, 1000, 9).unwrap();
    let inside = |draw: usize| {
        let own = curve(&others.get(draw).unwrap().unwrap()).unwrap();
        own.iter().zip(&band).all(|(value, band)| band.unwrap().contains(*value))
    };
    let share = (0..1000).filter(|draw| inside(*draw)).count();
    assert!((920..=975).contains(&share), "{share}");
    // what is no number has no band, and what leaves its scale is told
    let none = draws.band(0.95, Scale::Any, |_| Ok(vec![f64::NAN, 1.0])).unwrap();
    assert_eq!((none[0], none[1].unwrap().width()), (None, 0.0));
    let ends = |m: &RetentionModel| Ok(vec![if m == &model { 1.0 } else { 0.5 }]);
    let error = draws.band(0.95, Scale::Probability, ends).unwrap_err();
    assert_eq!(error.to_string(), "an interval is not defined where a figure leaves the end of its scale");
    assert!(
        draws.band(0.9999, Scale::Any, curve).is_err()
            && draws.band(0.95, Scale::Positive, |_| Ok(vec![-1.0])).is_err()
    );
}

/// Samples have the customers, the means and the spread that the model says, and end where the data end.
#[test]
fn renewals_are_drawn_like_those_seen() {
    let model = geometric(&[0.668, 3.806]);
    let seen = Renewals::cohorts(&[&HIGH_END[..], &[1e6, 9e5, 8e5], &[20.0, 17.0, 0.0]]).unwrap();
    let drawn = model.simulate_like(&seen, 4).unwrap();
    assert_eq!(drawn, model.simulate_like(&seen, 4).unwrap());
    assert_ne!(drawn, model.simulate_like(&seen, 5).unwrap());
    assert_eq!((drawn.periods(), drawn.kept(1) + drawn.lost(1)), (7, 1_001_020.0));
    for period in 1..=7 {
        let (came, rate) =
            (drawn.kept(period) + drawn.lost(period), model.retention(Periods::new(period as u32)).unwrap());
        let spread = (came * rate * (1.0 - rate)).sqrt();
        assert!((drawn.kept(period) - came * rate).abs() < 4.5 * spread, "{period} {came} {drawn}");
    }
    // the large cohort is seen for two renewals
    assert!(drawn.kept(3) + drawn.lost(3) < 2000.0);
    // counts of 50 with a chance of S(1): mean and variance of the binomial distribution
    let (fifty, rate) = (Renewals::survivors(&[50.0, 40.0]).unwrap(), model.survival(Periods::new(1)).unwrap());
    let counts: Vec<f64> = (0..4000).map(|seed| model.simulate_like(&fifty, seed).unwrap().kept(1)).collect();
    let mean = counts.iter().sum::<f64>() / 4000.0;
    let variance = counts.iter().map(|count| (count - mean).powi(2)).sum::<f64>() / 4000.0;
    near(mean, 50.0 * rate, 0.005);
    near(variance, 50.0 * rate * (1.0 - rate), 0.1);
    // as often as the distribution says
    let exactly = |k: u32| {
        let ways: f64 = (0..k).map(|i| f64::from(50 - i) / f64::from(i + 1)).product();
        ways * rate.powi(k as i32) * (1.0 - rate).powi(50 - k as i32)
    };
    for count in [38, 42, 45] {
        let found = counts.iter().filter(|found| **found == f64::from(count)).count() as f64 / 4000.0;
        assert!((found - exactly(count)).abs() < 0.02, "{count}: {found} {}", exactly(count));
    }
    let error = model.simulate_like(&Renewals::survivors(&[100.0, 86.9]).unwrap(), 0).unwrap_err();
    assert_eq!(error.to_string(), "row 0: `renewals` must be whole numbers of customers, to draw as many, found 86.9");
}

/// Nobody leaves, all leave, one cohort of one renewal, ten thousand of them: answers or errors that say why.
#[test]
fn hard_input_has_answers_or_reasons() {
    let survival = |m: &RetentionModel| m.survival(Periods::new(5));
    // one renewal tells one number: the curvature is flat, and a bootstrap answers
    let one = Renewals::survivors(&[1000.0, 700.0]).unwrap();
    let model = ShiftedBetaGeometric::new().fit(&one).unwrap();
    let error = DeltaMethod::new().interval(&model, Scale::Probability, survival).unwrap_err().to_string();
    assert!(error.starts_with("errors are not known: "), "{error}");
    let bootstrap = ParametricBootstrap::new(ShiftedBetaGeometric::new()).draws(40).fit(&model, &one).unwrap();
    let first = bootstrap.interval(0.95, |m| m.survival(Periods::new(1))).unwrap();
    assert!(first.contains(0.7) && (0.03..0.1).contains(&first.width()), "{first}");
    assert!(bootstrap.interval(0.95, survival).unwrap().high <= 1.0);
    // a sample of which nobody left teaches nothing
    let few = Renewals::survivors(&[3.0, 3.0, 2.0]).unwrap();
    let model = geometric(&[0.1, 30.0]);
    let error = ParametricBootstrap::new(ShiftedBetaGeometric::new()).fit(&model, &few).unwrap_err().to_string();
    let few_say = "a bootstrap is not defined for so few customers: of a sample drawn like them nobody leaves";
    assert_eq!(error, few_say);
    let believed = ShiftedBetaGeometric::new().prior("alpha", 0.1, 0.5).prior("beta", 30.0, 0.5);
    assert!(ParametricBootstrap::new(believed).draws(5).fit(&model, &few).is_ok());
    let shares =
        ParametricBootstrap::new(ShiftedBetaGeometric::new()).fit(&model, &Renewals::survivors(&[1.0, 0.5]).unwrap());
    assert!(shares.unwrap_err().to_string().contains("whole numbers of customers"));
    let other = ParametricBootstrap::new(BetaDiscreteWeibull::new()).fit(&model, &few).unwrap_err().to_string();
    assert_eq!(other, "the recipe learns beta-discrete-Weibull, the model is shifted beta-geometric");
    // ten thousand renewals
    let long = geometric(&[0.5, 40.0]).simulate(3000, Periods::new(10_000), 1).unwrap();
    let model = ShiftedBetaGeometric::new().starts(1).fit(&long).unwrap();
    let far = DeltaMethod::new().interval(&model, Scale::Probability, |m| m.survival(Periods::new(10_000))).unwrap();
    assert!(far.contains(geometric(&[0.5, 40.0]).survival(Periods::new(10_000)).unwrap()) && far.low > 0.0, "{far}");
    assert_eq!(model.simulate_like(&long, 3).unwrap().periods(), 10_000);
    // donors who never give, or always: no sharp top; a bootstrap answers
    for (x, n) in [(0, 6), (6, 6)] {
        let alike = DiscreteBuyers::new(&[x; 60], &[x; 60], &[n; 60]).unwrap();
        let recipe = BgBb::new().starts(2);
        let model = recipe.fit(&alike).unwrap();
        let next = |m: &BgBbModel| m.purchases(&DiscreteBuyer::newcomer(), Periods::new(6));
        let error = DeltaMethod::new().interval(&model, Scale::Positive, next).unwrap_err().to_string();
        assert!(error.starts_with("errors are not known: "), "{error}");
        let found = ParametricBootstrap::new(recipe).draws(40).fit(&model, &alike).unwrap();
        let found = found.interval(0.95, next).unwrap();
        assert!((0.0..=6.0).contains(&found.low) && found.high <= 6.0 + 1e-9, "{found}");
    }
    let none = DiscreteBuyers::new(&[], &[], &[]).unwrap();
    let model = BgBbModel::of(&[1.0; 4]).unwrap();
    assert_eq!(
        ParametricBootstrap::new(BgBb::new()).fit(&model, &none).unwrap_err().to_string(),
        "no buyers to draw like"
    );
    assert_eq!(
        DeltaMethod::new().interval(&model, Scale::Any, |m| Ok(m.parameters()[0])).unwrap_err().to_string(),
        "errors are not known: the model was made of parameters and not learnt"
    );
}

/// Three parameters of a long curve: of `runs` fits how many have a curvature that can be trusted, and how many of their
/// intervals of survival, two periods further than the data, hold the truth.
fn coverage_of_weibull(runs: u64, customers: usize) -> (u64, u64) {
    let truth = RetentionModel::of(RetentionFamily::BetaDiscreteWeibull, &[0.8, 2.0, 1.4]).unwrap();
    let survival = |m: &RetentionModel| m.survival(Periods::new(14));
    let (mut told, mut held) = (0, 0);
    for run in 0..runs {
        let seen = truth.simulate(customers, Periods::new(12), 5000 + run).unwrap();
        let model = BetaDiscreteWeibull::new().starts(1).fit(&seen).unwrap();
        let Ok(found) = DeltaMethod::new().interval(&model, Scale::Probability, survival) else { continue };
        told += 1;
        held += u64::from(found.contains(survival(&truth).unwrap()));
    }
    (told, held)
}

/// How many of `runs` intervals of 95 % hold the truth: survival and value of contracts (whole band last), then gifts to come
/// of a new and a known donor, and the mean spend.
fn coverage(runs: u64, customers: usize) -> [u64; 7] {
    let truth = geometric(&[0.9, 3.5]);
    let twelve = |m: &RetentionModel| m.survival(Periods::new(12));
    let worth = |m: &RetentionModel| m.value(Periods::new(2), 100.0, FOREVER, tenth());
    let curve = |m: &RetentionModel| m.survival_curve(Periods::new(12));
    let giving = BgBbModel::of(&[1.2, 0.75, 0.66, 2.8]).unwrap();
    let new = |m: &BgBbModel| m.purchases(&DiscreteBuyer::newcomer(), Periods::new(10));
    let known = DiscreteBuyer::new(4, 5, 6).unwrap();
    let value = |m: &BgBbModel| m.value(&known, 25.0, FOREVER, tenth());
    let alive = |m: &BgBbModel| m.alive(&known);
    let spend = SpendModel::of(6.25, 3.74, 15.44).unwrap();
    let repeats: Vec<u32> = (0..customers).map(|row| 1 + (row % 4) as u32).collect();
    let (delta, mut held) = (DeltaMethod::new(), [0; 7]);
    let mut count = |at: usize, found: Interval, truth: f64| held[at] += u64::from(found.contains(truth));
    for run in 0..runs {
        let seen = truth.simulate(customers, Periods::new(6), 2000 + run).unwrap();
        let model = ShiftedBetaGeometric::new().starts(1).fit(&seen).unwrap();
        count(0, delta.interval(&model, Scale::Probability, twelve).unwrap(), twelve(&truth).unwrap());
        count(1, delta.interval(&model, Scale::Positive, worth).unwrap(), worth(&truth).unwrap());
        let band = Draws::normal(&model, 400, run).unwrap().band(0.95, Scale::Probability, curve).unwrap();
        let whole = band.iter().flatten().zip(curve(&truth).unwrap()).all(|(band, value)| band.contains(value));
        count(2, band[12].unwrap(), if whole { band[12].unwrap().estimate } else { f64::NAN });
        let seen = giving.simulate(&vec![6; customers], 3000 + run).unwrap();
        let model = BgBb::new().starts(1).fit(&seen).unwrap();
        count(3, delta.interval(&model, Scale::Positive, new).unwrap(), new(&giving).unwrap());
        count(4, delta.interval(&model, Scale::Positive, value).unwrap(), value(&giving).unwrap());
        count(5, delta.interval(&model, Scale::Probability, alive).unwrap(), alive(&giving).unwrap());
        let model = GammaGamma::new().starts(1).fit_columns(&repeats, &spend.simulate(&repeats, 4000 + run)).unwrap();
        count(6, delta.interval(&model, Scale::Positive, SpendModel::mean).unwrap(), spend.mean().unwrap());
    }
    held
}

/// Of 20 intervals of 95 % fewer than 16 hold the truth with a chance below 0.3 %.
#[test]
fn coverage_of_few_runs() {
    let held = coverage(20, 1500);
    assert!(held.iter().all(|held| *held >= 16), "{held:?}");
    let (told, held) = coverage_of_weibull(20, 2000);
    assert!(told == 20 && held >= 16, "{told} {held}");
}

/// Found: survival 190, value 189, band 188; gifts 190, value 191, alive 191; mean spend 186 of 200.
#[test]
#[ignore = "slow: 600 fits"]
fn coverage_of_two_hundred_runs_is_nominal() {
    let held = coverage(200, 3000);
    eprintln!("of 200: survival, value, band of contracts; gifts, value, alive of donors; mean spend: {held:?}");
    assert!(held.iter().all(|held| (184..=196).contains(held)), "{held:?}");
    let (told, held) = coverage_of_weibull(200, 5000);
    eprintln!("of 200, beta-discrete-Weibull: {told} told, {held} held");
    assert!(told == 200 && (184..=196).contains(&held), "{told} {held}");
}

/// The same on any number of threads.
#[cfg(feature = "parallel")]
#[test]
fn threads_do_not_matter() {
    let renewals = Renewals::survivors(&HIGH_END).unwrap();
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let recipe = ShiftedBetaGeometric::new();
            let model = recipe.fit(&renewals).unwrap();
            let draws = ParametricBootstrap::new(recipe).draws(40).fit(&model, &renewals).unwrap();
            (draws.band(0.95, Scale::Probability, |m| m.survival_curve(Periods::new(20))).unwrap(), draws)
        })
    };
    let one = on(1);
    assert!(one == on(2) && one == on(7));
}
