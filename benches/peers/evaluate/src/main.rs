//! One internal figure of rows in an `.npy` file, timed alone, for `benches/peers/evaluate.py`.
//!
//! `evaluate-peers index NAME ROWS.npy LABELS.npy REPEATS` prints a line of JSON: the least seconds from rows and labels to
//! the figure, with all checks, and the figure. NAME is one of `Index`, or several with commas between, which are computed
//! together; the last is told.

use std::time::Instant;

use ndarray::Array2;
use segmentry::cluster::Points;
use segmentry::evaluate::{Division, Index, Indices, Partition};

/// The shape and the bytes of an array of numbers of eight bytes.
fn read(path: &str) -> (Vec<usize>, Vec<[u8; 8]>) {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let length = u16::from_le_bytes([bytes[8], bytes[9]]) as usize;
    let header = std::str::from_utf8(&bytes[10..10 + length]).unwrap();
    let shape = header.split("'shape': (").nth(1).unwrap().split(')').next().unwrap();
    let shape = shape.split(',').filter(|size| !size.trim().is_empty()).map(|size| size.trim().parse().unwrap());
    (shape.collect(), bytes[10 + length..].chunks_exact(8).map(|b| b.try_into().unwrap()).collect())
}

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let [section, names, rows, labels, repeats] = asked.as_slice() else { panic!("see the top of this file") };
    assert_eq!(section, "index");
    let indices: Vec<Index> = names.split(',').map(|name| name.parse().unwrap()).collect();
    let (shape, bytes) = read(rows);
    let rows =
        Array2::from_shape_vec((shape[0], shape[1]), bytes.into_iter().map(f64::from_le_bytes).collect()).unwrap();
    let labels: Vec<Option<u32>> = read(labels).1.into_iter().map(|b| Some(i64::from_le_bytes(b) as u32)).collect();
    let (mut least, mut value) = (f64::INFINITY, 0.0);
    for _ in 0..repeats.parse().unwrap() {
        let clock = Instant::now();
        let (points, partition) = (Points::new(rows.view()), Partition::new(&labels).unwrap());
        let found = Indices::of(&Division::new(&points, &partition).unwrap(), &indices);
        least = least.min(clock.elapsed().as_secs_f64());
        value = found.iter().last().unwrap().1.clone().unwrap();
    }
    println!("{}", serde_json::json!({"seconds": least, "value": value, "threads": rayon::current_num_threads()}));
}
