//! The siblings of k-means: laws that hold for all, textbook twins, limits that are met, figures of Python.

use ndarray::{Array2, ArrayView2, array, concatenate, s};
use proptest::prelude::*;
use segmentry::cluster::{
    ClusterMethod, ClusterModel, Found, Fuzzy, KMeans, KMedians, Points, SizeLimited, Spherical, Start,
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

#[test]
fn recipes_are_read_as_studies_write_them() {
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
