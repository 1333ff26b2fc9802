//! Top share, share of value and ntiles, and the model that they give.

use std::ops::ControlFlow;

use super::*;
use proptest::prelude::*;
use segmentry::bands::Ties;
use segmentry::model;
use segmentry::progress::Progress;
use segmentry::segmenter::Fit;
use segmentry::tier::{Negatives, Ntiles, Score, Spread, TierModel, TopShare, ValueShare};

/// The tier of each row one by one in order of value, as the recipes define it for customers without equal values.
fn slow(spend: &[f64], shares: &[f64], by_value: bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..spend.len()).collect();
    order.sort_by(|a, b| spend[*b].total_cmp(&spend[*a]));
    let total = if by_value { spend.iter().sum() } else { spend.len() as f64 };
    let mut tiers = vec![shares.len(); spend.len()];
    for (place, row) in order.iter().enumerate() {
        let before = if by_value { order[..place].iter().map(|r| spend[*r]).sum() } else { place as f64 };
        tiers[*row] = shares.iter().position(|share| before < share * total * (1.0 - 1e-12)).unwrap_or(shares.len());
    }
    tiers
}

fn places(model: &TierModel, customers: &Customers) -> Vec<usize> {
    model.segment(customers).unwrap().indices().map(Option::unwrap).collect()
}

#[test]
fn a_hundred_customers_divide_exactly() {
    let spend: Vec<f64> = (1..=100).map(f64::from).collect();
    let customers = spenders(&spend);
    let sizes = |model: TierModel| model.segment(&customers).unwrap().sizes();
    let shares = [0.01, 0.05, 0.07, 0.1, 0.2, 0.29, 0.57, 0.58];
    for share in shares {
        let top = sizes(TopShare::of("spend").tier("top", share).fit(&customers).unwrap())[0];
        assert_eq!(top, (share * 100.0).round() as usize, "{share}");
    }
    assert_eq!(sizes(TopShare::of("spend").fit(&customers).unwrap()), [20, 80]);
    assert_eq!(sizes(Ntiles::of("spend", 8).fit(&customers).unwrap()), [13, 13, 13, 13, 12, 12, 12, 12]);
    // 1 + … + 100 = 5 050: 46 and above bring 4 015 of the 4 040 that are 80 %, 23 and above 4 797 of 4 797.5
    assert_eq!(sizes(ValueShare::of("spend").fit(&customers).unwrap()), [56, 23, 21]);
}

#[test]
fn sql_ntile_is_reproduced() {
    // SQLite: select ntile(4) over (order by v desc) of the values 10, 9, …, 1 gives 1 1 1 2 2 2 3 3 4 4
    let customers = spenders(&(1..=10).rev().map(f64::from).collect::<Vec<_>>());
    let model = Ntiles::of("spend", 4).fit(&customers).unwrap();
    assert_eq!(places(&model, &customers), [0, 0, 0, 1, 1, 1, 2, 2, 3, 3]);
    // … and with equal values split by order: 5, 5, 5, 5, 1, 1
    let tied = spenders(&[5.0, 5.0, 5.0, 5.0, 1.0, 1.0]);
    let split = Ntiles::of("spend", 3).split(&tied).unwrap();
    assert_eq!(split.indices().flatten().collect::<Vec<_>>(), [0, 0, 1, 1, 2, 2]);
}

#[test]
fn equal_values_go_down_go_up_or_are_split() {
    let customers = spenders(&[9.0, 5.0, 5.0, 5.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
    let top = |ties| TopShare::of("spend").ties(ties);
    let sizes = |ties| top(ties).fit(&customers).unwrap().segment(&customers).unwrap().sizes();
    assert_eq!(sizes(Ties::Lower), [1, 9]);
    assert_eq!(sizes(Ties::Upper), [4, 6]);
    assert_eq!(top(Ties::Split).split(&customers).unwrap().sizes(), [2, 8]);
    let model = top(Ties::Split).fit(&customers).unwrap();
    assert_eq!((model.ties(), model.cut_values()), (Ties::Split, &[Some(5.0)][..]));
    assert_eq!(
        model.explain(&spender(5.0)).unwrap().to_string(),
        "customer `c-1` is in Top 20 %\n  because spend is 5 (5 or more is `top_20_percent`, which it just reaches; equal \
         values were split by order when this was learnt, alone they go up)\n  `rest` with more than 0 less",
    );
}

#[test]
fn tiers_lost_to_equal_values_are_told() {
    let customers = spenders(&[1.0; 10]);
    let model = Ntiles::of("spend", 4).fit(&customers).unwrap();
    assert_eq!(model.cut_values(), [None, None, None]);
    assert_eq!(
        model.empty_tiers().map(|tier| tier.key().into_owned()).collect::<Vec<_>>(),
        ["tier_1", "tier_2", "tier_3"]
    );
    assert_eq!(key(&model, 99.0).as_deref(), Some("tier_4"));
    assert!(model.to_string().contains("nobody"));
    alone_is_bulk(&model, &customers);
}

#[test]
fn lower_can_be_better() {
    let customers = spenders(&[3.0, 400.0, 12.0, 90.0, 30.0]);
    let model = TopShare::of("spend").lower_is_better().tier("recent", 0.4).fit(&customers).unwrap();
    assert_eq!(model.cut_values(), [Some(12.0)]);
    assert_eq!(key(&model, 12.0).as_deref(), Some("recent"));
    assert_eq!(key(&model, 12.5).as_deref(), Some("rest"));
    assert_eq!(
        model.explain(&spender(20.0)).unwrap().to_string(),
        "customer `c-1` is in Rest\n  because spend is 20 (`recent` needs 12 or less)\n  `recent` with 8 less",
    );
}

#[test]
fn one_customer_that_brings_most_is_a() {
    let model = ValueShare::of("spend").fit(&spenders(&[900.0, 50.0, 30.0, 20.0])).unwrap();
    assert_eq!(model.cut_values(), [Some(900.0), Some(50.0)]);
    let alone = ValueShare::of("spend").fit(&spenders(&[5.0])).unwrap();
    assert_eq!(key(&alone, 5.0).as_deref(), Some("a"));
}

#[test]
fn values_below_zero_are_refused_or_bring_nothing() {
    let customers = spenders(&[100.0, -20.0, 60.0, 0.0]);
    assert_eq!(
        ValueShare::of("spend").fit(&customers).unwrap_err().to_string(),
        "row 1: customer `1`: `value` must be 0 or more where shares of the value are taken, or `negatives` set to \
         `as-zero`, found -20",
    );
    let model = ValueShare::of("spend").negatives(Negatives::AsZero).tier("all", 1.0).fit(&customers).unwrap();
    assert_eq!(model.segment(&customers).unwrap().indices().flatten().collect::<Vec<_>>(), [0, 1, 0, 1]);
    assert_eq!(model.spread(), None);
    assert!(TopShare::of("spend").fit(&customers).unwrap().spread().is_none());
}

#[test]
fn customers_without_a_value_play_no_part_and_are_counted() {
    let spend: Vec<f64> = (0..10).map(|i| if i < 4 { f64::NAN } else { f64::from(i) }).collect();
    let customers = spenders(&spend);
    let model = TopShare::of("spend").tier("half", 0.5).fit(&customers).unwrap();
    assert_eq!((model.left_out(), model.cut_values()), (4, &[Some(7.0)][..]));
    alone_is_bulk(&model, &customers);
    let split = TopShare::of("spend").tier("half", 0.5).split(&customers).unwrap();
    assert_eq!((split.sizes(), split.unassigned()), (vec![3, 3], 4));
    assert_eq!(split.reason(0).unwrap().to_string(), "`spend` is invalid");
    let zero = TopShare::of(Score::from("spend").missing_as(0.0)).fit(&customers).unwrap();
    assert_eq!(zero.left_out(), 4, "what is invalid does not become a number");
}

#[test]
fn every_wrong_recipe_is_told_in_words() {
    let customers = spenders(&[3.0, 2.0, 1.0]);
    let told =
        |recipe: &dyn Fn(&Customers) -> segmentry::Result<TierModel>| recipe(&customers).unwrap_err().to_string();
    let top = |share: f64| move |c: &Customers| TopShare::of("spend").tier("top", share).fit(c);
    for (share, found) in [(0.0, "0"), (-0.1, "-0.1"), (1.5, "1.5"), (f64::NAN, "NaN")] {
        let expected = format!("key `tiers.top`: `share` must be above 0 and at most 1, found {found}");
        assert_eq!(told(&top(share)), expected);
    }
    assert_eq!(
        told(&|c| ValueShare::of("spend").tier("a", 0.8).tier("b", 0.15).fit(c)),
        "key `tiers.b`: `share` must be above 0.8, the share before it, as shares are cumulative, found 0.15",
    );
    assert_eq!(told(&|c| TopShare::of("spend").tier("rest", 0.5).fit(c)), "tier `rest` occurs twice");
    assert_eq!(told(&|c| Ntiles::of("spend", 1).fit(c)), "`tiers` must be a whole number from 2 to 10000, found 1");
    assert_eq!(told(&|c| Ntiles::of("spend", 3).names(["a", "b"]).fit(c)), "names has 2 entries, expected 3");
    assert_eq!(told(&|c| TopShare::of("spent").fit(c)), "no attribute `spent`; did you mean `spend`");
    assert_eq!(told(&|_| TopShare::of("spend").fit(&spenders(&[]))), "no customers with `spend`");
    assert_eq!(told(&|_| TopShare::of("spend").fit(&spenders(&[f64::NAN]))), "no customers with `spend`");
    assert_eq!(
        told(&|_| ValueShare::of("spend").fit(&spenders(&[0.0, 0.0]))),
        "shares of the value need a finite sum above 0, found 0",
    );
    assert_eq!(
        told(&|_| TopShare::of("spend").fit(&spenders(&[1e308, 1e308]))),
        "the sum of `spend` is inf, expected a finite number",
    );
    let weighted = customers.clone().with_weights(vec![1.0, 0.5, 1.0]).unwrap();
    assert_eq!(
        told(&|_| Ntiles::of("spend", 2).fit(&weighted)),
        "row 1: customer `1`: `weight` must be a whole number for tiers of equal size, found 0.5",
    );
    assert_eq!(
        TopShare::of("spend").split(&weighted).unwrap_err().to_string(),
        "customers with weights cannot be split by order: one that stands for several would be in two tiers",
    );
    let stop = |_: segmentry::progress::Step<'_>| ControlFlow::Break(());
    let error = TopShare::of("spend").fit_with(&customers, &Progress::new(&stop)).unwrap_err();
    assert_eq!(error.to_string(), "cancelled after 1 of 3 steps");
}

#[test]
fn saved_models_load_for_ever() {
    let customers = spenders(&[600.0, 250.0, 90.0, 40.0, 20.0]);
    let learnt = ValueShare::of(Score::of([("spend", 1.0)])).fit(&customers).unwrap();
    let golden = include_str!("../../golden/tier_model.json");
    let loaded: TierModel = model::from_json(golden).unwrap();
    assert_eq!((loaded.cut_values(), loaded.sizes()), (learnt.cut_values(), learnt.sizes()));
    assert!((loaded.spread().unwrap().gini() - learnt.spread().unwrap().gini()).abs() < 1e-12);
    assert_eq!(model::to_json(&loaded).unwrap().trim(), golden.trim());
    assert_eq!(key(&loaded, 249.0).as_deref(), Some("b"));
    let broken =
        |from: &str, to: &str| model::from_json::<TierModel>(&golden.replacen(from, to, 1)).unwrap_err().to_string();
    assert_eq!(
        broken("\"from\": 40.0", "\"from\": 250.0"),
        "key `model`: key `tiers.b`: `threshold` must be below 250, the threshold of `a` before it, found 250",
    );
    assert_eq!(
        broken("\"customers\": 2.0", "\"customers\": -2.0"),
        "key `model`: `sizes` must be finite numbers, `customers` 0 or more, found -2 and 850",
    );
    assert_eq!(
        broken("\"gini\": 0.", "\"gini\": 7."),
        "key `model`: `spread` holds what is no share, or a Lorenz curve that falls",
    );
}

#[test]
fn a_model_prints_as_a_table() {
    let model = ValueShare::of("spend").fit(&spenders(&[600.0, 250.0, 90.0, 40.0, 20.0])).unwrap();
    assert_eq!(
        model.to_string(),
        "tier         from  customers   share          value   share\n\
         A             250          2  40.0 %         850.00  85.0 %\n\
         B              40          2  40.0 %         130.00  13.0 %\n\
         C                          1  20.0 %          20.00   2.0 %\n\
         20 % of the customers bring 60.0 % of the value; 80 % of the value comes from 36.0 %\n\
         Gini 0.548; the best 1 % bring 3.0 %, 5 % bring 15.0 %, 10 % bring 30.0 %, 20 % bring 60.0 %",
    );
}

type Learn = Box<dyn Fn(&Customers) -> segmentry::Result<TierModel>>;

fn recipes() -> Vec<Learn> {
    let mut all: Vec<Learn> = Vec::new();
    for ties in [Ties::Lower, Ties::Upper, Ties::Split] {
        all.push(Box::new(move |c| TopShare::of("spend").ties(ties).tier("x", 0.1).tier("y", 0.35).fit(c)));
        all.push(Box::new(move |c| ValueShare::of("spend").ties(ties).fit(c)));
        all.push(Box::new(move |c| Ntiles::of("spend", 5).ties(ties).fit(c)));
        all.push(Box::new(move |c| TopShare::of(Score::from("spend").ranks()).ties(ties).fit(c)));
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn without_equal_values_tiers_are_those_of_the_textbook(
        spend in prop::collection::hash_set(1..100_000_u32, 1..150),
        shares in prop::collection::btree_set(1..=100_u8, 1..5),
    ) {
        let spend: Vec<f64> = spend.into_iter().map(f64::from).collect();
        let shares: Vec<f64> = shares.into_iter().map(|percent| f64::from(percent) / 100.0).collect();
        let customers = spenders(&spend);
        for ties in [Ties::Lower, Ties::Upper, Ties::Split] {
            let (mut top, mut value) = (TopShare::of("spend").ties(ties), ValueShare::of("spend").ties(ties));
            for (i, share) in shares.iter().enumerate() {
                top = top.tier(format!("t{i}"), *share);
                value = value.tier(format!("t{i}"), *share);
            }
            prop_assert_eq!(places(&top.fit(&customers).unwrap(), &customers), slow(&spend, &shares, false));
            prop_assert_eq!(places(&value.fit(&customers).unwrap(), &customers), slow(&spend, &shares, true));
            let split = |s: segmentry::segmentation::Segmentation| s.indices().map(Option::unwrap).collect::<Vec<_>>();
            prop_assert_eq!(split(top.split(&customers).unwrap()), slow(&spend, &shares, false));
            prop_assert_eq!(split(value.split(&customers).unwrap()), slow(&spend, &shares, true));
        }
    }

    #[test]
    fn laws(spend in prop::collection::vec(0..60_u8, 1..120), copies in prop::collection::vec(0..4_usize, 120)) {
        let spend: Vec<f64> = spend.into_iter().map(f64::from).chain([1.0]).collect();
        let customers = spenders(&spend);
        let weights: Vec<f64> = (0..spend.len()).map(|row| copies.get(row).map_or(1.0, |n| *n as f64)).collect();
        let weighted = customers.clone().with_weights(weights.clone()).unwrap();
        let copied: Vec<f64> = spend.iter().zip(&weights).flat_map(|(s, w)| vec![*s; *w as usize]).collect();
        let backwards: Vec<f64> = spend.iter().rev().copied().collect();
        for recipe in recipes() {
            let model = recipe(&customers).unwrap();
            alone_is_bulk(&model, &customers);
            // more is never a lower tier
            let mut order: Vec<(f64, usize)> = spend.iter().copied().zip(places(&model, &customers)).collect();
            order.sort_by(|a, b| b.0.total_cmp(&a.0));
            prop_assert!(order.is_sorted_by_key(|pair| pair.1));
            // the order of the customers does not matter
            prop_assert_eq!(&recipe(&spenders(&backwards)).unwrap(), &model);
            // what is not read does not matter, and what is saved comes back
            let more = customers.clone().with_column("age", Column::integers(vec![3; spend.len()])).unwrap();
            prop_assert_eq!(&recipe(&more).unwrap(), &model);
            prop_assert_eq!(&model.reads().attributes, &["spend"]);
            let again: TierModel = model::from_json(&model::to_json(&model).unwrap()).unwrap();
            prop_assert_eq!(&again, &model);
            // a weight is a number of customers
            if let (Ok(weighted), Ok(copied)) = (recipe(&weighted), recipe(&spenders(&copied))) {
                prop_assert_eq!(weighted.cut_values(), copied.cut_values());
                prop_assert_eq!(weighted.sizes(), copied.sizes());
                let gini = |model: &TierModel| model.spread().map_or(0.0, Spread::gini);
                prop_assert!((gini(&weighted) - gini(&copied)).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn shares_are_hit_within_the_equal_values_on_the_border(
        spend in prop::collection::vec(0..40_u8, 1..120), percent in 1..=100_u8,
    ) {
        let spend: Vec<f64> = spend.into_iter().map(f64::from).collect();
        let customers = spenders(&spend);
        let wanted = (f64::from(percent) * spend.len() as f64 / 100.0 - 1e-9).ceil() as usize;
        let size = |ties| {
            let top = TopShare::of("spend").ties(ties).tier("top", f64::from(percent) / 100.0);
            (top.fit(&customers).unwrap().segment(&customers).unwrap().sizes()[0], top.split(&customers).unwrap().sizes()[0])
        };
        let (low, split) = size(Ties::Lower);
        let (high, _) = size(Ties::Upper);
        prop_assert_eq!(split, wanted);
        prop_assert!(low <= wanted && wanted <= high);
        // what lies between is one group of equal values
        let mut sorted = spend.clone();
        sorted.sort_by(|a, b| b.total_cmp(a));
        prop_assert!(sorted[low..high].windows(2).all(|pair| pair[0] == pair[1]));
    }
}
