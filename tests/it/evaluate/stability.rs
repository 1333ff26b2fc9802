//! Would the segments come back: beside published figures, R's fpc, and what must hold.

use ndarray::Array2;
use segmentry::cluster::{AnyMethod, KMeans, Points};
use segmentry::evaluate::{Refit, Scheme, Stability};

use super::data;

/// Numbers without a pattern, from 0 on, below 1.
fn random(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let bits = (state ^ (state >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        (bits >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Groups far from each other, each a little cube of rows.
fn blobs(groups: usize, each: usize, seed: u64) -> Array2<f64> {
    let mut random = random(seed);
    Array2::from_shape_fn((groups * each, 3), |(row, column)| {
        let group = row % groups;
        (if group % 3 == column { 10.0 * (group + 1) as f64 } else { 0.0 }) + random()
    })
}

fn uniform(rows: usize, seed: u64) -> Array2<f64> {
    let mut random = random(seed);
    Array2::from_shape_fn((rows, 2), |_| random())
}

fn k_means(k: usize) -> AnyMethod {
    KMeans::new(k).restarts(3).into()
}

#[test]
fn what_is_there_comes_back_and_what_is_not_does_not() {
    let (blobs, uniform) = (blobs(4, 40, 1), uniform(300, 2));
    let of = |rows: &Array2<f64>, k: usize| {
        let (points, method) = (Points::new(rows.view()), k_means(k));
        Stability::new().pairs(12).of(&Refit::rows(&method, &points).unwrap()).unwrap().adjusted_rand
    };
    assert_eq!(of(&blobs, 4).values(), [1.0; 12]);
    assert_eq!(of(&uniform, 1).values(), [1.0; 12]);
    assert!(of(&uniform, 5).median() < 0.75, "{}", of(&uniform, 5));
}

#[test]
fn fast_food_is_seen_in_two_ways_or_in_four() {
    let names = [
        "yummy",
        "convenient",
        "spicy",
        "fattening",
        "greasy",
        "fast",
        "cheap",
        "tasty",
        "expensive",
        "healthy",
        "disgusting",
    ];
    let Some(rows) = data::answers("mcdonalds.csv", &names) else { return };
    assert_eq!(rows.dim(), (1453, 11));
    let points = Points::new(rows.view());
    let methods: Vec<AnyMethod> = (2..=8).map(k_means).collect();
    let refits: Vec<(usize, Refit<'_>)> =
        (2..=8).zip(&methods).map(|(k, method)| (k, Refit::rows(method, &points).unwrap())).collect();
    let table = Stability::new().pairs(15).among(&refits).unwrap();
    println!("{table}");
    // medians of R's flexclust, 15 to 25 pairs, as measured for A41
    let published = [0.967, 0.56, 0.74, 0.57, 0.61, 0.61, 0.55];
    let medians: Vec<f64> = table.solutions.iter().map(|(_, found)| found.adjusted_rand.median()).collect();
    for (k, (found, published)) in (2..).zip(medians.iter().zip(published)) {
        assert!((found - published).abs() < 0.12, "k = {k}: {found}, published {published}");
    }
    assert_eq!(table.best().unwrap().0, "2");
    assert!(medians[2] > medians[1] && medians[2] > medians[3]);
}

#[test]
fn every_scheme_works_on_rows() {
    let rows = blobs(3, 20, 5);
    let points = Points::new(rows.view());
    let method = k_means(3);
    let noise = Scheme::Noise { share: 0.05, reach: 4.0 };
    for scheme in [Scheme::Bootstrap, Scheme::Subset(0.5), Scheme::Jitter(0.05), noise, Scheme::Bojit(0.05)] {
        let stability = Stability::new().pairs(6).scheme(scheme);
        let found = stability.of(&Refit::rows(&method, &points).unwrap()).unwrap();
        assert!(found.adjusted_rand.median() > 0.9, "{found}");
        assert_eq!(found.scheme, scheme);
    }
}
