use std::collections::BTreeMap;

use proptest::prelude::*;
use segmentry::bands::{Bands, BandsModel, Better, Closed, Interval, NestedBands, Ties, UNSCORED};
use segmentry::time::Day;

use crate::rfm_data;

fn message<T: std::fmt::Debug>(result: segmentry::Result<T>) -> String {
    result.unwrap_err().to_string()
}

fn counts(scores: &[u16]) -> Vec<usize> {
    let best = scores.iter().copied().max().unwrap_or(0);
    (1..=best).map(|score| scores.iter().filter(|found| **found == score).count()).collect()
}

// ---- published numbers

/// Source: docs/articles/rfm-transaction-level-data.html of rsquaredacademy/rfm; the exact thresholds and counts.
#[test]
fn the_rule_of_r_cuts_the_995_customers_as_published() {
    let Some(rfm) = rfm_data::orders() else { return };
    let bands = Bands::rfm_rule(5);
    let recency = bands.clone().lower_is_better().fit(&rfm.recency, None).unwrap();
    let frequency = bands.fit(&rfm.frequency, None).unwrap();
    let monetary = bands.fit(&rfm.monetary, None).unwrap();
    assert_eq!(recency.cut_points(), [115.0, 181.0, 297.4, 482.0]);
    assert_eq!(frequency.cut_points(), [4.0, 5.0, 6.0, 8.0]);
    assert_eq!(monetary.cut_points(), [255.8, 382.0, 506.4, 666.0]);
    assert_eq!(counts(&recency.scores(&rfm.recency)), [197, 200, 199, 199, 200]);
    assert_eq!(counts(&frequency.scores(&rfm.frequency)), [268, 187, 176, 244, 120]);
    assert_eq!(counts(&monetary.scores(&rfm.monetary)), [200, 200, 198, 202, 195]);
    assert_eq!(recency.sizes(), [200.0, 199.0, 199.0, 200.0, 197.0]);
    assert_eq!(recency.interval(4).unwrap().to_string(), "from 115 to below 181");
    let published = [("Abbey O'Reilly", "343"), ("Add Senger", "412"), ("Aden Lesch", "323"), ("Aden Murphy", "544")];
    for (id, expected) in published {
        let at = rfm.ids.iter().position(|found| found.starts_with(id)).unwrap();
        let score = |model: &BandsModel, values: &[f64]| model.score(values[at]).unwrap();
        let found = [score(&recency, &rfm.recency), score(&frequency, &rfm.frequency), score(&monetary, &rfm.monetary)];
        assert_eq!(found.map(|score| score.to_string()).concat(), expected, "{id}");
    }
}

/// Source: docs/articles/rfm-customer-level-data.html of rsquaredacademy/rfm.
#[cfg(feature = "csv")]
#[test]
fn the_rule_of_r_cuts_the_39999_customers_as_published() {
    let Some(rfm) = rfm_data::customers() else { return };
    let cuts = |values: &[f64]| Bands::rfm_rule(5).fit(values, None).unwrap().cut_points().to_vec();
    assert_eq!(cuts(&rfm.recency), [77.0, 126.0, 177.0, 266.0]);
    assert_eq!(cuts(&rfm.frequency), [8.0, 10.0, 11.0, 13.0]);
    assert_eq!(cuts(&rfm.monetary), [641.0, 827.0, 1003.0, 1226.0]);
}

/// Source: the examples of `pandas.qcut`: `pd.qcut(range(5), 3, labels=["good", "medium", "bad"])` gives good good
/// medium bad bad, `pd.qcut(range(5), 4, labels=False)` gives 0 0 1 2 3.
#[test]
fn quantile_bands_are_those_of_pandas() {
    let values = [0.0, 1.0, 2.0, 3.0, 4.0];
    assert_eq!(Bands::quantiles(3).score_rows(&values, None).unwrap(), [1, 1, 2, 3, 3]);
    assert_eq!(Bands::quantiles(4).score_rows(&values, None).unwrap(), [1, 1, 2, 3, 4]);
}

/// Source: cran/Ckmeans.1d.dp, tests/testthat/test_Ckmeans.1d.dp.R.
#[test]
fn natural_breaks_are_the_clusters_of_ckmeans_1d_dp() {
    let few = [-1.0, 2.0, -1.0, 2.0, 4.0, 5.0, 6.0, -1.0, 2.0, -1.0];
    assert_eq!(Bands::natural_breaks(3).score_rows(&few, None).unwrap(), [1, 2, 1, 2, 3, 3, 3, 1, 2, 1]);
    let ten: Vec<f64> = (1..=10).map(f64::from).collect();
    assert_eq!(Bands::natural_breaks(2).score_rows(&ten, None).unwrap(), [1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
    let long = [-3.0, 2.2, -6.0, 7.0, 9.0, 11.0, -6.3, 75.0, 82.6, 32.3, -9.5, 62.5, 7.0, 95.2];
    let expected = [2, 2, 1, 3, 3, 3, 1, 6, 7, 4, 1, 5, 3, 8];
    assert_eq!(Bands::natural_breaks(8).score_rows(&long, None).unwrap(), expected);
    assert_eq!(Bands::natural_breaks(4).score_rows(&[3.0, 2.0, -5.4, 0.1], None).unwrap(), [4, 3, 1, 2]);
}

// ---- stated behaviour

#[test]
fn ties_leave_fewer_bands_and_scores_keep_their_place() {
    // 60 zeros, then 1 to 40: the first two cut points are 0, the third 0 or just above
    let values: Vec<f64> = (0..100).map(|i| f64::from((i - 59).max(0))).collect();
    let model = Bands::quantiles(5).fit(&values, None).unwrap();
    assert_eq!((model.asked(), model.bands()), (5, 4));
    assert_eq!(model.cut_points()[0], 0.0);
    assert_eq!(model.scores_of_bands(), [1, 3, 4, 5]);
    assert_eq!(model.sizes(), [60.0, 0.0, 20.0, 20.0]);
    assert_eq!(model.interval(2), None);
    // most bought once: R's rule gives 2, 2, 2, 4 as thresholds, so that one order scores 1 and two score 4
    let orders = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0, 3.0, 9.0];
    let model = Bands::rfm_rule(5).fit(&orders, None).unwrap();
    assert_eq!((model.cut_points(), model.scores_of_bands()), (&[2.0, 4.0][..], &[1, 4, 5][..]));
    let model = Bands::rfm_rule(5).lower_is_better().fit(&orders, None).unwrap();
    assert_eq!(model.scores_of_bands(), [5, 2, 1]);
}

#[test]
fn all_equal_values_give_one_band() {
    for bands in [Bands::quantiles(5), Bands::rfm_rule(5), Bands::equal_counts(5), Bands::natural_breaks(5)] {
        let model = bands.fit(&[7.0; 9], None).unwrap();
        assert_eq!((model.bands(), model.asked(), model.score(7.0)), (1, 5, Some(1)), "{bands:?}");
        assert_eq!(model.interval(1).unwrap().to_string(), "any value");
        assert_eq!(model.sizes(), [9.0]);
    }
}

#[test]
fn equal_counts_follow_ntile_of_sql() {
    let ten: Vec<f64> = (0..10).map(f64::from).collect();
    // PostgreSQL: select ntile(4) over (order by x) from generate_series(0, 9) as t(x)
    let expected = [1, 1, 1, 2, 2, 2, 3, 3, 4, 4];
    for ties in [Ties::Lower, Ties::Upper, Ties::Split] {
        assert_eq!(Bands::equal_counts(4).ties(ties).score_rows(&ten, None).unwrap(), expected);
    }
    // order by x desc: the larger bands are again the first, which are now the highest values
    let expected = [4, 4, 3, 3, 2, 2, 2, 1, 1, 1];
    for ties in [Ties::Lower, Ties::Upper, Ties::Split] {
        assert_eq!(Bands::equal_counts(4).ties(ties).lower_is_better().score_rows(&ten, None).unwrap(), expected);
    }
    assert_eq!(Bands::equal_counts(5).score_rows(&[3.0, 1.0, 2.0], None).unwrap(), [3, 1, 2]);
}

#[test]
fn equal_values_on_a_border_go_where_the_policy_says() {
    let values = [1.0, 5.0, 5.0, 5.0, 5.0, 9.0];
    let scores = |ties| Bands::equal_counts(3).ties(ties).score_rows(&values, None).unwrap();
    assert_eq!(scores(Ties::Split), [1, 1, 2, 2, 3, 3]);
    assert_eq!(scores(Ties::Lower), [1, 1, 1, 1, 1, 3]);
    assert_eq!(scores(Ties::Upper), [1, 3, 3, 3, 3, 3]);
    let model = Bands::equal_counts(3).fit(&values, None).unwrap();
    assert_eq!((model.cut_points(), model.scores_of_bands(), model.bands()), (&[9.0][..], &[1, 3][..], 2));
    let model = Bands::equal_counts(3).closed(Closed::Upper).fit(&values, None).unwrap();
    assert_eq!((model.cut_points(), model.score(5.0), model.score(5.1)), (&[5.0][..], Some(1), Some(3)));
}

#[test]
fn a_model_scores_strangers_beyond_the_fit() {
    let model = Bands::at([10.0, 20.0]).fit(&[], None).unwrap();
    let values = [f64::NEG_INFINITY, 9.9, 10.0, 20.0, f64::INFINITY, f64::NAN];
    assert_eq!(model.scores(&values), [1, 1, 2, 3, 3, UNSCORED]);
    assert_eq!(values.map(|value| model.score(value)), [Some(1), Some(1), Some(2), Some(3), Some(3), None]);
    let model = Bands::at([10.0, 20.0]).closed(Closed::Upper).lower_is_better().fit(&[], None).unwrap();
    assert_eq!(model.scores(&values), [3, 3, 3, 2, 1, UNSCORED]);
}

#[test]
fn intervals_read_as_sentences() {
    let texts = |model: &BandsModel| model.intervals().map(|(s, i)| format!("{s}: {i}")).collect::<Vec<_>>();
    let model = Bands::at([12.0, 255.8]).fit(&[], None).unwrap();
    assert_eq!(texts(&model), ["1: below 12", "2: from 12 to below 255.8", "3: 255.8 or more"]);
    let model = Bands::at([12.0, 255.8]).closed(Closed::Upper).lower_is_better().fit(&[], None).unwrap();
    assert_eq!(texts(&model), ["3: up to 12", "2: above 12 up to 255.8", "1: above 255.8"]);
    assert_eq!(model.interval(2), Some(Interval { lower: Some(12.0), upper: Some(255.8), closed: Closed::Upper }));
    assert_eq!(model.interval(4), None);
}

#[test]
fn many_bands_score_as_few_do() {
    let cuts: Vec<f64> = (1..200).map(f64::from).collect();
    for closed in [Closed::Lower, Closed::Upper] {
        let model = Bands::at(cuts.clone()).closed(closed).fit(&[], None).unwrap();
        for value in [0.5, 1.0, 17.0, 17.5, 198.9, 199.0, 500.0] {
            let above = cuts.iter().filter(|cut| if closed == Closed::Lower { value >= **cut } else { value > **cut });
            assert_eq!(model.score(value), Some(1 + above.count() as u16));
        }
    }
}

#[test]
fn natural_breaks_of_fewer_values_spread_over_the_scale() {
    let scores = |n: usize, values: &[f64]| Bands::natural_breaks(n).score_rows(values, None).unwrap();
    assert_eq!(scores(5, &[1.0, 2.0, 2.0]), [1, 5, 5]);
    assert_eq!(scores(5, &[1.0, 2.0, 9.0]), [1, 3, 5]);
    assert_eq!(scores(4, &[1.0, 2.0, 9.0]), [1, 3, 4]);
    let near = [1.0, f64::from_bits(1.0_f64.to_bits() + 1)];
    for closed in [Closed::Lower, Closed::Upper] {
        assert_eq!(Bands::natural_breaks(2).closed(closed).score_rows(&near, None).unwrap(), [1, 2]);
    }
}

#[test]
fn nested_bands_cut_each_cell_anew() {
    let recency = [10.0, 20.0, 30.0, 40.0, 500.0, 510.0, 520.0, 530.0];
    let frequency = [10.0, 20.0, 30.0, 40.0, 1.0, 2.0, 3.0, 4.0];
    let monetary = [1.0, 2.0, 1.0, 2.0, 5.0, 5.0, 5.0, 9.0];
    let half = Bands::quantiles(2);
    let nested = NestedBands::new([half.clone().lower_is_better(), half.clone(), half]);
    let model = nested.fit([&recency, &frequency, &monetary], None).unwrap();
    let scores: Vec<[u16; 3]> =
        (0..8).map(|row| model.score([recency[row], frequency[row], monetary[row]]).unwrap()).collect();
    let expected = [[2, 1, 1], [2, 1, 2], [2, 2, 1], [2, 2, 2], [1, 1, 1], [1, 1, 1], [1, 2, 1], [1, 2, 2]];
    assert_eq!(scores, expected);
    assert_eq!(model.bands_within(1, &[2]).unwrap().cut_points(), [25.0]);
    assert_eq!(model.bands_within(1, &[1]).unwrap().cut_points(), [2.5]);
    assert_eq!(model.bands_within(1, &[3]), None);
    assert_eq!(model.bands_within(1, &[]), None);
    assert_eq!(model.score([f64::NAN, 1.0, 1.0]), None);
    assert_eq!((0..3).map(|measure| model.empty_cells(measure)).collect::<Vec<_>>(), [0, 0, 0]);
}

#[test]
fn a_cell_without_rows_uses_the_cut_points_of_all_rows() {
    let nested = NestedBands::new([Bands::at([10.0, 100.0]), Bands::quantiles(2)]);
    let model = nested.fit([&[1.0, 2.0, 200.0, 300.0], &[1.0, 2.0, 50.0, 60.0]], None).unwrap();
    assert_eq!(model.empty_cells(1), 1);
    assert_eq!(model.bands_within(1, &[2]).unwrap().cut_points(), [26.0]);
    assert_eq!(model.score([50.0, 30.0]), Some([2, 2]));
    assert_eq!(model.score([1.0, 1.6]), Some([1, 2]));
}

#[test]
fn cdnow_customers_fall_into_nested_cells_of_equal_size_but_for_ties() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/cdnow.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let mut customers: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let customer = customers.entry(fields[0]).or_default();
        customer.0 = customer.0.max(fields[1].parse::<Day>().unwrap().days().into());
        customer.1 += fields[3].parse::<f64>().unwrap();
    }
    let (last, spend): (Vec<f64>, Vec<f64>) = customers.into_values().unzip();
    assert_eq!(last.len(), 2357);
    let nested = NestedBands::new([Bands::quantiles(5), Bands::quantiles(5)]);
    let model = nested.fit([&last, &spend], None).unwrap();
    for recency in 1..=5 {
        // in each cell a fifth of its rows, but for the customers who spent the same as one at a cut point
        let mut alike: BTreeMap<u64, f64> = BTreeMap::new();
        let mut sizes = [0.0; 5];
        for (last, spend) in last.iter().zip(&spend) {
            let scores = model.score([*last, *spend]).unwrap();
            if scores[0] == recency {
                sizes[usize::from(scores[1]) - 1] += 1.0;
                *alike.entry(spend.to_bits()).or_default() += 1.0;
            }
        }
        assert_eq!(model.bands_within(1, &[recency]).unwrap().sizes(), sizes);
        let (most_alike, fifth) = (alike.into_values().fold(0.0, f64::max), sizes.iter().sum::<f64>() / 5.0);
        assert!(sizes.iter().all(|size| (size - fifth).abs() <= most_alike), "{sizes:?}, {most_alike} alike");
    }
}

// ---- errors

#[test]
fn wrong_parameters_are_errors_at_fit() {
    let values = [1.0, 2.0, 3.0];
    let say = |bands: Bands| message(bands.fit(&values, None));
    for bands in [Bands::quantiles(1), Bands::rfm_rule(1), Bands::equal_counts(1), Bands::natural_breaks(1)] {
        assert_eq!(say(bands), "`bands` must be a whole number from 2 to 65534, found 1");
    }
    assert_eq!(say(Bands::quantiles(65_535)), "`bands` must be a whole number from 2 to 65534, found 65535");
    assert_eq!(say(Bands::at([])), "`cut_points` must be one number or more, found none");
    assert_eq!(say(Bands::at([2.0, 2.0])), "`cut_points` must be strictly increasing, found 2 before 2");
    assert_eq!(say(Bands::at([3.0, 2.0])), "`cut_points` must be strictly increasing, found 3 before 2");
    assert_eq!(say(Bands::at([f64::NAN])), "`cut_points` must be finite numbers, found NaN");
    let wrong = Bands::rfm_rule(5).closed(Closed::Upper);
    assert_eq!(say(wrong), "`closed` must be `lower` under the rule of R's rfm, found `upper`");
    let wrong = Bands::quantiles(5).ties(Ties::Lower);
    assert_eq!(say(wrong), "`ties` must be left out, as only equal counts choose, found a choice");
    assert_eq!(
        say(Bands::equal_counts(2).ties(Ties::Split)),
        "equal values that are split by order have no cut points: score the rows with `score_rows`, or keep ties \
         together with `lower` or `upper`"
    );
    let split = Bands::equal_counts(2).ties(Ties::Split);
    assert_eq!(
        message(split.score_rows(&values, Some(&[1.0; 3]))),
        "rows with weights cannot be split by order: a row would get two scores"
    );
    assert_eq!(message(split.score_rows(&[], None)), "no values to cut into bands");
    let nested = NestedBands::new([Bands::quantiles(2000), Bands::quantiles(2000), Bands::quantiles(2)]);
    assert_eq!(
        message(nested.fit([&values, &values, &values], None)),
        "`bands` must be at most 1000000 cells, found 4000000 cells"
    );
    let nested = NestedBands::new([Bands::quantiles(2), Bands::quantiles(2)]);
    assert_eq!(message(nested.fit([&values, &values[1..]], None)), "measure 2 has 2 entries, expected 3");
}

#[test]
fn wrong_data_is_an_error_that_names_the_row() {
    let all = [
        Bands::quantiles(3),
        Bands::rfm_rule(3),
        Bands::equal_counts(3),
        Bands::equal_counts(3).ties(Ties::Split),
        Bands::natural_breaks(3),
        Bands::at([1.0]),
    ];
    for bands in all {
        let say = |values: &[f64]| message(bands.score_rows(values, None));
        assert_eq!(say(&[1.0, 2.0, f64::NAN]), "row 2: value is NaN, expected a finite number");
        assert_eq!(say(&[1.0, f64::INFINITY, f64::NAN]), "row 1: value is inf, expected a finite number");
        if bands.fit(&[], None).is_err() && bands != Bands::equal_counts(3).ties(Ties::Split) {
            assert_eq!(say(&[]), "no values to cut into bands");
        }
    }
    let say = |weights: &[f64]| message(Bands::quantiles(3).fit(&[1.0, 2.0, 3.0], Some(weights)));
    assert_eq!(say(&[1.0]), "weights has 1 entries, expected 3");
    assert_eq!(say(&[1.0, -1.0, 1.0]), "row 1: `weight` must be a finite number of rows, 0 or more, found -1");
    assert_eq!(say(&[1.0, 1.0, f64::NAN]), "row 2: `weight` must be a finite number of rows, 0 or more, found NaN");
    assert_eq!(
        say(&[0.2, 0.2, 0.2]),
        "`weights` must be numbers of rows with a sum of at least 1, found a sum of \
        0.6000000000000001"
    );
    let half = Bands::equal_counts(3).fit(&[1.0, 2.0, 3.0], Some(&[1.0, 0.5, 1.0]));
    assert_eq!(message(half), "row 1: `weight` must be a whole number for bands of equal counts, found 0.5");
    let mut far = vec![1.0; 100_000];
    far[70_000] = f64::NAN;
    far[90_000] = f64::NAN;
    let found = message(Bands::quantiles(3).fit(&far, None));
    assert_eq!(found, "row 70000: value is NaN, expected a finite number");
}

#[cfg(feature = "serde")]
#[test]
fn saved_bands_score_the_same_and_wrong_ones_are_refused() {
    let values: Vec<f64> = (0..500).map(|i| f64::from(i * i % 211) / 7.0).collect();
    let model = Bands::quantiles(7).lower_is_better().fit(&values, None).unwrap();
    let text = serde_json::to_string(&model).unwrap();
    let back: BandsModel = serde_json::from_str(&text).unwrap();
    assert_eq!(back, model);
    let load = |text: &str| serde_json::from_str::<BandsModel>(text).unwrap_err().to_string();
    let saved = |cuts: &str, scores: &str, sizes: &str| {
        format!(
            r#"{{"cut_points":{cuts},"scores":{scores},"better":"higher","closed":"lower","asked":3,"sizes":{sizes}}}"#
        )
    };
    assert_eq!(
        load(&saved("[2,1]", "[1,2,3]", "[1,1,1]")),
        "`cut_points` must be strictly increasing, found 2 before 1"
    );
    assert_eq!(load(&saved("[1,2]", "[1,2]", "[1,1,1]")), "scores has 2 entries, expected 3");
    let order = "`scores` must be in the order of the bands and from 1 to 3, found [1, 3, 2]";
    assert_eq!(load(&saved("[1,2]", "[1,3,2]", "[1,1,1]")), order);
    let range = "`scores` must be in the order of the bands and from 1 to 3, found [0, 1, 2]";
    assert_eq!(load(&saved("[1,2]", "[0,1,2]", "[1,1,1]")), range);
    assert_eq!(load(&saved("[1,2]", "[1,2,3]", "[1,1]")), "sizes has 2 entries, expected 3");
    assert_eq!(load(&saved("[1,2]", "[1,2,3]", "[1,1,-1]")), "`sizes` must be finite numbers, 0 or more, found -1");

    let nested = NestedBands::new([Bands::quantiles(2), Bands::at([3.0])]);
    let model = nested.fit([&values, &values], None).unwrap();
    let text = serde_json::to_string(&model).unwrap();
    assert_eq!(serde_json::from_str::<segmentry::bands::NestedBandsModel<2>>(&text).unwrap(), model);
    let wrong = serde_json::from_str::<segmentry::bands::NestedBandsModel<3>>(&text).unwrap_err();
    assert_eq!(wrong.to_string(), "whole has 2 entries, expected 3");

    let recipe = Bands::equal_counts(4).ties(Ties::Upper).lower_is_better();
    let text = serde_json::to_string(&recipe).unwrap();
    assert_eq!(text, r#"{"method":{"equal-counts":4},"better":"lower","ties":"upper"}"#);
    assert_eq!(serde_json::from_str::<Bands>(&text).unwrap(), recipe);
}

// ---- laws

/// The textbook: all starts of the last cluster for each number of values, with the spread from its definition.
fn least_spread_by_trying(points: &[f64], clusters: usize) -> f64 {
    let mut sorted = points.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    let mut cost = vec![vec![f64::INFINITY; n + 1]; clusters + 1];
    cost[0][0] = 0.0;
    for k in 1..=clusters {
        for end in 1..=n {
            for start in 0..end {
                let candidate = cost[k - 1][start] + spread(&sorted[start..end]);
                cost[k][end] = cost[k][end].min(candidate);
            }
        }
    }
    (1..=clusters).map(|k| cost[k][n]).fold(f64::INFINITY, f64::min)
}

/// Every way to cut the sorted values into at most `clusters` runs.
fn least_spread_by_brute_force(points: &[f64], clusters: usize) -> f64 {
    let mut sorted = points.to_vec();
    sorted.sort_by(f64::total_cmp);
    let gaps = sorted.len() - 1;
    (0_u32..1 << gaps)
        .filter(|cuts| (cuts.count_ones() as usize) < clusters)
        .map(|cuts| {
            let mut start = 0;
            let mut total = 0.0;
            for gap in 0..=gaps {
                if gap == gaps || cuts >> gap & 1 == 1 {
                    total += spread(&sorted[start..=gap]);
                    start = gap + 1;
                }
            }
            total
        })
        .fold(f64::INFINITY, f64::min)
}

fn spread(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum()
}

fn spread_of_bands(model: &BandsModel, values: &[f64]) -> f64 {
    let mut bands: BTreeMap<u16, Vec<f64>> = BTreeMap::new();
    for value in values {
        bands.entry(model.score(*value).unwrap()).or_default().push(*value);
    }
    bands.values().map(|values| spread(values)).sum()
}

fn any_bands() -> impl Strategy<Value = Bands> {
    let method = prop_oneof![
        (2_usize..9).prop_map(Bands::quantiles),
        (2_usize..9).prop_map(Bands::rfm_rule),
        (2_usize..9).prop_map(Bands::equal_counts),
        (2_usize..9).prop_map(|n| Bands::equal_counts(n).ties(Ties::Upper)),
        (2_usize..9).prop_map(Bands::natural_breaks),
        Just(Bands::at([-3.0, 0.0, 4.5])),
    ];
    (method, any::<bool>()).prop_map(|(bands, lower)| if lower { bands.lower_is_better() } else { bands })
}

fn any_values() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(prop_oneof![-20.0..20.0, (-4_i32..9).prop_map(f64::from)], 1..80)
}

proptest! {
    #[test]
    fn a_better_value_never_scores_lower(bands in any_bands(), values in any_values(), mut strangers in any_values()) {
        let model = bands.fit(&values, None).unwrap();
        strangers.sort_by(f64::total_cmp);
        let mut scores = model.scores(&strangers);
        if model.better() == Better::Lower {
            scores.reverse();
        }
        prop_assert!(scores.is_sorted());
        prop_assert!(scores.iter().all(|score| (1..=model.asked()).contains(score)));
    }

    #[test]
    fn weights_are_repeated_rows(bands in any_bands(), rows in prop::collection::vec((-9_i32..9, 0_u8..4), 1..50)) {
        let values: Vec<f64> = rows.iter().map(|row| f64::from(row.0) / 2.0).collect();
        let weights: Vec<f64> = rows.iter().map(|row| f64::from(row.1)).collect();
        let repeated: Vec<f64> =
            rows.iter().zip(&values).flat_map(|(row, value)| std::iter::repeat_n(*value, row.1.into())).collect();
        prop_assume!(!repeated.is_empty());
        prop_assert_eq!(bands.fit(&values, Some(&weights)).unwrap(), bands.fit(&repeated, None).unwrap());
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter(bands in any_bands(), values in any_values(), turn in 0_usize..80) {
        let mut turned = values.clone();
        turned.rotate_left(turn % values.len());
        turned.reverse();
        prop_assert_eq!(bands.fit(&values, None).unwrap(), bands.fit(&turned, None).unwrap());
    }

    #[test]
    fn scores_lie_in_their_interval_and_sizes_count_them(bands in any_bands(), values in any_values()) {
        let model = bands.fit(&values, None).unwrap();
        let mut sizes = vec![0.0; model.bands()];
        for value in &values {
            let score = model.score(*value).unwrap();
            let interval = model.interval(score).unwrap();
            let (lower, upper) = (interval.lower.unwrap_or(-1e9), interval.upper.unwrap_or(1e9));
            match interval.closed {
                Closed::Lower => prop_assert!(lower <= *value && *value < upper),
                Closed::Upper => prop_assert!(lower < *value && *value <= upper),
            }
            sizes[model.scores_of_bands().iter().position(|found| *found == score).unwrap()] += 1.0;
        }
        prop_assert_eq!(model.sizes(), sizes);
    }

    #[test]
    fn natural_breaks_have_the_least_spread_there_is(values in any_values(), clusters in 2_usize..7) {
        let model = Bands::natural_breaks(clusters).fit(&values, None).unwrap();
        let (found, least) = (spread_of_bands(&model, &values), least_spread_by_trying(&values, clusters));
        prop_assert!((found - least).abs() <= 1e-9 * (1.0 + least), "{} is not {}", found, least);
    }

    #[test]
    fn natural_breaks_beat_every_way_to_cut(values in prop::collection::vec(-50.0..50.0, 1..11), clusters in 2_usize..6) {
        let model = Bands::natural_breaks(clusters).fit(&values, None).unwrap();
        let (found, least) = (spread_of_bands(&model, &values), least_spread_by_brute_force(&values, clusters));
        prop_assert!((found - least).abs() <= 1e-9 * (1.0 + least), "{} is not {}", found, least);
    }

    #[test]
    fn split_bands_differ_by_one_row(values in any_values(), bands in 2_usize..9) {
        let scores = Bands::equal_counts(bands).ties(Ties::Split).score_rows(&values, None).unwrap();
        let sizes: Vec<usize> = (1..=bands as u16).map(|s| scores.iter().filter(|found| **found == s).count()).collect();
        prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
        prop_assert!(sizes.is_sorted_by(|a, b| a >= b), "the larger bands come first, as in SQL: {:?}", sizes);
        for (a, b) in values.iter().zip(&scores) {
            for (c, d) in values.iter().zip(&scores) {
                prop_assert!(a >= c || b <= d);
            }
        }
    }

    #[test]
    fn ties_lower_and_upper_bound_the_split(values in any_values(), bands in 2_usize..9, lower in any::<bool>()) {
        let recipe = if lower { Bands::equal_counts(bands).lower_is_better() } else { Bands::equal_counts(bands) };
        let scores = |ties| recipe.clone().ties(ties).score_rows(&values, None).unwrap();
        let (low, split, high) = (scores(Ties::Lower), scores(Ties::Split), scores(Ties::Upper));
        for row in 0..values.len() {
            let equal = || (0..values.len()).filter(|other| values[*other] == values[row]);
            prop_assert_eq!(low[row], equal().map(|other| split[other]).min().unwrap());
            prop_assert_eq!(high[row], equal().map(|other| split[other]).max().unwrap());
        }
    }
}
