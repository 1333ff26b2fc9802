use proptest::prelude::*;
use segmentry::concentration::Concentration;

/// Source: help page of `ineq` in the R package ineq: 0.462091130267624, corrected 0.5134346.
#[test]
fn gini_is_that_of_the_r_package_ineq() {
    let incomes = [541.0, 1463.0, 2445.0, 3438.0, 4437.0, 5401.0, 6392.0, 8304.0, 11904.0, 22261.0];
    let found = Concentration::of(&incomes, None).unwrap();
    assert!((found.gini() - 0.462_091_130_267_624).abs() < 1e-14);
    assert!((found.gini_corrected().unwrap() - 0.513_434_6).abs() < 5e-8);
}

#[test]
fn one_who_has_everything_is_as_uneven_as_can_be() {
    let found = Concentration::of(&[0.0, 0.0, 0.0, 8.0], None).unwrap();
    assert_eq!((found.gini(), found.gini_corrected(), found.herfindahl()), (0.75, Some(1.0), 1.0));
    assert_eq!(found.lorenz(), [(0.0, 0.0), (0.75, 0.0), (1.0, 1.0)]);
    assert_eq!((found.top_share(0.25), found.customers_for(1.0)), (1.0, 0.25));
    let even = Concentration::of(&[3.0; 4], None).unwrap();
    assert_eq!((even.gini(), even.herfindahl(), even.top_share(0.3)), (0.0, 0.25, 0.3));
    assert_eq!(Concentration::of(&[5.0], None).unwrap().gini_corrected(), None);
}

#[test]
fn what_has_no_shares_is_an_error_that_names_the_row() {
    let say = |values: &[f64], weights: Option<&[f64]>| Concentration::of(values, weights).unwrap_err().to_string();
    let negative = "row 1: `value` must be 0 or more, or shares are not defined, found -2";
    assert_eq!(say(&[1.0, -2.0], None), negative);
    assert_eq!(say(&[1.0, f64::NAN], None), "row 1: value is NaN, expected a finite number");
    assert_eq!(say(&[0.0, 0.0], None), "shares need values with a finite sum above 0, found 0");
    assert_eq!(say(&[f64::MAX, f64::MAX], None), "shares need values with a finite sum above 0, found an infinite sum");
    assert_eq!(say(&[], None), "no values to share");
    assert_eq!(say(&[1.0], Some(&[0.0])), "no values to share");
    assert_eq!(say(&[1.0], Some(&[])), "weights has 0 entries, expected 1");
    assert_eq!(say(&[1.0], Some(&[-1.0])), "row 0: `weight` must be 0 or more, or shares are not defined, found -1");
}

/// The counts are those of the file; Gini 0.63092 and the share of the best fifth were computed apart, in Python.
#[test]
fn cdnow_spend_is_concentrated_as_computed_apart() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/cdnow.csv");
    let mut spend = std::collections::BTreeMap::<String, f64>::new();
    for line in std::fs::read_to_string(path).unwrap().lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        *spend.entry(fields[0].to_owned()).or_default() += fields[3].parse::<f64>().unwrap();
    }
    let spend: Vec<f64> = spend.into_values().collect();
    assert_eq!(spend.len(), 2357);
    let found = Concentration::of(&spend, None).unwrap();
    assert!((found.gini() - 0.630_917_117_016_241_6).abs() < 1e-12);
    assert!((found.top_share(472.0 / 2357.0) - 0.674_550_171_546_017_3).abs() < 1e-12);
}

/// The textbook: half the mean absolute difference of all pairs, over the mean.
fn gini_of_pairs(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let differences: f64 = values.iter().flat_map(|a| values.iter().map(move |b| (a - b).abs())).sum();
    differences / (2.0 * n * values.iter().sum::<f64>())
}

#[test]
fn customers_without_value_are_not_needed_for_all_of_it() {
    let values = [0.1, 0.7, 0.3, 0.9, 1.1, 0.2, 0.0, 0.0, 0.0, 0.0];
    assert_eq!(Concentration::of(&values, None).unwrap().customers_for(1.0), 0.6);
}

proptest! {
    #[test]
    fn gini_is_half_the_mean_difference_of_pairs(values in prop::collection::vec(0.0..100.0, 1..60)) {
        let found = Concentration::of(&values, None).unwrap();
        prop_assert!((found.gini() - gini_of_pairs(&values)).abs() < 1e-12);
        let points = found.lorenz();
        let area: f64 = points.windows(2).map(|p| (p[1].0 - p[0].0) * (p[1].1 + p[0].1) / 2.0).sum();
        prop_assert!((found.gini() - (1.0 - 2.0 * area)).abs() < 1e-12, "twice the area under the diagonal");
    }

    #[test]
    fn weights_are_repeated_customers(rows in prop::collection::vec((0_u8..9, 0_u8..4), 1..40), share in 0.0..=1.0) {
        let values: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
        let weights: Vec<f64> = rows.iter().map(|row| f64::from(row.1)).collect();
        let repeated: Vec<f64> = rows.iter().flat_map(|row| std::iter::repeat_n(row.0.into(), row.1.into())).collect();
        prop_assume!(repeated.iter().sum::<f64>() > 0.0);
        let (weighted, plain) =
            (Concentration::of(&values, Some(&weights)).unwrap(), Concentration::of(&repeated, None).unwrap());
        prop_assert_eq!(weighted.lorenz(), plain.lorenz());
        prop_assert_eq!(weighted.top_share(share), plain.top_share(share));
        prop_assert!((weighted.gini() - plain.gini()).abs() < 1e-14);
        prop_assert!((weighted.herfindahl() - plain.herfindahl()).abs() < 1e-14);
    }

    #[test]
    fn customers_for_inverts_top_share(values in prop::collection::vec(0.5..100.0, 1..40), share in 0.0..=1.0) {
        let found = Concentration::of(&values, None).unwrap();
        prop_assert!((found.customers_for(found.top_share(share)) - share).abs() < 1e-9);
        prop_assert!(found.top_share(share) >= share - 1e-12, "the best bring at least their share");
    }
}
