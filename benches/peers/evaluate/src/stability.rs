//! Bootstrap stability of rows in a file, timed, for `benches/peers/stability.py`.
//!
//! Arguments: `stability`, the file of numbers (`f64`, little endian, row after row), columns, first and last number of clusters,
//! restarts, pairs, threads. Writes a line of JSON.

use std::time::Instant;

use ndarray::ArrayView2;
use segmentry::cluster::{AnyMethod, KMeans, Points};
use segmentry::evaluate::{Refit, Stability};

pub fn run(arguments: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse::<usize>().ok()).ok_or("a number is missing");
    let file = arguments.first().ok_or("no file")?;
    let cells: Vec<f64> = std::fs::read(file)?
        .chunks_exact(8)
        .map(|bytes| bytes.try_into().map(f64::from_le_bytes))
        .collect::<Result<_, _>>()?;
    let (columns, first, last, restarts, pairs, threads) =
        (number(1)?, number(2)?, number(3)?, number(4)?, number(5)?, number(6)?);
    let rows = ArrayView2::from_shape((cells.len() / columns, columns), &cells)?;
    let points = Points::new(rows);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    for k in first..=last {
        let method: AnyMethod = KMeans::new(k).restarts(restarts).into();
        let start = Instant::now();
        let found = pool.install(|| Stability::new().pairs(pairs).of(&Refit::rows(&method, &points)?))?;
        let seconds = start.elapsed().as_secs_f64();
        let spread = &found.adjusted_rand;
        println!(
            "{}",
            serde_json::json!({
                "k": k, "threads": threads, "seconds": seconds, "median": spread.median(), "mean": spread.mean(),
                "quartiles": spread.quartiles(),
            })
        );
    }
    Ok(())
}
