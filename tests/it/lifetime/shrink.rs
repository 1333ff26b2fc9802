//! Models by segment: what is drawn from known parameters comes back better than alone and than pooled.

use segmentry::customer::Customers;
use segmentry::explanation::Reason;
use segmentry::features::purchases::{Period, Purchases, TimeUnit};
use segmentry::lifetime::{BuyTillYouDie, Buyers, Family, Horizon, PerSegment, PurchaseModel, SegmentModels};
use segmentry::segmentation::Segmentation;
use segmentry::time::Day;

use super::data;

/// A number from −1 to 1 that looks random, for the parameters of the truth.
fn noise(seed: u64) -> f64 {
    let mut x = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03;
    for _ in 0..3 {
        x ^= x >> 31;
        x = x.wrapping_mul(0x94D0_49BB_1331_11EB);
    }
    (x >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

/// Segments of these sizes with parameters around a middle: the truth, the buyers, their segments.
fn simulated(sizes: &[usize], spread: f64, seed: u64) -> (Vec<Vec<f64>>, Buyers, Vec<String>) {
    let (mut truth, mut names) = (Vec::new(), Vec::new());
    let (mut repeats, mut last, mut ages) = (Vec::new(), Vec::new(), Vec::new());
    for (at, size) in sizes.iter().enumerate() {
        let parameter = |(i, middle): (usize, &f64)| {
            // about uniform: a standard deviation of `spread`
            middle * (spread * 1.732 * noise(seed * 1000 + at as u64 * 10 + i as u64)).exp()
        };
        let parameters: Vec<f64> = [0.8, 6.0, 0.8, 2.5].iter().enumerate().map(parameter).collect();
        let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &parameters).unwrap();
        let own: Vec<f64> = (0..*size).map(|row| 40.0 + (row % 20) as f64).collect();
        let drawn = model.simulate(&own, TimeUnit::Weeks, seed * 100 + at as u64).unwrap();
        for row in 0..*size {
            let buyer = drawn.get(row).unwrap();
            repeats.push(buyer.repeats());
            last.push(buyer.last());
            ages.push(buyer.age());
            names.push(format!("s{at}"));
        }
        truth.push(parameters);
    }
    (truth, Buyers::new(TimeUnit::Weeks, &repeats, &last, &ages).unwrap(), names)
}

fn squares(truth: &[f64], found: &[f64]) -> f64 {
    truth.iter().zip(found).map(|(a, b)| (a / b).ln().powi(2)).sum()
}

fn learnt(buyers: &Buyers, names: &[String]) -> SegmentModels {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    PerSegment::new(BuyTillYouDie::new(Family::BgNbd).starts(2)).fit(buyers, &names).unwrap()
}

/// The squared errors of the logarithms of parameters: (shrunk, own, pooled).
fn errors(truth: &[Vec<f64>], models: &SegmentModels) -> (f64, f64, f64) {
    let mut sums = (0.0, 0.0, 0.0);
    for (at, truth) in truth.iter().enumerate() {
        let name = format!("s{at}");
        let segment = models.segments().iter().find(|segment| segment.segment == name).unwrap();
        sums.0 += squares(truth, segment.model.parameters());
        sums.1 += squares(truth, segment.own.as_ref().unwrap().parameters());
        sums.2 += squares(truth, models.pooled().parameters());
    }
    sums
}

/// Each spread and seed is a world of its own; in all of them together and in each the shrunk models win.
#[test]
fn shrunk_models_are_nearer_the_truth_than_own_and_pooled_ones() {
    let sizes = [60, 120, 80, 1200, 200, 100, 400, 60];
    for (spread, seed) in [(0.1, 5), (0.35, 1), (0.35, 3), (0.6, 4)] {
        let (truth, buyers, names) = simulated(&sizes, spread, seed);
        let models = learnt(&buyers, &names);
        let (shrunk, own, pooled) = errors(&truth, &models);
        assert!(shrunk < pooled && shrunk < own, "{models}shrunk {shrunk}, pooled {pooled}, own {own}");
        assert!(models.rounds().1, "{models}");
        // the large segment keeps what it says, the small ones lean on the others
        let share = |name: &str| {
            let segment = models.segments().iter().find(|segment| segment.segment == name).unwrap();
            assert!(segment.shrunk.iter().all(|share| (0.0..=1.0).contains(share)), "{:?}", segment.shrunk);
            segment.shrunk.iter().sum::<f64>()
        };
        assert!(share("s3") < share("s6") && share("s6") < share("s0"), "{models}");
    }
}

/// Without a difference between segments there is little of their own left, with one they keep it.
#[test]
fn segments_that_do_not_differ_become_one() {
    let (_, buyers, names) = simulated(&[300; 6], 0.0, 8);
    let models = learnt(&buyers, &names);
    for segment in models.segments() {
        let off = squares(models.pooled().parameters(), segment.model.parameters());
        let own = squares(models.pooled().parameters(), segment.own.as_ref().unwrap().parameters());
        assert!(off < 0.25 * own && off < 0.1, "{models}");
    }
    assert!(models.spread().iter().all(|spread| *spread < 0.2), "{models}");
}

#[test]
fn one_segment_is_the_pool() {
    let (_, buyers, names) = simulated(&[200], 0.3, 9);
    let models = learnt(&buyers, &names);
    let alone = BuyTillYouDie::new(Family::BgNbd).starts(2).fit(&buyers).unwrap();
    assert_eq!(models.pooled(), &alone);
    assert_eq!(models.model(Some("s0")), &alone);
    assert_eq!((models.spread(), models.segments().len()), (&[0.0; 4][..], 1));
    // nobody in a segment
    let nobody =
        PerSegment::new(BuyTillYouDie::new(Family::BgNbd).starts(2)).fit(&buyers, &[None::<&str>; 200]).unwrap();
    assert!(nobody.segments().is_empty() && nobody.pooled() == &alone);
}

/// The order of the rows and the number of threads change nothing; what is saved answers the same.
#[test]
fn models_are_the_same_each_time_and_saved_whole() {
    let (_, buyers, names) = simulated(&[60, 90, 40], 0.4, 10);
    let models = learnt(&buyers, &names);
    let reversed: Vec<_> = (0..buyers.len()).rev().map(|row| buyers.get(row).unwrap()).collect();
    let columns = |figure: fn(&segmentry::lifetime::Buyer) -> f64| reversed.iter().map(figure).collect::<Vec<_>>();
    let repeats: Vec<u32> = reversed.iter().map(|buyer| buyer.repeats()).collect();
    let turned = Buyers::new(TimeUnit::Weeks, &repeats, &columns(|b| b.last()), &columns(|b| b.age())).unwrap();
    let turned_names: Vec<String> = names.iter().rev().cloned().collect();
    assert_eq!(learnt(&turned, &turned_names), models);
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(pool.install(|| learnt(&buyers, &names)), models);
    }
    let saved = serde_json::to_string(&models).unwrap();
    let loaded: SegmentModels = serde_json::from_str(&saved).unwrap();
    assert_eq!(serde_json::to_string(&loaded).unwrap(), saved);
    // answers row by row: each by its own model, strangers by that of all
    let mut asked: Vec<Option<&str>> = names.iter().map(|name| Some(name.as_str())).collect();
    (asked[0], asked[1]) = (None, Some("elsewhere"));
    let year = Horizon::weeks(52.0);
    let (alive, purchases) =
        (loaded.alive_each(&buyers, &asked).unwrap(), loaded.purchases_each(&buyers, &asked, year).unwrap());
    for (row, segment) in asked.iter().enumerate() {
        let (model, buyer) = (loaded.model(*segment), buyers.get(row).unwrap());
        assert!((alive[row] - model.alive(&buyer).unwrap()).abs() < 1e-12);
        assert!((purchases[row] - model.purchases(&buyer, year).unwrap()).abs() < 1e-9);
    }
    assert_eq!(loaded.model(Some("elsewhere")), loaded.pooled());
}

/// One buyer, nobody who repeats, all alike: no segment fails, and none is far from the others.
#[test]
fn segments_that_tell_nothing_stand_in_the_middle() {
    let (_, drawn, mut names) = simulated(&[150, 150], 0.3, 11);
    let (mut repeats, mut last, mut ages): (Vec<u32>, Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..drawn.len() {
        let buyer = drawn.get(row).unwrap();
        repeats.push(buyer.repeats());
        last.push(buyer.last());
        ages.push(buyer.age());
    }
    let more =
        [("one", 0, 0.0, 40.0, 1), ("once", 0, 0.0, 50.0, 8), ("new", 0, 0.0, 0.0, 5), ("same", 4, 30.0, 40.0, 6)];
    for (name, count, at, age, many) in more {
        for _ in 0..many {
            repeats.push(count);
            last.push(at);
            ages.push(age);
            names.push(name.to_owned());
        }
    }
    let models = learnt(&Buyers::new(TimeUnit::Weeks, &repeats, &last, &ages).unwrap(), &names);
    assert_eq!(models.segments().len(), 6);
    for segment in models.segments() {
        let off = squares(models.middle(), segment.model.parameters());
        assert!(off < 9.0 && segment.model.parameters().iter().all(|value| value.is_finite()), "{models}");
        let share = segment.shrunk.iter().sum::<f64>() / 4.0;
        assert!(segment.buyers >= 100.0 || share > 0.5, "{models}");
    }
    assert!(!models.to_string().contains("NaN"), "{models}");
}

#[test]
fn settings_and_columns_are_checked() {
    let (_, buyers, names) = simulated(&[30, 30], 0.3, 12);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let recipe = PerSegment::new(BuyTillYouDie::new(Family::BgNbd));
    assert!(recipe.clone().rounds(0).fit(&buyers, &names).is_err());
    assert!(recipe.fit(&buyers, &names[1..]).is_err());
    assert!(PerSegment::new(BuyTillYouDie::new(Family::BgNbd).starts(0)).fit(&buyers, &names).is_err());
    let column = vec![0.5; 60];
    let with = buyers.with_covariates(&[("vip", &column)]).unwrap();
    assert!(recipe.fit(&with, &names).unwrap_err().to_string().contains("covariates"));
    let none = Buyers::new(TimeUnit::Weeks, &[], &[], &[]).unwrap();
    assert!(recipe.fit(&none, &[""; 0]).is_err());
}

/// CDNOW by the day of the first purchase: what segments learn of each other tells the holdout no worse than what they know
/// alone or what all know together.
#[test]
fn segments_of_cdnow_tell_the_holdout() {
    let day = |text: &str| text.parse::<Day>().unwrap();
    let customers = data::cdnow();
    let purchases = Purchases::new().collapse(Period::Day);
    let split = purchases.split(day(data::CALIBRATION), day("1998-06-30")).summarize(&customers).unwrap();
    let first = purchases.summarize(&customers.clone().as_of(day("1997-01-12"))).unwrap();
    // the customers of the first days in small segments by day, all others in one
    let names: Vec<String> =
        first.iter().map(|first| first.map_or("later".to_owned(), |f| f.first_day().to_string())).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let buyers = data::cdnow_buyers(TimeUnit::Weeks);
    let models = PerSegment::new(BuyTillYouDie::new(Family::BgNbd).starts(2)).fit(&buyers, &names).unwrap();
    let horizon = Horizon::days(f64::from(split.holdout_days));
    let error = |expected: &[f64]| {
        let rows = expected.iter().zip(&split.holdout);
        rows.map(|(expected, later)| (expected - f64::from(later.unwrap().purchases)).powi(2)).sum::<f64>()
    };
    let shrunk = error(&models.purchases_each(&buyers, &names, horizon).unwrap());
    let mut own = vec![0.0; buyers.len()];
    for segment in models.segments() {
        let model = segment.own.as_ref().unwrap_or(models.pooled());
        for row in (0..buyers.len()).filter(|row| names[*row] == segment.segment) {
            own[row] = model.purchases(&buyers.get(row).unwrap(), horizon).unwrap();
        }
    }
    let (own, pooled) = (error(&own), error(&models.pooled().purchases_each(&buyers, horizon).unwrap()));
    assert!(shrunk < own && shrunk < 1.02 * pooled, "{shrunk} {own} {pooled}");
}

/// Other families, by the keys of a segmentation; who is in no segment is answered by the pool.
#[test]
fn any_family_is_learnt_by_the_segments_of_a_segmentation() {
    let (_, buyers, names) = simulated(&[50, 80], 0.4, 13);
    let ids: Vec<String> = (0..buyers.len()).map(|row| format!("c{row}")).collect();
    let customers = Customers::with_ids(ids.iter().map(String::as_str)).unwrap();
    let labels = vec!["s0".to_owned(), "s1".to_owned()];
    let unknown = || Err(Reason::Missing("spend".to_owned()));
    let places = names.iter().enumerate().map(|(row, name)| match row {
        0 => unknown(),
        _ => Ok(usize::from(name == "s1")),
    });
    let segmentation = Segmentation::new(&customers, labels, places).unwrap();
    for family in [Family::MbgNbd, Family::MbgCnbd(2), Family::Nbd, Family::ParetoNbd] {
        let models = PerSegment::new(BuyTillYouDie::new(family).starts(1)).fit_by(&buyers, &segmentation).unwrap();
        let sizes: Vec<f64> = models.segments().iter().map(|segment| segment.buyers).collect();
        assert_eq!(sizes, [49.0, 80.0]);
        let [first, second] = models.segments() else { panic!("{models}") };
        for segment in [first, second] {
            assert_eq!(segment.shrunk.len(), family.parameters().len());
            let off = squares(models.middle(), segment.model.parameters());
            assert!(off.is_finite() && off < 9.0 && segment.model.family() == family, "{models}");
        }
        assert!(first.model != second.model, "{models}");
    }
}
