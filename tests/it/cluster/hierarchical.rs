//! Hierarchical clustering: the plain definition, scipy's trees, real data, hard input.

use std::path::Path;

use ndarray::{Array2, array};
use segmentry::cluster::{ClusterMethod, ClusterModel, Dendrogram, Hierarchical, HierarchicalModel, Linkage, Points};
use segmentry::progress::Progress;

const LINKAGES: [Linkage; 7] = [
    Linkage::Single,
    Linkage::Complete,
    Linkage::Average,
    Linkage::Weighted,
    Linkage::Centroid,
    Linkage::Median,
    Linkage::Ward,
];

fn noise(rows: usize, columns: usize, seed: u64) -> Array2<f64> {
    let mut state = seed;
    Array2::from_shape_fn((rows, columns), |(row, column)| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let uniform = (state >> 11) as f64 / (1_u64 << 53) as f64;
        uniform + if (row + column) % 3 == 0 { 2.0 } else { 0.0 } + (row % 4) as f64
    })
}

fn near(found: f64, known: f64, within: f64) {
    assert!((found - known).abs() <= within, "{found} is not {known}");
}

fn golden() -> serde_json::Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/cluster/hierarchical.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn pairs(rows: &Array2<f64>) -> Vec<f64> {
    let n = rows.nrows();
    let between = |a: usize, b: usize| (&rows.row(a) - &rows.row(b)).mapv(|x| x * x).sum().sqrt();
    (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))).map(|(a, b)| between(a, b)).collect()
}

fn tree(recipe: &Hierarchical, points: &Points<'_>) -> Dendrogram {
    recipe.dendrogram(points, &Progress::none()).unwrap()
}

/// The definition: all distances of all clusters, the nearest two merged, the distances of the result computed from
/// the rows themselves where the linkage has such a definition. Gives heights and, for each merge, the rows of both.
fn definition(rows: &Array2<f64>, weights: &[f64], linkage: Linkage) -> Vec<(f64, Vec<usize>)> {
    #[derive(Clone)]
    struct Cluster {
        rows: Vec<usize>,
        size: f64,
        middle: Vec<f64>,
        parts: Option<(Box<Cluster>, Box<Cluster>)>,
    }
    let distance = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
    let row = |at: usize| rows.row(at).to_vec();
    fn wpgma(a: &Cluster, b: &Cluster, base: &dyn Fn(usize, usize) -> f64) -> f64 {
        match (&a.parts, &b.parts) {
            (None, None) => base(a.rows[0], b.rows[0]),
            // the younger one was put together last
            (Some((x, y)), _) if a.rows.len() >= b.rows.len() || b.parts.is_none() => {
                0.5 * (wpgma(x, b, base) + wpgma(y, b, base))
            }
            (_, Some((x, y))) => 0.5 * (wpgma(a, x, base) + wpgma(a, y, base)),
            (Some((x, y)), None) => 0.5 * (wpgma(x, b, base) + wpgma(y, b, base)),
        }
    }
    let base = |a: usize, b: usize| distance(&row(a), &row(b));
    let between = |a: &Cluster, b: &Cluster| -> f64 {
        let all = || a.rows.iter().flat_map(|x| b.rows.iter().map(move |y| (*x, *y)));
        match linkage {
            Linkage::Single => all().map(|(x, y)| base(x, y)).fold(f64::INFINITY, f64::min),
            Linkage::Complete => all().map(|(x, y)| base(x, y)).fold(0.0, f64::max),
            Linkage::Average => {
                all().map(|(x, y)| weights[x] * weights[y] * base(x, y)).sum::<f64>() / (a.size * b.size)
            }
            Linkage::Weighted => wpgma(a, b, &base),
            Linkage::Centroid | Linkage::Median => distance(&a.middle, &b.middle),
            Linkage::Ward => (2.0 * a.size * b.size / (a.size + b.size)).sqrt() * distance(&a.middle, &b.middle),
            other => panic!("no definition of {other:?} here"),
        }
    };
    let single = |at: usize| Cluster { rows: vec![at], size: weights[at], middle: row(at), parts: None };
    let mut clusters: Vec<Cluster> = (0..rows.nrows()).map(single).collect();
    let mut found = Vec::new();
    while clusters.len() > 1 {
        let mut best = (f64::INFINITY, 0, 0);
        for a in 0..clusters.len() {
            for b in a + 1..clusters.len() {
                let distance = between(&clusters[a], &clusters[b]);
                if distance < best.0 {
                    best = (distance, a, b);
                }
            }
        }
        let b = clusters.remove(best.2);
        let a = clusters.remove(best.1);
        let size = a.size + b.size;
        let part = if linkage == Linkage::Median { 0.5 } else { b.size / size };
        let middle = a.middle.iter().zip(&b.middle).map(|(x, y)| x + part * (y - x)).collect();
        let mut rows = [a.rows.clone(), b.rows.clone()].concat();
        rows.sort_unstable();
        found.push((best.0, rows.clone()));
        clusters.push(Cluster { rows, size, middle, parts: Some((Box::new(a), Box::new(b))) });
    }
    found
}

/// The rows of each merge of a tree.
fn rows_of(tree: &Dendrogram) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = (0..tree.leaves()).map(|leaf| vec![leaf]).collect();
    for merge in tree.merges() {
        let mut rows = [all[merge.a].clone(), all[merge.b].clone()].concat();
        rows.sort_unstable();
        all.push(rows);
    }
    all.split_off(tree.leaves())
}

#[test]
fn every_linkage_gives_the_tree_of_its_definition() {
    for (n, d, seed) in [(2, 1, 1), (9, 1, 2), (30, 2, 3), (40, 5, 4), (33, 3, 5)] {
        let rows = noise(n, d, seed);
        let uneven: Vec<f64> = (0..n).map(|row| 1.0 + (row % 3) as f64 * 0.75).collect();
        for weights in [vec![1.0; n], uneven] {
            for linkage in LINKAGES {
                let known = definition(&rows, &weights, linkage);
                let recipe = Hierarchical::new(1).linkage(linkage);
                let found = tree(&recipe, &Points::new(rows.view()).weights(&weights));
                for (merge, (height, _)) in found.merges().iter().zip(&known) {
                    near(merge.height, *height, 1e-9);
                }
                let known: Vec<Vec<usize>> = known.into_iter().map(|(_, rows)| rows).collect();
                assert_eq!(rows_of(&found), known, "{linkage:?} {n} x {d}");
                near(found.merges().last().unwrap().size, weights.iter().sum(), 1e-9);
            }
        }
    }
}

/// Source: scripts/references/hierarchical.py, scipy 1.17.1.
#[test]
fn trees_are_those_of_scipy() {
    let golden = golden();
    let rows: Vec<Vec<f64>> = serde_json::from_value(golden["rows"].clone()).unwrap();
    let rows = Array2::from_shape_fn((rows.len(), 3), |(row, column)| rows[row][column]);
    let distances = pairs(&rows);
    for (ours, known) in distances.iter().zip(golden["distances"].as_array().unwrap()) {
        near(*ours, known.as_f64().unwrap(), 1e-12);
    }
    for case in golden["cases"].as_array().unwrap() {
        let linkage: Linkage = serde_json::from_value(case["linkage"].clone()).unwrap();
        let recipe = Hierarchical::new(1).linkage(linkage);
        let of_rows = tree(&recipe, &Points::new(rows.view()));
        let of_distances = recipe.dendrogram_of(&distances).unwrap();
        for tree in [of_rows, of_distances] {
            for (ours, known) in tree.merges().iter().zip(case["merges"].as_array().unwrap()) {
                let known: Vec<f64> = serde_json::from_value(known.clone()).unwrap();
                assert_eq!([ours.a as f64, ours.b as f64, ours.size], [known[0], known[1], known[3]], "{linkage:?}");
                near(ours.height, known[2], 1e-10);
            }
            let labels: Vec<u32> = serde_json::from_value(case["labels"].clone()).unwrap();
            assert_eq!(tree.cut_at(case["height"].as_f64().unwrap()), labels, "{linkage:?}");
            let cophenetic = tree.cophenetic_correlation(&distances).unwrap();
            near(cophenetic, case["cophenetic"].as_f64().unwrap(), 1e-10);
            assert!(tree.is_monotone() || matches!(linkage, Linkage::Centroid | Linkage::Median));
        }
    }
}

/// Ward from centroids alone is Ward from the distances of all pairs, where blocks and their boxes are at work.
#[test]
fn ward_without_distances_is_ward_with_them() {
    for (n, d, seed) in [(400, 2, 6), (500, 8, 7), (300, 1, 8)] {
        let rows = noise(n, d, seed);
        let recipe = Hierarchical::new(1);
        let (fast, slow) = (tree(&recipe, &Points::new(rows.view())), recipe.dendrogram_of(&pairs(&rows)).unwrap());
        for k in [1, 2, 3, 7, 50, 200, n] {
            assert_eq!(fast.cut(k), slow.cut(k), "{n} x {d}, {k}");
        }
        for (a, b) in fast.merges().iter().zip(slow.merges()) {
            near(a.height, b.height, 1e-8);
        }
    }
}

#[test]
fn equal_distances_are_no_trouble() {
    // a grid and duplicates: nearly all distances are equal to others
    let grid =
        Array2::from_shape_fn((144, 2), |(row, column)| if column == 0 { row / 12 } else { row % 12 / 2 } as f64);
    for linkage in LINKAGES {
        let recipe = Hierarchical::new(1).linkage(linkage);
        let found = tree(&recipe, &Points::new(grid.view()));
        assert_eq!(found.merges().len(), 143);
        assert!(found.merges()[..72].iter().all(|merge| merge.height == 0.0), "{linkage:?}");
        assert!(found.merges()[72].height > 0.0);
        // each leaf and each merge is used once
        let mut used: Vec<usize> = found.merges().iter().flat_map(|merge| [merge.a, merge.b]).collect();
        used.sort_unstable();
        assert_eq!(used, (0..286).collect::<Vec<_>>());
        let model = Hierarchical::new(100).linkage(linkage).fit_matrix(grid.view()).unwrap().model;
        assert_eq!(model.clusters(), 72);
        assert!(model.notes()[0].starts_with("72 clusters instead of 100"), "{:?}", model.notes());
    }
}

/// Source: R's `cutree(hclust(dist(iris[, 1:4]), "ward.D2"), 3)` and "average", well known: 50, 64, 36 for both.
#[test]
fn iris_falls_into_its_known_sizes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/iris.csv");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {} is not there", path.display());
        return;
    };
    let rows: Vec<Vec<f64>> =
        text.lines().skip(1).map(|line| line.split(',').take(4).map(|cell| cell.parse().unwrap()).collect()).collect();
    let iris = Array2::from_shape_fn((rows.len(), 4), |(row, column)| rows[row][column]);
    for linkage in [Linkage::Ward, Linkage::Average] {
        let model = Hierarchical::new(3).linkage(linkage).fit_matrix(iris.view()).unwrap().model;
        assert_eq!(model.sizes(), [64.0, 50.0, 36.0], "{linkage:?}");
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let rows = noise(700, 3, 9);
    for linkage in LINKAGES {
        let recipe = Hierarchical::new(6).linkage(linkage);
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let found = pool.install(|| recipe.fit_matrix(rows.view()).unwrap());
            (serde_json::to_string(&found.model).unwrap(), found.labels)
        };
        let one = on(1);
        assert_eq!(one, on(2), "{linkage:?}");
        assert_eq!(one, on(7), "{linkage:?}");
    }
}

#[test]
fn a_weight_of_two_is_the_row_twice_and_of_zero_a_row_that_is_only_placed() {
    let rows = noise(60, 2, 10);
    let weights: Vec<f64> = (0..60).map(|row| [1.0, 2.0, 0.0][row % 3]).collect();
    let twice: Vec<usize> = (0..60).flat_map(|row| vec![row; weights[row] as usize]).collect();
    let doubled = rows.select(ndarray::Axis(0), &twice);
    for linkage in LINKAGES {
        let recipe = Hierarchical::new(4).linkage(linkage);
        let found = recipe.find(&Points::new(rows.view()).weights(&weights), &Progress::none()).unwrap();
        let other = recipe.fit_matrix(doubled.view()).unwrap();
        assert_eq!(found.model.sizes(), other.model.sizes(), "{linkage:?}");
        for (label, row) in other.labels.iter().zip(&twice) {
            assert_eq!(*label, found.labels[*row], "{linkage:?}");
        }
        let (a, b) = (found.model.gap(), other.model.gap());
        near(a.0.unwrap(), b.0.unwrap(), 1e-9);
        near(a.1.unwrap(), b.1.unwrap(), 1e-9);
        for row in (2..60).step_by(3) {
            let placed = found.model.place(&rows.row(row).to_vec());
            assert_eq!(placed.cluster.map(|cluster| cluster as u32), found.labels[row]);
        }
    }
}

#[test]
fn strangers_are_placed_by_the_distance_of_the_linkage() {
    let rows = array![[0.0], [1.0], [2.0], [10.0], [11.0]];
    let place = |linkage, at: f64| {
        let found = Hierarchical::new(2).linkage(linkage).fit_matrix(rows.view()).unwrap();
        assert_eq!(found.labels, [Some(0), Some(0), Some(0), Some(1), Some(1)]);
        let loaded: HierarchicalModel = serde_json::from_str(&serde_json::to_string(&found.model).unwrap()).unwrap();
        loaded.check().unwrap();
        assert_eq!(loaded, found.model);
        loaded.place(&[at])
    };
    // from 5.9: the nearest rows are 2 and 10, the farthest 0 and 11, the means 1 and 10.5
    let known = [
        (Linkage::Single, 0, 3.9, 4.1),
        (Linkage::Complete, 1, 5.1, 5.9),
        (Linkage::Average, 1, 4.6, 4.9),
        (Linkage::Weighted, 1, 4.6, 4.9),
        (Linkage::Centroid, 1, 4.6, 4.9),
        (Linkage::Median, 1, 4.6, 4.9),
        (Linkage::Ward, 1, 4.6, 4.9),
    ];
    for (linkage, cluster, distance, second) in known {
        let placed = place(linkage, 5.9);
        assert_eq!(placed.cluster, Some(cluster), "{linkage:?}");
        near(placed.distance, distance, 1e-9);
        assert_eq!(placed.second.unwrap().0, 1 - cluster);
        near(placed.second.unwrap().1, second, 1e-9);
    }
    let rows = noise(200, 2, 11);
    let found = Hierarchical::new(5).linkage(Linkage::Single).fit_matrix(rows.view()).unwrap();
    for (row, label) in rows.rows().into_iter().zip(&found.labels) {
        assert_eq!(found.model.place(&row.to_vec()).cluster.map(|cluster| cluster as u32), *label);
    }
}

#[test]
fn a_tree_is_cut_at_a_height() {
    let rows = array![[0.0], [1.0], [5.0], [6.5], [20.0]];
    let cut = |height: f64| {
        let found = Hierarchical::at_height(height).linkage(Linkage::Single).fit_matrix(rows.view()).unwrap();
        (found.model.clusters(), found.model.gap())
    };
    assert_eq!(cut(0.5), (5, (None, Some(1.0))));
    assert_eq!(cut(1.0), (4, (Some(1.0), Some(1.5))));
    assert_eq!(cut(4.0), (2, (Some(4.0), Some(13.5))));
    assert_eq!(cut(1e9), (1, (Some(13.5), None)));
    let tree = tree(&Hierarchical::new(1).linkage(Linkage::Single), &Points::new(rows.view()));
    assert!(tree.to_string().starts_with("5 leaves"));
    assert!(tree.to_string().contains("13.5"));
}

#[test]
fn merges_of_centroids_may_fall_and_a_cut_knows() {
    // a triangle whose third side is longer than its height: the second merge is below the first
    let rows = array![[0.0, 0.0], [2.0, 0.0], [1.0, 1.8], [50.0, 50.0]];
    for linkage in [Linkage::Centroid, Linkage::Median] {
        let recipe = Hierarchical::new(2).linkage(linkage);
        let found = tree(&recipe, &Points::new(rows.view()));
        assert!(!found.is_monotone());
        assert_eq!([found.merges()[0].height, found.merges()[1].height], [2.0, 1.8]);
        // at 1.9 the first merge is not made, so the second is not either
        assert_eq!(found.cut_at(1.9), [0, 1, 2, 3]);
        assert_eq!(found.cut_at(2.0), [0, 0, 0, 1]);
        let model = recipe.fit_matrix(rows.view()).unwrap().model;
        assert!(model.notes().iter().any(|note| note.contains("inversions")));
    }
}

#[test]
fn hard_input_is_answered_or_refused() {
    for linkage in LINKAGES {
        let sound = |k: usize, rows: &Array2<f64>| {
            let found = Hierarchical::new(k).linkage(linkage).fit_matrix(rows.view()).unwrap();
            found.model.check().unwrap();
            let text = serde_json::to_string(&found.model).unwrap();
            assert!(serde_json::from_str::<HierarchicalModel>(&text).unwrap() == found.model);
            for far in [0.0, 1e300, -f64::MAX, f64::MAX, 5e-324] {
                let placed = found.model.place(&vec![far; rows.ncols()]);
                assert!(placed.distance.is_finite(), "{linkage:?} {far}");
            }
            let total: f64 = found.model.sizes().iter().sum();
            assert_eq!(total, rows.nrows() as f64);
            found
        };
        assert_eq!(sound(3, &Array2::from_elem((9, 2), 0.1)).model.clusters(), 1);
        assert_eq!(sound(3, &array![[4.0, 2.0]]).model.clusters(), 1);
        assert_eq!(sound(9, &array![[4.0], [2.0], [7.0]]).model.clusters(), 3);
        // scales: the same tree, whatever the unit
        let rows = noise(50, 2, 12);
        let known = sound(4, &rows).labels;
        for unit in [1e299, 1e160, 1e-160, 1e-290] {
            assert_eq!(sound(4, &(&rows * unit)).labels, known, "{linkage:?} {unit:e}");
        }
        let denormal = Array2::from_shape_fn((30, 1), |(row, _)| f64::from_bits((row * row + 1) as u64));
        assert!(sound(5, &denormal).model.clusters() == 5, "{linkage:?}");
        let mut outlier = noise(50, 2, 13);
        outlier[(7, 1)] = 1e140;
        assert_eq!(sound(2, &outlier).model.sizes(), [49.0, 1.0]);
        outlier[(7, 1)] = 1e280;
        let error = Hierarchical::new(2).linkage(linkage).fit_matrix(outlier.view()).unwrap_err().to_string();
        assert!(error.contains("differ by less than can be squared"), "{error}");
        sound(3, &noise(20, 500, 14));
        let huge = Hierarchical::new(2).linkage(linkage).fit_matrix((noise(9, 2, 15) * 1e307).view()).unwrap_err();
        assert!(huge.to_string().contains("expected a number within 1e300"), "{huge}");
    }
}

#[test]
fn parameters_are_refused_with_what_they_may_be() {
    let rows = noise(30, 2, 16);
    let told = |recipe: Hierarchical| recipe.fit_matrix(rows.view()).unwrap_err().to_string();
    assert_eq!(told(Hierarchical::new(0)), "`k` must be at least 1, found 0");
    assert_eq!(told(Hierarchical::at_height(-1.0)), "`height` must be a finite number of at least 0, found -1");
    let both: Hierarchical = serde_json::from_str(r#"{"k": 2, "height": 1.0}"#).unwrap();
    assert!(told(both).contains("`k` clusters or at a `height`"));
    let read: Hierarchical = serde_json::from_str(r#"{"k": 2, "linkage": "average", "rows": 29}"#).unwrap();
    let many = told(read);
    assert!(many.starts_with("average linkage keeps a distance for each pair of rows: 30 rows need 0.0 GB"), "{many}");
    assert!(Hierarchical::new(2).rows(29).fit_matrix(rows.view()).is_ok());
    let of = |distances: &[f64]| Hierarchical::new(2).dendrogram_of(distances).unwrap_err().to_string();
    assert_eq!(of(&[1.0, 2.0]), "`distances` must be as many as pairs, found 2");
    assert_eq!(of(&[f64::NAN]), "distance 0 is NaN, expected a finite number of at least 0");
    assert_eq!(Hierarchical::new(2).dendrogram_of(&[]).unwrap().cut(3), [0]);
}

#[test]
fn work_can_be_stopped() {
    use std::ops::ControlFlow;
    let rows = noise(600, 2, 17);
    let stop = |step: segmentry::progress::Step<'_>| {
        if step.done >= 256 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let error = Hierarchical::new(3).find(&Points::new(rows.view()), &Progress::new(&stop)).unwrap_err();
    assert_eq!(error.to_string(), "cancelled after 256 of 599 merges");
}
