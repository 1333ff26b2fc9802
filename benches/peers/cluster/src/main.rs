//! One k-means fit of rows in an `.npy` file, timed alone, for `benches/peers/cluster.py`.
//!
//! `cluster-peers PEER ROWS.npy K START.npy ITERATIONS TOLERANCE REPEATS` prints a line of JSON: the least seconds of the
//! fit, the inertia, the iterations. PEER is `ours`, `ours-lloyd`, `ours-hamerly`, `ours-parallel` or
//! `ours-place`; a START of `-` lets it choose.

use std::time::Instant;

use ndarray::Array2;
use segmentry::cluster::{Algorithm, ClusterMethod, KMeans, Start};

/// Rows of either precision.
enum Rows {
    Single(Array2<f32>),
    Double(Array2<f64>),
}

fn read(path: &str) -> Rows {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let length = u16::from_le_bytes([bytes[8], bytes[9]]) as usize;
    let header = std::str::from_utf8(&bytes[10..10 + length]).unwrap();
    let shape = header.split("'shape': (").nth(1).unwrap().split(')').next().unwrap();
    let shape: Vec<usize> = shape.split(',').map(|size| size.trim().parse().unwrap()).collect();
    let body = &bytes[10 + length..];
    match header.contains("<f4") {
        true => {
            let values = body.chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect();
            Rows::Single(Array2::from_shape_vec((shape[0], shape[1]), values).unwrap())
        }
        false => {
            let values = body.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect();
            Rows::Double(Array2::from_shape_vec((shape[0], shape[1]), values).unwrap())
        }
    }
}

fn start(path: &str) -> Option<Vec<Vec<f64>>> {
    if path == "-" {
        return None;
    }
    Some(match read(path) {
        Rows::Single(rows) => rows.outer_iter().map(|row| row.iter().map(|x| f64::from(*x)).collect()).collect(),
        Rows::Double(rows) => rows.outer_iter().map(|row| row.to_vec()).collect(),
    })
}

/// Seconds that this process and its threads have computed so far.
fn processor() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = |at: usize| text.rsplit(')').next()?.split_whitespace().nth(at)?.parse::<f64>().ok();
    (ticks(11).unwrap_or(0.0) + ticks(12).unwrap_or(0.0)) / 100.0
}

/// Seconds, inertia, iterations.
type Told = (f64, f64, usize);

fn ours(recipe: &KMeans, rows: &Rows) -> Told {
    let clock = Instant::now();
    let found = match rows {
        Rows::Single(rows) => recipe.fit_matrix_f32(rows.view()),
        Rows::Double(rows) => recipe.fit_matrix(rows.view()),
    }
    .unwrap();
    (clock.elapsed().as_secs_f64(), found.model.inertia(), found.model.iterations())
}

fn place(recipe: &KMeans, rows: &Rows, repeats: usize) -> Told {
    fn least(repeats: usize, work: impl Fn() -> Vec<u32>) -> (f64, f64) {
        let mut best = f64::INFINITY;
        let mut sum = 0.0;
        for _ in 0..repeats {
            let clock = Instant::now();
            let labels = work();
            best = best.min(clock.elapsed().as_secs_f64());
            sum = labels.iter().map(|label| f64::from(*label)).sum();
        }
        (best, sum)
    }
    let (seconds, sum) = match rows {
        Rows::Single(rows) => {
            let model = recipe.fit_matrix_f32(rows.view()).unwrap().model;
            least(repeats, || model.place_matrix_f32(rows.view()).unwrap())
        }
        Rows::Double(rows) => {
            let model = recipe.fit_matrix(rows.view()).unwrap().model;
            least(repeats, || model.place_matrix(rows.view()).unwrap())
        }
    };
    (seconds, sum, 0)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [peer, rows, k, begin, iterations, tolerance, repeats] = arguments.as_slice() else {
        panic!("PEER ROWS.npy K START.npy ITERATIONS TOLERANCE REPEATS");
    };
    rayon::ThreadPoolBuilder::new().num_threads(2).build_global().unwrap();
    let rows = read(rows);
    let (k, iterations, repeats): (usize, usize, usize) =
        (k.parse().unwrap(), iterations.parse().unwrap(), repeats.parse().unwrap());
    let mut recipe = KMeans::new(k).restarts(1).iterations(iterations).tolerance(tolerance.parse().unwrap());
    let given = start(begin);
    if let Some(given) = &given {
        recipe = recipe.start(Start::Given(given.clone()));
    }
    recipe = match peer.as_str() {
        "ours-lloyd" => recipe.algorithm(Algorithm::Lloyd),
        "ours-hamerly" => recipe.algorithm(Algorithm::Hamerly),
        "ours-parallel" => recipe.start(Start::Parallel),
        _ => recipe,
    };
    let mut told: Option<Told> = None;
    let mut least = f64::INFINITY;
    for _ in 0..repeats {
        let before = processor();
        let one = match peer.as_str() {
            "ours-place" => place(&recipe, &rows, 5),
            _ => ours(&recipe, &rows),
        };
        least = least.min(processor() - before);
        if told.is_none_or(|told| one.0 < told.0) {
            told = Some(one);
        }
    }
    let (seconds, inertia, iterations) = told.unwrap();
    let line = serde_json::json!({
        "peer": peer, "seconds": seconds, "processor": least, "inertia": inertia, "iterations": iterations,
    });
    println!("{line}");
}
