//! Figures of agreement beside published ones, scikit-learn, SciPy, R, and loops over all pairs of rows.

use proptest::prelude::*;
use segmentry::customer::Customers;
use segmentry::evaluate::{
    Agreement as A, Agreements, Contingency, Matching, PairCounts, Partition, Redundancy, best_jaccard,
};
use segmentry::segment::Label;
use segmentry::segmentation::Segmentation;

/// The linear congruential generator of the reference scripts.
fn noise(seed: u64, count: usize) -> Vec<u32> {
    let mut state = seed;
    let mut next = || {
        state = (1_664_525 * state + 1_013_904_223) % (1 << 32);
        (state >> 16) as u32
    };
    (0..count).map(|_| next()).collect()
}

fn table(first: &[u32], second: &[u32]) -> Contingency {
    let (a, b) = (Partition::of(first).unwrap(), Partition::of(second).unwrap());
    Contingency::new(&a, &b).unwrap()
}

fn close(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((found - expected).abs() <= tolerance, "{what}: {found}, expected {expected}");
}

/// Numbers of scikit-learn 1.9.1 for its own example, and as its documents print them.
#[test]
fn the_example_of_scikit_learn() {
    let table = table(&[0, 0, 0, 1, 1, 1], &[0, 0, 1, 1, 2, 2]);
    let published = [
        (A::Rand, 0.6666667),
        (A::AdjustedRand, 0.2424242),
        (A::MutualInformation, 0.4620981),
        (A::NmiArithmetic, 0.5158037),
        (A::AmiArithmetic, 0.2987925),
        (A::AmiMax, 0.2250423),
        (A::Homogeneity, 0.6666667),
        (A::Completeness, 0.4206198),
        (A::VMeasure, 0.5158037),
        (A::FowlkesMallows, 0.4714045),
    ];
    for (figure, value) in published {
        close(figure.of(&table).unwrap(), value, 5e-8, figure.name());
    }
    assert_eq!(table.pairs().confusion(), [[16, 2], [8, 4]]);
    assert_eq!(table.pairs(), PairCounts { both: 2, first: 4, second: 1, neither: 8 });
}

fn golden() -> Vec<serde_json::Value> {
    serde_json::from_str(include_str!("../../golden/evaluate/agreement.json")).unwrap()
}

/// The divisions of a case, as scripts/references/agreement.py makes them.
fn divisions(number: usize, case: &serde_json::Value) -> (Vec<u32>, Vec<u32>) {
    let whole = |value: &serde_json::Value| value.as_u64().unwrap() as u32;
    let (n, k1, k2) = (whole(&case["n"]), whole(&case["k"][0]), whole(&case["k"][1]));
    let draws = noise(number as u64 + 1, 3 * n as usize);
    let (one, rest) = draws.split_at(n as usize);
    let (two, three) = rest.split_at(n as usize);
    let first: Vec<u32> = if k1 < n { one.iter().map(|x| x % k1).collect() } else { (0..n).collect() };
    let follows = |at: usize| three[at] % 100 < 13 * (number as u32 % 8);
    let second = (0..n as usize).map(|at| if follows(at) { first[at] % k2 } else { two[at] % k2 }).collect();
    (first, second)
}

#[test]
fn scikit_learn_agrees_to_a_billionth_of_a_thousandth() {
    let mut seen = 0;
    for (number, case) in golden().iter().enumerate() {
        let (first, second) = divisions(number, case);
        let table = table(&first, &second);
        let confusion: Vec<Vec<u128>> = serde_json::from_value(case["confusion"].clone()).unwrap();
        assert_eq!(table.pairs().confusion().map(Vec::from).to_vec(), confusion);
        assert_eq!(Matching::of(&table).unwrap().matched(), case["overlap"].as_u64().unwrap());
        close(table.v_measure(0.5).unwrap(), case["v_half"].as_f64().unwrap(), 1e-12, "V");
        for figure in A::ALL {
            let Some(theirs) = case.get(figure.name()).and_then(serde_json::Value::as_f64) else { continue };
            let Ok(ours) = figure.of(&table) else {
                assert_eq!((figure, case["n"] == case["k"][0]), (A::AmiMin, true), "only 0 / 0 is not defined");
                continue;
            };
            let what = format!("case {number}, {figure}");
            match case.get(figure.name().replace("ami", "exact")).and_then(serde_json::Value::as_f64) {
                // where scikit-learn's own rounding is larger than that, 50 digits decide
                Some(exact) if figure.name().starts_with("ami") => {
                    close(ours, exact, 1e-13, &what);
                    close(theirs, exact, 1e-11, &what);
                    seen += usize::from((theirs - exact).abs() < 9e-13);
                    assert!((theirs - exact).abs() >= 9e-13 || (ours - theirs).abs() < 1e-12, "{what}");
                }
                _ => close(ours, theirs, 1e-12, &what),
            }
        }
    }
    assert!(seen > 70, "adjusted information was compared {seen} times");
}

/// R 4.2: fpc 2.2-10 `cluster.stats` (corrected.rand, vi), mclust 6.0.0 `adjustedRandIndex`, clue 0.3-64 `solve_LSAP`.
#[test]
fn r_agrees() {
    let published = [
        (1, 150, (3, 4), 0.20336095883930408, 1.9522002565417498, 90),
        (2, 777, (20, 20), 0.24684043259109195, 3.6629525067681907, 405),
        (3, 100, (2, 7), 0.26133165937919395, 1.838122978610487, 59),
    ];
    for (seed, n, (k1, k2), rand, variation, overlap) in published {
        let draws = noise(seed, 3 * n);
        let first: Vec<u32> = draws[..n].iter().map(|x| x % k1).collect();
        let mixed = |at: usize| if draws[2 * n + at] % 100 < 50 { first[at] % k2 } else { draws[n + at] % k2 };
        let table = table(&first, &(0..n).map(mixed).collect::<Vec<_>>());
        close(table.adjusted_rand(), rand, 1e-13, "corrected.rand");
        close(A::VariationOfInformation.of(&table).unwrap(), variation, 1e-12, "vi");
        assert_eq!(Matching::of(&table).unwrap().matched(), overlap);
    }
}

/// clusterCrit's values of two divisions of 100 rows; its data were not to be had, so these are two that have the same
/// numbers of pairs: every value but McNemar's follows from those it was found by.
#[test]
fn divisions_with_the_pairs_of_cluster_crit_have_its_values() {
    let sizes = [[26, 13, 13], [14, 16, 18]];
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for (a, row) in sizes.iter().enumerate() {
        for (b, count) in row.iter().enumerate() {
            first.extend(std::iter::repeat_n(a as u32, *count));
            second.extend(std::iter::repeat_n(b as u32, *count));
        }
    }
    let table = table(&first, &second);
    assert_eq!(table.pairs(), PairCounts { both: 845, first: 1609, second: 806, neither: 1690 });
    close(A::Hubert.of(&table).unwrap(), 0.022714141794819, 1e-8, "Hubert");
    close(A::McNemar.of(&table).unwrap(), 17.6941604614258, 1e-5, "McNemar");
}

/// What a loop over all pairs of rows counts.
fn pairs(first: &[u32], second: &[u32]) -> PairCounts {
    let mut counts = PairCounts { both: 0, first: 0, second: 0, neither: 0 };
    for i in 0..first.len() {
        for j in 0..i {
            match (first[i] == first[j], second[i] == second[j]) {
                (true, true) => counts.both += 1,
                (true, false) => counts.first += 1,
                (false, true) => counts.second += 1,
                (false, false) => counts.neither += 1,
            }
        }
    }
    counts
}

fn rows_of(labels: &[u32], group: u32) -> Vec<usize> {
    (0..labels.len()).filter(|row| labels[*row] == group).collect()
}

fn names(labels: &[u32]) -> Vec<u32> {
    let mut names = labels.to_vec();
    names.sort_unstable();
    names.dedup();
    names
}

fn shared(a: &[usize], b: &[usize]) -> f64 {
    a.iter().filter(|row| b.contains(row)).count() as f64
}

/// Every figure as its definition reads, with sets of rows and loops over pairs; no table.
fn textbook(figure: A, first: &[u32], second: &[u32]) -> f64 {
    let n = first.len() as f64;
    let counts = pairs(first, second);
    let [a, b, c, d] = [counts.both, counts.first, counts.second, counts.neither].map(|count| count as f64);
    let all = a + b + c + d;
    let product = (a + b) * (a + c) * (b + d) * (c + d);
    let one: Vec<Vec<usize>> = names(first).iter().map(|name| rows_of(first, *name)).collect();
    let two: Vec<Vec<usize>> = names(second).iter().map(|name| rows_of(second, *name)).collect();
    let log = |p: f64| if p > 0.0 { p * p.ln() } else { 0.0 };
    let entropy = |groups: &[Vec<usize>]| -groups.iter().map(|rows| log(rows.len() as f64 / n)).sum::<f64>();
    let joint = -one.iter().flat_map(|a| two.iter().map(move |b| log(shared(a, b) / n))).sum::<f64>();
    let (h1, h2) = (entropy(&one), entropy(&two));
    let mutual = h1 + h2 - joint;
    let most = |of: &[Vec<usize>], among: &[Vec<usize>]| -> f64 {
        of.iter().map(|a| among.iter().map(|b| shared(a, b)).fold(0.0, f64::max)).sum::<f64>() / n
    };
    let expected = (a + b) * (a + c) / all;
    match figure {
        A::Rand => (a + d) / all,
        A::AdjustedRand => (a - expected) / ((a + b + a + c) / 2.0 - expected),
        A::FowlkesMallows => a / ((a + b) * (a + c)).sqrt(),
        A::Jaccard => a / (a + b + c),
        A::Dice => 2.0 * a / (2.0 * a + b + c),
        A::Kulczynski => (a / (a + b) + a / (a + c)) / 2.0,
        A::Precision => a / (a + c),
        A::Recall => a / (a + b),
        A::RogersTanimoto => (a + d) / (a + d + 2.0 * (b + c)),
        A::RusselRao => a / all,
        A::SokalSneath1 => a / (a + 2.0 * (b + c)),
        A::SokalSneath2 => (a + d) / (a + d + (b + c) / 2.0),
        A::Hubert => (all * a - (a + b) * (a + c)) / product.sqrt(),
        A::Phi => (a * d - b * c) / product,
        A::McNemar => (d - c) / (d + c).sqrt(),
        A::MutualInformation => mutual,
        A::NmiArithmetic | A::VMeasure => mutual / ((h1 + h2) / 2.0),
        A::NmiGeometric => mutual / (h1 * h2).sqrt(),
        A::NmiMin => mutual / h1.min(h2),
        A::NmiMax => mutual / h1.max(h2),
        A::NmiJoint => mutual / joint,
        A::Homogeneity => mutual / h1,
        A::Completeness => mutual / h2,
        A::VariationOfInformation => 2.0 * joint - h1 - h2,
        A::NormalizedVariation => (2.0 * joint - h1 - h2) / n.ln(),
        A::Purity => most(&two, &one),
        A::InversePurity => most(&one, &two),
        A::VanDongen => 1.0 - (most(&one, &two) + most(&two, &one)) / 2.0,
        A::FMeasure => {
            let f = |a: &[usize], b: &[usize]| 2.0 * shared(a, b) / (a.len() + b.len()) as f64;
            let best = |a: &[usize]| two.iter().map(|b| f(a, b)).fold(0.0, f64::max);
            one.iter().map(|a| a.len() as f64 / n * best(a)).sum()
        }
        A::Matched => most_matched(&one, &two, 0, 0) / n,
        // by the mean over all orders of rows, which is held against that in the source itself
        _ => f64::NAN,
    }
}

/// The largest overlap over all ways to match groups.
fn most_matched(one: &[Vec<usize>], two: &[Vec<usize>], group: usize, taken: u32) -> f64 {
    if group == one.len() {
        return 0.0;
    }
    let free = (0..two.len()).filter(|b| taken >> b & 1 == 0);
    let matched = free.map(|b| shared(&one[group], &two[b]) + most_matched(one, two, group + 1, taken | 1 << b));
    matched.fold(most_matched(one, two, group + 1, taken), f64::max)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn every_figure_is_what_its_definition_reads(
        rows in proptest::collection::vec((0_u32..6, 0_u32..5), 1..40)
    ) {
        let (first, second): (Vec<u32>, Vec<u32>) = rows.into_iter().unzip();
        let table = table(&first, &second);
        prop_assert_eq!(table.pairs(), pairs(&first, &second));
        for figure in A::ALL {
            let expected = textbook(figure, &first, &second);
            if let Ok(found) = figure.of(&table)
                && expected.is_finite()
            {
                prop_assert!((found - expected).abs() < 1e-12, "{}: {}, expected {}", figure, found, expected);
            }
        }
        let one: Vec<Vec<usize>> = names(&first).iter().map(|name| rows_of(&first, *name)).collect();
        let two: Vec<Vec<usize>> = names(&second).iter().map(|name| rows_of(&second, *name)).collect();
        for (rows, (group, jaccard)) in one.iter().zip(best_jaccard(&table)) {
            let of = |b: &Vec<usize>| shared(rows, b) / ((rows.len() + b.len()) as f64 - shared(rows, b));
            prop_assert_eq!(jaccard, two.iter().map(of).fold(0.0, f64::max));
            prop_assert_eq!(two.iter().position(|b| of(b) == jaccard), Some(group));
        }
    }
}

#[test]
fn a_refit_gets_the_old_numbers_and_new_groups_get_new_ones() {
    let old = Partition::of([0, 0, 0, 0, 1, 1, 1, 2, 2, 2]).unwrap();
    let labels = [Some(9), Some(9), Some(9), Some(7), Some(1), Some(1), None, Some(4), Some(7), Some(7)];
    let new = Partition::new(&labels).unwrap(); // groups 0 to 3 were called 1, 4, 7, 9
    let table = Contingency::new(&old, &new).unwrap();
    let matching = Matching::of(&table).unwrap();
    let found: Vec<_> = matching.matches().iter().map(|pair| (pair.first, pair.second, pair.rows)).collect();
    assert_eq!(found, [(0, 3, 3), (1, 0, 2), (2, 2, 2)]);
    assert_eq!((matching.only_first(), matching.only_second()), (&[][..], &[1][..]));
    assert_eq!((matching.partner(3), matching.partner(1)), (Some(0), None));
    let renamed = [0, 0, 0, 2, 1, 1, u32::MAX, 3, 2, 2].map(|name| Some(name).filter(|name| *name < 9));
    assert_eq!(matching.relabel(&new).unwrap(), renamed);
    assert_eq!((table.left_out(), matching.share()), (1, 7.0 / 9.0));
    assert!(matching.relabel(&old).unwrap_err().to_string().contains("expected 4"));
    let best = matching.matches()[2];
    assert_eq!((best.of_first, best.of_second, best.jaccard), (2.0 / 3.0, 2.0 / 3.0, 0.5));
    let fewer = Matching::of(&table.transposed()).unwrap();
    assert_eq!((fewer.matched(), fewer.only_first(), fewer.only_second()), (7, &[1][..], &[][..]));
}

#[test]
fn groups_without_a_common_row_are_not_matched() {
    let a = Partition::new(&[Some(0), Some(1), None]).unwrap();
    let b = Partition::new(&[Some(0), Some(0), Some(1)]).unwrap();
    let matching = Matching::of(&Contingency::new(&a, &b).unwrap()).unwrap();
    assert_eq!((matching.matches().len(), matching.only_first(), matching.only_second()), (1, &[1][..], &[1][..]));
    let printed = "first  second  rows  of first  of second  Jaccard
0      0          1         1        0.5      0.5
1      –
–      1
matched: 50.0 %";
    assert_eq!(matching.to_string(), printed);
}

#[test]
fn segmentations_are_compared_by_name() {
    let customers = Customers::with_ids(["a", "b", "c", "d"]).unwrap();
    let labels = |names: &[&str]| names.iter().map(|name| Label::new(*name)).collect::<Vec<_>>();
    let size = Segmentation::new(&customers, labels(&["small", "large"]), [0, 0, 1, 1].map(Ok)).unwrap();
    let plan = Segmentation::new(&customers, labels(&["free", "trial", "pro"]), [0, 0, 2, 2].map(Ok)).unwrap();
    let table = Contingency::of_segmentations(&size, &plan).unwrap(); // nobody is on trial
    assert_eq!(Redundancy::of(&table), Redundancy { shared: 1.0, adjusted: 1.0, first_known: 1.0, second_known: 1.0 });
    let json = serde_json::to_value(&table).unwrap();
    assert_eq!(json["second_names"], serde_json::json!(["Free", "Pro"]));
    assert_eq!(json["cells"], serde_json::json!([[0, 0, 2], [1, 1, 2]]));
    assert!(Matching::of(&table).unwrap().to_string().contains("Small  Free"));
    assert!(table.transposed().to_string().starts_with("      Small  Large  all\nFree "));
    let others = Customers::with_ids(["a", "b", "c", "e"]).unwrap();
    let other = Segmentation::new(&others, labels(&["small", "large"]), [0, 0, 1, 1].map(Ok)).unwrap();
    let message = Contingency::of_segmentations(&size, &other).unwrap_err().to_string();
    assert_eq!(message, "row 3: not of the same customers: the first segmentation has `d`, the second has `e`");
}

#[test]
fn all_figures_at_once_are_each_by_itself() {
    let table = table(
        &noise(5, 300).iter().map(|x| x % 4).collect::<Vec<_>>(),
        &noise(6, 300).iter().map(|x| x % 9).collect::<Vec<_>>(),
    );
    let all = Agreements::all(&table);
    for (found, figure) in all.figures.iter().zip(A::ALL) {
        assert_eq!((found.figure, found.value, &found.undefined), (figure, figure.of(&table).ok(), &None));
    }
    let json = serde_json::to_value(&all).unwrap();
    assert_eq!(json["figures"][1]["figure"], "adjusted_rand");
    assert_eq!(json["groups"], serde_json::json!([4, 9]));
    assert_eq!(all.to_string().lines().count(), A::ALL.len() + 2);
}
