//! How many groups: published choices, figures of textbooks and peers, and what must not go wrong.

use ndarray::{Array2, array};
use proptest::prelude::*;
use segmentry::cluster::{AnyMethod, ClusterMethod, KMeans, KMedoids, KModes, Mixture, Points, Start};
use segmentry::evaluate::{Answer, Choice, ChooseK, Criterion, GapRule, Reference};
use segmentry::features::encoding::Meaning;
use segmentry::progress::Progress;

use super::data::columns;

/// Figures of other packages; scripts/references writes them.
pub fn golden(name: &str) -> serde_json::Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

pub fn matrix(value: &serde_json::Value) -> Array2<f64> {
    let rows: Vec<Vec<f64>> = serde_json::from_value(value.clone()).unwrap();
    Array2::from_shape_fn((rows.len(), rows[0].len()), |(row, column)| rows[row][column])
}

#[track_caller]
pub fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance * expected.abs().max(1.0), "{found} is not {expected}");
}

pub fn on_threads<T: Send>(count: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(count).build().unwrap().install(work)
}

/// Rows spread evenly over the unit cube.
pub fn uniform(rows: usize, columns: usize, seed: u64) -> Array2<f64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x2545_F491_4F6C_DD1D);
    Array2::from_shape_simple_fn((rows, columns), || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (state ^ (state >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (mixed >> 11) as f64 / (1_u64 << 53) as f64
    })
}

const IRIS: [&str; 4] = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];

/// A few groups of rows around middles 10 apart.
fn blobs(groups: usize, each: usize, seed: u64) -> Array2<f64> {
    let noise = uniform(groups * each, 4, seed);
    Array2::from_shape_fn((groups * each, 2), |(row, column)| {
        let middle = [[0.0, 0.0], [11.0, 0.0], [5.5, 9.5], [16.5, 9.5]][row % groups][column];
        middle + noise[[row, column]] + noise[[row, column + 2]]
    })
}

fn choose(rows: &Array2<f64>, ks: impl IntoIterator<Item = usize>, criteria: &[Criterion]) -> Choice {
    let recipe = ChooseK::among(ks, |k| KMeans::new(k).restarts(4)).criteria(criteria.iter().copied()).replicates(4);
    recipe.references(8).choose(&Points::new(rows.view())).unwrap()
}

fn values(answer: &Answer) -> Vec<f64> {
    answer.values.iter().filter_map(|one| one.value).collect()
}

/// Numbers A40: the gap of ruspini, uniform box, is largest just before it falls at 4; R's rule of 2001 says 4.
#[test]
fn the_gap_of_ruspini_is_four() {
    let ruspini = matrix(&golden("cluster/medoids")["ruspini"]);
    let points = Points::new(ruspini.view());
    for reference in [Reference::Uniform, Reference::PcaBox] {
        let recipe = ChooseK::among(1..=6, |k| KMeans::new(k).restarts(4)).criteria([Criterion::Gap]);
        let choice = recipe.references(12).reference(reference).choose(&points).unwrap();
        assert_eq!(choice.k(), Some(4), "{choice}");
        let gap = choice.answer(Criterion::Gap).unwrap();
        assert!(gap.value(4) > gap.value(3) && gap.values.iter().all(|one| one.error.is_some_and(|e| e < 0.2)));
        let most = ChooseK::among(1..=6, |k| KMeans::new(k).restarts(4)).criteria([Criterion::Gap]).references(4);
        assert_eq!(most.gap_rule(GapRule::GlobalMaximum).choose(&points).unwrap().k(), Some(4));
    }
}

/// The second law of numbers A40: where nothing is, nothing is found.
#[test]
fn uniform_rows_have_one_group() {
    for seed in 0..4 {
        let rows = uniform(100, 2, seed);
        let choice = choose(&rows, 2..=5, &[Criterion::Gap, Criterion::PredictionStrength]);
        assert_eq!(choice.k(), Some(1), "seed {seed}: {choice}"); // although 1 was not asked for
        assert!(choice.to_string().contains("no groups (k = 1)"), "{choice}");
    }
}

/// The definition of Tibshirani, Walther and Hastie, step by step, on the references that the recipe draws: only W of the
/// rows can be seen from outside, so gaps are held against each other through it.
#[test]
fn the_gap_is_that_of_the_textbook() {
    let rows = blobs(3, 15, 2);
    let choice = choose(&rows, 1..=4, &[Criterion::Gap, Criterion::Elbow]);
    let gap = choice.answer(Criterion::Gap).unwrap();
    let within = values(choice.answer(Criterion::Elbow).unwrap());
    // a reference of our own from other random numbers: its mean log W is near that of the recipe
    let mut logs = [0.0; 4];
    for seed in 0..8 {
        let box_ = uniform(45, 2, 100 + seed);
        let ends = |column: usize| {
            let all = rows.column(column);
            (all.iter().copied().fold(f64::MAX, f64::min), all.iter().copied().fold(f64::MIN, f64::max))
        };
        let drawn = Array2::from_shape_fn((45, 2), |(row, column)| {
            let (low, high) = ends(column);
            low + (high - low) * box_[[row, column]]
        });
        for (k, log) in logs.iter_mut().enumerate() {
            let found = KMeans::new(k + 1).restarts(4).fit_matrix(drawn.view()).unwrap();
            *log += found.model.inertia().ln() / 8.0;
        }
    }
    for (k, one) in gap.values.iter().enumerate() {
        let textbook = logs[k] - within[k].ln();
        let error = one.error.unwrap();
        assert!((one.value.unwrap() - textbook).abs() < 4.0 * error, "k = {}: {textbook}, {one:?}", k + 1);
    }
}

/// Numbers A39: yellowbrick's test data (DistrictDataLabs/yellowbrick tests/test_cluster/test_elbow.py), whose distortions
/// for k of 4 are a local optimum; that of 5 is found by one of 400 random starts.
#[test]
fn distortions_are_those_of_yellowbrick_or_better() {
    let rows = matrix(&golden("evaluate/choose")["yellowbrick"]);
    let recipe = ChooseK::among(2..=5, |k| KMeans::new(k).start(Start::Random).restarts(4_000))
        .criteria([Criterion::Elbow])
        .replicates(0);
    let choice = recipe.choose(&Points::new(rows.view())).unwrap();
    assert!(choice.answers[0].support.is_empty());
    let found = values(choice.answer(Criterion::Elbow).unwrap());
    near(found[0], 69.100_065_141_429_41, 1e-12);
    for (found, theirs) in found[1..].iter().zip([54.081_571_290_449_94, 44.491_830_981_793_6, 33.998_879_932_544_33]) {
        assert!(*found <= theirs * (1.0 + 1e-12), "{found} > {theirs}");
    }
}

/// Curves with the knee that kneed 0.8.5 finds; scripts/references/choose.py.
#[test]
fn knees_are_those_of_kneed() {
    for case in golden("evaluate/choose")["knees"].as_array().unwrap() {
        let heights: Vec<f64> = serde_json::from_value(case["curve"].clone()).unwrap();
        // their first point, of a curve that bends the other way, is no knee
        let theirs = case["knee"].as_u64().map(|k| k as usize).filter(|k| *k > 1);
        let ours = segmentry::evaluate::knee(&(1..=heights.len()).collect::<Vec<_>>(), &heights);
        assert_eq!(ours.map(|(k, _)| k), theirs, "{heights:?}");
    }
}

#[test]
fn the_elbow_says_how_sure_it_is_and_where_there_is_none() {
    let choice = choose(&blobs(3, 20, 1), 1..=8, &[Criterion::Elbow]);
    let elbow = choice.answer(Criterion::Elbow).unwrap();
    assert_eq!(elbow.pick, Some(3), "{choice}");
    let sure = elbow.support.iter().find(|one| one.k == Some(3)).unwrap();
    assert!(sure.share >= 0.5 && elbow.support.iter().map(|one| one.share).sum::<f64>() > 0.999);
    assert!(elbow.values.iter().all(|one| one.interval.is_some_and(|(low, high)| low <= high)));
    // uniform rows bend too, as 1/k
    let choice = choose(&uniform(150, 2, 3), 1..=8, &[Criterion::Elbow]);
    assert_eq!(choice.k(), None, "{choice}");
    assert!(choice.verdict().contains("No criterion"));
    let few = choose(&uniform(20, 2, 3), [1, 2], &[Criterion::Elbow]);
    assert!(few.answer(Criterion::Elbow).unwrap().why.contains("fewer than 3 points"));
}

/// Numbers A26: BIC of full mixtures of iris is 574.018 at 2 and 580.839 at 3.
#[test]
fn a_mixture_of_iris_has_two_by_its_bic() {
    let Some(rows) = columns("iris.csv", &IRIS) else { return };
    let recipe = ChooseK::among(1..=3, |k| Mixture::new(k).restarts(2));
    let recipe = recipe.criteria([Criterion::Bic, Criterion::Aic, Criterion::Icl]);
    let choice = recipe.choose(&Points::new(rows.view())).unwrap();
    let bic = choice.answer(Criterion::Bic).unwrap();
    assert_eq!(bic.pick, Some(2), "{choice}");
    near(bic.value(2).unwrap(), 574.018, 1e-5);
    near(bic.value(3).unwrap(), 580.839, 1e-5);
}

/// Numbers A32 and A34: the best k by the silhouette, the elbow of the mall at 5, and the figures beside it (CH and DB of iris by scikit-learn 1.9).
#[test]
fn silhouettes_of_iris_and_of_the_mall_pick_the_known_numbers() {
    let criteria = [Criterion::Silhouette, Criterion::CalinskiHarabasz, Criterion::DaviesBouldin, Criterion::Elbow];
    let of = |rows: &Array2<f64>, ks: std::ops::RangeInclusive<usize>| {
        let recipe = ChooseK::among(ks, |k| KMeans::new(k).restarts(20)).criteria(criteria).replicates(0);
        recipe.choose(&Points::new(rows.view())).unwrap()
    };
    let Some(rows) = columns("iris.csv", &IRIS) else { return };
    let iris = of(&rows, 2..=6);
    for (criterion, published, pick) in [
        (Criterion::Silhouette, [0.681_046, 0.552_819, 0.498_051, 0.488_749, 0.364_834], 2),
        (Criterion::CalinskiHarabasz, [513.925, 561.628, 530.766, 495.541, 473.851], 3),
        (Criterion::DaviesBouldin, [0.404_293, 0.661_972, 0.780_307, 0.805_965, 0.914_158], 2),
    ] {
        let answer = iris.answer(criterion).unwrap();
        // of 6 groups there are several divisions nearly as good
        values(answer).iter().zip(published).take(4).for_each(|(found, published)| near(*found, published, 1e-4));
        assert_eq!(answer.pick, Some(pick), "{iris}");
    }
    assert_eq!(iris.cast(), iris.votes.iter().map(|vote| vote.criteria.len()).sum::<usize>());
    let Some(rows) = columns("mall_customers.csv", &["Annual Income (k$)", "Spending Score (1-100)"]) else { return };
    let mall = of(&rows, 2..=8);
    assert_eq!(mall.answer(Criterion::Elbow).unwrap().pick, Some(5), "{mall}");
    let silhouette = mall.answer(Criterion::Silhouette).unwrap();
    assert_eq!(silhouette.pick, Some(5), "{mall}");
    let published = [0.296_897, 0.467_614, 0.493_196, 0.553_932, 0.539_761, 0.526_428, 0.458_513];
    values(silhouette).iter().zip(published).for_each(|(found, published)| near(*found, published, 5e-3));
    near(silhouette.value(5).unwrap(), 0.553_932, 1e-5);
}

/// The formula in its documentation, written again.
#[test]
fn the_spherical_bic_is_its_formula() {
    let rows = blobs(3, 12, 5);
    let choice = choose(&rows, 2..=4, &[Criterion::SphericalBic]);
    let answer = choice.answer(Criterion::SphericalBic).unwrap();
    assert_eq!(answer.pick, Some(3));
    for k in 2..=4 {
        let found = KMeans::new(k).restarts(4).fit_matrix(rows.view()).unwrap();
        let (n, d) = (36.0_f64, 2.0_f64);
        let spread = found.model.inertia() / (d * (n - k as f64));
        let mut likelihood = 0.0;
        for (row, label) in rows.rows().into_iter().zip(&found.labels) {
            let label = label.unwrap() as usize;
            let mean = found.model.centroids();
            let far: f64 = row.iter().zip(mean.row(label)).map(|(x, m)| (x - m).powi(2)).sum();
            let size = found.labels.iter().filter(|one| **one == Some(label as u32)).count() as f64;
            likelihood += (size / n).ln() - d / 2.0 * (2.0 * std::f64::consts::PI * spread).ln() - far / (2.0 * spread);
        }
        let parameters = k as f64 * (d + 1.0);
        near(answer.value(k).unwrap(), -2.0 * likelihood + parameters * n.ln(), 1e-10);
    }
}

/// Hartigan's and Krzanowski and Lai's formulas on W as it is printed.
#[test]
fn criteria_of_successive_k_are_their_formulas() {
    let rows = blobs(4, 12, 9);
    let choice = choose(&rows, 1..=6, &[Criterion::Elbow, Criterion::Hartigan, Criterion::KrzanowskiLai]);
    let w = values(choice.answer(Criterion::Elbow).unwrap());
    let hartigan = choice.answer(Criterion::Hartigan).unwrap();
    let kl = choice.answer(Criterion::KrzanowskiLai).unwrap();
    let fall = |k: usize| (k - 1) as f64 * w[k - 2] - k as f64 * w[k - 1]; // d = 2
    for k in 1..=5 {
        near(hartigan.value(k).unwrap(), (w[k - 1] / w[k] - 1.0) * (48.0 - k as f64 - 1.0), 1e-9);
        if k > 1 {
            near(kl.value(k).unwrap(), (fall(k) / fall(k + 1)).abs(), 1e-9);
        }
    }
    assert_eq!((hartigan.value(6), kl.value(6)), (None, None));
    assert_eq!(kl.pick, Some(4), "{choice}");
    // numbers that do not follow each other
    let choice = choose(&rows, [2, 4, 6], &[Criterion::KrzanowskiLai]);
    assert!(choice.answer(Criterion::KrzanowskiLai).unwrap().why.starts_with("not defined"), "{choice}");
}

/// Numbers A42: PS(1) is 1; far groups are found again, too many are not.
#[test]
fn prediction_strength_is_one_for_one_and_falls_beyond_the_truth() {
    let choice = choose(&blobs(3, 20, 4), 1..=5, &[Criterion::PredictionStrength]);
    let answer = choice.answer(Criterion::PredictionStrength).unwrap();
    assert_eq!(answer.value(1), Some(1.0));
    assert_eq!((answer.value(3), answer.pick), (Some(1.0), Some(3)), "{choice}");
    assert!(answer.value(5).unwrap() < 0.8);
}

#[test]
fn stability_and_consensus_find_what_comes_back() {
    let choice = choose(&blobs(3, 20, 8), 2..=5, &[Criterion::Stability, Criterion::Consensus]);
    assert_eq!((choice.k(), choice.agreement(), choice.disagreement()), (Some(3), 1.0, 0.0), "{choice}");
    assert_eq!(choice.answer(Criterion::Stability).unwrap().value(3), Some(1.0));
    assert_eq!(choice.answer(Criterion::Consensus).unwrap().value(3), Some(0.0));
    assert!(choice.verdict().starts_with("2 of 2 votes are for 3 groups"), "{choice}");
}

#[test]
fn order_of_numbers_and_criteria_and_threads_change_nothing() {
    let rows = blobs(3, 12, 6);
    let criteria = [Criterion::Elbow, Criterion::Gap, Criterion::PredictionStrength, Criterion::Stability];
    let forth = on_threads(1, || choose(&rows, [2, 3, 4], &criteria));
    let back = criteria.iter().rev().copied().collect::<Vec<_>>();
    for threads in [2, 7] {
        let other = on_threads(threads, || choose(&rows, [4, 2, 3], &back));
        assert_eq!(serde_json::to_string(&forth).unwrap(), serde_json::to_string(&other).unwrap());
        assert_eq!(forth.to_string(), other.to_string());
    }
}

#[test]
fn fewer_distinct_rows_than_groups_is_said() {
    let rows = Array2::from_shape_fn((12, 1), |(row, _)| (row % 3) as f64);
    let all = Criterion::ALL;
    let choice = ChooseK::among(2..=6, |k| KMeans::new(k).restarts(2)).criteria(all).replicates(2).references(2);
    let choice = choice.choose(&Points::new(rows.view())).unwrap();
    assert_eq!(choice.candidates.iter().map(|one| one.groups).collect::<Vec<_>>(), [2, 3, 3, 3, 3]);
    assert!(choice.votes.iter().all(|vote| vote.k <= 3), "{choice}");
    assert!(choice.to_string().contains("k = 5: 3 groups found"), "{choice}");
}

#[test]
fn rows_without_difference_have_no_number() {
    for rows in [array![[5.0, 5.0], [5.0, 5.0], [5.0, 5.0], [5.0, 5.0]], array![[1.0]], array![[1.0], [2.0]]] {
        let recipe = ChooseK::among([1, 2, 3], |k| KMeans::new(k).restarts(2)).criteria(Criterion::ALL);
        let choice = recipe.replicates(2).references(2).choose(&Points::new(rows.view())).unwrap();
        for answer in &choice.answers {
            assert!(!answer.why.is_empty());
            assert!(answer.values.iter().all(|one| one.value.is_some() || one.note.is_some()), "{answer:?}");
            assert!(answer.pick.is_none_or(|k| k <= rows.nrows()), "{answer:?}");
        }
        assert!(!choice.to_string().contains("NaN") && !choice.to_string().contains("inf"), "{choice}");
    }
}

#[test]
fn numbers_of_any_size_are_the_same_groups() {
    for unit in [1e-200, 1.0, 1e100] {
        let rows = blobs(3, 12, 7).mapv(|x| x * unit);
        let criteria = [Criterion::Elbow, Criterion::Gap, Criterion::SphericalBic, Criterion::KrzanowskiLai];
        let recipe = ChooseK::among(2..=5, |k| KMeans::new(k).restarts(4)).criteria(criteria).replicates(2);
        let recipe = recipe.references(8).gap_rule(GapRule::GlobalWithinError);
        let choice = recipe.choose(&Points::new(rows.view())).unwrap();
        assert_eq!((choice.k(), choice.agreement()), (Some(3), 1.0), "{unit:e}: {choice}");
        let first = recipe.gap_rule(GapRule::FirstWithinError).choose(&Points::new(rows.view())).unwrap();
        let why = &first.answer(Criterion::Gap).unwrap().why;
        assert!(
            first.answer(Criterion::Gap).unwrap().pick == Some(3) || why.contains("that of 3 is far larger"),
            "{why}"
        );
    }
}

#[test]
fn categories_are_judged_by_what_needs_no_means() {
    let rows =
        Array2::from_shape_fn((40, 3), |(row, column)| if column == 2 { (row % 2) as f64 } else { (row % 4) as f64 });
    let meanings = [Meaning::Category; 3];
    let points = Points::new(rows.view()).meanings(&meanings);
    let recipe = ChooseK::among(2..=6, KModes::new).criteria([Criterion::Elbow, Criterion::Gap, Criterion::Stability]);
    let choice = recipe.replicates(3).choose(&points).unwrap();
    assert!(choice.answer(Criterion::Gap).unwrap().why.contains("numbers without categories"), "{choice}");
    let stability = choice.answer(Criterion::Stability).unwrap();
    assert!(stability.value(4) == Some(1.0) && stability.pick.is_some_and(|k| k <= 4), "{choice}");
    assert!(choice.to_string().contains("k = 6: 4 groups found"), "{choice}");
}

#[test]
fn methods_may_be_of_any_kind_and_weights_of_zero_are_no_rows() {
    let rows = blobs(3, 10, 3);
    let methods = [2, 3, 4, 5, 6].map(|k| -> (usize, AnyMethod) {
        (k, if k == 3 { KMedoids::new(k).into() } else { KMeans::new(k).restarts(3).into() })
    });
    let mut far = rows.clone();
    far.row_mut(0).fill(1e6);
    let mut weights = vec![1.0; 30];
    weights[0] = 0.0;
    let recipe = ChooseK::of(methods).criteria([Criterion::Elbow, Criterion::PredictionStrength]).replicates(3);
    let choice = recipe.choose(&Points::new(far.view()).weights(&weights)).unwrap();
    assert_eq!((choice.rows, choice.k()), (29, Some(3)), "{choice}");
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let rows = array![[1.0], [2.0], [9.0]];
    let points = Points::new(rows.view());
    let refused = |recipe: ChooseK| recipe.choose(&points).unwrap_err().to_string();
    let among = |ks: &[usize]| ChooseK::among(ks.iter().copied(), KMeans::new);
    assert_eq!(refused(among(&[])), "no numbers of groups to choose among");
    assert!(refused(among(&[2, 0])).contains("`k`"), "{}", refused(among(&[2, 0])));
    assert!(refused(among(&[2, 3, 2])).contains("2 twice"));
    assert!(refused(among(&[2]).criteria([])).contains("no criteria"));
    assert!(refused(among(&[2]).confidence(1.0)).contains("confidence"));
    assert!(refused(among(&[2]).references(0)).contains("references"));
    let bad = array![[1.0], [f64::NAN]];
    assert!(among(&[2]).choose(&Points::new(bad.view())).unwrap_err().to_string().contains("NaN"));
    let without = among(&[2]).replicates(0).criteria([Criterion::Stability]).choose(&points).unwrap();
    assert!(without.answers[0].why.contains("without replicates"));
}

#[test]
fn it_can_be_stopped() {
    let rows = blobs(3, 10, 3);
    let most = std::sync::atomic::AtomicU64::new(0);
    let stop = |step: segmentry::progress::Step<'_>| {
        most.fetch_max(step.total, std::sync::atomic::Ordering::Relaxed);
        if step.done < 9 { std::ops::ControlFlow::Continue(()) } else { std::ops::ControlFlow::Break(()) }
    };
    let error = ChooseK::among(2..=4, KMeans::new).choose_with(&Points::new(rows.view()), &Progress::new(&stop));
    let text = error.unwrap_err().to_string();
    let total = most.into_inner();
    assert!(text.starts_with("cancelled after") && text.ends_with(&format!("of {total} fits")), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// Moved and stretched rows are the same groups, and every vote is for a k that was looked at.
    #[test]
    fn moving_and_stretching_change_no_pick(seed in 0_u64..1000, shift in -50_i32..50, power in -3_i32..4) {
        let rows = blobs(2, 8, seed);
        let moved = rows.mapv(|x| (x + f64::from(shift)) * 2_f64.powi(power));
        let criteria = [Criterion::Gap, Criterion::Elbow, Criterion::KrzanowskiLai, Criterion::SphericalBic];
        let (a, b) = (choose(&rows, 1..=4, &criteria), choose(&moved, 1..=4, &criteria));
        let picks = |choice: &Choice| choice.answers.iter().map(|answer| answer.pick).collect::<Vec<_>>();
        prop_assert_eq!(picks(&a), picks(&b));
        prop_assert!(a.votes.iter().all(|vote| (1..=4).contains(&vote.k)));
        prop_assert_eq!(a.cast(), a.answers.iter().filter(|answer| answer.pick.is_some()).count());
    }
}
