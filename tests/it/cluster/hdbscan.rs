//! HDBSCAN beside its definition, Python's labels, real data and hard input.

use std::collections::BTreeSet;

use ndarray::{Array2, ArrayView2, array};
use proptest::prelude::*;
use segmentry::cluster::{
    ClusterMethod, ClusterModel, ClusterSelection, Hdbscan, HdbscanDetails, HdbscanModel, Points,
};
use segmentry::progress::Progress;

use super::dbscan::{
    Dice, agreement, as_they_come, columns, golden, lawful, matrix, numbers, python, same_on_threads, stops,
};

fn details(method: &Hdbscan, rows: ArrayView2<'_, f64>) -> HdbscanDetails {
    let points = Points::new(rows);
    let details = method.details(&points, &Progress::none()).unwrap();
    lawful(&points, &details.found);
    details
}

/// HDBSCAN* as Campello, Moulavi and Sander 2013 define it, on the full matrix of mutual reachability distances: the
/// sets that stay together when all distances of a level are forbidden at once, from the whole down.
struct Definition {
    reach: Vec<Vec<f64>>,
    least: usize,
    /// By cluster: its parent and where it begins.
    clusters: Vec<(usize, f64)>,
    /// By row: from which cluster it falls, and where.
    fell: Vec<(usize, f64)>,
}

impl Definition {
    fn new(rows: ArrayView2<'_, f64>, least: usize, neighbours: usize) -> Self {
        let n = rows.nrows();
        let distance = |a: usize, b: usize| {
            rows.row(a).iter().zip(rows.row(b)).fold(0.0, |sum, (x, y)| sum + (x - y) * (x - y)).sqrt()
        };
        let core = |a: usize| {
            let mut all: Vec<f64> = (0..n).map(|b| distance(a, b)).collect();
            all.sort_by(f64::total_cmp);
            all[neighbours - 1]
        };
        let cores: Vec<f64> = (0..n).map(core).collect();
        let reach = (0..n).map(|a| (0..n).map(|b| distance(a, b).max(cores[a]).max(cores[b])).collect()).collect();
        let mut all = Definition { reach, least, clusters: vec![(0, f64::INFINITY)], fell: vec![(0, 0.0); n] };
        all.part((0..n).collect(), 0);
        all
    }

    /// The sets of rows that hang together by steps that `allowed` allows.
    fn sets(&self, rows: &[usize], allowed: impl Fn(f64) -> bool) -> Vec<Vec<usize>> {
        let mut left: BTreeSet<usize> = rows.iter().copied().collect();
        let mut sets = Vec::new();
        while let Some(start) = left.pop_first() {
            let (mut set, mut open) = (vec![start], vec![start]);
            while let Some(a) = open.pop() {
                let next: Vec<usize> = left.iter().copied().filter(|b| allowed(self.reach[a][*b])).collect();
                for b in next {
                    left.remove(&b);
                    set.push(b);
                    open.push(b);
                }
            }
            set.sort_unstable();
            sets.push(set);
        }
        sets
    }

    /// Parts a set that hangs together, as part of a cluster.
    fn part(&mut self, rows: Vec<usize>, cluster: usize) {
        // the shortest level at which the set still hangs together: all levels are tried
        let mut levels: Vec<f64> = rows.iter().flat_map(|a| rows.iter().map(|b| self.reach[*a][*b])).collect();
        levels.sort_by(f64::total_cmp);
        levels.dedup();
        let together = levels.partition_point(|level| self.sets(&rows, |step| step <= *level).len() > 1);
        let level = levels[together];
        let sets = if level == 0.0 { Vec::new() } else { self.sets(&rows, |step| step < level) };
        let (mut stay, fall): (Vec<_>, Vec<_>) = sets.into_iter().partition(|set| set.len() >= self.least);
        let out = if level == 0.0 { rows } else { fall.concat() };
        out.into_iter().for_each(|row| self.fell[row] = (cluster, level));
        if stay.len() == 1 {
            self.part(stay.remove(0), cluster);
            return;
        }
        stay.sort_by_key(|set| std::cmp::Reverse(set.len()));
        let first = self.clusters.len();
        self.clusters.extend(stay.iter().map(|_| (cluster, level)));
        stay.into_iter().enumerate().for_each(|(at, set)| self.part(set, first + at));
    }

    /// The rows that are in a cluster when it begins.
    fn rows(&self, cluster: usize) -> Vec<usize> {
        let inside = |mut at: usize| {
            while at != cluster && at != 0 {
                at = self.clusters[at].0;
            }
            at == cluster
        };
        (0..self.fell.len()).filter(|row| inside(self.fell[*row].0)).collect()
    }

    /// Rows that nothing parts, and the excess of mass of the others.
    fn mass(&self, cluster: usize) -> (f64, f64) {
        let (mut heaped, mut mass) = (0.0, 0.0);
        for row in self.rows(cluster) {
            let until = self.leaves(row, cluster);
            if until == 0.0 {
                heaped += 1.0;
            } else {
                mass += 1.0 / until - 1.0 / self.clusters[cluster].1;
            }
        }
        (heaped, mass)
    }

    /// Where a row leaves a cluster: by falling out, or with one that splits off.
    fn leaves(&self, row: usize, cluster: usize) -> f64 {
        let (mut at, mut level) = self.fell[row];
        while at != cluster {
            (at, level) = self.clusters[at];
        }
        level
    }

    fn children(&self, cluster: usize) -> Vec<usize> {
        (1..self.clusters.len()).filter(|child| self.clusters[*child].0 == cluster).collect()
    }

    /// The best clusters within one, by excess of mass.
    fn best(&self, cluster: usize) -> (Vec<usize>, (f64, f64)) {
        let below: Vec<_> = self.children(cluster).into_iter().map(|child| self.best(child)).collect();
        let sum = below.iter().fold((0.0, 0.0), |sum, (_, best)| (sum.0 + best.0, sum.1 + best.1));
        let own = self.mass(cluster);
        // what differs by a rounding is equal
        let more = own.0 > sum.0 || (own.0 == sum.0 && own.1 >= sum.1 * (1.0 - 1e-9));
        if cluster != 0 && (below.is_empty() || more) {
            return (vec![cluster], own);
        }
        (below.into_iter().flat_map(|(taken, _)| taken).collect(), sum)
    }

    /// Labels, probabilities and outlier scores.
    fn results(&self, taken: &[usize]) -> (Vec<Option<usize>>, Vec<f64>, Vec<f64>) {
        let n = self.fell.len();
        let (mut labels, mut probabilities) = (vec![None; n], vec![0.0; n]);
        for (label, cluster) in taken.iter().enumerate() {
            let rows = self.rows(*cluster);
            let levels: Vec<f64> = rows.iter().map(|row| self.leaves(*row, *cluster)).collect();
            let least = levels.iter().copied().filter(|level| *level > 0.0).fold(f64::INFINITY, f64::min);
            for (row, level) in rows.iter().zip(levels) {
                labels[*row] = Some(label);
                probabilities[*row] = if level <= least { 1.0 } else { least / level };
            }
        }
        let outlier = |row: usize| {
            let (cluster, until) = self.fell[row];
            let rows = self.rows(cluster);
            let least = rows.iter().map(|row| self.fell[*row].1).filter(|level| *level > 0.0);
            let least = least.fold(f64::INFINITY, f64::min);
            if until <= least { 0.0 } else { 1.0 - least / until }
        };
        (labels, probabilities, (0..n).map(outlier).collect())
    }
}

fn close(a: &[f64], b: &[f64], within: f64) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= within)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn everything_is_as_defined(
        cells in prop::collection::vec((0..400_i32, 0..400_i32), 12..70),
        grid in prop::sample::select(vec![1, 20, 60]),
        (least, neighbours) in (2..7_usize, 1..7_usize),
    ) {
        // a coarse grid makes equal rows and equal distances the rule
        let data = cells.iter().flat_map(|cell| [f64::from(cell.0 / grid) * 0.1, f64::from(cell.1 / grid) * 0.1]);
        let rows = Array2::from_shape_vec((cells.len(), 2), data.collect()).unwrap();
        let method = Hdbscan::new(least).neighbours(neighbours);
        let ours = details(&method, rows.view());
        let definition = Definition::new(rows.view(), least, neighbours);
        prop_assert_eq!(ours.condensed.len(), definition.clusters.len());
        let births = |mut births: Vec<f64>| { births.sort_by(f64::total_cmp); births };
        let theirs = births(definition.clusters[1..].iter().map(|cluster| cluster.1).collect());
        prop_assert_eq!(births(ours.condensed.iter().filter_map(|cluster| cluster.birth).collect()), theirs);
        let (labels, probabilities, outliers) = definition.results(&definition.best(0).0);
        prop_assert_eq!(as_they_come(&ours.found.labels), as_they_come(&labels));
        prop_assert!(close(&ours.probabilities, &probabilities, 1e-12), "{:?} {:?}", ours.probabilities, probabilities);
        prop_assert!(close(&ours.outlier_scores, &outliers, 1e-12));

        let leaves: Vec<usize> =
            (1..definition.clusters.len()).filter(|cluster| definition.children(*cluster).is_empty()).collect();
        let ours = details(&method.selection(ClusterSelection::Leaves), rows.view());
        prop_assert_eq!(as_they_come(&ours.found.labels), as_they_come(&definition.results(&leaves).0));
    }

    #[test]
    fn the_order_of_rows_does_not_matter(
        cells in prop::collection::vec((0..20_i32, 0..20_i32), 10..80),
        seed in 0..1000_u64,
    ) {
        let data = cells.iter().flat_map(|cell| [f64::from(cell.0), f64::from(cell.1)]);
        let rows = Array2::from_shape_vec((cells.len(), 2), data.collect()).unwrap();
        let mut order: Vec<usize> = (0..cells.len()).collect();
        let mut dice = Dice(seed);
        order.sort_by_cached_key(|_| (dice.uniform() * 1e9) as u64);
        let mixed = rows.select(ndarray::Axis(0), &order);
        let method = Hdbscan::new(4).selection(ClusterSelection::Leaves);
        let (one, other) = (details(&method, rows.view()), details(&method, mixed.view()));
        let back: Vec<Option<u32>> = order.iter().map(|row| one.found.labels[*row]).collect();
        prop_assert_eq!(as_they_come(&back), as_they_come(&other.found.labels));
    }
}

#[test]
fn labels_agree_with_python() {
    for case in golden() {
        let rows = matrix(&case["rows"]);
        for run in case["hdbscan"].as_array().unwrap() {
            let number = |field: &str| run[field].as_u64().unwrap() as usize;
            let selection: ClusterSelection = serde_json::from_value(run["selection"].clone()).unwrap();
            let method = Hdbscan::new(number("least")).neighbours(number("neighbours")).selection(selection);
            let ours = details(&method.epsilon(run["epsilon"].as_f64().unwrap()), rows.view());
            let peers = ["hdbscan", "fast_hdbscan", "sklearn"].into_iter().filter(|peer| !run[*peer].is_null());
            let indices: Vec<f64> = peers.map(|peer| agreement(&ours.found.labels, &python(&run[peer]))).collect();
            // the smallest leaves hang on ties, where the peers do not agree with each other
            let (index, least) = match selection {
                ClusterSelection::ExcessOfMass => (indices.iter().copied().reduce(f64::min), 0.99),
                ClusterSelection::Leaves => (indices.iter().copied().reduce(f64::max), 0.95),
            };
            assert!(index.is_some_and(|index| index >= least), "{indices:?} {}", run["selection"]);
            let length: f64 = ours.spanning_tree.iter().map(|edge| edge.length).sum();
            assert!((length / run["tree_length"].as_f64().unwrap() - 1.0).abs() < 1e-9);
            if !run["probabilities"].is_null() {
                let far = |ours: &[f64], theirs: &[f64]| {
                    ours.iter().zip(theirs).filter(|(a, b)| (*a - *b).abs() > 1e-3).count()
                };
                assert!(far(&ours.probabilities, &numbers(&run["probabilities"])) < rows.nrows() / 50);
                assert!(far(&ours.outlier_scores, &numbers(&run["outlier_scores"])) < rows.nrows() / 50);
            }
        }
    }
}

/// Source: the seven clusters of Gionis, Mannila and Tsaparas 2007, DOI 10.1145/1217299.1217303.
#[test]
fn aggregation_falls_into_its_parts() {
    let Some(rows) = columns("sipu_aggregation.csv", &[0, 1]) else { return };
    let Some(truth) = columns("sipu_aggregation.csv", &[2]) else { return };
    let truth: Vec<i64> = truth.iter().map(|label| *label as i64).collect();
    let ours = details(&Hdbscan::new(20), rows.view());
    let index = agreement(&ours.found.labels, &truth);
    assert!(index > 0.8, "{} clusters, {index}", ours.found.model.clusters());
    same_on_threads(|| {
        let ours = Hdbscan::new(20).details(&Points::new(rows.view()), &Progress::none()).unwrap();
        (serde_json::to_string(&ours.found.model).unwrap(), ours.spanning_tree, ours.outlier_scores)
    });
}

#[test]
fn the_same_on_any_number_of_threads() {
    let rows = Dice(41).blobs(3_000, 3, 5);
    same_on_threads(|| {
        let ours = Hdbscan::new(20).neighbours(5).details(&Points::new(rows.view()), &Progress::none()).unwrap();
        assert!(ours.found.model.clusters() >= 4);
        (serde_json::to_string(&ours.found.model).unwrap(), ours.spanning_tree, ours.condensed)
    });
}

/// The fifteen clusters of S1 (Fränti and Virmajoki 2006, DOI 10.1016/j.patcog.2005.09.012) lie apart.
#[test]
fn s1_has_fifteen_clusters() {
    let Some(rows) = columns("sipu_s1.csv", &[0, 1]) else { return };
    let Some(truth) = columns("sipu_s1.csv", &[2]) else { return };
    let found = Hdbscan::new(100).fit_matrix(rows.view()).unwrap();
    assert_eq!(found.model.clusters(), 15);
    let inside: Vec<usize> = (0..rows.nrows()).filter(|row| found.labels[*row].is_some()).collect();
    let ours: Vec<Option<u32>> = inside.iter().map(|row| found.labels[*row]).collect();
    let truth: Vec<i64> = inside.iter().map(|row| truth[[*row, 0]] as i64).collect();
    assert!(inside.len() > 4_000 && agreement(&ours, &truth) > 0.98, "{} {}", inside.len(), agreement(&ours, &truth));
}

/// Wholesale customers in logarithms: one dense crowd, so that the whole as one cluster is what there is.
#[test]
fn wholesale_customers_are_one_crowd() {
    let Some(rows) = columns("wholesale_customers.csv", &[2, 3, 4, 5, 6, 7]) else { return };
    let rows = rows.mapv(|spend| spend.ln_1p());
    let ours = details(&Hdbscan::new(15).single(true), rows.view());
    assert_eq!(ours.found.model.sizes(), [440.0]);
    assert!(ours.probabilities.iter().all(|p| (0.0..=1.0).contains(p)));
    let loneliest = (0..440).max_by(|a, b| ours.outlier_scores[*a].total_cmp(&ours.outlier_scores[*b])).unwrap();
    assert!(ours.outlier_scores[loneliest] > 0.6 && ours.probabilities[loneliest] < 0.4);
}

#[test]
fn heaps_of_equal_rows_stay_whole() {
    // 60 and 40 equal rows, some others near, and twelve rows elsewhere
    let mut data = vec![[0.0, 0.0]; 60];
    data.extend(vec![[5.0, 5.0]; 40]);
    data.extend((0..10).map(|at| [5.0 + 0.01 * f64::from(at + 1), 5.0]));
    data.extend((0..12).map(|at| [20.0 + 0.1 * f64::from(at), 0.0]));
    let rows = Array2::from_shape_vec((data.len(), 2), data.concat()).unwrap();
    for neighbours in [2, 5, 10] {
        let ours = details(&Hdbscan::new(5).neighbours(neighbours), rows.view());
        assert_eq!(ours.found.model.sizes()[0], 60.0, "{:?}", ours.found.model.sizes());
        assert!((0..60).all(|row| ours.found.labels[row] == Some(0) && ours.probabilities[row] == 1.0));
        assert!((60..100).all(|row| ours.found.labels[row] == Some(1) && ours.outlier_scores[row] == 0.0));
        assert_eq!(ours.spanning_tree.len(), rows.nrows() - 1);
        let sound = |numbers: &[f64]| numbers.iter().all(|number| number.is_finite());
        assert!(sound(&ours.probabilities) && sound(&ours.outlier_scores) && sound(&ours.core_distances));
        assert!(ours.condensed.iter().all(|cluster| cluster.stability.is_finite()));
        assert!(ours.condensed.iter().any(|cluster| cluster.heaped == 60.0));
        assert!(ours.exemplars[0].iter().copied().eq(0..60));
    }
}

#[test]
fn a_weight_of_two_is_the_row_twice_and_of_zero_is_no_row() {
    for (least, neighbours) in [(8, 4), (3, 6), (2, 2), (12, 1)] {
        let rows = Dice(11).blobs(160, 2, 3);
        let weights: Vec<f64> = (0..160).map(|row| f64::from(row % 4)).collect();
        let twice: Vec<f64> = (0..160).flat_map(|row| vec![rows.row(row).to_vec(); row % 4]).flatten().collect();
        let twice = Array2::from_shape_vec((twice.len() / 2, 2), twice).unwrap();
        let method = Hdbscan::new(least).neighbours(neighbours);
        let points = Points::new(rows.view()).weights(&weights);
        let weighted = method.details(&points, &Progress::none()).unwrap();
        lawful(&points, &weighted.found);
        let repeated = details(&method, twice.view());
        let expand = |row: usize| vec![row; row % 4];
        let labels: Vec<Option<u32>> = (0..160).flat_map(expand).map(|row| weighted.found.labels[row]).collect();
        assert_eq!(labels, repeated.found.labels);
        let scores: Vec<f64> = (0..160).flat_map(expand).map(|row| weighted.outlier_scores[row]).collect();
        assert_eq!(scores, repeated.outlier_scores);
        let definition = Definition::new(twice.view(), least, neighbours);
        let (labels, probabilities, _) = definition.results(&definition.best(0).0);
        assert_eq!(as_they_come(&repeated.found.labels), as_they_come(&labels));
        assert!(close(&repeated.probabilities, &probabilities, 1e-12));
        assert!(weighted.core_distances.iter().all(|core| core.is_finite()));
    }
}

#[test]
fn strangers_get_clusters_that_exist_or_none() {
    let rows = Dice(21).blobs(400, 2, 4);
    let ours = details(&Hdbscan::new(15), rows.view());
    let model = &ours.found.model;
    let mut dice = Dice(22);
    let (mut inside, mut outside) = (0, 0);
    for _ in 0..500 {
        let row = [40.0 * dice.uniform() - 20.0, 40.0 * dice.uniform() - 20.0];
        let placed = model.place(&row);
        let mut degrees = vec![9.0; model.clusters()];
        assert!(model.memberships(&row, &mut degrees));
        match placed.cluster {
            Some(cluster) => {
                inside += 1;
                assert!(cluster < model.clusters() && degrees[cluster] > 0.0 && degrees[cluster] <= 1.0);
                // not farther than any member was
                let members = (0..400).filter(|member| ours.found.labels[*member] == Some(cluster as u32));
                let square = |at: usize| rows.row(at).iter().zip(row).map(|(x, y)| (x - y) * (x - y)).sum::<f64>();
                let nearest = members.clone().map(square).fold(f64::INFINITY, f64::min).sqrt();
                assert!(nearest <= placed.distance + 1e-12);
            }
            None => {
                outside += 1;
                assert!(degrees.iter().all(|degree| *degree == 0.0));
                assert!(placed.second.is_some_and(|(_, distance)| distance == placed.distance));
            }
        }
    }
    assert!(inside > 5 && outside > 100, "{inside} {outside}");
    let far = model.place(&[1e300, -1e300]);
    assert!(far.cluster.is_none() && far.distance > 1e300 && far.distance < 2e300, "{far:?}");
    for row in 0..400 {
        let mut degrees = vec![0.0; model.clusters()];
        model.memberships(&rows.row(row).to_vec(), &mut degrees);
        let own = ours.found.labels[row].map_or(0.0, |label| degrees[label as usize]);
        assert_eq!(own, ours.probabilities[row], "row {row}");
    }
}

/// Two parts beside each other and one far away: by epsilon the two become one; the whole is taken if it may.
#[test]
fn selection_is_as_asked_for() {
    let part = |at: f64| (0..20).map(move |row| at + 0.1 * f64::from(row % 10) + 0.013 * f64::from(row));
    let rows: Vec<f64> = part(0.0).chain(part(2.0)).chain(part(100.0)).collect();
    let rows = Array2::from_shape_vec((60, 1), rows).unwrap();
    let sizes = |method: Hdbscan| details(&method, rows.view()).found.model.sizes().to_vec();
    assert_eq!(sizes(Hdbscan::new(10).selection(ClusterSelection::Leaves)).len(), 3);
    assert_eq!(sizes(Hdbscan::new(10).selection(ClusterSelection::Leaves).epsilon(5.0)), [40.0, 20.0]);
    assert_eq!(sizes(Hdbscan::new(10).selection(ClusterSelection::Leaves).epsilon(500.0)), [40.0, 20.0]);
    assert_eq!(sizes(Hdbscan::new(10).selection(ClusterSelection::Leaves).epsilon(500.0).single(true)), [60.0]);
}

#[test]
fn hard_input_gives_an_answer_or_a_clear_error() {
    let same = Array2::from_elem((2_000, 3), 7.5);
    let ours = details(&Hdbscan::new(5), same.view());
    assert_eq!(ours.found.model.clusters(), 0);
    assert!(ours.found.model.notes()[0].contains("single"));
    assert_eq!(details(&Hdbscan::new(5).single(true), same.view()).found.model.sizes(), [2_000.0]);
    let few = details(&Hdbscan::new(5), array![[1.0], [2.0], [3.0]].view());
    assert_eq!(few.found.labels, [None; 3]);
    assert!(few.found.model.notes()[0].contains("too little"));
    assert!(details(&Hdbscan::new(2).neighbours(9), array![[1.0], [2.0], [3.0]].view()).found.model.clusters() == 0);
    assert_eq!(details(&Hdbscan::new(2), array![[1.0]].view()).found.labels, [None]);

    // the same picture at any size
    let picture = Dice(31).blobs(150, 2, 3);
    let labels = details(&Hdbscan::new(10), picture.view()).found.labels;
    for size in [1e-320, 1e-300, 1e-160, 1e160, 1e298] {
        let ours = details(&Hdbscan::new(10), picture.mapv(|number| number * size).view());
        let index = agreement(&ours.found.labels, &labels);
        assert!(index > if size < 1e-310 { 0.8 } else { 0.99 }, "{size}: {index}");
        assert!(ours.condensed.iter().all(|cluster| cluster.stability.is_finite()));
    }
    let mut far = picture.clone();
    far[[0, 1]] = 1e300;
    let ours = details(&Hdbscan::new(10), far.view());
    assert!(ours.found.labels[0].is_none() && agreement(&ours.found.labels[1..], &labels[1..]) > 0.95);
    assert!(ours.outlier_scores[0] > 0.999);
    let mut wide = picture.clone();
    wide.column_mut(0).mapv_inplace(|number| number * 1e12);
    assert!(details(&Hdbscan::new(10), wide.view()).found.model.clusters() > 0);
    assert_eq!(details(&Hdbscan::new(10), Dice(32).blobs(90, 500, 2).view()).found.model.clusters(), 2);
    assert!(details(&Hdbscan::new(10), Dice(33).blobs(300, 1, 3).view()).found.model.clusters() >= 2);

    let told = |method: Hdbscan| method.fit_matrix(picture.view()).unwrap_err().to_string();
    assert!(told(Hdbscan::new(1)).contains("least"));
    assert!(told(Hdbscan::new(5).neighbours(0)).contains("neighbours"));
    assert!(told(Hdbscan::new(5).epsilon(f64::NAN)).contains("epsilon"));
    let refused = Hdbscan::new(2).fit_matrix(array![[1.0], [2e300]].view()).unwrap_err().to_string();
    assert!(refused.starts_with("row 1: column 0"), "{refused}");
}

#[test]
fn work_can_be_stopped_and_recipes_are_read() {
    stops(&Hdbscan::new(5), &Points::new(Dice(3).blobs(300, 2, 3).view()));
    let read: Hdbscan = serde_json::from_str(r#"{"least":5}"#).unwrap();
    assert_eq!(read, Hdbscan::new(5));
    assert_eq!(HdbscanModel::KIND, "hdbscan");
    let read: Hdbscan =
        serde_json::from_str(r#"{"least":5,"neighbours":3,"selection":"leaves","epsilon":0.5}"#).unwrap();
    assert_eq!(read, Hdbscan::new(5).neighbours(3).selection(ClusterSelection::Leaves).epsilon(0.5));
    assert!(serde_json::from_str::<Hdbscan>(r#"{"least":5,"size":1}"#).is_err());
}

#[test]
fn a_model_that_cannot_be_is_refused() {
    let found = Hdbscan::new(8).fit_matrix(Dice(4).blobs(200, 2, 3).view()).unwrap();
    let json = serde_json::to_value(&found.model).unwrap();
    let spoilt = |field: &str, value: serde_json::Value| {
        let mut json = json.clone();
        json[field] = value;
        serde_json::from_value::<HdbscanModel>(json).map_or(true, |model| model.check().is_err())
    };
    assert!(!spoilt("dimensions", 2.into()));
    assert!(spoilt("dimensions", 3.into()) && spoilt("cores", serde_json::json!([1.0])));
    let changed = |field: &str, value: serde_json::Value| {
        let mut all = json[field].clone();
        all[1] = value;
        spoilt(field, all)
    };
    assert!(changed("parents", 1.into()) && changed("fell", 1_000.into()) && changed("labels", 99.into()));
    assert!(changed("until", (-1.0).into()) && changed("births", serde_json::Value::Null));
    assert!(!changed("until", 0.5.into()));
}
