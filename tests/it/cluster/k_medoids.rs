//! Medoids: beside PAM by definition, R's and Python's figures, real data, hard input.

use ndarray::{Array2, ArrayView2, array};
use proptest::prelude::*;
use segmentry::cluster::{
    Clara, ClusterMethod, ClusterModel, Distance, Distances, KMedoids, MedoidStart, Points, SilhouetteMedoids, Swap,
};
use segmentry::features::encoding::Meaning;
use segmentry::progress::Progress;

use super::medoid_data::{golden, iris, matrix, near, on_threads, rand_index, rows_of, shared};

/// The sum of the distances to the nearest of these rows.
fn loss(distances: &Distances, medoids: &[usize]) -> f64 {
    let nearest = |row| medoids.iter().map(|medoid| distances.get(row, *medoid)).fold(f64::INFINITY, f64::min);
    (0..distances.len()).map(nearest).sum()
}

/// 1 less the mean of the nearest by the second nearest distance.
fn silhouette(distances: &Distances, medoids: &[usize]) -> f64 {
    let ratio = |row| {
        let mut to: Vec<f64> = medoids.iter().map(|medoid| distances.get(row, *medoid)).collect();
        to.sort_by(f64::total_cmp);
        if to[0] == to[1] { 1.0 } else { to[0] / to[1] }
    };
    1.0 - (0..distances.len()).map(ratio).sum::<f64>() / distances.len() as f64
}

/// All medoids that one swap leads to.
fn neighbours(len: usize, medoids: &[usize]) -> impl Iterator<Item = Vec<usize>> {
    let others = (0..len).filter(|row| !medoids.contains(row));
    others.flat_map(move |row| {
        (0..medoids.len()).map(move |place| {
            let mut swapped = medoids.to_vec();
            swapped[place] = row;
            swapped
        })
    })
}

/// PAM as the book has it: the best of all swaps, again and again, each loss added up anew.
fn pam(distances: &Distances, start: &[usize]) -> Vec<usize> {
    let mut medoids = start.to_vec();
    loop {
        let best =
            neighbours(distances.len(), &medoids).min_by(|a, b| loss(distances, a).total_cmp(&loss(distances, b)));
        match best {
            Some(best) if loss(distances, &best) < loss(distances, &medoids) - 1e-9 => medoids = best,
            _ => return medoids,
        }
    }
}

fn sorted(rows: &[usize]) -> Vec<usize> {
    let mut rows = rows.to_vec();
    rows.sort_unstable();
    rows
}

fn distances(rows: ArrayView2<'_, f64>, distance: &Distance) -> Distances {
    Distances::of(&Points::new(rows), distance).unwrap()
}

fn row_numbers(value: &serde_json::Value) -> Vec<usize> {
    serde_json::from_value(value.clone()).unwrap()
}

/// Source: tests/pam.Rout.save of the R package cluster 2.1 (iris and ruspini); medoids there count from 1.
#[test]
fn pam_makes_the_swaps_of_r() {
    let pam = |k| KMedoids::new(k).swap(Swap::Best);
    if let Some((rows, _)) = iris() {
        let euclidean = distances(rows.view(), &Distance::Euclidean);
        let start = KMedoids::new(3).iterations(1).swap(Swap::Best).find_in(&euclidean).unwrap();
        assert!(start.loss <= 0.6709390884 * 150.0);
        let found = pam(3).find_in(&euclidean).unwrap();
        near(found.loss / 150.0, 0.6542076992, 1e-9);
        near(found.loss, 98.1311549, 1e-7);
        assert_eq!((found.rows, found.sizes), (vec![78, 7, 112], vec![62.0, 50.0, 38.0]));
        assert!(found.converged);
        // BUILD has ties in Manhattan's distance, and from the other of two equal rows swaps end at 164.7 (as in
        // Python's kmedoids 0.5.5); R's 162.5 is the best that any start leads to
        let manhattan = distances(rows.view(), &Distance::Manhattan);
        near(pam(3).find_in(&manhattan).unwrap().loss, 164.7, 1e-9);
        let found = KMedoids::new(3).start(MedoidStart::Random).restarts(20).find_in(&manhattan).unwrap();
        near(found.loss, 162.5, 1e-9);
        assert_eq!(sorted(&found.rows), [7, 55, 112]);
        let method = KMedoids::new(3).distance(Distance::Manhattan).start(MedoidStart::Lab).restarts(20).seed(1);
        near(method.fit_matrix(rows.view()).unwrap().model.loss(), 162.5, 1e-9);
    }
    let ruspini = matrix(&golden("medoids")["ruspini"]);
    let euclidean = distances(ruspini.view(), &Distance::Euclidean);
    for (k, average) in [(2, 31.9441), (3, 21.59293), (4, 11.48637), (5, 10.39579), (6, 9.52868)] {
        near(pam(k).find_in(&euclidean).unwrap().loss / 75.0, average, 1e-5);
    }
    let four = pam(4).find_in(&euclidean).unwrap();
    assert_eq!((four.rows, four.sizes), (vec![31, 9, 51, 69], vec![23.0, 20.0, 17.0, 15.0]));
}

/// Source: tests/test_integration.py of the Python package kmedoids 0.5.5.
#[test]
fn five_rows_by_their_distances() {
    let matrix = array![
        [0.0, 2.0, 3.0, 4.0, 5.0],
        [2.0, 0.0, 6.0, 7.0, 8.0],
        [3.0, 6.0, 0.0, 9.0, 10.0],
        [4.0, 7.0, 9.0, 0.0, 11.0],
        [5.0, 8.0, 10.0, 11.0, 0.0]
    ];
    let five = Distances::from_square(matrix.view()).unwrap();
    for start in [MedoidStart::Build, MedoidStart::Lab, MedoidStart::Random, MedoidStart::Given(vec![3, 1, 0])] {
        for swap in [Swap::Eager, Swap::Best] {
            assert_eq!(KMedoids::new(2).start(start.clone()).swap(swap).find_in(&five).unwrap().loss, 9.0);
        }
        near(
            SilhouetteMedoids::new(2).start(start.clone()).restarts(5).find_in(&five).unwrap().1,
            0.8172727272727273,
            1e-12,
        );
        let (found, reached) =
            SilhouetteMedoids::new(3).choose_k(true).start(start).restarts(5).find_in(&five).unwrap();
        near(reached, 0.8761904761904762, 1e-12);
        near(silhouette(&five, &found.rows), reached, 1e-12);
    }
}

/// Source: scripts/references/medoids.py, kmedoids 0.5.5 from the same start.
#[test]
fn the_same_start_ends_where_python_ends() {
    for case in golden("medoids")["medoids"].as_array().unwrap() {
        let rows = matrix(&case["points"]);
        let manhattan = distances(rows.view(), &Distance::Manhattan);
        let k = case["k"].as_u64().unwrap() as usize;
        let start = MedoidStart::Given(row_numbers(&case["start"]));
        for (name, swap) in [("fasterpam", Swap::Eager), ("fastpam1", Swap::Best)] {
            let found = KMedoids::new(k).start(start.clone()).swap(swap).find_in(&manhattan).unwrap();
            near(found.loss, case[name]["loss"].as_f64().unwrap(), 1e-9);
            assert_eq!(sorted(&found.rows), row_numbers(&case[name]["medoids"]), "{name}");
            assert_eq!(Some(found.swaps as u64), case[name]["swaps"].as_u64(), "{name}");
        }
        let (_, reached) = SilhouetteMedoids::new(k).start(start.clone()).find_in(&manhattan).unwrap();
        near(reached, case["fastermsc"]["loss"].as_f64().unwrap(), 1e-9);
        let (_, reached) = SilhouetteMedoids::new(k).choose_k(true).start(start).find_in(&manhattan).unwrap();
        near(reached, case["dynmsc"]["loss"].as_f64().unwrap(), 1e-9);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_single_swap_is_better(
        rows in prop::collection::vec(prop::collection::vec(-9_i32..9, 2), 4..26),
        k in 2_usize..5,
        random in any::<bool>(),
    ) {
        let points = rows_of(&rows);
        let measured = distances(points.view(), &Distance::Manhattan);
        let start = if random { MedoidStart::Random } else { MedoidStart::Build };
        let found = KMedoids::new(k).start(start.clone()).find_in(&measured).unwrap();
        prop_assert!(found.converged);
        prop_assert_eq!(found.loss, loss(&measured, &found.rows));
        for other in neighbours(rows.len(), &found.rows) {
            prop_assert!(loss(&measured, &other) >= found.loss);
        }
        // the best swaps, from where the search began
        let begun = KMedoids::new(k).start(MedoidStart::Build).swap(Swap::Best).find_in(&measured).unwrap();
        let built = KMedoids::new(k).iterations(1).swap(Swap::Best).find_in(&measured).unwrap();
        prop_assert!(loss(&measured, &pam(&measured, &built.rows)) <= built.loss);
        for other in neighbours(rows.len(), &begun.rows) {
            prop_assert!(loss(&measured, &other) >= begun.loss);
        }
        let (msc, reached) = SilhouetteMedoids::new(k).start(start).find_in(&measured).unwrap();
        if msc.rows.len() > 1 {
            prop_assert!((silhouette(&measured, &msc.rows) - reached).abs() < 1e-12);
            for other in neighbours(rows.len(), &msc.rows) {
                prop_assert!(silhouette(&measured, &other) <= reached + 1e-9);
            }
        }
    }

    #[test]
    fn a_weight_of_two_is_the_row_twice(
        rows in prop::collection::vec(prop::collection::vec(-9_i32..9, 2), 3..20),
        weights in prop::collection::vec(0_u8..4, 20),
    ) {
        let points = rows_of(&rows);
        let weights: Vec<f64> = weights[..rows.len()].iter().map(|weight| f64::from(*weight)).collect();
        prop_assume!(weights.iter().any(|weight| *weight > 0.0));
        let twice: Vec<Vec<i32>> = rows.iter().zip(&weights)
            .flat_map(|(row, weight)| std::iter::repeat_n(row.clone(), *weight as usize)).collect();
        let method = KMedoids::new(3).distance(Distance::Manhattan);
        let weighted = method.find(&Points::new(points.view()).weights(&weights), &Progress::none()).unwrap();
        let repeated = method.fit_matrix(rows_of(&twice).view()).unwrap();
        prop_assert_eq!(weighted.model.loss(), repeated.model.loss());
        prop_assert_eq!(weighted.model.sizes(), repeated.model.sizes());
        prop_assert!(weighted.labels.iter().all(Option::is_some));
    }
}

fn mixed(rows: usize) -> (Array2<f64>, Vec<Meaning>) {
    let meanings = [Meaning::Number, Meaning::Rank, Meaning::Category, Meaning::SymmetricFlag, Meaning::AsymmetricFlag];
    let cell = |(row, column): (usize, usize)| {
        let random = (row * 7_919 + column * 104_729) % 1_009;
        match column {
            _ if random % 13 == 0 && column > 0 => f64::NAN,
            0 => random as f64 / 7.0,
            1 | 2 => (random % 5) as f64,
            _ => (random % 2) as f64,
        }
    };
    (Array2::from_shape_fn((rows, 5), cell), meanings.to_vec())
}

#[test]
fn one_two_and_seven_threads_find_the_same_bytes() {
    let (rows, meanings) = mixed(300);
    let points = Points::new(rows.view()).meanings(&meanings);
    let all = || {
        let medoids = KMedoids::new(5).find(&points, &Progress::none()).unwrap();
        let clara = Clara::new(4).samples(3).find(&points, &Progress::none()).unwrap();
        let silhouettes = SilhouetteMedoids::new(6).choose_k(true).find(&points, &Progress::none()).unwrap();
        let saved = [
            serde_json::to_string(&medoids.model).unwrap(),
            serde_json::to_string(&clara.model).unwrap(),
            serde_json::to_string(&silhouettes.model).unwrap(),
        ];
        (saved, medoids.labels, clara.labels, silhouettes.labels)
    };
    let one = on_threads(1, all);
    assert_eq!(one, on_threads(2, all));
    assert_eq!(one, on_threads(7, all));
}

#[test]
fn rows_are_placed_where_they_were_and_saved_models_place_the_same() {
    let (rows, meanings) = mixed(150);
    let points = Points::new(rows.view()).meanings(&meanings);
    let found = KMedoids::new(4).find(&points, &Progress::none()).unwrap();
    found.model.check().unwrap();
    let text = serde_json::to_string(&found.model).unwrap();
    let loaded: segmentry::cluster::KMedoidsModel = serde_json::from_str(&text).unwrap();
    loaded.check().unwrap();
    for (row, label) in found.labels.iter().enumerate() {
        let placed = found.model.place(points.row(row));
        assert_eq!(placed.cluster.map(|cluster| cluster as u32), *label);
        assert_eq!(loaded.place(points.row(row)), placed);
        let (second, further) = placed.second.unwrap();
        assert!(Some(second) != placed.cluster && further >= placed.distance);
    }
    assert_eq!(found.model.place_all(&points).len(), 150);
    let (name, loss) = found.model.objective().unwrap();
    assert!(name == "loss" && loss > 0.0);
    let sizes = found.model.sizes();
    assert!(sizes.is_sorted_by(|a, b| a >= b) && sizes.iter().sum::<f64>() == 150.0);
    for cluster in 0..4 {
        let medoid = found.model.representative(cluster);
        assert_eq!(found.labels[found.model.rows()[cluster]], Some(cluster as u32));
        assert_eq!(found.model.place(&medoid).distance, 0.0);
    }
    // nothing known of a stranger: as far as can be from all
    assert_eq!(found.model.place(&[f64::NAN; 5]).distance, 1.0);
    let broken = text.replacen("\"dimensions\":5", "\"dimensions\":4", 1);
    assert!(serde_json::from_str::<segmentry::cluster::KMedoidsModel>(&broken).unwrap().check().is_err());
}

#[test]
fn hard_input_is_answered_or_refused() {
    let one = |rows: ArrayView2<'_, f64>, k, distance: Distance| KMedoids::new(k).distance(distance).fit_matrix(rows);
    // all equal, and more clusters than different rows
    let same = Array2::from_elem((6, 2), 3.0);
    let found = one(same.view(), 4, Distance::Euclidean).unwrap();
    assert_eq!((found.model.clusters(), found.model.sizes()), (1, &[6.0][..]));
    assert_eq!(found.model.notes(), ["1 of 4 clusters: there are no more different rows"]);
    let found = one(array![[1.0], [1.0], [2.0], [2.0], [2.0]].view(), 4, Distance::Gower).unwrap();
    assert_eq!((found.model.sizes(), found.model.loss()), (&[3.0, 2.0][..], 0.0));
    let single = SilhouetteMedoids::new(3).fit_matrix(same.view()).unwrap();
    assert_eq!((single.model.clusters(), single.model.objective()), (1, Some(("medoid_silhouette", 0.0))));
    assert_eq!(Clara::new(9).fit_matrix(same.view()).unwrap().model.clusters(), 1);
    // one row
    assert_eq!(one(array![[5.0]].view(), 3, Distance::Manhattan).unwrap().labels, [Some(0)]);
    // sizes of numbers that squares cannot hold
    for scale in [1e300, 1e-310] {
        for distance in [Distance::Euclidean, Distance::Manhattan, Distance::Chebyshev, Distance::Gower] {
            let rows = array![[1.0, -1.0], [0.9, -0.9], [-1.0, 0.9], [-1.0, 1.0], [-0.8, 1.0]] * scale;
            let found = one(rows.view(), 2, distance.clone()).unwrap();
            assert_eq!(found.labels.iter().flatten().sum::<u32>(), 2, "{distance:?} {scale}");
            assert!(found.model.loss().is_finite() && found.model.loss() > 0.0);
        }
        let rows = array![[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]] * scale;
        assert_eq!(one(rows.view(), 2, Distance::Cosine).unwrap().labels, [Some(0), Some(0), Some(1)]);
    }
    // one far outlier is a cluster of its own
    let far = array![[0.0], [1.0], [2.0], [1e12]];
    assert_eq!(one(far.view(), 2, Distance::Euclidean).unwrap().model.sizes(), [3.0, 1.0]);
    // many columns
    let wide = Array2::from_shape_fn((20, 500), |(row, column)| ((row % 2) * 10 + (row * column) % 3) as f64);
    assert_eq!(one(wide.view(), 2, Distance::Euclidean).unwrap().model.sizes(), [10.0, 10.0]);
    let refused = |rows: ArrayView2<'_, f64>, distance| one(rows, 2, distance).unwrap_err().to_string();
    assert_eq!(
        refused(array![[1.0], [f64::NAN]].view(), Distance::Euclidean),
        "row 1: column 0 is NaN, expected a finite number"
    );
    assert!(
        refused(array![[1.0], [1e301]].view(), Distance::Gower).starts_with("row 1: `column 0` must be at most 1e300")
    );
    assert!(refused(array![[1.0], [2.0]].view(), Distance::Jaccard).contains("0 or 1"));
    let codes = Points::new(far.view()).meanings(&[Meaning::Category]);
    assert!(KMedoids::new(2).distance(Distance::Manhattan).find(&codes, &Progress::none()).is_err());
    let weights = KMedoids::new(2).distance(Distance::WeightedGower(vec![1.0, 2.0])).fit_matrix(far.view());
    assert!(weights.unwrap_err().to_string().contains("weights of columns has 2 entries, expected 1"));
    for (bad, named) in [
        (KMedoids::new(0), "`k`"),
        (KMedoids::new(2).iterations(0), "`iterations`"),
        (KMedoids::new(2).restarts(0), "`restarts`"),
        (KMedoids::new(2).start(MedoidStart::Given(vec![1, 1])), "`start`"),
        (KMedoids::new(2).start(MedoidStart::Given(vec![1])), "given medoids"),
    ] {
        assert!(bad.fit_matrix(far.view()).unwrap_err().to_string().contains(named));
    }
    assert!(SilhouetteMedoids::new(1).fit_matrix(far.view()).unwrap_err().to_string().contains("at least 2"));
    assert!(Clara::new(2).samples(0).fit_matrix(far.view()).unwrap_err().to_string().contains("`samples`"));
}

#[test]
fn a_row_without_weight_is_no_medoid_and_no_ruler() {
    let rows = array![[0.0], [1.0], [10.0], [11.0], [1000.0]];
    let weights = [1.0, 1.0, 1.0, 1.0, 0.0];
    let points = Points::new(rows.view()).weights(&weights);
    let found = KMedoids::new(2).find(&points, &Progress::none()).unwrap();
    assert_eq!(found.model.sizes(), [2.0, 2.0]);
    assert_eq!(found.labels[4], found.labels[3]);
    // ranges are those of the rows that count: 11
    assert!((found.model.loss() - 2.0 / 11.0).abs() < 1e-12);
}

#[test]
fn work_is_cancelled() {
    let (rows, meanings) = mixed(80);
    let stop = |_: segmentry::progress::Step<'_>| std::ops::ControlFlow::Break(());
    let points = Points::new(rows.view()).meanings(&meanings);
    assert!(KMedoids::new(3).find(&points, &Progress::new(&stop)).unwrap_err().to_string().starts_with("cancelled"));
    assert!(Clara::new(3).find(&points, &Progress::new(&stop)).unwrap_err().to_string().starts_with("cancelled"));
}

#[test]
fn samples_come_close_to_all_rows() {
    let rows = Array2::from_shape_fn((2_000, 2), |(row, column)| {
        let blob = [[0.0, 0.0], [20.0, 0.0], [0.0, 20.0], [20.0, 20.0]][row % 4][column];
        blob + ((row * 7_919 + column * 6_131) % 997) as f64 / 250.0
    });
    let clara = Clara::new(4).distance(Distance::Euclidean).fit_matrix(rows.view()).unwrap();
    let all = KMedoids::new(4).distance(Distance::Euclidean).fit_matrix(rows.view()).unwrap();
    assert_eq!(clara.model.sizes(), [500.0; 4]);
    assert!(clara.model.loss() >= all.model.loss() && clara.model.loss() < 1.05 * all.model.loss());
    // a sample of all rows is the whole search
    let whole = Clara::new(4).distance(Distance::Euclidean).sample_size(2_000).fit_matrix(rows.view()).unwrap();
    assert_eq!(whole.model.loss(), all.model.loss());
}

/// Votes with their missing ones, sets of ticked boxes: real rows go through.
#[test]
fn animals_cluster_by_gower() {
    let Some(text) = shared("zoo.csv") else { return };
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let cell = |(row, column): (usize, usize)| match rows[row][column] {
        "True" => 1.0,
        "False" => 0.0,
        legs => legs.parse().unwrap(),
    };
    let animals = Array2::from_shape_fn((101, 16), cell);
    let meanings: Vec<Meaning> =
        (0..16).map(|column| if column == 12 { Meaning::Number } else { Meaning::SymmetricFlag }).collect();
    let points = Points::new(animals.view()).meanings(&meanings);
    let types: Vec<&str> = rows.iter().map(|row| row[16]).collect();
    let found = KMedoids::new(7).find(&points, &Progress::none()).unwrap();
    let agreement = rand_index(&types, &found.labels);
    assert!(agreement > 0.6, "adjusted Rand index {agreement}");
    let chosen = SilhouetteMedoids::new(12).choose_k(true).find(&points, &Progress::none()).unwrap();
    assert!((2..=12).contains(&chosen.model.clusters()));
    assert!(rand_index(&types, &chosen.labels) > 0.3);
}
