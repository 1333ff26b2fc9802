//! The siblings of k-means: laws that hold for all, textbook twins, limits that are met, figures of Python.

use ndarray::{Array2, ArrayView2, array, concatenate, s};
use proptest::prelude::*;
use segmentry::cluster::{
    Bisecting, ClusterMethod, ClusterModel, Found, Fuzzy, KMeans, KMedians, MiniBatch, OnePass, Points, SizeLimited,
    Spherical, Split, Start,
};
use segmentry::progress::{Progress, Step};

/// The columns of a data set beside the checkout, as numbers; `None` (said loudly) where it is absent.
fn shared(name: &str, columns: &[usize]) -> Option<Array2<f64>> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: no {}", path.display());
        return None;
    };
    let mut cells = Vec::new();
    let mut rows = 0;
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.trim_end().split(',').collect();
        cells.extend(columns.iter().map(|column| fields[*column].parse::<f64>().unwrap()));
        rows += 1;
    }
    Some(Array2::from_shape_vec((rows, columns.len()), cells).unwrap())
}

/// Numbers from 0 on, below 1, without the crate's own generator.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Rows around `k` places, so that there is something to find but edges are not sharp.
    fn blobs(seed: u64, n: usize, d: usize, k: usize) -> Array2<f64> {
        let mut draw = Draw(seed ^ 0x5DEE_CE66);
        (0..4).for_each(|_| assert!(draw.next() < 1.0));
        let places: Vec<f64> = (0..k * d).map(|_| 4.0 * draw.next() + 0.5).collect();
        Array2::from_shape_fn((n, d), |(row, column)| places[row % k * d + column] + draw.next() + draw.next())
    }
}

fn labels<M>(found: &Found<M>) -> Vec<usize> {
    found.labels.iter().map(|label| label.unwrap() as usize).collect()
}

/// The sum of what rows cost at the centers of their labels.
fn total(
    rows: ArrayView2<'_, f64>,
    centers: &[Vec<f64>],
    labels: &[usize],
    cost: impl Fn(&[f64], &[f64]) -> f64,
) -> f64 {
    rows.rows().into_iter().zip(labels).map(|(row, label)| cost(&row.to_vec(), &centers[*label])).sum()
}

fn squared(row: &[f64], center: &[f64]) -> f64 {
    row.iter().zip(center).map(|(x, c)| (x - c).powi(2)).sum()
}

fn manhattan(row: &[f64], center: &[f64]) -> f64 {
    row.iter().zip(center).map(|(x, c)| (x - c).abs()).sum()
}

/// To and fro between labels and centers in the plainest way; every cluster keeps rows in what is tried here.
fn textbook(
    rows: &Array2<f64>,
    mut centers: Vec<Vec<f64>>,
    cost: impl Fn(&[f64], &[f64]) -> f64,
    center: impl Fn(&[Vec<f64>]) -> Vec<f64>,
) -> (Vec<Vec<f64>>, Vec<usize>) {
    let mut labels = Vec::new();
    loop {
        let mut next = Vec::new();
        for row in rows.rows() {
            let costs: Vec<f64> = centers.iter().map(|center| cost(&row.to_vec(), center)).collect();
            next.push((0..costs.len()).fold(0, |best, at| if costs[at] < costs[best] { at } else { best }));
        }
        if next == labels {
            return (centers, labels);
        }
        labels = next;
        for (at, center_now) in centers.iter_mut().enumerate() {
            let members: Vec<Vec<f64>> =
                rows.rows().into_iter().zip(&labels).filter(|(_, l)| **l == at).map(|(row, _)| row.to_vec()).collect();
            assert!(!members.is_empty(), "take another seed: a cluster is empty");
            *center_now = center(&members);
        }
    }
}

fn column(members: &[Vec<f64>], at: usize) -> Vec<f64> {
    let mut values: Vec<f64> = members.iter().map(|row| row[at]).collect();
    values.sort_by(f64::total_cmp);
    values
}

fn medians(members: &[Vec<f64>]) -> Vec<f64> {
    let middle = |v: Vec<f64>| (v[(v.len() - 1) / 2] + v[v.len() / 2]) / 2.0;
    (0..members[0].len()).map(|at| middle(column(members, at))).collect()
}

fn means(members: &[Vec<f64>]) -> Vec<f64> {
    (0..members[0].len()).map(|at| column(members, at).iter().sum::<f64>() / members.len() as f64).collect()
}

/// Same clusters under other numbers; centers near each other under those numbers.
fn same(ours: &[usize], theirs: &[usize]) -> bool {
    let mut numbers = std::collections::BTreeMap::new();
    ours.iter().zip(theirs).all(|(a, b)| numbers.entry(*a).or_insert(*b) == b)
        && numbers.values().collect::<std::collections::BTreeSet<_>>().len() == numbers.len()
}

fn first_rows(rows: &Array2<f64>, k: usize) -> Vec<Vec<f64>> {
    (0..k).map(|row| rows.row(row).to_vec()).collect()
}

#[test]
fn k_medians_is_its_textbook_twin() {
    for seed in 0..12 {
        let (n, k) = (60 + seed as usize * 7, 3 + seed as usize % 3);
        let rows = Draw::blobs(seed, n, 3, k);
        let start = first_rows(&rows, k);
        let found = KMedians::new(k).start(Start::Given(start.clone())).fit_matrix(rows.view()).unwrap();
        let (centers, twin) = textbook(&rows, start, manhattan, medians);
        assert!(same(&labels(&found), &twin), "seed {seed}");
        let expected = total(rows.view(), &centers, &twin, manhattan);
        assert!((found.model.objective().unwrap().1 - expected).abs() < 1e-9 * expected);
        assert_eq!(found.model.converged(), Some(true));
    }
}

#[test]
fn spherical_is_its_textbook_twin() {
    let unit = |row: &[f64]| {
        let length = row.iter().map(|x| x * x).sum::<f64>().sqrt();
        row.iter().map(|x| x / length).collect::<Vec<f64>>()
    };
    let cosine = |row: &[f64], center: &[f64]| 1.0 - row.iter().zip(center).map(|(x, c)| x * c).sum::<f64>();
    for seed in 0..12 {
        let (n, k) = (60 + seed as usize * 7, 3 + seed as usize % 3);
        let rows = Draw::blobs(seed, n, 3, k);
        let start = first_rows(&rows, k);
        let found = Spherical::new(k).start(Start::Given(start.clone())).fit_matrix(rows.view()).unwrap();
        let mut directions = rows.clone();
        for mut row in directions.rows_mut() {
            let unit = unit(&row.to_vec());
            row.assign(&ndarray::Array1::from(unit));
        }
        let start = start.iter().map(|row| unit(row)).collect();
        let (centers, twin) = textbook(&directions, start, cosine, |members| unit(&means(members)));
        assert!(same(&labels(&found), &twin), "seed {seed}");
        let expected = total(directions.view(), &centers, &twin, cosine);
        assert!((found.model.objective().unwrap().1 - expected).abs() < 1e-9 * expected);
        // length does not count
        let long = &rows * 1e200;
        let same_rows = Spherical::new(k).start(Start::Given(first_rows(&long, k))).fit_matrix(long.view()).unwrap();
        assert_eq!(same_rows.labels, found.labels);
    }
}

#[test]
fn fuzzy_is_its_textbook_twin() {
    for (seed, m) in [(0, 2.0), (1, 2.0), (2, 1.5), (3, 3.0)] {
        let (n, k, d) = (50, 3, 2);
        let rows = Draw::blobs(seed, n, d, k);
        let mut centers = first_rows(&rows, k);
        let recipe = Fuzzy::new(k).fuzzifier(m).tolerance(1e-10).iterations(5000);
        let found = recipe.start(Start::Given(centers.clone())).fit_matrix(rows.view()).unwrap();
        let mut degrees = vec![vec![0.0; k]; n];
        for _ in 0..5000 {
            for (row, degrees) in rows.rows().into_iter().zip(&mut degrees) {
                let distances: Vec<f64> = centers.iter().map(|c| squared(&row.to_vec(), c).sqrt()).collect();
                for (at, degree) in degrees.iter_mut().enumerate() {
                    let sum: f64 = distances.iter().map(|other| (distances[at] / other).powf(2.0 / (m - 1.0))).sum();
                    *degree = if distances[at] == 0.0 { 1.0 } else { 1.0 / sum };
                }
            }
            for (cluster, center) in centers.iter_mut().enumerate() {
                let shares: Vec<f64> = degrees.iter().map(|degrees| degrees[cluster].powf(m)).collect();
                let sum: f64 = shares.iter().sum();
                for (at, c) in center.iter_mut().enumerate() {
                    *c = rows.column(at).iter().zip(&shares).map(|(x, share)| x * share).sum::<f64>() / sum;
                }
            }
        }
        let model = &found.model;
        assert_eq!(model.converged(), Some(true));
        for (row, expected) in rows.rows().into_iter().zip(&degrees) {
            let mut ours = vec![0.0; k];
            assert!(model.memberships(&row.to_vec(), &mut ours));
            assert!((ours.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            let mut expected = expected.clone();
            expected.sort_by(f64::total_cmp);
            ours.sort_by(f64::total_cmp);
            ours.iter().zip(&expected).for_each(|(a, b)| assert!((a - b).abs() < 1e-6, "{ours:?} {expected:?}"));
        }
    }
}

#[test]
fn a_row_on_a_center_is_in_that_cluster_alone() {
    let rows = array![[0.0, 0.0], [0.0, 1.0], [8.0, 8.0], [9.0, 8.0]];
    let model = Fuzzy::new(2).fit_matrix(rows.view()).unwrap().model;
    let mut degrees = [0.0; 2];
    assert!(model.memberships(&model.representative(1), &mut degrees));
    assert_eq!(degrees, [0.0, 1.0]);
    // far away all are alike, and no square becomes too large
    assert!(model.memberships(&[1e300, -1e300], &mut degrees));
    assert!((degrees[0] - 0.5).abs() < 1e-9 && (degrees[1] - 0.5).abs() < 1e-9);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Limits are met, and no move within them and no exchange of two rows makes the sum of squares smaller.
    #[test]
    fn limits_are_met_and_no_move_or_exchange_is_better(
        seed in 0_u64..1000, n in 4_usize..40, k in 1_usize..5, slack in 0_usize..4, coarse in any::<bool>(),
    ) {
        prop_assume!(k <= n);
        let mut rows = Draw::blobs(seed, n, 2, k);
        if coarse {
            rows.mapv_inplace(f64::round); // many equal rows
        }
        let (least, most) = ((n / k).saturating_sub(slack).max(1), n.div_ceil(k) + slack);
        let found = SizeLimited::new(k).min_size(least).max_size(most).restarts(2).seed(seed).fit_matrix(rows.view()).unwrap();
        let labels = labels(&found);
        let centers: Vec<Vec<f64>> = (0..k).map(|cluster| found.model.representative(cluster)).collect();
        let mut counts = vec![0; k];
        labels.iter().for_each(|label| counts[*label] += 1);
        prop_assert!(counts.iter().all(|count| (least..=most).contains(count)), "{counts:?}");
        prop_assert_eq!(found.model.sizes(), counts.iter().map(|count| *count as f64).collect::<Vec<_>>());
        let cost = |row: usize, cluster: usize| squared(&rows.row(row).to_vec(), &centers[cluster]);
        let sum: f64 = (0..n).map(|row| cost(row, labels[row])).sum();
        prop_assert!((found.model.objective().unwrap().1 - sum).abs() <= 1e-9 * sum.max(1.0));
        for row in 0..n {
            for to in (0..k).filter(|to| counts[*to] < most && counts[labels[row]] > least && *to != labels[row]) {
                prop_assert!(cost(row, to) >= cost(row, labels[row]) - 1e-9);
            }
            for other in row + 1..n {
                let now = cost(row, labels[row]) + cost(other, labels[other]);
                prop_assert!(cost(row, labels[other]) + cost(other, labels[row]) >= now - 1e-9);
            }
        }
        // centers are the means of their rows
        for (cluster, center) in centers.iter().enumerate() {
            let members: Vec<Vec<f64>> = (0..n).filter(|r| labels[*r] == cluster).map(|r| rows.row(r).to_vec()).collect();
            means(&members).iter().zip(center).for_each(|(a, b)| assert!((a - b).abs() < 1e-9));
        }
    }
}

#[test]
fn limits_that_cannot_be_met_are_told_with_what_could_be() {
    let rows = Draw::blobs(1, 10, 2, 2);
    let told = |recipe: SizeLimited| recipe.fit_matrix(rows.view()).unwrap_err().to_string();
    assert_eq!(
        told(SizeLimited::new(3).max_size(3)),
        "`max_size` must be at least 4, so that 3 clusters can hold 10 rows, found 3"
    );
    assert_eq!(
        told(SizeLimited::new(3).min_size(4)),
        "`min_size` must be at most 3, so that 3 clusters can share 10 rows, found 4"
    );
    assert!(told(SizeLimited::new(3).min_size(3).max_size(2)).starts_with("`max_size`"));
    assert!(told(SizeLimited::new(3).min_size(0)).starts_with("`min_size`"));
    let weights = [1.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];
    let points = Points::new(rows.view()).weights(&weights);
    assert!(SizeLimited::new(2).find(&points, &Progress::none()).unwrap_err().to_string().starts_with("`weights`"));
    let wide = SizeLimited::new(2).fit_matrix(rows.view()).unwrap();
    let free = KMeans::new(2).tolerance(0.0).fit_matrix(rows.view()).unwrap();
    assert_eq!(wide.labels, free.labels, "without limits it is k-means");
}

#[test]
fn zeros_point_nowhere() {
    let rows = array![[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]];
    let error = Spherical::new(2).fit_matrix(rows.view()).unwrap_err();
    assert_eq!(error.to_string(), "row 2: all numbers are 0, which is no direction");
    let model = Spherical::new(2).fit_matrix(rows.slice(s![..2, ..])).unwrap().model;
    assert_eq!(model.place(&[0.0, 0.0]).cluster, None);
    assert_eq!(model.place(&[1e-310, 0.0]).distance, 0.0, "a tiny row has a direction too");
    let opposite = array![[1.0, 0.0], [-1.0, 0.0]];
    let one = Spherical::new(1).fit_matrix(opposite.view()).unwrap().model;
    assert_eq!(one.objective(), Some(("cosine_distance", 2.0)));
    let same = array![[1.0, 3.0], [2.1, 6.3], [5.0, 15.0], [0.7, 2.1]];
    let one = Spherical::new(3).fit_matrix(same.view()).unwrap().model;
    assert_eq!(one.clusters(), 1, "{:?}", one.notes());
}

/// What holds for each: threads, hard input, k = 1, saving, stopping, weights.
mod laws {
    use super::*;

    /// Runs the same on 1, 2 and 7 threads.
    fn on_threads<T: PartialEq + std::fmt::Debug + Send>(work: impl Fn() -> T + Sync) -> T {
        let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let [one, two, seven] = [1, 2, 7].map(|threads| pool(threads).install(&work));
        assert_eq!(one, two);
        assert_eq!(one, seven);
        one
    }

    fn find<M: ClusterMethod>(method: &M, rows: &Array2<f64>) -> Found<M::Model> {
        method.fit_matrix(rows.view()).unwrap()
    }

    /// All laws that every sibling keeps, for a recipe of `k` clusters.
    fn all<M: ClusterMethod>(method: impl Fn(usize) -> M + Sync, scale: impl Fn(&Array2<f64>) -> Array2<f64>)
    where
        M::Model: PartialEq,
    {
        let rows = scale(&Draw::blobs(5, 5000, 3, 4));
        let found = on_threads(|| {
            let found = find(&method(4), &rows);
            (found.labels, found.model)
        });
        let (labels, model) = &found;
        model.check().unwrap();
        assert_eq!(model.clusters(), 4);
        assert_eq!(model.dimensions(), 3);
        assert_eq!(model.sizes().iter().sum::<f64>(), 5000.0);
        assert!(model.sizes().windows(2).all(|pair| pair[0] >= pair[1]), "largest first: {:?}", model.sizes());
        for (row, label) in rows.rows().into_iter().zip(labels) {
            let placed = model.place(row.as_slice().unwrap());
            assert_eq!(placed.cluster.map(|cluster| cluster as u32), *label);
            let (other, distance) = placed.second.unwrap();
            assert!(distance >= placed.distance && Some(other) != placed.cluster);
        }
        // saved and read again
        let text = serde_json::to_string(model).unwrap();
        assert_eq!(serde_json::from_str::<M::Model>(&text).unwrap(), *model);
        // stopped
        let stop = |step: Step<'_>| match step.what {
            "iterations" if step.done >= 1 => std::ops::ControlFlow::Break(()),
            _ => std::ops::ControlFlow::Continue(()),
        };
        let stopped = method(4).find(&Points::new(rows.view()), &Progress::new(&stop)).unwrap_err();
        assert!(stopped.to_string().starts_with("cancelled"), "{stopped}");
        hard(&method, scale);
    }

    fn hard<M: ClusterMethod>(method: &impl Fn(usize) -> M, scale: impl Fn(&Array2<f64>) -> Array2<f64>) {
        assert!(method(0).fit_matrix(array![[1.0]].view()).unwrap_err().to_string().starts_with("`k`"));
        let nan = method(2).fit_matrix(array![[1.0, 1.0], [f64::NAN, 1.0]].view()).unwrap_err();
        assert!(nan.to_string().starts_with("row 1: column 0 is NaN"), "{nan}");
        // all equal, fewer different rows than clusters, fewer rows than clusters, one row, one column
        let equal = find(&method(3), &Array2::from_elem((9, 2), 4.5));
        assert!(equal.model.clusters() == 1, "{:?}", equal.model.notes());
        assert!(!equal.model.notes().is_empty());
        assert_eq!(equal.labels, vec![Some(0); 9]);
        let two = concatenate![ndarray::Axis(0), Array2::from_elem((5, 2), 1.0), array![[1.0, 8.0], [1.0, 8.0]]];
        let two = find(&method(5), &two);
        assert_eq!(two.model.clusters(), 2, "{:?}", two.model.notes());
        assert_eq!(two.labels, [0, 0, 0, 0, 0, 1, 1].map(Some));
        assert_eq!(find(&method(4), &array![[3.0, 1.0]]).model.clusters(), 1);
        let one = find(&method(1), &scale(&Draw::blobs(2, 30, 1, 2)));
        assert_eq!(one.model.place(&[1.0]).second, None);
        assert_eq!(find(&method(2), &scale(&Draw::blobs(2, 40, 500, 2))).model.dimensions(), 500);
        // one far outlier, columns of different scale: finite, and all rows have a cluster
        let mut odd = scale(&Draw::blobs(3, 50, 2, 3));
        odd[[7, 0]] = 1e12;
        odd.column_mut(1).mapv_inplace(|x| x * 1e-9);
        let odd = find(&method(3), &odd);
        odd.model.check().unwrap();
        assert!(odd.labels.iter().all(Option::is_some));
        // the ends of the numbers: an answer that can be kept, or an error that says where
        for factor in [1e300, 1e-300, 5e-324, 1e150, 1e-160] {
            let rows = &array![[1.0, 2.0], [1.0, 3.0], [20.0, 1.0], [21.0, 1.0], [60.0, 70.0]] * factor;
            match method(2).fit_matrix(rows.view()) {
                Ok(found) => {
                    found.model.check().unwrap();
                    assert_eq!(found.model.clusters(), 2);
                }
                Err(error) => assert!(error.to_string().contains("column"), "{error}"),
            }
        }
    }

    /// A row of weight 2 is the row twice, one of weight 0 teaches nothing and has a label.
    fn weights<M: ClusterMethod>(method: impl Fn(Start) -> M) {
        let rows = Draw::blobs(8, 90, 2, 3);
        let counts: Vec<usize> = (0..90).map(|row| if row < 3 { 1 } else { row % 4 }).collect();
        let written: Vec<usize> = (0..90).flat_map(|row| vec![row; counts[row]]).collect();
        let repeated = rows.select(ndarray::Axis(0), &written);
        let weights: Vec<f64> = counts.iter().map(|count| *count as f64).collect();
        let method = method(Start::Given(first_rows(&rows, 3)));
        let weighted = method.find(&Points::new(rows.view()).weights(&weights), &Progress::none()).unwrap();
        let twice = find(&method, &repeated);
        let (a, b) = (weighted.model.objective().unwrap().1, twice.model.objective().unwrap().1);
        assert!((a - b).abs() <= 1e-9 * b, "{a} {b}");
        assert_eq!(weighted.model.sizes(), twice.model.sizes());
        let mut at = 0;
        for (row, count) in counts.iter().enumerate() {
            assert!(weighted.labels[row].is_some());
            for _ in 0..*count {
                assert_eq!(twice.labels[at], weighted.labels[row]);
                at += 1;
            }
        }
        for cluster in 0..3 {
            let (a, b) = (weighted.model.representative(cluster), twice.model.representative(cluster));
            a.iter().zip(&b).for_each(|(a, b)| assert!((a - b).abs() < 1e-6, "{a} {b}"));
        }
    }

    fn plain(rows: &Array2<f64>) -> Array2<f64> {
        rows.clone()
    }

    #[test]
    fn k_medians() {
        all(|k| KMedians::new(k).restarts(2), plain);
        weights(|start| KMedians::new(3).start(start));
        let rows = array![[1.0, 5.0], [2.0, 90.0], [30.0, 6.0]];
        assert_eq!(KMedians::new(1).fit_matrix(rows.view()).unwrap().model.representative(0), [2.0, 6.0]);
    }

    #[test]
    fn spherical() {
        // columns of one number each have two directions: what is tested with several clusters has more columns
        all(|k| Spherical::new(k).restarts(2), plain);
        weights(|start| Spherical::new(3).start(start));
        let rows = array![[3.0, 0.0], [0.0, 4.0]];
        let center = Spherical::new(1).fit_matrix(rows.view()).unwrap().model.representative(0);
        center.iter().for_each(|x| assert!((x - 0.5_f64.sqrt()).abs() < 1e-15));
    }

    #[test]
    fn fuzzy() {
        all(|k| Fuzzy::new(k).restarts(1).tolerance(1e-3), plain);
        weights(|start| Fuzzy::new(3).start(start).tolerance(1e-12).iterations(2000));
        let rows = array![[1.0, 5.0], [2.0, 7.0], [6.0, 6.0]];
        assert_eq!(Fuzzy::new(1).fit_matrix(rows.view()).unwrap().model.representative(0), [3.0, 6.0]);
    }

    /// As [`weights`], for methods that draw: groups so far apart that every draw finds them.
    fn weights_of_groups<M: ClusterMethod>(method: M) {
        let mut rows = Draw::blobs(8, 90, 2, 3);
        rows.rows_mut().into_iter().enumerate().for_each(|(row, mut cells)| cells[0] += 100.0 * (row % 3) as f64);
        let weights: Vec<f64> = (0..90).map(|row| (row % 4 + row % 3) as f64).collect();
        let written: Vec<usize> = (0..90).flat_map(|row| vec![row; weights[row] as usize]).collect();
        let twice = find(&method, &rows.select(ndarray::Axis(0), &written));
        let weighted = method.find(&Points::new(rows.view()).weights(&weights), &Progress::none()).unwrap();
        let (a, b) = (weighted.model.objective().unwrap().1, twice.model.objective().unwrap().1);
        assert!((a - b).abs() <= 1e-9 * b, "{a} {b}");
        assert_eq!(weighted.model.sizes(), twice.model.sizes());
        for (label, row) in twice.labels.iter().zip(&written) {
            assert_eq!(*label, weighted.labels[*row]);
        }
        assert!(weighted.labels.iter().all(Option::is_some));
    }

    fn mean_of_all<M: ClusterMethod>(method: M) {
        let rows = array![[1.0, 5.0], [2.0, 7.0], [6.0, 6.0]];
        assert_eq!(find(&method, &rows).model.representative(0), [3.0, 6.0]);
    }

    #[test]
    fn one_pass() {
        all(|k| OnePass::new(k).restarts(2), plain);
        all(|k| OnePass::new(k).summary(300), plain);
        weights_of_groups(OnePass::new(3));
        weights_of_groups(OnePass::new(3).summary(12).passes(3));
        mean_of_all(OnePass::new(1));
    }

    #[test]
    fn mini_batch() {
        all(|k| MiniBatch::new(k).batch(200), plain);
        weights_of_groups(MiniBatch::new(3).batch(20));
        mean_of_all(MiniBatch::new(1));
    }

    #[test]
    fn bisecting() {
        all(|k| Bisecting::new(k).restarts(2), plain);
        all(|k| Bisecting::new(k).restarts(2).split(Split::Size), plain);
        weights_of_groups(Bisecting::new(3));
        mean_of_all(Bisecting::new(1));
    }

    #[test]
    fn size_limited() {
        let rows = Draw::blobs(5, 600, 3, 4);
        let (labels, model) = on_threads(|| {
            let found = find(&SizeLimited::new(4).min_size(140).max_size(160).restarts(2), &rows);
            (found.labels, found.model)
        });
        assert_eq!(labels.len(), 600);
        let text = serde_json::to_string(&model).unwrap();
        assert_eq!(serde_json::from_str::<segmentry::cluster::SizeLimitedModel>(&text).unwrap(), model);
        // rows that are equal are divided where limits ask for it
        let equal = Array2::from_elem((9, 2), 4.5);
        let found = find(&SizeLimited::new(3).max_size(3), &equal);
        assert_eq!(found.model.sizes(), [3.0, 3.0, 3.0]);
        let few = find(&SizeLimited::new(4), &array![[3.0], [1.0]]);
        assert_eq!(few.model.clusters(), 2);
        assert!(few.model.notes()[0].contains("4 clusters"), "{:?}", few.model.notes());
        let mean = find(&SizeLimited::new(1), &array![[1.0, 5.0], [2.0, 7.0], [6.0, 6.0]]).model.representative(0);
        assert_eq!(mean, [3.0, 6.0]);
        let stop = |_: Step<'_>| std::ops::ControlFlow::Break(());
        let stopped = SizeLimited::new(4).find(&Points::new(rows.view()), &Progress::new(&stop)).unwrap_err();
        assert!(stopped.to_string().starts_with("cancelled"), "{stopped}");
    }
}

/// Rows that come in any parts are the same rows, and all at once are the same again but for the passes at the end.
#[test]
fn rows_may_come_in_any_parts() {
    let rows = Draw::blobs(4, 9_999, 3, 5);
    let weights: Vec<f64> = (0..9_999).map(|row| (row % 3) as f64).collect();
    let recipe = OnePass::new(5).summary(64).seed(3);
    let in_parts = |sizes: &[usize]| {
        let mut collector = recipe.collect();
        let (mut at, mut turn) = (0, 0);
        while at < 9_999 {
            let to = (at + sizes[turn % sizes.len()]).min(9_999);
            collector.push(&Points::new(rows.slice(s![at..to, ..])).weights(&weights[at..to])).unwrap();
            assert!(collector.kept() <= 64 * 16 + 64 * 4, "{} rows are kept", collector.kept());
            (at, turn) = (to, turn + 1);
        }
        assert_eq!(collector.rows(), 9_999);
        collector.finish().unwrap()
    };
    let whole = in_parts(&[9_999]);
    assert_eq!(in_parts(&[7, 300, 1, 64, 2049]), whole);
    assert_eq!(in_parts(&[256]), whole);
    assert_eq!(in_parts(&[4000]), whole);
    let total: f64 = whole.sizes().iter().sum();
    assert!((total - weights.iter().sum::<f64>()).abs() < 1e-6, "weights are kept: {total}");
    let found = recipe.find(&Points::new(rows.view()).weights(&weights), &Progress::none()).unwrap();
    let near = |model: &segmentry::cluster::OnePassModel, row: &[f64]| model.place(row).distance.powi(2);
    let cost =
        |model| rows.rows().into_iter().zip(&weights).map(|(row, w)| w * near(model, &row.to_vec())).sum::<f64>();
    let (ours, theirs) = (cost(&found.model), cost(&whole));
    assert!(ours <= theirs * 1.0001, "a pass over all rows makes it better: {ours} {theirs}");
    assert!((found.model.objective().unwrap().1 / ours - 1.0).abs() < 1e-9, "the inertia is that of all rows");
    assert!((whole.objective().unwrap().1 / theirs - 1.0).abs() < 0.2, "about right: {theirs}");
}

/// A summary of a fiftieth of the rows comes within a percent of k-means on all.
#[test]
fn a_summary_is_nearly_as_good_as_all_rows() {
    for seed in 0..3 {
        let rows = Draw::blobs(seed, 40_000, 4, 6);
        let full = KMeans::new(6).restarts(3).fit_matrix(rows.view()).unwrap().model.inertia();
        let ours = OnePass::new(6).summary(800).seed(seed).fit_matrix(rows.view()).unwrap();
        let inertia = ours.model.objective().unwrap().1;
        assert!(inertia <= full * 1.01, "{inertia} {full}");
        assert_eq!(ours.model.notes(), ["learnt from a summary of 40000 rows by 800 of them at most"]);
    }
}

#[test]
fn collections_are_merged() {
    let rows = Draw::blobs(6, 6_000, 2, 3);
    let recipe = OnePass::new(3).summary(100);
    let mut parts: Vec<_> = (0..3)
        .map(|part| {
            let mut collector = recipe.collect();
            collector.push(&Points::new(rows.slice(s![part * 2000..(part + 1) * 2000, ..]))).unwrap();
            collector
        })
        .collect();
    let mut all = parts.remove(0);
    parts.into_iter().for_each(|part| all.merge(part).unwrap());
    assert_eq!(all.rows(), 6_000);
    let merged = all.clone().finish().unwrap();
    assert!((merged.sizes().iter().sum::<f64>() - 6_000.0).abs() < 1e-6);
    let full = KMeans::new(3).fit_matrix(rows.view()).unwrap().model;
    let inertia =
        |model: &dyn Fn(&[f64]) -> f64| rows.rows().into_iter().map(|row| model(&row.to_vec()).powi(2)).sum::<f64>();
    let (ours, theirs) = (inertia(&|row| merged.place(row).distance), inertia(&|row| full.place(row).distance));
    assert!(ours <= theirs * 1.05, "{ours} {theirs}");
    // what does not belong together, and what cannot be taken
    assert!(all.merge(OnePass::new(4).summary(100).collect()).is_err());
    let narrow = array![[1.0]];
    assert!(all.push(&Points::new(narrow.view())).unwrap_err().to_string().contains("row"));
    let bad = array![[1.0, 2.0], [f64::NAN, 1.0]];
    assert!(all.push(&Points::new(bad.view())).unwrap_err().to_string().starts_with("row 1: column 0 is NaN"));
    let huge = array![[1.0, 1e200]];
    assert!(all.push(&Points::new(huge.view())).unwrap_err().to_string().starts_with("`column 1`"));
    assert_eq!(all.rows(), 6_000, "nothing of them was taken");
    all.push(&Points::new(Array2::zeros((0, 2)).view())).unwrap();
    assert_eq!(all.finish().unwrap(), merged);
    let mut nothing = recipe.collect();
    let mut weights = vec![0.0; 6_000];
    weights[5_999] = 2.0;
    nothing.push(&Points::new(rows.view()).weights(&weights)).unwrap();
    assert_eq!(nothing.finish().unwrap().sizes(), [2.0], "only one row counts");
    assert_eq!(recipe.collect().finish().unwrap_err().to_string(), "no rows to cluster");
    let zero = OnePass::new(0).collect().push(&Points::new(rows.view())).unwrap_err();
    assert!(zero.to_string().starts_with("`k`"));
}

/// Centroids that nobody comes to begin again where rows are.
#[test]
fn starved_centroids_are_fed() {
    let rows = Draw::blobs(9, 3_000, 2, 4);
    let start = vec![vec![1.0, 1.0], vec![2.0, 2.0], vec![1e6, 1e6], vec![-1e6, 0.0]];
    let found = MiniBatch::new(4).batch(100).start(Start::Given(start)).fit_matrix(rows.view()).unwrap();
    let full = KMeans::new(4).fit_matrix(rows.view()).unwrap().model.inertia();
    assert_eq!(found.model.clusters(), 4);
    assert!(found.model.notes().iter().any(|note| note.starts_with("starved")), "{:?}", found.model.notes());
    assert!(found.model.objective().unwrap().1 < 1.2 * full);
}

#[test]
fn the_larger_or_the_looser_is_divided() {
    // seven rows close together and two far apart: the largest and the one of most inertia are not the same
    let rows = array![[0.0], [0.1], [0.2], [0.3], [0.4], [0.5], [0.6], [100.0], [120.0]];
    let by = |split| Bisecting::new(3).split(split).fit_matrix(rows.view()).unwrap();
    assert_eq!(by(Split::Inertia).labels, [0, 0, 0, 0, 0, 0, 0, 1, 2].map(Some));
    assert_eq!(by(Split::Size).model.sizes()[2], 2.0);
    assert_eq!(by(Split::Size).labels[7], by(Split::Size).labels[8]);
}

#[test]
fn recipes_are_read_as_studies_write_them() {
    assert_eq!(
        serde_json::from_str::<Bisecting>(r#"{"k": 3, "split": "size"}"#).unwrap(),
        Bisecting::new(3).split(Split::Size)
    );
    assert_eq!(serde_json::from_str::<MiniBatch>(r#"{"k": 3, "batch": 64}"#).unwrap(), MiniBatch::new(3).batch(64));
    assert_eq!(serde_json::from_str::<OnePass>(r#"{"k": 3}"#).unwrap(), OnePass::new(3));
    assert_eq!(serde_json::from_str::<KMedians>(r#"{"k": 3}"#).unwrap(), KMedians::new(3));
    assert_eq!(serde_json::from_str::<Spherical>(r#"{"k": 3, "seed": 4}"#).unwrap(), Spherical::new(3).seed(4));
    assert_eq!(
        serde_json::from_str::<Fuzzy>(r#"{"k": 3, "fuzzifier": 1.5, "start": "random"}"#).unwrap(),
        Fuzzy::new(3).fuzzifier(1.5).start(Start::Random)
    );
    assert_eq!(
        serde_json::from_str::<SizeLimited>(r#"{"k": 3, "min_size": 5, "max_size": 9, "restarts": 2}"#).unwrap(),
        SizeLimited::new(3).min_size(5).max_size(9).restarts(2)
    );
    assert!(serde_json::from_str::<KMedians>(r#"{"k": 3, "fuzzifier": 2}"#).is_err());
}

#[test]
fn a_model_that_cannot_be_is_refused() {
    let model = KMedians::new(2).fit_matrix(array![[1.0], [2.0], [9.0]].view()).unwrap().model;
    let good = serde_json::to_string(&model).unwrap();
    let refused = |from: &str, to: &str| {
        assert!(good.contains(from), "{good}");
        let bad: segmentry::cluster::KMediansModel = serde_json::from_str(&good.replace(from, to)).unwrap();
        assert!(bad.check().is_err(), "{to}");
    };
    refused(r#""dimensions":1"#, r#""dimensions":0"#);
    refused(r#""dimensions":1"#, r#""dimensions":2"#);
    refused(r#""sizes":[2.0,1.0]"#, r#""sizes":[2.0,-1.0]"#);
    refused(r#""sizes":[2.0,1.0]"#, r#""sizes":[]"#);
    refused(r#""k":2"#, r#""k":0"#);
    refused(r#""objective":1.0"#, r#""objective":-1.0"#);
}

/// Limits on real data: five squads of the mall's customers, none above 45, cost more than free clusters
/// (SSE 44448.455448: numbers.md A34) and less than one more squad-worth of it.
#[test]
fn the_malls_customers_in_squads_of_like_size() {
    let Some(rows) = shared("mall_customers.csv", &[3, 4]) else { return };
    let free = SizeLimited::new(5).fit_matrix(rows.view()).unwrap().model;
    assert!((free.objective().unwrap().1 - 44_448.455_448).abs() < 1e-3);
    let even = SizeLimited::new(5).min_size(40).max_size(40).fit_matrix(rows.view()).unwrap().model;
    assert_eq!(even.sizes(), [40.0; 5]);
    assert!(even.objective().unwrap().1 > 44_448.46);
}

/// Agreement with Python: scripts/references/family.py, scikit-learn 1.9.1 and numpy 2.4.6.
mod python {
    use super::*;

    fn golden() -> serde_json::Value {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/cluster/family.json");
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    fn numbers(value: &serde_json::Value) -> Vec<f64> {
        value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
    }

    fn rows(name: &str) -> Option<Array2<f64>> {
        match name {
            "mall" => shared("mall_customers.csv", &[3, 4]),
            "wholesale_log" => shared("wholesale_customers.csv", &[2, 3, 4, 5, 6, 7]).map(|rows| rows.mapv(f64::ln_1p)),
            "iris" => shared("iris.csv", &[0, 1, 2, 3]),
            _ => shared("sipu_s1.csv", &[0, 1]),
        }
    }

    #[test]
    fn mini_batch_and_bisecting_are_as_good() {
        let golden = golden();
        for (name, set) in golden["sets"].as_object().unwrap() {
            let Some(rows) = rows(name) else { return };
            let k = set["k"].as_u64().unwrap() as usize;
            let best = set["k_means"].as_f64().unwrap();
            let least = |key: &str| numbers(&set[key]).into_iter().fold(f64::INFINITY, f64::min);
            let inertia = |objective: Option<(&str, f64)>| objective.unwrap().1;
            for seed in 0..3 {
                let ours = inertia(MiniBatch::new(k).seed(seed).fit_matrix(rows.view()).unwrap().model.objective());
                assert!(ours >= best * (1.0 - 1e-6), "{name}: nothing is below the best known: {ours} {best}");
                assert!(ours <= 1.01 * least("mini_batch"), "{name}: {ours}, scikit-learn {}", least("mini_batch"));
            }
            // rows go to the nearest centroid at the end, so that ours is below what the halves come to
            for (split, key) in [(Split::Inertia, "bisecting_inertia"), (Split::Size, "bisecting_size")] {
                let found = Bisecting::new(k).split(split).fit_matrix(rows.view()).unwrap();
                let ours = inertia(found.model.objective());
                assert!(ours >= best * (1.0 - 1e-6), "{name}: {ours} {best}");
                assert!(ours <= least(key), "{name}: {ours}, scikit-learn {}", least(key));
            }
            let ours = inertia(OnePass::new(k).restarts(10).fit_matrix(rows.view()).unwrap().model.objective());
            assert!((ours / best - 1.0).abs() < 1e-3, "{name}: few rows are not summed up: {ours} {best}");
        }
    }

    #[test]
    fn k_medians_and_spherical_are_the_same() {
        let agrees = |name: &str, expected: &serde_json::Value, objective: Option<(&str, f64)>, sizes: &[f64]| {
            let (ours, theirs) = (objective.unwrap().1, expected["objective"].as_f64().unwrap());
            assert!((ours / theirs - 1.0).abs() < 1e-9, "{name}: {ours} {theirs}");
            assert_eq!(sizes, numbers(&expected["sizes"]), "{name}");
        };
        for (name, set) in golden()["sets"].as_object().unwrap() {
            let (Some(rows), Some(start)) = (rows(name), set["start"].as_array()) else { continue };
            let (k, start) = (start.len(), Start::Given(start.iter().map(numbers).collect()));
            let model = KMedians::new(k).start(start.clone()).fit_matrix(rows.view()).unwrap().model;
            agrees(name, &set["k_medians"], model.objective(), model.sizes());
            let model = Spherical::new(k).start(start).fit_matrix(rows.view()).unwrap().model;
            agrees(name, &set["spherical"], model.objective(), model.sizes());
        }
    }

    #[test]
    fn fuzzy_is_the_same() {
        for (name, set) in golden()["sets"].as_object().unwrap() {
            let Some(rows) = rows(name) else { return };
            for run in set["fuzzy"].as_array().into_iter().flatten() {
                let (m, k) = (run["m"].as_f64().unwrap(), set["k"].as_u64().unwrap() as usize);
                let start: Vec<Vec<f64>> = run["start"].as_array().unwrap().iter().map(numbers).collect();
                let recipe = Fuzzy::new(k).fuzzifier(m).tolerance(1e-10).iterations(5000).start(Start::Given(start));
                let model = recipe.fit_matrix(rows.view()).unwrap().model;
                let objective = run["objective"].as_f64().unwrap();
                assert!((model.objective().unwrap().1 / objective - 1.0).abs() < 1e-9, "{name} {m}");
                let mut degrees = vec![0.0; k];
                assert!(model.memberships(&rows.row(0).to_vec(), &mut degrees));
                let mut expected = numbers(&run["degrees_of_row_0"]);
                expected.sort_by(f64::total_cmp);
                degrees.sort_by(f64::total_cmp);
                degrees.iter().zip(&expected).for_each(|(a, b)| assert!((a - b).abs() < 1e-6, "{degrees:?}"));
                for center in run["centers"].as_array().unwrap().iter().map(numbers) {
                    let near = (0..k).map(|cluster| squared(&center, &model.representative(cluster)).sqrt());
                    assert!(near.fold(f64::INFINITY, f64::min) < 1e-4, "{name} {m}: {center:?}");
                }
            }
        }
    }
}
