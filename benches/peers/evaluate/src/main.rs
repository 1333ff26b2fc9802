//! Figures of divisions in `.npy` files, timed alone, for `benches/peers/evaluate.py` and `benches/peers/stability.py`.
//!
//! - `evaluate-peers index NAME ROWS.npy LABELS.npy REPEATS`: an internal figure, or several with commas between, which are
//!   computed together; the last is told.
//! - `evaluate-peers agreement NAME FIRST.npy SECOND.npy REPEATS`: a figure of agreement.
//! - `evaluate-peers stability …`: see `stability.rs`.
//!
//! Each prints a line of JSON: the least seconds from what is in memory to the figure, with all checks, and the figure.

mod stability;

use std::time::Instant;

use ndarray::Array2;
use segmentry::cluster::Points;
use segmentry::evaluate::{Agreement, Contingency, Division, Index, Indices, Partition};

type Failed = Box<dyn std::error::Error>;

/// The shape and the bytes of an array of numbers of eight bytes.
fn read(path: &str) -> Result<(Vec<usize>, Vec<[u8; 8]>), Failed> {
    let bytes = std::fs::read(path)?;
    let length = u16::from_le_bytes([bytes[8], bytes[9]]) as usize;
    let header = std::str::from_utf8(&bytes[10..10 + length])?;
    let shape = header.split("'shape': (").nth(1).and_then(|rest| rest.split(')').next()).ok_or("no shape")?;
    let sizes = shape.split(',').filter(|size| !size.trim().is_empty()).map(|size| size.trim().parse());
    let cells = bytes[10 + length..].chunks_exact(8).map(<[u8; 8]>::try_from);
    Ok((sizes.collect::<Result<_, _>>()?, cells.collect::<Result<_, _>>()?))
}

fn labels(path: &str) -> Result<Vec<Option<u32>>, Failed> {
    Ok(read(path)?.1.into_iter().map(|bytes| u32::try_from(i64::from_le_bytes(bytes)).ok()).collect())
}

/// The least time of several runs, and what the last gave.
fn timed(repeats: &str, work: impl Fn() -> Result<f64, Failed>) -> Result<(), Failed> {
    let (mut least, mut value) = (f64::INFINITY, 0.0);
    for _ in 0..repeats.parse()? {
        let clock = Instant::now();
        value = work()?;
        least = least.min(clock.elapsed().as_secs_f64());
    }
    println!("{}", serde_json::json!({"seconds": least, "value": value, "threads": rayon::current_num_threads()}));
    Ok(())
}

fn main() -> Result<(), Failed> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = asked.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["index", names, rows, groups, repeats] => {
            let indices: Vec<Index> = names.split(',').map(str::parse).collect::<Result<_, _>>()?;
            let (shape, bytes) = read(rows)?;
            let cells = bytes.into_iter().map(f64::from_le_bytes).collect();
            let rows = Array2::from_shape_vec((shape[0], shape[1]), cells)?;
            let groups = labels(groups)?;
            timed(repeats, || {
                let (points, partition) = (Points::new(rows.view()), Partition::new(&groups)?);
                let found = Indices::of(&Division::new(&points, &partition)?, &indices);
                Ok(found.iter().last().ok_or("no figure")?.1.clone()?)
            })
        }
        ["agreement", name, first, second, repeats] => {
            let figure: Agreement = name.parse()?;
            let (first, second) = (labels(first)?, labels(second)?);
            timed(repeats, || {
                let table = Contingency::new(&Partition::new(&first)?, &Partition::new(&second)?)?;
                Ok(figure.of(&table)?)
            })
        }
        ["stability", ..] => stability::run(&asked[1..]),
        _ => Err("see the top of this file".into()),
    }
}
