//! Separation of segments beside a slow twin, where the answer is known, and on hard rows.

use ndarray::{Array2, array};
use segmentry::cluster::{Distance, Points};
use segmentry::evaluate::{Division, Partition, Separation};

/// Numbers from 0 to 1 that look random.
fn unit(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as f64 / (1_u64 << 31) as f64
}

fn rows(n: usize, d: usize, k: usize, seed: u64) -> (Array2<f64>, Vec<u32>, Vec<f64>) {
    let mut state = seed;
    let labels: Vec<u32> = (0..n).map(|_| (unit(&mut state) * k as f64) as u32).collect();
    let data = Array2::from_shape_fn((n, d), |(row, column)| {
        unit(&mut state) + unit(&mut state) + f64::from(labels[row]) * 0.4 * ((column + 1) as f64)
    });
    let weights = (0..n).map(|_| (unit(&mut state) * 4.0).floor()).collect();
    (data, labels, weights)
}

fn separation(data: &Array2<f64>, labels: &[u32], weights: Option<&[f64]>) -> Separation {
    let points = Points::new(data.view());
    let points = if let Some(weights) = weights { points.weights(weights) } else { points };
    let groups = Partition::of(labels.iter().copied()).unwrap();
    Separation::of(&Division::new(&points, &groups).unwrap()).unwrap()
}

/// x of A x = b by elimination with pivots.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let d = b.len();
    for i in 0..d {
        let pivot = (i..d).max_by(|x, y| a[*x][i].abs().total_cmp(&a[*y][i].abs())).unwrap();
        a.swap(i, pivot);
        b.swap(i, pivot);
        for row in i + 1..d {
            let factor = a[row][i] / a[i][i];
            let above = a[i].clone();
            a[row].iter_mut().zip(&above).skip(i).for_each(|(cell, above)| *cell -= factor * above);
            b[row] -= factor * b[i];
        }
    }
    for i in (0..d).rev() {
        for other in i + 1..d {
            b[i] -= a[i][other] * b[other];
        }
        b[i] /= a[i][i];
    }
    b
}

fn near(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{what}: {found} is not {expected}");
}

#[test]
fn figures_are_those_of_the_definition() {
    for (n, d, k, seed) in [(120, 1, 2, 1), (200, 3, 4, 2), (90, 2, 3, 3)] {
        let (data, labels, _) = rows(n, d, k, seed);
        let found = separation(&data, &labels, None);
        let labels = &labels;
        let members = |g: usize| (0..n).filter(move |row| labels_of(labels, *row) == g).collect::<Vec<_>>();
        let mean = |g: usize| -> Vec<f64> {
            let rows = members(g);
            (0..d).map(|c| rows.iter().map(|r| data[[*r, c]]).sum::<f64>() / rows.len() as f64).collect()
        };
        let means: Vec<Vec<f64>> = (0..k).map(mean).collect();
        let mut pooled = vec![vec![0.0; d]; d];
        for row in 0..n {
            let m = &means[labels[row] as usize];
            for i in 0..d {
                for j in 0..d {
                    pooled[i][j] += (data[[row, i]] - m[i]) * (data[[row, j]] - m[j]) / (n - k) as f64;
                }
            }
        }
        let away = |row: usize, g: usize| (0..d).map(|c| (data[[row, c]] - means[g][c]).powi(2)).sum::<f64>().sqrt();
        let mut similarity = vec![vec![0.0; k]; k];
        for (g, similarity) in similarity.iter_mut().enumerate() {
            let mut shadows = 0.0;
            let mut misplaced = 0.0;
            for row in members(g) {
                let mut order: Vec<usize> = (0..k).collect();
                order.sort_by(|a, b| away(row, *a).total_cmp(&away(row, *b)));
                let (one, two) = (away(row, order[0]), away(row, order[1]));
                let shadow = 2.0 * one / (one + two);
                let other = order.iter().copied().find(|other| *other != g).unwrap();
                similarity[other] += shadow / members(g).len() as f64;
                shadows += shadow / members(g).len() as f64;
                misplaced += f64::from(u8::from(order[0] != g)) / members(g).len() as f64;
            }
            near(found.shadows[g].mean, shadows, "shadow");
            near(found.shadows[g].nearer_another, misplaced, "misplaced");
            similarity.iter().zip(&found.similarity[g]).for_each(|(a, b)| near(*b, *a, "similarity"));
        }
        assert_eq!(found.pairs.len(), k * (k - 1) / 2);
        for pair in &found.pairs {
            let (a, b) = (pair.first, pair.second);
            let off: Vec<f64> = means[b].iter().zip(&means[a]).map(|(b, a)| b - a).collect();
            let line = solve(pooled.clone(), off.clone());
            let distance = line.iter().zip(&off).map(|(x, y)| x * y).sum::<f64>().sqrt();
            near(pair.distance.unwrap(), distance, "distance");
            let along = |x: &dyn Fn(usize) -> f64| (0..d).map(|c| line[c] * x(c)).sum::<f64>();
            let middle = along(&|c| (means[a][c] + means[b][c]) / 2.0);
            let share = |g: usize, beyond: &dyn Fn(f64) -> bool| {
                let rows = members(g);
                let off = |row: &&usize| beyond(along(&|c| data[[**row, c]]) - middle);
                rows.iter().filter(off).count() as f64 / rows.len() as f64
            };
            near(pair.first_beyond, share(a, &|x| x > 0.0), "first beyond");
            near(pair.second_beyond, share(b, &|x| x < 0.0), "second beyond");
            near(pair.similarity, (similarity[a][b] + similarity[b][a]) / 2.0, "similarity of the pair");
        }
    }
}

fn labels_of(labels: &[u32], row: usize) -> usize {
    labels[row] as usize
}

/// Two normal segments of spread 1 at the distance D overlap by 2 Φ(−D / 2).
#[test]
fn normal_segments_overlap_as_they_must() {
    // 2 Φ(−D / 2) for D = 1, 2, 4, by R's pnorm
    for (away, expected) in [(1.0, 0.617_075), (2.0, 0.317_311), (4.0, 0.045_500)] {
        // sums of twelve draws are normal enough for two digits
        let mut state = 5;
        let n = 40_000;
        let normal = |state: &mut u64| (0..12).map(|_| unit(state)).sum::<f64>() - 6.0;
        let labels: Vec<u32> = (0..n).map(|row| row % 2).collect();
        let data = Array2::from_shape_fn((n as usize, 1), |(row, _)| normal(&mut state) + away * (row % 2) as f64);
        let pair = separation(&data, &labels, None).pairs[0];
        assert!((pair.overlap - expected).abs() < 0.01, "{away}: {} is not {expected}", pair.overlap);
        assert!((pair.distance.unwrap() - away).abs() < 0.03);
    }
}

#[test]
fn weights_are_rows_and_neither_scale_nor_order_matters() {
    let (data, labels, weights) = rows(150, 2, 3, 9);
    let many: Vec<usize> = (0..150).flat_map(|row| std::iter::repeat_n(row, weights[row] as usize)).collect();
    let pick = |order: &[usize], factor: f64| {
        let rows = Array2::from_shape_fn((order.len(), 2), |(at, column)| data[[order[at], column]] * factor);
        (rows, order.iter().map(|row| labels[*row]).collect::<Vec<_>>())
    };
    let same = |a: &Separation, b: &Separation, what: &str| {
        for (x, y) in a.pairs.iter().zip(&b.pairs) {
            near(x.distance.unwrap(), y.distance.unwrap(), what);
            near(x.overlap, y.overlap, what);
            near(x.similarity, y.similarity, what);
        }
        a.shadows.iter().zip(&b.shadows).for_each(|(x, y)| near(x.mean, y.mean, what));
    };
    let (rows, names) = pick(&many, 1.0);
    same(&separation(&data, &labels, Some(&weights)), &separation(&rows, &names, None), "weights");
    let base = separation(&data, &labels, None);
    let (rows, names) = pick(&(0..150).rev().collect::<Vec<_>>(), 1.0);
    same(&base, &separation(&rows, &names, None), "order");
    for factor in [1e300, 1e-305, -7.0] {
        let (rows, names) = pick(&(0..150).collect::<Vec<_>>(), factor);
        same(&base, &separation(&rows, &names, None), "scale");
    }
}

#[test]
fn hard_rows_give_what_is_documented() {
    // no spread at all: told apart without error
    let apart = separation(&array![[1.0, 0.0], [1.0, 0.0], [5.0, 0.0], [5.0, 0.0]], &[0, 0, 1, 1], None);
    assert_eq!((apart.pairs[0].distance, apart.pairs[0].overlap, apart.shadows[0].mean), (None, 0.0, 0.0));
    // the same mean: one segment in all but name
    let one = separation(&array![[0.0], [2.0], [0.0], [2.0]], &[0, 0, 1, 1], None);
    assert_eq!((one.pairs[0].distance, one.pairs[0].overlap), (Some(0.0), 1.0));
    assert_eq!(one.ambiguous().count(), 1);
    assert!(one.named(&["red".to_owned(), "blue".to_owned()]).contains("red and blue run into each other"));
    // a column that is the same for all says nothing
    let with = separation(&array![[0.0, 7.0], [2.0, 7.0], [9.0, 7.0], [12.0, 7.0]], &[0, 0, 1, 1], None);
    let without = separation(&array![[0.0], [2.0], [9.0], [12.0]], &[0, 0, 1, 1], None);
    near(with.pairs[0].distance.unwrap(), without.pairs[0].distance.unwrap(), "constant column");
    assert_eq!(with.neighbour(0), Some(1));
    assert!(!with.to_string().contains("NaN"), "{with}");

    let data = array![[0.0], [1.0]];
    let points = Points::new(data.view());
    let groups = Partition::of([0, 0]).unwrap();
    let error = Separation::of(&Division::new(&points, &groups).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "the separation is not defined for fewer than 2 groups, found 1");
    let groups = Partition::of([0, 1]).unwrap();
    let city = Division::by(&points, &groups, Distance::Manhattan).unwrap();
    assert!(Separation::of(&city).is_err());
    let nobody = [0.0, 1.0];
    let weighted = Points::new(data.view()).weights(&nobody);
    assert!(Separation::of(&Division::new(&weighted, &groups).unwrap()).is_err());
}
